/* SPDX-License-Identifier: ISC */
/* Kernel file systems such as procfs and cgroup2: the mounted ones, or new detached mounts. */

/* No set-user-ID, no devices, no programs. */
enum { KFS_INERT = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC };

/* Does this type of file system expose the kernel, so that writing there can change it? */
static bool
kfs_is_privileged(const char *type)
{
	return NAME_FIND(kernel_fs, type) >= 0;
}

/* A call on fd, from fsopen(2), failed: the kernel's message, read from fd, goes into the error. */
static int
kfs_fail(struct ct *ct, int fd, const char *call, const char *type)
{
	int no = errno;
	char said[160];
	ssize_t n = read(fd, said, sizeof said - 1);

	errno = no;
	if (n <= 2)
		return fail_sys(ct, "%s %s", call, type);
	said[n] = '\0';                 /* "e tmpfs: Bad value for 'size'" */
	said[strcspn(said, "\n")] = '\0';
	return fail_sys(ct, "%s %s: %s", call, type, said + 2);
}

static int
kfs_configure(struct ct *ct, int fd, const char *type, const char *source, char *opts)
{
	char *next, *value;

	if (source && syscall(SYS_fsconfig, fd, FSCONFIG_SET_STRING, "source", source, 0) < 0)
		return kfs_fail(ct, fd, "fsconfig source", type);
	for (; opts && *opts; opts = next) {
		next = text_cut_bare(opts, ',');
		text_unescape(opts, ",");       /* only commas: overlay has its own "\:" */
		value = text_cut(opts, '=');
		if (syscall(SYS_fsconfig, fd, value ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG, opts,
		            value, 0) < 0)
			return kfs_fail(ct, fd, "fsconfig", type);
	}
	if (syscall(SYS_fsconfig, fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return kfs_fail(ct, fd, "mount", type);
	return 0;
}

/* Sets a hint that names the missing path of those in the options. */
static void
kfs_missing(struct ct *ct, const char *options)
{
	char path[PATH_MAX];
	size_t n;

	for (const char *s = options; s && (s = strpbrk(s, "=:")); s += n) {
		n = strcspn(++s, ":,");
		text_printf(path, sizeof path, "%.*s", (int)n, s);
		if (*path == '/' && !io_may(AT_FDCWD, path, F_OK) && errno == ENOENT) {
			fail_hint(ct, "%s is missing", path);
			return;
		}
	}
}

/* A new instance of a file system, as a detached mount, or -1. Options are K=V,K,... or NULL. */
static int
kfs_new_mount(struct ct *ct, const char *type, const char *source, const char *options,
              unsigned attr)
{
	char *opts = options ? mem_dup(ct, options) : NULL;
	LOCAL_FD fd = -1;
	int mnt = -1;

	if (options && !opts)
		return -1;
	fd = (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
	if (fd < 0)
		return fail_sys(ct, "fsopen %s", type);
	if (kfs_configure(ct, fd, type, source, opts) == 0) {
		mnt = (int)syscall(SYS_fsmount, fd, FSMOUNT_CLOEXEC, attr);
		if (mnt < 0)
			fail_sys(ct, "fsmount %s", type);
	} else if (ct->err.no == ENOENT) {
		kfs_missing(ct, options);
	}
	return mnt;
}

/* The same, with relative paths in source and options resolved in directory dir. */
static int
kfs_new_mount_in(struct ct *ct, int dir, const char *type, const char *source,
                 const char *options, unsigned attr)
{
	LOCAL_FD cwd = io_open(".", O_PATH | O_DIRECTORY);
	int mnt = fchdir(dir) < 0 ? fail_sys(ct, "chdir to mount %s", type) :
	          kfs_new_mount(ct, type, source, options, attr);

	if (cwd >= 0 && fchdir(cwd) < 0)
		fail_sys(ct, "chdir back");
	return mnt;
}

/* An open directory, to read its entries one by one, without "." and "..". */
struct kfs_dir { int fd; long len, at; char buf[512]; };

static int
kfs_dir_open(struct kfs_dir *d, int at, const char *path)
{
	d->len = d->at = 0;
	d->fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return d->fd;
}

#define LOCAL_DIR LOCAL(kfs_dir)

/* The next entry. NULL: the end, or, if d->len < 0, an error. */
static struct dirent64_ *
kfs_dir_next(struct kfs_dir *d)
{
	struct dirent64_ *e;

	do {
		if (d->at >= d->len) {
			d->at = 0;
			d->len = syscall(SYS_getdents64, d->fd, d->buf, sizeof d->buf);
			if (d->len <= 0)
				return NULL;
		}
		e = (void *)(d->buf + d->at);
		d->at += e->len;
	} while (!strcmp(e->name, ".") || !strcmp(e->name, ".."));
	return e;
}

static bool
kfs_fd_is(int fd, unsigned long magic)
{
	struct statfs st;

	return fstatfs(fd, &st) == 0 && (unsigned long)st.f_type == magic;
}

/* Returned by kfs_proc() if what is at /proc is unknown, which does not mean "no procfs". */
enum { PROC_UNKNOWN = -2 };

/* Opens a procfs of this process's pid namespace: the one at /proc, if it really is one, else
 * a new detached mount. -1: there is none. The child reads only about itself, so for the child
 * the procfs of an outer pid namespace will do: a new mount would cost 70 us. */
static int
kfs_proc(struct ct *ct)
{
	struct statfs st = { 0 };
	char self[24] = "", pid[24];
	bool known;

	if (ct->proc_fd >= 0)
		return ct->proc_fd;
	ct->proc_fd = io_open("/proc", O_PATH | O_DIRECTORY);
	known = ct->proc_fd >= 0 ? fstatfs(ct->proc_fd, &st) == 0 :
	        errno == ENOENT || errno == ENOTDIR || errno == EACCES;
	if (known && st.f_type == PROC_SUPER_MAGIC) {
		/* does it belong to an outer pid namespace, with other pids? */
		known = readlinkat(ct->proc_fd, "self", self, sizeof self - 1) >= 0;
		if (known && (ct->in_child ||
		              !strcmp(self, num_put(pid + sizeof pid, (unsigned)getpid()))))
			return ct->proc_fd;
		known = known || errno == ENOENT;
	}
	if (!known)
		fail_sys(ct, "look for procfs at /proc");
	fd_close(&ct->proc_fd);
	if (!known)
		return PROC_UNKNOWN;
	ct->proc_fd = kfs_new_mount(ct, "proc", NULL, NULL, KFS_INERT);
	return ct->proc_fd;
}

/* For callers that can do without procfs: no error is recorded. */
static bool
kfs_has_proc(struct ct *ct)
{
	bool failed = ct->failed, has = kfs_proc(ct) >= 0;

	if (!has && !failed)
		err_forget(ct);
	return has;
}

/* For callers that need procfs: the error says how to mount it. */
static int
kfs_need_proc(struct ct *ct)
{
	int fd = kfs_proc(ct);

	if (fd >= 0 || fd == PROC_UNKNOWN)
		return fd;
	err_forget(ct);
	return fail_msg(ct, "no procfs of this pid namespace: mount -t proc proc /proc");
}

/* Writes a sysctl. In a container a mount makes /proc/sys read-only; a new procfs has none. */
static int
kfs_put_sysctl(struct ct *ct, const char *path, const char *value)
{
	bool failed = ct->failed;
	int r = io_put(ct->proc_fd, path, value);
	LOCAL_FD fd = -1;

	if (r == 0 || errno != EROFS)
		return r;
	if ((fd = kfs_new_mount(ct, "proc", NULL, NULL, KFS_INERT)) >= 0)
		r = io_put(fd, path, value);
	else if (!failed)
		err_forget(ct);
	errno = fd < 0 ? EROFS : errno;
	return r;
}

/* Opens what procfs, which is open, has of a process; -1 with errno. */
static int
kfs_open(const struct ct *ct, pid_t pid, const char *name, int flags)
{
	char path[48];

	text_printf(path, sizeof path, "%d/%s", pid, name);
	return openat(ct->proc_fd, path, flags | O_CLOEXEC);
}

/* Path in procfs of a namespace of process pid (0: this process). */
static const char *
kfs_ns_path(pid_t pid, const char *kind, char *buf, size_t size)
{
	char num[24] = "self";

	text_printf(buf, size, "%s/ns/%s",
	            pid ? num_put(num + sizeof num, (unsigned)pid) : num, kind);
	return buf;
}

/* The inode number of a process's namespace, from the text of the link: stat(2) takes twice as
 * long, and on Linux 5.10, for a process that ct may not trace, it succeeds with another inode,
 * while the text is empty. 0: an error, in errno. */
static uint64_t
kfs_ns_inode(int proc, pid_t pid, const char *kind)
{
	char path[48], text[48];
	ssize_t n = readlinkat(proc, kfs_ns_path(pid, kind, path, sizeof path),
	                       text, sizeof text - 1);

	if (n == 0)
		errno = EACCES;
	text[n < 0 ? 0 : n] = '\0';
	return text_scan(text + strcspn(text, "0123456789"), 10, NULL);
}

/* The pid, as in the procfs of `proc`, of some process in the namespace of ns_fd; 0: none. */
static pid_t
kfs_ns_member(int proc, int ns_fd, const char *kind)
{
	LOCAL_DIR d;
	struct dirent64_ *e;
	struct stat ns;
	uint64_t pid;

	if (kfs_dir_open(&d, proc, ".") < 0 || fstat(ns_fd, &ns) < 0)
		return -1;
	while ((e = kfs_dir_next(&d)))
		if (num_parse(e->name, 1, INT_MAX, &pid) == 0 &&
		    kfs_ns_inode(proc, (pid_t)pid, kind) == ns.st_ino)
			return (pid_t)pid;
	return 0;
}

static int
kfs_ns(struct ct *ct, pid_t pid, const char *kind)
{
	char path[48];
	int fd;

	if (kfs_proc(ct) < 0)
		return -1;
	kfs_ns_path(pid, kind, path, sizeof path);
	fd = openat(ct->proc_fd, path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? fail_sys(ct, "open /proc/%s", path) : fd;
}

/* The path of the file that fd has open, in buf; its length, or -1 and "". */
static ssize_t
kfs_path(struct ct *ct, int fd, char *buf, size_t size)
{
	char link[32];
	ssize_t n = -1;

	text_printf(link, sizeof link, "self/fd/%d", fd);
	if (fd >= 0 && kfs_has_proc(ct))
		n = readlinkat(ct->proc_fd, link, buf, size - 1);
	buf[n < 0 ? 0 : n] = '\0';
	return n;
}

/* Reads /proc/PID/status without the line Groups:, whose length, up to 700 KB, the process
 * chooses itself, and which stands before the fields that ct needs. The length, or -1. */
static ssize_t
kfs_status(struct ct *ct, pid_t pid, char *buf, size_t size)
{
	LOCAL_FD fd = kfs_open(ct, pid, "status", O_RDONLY);
	char part[512];
	size_t len = 0, line = 0;
	bool skip = false;
	ssize_t n;

	if (fd < 0)
		return -1;
	while ((n = read(fd, part, sizeof part)) > 0)
		for (ssize_t i = 0; i < n && len < size - 1; i++) {
			if (!skip || part[i] == '\n')
				buf[len++] = part[i];
			skip |= len - line == 7 && !memcmp(buf + line, "Groups:", 7);
			if (part[i] == '\n') {
				skip = false;
				line = len;
			}
		}
	buf[len] = '\0';
	return n < 0 ? -1 : (ssize_t)len;
}
