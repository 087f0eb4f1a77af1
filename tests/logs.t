# The output of a container when nobody is there to read it.

need root cgroup2
A detached container keeps its output, and ct logs shows it
  $ run -d -n "$N" sh -c 'echo one; echo two >&2; sleep 100' 2>&1 |
  >   cat >/dev/null
  $ two() { ct logs "$N" | grep -q two; }; poll two
  $ ct logs "$N" | sort; ct logs -n 1 "$N" | wc -l; ct logs -n 0 "$N"
  one
  two
  1
  $ ct rm -f "$N"; ct logs "$N"
  ct: *: no such container
  [3]

ct logs -f continues until the container ends, without losing anything
  $ run -d -n "$N" --log ring:64K -v "$PWD:/mnt" sh -c 'seq 9
  >   until [ -e /mnt/go ]; do sleep 0.1; done; seq 10 3000' >o
  $ ct logs -f "$N" >f & poll grep -qsx 9 f; >go; wait $!
  > seq 3000 | cmp - f && echo same
  same

A slow reader of a non-blocking pipe gets all of it
  $ run -d -n "$N" --log ring:1M sh -c 'seq 99999; sleep 100' >o
  > end() { ct logs -n 1 "$N" 2>/dev/null | grep -q 99999; }; poll end
  > "$P" nonblock "$CT" logs "$N" | (sleep 0.5; cat) >f; seq 99999 | cmp - f
  > ct rm -f "$N"

Output that the ring has no room for is counted
  $ run -d -n "$N" --log ring:4K sh -c 'seq 10000; sleep 100' >o
  $ end() { ct logs -n 1 "$N" 2>/dev/null | grep -q 10000; }; poll end
  $ ct logs "$N" 2>&1 | sed -n 1,2p
  ct: warning: *: 448[0-9][0-9] bytes lost
  9[0-9][0-9][0-9]
  $ ct logs "$N" 2>/dev/null | wc -c | grep -c '40..'
  1
  $ ct rm -f "$N"

ct logs -n counts the lines wherever the ring begins, here with a newline
  $ run -d -n "$N" --log ring:4K sh -c 'yes 1234567 | head -n 1023
  >   printf last; printf ing; sleep 100' >o
  $ end() { ct logs "$N" 2>/dev/null | grep -q lasting; }; poll end
  > ct logs -n 2 "$N"; echo; ct rm -f "$N"
  1234567
  lasting

A follower that does not read holds up nobody
  $ mkdir d; run -d -n "$N" --log ring:4K -v "$PWD/d:/mnt" \
  >   sh -c 'sleep 0.3; yes | head -c 1000000; echo >/mnt/up; sleep 100' >o
  $ mkfifo p; sleep 20 <p & k=$!; ct logs -f "$N" >p 2>/dev/null &
  > poll test -f d/up && echo done
  done
  $ kill $!; ct rm -f "$N"; kill $k

ct logs -f shows everything written before the end
  $ for i in 1 2 3 4 5; do
  >   run -d -n "$N" --log ring:64K -v "$PWD:/mnt" sh -c 'echo begun
  >     until [ -e /mnt/go ]; do sleep 0.1; done; seq 5000' >o
  >   ct logs -f "$N" >f & poll grep -qs begun f; >go; wait $!
  >   tail -n 1 f; poll test -z "$(states)"; rm go f; done
  5000
  5000
  5000
  5000
  5000

Output sent to a file is not kept, and --log FILE names such a file
  $ run -d -n "$N" sh -c 'echo kept; sleep 100' >o 2>&1; ct logs "$N"
  ct: *: keeps no log: its output went elsewhere; --log ring keeps it
  [125]
  $ ct rm -f "$N"; ct create "$N"; ct logs "$N"; ct rm "$N"
  ct: *: keeps no log: its output went elsewhere; --log ring keeps it
  $ echo before >l; run --log l sh -c 'echo out; echo err >&2'; cat l
  before
  out
  err
  $ run -t --log t echo both </dev/null; cat t
  both*
  both*

What a full file cannot take holds up nobody, and is reported at the end
  $ mkdir m; mount -t tmpfs -o size=64k m m
  $ run -t --log m/l sh -c 'seq 30000 >/tmp/s; cat /tmp/s' </dev/null 2>e |
  >   tail -n 1; cat e
  30000*
  ct: warning: log: m/l: 1[0-9]* bytes lost
  $ umount m

A FIFO that nobody reads is refused in words
  $ mkfifo p; run --log p true
  ct: log: open p: No such device or address (a FIFO that nobody reads)
  [125]

A file keeps the errors of -d, and --log FILE those of ct as well
  $ run -d -n "$N" sh -c 'echo out; echo err >&2; sleep 100' 2>e | cat
  > poll grep -qs err e; ct logs "$N"; cat e; ct rm -f "$N"
  t*
  out
  err
  $ run -d --log l --on-exit 'exit 3' sh -c 'sleep 0.1; echo out' 2>&1 | cat
  > poll grep -qs on-exit l; cat l
  ct-*
  out
  ct: warning: on-exit: exit 3: status 3

A --log that cannot be had is an error
  $ for l in ring:1 ring:x ring:1G ''; do says run --log "$l" true; done
  125 1
  125 1
  125 1
  125 1
  $ says run --log nothing/x true
  125 1
  $ ct exec --log ring x true
  ct: --log: ring: only `ct run` has it
  [125]

Control bytes in the output reach no terminal
  $ run -d -n "$N" sh -c 'printf "a\033[31mb\302\233c\n"
  >   sleep 100' | cat >/dev/null
  $ b() { ct logs "$N" | grep -q b; }; poll b
  $ term "$CT" logs "$N" </dev/null
  a[?][[]31mb*[?]c
  $ ct rm -f "$N"

UTF-8 characters reach the terminal, even when they arrive in parts
  $ run -d -n "$N" --log ring:4K -v "$PWD:/mnt" sh -c '
  >   yes "äöü€ 😀" | head -n 999
  >   printf "caf\303"; until [ -e /mnt/go ]; do sleep 0.1; done
  >   printf "\251\ncaf\351 \357\273\277\n"' >o
  > caf() { ct logs -n 1 "$N" 2>&1 | grep -q caf; }; poll caf
  $ term sh -c 'stty -echo; "$0" logs -f "$1" & read -r _; >go; wait
  >   stty echo' "$CT" "$N" <<. | tr -d '\r' | grep -v 'bytes lost$' >f
  > see caf
  > type \n
  > .
  $ LC_ALL=C sort -u f; [ $(wc -l <f) -gt 100 ] && echo many
  caf[?] [?][?][?]
  café
  äöü€ 😀
  many

The log has ct's own errors
  $ run -d -n "$N" --on-exit 'exit 3' sh -c 'echo begun; exec sleep 100' |
  >   cat >/dev/null
  $ ct logs -f "$N" >f & poll grep -qs begun f; ct kill "$N"; wait $!; cat f
  ct: warning: on-exit: exit 3: status 3
  begun

A container that writes without end does not hold up ct logs
  $ detached --log ring:32M sh -c 'while :; do cat /bin/busybox; done'
  > for k in 1 2 3; do
  >   settle; timeout $((2 * busy)) "$CT" logs -n 1 "$N" >/dev/null 2>&1 ||
  >     echo "$?"
  > done; ct rm -f "$N"

need root
A log is neither shortened nor given a mode from inside
  $ echo old >log; chmod 600 log; run --log log sh -c 'echo new
  >   : >/dev/stdout; chmod 4755 /proc/self/fd/1 /dev/stderr; echo more' || :
  > cat log; stat -c %a log
  old
  new
  more
  600

need root
What syslog did not take is reported at the end
  $ export N R; unshare -m sh -e <<'E'
  > mount -t tmpfs none /dev
  > "$CT" run -r "$R" -n "$N" --log syslog printf 'a\nb\n'
  > E
  ct: warning: log: syslog: 2 lines lost

need root cgroup2
Longest lines of a container with the longest name can be logged
  $ n=$N; while [ ${#n} -le 190 ]; do ct create "$n"; n=$n/${long%?}; done
  $ ct create "$n"; n=$(printf '%.255s' "$n/${long%?}")
  $ export n R; unshare -m sh -e <<'E'
  > mount -t tmpfs none /dev
  > "$CT" run -r "$R" -n "$n" --log syslog sh -c 'yes | head -c 900 | tr -d "\n"
  >   yes | tr -d "\n" | head -c 900'
  > E
  ct: warning: log: syslog: 2 lines lost
  $ ct rm -f "$N"

need root
Syslog gets lines of text, whatever the command writes
  $ cat >s <<'E'
  > mount -t tmpfs none /dev; mknod -m 666 /dev/null c 1 3
  > "$R/bin/busybox" syslogd -n -S -O "$PWD/syslog" & p=$!
  > until [ -S /dev/log ]; do sleep 0.1; done
  > "$CT" run -r "$R" -n "$N" --log syslog \
  >   printf 'a\tb\033[31m\302\233\000é\nlast\n'
  > until grep -qs last "$PWD/syslog"; do sleep 0.1; done; kill $p
  > E
  $ export N R; unshare -m sh -e s
  > sed "s/.*$N.*: /: /" syslog | grep -v syslogd
  : a b[?][[]31m[?][?][?]é
  : last
