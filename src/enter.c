/* SPDX-License-Identifier: ISC */
/* The step "enter" of ct exec: what the container has, found from outside. */

/* Opens the cgroup that its first process is in, which with --delegate it may have
 * changed itself: it has to be at or below the container's, and not frozen, since what is
 * cloned into it would never run. */
static int
enter_cgroup(struct ct *ct, struct ctr *c)
{
	char buf[4096], *path, *below;
	uint64_t frozen = 0;

	if (!(path = cg_path_of(ct, c->pid, buf, sizeof buf)))
		return -1;
	if (!cg_below(ct, path, c->name))
		return fail_msg(ct, "process %d is not in it any more", c->pid);
	below = path + strlen(ct->cg_path) + 1 + strlen(c->name);
	ct->cg_fd = cg_fd(c->fd, *below ? below + 1 : ".");
	if (ct->cg_fd < 0)
		return fail_sys(ct, "open cgroup %s", path);
	if (cg_num(ct->cg_fd, "cgroup.events", "frozen", &frozen) < 0)
		return fail_sys(ct, "read cgroup.events of %s", path);
	return frozen ? fail_msg(ct, "its cgroup %s is paused", path) : 0;
}

/* 1: its namespace of this kind is not ours, 0: it is ours or the kernel has none, -1: it
 * cannot be told, which is never taken for "the same". */
static int
enter_ns_differs(struct ct *ct, pid_t pid, int kind, struct stat *its)
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
		return missing && errno == ENOENT ? 0 : fail_sys(ct, "stat /proc/%s", path);
	return missing || !io_same(&own, its);
}

/* Finds the namespaces and the root that are to be joined. */
static int
enter_join(struct ct *ct, struct ctr *c)
{
	char path[32];
	struct stat st = { 0 };

	for (int i = 0; i < NS_MAX; i++) {
		int differs = enter_ns_differs(ct, c->pid, i, &st);

		if (differs < 0)
			return -1;
		if (IN_LIB(ct) && ct->stay_out & ns_kinds[i].flag)
			continue;
		if (differs)
			ct->join |= ns_kinds[i].flag;
		if (i == NS_PID) {
			ct->pid_ns = st.st_ino;
			ct->nsfs = st.st_dev;
		}
	}
	if (ct->info_fd >= 0)
		ctr_namespaces(ct, c->pid, ct->ns);
	text_printf(path, sizeof path, "%d/root", c->pid);
	ct->tree_fd = openat(ct->proc_fd, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (ct->tree_fd < 0)
		return fail_sys(ct, "open its root (has its first thread ended?)");
	ct->group_fd = c->fd;
	/* still alive: then what was looked up by its number above was its */
	if (syscall(SYS_pidfd_send_signal, ct->self_fd, 0, NULL, 0) < 0)
		return fail_sys(ct, "reach process %d", c->pid);
	return 0;
}

/* "frozen" comes and goes while processes in it start and end: the wish counts, too. */
static int
enter_not_paused(struct ct *ct, struct ctr *c)
{
	uint64_t wish = 0;

	if (cg_not_paused(ct, c->name) < 0)
		return -1;
	cg_num(c->fd, "cgroup.freeze", NULL, &wish);
	if (wish || ctr_state(c) == ST_PAUSED)
		return fail_msg(ct, "is paused: `ct resume %s` first", c->name);
	return 0;
}

/* Opens what the container of ct exec has; the library has a pidfd of its own child. Who
 * stays in the caller's cgroup does not care whether the container's is paused. */
static int
enter_open(struct ct *ct)
{
	struct ctr *c = ct->target;
	bool cgroup = !IN_LIB(ct) || ct->features & FEAT_CGROUP;

	ct->step = c->name;
	if (ct->self_fd >= 0)
		return enter_join(ct, c);
	if (cgroup && enter_not_paused(ct, c) < 0)
		return -1;
	if (cg_is_persistent(c->fd)) {  /* of `ct create`: c->pid is ct itself */
		ct->self_fd = sys_pidfd(c->pid);
		ct->cg_fd = fcntl(c->fd, F_DUPFD_CLOEXEC, 3);
		if (ct->self_fd < 0 || ct->cg_fd < 0)
			return fail_sys(ct, "open its cgroup");
		return enter_join(ct, c);
	}
	if (!c->pid || cg_populated(c->fd) == 0)
		return fail_msg(ct, "nothing runs in it");
	if ((c->pid = ctr_shown(ct, c)) < 0 || (ct->self_fd = ctr_pidfd(ct, c, c->pid)) < 0 ||
	    (cgroup && enter_cgroup(ct, c) < 0))
		return -1;
	return enter_join(ct, c);
}
