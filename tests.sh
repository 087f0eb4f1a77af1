#!/bin/sh
# SPDX-License-Identifier: ISC
#
# tests.sh [PATTERN] - tests what ct promises: reads the cases of tests/*.t and runs
# those whose name contains PATTERN (or one of several, a|b), or all of them. Runs as
# root or not, under any POSIX shell, on a machine that has only busybox, ct and the
# probe. Prints TAP and "N passed, N failed, N skipped"; exits 1 if a case failed or
# none ran.
#
#   CT          the program (./ct)
#   CT_BIN      directory of the compiled tests/*.c (build/tests)
#   CT_ROOT     a busybox root (made from the machine's static busybox)
#   CT_REQUIRE  needs that fail a case when missing, instead of skipping it: "root ..."
#   CT_WITHOUT  leaves out the cases whose name begins with it
#   CT_SHARE    K/N: only each Nth case, from the Kth on
#   CT_LONG     non-empty: four times as many kills
#   CT_TOOLS    a root with nft, bridge, tcpdump and dnsmasq, if the machine lacks them
#   CT_LIMIT    seconds for one case (20)
#   CT_SH       the shell to run the cases with (sh)
#
# A transcript, tests/*.t, is also documentation. The first column has
#
#   # COMMENT
#   need THING...  what the cases need up to the next "need"; empty: nothing
#   at PLACE       runs them in a new network namespace that the function PLACE has
#                  set up; for cards and machine it is the machine's own namespace;
#                  empty: no new namespace
#   limit N        their time limit, in units of CT_LIMIT
#   each WORD...   runs the next case once with each word, as $it
#   NAME           begins a case: a sentence
#
# and below a name, indented by two spaces:
#
#   $ COMMAND      run by one shell, in an empty directory; see tests/setup.sh
#   > MORE         continues that command
#   [N]            its status, if not 0
#   OUTPUT         each line of its output, with stderr, as a case pattern;
#                  "..." stands for any number of lines
#
# A case is called "FILE: NAME", or "net: x: NAME" for net-x.t. It runs under
# "probe case", which also looks for leftovers: processes, mounts, links, nf_tables,
# cgroups. FILE-build.t needs compilers: it runs if PATTERN begins with "library".

here=${0%/*}
[ "$here" != "$0" ] || here=.
# shellcheck source=tests/setup.sh
. "$here/tests/setup.sh"
if [ -n "${CT_CASE-}" ]; then
	[ $# = 0 ] || { "$CT_PLACE"; exec "$@"; }
	eval "$CT_CASE"
	exit
fi

# Private mounts, links and cgroups, so that what others do is not taken for a leak. The
# cgroup has all available controllers, and its top, as we see it then, has no processes.
if [ "$(id -u)" = 0 ] && [ -z "${CT_UNSHARED-}" ] && unshare -m -n true 2>/dev/null; then
	export CT_UNSHARED=1
	if [ "${CT_VM-}" ] || ! unshare -m -n -C true 2>/dev/null; then
		exec unshare -m -n "${CT_SH:-sh}" "$0" "$@"
	fi
	for top in /sys/fs/cgroup/unified /sys/fs/cgroup; do
		[ ! -f $top/cgroup.subtree_control ] || break
	done
	own=$top/ct-tests.$$
	mkdir "$own" "$own/in" || exec unshare -m -n "${CT_SH:-sh}" "$0" "$@"
	# shellcheck disable=SC2013 # words
	for c in $(cat "$top/cgroup.controllers"); do
		echo "+$c" >"$top/cgroup.subtree_control" 2>/dev/null
	done
	# shellcheck disable=SC2016 # expanded by the inner shell
	(echo 0 >"$own/in/cgroup.procs" && exec unshare -m -n -C sh -c 'umount -l "$0" &&
		mount -t cgroup2 none "$0" && exec "$@"' "$top" "${CT_SH:-sh}" "$0" "$@")
	status=$?
	for k in 1 2 3 4 5 6 7 8 9 10; do
		find "$own" -depth -type d -exec rmdir {} + 2>/dev/null
		[ -d "$own" ] || break
		sleep 0.1
	done
	exit $status
fi

[ ! -d "${CT_TOOLS-}/criu" ] || PATH=$CT_TOOLS/criu:$PATH
abspath() { echo "$(cd "$(dirname "$1")" && pwd)/$(basename "$1")"; }
pattern=${1-} pass=0 fail=0 skip=0 seen=0
export CT R P CT_TMP CT_CASE CT_PLACE it man
: "${CT:=./ct}" "${CT_BIN:=build/tests}" "${CT_LIMIT:=20}" "${CT_SH:=sh}" "${CT_SHARE:=1/1}"
CT=$(abspath "$CT") P=$(abspath "$CT_BIN/probe") self=$(abspath "$0")
man=$(abspath "$here/ct.1")
for f in "$CT" "$P"; do
	[ -x "$f" ] || { echo "Bail out! $f: not there"; exit 1; }
done
CT_TMP=$(mktemp -d "${TMPDIR:-/tmp}/ct-tests.XXXXXX") || exit 1
CT_TMP=$(cd "$CT_TMP" && pwd -P)
chmod 711 "$CT_TMP"
mounts() { awk -v t="$CT_TMP/" 'index($5, t) == 1 { print $5 }' /proc/self/mountinfo; }
wipe() { # DIR: but never into mounts that a case has left
	[ -z "${CT_UNSHARED-}" ] || mounts | sort -r | while read -r m; do umount -l "$m"; done
	[ -n "$(mounts)" ] || rm -rf "$1"
}
trap 'wipe "$CT_TMP"' EXIT
trap 'exit 1' INT TERM HUP
R=${CT_ROOT:-$CT_TMP/root}
[ -n "${CT_ROOT-}" ] || mkroot "$R"
[ "${CT_UNSHARED-}" ] && ip link set lo up 2>/dev/null

have() {
	case $1 in
	root) [ "$(id -u)" = 0 ] ;;
	user) [ "$(id -u)" != 0 ] ;;
	userns) unshare -U true 2>/dev/null ;;
	timens) [ -e /proc/self/ns/time ] ;;
	binfmt) unshare -Urm mount -t binfmt_misc none /mnt 2>/dev/null ;; # from Linux 6.7 on
	x86) [ "$(uname -m)" = x86_64 ] ;;
	families) # the filter sees socket families, which socketcall(2) would hide
		case $("$CT" version) in *s390x | *i386) false ;; esac ;;
	no-families) ! have families ;;
	landlock) perl -e 'exit(syscall(444, 0, 0, 1) < 1)' 2>/dev/null ;;
	personality) # arm, riscv and 32-bit mips reset it at execve(2)
		case $(uname -m) in mips | arm* | riscv*) false ;; esac ;;
	man) [ -f "$man" ] ;;
	vm) [ "${CT_VM-}" ] ;;
	no-vm) ! have vm ;; # whose memory is small
	static) ! grep -q '/ld-' "${P%/*}/lxc" ;; # that program needs no loader in a root
	netns) [ -e /proc/self/ns/net ] ;;
	cgroup2)
		for f in /sys/fs/cgroup/unified /sys/fs/cgroup; do
			[ -w "$f/cgroup.procs" ] && [ -f "$f/cgroup.subtree_control" ] && return
		done
		false ;;
	memory | cpu | io | pids | cpuset | hugetlb)
		grep -qw "$1" /sys/fs/cgroup/cgroup.controllers 2>/dev/null ;;
	pressure) cat /sys/fs/cgroup/cpu.pressure >/dev/null 2>&1 ;;
	wraps) # the clock of a 32-bit kernel will soon
		case $(uname -m) in *64* | s390x) false ;;
		*) [ "$(cut -d. -f1 /proc/uptime)" -lt 290 ] ;; esac ;;
	no-wraps) ! have wraps ;;
	controllers) grep -q memory /sys/fs/cgroup/cgroup.controllers 2>/dev/null ;;
	no-controllers) ! have controllers && have root && have cgroup2 ;;
	no-groups) # no cgroup is delegated to this user
		! find /sys/fs/cgroup -maxdepth 6 -name cgroup.procs -writable 2>/dev/null | grep -q . ;;
	subuid) command -v newuidmap >/dev/null && grep -q "^$(id -un):" /etc/subuid 2>/dev/null ;;
	rootfs) awk '$2 == "/" { t = $3 } END { exit t != "rootfs" }' /proc/mounts ;;
	no-rootfs) ! have rootfs ;;
	linux-*) # that version or newer
		printf '%s\n%s\n' "${1#linux-}" "$(uname -r)" | sort -t. -k1,1n -k2,2n | head -n 1 |
			grep -qx "${1#linux-}" || [ "${1#linux-}" = "$(uname -r | cut -d. -f1,2)" ] ;;
	veth | bridge | dummy | macvlan | ipvlan | vlan) # the kernel has such links
		id=''
		[ "$1" != vlan ] || id='id 7'
		unshare -n "$R/bin/busybox" sh -c "ip link add par0 type bridge
			ip link add link par0 name new0 type $1 $id" 2>/dev/null ;;
	wifi) [ "${CT_VM-}" ] && [ -e /sys/class/ieee80211/phy1 ] ;;
	nics) [ "${CT_VM-}" ] && [ -e /sys/class/net/eth1/device ] ;;
	nat) # rules that vanish with their socket: since 5.12
		have linux-5.12 && "$CT" check -j 2>/dev/null |
			grep -q '"name":"nf_tables","is":"ok"' ;;
	nft | tcpdump | dnsmasq) command -v "$1" >/dev/null || [ -x "${CT_TOOLS-}/usr/sbin/$1" ] ;;
	sources) [ -f "${man%/*}/contrib/libct/alive.c" ] && have make && have "${CC:-musl-gcc}" ;;
	criu) # older kernels do not report rseq(2), which glibc uses
		have linux-5.13 && timeout 30 criu check >/dev/null 2>&1 ;;
	contrib) [ -d "${man%/*}/contrib" ] ;;
	glibc) have gcc && [ -e /usr/include/cap-ng.h ] && [ -e /usr/include/libmnl/libmnl.h ] ;;
	before-*) ! have "linux-${1#before-}" ;;
	overlay | squashfs | erofs | ext4) grep -qw "$1" /proc/filesystems ;;
	images) [ -f "${P%/*}/image.hash" ] || { have root && (PATH=$PATH:/usr/sbin:/sbin
		have mksquashfs && have mkfs.erofs && have mke2fs && have veritysetup && have sfdisk); } ;;
	verity) [ -e /sys/module/dm_verity ] ;;
	no-verity) ! have verity ;;
	loop-module) ls /vm/mod/*-loop.ko >/dev/null 2>&1 ;;
	no-modules) have root && ! have veth ;;
	/*) [ -e "$1" ] || [ -e "${CT_TOOLS:-}$1" ] ;;
	*) command -v "$1" >/dev/null ;;
	esac
}


# What a case needs and the machine lacks; each thing is looked up once.
lacking() { # THING...
	lack='' must=''
	for thing; do
		case $known in
		*" $thing+ "*) continue ;;
		*" $thing- "*) ;;
		*) have "$thing" && known="$known$thing+ " && continue
			known="$known$thing- " ;;
		esac
		lack="$lack $thing"
		case " ${CT_REQUIRE-} " in *" $thing "*) must=1 ;; esac
	done
}

# --- transcripts --------------------------------------------------------------

need() { needs=$*; }
limit() { limit=$((CT_LIMIT * $1)); }
each() { words=''; for it; do words="$words '$it'"; done; }
at() {
	CT_PLACE=${1-} in='unshare -n'
	case $CT_PLACE in
	'') in='' ;;
	cards | machine) in='nsenter -t 1 -n' ;;
	esac
}

transcript() { # FILE
	part=${1##*/} part=${part%.t} in='' CT_PLACE='' limit=$CT_LIMIT words='' needs=''
	case $part in *-*) part="${part%%-*}: ${part#*-}" ;; esac
	begin ''
	while IFS= read -r line || [ "$line" ]; do
		case $line in
		'  $ '*) end_command; command=${line#????} ;;
		'  > '*) command="$command$newline${line#????}" ;;
		'  ...') any=1 want="$want*" ;;
		'  ['[1-9]*']')
			line=${line#???} line=${line%]}
			case $line in
			*[!0-9]*) want="$want${newline}[$line]" ;;
			*) want="$want$newline\\[$line\\]" ;;
			esac ;;
		'  '*) want="$want$newline${line#  }" ;;
		*) end_case
			case $line in
			'' | '#'*) ;;
			need | 'need '* | at | 'at '* | 'limit '* | 'each '*) eval "$line" ;;
			*) begin "$line" ;;
			esac ;;
		esac
	done <"$1"
	end_case
}
begin() { name=$1 script='' want='' command='' any=''; }
end_command() {
	[ -z "$command" ] || script="$script{ $command$newline} 2>&1 || echo \"[\$?]\"$newline"
	command=''
}
end_case() {
	end_command
	if [ -z "$name$script$want" ]; then
		return
	elif [ "$words" ]; then
		eval "set -- $words"
		for it; do
			fill "$name" && title=$filled
			fill "$want" && try "$title" "$script" "$filled"
		done
		words=''
	else
		try "$name" "$script" "$want"
	fi
	it=''
	begin ''
}
# shellcheck disable=SC2016 # literal
fill() { # TEXT: with $it replaced by the word of "each"
	filled=$1
	while :; do
		case $filled in
		*'$it'*) filled=${filled%%'$it'*}$it${filled#*'$it'} ;;
		*) return ;;
		esac
	done
}

diag() { sed "s/^/    $1/" "$2"; }
lines() { # TEXT: their number, without empty ones
	IFS=$newline
	set -f
	# shellcheck disable=SC2086 # has to be split
	set -- $1
	set +f
	unset IFS
	lines=$#
}

try() { # NAME SCRIPT WANT
	title="$part: $1"
	rest=$pattern
	while :; do
		case $title in *"${rest%%|*}"*) break ;; esac
		case $rest in *'|'*) rest=${rest#*|} ;; *) return ;; esac
	done
	[ -z "${CT_WITHOUT-}" ] || case $title in "$CT_WITHOUT"*) return ;; esac
	seen=$((seen + 1))
	[ $(((seen - ${CT_SHARE%/*}) % ${CT_SHARE#*/})) = 0 ] || return 0
	num=$((pass + fail + skip + 1))
	# shellcheck disable=SC2086 # words
	lacking $needs
	if [ "$lack" ] && [ -z "$must" ]; then
		skip=$((skip + 1))
		echo "ok $num - $title # skip no$lack"
		return
	fi
	mkdir "$CT_TMP/case" "$CT_TMP/case/d"
	st=0 why=''
	CT_CASE=$2
	# shellcheck disable=SC2086 # $in is several words
	(cd "$CT_TMP/case/d" && exec ${in:+$in "$CT_SH" "$self"} "$P" case "$limit" ../leak "$CT_SH" "$self") \
		</dev/null >"$CT_TMP/case/out" 2>&1 || st=$?
	CT_CASE=''
	out=$(cat "$CT_TMP/case/out")
	[ -z "$must" ] || why=", required:$lack"
	[ "$1" ] && [ "$2" ] || why="$why, a case needs a name and a command"
	[ $st = 0 ] || why="$why, status $st"
	# shellcheck disable=SC2254 # it is a pattern
	case ${out:+$newline$out} in
	$3) if [ -z "$any" ]; then
			lines "$3" && n=$lines && lines "$out"
			[ "$lines" = "$n" ] || why="$why, $lines lines of output, not $n"
		fi ;;
	*) why="$why, other output" ;;
	esac
	[ ! -s "$CT_TMP/case/leak" ] || why="$why, something left"
	if [ -z "$why" ]; then
		pass=$((pass + 1))
		echo "ok $num - $title"
	else
		fail=$((fail + 1))
		echo "not ok $num - $title"
		echo "    ${why#, }"
		printf '%s' "$2" >"$CT_TMP/case/cmd"
		printf '%s\n' "${3#"$newline"}" >"$CT_TMP/case/want"
		diag '$ ' "$CT_TMP/case/cmd"
		diag 'want: ' "$CT_TMP/case/want"
		diag 'is: ' "$CT_TMP/case/out"
		diag 'left: ' "$CT_TMP/case/leak"
	fi
	wipe "$CT_TMP/case"
}

known=' '
for file in "$here"/tests/*.t; do
	case $file,$pattern in
	*-build.t,library*) ;;
	*-build.t,*) continue ;; # only by name: they need compilers
	esac
	[ ! -f "$file" ] || transcript "$file"
done

echo "1..$((pass + fail + skip))"
echo "$pass passed, $fail failed, $skip skipped"
[ "$fail" = 0 ] && [ $((pass + skip)) -gt 0 ]
