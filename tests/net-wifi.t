# A wireless device of the machine, in a container and back, with its
# interfaces. The machine has phy0 and phy1, with wlan0 and wlan1.

need root
A device that is not wireless is refused, and so are keys
  $ with=--dry-run; refused --net phy phy= phy=phy0,ip=10.5.0.1/24 \
  >   phy=phy0,name=x phy,dev=phy0 veth=phy0 phys=phy0
  $ run --net phy=phy9 -- echo RAN
  ct: nic: ?*
  [125]

need root wifi
at machine
A wireless device belongs to the container alone and comes back at the end
  $ phys() { ls /sys/class/ieee80211 /sys/class/net | grep -e phy. -e wlan; }
  > phys | tr '\n' ' '; echo; detached --net phy=phy0 sleep 100
  > phys | tr '\n' ' '; echo
  > ct exec "$N" ls /sys/class/ieee80211
  > ct exec "$N" ip -o link | grep -c wlan0
  > ct rm -f "$N"; phys | tr '\n' ' '; echo
  phy0 phy1 wlan0 wlan1 *
  phy1 wlan1 *
  phy0
  1
  phy0 phy1 wlan0 wlan1 *
  $ for k in 1 2 3; do run --net phy=phy0 --net phy=phy1 true; done
  > run -U --net phy=phy0 ls /sys/class/ieee80211; phys | wc -l
  phy0
  4

A wireless interface comes back unchanged, whatever the container did to it
  $ ip link set wlan0 address 02:00:00:00:00:77; ip link set wlan0 mtu 1400
  > ip link set wlan0 up; ip addr add 10.6.0.1/24 dev wlan0
  > ip addr add fd06::1/64 dev wlan0; ip route add 10.66.0.0/16 dev wlan0
  > air() { ip -o link show wlan0 | grep -o -e '<[^>]*>' -e 'mtu [0-9]*' \
  >   -e 'link.ether [^ ]*'; ip -o addr show wlan0 | grep -v fe80 |
  >   sed 's/.*inet/inet/'; ip route | grep wlan0; }
  > air | sed 's/,LOWER_UP//' >was
  > run --cap-add NET_ADMIN --cap-add NET_RAW --net veth --net phy=phy0 sh -c '
  >   ip link set wlan0 down; ip link set wlan0 name x; ip link set x mtu 1300
  >   ip link set x address 02:00:00:00:00:01; ip link set x up
  >   ip link add wlan0 type bridge; ip link set wlan0 up'
  > air | sed 's/,LOWER_UP//' >now; diff was now; grep -c -e 10.6 was
  > ip addr flush dev wlan0; ip link set wlan0 down; ip link set wlan0 mtu 1500
  3

A wireless interface comes back under another name if its own is taken
  $ ip link set wlan0 up; ip addr add 10.6.0.1/24 dev wlan0
  > run -v "$PWD:/mnt" --net phy=phy0 sh -c '>/mnt/up
  >   until [ -e /mnt/go ]; do sleep 0.1; done' 2>e &
  > poll test -e up; ip link add wlan0 type bridge; >go; wait; cat e
  > for l in wlan0 wlan0-was1; do
  >   ip -o addr show $l; ip link show $l | grep -o ,UP
  > done | grep -o -e '[^ ]* *inet 10[^ ]*' -e ,UP; ip link del wlan0
  > ip link set wlan0-was1 down; ip link set wlan0-was1 name wlan0
  ct: *wlan0 is wlan0-was1 now*
  wlan0-was1 *inet 10.6.0.1/24
  ,UP

A wireless device comes back if a later step fails or its init is killed
  $ run --net phy=phy0 --net veth,bridge=nosuch -- echo RAN
  ct: nic: ?*
  [125]
  $ ip -o link show wlan0 | grep -c wlan0
  > detached --net phy=phy0 sleep 100; kill -9 "$(first)"
  > poll ip -o link show wlan0 | grep -c wlan0
  1
  1

A wireless device returns to the machine when ct is killed
  $ detached --net phy=phy0 sleep 100; kill -9 "$(supervisor)"
  > poll ip -o link show wlan0 | grep -c wlan0; sweep
  1

A wireless device is added to a running container and removed from it
  $ detached sleep 100; ct net add "$N" phy=phy0
  > ct exec "$N" ls /sys/class/ieee80211; ip link show wlan0 2>/dev/null
  > ct net del "$N" phy=phy0; ip -o link show wlan0 | grep -c wlan0
  > ct net del "$N" phy=phy0; ct rm -f "$N"
  phy0
  1
  ct: *no wireless device phy0
