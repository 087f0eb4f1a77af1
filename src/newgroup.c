/* SPDX-License-Identifier: ISC */
/* A container's cgroup: made, locked, limited, removed; and the sweep after a killed ct. */

/* The control files that the limit options write; --cgroup names its file itself. */
enum { LIM_MEMORY, LIM_MEMORY_HIGH, LIM_SWAP, LIM_CPUS, LIM_CPU_WEIGHT, LIM_CPUSET, LIM_PIDS,
       LIM_IO, LIM_CGROUP, LIM_MAX };
static const char *const limit_files[LIM_MAX] = {
	[LIM_MEMORY] = "memory.max", [LIM_MEMORY_HIGH] = "memory.high",
	[LIM_SWAP] = "memory.swap.max", [LIM_CPUS] = "cpu.max", [LIM_CPU_WEIGHT] = "cpu.weight",
	[LIM_CPUSET] = "cpuset.cpus", [LIM_PIDS] = "pids.max", [LIM_IO] = "io.max",
};

/* Not readable by others: the attributes hold the arguments. */
#define CG_MODE (S_ISVTX | 0711)

/* Did ct make it? mkdir(2) sets its mark, the sticky bit, at once; nothing else sets it. */
static bool
cg_ours(int dir)
{
	struct stat st;

	return fstat(dir, &st) == 0 && st.st_mode & S_ISVTX;
}

/* Opens the n-th parent in the name, from the top; its path goes to buf. -1, errno 0: no more. */
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

/* Opens as fd, with its path in an array, each cgroup that the name is in. Ends only by itself, and
 * with an errno if one could not be opened. */
#define FOR_PARENTS(ct, name, fd, path) \
	for (int nth = 0, fd; (fd = cg_parent(ct, name, nth, path, sizeof path)) >= 0; \
	     fd_close(&fd), nth++)

/* A container may be only in cgroups of `ct create`: others were made by a container, with whatever
 * attributes it chose. False with an errno but 0 and ENOENT: one could not be opened. */
static bool
cg_parents_ok(const struct ct *ct, const char *name)
{
	char path[1024];
	bool ok = true;

	FOR_PARENTS(ct, name, fd, path)
		ok &= cg_is_persistent(fd);
	errno = ok ? errno : 0;
	return ok && !errno;
}

/* Moves ct (with -d both processes) out of cgroup dir, which has no others, to one in the base. */
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
	/* two links and one for each subdirectory; the cgroup that ct is in now is in the base */
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
	return cg_turn(dir, '+', name) < 0 ? fail_sys(ct, "enable %s in cgroup %s", name, path) : 0;
}

/* Enables the controller of `file` in all parents of ct->name: 0, -1, or 1: it is not available. */
static int
cg_hand_down(struct ct *ct, const char *file)
{
	char name[40], path[1024];
	int r = ct->cg_base_fd < 0;

	text_printf(name, sizeof name, "%.*s", (int)strcspn(file, "."), file);
	if (r == 0 && ct->cg_top_fd >= 0)
		r = cg_pass_on(ct, ct->cg_top_fd, "/", name);
	if (r == 0)
		r = cg_pass_on(ct, ct->cg_base_fd, *ct->cg_path ? ct->cg_path : "/", name);
	if (r)
		return r;
	FOR_PARENTS(ct, ct->name, fd, path)
		r = r ? r : cg_pass_on(ct, fd, path, name);
	return !r && errno ? fail_sys(ct, "open cgroup %s", path) : r;
}

/* Refuses to start where it would hang: below a frozen cgroup not even a new process runs. */
static int
cg_not_paused(struct ct *ct, const char *name)
{
	char path[1024];
	uint64_t frozen;
	int r = 0;

	FOR_PARENTS(ct, name, fd, path)
		if (cg_num(fd, "cgroup.freeze", NULL, &frozen) == 0 && frozen)
			r = fail_msg(ct, "%s is paused: `ct resume %s` first", path, path);
	return r;
}

/* Tells the supervisor that a verb ended the container for good: --restart must not restart it. */
static void
cg_end(int dir)
{
	fsetxattr(dir, "user.ct.end", "", 0, 0);
}

static bool
cg_marked(int dir)
{
	return fgetxattr(dir, "user.ct.end", NULL, 0) >= 0;
}

/* Is it marked, or was the cgroup removed, so that no verb finds the container any more? */
static bool
cg_ended(int dir)
{
	return cg_marked(dir) || (!io_may(dir, "cgroup.procs", F_OK) && errno == ENOENT);
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

static int
cg_taken(struct ct *ct)
{
	ct->taken = true;
	return fail_msg(ct, "%s: a container or cgroup of this name exists", ct->name);
}

/* One attempt to make and lock the cgroup: 0, -1, or 1: try again. While another holds the lock,
 * that takes *waits down to 0. */
static int
cg_try(struct ct *ct, int *waits)
{
	bool made = mkdirat(ct->cg_base_fd, ct->name, CG_MODE) == 0, locked;
	int fd, r = 1;

	if (!made && errno == ENOENT) { /* another ct has just removed the base */
		fd_close(&ct->cg_base_fd);
		return cg_base(ct, true) < 0 ? fail_sys(ct, "mkdir %s", ct->name) : 1;
	}
	if (!made && errno != EEXIST)
		return fail_sys(ct, "mkdir %s", ct->name);
	if ((fd = cg_fd(ct->cg_base_fd, ct->name)) < 0 && errno == ENOENT)
		return 1;               /* another ct has just removed it */
	/* a process that tests whether a container is locked holds the lock for a moment. Wait for
	 * it if the cgroup is new: a stop may have marked it, see cg_end() */
	locked = fd >= 0 && cg_lock(fd, made);
	if (!locked && errno != EWOULDBLOCK) {
		r = fail_sys(ct, "%s %s", fd < 0 ? "open" : "flock", ct->name);
		if (made)
			unlinkat(ct->cg_base_fd, ct->name, AT_REMOVEDIR);
	} else if (!locked && *waits > 0) {
		/* it may be starting, removing a leftover, or dying of SIGKILL: that shows soon;
		 * an empty one may stay a little longer, for those that watch it */
		*waits -= cg_populated(fd) > 0 ? 5 : 1;
		fd_close(&fd);
		poll(NULL, 0, 2);
		return 1;
	} else if (locked && made) {
		if (cg_is_at(ct->cg_base_fd, ct->name, fd) > 0) {
			ct->cg_fd = fd;
			return 0;
		}                       /* else a sweep or a stop removed it before the lock */
		if (cg_marked(fd))
			r = fail_msg(ct, "%s: ended meanwhile", ct->name);
	} else if (locked && cg_ours(fd) && !cg_is_persistent(fd)) {
		cg_destroy(ct->cg_base_fd, ct->name, fd);
	} else {
		r = cg_taken(ct);
	}
	fd_close(&fd);
	return r;
}

/* Makes and locks the cgroup, unless the name is taken; a killed ct's leftover is removed first. */
static int
cg_make(struct ct *ct)
{
	char path[1024];
	int r = 1;

	if (!cg_parents_ok(ct, ct->name))
		return errno && errno != ENOENT ? fail_sys(ct, "open what %s is in", ct->name) :
		       fail_msg(ct, "%s: its parent was not made by `ct create`", ct->name);
	if (cg_not_paused(ct, ct->name) < 0)
		return -1;
	FOR_PARENTS(ct, ct->name, fd, path)
		cg_enable(ct, fd, false);
	/* others may take and give up the name again and again */
	for (int waits = 100, left = 1000; r > 0 && left; left--)
		r = cg_try(ct, &waits);
	return r > 0 ? cg_taken(ct) : r;
}

/* Why cgroup2 does not have the controller here. */
static const char *
cg_why(struct ct *ct, const char *name)
{
	char list[4096], key[40], *row, *hierarchy;
	size_t n = text_printf(key, sizeof key, "\n%s\t", !strcmp(name, "io") ? "blkio" : name);
	int i;

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
	i = NAME_FIND(cg_controllers, name);
	return i < 0 ? "not in this kernel" : cg_controllers[i].config;
}

/* The error for a control file that the cgroup ct->cg_fd does not have. */
static int
cg_missing(struct ct *ct, const char *file)
{
	int top = ct->cg_top_fd >= 0 ? ct->cg_top_fd : ct->cg_base_fd;
	char have[CG_LIST], own[CG_LIST], name[40];
	const char *end = strrchr(file, '.');
	bool pressure = end && !strcmp(end, ".pressure");

	text_printf(name, sizeof name, "%.*s", (int)strcspn(file, "."), file);
	if (io_get(top, "cgroup.controllers", have, sizeof have) < 0)
		have[0] = '\0';
	if (io_get(ct->cg_fd, "cgroup.controllers", own, sizeof own) < 0)
		own[0] = '\0';
	if (!strcmp(name, "cgroup") || cg_lists(own, name) || pressure)
		return fail_msg(ct, "%s: this kernel has no such file%s", file,
		                text_begins(file, "memory.swap") ?
		                " (CONFIG_SWAP, swapaccount=1 on its command line)" :
		                pressure ? " (CONFIG_PSI)" : "");
	if (cg_lists(have, name))
		return fail_msg(ct, "%s: the %s controller is not enabled for this cgroup",
		                file, name);
	have[strcspn(have, "\n")] = '\0';
	return fail_msg(ct, "%s: cgroup2 has no %s controller here, only: %s (%s)", file, name,
	                *have ? have : "none", cg_why(ct, name));
}

/* With a 32-bit long, jiffies wrap 5 minutes after boot, and before that a throttled write crashes
 * the kernel: BUG_ON() in throtl_trim_slice(), seen with Linux 6.1 on mips and i386. */
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
	int r;

	if (cg_clock(ct, file) < 0)
		return -1;
	if (io_put(ct->cg_fd, file, value) == 0 || (errno == ENOENT && !(HAVE_A_LIMIT && must)))
		return 0;
	if (errno == ENOENT) {
		if ((r = cg_hand_down(ct, file)) < 0)
			return -1;
		if (r == 0 && io_put(ct->cg_fd, file, value) == 0)
			return 0;
		if (r > 0 || errno == ENOENT)
			return cg_missing(ct, file);
	}
	return fail_sys(ct, "write %s to %s", value, file);
}

/* State of a sweep: how many cgroups to skip, then how many to look at. */
struct sweep { unsigned skip, left; };

static int cg_sweep_one(int base, const char *name, const char *path, void *arg);

/* Looks at `most` cgroups in this one, from a random position. */
static void
cg_sweep_in(int dir, const char *path, unsigned most)
{
	struct sweep s = { .left = most };
	struct stat st = { 0 };

	/* a directory has two links and one for each subdirectory */
	if (fstat(dir, &st) == 0 && st.st_nlink > (uint64_t)most + 2)
		s.skip = (unsigned)now_usec() % (unsigned)(st.st_nlink - most - 1);
	if (most)
		cg_each(dir, path, cg_sweep_one, &s);
}

/* What is in a group counts for itself, so that one with many in it, or many levels, does not keep
 * the sweep from the others. */
static int
cg_sweep_one(int base, const char *name, const char *path, void *arg)
{
	struct sweep *s = arg;
	LOCAL_FD fd = -1;

	if (s->skip && s->skip--)
		return 0;
	fd = cg_fd(base, name);
	if (fd >= 0 && cg_is_persistent(fd))
		cg_sweep_in(fd, path, s->left / 2);
	else if (fd >= 0 && cg_ours(fd) && flock(fd, LOCK_EX | LOCK_NB) == 0)
		cg_destroy(base, name, fd);
	return --s->left ? 0 : -1;
}

/* Removes cgroups that ct made and no process has locked, what a killed ct left; also processes in
 * one (with --share pid). A start looks at 16, to take as long with a thousand containers as with
 * ten; with over a hundred only one start in 16 looks. */
static void
cg_sweep(int base, unsigned most)
{
	struct stat st = { 0 };

	if (fstat(base, &st) < 0 || most > 16 ||        /* 3: just this container */
	    (st.st_nlink > 3 && (st.st_nlink <= 100 || now_usec() % 16 == 0)))
		cg_sweep_in(base, "", most);
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

/* The default of config.h; of pids.max, at most half of threads-max, which may be low. */
static const char *
cg_default(struct ct *ct, const struct limit *l)
{
	uint64_t most;

	return !strcmp(l->file, limit_files[LIM_PIDS]) && io_may(ct->cg_fd, l->file, F_OK) &&
	       cg_num(AT_FDCWD, "/proc/sys/kernel/threads-max", NULL, &most) == 0 &&
	       most / 2 < text_scan(l->value, 10, NULL) ?
	       mem_printf(ct, "%ju", most / 2) : l->value;
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

/* A container can run without a cgroup unless something needs one: a limit, its own or one
 * of the cgroup that its name is in; --delegate; --hold, since `ct start` has to find it; or
 * --share pid, where only the cgroup finds the processes that the command leaves behind. */
static int
cg_create(struct ct *ct)
{
	bool needed = !(ct->features & FEAT_PID) || ct->hold || ct->delegate ||
	              strchr(ct->name, '/');

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
	if (ct->verbose || ct->detach)
		STEP_WARN(ct, ct->step, "runs without a cgroup%s",
		          ct->detach ? ": no verb finds it, --pidfile has its PID" : "");
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
