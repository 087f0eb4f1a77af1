#!/bin/sh
# services.sh - contrib's examples for what has to be pid 1, each in a guest that boots with
# it: containers start, are started again, and are asked to end when the machine ends. As
# TAP; `make check PARTS=services` runs it, CASES="inittab init" some of it.
# shellcheck disable=SC2317 # functions are called by name
set -u

cd "$(dirname "$0")/.." || exit 1
part=services
: "${CASES:=inittab init}"
tmp=$(mktemp -d "${TMPDIR:-/tmp}/services.XXXXXX") || exit 1
log=$tmp/log root=$tmp/root
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

. .ci/tap.sh

fetch() {
	mkdir -p build
	exec 9>build/lock # another part may need the same just now
	flock 9
	[ -d build/vmroot/amd64 ] || vm/root.sh build/vmroot/amd64 amd64
	[ -d build/tools/amd64 ] || vm/tools.sh build/tools/amd64 amd64
	kernel=$(vm/kernel.sh bookworm amd64)
	exec 9>&-
}

# A root for the guest, and in it /srv/httpd, one for a container, whose arguments are those
# of the example but for the command: a web server that has more to do when it is to end.
fill() {
	rm -rf "$root"
	cp -a build/vmroot/amd64 "$root" && mkdir -p "$root/etc/ct" "$root/srv/www" || return
	cp -a build/vmroot/amd64 "$root/srv/httpd" && mkdir -m 777 "$root/srv/data" || return
	for f in init reboot; do ln -s ../bin/busybox "$root/sbin/$f" || return; done
	cp ct "$root/usr/bin/ct" && echo hello >"$root/srv/www/index.html" || return
	sed 's/^-- .*//' contrib/httpd.args >"$root/etc/ct/httpd" || return
	cat >>"$root/etc/ct/httpd" <<-'A'
	-v /srv/data:/data
	-- sh -c 'trap "echo on >/data/end && echo saved; exit" TERM
		httpd -f -p 80 -h /www & wait'
	A
}

# Boots that with INIT; the script on stdin runs in it. It says what is wrong, and ends init.
boot() { # INIT
	{
		cat <<-'S'
		poll() { # COMMAND...
			n=150
			while [ $((n -= 1)) -gt 0 ]; do
				"$@" >/dev/null 2>&1 && return
				sleep 0.1
			done
			echo "bad: gave up on $*: $("$@" 2>&1)"
		}
		page() { [ "$(wget -qO- http://127.0.0.1/)" = hello ]; }
		all() { [ "$(ct ls | awk 'NR > 1 { print $1, $2 }' | sort | xargs)" = "$*" ]; }
		pid_of() { ct ls "$1" | awk 'NR == 2 { print $3 }'; }
		ct_of() { awk '/^PPid/ { print $2 }' "/proc/$(pid_of "$1")/status"; }
		other() { p=$(pid_of "$1") && [ "$p" ] && [ "$p" != 0 ] && [ "$p" != "$2" ]; }
		again() { # NAME COMMAND...: that ends it; then there is another one
			name=$1 was=$(pid_of "$1")
			shift
			"$@" || echo "bad: $*: $?"
			poll other "$name" "$was"
		}
		no_zombie() { ! grep -l '^State:.Z' /proc/[0-9]*/status; }
		S
		cat
	} >"$root/script"
	VM_INIT=$1 VM_TIMEOUT=${VM_TIMEOUT:-120} VM_MODULES=${modules-} \
		vm/vm.sh "$kernel" "$root" 'exec sh /script' >"$tmp/raw" ||
		{ echo "status $?"; cat "$tmp/raw"; return 1; }
	tr -d '\r' <"$tmp/raw" | tee "$tmp/out"
	! grep bad: "$tmp/out"
}
said() { # LINE...: in that order, among others
	for l; do
		grep -nx -e "$l" "$tmp/out" | head -n 1 | cut -d: -f1 | grep . ||
			{ echo "not said: $l" >&2; return 1; }
	done >"$tmp/lines"
	sort -nc "$tmp/lines"
}

inittab() {
	fill && cp contrib/inittab "$root/etc/inittab" && boot /sbin/init <<-'S' &&
	poll page
	all httpd running || echo "bad: $(ct ls)"
	again httpd ct kill -s KILL httpd
	poll page
	again httpd kill -9 "$(ct_of httpd)"
	poll page
	poll no_zombie
	echo end; reboot
	S
	said end saved 'The system is going down NOW!'
}

init() {
	fill && cp contrib/init "$root/init" && cp contrib/dns.args "$root/etc/ct/dns" &&
		cp -R build/tools/amd64/usr build/tools/amd64/lib* "$root" &&
		echo '127.0.0.1 localhost' >"$root/etc/hosts" || return
	modules="veth bridge nf_tables nft_chain_nat nft_nat nft_masq nft_ct" boot /init <<-'S' &&
	poll page
	poll all dns running httpd running
	address() { timeout 3 nslookup -type=a dns 192.168.1.53 | grep -x 'Address: 192.168.1.53'; }
	poll address
	again httpd ct kill -s KILL httpd
	poll page
	again dns ct kill -s KILL dns
	poll address
	(sleep 0.1 & exec true)
	poll no_zombie
	dmesg -n 8
	echo end; reboot
	S
	said end '.*httpd.*saved' '.*Restarting system'
}

fetch >"$log" 2>&1 || { cat "$log"; exit 1; }
for c in $CASES; do
	case $c in
	inittab) ok "busybox's init keeps a container by a line of inittab" inittab ;;
	init) ok "contrib/init boots into two containers, and ends them" init ;;
	*) echo "services.sh: no case $c" >&2; exit 2 ;;
	esac
done
total
