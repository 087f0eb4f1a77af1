/* SPDX-License-Identifier: ISC */
/* /dev, and the container's private writable directories: /tmp, /run, HOME. */

/* Binds the host's device node: until the pivot, paths still lead to the host's files. It is
 * read-only, which keeps its mode and owner: in a user namespace, too, root may be its owner. */
static int
fs_node_bind(struct ct *ct, int dev, const char *name, mode_t type, dev_t rdev,
             const struct op *op)
{
	static const struct mnt ro = { .set = MOUNT_ATTR_RDONLY };
	const char *path = op ? op->dev.src : mem_printf(ct, "/dev/%s", name);
	struct stat st;
	LOCAL_FD tree = -1, at = -1;

	if (!path)
		return -1;
	tree = op && op->fd >= 0 ? op->fd : sys_tree(AT_FDCWD, path, 0);
	if (tree < 0 || fstat(tree, &st) < 0 || (st.st_mode & S_IFMT) != type || st.st_rdev != rdev)
		return fail_sys(ct, "bind /dev/%s", name);
	if ((at = openat(dev, name, O_PATH | O_CLOEXEC)) < 0)
		return fail_sys(ct, "open /dev/%s", name);
	return fs_attach(ct, tree, at, &ro, name);
}

/* -1: unknown, or a directory (EISDIR) */
static int
fs_is_null(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return errno == EBADF ? 0 : -1;
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return -1;
	}
	return S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3);
}

/* A /dev/null in no directory. */
static int
fs_null_new(struct ct *ct)
{
	LOCAL_FD dir = kfs_new_mount(ct, "tmpfs", NULL, NULL, MOUNT_ATTR_NOEXEC);

	err_forget(ct);
	return dir >= 0 && mknodat(dir, "null", S_IFCHR | 0666, makedev(1, 3)) == 0 ?
	       openat(dir, "null", O_RDWR | O_CLOEXEC) : -1;
}

/* Opens the /dev/null in dev; -1, for ct exec: the container's, or a new one if it has none. */
static int
fs_null_open(struct ct *ct, int dev)
{
	LOCAL_FD at = dev < 0 ? fs_in_root(ct, "/dev/null", O_PATH | O_NOFOLLOW) : -1;
	int is = at < 0 ? -1 : fs_is_null(at), null = -1;
	char path[32];

	if (dev >= 0)
		return openat(dev, "null", O_RDWR | O_CLOEXEC);
	if (is > 0) {                   /* no FIFO, which would hang */
		text_printf(path, sizeof path, "self/fd/%d", at);
		null = openat(ct->proc_fd, path, O_RDWR | O_CLOEXEC);
	}
	if (null < 0 && is && !io_lacks(errno))
		fail_sys(ct, "open the container's /dev/null");
	return null >= 0 || ct->failed ? null : fs_null_new(ct);
}

/* A /dev/null of the host among the standard descriptors gives way to another one: root inside
 * could change its mode and owner, for everybody. Who may not make one (EPERM) is not the
 * machine's root, and has no right to that either. A directory would lead out, by "..". */
static int
fs_null(struct ct *ct, int dev)
{
	LOCAL_FD null = -1;

	for (int fd = 0; fd < 3; fd++) {
		int is = fs_is_null(fd);

		if (is < 0) {
			ct->optional &= ~(unsigned)FEAT_DEV;    /* not by --try either */
			return fail_sys(ct, "file descriptor %d", fd);
		}
		if (!is)
			continue;
		if (null < 0 && (null = fs_null_open(ct, dev)) < 0 && dev < 0 && errno == EPERM &&
		    !ct->failed)
			return 0;
		if (null < 0 || dup2(null, fd) < 0)
			return fail_sys(ct, "replace the host's /dev/null");
	}
	return 0;
}

/* The same for ct exec; before the limit on file descriptors is set. */
static int
fs_null_exec(struct ct *ct)
{
	return fs_null(ct, -1);
}

/* A node in /dev: made if mknod(2) is allowed, else bound from the host. Those of dev_nodes[]
 * have mode 0666; one of --device (op) has the owner and mode of the host's node. */
static int
fs_node(struct ct *ct, int dev, const char *name, mode_t type, dev_t rdev, const struct op *op)
{
	for (const char *s = strchr(name, '/'); s; s = strchr(s + 1, '/')) {
		const char *dir = mem_part(ct, name, (size_t)(s - name));

		if (!dir)
			return -1;
		if (mkdirat(dev, dir, 0755) < 0 && errno != EEXIST)
			return fail_sys(ct, "mkdir /dev/%s", dir);
	}
	/* no chmod(2) for the mode: it would follow a link */
	if (mknodat(dev, name, type | (op ? op->dev.mode & 07777 : 0666), rdev) == 0) {
		if (!op || fchownat(dev, name, op->dev.uid, op->dev.gid, AT_SYMLINK_NOFOLLOW) == 0)
			return 0;
		fail_sys(ct, "chown /dev/%s", name);
		unlinkat(dev, name, 0);
		return -1;
	}
	if (errno == EEXIST)
		return 0;
	if (errno != EPERM || mknodat(dev, name, S_IFREG, 0) < 0)
		return fail_sys(ct, "mknod /dev/%s", name);
	return fs_node_bind(ct, dev, name, type, rdev, op);
}

static int
fs_dev_fill(struct ct *ct, int dev)
{
	for (size_t i = 0; i < LEN(dev_links); i++)
		if (symlinkat(dev_links[i].target, dev, dev_links[i].name) < 0)
			return fail_sys(ct, "symlink /dev/%s", dev_links[i].name);
	if (ct->tty && symlinkat("pts/0", dev, "console") < 0)
		return fail_sys(ct, "symlink /dev/console");
	if (mkdirat(dev, "shm", 01777) < 0 || mkdirat(dev, "pts", 0755) < 0)
		return fail_sys(ct, "mkdir in /dev");
	/* attach it before the nodes: a bind needs a target mounted in this namespace */
	if (fs_put(ct, dev, "/dev", true, &no_attrs) < 0)
		return -1;
	for (size_t i = 0; i < LEN(dev_nodes); i++)
		if (fs_node(ct, dev, dev_nodes[i].name, S_IFCHR,
		            makedev(dev_nodes[i].major, dev_nodes[i].minor), NULL) < 0)
			return -1;
	FOR_OPS(op, ct->ops, OP_DEVICE)
		if (fs_node(ct, dev, op->dev.path + sizeof "/dev", op->dev.mode & S_IFMT,
		            makedev((unsigned)op->dev.major, (unsigned)op->dev.minor), op) < 0)
			return -1;
	return 0;
}

/* A size of config.h, at most an eighth of the memory: no OOM kill frees what is in a tmpfs. */
static uint64_t
fs_size(const char *size)
{
	struct sysinfo i;
	uint64_t n = 0;

	num_size(size, &n);
	return sysinfo(&i) < 0 ? n : MIN(n, (uint64_t)i.totalram * i.mem_unit / 8);
}

static int
fs_dev(struct ct *ct)
{
	char opts[64];
	LOCAL_FD dev = -1;

	text_printf(opts, sizeof opts, "mode=755,size=%ju", fs_size(dev_size));
	dev = kfs_new_mount(ct, "tmpfs", NULL, opts, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
	return dev < 0 || fs_dev_fill(ct, dev) < 0 ? -1 : fs_null(ct, dev);
}

static int
fs_pts(struct ct *ct)
{
	const struct mnt m = {
		.set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, .data = pts_options,
	};

	return fs_mount_new(ct, "devpts", NULL, &m, "/dev/pts");
}

/* Mounts a new directory of tmpfs over d->path, if that exists. */
static int
fs_own_dir(struct ct *ct, int tmpfs, const struct own_dir *d, const struct creds *w)
{
	char buf[24], *name = num_put(buf + sizeof buf, (unsigned)++ct->scratch_count);
	LOCAL_FD at = fs_in_root(ct, d->path, O_PATH | O_DIRECTORY), tree = -1;

	if (at < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : fail_sys(ct, "open %s", d->path);
	ct->workdir_hidden |= ct->workdir && path_within(ct->workdir, d->path);
	if (mkdirat(tmpfs, name, d->mode) < 0 ||
	    /* EINVAL: the id is not in the map, which the step "caps" reports */
	    (w && fchownat(tmpfs, name, w->uid, w->gid, AT_SYMLINK_NOFOLLOW) < 0 &&
	     errno != EINVAL))
		return fail_sys(ct, "make a directory for %s", d->path);
	if ((tree = sys_tree(tmpfs, name, 0)) < 0)
		return fail_sys(ct, "open_tree for %s", d->path);
	return fs_attach(ct, tree, at, &no_attrs, d->path);
}

/* A private home, as in the root's passwd; none for a user who is not found yet. */
static int
fs_own_home(struct ct *ct, int tmpfs)
{
	struct creds w = { .home = "/root" };
	struct own_dir d = { .mode = 0700 };

	if (ct->root || (ct->keep_env && !ct->user))
		return 0;
	if (ct->user && id_find(ct, &w) < 0) {
		err_forget(ct);
		return 0;
	}
	d.path = w.home;
	for (size_t i = 0; i < LEN(own_homes); i++)
		if (path_within(w.home, own_homes[i]))
			return fs_own_dir(ct, tmpfs, &d, &w);
	return 0;                       /* a service's */
}

/* Makes the tmpfs for private directories. It is attached beside ct's tmpfs: before Linux 6.15
 * parts of a detached mount cannot be mounted, and there it goes with the old root. */
static int
fs_own_tmpfs(struct ct *ct)
{
	char opts[64];
	int tmpfs;

	text_printf(opts, sizeof opts, "mode=755,size=%ju", fs_size(own_size));
	tmpfs = kfs_new_mount(ct, "tmpfs", NULL, opts, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
	if (tmpfs >= 0 && fs_scratch_put(ct, tmpfs, "ct's tmpfs") < 0)
		fd_close(&tmpfs);
	return tmpfs;
}

/* Does the directory belong to somebody whom the user namespace does not map? In a layer then
 * nobody can write to it, whatever its mode: the layer's copy of it could not have that owner.
 * 1, 0, or -1 after an error; one that cannot be opened is left to fs_own_dir(). */
static int
fs_is_foreign(struct ct *ct, const char *path)
{
	LOCAL_FD at = fs_in_root(ct, path, O_PATH | O_DIRECTORY);
	struct stat st;

	if (at < 0)
		return 1;
	return fstat(at, &st) < 0 ? fail_sys(ct, "stat %s", path) : st.st_uid == OVERFLOW_ID;
}

static int
fs_tmp(struct ct *ct)
{
	const bool writable = ct->root && !ct->read_only;
	LOCAL_FD tmpfs = -1;
	int r = 0;

	if ((writable && !(HAVE_OVERLAY && ct->overlay && ct->features & FEAT_USER)) ||
	    (IN_LIB(ct) && ct->no_root))
		return 0;
	for (size_t i = 0; i < LEN(own_dirs) && r == 0; i++) {
		if (HAVE_OVERLAY && writable && (r = fs_is_foreign(ct, own_dirs[i].path)) <= 0)
			continue;
		r = tmpfs < 0 && (tmpfs = fs_own_tmpfs(ct)) < 0 ? -1 :
		    fs_own_dir(ct, tmpfs, &own_dirs[i], NULL);
	}
	return r == 0 && tmpfs >= 0 ? fs_own_home(ct, tmpfs) : r;
}
