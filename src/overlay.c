/* SPDX-License-Identifier: ISC */
/* A writable layer over the root: overlayfs, in a tmpfs or in a directory that is kept. */

/* The layer is a directory with `upper` and `work` in it, and for each mount below the root
 * upper+PATH and work+PATH, as overlayfs does not cross mounts. They are named by paths in ct's
 * tmpfs, where clones are attached: before Linux 6.15 overlayfs takes no detached mount. */

/* Opens a directory of the layer, made if it is missing; no symlink is followed. */
static int
ovl_dir(struct ct *ct, const char *name, bool *made)
{
	int fd;

	*made = mkdirat(ct->upper_fd, name, 0700) == 0;
	fd = *made || errno == EEXIST ?
	     openat(ct->upper_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
	return fd < 0 ? fail_sys(ct, "make %s in the layer", name) : fd;
}

/* Is the layer in the root's directory, or that itself? What the kernel shows is undefined then. */
static bool
ovl_within(struct ct *ct, int layer)
{
	struct stat root, top;

	return ct->root && !ct->image &&
	       helper_stat(ct, ct->root, &root) >= 0 && stat("/", &top) == 0 &&
	       !io_same(&root, &top) && io_within(layer, &root);
}

/* Step "overlay" of the parent: opens the kept directory, locked against other containers; or
 * makes the tmpfs, for `ct commit` to take. With a user namespace the child makes that. */
static int
ovl_open(struct ct *ct)
{
	const char *dir = ct->overlay;
	bool made = false;

	if (!*dir && ct->features & FEAT_USER)
		return 0;
	if (!*dir) {
		ct->layer_fd = kfs_new_mount(ct, "tmpfs", NULL, overlay_limits,
		                             MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID);
		return ct->layer_fd < 0 ? -1 : 0;
	}
	ct->layer_fd = helper_open(ct, dir, O_RDONLY | O_DIRECTORY, 0);
	if (ct->layer_fd < 0 && errno == ENOENT) {
		ct->layer_fd = io_mkdir(AT_FDCWD, dir);
		made = ct->layer_fd >= 0;
		if (!made && errno != EEXIST)
			return fail_sys(ct, "mkdir %s", dir);
		if (!made)              /* by another ct */
			ct->layer_fd = io_open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	}
	if (ct->layer_fd < 0 || ct->failed)
		return fail_sys(ct, "open %s", dir);
	if (ovl_within(ct, ct->layer_fd)) {
		if (made)
			rmdir(dir);
		return fail_msg(ct, "%s: is in the root %s", dir, ct->root);
	}
	if (flock(ct->layer_fd, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? fail_msg(ct, "%s: in use by another container", dir) :
		       fail_sys(ct, "lock %s", dir);
	/* a new one belongs to the root of the user namespace, if the caller is real root */
	FOR_OPS(op, made && !ct->euid && ct->features & FEAT_USER ? ct->ops : NULL, OP_UIDMAP)
		if (!op->idmap.inside && fchownat(ct->layer_fd, "", (uid_t)op->idmap.outside,
		                                  (gid_t)-1, AT_EMPTY_PATH) < 0)
			return fail_sys(ct, "chown %s", dir);
	return 0;
}

static void
ovl_close(struct ct *ct)
{
	fd_close(&ct->layer_fd);
	fd_close(&ct->upper_fd);
}

/* Opens the layer as upper_fd, and attaches it to ct's tmpfs; returns its number there. Others who
 * write to the directory might turn upper and work into links: Linux 5.14 and later follow none. */
static int
ovl_layer(struct ct *ct)
{
	struct mount_attr no_links = { .attr_set = MOUNT_ATTR_NOSYMFOLLOW };
	const char *dir = ct->overlay;
	struct stat a, b;

	if (!*dir && ct->layer_fd < 0)
		ct->upper_fd = kfs_new_mount(ct, "tmpfs", NULL, overlay_limits,
		                             MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID);
	else if (!*dir)
		ct->upper_fd = dup(ct->layer_fd);
	else if (ct->upper_fd < 0)
		ct->upper_fd = sys_tree(ct->layer_at_fd, "", AT_EMPTY_PATH);
	if (ct->upper_fd < 0)
		return fail_sys(ct, "open_tree %s", dir);
	if (*dir && (fstat(ct->upper_fd, &a) < 0 || fstat(ct->layer_fd, &b) < 0 ||
	             !io_same(&a, &b)))
		return fail_msg(ct, "%s: is another directory now", dir);
	if (*dir && sys_attr(ct->upper_fd, 0, &no_links) < 0 && errno != EINVAL && errno != ENOSYS)
		return fail_sys(ct, "mount_setattr %s", dir);
	return fs_scratch_put(ct, ct->upper_fd, "the layer");
}

/* Gives a new `upper` the rights of the directory that it covers: the overlay shows them. */
static int
ovl_rights(struct ct *ct, int lower, int upper, const char *path)
{
	LOCAL_FD from = openat(lower, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	return from < 0 || fstat(from, &st) < 0 ? fail_sys(ct, "open %s", path) :
	       fs_same_rights(ct, from, upper, &st, path);
}

/* Makes a detached overlay over the directory `lower`; `layer` is the layer's number. */
static int
ovl_new(struct ct *ct, int lower, int layer, const char *path)
{
	char opts[2 * NAME_MAX + 200], upper[NAME_MAX], work[NAME_MAX];
	LOCAL_FD up = -1, wk = -1, low = -1;
	int n;
	unsigned attr = MOUNT_ATTR_NODEV | (ct->allow_new_privs ? 0 : MOUNT_ATTR_NOSUID);
	struct statfs st;
	bool made;

	text_printf(upper, sizeof upper, "upper%s", strcmp(path, "/") ? path : "");
	for (char *s = upper; *s; s++)
		if (*s == '/')
			*s = '+';
	text_printf(work, sizeof work, "work%s", upper + 5);
	/* the clone first: it fails where mounts below are locked */
	low = sys_tree(lower, "", AT_EMPTY_PATH);
	if (low < 0 || fstatfs(lower, &st) < 0)
		return fail_sys(ct, "open_tree %s", path);
	if ((n = fs_scratch_put(ct, low, path)) < 0 || (wk = ovl_dir(ct, work, &made)) < 0 ||
	    (up = ovl_dir(ct, upper, &made)) < 0 ||
	    (made && ovl_rights(ct, lower, up, path) < 0))
		return -1;
	text_printf(opts, sizeof opts, "lowerdir=%d,upperdir=%d/%s,workdir=%d/%s,"
	            "redirect_dir=nofollow,metacopy=off,index=off%s", n, layer, upper,
	            layer, work, ct->features & FEAT_USER ? ",userxattr" : "");
	/* statfs(2) has these flags as mount_setattr(2) does */
	attr |= (unsigned)st.f_flags & KFS_INERT;
	return kfs_new_mount_in(ct, ct->scratch_fd, "overlay", "overlay", opts, attr);
}

/* Will ct mount something over this path of the host's root? */
static bool
ovl_hidden(const struct ct *ct, const char *sub)
{
	for (size_t i = 0; i < LEN(own_dirs) && !ct->root; i++)
		if (path_within(sub, own_dirs[i].path))
			return true;
	return fs_is_ours(ct, sub);
}

/* Shows a mount of tree `from` in the root: with a layer or, if impossible, read-only as it is. */
static int
ovl_below(struct ct *ct, int from, const struct mountinfo *m, int layer)
{
	LOCAL_FD lower = fs_open_in(from, m->sub, O_PATH), at = -1, mnt = -1;
	struct stat st;

	/* nobody can reach a mount that another covers */
	if (lower < 0 || fs_where(lower, "").mnt != m->id)
		return 0;
	at = fs_in_root(ct, m->sub, O_PATH);
	if (!m->kernel && fstat(lower, &st) == 0 && S_ISDIR(st.st_mode) &&
	    strlen(m->sub) < NAME_MAX - 8 && !strpbrk(m->sub, ",\\:=+"))
		mnt = ovl_new(ct, lower, layer, m->sub);
	if (ct->failed && ct->err.no == EPERM && ct->features & FEAT_USER)
		return -1;              /* all others would fail, too */
	err_forget(ct);
	if (mnt < 0 && from != ct->tree_fd)
		mnt = sys_tree(lower, "", AT_EMPTY_PATH);
	return mnt < 0 || at < 0 ? 0 : fs_attach(ct, mnt, at, &no_attrs, m->sub);
}

/* Shows the mounts below `from`: of a stand-in for the root, only those directly in it. */
static int
ovl_each(struct ct *ct, int from, int layer)
{
	bool whole = from != ct->tree_fd;
	uint64_t root = whole ? fs_where(ct->tree_fd, "").mnt : 0;
	struct mountinfo *m;
	int n = fs_mounts(ct, from, &m), r = n < 0 ? -1 : 0;

	for (int i = 0; i < n && r == 0; i++)
		if (m[i].sub && *m[i].sub && m[i].id != root &&
		    (whole || !strchr(m[i].sub + 1, '/')) && !ovl_hidden(ct, m[i].sub))
			r = ovl_below(ct, from, &m[i], layer);
	return r;
}

/* Step "overlay" of the child. An unprivileged caller's mounts below the host's root are locked:
 * the root as a whole can have no overlay then, but each directory in it without mounts can. */
static int
ovl_root(struct ct *ct)
{
	LOCAL_FD mnt = -1, from = -1;
	int layer;

	if ((layer = ovl_layer(ct)) < 0)
		return -1;
	mnt = ovl_new(ct, ct->tree_fd, layer, "/");
	if (mnt < 0 && !ct->root && ct->err.no == EINVAL && ct->features & FEAT_USER) {
		err_forget(ct);
		return fs_shadow_dir(ct, ct->tree_fd, "/") < 0 ? -1 :
		       ovl_each(ct, ct->tree_fd, layer);
	}
	if (mnt < 0 || fs_attach(ct, mnt, ct->tree_fd, &no_attrs, "/") < 0)
		return -1;
	from = ct->tree_fd;
	ct->mounts_on_root += ct->mounts_on_root > 0;
	ct->tree_fd = mnt;
	mnt = -1;
	return ovl_each(ct, from, layer);
}
