/* SPDX-License-Identifier: ISC */
/* The mounts asked for, in the order given; entering the root; locking it. */

/* --- the mounts asked for, in the order given --- */

static int
fs_bind(struct ct *ct, struct op *op)
{
	struct stat st;
	int from = op->mnt.src_fd, tree = -1, at = -1, r = -1;

	if (op->fd < 0) {
		if (from < 0)
			return 0;       /* with the option try */
		for (unsigned rec = op->mnt.flags & M_RECURSIVE ? AT_RECURSIVE : 0;;
		     rec = AT_RECURSIVE) {
			tree = sys_tree(from, "", AT_EMPTY_PATH | rec);
			/* in a user namespace the mounts below are locked to it */
			if (tree >= 0 || errno != EINVAL || rec)
				break;
			op->mnt.flags |= M_RECURSIVE;
		}
		if (tree < 0) {
			fail_sys(ct, "open_tree %s", op->mnt.src);
			goto out;
		}
	} else {
		tree = op->fd;          /* the parent cloned it, with its ids */
	}
	if (fstat(tree, &st) < 0)
		fail_sys(ct, "stat %s", op->mnt.src);
	else if ((at = fs_target(ct, op->mnt.dst, S_ISDIR(st.st_mode))) >= 0)
		r = fs_attach(ct, tree, at, &op->mnt, op->mnt.dst);
	if (r == 0 && op->mnt.flags & M_RECURSIVE && !ct->privileged)
		r = fs_hide_kernel(ct, tree, false);
out:
	fd_close(&at);
	fd_close(&tree);
	fd_close(&from);
	return r;
}

static int
fs_tmpfs(struct ct *ct, struct op *op)
{
	return fs_mount_new(ct, op->mnt.type, op->mnt.src, &op->mnt, op->mnt.dst);
}

/* One that shows the kernel is read-only, and where ct masks things in it, they
 * are masked here too. */
static int
fs_mount(struct ct *ct, struct op *op)
{
	bool proc = !strcmp(op->mnt.type, "proc"), sys = !strcmp(op->mnt.type, "sysfs");
	int mnt, at;

	if (ct->privileged || !kfs_is_privileged(op->mnt.type))
		return fs_tmpfs(ct, op);
	op->mnt.set |= MOUNT_ATTR_RDONLY;
	op->mnt.flags |= M_RECURSIVE;
	mnt = proc && ns_op(ct, NS_PID) ? fs_proc_joined(ct) :
	      kfs_new_mount(ct, op->mnt.type, op->mnt.src, op->mnt.data, 0);
	if (mnt >= 0 && (at = fs_target(ct, op->mnt.dst, true)) >= 0) {
		if (fs_attach(ct, mnt, at, &op->mnt, op->mnt.dst) == 0 && (proc || sys))
			fs_masks_in(ct, mnt, proc ? "/proc" : "/sys");
		fd_close(&at);
	}
	fd_close(&mnt);
	return ct->failed ? -1 : 0;
}

static int
fs_mask(struct ct *ct, struct op *op)
{
	struct stat st;
	int at = fs_in_root(ct, op->mnt.dst, O_PATH);

	if (at < 0 || fstat(at, &st) < 0)
		fail_sys(ct, "mask %s", op->mnt.dst);
	else
		fs_cover_with_nothing(ct, at, S_ISDIR(st.st_mode), op->mnt.dst);
	fd_close(&at);
	return ct->failed ? -1 : 0;
}

static int
fs_sys(struct ct *ct)
{
	if (fs_kernel_fs(ct, "sysfs", "/sys", &ct->sys_mnt_fd) < 0)
		return -1;
	return ct->delegate ? fs_delegate(ct) : 0;
}

/* The directory that `path` lies in, made if it is missing. */
static int
fs_parent(struct ct *ct, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = mem_dup(ct, path, (size_t)(slash - path));
	int fd;

	if (!dir || !*dir)
		return dir ? 0 : -1;
	fd = fs_target(ct, dir, true);
	if (fd < 0)
		return -1;
	fd_close(&fd);
	return 0;
}

static int
fs_symlink(struct ct *ct, struct op *op)
{
	if (fs_parent(ct, op->mnt.dst) < 0)
		return -1;
	return fs_make(ct, op->mnt.dst, 0, op->mnt.src);
}

static int
fs_file(struct ct *ct, struct op *op)
{
	int at = fs_target(ct, op->mnt.dst, false), tree;

	if (at < 0)
		return -1;
	tree = fs_scratch_tree(ct, fs_scratch(ct, op->mnt.data, 0444));
	if (tree >= 0)
		fs_attach(ct, tree, at, &no_attrs, op->mnt.dst);
	fd_close(&tree);
	fd_close(&at);
	return ct->failed ? -1 : 0;
}

static int
fs_volumes(struct ct *ct)
{
	static int (*const apply[])(struct ct *, struct op *) = {
		[OP_BIND] = fs_bind, [OP_TMPFS] = fs_tmpfs,
		[OP_MOUNT] = fs_mount, [OP_MASK] = fs_mask,
		[OP_RO] = fs_ro_path, [OP_SYMLINK] = fs_symlink,
		[OP_FILE] = fs_file,
	};

	for (struct op *op = ct->ops; op; op = op->next)
		if (op->kind < LEN(apply) && apply[op->kind](ct, op) < 0)
			return -1;
	return 0;
}

static int
fs_masks(struct ct *ct)
{
	if (ct->proc_mnt_fd >= 0 && fs_masks_in(ct, ct->proc_mnt_fd, "/proc") < 0)
		return -1;
	return ct->sys_mnt_fd < 0 ? 0 : fs_masks_in(ct, ct->sys_mnt_fd, "/sys");
}

/* What ct put in the way cannot be written from now on: one call on the file
 * system serves all its mounts. */
static int
fs_scratch_ro(struct ct *ct)
{
	int fd, r;

	if (ct->scratch_fd < 0)
		return 0;
	fd = (int)syscall(SYS_fspick, ct->scratch_fd, "",
	                  FSPICK_CLOEXEC | FSPICK_EMPTY_PATH);
	r = fd < 0 || syscall(SYS_fsconfig, fd, FSCONFIG_SET_FLAG, "ro", NULL, 0) < 0 ||
	    syscall(SYS_fsconfig, fd, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0) < 0 ?
	    fail_sys(ct, "make ct's tmpfs read-only") : 0;
	fd_close(&fd);
	return r;
}

/* --- entering it --- */

/* pivot_root(2) is EINVAL for six reasons; the usual ones are told apart. */
static int
fs_pivot_fail(struct ct *ct)
{
	struct mountinfo *m = NULL;
	int n = fs_mounts(ct, ct->tree_fd, &m);

	for (int i = 0; i < n; i++)
		if (m[i].rootfs && !strcmp(m[i].path, "/"))
			return 1;       /* an initramfs: go the other way */
	if (ct->failed)
		return -1;
	return fail_msg(ct, "pivot_root: %s: Invalid argument: ct runs in a "
	                "chroot, or / is not a mount point",
	                ct->root ? ct->root : "/");
}

/* A file is covered by one that holds nothing. */
static int
fs_cover(struct ct *ct, const char *path)
{
	int null = sys_tree(ct->tree_fd, "dev/null", 0);
	int r = null < 0 ? -1 : fs_attach(ct, null, AT_FDCWD, &no_attrs, path);

	fd_close(&null);
	return r;
}

/* On an initramfs the old root cannot be put away: every other mount is
 * detached, the new root moved onto /, and what is below is locked in
 * fs_lock(). All work-arounds without the lock leave it within reach of
 * whoever has CAP_SYS_ADMIN over the mount namespace. */
static int
fs_move(struct ct *ct)
{
	struct mountinfo *m = NULL;
	int n, gone = 1;

	if (mount(".", "/", NULL, MS_MOVE, NULL) < 0 && ct->root)
		return fail_sys(ct, "mount --move %s /", ct->root);
	/* mountinfo skips lines while it changes: until a pass finds nothing */
	for (int pass = 0; gone && pass < 64; pass++) {
		gone = 0;
		if ((n = fs_mounts(ct, ct->tree_fd, &m)) < 0)
			return -1;
		while (n-- > 0)
			if (!m[n].below && strcmp(m[n].path, "/") &&
			    umount2(m[n].path, MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
				gone++;
	}
	if (ct->features & FEAT_USER)   /* there they are locked: covered instead */
		for (n = fs_mounts(ct, ct->tree_fd, &m); n-- > 0; )
			if (!m[n].below && strcmp(m[n].path, "/") &&
			    mount("ct", m[n].path, "tmpfs", MS_RDONLY, NULL) < 0 &&
			    (errno != ENOTDIR || fs_cover(ct, m[n].path) < 0))
				return fail_sys(ct, "cover %s", m[n].path);
	if (fchdir(ct->tree_fd) < 0 || chroot(".") < 0)
		return fail_sys(ct, "chroot");
	return 0;
}

static int
fs_pivot(struct ct *ct)
{
	int r;

	if (IN_LIB(ct) && ct->no_root)
		return 0;
	if (fchdir(ct->tree_fd) < 0)
		return fail_sys(ct, "chdir to the new root");
	if (syscall(SYS_pivot_root, ".", ".") == 0) {
		/* The old root lies on the new one now; and on that ct's tmpfs
		 * and what a stand-in hides, if they were mounted on it. */
		for (int i = 0; i < 1 + ct->mounts_on_root; i++)
			if (umount2(".", MNT_DETACH) < 0)
				return fail_sys(ct, "umount the old root");
		/* `..` of the root steps onto whatever lies on it */
		if (!fs_where(AT_FDCWD, "..").mnt || fs_where(AT_FDCWD, "..").mnt !=
		    fs_where(ct->tree_fd, "").mnt)
			return fail_msg(ct, "something still lies on the new root");
	} else if (errno != EINVAL) {
		return fail_sys(ct, "pivot_root %s",
		                ct->root ? ct->root : "/");
	} else {
		r = fs_pivot_fail(ct);
		if (r < 0 || fs_move(ct) < 0)
			return -1;
		ct->features |= FEAT_LOCK;
	}
	fd_close(&ct->scratch_fd);
	return 0;               /* the working directory is the new root */
}

/* Locks every mount: a copy of a mount namespace that crosses into another
 * user namespace has all its mounts locked. A helper makes that copy, we join
 * it, and copy it once more so that the namespace is ours and not the
 * helper's: real root owns the latter's user namespace and could mount in it
 * without CAP_SYS_ADMIN. */
static int
fs_lock(struct ct *ct)
{
	struct stat a, b;
	int pipes[2], fd = -1, no = 0, r = -1;
	pid_t pid;

	if (pipe2(pipes, O_CLOEXEC) < 0)
		return fail_sys(ct, "pipe");
	pid = fstat(ct->tree_fd, &a) < 0 ? -1 : sys_fork();
	if (pid == 0) {
		/* changed credentials clear dumpable, and setns() wants it */
		no = sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0) < 0 ||
		     unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0 ||
		     sys_prctl(PR_SET_DUMPABLE, 1, 0) < 0 ? errno : 0;
		if (write(pipes[1], &no, sizeof no) > 0)
			for (;;)
				pause();
		_exit(1);
	}
	if (pid < 0) {
		fail_sys(ct, "fork");
		goto out;
	}
	if (read(pipes[0], &no, sizeof no) != sizeof no || no) {
		errno = no;
		fail_sys(ct, "unshare user and mount namespace "
		         "(CONFIG_USER_NS is needed to lock the mounts)");
		goto out;
	}
	fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (fd < 0 || setns(fd, CLONE_NEWNS) < 0)
		fail_sys(ct, "setns to the locked mounts");
	else if (unshare(CLONE_NEWNS) < 0)
		fail_sys(ct, "unshare mount namespace");
	else if (stat("/", &b) < 0 || a.st_dev != b.st_dev || a.st_ino != b.st_ino)
		fail_msg(ct, "/ is not the container's root after locking");
	else
		r = 0;
out:
	if (pid > 0) {
		kill(pid, SIGKILL);
		sys_wait(pid);
	}
	fd_close(&fd);
	fd_close(&pipes[0]);
	fd_close(&pipes[1]);
	return r;
}
