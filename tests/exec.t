# ct exec: a command joins a running container as if it had started there.

# --- what exec gets ---

need root cgroup2
Exec gets what the container's command got
  $ detached -u 1000:5,7 --cap-add NET_ADMIN --rlimit nofile=99 --umask 027 \
  >   -e A=1 --nice 5 -w /tmp sh -c "$look; exec sleep 100"
  $ poll grep -qs end o; grep -v "^$N\$" o >was
  $ SECRET=1 ct exec "$N" sh -c "$look" | diff was - && wc -l <was
  [34]?
  $ ct rm -f "$N"

Exec gets what the container's command got where IDs are mapped
  $ detached --uidmap 0:100000:9 --gidmap 0:100000:9 sh -c "$look
  > exec sleep 100"; poll grep -qs end o; grep -v "^$N\$" o >was
  $ ct exec "$N" sh -c "$look" | diff was -; ct rm -f "$N"

The environment of exec is that of the command, not that of its caller
  $ A=1 detached -e A --keep-env sleep 100
  $ A=2 SECRET=x ct exec "$N" sh -c 'echo $A$SECRET'; ct rm -f "$N"
  1

Exec has no file descriptor but 0 to 2
  $ detached sleep 100; "$P" fds "$CT" exec "$N" probe fdlist; ct rm -f "$N"
  0 1 2

Exec takes options of its own
  $ detached sleep 100
  $ ct exec -u 1000 -w /tmp -e Q=1 "$N" sh -c 'id -u; pwd; echo $Q'
  1000
  /tmp
  1
  $ ct exec --bogus "$N" true 2>/dev/null
  [125]
  $ ct exec -d "$N" sleep 99 >/dev/null; ct ps "$N" | grep -c 'sleep 99'
  1
  $ ct rm -f "$N"

# --- processes that are inside already ---

each SYS_PTRACE ALL
A peer with $it sees nothing that the caller of exec has
  $ touch canary; detached --cap-add "$it" probe spy "$PWD/canary"; up
  $ for k in $(seq "$many"); do SECRET=x "$P" fds "$CT" exec "$N" true; done
  $ ct rm -f "$N"; grep -v "^$N\$" o | sort -u
  up

Exec is in the root of the container, wherever its init is
  $ touch canary; detached --cap-add SYS_CHROOT sh -c '
  >   mkdir -p /tmp/c/bin; cp /bin/busybox /tmp/c/bin
  >   exec chroot /tmp/c /bin/busybox sh -c "
  >     echo up; exec /bin/busybox sleep 100"'; up
  $ ct exec "$N" /bin/busybox ls /
  bin
  $ ct exec "$N" /bin/busybox ls "$PWD/canary" 2>/dev/null
  [1]
  $ ct rm -f "$N"

An init that hides /proc cannot lead exec elsewhere
  $ touch canary; detached --privileged sh -c '
  >   mount -t tmpfs x /proc; mkdir /proc/self
  >   echo 0::/ >/proc/self/cgroup; echo up; exec sleep 100'; up
  $ ct exec "$N" ls /proc "$PWD/canary" 2>/dev/null
  /proc:
  self
  [1]
  $ ct detect "$(first)" | sed "s/$N/NAME/"; ct rm -f "$N"
  NAME

Exec replaces the host's /dev/null before it limits file descriptors
  $ detached --rlimit nofile=10 sleep 100; ct exec "$N" echo hi </dev/null
  > ct rm -f "$N"
  hi

Exec does not join an init whose first thread has exited
  $ detached probe leader; poll grep -qs Z "/proc/$(first)/status"
  $ ct exec "$N" echo RAN
  ct: ?*
  [125]
  $ ct rm -f "$N"

Exec never runs outside if the container ends meanwhile
  $ touch canary; for k in $(seq 8); do
  >   run -d -n "$N" sh -c "sleep 0.0$((k % 4))" >/dev/null
  >   for j in 1 2 3; do
  >     ct exec "$N" sh -c "
  >       test ! -e '$PWD/canary' && test -e /bin/probe || echo OUTSIDE"
  >     case $? in 0 | 3 | 125 | 137) ;; *) echo $? ;; esac
  >   done; ct rm -f "$N"
  > done 2>/dev/null; true

# --- status and signals ---

Exec does not join a container that is missing or paused
  $ ct exec "$N" echo RAN
  ct: *t*
  [3]
  $ detached sleep 100; ct pause "$N"; ct exec "$N" echo RAN
  ct: *t*paused*
  [125]
  $ ct rm -f "$N"

-- may follow the name, but an option may not
  $ detached sleep 100; ct exec "$N" -- echo 1 -- 2; ct exec -- "$N" -- echo 3
  > ct exec "$N" -- -- || echo "[$?]"; ct exec "$N" -- || echo "[$?]"
  1 -- 2
  3
  ct: exec: execve --: No such file or directory*
  [[]127]
  ct: exec: needs NAME COMMAND
  [[]125]
  $ ct logs "$N" -n 2; ct attach "$N" -x; ct stats "$N" -j; ct rm -f "$N"
  ct: logs: needs one NAME, after the options
  ct: attach: needs one NAME, after the options
  ...
  ct: -j: not a name: options go before it

The status of exec is that of the command, or says why it did not run
  $ detached sleep 100; ct exec "$N" sh -c 'exit 7'
  [7]
  $ ct exec "$N" sh -c 'kill -9 $$'
  [137]
  $ ct exec "$N" nosuch 2>/dev/null
  [127]
  $ ct exec "$N" /etc 2>/dev/null
  [126]
  $ ct rm -f "$N"

If there are too many arguments to record, run warns and exec says so
  $ run -d -n "$N" --hold -- sh -c 'exit 3' $(seq 4100)
  > ct exec "$N" true || echo "[$?]"; "$CT" wait "$N" & watching $!
  > ct start "$N"; wait $!
  ct: warning: record: more than 60000 bytes or 4095 arguments are not *
  t*
  ct: t*: its arguments are not recorded: more than 60000 bytes or 4095, or *
  [[]125]
  3
  [3]
  $ (ulimit -v 65536; run true $(seq 20000))
  $ BIG=$(printf %060000d 0) run -n "$N" -e BIG true
  > BIG=$(printf %060000d 0) run -e BIG true
  ct: warning: record: more than 60000 bytes or 4095 arguments are not *

Signals to exec reach its command
  $ detached sleep 100; "$P" kill 15 "$CT" exec "$N" sh -c '
  >   trap "exit 7" TERM; echo up; while :; do sleep 0.02; done'
  [7]
  $ "$P" kill 2 "$CT" exec "$N" probe idle
  [130]
  $ "$P" kill 9 "$CT" exec "$N" probe idle
  [200]
  $ gone() { [ "$(ct ps "$N" | wc -l)" = 2 ]; }; poll gone; ct rm -f "$N"

# whose first process only root may look at
need root cgroup2 userns
An ordinary user can exec in and inspect a container with --init
  $ export N; delegate "$P" as 1000 sh <<'E'
  > "$CT" run -d --init -n "$N" -r "$R" -h box sleep 100
  > "$CT" exec "$N" sh -c 'hostname; readlink /proc/self/ns/pid' >&2
  > "$CT" exec "$N" sh -c 'readlink "/proc/$(pidof sleep)/ns/pid"'
  > "$CT" inspect "$N" | grep -c '"mnt":[1-9].*"cgroup":[1-9].*"name":"lo"'
  > "$CT" net ls "$N" | cut -d' ' -f1; "$CT" stop "$N"
  > E
  t*
  box
  pid:*
  pid:*
  1
  NAME
  lo

Exec enters the cgroup of the first process, for an ordinary user too
  $ delegate "$P" as 1000 sh -c 'cd /; for o in --delegate --init; do
  >   "$CT" run -d "$o" -n "$0" -r "$1" sleep 100
  >   "$CT" exec "$0" grep ^0: /proc/self/cgroup; "$CT" rm -f "$0"
  > done' "$N" "$R"
  > detached --delegate sleep 100; ct exec "$N" grep ^0: /proc/self/cgroup
  > ct exec "$N" sh -c 'cd /sys/fs/cgroup; mkdir in && echo 1 >in/cgroup.procs'
  > ct exec "$N" grep ^0: /proc/self/cgroup; ct rm -f "$N"
  t*
  0::/
  t*
  0::/
  0::/
  0::/in

An ordinary user can run a command in a group without a container
  $ delegate "$P" as 1000 sh -c 'cd /; "$CT" create "$0" &&
  >   "$CT" exec "$0" grep -E "^0:|^Cap(Prm|Amb)|^NoNew" \
  >     /proc/self/cgroup /proc/self/status; "$CT" rm "$0"' "$N" |
  >   sed 's/.*self.//'
  cgroup:0::/*t*
  status:CapPrm:*0000000000000000
  status:CapAmb:*0000000000000000
  status:NoNewPrivs:*1

An ordinary user is told that exec has to wait until a held container starts
  $ export N; delegate "$P" as 1000 sh <<'E'
  > "$CT" run -d --hold -n "$N" -r "$R" sleep 100
  > "$CT" exec "$N" echo RAN; "$CT" start "$N"
  > until "$CT" exec "$N" true 2>/dev/null; do sleep 0.1; done
  > "$CT" exec "$N" echo in; "$CT" rm -f "$N"
  > E
  t*
  ct: t*: only root can inspect process * until `ct start`
  in

need root cgroup2 setpriv
A caller that cannot gain privileges joins a container that may
  $ run -d -n "$N" --allow-new-privs sleep 100 >o
  > setpriv --no-new-privs "$CT" exec "$N" grep NoNewPrivs /proc/self/status
  NoNewPrivs:	1

need root cgroup2 /usr/bin/setpriv
A call that joins namespaces names the capabilities that it needs
  $ detached sleep 100; for v in "exec $N true" "mount $N $PWD:/mnt"; do
  >   setpriv --bounding-set=-sys_chroot "$CT" $v; done; ct rm -f "$N"
  ct: *: setns*: Operation not permitted (*CAP_SYS_CHROOT)
  ct: *: setns*: Operation not permitted (*CAP_SYS_CHROOT)
