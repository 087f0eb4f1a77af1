# Limits of containers and of groups: what the kernel does with them, what ct
# tells of it.

need root memory
--memory makes the kernel end a command, and events tell so
  $ detached --hold -m 32M probe hog 64 2>/dev/null
  $ ct events "$N" >ev & e=$!; sleep 0.3
  > ct wait "$N" >/dev/null & w=$!; sleep 0.1; ct start "$N"; wait $w
  [137]
  $ wait $e; grep -c memory.oom_kill ev
  [1-9]*

--memory of a group holds for what is in it
  $ ct create "$N" -m 24M; run -n "$N/a" probe hog 64
  ct: warning: memory: the OOM killer ended it
  [137]
  $ ct rm "$N"

A limit is set and got by its option's name, and by its file's
  $ ct create "$N" -m 24M; ct get "$N" memory
  25165824
  $ ct set "$N" memory=32M; ct get "$N" memory.max
  33554432
  $ ct rename "$N" "$N-b"; ct get "$N-b" memory; ct rm "$N-b"
  33554432

Memory may be limited while a command runs
  $ mkfifo f; detached -v "$PWD:/mnt" sh -c 'read l </mnt/f
  >   exec probe hog 64' 2>/dev/null; ct set "$N" memory=24M
  $ ct wait "$N" 2>/dev/null & sleep 0.2; echo >f; wait
  137

Events tell of memory.high, and of --memory-above
  $ detached --hold --memory-high 8M -m 64M probe hog 12
  $ ct events --memory-above 4M "$N" >ev & sleep 0.2; ct start "$N"
  > for e in memory.high memory.above; do poll grep -q $e ev; done
  > ct rm -f "$N"; wait

need root pids
--pids stops a fork bomb, and the machine can be used
  $ detached --pids 50 probe bomb; sleep 0.3; within 0 1000 ct ls >/dev/null
  $ ct get "$N" pids.current; within 0 2000 ct kill "$N"
  > gone() { [ -z "$(states)" ]; }; within 0 2000 poll gone
  50

--pids of a group holds for what is in it
  $ ct create "$N" --pids 4; run -d -n "$N/a" probe bomb; sleep 0.2
  t*/a
  $ ct get "$N" pids.current; ct rm -f "$N"
  4

Pids may be set while a command runs, and events tell of pids.max
  $ detached --pids 10 probe bomb; ct events "$N" >ev & sleep 0.2
  > ct set "$N" pids=30; sleep 0.3; ct get "$N" pids.current pids
  > poll grep -q pids.max ev; ct rm -f "$N"; wait
  30
  30

need root cpu
--cpus is the part of a processor that a command has
  $ use() { timeout 4 "$CT" stats -f -j "$N" 2>/dev/null |
  >   sed -n '2,3s/.*cpu_permille":\([0-9]*\).*/\1/p' |
  >   awk '{ s += $1 } END { print int(s / NR) }'; } 2>/dev/null
  $ detached --cpus 0.5 sh -c 'while :; do :; done'
  > u=$(use); [ "$u" -ge 450 ] && [ "$u" -le 550 ] || echo "$u"
  $ ct set "$N" cpus=0.2; ct get "$N" cpus
  20000 100000
  $ u=$(use); [ "$u" -ge 150 ] && [ "$u" -le 250 ] || echo "$u"; ct rm -f "$N"

need root cpu pressure
Events tell of --pressure
  $ detached --cpus 0.1 sh -c 'while :; do :; done'
  > ct events --pressure cpu:100000:1000000 "$N" >ev &
  > poll grep -q pressure ev; ct rm -f "$N"; wait

need root io losetup
--io makes writes to a device slower
  $ dd if=/dev/zero of=f bs=1M count=16 2>/dev/null
  > l=$(losetup -f); losetup "$l" f
  $ detached --io "$l:wbps=1M" --device "$l" sleep 100
  > ms=$(ct exec "$N" probe direct "$l" 2)
  > [ "$ms" -ge 1200 ] || echo "1 MB/s: $ms ms"
  $ ct set "$N" "io=$l:wbps=max"; ms=$(ct exec "$N" probe direct "$l" 2)
  > [ "$ms" -le 1000 ] || echo "max: $ms ms"; ct rm -f "$N"; losetup -d "$l"

need root memory pids
--delegate gives a container groups of its own, and the limits stay
  $ detached --delegate -m 32M --pids 50 sleep 100 2>/dev/null
  $ ct exec "$N" sh <<'E'
  > cd /sys/fs/cgroup && mkdir s s/t && echo made
  > mkdir l; echo 1 >l/cgroup.procs; echo 0 >l/cgroup.procs
  > echo +pids >cgroup.subtree_control && echo handed down
  > (echo max >memory.max; echo max >pids.max) 2>/dev/null
  > true
  > E
  made
  handed down
  $ ct exec "$N" echo in; ct get "$N" memory pids
  in
  33554432
  50
  $ ct exec "$N" probe hog 64 >/dev/null 2>&1
  [137]
  $ ct rm -f "$N" 2>/dev/null; true
