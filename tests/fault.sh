#!/bin/sh
# SPDX-License-Identifier: ISC
#
# tests/fault.sh [VARIANT [SYSCALL]] - every system call of `ct run` fails once,
# with EPERM, ENOMEM, ENOSYS and, where it can, EINTR; then KILL or TERM comes
# there. Each time ct has to end soon, to say why it failed in one line, to run
# the command only in the very sandbox that was asked for, and to leave nothing.
# Then calls that old kernels lack are missing throughout. All in pid, mount,
# network and cgroup namespaces of its own: other users of ct do not matter.
# Needs root, strace, perl, busybox, nftables, util-linux. Prints TAP.
#
# CT: the program (./ct), which is copied; FAULT_LIMIT: seconds for one run (4)
# FAULT_KINDS: what to inject (EPERM ENOMEM ENOSYS EINTR KILL TERM OLD)
# shellcheck disable=SC2016,SC2086,SC2094 # $as, $args are lists; $look is for the container

: "${CT:=./ct}" "${FAULT_KINDS:=EPERM ENOMEM ENOSYS EINTR KILL TERM OLD}" "${FAULT_LIMIT:=4}"
cg=/sys/fs/cgroup
[ ! -d $cg/unified ] || cg=$cg/unified
if [ -z "${FAULT_DIR-}" ]; then
	for f in strace perl busybox nft unshare setpriv timeout; do
		command -v $f >/dev/null || { echo "1..0 # SKIP needs $f"; exit 0; }
	done
	[ "$(id -u)" = 0 ] || { echo '1..0 # SKIP needs root'; exit 0; }
	export FAULT_DIR
	FAULT_DIR=$(mktemp -d /tmp/ct-fault.XXXXXX) || exit 1
	own=$cg/${FAULT_DIR##*/}
	trap 'find "$own" -depth -type d -exec rmdir {} \;; rm -rf "$FAULT_DIR"' EXIT
	trap 'kill $! 2>/dev/null; exit 1' INT TERM HUP
	chmod 755 "$FAULT_DIR" && cp "$CT" "$FAULT_DIR/ct" && mkdir "$own" || exit 1
	(echo 0 >"$own/cgroup.procs" &&
		exec unshare -mnCpf --mount-proc --kill-child sh "$0" "$@") &
	wait $!
	exit
fi

umount $cg && mount -t cgroup2 none $cg || exit 1
echo 1 >/proc/sys/net/ipv4/ip_forward
echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
cd "$FAULT_DIR" || exit 1
pass=0 fail=0 skip=0
mkdir -p vol root/bin root/etc root/proc root/sys root/dev root/tmp root/run root/mnt
cp -L "$(command -v busybox)" root/bin/ && root/bin/busybox --install root/bin
echo root:x:0:0:root:/root:/bin/sh >root/etc/passwd
chmod 777 .

# What the command sees, but for what differs from run to run.
look='echo RAN "$PWD" "$HOME" "$PATH" /dev/* /mnt/* /new /proc/self/fd/*
exec grep -hE "^(Cap|[UG]id:|Umask|Groups|NoNew|Seccomp|Sig[BI]|NSpid|Max)| - |:.*[0-9]|^[^:]*$" \
	/proc/self/limits /proc/self/mountinfo /proc/self/cgroup /proc/self/uid_map \
	/proc/net/dev /proc/sys/kernel/hostname /etc/passwd /proc/self/status'
seen() {
	sed -E 's/^[0-9]+ [0-9]+ [0-9]+:[0-9]+ //; s/(size|nr_inodes)=[0-9]+k?,?//g
		/ \/dev\/[a-z]+ .* - devtmpfs/d
		s/^( *eth[0-9]:).*/\1/
		s/^(NSpid:	)([2-9].*|1.+)/\1not 1/
		/^(Pid|PPid|Tgid|Ngid|TracerPid|NStgid|NSpgid|NSsid|Vm|Rss|Huge|Mems|Cpus|.*ctxt|FDSize|SigQ|Threads|Kthread|x86|untag)/d' out
}
state() { # what may not change: processes, mounts, links, groups, files
	set -- /proc/[0-9]*
	shift
	[ $# = 0 ] || echo "process" "$@"
	while read -r f; do echo "mount $f"; done </proc/self/mountinfo
	while read -r f _; do echo "link $f"; done </proc/net/dev
	nft list tables
	for f in "$cg"/*/ "$cg"/ct/*/ ./pid* root/* root/mnt/* vol/*; do echo "file $f"; done
}
left() { # 0 if something is left 2 s later; then $why says what
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		state >now
		cmp -s before now && return 1
		sleep 0.2
	done
	why=$(diff before now | grep '^[<>]' | tr '\n' ' ')
}
reset() { # ends what runs in our pid namespace, for the next run
	for q in /proc/[2-9]* /proc/1?*; do kill -KILL "${q#/proc/}"; done 2>/dev/null
	rm -f pid
	find $cg/ct -depth -type d -exec rmdir {} \; 2>/dev/null
}
run() { # MODE STRACE-OPTION...: runs ct with $args, sets $s
	mode=$1
	shift
	rm -f log
	if [ "$mode" = child ]; then # the parent first makes so many calls that only the child's count is met
		$as perl -e '($n, $c) = splice @ARGV, 0, 2;
			do { $t = 0; open F, "/proc/self/status" and grep { /^TracerPid:\s*[1-9]/ and $t = 1 } <F> } until $t;
			syscall($n, (-1) x 6) for 1 .. $c; umask 022; exec { $ARGV[0] } @ARGV' "$nr" "$np" ./ct $args -- /bin/sh -c "$look" \
			</dev/null >out 2>err 9</ &
		p=$!
		timeout -k 1 "$FAULT_LIMIT" strace -f -qqq -o log "$@" -p $p >/dev/null 2>&1
	else
		$as timeout -k 1 "$FAULT_LIMIT" strace $mode -qqq -o log "$@" ./ct $args \
			-- /bin/sh -c "$look" </dev/null >out 2>err 9</
	fi
	s=$?
	[ $s != 124 ] || s=timeout
	[ $s != timeout ] || reset
	[ "$mode" = child ] || return 0
	wait "$p"
	n=$?
	[ $s = timeout ] || s=$n
}
check() { # NAME: what is to hold after each run
	why=
	seen >have
	n=$(wc -l <err)
	case $s in
	timeout) why="takes more than $FAULT_LIMIT s" ;;
	0)
		case $1 in user*:EPERM:*) # the host's /sys where an own one is refused
			grep -v ' /sys' have >log2; grep -v ' /sys' want | cmp -s - log2 ;;
		*) cmp -s want have ;;
		esac || why="another sandbox: $(diff want have | grep '^[<>]' | tr '\n' ' ')" ;;
	12[567]) { [ "$n" = 1 ] && grep -q '^ct: .*: ' err && { case $1 in *:waitid:* | *:poll:*) ;; *) ! grep -q '^RAN' out ;; esac; }; } ||
		why="$n lines on stderr, $(wc -l <out) on stdout" ;;
	137 | 143) case $1 in *:KILL:* | *:TERM:*) ;; *) why="status $s" ;; esac ;;
	*) why="status $s" ;;
	esac
	if [ "$why" ] && awk '/INJECTED/ && x[$1] { y = 1 }
		/execve\("\/bin\/sh"/ { x[$1] = 1 } END { exit !y }' log; then
		skip=$((skip + 1)) why=
		echo "ok $((pass + fail + skip)) - $1 # SKIP hits the command itself"
		left && { echo "# left: $why"; }
		return
	fi
	w=$why
	# nobody else can remove what a killed ct, or one that may not remove, leaves
	case $1 in *:KILL:* | *:unlink*)
		case $(echo $cg/ct/*/ $cg/ct/*/*/) in *\*/*\*/) ;; *\*/*) ;; *) w="$w two groups left" ;; esac
		rm -f pid
		state >now
		cmp -s before now || { sleep 0.1; ./ct run -r root /bin/true || w="$w, then ct run fails"; } ;;
	esac
	left && w="$w left: $why"
	[ "$w" ] || { pass=$((pass + 1)) && echo "ok $((pass + fail + skip)) - $1" && return; }
	fail=$((fail + 1))
	echo "not ok $((pass + fail + skip)) - $1: status $s: $w"
	sed 's/^/# /' err
	reset
}
sweep() { # VARIANT 'PREFIX' ARG...: all of it for one command line
	v=$1 as=$2
	shift 2
	args=$*
	state >before
	out=$($as ./ct $args -- /bin/sh -c "$look" 9</ </dev/null)
	echo "$out" >out
	seen >want
	grep -q '^RAN' want || { echo "not ok - $v: does not run"; fail=$((fail + 1)); return; }
	run -f -n
	mv log calls
	# SYSCALL NUMBER PARENT'S CHILD'S, up to where the command begins
	awk '{ sub(/\[ */, "["); split($2, a, /[][]/); nr = a[2]; c = $3; sub(/\(.*/, "", c) }
		!first { first = $1 }
		$2 !~ /^\[/ || done[$1] || c !~ /^[a-z]/ { next }
		/execve\("\/bin\/sh"/ { done[$1] = 1 }
		{ num[c] = nr; k[c, $1]++
		  if ($1 == first) par[c]++; else if (k[c, $1] > ch[c]) ch[c] = k[c, $1] }
		END { for (c in num) print c, num[c], par[c] + 0, ch[c] + 0 }' calls | sort >list
	while read -r call nr np nc; do
		case $call in *"${only-}"*) ;; *) continue ;; esac
		kinds=$FAULT_KINDS
		# calls that cannot fail; and a close that fails has closed all the same
		case $call in exit* | arch_prctl | get*id | set_tid* | umask | rt_sig* | close) kinds='KILL TERM' ;; esac
		for kind in $kinds; do
			inj="error=$kind"
			case $kind in
			OLD) continue ;;
			KILL | TERM) inj="signal=$kind" ;;
			EINTR) case $call in read | write | open | openat* | poll | wait* | close | flock | \
				recv* | send* | unshare | mount | fsconfig | execve*) ;; *) continue ;; esac ;;
			esac
			k=1
			while [ $k -le "$np" ] || [ $k -le "$nc" ]; do
				set -- -e "trace=$call,execve" -e "inject=$call:$inj:when=$k"
				[ $k -gt "$np" ] || { run '' "$@"; check "$v:$call:$kind:$k:parent"; }
				case $kind,$((k > np)) in
				*,1) [ $k -gt "$nc" ] || { run -f "$@"; check "$v:$call:$kind:$k:child"; } ;;
				[EO]*,0) [ $k -gt "$nc" ] || { run child "$@"; check "$v:$call:$kind:$k:child"; } ;;
				esac
				k=$((k + 1))
			done
		done
	done <list
	case " $FAULT_KINDS " in *" OLD "*) ;; *) return ;; esac
	for call in mount_setattr close_range clone3 mount_setattr,close_range,clone3 open_tree \
		move_mount fsopen openat2 pidfd_open pidfd_send_signal execveat memfd_create statx; do
		run -f -e "trace=$call,execve" -e "inject=$call:error=ENOSYS"
		case $call,$s in mount_setattr*,12? | cl*,12?) s=refused ;; esac
		check "$v:$call:OLD:all"
	done
}

only=${2-}
while read -r v as args; do
	case $v in *"${1-}"*) ;; *) continue ;; esac
	[ "$as" = user ] && as='setpriv --reuid 1000 --regid 1000 --clear-groups' || as=
	sweep "$v" "$as" $args
done <<X
plain root run -r root -R -h box
rich root run -r root -R -h box -n rich -v vol:/new:ro --tmpfs /mnt -e A=b --init --pidfile pid --rlimit nofile=64 --timeout 3
userns root run -U -r root -R -h box
user user run -r root -R -h box -v vol:/mnt
share root run -r root -R --share pid,uts,ipc
host root run -h box
nic root run -r root -R -h box --net veth,host=h0,hostip=10.8.0.1/24,ip=10.8.0.2/24,gw=10.8.0.1,nat --net veth,ip=fd09::11/64 --publish 80:80
X
echo "1..$((pass + fail + skip))"
echo "$pass passed, $fail failed, $skip skipped"
[ $fail = 0 ] && [ $pass != 0 ]
