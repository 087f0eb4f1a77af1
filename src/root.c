/* SPDX-License-Identifier: ISC */
/* The container's root and what ct puts into it. */

/* Everything below the new root is named by file descriptors: a path is resolved in the root
 * (openat2, no magic links), a mount is attached to a file descriptor. So no symlink made by the
 * owner of the root leads outside, and none can be swapped in between. */

/* Owner shown for a file whose real owner the user namespace does not map. */
enum { OVERFLOW_ID = 65534 };

/* --- ct's tmpfs: masks, files, stand-ins --- */

/* Makes an entry in ct's tmpfs (text NULL: a directory): empty files and directories for
 * masks, texts of --file, stand-ins for read-only directories. Returns its number, or -1. */
static int
fs_scratch(struct ct *ct, const char *text, mode_t mode)
{
	int n = ++ct->scratch_count, fd;
	char buf[24], *name = num_put(buf + sizeof buf, (unsigned)n);

	if (!text)
		return mkdirat(ct->scratch_fd, name, mode) == 0 ? n :
		       fail_sys(ct, "mkdir in ct's tmpfs");
	fd = openat(ct->scratch_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0 || io_write(fd, text, strlen(text)) < 0)
		n = fail_sys(ct, "write a file in ct's tmpfs");
	fd_close(&fd);          /* now: a writer would make fs_scratch_ro() fail */
	return n;
}

/* Attaches a mount to a new directory of ct's tmpfs; returns its number, or -1. */
static int
fs_scratch_put(struct ct *ct, int mnt, const char *what)
{
	int n = fs_scratch(ct, NULL, 0700);
	LOCAL_FD at = -1;
	char buf[24];

	if (n < 0)
		return -1;
	at = openat(ct->scratch_fd, num_put(buf + sizeof buf, (unsigned)n), O_PATH | O_CLOEXEC);
	if (at < 0)
		return fail_sys(ct, "open in ct's tmpfs");
	return fs_attach(ct, mnt, at, &no_attrs, what) < 0 ? -1 : n;
}

/* Returns a detached mount of entry n; -1 on error or if n is -1. */
static int
fs_scratch_tree(struct ct *ct, int n)
{
	char buf[24];
	int fd;

	if (n < 0)
		return -1;
	fd = sys_tree(ct->scratch_fd, num_put(buf + sizeof buf, (unsigned)n), 0);
	return fd < 0 ? fail_sys(ct, "open_tree of ct's tmpfs") : fd;
}

/* Mounts entry n over `at`, which is at path; -1 on error or if n is -1. */
static int
fs_scratch_over(struct ct *ct, int n, int at, const char *path)
{
	LOCAL_FD tree = fs_scratch_tree(ct, n);

	return tree < 0 ? -1 : fs_attach(ct, tree, at, &no_attrs, path);
}

/* Masks `at`: one empty file and one empty directory serve all masks. */
static int
fs_cover_with_nothing(struct ct *ct, int at, bool dir, const char *path)
{
	int *n = &ct->masks[dir];

	if (*n <= 0)
		*n = fs_scratch(ct, dir ? NULL : "", dir ? 0555 : 0444);
	return fs_scratch_over(ct, *n, at, path);
}

/* Masks what a path with a * names in sysfs, whose symlinks are the kernel's, safe to follow. */
static int
fs_masks_like(struct ct *ct, int mnt, const char *path, const char *star, bool dir)
{
	char part[PATH_MAX];
	LOCAL_DIR d;
	struct dirent64_ *e;
	int r = 0;

	text_printf(part, sizeof part, "%.*s", (int)(star - path), path);
	if (kfs_dir_open(&d, mnt, part) < 0)
		return errno == ENOENT ? 0 : fail_sys(ct, "open %s", path);
	while (r == 0 && (e = kfs_dir_next(&d))) {
		LOCAL_FD at = -1;

		text_printf(part, sizeof part, "%s%s", e->name, star + 1);
		at = openat(d.fd, part, O_PATH | O_CLOEXEC);
		if (at >= 0 || errno != ENOENT)
			r = at < 0 ? fail_sys(ct, "open %s in %s", part, path) :
			    fs_cover_with_nothing(ct, at, dir, part);
	}
	return r == 0 && d.len < 0 ? fail_sys(ct, "read %s", path) : r;
}

/* Masks paths in the file system at prefix through its mount: by path it may be another by now. */
static int
fs_masks_in(struct ct *ct, int mnt, const char *prefix)
{
	size_t n = strlen(prefix);
	const char *star;
	int r = 0;

	for (size_t i = 0; i < LEN(masked_paths) && r == 0; i++) {
		const struct mask *m = &masked_paths[i];
		LOCAL_FD at = -1;

		if (strncmp(m->path, prefix, n) || m->path[n] != '/')
			continue;
		if ((star = strchr(m->path, '*'))) {
			r = fs_masks_like(ct, mnt, m->path + n + 1, star, m->dir);
			continue;
		}
		at = fs_open_in(mnt, m->path + n + 1, O_PATH);
		if (at >= 0)
			r = fs_cover_with_nothing(ct, at, m->dir, m->path);
		else if (errno != ENOENT && errno != ENOTDIR)
			r = fail_sys(ct, "open %s", m->path);
	}
	return r;
}

/* Recreates entry `e` of `from`, at path, in the stand-in `to`: a symlink, or a bind mount. */
static int
fs_shadow_entry(struct ct *ct, int from, int to, const struct dirent64_ *e, const char *path)
{
	const char *name = e->name;
	char link[PATH_MAX];
	struct stat st = { .st_mode = DTTOIF(e->type) };
	LOCAL_FD tree = -1, at = -1;
	ssize_t n;

	/* only if the directory does not say it: a file system mounted there may never answer */
	if (e->type == DT_UNKNOWN && fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		/* it has gone, or is a mount that only another user may enter */
		return errno == ENOENT || errno == EACCES ? 0 :
		       fail_sys(ct, "stat %s/%s", path, name);
	if (S_ISLNK(st.st_mode)) {
		n = readlinkat(from, name, link, sizeof link - 1);
		if (n < 0)
			return errno == ENOENT ? 0 : fail_sys(ct, "readlink %s/%s", path, name);
		link[n] = '\0';
		if (symlinkat(link, to, name) < 0)
			return fail_sys(ct, "symlink %s/%s", path, name);
		return 0;
	}
	tree = sys_tree(from, name, AT_RECURSIVE | AT_SYMLINK_NOFOLLOW);
	if (tree < 0 && (errno == ENOENT || errno == EACCES))
		return 0;
	if ((S_ISDIR(st.st_mode) ? mkdirat(to, name, 0) : mknodat(to, name, S_IFREG, 0)) < 0)
		return fail_sys(ct, "stand-in for %s/%s", path, name);
	at = openat(to, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	return tree < 0 || at < 0 ? fail_sys(ct, "open_tree %s/%s", path, name) :
	       fs_attach(ct, tree, at, &no_attrs, name);
}

/* Gives the stand-in `to` owner, mode and ACLs of the directory `from`, so that nobody gains
 * access. An unmapped id shows as the overflow id and cannot be set; its users count as others. */
static int
fs_same_rights(struct ct *ct, int from, int to, const struct stat *st, const char *path)
{
	static const char *const acls[] = {
		"system.posix_acl_access", "system.posix_acl_default",
	};
	uid_t uid = st->st_uid;
	gid_t gid = st->st_gid;
	mode_t mode = st->st_mode & 07777;
	char acl[4096];
	ssize_t n;
	int r;

	errno = EINVAL;                 /* the caller may be in a user namespace, too */
	r = ct->features & (FEAT_USER | FEAT_JOIN) ? -1 :
	    fchownat(to, "", uid, gid, AT_EMPTY_PATH);
	if (r < 0 && errno == EINVAL) {
		if (uid == OVERFLOW_ID)
			uid = (uid_t)-1;
		if (gid == OVERFLOW_ID) {
			gid = (gid_t)-1;
			mode = (mode & ~070u) | (mode & 07) << 3;
		}
		r = fchownat(to, "", uid, gid, AT_EMPTY_PATH);
	}
	if (r < 0)
		return fail_sys(ct, "chown the stand-in for %s", path);
	if (sys_fchmod(to, mode) < 0)
		return fail_sys(ct, "chmod the stand-in for %s", path);
	for (size_t i = 0; i < LEN(acls); i++) {
		n = fgetxattr(from, acls[i], acl, sizeof acl);
		if (n < 0 && (errno == ENODATA || errno == EOPNOTSUPP))
			continue;
		if (n < 0 || fsetxattr(to, acls[i], acl, (size_t)n, 0) < 0)
			return fail_sys(ct, "copy the ACL of %s to its stand-in", path);
	}
	return 0;
}

enum { SHADOW_MOST = 100000 };  /* the default of fs.mount-max: it takes as many mounts */

/* Mounts over directory dir (at path of the new root) a tmpfs as its stand-in, with all its entries
 * and room for new ones: a mount point for a read-only root, without writing a byte to it. */
static int
fs_shadow_dir(struct ct *ct, int dir, const char *path)
{
	LOCAL_DIR from;
	struct dirent64_ *e;
	struct stat st;
	struct shadow *s;
	LOCAL_FD to = -1, in = -1;
	int n = 0;

	if (kfs_dir_open(&from, dir, ".") < 0 || fstat(from.fd, &st) < 0)
		return fail_sys(ct, "read directory %s", path);
	while ((e = kfs_dir_next(&from)))
		n += e->type != DT_LNK;
	if (n > SHADOW_MOST)
		return fail_msg(ct, "%s: has too many entries (%d) for a mount point to be added",
		                path, n);
	if (from.len < 0 || lseek(from.fd, 0, SEEK_SET) < 0)
		return fail_sys(ct, "read directory %s", path);
	/* attached before it is filled: nothing can be mounted on a detached mount */
	if ((to = fs_scratch_tree(ct, fs_scratch(ct, NULL, 0700))) < 0 ||
	    fs_attach(ct, to, dir, &no_attrs, path) < 0)
		return -1;
	while ((e = kfs_dir_next(&from)))
		if (fs_shadow_entry(ct, from.fd, to, e, path) < 0)
			return -1;
	if (from.len < 0)
		return fail_sys(ct, "read directory %s", path);
	in = openat(to, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);      /* `to` is O_PATH */
	if (in < 0)
		return fail_sys(ct, "open the stand-in for %s", path);
	if (fs_same_rights(ct, from.fd, in, &st, path) < 0)
		return -1;
	if (HAVE_COPY) {
		if (!(s = mem_get(ct, sizeof *s)))
			return -1;
		*s = (struct shadow){ ct->shadows, fs_where(to, "").mnt, from.fd };
		ct->shadows = s;
		from.fd = -1;
	}
	if (!strcmp(path, "/")) {       /* the stand-in becomes the new root */
		fd_close(&ct->tree_fd);
		ct->mounts_on_root += ct->mounts_on_root > 0;
		ct->tree_fd = to;
		to = -1;
	}
	return 0;
}

/* --- paths in the root --- */

/* Is path dir, or below it? Both are absolute. */
static bool
path_within(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return !strncmp(path, dir, n) && (!path[n] || path[n] == '/');
}

/* Does it put a tmpfs with what the root has over this path, but without what ct shows there? */
static bool
op_copies(const struct op *op, const char *path)
{
	return HAVE_COPY && op->kind == OP_TMPFS && op->mnt.flags & M_COPY &&
	       path_within(path, op->mnt.dst);
}

/* The target of the symlink at path in `root`, with `rest` appended; NULL: it is not a symlink. */
static char *
fs_link(struct ct *ct, int root, const char *path, const char *rest)
{
	LOCAL_FD fd = fs_open_in(root, path, O_PATH | O_NOFOLLOW);
	char to[PATH_MAX];
	ssize_t n = fd < 0 ? -1 : readlinkat(fd, "", to, sizeof to);

	if (n <= 0 || n == (ssize_t)sizeof to)
		return NULL;
	return mem_printf(ct, "%.*s/%.*s%s", *to == '/' ? 0 : (int)(strrchr(path, '/') - path),
	                  path, (int)n, to, rest);
}

/* Removes the mount points that fs_make_path() left in a root, from path up: those still empty,
 * marked by fs_mark() and owned by `maker` (-1: unknown), also through its symlinks. A process
 * inside may have moved other directories into the path. */
static void
fs_unmake(struct ct *ct, int root, const char *path, uid_t maker)
{
	struct stat st;
	int r, links = 0;

	do {
		char *part = mem_dup(ct, path);
		char *name = part ? strrchr(part, '/') : NULL;
		LOCAL_FD fd = -1;

		if (!name)
			return;
		*name++ = '\0';
		fd = fs_open_in(root, *part ? part : ".", O_PATH | O_DIRECTORY);
		r = fd < 0 ? -1 : fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW);
		if (r == 0 && maker != (uid_t)-1 && st.st_uid != maker)
			r = -1;
		else if (r == 0 && S_ISLNK(st.st_mode))
			r = (part = fs_link(ct, root, path, "")) && ++links <= 40 ? 0 : -1;
		/* a directory inherits S_ISGID */
		else if (r == 0 && (st.st_mode & ~(mode_t)S_ISGID) == (S_IFDIR | S_ISVTX | 0755))
			r = unlinkat(fd, name, AT_REMOVEDIR);
		else
			r = r == 0 && st.st_mode == (S_IFREG | S_ISVTX | 0644) && !st.st_size ?
			    unlinkat(fd, name, 0) : -1;
		path = part;
	} while (r == 0 && *path);
}

/* Makes the last component of path in the root: a directory, an empty file (mode S_IFREG), or
 * a symlink to `link`. If its directory cannot be written, a stand-in takes its place first. */
static int
fs_make(struct ct *ct, const char *path, mode_t mode, const char *link)
{
	const char *name = strrchr(path, '/') + 1;
	const char *dir = mem_part(ct, path, (size_t)(name - 1 - path));
	int r;

	if (!dir)
		return -1;
	if (!*dir)
		dir = "/";
	for (bool again = false; ; again = true) {
		LOCAL_FD fd = fs_in_root(ct, dir, O_PATH | O_DIRECTORY);

		if (fd < 0)
			return fail_sys(ct, "open directory %s", dir);
		r = link ? symlinkat(link, fd, name) :
		    S_ISREG(mode) ? mknodat(fd, name, mode, 0) : mkdirat(fd, name, mode);
		/* no tmpfs of ct's: the container is already running */
		if (r == 0 || again || ct->scratch_fd < 0 ||
		    (errno != EROFS && errno != EACCES && errno != EPERM))
			break;
		if (fs_shadow_dir(ct, fd, dir) < 0)
			return -1;
	}
	/* another run with this root may have made it just now */
	return r < 0 && (link || errno != EEXIST) ? fail_sys(ct, "make %s", path) : 0;
}

/* Mode of a mount point that ct makes; the sticky bit marks one for parent_root_undo(). */
static mode_t
fs_mark(const struct ct *ct, bool dir)
{
	mode_t mark = ct->root && !ct->read_only && !ct->overlay && !IN_LIB(ct) ? S_ISVTX : 0;

	return mark | (dir ? 0755 : S_IFREG | 0644);
}

/* Makes the missing components of path: directories, at the end a file unless `dir`. A dangling
 * symlink on the way, such as resolv.conf into /run, is followed and its target made. */
static int
fs_make_path(struct ct *ct, const char *path, bool dir)
{
	char *part = mem_dup(ct, path), *slash = part, *to;
	int links = 0;

	while (slash) {
		LOCAL_FD fd = -1;
		bool missing;

		slash = strchr(slash + 1, '/');
		if (slash)
			*slash = '\0';
		fd = fs_in_root(ct, part, O_PATH);
		missing = fd < 0 && errno == ENOENT;
		to = !missing ? NULL :
		     fs_link(ct, ct->tree_fd, part, slash ? path + (slash - part) : "");
		errno = ELOOP;
		if (to && ++links > 40)
			return fail_sys(ct, "open %s", path);
		if (missing && !to && fs_make(ct, part, fs_mark(ct, slash || dir), NULL) < 0)
			return -1;
		if (slash)
			*slash = '/';
		if (to) {               /* start over at the link's target */
			path = to;
			part = slash = mem_dup(ct, to);
		}
	}
	return part ? 0 : -1;
}

/* Opens a mount point in the root, made if it is missing: a directory if `dir`, else a file. */
static int
fs_target(struct ct *ct, const char *path, bool dir)
{
	int fd = fs_in_root(ct, path, O_PATH);

	if (fd < 0 && errno == ENOENT) {
		if (fs_make_path(ct, path, dir) < 0)
			return -1;
		fd = fs_in_root(ct, path, O_PATH);
	}
	return fd < 0 ? fail_sys(ct, "open %s in the root", path) : fd;
}

/* Attaches mnt (-1: its error is recorded) to path in the root, made if it is missing. */
static int
fs_put(struct ct *ct, int mnt, const char *path, bool dir, const struct mnt *m)
{
	LOCAL_FD at = mnt < 0 ? -1 : fs_target(ct, path, dir);

	return at < 0 ? -1 : fs_attach(ct, mnt, at, m, path);
}

static int
fs_mount_new(struct ct *ct, const char *type, const char *source, const struct mnt *m,
             const char *path)
{
	/* fsmount(2) takes this flag since Linux 5.14, a remount since 5.10 */
	const struct mnt late = { .set = m->set & MOUNT_ATTR_NOSYMFOLLOW };
	LOCAL_FD mnt = kfs_new_mount(ct, type, source, m->data, m->set & ~late.set);

	return fs_put(ct, mnt, path, true, &late);
}

/* --- the steps of the root --- */

static int
fs_private(struct ct *ct)
{
	return mount("", "/", "", MS_REC | MS_PRIVATE, NULL) < 0 ?
	       fail_sys(ct, "mount / private") : 0;
}

/* Mounts a clone of the tree at a path over it, with the attributes of op. */
static int
fs_ro_path(struct ct *ct, struct op *op)
{
	LOCAL_FD at = fs_in_root(ct, op->mnt.dst, O_PATH);
	LOCAL_FD tree = at < 0 ? -1 : sys_tree(at, "", AT_EMPTY_PATH | AT_RECURSIVE);

	return tree < 0 ? fail_sys(ct, "open_tree %s", op->mnt.dst) :
	       fs_attach(ct, tree, at, &op->mnt, op->mnt.dst);
}

/* Mounts the cgroup in which the container may make cgroups; its limits stay read-only. */
static int
fs_delegate(struct ct *ct)
{
	const struct mnt m = { .set = KFS_INERT };
	const char *dir = IN_LIB(ct) && ct->submount ? ct->submount : "/sys/fs/cgroup";
	struct op ro = { .mnt.set = MOUNT_ATTR_RDONLY };

	/* without one, a root container would get every cgroup of the host */
	if (!(ct->features & FEAT_CGNS))
		return fail_msg(ct, "delegate: needs a cgroup namespace of its own");
	if (fs_mount_new(ct, "cgroup2", NULL, &m, dir) < 0)
		return -1;
	for (size_t i = 0; limit_files[i]; i++) {
		LOCAL_FD fd = -1;

		if (!(ro.mnt.dst = mem_printf(ct, "%s/%s", dir, limit_files[i])))
			return -1;
		fd = fs_in_root(ct, ro.mnt.dst, O_PATH);
		if (fd < 0 && !io_lacks(errno))
			return fail_sys(ct, "open %s", ro.mnt.dst);
		if (fd >= 0 && fs_ro_path(ct, &ro) < 0)
			return -1;
	}
	return 0;
}

/* Binds the host's path read-only, ahead of all requested mounts but copies of what is there in
 * the root, so that these may cover it. */
static int
fs_show_first(struct ct *ct, const char *path)
{
	struct op *op = mem_get(ct, sizeof *op), **at = &ct->ops;
	const char *same = mem_dup(ct, path);

	if (!op || !same)
		return -1;
	for (struct op **o = at; HAVE_COPY && *o; o = &(*o)->next)
		if (op_copies(*o, path))
			at = &(*o)->next;
	*op = (struct op){ .kind = OP_BIND, .fd = -1, .next = *at };
	op->mnt = (struct mnt){ .src = same, .dst = same, .src_fd = -1, .flags = M_TRY,
	                        .set = MOUNT_ATTR_RDONLY | KFS_INERT };
	if (!*at)
		ct->ops_end = &op->next;
	*at = op;
	return 0;
}

/* Binds the host's resolver file if it is a link into a private tmpfs (/run): its directory, so
 * that a new file is seen too, or only the file if it lies right in the private directory. */
static int
fs_resolver(struct ct *ct)
{
	char path[PATH_MAX], *slash;
	LOCAL_FD fd = io_open("/etc/resolv.conf", O_PATH);
	size_t len = 0, i;

	if (fd < 0 && !io_lacks(errno))
		return fail_sys(ct, "open /etc/resolv.conf");
	kfs_path(ct, fd, path, sizeof path);
	for (i = 0; i < LEN(own_dirs); i++) {
		len = strlen(own_dirs[i].path);
		if (!strncmp(path, own_dirs[i].path, len) && path[len] == '/')
			break;
	}
	if (i == LEN(own_dirs))
		return 0;
	slash = strrchr(path, '/');
	if (slash > path + len)
		*slash = '\0';
	return fs_show_first(ct, path);
}

/* A root with a network but no resolver file gets the host's: docker's images have none. */
static int
fs_resolver_given(struct ct *ct)
{
	static const char path[] = "/etc/resolv.conf";
	int root = ct->tree_fd >= 0 ? ct->tree_fd : ct->at_fd;
	LOCAL_FD etc = fs_open_in(root, "/etc", O_PATH | O_DIRECTORY), fd = -1;
	struct stat st = { 0 };

	if (etc < 0)                    /* without /etc nothing reads it */
		return io_lacks(errno) ? 0 : fail_sys(ct, "open /etc in the root");
	fd = fs_open_in(root, path, O_PATH);
	if (fd < 0 ? !io_lacks(errno) : fstat(fd, &st) < 0)
		return fail_sys(ct, "open %s in the root", path);
	return st.st_size || (st.st_mode && !S_ISREG(st.st_mode)) ? 0 : fs_show_first(ct, path);
}

/* Opens the root and the sources of bind mounts with the caller's rights, before the ids change and
 * while / is the old root: later a `..` in a path or symlink would step onto the new one. */
static int
fs_open_sources(struct ct *ct)
{
	bool host_root = !ct->root && !(IN_LIB(ct) && ct->no_root);
	/* a container without a network asks no name server */
	bool asks = !(ct->features & FEAT_NET) || ct->features & FEAT_NIC;

	const char *root = ct->root && ct->tree_fd < 0 ? ct->root : "/";

	ct->at_fd = io_open(root, O_PATH | O_DIRECTORY);
	if (ct->at_fd < 0)
		return fail_sys(ct, "open %s", root);
	if (host_root && asks && !ct->dns && fs_resolver(ct) < 0)
		return -1;
	if (ct->root && !IN_LIB(ct) && asks && !ct->dns && !ns_op(ct, NS_NET) &&
	    fs_resolver_given(ct) < 0)
		return -1;
	if (ct->overlay && *ct->overlay && ct->upper_fd < 0 &&
	    (ct->layer_at_fd = io_open(ct->overlay, O_PATH | O_DIRECTORY)) < 0)
		return fail_sys(ct, "open %s", ct->overlay);
	FOR_OPS(op, ct->ops, OP_BIND) {
		if (op->fd >= 0)
			continue;
		op->mnt.src_fd = io_open(op->mnt.src, O_PATH);
		if (op->mnt.src_fd < 0 && !(op->mnt.flags & M_TRY && io_lacks(errno)))
			return fail_sys(ct, "open %s", op->mnt.src);
		/* before the step "private" takes it out of its peer group */
		if (op->mnt.src_fd >= 0 && op->mnt.flags & (M_SLAVE | M_SHARED) &&
		    (op->fd = fs_clone(ct, op)) < 0)
			return -1;
	}
	if (ct->root_slave && ct->tree_fd < 0 &&
	    (ct->tree_fd = sys_tree(ct->at_fd, "", AT_EMPTY_PATH | AT_RECURSIVE)) < 0)
		return fail_sys(ct, "open_tree %s", root);
	return 0;
}

/* Opens the sources, unless a user namespace is to be joined: then fs_root() does, later. */
static int
fs_sources(struct ct *ct)
{
	return ns_op(ct, NS_USER) ? 0 : fs_open_sources(ct);
}

/* Is a path of the root at or below one that ct is sure to mount on? */
static bool
fs_is_ours(const struct ct *ct, const char *path)
{
	static const struct { const char *dir; unsigned feature; } ours[] = {
		{ "/proc", FEAT_PROC }, { "/sys", FEAT_SYS }, { "/dev", FEAT_DEV },
	};

	for (size_t i = 0; i < LEN(ours); i++)
		if (path_within(path, ours[i].dir))
			return ct->features & ours[i].feature & ~ct->optional;
	return false;
}

/* Masks kernel file systems that came along with a cloned tree, a chroot say: a procfs there
 * exposes the host's processes and through them files; a sysfs can be written. */
static int
fs_hide_kernel(struct ct *ct, int tree, bool root)
{
	struct mountinfo *m;
	int n, r;

	if (fs_is_bare(tree))
		return 0;
	n = kfs_proc(ct);
	if (n == PROC_UNKNOWN)
		return -1;
	if (n < 0) {                    /* this kernel has none */
		err_forget(ct);
		return 0;
	}
	n = fs_mounts(ct, tree, &m);
	r = n < 0 ? -1 : 0;
	for (int i = 0; i < n && r == 0; i++) {
		const char *sub = m[i].sub;
		LOCAL_FD at = -1;

		if (!m[i].kernel || !sub || !*sub || (root && fs_is_ours(ct, sub)))
			continue;
		at = fs_open_in(tree, sub, O_PATH | O_DIRECTORY);
		if (at >= 0 && fs_where(at, "").mnt == m[i].id)
			r = fs_cover_with_nothing(ct, at, true, sub);
		else if (at < 0 && errno != ENOENT && errno != ENOTDIR)
			r = fail_sys(ct, "open %s", sub);
	}
	return r;
}

static int
fs_root(struct ct *ct)
{
	const char *dir = ct->root ? ct->root : "/";
	struct mnt m = { .set = MOUNT_ATTR_NODEV, .flags = M_RECURSIVE };
	struct mount_id top, at;

	if (ct->at_fd < 0 && fs_open_sources(ct) < 0)
		return -1;
	/* keeps the caller's mounts; the requested ones are added to them */
	if (IN_LIB(ct) && ct->no_root) {
		ct->tree_fd = io_open("/", O_PATH | O_DIRECTORY);
		if (ct->tree_fd < 0)
			return fail_sys(ct, "open /");
		return ct->delegate ? fs_delegate(ct) : 0;
	}
	top = fs_where(AT_FDCWD, "/");
	at = fs_where(ct->at_fd, "");
	if (ct->tree_fd < 0)            /* else cloned earlier, see parent_sources() */
		ct->tree_fd = sys_tree(ct->at_fd, "", AT_EMPTY_PATH | AT_RECURSIVE);
	if (ct->tree_fd < 0)
		return fail_sys(ct, "open_tree %s", dir);
	/* Before Linux 6.15, parts of ct's tmpfs can be mounted elsewhere only if it is
	 * itself mounted: beneath the new root, so that it goes away with the old one. */
	if (!top.mnt || !at.mnt)
		return fail_sys(ct, "statx / and %s", dir);
	ct->mounts_on_root = top.mnt == at.mnt && top.ino == at.ino;
	ct->scratch_fd = kfs_new_mount(ct, "tmpfs", NULL, NULL,
	                               MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
	if (ct->scratch_fd < 0 || fs_attach(ct, ct->scratch_fd, ct->at_fd, &no_attrs, dir) < 0)
		return -1;
	/* some mounts below the root cannot have a layer: they stay as they are, too */
	if (!ct->root || ct->read_only || (HAVE_OVERLAY && ct->overlay))
		m.set |= MOUNT_ATTR_RDONLY;
	if (!ct->allow_new_privs)
		m.set |= MOUNT_ATTR_NOSUID;
	if (fs_attach(ct, ct->tree_fd, ct->at_fd, &m, dir) < 0 ||
	    (ct->root_slave && fs_slave(ct, ct->tree_fd, dir) < 0))
		return -1;
	return ct->privileged ? 0 : fs_hide_kernel(ct, ct->tree_fd, true);
}

/* --- /proc, /sys --- */

/* Clones the /proc in the mount namespace of a process that is in the pid namespace to join. */
static int
fs_proc_peer(struct ct *ct, void *arg)
{
	int at = setns(ct->peer_mnt_fd, CLONE_NEWNS) < 0 ? -1 :
	         fs_open_in(ct->peer_root_fd, "proc", O_PATH | O_DIRECTORY);
	struct stat st;
	int *fd = arg;

	/* the root of a procfs, not a directory in it */
	if (at >= 0 && kfs_fd_is(at, PROC_SUPER_MAGIC) && fstat(at, &st) == 0 && st.st_ino == 1)
		*fd = sys_tree(at, "", AT_EMPTY_PATH | AT_RECURSIVE);
	return 0;
}

/* Returns the procfs of a joined pid namespace. To mount one takes a process inside, which root
 * there could trace; so a helper, seen by nobody inside, enters only the mount namespace of a
 * process there and clones its /proc. It shares our file descriptors. */
static int
fs_proc_joined(struct ct *ct)
{
	int fd = -1;

	if (helper_run(ct, CLONE_FILES, -1, fs_proc_peer, &fd, sizeof fd) < 0)
		return -1;
	/* any member will do: the reaper of --init, PID 1, hides from an unprivileged caller */
	if (fd < 0 || kfs_ns_member(fd, ns_op(ct, NS_PID)->fd, "pid") <= 0) {
		fd_close(&fd);
		return fail_msg(ct, "the joined pid namespace has no procfs on /proc (--try proc)");
	}
	return fd;
}

/* A user namespace may mount a procfs only if it already sees one: shows it the one that
 * ct made for want of one on /proc. It goes away with ct's tmpfs. */
static bool
fs_show_proc(struct ct *ct)
{
	return kfs_has_proc(ct) &&
	       fs_where(ct->proc_fd, "").mnt != fs_where(AT_FDCWD, "/proc").mnt &&
	       fs_scratch_put(ct, ct->proc_fd, "ct's /proc") >= 0;
}

/* Mounts /proc or /sys: a new instance, or where a user namespace may not make one (without its own
 * pid or network namespace) a recursive clone, which still needs the attributes of m. */
static int
fs_kernel_mount(struct ct *ct, const char *type, const char *dir, struct mnt *m)
{
	bool proc = !strcmp(type, "proc");
	int mnt;

	if (proc && ns_op(ct, NS_PID))
		return fs_proc_joined(ct);
	mnt = kfs_new_mount(ct, type, NULL, NULL, m->set);
	if (mnt < 0 && proc && ct->err.no == EPERM &&
	    ct->features & (FEAT_USER | FEAT_JOIN) && fs_show_proc(ct)) {
		err_forget(ct);
		mnt = kfs_new_mount(ct, type, NULL, NULL, m->set);
	}
	if (mnt >= 0)
		*m = no_attrs;
	/* the caller may be root in a user namespace, and the container keep its network */
	if (mnt >= 0 || ct->err.no != EPERM ||
	    !(ct->features & FEAT_USER ||
	      (!proc && !(ct->features & FEAT_NET) && !ns_op(ct, NS_NET))))
		return mnt;
	/* the pids of a new pid namespace are not those of the host's /proc */
	if (proc && ct->features & FEAT_PID)
		return -1;
	mnt = sys_tree(AT_FDCWD, dir, AT_RECURSIVE);
	if (mnt >= 0)
		err_forget(ct);
	return mnt;
}

/* Mounts a kernel file system on dir, read-only unless --privileged. */
static int
fs_kernel_fs(struct ct *ct, const char *type, const char *dir, int *mnt)
{
	struct mnt m = { .set = KFS_INERT, .flags = M_RECURSIVE };
	LOCAL_FD at = -1;

	if (!ct->privileged)
		m.set |= MOUNT_ATTR_RDONLY;
	*mnt = fs_kernel_mount(ct, type, dir, &m);
	if (*mnt < 0)
		return -1;
	/* no link, which could lead to what a later step needs */
	at = fs_in_root(ct, dir, O_PATH | O_DIRECTORY | O_NOFOLLOW);
	if (at < 0 && errno != ENOENT)
		return fail_sys(ct, "open %s in the root", dir);
	return at < 0 ? fs_put(ct, *mnt, dir, true, &m) : fs_attach(ct, *mnt, at, &m, dir);
}

/* Does the new /proc show the caller's processes as well? */
static bool
fs_proc_shared(struct ct *ct)
{
	uint64_t own;

	if (!ns_op(ct, NS_PID))
		return !(ct->features & FEAT_PID);
	own = kfs_has_proc(ct) ? kfs_ns_inode(ct->proc_fd, 0, "pid") : 0;
	return !own || own == ct->pid_ns;
}

/* 1: the files of /proc belong to the host's root, which the user namespace of an
 * unprivileged caller does not map, so that nobody in it may write to them. */
static int
fs_proc_foreign(struct ct *ct)
{
	struct stat st;

	if (!ct->euid || !(ct->features & FEAT_USER) || op_find(ct->ops, OP_UIDMAP))
		return 0;
	if (fstat(ct->proc_mnt_fd, &st) < 0)
		return fail_sys(ct, "stat /proc");
	return st.st_uid == OVERFLOW_ID;
}

/* Processes write to their own files: makes /proc writable, after mounting over each path that is
 * to stay read-only a clone, which is. Closing one unattached would wait for RCU. */
static int
fs_proc_open(struct ct *ct)
{
	struct mount_attr rw = { .attr_clr = MOUNT_ATTR_RDONLY };
	int foreign = fs_proc_foreign(ct);
	size_t n = foreign ? 2 : LEN(closed_paths);
	struct stat st;

	if (foreign < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const char *path = closed_paths[i];
		int r = fstatat(ct->proc_mnt_fd, path, &st, AT_SYMLINK_NOFOLLOW);
		LOCAL_FD tree = -1;

		if (r < 0 ? errno == ENOENT : !S_ISDIR(st.st_mode) && !(st.st_mode & 0222))
			continue;
		if (r == 0)
			r = tree = sys_tree(ct->proc_mnt_fd, path, AT_SYMLINK_NOFOLLOW);
		if (r >= 0)
			r = (int)syscall(SYS_move_mount, tree, "", ct->proc_mnt_fd, path,
			                 MOVE_MOUNT_F_EMPTY_PATH);
		if (r < 0)
			return fail_sys(ct, "make /proc/%s read-only", path);
	}
	if (sys_attr(ct->proc_mnt_fd, 0, &rw) < 0 &&
	    (errno != ENOSYS || fs_remount(ct, ct->proc_mnt_fd, 0, MOUNT_ATTR_RDONLY) < 0))
		return fail_sys(ct, "mount_setattr /proc");
	return 0;
}

static int
fs_proc(struct ct *ct)
{
	if (fs_kernel_fs(ct, "proc", "/proc", &ct->proc_mnt_fd) < 0)
		return -1;
	return ct->privileged || fs_proc_shared(ct) ? 0 : fs_proc_open(ct);
}

static int
fs_sys(struct ct *ct)
{
	if (fs_kernel_fs(ct, "sysfs", "/sys", &ct->sys_mnt_fd) < 0)
		return -1;
	return ct->delegate ? fs_delegate(ct) : 0;
}
