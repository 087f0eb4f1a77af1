/* SPDX-License-Identifier: ISC
 *
 * fault: makes system calls of ct fail, one at a time, and checks what happens.
 * tests/fault.sh prepares the place and chooses the calls; it lists what has to
 * hold. Three verbs:
 *
 *	see HOST BOX    the command in the container: prints all that it sees, in a
 *	                form that is the same for every run of the same container
 *	list VARIANTS   runs each variant once, prints the points where it can fail
 *	run VARIANTS    tries the points that it reads, prints a line of TAP for each
 *
 * ct runs under ptrace(2), up to the command. A point names a process by its
 * order of creation, a call, and which one of these; a call without effect takes
 * its place, and the result is replaced by the error. That means writing
 * registers: x86-64 only.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/bpf.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#define LEN(a) (sizeof(a) / sizeof *(a))
#define USER 1000               /* the ordinary user */

enum {
	LEFT_MS = 2000,         /* time for the kernel to tear down namespaces */
	TEXT_MAX = 1 << 18,
	CALL_MAX = 600,         /* system call numbers are below */
	TRACE_MAX = 4096,       /* calls of one run */
	ROLE_MAX = 8,           /* processes of one run */
	ARG_MAX_ = 100,
};

static void
die(const char *what)
{
	fprintf(stderr, "fault: %s: %s\n", what, strerror(errno));
	exit(99);
}

/* === text ============================================================== */

struct text { size_t n; char s[TEXT_MAX]; };

__attribute__((format(printf, 2, 3)))
static void
put(struct text *t, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(t->s + t->n, sizeof t->s - t->n, format, ap);
	va_end(ap);
	if (n < 0 || t->n + (size_t)n >= sizeof t->s) {
		errno = ENOBUFS;
		die("text");
	}
	t->n += (size_t)n;
}

/* The file as a string, "" if it cannot be read. */
static const char *
slurp(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n = 0;

	while (fd >= 0 && len < size - 1 && (n = read(fd, buf + len, size - 1 - len)) > 0)
		len += (size_t)n;
	if (fd >= 0)
		close(fd);
	buf[len] = '\0';
	return buf;
}

/* Puts each line of a file, with a word in front. */
static void
put_file(struct text *t, const char *word, const char *path)
{
	char buf[16384], *save = NULL;

	slurp(path, buf, sizeof buf);
	for (char *l = strtok_r(buf, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
		put(t, "%s %s\n", word, l);
}

/* Lines that one text has and the other lacks, for a report. */
static void
put_missing(struct text *to, char sign, const struct text *from, const struct text *in)
{
	char line[4096];
	size_t len;

	for (const char *p = from->s; *p; p += len + (p[len] == '\n')) {
		const char *q = in->s;

		len = strcspn(p, "\n");
		snprintf(line, sizeof line, "%.*s", (int)len, p);
		while ((q = strstr(q, line)) && !((q == in->s || q[-1] == '\n') &&
		                                  (q[len] == '\n' || !q[len])))
			q++;
		if (!q && to->n < TEXT_MAX / 2)
			put(to, " %c%.300s;", sign, line);
	}
}

/* Removes names that ct generates: of a container, of a keyring. */
static void
no_random(char *s)
{
	for (char *p = s; (p = strstr(p, "ct")); ) {
		size_t n = p[2] == '-' ? 8 : p[2] == ':' ? 16 : 0;

		p += 3;
		if (n && strspn(p, "0123456789abcdef") >= n) {
			*p = '*';
			memmove(p + 1, p + n, strlen(p + n) + 1);
		}
	}
}

/* === what the command sees ============================================= */

static const char *const spaces[] = { "user", "mnt", "pid", "net", "ipc", "uts", "cgroup",
	"time", "pid_for_children", "time_for_children" };

/* The namespaces of a process, as an argument for see. */
static void
ns_list(pid_t pid, char *buf, size_t size)
{
	char path[64];
	struct stat st;
	size_t n = 0;

	for (size_t i = 0; i < LEN(spaces); i++) {
		snprintf(path, sizeof path, "/proc/%d/ns/%s", pid, spaces[i]);
		if (stat(path, &st) == 0)
			n += (size_t)snprintf(buf + n, size - n, "%s=%llu,", spaces[i],
			                      (unsigned long long)st.st_ino);
	}
}

static void
see_ns(struct text *t, const char *host, const char *box)
{
	char path[64], word[64];
	struct stat st;

	for (size_t i = 0; i < LEN(spaces); i++) {
		snprintf(path, sizeof path, "/proc/self/ns/%s", spaces[i]);
		if (stat(path, &st) < 0) {
			put(t, "ns %s unknown\n", spaces[i]);
			continue;
		}
		snprintf(word, sizeof word, "%s=%llu,", spaces[i], (unsigned long long)st.st_ino);
		put(t, "ns %s %s\n", spaces[i], strstr(host, word) ? "host" :
		    strstr(box, word) ? "box" : "new");
	}
}

/* Does the path lead to this mount, or is another one on top of it? */
static bool
see_mount_is(const char *path, const char *id)
{
	uint64_t st[32] = { 0 };        /* struct statx; the mount ID is at 144 */

	return syscall(SYS_statx, AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, 0x1000, st) < 0 ||
	       st[18] == strtoull(id, NULL, 10);
}

/* mountinfo(5) without numbers that differ from run to run, and without the flags
 * of covered mounts, which fallbacks do not reach. */
static void
see_mounts(struct text *t)
{
	static char buf[65536];
	char *save = NULL, *f[40];

	slurp("/proc/self/mountinfo", buf, sizeof buf);
	for (char *l = strtok_r(buf, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
		char *rest = NULL;
		int n = 0;

		while (n < 39 && (f[n] = strtok_r(n ? NULL : l, " ", &rest)))
			n++;
		if (n < 7 || !see_mount_is(f[4], f[0])) {
			put(t, "mount covered %s\n", n < 7 ? "" : f[4]);
			continue;
		}
		if (!strncmp(f[2], "0:", 2) || !strncmp(f[2], "7:", 2))         /* loop */
			f[2][1] = '\0';
		if (*f[3] == '/' && f[3][1] && !f[3][strspn(f[3], "/0123456789")])
			f[3] = (char *)"/N";    /* of ct's own tmpfs, in turn */
		put(t, "mount");
		for (int i = 2; i < n; i++) {
			if (i > 5 && *f[i] != '/')      /* shared:N */
				f[i][strcspn(f[i], ":")] = '\0';
			if (strstr(f[i], ",uuid=on"))           /* of a new layer */
				*strstr(f[i], ",uuid=on") = '\0';
			put(t, " %s", f[i]);
		}
		put(t, "\n");
	}
}

static void
see_status(struct text *t)
{
	static const char *const keys[] = { "Umask:", "Uid:", "Gid:", "Groups:", "Sig", "Cap",
		"NoNewPrivs:", "Seccomp", "Spec", "CoreDumping:", "ShdPnd:" };
	char buf[8192], *save = NULL;

	slurp("/proc/self/status", buf, sizeof buf);
	for (char *l = strtok_r(buf, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
		for (size_t i = 0; i < LEN(keys); i++)
			if (!strncmp(l, keys[i], strlen(keys[i])) && strncmp(l, "SigQ", 4))
				put(t, "status %s\n", l);
}

static void
see_descriptors(struct text *t)
{
	char path[300], to[4096], info[1024], *flags;
	struct dirent *e;
	struct stat st;
	DIR *d = opendir("/proc/self/fd");

	while (d && (e = readdir(d))) {
		ssize_t n;

		if (*e->d_name == '.' || atoi(e->d_name) == dirfd(d))
			continue;
		snprintf(path, sizeof path, "/proc/self/fd/%s", e->d_name);
		if ((n = readlink(path, to, sizeof to - 1)) < 0)
			n = 0;
		to[n] = '\0';
		/* exec's own, or one below a stand-in for the root: no path leads to it */
		if (stat(path, &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3))
			strcpy(to, "/dev/null");
		if (!strncmp(to, "pipe:", 5))
			to[5] = '\0';           /* its number differs from run to run */
		snprintf(path, sizeof path, "/proc/self/fdinfo/%s", e->d_name);
		slurp(path, info, sizeof info);
		flags = strstr(info, "flags:");
		put(t, "descriptor %s %s %.*s\n", e->d_name, to,
		    flags ? (int)strcspn(flags, "\n") : 0, flags ? flags : "");
	}
	if (d)
		closedir(d);
}

static void
see_directory(struct text *t, const char *dir)
{
	struct dirent **list;
	char path[4096], to[4096];
	struct stat st;
	int n = scandir(dir, &list, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		ssize_t len;

		snprintf(path, sizeof path, "%s/%s", dir, list[i]->d_name);
		if (lstat(path, &st) < 0 || !strcmp(list[i]->d_name, ".."))
			continue;
		len = S_ISLNK(st.st_mode) ? readlink(path, to, sizeof to - 1) : 0;
		to[len < 0 ? 0 : len] = '\0';
		put(t, "file %s %o %d:%d %u:%u %lld %s\n", path, st.st_mode, (int)st.st_uid,
		    (int)st.st_gid, major(st.st_rdev), minor(st.st_rdev),
		    S_ISREG(st.st_mode) && strcmp(path, "//out") ? (long long)st.st_size : 0LL, to);
	}
}

static void
see_interface(struct text *t, int fd, const char *name, bool named)
{
	static const struct { unsigned long call; const char *name; } asks[] = {
		{ SIOCGIFFLAGS, "flags" }, { SIOCGIFMTU, "mtu" },
		{ SIOCGIFADDR, "address" }, { SIOCGIFNETMASK, "mask" },
	};

	put(t, "link %s", named ? name : "");
	for (size_t i = 0; i < LEN(asks); i++) {
		struct ifreq r = { 0 };

		snprintf(r.ifr_name, sizeof r.ifr_name, "%s", name);
		if (ioctl(fd, (int)asks[i].call, &r) < 0)
			put(t, " no %s", asks[i].name);
		else if (i == 0)        /* not whether it has a carrier yet */
			put(t, " flags %x", (unsigned)r.ifr_flags & ~IFF_RUNNING & 0xffff);
		else if (i == 1)
			put(t, " mtu %d", r.ifr_mtu);
		else
			put(t, " %s %x", asks[i].name,
			    ((struct sockaddr_in *)(void *)&r.ifr_addr)->sin_addr.s_addr);
	}
	put(t, "\n");
}

/* Interfaces, without addresses derived from random ones. */
static void
see_net(struct text *t, bool named)
{
	char buf[16384], *save = NULL, *f[10];
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	slurp("/proc/self/net/dev", buf, sizeof buf);
	for (char *l = strtok_r(buf, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
		l += strspn(l, " ");
		if (!strchr(l, ':'))
			continue;
		l[strcspn(l, ":")] = '\0';
		see_interface(t, fd, l, named);
	}
	if (fd >= 0)
		close(fd);
	slurp("/proc/self/net/ipv6_route", buf, sizeof buf);
	save = NULL;
	for (char *l = strtok_r(buf, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
		char *rest = NULL;
		int n = 0;

		while (n < 10 && (f[n] = strtok_r(n ? NULL : l, " ", &rest)))
			n++;
		if (n == 10 && *f[0] != 'f' && strcmp(f[1], "80"))
			put(t, "route6 %s/%s %s %s\n", f[0], f[1], f[4], named ? f[9] : "");
	}
	if (named)
		put_file(t, "route", "/proc/self/net/route");
}

static void
see_processes(struct text *t)
{
	struct dirent **list;
	char path[300], comm[64];
	int n = scandir("/proc", &list, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		if (!atoi(list[i]->d_name))
			continue;
		snprintf(path, sizeof path, "/proc/%s/comm", list[i]->d_name);
		put(t, "process %s\n", strtok(strcpy(comm, slurp(path, comm, sizeof comm)), "\n"));
	}
}

static void
see_process(struct text *t)
{
	static const char *const files[] = { "/proc/self/cgroup", "/proc/self/uid_map",
		"/proc/self/gid_map", "/proc/self/setgroups", "/proc/self/oom_score_adj",
		"/proc/self/attr/current", "/proc/self/timens_offsets", "/proc/self/personality",
		"/proc/sys/kernel/msgmax", "/proc/sys/net/ipv4/ip_forward",
		"/proc/sys/net/ipv4/ping_group_range",
		"/proc/sys/net/ipv4/ip_unprivileged_port_start",
		"/etc/passwd", "/etc/resolv.conf", "/etc/new" };
	char cwd[4096];
	struct utsname u;
	struct rlimit r;
	struct stat st = { 0 };
	int signal = 0;

	stat("/", &st);
	put(t, "root %u:%u %llu %o\n", major(st.st_dev),
	    major(st.st_dev) % 7 ? minor(st.st_dev) : 0,
	    (unsigned long long)st.st_ino, st.st_mode);
	put(t, "directory %s\n", getcwd(cwd, sizeof cwd) ? cwd : strerror(errno));
	uname(&u);
	put(t, "host %s %s\n", u.nodename, u.domainname);
	for (int i = 0; i < 16; i++)
		if (getrlimit(i, &r) == 0)
			put(t, "limit %d %llu %llu\n", i, (unsigned long long)r.rlim_cur,
			    (unsigned long long)r.rlim_max);
	prctl(PR_GET_PDEATHSIG, &signal);
	put(t, "process %s, dies by %d, dumpable %d, securebits %x, keeps caps %d\n",
	    getpid() == 1 ? "1" : "not 1", signal, prctl(PR_GET_DUMPABLE),
	    (unsigned)prctl(PR_GET_SECUREBITS), prctl(PR_GET_KEEPCAPS));
	put(t, "schedule %d %d\n", (int)syscall(SYS_sched_getscheduler, 0),
	    getpriority(PRIO_PROCESS, 0));
	for (char **e = environ; *e; e++)
		put(t, "environment %s\n", *e);
	for (size_t i = 0; i < LEN(files); i++)
		put_file(t, files[i], files[i]);
}

static int
see(const char *host, const char *box)
{
	static const char *const dirs[] = { "/", "/dev", "/dev/pts", "/dev/shm", "/etc", "/mnt",
		"/new", "/run", "/tmp" };
	static struct text t;
	struct stat st;
	int fd;

	/* tells our tracer, which looks at no later call */
	syscall(SYS_keyctl, 0, -3, 0);
	put(&t, "RAN\n");
	see_ns(&t, host, box);
	see_process(&t);
	see_status(&t);
	see_mounts(&t);
	see_descriptors(&t);
	see_net(&t, true);
	for (size_t i = 0; i < LEN(dirs); i++)
		if (stat("/proc/self/root/mnt/see", &st) < 0 || i > 3) /* not the host's */
			see_directory(&t, dirs[i]);
	if (strstr(t.s, "ns pid new") || strstr(t.s, "ns pid box"))
		see_processes(&t);
	put(&t, "END\n");
	fd = open("/out", O_WRONLY | O_APPEND);         /* we cannot read what goes to a ring */
	return write(fd < 0 ? 1 : fd, t.s, t.n) == (ssize_t)t.n ? 0 : 1;
}

/* === system calls ====================================================== */

enum {
	FD = 1,                 /* creates descriptors: EMFILE */
	INTR = 2,               /* can be interrupted: EINTR */
	IO = 4,                 /* file I/O: EIO */
	NEVER = 8,              /* cannot fail */
	CLOSES = 16,            /* takes effect even if it reports an error */
	LESS = 32,              /* ct must be able to do without */
	OLD = 64,               /* a kernel may lack it */
};

static const struct call { const char *name; int nr, is; } calls[] = {
	{ "exit", SYS_exit, NEVER },
#ifdef __x86_64__               /* other machines lack some, and do not need the rest */
	{ "open", SYS_open, FD | INTR | IO }, { "stat", SYS_stat, IO },
	{ "lstat", SYS_lstat, IO }, { "access", SYS_access, IO },
	{ "readlink", SYS_readlink, IO }, { "unlink", SYS_unlink, IO },
	{ "mkdir", SYS_mkdir, IO }, { "rmdir", SYS_rmdir, IO },
	{ "poll", SYS_poll, INTR }, { "pipe", SYS_pipe, FD }, { "dup2", SYS_dup2, FD | INTR },
	{ "fork", SYS_fork, 0 }, { "vfork", SYS_vfork, 0 },
	{ "arch_prctl", SYS_arch_prctl, NEVER }, { "getdents", SYS_getdents, IO },
	{ "chmod", SYS_chmod, IO }, { "chown", SYS_chown, IO }, { "rename", SYS_rename, IO },
	{ "symlink", SYS_symlink, IO }, { "mknod", SYS_mknod, IO },
	{ "inotify_init", SYS_inotify_init, FD },
	{ "newfstatat", SYS_newfstatat, IO },
	{ "accept4", SYS_accept4, FD | INTR }, { "bind", SYS_bind, 0 }, { "bpf", SYS_bpf, FD },
	{ "brk", SYS_brk, 0 }, { "capget", SYS_capget, 0 }, { "capset", SYS_capset, 0 },
	{ "chdir", SYS_chdir, IO }, { "chroot", SYS_chroot, IO },
	{ "clock_gettime", SYS_clock_gettime, NEVER },
	{ "clone", SYS_clone, FD }, { "clone3", SYS_clone3, FD | OLD | LESS },
	{ "close", SYS_close, CLOSES }, { "close_range", SYS_close_range, OLD | LESS },
	{ "connect", SYS_connect, INTR }, { "dup", SYS_dup, FD }, { "dup3", SYS_dup3, FD | INTR },
	{ "execve", SYS_execve, INTR | IO }, { "execveat", SYS_execveat, INTR | IO | OLD },
	{ "exit_group", SYS_exit_group, NEVER },
	{ "faccessat", SYS_faccessat, IO }, { "faccessat2", SYS_faccessat2, IO | OLD },
	{ "fchdir", SYS_fchdir, IO }, { "fchmod", SYS_fchmod, IO },
	{ "fchmodat", SYS_fchmodat, IO }, { "fchown", SYS_fchown, IO },
	{ "fchownat", SYS_fchownat, IO }, { "fcntl", SYS_fcntl, FD },
	{ "fgetxattr", SYS_fgetxattr, IO }, { "flock", SYS_flock, INTR },
	{ "fremovexattr", SYS_fremovexattr, IO }, { "fsconfig", SYS_fsconfig, INTR | IO },
	{ "fsetxattr", SYS_fsetxattr, IO }, { "fsmount", SYS_fsmount, FD | IO },
	{ "fsopen", SYS_fsopen, FD | IO | OLD }, { "fspick", SYS_fspick, FD | IO },
	{ "fstat", SYS_fstat, IO }, { "fstatfs", SYS_fstatfs, IO }, { "fsync", SYS_fsync, IO },
	{ "ftruncate", SYS_ftruncate, INTR | IO },
	{ "getcwd", SYS_getcwd, IO }, { "getdents64", SYS_getdents64, IO },
	{ "getegid", SYS_getegid, NEVER }, { "geteuid", SYS_geteuid, NEVER },
	{ "getgid", SYS_getgid, NEVER }, { "getpgid", SYS_getpgid, NEVER },
	{ "getpid", SYS_getpid, NEVER }, { "getppid", SYS_getppid, NEVER },
	{ "getrandom", SYS_getrandom, INTR }, { "getsid", SYS_getsid, NEVER },
	{ "gettid", SYS_gettid, NEVER }, { "getuid", SYS_getuid, NEVER },
	{ "getxattr", SYS_getxattr, IO },
	{ "inotify_add_watch", SYS_inotify_add_watch, IO },
	{ "inotify_init1", SYS_inotify_init1, FD }, { "ioctl", SYS_ioctl, IO },
	{ "keyctl", SYS_keyctl, INTR }, { "kill", SYS_kill, 0 }, { "lseek", SYS_lseek, IO },
	{ "madvise", SYS_madvise, 0 }, { "memfd_create", SYS_memfd_create, FD | OLD },
	{ "mkdirat", SYS_mkdirat, IO }, { "mknodat", SYS_mknodat, IO }, { "mmap", SYS_mmap, 0 },
	{ "mount", SYS_mount, INTR | IO }, { "mount_setattr", SYS_mount_setattr, OLD | LESS },
	{ "move_mount", SYS_move_mount, IO | OLD }, { "mprotect", SYS_mprotect, 0 },
	{ "mremap", SYS_mremap, 0 }, { "munmap", SYS_munmap, 0 },
	{ "nanosleep", SYS_nanosleep, INTR },
	{ "open_tree", SYS_open_tree, FD | IO | OLD }, { "openat", SYS_openat, FD | INTR | IO },
	{ "openat2", SYS_openat2, FD | INTR | IO | OLD },
	{ "personality", SYS_personality, 0 },
	{ "pidfd_getfd", SYS_pidfd_getfd, FD | OLD }, { "pidfd_open", SYS_pidfd_open, FD | OLD },
	{ "pidfd_send_signal", SYS_pidfd_send_signal, OLD }, { "pipe2", SYS_pipe2, FD },
	{ "pivot_root", SYS_pivot_root, IO }, { "ppoll", SYS_ppoll, INTR },
	{ "prctl", SYS_prctl, 0 }, { "pread64", SYS_pread64, INTR | IO },
	{ "prlimit64", SYS_prlimit64, 0 }, { "pwrite64", SYS_pwrite64, INTR | IO },
	{ "read", SYS_read, INTR | IO }, { "readlinkat", SYS_readlinkat, IO },
	{ "recvfrom", SYS_recvfrom, INTR }, { "recvmsg", SYS_recvmsg, INTR },
	{ "renameat", SYS_renameat, IO }, { "rseq", SYS_rseq, 0 },
	{ "rt_sigaction", SYS_rt_sigaction, 0 }, { "rt_sigprocmask", SYS_rt_sigprocmask, 0 },
	{ "rt_sigreturn", SYS_rt_sigreturn, NEVER },
	{ "rt_sigtimedwait", SYS_rt_sigtimedwait, INTR }, { "sched_setattr", SYS_sched_setattr, 0 },
	{ "sched_setscheduler", SYS_sched_setscheduler, 0 }, { "seccomp", SYS_seccomp, FD },
	{ "sendmsg", SYS_sendmsg, INTR }, { "sendto", SYS_sendto, INTR },
	{ "set_robust_list", SYS_set_robust_list, 0 },
	{ "set_tid_address", SYS_set_tid_address, NEVER },
	{ "setdomainname", SYS_setdomainname, 0 }, { "setgroups", SYS_setgroups, 0 },
	{ "sethostname", SYS_sethostname, 0 }, { "setns", SYS_setns, 0 },
	{ "setpgid", SYS_setpgid, 0 }, { "setpriority", SYS_setpriority, 0 },
	{ "setresgid", SYS_setresgid, 0 }, { "setresuid", SYS_setresuid, 0 },
	{ "setrlimit", SYS_setrlimit, 0 }, { "setsid", SYS_setsid, 0 },
	{ "setsockopt", SYS_setsockopt, 0 }, { "signalfd4", SYS_signalfd4, FD },
	{ "socket", SYS_socket, FD }, { "socketpair", SYS_socketpair, FD },
	{ "statfs", SYS_statfs, IO }, { "statx", SYS_statx, IO | OLD },
	{ "symlinkat", SYS_symlinkat, IO }, { "timerfd_create", SYS_timerfd_create, FD },
	{ "timerfd_settime", SYS_timerfd_settime, 0 },
	{ "umask", SYS_umask, NEVER }, { "umount2", SYS_umount2, IO },
	{ "unlinkat", SYS_unlinkat, IO }, { "unshare", SYS_unshare, INTR },
	{ "wait4", SYS_wait4, INTR }, { "waitid", SYS_waitid, INTR },
	{ "write", SYS_write, INTR | IO }, { "writev", SYS_writev, INTR | IO },
#endif
};

static const struct call *
call_of(int nr)
{
	static char name[16];
	static struct call other = { name, 0, IO };

	for (size_t i = 0; i < LEN(calls); i++)
		if (calls[i].nr == nr)
			return &calls[i];
	snprintf(name, sizeof name, "call%d", nr);
	other.nr = nr;
	return &other;
}

/* Its number, or -1. */
static int
call_named(const char *name)
{
	for (size_t i = 0; i < LEN(calls); i++)
		if (!strcmp(calls[i].name, name))
			return calls[i].nr;
	return strncmp(name, "call", 4) ? -1 : atoi(name + 4);
}

enum { K_OLD = 1, K_KILL, K_TERM, K_ERRNO };
static const struct { const char *name; int error, needs; } kinds[] = {
	{ "none", 0, 0 }, { "OLD", ENOSYS, OLD }, { "KILL", SIGKILL, 0 }, { "TERM", SIGTERM, 0 },
	{ "EPERM", EPERM, 0 }, { "ENOSYS", ENOSYS, 0 }, { "ENOMEM", ENOMEM, 0 },
	{ "EINTR", EINTR, INTR }, { "EIO", EIO, IO }, { "EMFILE", EMFILE, FD },
};

static bool
kind_fits(int kind, const struct call *c)
{
	if (kind == K_KILL || kind == K_TERM)
		return true;
	if (kind < K_ERRNO || c->is & NEVER)
		return false;
	if (c->is & CLOSES)
		return kinds[kind].error == EIO || kinds[kind].error == EINTR;
	return !kinds[kind].needs || c->is & kinds[kind].needs;
}

/* === one run of ct ===================================================== */

static const char *const role_names[ROLE_MAX + 1] = { "parent", "first", "second", "third",
	"fourth", "fifth", "sixth", "seventh", "all" };
enum { ALL = ROLE_MAX };

/* Where to fail: the k-th such call of a process. With ALL, each such call of every
 * process; every OLD call if nr is -1. */
struct point {
	char variant[32];
	int role, nr, k, kind;
	bool late;              /* the command may be running by then */
};

/* A command line, and who runs it. */
struct variant {
	char name[32], as[16], host[128];
	char words[4096], *ct[ARG_MAX_], *box[ARG_MAX_];
	bool detached;
	const char *tries;      /* the feature of --try */
};

struct role {
	pid_t pid;
	bool live, started, inside, replaced;
	int result;             /* replaces the result of the call */
	int now;                /* index in trace[] of the call under way, or -1 */
	int born, last_read;    /* event numbers */
	unsigned short n[CALL_MAX];
};

struct run {
	const struct point *at;         /* NULL: nowhere */
	bool listing;
	struct role roles[ROLE_MAX];
	int nroles, command;            /* role of the command, or -1 */
	bool ended, hit, slow;
	int status;                     /* of ct, from wait(2) */
	int event;
	struct { int role, nr, k, end; } trace[TRACE_MAX];
	int ntrace;
};

static struct run run;
static struct text view;        /* what the command saw in the last run */
static char *cgroup;            /* where cgroup2 is mounted */
static long ring;               /* our session keyring */
static int limit_ms = 4000;     /* for one run */

static long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

#ifdef __x86_64__
static void
set_call(pid_t pid, int nr)
{
	ptrace(PTRACE_POKEUSER, pid, offsetof(struct user, regs.orig_rax), (long)nr);
}

static void
set_result(pid_t pid, long result)
{
	ptrace(PTRACE_POKEUSER, pid, offsetof(struct user, regs.rax), result);
}
#else
static void set_call(pid_t pid, int nr) { (void)pid; (void)nr; }
static void set_result(pid_t pid, long result) { (void)pid; (void)result; }
#endif

/* The number of nf_tables objects of a kind. */
static int
nft_count(int get)
{
	static char buf[65536];
	struct { struct nlmsghdr h; struct nfgenmsg g; } ask = {
		{ sizeof ask, (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | get),
		  NLM_F_REQUEST | NLM_F_DUMP, 1, 0 }, { AF_UNSPEC, NFNETLINK_V0, 0 } };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
	int count = 0;
	ssize_t n;

	if (fd < 0 || send(fd, &ask, sizeof ask, 0) < 0) {
		close(fd);
		return -1;
	}
	while ((n = recv(fd, buf, sizeof buf, 0)) > 0) {
		unsigned left = (unsigned)n;

		for (struct nlmsghdr *h = (void *)buf; NLMSG_OK(h, left);
		     h = NLMSG_NEXT(h, left)) {
			if (h->nlmsg_type == NLMSG_DONE || h->nlmsg_type == NLMSG_ERROR) {
				close(fd);
				return count;
			}
			count++;
		}
	}
	close(fd);
	return -1;
}

/* What only we can see of the command, which is about to start. */
static void
look(struct text *t, pid_t pid)
{
	static const char *const files[] = { "cgroup.max.depth", "cgroup.max.descendants",
		"cgroup.subtree_control", "cgroup.freeze" };
	char path[4200], dir[4096], buf[4096], *group;
	union bpf_attr q;
	struct stat st = { 0 };
	pid_t sid = getsid(pid);
	ssize_t n;
	int fd;

	for (n = 0; n < run.nroles && run.roles[n].pid != sid; n++)
		;
	put(t, "\nsession of %s\n", sid == getsid(0) ? "the caller" : sid == pid ? "its own" :
	    n < run.nroles ? role_names[n] : "another");
	snprintf(path, sizeof path, "/proc/%d/cgroup", pid);
	slurp(path, buf, sizeof buf);
	group = strstr(buf, "0::/");
	snprintf(dir, sizeof dir, "%s%.*s", cgroup, group ? (int)strcspn(group + 3, "\n") : 0,
	         group ? group + 3 : "");
	stat(dir, &st);
	put(t, "group %s %d:%d\n", dir, (int)st.st_uid, (int)st.st_gid);
	for (size_t i = 0; i < LEN(files); i++) {
		snprintf(path, sizeof path, "%s/%s", dir, files[i]);
		put_file(t, files[i], path);
	}
	n = listxattr(dir, buf, sizeof buf);
	for (char *p = buf; p < buf + n; p += strlen(p) + 1)
		put(t, "attribute %s\n", p);
	memset(&q, 0, sizeof q);
	q.query.target_fd = (unsigned)(fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	q.query.attach_type = BPF_CGROUP_DEVICE;
	syscall(SYS_bpf, BPF_PROG_QUERY, &q, sizeof q);
	close(fd);
	put(t, "device programs %u\n", q.query.prog_cnt);
	put(t, "rules %d\n", nft_count(NFT_MSG_GETRULE));
	see_net(t, false);
	slurp("pid", buf, sizeof buf);
	for (int i = 0; i < run.nroles; i++)
		if (run.roles[i].pid == atoi(buf))
			put(t, "pid file %d\n", i);
}

static struct role *
role_of(pid_t pid)
{
	struct role *p = run.roles;

	while (p < run.roles + run.nroles && p->pid != pid)
		p++;
	if (p < run.roles + run.nroles)
		return p;
	if (run.nroles == ROLE_MAX) {
		errno = E2BIG;
		die("processes");
	}
	run.nroles++;
	*p = (struct role){ .pid = pid, .live = true, .now = -1, .last_read = -1,
	                    .started = p > run.roles, .born = run.event };
	return p;
}

static const long trace_options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK |
	PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;

/* A process of ct executes another program: the command, or one that we leave
 * alone. The command goes on to its first keyctl(2) call, which its filter must
 * not see. */
static void
on_exec(struct role *p)
{
	char path[64], comm[64];

	if (p == run.roles) {
		p->started = true;
		return;
	}
	snprintf(path, sizeof path, "/proc/%d/comm", p->pid);
	if (strcmp(slurp(path, comm, sizeof comm), "see\n")) {
		ptrace(PTRACE_DETACH, p->pid, 0L, 0L);
		p->live = false;
		return;
	}
	run.command = (int)(p - run.roles);
	p->inside = true;
	look(&view, p->pid);
	ptrace(PTRACE_SETOPTIONS, p->pid, 0L, trace_options | PTRACE_O_SUSPEND_SECCOMP);
}

static bool
is_here(const struct role *p, int nr)
{
	const struct point *at = run.at;

	if (!at || !p->started)
		return false;
	if (at->role == ALL)
		return at->nr < 0 ? call_of(nr)->is & OLD : at->nr == nr;
	return !run.hit && at->role == p - run.roles && at->nr == nr && p->n[nr] == at->k;
}

static void
inject(struct role *p, int nr)
{
	int kind = run.at->kind;

	run.hit = true;
	if (kind == K_KILL || kind == K_TERM) {
		kill(p->pid, kinds[kind].error);
		return;
	}
	p->replaced = true;
	p->result = -kinds[kind].error;
	if (call_of(nr)->is & CLOSES)
		return;
	/* its filter may not know this call */
	ptrace(PTRACE_SETOPTIONS, p->pid, 0L, trace_options | PTRACE_O_SUSPEND_SECCOMP);
	set_call(p->pid, SYS_getpid);
}

static void
on_call(struct role *p)
{
	struct __ptrace_syscall_info info;
	int nr;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, p->pid, (long)sizeof info, &info) <= 0)
		return;
	if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
		if (p->now >= 0) {
			run.trace[p->now].end = ++run.event;
			if (run.trace[p->now].nr == SYS_read)
				p->last_read = run.event;
		}
		if (p->replaced) {
			set_result(p->pid, p->result);
			ptrace(PTRACE_SETOPTIONS, p->pid, 0L, trace_options);
		}
		if (p->inside && p->result == 1) {
			put(&view, "keyring %s\n", (long)info.exit.rval == ring ? "the caller's" :
			    (long)info.exit.rval > 0 ? "new" : "unknown");
			ptrace(PTRACE_DETACH, p->pid, 0L, 0L);
			p->live = false;
		}
		p->now = -1;
		p->replaced = false;
		return;
	}
	if (info.op != PTRACE_SYSCALL_INFO_ENTRY || info.entry.nr >= CALL_MAX)
		return;
	nr = (int)info.entry.nr;
	if (p->inside) {
		p->result = nr == SYS_keyctl;
		return;
	}
	p->n[nr] += p->started;
	if (run.listing && p->started && run.ntrace < TRACE_MAX) {
		p->now = run.ntrace++;
		run.trace[p->now].role = (int)(p - run.roles);
		run.trace[p->now].nr = nr;
		run.trace[p->now].k = p->n[nr];
		run.trace[p->now].end = 1 << 30;
	}
	if (is_here(p, nr))
		inject(p, nr);
}

static void
on_stop(struct role *p, int status)
{
	int sig = WSTOPSIG(status), event = status >> 16;
	unsigned long child;
	bool all;

	if (event == PTRACE_EVENT_EXEC)
		on_exec(p);
	else if (event && event != PTRACE_EVENT_STOP) {
		if (ptrace(PTRACE_GETEVENTMSG, p->pid, 0L, &child) == 0)
			role_of((pid_t)child);
	} else if (sig == (SIGTRAP | 0x80))
		on_call(p);
	if (!p->live)
		return;
	all = run.listing || p->inside || p->replaced || (run.at && (run.at->role == ALL ||
	      (!run.hit && run.at->role == p - run.roles)));
	ptrace(all ? PTRACE_SYSCALL : PTRACE_CONT, p->pid, 0L,
	       event || sig == (SIGTRAP | 0x80) ? 0L : (long)sig);
}

/* The caller of ct: it has odd properties, none of which the command may inherit. */
static void
be_caller(const struct variant *v, int go)
{
	bool root = !strcmp(v->as, "root");
	gid_t group = root ? 4 : USER;
	char byte, path[4096];
	sigset_t set;
	int fd;

	if (!strcmp(v->as, "owner")) {
		snprintf(path, sizeof path, "%s/own/cgroup.procs", cgroup);
		if ((fd = open(path, O_WRONLY | O_CLOEXEC)) < 0 || write(fd, "0", 1) != 1)
			die(path);
	}
	if (setgroups(1, &group) < 0 || (!root && (setresgid(USER, USER, USER) < 0 ||
	                                           setresuid(USER, USER, USER) < 0)))
		die("user");
	fd = open("/dev/null", O_RDONLY);
	dup2(fd, 0);
	dup2(open("out", O_WRONLY | O_APPEND), 1);
	dup2(open("/dev/null", O_WRONLY), 7);           /* for --info-fd, --ready-fd */
	dup2(7, 8);
	dup2(open("/", O_RDONLY), 9);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	for (int sig = 1; sig < 32; sig++)
		signal(sig, SIG_DFL);
	signal(SIGUSR1, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	sigprocmask(SIG_SETMASK, &set, NULL);
	umask(077);
	if (read(go, &byte, 1) < 0)
		die("pipe");
	dup2(open("err", O_WRONLY | O_APPEND), 2);
	syscall(SYS_close_range, 10u, ~0u, 0);
	for (fd = 3; fd < 7; fd++)
		close(fd);
}

static pid_t
start(const struct variant *v, char **argv, bool traced)
{
	static char *env[] = { (char *)"PATH=/usr/sbin:/usr/bin:/sbin:/bin", (char *)"HOME=/",
		(char *)"CALLER=1", NULL };
	int go[2];
	pid_t pid = -1;

	if (pipe2(go, O_CLOEXEC) < 0 || (pid = fork()) < 0)
		die("fork");
	if (pid == 0) {
		close(go[1]);
		be_caller(v, go[0]);
		execve("./ct", argv, env);
		die("./ct");
	}
	close(go[0]);
	if (traced && ptrace(PTRACE_SEIZE, pid, 0L, trace_options) < 0)
		die("ptrace");
	close(go[1]);
	return pid;
}

static void
on_alarm(int sig)
{
	(void)sig;
}

/* Waits until ct and all its processes have ended, or the command runs without them. */
static void
follow(void)
{
	long end = now_ms() + limit_ms;
	int status, live;

	do {
		pid_t pid = waitpid(-1, &status, __WALL);
		struct role *p;

		if (now_ms() > end) {
			run.slow = true;
			return;
		}
		if (pid < 0 && errno == EINTR)
			continue;
		if (pid < 0)
			return;
		if (WIFSTOPPED(status)) {
			p = role_of(pid);
			on_stop(p, status);
		} else {                /* maybe an orphan that we inherited */
			for (p = run.roles; p < run.roles + run.nroles; p++)
				if (p->pid == pid) {
					p->live = false;
					if (p == run.roles) {
						run.ended = true;
						run.status = status;
					}
				}
		}
		live = !run.ended;
		for (p = run.roles; p < run.roles + run.nroles; p++)
			live += p->live;
	} while (live);
}

/* === what must not be left ============================================= */

static struct text before, after;
static size_t before_groups;

static void
state_groups(struct text *t, const char *dir, size_t skip)
{
	char path[4096];
	struct dirent *e;
	DIR *d = opendir(dir);

	while (d && (e = readdir(d))) {
		if (e->d_type != DT_DIR || *e->d_name == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		put(t, "cgroup %s\n", path + skip);
		state_groups(t, path, skip);
	}
	if (d)
		closedir(d);
}

static void
state_files(struct text *t, const char *dir)
{
	char path[4096];
	struct dirent **list;
	struct stat st;
	int n = scandir(dir, &list, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, list[i]->d_name);
		if (*list[i]->d_name != '.' && lstat(path, &st) == 0) {
			put(t, "file %s %o %u %lld\n", path, st.st_mode, st.st_uid,
			    !S_ISREG(st.st_mode) || *list[i]->d_name == 'o' ||
			    *list[i]->d_name == 'e' ? 0LL : (long long)st.st_size +
			    st.st_mtim.tv_sec + st.st_mtim.tv_nsec);
			if (S_ISDIR(st.st_mode) && strcmp(list[i]->d_name, "layer"))
				state_files(t, path);
		}
		free(list[i]);
	}
	if (n >= 0)
		free(list);
}

/* Loop devices of files below this directory. */
static void
state_loops(struct text *t)
{
	char path[300], buf[4096], cwd[4096];
	struct dirent *e;
	DIR *d = opendir("/sys/block");

	while (d && (e = readdir(d))) {
		snprintf(path, sizeof path, "/sys/block/%s/loop/backing_file", e->d_name);
		if (strstr(slurp(path, buf, sizeof buf), getcwd(cwd, sizeof cwd)))
			put(t, "loop device %s\n", e->d_name);
	}
	if (d)
		closedir(d);
}

/* Returns where the cgroups begin, which come last. */
static size_t
state(struct text *t)
{
	char path[300], comm[64], buf[4096], *save = NULL;
	struct dirent *e;
	DIR *d = opendir("/proc");
	size_t groups;

	t->n = 0;
	while (d && (e = readdir(d))) {
		if (atoi(e->d_name) < 2)
			continue;
		snprintf(path, sizeof path, "/proc/%s/comm", e->d_name);
		slurp(path, comm, sizeof comm);
		put(t, "process %s %.*s\n", e->d_name, (int)strcspn(comm, "\n"), comm);
	}
	closedir(d);
	put_file(t, "mount", "/proc/self/mountinfo");
	slurp("/proc/self/net/dev", buf, sizeof buf);
	for (char *l = strtok_r(buf, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
		put(t, "link %.*s\n", (int)strcspn(l, ":"), l);
	put(t, "tables %d\n", nft_count(NFT_MSG_GETTABLE));
	state_files(t, ".");
	state_loops(t);
	groups = t->n;
	state_groups(t, cgroup, strlen(cgroup));
	return groups;
}

/* Is everything as before? Waits, since the kernel takes a while. 0 if not; -1 if
 * only cgroups differ, and but_groups permits that. */
static int
settled(bool but_groups)
{
	long end = now_ms() + LEFT_MS;
	int status, wait_us = 500;

	for (;;) {
		size_t n;

		while (waitpid(-1, &status, WNOHANG | __WALL) > 0)
			;
		n = state(&after);
		if (after.n == before.n && !memcmp(before.s, after.s, after.n))
			return 1;
		if (but_groups && n == before_groups && !memcmp(before.s, after.s, n))
			return -1;
		if (now_ms() > end)
			return 0;
		usleep((useconds_t)wait_us);
		wait_us = wait_us > 20000 ? wait_us : wait_us * 3 / 2;
	}
}

/* Removes what was not there before, for the next run. */
static void
clear(void)
{
	char word[300], path[400];
	struct dirent *e;
	int status;

	for (int tries = 0; tries < 50; tries++) {
		DIR *d = opendir("/proc");
		int n = 0;

		while (d && (e = readdir(d))) {
			snprintf(word, sizeof word, "process %s ", e->d_name);
			if (atoi(e->d_name) > 1 && !strstr(before.s, word)) {
				kill(atoi(e->d_name), SIGKILL);
				n++;
			}
		}
		closedir(d);
		while (waitpid(-1, &status, WNOHANG | __WALL) > 0)
			;
		if (!n)
			break;
		usleep(10000);
	}
	unlink("pid");
	state(&after);
	for (char *g = after.s + after.n; g > after.s; g--)     /* deepest first */
		if ((g == after.s || g[-1] == '\n') && !strncmp(g, "cgroup /", 8)) {
			snprintf(word, sizeof word, "%.*s", (int)strcspn(g, "\n") + 1, g);
			if (strstr(before.s, word) || !strcmp(word, "cgroup /own\n"))
				continue;
			word[strlen(word) - 1] = '\0';
			snprintf(path, sizeof path, "%s%s", cgroup, word + 7);
			rmdir(path);
		}
}

/* === a variant ========================================================= */

static void
words(char *s, char **argv)
{
	char *save = NULL;
	int n = 0;

	for (s = strtok_r(s, " ", &save); s && n < ARG_MAX_ - 5; s = strtok_r(NULL, " ", &save))
		argv[n++] = s;
	argv[n] = NULL;
}

/* NAME CALLER HOST run ARG... COMMAND
 * NAME CALLER HOST exec ARG... COMMAND | run ARG... COMMAND
 * HOST: the namespaces that are not new. The second is the container of exec. */
static bool
variant_find(struct variant *v, const char *path, const char *name)
{
	FILE *f = fopen(path, "r");
	char *rest, *bar;
	int at;

	if (!f)
		die(path);
	memset(v, 0, sizeof *v);
	while (fgets(v->words, sizeof v->words, f)) {
		v->words[strcspn(v->words, "\n")] = '\0';
		if (sscanf(v->words, "%31s %15s %127s %n", v->name, v->as, v->host, &at) != 3 ||
		    (name && strcmp(name, v->name)))
			continue;
		fclose(f);
		rest = v->words + at;
		if ((bar = strchr(rest, '|'))) {
			*bar = '\0';
			v->box[0] = (char *)"ct";
			words(bar + 1, v->box + 1);
		}
		v->ct[0] = (char *)"ct";
		words(rest, v->ct + 1);
		for (char **a = v->ct; *a; a++) {
			v->detached |= !strcmp(*a, "-d");
			if (!strcmp(*a, "--try"))
				v->tries = a[1];
		}
		return true;
	}
	fclose(f);
	return false;
}

static void
truncate_output(void)
{
	if (truncate("out", 0) < 0 || truncate("err", 0) < 0)
		die("truncate");
	view.n = 0;
}

static void
run_ct(const struct variant *v, char **argv, const struct point *at)
{
	memset(&run, 0, sizeof run);
	run.at = at;
	run.command = -1;
	truncate_output();
	role_of(start(v, argv, true));
	follow();
}

/* What the command saw, and whether its output is complete. The output of ct -d comes
 * before or after that; a terminal adds carriage returns. */
static bool
seen(void)
{
	static char out[TEXT_MAX / 2];
	char *ran, *end, *to = out;

	slurp("out", out, sizeof out);
	for (char *p = out; *p; p++)
		if (*p != '\r')
			*to++ = *p;
	*to = '\0';
	ran = strstr(out, "RAN\n");
	end = ran ? strstr(ran, "\nEND\n") : NULL;
	if (end)
		put(&view, "%.*s%.*s%s", (int)(end + 5 - ran), ran, (int)(ran - out), out, end + 5);
	else
		put(&view, "%s", out);
	no_random(view.s);
	view.n = strlen(view.s);
	return end;
}

/* What is wrong with the same run without a fault. */
static const char *
run_wrong(const struct variant *v)
{
	static char why[200];
	static const char *const must[] = { "\nkeyring new\n",
		"\nstatus NoNewPrivs:\t1\n", "\nstatus SigBlk:\t0000000000000000\n",
		"\nstatus SigIgn:\t0000000000000206\n" };
	char word[64];

	if (run.status || run.slow || !strstr(view.s, "\nEND\n")) {
		char err[160];

		snprintf(why, sizeof why, "does not run: %s%x %.150s", run.slow ? "hangs " : "",
		         (unsigned)run.status, slurp("err", err, sizeof err));
		return why;
	}
	for (size_t i = 0; i < LEN(must); i++)
		if (!strstr(view.s, must[i])) {
			snprintf(why, sizeof why, "it is not so: %s", must[i] + 1);
			return why;
		}
	for (size_t i = 0; i < LEN(spaces); i++) {
		char list[140], key[40];

		snprintf(list, sizeof list, ",%s,", v->host);
		snprintf(key, sizeof key, ",%.*s,", (int)strcspn(spaces[i], "_"), spaces[i]);
		snprintf(word, sizeof word, "\nns %s %s\n", spaces[i], strstr(list, key) ?
		         "host" : *v->box ? "box" : "new");
		if (!strstr(view.s, word)) {
			snprintf(why, sizeof why, "it is not so: %s", word + 1);
			return why;
		}
	}
	if (strstr(view.s, "\nsession of the caller") || strstr(view.s, "\nsession of parent"))
		return "its session is the caller's";
	for (const char *p = view.s; (p = strstr(p, "\ndescriptor ")); p++)
		if (p[12] > '2')
			return "a descriptor of the caller's is open";
	return NULL;
}

/* Our process with this name, or 0. */
static pid_t
find(const char *name)
{
	char path[300], comm[64];
	struct dirent *e;
	DIR *d = opendir("/proc");
	pid_t pid = 0;

	while (d && (e = readdir(d))) {
		snprintf(path, sizeof path, "/proc/%s/comm", e->d_name);
		slurp(path, comm, sizeof comm);
		comm[strcspn(comm, "\n")] = '\0';
		if (atoi(e->d_name) > 1 && !strcmp(comm, name))
			pid = atoi(e->d_name);
	}
	if (d)
		closedir(d);
	return pid;
}

/* Starts the container that exec enters, and passes the namespaces to the
 * command. */
static void
variant_ready(struct variant *v)
{
	static char host[400], box[400];
	char **end = v->ct;
	pid_t pid = 0;

	box[0] = '\0';
	if (*v->box) {
		truncate_output();
		role_of(start(v, v->box, false));
		follow();
		run.nroles = 0;
		for (int i = 0; i < 1000 && !(pid = find("see")); i++)
			usleep(2000);   /* it does not run at once */
		if (pid)
			ns_list(pid, box, sizeof box);
	}
	ns_list(getpid(), host, sizeof host);
	while (*end)
		end++;
	*end++ = host;
	*end++ = box;
	*end = NULL;
	before_groups = state(&before);
}

/* === the verdict ======================================================= */

static struct text want, why;

static const char *
point_name(const struct point *p)
{
	static char name[120];
	char k[12];

	snprintf(k, sizeof k, "%d", p->k);
	snprintf(name, sizeof name, "%s:%s:%s:%s:%s", p->variant, role_names[p->role],
	         p->nr < 0 ? "old" : call_of(p->nr)->name, p->k ? k : "all", kinds[p->kind].name);
	return name;
}

static const char warning[] = "ct: warning: ";

/* Does stderr have that many lines, all errors, after any warnings of --try? */
static bool
err_lines(const struct variant *v, int lines)
{
	char err[4096], *l = err, *end, *colon;

	slurp("err", err, sizeof err);
	for (; (end = strchr(l, '\n')); l = end + 1) {
		*end = '\0';
		if (v->tries && !strncmp(l, warning, sizeof warning - 1))
			continue;
		colon = strlen(l) > 4 ? strstr(l + 4, ": ") : NULL;
		if (strncmp(l, "ct: ", 4) || !colon)
			return false;
		lines--;
	}
	return lines == 0 && !*l;
}

static bool
warned(void)
{
	char err[4096];

	return strstr(slurp("err", err, sizeof err), warning) != NULL;
}

/* What ct omits on purpose, or does in another way, because of the kernel or the
 * rights of its caller; and the lines that may differ then. */
static const struct { const char *name; int nr, error; const char *lines[4]; } fallbacks[] = {
	{ "a node of the host's is bound", SYS_mknodat, EPERM, { " /dev/" } },
	{ "a mount point in a stand-in", SYS_mknodat, EPERM, { " /etc" } },
	{ "a kernel without keys", SYS_keyctl, ENOSYS, { "keyring " } },
	{ "a cgroup2 that is not ours to use", SYS_mkdirat, EPERM,
	  { "group ", "attribute ", "cgroup.", " /sys/fs/cgroup" } },
	{ "/sys of the host, no procfs", SYS_fsopen, EPERM, { " /sys", "ping_group_range" } },
	{ "/sys of the host, no procfs", SYS_fsconfig, EPERM, { " /sys", "ping_group_range" } },
	{ "/sys of the host, no procfs", SYS_fsmount, EPERM, { " /sys", "ping_group_range" } },
	{ "/sys of the host", SYS_openat2, EPERM, { " /sys" } },
	{ "/sys of the host", SYS_move_mount, EPERM, { " /sys" } },
};
static const char *fell_back;   /* name of the one used */

/* Each feature of --try, and the lines that may differ without it. */
static const struct { const char *name, *lines[8]; } losses[] = {
	{ "userns", { "ns user", "uid_map", "gid_map", "setgroups", "file ", "mount ", "status Cap",
	              "ping_group_range" } },
	{ "pidns", { "ns pid", "process ", "mount ", "file " } },
	{ "netns", { "ns net", "link ", "route", "mount ", "/proc/sys/net/",
	             "/etc/resolv.conf" } },
	{ "ipcns", { "ns ipc", "/proc/sys/kernel/msgmax" } },
	{ "utsns", { "ns uts", "host ", " /etc" } },    /* without a name, no hosts */
	{ "cgroupns", { "ns cgroup", "/proc/self/cgroup" } },
	{ "timens", { "ns time", "timens_offsets" } },
	{ "cgroup", { "ns cgroup", "/proc/self/cgroup", "group ", "attribute ", "cgroup." } },
	{ "limits", { "cgroup." } },
	{ "seal", { NULL } },
	{ "keyring", { "keyring " } },
	{ "proc", { "" } },             /* it shows the rest */
	{ "sys", { " /sys", " //sys" } },
	{ "dev", { " /dev" } },
	{ "pts", { " /dev/pts", " /dev/ptmx" } },
	{ "mask", { " /proc", " /sys" } },
	{ "seccomp", { "status Seccomp", "status Spec" } },
	{ "rlimit", { "limit " } },
	{ "sched", { "schedule " } },
	{ "oom", { "oom_score_adj" } },
	{ "sysctl", { "ip_forward" } },
	{ "devices", { NULL } },
	{ "lock", { "mount " } },
	{ "nic", { "link ", "route", "rules ", "ping_group_range" } },
	{ "nat", { "rules " } },
};

/* Do only lines differ that may? They end with a semicolon here. */
static bool
only_lines(const char *diff, const char *const *may, int n)
{
	char line[512];

	for (; *diff; diff += strcspn(diff, ";") + 1) {
		bool ok = false;

		snprintf(line, sizeof line, "%.*s", (int)strcspn(diff, ";"), diff);
		for (int i = 0; i < n && may[i]; i++)
			ok |= strstr(line, may[i]) != NULL;
		if (!ok)
			return false;
	}
	return true;
}

/* A failed write to --log FILE loses its data, and ct says so. */
static bool
told_lost(void)
{
	static char text[TEXT_MAX / 2];

	return strstr(slurp("err", text, sizeof text), " bytes lost") ||
	       strstr(slurp("out", text, sizeof text), " bytes lost]\n");
}

static void
check_view(const struct variant *v, const struct point *p)
{
	static struct text diff;
	bool whole = seen(), sig = p->kind == K_KILL || p->kind == K_TERM;

	/* it was started, as status 0 says, and then it was killed */
	if (v->detached && !whole && (p->late || (sig && p->role > 0)))
		return;
	if (view.n == want.n && !memcmp(view.s, want.s, view.n))
		return;
	if (p->nr == SYS_write && told_lost()) {
		fell_back = "output that is lost, and told";
		return;
	}
	diff.n = 0;
	diff.s[0] = '\0';
	put_missing(&diff, '-', &want, &view);
	put_missing(&diff, '+', &view, &want);
	for (size_t i = 0; i < LEN(fallbacks) && whole && diff.n; i++)
		if (fallbacks[i].nr == p->nr && fallbacks[i].error == kinds[p->kind].error &&
		    only_lines(diff.s, fallbacks[i].lines, LEN(fallbacks[i].lines))) {
			fell_back = fallbacks[i].name;
			return;
		}
	for (size_t i = 0; i < LEN(losses) && v->tries && whole && warned(); i++)
		if (!strcmp(losses[i].name, v->tries) &&
		    only_lines(diff.s, losses[i].lines, LEN(losses[i].lines))) {
			fell_back = v->tries;
			return;
		}
	put(&why, " another sandbox:%s", diff.n ? diff.s : " another order");
}

static void
check_status(const struct variant *v, const struct point *p)
{
	int sig = p->kind == K_KILL || p->kind == K_TERM ? kinds[p->kind].error : 0;
	int status = WIFEXITED(run.status) ? WEXITSTATUS(run.status) :
	             128 + WTERMSIG(run.status);
	char err[4096];

	slurp("err", err, sizeof err);
	if (run.slow)
		put(&why, " hangs");
	else if (status == 0) {
		check_view(v, p);
		if (*err && !err_lines(v, 0) && !err_lines(v, 1))
			put(&why, " status 0, but stderr");
	} else if (status >= 125 && status <= 127) {
		if (!err_lines(v, 1))
			put(&why, " status %d without one line on stderr", status);
		if (run.command >= 0 && !p->late)
			put(&why, " status %d, but the command ran", status);
	} else if (!sig || status != 128 + sig)
		put(&why, " status %d", status);
	if (status && p->kind == K_OLD && p->nr >= 0 && call_of(p->nr)->is & LESS)
		put(&why, " status %d: cannot do without", status);
}

/* A ct that is killed leaves its pid file, and a cgroup for the next ct to remove; so
 * does a ct that cannot remove them. */
static void
check_left(const struct variant *v, const struct point *p)
{
	static char *argv[] = { (char *)"ct", (char *)"run", (char *)"-r", (char *)"root",
		(char *)"/bin/see", (char *)"quick", NULL };
	const char *call = p->nr < 0 ? "" : call_of(p->nr)->name;
	bool may = p->kind == K_KILL || strstr(call, "unlink") || strstr(call, "rmdir");
	int groups = 0;

	if (may)
		unlink("pid");
	if (settled(may) > 0)
		return;
	for (const char *g = after.s + before_groups; may && (g = strstr(g, "cgroup /")); g++)
		groups++;
	for (const char *g = before.s + before_groups; may && (g = strstr(g, "cgroup /")); g++)
		groups--;
	if (groups > 3)
		put(&why, " %d cgroups left", groups);
	if (may) {
		run_ct(v, argv, NULL);
		if (run.slow || run.status)
			put(&why, " then ct run fails");
		if (settled(false))
			return;
	}
	put(&why, " left:");
	put_missing(&why, '-', &before, &after);
	put_missing(&why, '+', &after, &before);
}

/* Runs ct with one fault; why has what is wrong then. False if the point was not
 * reached: a process does not make the same calls each time. */
static bool
try_point(const struct variant *v, const struct point *p)
{
	bool hit;

	fell_back = NULL;
	why.n = 0;
	why.s[0] = '\0';
	for (int tries = 0; tries < 3; tries++) {
		run_ct(v, (char **)(uintptr_t)v->ct, p);
		if (run.hit || run.slow)
			break;
		settled(false);
	}
	hit = run.hit || run.slow;
	if (run.slow)
		clear();
	check_status(v, p);
	check_left(v, p);
	return hit;
}

/* === verbs ============================================================= */

/* Uses one write(2) per report: several workers print to one pipe. */
static void
tap(bool ok, const char *name, const char *note, const char *text, const char *err)
{
	static struct text t;
	char line[400];

	t.n = 0;
	put(&t, "%s - %s%s%s\n", ok ? "ok" : "not ok", name, note, text);
	for (const char *e = err; *e; e += strcspn(e, "\n") + 1) {
		snprintf(line, sizeof line, "%.*s", (int)strcspn(e, "\n"), e);
		put(&t, "# %s\n", line);
		if (!strchr(e, '\n'))
			break;
	}
	if (write(1, t.s, t.n) < 0)
		exit(99);
}

/* Lists the points of the run just traced. */
static void
list_points(const char *name)
{
	struct role *c = &run.roles[run.command];
	int runs = run.command == 1 && c->last_read >= 0 ? c->last_read : c->born;

	for (int i = 0; i < run.ntrace; i++)
		for (size_t k = K_KILL; k < LEN(kinds); k++) {
			const struct call *call = call_of(run.trace[i].nr);

			if (kind_fits((int)k, call))
				printf("%s %s %s %d %s %d\n", name,
				       role_names[run.trace[i].role], call->name,
				       run.trace[i].k, kinds[k].name,
				       run.trace[i].role != run.command &&
				       run.trace[i].end > runs);
		}
	for (size_t i = 0; i < LEN(calls); i++)
		for (int r = 0; calls[i].is & OLD && r < run.nroles; r++)
			if (run.roles[r].n[calls[i].nr]) {
				printf("%s all %s 0 OLD 1\n", name, calls[i].name);
				break;
			}
	printf("%s all old 0 OLD 1\n", name);
}

/* Runs it twice: what the command sees must be the same. */
static bool
reference(struct variant *v, bool list)
{
	const char *wrong;

	memset(&run, 0, sizeof run);
	variant_ready(v);
	for (int i = 0; i < 2; i++) {
		memset(&run, 0, sizeof run);
		run.listing = list && i;
		run.command = -1;
		truncate_output();
		role_of(start(v, v->ct, true));
		follow();
		seen();
		if ((wrong = run_wrong(v))) {
			tap(false, v->name, ": ", wrong, getenv("FAULT_VIEW") ? view.s : "");
			return false;
		}
		if (settled(false) <= 0) {
			why.n = 0;
			put_missing(&why, '-', &before, &after);
			put_missing(&why, '+', &after, &before);
			tap(false, v->name, ": left:", why.s, "");
			return false;
		}
		if (i == 0)
			memcpy(&want, &view, sizeof want);
	}
	if (want.n != view.n || memcmp(want.s, view.s, want.n)) {
		why.n = 0;
		put_missing(&why, '-', &want, &view);
		put_missing(&why, '+', &view, &want);
		tap(false, v->name, ": two runs differ:", why.s, "");
		return false;
	}
	return true;
}

/* Ends the container that exec entered, so that its supervisor tidies up. */
static void
variant_end(const struct variant *v)
{
	pid_t pid;

	if (!*v->box)
		return;
	while ((pid = find("see"))) {
		kill(pid, SIGKILL);
		usleep(2000);
	}
	for (int i = 0; i < 500 && waitpid(-1, NULL, WNOHANG | __WALL) >= 0; i++)
		usleep(2000);
	before.n = 0;
	before.s[0] = '\0';
	clear();
}

static int
verb_list(const char *path, char **names)
{
	struct variant v;

	for (; *names; names++) {
		if (!variant_find(&v, path, *names))
			die(*names);
		if (reference(&v, true))
			list_points(v.name);
		fflush(stdout);
		variant_end(&v);
	}
	return 0;
}

static bool
point_read(struct point *p)
{
	char role[16], call[40], kind[16];
	int late;

	memset(p, 0, sizeof *p);
	if (scanf("%31s %15s %39s %d %15s %d", p->variant, role, call, &p->k, kind, &late) != 6)
		return false;
	p->late = late;
	while (p->role < ALL && strcmp(role, role_names[p->role]))
		p->role++;
	while (p->kind + 1 < (int)LEN(kinds) && strcmp(kind, kinds[p->kind].name))
		p->kind++;
	p->nr = call_named(call);
	return true;
}

static int
verb_run(const char *path)
{
	struct variant v = { .name = "" };
	struct point p;
	struct stat was, is;
	char err[4096];
	bool usable = false;

	if (stat("ct", &was) < 0)
		die("ct");
	while (point_read(&p)) {
		if (strcmp(p.variant, v.name)) {
			variant_end(&v);
			if (!variant_find(&v, path, p.variant))
				die(p.variant);
			usable = reference(&v, false);
		}
		if (!usable)
			continue;
		if (!try_point(&v, &p)) {
			tap(true, point_name(&p), " # SKIP not reached", "", "");
			continue;
		}
		if (stat("ct", &is) < 0 || is.st_size != was.st_size ||
		    is.st_mtim.tv_nsec != was.st_mtim.tv_nsec || is.st_mode != was.st_mode)
			put(&why, " ct itself changed");
		slurp("err", err, sizeof err);
		tap(!why.n, point_name(&p), why.n ? ":" : fell_back ? " # " : "",
		    why.n ? why.s : fell_back ? fell_back : "", why.n ? err : "");
		if (!why.n)
			continue;
		clear();
		if (settled(false) <= 0) {      /* its container has ended, for example */
			variant_end(&v);
			variant_find(&v, path, p.variant);
			usable = reference(&v, false);
		}
	}
	variant_end(&v);
	return 0;
}

int
main(int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = on_alarm };
	struct itimerval often = { { 0, 50000 }, { 0, 50000 } };

	if (argc > 1 && !strcmp(argv[1], "quick"))
		return 0;
	if (argc > 1 && !strcmp(argv[1], "pause"))
		for (;;)
			pause();
	if (argc > 2 && strstr(argv[0], "see"))
		return see(argv[1], argv[2]);
#ifndef __x86_64__
	puts("1..0 # SKIP needs x86-64");
	return 0;
#endif
	cgroup = getenv("FAULT_CGROUP");
	if (getenv("FAULT_LIMIT"))
		limit_ms = atoi(getenv("FAULT_LIMIT")) * 1000;
	if (argc < 3 || !cgroup) {
		fprintf(stderr, "usage: fault list VARIANTS NAME ... | run VARIANTS\n");
		return 2;
	}
	ring = syscall(SYS_keyctl, 1, "fault");         /* KEYCTL_JOIN_SESSION_KEYRING */
	sigaction(SIGALRM, &sa, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	return !strcmp(argv[1], "list") ? verb_list(argv[2], argv + 3) : verb_run(argv[2]);
}
