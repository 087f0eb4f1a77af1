# From the moment that a process can be seen or traced from inside, it has
# nothing from the host. tests/tracer.c checks every way into a container and
# lists what that means; tests/protections.sh proves that it would notice.

need root
A program run by path gets nothing from the host
  $ trace path -- "$CT" run -r "$R" /bin/true
  path: 1 process, * points*, 0 excesses

A program found in PATH gets nothing from the host
  $ trace search -- "$CT" run -r "$R" true
  search: 1 process, * points*, 0 excesses

A command run as another user gets nothing from the host
  $ trace name -- "$CT" run -r "$R" -u user true
  > trace group -- "$CT" run -r "$R" -u root:video true
  > trace number -- "$CT" run -r "$R" -u 7:8,9 -w /tmp true
  name: 1 process, * points*, 0 excesses
  group: 1 process, * points*, 0 excesses
  number: 1 process, * points*, 0 excesses

A read-only root and the host's root leak nothing else
  $ trace read-only -- "$CT" run -R -r "$R" true
  > trace host -- "$CT" run -w / /bin/sh -c :
  read-only: 1 process, * points*, 0 excesses
  host: 1 process, * points*, 0 excesses

A user namespace leaks nothing from the host
  $ trace own -- "$CT" run -U -r "$R" true
  > trace map -- "$CT" run --userns=0:100000:65536 -r "$R" -u user true
  own: 1 process, * points*, 0 excesses
  map: 1 process, * points*, 0 excesses

Fewer and more capabilities leak nothing from the host
  $ trace -b 0 none -- "$CT" run --cap-drop ALL -r "$R" true
  > trace all -- "$CT" run --cap-add ALL -r "$R" true
  > trace one -- "$CT" run --cap-add SYS_TIME -u user -r "$R" true
  > trace -S privileged -- "$CT" run --privileged -r "$R" true
  > trace -N growing -- "$CT" run --allow-new-privs -u user -r "$R" true
  none: 1 process, * points*, 0 excesses
  all: 1 process, * points*, 0 excesses
  one: 1 process, * points*, 0 excesses
  privileged: 1 process, * points*, 0 excesses
  growing: 1 process, * points*, 0 excesses

A reaper and its command get nothing from the host
  $ trace -r reaper,command init -- "$CT" run --init -r "$R" true
  > trace -r reaper,command other -- "$CT" run --init -u user -r "$R" true
  > trace -r reaper,command -b 0 bare -- "$CT" run --init --cap-drop ALL \
  > 	--on-start "true $R" -r "$R" true
  init: 2 processes, * points*, 0 excesses
  other: 2 processes, * points*, 0 excesses
  bare: 2 processes, * points*, 0 excesses

A command in the background gets nothing from the host
  $ trace detached -- "$CT" run -d -n "$N" -r "$R" sleep 100
  > "$CT" rm -f "$N"
  > trace -r reaper,command both -- "$CT" run -d --init -n "$N" -r "$R" \
  > 	sleep 100
  > "$CT" rm -f "$N"
  t*
  detached: 1 process, * points*, 0 excesses
  t*
  both: 2 processes, * points*, 0 excesses

A command without private namespaces gets nothing else from the host
  $ trace share -- "$CT" run --share mnt,net,ipc,uts,cgroup -- /bin/sh -c :
  > trace try -- "$CT" run --try cgroup,netns,ipcns,seccomp,mask -r "$R" true
  share: 1 process, * points*, 0 excesses
  try: 1 process, * points*, 0 excesses

need root timens
A command with its own clock gets nothing from the host
  $ trace time -- "$CT" run --unshare time,user -r "$R" true
  time: 1 process, * points*, 0 excesses

need root
Mounts and kept file descriptors bring nothing else from the host
  $ exec 7<"$R"
  > trace -x 7 keep -- "$CT" run --keep-fd 7 -v "$PWD:/mnt" --tmpfs /tmp \
  > 	--device /dev/null --mask /proc/cmdline --file /x=y -r "$R" true
  > exec 7<&-
  keep: 1 process, * points*, 0 excesses

A filter from a file, which may be loaded last, leaks nothing
  $ allow_all >f
  > trace -L filter -- "$CT" run --seccomp f -r "$R" true
  > trace -L -r reaper,command init -- "$CT" run --init --seccomp f -r "$R" true
  filter: 1 process, * points*, 0 excesses
  init: 2 processes, * points*, 0 excesses

need root netns
Interfaces leak nothing from the host
  $ trace net-host -- "$CT" run --net host -r "$R" true
  > trace net-none -- "$CT" run --net none -r "$R" true
  net-host: 1 process, * points*, 0 excesses
  net-none: 1 process, * points*, 0 excesses

need root veth
A veth leaks nothing from the host
  $ trace veth -- "$CT" run --net veth,ip=10.9.0.2/24 -r "$R" true
  veth: 1 process, * points*, 0 excesses

need root cgroup2
A held container gets nothing from the host
  $ trace -r held,child hold -- "$CT" run -n "$N" --hold -r "$R" true &
  > poll held; "$CT" start "$N"; wait $!
  hold: 1 process, * points*, 0 excesses

A held container in the background, with a reaper, gets nothing either
  $ trace -r held,reaper,command later -- "$CT" run -d -n "$N" --hold --init \
  > 	-r "$R" sleep 100 & poll held
  > "$CT" start "$N"; wait $!; "$CT" rm -f "$N"
  t*
  later: 2 processes, * points*, 0 excesses

A command in another container's network gets nothing from the host
  $ detached sleep 100
  > trace net -- "$CT" run --net container:"$N" -r "$R" true
  > trace path -- "$CT" run --net ns:/proc/"$(first)"/ns/net -r "$R" true
  > "$CT" rm -f "$N"
  net: 1 process, * points*, 0 excesses
  path: 1 process, * points*, 0 excesses

A command with another container's host name gets nothing from the host
  $ detached sleep 100
  > trace uts -- "$CT" run --ns uts="$N" -r "$R" true; "$CT" rm -f "$N"
  uts: 1 process, * points*, 0 excesses

A command in another container's pid namespace gets nothing from the host
  $ allow_all >f
  > detached sleep 100; path=/proc/$(first)/ns/pid
  > trace -r entered pid -- "$CT" run --ns pid="$N" -r "$R" true
  > trace -r entered path -- "$CT" run --ns pid="$path" -r "$R" true
  > trace -r entered file -- "$CT" run --ns pid="$N" --seccomp f -r "$R" true
  > trace -r entered init -- "$CT" run --ns pid="$N" --init -r "$R" true
  > "$CT" rm -f "$N"
  pid: 1 process, * points*, 0 excesses
  path: 1 process, * points*, 0 excesses
  file: 1 process, * points*, 0 excesses
  init: 2 processes, * points*, 0 excesses

A command in another container's mounts gets nothing from the host
  $ detached sleep 100
  > trace mnt -- "$CT" run --ns mnt="$N" true; "$CT" rm -f "$N"
  mnt: 1 process, * points*, 0 excesses

A command in another's user namespace gets nothing from the host
  $ detached --userns=0:100000:65536 sleep 100
  > trace user -- "$CT" run --ns user="$N" -r "$R" true
  > trace -r entered both -- "$CT" run --ns user="$N" --ns pid="$N" \
  > 	-r "$R" true
  > "$CT" rm -f "$N"
  user: 1 process, * points*, 0 excesses
  both: 1 process, * points*, 0 excesses

Exec brings nothing from the host
  $ detached --cap-drop ALL --cap-add SYS_PTRACE sleep 100
  > trace -r entered path -- "$CT" exec "$N" /bin/true
  > trace -r entered search -- "$CT" exec "$N" true
  > trace -r entered behind -- "$CT" exec -d "$N" true
  > "$CT" rm -f "$N"
  path: 1 process, * points*, 0 excesses
  search: 1 process, * points*, 0 excesses
  t*
  behind: 1 process, * points*, 0 excesses

The memory of exec, a held container and a reaper has nothing from the host
  $ detached sleep 100
  > trace -m -s "/$N" -r entered exec -- "$CT" exec "$N" true
  > trace -m -s "/$N" -r entered pid -- "$CT" run --ns pid="$N" -r "$R" true
  > "$CT" rm -f "$N"
  > trace -m -r reaper,command init -- "$CT" run --init -r "$R" true
  > trace -m -r held,child hold -- "$CT" run -n "$N" --hold -r "$R" true &
  > poll held; "$CT" start "$N"; wait $!
  exec: 1 process, * points*, 0 excesses
  pid: 1 process, * points*, 0 excesses
  init: 2 processes, * points*, 0 excesses
  hold: 1 process, * points*, 0 excesses

Exec as another user brings nothing from the host
  $ detached sleep 100
  > trace -r entered name -- "$CT" exec -u user "$N" true
  > trace -r entered number -- "$CT" exec -u 7:8,9 -w /tmp "$N" true
  > "$CT" rm -f "$N"; detached -u 1000 --init sleep 100
  > trace -r entered its -- "$CT" exec "$N" true; "$CT" rm -f "$N"
  name: 1 process, * points*, 0 excesses
  number: 1 process, * points*, 0 excesses
  its: 1 process, * points*, 0 excesses

Exec in a user namespace brings nothing from the host
  $ detached --userns=0:100000:65536 sleep 100
  > trace -r entered map -- "$CT" exec "$N" true
  > trace -r entered user -- "$CT" exec -u user "$N" true; "$CT" rm -f "$N"
  map: 1 process, * points*, 0 excesses
  user: 1 process, * points*, 0 excesses

Exec in the host's root, or with all capabilities, brings nothing else
  $ "$CT" run -w / -d -n "$N" /bin/sh -c 'while :; do sleep 1; done' >o
  > trace -r entered host -- "$CT" exec "$N" /bin/sh -c :; "$CT" rm -f "$N"
  > detached --privileged sleep 100
  > trace -r entered -S privileged -- "$CT" exec "$N" true; "$CT" rm -f "$N"
  host: 1 process, * points*, 0 excesses
  privileged: 1 process, * points*, 0 excesses

Exec with a filter from a file, or with --delegate, brings nothing
  $ allow_all >f; detached --seccomp f sleep 100
  > trace -r entered filter -- "$CT" exec "$N" true; "$CT" rm -f "$N"
  > detached --delegate sleep 100
  > trace -r entered delegate -- "$CT" exec "$N" true; "$CT" rm -f "$N"
  filter: 1 process, * points*, 0 excesses
  delegate: 1 process, * points*, 0 excesses

Exec in a held container brings nothing from the host
  $ run -n "$N" --hold true & poll held
  > trace -r entered held -- "$CT" exec "$N" true
  > "$CT" start "$N"; wait $!
  held: 1 process, * points*, 0 excesses

Root inside with CAP_SYS_PTRACE finds nothing in a held container
  $ trace -r held,child held -- "$CT" run -n "$N" --hold --cap-add SYS_PTRACE \
  > 	-r "$R" true & poll held
  > "$CT" exec "$N" sh -c 'cd /proc/1; cat environ cmdline | tr -d "\\0"
  > 	for f in fd/[3-9] fd/??*; do readlink $f; done | grep -v "^pipe:"'
  > "$CT" start "$N"; wait $!
  held: 1 process, * points*, 0 excesses

need root
A container of a library user gets nothing from the host
  $ T=${P%/*}/tracer
  > trace -E spawn_cb -- "$T" lib spawn_cb "$R"
  > trace spawn_execv -- "$T" lib spawn_execv "$R"
  > trace -r reaper,command spawn_init -- "$T" lib spawn_execv "$R" init ''
  spawn_cb: 1 process, * points*, 0 excesses
  spawn_execv: 1 process, * points*, 0 excesses
  spawn_init: 2 processes, * points*, 0 excesses

A library user that enters a container brings nothing from the host
  $ T=${P%/*}/tracer
  > trace -E -r child,entered enter_cb -- "$T" lib enter_cb "$R"
  > trace -E -r child,entered here -- "$T" lib enter_cb
  > trace -r child,entered enter_execv -- "$T" lib enter_execv "$R"
  enter_cb: 2 processes, * points*, 0 excesses
  here: 2 processes, * points*, 0 excesses
  enter_execv: 2 processes, * points*, 0 excesses

need root cgroup2
Without cgroup2 a command gets nothing from the host
  $ unshare -m sh -c 'umount -l /sys/fs/cgroup/unified 2>/dev/null ||
  > 	umount -l /sys/fs/cgroup
  > 	"${P%/*}/tracer" path -- "$CT" run -r "$R" /bin/true
  > 	"${P%/*}/tracer" -r reaper,command init -- "$CT" run --init -r "$R" true'
  path: 1 process, * points*, 0 excesses
  init: 2 processes, * points*, 0 excesses

need root userns
An ordinary user's command gets nothing from the host
  $ cp "$CT" ct
  > trace -u 1000 path -- ./ct run -r "$R" /bin/true
  > trace -u 1000 other -- ./ct run -r "$R" -R -w /tmp true
  > trace -u 1000 -r reaper,command init -- ./ct run --init -r "$R" true
  path: 1 process, * points*, 0 excesses
  other: 1 process, * points*, 0 excesses
  init: 2 processes, * points*, 0 excesses

An ordinary user's command in the host's root gets nothing else
  $ cp "$CT" ct
  > trace -u 1000 -b 0 none -- ./ct run --cap-drop ALL -r "$R" true
  > trace -u 1000 host -- ./ct run -w / /bin/sh -c :
  none: 1 process, * points*, 0 excesses
  host: 1 process, * points*, 0 excesses

An ordinary user's program that uses libct leaks nothing into a container
  $ cp "${P%/*}/tracer" lib
  > trace -u 1000 -E spawn_cb -- ./lib lib spawn_cb "$R"
  > trace -u 1000 spawn_execv -- ./lib lib spawn_execv "$R"
  > trace -u 1000 -E -r child,entered enter_cb -- ./lib lib enter_cb "$R"
  > trace -u 1000 -r child,entered enter_execv -- ./lib lib enter_execv "$R"
  spawn_cb: 1 process, * points*, 0 excesses
  spawn_execv: 1 process, * points*, 0 excesses
  enter_cb: 2 processes, * points*, 0 excesses
  enter_execv: 2 processes, * points*, 0 excesses

need root userns cgroup2
An ordinary user's exec in a delegated cgroup brings nothing from the host
  $ cp "$CT" ct
  > user() {
  > 	"$P" as 1000 ./ct run -d -n "$N" -r "$R" sleep 100
  > 	trace -u 1000 -r entered exec -- ./ct exec "$N" true
  > 	"$P" as 1000 ./ct rm -f "$N"
  > 	trace -u 1000 -r held,child hold -- ./ct run -n "$N" --hold -r "$R" true &
  > 	until "$P" as 1000 ./ct start "$N" 2>/dev/null; do sleep 0.1; done
  > 	wait $!
  > }
  > delegate user
  t*
  exec: 1 process, * points*, 0 excesses
  hold: 1 process, * points*, 0 excesses
