# Interfaces on top of the host's: phys, macvlan, ipvlan, vlan. At "wire" are
# the two ends of a link, left and right.

# --- phys ---

need root veth bridge
at wire
Phys refuses an interface that is not hardware
  $ run --net phys,dev=left -- echo RAN
  ct: *left*
  [125]

Phys refuses lo and a bridge
  $ ip link add br9 type bridge; for d in lo br9; do
  >   says run --net phys,dev=$d -- echo RAN
  > done; ip link del br9
  125 1
  125 1

Phys with --try nic takes an interface that is not hardware, and returns it
  $ ip addr add 10.5.0.1/24 dev left
  $ run --try nic --net phys,dev=left,name=in0,ip=10.5.0.2/24 \
  >   ip -o addr show in0 2>/dev/null | grep -o 10.5.0.2/24
  10.5.0.2/24
  $ ip -o addr show left | grep -o 10.5.0.1/24
  10.5.0.1/24

# --- macvlan ---

need root veth macvlan
Macvlan interfaces reach the wire and each other
  $ ip addr add 10.4.0.1/24 dev right
  > web 1 --net macvlan,dev=left,ip=10.4.0.11/24,ip=fd04::11/64
  > web 2 --net "macvlan,dev=left,mode=bridge,ip=10.4.0.12/24,ip=fd04::12/64,\
  > mac=02:00:00:00:be:ef"
  $ from_here http://10.4.0.11/f; from_here http://10.4.0.12/f
  web 1
  web 2
  $ from 1 http://10.4.0.12/f; from 2 'http://[fd04::11]/f'
  web 2
  web 1
  $ ct exec "$N-2" ip link show eth0 | grep -o be:ef; ct rm -f "$N-1" "$N-2"
  be:ef

each private vepa
Macvlan of mode $it reaches only the wire
  $ ip addr add 10.4.0.1/24 dev right; for k in 1 2; do
  >   web $k --net "macvlan,dev=left,mode=$it,ip=10.4.0.1$k/24"
  > done; from_here http://10.4.0.11/f
  > silent "$CT" exec "$N-1" wget -qO- http://10.4.0.12/f && echo silent
  > ct rm -f "$N-1" "$N-2"
  web 1
  silent

Macvlan of mode passthru is the only one on its device
  $ ip addr add 10.4.0.1/24 dev right
  > web 1 --net macvlan,dev=left,mode=passthru,ip=10.4.0.11/24
  > from_here http://10.4.0.11/f; says run --net macvlan,dev=left -- echo RAN
  > ct rm -f "$N-1"
  web 1
  125 1

Macvlan may have the name of a link on the host
  $ for n in left right; do
  >   run --net "macvlan,dev=left,name=$n,ip=10.4.0.11/24" \
  >     ip -o addr show "$n" | grep -o 10.4.0.11/24
  > done
  10.4.0.11/24
  10.4.0.11/24

limit 3
Macvlan works many times in a row
  $ for k in $(seq "$many"); do
  >   run -n "$N" --net macvlan,dev=left,mac=02:00:00:00:be:ef,ip=10.4.0.11/24 \
  >     true || echo "$k"
  > done
limit 1

need root veth macvlan ipvlan vlan cgroup2
each macvlan ipvlan vlan,id=9
Net up restores a link that went away with its device: $it
  $ base() { ip link add link left name left.7 type vlan id 7
  >   ip link set left.7 up; }; base
  > web 1 --net "$it,dev=left.7,ip=10.4.0.11/24,ip=fd04::11/64,gw=10.4.0.1"
  > all() { ct exec "$N-1" sh -c 'ip route; ip addr' | grep -v fe80 |
  >   grep -o -e 'link/ether [^ ]*' -e 'inet.*' -e default.*; }
  > all >was; grep -c -e default -e /ether was; ip link del left.7
  > all | grep -c default; ct net up "$N-1"; base
  > ct net up "$N-1"; ct net up "$N-1"
  > all >now; diff was now; ct rm -f "$N-1"; ip link del left.7
  2
  0
  ct: *left.7*

need root veth macvlan ipvlan
The error says what keeps a link off a device, or which route is in the way
  $ detached --net macvlan,dev=left sleep 100
  > run --net macvlan,dev=left,mtu=9000 -- echo RAN
  > run --net ipvlan,dev=left -- echo RAN; ct rm -f "$N"
  > run --net macvlan,dev=left,ip=10.4.0.11/24,gw=10.4.0.1 \
  >   --net veth,ip=10.5.0.11/24,gw=10.5.0.1 -- echo RAN
  ct: nic: make macvlan eth0: Invalid argument (mtu= above that of dev=*)
  ct: nic: make ipvlan eth0: *busy (dev= has links of another kind*)
  ct: nic: route to 0.0.0.0/0 by eth1: File exists (*needs metric=)
  [125]

need root veth macvlan
A MAC address that stays in use is an error that says so
  $ net=macvlan,dev=left,mac=02:00:00:00:00:0a; detached --net $net sleep 100
  > run --net $net -- echo RAN; ct rm -f "$N"
  ct: nic: set eth0 up: Address in use (does another link have this MAC, *)

# --- ipvlan ---

need root veth ipvlan
Ipvlan interfaces of mode l2 reach each other and the wire
  $ ip addr add 10.4.0.1/24 dev right; for k in 1 2; do
  >   web $k --net "ipvlan,dev=left,mode=l2,ip=10.4.0.1$k/24"
  > done; from 1 http://10.4.0.12/f; from 2 http://10.4.0.11/f
  > from_here http://10.4.0.11/f; ct rm -f "$N-1" "$N-2"
  web 2
  web 1
  web 1

each l3 l3s
Ipvlan interfaces of mode $it reach each other
  $ for k in 1 2; do
  >   web $k --net "ipvlan,dev=left,mode=$it,ip=10.4.0.1$k/24"
  > done; from 1 http://10.4.0.12/f; from 2 http://10.4.0.11/f
  > ct rm -f "$N-1" "$N-2"
  web 2
  web 1

# --- vlan ---

need root veth vlan
Vlan reaches the same tag on the other side and no other
  $ web 1 --net vlan,dev=left,id=7,ip=10.3.0.11/24
  > web 2 --net vlan,dev=right,id=7,ip=10.3.0.12/24
  > web 3 --net vlan,dev=right,id=4094,ip=10.3.0.13/24
  $ from 1 http://10.3.0.12/f; from 2 http://10.3.0.11/f
  web 2
  web 1
  $ silent "$CT" exec "$N-1" wget -qO- http://10.3.0.13/f && echo silent
  silent
  $ ct rm -f "$N-1" "$N-2" "$N-3"

Vlan may have the name of a link on the host
  $ for n in left right; do
  >   run --net "vlan,dev=left,id=7,name=$n,ip=10.4.0.11/24" \
  >     ip -o addr show "$n" | grep -o 10.4.0.11/24
  > done
  10.4.0.11/24
  10.4.0.11/24

Vlan keeps its addresses and routes when its device goes down and up
  $ net=vlan,dev=left,id=7,ip=10.3.0.11/24,gw=10.3.0.1,ip=fd03::11/64
  > ip link set left down; web 1 --net "$net,gw=fd03::1"
  > all() { ct exec "$N-1" sh -c 'ip route; ip -6 route; ip -o addr' |
  >   grep -v -e fe80 -e multicast; }; all >was; grep -c -e default -e fd03 was
  > for k in 1 2; do ip link set left up; settle; ip link set left down; done
  > all >now; diff was now; ip link set left up
  > web 2 --net vlan,dev=right,id=7,ip=10.3.0.12/24,ip=fd03::12/64
  > from 2 'http://[fd03::11]/f'; ct rm -f "$N-1" "$N-2"
  4
  web 1

Vlan is an error if the tag is taken
  $ detached --net vlan,dev=left,id=7 sleep 100
  $ run --net vlan,dev=left,id=7 -- echo RAN
  ct: ?*
  [125]
  $ ct rm -f "$N"

Vlan works many times in a row
  $ for k in $(seq "$many"); do
  >   run -n "$N" --net vlan,dev=left,id=7,ip=10.3.0.11/24 true || echo "$k"
  > done

need root veth vlan tcpdump
Vlan frames carry the tag on the wire
  $ tool tcpdump -Z root -l -n -e -c 1 -i right 'vlan 7 and arp' >o 2>e &
  > poll grep -qs listening e
  > run --net vlan,dev=left,id=7,ip=10.3.0.11/24 \
  >   timeout 1 wget -qO- http://10.3.0.12/ 2>/dev/null; wait $!
  > grep -o 'vlan 7,.*who-has 10.3.0.1[12] tell 10.3.0.11' o # or announces it
  vlan 7,*

# --- a server in a container ---

need root veth bridge dnsmasq
Dnsmasq in one container gives udhcpc in another its address
  $ sysctl 1 ipv4/ip_forward; ip link add br7 type bridge; ip link set br7 up
  > cat >script <<'E'
  > #!/bin/sh
  > [ "$1" != bound ] || echo "$ip $router"
  > E
  > chmod 755 script
  $ tool_box -d -n "$N-1" -v "$PWD:/mnt" --cap-add NET_ADMIN \
  >   --cap-add NET_RAW --net veth,bridge=br7,ip=10.7.0.1/24 -- dnsmasq \
  >   --keep-in-foreground --user=root --group=root --pid-file \
  >   --conf-file=/dev/null --port=0 --dhcp-leasefile=/mnt/leases \
  >   --dhcp-range=10.7.0.50,10.7.0.50 --dhcp-authoritative >o 2>e
  $ get run --cap-add NET_RAW -v "$PWD/script:/mnt/script" \
  >   --net veth,bridge=br7 udhcpc -q -n -f -t 3 -T 1 -i eth0 -s /mnt/script
  10.7.0.50 10.7.0.1
  $ cut -d' ' -f3 leases; ct rm -f "$N-1"; ip link del br7
  10.7.0.50
