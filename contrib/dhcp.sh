#!/bin/sh
# Called by busybox's udhcpc: dhcp.sh deconfig|bound|renew|nak|leasefail, with
# the server's answer in the environment. See dhcp.args.
# shellcheck disable=SC2154 # udhcpc sets them

case $1 in
deconfig)
	ip -4 addr flush dev "$interface"
	ip link set "$interface" up
	;;
bound | renew)
	# one address; a renewal must not break open connections
	ip -4 addr show dev "$interface" | grep -q "inet $ip/$mask " || {
		ip -4 addr flush dev "$interface"
		ip addr add "$ip/$mask" broadcast + dev "$interface"
	}
	# classless routes replace the router: RFC 3442
	for r in ${router-}; do
		set -- 0.0.0.0/0 "$r"
		break
	done
	# shellcheck disable=SC2086 # words
	[ -z "${staticroutes-}" ] || set -- $staticroutes
	while [ $# -gt 1 ]; do
		case $2 in
		0.0.0.0) ip route replace "$1" dev "$interface" ;;
		*) ip route replace "$1" via "$2" dev "$interface" onlink ;;
		esac
		shift 2
	done
	# written in place, since it is mounted
	[ ! -w /etc/resolv.conf ] || {
		[ -z "${domain-}" ] || echo "search $domain"
		for s in ${dns-}; do echo "nameserver $s"; done
	} >/etc/resolv.conf
	;;
esac
