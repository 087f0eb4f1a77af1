# Signals to ct and to what runs in it, and all ways to end: nothing is left.

SIGHUP ends a command that does not catch it, even as PID 1
  $ "$P" kill 1 "$CT" run -r "$R" probe idle
  [129]

SIGHUP reaches a command that catches it
  $ "$P" kill 1 "$CT" run -r "$R" sh -c 'trap "exit 7" HUP; echo up
  >   while :; do sleep 0.05; done'
  [7]

SIGINT ends a command that does not catch it, even as PID 1
  $ "$P" kill 2 "$CT" run -r "$R" probe idle
  [130]

SIGINT reaches a command that catches it
  $ "$P" kill 2 "$CT" run -r "$R" sh -c 'trap "exit 7" INT; echo up
  >   while :; do sleep 0.05; done'
  [7]

SIGQUIT ends a command that does not catch it, even as PID 1
  $ "$P" kill 3 "$CT" run -r "$R" probe idle
  [131]

SIGQUIT reaches a command that catches it
  $ "$P" kill 3 "$CT" run -r "$R" sh -c 'trap "exit 7" QUIT; echo up
  >   while :; do sleep 0.05; done'
  [7]

SIGTERM ends a command that does not catch it, even as PID 1
  $ "$P" kill 15 "$CT" run -r "$R" probe idle
  [143]

SIGTERM reaches a command that catches it
  $ "$P" kill 15 "$CT" run -r "$R" sh -c 'trap "exit 7" TERM; echo up
  >   while :; do sleep 0.05; done'
  [7]

SIGTERM with --init ends a command that does not catch it
  $ "$P" kill 15 "$CT" run -r "$R" --init probe idle
  [143]

SIGTERM with --init reaches a command that catches it
  $ "$P" kill 15 "$CT" run -r "$R" --init sh -c 'trap "exit 7" TERM; echo up
  >   while :; do sleep 0.05; done'
  [7]

each fd wait thread
SIGTERM reaches a command that waits for it with signalfd or sigwait
  $ "$P" kill 15 "$CT" run -r "$R" probe await "$it"
  [5]

need root cgroup2
each fd wait thread
A command that waits for SIGTERM receives it from `ct stop` and `ct kill`
  $ go() { rm -f o*; run -d -n "$N" "$@" probe await "$it" >o; up
  >   "$CT" wait "$N" >s & watching $!; }
  $ end() { ct "$@" "$N"; wait $!; cat s; }
  $ go; end stop
  5
  $ go; end kill -s TERM
  5
  $ go --init; end stop
  5

need
A signal ends a command that waits only for other signals
  $ "$P" kill 15 "$CT" run -r "$R" probe await hup
  [143]

each HUP INT QUIT USR1
A signal that the caller ignored ends neither ct nor the command
  $ (trap '' "$it"; exec "$CT" run -r "$R" sh -c '
  >   echo up; kill -s '"$it"' $$; sleep 1; exit 7') >o &
  > up; kill -s "$it" $!; wait $!
  [7]
  $ rm o; (trap '' "$it"; exec "$CT" run -r "$R" --init sh -c '
  >   echo up; kill -s '"$it"' $$; sleep 1; exit 7') >o &
  > up; kill -s "$it" $!; wait $!
  [7]

need root cgroup2
each HUP INT QUIT USR1
A signal that the caller ignored does not end an exec
  $ run -d -n "$N" sleep 100 >/dev/null
  $ (trap '' "$it"; exec "$CT" exec "$N" sh -c 'echo up; sleep 1; exit 7') >o &
  > up; kill -s "$it" $!; wait $!
  [7]
  $ ct rm -f "$N"

need
SIGTERM ends a command even if ct's caller ignored it
  $ (trap '' TERM; exec "$CT" run -r "$R" sh -c 'echo up; exec sleep 100') >o &
  > up; kill $!; wait $!
  [143]

SIGTERM reaches a ct whose caller ignored and blocked all signals
  $ "$P" kill 15 "$P" deaf "$CT" run -r "$R" probe idle
  [143]

A command that kills itself with the signal it caught needs --init
  $ c='trap "echo clean; trap - TERM; kill \$\$; sleep 1; exit 7" TERM
  >   echo up; while :; do sleep 0.05; done'
  $ "$P" kill 15 "$CT" run -r "$R" sh -c "$c"
  clean
  [7]
  $ "$P" kill 15 "$CT" run -r "$R" --init sh -c "$c"
  clean
  [143]

A signal that a command sends itself ends it with --init as it does outside
  $ for o in --nice=0 --init; do
  >   for s in ALRM ABRT; do run $o sh -c "kill -$s \$\$; exit 7"; echo $?; done
  >   { run $o sh -c 'sleep 0.5; echo x; exit 7' 2>e; echo $? >s; } | :; cat s
  > done
  7
  7
  7
  142
  134
  141
  $ run --init --rlimit cpu=1:9 sh -c 'while :; do :; done'
  > echo $(($? - $(bb kill -l XCPU)))
  128

need root cgroup2
each stop kill[-sUSR2] kill[-sUSR1]
Busybox init runs its shutdown actions: $it
  $ printf '%s\n' '::respawn:sh -c "echo up; exec sleep 100"' \
  >   '::shutdown:sh -c "sleep 0.3; echo saved >/d/saved"' >inittab
  $ mkdir d; run -n "$N" -v "$PWD/d:/d" -v "$PWD/inittab:/etc/inittab:ro" \
  >   init >o 2>&1 </dev/null & up
  $ ct $(echo "$it" | tr '[]' ' ') "$N"; wait $!; cat d/saved
  saved
  $ grep -o 'Requesting .*' o; ct ls | grep "$N"
  Requesting system *
  [1]

Busybox init runs its shutdown actions on SIGTERM to ct
  $ printf '%s\n' '::respawn:sh -c "echo up; exec sleep 100"' \
  >   '::shutdown:sh -c "sleep 0.3; echo saved >/d/saved"' >inittab
  $ mkdir d; "$CT" run -r "$R" -v "$PWD/d:/d" \
  >   -v "$PWD/inittab:/etc/inittab:ro" init >o 2>&1 </dev/null & up
  $ kill $!; wait $!; cat d/saved
  saved

need root cgroup2
Below a paused cgroup nothing is started, resumed or stopped
  $ ct create "$N"; run -d -n "$N/a" sleep 100; ct pause "$N"
  t*/a
  $ run -n "$N/b" true
  ct: cgroup: t* is paused: `ct resume t*` first
  [125]
  $ run -d -n "$N/b" true
  ct: cgroup: t* is paused: `ct resume t*` first
  [125]
  $ ct exec "$N/a" true
  ct: t*/a: t* is paused: `ct resume t*` first
  [125]
  $ ct resume "$N/a"
  ct: t*/a: t* is paused: `ct resume t*` first
  [125]
  $ ct stop "$N/a"
  ct: t*/a: t* is paused: `ct resume t*` first
  [125]
  $ ct kill "$N/a"; end() { ct rm "$N" 2>e; }; poll end

`ct stop` of a paused cgroup of containers thaws it first
  $ ct create "$N"; ct create "$N/b"
  $ run -d -n "$N/b/a" sh -c 'trap "echo end >/tmp/o; exit" TERM
  >   echo up; while :; do sleep 0.1; done' >o; up
  $ ct pause "$N/b"; ct pause "$N"; s=$(date +%s); ct stop "$N"
  > [ $(($(date +%s) - s)) -lt 5 ]
  $ ct rm "$N"

SIGKILL ends a ct that SIGSTOP has stopped
  $ "$P" kill 19,9 "$CT" run -r "$R" probe idle
  [200]
  $ sweep

Descendants end with the command
  $ run sh -c 'sleep 100 & sleep 100 & echo up'
  up

A descendant that stops itself ends with the command
  $ run --init sh -c "sh -c 'kill -STOP \$\$' & sleep 0.2; exit 0"

# --- SIGKILL, at random times ---

limit 3
SIGKILL to ct leaves nothing
  $ "$P" storm "$kills" 15000 "$CT" run -r "$R" sleep 100; sweep
  0

SIGKILL to ct leaves nothing with --init
  $ "$P" storm "$kills" 15000 "$CT" run -r "$R" --init sleep 100; sweep
  0

SIGKILL to ct leaves nothing with --net host
  $ "$P" storm "$kills" 15000 "$CT" run -r "$R" --net host sleep 100; sweep
  0

need userns
SIGKILL to ct leaves nothing in a user namespace
  $ "$P" storm "$kills" 15000 "$CT" run -r "$R" -U sleep 100; sweep
  0

need root userns
SIGKILL to ct leaves nothing with mapped ids
  $ "$P" storm "$kills" 15000 "$CT" run -r "$R" --uidmap 0:100000:9 \
  >   --gidmap 0:100000:9 sleep 100; sweep
  0

need root
SIGKILL to ct leaves nothing as another user
  $ "$P" storm "$kills" 15000 "$CT" run -r "$R" -u 1000 --tmpfs /mnt sleep 100
  > sweep
  0

each "" --init
A command gets its --pdeathsig when ct is killed, and can end in order
  $ cat >c <<'E'
  > trap 'echo heard; sleep 0.3; echo ended; exit' TERM; echo up
  > while :; do sleep 0.1; done
  > E
  $ "$CT" run --pdeathsig TERM $it -r "$R" sh -c "$(cat c)" >o & p=$!
  > up; kill -9 $p; wait $p; poll grep ended o; cat o; sweep
  ended
  up
  heard
  ended

each USR1 TERM
A command that does not react to its --pdeathsig is ended by the next ct
  $ "$CT" run --pdeathsig $it -r "$R" sh -c 'trap "" USR1; echo up
  >   probe idle' >o & p=$!
  > up; kill -9 $p; wait $p; sweep

An exec has its own --pdeathsig, not the container's
  $ detached --pdeathsig TERM sleep 100
  $ "$CT" exec --pdeathsig TERM "$N" sh -c 'trap "echo heard; exit" TERM
  >   echo up; while :; do sleep 0.1; done' >o & p=$!
  > up; kill -9 $p; wait $p; poll grep heard o; rm o
  heard
  $ "$CT" exec "$N" sh -c 'trap "echo heard" TERM; echo up
  >   while :; do sleep 0.1; done' >o & p=$!
  > up; kill -9 $p; wait $p; none() { ! ct ps "$N" | grep -q trap; }
  > poll none; cat o; ct rm -f "$N"
  up

SIGKILL to ct leaves no descendants
  $ "$P" storm 5 200000 "$CT" run -r "$R" sh -c '
  >   sleep 100 & setsid sleep 100 & wait'; sweep
  0

A name is free again after SIGKILL to ct
  $ "$P" storm 10 15000 "$CT" run -n "s$$" -r "$R" sleep 100 >/dev/null 2>&1
  > again() { run -n "s$$" true 2>e; }; poll again || cat e; sweep

need root cgroup2 strace
each _ --hold
run -d that is killed while it is told of the start leaves nothing: $it
  $ strace -fDqqqo l -e trace=write -e inject=write:delay_enter=400000 \
  >   "$CT" run -d -n "$N" ${it#_} -r "$R" sleep 100 >o & p=$!
  > told() { # its supervisor writes into the pipe that it reads
  >   read s _ <"/proc/$p/task/$p/children"; read _ fd _ <"/proc/$s/syscall"
  >   to=$(readlink "/proc/$s/fd/$((fd))"); [ "${to#pipe}" != "$to" ] &&
  >     for f in "/proc/$p/fd/"*; do readlink "$f"; done | grep -qF "$to"
  > }
  > poll told; kill $p; wait $p; echo $?; cat o
  > none() { [ ! "$(states)" ]; }; poll none
  143
