#!/bin/sh
# SPDX-License-Identifier: ISC
#
# router.sh - how long nobody answers while the services of a router restart.
# `make bench-net` runs it; needs root, nft and dnsmasq. A network namespace plays the
# router: wan, br0 with a machine on it, the tables of fw4; in containers a web server,
# dnsmasq, and the target of a long-lived UDP sender, all with --publish. Three clients
# (a machine beyond wan, one on br0, another container) ask each service ten times a
# second, over IPv4 and IPv6, while each restarts ROUNDS times (50): stopped and started,
# by --replace, or with its supervisor killed; and br0 is recreated three times. The
# machine on br0 renews an address by DHCP as often, and its udhcpc asks for one when
# dnsmasq starts to go away. SERVICES (web dns udp) selects services. vm/check.sh runs
# it in a guest; GAPS is gaps.c compiled for the guest.
#
# Prints a line for each client and service: answers, the longest time without one, the
# longest beyond what the service itself needed from its end to its first answer inside
# its container (for br0: from its end until it is back), and the median of that time.
# All in milliseconds; asking ten times a second costs 100 of them. udhcpc asks once a
# second, so "lease" is more than a second if the first request is lost.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
: "${ROUNDS:=50}" "${SERVICES:=web dns udp}" "${GAPS:=}" "${CC:=musl-gcc}"
: "${CT:=$top/ct}" "${CT_BIN:=$top/build/tests}"
[ "${1-}" = inside ] || exec unshare -m -n "$0" inside
export CT_TMP CT P R
CT_TMP=$(mktemp -d "${TMPDIR:-/tmp}/router.XXXXXX") P=$CT_BIN/probe
R=$CT_TMP/root
# shellcheck disable=SC2034 # of setup.sh
man=$top/ct.1
# shellcheck source=tests/setup.sh
. "$top/tests/setup.sh"
clients='' gaps=$CT_TMP/root/bin/gaps
# shellcheck disable=SC2086 # process ids
trap '[ -z "$clients" ] || kill $clients; ct rm -f "$N-web" "$N-dns" "$N-udp" "$N-box" 2>/dev/null || :
	umount -l "$CT_TMP/case/inet" "$CT_TMP/case/lan"; rm -rf "$CT_TMP"' EXIT
trap 'exit 1' INT TERM HUP

# shellcheck disable=SC2154 # of setup.sh
net() { echo "veth,bridge=br0,$gws,ip=10.9.0.$1/24,ip=fd09::$1/64"; }
start() { # SERVICE [OPTION]
	s=$1
	shift
	set -- "$@" -d -n "$N-$s" --pidfile "$CT_TMP/$s"
	case $s in
	web) run "$@" --net "$(net 11)" --publish 8080:80 -- gaps serve 80 ;;
	dns) tool_box -w / "$@" --cap-add NET_ADMIN --cap-add NET_RAW --net "$(net 53)" \
		--publish 5353:53/udp -v "$CT_TMP/leases:/mnt" -- dnsmasq -k -C /dev/null \
		--user=root --group=root --pid-file --no-resolv --no-hosts --no-ping \
		--address=/router.test/10.9.0.1 --dhcp-authoritative \
		--dhcp-leasefile=/mnt/leases --dhcp-range=10.9.0.70,10.9.0.79,2m \
		--dhcp-host=02:00:00:00:00:09,10.9.0.9 ;;
	udp) run "$@" --net "$(net 12)" --publish 5514:514/udp -- probe udp 514 ;;
	esac >/dev/null
	case $s in web) ask=http port=80 ;; dns) ask=dns port=53 ;; udp) ask=udp port=514 ;; esac
	bb nsenter --net="/proc/$(cat "$CT_TMP/$s")/ns/net" "$gaps" until \
		"$ask:127.0.0.1:$port" >/dev/null
}
again() { # SERVICE HOW: prints when it was away, from and to
	from=$(ms)
	case $2 in
	stop) ct rm -f "$N-$1"; start "$1" ;;
	replace) start "$1" --replace ;;
	kill)
		# shellcheck disable=SC2046 # a number
		kill -9 $(awk '/^PPid/ { print $2 }' "/proc/$(cat "$CT_TMP/$1")/status")
		start "$1" --replace ;;
	esac
	echo "own $1 $from $(ms)"
}
lease() { # how long the machine on br0 takes to get an address, asking from now on
	from=$(ms)
	lan "$R/bin/busybox" udhcpc -f -q -n -i pc -t 15 -T 1 -s /bin/true 2>"$CT_TMP/udhcpc" ||
		cat "$CT_TMP/udhcpc" >&2
	echo "own lease $from $(ms)"
}
network() {
	from=$(ms)
	ip link del br0
	bridge
	ip link set lan0 master br0
	for s in $SERVICES box; do ct net up "$N-$s"; done
	echo "own net $from $(ms)"
}
bridge() {
	ip link add br0 type bridge
	ip addr add 10.9.0.1/24 dev br0
	ip addr add fd09::1/64 dev br0
	ip link set br0 up
}
watch() { # CLIENT ADDR4 ADDR6 COMMAND...: starts one that asks there
	who=$1 four=$2 six="[$3]"
	shift 3
	set -- "$@" "$who"
	for s in $SERVICES; do
		case $s in
		web) set -- "$@" "http:$four:8080" "http:$six:8080" ;;
		dns) set -- "$@" "dns:$four:5353" "dns:$six:5353"
			[ "$who" != lan ] || set -- "$@" dhcp:10.9.0.53:67 ;;
		udp) set -- "$@" "udp:$four:5514" "udp:$six:5514" ;;
		esac
	done
	"$@" >"$CT_TMP/$who.gaps" &
	clients="$clients $!"
}

mkdir -p "$CT_TMP/case" "$CT_TMP/leases"
mkroot "$R"
if [ "$GAPS" ]; then
	cp "$GAPS" "$gaps"
else
	"$CC" -std=c11 -D_GNU_SOURCE -O1 -static -o "$gaps" "$here/gaps.c"
fi
chmod 755 "$CT_TMP"
lan
fw4 ct
for s in $SERVICES; do start "$s"; done
sleep 2 # for the addresses of all
watch wan 192.0.2.1 2001:db8::1 "$R/bin/busybox" nsenter --net="$CT_TMP/case/inet" "$gaps"
watch lan 10.9.0.1 fd09::1 "$R/bin/busybox" nsenter --net="$CT_TMP/case/lan" "$gaps"
watch box 10.9.0.1 fd09::1 "$CT" run -n "$N-box" -r "$R" --net "$(net 21)" -- gaps
sleep 2
k=0
while [ $((k += 1)) -le "$ROUNDS" ]; do
	case $((k % 4)) in 0) how='kill' ;; 2) how=replace ;; *) how=stop ;; esac
	for s in $SERVICES; do
		asks=''
		[ "$s" != dns ] || { lease & asks=$!; }
		again "$s" $how
		[ -z "$asks" ] || wait "$asks"
		sleep 0.7
	done
	[ $((k % (ROUNDS / 3 + (ROUNDS < 3)))) != 0 ] || { network; sleep 1; }
done >"$CT_TMP/own"
# shellcheck disable=SC2086 # process ids
kill $clients
# shellcheck disable=SC2086
wait $clients || :
clients=''
cat "$CT_TMP"/*.gaps >"$CT_TMP/all"
[ -z "${KEEP-}" ] || cp "$CT_TMP/all" "$CT_TMP/own" "$KEEP"
sort "$CT_TMP/own" | awk '$1 == "own" { t = $4 - $3; n[$2]++; v[$2, n[$2]] = t }
	END { for (s in n) {
		for (i = 2; i <= n[s]; i++)
			for (j = i; j > 1 && v[s, j] < v[s, j - 1]; j--) {
				t = v[s, j]; v[s, j] = v[s, j - 1]; v[s, j - 1] = t }
		print "median", s, v[s, int((n[s] + 1) / 2)], v[s, n[s]], n[s] } }' >"$CT_TMP/median"
awk -v how='%-7s %-8s %s %9s %9s %9s %9s\n' '
	function service(target) { # the service that answers there, by its name here
		split(target, p, ":")
		name = p[1] == "http" ? "web" : p[1]
		return name == "dhcp" ? "dns" : name
	}
	FILENAME ~ /median$/ {
		median[$2] = $3
		print "#", $2 ($2 == "lease" ? ":" : " down:"), "median", $3, "most", $4, "times", $5
		next
	}
	$1 == "own" { s[++n] = $2; from[n] = $3; to[n] = $4; next }
	$1 == "gap" {
		of = service($3)
		left = $5 - $4
		for (i = 1; i <= n; i++)
			if (s[i] == of || s[i] == "net") {
				a = from[i] > $4 ? from[i] : $4
				b = to[i] < $5 ? to[i] : $5
				if (b > a) left -= b - a
			}
		if (left > beyond[$2, $3]) beyond[$2, $3] = left
		next
	}
	$1 == "sum" {
		of = service($3)
		if (!done++) printf how, "client", "service", "v", "answers", "longest", "beyond", "own"
		printf how, $2, name, $3 ~ /\[/ ? 6 : 4, $4, $5, beyond[$2, $3] + 0, median[of]
	}' "$CT_TMP/median" "$CT_TMP/own" "$CT_TMP/all"
