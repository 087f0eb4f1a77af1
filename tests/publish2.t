# --publish, seen from everywhere: the router, the LAN on the container's bridge
# and other containers. "lan" adds to "router" a machine on br0: 10.9.0.9 and
# fd09::9 (as "lan COMMAND").

# --- which addresses and ports ---

need root netns
A --publish address that nobody else can reach is refused
  $ with='--net veth,ip=10.9.0.11/24,ip=fd09::11/64'
  > refused --publish 127.0.0.1:80:80 127.1.2.3:80:80 '[::1]:80:80' \
  >   224.0.0.1:80:80 255.255.255.255:80:80 0.0.0.1:80:80 '[fe80::1]:80:80' \
  >   '[ff02::1]:80:80' '[::ffff:10.9.0.1]:80:80'

A range leads to one of the same length, with other ports only a short one
  $ with='--net veth,ip=10.9.0.11/24'
  > refused --publish 80-81:80 80:80-81 1-65:2-66 81-80:81-80 80-:80- \
  >   -80:-80 80-81-82:80-81-82 0-80:0-80 65535-65536:65535-65536
  > run --publish 81-80:81-80 true
  ct: --publish: 81-80:81-80: a port is 1 to 65535, a range FIRST-LAST
  [125]

A port may be given only once
  $ v=--publish; set -- --net veth,ip=10.9.0.11/24,ip=fd09::11/64
  > for p in 80:80 80:81 '192.0.2.1:80:80' '[::]:80:80' 79-81:79-81; do
  >   says run "$@" $v 80:80 $v "$p" -- echo RAN
  > done | uniq -c | tr -s ' '
   5 125 1

need root veth bridge nat
at lan
0.0.0.0 and [::] stand for all addresses of their family
  $ web 1 --net veth,bridge=br0,ip=10.9.0.11/24,ip=fd09::11/64,$gws \
  >   --publish 0.0.0.0:8080:80 --publish '[::]:8081:80'
  > from_inet http://192.0.2.1:8080/f; from_inet 'http://[2001:db8::1]:8081/f'
  > for a in '[2001:db8::1]:8080' 192.0.2.1:8081; do
  >   silent inet "$R/bin/busybox" wget -qO- "http://$a/f" && echo silent
  > done; ct rm -f "$N-1"
  web 1
  web 1
  silent
  silent

A range of ports is published with one rule, tcp and udp
  $ web 1 --net veth,bridge=br0,ip=10.9.0.11/24,gw=10.9.0.1 \
  >   --publish 79-8000:79-8000
  > from_inet http://192.0.2.1:80/f; ct rm -f "$N-1"
  > run -d -n "$N-1" --net veth,bridge=br0,ip=10.9.0.11/24,gw=10.9.0.1 \
  >   --publish 5000-5999:5000-5999/udp -- probe udp 5353 >/dev/null
  > get inet "$P" ask 192.0.2.1 5353; ct rm -f "$N-1"
  web 1
  from 192.0.2.2

A range may lead to other ports, each to its own
  $ web 1 --net veth,bridge=br0,ip=10.9.0.11/24,ip=fd09::11/64,$gws \
  >   --publish 8079-8142:79-142 --publish 5010-5012:511-513/udp
  > for a in '192.0.2.1' '[2001:db8::1]'; do
  >   from_inet "http://$a:8080/f"
  >   silent inet "$R/bin/busybox" wget -qO- "http://$a:8081/f" && echo silent
  > done; ct rm -f "$N-1"
  > run -d -n "$N-1" --net veth,bridge=br0,ip=10.9.0.11/24,gw=10.9.0.1 \
  >   --publish 5010-5012:511-513/udp -- probe udp 512 >/dev/null
  > get inet "$P" ask 192.0.2.1 5011
  > says ct run -r "$R" --net veth,bridge=br0,ip=10.9.0.12/24 \
  >   --publish 5012:12/udp -- echo RAN; ct rm -f "$N-1"
  web 1
  silent
  web 1
  silent
  from 192.0.2.2
  125 1

More ports may be published than a socket's default buffer has room for
  $ web 1 --net veth,bridge=br0,ip=10.9.0.11/24,gw=10.9.0.1 \
  >   --publish 8001-8064:79-142 --publish 9001-9064:79-142 \
  >   --publish 10001-10064:79-142 --publish 11001-11064:79-142
  > from_inet http://192.0.2.1:11002/f; ct rm -f "$N-1"
  web 1

# --- who reaches it ---

each 0 1
A published port answers everybody, with bridge-nf $it
  $ bridge_nf $it; net=veth,bridge=br0,$gws; ip link add br1 type bridge
  > ip addr add 10.7.0.1/24 dev br1; ip addr add fd07::1/64 dev br1
  > ip link set br1 up
  > web 1 --net "$net,ip=10.9.0.11/24,ip=fd09::11/64" --publish 8080:80
  > web 2 --net "$net,ip=10.9.0.12/24,ip=fd09::12/64"
  > web 3 --net veth,bridge=br1,ip=10.7.0.3/24,gw=10.7.0.1,gw=fd07::1,\
  > ip=fd07::3/64
  $ for a in 192.0.2.1 10.9.0.1 '[2001:db8::1]' '[fd09::1]'; do
  >   for from in from_here from_lan 'from 2' 'from 3'; do
  >     $from "http://$a:8080/f"
  >   done
  > done | uniq -c | tr -s ' '
  > from_inet http://192.0.2.1:8080/f; from_inet 'http://[2001:db8::1]:8080/f'
  > ct rm -f "$N-1" "$N-2" "$N-3"; ip link del br1
   16 web 1
  web 1
  web 1

each 0 1
A container reaches its own published port, with bridge-nf $it
  $ bridge_nf $it
  > web 1 --net veth,bridge=br0,ip=10.9.0.11/24,ip=fd09::11/64,$gws \
  >   --publish 8080:80
  > for a in 192.0.2.1 10.9.0.1 '[2001:db8::1]' '[fd09::1]'; do
  >   from 1 "http://$a:8080/f"
  > done; ct rm -f "$N-1"
  web 1
  web 1
  web 1
  web 1

each 0 1
It also does so over another of its links, like neighbours, bridge-nf $it
  $ bridge_nf $it; ip link add br1 type bridge; ip link set br1 up
  > ip addr add 10.7.0.1/24 dev br1; ip addr add fd07::1/64 dev br1
  > net=veth,bridge=br1,gw=10.7.0.1,gw=fd07::1
  > web 1 --net "veth,bridge=br0,ip=10.9.0.11/24,ip=fd09::11/64,\
  > route=10.66.0.0/16:10.9.0.1,route=fd66::/64:fd09::1" --publish 8080:80 \
  >   --net "$net,ip=10.7.0.3/24,ip=fd07::3/64"
  > web 2 --net "$net,ip=10.7.0.4/24,ip=fd07::4/64"
  > for a in 192.0.2.1 10.9.0.1 '[2001:db8::1]' '[fd09::1]'; do
  >   for from in 'from 1' 'from 2'; do $from "http://$a:8080/f"; done
  > done | uniq -c | tr -s ' '; ct rm -f "$N-1" "$N-2"; ip link del br1
   8 web 1

need root veth bridge nat vlan /usr/sbin/bridge
A published port answers the neighbours in a VLAN of the bridge
  $ bridge_nf 0; ip link add br1 type bridge; mkdir s; mount -t sysfs s s
  > echo 1 >s/class/net/br1/bridge/vlan_filtering; umount s; rmdir s
  > ip link set br1 up; tool bridge vlan add dev br1 vid 7 self
  > ip link add link br1 name br1.7 type vlan id 7; ip link set br1.7 up
  > ip addr add 10.7.0.1/24 dev br1.7; ip addr add fd07::1/64 dev br1.7
  > net=veth,bridge=br1,vlan=7,gw=10.7.0.1,gw=fd07::1
  > web 1 --net "$net,ip=10.7.0.3/24,ip=fd07::3/64" --publish 8080:80
  > web 2 --net "$net,ip=10.7.0.4/24,ip=fd07::4/64"
  > for a in 192.0.2.1 10.7.0.1 '[2001:db8::1]' '[fd07::1]'; do
  >   for from in 'from 1' 'from 2'; do $from "http://$a:8080/f"; done
  > done | uniq -c | tr -s ' '; ct rm -f "$N-1" "$N-2"; ip link del br1
   8 web 1

need root veth bridge nat
A container without a gateway also answers, to the router's address
  $ web 1 --net veth,bridge=br0,ip=10.9.0.11/24,ip=fd09::11/64 --publish 8080:80
  > from_inet http://192.0.2.1:8080/f; from_inet 'http://[2001:db8::1]:8080/f'
  > from_inet http://192.0.2.1:8080/cgi-bin/who
  > from_here http://192.0.2.1:8080/f; ct rm -f "$N-1"
  web 1
  web 1
  10.9.0.1
  web 1

Outside clients are seen with their address, and so are neighbours
  $ bridge_nf 0
  > web 1 --net veth,bridge=br0,ip=10.9.0.11/24,ip=fd09::11/64,$gws \
  >   --publish 8080:80
  > from_inet http://192.0.2.1:8080/cgi-bin/who
  > from_lan http://10.9.0.11/cgi-bin/who
  > from_lan http://10.9.0.1:8080/cgi-bin/who; ct rm -f "$N-1"
  192.0.2.2
  10.9.0.9
  10.9.0.1

Udp is published to the LAN as well
  $ bridge_nf 0
  > run -d -n "$N-1" --net veth,bridge=br0,ip=10.9.0.11/24,gw=10.9.0.1 \
  >   --publish 5353:53/udp -- probe udp 53 >/dev/null
  > get lan "$P" ask 10.9.0.1 5353; get "$P" ask 192.0.2.1 5353; ct rm -f "$N-1"
  from 10.9.0.1
  from 192.0.2.1

Udp is published over v6
  $ bridge_nf 0
  > run -d -n "$N-1" --net veth,bridge=br0,ip=fd09::11/64,gw=fd09::1 \
  >   --publish 5353:53/udp -- probe udp 53 >/dev/null
  > get inet "$P" ask 2001:db8::1 5353; get lan "$P" ask fd09::1 5353
  > get "$P" ask 2001:db8::1 5353; ct rm -f "$N-1"
  from 2001:db8::2
  from fd09::1
  from 2001:db8::1

# --- two of them ---

A port that another container publishes is refused, and the owner is named
  $ net=veth,bridge=br0,gw=10.9.0.1
  > web 1 --net "$net,ip=10.9.0.11/24" --publish 8080:80
  $ set -- -r "$R" --net "$net,ip=10.9.0.12/24"
  > for p in 8080:80 192.0.2.1:8080:80 8000-8100:8000-8100 0.0.0.0:8080:81; do
  >   says ct run "$@" --publish "$p" -- echo RAN
  > done | uniq -c | tr -s ' '
  > ct run "$@" --publish 8080:80 -- echo RAN
   4 125 1
  ct: nat: publish 8080:80: the port is taken by *-1: publish 8080:80
  [125]
  $ for p in 8081:80 8080:80/udp; do
  >   ct run "$@" --publish "$p" -- echo ran
  > done
  ran
  ran
  $ from_inet http://192.0.2.1:8080/f; ct rm -f "$N-1"
  web 1

Two containers may have one port at different addresses or families
  $ net=veth,bridge=br0
  > web 1 --net "$net,ip=10.9.0.11/24,gw=10.9.0.1" --publish 192.0.2.1:8080:80
  > web 2 --net "$net,ip=10.9.0.12/24,gw=10.9.0.1" --publish 10.9.0.1:8080:80
  > web 3 --net "$net,ip=fd09::13/64,gw=fd09::1" --publish 8080:80
  > from_inet http://192.0.2.1:8080/f; from_lan http://10.9.0.1:8080/f
  > from_inet 'http://[2001:db8::1]:8080/f'; ct rm -f "$N-1" "$N-2" "$N-3"
  web 1
  web 2
  web 3

need root veth bridge nat strace
Of two containers that start at once with one port, the first gets it
  $ for k in 1 2; do strace -f -qqq -o /dev/null -e trace=sendto \
  >   -e inject=sendto:delay_exit=300000 "$CT" run -r "$R" --publish 8080:80 \
  >   --net "veth,bridge=br0,ip=10.9.0.1$k/24,gw=10.9.0.1" -v "$PWD:/mnt" \
  >   sh -c 'until [ -e /mnt/lost ]; do sleep 0.1; done' 2>e$k || >lost &
  > done; wait; cat e1 e2
  ct: nat: publish 8080:80: the port is taken by *: publish 8080:80

need root veth bridge nat nft
The rules name their owner
  $ web 1 --net veth,bridge=br0,ip=10.9.0.11/24,gw=10.9.0.1 --publish 8080:80
  > tool nft list ruleset | grep -c "comment \"$N-1: publish 8080:80\""
  > ct rm -f "$N-1"
  2

# --- beside OpenWrt's firewall: tests/fw4.nft ---

A published port needs contrib's rule beside fw4, from wan
  $ fw4; web 1 --net "veth,bridge=br0,ip=10.9.0.11/24,ip=fd09::11/64,$gws" \
  >   --publish 8080:80
  $ for a in 192.0.2.1 '[2001:db8::1]'; do
  >   silent inet "$R/bin/busybox" wget -qO- "http://$a:8080/f" && echo silent
  > done; from_lan http://192.0.2.1:8080/f; fw4 ct
  > for a in 192.0.2.1 '[2001:db8::1]'; do from_inet "http://$a:8080/f"; done
  silent
  silent
  web 1
  web 1
  web 1
  $ for a in 10.9.0.11 '[fd09::11]'; do
  >   silent inet "$R/bin/busybox" wget -qO- "http://$a/f" && echo silent
  > done; ct rm -f "$N-1"; tool nft delete table inet fw4
  silent
  silent

each 0 1
A published port answers everybody beside fw4, with bridge-nf $it
  $ bridge_nf $it; fw4 ct; net=veth,bridge=br0,$gws
  > web 1 --net "$net,ip=10.9.0.11/24,ip=fd09::11/64" --publish 8080:80
  > web 2 --net "$net,ip=10.9.0.12/24,ip=fd09::12/64"
  $ for a in 192.0.2.1 10.9.0.1 '[2001:db8::1]' '[fd09::1]'; do
  >   for from in from_here from_lan 'from 1' 'from 2'; do
  >     $from "http://$a:8080/f"
  >   done
  > done | uniq -c | tr -s ' '
  > from_inet http://192.0.2.1:8080/f; from_inet 'http://[2001:db8::1]:8080/f'
  > from_inet http://192.0.2.1:8080/cgi-bin/who
   16 web 1
  web 1
  web 1
  192.0.2.2
  $ fw4 ct; from_inet http://192.0.2.1:8080/f; inet_web 8000 # as by a reload
  > from 2 http://192.0.2.2:8000/cgi-bin/who; kill "$p"; wait
  > ct rm -f "$N-1" "$N-2"; tool nft delete table inet fw4
  web 1
  192.0.2.1

Udp is published beside fw4 as well
  $ bridge_nf 0; fw4 ct; net=veth,bridge=br0,$gws
  > run -d -n "$N-1" --net "$net,ip=10.9.0.11/24,ip=fd09::11/64" \
  >   --publish 5350-5359:50-59/udp -- probe udp 53 >o
  > run -d -n "$N-2" --net "$net,ip=10.9.0.12/24,ip=fd09::12/64" sleep 100 >o
  > get inet "$P" ask 192.0.2.1 5353; get lan "$P" ask 10.9.0.1 5353
  > get inet "$P" ask 2001:db8::1 5353; get "$P" ask 192.0.2.1 5353
  > get "$CT" exec "$N-2" probe ask 192.0.2.1 5353
  > ct rm -f "$N-1" "$N-2"; tool nft delete table inet fw4
  from 192.0.2.2
  from 10.9.0.1
  from 2001:db8::2
  from 192.0.2.1
  from 10.9.0.1

Beside fw4 a container on its own link needs a zone for that link
  $ fw4 ct; web 1 --publish 8080:80 --net "veth,host=h0,hostip=10.7.0.1/24,\
  > hostip=fd07::1/64,ip=10.7.0.3/24,ip=fd07::3/64,gw=10.7.0.1,gw=fd07::1"
  > from_inet http://192.0.2.1:8080/f
  > for who in inet lan; do for a in 192.0.2.1 '[2001:db8::1]'; do
  >   silent "$who" "$R/bin/busybox" wget -qO- "http://$a:8080/f" &&
  >     echo "silent $who"
  > done; done | sort
  web 1
  silent inet
  silent lan
  silent lan
  $ fw4 ct h0; for a in 192.0.2.1 '[2001:db8::1]'; do
  >   for from in here lan inet; do "from_$from" "http://$a:8080/f"; done
  > done | uniq -c | tr -s ' '; ct rm -f "$N-1"; tool nft delete table inet fw4
   6 web 1
