#!/bin/sh
# SPDX-License-Identifier: ISC
#
# tests.sh [PATTERN] - what ct promises, tried; runs the cases whose name
# contains PATTERN, all without one. As root or not, under any POSIX shell, on
# a machine that has nothing but busybox, ct and the probe. Prints TAP and
# "N passed, N failed, N skipped"; exit 1 if one failed or none ran.
#
#   CT          the program (./ct)
#   CT_BIN      directory of the compiled tests/*.c (build/tests)
#   CT_ROOT     a busybox root (made from the machine's static busybox)
#   CT_REQUIRE  needs whose lack is a failure, not a skip: "root cgroup2 ..."
#   CT_WITHOUT  leaves out the cases whose name begins with it
#   CT_LONG     non-empty: four times as many kills
#   CT_TOOLS    a root with nft, tcpdump and dnsmasq, for a machine without
#   CT_LIMIT    seconds for one case (20)
#   CT_SH       the shell to run the cases with (sh)
#
# A case is one line:
#   t NAME STATUS COMMAND [STDOUT [STDERR]]   COMMAND in the caller's place
#   i NAME STATUS SCRIPT [STDOUT [OPTION...]] SCRIPT in a container of $R
#   b OPTION VALUES [WHICH [OPTIONS]]         each of them must be refused
# STDOUT and STDERR are case patterns. Without STDERR there must be none where
# STATUS is 0, and just one line "ct: ..." where it is 125, 126 or 127.
# COMMAND is run by a shell of its own in an empty directory, under "probe
# case", which also looks for what was left: processes, mounts, links, nf_tables,
# cgroups. With "in" set, before that: $in runs it (in a network namespace of its
# own, say), where $prepare has made what it needs.
# shellcheck disable=SC2016 # those strings expand later, or in the container

# --- what a case can use: this file is read again for each -------------------

run() { "$CT" run -r "$R" "$@"; }
host() { "$CT" run "$@"; }

poll() { # COMMAND...: until it succeeds, 5 s at most
	tries=100
	while [ $((tries -= 1)) -gt 0 ]; do
		"$@" && return
		sleep 0.05
	done
	echo "gave up on: $*"
	return 1
}

mkroot() { # DIR: a busybox root
	mkdir -p "$1/bin" "$1/etc" "$1/root" "$1/proc" "$1/sys" "$1/dev" "$1/tmp" "$1/run" "$1/mnt"
	# busybox as a shell finds its applets without PATH, so: not command -v
	(IFS=:; for d in $PATH; do [ ! -x "$d/busybox" ] || exec cp -L "$d/busybox" "$1/bin/"; done)
	"$1/bin/busybox" --install "$1/bin"
	cp "$P" "$1/bin/probe"
	printf '%s\n' 'root:x:0:0:root:/root:/bin/sh' \
		'user:x:1000:1000:user:/tmp:/bin/sh' >"$1/etc/passwd"
	printf '%s\n' 'root:x:0:' 'tty:x:5:' 'user:x:1000:' 'video:x:44:user' >"$1/etc/group"
	chmod 755 "$1"
}

bad() { # OPTION VALUE...: says what is wrong with the refusal of each, with $more
	opt=$1 n=0
	shift
	for v; do
		s=0
		case $opt in
		--*) run ${more+$more} "$opt=$v" -- echo RAN >o 2>e || s=$? ;;
		*) run "$opt" "$v" -- echo RAN >o 2>e || s=$? ;;
		esac
		case $s,$(cat o),$(cat e) in
		125,,ct:\ ?*) [ "$(wc -l <e)" = 1 ] && continue ;;
		esac
		echo "$opt '$v': status $s, $(cat o e)"
		n=1
	done
	return $n
}

sweep() { # a ct that was killed leaves its cgroup to the next one
	for _ in 1 2 3 4 5; do
		sleep 0.2
		run true
	done
}

trace() { "${P%/*}/tracer" -s "$R" "$@"; } # NAME -- COMMAND...; see tests/tracer.c
delegate() { # COMMAND...: in a cgroup below which user 1000 may make its own
	g=/sys/fs/cgroup/unified
	[ -d $g ] || g=/sys/fs/cgroup
	g=$g/$N s=0
	mkdir "$g" "$g/in"
	chown 1000 "$g" "$g"/cgroup.* "$g/in" "$g"/in/cgroup.*
	(sh -c 'echo $PPID' >"$g/in/cgroup.procs" && "$@") || s=$?
	poll rmdir "$g/in" 2>/dev/null
	rmdir "$g"/* "$g" 2>/dev/null
	return $s
}

N=t$$ # a name that no other case has
detached() { run -d -n "$N" "$@" >o; } # called $N; what it prints is in o
up() { poll grep -q up o; }
states() { "$CT" ls -r | awk -v n="$N" 'index($1, n) == 1 { print $2 }' | tr '\n' ' '; }
first() { "$CT" ps "$N" | awk 'NR == 2 { print $1 }'; }
supervisor() { awk '/^PPid:/ { print $2 }' "/proc/$(first)/status"; }
held() { [ "$(states)" = "created " ]; }
ms() { awk '{ printf "%d\n", $1 * 1000 }' /proc/uptime; }
within() { # MIN MAX COMMAND...: milliseconds that it must take
	since=$(ms) min=$1 max=$2 status=0
	shift 2
	"$@" || status=$?
	took=$(($(ms) - since))
	[ $took -ge "$min" ] && [ $took -le "$max" ] || echo "took $took ms"
	return $status
}

bb() { "$R/bin/busybox" "$@"; }
ip() { bb ip "$@"; } # one that is the same everywhere
tool() { # nft, tcpdump or dnsmasq, with its arguments
	if [ "${CT_TOOLS-}" ]; then chroot "$CT_TOOLS" "$@"; else "$@"; fi
}
tool_box() { "$CT" run ${CT_TOOLS:+-r "$CT_TOOLS"} "$@"; }
sysctl() { for f in $2; do echo "$1" >"/proc/sys/net/$f"; done; }
unchecked='ipv6/conf/all/accept_dad ipv6/conf/default/accept_dad' # no wait for v6 addresses

pair() { # A B: a veth of these two names, up
	ip link add "$1" type veth
	ip link set "$(ip -o link | sed -n "s/^[0-9]*: \(.*\)@$1:.*/\1/p")" name "$2"
	ip link set "$1" up
	ip link set "$2" up
}

# A router: br0 with 10.9.0.1/24 and fd09::1/64, and beyond wan, 192.0.2.1/24 and
# 2001:db8::1/64, a namespace that plays the internet and has no way back but .2
router() {
	sysctl 0 "$unchecked"
	sysctl 1 'ipv4/ip_forward ipv6/conf/all/forwarding'
	ip link set lo up
	ip link add br0 type bridge
	ip addr add 10.9.0.1/24 dev br0
	ip addr add fd09::1/64 dev br0
	ip link set br0 up
	"$R/bin/busybox" unshare -n sleep 100 &
	own=$(readlink /proc/self/ns/net)
	# shellcheck disable=SC2317
	other() { [ "$(readlink "/proc/$!/ns/net")" != "$own" ]; }
	poll other
	: >"$CT_TMP/case/inet"
	mount --bind "/proc/$!/ns/net" "$CT_TMP/case/inet"
	pair wan inet
	ip link set inet netns $!
	kill $!
	wait
	ip addr add 192.0.2.1/24 dev wan
	ip addr add 2001:db8::1/64 dev wan
	# shellcheck disable=SC2016
	inet sh -c 'for f in '"$unchecked"'; do echo 0 >/proc/sys/net/$f; done
		ip link set lo up; ip link set inet up
		ip addr add 192.0.2.2/24 dev inet; ip addr add 2001:db8::2/64 dev inet'
}
inet() { bb nsenter --net="$CT_TMP/case/inet" "$@"; }

web() { # K OPTION...: a container $N-K whose port 80 says "web K", and who asks
	k=$1
	www "w$k" "web $k"
	shift
	run -d -n "$N-$k" -v "$PWD/w$k:/mnt:ro" "$@" -- httpd -f -p 80 -h /mnt >/dev/null
}
www() { # DIR TEXT
	mkdir -p "$1/cgi-bin"
	echo "$2" >"$1/f"
	printf '%s\n' '#!/bin/sh' 'printf "Content-type: text/plain\r\n\r\n"' \
		'echo "$REMOTE_ADDR" | sed "s/[][]//g;s/::ffff://"' >"$1/cgi-bin/who"
	chmod -R a+rx "$1"
}
inet_web() { # PORT: there, "internet" and who asks; it is $p
	www w internet
	"$R/bin/busybox" nsenter --net="$CT_TMP/case/inet" "$R/bin/busybox" httpd -f -p "$1" -h w &
	export p=$!
}
get() { # COMMAND...: what it prints once it succeeds, within 15 tries
	tries=15
	while [ $((tries -= 1)) -gt 0 ]; do
		"$@" 2>/dev/null && return
		sleep 0.2
	done
	echo "nothing from $*"
}
# timeout: some static busybox crash at wget -T
from() { get "$CT" exec "$N-$1" timeout 3 wget -qO- "$2"; }
from_inet() { get inet "$R/bin/busybox" timeout 3 "$R/bin/busybox" wget -qO- "$1"; }
from_here() { get bb timeout 3 "$R/bin/busybox" wget -qO- "$1"; }
faults() { # CALL ERROR COMMAND...: every such call of it fails in turn; what is wrong then
	call=$1 inject="inject=$1:error=$2" k=0
	shift 2
	was=$(ip -o link | cut -d: -f2)
	# shellcheck disable=SC2317
	same() { [ "$(ip -o link | cut -d: -f2)" = "$was" ] && [ -z "$(tool nft list tables)" ]; }
	while [ $((k += 1)) -lt 60 ]; do
		s=0
		strace -f -qqq -o log -e "trace=$call" -e "$inject:when=$k" "$@" >o 2>e || s=$?
		grep -q INJECTED log || return 0
		case $s,$(wc -l <e) in 0,* | 125,1) ;; *) echo "$call $k: status $s, $(cat e)" ;; esac
		[ $s = 0 ] || [ ! -s o ] || echo "$call $k: it ran"
		poll same || { echo "$call $k: left $(ip -o link; tool nft list tables)"; return 1; }
	done
	echo "$call: no end"
}
silent() { ! bb timeout 1 "$@" >/dev/null 2>&1; } # nothing comes from there

if [ -n "${CT_CASE-}" ]; then
	[ $# = 0 ] || { eval "$prepare"; exec "$@"; }
	eval "$CT_CASE"
	exit
fi

# --- the harness --------------------------------------------------------------

if [ "$(id -u)" = 0 ] && [ -z "${CT_UNSHARED-}" ] && unshare -m -n true 2>/dev/null; then
	# Mounts and links of our own, so that what others do is not a leak.
	CT_UNSHARED=1 exec unshare -m -n "${CT_SH:-sh}" "$0" "$@"
fi

abspath() { echo "$(cd "$(dirname "$1")" && pwd)/$(basename "$1")"; }
pattern=${1-} pass=0 fail=0 skip=0 lack='' must=''
export CT R P S CT_TMP CT_CASE prepare man
: "${CT:=./ct}" "${CT_BIN:=build/tests}" "${CT_LIMIT:=20}" "${CT_SH:=sh}"
CT=$(abspath "$CT") P=$(abspath "$CT_BIN/probe") self=$(abspath "$0") here=${0%/*}
[ "$here" != "$0" ] || here=.
man=$(abspath "$here/ct.1")
for f in "$CT" "$P"; do
	[ -x "$f" ] || { echo "Bail out! $f: not there"; exit 1; }
done
CT_TMP=$(mktemp -d "${TMPDIR:-/tmp}/ct-tests.XXXXXX") || exit 1
CT_TMP=$(cd "$CT_TMP" && pwd -P)
chmod 711 "$CT_TMP"
mounts() { awk -v t="$CT_TMP/" 'index($5, t) == 1 { print $5 }' /proc/self/mountinfo; }
wipe() { # DIR: never through what a case has left mounted
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
	x86) [ "$(uname -m)" = x86_64 ] ;;
	man) [ -f "$man" ] ;;
	vm) [ "${CT_VM-}" ] ;;
	netns) [ -e /proc/self/ns/net ] ;;
	cgroup2)
		for f in /sys/fs/cgroup/unified /sys/fs/cgroup; do
			[ -w "$f/cgroup.procs" ] && [ -f "$f/cgroup.subtree_control" ] && return
		done
		false ;;
	memory | cpu | io | pids | cpuset)
		grep -qw "$1" /sys/fs/cgroup/cgroup.controllers 2>/dev/null ;;
	pressure) cat /sys/fs/cgroup/cpu.pressure >/dev/null 2>&1 ;;
	controllers) grep -q memory /sys/fs/cgroup/cgroup.controllers 2>/dev/null ;;
	no-controllers) ! have controllers && have root && have cgroup2 ;;
	no-groups) # none delegated to this user
		! find /sys/fs/cgroup -maxdepth 6 -name cgroup.procs -writable 2>/dev/null | grep -q . ;;
	subuid) command -v newuidmap >/dev/null && grep -q "^$(id -un):" /etc/subuid 2>/dev/null ;;
	rootfs) awk '$2 == "/" { t = $3 } END { exit t != "rootfs" }' /proc/mounts ;;
	linux-*) # at least that version
		printf '%s\n%s\n' "${1#linux-}" "$(uname -r)" | sort -t. -k1,1n -k2,2n | head -n 1 |
			grep -qx "${1#linux-}" || [ "${1#linux-}" = "$(uname -r | cut -d. -f1,2)" ] ;;
	veth | bridge | dummy | macvlan | ipvlan | vlan) # the kernel has such links
		id=''
		[ "$1" != vlan ] || id='id 7'
		unshare -n "$R/bin/busybox" sh -c "ip link add par0 type bridge
			ip link add link par0 name new0 type $1 $id" 2>/dev/null ;;
	nics) [ "${CT_VM-}" ] && [ -e /sys/class/net/eth1/device ] ;;
	nat) # rules that go with their socket: since 5.12
		have linux-5.12 && have nft &&
			unshare -n ${CT_TOOLS:+chroot "$CT_TOOLS"} nft add table inet x 2>/dev/null ;;
	nft | tcpdump | dnsmasq) command -v "$1" >/dev/null || [ -x "${CT_TOOLS-}/usr/sbin/$1" ] ;;
	before-*) ! have "linux-${1#before-}" ;;
	no-modules) have root && ! have veth ;;
	*) command -v "$1" >/dev/null ;;
	esac
}

part() { # NAME: begins the names of the cases that follow, which need nothing
	part=$1 in='' prepare=''
	need
}

need() { # THING...: for the cases up to the next need; none: for all
	lack='' must=''
	for thing; do
		have "$thing" && continue
		lack="$lack $thing"
		case " ${CT_REQUIRE-} " in *" $thing "*) must=1 ;; esac
	done
}

diag() { sed "s/^/    $1/" "$2"; }

t() {
	title="$part: $1"
	case $title in *"$pattern"*) ;; *) return ;; esac
	[ -z "${CT_WITHOUT-}" ] || case $title in "$CT_WITHOUT"*) return ;; esac
	num=$((pass + fail + skip + 1))
	if [ "$lack" ] && [ -z "$must" ]; then
		skip=$((skip + 1))
		echo "ok $num - $title # skip no$lack"
		return
	fi
	mkdir "$CT_TMP/case" "$CT_TMP/case/d"
	st=0 why=''
	CT_CASE=$3
	# shellcheck disable=SC2086 # $in is several words
	(cd "$CT_TMP/case/d" && exec ${in:+$in "$CT_SH" "$self"} "$P" case "$CT_LIMIT" ../leak "$CT_SH" "$self") \
		<"${stdin:-/dev/null}" >"$CT_TMP/case/out" 2>"$CT_TMP/case/err" || st=$?
	CT_CASE=
	out=$(cat "$CT_TMP/case/out") err=$(cat "$CT_TMP/case/err")
	[ "$must" ] && why="required:$lack"
	[ $st = "$2" ] || why="status $st, not $2"
	# shellcheck disable=SC2254 # a pattern is meant
	[ $# -lt 4 ] || case $out in $4) ;; *) why="$why, stdout is not $4" ;; esac
	if [ $# -ge 5 ]; then
		# shellcheck disable=SC2254
		case $err in $5) ;; *) why="$why, stderr is not $5" ;; esac
	else
		case $2,$err in
		0,) ;;
		0,*) why="$why, stderr" ;;
		12[567],ct:\ ?*) [ "$(wc -l <"$CT_TMP/case/err")" = 1 ] || why="$why, stderr of several lines" ;;
		12[567],*) why="$why, stderr is not a line of ct's" ;;
		esac
	fi
	[ -s "$CT_TMP/case/leak" ] && why="$why, something left"
	if [ -z "$why" ]; then
		pass=$((pass + 1))
		echo "ok $num - $title"
	else
		fail=$((fail + 1))
		echo "not ok $num - $title"
		echo "    ${why#, }"
		printf '%s\n' "$3" ${S:+"SCRIPT: $S"} >"$CT_TMP/case/cmd"
		diag '$ ' "$CT_TMP/case/cmd"
		diag '1> ' "$CT_TMP/case/out"
		diag '2> ' "$CT_TMP/case/err"
		diag 'left: ' "$CT_TMP/case/leak"
	fi
	wipe "$CT_TMP/case"
}

i() {
	name=$1 want=$2 S=$3 expect=${4-*}
	shift 3
	[ $# = 0 ] || shift
	t "$name" "$want" "run $* -- sh -c \"\$S\"" "$expect" "${stderr-}"
	S=
}

b() { t "bad values of $1${3:+: $3}" 0 "more='${4-}'; bad $1 $2"; }

# The cases of a transcript, a file that is documentation as well. In the first
# column are "# comment", "need THING..." for what follows, and each case's name,
# a sentence. Under it, two spaces in: "$ COMMAND" ("> " goes on with it) and what
# that prints, stderr with it, as case patterns; "[N]" is a status that is not 0.
transcript() { # FILE
	part=${1##*/} part=${part%.t} in='' prepare='' newline='
'
	need
	name='' script='' want='' command=''
	while IFS= read -r line || [ "$line" ]; do
		case $line in
		'  $ '*) end_command; command=${line#????} ;;
		'  > '*) command="$command$newline${line#????}" ;;
		'  ['[1-9]']' | '  ['[1-9]*[0-9]']') line=${line#???} && want="$want$newline\\[${line%]}\\]" ;;
		'  '*) want="$want$newline${line#  }" ;;
		*) end_case
			case $line in
			'' | '#'*) ;;
			'need' | 'need '*) eval "$line" ;; # words may be $things
			*) name=$line ;;
			esac ;;
		esac
	done <"$1"
	end_case
}
end_command() {
	[ -z "$command" ] || script="$script{ $command$newline} 2>&1 || echo \"[\$?]\"$newline"
	command=''
}
end_case() {
	end_command
	[ -z "$script" ] || t "$name" 0 "$script" "${want#"$newline"}"
	name='' script='' want=''
}

# --- command line -------------------------------------------------------------

part options
t 'no arguments' 125 '"$CT"'
t 'no argument vector at all' 125 '"$P" noargv "$CT"'
t 'unknown verb' 125 '"$CT" bogus' '' '*bogus*'
t 'abbreviated verb' 125 '"$CT" ru true'
t 'unknown option' 125 'run --bogus -- echo RAN' '' '*--bogus*'
t 'unknown letter' 125 'run -Z -- echo RAN' '' '*-Z*'
t 'abbreviated option' 125 'run --hostn x -- echo RAN' '' '*--hostn*'
t 'option without its value' 125 'run --timeout' '' '*--timeout*'
t 'letter without its value' 125 'run -h' '' '*-h*'
t 'value for an option that has none' 125 'run --read-only=1 -- echo RAN' '' '*--read-only*'
t 'option before the verb' 125 '"$CT" --timeout 1 run true'
t 'help' 0 '"$CT" help' '*run*check*'
t '--help' 0 '"$CT" --help' '*run*check*'
t 'help of a verb' 0 '"$CT" help run' '*--volume*--cap-add*'
t 'help of an unknown verb' 125 '"$CT" help bogus' '' '*bogus*'
t 'version' 0 '"$CT" version' 'ct [0-9]*'
t 'a full stdout is an error' 125 '"$CT" help >/dev/full'
t 'options end at the command' 0 'run echo --name x' '--name x'
t 'options end at --' 0 'run -- echo -h' '-h'
t '--option=value, --option value, -o value, -ovalue' 0 \
	'run --hostname=a hostname; run --hostname b hostname; run -h c hostname; run -hd hostname' "a
b
c
d"
t 'joined letters' 125 'run -RZ true' '' '*-Z*'
t 'the default command' 0 'run </dev/null'
t '-- without a command is the default one' 0 'run --'
# shellcheck disable=SC1003
t '@FILE' 0 'printf "%s\n" "# a comment" "-r $R # another" "-e \"A=1  2\" -e B='\''x\\y # z'\''" \
	"-e C=a\\ b -e D=\"\\\"\\\\\" --" >args
	"$CT" run @args sh -c '\''echo "$A|$B|$C|$D"'\' '1  2|x\\y # z|a b|"\\'
t '@FILE in a @FILE that names itself' 125 'echo "@args" >args; run @args true'
t '@FILE that is not there' 125 'run @nosuch true' '' '*nosuch*No such file*'
t '@FILE with an open quote' 125 'echo "-h \"x" >args; run @args true' '' '*args*'
t '@FILE after the command is an argument' 0 'run echo @nosuch' '@nosuch'
t 'a profile of config.h' 0 'run -p strict touch /x 2>/dev/null || run -p strict grep CapBnd /proc/self/status' '*0000000000000000'
t 'unknown profile' 125 'run -p nosuch true' '' '*nosuch*'
need man
t 'the manual has every option of ct help run' 0 '"$CT" help run | grep -o -e "--[a-z][a-z-]*" |
	sort -u >opts; [ "$(wc -l <opts)" -gt 40 ] || echo few
	while read -r o; do grep -q -e "Fl -*${o#--}\>" "$man" || echo "$o"; done <opts' ''
t 'the manual has no other option' 0 '"$CT" help run >help; "$CT" help >>help
	grep -o "^\.It Fl -[a-z][a-z-]*" "$man" | sed "s/.* Fl -/--/" | sort -u |
	while read -r o; do grep -q -e "$o\>" help || echo "$o"; done' ''

# bad values: 125, one line, nothing made
need
number="'' x 1x 0x10 1e3 ' 1' '1 ' +1 99999999999999999999 18446744073709551616"
sixty5=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
nl=$(printf 'a\nb')
b --timeout "$number -1 nan inf"
b --stop-timeout "$number -1 nan inf"
b --stop-signal "'' 0 65 -1 FOO 9x SIG 'TERM '"
b --name "'' . .. /a a/ ../x a//b a/../b -x 'a b' a.b memory.max cgroup.procs cgroup.foo ü '$nl' $sixty5"
b --hostname "'' 'a b' '$nl' a/b $sixty5"
b --domainname "'' '$nl' $sixty5"
b --user "'' 1x -1 +0 4294967295 4294967296 nosuchuser 0:1x 0:-1 0:4294967295 0:0,x 0:0, : :0 '0 ' 0x0"
b --uidmap "'' 0 0:0 0:0:0 -1:0:1 0:-1:1 0:0:-1 x:0:1 0:x:1 0:0:1x 0:0:4294967296 4294967295:0:1 4294967290:0:100 0:4294967295:1 '0: 0:1' 0:0:1:1 0::1"
b --gidmap "'' 0 0:0 0:0:0 -1:0:1 x:0:1 0:0:1x 0:0:4294967296 4294967295:0:1 0:0:1:1"
b --rlimit "'' nofile nofile= =1 nofile=x nofile=-1 nofile=2:1 bogus=1 nofile=1:2:3 'nofile=1 ' nofile=18446744073709551616 nofile=:1 nofile=1:"
b --nice "'' x 1x 20 -21 0x1 ' 1' 4294967296"
b --oom-score "'' x 1x 1001 -1001 0x1 ' 1' 4294967296"
b --cpu-sched "'' bogus fifo:x rr:100 ,"
b --umask "'' 8 999 x -1 0x1 10000 ' 1' 1x"
b --env "'' =x ="
b --keep-fd "$number -1 99 2147483648"
b --ready-fd "$number -1 99 2147483648"
b --info-fd "$number -1 99 2147483648"
b --pidfile "'' /nonexistent/pid /"
b --root "'' /nonexistent /etc/passwd"
b --volume "'' : a a: :b rel /bin:rel bin:/x /bin:/x:bogus /bin:/x: /bin:/x:ro, /bin:/../x /bin:/mnt/../../x /bin:/ /nonexistent:/mnt /bin:/x:ro:rw /etc/passwd:/mnt /bin:/etc/passwd /bin:/proc/x"
b --tmpfs "'' rel / /.. /mnt:bogus /mnt:size=x /mnt:size= /mnt:size=-1 /mnt:size=16E /mnt:size=1.5M /mnt:mode=8 /mnt:mode=99999 /mnt:mode= /mnt:size=1M, /mnt/../../x"
b --mount "'' proc tmpfs:x tmpfs:x:rel :x:/mnt bogus:x:/mnt tmpfs:x:/mnt:bogus=1 tmpfs:x:/ tmpfs:x:/../x"
b --mask "'' rel /.. / /etc/../.. /nonexistent"
b --ro-path "'' rel /nonexistent"
b --symlink "'' a a: :/x a:rel a:/ a:/mnt/../../x"
b --file "'' /x =x rel=x /=x /../x=y /mnt=x"
b --device "'' rel /nonexistent /etc/passwd /dev/null:x /dev/null: /"
b --workdir "'' rel /nonexistent /etc/passwd"
b --share "'' bogus pid,,net pid, ,pid 'pid net'"
b --unshare "'' bogus pid,,net pid, ,pid"
b --ns "'' pid pid= =x bogus=/x pid=/nonexistent pid=/etc/passwd net=/proc/self/ns/uts uts=nosuch"
b --time-offset "'' monotonic boottime= =1 realtime=1 boottime=x boottime=1x bogus=1 boottime=99999999999999999999 'boottime=1 '"
b --sysctl "'' net.x =1 net.ipv4.ip_forward net.bogus=1 kernel.panic=1 kernel.core_pattern=x vm.swappiness=1 net/../kernel/panic=1 net..ipv4.ip_forward=1 ../x=1"
b --cap-add "'' bogus CAP_ 41x SYS_ADMINX -1 99 'CHOWN ' CHOWN,"
b --cap-drop "'' bogus CAP_ -1 99"
b --seccomp "'' bogus /nonexistent /etc /dev/null /etc/passwd"
b --label "bogus"
b --net "'' bogus none,x=1 host,ip=1 none, , 'veth ' Veth ns: ns:,x container: container:a.b container:../x bogus,ip=10.0.0.1/24 veth, veth,, ,veth"
nics() { kind=$1 && shift && for v; do printf "'%s,%s' " "$kind" "$v"; done; }
b --net "$(nics veth ip= ip ip=10.0.0.1 ip=10.0.0.1/ ip=10.0.0.1/33 ip=10.0.0.1/-1 ip=10.0.0.1/+1 ip=10.0.0.1/08 ip=10.0.0.1/8x ip=10.0.0.1/0x8 \
	ip=10.0.0/24 ip=10.0.0.1.2/24 ip=256.0.0.1/24 ip=010.0.0.1/24 ip=10.0.0.01/24 ip=0x0a.0.0.1/24 ip=1/8 'ip= 10.0.0.1/24' 'ip=10.0.0.1 /24' 'ip=10.0.0.1/24 ' ip=10.0.0.1/24/24 \
	ip=::1/129 ip=::1/ ip=::1 ip=::1::2/64 ip=1:2:3:4:5:6:7:8:9/64 ip=12345::/64 ip=fe80::1%eth0/64 'ip=[::1]/64' ip=0.0.0.0/0 ip=::/0 ip=0.0.0.0/24 ip=localhost/8)" addresses
b --net "$(nics veth,ip=10.0.0.2/24 gw= gw gw=10.0.0.1/24 gw=10.0.0 gw=10.0.1.1 gw=fd00::1 gw=0.0.0.0 gw=fe80::1%eth0 gw=x route= route route=10.0.0.0 route=10.1.0.1/16 route=10.1.0.0/33 \
	route=10.1.0.0/16: route=10.1.0.0/16:10.2.0.1 route=10.1.0.0/16:x route=10.1.0.0/16:fd00::1 route=fd00::1/64 route=fd00::/64:10.0.0.1 route=x route=/8 route=default)" routes
b --net "$(nics veth gw=10.0.0.1 route=10.1.0.0/16:10.0.0.1 ip=fd00::2/64,gw=10.0.0.1 ip=10.0.0.2/32,gw=10.0.0.1)" 'gateways out of reach'
b --net "$(nics veth mac= mac mac=x mac=01:00:00:00:00:01 mac=ff:ff:ff:ff:ff:ff mac=00:00:00:00:00:00 mac=02:00:00:00:00 mac=02:00:00:00:00:00:01 mac=2:0:0:0:0:1 mac=0:1:2:3:4:5 \
	mac=02-00-00-00-00-01 mac=020000000001 mac=02:00:00:00:00:0g mac=+2:00:00:00:00:01 mac=0x:00:00:00:00:01 'mac=02:00:00:00:00:01 ' 'mac= 2:00:00:00:00:01' mac=-2:00:00:00:00:01 mac=02:00:00:00:00:01:)" MAC
for k in name host bridge; do
	b --net "$(nics veth $k $k= $k=a/b $k=a:b $k=a%b $k=%d $k=eth%d "$k=a b" "$k= a" "$k=a	b" $k=. $k=.. $k=lo $k=abcdefghijklmnop $k=ü "$k=$nl")" $k
done
b --net "$(nics veth mtu= mtu mtu=67 mtu=65536 mtu=0 mtu=-1 mtu=08 mtu=0x100 mtu=1500x 'mtu= 1500' mtu=1e3 mtu=4294968796 mtu=18446744073709553116)" MTU
b --net "$(nics veth bogus bogus=1 IP=10.0.0.1/24 dev=lo mode=bridge id=1 mode= nat=1 nat= nat,nat name=a,name=a host=a,host=b bridge=a,bridge=a mac=02:00:00:00:00:01,mac=02:00:00:00:00:01 mtu=1500,mtu=1500 =1 =)" 'keys of veth'
b --net "$(nics macvlan mode=bridge dev= dev=lo,dev=lo dev=x,mode=l2 dev=x,mode= dev=x,mode dev=x,mode=0 dev=x,bridge=br0 dev=x,host=a dev=x,hostip=10.0.0.1/24 dev=x,nat dev=x,id=1) macvlan" 'keys of macvlan' --dry-run
b --net "$(nics ipvlan mode=l2 dev=x,mode=bridge dev=x,mode=l4 dev=x,nat dev=x,host=a) ipvlan" 'keys of ipvlan' --dry-run
b --net "$(nics vlan id=1 dev=x dev=x,id= dev=x,id dev=x,id=0 dev=x,id=4095 dev=x,id=-1 dev=x,id=01 dev=x,id=0x1 dev=x,id=1x dev=x,id=1,id=1 dev=x,id=1,mode=l2 dev=x,id=4294967297) vlan" 'keys of vlan' --dry-run
b --net "$(nics phys name=a dev= dev=x,mode=bridge dev=x,nat dev=x,id=1 dev=a/b dev=x,dev=x) phys" 'keys of phys' --dry-run
b --publish "'' 80 : :80 80: :80:80 80:80: 0:80 80:0 70000:80 80:70000 -1:80 080:80 80:080 80x:80 80:80x '80 :80' ' 80:80' 80:80/ 80:80/sctp 80:80/TCP 80:80/tcp/udp 80/tcp:80 1.2.3:80:80 1.2.3.4.5:80:80 \
	10.0.0.1/24:80:80 [::1:80:80 ::1]:80:80 ::1:80:80 []:80:80 [10.0.0.1]:80:80 [::1]80:80 localhost:80:80 0x50:80 80:80:80 1:2:3:4" '' '--dry-run --net veth,ip=10.0.0.2/24,ip=fd00::2/64'
b --try "'' bogus cgroup,, cgroup,"
b --memory "'' 0 -1 +1 ' 1' '1 M' 1.5G 1MM 0x10 1e3 16E 18446744073709551616 9223372036854775808"
b --cpus "'' 0 -1 nan inf 1e9 150% 0,5 0x1 1x 0.00001"
b --pids "'' 0 -1 4194305 x 1x 1.5"
t 'seccomp filters of a wrong length' 0 ': >f0; printf 1234567 >f7; dd if=/dev/zero of=f9 bs=8 count=4097 2>/dev/null
	bad --seccomp "$PWD/f0" "$PWD/f7" "$PWD/f9"'
t '--keep-fd of a closed descriptor' 125 'exec 7<&-; run --keep-fd 7 true' '' '*7*'
t 'root is needed as a directory' 125 '"$CT" run -r /etc/passwd true' '' '*/etc/passwd: Not a directory*'
t '--net none and host together' 125 'run --net none --net host true'
t 'control bytes in a value are escaped' 125 'run --user "$(printf "a\033b")" true' '' "*a[!$(printf '\033')]*b*"

# --- exit statuses ------------------------------------------------------------

part status
i 'status 0' 0 'exit 0'
i 'status 3' 3 'exit 3'
i 'status 255' 255 'exit 255'
t 'end by a signal is 128 + its number' 139 'run probe crash' '' ''
t 'with --init too' 137 'run --init -- sh -c "kill -KILL \$\$"' '' ''
t 'time limit' 124 'run --timeout 1 -- sleep 100' '' '*'
t 'a command that ends within the time limit' 7 'run --timeout 10 -- sh -c "exit 7"'
t 'not found in PATH' 127 'run nosuch' '' 'ct: *nosuch: No such file or directory*'
t 'not found' 127 'run /no/such' '' 'ct: */no/such: No such file or directory*'
t 'not executable' 126 'run /etc/passwd' '' 'ct: */etc/passwd: Permission denied*'
t 'a directory' 126 'run /etc' '' 'ct: */etc: Permission denied*'
t 'not a program' 126 'printf "\001\002\003\n" >x; chmod 755 x; run -v "$PWD/x:/mnt/x" /mnt/x' '' \
	'ct: */mnt/x: Exec format error*'
t 'missing interpreter' 126 'printf "#!/no/interp\n" >x; chmod 755 x; run -v "$PWD/x:/mnt/x" /mnt/x' '' \
	'ct: */mnt/x: *interpreter /no/interp *'
t 'missing ELF loader' 126 '"$P" mkelf x /lib/ld-none.so; run -v "$PWD/x:/mnt/x" /mnt/x' '' \
	'ct: */mnt/x: *ELF loader /lib/ld-none.so *'
t 'too long an argument list' 126 'head -c 200000 /dev/zero | tr "\0" x >args
	(printf "%s A=" -e; cat args) >big; run @big true' '*' '*Argument list too long*'

# --- isolation: what a command sees without any option ------------------------

part isolation
i 'it is PID 1' 0 'echo $$' 1
i 'it sees only itself' 0 'set -- /proc/[0-9]*; echo $#' 1
t 'its own host name' 0 '[ "$(run hostname)" != "$(hostname)" ] || hostname' ''
i 'lo only, and it is up' 0 'ip -o link' '1: lo: <*UP*'
i 'lo works' 0 'ping -c1 -W2 127.0.0.1 >/dev/null && echo pong' pong --cap-add NET_RAW
for k in mnt pid net ipc uts cgroup; do
	t "its own $k namespace" 0 "[ \"\$(run readlink /proc/self/ns/$k)\" != \"\$(readlink /proc/self/ns/$k)\" ]"
done
t 'the environment is the default one' 0 'SECRET=x TERM=y run env | cut -d= -f1 | sort | tr "\n" " "' \
	'HOME PATH TERM container '
t 'no variable of the caller in any environ' 0 'export SECRET=x
	run sh -c "cat /proc/*/environ | tr \"\\0\" \"\\n\" | grep -c SECRET"; true' 0
t 'nor with --init' 0 'export SECRET=x
	run --init --cap-add SYS_PTRACE -- sh -c "cat /proc/*/environ 2>/dev/null | tr \"\\0\" \"\\n\" | grep -c SECRET"; true' 0
t 'no descriptor but 0 to 2' 0 '"$P" fds "$CT" run -r "$R" probe fdlist' '0 1 2'
t 'nor with --init, in any process' 0 '"$P" fds "$CT" run -r "$R" --init --cap-add SYS_PTRACE -- sh -c "
	for f in /proc/[0-9]*/fd/*; do readlink \$f; done | grep -x -e / -e /etc"; true' ''
t 'nor with stdin closed' 0 'run probe fdlist <&-' '0 1 2'
t 'nor with all three closed' 0 'run -v "$PWD:/mnt" -- sh -c "probe fdlist >/mnt/o" <&- >&- 2>&-; cat o' '0 1 2'
t 'the directory of the caller is not in reach' 0 'run pwd; run readlink /proc/self/cwd' "/
/"
i 'inheritable and ambient capabilities: none' 0 \
	"awk '/^Cap(Inh|Amb)/ { print \$2 }' /proc/self/status | sort -u" 0000000000000000
i 'bounding, permitted and effective are one set' 0 \
	"awk '/^Cap(Bnd|Prm|Eff)/ { print \$2 }' /proc/self/status | sort -u | wc -l" 1
i 'no capability that reaches outside' 0 '
	c=$((0x$(grep CapBnd /proc/self/status | cut -f2)))
	for n in 2 12 14 15 16 17 19 20 21 22 24 25 26 27 30 32 33 34 35 36 37 38 39 40; do
		[ $((c >> n & 1)) = 0 ] || echo $n
	done' ''
i 'seccomp is on' 0 'grep ^Seccomp: /proc/self/status' 'Seccomp:?2'
i 'no_new_privs is on' 0 'grep ^NoNewPrivs: /proc/self/status' 'NoNewPrivs:?1'
i 'a session of its own' 0 'cut -d" " -f6 /proc/self/stat' 1
i 'no signal ignored or blocked' 0 "awk '/^Sig(Blk|Ign)/ { print \$2 }' /proc/self/status | sort -u" 0000000000000000
i 'umask' 0 umask 0022
i 'no core files' 0 "awk '/core file/ { print \$5, \$6 }' /proc/self/limits" '1 *'
# a kernel that has no calls of i386 ends who makes one in another way
i386=$("$P" sys i386 2>/dev/null | grep -x 'i386 signal 11' || echo 'i386 signal 31')
i 'the system calls that are refused' 0 "
	probe sys | grep -v -e ' EPERM\$' -e '^clone3 ENOSYS' -e '^x32 signal 31' -e '^$i386'" 'getppid ok'
i 'those that no capability gives back' 0 "
	probe sys unshare-user clone-user keyctl add_key request_key io_uring tiocsti tiocsti-high tioclinux \
		tioclinux-high x32 i386 | grep -v -e ' EPERM\$' -e 'x32 signal 31\$' -e '^$i386\$'; true" '' --cap-add ALL
i 'mknod is refused' 1 'mknod /tmp/x b 8 0 2>&1; test -e /tmp/x' '*Operation not permitted*'
i '.. of / is /' 0 'cd / && cd ../../.. && ls -d bin && ls -d /proc/self/root/../bin' "bin
/proc/self/root/../bin"
t 'chroot and .. stay inside' 0 'touch canary; run probe climb "$PWD/canary"' '*inside'
t 'with CAP_SYS_CHROOT too' 0 'touch canary; run --cap-add SYS_CHROOT probe climb "$PWD/canary"' inside
t 'with --privileged / cannot be taken off' 0 'touch canary; run --privileged probe lift "$PWD/canary"' '*inside'
i '/proc and /sys: what writes to the kernel is closed' 0 '
	for f in /proc/sysrq-trigger /proc/sys/kernel/core_pattern /proc/sys/kernel/panic /proc/sys/vm/drop_caches \
		/proc/irq/default_smp_affinity /sys/kernel/mm/ksm/run /sys/kernel/uevent_helper /proc/kcore \
		/proc/keys /proc/timer_list; do (: >>$f) 2>/dev/null && echo $f; done; true' '' --cap-add ALL
i '/proc: what shows the kernel is empty' 0 'for f in /proc/kcore /proc/keys /proc/timer_list; do
	head -c 1 $f 2>/dev/null | wc -c; done | sort -u' 0 --cap-add ALL
stderr='*' i 'masks cannot be taken off' 0 'for f in /proc/kcore /proc/sys /proc/sysrq-trigger /proc/keys; do
	umount $f 2>/dev/null && echo $f; done; true' '' --cap-add ALL
i 'nosuid and nodev on every mount but /dev' 0 "
	awk '\$2 !~ \"^/dev\" && (\$4 !~ /nosuid/ || \$4 !~ /nodev/)' /proc/mounts" ''
i '/sys is read-only' 0 "awk '\$2 == \"/sys\" { print \$4 }' /proc/mounts | grep -v '^ro'; true" ''
i '/dev is minimal' 0 'ls /dev | grep -vxE "null|zero|full|random|urandom|tty|ptmx|pts|shm|mqueue|console|fd|std(in|out|err)|core"; true' ''
i '/dev works' 0 'echo x >/dev/null && head -c 3 /dev/zero | wc -c && head -c 3 /dev/urandom | wc -c' "3
3"
i 'a pty can be had' 0 'test -c /dev/pts/ptmx && : <>/dev/ptmx && echo ok' ok
i 'nothing else is mounted' 0 "awk '\$2 !~ \"^/(dev|proc|sys|tmp|run)(/|\$)\" && \$2 != \"/\"' /proc/mounts" ''
i 'the host name cannot be set' 1 'hostname evil 2>/dev/null'
i 'threads are not told apart from processes by clone3' 0 'probe sys clone3' 'clone3 ENOSYS'

t 'the caller may ignore and block every signal' 5 '"$P" deaf "$CT" run -r "$R" -- sh -c "exit 5"'
t 'and the command knows nothing of it' 0 '"$P" deaf "$CT" run -r "$R" -- grep -E "Sig(Blk|Ign)" /proc/self/status' \
	'SigBlk:?0000000000000000
SigIgn:?0000000000000000'
t 'the session keyring is its own' 0 '"$P" key "$P" keysearch; "$P" key "$CT" run -r "$R" --seccomp none probe keysearch' "ok
ENOKEY"

need root
t 'supplementary groups are dropped' 0 '"$P" groups 24 "$CT" run -r "$R" id -G' 0
t 'set-uid programs gain nothing' 0 'cp -a "$R" root; chmod 4755 root/bin/probe
	"$CT" run -r "$PWD/root" -u 1000 probe ids' '1000 1000'
t 'device nodes in the root are dead' 0 'mkroot root; mknod root/null c 1 3
	"$CT" run -r "$PWD/root" -- sh -c "(: >/null) 2>&1"; true' '*Permission denied*'
t 'mounts inside stay inside' 0 'mount -t tmpfs s . && cd "$PWD" && mount --make-shared . && mkdir a
	run --privileged -v "$PWD:/mnt" mount -t tmpfs x /mnt/a; grep -c "/d/a " /proc/self/mountinfo; cd ..; umount d' 0
t 'mounts outside stay outside' 0 'mount -t tmpfs s . && cd "$PWD" && mount --make-shared . && mkdir a && mkfifo f
	(run --pidfile pid -v "$PWD:/mnt" sh -c "read l </mnt/f; grep -c /mnt/a /proc/self/mountinfo") &
	poll test -s pid; mount -t tmpfs x a; touch a/x; echo >f; wait; umount a; cd ..; umount d' 0
t 'a group member of the caller reads nothing by it' 0 'mkroot root; echo x >root/s; chgrp 4 root/s; chmod 604 root/s
	"$P" groups 24 "$CT" run -r "$PWD/root" -u 1000:1000 cat /s' x

need user userns
i 'the own id alone is mapped, to root' 0 'cat /proc/self/uid_map /proc/self/gid_map | tr -s " "' " 0 $(id -u) 1
 0 $(id -g) 1"
i 'setgroups is denied' 0 'cat /proc/self/setgroups' deny
i 'another id on demand' 0 'id -u; id -g' "5
6" --uidmap "5:$(id -u):1" --gidmap "6:$(id -g):1"
t 'a foreign id cannot be mapped' 125 'run --uidmap 0:0:1 --gidmap 0:0:1 true'
t "root's files stay unreadable" 1 'host cat /etc/shadow 2>/dev/null' ''

# --- the host's own root ------------------------------------------------------

part host
t 'runs' 0 'host sh -c "echo \$\$"' 1
t 'read-only' 0 'host --cap-add ALL sh -c "
	for d in / /etc /usr /bin /lib /var /home /root; do
		[ ! -d \$d ] || (: >\$d/ct-was-here) 2>/dev/null && [ -d \$d ] && echo \$d; done; true"' ''
t '/tmp and /run are its own' 0 'host sh -c "ls -A /tmp /run | grep -v : | wc -w; touch /tmp/x /run/x 2>/dev/null; stat -c %a /tmp"' "0
1777"
t '/dev is its own' 0 'host sh -c "ls /dev/ | grep -e mem -e kmsg -e ^loop -e ^sd -e ^vd; true"' ''
t 'masks hold' 0 'host --cap-add ALL sh -c "(: >>/proc/sysrq-trigger) 2>/dev/null && echo open; head -c1 /proc/keys 2>/dev/null"' ''
t 'nosuid and nodev everywhere' 0 'host cat /proc/mounts | awk "
	\$2 !~ \"^/dev\" && (\$4 !~ /nosuid/ || \$4 !~ /nodev/)"' ''
t 'a volume on a name that does not exist' 0 'echo hi >f; host -v "$PWD:/ct-test-mnt" -w /ct-test-mnt -- cat f
	ls -d /ct-test-mnt 2>/dev/null; true' hi

# --- identity -----------------------------------------------------------------

part identity
t '--name' 0 'run -n "t$$" true'
t '--pidfile' 0 'mkfifo f; (run --pidfile pid -v "$PWD:/mnt" -- sh -c "read l </mnt/f") & poll test -s pid
	read -r p <pid; grep NSpid "/proc/$p/status" | cut -f3; echo >f; wait' 1
t '--ready-fd' 0 'run --ready-fd 3 true 3>r; od -An -c r' ' *\\n'
t '--ready-fd: nothing if the command was not found' 127 'run --ready-fd 3 nosuch 3>r; s=$?; cat r; exit $s' ''
t '--ready-fd is not in the container' 0 'run --ready-fd 3 probe fdlist 3>r' '0 1 2'
t '--info-fd' 0 'run -n "t$$" --info-fd 3 true 3>i; wc -l <i; sed "s/t$$/NAME/" i' \
	'1
{*"name":*"NAME"*"pid":*[0-9]*"*"*}'
t '--stop-signal, sent when time is up' 124 'run --timeout 1 --stop-signal USR1 sh -c "
	trap \"echo got; exit 3\" USR1; while :; do sleep 0.05; done"' got '*'
t '--stop-timeout, then SIGKILL' 124 'run --timeout 1 --stop-timeout 1 --init sh -c "
	trap \"echo got\" TERM; while :; do sleep 0.05; done"' got '*'
t '--dry-run lists the steps and takes none' 0 'run --dry-run -v "$PWD:/mnt" touch /mnt/RAN >o 2>&1; wc -l <o; ls' '[1-9]*
o'
t '--dry-run refuses bad values' 125 'run --dry-run --timeout x true'
t '--verbose' 0 'run -V true 2>e; grep -c "[0-9]" e' '[1-9]*'

need root cgroup2
t 'a name that runs is taken' 0 'mkfifo f; (run -n "t$$" --pidfile pid -v "$PWD:/mnt" -- sh -c "read l </mnt/f; echo end") &
	poll test -s pid; run -n "t$$" echo RAN 2>e; echo $?; grep -c "t$$.*xists" e; echo >f; wait' "125
1
end"
t 'two starts of one name: one wins' 0 'n=0; for k in 1 2 3 4 5 6; do
	(run -n "t$$" sleep 1 2>/dev/null; echo $?) & done >o; wait; sort o | uniq -c | tr -s " "' ' 1 0
 5 125'

# --- root and mounts ----------------------------------------------------------

part mounts
t 'a root that is a symbolic link' 0 'ln -s "$R" l; "$CT" run -r "$PWD/l" echo hi' hi
t 'a relative root' 0 'cd "$R/.." && "$CT" run -r "./${R##*/}/" echo hi' hi
t 'a root can be written to' 0 'mkroot root; "$CT" run -r "$PWD/root" touch /new; ls root/new' root/new
t '--read-only' 0 'mkroot root; "$CT" run -r "$PWD/root" -R sh -c "(: >/new) 2>&1; (: >/etc/new) 2>&1"
	ls root | grep new; true' '*Read-only file system*Read-only file system'
t '-v' 0 'echo hi >f; run -v "$PWD:/mnt" sh -c "cat /mnt/f; echo ho >/mnt/g"; cat g' "hi
ho"
t '-v of a file' 0 'echo hi >f; run -v "$PWD/f:/etc/passwd" cat /etc/passwd' hi
t '-v ro' 0 'echo hi >f; run -v "$PWD:/mnt:ro" sh -c "cat /mnt/f; (: >/mnt/g) 2>&1"; ls' "hi
*Read-only file system
f"
t '-v ro with every capability' 0 'run --cap-add ALL -v "$PWD:/mnt:ro" sh -c "mount -o remount,rw,bind /mnt; : >/mnt/g" 2>/dev/null; ls' ''
t '-v noexec' 126 'cp "$P" p; run -v "$PWD:/mnt:noexec" /mnt/p fdlist' '' '*/mnt/p: Permission denied*'
t '-v try' 0 'run -v /nonexistent:/mnt:try -v "$PWD:/mnt:try,ro" echo hi' hi
t '-v onto a link in the root stays in the root' 0 'mkroot root; mkdir -p c; ln -s "$PWD/c" root/l; ln -s ../../../../../../tmp root/m
	echo hi >f; "$CT" run -r "$PWD/root" -v "$PWD/f:/l/x" -v "$PWD/f:/m/y" cat /tmp/y 2>/dev/null; find c' "*c"
t 'mounts are made in the order given' 0 'echo hi >f; run --tmpfs /mnt -v "$PWD:/mnt/x" cat /mnt/x/f
	run -v "$PWD:/mnt" --tmpfs /mnt ls -A /mnt' hi
t '--tmpfs' 0 'run --tmpfs /mnt:size=1M,mode=701 sh -c "stat -c %a /mnt; df -k /mnt | tail -n 1 | tr -s \" \" | cut -d\" \" -f2"' "701
1024"
t '--mount' 0 'run --mount tmpfs:x:/mnt:size=64k sh -c "grep \" /mnt \" /proc/mounts"' '* /mnt tmpfs *nosuid*nodev*size=64k*'
t '--mask of a file and of a directory' 0 'run --mask /etc/passwd --mask /bin/probe --mask /root sh -c "
	cat /etc/passwd; ls -A /root; (: >>/etc/passwd) 2>/dev/null && echo open; probe ids 2>/dev/null"; true' ''
t '--ro-path' 0 'run --ro-path /tmp sh -c "(: >/tmp/x) 2>&1"; true' '*Read-only file system'
t '--symlink' 0 'run --tmpfs /mnt --symlink a/b:/mnt/l readlink /mnt/l' a/b
t '--file' 0 'run --tmpfs /mnt --file "/mnt/f=a b=c" cat /mnt/f' 'a b=c'
t '--file over one that is there' 0 'run --file /etc/passwd=x cat /etc/passwd; head -c 4 "$R/etc/passwd"' "xroot"
t '--workdir' 0 'run -w /mnt pwd' /mnt
t '--workdir through a descriptor of the caller' 125 'run -w /proc/self/fd/7 pwd 7</'
t 'a missing mount point in a read-only root leaves nothing on the disk' 0 'mkroot root; find root | sort >a; echo hi >f
	"$CT" run -R -r "$PWD/root" -v "$PWD/f:/new/dir/f" -v "$PWD:/etc/d" --tmpfs /t sh -c "
	cat /new/dir/f /etc/d/f; head -c 5 /etc/passwd"; find root | sort | diff a -' "hi
hi
root:"
need root
t '--device' 0 'run --device /dev/kmsg sh -c "test -c /dev/kmsg && echo there"' there
t '-v rec, and not' 0 'mkdir s; mount -t tmpfs x s; touch s/f
	run -v "$PWD:/mnt" ls /mnt/s; echo --; run -v "$PWD:/mnt:rec" ls /mnt/s; umount s' "--
f"
t '-v rec,ro holds for what lies below' 0 'mkdir s; mount -t tmpfs x s; run -v "$PWD:/mnt:rec,ro" touch /mnt/s/x 2>/dev/null
	ls s; umount s' ''
need root userns linux-6.3
t '-v idmap' 0 'touch f; run --uidmap 0:100000:1000 --gidmap 0:100000:1000 -v "$PWD:/mnt:idmap" sh -c "
	stat -c %u /mnt/f; touch /mnt/g"; stat -c %u g' "0
0"

# --- a hostile root -----------------------------------------------------------

part hostile
for d in dev proc sys tmp run mnt etc; do
	t "/$d is a link to the host" 0 'mkroot root; mkdir canary; echo x >canary/null; cp canary/null canary/passwd
		cd canary; find . -exec ls -ld {} + | sort >../a; cd ..
		for to in "$PWD/canary" ../../../../../../../../..$PWD/canary; do
			rm -rf root/'$d'; ln -s "$to" root/'$d'
			"$CT" run -r "$PWD/root" -v /bin:/mnt/x --tmpfs /mnt/y --symlink a:/mnt/l --file /etc/f=x \
				--mask /etc/passwd sh -c ": >/tmp/z; : >/run/z" >/dev/null 2>e
			[ "$(wc -l <e)" -le 1 ] || cat e
		done
		cd canary; find . -exec ls -ld {} + | sort | diff ../a -' '' ''
done
t 'a mount point that turns into a link while ct starts' 0 'mkroot root; mkdir canary; ln -s "$PWD/canary" root/l; touch f
	"$P" swap root/mnt root/l & p=$!
	for _ in 1 2 3 4 5 6 7 8 9 10; do for _ in 1 2 3 4 5; do
		"$CT" run -r "$PWD/root" -v "$PWD/f:/mnt/a/b" --tmpfs /mnt/c --file /mnt/d=x true 2>/dev/null
	done; done; kill $p; wait $p 2>/dev/null; ls -A canary' ''
t '/dev/null is something else' 0 'mkroot root; ln -s /proc/sys/kernel/core_pattern root/dev/null
	echo secret >root/dev/zero; "$CT" run -r "$PWD/root" sh -c "test -c /dev/null && test -c /dev/zero && head -c1 /proc/keys; echo ok"' ok
t '/proc is a file' 125 'mkroot root; rmdir root/proc; echo x >root/proc; "$CT" run -r "$PWD/root" true' '' '*proc*'
t 'no directory at all' 0 'mkdir -p root/bin; cp "$P" root/bin/probe
	"$CT" run -r "$PWD/root" /bin/probe fdlist; "$CT" run -r "$PWD/root" -R /bin/probe fdlist' "0 1 2
0 1 2"

# --- namespaces ---------------------------------------------------------------

part namespaces
for k in net ipc uts cgroup pid; do
	[ $k != pid ] || need root
	t "--share $k" 0 "[ \"\$(run --share $k readlink /proc/self/ns/$k)\" = \"\$(readlink /proc/self/ns/$k)\" ]"
done
need
t '--net host' 0 '[ "$(run --net host readlink /proc/self/ns/net)" = "$(readlink /proc/self/ns/net)" ]'
i '--net none' 0 'ip -o link | wc -l' 1 --net none
i '--hostname' 0 hostname box.example --hostname box.example
i '--hostname of 64 bytes' 0 'hostname | wc -c' 65 --hostname "${sixty5#a}"
i '--domainname' 0 'cat /proc/sys/kernel/domainname' dom --domainname dom
i '--sysctl' 0 'cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/shm_rmid_forced' "1
1" --sysctl net.ipv4.ip_forward=1 --sysctl kernel.shm_rmid_forced=1
need timens
t '--unshare time' 0 '[ "$(run --unshare time readlink /proc/self/ns/time)" != "$(readlink /proc/self/ns/time)" ]'
i '--time-offset' 0 'cut -d. -f1 /proc/uptime | sed "s/.......\$//"' '[1-9]*' --time-offset boottime=100000000
need userns
i '--uidmap and --gidmap' 0 'id -u; id -g; cat /proc/self/uid_map | tr -s " "' "7
8
 7 $(id -u) 1" --uidmap "7:$(id -u):1" --gidmap "8:$(id -g):1" -u 7:8
t '--userns' 0 '[ "$(run -U readlink /proc/self/ns/user)" != "$(readlink /proc/self/ns/user)" ]'
need root userns
t "root's files are nobody's under a map" 0 'mkroot root; echo x >root/s; chmod 600 root/s
	"$CT" run -r "$PWD/root" --uidmap 0:100000:1000 --gidmap 0:100000:1000 sh -c "stat -c %u /s; cat /s 2>&1"; true' \
	'65534
*Permission denied'
need root
t '--ns PATH' 0 'mkfifo f; (run --pidfile pid -h joined -v "$PWD:/mnt" sh -c "read l </mnt/f") & poll test -s pid
	read -r p <pid; run --ns "uts=/proc/$p/ns/uts" --ns "net=/proc/$p/ns/net" hostname; echo >f; wait' joined
need root cgroup2
t '--ns NAME' 0 'mkfifo f; (run -n "t$$" --pidfile pid -h joined -v "$PWD:/mnt" sh -c "read l </mnt/f") & poll test -s pid
	run --ns "uts=t$$" hostname; echo >f; wait' joined
need user subuid
i 'newuidmap gives the ranges of subuid' 0 'wc -l </proc/self/uid_map' '[2-9]*' -U

# --- process ------------------------------------------------------------------

part process
i '--env K=V' 0 'echo "$A|$B"' '1 2|=' -e "'A=1 2'" -e B==
t '--env K takes the value of the caller' 0 'export A=1 B=2; run -e A sh -c "echo \$A\$B"' 1
t '--keep-env' 0 'A=1 run --keep-env sh -c "echo \$A"' 1
i '--rlimit' 0 'ulimit -Sn; ulimit -Hn' "100
200" --rlimit nofile=100:200
nice="awk '{ print \$19 }' /proc/self/stat"
i '--nice' 0 "$nice" 5 --nice 5
i '--oom-score' 0 'cat /proc/self/oom_score_adj' 500 --oom-score 500
i '--cpu-sched' 0 "awk '{ print \$41 }' /proc/self/stat" 3 --cpu-sched batch
i '--umask' 0 umask 0027 --umask 027
t '--keep-fd' 0 'echo hi >f; run --keep-fd 5 sh -c "cat <&5; probe fdlist" 5<f' "hi
0 1 2 5"
t 'LISTEN_FDS of the caller are handed on' 0 'echo hi >f; sh -c "
	LISTEN_FDS=2 LISTEN_PID=\$\$ exec \"\$CT\" run -r \"\$R\" sh -c \"
	cat <&4; echo \\\$LISTEN_FDS \\\$LISTEN_PID; probe fdlist\"" 3</dev/null 4<f' "hi
2 1
0 1 2 3 4"
t 'those of another process are not' 0 'LISTEN_FDS=1 LISTEN_PID=1 run sh -c "echo \$LISTEN_FDS; probe fdlist" 3</dev/null' "
0 1 2"
i '--init: the command is not PID 1' 0 '[ $$ != 1 ] && echo $$' '[2-9]*' --init
i '--init reaps orphans' 0 'for k in 1 2 3; do (sleep 0.1 & ) ; done; sleep 0.5; grep -l "^State:.Z" /proc/[0-9]*/status; true' '' --init
i '--init: PID 1 cannot be looked into' 0 'readlink /proc/1/exe /proc/1/cwd /proc/1/root 2>/dev/null; true' '' --init
need root
i '--user by name' 0 'id -u; id -g; id -G' "1000
1000
1000 44" -u user
i '--user by number' 0 'id -u; id -g; id -G' "1234
1234
1234" -u 1234
i '--user with groups' 0 'id -u; id -g; id -G' "1000
5
5 7 44" -u user:tty,video,7
i '--user has no capabilities' 0 'grep -c -E "^Cap(Inh|Prm|Eff|Amb):.0000000000000000" /proc/self/status' 4 -u 1000
i '--nice below 0' 0 "$nice" -5 --nice -5

# --- privilege ----------------------------------------------------------------

part privilege
cap='c=$((0x$(grep CapEff /proc/self/status | cut -f2))); echo $((c >> 12 & 1))'
i '--cap-add' 0 "$cap" 1 --cap-add NET_ADMIN
i '--cap-add in full and in small letters' 0 "$cap" 1 --cap-add cap_net_admin
i '--cap-drop ALL' 0 'grep -c ^Cap.*0000000000000000 /proc/self/status' 5 --cap-drop ALL
i '--cap-drop ALL --cap-add one' 0 'grep CapBnd /proc/self/status' '*0000000000001000' --cap-drop ALL --cap-add NET_ADMIN
i '--cap-drop of one' 0 'c=$((0x$(grep CapBnd /proc/self/status | cut -f2))); echo $((c & 1))' 0 --cap-drop CHOWN
i '--privileged' 0 "$cap; probe sys unshare-user keyctl" "1
unshare-user ok
keyctl ok" --privileged
i '--allow-new-privs' 0 'grep ^NoNewPrivs: /proc/self/status' 'NoNewPrivs:?0' --allow-new-privs --seccomp none
i '--seccomp none' 0 'grep ^Seccomp: /proc/self/status; probe sys keyctl' 'Seccomp:?0
keyctl ok' --seccomp none
need no-controllers
t 'a limit that cannot be had is an error' 125 'run -m 64M true' '' '*memory.max*memory controller*'
t '--try makes it a warning' 0 'run --try limits -m 64M echo hi' hi 'ct: *memory*'
need
t '--seccomp FILE' 0 'printf "\006\0\0\0\0\0\377\177" >f
	run --seccomp "$PWD/f" sh -c "grep ^Seccomp: /proc/self/status; probe sys keyctl"' 'Seccomp:?2
keyctl ok'
need root
i '--user keeps an added capability' 0 "$cap" 1 --cap-add NET_ADMIN -u 1000

# --- the sealed binary --------------------------------------------------------

part sealed
kills=50
[ -z "${CT_LONG-}" ] || kills=200
t 'ct is not changed while it is killed' 0 'cp "$CT" ct; was=$(sha256sum ct; stat -c "%a %s %y %z" ct)
	"$P" storm '$((kills * 2 / 5))' 60000 ./ct run -r "$R" --init --cap-add ALL probe attack 1 >/dev/null; sweep
	[ "$(sha256sum ct; stat -c "%a %s %y %z" ct)" = "$was" ] || echo changed' ''
t 'nor by a script that names it' 0 'cp "$CT" ct; was=$(sha256sum ct; stat -c "%a %s %y %z" ct)
	printf "#!/proc/self/exe version\n" >s; chmod 755 s
	./ct run -r "$R" -v "$PWD/s:/mnt/s" /mnt/s >/dev/null 2>&1
	[ "$(sha256sum ct; stat -c "%a %s %y %z" ct)" = "$was" ] || echo changed' ''

# --- signals and ends ---------------------------------------------------------

part ends
sleeper='probe idle'
trapper='sh -c "trap \"exit 7\" INT TERM HUP QUIT; echo up; while :; do sleep 0.05; done"'
for s in 1-HUP 2-INT 3-QUIT 15-TERM; do
	k=${s%-*}
	t "SIG${s#*-}: the default, for a PID 1 that does not catch it" $((128 + k)) \
		'"$P" kill '"$k"' "$CT" run -r "$R" '"$sleeper" '' ''
	t "SIG${s#*-}: to a PID 1 that does" 7 '"$P" kill '"$k"' "$CT" run -r "$R" '"$trapper" '' ''
done
t 'SIGTERM with --init' 143 '"$P" kill 15 "$CT" run -r "$R" --init '"$sleeper" '' ''
t 'SIGTERM with --init to a trap' 7 '"$P" kill 15 "$CT" run -r "$R" --init '"$trapper" '' ''
t 'SIGTERM to a ct started deaf' 143 '"$P" kill 15 "$P" deaf "$CT" run -r "$R" '"$sleeper" '' ''
t 'SIGSTOP, then SIGKILL' 200 '"$P" kill 19,9 "$CT" run -r "$R" '"$sleeper"'; s=$?; sweep; exit $s' '' ''
t 'descendants end with the command' 0 'run sh -c "sleep 100 & sleep 100 & echo up"' up
t 'a command that stops itself' 0 'run --init sh -c "sh -c \"kill -STOP \\\$\\\$\" & sleep 0.2; exit 0"' ''
CT_LIMIT=$((CT_LIMIT * 3))
for o in '' --init '--net host' '-U' '--uidmap 0:100000:9 --gidmap 0:100000:9' '-u 1000 --tmpfs /mnt'; do
	need
	case $o in -U) need userns ;; --uidmap*) need root userns ;; -u*) need root ;; esac
	t "SIGKILL at random times${o:+ with }$o" 0 '"$P" storm '$kills' 15000 "$CT" run -r "$R" '"$o"' sleep 100 >n; sweep; [ "$(cat n)" = 0 ] || cat n' ''
done
t 'SIGKILL while it runs with descendants' 0 '"$P" storm 5 200000 "$CT" run -r "$R" sh -c "
	sleep 100 & setsid sleep 100 & wait"; sweep' 0
t 'a name is free again after SIGKILL' 0 '"$P" storm 10 15000 "$CT" run -n "s$$" -r "$R" sleep 100 >/dev/null 2>&1
	again() { run -n "s$$" true 2>e; }; poll again || cat e; sweep' ''

# --- odd callers --------------------------------------------------------------

part callers
need root
t 'no /proc' 0 'unshare -m sh -c '\''umount -l /proc && "$CT" run -r "$R" sh -c "echo \$\$; ls -d /proc/1"'\' "1
/proc/1"
t 'no /proc, no /sys' 0 'unshare -m sh -c '\''umount -l /sys; umount -l /proc && "$CT" run -r "$R" echo hi'\' hi
t 'no /proc: the protections hold' 0 'unshare -m sh -c '\''umount -l /proc && "$CT" run -r "$R" --cap-add ALL sh -c "
	(: >>/proc/sysrq-trigger) 2>/dev/null && echo open; head -c1 /proc/keys; probe sys keyctl i386"'\' 'keyctl EPERM
i386 *'
t 'a tmpfs on /proc' 0 'unshare -m sh -c '\''mount -t tmpfs x /proc && "$CT" run -r "$R" echo hi'\' hi
t 'host root without /proc' 0 'unshare -m sh -c '\''umount -l /proc && "$CT" run sh -c "echo \$\$"'\' 1
t 'a root on a tmpfs of its own' 0 'mount -t tmpfs x . && cd "$PWD" && mkroot root && touch canary
	"$CT" run --privileged -r "$PWD/root" probe lift "$PWD/canary"; "$CT" run -r "$PWD/root" probe climb "$PWD/canary"
	cd ..; umount d' '*inside
*inside'
need
t 'few descriptors' 0 '"$P" limit 7 40 "$CT" run -r "$R" echo hi' hi
t 'too few descriptors' 125 '"$P" limit 7 8 "$CT" run -r "$R" echo hi' ''
t 'little memory' 0 '"$P" limit 9 16777216 "$CT" run -r "$R" true'
t 'a deleted directory' 0 'mkdir x; cd x; rmdir ../x; run pwd' /
need linux-5.12 # before, ct's own file has to be copied
t 'no file may grow' 0 '"$P" limit 1 0 "$CT" run -r "$R" true'
need user
t 'no process may be made' 125 '"$P" limit 6 1 "$CT" run -r "$R" true' '' '*Resource temporarily unavailable*'
need root cgroup2
t 'no cgroup2 mounted' 0 'unshare -m sh -c '\''umount -l /sys/fs/cgroup/unified 2>/dev/null || umount -l /sys/fs/cgroup
	"$CT" run -r "$R" echo hi'\' hi
need root vm
for k in user net; do
	t "no $k namespaces left" 125 "f=/proc/sys/user/max_${k}_namespaces; old=\$(cat \$f); echo 0 >\$f
		run --unshare $k true; s=\$?; echo \$old >\$f; exit \$s" '' '*max_*_namespaces*'
done

part initramfs
need root rootfs
t 'pivot_root fails, ct does not' 0 'run sh -c "echo \$\$"' 1
t 'its files are out of reach' 0 'echo secret >/initramfs-canary
	run ls /initramfs-canary 2>/dev/null
	run --cap-add SYS_CHROOT probe climb /initramfs-canary; run --privileged probe lift /initramfs-canary
	run --privileged sh -c "cat /proc/1/root/initramfs-canary; umount -l /; umount /proc; cat /../initramfs-canary" 2>/dev/null
	rm /initramfs-canary' '*inside
*inside'
t "the container's / is not rootfs, and only its own mounts are there" 0 \
	"run awk '\$2 !~ \"^/(dev|proc|sys|tmp|run)(/|\$)\" { print \$2 }' /proc/mounts" /
t 'the host root is read-only too' 0 'host --cap-add ALL sh -c "(: >/x) 2>/dev/null && echo open"; ls /x 2>/dev/null; true' ''

# --- the verbs on containers --------------------------------------------------

part registry
races=25
CT_LIMIT=$((CT_LIMIT / 3))
[ -z "${CT_LONG-}" ] || races=100
need root cgroup2
t '-d prints the name, and returns when the command runs' 0 'run -d -n "$N" -- sleep 100 | sed "s/$N/NAME/"
	"$CT" ps "$N" | grep -c "sleep 100"; "$CT" rm -f "$N"' 'NAME
1'
t '-d makes a name where none is given' 0 'n=$(run -d sleep 100); echo "$n"; "$CT" rm -f "$n"' 'ct-????????'
t '-d: a command that is not found is an error in time' 127 'run -d -n "$N" nosuch' '' '*nosuch*'
t '-d: standard error is not held open' 0 'within 0 1500 sh -c "x=\$(\"\$CT\" run -d -r \"\$R\" -n $N sleep 100 2>&1)"
	"$CT" rm -f "$N"' '' ''
t 'two runs of one name: exactly one wins' 0 'for k in $(seq '$races'); do
		for j in 1 2; do (run -n "$N" sleep 0.1 2>/dev/null; echo $?) >o$j & done; wait
		sort o1 o2 | tr "\n" " "; echo
	done | sort | uniq -c | tr -s " "' " $races 0 125 "
t 'a start is not disturbed by who lists and sweeps' 0 '(for k in $(seq 60); do "$CT" ls >/dev/null; done) &
	for k in $(seq 30); do run -n "$N-$k" true || echo "$k"; done; wait' ''
t 'groups nest' 0 '"$CT" create "$N"; "$CT" create "$N/a"; run -d -n "$N/a/b" sleep 100 >/dev/null
	states; "$CT" ls | grep -c "^$N"; "$CT" rm "$N" 2>/dev/null || echo busy; "$CT" rm -f "$N"; states' 'running running running 1
busy'
t 'create: a name that is there, one whose group is not' 0 '"$CT" create "$N"; "$CT" create "$N" 2>/dev/null; echo $?
	"$CT" create "$N-/x" 2>/dev/null; echo $?; run -n "$N-/x" true 2>/dev/null; echo $?; states; "$CT" rm "$N"' '125
125
125
created '
t 'a container is not a group for others' 125 'detached sleep 100; run -n "$N/a" true; s=$?; "$CT" rm -f "$N"; exit $s'
t 'a limit of a group' 125 '"$CT" create "$N" --cgroup cgroup.max.descendants=1; run -n "$N/a" true && run -n "$N/a" true
	"$CT" create "$N/a"; run -n "$N/b" true; s=$?; "$CT" rm "$N"; exit $s' '' '*'
t 'no verb takes a wrong name, or one that nobody has' 0 'for v in ps inspect stats "get @ x.y" "set @ x.y=1" pause resume kill \
		stop wait events rm "rename @ b" "enter @ 1" "exec @ true" start; do for n in "$N" a.b ../x ""; do
		case $v in *@*) set -- "${v%% *}" "$n" ${v#*@} ;; *) set -- "$v" "$n" ;; esac
		"$CT" "$@" >o 2>e; echo "$? $(wc -l <o) $(wc -l <e)"
	done; done | sort | uniq -c | tr -s " "' ' 48 125 0 1
 16 3 0 1'
t 'ls' 0 'detached sleep 100; "$CT" ls | sed -n "1p;s/$N /NAME /p" | tr -s " "; "$CT" rm -f "$N"' \
	'NAME STATE PID PROCS MEMORY CPU AGE COMMAND
NAME running *[0-9] 1 * sleep 100'
t 'ps' 0 'two() { [ "$("$CT" ps "$N" | wc -l)" = 3 ]; }; detached sh -c "sleep 100 & wait"; poll two
	"$CT" ps "$N" | awk "NR > 1 { print \$2, \$3, \$6, \$7 }"; "$CT" rm -f "$N"' '1 0 sh -c
? 0 sleep 100'
t 'control bytes reach no terminal' 0 'detached sh -c "sleep 100" "$(printf "a\033b\nc")"
	esc=$(printf "\033"); { "$CT" ls; "$CT" ps "$N"; "$CT" stats "$N"; } | grep -c "$esc"; "$CT" rm -f "$N"' 0
t 'nor by groups that a container makes' 0 'detached --delegate sh -c "mkdir \"/sys/fs/cgroup/\$(printf \"x\033\")\" && echo made up; sleep 100"
	up; esc=$(printf "\033"); { cat o; "$CT" ls -r | grep -v mkdir; "$CT" stats; } | grep -e made -e "$esc"; "$CT" rm -f "$N"' 'made up'
t 'create -m without the controller' 0 '"$CT" create "$N" --cgroup bogus.max=1 2>e; echo $?; grep -c bogus e; states' '125
1'
need root cgroup2 jq
t 'JSON of any argument is JSON' 0 'run -d -n "$N" -e "$(printf "A=\"\\\\\377\n")" sh -c "sleep 100" "a\"b\\" "$(printf "\377\376\n\t\001")" \
		é "$(printf "\355\240\200")" >/dev/null
	for v in "ls -j" "ls -r -j" "ps -j $N" "inspect $N" "stats -j $N"; do "$CT" $v >j; jq -e . <j >/dev/null || cat j; done
	"$CT" inspect "$N" | jq -r ".state, .command[3], .command[5], (.pids | length), .cgroup" | sed "s/$N/NAME/"
	"$CT" rm -f "$N"' 'running
a"b\\
é
1
/ct/NAME'
t 'JSON of every line of stats' 0 '"$CT" create "$N"; run -d -n "$N/a" sleep 100 >/dev/null; "$CT" stats -j | jq -r .name |
	grep "^$N" | sed "s/$N/NAME/"; "$CT" rm -f "$N"' 'NAME
NAME/a'

need root cgroup2
look='id; umask; ulimit -n; env | sort; grep -E "^(Cap|Seccomp|NoNew|Sig|Groups)" /proc/self/status
	for k in user mnt pid net ipc uts cgroup; do readlink /proc/self/ns/$k; done; cat /proc/self/cgroup; pwd
	awk "{ print \$19 }" /proc/self/stat; cat /proc/self/oom_score_adj; echo end'
t 'exec: the same as the command' 0 'look='\'"$look"\''
	detached -u 1000:5,7 --cap-add NET_ADMIN --rlimit nofile=99 --umask 027 -e A=1 --nice 5 -w /tmp sh -c "$look; exec sleep 100"
	poll grep -q end o; grep -v "^$N\$" o >was; SECRET=1 "$CT" exec "$N" sh -c "$look" | diff was - && wc -l <was; "$CT" rm -f "$N"' '[34]?'
t 'exec: with ids mapped' 0 'look='\'"$look"\''
	detached --uidmap 0:100000:9 --gidmap 0:100000:9 sh -c "$look; exec sleep 100"
	poll grep -q end o; grep -v "^$N\$" o >was; "$CT" exec "$N" sh -c "$look" | diff was -; "$CT" rm -f "$N"' ''
t 'exec: the environment is what it was, not the callers' 0 'A=1 detached -e A --keep-env sleep 100
	A=2 SECRET=x "$CT" exec "$N" sh -c "echo \$A\$SECRET"; "$CT" rm -f "$N"' 1
t 'exec: descriptors 0 to 2' 0 'detached sleep 100; "$P" fds "$CT" exec "$N" probe fdlist; "$CT" rm -f "$N"' '0 1 2'
for o in SYS_PTRACE ALL; do
	t "exec: nothing of the caller's shows to a peer with $o" 0 'touch canary; detached --cap-add '$o' probe spy "$PWD/canary"
	up; for k in $(seq 40); do SECRET=x "$P" fds "$CT" exec "$N" true; done
	"$CT" rm -f "$N"; grep -v "^$N\$" o | sort -u' up
done
t 'exec: into its own root, wherever its init is' 0 'touch canary; detached --cap-add SYS_CHROOT sh -c "
		mkdir -p /tmp/c/bin; cp /bin/busybox /tmp/c/bin; exec chroot /tmp/c /bin/busybox sh -c \"echo up; exec /bin/busybox sleep 100\""
	up; "$CT" exec "$N" /bin/busybox ls /; "$CT" exec "$N" /bin/busybox ls "$PWD/canary" 2>/dev/null
	"$CT" rm -f "$N"' bin
t 'exec: an init that hides /proc' 0 'touch canary; detached --privileged sh -c "mount -t tmpfs x /proc; mkdir /proc/self
		echo 0::/ >/proc/self/cgroup; echo up; exec sleep 100"; up
	"$CT" exec "$N" ls /proc "$PWD/canary" 2>/dev/null; "$CT" detect "$(first)" | sed "s/$N/NAME/"; "$CT" rm -f "$N"' '*self
NAME'
t 'exec: an init whose first thread has gone' 125 'detached probe leader; poll grep -q Z "/proc/$(first)/status"
	"$CT" exec "$N" echo RAN; s=$?; "$CT" rm -f "$N"; exit $s'
t 'exec: into one that ends just now' 0 'touch canary; for k in $(seq 8); do run -d -n "$N" sh -c "sleep 0.0$((k % 4))" >/dev/null
		for j in 1 2 3; do "$CT" exec "$N" sh -c "test ! -e \"$PWD/canary\" && test -e /bin/probe || echo OUTSIDE" 2>/dev/null
		case $? in 0 | 3 | 125 | 137) ;; *) echo $? ;; esac; done; "$CT" rm -f "$N" 2>/dev/null; done; true' ''
t 'exec: refused on what is paused, stopped or not there' 0 'x() { "$CT" exec "$N" echo RAN 2>e; echo $? "$(grep -c "$N" e)"; }
	x; "$CT" create "$N"; x; "$CT" rm "$N"; detached sleep 100; "$CT" pause "$N"; x; grep -c paused e; "$CT" rm -f "$N"' '3 1
125 1
125 1
1'
t 'exec: status' 0 'detached sleep 100; for c in "exit 7" "kill -9 \$\$"; do "$CT" exec "$N" sh -c "$c"; echo $?; done
	for c in nosuch /etc; do "$CT" exec "$N" $c 2>/dev/null; echo $?; done; "$CT" rm -f "$N"' '7
137
127
126'
t 'exec: options' 0 'detached sleep 100; "$CT" exec -u 1000 -w /tmp -e Q=1 "$N" sh -c "id -u; pwd; echo \$Q"
	"$CT" exec --bogus "$N" true 2>/dev/null; echo $?; "$CT" exec -d "$N" sleep 99 >/dev/null
	"$CT" ps "$N" | grep -c "sleep 99"; "$CT" rm -f "$N"' '1000
/tmp
1
125
1'
t 'exec: signals' 0 'detached sleep 100; "$P" kill 15 "$CT" exec "$N" sh -c "trap \"exit 7\" TERM; echo up; while :; do sleep 0.02; done"; echo $?
	"$P" kill 2 "$CT" exec "$N" probe idle; echo $?; "$P" kill 9 "$CT" exec "$N" probe idle; echo $?
	gone() { [ "$("$CT" ps "$N" | wc -l)" = 2 ]; }; poll gone; "$CT" rm -f "$N"' '7
130
200'

t 'pause and resume' 0 'detached sh -c "while :; do echo up; sleep 0.01; done"; up; "$CT" pause "$N"; states
	a=$(wc -l <o); sleep 0.1; [ "$(wc -l <o)" = "$a" ] || echo "it ran"; "$CT" resume "$N"; states
	more() { [ "$(wc -l <o)" -gt "$a" ]; }; poll more; "$CT" rm -f "$N"' 'paused running '
t 'a group without processes is neither paused nor stopped for long' 0 '"$CT" create "$N"
	within 0 1000 "$CT" pause "$N" 2>/dev/null; within 0 1000 "$CT" resume "$N" 2>/dev/null
	within 0 1000 "$CT" stop "$N" 2>/dev/null; "$CT" rm "$N"' ''
t 'stop of a group ends what is in it' 0 '"$CT" create "$N"; for k in a b; do run -d -n "$N/$k" sleep 100 >/dev/null; done
	within 0 3000 "$CT" stop "$N"; "$CT" ls -r | grep -c "^$N/"; "$CT" rm -f "$N"' 0
t 'kill' 0 'detached sleep 100; "$CT" wait "$N" & sleep 0.1; "$CT" kill "$N"; wait $! || echo $?' '137
137'
t 'kill -s: to a trap' 0 'detached sh -c "trap \"exit 6\" USR1; echo up; while :; do sleep 0.02; done"; up
	"$CT" wait "$N" & sleep 0.1; "$CT" kill -s USR1 "$N"; wait' 6
t 'kill -s: to the first, that ignores it' 0 'detached sh -c "trap \"\" HUP; echo up; while :; do sleep 0.02; done"; up
	"$CT" kill -s HUP "$N"; "$CT" kill -s WINCH "$N"; "$CT" kill -s 17 "$N"; sleep 0.1; states; "$CT" rm -f "$N"' 'running '
t 'kill -a -s: to all' 0 'detached sh -c "trap \"echo got\" USR1; sh -c \"trap \\\"echo got\\\" USR1; echo up; while :; do sleep 0.02; done\" &
		while :; do sleep 0.02; done" >o 2>/dev/null; up; "$CT" kill -a -s USR1 "$N"
	both() { [ "$(grep -c got o)" = 2 ]; }; poll both; "$CT" rm -f "$N"' ''
t 'kill: a signal that is none' 125 '"$CT" kill -s BOGUS "$N"'
t 'stop: a command that traps it' 0 'detached sh -c "trap \"exit 9\" TERM; echo up; while :; do sleep 0.02; done"; up
	"$CT" wait "$N" & sleep 0.1; within 0 900 "$CT" stop "$N"; wait; states' 9
t 'stop: one that goes on gets -t seconds' 0 'detached sh -c "trap : TERM; echo up; while :; do sleep 0.02; done"; up
	within 900 2500 "$CT" stop -t 1 "$N"; states' ''
t 'stop: one that is paused' 0 'detached sleep 100; "$CT" pause "$N"; within 0 1000 "$CT" stop "$N"; states' ''
t 'wait: several, and the status' 0 'detached sh -c "sleep 0.3; exit 5"; for k in 1 2 3; do ("$CT" wait "$N"; echo "=$?") & done; wait' '*=5*=5*=5'
t 'wait: states and -t' 0 'detached --hold sleep 100; "$CT" wait -s running -t 3 "$N" & p=$!; sleep 0.1; "$CT" wait -s created -t 3 "$N"
	"$CT" start "$N"; within 0 1000 wait $p; "$CT" wait -s paused -t 3 "$N" & p=$!; sleep 0.1; "$CT" pause "$N"; wait $p
	within 900 2000 "$CT" wait -t 1 "$N" 2>/dev/null; echo $?; "$CT" wait -s bogus "$N" 2>/dev/null; echo $?; "$CT" rm -f "$N"' '124
125'
t '--hold, then start' 0 'detached --hold sh -c "echo up; sleep 100"; states; grep -v "^$N\$" o; "$CT" start "$N"; up; states; grep -v "^$N\$" o
	"$CT" start "$N" 2>/dev/null; echo $?; "$CT" rm -f "$N"' 'created running up
125'
t '--hold in the foreground' 4 'run -n "$N" --hold sh -c "exit 4" & poll held; "$CT" start "$N"; wait $!'
t '--hold: one that is stopped' 0 '(run -n "$N" --hold true 2>/dev/null; echo $?) & poll held; "$CT" stop "$N"; wait; states' '1??'
t '--on-start and --on-exit' 3 'run -n "$N" --on-start "echo start \$CT_NAME; test -d /proc/\$CT_PID" --on-exit "echo exit" sh -c "echo ran; exit 3" |
	sed "s/$N/NAME/"; run -n "$N" sh -c "exit 3"' 'start NAME
ran
exit'
t '--on-start that fails' 125 'run -d -n "$N" --on-start "exit 3" echo RAN' '' '*status 3*'
t 'rename' 0 '"$CT" create "$N" --cgroup cgroup.max.depth=3; "$CT" rename "$N" "$N-b"; states; "$CT" ls | grep -c "^$N-b"; "$CT" rm "$N-b"' 'created 1'
t 'rename: not what runs, not onto another, not into itself, and nothing is lost' 0 'detached sleep 100; "$CT" rename "$N" "$N-b" 2>/dev/null; echo $?
	"$CT" create "$N-c"; "$CT" create "$N-c/d"; "$CT" create "$N-e"; "$CT" rename "$N-e" "$N-c" 2>/dev/null; echo $?
	"$CT" rename "$N-c" "$N-c/x" 2>/dev/null; echo $?; "$CT" ls -r | grep -c -e "^$N-c/d" -e "^$N-e"; "$CT" rm -f "$N" "$N-c" "$N-e"' '125
125
125
2'
t 'rm' 0 'detached sleep 100; "$CT" rm "$N" 2>/dev/null; echo $?; states; within 0 700 "$CT" rm -f "$N"; states; "$CT" rm "$N" 2>/dev/null; echo $?' '125
running 3'
t 'enter and detect' 0 '"$CT" detect $$; echo $?; detached sleep 100; sleep 98 & p=$!; "$CT" enter "$N" $p; "$CT" detect $p | sed "s/$N/NAME/"
	"$CT" ps "$N" | grep -c "sleep 98"; "$CT" enter "$N" 99999999 2>/dev/null; echo $?; "$CT" rm -f "$N"; wait $p; echo $?' '3
NAME
1
125
137' '*'
t 'set and get' 0 'detached sleep 100; "$CT" set "$N" cgroup.max.depth=3; "$CT" get "$N" cgroup.max.depth cgroup.freeze
	for k in x ../x=1 bogus=1 /x=1 cgroup.max.depth; do "$CT" set "$N" $k 2>/dev/null; echo $?; done | uniq -c | tr -s " "
	"$CT" rm -f "$N"' '3
0
 5 125'
t 'events: state' 0 'detached sleep 100; "$CT" events "$N" >ev & sleep 0.2; "$CT" pause "$N"; sleep 0.2; "$CT" resume "$N"; sleep 0.2
	"$CT" kill "$N"; within 0 5000 wait $!; sed "s/.*\"event\":\"//;s/\".*:/ /;s/}//" ev' 'cgroup.frozen 1
cgroup.frozen 0*cgroup.populated 0
container.empty 0' # before 5.14 what is killed is frozen first
t 'events: bad values' 0 'detached sleep 100; for o in "--memory-above x" "--pressure x:1:2" "--pressure cpu:x:y" "--pressure cpu"; do
		timeout 1 "$CT" events $o "$N" >/dev/null 2>&1; echo $?; done | uniq -c | tr -s " "; "$CT" rm -f "$N"' ' 4 125'
t 'ls knows no leftover of a ct that was killed' 0 '"$CT" create "$N-g"; for k in 1 2 3 4 5 6; do run -d -n "$N-$k" sleep 100 >/dev/null; done
	for k in 1 2 3 4 5 6; do N=t$$-$k; kill -9 "$(supervisor)"; done; N=t$$; sleep 0.2; states; "$CT" rm "$N-g"' 'created '
t 'nor one in a group' 0 '"$CT" create "$N-g"; N=$N-g/a; detached sleep 100; kill -9 "$(supervisor)"; sleep 0.2; run true; N=t$$; states
	"$CT" rm "$N-g"' 'created '
t 'the same name at once after SIGKILL, at random times' 0 'for k in $(seq 15); do detached sleep 100; p=$(supervisor)
		(sleep 0.0$((k % 7)); kill -9 $p) & wait; again() { run -n "$N" true 2>e; }; poll again || cat e; done' ''
t 'without a pid namespace the next ct ends what is left' 0 'detached --share pid sh -c "setsid sleep 97 & setsid sleep 97 & wait"
	three() { [ "$("$CT" ps "$N" | wc -l)" = 4 ]; }; poll three; p=$(supervisor); kill -9 "$p"
	dead() { [ ! -d "/proc/$p" ]; }; poll dead; run true
	gone() { ! ps | grep -q "[s]leep 97"; }; poll gone; run -n "$N" echo again' again
t 'an ordinary user with a group of its own' 0 'cp "$CT" c; chmod 755 . c; CT=$PWD/c; for g in /sys/fs/cgroup/unified /sys/fs/cgroup; do [ -f $g/cgroup.procs ] && break; done
	g=$g/$N; mkdir $g $g/in; mkdir $g/in/foreign; chown 1000 $g $g/cgroup.* $g/in $g/in/cgroup.* $g/in/foreign
	sh -c "echo \$\$ >$g/in/cgroup.procs; exec \"\$P\" as 1000 sh -c \"
		\\\"\$CT\\\" run -r \\\"\$R\\\" -d -n $N sleep 100; \\\"\$CT\\\" exec $N id -u; \\\"\$CT\\\" run -n $N true; echo \\\$?
		\\\"\$CT\\\" pause $N; \\\"\$CT\\\" ls; \\\"\$CT\\\" rm -f $N; \\\"\$CT\\\" run -r \\\"\$R\\\" true\"" 2>/dev/null | sed "s/$N/NAME/" | tr -s " " | cut -d" " -f1,2
	find $g -name foreign | wc -l; find $g -depth -type d -exec rmdir {} +' 'NAME
0
125
NAME STATE
NAME paused
1'
need user no-groups
t 'without a group: run works, the rest says why' 0 'run echo hi; run -d -n "$N" sleep 0.1 | sed "s/$N/NAME/"
	for v in "exec $N true" "create $N" "wait $N" "stop $N"; do "$CT" $v 2>e; echo $? "$(wc -l <e)"; done; sleep 0.2' 'hi
NAME
125 1
125 1
125 1
125 1'

part limits
need root memory
t '--memory: the kernel ends it, events tell' 137 'detached --hold -m 32M probe hog 64; "$CT" events "$N" >ev & e=$!
	sleep 0.3; "$CT" wait "$N" >/dev/null & w=$!; sleep 0.1; "$CT" start "$N"; wait $w; s=$?; wait $e; grep -c "memory.oom_kill" ev; exit $s' '[1-9]*'
t '--memory of a group' 137 '"$CT" create "$N" -m 24M; run -n "$N/a" probe hog 64; s=$?; "$CT" rm "$N"; exit $s'
t 'create: limits, get, set' 0 '"$CT" create "$N" -m 24M; "$CT" get "$N" memory; "$CT" set "$N" memory=32M; "$CT" get "$N" memory.max
	"$CT" rename "$N" "$N-b"; "$CT" get "$N-b" memory; "$CT" rm "$N-b"' '25165824
33554432
33554432'
t 'set memory while it runs' 0 'mkfifo f; detached -v "$PWD:/mnt" sh -c "read l </mnt/f; exec probe hog 64"; "$CT" set "$N" memory=24M
	"$CT" wait "$N" & sleep 0.2; echo >f; wait' 137 '*'
t 'events: memory.high, --memory-above' 0 'detached --hold --memory-high 8M -m 64M probe hog 12
	"$CT" events --memory-above 4M "$N" >ev & sleep 0.2; "$CT" start "$N"; for e in memory.high memory.above; do poll grep -q $e ev; done
	"$CT" rm -f "$N"; wait' ''
need root pids
t '--pids: a fork bomb' 0 'detached --pids 50 probe bomb; sleep 0.3; within 0 1000 "$CT" ls >/dev/null
	"$CT" get "$N" pids.current; within 0 2000 "$CT" kill "$N"; gone() { [ -z "$(states)" ]; }; within 0 2000 poll gone' 50
t '--pids of a group' 0 '"$CT" create "$N" --pids 4; run -d -n "$N/a" probe bomb; sleep 0.2; "$CT" get "$N" pids.current; "$CT" rm -f "$N"' '*
4'
t 'set pids while it runs; events: pids.max' 0 'detached --pids 10 probe bomb; "$CT" events "$N" >ev & sleep 0.2; "$CT" set "$N" pids=30
	sleep 0.3; "$CT" get "$N" pids.current pids; poll grep -q pids.max ev; "$CT" rm -f "$N"; wait' '30
30'
need root cpu
t '--cpus: half of one, then a fifth' 0 'detached --cpus 0.5 sh -c "while :; do :; done"
	use() { timeout 4 "$CT" stats -f -j "$N" 2>/dev/null | sed -n "2,3s/.*cpu_permille\":\([0-9]*\).*/\1/p" | awk "{ s += \$1 } END { print int(s / NR) }"; }
	u=$(use); [ "$u" -ge 450 ] && [ "$u" -le 550 ] || echo "$u"; "$CT" set "$N" cpus=0.2; "$CT" get "$N" cpus
	u=$(use); [ "$u" -ge 150 ] && [ "$u" -le 250 ] || echo "$u"; "$CT" rm -f "$N"' '20000 100000' '*'
need root cpu pressure
t 'events: --pressure' 0 'detached --cpus 0.1 sh -c "while :; do :; done"; "$CT" events --pressure cpu:100000:1000000 "$N" >ev &
	poll grep -q pressure ev; "$CT" rm -f "$N"; wait' ''
need root io losetup
t '--io: a write to a loop device, slower and faster' 0 'dd if=/dev/zero of=f bs=1M count=16 2>/dev/null; l=$(losetup -f); losetup "$l" f
	detached --io "$l:wbps=1M" --device "$l" sleep 100
	ms=$("$CT" exec "$N" probe direct "$l" 2); [ "$ms" -ge 1200 ] || echo "1 MB/s: $ms ms"
	"$CT" set "$N" "io=$l:wbps=max"; ms=$("$CT" exec "$N" probe direct "$l" 2); [ "$ms" -le 1000 ] || echo "max: $ms ms"
	"$CT" rm -f "$N"; losetup -d "$l"' ''
need root memory pids
t '--delegate: groups of its own, the limits stay' 0 'detached --delegate -m 32M --pids 50 sleep 100
	"$CT" exec "$N" sh -c "cd /sys/fs/cgroup && mkdir s s/t && echo made; mkdir l; echo 1 >l/cgroup.procs; echo 0 >l/cgroup.procs
		echo +pids >cgroup.subtree_control && echo handed down; (echo max >memory.max; echo max >pids.max) 2>/dev/null"
	"$CT" exec "$N" echo in; "$CT" get "$N" memory pids; "$CT" exec "$N" probe hog 64 >/dev/null 2>&1; echo $?; "$CT" rm -f "$N" 2>/dev/null
	true' 'made
handed down
in
33554432
50
137' '*'

# --- network: a router, its containers, the internet --------------------------

part net
many=50
[ -z "${CT_VM-}" ] || [ "${CT_LONG-}" ] || many=15 # an emulated processor
need root veth bridge
in='unshare -n' prepare=router
three='for k in 1 2 3; do web $k --net "veth,bridge=br0,ip=10.9.0.1$k/24,ip=fd09::1$k/64,gw=10.9.0.1,gw=fd09::1"; done'
t 'three on a bridge fetch from each other' 0 "$three"'
	for a in 1 2 3; do for b in 1 2 3; do for h in "10.9.0.1$b" "[fd09::1$b]"; do from "$a" "http://$h/f"; done; done; done | sort | uniq -c | tr -s " "
	from_here "http://10.9.0.11/f"; from_here "http://[fd09::12]/f"
	"$CT" rm -f "$N-1" "$N-2" "$N-3"' ' 6 web 1
 6 web 2
 6 web 3
web 1
web 2'
t 'without nat the internet has no way back' 0 'inet_web 80
	web 1 --net veth,bridge=br0,ip=10.9.0.11/24,gw=10.9.0.1; silent "$CT" exec "$N-1" wget -qO- http://192.0.2.2/f && echo silent
	"$CT" rm -f "$N-1"; kill $p; wait' silent
t 'the command finds its interface up, addressed and routed' 0 'run --net veth,bridge=br0,ip=10.9.0.11/24,ip=fd09::11/64,gw=10.9.0.1,gw=fd09::1,route=10.99.0.0/16:10.9.0.9,route=fd99::/32:fd09::9,route=10.98.0.0/16,mac=02:00:00:00:be:ef,mtu=1400,name=lan \
		sh -c "ip -o addr show lan | grep -v fe80 | tr -s \" \" | cut -d\" \" -f2-; ip -o link show lan; ip route | sort; ip -6 route | grep -v -e ^fe80 -e ^multicast | sort"' \
	'lan inet 10.9.0.11/24 brd 10.9.0.255 scope global lan*
lan inet6 fd09::11/64 scope global flags 02 *
?: lan@*<*,UP,*mtu 1400 *link/ether 02:00:00:00:be:ef *
10.9.0.0/24 dev lan scope link  src 10.9.0.11?
10.98.0.0/16 dev lan scope link?
10.99.0.0/16 via 10.9.0.9 dev lan?
default via 10.9.0.1 dev lan?
default via fd09::1 dev lan  metric 1024?
fd09::/64 dev lan  metric 256?
fd99::/32 via fd09::9 dev lan  metric 1024?'
t 'no address is tentative' 0 'for k in 1 2 3 4 5; do run --net veth,bridge=br0,ip=fd09::11/64 sh -c "ip addr show eth0 | grep fd09 | grep tentative"; done; true' ''
t 'several: eth0, eth1, and one with a name' 0 'run --net veth --net veth,ip=10.8.0.1/24 --net veth,name=x.y sh -c "ip -o link | cut -d: -f2 | cut -d@ -f1 | tr -d \"\\n\"
	ip -o addr show eth1 | grep -c 10.8.0.1/24"' ' lo eth0 eth1 x.y1'
t 'the host end: name, address, bridge' 0 'web 1 --net veth,host=h0,hostip=10.8.0.1/24,ip=10.8.0.2/24; web 2 --net veth,host=h1,bridge=br0
	ip -o link show h0 | grep -c -e "<.*UP"; ip -o link show h1 | grep -o "master br0"; from_here http://10.8.0.2/f
	ip -o addr show h0 | grep -o 10.8.0.1/24; "$CT" rm -f "$N-1" "$N-2"' '1
master br0
web 1
10.8.0.1/24'
t 'names inside are of no concern to the host' 0 'for n in br0 wan; do run --net "veth,bridge=br0,name=$n,ip=10.9.0.11/24" ip -o addr show "$n" | grep -o 10.9.0.11/24; done' '10.9.0.11/24
10.9.0.11/24'
t 'the host end is called ct and eight digits' 0 'detached --net veth sleep 100; ip -o link | grep -c ": ct[0-9a-f]\{8\}@"; "$CT" rm -f "$N"' 1
t 'gone when ct run returns, or soon' 0 'run --net veth,host=h0,bridge=br0 true; gone() { ! ip link show h0 >/dev/null 2>&1; }; within 0 1000 poll gone' ''
t 'a link-local gateway' 0 'run --net veth,ip=fd09::11/64,gw=fe80::1 ip -6 route | grep default' 'default via fe80::1 dev eth0 *'
t 'a /32 and a /128' 0 'run --net veth,ip=10.9.9.9/32,ip=fd99::9/128,route=10.9.0.1/32,route=fd09::1/128 sh -c "ip route; ip -6 route | grep fd"' '10.9.0.1 dev eth0 *
fd09::1 dev eth0 *
fd99::9 dev eth0 *'
t 'twelve of them' 0 'set --; for k in $(seq 12); do set -- "$@" --net "veth,bridge=br0,ip=10.9.0.1$k/24"; done
	run "$@" sh -c "ip -o addr | grep -c 10.9.0"' 12
t 'twelve of them with twelve addresses each' 0 'set --; for k in $(seq 12); do n=veth; for j in $(seq 12); do n=$n,ip=10.$k.$j.1/24; done; set -- "$@" --net "$n"; done
	run "$@" sh -c "ip -o addr | grep -c inet.10"' 144
t 'thirteen addresses of one' 125 'n=veth; for j in $(seq 13); do n=$n,ip=10.9.$j.1/24; done; run --net "$n" -- echo RAN'
t 'ids mapped' 0 'web 1 --uidmap 0:100000:1000 --gidmap 0:100000:1000 --net veth,bridge=br0,ip=10.9.0.11/24; from_here http://10.9.0.11/f; "$CT" rm -f "$N-1"' 'web 1'
t 'a user namespace' 0 'run -U --net veth,bridge=br0,ip=10.9.0.11/24 sh -c "ip -o addr show eth0 | grep -o 10.9.0.11/24"' 10.9.0.11/24
t 'another user' 0 'run -u 1000 --init --net veth,bridge=br0,ip=10.9.0.11/24 sh -c "ip -o addr show eth0 | grep -o 10.9.0.11/24"' 10.9.0.11/24
t 'no right to change it' 0 'run --net veth,ip=10.9.0.11/24 sh -c "ip link set eth0 down; ip addr del 10.9.0.11/24 dev eth0; ip link set lo down; ip link del eth0" 2>&1 | grep -c "Operation not permitted"' 4
t '--sysctl reaches the interface' 0 'run --net veth,name=lan --sysctl net.ipv4.conf.lan.rp_filter=2 cat /proc/sys/net/ipv4/conf/lan/rp_filter' 2
t '--hold, -d, exec' 0 'detached --hold --net veth,bridge=br0,ip=10.9.0.11/24 sleep 100; "$CT" exec "$N" ip -o addr show eth0 | grep -o 10.9.0.11/24
	"$CT" start "$N"; "$CT" exec "$N" ip -o addr show eth0 | grep -o 10.9.0.11/24; "$CT" rm -f "$N"' '10.9.0.11/24
10.9.0.11/24'
t 'net container:NAME and ns:PATH' 0 'detached --net veth,bridge=br0,ip=10.9.0.11/24 sleep 100
	run --net "container:$N" ip -o addr show eth0 | grep -o 10.9.0.11/24; run --net "ns:/proc/$(first)/ns/net" ip -o addr show eth0 | grep -o 10.9.0.11/24
	"$CT" rm -f "$N"; run --net "ns:$CT_TMP/case/inet" ip -o addr show inet | grep -o 192.0.2.2/24' '10.9.0.11/24
10.9.0.11/24
192.0.2.2/24'
for n in 'container:nosuch' 'ns:/nonexistent' 'ns:/etc/passwd' 'ns:/proc/self/ns/uts' veth,bridge=nosuch veth,bridge=wan/x macvlan,dev=nosuch vlan,dev=nosuch,id=3 phys,dev=nosuch \
	veth,bridge=wan veth,host=wan veth,host=br0; do
	t "cannot be had: $n" 125 'run --net '"$n"' -- echo RAN' '' '*'
done
t 'cannot be had: the second of two' 125 'run --net veth,host=h0 --net veth,host=h0 -- echo RAN'
t 'a name of the host that stays taken: not for long' 0 'within 0 4000 run --net veth,host=wan -- echo RAN 2>/dev/null || echo $?' 125
t '--try nic: a warning each' 0 'run --try nic --net veth,bridge=nosuch --net veth,name=ok ip link show ok | grep -c ok@' '*' 'ct: *nosuch*'
t 'with what it cannot go' 0 'x() { run "$@" -- echo RAN 2>e; echo "$? $(wc -l <e)"; }; x --net veth,name=a --net veth,name=a; x --net veth,name=eth1 --net veth
	x --net veth --net none; x --net host --net veth; x --net ns:/proc/self/ns/net --net veth; x --net container:a --net host; x --net host --net host
	x --share net --net veth; x --ns net=/proc/self/ns/net --net veth; x --net veth --ns net=/proc/self/ns/net; x --publish 80:80; x --net veth --publish 80:80
	x --net veth,ip=10.0.0.1/24 --publish "[::]:80:80"; x --net veth,ip=fd00::1/64 --publish 0.0.0.0:80:80; x --net host --publish 80:80; x --net none --publish 80:80' '125 1
125 1
125 1
125 1
125 1
125 1
125 1
125 1
125 1
125 1
125 1
125 1
125 1
125 1
125 1
125 1'
t '--dry-run makes nothing' 0 'run --dry-run --net veth,host=h0,nat,ip=10.9.0.11/24 --publish 8080:80 true >/dev/null 2>&1; ip link show h0 2>/dev/null; true' ''
t 'the same names, many times without a pause' 0 'for k in $(seq '$many'); do run -n "$N" --net veth,host=h0,bridge=br0,ip=10.9.0.11/24 true || echo "$k"; done' ''
CT_LIMIT=$((CT_LIMIT * 3))
t 'the same names, stopped and started many times' 0 'for k in $(seq '$many'); do detached --net veth,host=h0,bridge=br0,ip=10.9.0.11/24 sleep 100 || echo "$k"
	"$CT" rm -f "$N"; done' ''
t 'the same names, ct killed many times' 0 'for k in $(seq '$many'); do detached --net veth,host=h0,bridge=br0,ip=10.9.0.11/24 sleep 100 || echo "$k"
	kill -9 "$(supervisor)"; free() { ! "$CT" ls | grep -q "^$N "; }; poll free; done; sweep' ''
t 'SIGKILL at random times with interfaces' 0 '"$P" storm '$((kills / 2))' 30000 "$CT" run -r "$R" --net veth,host=h0,bridge=br0,ip=10.9.0.11/24 --net veth sleep 100 >n 2>/dev/null; sweep' '' '*'
CT_LIMIT=$((CT_LIMIT / 3))

part 'net: verbs'
need root veth bridge cgroup2
in='unshare -n' prepare=router
t 'add, ls, del' 0 'detached sleep 100; "$CT" net add "$N" veth,bridge=br0,ip=10.9.0.11/24; bb ping -c1 -W2 10.9.0.11 >/dev/null && echo pong
	"$CT" net add "$N" veth,name=x; "$CT" exec "$N" ip -o link | cut -d: -f2 | cut -d@ -f1 | tr -d "\n"; echo
	"$CT" net ls "$N" | grep -c -e eth0 -e x; "$CT" net del "$N" eth0; "$CT" exec "$N" ip -o link | cut -d: -f2 | cut -d@ -f1 | tr -d "\n"; "$CT" rm -f "$N"' 'pong
 lo eth0 x
2
 lo x'
t 'net ls' 0 'detached --net veth,bridge=br0,ip=10.9.0.11/24,ip=fd09::11/64,mac=02:00:00:00:be:ef,mtu=1400 sleep 100; "$CT" net ls "$N"; "$CT" rm -f "$N"' '*
*eth0*02:00:00:00:be:ef*10.9.0.11/24*fd09::11/64*'
t 'net ls -j, inspect, stats -j' 0 'detached --net veth,bridge=br0,ip=10.9.0.11/24,ip=fd09::11/64,mac=02:00:00:00:be:ef,mtu=1400 sleep 100
	bb ping -c1 10.9.0.11 >/dev/null; for v in "net ls -j" inspect; do "$CT" $v "$N" | tr -d "\n "; echo; done; "$CT" stats -j "$N"; "$CT" stats "$N" | head -n 1; "$CT" rm -f "$N"' \
'*"name":"eth0"*"kind":"veth"*"state":"up"*"mac":"02:00:00:00:be:ef"*"mtu":1400*"addresses":\["10.9.0.11/24",*"fd09::11/64"*\]*"rx_bytes":[1-9]*"tx_bytes":[1-9]*
*"interfaces":\[*"name":"eth0"*"kind":"veth"*"state":"up"*"mac":"02:00:00:00:be:ef"*"mtu":1400*"addresses":\["10.9.0.11/24",*"fd09::11/64"*\]*"rx_bytes":[1-9]*"tx_bytes":[1-9]*
*"network":{*"eth0":{"rx_bytes":[1-9]*,*"tx_bytes":[1-9]*}*
* RX *TX *'
t 'bad values of net add' 0 'detached sleep 100; for v in none host ns:/proc/self/ns/net "container:$N" "" bogus veth,name=lo veth,ip=1 veth,bridge=nosuch; do "$CT" net add "$N" "$v" 2>e; echo "$? $(wc -l <e)"; done | sort | uniq -c | tr -s " "
	"$CT" net add "$N" veth 2>&1; "$CT" net add "$N" veth,name=eth0 2>e; echo "$? $(wc -l <e)"; "$CT" net del "$N" nosuch 2>e; echo "$? $(wc -l <e)"; "$CT" net del "$N" lo 2>e; echo "$? $(wc -l <e)"
	"$CT" exec "$N" ip -o link | wc -l; "$CT" rm -f "$N"' ' 9 125 1
125 1
125 1
125 1
2'
t 'on what is not there, or has no process' 0 'for v in "add @ veth" "del @ eth0" "ls @"; do set -- $(echo "$v" | sed "s/@/$N/"); "$CT" net "$@" 2>e; echo "$? $(wc -l <e)"; done
	"$CT" create "$N"; for v in "add @ veth" "del @ eth0" "ls @"; do set -- $(echo "$v" | sed "s/@/$N/"); "$CT" net "$@" 2>e; echo "$? $(wc -l <e)"; done; "$CT" rm "$N"' '3 1
3 1
3 1
125 1
125 1
125 1'
t 'not on one that has the network of its caller' 0 'detached --net host sleep 100; "$CT" net add "$N" veth 2>e; echo "$? $(wc -l <e)"; "$CT" net del "$N" br0 2>e; echo "$? $(wc -l <e)"; "$CT" rm -f "$N"' '125 1
125 1'
t 'nothing of a name of the container reaches the terminal' 0 'detached --cap-add NET_ADMIN --net veth sh -c "ip link set eth0 down; ip link set eth0 name \"\$(printf \"a\033b\")\"; echo up; sleep 100"
	up; esc=$(printf "\033"); { "$CT" net ls "$N"; "$CT" net ls -j "$N"; "$CT" inspect "$N"; "$CT" stats -j "$N"; } | grep -c "$esc"; "$CT" rm -f "$N"' 0

# --- nat and --publish --------------------------------------------------------

part 'net: nat'
need root veth bridge before-5.12
in='unshare -n' prepare=router
t 'no owner of tables before 5.12' 125 'run --net veth,nat,ip=10.9.0.11/24 -- echo RAN' '' '*5.12*'
t 'nor for --publish' 125 'run --net veth,ip=10.9.0.11/24 --publish 80:80 -- echo RAN' '' '*5.12*'
need root veth bridge nat
t 'the internet sees the address of the router' 0 'inet_web 80
	web 1 --net veth,bridge=br0,ip=10.9.0.11/24,ip=fd09::11/64,gw=10.9.0.1,gw=fd09::1,nat; web 2 --net veth,hostip=10.8.0.1/24,ip=10.8.0.2/24,gw=10.8.0.1,nat
	for k in 1 2; do from $k http://192.0.2.2/f; from $k http://192.0.2.2/cgi-bin/who; done; from 1 "http://[2001:db8::2]/f"; from 1 "http://[2001:db8::2]/cgi-bin/who"
	"$CT" rm -f "$N-1" "$N-2"; kill $p; wait' 'internet
192.0.2.1
internet
192.0.2.1
internet
2001:db8::1'
t 'nat does not hide the neighbours from each other' 0 'for k in 1 2; do web $k --net "veth,bridge=br0,ip=10.9.0.1$k/24,gw=10.9.0.1,nat"; done
	from 1 http://10.9.0.12/cgi-bin/who; from_here http://10.9.0.12/cgi-bin/who; "$CT" rm -f "$N-1" "$N-2"' '10.9.0.11
10.9.0.1'
t '--publish: from the internet, over v4 and v6' 0 'web 1 --net veth,bridge=br0,ip=10.9.0.11/24,ip=fd09::11/64,gw=10.9.0.1,gw=fd09::1 --publish 8080:80 --publish 192.0.2.1:8081:80 --publish "[2001:db8::1]:8082:80" --publish 8083:80/tcp
	from_inet http://192.0.2.1:8080/f; from_inet "http://[2001:db8::1]:8080/f"; from_inet http://192.0.2.1:8081/f; from_inet "http://[2001:db8::1]:8082/f"; from_inet http://192.0.2.1:8083/f
	from_inet http://192.0.2.1:8080/cgi-bin/who; for u in "[2001:db8::1]:8081" 192.0.2.1:8082 192.0.2.1:80 192.0.2.1:8084; do silent inet "$R/bin/busybox" wget -qO- "http://$u/f" || echo "$u"; done; "$CT" rm -f "$N-1"' 'web 1
web 1
web 1
web 1
web 1
192.0.2.2'
t '--publish: an address that is not asked for is left alone' 0 'web 1 --net veth,bridge=br0,ip=10.9.0.11/24,gw=10.9.0.1 --publish 10.9.0.1:8080:80; silent inet "$R/bin/busybox" wget -qO- http://192.0.2.1:8080/f && echo silent
	inet ip route add 10.9.0.0/24 via 192.0.2.1; from_inet http://10.9.0.1:8080/f; "$CT" rm -f "$N-1"' 'silent
web 1'
t '--publish: what passes through is not taken' 0 'inet_web 8080; web 1 --net veth,bridge=br0,ip=10.9.0.11/24,gw=10.9.0.1,nat --publish 8080:80
	web 2 --net veth,bridge=br0,ip=10.9.0.12/24,gw=10.9.0.1,nat; from 2 http://192.0.2.2:8080/f; "$CT" rm -f "$N-1" "$N-2"; kill $p; wait' internet
t '--publish: udp' 0 'echo hallo >f; run -d -n "$N-1" -v "$PWD:/mnt" --net veth,bridge=br0,ip=10.9.0.11/24,gw=10.9.0.1 --publish 5353:53/udp -- probe udp 53 >/dev/null
	get inet "$P" ask 192.0.2.1 5353; "$CT" rm -f "$N-1"' 'from 192.0.2.2'
t '--publish: the first veth of that family' 0 'web 1 --net veth,bridge=br0 --net veth,bridge=br0,ip=10.9.0.11/24,gw=10.9.0.1 --net veth,ip=10.8.0.2/24,hostip=10.8.0.1/24 --net veth,bridge=br0,ip=fd09::11/64,gw=fd09::1 --publish 8080:80
	from_inet http://192.0.2.1:8080/f; from_inet "http://[2001:db8::1]:8080/f"; "$CT" rm -f "$N-1"' 'web 1
web 1'
t '--publish: forty ports' 0 'set --; for k in $(seq 40); do set -- "$@" --publish $((8000 + k)):80; done
	web 1 --net veth,bridge=br0,ip=10.9.0.11/24,ip=fd09::11/64,gw=10.9.0.1,gw=fd09::1,nat "$@"; from_inet http://192.0.2.1:8001/f; from_inet "http://[2001:db8::1]:8040/f"; "$CT" rm -f "$N-1"' 'web 1
web 1'
t 'the port of a published one is free for another after its end' 0 'for k in 1 2 3; do web $k --net "veth,bridge=br0,ip=10.9.0.1$k/24,gw=10.9.0.1" --publish 8080:80; from_inet http://192.0.2.1:8080/f; "$CT" rm -f "$N-$k"; done' 'web 1
web 2
web 3'
t 'SIGKILL of ct takes the rules along' 0 'web 1 --net veth,bridge=br0,ip=10.9.0.11/24,gw=10.9.0.1,nat --publish 8080:80; from_inet http://192.0.2.1:8080/f
	tool nft list ruleset | grep -c -e masquerade -e "dnat.*10.9.0.11"; tool nft list tables | wc -l; N=$N-1; kill -9 "$(supervisor)"; N=t$$; bare() { [ -z "$(tool nft list ruleset)" ]; }; within 0 2000 poll bare
	tool nft list ruleset; silent inet "$R/bin/busybox" wget -qO- http://192.0.2.1:8080/f && echo silent; sweep' 'web 1
[2-9]
1
silent'
t 'so does its end, and nobody else may touch them' 0 'web 1 --net veth,bridge=br0,ip=10.9.0.11/24,gw=10.9.0.1,nat --publish 8080:80
	tool nft flush ruleset 2>/dev/null; from_inet http://192.0.2.1:8080/f; "$CT" stop -t 1 "$N-1"; tool nft list ruleset' 'web 1' '*'
t 'forwarding off is an error that says so' 125 'sysctl 0 ipv4/ip_forward; run --net veth,nat,ip=10.9.0.11/24 -- echo RAN' '' '*net?ipv4?ip_forward*'
t 'forwarding off and --publish' 125 'sysctl 0 ipv4/ip_forward; run --net veth,ip=10.9.0.11/24 --publish 80:80 -- echo RAN' '' '*net?ipv4?ip_forward*'
t 'forwarding of v6 off' 125 'sysctl 0 ipv6/conf/all/forwarding; run --net veth,ip=fd09::11/64 --publish 80:80 -- echo RAN' '' '*net?ipv6?conf?all?forwarding*'
t '--try nat' 0 'sysctl 0 ipv4/ip_forward; run --try nat --net veth,nat,ip=10.9.0.11/24 -- echo hi' hi 'ct: *net?ipv4?ip_forward*'
t 'the same names and ports, many times without a pause' 0 'for k in $(seq '$many'); do run -n "$N" --net veth,host=h0,bridge=br0,ip=10.9.0.11/24,nat --publish 8080:80 true || echo "$k"; done' ''
t 'SIGKILL at random times with rules' 0 '"$P" storm '$((kills / 2))' 30000 "$CT" run -r "$R" --net veth,host=h0,bridge=br0,ip=10.9.0.11/24,nat --publish 8080:80 sleep 100 >n 2>/dev/null; sweep' '' '*'

need root veth bridge nat strace
CT_LIMIT=$((CT_LIMIT * 3))
for c in socket:EMFILE sendto:EPERM sendto:ENOBUFS recvfrom:ENOMEM ioctl:EPERM; do
	t "every ${c%:*} fails with ${c#*:}: nothing is left" 0 'faults '"${c%:*} ${c#*:}"' "$CT" run -r "$R" --net veth,host=h0,hostip=10.8.0.1/24,ip=10.8.0.2/24 \
		--net veth,bridge=br0,ip=10.9.0.11/24,ip=fd09::11/64,gw=10.9.0.1,mac=02:00:00:00:be:ef,nat --publish 8080:80 -- echo RAN' '' '*'
done
for c in sendto:EPERM recvfrom:ENOMEM socket:EMFILE; do
	t "net add: every ${c%:*} fails with ${c#*:}" 0 'detached sleep 100; add() { faults '"${c%:*} ${c#*:}"' sh -c '\''"$CT" net add '\''"$N"'\'' veth,host=h0,bridge=br0,ip=10.9.0.11/24,gw=10.9.0.1,mac=02:00:00:00:be:ef || exit; "$CT" net del '\''"$N"'\'' eth0'\''; }; add
		"$CT" exec "$N" ip -o link | wc -l; "$CT" rm -f "$N"' 1 '*'
done
CT_LIMIT=$((CT_LIMIT / 3))

# --- links on links -----------------------------------------------------------

part 'net: links'
need root veth bridge
in='unshare -n' prepare='sysctl 0 "$unchecked"; ip link set lo up; pair left right'
t 'phys of what is not there but in the kernel: refused' 125 'run --net phys,dev=left -- echo RAN' '' '*left*'
t 'phys of lo, of a bridge' 0 'ip link add br9 type bridge; for d in lo br9; do run --net phys,dev=$d -- echo RAN 2>e; echo "$? $(wc -l <e)"; done; ip link del br9' '125 1
125 1'
t 'phys of a virtual one with --try nic, and back' 0 'ip addr add 10.5.0.1/24 dev left; run --try nic --net phys,dev=left,name=in0,ip=10.5.0.2/24 sh -c "ip -o addr show in0 | grep -o 10.5.0.2/24"; ip -o addr show left | grep -o 10.5.0.1/24' '10.5.0.2/24
10.5.0.1/24' '*'
need root veth macvlan
t 'macvlan: to the wire and to each other' 0 'ip addr add 10.4.0.1/24 dev right; web 1 --net macvlan,dev=left,ip=10.4.0.11/24,ip=fd04::11/64; web 2 --net macvlan,dev=left,mode=bridge,ip=10.4.0.12/24,ip=fd04::12/64,mac=02:00:00:00:be:ef
	from_here http://10.4.0.11/f; from_here http://10.4.0.12/f; from 1 http://10.4.0.12/f; from 2 "http://[fd04::11]/f"; "$CT" exec "$N-2" ip link show eth0 | grep -o be:ef; "$CT" rm -f "$N-1" "$N-2"' 'web 1
web 2
web 2
web 1
be:ef'
for m in private vepa; do
	t "macvlan, $m: to the wire only" 0 'ip addr add 10.4.0.1/24 dev right; for k in 1 2; do web $k --net "macvlan,dev=left,mode='$m',ip=10.4.0.1$k/24"; done
	from_here http://10.4.0.11/f; silent "$CT" exec "$N-1" wget -qO- http://10.4.0.12/f && echo silent; "$CT" rm -f "$N-1" "$N-2"' 'web 1
silent'
done
t 'macvlan, passthru: one only' 0 'ip addr add 10.4.0.1/24 dev right; web 1 --net macvlan,dev=left,mode=passthru,ip=10.4.0.11/24; from_here http://10.4.0.11/f
	run --net macvlan,dev=left -- echo RAN 2>e; echo "$? $(wc -l <e)"; "$CT" rm -f "$N-1"' 'web 1
125 1'
t 'macvlan: a name that a link of the host has' 0 'for n in left right; do run --net "macvlan,dev=left,name=$n,ip=10.4.0.11/24" ip -o addr show "$n" | grep -o 10.4.0.11/24; done' '10.4.0.11/24
10.4.0.11/24'
CT_LIMIT=$((CT_LIMIT * 3))
t 'macvlan many times' 0 'for k in $(seq '$many'); do run -n "$N" --net macvlan,dev=left,mac=02:00:00:00:be:ef,ip=10.4.0.11/24 true || echo "$k"; done' ''
CT_LIMIT=$((CT_LIMIT / 3))
need root veth ipvlan
for m in l2 l3 l3s; do
	t "ipvlan, $m" 0 'ip addr add 10.4.0.1/24 dev right; for k in 1 2; do web $k --net "ipvlan,dev=left,mode='$m',ip=10.4.0.1$k/24"; done
	from 1 http://10.4.0.12/f; from 2 http://10.4.0.11/f; [ '$m' != l2 ] || from_here http://10.4.0.11/f; "$CT" rm -f "$N-1" "$N-2"' 'web 2
web 1*'
done
need root veth vlan
t 'vlan: to the same tag on the other side, not to another' 0 'web 1 --net vlan,dev=left,id=7,ip=10.3.0.11/24; web 2 --net vlan,dev=right,id=7,ip=10.3.0.12/24; web 3 --net vlan,dev=right,id=4094,ip=10.3.0.13/24
	from 1 http://10.3.0.12/f; from 2 http://10.3.0.11/f; silent "$CT" exec "$N-1" wget -qO- http://10.3.0.13/f && echo silent; "$CT" rm -f "$N-1" "$N-2" "$N-3"' 'web 2
web 1
silent'
t 'vlan: a name that a link of the host has' 0 'for n in left right; do run --net "vlan,dev=left,id=7,name=$n,ip=10.4.0.11/24" ip -o addr show "$n" | grep -o 10.4.0.11/24; done' '10.4.0.11/24
10.4.0.11/24'
t 'vlan: a tag that is taken' 125 'run -d -n "$N" --net vlan,dev=left,id=7 sleep 100 >/dev/null; run --net vlan,dev=left,id=7 -- echo RAN; s=$?; "$CT" rm -f "$N"; exit $s'
t 'vlan many times' 0 'for k in $(seq '$many'); do run -n "$N" --net vlan,dev=left,id=7,ip=10.3.0.11/24 true || echo "$k"; done' ''
need root veth vlan tcpdump
t 'vlan: the tag on the wire' 0 'tool tcpdump -Z root -l -n -e -c 1 -i right "vlan 7 and arp" >o 2>e & poll grep -q listening e
	run --net vlan,dev=left,id=7,ip=10.3.0.11/24 sh -c "timeout 1 wget -qO- http://10.3.0.12/"; wait $!; grep -o "vlan 7,.*who-has 10.3.0.12 tell 10.3.0.11" o' 'vlan 7,*' '*'
need root veth bridge dnsmasq
t 'dnsmasq in one container, udhcpc in another' 0 'sysctl 1 ipv4/ip_forward; ip link add br7 type bridge; ip link set br7 up; printf "#!/bin/sh\n[ \"\$1\" != bound ] || echo \"\$ip \$router\"\n" >script; chmod 755 script
	tool_box -d -n "$N-1" -v "$PWD:/mnt" --cap-add NET_ADMIN --cap-add NET_RAW --net veth,bridge=br7,ip=10.7.0.1/24 -- dnsmasq --keep-in-foreground --user=root --group=root --pid-file --conf-file=/dev/null --port=0 \
		--dhcp-leasefile=/mnt/leases --dhcp-range=10.7.0.50,10.7.0.50 --dhcp-authoritative >o 2>e
	get run --cap-add NET_RAW -v "$PWD/script:/mnt/script" --net veth,bridge=br7 udhcpc -q -n -f -t 3 -T 1 -i eth0 -s /mnt/script; cut -d" " -f3 leases; "$CT" rm -f "$N-1"; ip link del br7' '10.7.0.50 10.7.0.1
10.7.0.50'

# --- a network card, there and back -------------------------------------------

part 'net: card'
need root nics
in='nsenter -t 1 -n' prepare='sysctl 0 "$unchecked ipv6/conf/eth0/accept_dad"; ip link set lo up; ip link set eth0 down; ip addr flush dev eth0; ip link set eth0 up; ip addr flush dev eth1; ip link set eth1 up
	ip addr add 10.6.0.1/24 dev eth0; ip addr add fd06::1/64 dev eth0; ip route add 10.66.0.0/16 via 10.6.0.9; ip route add fd66::/32 via fd06::9; ip addr add 10.5.0.1/24 dev eth1; ip link set eth0 mtu 1480
	carrier() { [ "$(ip -o link | grep -c "eth[01].*LOWER_UP")" = 2 ]; }; poll carrier'
card='card() { ip -o link show eth0 | cut -d\\ -f2-; ip -o addr show dev eth0 | tr -s " " | cut -d" " -f2- | grep -v fe80; { ip route; ip -6 route; } | grep eth0 | grep -v fe80 | sort; }; card >was; '
same='; for _ in 1 2 3 4 5 6 7 8 9 10; do card | diff was - >diff && break; sleep 0.1; done; cat diff'
t 'inside it is on the wire' 0 "$card"'web 1 --net phys,dev=eth0,ip=10.5.0.11/24; from_here http://10.5.0.11/f; ip link show eth0 2>/dev/null; "$CT" exec "$N-1" ip -o link | wc -l; "$CT" rm -f "$N-1"'"$same" 'web 1
2'
t 'back at its end' 0 "$card"'run --net phys,dev=eth0,ip=10.5.0.11/24,mtu=1400,mac=02:00:00:00:be:ef sh -c "ip -o link show eth0 | grep -c -e \"mtu 1400.*be:ef\""; run --net phys,dev=eth0 false || true'"$same" 1
t 'back under its old name' 0 "$card"'run --net phys,dev=eth0,name=lan0 ip -o link show lan0 | grep -c lan0:'"$same" 1
t 'back when the command is not found' 127 "$card"'run --net phys,dev=eth0,name=lan0 nosuch; s=$?'"$same"'; exit $s'
t 'back when a later step fails' 125 "$card"'run --net phys,dev=eth0,name=lan0 --net veth,bridge=nosuch -- echo RAN; s=$?'"$same"'; exit $s'
t 'back when its init is killed' 0 "$card"'detached --net phys,dev=eth0,name=lan0 sleep 100; kill -9 "$(first)"'"$same" ''
t 'back with ct stop' 0 "$card"'detached --net phys,dev=eth0,name=lan0 sleep 100; "$CT" stop -t 1 "$N"'"$same" ''
t 'back with ct rm -f' 0 "$card"'detached --net phys,dev=eth0 sleep 100; "$CT" rm -f "$N"'"$same" ''
t 'back when ct gets SIGTERM' 143 "$card"'"$P" kill 15 "$CT" run -r "$R" --net phys,dev=eth0,name=lan0 probe idle; s=$?'"$same"'; exit $s' '' '*'
t 'back when time is up' 124 "$card"'run --timeout 1 --net phys,dev=eth0 sleep 100; s=$?'"$same"'; exit $s' '' '*'
t 'back with ct net del' 0 "$card"'detached sleep 100; "$CT" net add "$N" phys,dev=eth0,name=lan0,ip=10.5.0.11/24; "$CT" exec "$N" ip -o link show lan0 | grep -c lan0:; "$CT" net del "$N" lan0
	ip -o link show | grep -c -e "eth0:" -e "lan0:"; "$CT" rm -f "$N"; ip link set lan0 name eth0 2>/dev/null; true' '1
1'
t 'SIGKILL of ct: the kernel brings it, under the name inside, down' 0 'detached --net phys,dev=eth0,name=lan0,ip=10.5.0.11/24 sleep 100; kill -9 "$(supervisor)"; there() { ip link show lan0 >/dev/null 2>&1; }; poll there
	ip -o link show lan0 | grep -c UP; ip -o addr show lan0; ip link set lan0 name eth0; sweep' 0
t 'SIGKILL of ct at random times' 0 'for k in $(seq 10); do "$P" storm 1 60000 "$CT" run -r "$R" --net phys,dev=eth0,name=lan0 sleep 100 >/dev/null; there() { ip link show lan0 >/dev/null 2>&1 || ip link show eth0 >/dev/null 2>&1; }
	poll there; ip link set lan0 down 2>/dev/null; ip link set lan0 name eth0 2>/dev/null; done; sweep; ip -o link show eth0 | grep -c eth0:' 1
t 'many times' 0 "$card"'for k in $(seq '$many'); do run -n "$N" --net phys,dev=eth0,name=lan0 true || echo "$k"; done'"$same" ''
t 'back when it is renamed and taken down inside' 0 "$card"'run --cap-add NET_ADMIN --net phys,dev=eth0,name=lan0 sh -c "ip link set lan0 down; ip link set lan0 name x"'"$same" ''
t 'back under another name where its own is taken: a warning' 0 '(sleep 0.5; ip link add eth0 type bridge) & run --net phys,dev=eth0,name=lan0 sleep 1; wait; ip link del eth0; ip -o link show lan0 | grep -c lan0:; ip link set lan0 down; ip link set lan0 name eth0' 1 'ct: *eth0*xists*'
t 'one that another has' 125 'detached --net phys,dev=eth0 sleep 100; run --net phys,dev=eth0 -- echo RAN; s=$?; "$CT" rm -f "$N"; exit $s' '' '*eth0*'
t 'macvlan on it' 0 'web 1 --net macvlan,dev=eth0,ip=10.5.0.12/24; from_here http://10.5.0.12/f; "$CT" rm -f "$N-1"' 'web 1'

in='unshare -n' prepare='"$R/bin/busybox" nsenter -t 1 -n "$R/bin/busybox" ip link set eth0 netns $$; ip link set eth0 up'
t 'back to the namespace that ct was started in' 0 'run --net phys,dev=eth0,name=lan0 true; back() { ip -o link show eth0 2>/dev/null | grep -q -e "<.*UP"; }; poll back' ''

# --- a kernel without any of it -----------------------------------------------

part 'net: no modules'
need root no-modules
in='unshare -n' prepare='ip link set lo up; sysctl 1 "ipv4/ip_forward ipv6/conf/all/forwarding"'
t 'veth' 125 'run --net veth -- echo RAN' '' '*veth*'
t 'veth with all that there is' 125 'run --net veth,ip=10.9.0.11/24,nat --publish 80:80 -- echo RAN' '' '*veth*'
t 'a bridge that cannot be' 125 'run --net veth,bridge=br0 -- echo RAN'
t '--try nic goes on without' 0 'run --try nic --net veth -- sh -c "ip -o link | wc -l"' 1 'ct: *veth*'
t 'none and host go on' 0 'run --net none echo hi; run --net host echo ho' 'hi
ho'

need root no-modules nics
in='nsenter -t 1 -n'
for k in macvlan ipvlan; do
	t $k 125 'run --net '$k',dev=eth0 -- echo RAN' '' "*$k*"
done
t vlan 125 'run --net vlan,dev=eth0,id=7 -- echo RAN' '' '*8021q*'
t 'a card needs none' 0 'run --net phys,dev=eth0,name=lan0,ip=10.5.0.1/24 -- sh -c "ip -o addr show lan0 | grep -o 10.5.0.1/24"; ip -o link show eth0 | grep -c eth0:' '10.5.0.1/24
1'
t 'nat' 125 'run --net phys,dev=eth0 --net veth,nat,ip=10.9.0.11/24 -- echo RAN; s=$?; ip -o link show eth0 | grep -c eth0:; exit $s' 1 '*'

# --- names --------------------------------------------------------------------

part 'net: dns'
need
t '--dns' 0 'run --dns 192.0.2.53 --dns 2001:db8::53 cat /etc/resolv.conf; run -R --dns 192.0.2.53 cat /etc/resolv.conf; ls "$R/etc" | grep -c resolv.conf' 'nameserver 192.0.2.53
nameserver 2001:db8::53
nameserver 192.0.2.53
*'
b --dns "'' x 1 1.2.3 1.2.3.4.5 010.0.0.1 10.0.0.1/24 fe80::1%eth0 '[::1]' 10.0.0.1,10.0.0.2 '10.0.0.1 ' ' 10.0.0.1' 0x7f.1 256.0.0.1 ::1::2 localhost"
t '--dns where resolv.conf is a link to nowhere' 0 'mkroot root; ln -s ../run/nowhere/resolv.conf root/etc/resolv.conf; for o in "" -R; do "$CT" run $o -r "$PWD/root" --dns 192.0.2.53 cat /etc/resolv.conf; done
	ln -sf /tmp/canary root/etc/resolv.conf; "$CT" run -r "$PWD/root" --dns 192.0.2.53 cat /etc/resolv.conf; ls /tmp/canary 2>/dev/null; true' 'nameserver 192.0.2.53
nameserver 192.0.2.53
nameserver 192.0.2.53'
need root
for n in host none; do
	t "the host's own root and net $n: --dns" 0 'host --net '$n' --dns 192.0.2.53 cat /etc/resolv.conf' 'nameserver 192.0.2.53'
done
stub='mount -t tmpfs x /run; mkdir -p /run/stub etc; cp -a /etc/passwd /etc/group etc; echo nameserver 192.0.2.9 >/run/stub/resolv.conf; echo x >/run/secret'
for l in ../run /run; do
	t "the host's resolver file is a link to $l" 0 "unshare -m sh -c '$stub; ln -s $l/stub/resolv.conf etc/resolv.conf; mount --bind etc /etc; "'for n in host veth none; do "$CT" run --net $n cat /etc/resolv.conf 2>/dev/null; done
		"$CT" run --net host ls /run; "$CT" run --dns 192.0.2.53 --net host cat /etc/resolv.conf'"'" 'nameserver 192.0.2.9
nameserver 192.0.2.9
stub
nameserver 192.0.2.53'
done
t 'one that is put in its place is seen' 0 "unshare -m sh -c '$stub; ln -s /run/stub/resolv.conf etc/resolv.conf; mount --bind etc /etc; "'"$CT" run -n "$1" --net host sh -c "until grep 10 /etc/resolv.conf; do sleep 0.1; done" &
	sleep 0.3; echo nameserver 192.0.2.10 >/run/stub/new; mv /run/stub/new /run/stub/resolv.conf; wait'"' sh \"\$N\"" 'nameserver 192.0.2.10'
need user
t 'an interface wants a right that a user does not have' 125 'run --net veth -- echo RAN' '' '*nic*'
# --- the library: tests/lib.c; tests/lib.sh has the rest ------------------------

part library
need
for c in life errors fds caller threads enter console "many 20" "cycles 50" 'root "$R"'; do
	t "$c" 0 "\"\${P%/*}/lib\" $c"
done
t 'here' 0 '"${P%/*}/lib" here "$PWD"' ''
need root cgroup2
for c in group limits nsmask join 'submount "$PWD"' 'privilege "$R"' 'net "$R"'; do
	t "$c" 0 "\"\${P%/*}/lib\" $c"
done
t 'seen by the command line, and ended by it' 0 '"${P%/*}/lib" hold "$N" "$R" >o & poll grep -q up o; "$CT" exec "$N" hostname
	"$CT" kill "$N"; wait $!; echo $?' 'held
137'
t 'finds what the command line runs' 0 'detached sleep 100; "${P%/*}/lib" find "$N"; wait' ''

# --- check --------------------------------------------------------------------

part check
t 'check' 0 '"$CT" check' '*seccomp*'
t 'each line names a thing and says whether it is there' 0 '"$CT" check >o; [ "$(wc -l <o)" -ge 8 ] || cat o' ''

# --- the transcripts ----------------------------------------------------------

for file in "$here"/tests/*.t; do
	[ ! -f "$file" ] || transcript "$file"
done

# --- the end ------------------------------------------------------------------

echo "1..$((pass + fail + skip))"
echo "$pass passed, $fail failed, $skip skipped"
[ "$fail" = 0 ] && [ $((pass + skip)) -gt 0 ]
