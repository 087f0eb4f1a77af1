/* SPDX-License-Identifier: ISC */
/* Copies a tree: owners, modes, times, extended attributes, hard links, holes, and special
 * files. Everything is opened relative to its directory, and neither links nor mounts are
 * followed. Entries that disappear or are replaced meanwhile are left out. */

enum {
	COPY_DEPTH = 2000,              /* nested directories, two file descriptors each */
	COPY_CHAINS = 512,              /* chains in the hash table of hard links */
	COPY_BUF = 65536,               /* longest extended attribute, longest list of them */
	COPY_RIGHTS = 07777,
	COPY_BITS = S_ISUID | S_ISGID,
};

/* A file with several hard links: the first one that was copied, and where. The tree may hold
 * any number of them, so those in a directory share the record of its path. */
struct copy_dir { struct copy_dir *up; char name[]; };
struct copy_link {
	struct copy_link *next;
	struct copy_dir *dir;
	dev_t dev;
	ino_t ino;
	char name[];
};

struct copy_level {
	struct kfs_dir from;
	int to;
	size_t path_len;                /* length of its parent's path in struct copy */
	struct copy_dir *dir;           /* the record of this directory, or NULL */
	struct stat st;
};

/* `strict`: failing to copy anything is an error. Otherwise attributes that the file system does
 * not support, and files that this user may not read, are left out. */
struct copy {
	struct ct *ct;
	bool strict;
	int top;                        /* the target directory */
	const char *name;               /* of the tree, for errors */
	struct copy_link **links;
	size_t len;
	char path[PATH_MAX], list[COPY_BUF], buf[COPY_BUF];
	struct copy_level level[COPY_DEPTH];
};

static int
copy_fail(struct copy *c, const char *call, const char *name)
{
	return fail_sys(c->ct, "%s %s%s%s/%s", call, c->name, *c->path ? "/" : "", c->path, name);
}

/* Is this failure due to missing support or permission, and may the copy do without? */
static bool
copy_without(const struct copy *c)
{
	return !c->strict && (errno == EOPNOTSUPP || errno == EPERM || errno == EACCES);
}

/* Is this entry left out? A mount, one that has gone or was replaced, or by copy_without(). */
static bool
copy_skips(const struct copy *c)
{
	return copy_without(c) || errno == EXDEV || errno == ENOENT || errno == ELOOP ||
	       errno == ENOTDIR || errno == ENXIO;
}

static int
copy_open(int dir, const char *name, int flags)
{
	struct open_how how = {
		.flags = (unsigned)flags | O_NOFOLLOW | O_CLOEXEC |
		         (flags & O_PATH ? 0u : O_NONBLOCK | O_NOCTTY),
		.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV | RESOLVE_BENEATH,
	};

	return (int)syscall(SYS_openat2, dir, name, &how, sizeof how);
}

/* Extended attributes: file capabilities, ACLs, marks of overlayfs. */
static int
copy_attrs(struct copy *c, int from, int to, const char *name)
{
	ssize_t len = flistxattr(from, c->list, sizeof c->list), n;

	if (len < 0 && errno != EOPNOTSUPP)
		return copy_fail(c, "listxattr", name);
	for (char *a = c->list; a < c->list + len; a += strlen(a) + 1) {
		n = fgetxattr(from, a, c->buf, sizeof c->buf);
		if ((n < 0 || fsetxattr(to, a, c->buf, (size_t)n, 0) < 0) && errno != ENODATA &&
		    !copy_without(c))
			return copy_fail(c, mem_printf(c->ct, "setxattr %s of", a), name);
	}
	return 0;
}

/* Sets the mode of a special file, if the umask or a default ACL changed it at mknod(2). */
static int
copy_mode(struct copy *c, int at, mode_t mode)
{
	struct stat st;
	char path[32];

	if (fstat(at, &st) == 0 && !((st.st_mode ^ mode) & COPY_RIGHTS))
		return 0;
	text_printf(path, sizeof path, "self/fd/%d", at);
	return kfs_need_proc(c->ct) < 0 ? -1 :
	       (int)syscall(SYS_fchmodat, c->ct->proc_fd, path, mode);
}

/* Sets owner and mode of fd, O_PATH for a special file. Without that owner, no set-ID bits. */
static int
copy_owner(struct copy *c, int fd, const char *name, const struct stat *st)
{
	mode_t mode = st->st_mode & COPY_RIGHTS;
	bool node = !S_ISREG(st->st_mode) && !S_ISDIR(st->st_mode);

	if (fchownat(fd, "", st->st_uid, st->st_gid, AT_EMPTY_PATH) < 0) {
		if (c->strict || (errno != EINVAL && errno != EPERM))
			return copy_fail(c, "chown", name);
		mode &= ~(mode_t)COPY_BITS;
	}
	if (S_ISLNK(st->st_mode))
		return 0;
	return (node ? copy_mode(c, fd, mode) : sys_fchmod(fd, mode)) < 0 ?
	       copy_fail(c, "chmod", name) : 0;
}

/* The same for a special file in `dir`, opened first: another may have been put in its place. */
static int
copy_node_owner(struct copy *c, int dir, const char *name, const struct stat *st)
{
	LOCAL_FD at = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat is;

	if (at < 0 || fstat(at, &is) < 0)
		return copy_fail(c, "open", name);
	return (is.st_mode & S_IFMT) == (st->st_mode & S_IFMT) ? copy_owner(c, at, name, st) : 0;
}

static int
copy_times(struct copy *c, int dir, const char *name, const struct stat *st)
{
	const struct timespec t[] = { st->st_atim, st->st_mtim };

	if ((*name ? utimensat(dir, name, t, AT_SYMLINK_NOFOLLOW) : futimens(dir, t)) < 0)
		return copy_fail(c, "utimensat", name);
	return 0;
}

/* Copies metadata: the owner first, since chown(2) removes file capabilities; the times last. */
static int
copy_meta(struct copy *c, int from, int to, const struct stat *st, const char *name)
{
	return copy_owner(c, to, name, st) < 0 || copy_attrs(c, from, to, name) < 0 ||
	       copy_times(c, to, "", st) < 0 ? -1 : 0;
}

static int
copy_data(struct copy *c, int from, int to, off_t size)
{
	off_t at = 0, end;
	ssize_t n;

	if (ftruncate(to, size) < 0)
		return -1;
	while (at < size) {
		at = lseek(from, at, SEEK_DATA);
		if (at < 0)
			return errno == ENXIO ? 0 : -1; /* a hole up to the end */
		if ((end = lseek(from, at, SEEK_HOLE)) < 0)
			return -1;
		for (; at < end; at += n) {
			n = pread(from, c->buf, (size_t)MIN(end - at, COPY_BUF), at);
			if (n > 0)
				n = pwrite(to, c->buf, (size_t)n, at);
			if (n <= 0)     /* 0: the file was truncated */
				return (int)n;
		}
	}
	return 0;
}

static int
copy_file(struct copy *c, int dir, int to, const char *name)
{
	LOCAL_FD from = copy_open(dir, name, O_RDONLY), out = -1;
	struct stat st;

	if (from < 0)
		return copy_skips(c) ? 0 : copy_fail(c, "open", name);
	if (fstat(from, &st) < 0)
		return copy_fail(c, "stat", name);
	if (!S_ISREG(st.st_mode))
		return 0;               /* it was replaced meanwhile */
	if ((out = openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) < 0)
		return copy_fail(c, "create", name);
	if (copy_data(c, from, out, st.st_size) < 0)
		return copy_fail(c, "copy", name);
	return copy_meta(c, from, out, &st, name);
}

/* Copies a symlink, pipe, socket or device; a whiteout of overlayfs is a device. */
static int
copy_node(struct copy *c, int dir, int to, const char *name, const struct stat *st)
{
	char link[PATH_MAX];
	ssize_t n;
	int r;

	if (S_ISLNK(st->st_mode)) {
		n = readlinkat(dir, name, link, sizeof link - 1);
		if (n < 0)
			return copy_fail(c, "readlink", name);
		link[n] = '\0';
		r = symlinkat(link, to, name);
	} else {
		r = mknodat(to, name, st->st_mode & ~(mode_t)COPY_BITS, st->st_rdev);
		if (r < 0 && copy_without(c))
			return 0;
	}
	if (r < 0)
		return copy_fail(c, "create", name);
	return copy_node_owner(c, to, name, st) < 0 ? -1 : copy_times(c, to, name, st);
}

/* Returns the record of the directory at this depth; NULL for the top, or without memory. */
static struct copy_dir *
copy_dir(struct copy *c, int depth)
{
	struct copy_level *l = &c->level[depth];
	const char *name = c->path + l->path_len;
	size_t n;

	if (!depth || l->dir)
		return l->dir;
	name += *name == '/';
	n = strcspn(name, "/");
	if ((l->dir = mem_get(c->ct, sizeof *l->dir + n + 1))) {
		l->dir->up = copy_dir(c, depth - 1);
		memcpy(l->dir->name, name, n);
		l->dir->name[n] = '\0';
	}
	return l->dir;
}

/* Opens a directory of the copy. Others may write there meanwhile, so no link is followed. */
static int
copy_dir_open(const struct copy *c, const struct copy_dir *d)
{
	char path[PATH_MAX], *s = path + sizeof path - 1;

	*s = '\0';
	for (; d; d = d->up) {
		size_t n = strlen(d->name);

		errno = ENAMETOOLONG;
		if ((size_t)(s - path) < n + 1)
			return -1;
		if (*s)
			*--s = '/';
		s -= n;
		memcpy(s, d->name, n);
	}
	return *s ? copy_open(c->top, s, O_PATH | O_DIRECTORY) : fcntl(c->top, F_DUPFD_CLOEXEC, 3);
}

/* Links a further name of a copied file. 1: done, 0: it is to be copied, -1: error. */
static int
copy_again(struct copy *c, int depth, const char *name, const struct stat *st)
{
	struct copy_link **chain = &c->links[st->st_ino % COPY_CHAINS], *l = *chain;
	size_t size = strlen(name) + 1;
	LOCAL_FD at = -1;

	while (l && (l->ino != st->st_ino || l->dev != st->st_dev))
		l = l->next;
	if (l) {
		at = copy_dir_open(c, l->dir);
		if (at >= 0 && linkat(at, l->name, c->level[depth].to, name, 0) == 0)
			return 1;
		return errno == ENOENT || errno == ELOOP || errno == ENOTDIR ? 0 :
		       copy_fail(c, "link", name);
	}
	if (!(l = mem_get(c->ct, sizeof *l + size)))
		return -1;
	l->dir = copy_dir(c, depth);
	l->dev = st->st_dev;
	l->ino = st->st_ino;
	memcpy(l->name, name, size);
	l->next = *chain;
	*chain = l;
	return c->ct->failed ? -1 : 0;
}

/* Makes a directory and descends into it; a mount point stays empty. */
static int
copy_enter(struct copy *c, int *depth, const char *name, const struct stat *st)
{
	struct copy_level *up = &c->level[*depth], *l = up + 1;
	LOCAL_FD from = copy_open(up->from.fd, name, O_RDONLY | O_DIRECTORY);
	LOCAL_FD to = -1;

	if (from < 0 && errno != EXDEV)
		return copy_skips(c) ? 0 : copy_fail(c, "open", name);
	if (from >= 0 && (*depth + 2 >= COPY_DEPTH || c->len + strlen(name) + 2 > PATH_MAX))
		return fail_msg(c->ct, "%s: directories nested deeper than %d, or than a path of "
		                "%d bytes, cannot be copied", c->name, COPY_DEPTH - 2, PATH_MAX);
	if (mkdirat(up->to, name, 0700) < 0)
		return copy_fail(c, "mkdir", name);
	if ((to = copy_open(up->to, name, O_RDONLY | O_DIRECTORY)) < 0)
		return copy_fail(c, "open", name);
	if (from < 0)
		return copy_owner(c, to, name, st);
	l->from.fd = from;
	l->from.len = l->from.at = 0;
	l->st = *st;
	l->path_len = c->len;
	l->dir = NULL;
	l->to = to;
	from = to = -1;                 /* the level's now */
	++*depth;
	c->len += text_printf(c->path + c->len, sizeof c->path - c->len, "%s%s",
	                      c->len ? "/" : "", name);
	return 0;
}

static int
copy_entry(struct copy *c, int *depth, const char *name)
{
	struct copy_level *l = &c->level[*depth];
	struct stat st;
	int r;

	if (fstatat(l->from.fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return copy_skips(c) ? 0 : copy_fail(c, "stat", name);
	if (S_ISDIR(st.st_mode))
		return copy_enter(c, depth, name, &st);
	if (st.st_nlink > 1 && (r = copy_again(c, *depth, name, &st)))
		return r < 0 ? -1 : 0;
	return S_ISREG(st.st_mode) ? copy_file(c, l->from.fd, l->to, name) :
	                             copy_node(c, l->from.fd, l->to, name, &st);
}

/* Leaves a directory. Its metadata is copied last, as its mode may deny writing to it. */
static int
copy_leave(struct copy *c, int *depth)
{
	struct copy_level *l = &c->level[(*depth)--];
	int r = l->from.len < 0 ? copy_fail(c, "read", "") :
	        copy_meta(c, l->from.fd, l->to, &l->st, "");

	fd_close(&l->from.fd);
	fd_close(&l->to);
	c->len = l->path_len;
	c->path[c->len] = '\0';
	return r;
}

/* Copies contents and metadata of directory `from` to directory `to`; `name` is for messages. */
static int
copy_tree(struct ct *ct, int from, int to, const char *name, bool strict)
{
	struct copy *c = mem_get(ct, sizeof *c);        /* zeros */
	int depth = 0, r = -1;
	struct copy_level *l;
	struct dirent64_ *e;

	if (!c || !(c->links = mem_get(ct, COPY_CHAINS * sizeof *c->links)))
		return -1;
	c->ct = ct;
	c->strict = strict;
	c->name = name;
	l = c->level;
	c->top = l->to = openat(to, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (kfs_dir_open(&l->from, from, ".") < 0 || l->to < 0 || fstat(l->from.fd, &l->st) < 0)
		copy_fail(c, "open", "");
	else
		r = 0;
	while (depth >= 0 && r == 0) {
		e = kfs_dir_next(&c->level[depth].from);
		r = e ? copy_entry(c, &depth, e->name) : copy_leave(c, &depth);
	}
	for (; depth >= 0; depth--) {
		fd_close(&c->level[depth].from.fd);
		fd_close(&c->level[depth].to);
	}
	return r;
}
