# Callers that lack something: /proc, descriptors, memory, a directory.

need root
A container has its own /proc where the caller has none
  $ unshare -m sh <<'E'
  > umount -l /proc && "$CT" run -r "$R" sh -c 'echo $$; ls -d /proc/1'
  > E
  1
  /proc/1

A command runs where the caller has neither /proc nor /sys
  $ unshare -m sh -c 'umount -l /sys; umount -l /proc
  >   "$CT" run -r "$R" echo hi'
  hi

The protections hold where the caller has no /proc
  $ unshare -m sh <<'E'
  > umount -l /proc && "$CT" run -r "$R" --cap-add ALL sh -c '
  >   (: >>/proc/sysrq-trigger) 2>/dev/null && echo open
  >   head -c1 /proc/keys; probe sys keyctl i386'
  > E
  keyctl EPERM
  i386 *

A command runs where the caller's /proc is a tmpfs
  $ unshare -m sh -c 'mount -t tmpfs x /proc && "$CT" run -r "$R" echo hi'
  hi

A command runs where the caller's /proc is of an outer pid namespace
  $ unshare -mpf "$CT" run -r "$R" --userns=0:1000:9 cat /proc/self/uid_map
   *0 *1000 *9
  $ unshare -mpf "$CT" run -r "$R" --ns net=/proc/self/ns/net echo hi
  hi

need userns
A procfs of an outer pid namespace is told from one that works
  $ unshare -Urpf "$CT" run --userns=0:0:1 true
  ct: clone: no procfs of this pid namespace: mount -t proc proc /proc
  [125]

need root
Without /proc a command runs in a user namespace, new or joined
  $ export N; unshare -m sh <<'E'
  > umount -l /proc; o=--userns=0:100000:9; "$CT" run $o -r "$R" echo "$o"
  > "$CT" run -d -n "$N" $o -r "$R" sleep 100; "$CT" exec "$N" echo exec
  > "$CT" run --ns "user=$N" -r "$R" sh -c 'echo $$; ls -d /proc/1'
  > "$CT" run -w / $o sh -c 'echo $$'; "$CT" rm -f "$N"
  > E
  --userns=0:100000:9
  t*
  exec
  1
  /proc/1
  1

If the only procfs is a read-only one elsewhere, the error says so
  $ unshare -m sh <<'E'
  > mkdir p; mount -t proc -o ro proc p
  > umount -l /proc; "$CT" run -r "$R" echo root
  > "$CT" run --userns=0:100000:9 -r "$R" echo user
  > E
  root
  ct: proc: mount_setattr /proc: * (the only visible proc mount is read-only; *)
  [125]

need root cgroup2
A container can be detached where the caller has no /dev/null
  $ export N; unshare -m sh <<'E'
  > mount -t tmpfs none /dev && rm -f /dev/null
  > "$CT" run -d -n "$N" -r "$R" sh -c '
  >   cat; echo gone; echo gone >&2; sleep 100' 2>&1 | cat
  > "$CT" exec "$N" echo in; "$CT" rm -f "$N"
  > E
  t*
  in

need root
Without /proc a command runs in the host's own root
  $ unshare -m sh <<'E'
  > umount -l /proc && cd / && "$CT" run sh -c 'echo $$'
  > E
  1

A command cannot get out of a root on its own tmpfs
  $ mount -t tmpfs x . && cd "$PWD" && mkroot root && touch canary
  $ ct run --privileged -r "$PWD/root" probe lift "$PWD/canary"
  ...
  *inside
  $ ct run -r "$PWD/root" probe climb "$PWD/canary"
  ...
  *inside
  $ cd ..; umount d

need
Few file descriptors are enough
  $ "$P" limit nofile 40 "$CT" run -r "$R" echo hi
  hi

Too few file descriptors are an error
  $ "$P" limit nofile 8 "$CT" run -r "$R" echo hi
  ct: ?*
  [125]

Little memory is enough
  $ "$P" limit as 16777216 "$CT" run -r "$R" true

The caller's directory may be deleted
  $ mkdir x; cd x; rmdir ../x; run pwd
  /

# Before 5.12 the ct binary has to be copied.
need linux-5.12
A caller whose files may not grow can run a command
  $ "$P" limit fsize 0 "$CT" run -r "$R" true

need user
If no process may be created, the error says so
  $ "$P" limit nproc 1 "$CT" run -r "$R" true
  ct: *Resource temporarily unavailable*
  [125]

need root cgroup2
A command runs where no cgroup2 is mounted
  $ unshare -m sh -c 'umount -l /sys/fs/cgroup/unified 2>/dev/null ||
  >     umount -l /sys/fs/cgroup
  >   "$CT" run -r "$R" echo hi'
  hi

need root vm
each user net
If no more $it namespaces are allowed, the error says so
  $ f=/proc/sys/user/max_${it}_namespaces; was=$(cat $f); echo 0 >$f
  $ run --unshare $it true
  ct: *max_*_namespaces*
  [125]
  $ echo "$was" >$f

need root userns
each user pid net ipc uts cgroup $(have timens && echo time)
A namespace refused by its sysctl is an error, and --try does without it
  $ inner() { "$CT" run -r / --privileged --userns=0:0:65536 -w / sh -c '
  >   echo 0 >/proc/sys/user/max_$0_namespaces; "$@"' "$it" "$CT" run -r "$R" \
  >   --unshare "$it" "$@"; }
  $ inner echo RAN
  ct: *: * a new $it namespace: No space left on device (sysctl *max_$it*)
  [125]
  $ inner --try "${it}ns" echo hi
  ct: warning: * a new $it namespace: No space left on device (sysctl *max_$it*)
  hi

--try netns does not set up interfaces in the caller's network
  $ "$CT" run -r / --privileged --userns=0:0:65536 -w / sh -c '
  >   echo 0 >/proc/sys/user/max_net_namespaces; "$@"; ls /sys/class/net' sh \
  >   "$CT" run -r "$R" --try netns --net veth echo RAN
  ct: net: unshare a new net namespace: No space left on device (sysctl *)
  lo

--try userns starts over where the ID map cannot be written
  $ "$CT" run -r / --privileged --userns=0:0:65536 -w / "$CT" run -r "$R" \
  >   --try userns --userns=0:100000:2 id -u
  ct: warning: idmap: write 0 100000 2 to gid_map: Operation not permitted *
  0

--try userns makes no device usable that a user namespace would block
  $ run --try userns --userns=0:100000:10 --uidmap 5:200000:10 \
  >   --cap-add mknod sh -c '
  >   mknod /tmp/x c 1 11; mknod /tmp/null c 1 3; ls /tmp'
  ct: warning: idmap: write * to uid_map: Invalid argument (*overlap)
  mknod: /tmp/x: Operation not permitted
  null

# which has the rights of root inside it, and those of uid 1000 outside
need root userns
Root of a user namespace is treated as an unprivileged user
  $ "$P" as 1000 unshare -r "$CT" run -r "$R" sh -c 'echo hi; id -u'
  hi
  0

Root of a user namespace that keeps its network gets the /sys it sees
  $ sys='ls -d /sys/class/net/lo; ! mkdir /sys/x 2>/dev/null'
  > "$P" as 1000 unshare -r "$CT" run -r "$R" --net host sh -c "$sys"
  > "$P" as 1000 unshare -r sh -c 'echo 0 >/proc/sys/user/max_net_namespaces
  >   "$@"' sh "$CT" run -r "$R" --try netns sh -c "$sys"
  /sys/class/net/lo
  ct: warning: net: unshare a new net namespace: No space left on device *
  /sys/class/net/lo

Missing mount points appear where the caller's namespace maps no owner
  $ "$P" as 1000 unshare -r "$CT" run -r "$R" -v "$PWD:/new/d" ls -d /new/d
  /new/d

need root
ct init needs the machine's root
  $ "$P" as 1000 "$CT" init
  ct: init: needs root
  [125]

need root userns cgroup2
Root of a user namespace cannot enter a container of the machine's root
  $ detached sleep 100; "$P" as 1000 unshare -r "$CT" run -r "$R" echo hi
  > "$P" as 1000 unshare -r "$CT" exec "$N" echo RAN
  > "$P" as 1000 unshare -r "$CT" run --pids 9 -r "$R" echo RAN; ct rm -f "$N"
  hi
  ct: t*: no cgroup is delegated to this user
  ct: cgroup: no cgroup is delegated to this user

An error about a root that the caller may not enter names the root
  $ mkdir d; chmod 700 d; "$P" as 1000 "$CT" run -r d true
  ct: --root: d: Permission denied
  [125]

A user who can set no groups runs as a member of some, unless asked for them
  $ mkroot root; echo me:x:1000:1000::/: >root/etc/passwd
  > echo some:x:7:root,me >root/etc/group
  > for o in '--userns=1000:1000:1 -u me' '-u 0:0,7'; do
  >   "$P" as 1000 "$CT" run -r "$PWD/root" $o sh -c 'id -u; id -G'
  > done
  1000
  1000
  ct: caps: setgroups: Operation not permitted (*newgidmap*)
  [125]

A detached container without a cgroup warns that no verb finds it
  $ "$P" as 1000 "$CT" run -d -r "$R" true
  ct: warning: cgroup: runs without a cgroup: no verb finds it, --pidfile*
  ct-*

An ordinary user is told why a noexec mount and half a device are refused
  $ mkdir d; unshare -m sh <<'E'
  > mount -t tmpfs -o noexec x d
  > "$P" as 1000 "$CT" run -r "$R" -v "$PWD/d:/mnt:exec" true
  > "$P" as 1000 "$CT" run -r "$R" --device /dev/zero:r true
  > E
  ct: mount: *mount* /mnt: Operation not permitted (a user cannot lift *)
  ct: devices: bpf *: Operation not permitted (only root * rwm needs none)
  [125]

Without a cgroup nothing is held, delegated or put into another cgroup
  $ for o in "-d --hold" --delegate "-n $N/a"; do
  >   "$P" as 1000 "$CT" run $o -r "$R" echo RAN
  > done
  ct: cgroup: no cgroup is delegated to this user
  ct: cgroup: no cgroup is delegated to this user
  ct: cgroup: no cgroup is delegated to this user
  [125]

Root of a user namespace creates cgroups in one that was delegated to it
  $ export N; delegate "$P" as 1000 unshare -r sh <<'E'
  > "$CT" run -d -n "$N" -r "$R" sleep 100
  > "$CT" ls | tail -n 1 | cut -c 1-34 | tr -s ' '
  > "$CT" exec "$N" id -u; "$CT" rm -f "$N"; "$CT" ls | wc -l
  > E
  t*
  t* running *
  0
  1

A read-only cgroup2 counts as none
  $ unshare -m sh <<'E'
  > for d in /sys/fs/cgroup/unified /sys/fs/cgroup; do
  >   [ ! -f $d/cgroup.procs ] || { mount --bind $d $d
  >     mount -o remount,bind,ro $d; break; }; done
  > "$CT" run -r "$R" echo hi; "$CT" run -r "$R" --pids 9 echo RAN
  > E
  hi
  ct: cgroup: cgroup2 is mounted read-only
  [125]

need root landlock
Where Landlock forbids mounts, run and check say so
  $ ll() { perl -e '$a = pack("Q", 2); syscall(446, syscall(444, $a, 8, 0), 0);
  >   exec @ARGV' "$@"; }
  > ll "$CT" run -r "$R" true; ll "$CT" check | grep -c 'no mounts in it: Land'
  > ll "$CT" run --share mnt echo hi
  ct: private: mount / private: Operation not permitted (Landlock, *)
  1
  hi

need root userns /usr/bin/setpriv /usr/bin/newuidmap
With no_new_privs or after newgrp a user has no range of ids by default
  $ chmod 711 .; echo 1000:100000:9 >s; echo me:x:1000:1000::/: >p; export R
  > unshare -m sh <<'E'
  > for f in subuid subgid; do mount --bind s /etc/$f; done
  > mount --bind p /etc/passwd
  > r() { setpriv --reuid=1000 --clear-groups --regid=$* -r "$R" \
  >   cat /proc/self/gid_map; }
  > r 1000 "$CT" run; r 1000 --no-new-privs "$CT" run; r 77 "$CT" run
  > r 1000 --no-new-privs "$CT" run --userns=0:1000:1,1:100000:9
  > E
   *0 *1000 *1
   *1 *100000 *9
   *0 *1000 *1
   *0 *77 *1
  ct: idmap: /usr/bin/newgidmap cannot work: ct was started with no_new_privs
  [125]

A range of ids that is not mapped around ct is not used by default
  $ chmod 711 .; echo 1000:100000:9 >s; cp "$CT" c; export R
  > for n in 100005 100009; do
  >   "$CT" run -r / --privileged --allow-new-privs --userns=0:0:$n \
  >     -v "$PWD/s:/etc/subuid" -v "$PWD/s:/etc/subgid" -v "$PWD:/mnt:suid" \
  >     -v "$R:/opt" setpriv --reuid=1000 --regid=1000 --clear-groups \
  >     /mnt/c run -r /opt cat /proc/self/uid_map /proc/self/gid_map
  > done
   *0 *1000 *1
   *0 *1000 *1
   *0 *1000 *1
   *1 *100000 *9
   *0 *1000 *1
   *1 *100000 *9

What newgidmap says is in the error, and it works without /dev/null
  $ chmod 711 .; echo 1000:100000:9 >s; export R; unshare -m sh <<'E'
  > for f in subuid subgid; do mount --bind s /etc/$f; done
  > r() { setpriv --reuid=1000 --regid=1000 --clear-groups "$CT" run --try dev \
  >   -r "$R" "$@" cat /proc/self/gid_map | tr -s ' '; }
  > r --userns=0:1000:1,1:5:2; mount -o remount,bind,ro /proc; r; umount /proc
  > mount -t proc proc /proc; mount -t tmpfs x /dev; r
  > E
  ct: idmap: newgidmap: gid range * not allowed (not in /etc/subuid and *)
  ct: idmap: newgidmap: * gid_map failed: Read-only file system
  ct: warning: dev: bind /dev/null: No such file or directory
   0 1000 1
   1 100000 9

A directory that only the caller's groups may enter is told from a hidden one
  $ chmod 711 .; echo 1000:100000:9 >s; mkdir -m 770 d; chgrp 77 d
  > unshare -m sh <<'E'
  > for f in subuid subgid; do mount --bind s /etc/$f; done; cd d
  > r() { setpriv --reuid=1000 --regid=1000 --groups=77 "$CT" run "$@"; }
  > r -v "$PWD" pwd; r -v "$PWD" -w "$PWD" pwd
  > r -v "$PWD" --uidmap 0:1000:1 --gidmap 0:1000:1 pwd
  > E
  ct: warning: workdir: *: Permission denied (*--gidmap 0:GID:1 keeps them)
  /
  ct: workdir: chdir *: Permission denied (*--gidmap 0:GID:1 keeps them)
  */d

need root
-v is no answer to a directory that the command's user may not enter
  $ chmod 711 .; mkdir -m 700 d; cd d; "$CT" run -u 5:5 -v "$PWD" pwd
  ct: warning: workdir: starts in /, not in the caller's */d: Permission denied
  /

need root userns /usr/bin/setpriv
Root without CAP_SYS_ADMIN gets a user namespace as an ordinary user does
  $ less() { setpriv --bounding-set=-sys_admin "$CT" "$@"; }
  > mkdir d; >d/f; less run --userns=0:0:1 -r "$R" -v "$PWD/d:/mnt" ls /mnt
  > less run -r "$R" echo RAN
  f
  ct: clone: clone3: Operation not permitted (*ct lacks CAP_SYS_ADMIN*
  [125]

need root userns
An ID map that root may not write is not blamed on /etc/subuid
  $ run -R --seccomp none -v "$CT:/mnt/ct" /mnt/ct run --userns=0:0:1 -r / true
  ct: idmap: write 0 0 1 to ?id_map: Operation not permitted (*CAP_SETFCAP*
  [125]

need root cgroup2
A detached container does not keep its caller's working directory busy
  $ mkdir m; mount -t tmpfs x m; (cd m; run -d -n "$N" sleep 100 >../o)
  > umount m && echo free; ct rm -f "$N"
  > mount -t tmpfs x m; (cd m; run -d --pidfile p -n "$N" sleep 100 >../o)
  > ct rm -f "$N"; ls m; umount m
  free

need root userns cgroup2
A cgroup that is delegated may have a path of any length
  $ g=/sys/fs/cgroup/unified; [ -d $g ] || g=/sys/fs/cgroup
  > top=$g/$N; g=$top/$long/$long/$long/$long; mkdir -p "$g/in"; cp "$CT" ct
  > chown 1000 "$g" "$g"/cgroup.* "$g/in" "$g"/in/cgroup.*
  > user() { sh -c 'echo 0 >"$0/in/cgroup.procs"; exec "$@"' "$g" \
  >   "$P" as 1000 ./ct "$@"; }
  $ user run -d -n a -r "$R" sleep 100; user exec a echo in; user rm -f a
  a
  in
  $ gone() { find "$top" -depth -type d -exec rmdir {} +; }; poll gone
