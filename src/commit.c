/* SPDX-License-Identifier: ISC */
/* The verb commit: copies a writable layer. */

struct commit { int layer; const char *dir; };

/* Copies the parts of the layer, `upper` and upper+PATH, to a new directory. In a helper: if a
 * signal ends the copying, ct still thaws the container. */
static int
commit_copy(struct ct *ct, void *arg)
{
	const struct commit *c = arg;
	LOCAL_DIR d = { .fd = -1 };
	struct dirent64_ *e;
	LOCAL_FD to = -1;

	if ((to = io_mkdir(AT_FDCWD, c->dir)) < 0)
		return fail_sys(ct, "mkdir %s", c->dir);
	if (kfs_dir_open(&d, c->layer, ".") < 0)
		return fail_sys(ct, "read its layer");
	while (!ct->failed && (e = kfs_dir_next(&d))) {
		LOCAL_FD from = -1, in = -1;

		if (strncmp(e->name, "upper", 5))
			continue;
		from = openat(c->layer, e->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (from < 0 || (in = io_mkdir(to, e->name)) < 0)
			fail_sys(ct, "copy %s", e->name);
		else
			copy_tree(ct, from, in, e->name, true);
	}
	return ct->failed ? -1 : d.len < 0 ? fail_sys(ct, "read its layer") : 0;
}

/* Pauses the container; *guard thaws it when *fd, its pipe, is closed, also by SIGKILL of ct, and
 * unless the mark shows that ctr_freeze_begin() was called meanwhile. */
static int
commit_freeze(struct ct *ct, struct ctr *c, pid_t *guard, int *fd)
{
	int ends[2];
	char none;

	if (fsetxattr(c->fd, "user.ct.commit", "", 0, 0) < 0 || pipe2(ends, O_CLOEXEC) < 0)
		return fail_sys(ct, "setxattr user.ct.commit");
	*guard = sys_fork();
	if (*guard == 0) {
		setsid();
		fd_close(&ends[1]);
		_exit(read(ends[0], &none, 1) == 0 && fremovexattr(c->fd, "user.ct.commit") == 0 &&
		      io_put(c->fd, "cgroup.freeze", "0") < 0 && !cg_gone(errno));
	}
	fd_close(&ends[0]);
	*fd = ends[1];
	if (*guard < 0 || io_put(c->fd, "cgroup.freeze", "1") < 0)
		return fail_sys(ct, *guard < 0 ? "fork" : "write cgroup.freeze");
	ct->want = ST_PAUSED;
	c->end = now_plus(10);
	return ctr_frozen(ct, c);
}

static int
verb_commit(struct ct *ct, char **argv)
{
	struct commit job;
	int layer, was, fd = -1, r = -1;
	pid_t guard = -1;
	struct ctr c;
	bool frozen;

	if (!argv[0] || !argv[1] || argv[2])
		return fail_msg(ct, "needs a container's name and a directory");
	if (ctr_open(ct, argv[0], &c) < 0)
		return -1;
	layer = c.layer_fd < 0 ? fail_msg(ct, "has no layer (--overlay), or one in the memory of a "
	                                  "user namespace") : ctr_take_fd(ct, &c, c.layer_fd);
	was = layer < 0 ? ST_STOPPED : ctr_state(&c);
	job = (struct commit){ layer, argv[1] };
	/* sup_open(): lets signals to ct end the helper */
	if (layer >= 0 && (was != ST_RUNNING || commit_freeze(ct, &c, &guard, &fd) == 0) &&
	    sup_open(ct) == 0) {
		ct->step = argv[0];
		r = helper_run(ct, 0, 0, commit_copy, &job, sizeof job);
	}
	/* by `ct resume`, or a second commit that has ended */
	if (r == 0 && was != ST_CREATED && cg_events(c.fd, &frozen) > 0 && !frozen)
		r = fail_msg(ct, "was resumed meanwhile: %s may be inconsistent", argv[1]);
	fd_close(&fd);
	if (guard > 0 && sys_wait(guard) && r == 0)
		r = fail_msg(ct, "cannot be resumed");
	return r;
}
