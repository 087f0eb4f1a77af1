# Interfaces of a container: veth, on a bridge and with its own addresses. At
# "router" are br0, 10.9.0.1 and fd09::1, with the containers of "web", and
# behind wan the internet, which has no route back to them.

need root veth bridge
at router

# --- three of them, the router and the internet ---

Three containers on a bridge fetch from each other, and the router from them
  $ for k in 1 2 3; do
  >   net=veth,bridge=br0,ip=10.9.0.1$k/24,ip=fd09::1$k/64
  >   web $k --net "$net,gw=10.9.0.1,gw=fd09::1"
  > done
  $ for a in 1 2 3; do for b in 1 2 3; do
  >   for h in "10.9.0.1$b" "[fd09::1$b]"; do from "$a" "http://$h/f"; done
  > done; done | sort | uniq -c | tr -s ' '
   6 web 1
   6 web 2
   6 web 3
  $ from_here http://10.9.0.11/f; from_here 'http://[fd09::12]/f'
  web 1
  web 2
  $ ct rm -f "$N-1" "$N-2" "$N-3"

Without nat the internet has no route back
  $ inet_web 80; web 1 --net veth,bridge=br0,ip=10.9.0.11/24,gw=10.9.0.1
  > silent "$CT" exec "$N-1" wget -qO- http://192.0.2.2/f && echo silent
  > ct rm -f "$N-1"; kill $p; wait
  silent

# --- what the command finds ---

An interface is up, addressed and routed when the command starts
  $ net=veth,bridge=br0,ip=10.9.0.11/24,ip=fd09::11/64,gw=10.9.0.1,gw=fd09::1
  > net=$net,route=10.99.0.0/16:10.9.0.9,route=fd99::/32:fd09::9
  > net=$net,route=10.98.0.0/16,mac=02:00:00:00:be:ef,mtu=1400,name=lan
  $ run --net "$net" sh <<'E'
  > ip -o addr show lan | grep -v fe80 | tr -s ' ' | cut -d' ' -f2-
  > ip -o link show lan; ip route | sort
  > ip -6 route | grep -v -e ^fe80 -e ^multicast | sort
  > E
  lan inet 10.9.0.11/24 brd 10.9.0.255 scope global lan*
  lan inet6 fd09::11/64 scope global flags 02 *
  ?: lan@*<*,UP,*mtu 1400 *link/ether 02:00:00:00:be:ef *
  10.9.0.0/24 dev lan scope link  src 10.9.0.11?
  10.98.0.0/16 dev lan scope link?
  10.99.0.0/16 via 10.9.0.9 dev lan?
  default via 10.9.0.1 dev lan?
  default via fd09::1 dev lan  metric 1024?
  fd09::/64 dev lan  metric 256?
  fd99::/32 via fd09::9 dev lan  metric 1024?

No address is tentative when the command starts
  $ for k in 1 2 3 4 5; do
  >   run --net veth,bridge=br0,ip=fd09::11/64 ip addr show eth0 |
  >     grep fd09 | grep tentative
  > done; true

Interfaces are called eth0, eth1, or as name= says
  $ run --net veth --net veth,ip=10.8.0.1/24 --net veth,name=x.y sh -c '
  >   ip -o link | cut -d: -f2 | cut -d@ -f1 | tr -d "\n"; echo
  >   ip -o addr show eth1 | grep -c 10.8.0.1/24'
   lo eth0 eth1 x.y
  1

Names inside do not clash with names on the host
  $ for n in br0 wan; do
  >   run --net "veth,bridge=br0,name=$n,ip=10.9.0.11/24" \
  >     ip -o addr show "$n" | grep -o 10.9.0.11/24
  > done
  10.9.0.11/24
  10.9.0.11/24

A gateway may be a link-local address
  $ run --net veth,ip=fd09::11/64,gw=fe80::1 ip -6 route | grep default
  default via fe80::1 dev eth0 *

An address may be its whole network: /32 and /128
  $ net=veth,ip=10.9.9.9/32,ip=fd99::9/128,route=10.9.0.1/32,route=fd09::1/128
  $ run --net "$net" sh -c 'ip route; ip -6 route | grep fd'
  10.9.0.1 dev eth0 *
  fd09::1 dev eth0 *
  fd99::9 dev eth0 *

A container may have twelve interfaces
  $ set --; for k in $(seq 12); do
  >   set -- "$@" --net "veth,bridge=br0,ip=10.9.0.1$k/24"
  > done; run "$@" ip -o addr | grep -c 10.9.0
  12

Twelve interfaces may have twelve addresses each
  $ set --; for k in $(seq 12); do
  >   n=veth; for j in $(seq 12); do n=$n,ip=10.$k.$j.1/24; done
  >   set -- "$@" --net "$n"
  > done; run "$@" ip -o addr | grep -c inet.10
  144

An interface has no more than twelve addresses
  $ n=veth; for j in $(seq 13); do n=$n,ip=10.9.$j.1/24; done
  $ run --net "$n" -- echo RAN
  ct: ?*
  [125]

A sysctl is set after its interface is made
  $ run --net veth,name=lan --sysctl net.ipv4.conf.lan.rp_filter=2 \
  >   cat /proc/sys/net/ipv4/conf/lan/rp_filter
  2
  $ run --net veth,name=eth0.2 --sysctl net/ipv4/conf/eth0.2/rp_filter=2 \
  >   --sysctl net.ipv4.conf.eth0/2.forwarding=1 sh -c '
  >   cd /proc/sys/net/ipv4/conf/eth0.2; cat rp_filter forwarding'
  2
  1

A container with mapped ids has interfaces
  $ web 1 --uidmap 0:100000:1000 --gidmap 0:100000:1000 \
  >   --net veth,bridge=br0,ip=10.9.0.11/24
  > from_here http://10.9.0.11/f; ct rm -f "$N-1"
  web 1

A container in a user namespace has interfaces
  $ run -U --net veth,bridge=br0,ip=10.9.0.11/24 ip -o addr show eth0 |
  >   grep -o 10.9.0.11/24
  10.9.0.11/24

A command run as another user has interfaces
  $ run -u 1000 --init --net veth,bridge=br0,ip=10.9.0.11/24 \
  >   ip -o addr show eth0 | grep -o 10.9.0.11/24
  10.9.0.11/24

A command has no right to change its interfaces
  $ run --net veth,ip=10.9.0.11/24 sh 2>&1 <<'E' | grep -c 'not permitted'
  > ip link set eth0 down; ip addr del 10.9.0.11/24 dev eth0
  > ip link set lo down; ip link del eth0
  > E
  4

# --- the host end ---

The host end has the given name, address and bridge
  $ web 1 --net veth,host=h0,hostip=10.8.0.1/24,ip=10.8.0.2/24
  > web 2 --net veth,host=h1,bridge=br0
  $ ip -o link show h0 | grep -c -e '<.*UP'
  1
  $ ip -o link show h1 | grep -o 'master br0'
  master br0
  $ from_here http://10.8.0.2/f
  web 1
  $ ip -o addr show h0 | grep -o 10.8.0.1/24; ct rm -f "$N-1" "$N-2"
  10.8.0.1/24

need root veth
Many interfaces with many addresses fit
  $ set --; for k in $(seq 40); do
  >   a=veth; for i in $(seq 11); do a=$a,ip=10.$k.$i.2/24; done
  >   set -- "$@" --net "$a"
  > done; run "$@" ip -o addr | grep -c ' 10\.'
  440

An error names the address or route that is wrong, also of many
  $ set --; for k in $(seq 8); do
  >   a=veth; for i in $(seq 11); do a=$a,ip=10.$k.$i.2/24; done
  >   [ "$k" -gt 1 ] || a=$a,route=10.1.1.0/24; set -- "$@" --net "$a"
  > done; run "$@" echo RAN
  ct: nic: route to 10.1.1.0/24 by eth0: File exists *
  [125]

need root veth cgroup2
No router advertisement from the container configures the host end
  $ run -d -n "$N" --net veth,host=h0,ip=10.8.0.2/24 sleep 100 >o
  > ct net add "$N" veth,host=h2,ip=10.8.1.2/24
  > for h in h0 h2; do cat /proc/sys/net/ipv6/conf/$h/accept_ra; done
  > "$CT" run -r "$R" --net veth,host=h3 --on-ready '
  >   cat /proc/sys/net/ipv6/conf/h3/accept_ra' sleep 0.3; ct rm -f "$N"
  0
  0
  0

The host end is called ct and eight digits by default
  $ detached --net veth sleep 100; ip -o link | grep -c ': ct[0-9a-f]\{8\}@'
  > ct rm -f "$N"
  1

The host end is gone when ct returns, or soon after
  $ run --net veth,host=h0,bridge=br0 true
  > gone() { ! ip link show h0 >/dev/null 2>&1; }; within 0 2500 poll gone

# --- with other verbs and options ---

A held container has its interfaces and keeps them
  $ detached --hold --net veth,bridge=br0,ip=10.9.0.11/24 sleep 100
  $ ct exec "$N" ip -o addr show eth0 | grep -o 10.9.0.11/24
  10.9.0.11/24
  $ ct start "$N"; ct exec "$N" ip -o addr show eth0 | grep -o 10.9.0.11/24
  10.9.0.11/24
  $ ct rm -f "$N"

The network of another container or at a path is joined
  $ detached --net veth,bridge=br0,ip=10.9.0.11/24 sleep 100
  $ run --net "container:$N" ip -o addr show eth0 | grep -o 10.9.0.11/24
  10.9.0.11/24
  $ run --net "ns:/proc/$(first)/ns/net" ip -o addr show eth0 |
  >   grep -o 10.9.0.11/24
  10.9.0.11/24
  $ ct rm -f "$N"; run --net "ns:$CT_TMP/case/inet" ip -o addr show inet |
  >   grep -o 192.0.2.2/24
  192.0.2.2/24

# --- what cannot be had ---

each container:nosuch ns:/nonexistent ns:/etc/passwd ns:/proc/self/ns/uts
A network that cannot be joined is an error: $it
  $ run --net "$it" -- echo RAN
  ct: ?*
  [125]

each veth,bridge=no macvlan,dev=no vlan,dev=no,id=3 phys,dev=no
A bridge or device that does not exist is an error: $it
  $ run --net "$it" -- echo RAN
  ct: ?*
  [125]

each veth,bridge=wan/x veth,bridge=wan veth,host=wan veth,host=br0
A bridge that is not one, or a name already taken, is an error: $it
  $ run --net "$it" -- echo RAN
  ct: ?*
  [125]

An IPv6 address that cannot be had says why: a sysctl, the MTU
  $ run --net veth,mtu=1279,ip=fd09::11/64 -- echo RAN
  ct: nic: address fd09::11/64 of eth0: Invalid arg* (IPv6 needs an MTU >= 1280)
  [125]
  $ sysctl 1 ipv6/conf/default/disable_ipv6
  > run --net veth,hostip=fd08::1/64 -- echo RAN; s=$?
  > sysctl 0 ipv6/conf/default/disable_ipv6; (exit $s)
  ct: nic: address of *(IPv6 is off: sysctl net.ipv6.conf.default.disable_ipv6)
  [125]
  $ detached --net veth --sysctl net.ipv6.conf.default.disable_ipv6=1 sleep 100
  > ct net add "$N" veth,ip=fd09::11/64; s=$?; ct rm -f "$N"; (exit $s)
  ct: *: address fd09::11/64 of eth1: *(IPv6 is off: sysctl *.disable_ipv6)
  [125]

A name that two interfaces ask for is an error
  $ run --net veth,host=h0 --net veth,host=h0 -- echo RAN
  ct: ?*
  [125]

A name that stays taken on the host is waited for, but not for long
  $ within 0 7000 run --net veth,host=wan -- echo RAN 2>/dev/null
  [125]

--try nic turns an interface that cannot be had into a warning
  $ run --try nic --net veth,bridge=nosuch --net veth,name=ok ip link show ok |
  >   grep -c ok@
  ct: *nosuch*
  1

Networks, namespaces and ports that exclude each other are errors
  $ x() { says run "$@" -- echo RAN; }; {
  > x --net veth,name=a --net veth,name=a; x --net veth,name=eth1 --net veth
  > x --net veth --net none; x --net host --net veth
  > x --net ns:/proc/self/ns/net --net veth; x --net container:a --net host
  > x --net host --net host; x --share net --net veth
  > x --ns net=/proc/self/ns/net --net veth
  > x --net veth --ns net=/proc/self/ns/net
  > x --publish 80:80; x --net veth --publish 80:80
  > x --net veth,ip=10.0.0.1/24 --publish '[::]:80:80'
  > x --net veth,ip=fd00::1/64 --publish 0.0.0.0:80:80
  > x --net host --publish 80:80; x --net none --publish 80:80
  > } | uniq -c | tr -s ' '
   16 125 1

--dry-run makes no interface
  $ run --dry-run --net veth,host=h0,nat,ip=10.9.0.11/24 --publish 8080:80 \
  >   true >/dev/null 2>&1; ip link show h0 2>/dev/null || echo none
  none

# --- repeatedly ---

The same names can be reused many times in a row
  $ for k in $(seq "$many"); do
  >   run -n "$N" --net veth,host=h0,bridge=br0,ip=10.9.0.11/24 true ||
  >     echo "$k"
  > done

limit 3
The same names can be reused after many containers are removed
  $ for k in $(seq "$many"); do
  >   detached --net veth,host=h0,bridge=br0,ip=10.9.0.11/24 sleep 100 ||
  >     echo "$k"
  >   ct rm -f "$N"
  > done

The same names can be reused after ct is killed many times
  $ free() { ! ct ls | grep -q "^$N "; }; for k in $(seq "$many"); do
  >   detached --net veth,host=h0,bridge=br0,ip=10.9.0.11/24 sleep 100 ||
  >     echo "$k"
  >   kill -9 "$(supervisor)"; poll free
  > done; sweep

SIGKILL to ct leaves nothing of its interfaces
  $ "$P" storm $((kills / 2)) 30000 "$CT" run -r "$R" \
  >   --net veth,host=h0,bridge=br0,ip=10.9.0.11/24 --net veth \
  >   sleep 100 >n 2>/dev/null; sweep 2>/dev/null
