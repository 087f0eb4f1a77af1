# The verbs for existing containers: those that pause, end and move them, wait
# for them and report on them.

# --- pause, kill, stop ---

need root cgroup2
A paused container does not run until it is resumed
  $ detached sh -c 'while :; do echo up; sleep 0.01; done'; up
  > ct pause "$N"; states
  paused
  $ a=$(wc -l <o); sleep 0.1; [ "$(wc -l <o)" = "$a" ] || echo "it ran"
  > ct resume "$N"; states
  running
  $ more() { [ "$(wc -l <o)" -gt "$a" ]; }; poll more; ct rm -f "$N"

A group without processes is paused and stopped without delay
  $ ct create "$N"; for v in pause resume stop; do
  >   within 0 2500 ct $v "$N" 2>/dev/null
  > done; ct rm "$N"

A create that fails leaves nothing behind
  $ run --privileged -v "$CT:/mnt/ct" sh -c '/mnt/ct create a/b
  >   mount -t cgroup2 x /sys/fs/cgroup; ls -d /sys/fs/cgroup/*/' 2>&1
  ct: a/b: its parent was not made by `ct create`
  ls: /sys/fs/cgroup/*/: No such file or directory
  [1]

Stop of a group ends everything in it
  $ ct create "$N"; for k in a b; do run -d -n "$N/$k" sleep 100; done >o
  $ within 0 3000 ct stop "$N"; ct ls -r | grep -c "^$N/"; ct rm -f "$N"
  0

An error has the whole name of a container, however long
  $ ct stop "${long#a}/${long#a}" "${long#aaaaaaaa}" x 2>&1 |
  >   sed "s/${long#a}/64/g; s/${long#aaaaaaaa}/57/"
  ct: 64/64: no such container
  ct: 57: no such container
  ct: x: no such container

Kill ends a container, and wait prints and returns its status
  $ detached sleep 100; "$CT" wait "$N" & watching $!; ct kill "$N"; wait $!
  137
  [137]

Kill with a signal after the name, as runc has it, sends no SIGKILL
  $ detached sleep 100; ct kill "$N" TERM; ct kill "$N" 9; states
  > ct kill "$N" -s TERM; states; ct rm -f "$N"
  ct: TERM: no such container (to send this signal: -s TERM)
  ct: 9: no such container (to send this signal: -s 9)
  running
  ct: TERM: no such container (to send this signal: -s TERM)
  running

An option after a name is refused before anything is done to that
  $ detached sleep 100; for v in 'stop -t 60' 'kill -a' 'rm -f' 'pause -x'; do
  >   ct ${v%% *} "$N" ${v#* }; done; states; ct rm -f "$N"
  ct: -t: not a name: options go before it
  ct: -a: not a name: options go before it
  ct: -f: not a name: options go before it
  ct: -x: not a name: options go before it
  running

need root cgroup2 strace
What has yet to start shows no options of ct run as its command
  $ strace -f -o t -e trace=fsetxattr \
  >   -e inject=fsetxattr:delay_enter=1000000:when=2 \
  >   "$CT" run -r "$R" -n "$N" true & seen() { ct ls -j >o; grep -q "$N" o; }
  > poll seen; grep -o '"command.*' o; wait
  "command":\[\]}

need root cgroup2
Ls -q prints the names alone, for other verbs
  $ ct create "$N"; for k in a b; do run -d -n "$N/$k" sleep 100; done >o
  $ ct ls -rq "$N" | sed "s/$N/N/"; ct rm -f $(ct ls -rq "$N" | grep /)
  N
  N/a
  N/b
  $ ct ls -q "$N" | grep -c .; ct rm "$N"
  1

Kill -s with a fatal signal ends a command that is not PID 1
  $ for s in HUP INT QUIT USR1 TERM; do detached --share pid sleep 100
  >   "$CT" wait "$N" & watching $!; ct kill -s $s "$N"; wait; done
  129
  130
  131
  138
  143

Kill -s sends a signal that the command catches
  $ detached sh -c 'trap "exit 6" USR1; echo up; while :; do sleep 0.02; done'
  $ up; "$CT" wait "$N" & watching $!; ct kill -s USR1 "$N"; wait
  6

Kill -s knows every signal by its name
  $ set -- HUP INT QUIT ILL TRAP ABRT BUS FPE USR1 SEGV USR2 PIPE ALRM TERM \
  >   CHLD CONT TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS
  > detached sh -c 'for s; do trap "echo $s" $s; done; echo up
  >   while :; do sleep 0.02; done' sh "$@"; up
  $ for s; do ct kill -s "$s" "$N"; poll grep -qx "$s" o; done
  $ ct rm -f "$N"

Kill -s sends a signal that the command ignores
  $ detached sh -c 'trap "" HUP; echo up; while :; do sleep 0.02; done'; up
  $ for s in HUP WINCH "$(bb kill -l CHLD)"; do ct kill -s "$s" "$N"; done
  > sleep 0.1; states
  running
  $ ct rm -f "$N"

Kill -a -s sends a signal to all processes
  $ run -d -n "$N" sh >o 2>/dev/null -c 'trap "echo got" USR1
  >   sh -c "trap \"echo got\" USR1; echo up; while :; do sleep 0.02; done" &
  >   while :; do sleep 0.02; done'; up; ct kill -a -s USR1 "$N"
  $ both() { [ "$(grep -c got o)" = 2 ]; }; poll both; ct rm -f "$N"

Kill refuses a signal that does not exist
  $ ct kill -s BOGUS "$N"
  ct: ?*
  [125]

Stop sends a signal that the command may catch
  $ detached sh -c 'trap "exit 9" TERM; echo up; while :; do sleep 0.02; done'
  $ up; "$CT" wait "$N" & watching $!; within 0 2500 ct stop "$N"; wait; states
  9

Stop -t gives a command that ignores the signal a few seconds
  $ detached sh -c 'trap : TERM; echo up; while :; do sleep 0.02; done'; up
  $ within 900 2500 ct stop -t 1 "$N"; states

Stop ends a paused container
  $ detached sleep 100; ct pause "$N"; within 0 2500 ct stop "$N"; states

A held container ends at once, without a word about memory
  $ for v in stop 'kill -s TERM' kill 'rm -f'; do
  >   run -n "$N" --hold sleep 100 & poll held
  >   within 0 2500 "$CT" $v "$N"; wait $!; echo $?
  > done
  137
  137
  137
  137
  $ c='trap "exit 4" USR1; echo up; sleep 100 & wait'
  > run -n "$N" --hold sh -c "$c" >o &
  > poll held; ct kill -s WINCH "$N"; ct start "$N"; up; ct kill -s USR1 "$N"
  > wait $!
  [4]

limit 3
A container stopped while it starts has ended or does not start
  $ for v in stop 'rm -f'; do for k in $(seq $races); do
  >   run -n "$N" sleep 100 2>e & p=$!
  >   until "$CT" $v "$N" 2>/dev/null; do :; done
  >   within 0 2500 wait "$p"; echo "$? $(cat e)"
  > done; done | grep -v -x -e '137 ' -e '143 ' -e '125 .*: ended meanwhile'
  [1]

need root cgroup2 /usr/bin/setpriv
Stop sends the stop signal even without a capability of the container's
  $ run -n "$N" --cap-add SYS_TIME --stop-signal USR1 sh -c 'trap "exit 9" USR1
  >   echo up; while :; do sleep 0.02; done' >o & up
  > setpriv --bounding-set=-sys_time "$CT" stop "$N"; wait $!
  [9]

need root cgroup2 strace
A verb waits for a container that is still starting
  $ g=/sys/fs/cgroup/unified; [ -d $g ] || g=/sys/fs/cgroup
  > made() { [ -d "$g/ct/$N" ]; }
  > for v in rm 'wait -t 9' 'kill -s WINCH' 'net ls' logs; do
  >   strace -fDqqq -o log -e trace=clone3 \
  >     -e inject=clone3:delay_enter=400000:when=1 \
  >     "$CT" run -n "$N" -r "$R" --log ring -v "$PWD:/mnt" sh -c '
  >       until [ -e /mnt/go ]; do sleep 0.1; done' & p=$!
  >   poll made; "$CT" $v "$N" & q=$!
  >   case $v in wait*) watching $q ;; *) wait $q ;; esac
  >   >go; wait $q; wait $p; rm go
  > done
  ct: t*: has processes (?); -f ends them
  0
  NAME *
  lo *

A container stopped before it has its lock does not start after all
  $ g=/sys/fs/cgroup/unified; [ -d $g ] || g=/sys/fs/cgroup
  > made() { [ -d "$g/ct/$N" ]; }
  > for v in stop 'rm -f'; do
  >   strace -fDqqq -o log -e trace=flock \
  >     -e inject=flock:error=EAGAIN:delay_exit=400000:when=1 \
  >     "$CT" run -n "$N" -r "$R" sleep 4 & p=$!
  >   poll made; "$CT" $v "$N"; within 0 2500 wait $p; echo $?
  > done
  143
  137

need root cgroup2
# --- wait, start ---

Several callers may wait for the status
  $ detached --hold sh -c 'exit 5'; for k in 1 2 3; do "$CT" wait "$N" >o$k &
  > watching $!; eval p$k=$!; done; ct start "$N"
  > for p in $p1 $p2 $p3; do wait $p; echo "status $?"; done >s; sort s o?
  5
  5
  5
  status 5
  status 5
  status 5

Wait also waits for a state, and has a timeout
  $ detached --hold sleep 100; "$CT" wait -s running -t 9 "$N" & p=$!
  > watching $p; ct wait -s created -t 9 "$N"; ct start "$N"
  > within 0 2500 wait $p; "$CT" wait -s paused -t 9 "$N" & p=$!
  > watching $p; ct pause "$N"; wait $p
  $ within 900 2500 ct wait -t 1 "$N" 2>/dev/null
  [124]
  $ ct wait -s bogus "$N" 2>/dev/null
  [125]
  $ ct rm -f "$N"

--hold keeps the command from running until ct start
  $ detached --hold sh -c 'echo up; sleep 100'; states
  created
  $ grep -v "^$N\$" o
  [1]
  $ ct start "$N"; up; states; grep -v "^$N\$" o
  running
  up
  $ ct start "$N" 2>/dev/null
  [125]
  $ ct rm -f "$N"

--hold keeps the status of a quick command for ct wait
  $ detached --hold sh -c 'exit 5'; "$CT" wait "$N" & p=$!
  > watching $p; ct start "$N"; wait $p
  5
  [5]
  $ detached true; gone() { ! ct ls | grep -q "^$N "; }; poll gone; ct wait "$N"
  ct: t*: no such container
  [3]

--hold in the foreground waits for ct start as well
  $ run -n "$N" --hold sh -c 'exit 4' & poll held; ct start "$N"; wait $!
  [4]

--hold ends with ct stop
  $ (run -n "$N" --hold true 2>/dev/null; echo $?) & poll held
  > ct stop "$N"; wait; states
  1??

--on-start runs before the command and --on-exit after it
  $ run -n "$N" --on-start 'echo start $CT_NAME; test -d /proc/$CT_PID' \
  >   --on-exit 'echo exit' sh -c 'echo ran; exit 3' >o
  [3]
  $ sed "s/$N/NAME/" o
  start NAME
  ran
  exit

A failing --on-exit is a warning, and the status is the command's
  $ for c in 'exit 9' 'kill -9 $$' /nosuch 'exit 0'; do
  >   run --on-exit "$c" sh -c 'exit 3' 2>&1; echo $?
  > done
  ct: warning: on-exit: exit 9: status 9
  3
  ct: warning: on-exit: kill -9 $$: status 137
  3
  *sh: *nosuch*
  ct: warning: on-exit: /nosuch: status 127
  3
  3
  $ detached --hold --on-exit 'exit 9' sh -c 'exit 4' 2>/dev/null
  > "$CT" wait "$N" & watching $!; ct start "$N"; wait $!
  4
  [4]

A failing --on-start keeps the command from running
  $ run -d -n "$N" --on-start 'exit 3' echo RAN
  ct: *status 3*
  [125]

# --- rename, rm, enter, detect, set, get ---

Rename moves a group with its limits
  $ ct create "$N"; ct rename "$N" "$N-b"; states
  > ct ls | grep -c "^$N-b"; ct rm "$N-b"
  created
  1

Rename refuses a running container, a taken name and a group inside itself
  $ detached sleep 100; ct rename "$N" "$N-b" 2>/dev/null
  [125]
  $ ct create "$N-c"; ct create "$N-c/d"; ct create "$N-e"
  $ ct rename "$N-e" "$N-c" 2>/dev/null
  [125]
  $ ct rename "$N-c" "$N-c/x" 2>/dev/null
  [125]
  $ ct ls -r | grep -c -e "^$N-c/d" -e "^$N-e"; ct rm -f "$N" "$N-c" "$N-e"
  2

Rm removes an ended container, rm -f also a running one
  $ detached sleep 100; ct rm "$N" 2>/dev/null
  [125]
  $ states; within 0 2500 ct rm -f "$N"; states; ct rm "$N" 2>/dev/null
  running
  [3]

Enter puts a process into a container, and detect tells which one it is in
  $ ct detect $$
  [3]
  $ detached sleep 100; sleep 98 & p=$!; ct enter "$N" $p
  > ct detect $p | sed "s/$N/NAME/"
  > there() { ct ps "$N" | grep -q 'sleep 98'; }; poll there # it has exec'd
  NAME
  $ ct enter "$N" 99999999 2>/dev/null
  [125]
  $ ct rm -f "$N"; wait $p
  [137]

Set and get work on the files of a container's cgroup
  $ detached sleep 100; ct set "$N" cgroup.max.depth=3
  $ ct get "$N" cgroup.max.depth cgroup.freeze
  3
  0
  $ for k in x ../x=1 bogus=1 /x=1 cgroup.max.depth; do
  >   says ct set "$N" $k
  > done | uniq -c | tr -s ' '; ct rm -f "$N"
   5 125 1

# --- events ---

# Before 5.14 a killed container is frozen first.
Events report each change of state
  $ detached sleep 100; "$CT" events "$N" >ev & watching $!
  > told() { poll grep -qs "frozen\",\"value\":$1" ev; }; ct pause "$N"; told 1
  > ct resume "$N"; told 0; ct kill "$N"; within 0 5000 wait $!
  $ sed 's/.*"event":"//;s/".*:/ /;s/}//' ev
  cgroup.frozen 1
  cgroup.frozen 0
  ...
  cgroup.populated 0
  container.empty 0

Events cover any number of containers
  $ ct create "$N"; for k in $(seq 20); do run -d -n "$N/$k" sleep 100; done >o
  > "$CT" events $(cat o) >ev & watching $!; ct stop "$N"; wait $!
  > grep -c container.empty ev; ct rm "$N"
  20

Events end if their output cannot be written
  $ detached sleep 100; "$CT" events "$N" >/dev/full & watching $!
  > ct pause "$N"; within 0 3000 wait $!
  ct: stdout: write: No space left on device
  [125]
  $ ct rm -f "$N"

Events and stats -f end if nobody reads them any more
  $ detached sleep 100; for v in events "stats -f"; do
  >   within 0 900 sh -c '"$0" $1 $2 | true' "$CT" "$v" "$N"; done
  $ ct rm -f "$N"

A failed write is an error in each verb
  $ detached sleep 100; for v in ls "ls -j" "ps $N" "inspect $N" "stats $N" \
  >   "get $N cgroup.freeze" "detect $(first)" "net ls $N" "net ls -j $N" \
  >   check help "help run" version "run --dry-run"; do
  >   ct $v >/dev/full; echo $?
  > done 2>&1 | sort | uniq -c | tr -s ' '
   14 125
   14 ct: stdout: write: No space left on device
  $ "$CT" wait "$N" >/dev/full & watching $!; ct rm -f "$N"; wait $!
  ct: stdout: write: No space left on device
  [125]

Net ls says what is in the way
  $ detached --share net sleep 100; ct net ls "$N"
  ct: t*: has no private network
  [125]
  $ ct inspect "$N" | grep -c '"interfaces":\[\],"'; ct rm -f "$N"
  1

Events refuse invalid limits
  $ detached sleep 100; for o in "--memory-above x" "--pressure x:1:2" \
  >   "--pressure cpu:x:y" "--pressure cpu"; do
  >   timeout 1 "$CT" events $o "$N" >/dev/null 2>&1; echo $?
  > done | uniq -c | tr -s ' '; ct rm -f "$N"
   4 125

# --- a ct that is killed ---

Ls shows no leftover of a killed ct
  $ ct create "$N-g"; for k in 1 2 3 4 5 6; do
  >   run -d -n "$N-$k" sleep 100 >/dev/null
  > done; for k in 1 2 3 4 5 6; do
  >   N=t$$-$k; kill -9 "$(supervisor)"
  > done; N=t$$; only() { [ "$(states)" = created ]; }; poll only; states
  > ct rm "$N-g"
  created

Ls shows no leftover of a killed ct in a group
  $ ct create "$N-g"; N=$N-g/a; detached sleep 100; kill -9 "$(supervisor)"
  > N=t$$; swept() { run true; [ "$(states)" = created ]; }; poll swept; states
  > ct rm "$N-g"
  created

A name is free at once after SIGKILL to its ct, at random times
  $ for k in $(seq 15); do
  >   detached sleep 100; p=$(supervisor); (sleep 0.0$((k % 7)); kill -9 $p) &
  >   wait; again() { run -n "$N" true 2>e; }; poll again || cat e
  > done

need root cgroup2 flock
A name is free while the kernel still closes a killed ct's descriptors
  $ detached --share pid sh -c 'setsid sleep 97 & setsid sleep 97 & wait'
  > p=$(supervisor); kill -9 "$p"; dead() { [ ! -d "/proc/$p" ]; }; poll dead
  $ bb mkfifo f; cg=$(find /sys/fs/cgroup -maxdepth 3 -name "$N")
  > flock "$cg" sh -c 'echo >f; sleep 0.01' & read -r _ <f
  > run -n "$N" echo again
  again

need root cgroup2
Help for create makes nothing
  $ ct create "$N" --help | head -n 1; ct ls -r | grep -c "$N"
  ct create * NAME
  0
  [1]

Ps names the process of --init, whose arguments are cleared
  $ detached --init sleep 100; ct ps "$N" | tr -s ' ' | cut -d' ' -f7-
  COMMAND
  ct
  sleep 100

need root cgroup2
Without a pid namespace the next ct ends what a killed one left
  $ detached --share pid sh -c 'setsid sleep 97 & setsid sleep 97 & wait'
  > three() { [ "$(ct ps "$N" | wc -l)" = 4 ]; }; poll three
  > p=$(supervisor); kill -9 "$p"
  > dead() { [ ! -d "/proc/$p" ]; }; poll dead; run true
  > gone() { ! ps | grep -q '[s]leep 97'; }; poll gone; run -n "$N" echo again
  again

# --- an unprivileged user ---

The verbs work for an unprivileged user who has a group
  $ cp "$CT" c; chmod 755 . c; CT=$PWD/c
  > user() {
  >   mkdir "$g/in/foreign"; "$P" as 1000 sh <<'E'
  > ct() { "$CT" "$@"; }
  > ct run -r "$R" -d -n "$N" sleep 100; ct exec "$N" id -u
  > ct run -n "$N" true 2>/dev/null; echo $?
  > ct pause "$N"; ct ls | cut -d ' ' -f 1; ct rm -f "$N"; ct run -r "$R" true
  > E
  >   ls -d "$g/in/foreign" | wc -l; rmdir "$g/in/foreign"
  > }
  > export N; delegate user | sed "s/$N/NAME/"
  NAME
  0
  125
  NAME
  NAME
  1

need root cgroup2 vm /proc/sys/kernel/yama/ptrace_scope
Where Yama restricts ptrace(2), an ordinary user reaches his containers
  $ cp "$CT" c; chmod 755 . c; CT=$PWD/c
  > yama=/proc/sys/kernel/yama/ptrace_scope
  > user() { "$P" as 1000 sh <<'E'
  > "$CT" run -r "$R" -d --hold --log ring -n "$N" sh -c 'echo hi; sleep 99'
  > "$CT" wait "$N" & "$CT" start "$N"; sleep 0.5; "$CT" logs "$N"
  > "$CT" rm -f "$N"; wait
  > E
  > }
  > export N; for k in 1 2 0; do
  >   echo $k >$yama; [ $k = 0 ] || delegate user
  > done
  t*
  hi
  137
  t*
  ct: t*: reach its supervisor, *: Operation not permitted (who may not ptrace*)
  ct: t*: reach its supervisor, *: Operation not permitted (who may not ptrace*)

need user no-groups
Without a group run works, and the other verbs say what is missing
  $ run echo hi; run -d -n "$N" sleep 0.1 | sed "s/$N/NAME/"
  > for v in "exec $N true" "create $N" "wait $N" "stop $N"; do
  >   says ct $v
  > done; sleep 0.2
  hi
  ct: warning: cgroup: runs without a cgroup: no verb finds it*
  NAME
  125 1
  125 1
  125 1
  125 1
