# Terminals: a container's own and the caller's.

need root
In the foreground of a terminal a container has a terminal of its own
  $ term "$CT" run -r "$R" sh -c 'tty; stty size; test -c /dev/console
  >   readlink /dev/console; echo to the terminal >/dev/tty; exit 7' </dev/null
  /dev/pts/0
  24 80
  pts/0
  to the terminal
  [7]

Keys reach the command, and ^C goes to the foreground job inside
  $ term "$CT" run -r "$R" sh -c 'read -r a; echo "<$a>"; sleep 100; exit 3' <<.
  > type caf\303\251\n
  > see <caf
  > sleep 200
  > type \003
  > .
  café
  café
  <café>
  ^C*130*

each 003=130 034=131
A key ends a command that, as PID 1, ignores its signal
  $ t() { printf '%s\n' 'see up' 'sleep 300' "type \\${it%=*}" |
  >   term -q "$CT" run -r "$R" "$@"; [ $? = "${it#*=}" ] || echo no "$@"; }
  > t sh -c 'echo up; exec sleep 100'; t --init sh -c 'echo up; exec sleep 100'
  > t --on-start 'echo up; sleep 50' true; t --hold --on-start 'echo up' true
  > t --share pid sh -c 'echo up; exec sleep 100'

need root cgroup2
A key ends a command that attach shows as well
  $ run -d -n "$N" -t sh -c 'sleep 1; echo up; exec sleep 100' >o
  > term "$CT" attach "$N" <<.
  > see up
  > sleep 300
  > type \034
  > .
  up
  *137*

need root
A key goes to a command that handles it or reads the terminal raw
  $ term "$CT" run -r "$R" sh -c 'trap "echo got" INT; echo up; n=0
  >   while [ $((n += 1)) -lt 9 ]; do sleep 0.1; done; exit 7' >t <<.
  > see up
  > type \003
  > .
  [7]
  $ tr -d '\n' <t | grep -o C.*
  Cgot
  $ term "$CT" run -r "$R" sh -c 'stty raw -echo; echo up; head -c 1 | od -c
  >   exit 8' <<.
  > see up
  > type \003
  > .
  up
  0000000 003
  0000001
  [8]

each tty no-tty init
A key that ends the command also ends a shell loop around it
  $ echo 'for i in 1 2 3; do "$@" sh -c "echo up$i; exec sleep 100"; done
  >   echo end' >s; term sh s "$CT" run -r "$R" --$it <<. || echo "<$?>"
  > see up1
  > sleep 200
  > type \003
  > .
  up1
  ^C<130>

need root
A key that the command catches does not end the loop
  $ echo 'for i in 1 2; do "$@"; echo "after $?"; done' >s
  $ term sh s "$CT" run -r "$R" -t sh -c 'trap "exit 130" INT; echo up
  >   while :; do sleep 0.05; done' <<.
  > see up
  > sleep 300
  > type \003
  > see after 130
  > see up
  > sleep 300
  > type \003
  > see after 130
  > .
  up
  ^Cafter 130
  up
  ^Cafter 130

need root cgroup2
A SIGINT from elsewhere does not end the loop either
  $ echo '"$@"; echo "after $?"' >s
  $ term sh s "$CT" run -n "$N" --on-ready "$CT kill -s INT $N" -r "$R" -t \
  >   --share pid sleep 100 </dev/null
  after 130

need root
A shell inside has job control
  $ term "$CT" run -r "$R" sh <<.
  > see #
  > type sleep 100\n
  > sleep 300
  > type \032
  > see Stopped
  > type kill %1; fg; echo \$((6 * 7))\n
  > see 42
  > type exit 5\n
  > .
  ...
  [5]

A new window size is known inside
  $ term "$CT" run -r "$R" sh -c 'trap "stty size; exit" WINCH; echo up
  >   while :; do sleep 0.1; done' <<.
  > see up
  > size 33 99
  > .
  up
  33 99

each 1 2 3 15
The caller's mode is restored after signal $it to ct
  $ term "$CT" run -r "$R" sleep 100 <<. >/dev/null || echo "$?"
  > sleep 700
  > kill $it
  > .
  1[2-4][0-9]

The caller's mode is restored if the command is missing or cannot start
  $ term "$CT" run -r "$R" nothing </dev/null
  ct: exec: execve nothing: No such file or directory (PATH is *)
  [127]
  $ term "$CT" run -r "$R" -m 4K true </dev/null | grep -c mode
  0
  [1]

Input typed before the command runs goes to it
  $ term sh -c 'sleep 0.5; exec "$0" "$@"' "$CT" run -r "$R" \
  >   sh -c 'read -r a; echo "<$a>"' <<.
  > type early\n
  > .
  early
  early
  <early>

Output that is not a terminal gives no terminal, except with -t
  $ run tty </dev/null
  not a tty
  [1]
  $ run -t sh -c 'test -t 1 && test -t 2 && echo terminal' </dev/null
  terminal*

Input from a file stays a file with -t, and output is the terminal
  $ printf 'a\0b\377\n' >f; run -t sh -c 'test -t 1 && od -An -tx1' <f
   61 00 62 ff 0a*

All that a command writes comes out, to a pipe and to a terminal
  $ run -t sh -c 'dd if=/dev/zero bs=64k count=160 2>/dev/null' |
  >   wc -c
  10485760
  $ term -q "$CT" run -r "$R" sh -c 'yes 0123456789 | head -n 10000
  >   echo end' </dev/null

A reader that stops holds up the command, not ct
  $ term sh -c '"$0" "$@" & sleep 1; kill $!; wait $!; echo "[$?]" >s' \
  >   "$CT" run -t -r "$R" yes </dev/null >/dev/null; cat s
  [143]
  $ mkfifo p; sleep 3 <p & "$CT" run -r "$R" -t yes >p & sleep 1
  > kill $!; wait $! || echo "$?"; wait
  143

A reader that goes away ends the command
  $ run -t yes | head -n 1
  y*

A terminal that is not ct's to use, or in a special mode, is left alone
  $ term sh -c 'setsid "$@"; until [ -e end ]; do sleep 0.1; done' sh \
  >   sh -c '"$0" run -r "$1" tty; >end' "$CT" "$R" </dev/null
  not a tty
  $ term sh -c 'm=$(stty -g); stty raw; "$@"; stty "$m"' sh \
  >   "$CT" run -r "$R" tty </dev/null
  not a tty
  $ term "$CT" run -r "$R" --no-tty tty </dev/null
  not a tty
  [1]

need root cgroup2
A detached container can be attached to repeatedly, until its end
  $ run -d -t -n "$N" sh | cat >/dev/null
  $ term "$CT" attach "$N" <<. | grep -x '30 90'
  > see #
  > size 30 90
  > type stty size; x=4\$((1 + 1))\n
  > see 30 90
  > type \020\021
  > .
  30 90
  $ term "$CT" attach "$N" <<. >o || echo "$?"
  > see stty size
  > type echo \$x\n
  > see 42
  > type exit \$((x - 40))\n
  > .
  2
  $ grep -c mode o
  0
  [1]

Two that attach at once see the same
  $ run -d -t -n "$N" --init sh | cat >/dev/null
  $ printf 'see hello\nsleep 200\ntype x\n' |
  >   term "$CT" attach --detach-keys x "$N" >o & sleep 0.3
  $ term "$CT" attach --detach-keys=ctrl-a,z "$N" <<. >/dev/null
  > see #
  > type echo hel''lo\n
  > see hello
  > sleep 100
  > type \001z
  > .
  $ wait $!; grep -x hello o; ct rm -f "$N"
  hello

What attach types goes to the run that --restart has started by then
  $ run -d -t -n "$N" --restart always sh | cat >/dev/null
  $ term "$CT" attach "$N" <<. | tr -d '\r' | grep -x '2nd run\|7 90\|3rd run'
  > see #
  > size 7 90
  > type echo \$((1 + 1))nd run; exit 3\n
  > see nd run
  > see #
  > type stty size; echo 3r''d run\n
  > see 3rd
  > type \020\021
  > .
  2nd run
  7 90
  3rd run
  $ ct rm -f "$N"

Attach needs a container with a terminal, and a terminal here
  $ run -d -n "$N" sleep 100 | cat >/dev/null; ct attach "$N"
  ct: *: has no terminal (run -d -t); see ct logs -f
  [125]
  $ ct exec -d -t "$N" true
  ct: *: a detached exec cannot be attached to
  [125]
  $ ct rm -f "$N"; run -d -t -n "$N" sleep 100 | cat >/dev/null
  $ ct attach "$N" </dev/null
  ct: *: needs a terminal here
  [125]
  $ for k in ctrl-1 ab , ctrl- a, ''; do
  >   says ct attach --detach-keys "$k" "$N"; done | sort | uniq -c
   * 6 125 1
  $ ct rm -f "$N"
