#!/bin/sh
# SPDX-License-Identifier: ISC
#
# rate.sh - TCP throughput of a veth on a bridge, and of --publish, compared with the
# same made by hand with ip(8) and nft(8): `make bench-net` runs it; needs root, nft
# and iperf3. Each round runs both for a second in random order. What counts is the
# median of the ratios of ROUNDS (25), which is independent of the machine's state.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
: "${ROUNDS:=25}" "${CT:=$top/ct}" "${CT_BIN:=$top/build/tests}"
[ "${1-}" = inside ] || exec unshare -m -n "$0" inside
export CT_TMP CT P R
CT_TMP=$(mktemp -d "${TMPDIR:-/tmp}/rate.XXXXXX") P=$CT_BIN/probe R=$CT_TMP/root
# shellcheck disable=SC2034 # of setup.sh
man=$top/ct.1
# shellcheck source=tests/setup.sh
. "$top/tests/setup.sh"
hand=''
trap '[ -z "$hand" ] || kill "$hand"; ct rm -f "$N" || :
	umount -l "$CT_TMP/case/inet"; rm -rf "$CT_TMP"' EXIT
trap 'exit 1' INT TERM HUP

mkdir -p "$CT_TMP/case"
mkroot "$R"
router
host -d -n "$N" --net veth,bridge=br0,ip=10.9.0.11/24,gw=10.9.0.1 --publish 5201:5201 -- \
	iperf3 -s >/dev/null

"$R/bin/busybox" setsid "$R/bin/busybox" unshare -n iperf3 -s >/dev/null &
hand=$!
# shellcheck disable=SC2034 # of setup.sh
own=$(readlink /proc/self/ns/net)
poll other
/usr/sbin/ip link add hand0 numtxqueues 1 numrxqueues 1 type veth \
	peer name eth0 numtxqueues 1 numrxqueues 1 netns $hand
ip link set hand0 master br0
ip link set hand0 up
bb nsenter -t $hand -n "$R/bin/busybox" sh -c 'ip link set lo up; ip link set eth0 up
	ip addr add 10.9.0.12/24 dev eth0; ip route add default via 10.9.0.1'
tool nft "table inet hand {
	chain prerouting { type nat hook prerouting priority -100
		meta nfproto ipv4 meta l4proto tcp tcp dport 5202 fib daddr type local \
			ip daddr != 127.0.0.0/8 dnat ip to 10.9.0.12:5201; }
	chain postrouting { type nat hook postrouting priority 100
		ip daddr 10.9.0.12 iifname br0 ct status dnat masquerade; }
}"

rate() { # CLIENT ADDR PORT: in Mbit/s, as received
	"$1" iperf3 -c "$2" -p "$3" -t 1 -i 0 -f m | awk '/receiver/ { print $(NF - 2) }'
}
sleep 1
k=0
while [ $((k += 1)) -le "$ROUNDS" ]; do
	for path in veth publish; do
		case $path in
		veth) who=env ours='10.9.0.11 5201' theirs='10.9.0.12 5201' ;;
		publish) who=inet ours='192.0.2.1 5201' theirs='192.0.2.1 5202' ;;
		esac
		# shellcheck disable=SC2086 # two words each
		if [ $(((k + $(bb od -An -N1 -tu1 /dev/urandom)) % 2)) = 0 ]; then
			a=$(rate $who $ours) b=$(rate $who $theirs)
		else
			b=$(rate $who $theirs) a=$(rate $who $ours)
		fi
		echo "$path $a $b"
	done
done | tee "${KEEP:-/dev/null}" | awk '
	NF == 3 && $3 { n[$1]++; r[$1, n[$1]] = $2 / $3; a[$1, n[$1]] = $2; b[$1, n[$1]] = $3 }
	function median(v, p,   i, j, t, x) {
		for (i = 1; i <= n[p]; i++) {
			x[i] = v[p, i]
			for (j = i; j > 1 && x[j] < x[j - 1]; j--) { t = x[j]; x[j] = x[j - 1]; x[j - 1] = t }
		}
		return x[int((n[p] + 1) / 2)]
	}
	END { for (p in n)
		printf "%-8s ct %6d, by hand %6d Mbit/s; ratio, median of %d: %.3f\n", p,
			median(a, p), median(b, p), n[p], median(r, p) }'
