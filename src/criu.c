/* SPDX-License-Identifier: ISC */
/* Running criu(8) and reporting its errors, for checkpoint and restore.
 *
 * criu saves the processes and their memory in DIR. ct makes everything around them anew from
 * the recorded arguments: the cgroup, the network and its interfaces, and a tree of mounts, of
 * which criu uses those that it did not save, because they are not the container's alone. */

/* DIR/ct: NUL-terminated words in three parts, the first two of which end with an empty word:
 * options for criu; what the images do not have; the container's arguments. A word of the
 * second part is a letter and
 *         m PATH      a mount
 *         c PATH      a mount whose contents are in DIR/ct.N, for the Nth word (from 0)
 *         0 to 2 KEY  that file descriptor, by criu's name for its file */
static const char criu_file[] = "ct";
enum { CRIU_RECORD = 131072 };  /* bytes */

/* The argument list of criu, and the file for the output of criu and its helpers. */
struct criu_args { struct ct *ct; const char *log; size_t n; char *v[1024]; };

static void
criu_add(struct criu_args *a, const char *what, const char *value)
{
	if (a->n + 2 >= LEN(a->v)) {
		fail_msg(a->ct, "more than %zu arguments of criu", LEN(a->v));
		return;
	}
	a->v[a->n++] = (char *)(uintptr_t)what;
	if (value)
		a->v[a->n++] = (char *)(uintptr_t)value;
}

/* Begins the argument list with what dump and restore have in common. */
static struct criu_args *
criu_begin(struct ct *ct, const char *verb, const char *dir)
{
	struct criu_args *a = mem_get(ct, sizeof *a);

	if (!a)
		return NULL;
	a->ct = ct;
	criu_add(a, "criu", verb);
	criu_add(a, "-D", dir);
	a->log = mem_printf(ct, "%s/%s.log", dir, verb);
	criu_add(a, "--manage-cgroups=ignore", NULL);
	return a;
}

static int
criu_exec(struct criu_args *a, char **opts)
{
	struct ct *ct = a->ct;
	int log = -1, err = fcntl(2, F_DUPFD_CLOEXEC, 3);

	if (unlink(a->log) == 0 || errno == ENOENT)     /* an older one, or a link */
		log = openat(AT_FDCWD, a->log, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC,
		             0600);
	if (log < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0)
		return fail_sys(ct, "open %s", a->log);
	while (*opts)
		criu_add(a, *opts++, NULL);
	if (ct->failed)
		return -1;
	fd_close(&log);
	ct->path = NULL;
	ct->argv = a->v;
	ct->env = ct->caller_env;
	ct->listen_fds = 0;
	umask(077);
	child_exec(ct);
	ct->err.status = 125;   /* criu is missing, not the command: so not 127 */
	unlink(a->log);
	dup2(err, 2);
	return -1;
}

/* The error after criu failed with this wait status: prints the errors in its log; the library
 * puts only the first one into its error. */
static int
criu_failed(struct ct *ct, const char *dir, const char *verb, int status)
{
	char *log = io_slurp(ct, mem_printf(ct, "%s/%s.log", dir, verb), NULL), *line, *said;
	const char *first = "";

	while ((line = text_next(&log, '\n'))) {
		if (!(said = text_find(line, "Error (")))
			continue;
		if (IN_LIB(ct)) {
			first = *first ? first : mem_printf(ct, "%s, ", said);
			continue;
		}
		text_printf(ct->err.step, sizeof ct->err.step, "criu");
		text_printf(ct->err.text, sizeof ct->err.text, "%s", said);
		step_forgive(ct);
	}
	return fail_msg(ct, "criu %s: %sstatus %d, see %s/%s.log", verb, first ? first : "",
	                sys_status(status), dir, verb);
}

/* Refuses containers that could not be restored as they were. */
static int
criu_possible(struct ct *ct)
{
	const char *why =
		ct->features & FEAT_USER ? "a user namespace" :
		ct->features & FEAT_TIME ? "a time namespace" :
		ct->features & FEAT_JOIN ? "--ns" :
		ct->features & FEAT_LOCK ? "CAP_SYS_ADMIN without --privileged" :
		!(ct->unshare & FEAT_PID) ? "--share pid" :
		!(ct->features & FEAT_MNT) ? "--share mnt" :
		ct->init ? "--init" :
		ct->tty_asked ? "a terminal" :
		ct->overlay && !*ct->overlay ? "--overlay in memory" : NULL;

	return why ? fail_msg(ct, "has %s: cannot be restored", why) : 0;
}

/* ct restore: keeps only the features around the processes. criu restores the attributes of the
 * processes themselves. */
static int
criu_plan(struct ct *ct)
{
	static const unsigned kept = FEAT_CGROUP | FEAT_LIMITS | FEAT_DEVICES | FEAT_MNT |
		FEAT_NET | FEAT_IPC | FEAT_UTS | FEAT_CGNS | FEAT_KEYRING | FEAT_PROC |
		FEAT_SYS | FEAT_DEV | FEAT_PTS | FEAT_MASK | FEAT_IDMAP | FEAT_SYSCTL |
		FEAT_NIC | FEAT_NAT | FEAT_LAYER;

	ct->step = "restore";
	if (criu_possible(ct) < 0)
		return -1;
	ct->tty = ct->hold = false;
	ct->later = ct->features & ~kept & ~(unsigned)FEAT_HOLD;
	ct->features &= kept;
	ct->unshare &= ~(unsigned)FEAT_PID;     /* criu makes the pid namespace */
	return 0;
}

/* Restores the contents of a mount that criu did not save. */
static int
criu_fill(struct ct *ct, int n, const char *path)
{
	const char *copy = mem_printf(ct, "%s.%d", criu_file, n);
	LOCAL_FD from = openat(ct->images_fd, copy,
	                       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	LOCAL_FD to = fs_open_in(ct->tree_fd, path, O_RDONLY | O_DIRECTORY);

	return from < 0 || to < 0 ? fail_sys(ct, "open %s", from < 0 ? copy : path) :
	       copy_tree(ct, from, to, path, true);
}

/* A directory of the old root that can be covered. */
static const char *
criu_spare(void)
{
	static const char *const dirs[] = { "/mnt", "/media", "/srv", "/opt", "/sys" };
	struct stat st;

	for (size_t i = 0; i < LEN(dirs); i++)
		if (stat(dirs[i], &st) == 0 && S_ISDIR(st.st_mode))
			return dirs[i];
	return "/mnt";
}

/* Shows a clone of what fd has in a tmpfs of ct's on `box`, and returns its path, or NULL: on a
 * path in the root, criu would follow links that another container with that root makes, and to
 * a root that is mounted on the old root itself no path leads. */
static const char *
criu_show(struct ct *ct, const char *box, int fd, unsigned flags)
{
	LOCAL_FD tree = fd < 0 ? -1 : sys_tree(fd, "", AT_EMPTY_PATH | flags);
	LOCAL_FD at = -1;
	const char *path;
	struct stat st;
	int n = -1;

	if (tree < 0 || fstat(tree, &st) < 0)
		fail_sys(ct, "clone a mount for criu");
	else
		n = fs_scratch(ct, S_ISDIR(st.st_mode) ? NULL : "", 0700);
	path = mem_printf(ct, "%s/%d", box, n);
	at = n < 0 || !path ? -1 : io_open(path, O_PATH);
	if (at >= 0)
		fs_attach(ct, tree, at, &no_attrs, path);
	else if (!ct->failed)
		fail_sys(ct, "open %s", path);
	return ct->failed ? NULL : path;
}

/* Adds the new root, and the mounts that criu did not save. */
static int
criu_mounts(struct criu_args *a, char **ext)
{
	struct ct *ct = a->ct;
	const char *box = criu_spare(), *path;
	LOCAL_FD at = io_open(box, O_PATH | O_DIRECTORY);

	fd_close(&ct->scratch_fd);
	ct->scratch_fd = kfs_new_mount(ct, "tmpfs", NULL, NULL, MOUNT_ATTR_NOSUID);
	if (at < 0 || ct->scratch_fd < 0 || fs_attach(ct, ct->scratch_fd, at, &no_attrs, box) < 0)
		fail_sys(ct, "mount on %s", box);
	if (ct->failed || !(path = criu_show(ct, box, ct->tree_fd, AT_RECURSIVE)))
		return -1;
	criu_add(a, "--root", path);
	for (int i = 0; ext[i] && !ct->failed; i++) {
		LOCAL_FD to = *ext[i] > '2' ? fs_open_in(ct->tree_fd, ext[i] + 1, O_PATH) : -1;

		if (*ext[i] == 'c' && criu_fill(ct, i, ext[i] + 1) < 0)
			return -1;
		if (*ext[i] > '2' && (path = criu_show(ct, box, to, 0)))
			criu_add(a, "--external", mem_printf(ct, "mnt[%s]:%s", ext[i] + 1, path));
	}
	return ct->failed ? -1 : 0;
}

/* Unmounts what is mounted on the old root itself, which has been cloned elsewhere: criu would
 * take it for the old root, and unmount it. */
static int
criu_uncover(struct ct *ct)
{
	uint64_t root = fs_where(AT_FDCWD, "/").mnt;

	/* `..` of the root leads to the topmost mount on it */
	for (int i = 0; i < 8 && fs_where(AT_FDCWD, "/..").mnt != root; i++)
		if (umount2("/..", MNT_DETACH) < 0)
			return fail_sys(ct, "umount mounts over /");
	return 0;
}

/* Passes on the file descriptors that replace the saved 0 to 2, and the network namespace. */
static void
criu_fds(struct criu_args *a)
{
	struct ct *ct = a->ct;
	const char *last = "";
	int fd;

	for (char **e = ct->images_ext; *e; e++) {
		if (**e > '2' || !strcmp(last, *e + 1))
			continue;
		last = *e + 1;
		fd = fcntl(**e - '0', F_DUPFD, 3);
		criu_add(a, "--inherit-fd", mem_printf(ct, "fd[%d]:%s", fd, last));
	}
	if (!(ct->features & FEAT_NET))
		return;
	if ((fd = kfs_ns(ct, 0, "net")) >= 0 && fcntl(fd, F_SETFD, 0) == 0)
		criu_add(a, "--inherit-fd", mem_printf(ct, "fd[%d]:net", fd));
}

/* The child's step "criu": everything is ready but the processes. */
static int
criu_restore(struct ct *ct)
{
	/* not by path: the owner of the directory above could put another one there */
	const char *dir = mem_printf(ct, "/proc/self/fd/%d", ct->images_fd);
	struct criu_args *a = criu_begin(ct, "restore", dir);
	int r = fs_on_rootfs(ct);

	if (!a || ct->failed)
		return -1;
	if (fcntl(ct->images_fd, F_SETFD, 0) < 0)
		return fail_sys(ct, "fcntl descriptor %d", ct->images_fd);
	if (r)
		return r < 0 ? -1 : fail_msg(ct, "on an initramfs it cannot change the root: see "
		                             "switch_root(8)");
	criu_add(a, "--restore-detached", "--restore-sibling");
	if (criu_mounts(a, ct->images_ext) < 0)
		return -1;
	criu_fds(a);
	if (ct->mounts_on_root && criu_uncover(ct) < 0)
		return -1;
	/* the processes inherit it from criu, which does not always restore it itself */
	if (pr_no_growth(ct) < 0)
		return -1;
	if (msg_send(ct, MSG_INSIDE, 0) < 0)
		return fail_sys(ct, "tell the parent");
	return criu_exec(a, ct->images_opts);
}
