#!/bin/sh
# SPDX-License-Identifier: ISC
#
# oci.sh [--lax] SOURCE ROOT - turns an OCI bundle (a directory with config.json)
# or an image in an OCI layout (DIR:TAG, needs umoci) into a root for ct, and prints
# the arguments for it: `oci.sh alpine:3 /srv/alpine.squashfs >alpine.args`, then
# `ct run @alpine.args`. ROOT is a new directory, or a file called *.squashfs or
# *.erofs. Needs jq. Anything in config.json that ct does not support is an error that
# names it; with --lax, a warning.
#
# An image runs with ct's own capabilities and limits, since it names none; its volumes are
# in memory, with the files that they have in the image, and lost at the end.
#
# linux.seccomp becomes --syscall, changes to ct's own filter, which exists even without
# a profile: what the profile names is allowed or refused, and the rest is refused
# or left to ct's filter, according to the profile's default. ct (or CT) is asked which
# calls the machine has.
set -eu

# The calls that ct knows by name on any machine, from src/calls.h.
calls='
	_llseek _newselect _sysctl accept accept4 access acct add_key adjtimex alarm arch_prctl
	arm_fadvise64_64 arm_sync_file_range bind bpf brk cachectl cacheflush cachestat capget
	capset chdir chmod chown chown32 chroot clock_adjtime clock_adjtime64 clock_getres
	clock_getres_time64 clock_gettime clock_gettime64 clock_nanosleep clock_nanosleep_time64
	clock_settime clock_settime64 clone clone3 close close_range connect copy_file_range creat
	create_module delete_module dup dup2 dup3 epoll_create epoll_create1 epoll_ctl epoll_pwait
	epoll_pwait2 epoll_wait eventfd eventfd2 execve execveat exit exit_group faccessat
	faccessat2 fadvise64 fadvise64_64 fallocate fanotify_init fanotify_mark fchdir fchmod
	fchmodat fchmodat2 fchown fchown32 fchownat fcntl fcntl64 fdatasync fgetxattr finit_module
	flistxattr flock fork fremovexattr fsconfig fsetxattr fsmount fsopen fspick fstat fstat64
	fstatat64 fstatfs fstatfs64 fsync ftruncate ftruncate64 futex futex_requeue futex_time64
	futex_wait futex_waitv futex_wake futimesat get_kernel_syms get_mempolicy get_robust_list
	get_thread_area getcpu getcwd getdents getdents64 getegid getegid32 geteuid geteuid32
	getgid getgid32 getgroups getgroups32 getitimer getpeername getpgid getpgrp getpid getppid
	getpriority getrandom getresgid getresgid32 getresuid getresuid32 getrlimit getrusage
	getsid getsockname getsockopt gettid gettimeofday getuid getuid32 getxattr getxattrat
	init_module inotify_add_watch inotify_init inotify_init1 inotify_rm_watch io_cancel
	io_destroy io_getevents io_pgetevents io_pgetevents_time64 io_setup io_submit
	io_uring_enter io_uring_register io_uring_setup ioctl ioperm iopl ioprio_get ioprio_set
	ipc kcmp kexec_file_load kexec_load keyctl kill landlock_add_rule landlock_create_ruleset
	landlock_restrict_self lchown lchown32 lgetxattr link linkat listen listmount listxattr
	listxattrat llistxattr lookup_dcookie lremovexattr lseek lsetxattr lsm_get_self_attr
	lsm_list_modules lsm_set_self_attr lstat lstat64 madvise map_shadow_stack mbind membarrier
	memfd_create memfd_secret migrate_pages mincore mkdir mkdirat mknod mknodat mlock mlock2
	mlockall mmap mmap2 modify_ldt mount mount_setattr move_mount move_pages mprotect
	mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64 mq_timedsend
	mq_timedsend_time64 mq_unlink mremap mseal msgctl msgget msgrcv msgsnd msync multiplexer
	munlock munlockall munmap name_to_handle_at nanosleep newfstatat nfsservctl nice oldfstat
	oldlstat oldstat olduname open open_by_handle_at open_tree openat openat2 pause
	pciconfig_iobase pciconfig_read pciconfig_write perf_event_open personality pidfd_getfd
	pidfd_open pidfd_send_signal pipe pipe2 pivot_root pkey_alloc pkey_free pkey_mprotect poll
	ppoll ppoll_time64 prctl pread64 preadv preadv2 prlimit64 process_madvise process_mrelease
	process_vm_readv process_vm_writev pselect6 pselect6_time64 ptrace pwrite64 pwritev
	pwritev2 query_module quotactl quotactl_fd read readahead readdir readlink readlinkat
	readv reboot recv recvfrom recvmmsg recvmmsg_time64 recvmsg remap_file_pages removexattr
	removexattrat rename renameat renameat2 request_key restart_syscall riscv_flush_icache
	riscv_hwprobe rmdir rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo
	rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo rtas
	s390_guarded_storage s390_pci_mmio_read s390_pci_mmio_write s390_runtime_instr s390_sthyi
	sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr
	sched_getparam sched_getscheduler sched_rr_get_interval sched_rr_get_interval_time64
	sched_setaffinity sched_setattr sched_setparam sched_setscheduler sched_yield seccomp
	select semctl semget semop semtimedop semtimedop_time64 send sendfile sendfile64 sendmmsg
	sendmsg sendto set_mempolicy set_mempolicy_home_node set_robust_list set_thread_area
	set_tid_address setdomainname setfsgid setfsgid32 setfsuid setfsuid32 setgid setgid32
	setgroups setgroups32 sethostname setitimer setns setpgid setpriority setregid setregid32
	setresgid setresgid32 setresuid setresuid32 setreuid setreuid32 setrlimit setsid
	setsockopt settimeofday setuid setuid32 setxattr setxattrat sgetmask shmat shmctl shmdt
	shmget shutdown sigaction sigaltstack signal signalfd signalfd4 sigpending sigprocmask
	sigreturn sigsuspend socket socketcall socketpair splice spu_create spu_run ssetmask stat
	stat64 statfs statfs64 statmount statx stime subpage_prot swapcontext swapoff swapon
	switch_endian symlink symlinkat sync sync_file_range sync_file_range2 syncfs
	sys_debug_setcontext sysfs sysinfo syslog sysmips tee tgkill time timer_create
	timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime timer_settime64
	timerfd_create timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64 times
	tkill truncate truncate64 ugetrlimit umask umount umount2 uname unlink unlinkat unshare
	uselib userfaultfd ustat utime utimensat utimensat_time64 utimes vfork vhangup vm86
	vm86old vmsplice wait4 waitid waitpid write writev
'

lax=''
[ "${1-}" != --lax ] || { lax=1; shift; }
[ $# = 2 ] || { echo "usage: oci.sh [--lax] SOURCE ROOT" >&2; exit 2; }
src=$1 root=$2
[ ! -e "$root" ] || { echo "oci.sh: $root: exists" >&2; exit 1; }
tmp=$(mktemp -d "${TMPDIR:-/tmp}/oci.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

conf=$src/config.json image=''
if [ ! -f "$conf" ]; then
	umoci unpack --image "$src" "$tmp/bundle" >&2
	src=$tmp/bundle conf=$tmp/config.json image=1
	# Privileges, limits and the host name are not the image's but umoci's own.
	jq 'del(.hostname, .linux, .process.capabilities, .process.rlimits)' \
		"$src/config.json" >"$conf"
fi

# What is not translated. ct uses its own namespaces and masks, which are as strict.
jq -r '
	def known($what; $others): (. // {}) | keys - $others | .[] | $what + .;
	known(""; ["ociVersion", "process", "root", "hostname", "domainname", "mounts",
		"linux", "annotations"]),
	(.process | known("process."; ["args", "env", "cwd", "user", "capabilities", "rlimits",
		"noNewPrivileges", "oomScoreAdj", "terminal", "consoleSize"])),
	(.linux | known("linux."; ["namespaces", "maskedPaths", "readonlyPaths", "resources",
		"rootfsPropagation", "seccomp"])),
	(.linux.resources | known("linux.resources."; ["devices", "memory", "pids", "cpu"])),
	(.linux.resources.memory | known("linux.resources.memory."; ["limit"])),
	(.linux.resources.pids | known("linux.resources.pids."; ["limit"])),
	(.linux.resources.cpu | known("linux.resources.cpu."; ["quota", "period", "cpus"])),
	(.linux.namespaces // [] | .[] | select(.path) | "linux.namespaces: path of " + .type),
	(.mounts // [] | .[] | select([.type] | inside(["proc", "sysfs", "devpts", "mqueue",
		"tmpfs", "cgroup", "bind", "none", null]) | not) | "mounts: type " + .type)
' "$conf" >"$tmp/unknown"

# What is not translated of linux.seccomp, and the fate of each call by name: the sign of
# --syscall, followed by the error. Left to ct's own filter ("") are ioctl, fcntl and
# limits, which any list has to allow but hardly for TIOCSTI, leases or the core limit,
# and two of docker's conditions that it has itself: no new namespaces (without
# CAP_SYS_ADMIN there are none) and no AF_VSOCK. With --lax, a rule with other conditions is
# omitted if it allows, and applied without them if it refuses.
arch=SCMP_ARCH_$(uname -m | sed 's/^i.86$/x86/;s/^arm.*/arm/' | tr '[:lower:]' '[:upper:]')
jq --arg calls "$calls" --arg arch "$arch" '
	def known($what; $others): (. // {}) | keys - $others | .[] | $what + .;
	def is(actions): ltrimstr("SCMP_ACT_") | IN(actions);
	def kills: is("KILL", "KILL_THREAD", "KILL_PROCESS");
	def sign($action; $errno): $action | if is("ALLOW", "LOG") then "+" elif kills then "!"
		elif is("ERRNO") then "-=\($errno // 1 | tonumber)" else "-=1" end;
	def unknown: (kills or is("ALLOW", "ERRNO")) | not;
	def good: test("\\A\\w{1,30}\\z");
	(.process.capabilities.bounding // [] | index("CAP_SYS_ADMIN")) as $admin |
	def own: [.name, (.args[] | .index, .op, .value, .valueTwo // 0)] |
		length == 1 and (.[0] | IN("ioctl", "fcntl", "fcntl64", "setrlimit", "prlimit64")) or
		. == ["socket", 0, "SCMP_CMP_NE", 40, 0] or
		. == ["clone", 0, "SCMP_CMP_MASKED_EQ", 2114060288, 0] and ($admin | not);

	.linux.seccomp // { defaultAction: "SCMP_ACT_ALLOW" } | (.syscalls // []) as $syscalls |
	sign(.defaultAction; .defaultErrnoRet) as $default |
	[$syscalls[] | { name: .names[], args: (.args // []), sign: sign(.action; .errnoRet) } |
		select((.name | good) and (.args == [] or .sign != $default)) |
		if .sign == "+" and own then .sign = "" | .args = [] else . end] as $rules |
	([$rules[] | select(.args == [] or .sign != "+")] | group_by(.name) |
		map({ key: .[0].name, value: map(.sign) | unique })) as $names |
	{ unknown: [
		known("linux.seccomp."; ["defaultAction", "defaultErrnoRet", "architectures",
			"flags", "syscalls"]),
		($syscalls[] | known("linux.seccomp.syscalls."; ["names", "action", "errnoRet",
			"args"])),
		"linux.seccomp." + (
			"architectures: " + (.architectures // [] | .[] | select(. != $arch)),
			"flags: " + (.flags // [] | .[] | select(. != "SECCOMP_FILTER_FLAG_TSYNC")),
			"defaultAction: " + (.defaultAction | select(unknown)),
			"syscalls: " + (
				($syscalls[] | .names[] + ": " + (.action | select(unknown))),
				($syscalls[].names[] | select(good | not) + ": not a name"),
				([$rules[] | select(.args != []).name] | unique[] + ": args"),
				($names[] | select(.value | length > 1).key + ": two actions")))],
	  calls: ([$calls | splits("\\s+") | select(. != "" and $default != "+") |
			{ key: ., value: $default }] +
		($names | map(.value |= (map(select(. != "+"))[-1] // "+"))) | from_entries) }
' "$conf" >"$tmp/seccomp"
jq -r '.unknown[]' "$tmp/seccomp" >>"$tmp/unknown"
if [ -s "$tmp/unknown" ]; then
	sed 's/^/oci.sh: ct does not support: /' "$tmp/unknown" >&2
	[ "$lax" ] || exit 1
fi

# --syscall for the calls that the machine has: a few at a time, since messages are limited.
# A name that no machine has is a typo, or newer than ct.
jq -r '.calls | to_entries[] | select(.value != "") | .value[:1] + .key + .value[1:]' \
	"$tmp/seccomp" >"$tmp/calls"
: >"$tmp/said"
paste -d, - - - - - - <"$tmp/calls" | sed 's/,*$//' >"$tmp/few"
while read -r few; do
	"${CT:-ct}" run --dry-run --try seccomp --syscall "$few" true \
		2>>"$tmp/said" >"$tmp/steps" </dev/null || { cat "$tmp/said" >&2; exit 1; }
done <"$tmp/few"
sed -n 's/^ct: warning: --syscall: \(.*\): not a system call.*/\1/p' "$tmp/said" |
	tr -d ' ' | tr , '\n' >"$tmp/without"
echo "$calls" | tr -s '\t ' '\n' | grep -vxFf - "$tmp/without" |
	sed 's/^/oci.sh: warning: linux.seccomp: unknown system call: /' >&2
grep -vwFf "$tmp/without" "$tmp/calls" | paste -sd, - |
	sed -n "s/..*/--syscall '&'/p" >"$tmp/args"

# A line for each option, quoted as @FILE requires.
jq -r --arg root "$root" --arg image "$image" '
	def q: tostring | "\u0027" + gsub("\u0027"; "\u0027\\\u0027\u0027") + "\u0027";
	def path: gsub("(?<c>[\\\\:,=])"; "\\" + .c);
	def opts: [(.options // [])[] | select(IN("ro", "noexec"))] | map("," + .) | join("");
	def ours: IN("/proc", "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue", "/sys",
		"/sys/fs/cgroup") | not;
	"-r", ($root | q),
	(if .root.readonly then "-R" else empty end),
	(.hostname // empty | "-h " + q),
	(.domainname // empty | "--domainname " + q),
	(.process | "-w " + (.cwd | q),
		(.user | "-u " + ("\(.uid // 0):\(([.gid // 0] + (.additionalGids // [])) |
			map(tostring) | join(","))" | q)),
		(.env // [] | .[] | select(contains("=")) | "-e " + q),
		(if $image == "" then "--cap-drop ALL" else empty end),
		((.capabilities.bounding // [])[] | "--cap-add " + q),
		((.rlimits // [])[] | "--rlimit " + ((.type | ltrimstr("RLIMIT_") | ascii_downcase) +
			"=\(.soft):\(.hard)" | q)),
		(if .noNewPrivileges then empty else "--allow-new-privs" end),
		(.oomScoreAdj // empty | "--oom-score " + q)),
	(.annotations["org.opencontainers.image.stopSignal"] // "" | select(. != "") |
		"--stop-signal " + q),
	((.mounts // [])[] | select(.destination | ours) |
		if .type == "tmpfs" then "--tmpfs " + ((.destination | path) +
			(if $image == "" then "" else ":copy" end) | q)
		elif .type == "bind" or ((.options // []) | any(. == "bind" or . == "rbind")) then
			"-v " + ((.source | path) + ":" + (.destination | path) +
				(opts | if . == "" then "" else ":" + .[1:] end) | q)
		else empty end),
	(.linux.resources // {} |
		(.memory.limit // empty | select(. > 0) | "-m " + q),
		(.pids.limit // empty | select(. > 0) | "--pids " + q),
		(.cpu // {} | select((.quota // 0) > 0) |
			"--cpus \(.quota / (.period // 100000) * 1000 | floor / 1000)"),
		(.cpu.cpus // empty | select(. != "") | "--cpuset " + q)),
	"--", (.process.args[] | q)
' "$conf" >>"$tmp/args"

from=$src/$(jq -r '.root.path // "rootfs"' "$conf")
case $(jq -r '.root.path // "rootfs"' "$conf") in /*) from=$(jq -r .root.path "$conf") ;; esac
# What ct mounts over a read-only /etc: without a file there, it has to mount each entry.
if [ "$image" ] && [ -d "$from/etc" ] && [ ! -L "$from/etc" ]; then
	for f in "$from/etc/hosts" "$from/etc/resolv.conf"; do
		[ -e "$f" ] || [ -L "$f" ] || : >"$f"
	done
fi
case $root in
*.squashfs) mksquashfs "$from" "$root" -quiet -no-progress >&2 ;;
*.erofs) mkfs.erofs --quiet "$root" "$from" >&2 ;;
*) cp -a "$from" "$root" ;;
esac
cat "$tmp/args"
