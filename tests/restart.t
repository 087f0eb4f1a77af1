# --restart: the supervisor starts the container again.

need root cgroup2
A container that fails is started again as often as was said
  $ run --restart on-failure:3 -v "$PWD:/mnt" sh -c 'echo x >>/mnt/o; exit 7'
  [7]
  $ wc -l <o
  4

A container that ran for a while is started again as well
  $ for root in "" "-r $R"; do
  >   "$CT" run -n "$N" --restart on-failure:2 -v "$PWD:/mnt" \
  >     -w / $root /bin/sh -c 'echo x >>/mnt/o; sleep 0.2; exit 7'; echo $?
  > done; wc -l <o
  7
  7
  6

A container that succeeds is started again only with always
  $ run --restart on-failure -v "$PWD:/mnt" sh -c 'echo x >>/mnt/o'
  $ wc -l <o
  1
  $ "$CT" run -r "$R" --restart always -v "$PWD:/mnt" sh -c 'echo x >>/mnt/o
  >   [ $(wc -l </mnt/o) -lt 3 ] || sleep 100' & p=$!
  $ third() { [ "$(wc -l <o)" = 3 ]; }; poll third
  $ kill "$p"; wait "$p"
  [143]

A container keeps its name and limits while it is started again
  $ run -d -n "$N" --restart always --pidfile p sh -c 'exit 3'
  t*
  $ late() { ct ls -j | grep -q '"pid":0.*"restarts":5'; }; poll late
  $ ct exec "$N" true 2>&1 | sed "s/$N/N/"
  ct: N: nothing runs in it
  $ ct rm "$N" 2>&1 | sed "s/$N/N/"
  ct: N: will be restarted; -f ends it
  $ run -n "$N" true 2>&1 | sed "s/$N/N/"
  ct: cgroup: N: a container or cgroup of this name exists
  $ within 0 2000 ct rm -f "$N"; ct ls -r | grep "$N"
  [1]
  $ [ ! -e p ]

Stop ends a container for good, even between runs, and wait waits for that
  $ run -d -n "$N" --restart always sleep 100 >o
  $ "$CT" wait "$N" >w & p=$!; watching "$p"; ct kill "$N"
  $ runs() { ct ls -j | grep -q '"restarts":1' &&
  >   ct ps "$N" | grep -q 'sleep 100'; }; poll runs; ct stop "$N"; wait "$p"
  [137]
  $ cat w; ct ls -r | grep "$N"
  137
  [1]
  $ run -d -n "$N" --restart always sh -c 'exit 9' >o; "$CT" wait "$N" >w & p=$!
  $ watching "$p"; poll held; within 0 2500 ct stop "$N"; wait "$p"
  [9]

A reboot inside starts the container again, and a halt ends it
  $ run --restart reboot --cap-add SYS_BOOT --init -v "$PWD:/mnt" sh -c '
  >   echo x >>/mnt/o
  >   [ $(wc -l </mnt/o) = 3 ] && exec poweroff -f; exec reboot -f'
  [130]
  $ wc -l <o
  3
  $ run --restart reboot sh -c 'exit 5'
  [5]

A time limit covers all runs together
  $ within 900 3000 run --restart always --timeout 1 sh -c 'exit 1'
  [124]

Groups made with --delegate do not outlast a run
  $ run --restart on-failure:2 --delegate -v "$PWD:/mnt" sh -c '
  >   cd /sys/fs/cgroup
  >   mkdir a a/b && echo x >>/mnt/o; exit 1'
  [1]
  $ wc -l <o
  3

A second run that fails to start is tried again, a first one is an error
  $ mkdir v; run --restart on-failure:2 -v "$PWD/none:/mnt" true
  ct: --volume: *none: No such file or directory
  [125]
  $ "$CT" run -r "$R" --restart always -v "$PWD/v:/mnt" sh -c 'echo up >>/mnt/o
  >   exec sleep 1' 2>e & p=$!
  $ poll test -s v/o; mv v w; poll test -s e; mv w v; again() {
  >   [ "$(wc -l <v/o)" = 2 ]; }; poll again; kill "$p"; wait "$p"
  [143]
  $ sort -u e
  ct: warning: source: open *v: No such file or directory

A killed group and a restarted container take commands
  $ ct create "$N"; ct exec -d "$N" sleep 100; ct kill "$N"
  $ empty() { [ "$(states)" = created ]; }
  $ poll empty; ct exec "$N" echo hi; ct rm -f "$N"
  t*
  hi
  $ run -d -n "$N" --restart always sh -c 'echo x >>/tmp/o; sleep 100' >o
  $ ct kill "$N"; runs() { ct ls -j | grep -q '"pid":[1-9].*"restarts":1'; }
  $ poll runs; ct exec "$N" echo hi; ct rm -f "$N"
  hi

One that has ended and comes again has no pid
  $ run -d -n "$N" --restart always --on-exit '[ ! -e o ] || exit 0
  >   for a in ls inspect "inspect --oci"; do "$CT" $a "$CT_NAME"; done >o' \
  >   sleep 0.1 >/dev/null; poll grep -qs bundle o; ct rm -f "$N"
  > sed 1d o | cut -d, -f1-4
  t* created        0      0 *
  {"name":"t*","state":"created","pid":0,*
  {"ociVersion":"1.0.2","id":"t*","status":"created","pid":0

A reaper has none of the caller's arguments, which its supervisor keeps
  $ run -d -n "$N" --init --restart always --on-exit ': secret' sleep 100 >o
  $ p=$(first)
  $ memory() { while IFS=' -' read -r a b r; do case $r in rw*) dd bs=4096 \
  >   if="/proc/$1/mem" skip=$((0x$a / 4096)) count=$(((0x$b - 0x$a) / 4096)) ;;
  >   esac; done <"/proc/$1/maps"; }
  $ memory "$(supervisor)" 2>/dev/null | grep -q ': secret'
  $ memory "$p" 2>/dev/null | grep -c ': secret'; ct rm -f "$N"
  0

A supervisor has as many descriptors after many runs as after few
  $ run -d -n "$N" --restart always --ns ipc=/proc/self/ns/ipc sleep 100 >o
  $ s=$(supervisor)
  $ count() { for f in /proc/"$s"/fd/*; do echo; done | wc -l; }
  > more() { ct ls -j | grep -q "\"pid\":[1-9].*\"restarts\":$k"; }
  > few() { [ "$(count)" -le "$(cat c)" ]; } # it closes what the start needed
  $ poll more; sleep 0.5; count >c; for k in 1 2 3; do ct kill "$N"; poll more
  > poll few; done; ct rm -f "$N"

The output of all runs is one log
  $ run -d -n "$N" --restart always sh -c 'echo hi; exec sleep 0.1' | cat
  t*
  $ third() { [ "$(ct logs "$N" | grep -c hi)" -ge 3 ]; }
  $ poll third; ct rm -f "$N"

need root cgroup2 bridge veth nat nft
at router
Interfaces and published ports come back
  $ run -d -n "$N" --restart always --net veth,bridge=br0,ip=10.9.0.2/24 \
  >   -p 8080:80 sleep 100
  t*
  $ more() { ct ls -j | grep -q "\"pid\":[1-9].*\"restarts\":$k"; }
  $ for k in 1 2; do ct kill "$N"; poll more; done
  $ bb ping -c1 -W1 10.9.0.2 | grep -o '[0-9]*% packet loss'
  0% packet loss
  $ tool nft list ruleset | grep -c 'dnat.*10\.9\.0\.2'; ct rm -f "$N"
  [1-9]

need root cgroup2 veth bridge
One whose network another container has joined comes back as well
  $ web 1 --restart always --net veth,bridge=br0,ip=10.9.0.11/24
  > run -d -n "$N-2" --net "container:$N-1" sleep 100 >o; ct kill "$N-1"
  > more() { ct ls -j "$N-1" | grep -q '"pid":[1-9].*"restarts":1'; }
  > poll more; from_here http://10.9.0.11/f; ct rm -f "$N-1" "$N-2"
  web 1

need root cgroup2
A device that was plugged in again has its new number at the next start
  $ mknod z c 1 2; mknod y c 1 5; ln -s z l; run -d -n "$N" --restart always \
  >   --log ring --cap-add MKNOD --device "$PWD/l:/dev/l:rm" \
  >   --device "$PWD/y:/dev/y" sh -c '
  >   stat -c %t:%T /dev/l; mknod /dev/m c 1 11; sleep 100' >o
  > said() { [ "$("$CT" logs "$N" 2>&1 | grep -c 1:)" = "$1" ]; }; poll said 1
  > rm z y; mknod z c 1 11; "$CT" kill "$N"; poll said 2
  > "$CT" logs "$N"; "$CT" rm -f "$N"
  1:2
  mknod: /dev/m: Operation not permitted
  ct: warning: devices: */y: is not there
  1:b
