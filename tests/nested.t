# ct in a container, in a service, in a group with processes: cgroups are made
# below one that ct did not make, where processes may keep controllers off.

need root
ct runs in ct in ct
  $ in='run -r / --privileged'
  > run --privileged -v "$CT:/mnt/ct" /mnt/ct $in /mnt/ct $in sh -c 'echo $$'
  1

ct in ct joins, runs exec and stops
  $ run --privileged -v "$CT:/mnt/ct" sh -c 'PATH=$PATH:/mnt
  >   ct run -d -n a -r / sleep 100; ct exec a sh -c "echo \$PPID"
  >   ct run --ns net=a -r / echo joined; ct stop -t 0 a; ct ls | wc -l'
  a
  0
  joined
  0

With a read-only /proc/sys the sysctls of a new network are still set
  $ for o in none veth,ip=10.9.8.1/24; do run --cap-add ALL --seccomp none \
  >   -v "$CT:/mnt/ct" /mnt/ct run -r / --net $o \
  >   --sysctl net.ipv4.ip_forward=1 cat /proc/sys/net/ipv4/ip_forward; done
  > run --cap-add ALL sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
  1
  1
  sh: can't create /proc/sys/net/ipv4/ip_forward: Read-only file system
  [1]

need root cgroup2
ct check blames a device filter inside a container, not the kernel
  $ run --privileged --device-rule 'c 1:3 rwm' -v "$CT:/mnt/ct" /mnt/ct check |
  > grep -E '(loop|dm-verity) '
  no      loop * not permitted: a device filter or ct lacks CAP_SYS_ADMIN; *
  no      dm-verity * not permitted: a device filter or ct lacks CAP_SYS_ADMIN*

need root memory pids
A cgroup with processes does not become threaded
  $ ct create "$N"; delegate sh -c 'g=$(sed -n "s/^0:://p" /proc/self/cgroup)
  >   g=/sys/fs/cgroup$g; "$CT" run --privileged --delegate -r "$R" \
  >     -v "$CT:/mnt/ct" sh -c "/mnt/ct run -r / echo in
  >   /mnt/ct check >/dev/null; cd /sys/fs/cgroup
  >   cat cgroup.type cgroup.subtree_control"'
  > ct rm "$N"
  in
  domain

A limit is refused where processes are in the way, and the error names them
  $ run --privileged -v "$CT:/mnt/ct" sh -c '/mnt/ct run -m 20M -r / echo RAN
  >   /mnt/ct check | grep memory; /mnt/ct create g -m 5M
  >   /mnt/ct run -d -n g -r / sleep 100; /mnt/ct set g pids=5; :'
  ct: limits: no memory controller, since cgroup / has processes: 1 (*below it)
  no *memory *cgroup / has processes: 1, *; without it: its limits
  ct: g: no memory controller, since cgroup / has processes: 1 (*below it)
  g
  ct: g: no pids controller, since cgroup / has processes: 1, * (*below it)

A limit is set where ct is alone in its cgroup: it makes one for itself
  $ run --privileged --delegate -v "$CT:/mnt/ct" /mnt/ct run -r / --delegate \
  >   --privileged -m 20M --pids 9 cat /sys/fs/cgroup/../cgroup/cgroup.type
  domain
  $ run --privileged --delegate -v "$CT:/mnt/ct" /mnt/ct run -m 20M -r / \
  >   probe hog 64
  ct: warning: memory: the OOM killer ended it
  [137]

The kernel is not blamed for a controller that a cgroup above keeps
  $ run --privileged --delegate -v "$CT:/mnt/ct" /mnt/ct run -r / \
  >   --privileged --delegate sh -c '/mnt/ct run -m 20M -r / echo RAN
  >   /mnt/ct check | grep -E "memory|pids"'
  ct: limits: memory.max: cgroup2 has no memory *: none (not enabled by a *)
  no *memory *not enabled by a cgroup above; without it: its limits
  no *pids *not enabled by a cgroup above; without it: its limits

A limit is set once the processes have moved
  $ run --privileged --delegate -v "$CT:/mnt/ct" sh -c '
  >   /mnt/ct run -d -n a -r / sleep 100; cd /sys/fs/cgroup; mkdir me
  >   while read p; do echo "$p" >me/cgroup.procs; done <cgroup.procs
  >   /mnt/ct run -n b -m 20M -r / probe hog 64
  >   /mnt/ct set a memory=30M && /mnt/ct get a memory'
  a
  ct: warning: memory: the OOM killer ended it
  31457280

A container's limit is refused in a group with processes
  $ ct create "$N"; sleep 100 & p=$!; ct enter "$N" $p
  > run -n "$N/a" echo in; run -n "$N/a" -m 20M echo RAN; kill $p; wait $p 2>e
  > run -n "$N/a" -m 20M echo in; ct rm "$N"
  in
  ct: limits: no memory controller, since cgroup t* has processes: * (*below it)
  in

ct alone in a group makes a cgroup for itself and moves back at the end
  $ ct create "$N"; g=/sys/fs/cgroup/ct; sh -c 'echo 0 >"$0"; exec "$@"' \
  >   "$g/$N/cgroup.procs" "$CT" run -n "$N/a" -m 20M -r "$R" \
  >   --on-exit "ls -d $g/*.ct" echo in
  > ls -d "$g"/*.ct 2>/dev/null; cat "$g/$N/cgroup.subtree_control"; ct rm "$N"
  in
  /sys/fs/cgroup/ct/*.ct

A limit that the kernel lacks has its own error
  $ run --cgroup memory.nosuch=1 echo RAN
  ct: limits: memory.nosuch: this kernel has no such file
  [125]

# User= and Delegate= of a service manager
An unprivileged user's service has limits and leaves nothing behind
  $ g=/sys/fs/cgroup/$N; mkdir "$g"; chown 1000 "$g" "$g/cgroup.procs" \
  >   "$g/cgroup.subtree_control"
  > service() { sh -c 'echo 0 >"$0/cgroup.procs"; exec "$@"' "$g" \
  >   "$P" as 1000 "$CT" "$@"; }
  > service run -r "$R" echo in; cat "$g/cgroup.type"
  > service run -r "$R" -m 20M sh -c 'echo in; exit 3' || echo $?
  > ls -d "$g"/*/ 2>/dev/null; cat "$g/cgroup.subtree_control"
  > service run -d -n a -r "$R" -m 20M --pids 7 sleep 100
  > cat "$g/a/memory.max" "$g/a/pids.max"; kill $(cat "$g"/*.ct/cgroup.procs)
  > poll rmdir "$g"
  in
  domain
  in
  3
  a
  20971520
  7

In a threaded cgroup a command runs, but limits are an error
  $ g=/sys/fs/cgroup/$N; mkdir "$g"; chown 1000 "$g" "$g/cgroup.procs"
  > sh -c 'echo 0 >"$0/cgroup.procs"; echo +pids >"$0/cgroup.subtree_control"
  >   "$P" as 1000 "$CT" run -r "$R" echo in
  >   "$P" as 1000 "$CT" run -r "$R" -m 20M echo RAN' "$g"
  > echo -pids >"$g/cgroup.subtree_control"; rmdir "$g"
  in
  ct: cgroup: cgroup /t* is threaded
