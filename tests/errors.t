# Errors are accurate: one true line each, with the cause where it is known.

need root
In a chroot the error says what is wrong with /
  $ cp "$CT" "$R/ct"; chroot "$R" /ct run true; s=$?; rm "$R/ct"; (exit $s)
  ct: private: mount / private: Invalid argument (/ is not a mount point: in a*
  [125]

need root unshare
A user without user namespaces is told that a chroot prevents them
  $ cp "$CT" "$R/ct"; unshare -m sh -c "mount --rbind /proc '$R/proc' &&
  >   exec chroot '$R' /bin/probe as 1000 /ct run true"; s=$?; rm "$R/ct"
  > (exit $s)
  ct: clone: clone3: Operation not permitted (ct runs in a chroot, where*
  [125]

A user whose id is not mapped is told so
  $ unshare -U "$CT" run -r "$R" true
  ct: clone: clone3: Operation not permitted (*user namespace that maps no ids)
  [125]

need root /proc/sys/kernel/unprivileged_userns_clone
A user without user namespaces is told which sysctl prevents them
  $ s=/proc/sys/kernel/unprivileged_userns_clone; was=$(cat $s); echo 0 >$s
  > "$P" as 1000 "$CT" run -r "$R" true; r=$?; echo "$was" >$s; (exit $r)
  ct: clone: clone3: *permitted (sysctl kernel.unprivileged_userns_clone=1)
  [125]

need root
The error for a limit on files above the kernel's maximum names the sysctl
  $ run --rlimit nofile=2000000000 true
  ct: rlimit: setrlimit nofile: Operation not permitted (*sysctl fs.nr_open*
  [125]
  $ run --rlimit memlock=1 --rlimit nofile=10:20 true

ct says so if its binary is unreadable or there is no /proc
  $ cp "$CT" c; chmod 111 c; chmod 755 .; "$P" as 1000 "$PWD/c" run true
  ct: seal: *: Permission denied (ct's file must be readable)
  [125]
  $ chmod 755 c; unshare -m sh -c 'umount -l /proc
  >   exec "$P" as 1000 "$PWD/c" run true'
  ct: seal: no read-only copy *: No such file or directory (needs /proc)
  [125]

Permission denied names the directory or the mount option at fault
  $ mkdir -p r/bin x; cp "$R/bin/busybox" r/bin/sh; cp "$R/bin/busybox" x/sh
  > chmod 700 r x; "$CT" run -r r -u 1000 /bin/sh
  ct: exec: execve /bin/sh: Permission denied (user 1000 may not search /)
  [126]
  $ "$CT" run -r r -u 1000 sh
  ct: exec: execve sh: Permission denied (user 1000 may not search /)
  [126]
  $ run -v "$PWD/x:/mnt" -u 1000 /mnt/sh
  ct: exec: execve /mnt/sh: Permission denied (user 1000 may not search /mnt)
  [126]
  $ chmod 755 x; run -v "$PWD/x:/mnt:noexec" /mnt/sh
  ct: exec: execve /mnt/sh: Permission denied (it is mounted with noexec)
  [126]
  $ chmod 644 x/sh; run -v "$PWD/x:/mnt" /mnt/sh
  ct: exec: execve /mnt/sh: Permission denied (user 0 may not execute /mnt/sh)
  [126]

In an unprivileged container ct blames no sysctl
  $ run -R -v "$CT:/mnt/ct" /mnt/ct run true
  ct: clone: clone3: Operation not permitted (a seccomp filter or ct lacks*
  [125]
  $ run -R -v "$CT:/mnt/ct" --seccomp none /mnt/ct run true
  ct: clone: clone3: Operation not permitted (a seccomp filter or ct lacks*
  [125]
  $ with="--seccomp none --cap-add SYS_ADMIN"
  > run -R -v "$CT:/mnt/ct" $with /mnt/ct run true
  ct: net: set lo up: Operation not permitted (needs CAP_NET_ADMIN where*
  [125]
  $ run -R -v "$CT:/mnt/ct" --cap-add ALL /mnt/ct run true
  ct: session: keyctl *: Operation not permitted (a seccomp filter *--try*)
  [125]

A passwd that cannot be read is not reported as one without the user
  $ mkdir -p r/bin r/etc/passwd; cp "$R/bin/busybox" r/bin/true
  > "$CT" run -r r -u user true
  ct: user: read the container's /etc/passwd: Is a directory
  [125]
  $ rmdir r/etc/passwd; mkfifo r/etc/passwd; "$CT" run -r r -u user true
  ct: user: read the container's /etc/passwd: * (not a regular file)
  [125]
  $ rm r/etc/passwd; cp "$R/etc/passwd" r/etc; chmod 600 r/etc/passwd
  > cp "$CT" c; chmod 755 . r c; "$P" as 1000 "$PWD/c" run -r r -u user true
  ct: user: read the container's /etc/passwd: Permission denied
  [125]
  $ "$CT" run -r r -u nosuch true
  ct: user: user nosuch: not in the container's /etc/passwd
  [125]

need root overlay
A missing layer is named
  $ for o in lowerdir=/bin:/nosuch lowerdir=/bin,upperdir=/nosuch,workdir=/mnt \
  >   lowerdir=/bin,upperdir=/tmp,workdir=/nosuch; do
  >   host --mount "overlay:x:/mnt:$o" true
  > done
  ct: mount: *overlay: No such file or directory (/nosuch is missing)
  ct: mount: *overlay: No such file or directory (/nosuch is missing)
  ct: mount: *overlay: No such file or directory (/nosuch is missing)
  [125]

need root strace
No hook is named if none was given
  $ for k in 1 2 3 4 5 6 7 8; do
  >   strace -o log -e trace=write -e inject=write:error=EPERM:when=$k \
  >     "$CT" run -r "$R" true 2>&1
  > done | grep -o -e on-start -e 'ct: go: release the child'
  ct: go: release the child

need root rootfs pids
A process limit too low for ct itself is reported as a limit
  $ run --pids 1 true
  ct: lock: fork: Resource temporarily unavailable (a limit on processes: *
  [125]

need root pids no-rootfs
The limit of a container is named by exec, which it leaves no process
  $ detached --pids 1 sleep 100; ct exec "$N" true
  ct: clone: clone3: Resource temporarily unavailable (*, pids.max, --pids, *)
  [125]
  $ ct rm -f "$N"

need root cgroup2
A limit of the user's processes is named where it forbids the command
  $ detached -u 4321 sh -c 'sleep 100 & echo up; sleep 100'; up
  $ run -u 4321 --rlimit nproc=1 -- true
  ct: exec: execve *true: Resource temporarily unavailable (*RLIMIT_NPROC, *)
  [126]
  $ ct rm -f "$N"

need root cpuset io
A value that a controller refuses is explained
  $ run --cpuset 777 true
  ct: limits: write 777 to cpuset.cpus: *(there are fewer processors)
  [125]

need root cgroup2 io no-wraps
A value that the io controller refuses is explained
  $ run --io 99:0:rbps=1 true
  ct: limits: write 99:0 rbps=1 to io.max: *(only for whole disks, not *
  [125]

need vm root
A missing newuidmap is named
  $ cp "$CT" c; chmod 755 . c; for u in =0:1000:1,1:100000:9 =0:5:1; do
  >   "$P" as 1000 "$PWD/c" run --userns$u true; done
  ct: idmap: execute /usr/bin/newgidmap: No such file or directory (only root *)
  ct: idmap: execute /usr/bin/newgidmap: No such file or directory (only root *)
  [125]

need vm root
If newuidmap fails, no_new_privs or its own message is the reason
  $ for f in newuidmap newgidmap; do cp "$R/bin/busybox" "/usr/bin/$f"; done
  > for f in subuid subgid; do echo 1000:100000:65536 >"/etc/$f"; done
  > cp "$CT" c; chmod 755 . c
  > m=--userns=0:1000:1,1:100000:9; for o in "$m" "$m --try userns"; do
  >   "$P" as 1000 "$R/bin/busybox" setpriv --nnp "$PWD/c" run $o true
  > done; "$P" as 1000 "$PWD/c" run true
  > rm /usr/bin/newuidmap /usr/bin/newgidmap /etc/subuid /etc/subgid
  ct: idmap: /usr/bin/newgidmap cannot work: ct was started with no_new_privs
  ct: idmap: /usr/bin/newgidmap cannot work: ct was started with no_new_privs
  ct: idmap: newgidmap: applet not found

need
An invalid map is answered with an example
  $ run --userns=0:1 true; run --uidmap 1 true
  ct: --userns: 0:1: must be *, such as 0:100000:9, ids below 4294967295
  ct: --uidmap: 1: must be *, such as 0:100000:9, ids below 4294967295
  [125]

need
An invalid value is shown as it was given
  $ run --uidmap 0:4294967290:10 true; run --userns=0:1:2,0:4294967290:10 true
  > run --rlimit nofile2=3:4 true; run --sysctl a.b..c=1 true
  > run --symlink a:/ --volume :/x true; run --device /etc/x:r true
  ct: --uidmap: 0:4294967290:10: must be IN:OUT:COUNT*
  ct: --userns: 0:1:2,0:4294967290:10: must be *
  ct: --rlimit: nofile2=3:4: must be NAME=SOFT*
  ct: --sysctl: a.b..c=1: must be KEY=VALUE
  ct: --symlink: /: must not be the root
  ct: --device: /etc/x:r: must be *
  [125]

Host and none are not interface types, and take no keys
  $ run --net host,ip=10.0.0.1/24 true; run --net none,x true
  ct: --net: host takes no keys: ip=10.0.0.1/24
  ct: --net: none takes no keys: x
  [125]

An error names ct once
  $ ct bogus; ct events
  ct: bogus: no such verb, see `ct help`
  ct: events: needs a container's name
  [125]

need root cgroup2
An error names the container once
  $ ct create "$N"; ct create "$N"; ct create "$N-a/b"; ct rm "$N"
  ct: t*[0-9]: a container or cgroup of this name exists
  ct: t*[0-9]-a/b: its parent was not made by `ct create`

A real-time signal is counted from the first or the last one
  $ last=64; case $(uname -m) in mips*) last=127 ;; esac
  > for s in RTMIN+3:37 "sigrtmax-1:$((last - 1))" RTMIN+1:35; do
  >   run -n "$N" --stop-signal "${s%:*}" sh -c "trap 'exit 7' ${s#*:}
  >     echo up; while :; do sleep 0.02; done" >o 2>&1 & poll test -s o
  >   ct stop "$N"; wait $! || echo $?; : >o
  > done
  7
  7
  7
  $ run --stop-signal RTMIN true
  > for s in RTMIN+31 RTMIN-1 RTMAX+1 RTMAX-31 RTMIN+ RTMIN+x RT; do
  >   says run --stop-signal "$s" true
  > done | uniq -c | tr -s ' '
   7 125 1

need root
A file descriptor that is not open is an error in the option that names it
  $ run --ns net=/dev/fd/77 echo RAN
  ct: join: open /dev/fd/77: No such file or directory
  [125]
  $ run --ns uts=/proc/self/fd/77 -R echo RAN
  ct: join: open /proc/self/fd/77: No such file or directory
  [125]

need
A name is shown as written, except characters that could disguise a line
  $ "$CT" run -r "$PWD/Ärger €😀" true
  > for c in '\302\233' '\342\200\256' '\342\200\250' '\303' '\300\200' \
  >   '\355\240\200' '\364\220\200\200' '\233' '\177' '\342\202'; do
  >   "$CT" run -r "/$(printf "$c")x" true
  > done 2>&1 | sed 's/:[^:]*$//'
  ct: --root: */Ärger €😀: No such file or directory
  ct: --root: /[?][?]x
  ct: --root: /[?][?][?]x
  ct: --root: /[?][?][?]x
  ct: --root: /[?]x
  ct: --root: /[?][?]x
  ct: --root: /[?][?][?]x
  ct: --root: /[?][?][?][?]x
  ct: --root: /[?]x
  ct: --root: /[?]x
  ct: --root: /[?][?]x

An empty string is shown in quotes
  $ run ''; run -u :1000 true; run -u 0: true; run --seccomp '' true
  > ct ''; ct ls ''; ct help ''; ct create ''; run -e '' true
  ct: exec: execve '': No such file or directory (PATH is *)
  ct: user: user '': not in the container's /etc/passwd
  ct: user: group '': not in the container's /etc/group
  ct: --seccomp: '': No such file or directory
  ct: '': no such verb, see `ct help`
  ct: '': not a name
  ct: '': no such verb
  ct: '': not a name
  ct: --env: '': must be NAME[[]=VALUE]
  [125]

need root
A source that has been deleted is named as the cause
  $ mkdir gone; cd gone; rmdir ../gone
  > for o in "-r $R -v .:/x" "-r ." "-r $R --overlay=.";
  > do ct run $o true; done; :
  ct: mount: move_mount /x: No such file * (has its source been deleted?)
  ct: root: move_mount .: No such file * (has its source been deleted?)
  ct: overlay: move_mount the layer: * (has its source been deleted?)

# before, ct's own file may have to be copied, which is limited first
need root cgroup2 linux-5.12
A limit on the size of files is named where it stops ct
  $ for o in --pidfile=p --file=/tmp/x=abc --log=ring; do
  >   "$P" limit fsize 0 "$CT" run -r "$R" $o true; done 2>&1 | cat
  ct: record: write p: File too large (RLIMIT_FSIZE *)
  ct: mount: write *: File too large (RLIMIT_FSIZE *)
  ct: log: make the ring: File too large (RLIMIT_FSIZE *)
