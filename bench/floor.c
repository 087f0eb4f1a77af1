/* SPDX-License-Identifier: ISC
 *
 * floor - the bare system calls that set up the isolation of
 * `ct run -r ROOT -R CMD`, and nothing else: the kernel's share of the time,
 * which ct is measured against.
 *
 *	floor [cgroup=DIR] [veth=BRIDGE] ROOT CMD [ARG ...]
 *	floor [cgroup=DIR] exec=PID ROOT CMD [ARG ...]
 *
 * DIR is the cgroup2 directory in which to make the container's cgroup
 * (default: the root of the hierarchy). With BRIDGE the container gets an
 * eth0 without an address, whose other end is a port of that bridge. With exec=PID
 * the command runs in DIR itself and in the namespaces of that process, as with
 * `ct exec`. Status: the command's, 128+N if a signal ended it, 125 if floor failed.
 *
 * Read main, then child. There is no error pipe, no record, no signal
 * handling, no sealing of the binary and no death with the parent: the caller
 * must let it finish. The calls are the cheapest that give the result
 * (mount(2) rather than the newer API, an ioctl for lo). The child shares our
 * memory but has its own stack, and so must not use malloc; it shares errno
 * too, which is harmless, because only a process that fails reads it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>
#include <net/if.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/if_link.h>
#include <linux/keyctl.h>
#include <linux/magic.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <linux/veth.h>

#define LEN(A) ((int)(sizeof (A) / sizeof *(A)))

#define NAMESPACES (CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | \
	CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWCGROUP)

enum {
	STACK_BYTES = 32 << 10,
	SECCOMP_RANGES = 129,	/* 261 instructions, like ct's default filter */
	SECCOMP_STEP = 4,	/* system call numbers in each range */
};

static struct {
	const char *root, *cg_parent, *bridge;
	char **cmd;
	char cg_name[32];
	int cg_parentfd, cgfd;
	int exec_pid;
	int linkfd[2];		/* parent to child: a byte when eth0 is there */
} job = { .cg_parentfd = -1, .cgfd = -1, .linkfd = { -1, -1 } };

/* the child may call this too: one write, then exit without clean-up */
static void
die(const char *what)
{
	dprintf(2, "floor: %s: %s\n", what, strerror(errno));
	_exit(125);
}

static void
must(long r, const char *what)
{
	if (r < 0)
		die(what);
}

/* --- clone3 with shared memory and a separate stack; fn does not return --- */

#if defined __x86_64__
#define SECCOMP_ARCH AUDIT_ARCH_X86_64
static long
clone_vm(struct clone_args *a, void (*fn)(void))
{
	long r;

	__asm__ volatile(
		"syscall\n\t"
		"test %%rax, %%rax\n\t"
		"jnz 1f\n\t"
		"xor %%ebp, %%ebp\n\t"
		"call *%[fn]\n\t"
		"hlt\n"
		"1:"
		: "=a"(r)
		: "a"((long)SYS_clone3), "D"(a), "S"(sizeof *a), [fn] "b"(fn)
		: "rcx", "r11", "cc", "memory");
	return r;
}
#elif defined __aarch64__
#define SECCOMP_ARCH AUDIT_ARCH_AARCH64
static long
clone_vm(struct clone_args *a, void (*fn)(void))
{
	register long x8 __asm__("x8") = SYS_clone3;
	register long x0 __asm__("x0") = (long)a;
	register long x1 __asm__("x1") = sizeof *a;

	__asm__ volatile(
		"svc #0\n\t"
		"cbnz x0, 1f\n\t"
		"blr %[fn]\n\t"
		"brk #1\n"
		"1:"
		: "+r"(x0)
		: "r"(x8), "r"(x1), [fn] "r"(fn)
		: "cc", "memory");
	return x0;
}
#elif defined __arm__
#define SECCOMP_ARCH AUDIT_ARCH_ARM
static long
clone_vm(struct clone_args *a, void (*fn)(void))
{
	register long r0 __asm__("r0") = (long)a;
	register long r1 __asm__("r1") = sizeof *a;

	/* r7 may be the frame pointer */
	__asm__ volatile(
		"mov r4, r7\n\t"
		"mov r7, %[nr]\n\t"
		"svc #0\n\t"
		"mov r7, r4\n\t"
		"cmp r0, #0\n\t"
		"bne 1f\n\t"
		"blx %[fn]\n\t"
		"udf #0\n"
		"1:"
		: "+r"(r0)
		: "r"(r1), [nr] "r"((long)SYS_clone3), [fn] "r"(fn)
		: "r4", "cc", "memory");
	return r0;
}
#elif defined __mips__ && _MIPS_SIM == _ABIO32
#define SECCOMP_ARCH (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? AUDIT_ARCH_MIPS : \
                      AUDIT_ARCH_MIPSEL)
#define SECCOMP_FIRST 4000
static long
clone_vm(struct clone_args *a, void (*fn)(void))
{
	register long v0 __asm__("$2") = SYS_clone3;
	register long a0 __asm__("$4") = (long)a;
	register long a1 __asm__("$5") = sizeof *a;
	register long a3 __asm__("$7");
	register long t9 __asm__("$25") = (long)fn;

	__asm__ volatile(
		".set push\n\t.set noreorder\n\t"
		"move $16, $25\n\t"
		"syscall\n\t"
		"bnez $2, 1f\n\t"
		" move $25, $16\n\t"
		"addiu $sp, $sp, -16\n\t"     /* in the child: room for arguments */
		"jalr $25\n\t"
		" nop\n\t"
		"break\n"
		"1:\t.set pop"
		: "+r"(v0), "=r"(a3), "+r"(t9)
		: "r"(a0), "r"(a1)
		: "$1", "$3", "$6", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15", "$16",
		  "$24", "hi", "lo", "memory");
	return a3 ? -v0 : v0;
}
#else
#error "floor: write clone_vm for this architecture"
#endif
#ifndef SECCOMP_FIRST
#define SECCOMP_FIRST 0 /* number of the first system call */
#endif

/* --- cgroup --- */

static int
cg_is_v2(const char *dir)
{
	struct statfs s;

	return !statfs(dir, &s) && (unsigned long)s.f_type == CGROUP2_SUPER_MAGIC;
}

static const char *
cg_root(void)
{
	if (cg_is_v2("/sys/fs/cgroup"))
		return "/sys/fs/cgroup";
	return "/sys/fs/cgroup/unified";
}

static void
cg_create(void)
{
	const char *dir = job.cg_parent ? job.cg_parent : cg_root();

	if (!cg_is_v2(dir)) {
		errno = ENOTSUP;
		die("no cgroup2");
	}
	job.cg_parentfd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	must(job.cg_parentfd, dir);
	snprintf(job.cg_name, sizeof job.cg_name, "floor-%d", getpid());
	must(mkdirat(job.cg_parentfd, job.cg_name, 0755), "mkdir cgroup");
	job.cgfd = openat(job.cg_parentfd, job.cg_name,
		O_PATH | O_DIRECTORY | O_CLOEXEC);
	must(job.cgfd, "open cgroup");
}

static void
cg_remove(void)
{
	while (unlinkat(job.cg_parentfd, job.cg_name, AT_REMOVEDIR)) {
		if (errno != EBUSY)
			die("rmdir cgroup");
		usleep(50);
	}
}

/* --- file system --- */

static void
fs_root(void)
{
	unsigned long ro = MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV;

	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "rprivate");
	must(mount(job.root, job.root, NULL, MS_BIND | MS_REC, NULL), job.root);
	must(mount(NULL, job.root, NULL, ro, NULL), "read-only root");
	must(chdir(job.root), "chdir to the root");
}

static void
fs_kernel(void)
{
	unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY;

	static const char *const closed[] = {
		"proc/sys", "proc/sysrq-trigger", "proc/irq", "proc/bus",
		"proc/fs", "proc/driver",
	};

	must(mount("proc", "proc", "proc", flags & ~MS_RDONLY, NULL), "/proc");
	for (int i = 0; i < LEN(closed); i++) {
		if (mount(closed[i], closed[i], NULL, MS_BIND, NULL)) {
			if (errno != ENOENT)
				die(closed[i]);
			continue;
		}
		must(mount(NULL, closed[i], NULL, MS_REMOUNT | MS_BIND | flags,
			NULL), closed[i]);
	}
	must(mount("sysfs", "sys", "sysfs", flags, NULL), "/sys");
}

static void
fs_dev(void)
{
	static const struct {
		const char *path;
		unsigned major, minor;
	} nodes[] = {
		{ "dev/null", 1, 3 }, { "dev/zero", 1, 5 }, { "dev/full", 1, 7 },
		{ "dev/random", 1, 8 }, { "dev/urandom", 1, 9 }, { "dev/tty", 5, 0 },
	};
	static const char *const links[][2] = {
		{ "/proc/self/fd", "dev/fd" }, { "/proc/self/fd/0", "dev/stdin" },
		{ "/proc/self/fd/1", "dev/stdout" },
		{ "/proc/self/fd/2", "dev/stderr" }, { "pts/ptmx", "dev/ptmx" },
	};
	unsigned long flags = MS_NOSUID | MS_NOEXEC;

	must(mount("tmpfs", "dev", "tmpfs", flags, "mode=755,size=64k"), "/dev");
	for (int i = 0; i < LEN(nodes); i++)
		must(mknod(nodes[i].path, S_IFCHR | 0666,
			makedev(nodes[i].major, nodes[i].minor)), nodes[i].path);
	for (int i = 0; i < LEN(links); i++)
		must(symlink(links[i][0], links[i][1]), links[i][1]);
	must(mkdir("dev/pts", 0755), "mkdir /dev/pts");
	must(mkdir("dev/shm", 01777), "mkdir /dev/shm");
	must(mount("devpts", "dev/pts", "devpts", flags,
		"newinstance,ptmxmode=0666,mode=620"), "/dev/pts");
}

/* a file that the kernel lacks needs no mask */
static void
fs_mask(void)
{
	static const char *const files[] = {
		"proc/kcore", "proc/keys", "proc/timer_list", "proc/interrupts",
		"proc/sched_debug",
	};
	static const char *const dirs[] = {
		"proc/acpi", "proc/scsi", "sys/firmware", "sys/devices/virtual/dmi",
		"sys/devices/virtual/powercap", "sys/class/zram-control",
	};
	unsigned long flags = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
	const char *from = NULL;

	for (int i = 0; i < LEN(files); i++)
		if (mount("dev/null", files[i], NULL, MS_BIND, NULL) &&
		    errno != ENOENT)
			die(files[i]);
	for (int i = 0; i < LEN(dirs); i++)
		if (!mount(from ? from : "tmpfs", dirs[i], "tmpfs",
			from ? MS_BIND : flags, NULL))
			from = from ? from : dirs[i];
		else if (errno != ENOENT)
			die(dirs[i]);
}

/* the directories that the container may write to */
static void
fs_tmp(void)
{
	static const char *const dirs[] = { "tmp", "run" };

	for (int i = 0; i < LEN(dirs); i++)
		must(mount("tmpfs", dirs[i], "tmpfs", MS_NOSUID | MS_NODEV,
			"size=128M"), dirs[i]);
}

static void
fs_pivot(void)
{
	must(syscall(SYS_pivot_root, ".", "."), "pivot_root");
	must(umount2(".", MNT_DETACH), "umount the old root");
	must(chdir("/"), "chdir /");
}

/* --- network --- */

struct nl_msg {
	struct nlmsghdr h;
	char body[512];
};

static void *
nl_put(struct nl_msg *m, const void *data, size_t len)
{
	void *at = (char *)m + m->h.nlmsg_len;

	memcpy(at, data, len);
	m->h.nlmsg_len += NLMSG_ALIGN(len);
	return at;
}

/* an attribute without data starts a nest, which nl_end closes */
static struct rtattr *
nl_attr(struct nl_msg *m, int type, const void *data, size_t len)
{
	struct rtattr a = {
		.rta_type = (unsigned short)type,
		.rta_len = (unsigned short)RTA_LENGTH(len),
	};
	struct rtattr *at = nl_put(m, &a, sizeof a);

	if (data)
		nl_put(m, data, len);
	return at;
}

static void
nl_end(struct nl_msg *m, struct rtattr *nest)
{
	nest->rta_len = (unsigned short)
		((char *)m + m->h.nlmsg_len - (char *)nest);
}

static int
nl_send(const struct nl_msg *m)
{
	struct {
		struct nlmsghdr h;
		struct nlmsgerr e;
		char echo[1024];
	} ack;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int r = -1;

	if (fd < 0)
		return -1;
	if (send(fd, m, m->h.nlmsg_len, 0) >= 0 &&
	    recv(fd, &ack, sizeof ack, 0) >= 0) {
		errno = -ack.e.error;
		r = errno ? -1 : 0;
	}
	close(fd);
	return r;
}

/* One message makes the pair, with one end in the container and the other up
 * and on the bridge. The peer cannot be up yet: the kernel gives ENOTCONN. */
static int
net_veth(int pid)
{
	struct ifinfomsg up = { .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
	struct ifinfomsg peer = { .ifi_flags = 0 };
	struct nl_msg m = { .h = {
		.nlmsg_len = NLMSG_HDRLEN,
		.nlmsg_type = RTM_NEWLINK,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL,
	} };
	unsigned bridge = if_nametoindex(job.bridge);
	struct rtattr *info, *data, *other;
	char name[IFNAMSIZ];

	if (!bridge)
		return -1;
	snprintf(name, sizeof name, "fl%d", pid);
	nl_put(&m, &up, sizeof up);
	nl_attr(&m, IFLA_IFNAME, name, strlen(name) + 1);
	nl_attr(&m, IFLA_MASTER, &bridge, sizeof bridge);
	info = nl_attr(&m, IFLA_LINKINFO, NULL, 0);
	nl_attr(&m, IFLA_INFO_KIND, "veth", 5);
	data = nl_attr(&m, IFLA_INFO_DATA, NULL, 0);
	other = nl_attr(&m, VETH_INFO_PEER, NULL, 0);
	nl_put(&m, &peer, sizeof peer);
	nl_attr(&m, IFLA_IFNAME, "eth0", 5);
	nl_attr(&m, IFLA_NET_NS_PID, &pid, sizeof pid);
	nl_end(&m, other);
	nl_end(&m, data);
	nl_end(&m, info);
	return nl_send(&m);
}

static void
net_up(int fd, const char *name)
{
	struct ifreq r = { .ifr_flags = IFF_UP };

	strncpy(r.ifr_name, name, sizeof r.ifr_name - 1);
	must(ioctl(fd, SIOCSIFFLAGS, &r), name);
}

static void
net_wait(void)
{
	char byte;

	close(job.linkfd[1]);
	if (read(job.linkfd[0], &byte, 1) != 1)
		_exit(125);	/* the parent has said why */
}

static void
net_setup(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	must(fd, "socket");
	net_up(fd, "lo");
	if (job.bridge) {
		net_wait();
		net_up(fd, "eth0");
	}
	close(fd);
}

/* --- privilege --- */

/* kernels differ in their last capability: EINVAL is the end of the list */
static void
priv_caps(void)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct none[2] = { { 0, 0, 0 }, { 0, 0, 0 } };

	for (int cap = 0; cap <= 40; cap++)
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) && errno != EINVAL)
			die("capbset");
	must(syscall(SYS_capset, &h, none), "capset");
	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
}

/* Writes a balanced tree over the ranges lo..hi-1 to f; returns its length. All
 * are allowed except the last but one, which has no call that a command needs:
 * the verdict of a leaf does not affect its cost. */
static int
seccomp_tree(struct sock_filter *f, int lo, int hi)
{
	int mid = (lo + hi) / 2, left, right;

	if (hi - lo == 1) {
		unsigned deny = SECCOMP_RET_ERRNO | EPERM;
		unsigned what = hi == SECCOMP_RANGES - 1 ? deny : SECCOMP_RET_ALLOW;

		f[0] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, what);
		return 1;
	}
	left = seccomp_tree(f + 1, lo, mid);
	right = seccomp_tree(f + 1 + left, mid, hi);
	f[0] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K,
		(unsigned)(SECCOMP_FIRST + mid * SECCOMP_STEP), (unsigned char)left, 0);
	return 1 + left + right;
}

static void
priv_seccomp(void)
{
	struct sock_filter f[4 + 2 * SECCOMP_RANGES] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SECCOMP_ARCH, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			offsetof(struct seccomp_data, nr)),
	};
	struct sock_fprog prog = { .filter = f };

	prog.len = (unsigned short)(4 + seccomp_tree(f + 4, 0, SECCOMP_RANGES));
	must(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog), "seccomp");
}

/* a kernel without CONFIG_KEYS has no keyring to share */
static void
priv_session(void)
{
	must(setsid(), "setsid");
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 &&
	    errno != ENOSYS)
		die("session keyring");
}

/* --- main --- */

static char *const env[] = { "PATH=/bin", NULL };

/* for exec=PID, in its namespaces; drops the same capabilities and loads the same filter */
static void
child_exec(void)
{
	priv_session();
	priv_caps();
	priv_seccomp();
	execve(job.cmd[0], job.cmd, env);
	die(job.cmd[0]);
}

static void
child(void)
{
	umask(0);
	priv_session();
	fs_root();
	fs_kernel();
	fs_dev();
	fs_tmp();
	fs_mask();
	fs_pivot();
	must(sethostname("ct", 2), "sethostname");
	net_setup();
	umask(022);
	priv_caps();
	priv_seccomp();
	execve(job.cmd[0], job.cmd, env);
	die(job.cmd[0]);
}

static int
start(void)
{
	static char stack[STACK_BYTES] __attribute__((aligned(16)));
	struct clone_args a = {
		.flags = (job.exec_pid ? 0 : NAMESPACES) | CLONE_VM | CLONE_INTO_CGROUP,
		.exit_signal = SIGCHLD,
		.stack = (uintptr_t)stack,
		.stack_size = sizeof stack,
		.cgroup = (uint64_t)job.cgfd,
	};
	long pid = clone_vm(&a, job.exec_pid ? child_exec : child);

	if (pid < 0) {
		if (!job.exec_pid)
			cg_remove();
		errno = (int)-pid;
		die("clone3");
	}
	return (int)pid;
}

/* a pid namespace takes effect for the child */
static void
enter(void)
{
	int fd = (int)syscall(SYS_pidfd_open, job.exec_pid, 0);

	must(fd, "pidfd_open");
	job.cgfd = open(job.cg_parent ? job.cg_parent : cg_root(),
		O_PATH | O_DIRECTORY | O_CLOEXEC);
	must(job.cgfd, "open cgroup");
	must(setns(fd, NAMESPACES), "setns");
}

/* without the byte the child exits, and its status is 125 */
static void
link_child(int pid)
{
	if (net_veth(pid))
		dprintf(2, "floor: veth: %s\n", strerror(errno));
	else
		must(write(job.linkfd[1], "", 1), "write");
	close(job.linkfd[1]);
}

int
main(int argc, char **argv)
{
	int status = 0, pid;

	for (; argc > 1; argc--, argv++)
		if (!strncmp(argv[1], "cgroup=", 7))
			job.cg_parent = argv[1] + 7;
		else if (!strncmp(argv[1], "veth=", 5))
			job.bridge = argv[1] + 5;
		else if (!strncmp(argv[1], "exec=", 5))
			job.exec_pid = atoi(argv[1] + 5);
		else
			break;
	if (argc < 3) {
		dprintf(2, "usage: floor [cgroup=DIR] [veth=BRIDGE] ROOT CMD\n");
		return 125;
	}
	job.root = argv[1];
	job.cmd = argv + 2;
	if (job.bridge)
		must(pipe2(job.linkfd, O_CLOEXEC), "pipe");
	if (job.exec_pid)
		enter();
	else
		cg_create();
	pid = start();
	if (job.bridge)
		link_child(pid);
	must(waitpid(pid, &status, 0), "wait");
	if (!job.exec_pid)
		cg_remove();
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
