#!/bin/sh
# SPDX-License-Identifier: ISC
#
# tests/fault.sh [VARIANT [SYSCALL]] - every system call of `ct run` fails once:
# with EPERM, ENOMEM, ENOSYS and EINTR, then ct or its child gets KILL or TERM
# there. Each time ct has to end soon, to say why it failed in one line, to run
# the command only in the sandbox that was asked for, and to leave nothing.
# Then calls that old kernels lack are missing throughout. Needs root, strace,
# unshare, perl; everything happens in pid, mount, net and cgroup namespaces of
# its own, so that other users of ct do not matter. Prints TAP.
#
#   CT           the program (./ct); a copy of it is used
#   FAULT_KINDS  what to inject ("EPERM ENOMEM ENOSYS EINTR KILL TERM OLD")
#   FAULT_LIMIT  seconds for one run (4)
# shellcheck disable=SC2016 # those strings expand in the container

: "${CT:=./ct}" "${FAULT_KINDS:=EPERM ENOMEM ENOSYS EINTR KILL TERM OLD}" "${FAULT_LIMIT:=4}"
cg=/sys/fs/cgroup
[ ! -d $cg/unified ] || cg=$cg/unified
if [ -z "${FAULT_DIR-}" ]; then
	for f in strace unshare perl busybox setpriv timeout; do
		command -v $f >/dev/null || { echo "1..0 # SKIP needs $f"; exit 0; }
	done
	[ "$(id -u)" = 0 ] || { echo '1..0 # SKIP needs root'; exit 0; }
	export FAULT_DIR
	FAULT_DIR=$(mktemp -d /tmp/ct-fault.XXXXXX) || exit 1
	own=$cg/${FAULT_DIR##*/}
	trap 'find "$own" -depth -type d -exec rmdir {} + ; rm -rf "$FAULT_DIR"' EXIT
	trap 'exit 1' INT TERM HUP
	chmod 755 "$FAULT_DIR" && cp "$CT" "$FAULT_DIR/ct" && mkdir "$own" || exit 1
	(echo 0 >"$own/cgroup.procs" &&
		exec unshare -mnCpf --mount-proc --kill-child sh "$0" "$@") &
	wait $!
	exit
fi

mount -t cgroup2 none $cg || exit 1
cd "$FAULT_DIR" || exit 1
D=$FAULT_DIR R=$FAULT_DIR/root pass=0 fail=0 skip=0
mkdir -p vol root/bin root/etc root/proc root/sys root/dev root/tmp root/run root/mnt
cp -L "$(command -v busybox)" root/bin/ && root/bin/busybox --install root/bin
echo root:x:0:0:root:/root:/bin/sh >root/etc/passwd

# What the command finds; it ends up in "want" and, each time, in "have".
look='echo RAN "$PWD" "$HOME" "$PATH" $(umask) /dev/* /mnt/* /proc/self/fd/*
exec grep -hE "^(Cap|Uid|Gid|Groups|NoNew|Seccomp|Sig[BI]|NSpid|Max)| - |:|^[^:]*$" \
	/proc/self/status /proc/self/limits /proc/self/mountinfo /proc/self/cgroup \
	/proc/self/uid_map /proc/net/dev /proc/sys/kernel/hostname /etc/passwd'
clean() { # what differs from run to run
	sed -E '/^(Pid|PPid|Tgid|Ngid|TracerPid|NSpid:	[0-9]{2,}|NSpgid|NSsid|Vm|Rss|Hugetlb|Mems_|Cpus_|.*ctxt_switches|State|FDSize|SigQ|SigPnd|ShdPnd|SigCgt|Thread|Speculation|CoreDump|THP)/d
s/^[0-9]+ [0-9]+ [0-9]+:[0-9]+ //; s/inodes=[0-9]*|size=[0-9]*k//g' "$1"
}
state() { # what may not change: mounts, links, groups, files
	cat /proc/self/mountinfo /proc/net/dev
	echo "$cg"/*/ "$cg"/ct/*/ "$D"/* "$R"/* "$R"/*/ "$R"/mnt/* "$D"/vol/* /dev/shm/*
}
left() { # 0 if something is left, said in $why
	now=$(state)
	set -- /proc/[0-9]*
	[ $# = 1 ] || { why="processes: $*"; return; }
	[ "$now" = "$before" ] && return 1
	why=$(printf '%s\n' "$before" | { IFS=; printf '%s\n' "$now" | diff /dev/fd/3 - 3<<X
$before
X
	} | grep '^[<>]' | tr '\n' ' ')
}
run() { # MODE SYSCALL NUMBER STRACE-OPTION...: the status, or 124
	m=$1 s=$2 n=$3
	shift 3
	case $m in
	child) # calls of the parent's own go first, so that only the child's count
		$as perl -e '($n, $c) = splice @ARGV, 0, 2;
			do { $t = 0; if (open F, "/proc/self/status") { while (<F>) {
				$t = 1 if /^TracerPid:\s*[1-9]/ } } } until $t;
			syscall($n, (-1) x 6) for 1 .. $c; umask 022; exec { $ARGV[0] } @ARGV;
			' "$n" 150 "$D/ct" "$@" >out 2>err 9</ & ;;
	esac
}
