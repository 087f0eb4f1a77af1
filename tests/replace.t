# --replace: a container first ends another one of its name.

need root cgroup2
A container takes the name of a running one, or a free one
  $ run -d --replace -n "$N" --stop-signal USR1 \
  >   --on-exit 'sleep 1.2; echo >>gone' sh -c '
  >   trap "exit 4" USR1; echo up; while :; do sleep 0.1; done' >o; up
  $ "$CT" wait "$N" >w & p=$!
  $ watching "$p"; run -d --replace -n "$N" sleep 98; wait "$p"
  t*
  [4]
  $ wc -l <gone; ct ps "$N" | grep -c 'sleep 98'; ct rm -f "$N"
  1
  1

A container that does not end is killed after its own stop timeout
  $ run -d -n "$N" --stop-timeout 1 sh -c 'trap "" TERM; echo up
  >   sleep 100' >o; up
  $ within 900 4000 run --replace -n "$N" echo new
  new

A container with --restart is replaced for good
  $ run -d -n "$N" --restart always sh -c 'exit 1' >o; poll held
  $ run --replace -n "$N" echo new; ct ls -r | grep "$N"
  new
  [1]

Bad arguments or the name of a group end nobody
  $ run -d -n "$N" sleep 100 >o; run --replace -n "$N" -v /none:/mnt true
  ct: --volume: /none: No such file or directory
  [125]
  $ run --replace true
  ct: --replace: needs --name
  [125]
  $ states; ct rm -f "$N"; ct create "$N"
  running
  $ run --replace -n "$N" true 2>&1 | sed "s/$N/N/"
  ct: N: was made by `ct create`
  $ ct rm "$N"

Several that replace one another at once leave one, without waiting
  $ for k in 1 2 3 4; do run -d --replace -n "$N" sleep 9$k >o$k 2>e$k & done
  $ within 0 4000 wait; states; cat e? | grep -v -e 'ended meanwhile' \
  >   -e 'ended before the command'
  running
  [1]
  $ ct rm -f "$N"

need root cgroup2 strace
One that finds the name taken only at its start ends that container as well
  $ strace -Dqqq -o l -e inject=mkdirat:delay_enter=1500000:when=2 \
  >   "$CT" run --replace -n "$N" -r "$R" sh -c 'echo up; exec sleep 98' >o &
  > settle; run -d --replace -n "$N" sleep 97 >p; ct ps "$N" | grep -c 'p 97'
  1
  $ up; ct ps "$N" | grep -c 'sleep 9'; ct rm -f "$N"
  1

SIGTERM ends the new container while it waits for the old one
  $ run -d -n "$N" sh -c 'trap "" TERM; echo up; sleep 100' >o; up
  $ "$CT" run -r "$R" --replace -n "$N" true & p=$!
  $ sleep 0.5; kill "$p"; within 0 2500 wait "$p"
  [143]
  $ ct rm -f "$N"
