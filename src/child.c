/* SPDX-License-Identifier: ISC */
/* The child's steps before and after the line, in the order of child_steps[]. */

/* --- which file descriptors stay --- */

/* The first descriptor from fd on that stays: one to keep, or an end of ct's pipes; or INT_MAX. */
static int
fd_next_kept(const struct ct *ct, int fd)
{
	const int ours[] = { ct->msg_fd[1], ct->go_fd[0], ct->ready_fd, ct->info_fd,
		ct->notify_fd, ct->in_child ? -1 : ct->images_fd };
	int next = fd < 3 + ct->listen_fds ? fd : INT_MAX;

	for (size_t i = 0; i < LEN(ours); i++)
		if (ours[i] >= fd)
			next = MIN(next, ours[i]);
	FOR_OPS(op, ct->ops, OP_KEEPFD)
		if ((int)op->keep_fd >= fd)
			next = MIN(next, (int)op->keep_fd);
	FOR_OPS(op, ct->ops, OP_NS)     /* needed until the namespace is joined */
		if (!ct->in_child && op->fd >= fd)
			next = MIN(next, op->fd);
	return next;
}

/* poll(2) shows which file descriptors are open, without procfs and above the current
 * RLIMIT_NOFILE too; by default the kernel allows none above FD_END. */
static void
fd_each_polled(const struct ct *ct, void (*fn)(const struct ct *, int fd))
{
	enum { FD_END = 1 << 20 };
	struct pollfd p[128];
	int r;

	for (int first = 0; first < FD_END; first += (int)LEN(p)) {
		for (int i = 0; i < (int)LEN(p); i++)
			p[i] = (struct pollfd){ .fd = first + i };
		r = poll(p, LEN(p), 0);
		for (size_t i = 0; r && i < LEN(p); i++)
			if (p[i].fd >= 3 && (r < 0 || p[i].revents != POLLNVAL))
				fn(ct, p[i].fd);
	}
}

/* Calls fn for each open file descriptor from 3 on. */
static void
fd_each(struct ct *ct, void (*fn)(const struct ct *, int fd))
{
	struct kfs_dir d;
	struct dirent64_ *e;
	uint64_t fd;

	if (!kfs_has_proc(ct) || kfs_dir_open(&d, ct->proc_fd, "self/fd") < 0) {
		fd_each_polled(ct, fn);
		return;
	}
	while ((e = kfs_dir_next(&d)))
		if (num_parse(e->name, 3, INT_MAX, &fd) == 0 && (int)fd != d.fd)
			fn(ct, (int)fd);
	fd_close(&d.fd);
	if (d.len < 0)
		fd_each_polled(ct, fn);
}

/* A callback of the library also keeps those that a program would: without close-on-exec. */
static void
fd_drop(const struct ct *ct, int fd)
{
	bool callback = IN_LIB(ct) && ct->fn;

	if (fd_next_kept(ct, fd) != fd && (!callback || fcntl(fd, F_GETFD) & FD_CLOEXEC))
		close(fd);
}

/* Closes every file descriptor from 3 on but those that stay; one by one for a callback,
 * or where the seccomp filter of an outer container refuses close_range(2). */
static void
fd_close_others(struct ct *ct)
{
	bool callback = IN_LIB(ct) && ct->fn;

	for (int fd = 3, next; !callback; fd = next + 1) {
		next = fd_next_kept(ct, fd);
		if (next > fd && syscall(SYS_close_range, (unsigned)fd,
		                         next == INT_MAX ? ~0u : (unsigned)next - 1, 0) < 0)
			break;
		if (next == INT_MAX)
			return;
	}
	fd_each(ct, fd_drop);
}

/* Sets all file descriptors in struct ct to "not owned". */
static void
fd_disown(struct ct *ct)
{
	memset((char *)ct + offsetof(struct ct, proc_fd), -1,
	       offsetof(struct ct, err) - offsetof(struct ct, proc_fd));
}

/* --- the child dies with ct --- */

/* Sets the signal that this process gets when its parent ends. */
static int
child_dies_by(struct ct *ct, int sig)
{
	return sys_prctl(PR_SET_PDEATHSIG, (unsigned long)sig, 0) < 0 ?
	       fail_sys(ct, "prctl PR_SET_PDEATHSIG") : 0;
}

/* Makes this process die with ct. If ct died before, PDEATHSIG is set too late, but the pipe,
 * whose only writer is the parent, is hung up. Changing credentials clears the signal, so
 * this is done again at the end. poll(2) fails with --rlimit nofile=0; then MSG_READY does. */
static int
child_pdeathsig(struct ct *ct)
{
	struct pollfd p = { .fd = ct->go_fd[0] };

	/* it is sent when the parent thread ends: in the library only on request */
	if ((!IN_LIB(ct) || ct->pdeathsig) && child_dies_by(ct, SIGKILL) < 0)
		return -1;
	if (poll(&p, 1, 0) > 0)         /* hung up */
		_exit(125);
	return 0;
}

/* Prevents other processes from tracing this one or reading its /proc files. A change of
 * credentials sets dumpable to sysctl fs.suid_dumpable, so this is repeated after it. */
static int
child_hide(struct ct *ct)
{
	return sys_prctl(PR_SET_DUMPABLE, 0, 0) < 0 ? fail_sys(ct, "prctl PR_SET_DUMPABLE") : 0;
}

static int
child_pdeathsig_again(struct ct *ct)
{
	return child_hide(ct) < 0 ? -1 : child_pdeathsig(ct);
}

/* --pdeathsig: up to here SIGKILL is sent when ct dies; the command may get another signal. */
static int
child_death_signal(struct ct *ct)
{
	return ct->death_signal == SIGKILL ? 0 : child_dies_by(ct, ct->death_signal);
}

/* Waits for the parent's next part; false: goes on without it. If the parent is gone, ends here. */
static bool
child_wait(struct ct *ct)
{
	char byte;
	ssize_t n;

	do
		n = read(ct->go_fd[0], &byte, 1);
	while (n < 0 && errno == EINTR);
	if (n != 1)
		_exit(125);
	return byte == GO_WITH;
}

/* Clones a process that goes on in place of this one, a child of ct; reports its pid and ends. */
static int
child_fork(struct ct *ct, unsigned long flags)
{
	struct msg msg = { .kind = MSG_PID };

	msg.pid = sys_clone(CLONE_PARENT | SIGCHLD | flags, NULL);
	if (msg.pid < 0)
		return fail_sys(ct, "fork");
	if (msg.pid > 0)
		_exit(io_write(ct->msg_fd[1], &msg, sizeof msg) < 0);
	return 0;
}

/* --- namespaces --- */

/* Joins a namespace, unless the child is in it: the kernel may refuse to join it again. */
static int
child_setns(struct ct *ct, const struct op *op)
{
	uint64_t own = kfs_ns_inode(ct->proc_fd, 0, op->ns.type);
	struct stat its;

	if (!own || fstat(op->fd, &its) < 0)
		return fail_sys(ct, "stat %s", op->ns.where);
	if (its.st_ino != own && setns(op->fd, (int)ns_kinds[op->ns.kind].flag) < 0)
		return fail_sys(ct, "setns %s %s", op->ns.type, op->ns.where);
	return 0;
}

/* Joins a user namespace, then makes the new namespaces, so that it owns them. */
static int
child_join_user(struct ct *ct, const struct op *op)
{
	unsigned long flags = 0;

	if (child_setns(ct, op) < 0)
		return -1;
	if (sys_root() < 0)
		return fail_sys(ct, "become root in %s", op->ns.where);
	for (int i = 0; i < NS_MAX; i++)
		if (ct->unshare & 1u << i && i != NS_CGROUP && i != NS_TIME)
			flags |= ns_kinds[i].flag;
	if (!(flags & CLONE_NEWPID))
		return unshare((int)flags) < 0 ? fail_sys(ct, "unshare") : 0;
	/* only a process born in a pid namespace can mount its procfs */
	return child_fork(ct, flags) < 0 ? -1 : child_pdeathsig(ct);
}

/* Joins the namespaces of --ns, except pid and mnt: those expose the child to the processes
 * inside, or their files to it, so they are joined in the step "let-go". */
static int
child_join(struct ct *ct)
{
	const struct op *user = ns_op(ct, NS_USER);

	if (user && child_join_user(ct, user) < 0)
		return -1;
	FOR_OPS(op, ct->ops, OP_NS)
		if (op->ns.kind != NS_USER && op->ns.kind != NS_PID && op->ns.kind != NS_MNT &&
		    child_setns(ct, op) < 0)
			return -1;
	return 0;
}

/* Made here, as clone3 would make the caller's cgroup the root of a new cgroup namespace. */
static int
child_cgroup_ns(struct ct *ct)
{
	if (ct->unshare & FEAT_CGNS && unshare(CLONE_NEWCGROUP) < 0)
		return ns_fail(ct, "unshare", NS_CGROUP, errno);
	return 0;
}

/* The id that makes the mounts: root or, if the map has no root, its first id. */
static unsigned
child_mapped(const struct ct *ct, enum op_kind map)
{
	const struct op *first = op_find(ct->ops, map);

	FOR_OPS(op, ct->ops, map)
		if (!op->idmap.inside)
			return 0;
	return first ? (unsigned)first->idmap.inside : 0;
}

static int
child_idmap(struct ct *ct)
{
	unsigned uid = child_mapped(ct, OP_UIDMAP), gid = child_mapped(ct, OP_GIDMAP);

	child_wait(ct);
	if (syscall(NR_SETRESGID, gid, gid, gid) < 0 || syscall(NR_SETRESUID, uid, uid, uid) < 0)
		return fail_sys(ct, "become id %u of the user namespace", uid);
	/* or the child's /proc files would belong to the host's root; nobody can trace it yet */
	if (sys_prctl(PR_SET_DUMPABLE, 1, 0) < 0)
		return fail_sys(ct, "prctl PR_SET_DUMPABLE");
	return child_pdeathsig(ct);
}

/* A new time namespace is for children; its offsets can be set until a process enters it. */
static int
child_time(struct ct *ct)
{
	char line[64];
	LOCAL_FD fd = -1;

	if (kfs_need_proc(ct) < 0)
		return -1;
	if (unshare(CLONE_NEWTIME) < 0)
		return ns_fail(ct, "unshare", NS_TIME, errno);
	FOR_OPS(op, ct->ops, OP_OFFSET) {
		text_printf(line, sizeof line, "%s %s 0", op->set.key, op->set.value);
		if (io_put(ct->proc_fd, "self/timens_offsets", line) < 0)
			return fail_sys(ct, "write %s to timens_offsets", line);
	}
	fd = kfs_ns(ct, 0, "time_for_children");
	return fd >= 0 && setns(fd, CLONE_NEWTIME) == 0 ? 0 :
	       fail_sys(ct, "enter the time namespace");
}

/* Drops the supplementary groups. They are kept where setgroups(2) is not allowed: for an
 * ordinary user, or in a user namespace, ct's or the caller's, with "deny" in setgroups. */
static int
child_groups(struct ct *ct)
{
	bool kept = ct->keeps_groups;   /* ct exec: the first try, outside, failed too */
	char deny[8] = "";

	if (ct->no_groups || (IN_LIB(ct) && ct->as_caller))
		return 0;
	if (syscall(NR_SETGROUPS, 0L, NULL) == 0) {
		ct->no_groups = true;
		return 0;
	}
	if (errno != EPERM)
		return fail_sys(ct, "setgroups");
	ct->keeps_groups = true;
	if (ct->euid || kept)
		return 0;
	if (kfs_need_proc(ct) >= 0 &&
	    io_get(ct->proc_fd, "self/setgroups", deny, sizeof deny) > 0 &&
	    !strncmp(deny, "deny", 4))
		return 0;
	errno = EPERM;
	return fail_sys(ct, "setgroups");
}

static int
child_uts(struct ct *ct)
{
	const char *host = host_name(ct);

	if (sethostname(host, strlen(host)) < 0)
		return fail_sys(ct, "sethostname %s", host);
	if (ct->domainname && setdomainname(ct->domainname, strlen(ct->domainname)) < 0)
		return fail_sys(ct, "setdomainname %s", ct->domainname);
	return 0;
}

/* --- network, working directory, user --- */

/* The parent made it meanwhile, a tenth of the time is saved; or the child was cloned into it. */
static int
child_net(struct ct *ct)
{
	if (ct->self_fd < 0)            /* with FEAT_NIC, child_nic() sets lo up as well */
		return ct->features & FEAT_NIC ? 0 : net_lo(ct);
	if (!child_wait(ct)) {          /* --try netns */
		ct->unshare &= ~(unsigned)FEAT_NET;
		ct->features &= ~(unsigned)FEAT_NET;
		return 0;
	}
	return setns(ct->self_fd, CLONE_NEWNET) < 0 ? fail_sys(ct, "setns network namespace") : 0;
}

/* Lets all groups of the container ping without CAP_NET_RAW; both ends have to be in the map. */
static int
child_ping(struct ct *ct)
{
	const struct op *map = op_find(ct->ops, OP_GIDMAP);
	uint64_t first = map ? map->idmap.inside : 0;
	uint64_t last = map ? first + map->idmap.count - 1 : ct->features & FEAT_USER ? 0 : INT_MAX;

	return nic_ping(ct, first, MIN(last, INT_MAX));
}

/* Configures the interfaces made by the parent; with --try some may be missing. */
static int
child_nic(struct ct *ct)
{
	LOCAL_NL nl = { .fd = -1 };
	int r = 0;

	if (child_ping(ct) < 0 || nic_no_forward(ct) < 0) {
		if (!(ct->optional & FEAT_NIC))
			return -1;
		step_forgive(ct);
	}
	child_wait(ct);
	if (nl_open(ct, &nl, NETLINK_ROUTE, NL_SIZE) < 0)
		return -1;
	nic_message(&nl, 0, 1, true, "set lo up");
	for (struct op *op = ct->ops; op && r == 0; op = op->next) {
		/* each of its own: a MAC address may be in use yet, and is waited for */
		if (op->nic && (r = nic_inside(ct, &nl, op->nic)) == 0)
			r = nl_send_retry(ct, &nl, EADDRINUSE);
		if (r == 0 || !(ct->optional & FEAT_NIC))
			continue;
		if (ct->err.no == ENODEV)       /* the parent has said why */
			err_forget(ct);
		else
			step_forgive(ct);
		r = 0;
	}
	return r < 0 ? -1 : nl_send(ct, &nl, NULL);
}

static bool
parent_has_hooks(const struct ct *ct)
{
	return op_find(ct->ops, OP_ON_START) || op_find(ct->ops, OP_ON_READY) ||
	       op_find(ct->ops, OP_ON_EXIT);
}

/* Reports the child's namespaces for --info-fd and hooks: the parent might look too late, or
 * not be allowed to. --ns pid and mnt are joined later, so their inodes come from op->fd. */
static int
child_info(struct ct *ct)
{
	struct stat st;

	if (!(HAVE_TELL || HAVE_HOOKS) || (ct->info_fd < 0 && !parent_has_hooks(ct)))
		return 0;
	ctr_namespaces(ct, 0, ct->ns);
	FOR_OPS(op, ct->ops, OP_NS) {
		if (fstat(op->fd, &st) < 0)
			return fail_sys(ct, "stat %s", op->ns.where);
		ct->ns[op->ns.kind] = (uint32_t)st.st_ino;
	}
	return msg_send(ct, MSG_NAMESPACES, 0) < 0 ? fail_sys(ct, "tell the parent") : 0;
}

/* Waits while the parent records the container and takes the S_INSIDE steps. */
static int
child_go(struct ct *ct)
{
	if (!ct->exec && msg_send(ct, MSG_INSIDE, 0) < 0)
		return fail_sys(ct, "tell the parent");
	child_wait(ct);
	fd_close(&ct->tty_fd);
	return 0;
}

/* --hold: waits for `ct start`. */
static int
child_hold(struct ct *ct)
{
	if (msg_send(ct, MSG_HELD, 0) < 0)
		return fail_sys(ct, "tell the parent");
	child_wait(ct);
	return 0;
}

static int
child_workdir(struct ct *ct)
{
	char cwd[PATH_MAX];
	bool there = true, denied = false;

	if (!ct->workdir && !ct->root && !ct->exec && ct->features & FEAT_MNT)
		STEP_WARN(ct, ct->step, "starts in /: the caller's directory is deleted, or "
		          "outside its root");
	if (!ct->workdir)
		return 0;               /* it stays in the root */
	if (chdir(ct->workdir) < 0) {
		denied = errno == EACCES;       /* then -v, which may have been given, is no help */
		fail_sys(ct, ct->workdir_given ? "chdir %s" :
		         "starts in /, not in the caller's %s", ct->workdir);
		if (denied && ct->euid && ct->no_groups && !ct->user)
			fail_hint(ct, "the caller's groups are dropped; --uidmap 0:UID:1 "
			          "--gidmap 0:GID:1 keeps them");
		/* the caller's directory need not exist in the container */
		if (ct->workdir_given || chdir("/") < 0)
			return -1;
		there = false;
	} else if (ct->workdir_hidden && !ct->workdir_given) {
		fail_msg(ct, "%s is another directory here", ct->workdir);
		there = false;
	}
	if (!there && (ct->exec || !(ct->features & FEAT_MNT))) {
		err_forget(ct);         /* exec: ct run has warned; or ct makes no mounts */
	} else if (!there) {
		if (!denied)
			fail_hint(ct, "-v %s adds it; -w DIR sets another", ct->workdir);
		step_forgive(ct);
	}
	return io_cwd(cwd, sizeof cwd) ? 0 :
	       fail_msg(ct, "the working directory is outside the root");
}

static int
child_umask(struct ct *ct)
{
	umask((mode_t)ct->umask);
	return 0;
}

static int
child_user(struct ct *ct)
{
	if (ct->tree_fd < 0)
		ct->tree_fd = io_open("/", O_PATH | O_DIRECTORY);
	if (ct->tree_fd < 0)
		return fail_sys(ct, "open /");
	if (ct->user && id_find(ct, &ct->creds) < 0)
		return -1;
	if (ct->delegate && ct->inner_fd >= 0 && ct->creds.uid && !(ct->features & FEAT_USER))
		return cg_chown(ct, ct->creds.uid, ct->creds.gid);
	if (!ct->user)
		ct->creds.home = "/root";
	return 0;
}

/* Puts K=V into ct->env; for K alone, the caller's K=V if it is set. The last one counts. */
static void
env_put(struct ct *ct, const char *entry, int *n)
{
	char **e;

	if (!strchr(entry, '=')) {
		e = ct->caller_env ? env_find(ct->caller_env, entry) : NULL;
		if (!e || !*e)
			return;
		entry = *e;
	}
	e = env_find(ct->env, entry);
	if (!*e) {
		ct->env[++*n] = NULL;
		e = &ct->env[*n - 1];
	}
	*e = (char *)(uintptr_t)entry;
}

/* HOME=: the user's home, if it exists and is not the root. */
static const char *
env_home(struct ct *ct)
{
	const char *home = ct->creds.home;
	bool given = strcmp(home, "/") && *home == '/';
	const char *dir = given ? mem_printf(ct, "%s/.", home) : NULL;
	LOCAL_FD fd = dir ? fs_in_root(ct, dir, O_PATH | O_DIRECTORY) : -1;

	/* ENOSYS: the library under valgrind, which does not know openat2(2) */
	if (given && fd < 0 && !io_lacks(errno) && !(IN_LIB(ct) && errno == ENOSYS))
		return none(fail_sys(ct, "open the home %s", home));
	return mem_printf(ct, "HOME=%s", fd < 0 ? no_home : home);
}

/* Makes the environment, once the container's passwd has been read for HOME. */
static int
child_env(struct ct *ct)
{
	char **given = IN_LIB(ct) ? ct->env : NULL, **c;        /* all of it */
	size_t max = LEN(default_env) + 4;
	const char *home;
	int n = 0;

	if (given && !ct->fn)
		return 0;
	for (c = given ? given : ct->caller_env; c && *c; c++)
		max++;
	for (struct op *op = ct->ops; op; op = op->next)
		max++;
	if (!(ct->env = mem_get(ct, max * sizeof *ct->env)))
		return -1;
	ct->env[0] = NULL;
	for (c = given; c && *c; c++)
		env_put(ct, *c, &n);
	if (given)
		return 0;
	for (c = ct->caller_env; ct->keep_env && c && *c; c++)
		if (strchr(*c, '='))
			env_put(ct, *c, &n);
	for (size_t i = 0; default_env[i]; i++)
		if (!ct->keep_env || strchr(default_env[i], '='))
			env_put(ct, default_env[i], &n);
	if (!(home = env_home(ct)))
		return -1;
	if (!ct->keep_env || ct->user)
		env_put(ct, home, &n);
	FOR_OPS(op, ct->ops, OP_ENV)
		env_put(ct, op->env, &n);
	if (ct->listen_fds) {
		env_put(ct, mem_printf(ct, "LISTEN_FDS=%d", ct->listen_fds), &n);
		env_put(ct, "LISTEN_PID=", &n); /* child_exec() fills it in */
		env_put(ct, "LISTEN_FDNAMES", &n);
		c = env_find(ct->env, "LISTEN_PIDFDID=");       /* identifies ct's process */
		if (*c) {
			*c = ct->env[--n];
			ct->env[n] = NULL;
		}
	}
	return 0;
}

/* --- --init --- */

/* The loop of pid 1: reaps orphans, passes on the signals that it gets, ends with the command. */
static int
child_init_loop(pid_t main, sigset_t *all)
{
	int sig, status, retries = 3;
	siginfo_t si;
	pid_t pid;

	for (;;) {
		sig = sigwaitinfo(all, &si);
		if (sig != SIGCHLD) {
			if (sig > 0)
				kill(main, sig);
			continue;
		}
		do {
			pid = waitpid(-1, &status, WNOHANG);
			if (pid == main && !WIFSTOPPED(status)) /* PTRACE_TRACEME */
				_exit(sys_status(status));
		} while (pid > 0 || (pid < 0 && (errno == EINTR || retries-- > 0)));
		if (pid < 0)            /* should not happen while the command exists */
			_exit(125);
	}
}

/* The reaper has only the command's privileges, no other descriptors, and takes it along. */
static int
child_init_reaper(struct ct *ct, pid_t main, sigset_t *all)
{
	if (sys_prctl(PR_SET_CHILD_SUBREAPER, 1, 0) < 0)
		return fail_sys(ct, "prctl PR_SET_CHILD_SUBREAPER");
	/* so that tracing the reaper gains no system call that the command lacks */
	if (ct->features & FEAT_SECCOMP && pr_seccomp_reaper(ct) < 0)
		return -1;
	fd_close(&ct->msg_fd[1]);
	fd_close(&ct->go_fd[0]);
	mem_free(&ct->mem, NULL);
	if (!ct->filtered)
		kill(main, SIGUSR1);
	return child_init_loop(main, all);
}

/* It alone loads the caller's filter, so it waits for the reaper's. All signals are blocked. */
static int
child_init_command(struct ct *ct, pid_t reaper)
{
	siginfo_t si = { 0 };
	sigset_t usr1;

	if (child_dies_by(ct, SIGKILL) < 0)
		return -1;
	if (getppid() != reaper)        /* it died before the prctl */
		_exit(125);
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	while (!ct->filtered && si.si_pid != reaper)
		if (sigwaitinfo(&usr1, &si) < 0 && errno != EINTR)
			return fail_sys(ct, "wait for the reaper");
	return 0;
}

static int
child_init(struct ct *ct)
{
	sigset_t all;
	pid_t pid, reaper = getpid();

	sigfillset(&all);
	if (sigprocmask(SIG_BLOCK, &all, NULL) < 0)
		return fail_sys(ct, "sigprocmask");
	/* a caller of the library may ignore it; later, one that is pending would be lost */
	if (sig_default(SIGCHLD) < 0)
		return fail_sys(ct, "sigaction %d", SIGCHLD);
	pid = sys_fork();
	if (pid < 0)
		return fail_sys(ct, "fork");
	if (pid > 0)
		return child_init_reaper(ct, pid, &all);
	return child_init_command(ct, reaper);
}

/* --- the command --- */

/* Offset of the loader's path within the first n bytes of an ELF file; 0: not there. */
static uint64_t
elf_loader(const char *file, size_t n)
{
	const Elf64_Ehdr *h64 = (const void *)file;
	const Elf32_Ehdr *h32 = (const void *)file;
	const bool wide = file[EI_CLASS] == ELFCLASS64;
	const size_t size = wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
	uint64_t at = wide ? h64->e_phoff : h32->e_phoff, loader = 0;
	int left = wide ? h64->e_phnum : h32->e_phnum;

	if (n <= sizeof *h64 || memcmp(file, ELFMAG, SELFMAG) != 0)
		return 0;
	for (; left-- && at < n && at + size < n; at += size) {
		const Elf64_Phdr *p64 = (const void *)(file + at);
		const Elf32_Phdr *p32 = (const void *)p64;      /* begins in the same way */

		if (p64->p_type == PT_INTERP)
			loader = wide ? p64->p_offset : p32->p_offset;
	}
	return loader < n ? loader : 0;
}

/* Finds out why execve says EACCES: a directory on the way, noexec, or the file itself. */
static void
child_exec_denied(struct ct *ct, const char *path)
{
	struct statfs fs;
	struct stat st;
	char dir[PATH_MAX];

	for (const char *s = strchr(path, '/'); s && !*ct->err.hint; s = strchr(s + 1, '/')) {
		text_printf(dir, sizeof dir, "%.*s", (int)(s - path) + (s == path), path);
		if (!io_may(AT_FDCWD, dir, X_OK) && errno == EACCES)
			fail_hint(ct, "user %u may not search %s", getuid(), dir);
	}
	if (*ct->err.hint || stat(path, &st) < 0)
		return;
	if (statfs(path, &fs) == 0 && fs.f_flags & ST_NOEXEC)
		fail_hint(ct, "it is mounted with noexec");
	else if (!S_ISREG(st.st_mode))
		fail_hint(ct, "%s is not a file", path);
	else if (!io_may(AT_FDCWD, path, X_OK))
		fail_hint(ct, "user %u may not execute %s", getuid(), path);
}

/* Reads the beginning of a file, n bytes at most, and puts a NUL behind it; -1: it cannot. */
static ssize_t
child_exec_head(const char *path, char *buf, size_t n)
{
	LOCAL_FD fd = io_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	ssize_t got = fd < 0 ? -1 : read(fd, buf, n - 1);

	buf[got < 0 ? 0 : got] = '\0';
	return got;
}

/* Finds out why a program that exists is not executed, from its first bytes or, if it is a script,
 * from those of its interpreter, which may be a script as well. The status is 127 for a command
 * that does not exist, 126 for one that does. */
static int
child_exec_why(struct ct *ct, const char *path, int no)
{
	union { char c[4096]; Elf64_Ehdr align; } h;
	const char *file = path, *of = "";
	ssize_t n;
	uint64_t at;

	for (int depth = 0; (n = child_exec_head(file, h.c, sizeof h)) > 2 && depth < 5 &&
	                    !memcmp(h.c, "#!", 2); depth++) {
		h.c[strcspn(h.c, "\n")] = '\0';
		at = 2 + strspn(h.c + 2, " \t");
		h.c[at + strcspn(h.c + at, " \t")] = '\0';
		if (!(file = mem_dup(ct, h.c + at)) || !(of = mem_printf(ct, "%s: ", file)))
			return -1;
	}
	ct->err.status = (no == ENOENT || no == ENOTDIR) && n < 0 && file == path ? 127 : 126;
	if (no == ENOENT && n < 0 && file != path) {
		fail_hint(ct, "its interpreter %s is missing", file);
	} else if (no == ENOENT && n > 0) {
		at = elf_loader(h.c, (size_t)n);
		if (at && !io_may(AT_FDCWD, h.c + at, F_OK))
			fail_hint(ct, "%sits ELF loader %s is missing", of, h.c + at);
		else
			fail_hint(ct, "%sits interpreter is missing: binfmt_misc, flag F", of);
	} else if (no == EACCES) {
		child_exec_denied(ct, path);
		if (file != path)
			child_exec_denied(ct, file);
	} else if (no == ENOEXEC && n >= 20 && !memcmp(h.c, ELFMAG, SELFMAG)) {
		if (h.align.e_machine != (SC_ARCH & 0xffff))
			fail_hint(ct, "%sit is for another machine", of);
	} else if (no == ENOEXEC && n >= 0) {
		fail_hint(ct, "%sit has no #! line", of);
	}
	errno = no;
	return fail_sys(ct, "execve %s", path);
}

/* Signals that the caller ignores stay ignored (nohup, a shell's background job), but not the one
 * that ends the command, the one that wait(2) depends on, and those that C libraries reserve. What
 * a program that uses the library ignores is its own affair. */
static const int dispositions[] = { SIGTERM, SIGCHLD, 32, 33, 34 };

static int
child_signals(struct ct *ct)
{
	for (int sig = 1; IN_LIB(ct) && sig < _NSIG; sig++)
		sig_default(sig);       /* but for two, which are never else */
	for (size_t i = 0; i < LEN(dispositions); i++)
		if (sig_default(dispositions[i]) < 0)
			return fail_sys(ct, "sigaction %d", dispositions[i]);
	return sig_mask(SIG_SETMASK, 0) < 0 ? fail_sys(ct, "sigprocmask") : 0;
}

static int
child_exec(struct ct *ct)
{
	const char *name = IN_LIB(ct) && ct->path ? ct->path : ct->argv[0];
	const char *dirs, *path_env = "/usr/bin:/bin", *end;
	char *path, **entry;
	int no = ENOENT;

	if (ct->listen_fds) {
		text_printf(ct->listen_pid, sizeof ct->listen_pid, "LISTEN_PID=%d", getpid());
		*env_find(ct->env, "LISTEN_PID=") = ct->listen_pid;
	}
	if (child_signals(ct) < 0)
		return -1;
	if (msg_send(ct, MSG_READY, 0) < 0)
		return fail_sys(ct, "tell the parent");
	if (strchr(name, '/')) {
		execve(name, ct->argv, ct->env);
		return child_exec_why(ct, name, errno);
	}
	entry = env_find(ct->env, "PATH=");
	if (*entry)
		path_env = *entry + strlen("PATH=");
	for (dirs = path_env; *name && dirs; dirs = *end ? end + 1 : NULL) {
		end = dirs + strcspn(dirs, ":");
		if ((size_t)(end - dirs) + strlen(name) + 2 > PATH_MAX)
			continue;
		if (!(path = mem_printf(ct, "%.*s%s%s", (int)(end - dirs), dirs,
		                        end == dirs ? "" : "/", name)))
			return -1;
		execve(path, ct->argv, ct->env);
		if (errno == ENOENT && io_may(AT_FDCWD, path, F_OK))
			return child_exec_why(ct, path, ENOENT);
		if (errno != ENOENT && errno != ENOTDIR && errno != EACCES)
			return child_exec_why(ct, path, errno);
		if (errno == EACCES) {
			no = EACCES;
			child_exec_denied(ct, path);
		}
	}
	ct->err.status = no == ENOENT ? 127 : 126;
	if (!*ct->err.hint)
		fail_hint(ct, "%sPATH is %s", ct->root || ct->exec || IN_LIB(ct) ? "" :
		          "no -r DIR: the host's root; ", path_env);
	errno = no;
	return fail_sys(ct, "execve %s", name);
}
