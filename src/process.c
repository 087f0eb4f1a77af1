/* SPDX-License-Identifier: ISC */
/* Processes of ct's own, and waiting for them. */

/* Waits for a child; its status, or 0 if there is none. */
static int
sys_wait(pid_t pid)
{
	int status = 0;

	/* __WALL: the library's children raise no signal */
	while (waitpid(pid, &status, __WALL) < 0 && errno == EINTR)
		;
	return status;
}

/* The exit status that a shell makes of a wait status. */
static int
sys_status(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* As fork(2), with flags of clone(2) and its signal; pidfd for CLONE_PIDFD, else NULL. */
static pid_t
sys_clone(unsigned long flags, int *pidfd)
{
#ifdef __s390__         /* the stack comes first */
	return (pid_t)syscall(SYS_clone, 0L, flags, pidfd, 0L, 0L);
#else
	return (pid_t)syscall(SYS_clone, flags, 0L, pidfd, 0L, 0L);
#endif
}

static pid_t
sys_fork(void)
{
	return sys_clone(SIGCHLD, NULL);
}

enum { KILL_WAIT = 500, READ_WAIT = 1000 };      /* in ms */
enum { UNDO_WAIT = 3  };                         /* in s */

/* Kills a helper and its process group. One blocked in a file system may not die: init reaps it. */
static void
helper_kill(pid_t pid)
{
	struct pollfd p = { .fd = sys_pidfd(pid), .events = POLLIN };

	kill(-pid, SIGKILL);
	kill(pid, SIGKILL);
	if (p.fd < 0 || poll(&p, 1, KILL_WAIT) > 0)
		sys_wait(pid);
	fd_close(&p.fd);
}

/* Starts a child that keeps new namespaces until it is killed; `what` is for the error. */
static pid_t
helper_holds(struct ct *ct, int namespaces, const char *what)
{
	int ends[2], no = 0;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return fail_sys(ct, "pipe");
	pid = sys_fork();
	if (pid == 0) {
		/* changed credentials clear dumpable, which setns() needs */
		if (sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0) < 0 || unshare(namespaces) < 0 ||
		    sys_prctl(PR_SET_DUMPABLE, 1, 0) < 0)
			no = errno;
		if (write(ends[1], &no, sizeof no) > 0)
			for (;;)
				pause();
		_exit(1);
	}
	if (pid < 0)
		fail_sys(ct, "fork");
	fd_close(&ends[1]);
	if (pid > 0 && (read(ends[0], &no, sizeof no) != sizeof no || no)) {
		errno = no ? no : EINTR;        /* it has been killed */
		fail_sys(ct, "%s", what);
		helper_kill(pid);
	}
	fd_close(&ends[0]);
	return ct->failed ? -1 : pid;
}

static int out_wait(struct ct *, struct pollfd[OUT_FDS]);
static int out_ready(struct ct *, struct pollfd[OUT_FDS]);
static void out_signal(struct ct *, int sig);

/* Waits for a helper, which may run foreign code (a hook, newuidmap), and copies output meanwhile:
 * a signal to ct, --timeout, or `sec` if not 0, ends it. Returns its wait status, or -1. */
static int
helper_wait(struct ct *ct, pid_t pid, int sec)
{
	uint64_t own = sec ? now_plus(sec) : 0;
	uint64_t end = own && (!ct->give_up || own < ct->give_up) ? own : ct->give_up;
	const bool copies = HAS_OUT(ct) && ct->pid;
	struct pollfd p[3 + OUT_FDS] = {
		{ .fd = sys_pidfd(pid), .events = POLLIN },
		{ .fd = ct->sig_fd, .events = POLLIN },
		{ .fd = ct->detach_fd },        /* hung up: `ct run -d` was killed */
	};
	int n, sig;

	while (p[0].fd >= 0 && !p[0].revents) {
		if (copies)
			out_wait(ct, &p[3]);
		n = poll(p, copies ? LEN(p) : 3, ms_until(end));
		if (n < 0 && errno != EINTR)
			break;          /* waits without a time limit */
		if (n <= 0 && (n < 0 || ms_until(end)))
			continue;
		/* one that comes with its end is left for the next wait */
		sig = p[0].revents ? 0 : sig_told(&p[1], NULL);
		if (!sig && p[2].revents)
			sig = SIGTERM;
		if (copies && sig_harmless(sig))
			out_signal(ct, sig);
		if (sig_harmless(sig))
			sig = n && copies ? out_ready(ct, &p[3]) : 0;
		if (ct->ready && (sig == SIGINT || sig == SIGQUIT) && !p[1].revents)
			sig = 0;                /* a key, for the command */
		if (p[0].revents || (n && !sig))
			continue;
		poll(p, 1, 20);         /* time to finish what it has begun */
		fd_close(&p[0].fd);
		helper_kill(pid);
		if (n || end != own)
			ct->err.status = n ? 128 + sig : 124;
		ct->final |= n > 0;
		if (n)
			return fail_msg(ct, "ended by signal %d", sig);
		return end == own ? fail_msg(ct, "not done within %d s", sec) :
		                    fail_msg(ct, "not done within --timeout");
	}
	fd_close(&p[0].fd);
	return sys_wait(pid);
}

/* Runs go(ct, arg) in a separate process, which dies with ct; a signal to ct, --timeout, or `sec`
 * if not 0, ends it. Below 0, nothing does. With CLONE_FILES in flags, what it opens is open here,
 * too. What it makes of *arg, its error, errno and result become ours. */
static int
helper_run(struct ct *ct, unsigned long flags, int sec, int (*go)(struct ct *, void *), void *arg,
           size_t size)
{
	struct { _Alignas(16) struct err err; int r, no; } *said;       /* then *arg */
	int status, r = -1;
	pid_t pid;

	said = sys_pages(sizeof *said + size, MAP_SHARED);
	if (!said)
		return fail_sys(ct, "mmap");
	memcpy(said + 1, arg, size);
	pid = sys_clone(flags | (IN_LIB(ct) ? 0 : SIGCHLD), NULL);
	if (pid == 0) {
		said->r = sec >= 0 && sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0) < 0 ?
		          fail_sys(ct, "prctl PR_SET_PDEATHSIG") : go(ct, said + 1);
		said->no = errno;
		said->err = ct->err;
		_exit(0);
	}
	status = pid < 0 ? fail_sys(ct, "fork") : sec < 0 ? sys_wait(pid) :
	         helper_wait(ct, pid, sec);
	memcpy(arg, said + 1, size);
	errno = EINTR;                  /* it has been killed */
	if (status == 0) {
		r = said->r;
		errno = said->no;
		ct->err = said->err;
		ct->failed = *said->err.text;
	} else if (status > 0) {
		fail_msg(ct, "the helper ended with status %d", sys_status(status));
	}
	munmap(said, sizeof *said + size);
	return r;
}

struct opened { const char *path; int flags; mode_t mode; int fd; struct stat st; };
enum { LOOK = -1 };             /* flags of stat(2) instead of open(2) */

static int
helper_opens(struct ct *ct, void *arg)
{
	struct opened *o = arg;

	(void)ct;
	o->fd = o->flags == LOOK ? stat(o->path, &o->st) :
	        openat(AT_FDCWD, o->path, o->flags | O_CLOEXEC, o->mode);
	return o->fd;
}

/* stat(2) of a path that an option names, in a separate process if it may never return: then
 * the result is 1, not 0. */
static int
helper_stat(struct ct *ct, const char *path, struct stat *st)
{
	struct opened l = { .path = path, .flags = LOOK };
	int r;

	if (IN_LIB(ct) || !io_waits(AT_FDCWD, path))
		return stat(path, st);
	r = helper_run(ct, 0, 0, helper_opens, &l, sizeof l);
	*st = l.st;
	return r < 0 ? -1 : 1;
}

/* Undoes something in a path that an option names; with `waits`, in a separate process. */
static void
helper_undo(struct ct *ct, const char *step, bool waits, void (*undo)(struct ct *))
{
	pid_t pid = waits ? sys_fork() : 0;

	if (pid == 0)
		undo(ct);
	if (pid == 0 && waits)
		_exit(0);
	ct->step = step;
	if (pid > 0 && helper_wait(ct, pid, UNDO_WAIT) < 0)
		step_forgive(ct);
}

/* pread(2), at most PIPE_BUF, in a separate process: a page may be of a file that never answers. */
static ssize_t
helper_read(int dir, const char *path, void *buf, size_t size, uint64_t at)
{
	struct pollfd p = { .events = POLLIN };
	int ends[2], fd;
	ssize_t n = -1;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	pid = sys_clone(0, NULL);       /* no SIGCHLD, which a library's caller would get */
	if (pid == 0) {
		fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
		n = fd < 0 ? -1 : pread(fd, buf, size, (off_t)at);
		_exit(n > 0 && write(ends[1], buf, (size_t)n) < 0);
	}
	fd_close(&ends[1]);
	p.fd = ends[0];
	if (pid > 0 && poll(&p, 1, READ_WAIT) > 0)
		n = read(ends[0], buf, size);
	if (pid > 0)
		helper_kill(pid);
	fd_close(&ends[0]);
	return n;
}

/* open(2), in a separate process that a signal to ct or --timeout ends: it may never return
 * on a file system that does not answer. If it was open when a signal came, both the descriptor
 * is returned and the error recorded: undoing the step needs it. */
static int
helper_open(struct ct *ct, const char *path, int flags, mode_t mode)
{
	struct opened o = { .path = path, .flags = flags, .mode = mode, .fd = -1 };

	if (IN_LIB(ct))
		helper_opens(ct, &o);
	else
		helper_run(ct, CLONE_FILES, 0, helper_opens, &o, sizeof o);
	return o.fd;
}
