#!/bin/sh
# fleet.sh - contrib/fleet against twenty containers that play hosts, each with its own
# network namespace, root and dropbear; one of them lacks something that ct needs. As
# root, as TAP; `make check PARTS=fleet` runs it. FLEET_HOSTS is another number of hosts;
# with fewer than eleven, a single bad one is too many.
set -u

[ "${CT_FLEET-}" ] || CT_FLEET=1 exec unshare -m -n "$0"
cd "$(dirname "$0")/.." || exit 1
deps/need.sh ansible-playbook=ansible-core parallel=parallel dropbear=dropbear-bin \
	dropbearkey=dropbear-bin ssh=openssh-client || exit 1
PATH=$PATH:/usr/sbin:/sbin
ct=$PWD/ct hosts=${FLEET_HOSTS:-20} bad=7 part=fleet
work=$(mktemp -d "${TMPDIR:-/tmp}/fleet.XXXXXX") || exit 1
fleet=fleet$$
trap '"$ct" rm -f "$fleet" 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

log=$work/log
. .ci/tap.sh

# The / of a host is the machine's, with a layer that goes when the host does.
host() { # NUMBER ARGUMENT...
	n=$1
	shift
	# shellcheck disable=SC2016 # the host's
	"$ct" run -d -n "$fleet/h$n" --overlay --net "veth,bridge=br0,ip=10.98.0.$n/24" \
		--file "/root/.ssh/authorized_keys=$(cat "$work/key.pub")" "$@" sh -c '
		mkdir -p /etc/dropbear /etc/ct && rm -f /usr/bin/ct
		exec dropbear -F -R -s -P /run/dropbear.pid' >/dev/null
}
start() {
	ip link set lo up && ip link add br0 type bridge && ip addr add 10.98.0.254/24 dev br0 &&
		ip link set br0 up && ssh-keygen -q -t ed25519 -N '' -f "$work/key" &&
		"$ct" create "$fleet" || return
	n=0
	while [ $((n += 1)) -le "$hosts" ]; do
		echo "10.98.0.$n" >>"$work/hosts"
		if [ $n = $bad ]; then # no namespaces inside: ct's own filter refuses them
			host $n --cap-add SYS_CHROOT || return
		else
			host $n --privileged || return
		fi
	done
	BIN=$work/bin SERVICES=$work/services
	SSH="ssh -F none -i $work/key -o BatchMode=yes -o LogLevel=ERROR -o StrictHostKeyChecking=no"
	SSH="$SSH -o UserKnownHostsFile=/dev/null -o ConnectTimeout=30 -l root"
	SSH="$SSH -o ControlMaster=auto -o ControlPath=$work/%h -o ControlPersist=20"
	export BIN SERVICES SSH
	mkdir -p "$BIN/$(dpkg --print-architecture)" "$SERVICES"
	cp "$ct" "$BIN/$(dpkg --print-architecture)/ct"
	sleep 2
}
service() { # WORD: its answer from now on
	echo "--net host --file '/srv/index.html=$1' busybox httpd -f -p 8080 -h /srv" >"$SERVICES/www"
	echo "--net host sleep 1000" >"$SERVICES/job"
}
answer() { # WORD: given by all hosts except the bad one
	n=0
	while [ $((n += 1)) -le "$hosts" ]; do
		is=$(busybox timeout 10 busybox wget -qO- "http://10.98.0.$n:8080/")
		case $n:$is in "$bad:" | "$n:$1") ;; *) echo "$n: $is"; return 1 ;; esac
	done
}

by_parallel() {
	service one
	! contrib/fleet/parallel.sh "$work/hosts" >"$work/report"
	cat "$work/report"
	grep -x "$((hosts - 1)) of $hosts hosts done" "$work/report" && answer one &&
		[ "$(tail -n +2 "$work/report" | grep -c FAILED)" = 2 ]
}
by_ansible() {
	service two
	{ echo '[fleet]' && cat "$work/hosts"; } >"$work/inventory"
	! ansible-playbook -i "$work/inventory" contrib/fleet/site.yml >"$work/report"
	cat "$work/report"
	[ "$(grep -c 'ok=3 .*failed=0' "$work/report")" = $((hosts - 1)) ] &&
		grep "^10.98.0.$bad .*failed=1" "$work/report" && answer two
}
untouched() { # the unfit host; others have one of each service
	! "$ct" exec "$fleet/h$bad" ls /usr/bin/ct &&
		"$ct" exec "$fleet/h1" ct ls | grep -c running | grep -x 2
}
halted() { # every host fails: it gives up early
	BIN=$work/none
	! contrib/fleet/parallel.sh "$work/hosts" >"$work/report"
	cat "$work/report"
	grep -x "0 of $hosts hosts done" "$work/report" &&
		[ "$(grep -c 'FAILED: no ' "$work/report")" -lt $((2 * hosts)) ]
}
ok "Twenty hosts start" start
ok "GNU parallel brings it to all but one, which is said" by_parallel
ok "Ansible replaces it on all but one, which is said" by_ansible
ok "What is not fit is as it was" untouched
ok "Where all fail few are tried, and no service is replaced" halted
total
