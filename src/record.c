/* SPDX-License-Identifier: ISC */
/* The registry: a container's record is attributes of its cgroup, its state comes from the
 * kernel alone. */

/* --- registry: what there is to know of a group, from the kernel alone --- */

struct ctr {
	int fd;                 /* of its directory */
	const char *name;
	pid_t pid;              /* first process, 0: no record */
	uint64_t since;         /* CLOCK_MONOTONIC µs when it was started */
	int command_at, sup_pid, status_fd, go_fd;
	bool held;
	char keyring[24];
};

enum { ST_CREATED, ST_RUNNING, ST_PAUSED, ST_STOPPED };
static const char *const states[] = { "created", "running", "paused",
                                      "stopped" };

/* Value of a file with one number, or of a key in a file of "key value" lines;
 * -1 without one, UINT64_MAX for "max". */
static int
ctr_num(int dir, const char *file, const char *key, uint64_t *v)
{
	char buf[4096], *p = buf;
	size_t n = key ? strlen(key) : 0;

	*v = 0;
	if (io_get(dir, file, buf, sizeof buf) <= 0)
		return -1;
	while (key && (strncmp(p, key, n) || p[n] != ' '))
		if (!(p = strchr(p, '\n')) || !*++p)
			return -1;
	p += n;
	*v = strncmp(p, "max", 3) ? text_scan(p, 10, NULL) : UINT64_MAX;
	return 0;
}

static void
ctr_close(struct ctr *c)
{
	fd_close(&c->fd);
}

static int
ctr_at(int dir, const char *entry, const char *name, struct ctr *c)
{
	char buf[200], *p = buf;
	ssize_t n;

	*c = (struct ctr){ .name = name };
	c->fd = openat(dir, entry, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (c->fd < 0)
		return -1;
	n = fgetxattr(c->fd, "user.ct.init", buf, sizeof buf - 1);
	if (n > 0) {
		buf[n] = '\0';
		c->pid = (pid_t)text_scan(p, 10, &p);
		c->since = text_scan(p, 10, &p);
		c->command_at = (int)text_scan(p, 10, &p);
		c->sup_pid = (int)text_scan(p, 10, &p);
		c->status_fd = p[1] == '-' ? -1 : (int)text_scan(p, 10, &p);
		p += p[1] == '-' ? 3 : 0;
		c->go_fd = p[1] == '-' ? -1 : (int)text_scan(p, 10, &p);
		c->held = text_find(p, "held") != NULL;
		p = text_find(p, "ct:");
		text_printf(c->keyring, sizeof c->keyring, "%.*s", p ? 19 : 0, p ? p : "");
	} else if (errno == EOPNOTSUPP) {
		/* no attributes there: the first one listed has to do */
		n = io_get(c->fd, "cgroup.procs", buf, sizeof buf);
		c->pid = n > 0 ? (pid_t)text_scan(buf, 10, NULL) : 0;
	}
	return 0;
}

/* The container of this name, or an error with status 3. */
static int
ctr_open(struct ct *ct, const char *name, struct ctr *c)
{
	ct->step = name;
	*c = (struct ctr){ .fd = -1, .name = name };
	if (!name_ok(name, true))
		return fail_msg(ct, "not a name");
	if (ct->cg_base_fd < 0 && cg_base(ct, false) < 0 && errno != ENOENT)
		return fail_msg(ct, "no cgroup2 hierarchy can be used");
	if (ct->cg_base_fd >= 0 && cg_parents_ok(ct->cg_base_fd, name)) {
		if (ctr_at(ct->cg_base_fd, name, name, c) == 0)
			return 0;
		if (errno != ENOENT)
			return fail_sys(ct, "open its group");
	}
	ct->err.status = 3;
	return fail_msg(ct, "no such container");
}

static int
ctr_state(const struct ctr *c)
{
	char buf[200];
	uint64_t v;
	ssize_t n;

	if (ctr_num(c->fd, "cgroup.events", "populated", &v) < 0)
		return ST_STOPPED;
	if (!v)
		return cg_is_persistent(c->fd) ?
		       ST_CREATED : ST_STOPPED;
	if (ctr_num(c->fd, "cgroup.events", "frozen", &v) == 0 && v)
		return ST_PAUSED;
	if (c->held) {                  /* still? */
		n = fgetxattr(c->fd, "user.ct.init", buf, sizeof buf - 1);
		buf[n < 0 ? 0 : n] = '\0';
		return text_find(buf, "held") ? ST_CREATED : ST_RUNNING;
	}
	return ST_RUNNING;
}

/* Its arguments: NUL-separated in buf, their length, 0 if there are none. */
static size_t
ctr_args(const struct ctr *c, char *buf, size_t size)
{
	ssize_t n = fgetxattr(c->fd, "user.ct.argv", buf, size - 1);

	buf[n < 0 ? 0 : n] = '\0';
	return n < 0 ? 0 : (size_t)n;
}

/* A pidfd of a process, known to be in the group: the descriptor first, then
 * the look, so that it cannot be another process of the same number. */
static int
ctr_pidfd(struct ct *ct, const struct ctr *c, pid_t pid)
{
	char buf[8192], *path;
	int fd = pid > 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;

	if (fd < 0 && pid > 0 && errno != ESRCH)
		return fail_sys(ct, "pidfd_open %d", pid);
	path = fd < 0 ? NULL : cg_path_of(ct, pid, buf, sizeof buf);
	if (path && cg_below(ct, path, c->name))
		return fd;
	fd_close(&fd);
	if (ct->failed && ct->err.no != ENOENT && ct->err.no != ESRCH)
		return -1;
	err_forget(ct);
	return fail_msg(ct, "process %d is not in it any more", pid);
}

/* Calls fn for every pid of a container and of what is below it: all that is its
 * own, whatever it has written there. In a group below are other containers,
 * which count unless `own` is set. */
struct pids { struct ct *ct; const struct ctr *g; int arg, count;
              void (*fn)(struct pids *, pid_t); bool own; };

static void
ctr_pid(pid_t pid, void *arg)
{
	struct pids *p = arg;

	p->count++;
	if (p->fn)
		p->fn(p, pid);
}

static void
ctr_pids_in(int dir, void *arg)
{
	const struct pids *p = arg;

	cg_pids(dir, p->arg == 'T' ? "cgroup.threads" : "cgroup.procs", ctr_pid,
	        arg);
}

static void
ctr_pids(struct pids *p)
{
	ctr_pids_in(p->g->fd, p);
	if (!p->own || !cg_is_persistent(p->g->fd))
		cg_walk(p->g->fd, ctr_pids_in, p);
}

static int
ctr_count(const struct ctr *c)
{
	struct pids p = { .g = c };
	uint64_t v;

	if (ctr_num(c->fd, "pids.current", NULL, &v) == 0)
		return (int)v;
	ctr_pids(&p);
	return p.count;
}

/* Waits until the state is `want` (or gone, for stopped), at most ms; what
 * changes in cgroup.events wakes us. */
static int
ctr_wait_state(struct ctr *c, int want, int ms)
{
	struct pollfd p = { .events = POLLPRI };
	uint64_t end = now_usec() + (uint64_t)ms * 1000;
	char buf[128];
	int r = -1;

	p.fd = openat(c->fd, "cgroup.events", O_RDONLY | O_CLOEXEC);
	for (;;) {
		int left = ms < 0 ? -1 : now_usec() >= end ? 0 :
		           (int)((end - now_usec()) / 1000 + 1);

		if (p.fd >= 0 && pread(p.fd, buf, sizeof buf, 0) < 0 && errno)
			fd_close(&p.fd);
		if (ctr_state(c) == want) {
			r = 0;
			break;
		}
		if (p.fd < 0 || !left)
			break;
		/* "held" is not a file: looked at again now and then */
		poll(&p, 1, left < 0 || left > 200 ? 200 : left);
	}
	fd_close(&p.fd);
	return r;
}

/* --- the record: attributes of the group's directory --- */

enum { ARGS_MAX = 4096 };       /* arguments that are recorded at most */

/* Fits what a kernfs attribute may be; longer argument lists have no record of
 * their arguments, and `ct exec` says so. */
static int
record_args(struct ct *ct)
{
	size_t len = 0, size = 0;
	char *buf, **a;

	if (ct->cg_fd < 0)
		return 0;
	for (a = ct->args; *a; a++)
		size += strlen(*a) + 1;
	if (size > 60000 || ct->nargs == ARGS_MAX ||
	    !(buf = mem_get(ct, size + 1)))
		return ct->failed ? -1 : 0;
	for (a = ct->args; *a; a++) {
		memcpy(buf + len, *a, strlen(*a) + 1);
		len += strlen(*a) + 1;
	}
	if (fsetxattr(ct->cg_fd, "user.ct.argv", buf, len, 0) < 0 &&
	    errno != EOPNOTSUPP)
		return fail_sys(ct, "setxattr user.ct.argv");
	/* the program, not the file's name: that may be another by then */
	if (ct->seccomp_prog && fsetxattr(ct->cg_fd, "user.ct.seccomp", ct->seccomp_prog,
	    ct->seccomp_len * sizeof *ct->seccomp_prog, 0) < 0 && errno != EOPNOTSUPP)
		return fail_sys(ct, "setxattr user.ct.seccomp");
	if (!ct->named)
		return 0;
	ct->status_fd = (int)syscall(SYS_memfd_create, "ct", 1);
	return ct->status_fd < 0 ? fail_sys(ct, "memfd_create") : 0;
}

/* Who runs in it, since when, which of the arguments is the command; and the
 * descriptors of ours that a client may take: status and go pipe. */
static int
record_init(struct ct *ct)
{
	char line[160];
	size_t n = text_printf(line, sizeof line, "%d\n", ct->pid);

	if (ct->pid_fd >= 0 && io_write(ct->pid_fd, line, n) < 0)
		return fail_sys(ct, "write %s", ct->pidfile);
	if (ct->cg_fd < 0)
		return 0;
	n = text_printf(line, sizeof line, "%d %llu %d %d %d %d %s %s", ct->pid,
	           (unsigned long long)now_usec(), ct->command_at, getpid(),
	           ct->status_fd, ct->hold ? ct->go_fd[1] : -1, ct->keyring,
	           ct->hold ? "held" : "");
	if (fsetxattr(ct->cg_fd, "user.ct.init", line, n, 0) < 0 &&
	    errno != EOPNOTSUPP)
		return fail_sys(ct, "setxattr user.ct.init");
	return 0;
}
