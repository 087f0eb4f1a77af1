# A kernel without veth, bridges and the like: the modules are missing.

need root no-modules
at bare
Veth is an error that says so
  $ run --net veth -- echo RAN
  ct: *veth*
  [125]

Veth with all of its keys is an error that says so
  $ run --net veth,ip=10.9.0.11/24,nat --publish 80:80 -- echo RAN
  ct: *veth*
  [125]

Veth on a bridge, which cannot exist, is an error
  $ run --net veth,bridge=br0 -- echo RAN
  ct: ?*
  [125]

--try nic goes on without a veth
  $ run --try nic --net veth -- ip -o link | wc -l
  ct: *veth*
  1

--net none and --net host still work
  $ run --net none echo hi; run --net host echo ho
  hi
  ho

need root no-modules nics
at machine
each macvlan ipvlan
A link of type $it is an error that says so
  $ run --net "$it,dev=eth0" -- echo RAN
  ct: *$it*
  [125]

Vlan is an error that names its module
  $ run --net vlan,dev=eth0,id=7 -- echo RAN
  ct: *8021q*
  [125]

A card needs no module
  $ run --net phys,dev=eth0,name=lan0,ip=10.5.0.1/24 -- \
  >   ip -o addr show lan0 | grep -o 10.5.0.1/24
  10.5.0.1/24
  $ ip -o link show eth0 | grep -c eth0:
  1

Nat is an error, and a card comes back after it
  $ run --net phys,dev=eth0 --net veth,nat,ip=10.9.0.11/24 -- echo RAN \
  >   2>/dev/null
  [125]
  $ ip -o link show eth0 | grep -c eth0:
  1
