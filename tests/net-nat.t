# nat and --publish: rules that ct keeps while a container runs. At "router" as
# in net.t.

# --- kernels that lack it ---

need root veth bridge before-5.12
at router
Nat is an error where tables have no owner
  $ run --net veth,nat,ip=10.9.0.11/24 -- echo RAN
  ct: *5.12*
  [125]

--publish is an error where tables have no owner, of however many ports
  $ run --net veth,ip=10.9.0.11/24 --publish 80:80 -- echo RAN
  ct: *5.12*
  [125]
  $ run --net veth,ip=10.9.0.11/24 --publish 2000-2040:3000-3040 -- echo RAN
  ct: *5.12*
  [125]

# --- nat ---

need root veth bridge nat
The internet sees the router's address
  $ inet_web 80; net=veth,bridge=br0,ip=10.9.0.11/24,ip=fd09::11/64
  > web 1 --net $net,gw=10.9.0.1,gw=fd09::1,nat
  > web 2 --net veth,hostip=10.8.0.1/24,ip=10.8.0.2/24,gw=10.8.0.1,nat
  $ for k in 1 2; do
  >   from $k http://192.0.2.2/f; from $k http://192.0.2.2/cgi-bin/who
  > done
  internet
  192.0.2.1
  internet
  192.0.2.1
  $ from 1 'http://[2001:db8::2]/f'; from 1 'http://[2001:db8::2]/cgi-bin/who'
  internet
  2001:db8::1
  $ ct rm -f "$N-1" "$N-2"; kill $p; wait

A container with the longest name can publish ports
  $ n=$N; while [ ${#n} -le 190 ]; do ct create "$n"; n=$n/${long%?}; done
  $ ct create "$n"; n=$(printf '%.255s' "$n/${long%?}")
  $ run -n "$n" --net veth,hostip=10.8.0.1/24,ip=10.8.0.2/24 \
  >   --publish 8080:80 echo ran; ct rm -f "$N"
  ran

Nat does not hide neighbours from each other
  $ for k in 1 2; do
  >   web $k --net "veth,bridge=br0,ip=10.9.0.1$k/24,gw=10.9.0.1,nat"
  > done; for from in 'from 1' from_here; do
  >   $from http://10.9.0.12/cgi-bin/who
  > done; ct rm -f "$N-1" "$N-2"
  10.9.0.11
  10.9.0.1

# --- ports ---

--publish reaches a port from the internet, over v4 and v6
  $ net=veth,bridge=br0,ip=10.9.0.11/24,ip=fd09::11/64
  > web 1 --net $net,gw=10.9.0.1,gw=fd09::1 --publish 8080:80 \
  >   --publish 192.0.2.1:8081:80 --publish '[2001:db8::1]:8082:80' \
  >   --publish 8083:80/tcp
  $ for a in 192.0.2.1:8080 '[2001:db8::1]:8080' 192.0.2.1:8081 \
  >   '[2001:db8::1]:8082' 192.0.2.1:8083; do from_inet "http://$a/f"; done
  web 1
  web 1
  web 1
  web 1
  web 1
  $ from_inet http://192.0.2.1:8080/cgi-bin/who
  192.0.2.2
  $ for a in '[2001:db8::1]:8081' 192.0.2.1:8082 192.0.2.1:80 192.0.2.1:8084; do
  >   silent inet "$R/bin/busybox" wget -qO- "http://$a/f" || echo "$a"
  > done; ct rm -f "$N-1"

--publish leaves addresses alone that it was not asked for
  $ web 1 --net veth,bridge=br0,ip=10.9.0.11/24,gw=10.9.0.1 \
  >   --publish 10.9.0.1:8080:80
  $ silent inet "$R/bin/busybox" wget -qO- http://192.0.2.1:8080/f &&
  >   echo silent
  silent
  $ inet ip route add 10.9.0.0/24 via 192.0.2.1
  > from_inet http://10.9.0.1:8080/f
  web 1
  $ ct rm -f "$N-1"

--publish does not take traffic that passes through
  $ inet_web 8080; net=veth,bridge=br0,gw=10.9.0.1,nat
  > web 1 --net $net,ip=10.9.0.11/24 --publish 8080:80
  > web 2 --net $net,ip=10.9.0.12/24; from 2 http://192.0.2.2:8080/f
  > ct rm -f "$N-1" "$N-2"; kill $p; wait
  internet

--publish works for udp as well
  $ echo hallo >f; run -d -n "$N-1" -v "$PWD:/mnt" \
  >   --net veth,bridge=br0,ip=10.9.0.11/24,gw=10.9.0.1 \
  >   --publish 5353:53/udp -- probe udp 53 >/dev/null
  > get inet "$P" ask 192.0.2.1 5353; ct rm -f "$N-1"
  from 192.0.2.2

--publish goes to the first veth with an address of the family
  $ web 1 --net veth,bridge=br0 \
  >   --net veth,bridge=br0,ip=10.9.0.11/24,gw=10.9.0.1 \
  >   --net veth,ip=10.8.0.2/24,hostip=10.8.0.1/24 \
  >   --net veth,bridge=br0,ip=fd09::11/64,gw=fd09::1 --publish 8080:80
  $ from_inet http://192.0.2.1:8080/f; from_inet 'http://[2001:db8::1]:8080/f'
  web 1
  web 1
  $ ct rm -f "$N-1"

--publish may be given forty times
  $ set --; for k in $(seq 40); do set -- "$@" --publish $((8000 + k)):80; done
  > net=veth,bridge=br0,ip=10.9.0.11/24,ip=fd09::11/64
  > web 1 --net $net,gw=10.9.0.1,gw=fd09::1,nat "$@"
  $ from_inet http://192.0.2.1:8001/f; from_inet 'http://[2001:db8::1]:8040/f'
  web 1
  web 1
  $ ct rm -f "$N-1"

A port is free for another container once the first has ended
  $ for k in 1 2 3; do
  >   web $k --net "veth,bridge=br0,ip=10.9.0.1$k/24,gw=10.9.0.1" \
  >     --publish 8080:80
  >   from_inet http://192.0.2.1:8080/f; ct rm -f "$N-$k"
  > done
  web 1
  web 2
  web 3

# --- whose the rules are ---

need root veth bridge nat nft
SIGKILL to ct removes the rules
  $ web 1 --net veth,bridge=br0,ip=10.9.0.11/24,gw=10.9.0.1,nat \
  >   --publish 8080:80; from_inet http://192.0.2.1:8080/f
  web 1
  $ tool nft list ruleset | grep -c -e masquerade -e 'dnat.*10.9.0.11'
  [2-9]
  $ tool nft list tables | wc -l
  1
  $ N=$N-1; kill -9 "$(supervisor)"; N=t$$
  > bare() { [ -z "$(tool nft list ruleset)" ]; }; within 0 2000 poll bare
  > tool nft list ruleset
  $ silent inet "$R/bin/busybox" wget -qO- http://192.0.2.1:8080/f &&
  >   echo silent
  silent
  $ sweep

The rules go when ct ends, and nobody else can touch them
  $ web 1 --net veth,bridge=br0,ip=10.9.0.11/24,gw=10.9.0.1,nat \
  >   --publish 8080:80
  $ tool nft flush ruleset 2>/dev/null; from_inet http://192.0.2.1:8080/f
  web 1
  $ ct stop -t 1 "$N-1"; tool nft list ruleset

need root veth bridge nat
Nat without forwarding is an error that says so
  $ sysctl 0 ipv4/ip_forward; run --net veth,nat,ip=10.9.0.11/24 -- echo RAN
  ct: *net?ipv4?ip_forward*
  [125]

--publish without forwarding is an error that says so
  $ sysctl 0 ipv4/ip_forward
  $ run --net veth,ip=10.9.0.11/24 --publish 80:80 -- echo RAN
  ct: *net?ipv4?ip_forward*
  [125]

--publish without forwarding of v6 is an error that says so
  $ sysctl 0 ipv6/conf/all/forwarding
  $ run --net veth,ip=fd09::11/64 --publish 80:80 -- echo RAN
  ct: *net?ipv6?conf?all?forwarding*
  [125]

--try nat turns a lack of forwarding into a warning
  $ sysctl 0 ipv4/ip_forward
  $ run --try nat --net veth,nat,ip=10.9.0.11/24 -- echo hi
  ct: *net?ipv4?ip_forward*
  hi

The same names and ports can be reused many times in a row
  $ for k in $(seq "$many"); do
  >   run -n "$N" --net veth,host=h0,bridge=br0,ip=10.9.0.11/24,nat \
  >     --publish 8080:80 true || echo "$k"
  > done

SIGKILL to ct at random times leaves no rules
  $ "$P" storm $((kills / 2)) 30000 "$CT" run -r "$R" \
  >   --net veth,host=h0,bridge=br0,ip=10.9.0.11/24,nat --publish 8080:80 \
  >   sleep 100 >n 2>/dev/null; sweep 2>/dev/null

# --- calls that fail ---

need root veth bridge nat nft strace
limit 3
each socket:EMFILE sendto:EPERM sendto:ENOBUFS recvfrom:ENOMEM ioctl:EPERM
Whichever call of a run fails, nothing is left: $it
  $ set -- --net veth,bridge=br0,ip=10.9.0.11/24,ip=fd09::11/64,\
  > gw=10.9.0.1,mac=02:00:00:00:be:ef,nat
  $ faults "${it%:*}" "${it#*:}" "$CT" run -r "$R" \
  >   --net veth,host=h0,hostip=10.8.0.1/24,ip=10.8.0.2/24 \
  >   "$@" --publish 8080:80 -- echo RAN 2>/dev/null

each sendto:EPERM recvfrom:ENOMEM socket:EMFILE
Whichever call of net add fails, nothing is left: $it
  $ detached sleep 100; cat >add <<'E'
  > "$CT" net add "$1" "veth,host=h0,bridge=br0,ip=10.9.0.11/24,\
  > gw=10.9.0.1,mac=02:00:00:00:be:ef" || exit; "$CT" net del "$1" eth0
  > E
  $ faults "${it%:*}" "${it#*:}" sh add "$N" 2>/dev/null
  $ ct exec "$N" ip -o link | wc -l; ct rm -f "$N"
  1
