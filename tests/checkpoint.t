# Saving and restoring by criu(8): checkpoint, restore.

need root cgroup2 no-rootfs
Images that another user can write to are not restored
  $ mkdir img; printf '\0\0--on-start\0touch ran\0true\0' >img/ct
  > chown 1000 img; ct restore img; chown 0 img; chmod 775 img
  > ct restore img; ls
  ct: img: other users can write to it
  ct: img: other users can write to it
  img

Nothing is written where a link in the images leads
  $ mkdir -p -m 700 img bin; printf '%s\0' "" "" -r "$R" true >img/ct
  > echo keep >f; ln -s ../f img/restore.log; printf '#!/bin/sh\n' >bin/criu
  > chmod 755 bin/criu; PATH=$PWD/bin:$PATH ct restore img >o 2>&1
  > cat f; [ -f img/restore.log ]
  keep

Restore refuses --allow-new-privs where privileges cannot grow
  $ mkdir -p -m 700 img bin; printf '#!/bin/sh\ntouch RAN' >bin/criu
  > printf '%s\0' "" "" -r "$R" --allow-new-privs true >img/ct
  > chmod 755 bin/criu
  > PATH=$PWD/bin:$PATH bb setpriv --nnp "$CT" restore img; ls
  ct: criu: --allow-new-privs: ct was started with no_new_privs
  bin
  img

A mount is not looked for where a link that a container made leads
  $ mkroot root; mkdir -p -m 700 img bin vol root/a/etc; touch vol/f
  > printf '%s\0' "" m/a/etc "" -r "$PWD/root" -v "$PWD/vol:/a/etc" true \
  >   >img/ct; printf '%s\n' '#!/bin/sh' 'mv root/a root/b; ln -s / root/a' \
  >   'for w; do case $w in mnt*) ls "${w#mnt*:}"; esac; done' >bin/criu
  > chmod 755 bin/criu; PATH=$PWD/bin:$PATH ct restore img >o 2>&1
  > cat img/restore.log
  f

Criu reads the images that ct checked, whatever has their name by then
  $ mkdir -p -m 700 img bin; printf '%s\0' "" "" -r "$R" true >img/ct
  > printf '%s\n' '#!/bin/sh' 'mv img x; mkdir img; ls "$3"' >bin/criu
  > chmod 755 bin/criu; PATH=$PWD/bin:$PATH ct restore img >o 2>&1
  > cat x/restore.log; ls img
  ct
  restore.log

A mount whose path could be read as two is not saved
  $ mkroot root; mkdir bin vol; "$CT" run -d -n "$N" -r "$PWD/root" \
  >   -v "$PWD/vol:/a/b" sh -c 'mv /a "/c]:" && echo up; sleep 100' >o; up
  > ln -s "$(command -v true)" bin/criu
  > PATH=$PWD/bin:$PATH ct checkpoint "$N" img; states; "$CT" rm -f "$N"
  ct: t*: /c]:/b: criu has no word for a mount there
  running

need root cgroup2 criu no-rootfs
A counter goes on counting after a restore, with its name and its log
  $ detached --log ring sh -c '
  >   i=0; while :; do echo $((i += 1)); sleep 0.1; done'
  > counts() { [ "$("$CT" logs -n 1 "$N")" -gt "$1" ] 2>/dev/null; }
  > poll counts 3; ct checkpoint "$N" img; states; ls img/ct
  > ct restore img >o; cat o; poll counts 4; states
  > "$CT" logs "$N" | head -n 1 >o
  > [ "$(cat o)" -ge 4 ] && echo goes on; "$CT" stop "$N"; states
  img/ct
  t*
  running
  goes on

A restored container has the same privileges and mounts
  $ mkdir vol; echo v >vol/v
  > detached --log ring -R --oom-score 500 --nice 5 -v "$PWD/vol:/vol:ro" \
  >   --cap-add NET_RAW --tmpfs /data:size=1M --file /etc/motd=hi sleep 100
  > rights >before; ct checkpoint "$N" img; ct restore img >o
  > rights | diff before -
  > ct exec "$N" sh -c '
  >   cat /vol/v /etc/motd; echo; touch /x; hostname; umask' 2>&1
  > "$CT" rm -f "$N"
  v
  hi
  touch: /x: Read-only file system
  t*
  0022

Writable file systems in memory are restored, open files included
  $ detached --log ring -R --tmpfs /data sh -c 'mkdir -m 700 /tmp/d
  >   echo a >/tmp/d/f; echo b >/data/f; chown user /tmp/d/f; exec 5>/tmp/open
  >   i=0; while :; do echo $((i += 1)) >&5; sleep 0.1; done'
  > written() { "$CT" exec "$N" grep -qx "$1" /tmp/open; }
  > poll written 5; ct checkpoint "$N" img; ct restore img >o; poll written 20
  > ct exec "$N" sh -c 'cat /tmp/d/f /data/f; stat -c "%a %U" /tmp/d /tmp/d/f
  >   uniq -d /tmp/open; head -n 5 /tmp/open | tail -n 1'
  > "$CT" rm -f "$N"
  a
  b
  700 root
  644 user
  5

A container left running is restored under another name
  $ detached --log ring sh -c 'echo up; sleep 100'
  > ct checkpoint "$N" img --leave-running; ct restore img -n "$N-2"; states
  > "$CT" exec "$N-2" hostname; "$CT" rm -f "$N" "$N-2"
  t*-2
  running running
  t*

A restore in the foreground forwards signals and returns the status
  $ run -n "$N" --log ring sh -c 'trap "exit 7" USR1; echo up
  >   while :; do sleep 0.1; done' & p=$!
  > begun() { "$CT" logs "$N" 2>/dev/null | grep -q up; }
  > poll begun; ct checkpoint "$N" img; wait $p; echo $?
  > "$CT" restore img --pidfile pid & poll [ -s pid ]
  > "$CT" kill -s USR1 "$N"; wait $!; echo $?
  137
  7

--restart does not restart a container that is saved, only one that ends
  $ detached --log ring --restart always sh -c '
  >   echo "began $((n += 1))"; sleep 100'
  > ct checkpoint "$N" img; states; ct restore img >o; states; "$CT" kill "$N"
  > again() { "$CT" logs "$N" | grep -q began; }
  > poll again; states; "$CT" stop "$N"; states
  running
  running

A container in the host's own root is restored with what it wrote
  $ host -d -n "$N" --log ring sh -c '
  >   echo new >/tmp/f; i=0; while :; do echo $((i += 1)); sleep 0.1; done' >o
  > counts() { [ "$("$CT" logs -n 1 "$N")" -gt "$1" ] 2>/dev/null; }
  > poll counts 3; ct checkpoint "$N" img
  > ct restore img >o; poll counts 4; states
  > "$CT" logs "$N" | head -n 1 >o; [ "$(cat o)" -ge 4 ] && echo goes on
  > ct exec "$N" sh -c 'cat /tmp/f; echo >/x'; ls /tmp/f; "$CT" rm -f "$N"
  running
  goes on
  new
  sh: can't create /x: Read-only file system
  ls: /tmp/f: No such file or directory

Memory that criu pre-dumped is not saved again
  $ detached --log ring sh -c '
  >   i=0; while :; do echo $((i += 1)); sleep 0.1; done'
  > counts() { [ "$("$CT" logs -n 1 "$N")" -gt "$1" ] 2>/dev/null; }
  > poll counts 3; mkdir pre
  > criu pre-dump -t "$(first)" -D pre -o log --track-mem
  > ct checkpoint "$N" img --track-mem --prev-images-dir ../pre
  > readlink img/parent
  > ct restore img >o; poll counts 4; states; "$CT" rm -f "$N"
  ../pre
  running

If criu cannot save a container, it says why and the container runs on
  $ detached --log ring sh -c 'sleep 100 | nc -l -p 80 &
  >   sleep 0.5; sleep 100 | nc 127.0.0.1 80'
  > connected() { "$CT" exec "$N" netstat -tn | grep -q ESTABLISHED; }
  > poll connected; ct checkpoint "$N" img 2>e; echo $?
  > grep -c 'criu: Error.*TCP' e; tail -n 1 e
  > states; "$CT" rm -f "$N"
  125
  1
  ct: t*: criu dump: status 1, see img/dump.log
  running

A restore that fails leaves nothing
  $ detached --log ring sleep 100; ct checkpoint "$N" img; : >img/pstree.img
  > ct restore img 2>e; echo $?; tail -n 1 e; states
  > ls /tmp/.criu* 2>/dev/null; ct restore nosuch
  125
  ct: criu: criu restore: status 1, see img/restore.log
  ct: nosuch: open nosuch: No such file or directory
  [125]

at router
need root cgroup2 criu no-rootfs veth bridge
A container with an address on a bridge answers after a restore
  $ detached --log ring --net veth,bridge=br0,ip=10.9.0.2/24,gw=10.9.0.1 sh -c '
  >   while :; do echo hello | nc -l -p 80; done'
  > asks() { [ "$(bb nc -w 1 10.9.0.2 80 2>&1 </dev/null)" = hello ]; }
  > eth0() { "$CT" net ls "$N" | awk '/eth0/ { print $7, $8 }'; }
  > poll asks; eth0 >before; ct checkpoint "$N" img
  > ct restore img >o; poll asks && echo answers
  > eth0 | diff before - && echo same
  > "$CT" stop "$N"
  answers
  same

With --tcp-established a connection continues after a restore
  $ detached --log ring --net veth,bridge=br0,ip=10.9.0.2/24,gw=10.9.0.1 sh -c '
  >   nc -l -p 80 -e sh -c "
  >     i=0; while :; do echo \$((i += 1)); sleep 0.1; done"'
  > listens() { "$CT" exec "$N" netstat -ltn | grep -q :80; }
  > has() { [ "$(tail -n 1 got)" -gt "$1" ] 2>/dev/null; }
  > poll listens; mkfifo in; bb nc 10.9.0.2 80 <in >got & p=$!; exec 3>in
  > poll has 3; ct checkpoint "$N" img --tcp-established
  > n=$(bb wc -l <got); states
  > ct restore img >o; poll has "$((n + 20))"; kill $p; exec 3>&-
  > bb seq "$n" >want; head -n "$n" got | diff want - && echo goes on
  > "$CT" rm -f "$N"
  goes on

at
need root cgroup2 criu no-rootfs images squashfs
A container whose root is an image is restored with that image
  $ image squashfs; "$CT" run -d -n "$N" -r squashfs --log ring sh -c '
  >   echo new >/tmp/f; i=0; while :; do echo $((i += 1)); sleep 0.1; done' >o
  > counts() { [ "$("$CT" logs -n 1 "$N")" -gt "$1" ] 2>/dev/null; }
  > poll counts 3; ct checkpoint "$N" img
  > ct restore img >o; poll counts 4; states
  > "$CT" logs "$N" | head -n 1 >o; [ "$(cat o)" -ge 4 ] && echo goes on
  > ct exec "$N" sh -c 'grep " / " /proc/mounts; cat /tmp/f; echo >/x'
  > "$CT" rm -f "$N"
  running
  goes on
  image / squashfs ro*
  new
  sh: can't create /x: Read-only file system

need root criu no-rootfs memory pids
Limits and the user are restored
  $ detached --log ring -m 64M --pids 30 -u user --rlimit nofile=99 sleep 100
  > rights >before; ct checkpoint "$N" img; ct restore img >o
  > rights | diff before -
  > ct get "$N" memory.max pids.max; ct exec "$N" id -u; "$CT" stop "$N"
  67108864
  30
  1000

need root cgroup2 criu rootfs
A restore is refused on an initramfs, which criu cannot leave
  $ detached --log ring --restart always sleep 100; ct checkpoint "$N" img
  > ct restore img || echo $?; states
  ct: criu: on an initramfs it cannot change the root: see switch_root(8)
  125

need root cgroup2
A checkpoint that could not be restored is refused at once
  $ for o in --init '-d -t' --userns=0:100000:1000 '--share pid' '--overlay' \
  >   '--cap-add SYS_ADMIN' '--time-offset boottime=1'; do
  >   # shellcheck disable=SC2086
  >   run -d -n "$N" $o sleep 100 >o 2>e || continue
  >   ct checkpoint "$N" img; "$CT" rm -f "$N"
  > done; [ ! -e img ]; ct checkpoint nosuch img; ct checkpoint; ct restore
  ct: t*: has --init: cannot be restored
  ...

So is one with mounts made by ct mount
  $ detached --log ring sleep 100; mkdir s; ct mount "$N" "$PWD/s:/mnt"
  > ct checkpoint "$N" img; ct umount "$N" /mnt; ct rm -f "$N"; [ ! -e img ]
  ct: t*: has mounts made by `ct mount`: cannot be restored

A checkpoint without criu says that criu is missing
  $ detached --log ring sleep 100; PATH=/nosuch ct checkpoint "$N" img; states
  > "$CT" rm -f "$N"
  ct: t*: execve criu: No such file or directory (PATH is /nosuch)
  running

at
need root cgroup2 criu no-rootfs
LXC's API saves and restores a container
  $ template; lxc create "$PWD/template"; lxc set lxc.console.path none
  > lxc start sh -c 'i=0; while :; do echo $((i += 1)) >/n; sleep 0.1; done'
  > counts() { [ "$(cat "$N/rootfs/n" 2>&1)" -gt "$1" ] 2>/dev/null; }
  > poll counts 3; lxc checkpoint "$PWD/img/one" stop; lxc state
  > n=$(cat "$N/rootfs/n"); lxc restore img/one; lxc state
  > poll counts $((n + 3)); lxc run hostname; lxc stop
  > [ "$(cat "$N/rootfs/n")" -lt $((n + 100)) ] && echo goes on
  STOPPED
  RUNNING
  t*
  goes on

LXC's API keeps running what it cannot save, and says what it cannot restore
  $ ready; lxc checkpoint img stop; lxc state; lxc restore img; lxc stop
  > lxc restore img; lxc state; mkdir -p b/c; lxc checkpoint b/c
  > lxc migrate 1; lxc migrate 9 img; ls b
  checkpoint: t*: criu dump: *tty*, see img/dump.log
  RUNNING
  t*: it is RUNNING: *
  *: read */img/ct: No such file or directory
  STOPPED
  t*: it is not running
  migrate: no directory: Invalid argument
  migrate: command 9: Invalid argument
  c

LXC's API saves memory before it stops the container
  $ lxc migrate 3 || exit 0; template; lxc create "$PWD/template"
  > lxc set lxc.console.path none; lxc start
  > lxc migrate 0 "$PWD/img/pre"; lxc state
  > lxc migrate 1 "$PWD/img/all" ../pre; lxc state; lxc migrate 2 img/all
  > lxc state; lxc stop
  features 1
  RUNNING
  STOPPED
  RUNNING
