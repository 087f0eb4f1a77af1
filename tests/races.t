# Several verbs at once, verbs that are interrupted, and a container that ends
# while a verb looks at it.

need root cgroup2
A container between two runs is not renamed
  $ run -d -n "$N" --restart always sh -c 'exit 1' >o
  > ct wait -s created "$N"; ct rename "$N" "$N-b"
  ct: t*: *
  [125]
  $ ct rm -f "$N"; ct ls -r | grep "$N"
  [1]

A supervisor whose cgroup is removed does not start its container again
  $ run -d -n "$N" --restart always sh -c 'exit 1' >o
  > off() { rmdir /sys/fs/cgroup/ct/"$N" /sys/fs/cgroup/unified/ct/"$N"; ct ls |
  >   grep -c "$N"; }; free() { [ "$(off 2>/dev/null)" = 0 ]; }; poll free
  > gone() { ! grep -qs "[t]${N#t}" /proc/[0-9]*/cmdline; }; poll gone

A held container that has ended cannot be started
  $ run -d -n "$N" --hold --on-exit 'until [ -e go ]; do sleep 0.1; done' true \
  >   >o; ct kill "$N"; none() { [ ! "$(first)" ]; }; poll none; ct start "$N"
  ct: t*: has ended
  [3]
  $ >go

A container that is killed while it is made has not run out of memory
  $ run -n "$N" --on-start '>up; sleep 3' true & p=$!
  > poll test -e up; ct kill "$N"; wait $p
  [137]

A container's status is waited for during its hooks
  $ run -d -n "$N" --on-exit 'sleep 5.5' sh -c 'sleep 0.5; exit 7' >o
  > ct wait -t 1 "$N"; ct wait "$N"
  ct: t*: is not stopped
  7
  [7]

A container whose ct is killed was killed
  $ detached sleep 100; "$CT" wait "$N" & p=$!; watching $p
  > kill -9 "$(supervisor)"; wait $p; echo $?; sweep
  137
  137

need root cgroup2 strace
# Where strace stops a ct, another one changes what it has just looked at.
A verb whose container ends meanwhile says so
  $ for v in "set @ cgroup.max.depth=9" "get @ cgroup.max.depth" "exec @ true" \
  >     "pause @" "kill -s TERM @" "mount @ $PWD:/mnt" "net ls @"; do
  >   detached sleep 100
  >   strace -Dqqo l -e inject=fgetxattr:signal=STOP:when=1 \
  >     "$CT" $(echo "$v" | sed "s/@/$N/") & p=$!; poll grep -qs 'stopped by' l
  >   ct rm -f "$N"; rm l; kill -CONT $p; wait $p; echo $?
  > done 2>&1 | grep -vx -e "ct: $N: has ended" -e 3
  [1]

A start that joins a container that ends meanwhile says so
  $ detached sleep 100; strace -Dqqo l -e inject=fgetxattr:signal=STOP:when=3 \
  >   "$CT" run -r "$R" --net container:"$N" true & p=$!
  > poll grep -qs 'stopped by' l; ct rm -f "$N"; kill -CONT $p; wait $p
  ct: join: t*: has ended
  [125]

A command whose container ends before it runs is told so
  $ detached sleep 100; strace -Dqqqo l -e inject=clone3:delay_enter=1500000 \
  >   "$CT" exec "$N" true & p=$!
  > poll grep -qs clone3 l; ct rm -f "$N"; wait $p
  ct: t*: has ended
  [3]

A name is taken that becomes free at the last attempt
  $ detached sleep 100; kill -9 "$(supervisor)"; none() { [ ! "$(first)" ]; }
  > poll none; strace -qqqo l -e inject=flock:error=EAGAIN:when=1..19 \
  >   "$CT" run -n "$N" -r "$R" echo new
  new

A group whose creation is interrupted has its limits, or is no group
  $ strace -qqqo l -e inject=fsetxattr:signal=KILL:when=1 "$CT" create \
  >   --cgroup cgroup.max.depth=3 "$N" & wait $!
  [137]
  $ ct get "$N" cgroup.max.depth; ct create "$N" 2>/dev/null; ct rm "$N"
  3

Rm without -f and rename end nothing that enters meanwhile
  $ ct create "$N"; sleep 98 & p=$!
  > stops() { exec strace -Dqqo l -e inject=fsetxattr:signal=STOP:when=1 \
  >   "$CT" "$@"; }; at() { poll grep -qs 'stopped by' l; rm l; }
  > stops rm "$N" & q=$!; at; ct enter "$N" $p; kill -CONT $q; wait $q
  ct: t*: processes are still in it
  [125]
  $ ct create "$N-c"; ct enter "$N-c" $p; stops rename "$N" "$N-b" & q=$!
  > at; ct enter "$N" $p; kill -CONT $q; wait $q
  ct: t*-b: rmdir t*: Resource busy
  [125]
  $ kill $p; wait $p; ct rm "$N" "$N-c"; ct ls | grep "$N"
  [1]

A group that is removed twice at once is not removed again once it is made anew
  $ ct create "$N"; ct create "$N-k"; for v in "rm $N" "rename $N $N-b"; do
  >   strace -Dqqqo l -e inject=unlinkat:delay_enter=900000:when=1 \
  >     "$CT" $v & p=$!; poll grep -qs unlinkat l
  >   ct rm "$N"; ct create "$N"; wait $p; echo $?; states; rm l
  > done; ct rm "$N" "$N-b" "$N-k"
  0
  created created
  0
  created created created

A group that another verb is still removing is not removed a second time
  $ ct create "$N"; slow=unlinkat:delay_enter=2000000:when=1
  > strace -Dqqqo l -e inject=$slow "$CT" rm "$N" & p=$!
  > poll grep -qs unlinkat l; ct rm "$N"; wait $p; echo $?
  ct: t*: is locked by another process, which may be removing it
  0

need root cgroup2 strace
A verb that ends it between two runs is no failure, and is not told as one
  $ strace -fqqqo log -e inject=fremovexattr:delay_enter=500000 "$CT" run \
  >   -n "$N" -r "$R" --restart always sh -c 'exit 1' &
  > poll grep -qs fremovexattr log; ct rm -f "$N"; wait $!; echo $?
  1

A kill that is interrupted by SIGKILL leaves nothing paused
  $ ct create "$N"; for v in "kill -s KILL" "rm -f"; do for n in 1 2 3; do
  >   strace -qqqo l -e inject=write:signal=KILL:when=$n "$CT" $v "$N"
  >   ct create "$N"; ct get "$N" cgroup.freeze >&3; ct resume "$N"
  > done; done 3>o 2>/dev/null; sort o | uniq -c; ct rm "$N"
        6 0

Kill reaches a process whose first thread has ended
  $ ct create "$N"; ct exec "$N" "$P" leader & p=$!
  > z() { set -- "/proc/$(ct get "$N" cgroup.procs)"
  >   grep -qs probe "$1/comm" && grep -qs 'Z (zombie' "$1/status"; }
  > poll z 2>o; ct kill -s KILL "$N"; wait $p; echo $?; ct rm "$N"
  137

need root cgroup2 strace overlay
A link that takes the place of a directory just made is not followed
  $ mkdir out up; run -d -n "$N" --overlay sleep 100 >o
  > swap() { rm -f up/d
  >   strace -fDqqqo l -P up/d -e inject=/^mkdir:delay_exit=700000 "$@" & p=$!
  >   poll test -d up/d; rmdir up/d; ln -s ../out up/d; wait $p; }
  > swap "$CT" commit "$N" up/d; swap "$CT" run --overlay=up/d -r "$R" true
  > ls out; "$CT" rm -f "$N"
  ct: t*: mkdir up/d: Not a directory
  ct: overlay: mkdir up/d: Not a directory

need root cgroup2 strace
A process that gets the pid of one that was listed to be killed lives
  $ cat >s <<'E'
  > mount -t proc proc /proc; "$CT" run -d -n "$N" -r "$R" sleep 100 >o
  > pid=$("$CT" ls -j "$N" | sed 's/.*"pid":\([0-9]*\).*/\1/')
  > strace -qqqo l -e trace=kill,pidfd_send_signal -e \
  >   inject=kill,pidfd_send_signal:delay_enter=1000000:when=1 \
  >   "$CT" rm -f "$N" & rm=$!
  > while [ -d "/proc/$pid" ]; do sleep 0.01; done
  > echo $((pid - 1)) >/proc/sys/kernel/ns_last_pid; sleep 100 & other=$!
  > [ $other = "$pid" ] || echo "$other, not $pid"
  > wait $rm; kill $other && echo lives
  > E
  $ CT=$CT N=$N R=$R unshare -pfm sh ./s
  lives
