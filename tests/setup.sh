#!/bin/sh
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2034,SC2016 # the other half is in tests.sh, *.t
#
# What a case can use; tests.sh reads it for each case. It finds these set:
#
#   CT, R, P  the program, a busybox root, the probe (tests/probe.c)
#   N         a name that no other case uses
#   it        the word of "each" that the case runs with
#   man       the manual

run() { "$CT" run -r "$R" "$@"; }
host() { (cd / && "$CT" run "$@"); } # in the host's own root
ct() { "$CT" "$@"; }

N=t$$
newline='
'
long=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa # 65
escape=$(printf '\033')
# a script that prints what a process is and sees
look='id; umask; ulimit -n; env | sort; cat /proc/self/cgroup; pwd
	grep -E "^(Cap|Seccomp|NoNew|Sig|Groups)" /proc/self/status
	for k in user mnt pid net ipc uts cgroup; do readlink /proc/self/ns/$k; done
	awk "{ print \$19 }" /proc/self/stat; cat /proc/self/oom_score_adj; echo end'
# how often to repeat what fails only now and then
kills=50 races=25 many=50 mutants=4
[ -z "${CT_VM-}" ] || races=10 many=15 # an emulated processor
hostile_seed=${HOSTILE_SEED:-1} hostile_rounds=${HOSTILE_ROUNDS:-2}
[ -z "${CT_LONG-}" ] || kills=200 races=100 many=50 mutants=40

# how much longer than on an idle machine things may take: guests run beside this one
busy=2
[ -z "${CT_VM-}" ] || busy=4
settle() { sleep "0.$((2 * busy))"; } # until what was started in the background has begun

poll() { # COMMAND...: until it succeeds, at most 5 s; what it says until then is no fault
	tries=$((100 * busy))
	while [ $((tries -= 1)) -gt 0 ]; do
		"$@" 2>/dev/null && return
		sleep 0.05
	done
	echo "gave up on: $*"
	"$@" # for what it says now
	return 1
}
watching() { # PID: until the `ct wait` or `ct events` there waits for a change
	watcher=$1
	poll watches
}
watches() {
	for f in "/proc/$watcher/fd/"*; do readlink "$f"; done | grep -q cgroup.events &&
		grep -qs '^State:.S' "/proc/$watcher/status"
}

mkroot() { # DIR: a busybox root
	mkdir -p "$1/bin" "$1/etc" "$1/root" "$1/proc" "$1/sys" "$1/dev" "$1/tmp" "$1/run" "$1/mnt"
	# not command -v: busybox as a shell finds its applets without PATH
	(IFS=:; for d in $PATH; do [ ! -x "$d/busybox" ] || exec cp -L "$d/busybox" "$1/bin/"; done)
	"$1/bin/busybox" --install "$1/bin"
	cp "$P" "$1/bin/probe"
	printf '%s\n' 'root:x:0:0:root:/root:/bin/sh' \
		'user:x:1000:1000:user:/tmp:/bin/sh' >"$1/etc/passwd"
	printf '%s\n' 'root:x:0:' 'tty:x:5:' 'user:x:1000:' 'video:x:44:user' >"$1/etc/group"
	chmod 755 "$1"
}

# Values that an option, or a type of interface, does not take: prints what is wrong
# with the refusal of each, which has to be 125 and one line, with nothing run.
refused() { # OPTION VALUE...; the words of $with are added
	option=$1
	shift
	for value; do
		s=0 line=''
		case $option in
		-*) run ${with-} "$option=$value" -- echo RAN >o 2>e || s=$? ;;
		*) run ${with-} "--net=$option,$value" -- echo RAN >o 2>e || s=$? ;;
		esac
		{ read -r line && ! read -r _; } <e && [ ! -s o ] &&
			case $s,$line in '125,ct: '?*) continue ;; esac
		echo "$option '$value': status $s, $(cat o e)"
	done
}
# The same for one command: its status, how many lines are on stderr, and its output.
says() { # COMMAND...
	s=0
	"$@" >o 2>e || s=$?
	echo "$s $(wc -l <e)"
	[ ! -s o ] || cat o
}

calls() { # LIST, as for --syscall: without calls that this machine lacks
	case $(uname -m) in
	aarch64 | riscv64 | loongarch64) lack='mkdir|mknod|poll|l?chown(32)?' ;;
	i?86 | arm*) lack=- ;;
	*) lack='l?chown32' ;;
	esac
	echo "$1" | tr , '\n' | grep -vE "^[-?]?($lack)(=|\$)" | tr '\n' , | sed 's/,$//'
}
big_endian() { printf '\1\0\0\0' | bb od -d | head -n 1 | grep -q ' 256 '; }
# A seccomp filter of one instruction, in the machine's byte order
allow_all() {
	if big_endian; then
		printf '\0\006\0\0\177\377\0\0'
	else
		printf '\006\0\0\0\0\0\377\177'
	fi
}
int() { # OCTAL: a small number as an int of the machine
	# shellcheck disable=SC2059 # it is an escape
	if big_endian; then printf "\\0\\0\\0\\$1"; else printf "\\$1\\0\\0\\0"; fi
}

image() { # FS...: copies an image of a busybox root to a file called FS
	i=${P%/*}
	[ -f "$i/image.hash" ] || i=$CT_TMP/images
	[ -f "$i/image.hash" ] || "${man%/*}/vm/images.sh" "$R" "$i"
	for f; do cp "$i/image.$f" "$f"; done
}
mutant() { # SEED FILE AT LENGTH [PART OPTION...]: an error, or it runs, or is killed
	seed=$1 f=$2 p=${5-}
	cp "$f" bad
	"$P" mutate bad "$seed" "$3" "$4"
	shift 4
	[ $# = 0 ] || shift
	s=0
	timeout 30 "$CT" run -r "bad$p" "$@" true >o 2>&1 || s=$?
	case $s,$(wc -l <o),$(head -n 1 o) in
	0,0, | 12[567],1,'ct: '* | 13[2-6],* | 139,*) ;;
	138,*) [ "$(bb kill -l BUS)" = 10 ] || echo "$f $seed: status $s, $(cat o)" ;; # mips
	*) echo "$f $seed: status $s, $(cat o)" ;;
	esac
}
loops() { cat /sys/block/loop*/loop/backing_file 2>/dev/null | grep -cF "$PWD"; }
no_dm() { # ls would fail if one vanished meanwhile
	for dm in /sys/block/dm-*; do [ ! -e "$dm" ] || return 1; done
}

sweep() { # a ct that was killed leaves its cgroup to the next ct
	k=0
	while [ $((k += 1)) -le 5 ] || { [ "$k" -le 30 ] &&
		find /sys/fs/cgroup -maxdepth 3 -name 'ct-[0-9a-f]*' 2>/dev/null | grep -q .; }; do
		sleep 0.2
		run true
	done
}

term() { "${P%/*}/pty" "$@"; } # [-q] COMMAND...; see tests/pty.c
lib() { "${P%/*}/lib" "$@"; } # CASE; see tests/lib.c
lxc() { "${P%/*}/lxc" "$PWD" "$N" "$@"; } # CALL...; see tests/lxc.c
template() { # makes an LXC template, ./template, which writes its arguments to ./args
	printf '%s\n' '#!/bin/sh' "echo \"\$@\" >'$PWD/args'" 'for a; do case $a in' \
		'--rootfs=*) r=${a#*=} ;; --path=*) p=${a#*=} ;; esac; done' "cp -a '$R/.' \"\$r\"" \
		'echo "lxc.init.cmd = sleep 1000" >>"$p/config"' >template
	chmod +x template
}
logged() { lxc log | grep -q "$1"; } # WORD
ready() { # SCRIPT: an LXC container that runs it
	template
	lxc create "$PWD/template" && lxc start ${1+sh -c "$1"}
}
trace() { "${P%/*}/tracer" -t "${CT_LIMIT:-15}" -s "$R" "$@"; } # NAME -- COMMAND...; see tests/tracer.c
notify() { # VERB ...: contrib/mknod.c makes device nodes for it
	verb=$1
	shift
	"${P%/*}/mknod" "$CT" "$verb" --syscall="$(calls '?mknod,?mknodat')" \
		--seccomp-notify 3 "$@"
}
delegate() { # COMMAND...: in a cgroup below which user 1000 may create cgroups
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

i386() { # STATUS: an i386 program that exits with it
	printf '\177ELF\1\1\1\0\0\0\0\0\0\0\0\0\2\0\3\0\1\0\0\0'
	printf '\124\200\4\10\64\0\0\0\0\0\0\0\0\0\0\0\64\0\40\0\1'
	printf '\0\50\0\0\0\0\0\1\0\0\0\0\0\0\0\0\200\4\10\0\200'
	printf '\4\10\140\0\0\0\140\0\0\0\5\0\0\0\0\20\0\0'
	printf '\270\1\0\0\0\273%b\0\0\0\315\200' "\\0$1"
}
detached() { run -d -n "$N" "$@" >o; } # called $N; its output is in o
up() { # a background command has written it to o; use one file for one command, as
	poll grep -qs up o # the next one may not have emptied it when this looks
	[ ! -f o ] || { [ "$(stat -c %h o)" = 1 ] && ln -f o o.up; } ||
		echo 'up: o is of the one before'
}
states() { # of all containers whose name begins with $N, in one line
	"$CT" ls -r | awk -v n="$N" 'index($1, n) == 1 { s = s t $2; t = " " }
		END { if (s != "") print s }'
}
rights() { # all privileges and limits of the first process of $N, and its mounts
	grep -E "^(Uid|Gid|Groups|Cap|No|Secc|Spec|Umask)" "/proc/$(first)/status"
	cat "/proc/$(first)/limits" "/proc/$(first)/oom_score_adj"
	awk '{ print $5, $6 }' "/proc/$(first)/mountinfo" | sort
}
serve() { # KIND: contrib's service directory of that kind as $N, with its arguments in args/$N
	mkdir -p bin args "$N"
	ln -s "$CT" bin/ct
	PATH=$PWD/bin:$PATH
	echo "-r $R -R -- sh -c 'trap \"echo bye; exit\" TERM; echo up
		while :; do sleep 0.1; done'" >"args/$N"
	for f in "${man%/*}/contrib/$1"/*; do
		sed "s,/etc/ct/,$PWD/args/," "$f" >"$N/${f##*/}"
		chmod +x "$N/${f##*/}"
	done
}
said() { [ "$(grep -cx "$2" log 2>/dev/null)" = "$1" ]; } # N LINE: log has it N times
first() { "$CT" ps "$N" | awk 'NR == 2 { print $1 }'; }
supervisor() { awk '/^PPid:/ { print $2 }' "/proc/$(first)/status"; }
held() { [ "$(states)" = created ]; }
ms() { awk '{ printf "%d\n", $1 * 1000 }' /proc/uptime; }
within() { # MIN MAX COMMAND...: it must take that many milliseconds on an idle machine
	since=$(ms) min=$1 max=$(($2 * busy)) status=0
	shift 2
	"$@" || status=$?
	took=$(($(ms) - since))
	[ $took -ge "$min" ] && [ $took -le "$max" ] || echo "took $took ms"
	return $status
}

mac_of() { ip link show "$1" | sed -n 's/.*link.ether \([^ ]*\).*/\1/p'; }
no_ends() { ! ip -o link 2>/dev/null | grep -q ' ct[0-9a-f]*[@:]'; } # of veths, on the host
mtu_of() { ip link show "$1" | sed -n 's/.*mtu \([0-9]*\).*/\1/p'; }
wait() { command wait "$@" 2>/dev/null; } # without the message that the shell may print
bb() { "$R/bin/busybox" "$@"; }
ip() { bb ip "$@"; } # the same ip everywhere
tool() { # nft, bridge, tcpdump or dnsmasq, with its arguments
	if [ "${CT_TOOLS-}" ]; then chroot "$CT_TOOLS" "$@"; else "$@"; fi
}
tool_box() { "$CT" run ${CT_TOOLS:+-r "$CT_TOOLS"} "$@"; }
sysctl() { for f in $2; do echo "$1" >"/proc/sys/net/$f"; done; }
unchecked='ipv6/conf/all/accept_dad ipv6/conf/default/accept_dad' # no wait for v6 addresses

pair() { # A B: a veth pair with these names, up
	ip link add "$1" type veth
	ip link set "$(ip -o link | sed -n "s/^[0-9]*: \(.*\)@$1:.*/\1/p")" name "$2"
	ip link set "$1" up
	ip link set "$2" up
}

# A router: br0 with 10.9.0.1/24 and fd09::1/64; and beyond wan, 192.0.2.1/24 and
# 2001:db8::1/64, a namespace that plays the internet and has no route back but .2
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
	ip link set wan address 02:00:00:00:00:01 # not above those of ct's by chance
	ip link set inet netns $!
	kill $!
	command wait
	ip addr add 192.0.2.1/24 dev wan
	ip addr add 2001:db8::1/64 dev wan
	# shellcheck disable=SC2016
	inet sh -c 'for f in '"$unchecked"'; do echo 0 >/proc/sys/net/$f; done
		ip link set lo up; ip link set inet up
		ip addr add 192.0.2.2/24 dev inet; ip addr add 2001:db8::2/64 dev inet'
}
inet() { bb nsenter --net="$CT_TMP/case/inet" "$@"; }

# The same, and on br0 another machine, with the router as its gateway
lan() {
	[ $# = 0 ] || { bb nsenter --net="$CT_TMP/case/lan" "$@"; return; }
	router
	"$R/bin/busybox" unshare -n sleep 100 &
	poll other
	: >"$CT_TMP/case/lan"
	mount --bind "/proc/$!/ns/net" "$CT_TMP/case/lan"
	pair lan0 pc
	ip link set pc netns $!
	kill $!
	command wait
	ip link set lan0 master br0
	# shellcheck disable=SC2016
	lan sh -c 'for f in '"$unchecked"'; do echo 0 >/proc/sys/net/$f; done
		ip link set lo up; ip link set pc up
		ip addr add 10.9.0.9/24 dev pc; ip addr add fd09::9/64 dev pc
		ip route add default via 10.9.0.1; ip -6 route add default via fd09::1'
}
gws=gw=10.9.0.1,gw=fd09::1 # with addresses of both families
fw4() { # [ct [LINK...]]: OpenWrt's tables, with contrib's rules in them and LINK in zone lan
	rules=${man%/*}/contrib/openwrt/ct.nft links='"br0"'
	[ -f "$rules" ] || rules=${man%/*}/tests/ct.nft
	[ $# != 0 ] || rules=/dev/null
	[ $# = 0 ] || shift
	for l; do links="$links, \"$l\""; done
	sed "/# CT\$/r $rules
		s/\"br0\"/{ $links }/" "${man%/*}/tests/fw4.nft" >"$CT_TMP/case/fw4"
	tool nft -f - <"$CT_TMP/case/fw4"
}
bridge_nf() { # 0 or 1; no effect if the kernel lacks it
	for f in /proc/sys/net/bridge/bridge-nf-call-ip*tables; do
		[ ! -e "$f" ] || echo "$1" >"$f"
	done
}

web() { # K OPTION...: a container $N-K whose port 80 serves "web K", and the client's address
	k=$1
	www "w$k" "web $k"
	shift
	run -d -n "$N-$k" -v "$PWD/w$k:/mnt:ro" "$@" -- httpd -f -p 80 -h /mnt >/dev/null
}
# KIND: containers on left take over each other's addresses, and a client on right asks.
# Without an announcement the answer would take 15 s; a slow machine gets 8 s.
elsewhere() {
	net=$1,dev=left,ip=10.4.0.11/24,ip=fd04::11/64
	web 9 --net "$1,dev=right,ip=10.4.0.9/24,ip=fd04::9/64"
	for c in 1 2 3; do
		web "$c" --net "$net"
		within 0 8000 from 9 http://10.4.0.11/f
		within 0 8000 from 9 'http://[fd04::11]/f'
		ct rm -f "$N-$c"
	done
	ct rm -f "$N-9"
}
www() { # DIR TEXT
	mkdir -p "$1/cgi-bin"
	echo "$2" >"$1/f"
	printf '%s\n' '#!/bin/sh' 'printf "Content-type: text/plain\r\n\r\n"' \
		'echo "$REMOTE_ADDR" | sed "s/[][]//g;s/::ffff://"' >"$1/cgi-bin/who"
	chmod -R a+rx "$1"
}
inet_web() { # PORT: serves "internet" there, and the client's address; its pid is $p
	www w internet
	"$R/bin/busybox" nsenter --net="$CT_TMP/case/inet" "$R/bin/busybox" httpd -f -p "$1" -h w &
	export p=$!
}
get() { # COMMAND...: its output once it succeeds, within 15 tries
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
from_lan() { get lan "$R/bin/busybox" timeout 3 "$R/bin/busybox" wget -qO- "$1"; }
from_here() { get bb timeout 3 "$R/bin/busybox" wget -qO- "$1"; }
faults() { # CALL ERROR COMMAND...: each such call fails in turn; prints what is wrong then
	call=$1 inject="inject=$1:error=$2" k=0
	shift 2
	was=$(ip -o link 2>/dev/null | cut -d: -f2)
	# shellcheck disable=SC2317
	same() { [ "$(ip -o link 2>/dev/null | cut -d: -f2)" = "$was" ] && [ -z "$(tool nft list tables)" ]; }
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
silent() { # [inet|lan] COMMAND...: it gets no answer from there
	case $1 in
	inet | lan)
		there=$CT_TMP/case/$1
		shift
		set -- "$R/bin/busybox" nsenter --net="$there" "$@" ;;
	esac
	! bb timeout 1 "$@" >/dev/null 2>&1
}

# The two ends of a wire, left and right
wire() {
	sysctl 0 "$unchecked"
	ip link set lo up
	pair left right
}

# A kernel that has no link types; forwarding is on
bare() {
	ip link set lo up
	sysctl 1 'ipv4/ip_forward ipv6/conf/all/forwarding'
}

machine() { bare; } # the same, in the namespace with the cards

# The two cards of the machine, on one wire: eth0, with addresses, routes and its
# own MTU, and eth1
cards() {
	sysctl 0 "$unchecked ipv6/conf/eth0/accept_dad"
	ip link set lo up
	ip link set eth0 down
	ip addr flush dev eth0
	ip link set eth0 up
	ip addr flush dev eth1
	ip link set eth1 up
	ip addr add 10.6.0.1/24 dev eth0
	ip addr add fd06::1/64 dev eth0
	ip route add 10.66.0.0/16 via 10.6.0.9
	ip route add fd66::/32 via fd06::9
	ip addr add 10.5.0.1/24 dev eth1
	ip link set eth0 mtu 1480
	# shellcheck disable=SC2317
	carrier() { [ "$(ip -o link | grep -c 'eth[01].*LOWER_UP')" = 2 ]; }
	poll carrier
}
card() { # the settings of eth0
	ip -o link show eth0 | cut -d\\ -f2-
	ip -o addr show dev eth0 | tr -s ' ' | cut -d' ' -f2- | grep -v fe80
	{ ip route; ip -6 route; } | grep eth0 | grep -v fe80 | sort
}
back() { # eth0 has the settings again that the file "was" has
	# shellcheck disable=SC2317
	same() { card >now 2>/dev/null; diff was now >differ; }
	poll same
	cat differ
}
# One of them, moved out of the machine's own namespace
card_here() {
	bb nsenter -t 1 -n "$R/bin/busybox" ip link set eth0 netns $$
	ip link set eth0 up
}

# --- sessions in README -----------------------------------------------------

readme() { # with build/root, and without the functions that stand in for programs
	unset -f ct
	# shellcheck disable=SC2317
	sysctl() { bb sysctl "$@"; }
	mkdir bin build
	ln -s "$CT" bin/ct
	PATH=$PWD/bin:$PATH
	mkroot build/root
	echo 'nobody:x:65534:65534:nobody:/:/bin/sh' >>build/root/etc/passwd
	echo 'nogroup:x:65534:' >>build/root/etc/group
}
srv() { # makes /srv/www, with a page
	mkdir -p /srv
	mount -t tmpfs srv /srv
	cp -a build/root /srv/www
	mkdir /srv/www/www
	echo hello >/srv/www/www/index.html
}
quoted() { # README TRANSCRIPT: how README's sessions differ from the transcript
	awk '
		function flush() { if (cmd != "") print "$ " cmd out "\n."; cmd = out = "" }
		/^\t[#$] / { flush(); cmd = substr($0, 4); next }
		cmd != "" && out == "" && /^\t      / { sub(/^\t */, ""); cmd = cmd "\t" $0; next }
		cmd != "" && /^\t/ { out = out "\n| " substr($0, 2); next }
		{ flush() }
		END { flush() }' "$1" >quotes
	awk '
		function flush() { if (cmd != "") print "$ " cmd out "\n."; cmd = out = "" }
		/^  [$] / { flush(); cmd = substr($0, 5); next }
		/^  > / { sub(/^  > */, ""); cmd = cmd "\t" $0; next }
		/^  \[[0-9]+\]$/ { next }
		/^  / { out = out "\n| " substr($0, 3); next }
		{ flush() }
		END { flush() }' "$2" >sessions
	while IFS= read -r line; do
		case $line in
		'$'*) cmd=$line out='' ;;
		'|'*) out="$out$newline${line#??}" ;;
		*) quote ;;
		esac
	done <quotes 3<sessions
}
quote() { # finds the next session with the command, and compares its output
	found=''
	while IFS= read -r line <&3; do
		case $line in
		'$'*) pat='' found=''; [ "$line" != "$cmd" ] || found=1 ;;
		'| ...') pat="$pat*" ;;
		'|'*) pat="$pat$newline${line#??}" ;;
		*) [ -z "$found" ] || break ;;
		esac
	done
	[ "$found" ] || { echo "not here: $cmd"; return; }
	# shellcheck disable=SC2254 # it is a pattern
	case $out in
	$pat) ;;
	*) echo "other output: $cmd$out" ;;
	esac
}

# --- library programs, built against what is installed ------------------------

: "${CC:=musl-gcc}" "${MAKE:=make}" "${DEPS:=build/deps}"
src=${man%/*} made=$CT_TMP/made
inst=$made/inst
installed() { # once, for all cases that follow
	[ -d "$inst" ] || {
		mkdir -p "$made"
		"$MAKE" -s -C "$src" install DESTDIR="$inst" PREFIX=/usr >/dev/null
		cp "${P%/*}/lib" "$made/lib" && chmod 755 "$made/lib"
	}
}
built() { # NAME [FLAG...]: builds contrib's program once, as $made/NAME
	installed
	[ ! -x "$made/$1" ] || return 0
	program=$1
	shift
	case $DEPS in /*) ;; *) DEPS=$src/$DEPS ;; esac
	"$CC" -std=gnu99 "$@" -static -I"$inst/usr/include" -o "$made/$program" \
		"$src/contrib/libct/$program.c" -L"$inst/usr/lib" -L"$DEPS/lib" -lct -lmnl -lcap-ng
}
glibc() { # KIND [FLAG...]: compiles libct.c as ct.3 says, once, to $made/KIND.o
	installed
	[ ! -f "$made/$1.o" ] || return 0
	object=$made/$1.o
	shift
	gcc -std=c11 -D_GNU_SOURCE= -g -O1 "$@" -I"$src" -c "$src/lib/libct.c" -o "$object"
}
checked() { # KIND FILE.c [FLAG...]: builds it with that object, once, as $made/KIND-FILE
	program=$made/$1-$(basename "$2" .c) kind=$1 file=$src/$2
	[ ! -x "$program" ] || return 0
	shift 2
	glibc "$kind" "$@"
	gcc -g -D_GNU_SOURCE= "$@" -I"$inst/usr/include" -o "$program" "$file" \
		"$made/$kind.o" -lmnl -lcap-ng -lpthread
}
asan='-fsanitize=address,undefined -fno-sanitize-recover=all'
any_user() { # COMMAND...: as an ordinary user
	[ "$(id -u)" = 0 ] || { "$@"; return; }
	"$P" as 1000 "$@"
}
grind() { # [COMMAND...]: runs the example under valgrind, by means of COMMAND
	mkdir -m 777 vg
	"$@" valgrind -q --error-exitcode=9 --leak-check=full --log-file="$PWD/vg/%p" \
		"$made/vg-alive" || echo "status $?"
	echo
	grep -hE 'Invalid|uninitialised|unaddressable|definitely' vg/*
}
