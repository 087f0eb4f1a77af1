# The examples in contrib for a network. At "router" as in net.t.

# --- OpenWrt ---

need contrib
The init script starts and keeps restarting what is enabled; stop waits
  $ cat >procd <<'E'
  > config_load() {
  >   cfg=c; [ -f c ] || cfg=${man%/*}/contrib/openwrt/ct.config; }
  > get() { awk -v s="'$1'" -v o="$2" '$1 == "config" { on = $3 == s }
  >   on && $2 == o { gsub(/\047/, "", $3); print $3 }' $cfg; }
  > config_get() { v=$(get "$2" "$3"); eval "$1=\${v:-\$4}"; }
  > config_get_bool() { config_get "$@"; }
  > config_foreach() { for s in $(awk -v t="$2" '$1 == "config" && $2 == t {
  >   gsub(/\047/, "", $3); print $3 }' $cfg); do $1 "$s"; done; }
  > config_list_foreach() { l=$(get "$1" "$2"); f=$3; shift 3
  >   for v in $l; do $f "$v" "$@"; done; }
  > procd_open_instance() { echo "instance $1"; }
  > procd_set_param() { case $1 in command | respawn) echo "$@" ;; esac; }
  > procd_close_instance() { :; }
  > procd_add_reload_trigger() { echo "reload $1"; }
  > procd_add_interface_trigger() { echo "trigger $*"; }
  > . "${man%/*}/contrib/ct.init"; PROG=prog; prog() { echo "ct $*"; }
  > E
  $ (. ./procd; start_service; service_triggers; up)
  reload ct
  $ cat >c <<E
  > config service 'web'
  >   option enabled '1'
  >   option args '$PWD/web.args'
  > config service 'dns'
  >   option enabled '1'
  >   option args '$PWD/web.args'
  >   list interface 'lan'
  >   list interface 'guest'
  > config service 'off'
  >   option enabled '0'
  >   option args '$PWD/web.args'
  >   list interface 'lan'
  > config service 'gone'
  >   option enabled '1'
  > E
  > : >web.args
  > (. ./procd; start_service; service_triggers; up; up dns; up off
  >   prog() { echo "ct $*" >>o; }; stop_service; service_stopped
  >   echo stop dns >>o; stop_service dns; service_stopped); cat o
  instance web
  command prog run -n web @*/web.args
  respawn 60 5 0
  instance dns
  command prog run -n dns @*/web.args
  respawn 60 5 0
  reload ct
  trigger interface.\*.up lan /etc/init.d/ct up dns
  trigger interface.\*.up guest /etc/init.d/ct up dns
  ct net up web
  ct net up dns
  ct net up dns
  ct wait -t 12 web
  ct wait -t 12 dns
  ct wait -t 12 off
  ct wait -t 12 gone
  stop dns
  ct wait -t 12 dns

# --- a fleet, of one host that is a container ---

need root contrib
What a full host cannot take is said, and its service's arguments stay
  $ mkroot h; mkdir -p h/usr/bin h/etc/ct s; echo old >h/etc/ct/www
  > echo 'shift; exec "$CT" run -r h --rlimit fsize=$size sh -c "$*"' >ssh
  > export size CT; to() { size=$1; : >h/usr/bin/ct.new; echo new >s/www
  >   SSH='sh ./ssh' SERVICES=s "${man%/*}/contrib/fleet/deploy.sh" h install
  >   echo "$? $(cat h/etc/ct/www)"; }
  $ to 0; to max
  h install: FAILED:*
  1 old
  h install: www
  0 new

What a host answers reaches the terminal without control bytes
  $ printf 'printf "ok\\033]0;x\\007\\n"; exit 1' >ssh; mkdir s; touch s/www
  > SSH='sh ./ssh' SERVICES=s "${man%/*}/contrib/fleet/deploy.sh" h install |
  >   tr '\033\007' '!!' | sed 's/[?]/./g'
  h install: FAILED: ok.]0;x.

# --- DHCP from a neighbouring container ---

need root contrib veth bridge dnsmasq
at router
A container gets its address by DHCP from dnsmasq in another container
  $ tool_box -w / -d -n "$N-s" -v "$PWD:/mnt" --cap-add NET_ADMIN \
  >   --cap-add NET_RAW --net veth,bridge=br0,ip=10.9.0.53/24 -- \
  >   dnsmasq --keep-in-foreground \
  >   --user=root --group=root --pid-file --conf-file=/dev/null --port=0 \
  >   --dhcp-leasefile=/mnt/leases --dhcp-range=10.9.0.70,10.9.0.70,2m \
  >   --dhcp-authoritative --dhcp-option=3,10.9.0.1 --dhcp-option=6,10.9.0.53 \
  >   --dhcp-option=15,lan \
  >   --dhcp-option=121,10.44.0.0/16,10.9.0.2,0.0.0.0/0,10.9.0.1 \
  >   >/dev/null
  $ c=${man%/*}/contrib; touch resolv; sed "s,^-r /srv/dhcp,-r $R,
  >   s,/usr/share/ct/dhcp.sh,$c/dhcp.sh,;s,/etc/ct/app.resolv,$PWD/resolv,
  >   s,^-n dhcp,-n $N-dhcp,;s,container:app,container:$N," "$c/dhcp.args" >args
  $ run -d -n "$N" -v "$PWD/resolv:/etc/resolv.conf:ro" --net veth,bridge=br0 \
  >   --on-start "$CT run -d @$PWD/args" --on-exit "$CT rm -f $N-dhcp" \
  >   sleep 100 >/dev/null 2>&1; poll grep -qs nameserver resolv
  $ bb ping -c1 -W2 10.9.0.70 >/dev/null && echo pong
  > ct exec "$N" ip route; ct exec "$N" cat /etc/resolv.conf
  pong
  default via 10.9.0.1 dev eth0*
  10.9.0.0/24 dev eth0 *
  10.44.0.0/16 via 10.9.0.2 dev eth0*
  search lan
  nameserver 10.9.0.53
  $ ct exec "$N" ip addr add 10.1.1.1/24 dev eth0 2>/dev/null || echo no
  > ct rm -f "$N" "$N-s"; states
  no

# --- rates ---

need root contrib veth bridge /usr/sbin/tc nsenter
at router
Tc holds a container to its rate in both directions
  $ PATH=$PATH:/usr/sbin; c=${man%/*}/contrib; dd if=/dev/zero of=big bs=1k \
  >   count=1000 2>/dev/null; mkdir w; mv big w; chmod -R a+rX w
  > sed "s,br-lan,br0\,ip=10.9.0.11/24,;s,^-r .*,-r $R,;s,app0,ct-app0,
  >   /^-- /d" "$c/rate.args" >args
  $ ct run -d -n "$N" @args -v "$PWD/w:/mnt" httpd -f -p 80 -h /mnt >/dev/null
  > /usr/sbin/tc qdisc show dev ct-app0 | grep -o 'tbf.*rate [^ ]*'
  > poll silent bb wget -qO- http://10.9.0.12/f
  > within 600 3000 bb wget -qO /dev/null http://10.9.0.11/big
  tbf * rate 10Mbit
  $ (cd w && exec "$R/bin/busybox" httpd -f -p 8080) & p=$!
  > poll bb wget -qO /dev/null http://10.9.0.1:8080/big 2>e
  > within 600 3000 ct exec "$N" wget -qO /dev/null http://10.9.0.1:8080/big
  > kill $p; wait; ct rm -f "$N"
