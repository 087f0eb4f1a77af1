/* SPDX-License-Identifier: ISC */
/* The requested mounts, in the order given; entering the root; locking it. */

/* The mount option copy: copies what the root has at that path into the new mount; not of procfs
 * and the like, where the mounting process can read more than the container may. */
static int
fs_copy_up(struct ct *ct, int to, const struct mnt *m)
{
	LOCAL_FD at = fs_in_root(ct, m->dst, O_PATH | O_DIRECTORY);
	struct mountinfo *list;
	uint64_t id;
	int n;

	if (at < 0)
		return errno == ENOENT ? 0 : fail_sys(ct, "open %s in the root", m->dst);
	id = fs_where(at, "").mnt;
	for (struct shadow *s = ct->shadows; s; s = s->next)
		if (s->mnt == id) {     /* its directories are mounts, which are left out */
			fd_close(&at);
			if ((at = fcntl(s->fd, F_DUPFD_CLOEXEC, 0)) < 0)
				return fail_sys(ct, "copy %s", m->dst);
			id = fs_where(at, "").mnt;
		}
	if ((n = fs_mounts(ct, at, &list)) < 0)
		return -1;
	for (int i = 0; i < n; i++)
		if (list[i].id == id && list[i].kernel)
			return fail_msg(ct, "copy: %s shows the kernel", m->dst);
	return copy_tree(ct, at, to, m->dst, !m->type);
}

/* An empty volume gets what the root has there, as with docker. */
static int
fs_copy_volume(struct ct *ct, int tree, const struct op *op)
{
	LOCAL_DIR d = { .fd = -1 };

	if (!HAVE_COPY || !(op->mnt.flags & M_COPY))
		return 0;
	if (kfs_dir_open(&d, tree, ".") < 0)
		return fail_sys(ct, "copy into %s", op->mnt.src);
	return kfs_dir_next(&d) ? 0 : fs_copy_up(ct, tree, &op->mnt);
}

static int
fs_bind(struct ct *ct, struct op *op)
{
	struct stat st;
	struct statfs fs;
	LOCAL_FD from = op->mnt.src_fd, tree = op->fd;

	if (tree < 0 && from < 0)
		return 0;               /* with the option try */
	/* where ids are mapped, the parent has cloned it */
	if (tree < 0 && (tree = fs_clone(ct, op)) < 0)
		return -1;
	if (fstat(tree, &st) < 0)
		return fail_sys(ct, "stat %s", op->mnt.src);
	if (fs_copy_volume(ct, tree, op) < 0 ||
	    fs_put(ct, tree, op->mnt.dst, S_ISDIR(st.st_mode), &op->mnt) < 0)
		return -1;
	if (op->mnt.clr & MOUNT_ATTR_RDONLY && fstatfs(tree, &fs) == 0 && fs.f_flags & ST_RDONLY)
		return fail_msg(ct, "%s: rw: its file system is read-only", op->mnt.src);
	/* mount events come in, none go out */
	if (op->mnt.flags & M_SLAVE && fs_slave(ct, tree, op->mnt.dst) < 0)
		return -1;
	return op->mnt.flags & M_RECURSIVE && !ct->privileged ? fs_hide_kernel(ct, tree, false) : 0;
}

static int
fs_tmpfs(struct ct *ct, struct op *op)
{
	const struct mnt *m = &op->mnt;
	struct stat st;
	LOCAL_FD mnt = -1;
	int r;

	if (!HAVE_COPY || !(m->flags & M_COPY))
		return fs_mount_new(ct, m->type, m->src, m, m->dst);
	mnt = kfs_new_mount(ct, m->type, m->src, m->data, m->set & ~(unsigned)MOUNT_ATTR_RDONLY);
	r = mnt < 0 ? -1 : fstat(mnt, &st) < 0 ? fail_sys(ct, "stat a tmpfs") :
	    fs_copy_up(ct, mnt, m);
	/* requested owner and mode override the copied ones */
	if (r == 0 && text_find(m->data ? m->data : "", "id="))
		r = fchownat(mnt, "", st.st_uid, st.st_gid, AT_EMPTY_PATH);
	if (r == 0 && text_find(m->data ? m->data : "", "mode="))
		r = (int)syscall(SYS_fchmodat, mnt, ".", st.st_mode & 07777);
	if (r < 0)
		return ct->failed ? -1 : fail_sys(ct, "set mode and owner of %s", m->dst);
	return fs_put(ct, mnt, m->dst, true, m);
}

/* Kernel file systems are mounted read-only; procfs and sysfs also get ct's masks. */
static int
fs_mount(struct ct *ct, struct op *op)
{
	bool proc = !strcmp(op->mnt.type, "proc"), sys = !strcmp(op->mnt.type, "sysfs");
	LOCAL_FD mnt = -1;

	if (ct->privileged || !kfs_is_privileged(op->mnt.type))
		return fs_tmpfs(ct, op);
	op->mnt.set |= MOUNT_ATTR_RDONLY;
	op->mnt.flags |= M_RECURSIVE;
	mnt = proc && ns_op(ct, NS_PID) ? fs_proc_joined(ct) :
	      kfs_new_mount(ct, op->mnt.type, op->mnt.src, op->mnt.data, 0);
	if (fs_put(ct, mnt, op->mnt.dst, true, &op->mnt) < 0)
		return -1;
	return proc || sys ? fs_masks_in(ct, mnt, proc ? "/proc" : "/sys") : 0;
}

static int
fs_mask(struct ct *ct, struct op *op)
{
	struct stat st;
	LOCAL_FD at = fs_in_root(ct, op->mnt.dst, O_PATH);

	return at < 0 || fstat(at, &st) < 0 ? fail_sys(ct, "mask %s", op->mnt.dst) :
	       fs_cover_with_nothing(ct, at, S_ISDIR(st.st_mode), op->mnt.dst);
}

static int
fs_symlink(struct ct *ct, struct op *op)
{
	const char *path = op->mnt.dst;
	char *dir = mem_part(ct, path, (size_t)(strrchr(path, '/') - path)), to[PATH_MAX];
	LOCAL_FD at = -1, fd = -1;
	ssize_t n;

	if (!dir || (*dir && (at = fs_target(ct, dir, true)) < 0))
		return -1;
	fd = fs_in_root(ct, path, O_PATH | O_NOFOLLOW);
	n = fd < 0 ? -1 : readlinkat(fd, "", to, sizeof to);
	if (n == (ssize_t)strlen(op->mnt.src) && !memcmp(to, op->mnt.src, (size_t)n))
		return 0;               /* it is there already */
	return fs_make(ct, path, 0, op->mnt.src);
}

static int
fs_file(struct ct *ct, struct op *op)
{
	LOCAL_FD at = fs_target(ct, op->mnt.dst, false);

	return at < 0 ? -1 : fs_scratch_over(ct, fs_scratch(ct, op->mnt.data, 0444), at,
	                                     op->mnt.dst);
}

/* --- the container's host name --- */

/* The host name: the requested one, or the last component of the container's name. */
static const char *
host_name(const struct ct *ct)
{
	const char *slash = strrchr(ct->name, '/');

	return ct->hostname ? ct->hostname : slash ? slash + 1 : ct->name;
}

/* Does a hosts(5) text list this name? */
static bool
hosts_has(const char *text, const char *name)
{
	bool address = true;            /* what a line begins with */

	while (*text) {
		size_t n = strcspn(text, " \t\r#\n");

		if (!address && n == strlen(name) && !strncasecmp(text, name, n))
			return true;
		address &= !n;
		text += n + strspn(text + n, " \t\r");
		if (*text == '#')
			text += strcspn(text, "\n");
		address |= *text == '\n';
		text += *text == '\n';
	}
	return false;
}

/* The lines for the container's name: one for each of its addresses, else 127.0.1.1. */
static const char *
hosts_own(struct ct *ct, const char *name)
{
	const char *lines = "";
	char buf[INET6_ADDRSTRLEN];

	for (struct op *op = ct->ops; HAVE_NET && op && lines; op = op->next)
		for (struct nic_addr *a = op->nic ? op->nic->addrs : NULL; a && lines; a = a->next)
			if (a->what == NIC_IP)
				lines = mem_printf(ct, "%s%s %s\n", lines,
				                   inet_text(&a->to, buf, sizeof buf), name);
	return lines && !*lines ? mem_printf(ct, "127.0.1.1 %s\n", name) : lines;
}

/* Will ::1 exist? Asks --sysctl, which is applied later, or else the network namespace. */
static bool
hosts_six(const struct ct *ct)
{
	char off[8];

	FOR_OPS(op, ct->ops, OP_SYSCTL)
		if (!strcmp(op->set.key, "net/ipv6/conf/all/disable_ipv6"))
			return *op->set.value == '0';
	return io_get(ct->proc_mnt_fd, "sys/net/ipv6/conf/lo/disable_ipv6", off, sizeof off) > 0 ?
	       *off == '0' : errno != ENOENT;
}

/* Mounts an /etc/hosts with the container's name and localhost where the root's lacks them.
 * A missing one is made if there is an /etc: docker's images of Debian have none. */
static int
fs_hosts(struct ct *ct)
{
	static const char path[] = "/etc/hosts";
	const char *name = host_name(ct), *own = "", *local = "";
	LOCAL_FD at = fs_in_root(ct, path, O_PATH), dir = -1;
	const char *text = NULL;
	struct stat st;

	if (at < 0 && errno == ENOENT &&
	    (dir = fs_in_root(ct, "/etc", O_PATH | O_DIRECTORY)) >= 0) {
		if (fstatat(dir, "hosts", &st, AT_SYMLINK_NOFOLLOW) < 0 &&      /* leads nowhere? */
		    fs_make(ct, path, fs_mark(ct, false), NULL) < 0)
			return -1;
		at = fs_in_root(ct, path, O_PATH);
	}
	/* a file not readable by all (a link may lead to one) is not copied to one that is */
	if (at >= 0 && fstat(at, &st) < 0)
		return fail_sys(ct, "stat %s", path);
	if (at >= 0 && !(st.st_mode & S_IROTH))
		return 0;
	if (at < 0 ? io_lacks(errno) : (!(text = id_file(ct, path)) && io_lacks(ct->err.no))) {
		err_forget(ct);
		return 0;
	}
	if (!text)
		return ct->failed ? -1 : fail_sys(ct, "open %s", path);
	if (!hosts_has(text, "localhost"))
		local = hosts_six(ct) ? "127.0.0.1 localhost\n"
		        "::1 localhost ip6-localhost ip6-loopback\n" : "127.0.0.1 localhost\n";
	if (!hosts_has(text, name))
		own = hosts_own(ct, name);
	if (own && !*own && !*local)
		return 0;
	own = own ? mem_printf(ct, "%s%s%s", local, own, text) : NULL;
	if (own && fs_scratch_over(ct, fs_scratch(ct, own, 0444), at, path) == 0)
		return 0;
	if (ct->err.no != EFBIG)        /* RLIMIT_FSIZE */
		return -1;
	err_forget(ct);
	return 0;
}

static int
fs_volumes(struct ct *ct)
{
	static int (*const apply[])(struct ct *, struct op *) = {
		[OP_BIND] = fs_bind, [OP_TMPFS] = fs_tmpfs,
		[OP_MOUNT] = WITH(HAVE_MOUNTS, fs_mount), [OP_MASK] = WITH(HAVE_MOUNTS, fs_mask),
		[OP_RO] = WITH(HAVE_MOUNTS, fs_ro_path),
		[OP_SYMLINK] = WITH(HAVE_MOUNTS, fs_symlink),
		[OP_FILE] = WITH(HAVE_MOUNTS || HAVE_NET, fs_file),
	};
	bool hosts = !IN_LIB(ct) && ct->features & FEAT_UTS;

	if (hosts && fs_hosts(ct) < 0)
		return -1;
	for (struct op *op = ct->ops; op; op = op->next) {
		if (op->kind >= LEN(apply))
			continue;
		if (!apply[op->kind])
			return fail_msg(ct, "%s", not_built);
		if (apply[op->kind](ct, op) < 0)
			return -1;
		if (hosts && op_copies(op, "/etc/hosts") && fs_hosts(ct) < 0)
			return -1;
		if (op->kind <= OP_MOUNT && ct->workdir && path_within(ct->workdir, op->mnt.dst))
			ct->workdir_hidden = false;     /* it was requested */
	}
	for (; ct->shadows; ct->shadows = ct->shadows->next)
		fd_close(&ct->shadows->fd);
	return 0;
}

static int
fs_masks(struct ct *ct)
{
	if (ct->proc_mnt_fd >= 0 && fs_masks_in(ct, ct->proc_mnt_fd, "/proc") < 0)
		return -1;
	return ct->sys_mnt_fd < 0 ? 0 : fs_masks_in(ct, ct->sys_mnt_fd, "/sys");
}

/* Makes ct's tmpfs read-only: reconfiguring its superblock once covers all mounts of it. */
static int
fs_scratch_ro(struct ct *ct)
{
	LOCAL_FD fd = -1;

	if (ct->scratch_fd < 0)
		return 0;
	fd = (int)syscall(SYS_fspick, ct->scratch_fd, "", FSPICK_CLOEXEC | FSPICK_EMPTY_PATH);
	if (fd < 0 || syscall(SYS_fsconfig, fd, FSCONFIG_SET_FLAG, "ro", NULL, 0) < 0 ||
	    syscall(SYS_fsconfig, fd, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0) < 0)
		return fail_sys(ct, "make ct's tmpfs read-only");
	return 0;
}

/* --- entering the root --- */

/* Is / the initramfs itself, which pivot_root(2) cannot leave? -1: an error. */
static int
fs_on_rootfs(struct ct *ct)
{
	struct mountinfo *m;
	int n = fs_mounts(ct, ct->tree_fd, &m);

	for (int i = 0; i < n; i++)
		if (m[i].rootfs && !strcmp(m[i].path, "/"))
			return 1;
	return n < 0 ? -1 : 0;
}

/* pivot_root(2) gave EINVAL, for one of six reasons; 0: on an initramfs, fs_move() takes over. */
static int
fs_pivot_fail(struct ct *ct)
{
	int r = fs_on_rootfs(ct);

	if (r)
		return r < 0 ? -1 : 0;
	return fail_msg(ct, "pivot_root: %s: Invalid argument: ct runs in a chroot, or / is not "
	                "a mount point", ct->root ? ct->root : "/");
}

/* Covers a mount that cannot be detached: a directory with a tmpfs, a file with /dev/null. One that
 * is covered already or that nobody may enter is out of reach, as is ct's tmpfs. */
static int
fs_cover(struct ct *ct, const struct mountinfo *m)
{
	const char *path = m->path;
	LOCAL_FD null = -1, at = io_open(path, O_PATH | O_NOFOLLOW);
	bool covered = at < 0 ? errno == ENOENT || errno == EACCES : fs_where(at, "").mnt != m->id;

	if (covered || mount("ct", path, "tmpfs", MS_RDONLY, NULL) == 0)
		return 0;
	if (errno != ENOTDIR)
		return fail_sys(ct, "cover %s", path);
	null = sys_tree(ct->tree_fd, "dev/null", 0);
	return null < 0 ? fail_sys(ct, "cover %s", path) :
	       fs_attach(ct, null, AT_FDCWD, &no_attrs, path);
}

/* On an initramfs the old root cannot be unmounted: moves the new root onto /, detaches
 * every other mount, and leaves the rest to fs_lock(). Unless what is beneath is locked,
 * CAP_SYS_ADMIN over the mount namespace reaches the old root, whatever is done here. */
static int
fs_move(struct ct *ct)
{
	struct mountinfo *m;
	int n, gone = 1;

	if (!ct->mounts_on_root && mount(".", "/", NULL, MS_MOVE, NULL) < 0)
		return fail_sys(ct, "mount --move %s /", ct->root);
	/* mountinfo skips lines while it changes: until a pass finds nothing */
	for (int pass = 0; gone && pass < 64; pass++) {
		gone = 0;
		if ((n = fs_mounts(ct, ct->tree_fd, &m)) < 0)
			return -1;
		while (n-- > 0)
			if (!m[n].sub && strcmp(m[n].path, "/") &&
			    umount2(m[n].path, MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
				gone++;
	}
	/* in a user namespace they are locked: covers them instead */
	if ((n = ct->features & FEAT_USER ? fs_mounts(ct, ct->tree_fd, &m) : 0) < 0)
		return -1;
	while (n-- > 0)
		if (!m[n].sub && strcmp(m[n].path, "/") && fs_cover(ct, &m[n]) < 0)
			return -1;
	if (fchdir(ct->tree_fd) < 0 || chroot(".") < 0)
		return fail_sys(ct, "chroot");
	return 0;
}

/* Unmounts the old root from the new one; also ct's tmpfs and what a stand-in hides, if on it. */
static int
fs_drop_old_root(struct ct *ct)
{
	struct mount_id at;

	for (int i = 0; i < 1 + ct->mounts_on_root; i++)
		if (umount2(".", MNT_DETACH) < 0)
			return fail_sys(ct, "umount the old root");
	/* `..` in / steps onto whatever is mounted on it */
	at = fs_where(AT_FDCWD, "..");
	if (!at.mnt || at.mnt != fs_where(ct->tree_fd, "").mnt)
		return fail_msg(ct, "something is still mounted on the new root");
	return 0;
}

/* Leaves the working directory at the new root. */
static int
fs_pivot(struct ct *ct)
{
	if (IN_LIB(ct) && ct->no_root)
		return 0;
	if (fchdir(ct->tree_fd) < 0)
		return fail_sys(ct, "chdir to the new root");
	if (syscall(SYS_pivot_root, ".", ".") == 0) {
		if (fs_drop_old_root(ct) < 0)
			return -1;
	} else {
		if (errno != EINVAL)
			return fail_sys(ct, "pivot_root %s", ct->root ? ct->root : "/");
		if (fs_pivot_fail(ct) < 0 || fs_move(ct) < 0)
			return -1;
		ct->features |= FEAT_LOCK;
	}
	fd_close(&ct->scratch_fd);
	return 0;
}

/* Locks every mount, which the kernel does when a mount namespace is copied into another user
 * namespace. A helper makes that copy, which real root's user namespace owns; this process joins
 * and copies it again, else real root could mount in it without CAP_SYS_ADMIN. */
static int
fs_lock(struct ct *ct)
{
	struct stat a, b;
	LOCAL_FD fd = -1;
	pid_t pid;

	FOR_OPS(op, ct->ops, OP_BIND)   /* only on an initramfs: else refused before */
		if (op->mnt.flags & M_SHARED)
			return fail_msg(ct, "rshared: locked mounts propagate nothing");
	if (fstat(ct->tree_fd, &a) < 0)
		return fail_sys(ct, "stat the new root");
	pid = helper_holds(ct, CLONE_NEWUSER | CLONE_NEWNS, "unshare user and mount namespace "
	                   "(CONFIG_USER_NS is needed to lock the mounts)");
	if (pid < 0)
		return -1;
	fd = sys_pidfd(pid);
	if (fd < 0 || setns(fd, CLONE_NEWNS) < 0)
		fail_sys(ct, "setns to the locked mounts");
	else if (unshare(CLONE_NEWNS) < 0)
		fail_sys(ct, "unshare mount namespace");
	else if (stat("/", &b) < 0 || !io_same(&a, &b))
		fail_msg(ct, "/ is not the container's root after locking");
	helper_kill(pid);
	return ct->failed ? -1 : 0;
}
