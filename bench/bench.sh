#!/bin/sh
# SPDX-License-Identifier: ISC
#
# bench.sh - how long ct takes to start a container, compared with the bare system
# calls (floor.c) and with its peers, and what it uses while it runs.
# `make bench` runs it; needs root. See the checks at the end for the targets.
#
# Everything happens in new mount and network namespaces, with cgroup2 at
# /sys/fs/cgroup and a bridge for the rows with an interface, so that each
# program meets the same conditions (crun refuses hybrid cgroups) and no mount
# or link is left behind. Commands run in random order in every round, see
# spawn.c. Absolute times vary by a factor of two with the state of the machine:
# compare only ratios from the same run.
#
# Environment:
#	CC	compiler (default: musl-gcc, else cc)
#	CT	the binary to measure (default: ct beside the Makefile)
#	ROUNDS	hot rounds, back to back (default: 200)
#	IDLE_ROUNDS, GAP_MS	rounds with a sleep before each command, and
#		the sleep (default: 60, 20)
#	MORE_ROUNDS	of exec, images, output (default: 30)
#	MANY	running containers beside which a start is measured (default: 1000)
#	STARTS	rows of the first three tables; the others are compared with floor
#	TABLES	those to make, of hot one idle more exec output many footprint
#
# "bench.sh build" makes in OUT (default: build/bench) what a guest without a compiler
# needs, and there "bench.sh inside" measures: mode small of vm/check.sh.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
: "${CT:=$top/ct}" "${ROUNDS:=200}" "${IDLE_ROUNDS:=60}" "${GAP_MS:=20}"
: "${MORE_ROUNDS:=30}" "${MANY:=1000}" "${OUT:=$top/build/bench}"
: "${TABLES:=hot one idle more exec output many footprint}"
out=$OUT
root=$out/root
bundle=$out/bundle
cg=/sys/fs/cgroup/ct-bench	# parent of the cgroups of floor, crun and runc
bridge=bench0
: "${STARTS:=floor ct ct-rofs floor-veth ct-veth true unshare bwrap crun runc}"

say() { echo "bench: $*" >&2; }
die() { say "$*"; exit 1; }

# --- preparation: once, in the caller's namespaces ---------------------------

install_peers() {
	missing=
	for pair in bwrap:bubblewrap runc:runc crun:crun unshare:util-linux \
		strace:strace; do
		command -v "${pair%%:*}" >/dev/null || missing="$missing ${pair#*:}"
	done
	[ -n "$missing" ] || return 0
	command -v apt-get >/dev/null || { say "not there:$missing"; return 0; }
	say "installing$missing"
	# shellcheck disable=SC2086 # a list of words
	DEBIAN_FRONTEND=noninteractive apt-get -qq install -y \
		--no-install-recommends $missing >/dev/null ||
		say "could not install all of:$missing (apt-get update?)"
}

# a musl wrapper around glibc's compiler hides the kernel headers
find_cc() {
	if [ -z "${CC-}" ]; then
		CC=cc
		! command -v musl-gcc >/dev/null || CC=musl-gcc
	fi
	case $CC in *-idirafter*) return ;; esac # vm/cross.sh's
	if [ -d "$top/build/deps/include/linux" ]; then
		CC="$CC -isystem $top/build/deps/include"
	else
		CC="$CC -idirafter /usr/include"
		CC="$CC -idirafter /usr/include/$(${CC%% *} -dumpmachine)"
	fi
}

build() { # OUTPUT SOURCE
	# shellcheck disable=SC2086 # CC is a command with options
	$CC -O2 -static -s -Wall -Wextra -Wpedantic -Wshadow -o "$1" "$2"
}

# a root with a few commands that take no time themselves. systemd-nspawn needs an
# os-release, and usr for a volatile root.
make_root() {
	for dir in bin proc sys dev tmp run etc root var usr/lib; do
		mkdir -p "$root/$dir"
	done
	: >"$root/etc/hosts"    # as most roots have it; see README, "A root"
	echo ID=bench >"$root/usr/lib/os-release"
	echo 'int main(void) { return 0; }' >"$out/true.c"
	printf '#include <unistd.h>\n#include <stdlib.h>\n%s\n' \
		'int main(int c, char **v) { (void)c; return (int)sleep(atoi(v[1])); }' \
		>"$out/sleep.c"
	printf '#include <unistd.h>\n%s\n' 'int main(void) { char b[100] = "x";
		b[99] = 10; for (int i = 0; i < 100000; i++) if (write(1, b, 100) < 0) return 1;
		return 0; }' >"$out/lines.c"
	printf '#include <unistd.h>\nint main(void) { for (;;) pause(); }\n' >"$out/pause.c"
	printf '#include <stdlib.h>\n%s\n' 'int main(void) {
		volatile char *p; while ((p = malloc(4000))) *p = 1; return 1; }' >"$out/hog.c"
	for c in true sleep lines pause hog; do build "$root/bin/$c" "$out/$c.c"; done
	rm -f "$out/root.sqfs"
	mksquashfs "$root" "$out/root.sqfs" -quiet -no-progress >/dev/null 2>&1 ||
		say "no mksquashfs: no images"
	printf '#!/bin/sh\nexec "$@" >%s\n' "$out/written" >"$out/to-file"
	printf '#!/bin/sh\n"$@" | cat >/dev/null\n' >"$out/to-pipe"
	chmod +x "$out/to-file" "$out/to-pipe"
}

# --- the peers' isolation, as close to ct's defaults as possible -------------

oci_ns() { # TYPE ...
	printf '{ "type": "%s" }' "$1"
	shift
	[ $# = 0 ] || { printf ', '; oci_ns "$@"; }
}

oci_bundle() { # DIR COMMAND [ARGUMENT]
	mkdir -p "$1"
	args="\"$2\""
	[ $# = 2 ] || args="$args, \"$3\""
	cat >"$1/config.json" <<-END
	{ "ociVersion": "1.0.2", "hostname": "ct",
	"root": { "path": "$root", "readonly": true },
	"process": { "terminal": false, "user": { "uid": 0, "gid": 0 },
		"args": [ $args ], "env": [ "PATH=/bin" ], "cwd": "/",
		"capabilities": { "bounding": [], "effective": [],
			"permitted": [], "inheritable": [], "ambient": [] },
		"noNewPrivileges": true },
	"mounts": [
	{ "destination": "/proc", "type": "proc", "source": "proc",
		"options": [ "nosuid", "noexec", "nodev", "ro" ] },
	{ "destination": "/sys", "type": "sysfs", "source": "sysfs",
		"options": [ "nosuid", "noexec", "nodev", "ro" ] },
	{ "destination": "/dev", "type": "tmpfs", "source": "tmpfs",
		"options": [ "nosuid", "noexec", "mode=755", "size=64k" ] },
	{ "destination": "/dev/pts", "type": "devpts", "source": "devpts",
		"options": [ "nosuid", "noexec", "newinstance",
			"ptmxmode=0666", "mode=0620" ] } ],
	"linux": { "cgroupsPath": "/${cg##*/}/oci$id",
		"namespaces": [ $(oci_ns pid network ipc uts mount cgroup) ],
		"maskedPaths": [ "/proc/kcore", "/proc/keys",
			"/proc/timer_list", "/sys/firmware" ] } }
	END
}

id=		# of a container beside others
row_command() { # ROW COMMAND: prints the words
	sealed="run -r $root -R -- $2"
	bundle_of=${2##*/}
	oci="run -b $bundle-${bundle_of%% *}$id ct-bench$id"
	nspawn="$(command -v systemd-nspawn || :) -q --register=no --keep-unit"
	nspawn="$nspawn --private-network --resolv-conf=off --timezone=off"
	case $1 in
	true) echo "$root$2" ;;
	floor) echo "$out/floor cgroup=$cg $root $2" ;;
	ct) echo "$CT $sealed" ;;
	ct-rofs) echo "$out/rofs/ct $sealed" ;;
	floor-veth) echo "$out/floor cgroup=$cg veth=$bridge $root $2" ;;
	ct-veth) echo "$CT run --net" \
		"veth,bridge=$bridge,ip=10.77.0.2/24,gw=10.77.0.1 ${sealed#run }" ;;
	unshare) echo "$(command -v unshare || :) -m -p -n -u -i -C -f --mount-proc" \
		"-R $root $2" ;;
	bwrap) echo "$(command -v bwrap || :) --unshare-pid --unshare-net" \
		"--unshare-ipc --unshare-uts --unshare-cgroup --hostname ct" \
		"--ro-bind $root / --proc /proc --dev /dev --cap-drop ALL" \
		"--as-pid-1 $2" ;;
	crun) echo "$(command -v crun || :) --root $out/state-crun $oci" ;;
	runc) echo "$(command -v runc || :) --root $out/state-runc $oci" ;;

	ct-d) echo "$CT run -d ${sealed#run }" ;;
	ct-host) echo "$CT run --net host ${sealed#run }" ;;
	ct-lean) echo "$CT run --profile lean ${sealed#run }" ;;
	ct-tty) echo "$CT run -t ${sealed#run }" ;;
	ct-nofilter) echo "$CT run --seccomp none ${sealed#run }" ;;
	ct-image) echo "$CT run -r $out/root.sqfs -R -- $2" ;;
	ct-overlay) echo "$CT run -r $root --overlay -- $2" ;;
	nspawn-image) echo "$nspawn --read-only --image $out/root.sqfs $2" ;;
	nspawn-volatile) echo "$nspawn --volatile=overlay -D $root $2" ;;

	floor-exec) echo "$out/floor cgroup=$cg/exec exec=$pid $root $2" ;;
	ct-exec) echo "$CT exec ct-bench $2" ;;
	nsenter) echo "$(command -v nsenter || :) -t $pid -a $2" ;;
	crun-exec) echo "$(command -v crun || :) --root $out/state-crun exec ct-bench-s $2" ;;

	script) echo "$(command -v script || :) -q -e -c $root$2 /dev/null" ;;
	file-*) echo "$out/to-file $(row_command "${1#file-}" "$2")" ;;
	pipe-*) echo "$out/to-pipe $(row_command "${1#pipe-}" "$2")" ;;
	esac
}

row_works() { # ROW COMMAND
	# shellcheck disable=SC2046 # a command's words
	set -- "$1" $(row_command "$1" "$2")
	row=$1
	shift
	[ -x "$1" ] || { say "$row: not there, left out"; return 1; }
	why=$("$@" 2>&1 </dev/null) && return 0
	say "$row: does not run here, left out: $(echo "$why" | head -n 1)"
	return 1
}

# --- the stage: new mount and network namespaces -----------------------------

set_stage() {
	[ -f /sys/fs/cgroup/cgroup.controllers ] ||
		mount -t cgroup2 cgroup2 /sys/fs/cgroup ||
		die "no cgroup2 in this kernel, or no right to mount it"
	controllers=$(cat /sys/fs/cgroup/cgroup.subtree_control)
	trap clear_stage EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	mkdir -p "$cg/exec"
	if ip link add "$bridge" type bridge; then
		ip addr add 10.77.0.1/24 dev "$bridge"
		ip link set "$bridge" up
	fi
	[ -x "$CT" ] || return 0
	mkdir -p "$out/rofs"
	mount -t tmpfs -o mode=755 tmpfs "$out/rofs"
	cp "$CT" "$out/rofs/ct"
	mount -o remount,ro "$out/rofs"
}

# crun and runc enable controllers in every directory above their cgroup
clear_stage() {
	for dir in "$cg"/*/ "$cg"; do
		[ -d "$dir" ] || continue
		# after an interrupt a command may still run in it
		rmdir "$dir" 2>/dev/null || sleep 3
		[ ! -d "$dir" ] || rmdir "$dir" || say "left behind: $dir"
	done
	now=$(cat /sys/fs/cgroup/cgroup.subtree_control)
	for c in $now; do
		case " $controllers " in *" $c "*) continue ;; esac
		echo "-$c" 2>/dev/null >/sys/fs/cgroup/cgroup.subtree_control ||
			say "controller $c stays enabled for sub-cgroups"
	done
	# systemd-nspawn's two
	rmdir /sys/fs/cgroup/payload /sys/fs/cgroup/supervisor 2>/dev/null || :
	rm -rf "$out/state-crun" "$out/state-runc"
}

# --- measuring ---------------------------------------------------------------

# Measures ROWS and compares the others with the first.
time_rows() { # RESULT COMMAND "ROWS" [SPAWN-OPTION ...]
	result=$out/$1 command=$2 asked=$3
	shift 3
	rows='' pairs=''
	: >"$out/commands"
	for row in $asked; do
		row_works "$row" "$command" || continue
		rows="$rows $row"
		printf '%s\t%s\n' "$row" "$(row_command "$row" "$command")" >>"$out/commands"
	done
	case "$rows " in " ${asked%% *} "*) ;; *) rm -f "$result"; return 0 ;; esac
	for pair in ct-veth/ct ct-veth/floor-veth ct/unshare ct-rofs/unshare ct/bwrap \
		ct-rofs/bwrap ct/crun ct-rofs/crun; do
		case "$rows " in *" ${pair%/*} "*) ;; *) continue ;; esac
		case "$rows " in *" ${pair#*/} "*) pairs="$pairs $pair" ;; esac
	done
	# shellcheck disable=SC2086 # a list of words
	"$out/spawn" "$@" "$out/commands" $pairs >"$result"
	cat "$result"
}

syscalls() { # ROW
	# shellcheck disable=SC2046 # a command's words
	strace -f -c -o "$out/strace" $(row_command "$1" /bin/true) \
		</dev/null >/dev/null 2>&1 || { echo -; return; }
	awk '$NF == "total" { print $4 }' "$out/strace"
}

# for the process that was started, while the container sleeps; prints in KiB
# VmHWM Rss Pss
resident() { # ROW
	# shellcheck disable=SC2046 # a command's words
	set -- $(row_command "$1" "/bin/sleep 2")
	"$@" </dev/null >/dev/null 2>&1 &
	pid=$!
	sleep 1
	{ cat "/proc/$pid/status" "/proc/$pid/smaps_rollup" || :; } 2>/dev/null |
		awk '$1 == "VmHWM:" { h = $2 } $1 == "Rss:" { r = $2 }
		$1 == "Pss:" { p = $2 } END { print h + 0, r + 0, p + 0 }'
	wait "$pid" || say "$1: the sleeping container failed"
}

# KiB of kernel memory for each of 20 sleeping containers
kernel_memory() { # ROW
	before=$(kernel_now)
	pids=
	for id in 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20; do
		oci_bundle "$bundle-sleep$id" /bin/sleep 9
		# shellcheck disable=SC2046 # a command's words
		set -- "$1" $(row_command "$1" "/bin/sleep 9")
		(shift; exec "$@" </dev/null >/dev/null 2>&1) &
		pids="$pids $!"
	done
	id=
	sleep 4
	echo $((($(kernel_now) - before) / 20))
	for pid in $pids; do wait "$pid" || say "$1: a sleeping container failed"; done
}

kernel_now() {
	awk '/^(Slab|KernelStack|PageTables|Percpu):/ { n += $2 } END { print n }' /proc/meminfo
}

# --- the report --------------------------------------------------------------

ratio_of() { # RESULT NAME [CPU]: a row's ratio to the first one, or a pair's
	[ ! -f "$out/$1" ] || awk -v n="$2" -v c="${3-}" '$1 == n { print c ? $NF : $(NF - 1) }' \
		"$out/$1"
}

check() { # TEXT MEASURED LIMIT UNIT
	[ -n "$2" ] || { echo "  not measured  $1"; return; }
	awk -v text="$1" -v is="$2" -v limit="$3" -v unit="$4" 'BEGIN {
		verdict = "met"
		if (is - limit > 0)
			verdict = sprintf("MISSED by %.0f %%", (is / limit - 1) * 100)
		printf "  %-48s %8s  target %s%s: %s\n",
			text, is, limit, unit, verdict
	}'
}

check_times() { # a line for each: RESULT ROW LIMIT TEXT
	while read -r result row limit text; do
		check "$result: $text" "$(ratio_of "$result" "$row")" "$limit" x
	done <<-'END'
	hot	ct	1.12	ct to floor
	hot	ct-rofs	1.05	ct on a read-only file system to floor
	hot	ct-rofs/unshare	1.00	that to unshare
	hot	ct/bwrap	0.50	ct to bwrap
	hot	ct/crun	0.30	ct to crun
	hot	ct-veth/ct	1.35	ct with a veth on a bridge to ct
	one	ct	1.20	ct to floor
	one	ct-rofs	1.12	ct on a read-only file system to floor
	one	ct-rofs/unshare	1.00	that to unshare
	idle	ct	1.12	ct to floor
	idle	ct-rofs	1.05	ct on a read-only file system to floor
	exec	ct-exec	1.15	ct exec to its bare system calls
	many	ct	1.30	ct to floor
	END
}

footprint() { # "ROWS"
	printf '%-14s %9s %9s %9s %9s %10s\n' command syscalls VmHWM_KiB Rss_KiB Pss_KiB \
		kernel_KiB
	for row in $1; do
		calls=-
		! command -v strace >/dev/null || calls=$(syscalls "$row")
		# shellcheck disable=SC2046 # three numbers
		set -- $(resident "$row") "$(kernel_memory "$row")"
		printf '%-14s %9s %9s %9s %9s %10s\n' "$row" "$calls" "$1" "$2" "$3" "$4"
	done
}

footprint_of() { # ROW COLUMN
	awk -v n="$1" -v c="$2" '$1 == n && $c != "-" { print $c }' "$out/footprint"
}

# exec in a container of ct and in one of crun
exec_rows() {
	"$CT" run -d -n ct-bench -r "$root" -R -- /bin/sleep 600 >/dev/null || return 0
	pid=$("$CT" inspect ct-bench | sed -n 's/^{[^{]*"pid":\([0-9]*\).*/\1/p')
	oci_bundle "$bundle-long" /bin/sleep 600
	crun --root "$out/state-crun" run -d -b "$bundle-long" ct-bench-s \
		</dev/null >/dev/null 2>&1 || say "no crun exec"
	time_rows exec /bin/true "floor-exec ct-exec nsenter crun-exec" -n "$MORE_ROUNDS"
	"$CT" rm -f ct-bench
	crun --root "$out/state-crun" delete -f ct-bench-s 2>/dev/null || :
}

# a start beside MANY others
many_rows() {
	n=0 names=
	while [ "$n" -lt "$MANY" ]; do
		n=$((n + 1)) names="$names ct-many$n"
		"$CT" run -d -n "ct-many$n" -r "$root" -R -- /bin/sleep 6000 >/dev/null
	done
	time_rows many /bin/true "floor ct ct-rofs" -n "$MORE_ROUNDS"
	# shellcheck disable=SC2086 # a list of words
	"$CT" rm -f $names
}

table() { # NAME: is it to be made?
	case " $TABLES " in *" $1 "*) return 0 ;; esac
	return 1
}

start_tables() {
	printf '\nhot, %s rounds\n' "$ROUNDS"
	time_rows hot /bin/true "$STARTS" -n "$ROUNDS"
	case "$rows " in " floor "*) ;; *) die "nothing to compare with" ;; esac
	all=${rows# }
	if table one; then
		printf '\non one processor, %s rounds\n' "$ROUNDS"
		time_rows one /bin/true "$all" -n "$ROUNDS" -c $(($(nproc) - 1))
	fi
	if table idle; then
		printf '\nafter %s ms idle, %s rounds\n' "$GAP_MS" "$IDLE_ROUNDS"
		time_rows idle /bin/true "$all" -n "$IDLE_ROUNDS" -g "$GAP_MS"
	fi
}

ct_tables() {
	if table more; then
		printf '\nother starts, %s rounds\n' "$MORE_ROUNDS"
		time_rows more /bin/true "ct ct-d ct-host ct-lean ct-tty ct-overlay ct-image \
			nspawn-volatile nspawn-image" -n "$MORE_ROUNDS"
	fi
	if table exec; then
		printf '\na command in a container that runs\n'
		exec_rows
	fi
	if table output; then
		printf '\n100,000 lines of 100 bytes, to a file, a pipe, a terminal\n'
		for to in "file-true file-ct file-ct-nofilter file-bwrap" \
			"pipe-true pipe-ct pipe-ct-nofilter pipe-bwrap" "script ct-tty"; do
			time_rows output /bin/lines "$to" -n "$((MORE_ROUNDS / 3 + 1))"
		done
	fi
	if table many; then
		printf '\nbeside %s containers\n' "$MANY"
		many_rows
	fi
}

inside() {
	set_stage
	rm -f "$out/hot" "$out/one" "$out/idle" "$out/exec" "$out/many"
	oci_bundle "$bundle-true" /bin/true
	oci_bundle "$bundle-sleep" /bin/sleep 2
	echo "Linux $(uname -rm), $(nproc) processors," \
		"$(wc -l </proc/self/mounts) mounts," \
		"load $(cut -d ' ' -f 1 /proc/loadavg)"
	echo "one container of /bin/true; ratio: median of paired ratios, of wall and of" \
		"processor time"
	start_tables
	[ ! -x "$CT" ] || ct_tables
	table footprint || return 0
	printf '\nsystem calls of a whole run; memory of the supervising process, of the kernel\n'
	work=''
	for row in $STARTS; do
		case $row in true|runc) continue ;; esac
		case " $all " in *" $row "*) work="$work $row" ;; esac
	done
	footprint "$work" >"$out/footprint"
	cat "$out/footprint"

	[ -x "$CT" ] || { printf '\nno %s: no targets to check\n' "$CT"; return; }
	printf '\ntargets\n'
	check_times
	check "system calls of a run" "$(footprint_of ct 2)" 150 ""
	check "resident supervisor" "$(footprint_of ct 4)" 200 " KiB"
	check "binary, bytes" "$(($(wc -c <"$CT")))" 196608 ""
}

compile() {
	mkdir -p "$out"
	find_cc
	build "$out/floor" "$here/floor.c"
	build "$out/spawn" "$here/spawn.c"
	build "$out/serve" "$here/serve.c"
	make_root
}

case ${1-} in
inside) inside ;;
build) compile ;;
'')
	case $top in *[[:space:]]*) die "a blank in the path: $top" ;; esac
	[ "$(id -u)" = 0 ] || die "needs root, for cgroups and the peers"
	mkdir -p "$out"
	install_peers
	compile
	export CT ROUNDS IDLE_ROUNDS GAP_MS MORE_ROUNDS MANY TABLES OUT
	exec unshare -m -n --propagation private sh "$here/bench.sh" inside
	;;
*) die "usage: bench.sh [build | inside]" ;;
esac
