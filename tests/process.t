# The process that runs the command: what it gets and who it is.

--env K=V sets a variable
  $ run -e 'A=1 2' -e B== sh -c 'echo "$A|$B"'
  1 2|=

--env K takes the caller's value
  $ export A=1 B=2; run -e A sh -c 'echo $A$B'
  1

--keep-env keeps the caller's environment
  $ A=1 run --keep-env sh -c 'echo $A'
  1

--rlimit nofile may be 0, with --init as well
  $ run --rlimit nofile=0 echo hi; run --init --rlimit nofile=0 echo hi
  hi
  hi

--rlimit sets both limits
  $ run --rlimit nofile=100:200 sh -c 'ulimit -Sn; ulimit -Hn'
  100
  200

--nice lowers its priority
  $ run --nice 5 awk '{ print $19 }' /proc/self/stat
  5

--oom-score makes it an earlier victim of the OOM killer
  $ run --oom-score 500 cat /proc/self/oom_score_adj
  500

--cpu-sched sets its scheduling policy
  $ run --cpu-sched batch awk '{ print $41 }' /proc/self/stat
  3

--umask sets its umask
  $ run --umask 027 sh -c umask
  0027

--keep-fd passes a descriptor on
  $ echo hi >f; run --keep-fd 5 sh -c 'cat <&5; probe fdlist' 5<f
  hi
  0 1 2 5

LISTEN_FDS meant for the caller are passed on
  $ echo hi >f; sh -c 'LISTEN_FDS=2 LISTEN_PID=$$ exec "$@"' sh \
  >   "$CT" run -r "$R" sh -c 'cat <&4; echo $LISTEN_FDS $LISTEN_PID
  >   probe fdlist' 3</dev/null 4<f
  hi
  2 1
  0 1 2 3 4
  $ sh -c 'LISTEN_FDS=1 LISTEN_PID=$$ LISTEN_FDNAMES=http LISTEN_PIDFDID=7 \
  >   exec "$@"' sh env B=2 "$CT" run -r "$R" --keep-env -e C=3 sh -c \
  >   'echo $LISTEN_FDS $LISTEN_PID $LISTEN_FDNAMES ${LISTEN_PIDFDID-none}
  >   echo $B $C' 3</dev/null
  1 1 http none
  2 3

LISTEN_FDS meant for another process are not
  $ LISTEN_FDS=1 LISTEN_PID=1 run sh -c 'echo "fds:$LISTEN_FDS"
  >   probe fdlist' 3</dev/null
  fds:
  0 1 2

# --- init ---

--init makes another process PID 1
  $ run --init sh -c '[ $$ != 1 ] && echo $$'
  [2-9]*

--init reaps orphaned processes
  $ run --init sh -c 'for k in 1 2 3; do (sleep 0.1 & ) ; done; sleep 0.5
  >   grep -l "^State:.Z" /proc/[0-9]*/status'
  [1]

--init does not take a command that is being traced for one that has ended
  $ run --init --timeout 1 --stop-timeout 0 probe traced
  [124]

--init makes a PID 1 that cannot be looked into
  $ run --init readlink /proc/1/exe /proc/1/cwd /proc/1/root 2>/dev/null
  [1]

# --- users ---

The caller's pipes are its /dev/stdin, /dev/stdout and /dev/stderr
  $ echo hi | run sh -c 'cat /dev/stdin; echo out >/dev/stdout
  >   echo err >/dev/stderr' 2>&1 | cat
  hi
  out
  err

need root
each -u1000 -U --userns=0:100000:65536 --userns=0:100000:65536[-u7]
Pipes can be opened by another user as well: $it
  $ o=$(echo "$it" | tr '[]' ' ')
  > echo hi | run $o sh -c 'cat /dev/stdin; echo out >/dev/stdout
  >   echo err >/dev/stderr' 2>&1 | cat
  hi
  out
  err

Pipes can be opened in their own direction only
  $ echo hi | run -u 1000 sh -c 'stat -Lc %a /proc/self/fd/0 /proc/self/fd/1
  >   : >/proc/self/fd/0 || cat /proc/self/fd/1' 2>/dev/null | cat
  644
  622

A FIFO and a file of the caller keep their mode and owner
  $ mkfifo -m 600 p; : >f; chmod 600 f; cat p & o='echo x >/dev/stdout'
  > run -u 1000 sh -c "$o" >p 2>/dev/null
  > run -u 1000 sh -c "$o" >f 2>/dev/null; wait; stat -c '%a %u' p f
  600 0
  600 0

need root cgroup2
Pipes can be opened in exec as well
  $ detached sleep 100; echo hi | ct exec -u 1000 "$N" sh -c '
  >   cat /dev/stdin >/dev/stdout' | cat; ct rm -f "$N"
  hi

need root
--user by name has the groups of that name
  $ run -u user sh -c 'id -u; id -g; id -G'
  1000
  1000
  1000 44

--user by number has the group of that number
  $ run -u 1234 sh -c 'id -u; id -g; id -G'
  1234
  1234
  1234

--user may be given with groups
  $ run -u user:tty,video,7 sh -c 'id -u; id -g; id -G'
  1000
  5
  5 7 44

--user has no capabilities
  $ run -u 1000 grep -c -E '^Cap(Inh|Prm|Eff|Amb):.0000000000000000' \
  >   /proc/self/status
  4

--nice 0 does not keep the caller's value
  $ bb renice -n 5 -p $$ && run --nice 0 awk '{ print $19 }' /proc/self/stat
  0

--nice may be negative
  $ run --nice -5 awk '{ print $19 }' /proc/self/stat
  -5

need root cgroup2
Exec joins a container with --rlimit nofile=0
  $ detached --rlimit nofile=0 sleep 99; : | ct exec "$N" echo in; ct rm -f "$N"
  in
