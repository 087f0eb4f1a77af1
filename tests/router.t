# What the owner of a router finds undisturbed: those that know a container, the
# bridge and its MTU. At "router" as in net.t.

need root veth bridge
at router

# --- a container that starts again ---

The MAC address is the same for one name and interface, and for no other
  $ mac() { run -n "$1" --net "veth,bridge=br0,name=$2" \
  >   cat "/sys/class/net/$2/address"; }
  > for k in "$N eth0" "$N eth0" "$N eth1" "$N-2 eth0"; do
  >   mac $k
  > done | uniq -c | sed 's/02:.*/MAC/'
  * 2 MAC
  * 1 MAC
  * 1 MAC

The MAC address is locally administered, and mac= overrides it
  $ run -n "$N" --net veth,bridge=br0 cat /sys/class/net/eth0/address
  02:*
  $ run -n "$N" --net veth,mac=02:00:00:00:be:ef cat /sys/class/net/eth0/address
  02:00:00:00:be:ef

The MAC address is the same when added to a running container
  $ detached sleep 100; for k in 1 2; do
  >   ct net add "$N" veth,bridge=br0
  >   ct exec "$N" cat /sys/class/net/eth0/address; ct net del "$N" eth0
  > done | uniq | wc -l; ct rm -f "$N"
  1

Another machine has another MAC address
  $ run -n "$N" --net veth,bridge=br0 cat /sys/class/net/eth0/address >a
  > echo 0123456789abcdef0123456789abcdef >id; touch /etc/machine-id
  > mount --bind id /etc/machine-id
  > run -n "$N" --net veth,bridge=br0 cat /sys/class/net/eth0/address >b
  > umount /etc/machine-id; [ -s /etc/machine-id ] || rm /etc/machine-id
  > cat a b | uniq | wc -l
  2

A neighbour that knows a container reaches it at once after a restart
  $ run -d -n "$N" --net veth,bridge=br0 sleep 100 >/dev/null # keeps it up
  > for k in 1 2 3; do
  >   web 1 --net veth,bridge=br0,ip=10.9.0.11/24,ip=fd09::11/64
  >   from_here http://10.9.0.11/f; from_here 'http://[fd09::11]/f'
  >   ct rm -f "$N-1"
  > done >o; ip neigh | grep -c '10.9.0.11 .*02:'
  > web 1 --net veth,bridge=br0,ip=10.9.0.11/24,ip=fd09::11/64
  > within 0 1900 from_here http://10.9.0.11/f
  > within 0 1900 from_here 'http://[fd09::11]/f'; ct rm -f "$N-1" "$N"
  1
  web 1
  web 1

The MAC address is the same for each run of --restart, reached at once
  $ web 1 --restart always --net veth,bridge=br0,ip=10.9.0.11/24,ip=fd09::11/64
  > more() { ct ls -j | grep -q "\"pid\":[1-9].*\"restarts\":$k"; }
  > for k in 1 2 3; do
  >   ct exec "$N-1" cat /sys/class/net/eth0/address >>o
  >   from_here http://10.9.0.11/f; from_here 'http://[fd09::11]/f'
  >   ct kill "$N-1"; poll more
  > done | uniq -c | tr -s ' '; uniq o | wc -l; ct rm -f "$N-1"
   6 web 1
  1

limit 2
each 10.9.0 10.8.0
A container that waited for a neighbour is out of the way at its end, $it
  $ net=veth,ip=$it.2/24; case $it in 10.8.*) net=$net,hostip=$it.1/24 ;;
  > *) net=$net,bridge=br0 ;; esac; for host in '' ,host=h0; do
  >   web 1 --net "$net$host"; from_here "http://$it.2/f"
  >   ct exec -d "$N-1" wget -qO- "http://$it.99/f" >/dev/null; sleep 0.3
  >   ct rm -f "$N-1"; within 0 1500 web 1 --net "$net$host"
  >   within 0 1500 from_here "http://$it.2/f"
  >   for k in 1 2 3; do
  >     ip neigh flush all 2>/dev/null >&2
  >     within 0 1400 from_here "http://$it.2/f"
  >   done; ct rm -f "$N-1"
  > done 2>&1 | uniq -c | tr -s ' '; poll no_ends
   10 web 1
limit 1

# --- the bridge ---

The bridge keeps its MAC address whatever containers come and go
  $ mac_of br0 >0
  > run --net veth,bridge=br0 true; b() { mac_of br0; }
  > set -- --net veth,bridge=br0
  > for k in 1 2 3 4; do run -d -n "$N-$k" "$@" sleep 100 >/dev/null; b; done >a
  > for k in 3 1 4; do ct rm -f "$N-$k"; sleep 0.2; b; done >>a
  > uniq a | wc -l; ct rm -f "$N-2"
  1

The bridge has the address of its hardware port, not a container's
  $ ip link set wan nomaster; ip link set wan address 02:ff:ff:ff:ff:01
  > run -d -n "$N-1" --net veth,bridge=br0 sleep 100 >/dev/null
  > ip link set wan master br0; mac_of br0
  > run -d -n "$N-2" --net veth,bridge=br0 sleep 100 >/dev/null
  > ct rm -f "$N-1"; mac_of br0; ct rm -f "$N-2"
  02:ff:ff:ff:ff:01
  02:ff:ff:ff:ff:01

The bridge keeps its MTU, and an interface on it has the same
  $ ip link set wan mtu 9000; ip link set wan master br0
  > mtu_of br0
  > run --net veth,bridge=br0 sh -c 'cd /sys/class/net/eth0 && cat mtu type'
  > run --net veth,bridge=br0,mtu=1400 cat /sys/class/net/eth0/mtu
  > mtu_of br0
  9000
  9000
  1
  1400
  9000

The bridge keeps its MTU while a container with a smaller one is on it
  $ ip link set wan mtu 9000; ip link set wan master br0
  > run -d -n "$N" --net veth,bridge=br0,mtu=1400 sleep 100 >/dev/null
  > mtu_of br0; ct rm -f "$N"
  9000

An added interface has the MTU of the bridge, which keeps it
  $ ip link set wan mtu 9000; ip link set wan master br0; mac_of br0 >0
  > detached sleep 100; ct net add "$N" veth,bridge=br0
  > ct exec "$N" cat /sys/class/net/eth0/mtu; mtu_of br0; mac_of br0 >1
  > ct net del "$N" eth0; mtu_of br0; mac_of br0 >2; ct rm -f "$N"
  > cat 0 1 2 | uniq | wc -l
  9000
  9000
  9000
  1

An mtu= above the bridge's is an error that says so
  $ run --net veth,bridge=br0,mtu=9000 -- echo RAN
  ct: *mtu=9000 is above that of br0, 1500
  [125]

need root macvlan
at wire
A macvlan's MAC address is the same for one name
  $ for k in 1 2; do
  >   run -n "$N" --net macvlan,dev=left cat /sys/class/net/eth0/address
  > done | uniq -c
  * 2 02:*

A macvlan of mode passthru leaves its device's MAC address alone
  $ mac_of left >a
  > run -n "$N" --net macvlan,dev=left,mode=passthru \
  >   cat /sys/class/net/eth0/address >b; mac_of left >c
  > cat a b c | uniq | wc -l
  1

# --- what can be set on a container's interface ---

need root veth bridge
at router
A gateway may be outside of the network, v4 and v6
  $ ip addr add 10.0.0.1/32 dev br0
  > run --net "veth,bridge=br0,ip=10.9.0.2/32,gw=10.0.0.1,ip=fd09::2/128,\
  > gw=fd09::1,route=10.77.0.0/16:10.0.0.1" sh -c '
  >   ip route | sort; ip -6 route | grep default'
  10.77.0.0/16 via 10.0.0.1 dev eth0 *onlink*
  default via 10.0.0.1 dev eth0 *onlink*
  default via fd09::1 dev eth0 *

Two interfaces may each have a default route, with metric=
  $ run --net veth,bridge=br0,ip=10.9.0.2/24,gw=10.9.0.1,metric=10 \
  >   --net veth,ip=10.8.0.2/24,gw=10.8.0.1,metric=20 ip route | grep default
  default via 10.9.0.1 dev eth0 *metric 10?
  default via 10.8.0.1 dev eth1 *metric 20?

An added interface may have both
  $ ip addr add 10.0.0.1/32 dev br0; detached sleep 100
  > ct net add "$N" "veth,bridge=br0,ip=10.9.0.2/32,gw=10.0.0.1,metric=10"
  > ct net add "$N" "veth,bridge=br0,ip=fd09::2/128,gw=fd09::1,metric=20"
  > ct exec "$N" ip route | grep default
  > ct exec "$N" ip -6 route | grep default; ct rm -f "$N"
  default via 10.0.0.1 dev eth0 *onlink*
  default via fd09::1 dev eth1 *metric 20*

A queue has the length asked for
  $ run --net veth,bridge=br0,txqueuelen=77 ip link show eth0 |
  >   grep -c 'qlen 77'
  1

Hairpin and vlan= are for bridge ports, within their ranges
  $ refused veth hairpin vlan=7 bridge=br0,hairpin=1 bridge=br0,vlan=0 \
  >   bridge=br0,vlan=4095 metric=0 metric=4294967296 txqueuelen=0 metric=x

JSON has packets, errors and drops
  $ run -d -n "$N" --net veth,bridge=br0,ip=10.9.0.11/24 sleep 100 >/dev/null
  > bb ping -c1 10.9.0.11 >/dev/null
  > for v in 'stats -j' 'net ls -j' 'inspect'; do
  >   ct $v "$N" | tr -d ' \n' | grep -o '"eth0".*' |
  >     grep -o '"[rt]x_\(packets":[1-9]\|errors":0\|dropped":[0-9]\)' | wc -l
  > done; ct rm -f "$N"
  6
  6
  6

need root veth bridge /usr/sbin/bridge
Hairpin is set on the bridge port
  $ run -d -n "$N" --net veth,bridge=br0,host=h0,hairpin sleep 100 >/dev/null
  > tool bridge -d link show dev h0 | grep -c 'hairpin on'; ct rm -f "$N"
  1

need root veth bridge vlan
Vlan= makes a port belong to that VLAN only
  $ mkdir s; mount -t sysfs s s; echo 1 >s/class/net/br0/bridge/vlan_filtering
  > umount s; rmdir s; for k in 1 2 3; do
  >   web $k --net "veth,bridge=br0,vlan=$((k / 2 + 6)),ip=10.5.0.1$k/24"
  > done; from 2 http://10.5.0.13/f
  > silent "$CT" exec "$N-1" wget -qO- http://10.5.0.12/f && echo silent
  > ct rm -f "$N-1" "$N-2" "$N-3"; poll no_ends # of the silent one: after 3 s
  web 3
  silent

need root cgroup2 veth bridge linux-6.3
at router
A container cannot join so many groups that its bridge stops snooping
  $ snoops() {
  >   run --net host cat /sys/class/net/br0/bridge/multicast_snooping
  > }
  > E=${P%/*}/escape; join() { run -u 1000 --rlimit nofile=4096 -v "$E:/mnt/e" \
  >   --net "veth,bridge=br0,ip=10.9.0.11/24$1" /mnt/e groups 6000; }
  $ snoops; join ''; join ,hairpin; snoops
  1
  6000
  6000
  1
  $ run -d -n "$N" -v "$E:/mnt/e" --net veth,bridge=br0 sleep 100 >/dev/null
  > ip link del br0; ip link add br0 type bridge; ip link set br0 up
  > "$CT" net up "$N"; "$CT" exec --rlimit nofile=4096 "$N" /mnt/e groups 6000
  > snoops; "$CT" rm -f "$N"
  6000
  1

need root veth bridge
at router
Net up puts interfaces back into a bridge that was recreated
  $ web 1 --net veth,bridge=br0,ip=10.9.0.11/24 \
  >   --net veth,hostip=10.8.0.1/24,ip=10.8.0.2/24
  > from_here http://10.9.0.11/f; ip link del br0; ip link add br0 type bridge
  > ip addr add 10.9.0.1/24 dev br0; ip link set br0 up
  > silent "$R/bin/busybox" wget -qO- http://10.9.0.11/f && echo silent
  > ct net up "$N-1"; ct net up "$N-1"; from_here http://10.9.0.11/f
  > from_here http://10.8.0.2/f; ct rm -f "$N-1"
  web 1
  silent
  web 1
  web 1

need root veth bridge nat
Net up keeps nat from hiding neighbours from each other, with bridge-nf too
  $ bridge_nf 1; for k in 1 2; do
  >   web $k --net veth,bridge=br0,ip=10.9.0.1$k/24,gw=10.9.0.1,nat
  > done; ip link del br0; ip link add br0 type bridge
  > ip addr add 10.9.0.1/24 dev br0; ip link set br0 up
  > ct net up "$N-1"; ct net up "$N-2"; from 1 http://10.9.0.12/cgi-bin/who
  > ct rm -f "$N-1" "$N-2"
  10.9.0.11

need root veth bridge
Net ls says when the bridge of an interface has gone
  $ run -d -n "$N" --cap-add NET_ADMIN --net veth,bridge=br0 --net veth,name=x \
  >   sleep 100 >/dev/null; ct net ls "$N" | awk '/eth0|x/ { print $1, $3 }' |
  >   sort
  eth0 up
  x up
  $ ip link del br0; ct net ls "$N" | awk '/eth0|x/ { print $1, $3 }' | sort
  > for v in 'net ls -j' inspect; do
  >   ct $v "$N" | tr -d ' \n' | grep -o 'no-bridge' | wc -l
  > done; ip link add br0 type bridge; ip link set br0 up
  eth0 no-bridge
  x up
  1
  1
  $ ct net up "$N"; ct net ls "$N" | grep -c no-bridge
  0
  [1]
  $ ct exec "$N" ip link del eth0; ct exec "$N" ip link add eth0 type veth
  > ct net ls "$N" | grep -c no-bridge; ct rm -f "$N"
  0

Net up puts back what it can, and says what it cannot
  $ ip link add br1 type bridge; ip link set br1 up
  > run -d -n "$N" --net veth,bridge=br1 --net veth,bridge=br0 sleep 100 >o
  > ip link del br0; ip link del br1; ip link add br0 type bridge
  > ip link set br0 up; ct net up "$N"
  ct: *interface br1: No such device
  [125]
  $ ct net ls "$N" | awk '/eth/ { print $1, $3 }' | sort; ct rm -f "$N"
  eth0 no-bridge
  eth1 up

Net up is an error without the bridge or a host end
  $ run -d -n "$N" --cap-add NET_ADMIN --net veth,bridge=br0 \
  >   sleep 100 >/dev/null
  > ct exec "$N" ip link del eth0; ct net up "$N"
  ct: *eth0 has no end on the host
  [125]
  $ ct exec "$N" ip link add eth0 type veth; ct net up "$N"
  ct: *eth0 has no end on the host
  [125]
  $ ct rm -f "$N"; says ct net up "$N"; says ct net up
  3 1
  125 1
  $ run -d -n "$N" --net veth,bridge=br0 sleep 100 >/dev/null
  > ip link del br0; ct net up "$N"
  ct: *br0*
  [125]
  $ ct rm -f "$N"; ip link add br0 type bridge

need vm root veth bridge
No container forwards between its networks just because the router does
  $ cd /proc/sys/net/ipv4
  > outer() { bb nsenter -t 1 -n sh -c "echo $1 >$PWD/ip_forward"; }
  > outer 1; run --net veth cat "$PWD/ip_forward"
  > run --net veth -U cat "$PWD/conf/eth0/forwarding"
  > run --net veth --sysctl net.ipv4.ip_forward=1 \
  >   cat "$PWD/conf/eth0/forwarding"; outer 0
  0
  0
  1
  $ cd /proc/sys/net; v6=ipv6/conf/all/forwarding
  > outer() { bb nsenter -t 1 -n sh -c "echo $1 >/proc/sys/net/$2"; }
  > outer 1 $v6; outer 1 core/devconf_inherit_init_net
  > run --net veth cat "$PWD/$v6"; outer 0 core/devconf_inherit_init_net
  > outer 0 $v6
  0
