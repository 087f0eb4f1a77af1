# --dns, and the host's file that names the name servers.

--dns writes resolv.conf, even in a read-only root
  $ run --dns 192.0.2.53 --dns 2001:db8::53 cat /etc/resolv.conf
  nameserver 192.0.2.53
  nameserver 2001:db8::53
  $ run -R --dns 192.0.2.53 cat /etc/resolv.conf
  nameserver 192.0.2.53

A --dns is an address and nothing else
  $ refused --dns '' x 1 1.2.3 1.2.3.4.5 010.0.0.1 10.0.0.1/24 fe80::1%eth0 \
  >   '[::1]' 10.0.0.1,10.0.0.2 '10.0.0.1 ' ' 10.0.0.1' 0x7f.1 256.0.0.1 \
  >   ::1::2 localhost

--dns works where resolv.conf is a dangling link
  $ mkroot root; ln -s ../run/nowhere/resolv.conf root/etc/resolv.conf
  $ for o in -w/ -R; do
  >   ct run $o -r "$PWD/root" --dns 192.0.2.53 cat /etc/resolv.conf
  > done
  nameserver 192.0.2.53
  nameserver 192.0.2.53
  $ ln -sf /tmp/canary root/etc/resolv.conf
  $ ct run -r "$PWD/root" --dns 192.0.2.53 cat /etc/resolv.conf
  nameserver 192.0.2.53
  $ ls /tmp/canary 2>/dev/null || echo none
  none

need root
each host none
--dns works in the host's own root with --net $it
  $ host --net "$it" --dns 192.0.2.53 cat /etc/resolv.conf
  nameserver 192.0.2.53

each ../run /run
The host's resolv.conf is shown where it is a link to $it
  $ cat >in <<'E'
  > mount -t tmpfs x /run; mkdir -p /run/stub etc
  > cp -a /etc/passwd /etc/group etc; echo x >/run/secret
  > echo nameserver 192.0.2.9 >/run/stub/resolv.conf
  > ln -s "$it/stub/resolv.conf" etc/resolv.conf; mount --bind etc /etc; cd /
  > for n in host veth none; do
  >   "$CT" run --net $n cat /etc/resolv.conf 2>/dev/null
  > done; "$CT" run --net host ls /run
  > "$CT" run --dns 192.0.2.53 --net host cat /etc/resolv.conf
  > E
  $ unshare -m sh in
  nameserver 192.0.2.9
  nameserver 192.0.2.9
  stub
  nameserver 192.0.2.53

A resolv.conf that replaces the host's is seen
  $ cat >in <<'E'
  > mount -t tmpfs x /run; mkdir -p /run/stub etc
  > cp -a /etc/passwd /etc/group etc
  > echo nameserver 192.0.2.9 >/run/stub/resolv.conf
  > ln -s /run/stub/resolv.conf etc/resolv.conf; mount --bind etc /etc; cd /
  > "$CT" run -n "$1" --net host sh -c '
  >   until grep 10 /etc/resolv.conf; do sleep 0.1; done' &
  > sleep 0.3; echo nameserver 192.0.2.10 >/run/stub/new
  > mv /run/stub/new /run/stub/resolv.conf; wait
  > E
  $ unshare -m sh in "$N"
  nameserver 192.0.2.10

The container's name has the addresses of its interfaces
  $ net() { run -h box "$@" sed -n '/box/p' /etc/hosts; }
  > net --net veth,ip=10.9.0.2/24,ip=fd09::2/64 --net veth,ip=10.8.0.2/24
  > net --net veth; net --net host
  10.9.0.2 box
  fd09::2 box
  10.8.0.2 box
  127.0.1.1 box
  127.0.1.1 box

A given root has the host's name servers on its network or with an interface
  $ mkroot root; echo x >f; cat >in <<'E'
  > cp -a /etc e; rm -f e/resolv.conf; echo nameserver 192.0.2.9 >e/resolv.conf
  > mount --bind e /etc; r="$PWD/root"
  > for o in '--net host' '--share net' '--net host -R' '--net none' \
  >   '--net veth' '--net veth -R' \
  >   '--net host --dns 192.0.2.1' "--net host -v $PWD/f:/etc/resolv.conf" \
  >   '--net host --tmpfs /etc:copy' \
  >   "--net host --tmpfs /etc:copy -v $PWD/f:/etc/resolv.conf" \
  >   '--net host --ns net=/proc/self/ns/net' \
  >   '--net host --userns=0:100000:65536'; do
  >   "$CT" run -r "$r" $o cat /etc/resolv.conf 2>/dev/null || echo none
  > done
  > : >root/etc/resolv.conf; "$CT" run -r "$r" --net host cat /etc/resolv.conf
  > echo own >root/etc/resolv.conf; "$CT" run -r "$r" --net host \
  >   cat /etc/resolv.conf; ls root/etc
  > E
  $ unshare -m sh in 2>&1
  nameserver 192.0.2.9
  nameserver 192.0.2.9
  nameserver 192.0.2.9
  none
  nameserver 192.0.2.9
  nameserver 192.0.2.9
  nameserver 192.0.2.1
  x
  nameserver 192.0.2.9
  x
  none
  nameserver 192.0.2.9
  nameserver 192.0.2.9
  own
  group
  passwd
  resolv.conf

need user
An interface needs a right that an unprivileged user lacks
  $ run --net veth -- echo RAN
  ct: *nic*
  [125]
