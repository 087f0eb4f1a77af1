# A network card of the machine, in a container and back. At "cards" are eth0
# and eth1 on one wire. "card" shows the whole state of eth0, "back" how it
# differs from the file "was".

need root nics
at cards
A card in a container is on the wire
  $ card >was; web 1 --net phys,dev=eth0,ip=10.5.0.11/24
  > from_here http://10.5.0.11/f; ip link show eth0 2>/dev/null
  > ct exec "$N-1" ip -o link | wc -l; ct rm -f "$N-1"; back
  web 1
  2

A card comes back after a command, and after one that fails
  $ card >was
  $ run --net phys,dev=eth0,ip=10.5.0.11/24,mtu=1400,mac=02:00:00:00:be:ef \
  >   ip -o link show eth0 | grep -c -e 'mtu 1400.*be:ef'
  1
  $ run --net phys,dev=eth0 false
  [1]
  $ back

A card comes back under its old name
  $ card >was
  $ run --net phys,dev=eth0,name=lan0 ip -o link show lan0 | grep -c lan0:
  1
  $ back

A card comes back when the command is not found
  $ card >was; run --net phys,dev=eth0,name=lan0 nosuch
  ct: ?*
  [127]
  $ back

A card comes back when a later step fails
  $ card >was
  $ run --net phys,dev=eth0,name=lan0 --net veth,bridge=nosuch -- echo RAN
  ct: ?*
  [125]
  $ back

A card comes back when its init is killed
  $ card >was; detached --net phys,dev=eth0,name=lan0 sleep 100
  > kill -9 "$(first)"; back

A card comes back after ct stop
  $ card >was; detached --net phys,dev=eth0,name=lan0 sleep 100
  > ct stop -t 1 "$N"; back

A card comes back after ct rm -f
  $ card >was; detached --net phys,dev=eth0 sleep 100; ct rm -f "$N"; back

A card comes back when ct gets SIGTERM
  $ card >was; "$P" kill 15 "$CT" run -r "$R" --net phys,dev=eth0,name=lan0 \
  >   probe idle 2>/dev/null
  [143]
  $ back

A card comes back when time is up
  $ card >was; run --timeout 1 --net phys,dev=eth0 sleep 100 2>/dev/null
  [124]
  $ back

A card comes back after ct net del, but without its settings
  $ detached sleep 100
  > ct net add "$N" phys,dev=eth0,name=lan0,ip=10.5.0.11/24
  > ct exec "$N" ip -o link show lan0 | grep -c lan0:; ct net del "$N" lan0
  > ip -o link show | grep -c -e eth0: -e lan0:; ct rm -f "$N"
  > ip link set lan0 name eth0 2>/dev/null; true
  1
  1

A card comes back unchanged after a ct net add that fails
  $ card >was; detached sleep 100
  > ct net add "$N" phys,dev=eth0,name=lan0,ip=10.5.0.11/24,route=10.5.0.0/24
  ct: *File exists*
  [125]
  $ back; ct rm -f "$N"

A card comes back even if renamed and taken down inside
  $ card >was; run --cap-add NET_ADMIN --net phys,dev=eth0,name=lan0 sh -c '
  >   ip link set lan0 down; ip link set lan0 name x'; back

A card comes back under another name, with a warning, if its own is taken
  $ run -v "$PWD:/mnt" --net phys,dev=eth0,name=lan0 sh -c '>/mnt/up
  >   until [ -e /mnt/go ]; do sleep 0.1; done' &
  > poll test -e up; ip link add eth0 type bridge; >go; wait; ip link del eth0
  > ip -o addr show eth0-was1 | grep -o 10.6.0.1/24
  > ip link set eth0-was1 down; ip link set eth0-was1 name eth0
  ct: *eth0 is eth0-was1 now*
  10.6.0.1/24

A card comes back many times
  $ card >was; for k in $(seq "$many"); do
  >   run -n "$N" --net phys,dev=eth0,name=lan0 true || echo "$k"
  > done; back

After SIGKILL to ct the kernel returns a card, down and named as inside
  $ detached --net phys,dev=eth0,name=lan0,ip=10.5.0.11/24 sleep 100
  > kill -9 "$(supervisor)"
  > there() { ip link show lan0 >/dev/null 2>&1; }; poll there
  > ip -o link show lan0 | grep -c UP; ip -o addr show lan0
  > ip link set lan0 name eth0; sweep
  0

SIGKILL to ct at random times loses no card
  $ there() { ip -o link 2>/dev/null | grep -q -e lan0: -e eth0:; }
  > for k in $(seq 10); do
  >   "$P" storm 1 60000 "$CT" run -r "$R" --net phys,dev=eth0,name=lan0 \
  >     sleep 100 >o; poll there
  >   ip link set lan0 down; ip link set lan0 name eth0
  > done 2>/dev/null; sweep; ip -o link show eth0 | grep -c eth0:
  1

A card that another container has is an error that says so
  $ detached --net phys,dev=eth0 sleep 100
  $ run --net phys,dev=eth0 -- echo RAN
  ct: *eth0*
  [125]
  $ ct rm -f "$N"

A card may have a macvlan
  $ web 1 --net macvlan,dev=eth0,ip=10.5.0.12/24
  > from_here http://10.5.0.12/f; ct rm -f "$N-1"
  web 1

need root nics /sys/bus/pci/rescan
A card that was pulled out is no longer there
  $ pci=$(readlink -f /sys/class/net/eth1/device/..)
  > run -v "$PWD:/mnt" --net phys,dev=eth1 sh -c '>/mnt/up
  >   until [ -e /mnt/go ]; do sleep 0.1; done' &
  > poll test -e up; echo 1 >"$pci/remove"; >go; wait
  > echo 1 >/sys/bus/pci/rescan; poll ip link set eth1 up
  ct: warning: nic: eth1 is no longer there

need root nics
at card_here
A card comes back to the namespace that ct was started in
  $ run --net phys,dev=eth0,name=lan0 true
  > home() { ip -o link show eth0 2>/dev/null | grep -q -e '<.*UP'; }; poll home
