/* SPDX-License-Identifier: ISC */
/* Mounts: telling them apart, their attributes, attaching them. */

/* Identifies a file by mount and inode. Id 0, which no mount has: the kernel could not say. */
struct mount_id { uint64_t mnt, ino; };

static struct mount_id
fs_where_as(int fd, const char *path, unsigned need)
{
	/* struct statx: musl's lacks the mount id, and linux/stat.h clashes with sys/stat.h */
	struct { uint32_t mask, a; uint64_t b[3], ino, c[13], mnt_id, d[13]; } st;

	if (syscall(SYS_statx, fd, path, AT_EMPTY_PATH | AT_STATX_DONT_SYNC,
	            need, &st) < 0 || (st.mask & need) != need)
		return (struct mount_id){ 0, 0 };
	return (struct mount_id){ st.mnt_id, st.ino };
}

static struct mount_id
fs_where(int fd, const char *path)
{
	return fs_where_as(fd, path, 0x1100);   /* STATX_MNT_ID (Linux 5.8) | STATX_INO */
}

/* Is nothing mounted below the mount of fd? False without listmount(2), Linux 6.8. */
static bool
fs_is_bare(int fd)
{
	const unsigned unique = 0x4000;         /* STATX_MNT_ID_UNIQUE */
	struct { uint32_t size, spare; uint64_t mnt, after; } of = { sizeof of, 0, 0, 0 };
	uint64_t found;

	of.mnt = fs_where_as(fd, "", unique).mnt;
	return of.mnt && syscall(NR(458), &of, &found, 1, 0) == 0;
}

/* mount(2), or umount2(2) if flags is 0, of the mount of fd, named by its procfs link. */
static int
fs_by_fd(struct ct *ct, int fd, unsigned long flags)
{
	LOCAL_FD cwd = io_open(".", O_PATH | O_DIRECTORY);
	char path[40];
	int r;

	if (kfs_proc(ct) < 0 || fchdir(ct->proc_fd) < 0)
		return -1;
	text_printf(path, sizeof path, "self/fd/%d", fd);
	r = flags ? mount(NULL, path, NULL, flags, NULL) : umount2(path, MNT_DETACH);
	return cwd >= 0 && fchdir(cwd) < 0 ? -1 : r;
}

/* Converts MOUNT_ATTR_ to flags of mount(2); the table has those whose values differ. */
static unsigned long
fs_flags(unsigned attr)
{
	static const struct { unsigned attr; unsigned long flag; } other[] = {
		{ MOUNT_ATTR_NOATIME, MS_NOATIME }, { MOUNT_ATTR_STRICTATIME, MS_STRICTATIME },
		{ MOUNT_ATTR_NODIRATIME, MS_NODIRATIME },
		{ MOUNT_ATTR_NOSYMFOLLOW, MS_NOSYMFOLLOW },
	};
	unsigned long flags = attr & (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC);

	for (size_t i = 0; i < LEN(other); i++)
		if (attr & other[i].attr)
			flags |= other[i].flag;
	return flags;
}

/* Changes the attributes of one mount for kernels before 5.12. remount,bind replaces all
 * flags, so the present ones are read first. */
static int
fs_remount(struct ct *ct, int fd, unsigned set, unsigned clr)
{
	/* statfs(2) and mount(2) have the same values for these, but not for RELATIME */
	unsigned long flags = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME |
	                      MS_NODIRATIME;
	struct statfs st;

	if (fstatfs(fd, &st) < 0)
		return -1;
	flags &= (unsigned long)st.f_flags;
	if (st.f_flags & ST_RELATIME && !(clr & MOUNT_ATTR__ATIME))
		flags |= MS_RELATIME;
	flags = (flags & ~fs_flags(clr)) | fs_flags(set);
	return fs_by_fd(ct, fd, MS_REMOUNT | MS_BIND | flags);
}

/* Makes the mount and all below it slaves: mount events come in, none goes out. */
static int
fs_slave(struct ct *ct, int fd, const char *path)
{
	struct mount_attr a = { .propagation = MS_SLAVE };

	if (sys_attr(fd, AT_RECURSIVE, &a) < 0 &&
	    (errno != ENOSYS || fs_by_fd(ct, fd, MS_REC | MS_SLAVE) < 0))
		return fail_sys(ct, "set the propagation of %s", path);
	return 0;
}

/* A line of mountinfo. sub is its path in the mount given to fs_mounts(): "" for that mount, NULL:
 * not in it. `master`: events of other mounts come in, `shared`: and go out to its peers. */
struct mountinfo {
	uint64_t id, parent;
	char *from, *type;      /* "8:1 /root" */
	char *path, *sub;
	bool rootfs, kernel, master, shared, rw;        /* rw: of the file system, not the mount */
};

/* Takes a line off the text and unescapes its path in place; false at the end. */
static bool
fs_mount_line(char **text, struct mountinfo *m)
{
	char *line = text_next(text, '\n'), *s, *to, *fields, *type;

	if (!line || !*line)
		return false;
	m->id = text_scan(line, 10, &s);
	m->parent = text_scan(s, 10, &s);
	m->from = s + 1;
	for (int i = 0; i < 2 && s; i++)        /* " 8:1 /root /path ... - type ..." */
		s = strchr(s + 1, ' ');
	if (!s)
		return false;
	*s++ = '\0';
	m->path = to = s;
	m->sub = NULL;
	fields = text_cut(s, ' ');
	type = fields ? text_find(fields, " - ") : NULL;
	m->master = m->shared = m->rw = false;
	if (type) {
		*type = '\0';           /* "rw,noatime shared:1 master:2" */
		m->master = text_find(fields, " master:");
		m->shared = text_find(fields, " shared:");
		type += 3;
		m->rw = !strncmp(strrchr(type, ' '), " rw", 3);
		type[strcspn(type, " ")] = '\0';
	}
	m->type = type;
	m->rootfs = type && !strcmp(type, "rootfs");
	m->kernel = type && kfs_is_privileged(type);
	for (; *s; s++)
		if (*s == '\\' && s[1] && s[2] && s[3]) {
			*to++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0'));
			s += 3;
		} else {
			*to++ = *s;
		}
	*to = '\0';
	return true;
}

/* Reads a mountinfo file in one go, or NULL: read in parts while it changes, it lacks lines. */
static char *
fs_mountinfo(struct ct *ct, const char *path)
{
	for (size_t size = 32768;; size *= 2) {
		char *text = size > FILE_LIMIT * 16 ? NULL : mem_get(ct, size);
		ssize_t len = text ? io_get(ct->proc_fd, path, text, size) : -1;

		if (len < 0)
			return none(fail_sys(ct, "read /proc/%s", path));
		if ((size_t)len < size - 1)
			return text;
	}
}

/* Marks the child mounts of marked mounts, by setting sub; false: none was left. */
static bool
fs_mark_below(struct mountinfo *m, int n, size_t prefix)
{
	bool more = false;

	for (int i = 0; i < n; i++)
		for (int j = 0; j < n && !m[i].sub; j++)
			if (m[j].sub && m[j].id == m[i].parent) {
				m[i].sub = m[i].path + prefix;
				more = true;
			}
	return more;
}

/* Lists the mounts of this namespace, sub relative to the mount of fd; their number, or -1. */
static int
fs_mounts(struct ct *ct, int fd, struct mountinfo **list)
{
	size_t max = 1, prefix = 0;
	struct mountinfo *m;
	char *text;
	uint64_t id;
	int n = 0;

	if (kfs_need_proc(ct) < 0 || !(text = fs_mountinfo(ct, "self/mountinfo")))
		return -1;
	for (char *p = text; *p; p++)
		max += *p == '\n';
	if (!(m = *list = mem_get(ct, max * sizeof *m)))
		return -1;
	id = fs_where(fd, "").mnt;
	for (; (size_t)n < max && fs_mount_line(&text, &m[n]); n++)
		if (m[n].id == id) {
			prefix = strcmp(m[n].path, "/") ? strlen(m[n].path) : 0;
			m[n].sub = m[n].path + strlen(m[n].path);
		}
	while (fs_mark_below(m, n, prefix))
		;                       /* a parent may be listed after its children */
	return n;
}

/* fs_remount() for all mounts below that of fd, each opened relative to fd, not from /. */
static int
fs_remount_all(struct ct *ct, int fd, unsigned set, unsigned clr)
{
	struct mountinfo *m;
	int n = fs_mounts(ct, fd, &m), r = n < 0 ? -1 : 0;

	for (int i = 0; i < n && r == 0; i++) {
		LOCAL_FD sub = -1;

		if (!m[i].sub || !*m[i].sub)
			continue;
		sub = fs_open_in(fd, m[i].sub, O_PATH);
		/* a mount that another one covers cannot be reached at all */
		if (sub >= 0 && fs_where(sub, "").mnt == m[i].id)
			r = fs_remount(ct, sub, set, clr);
	}
	return r;
}

/* Clones a bind mount's source; where the mounts below are locked to it (EINVAL), with them. */
static int
fs_clone(struct ct *ct, struct op *op)
{
	unsigned rec = op->mnt.flags & M_RECURSIVE ? AT_RECURSIVE : 0;
	int tree = sys_tree(op->mnt.src_fd, "", AT_EMPTY_PATH | rec);

	if (tree < 0 && errno == EINVAL && !rec) {
		op->mnt.flags |= M_RECURSIVE;
		tree = sys_tree(op->mnt.src_fd, "", AT_EMPTY_PATH | AT_RECURSIVE);
	}
	return tree < 0 ? fail_sys(ct, "open_tree %s", op->mnt.src) : tree;
}

/* For a mount that needs no change of attributes. */
static const struct mnt no_attrs;

/* Attaches the detached mount mnt to target, with the attributes of m. The target is a
 * file descriptor, or AT_FDCWD for the path itself. */
static int
fs_attach(struct ct *ct, int mnt, int target, const struct mnt *m, const char *path)
{
	bool named = target == AT_FDCWD, old = false;
	struct mount_attr a = { .attr_set = m->set, .attr_clr = m->clr };
	unsigned rec = m->flags & M_RECURSIVE ? AT_RECURSIVE : 0;

	if ((m->set | m->clr) && sys_attr(mnt, rec, &a) < 0) {
		if (errno != ENOSYS)
			return fail_sys(ct, "mount_setattr %s", path);
		old = true;             /* before Linux 5.12 */
	}
	if (syscall(SYS_move_mount, mnt, "", target, named ? path : "", MOVE_MOUNT_F_EMPTY_PATH |
	            (named ? MOVE_MOUNT_T_SYMLINKS : MOVE_MOUNT_T_EMPTY_PATH)) < 0)
		return fail_sys(ct, "move_mount %s", path);
	if (old && (fs_remount(ct, mnt, m->set, m->clr) < 0 ||
	            (rec && fs_remount_all(ct, mnt, m->set, m->clr) < 0)))
		return fail_sys(ct, "remount %s", path);
	return 0;
}
