/* SPDX-License-Identifier: ISC
 *
 * probe: what tests.sh cannot do in shell - the supervisor of one test case,
 * callers with odd properties, and attackers inside a container. It is one static
 * program, so that it runs in any root; see verbs[] at the end.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <arpa/inet.h>
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/bpf.h>
#include <linux/fuse.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <link.h>
#include <mqueue.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#define LEAK_MS 120000 /* to tear down namespaces: a TCP connection cut off keeps one for 102 s */
#define SNAP_MAX (1 << 20)

static void
die(const char *what)
{
	fprintf(stderr, "probe: %s: %s\n", what, strerror(errno));
	exit(99);
}

static void
run(char **argv)
{
	execvp(argv[0], argv);
	die(argv[0]);
}

static long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int
status_of(int w)
{
	return WIFEXITED(w) ? WEXITSTATUS(w) : 128 + WTERMSIG(w);
}

/* --- case: run one test, then look for what it left ---------------------- */

struct snap {
	size_t n;
	char buf[SNAP_MAX];
};
static struct snap before, after;
static pid_t sleepers[256];

static void
snap_add(struct snap *s, const char *kind, const char *text)
{
	int n = snprintf(s->buf + s->n, sizeof s->buf - s->n, "%s %s\n", kind, text);

	if (n > 0 && s->n + n < sizeof s->buf)
		s->n += n;
}

static void
snap_mounts(struct snap *s)
{
	char line[8192], *p;
	FILE *f = fopen("/proc/self/mountinfo", "r");

	while (f && fgets(line, sizeof line, f)) {
		line[strcspn(line, "\n")] = 0;
		/* mount and parent IDs change; the rest may not */
		p = strchr(line, ' ');
		p = p ? strchr(p + 1, ' ') : 0;
		if (p)
			snap_add(s, "mount", p + 1);
	}
	if (f)
		fclose(f);
}

static void
snap_cgroups(struct snap *s, const char *dir, int ours, int depth)
{
	char path[PATH_MAX];
	struct dirent *e;
	struct stat st;
	DIR *d = depth < 8 ? opendir(dir) : 0;

	while (d && (e = readdir(d))) {
		/* ct's own subtree and its default names; other cgroups come and go */
		int in = ours || !strcmp(e->d_name, "ct") || !strncmp(e->d_name, "ct-", 3);

		if (e->d_type != DT_DIR || e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		/* an ordinary user leaves only what that user owns */
		if (getuid() && (stat(path, &st) < 0 || st.st_uid != getuid()))
			in = 0;
		if (in && strcmp(e->d_name, "ct"))
			snap_add(s, "cgroup", path);
		snap_cgroups(s, path, in, depth + 1);
	}
	if (d)
		closedir(d);
}

/* The nf_tables tables; none if the kernel lacks nf_tables. */
static void
snap_tables(struct snap *s)
{
	struct {
		struct nlmsghdr h;
		struct nfgenmsg g;
	} ask = { { sizeof ask, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETTABLE,
	    NLM_F_REQUEST | NLM_F_DUMP, 1, 0 }, { 0, 0, 0 } };
	static char buf[32768] __attribute__((aligned(8)));
	struct timeval wait = { 1, 0 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER), n;
	char text[300];

	if (fd < 0)
		return;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
	if (send(fd, &ask, sizeof ask, 0) < 0)
		goto out;
	while ((n = recv(fd, buf, sizeof buf, 0)) > 0) {
		struct nlmsghdr *h = (struct nlmsghdr *)(void *)buf;

		for (; NLMSG_OK(h, (unsigned)n); h = NLMSG_NEXT(h, n)) {
			char *p = (char *)NLMSG_DATA(h) + sizeof(struct nfgenmsg);
			char *end = (char *)h + h->nlmsg_len;

			if (h->nlmsg_type == NLMSG_DONE || h->nlmsg_type == NLMSG_ERROR)
				goto out;
			while (p < end) {
				struct nlattr *a = (struct nlattr *)(void *)p;

				if (a->nla_type == NFTA_TABLE_NAME) {
					snprintf(text, sizeof text, "%.*s",
					    a->nla_len - NLA_HDRLEN, p + NLA_HDRLEN);
					snap_add(s, "table", text);
				}
				p += a->nla_len < NLA_HDRLEN ? end - p : NLA_ALIGN(a->nla_len);
			}
		}
	}
out:
	close(fd);
}

static void
snap_take(struct snap *s)
{
	/* an ordinary user has no mounts or links here: they belong to others */
	struct if_nameindex *nic = getuid() ? 0 : if_nameindex(), *i;
	const char *tmp = getenv("CT_TMP"), *ct = getenv("CT");
	char path[64], text[PATH_MAX];
	struct stat st;
	int k, fd;

	s->n = 0;
	if (!getuid())
		snap_mounts(s);
	snap_cgroups(s, "/sys/fs/cgroup/unified", 0, 0);
	if (access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0)
		snap_cgroups(s, "/sys/fs/cgroup", 0, 0);
	for (i = nic; i && i->if_index; i++)
		snap_add(s, "link", i->if_name);
	if (nic)
		if_freenameindex(nic);
	if (!getuid())
		snap_tables(s);
	for (k = 0; k < 64; k++) {
		ssize_t n = 0;

		snprintf(path, sizeof path, "/sys/block/loop%d/loop/backing_file", k);
		if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
			continue;
		if ((n = read(fd, text, sizeof text - 1)) > 0) {
			text[n - 1] = 0;
			if (tmp && !strncmp(text, tmp, strlen(tmp)))
				snap_add(s, "loop", text);
		}
		close(fd);
	}
	if (ct && stat(ct, &st) == 0) {
		snprintf(text, sizeof text, "mode %o size %lld mtime %lld.%09ld",
		    st.st_mode, (long long)st.st_size,
		    (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
		snap_add(s, "ct's file", text);
	}
}

/* Prints the lines of a that are not in b, with the sign; returns their number. */
static int
snap_diff(const struct snap *a, const struct snap *b, const char *sign, FILE *out)
{
	const char *p, *e, *q;
	int n = 0;

	for (p = a->buf; p < a->buf + a->n; p = e + 1) {
		size_t len = (e = memchr(p, '\n', a->buf + a->n - p)) - p + 1;

		for (q = b->buf; q < b->buf + b->n; q += strcspn(q, "\n") + 1)
			if (!strncmp(p, q, len))
				break;
		/* a cgroup that was swept does not count */
		if (q < b->buf + b->n || (*sign == '-' && !strncmp(p, "cgroup", 6)))
			continue;
		n++;
		if (out)
			fprintf(out, "%s%.*s", sign, (int)len, p);
	}
	return n;
}

/* Direct children, from /proc (CONFIG_PROC_CHILDREN is not everywhere). */
static int
children(FILE *out)
{
	char path[300], line[512], *p;
	int n = 0, ppid;
	struct dirent *e;
	DIR *d = opendir("/proc");

	while (d && (e = readdir(d))) {
		FILE *f;

		if (e->d_name[0] < '0' || e->d_name[0] > '9')
			continue;
		snprintf(path, sizeof path, "/proc/%s/stat", e->d_name);
		if (!(f = fopen(path, "r")))
			continue;
		if (fgets(line, sizeof line, f) && (p = strrchr(line, ')')) &&
		    sscanf(p + 1, " %*c %d", &ppid) == 1 && ppid == getpid()) {
			line[p - line + 3] = 0;
			if (out)
				fprintf(out, "+process %s\n", line);
			if (n < 256)
				sleepers[n++] = atoi(e->d_name);
		}
		fclose(f);
	}
	if (d)
		closedir(d);
	return n;
}

/* case SEC LEAKFILE CMD...: CMD's status, 124 when time is up. As subreaper
 * it inherits whatever the case leaves behind: no process may be alive
 * LEAK_MS later, and no mount, link, table, loop device or cgroup may have appeared
 * or gone. */
static void
v_case(char **argv)
{
	long end = now_ms() + 1000 * atol(argv[0]), late;
	int w = 0, r, status = -1, i, n;
	FILE *out = fopen(argv[1], "we");
	pid_t pid;

	if (!out)
		die(argv[1]);
	signal(SIGCHLD, SIG_DFL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	snap_take(&before);
	if ((pid = fork()) == 0) {
		for (i = 1; i < 32; i++) /* ignored by the program that started the tests */
			signal(i, SIG_DFL);
		run(argv + 2);
	}
	while (status < 0) {
		while ((r = waitpid(-1, &w, WNOHANG)) > 0)
			if (r == pid)
				status = status_of(w);
		if (status < 0 && now_ms() > end) {
			status = 124;
			fprintf(out, "+time limit of %s s\n", argv[0]);
			kill(pid, SIGKILL);
			n = children(0);
			for (i = 0; i < n; i++)
				kill(sleepers[i], SIGKILL);
		}
		usleep(1000);
	}
	late = now_ms() + LEAK_MS;
	for (;;) {
		while ((r = waitpid(-1, 0, WNOHANG)) > 0)
			;
		snap_take(&after);
		if (r < 0 && !snap_diff(&after, &before, "+", 0) &&
		    !snap_diff(&before, &after, "-", 0))
			break;
		if (now_ms() > late) {
			snap_diff(&after, &before, "+", out);
			snap_diff(&before, &after, "-", out);
			children(out);
			break;
		}
		usleep(5000);
	}
	for (late = now_ms() + LEAK_MS; waitpid(-1, 0, WNOHANG) >= 0 && now_ms() < late;) {
		n = children(0);
		for (i = 0; i < n; i++)
			kill(sleepers[i], SIGKILL);
		usleep(5000);
	}
	fclose(out);
	exit(status);
}

/* --- callers -------------------------------------------------------------- */

/* fds CMD...: descriptors 3 to 20 open on /, not close-on-exec */
static void
v_fds(char **argv)
{
	int i;

	for (i = 3; i <= 20; i++) {
		int fd = open("/", O_RDONLY);

		if (fd != i && (dup2(fd, i) < 0 || close(fd)))
			die("dup2");
	}
	run(argv);
}

/* deaf CMD...: SIGCHLD and SIGPIPE ignored, everything blocked */
static void
v_deaf(char **argv)
{
	sigset_t all;

	signal(SIGCHLD, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, 0);
	run(argv);
}

/* groups G CMD...: supplementary groups G and 4 */
static void
v_groups(char **argv)
{
	gid_t g[] = { atoi(argv[0]), 4 };

	if (setgroups(2, g))
		die("setgroups");
	run(argv + 1);
}

/* crowd CMD...: the maximum number of supplementary groups */
static void
v_crowd(char **argv)
{
	static gid_t g[65536];

	for (size_t i = 0; i < sizeof g / sizeof *g; i++)
		g[i] = 2000000000u + i;
	if (setgroups(sizeof g / sizeof *g, g))
		die("setgroups");
	run(argv);
}

/* as UID CMD...: an ordinary user */
static void
v_as(char **argv)
{
	uid_t id = atoi(argv[0]);

	if (setgroups(0, 0) || setresgid(id, id, id) || setresuid(id, id, id))
		die("setresuid");
	run(argv + 1);
}

/* key CMD...: a session keyring with a key in it */
static void
v_key(char **argv)
{
	if (syscall(SYS_keyctl, 1 /* JOIN_SESSION_KEYRING */, "ct-tests") < 0)
		die("keyctl");
	if (syscall(SYS_add_key, "user", "ct-canary", "x", 1, -3) < 0)
		die("add_key");
	run(argv);
}

/* noargv FILE: execve with an empty argument vector */
static void
v_noargv(char **argv)
{
	char *none[] = { 0 };

	execve(argv[0], none, none);
	die(argv[0]);
}

/* limit RESOURCE VALUE CMD... */
static void
v_limit(char **argv)
{
	/* their numbers differ on mips */
	static const struct { const char *name; int resource; } limits[] = {
		{ "as", RLIMIT_AS }, { "fsize", RLIMIT_FSIZE }, { "nofile", RLIMIT_NOFILE },
		{ "nproc", RLIMIT_NPROC },
	};
	struct rlimit r = { (rlim_t)atol(argv[1]), (rlim_t)atol(argv[1]) };
	size_t i = 0;

	while (i < sizeof limits / sizeof *limits && strcmp(limits[i].name, argv[0]))
		i++;
	if (i == sizeof limits / sizeof *limits || setrlimit(limits[i].resource, &r))
		die("setrlimit");
	run(argv + 2);
}

/* kill SIG CMD...: sends SIG (numbers joined by commas) once CMD has written
 * its first line, and passes on the rest of its output and its status. 200: CMD
 * itself was killed by a signal. */
static void
v_kill(char **argv)
{
	char c, *s;
	int p[2], w;
	pid_t pid;

	if (pipe2(p, O_CLOEXEC))
		die("pipe");
	if ((pid = fork()) == 0) {
		int i;

		for (i = 1; i < 32; i++)
			signal(i, SIG_DFL);
		dup2(p[1], 1);
		run(argv + 1);
	}
	close(p[1]);
	while (read(p[0], &c, 1) == 1 && c != '\n')
		;
	for (s = strtok(argv[0], ","); s; s = strtok(0, ",")) {
		kill(pid, atoi(s));
		usleep(50000);
	}
	while (read(p[0], &c, 1) == 1)
		if (write(1, &c, 1) < 0)
			break;
	waitpid(pid, &w, 0);
	exit(WIFSIGNALED(w) ? 200 : WEXITSTATUS(w));
}

/* storm N US CMD...: kills CMD within US microseconds, N times, mostly early
 * while it starts. Prints how many had exited by themselves. */
static void
v_storm(char **argv)
{
	int n = atoi(argv[0]), max_us = atoi(argv[1]), own = 0, w;

	srand(getpid() ^ time(0));
	while (n-- > 0) {
		pid_t pid = fork();

		if (pid == 0)
			run(argv + 2);
		usleep((useconds_t)((double)rand() / RAND_MAX * (rand() % max_us)));
		kill(pid, SIGKILL);
		waitpid(pid, &w, 0);
		own += !WIFSIGNALED(w);
	}
	printf("%d\n", own);
}

/* mkelf FILE INTERP: a program whose ELF loader is INTERP */
static void
v_mkelf(char **argv)
{
	struct {
		ElfW(Ehdr) e;
		ElfW(Phdr) p[2];
		char interp[64];
	} x;
	int fd = open("/proc/self/exe", O_RDONLY);

	memset(&x, 0, sizeof x);
	if (read(fd, &x.e, sizeof x.e) != sizeof x.e)
		die("/proc/self/exe");
	x.e.e_type = ET_EXEC;
	x.e.e_phoff = (char *)x.p - (char *)&x;
	x.e.e_phnum = 2;
	x.e.e_shoff = x.e.e_shnum = x.e.e_shstrndx = 0;
	snprintf(x.interp, sizeof x.interp, "%s", argv[1]);
	x.p[0].p_type = PT_INTERP;
	x.p[0].p_offset = x.interp - (char *)&x;
	x.p[0].p_filesz = x.p[0].p_memsz = strlen(x.interp) + 1;
	x.p[1].p_type = PT_LOAD;
	x.p[1].p_vaddr = x.e.e_entry & ~0xfffful;
	x.p[1].p_filesz = x.p[1].p_memsz = sizeof x;
	x.p[1].p_flags = PF_R | PF_X;
	x.p[1].p_align = 0x1000;
	fd = open(argv[0], O_WRONLY | O_CREAT | O_TRUNC, 0755);
	if (write(fd, &x, sizeof x) != sizeof x)
		die(argv[0]);
}

/* --- inside --------------------------------------------------------------- */

static void
v_fdlist(char **argv)
{
	int i, first = 1;

	(void)argv;
	for (i = 0; i < 1024; i++)
		if (fcntl(i, F_GETFD) >= 0) {
			printf("%s%d", first ? "" : " ", i);
			first = 0;
		}
	puts("");
}

static void
v_ids(char **argv)
{
	(void)argv;
	printf("%d %d\n", (int)getuid(), (int)geteuid());
}

/* xattr FILE NAME [VALUE]: sets it, or prints it */
static void
v_xattr(char **argv)
{
	char buf[256];
	ssize_t n = argv[2] ? setxattr(argv[0], argv[1], argv[2], strlen(argv[2]), 0) :
	            getxattr(argv[0], argv[1], buf, sizeof buf);

	if (n < 0)
		die(argv[0]);
	if (!argv[2])
		printf("%.*s\n", (int)n, buf);
}

static void *
await_thread(void *set)
{
	int sig;

	sigwait(set, &sig);
	_exit(5);
}

/* await fd|wait|thread|hup: blocks HUP and TERM, and waits for one of them as
 * servers do: with signalfd(2), with sigwait(3), or with sigwait(3) in another
 * thread; then exits with 5. "hup" waits for HUP and leaves TERM alone. */
static void
v_await(char **argv)
{
	struct signalfd_siginfo si;
	pthread_t t;
	sigset_t set;
	int sig, fd;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	if (*argv[0] != 'h')
		sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, 0);
	fd = signalfd(-1, &set, 0);
	if (*argv[0] == 't' && pthread_create(&t, 0, await_thread, &set))
		die("pthread_create");
	puts("up");
	fflush(stdout);
	if (*argv[0] == 't')
		for (;;)
			pause();
	if (*argv[0] == 'f' ? read(fd, &si, sizeof si) < 0 : sigwait(&set, &sig))
		die("wait for a signal");
	exit(5);
}

/* idle: says so and waits forever, without a signal handler */
static void
v_idle(char **argv)
{
	(void)argv;
	puts("up");
	fflush(stdout);
	for (;;)
		pause();
}

static void
v_crash(char **argv)
{
	(void)argv;
	*(volatile int *)0 = 1;
}

static const char *
error_name(int e)
{
	static const struct { int e; const char *name; } names[] = {
		{ EPERM, "EPERM" }, { ENOSYS, "ENOSYS" }, { EACCES, "EACCES" },
		{ EINVAL, "EINVAL" }, { ENOENT, "ENOENT" }, { EROFS, "EROFS" },
		{ EFAULT, "EFAULT" }, { EBADF, "EBADF" }, { ENOTTY, "ENOTTY" },
		{ ENOKEY, "ENOKEY" }, { ETXTBSY, "ETXTBSY" }, { EBUSY, "EBUSY" },
	};
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].e == e)
			return names[i].name;
	return e ? strerror(e) : "ok";
}

/* keysearch: can v_key's key be reached? */
static void
v_keysearch(char **argv)
{
	(void)argv;
	errno = 0;
	syscall(SYS_keyctl, 10 /* SEARCH */, -3, "user", "ct-canary", 0);
	puts(error_name(errno));
}

/* An i386 call; its pointers, if any, have to lie below 4 GiB. */
static long
i386_call(long nr, const long *a)
{
#ifdef __x86_64__
	long r;

	__asm__ volatile("int $0x80" : "=a"(r) : "a"(nr), "b"(a[0]), "c"(a[1]),
	    "d"(a[2]), "S"(a[3]), "D"(a[4]) : "r8", "r9", "r10", "r11", "memory");
	if (r < 0)
		errno = -r;
	return r < 0 ? -1 : r;
#else
	(void)nr;
	(void)a;
	errno = EPERM;
	return -1;
#endif
}

/* Arguments are chosen so that without a filter the call does no harm and does not
 * fail with EPERM; where the kernel checks for a capability first, the row proves
 * nothing unless the caller has it. */
#define HIGH(cmd) (long)((cmd) | 1ull << 32)
static const struct {
	const char *name;
	long nr, a[5];
} calls[] = {
	{ "unshare-user", SYS_unshare, { CLONE_NEWUSER } },
	{ "unshare-user-fs", SYS_unshare, { CLONE_NEWUSER | CLONE_FS } },
#ifdef __s390__         /* the stack comes first */
	{ "clone-user", SYS_clone, { 0, CLONE_NEWUSER | SIGCHLD } },
#else
	{ "clone-user", SYS_clone, { CLONE_NEWUSER | SIGCHLD } },
#endif
	{ "clone3", SYS_clone3, { 0, 0 } },
	{ "setns", SYS_setns, { -1, 0 } },
	{ "mount", SYS_mount, { 1, 1, 1, 0, 0 } },
	{ "umount", SYS_umount2, { 1, 0 } },
	{ "open_tree", SYS_open_tree, { -1, 1, 0 } },
	{ "tiocsti", SYS_ioctl, { 0, TIOCSTI, 1 } },
	{ "tiocsti-high", SYS_ioctl, { 0, HIGH(TIOCSTI), 1 } },
	{ "tioclinux", SYS_ioctl, { 0, TIOCLINUX, 1 } },
	{ "tioclinux-high", SYS_ioctl, { 0, HIGH(TIOCLINUX), 1 } },
	{ "tiocsetd", SYS_ioctl, { 0, HIGH(TIOCSETD), 1 } },
	{ "siocgifbr", SYS_ioctl, { -1, HIGH(SIOCGIFBR), 0 } },
	{ "siocsifbr", SYS_ioctl, { -1, SIOCSIFBR, 0 } },
	{ "siocbraddbr", SYS_ioctl, { -1, SIOCBRADDBR, 0 } },
	{ "siocbrdelbr", SYS_ioctl, { -1, SIOCBRDELBR, 0 } },
	{ "siocgifvlan", SYS_ioctl, { -1, SIOCGIFVLAN, 0 } },
	{ "siocsifvlan", SYS_ioctl, { -1, SIOCSIFVLAN, 0 } },
	{ "lease", SYS_fcntl, { -1, HIGH(F_SETLEASE), F_RDLCK } },
	{ "deleg", SYS_fcntl, { -1, 1040, 0 } },
	{ "fscrypt-add", SYS_ioctl, { -1, _IOWR('f', 23, char[80]), 0 } },
	{ "fscrypt-remove", SYS_ioctl, { -1, _IOWR('f', 24, char[64]), 0 } },
	{ "siocgskns", SYS_ioctl, { -1, HIGH(SIOCGSKNS), 0 } },
	{ "pidfd-net", SYS_ioctl, { -1, _IO(0xff, 4), 0 } },
	{ "btrfs-snap", SYS_ioctl, { -1, _IOW(0x94, 1, char[4096]), 0 } },
	{ "btrfs-snap2", SYS_ioctl, { -1, HIGH(_IOW(0x94, 23, char[4096])), 0 } },
	{ "keyctl", SYS_keyctl, { 0, -3, 0 } },
	{ "add_key", SYS_add_key, { 1, 1, 1, 1, -3 } },
	{ "request_key", SYS_request_key, { 1, 1, 1, -3 } },
	{ "io_uring", SYS_io_uring_setup, { 1, 1 } },
	{ "pidfd_getfd", SYS_pidfd_getfd, { -1, 0, 0 } },
	{ "bpf", SYS_bpf, { -1, 1, 0 } },
	{ "perf", SYS_perf_event_open, { 1, 0, -1, -1, 0 } },
	{ "userfaultfd", SYS_userfaultfd, { 1 } },
	{ "open_by_handle", SYS_open_by_handle_at, { -1, 1, 0 } },
	{ "kexec", SYS_kexec_load, { 0, 99, 1, -1 } },
	{ "init_module", SYS_init_module, { 1, 1, 1 } },
	{ "delete_module", SYS_delete_module, { 1, 0 } },
	{ "quotactl", SYS_quotactl, { -1, 1, 0, 0 } },
#ifdef __x86_64__
	{ "x32", 0x40000000 | SYS_getpid, { 0 } },
#endif
	{ "i386", -1, { 0 } },
#ifdef SYS_settimeofday
	{ "settimeofday", SYS_settimeofday, { 1, 0 } },
#else   /* 32 bits: musl's name */
	{ "settimeofday", SYS_settimeofday_time32, { 1, 0 } },
#endif
	{ "getppid", SYS_getppid, { 0 } },
}, calls32[] = {        /* the same for i386, and calls that only i386 has */
	{ "unshare-user", 310, { CLONE_NEWUSER } },
	{ "clone-user", 120, { CLONE_NEWUSER | SIGCHLD } },
	{ "clone3", 435, { 0, 0 } },
	{ "setns", 346, { -1, 0 } },
	{ "mount", 21, { 1, 1, 1, 0, 0 } },
	{ "umount", 22, { 1 } },
	{ "umount2", 52, { 1, 0 } },
	{ "open_tree", 428, { -1, 1, 0 } },
	{ "tiocsti", 54, { 0, TIOCSTI, 1 } },
	{ "tioclinux", 54, { 0, TIOCLINUX, 1 } },
	{ "tiocsetd", 54, { 0, TIOCSETD, 1 } },
	{ "siocgifvlan", 54, { -1, SIOCGIFVLAN, 0 } },
	{ "lease", 55, { -1, F_SETLEASE, F_RDLCK } },
	{ "lease64", 221, { -1, F_SETLEASE, F_RDLCK } },
	{ "fscrypt-remove", 54, { -1, _IOWR('f', 24, char[64]), 0 } },
	{ "siocgskns", 54, { -1, SIOCGSKNS, 0 } },
	{ "pidfd-net", 54, { -1, _IO(0xff, 4), 0 } },
	{ "btrfs-snap", 54, { -1, _IOW(0x94, 23, char[4096]), 0 } },
	{ "keyctl", 288, { 0, -3, 0 } },
	{ "add_key", 286, { 1, 1, 1, 1, -3 } },
	{ "io_uring", 425, { 1, 1 } },
	{ "bpf", 357, { -1, 1, 0 } },
	{ "perf", 336, { 1, 0, -1, -1, 0 } },
	{ "open_by_handle", 342, { -1, 1, 0 } },
	{ "init_module", 128, { 1, 1, 1 } },
	{ "modify_ldt", 123, { 9, 0, 0 } },
	{ "vm86", 166, { 0, 0 } },
	{ "stime", 25, { 1 } },
	{ "settimeofday", 79, { 1, 0 } },
	{ "socketcall", 102, { 1, 1 } },
	{ "getppid", 64, { 0 } },
};

static void
call_one(size_t i, bool second)
{
	const long *a = second ? calls32[i].a : calls[i].a;
	const char *name = second ? calls32[i].name : calls[i].name;
	int w = 0;
	pid_t pid;
	long r;

	fflush(stdout);
	if ((pid = fork()) == 0) {
		if (second)
			r = i386_call(calls32[i].nr, a);
		else if (calls[i].nr < 0)
			r = i386_call(20, a);   /* getpid */
		else
			r = syscall(calls[i].nr, a[0], a[1], a[2], a[3], a[4]);
		if (!strcmp(name, "clone-user") && r == 0)
			_exit(0);
		printf("%s %s\n", name, r < 0 ? error_name(errno) : "ok");
		fflush(stdout);
		_exit(0);
	}
	waitpid(pid, &w, 0);
	if (WIFSIGNALED(w))
		printf("%s signal %d\n", name, WTERMSIG(w));
}

/* traced: has its parent trace it, and stops */
static void
v_traced(char **argv)
{
	(void)argv;
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
		die("ptrace");
	raise(SIGUSR2);
}

/* old COMMAND...: it sees a 2.6 kernel in uname(2) */
static void
v_old(char **argv)
{
	personality(0x0020000); /* UNAME26 */
	execvp(*argv, argv);
	perror(*argv);
	exit(127);
}

/* nonblock COMMAND...: with non-blocking standard output, as another process that shares it
 * may set */
static void
v_nonblock(char **argv)
{
	if (fcntl(1, F_SETFL, O_NONBLOCK) < 0)
		die("fcntl");
	execvp(*argv, argv);
	die(*argv);
}

/* sys [NAME...]: what each system call returns */
static void
v_sys(char **argv)
{
	size_t i, n = sizeof calls / sizeof *calls;
	char **p;

	for (i = 0; i < n; i++) {
		for (p = argv; *p && strcmp(*p, calls[i].name); p++)
			;
		if (!*argv || *p)
			call_one(i, false);
	}
}

/* sys32 [NAME...]: the same for i386 calls */
static void
v_sys32(char **argv)
{
	size_t i, n = sizeof calls32 / sizeof *calls32;
	char **p;

	for (i = 0; i < n; i++) {
		for (p = argv; *p && strcmp(*p, calls32[i].name); p++)
			;
		if (!*argv || *p)
			call_one(i, true);
	}
}

/* climb FILE: the chroot and ".." trick */
static void
v_climb(char **argv)
{
	int fd = open("/", O_RDONLY), i;

	mkdir("/tmp/climb", 0755);
	if (chroot("/tmp/climb") || fchdir(fd))
		printf("chroot %s\n", error_name(errno));
	for (i = 0; i < 64; i++)
		if (chdir(".."))
			break;
	if (chroot("."))
		printf("chroot %s\n", error_name(errno));
	puts(access(argv[0], F_OK) ? "inside" : "OUTSIDE");
}

/* lift FILE: unmounts / and enters its namespace again */
static void
v_lift(char **argv)
{
	int fd = open("/proc/self/ns/mnt", O_RDONLY);

	if (umount2("/", MNT_DETACH) == 0)
		puts("umount ok");
	if (setns(fd, CLONE_NEWNS))
		printf("setns %s\n", error_name(errno));
	mount("/", "/", 0, MS_MOVE, 0);
	puts(access(argv[0], F_OK) ? "inside" : "OUTSIDE");
}

/* attack PID: tries forever everything that could change the program PID runs */
static void
v_attack(char **argv)
{
	char exe[64], self[64];
	int fd, w, done = 0;

	snprintf(exe, sizeof exe, "/proc/%s/exe", argv[0]);
	if ((fd = open(exe, O_RDONLY)) < 0)
		printf("open %s: %s\n", exe, error_name(errno));
	puts("up");
	fflush(stdout);
	snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
	for (;;) {
		if ((w = open(self, O_WRONLY)) >= 0) {
			done += write(w, "hacked", 6) > 0;
			close(w);
		}
		done += truncate(self, 0) == 0;
		done += chmod(self, 06777) == 0;
		done += fchmod(fd, 06777) == 0;
		done += setxattr(self, "user.hacked", "1", 1, 0) == 0;
		if (done) {
			puts("CHANGED");
			fflush(stdout);
			done = 0;
		}
	}
}

/* spy CANARY: prints what each new process exposes: the caller's environment,
 * a root or a directory with CANARY, a file descriptor that leads to CANARY or
 * to a cgroup. Runs forever. */
static void
v_spy(char **argv)
{
	static char env[1 << 17];
	char p[PATH_MAX + 64], to[256];
	pid_t seen = getpid(), pid;
	int k, f, fd;
	ssize_t n;

	puts("up");
	for (;; fflush(stdout))
		for (pid = seen + 1; pid < seen + 16; pid++) {
			snprintf(p, sizeof p, "/proc/%d/stat", (int)pid);
			if (access(p, F_OK))
				continue;
			for (k = 0; k < 40; k++) {
				snprintf(p, sizeof p, "/proc/%d/environ", (int)pid);
				fd = open(p, O_RDONLY);
				n = fd < 0 ? 0 : read(fd, env, sizeof env);
				if (n > 0 && memmem(env, n, "SECRET", 6))
					puts("environment");
				close(fd);
				snprintf(p, sizeof p, "/proc/%d/root%s", (int)pid, argv[0]);
				if (access(p, F_OK) == 0)
					puts("root");
				snprintf(p, sizeof p, "/proc/%d/cwd%s", (int)pid, argv[0]);
				if (access(p, F_OK) == 0)
					puts("directory");
				for (f = 3; f < 24; f++) {
					snprintf(p, sizeof p, "/proc/%d/fd/%d%s", (int)pid,
					    f, argv[0]);
					if (access(p, F_OK) == 0)
						printf("descriptor %d\n", f);
					*strstr(p, argv[0]) = 0;
					n = readlink(p, to, sizeof to - 1);
					to[n > 0 ? n : 0] = 0;
					if (strstr(to, "cgroup"))
						printf("descriptor %d: %s\n", f, to);
				}
			}
			seen = pid;
		}
}

/* leader: a process whose first thread has exited but whose second has not */
static void *
leader_rest(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void
v_leader(char **argv)
{
	pthread_t rest;

	(void)argv;
	if ((errno = pthread_create(&rest, 0, leader_rest, 0)))
		die("pthread_create");
	syscall(SYS_exit, 0);
}

/* hold NAME: traces the process of that name, and holds it when it exits */
static void
v_hold(char **argv)
{
	char path[300], name[64];
	struct dirent *e;

	puts("up");
	fflush(stdout);
	for (;; usleep(1000)) {
		DIR *d = opendir("/proc");

		while (d && (e = readdir(d))) {
			FILE *f;

			snprintf(path, sizeof path, "/proc/%s/comm", e->d_name);
			if (atoi(e->d_name) <= 1 || !(f = fopen(path, "r")))
				continue;
			if (fgets(name, sizeof name, f) &&
			    !strncmp(name, argv[0], strlen(argv[0])) &&
			    ptrace(PTRACE_SEIZE, atoi(e->d_name), 0, 0) == 0)
				puts("held");
			fflush(stdout);
			fclose(f);
		}
		if (d)
			closedir(d);
	}
}

/* hog MIB: allocates that much memory, says so and keeps it */
static void
v_hog(char **argv)
{
	long i, n = atol(argv[0]);

	for (i = 0; i < n; i++) {
		char *p = malloc(1 << 20);

		if (!p)
			die("malloc");
		memset(p, 1, 1 << 20);
	}
	puts("up");
	fflush(stdout);
	for (;;)
		pause();
}

/* bomb: forks forever, and so do its children */
static void
v_bomb(char **argv)
{
	(void)argv;
	for (;;)
		fork();
}

/* direct FILE MIB: writes that much, bypassing the page cache, and prints milliseconds */
static void
v_direct(char **argv)
{
	int fd = open(argv[0], O_WRONLY | O_DIRECT);
	long i, n = atol(argv[1]) * 16, start = now_ms();
	void *buf = 0;

	if (fd < 0 || posix_memalign(&buf, 4096, 65536))
		die(argv[0]);
	memset(buf, 1, 65536);
	for (i = 0; i < n; i++)
		if (write(fd, buf, 65536) != 65536)
			die("write");
	printf("%ld\n", now_ms() - start);
}

/* udp PORT: answers every datagram with its sender's address */
static void
v_udp(char **argv)
{
	struct sockaddr_in6 a = { .sin6_family = AF_INET6,
	    .sin6_port = htons(atoi(argv[0])) };
	int fd = socket(AF_INET6, SOCK_DGRAM, 0);
	char text[64], buf[128];

	if (bind(fd, (struct sockaddr *)&a, sizeof a))
		die("bind");
	for (;;) {
		socklen_t len = sizeof a;

		if (recvfrom(fd, buf, sizeof buf, 0, (struct sockaddr *)&a, &len) < 0)
			die("recvfrom");
		inet_ntop(AF_INET6, &a.sin6_addr, text, sizeof text);
		snprintf(buf, sizeof buf, "from %s", strncmp(text, "::ffff:", 7) ?
		    text : text + 7);
		sendto(fd, buf, strlen(buf), 0, (struct sockaddr *)&a, len);
	}
}

/* ask ADDR PORT [FROM]: sends one datagram and prints the answer; 99 if there is none */
static void
v_ask(char **argv)
{
	struct sockaddr_in6 from = { .sin6_family = AF_INET6 };
	struct sockaddr_in6 a = { .sin6_family = AF_INET6,
	    .sin6_port = htons(atoi(argv[1])) };
	struct timeval wait = { 0, 300000 };
	int fd = socket(AF_INET6, SOCK_DGRAM, 0);
	char text[64], buf[128];
	ssize_t n = -1;

	snprintf(text, sizeof text, "%s%s", strchr(argv[0], ':') ? "" : "::ffff:",
	    argv[0]);
	if (inet_pton(AF_INET6, text, &a.sin6_addr) != 1)
		die(text);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
	if (argv[2]) {
		from.sin6_port = htons(atoi(argv[2]));
		if (bind(fd, (struct sockaddr *)&from, sizeof from))
			die("bind");
	}
	if (connect(fd, (struct sockaddr *)&a, sizeof a) || send(fd, "?", 1, 0) < 0 ||
	    (n = recv(fd, buf, sizeof buf, 0)) < 0)
		die(argv[0]);
	printf("%.*s\n", (int)n, buf);
}

/* swap A B: exchanges the two names forever */
static void
v_swap(char **argv)
{
	for (;;)
		syscall(SYS_renameat2, AT_FDCWD, argv[0], AT_FDCWD, argv[1],
		    2 /* RENAME_EXCHANGE */);
}

/* echo ADDR: sends an echo request by a socket that needs no capability */
static void
v_echo(char **argv)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	struct timeval wait = { .tv_sec = 2 };
	char buf[16] = { 8 };
	int fd = socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);

	inet_pton(AF_INET, argv[0], &a.sin_addr);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
	if (sendto(fd, buf, 8, 0, (struct sockaddr *)&a, sizeof a) < 0 ||
	    recv(fd, buf, sizeof buf, 0) < 0)
		puts(error_name(errno));
	else
		puts("echo");
}

static int
hung_at(const char *dir)
{
	char opts[80];
	int fd = open("/dev/fuse", O_RDWR);

	snprintf(opts, sizeof opts, "fd=%d,rootmode=40000,user_id=0,group_id=0", fd);
	if (fd < 0 || mount("hung", dir, "fuse", 0, opts))
		printf("hung: %s\n", error_name(errno));
	else
		puts("up");
	fflush(stdout);
	return fd;
}

/* hung DIR: mounts a file system there that never answers, until this process is killed */
static void
v_hung(char **argv)
{
	hung_at(argv[0]);
	for (;;)
		pause();
}

/* Takes each request and answers only the first; with a file, all before the first read
 * of it. */
static void
hung_serve(int fd, int file)
{
	static union { struct fuse_in_header h; char room[1 << 17]; } in;
	struct {
		struct fuse_out_header h;
		union {
			struct fuse_init_out init;
			struct fuse_entry_out entry;
			struct fuse_attr_out attr;
			struct fuse_open_out open;
		} u;
	} out;

	while (read(fd, &in, sizeof in) > 0) {
		struct fuse_attr a = { .ino = in.h.nodeid, .nlink = 1, .size = 1 << 16,
			.mode = in.h.nodeid == 1 ? S_IFDIR | 0777 : S_IFREG | 0666 };
		size_t size = 0;

		memset(&out, 0, sizeof out);
		if (in.h.opcode == FUSE_INIT) {
			size = sizeof out.u.init;
			out.u.init = (struct fuse_init_out){ .major = 7, .minor = 31,
				.max_write = 4096 };
		} else if (!file) {
			continue;
		} else if (in.h.opcode == FUSE_LOOKUP) {
			size = sizeof out.u.entry;
			a.mode = S_IFREG | 0666;
			out.u.entry = (struct fuse_entry_out){ .nodeid = 2, .attr = a };
		} else if (in.h.opcode == FUSE_GETATTR) {
			size = sizeof out.u.attr;
			out.u.attr.attr = a;
		} else if (in.h.opcode == FUSE_OPEN) {
			size = sizeof out.u.open;
		} else if (in.h.opcode == FUSE_READ) {
			puts("asked");
			fflush(stdout);
		}
		out.h.unique = in.h.unique;
		out.h.len = (uint32_t)(sizeof out.h + size);
		if (size && write(fd, &out, out.h.len) < 0)
			die("answer");
	}
}

/* mute DIR: the same, but takes each request: a process that waits cannot even be killed */
static void
v_mute(char **argv)
{
	hung_serve(hung_at(argv[0]), 0);
}

/* half DIR: the same, but answers all up to the first read of a file */
static void
v_half(char **argv)
{
	hung_serve(hung_at(argv[0]), 1);
}

/* page DIR: waits for a set of signals that lies in a file which cannot be read to the end */
static void
v_page(char **argv)
{
	char path[256];
	int fd = hung_at(argv[0]);

	if (fork() == 0) {
		hung_serve(fd, 1);
		_exit(0);
	}
	close(fd);              /* once the other process is killed this one can be, too */
	snprintf(path, sizeof path, "%s/page", argv[0]);
	if ((fd = open(path, O_RDONLY)) < 0)
		die(path);
	syscall(SYS_rt_sigtimedwait, mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0), NULL, NULL,
	        _NSIG / 8);
}

/* unheard COMMAND...: with a socket as 3; prints the line received there, and drops the
 * file descriptor that came with it */
static void
v_unheard(char **argv)
{
	char line[1024];
	struct iovec v = { line, sizeof line };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };
	int ends[2], status;
	ssize_t n;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		die("socketpair");
	if (fork() == 0) {
		if (dup2(ends[1], 3) < 0)
			die("dup2");
		execvp(argv[0], argv);
		die(argv[0]);
	}
	close(ends[1]);
	if ((n = recvmsg(ends[0], &m, MSG_PEEK)) < 0)
		die("recvmsg");
	printf("%.*s", (int)n, line);
	fflush(stdout);
	/* no room for a file descriptor: it is closed, and the command continues */
	if (recvmsg(ends[0], &m, 0) < 0)
		die("recvmsg");
	wait(&status);
	exit(WEXITSTATUS(status));
}

static uint64_t mutate_state;

static unsigned
mutate_next(unsigned below)
{
	mutate_state = mutate_state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(mutate_state >> 33) % below;
}

/* mutate FILE SEED AT LENGTH: changes 1 to 16 numbers there, the same for the same seed */
static void
v_mutate(char **argv)
{
	static const uint64_t odd[] = { 0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff,
		0xffffffff, INT64_MAX, UINT64_MAX };
	int fd = open(argv[0], O_WRONLY | O_CLOEXEC);
	unsigned length = (unsigned)strtoul(argv[3], NULL, 10), n;
	off_t at = strtoll(argv[2], NULL, 10);

	mutate_state = strtoull(argv[1], NULL, 10);
	mutate_next(1);
	for (n = 1 + mutate_next(16); n; n--) {
		uint64_t v = odd[mutate_next(sizeof odd / sizeof *odd)];
		unsigned bytes = 1u << mutate_next(4);

		if (mutate_next(2))
			v = (uint64_t)mutate_next(1u << 31) << mutate_next(34);
		if (pwrite(fd, &v, bytes, at + mutate_next(length - 7)) < 0)
			die(argv[0]);
	}
}

/* passing N: keeps N file descriptors in flight to a socket that nobody reads */
static void
v_passing(char **argv)
{
	int n = atoi(argv[0]), ends[2], fds[20] = { 0 };
	union { struct cmsghdr h; char room[CMSG_SPACE(sizeof fds)]; } c = { .room = { 0 } };
	struct iovec v = { argv[0], 1 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = &c,
	                    .msg_controllen = sizeof c };

	c.h = (struct cmsghdr){ .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS,
	                        .cmsg_len = CMSG_LEN(sizeof fds) };
	memcpy(CMSG_DATA(&c.h), fds, sizeof fds);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0)
		die("socketpair");
	for (; n > 0; n -= 20)
		if (sendmsg(ends[0], &m, MSG_DONTWAIT) < 0)
			die("sendmsg");
	puts("passing");
	fflush(stdout);
	for (;;)
		pause();
}

/* excl FD: had somebody locked that terminal? Locks it */
static void
v_excl(char **argv)
{
	int fd = atoi(argv[0]), is = 0;

	if (ioctl(fd, TIOCGEXCL, &is) < 0 || ioctl(fd, TIOCEXCL) < 0)
		die("ioctl");
	puts(is ? "locked" : "open");
}

/* queues N: is there room for N POSIX message queues of 80 KiB? Says so, and keeps them */
static void
v_queues(char **argv)
{
	struct mq_attr a = { .mq_maxmsg = 10, .mq_msgsize = 8192 };
	char name[16];
	int n = atoi(argv[0]), i;

	for (i = 0; i < n; i++) {
		snprintf(name, sizeof name, "/q%d", i);
		if (mq_open(name, O_RDWR | O_CREAT, 0600, &a) < 0)
			break;
	}
	puts(i < n ? strerror(errno) : "all");
	fflush(stdout);
}

/* xdp LINK: attaches a program that drops whatever comes in there */
static void
v_xdp(char **argv)
{
	struct bpf_insn drop[] = { { .code = 0xb7, .imm = XDP_DROP }, { .code = 0x95 } };
	union bpf_attr load = { .prog_type = BPF_PROG_TYPE_XDP, .insn_cnt = 2,
	                        .insns = (uintptr_t)drop, .license = (uintptr_t)"GPL" };
	struct {
		struct nlmsghdr h;
		struct ifinfomsg link;
		struct nlattr xdp, fd;
		int prog;
	} q = { { sizeof q, RTM_SETLINK, NLM_F_REQUEST | NLM_F_ACK, 1, 0 },
	        { .ifi_index = (int)if_nametoindex(argv[0]) },
	        { 12, NLA_F_NESTED | IFLA_XDP }, { 8, IFLA_XDP_FD },
	        (int)syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof load) };
	struct { struct nlmsghdr h; struct nlmsgerr e; char more[256]; } said;
	int s = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	if (q.prog < 0)
		die("bpf");
	if (send(s, &q, sizeof q, 0) < 0 || recv(s, &said, sizeof said, 0) < 0)
		die("netlink");
	if ((errno = -said.e.error))
		die("attach");
}

static const struct {
	const char *name;
	void (*f)(char **);
	int args;
} verbs[] = {
	{ "case", v_case, 3 }, { "fds", v_fds, 1 }, { "deaf", v_deaf, 1 },
	{ "groups", v_groups, 2 }, { "crowd", v_crowd, 1 }, { "as", v_as, 2 }, { "key", v_key, 1 },
	{ "noargv", v_noargv, 1 }, { "limit", v_limit, 3 },
	{ "kill", v_kill, 2 }, { "storm", v_storm, 3 }, { "mkelf", v_mkelf, 2 },
	{ "fdlist", v_fdlist, 0 }, { "xattr", v_xattr, 2 }, { "ids", v_ids, 0 },
	{ "crash", v_crash, 0 }, { "idle", v_idle, 0 }, { "await", v_await, 1 },
	{ "keysearch", v_keysearch, 0 }, { "sys", v_sys, 0 }, { "sys32", v_sys32, 0 },
	{ "traced", v_traced, 0 },
	{ "old", v_old, 1 }, { "climb", v_climb, 1 }, { "lift", v_lift, 1 },
	{ "attack", v_attack, 1 }, { "swap", v_swap, 2 }, { "hung", v_hung, 1 },
	{ "mute", v_mute, 1 }, { "half", v_half, 1 }, { "page", v_page, 1 },
	{ "echo", v_echo, 1 }, { "spy", v_spy, 1 },
	{ "leader", v_leader, 0 }, { "hold", v_hold, 1 }, { "hog", v_hog, 1 },
	{ "bomb", v_bomb, 0 }, { "unheard", v_unheard, 1 },
	{ "direct", v_direct, 2 }, { "udp", v_udp, 1 }, { "ask", v_ask, 2 },
	{ "mutate", v_mutate, 4 }, { "nonblock", v_nonblock, 1 }, { "passing", v_passing, 1 },
	{ "xdp", v_xdp, 1 }, { "queues", v_queues, 1 },
	{ "excl", v_excl, 1 },
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
	fprintf(stderr, "usage: probe VERB [argument ...]\n");
	return 99;
}
