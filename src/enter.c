/* SPDX-License-Identifier: ISC */
/* The step "enter" of ct exec: opens the container's cgroup, namespaces and root, from outside. */

/* Opens the cgroup that the first process is in: the container's, or one below it, where the
 * process may have moved with --delegate. It must not be frozen: a process cloned into it
 * would never run. */
static int
enter_cgroup(struct ct *ct, struct ctr *c, const char *path)
{
	const char *below = path + strlen(ct->cg_path) + 1 + strlen(c->name);
	uint64_t frozen = 0;

	ct->cg_fd = cg_fd(c->fd, *below ? below + 1 : ".");
	if (ct->cg_fd < 0)
		return fail_sys(ct, "open cgroup %s", path);
	/* the container's own cgroup has been checked before */
	if (*below && cg_num(ct->cg_fd, "cgroup.events", "frozen", &frozen) < 0)
		return fail_sys(ct, "read cgroup.events of %s", path);
	return frozen ? fail_msg(ct, "its cgroup %s is paused", path) : 0;
}

/* 1: the process has another namespace of this kind than ct, 0: the same, or the kernel has
 * none, -1: unknown, which is never taken for "the same". */
static int
enter_ns_differs(struct ct *ct, pid_t pid, int kind)
{
	const char *name = ns_kinds[kind].name;
	uint64_t own = kfs_ns_inode(ct->proc_fd, 0, name), its;
	bool missing = !own && errno == ENOENT;

	if (!own && !missing)
		return fail_sys(ct, "readlink /proc/self/ns/%s", name);
	its = kfs_ns_inode(ct->proc_fd, pid, name);
	if (!its && !(missing && errno == ENOENT))
		return fail_sys(ct, "readlink /proc/%d/ns/%s", pid, name);
	return its != own;
}

/* Finds the namespaces to join: those that ct made for it, by its record; the others are
 * compared with ct's. Comparing one costs as much as 20 other system calls. */
static int
enter_namespaces(struct ct *ct, struct ctr *c)
{
	bool recorded = !IN_LIB(ct) && !cg_is_persistent(c->fd);
	unsigned made = recorded ? ct->unshare & ~ct->optional & ~(unsigned)FEAT_USER : 0;
	unsigned out = ct->stay_out;

	for (int i = 0; i < NS_MAX; i++) {
		int differs = made & 1u << i ? 1 : enter_ns_differs(ct, c->pid, i);

		if (differs < 0)
			return -1;
		if (differs)
			ct->join |= ns_kinds[i].flag & ~out;
	}
	if (out & CLONE_NEWPID)
		return 0;
	ct->pid_ns = kfs_ns_inode(ct->proc_fd, c->pid, "pid");
	if (!ct->pid_ns && errno != ENOENT)     /* ENOENT: the kernel has none */
		return fail_sys(ct, "readlink /proc/%d/ns/pid", c->pid);
	return 0;
}

static int
enter_join(struct ct *ct, struct ctr *c)
{
	if (enter_namespaces(ct, c) < 0)
		return -1;
	if (ct->info_fd >= 0)
		ctr_namespaces(ct, c->pid, ct->ns);
	ct->tree_fd = kfs_open(ct, c->pid, "root", O_PATH | O_DIRECTORY);
	if (ct->tree_fd < 0)
		return fail_sys(ct, "open its root (has its first thread ended?)");
	ct->group_fd = c->fd;
	/* still alive: so the lookups by pid above were about this process */
	if (sys_pidfd_signal(ct->self_fd, 0) < 0)
		return fail_sys(ct, "reach process %d", c->pid);
	return 0;
}

/* "frozen" may be 0 for a moment while processes start or end, so cgroup.freeze counts too. */
static int
enter_not_paused(struct ct *ct, struct ctr *c, bool frozen)
{
	uint64_t wish = 0;

	if (cg_not_paused(ct, c->name) < 0)
		return -1;
	cg_num(c->fd, "cgroup.freeze", NULL, &wish);
	if (wish || frozen)
		return fail_msg(ct, "is paused: `ct resume %s` first", c->name);
	return 0;
}

/* Opens what ct exec enters; the library may have a pidfd of its own child already. A command
 * that stays in the caller's cgroup may start even if the container is paused. */
static int
enter_open(struct ct *ct)
{
	struct ctr *c = ct->target;
	bool cgroup = !IN_LIB(ct) || ct->features & FEAT_CGROUP;
	bool frozen = false;
	char buf[8192], *path;
	int populated;

	ct->step = c->name;
	if (ct->self_fd >= 0)
		return enter_join(ct, c);
	populated = cg_events(c->fd, &frozen);
	if (cgroup && enter_not_paused(ct, c, frozen) < 0)
		return -1;
	if (cg_is_persistent(c->fd)) {  /* made by `ct create`: c->pid is ct itself */
		ct->self_fd = sys_pidfd(c->pid);
		ct->cg_fd = fcntl(c->fd, F_DUPFD_CLOEXEC, 3);
		if (ct->self_fd < 0 || ct->cg_fd < 0)
			return fail_sys(ct, "open its cgroup");
		return enter_join(ct, c);
	}
	if (!c->pid || populated == 0)
		return fail_msg(ct, "nothing runs in it");
	if ((c->pid = ctr_shown(ct, c)) < 0 ||
	    (ct->self_fd = ctr_pidfd_at(ct, c, c->pid, buf, sizeof buf, &path)) < 0 ||
	    (cgroup && enter_cgroup(ct, c, path) < 0))
		return -1;
	return enter_join(ct, c);
}
