# What others remember about a container that starts or ends. "at lan" is as in
# publish2.t.

need root veth bridge nat nft
at lan

# --- conntrack flows, with a firewall that has its own chains ---

A sender from before the start is answered at its next packet, until the end
  $ wall='add table inet w
  > add chain inet w f { type filter hook forward priority 0; }
  > add rule inet w f ct state established,related accept
  > add chain inet w n { type nat hook prerouting priority -100; }'
  > tool nft "$wall"
  > ask() { inet "$P" ask "$1" 5514 7000; }
  > ask 192.0.2.1 2>/dev/null; ask 2001:db8::1 2>/dev/null; sleep 1.5
  $ run -d -n "$N-1" --net veth,bridge=br0,ip=10.9.0.11/24,ip=fd09::11/64,$gws \
  >   --publish 5514:514/udp -- probe udp 514 >/dev/null
  > get ask 192.0.2.1; get ask 2001:db8::1
  from 192.0.2.2
  from 2001:db8::2
  $ run -d -n "$N-2" --net veth,bridge=br0,ip=10.9.0.11/24,gw=10.9.0.1 -- \
  >   probe udp 514 >/dev/null; ct rm -f "$N-1"; sleep 0.1
  > ask 192.0.2.1 2>/dev/null || echo silent; ct rm -f "$N-2"
  > tool nft delete table inet w
  silent

need root veth bridge nat
A sender follows a port to the next container
  $ ask() { inet "$P" ask 192.0.2.1 5514 7000; }
  > ask6() { inet "$P" ask 2001:db8::1 5514 7000; }; sleep 1.5
  > net=veth,bridge=br0,$gws
  > for k in 1 2 3; do
  >   run -d -n "$N-$k" --net "$net,ip=10.9.0.1$k/24,ip=fd09::1$k/64" \
  >     --publish 5514:514/udp -- probe udp 514 >/dev/null
  >   get ask; get ask6; ct rm -f "$N-$k"
  > done
  from 192.0.2.2
  from 2001:db8::2
  from 192.0.2.2
  from 2001:db8::2
  from 192.0.2.2
  from 2001:db8::2

need root veth bridge nat nft
Traffic through the host at that port is left alone
  $ tool nft 'add table inet w
  > add chain inet w f { type filter hook forward priority 0; }
  > add rule inet w f ct state established accept'
  > "$R/bin/busybox" nsenter --net="$CT_TMP/case/inet" "$P" udp 5514 & p=$!
  > lan "$P" ask 192.0.2.2 5514 7000 2>/dev/null
  > run -d -n "$N-1" --net veth,bridge=br0,ip=10.9.0.11/24,gw=10.9.0.1 \
  >   --publish 5514:514/udp -- probe udp 514 >/dev/null; settle
  > grep -c 'dport=5514' /proc/net/nf_conntrack; ct rm -f "$N-1"; kill $p; wait
  > tool nft delete table inet w
  1

# --- neighbours ---

need root veth bridge tcpdump
A start is announced, by ARP and a neighbour advertisement
  $ lan ${CT_TOOLS:+chroot "$CT_TOOLS"} tcpdump -Z root -l -n -e \
  >   -c 2 -i pc 'arp or icmp6[0] == 136' >o 2>e & poll grep -qs listening e
  > run -d -n "$N-1" --net veth,bridge=br0,ip=10.9.0.11/24,ip=fd09::11/64 \
  >   sleep 100 >/dev/null; within 0 2000 wait $!
  > grep -c 'Request who-has 10.9.0.11 .*tell 10.9.0.11' o
  > grep -c 'fd09::11 > ff02::1.*neighbor advertisement, tgt is fd09::11' o
  > ct rm -f "$N-1"
  1
  1

need root veth bridge strace
The command does not wait for the announcement
  $ strace -f -qq -o log -e trace=execve,sendto "$CT" run -r "$R" \
  >   --net veth,bridge=br0,ip=10.9.0.11/24 sleep 1
  > sed -n 's/.*execve.*"sleep", "1".*/command/p
  >   s/.*sendto.*AF_PACKET.*/announced/p' log | uniq
  command
  announced

need root veth bridge tcpdump
An interface added to a running container is announced
  $ run -d -n "$N" sleep 100 >/dev/null
  > lan ${CT_TOOLS:+chroot "$CT_TOOLS"} tcpdump -Z root -l -n -e \
  >   -c 2 -i pc 'arp or icmp6[0] == 136' >o 2>e & poll grep -qs listening e
  > ct net add "$N" veth,bridge=br0,ip=10.9.0.11/24,ip=fd09::11/64
  > within 0 10000 wait $!
  > grep -c 'Request who-has 10.9.0.11 .*tell 10.9.0.11' o
  > grep -c 'fd09::11 > ff02::1.*neighbor advertisement, tgt is fd09::11' o
  > ct rm -f "$N"
  1
  1

Interfaces put into a recreated bridge are announced
  $ run -d -n "$N" --net veth,bridge=br0,ip=10.9.0.11/24 sleep 100 >/dev/null
  > sleep 0.3; ip link del br0; ip link add br0 type bridge
  > ip link set br0 up
  > tool tcpdump -Z root -l -n -c 1 -i br0 arp >o 2>e &
  > poll grep -qs listening e
  > ct net up "$N"; within 0 2000 wait $!; ct rm -f "$N"
  > grep -c 'Request who-has 10.9.0.11 .*tell 10.9.0.11' o
  1

Peers learn within a second that an address has moved to another container
  $ get() { lan "$R/bin/busybox" timeout 1 "$R/bin/busybox" \
  >   wget -qO- "http://$1/f" 2>/dev/null; }
  > for k in 1 2 3; do
  >   web "$k" --net veth,bridge=br0,ip=10.9.0.11/24,ip=fd09::11/64
  >   # a new bridge first learns who listens to IPv6 multicast
  >   [ $k != 1 ] || poll get '[fd09::11]' >w; sleep 0.3
  >   for h in 10.9.0.11 '[fd09::11]'; do get "$h"; done; ct rm -f "$N-$k"
  > done
  web 1
  web 1
  web 2
  web 2
  web 3
  web 3

at wire
need root veth macvlan
Peers learn that an address has moved to another macvlan
  $ elsewhere macvlan
  web 1
  web 1
  web 2
  web 2
  web 3
  web 3

need root veth ipvlan vlan
each ipvlan vlan,id=7
Peers learn that an address on $it has moved to another container
  $ elsewhere "$it"
  web 1
  web 1
  web 2
  web 2
  web 3
  web 3
