# A writable layer over the root: --overlay.

need root overlay
Changes in a layer are gone at the end, and its root is as it was
  $ mkroot root; find root | sort >a
  $ ct run -r "$PWD/root" --overlay sh -c 'rm /etc/group; echo new >/etc/new
  >   mkdir /d; mv /etc/passwd /d; rm -rf /mnt; mkdir /mnt; >/mnt/x
  >   ls /etc /d /mnt'
  /d:
  passwd
  
  /etc:
  hosts
  new
  
  /mnt:
  x
  $ find root | sort | diff a -; head -c 4 root/etc/passwd; echo
  root

A layer in a directory of another overlay is refused, and why is said
  $ mkdir u w m
  > mount -t overlay -o "lowerdir=$R,upperdir=u,workdir=w" o m
  > run --overlay=m/layer true; umount m
  ct: overlay: *: Invalid argument (DIR is on a file system that cannot hold *)

A layer over the host's own root changes nothing outside
  $ host --overlay sh -c 'echo x >/etc/ct-layer; mkdir /ct-layer; cd /bin
  >   >ct-layer; ls -d /etc/ct-layer /ct-layer /bin/ct-layer'
  /bin/ct-layer
  /ct-layer
  /etc/ct-layer
  $ ls -d /etc/ct-layer /ct-layer /bin/ct-layer 2>/dev/null || echo none
  none

/tmp, /run and HOME are the container's own there, as without a layer
  $ >/tmp/ct-layer; host --overlay sh -c 'ls -A /tmp /run ~'; rm /tmp/ct-layer
  /root:
  
  /run:
  
  /tmp:

A mount below the root has a layer too, with its own owner and mode
  $ mkroot root; unshare -m sh -c 'mount -t tmpfs -o mode=1770,uid=7 x root/mnt
  >   echo old >root/mnt/f; "$0" run -r "$PWD/root" --overlay sh -c "
  >     stat -c %a.%u /mnt; echo new >/mnt/f; cat /mnt/f"
  >   cat root/mnt/f; ls root/mnt' "$CT"
  1770.7
  new
  old
  f

A mount below the root that cannot have a layer, such as a file, is read-only
  $ mkroot root; mkdir o root/o; echo one >f; >root/f
  $ unshare -m sh -c 'mount --bind f root/f; mount -t tmpfs x o
  >   cd o; mkdir a b u1 w1 u2 w2 one; echo old >a/g
  >   mount -t overlay x -o lowerdir=a,upperdir=u1,workdir=w1 one; cd ..
  >   mount -t overlay x -o lowerdir=o/one:o/b,upperdir=o/u2,workdir=o/w2 root/o
  >   "$0" run -r "$PWD/root" --overlay sh -c "
  >     echo new >/f; echo new >/o/g; echo >/o/new; cat /f /o/g; echo >/new"
  >   cat f root/o/g; ls root/o; ls root | grep new' "$CT"
  sh: can't create /f: Read-only file system
  sh: can't create /o/g: Read-only file system
  sh: can't create /o/new: Read-only file system
  one
  old
  one
  old
  g
  [1]

A layer in a directory survives
  $ for i in 1 2; do
  >   run --overlay=layer sh -c 'ls -A /mnt | grep f; echo x >>/mnt/f
  >     rm -f /etc/group; ls /etc | grep -v word; cat /mnt/f'
  > done; ls layer
  hosts
  passwd
  x
  f
  hosts
  passwd
  x
  x
  upper
  work

need root overlay strace linux-5.14
A layer whose directories turn into links meanwhile leads nowhere
  $ mkdir l h h/u h/w
  > { poll test -d l/upper; mv l/upper l/u; mv l/work l/w
  >   ln -s "$PWD/h/u" l/upper; ln -s "$PWD/h/w" l/work; } &
  > strace -f -qqq -o log -e trace=fsopen -e inject=fsopen:delay_enter=1500000 \
  >   "$CT" run -r "$R" --overlay=l sh -c 'echo x >/x'; wait; ls h/u
  ct: overlay: *: Symbolic link loop

need root overlay cgroup2
A layer that is in use is refused until its container has ended
  $ run -d -n "$N" --overlay=layer sleep 100 >o; run --overlay=layer true
  ct: overlay: layer: in use by another container
  [125]
  $ "$CT" rm -f "$N"; poll run --overlay=layer echo free
  free

Exec sees the layer's contents
  $ run -d -n "$N" --overlay sh -c 'echo hi >/f; echo up; sleep 100' >o; up
  > ct exec "$N" cat /f; ct rm -f "$N"
  hi

need root overlay
The layer of a killed ct can be used again
  $ "$CT" run -r "$R" --overlay=layer sh -c '
  >   echo x >/f; echo up; sleep 100' >o & p=$!; up
  > kill -9 $p; wait $p; poll run --overlay=layer cat /f
  > sweep
  x

Nothing outside of a layer is written through a link in its directory
  $ mkdir layer out; ln -s ../out layer/upper; run --overlay=layer true
  > rm -r layer/*; ln -s ../out layer/work; run --overlay=layer true; ls out
  ct: overlay: make upper in the layer: Not a directory
  ct: overlay: make work in the layer: Not a directory

No directory of a layer shows another one of the root
  $ mkdir -p layer/upper/d
  > "$P" xattr layer/upper/d trusted.overlay.redirect /etc
  > run --overlay=layer ls /d
  ls: /d: Operation not permitted
  [1]

A layer has no set-user-ID programs and no devices
  $ run --overlay grep -c '^overlay / overlay rw,nosuid,nodev' /proc/mounts
  1
  $ run --overlay --cap-add MKNOD sh -c 'mknod /null c 1 3; echo x >/null'
  sh: can't create /null: Permission denied
  [1]

The size of a layer in memory is limited
  $ run --overlay sh -c 'df -i / | awk "NR == 2 && \$2 <= 262144 { print 1 }"
  >   m=$(awk "/^MemTotal/ { print \$2 }" /proc/meminfo)
  >   df -k / | awk -v m=$m "NR == 2 && \$2 <= m { print 2 }"'
  1
  2

A layer inside the root is refused and not made
  $ mkroot root; r=$PWD/root; ln -s root/tmp l; mkdir root/tmp/is
  > for d in "$r" root/lay root/tmp/is l/lay; do
  >   ct run -r "$r" --overlay="$d" echo RAN
  > done 2>&1 | sed "s,$PWD,PWD,g"
  > ls root/lay root/tmp root/upper 2>/dev/null || :
  ct: overlay: PWD/root: is in the root PWD/root
  ct: overlay: root/lay: is in the root PWD/root
  ct: overlay: root/tmp/is: is in the root PWD/root
  ct: overlay: l/lay: is in the root PWD/root
  root/tmp:
  is

The command does not see where the layer is
  $ run --overlay="$PWD/layer" sh -c 'cat /proc/self/mountinfo' | grep -c "$PWD"
  0
  [1]

need root overlay userns linux-5.11
Root in a user namespace writes to its layer
  $ mkroot root; chown -R 100000:100000 root
  $ for o in --overlay --overlay=layer; do
  >   ct run --userns=0:100000:1000 $o -r "$PWD/root" sh -c '
  >   >/x; >/etc/y; rm -r /mnt; stat -c %u /x /etc/y'; done
  0
  0
  0
  0
  $ ls layer/upper; ls root | grep x || echo none
  etc
  mnt
  x
  none
  $ stat -c %u layer/upper layer/upper/x
  100000
  100000

A layer over a root of somebody who is not mapped has a /tmp for all
  $ mkroot r; chown 7 r/tmp; chmod 1777 r/tmp; mkdir r/x
  $ o='-r r --userns=0:1000:2 --overlay'; for u in 0 1; do
  >   "$CT" run $o -u $u sh -c 'echo hi >/tmp/x; cat /tmp/x; stat -c %a /tmp'
  > done; chown 1000 r/tmp; echo hi >r/tmp/f; "$CT" run $o cat /tmp/f
  hi
  1777
  hi
  1777
  hi

need overlay userns linux-5.11
An unprivileged user has a layer over a directory
  $ mkdir -m 777 w; cd w; any_user sh -c 'mkdir r r/bin r/mnt
  >   cp "$R/bin/busybox" r/bin; ln -s busybox r/bin/sh
  >   for _ in 1 2; do
  >     "$CT" run -r r --overlay=l sh -c "
  >       busybox rmdir /mnt && echo a; busybox ls /"
  >   done; "$CT" run -r r --overlay sh -c ">/x; busybox ls -d /x /mnt"; ls r'
  a
  bin
  ...
  rmdir: *
  bin
  ...
  /mnt
  /x
  bin
  mnt

An unprivileged user has a layer over the host's root, where it may write
  $ any_user sh -c 'cd /; "$CT" run --overlay sh -c ">/usr/ct-layer; ls /usr"' |
  > grep -x ct-layer; ls /usr/ct-layer 2>/dev/null || echo none
  ct-layer
  none

need overlay
A layer is written to, and its directory must be one
  $ run --overlay -R true; >f; run --overlay=f true; run --overlay=f/g true
  > run --overlay= true; run --overlay --overlay=x true
  > run --overlay=/nosuch/dir true
  ct: options: --overlay adds a writable layer: conflicts with --read-only
  ct: overlay: open f: Not a directory
  ct: overlay: open f/g: Not a directory
  ct: --overlay: '': must not be empty
  ct: --overlay: given twice
  ct: overlay: mkdir /nosuch/dir: No such file or directory
  [125]

A layer without a new mnt namespace is refused
  $ host --share mnt --overlay true
  ct: options: a root or mounts need a new mnt namespace
  [125]
