# Hooks: commands of the caller at the start, once the command runs, at the end.

need root cgroup2
Hooks run in order, with the state on standard input
  $ run -n "$N" --annotate a=1 --annotate 'b="x=y' --annotate a=2 \
  >   --on-start 'echo start $CT_NAME; cat >s' --on-start 'echo second' \
  >   --on-ready 'cat >r; echo ready' --on-exit 'cat >e; echo exit' \
  >   --on-exit 'echo last' sh -c 'sleep 0.5; exit 3'
  start t*
  second
  ready
  exit
  last
  [3]
  $ cat s
  {"name":"t*","pid":[0-9]*,"cgroup":"t*","namespaces":{*"mnt":[0-9]*},*
  $ cut -d, -f10- s; sed 's/.*"ann/"ann/' e
  ...
  "annotations":{"b":"\\"x=y","a":"2"},"restarts":0,"status":3}
  $ cmp s r

Annotations are shown by inspect and ls -j
  $ run -d -n "$N" --annotate team=web --annotate k= sleep 100
  t*
  $ ct inspect "$N" | grep -o '"annotations":{[^}]*}'
  "annotations":{"team":"web","k":""}
  $ ct ls -j | grep "$N" | grep -o '"annotations":{[^}]*}'; ct rm -f "$N"
  "annotations":{"team":"web","k":""}
  $ run --annotate x true
  ct: --annotate: x: must be KEY=VALUE
  [125]

A failed --on-ready hook is a warning, and a signal ends one that hangs
  $ run --on-ready 'exit 5' echo hi 2>&1 | sort
  ct: warning: on-ready: exit 5: status 5
  hi
  $ "$CT" run -r "$R" --on-ready 'echo up >up; exec sleep 100' sleep 100 & p=$!
  $ poll test -s up; kill "$p"; within 0 1500 wait "$p"
  ct: warning: on-ready: ended by signal 15
  [143]

The first --on-start hook that fails ends the run
  $ run --on-start false --on-start 'echo no' --on-exit 'echo no' echo RAN
  ct: on-start: false: status 1
  [125]

Exec runs none of the container's hooks
  $ run -d -n "$N" --on-start 'echo a >>h' --on-ready 'echo b >>h' \
  >   --on-exit 'echo c >>h' sleep 100
  t*
  $ ct exec "$N" true; ct exec -d "$N" true >o; ct stop "$N"; cat h
  a
  b
  c

Hooks run at each restart, and a signal ends them
  $ run --restart on-failure:1 --on-start 'echo s' --on-ready 'echo r' \
  >   --on-exit 'grep -o "rest.*"' sh -c 'sleep 0.3; false'
  s
  r
  restarts":0,"status":1}
  s
  r
  restarts":1,"status":1}
  [1]
  $ "$CT" run -r "$R" --restart always --on-exit 'echo up >up; exec sleep 9' \
  >   true & p=$!
  $ poll test -s up; kill "$p"; within 0 1500 wait "$p"
  ct: warning: on-exit: ended by signal 15
