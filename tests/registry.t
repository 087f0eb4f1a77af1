# Containers and groups by name: how they are made, seen and listed.

# --- run -d ---

need root cgroup2
-d prints the name and returns once the command runs
  $ run -d -n "$N" -- sleep 100
  t*
  $ ct ps "$N" | grep -c 'sleep 100'; ct rm -f "$N"
  1

-d makes up a name if none is given
  $ n=$(run -d sleep 100); echo "$n"; ct rm -f "$n"
  ct-????????

-d reports a command that is not found
  $ run -d -n "$N" nosuch
  ct: *nosuch*
  [127]

-d does not keep its standard error open
  $ within 0 1500 sh -c "x=\$(\"$CT\" run -d -r \"$R\" -n $N sleep 100 2>&1)"
  > ct rm -f "$N"

# --- names and groups ---

Of two runs with one name exactly one wins, each time
  $ for k in $(seq "$races"); do
  >   for j in 1 2; do (run -n "$N" -v "$PWD:/mnt" sh -c '
  >       until [ -e /mnt/lost ]; do sleep 0.02; done' 2>/dev/null
  >     s=$?; echo $s >o$j; [ $s = 0 ] || echo >lost) & done
  >   wait; sort o1 o2 | tr '\n' ' '; echo; rm lost
  > done | sort | uniq -c | tr -s ' ' >o; echo " $races 0 125 " | diff - o

Listing and sweeping disturb no start
  $ for k in $(seq 60); do ct ls >/dev/null; done &
  > for k in $(seq 30); do run -n "$N-$k" true || echo "$k"; done; wait

What a killed ct moved itself to is removed like its container
  $ run -d -n "$N" sleep 100 >/dev/null
  > g=$(find /sys/fs/cgroup -maxdepth 3 -name "$N"); g=${g%/*}/$N.ct
  > mkdir "$g"; chmod 1711 "$g"; for k in $(seq 16); do run true; done
  > ls -d "$g" 2>/dev/null; ct rm -f "$N"

Groups nest
  $ ct create "$N"; ct create "$N/a"; run -d -n "$N/a/b" sleep 100 >/dev/null
  > states; ct ls | grep -c "^$N"
  running running running
  1
  $ ct rm "$N"
  ct: ?*
  [125]
  $ ct rm -f "$N"; states

A group takes processes until something is made in it
  $ sleep 99 & p=$!; ct create "$N"; ct enter "$N" $p; ct detect $p; states
  t*
  running
  $ run -n "$N/a" echo in it; sleep 0.2
  > ct ls | awk -v n="$N" '$1 == n { print ($7 + 0 > 0) }'
  in it
  1
  $ within 0 2000 ct stop "$N"; wait $p; echo $?; states; ct rm "$N"
  143
  created

Stop kills processes in a group that ignore its signal
  $ sh -c 'trap "" TERM; exec sleep 99' & p=$!
  > poll grep -qs sleep "/proc/$p/comm"; ct create "$N"; ct enter "$N" $p
  > within 900 3000 ct stop -t 1 "$N"; wait $p; echo $?; ct rm "$N"
  137

Exec in a group has the group's cgroup and the caller's namespaces
  $ ct create "$N"; mkdir x; cd x
  > ct exec "$N" sh -c 'cat /proc/self/cgroup; pwd; id -u
  >   readlink /proc/self/ns/net; exit 7' >o
  [7]
  $ grep -c ":/ct/$N\$" o; sed -n 's/.*x$/x/p;/^[0-9]*$/p' o
  > [ "$(tail -n 1 o)" = "$(readlink /proc/self/ns/net)" ] || cat o
  1
  x
  0
  $ ct exec -u 1000:1000 -w / -e A=b "$N" sh -c 'id -u; pwd; echo $A'
  1000
  /
  b
  $ ct exec "$N" grep -E '^(CapBnd|NoNewPrivs|Seccomp):' /proc/self/status
  CapBnd:?00000000000005fb
  NoNewPrivs:?1
  Seccomp:?2
  $ ct exec "$N" /nosuch
  ct: exec: execve /nosuch: No such file or directory
  [127]
  $ ct exec -d "$N" sleep 99 >o; ct ps "$N" | grep -c 'sleep 99'
  1
  $ ct rm -f "$N"

The limits of a group may come before or after its name
  $ ct create --cgroup cgroup.max.depth=3 "$N" --cgroup cgroup.max.descendants=4
  > ct get "$N" cgroup.max.depth cgroup.max.descendants
  3
  4
  $ for a in "" "--cgroup cgroup.max.depth=3" "$N-b $N-c" "$N-b x"; do
  >   says ct create $a
  > done | uniq -c | tr -s ' '; states; ct rm "$N"
   4 125 1
  created

A name that exists, or whose group does not, is not created
  $ ct create "$N"
  > for n in "$N" "$N-/x"; do ct create "$n" 2>/dev/null; echo $?; done
  125
  125
  $ run -n "$N-/x" true 2>/dev/null
  [125]
  $ states; ct rm "$N"
  created

A container is not a group for others
  $ detached sleep 100; run -n "$N/a" true
  ct: ?*
  [125]
  $ ct rm -f "$N"

A group may limit how many there are below it
  $ ct create "$N" --cgroup cgroup.max.descendants=1
  $ run -n "$N/a" true && run -n "$N/a" true; ct create "$N/a"
  > run -n "$N/b" true
  ct: cgroup: mkdir t*: Resource temporarily unavailable (cgroup.max.desc*
  [125]
  $ ct rm "$N"

No verb accepts a name that is invalid or that nobody has
  $ for v in ps inspect stats "get @ x.y" "set @ x.y=1" pause resume kill stop \
  >   wait events rm "rename @ b" "enter @ 1" "exec @ true" start; do
  >   for n in "$N" a.b ../x ""; do
  >     case $v in
  >     *@*) set -- "${v%% *}" "$n" ${v#*@} ;;
  >     *) set -- "$v" "$n" ;;
  >     esac
  >     ct "$@" >o 2>e; echo "$? $(wc -l <o) $(wc -l <e)"
  >   done
  > done | sort | uniq -c | tr -s ' '
   48 125 0 1
   16 3 0 1

A limit whose controller is missing makes no group
  $ ct create "$N" --cgroup bogus.max=1
  ct: *bogus*
  [125]
  $ states

# --- lists ---

"ct ls" prints a line for each container
  $ detached sleep 100; ct ls | sed -n "1p;s/$N /NAME /p" | tr -s ' '
  NAME STATE PID PROCS MEMORY CPU AGE AGAIN COMMAND
  NAME running *[0-9] 1 * sleep 100
  $ ct rm -f "$N"

"ct ps" prints a line for each process
  $ two() { ct ps "$N" | grep -q 'sleep 100$'; }
  > detached sh -c 'sleep 100 & wait'; poll two
  $ ct ps "$N" | awk 'NR > 1 { print $2, $3, $6, $7 }'; ct rm -f "$N"
  1 0 sh -c
  ? 0 sleep 100

Control bytes in a command reach no terminal
  $ detached sh -c 'sleep 100' "$(printf 'a\033b\nc')"
  $ { ct ls; ct ps "$N"; ct stats "$N"; } | grep -c "$escape"
  0
  [1]
  $ ct rm -f "$N"

Control bytes in groups that a container makes reach no terminal
  $ detached --delegate sh -c '
  >   mkdir "/sys/fs/cgroup/$(printf "x\033")" && echo made up; sleep 100'; up
  $ { cat o; ct ls -r | grep -v mkdir; ct stats; } | grep -e made -e "$escape"
  made up
  $ ct rm -f "$N"

need root cgroup2 jq
Any argument yields valid JSON
  $ run -d -n "$N" -e "$(printf 'A="\\\377\n')" sh -c 'sleep 100' 'a"b\' \
  >   "$(printf '\377\376\n\t\001')" é "$(printf '\355\240\200')" >/dev/null
  $ for v in "ls -j" "ls -r -j" "ps -j $N" "inspect $N" "stats -j $N"; do
  >   ct $v >j; jq -e . <j >/dev/null || cat j
  > done
  $ ct inspect "$N" |
  >   jq -r '.state, .command[3], .command[5], (.pids | length), .cgroup' |
  >   sed "s/$N/NAME/"
  running
  a"b\\
  é
  1
  /ct/NAME
  $ ct rm -f "$N"

"ct stats" prints a line of JSON for each container
  $ ct create "$N"; run -d -n "$N/a" sleep 100 >/dev/null
  $ ct stats -j | jq -r .name | grep "^$N" | sed "s/$N/NAME/"; ct rm -f "$N"
  NAME
  NAME/a

need root cgroup2
A name is free again once events has told the end
  $ for k in 1 2 3 4 5; do run -d -n "$N" sleep 0.2 >o
  >   ct events "$N" >o; run -n "$N" true; done
