# The root and what is mounted or made in it.

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

--read-only makes the root read-only
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

Mount points made for a container are removed at its end, and nothing else
  $ mkdir -p root/bin; cp -a "$R/bin/." root/bin; find root | sort >a
  $ for _ in 1 2; do
  >   ct run -r "$PWD/root" -v /etc:/d/in/etc -v /etc/passwd:/etc/pw \
  >     --tmpfs /t --file /a/b=x --symlink x/y:/l true
  > done; rm root/l; find root | sort | diff a -
  $ ct run -r "$PWD/root" --tmpfs /d/t --tmpfs /e sh -c '>/d/f; mkdir /f /e/f'
  > find root | sort | grep -vxFf a
  root/d
  root/d/f
  root/f

A mount point is removed even where the root's group is inherited
  $ mkdir -p root/bin; cp -a "$R/bin/." root/bin; chmod 2755 root
  $ ct run -r "$PWD/root" --tmpfs /d/t true; ls root
  bin

A directory that belongs to the root stays, whatever its mode
  $ mkroot root; chmod 1777 root/tmp; mkdir -m 755 root/x; mkdir -m 1755 root/y
  > ct run -r "$PWD/root" --tmpfs /tmp --tmpfs /x --tmpfs /mnt true
  > ls -d root/tmp root/x root/mnt root/y
  root/mnt
  root/tmp
  root/x
  root/y

need cgroup2
A mount point that another container of the same root uses stays
  $ mkdir -p root/bin; cp -a "$R/bin/." root/bin; find root | sort >a
  > r="$PWD/root"; ct run -d -n "$N" -r "$r" --tmpfs /t sleep 100 >o
  > ct run -r "$r" --tmpfs /t true
  > ct exec "$N" sh -c '>/t/x && ls /t && test -d /proc/1'
  > ct rm -f "$N"; gone() { find root | sort | diff a - >b; }; poll gone; cat b
  x

need root userns
A directory that the container may not remove stays in a mount point's place
  $ mkroot root; mkdir -m 755 root/k; mkdir -m 1755 root/k/b; chmod 777 root
  $ ct run --userns=0:100000:1000 -r "$PWD/root" --tmpfs /a/b sh -c '
  >   rmdir /k/b; mv /a /c; mv /k /a'; ls root/a
  rmdir: */k/b': Permission denied
  b

A directory that was behind a link before a mount stays
  $ mkroot root; mkdir -m 755 root/n; mkdir -m 1755 root/m root/l
  > chown 1000 root/m; ln -s n root/a; ln -s m root/b; ln -s l root/c
  > chown -h 1000 root/c; find root | sort >was
  > ct run -r "$PWD/root" --tmpfs /a --tmpfs /b --tmpfs /c/d true
  > ct run -r "$PWD/root" --tmpfs /a/y --tmpfs /b/y true
  > find root | sort | diff was -

The supervisor holds none of its container's mounts
  $ "$CT" run -r "$R" --userns=0:100000:1000 -v "$PWD:/mnt" sh -c '
  >   echo up; sleep 100' >o & p=$!; up
  > for f in /proc/$p/fd/*; do readlink "$f"; done | grep -cFx -e / -e "$PWD"
  > kill $p; wait $p
  0
  [143]

need
A --symlink may exist already, but not with another target
  $ mkroot root; for t in a b a; do
  >   ct run -r "$PWD/root" --symlink $t:/l readlink /l
  > done
  a
  ct: mount: make /l: File exists
  a

A link on the way to a mount point may lead to a path that does not exist yet
  $ mkroot root; ln -s var/home root/home; ln -s ../../../../s/x root/up
  > ln -s b root/a; ln -s a root/b; echo hi >f
  > ct run -r "$PWD/root" -v "$PWD:/home/user" cat /var/home/user/f
  > ct run -r "$PWD/root" -v "$PWD/f:/up/y" cat /s/x/y
  > ct run -r "$PWD/root" -v "$PWD:/a/y" true; ls -d /s 2>/dev/null | wc -l
  hi
  hi
  ct: mount: open /a/y *: Symbolic link loop
  0

A mount point made behind such a link is removed, and the link is not
  $ mkroot root; ln -s var/home root/home; ln -s ../../s/x root/up
  > ln -s /n root/a; ln -s a root/b; echo hi >f; find root | sort >was
  > ct run -r "$PWD/root" -v "$PWD:/home/user" -v "$PWD/f:/up/y" -v "$PWD:/b" \
  >   --tmpfs /a true; find root | sort | diff was -

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

-v with ro holds even with every capability
  $ run --cap-add ALL -v "$PWD:/mnt:ro" sh -c '
  >   mount -o remount,rw,bind /mnt; : >/mnt/g' 2>/dev/null; ls

-v with noexec lets no program run
  $ cp "$P" p; run -v "$PWD:/mnt:noexec" /mnt/p fdlist
  ct: */mnt/p: Permission denied*
  [126]

-v with try may name a source that does not exist
  $ run -v /nonexistent:/mnt:try -v "$PWD:/mnt:try,ro" echo hi
  hi

-v with try may not name a source that cannot be reached
  $ ln -s loop loop; run -v "$PWD/loop:/mnt:try" echo RAN
  ct: --volume: */loop: Symbolic link loop
  [125]

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
-v with rec shows what is mounted below, and without it does not
  $ mkdir s; mount -t tmpfs x s; touch s/f
  $ run -v "$PWD:/mnt" ls /mnt/s
  $ run -v "$PWD:/mnt:rec" ls /mnt/s; umount s
  f

-v with rec and ro applies to what is mounted below
  $ mkdir s; mount -t tmpfs x s
  > run -v "$PWD:/mnt:rec,ro" touch /mnt/s/x 2>/dev/null; ls s; umount s

need root userns linux-6.3
A mount made inside on a volume with idmap stays inside
  $ mount -t tmpfs s . && cd "$PWD" && mount --make-shared . && mkdir a
  $ for o in :idmap :rec,idmap :rec ''; do
  >   run --privileged --userns=0:100000:65536 -v "$PWD:/mnt$o" \
  >     mount -t tmpfs x /mnt/a
  > done; grep -c '/d/a ' /proc/self/mountinfo; cd ..; umount d
  0

-v with idmap shows the container's users as the owners of files
  $ touch f; run --uidmap 0:100000:1000 --gidmap 0:100000:1000 \
  >   -v "$PWD:/mnt:idmap" sh -c 'stat -c %u /mnt/f; touch /mnt/g'
  > stat -c %u g
  0
  0

need root
-v clears the flags of its source's mount if asked to
  $ mkdir s; mount -t tmpfs -o ro,noexec,nosuid,nodev x s
  > o() { run -v "$PWD/s:/mnt$1" \
  >   sed -n 's,.* /mnt tmpfs \([^ ]*\)relat.*,\1,p' /proc/mounts; }
  > o ''; o :exec,suid; o :dev; umount s
  ro,nosuid,nodev,noexec,
  ro,nodev,
  ro,nosuid,noexec,
  $ mount -t tmpfs x s; mount --bind s s; mount -o remount,bind,ro s
  > o :rw; o ''; umount s; umount s
  rw,nosuid,nodev,
  ro,nosuid,nodev,

-v with rw where the file system is read-only is an error
  $ mkdir s; mount -t tmpfs -o ro x s
  > run -v "$PWD/s:/mnt:rw" echo RAN; umount s
  ct: mount: */s: rw: its file system is read-only

need root userns
-v clears no flag that a user may not clear
  $ mkdir x; chmod 755 .; unshare -m sh -c 'mount -t tmpfs -o noexec x x
  >   "$P" as 1000 "$CT" run -r "$R" -v "$PWD/x:/mnt:exec" true'
  ct: *mount: *
  [125]

# --- paths with a colon or a comma ---

need
A backslash before a colon or a comma makes it part of a path
  $ mkdir a:b,c; echo hi >a:b,c/f; p=$(echo "$PWD/a:b,c" | sed 's/[:,]/\\&/g')
  > run -v "$p:/m\:n\,o:ro" cat /m:n,o/f; run -v "$p" cat "$PWD/a:b,c/f"
  > run --tmpfs '/x\:y:size=1M' --mount 'tmpfs:x:/z\:1:mode=700' \
  >   --file '/e\=f\:=a\:b=c' --symlink 'a\:b:c:/l\:m' sh -c '
  >   ls -d /x:y /z:1; cat /e=f:; echo; readlink /l:m'; rm "$R/l:m"
  hi
  hi
  /x:y
  /z:1
  a\\:b=c
  a:b:c

A backslash before anything else is part of the path
  $ mkdir 'a\b' 'c\'; echo hi >'a\b/f'; echo ho >'c\/f'
  > run -v "$PWD/a\b:/m" cat /m/f; run -v "$PWD/c\\\\:/m" cat /m/f
  hi
  ho

need root
Options of a file system may contain a colon as well
  $ mount -t tmpfs x . && cd "$PWD" && mkdir l:1 l2 && >l:1/f && >l2/g
  > p=$PWD; run --mount "overlay:o:/m:lowerdir=$p/l\\:1:$p/l2" ls /m 2>&1 |
  >   grep -v 'no such file system'; cd ..; umount d
  f
  g

# Before 6.5 overlay takes its options in a string, where a comma ends one.
need root linux-6.5
An overlay option may contain a comma
  $ mount -t tmpfs x . && cd "$PWD" && mkdir l,1 l2 && >l,1/f && >l2/g
  > p=$PWD; run --mount "overlay:o:/m:lowerdir=$p/l\\,1:$p/l2" ls /m 2>&1 |
  >   grep -v 'no such file system'; cd ..; umount d
  f
  g

need cgroup2
Exec parses the recorded arguments in the same way
  $ mkdir a:b; detached -v "$PWD/a\:b:/m\:n" sleep 100; ct exec "$N" ls -d /m:n
  > ct rm -f "$N"
  /m:n

# --- other mounts, files and devices ---

need
--tmpfs has a size and a mode
  $ run --tmpfs /mnt:size=1M,mode=701 sh -c 'stat -c %a /mnt
  >   df -k /mnt | tail -n 1 | tr -s " " | cut -d" " -f2'
  701
  1024

--mount mounts any type, with nosuid and nodev
  $ run --mount tmpfs:x:/mnt:size=64k grep ' /mnt ' /proc/mounts
  * /mnt tmpfs *nosuid*nodev*size=64k*

--mask empties files and directories
  $ run --mask /etc/passwd --mask /bin/probe --mask /root sh -c '
  >   cat /etc/passwd; ls -A /root; (: >>/etc/passwd) 2>/dev/null && echo open
  >   probe ids 2>/dev/null; true'

--ro-path makes a directory read-only
  $ run --ro-path /tmp sh -c '(: >/tmp/x); :'
  *Read-only file system

--symlink makes a link
  $ run --tmpfs /mnt --symlink a/b:/mnt/l readlink /mnt/l
  a/b

--file makes a file from a text
  $ run --tmpfs /mnt --file '/mnt/f=a b=c' cat /mnt/f
  a b=c

--file covers an existing file
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

need root /dev/fuse
A file system that does not answer delays only those that ask it
  $ mkroot root; mkdir root/mnt/h root/mnt/s; ln -s h root/mnt/l; >root/mnt/f
  > echo hi >root/mnt/s/f; "$P" hung root/mnt/h >o & p=$!; poll grep -qs . o
  > cat o; r=$PWD/root
  > (bb timeout 5 "$CT" run -R -r "$r" -v /etc:/mnt/new sh -c '
  >    ls -d /mnt/new/passwd; cat /mnt/s/f; readlink /mnt/l; echo /mnt/*')
  > (bb timeout 5 "$CT" run -R -r "$r" --tmpfs /mnt/h echo over it)
  > (bb timeout 5 "$CT" run -R -r "$r" --tmpfs /new echo beside it)
  > kill $p; wait $p; umount -l root/mnt/h
  up
  /mnt/new/passwd
  hi
  h
  /mnt/f /mnt/h /mnt/l /mnt/new /mnt/s
  over it
  beside it

need root
Two runs may make the same mount point in a root at once
  $ mkroot root; for k in $(seq $races); do for i in 1 2; do
  >   "$CT" run -r "$PWD/root" -v "$PWD:/new/mnt" true & done; wait; done
  > ls root | grep new
  [1]

need root strace
Copies get no mode or owner by name, which could have become a link
  $ mkroot root; mkdir root/data v; mkfifo -m 666 root/data/p
  > chmod 1777 root/data; mknod -m 606 root/data/n c 1 3
  > (umask 077; strace -f -qq -o log -e /chmod,/chown "$CT" run -r "$PWD/root" \
  >   -v "$PWD/v:/data:copy" true); stat -c '%a %n' v v/*
  > grep -c -e '"[np]"' log
  1777 v
  606 v/n
  666 v/p
  0
  [1]
