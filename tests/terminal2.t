# Terminals with the invariant (tests/tracer.c), --init, --restart and a shell's
# job control.

need root
limit 4
No process inside has anything of the host, with a terminal or a log
  $ trace tty -- "$CT" run -t -r "$R" true </dev/null
  > trace user -- "$CT" run -t -u user -r "$R" true </dev/null
  > trace own -- "$CT" run -t -U -r "$R" true </dev/null
  > trace -r reaper,command init -- "$CT" run -t --init -r "$R" true </dev/null
  > trace file -- "$CT" run --log l -r "$R" true
  > trace both -- "$CT" run -t --log l -r "$R" true </dev/null
  > trace ring -- "$CT" run --log ring -r "$R" true
  > trace none -- "$CT" run -t --share mnt,net,ipc,uts,cgroup -- \
  > 	/bin/sh -c : </dev/null
  > trace host -- "$CT" run -t -w / /bin/sh -c : </dev/null
  tty: 1 process, * points*, 0 excesses
  user: 1 process, * points*, 0 excesses
  own: 1 process, * points*, 0 excesses
  init: 2 processes, * points*, 0 excesses
  file: 1 process, * points*, 0 excesses
  both: 1 process, * points*, 0 excesses
  ring: 1 process, * points*, 0 excesses
  none: 1 process, * points*, 0 excesses
  host: 1 process, * points*, 0 excesses

limit 1
With --init the command has the terminal, and a shell has job control
  $ term "$CT" run --init -r "$R" sh <<. | sed -n 's/^is \(.*\)=/\1/p'
  > see #
  > type sleep 100\n
  > sleep 400
  > type \003
  > see #
  > type sleep 100\n
  > sleep 400
  > type \032
  > see Stopped
  > type kill %1; fg; echo "is \$(tty)="; exit 4\n
  > see is /dev/pts/0
  > .
  /dev/pts/0

Each run of --restart has a new terminal, and ct exits with the last status
  $ term "$CT" run --restart on-failure:2 -r "$R" sh -c 'tty; read -r a
  >   echo "<$a>"; exit 7' <<.
  > see /0
  > sleep 500
  > type one\n
  > see <one>
  > see /0
  > sleep 500
  > type two\n
  > see <two>
  > see /0
  > sleep 500
  > type three\n
  > .
  /dev/pts/0
  one
  <one>
  /dev/pts/0
  two
  <two>
  /dev/pts/0
  three
  <three>
  [7]

need root sources
A stopped ct gives the shell its mode back, and continues after fg
  $ echo 'while [ ! -s up ]; do sleep 0.1; done; kill -TSTP "$(cat pid)"' >stop
  $ echo 'echo $$ >pid; exec "$CT" run -v "$PWD:/mnt" -r "$R" sh -c "
  >   echo up >/mnt/up; read -r a; echo end; exit 5"' >start; export CT R
  $ term sh -i <<. >o; grep -x 'st 5\|end\|.*mode' o
  > type sh stop & sh start\n
  > see topped
  > type stty -a | grep -o -- .icanon\n
  > see grep
  > see icanon
  > type fg; echo "st \$?"\n
  > sleep 500
  > type abc\n
  > see st 5
  > type exit\n
  > .
  end
  st 5

need root bash
A container in the background gets the terminal by fg, in a line mode
  $ term bash --norc --noprofile -i <<. >o; grep -x 'abc\|<abc>\|st 6' o
  > type c='$CT run -t -r $R'\n
  > type \$c sh -c 'echo up; read -r a; echo "<\$a>"; exit 6' &\n
  > sleep 1500
  > type fg; echo "st \$?"\n
  > sleep 1000
  > type abc\n
  > see st 6
  > type exit\n
  > .
  abc
  <abc>
  st 6

need root cgroup2
limit 4
No process has anything of the host with -d or in exec either
  $ trace d -- "$CT" run -d -t -n "$N" -r "$R" sleep 100
  > trace -r entered exec -- "$CT" exec -t "$N" true </dev/null
  > trace -r entered user -- "$CT" exec -t -u user "$N" true </dev/null
  > trace -r entered log -- "$CT" exec --log l "$N" true; "$CT" rm -f "$N"
  > trace ring -- "$CT" run -d --log ring -n "$N" -r "$R" sleep 100
  > "$CT" rm -f "$N"
  t*
  d: 1 process, * points*, 0 excesses
  exec: 1 process, * points*, 0 excesses
  user: 1 process, * points*, 0 excesses
  log: 1 process, * points*, 0 excesses
  t*
  ring: 1 process, * points*, 0 excesses


need root
each run exec
^Z stops a command without its own terminal, and fg continues it
  $ echo 'set -m; "$@"; echo "stopped $?"; a=$(wc -l <v/n); sleep 0.3
  >   [ "$a" = "$(wc -l <v/n)" ] && echo still; fg >o' >s; mkdir v
  $ detached -v "$PWD/v:/v" sleep 100; to=$N
  > [ $it = exec ] || to="-r $R -v $PWD/v:/v"
  $ term sh s "$CT" $it --no-tty $to \
  >   sh -c 'echo >>/v/n; echo up
  >     while sleep 0.05; do echo >>/v/n; done' <<. || echo "<$?>"
  > see up
  > sleep 200
  > type \032
  > see still
  > sleep 200
  > type \003
  > .
  up
  ^Zstopped 148
  *
  still
  ^C<130>
  $ ct rm -f "$N"

need root
^C goes to everything without a terminal of its own
  $ term "$CT" run --no-tty -r "$R" \
  >   sh -c 'trap "exit 9" INT; echo up; sleep 100' <<. || echo "<$?>"
  > see up
  > sleep 300
  > type \003
  > .
  up
  ^C<9>

need root
In the background nothing reads what is typed for others
  $ echo 'exec 2>e; set -m; "$@" & wait $!; echo "cat $?"; read -r a
  >   echo "mine: $a"' >s; term sh s "$CT" run --no-tty -r "$R" cat <<.
  > see cat 0
  > sleep 300
  > type typed\n
  > .
  cat 0
  typed
  mine: typed

need root cgroup2
The end of a command does not wait for others writing to its terminal
  $ detached sleep 100; term -q "$CT" exec -t "$N" \
  >   sh -c 'trap "" HUP; yes & sleep 0.2; exit 7'; echo $?; ct rm -f "$N"
  7
