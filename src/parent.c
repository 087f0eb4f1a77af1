/* SPDX-License-Identifier: ISC */
/* The steps of the parent, in the order of their table. */

/* --- outside --- */

/* A process in the namespace of fd, by looking at all; 0: none. */
static pid_t
parent_ns_member(struct ct *ct, int fd, const char *kind)
{
	char buf[4096], path[48];
	int dir = openat(ct->proc_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat want, st;
	pid_t found = 0;
	uint64_t pid;
	long n;

	if (dir < 0 || fstat(fd, &want) < 0) {
		fail_sys(ct, "read /proc");
		fd_close(&dir);
		return 0;
	}
	while (!found && (n = syscall(SYS_getdents64, dir, buf, sizeof buf)) > 0)
		for (long o = 0; o < n && !found; ) {
			struct dirent64_ *e = (void *)(buf + o);

			o += e->len;
			if (num_parse(e->name, 1, INT_MAX, &pid) < 0)
				continue;
			kfs_ns_path((pid_t)pid, kind, path, sizeof path);
			if (fstatat(ct->proc_fd, path, &st, 0) == 0 &&
			    st.st_ino == want.st_ino && st.st_dev == want.st_dev)
				found = (pid_t)pid;
		}
	fd_close(&dir);
	return found;
}

/* Its root, or for a pid namespace that of one who has a procfs of it. */
static int
parent_ns_peer(struct ct *ct, const struct op *op, pid_t pid)
{
	int *root = op->ns.kind == NS_MNT ? &ct->tree_fd : &ct->peer_root_fd;
	char path[32];

	if (!pid && !(pid = parent_ns_member(ct, op->fd, op->ns.type)))
		return ct->failed ? -1 :
		       fail_msg(ct, "no process is in %s namespace %s", op->ns.type, op->ns.where);
	text_printf(path, sizeof path, "%d/root", pid);
	*root = openat(ct->proc_fd, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*root < 0)
		return fail_sys(ct, "open /proc/%s", path);
	return op->ns.kind == NS_PID && (ct->peer_mnt_fd = kfs_ns(ct, pid, "mnt")) < 0 ?
	       -1 : 0;
}

/* By a path, or by the name of a container whose namespace is meant. */
static int
parent_ns_open(struct ct *ct, struct op *op)
{
	bool named = op->ns.form != NS_PATH && (op->ns.form || !strchr(op->ns.where, '/'));
	const char *step = ct->step;
	struct ctr c = { .fd = -1 };
	int pidfd = -1;

	if (kfs_need_proc(ct) < 0)
		return -1;
	if (!named) {
		op->fd = io_open(op->ns.where, O_RDONLY);
		if (op->fd < 0)
			return fail_sys(ct, "open %s", op->ns.where);
	} else {
		if (ctr_open(ct, op->ns.where, &c) < 0) {
			ct->err.status = 125;
			return -1;
		}
		ct->step = step;
		pidfd = ctr_pidfd(ct, &c, c.pid);
		fd_close(&c.fd);
		if (pidfd < 0 || (op->fd = kfs_ns(ct, c.pid, op->ns.type)) < 0)
			goto out;
	}
	if ((op->ns.kind == NS_PID || op->ns.kind == NS_MNT) &&
	    parent_ns_peer(ct, op, c.pid) < 0)
		goto out;
	/* what was looked up by number above was its, if it lives now */
	if (named && syscall(SYS_pidfd_send_signal, pidfd, 0, NULL, 0) < 0)
		fail_sys(ct, "open the %s namespace of %s", op->ns.type, op->ns.where);
out:
	fd_close(&pidfd);
	return ct->failed ? -1 : 0;
}

static int
parent_ns(struct ct *ct)
{
	struct stat st;
	struct op *op;

	for (op = op_find(ct->ops, OP_NS); op; op = op_find(op->next, OP_NS)) {
		if (parent_ns_open(ct, op) < 0)
			return -1;
		if (op->ns.kind == NS_PID && fstat(op->fd, &st) < 0)
			return fail_sys(ct, "stat %s", op->ns.where);
		if (op->ns.kind == NS_PID) {
			ct->pid_ns = st.st_ino;
			ct->nsfs = st.st_dev;
		}
	}
	return 0;
}

/* Volumes with idmap: cloned here, where root has the right to map them, with
 * the map of a user namespace that a helper holds for as long as that takes. */
static int
parent_volumes(struct ct *ct)
{
	struct mount_attr a = { .attr_set = MOUNT_ATTR_IDMAP };
	struct op *op;
	int ns = -1, hold[2] = { -1, -1 };
	pid_t pid = -1;
	char byte;

	if (kfs_need_proc(ct) < 0)
		return -1;
	if (pipe2(hold, O_CLOEXEC) < 0 || (pid = sys_fork()) < 0) {
		fail_sys(ct, "fork");
		goto out;
	}
	if (pid == 0) {
		if (sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0) == 0 &&
		    unshare(CLONE_NEWUSER) == 0 && write(hold[1], "", 1) == 1)
			for (;;)
				pause();
		_exit(1);
	}
	fd_close(&hold[1]);
	ct->pid = pid;
	if (read(hold[0], &byte, 1) != 1)
		fail_msg(ct, "no user namespace for the map (CONFIG_USER_NS)");
	else if (id_maps(ct) == 0)
		ns = kfs_ns(ct, pid, "user");
	a.userns_fd = (unsigned)ns;
	for (op = ct->ops; op && !ct->failed; op = op->next) {
		if (op->kind != OP_BIND || !(op->mnt.flags & M_IDMAP))
			continue;
		op->fd = sys_tree(AT_FDCWD, op->mnt.src, op->mnt.flags & M_RECURSIVE ?
		                  AT_RECURSIVE : 0);
		if (op->fd < 0 || syscall(SYS_mount_setattr, op->fd, "",
		    AT_EMPTY_PATH | (op->mnt.flags & M_RECURSIVE ? AT_RECURSIVE : 0), &a,
		    sizeof a) < 0)
			fail_sys(ct, "map the ids of %s", op->mnt.src);
	}
out:
	if (pid > 0) {
		kill(pid, SIGKILL);
		sys_wait(pid);
	}
	ct->pid = 0;
	fd_close(&ns);
	fd_close(&hold[0]);
	fd_close(&hold[1]);
	return ct->failed ? -1 : 0;
}

/* Opened before anything runs, so that a bad one is an error in time. */
static int
parent_pidfile(struct ct *ct)
{
	if (!ct->pidfile)
		return 0;
	ct->pid_fd = openat(AT_FDCWD, ct->pidfile, O_WRONLY | O_CREAT | O_TRUNC |
	                    O_NOFOLLOW | O_CLOEXEC, 0644);
	return ct->pid_fd < 0 ? fail_sys(ct, "open %s", ct->pidfile) : 0;
}

static void
parent_pidfile_undo(struct ct *ct)
{
	if (ct->pid_fd >= 0)
		unlink(ct->pidfile);
	fd_close(&ct->pid_fd);
}

static int
parent_pipes(struct ct *ct)
{
	/* a library cannot have SIGPIPE blocked, and send(2) can do without it */
	if (pipe2(ct->msg_fd, O_CLOEXEC) < 0 || (IN_LIB(ct) ?
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ct->go_fd) :
	    pipe2(ct->go_fd, O_CLOEXEC)) < 0)
		return fail_sys(ct, "pipe");
	return 0;
}

static void
parent_pipes_undo(struct ct *ct)
{
	for (int i = 0; i < 2; i++) {
		fd_close(&ct->msg_fd[i]);
		fd_close(&ct->go_fd[i]);
	}
}

/* The first of these namespaces that the kernel does not have, or -1. */
static int
parent_ns_missing(struct ct *ct, unsigned ns)
{
	char path[32];

	for (int i = 0; i < NS_MAX && kfs_has_proc(ct); i++) {
		if (ns & 1u << i && faccessat(ct->proc_fd, kfs_ns_path(0,
		    ns_kinds[i].name, path, sizeof path), F_OK, 0) < 0)
			return i;
	}
	return -1;
}

static int
parent_clone_fail(struct ct *ct, int no, unsigned ns)
{
	int i = no == EINVAL ? parent_ns_missing(ct, ns) : -1;

	errno = no;
	return i < 0 ? fail_sys(ct, "clone3") :
	       fail_sys(ct, "clone3 with a %s namespace (%s)",
	                ns_kinds[i].name, ns_kinds[i].config);
}

/* Leaves out what --try allows to be left out: a namespace that is missing,
 * or for root the user namespace if it is refused. True to try again. */
static bool
parent_clone_without(struct ct *ct, int no, unsigned ns)
{
	int i = parent_ns_missing(ct, ns & ct->optional);

	if (i < 0 && ns & ct->optional & FEAT_USER && !ct->euid)
		i = NS_USER;
	if (i < 0)
		return false;
	errno = no;
	fail_sys(ct, "goes on without a %s namespace", ns_kinds[i].name);
	step_forgive(ct);
	ct->unshare &= ~(1u << i);
	ct->features &= ~(1u << i);
	return true;
}

static int
parent_clone(struct ct *ct)
{
	/* the library's are none that the caller's wait(2) or SIGCHLD sees, but
	 * for those that it gets the pid of */
	struct clone_args a = { .exit_signal = IN_LIB(ct) && !ct->exec ? 0 :
	                          SIGCHLD };
	const uint64_t all[] = { ~0ULL, ~0ULL };
	uint64_t mask[2];
	unsigned ns = ct->unshare & ~(unsigned)(FEAT_CGNS | FEAT_TIME);
	struct op *op;
	long pid;

	for (op = op_find(ct->ops, OP_NS); op; op = op_find(op->next, OP_NS))
		if (op->ns.kind == NS_USER)
			ns = 0;         /* the rest has to belong to that one */
	if (ct->self_fd >= 0)
		ns &= ~(unsigned)FEAT_NET;
	a.flags = CLONE_PIDFD;
	a.pidfd = (uintptr_t)&ct->pidfd;
	for (int i = 0; i < NS_MAX; i++)
		if (ns & 1u << i)
			a.flags |= ns_kinds[i].flag;
	if (ct->exec)
		a.flags = CLONE_PIDFD;
	if (ct->cg_fd >= 0) {
		a.flags |= CLONE_INTO_CGROUP;
		a.cgroup = (unsigned)(ct->inner_fd >= 0 ? ct->inner_fd : ct->cg_fd);
	}
	if (IN_LIB(ct)) {       /* no handler of the caller's runs in the child */
		a.flags |= CLONE_CLEAR_SIGHAND;
		syscall(SYS_rt_sigprocmask, SIG_SETMASK, all, mask, _NSIG / 8);
	}
	pid = syscall(SYS_clone3, &a, sizeof a);
	if (pid < 0 && errno == ENOSYS) {
		/* inside a container whose seccomp filter has to say no: the
		 * child joins its cgroup itself, which costs 11 ms */
		pid = syscall(SYS_clone, (a.flags & 0xffffff00) | a.exit_signal,
		              0, &ct->pidfd, 0, 0);
		if (pid == 0 && ct->cg_fd >= 0 &&
		    io_put((int)a.cgroup, "cgroup.procs", "0") < 0)
			_exit(125);
	}
	if (IN_LIB(ct) && pid)
		syscall(SYS_rt_sigprocmask, SIG_SETMASK, mask, NULL, _NSIG / 8);
	if (pid < 0 && errno != ENOSYS && parent_clone_without(ct, errno, ns))
		return parent_clone(ct);
	if (pid < 0)
		return parent_clone_fail(ct, errno, ns);
	if (pid == 0)
		child_main(ct);
	ct->pid = ct->first_pid = (pid_t)pid;
	fd_close(&ct->go_fd[0]);
	fd_close(&ct->msg_fd[1]);
	return 0;
}

static void
parent_kill(struct ct *ct, int sig)
{
	if (ct->pidfd >= 0)
		syscall(SYS_pidfd_send_signal, ct->pidfd, sig, NULL, 0);
}

static void
parent_clone_undo(struct ct *ct)
{
	if (ct->pid > 0) {
		parent_kill(ct, SIGKILL);
		sys_wait(ct->pid);
		ct->pid = 0;
	}
	fd_close(&ct->pidfd);
}

/* One that was made and cannot be taken on is ended, if it is a child of ours: a
 * zombie would keep the container's pid namespace from ending. */
static void
parent_second_end(pid_t pid)
{
	siginfo_t si;

	if (waitid(P_PID, (id_t)pid, &si, WEXITED | WNOHANG | WNOWAIT | __WALL) < 0)
		return;
	kill(pid, SIGKILL);
	sys_wait(pid);
}

/* What was cloned first ends when it has made the one that counts. Its number
 * comes through a pipe that others inside may write to: it has to be a child of
 * ours, in the namespace that it was to be born in. */
static int
parent_second(struct ct *ct, pid_t pid)
{
	siginfo_t si;
	char path[48];
	struct stat st;
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	if (fd < 0) {
		fail_sys(ct, "pidfd_open %d", pid);
		parent_second_end(pid);
		return -1;
	}
	if (pid == ct->pid)
		fail_msg(ct, "the child has told its own pid");
	if (ct->failed || kfs_need_proc(ct) < 0)
		goto fail;
	kfs_ns_path(pid, "pid", path, sizeof path);
	/* its zombie has no namespaces; and who is not root may not look at those of
	 * one that hides (EACCES, on old kernels the link itself), in which
	 * there is only what is that user's anyway */
	if (waitid(P_PIDFD, (id_t)fd, &si, WEXITED | WNOHANG | WNOWAIT |
	           __WALL) < 0) {
		fail_sys(ct, "waitid process %d", pid);
	} else if (fstatat(ct->proc_fd, path, &st, 0) < 0) {
		if (errno != ENOENT && (errno != EACCES || !ct->euid)) {
			fail_sys(ct, "stat /proc/%s", path);
			parent_second_end(pid);
		}
	} else if (ct->pid_ns && (st.st_dev == ct->nsfs || !ct->euid) &&
	           st.st_ino != ct->pid_ns) {
		fail_msg(ct, "process %d is not the container's", pid);
	}
fail:
	if (ct->failed) {
		fd_close(&fd);
		return -1;
	}
	sys_wait(ct->pid);
	fd_close(&ct->pidfd);
	ct->pid = pid;
	ct->pidfd = fd;
	return 0;
}

static int
parent_go(struct ct *ct)
{
	if ((IN_LIB(ct) ? send(ct->go_fd[1], "", 1, MSG_NOSIGNAL) :
	     write(ct->go_fd[1], "", 1)) != 1)
		return fail_sys(ct, "release the child");
	return 0;
}

static int
parent_idmap(struct ct *ct)
{
	if (kfs_need_proc(ct) < 0)
		return -1;
	return id_maps(ct) < 0 ? -1 : parent_go(ct);
}

static int
parent_net(struct ct *ct)
{
	if (ct->self_fd < 0)
		return 0;
	if (unshare(CLONE_NEWNET) < 0)
		return fail_sys(ct, "unshare network namespace");
	/* the child may join it meanwhile; at the end it waits for all */
	return parent_go(ct) < 0 || (!(ct->features & FEAT_NIC) && net_lo(ct) < 0) ? -1 : 0;
}

/* Opens what brings an interface back. */
static int
parent_nic_ways(struct ct *ct)
{
	if (ct->net_fd < 0 && (ct->net_fd = kfs_ns(ct, ct->pid, "net")) < 0)
		return -1;
	if (ct->host_net_fd < 0)
		ct->host_net_fd = kfs_ns(ct, 0, "net");
	return ct->host_net_fd < 0 ? -1 : 0;
}

/* The index of what was moved in, by which it is known when it is to come back,
 * whatever the container calls it then. */
static int
parent_nic_moved(struct ct *ct, struct nic *c)
{
	struct nl nl;

	if (setns(ct->net_fd, CLONE_NEWNET) < 0)
		return fail_sys(ct, "enter the container's network");
	if (nl_open(ct, &nl, NETLINK_ROUTE, NL_SIZE) == 0)
		c->inside = nic_index(ct, &nl, c->name);
	fd_close(&nl.fd);
	if (setns(ct->host_net_fd, CLONE_NEWNET) < 0)
		return fail_sys(ct, "setns back");
	return c->inside ? 0 : -1;
}

static int
parent_nics(struct ct *ct)
{
	/* this process may be in the container's network by now */
	struct net_ref to = { IFLA_NET_NS_PID, (uint32_t)(ct->self_fd >= 0 ?
	                      getpid() : ct->pid) };
	struct nl nl;

	if (nl_open(ct, &nl, NETLINK_ROUTE, NL_SIZE) < 0)
		return -1;
	nl_want_extack(&nl);
	for (struct op *op = ct->ops; op && !ct->failed; op = op->next) {
		bool phys = op->nic && op->nic->kind == NIC_PHYS;

		if (op->nic && (!phys || parent_nic_ways(ct) == 0) &&
		    nic_outside(ct, &nl, op->nic, to) == 0 && phys)
			parent_nic_moved(ct, op->nic);
		if (ct->failed && ct->optional & FEAT_NIC) {
			step_forgive(ct);
			ct->features &= ~(unsigned)FEAT_NAT;
		}
	}
	fd_close(&nl.fd);
	return ct->failed ? -1 : 0;
}

static int
parent_nic(struct ct *ct)
{
	return parent_nics(ct) < 0 ? -1 : parent_go(ct);
}

static void
parent_nic_undo(struct ct *ct)
{
	struct err err = ct->err;
	bool failed = ct->failed;

	ct->step = "nic";
	for (struct op *op = ct->ops; op; op = op->next) {
		if (!op->nic || !op->nic->was)
			continue;
		err_forget(ct);
		if (nic_restore(ct, op->nic) < 0)
			step_forgive(ct);
		op->nic->was = 0;
	}
	ct->err = err;
	ct->failed = failed;
	fd_close(&ct->net_fd);
	fd_close(&ct->host_net_fd);
}

static int
parent_netfd(struct ct *ct)
{
	bool apart = IN_LIB(ct) || ct->features & FEAT_NAT || ct->unshare & FEAT_USER ||
	             op_find(ct->ops, OP_NS);

	for (struct op *op = ct->ops; op; op = op->next)
		apart |= op->nic && op->nic->kind == NIC_PHYS;
	if (apart)
		return 0;
	if (ct->features & FEAT_NIC) {          /* to make the host's side by */
		ct->host_rt_fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC,
		                        NETLINK_ROUTE);
		if (ct->host_rt_fd < 0)
			return fail_sys(ct, "socket NETLINK_ROUTE");
	}
	if (ct->on_start || ct->on_exit) {
		ct->host_net_fd = kfs_ns(ct, 0, "net");
		if (ct->host_net_fd < 0) {      /* no /proc: the plain way */
			err_forget(ct);
			return 0;
		}
	}
	/* the child joins "the network namespace that this process has then" */
	ct->self_fd = (int)syscall(SYS_pidfd_open, getpid(), 0);
	return ct->self_fd < 0 ? fail_sys(ct, "pidfd_open") : 0;
}

static void
parent_netfd_undo(struct ct *ct)
{
	fd_close(&ct->self_fd);
	fd_close(&ct->host_rt_fd);
}

/* --- hooks --- */

/* Runs sh -c cmd in the caller's namespaces, with CT_NAME and CT_PID. */
static int
parent_hook(struct ct *ct, const char *cmd)
{
	const char *argv[] = { "/bin/sh", "-c", cmd, NULL };
	char **env, *extra[2];
	size_t n = 0;
	sigset_t none;
	int status = 0;
	pid_t pid;

	while (ct->caller_env[n])
		n++;
	extra[0] = mem_printf(ct, "CT_NAME=%s", ct->name);
	extra[1] = mem_printf(ct, "CT_PID=%d", ct->first_pid);
	env = mem_get(ct, (n + 3) * sizeof *env);
	if (!extra[0] || !extra[1] || !env)
		return -1;
	memcpy(env, extra, sizeof extra);
	memcpy(env + 2, ct->caller_env, (n + 1) * sizeof *env);
	pid = sys_fork();
	if (pid == 0) {
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		/* the network namespace may be the container's by now */
		if (ct->host_net_fd >= 0 &&
		    setns(ct->host_net_fd, CLONE_NEWNET) < 0)
			_exit(127);
		execve(argv[0], (char **)(uintptr_t)argv, env);
		_exit(127);
	}
	if (pid < 0)
		return fail_sys(ct, "fork");
	status = sys_wait(pid);
	return status ? fail_msg(ct, "%s: status %d", cmd, WIFEXITED(status) ?
	                         WEXITSTATUS(status) : 128 + WTERMSIG(status)) :
	                0;
}

static int
parent_on_start(struct ct *ct)
{
	if (ct->on_start && parent_hook(ct, ct->on_start) < 0)
		return -1;
	return parent_go(ct);
}
