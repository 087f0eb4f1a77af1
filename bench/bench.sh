#!/bin/sh
# SPDX-License-Identifier: ISC
#
# bench.sh - how long ct takes to start a container, against the bare system
# calls (floor.c) and against its peers, and what it takes while it runs.
# `make bench` runs it; needs root. See the checks at the end for the targets.
#
# Everything happens in own mount and network namespaces, with cgroup2 at
# /sys/fs/cgroup and a bridge for the rows with an interface, so that each
# program meets the same conditions (crun refuses hybrid cgroups) and no mount
# or link is left behind. Commands run in random order in every round, see
# spawn.c. Absolute times move by a factor of two with the machine's mood:
# compare ratios, and only those from one run.
#
# Environment:
#	CC	compiler (default: musl-gcc, else cc)
#	CT	the binary to measure (default: ct beside the Makefile)
#	ROUNDS	hot rounds, back to back (default: 200)
#	IDLE_ROUNDS, GAP_MS	rounds with a sleep before each command, and
#		the sleep (default: 60, 20)
set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
: "${CT:=$top/ct}" "${ROUNDS:=200}" "${IDLE_ROUNDS:=60}" "${GAP_MS:=20}"
out=$top/build/bench
root=$out/root
bundle=$out/bundle
cg=/sys/fs/cgroup/ct-bench	# parent of the cgroups of floor, crun and runc
bridge=bench0

say() { echo "bench: $*" >&2; }
die() { say "$*"; exit 1; }

# --- what is needed: once, in the caller's namespaces ------------------------

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

# a musl compiler wrapped around glibc's hides the kernel's headers
find_cc() {
	if [ -z "${CC-}" ]; then
		CC=cc
		! command -v musl-gcc >/dev/null || CC=musl-gcc
	fi
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

# a root with two commands: nothing in it takes time of its own
make_root() {
	for dir in bin proc sys dev tmp run etc root; do mkdir -p "$root/$dir"; done
	echo 'int main(void) { return 0; }' >"$out/true.c"
	printf '#include <unistd.h>\nint main(void) { return (int)sleep(2); }\n' \
		>"$out/sleep2.c"
	for c in true sleep2; do build "$root/bin/$c" "$out/$c.c"; done
}

# --- the peers' isolation, as near to ct's defaults as they come -------------

oci_ns() { # TYPE ...
	printf '{ "type": "%s" }' "$1"
	shift
	[ $# = 0 ] || { printf ', '; oci_ns "$@"; }
}

oci_bundle() { # DIR COMMAND
	mkdir -p "$1"
	cat >"$1/config.json" <<-END
	{ "ociVersion": "1.0.2", "hostname": "ct",
	"root": { "path": "$root", "readonly": true },
	"process": { "terminal": false, "user": { "uid": 0, "gid": 0 },
		"args": [ "$2" ], "env": [ "PATH=/bin" ], "cwd": "/",
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
	"linux": { "cgroupsPath": "/${cg##*/}/oci",
		"namespaces": [ $(oci_ns pid network ipc uts mount cgroup) ],
		"maskedPaths": [ "/proc/kcore", "/proc/keys",
			"/proc/timer_list", "/sys/firmware" ] } }
	END
}

row_command() { # ROW COMMAND: prints the words
	sealed="run -r $root -R -- $2"
	oci="run -b $bundle-${2##*/} ct-bench"
	case $1 in
	true) echo "$root$2" ;;
	floor) echo "$out/floor cgroup=$cg $root $2" ;;
	ct) echo "$CT $sealed" ;;
	ct-rofs) echo "$out/rofs/ct $sealed" ;;
	floor-veth) echo "$out/floor cgroup=$cg veth=$bridge $root $2" ;;
	ct-veth) echo "$CT run --net" \
		"veth,bridge=$bridge,ip=10.77.0.2/24,gw=10.77.0.1 ${sealed#run }" ;;
	unshare) echo "$(command -v unshare) -m -p -n -u -i -C -f --mount-proc" \
		"-R $root $2" ;;
	bwrap) echo "$(command -v bwrap) --unshare-pid --unshare-net" \
		"--unshare-ipc --unshare-uts --unshare-cgroup --hostname ct" \
		"--ro-bind $root / --proc /proc --dev /dev --cap-drop ALL" \
		"--as-pid-1 $2" ;;
	crun) echo "$(command -v crun) --root $out/state-crun $oci" ;;
	runc) echo "$(command -v runc) --root $out/state-runc $oci" ;;
	esac
}

row_works() { # ROW
	# shellcheck disable=SC2046 # a command's words
	set -- "$1" $(row_command "$1" /bin/true)
	row=$1
	shift
	[ -x "$1" ] || { say "$row: not there, left out"; return 1; }
	why=$("$@" 2>&1 </dev/null) && return 0
	say "$row: does not run here, left out: $(echo "$why" | head -n 1)"
	return 1
}

# --- the stage: own mount and network namespaces -----------------------------

set_stage() {
	[ -f /sys/fs/cgroup/cgroup.controllers ] ||
		mount -t cgroup2 cgroup2 /sys/fs/cgroup ||
		die "no cgroup2 in this kernel, or no right to mount it"
	controllers=$(cat /sys/fs/cgroup/cgroup.subtree_control)
	trap clear_stage EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	mkdir -p "$cg"
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
		# after an interrupt a command may still be running in it
		rmdir "$dir" 2>/dev/null || sleep 3
		[ ! -d "$dir" ] || rmdir "$dir" || say "left behind: $dir"
	done
	now=$(cat /sys/fs/cgroup/cgroup.subtree_control)
	for c in $now; do
		case " $controllers " in *" $c "*) continue ;; esac
		echo "-$c" 2>/dev/null >/sys/fs/cgroup/cgroup.subtree_control ||
			say "controller $c stays enabled for sub-cgroups"
	done
	rm -rf "$out/state-crun" "$out/state-runc"
}

# --- measuring ---------------------------------------------------------------

time_rows() { # RESULT SPAWN-OPTION ...
	result=$1
	shift
	pairs=
	for pair in ct-veth/ct ct-veth/floor-veth floor-veth/floor; do
		case "$rows " in *" ${pair%/*} "*) ;; *) continue ;; esac
		case "$rows " in *" ${pair#*/} "*) pairs="$pairs $pair" ;; esac
	done
	for peer in bwrap crun; do
		for mine in ct ct-rofs floor; do
			case "$rows " in *" $mine "*" $peer "*)
				pairs="$pairs $mine/$peer" ;;
			esac
		done
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

# of the process that was started, while the container's sleeps; prints KiB:
# VmHWM Rss Pss, and how many processes there are outside the container's
resident() { # ROW
	# shellcheck disable=SC2046 # a command's words
	set -- $(row_command "$1" /bin/sleep2)
	"$@" </dev/null >/dev/null 2>&1 &
	pid=$!
	sleep 1
	{ cat "/proc/$pid/status" "/proc/$pid/smaps_rollup" || :; } 2>/dev/null |
		awk '$1 == "VmHWM:" { h = $2 } $1 == "Rss:" { r = $2 }
		$1 == "Pss:" { p = $2 } END { print h + 0, r + 0, p + 0 }'
	wait "$pid" || say "$1: the sleeping container failed"
}

# --- the report --------------------------------------------------------------

ratio_of() { # RESULT NAME: a row's ratio to floor, or a pair's
	awk -v n="$2" '$1 == n { print $NF }' "$1"
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

check_times() { # RESULT WORD
	check "$2: ct to floor" "$(ratio_of "$1" ct)" 1.25 x
	check "$2: ct on a read-only file system to floor" \
		"$(ratio_of "$1" ct-rofs)" 1.10 x
	check "$2: ct to bwrap" "$(ratio_of "$1" ct/bwrap)" 0.60 x
	check "$2: ct to crun" "$(ratio_of "$1" ct/crun)" 0.35 x
	check "$2: ct with a veth on a bridge to ct" "$(ratio_of "$1" ct-veth/ct)" \
		1.35 x
}

footprint() {
	printf '%-14s %9s %9s %9s %9s\n' command syscalls VmHWM_KiB Rss_KiB Pss_KiB
	for row in $rows; do
		[ "$row" != true ] || continue
		calls=-
		! command -v strace >/dev/null || calls=$(syscalls "$row")
		# shellcheck disable=SC2046 # three numbers
		set -- $(resident "$row")
		printf '%-14s %9s %9s %9s %9s\n' "$row" "$calls" "$1" "$2" "$3"
	done
}

footprint_of() { # ROW COLUMN
	awk -v n="$1" -v c="$2" '$1 == n && $c != "-" { print $c }' "$out/footprint"
}

inside() {
	set_stage
	for c in true sleep2; do oci_bundle "$bundle-$c" "/bin/$c"; done
	rows=
	: >"$out/commands"
	for row in floor ct ct-rofs floor-veth ct-veth true unshare bwrap crun runc; do
		row_works "$row" || continue
		rows="$rows $row"
		printf '%s\t%s\n' "$row" "$(row_command "$row" /bin/true)" \
			>>"$out/commands"
	done
	case "$rows " in " floor "*) ;; *) die "nothing to compare with" ;; esac

	echo "Linux $(uname -rm), $(nproc) processors," \
		"$(wc -l </proc/self/mounts) mounts," \
		"load $(cut -d ' ' -f 1 /proc/loadavg)"
	echo "one container of /bin/true; ratio: median of paired ratios"
	printf '\nhot, %s rounds\n' "$ROUNDS"
	time_rows "$out/hot" -n "$ROUNDS"
	printf '\nafter %s ms idle, %s rounds\n' "$GAP_MS" "$IDLE_ROUNDS"
	time_rows "$out/idle" -n "$IDLE_ROUNDS" -g "$GAP_MS"
	printf '\nsystem calls of a whole run; memory of the supervising process\n'
	footprint >"$out/footprint"
	cat "$out/footprint"

	[ -x "$CT" ] || { printf '\nno %s: no targets to check\n' "$CT"; return; }
	size=$(wc -c <"$CT")
	printf '\ntargets\n'
	check_times "$out/hot" hot
	check_times "$out/idle" idle
	check "system calls of a run" "$(footprint_of ct 2)" 150 ""
	check "resident supervisor" "$(footprint_of ct 4)" 200 " KiB"
	check "binary, bytes" "$((size))" 262144 ""
}

case ${1-} in
inside) inside ;;
'')
	case $top in *[[:space:]]*) die "a blank in the path: $top" ;; esac
	[ "$(id -u)" = 0 ] || die "needs root, for cgroups and the peers"
	mkdir -p "$out"
	install_peers
	find_cc
	build "$out/floor" "$here/floor.c"
	build "$out/spawn" "$here/spawn.c"
	make_root
	export CT ROUNDS IDLE_ROUNDS GAP_MS
	exec unshare -m -n --propagation private sh "$here/bench.sh" inside
	;;
*) die "usage: bench.sh" ;;
esac
