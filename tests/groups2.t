# Groups made by ct create, and what is shown about them and about containers.

need root cgroup2
An empty group can be paused, and a process that enters it stops
  $ ct create "$N"; ct pause "$N"; states; ct exec "$N" true
  paused
  ct: *is paused: `ct resume *
  [125]
  $ still() { ct ls "$N" | awk 'NR == 2 { print $2, $4 }' | grep "$@"; }
  > sleep 100 & ct enter "$N" $!; poll still -q paused; still .
  paused 1
  $ ct resume "$N"; states; kill $!; wait $!; poll ct rm "$N"
  running

need root cgroup2
A container that does not exist cannot be paused
  $ ct pause "$N"
  ct: *no such container
  [3]

need root cgroup2
ct ls NAME lists only that name, and with -r those below it
  $ ct create "$N"; ct create "$N/a"; ct create "$N-b"
  $ ct ls "$N" "$N-b" | awk '{ print $1 }'; ct ls -r "$N" | awk '{ print $1 }'
  NAME
  t*
  t*-b
  NAME
  t*
  t*/a
  $ ct ls -j "$N/a" | grep -c '"state":"created"'; ct rm "$N" "$N-b"; ct ls "$N"
  1
  ct: t*: no such container
  [3]

Groups may be nested as deeply as a name permits
  $ n=$N; ct create $n; while [ ${#n} -lt 254 ]; do n=$n/a; ct create $n; done
  > ct ls -r "$N" >o; tail -n 1 o | grep -c "^$n "; ct stats $n | grep -c "^$n "
  > ct rm -f "$N"
  1
  1

need root cgroup2
ct get -j prints an object with the files
  $ ct create --cgroup cgroup.max.depth=7 "$N"
  $ ct get -j "$N" cgroup.max.depth cgroup.events; ct rm "$N"
  {"name":"t*","cgroup.max.depth":7,"cgroup.events":{"populated":0,"frozen":0}}

A list in JSON is an array, also of one word or none
  $ detached sleep 100; ct get -j "$N" cgroup.procs | sed 's/[0-9]*]/P]/'
  > ct get -j "$N" cgroup.subtree_control; ct rm -f "$N"
  {"name":"t*","cgroup.procs":[[]P]}
  {"name":"t*","cgroup.subtree_control":[[]]}

ct get prints the whole of a long file
  $ detached sh -c 'mkfifo /dev/shm/p; exec 9<>/dev/shm/p
  >   for i in $(seq 500); do (read _ <&9) & done; wait'
  > all() { [ "$(ct get "$N" cgroup.procs | wc -l)" = 501 ]; }; poll all
  > ct get -j "$N" cgroup.procs | grep -o '[[,][1-9][0-9]*' | wc -l
  > ct rm -f "$N"
  501

need root cgroup2
ct inspect --oci prints the OCI state, also of a paused container
  $ detached --annotate a=b sleep 100; ct inspect --oci "$N"; ct pause "$N"
  > ct inspect --oci "$N"
  {"ociVersion":"1.0.2","id":"t*","status":"running","pid":[1-9]*,*:{"a":"b"}}
  {"ociVersion":"1.0.2","id":"t*","status":"paused","pid":[1-9]*,*:{"a":"b"}}
  $ ct resume "$N"; ct kill "$N"

need root cgroup2
ct inspect tells when a container started and where its namespaces are
  $ was=$(date +%s); detached sleep 100; at=$(date +%s)
  $ ct inspect "$N" | sed 's/.*"started":\([0-9]*\).*/\1/' >s
  $ [ $(($(cat s) - at)) -le 1 ] && [ $((was - $(cat s))) -le 1 ] || cat s
  $ for k in $(seq 30); do ct inspect "$N" >o; sleep 0.03
  >   sed 's/.*"started":\([0-9]*\).*/\1/' o; done | sort -u | wc -l
  1
  $ ct inspect "$N" | sed 's/.*_paths":{[^}]*"net":"\([^"]*\)".*/\1/' >p
  $ is=$(ct exec "$N" readlink /proc/self/ns/net)
  > [ "$(readlink "$(cat p)")" = "$is" ] ||
  >   cat p
  $ ct kill "$N"

need root cgroup2 timens
A container's age is by the clock that runs on while the machine is suspended
  $ later() { "$CT" run --share mnt,pid,net,ipc,uts,cgroup --privileged \
  >   --time-offset boottime=100000 -- "$CT" "$@" | sed -n '$p'; }
  > detached sleep 100; later ls "$N"; "$CT" create "$N-1"; later ls "$N-1"
  t* running * 1d03h * sleep 100
  t*-1 *created * 1d03h *
  $ ct rm "$N-1"; later create "$N-1"; "$CT" ls "$N-1" | sed -n '$p'
  > ct rm -f "$N" "$N-1"
  t*-1 *created * 0.0s        -     -

need root controllers
ct set --reset removes limits that are not named
  $ ct create -m 64M --pids 9 --cpus 0.5 --cpu-weight 50 "$N"
  $ ct set --reset "$N" pids=7 && ct get "$N" memory pids cpus cpu-weight
  > ct rm "$N"
  max
  7
  max 100000
  100

need root controllers
ct set --reset of a container restores the defaults
  $ detached -m 64M --pids 99 sleep 100; ct set --reset "$N"
  $ ct get "$N" memory pids memory.oom.group; ct kill "$N"
  max
  [12]???
  1

need root hugetlb /sys/kernel/mm/hugepages/hugepages-2048kB
A limit by file name enables a controller that is seldom used
  $ ct create --cgroup hugetlb.2MB.max=0 "$N"; ct get "$N" hugetlb.2MB.max >o
  > ct stats -j "$N" | grep -c '"hugetlb.2MB.current":0'; ct rm "$N"
  > grep -vx 0 o
  1
  [1]

need root controllers
A file of one key is an object in JSON, one of two values is not
  $ ct create "$N"; ct stats -j "$N" | grep -o '"pids.events":{"max":0}'
  > ct get -j "$N" cpus pids.events | sed "s/$N/NAME/"; ct rm "$N"
  "pids.events":{"max":0}
  {"name":"NAME","cpu.max":"max 100000","pids.events":{"max":0}}

need root controllers cpuset linux-5.15
--cgroup sets the files for partitions, bursts and idle groups
  $ ct create --cgroup cpuset.cpus=0 --cpus 0.5 --cgroup cpu.max.burst=10000 \
  >   "$N"; ct get "$N" cpuset.cpus cpu.max.burst
  > ct set "$N" cpu.idle=1; ct get "$N" cpu.idle
  0
  10000
  1
  $ ct set "$N" cpuset.cpus.partition=member; ct get "$N" cpuset.cpus.partition
  > ct rm "$N"
  member

need root cgroup2
A name that begins with . or .. is relative to the caller's cgroup, unlike /a
  $ ct create "$N"; ct create "/$N/a"; ct create "$N/b"
  $ (cd "${CT%/*}" && "$CT" exec "$N/a" sh -c './ct create ./x
  >   ./ct create ../y; ./ct ls . ./x .. ../y ../b "/$1"
  >   ./ct rm ./x ../../nosuch' sh "$N" 2>&1) |
  >   sed 's/^t[0-9]*/T/; s/ .*//'
  NAME
  T/a
  T/a/x
  T
  T/y
  T/b
  T
  ct:
  $ (cd "${CT%/*}" && "$CT" exec --privileged "$N/a" sh -c '
  >   ./ct run -d -n ./c -w / sleep 100
  >   ./ct run -d -n "/$1/d" -w / sleep 100; ./ct exec ./c echo in
  >   ./ct inspect ./c | grep -o "\"-n\",\"[^\"]*"
  >   ./ct exec ../d echo in; ./ct run -n ./c -w / true
  >   ./ct run -n . -w / true
  >   ./ct rm -f ./c ../d' sh "$N" 2>&1) | sed "s/$N/T/"
  T/a/c
  T/d
  in
  "-n","./c
  "-n","T/a/c
  in
  ct: cgroup: T/a/c: a container or cgroup of this name exists
  ct: cgroup: T/a: a container or cgroup of this name exists
  $ for n in ... ./../../x; do says run -n $n true; done
  125 1
  125 1
  $ for n in . .. ... ./ / ./.. ../x . /../x ./a/../b; do
  >   says ct create $n; done
  125 1
  125 1
  125 1
  125 1
  125 1
  125 1
  125 1
  125 1
  125 1
  125 1
  $ ct rm -f "$N"; ct ls "./$N"
  ct: ./t*: no such container
  [3]
