/* SPDX-License-Identifier: ISC */
/* The steps of the parent. */

/* Opens the root of a mount namespace; for a pid namespace, the root and mount namespace of
 * a process in it, to find a procfs of it there. pid 0: of any member process. */
static int
parent_ns_peer(struct ct *ct, const struct op *op, pid_t pid)
{
	int *root = op->ns.kind == NS_MNT ? &ct->tree_fd : &ct->peer_root_fd;

	if (!pid && (pid = kfs_ns_member(ct->proc_fd, op->fd, op->ns.type)) < 0)
		return fail_sys(ct, "read /proc");
	if (!pid)
		return fail_msg(ct, "no process is in %s namespace %s", op->ns.type, op->ns.where);
	*root = kfs_open(ct, pid, "root", O_PATH | O_DIRECTORY);
	if (*root < 0)
		return fail_sys(ct, "open /proc/%d/root", pid);
	if (op->ns.kind == NS_PID && (ct->peer_mnt_fd = kfs_ns(ct, pid, "mnt")) < 0)
		return -1;
	return 0;
}

/* Opens a namespace given by its path, or by the name of a container. */
static int
parent_ns_open(struct ct *ct, struct op *op)
{
	bool named = op->ns.form != NS_PATH && (op->ns.form || !strchr(op->ns.where, '/'));
	const char *step = ct->step;
	struct ctr c = { .fd = -1 };
	LOCAL_FD pidfd = -1;
	int r = -1;

	if (kfs_need_proc(ct) < 0)
		return -1;
	if (!named) {
		if (op->fd < 0)         /* see run_fds() */
			op->fd = helper_open(ct, op->ns.where, O_RDONLY | O_NONBLOCK, 0);
		if (op->fd < 0 || ct->failed)
			return fail_sys(ct, "open %s", op->ns.where);
	} else {
		if (ctr_open(ct, op->ns.where, &c) < 0) {
			ct->err.status = 125;
			return -1;
		}
		pidfd = ctr_hold(ct, &c);
		ct->step = step;
		fd_close(&c.fd);
		if (pidfd < 0 || (op->fd = kfs_ns(ct, c.pid, op->ns.type)) < 0)
			goto out;
	}
	if ((op->ns.kind == NS_PID || op->ns.kind == NS_MNT) && parent_ns_peer(ct, op, c.pid) < 0)
		goto out;
	/* its process is still alive, so its pid was not reused meanwhile */
	if (named && sys_pidfd_signal(pidfd, 0) < 0)
		fail_sys(ct, "open the %s namespace of %s", op->ns.type, op->ns.where);
	else
		r = 0;
out:
	if (r < 0 && c.pid > 0 && ctr_exited(ct, c.pid)) {
		err_forget(ct);
		fail_msg(ct, "%s: has ended", op->ns.where);
	}
	return r;
}

/* An unprivileged caller may join a namespace only from inside the user namespace that owns
 * it, and so joins that as well: opens the owner, unless it is our own. */
static int
parent_ns_owner(struct ct *ct, const struct op *op, struct op **user)
{
	LOCAL_FD fd = ioctl(op->fd, NS_GET_USERNS);
	struct stat owner, st;

	if (fd < 0)             /* an ancestor of ours: setns(2) will refuse it */
		return errno == EPERM ? 0 : fail_sys(ct, "look for the owner of %s", op->ns.where);
	if (fstat(fd, &owner) < 0 || fstatat(ct->proc_fd, "self/ns/user", &st, 0) < 0 ||
	    (*user && fstat((*user)->fd, &st) < 0))
		return fail_sys(ct, "stat the owner of %s", op->ns.where);
	if (io_same(&owner, &st))
		return 0;
	if (*user)
		return fail_msg(ct, "%s and %s belong to different user namespaces",
		                op->ns.where, (*user)->ns.where);
	if (!(*user = mem_get(ct, sizeof **user)))
		return -1;
	**user = *op;
	(*user)->ns.type = "user";
	(*user)->ns.kind = NS_USER;
	(*user)->fd = fd;
	fd = -1;
	return 0;
}

/* Joins the user namespace that owns those to be joined, instead of making a new one. */
static int
parent_ns_owners(struct ct *ct)
{
	struct op *user = NULL;

	FOR_OPS(op, ct->ops, OP_NS)
		if (parent_ns_owner(ct, op, &user) < 0)
			return -1;
	if (!user)
		return 0;
	user->next = ct->ops;
	ct->ops = user;
	ct->unshare &= ~(unsigned)FEAT_USER;
	ct->features &= ~(unsigned)FEAT_USER;
	ct->second = ct->second || ct->unshare & FEAT_PID;
	return 0;
}

static int
parent_ns(struct ct *ct)
{
	struct stat st;

	FOR_OPS(op, ct->ops, OP_NS) {
		if (parent_ns_open(ct, op) < 0)
			return -1;
		if (op->ns.kind != NS_PID)
			continue;
		if (fstat(op->fd, &st) < 0)
			return fail_sys(ct, "stat %s", op->ns.where);
		ct->pid_ns = st.st_ino;
	}
	return ct->euid && !ns_op(ct, NS_USER) && !op_find(ct->ops, OP_UIDMAP) ?
	       parent_ns_owners(ct) : 0;
}

/* Clones the volumes that have idmap, with the id map of that user namespace. */
static int
parent_volumes_clone(struct ct *ct, int userns)
{
	struct mount_attr map = {
		.attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (unsigned)userns,
		.propagation = MS_PRIVATE,      /* or mounts inside would show outside */
	};

	if (ct->idmap_root) {
		if (!ct->image)
			ct->tree_fd = sys_tree(AT_FDCWD, ct->root, AT_RECURSIVE);
		if (ct->tree_fd < 0 || sys_attr(ct->tree_fd, AT_RECURSIVE, &map) < 0)
			return fail_sys(ct, "map the ids of %s", ct->root);
	}
	FOR_OPS(op, ct->ops, OP_BIND) {
		unsigned flags = op->mnt.flags & M_RECURSIVE ? AT_RECURSIVE : 0;

		if (!(op->mnt.flags & M_IDMAP))
			continue;
		map.propagation = op->mnt.flags & M_SLAVE ? MS_SLAVE : MS_PRIVATE;
		op->fd = sys_tree(AT_FDCWD, op->mnt.src, flags);
		if (op->fd < 0 || sys_attr(op->fd, flags, &map) < 0)
			return fail_sys(ct, "map the ids of %s", op->mnt.src);
	}
	return 0;
}

/* Volumes with idmap are cloned here, where root has the right to map them. A helper
 * keeps the user namespace with the map alive meanwhile. */
static int
parent_volumes(struct ct *ct)
{
	LOCAL_FD userns = -1;
	int r = -1;

	if (kfs_need_proc(ct) < 0)
		return -1;
	ct->pid = helper_holds(ct, CLONE_NEWUSER, "unshare user namespace (CONFIG_USER_NS)");
	if (ct->pid > 0 && id_maps(ct) == 0 && (userns = kfs_ns(ct, ct->pid, "user")) >= 0)
		r = parent_volumes_clone(ct, userns);
	if (ct->pid > 0)
		helper_kill(ct->pid);
	ct->pid = 0;
	return r;
}

static const char *
parent_pidfile_name(const struct ct *ct)
{
	const char *slash = strrchr(ct->pidfile, '/');

	return slash ? slash + 1 : ct->pidfile;
}

/* Opens the pidfile before anything runs, so that a bad path fails early: anything but a file,
 * such as /dev/null, would be removed at the end. */
static int
parent_pidfile(struct ct *ct)
{
	const char *path = ct->pidfile, *up;
	struct stat st;

	if (!HAVE_TELL || !path)
		return 0;
	if (!(up = mem_printf(ct, "%.*s.", (int)(parent_pidfile_name(ct) - path), path)))
		return -1;
	ct->pid_dir_fd = helper_open(ct, up, O_PATH | O_DIRECTORY, 0);
	if (ct->pid_dir_fd < 0 || ct->failed)
		return fail_sys(ct, "open %s", path);
	ct->pid_fd = helper_open(ct, path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK,
	                         0644);
	if (ct->pid_fd < 0 || fstat(ct->pid_fd, &st) < 0)
		return fail_sys(ct, "open %s", path);
	if (!ct->failed && !S_ISREG(st.st_mode)) {
		fd_close(&ct->pid_fd);
		return fail_msg(ct, "%s: not a regular file", path);
	}
	return ct->failed ? -1 : 0;
}

/* Returns a detached clone in no peer group; -1 after an error, but also, with none
 * recorded, before Linux 5.12 (no mount_setattr) or without CAP_SYS_ADMIN. */
static int
parent_tree(struct ct *ct, const char *path, unsigned flags, bool slave)
{
	struct mount_attr a = { .propagation = slave ? MS_SLAVE : MS_PRIVATE };
	int fd = sys_tree(AT_FDCWD, path, flags);

	if (fd < 0) {
		if (errno != EPERM)     /* root without CAP_SYS_ADMIN: as any user */
			fail_sys(ct, "open %s", path);
	} else if (sys_attr(fd, AT_RECURSIVE, &a) < 0) {
		if (errno != ENOSYS)
			fail_sys(ct, "mount_setattr %s", path);
		fd_close(&fd);
	}
	return fd;
}

/* Clones the root and the sources of bind mounts as root outside, since root in the user
 * namespace may not reach their paths. For an unprivileged caller fs_sources() opens them
 * before the ids change. */
static int
parent_sources(struct ct *ct)
{
	struct stat st;

	FOR_OPS(op, ct->ops, OP_BIND) {
		unsigned flags = op->mnt.flags & M_RECURSIVE ? AT_RECURSIVE : 0;

		if (op->fd >= 0 || op->mnt.flags & M_IDMAP ||
		    (op->mnt.flags & M_TRY && helper_stat(ct, op->mnt.src, &st) < 0))
			continue;
		op->fd = parent_tree(ct, op->mnt.src, flags, op->mnt.flags & M_SLAVE);
	}
	if (ct->layer_fd >= 0)          /* root inside may not reach its path either */
		ct->upper_fd = parent_tree(ct, ct->overlay, 0, false);
	if (ct->root && !ct->idmap_root && !ct->image)
		ct->tree_fd = parent_tree(ct, ct->root, AT_RECURSIVE, ct->root_slave);
	return ct->failed ? -1 : 0;
}

/* The child has its own: open here, they would keep file systems busy that the container
 * has long unmounted. */
static void
parent_sources_close(struct ct *ct)
{
	FOR_OPS(op, ct->ops, OP_BIND)
		fd_close(&op->fd);
	fd_close(&ct->tree_fd);
	fd_close(&ct->upper_fd);
}

/* Refuses a propagation without effect: the mount of path has no peers. */
static int
parent_peers(struct ct *ct, const char *path, unsigned flags)
{
	struct mountinfo *m;
	LOCAL_FD fd = -1;
	uint64_t id;
	int n;

	if (!(flags & (M_SLAVE | M_SHARED)) || (fd = io_open(path, O_PATH)) < 0)
		return 0;
	id = fs_where(fd, "").mnt;
	n = fs_mounts(ct, fd, &m);
	for (int i = 0; i < n; i++)
		if (m[i].id == id && (m[i].shared || (m[i].master && flags & M_SLAVE)))
			return 0;
	return n < 0 ? -1 : fail_msg(ct, "%s: %s: no later mount appears, since it is on "
	                             "a mount that is not shared (mount --make-rshared)", path,
	                             flags & M_SLAVE ? "rslave" : "rshared");
}

/* Takes a shared lock on a writable root directory: parent_root_undo() of the last container
 * in it, which alone gets an exclusive lock, removes the mount points that ct has made. Waits
 * for that no longer than 0.1 s, since a process inside can hold the lock as well. */
static int
parent_root(struct ct *ct)
{
	int tries = 100;

	FOR_OPS(op, ct->ops, OP_BIND)
		if (parent_peers(ct, op->mnt.src, op->mnt.flags) < 0)
			return -1;
	if (parent_peers(ct, ct->root ? ct->root : "/", ct->root_slave ? M_SLAVE : 0) < 0)
		return -1;
	if (!ct->euid && ct->unshare & FEAT_USER && !IN_LIB(ct) && parent_sources(ct) < 0)
		return -1;
	if (HAVE_IMAGE && ct->image)
		return img_open(ct);
	if (!ct->root || ct->read_only || ct->overlay || IN_LIB(ct))
		return 0;
	if (!HAVE_IMAGE)                /* else img_find() has asked */
		ct->root_waits = io_waits(AT_FDCWD, ct->root);
	ct->root_fd = ct->root_waits ? helper_open(ct, ct->root, O_RDONLY | O_DIRECTORY, 0) :
	              io_open(ct->root, O_RDONLY | O_DIRECTORY);
	while (ct->root_fd >= 0 && tries-- && flock(ct->root_fd, LOCK_SH | LOCK_NB) < 0 &&
	       errno == EWOULDBLOCK)
		poll(NULL, 0, 1);
	/* the step "root" says why it cannot be opened */
	return ct->failed ? -1 : 0;
}

/* The owner of the mount points that ct has made, as seen from here; -1: the root of a
 * joined user namespace, whose id is unknown. */
static uid_t
parent_maker(const struct ct *ct)
{
	FOR_OPS(op, ct->ops, OP_UIDMAP)
		if (ct->features & FEAT_USER && !ct->idmap_root &&
		    op->idmap.inside == child_mapped(ct, OP_UIDMAP))
			return (uid_t)op->idmap.outside;
	return ns_op(ct, NS_USER) ? (uid_t)-1 : ct->euid;
}

/* Removes the mount points that `ct mount` has made. */
static void
parent_root_live(struct ct *ct, uid_t maker)
{
	char *list = mem_get(ct, MOUNTS_RECORD), *next;
	size_t len = list ? record_get(ct->cg_fd, "user.ct.mounts", list, MOUNTS_RECORD) : 0;

	for (char *p = list; p && p < list + len; p = next) {
		next = text_past(text_past(p));
		fs_unmake(ct, ct->root_fd, p, maker);
	}
}

static void
parent_root_unmake(struct ct *ct)
{
	static const char *const ours[] = { "/proc", "/sys", "/dev", "/etc/hosts",
		"/etc/resolv.conf" };
	uid_t maker = parent_maker(ct);

	if (ct->root_fd >= 0 && !ct->verity && flock(ct->root_fd, LOCK_EX | LOCK_NB) == 0) {
		for (size_t i = 0; i < LEN(ours); i++)
			fs_unmake(ct, ct->root_fd, ours[i], maker);
		for (struct op *op = ct->ops; op; op = op->next)
			if (op->kind <= OP_FILE && op->mnt.dst)
				fs_unmake(ct, ct->root_fd, op->mnt.dst, maker);
		if (HAVE_LIVE)
			parent_root_live(ct, maker);
	}
}

static void
parent_root_undo(struct ct *ct)
{
	helper_undo(ct, "root", ct->root_waits && ct->root_fd >= 0, parent_root_unmake);
	if (ct->image)
		fd_close(&ct->tree_fd);
	fd_close(&ct->root_fd);
}

/* Unless it is another ct's by now. In the directory where it was made: those who may write above
 * that could have put a link to another one there. */
static void
parent_pidfile_unlink(struct ct *ct)
{
	const char *name = parent_pidfile_name(ct);

	if (cg_is_at(ct->pid_dir_fd, name, ct->pid_fd))
		unlinkat(ct->pid_dir_fd, name, 0);
}

static void
parent_pidfile_undo(struct ct *ct)
{
	if (HAVE_TELL && ct->pid_fd >= 0)
		helper_undo(ct, "pidfile", io_waits(ct->pid_dir_fd, "."), parent_pidfile_unlink);
	fd_close(&ct->pid_fd);
	fd_close(&ct->pid_dir_fd);
}

/* Lets the command's user reopen the caller's pipes at 0 to 2 (/dev/stdout), only in the
 * direction of the descriptor. This changes their mode for all users: the command's user is
 * known too late, and a user namespace may not change their owner. But only those who may
 * inspect a process that has a pipe can open it. Somebody else's pipes, files and terminals
 * stay as they are. */
static int
parent_stdio(struct ct *ct)
{
	static const mode_t modes[] = { [O_RDONLY] = 0444, [O_WRONLY] = 0222, [O_RDWR] = 0666 };
	struct stat st;

	if (IN_LIB(ct) || (!ct->user && !(ct->features & (FEAT_USER | FEAT_JOIN))))
		return 0;
	for (int fd = 0; fd < 3; fd++) {
		int how = fcntl(fd, F_GETFL) & O_ACCMODE;

		if (how < (int)LEN(modes) && fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode) &&
		    kfs_fd_is(fd, PIPEFS_MAGIC) &&
		    sys_fchmod(fd, (st.st_mode & 0777) | modes[how]) < 0 && errno != EPERM)
			return fail_sys(ct, "chmod the pipe at descriptor %d", fd);
	}
	return 0;
}

static int
parent_pipes(struct ct *ct)
{
	if (parent_stdio(ct) < 0)
		return -1;
	/* a socket: a library cannot block SIGPIPE, which send(2) can suppress; and it passes
	 * the terminal's file descriptor to us */
	if (pipe2(ct->msg_fd, O_CLOEXEC) < 0 ||
	    (IN_LIB(ct) || ct->tty ?
	     syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ct->go_fd) :
	     pipe2(ct->go_fd, O_CLOEXEC)) < 0)
		return fail_sys(ct, "pipe");
	return 0;
}

static void
parent_pipes_undo(struct ct *ct)
{
	for (int i = 0; i < 2; i++) {
		fd_close(&ct->msg_fd[i]);
		fd_close(&ct->go_fd[i]);
	}
	/* the command may have locked the caller's terminal: no sudo or ssh could open it */
	for (int fd = 0; fd < 3 && !IN_LIB(ct); fd++)
		ioctl(fd, TIOCNXCL);
}

/* --- the child --- */

/* Can a namespace of this kind be made, in a new user namespace if `ns` has one? */
static bool
parent_ns_possible(int kind, unsigned ns)
{
	unsigned long flags = ns_kinds[kind].flag | (ns & FEAT_USER ? CLONE_NEWUSER : 0);
	pid_t pid = sys_fork();

	if (pid == 0)
		_exit(unshare((int)flags) < 0);
	return pid < 0 || sys_wait(pid) == 0;
}

/* The first of these namespaces that cannot be made, as clone3's errno does not tell which:
 * the kernel lacks it, or its sysctl allows no more. -1: none of those in `of`. */
static int
parent_ns_refused(unsigned ns, unsigned of)
{
	if (ns & FEAT_USER && !parent_ns_possible(NS_USER, ns))
		return of & FEAT_USER ? NS_USER : -1;
	for (int i = 0; i < NS_MAX; i++)
		if (ns & of & 1u << i && !parent_ns_possible(i, ns))
			return i;
	return -1;
}

/* Hints at why an unprivileged caller, or even root, may not make these namespaces. */
static void
parent_clone_hint(struct ct *ct, unsigned ns)
{
	static const struct { const char *key, *off, *hint; } causes[] = {
		{ "sys/kernel/unprivileged_userns_clone", "0\n",
		  "sysctl kernel.unprivileged_userns_clone=1" },
		{ "sys/kernel/apparmor_restrict_unprivileged_userns", "1\n",
		  "sysctl kernel.apparmor_restrict_unprivileged_userns=0" },
		{ "self/uid_map", "", "ct is in a user namespace that maps no ids" },
	};
	const char *hint = "ct runs in a chroot, where there are no user namespaces?";
	char value[8];

	if (sys_prctl(PR_GET_SECCOMP, 0, 0) == SECCOMP_MODE_FILTER ||
	    sys_prctl(PR_CAPBSET_READ, CAP_SYS_ADMIN, 0) == 0) {
		fail_hint(ct, "a seccomp filter or ct lacks CAP_SYS_ADMIN, as "
		          "in a container that is not --privileged");
		return;
	}
	if (!(ns & FEAT_USER))
		return;
	for (size_t i = 0; i < LEN(causes); i++)
		if (io_get(ct->proc_fd, causes[i].key, value, sizeof value) >= 0 &&
		    !strcmp(value, causes[i].off))
			hint = causes[i].hint;
	fail_hint(ct, "%s", hint);
}

static int
parent_clone_fail(struct ct *ct, int no, unsigned ns)
{
	int kind = no == EINVAL || no == ENOSPC ? parent_ns_refused(ns, ns) : -1;

	if (no == EPERM)
		parent_clone_hint(ct, ns);
	errno = no;
	return kind < 0 ? fail_sys(ct, "clone3") : ns_fail(ct, "clone3 with", kind, no);
}

/* Leaves out a namespace that cannot be made, if --try allows it; the user namespace only
 * for root, who can do without. True: try again. */
static bool
parent_clone_without(struct ct *ct, int no, unsigned ns)
{
	int kind = parent_ns_refused(ns, ct->optional);

	/* without a cgroup, only the pid namespace ends what the command has started */
	if (kind < 0 || (kind == NS_USER && ct->euid) || (kind == NS_PID && ct->cg_fd < 0))
		return false;
	ns_fail(ct, "runs without", kind, no);
	step_forgive(ct);
	ct->unshare &= ~(1u << kind);
	ct->features &= ~(1u << kind);
	return true;
}

static struct clone_args
parent_clone_args(struct ct *ct, unsigned ns)
{
	struct clone_args args = { .flags = CLONE_PIDFD, .pidfd = (uintptr_t)&ct->pidfd };

	/* the library's caller must not see our children by wait(2) or SIGCHLD, except those
	 * whose pid it is given */
	args.exit_signal = IN_LIB(ct) && !ct->exec ? 0 : SIGCHLD;
	for (int i = 0; i < NS_MAX && !ct->exec; i++)
		if (ns & 1u << i)
			args.flags |= ns_kinds[i].flag;
	if (ct->cg_fd >= 0) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (unsigned)(ct->inner_fd >= 0 ? ct->inner_fd : ct->cg_fd);
	}
	if (IN_LIB(ct))         /* none of the caller's handlers runs in the child */
		args.flags |= CLONE_CLEAR_SIGHAND;
	return args;
}

/* clone3; or clone inside a container, whose seccomp filter has to refuse clone3: the child
 * then joins its cgroup itself, which takes 11 ms. It also does so if "1" was written to
 * the cgroup's cgroup.kill: since Linux 6.14 that kills whatever is cloned into it later,
 * too. */
static long
parent_clone_call(struct ct *ct, struct clone_args *args)
{
	const uint64_t all[] = { ~0ULL, ~0ULL };
	uint64_t mask[2];
	bool joins = (ct->exec || ct->restarts) && ct->cg_fd >= 0 &&
	             cg_killed((int)args->cgroup, 0);
	long pid;

	if (IN_LIB(ct))
		syscall(SYS_rt_sigprocmask, SIG_SETMASK, all, mask, _NSIG / 8);
	pid = joins ? -1 : syscall(SYS_clone3, args, sizeof *args);
	if (joins || (pid < 0 && errno == ENOSYS)) {
		pid = sys_clone(((uint32_t)args->flags & ~(uint32_t)CSIGNAL) |
		                (uint32_t)args->exit_signal, &ct->pidfd);
		if (pid == 0 && ct->cg_fd >= 0 &&
		    io_put((int)args->cgroup, "cgroup.procs", "0") < 0)
			_exit(125);
	}
	if (IN_LIB(ct) && pid)
		syscall(SYS_rt_sigprocmask, SIG_SETMASK, mask, NULL, _NSIG / 8);
	return pid;
}

static int
parent_clone(struct ct *ct)
{
	struct clone_args args;
	unsigned ns;
	long pid;

	ct->began = now_usec();
	/* with no procfs mounted, the child needs one made by root, see fs_show_proc() */
	if (ct->features & FEAT_USER && kfs_need_proc(ct) < 0)
		return -1;
	do {
		ns = ct->unshare & ~(unsigned)(FEAT_CGNS | FEAT_TIME);
		if (ns_op(ct, NS_USER))
			ns = 0;         /* the child makes the rest: it has to own them */
		if (ct->self_fd >= 0)
			ns &= ~(unsigned)FEAT_NET;
		args = parent_clone_args(ct, ns);
		pid = parent_clone_call(ct, &args);
	} while (pid < 0 && errno != ENOSYS && parent_clone_without(ct, errno, ns));
	if (pid < 0)
		return parent_clone_fail(ct, errno, ns);
	if (pid == 0)
		child_main(ct);
	ct->pid = ct->first_pid = (pid_t)pid;
	fd_close(&ct->go_fd[0]);
	fd_close(&ct->msg_fd[1]);
	if (ct->image && !(ct->features & FEAT_USER))
		fd_close(&ct->tree_fd);         /* see parent_sources_close() */
	return 0;
}

static void
parent_kill(struct ct *ct, int sig)
{
	if (ct->pidfd >= 0)
		sys_pidfd_signal(ct->pidfd, sig);
}

/* Signals its process group, as a terminal would, so that what the first process has
 * started there gets it too. The reaper of --init forwards it itself. */
static void
parent_kill_job(struct ct *ct, int sig)
{
	if (ct->pid <= 0 || ct->init || kill(-ct->pid, sig) < 0)        /* no group yet */
		parent_kill(ct, sig);
}

static void
parent_clone_undo(struct ct *ct)
{
	if (ct->pid > 0)
		helper_kill(ct->pid);
	ct->pid = 0;
	fd_close(&ct->pidfd);
}

/* Ends a second process that cannot be adopted, if it is a child of ours: its zombie
 * would keep the container's pid namespace from ending. */
static void
parent_second_end(pid_t pid)
{
	siginfo_t si;

	if (waitid(P_PID, (id_t)pid, &si, WEXITED | WNOHANG | WNOWAIT | __WALL) < 0)
		return;
	kill(pid, SIGKILL);
	sys_wait(pid);
}

/* The pid comes through a pipe that others inside may write to: it must be a child of
 * ours, in the pid namespace that it was to be made in. */
static int
parent_second_check(struct ct *ct, pid_t pid, int pidfd)
{
	siginfo_t si;
	uint64_t its;

	if (pid == ct->pid)
		return fail_msg(ct, "the child reported its own pid");
	if (ct->failed || kfs_need_proc(ct) < 0)
		return -1;
	if (waitid(P_PIDFD, (id_t)pidfd, &si, WEXITED | WNOHANG | WNOWAIT | __WALL) < 0)
		return fail_sys(ct, "waitid process %d", pid);
	if (!(its = kfs_ns_inode(ct->proc_fd, pid, "pid"))) {
		/* ENOENT: a zombie has no namespaces. EACCES: an unprivileged caller may not
		 * inspect a process that hides (see prctl(2), PR_SET_DUMPABLE), which has
		 * only that user's rights anyway. */
		if (errno == ENOENT || (errno == EACCES && ct->euid))
			return 0;
		fail_sys(ct, "readlink /proc/%d/ns/pid", pid);
		parent_second_end(pid);
		return -1;
	}
	if (ct->pid_ns && its != ct->pid_ns)
		return fail_msg(ct, "process %d is not the container's", pid);
	return 0;
}

/* Adopts the container's real first process: the one cloned first has made it, and ends. */
static int
parent_second(struct ct *ct, pid_t pid)
{
	LOCAL_FD pidfd = sys_pidfd(pid);

	if (pidfd < 0) {
		fail_sys(ct, "pidfd_open %d", pid);
		parent_second_end(pid);
		return -1;
	}
	if (parent_second_check(ct, pid, pidfd) < 0)
		return -1;
	parent_kill(ct, SIGKILL);       /* it may be frozen in a paused cgroup */
	sys_wait(ct->pid);
	fd_close(&ct->pidfd);
	ct->pid = pid;
	ct->pidfd = pidfd;
	pidfd = -1;
	return 0;
}

/* Lets the child go on, with what it waits for or, if --try allows that, without. */
static int
parent_go(struct ct *ct, char with)
{
	int fd = ct->go_fd[1];

	if ((IN_LIB(ct) ? send(fd, &with, 1, MSG_NOSIGNAL) : write(fd, &with, 1)) == 1)
		return 0;
	ct->optional = 0;               /* else it would wait forever */
	return fail_sys(ct, "release the child");
}

/* A child whose user namespace gets no map cannot go on: with --try, root starts over
 * without one. */
static int
parent_idmap(struct ct *ct)
{
	int r;

	if (kfs_need_proc(ct) >= 0 && id_maps(ct) == 0) {
		parent_sources_close(ct);
		return parent_go(ct, GO_WITH);
	}
	if (!(ct->optional & FEAT_USER) || ct->euid || IN_LIB(ct)) {
		ct->optional &= ~(unsigned)FEAT_USER;
		return -1;
	}
	step_forgive(ct);
	parent_clone_undo(ct);
	parent_pipes_undo(ct);
	ct->unshare &= ~(unsigned)FEAT_USER;
	ct->features &= ~(unsigned)FEAT_USER;
	r = parent_pipes(ct) < 0 ? -1 : parent_clone(ct);
	parent_sources_close(ct);
	return r;
}

/* --- its network --- */

/* Prepares for this process to make the network namespace while the child does other
 * things, and for the child to join it; where that is impossible, the clone makes it. */
static int
parent_netfd(struct ct *ct)
{
	bool by_child = IN_LIB(ct) || ct->restart || ct->features & FEAT_NAT ||
	                ct->unshare & FEAT_USER || op_find(ct->ops, OP_NS);

	for (struct op *op = ct->ops; op; op = op->next)
		by_child |= op->nic && op->nic->kind >= NIC_PHYS;
	if (by_child)
		return 0;
	if (ct->features & FEAT_NIC) {          /* for the host's side */
		ct->host_rt_fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
		if (ct->host_rt_fd < 0)
			return fail_sys(ct, "socket NETLINK_ROUTE");
	}
	if (parent_has_hooks(ct) || ct->features & FEAT_NIC) {
		ct->host_net_fd = kfs_ns(ct, 0, "net");
		if (ct->host_net_fd < 0) {      /* no /proc: the clone makes it */
			err_forget(ct);
			return 0;
		}
	}
	/* by this pidfd the child joins whatever network namespace this process has by then */
	ct->self_fd = sys_pidfd(getpid());
	return ct->self_fd < 0 ? fail_sys(ct, "pidfd_open") : 0;
}

static void
parent_netfd_undo(struct ct *ct)
{
	fd_close(&ct->self_fd);
	fd_close(&ct->host_rt_fd);
}

static int
parent_net(struct ct *ct)
{
	bool made;

	if (ct->self_fd < 0)
		return 0;
	made = unshare(CLONE_NEWNET) == 0;
	if (!made && !(ct->optional & FEAT_NET))
		return ns_fail(ct, "unshare", NS_NET, errno);
	/* the child may join it meanwhile; it waits for everything at the end */
	if (parent_go(ct, made ? GO_WITH : GO_WITHOUT) < 0)
		return -1;
	if (!made) {
		ct->unshare &= ~(unsigned)FEAT_NET;
		return ns_fail(ct, "unshare", NS_NET, errno);
	}
	return ct->features & FEAT_NIC ? 0 : net_lo(ct);
}

/* Opens both network namespaces, which bringing an interface back needs. */
static int
parent_nic_netns(struct ct *ct)
{
	if (ct->net_fd < 0 && (ct->net_fd = kfs_ns(ct, ct->pid, "net")) < 0)
		return -1;
	if (ct->host_net_fd < 0)
		ct->host_net_fd = kfs_ns(ct, 0, "net");
	return ct->host_net_fd < 0 ? -1 : 0;
}

/* Looks up the index of an interface that was moved in: it is found by that when it
 * is brought back, whatever the container calls it by then. */
static int
parent_nic_moved(struct ct *ct, struct nic *c)
{
	LOCAL_NL nl = { .fd = -1 };
	int r;

	if (setns(ct->net_fd, CLONE_NEWNET) < 0)
		return fail_sys(ct, "enter the container's network");
	r = nl_open(ct, &nl, NETLINK_ROUTE, NL_SIZE);
	for (c = nic_lent(c); c && r == 0; c = c->lent)
		r = (c->inside = nic_index(ct, &nl, c->name)) ? 0 : -1;
	if (setns(ct->host_net_fd, CLONE_NEWNET) < 0)
		return fail_sys(ct, "setns back");
	return r;
}

static int
parent_nic_add(struct ct *ct, struct nl *nl, struct nic *c, struct net_ref to)
{
	bool phys = c->kind >= NIC_PHYS;

	if ((phys && parent_nic_netns(ct) < 0) || nic_outside(ct, nl, c, to) < 0)
		return -1;
	return phys ? parent_nic_moved(ct, c) : 0;
}

static int
parent_nics(struct ct *ct)
{
	/* this process may be in the container's network by now */
	pid_t in_it = ct->self_fd >= 0 ? getpid() : ct->pid;
	struct net_ref to = { IFLA_NET_NS_PID, (uint32_t)in_it };
	struct nl nl;
	int r = 0;

	if (nl_open(ct, &nl, NETLINK_ROUTE, NL_SIZE) < 0)
		return -1;
	nic_hairpins(ct);
	for (struct op *op = ct->ops; op && r == 0; op = op->next) {
		r = op->nic ? parent_nic_add(ct, &nl, op->nic, to) : 0;
		if (r < 0 && ct->optional & FEAT_NIC) {
			step_forgive(ct);
			ct->features &= ~(unsigned)FEAT_NAT;
			r = 0;
		}
	}
	ct->host_rt_fd = nl.fd;         /* for parent_nic_undo() */
	return r;
}

static int
parent_nic(struct ct *ct)
{
	int r = parent_nics(ct);

	if (r < 0 && !(ct->optional & FEAT_NIC))
		return -1;
	return parent_go(ct, GO_WITH) < 0 ? -1 : r;      /* the child has to know, too */
}

/* The last interface that was moved in and is not back; NULL: none. */
static struct nic *
nic_last_lent(const struct ct *ct)
{
	struct nic *last = NULL;

	for (const struct op *op = ct->ops; op; op = op->next)
		if (op->nic && op->nic->was)
			last = op->nic;
	return last;
}

/* Brings back what was moved in. */
static void
parent_nic_undo(struct ct *ct)
{
	LOCAL_NL nl = { .fd = -1 };

	ct->step = "nic";
	if (ct->host_rt_fd >= 0 && nl_open(ct, &nl, NETLINK_ROUTE, 2 * NL_MESSAGE) == 0)
		for (struct op *op = ct->ops; op; op = op->next)
			if (op->nic && op->nic->host_end)
				nic_quiet(ct, &nl, op->nic);
	/* the last one first: a route by the first may have a hop by another */
	for (struct nic *c = nic_last_lent(ct); c; c = nic_last_lent(ct)) {
		err_forget(ct);
		if (nic_restore(ct, c) < 0)
			step_forgive(ct);
		c->was = 0;
	}
	fd_close(&ct->net_fd);
	fd_close(&ct->host_net_fd);
}

/* Writes the state for --info-fd and the hooks as JSON; status: -1 if it has not ended. */
static int
parent_state(struct ct *ct, int fd, int status)
{
	struct buf o = { .fd = fd, .end = now_plus(1) };

	/* its reader may be who waits for `ct run -d`: room for all notes, each byte as \uXXXX */
	if (fcntl(fd, F_GETPIPE_SZ) < 8 * NOTES_MAX)
		fcntl(fd, F_SETPIPE_SZ, 8 * NOTES_MAX);
	buf_json(&o, "{\"name\":", ct->name);
	buf_printf(&o, ",\"pid\":%d", ct->pid ? ct->pid : ct->first_pid);
	buf_json(&o, ",\"cgroup\":", ct->cg_fd < 0 ? "" : ct->name);
	buf_printf(&o, ",\"namespaces\":{");
	ctr_show_namespaces(&o, ct->ns, 0);
	buf_printf(&o, "},\"annotations\":{");
	ctr_show_notes(&o, ct->cg_fd);
	buf_printf(&o, "},\"restarts\":%u", ct->restarts);
	if (status >= 0)
		buf_printf(&o, ",\"status\":%d", status);
	buf_printf(&o, "}\n");
	return buf_flush(&o);
}

/* Runs sh -c cmd in the caller's namespaces, with CT_NAME, CT_PID, and the state on
 * standard input. */
static int
parent_hook(struct ct *ct, const char *cmd, int status)
{
	const char *argv[] = { "/bin/sh", "-c", cmd, NULL };
	int in;                 /* LOCAL_FD would cost builds without hooks 160 bytes */
	char **env, *extra[2];
	size_t n = 0;
	pid_t pid;

	if (!HAVE_HOOKS)
		return 0;
	in = (int)syscall(SYS_memfd_create, "ct", MFD_CLOEXEC);
	if (in < 0 || parent_state(ct, in, status) < 0 || lseek(in, 0, SEEK_SET) < 0)
		return fail_sys(ct, "write the state");
	while (ct->caller_env[n])
		n++;
	extra[0] = mem_printf(ct, "CT_NAME=%s", ct->name);
	extra[1] = mem_printf(ct, "CT_PID=%d", ct->first_pid);
	env = mem_get(ct, (n + 3) * sizeof *env);
	if (!extra[0] || !extra[1] || !env)
		return -1;
	memcpy(env, extra, sizeof extra);
	memcpy(env + 2, ct->caller_env, (n + 1) * sizeof *env);
	pid = sys_fork();
	if (pid == 0) {
		sig_mask(SIG_SETMASK, 0);
		/* a session, to end all it has started together, and to have no terminal to
		 * prompt at; the network namespace may be the container's by now */
		if (setsid() > 0 && dup2(in, 0) == 0 &&
		    (ct->host_net_fd < 0 || setns(ct->host_net_fd, CLONE_NEWNET) == 0))
			execve(argv[0], (char **)(uintptr_t)argv, env);
		_exit(127);
	}
	fd_close(&in);
	status = pid < 0 ? fail_sys(ct, "fork") : helper_wait(ct, pid, HOOK_TIMEOUT);
	return status <= 0 ? status : fail_msg(ct, "%s: status %d", cmd, sys_status(status));
}

/* Adopts the process that criu has restored: cloned by criu with CLONE_PARENT, it is a
 * child of ours. */
static int
parent_criu(struct ct *ct)
{
	struct ctr own = { .fd = ct->cg_fd, .pid = getpid() };
	struct seen s = { .p = { .ct = ct, .g = &own, .fn = ctr_see } };
	int status = helper_wait(ct, ct->pid, 0);

	fd_close(&ct->images_fd);
	if (status < 0 || kfs_need_proc(ct) < 0)
		return -1;
	if (status > 0)
		return criu_failed(ct, ct->images, "restore", status);
	ctr_pids(&s.p);
	if (!s.pid)
		return fail_msg(ct, "the restored command ended");
	if (parent_second(ct, s.pid) < 0)
		return -1;
	ct->first_pid = ct->pid;
	ct->unshare |= FEAT_PID;
	ctr_namespaces(ct, ct->pid, ct->ns);
	return 0;
}

static int
parent_on_start(struct ct *ct)
{
	if (!op_find(ct->ops, OP_ON_START))
		ct->step = "go";
	FOR_OPS(op, ct->ops, OP_ON_START)
		if (parent_hook(ct, op->env, -1) < 0)
			return -1;
	return ct->images ? 0 : parent_go(ct, GO_WITH);
}
