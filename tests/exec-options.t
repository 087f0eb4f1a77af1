# Options of ct exec, which default to those of the container.

need root cgroup2
Process options of exec override those of the container
  $ detached --rlimit nofile=99:200 --nice 5 --umask 027 --oom-score 7 sleep 100
  $ s='ulimit -n; ulimit -Hn; umask
  > cut -d" " -f19 /proc/$$/stat; cat /proc/self/oom_score_adj'
  $ ct exec "$N" sh -c "$s" | xargs
  99 200 0027 5 7
  $ ct exec --rlimit nofile=50:60 --nice 9 --umask 07 --oom-score 70 "$N" \
  >   sh -c "$s" | xargs
  50 60 0007 9 70
  $ ct exec --cpu-sched batch "$N" sh -c 'cut -d" " -f41 /proc/$$/stat'
  3
  $ ct exec --nice 99 "$N" true; ct rm -f "$N"
  ct: --nice: 99: must be -20 to 19

Exec adds capabilities to those of the container, or drops them
  $ detached --cap-drop ALL --cap-add CHOWN --cap-add KILL sleep 100
  $ b='grep -E Cap(Eff|Bnd) /proc/self/status'
  $ ct exec "$N" $b | xargs
  CapEff: 0000000000000021 CapBnd: 0000000000000021
  $ ct exec --cap-drop KILL "$N" $b | xargs
  CapEff: 0000000000000001 CapBnd: 0000000000000001
  $ ct exec --cap-drop ALL --cap-add FOWNER "$N" $b | xargs
  CapEff: 0000000000000008 CapBnd: 0000000000000008
  $ ct exec --cap-add FOWNER "$N" $b | xargs
  CapEff: 0000000000000029 CapBnd: 0000000000000029
  $ ct exec -u 1000 --cap-add FOWNER "$N" $b | head -n 1; ct rm -f "$N"
  CapEff:*0000000000000029

Privileges given to exec hold for one command only
  $ detached --cap-drop ALL sleep 100
  $ s='grep -E Seccomp:|NoNew|CapEff /proc/self/status'
  $ ct exec "$N" $s | xargs
  CapEff: 0000000000000000 NoNewPrivs: 1 Seccomp: 2
  $ ct exec --seccomp none "$N" $s | xargs
  CapEff: 0000000000000000 NoNewPrivs: 1 Seccomp: 0
  $ ct exec --allow-new-privs "$N" $s | xargs
  CapEff: 0000000000000000 NoNewPrivs: 0 Seccomp: 2
  $ ct exec --privileged "$N" $s | xargs
  CapEff: *[1-9a-f]* NoNewPrivs: 1 Seccomp: 0
  $ ct exec "$N" $s | xargs; ct rm -f "$N"
  CapEff: 0000000000000000 NoNewPrivs: 1 Seccomp: 2

A filter given to exec replaces the container's own
  $ allow_all >f; detached --seccomp f sleep 100; rm f
  $ s='grep Seccomp_filters: /proc/self/status'; ct exec "$N" $s
  Seccomp_filters:*1
  $ ct exec --seccomp none "$N" grep Seccomp: /proc/self/status; ct rm -f "$N"
  Seccomp:*0

Exec writes its pid to --pidfile and --info-fd, also with -d
  $ detached sleep 100; ct exec -d --pidfile p --info-fd 3 "$N" sleep 99 3>i >o
  $ cat p; [ "$(ct ps "$N" | awk '/sleep 99/ { print $1 }')" = "$(cat p)" ]
  [0-9]*
  $ grep -c "\"pid\":$(cat p),.*\"mnt\":[0-9]" i; kill -9 "$(cat p)"
  1
  $ gone() { [ ! -e p ]; }; poll gone; ct rm -f "$N"

Exec keeps the file descriptors it is given, not those of the container
  $ echo kept >k; detached --keep-fd 7 sleep 100 7<k
  $ ct exec --keep-fd 5 "$N" sh -c 'cat <&5' 5<k
  kept
  $ "$P" fds "$CT" exec "$N" probe fdlist 7<k; ct rm -f "$N"
  0 1 2
  $ detached sleep 100; ct exec --keep-fd 9 "$N" true; ct rm -f "$N"
  ct: --keep-fd: 9: not an open file descriptor

need root
Exec takes no option that applies only to creating a container
  $ for o in -m1M --root=/ --hostname=x --hold --timeout=3 --restart=no \
  >   --net=host --init; do
  >   ct exec "$o" x true 2>/dev/null; echo $?; done | uniq
  125

Exec refuses --allow-new-privs where privileges cannot grow
  $ detached --allow-new-privs sleep 100; nnp() {
  >   bb setpriv --nnp "$CT" exec "$@" echo RAN; }
  > nnp "$N"; nnp --allow-new-privs "$N"; ct rm -f "$N"
  RAN
  ct: nnp: --allow-new-privs: ct was started with no_new_privs
