/* SPDX-License-Identifier: ISC */
/* procfs and cgroup2 where they are mounted, or detached mounts of ct's own. */

/* Does it show the kernel, and let who may write there change it? */
static bool
kfs_is_privileged(const char *type)
{
	for (size_t i = 0; i < LEN(kernel_fs); i++)
		if (!strcmp(type, kernel_fs[i]))
			return true;
	return false;
}

/* A new instance of file system `type`, as a detached mount, or -1. list is
 * K=V,K,... and passed on as it is, or NULL. The kernel's own words, where it
 * left some, go into the error. */
static int
kfs_fail(struct ct *ct, int fd, const char *call, const char *type)
{
	int no = errno;
	char said[160];
	ssize_t n = fd < 0 ? 0 : read(fd, said, sizeof said - 1);

	if (n > 2) {            /* "e tmpfs: Bad value for 'size'" */
		said[n] = '\0';
		said[strcspn(said, "\n")] = '\0';
		errno = no;
		return fail_sys(ct, "%s %s: %s", call, type, said + 2);
	}
	errno = no;
	return fail_sys(ct, "%s %s", call, type);
}

static int
kfs_new_mount(struct ct *ct, const char *type, const char *source,
        const char *list, unsigned attr)
{
	int fd = (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
	char *opts = list ? mem_dup(ct, list, strlen(list)) : NULL;
	int mnt = -1;
	char *next, *val;

	if (fd < 0)
		return fail_sys(ct, "fsopen %s", type);
	if (source && syscall(SYS_fsconfig, fd, FSCONFIG_SET_STRING, "source",
	                      source, 0) < 0) {
		kfs_fail(ct, fd, "fsconfig source", type);
		goto out;
	}
	for (; opts && *opts; opts = next) {
		next = text_cut(opts, ',');
		val = text_cut(opts, '=');
		if (syscall(SYS_fsconfig, fd, val ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG,
		            opts, val, 0) < 0) {
			kfs_fail(ct, fd, "fsconfig", type);
			goto out;
		}
	}
	if (syscall(SYS_fsconfig, fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0) {
		kfs_fail(ct, fd, "mount", type);
		goto out;
	}
	mnt = (int)syscall(SYS_fsmount, fd, FSMOUNT_CLOEXEC, attr);
	if (mnt < 0)
		fail_sys(ct, "fsmount %s", type);
out:
	fd_close(&fd);
	return mnt;
}

static bool
kfs_fd_is(int fd, unsigned long magic)
{
	struct statfs st;

	return fstatfs(fd, &st) == 0 && (unsigned long)st.f_type == magic;
}

/* The procfs of this process's own pid namespace: the mounted one, or where
 * nothing is mounted on /proc a detached one. Never trusted by name alone. That
 * it cannot be told what is there does not mean that there is none. */
enum { PROC_UNKNOWN = -2 };

static int
kfs_proc(struct ct *ct)
{
	struct statfs st = { 0 };
	bool known;

	if (ct->proc_fd >= 0)
		return ct->proc_fd;
	ct->proc_fd = io_open("/proc", O_PATH | O_DIRECTORY);
	known = ct->proc_fd >= 0 ? fstatfs(ct->proc_fd, &st) == 0 :
	        errno == ENOENT || errno == ENOTDIR || errno == EACCES;
	if (known && st.f_type == PROC_SUPER_MAGIC) {
		if (faccessat(ct->proc_fd, "self/ns", F_OK, 0) == 0)
			return ct->proc_fd;
		known = errno == ENOENT;
	}
	if (!known)
		fail_sys(ct, "look for procfs at /proc");
	fd_close(&ct->proc_fd);
	if (!known)
		return PROC_UNKNOWN;
	ct->proc_fd = kfs_new_mount(ct, "proc", NULL, NULL,
	                      MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
	return ct->proc_fd;
}

/* For what is as well without. */
static bool
kfs_has_proc(struct ct *ct)
{
	bool failed = ct->failed, has = kfs_proc(ct) >= 0;

	ct->failed = failed;
	return has;
}

/* Path in procfs of a namespace of process pid, or (0) of the own. */
static const char *
kfs_ns_path(pid_t pid, const char *kind, char *buf, size_t size)
{
	char num[24] = "self";

	text_printf(buf, size, "%s/ns/%s", pid ? num_put(num + sizeof num,
	       (unsigned)pid) : num, kind);
	return buf;
}

static int
kfs_ns(struct ct *ct, pid_t pid, const char *kind)
{
	char path[48];
	int fd = kfs_proc(ct) < 0 ? -1 : openat(ct->proc_fd, kfs_ns_path(pid, kind,
	         path, sizeof path), O_RDONLY | O_CLOEXEC);

	return fd < 0 ? fail_sys(ct, "open /proc/%s", path) : fd;
}

/* What the caller cannot do without, said with the way out. */
static int
kfs_need_proc(struct ct *ct)
{
	int fd = kfs_proc(ct);

	if (fd >= 0 || fd == PROC_UNKNOWN)
		return fd;
	err_forget(ct);
	return fail_msg(ct, "no procfs: mount -t proc proc /proc");
}
