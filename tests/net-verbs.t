# ct net, and what other verbs tell of interfaces. At "router" as in net.t.

need root veth bridge cgroup2
at router
Net add and net del work on a running container
  $ links() { ct exec "$N" ip -o link | cut -d: -f2 | cut -d@ -f1; }
  > detached sleep 100; ct net add "$N" veth,bridge=br0,ip=10.9.0.11/24
  $ bb ping -c1 -W2 10.9.0.11 >/dev/null && echo pong
  pong
  $ ct net add "$N" veth,name=x; links; ct net ls "$N" | grep -c -e eth0 -e x
   lo
   eth0
   x
  2
  $ ct net del "$N" eth0; links; ct rm -f "$N"
   lo
   x

Every user in a container may ping, after ct net add as well
  $ for o in '-u 0' '-u 1000' -U '-U -u 0:0' '--userns=0:100000:65536 -u 7'; do
  >   run --net veth,bridge=br0,ip=10.9.0.11/24 $o probe echo 10.9.0.1
  > done | uniq -c | tr -s ' '
  > run --net veth,ip=10.9.0.11/24 --uidmap 7:100000:5 --gidmap 9:100000:5 \
  >   -u 8:10 probe echo 10.9.0.11
  > detached sleep 100; ct net add "$N" veth,bridge=br0,ip=10.9.0.12/24
  > ct exec -u 1000 "$N" probe echo 10.9.0.1; ct rm -f "$N"
   5 echo
  echo
  echo

Net ls prints a line for each interface
  $ detached --net "veth,bridge=br0,ip=10.9.0.11/24,ip=fd09::11/64,\
  > mac=02:00:00:00:be:ef,mtu=1400" sleep 100
  $ ct net ls "$N"; ct rm -f "$N"
  ...
  *eth0*02:00:00:00:be:ef*10.9.0.11/24*fd09::11/64*
  ...

JSON of net ls, inspect and stats has the interfaces
  $ detached --net "veth,bridge=br0,ip=10.9.0.11/24,ip=fd09::11/64,\
  > mac=02:00:00:00:be:ef,mtu=1400" sleep 100; bb ping -c1 10.9.0.11 >/dev/null
  $ ct net ls -j "$N" | sed 's/,"/\n"/g'
  ...
  *"name":"eth0"
  "kind":"veth"
  "state":"up"
  "mac":"02:00:00:00:be:ef"
  "mtu":1400
  "addresses":\["10.9.0.11/24"
  ...
  "fd09::11/64"*
  ...
  "rx_bytes":[1-9]*
  ...
  "tx_bytes":[1-9]*
  ...
  $ ct inspect "$N" | tr -d '\n ' | sed 's/,"/\n"/g'
  ...
  "interfaces":\[*
  ...
  *"name":"eth0"
  "kind":"veth"
  "state":"up"
  "mac":"02:00:00:00:be:ef"
  "mtu":1400
  "addresses":\["10.9.0.11/24"
  ...
  "fd09::11/64"*
  ...
  "rx_bytes":[1-9]*
  ...
  "tx_bytes":[1-9]*
  ...
  $ ct stats -j "$N"
  *"network":{*"eth0":{"rx_bytes":[1-9]*,*"tx_bytes":[1-9]*}*
  $ ct stats "$N" | head -n 1; ct rm -f "$N"
  * RX *TX *

Net add refuses what a running container cannot have
  $ detached sleep 100; for v in none host ns:/proc/self/ns/net "container:$N" \
  >   "" bogus veth,name=lo veth,ip=1 veth,bridge=nosuch; do
  >   says ct net add "$N" "$v"
  > done | uniq -c | tr -s ' '
   9 125 1
  $ ct net add "$N" veth; says ct net add "$N" veth,name=eth0
  125 1
  $ says ct net del "$N" nosuch; says ct net del "$N" lo
  125 1
  125 1
  $ ct exec "$N" ip -o link | wc -l; ct rm -f "$N"
  2

Interfaces added at once get different names, and all stay
  $ detached sleep 100; for k in 11 12 13 14 15 16 17 18 19 20; do
  >   ct net add "$N" "veth,bridge=br0,ip=10.9.0.$k/24" &
  > done; wait; ct net ls "$N" | grep -c -e 'eth[0-9] .*10.9.0.[12]'
  > ct net ls "$N" | tail -n +3 | awk '{ print $7 }' | sort -u | wc -l
  > for k in 1 2 3 4; do ct net add "$N" veth,name=x & done; wait
  > ct net ls "$N" | grep -c '^x'; ct rm -f "$N"
  10
  10
  ct: *x*
  ct: *x*
  ct: *x*
  1

Net needs a container that exists and has a process
  $ says ct net add "$N" veth; says ct net del "$N" eth0; says ct net ls "$N"
  3 1
  3 1
  3 1
  $ ct create "$N"
  $ says ct net add "$N" veth; says ct net del "$N" eth0; says ct net ls "$N"
  125 1
  125 1
  125 1
  $ ct rm "$N"

Net refuses a container that uses its caller's network
  $ detached --net host sleep 100
  > says ct net add "$N" veth; says ct net del "$N" br0; ct rm -f "$N"
  125 1
  125 1

Control bytes in an interface name reach no terminal
  $ detached --cap-add NET_ADMIN --net veth sh -c 'ip link set eth0 down
  >   ip link set eth0 name "$(printf "a\033b")"; echo up; sleep 100'; up
  $ { ct net ls "$N"; ct net ls -j "$N"; ct inspect "$N"; ct stats -j "$N"; } |
  >   grep -c "$escape"
  0
  [1]
  $ ct rm -f "$N"

need root veth cgroup2 vm nsenter
The first interface of net add leaves the container without forwarding
  $ f=/proc/sys/net/ipv4/ip_forward; was=$(nsenter -t 1 -n cat $f)
  > of_all() { nsenter -t 1 -n sh -c "echo $1 >$f"; }; of_all 1
  > detached sleep 100; ct net add "$N" veth,name=in0; ct exec "$N" cat $f
  > ct rm -f "$N"; for k in ipv4.ip_forward ipv4.conf.all.forwarding; do
  >   detached --sysctl net.$k=1 sleep 100; ct net add "$N" veth,name=in0
  >   ct exec "$N" cat $f; ct rm -f "$N"
  > done; of_all "$was"
  0
  1
  1

need root cgroup2 strace nsenter /usr/sbin/ip
A list of addresses lacks none because another goes meanwhile
  $ detached sleep 100; p=$(ct ls "$N" | awk 'NR == 2 { print $3 }')
  > in_net() { nsenter -t "$p" -n /usr/sbin/ip "$@"; }
  > for k in $(seq 999); do
  >   echo "addr add 10.1.$((k / 250)).$((k % 250))/32 dev lo"
  > done | in_net -batch -; ct net ls "$N" | grep -o ' 10\.[^ ]*' >all
  > (for k in 1 2 3 4 5 6 7 8 9; do
  >   in_net addr del 10.1.0.$k/32 dev lo; sleep 0.1
  > done) &
  > strace -fqqqo l -e inject=recvfrom:delay_enter=40000 "$CT" net ls "$N" |
  >   grep -o ' 10\.[^ ]*' >now
  > wc -l <all; grep -v '10.1.0.[1-9]/' now | wc -l; wait $!; ct rm -f "$N"
  999
  990
