# The name of a container, and how others learn of it; its time limit; what ct
# would do.

--name names the container
  $ run -n "$N" true

--pidfile contains the pid that PID 1 has outside
  $ mkfifo f; run --pidfile pid -v "$PWD:/mnt" -- sh -c 'read l </mnt/f' &
  > poll test -s pid; read -r p <pid; grep NSpid "/proc/$p/status" | cut -f3
  > echo >f; wait
  1

--ready-fd gets a line once the command runs
  $ run --ready-fd 3 true 3>r; od -An -c r
   *\\n

--ready-fd gets nothing if the command is not found
  $ run --ready-fd 3 nosuch 3>r 2>/dev/null
  [127]
  $ cat r

--ready-fd is not open in the container
  $ run --ready-fd 3 probe fdlist 3>r
  0 1 2

--ready-fd 1 and --info-fd 2 leave output and errors open
  $ run --ready-fd 1 --info-fd 2 --on-exit 'exit 3' --restart on-failure:1 \
  >   sh -c 'echo out; exit 7' >o 2>e; echo $?; sort o; cut -c1-20 e
  7
  
  out
  out
  {"name":"ct-*
  ct: warning: on-exit
  ct: warning: on-exit

--info-fd gets the name and the process, as a line of JSON
  $ run -n "$N" --info-fd 3 true 3>i; wc -l <i; sed "s/$N/NAME/" i
  1
  {*"name":*"NAME"*"pid":*[0-9]*"*"*}

--info-fd has all namespaces, also with --init or a short command
  $ own='for k in user mnt pid net ipc uts cgroup; do
  >   echo "\"$k\":$(stat -Lc %i /proc/self/ns/$k)"; done'
  > for o in '' --init; do run $o --info-fd 3 sh -c "$own" 3>i >o
  >   while read -r l; do grep -qF "$l" i || echo "$o: no $l"; done <o; done
  > for k in $(seq "$races"); do
  >   run --info-fd 3 --init true 3>i; run --info-fd 3 true 3>>i
  >   grep -c '"pid":[1-9].*"user":[1-9].*"mnt":[1-9].*"cgroup":[1-9]' i
  > done | sort -u
  2

need root
--info-fd lists namespaces that are joined
  $ run --info-fd 3 --ns net=/proc/self/ns/net --ns uts=/proc/self/ns/uts \
  >   true 3>i; for k in net uts; do
  >   grep -c "\"$k\":$(stat -Lc %i /proc/self/ns/$k)[,}]" i; done
  1
  1

need
--stop-signal is sent when the time is up
  $ run --timeout 2 --stop-signal USR1 sh 2>/dev/null <<'E'
  > trap 'echo got; exit 3' USR1
  > while :; do sleep 0.05; done
  > E
  got
  [124]

--stop-timeout is the time until SIGKILL
  $ run --timeout 2 --stop-timeout 1 --init sh 2>/dev/null <<'E'
  > trap 'echo got' TERM
  > while :; do sleep 0.05; done
  > E
  got
  [124]

--dry-run lists the steps and takes none
  $ run --dry-run -v "$PWD:/mnt" touch /mnt/RAN >o 2>&1; wc -l <o; ls
  [1-9]*
  o

--dry-run refuses bad values
  $ run --dry-run --timeout x true
  ct: ?*
  [125]

--verbose prints the time of each step
  $ run -V true 2>e; grep -c '[0-9]' e
  [1-9]*

need root cgroup2
A run under a taken name leaves the owner's pid file alone
  $ detached --pidfile p sleep 100; cat p >was
  > says run -n "$N" --pidfile p true; diff p was; ct rm -f "$N"
  125 1

Only the pid file that ct made is removed
  $ mkfifo f; mkdir d o; echo x >o/p; echo y >q
  > run --pidfile d/p -v "$PWD:/mnt" sh -c 'read l </mnt/f' & poll [ -s d/p ]
  > mv d e; ln -s o d; echo >f; wait $!; cat o/p; ls e
  x
  $ run --pidfile q -v "$PWD:/mnt" sh -c 'read l </mnt/f' &
  > poll sh -c '[ "$(cat q)" != y ]'; rm q; echo z >q; echo >f; wait $!; cat q
  z

need root cgroup2 strace
The pid file is removed before the name is free
  $ strace -f -qq -o log -e trace=unlink,unlinkat "$CT" run -n "$N" \
  >   --pidfile p -r "$R" true
  > sed -n "s/.*unlink.*\"p\".*/file/p;s/.*\"$N\", AT_REMOVEDIR.*/name/p" log
  file
  name

need root cgroup2
The name of a running container is taken
  $ mkfifo f; run -n "$N" --pidfile pid -v "$PWD:/mnt" -- sh -c '
  >   read l </mnt/f; echo end' & poll test -s pid
  $ run -n "$N" echo RAN
  ct: *t*xists*
  [125]
  $ echo >f; wait
  end

Of several containers that start under one name, one wins
  $ for k in 1 2 3 4 5 6; do
  >   (run -n "$N" -v "$PWD:/mnt" sh -c 'until [ "$(wc -l </mnt/o)" = 5 ]
  >     do sleep 0.1; done' 2>/dev/null; echo $?) &
  > done >o; wait; sort o | uniq -c | tr -s ' '
   1 0
   5 125

need root cgroup2
--ready-fd 1 is told with -d
  $ run -d -n "$N" --ready-fd 1 sleep 100 | od -An -c | head -n 1; ct rm -f "$N"
   *\\n   t*

A reader of --info-fd that reads later, or never, holds up no run -d
  $ mkfifo f; exec 3<>f; a=k=$(printf '%5000s' | sed 's/ /é/g')
  > for i in 1 2 3 4; do run -d -n "$N-$i" --info-fd 3 --annotate "$a$i" \
  >   --annotate "k$a" --annotate "kk$a" sleep 100; done | wc -l
  > head -n 1 f | wc -c; for i in 1 2 3 4; do ct rm -f "$N-$i"; done
  4
  9*

need root cgroup2 strace
--info-fd and --ready-fd have been told when run -d or exec -d returns
  $ lag() { strace -fDqqqo l -e trace=write -e inject=write:delay_enter=100000 \
  >   "$CT" "$@" 3>i 4>r >/dev/null; wc -l <i; wc -l <r; }
  $ lag run -d -n "$N" --info-fd 3 --ready-fd 4 -r "$R" sleep 100
  1
  1
  $ lag exec -d --info-fd 3 "$N" true; ct rm -f "$N"
  1
  0
