# Exhausted resources - file descriptors, cgroups, inodes, keys, mounts, memory:
# one accurate error, and nothing left behind.

each 3 4 5 6 7 8 9 10 11 12 13 14 15 16
Run with $it file descriptors works, or says that there are too few
  $ true_line() { [ "$(grep -c . e)" = 1 ] &&
  >   grep -q '^ct: [^:]*: .*: No file descriptors available$' e; }
  $ (exec 2>e; ulimit -n $it; run -R true) || true_line || cat e

need root cgroup2
each 4 5 6 7 8 9 10 11 12
So does run in a group, with $it
  $ ct create "$N"; (exec 2>e; ulimit -n $it; run -n "$N/a" true)
  > grep -vc 'No file descriptors available$' e; ct rm "$N"
  0

need root cgroup2
each 3 4 5 6 7 8 9 10 11 12
Exec with $it file descriptors works, or says that there are too few
  $ detached sleep 100; (ulimit -n $it; ct exec "$N" true); ct rm -f "$N"
  ct: *: *: No file descriptors available

A verb with too few file descriptors says so, not that nothing runs
  $ detached sleep 100; for v in ls "wait -t 1" stop inspect; do
  >   (ulimit -n 12; ct $v "$N"); done; states; ct rm -f "$N"
  ct: ls: needs 16 file descriptors, RLIMIT_NOFILE is 12
  ct: wait: needs 16 file descriptors, RLIMIT_NOFILE is 12
  ct: stop: needs 16 file descriptors, RLIMIT_NOFILE is 12
  ct: inspect: needs 16 file descriptors, RLIMIT_NOFILE is 12
  running

need root cgroup2 strace
With 24, each of 70 processes is killed, also where there is no cgroup.kill
  $ ct create "$N"; i=0; set --; while [ $((i += 1)) -le 70 ]; do
  >   sleep 100 & set -- "$@" $!; done; ct enter "$N" "$@"
  > (ulimit -n 24; exec strace -qqqo l -P cgroup.kill -e trace=openat -e \
  >   inject=openat:error=ENOENT "$CT" rm -f "$N") || ct rm -f "$N"

each descendants=0 depth=0
The limit of a cgroup on cgroups below it is named: cgroup.max.$it
  $ ct create "$N" --cgroup cgroup.max.$it; run -n "$N/a" true; ct rm "$N"
  ct: cgroup: mkdir t*/a: Resource temporarily unavailable (cgroup.max.desc*

each descendants=1 depth=1
--delegate needs one cgroup more than cgroup.max.$it allows
  $ ct create "$N" --cgroup cgroup.max.$it; run -n "$N/a" true
  > run -n "$N/a" --delegate true; ct rm "$N"
  ct: cgroup: mkdir t*/a/box: Resource temporarily unavailable (cgroup.max.*

need root
each 3 4 5
A root with $it inodes and no mount points is left unchanged
  $ mkdir m; mount -t tmpfs -o nr_inodes=$it t m; mkdir m/bin
  > cp "$R/bin/busybox" m/bin/sh; ct run -r m sh -c :; ls m; umount m
  ct: *: make /*: No space left on device
  bin

need root pids
A limit of one process is named in the error
  $ run --pids 1 true 2>e || grep -q -e 'fork: .*--pids' e

# --- memory ---

need root cgroup2
The score of --oom-score stays, and hooks have the caller's score
  $ detached --oom-score 7 sleep 100; cat "/proc/$(first)/oom_score_adj"
  > ct rm -f "$N"
  7
  $ run --on-exit 'cat /proc/self/oom_score_adj' true >a
  > cmp a /proc/self/oom_score_adj

need root cgroup2 x86
A supervisor has at most 35 KiB private, 200 resident; with a ring 40 and 280
  $ small() { awk -v own="$2" -v all="$3" '/^VmRSS/ { bad += $2 > all }
  >     /^RssAnon/ { bad += $2 > own } END { exit bad }' "/proc/$1/status"; }
  $ detached sleep 100; poll small "$(supervisor)" 35 200; ct rm -f "$N"
  $ run -d -n "$N" sleep 100 | cat >o; poll small "$(supervisor)" 40 280
  > ct rm -f "$N"

need vm root
The OOM killer spares the supervisor, but not its container
  $ detached sleep 100; s=/proc/$(supervisor)/oom_score_adj
  > poll grep -qx -e -900 "$s"; cat "$s"
  > cmp "/proc/$(first)/oom_score_adj" /proc/self/oom_score_adj; ct rm -f "$N"
  -900

# --- keys, mounts and files of the whole machine ---

need vm root families
A quota of keys that is used up does not matter if the filter hides keys
  $ f=/proc/sys/kernel/keys/root_maxkeys; was=$(cat $f); echo 1 >$f
  $ run true; detached sleep 100; ct exec "$N" true; ct rm -f "$N"
  $ run --seccomp none true; run --privileged true; run --syscall +keyctl true
  ct: session: keyctl *: Quota exceeded (*kernel.keys.maxkeys*
  ct: session: keyctl *: Quota exceeded (*kernel.keys.maxkeys*
  ct: session: keyctl *: Quota exceeded (*kernel.keys.maxkeys*
  [125]
  $ echo "$was" >$f

need vm root no-families
A quota of keys that is used up is an error if the filter does not hide keys
  $ f=/proc/sys/kernel/keys/root_maxkeys; was=$(cat $f); echo 1 >$f
  $ run true
  ct: session: keyctl *: Quota exceeded (*kernel.keys.maxkeys*
  [125]
  $ echo "$was" >$f

need vm root
The error for too few mounts names the sysctl
  $ f=/proc/sys/fs/mount-max; was=$(cat $f); echo 8 >$f; run -R true
  > echo "$was" >$f
  ct: *: *: No space left on device (*fs.mount-max*

A container cannot use all threads of a machine that allows few
  $ f=/proc/sys/kernel/threads-max; was=$(cat $f); echo 1000 >$f
  $ detached sleep 100; ct get "$N" pids; ct set "$N" pids=99
  > ct set --reset "$N"; ct get "$N" pids; ct rm -f "$N"; echo "$was" >$f
  500
  500

The error for too few files on the machine names the sysctl
  $ f=/proc/sys/fs/file-max; was=$(cat $f); echo 0 >$f; run -R true || echo $?
  > echo "$was" >$f
  ct: exec: *: Too many open files in system (sysctl fs.file-max)
  126

A log is written and followed even if no epoll watches are left
  $ f=/proc/sys/fs/epoll/max_user_watches; was=$(cat $f); echo 0 >$f
  $ run -d -n "$N" -v "$PWD:/mnt" sh -c 'echo kept
  >   until [ -e /mnt/go ]; do sleep 0.1; done; echo more' | cat >o
  > kept() { ct logs "$N" | grep -q .; }; poll kept; ct logs -f "$N" >f &
  > poll grep -qs kept f; >go; wait $!; cat f; echo "$was" >$f
  kept
  more

need root
A container's limit on terminals leaves some for others
  $ run sh -c 'grep -o "/dev/pts.*max=[0-9]*" /proc/mounts'
  /dev/pts devpts rw,nosuid,noexec,relatime,mode=620,ptmxmode=666,max=512

need root cgroup2 /proc/sys/fs/mqueue
A container does not take all that POSIX message queues may have
  $ for o in "" --userns=0:100000:65536; do
  >   run $o -d --log ring -n "$N" sh -c 'probe queues 9; sleep 99' >/dev/null
  >   up() { ct logs "$N" | grep .; }; poll up
  >   unshare -i "$P" queues 4; ct rm -f "$N"
  > done
  No file descriptors available
  all
  No file descriptors available
  all

need root cgroup2
A container with file descriptors in flight does not deny others a terminal
  $ run -d -n "$N-a" probe passing 90 | cat >o
  > up() { ct logs "$N-a" | grep -q passing; }; poll up
  $ o='--rlimit nofile=40'; term "$CT" run -r "$R" $o tty
  > term "$CT" run -r "$R" --init $o sh -c 'tty; echo $(ls /proc/1/fd)'
  /dev/pts/0
  /dev/pts/0
  0 1 2
  $ detached sleep 99; term "$CT" exec --rlimit nofile=40 "$N" tty
  > ct rm -f "$N" "$N-a"
  /dev/pts/0

need root
The default tmpfs of a container take only a part of the memory
  $ host sh -c 'for d in /dev/shm /tmp; do stat -f -c "%b %S" $d; done
  >   grep MemTotal /proc/meminfo' | awk 'NF == 2 { size[NR] = $1 * $2 / 1024 }
  >   END { for (i = 1; i < 3; i++) { most = $2 / 8
  >     most = size[i] - (most < i * 65536 ? most : i * 65536)
  >     print -9 < most && most < 9 } }'
  1
  1

need root strace
each 1 2 3 4 5 6 7 8
What the mount limit refuses names it: mount $it
  $ strace -fqqqo log -e inject=move_mount:error=ENOSPC:when=$it \
  >   "$CT" run -r "$R" true
  ct: *: No space left on device (sysctl fs.mount-max)
  [125]

need root strace
A pipe that cannot be made has two limits
  $ strace -qqqo log -e inject=pipe2:error=ENFILE "$CT" run -r "$R" true
  ct: pipe: pipe: Too many open files in system (*fs.file-max, *user-pages-hard*
  [125]

need root cgroup2 strace
each EIO ENFILE
What cannot be looked at is an error, not an empty list: $it
  $ run -d --hold -n "$N" sleep 99 >/dev/null
  > hurt() { e=$1; shift; strace -fqqqo log $e:error=$it "$CT" "$@" 2>&1; }
  > hurt -einject=getdents64 ls | sed 1d
  > for verb in 'kill -a -s USR1' ps 'ls -j'; do
  >   hurt "-Pcgroup.procs -Pcgroup.events -einject=openat" $verb "$N" |
  >     sed 's/,"pid.*//; /PID/d'
  > done; hurt -einject=fgetxattr wait -t 9 "$N"
  > hurt -einject=fsetxattr start "$N"; ct rm -f "$N"
  ct: ls: look at the cgroups: *
  ct: t*: list its processes: *
  ct: t*: list its processes: *
  {"name":"t*","state":"created"
  ct: t*: open its cgroup: *
  ct: t*: setxattr user.ct.init: *

need root cgroup2
Verbs need no more than 64 KiB of stack
  $ detached sleep 100; ct create "$N-g"; for v in ls "ls -j" "inspect $N" \
  >     "ps $N" "stats $N" "exec $N true" "rm -f $N" "rm $N-g"; do
  >   (ulimit -s 64; exec "$CT" $v) >o 2>&1 || echo "$v: $?"; done
