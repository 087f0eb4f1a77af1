/* SPDX-License-Identifier: ISC
 *
 * tracer: proof that processes in a container have nothing from the host. It runs a
 * program that creates one (ct, or a user of the library) under ptrace, inspects
 * each of its processes from outside, through /proc, at every system call from the
 * moment that others inside could see or trace it until the command runs, and
 * reports any excess. Needs root; start reading at look() and obey().
 *
 *   tracer [-u UID] [-x FD]... [-s TEXT]... [-r ROLE,...] [-b MASK] [-t SEC]
 *          [-mvELSN] NAME -- COMMAND [ARGUMENT ...]
 *   tracer lib VERB [ARGUMENT ...]       calls the library, for use as COMMAND
 *
 *   -u  run COMMAND as this user    -x  a descriptor that is kept by request
 *   -s  text that must not appear   -r  roles that must be seen (child)
 *   -b  the largest bounding set    -t  seconds until all is killed (15)
 *   -m  search memory too           -v  print each point that is inspected
 *   -E  a callback runs: it has its caller's environment and arguments, and is
 *       dumpable just before, with nothing but ct's pipes open
 *   -S  there is no system call filter       -N  no_new_privs is not set
 *   -L  if nobody else is inside yet, the filter may be loaded last
 *
 * Roles: child, the first process of a new pid namespace, at execve; held, the
 * same process while it waits for its parent the last time; reaper and command, the
 * two that --init makes of it; entered, a process born in a pid namespace that has
 * others. Status 0 if there was no excess and every role was seen.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __x86_64__
#include <sys/user.h>
#endif

#include "../ct.h"

#define SECRET "cttrace-of-the-caller"
#define MARK 0x63747472         /* passed to prctl(2): the callback runs */
#define PROC_MAGIC 0x9fa0
#define CGROUP2_MAGIC 0x63677270
#define BAIT 40                 /* the caller's descriptors, from here on */
#define CAPS_USER (1 << 6 | 1 << 7 | 1 << 8)    /* setgid, setuid, setpcap */
#define OPTIONS (PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | \
	PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL)

enum role { CHILD, HELD, REAPER, COMMAND, ENTERED, ROLES };
static const char *const roles[ROLES] = {
	"child", "held", "reaper", "command", "entered"
};

/* Kinds of excess. One of each is reported for a role, before execve and at it,
 * and each path once. */
enum kind { FDS, CAP, FILTER = CAP + 10, OWN_FILTER, NO_NEW_PRIVS, ENVIRON, WORDS, HIDDEN, MEMORY,
	DUMPABLE, PATHS };

/* One excess. Notes on a process that may never run a command wait until it
 * does. */
struct note {
	struct note *next;
	enum role role;
	int kind;
	bool last;              /* at execve */
	char at[24], what[400];
};

/* What it had in each capability set, to be judged once the bounding set that it
 * ends with is known. */
struct caps {
	uint64_t had[2][5];     /* [a path was resolved][set] */
	char at[2][5][24];
};

struct tracee {
	struct tracee *next;
	struct note *notes;
	struct caps caps;
	uint64_t bound;         /* the bounding set that its command gets */
	pid_t pid, creator;
	enum role role;
	bool stopped;           /* its first stop has been seen */
	bool inside, among;     /* in a pid namespace of its own; with others in it */
	bool rooted;            /* it has entered the container's root */
	bool window;            /* it may be seen */
	bool sure;              /* and it will run a command, or is a reaper */
	bool ended;             /* before its creator's event */
	bool again;             /* the next call has been inspected already */
	bool entry, waits;      /* in a system call; reaper: waits for signals */
	bool forked, strict;    /* reaper: has its child; has its own filter */
	bool shows;             /* made dumpable, since a callback comes next */
	bool own[256];          /* descriptors that it opened while it may be seen */
	int points[ROLES];
	long nr;
	uint64_t arg[6];
	struct tracee *maker;
};

/* What is open in a process but must not be. */
struct fds {
	int n;
	char text[240];         /* the first ones */
};

static struct tracee *tracees;
static struct note *said;
static const char *name, *hidden[16], **command;
static bool keep[1024], needs[ROLES], callback, late_filter, no_filter, no_nnp, memory;
static bool verbose;
static volatile sig_atomic_t late;     /* the time is up */
static int excesses, points[ROLES], processes, nhidden, main_status = -1;
static uint64_t bound_max = ~0ull;
static unsigned long own_pidns, bait_pipe;
static pid_t main_pid;

static void
die(const char *what)
{
	fprintf(stderr, "tracer: %s: %s\n", what, strerror(errno));
	exit(99);               /* PTRACE_O_EXITKILL ends all tracees */
}

static bool gone(pid_t pid);

/* If a process was killed meanwhile, what cannot be read is no failure. */
static void
die_unless_gone(pid_t pid, const char *what)
{
	int no = errno;

	if (gone(pid))
		return;
	errno = no;
	die(what);
}

static void *
zeroed(size_t size)
{
	void *p = calloc(1, size);

	if (!p)
		die("calloc");
	return p;
}

static void
too_late(int sig)
{
	(void)sig;
	if (late)
		_exit(98);
	late = true;
	alarm(2);
}

/* waitpid(2), which ends everything when the time is up. */
static pid_t
wait_for(pid_t pid, int *w)
{
	pid_t got = late ? 0 : waitpid(pid, w, __WALL);

	if (!late)
		return got;
	fprintf(stderr, "tracer: %s: time is up, waits for %d\n", name, (int)pid);
	for (const struct tracee *t = tracees; t; t = t->next)
		fprintf(stderr, "tracer: %d, made by %d: %s%s%s%s call %ld\n", (int)t->pid,
		    (int)t->creator, roles[t->role], t->inside ? ", inside" : "",
		    t->stopped ? "" : ", no stop yet", t->ended ? ", ended," :
		    t->entry ? ", in" : ", after", t->nr);
	exit(98);
}

/* --- system calls ---------------------------------------------------------- */

/* The paths of a call: which argument is the path, and which the descriptor that it is
 * relative to, both counted from 1; no descriptor: the working directory. */
/* Calls from 424 on have the same numbers on all machines, but for an offset on mips. */
#define NR(n) ((n) + SYS_openat2 - 437)
#define CALL(n) { SYS_##n, #n, { { 0, 0 }, { 0, 0 } } }
#define CWD(n, p) { SYS_##n, #n, { { 0, p }, { 0, 0 } } }
#define AT(n, d, p) { SYS_##n, #n, { { d, p }, { 0, 0 } } }
#define TWO(n, d, p, e, q) { SYS_##n, #n, { { d, p }, { e, q } } }

static const struct call {
	int nr;
	const char *name;
	signed char path[2][2];
} calls[] = {
#ifdef SYS_open
	CWD(open, 1), CWD(creat, 1), CWD(access, 1), CWD(readlink, 1),
	CWD(mkdir, 1), CWD(mknod, 1), CWD(unlink, 1), CWD(rmdir, 1),
	CWD(symlink, 2), TWO(link, 0, 1, 0, 2), CWD(chown, 1),
	CWD(lchown, 1), CWD(chmod, 1), CALL(poll), CALL(dup2), CALL(pipe),
#endif
#ifdef SYS_rename
	TWO(rename, 0, 1, 0, 2),
#endif
#ifdef SYS_stat
	CWD(stat, 1), CWD(lstat, 1),
#endif
#ifdef SYS_stat64
	CWD(stat64, 1), CWD(lstat64, 1), CWD(statfs64, 1), CWD(truncate64, 1),
#endif
#ifdef SYS_chown32
	CWD(chown32, 1), CWD(lchown32, 1),
#endif
#ifdef SYS_newfstatat
	AT(newfstatat, 1, 2),
#endif
#ifdef SYS_fstatat64
	AT(fstatat64, 1, 2),
#endif
#ifdef SYS_utime
	CWD(utime, 1), CWD(utimes, 1), AT(futimesat, 1, 2),
#endif
#ifdef SYS_renameat
	TWO(renameat, 1, 2, 3, 4),
#endif
#ifdef SYS_mmap
	CALL(mmap),
#endif
#ifdef SYS_fork
	CALL(fork),
#endif
#ifdef SYS_vfork
	CALL(vfork),
#endif
#ifdef SYS_statx
	AT(statx, 1, 2),
#endif
	AT(openat, 1, 2), { NR(437), "openat2", { { 1, 2 }, { 0, 0 } } },
	AT(faccessat, 1, 2), { NR(439), "faccessat2", { { 1, 2 }, { 0, 0 } } },
	AT(readlinkat, 1, 2), CWD(chdir, 1), CWD(chroot, 1), CWD(execve, 1),
	AT(execveat, 1, 2), TWO(mount, 0, 1, 0, 2), CWD(umount2, 1),
	AT(symlinkat, 2, 3), AT(mkdirat, 1, 2), AT(mknodat, 1, 2),
	AT(unlinkat, 1, 2), TWO(renameat2, 1, 2, 3, 4), TWO(linkat, 1, 2, 3, 4),
	AT(fchownat, 1, 2), AT(fchmodat, 1, 2),
	{ NR(452), "fchmodat2", { { 1, 2 }, { 0, 0 } } }, CWD(truncate, 1),
	CWD(setxattr, 1), CWD(lsetxattr, 1), CWD(getxattr, 1), CWD(lgetxattr, 1),
	CWD(listxattr, 1), CWD(llistxattr, 1), CWD(removexattr, 1),
	CWD(lremovexattr, 1), AT(utimensat, 1, 2), CWD(statfs, 1),
	TWO(pivot_root, 0, 1, 0, 2), { NR(428), "open_tree", { { 1, 2 }, { 0, 0 } } },
	{ NR(429), "move_mount", { { 1, 2 }, { 3, 4 } } },
	{ NR(433), "fspick", { { 1, 2 }, { 0, 0 } } },
	{ NR(442), "mount_setattr", { { 1, 2 }, { 0, 0 } } }, CWD(acct, 1),
	CWD(swapon, 1), CWD(swapoff, 1), AT(inotify_add_watch, 0, 2),
	AT(fanotify_mark, 4, 5), AT(name_to_handle_at, 1, 2),
	{ NR(430), "fsopen", { { 0, 0 }, { 0, 0 } } },
	{ NR(431), "fsconfig", { { 0, 0 }, { 0, 0 } } },
	{ NR(432), "fsmount", { { 0, 0 }, { 0, 0 } } },
	{ NR(434), "pidfd_open", { { 0, 0 }, { 0, 0 } } },
	{ NR(435), "clone3", { { 0, 0 }, { 0, 0 } } },
	{ NR(436), "close_range", { { 0, 0 }, { 0, 0 } } },
	CALL(read), CALL(write), CALL(close), CALL(ppoll), CALL(prctl),
	CALL(capset), CALL(capget), CALL(setgroups), CALL(setresuid),
	CALL(setresgid), CALL(clone), CALL(rt_sigprocmask), CALL(rt_sigaction),
	CALL(rt_sigtimedwait), CALL(fcntl), CALL(setns), CALL(unshare),
	CALL(umask), CALL(exit_group), CALL(getpid), CALL(gettid), CALL(keyctl),
	CALL(setsid), CALL(prlimit64), CALL(munmap), CALL(ioctl),
	CALL(dup), CALL(dup3), CALL(getdents64), CALL(seccomp), CALL(wait4),
	CALL(kill), CALL(lseek), CALL(fstat), CALL(fchdir), CALL(getcwd),
	CALL(recvfrom), CALL(sendto), CALL(getrandom), CALL(sethostname),
	CALL(brk), CALL(setpriority), CALL(sched_setaffinity), CALL(getuid),
	CALL(sched_setscheduler), CALL(fstatfs), CALL(exit), CALL(pipe2),
};

static const struct call *
call_find(long nr)
{
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		if (calls[i].nr == nr)
			return &calls[i];
	return 0;
}

/* The last call before the command runs. */
static bool
is_last(const struct tracee *t)
{
	return t->nr == SYS_execve || t->nr == SYS_execveat ||
	       (t->nr == SYS_prctl && t->arg[0] == MARK);
}

static const char *
call_name(const struct tracee *t)
{
	static char number[24];
	const struct call *c = call_find(t->nr);

	if (t->nr == SYS_prctl && t->arg[0] == MARK)
		return "the callback";
	snprintf(number, sizeof number, "call %ld", t->nr);
	return c ? c->name : number;
}

/* --- what is visible of a process from outside ------------------------------ */

/* Reads up to size - 1 bytes, and adds a NUL. */
static ssize_t
slurp(pid_t pid, const char *file, char *buf, size_t size)
{
	char path[64];
	size_t n = 0;
	ssize_t r;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
	buf[0] = 0;
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return -1;
	while (n < size - 1 && (r = read(fd, buf + n, size - 1 - n)) > 0)
		n += r;
	close(fd);
	buf[n] = 0;
	return n;
}

/* The text after "\nKEY:" in a status file, or "". */
static const char *
status_line(const char *status, const char *key)
{
	const char *p = strstr(status, key);

	return p ? p + strlen(key) : "";
}

static unsigned long
pidns(pid_t pid)
{
	char path[64], to[64] = "";

	snprintf(path, sizeof path, "/proc/%d/ns/pid", (int)pid);
	if (readlink(path, to, sizeof to - 1) < 0)
		return 0;
	return strtoul(to + strcspn(to, "["), 0, 10) + strtoul(to + strcspn(to, "[") + 1, 0, 10);
}

/* The pid of a process in its own pid namespace. */
static int
own_number(const char *status)
{
	const char *p = status_line(status, "\nNSpid:"), *last = p;

	for (; *p && *p != '\n'; p++)
		if (*p == '\t')
			last = p + 1;
	return atoi(last);
}

/* The bounding set of the first process of that namespace. */
static uint64_t
ns_bound(unsigned long ns)
{
	static unsigned long known;
	static uint64_t caps;
	DIR *d = ns == known ? 0 : opendir("/proc");
	char buf[8192];
	struct dirent *e;

	while (d && (e = readdir(d))) {
		pid_t pid = atoi(e->d_name);

		if (pid > 0 && pidns(pid) == ns &&
		    slurp(pid, "status", buf, sizeof buf) > 0 && own_number(buf) == 1) {
			caps = strtoull(status_line(buf, "\nCapBnd:"), 0, 16);
			known = ns;
		}
	}
	if (d)
		closedir(d);
	return ns == known ? caps : 0;
}

/* Killed meanwhile: there is nothing to report about it. */
static bool
gone(pid_t pid)
{
	char buf[512];

	return slurp(pid, "status", buf, sizeof buf) <= 0 ||
	       strchr("ZX", status_line(buf, "\nState:\t")[0]);
}

/* The access mode that it is open with. */
static int
fd_mode(pid_t pid, int fd)
{
	char file[64], buf[512];

	snprintf(file, sizeof file, "fdinfo/%d", fd);
	if (slurp(pid, file, buf, sizeof buf) < 0)
		return -1;
	return (int)strtoul(status_line(buf, "flags:"), 0, 8) & O_ACCMODE;
}

/* May it be open? A process has one pipe end that it writes to and one, a socket in
 * the library, that it reads from, but no pipe of the caller. A reaper that waits
 * for signals has neither. */
static bool
fd_allowed(const struct tracee *t, int fd, const char *to, int *ends)
{
	unsigned long ino = strtoul(to + strcspn(to, "[") + (strchr(to, '[') ? 1 : 0), 0, 10);
	bool pipe = !strncmp(to, "pipe:[", 6), sock = !strncmp(to, "socket:[", 8);
	int mode;

	if (fd < 3 || (fd < 1024 && keep[fd]))
		return true;
	if ((!pipe && !sock) || (pipe && ino == bait_pipe) || (t->waits))
		return false;
	mode = sock ? O_RDONLY : fd_mode(t->pid, fd);
	return (mode == O_RDONLY || mode == O_WRONLY) && !ends[mode]++;
}

/* What a process opened itself while it may be seen is not from the host, since
 * those calls were inspected too; at execve it has to be closed. */
static bool
fd_own(const struct tracee *t, int fd)
{
	return fd >= 0 && fd < 256 && t->own[fd] && !is_last(t);
}

static void
fds_look(const struct tracee *t, struct fds *f)
{
	char dir[64], path[400], to[256];
	int ends[2] = { 0, 0 };
	struct dirent *e;
	size_t len = 0;
	ssize_t n;
	DIR *d;

	memset(f, 0, sizeof *f);
	snprintf(dir, sizeof dir, "/proc/%d/fd", (int)t->pid);
	if (!(d = opendir(dir))) {
		die_unless_gone(t->pid, dir);
		return;
	}
	while ((e = readdir(d))) {
		if (!isdigit((unsigned char)e->d_name[0]))
			continue;
		snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		if ((n = readlink(path, to, sizeof to - 1)) < 0)
			continue;
		to[n] = 0;
		if (fd_own(t, atoi(e->d_name)) ||
		    fd_allowed(t, atoi(e->d_name), to, ends))
			continue;
		f->n++;
		if (len < sizeof f->text)
			len += snprintf(f->text + len, sizeof f->text - len, "%s%.16s -> %s",
			    len ? ", " : "", e->d_name, to);
	}
	closedir(d);
}

/* A string in the tracee, "" if it cannot be read. */
static void
text_of(pid_t pid, uint64_t at, char *buf, size_t size)
{
	size_t n = 0;

	while (n < size - 1) {
		size_t part = 4096 - ((at + n) & 4095);
		struct iovec in, out;
		ssize_t r;

		if (part > size - 1 - n)
			part = size - 1 - n;
		in = (struct iovec){ buf + n, part };
		out = (struct iovec){ (void *)(uintptr_t)(at + n), part };
		if ((r = process_vm_readv(pid, &in, 1, &out, 1, 0)) <= 0)
			break;
		n += r;
		if (memchr(buf + n - r, 0, r))
			return;
	}
	buf[n] = 0;
}

/* --- notes ------------------------------------------------------------------ */

static struct note *
note_find(struct note *n, const struct note *like)
{
	while (n && (n->role != like->role || n->last != like->last ||
	       n->kind != like->kind || (n->kind == PATHS && strcmp(n->what, like->what))))
		n = n->next;
	return n;
}

static void
note_say(struct note *n)
{
	if (note_find(said, n)) {
		free(n);
		return;
	}
	n->next = said;
	said = n;
	excesses++;
	printf("excess: %s: %s at %s: %s\n", name, roles[n->role], n->at, n->what);
	fflush(stdout);
}

__attribute__((format(printf, 3, 4)))
static void
note(struct tracee *t, int kind, const char *form, ...)
{
	struct note *n = zeroed(sizeof *n);
	char *p;
	va_list ap;

	va_start(ap, form);
	vsnprintf(n->what, sizeof n->what, form, ap);
	va_end(ap);
	for (p = n->what; *p; p++)
		if (!isprint((unsigned char)*p))
			*p = '?';
	snprintf(n->at, sizeof n->at, "%s", call_name(t));
	n->role = t->role;
	n->last = is_last(t);
	n->kind = kind;
	if (kind == PATHS || t->sure) {
		note_say(n);
	} else if (note_find(t->notes, n)) {
		free(n);
	} else {
		n->next = t->notes;
		t->notes = n;
	}
}

static void
notes_drop(struct tracee *t)
{
	while (t->notes) {
		struct note *n = t->notes;

		t->notes = n->next;
		free(n);
	}
	memset(t->points, 0, sizeof t->points);
	memset(&t->caps, 0, sizeof t->caps);
}

/* --- the obligations -------------------------------------------------------- */

static const char *const cap_keys[5] = {
	"\nCapInh:", "\nCapPrm:", "\nCapEff:", "\nCapBnd:", "\nCapAmb:"
};

static void
caps_judge(struct tracee *t, uint64_t bound)
{
	for (int path = 0; path < 2; path++)
		for (int i = 0; i < 5; i++) {
			uint64_t most = bound | (path ? 0 : CAPS_USER);
			uint64_t more = t->caps.had[path][i] & ~most;
			struct note *n;

			if (!more)
				continue;
			n = zeroed(sizeof *n);
			n->role = t->role;
			n->last = is_last(t);
			n->kind = CAP + 5 * path + i;
			snprintf(n->at, sizeof n->at, "%s", t->caps.at[path][i]);
			snprintf(n->what, sizeof n->what, "%.6s %016llx above %016llx%s",
			    cap_keys[i] + 1, (unsigned long long)more,
			    (unsigned long long)bound, path ? ", for a path" : "");
			note_say(n);
		}
	memset(&t->caps, 0, sizeof t->caps);
}

static bool
resolves(const struct tracee *t)
{
	const struct call *c = call_find(t->nr);

	return c && c->path[0][1];
}

/* Capabilities, filter and no_new_privs. */
static void
look_status(struct tracee *t, bool last)
{
	char buf[8192];
	int path = resolves(t);

	if (slurp(t->pid, "status", buf, sizeof buf) <= 0) {
		die_unless_gone(t->pid, "status");
		return;
	}
	for (int i = 0; i < 5; i++) {
		uint64_t caps = strtoull(status_line(buf, cap_keys[i]), 0, 16);

		/* any bounding set is larger until it is dropped; what counts is
		 * what the process has */
		if (caps & ~t->caps.had[path][i])
			snprintf(t->caps.at[path][i], sizeof t->caps.at[path][i], "%s",
			    call_name(t));
		t->caps.had[path][i] |= caps;
	}
	if (t->among)
		t->bound = ns_bound(pidns(t->pid)) & bound_max;
	else if (last)
		t->bound = strtoull(status_line(buf, "\nCapBnd:"), 0, 16) & bound_max;
	if (last || t->sure)
		caps_judge(t, t->bound);
	if (!no_filter && atoi(status_line(buf, "\nSeccomp:")) != 2 &&
	    (last || t->among || !late_filter))
		note(t, FILTER, "no filter of system calls");
	if (!no_filter && t->waits && !t->strict)
		note(t, OWN_FILTER, "a reaper without a filter of its own");
	if (last && !no_nnp && atoi(status_line(buf, "\nNoNewPrivs:")) != 1)
		note(t, NO_NEW_PRIVS, "no_new_privs is not set");
}

/* Is this one of the words of COMMAND? */
static bool
word_of_caller(const char *word)
{
	const char **a;

	for (a = command; *a && strcmp(word, *a); a++)
		;
	return *a && **a;
}

static void
look_words(struct tracee *t)
{
	static char buf[1 << 17];
	ssize_t n = slurp(t->pid, "environ", buf, sizeof buf);

	if (n < 0)
		die_unless_gone(t->pid, "environ");
	if (n > 0 && memmem(buf, n, SECRET, strlen(SECRET)))
		note(t, ENVIRON, "the caller's environment");
	if ((n = slurp(t->pid, "cmdline", buf, sizeof buf)) < 0)
		die_unless_gone(t->pid, "cmdline");
	for (const char *p = buf; p < buf + n; p += strlen(p) + 1)
		if (word_of_caller(p))
			note(t, WORDS, "%.100s of the caller's arguments", p);
	for (int i = 0; n > 0 && i < nhidden; i++)
		if (memmem(buf, n, hidden[i], strlen(hidden[i])))
			note(t, HIDDEN, "%.100s in its arguments", hidden[i]);
}

/* The caller's words in memory that it could be made to write out. */
static void
look_memory_part(struct tracee *t, const char *part, size_t n, bool stack)
{
	const char *where = stack ? "on the stack" : "not on the stack";

	if (memmem(part, n, SECRET, strlen(SECRET)))
		note(t, MEMORY, "the caller's environment in its memory, %s", where);
	for (int i = 0; i < nhidden; i++)
		if (memmem(part, n, hidden[i], strlen(hidden[i])))
			note(t, MEMORY, "%.100s in its memory, %s", hidden[i], where);
}

static void
look_memory(struct tracee *t)
{
	static char maps[1 << 18], part[1 << 20];
	char path[64], *line, *next;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/mem", (int)t->pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || slurp(t->pid, "maps", maps, sizeof maps) <= 0) {
		die_unless_gone(t->pid, path);
		*maps = 0;
	}
	for (line = maps; *line; line = next) {
		unsigned long long from = 0, to = 0;
		char mode[5] = "";
		ssize_t n;

		next = line + strcspn(line, "\n");
		next += *next == '\n';
		if (sscanf(line, "%llx-%llx %4s", &from, &to, mode) != 3 || mode[1] != 'w')
			continue;
		for (; from < to; from += sizeof part - 4096) {
			n = pread(fd, part, to - from < sizeof part ? to - from : sizeof part,
			    (off_t)from);
			if (n > 0)
				look_memory_part(t, part, n, strstr(line, "[stack]") &&
				    strstr(line, "[stack]") < next);
		}
	}
	if (fd >= 0)
		close(fd);
}

#ifdef __x86_64__
#define DUMPABLE_KNOWN 1

static bool
next_stop(struct tracee *t)
{
	int w;

	if (ptrace(PTRACE_SYSCALL, t->pid, 0, 0) < 0 || wait_for(t->pid, &w) != t->pid)
		return false;
	t->ended = !WIFSTOPPED(w);
	return !t->ended && WSTOPSIG(w) == (SIGTRAP | 0x80);
}

/* The tracee is made to ask, in place of the call that it was about to make; it
 * then makes that call after all: "syscall" has two bytes. The filter of a reaper
 * lets it neither ask nor change this. */
static void
look_dumpable(struct tracee *t)
{
	struct user_regs_struct was, r;
	long answer;

	if (t->strict || t->shows || ptrace(PTRACE_GETREGS, t->pid, 0, &was) < 0)
		return;
	r = was;
	r.orig_rax = SYS_prctl;
	r.rdi = PR_GET_DUMPABLE;
	if (ptrace(PTRACE_SETREGS, t->pid, 0, &r) < 0 || !next_stop(t) ||
	    ptrace(PTRACE_GETREGS, t->pid, 0, &r) < 0)
		return;
	answer = (long)r.rax;
	was.rip -= 2;
	was.rax = was.orig_rax;
	was.orig_rax = ~0ull;
	ptrace(PTRACE_SETREGS, t->pid, 0, &was);
	t->again = true;
	if (answer == 1)
		note(t, DUMPABLE, "dumpable");
	else if (answer < 0)
		note(t, DUMPABLE, "does not tell whether it is dumpable (%ld)", answer);
}
#else
#define DUMPABLE_KNOWN 0
static void
look_dumpable(struct tracee *t)
{
	(void)t;
}
#endif

/* One point: checks for all that a process must not have while others may see it. */
static void
look(struct tracee *t, bool last)
{
	struct fds f;

	if (gone(t->pid))
		return;
	t->points[t->role]++;
	if (verbose)
		fprintf(stderr, "%s: %d: %s at %s\n", name, (int)t->pid, roles[t->role],
		    call_name(t));
	fds_look(t, &f);
	if (f.n)
		note(t, FDS, "%d descriptor%s: %s", f.n, f.n > 1 ? "s" : "", f.text);
	look_status(t, last);
	if (!callback)
		look_words(t);
	if (memory && (last || t->waits))
		look_memory(t);
	if (t->nr != SYS_prctl || !last)        /* a callback belongs to its caller */
		look_dumpable(t);       /* at the end: it changes the registers */
}

/* --- paths ------------------------------------------------------------------ */

static bool
kernel_dir(const struct tracee *t, int fd)
{
	char path[64];
	struct statfs s;

	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)t->pid, fd);
	return statfs(path, &s) == 0 &&
	       ((unsigned long)s.f_type == PROC_MAGIC || (unsigned long)s.f_type == CGROUP2_MAGIC);
}

/* openat2 that stays below the directory and follows no magic link */
static bool
bounded(const struct tracee *t)
{
	uint64_t how[3] = { 0, 0, 0 };
	struct iovec in = { how, sizeof how };
	struct iovec out = { (void *)(uintptr_t)t->arg[2], sizeof how };

	return t->nr == SYS_openat2 && process_vm_readv(t->pid, &in, 1, &out, 1, 0) == sizeof how &&
	       how[2] & 0x10 && how[2] & 2;
}

static void
look_path(struct tracee *t, int dirfd, uint64_t at)
{
	char path[PATH_MAX];
	struct fds f;

	if (gone(t->pid))
		return;
	text_of(t->pid, at, path, sizeof path);
	if (!*path || !strcmp(path, ".") || !strcmp(path, "..") || !strcmp(path, "/"))
		return;
	if (!t->rooted) {
		if (t->inside && !bounded(t) && (t->nr == SYS_openat || t->nr == SYS_openat2
#ifdef SYS_open
		    || t->nr == SYS_open
#endif
		    ) && (!strcmp(path, "/etc/passwd") || !strcmp(path, "/etc/group")))
			note(t, PATHS, "opens %s without bounds", path);
		return;
	}
	if (dirfd != AT_FDCWD && (bounded(t) || (*path != '/' && kernel_dir(t, dirfd))))
		return;
	fds_look(t, &f);
	if (f.n)
		note(t, PATHS, "looks %.80s up with %d descriptors open", path, f.n);
}

static void
look_paths(struct tracee *t)
{
	const struct call *c = call_find(t->nr);

	for (int i = 0; c && i < 2 && c->path[i][1]; i++) {
		int d = c->path[i][0];

		if (t->nr == SYS_mount && i == 0 && !(t->arg[3] & (MS_BIND | MS_MOVE)))
			continue;       /* a name, not a path */
		look_path(t, d ? (int)t->arg[d - 1] : AT_FDCWD, t->arg[c->path[i][1] - 1]);
	}
}

/* --- the life of a tracee ----------------------------------------------------- */

static struct tracee *
tracee_of(pid_t pid)
{
	struct tracee *t;

	for (t = tracees; t && t->pid != pid; t = t->next)
		;
	if (!t) {
		t = zeroed(sizeof *t);
		t->pid = pid;
		t->next = tracees;
		tracees = t;
	}
	return t;
}

static void
tracee_end(struct tracee *t)
{
	struct tracee **p = &tracees, *o;

	while (*p != t)
		p = &(*p)->next;
	*p = t->next;
	for (o = tracees; o; o = o->next)
		if (o->maker == t)
			o->maker = 0;
	notes_drop(t);
	free(t);
}

/* It is about to run a command: now its notes count, and those of the process that
 * made it inside, the reaper of --init. */
static void
commit(struct tracee *t)
{
	bool met = false;

	if (t->maker && t->maker->window && !t->maker->sure) {
		t->role = COMMAND;
		t->maker->role = REAPER;
		t->maker->bound = t->bound;
		caps_judge(t->maker, t->bound);
		commit(t->maker);
	}
	for (int r = 0; r < ROLES; r++) {
		points[r] += t->points[r];
		met |= t->points[r] > 0;
		t->points[r] = 0;
	}
	while (t->notes) {
		struct note *n = t->notes;

		t->notes = n->next;
		note_say(n);
	}
	processes += !t->sure && met;
	t->sure = true;
}

/* Called for both events: its first stop may come before its creator's event. */
static void
tracee_born(struct tracee *t, struct tracee *by)
{
	char buf[8192];

	t->inside = pidns(t->pid) != own_pidns;
	t->rooted = by && by->rooted;
	if (!t->inside || slurp(t->pid, "status", buf, sizeof buf) <= 0)
		return;
	if (by && by->inside) {
		t->maker = by;
		t->among = t->sure = by->among;
		processes += by->among;
		t->window = by->window;
		t->role = by->among ? ENTERED : COMMAND;
	} else if (own_number(buf) != 1) {
		t->among = t->window = t->sure = true;
		t->role = ENTERED;
		processes++;
	}
}

/* A read from ct's second pipe, on which a parent lets its child go on. */
static bool
waits_for_word(const struct tracee *t)
{
	char path[64], to[64] = "";

	if (t->nr != SYS_read && t->nr != SYS_recvfrom)
		return false;
	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)t->pid, (int)t->arg[0]);
	return t->arg[0] > 2 && readlink(path, to, sizeof to - 1) > 0 &&
	       (!strncmp(to, "pipe:[", 6) || !strncmp(to, "socket:[", 8));
}

/* When a process must have nothing from the host: among others from its first call
 * on; else from the last time that it waits for its parent, to which it has told
 * before that it is inside; what it had earlier does not count. */
static void
obey(struct tracee *t)
{
	bool last = is_last(t);

	if (t->inside && !t->sure && !t->maker && waits_for_word(t)) {
		notes_drop(t);
		t->window = true;
		t->forked = t->strict = false;  /* the child was a helper */
		t->role = HELD;
	} else if (t->role == HELD) {
		t->role = CHILD;
	}
	if ((t->rooted || t->inside) && !last)
		look_paths(t);
	t->window |= last && t->inside;
	t->waits = t->forked && t->nr == SYS_rt_sigtimedwait;
	if (!t->window)
		return;
	look(t, last);
	if (t->among)
		points[ENTERED] += t->points[ENTERED], t->points[ENTERED] = 0;
	else if (last || t->sure)
		commit(t);
}

static void
at_entry(struct tracee *t, const struct __ptrace_syscall_info *i)
{
	t->entry = true;
	t->nr = (long)i->entry.nr;
	for (int k = 0; k < 6; k++)
		t->arg[k] = i->entry.args[k];
	if (t->again)
		t->again = false;
	else
		obey(t);
}

static void
at_exit(struct tracee *t, const struct __ptrace_syscall_info *i)
{
	t->entry = false;
	if (i->exit.is_error)
		return;
	t->strict |= t->nr == SYS_seccomp && t->forked;
	t->shows |= callback && t->nr == SYS_prctl && t->arg[0] == PR_SET_DUMPABLE &&
	            t->arg[1] == 1 && t->window;
	if (t->nr == SYS_pivot_root || t->nr == SYS_chroot ||
	    (t->nr == SYS_setns && t->arg[1] & CLONE_NEWNS))
		t->rooted = true;
	if (t->nr == SYS_close && t->arg[0] < 256)
		t->own[t->arg[0]] = false;
	if (t->rooted && t->window && i->exit.rval >= 0 && i->exit.rval < 256 &&
	    (t->nr == SYS_openat || t->nr == SYS_openat2
#ifdef SYS_open
	    || t->nr == SYS_open
#endif
	    ))
		t->own[i->exit.rval] = true;
}

static void
go_on(const struct tracee *t, int sig)
{
	/* of the program itself only the children are of interest */
	ptrace(t->pid == main_pid ? PTRACE_CONT : PTRACE_SYSCALL, t->pid, 0, (void *)(long)sig);
}

static void
at_syscall(struct tracee *t)
{
	struct __ptrace_syscall_info i;
	bool runs;

	memset(&i, 0, sizeof i);
	if (ptrace(PTRACE_GET_SYSCALL_INFO, t->pid, (void *)sizeof i, &i) <= 0) {
		if (errno != ESRCH)
			die("PTRACE_GET_SYSCALL_INFO (needs Linux 5.3)");
		return;
	}
	if (i.op == PTRACE_SYSCALL_INFO_ENTRY)
		at_entry(t, &i);
	else if (i.op == PTRACE_SYSCALL_INFO_EXIT)
		at_exit(t, &i);
	runs = t->nr == SYS_prctl && t->arg[0] == MARK && !t->again && !t->entry;
	if (runs && t->inside) {
		ptrace(PTRACE_DETACH, t->pid, 0, 0);
		tracee_end(t);
		return;
	}
	go_on(t, 0);
}

static void
at_event(struct tracee *t, int event, int sig)
{
	unsigned long child = 0;
	struct tracee *c;

	switch (event) {
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE:
		ptrace(PTRACE_GETEVENTMSG, t->pid, 0, &child);
		c = tracee_of((pid_t)child);
		c->creator = t->pid;
		t->forked = true;
		if (t->inside && t->window && !t->among)
			t->role = REAPER;       /* if it is none, it never counts */
		if (c->ended) {
			tracee_end(c);
		} else if (c->stopped) {
			tracee_born(c, t);
			go_on(c, 0);
		}
		break;
	case PTRACE_EVENT_EXEC:         /* the command, or a helper outside */
		if (t->pid == main_pid)
			break;
		ptrace(PTRACE_DETACH, t->pid, 0, 0);
		tracee_end(t);
		return;
	case PTRACE_EVENT_STOP:
		if (!t->stopped && t->pid != main_pid) {
			t->stopped = true;
			if (!t->creator)
				return;         /* parked until the creator is known */
			tracee_born(t, tracee_of(t->creator));
		} else if (sig != SIGTRAP) {
			ptrace(PTRACE_LISTEN, t->pid, 0, 0);
			return;
		}
		break;
	}
	go_on(t, 0);
}

/* Handles one event; false: there is nothing left to trace. */
static bool
step(void)
{
	int w, sig;
	pid_t pid = wait_for(-1, &w);
	struct tracee *t;

	if (pid < 0 && errno == ECHILD)
		return false;
	if (pid < 0)
		die("waitpid");
	t = tracee_of(pid);
	if (!WIFSTOPPED(w)) {
		if (pid == main_pid)
			main_status = WIFEXITED(w) ? WEXITSTATUS(w) : 128 + WTERMSIG(w);
		t->ended = true;
		if (t->creator || pid == main_pid)
			tracee_end(t);
		return true;
	}
	sig = WSTOPSIG(w);
	if (sig == (SIGTRAP | 0x80))
		at_syscall(t);
	else if (w >> 16)
		at_event(t, w >> 16, sig);
	else
		go_on(t, sig);
	return true;
}

/* Is there one that has yet to reach its command? */
static bool
more(void)
{
	const struct tracee *t;

	if (main_status < 0)
		return true;
	for (t = tracees; t; t = t->next)
		if (!t->ended && (!t->creator || !t->stopped ||
		    (t->inside && !(t->role == REAPER && t->sure && t->waits))))
			return true;
	return false;
}

/* Processes that go on in the background are let go. */
static void
let_go(void)
{
	while (tracees) {
		struct tracee *t = tracees;
		int w;

		if (!t->ended && ptrace(PTRACE_INTERRUPT, t->pid, 0, 0) == 0 &&
		    wait_for(t->pid, &w) == t->pid && WIFSTOPPED(w)) {
			bool plain = !(w >> 16) && WSTOPSIG(w) != (SIGTRAP | 0x80);

			ptrace(PTRACE_DETACH, t->pid, 0, (void *)(long)(plain ? WSTOPSIG(w) : 0));
		}
		tracee_end(t);
	}
}

/* --- the library as a program uses it -------------------------------------- */

static int
cb_mark(void *arg)
{
	prctl(MARK, 0, 0, 0, 0);
	if (arg) {
		prctl(PR_SET_NAME, "sleep");
		for (;;)
			pause();
	}
	return 0;
}

/* Waits until it sleeps: ready is too early, the tracer would miss the end. */
static int
lib_sleeps(ct_handler_t c)
{
	struct ct_status st;
	char comm[32];

	for (int i = 0; i < 1000; i++) {
		if (libct_container_status(c, &st))
			return -1;
		if (slurp(st.pid, "comm", comm, sizeof comm) > 0 && !strcmp(comm, "sleep\n"))
			return 0;
		usleep(10000);
	}
	return -1;
}

/* lib spawn_cb|spawn_execv|enter_cb|enter_execv [ROOT [OPTION VALUE]...] */
static int
lib(char **argv)
{
	libct_session_t ses = libct_session_open_local();
	char called[40], *program[] = { "true", 0 }, *sleeps[] = { "sleep", "100", 0 };
	bool cb = strstr(argv[0], "_cb"), enter = !strncmp(argv[0], "enter", 5);
	int r, w = 0;
	ct_handler_t c;

	for (int i = 3; i < 1024; i++)
		fcntl(i, F_SETFD, FD_CLOEXEC);
	snprintf(called, sizeof called, "trace%d", (int)getpid());
	c = libct_container_create(ses, called);
	r = !c || (argv[1] && *argv[1] && libct_fs_set_root(c, argv[1]));
	for (char **a = argv[1] ? argv + 2 : argv + 1; !r && *a; a += 2)
		r = libct_container_configure(c, a[0], *a[1] ? a[1] : 0);
	if (!r && cb)
		r = libct_container_spawn_cb(c, cb_mark, enter ? called : 0);
	else if (!r)
		r = libct_container_spawn_execv(c, enter ? "sleep" : "true",
		    enter ? sleeps : program);
	r = r || (enter && lib_sleeps(c));
	if (!r && enter) {
		r = cb ? libct_container_enter_cb(c, cb_mark, 0) :
		    libct_container_enter_execv(c, program[0], program);
		r = r < 0 || waitpid(r, &w, 0) < 0 || w;
		libct_container_kill(c);
	}
	if (r)
		fprintf(stderr, "lib: %s\n", c ? libct_error(c) : libct_session_error(ses));
	else
		libct_container_wait(c);
	libct_container_destroy(c);
	libct_session_close(ses);
	return r != 0;
}

/* --- the start ------------------------------------------------------------------ */

/* The caller that COMMAND sees: with words and descriptors that nobody else has. */
static void
bait(void)
{
	char path[PATH_MAX];
	struct stat st;
	int p[3];

	snprintf(path, sizeof path, "%s:/" SECRET, getenv("PATH") ? getenv("PATH") : "/bin");
	setenv("PATH", path, 1);
	setenv("CTTRACE_SECRET", SECRET, 1);
	setenv("HOME", "/" SECRET, 1);
	if (pipe(p) || (p[2] = open("/", O_RDONLY)) < 0 || fstat(p[0], &st))
		die("pipe");
	bait_pipe = (unsigned long)st.st_ino;
	for (int i = 0; i < 3; i++)
		if (dup2(p[i], BAIT + i) < 0 || close(p[i]))
			die("dup2");
}

static void
start(long uid)
{
	int go[2];
	char byte;

	bait();
	if (pipe2(go, O_CLOEXEC) || (main_pid = fork()) < 0)
		die("fork");
	if (main_pid == 0) {
		close(go[1]);
		if (read(go[0], &byte, 1) != 1)
			_exit(99);
		if (uid >= 0 && (setgroups(0, 0) || setresgid(uid, uid, uid) ||
		    setresuid(uid, uid, uid)))
			die("setresuid");
		execvp(command[0], (char **)(uintptr_t)command);
		die(command[0]);
	}
	if (ptrace(PTRACE_SEIZE, main_pid, 0, (void *)(long)OPTIONS) < 0)
		die("PTRACE_SEIZE");
	tracee_of(main_pid)->stopped = true;
	tracee_of(main_pid)->creator = getpid();
	if (write(go[1], "", 1) != 1)
		die("write");
	close(go[1]);
	close(go[0]);
	for (int i = 0; i < 3; i++)
		close(BAIT + i);
}

static void
roles_parse(char *list)
{
	memset(needs, 0, sizeof needs);
	for (char *s = strtok(list, ","); s; s = strtok(0, ",")) {
		int r = 0;

		while (r < ROLES && strcmp(s, roles[r]))
			r++;
		if (r == ROLES) {
			errno = EINVAL;
			die(s);
		}
		needs[r] = true;
	}
}

static long
options(int argc, char **argv)
{
	long uid = -1;
	int o;

	needs[CHILD] = true;
	alarm(15);
	while ((o = getopt(argc, argv, "+u:x:s:r:b:t:mvELSN")) >= 0)
		switch (o) {
		case 'u': uid = atol(optarg); break;
		case 'x': keep[atoi(optarg) & 1023] = true; break;
		case 's': hidden[nhidden < 15 ? nhidden++ : nhidden] = optarg; break;
		case 'r': roles_parse(optarg); break;
		case 'b': bound_max = strtoull(optarg, 0, 16); break;
		case 't': alarm((unsigned)atoi(optarg)); break;
		case 'm': memory = true; break;
		case 'v': verbose = true; break;
		case 'E': callback = true; break;
		case 'L': late_filter = true; break;
		case 'S': no_filter = true; break;
		case 'N': no_nnp = true; break;
		default: exit(99);
		}
	if (optind + 2 >= argc || strcmp(argv[optind + 1], "--")) {
		fprintf(stderr, "usage: tracer [option ...] NAME -- COMMAND [argument ...]\n");
		exit(99);
	}
	name = argv[optind];
	command = (const char **)(uintptr_t)(argv + optind + 2);
	return uid;
}

int
main(int argc, char **argv)
{
	int all = 0, missed = 0;

	if (argc > 2 && !strcmp(argv[1], "lib"))
		return lib(argv + 2);
	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = too_late }, 0);
	signal(SIGCHLD, SIG_DFL);
	if (geteuid()) {
		errno = EPERM;
		die("only root sees all of a process");
	}
	own_pidns = pidns(getpid());
	start(options(argc, argv));
	while (more() && step())
		;
	let_go();
	for (int r = 0; r < ROLES; r++) {
		all += points[r];
		if (needs[r] && !points[r]) {
			printf("%s: no %s was seen\n", name, roles[r]);
			missed++;
		}
	}
	if (main_status)
		printf("%s: status %d\n", name, main_status);
	printf("%s: %d process%s, %d points%s, %d excesses\n", name, processes,
	    processes == 1 ? "" : "es", all,
	    DUMPABLE_KNOWN ? "" : " (not asked whether dumpable)", excesses);
	return excesses || missed || main_status;
}
