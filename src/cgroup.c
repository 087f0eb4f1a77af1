/* SPDX-License-Identifier: ISC */
/* cgroups as they are: where containers go, controllers, walks, killing, removal.
 *
 * The supervisor holds a lock (flock) on its container's cgroup directory for as long as it
 * lives. The kernel drops the lock with the process, so a container's cgroup that can be
 * locked is a leftover: no pid has to be compared. */

/* Opens a cgroup directory, to reach its control files. */
static int
cg_fd(int dir, const char *name)
{
	return openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Opens the cgroup2 mount. -1 with no error recorded: there is none. */
static int
cg_mounted(struct ct *ct)
{
	for (size_t i = 0; cg_mounts[i]; i++) {
		int fd = io_open(cg_mounts[i], O_RDONLY | O_DIRECTORY);
		struct statfs st;

		if (fd < 0 && (errno == ENOENT || errno == EACCES || errno == ENOTDIR))
			continue;
		if (fd < 0 || fstatfs(fd, &st) < 0)
			fail_sys(ct, "look for cgroup2 at %s", cg_mounts[i]);
		else if ((unsigned long)st.f_type == CGROUP2_SUPER_MAGIC)
			return fd;
		fd_close(&fd);
		if (ct->failed)
			break;
	}
	return -1;
}

/* The path of a process's cgroup (pid 0: ct itself), in buf. "0::/" counts only at the start
 * of a line of /proc/PID/cgroup, since a cgroup's name may contain it. */
static char *
cg_path_of(struct ct *ct, pid_t pid, char *buf, size_t size)
{
	char path[32], *line, *next;

	text_printf(path, sizeof path, pid ? "%d/cgroup" : "self/cgroup", pid);
	if (kfs_need_proc(ct) < 0)
		return NULL;
	if (io_get(ct->proc_fd, path, buf, size) < 0)
		return none(fail_sys(ct, "read /proc/%s", path));
	for (line = buf; (next = text_cut(line, '\n')); line = next)
		if (!strncmp(line, "0::/", 4))
			return line + 3;
	return none(fail_msg(ct, "process %d is in no cgroup2", pid));
}

/* Is this the path of container `name`, or of a cgroup below it? */
static bool
cg_below(const struct ct *ct, const char *path, const char *name)
{
	size_t base = strlen(ct->cg_path), n = strlen(name);

	return !strncmp(path, ct->cg_path, base) && path[base] == '/' &&
	       !strncmp(path + base + 1, name, n) &&
	       (!path[base + 1 + n] || path[base + 1 + n] == '/');
}

/* May this process make cgroups in dir, and move processes into dir? */
static bool
cg_is_writable(int dir)
{
	return io_may(dir, "cgroup.procs", W_OK) && io_may(dir, ".", W_OK);
}

/* Where a user who is not the host's root can make cgroups: in the highest delegated one that
 * the caller is in or below. Its path goes to ct->cg_path. -1 with no error recorded: none is. */
static int
cg_delegated(struct ct *ct)
{
	char buf[8192], *path = cg_path_of(ct, 0, buf, sizeof buf), *slash, *own;
	int fd = -1, up;

	if (!path) {
		if (!ct->err.no)        /* no procfs or no cgroup2: not an error */
			err_forget(ct);
		return -1;
	}
	path++;
	/* the highest writable one: least likely to have processes, which would bar controllers */
	for (;;) {
		up = cg_fd(ct->cg_top_fd, *path ? path : ".");
		if (up < 0 || !cg_is_writable(up))
			break;
		if (!(own = mem_printf(ct, "%s%s", *path ? "/" : "", path)))
			break;
		ct->cg_path = own;
		fd_close(&fd);
		fd = up;
		if (!*path)
			return fd;
		slash = strrchr(path, '/');
		*(slash ? slash : path) = '\0';
	}
	if (errno != EACCES && errno != EROFS && errno != ENOENT) {
		fail_sys(ct, "look for a delegated cgroup");
		fd_close(&fd);
	}
	fd_close(&up);
	return fd;
}

/* --- controllers: a cgroup enables them for its children, while it has no processes itself: else
 *     memory and io are refused, and cpu, cpuset and pids make a threaded domain of it --- */

enum { CG_LIST = 512 };         /* bytes for a list of controllers */

static bool
cg_lists(const char *list, const char *name)
{
	size_t n = strlen(name);

	for (const char *s = list; (s = text_find(s, name)); s += n)
		if ((s == list || s[-1] == ' ') && strchr(" \n", s[n]))
			return true;
	return false;
}

static int
cg_turn(int dir, char sign, const char *name)
{
	char word[40];

	text_printf(word, sizeof word, "%c%s", sign, name);
	return io_put(dir, "cgroup.subtree_control", word);
}

/* The process of `ct run -d` that waits for this one, or 0. If it was killed, getppid() is
 * another process, perhaps the host's init, so its end of the pipe is checked. */
static pid_t
cg_waiter(const struct ct *ct)
{
	struct pollfd p = { .fd = ct->detach_fd };
	pid_t pid = getppid();

	return ct->detach_fd >= 0 && poll(&p, 1, 0) == 0 ? pid : 0;
}

/* Describes in buf what keeps controllers from being enabled in dir; NULL: nothing. ct's own
 * processes only set `self`. The root cgroup, which has no cgroup.type, may have processes. */
static const char *
cg_obstacle(const struct ct *ct, int dir, char *buf, size_t size, bool *self)
{
	char list[4096], *pid, *next;
	pid_t waits = cg_waiter(ct);
	size_t len = 0;

	*self = false;
	if (!io_may(dir, "cgroup.type", F_OK) && errno == ENOENT)
		return NULL;
	if (io_get(dir, "cgroup.procs", list, sizeof list) < 0)
		return "is threaded";
	for (pid = list; (next = text_cut(pid, '\n')); pid = next) {
		pid_t n = (pid_t)text_scan(pid, 10, NULL);

		if (n && (n == getpid() || n == waits))
			*self = true;
		else if (len < size)    /* 0: in an outer pid namespace */
			len += text_printf(buf + len, size - len, "%s%s",
			                   len ? ", " : "has processes: ", n ? pid : "outer ones");
	}
	return len ? buf : NULL;
}

/* Enables in dir the available controllers of cg_controllers[]: all at once or, if that is refused,
 * one at a time. A new cgroup (`fresh`) has no processes and no controller enabled. */
static void
cg_enable(const struct ct *ct, int dir, bool fresh)
{
	char have[CG_LIST], on[CG_LIST] = "", who[64], all[CG_LIST];
	size_t len = 0;
	bool self;

	if (io_get(dir, "cgroup.controllers", have, sizeof have) <= 1 ||
	    (!fresh && io_get(dir, "cgroup.subtree_control", on, sizeof on) < 0))
		return;
	for (size_t i = 0; i < LEN(cg_controllers); i++)
		if (cg_lists(have, cg_controllers[i].name) && !cg_lists(on, cg_controllers[i].name))
			len += text_printf(all + len, sizeof all - len, "+%s ",
			                   cg_controllers[i].name);
	/* the limit that needs one reports it */
	if (!len || (!fresh && (cg_obstacle(ct, dir, who, sizeof who, &self) || self)) ||
	    io_put(dir, "cgroup.subtree_control", all) == 0)
		return;
	for (char *list = all, *s; (s = text_next(&list, ' ')) && *s; )
		io_put(dir, "cgroup.subtree_control", s);
}

/* A container cannot live below a threaded cgroup. */
static bool
cg_is_threaded(int dir)
{
	char type[32];

	return io_get(dir, "cgroup.type", type, sizeof type) > 0 && strcmp(type, "domain\n") != 0;
}

/* Opens root's base, at the top: 0, -1 with an error, or 1: there is none that ct may use. */
static int
cg_base_top(struct ct *ct, bool make)
{
	const char *what = "open", *path = mem_printf(ct, "/%s", cg_subtree);

	if (!path)
		return -1;
	ct->cg_path = path;
	/* ENOENT: another ct, the last one to end, has just removed it */
	for (int left = 1000; ; left--) {
		bool made = make && mkdirat(ct->cg_top_fd, cg_subtree, 0755) == 0;

		if (make && !made && errno != EEXIST) {
			what = "make";
			break;
		}
		ct->cg_base_made |= made;
		ct->cg_base_fd = cg_fd(ct->cg_top_fd, cg_subtree);
		/* EROFS: it can still be read */
		if (ct->cg_base_fd >= 0 &&
		    (made || cg_is_writable(ct->cg_base_fd) || (errno == EROFS && !make)))
			return 0;
		if (!make || errno != ENOENT || !left)
			break;
		fd_close(&ct->cg_base_fd);
	}
	fd_close(&ct->cg_base_fd);
	if (errno == EROFS || errno == EACCES || (errno == ENOENT && !make))
		return 1;
	return fail_sys(ct, "%s %s in cgroup2", what, cg_subtree);
}

/* Opens the base, the cgroup below which containers are, and with `make` makes it: at the top if
 * the caller may write there, else (also as root of a user namespace) in a delegated cgroup. -1
 * with no error recorded: there is none that ct may use, or (errno ENOENT) none yet. */
static int
cg_base(struct ct *ct, bool make)
{
	int r;

	if (ct->cg_top_fd < 0 && (ct->cg_top_fd = cg_mounted(ct)) < 0 && !ct->failed && !ct->euid) {
		/* root mounts a detached one */
		ct->cg_top_fd = kfs_new_mount(ct, "cgroup2", NULL, NULL, KFS_INERT);
		err_forget(ct);
	}
	if (ct->cg_top_fd < 0)
		return -1;
	r = ct->euid ? 1 : cg_base_top(ct, make);
	if (r == 0 && make && cg_is_threaded(ct->cg_base_fd)) {
		fd_close(&ct->cg_base_fd);
		return -1;
	}
	if (r == 0 && ct->cg_base_made) {
		cg_enable(ct, ct->cg_top_fd, false);
		cg_enable(ct, ct->cg_base_fd, true);
	}
	if (r <= 0)
		return r;
	if (!ct->euid && errno == ENOENT && cg_is_writable(ct->cg_top_fd)) {
		errno = ENOENT;
		return -1;
	}
	ct->cg_base_fd = cg_delegated(ct);
	fd_close(&ct->cg_top_fd);
	if (ct->cg_base_fd >= 0 && make && cg_is_threaded(ct->cg_base_fd))
		fd_close(&ct->cg_base_fd);
	if (ct->cg_base_fd < 0)
		return -1;
	if (make)
		cg_enable(ct, ct->cg_base_fd, false);
	return 0;
}

/* The error if a cgroup is needed and cg_base() found none. */
static int
cg_none(struct ct *ct)
{
	LOCAL_FD top = cg_mounted(ct), dir = -1;

	if (top < 0)
		return fail_msg(ct,
		                "no cgroup2 is mounted, or the kernel has none (CONFIG_CGROUPS)");
	dir = cg_fd(top, *ct->cg_path ? ct->cg_path + 1 : ".");
	errno = 0;
	if (dir >= 0 && cg_is_threaded(dir))
		return fail_msg(ct, "cgroup %s is threaded", *ct->cg_path ? ct->cg_path : "/");
	return fail_msg(ct, "%s", !cg_is_writable(top) && errno == EROFS ?
	                "cgroup2 is mounted read-only" : "no cgroup is delegated to this user");
}

/* Was it made by `ct create` or `ct init`? Then it stays when it is empty. */
static bool
cg_is_persistent(int dir)
{
	return fgetxattr(dir, "user.ct.keep", NULL, 0) >= 0;
}

/* Reads a number: of a file, or of its line "key value"; "max" is UINT64_MAX. -1: there is none. */
static int
cg_num(int dir, const char *file, const char *key, uint64_t *v)
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

/* Sums a key over the lines of io.stat. */
static uint64_t
cg_io_sum(int dir, const char *key)
{
	char buf[8192], *s = buf;
	uint64_t sum = 0;

	if (io_get(dir, "io.stat", buf, sizeof buf) <= 0)
		return 0;
	while ((s = text_find(s, key)))
		sum += text_scan(s + strlen(key), 10, &s);
	return sum;
}

static bool
cg_gone(int no)
{
	return no == ENOENT || no == ENODEV;
}

/* 1: there are processes in it or below, or that is unknown, 0: none, -1: it is gone. */
static int
cg_events(int dir, bool *frozen)
{
	char buf[256];

	if (io_get(dir, "cgroup.events", buf, sizeof buf) < 0)
		return cg_gone(errno) ? -1 : 1;
	*frozen = text_find(buf, "frozen 1");
	return text_find(buf, "populated 1") != NULL;
}

static int
cg_populated(int dir)
{
	bool frozen;

	return cg_events(dir, &frozen);
}

/* An inotify(7) descriptor that tells when the cgroup, or one beside it, is removed, and when its
 * record changes; cgroup.events does neither. -1: without /proc, or enough of them. Closing it
 * takes 10 ms and more, so only for a long wait. */
static int
cg_watch(int dir)
{
	char path[40];
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	size_t up = text_printf(path, sizeof path, "/proc/self/fd/%d/..", dir) - strlen("/..");

	if (inotify_add_watch(fd, path, IN_DELETE) >= 0) {
		path[up] = '\0';
		if (inotify_add_watch(fd, path, IN_ATTRIB) >= 0)
			return fd;
	}
	fd_end(fd);
	return -1;
}

/* Reads what the descriptor of cg_watch() has told, so that poll(2) waits for more. */
static void
cg_watched(int *fd, short told)
{
	char buf[4096];

	if (told && read(*fd, buf, sizeof buf) < 0)
		fd_close(fd);
}

/* --- walks: the container chooses depth, number and names. So no recursion, and no seeking: kernfs
 *     finds a position by the hash of a name, and stays for ever where two have the same --- */

/* The name of the next child cgroup, NULL at the end. */
static const char *
cg_next(struct kfs_dir *d)
{
	struct dirent64_ *e;

	while ((e = kfs_dir_next(d)))
		if (e->type == DT_DIR)
			return e->name;
	return NULL;
}

/* Calls fn for each cgroup below dir, parents first. -1: some are deeper than CG_DEPTH. */
static int
cg_walk(int top, void (*fn)(int dir, void *arg), void *arg)
{
	struct kfs_dir level[CG_DEPTH];
	int depth = kfs_dir_open(&level[0], top, ".") < 0 ? -1 : 0, r = depth;
	const char *name;

	while (depth >= 0) {
		if (!(name = cg_next(&level[depth])))
			fd_close(&level[depth--].fd);
		else if (depth == CG_DEPTH - 1)
			r = -1;
		else if (kfs_dir_open(&level[depth + 1], level[depth].fd, name) >= 0)
			fn(level[++depth].fd, arg);     /* else it is gone */
	}
	return r;
}

/* Called for each child cgroup with its parent's file descriptor, its name and its path
 * (prefix/name), if that can be a container's or is in the base; -1 ends the walk. */
typedef int cg_fn(int dir, const char *name, const char *path, void *arg);

/* -1, with errno: a look failed, and not because a cgroup is gone; or the function did. */
static int
cg_each(int base, const char *prefix, cg_fn *fn, void *arg)
{
	LOCAL_DIR d;
	char path[1024];
	const char *name;
	int r = 0;

	if (kfs_dir_open(&d, base, ".") < 0)
		return cg_gone(errno) ? 0 : -1;
	while (r == 0 && (name = cg_next(&d))) {
		text_printf(path, sizeof path, "%s%s%s", prefix, *prefix ? "/" : "", name);
		if (!*prefix || name_ok(path))
			r = fn(base, name, path, arg);
	}
	return r == 0 && d.len < 0 && !cg_gone(errno) ? -1 : r;
}

/* Removes the cgroups below dir, deepest first. Gives up at a cgroup with processes, and
 * after CG_CLEAR ms: processes inside can make new cgroups for ever. */
static int
cg_clear(int top)
{
	uint64_t end = now_usec() + CG_CLEAR * UINT64_C(1000);
	int depth = 0, up;
	bool entered = false;
	LOCAL_DIR d;
	struct kfs_dir in;
	const char *name;

	if (kfs_dir_open(&d, top, ".") < 0)
		return -1;
	while (now_usec() < end) {
		d.len = d.at = 0;
		if (lseek(d.fd, 0, SEEK_SET) < 0)
			return -1;
		name = cg_next(&d);
		if (!name && !depth)
			return 0;
		if (!name) {
			/* just entered, so it is a leaf that cannot be removed */
			if (entered || (up = cg_fd(d.fd, "..")) < 0)
				return -1;
			fd_close(&d.fd);
			d.fd = up;
			depth--;
			continue;
		}
		entered = false;
		if (unlinkat(d.fd, name, AT_REMOVEDIR) == 0 || kfs_dir_open(&in, d.fd, name) < 0)
			continue;
		fd_close(&d.fd);
		d.fd = in.fd;
		entered = true;
		depth++;
	}
	return -1;
}

/* Calls fn for each pid in `file`. EOPNOTSUPP: it is threaded, its processes are listed above. */
static int
cg_pids(int dir, const char *file, void (*fn)(pid_t, void *), void *arg)
{
	char buf[4096], *s, *end;
	ssize_t n = -1, keep = 0;
	LOCAL_FD fd = openat(dir, file, O_RDONLY | O_CLOEXEC);

	while (fd >= 0 && (n = read(fd, buf + keep, sizeof buf - 1 - (size_t)keep)) > 0) {
		buf[keep + n] = '\0';
		for (s = buf; (end = strchr(s, '\n')); s = end + 1)
			fn((pid_t)text_scan(s, 10, NULL), arg);
		keep = buf + keep + n - s;
		memmove(buf, s, (size_t)keep);
	}
	return n < 0 && !cg_gone(errno) && errno != EOPNOTSUPP ? -1 : 0;
}

/* Processes that are held before they are looked for once more: only then is one that still has
 * its pid certainly in the cgroup. */
struct prey { int dir, n; struct { pid_t pid; int fd; } held[64]; };

static void
cg_kill_held(pid_t pid, void *arg)
{
	struct prey *p = arg;

	for (int i = 0; i < p->n; i++)
		if (p->held[i].pid == pid)
			sys_pidfd_signal(p->held[i].fd, SIGKILL);
}

static void
cg_kill_all(struct prey *p)
{
	cg_pids(p->dir, "cgroup.procs", cg_kill_held, p);
	while (p->n)
		close(p->held[--p->n].fd);
}

static void
cg_kill_pid(pid_t pid, void *arg)
{
	struct prey *p = arg;
	int fd = pid > 1 ? sys_pidfd(pid) : -1;

	if (pid <= 1 || (fd < 0 && errno == ESRCH))
		return;
	if (fd < 0 && p->n > 1) {       /* no descriptor is left, and the list needs one */
		pid_t last = p->held[--p->n].pid;

		close(p->held[p->n].fd);
		cg_kill_all(p);
		cg_kill_pid(last, arg);
		fd = sys_pidfd(pid);
	}
	p->held[p->n].pid = pid;
	p->held[p->n].fd = fd;
	if (++p->n == (int)LEN(p->held))
		cg_kill_all(p);
}

/* Without these, nothing but a sweep kills. */
enum { CG_MARKS = HAVE_RECORD || HAVE_GROUP || HAVE_RESTART };

static void
cg_mark(int dir)
{
	uint64_t now = now_usec();

	if (CG_MARKS)
		fsetxattr(dir, "user.ct.killed", &now, sizeof now, 0);
}

static void
cg_kill_in(int dir, void *arg)
{
	struct prey p;

	(void)arg;
	p.dir = dir;
	p.n = 0;
	cg_mark(dir);                   /* for parent_clone_call() */
	cg_pids(dir, "cgroup.procs", cg_kill_pid, &p);
	cg_kill_all(&p);
}

/* Have all processes in it been killed since that time, in µs? */
static bool
cg_killed(int dir, uint64_t since)
{
	uint64_t at = 0;

	return CG_MARKS && fgetxattr(dir, "user.ct.killed", &at, sizeof at) >= 0 && at >= since;
}

/* Kills every process in the cgroup and below. cgroup.kill misses a process whose first thread has
 * ended, so each listed pid is killed as well; and all of it twice, for what that process forks
 * meanwhile. Before Linux 5.14 the cgroup has to be frozen: if ct is killed, it stays paused. */
static void
cg_kill(int dir)
{
	cg_mark(dir);                   /* before its supervisor wakes */
	for (int again = 0; again < 2; again++) {
		if (io_put(dir, "cgroup.kill", "1") < 0)
			io_put(dir, "cgroup.freeze", "1");
		cg_kill_in(dir, NULL);
		cg_walk(dir, cg_kill_in, NULL);
	}
	io_put(dir, "cgroup.freeze", "0");
}

/* Waits at most a second for the cgroup to become empty, and kills again meanwhile. */
static void
cg_empty(int dir)
{
	LOCAL_FD fd = openat(dir, "cgroup.events", O_RDONLY | O_CLOEXEC);
	struct pollfd p = { .fd = fd, .events = POLLPRI };
	uint64_t end = now_plus(1);
	char buf[128];

	/* a read, and poll(2) tells of the next change */
	while (fd >= 0 && pread(fd, buf, sizeof buf, 0) > 0 && cg_populated(dir) > 0 &&
	       now_usec() < end) {
		cg_kill(dir);
		poll(&p, 1, 50);
	}
}

/* 1: `name` in base is still the cgroup (or file) dir, 0: dir is gone, or another has that
 * name, -1: unknown. */
static int
cg_is_at(int base, const char *name, int dir)
{
	struct stat a, b;

	if (fstat(dir, &a) < 0)
		return -1;
	if (fstatat(base, name, &b, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -1;
	return io_same(&a, &b);
}

/* Removes the cgroup dir, `name` in base, if it is empty; never another cgroup that has taken the
 * name since, provided that all who remove it hold its lock. */
static int
cg_rmdir(int base, const char *name, int dir)
{
	int at = cg_is_at(base, name, dir);

	if (at == 0)
		errno = ENOENT;
	return at > 0 ? unlinkat(base, name, AT_REMOVEDIR) : -1;
}

/* The same with all below it, after killing its processes. Retries: nobody else would remove it. */
static int
cg_destroy(int base, const char *name, int dir)
{
	for (int left = 4; cg_rmdir(base, name, dir) < 0; left--) {
		if (errno == ENOENT || left == 1)
			return -1;
		cg_kill(dir);
		cg_empty(dir);
		cg_clear(dir);
	}
	return 0;
}
