# What a hook must not disturb: output, --timeout, the caller's terminal.

need root cgroup2
Output is copied while an --on-ready hook runs
  $ run -n "$N" --log ring --on-ready "for i in \$(seq 60); do
  >   '$CT' logs $N | grep -q there && echo copied && exit; sleep 0.05; done" \
  >   sh -c 'sleep 0.3; echo there; sleep 1.5'
  copied

A terminal is copied while an --on-ready hook runs
  $ term "$CT" run -t -r "$R" --on-ready "for i in \$(seq 60); do
  >   [ -s '$PWD/f' ] && echo copied && exit; sleep 0.05; done" \
  >   -v "$PWD:/mnt" sh -c '
  >     head -c 100000 /dev/zero | tr "\0" x; echo >/mnt/f' |
  >   tr -d 'x\r'
  copied

A hook that times out is ended with all that it started
  $ run --timeout 1 --on-start 'sleep 20 & echo $! >c; wait' echo RAN
  ct: on-start: not done within --timeout
  [124]
  $ gone() { ! kill -0 "$(cat c)" 2>/dev/null; }; poll gone && echo gone
  gone

--timeout applies while an --on-ready hook runs
  $ within 900 2500 run --timeout 1 --on-ready 'sleep 20 & echo $! >c; wait' \
  >   sleep 96
  ct: warning: on-ready: not done within --timeout
  [124]
  $ gone() { ! kill -0 "$(cat c)" 2>/dev/null; }; poll gone && echo gone
  gone

A hook that a signal ends is ended with all that it started
  $ "$CT" run -r "$R" --on-ready 'sleep 20 & echo $! >c; echo >up; wait' \
  >   sleep 96 & p=$!
  $ poll test -s up; kill "$p"; within 0 1500 wait "$p"
  ct: warning: on-ready: ended by signal 15
  [143]
  $ gone() { ! kill -0 "$(cat c)" 2>/dev/null; }; poll gone && echo gone
  gone

What a finished hook left in the background keeps running
  $ run --on-ready 'sleep 96 </dev/null >/dev/null 2>&1 & echo $! >c' true
  $ kill "$(cat c)" && echo stayed
  stayed

A hook cannot read from the caller's terminal
  $ term "$CT" run -r "$R" --on-start \
  >   '{ read -r x </dev/tty; } 2>/dev/null || echo none' true | tr -d '\r'
  none
