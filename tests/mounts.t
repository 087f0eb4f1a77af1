# The root, and what is put into it.

# --- the root ---

A root may be a symbolic link
  $ ln -s "$R" l; ct run -r "$PWD/l" echo hi
  hi

A root may be a relative path
  $ cd "$R/.." && ct run -r "./${R##*/}/" echo hi
  hi

A root can be written to
  $ mkroot root; ct run -r "$PWD/root" touch /new; ls root/new
  root/new

--read-only closes the root
  $ mkroot root; ct run -r "$PWD/root" -R sh -c '(: >/new); (: >/etc/new); :'
  *Read-only file system
  *Read-only file system
  $ ls root | grep new
  [1]

A mount point that a read-only root lacks leaves nothing on the disk
  $ mkroot root; find root | sort >a; echo hi >f
  $ ct run -R -r "$PWD/root" -v "$PWD/f:/new/dir/f" -v "$PWD:/etc/d" \
  >   --tmpfs /t sh -c 'cat /new/dir/f /etc/d/f; head -c 5 /etc/passwd'; echo
  hi
  hi
  root:
  $ find root | sort | diff a -

# --- volumes ---

-v shows a directory of the host
  $ echo hi >f; run -v "$PWD:/mnt" sh -c 'cat /mnt/f; echo ho >/mnt/g'; cat g
  hi
  ho

-v shows a file of the host
  $ echo hi >f; run -v "$PWD/f:/etc/passwd" cat /etc/passwd
  hi

-v with ro shows it read-only
  $ echo hi >f; run -v "$PWD:/mnt:ro" sh -c 'cat /mnt/f; (: >/mnt/g); :'; ls
  hi
  *Read-only file system
  f

-v with ro holds with every capability
  $ run --cap-add ALL -v "$PWD:/mnt:ro" sh -c '
  >   mount -o remount,rw,bind /mnt; : >/mnt/g' 2>/dev/null; ls

-v with noexec lets no program run
  $ cp "$P" p; run -v "$PWD:/mnt:noexec" /mnt/p fdlist
  ct: */mnt/p: Permission denied*
  [126]

-v with try may be of what is not there
  $ run -v /nonexistent:/mnt:try -v "$PWD:/mnt:try,ro" echo hi
  hi

-v onto a link in the root stays in the root
  $ mkroot root; mkdir -p c; ln -s "$PWD/c" root/l
  $ ln -s ../../../../../../tmp root/m; echo hi >f
  $ ct run -r "$PWD/root" -v "$PWD/f:/l/x" -v "$PWD/f:/m/y" cat /tmp/y \
  >   2>/dev/null | grep -v hi
  > find c
  c

Mounts are made in the order given
  $ echo hi >f; run --tmpfs /mnt -v "$PWD:/mnt/x" cat /mnt/x/f
  hi
  $ run -v "$PWD:/mnt" --tmpfs /mnt ls -A /mnt

need root
-v with rec shows what is mounted below, without it does not
  $ mkdir s; mount -t tmpfs x s; touch s/f
  $ run -v "$PWD:/mnt" ls /mnt/s
  $ run -v "$PWD:/mnt:rec" ls /mnt/s; umount s
  f

-v with rec and ro holds for what is mounted below
  $ mkdir s; mount -t tmpfs x s
  > run -v "$PWD:/mnt:rec,ro" touch /mnt/s/x 2>/dev/null; ls s; umount s

need root userns linux-6.3
-v with idmap shows files as the users of the container have them
  $ touch f; run --uidmap 0:100000:1000 --gidmap 0:100000:1000 \
  >   -v "$PWD:/mnt:idmap" sh -c 'stat -c %u /mnt/f; touch /mnt/g'
  > stat -c %u g
  0
  0

# --- other mounts, files and devices ---

need
--tmpfs has a size and a mode
  $ run --tmpfs /mnt:size=1M,mode=701 sh -c 'stat -c %a /mnt
  >   df -k /mnt | tail -n 1 | tr -s " " | cut -d" " -f2'
  701
  1024

--mount mounts any type, nosuid and nodev
  $ run --mount tmpfs:x:/mnt:size=64k grep ' /mnt ' /proc/mounts
  * /mnt tmpfs *nosuid*nodev*size=64k*

--mask empties files and directories
  $ run --mask /etc/passwd --mask /bin/probe --mask /root sh -c '
  >   cat /etc/passwd; ls -A /root; (: >>/etc/passwd) 2>/dev/null && echo open
  >   probe ids 2>/dev/null; true'

--ro-path closes a directory
  $ run --ro-path /tmp sh -c '(: >/tmp/x); :'
  *Read-only file system

--symlink makes a link
  $ run --tmpfs /mnt --symlink a/b:/mnt/l readlink /mnt/l
  a/b

--file makes a file of a text
  $ run --tmpfs /mnt --file '/mnt/f=a b=c' cat /mnt/f
  a b=c

--file covers a file that is there
  $ run --file /etc/passwd=x cat /etc/passwd; head -c 4 "$R/etc/passwd"
  xroot

--workdir is where the command starts
  $ run -w /mnt pwd
  /mnt

--workdir does not lead through a descriptor of the caller
  $ run -w /proc/self/fd/7 pwd 7</
  ct: ?*
  [125]

need root
--device shows a device of the host
  $ run --device /dev/kmsg sh -c 'test -c /dev/kmsg && echo there'
  there
