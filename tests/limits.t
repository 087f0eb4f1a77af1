# Limits of containers and of groups: what the kernel does with them, and what
# ct tells about them.

need root memory
The kernel ends a command over --memory, and events report it
  $ detached --hold -m 32M probe hog 64 2>/dev/null
  $ "$CT" events "$N" >ev & e=$!; watching $e
  > "$CT" wait "$N" >/dev/null & w=$!; watching $w; ct start "$N"; wait $w
  [137]
  $ wait $e; grep -c memory.oom_kill ev
  [1-9]*

An OOM kill in exec is reported, and no other end is taken for one
  $ detached -m 32M --cgroup memory.oom.group=0 sleep 100
  > ct exec "$N" probe hog 64
  ct: warning: memory: the OOM killer ended it
  [137]
  $ ct exec "$N" sh -c 'kill -9 $$'
  [137]
  $ ct rm -f "$N"

Under --restart an OOM kill is told of each run, but not an end by ct kill
  $ run --restart on-failure:2 -m 24M probe hog 64
  ct: warning: memory: the OOM killer ended it
  ct: warning: memory: the OOM killer ended it
  ct: warning: memory: the OOM killer ended it
  [137]
  $ "$CT" run -n "$N" -r "$R" --restart on-failure:1 -m 24M \
  >   --cgroup memory.oom.group=0 sh -c 'probe hog 64; echo up; sleep 100' \
  >   >o 2>e & p=$!
  $ n() { [ "$(grep -c up o)" = "$k" ]; }
  > for k in 1 2; do poll n; ct kill "$N"; done; wait "$p" 2>/dev/null
  [137]
  $ grep -c OOM e
  0
  [1]

--memory of a group applies to what is in it
  $ ct create "$N" -m 24M; run -n "$N/a" probe hog 64
  ct: warning: memory: the OOM killer ended it
  [137]
  $ ct rm "$N"

A limit is set and read by its option name and by its file name
  $ ct create "$N" -m 24M; ct get "$N" memory
  25165824
  $ ct set "$N" memory=32M; ct get "$N" memory.max
  33554432
  $ ct rename "$N" "$N-b"; ct get "$N-b" memory; ct rm "$N-b"
  33554432

A group of groups passes its controllers down
  $ ct create "$N" -m 64M; ct create -m 32M "$N/a"
  > run -d -n "$N/a/b" -m 16M sleep 100 >o; ct get "$N/a" memory
  > ct get "$N/a/b" memory; ct exec "$N" true
  33554432
  16777216
  ct: clone: clone3: Resource busy (the cgroup has controllers enabled for*
  [125]
  $ ct rm -f "$N"

Memory can be limited while a command runs
  $ mkfifo f; detached -v "$PWD:/mnt" sh -c 'read l </mnt/f
  >   exec probe hog 64' 2>/dev/null; ct set "$N" memory=24M
  $ "$CT" wait "$N" 2>/dev/null & watching $!; echo >f; wait
  137

Events report memory.high and --memory-above
  $ detached --hold --memory-high 8M -m 64M probe hog 12
  $ "$CT" events --memory-above 4M "$N" >ev & watching $!; ct start "$N"
  > for e in memory.high memory.above; do poll grep -qs $e ev; done
  > ct rm -f "$N"; wait

A limit below what is in use is refused with the figure, unless -f is given
  $ detached -m 64M --hold probe hog 12 2>/dev/null; ct start "$N"
  > grown() { [ "$(ct get "$N" memory.current)" -gt 12000000 ]; }; poll grown
  $ for a in memory=4M memory.max=4M "pids.max=7 memory=4M"; do
  >   ct set "$N" $a
  > done; ct get "$N" memory pids
  ct: t*: memory.max: 1??????? bytes are in use, more than 4194304; -f sets it*
  ct: t*: memory.max: 1??????? bytes are in use, more than 4194304; -f sets it*
  ct: t*: memory.max: 1??????? bytes are in use, more than 4194304; -f sets it*
  67108864
  [12]???
  $ ct set "$N" memory=40M; "$CT" wait "$N" & watching $!
  > ct set -f "$N" memory=4M; wait
  137

A file that a controller lacks is reported as such
  $ detached sleep 100; for k in memory.nosuch cgroup.nosuch x.pressure; do
  >   ct get "$N" $k; ct set "$N" $k=0; run --cgroup $k=0 true
  > done; ct get "$N" bogus.max; ct rm -f "$N"
  ct: t*: memory.nosuch: this kernel has no such file
  ct: t*: memory.nosuch: this kernel has no such file
  ct: limits: memory.nosuch: this kernel has no such file
  ct: t*: cgroup.nosuch: this kernel has no such file
  ct: t*: cgroup.nosuch: this kernel has no such file
  ct: limits: cgroup.nosuch: this kernel has no such file
  ct: t*: x.pressure: this kernel has no such file (CONFIG_PSI)
  ct: t*: x.pressure: this kernel has no such file (CONFIG_PSI)
  ct: limits: x.pressure: this kernel has no such file (CONFIG_PSI)
  ct: t*: bogus.max: cgroup2 has no bogus controller here, only: *memory*

Swap is limited, or the error says what the kernel needs for it
  $ run --swap max true; run --swap 0 echo limited || echo "status $?"
  limited*
  $ detached sleep 100; ct get "$N" memory.swap.nosuch
  ct: t*: memory.swap.nosuch: this kernel has no such file (CONFIG_SWAP, *
  [125]
  $ ct rm -f "$N"

Max needs no controller where processes keep it from being switched on
  $ sleep 98 & ct create "$N"; ct enter "$N" $!; run -n "$N/a" -m 5M true
  ct: limits: no memory controller, since cgroup t* has processes: *
  [125]
  $ run -d -n "$N/a" -m max sleep 100; for v in max "" 5M; do
  >   ct set "$N/a" memory=$v
  > done; ct get "$N/a" memory
  t*/a
  ct: t*/a: no memory controller, since cgroup t* has processes: *
  ct: t*/a: memory.max: the memory controller is not enabled for this cgroup
  [125]
  $ ct rm -f "$N"

need root hugetlb /sys/kernel/mm/hugepages/hugepages-2048kB
Naming a file switches on its controller
  $ run -d -n "$N" --cgroup hugetlb.2MB.max=0 sleep 100
  > ct get "$N" hugetlb.2MB.max; ct set "$N" hugetlb.2MB.max=4M
  > ct get "$N" hugetlb.2MB.max; ct rm -f "$N"
  t*
  0
  4194304

need root memory losetup linux-5.19
Memory that the kernel can reclaim does not count as in use
  $ dd if=/dev/zero of=f bs=1M count=16 2>/dev/null
  > l=$(losetup -f); losetup "$l" f
  > detached -m 64M --device "$l" sh -c "exec 3<$l
  >   cat <&3 >/dev/null; echo up; sleep 100"; up
  > [ "$(ct get "$N" memory.current)" -gt 12000000 ] || echo little
  $ ct set "$N" memory=8M; ct get "$N" memory; states; ct rm -f "$N"
  > losetup -d "$l"
  8388608
  running

need root memory pids cpu cpuset
A list of changes is made as a whole or not at all
  $ detached -m 64M --pids 9 sleep 100
  > for bad in cpus=x cpu-weight=0 memory.nosuch=1 cgroup.max.depth=x \
  >   cpuset=777 memory=9M=; do
  >   ct set "$N" pids=7 memory=20M cpus=0.5 cpuset=0 $bad 2>&1 | wc -l
  > done | uniq -c | tr -s ' '; ct get "$N" pids memory cpus
   6 1
  9
  67108864
  max 100000
  $ ct rm -f "$N"

each memory=32M memory-high=32M swap=0 cpus=0.5 cpu-weight=7 cpuset=0 pids=9
Max or an empty value removes $it
  $ ct create "$N"; k=${it%=*}; a=$(ct get "$N" "$k")
  > for none in "$k=max" "$k="; do
  >   ct set "$N" "$it"; [ "$(ct get "$N" "$k")" != "$a" ] || echo "not set"
  >   ct set "$N" "$none"; [ "$(ct get "$N" "$k")" = "$a" ] || ct get "$N" "$k"
  > done; ct rm "$N"
  $ run "--$k" max -- ls -d /mnt
  /mnt

Max removes a cpuset from a running container
  $ detached --cpuset 0 sleep 100; ct set "$N" cpuset=max
  > ct get "$N" cpuset >o; diff o /sys/fs/cgroup/cpuset.cpus.effective
  > ct rm -f "$N"

need root cpu linux-5.14
Values that depend on each other are restored as well
  $ ct create "$N"; ct set "$N" cpu.max="50000 100000" cpu.max.burst=20000
  > ct set "$N" cpu.max.burst=0 cpu.max="10000 100000" cgroup.max.depth=x
  > ct get "$N" cpu.max cpu.max.burst; ct rm -f "$N"
  ct: t*: write x to cgroup.max.depth: Invalid argument
  50000 100000
  20000

need root io losetup no-wraps
Max removes an io limit, for one device or for all
  $ dd if=/dev/zero of=f bs=1M count=1 2>/dev/null
  > a=$(losetup -f); losetup "$a" f; b=$(losetup -f); losetup "$b" f
  > ct create "$N"; ct set "$N" "io=$a:rbps=1M" "io=$b:riops=9"
  > ct set "$N" "io=$a:wiops=3" io=99:0:rbps=1; ct get "$N" io | grep -c max
  ct: t*: write 99:0 rbps=1 to io.max: No such device*
  2
  $ ct get "$N" io | grep -c wiops=3
  0
  [1]
  $ ct set "$N" "io=$a:max"; ct get "$N" io
  *:* rbps=max wbps=max riops=9 wiops=max
  $ ct set "$N" "io=$a:rbps=9M"; ct set "$N" io=max; ct get "$N" io; ct rm "$N"
  > losetup -d "$a"; losetup -d "$b"

need root memory pids cpu io losetup no-wraps
Rename takes all limits along, or fails
  $ dd if=/dev/zero of=f bs=1M count=1 2>/dev/null; l=$(losetup -f)
  > losetup "$l" f; ct create "$N" --io "$l:rbps=1M" --cpus 0.5
  > ct set "$N" memory=20M; ct rename "$N" "$N-b"; ct get "$N-b" io cpus memory
  *:* rbps=1048576 wbps=max riops=max wiops=max
  50000 100000
  20971520
  $ sleep 98 & ct create "$N-c"; ct enter "$N-c" $!; ct rename "$N-b" "$N-c/d"
  ct: *controller*
  [125]
  $ ct ls -r | grep -c "^$N"; ct rm -f "$N-b" "$N-c"; losetup -d "$l"
  2

need root no-controllers
Max needs no controller
  $ for k in memory memory-high swap cpus cpu-weight cpuset pids io; do
  >   run "--$k=max" true
  > done; run -m 1M true
  ct: limits: memory.max: cgroup2 has no memory controller here, only: * (*)
  [125]

need root pids
--pids stops a fork bomb, and the machine stays usable
  $ full() { [ "$(ct get "$N" pids.current)" = "$1" ]; }
  > detached --pids 50 probe bomb; poll full 50; within 0 1000 ct ls >/dev/null
  $ ct get "$N" pids.current; within 0 2000 ct kill "$N"
  > gone() { [ -z "$(states)" ]; }; within 0 2000 poll gone
  50

--pids of a group applies to what is in it
  $ ct create "$N" --pids 4; run -d -n "$N/a" probe bomb
  > full() { [ "$(ct get "$N" pids.current)" = 4 ]; }; poll full
  t*/a
  $ ct get "$N" pids.current; ct rm -f "$N"
  4

Pids can be set while a command runs, and events report pids.max
  $ detached --pids 10 probe bomb; "$CT" events "$N" >ev & watching $!
  > full() { [ "$(ct get "$N" pids.current)" = 30 ]; }
  > ct set "$N" pids=30; poll full; ct get "$N" pids.current pids
  > poll grep -qs pids.max ev; ct rm -f "$N"; wait
  30
  30

# A busy machine gives less, never more.
need root cpu
--cpus is the share of a processor that a command gets
  $ use() { timeout 4 "$CT" stats -f -j "$N" 2>/dev/null |
  >   sed -n '2,3s/.*cpu_permille":\([0-9]*\).*/\1/p' |
  >   awk '{ s += $1 } END { print int(s / NR) }'; } 2>/dev/null
  $ detached --cpus 0.5 sh -c 'while :; do :; done'
  > u=$(use); [ "$u" -ge 250 ] && [ "$u" -le 550 ] || echo "$u"
  $ ct set "$N" cpus=0.2; ct get "$N" cpus
  20000 100000
  $ u=$(use); [ "$u" -ge 80 ] && [ "$u" -le 250 ] || echo "$u"; ct rm -f "$N"

need root cpu pressure
Events report --pressure
  $ detached --cpus 0.1 sh -c 'while :; do :; done'
  > ct events --pressure cpu:100000:1000000 "$N" >ev &
  > poll grep -qs pressure ev; ct rm -f "$N"; wait

need root cgroup2 /proc/pressure/cpu
A window of --pressure that the kernel does not take is named
  $ detached sleep 100; ct events --pressure cpu:9:10000001 "$N"; ct rm -f "$N"
  ct: t*: write some 9 10000001 to cpu.pressure: Invalid argument (WINDOW: *)

need root io losetup wraps
--io is refused where it would crash the kernel
  $ l=$(losetup -f); echo >f; losetup "$l" f; run --io "$l:wbps=1M" echo RAN
  > run --try limits --io "$l:wbps=1M" echo ran; losetup -d "$l"
  ct: limits: io.max: may crash this kernel in its first 5 minutes*
  ct: warning: limits: io.max: may crash this kernel in its first 5*
  ran

need root io losetup no-wraps
--io makes writes to a device slower
  $ dd if=/dev/zero of=f bs=1M count=16 2>/dev/null
  > l=$(losetup -f); losetup "$l" f
  $ detached --io "$l:wbps=1M" --device "$l" sleep 100
  > ms=$(ct exec "$N" probe direct "$l" 2)
  > [ "$ms" -ge 1200 ] || echo "1 MB/s: $ms ms"
  $ ct set "$N" "io=$l:wbps=max"; ms=$(ct exec "$N" probe direct "$l" 2)
  > [ "$ms" -le 1000 ] || echo "max: $ms ms"; ct rm -f "$N"; losetup -d "$l"

need root memory pids
--delegate gives a container its own groups, and the limits stay
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
