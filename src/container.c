/* SPDX-License-Identifier: ISC */
/* Finding containers, and what is done to one: signals, freezing, entering. */

/* Parses a verb's options; the operands, or NULL after an error. */
static char **
verb_args(struct ct *ct, unsigned bit, char **argv)
{
	ct->verb = bit;
	return opt_parse(ct, argv);
}

/* Calls fn for each NAME; the worst status. */
static int
ctr_each(struct ct *ct, char **names, int (*fn)(struct ct *, struct ctr *))
{
	int status = 0, r;
	struct ctr c;

	if (!names)
		return -1;
	if (!*names)
		return fail_msg(ct, "wants a container's name");
	for (; *names; names++) {
		r = ctr_open(ct, *names, &c) < 0 ? -1 : fn(ct, &c);
		if (ct->failed) {
			r = ct->err.status ? ct->err.status : 125;
			err_print(&ct->err, "");
			err_forget(ct);
		}
		ctr_close(&c);
		status = r > status ? r : status;
	}
	return status;
}

static void
list_size(struct buf *o, int known, uint64_t v)
{
	static const char units[] = "\0KMGT";
	int u = 0;

	for (; v >= 10240 && u < 4; u++)
		v /= 1024;
	if (known < 0)
		buf_printf(o, " %8s", "-");
	else
		buf_printf(o, " %7llu%c", (unsigned long long)v, u ? units[u] : 'B');
}

/* Seconds as 12.3s, 4m05s, 3h20m, 2d04h */
static void
list_time(struct buf *o, uint64_t usec)
{
	unsigned s = (unsigned)(usec / 1000000);
	char buf[24];

	if (s < 60)
		text_printf(buf, sizeof buf, "%u.%us", s, (unsigned)(usec / 100000 % 10));
	else if (s < 3600)
		text_printf(buf, sizeof buf, "%um%02us", s / 60, s % 60);
	else if (s < 86400)
		text_printf(buf, sizeof buf, "%uh%02um", s / 3600, s / 60 % 60);
	else
		text_printf(buf, sizeof buf, "%ud%02uh", s / 86400, s / 3600 % 24);
	buf_printf(o, " %8s", buf);
}

static void
ctr_kill_pid(struct pids *p, pid_t pid)
{
	int fd = ctr_pidfd(p->ct, p->g, pid);

	if (fd >= 0)
		syscall(SYS_pidfd_send_signal, fd, p->arg, NULL, 0);
	fd_close(&fd);
	err_forget(p->ct);          /* one that has gone needs no signal */
}

/* Its first process; a signal that pid 1 would not feel becomes KILL, as in
 * ct run. */
static int
ctr_kill_init(struct ct *ct, struct ctr *c, int sig)
{
	int fd;

	if (!c->pid)
		return fail_msg(ct, "has no process of its own");
	if ((fd = ctr_pidfd(ct, c, c->pid)) < 0)
		return -1;
	ct->pid = c->pid;
	if (sup_catches(ct, sig) == 0)
		sig = SIGKILL;
	ct->pid = 0;
	if (syscall(SYS_pidfd_send_signal, fd, sig, NULL, 0) < 0)
		fail_sys(ct, "send signal %d to %d", sig, c->pid);
	fd_close(&fd);
	return ct->failed ? -1 : 0;
}

/* Gone: its supervisor removes it; where that is dead, we do. */
static void
ctr_gone(struct ct *ct, struct ctr *c)
{
	for (int i = 0; i < 200; i++) {
		if (flock(c->fd, LOCK_EX | LOCK_NB) == 0) {
			if (!cg_is_persistent(c->fd))
				cg_destroy(ct->cg_base_fd, c->name);
			return;
		}
		poll(NULL, 0, 5);
	}
}

static int
ctr_freeze(struct ct *ct, struct ctr *c, const char *value, int want)
{
	uint64_t some = 0;

	if (ctr_num(c->fd, "cgroup.events", "populated", &some) < 0 || !some)
		return fail_msg(ct, "nothing runs in it");
	if (io_put(c->fd, "cgroup.freeze", value) < 0)
		return fail_sys(ct, "write cgroup.freeze");
	return ctr_wait_state(c, want, 10000) == 0 ? 0 :
	       fail_msg(ct, "is not %s after 10 s", states[want]);
}

/* A descriptor of the supervisor's, by ptrace's rules of who may. */
static int
ctr_take_fd(struct ct *ct, const struct ctr *c, int number)
{
	int pidfd = (int)syscall(SYS_pidfd_open, c->sup_pid, 0), fd = -1;

	if (pidfd >= 0)
		fd = (int)syscall(NR(438) /* pidfd_getfd */, pidfd, number, 0);
	if (fd < 0)
		fail_sys(ct, "reach its supervisor, process %d",
		         c->sup_pid);
	fd_close(&pidfd);
	return fd;
}

/* KEY is an option's name (memory, cpus) or a cgroup file. */
static const char *
limit_key(struct ct *ct, const char *key)
{
	for (size_t i = 0; i < LEN(options); i++)
		if (options[i].set == set_limit && !strcmp(options[i].name, key) &&
		    limit_files[options[i].limit])
			return limit_files[options[i].limit];
	if (strchr(key, '/') || !strchr(key, '.') || *key == '.') {
		opt_bad(ct, key, "neither a limit's name nor a cgroup file");
		return NULL;
	}
	return key;
}

/* Sums a key over the lines of io.stat. */
static uint64_t
stats_io(int dir, const char *key)
{
	char buf[8192], *s = buf;
	uint64_t sum = 0;

	if (io_get(dir, "io.stat", buf, sizeof buf) <= 0)
		return 0;
	while ((s = text_find(s, key))) {
		s += strlen(key);
		sum += text_scan(s, 10, NULL);
	}
	return sum;
}

/* The group that its first process is in, which with --delegate it may have
 * changed itself: at or below its own, and not stopped there, since what is
 * cloned into it would never run. */
static int
ctr_join_group(struct ct *ct, struct ctr *c)
{
	char buf[4096], *path;
	uint64_t frozen = 0;

	if (ct->cg_top_fd < 0) {
		ct->cg_fd = fcntl(c->fd, F_DUPFD_CLOEXEC, 3);
		return ct->cg_fd < 0 ? fail_sys(ct, "dup") : 0;
	}
	path = cg_path_of(ct, c->pid, buf, sizeof buf);
	if (!path)
		return -1;
	if (!cg_below(ct, path, c->name))
		return fail_msg(ct, "process %d is not in it any more", c->pid);
	ct->cg_fd = openat(ct->cg_top_fd, *path ? path + 1 : ".",
	                   O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (ct->cg_fd < 0)
		return fail_sys(ct, "open group %s", path);
	if (ctr_num(ct->cg_fd, "cgroup.events", "frozen", &frozen) < 0)
		return fail_sys(ct, "read cgroup.events of %s", path);
	return frozen ? fail_msg(ct, "its group %s is paused", path) : 0;
}

/* 1: this kind of namespace is another one than ours, 0: it is ours or the
 * kernel has none, -1: it cannot be told, which is never taken for "the same". */
static int
ctr_ns_differs(struct ct *ct, pid_t pid, int kind, struct stat *its)
{
	char path[48];
	struct stat own;
	bool missing;

	kfs_ns_path(0, ns_kinds[kind].name, path, sizeof path);
	missing = fstatat(ct->proc_fd, path, &own, 0) < 0;
	if (missing && errno != ENOENT)
		return fail_sys(ct, "stat /proc/%s", path);
	kfs_ns_path(pid, ns_kinds[kind].name, path, sizeof path);
	if (fstatat(ct->proc_fd, path, its, 0) < 0)
		return missing && errno == ENOENT ? 0 :
		       fail_sys(ct, "stat /proc/%s", path);
	return missing || own.st_ino != its->st_ino || own.st_dev != its->st_dev;
}

/* Finds what is to be joined. */
static int
ctr_join(struct ct *ct, struct ctr *c)
{
	char path[32];
	struct stat st = { 0 };

	for (int i = 0; i < NS_MAX; i++) {
		int differs = ctr_ns_differs(ct, c->pid, i, &st);

		if (differs < 0)
			return -1;
		if (differs)
			ct->join |= ns_kinds[i].flag;
		if (i == NS_PID) {
			ct->pid_ns = st.st_ino;
			ct->nsfs = st.st_dev;
		}
	}
	text_printf(path, sizeof path, "%d/root", c->pid);
	ct->tree_fd = openat(ct->proc_fd, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (ct->tree_fd < 0)
		return fail_sys(ct, "open its root (has its first thread ended?)");
	ct->group_fd = c->fd;
	/* what was looked up by number above was its, if it lives now */
	if (syscall(SYS_pidfd_send_signal, ct->self_fd, 0, NULL, 0) < 0)
		return fail_sys(ct, "reach process %d", c->pid);
	return parent_pipes(ct);
}

static int
ctr_enter(struct ct *ct, struct ctr *c)
{
	if (ctr_state(c) == ST_PAUSED)
		return fail_msg(ct, "is paused: `ct resume %s` first", c->name);
	if (!c->pid || ctr_state(c) == ST_STOPPED)
		return fail_msg(ct, "nothing runs in it");
	if ((ct->self_fd = ctr_pidfd(ct, c, c->pid)) < 0 ||
	    ctr_join_group(ct, c) < 0)
		return -1;
	return ctr_join(ct, c);
}

/* The filter that the container was made with, where it was one of the user's:
 * its file may be another by now. */
static int
ctr_filter(struct ct *ct, struct ctr *c)
{
	enum { MAX = BPF_MAXINSNS * sizeof *ct->seccomp_prog };
	ssize_t n;

	if (!ct->seccomp_path)
		return 0;
	ct->seccomp_prog = mem_get(ct, MAX);
	n = ct->seccomp_prog ? fgetxattr(c->fd, "user.ct.seccomp", ct->seccomp_prog, MAX) :
	    -1;
	if (n <= 0)
		return fail_sys(ct, "its seccomp filter is not recorded");
	ct->seccomp_len = (unsigned short)((size_t)n / sizeof *ct->seccomp_prog);
	return 0;
}

/* What the container was made with, then what exec was given on top. */
static char **
ctr_exec_args(struct ct *ct, struct ctr *c, char **own)
{
	const char *workdir;
	char *recorded = mem_get(ct, 65536), **list;
	size_t len = recorded ? ctr_args(c, recorded, 65536) : 0;
	int n = 0;

	list = mem_get(ct, (ARGS_MAX + 2) * sizeof *list);
	for (size_t at = 0; list && at < len && n < ARGS_MAX;
	     at += strlen(recorded + at) + 1)
		list[n++] = recorded + at;
	if (!n) {
		fail_msg(ct, "its arguments are not recorded");
		return NULL;
	}
	ct->from_record = true;
	ct->verb = V_RUN;
	if (!opt_parse(ct, list))
		return NULL;
	ct->from_record = false;
	memset(ct->seen, 0, sizeof ct->seen);
	ct->detach = ct->init = ct->hold = ct->delegate = ct->keep_env = false;
	ct->timeout = 0;
	ct->pidfile = ct->on_start = ct->on_exit = NULL;
	ct->ready_fd = ct->info_fd = -1;
	ct->verb = V_EXEC;
	if (ctr_filter(ct, c) < 0)
		return NULL;
	workdir = ct->workdir;
	own = opt_parse(ct, own);
	ct->workdir_given = ct->workdir != workdir;
	return own;
}
