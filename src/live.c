/* SPDX-License-Identifier: ISC */
/* The verbs mount, umount, device: show a running container something, or take it away. */

/* The source is cloned outside, by a helper in a copy of the caller's mount namespace, so
 * that no mount event goes in or out. A second helper enters the container's user and mount
 * namespaces with that clone and attaches it to a descriptor of the mount point, resolved
 * in the container's root. None of the container's programs is run, and it may be paused.
 * The helper is outside the container's pid namespace and cgroup, cannot be traced, and has
 * the clone, the root and a procfs; it is killed if it is not done in time, since a file
 * system that the container itself serves may never answer. */

/* Unlocks, since a helper that could not be killed has the lock's descriptor, too. */
static int
live_unlock(struct ct *ct)
{
	flock(ct->lock_fd, LOCK_UN);
	return -1;
}

/* Opens the namespaces to enter, and reads what the container was made with. The lock on the
 * record ends with this process. */
static int
live_open(struct ct *ct, const char *name, struct ctr *c)
{
	if (ctr_open(ct, name, c) < 0)
		return -1;
	if (!c->pid || ctr_state(c) == ST_STOPPED)
		return fail_msg(ct, "nothing runs in it");
	if ((ct->self_fd = ctr_hold(ct, c)) < 0 || enter_join(ct, c) < 0)
		return -1;
	if (!(ct->join & CLONE_NEWNS))
		return fail_msg(ct, "shares the caller's mounts");
	/* One verb at a time changes the record. The container can hold this lock, too, but no
	 * other user can: cgroup.kill, since Linux 5.14, cannot be opened by all. */
	ct->lock_fd = openat(c->fd, "cgroup.kill", O_WRONLY | O_CLOEXEC);
	if (ct->lock_fd < 0)
		ct->lock_fd = openat(c->fd, "cgroup.events", O_RDONLY | O_CLOEXEC);
	if (ct->lock_fd < 0 || !cg_lock(ct->lock_fd, LIVE_TIMEOUT))
		return fail_sys(ct, "%s", ct->lock_fd < 0 ? "open its cgroup.events" :
		                "lock its record");
	return ctr_recorded(ct, c);
}

/* Makes a helper die with ct and hides it: a change of credentials undoes both. */
static int
live_hide(struct ct *ct)
{
	return child_dies_by(ct, SIGKILL) < 0 ? -1 : child_hide(ct);
}

struct live_job {
	int (*work)(struct ct *, struct op *);
	struct op *op;
	bool inside;            /* in the container's namespaces */
};

static int
live_work(struct ct *ct, void *arg)
{
	const struct live_job *j = arg;
	int *const fds[] = { &ct->cg_top_fd, &ct->cg_base_fd, &ct->group_fd };
	int joins = (int)(ct->join & (CLONE_NEWUSER | CLONE_NEWNS)), r;

	umask(0);
	r = live_hide(ct);
	for (size_t i = 0; j->inside && i < LEN(fds); i++)
		fd_close(fds[i]);
	if (r == 0 && j->inside && (setns(ct->self_fd, joins) < 0 ||
	                            (joins & CLONE_NEWUSER && sys_root() < 0)))
		r = fail_sys(ct, "setns to its namespaces");
	if (j->inside)
		fd_close(&ct->self_fd);
	return r < 0 || live_hide(ct) < 0 ? -1 : j->work(ct, j->op);
}

/* Runs work(ct, op) in a separate process; outside the container it shares our descriptors. */
static int
live_helper(struct ct *ct, int (*work)(struct ct *, struct op *), struct op *op, bool inside)
{
	struct live_job j = { work, op, inside };

	return helper_run(ct, inside ? 0 : CLONE_FILES, LIVE_TIMEOUT, live_work, &j, sizeof j);
}

/* --- the records user.ct.mounts, user.ct.devices: DST and SRC:DST:OPT of each, a NUL after
 *     both --- */

/* The last entry for dst, the topmost mount there, or NULL. */
static char *
live_find(char *list, size_t len, const char *dst)
{
	char *found = NULL;

	for (char *p = list; p && p < list + len; p = text_past(text_past(p)))
		if (!strcmp(p, dst))
			found = p;
	return found;
}

/* Adds an entry, or removes the one of dst if spec is NULL: 1: done; 0: there is none. */
static int
live_record(struct ct *ct, const struct ctr *c, const char *attr, const char *dst, const char *spec)
{
	char *list = mem_get(ct, MOUNTS_RECORD), *next;
	size_t len = list ? record_get(c->fd, attr, list, MOUNTS_RECORD) : 0;
	char *found = spec ? NULL : live_find(list, len, dst);
	const size_t n = strlen(dst) + 1, more = spec ? n + strlen(spec) + 1 : 0;

	if (!list)
		return -1;
	if (!spec && !found)
		return 0;
	if (found) {
		next = text_past(text_past(found));
		memmove(found, next, (size_t)(list + len - next));
		len -= (size_t)(next - found);
	} else if (len + more >= MOUNTS_RECORD) {
		return fail_msg(ct, "has too many to record");
	} else {
		memcpy(list + len, dst, n);
		memcpy(list + len + n, spec, more - n);
		len += more;
	}
	return fsetxattr(c->fd, attr, list, len, 0) < 0 ? fail_sys(ct, "setxattr %s", attr) : 1;
}

/* --- mount --- */

/* Checks the options; no kernel file system may come along with rec. */
static int
live_check(struct ct *ct, const struct op *op)
{
	char path[PATH_MAX];
	struct mountinfo *m;
	LOCAL_FD fd = -1;
	ssize_t len;
	int n;

	if (op->mnt.flags & (M_SHARED | M_COPY | M_TRY | M_IDMAP))
		return fail_msg(ct, "only `ct run` has rshared, copy, try, idmap");
	if (parent_peers(ct, op->mnt.src, op->mnt.flags) < 0)
		return -1;
	if (!(op->mnt.flags & M_RECURSIVE) || ct->privileged)
		return 0;
	if ((fd = io_open(op->mnt.src, O_PATH)) < 0)
		return fail_sys(ct, "open %s", op->mnt.src);
	if ((n = fs_mounts(ct, fd, &m)) < 0)
		return -1;
	if ((len = kfs_path(ct, fd, path, sizeof path)) < 0)
		return fail_sys(ct, "readlink %s", op->mnt.src);
	path[len == 1 ? 0 : len] = '\0';       /* "/" is above all */
	for (int i = 0; i < n; i++)
		if (m[i].kernel && path_within(m[i].path, path) && m[i].path[strlen(path)])
			return fail_msg(ct, "%s: %s below it shows the kernel", op->mnt.src,
			                m[i].path);
	return 0;
}

/* Clones the source, and returns the clone; an unprivileged caller may do that in a user
 * namespace. */
static int
live_clone(struct ct *ct, struct op *op)
{
	int how = op->mnt.flags & M_SLAVE ? MS_SLAVE : MS_PRIVATE;

	if (live_check(ct, op) < 0)
		return -1;
	if (unshare(CLONE_NEWNS | (ct->euid ? CLONE_NEWUSER : 0)) < 0)
		return fail_sys(ct, "unshare mount namespace");
	if (mount("", "/", "", MS_REC | (unsigned)how, NULL) < 0)
		return fail_sys(ct, "mount / private");
	if ((op->mnt.src_fd = io_open(op->mnt.src, O_PATH)) < 0)
		return fail_sys(ct, "open %s", op->mnt.src);
	op->fd = fs_clone(ct, op);
	fd_close(&op->mnt.src_fd);
	return op->fd;
}

static int
live_attach(struct ct *ct, struct op *op)
{
	struct stat st;

	if (fstat(op->fd, &st) < 0)
		return fail_sys(ct, "stat %s", op->mnt.src);
	return fs_put(ct, op->fd, op->mnt.dst, S_ISDIR(st.st_mode), &op->mnt);
}

/* Parses a SRC:DST[:OPT,...]. */
static int
live_parse(struct ct *ct, char *spec, struct op **op)
{
	ct->verb = V_RUN;
	ct->opt = opt_find(ct, "volume", 6, 0);
	ct->given = spec;
	ct->from_record = true;         /* the helper looks at SRC, which may not answer */
	return op_add(ct, OP_BIND, op) < 0 ? -1 : op_bind(ct, *op, mem_dup(ct, spec));
}

static int
verb_mount(struct ct *ct, char **argv)
{
	struct ctr c;
	struct op *op;
	char cwd[PATH_MAX], *spec;

	if (!*argv || !argv[1] || argv[2])
		return fail_msg(ct, "needs NAME SRC:DST[:OPT,...]");
	if (live_open(ct, *argv, &c) < 0)
		return -1;
	/* the kernel locks mounts copied into a user namespace, but not this one */
	if (ct->join & CLONE_NEWUSER && !ct->privileged && pr_caps(ct) >> CAP_SYS_ADMIN & 1)
		return fail_msg(ct, "has a user namespace and CAP_SYS_ADMIN: it could clear "
		                "ro, nosuid and nodev");
	spec = argv[1];
	if (*spec != '/' && !(spec = getcwd(cwd, sizeof cwd) ?
	                      mem_printf(ct, "%s/%s", cwd, argv[1]) : NULL))
		return ct->failed ? -1 : fail_sys(ct, "getcwd");
	if (live_parse(ct, spec, &op) < 0)
		return -1;
	if (ct->euid)           /* what is below may be locked to it, see fs_clone() */
		op->mnt.flags |= M_RECURSIVE;
	/* recorded first: an unrecorded mount could not be removed */
	if (live_record(ct, &c, "user.ct.mounts", op->mnt.dst, spec) < 0)
		return -1;
	if ((op->fd = live_helper(ct, live_clone, op, false)) >= 0 &&
	    live_helper(ct, live_attach, op, true) == 0)
		return 0;
	live_record(ct, &c, "user.ct.mounts", op->mnt.dst, NULL);
	return live_unlock(ct);
}

/* --- umount --- */

/* Opens SRC, if it is there, to compare: DST may be any of the container's mounts by now, as it
 * can rename a mount point's parent and put a symlink there. */
static int
live_what(struct ct *ct, struct op *op)
{
	int fd = io_open(op->mnt.src, O_PATH);

	return fd < 0 && errno != ENOENT ? fail_sys(ct, "open %s", op->mnt.src) : fd;
}

/* Unmounts DST only if it is SRC, or was deleted there since. Removes the mount point as well,
 * if it was made for it and is unchanged. */
static int
live_detach(struct ct *ct, struct op *op)
{
	int at = fs_in_root(ct, op->mnt.dst, O_PATH);
	struct stat is, src;

	if (at >= 0 && (fstat(at, &is) < 0 || (is.st_nlink &&
	    (op->fd < 0 || fstat(op->fd, &src) < 0 || !io_same(&is, &src)))))
		return fail_msg(ct, "umount %s: %s is not there", op->mnt.dst, op->mnt.src);
	if (at < 0 || fs_by_fd(ct, at, 0) < 0) {
		if (errno == EINVAL)
			return fail_msg(ct, "umount %s: nothing is mounted there, or it was locked "
			                "at the start", op->mnt.dst);
		return fail_sys(ct, "umount %s", op->mnt.dst);
	}
	fd_close(&at);
	fs_unmake(ct, ct->tree_fd, op->mnt.dst, geteuid());
	return 0;
}

/* Unmounts what `ct mount` has mounted, and volumes of ct run: nothing that ct protects the
 * kernel or the host with. */
static int
verb_umount(struct ct *ct, char **argv)
{
	struct op *op, *asked = NULL;
	struct ctr c;
	char *dst, *spec, *list;

	if (!*argv || !argv[1] || argv[2])
		return fail_msg(ct, "needs NAME DST");
	if (live_open(ct, *argv, &c) < 0 || !(dst = op_path(ct, argv[1])) ||
	    !(list = mem_get(ct, MOUNTS_RECORD)))
		return -1;
	spec = live_find(list, record_get(c.fd, "user.ct.mounts", list, MOUNTS_RECORD), dst);
	spec = spec ? text_past(spec) : NULL;
	for (op = ct->ops; op && !spec && !ct->failed; op = op->next)
		if (op->kind == OP_BIND && !strcmp(op->mnt.dst, dst))
			asked = op;
	if (ct->failed || (spec && live_parse(ct, spec, &asked) < 0))
		return -1;
	if (!asked)
		return fail_msg(ct, "%s: no such volume", dst);
	if (*asked->mnt.src != '/')     /* relative to where ct run was called */
		asked->mnt.src = mem_printf(ct, "/proc/%d/cwd/%s", c.sup_pid, asked->mnt.src);
	asked->fd = asked->mnt.src ? live_helper(ct, live_what, asked, false) : -1;
	if (ct->failed || live_helper(ct, live_detach, asked, true) < 0)
		return live_unlock(ct);
	return spec && live_record(ct, &c, "user.ct.mounts", dst, NULL) < 0 ? -1 : 0;
}

/* --- device --- */

/* Opens the directory of a node in the container's private /dev, a tmpfs, without following
 * symlinks or crossing mounts. Missing directories are made. */
static int
live_dev_dir(struct ct *ct, const struct op *op, const char **name)
{
	const char *path = op->dev.path + sizeof "/dev", *slash;
	int dir = fs_in_root(ct, "/dev", O_PATH | O_DIRECTORY), sub;

	if (dir >= 0 && !kfs_fd_is(dir, TMPFS_MAGIC)) {
		fd_close(&dir);
		return fail_msg(ct, "its /dev is not its own");
	}
	for (; dir >= 0 && (slash = strchr(path, '/')); path = slash + 1) {
		char part[PATH_MAX];    /* one that is too long is refused, not cut */

		text_printf(part, sizeof part, "%.*s", (int)(slash - path), path);
		mkdirat(dir, part, 0755);       /* the next call says what is wrong */
		sub = copy_open(dir, part, O_RDONLY | O_DIRECTORY);
		fd_close(&dir);
		dir = sub;
	}
	*name = path;
	return dir < 0 ? fail_sys(ct, "open %s", op->dev.path) : dir;
}

static int
live_node(struct ct *ct, struct op *op)
{
	mode_t type = op->dev.mode & S_IFMT;
	dev_t rdev = makedev((unsigned)op->dev.major, (unsigned)op->dev.minor);
	struct stat st;
	const char *name;
	int dir = live_dev_dir(ct, op, &name);

	if (dir < 0 || fs_node(ct, dir, name, type, rdev, op) < 0)
		return -1;
	/* it may have been there before */
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return fail_sys(ct, "stat %s", op->dev.path);
	if ((st.st_mode & S_IFMT) != type || st.st_rdev != rdev)
		return fail_msg(ct, "%s: something else is there", op->dev.path);
	return 0;
}

/* Removes a node, or those in a directory. In a user namespace each is a mount on a file. */
static int
live_unnode_at(struct ct *ct, int dir, const char *name, int depth)
{
	LOCAL_FD at = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	bool mounted = at >= 0 && fs_where(at, "").mnt != fs_where(dir, "").mnt;
	LOCAL_DIR d = { .fd = -1 };
	struct dirent64_ *e;
	struct stat st;
	int r = 0;

	if (at < 0 || fstat(at, &st) < 0)
		return fail_sys(ct, "open %s", name);
	if (S_ISDIR(st.st_mode) && !mounted && depth < 4) {
		if (kfs_dir_open(&d, at, ".") < 0)
			return fail_sys(ct, "open %s", name);
		while (r == 0 && (e = kfs_dir_next(&d)))
			r = live_unnode_at(ct, at, e->name, depth + 1);
		unlinkat(dir, name, AT_REMOVEDIR);      /* if nothing else is in it */
		return r;
	}
	if (!S_ISCHR(st.st_mode) && !S_ISBLK(st.st_mode))
		return depth ? 0 : fail_msg(ct, "%s: not a device", name);
	if (mounted && fs_by_fd(ct, at, 0) < 0)
		return fail_sys(ct, "umount %s", name);
	return unlinkat(dir, name, 0) < 0 ? fail_sys(ct, "unlink %s", name) : 0;
}

static int
live_unnode(struct ct *ct, struct op *op)
{
	const char *name;
	int dir = live_dev_dir(ct, op, &name);

	return dir < 0 ? -1 : live_unnode_at(ct, dir, name, 0);
}

/* Is it TYPE MAJOR:MINOR ACCESS, as --device-rule has it? */
static bool
live_is_rule(const char *given)
{
	return *given && given[1] == ' ';
}

/* Parses what was given; in a helper, as SRC may not answer, and so into shared memory. */
static int
live_source(struct ct *ct, struct op *op)
{
	const struct block *shared = ct->mem;
	char *given = mem_dup(ct, ct->given);

	if (!given || (op->kind == OP_RULE ? op_rule : op_device)(ct, op, given) < 0)
		return -1;
	return ct->mem == shared ? 0 : fail_msg(ct, "has too many to record");
}

/* Replaces the filter by one for all present devices; without one, any device with a node can
 * be used. Devices of ct run that have gone need no rule, but the last one recorded is `one`, if
 * that has a path: to be added. In a helper, too. */
static int
live_filter(struct ct *ct, struct op *one)
{
	char *list = mem_get(ct, MOUNTS_RECORD), *next;
	size_t len = list ? record_get(ct->group_fd, "user.ct.devices", list, MOUNTS_RECORD) : 0;
	LOCAL_FD old = cg_dev_old(ct->group_fd);
	int r;
	struct op *op, *all = ct->ops;

	if (old < 0 && errno != ENOENT && !(ct->euid && errno == EPERM))
		return fail_sys(ct, "find its device filter");
	if (old < 0)
		return one->dev.access == CG_DEV_ALL ? 0 :
		       fail_msg(ct, "has no device filter: only rwm is possible");
	ct->ops = NULL;
	ct->ops_end = &ct->ops;
	for (struct op *o = all; o; o = o->next) {
		bool used = false;

		if ((o->kind != OP_DEVICE && o->kind != OP_RULE) || op_add(ct, o->kind, &op) < 0)
			continue;
		op->dev = o->dev;
		if (o->kind == OP_DEVICE)
			op_device_at(ct, op, (char *)(uintptr_t)o->dev.src,
			             (char *)(uintptr_t)o->dev.path, 0, &used);
		err_forget(ct);
	}
	for (char *p = list; p && p < list + len; p = next) {
		ct->given = p = text_past(p);
		next = text_past(p);
		if (op_add(ct, live_is_rule(p) ? OP_RULE : OP_DEVICE, &op) == 0)
			live_source(ct, op);
		if (next < list + len || !one->dev.path)
			err_forget(ct);
	}
	if (ct->failed)
		return -1;
	ct->cg_fd = ct->group_fd;
	r = cg_dev_load(ct, old);
	ct->cg_fd = -1;
	return r;
}

/* Makes or removes the nodes of devices from op on; a rule has none. */
static int
live_nodes(struct ct *ct, struct op *op, bool add)
{
	for (; op && op->kind == OP_DEVICE; op = op->next) {
		struct op bind = { .kind = OP_BIND, .fd = -1, .mnt = { .src = op->dev.src } };

		bind.mnt.src_fd = -1;
		/* a node cannot be made there: binds the host's */
		if (add && ct->join & CLONE_NEWUSER &&
		    (op->fd = live_helper(ct, live_clone, &bind, false)) < 0)
			return -1;
		if (live_helper(ct, add ? live_node : live_unnode, op, true) < 0)
			return -1;
	}
	return 0;
}

static int
verb_device(struct ct *ct, char **argv)
{
	static const char attr[] = "user.ct.devices";
	bool add = *argv && !strcmp(*argv, "add"), rule;
	struct op *op, **rest, all = { .dev.access = CG_DEV_ALL };
	const char *key;
	struct ctr c;
	int known, r;

	if (!*argv || (!add && strcmp(*argv, "del")) || !argv[1] || !argv[2] || argv[3])
		return fail_msg(ct, "needs add or del, NAME, SRC[:DST][:rwm] or a RULE");
	rule = live_is_rule(argv[2]);
	if (live_open(ct, argv[1], &c) < 0)
		return -1;
	rest = ct->ops_end;
	ct->verb = V_RUN;
	ct->opt = rule ? opt_find(ct, "device-rule", 11, 0) : opt_find(ct, "device", 6, 0);
	ct->given = argv[2];
	if (mem_begin(ct, 1 << 20, MAP_SHARED) < 0 ||
	    op_add(ct, rule ? OP_RULE : OP_DEVICE, &op) < 0)
		return -1;
	ct->from_record = true;         /* the host's may have been unplugged */
	r = live_source(ct, op);
	ct->from_record = false;
	key = r < 0 ? NULL : rule ? argv[2] : op->dev.path;
	if (r == 0 && add)
		r = live_helper(ct, live_source, op, false);
	*rest = NULL;                   /* live_filter() finds it in the record */
	ct->ops_end = rest;
	known = r == 0 ? live_record(ct, &c, attr, key, add ? argv[2] : NULL) : -1;
	if (known < 0)
		return live_unlock(ct);
	if (!known)
		return fail_msg(ct, "%s: was not added by `ct device add`", key);
	r = live_helper(ct, live_filter, add ? op : &all, false);
	if (r == 0 && live_nodes(ct, op, add) == 0)
		return 0;
	if (add) {
		struct err err = ct->err;

		err_forget(ct);
		live_record(ct, &c, attr, key, NULL);
		if (r == 0)
			live_helper(ct, live_filter, &all, false);
		ct->err = err;
		ct->failed = true;
	}
	return live_unlock(ct);
}
