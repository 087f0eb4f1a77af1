# What is lent to a container and needed again at once. At "wire" are the two
# ends of a link, left and right.

need root veth macvlan
at wire
limit 3
Macvlan of mode passthru works many times in a row
  $ for k in $(seq "$many"); do
  >   run -n "$N" --net macvlan,dev=left,mode=passthru,ip=10.4.0.11/24 true ||
  >     echo "$k"
  > done
limit 1

need root veth macvlan
A MAC address in use is waited for, whatever other interfaces there are
  $ ip link add m0 link left address 02:00:00:00:00:77 type macvlan mode bridge
  > ip link set m0 up; (settle; ip link del m0) &
  $ run --net veth,ip=10.6.0.2/24,gw=10.6.0.1 \
  >   --net macvlan,dev=left,mac=02:00:00:00:00:77 echo ran; wait
  ran

need root veth /usr/sbin/ip
A name in use is waited for while many other links go
  $ ip link add h0 type veth peer name h1; for k in $(seq 150); do
  >   echo "link add x$k group 77 type veth peer name y$k"
  > done | /usr/sbin/ip -batch -
  $ (settle; /usr/sbin/ip link del group 77; ip link del h0) &
  > run --net veth,host=h0 echo ran; wait
  ran

# --- back as it was ---

need root veth bridge nsenter /usr/sbin/ip /usr/sbin/bridge
at wire
A link comes back unchanged, whatever the container did to it
  $ all() { # that can be seen of it, but its index
  >   /usr/sbin/ip -d -o link show left |
  >     sed 's/^[0-9]*: //;s/ifindex [0-9]*//' |
  >     grep -o -e '<[^>]*>' -e 'mtu [0-9]*' -e 'qlen [0-9]*' -e 'ether [^ ]*' \
  >       -e 'altname [^ ]*' -e 'master [^ ]*' -e 'hairpin [^ ]*' \
  >       -e 'isolated [^ ]*' -e 'learning [^ ]*' -e 'cost [^ ]*' \
  >       -e 'alias [^\]*' -e 'group [^ ]*' -e ' mode [^ ]*' \
  >       -e 'gso_max_[^ ]* [^ ]*'
  >   /usr/sbin/ip -o addr show left | grep -v fe80 | cut -d' ' -f2-
  >   /usr/sbin/ip route show table all dev left | grep -v -e local -e broadcast
  >   /usr/sbin/ip -6 route show table 77 dev left
  > }
  > ip=/usr/sbin/ip
  > $ip link add br9 type bridge; $ip link set br9 up
  > $ip link property add dev left altname wan-port altname outside
  > $ip link set left alias uplink group 9
  > $ip link set left mtu 1480 txqueuelen 77 address 02:00:00:00:00:77
  > $ip link set left master br9 allmulticast on
  > /usr/sbin/bridge link set dev left hairpin on isolated on \
  >   learning off cost 9
  > $ip addr add 10.6.0.1/24 dev left; $ip addr add fd06::1/64 dev left
  > $ip route add 10.66.0.0/16 dev left table 77
  > $ip -6 route add fd66::/32 dev left table 77; settle; all >was
  > run --try nic --cap-add NET_ADMIN --cap-add NET_RAW --on-start '
  >   ip="nsenter -t $CT_PID -n /usr/sbin/ip"
  >   $ip link property del dev in0 altname outside
  >   $ip link property add dev in0 altname br9 altname inside
  >   $ip link set in0 alias mine group 0 mode dormant || :
  >   $ip link set in0 gso_max_size 3000 || :
  >   ' --net phys,dev=left,name=in0 sh -c '
  >   ip link set in0 down; ip link set in0 address 02:00:00:00:00:01
  >   ip link set in0 mtu 1400; ip link set in0 name x; ip link set x up'
  > same() { all >now; cmp -s was now; }; poll same; diff was now
  > grep -c -e altname -e master was
  > $ip link del br9
  3

A link comes back without the program that a container gave it
  $ run --try nic --cap-add NET_ADMIN --cap-add BPF --net phys,dev=left \
  >   sh -c 'probe xdp left && echo attached' 2>&1 | grep -v nic
  > /usr/sbin/ip link show left | grep xdp
  attached
  [1]

A link comes back with its sysctls
  $ set -- ipv4/conf/left/rp_filter=2 ipv6/conf/left/accept_ra=2 \
  >   ipv4/neigh/left/gc_stale_time=77 ipv6/conf/left/disable_ipv6=1
  > for k; do echo "${k#*=}" >"/proc/sys/net/${k%=*}"; done
  > run --try nic --net phys,dev=left true 2>e
  > for k; do cat "/proc/sys/net/${k%=*}"; done
  2
  2
  77
  1

need root veth /usr/sbin/ip
A route of several hops comes back whole
  $ ip addr add 10.5.0.1/24 dev left; ip addr add 10.6.0.1/24 dev right
  > route() { /usr/sbin/ip -o route "$@"; }
  > route add 10.9.0.0/16 nexthop via 10.5.0.2 dev left \
  >   nexthop via 10.6.0.2 dev right
  > run --try nic --net phys,dev=left true 2>/dev/null
  $ route show 10.9.0.0/16 | grep -o 'via [^ ]* dev [^ ]*'
  via 10.5.0.2 dev left
  via 10.6.0.2 dev right
  $ run --try nic --net phys,dev=left --net phys,dev=right true
  > route show 10.9.0.0/16 | grep -o 'via [^ ]* dev [^ ]*'
  via 10.5.0.2 dev left
  via 10.6.0.2 dev right

need root veth bridge
each name=in0 mtu=1400
A link comes back under another name if its own is taken, with $it
  $ ip addr add 10.6.0.1/24 dev left
  > run -v "$PWD:/mnt" --try nic --net "phys,dev=left,$it" \
  >   sh -c '>/mnt/up; until [ -e /mnt/go ]; do sleep 0.1; done' 2>e &
  > poll test -e up; ip link add left type bridge; >go; wait; tail -n 1 e
  > ip -o link show left-was1 | grep -o UP,LOWER; mtu_of left-was1
  > ip -o addr show left-was1 | grep -o 10.6.0.1/24; ip link del left
  > ip link set left-was1 down; ip link set left-was1 name left
  ct: *left is left-was1 now*
  UP,LOWER
  1500
  10.6.0.1/24

need root veth
A link goes to each run of --restart and comes back at the end
  $ ip addr add 10.6.0.1/24 dev left; mac_of left >was
  > more() { ct ls -j | grep -q "\"pid\":[1-9].*\"restarts\":$k"; }
  > run -d -n "$N" --restart always --try nic --cap-add NET_ADMIN \
  >   --cap-add NET_RAW --net phys,dev=left,name=in0,ip=10.5.0.2/24 \
  >   sleep 100 >/dev/null 2>&1
  > for k in 1 2; do
  >   ct exec "$N" ip -o addr show in0 | grep -o '10[.0-9]*/24'
  >   ct exec "$N" ip link set in0 address 02:00:00:00:00:01
  >   ct kill "$N"; poll more
  > done; ct exec "$N" ip -o addr show in0 | grep -o '10[.0-9]*/24'
  > ct rm -f "$N"; ip -o addr show left | grep -o '10[.0-9]*/24'
  > mac_of left >now; diff was now
  10.5.0.2/24
  10.5.0.2/24
  10.5.0.2/24
  10.6.0.1/24

need root veth bridge vlan /usr/sbin/bridge
A bridge port comes back into its VLANs and no other
  $ ip link add br9 type bridge; ip link set left master br9
  > port() { tool bridge vlan "$@" dev left; }; port del vid 1
  > port add vid 20-30; port add vid 40 pvid untagged; port show >was
  > run --try nic --net phys,dev=left true; port show >now; diff was now
  > grep -cw -e '2[0-9]' -e 30 -e '40 PVID Egress Untagged' was
  > port del vid 20-40; port show >was
  > run --try nic --net phys,dev=left true; port show >now; diff was now
  > ip link del br9
  12
