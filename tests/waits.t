# SIGTERM and time limits end whatever ct waits for when the other side hangs.

need root cgroup2
each init share=pid nice=1
SIGTERM ends a held run, with --$it
  $ "$CT" run -n "$N" -r "$R" --hold "--$it" sleep 100 & p=$!
  $ poll held; kill "$p"; within 0 1500 wait "$p"
  [143]

need root cgroup2 strace
SIGTERM ends an exec that starts in a container that is being paused
  $ detached sleep 100; in_clone3() { grep -q '^435 ' "/proc/$p/syscall"; }
  $ strace -Dqqq -o /dev/null -e trace=clone3 \
  >   -e inject=clone3:delay_enter=1000000 "$CT" exec "$N" true & p=$!
  $ poll in_clone3; ct pause "$N"; sleep 1.5; kill "$p"; within 0 1500 wait "$p"
  [143]
  $ ct rm -f "$N"

A time limit ends a run -d that starts in a cgroup that is being paused
  $ ct create "$N"; run -d -n "$N/b" sleep 100 >o
  $ strace -fDqqq -o log -e trace=clone3 -e inject=clone3:delay_enter=1000000 \
  >   "$CT" run -d -n "$N/a" -r "$R" --timeout 2 echo RAN & p=$!
  $ made() { [ -d "$g/ct/$N/a" ]; }; g=/sys/fs/cgroup/unified
  $ [ -d $g ] || g=/sys/fs/cgroup; poll made; sleep 0.3; ct pause "$N"
  $ within 1000 4000 wait "$p"
  ct: supervise: it was ended before the command ran
  [124]
  $ ct rm -f "$N"

A time limit ends a run that starts in a cgroup that is being paused
  $ ct create "$N"; in_clone3() { grep -q '^435 ' "/proc/$p/syscall"; }
  $ strace -Dqqq -o /dev/null -e trace=clone3 \
  >   -e inject=clone3:delay_enter=1000000 "$CT" run -n "$N/a" -r "$R" \
  >   --timeout 2 echo RAN & p=$!
  $ detached_a() { run -d -n "$N/b" sleep 100; }; detached_a >o
  $ poll in_clone3; ct pause "$N"; within 1000 4000 wait "$p"
  [124]
  $ ct rm -f "$N"

# --- hooks ---

need
SIGTERM ends a run -d that waits for --on-start
  $ "$CT" run -d -n "$N" -r "$R" --on-start 'echo up >up; exec sleep 100' \
  >   echo RAN 2>e & p=$!
  $ poll test -s up; kill "$p"; within 0 1500 wait "$p" 2>e
  [143]
  $ gone() { ! ct ls -r | grep -q "$N"; }; poll gone

SIGTERM ends a run whose --on-start hangs
  $ "$CT" run -r "$R" --on-start 'echo up >up; exec sleep 100' echo RAN & p=$!
  $ poll test -s up; kill "$p"; within 0 1500 wait "$p"
  ct: on-start: ended by signal 15
  [143]

SIGHUP ends a run whose --on-start catches it and continues
  $ "$CT" run -r "$R" --on-start 'trap : HUP; echo up >up; sleep 1; sleep 1' \
  >   echo RAN & p=$!
  $ poll test -s up; kill -HUP "$p"; within 0 4000 wait "$p"
  ct: on-start: ended by signal 1
  [129]

SIGTERM ends an --on-exit that hangs
  $ "$CT" run -r "$R" --on-exit 'echo up >up; exec sleep 100' sh -c 'exit 7' &
  > p=$!; poll test -s up; kill "$p"; within 0 1500 wait "$p"
  ct: warning: on-exit: ended by signal 15
  [7]

A time limit ends a run whose --on-start hangs
  $ within 900 2500 run --timeout 1 --on-start 'exec sleep 100' echo RAN
  ct: on-start: not done within --timeout
  [124]

# --- files that somebody else has to open ---

A pid file that is a pipe without a reader is an error
  $ mkfifo f; within 0 1000 run --pidfile f echo RAN
  ct: pidfile: open f: No such device or address
  [125]

need root
A pid file that is a device or a pipe with a reader is an error, and stays
  $ mkdir d; mount -t tmpfs x d; cd d; mkfifo f; exec 3<>f; mknod n c 1 3
  > run --pidfile n echo RAN; run --pidfile f echo RAN; ls
  > exec 3>&-; cd ..; umount d
  ct: pidfile: n: not a regular file
  ct: pidfile: f: not a regular file
  f
  n

A namespace that is a pipe without a writer is an error
  $ mkfifo f; within 0 1000 run --ns "net=$PWD/f" echo RAN
  ct: join: */f*
  [125]

each ready info
A pipe that nobody reads is not waited for, with --$it-fd
  $ mkfifo f; exec 8<>f; ! bb timeout 1 dd if=/dev/zero bs=4096 of=f 2>e
  $ "$CT" run -n "$N" -r "$R" "--$it-fd" 8 sleep 100 & p=$!
  $ running() { [ "$(states)" = running ]; }; poll running; sleep 0.3; kill "$p"
  > within 0 1500 wait "$p"
  [143]

need root cgroup2 /dev/fuse
each pidfile=f/p log=f/l ns=net=f/n overlay=f/o
A file system that does not answer holds ct until --timeout or SIGTERM: $it
  $ mkdir f; "$P" mute f >o & h=$!; up
  $ within 900 3000 run --timeout 1 "--$it" echo RAN
  ct: *: not done within --timeout
  [124]
  $ "$CT" run -n "$N" -r "$R" "--$it" echo RAN & p=$!
  > blocks() { grep -q '^SigBlk.*[4-7c-f]...$' "/proc/$p/status"; }; poll blocks
  $ kill "$p"; within 0 2500 wait "$p"
  ct: *: ended by signal 15
  [143]
  $ kill "$h"; wait "$h"; umount -l f

need root cgroup2 /dev/fuse linux-5.12
each hung mute
A root or volume that does not answer holds ct no longer either: $it
  $ mkdir f; "$P" "$it" f >o & h=$!; up
  $ within 900 3000 "$CT" run -r f/x --timeout 1 echo RAN
  ct: --root: not done within --timeout
  [124]
  $ within 900 3000 "$CT" run --timeout 1 -r f echo RAN
  ct: --root: not done within --timeout
  [124]
  $ within 900 3000 run -v "$PWD/f/x:/mnt" --timeout 1 echo RAN
  ct: --volume: not done within --timeout
  [124]
  $ "$CT" run -r f -n "$N" echo RAN & p=$!; settle; kill "$p"
  $ within 0 2000 wait "$p" 2>e
  [143]
  $ kill "$h"; wait "$h"; umount -l f

each hung mute
Nor does any other file that an option names: $it
  $ mkdir f; "$P" "$it" f >o & h=$!; up
  $ for o in --device=f/x:/dev/x --seccomp=f/x --io=f/x:rbps=1; do
  >   within 900 3000 run --timeout 1 "${o%%=*}=$PWD/${o#*=}" echo RAN ||
  >     echo $?
  > done; within 900 3000 run --timeout 1 @f/x echo RAN
  ct: --device: not done within --timeout
  124
  ct: --seccomp: not done within --timeout
  124
  ct: --io: not done within --timeout
  124
  ct: @f/x: not done within --timeout
  [124]
  $ kill "$h"; wait "$h"; umount -l f

Nor does a file that can be opened but not read
  $ mkdir f; "$P" half f >o & h=$!; up
  $ for o in @f/x --seccomp=f/x --root=f/x; do
  >   within 900 3000 "$CT" run --timeout 1 "$o" echo RAN || echo $?; done
  ct: @f/x: not done within --timeout
  124
  ct: --seccomp: not done within --timeout
  124
  ct: root: not done within --timeout
  124
  $ kill "$h"; wait "$h"; umount -l f

need root cgroup2 /dev/fuse
limit 3
Nor does one that the command waits for, but the container stays
  $ mkdir f; "$P" mute f >o & h=$!; up
  $ within 30900 42000 "$CT" run -n "$N" -r "$R" --timeout 1 -v "$PWD:/w:rec" \
  >   cat /w/f/x
  ct: supervise: process * does not end: a file system that does not answer?
  [124]
  $ states; kill "$h"; wait "$h"; umount -l f; sweep; states
  running

limit 1
Nor does one that only the container's first process looks at
  $ mkdir f; "$P" mute f >o & h=$!; up
  $ within 1900 9000 run --timeout 1 -v "$PWD:/mnt:rec" -w /mnt/f/x echo RAN
  ct: supervise: process * does not end: a file system that does not answer?
  [124]
  $ kill "$h"; wait "$h"; umount -l f; sweep

need root cgroup2 /dev/fuse linux-5.12 bindfs
each : 'umount -l f; : >f/p'
Nor does a pid file's, if it stops answering while the container runs: $it
  $ mkdir d f; bindfs -f d f & h=$!
  > served() { grep -qs "$PWD/f " /proc/mounts; }; poll served
  > "$CT" run --pidfile f/p -n "$N" -r "$R" -v "$PWD:/mnt" sh -c '
  >   until [ -e /mnt/go ]; do sleep 0.1; done; exit 7' &
  > p=$!; poll test -s d/p; eval "$it"; kill -STOP "$h"; >go
  $ within 1000 9000 wait "$p"
  ct: warning: pidfile: not done within 3 s
  [7]
  $ kill -KILL "$h"; wait "$h"; umount -lq f; ls d
  p

need root cgroup2 /dev/fuse
A pid file is removed where it was made, whatever is mounted there by then
  $ mkdir f; "$CT" run --pidfile f/p -n "$N" -r "$R" sh -c 'sleep 2; exit 7' &
  > p=$!; poll test -s f/p; "$P" mute f >o & h=$!; up
  $ within 0 2900 wait "$p"
  [7]
  $ kill "$h"; wait "$h"; umount -l f; ls f

need root cgroup2 userns /dev/fuse
Memory held by a container's file system does not hold up ct stop
  $ mknod -m 666 fuse c 10 229; detached --userns=0:100000:1000 --privileged \
  >   --tmpfs /t --device "$PWD/fuse:/dev/fuse" \
  >   sh -c 'mkdir /t/m; exec probe page /t/m'
  $ poll grep -qs asked o; within 1000 6000 ct stop -t 1 "$N"

need root cgroup2 /dev/fuse
limit 3
each hung mute
ct device gives up after a while on a device that does not answer: $it
  $ mkdir f; "$P" "$it" f >p & h=$!; poll grep -qs up p; detached sleep 100
  $ within 9000 30000 ct device add "$N" "$PWD/f/x:/dev/x"
  ct: t*: not done within 10 s
  [125]
  $ "$CT" device add "$N" "$PWD/f/x:/dev/x" & p=$!
  $ sleep 0.5; kill "$p"; within 0 2500 wait "$p"
  [143]
  $ ct exec "$N" ls /dev/x
  ls: /dev/x: No such file or directory
  [1]
  $ kill "$h"; wait "$h"; umount -l f; mknod f/x c 1 5
  $ ct device del "$N" "$PWD/f/x:/dev/x"
  ct: t*: /dev/x: was not added by `ct device add`
  [125]
  $ ct rm -f "$N"

It also gives up on a device from the start that the filter needs
  $ mkdir f d; mknod f/x c 1 5; mknod d/z c 1 5
  $ detached --cap-add MKNOD --device "$PWD/f/x:/dev/x" sleep 100
  $ "$P" hung f >p & h=$!; poll grep -qs up p
  $ within 9000 30000 ct device add "$N" "$PWD/d/z:/dev/z"
  ct: t*: not done within 10 s
  [125]
  $ kill "$h"; wait "$h"; umount -l f
  $ ct device add "$N" "$PWD/d/z:/dev/z"; ct exec "$N" head -c 3 /dev/z | wc -c
  3
  $ ct rm -f "$N"

need
limit 1
A stopped reader of errors holds ct until SIGTERM or --timeout
  $ mkfifo f; exec 8<>f; ! bb timeout 1 dd if=/dev/zero bs=4096 of=f 2>e
  $ "$CT" run -r "$R" --on-exit '>up; exit 1' sh -c 'exit 7' 2>f & p=$!
  $ poll test -e up; settle; kill "$p"; within 0 1500 wait "$p"
  [7]
  $ within 900 3000 run --timeout 1 --on-ready 'exit 1' sleep 100 2>f
  [124]
  $ "$CT" run -r "$R" /none 2>f & p=$!; settle; cat <f >g & c=$!
  $ wait "$p" || echo $?; poll grep -qs execve g; kill "$c"; tr -d '\0' <g
  127
  ct: exec: execve /none: No such file or directory

A stopped reader of the output holds ct until --timeout
  $ mkfifo f; exec 8<>f; ! bb timeout 1 dd if=/dev/zero bs=4096 of=f 2>e
  $ within 900 3000 run -t --timeout 1 sh -c 'echo x; exit 3' <e >f
  [3]

A log that is a FIFO holds up nobody, and losses are reported there
  $ mkfifo f; exec 8<>f; >e
  $ "$CT" run -r "$R" -t -v "$PWD:/w" --log f sh -c '
  >   head -c 1200000 /dev/zero | tr "\000" y; >/w/up # of 16 pages
  >   until [ -e /w/go ]; do sleep 0.1; done; echo more' <e >o & p=$!
  $ poll test -e up; settle; cat <f >g & c=$!; poll test -s g; >go; wait "$p"
  $ poll grep -qs 'more' g; kill "$c"; grep -o 'bytes lost' g | uniq
  > tr -d '\r' <g | grep -o 'more$'
  bytes lost
  more

# --- what somebody inside can hold up ---

need root cgroup2
SIGTERM ends an exec whose ended command is traced and kept by a peer
  $ detached probe hold sleep; up
  $ "$CT" exec "$N" sleep 1 & p=$!
  $ poll grep -qs held o; sleep 1.5; kill "$p"; within 0 1500 wait "$p"
  [143]
  $ ct rm -f "$N"

SIGKILL, once its time has come, ends an exec whose command a peer keeps
  $ detached --stop-timeout 1 probe hold sleep; up
  $ "$CT" exec "$N" sleep 100 & p=$!
  $ poll grep -qs held o; kill "$p"; within 900 4000 wait "$p"
  [143]
  $ ct rm -f "$N"

need root cgroup2 strace
SIGTERM ends an exec whose helper is paused before its end
  $ detached sleep 100; strace -fDqqq -o log -e trace=write \
  >   -e inject=write:delay_exit=1500000:when=1 \
  >   "$CT" exec "$N" sleep 50 2>/dev/null & p=$!
  $ poll test -s log; sleep 0.3; ct pause "$N"; sleep 2; kill "$p"
  > within 0 1500 wait "$p"
  [143]
  $ ct rm -f "$N"

# --- events ---

Events of a container that has just gone come to an end
  $ detached sleep 100
  $ within 0 3000 strace -qqq -o log -P cgroup.events -e trace=openat \
  >   -e inject=openat:error=ENODEV "$CT" events "$N"; ct rm -f "$N"
  {"name":"t*","event":"container.empty","value":0}

So do those of one without processes, once it is removed
  $ ct create "$N"; "$CT" events "$N" >o & watching $!; ct rm "$N"
  > within 0 1000 wait $!; cat o
  {"name":"t*","event":"container.empty","value":0}

# --- several at once ---

need root cgroup2
Several names, and all containers in a group, stop side by side
  $ slow() { for k; do
  >   run -d -n "$k" -v "$PWD:/mnt" sh -c 'trap "sleep 2; exit" TERM; >/mnt/up
  >     while :; do sleep 0.1; done' >o; poll test -f up; rm up; done; }
  $ ct create "$N"; slow "$N/a" "$N/b" "$N/c" "$N-d" "$N-e"
  $ within 1900 4000 ct stop "$N-d" "$N" "$N-e"; ct rm "$N"; states

Of several that ignore the signal, each is killed when its own time is up
  $ for k in 6 2; do
  >   run -d -n "$N-$k" --stop-timeout $k sh -c 'trap "" TERM; echo up
  >     sleep 99' >o; up; rm o*
  > done; "$CT" events "$N-2" >ev & e=$!; watching $e
  $ both() { ct stop "$N-6" "$N-2" & p=$!; within 1900 3500 wait $e; wait $p; }
  > within 5900 9000 both
  $ tail -n 1 ev; states
  {"name":"t*-2","event":"container.empty","value":0}

Sixteen watched containers are removed side by side
  $ set --; for k in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
  >   set -- "$@" "$N-$k"; run -d -n "$N-$k" sleep 100 >o
  > done; "$CT" events "$@" >ev & e=$!; watching $e
  $ within 0 1500 ct rm -f "$@"; wait $e; grep -c container.empty ev
  16

Wait watches all names from the beginning, within one timeout
  $ for k in a b; do run -d -n "$N-$k" -v "$PWD:/mnt" sh -c "
  >   until s=\$(cat /mnt/$k 2>&1); do sleep 0.1; done; exit \$s" >o; done
  $ "$CT" wait "$N-a" "$N-b" & p=$!; within 1900 1950 ct wait -t 2 "$N-a" "$N-a"
  > watching $p; echo 8 >c; mv c b; gone() { ! ct ls | grep -q "$N-b"; }
  > poll gone; echo 7 >c; mv c a; wait $p
  ct: t*-a: is not stopped
  ct: t*-a: is not stopped
  7
  8
  [8]

A wait wakes up only for the end
  $ detached sleep 100; "$CT" wait "$N" & p=$!; watching $p
  > n() { grep voluntary "/proc/$p/status"; }; n >a; sleep 1; n >b; cmp a b
  $ ct rm -f "$N"; wait $p
  137
  [137]

With few file descriptors containers are stopped a few at a time
  $ set --; for k in 1 2 3 4 5 6 7 8; do
  >   set -- "$@" "$N-$k"; run -d -n "$N-$k" sleep 100 >o
  > done; (ulimit -n 24; ct stop "$@"); states

# --- what is told by an event ---

need root cgroup2
Nothing looks at a group or a held container again and again
  $ ct create "$N"; ct create "$N-2"; run -d --hold -n "$N/h" sleep 100 >o
  > "$CT" wait -s running "$N/h" & p=$!; "$CT" events "$N-2" >e & p="$p $!"
  > "$CT" wait "$N-2" & p="$p $!"; for q in $p; do watching "$q"; done
  > slept() { for q in $p; do grep ^vol "/proc/$q/status"; done; }
  > still() { slept >a; sleep 0.7; slept | cmp -s a -; }; poll still; wc -l <a
  3
  $ ct start "$N/h"; ct rm "$N-2"; wait; sed "s/$N/N/" e; ct rm -f "$N"
  {"name":"N-2","event":"container.empty","value":0}
