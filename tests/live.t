# Mounts of a running container.

need root cgroup2
ct mount shows a directory or file of the host, and ct umount removes it
  $ mkroot root; mkdir s; echo hi >s/f; r="$PWD/root"
  > ct run -d -n "$N" -r "$r" sleep 100 >o
  > ct mount "$N" "$PWD/s:/a/b" && ct mount "$N" "$PWD/s/f:/a/f:ro"
  > ct exec "$N" sh -c 'cat /a/b/f /a/f; echo ho >/a/b/g; (: >/a/f)'
  > cat s/g; ct umount "$N" /a/f; ls root/a; ct umount "$N" /a/b; ls root
  > ct umount "$N" /a/b; ct mount "$N" "$PWD/s:/c/d"; ct rm -f "$N"; ls root
  hi
  hi
  *Read-only file system
  ho
  b
  bin
  dev
  etc
  mnt
  proc
  root
  run
  sys
  tmp
  ct: *: /a/b: no such volume
  bin
  dev
  etc
  mnt
  proc
  root
  run
  sys
  tmp

ct mount works in a paused container, and takes mount flags
  $ detached sleep 100; mkdir s; ct pause "$N"
  > ct mount "$N" "$PWD/s:/mnt:noexec,noatime"; ct resume "$N"
  > ct exec "$N" grep -c ' /mnt .*noexec.*noatime' /proc/mounts; ct rm -f "$N"
  1

need root cgroup2 userns
ct mount works in a user namespace
  $ detached --userns=0:100000:1000 --tmpfs /t sleep 100; mkdir s; >s/f
  > ct mount "$N" "$PWD/s:/t/x"; ct exec "$N" sh -c 'ls /t/x; stat -c %u /t'
  > ct umount "$N" /t/x; ct exec "$N" ls /t; ct rm -f "$N"
  f
  0

An unprivileged user may mount into their own container
  $ mkdir s; >s/f; chmod 755 .; delegate "$P" as 1000 sh -c '
  >   "$CT" run -d -n "$0" -r "$R" --tmpfs /t sleep 100 >/dev/null
  >   "$CT" mount "$0" "$PWD/s:/t/x"; "$CT" exec "$0" ls /t/x
  >   "$CT" umount "$0" /t/x; "$CT" exec "$0" ls /t; "$CT" rm -f "$0"' "$N"
  f

What is mounted below the source is as read-only as that
  $ mkdir -p s/sub; mount -t tmpfs none s/sub; chmod 777 s/sub; chmod 755 .
  > delegate "$P" as 1000 sh -c '
  >   "$CT" run -d -n "$0" -r "$R" --tmpfs /t sleep 100 >/dev/null
  >   "$CT" mount "$0" "$PWD/s:/t/x:ro"; "$CT" exec "$0" touch /t/x/sub/f
  >   "$CT" rm -f "$0"' "$N"; umount s/sub
  *Read-only file system

need root cgroup2
ct mount works where mounts are locked, and those made at the start stay
  $ mkdir s; >s/f; detached --cap-add SYS_ADMIN -v "$PWD/s:/srv" sleep 100
  > ct mount "$N" "$PWD/s:/mnt"; ct exec "$N" ls /mnt; ct umount "$N" /mnt
  > ct umount "$N" /srv; ct umount "$N" /proc; ct umount "$N" /proc/sys
  > ct rm -f "$N"
  f
  ct: *: umount /srv: nothing is mounted there, or it was locked *
  ct: *: /proc: no such volume
  ct: *: /proc/sys: no such volume

No mount inside is seen outside, and none outside inside
  $ mount -t tmpfs s . && cd "$PWD" && mount --make-shared . && mkdir a b
  > ct run -d -n "$N" -r "$R" --privileged sleep 100 >/dev/null
  > ct mount "$N" "$PWD:/mnt"
  > ct exec "$N" sh -c 'mount --make-shared /mnt; mount -t tmpfs x /mnt/a'
  > mount -t tmpfs y b; >b/f; ct exec "$N" ls /mnt/b
  > grep -c '/d/a ' /proc/self/mountinfo; umount b; ct rm -f "$N"
  > cd ..; umount d
  0

A link in the root does not lead a mount outside
  $ mkroot root; mkdir s out; ln -s "$PWD/out" root/l; ln -s /proc/1/root root/m
  > ct run -d -n "$N" -r "$PWD/root" sleep 100 >/dev/null
  > ct mount "$N" "$PWD/s:/l/x"; ls out; ct mount "$N" "$PWD/s:/m/x" 2>&1 |
  >   grep -c 'symbolic\|Symbolic'; ct rm -f "$N"; ls out
  1

A mount point that keeps being swapped does not lead a mount outside
  $ mkroot root; mkdir -p s out root/d root/e; ln -s "$PWD/out" root/l
  > ct run -d -n "$N" -r "$PWD/root" sh -c 'while :; do mv d t; ln -s /l d
  >   rm d; mv t d; done' >/dev/null 2>&1
  > for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
  >   ct mount "$N" "$PWD/s:/d/x" 2>/dev/null
  > done; ct rm -f "$N"; ls out; ! grep "$PWD/out" /proc/self/mountinfo

What ct mount cannot do is an error that says so
  $ detached sleep 100; ct mount "$N"; ct mount "$N" /nonexistent:/mnt
  > ct mount "$N" "$PWD:/mnt:rshared"; ct mount "$N" "$PWD:/"
  > ct mount "$N" /proc/sys/..:/mnt:rec,bogus; ct mount none "$PWD:/mnt"
  > ct rm -f "$N"
  ct: mount: needs NAME SRC:DST*
  ct: *: open /nonexistent: No such file or directory
  ct: *: only `ct run` has rshared, copy, try, idmap
  ct: *: /: use --root DIR, *
  ct: *: bogus: not a mount option
  ct: none: no such container

need root cgroup2 /dev/fuse
each hung mute
ct mount gives up after a while on a source that never answers: $it
  $ mkdir m; "$P" "$it" m >p & h=$!; poll grep -qs up p
  $ detached --tmpfs /t sleep 100
  $ within 9000 15000 ct mount "$N" "$PWD/m/x:/t/x"
  ct: *: not done within 10 s
  [125]
  $ ct inspect "$N" | grep -c '"mounts"'; ct rm -f "$N"; kill "$h"
  > wait "$h"; umount -l m
  0

need root cgroup2 userns /dev/fuse
A container with shared pids sees nothing of the helper, which ends with ct
  $ mkdir s; mknod -m 666 fuse c 10 229
  > detached --share=pid --userns=0:100000:1000 --privileged --tmpfs /t \
  >   --device "$PWD/fuse:/dev/fuse" sh -c 'mkdir /t/m; probe hung /t/m'; up
  > "$CT" mount "$N" "$PWD/s:/t/m/x" & p=$!
  > inside() { h=$(grep -l "^PPid:.$p$" /proc/[0-9]*/status 2>/dev/null) &&
  >   h=${h%/status} h=${h#/proc/} && grep -qs Uid:.100000 "/proc/$h/status"; }
  > poll inside; ct exec "$N" sh -c "cd /proc/$h; head -n 1 fd/6
  >   ls fd; readlink cwd || echo hidden; head -c 1 maps"
  > kill -9 $p; wait $p; gone() { [ ! -d "/proc/$h" ]; }; poll gone
  > ct rm -f "$N"
  head: fd/6: Permission denied
  ls: *Permission denied
  hidden
  head: maps: Permission denied

need root cgroup2
limit 3
A hundred mounts are made and removed in order, and none is left
  $ mkdir s; >s/f; detached --tmpfs /t sleep 100
  > for k in $(bb seq 100); do ct mount "$N" "$PWD/s:/t/$k" || break; done
  > ct exec "$N" sh -c 'cat /proc/mounts | grep -c " /t/"'
  > for k in $(bb seq 100); do ct umount "$N" "/t/$k" || break; done
  > ct exec "$N" sh -c 'grep -c " /t/" /proc/mounts'; ct rm -f "$N"
  100
  0

limit 1
inspect lists what was mounted and added
  $ detached sleep 100; mkdir s; ct mount "$N" "$PWD/s:/mnt:ro"
  > ct inspect "$N" | grep -o '"mounts":[^]]*'; ct umount "$N" /mnt
  > ! ct inspect "$N" | grep -c '"mounts":'
  "mounts":?"/mnt","*/s:/mnt:ro"
  0
  $ mknod z c 1 5; ct device add "$N" "$PWD/z:/dev/z"
  > ct inspect "$N" | grep -o '"devices":[^]]*'
  > ct device del "$N" "$PWD/z:/dev/z"
  > ct inspect "$N" | grep -c '"devices":'; ct rm -f "$N"
  "devices":?"/dev/z","*/z:/dev/z"
  0

ct device adds a device and removes it again
  $ mkdir d; mknod d/k c 1 11; mknod d/z c 1 5; chown 12:34 d/z; chmod 640 d/z
  > detached sleep 100; ct device add "$N" "$PWD/d/z:/dev/s/z"
  > ct exec "$N" sh -c 'cd /dev/s; stat -c "%u:%g %a" z; head -c 3 z | wc -c'
  > ct device del "$N" "$PWD/d/z:/dev/s/z"; ct exec "$N" ls /dev/s
  > ct device del "$N" "$PWD/d/z:/dev/s/z"
  > ct device add "$N" "$PWD/d/k:/dev/s/k:r"; ct rm -f "$N"
  12:34 640
  3
  ct: *: /dev/s/z: was not added by `ct device add`
  ct: *: has no device filter: only rwm is possible

The device filter of the cgroup follows each change
  $ mkdir d; mknod d/m c 1 2; mknod d/k c 1 11; chmod 666 d/*
  > detached --cap-add MKNOD --device "$PWD/d/k:/dev/k" sleep 100
  > ct exec "$N" mknod /dev/m2 c 1 2 || echo refused
  > ct device add "$N" "$PWD/d/m:/dev/m:m"; ct exec "$N" mknod /dev/m2 c 1 2
  > ct exec "$N" sh -c ': </dev/m'; ct exec "$N" mknod /dev/k2 c 1 11
  > ct device del "$N" "$PWD/d/m:/dev/m:m"
  > ct exec "$N" mknod /dev/m3 c 1 2 || echo refused; ct rm -f "$N"
  *not permitted
  refused
  *not permitted
  *not permitted
  refused

A device gets no other rights than a node that it has, as those go by number
  $ mknod k c 1 11; k=$PWD/k; detached --device "$k:/dev/r:r" sleep 100
  > ct device add "$N" "$k:/dev/w:rw"; ct device add "$N" "$k:/dev/r2:r"
  > ct device add "$N" "$k:/dev/r2:w"; ct device add "$N" /dev/ptmx:/dev/p:r
  > ct exec "$N" sh -c 'cd /dev; echo r* w* p'; ct device del "$N" "$k:/dev/r2"
  > ct inspect "$N" | grep -c '"devices":'; ct rm -f "$N"
  ct: *: /dev/w: is /dev/r as well, which has other access
  ct: *: /dev/r2: is /dev/r2 as well, which has other access
  ct: *: /dev/p: is /dev/ptmx as well, which has other access
  r r2 random w[*] p
  0

A device that was unplugged is still removed, and so are a directory's nodes
  $ mkdir d e; mknod d/z c 1 5; mknod e/a c 1 5; mknod e/b c 1 8
  > detached sleep 100; for f in "$PWD/d/z:/dev/z" "$PWD/e:/dev/e"; do
  >   ct device add "$N" "$f"; done
  > ct exec "$N" touch /dev/e/own; rm -r d e
  > ct device del "$N" "$PWD/d/z:/dev/z"; ct device del "$N" /dev/e
  > ct exec "$N" ls /dev/z /dev/e; ct rm -f "$N"
  ls: /dev/z: No such file or directory
  /dev/e:
  own

ct device adds a rule and removes it again
  $ detached --cap-add MKNOD sleep 100; n='ct exec $N mknod'
  > eval $n /dev/a c 7 9
  > ct device add "$N" 'c 7:* m'; ct device add "$N" 'b 7:3 m'
  > eval $n /dev/b c 7 9; eval $n /dev/c b 7 3; eval $n /dev/d b 7 4
  > ct inspect "$N" | grep -o '"devices":[^]]*'; ct device del "$N" 'c 7:* m'
  > eval $n /dev/e c 7 9; eval $n /dev/f b 7 3
  > ct device del "$N" 'c 7:* m'; ct device add "$N" 'c 7:x m'
  > ct exec "$N" sh -c 'cd /dev; ls ?'; ct rm -f "$N"
  mknod: /dev/a: Operation not permitted
  mknod: /dev/d: Operation not permitted
  "devices":?"c 7:* m","c 7:* m","b 7:3 m","b 7:3 m"
  mknod: /dev/e: Operation not permitted
  ct: *: c 7:* m: was not added by `ct device add`
  ct: *: c 7:x m: must be 'a|b|c MAJOR:MINOR rwm'
  b
  c
  f

A device's path that is too long is refused, not cut
  $ detached sleep 100; a=$long$long$long$long
  > ct device add "$N" "/dev/null:/dev/$a/z"; ct exec "$N" ls /dev | grep aaa
  > ct rm -f "$N"
  ct: *: open /dev/*: Filename too long

A mount with many options can be removed again
  $ mkdir d; detached sleep 100
  > o=ro; for k in $(seq 1500); do o=$o,nodev; done
  > for to in /mnt /mntt; do
  >   ct mount "$N" "$PWD/d:$to:$o"; ct umount "$N" $to && echo removed
  > done; ct rm -f "$N"
  removed
  removed

Without a device filter, only a rule that allows everything is accepted
  $ detached sleep 100; ct device add "$N" 'a *:* rwm'
  > ct device add "$N" 'a *:* m'; ct rm -f "$N"
  ct: *: has no device filter: only rwm is possible

A link below the container's /dev is not followed
  $ mkdir d v; mknod d/z c 1 5; detached -v "$PWD/v:/mnt" sleep 100
  > ct exec "$N" sh -c 'ln -s /mnt /dev/s'
  > ct device add "$N" "$PWD/d/z:/dev/s/z"; ls v; ct rm -f "$N"
  ct: *: open /dev/s/z: Not a directory

need root cgroup2 userns
In a user namespace the device is the host's node
  $ mkdir d; mknod d/z c 1 5; chmod 666 d/z
  > detached --userns=0:100000:1000 sleep 100
  > ct device add "$N" "$PWD/d/z:/dev/s/z"
  > ct exec "$N" sh -c 'head -c 3 /dev/s/z | wc -c'
  > ct device del "$N" "$PWD/d/z:/dev/s/z"; ct exec "$N" ls /dev/s
  > ct rm -f "$N"
  3

need root cgroup2 overlay
each /proc/sys /proc/keys /data/s
A container that renames and links cannot choose what ct umount removes
  $ mkdir -p s r; echo host >s/f; detached --overlay --ro-path /bin \
  >   -v "$PWD/s:/v/s" -v "$PWD/r:/data/s" sh -c "mv /v /w; mkdir /v
  >   ln -s $it /v/s; echo up; sleep 100"; up
  $ ct mount "$N" "$PWD/s:/m/s"
  > ct exec "$N" sh -c "mv /m /n; mkdir /m; ln -s $it /m/s"
  $ for d in v m; do ct umount "$N" /$d/s || echo $?; done
  > ct exec "$N" sh -c 'true >/proc/sys/kernel/core_pattern; wc -c </proc/keys
  >   cat /w/s/f /n/s/f; grep -c " /data/s " /proc/mounts'
  ct: *: umount /v/s: */s is not there
  125
  ct: *: umount /m/s: */s is not there
  125
  sh: can't create /proc/sys/kernel/core_pattern: Read-only file system
  0
  host
  host
  1
  $ ct exec "$N" sh -c 'rm /m/s; rmdir /m; mv /n /m'; ct umount "$N" /m/s
  > ct exec "$N" sh -c 'grep -c " /m/s " /proc/mounts'; ct rm -f "$N"
  0

need root cgroup2 no-rootfs
ct umount finds a mount given by a relative path, or whose source is deleted
  $ mkdir s d t; detached --tmpfs /m -v ./s:/m/s -v "$PWD/d:/m/d" sleep 100
  > ct mount "$N" t:/m/t; (cd /; for d in s t; do ct umount "$N" /m/$d; done)
  > rmdir d; mkdir d; ct umount "$N" /m/d
  > ct exec "$N" sh -c 'grep -c " /m/" /proc/mounts'; ct rm -f "$N"
  0

need root cgroup2 userns
Nothing is mounted into a container that could undo its ro
  $ detached -U --cap-add SYS_ADMIN sleep 100; mkdir s
  > ct mount "$N" "$PWD/s:/mnt:ro" || echo $?; ct rm -f "$N"
  ct: *: has a user namespace and CAP_SYS_ADMIN: it could clear ro, nosuid and *
  125

need root cgroup2
What was mounted or added at run time is gone and unlisted after a restart
  $ mkdir v s; detached --restart always --tmpfs /t -v "$PWD/v:/v" \
  >   sh -c 'while [ ! -e /v/go ]; do sleep 0.1; done; rm /v/go'
  $ ct mount "$N" "$PWD/s:/t/x"; ct device add "$N" /dev/full:/dev/mine; >v/go
  > again() { ct ls -j | grep -q '"pid":[1-9].*"restarts":1'; }; poll again
  > ct inspect "$N" | grep -c '"/t/x"\|/dev/mine'
  > ct exec "$N" ls /t; ct exec "$N" ls /dev/mine
  > ct mount "$N" "$PWD/s:/t/x"; ct umount "$N" /t/x; ct rm -f "$N"
  0
  ls: /dev/mine: No such file or directory
