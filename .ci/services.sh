#!/bin/sh
# services.sh - contrib's examples for what has to be pid 1, each in a guest that boots with
# it: containers start, restart, and are asked to end when the machine shuts down. As TAP;
# `make check PARTS=services` runs it, CASES="inittab init" some of it.
# shellcheck disable=SC2317 # functions are called by name
set -u

cd "$(dirname "$0")/.." || exit 1
part=services arch=$(dpkg --print-architecture)
: "${CASES:=inittab init switched openrc systemd}"
tmp=$(mktemp -d "${TMPDIR:-/tmp}/services.XXXXXX") || exit 1
log=$tmp/log root=$tmp/root
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

. .ci/tap.sh

fetch() {
	mkdir -p build
	exec 9>build/lock # another part may need the same files now
	flock 9
	[ -d "build/vmroot/$arch" ] || vm/root.sh "build/vmroot/$arch" "$arch" || return
	[ -d "build/tools/$arch" ] || vm/tools.sh "build/tools/$arch" "$arch" || return
	kernel=$(vm/kernel.sh bookworm "$arch") && debs openrc && debs systemd || return
	exec 9>&-
}

# Puts bookworm's into build/PACKAGE/ARCH, with its dependencies and without documentation.
debs() { # PACKAGE
	[ ! -d "build/$1/$arch" ] || return 0
	mkdir -p "build/$1" && deps/unpack.sh "$tmp/x" "bookworm/$arch" "$1" || return
	rm -rf "$tmp/x/usr/share" "$tmp"/x/usr/lib/*/gconv
	mv "$tmp/x" "build/$1/$arch"
}

# A root for the guest, and in it /srv/httpd, one for a container, whose arguments are those
# of the example except for the command: a web server that has work to do before it ends.
fill() {
	rm -rf "$root"
	cp -a "build/vmroot/$arch" "$root" && mkdir -p "$root/etc/ct" "$root/srv/www" || return
	cp -a "build/vmroot/$arch" "$root/srv/httpd" && mkdir -m 777 "$root/srv/data" || return
	for f in init reboot; do ln -s ../bin/busybox "$root/sbin/$f" || return; done
	cp ct "$root/usr/bin/ct" && echo hello >"$root/srv/www/index.html" || return
	sed 's/^-- .*//' contrib/httpd.args >"$root/etc/ct/httpd" || return
	cat >>"$root/etc/ct/httpd" <<-'A'
	-v /srv/data:/data
	-- sh -c 'trap "echo on >/data/end && echo saved; exit" TERM
		httpd -f -p 80 -h /www & wait'
	A
}

# Boots that with INIT; the script on stdin runs in it, prints what is wrong and ends init.
boot() { # INIT
	{
		cat <<-'S'
		poll() { # COMMAND...
			n=300
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
		again() { # NAME COMMAND...: which ends it; then there must be another one
			name=$1 was=$(pid_of "$1")
			shift
			"$@" || echo "bad: $*: $?"
			poll other "$name" "$was"
		}
		no_zombie() { ! grep -l '^State:.Z' /proc/[0-9]*/status; }
		S
		cat
	} >"$root/script"
	VM_ARCH=$arch VM_INIT=$1 VM_TIMEOUT=${VM_TIMEOUT:-120} VM_MODULES=${modules-} \
		vm/vm.sh "$kernel" "$root" 'exec sh /script' >"$tmp/raw" ||
		{ echo "status $?"; cat "$tmp/raw"; return 1; }
	tr -d '\r' <"$tmp/raw" | tee "$tmp/out"
	! grep bad: "$tmp/out"
}
said() { # LINE...: their last occurrences are in that order
	for l; do
		grep -nx -e "$l" "$tmp/out" | tail -n 1 | cut -d: -f1 | grep . ||
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
		cp -R "build/tools/$arch/usr" "build/tools/$arch"/lib* "$root" &&
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

# A container of an initramfs that the machine leaves. Without /switched, the script is the
# guest's own and does nothing.
switched() {
	fill && printf '%s\n' ::sysinit:'/bin/mount -t proc proc /proc' ::once:'/bin/sh /script' \
		>"$root/etc/inittab" || return
	cat >"$root/early" <<-'I'
	#!/bin/sh
	mount -t proc proc /proc; mount -t sysfs sysfs /sys; mount -t devtmpfs dev /dev
	mkdir /new /old; mount -t tmpfs new /new; mount -t tmpfs old /old
	cp -a /srv/httpd/. /old; cp -a /bin /etc /lib* /sbin /script /srv /usr /new
	mkdir /new/proc /new/sys /new/dev /new/tmp; : >/new/switched; : >/init
	ct run -d -n early -r /old -R sleep 1000
	exec switch_root /new /sbin/init
	I
	chmod 755 "$root/early" && boot /early <<-'S' &&
	[ -e /switched ] || exit 0
	[ "$(ct exec early echo in)" = in ] || echo "bad: exec: $(ct ls)"
	again early ct run -d --replace -n early -r /srv/httpd -R sleep 1000
	ct stop early
	all || echo "bad: $(ct ls)"
	echo end; reboot
	S
	said end 'The system is going down NOW!'
}

# As in Alpine, with a console in place of the log file.
openrc() {
	fill && cp -a --remove-destination "build/openrc/$arch/." "$root" || return
	mkdir -p "$root/var/run" "$root/etc/conf.d" || return
	local=$root/etc/init.d/localmount
	printf '%s\n' '#!/sbin/openrc-run' 'start() { :; }' >"$local" && chmod 755 "$local" &&
		cp contrib/openrc/ct-httpd "$root/etc/init.d" &&
		ln -s /etc/init.d/cgroups "$root/etc/runlevels/sysinit" &&
		ln -s /etc/init.d/ct-httpd "$root/etc/runlevels/default" &&
		echo rc_cgroup_mode=unified >>"$root/etc/rc.conf" &&
		echo respawn_delay=1 >"$root/etc/conf.d/ct-httpd" || return
	cat >"$root/etc/inittab" <<-'I'
	::sysinit:/bin/mount -t sysfs sysfs /sys
	::sysinit:/sbin/openrc sysinit
	::sysinit:/sbin/openrc boot
	::wait:/sbin/openrc default
	::respawn:/bin/syslogd -n -O /dev/console
	::shutdown:/sbin/openrc shutdown
	I
	boot /sbin/init <<-'S' &&
	up() { page && rc-service ct-httpd status >/dev/null && [ "$(pidof ct | wc -w)" = 1 ]; }
	poll up
	for k in 1 2 3 4 5 6 7 8 9 10 11; do again httpd ct kill -s KILL httpd; done
	again httpd kill -9 "$(ct_of httpd)"
	poll up
	kill -9 "$(pidof supervise-daemon)"
	again httpd rc-service ct-httpd restart
	poll up
	rc-service ct-httpd stop
	all || echo "bad: $(ct ls)"
	rc-service ct-httpd start
	poll up
	echo --bogus | cat - /etc/ct/httpd >new && mv new /etc/ct/httpd
	rc-service ct-httpd restart && echo "bad: it restarts"
	up || echo "bad: it was ended"
	poll no_zombie
	echo end; reboot
	S
	said end '.*httpd.*saved' 'The system is going down NOW!' &&
		grep -x 'ct: --bogus: no such option' "$tmp/out"
}

# Only systemd itself, with shorter intervals than in the unit.
systemd() {
	fill && cp -a --remove-destination "build/systemd/$arch/." "$root" || return
	units=$root/etc/systemd/system
	rm -rf "$root"/lib/systemd/system/*.wants "$root/lib/systemd/system-generators" "$units"
	mkdir -p "$units" && echo 0123456789abcdef0123456789abcdef >"$root/etc/machine-id" &&
		sed 's/sleep 20/sleep 1/;s/^WatchdogSec=.*/WatchdogSec=6/
			s/^RestartSec=.*/RestartSec=1/
			s,^KillMode,StandardOutput=file:/dev/console\n&,' \
			contrib/systemd/ct@.service >"$units/ct@.service" &&
		printf '%s\n' '[Unit]' 'Wants=ct@httpd.service' 'After=ct@httpd.service' \
			>"$units/default.target" && mkdir "$units/ct@web.service.d" || return
	cat >"$units/ct@web.service.d/user.conf" <<-'U'
	[Service]
	User=user
	ExecStart=
	ExecStart=/usr/bin/ct run @/etc/ct/web
	U
	cat >"$root/etc/ct/web" <<-'A'
	-e NOTIFY_SOCKET -v /run/systemd/notify
	-- sh -c 'systemd-notify --ready; for k in 1 2; do
		sleep 3; systemd-notify WATCHDOG=1; done; sleep 1000'
	A
	boot /lib/systemd/systemd <<-'S' &&
	is() { [ "$(systemctl is-active "ct@$1")" = "$2" ]; }
	restarted() { [ "$(systemctl show -P NRestarts "ct@$1")" != 0 ]; }
	poll is httpd active
	poll page
	systemctl start ct@web
	is web active || echo "bad: systemd did not hear it: $(systemctl status ct@web)"
	sleep 4
	is web active || echo "bad: systemd did not hear it again"
	restarted web && echo "bad: systemd did not hear that it is alive"
	poll restarted web
	restarted httpd && echo "bad: it was not alive"
	systemctl stop ct@web
	again httpd ct kill -s KILL httpd
	poll is httpd active
	again httpd kill -9 "$(ct_of httpd)"
	poll is httpd active
	again httpd ct pause httpd
	poll is httpd active
	cp /etc/ct/httpd was
	echo --bogus | cat - was >/etc/ct/httpd
	systemctl restart ct@httpd && echo "bad: it restarts"
	cp was /etc/ct/httpd
	poll is httpd active
	poll page
	poll no_zombie
	echo end; systemctl reboot
	S
	said end saved '.*Restarting system'
}

fetch >"$log" 2>&1 || { cat "$log"; exit 1; }
for c in $CASES; do
	case $c in
	inittab) ok "busybox's init keeps a container by a line of inittab" inittab ;;
	init) ok "contrib/init boots into two containers, and ends them" init ;;
	switched) ok "A container goes on when the machine leaves its initramfs" switched ;;
	openrc) ok "OpenRC supervises a container" openrc ;;
	systemd) ok "systemd supervises a container" systemd ;;
	*) echo "services.sh: no case $c" >&2; exit 2 ;;
	esac
done
total
