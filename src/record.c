/* SPDX-License-Identifier: ISC */
/* The registry: a container's record is in attributes of its cgroup, its state in the kernel. */

struct ctr {
	int fd;                 /* of its directory */
	const char *name;
	pid_t pid;              /* first process, 0: no record */
	uint64_t since;         /* CLOCK_BOOTTIME µs when it was started */
	int command_at, sup_pid, status_fd, go_fd, ring_fd, wake_fd, tty_fd, layer_fd;
	int restarts;           /* by --restart; -1: it is not started again */
	bool held;
	char keyring[24];
	struct ctr *next;       /* see ctr_each() */
	uint64_t end;           /* until when ctr_each()'s `end` waits, in µs */
	int taken_fd;
};

#define LOCAL_CTR LOCAL(ctr)

enum { ST_CREATED, ST_RUNNING, ST_PAUSED, ST_STOPPED };
static const char *const states[] = { "created", "running", "paused", "stopped" };

/* --- the record user.ct.init, words with names:
 *
 *         pid=12 command=5 sup=9 status=-1 go=7 again=2 since=3456 held keyring=ct:01234567
 *
 *     The first process (0: until it is restarted), which argument is the command, the
 *     supervisor and its file descriptors for clients (-1: none): of the status, and of the
 *     pipe that starts a held container; how often it was restarted (-1: it never is), and
 *     when it was started. --- */

/* The number in the word KEY=N; -1 if it is missing or not a number. */
static int64_t
record_num(const char *record, const char *key)
{
	const char *s = text_find(record, key);

	s = s ? s + strlen(key) : "";
	return (unsigned)*s - '0' < 10 ? (int64_t)text_scan(s, 10, NULL) : -1;
}

/* Its numbers, but `since`. */
#define WORD(word, field) { word "=", offsetof(struct ctr, field) }
static const struct { const char *key; size_t at; } record_words[] = {
	WORD("pid", pid), WORD("command", command_at), WORD("sup", sup_pid),
	WORD("status", status_fd), WORD("go", go_fd), WORD("again", restarts),
	WORD("log", ring_fd), WORD("wake", wake_fd), WORD("tty", tty_fd), WORD("layer", layer_fd),
};
#define WORD_OF(c, i) ((int *)(void *)((char *)(uintptr_t)(c) + record_words[i].at))

/* Does it belong to root or the caller? A record by another user, who was given the cgroup above,
 * could name any process, and give exec's command any privilege. */
static bool
record_ours(int dir)
{
	struct stat st;

	return fstat(dir, &st) == 0 && (!st.st_uid || st.st_uid == geteuid());
}

/* Reads an attribute of a cgroup, and ends it with a NUL: its length, or 0 with errno. */
static size_t
record_get(int dir, const char *attr, char *buf, size_t size)
{
	ssize_t n = -1;

	errno = ENODATA;
	if (record_ours(dir))
		n = fgetxattr(dir, attr, buf, size - 1);
	n = n < 0 ? 0 : n;
	buf[n] = '\0';
	return (size_t)n;
}

/* Reads the record; -1 with errno: there is none, or ct has not written it. */
static int
record_read(int dir, struct ctr *c)
{
	char record[256], *keyring;

	if (!record_get(dir, "user.ct.init", record, sizeof record))
		return -1;
	for (size_t i = 0; i < LEN(record_words); i++)
		*WORD_OF(c, i) = (int)record_num(record, record_words[i].key);
	if (c->pid < (c->restarts < 0)) {
		c->pid = 0;
		errno = EINVAL;
		return -1;
	}
	c->since = (uint64_t)record_num(record, "since=");
	c->held = text_find(record, " held ") != NULL;
	keyring = text_find(record, "keyring=");
	text_printf(c->keyring, sizeof c->keyring, "%s", keyring ? keyring + 8 : "");
	return 0;
}

static int
record_write(int dir, const struct ctr *c)
{
	char record[256];
	size_t n = 0;

	for (size_t i = 0; i < LEN(record_words); i++)
		n += text_printf(record + n, sizeof record - n, "%s%d ", record_words[i].key,
		                 *WORD_OF(c, i));
	n += text_printf(record + n, sizeof record - n, "since=%ju %skeyring=%s", c->since,
	                 c->held ? "held " : "", c->keyring);
	return fsetxattr(dir, "user.ct.init", record, n, 0);
}

static int
record_set(struct ct *ct, const char *attr, const void *value, size_t len)
{
	return fsetxattr(ct->cg_fd, attr, value, len, 0) < 0 ?
	       fail_sys(ct, "setxattr %s", attr) : 0;
}

enum { ARGS_MAX = 4096 };       /* this many arguments are not recorded */
enum { ARGS_BYTES = 60000 };    /* bytes of them at most: a kernfs attribute has 64 KiB */
enum { NOTES_MAX = 32768 };     /* bytes of --annotate */
enum { SECCOMP_RECORD = 65536 };        /* bytes of an attribute */

/* Records --annotate: each KEY=VALUE with its NUL; of a repeated key only the last. */
static int
record_notes(struct ct *ct)
{
	char *text = NULL;
	size_t len = 0, n;

	FOR_OPS(op, ct->ops, OP_ANNOTATE) {
		n = strcspn(op->env, "=") + 1;
		for (struct op *o = op->next; n && o; o = o->next)
			if (o->kind == OP_ANNOTATE && !strncmp(o->env, op->env, n))
				n = 0;
		if (!text && !(text = mem_get(ct, NOTES_MAX)))
			return -1;
		if (len + strlen(op->env) >= NOTES_MAX)
			return fail_msg(ct, "more than %d bytes of --annotate", NOTES_MAX);
		if (n)
			len += text_printf(text + len, NOTES_MAX - len, "%s", op->env) + 1;
	}
	return len ? record_set(ct, "user.ct.notes", text, len) : 0;
}

/* Records the arguments if they fit; else warns, if the container has a name for verbs to use. */
static int
record_argv(struct ct *ct)
{
	size_t len = 0, size = 0;
	char *buf, **a;

	for (a = ct->args; *a; a++)
		size += strlen(*a) + 1;
	if (size > ARGS_BYTES || ct->nargs == ARGS_MAX) {
		if (ct->named)
			STEP_WARN(ct, ct->step, "more than %d bytes or %d arguments are not "
			          "recorded: no ct exec, no --stop-signal", ARGS_BYTES,
			          ARGS_MAX - 1);
		return 0;
	}
	if (!(buf = mem_get(ct, size + 1)))
		return -1;
	for (a = ct->args; *a; a++)
		len += text_printf(buf + len, size + 1 - len, "%s", *a) + 1;
	return record_set(ct, "user.ct.argv", buf, len);
}

/* Step "record" before the clone: what was given, and a memfd for the status. */
static int
record_args(struct ct *ct)
{
	if (ct->cg_fd < 0)
		return 0;
	if (HAVE_RECORD && (record_argv(ct) < 0 || record_notes(ct) < 0))
		return -1;
	/* the program, not the file's name: the file may change */
	if (ct->filter.len && record_set(ct, "user.ct.seccomp", ct->filter.prog,
	                                   ct->filter.len * sizeof *ct->filter.prog) < 0)
		return -1;
	if (!ct->named)
		return 0;
	ct->status_fd = (int)syscall(SYS_memfd_create, "ct", MFD_CLOEXEC);
	return ct->status_fd < 0 ? fail_sys(ct, "memfd_create") : 0;
}

/* Writes --pidfile, which is empty while no process runs. */
static int
record_pidfile(struct ct *ct)
{
	char line[16];
	size_t n = ct->pid ? text_printf(line, sizeof line, "%d\n", ct->pid) : 0;

	if (HAVE_TELL && ct->pid_fd >= 0 && (ftruncate(ct->pid_fd, 0) < 0 ||
	                        pwrite(ct->pid_fd, line, n, 0) != (ssize_t)n))
		return fail_sys(ct, "write %s", ct->pidfile);
	return 0;
}

/* Step "record" once the child is inside; with --restart also when it has ended. */
static int
record_init(struct ct *ct)
{
	struct ctr c = {
		.pid = ct->pid, .command_at = ct->command_at, .sup_pid = getpid(),
		.status_fd = ct->status_fd, .go_fd = ct->hold ? ct->go_fd[1] : -1,
		.held = ct->hold, .restarts = ct->restart ? (int)ct->restarts : -1,
		.ring_fd = ct->ring_fd, .wake_fd = ct->wake_fd,
		.tty_fd = ct->detach ? ct->tty_fd : -1,
		.layer_fd = ct->layer_fd,
	};

	if (record_pidfile(ct) < 0)
		return -1;
	if (ct->cg_fd < 0)
		return 0;
	/* by the kernel's own rules others of the user may take these descriptors, by those of
	 * Yama (ptrace_scope 1) only who is named; EINVAL: without Yama */
	if (ct->euid && !ct->lib)
		sys_prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0);
	c.since = clock_usec(CLOCK_BOOTTIME);
	memcpy(c.keyring, ct->keyring, sizeof c.keyring);
	if (record_write(ct->cg_fd, &c) < 0)
		return fail_sys(ct, "setxattr user.ct.init");
	/* a verb that ends it sets a mark first, and then looks for the process */
	return c.restarts > 0 && cg_ended(ct->cg_fd) ? fail_msg(ct, "ended meanwhile") : 0;
}

/* --- looking at a container --- */

/* How many µs ago it was started; 0: unknown, or by the clock of another time namespace. */
static uint64_t
ctr_age(const struct ctr *c)
{
	uint64_t now = clock_usec(CLOCK_BOOTTIME);

	return c->since && now > c->since ? now - c->since : 0;
}

/* Opens the container at dir/entry. Without a record its pid is 0. */
static int
ctr_at(int dir, const char *entry, const char *name, struct ctr *c)
{
	char buf[200];
	ssize_t n;

	*c = (struct ctr){ .name = name, .fd = cg_fd(dir, entry), .restarts = -1, .status_fd = -1,
	                   .go_fd = -1, .ring_fd = -1, .wake_fd = -1, .tty_fd = -1, .layer_fd = -1,
	                   .taken_fd = -1, .command_at = INT_MAX };
	if (c->fd < 0)
		return -1;
	if (record_read(c->fd, c) == 0)
		return 0;
	if (errno != ENODATA && errno != EINVAL) {
		fd_close(&c->fd);
		return -1;
	}
	if ((n = fgetxattr(c->fd, "user.ct.keep", buf, sizeof buf - 1)) > 0) {
		buf[n] = '\0';
		c->since = record_num(buf, "since=") > 0 ? (uint64_t)record_num(buf, "since=") : 0;
	}
	return 0;
}

/* The container that a process is in, "" for none, NULL after an error. Walks its cgroup's path
 * through those made by `ct create` to the first other one: attributes below that mean nothing. */
static const char *
ctr_detect(struct ct *ct, pid_t pid)
{
	char buf[8192], *path, *name, *slash;
	bool found, persistent = true;
	size_t base, known = 0;
	struct ctr c;

	if (!(path = cg_path_of(ct, pid, buf, sizeof buf)))
		return NULL;
	base = strlen(ct->cg_path);
	if (strncmp(path, ct->cg_path, base) || path[base] != '/')
		return "";
	name = path + base + 1;
	for (slash = name; slash && persistent; ) {
		if ((slash = strchr(slash, '/')))
			*slash = '\0';
		found = name_ok(name) && ctr_at(ct->cg_base_fd, name, name, &c) == 0;
		persistent = found && cg_is_persistent(c.fd);
		if (found && (c.pid || persistent))
			known = strlen(name);
		if (found)
			fd_close(&c.fd);
		if (slash)
			*slash++ = '/';
	}
	return mem_printf(ct, "%.*s", (int)known, name);
}

/* Makes a name absolute: /a is a; . and .. are relative to the container that the caller is in. */
static const char *
ctr_name(struct ct *ct, const char *name)
{
	const char *own = "";
	size_t n;

	name += *name == '/';
	if (*name == '.' && ct->cg_base_fd >= 0 && !(own = ctr_detect(ct, getpid())))
		return NULL;
	for (n = strlen(own); *name == '.'; name += strspn(name, "/")) {
		size_t dots = strspn(name, ".");

		if (dots > 2 || (name[dots] && name[dots] != '/') || (dots == 2 && !n))
			break;
		while (dots == 2 && n && own[--n] != '/')
			;
		name += dots;
	}
	if (n)
		name = mem_printf(ct, "%.*s%s%s", (int)n, own, *name ? "/" : "", name);
	if (name && !name_ok(name))
		fail_msg(ct, "not a name here");
	return ct->failed ? NULL : name;
}

/* Is its supervisor alive? It holds a lock. */
static bool
ctr_locked(const struct ctr *c)
{
	if (flock(c->fd, LOCK_SH | LOCK_NB) < 0)
		return errno == EWOULDBLOCK;
	flock(c->fd, LOCK_UN);
	return false;
}

/* Waits a second at most for the record of a new container, or its end. False: it is not new. */
static bool
ctr_begins(struct ctr *c)
{
	uint64_t end = now_plus(1);
	bool waited = false;

	if (c->pid || c->sup_pid || cg_is_persistent(c->fd))
		return false;
	for (; !c->sup_pid && now_usec() < end && ctr_locked(c); waited = true) {
		poll(NULL, 0, 5);
		record_read(c->fd, c);
	}
	return waited;
}

/* Opens the container of this name; without one, an error with status 3. */
static int
ctr_open(struct ct *ct, const char *name, struct ctr *c)
{
	ct->step = name;
	*c = (struct ctr){ .fd = -1, .name = name };
	if (*name == '-')
		return fail_msg(ct, "not a name: options go before it");
	if (!name_may_be(name))
		return fail_msg(ct, "not a name");
	if (ct->cg_base_fd < 0 && cg_base(ct, false) < 0 && errno != ENOENT)
		return cg_none(ct);
	if (!(c->name = name = ctr_name(ct, name)))
		return -1;
	if (ct->cg_base_fd >= 0 && cg_parents_ok(ct, name)) {
		int r = ctr_at(ct->cg_base_fd, name, name, c);

		if (r == 0 && ctr_begins(c)) {
			fd_close(&c->fd);
			r = ctr_at(ct->cg_base_fd, name, name, c);
		}
		if (r == 0) {
			ct->asked = name;
			ct->asked_pid = c->pid;
			return 0;
		}
		if (errno != ENOENT)
			return fail_sys(ct, "open its cgroup");
	} else if (ct->cg_base_fd >= 0 && errno && errno != ENOENT) {
		return fail_sys(ct, "open what it is in");
	}
	ct->err.status = 3;
	return fail_msg(ct, "no such container");
}

/* Has the first process exited? It loses its namespaces first, but so does a mere first thread. */
static bool
ctr_exited(struct ct *ct, pid_t pid)
{
	struct pollfd p = { .fd = -1, .events = POLLIN };
	bool exited;

	if (!kfs_has_proc(ct) || kfs_ns_inode(ct->proc_fd, pid, "mnt") || errno != ENOENT)
		return false;
	p.fd = sys_pidfd(pid);
	exited = p.fd < 0 ? errno == ESRCH : poll(&p, 1, 100) > 0;
	fd_close(&p.fd);
	return exited;
}

/* Is an error due to the container's end, since pid was its first process? */
static bool
ctr_has_ended(struct ct *ct, const struct ctr *c, pid_t pid)
{
	/* a string of errnos; its end, 0, is one of them: the error has none */
	static const char by_that[] = { ENOENT, ESRCH, ENODEV, EPIPE, EBADF, 0 };
	int populated = cg_populated(c->fd);

	if (!strchr(by_that, ct->err.no))
		return false;
	return populated < 0 || (pid && (!populated || c->pid != pid || ctr_exited(ct, pid)));
}

/* A verb failed, and its container has ended since: that is the cause, whichever call saw it. */
static void
ctr_lost(struct ct *ct, const struct ctr *c)
{
	if (ct->failed && ct->err.status != 125)
		return;
	err_forget(ct);
	ct->step = c->name;
	ct->err.status = c->restarts < 0 ? 3 : 125;
	fail_msg(ct, "has ended");
}

/* Is it about to be restarted? Then its supervisor holds the lock. */
static bool
ctr_returns(const struct ctr *c)
{
	struct ctr now = { .fd = -1 };

	return c->restarts >= 0 && record_read(c->fd, &now) == 0 && now.restarts >= 0 &&
	       ctr_locked(c);
}

static int
ctr_state(const struct ctr *c)
{
	bool frozen = false;
	int populated = cg_events(c->fd, &frozen);
	struct ctr now = { 0 };
	uint64_t wish;

	if (populated == 0 && cg_is_persistent(c->fd) &&
	    cg_num(c->fd, "cgroup.freeze", NULL, &wish) == 0 && wish)
		return ST_PAUSED;       /* a process that enters is frozen */
	if (populated <= 0)
		return populated == 0 && (cg_is_persistent(c->fd) || ctr_returns(c)) ?
		       ST_CREATED : ST_STOPPED;
	if (frozen)
		return ST_PAUSED;
	return c->held && record_read(c->fd, &now) == 0 && now.held ? ST_CREATED : ST_RUNNING;
}

/* Was this cgroup made by ct, not by a container? */
static bool
ctr_is_ours(const struct ctr *c)
{
	return c->pid || cg_is_persistent(c->fd) || fgetxattr(c->fd, "user.ct.argv", NULL, 0) > 0;
}

/* Bytes of the record of `ct mount`: for each mount its path and what ct was given. */
enum { MOUNTS_RECORD = 60000 };

/* Returns a pidfd of a process in the container: opened before that is checked, so that the
 * pid cannot have been reused. *at is the process's cgroup, in buf. */
static int
ctr_pidfd_at(struct ct *ct, const struct ctr *c, pid_t pid, char *buf, size_t size, char **at)
{
	int fd = pid > 0 ? sys_pidfd(pid) : -1;
	char *path;

	if (fd < 0 && pid > 0 && errno != ESRCH)
		return fail_sys(ct, "pidfd_open %d", pid);
	path = *at = fd < 0 ? NULL : cg_path_of(ct, pid, buf, size);
	if (path && cg_below(ct, path, c->name))
		return fd;
	fd_close(&fd);
	if (ct->failed && ct->err.no != ENOENT && ct->err.no != ESRCH)
		return -1;
	err_forget(ct);
	return fail_msg(ct, "process %d is no longer in it", pid);
}

static int
ctr_pidfd(struct ct *ct, const struct ctr *c, pid_t pid)
{
	char buf[8192], *path;

	return ctr_pidfd_at(ct, c, pid, buf, sizeof buf, &path);
}

/* Calls fn for every pid in a container and in the cgroups below it, whatever attributes it
 * gave them. Below a cgroup of `ct create` are other containers, left out if `own`. */
struct pids {
	struct ct *ct;
	const struct ctr *g;
	int arg, count;
	void (*fn)(struct pids *, pid_t);
	bool own;
	int no;                 /* errno of a list that cannot be read */
};

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
	struct pids *p = arg;

	if (cg_pids(dir, p->arg == 'T' ? "cgroup.threads" : "cgroup.procs", ctr_pid, p) < 0)
		p->no = errno;
}

static int
ctr_pids(struct pids *p)
{
	ctr_pids_in(p->g->fd, p);
	if (!p->own || !cg_is_persistent(p->g->fd))
		cg_walk(p->g->fd, ctr_pids_in, p);
	errno = p->no;
	return p->no ? -1 : 0;
}

/* Its processes. Without any, its first one has ended, and another may have that pid. */
static int
ctr_count(struct ctr *c)
{
	struct pids p = { .g = c };
	uint64_t v;

	if (cg_num(c->fd, "pids.current", NULL, &v) == 0)
		p.count = (int)v;
	else
		ctr_pids(&p);
	if (!p.count)
		c->pid = 0;
	return p.count;
}

/* Finds the child of the first process with the lowest pid inside. */
struct seen { struct pids p; pid_t pid; uint64_t inner; };

static void
ctr_see(struct pids *p, pid_t pid)
{
	struct seen *s = (void *)p;
	char buf[4096], *parent, *inner;
	uint64_t n = 0;

	if (kfs_status(p->ct, pid, buf, sizeof buf) < 0 ||
	    !(parent = text_find(buf, "\nPPid:")) || !(inner = text_find(buf, "\nNSpid:")) ||
	    (pid_t)text_scan(parent + 6, 10, NULL) != p->g->pid)
		return;
	for (inner += 7; *inner == '\t'; )     /* outermost first */
		n = text_scan(inner, 10, &inner);
	if (!s->pid || n < s->inner) {
		s->pid = pid;
		s->inner = n;
	}
}

/* The process whose /proc/PID shows what the container has: the first one, or the command if
 * that hides from an unprivileged caller, as the reaper of --init does. -1: there is none. */
static pid_t
ctr_shown(struct ct *ct, const struct ctr *c)
{
	struct seen s = { .p = { .ct = ct, .g = c, .fn = ctr_see } };

	if (!c->pid)
		return fail_msg(ct, "has no process of its own");
	if (kfs_need_proc(ct) < 0)
		return -1;
	if (kfs_ns_inode(ct->proc_fd, c->pid, "pid") || errno != EACCES)
		return c->pid;
	ctr_pids(&s.p);
	return s.pid ? s.pid : fail_msg(ct, "only root can inspect process %d%s", c->pid,
	                                c->held ? " until `ct start`" : "");
}

/* Makes that process c's, and returns a pidfd of it. */
static int
ctr_hold(struct ct *ct, struct ctr *c)
{
	pid_t pid = ctr_shown(ct, c);

	if (pid < 0)
		return -1;
	c->pid = pid;
	return ctr_pidfd(ct, c, pid);
}

/* The inodes of a process's namespaces; 0: unknown. */
static void
ctr_namespaces(struct ct *ct, pid_t pid, uint32_t ns[NS_MAX])
{
	for (int i = 0; i < NS_MAX; i++)
		ns[i] = kfs_has_proc(ct) ?
		        (uint32_t)kfs_ns_inode(ct->proc_fd, pid, ns_kinds[i].name) : 0;
}

/* Prints the annotations as members of a JSON object. */
static void
ctr_show_notes(struct buf *o, int dir)
{
	char text[NOTES_MAX + 1], *value;
	size_t len = record_get(dir, "user.ct.notes", text, sizeof text);

	for (char *s = text; s < text + len; s = text_past(value)) {
		if (!(value = text_cut(s, '=')))
			return;
		buf_json(o, s == text ? "" : ",", s);
		buf_json(o, ":", value);
	}
}

/* Prints namespaces as members of a JSON object: inodes or, of a process, paths for nsenter(1). */
static void
ctr_show_namespaces(struct buf *o, const uint32_t ns[NS_MAX], pid_t of)
{
	const char *comma = "";
	char path[48];

	for (int i = 0; i < NS_MAX; i++) {
		if (!ns[i])
			continue;
		buf_printf(o, "%s\"%s\":", comma, ns_kinds[i].name);
		if (of)
			buf_printf(o, "\"/proc/%s\"",
			           kfs_ns_path(of, ns_kinds[i].name, path, sizeof path));
		else
			buf_printf(o, "%u", ns[i]);
		comma = ",";
	}
}

/* Waits until the state is `want`, or for stopped until it is gone, and at most until `end`
 * (µs; 0: forever). A change in cgroup.events wakes us; but the kernel reports a second one
 * only after 10 ms, when the cgroup may be gone: so the supervisor's end wakes us, too. */
static int
ctr_wait_until(struct ctr *c, int want, uint64_t end)
{
	struct pollfd p[] = { { .events = POLLPRI }, { .fd = -1, .events = POLLIN },
	                      { .fd = -1, .events = POLLIN } };
	char buf[128];
	bool reached, told;
	int left;

	p[0].fd = openat(c->fd, "cgroup.events", O_RDONLY | O_CLOEXEC);
	if (c->sup_pid > 0)
		p[1].fd = sys_pidfd(c->sup_pid);
	for (;;) {
		if (p[0].fd >= 0 && pread(p[0].fd, buf, sizeof buf, 0) < 0)
			fd_close(&p[0].fd);
		reached = ctr_state(c) == want;
		left = ms_until(end);
		if (reached || p[0].fd < 0 || !left)
			break;
		/* not of the end of "held", or a removal without a supervisor */
		told = p[2].fd >= 0 || (p[1].fd >= 0 && !(c->held && want == ST_RUNNING));
		if (poll(p, LEN(p), told ? left : (int)MIN((unsigned)left, 200)) == 0 && !told)
			p[2].fd = cg_watch(c->fd);
		if (p[1].revents)
			fd_close(&p[1].fd);
		cg_watched(&p[2].fd, p[2].revents);
	}
	fd_close(&p[2].fd);
	fd_close(&p[0].fd);
	fd_close(&p[1].fd);
	return reached ? 0 : -1;
}
