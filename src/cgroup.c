/* SPDX-License-Identifier: ISC */
/* Everything on cgroup2 but the record and the device filter: where containers go, limits,
 * walks, killing, removal, and the sweep for leftovers of a killed ct.
 *
 * The supervisor holds a lock (flock) on its container's cgroup directory for as long as it
 * lives. The kernel drops the lock with the process, so a container's cgroup that can be
 * locked is a leftover: no pid has to be compared. */

/* The control files that the limit options write; --cgroup names its file itself. */
enum { LIM_MEMORY, LIM_MEMORY_HIGH, LIM_SWAP, LIM_CPUS, LIM_CPU_WEIGHT, LIM_CPUSET, LIM_PIDS,
       LIM_IO, LIM_CGROUP, LIM_MAX };
static const char *const limit_files[LIM_MAX] = {
	[LIM_MEMORY] = "memory.max", [LIM_MEMORY_HIGH] = "memory.high",
	[LIM_SWAP] = "memory.swap.max", [LIM_CPUS] = "cpu.max", [LIM_CPU_WEIGHT] = "cpu.weight",
	[LIM_CPUSET] = "cpuset.cpus", [LIM_PIDS] = "pids.max", [LIM_IO] = "io.max",
};

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
		if (fd < 0 || fstatfs(fd, &st) < 0) {
			fail_sys(ct, "look for cgroup2 at %s", cg_mounts[i]);
			fd_close(&fd);
			return -1;
		}
		if ((unsigned long)st.f_type == CGROUP2_SUPER_MAGIC)
			return fd;
		fd_close(&fd);
	}
	return -1;
}

/* The same, but root mounts a detached cgroup2 if there is none. -1 with no error recorded:
 * that is impossible too, and the calling function decides what it means. */
static int
cg_top(struct ct *ct)
{
	int fd = cg_mounted(ct);

	if (fd >= 0 || ct->failed || ct->euid)
		return fd;
	ct->cg_top_fd = kfs_new_mount(ct, "cgroup2", NULL, NULL, KFS_INERT);
	err_forget(ct);
	return ct->cg_top_fd;
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
	if (io_get(ct->proc_fd, path, buf, size) < 0) {
		fail_sys(ct, "read /proc/%s", path);
		return NULL;
	}
	for (line = buf; (next = text_cut(line, '\n')); line = next)
		if (!strncmp(line, "0::/", 4))
			return line + 3;
	fail_msg(ct, "process %d is in no cgroup2", pid);
	return NULL;
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
	char buf[8192], *path = cg_path_of(ct, 0, buf, sizeof buf), *slash;
	int fd = -1, up;

	if (!path) {
		if (!ct->err.no)        /* no procfs or no cgroup2: not an error */
			err_forget(ct);
		return -1;
	}
	path++;
	/* the highest one with write access: it is least likely to have processes, which would
	 * keep it from handing controllers down */
	for (;;) {
		up = cg_fd(ct->cg_top_fd, *path ? path : ".");
		if (up < 0 || !cg_is_writable(up))
			break;
		text_printf(ct->cg_path, sizeof ct->cg_path, "%s%s", *path ? "/" : "", path);
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

/* --- controllers: a cgroup enables them for its children, and only while it has no processes
 *     itself. Otherwise memory and io are refused, and cpu, cpuset and pids turn it into a
 *     threaded domain, for every process in it --- */

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
 * processes do not count, but set `self`. The root cgroup, which has no cgroup.type, may
 * have processes. */
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

/* Enables in dir the available controllers of cg_controllers[]: all at once or, if that is
 * refused, one at a time. A cgroup just made (`fresh`) has no processes and no controller
 * enabled. */
static void
cg_enable(const struct ct *ct, int dir, bool fresh)
{
	char have[CG_LIST], on[CG_LIST] = "", who[64], all[CG_LIST];
	size_t len = 0;
	bool self;

	if (io_get(dir, "cgroup.controllers", have, sizeof have) <= 1 ||
	    (!fresh && (io_get(dir, "cgroup.subtree_control", on, sizeof on) < 0 ||
	                cg_obstacle(ct, dir, who, sizeof who, &self) || self)))
		return;         /* the limit that needs one reports it */
	for (size_t i = 0; i < LEN(cg_controllers); i++)
		if (cg_lists(have, cg_controllers[i].name) &&
		    !cg_lists(on, cg_controllers[i].name))
			len += text_printf(all + len, sizeof all - len, "+%s ",
			                   cg_controllers[i].name);
	if (!len || io_put(dir, "cgroup.subtree_control", all) == 0)
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
	const char *what = "open";

	text_printf(ct->cg_path, sizeof ct->cg_path, "/%s", cg_subtree);
	/* ENOENT: another ct, the last one to end, has just removed it */
	for (int left = 1000; ; left--) {
		if (make && mkdirat(ct->cg_top_fd, cg_subtree, 0755) == 0)
			ct->cg_base_made = true;
		else if (make && errno != EEXIST) {
			what = "make";
			break;
		}
		ct->cg_base_fd = cg_fd(ct->cg_top_fd, cg_subtree);
		/* EROFS: it can still be read */
		if (ct->cg_base_fd >= 0 &&
		    (cg_is_writable(ct->cg_base_fd) || (errno == EROFS && !make)))
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

/* Opens the base, the cgroup below which containers are, and with `make` makes it: at the top
 * if the caller may write there, else (also as root of a user namespace) in a delegated
 * cgroup. -1 with no error recorded: there is none that ct may use; with errno ENOENT: it
 * does not exist yet. */
static int
cg_base(struct ct *ct, bool make)
{
	int r;

	if (ct->cg_top_fd < 0 && (ct->cg_top_fd = cg_top(ct)) < 0)
		return -1;
	r = ct->euid ? 1 : cg_base_top(ct, make);
	if (r < 0)
		return r;
	if (r == 0 && make && cg_is_threaded(ct->cg_base_fd)) {
		fd_close(&ct->cg_base_fd);
		return -1;
	}
	if (r == 0 && ct->cg_base_made) {
		cg_enable(ct, ct->cg_top_fd, false);
		cg_enable(ct, ct->cg_base_fd, true);
	}
	if (r == 0)
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
	int top = cg_mounted(ct), dir;

	if (top < 0)
		return fail_msg(ct,
		                "no cgroup2 is mounted, or the kernel has none (CONFIG_CGROUPS)");
	dir = cg_fd(top, *ct->cg_path ? ct->cg_path + 1 : ".");
	errno = 0;
	if (dir >= 0 && cg_is_threaded(dir))
		fail_msg(ct, "cgroup %s is threaded", *ct->cg_path ? ct->cg_path : "/");
	else if (!cg_is_writable(top) && errno == EROFS)
		fail_msg(ct, "cgroup2 is mounted read-only");
	else
		fail_msg(ct, "no cgroup is delegated to this user");
	fd_close(&dir);
	fd_close(&top);
	return -1;
}

/* Was it made by `ct create` or `ct init`? Then it stays when it is empty. */
static bool
cg_is_persistent(int dir)
{
	return fgetxattr(dir, "user.ct.keep", NULL, 0) >= 0;
}

/* Reads a file with one number, or `key` in a file of "key value" lines; "max" is
 * UINT64_MAX. -1: there is no such value. */
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
	while ((s = text_find(s, key))) {
		s += strlen(key);
		sum += text_scan(s, 10, NULL);
	}
	return sum;
}

/* 1: there are processes in it or below, 0: none, -1: it is gone. */
static int
cg_events(int dir, bool *frozen)
{
	char buf[256];

	if (io_get(dir, "cgroup.events", buf, sizeof buf) <= 0)
		return -1;
	*frozen = text_find(buf, "frozen 1");
	return text_find(buf, "populated 1") != NULL;
}

static int
cg_populated(int dir)
{
	bool frozen;

	return cg_events(dir, &frozen);
}

/* --- walks below a cgroup: the container chooses depth, number and names. So no recursion,
 *     and no seeking in directories: kernfs finds the position by a hash of the name, and two
 *     names with the same hash make it return to the same place for ever --- */

static bool
cg_open(struct kfs_dir *d, int dir, const char *name)
{
	d->len = d->at = 0;
	d->fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return d->fd >= 0;
}

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

/* Calls fn for each cgroup below dir, parents first. -1: some are deeper than CG_DEPTH, made by
 * a process that was allowed to lift the limit set by ct. */
static int
cg_walk(int top, void (*fn)(int dir, void *arg), void *arg)
{
	struct kfs_dir level[CG_DEPTH];
	int depth = cg_open(&level[0], top, ".") ? 0 : -1, r = depth;
	const char *name;

	while (depth >= 0) {
		if (!(name = cg_next(&level[depth])))
			fd_close(&level[depth--].fd);
		else if (depth == CG_DEPTH - 1)
			r = -1;
		else if (cg_open(&level[depth + 1], level[depth].fd, name))
			fn(level[++depth].fd, arg);     /* else it is gone */
	}
	return r;
}

/* Called for each child cgroup with its parent's file descriptor, its name and its path
 * (prefix/name); -1 ends the walk. */
typedef int cg_fn(int dir, const char *name, const char *path, void *arg);

static int
cg_each(int base, const char *prefix, cg_fn *fn, void *arg)
{
	struct kfs_dir d;
	char path[1024];
	const char *name;
	int r = 0;

	if (!cg_open(&d, base, "."))
		return 0;
	while (r == 0 && (name = cg_next(&d))) {
		text_printf(path, sizeof path, "%s%s%s", prefix, *prefix ? "/" : "", name);
		r = fn(base, name, path, arg);
	}
	fd_close(&d.fd);
	return r;
}

/* Removes the cgroups below dir, deepest first. Gives up at a cgroup with processes, and
 * after CG_CLEAR ms: processes inside can make new cgroups for ever. */
static int
cg_clear(int top)
{
	uint64_t end = now_usec() + CG_CLEAR * UINT64_C(1000);
	int depth = 0, r = -1, up;
	bool entered = false;
	struct kfs_dir d, in;
	const char *name;

	if (!cg_open(&d, top, "."))
		return -1;
	while (now_usec() < end) {
		d.len = d.at = 0;
		if (lseek(d.fd, 0, SEEK_SET) < 0)
			break;
		name = cg_next(&d);
		if (!name && !depth) {
			r = 0;
			break;
		}
		if (!name) {
			/* just entered, so it is a leaf that cannot be removed */
			if (entered || (up = cg_fd(d.fd, "..")) < 0)
				break;
			fd_close(&d.fd);
			d.fd = up;
			depth--;
			continue;
		}
		entered = false;
		if (unlinkat(d.fd, name, AT_REMOVEDIR) == 0 || !cg_open(&in, d.fd, name))
			continue;
		fd_close(&d.fd);
		d.fd = in.fd;
		entered = true;
		depth++;
	}
	fd_close(&d.fd);
	return r;
}

/* Calls fn for each pid in `file` of the cgroup. */
static void
cg_pids(int dir, const char *file, void (*fn)(pid_t, void *), void *arg)
{
	char buf[4096], *s, *end;
	ssize_t n, keep = 0;
	int fd = openat(dir, file, O_RDONLY | O_CLOEXEC);

	while (fd >= 0 && (n = read(fd, buf + keep, sizeof buf - 1 - (size_t)keep)) > 0) {
		buf[keep + n] = '\0';
		for (s = buf; (end = strchr(s, '\n')); s = end + 1)
			fn((pid_t)text_scan(s, 10, NULL), arg);
		keep = buf + keep + n - s;
		memmove(buf, s, (size_t)keep);
	}
	fd_close(&fd);
}

static void
cg_kill_pid(pid_t pid, void *arg)
{
	(void)arg;
	if (pid > 1)
		kill(pid, SIGKILL);
}

static void
cg_kill_in(int dir, void *arg)
{
	fsetxattr(dir, "user.ct.killed", "", 0, 0);     /* for parent_clone_call() */
	cg_pids(dir, "cgroup.procs", cg_kill_pid, arg);
}

/* Has a verb killed all processes in it? */
static bool
cg_killed(int dir)
{
	return fgetxattr(dir, "user.ct.killed", NULL, 0) >= 0;
}

/* Kills every process in the cgroup and below. cgroup.kill came with Linux 5.14 and misses
 * a process whose first thread has ended, so each listed pid is killed as well, while the
 * cgroup is frozen: then nothing forks, and no pid is reused. */
static void
cg_kill(int dir)
{
	fsetxattr(dir, "user.ct.killed", "", 0, 0);     /* set before its supervisor wakes */
	io_put(dir, "cgroup.kill", "1");
	io_put(dir, "cgroup.freeze", "1");
	cg_kill_in(dir, NULL);
	cg_walk(dir, cg_kill_in, NULL);
	io_put(dir, "cgroup.freeze", "0");
}

/* Waits at most a second for the cgroup to become empty, and kills again meanwhile. */
static void
cg_empty(int dir)
{
	struct pollfd p = { .events = POLLPRI };
	uint64_t end = now_plus(1);
	char buf[128];

	p.fd = openat(dir, "cgroup.events", O_RDONLY | O_CLOEXEC);
	while (p.fd >= 0 && now_usec() < end) {
		if (pread(p.fd, buf, sizeof buf, 0) <= 0 || cg_populated(dir) <= 0)
			break;
		cg_kill(dir);
		poll(&p, 1, 50);
	}
	fd_close(&p.fd);
}

/* 1: `name` in base is still the cgroup dir, 0: dir is gone, or another cgroup has that
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

/* Removes the cgroup dir, `name` in base, with all below it, after killing its processes;
 * never another cgroup that has taken the name since. Retries, since after a temporary
 * failure nothing else would remove it. */
static int
cg_destroy(int base, const char *name, int dir)
{
	for (int left = 4; left; left--) {
		int at = cg_is_at(base, name, dir);

		if (at == 0) {
			errno = ENOENT;
			return -1;
		}
		if (at > 0 && unlinkat(base, name, AT_REMOVEDIR) == 0)
			return 0;
		if (at > 0 && left > 1) {
			cg_kill(dir);
			cg_empty(dir);
			cg_clear(dir);
		}
	}
	return -1;
}

/* --- making a cgroup --- */

/* Not readable by others: the attributes hold the arguments. */
#define CG_MODE (S_ISVTX | 0711)

/* Did ct make it? Its mark is the sticky bit: mkdir(2) sets it at once, so ct may be killed
 * at any moment, and nothing else sets it on a cgroup. */
static bool
cg_ours(int dir)
{
	struct stat st;

	return fstat(dir, &st) == 0 && st.st_mode & S_ISVTX;
}

/* Opens the n-th parent cgroup in the name, counted from the top; its path goes to buf. -1
 * with errno, which is 0 if there are fewer. */
static int
cg_parent(const struct ct *ct, const char *name, int n, char *buf, size_t size)
{
	const char *s = strchr(name, '/');

	while (s && n--)
		s = strchr(s + 1, '/');
	errno = 0;
	if (!s)
		return -1;
	text_printf(buf, size, "%.*s", (int)(s - name), name);
	return cg_fd(ct->cg_base_fd, buf);
}

/* A container may be only in cgroups that `ct create` made: those below a container were
 * made by the container itself, with whatever attributes it chose. */
static bool
cg_parents_ok(const struct ct *ct, const char *name)
{
	char path[1024];
	bool ok = true;
	int fd;

	for (int i = 0; ok && (fd = cg_parent(ct, name, i, path, sizeof path)) >= 0; i++) {
		ok = cg_is_persistent(fd);
		fd_close(&fd);
	}
	return ok && !errno;
}

/* Moves ct itself (with -d both of its processes) out of the cgroup dir, which has no other
 * processes, into one beside the containers. */
static int
cg_step_aside(struct ct *ct, int dir)
{
	char name[40], pid[24];
	pid_t waits = cg_waiter(ct);

	text_printf(name, sizeof name, "%s.ct", ct->keyring + 3);
	if (mkdirat(ct->cg_base_fd, name, CG_MODE) < 0)
		return fail_sys(ct, "mkdir %s", name);
	ct->aside_fd = cg_fd(ct->cg_base_fd, name);
	/* lock it, or a sweep would take it for a leftover */
	if (ct->aside_fd < 0 || flock(ct->aside_fd, LOCK_EX | LOCK_NB) < 0 ||
	    (ct->was_fd = fcntl(dir, F_DUPFD_CLOEXEC, 3)) < 0 ||
	    (waits && io_put(ct->aside_fd, "cgroup.procs",
	                     num_put(pid + sizeof pid, (unsigned)waits)) < 0 && errno != ESRCH) ||
	    io_put(ct->aside_fd, "cgroup.procs", "0") < 0)
		return fail_sys(ct, "move ct itself to %s", name);
	return 0;
}

/* Moves ct back, unless another container is there: the controllers have to be disabled
 * first. Otherwise ct stays aside, and its old cgroup is left without processes. */
static void
cg_step_back(struct ct *ct)
{
	char on[CG_LIST], *list = on, *name;
	struct stat base, was;

	if (ct->aside_fd < 0 || fstat(ct->cg_base_fd, &base) < 0 || fstat(ct->was_fd, &was) < 0)
		return;
	/* a directory has two links and one for each subdirectory; the cgroup that ct is in now
	 * is in the base */
	if (was.st_nlink > (io_same(&base, &was) ? 3 : 2) ||
	    io_get(ct->was_fd, "cgroup.subtree_control", on, sizeof on) < 0)
		return;
	on[strcspn(on, "\n")] = '\0';
	while ((name = text_next(&list, ' ')) && *name)
		cg_turn(ct->was_fd, '-', name);
	io_put(ct->was_fd, "cgroup.procs", "0");
	text_printf(on, sizeof on, "%s.ct", ct->keyring + 3);
	unlinkat(ct->cg_base_fd, on, AT_REMOVEDIR);
	fd_close(&ct->was_fd);
	fd_close(&ct->aside_fd);
}

/* Enables the controller in dir: 0, -1, or 1: it is not available there. */
static int
cg_pass_on(struct ct *ct, int dir, const char *path, const char *name)
{
	char have[CG_LIST], on[CG_LIST], who[64];
	const char *what;
	bool self;

	if (io_get(dir, "cgroup.controllers", have, sizeof have) < 0 ||
	    io_get(dir, "cgroup.subtree_control", on, sizeof on) < 0)
		return fail_sys(ct, "read the controllers of cgroup %s", path);
	if (cg_lists(on, name))
		return 0;
	if (!cg_lists(have, name))
		return 1;
	what = cg_obstacle(ct, dir, who, sizeof who, &self);
	if (self && !what && (ct->verb != V_RUN || IN_LIB(ct) || ct->aside_fd >= 0))
		what = "has ct itself";
	if (what) {
		fail_hint(ct, "cgroup2: processes must be in a cgroup below it");
		return fail_msg(ct, "no %s controller, since cgroup %s %s", name, path, what);
	}
	if (self && cg_step_aside(ct, dir) < 0)
		return -1;
	return cg_turn(dir, '+', name) < 0 ?
	       fail_sys(ct, "enable %s in cgroup %s", name, path) : 0;
}

/* Enables the controller of `file` from the top down to the parent of container ct->name:
 * 0, -1, or 1: it is not available. */
static int
cg_hand_down(struct ct *ct, const char *file)
{
	char name[40], path[1024];
	int r = ct->cg_base_fd < 0, fd;

	text_printf(name, sizeof name, "%.*s", (int)strcspn(file, "."), file);
	if (r == 0 && ct->cg_top_fd >= 0)
		r = cg_pass_on(ct, ct->cg_top_fd, "/", name);
	if (r == 0)
		r = cg_pass_on(ct, ct->cg_base_fd, *ct->cg_path ? ct->cg_path : "/", name);
	for (int i = 0; r == 0; i++) {
		fd = cg_parent(ct, ct->name, i, path, sizeof path);
		if (fd < 0)
			return errno ? fail_sys(ct, "open cgroup %s", path) : 0;
		r = cg_pass_on(ct, fd, path, name);
		fd_close(&fd);
	}
	return r;
}

/* Refuses to start where it would hang: below a frozen cgroup nothing runs, not even a process
 * cloned into it. */
static int
cg_not_paused(struct ct *ct, const char *name)
{
	char path[1024];
	uint64_t frozen;
	int fd;

	for (int i = 0; (fd = cg_parent(ct, name, i, path, sizeof path)) >= 0; i++) {
		frozen = 0;
		cg_num(fd, "cgroup.freeze", NULL, &frozen);
		fd_close(&fd);
		if (frozen)
			return fail_msg(ct, "%s is paused: `ct resume %s` first", path, path);
	}
	return 0;
}

/* Tells the supervisor that a verb ended the container for good: --restart must not restart it. */
static void
cg_end(int dir)
{
	if (fsetxattr(dir, "user.ct.end", "", 0, 0) < 0)
		errno = 0;              /* cgroup2 without extended attributes: no record to mark */
}

static bool
cg_ended(int dir)
{
	return fgetxattr(dir, "user.ct.end", NULL, 0) >= 0;
}

/* Takes the lock, waiting at most `sec` seconds for it. */
static bool
cg_lock(int fd, int sec)
{
	uint64_t end = sec ? now_plus(sec) : 0;

	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK || now_usec() >= end)
			return false;
		poll(NULL, 0, 2);
	}
	return true;
}

/* One attempt to make and lock the cgroup: 0, -1 with an error, or 1 to try again. */
static int
cg_try(struct ct *ct, bool last)
{
	bool made = mkdirat(ct->cg_base_fd, ct->name, CG_MODE) == 0, locked;
	int fd, r = 1;

	if (!made && errno == ENOENT) { /* another ct has just removed the base */
		fd_close(&ct->cg_base_fd);
		return cg_base(ct, true) < 0 ? fail_sys(ct, "mkdir %s", ct->name) : 1;
	}
	if (!made && errno != EEXIST)
		return fail_sys(ct, "mkdir %s", ct->name);
	if ((fd = cg_fd(ct->cg_base_fd, ct->name)) < 0) {
		if (errno == ENOENT)    /* another ct has just removed it */
			return 1;
		fail_sys(ct, "open %s", ct->name);
		if (made)
			unlinkat(ct->cg_base_fd, ct->name, AT_REMOVEDIR);
		return -1;
	}
	/* a process that tests whether a container is locked holds the lock for a moment. Wait for
	 * it if the cgroup is new: a stop may have marked it, see cg_end() */
	locked = cg_lock(fd, made);
	if (!locked && errno != EWOULDBLOCK) {
		r = fail_sys(ct, "flock %s", ct->name);
		if (made)
			unlinkat(ct->cg_base_fd, ct->name, AT_REMOVEDIR);
	} else if (!locked && !last) {
		/* the holder of the lock may be starting, or checking for a leftover and removing
		 * it, or dying of SIGKILL: that shows soon */
		fd_close(&fd);
		poll(NULL, 0, 2);
	} else if (locked && made) {
		if (cg_is_at(ct->cg_base_fd, ct->name, fd) > 0) {
			ct->cg_fd = fd;
			return 0;
		}                       /* else a sweep or a stop removed it before the lock */
		if (cg_ended(fd))
			r = fail_msg(ct, "%s: ended meanwhile", ct->name);
	} else if (locked && cg_ours(fd) && !cg_is_persistent(fd)) {
		cg_destroy(ct->cg_base_fd, ct->name, fd);
	} else {
		r = fail_msg(ct, "%s: a container or cgroup of this name exists", ct->name);
	}
	fd_close(&fd);
	return r;
}

/* Makes and locks the cgroup, or finds that the name is taken. A leftover of a killed ct
 * has ct's mark and no lock: it is removed and made anew. */
static int
cg_make(struct ct *ct)
{
	char path[1024];
	int r = 1, fd;

	if (!cg_parents_ok(ct, ct->name))
		return fail_msg(ct, "%s: its parent was not made by `ct create`", ct->name);
	if (cg_not_paused(ct, ct->name) < 0)
		return -1;
	for (int i = 0; (fd = cg_parent(ct, ct->name, i, path, sizeof path)) >= 0; i++) {
		cg_enable(ct, fd, false);
		fd_close(&fd);
	}
	for (int left = 20; r > 0 && left; left--)
		r = cg_try(ct, left == 1);
	return r > 0 ? fail_sys(ct, "mkdir %s", ct->name) : r;
}

/* Why cgroup2 does not have the controller here. */
static const char *
cg_why(struct ct *ct, const char *name)
{
	char list[4096], key[40], *row, *hierarchy;
	size_t n = text_printf(key, sizeof key, "\n%s\t", !strcmp(name, "io") ? "blkio" : name);

	/* columns: name, v1 hierarchy or 0, number of cgroups, enabled */
	if (kfs_has_proc(ct) && io_get(ct->proc_fd, "cgroups", list, sizeof list) > 0 &&
	    (row = text_find(list, key))) {
		hierarchy = row + n;
		row = text_cut(hierarchy, '\n');
		if (*hierarchy != '0')
			return "in use by cgroup v1";
		if (row && row[-2] == '0')
			return "cgroup_disable= on the kernel command line";
		return ct->cg_top_fd < 0 ? "not delegated to this user" :
		       "not enabled by a cgroup above";
	}
	for (size_t i = 0; i < LEN(cg_controllers); i++)
		if (!strcmp(cg_controllers[i].name, name))
			return cg_controllers[i].config;
	return "not in this kernel";
}

/* The error for a control file that the cgroup ct->cg_fd does not have. */
static int
cg_missing(struct ct *ct, const char *file)
{
	int top = ct->cg_top_fd >= 0 ? ct->cg_top_fd : ct->cg_base_fd;
	char have[CG_LIST], own[CG_LIST], name[40];
	const char *end = strrchr(file, '.');

	text_printf(name, sizeof name, "%.*s", (int)strcspn(file, "."), file);
	if (io_get(top, "cgroup.controllers", have, sizeof have) < 0)
		have[0] = '\0';
	if (io_get(ct->cg_fd, "cgroup.controllers", own, sizeof own) < 0)
		own[0] = '\0';
	if (!strcmp(name, "cgroup") || cg_lists(own, name) || (end && !strcmp(end, ".pressure")))
		return fail_msg(ct, "%s: this kernel has no such file%s", file,
		                text_begins(file, "memory.swap") ?
		                " (CONFIG_SWAP, swapaccount=1 on its command line)" :
		                end && !strcmp(end, ".pressure") ? " (CONFIG_PSI)" : "");
	if (cg_lists(have, name))
		return fail_msg(ct, "%s: the %s controller is not enabled for this cgroup",
		                file, name);
	have[strcspn(have, "\n")] = '\0';
	return fail_msg(ct, "%s: cgroup2 has no %s controller here, only: %s (%s)", file, name,
	                *have ? have : "none", cg_why(ct, name));
}

/* With a 32-bit long, jiffies wrap 5 minutes after boot, and before that a throttled write
 * crashes the kernel: BUG_ON() in throtl_trim_slice(), seen on mips and i386 with Linux
 * 6.1. */
static int
cg_clock(struct ct *ct, const char *file)
{
	struct utsname u;

	if (sizeof(long) > 4 || strcmp(file, "io.max") || now_usec() > 300 * UINT64_C(1000000) ||
	    uname(&u) < 0 || text_find(u.machine, "64"))
		return 0;
	return fail_msg(ct, "io.max: may crash this kernel in its first 5 minutes");
}

/* Writes a limit. Without `must`, a control file that does not exist is no error. */
static int
cg_set(struct ct *ct, const char *file, const char *value, bool must)
{
	int r = 0;

	if (cg_clock(ct, file) < 0)
		return -1;
	if (io_put(ct->cg_fd, file, value) == 0 || (errno == ENOENT && !must))
		return 0;
	if (errno == ENOENT) {
		r = cg_hand_down(ct, file);
		if (r)
			return r < 0 ? -1 : cg_missing(ct, file);
		if (io_put(ct->cg_fd, file, value) == 0)
			return 0;
		if (errno == ENOENT)
			return cg_missing(ct, file);
	}
	return fail_sys(ct, "write %s to %s", value, file);
}

/* State of a sweep: how many cgroups to skip, then how many to look at. */
struct sweep { unsigned skip, left; };

static int
cg_sweep_one(int base, const char *name, const char *path, void *arg)
{
	struct sweep *s = arg;
	int fd;

	(void)path;
	if (s->skip && s->skip--)
		return 0;
	fd = cg_fd(base, name);
	if (fd >= 0 && cg_is_persistent(fd))
		cg_each(fd, name, cg_sweep_one, s);
	else if (fd >= 0 && cg_ours(fd) && flock(fd, LOCK_EX | LOCK_NB) == 0)
		cg_destroy(base, name, fd);
	fd_close(&fd);
	return s->left && --s->left ? 0 : -1;
}

/* Removes what a killed ct left: cgroups that ct made and no process has locked. Processes
 * still in one (with --share pid) are killed, as they should have died with ct. A start looks
 * at 16, from a random position, so that it takes as long with a thousand containers as with
 * ten; and with more than a hundred only one start in 16 looks. */
static void
cg_sweep(int base, unsigned most)
{
	struct sweep s = { .left = most };
	struct stat st = { 0 };

	/* a directory has two links and one for each subdirectory; 3: just this container */
	if (fstat(base, &st) == 0 && most <= 16 &&
	    (st.st_nlink <= 3 || (st.st_nlink > 100 && now_usec() % 16)))
		return;
	if (st.st_nlink > (uint64_t)most + 2)
		s.skip = (unsigned)now_usec() % (unsigned)(st.st_nlink - most - 1);
	cg_each(base, "", cg_sweep_one, &s);
}

/* Delegation gives the user the directory and three files in it; see cgroup-v2.rst. */
static int
cg_chown(struct ct *ct, uid_t uid, gid_t gid)
{
	static const char *const files[] = {
		".", "cgroup.procs", "cgroup.threads", "cgroup.subtree_control"
	};

	for (size_t i = 0; i < LEN(files); i++)
		if (fchownat(ct->inner_fd, files[i], uid, gid, 0) < 0)
			return fail_sys(ct, "chown %s of the cgroup", files[i]);
	return 0;
}

/* The default of config.h; pids.max is at most half of kernel.threads-max, which is low on a
 * small machine. */
static const char *
cg_default(struct ct *ct, const struct limit *l)
{
	uint64_t most;

	return !strcmp(l->file, limit_files[LIM_PIDS]) &&
	       cg_num(AT_FDCWD, "/proc/sys/kernel/threads-max", NULL, &most) == 0 &&
	       most / 2 < text_scan(l->value, 10, NULL) ?
	       mem_printf(ct, "%llu", (unsigned long long)most / 2) : l->value;
}

/* Sets the limits of config.h, except those that the caller gives. */
static int
cg_defaults(struct ct *ct, const struct limit *l, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct op *op = op_find(ct->ops, OP_LIMIT);
		const char *value;

		while (op && strcmp(op->set.key, l[i].file))
			op = op_find(op->next, OP_LIMIT);
		if (!op && (!(value = cg_default(ct, &l[i])) ||
		            cg_set(ct, l[i].file, value, false) < 0))
			return -1;
	}
	return 0;
}

/* Makes `box` in the container's cgroup: the container sees it as the root cgroup, and with
 * --delegate may use it. Limits and the record stay on the outer cgroup, out of its reach. */
static int
cg_inner(struct ct *ct)
{
	if (!ct->boxed || !(ct->features & FEAT_CGNS))
		return 0;
	if (ct->delegate)
		cg_enable(ct, ct->cg_fd, false);
	if (cg_defaults(ct, delegate_limits, LEN(delegate_limits)) < 0)
		return -1;
	if (mkdirat(ct->cg_fd, "box", 0755) < 0 && errno != EEXIST)
		return fail_sys(ct, "mkdir %s/box", ct->name);
	ct->inner_fd = cg_fd(ct->cg_fd, "box");
	if (ct->inner_fd < 0)
		return fail_sys(ct, "open %s/box", ct->name);
	if (!ct->delegate)
		return 0;
	FOR_OPS(op, ct->ops, OP_UIDMAP)
		if (!op->idmap.inside)  /* root of the user namespace */
			return cg_chown(ct, (uid_t)op->idmap.outside, (gid_t)-1);
	return 0;
}

/* A container can run without a cgroup unless something needs one: a limit, or --share pid,
 * where only the cgroup finds the processes that the command leaves behind. */
static int
cg_create(struct ct *ct)
{
	bool needed = !(ct->features & FEAT_PID);

	FOR_OPS(op, ct->ops, OP_LIMIT)
		needed |= op->set.value != NULL;
	if (ct->cg_base_fd >= 0 || cg_base(ct, true) == 0) {
		if (cg_make(ct) < 0)
			return -1;
		cg_sweep(ct->cg_base_fd, 16);
		return cg_inner(ct);
	}
	if (ct->failed || needed)
		return cg_none(ct);
	ct->features &= ~(FEAT_CGROUP | FEAT_LIMITS);
	if (ct->verbose || ct->detach) {
		fail_msg(ct, "runs without a cgroup%s",
		         ct->detach ? ": no verb finds it, --pidfile has its PID" : "");
		step_forgive(ct);
	}
	return 0;
}

static int
cg_given(struct ct *ct)
{
	FOR_OPS(op, ct->ops, OP_LIMIT)
		if (op->set.value && cg_set(ct, op->set.key, op->set.value, true) < 0)
			return -1;
	return 0;
}

static int
cg_limits(struct ct *ct)
{
	return cg_defaults(ct, default_limits, LEN(default_limits)) < 0 ? -1 : cg_given(ct);
}

static void
cg_remove(struct ct *ct)
{
	fd_close(&ct->inner_fd);
	if (ct->cg_fd >= 0) {
		/* lets `ct events` read the last events */
		if (fgetxattr(ct->cg_fd, "user.ct.watch", NULL, 0) >= 0)
			poll(NULL, 0, 100);
		cg_destroy(ct->cg_base_fd, ct->name, ct->cg_fd);
		fd_close(&ct->cg_fd);
	}
	cg_step_back(ct);
	/* the last container to end removes the subtree, unless `ct init` made it */
	if (ct->cg_top_fd >= 0 && (ct->cg_base_fd < 0 ? ct->cg_base_made :
	                           !cg_is_persistent(ct->cg_base_fd)))
		unlinkat(ct->cg_top_fd, cg_subtree, AT_REMOVEDIR);
	fd_close(&ct->cg_base_fd);
	fd_close(&ct->cg_top_fd);
}
