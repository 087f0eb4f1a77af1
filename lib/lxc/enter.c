/* SPDX-License-Identifier: ISC
 *
 * The members that go inside: attach, terminals, changes while it runs. */

struct attach {
	const struct lxc_container *c;
	lxc_attach_exec_t fn;
	void *payload;
	const lxc_attach_options_t *o;
	bool remount;
};

/* Makes the environment of a process inside, in which the last one of a name counts. */
static bool
attach_env(const lxc_attach_options_t *o, struct words *env)
{
	words_dup(env, "PATH=" DEFAULT_PATH);
	if (o->env_policy == LXC_ATTACH_KEEP_ENV)
		words_copy(env, environ);
	for (char **k = o->extra_keep_env; k && *k; k++)
		if (getenv(*k))
			words_add(env, lx_printf("%s=%s", *k, getenv(*k)));
	words_dup(env, "container=lxc");
	return words_copy(env, o->extra_env_vars);
}

/* Mounts a new /proc or /sys, for a process outside the container's mount namespace: each
 * shows the namespaces of the process that mounted it. */
static bool
attach_remount(const char *path, const char *type)
{
	umount2(path, MNT_DETACH);
	return mount(type, path, type, MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0;
}

static int
attach_inside(void *arg)
{
	const struct attach *a = arg;
	const lxc_attach_options_t *o = a->o;
	bool groups = o->attach_flags & LXC_ATTACH_SETGROUPS;
	bool person = o->attach_flags & LXC_ATTACH_SET_PERSONALITY &&
	              o->personality != LXC_ATTACH_DETECT_PERSONALITY;
	bool user = o->uid != (uid_t)-1, group = o->gid != (gid_t)-1;

	if ((!a->remount || (unshare(CLONE_NEWNS) == 0 &&
	                     mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) == 0 &&
	                     attach_remount("/proc", "proc") && attach_remount("/sys", "sysfs"))) &&
	    (!o->initial_cwd || chdir(o->initial_cwd) == 0 || chdir("/") == 0) &&
	    (!person || personality((unsigned long)o->personality) >= 0) &&
	    (!groups || setgroups(o->groups.size, o->groups.list) == 0) &&
	    (groups || (!user && !group) || setgroups(0, NULL) == 0 || errno == EPERM) &&
	    (!group || setresgid(o->gid, o->gid, o->gid) == 0) &&
	    (!user || setresuid(o->uid, o->uid, o->uid) == 0) &&
	    (!(o->attach_flags & LXC_ATTACH_NO_NEW_PRIVS) ||
	     prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0))
		return a->fn(a->payload);
	if (o->log_fd >= 0)
		dprintf(o->log_fd, "attach to %s: %s\n", a->c->name, strerror(errno));
	return 255;
}

static int
api_attach(struct lxc_container *c, lxc_attach_exec_t fn, void *payload,
           lxc_attach_options_t *options, pid_t *pid)
{
	static const lxc_attach_options_t usual = LXC_ATTACH_OPTIONS_DEFAULT;
	const lxc_attach_options_t *o = options ? options : &usual;
	int flags = o->attach_flags, fds[] = { o->stdin_fd, o->stdout_fd, o->stderr_fd };
	unsigned long ns = o->namespaces == -1 ? ~0UL : (unsigned)o->namespaces;
	int holds = flags & LXC_ATTACH_MOVE_TO_CGROUP ? CT_ENTER_CGROUP : 0, r;
	struct attach a = { .c = c, .fn = fn, .payload = payload, .o = o };
	CLEAN(words_free) struct words env = { 0 };
	LIVE(c, l, -1);

	if (!fn)
		return -1;
	if (flags & LXC_ATTACH_TERMINAL)
		return lx_fail(c, 0, "attach: ct has no LXC_ATTACH_TERMINAL") - 1;
	if (flags & LXC_ATTACH_LSM_LABEL && o->lsm_label)
		return lx_fail(c, 0, "attach: a label takes effect on execution, not here") - 1;
	if (flags & LXC_ATTACH_DROP_CAPABILITIES)
		holds |= CT_ENTER_USER;
	/* as in LXC, outside the container's mount namespace there is neither label nor filter */
	if (flags & LXC_ATTACH_LSM && ns & CLONE_NEWNS)
		holds |= CT_ENTER_FILTER | CT_ENTER_ON_EXEC;
	a.remount = flags & LXC_ATTACH_REMOUNT_PROC_SYS && !(ns & CLONE_NEWNS);
	r = attach_env(o, &env) ?
	    libct_container_enter_ns(l.ct, ns, holds, attach_inside, &a, env.v, fds) : -1;
	if (r > 0 && pid)
		*pid = r;
	return live_end(c, &l, "attach", r) ? 0 : -1;
}

int
lxc_attach_run_command(void *payload)
{
	lxc_attach_command_t *cmd = payload;

	execvp(cmd->program, cmd->argv);
	dprintf(2, "%s: %s\n", cmd->program, strerror(errno));
	return errno == ENOENT ? 127 : 126;
}

/* Not by getpwuid(3), which loads what the container's nsswitch.conf names into this copy of
 * the caller. */
int
lxc_attach_run_shell(void *payload)
{
	int fd = open("/etc/passwd", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	struct passwd *pw = NULL;
	const char *shell;

	(void)payload;
	while (f && (pw = fgetpwent(f)) && pw->pw_uid != getuid())
		;
	shell = pw && pw->pw_shell && *pw->pw_shell ? pw->pw_shell : "/bin/sh";
	execl(shell, shell, (char *)NULL);
	execl("/bin/sh", "sh", (char *)NULL);
	return errno == ENOENT ? 127 : 126;
}

static int
api_attach_run_wait(struct lxc_container *c, lxc_attach_options_t *options,
                    const char *program, const char *const argv[])
{
	lxc_attach_command_t cmd = { (char *)(uintptr_t)program, (char **)(uintptr_t)argv };
	pid_t pid;

	if (!program || !argv || api_attach(c, lxc_attach_run_command, &cmd, options, &pid) < 0)
		return -1;
	return child_wait(c, pid, program);
}

static int
api_attach_run_waitl(struct lxc_container *c, lxc_attach_options_t *options,
                     const char *program, const char *arg, ...)
{
	VARARGS(arg, arg);

	return !w.lost ? api_attach_run_wait(c, options, program, (const char *const *)w.v) : -1;
}

/* --- the members: terminals --- */

/* A terminal's lock is a byte of a memfd, reopened so that it ends with the descriptor. */
static int
api_console_getfd(struct lxc_container *c, int *ttynum, int *ptxfd)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1 };
	CLEAN(lx_close) int memory = -1, hold = -1, fd = -1;
	bool any = ttynum && *ttynum < 0;
	char name[32];
	int n;
	LIVE(c, l, -1);

	if (!ttynum || !ptxfd)
		return -1;
	memory = libct_container_take_fd(l.ct, "lxc-lock");
	snprintf(name, sizeof name, "/proc/self/fd/%d", memory);
	if (memory < 0 || (hold = open(name, O_RDWR | O_CLOEXEC)) < 0)
		return lx_fail(c, errno == EPERM ? EPERM : 0, "%s: it has no console", c->name) - 1;
	for (n = any ? 1 : *ttynum;; n++) {
		snprintf(name, sizeof name, "lxc-tty%d", n);
		lx_close(&fd);
		if ((fd = libct_container_take_fd(l.ct, name)) < 0)
			return lx_fail(c, 0, any ? "%s: none of its terminals is free" :
			               "%s: has no terminal %d", c->name, n) - 1;
		lock.l_start = n;
		if (fcntl(hold, F_OFD_SETLK, &lock) == 0)
			break;
		if (!any)
			return lx_fail(c, EBUSY, "%s: terminal %d", c->name, n) - 1;
	}
	*ttynum = n;
	*ptxfd = fd;
	n = hold;
	hold = fd = -1;
	return n;
}

static int
api_seccomp_notify_fd(struct lxc_container *c)
{
	LIVE(c, l, -ESRCH);
	int fd = libct_container_take_fd(l.ct, "lxc-listener");

	return fd >= 0 || lx_fail(c, errno == EINVAL ? ENOENT : errno,
	                          "%s: a listener of its filter", c->name) ? fd : -errno;
}

static int
api_console(struct lxc_container *c, int ttynum, int in, int out, int err, int escape)
{
	CLEAN(lx_close) int hold = -1, init = -1, fd = -1;

	(void)err;
	if ((hold = api_console_getfd(c, &ttynum, &fd)) < 0)
		return -1;
	init = api_init_pidfd(c);
	libct_terminal_relay(&(struct ct_relay){ .fd = fd, .in = in, .out = out, .end = init,
	                                         .escape = escape });
	return 0;
}

static int
api_console_log(struct lxc_container *c, struct lxc_console_log *log)
{
	uint64_t at = 0, most, len = 0;
	AUTO char *buf = NULL;
	char *less;
	ssize_t n = 0;
	LIVE(c, l, -EINVAL);

	if (!log)
		return -EINVAL;
	/* at most one ring: the container may print faster than this reads */
	most = log->read_max && *log->read_max && *log->read_max < RING_MAX ? *log->read_max :
	       RING_MAX;
	log->data = NULL;
	if (!(buf = malloc(most + 1)))
		return -ENOMEM;
	while (len < most && (n = libct_container_log_read(l.ct, &at, buf + len, most - len)) > 0)
		len += (uint64_t)n;
	if (!live_end(c, &l, "its console", (int)n))
		return -EINVAL;
	if (log->read && !len)
		return lx_fail(c, ENODATA, "%s: its console printed nothing", c->name), -ENODATA;
	buf[len] = '\0';
	if (log->read) {
		less = realloc(buf, len + 1);
		log->data = less ? less : buf;
		buf = NULL;
	}
	if (log->read && log->read_max)
		*log->read_max = len;
	if (log->clear || (!log->read && log->read_max))
		libct_container_log_forget(l.ct, log->clear ? UINT64_MAX : at);
	return 0;
}

/* --- the members: changes while it runs --- */

/* Does what `ct VERB NAME ARG` does, and frees the argument. */
static bool
live_change(struct lxc_container *c, const char *verb, char *arg)
{
	AUTO char *own = arg;
	char *argv[] = { own, NULL };
	LIVE(c, l, false);

	return own && live_end(c, &l, verb, libct_container_change(l.ct, verb, argv));
}

static bool
api_add_device_node(struct lxc_container *c, const char *src, const char *dst)
{
	return live_change(c, "device add", path_pair(src, dst ? dst : src));
}

static bool
api_remove_device_node(struct lxc_container *c, const char *src, const char *dst)
{
	return live_change(c, "device del", path_pair(src, dst ? dst : src));
}

static bool
api_attach_interface(struct lxc_container *c, const char *dev, const char *dst)
{
	return dev && live_change(c, "net add", lx_printf("phys,dev=%s%s%s", dev,
	                                        dst ? ",name=" : "", dst ? dst : ""));
}

static bool
api_detach_interface(struct lxc_container *c, const char *dev, const char *dst)
{
	if (lx_begin(c) && dev && dst && strcmp(dst, dev))
		return lx_fail(c, 0, "%s: it goes back under the name that it had", dst);
	return dev && live_change(c, "net del", strdup(dev));
}

static int
api_mount(struct lxc_container *c, const char *source, const char *target, const char *type,
          unsigned long flags, const void *data, struct lxc_mount *mnt)
{
	const unsigned long known = MS_BIND | MS_REC | MS_RDONLY | MS_NOEXEC | MS_NOSUID | MS_NODEV;
	AUTO char *pair = NULL;

	if (!lx_begin(c) || !target)
		return -EINVAL;
	if (!mnt || mnt->version != LXC_MOUNT_API_V1)
		return lx_fail(c, EINVAL, "mount: version"), -EINVAL;
	if (!source || (type && *type && !(flags & MS_BIND)) || flags & ~known || data)
		return lx_fail(c, 0, "mount %s: a running container gets binds alone", target),
		       -EINVAL;
	pair = path_pair(source, target);
	return pair && live_change(c, "mount", lx_printf("%s:%s%s%s", pair,
	       flags & MS_RDONLY ? "ro" : "rw", flags & MS_NOEXEC ? ",noexec" : "",
	       flags & MS_REC ? ",rec" : "")) ? 0 : -1;
}

static int
api_umount(struct lxc_container *c, const char *target, unsigned long flags,
           struct lxc_mount *mnt)
{
	(void)flags;
	if (!lx_begin(c) || !target)
		return -EINVAL;
	if (!mnt || mnt->version != LXC_MOUNT_API_V1)
		return lx_fail(c, EINVAL, "umount: version"), -EINVAL;
	return live_change(c, "umount", strdup(target)) ? 0 : -1;
}
