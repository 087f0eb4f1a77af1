/* SPDX-License-Identifier: ISC */
/* The container's root and what ct puts into it. */

/* Everything below the new root is named by descriptors: a path is resolved
 * in the root (openat2, no magic links), a mount is made detached and then put
 * on a descriptor. So no symlink that the root's owner could have made leads
 * outside, and none can be swapped in between. */

/* Which mount it is on, and which inode: struct statx, from Linux 5.8 on. No
 * mount is 0: the kernel could not say. */
struct mount_id { uint64_t mnt, ino; };

static struct mount_id
fs_where(int fd, const char *path)
{
	uint64_t x[32];

	if (syscall(SYS_statx, fd, path, AT_EMPTY_PATH, 0x1100 /* mnt, ino */,
	            x) < 0 || (x[0] & 0x1100) != 0x1100)
		return (struct mount_id){ 0, 0 };
	return (struct mount_id){ x[18], x[4] };
}

/* Adds mount attributes to one mount the old way, for kernels before 5.12.
 * remount,bind replaces all flags, so those that are there are kept. */
static int
fs_remount(struct ct *ct, int fd, unsigned set, unsigned clr)
{
	static const struct { unsigned st; unsigned long ms; } kept[] = {
		{ ST_RDONLY, MS_RDONLY }, { ST_NOSUID, MS_NOSUID },
		{ ST_NODEV, MS_NODEV }, { ST_NOEXEC, MS_NOEXEC },
		{ ST_NOATIME, MS_NOATIME }, { ST_NODIRATIME, MS_NODIRATIME },
		{ ST_RELATIME, MS_RELATIME },
	};
	unsigned long flags = 0;
	struct statfs st;
	char path[40];
	int saved = -1, r;

	if (fstatfs(fd, &st) < 0)
		return -1;
	for (size_t i = 0; i < LEN(kept); i++)
		if ((unsigned long)st.f_flags & kept[i].st)
			flags |= kept[i].ms;
	/* a name for the descriptor that cannot be fooled: procfs, not a path */
	saved = io_open(".", O_PATH | O_DIRECTORY);
	if (kfs_proc(ct) < 0 || fchdir(ct->proc_fd) < 0)
		return -1;
	text_printf(path, sizeof path, "self/fd/%d", fd);
	r = mount(NULL, path, NULL, MS_REMOUNT | MS_BIND |
	          ((flags & ~(unsigned long)clr) | set), NULL);
	if (saved >= 0 && fchdir(saved) < 0)
		r = -1;
	fd_close(&saved);
	return r;
}

/* mountinfo(5): id, parent, and the path of the next line, or false. The path
 * is unescaped in place. */
struct mountinfo { uint64_t id, parent; char *path; bool below, rootfs, kernel; };

static bool
fs_mount_line(char **text, struct mountinfo *m)
{
	char *line = *text, *f, *w, *sep;

	if (!line || !*line)
		return false;
	*text = text_cut(line, '\n');
	m->id = text_scan(line, 10, &f);
	m->parent = text_scan(f, 10, &f);
	for (int i = 0; i < 2 && f; i++)        /* " 8:1 /root /path ..." */
		f = strchr(f + 1, ' ');
	if (!f)
		return false;
	m->path = ++f;
	sep = text_cut(f, ' ');
	sep = sep ? text_find(sep, " - ") : NULL;
	if (sep) {
		sep += 3;
		sep[strcspn(sep, " ")] = '\0';
	}
	m->rootfs = sep && !strcmp(sep, "rootfs");
	m->kernel = sep && kfs_is_privileged(sep);
	for (w = f; *f; f++)
		if (*f == '\\' && f[1] && f[2] && f[3]) {
			*w++ = (char)((f[1] - '0') << 6 | (f[2] - '0') << 3 |
			              (f[3] - '0'));
			f += 3;
		} else {
			*w++ = *f;
		}
	*w = '\0';
	return true;
}

/* The mounts of this namespace, those below the mount of fd marked; their
 * number, or -1. */
static int
fs_mounts(struct ct *ct, int fd, struct mountinfo **list)
{
	size_t size = 65536, max = 0;
	char *text, *p;
	ssize_t len;
	uint64_t id;
	int n = 0;
	bool more = true;

	*list = NULL;
	if (kfs_need_proc(ct) < 0)
		return -1;
	for (;; size *= 2) {    /* a read of a file under change: whole or again */
		text = size > FILE_LIMIT * 16 ? NULL : mem_get(ct, size);
		len = text ? io_get(ct->proc_fd, "self/mountinfo", text, size) : -1;
		if (len < 0) {
			fail_sys(ct, "read /proc/self/mountinfo");
			return -1;
		}
		if ((size_t)len < size - 1)
			break;
	}
	for (p = text; *p; p++)
		max += *p == '\n';
	if (!(*list = mem_get(ct, (max + 1) * sizeof **list)))
		return -1;
	id = fs_where(fd, "").mnt;
	for (p = text; (size_t)n < max && fs_mount_line(&p, *list + n); n++)
		(*list)[n].below = (*list)[n].id == id;
	while (more) {
		more = false;
		for (int i = 0; i < n; i++)
			for (int j = 0; !(*list)[i].below && j < n; j++)
				if ((*list)[j].below &&
				    (*list)[i].parent == (*list)[j].id)
					more = (*list)[i].below = true;
	}
	return n;
}

/* The same for all mounts below that of fd, which is mounted at the path of
 * its line: deeper ones are opened through it, not by the path from /. */
static int
fs_remount_all(struct ct *ct, int fd, unsigned set, unsigned clr)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT,
	};
	uint64_t id = fs_where(fd, "").mnt;
	struct mountinfo *m = NULL;
	int n = fs_mounts(ct, fd, &m), r = 0;
	size_t at = 0;

	for (int i = 0; i < n; i++)
		if (m[i].id == id)
			at = strcmp(m[i].path, "/") ? strlen(m[i].path) : 0;
	for (int i = 0; i < n && r == 0; i++) {
		int sub;

		if (!m[i].below || m[i].id == id)
			continue;
		sub = (int)syscall(SYS_openat2, fd, m[i].path + at, &how,
		                   sizeof how);
		/* one that another covers cannot be reached by anybody */
		if (sub >= 0 && fs_where(sub, "").mnt == m[i].id)
			r = fs_remount(ct, sub, set, clr);
		fd_close(&sub);
	}
	return n < 0 ? -1 : r;
}

/* The attributes that it has already. */
static const struct mnt no_attrs;

/* Puts the detached mount mnt on target, with attributes. The target is a
 * descriptor, or AT_FDCWD for the path itself. */
static int
fs_attach(struct ct *ct, int mnt, int target, const struct mnt *m,
          const char *path)
{
	bool named = target == AT_FDCWD;
	struct mount_attr a = { .attr_set = m->set, .attr_clr = m->clr };
	unsigned rec = m->flags & M_RECURSIVE ? AT_RECURSIVE : 0;
	bool old = false;

	if (m->set | m->clr) {
		if (syscall(SYS_mount_setattr, mnt, "", AT_EMPTY_PATH | rec, &a,
		            sizeof a) < 0) {
			if (errno != ENOSYS)
				return fail_sys(ct, "mount_setattr %s", path);
			old = true;
		}
	}
	if (syscall(SYS_move_mount, mnt, "", target, named ? path : "",
	            MOVE_MOUNT_F_EMPTY_PATH | (named ? MOVE_MOUNT_T_SYMLINKS :
	            MOVE_MOUNT_T_EMPTY_PATH)) < 0)
		return fail_sys(ct, "move_mount %s", path);
	if (old && (fs_remount(ct, mnt, m->set, m->clr) < 0 ||
	            (rec && fs_remount_all(ct, mnt, m->set, m->clr) < 0)))
		return fail_sys(ct, "remount %s", path);
	return 0;
}

/* A tmpfs for what ct itself puts in the way: empty files and directories
 * under masks, texts of --file, stand-ins of read-only directories. Makes an
 * entry (text NULL: a directory); its number, or -1. */
static int
fs_scratch(struct ct *ct, const char *text, mode_t mode)
{
	char name[24], *p;
	int n = ++ct->scratch_count, fd;

	p = num_put(name + sizeof name, (unsigned)n);
	if (!text)
		return mkdirat(ct->scratch_fd, p, mode) == 0 ? n :
		       fail_sys(ct, "mkdir in ct's tmpfs");
	fd = openat(ct->scratch_fd, p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0 || io_write(fd, text, strlen(text)) < 0)
		n = fail_sys(ct, "write a file in ct's tmpfs");
	fd_close(&fd);          /* now: a writer would keep fs_scratch_ro() out */
	return n;
}

/* A mount of entry n. */
static int
fs_scratch_tree(struct ct *ct, int n)
{
	char name[24];
	int fd = n < 0 ? -1 : sys_tree(ct->scratch_fd, num_put(name + sizeof name,
	                               (unsigned)n), 0);

	return fd < 0 && n >= 0 ? fail_sys(ct, "open_tree of ct's tmpfs")
	                        : fd;
}

/* Shows nothing at what `at` is: one empty file and one empty directory serve
 * all. */
static int
fs_cover_with_nothing(struct ct *ct, int at, bool dir, const char *path)
{
	int tree;

	if (!ct->masks[dir])
		ct->masks[dir] = fs_scratch(ct, dir ? NULL : "", dir ? 0555 : 0444);
	tree = fs_scratch_tree(ct, ct->masks[dir]);
	if (tree >= 0)
		fs_attach(ct, tree, at, &no_attrs, path);
	fd_close(&tree);
	return ct->failed ? -1 : 0;
}

/* Masks in the file system mounted at prefix, found by its mount: its path may
 * have been changed meanwhile, by who else can write to the image. */
static int
fs_masks_in(struct ct *ct, int mnt, const char *prefix)
{
	size_t n = strlen(prefix);

	for (size_t i = 0; i < LEN(masked_paths) && !ct->failed; i++) {
		const struct mask *m = &masked_paths[i];
		int at;

		if (strncmp(m->path, prefix, n) || m->path[n] != '/')
			continue;
		at = fs_open_in(mnt, m->path + n + 1, O_PATH);
		/* nothing there shows nothing */
		if (at < 0 && errno != ENOENT && errno != ENOTDIR)
			fail_sys(ct, "open %s", m->path);
		if (at >= 0)
			fs_cover_with_nothing(ct, at, m->dir, m->path);
		fd_close(&at);
	}
	return ct->failed ? -1 : 0;
}

/* Lays over directory dir (of the new root, at path) a stand-in on a tmpfs in
 * which all its entries are there and new ones can be made: how a mount point
 * comes into a read-only root without a byte written to it. */
static int
fs_shadow_entry(struct ct *ct, int from, int to, const char *name,
                const char *path)
{
	char link[PATH_MAX];
	struct stat st;
	ssize_t n;
	int tree, at = -1;

	if (fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		/* it has gone, or is a mount that is another user's alone */
		return errno == ENOENT || errno == EACCES ? 0 :
		       fail_sys(ct, "stat %s/%s", path, name);
	if (S_ISLNK(st.st_mode)) {
		n = readlinkat(from, name, link, sizeof link - 1);
		if (n < 0)
			return errno == ENOENT ? 0 :
			       fail_sys(ct, "readlink %s/%s", path, name);
		link[n] = '\0';
		return symlinkat(link, to, name) < 0 ?
		       fail_sys(ct, "symlink %s/%s", path, name) : 0;
	}
	if ((S_ISDIR(st.st_mode) ? mkdirat(to, name, 0) :
	     mknodat(to, name, S_IFREG, 0)) < 0)
		return fail_sys(ct, "stand-in for %s/%s", path, name);
	tree = sys_tree(from, name, AT_RECURSIVE | AT_SYMLINK_NOFOLLOW);
	at = openat(to, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (tree < 0 || at < 0)
		fail_sys(ct, "open_tree %s/%s", path, name);
	else
		fs_attach(ct, tree, at, &no_attrs, name);
	fd_close(&tree);
	fd_close(&at);
	return ct->failed ? -1 : 0;
}

/* Gives the stand-in `to` the owner, mode and ACLs of the directory `from`: who
 * could not enter that may not enter this. An id that the user namespace does
 * not map shows as the overflow id and cannot be given; whoever is of that kind
 * is one of the others. */
static int
fs_same_rights(struct ct *ct, int from, int to, const struct stat *st,
               const char *path)
{
	static const char *const acls[] = { "system.posix_acl_access",
	                                    "system.posix_acl_default" };
	bool mapped = !(ct->features & (FEAT_USER | FEAT_JOIN));
	uid_t uid = mapped || st->st_uid != 65534 ? st->st_uid : (uid_t)-1;
	gid_t gid = mapped || st->st_gid != 65534 ? st->st_gid : (gid_t)-1;
	mode_t mode = st->st_mode & 07777;
	char acl[4096];
	ssize_t n;

	if (gid == (gid_t)-1)
		mode = (mode & ~070u) | (mode & 07) << 3;
	if (fchown(to, uid, gid) < 0)
		return fail_sys(ct, "chown the stand-in for %s", path);
	if (fchmod(to, mode) < 0)
		return fail_sys(ct, "chmod the stand-in for %s", path);
	for (size_t i = 0; i < LEN(acls); i++) {
		n = fgetxattr(from, acls[i], acl, sizeof acl);
		if (n < 0 ? errno != ENODATA && errno != EOPNOTSUPP :
		    fsetxattr(to, acls[i], acl, (size_t)n, 0) < 0)
			return fail_sys(ct, "copy the ACL of %s to its stand-in", path);
	}
	return 0;
}

static int
fs_shadow_dir(struct ct *ct, int dir, const char *path)
{
	char buf[8192];
	struct stat st;
	int from = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), to = -1;
	int in = -1;
	long n;

	if (from < 0 || fstat(from, &st) < 0) {
		fail_sys(ct, "read directory %s", path);
		goto out;
	}
	/* attached before it is filled: mounts cannot go on a detached one */
	if ((to = fs_scratch_tree(ct, fs_scratch(ct, NULL, 0700))) < 0 ||
	    fs_attach(ct, to, dir, &no_attrs, path) < 0)
		goto out;
	while ((n = syscall(SYS_getdents64, from, buf, sizeof buf)) > 0)
		for (long o = 0; o < n; ) {
			struct dirent64_ *e = (void *)(buf + o);

			o += e->len;
			if (strcmp(e->name, ".") && strcmp(e->name, "..") &&
			    fs_shadow_entry(ct, from, to, e->name, path) < 0)
				goto out;
		}
	if (n < 0) {
		fail_sys(ct, "read directory %s", path);
		goto out;
	}
	/* a descriptor that is more than a path */
	in = openat(to, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (in < 0)
		fail_sys(ct, "open the stand-in for %s", path);
	if (in < 0 || fs_same_rights(ct, from, in, &st, path) < 0)
		goto out;
	if (!strcmp(path, "/")) {
		fd_close(&ct->tree_fd);         /* the new root is the stand-in */
		ct->mounts_on_root += ct->mounts_on_root > 0;
		ct->tree_fd = to;
		to = -1;
	}
out:
	fd_close(&from);
	fd_close(&in);
	fd_close(&to);
	return ct->failed ? -1 : 0;
}

/* Makes the last component of path in the root: a directory, an empty file
 * (mode S_IFREG), or a symlink to `link`. Where the directory cannot be
 * written, a stand-in takes its place first. */
static int
fs_make(struct ct *ct, const char *path, mode_t mode, const char *link)
{
	char *dir = mem_dup(ct, path, strlen(path)), *name;
	int fd, r = -1;

	if (!dir)
		return -1;
	name = strrchr(dir, '/');
	*name++ = '\0';
	for (int tries = 0; tries < 2 && r < 0; tries++) {
		fd = fs_in_root(ct, *dir ? dir : "/", O_PATH | O_DIRECTORY);
		if (fd < 0)
			return fail_sys(ct, "open directory %s", dir);
		r = link ? symlinkat(link, fd, name) : S_ISREG(mode) ?
		    mknodat(fd, name, mode, 0) : mkdirat(fd, name, mode);
		if (r < 0 && !tries && errno != EROFS && errno != EACCES &&
		    errno != EPERM)
			tries++;
		if (r < 0 && !tries && fs_shadow_dir(ct, fd, *dir ? dir : "/") < 0) {
			fd_close(&fd);
			return -1;
		}
		fd_close(&fd);
	}
	return r < 0 ? fail_sys(ct, "make %s", path) : 0;
}

/* Where the symlink at path leads, as a path of the root; NULL: it is none. */
static char *
fs_link(struct ct *ct, const char *path)
{
	int fd = fs_in_root(ct, path, O_PATH | O_NOFOLLOW);
	char to[PATH_MAX];
	ssize_t n = fd < 0 ? -1 : readlinkat(fd, "", to, sizeof to);

	fd_close(&fd);
	errno = ENOENT;
	if (n <= 0 || n == (ssize_t)sizeof to)
		return NULL;
	return *to == '/' ? mem_dup(ct, to, (size_t)n) :
	       mem_printf(ct, "%.*s/%.*s", (int)(strrchr(path, '/') - path), path,
	                  (int)n, to);
}

/* A descriptor of the mount point path in the root; what is missing of it is
 * made: directories, and a file at the end where a file is to be mounted. */
static int
fs_target(struct ct *ct, const char *path, bool dir)
{
	int fd = fs_in_root(ct, path, O_PATH);
	char *p, *s;

	/* a link that leads nowhere yet, as resolv.conf does into /run */
	for (int i = 0; i < 8 && fd < 0 && errno == ENOENT; i++) {
		if (!(p = fs_link(ct, path)))
			break;
		path = p;
		fd = fs_in_root(ct, path, O_PATH);
	}
	if (fd < 0 && errno == ENOENT) {
		s = p = mem_dup(ct, path, strlen(path));
		while (s) {             /* one component after the other */
			s = strchr(s + 1, '/');
			if (s)
				*s = '\0';
			fd = fs_in_root(ct, p, O_PATH);
			if (fd < 0 && errno == ENOENT &&
			    fs_make(ct, p, s || dir ? 0755 : S_IFREG | 0644,
			            NULL) < 0)
				return -1;
			fd_close(&fd);
			if (s)
				*s = '/';
		}
		fd = fs_in_root(ct, path, O_PATH);
	}
	return fd < 0 ? fail_sys(ct, "open %s in the root", path) : fd;
}

/* A new instance of a file system on path; missing ones are made. */
static int
fs_mount_new(struct ct *ct, const char *type, const char *source,
             const struct mnt *m, const char *path)
{
	int mnt, at = -1, r = -1;

	mnt = kfs_new_mount(ct, type, source, m->data, m->set);
	if (mnt >= 0 && (at = fs_target(ct, path, true)) >= 0)
		r = fs_attach(ct, mnt, at, &no_attrs, path);
	fd_close(&at);
	fd_close(&mnt);
	return r;
}

/* --- the steps of the root --- */

static int
fs_private(struct ct *ct)
{
	if (mount("", "/", "", MS_REC | MS_PRIVATE, NULL) < 0)
		return fail_sys(ct, "mount / private");
	return 0;
}

static int
fs_ro_path(struct ct *ct, struct op *op)
{
	int at = fs_in_root(ct, op->mnt.dst, O_PATH), tree;

	tree = at < 0 ? -1 : sys_tree(at, "", AT_EMPTY_PATH | AT_RECURSIVE);
	if (tree < 0)
		fail_sys(ct, "open_tree %s", op->mnt.dst);
	else
		fs_attach(ct, tree, at, &op->mnt, op->mnt.dst);
	fd_close(&tree);
	fd_close(&at);
	return ct->failed ? -1 : 0;
}

/* The group that it may make groups in. */
static int
fs_delegate(struct ct *ct)
{
	const struct mnt m = { .set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC };
	const char *dir = IN_LIB(ct) && ct->submount ? ct->submount :
	                  "/sys/fs/cgroup";
	struct op ro = { .mnt.set = MOUNT_ATTR_RDONLY };

	if (fs_mount_new(ct, "cgroup2", NULL, &m, dir) < 0)
		return -1;
	for (size_t i = 0; limit_files[i]; i++) {
		int fd;

		ro.mnt.dst = mem_printf(ct, "%s/%s", dir, limit_files[i]);
		fd = ro.mnt.dst ? fs_in_root(ct, ro.mnt.dst, O_PATH) : -1;
		if (fd >= 0 && fs_ro_path(ct, &ro) < 0)
			return -1;
		fd_close(&fd);
	}
	return 0;
}

/* A library's container without a root of its own has the caller's mounts, and
 * on top of them what was asked for. */
static int
fs_no_root(struct ct *ct)
{
	ct->tree_fd = io_open("/", O_PATH | O_DIRECTORY);
	if (ct->tree_fd < 0)
		return fail_sys(ct, "open /");
	return ct->delegate ? fs_delegate(ct) : 0;
}

/* The host's resolver file, where it lies in what a private tmpfs covers (a
 * link to /run): its directory is shown, so that a file put in its place is
 * seen too; of the tmpfs itself, only the file. */
static int
fs_resolver(struct ct *ct)
{
	char link[32], path[PATH_MAX], *slash;
	int fd = io_open("/etc/resolv.conf", O_PATH);
	ssize_t n = -1;
	struct op *op;

	text_printf(link, sizeof link, "self/fd/%d", fd);
	if (fd >= 0 && kfs_has_proc(ct))
		n = readlinkat(ct->proc_fd, link, path, sizeof path - 1);
	fd_close(&fd);
	path[n < 0 ? 0 : n] = '\0';
	for (size_t i = 0; i < LEN(host_tmpfs); i++) {
		size_t len = strlen(host_tmpfs[i].dir);

		if (strncmp(path, host_tmpfs[i].dir, len) || path[len] != '/')
			continue;
		slash = strrchr(path, '/');
		if (slash > path + len)
			*slash = '\0';
		if (!(op = mem_get(ct, sizeof *op)) ||
		    !(slash = mem_dup(ct, path, strlen(path))))
			return -1;
		*op = (struct op){ .kind = OP_BIND, .fd = -1, .next = ct->ops,
		    .mnt = { .src = slash, .dst = slash, .src_fd = -1, .flags = M_TRY,
		             .set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID |
		                    MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC } };
		if (!ct->ops)
			ct->ops_end = &op->next;
		ct->ops = op;           /* the first: others may cover it */
		return 0;
	}
	return 0;
}

/* Opens what is to be bound. Later the new root lies on /, and a path with a
 * `..` in it, or a link that has one, would step onto that. */
static int
fs_sources(struct ct *ct)
{
	/* a container without a network asks nobody */
	if (!ct->root && !ct->dns && (!(ct->features & FEAT_NET) || ct->features & FEAT_NIC) &&
	    !(IN_LIB(ct) && ct->no_root) && fs_resolver(ct) < 0)
		return -1;
	for (struct op *op = ct->ops; op; op = op->next) {
		if (op->kind != OP_BIND || op->fd >= 0)
			continue;
		op->mnt.src_fd = io_open(op->mnt.src, O_PATH);
		if (op->mnt.src_fd < 0 && !(op->mnt.flags & M_TRY))
			return fail_sys(ct, "open %s", op->mnt.src);
	}
	return 0;
}

/* Is a path of the root at or below one that ct is sure to mount on? */
static bool
fs_is_ours(const struct ct *ct, const char *path)
{
	static const struct { const char *dir; unsigned feature; } ours[] = {
		{ "/proc", FEAT_PROC }, { "/sys", FEAT_SYS }, { "/dev", FEAT_DEV },
	};

	for (size_t i = 0; i < LEN(ours); i++) {
		size_t n = strlen(ours[i].dir);

		if (!strncmp(path, ours[i].dir, n) && (!path[n] || path[n] == '/'))
			return ct->features & ours[i].feature & ~ct->optional;
	}
	return false;
}

/* What shows the kernel and comes along below a tree, in a chroot say: a procfs
 * there is that of the host's processes, and through it their files, a sysfs can
 * be written. Nothing is shown there. */
static int
fs_hide_kernel(struct ct *ct, int tree, bool root)
{
	uint64_t id = fs_where(tree, "").mnt;
	struct mountinfo *m = NULL;
	int n = kfs_proc(ct);
	size_t len = 0;

	if (n == PROC_UNKNOWN)
		return -1;
	if (n < 0)                      /* this kernel has none */
		err_forget(ct);
	else
		n = fs_mounts(ct, tree, &m);
	for (int i = 0; i < n; i++)
		if (m[i].id == id)
			len = strcmp(m[i].path, "/") ? strlen(m[i].path) : 0;
	for (int i = 0; i < n && !ct->failed; i++) {
		int at;

		if (!m[i].below || !m[i].kernel || m[i].id == id ||
		    (root && fs_is_ours(ct, m[i].path + len)))
			continue;
		at = fs_open_in(tree, m[i].path + len, O_PATH | O_DIRECTORY);
		if (at >= 0 && fs_where(at, "").mnt == m[i].id)
			fs_cover_with_nothing(ct, at, true, m[i].path + len);
		else if (at < 0 && errno != ENOENT && errno != ENOTDIR)
			fail_sys(ct, "open %s", m[i].path + len);
		fd_close(&at);
	}
	return ct->failed ? -1 : 0;
}

static int
fs_root(struct ct *ct)
{
	const char *dir = ct->root ? ct->root : "/";
	struct mnt m = { .set = MOUNT_ATTR_NODEV, .flags = M_RECURSIVE };
	struct mount_id top = fs_where(AT_FDCWD, "/"), at = fs_where(AT_FDCWD, dir);

	if (IN_LIB(ct) && ct->no_root)
		return fs_no_root(ct);
	ct->tree_fd = sys_tree(AT_FDCWD, dir, AT_RECURSIVE);
	if (ct->tree_fd < 0)
		return fail_sys(ct, "open_tree %s", dir);
	/* Parts of this one are mounted elsewhere, which before 6.15 wants it to be
	 * mounted itself: under the new root, so that it goes with the old. */
	if (!top.mnt || !at.mnt)
		return fail_sys(ct, "statx / and %s", dir);
	ct->mounts_on_root = top.mnt == at.mnt && top.ino == at.ino;
	ct->scratch_fd = kfs_new_mount(ct, "tmpfs", NULL, NULL, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
	if (ct->scratch_fd < 0 ||
	    fs_attach(ct, ct->scratch_fd, AT_FDCWD, &no_attrs, dir) < 0)
		return -1;
	if (!ct->root || ct->read_only)
		m.set |= MOUNT_ATTR_RDONLY;
	if (!ct->allow_new_privs)
		m.set |= MOUNT_ATTR_NOSUID;
	if (fs_attach(ct, ct->tree_fd, AT_FDCWD, &m, dir) < 0)
		return -1;
	return ct->privileged ? 0 : fs_hide_kernel(ct, ct->tree_fd, true);
}

/* The procfs of a pid namespace that is joined. One can be mounted only from
 * inside, where whoever may trace us would be root: so the mount of a process
 * that is there is cloned, by a helper in its mount namespace, which nobody
 * there sees and which has our descriptors. */
static int
fs_proc_joined(struct ct *ct)
{
	int ends[2], at, fd = -1;
	struct stat want, st;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return fail_sys(ct, "pipe");
	pid = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
	if (pid == 0) {
		at = setns(ct->peer_mnt_fd, CLONE_NEWNS) < 0 ? -1 :
		     fs_open_in(ct->peer_root_fd, "proc", O_PATH | O_DIRECTORY);
		/* its root and no directory in it */
		if (at >= 0 && kfs_fd_is(at, PROC_SUPER_MAGIC) &&
		    fstat(at, &st) == 0 && st.st_ino == 1)
			fd = sys_tree(at, "", AT_EMPTY_PATH | AT_RECURSIVE);
		_exit(write(ends[1], &fd, sizeof fd) != sizeof fd);
	}
	if (pid < 0 || read(ends[0], &fd, sizeof fd) != sizeof fd)
		fail_sys(ct, "fork");
	if (pid > 0)
		sys_wait(pid);
	fd_close(&ends[0]);
	fd_close(&ends[1]);
	if (ct->failed)
		return -1;
	if (fd < 0 || fstat(ns_op(ct, NS_PID)->fd, &want) < 0 ||
	    fstatat(fd, "1/ns/pid", &st, 0) < 0 || st.st_ino != want.st_ino) {
		fd_close(&fd);
		return fail_msg(ct, "the pid namespace that is joined has no procfs "
		                "on /proc (--try proc)");
	}
	return fd;
}

/* /proc and /sys: a new instance, or where a user namespace may not have one
 * (it does not own the pid or network namespace) what the host has mounted,
 * with all below it, which is to get the attributes of op yet. */
static int
fs_kernel_mount(struct ct *ct, const char *type, const char *dir,
                struct mnt *m)
{
	bool proc = !strcmp(type, "proc");
	struct err first;
	int mnt;

	if (proc && ns_op(ct, NS_PID))
		return fs_proc_joined(ct);
	mnt = kfs_new_mount(ct, type, NULL, NULL, m->set);
	if (mnt >= 0)
		*m = (struct mnt){ 0 };
	if (mnt >= 0 || ct->err.no != EPERM || !(ct->features & FEAT_USER))
		return mnt;
	first = ct->err;
	/* the pids of a new pid namespace are not those of the host's /proc */
	mnt = proc && ct->features & FEAT_PID ? -1 :
	      sys_tree(AT_FDCWD, dir, AT_RECURSIVE);
	ct->err = first;
	ct->failed = mnt < 0;
	return mnt;
}

/* Read-only as a whole, which saves a mask for everything in there that can be
 * written. */
static int
fs_kernel_fs(struct ct *ct, const char *type, const char *dir, int *mnt)
{
	struct mnt m = { .set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC, .flags = M_RECURSIVE };
	int at;

	if (!ct->privileged)
		m.set |= MOUNT_ATTR_RDONLY;
	*mnt = fs_kernel_mount(ct, type, dir, &m);
	if (*mnt < 0 || (at = fs_target(ct, dir, true)) < 0)
		return -1;
	fs_attach(ct, *mnt, at, &m, dir);
	fd_close(&at);
	return ct->failed ? -1 : 0;
}

static int
fs_proc(struct ct *ct)
{
	return fs_kernel_fs(ct, "proc", "/proc", &ct->proc_mnt_fd);
}

/* Owner and mode of a device as on the host; where it is bound it has them. */
static int
fs_node_rights(struct ct *ct, int dev, const char *name, const struct op *op)
{
	if (fchownat(dev, name, op->dev.uid, op->dev.gid, AT_SYMLINK_NOFOLLOW) < 0)
		return fail_sys(ct, "chown /dev/%s", name);
	return fchmodat(dev, name, op->dev.mode & 07777, 0) < 0 ?
	       fail_sys(ct, "chmod /dev/%s", name) : 0;
}

/* A node in /dev: made where this is allowed, bound from the host's else. One
 * of ours everybody may use, one that was asked for (op) whom the host lets. */
static int
fs_node(struct ct *ct, int dev, const char *name, mode_t type, unsigned major,
        unsigned minor, const struct op *op)
{
	char dir[PATH_MAX];
	int tree, at = -1;
	struct stat st;

	for (const char *s = strchr(name, '/'); s; s = strchr(s + 1, '/')) {
		text_printf(dir, sizeof dir, "%.*s", (int)(s - name), name);
		if (mkdirat(dev, dir, 0755) < 0 && errno != EEXIST)
			return fail_sys(ct, "mkdir /dev/%s", dir);
	}
	if (mknodat(dev, name, type | (op ? 0 : 0666), makedev(major, minor)) == 0)
		return op ? fs_node_rights(ct, dev, name, op) : 0;
	if (errno == EEXIST)
		return 0;
	if (errno != EPERM || mknodat(dev, name, S_IFREG, 0) < 0)
		return fail_sys(ct, "mknod /dev/%s", name);
	/* until the pivot, paths of our own are still the host's */
	text_printf(dir, sizeof dir, "/dev/%s", name);
	tree = sys_tree(AT_FDCWD, dir, 0);
	if (tree < 0 || fstat(tree, &st) < 0 ||
	    (st.st_mode & S_IFMT) != type || st.st_rdev != makedev(major, minor))
		fail_sys(ct, "bind /dev/%s", name);
	else if ((at = openat(dev, name, O_PATH | O_CLOEXEC)) < 0)
		fail_sys(ct, "open /dev/%s", name);
	else
		fs_attach(ct, tree, at, &no_attrs, name);
	fd_close(&at);
	fd_close(&tree);
	return ct->failed ? -1 : 0;
}

static int
fs_dev(struct ct *ct)
{
	char opts[64];
	struct op *op;
	size_t i;
	int dev, at;

	text_printf(opts, sizeof opts, "mode=755,size=%s", dev_size);
	dev = kfs_new_mount(ct, "tmpfs", NULL, opts, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
	if (dev < 0)
		return -1;
	for (i = 0; i < LEN(dev_links); i++)
		if (symlinkat(dev_links[i].target, dev, dev_links[i].name) < 0)
			fail_sys(ct, "symlink /dev/%s", dev_links[i].name);
	if (mkdirat(dev, "shm", 01777) < 0 || mkdirat(dev, "pts", 0755) < 0)
		fail_sys(ct, "mkdir in /dev");
	/* attached before the nodes: binds want a mount of this namespace */
	if (!ct->failed && (at = fs_target(ct, "/dev", true)) >= 0) {
		fs_attach(ct, dev, at, &no_attrs, "/dev");
		fd_close(&at);
	}
	for (i = 0; i < LEN(dev_nodes) && !ct->failed; i++)
		fs_node(ct, dev, dev_nodes[i].name, S_IFCHR, dev_nodes[i].major,
		        dev_nodes[i].minor, NULL);
	for (op = op_find(ct->ops, OP_DEVICE); op && !ct->failed;
	     op = op_find(op->next, OP_DEVICE))
		fs_node(ct, dev, op->dev.path + 5, op->dev.mode & S_IFMT,
		        (unsigned)op->dev.major, (unsigned)op->dev.minor, op);
	fd_close(&dev);
	return ct->failed ? -1 : 0;
}

static int
fs_pts(struct ct *ct)
{
	struct mnt m = { .set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC };

	m.data = "mode=620,ptmxmode=666";
	return fs_mount_new(ct, "devpts", NULL, &m, "/dev/pts");
}

static int
fs_tmp(struct ct *ct)
{
	struct mnt m = { .set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV };

	for (size_t i = 0; !ct->root && !(IN_LIB(ct) && ct->no_root) &&
	     i < LEN(host_tmpfs); i++) {
		if (faccessat(AT_FDCWD, host_tmpfs[i].dir, F_OK, 0) < 0 &&
		    errno == ENOENT)
			continue;
		m.data = host_tmpfs[i].opts;
		if (fs_mount_new(ct, "tmpfs", NULL, &m, host_tmpfs[i].dir) < 0)
			return -1;
	}
	return 0;
}
