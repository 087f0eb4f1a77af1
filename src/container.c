/* SPDX-License-Identifier: ISC */
/* What verbs do to containers: signals, freezing, the record's options for ct exec. */

/* Parses a verb's options; returns the operands, or NULL after an error. */
static char **
verb_args(struct ct *ct, unsigned bit, char **argv)
{
	ct->verb = bit;
	return opt_parse(ct, argv);
}

/* State of ctr_each(): the list holds the containers for which `begin` was called. */
typedef int ctr_fn(struct ct *, struct ctr *);
struct ctrs { ctr_fn *begin, *end; struct ctr *first, **last; int most, status; char *list; };

/* Reports why one failed; the highest status becomes that of all. */
static void
ctrs_told(struct ct *ct, struct ctr *c, int r)
{
	if (ct->failed) {
		if (c && ctr_has_ended(ct, c, c->pid))
			ctr_lost(ct, c);
		r = ct->err.status ? ct->err.status : 125;
		err_print(ct, &ct->err, "");
		err_forget(ct);
	}
	if (c) {
		fd_close(&c->taken_fd);
		fd_close(&c->fd);
	}
	if (r > ct->ctrs->status)
		ct->ctrs->status = r;
}

/* Calls `end` for each container in the list, the one with the earliest deadline first. */
static void
ctrs_end(struct ct *ct)
{
	struct ctr *c, **next, **p;

	while (*(next = &ct->ctrs->first)) {
		for (p = &(*next)->next; *p; p = &(*p)->next)
			if ((*p)->end < (*next)->end)
				next = p;
		c = *next;
		*next = c->next;
		ct->step = c->name;
		ctrs_told(ct, c, ct->ctrs->end(ct, c));
	}
	ct->ctrs->last = &ct->ctrs->first;
}

/* Calls `begin` and lists the container; if file descriptors run short, ends those listed. */
static void
ctrs_begin(struct ct *ct, struct ctr *c)
{
	struct ctrs *l = ct->ctrs;
	int r = l->begin(ct, c);
	struct ctr *kept = ct->failed || !l->end ? NULL : mem_get(ct, sizeof *kept);

	if (!kept) {
		ctrs_told(ct, c, r);
		return;
	}
	*kept = *c;
	*l->last = kept;
	l->last = &kept->next;
	if (c->fd + FDS_LEAST > l->most)
		ctrs_end(ct);
}

/* Calls `begin` for each NAME and then, unless it is NULL, `end` for each, so that for example
 * they all stop in parallel. Returns the highest status. */
static int
ctr_each(struct ct *ct, char **names, ctr_fn *begin, ctr_fn *end)
{
	struct ctrs *l = mem_get(ct, sizeof *l);
	struct ctr c;

	if (!names || !l)
		return -1;
	if (!*names)
		return fail_msg(ct, "needs a container's name");
	for (char **n = names; *n; n++)         /* `stop NAME -t 60`: before any has been ended */
		if (**n == '-')
			return ctr_open(ct, *n, &c);
	*l = (struct ctrs){ .begin = begin, .end = end, .last = &l->first,
	                    .most = ct->fds_most };
	ct->ctrs = l;
	for (; *names; names++) {
		if (ctr_open(ct, *names, &c) == 0)
			ctrs_begin(ct, &c);
		else
			ctrs_told(ct, NULL, -1);
	}
	ctrs_end(ct);
	return l->status;
}

static void
ctr_kill_pid(struct pids *p, pid_t pid)
{
	LOCAL_FD fd = ctr_pidfd(p->ct, p->g, pid);

	if (fd >= 0)
		sys_pidfd_signal(fd, p->arg);
	err_forget(p->ct);          /* a process that has gone needs no signal */
}

/* Signals its first process; if the kernel would drop that signal, SIGKILL, as in ct run. */
static int
ctr_kill_init(struct ct *ct, struct ctr *c, int sig)
{
	LOCAL_FD fd = -1;

	if (!c->pid)
		return fail_msg(ct, "has no process of its own");
	if ((fd = ctr_pidfd(ct, c, c->pid)) < 0)
		return -1;
	if (c->held ? !sig_harmless(sig) : sup_hears(ct, c->pid, sig) == 0)
		sig = SIGKILL;
	return sys_pidfd_signal(fd, sig) < 0 ?
	       fail_sys(ct, "send signal %d to %d", sig, c->pid) : 0;
}

/* Waits a second for its supervisor to remove it, or removes it if the supervisor is dead.
 * Without a record the container may be so new that it is not locked yet. */
static void
ctr_gone(struct ct *ct, struct ctr *c)
{
	struct pollfd p = { .fd = sys_pidfd(c->sup_pid), .events = POLLIN };
	uint64_t end = now_plus(1);

	while ((c->sup_pid > 0 ? flock(c->fd, LOCK_EX | LOCK_NB) < 0 :
	        cg_is_at(ct->cg_base_fd, c->name, c->fd) > 0) && now_usec() < end)
		poll(&p, 1, p.fd < 0 || p.revents ? 5 : ms_until(end));
	fd_close(&p.fd);
	if (!cg_is_persistent(c->fd) && flock(c->fd, LOCK_EX | LOCK_NB) == 0)
		cg_destroy(ct->cg_base_fd, c->name, c->fd);
}

static int
ctr_freeze_begin(struct ct *ct, struct ctr *c)
{
	if (cg_populated(c->fd) <= 0 && !cg_is_persistent(c->fd))
		return fail_msg(ct, "nothing runs in it");
	if (ct->want != ST_PAUSED && cg_not_paused(ct, c->name) < 0)
		return -1;
	fremovexattr(c->fd, "user.ct.commit");  /* so that it does not thaw it */
	if (io_put(c->fd, "cgroup.freeze", ct->want == ST_PAUSED ? "1" : "0") < 0)
		return fail_sys(ct, "write cgroup.freeze");
	c->end = now_plus(10);
	return 0;
}

static int
ctr_frozen(struct ct *ct, struct ctr *c)
{
	int want = ct->want == ST_RUNNING && c->held ? ST_CREATED : ct->want;

	if (cg_populated(c->fd) > 0 && ctr_wait_until(c, want, c->end) < 0)
		return fail_msg(ct, "is not %s after 10 s", states[want]);
	return 0;
}

/* Copies a file descriptor of the supervisor, which takes the right to ptrace it. The lock
 * shows that it is alive: otherwise the pid may be another process's by now. */
static int
ctr_take_fd(struct ct *ct, const struct ctr *c, int number)
{
	LOCAL_FD pidfd = sys_pidfd(c->sup_pid);
	int fd = -1;

	if (pidfd >= 0 && !ctr_locked(c))
		errno = ESRCH;
	else if (pidfd >= 0)
		fd = (int)syscall(SYS_pidfd_getfd, pidfd, number, 0);
	return fd < 0 ? fail_sys(ct, "reach its supervisor, process %d", c->sup_pid) : fd;
}

/* Takes the filter of --seccomp FILE from the container's record: the file may have changed
 * since. */
static int
ctr_filter(struct ct *ct, struct ctr *c)
{
	ssize_t n;

	if (!ct->filter.file)
		return 0;
	if (!(ct->filter.prog = mem_get(ct, SECCOMP_RECORD)))
		return -1;
	n = fgetxattr(c->fd, "user.ct.seccomp", ct->filter.prog, SECCOMP_RECORD);
	ct->filter.len = (unsigned)n / (unsigned)sizeof *ct->filter.prog;
	return n <= 0 ? fail_sys(ct, "its seccomp filter is not recorded") : 0;
}

/* Parses the options that the container was made with. */
static int
ctr_recorded(struct ct *ct, const struct ctr *c)
{
	/* no more memory than needed: each page is wiped before the command runs */
	size_t size = (size_t)(fgetxattr(c->fd, "user.ct.argv", NULL, 0) + 1);
	char *recorded = mem_get(ct, size + 1), **list;
	const char *step = ct->step;
	size_t len = recorded ? record_get(c->fd, "user.ct.argv", recorded, size + 1) : 0;

	if (!len)
		return !record_ours(c->fd) ? fail_msg(ct, "belongs to another user") :
		       !c->pid ? fail_msg(ct, "nothing runs in it") :
		       fail_msg(ct, "its arguments are not recorded: more than %d bytes or %d, or "
		                "a cgroup without attributes", ARGS_BYTES, ARGS_MAX - 1);
	ct->from_record = true;
	ct->verb = V_RUN;
	list = mem_words(ct, &recorded, recorded + len, true, &len);
	list = list ? opt_parse(ct, list) : NULL;
	ct->from_record = false;
	ct->step = step;
	return list ? 0 : -1;
}

/* Capability options of exec override those of the container, and a filter given to exec
 * replaces the container's. */
static void
ctr_exec_over(struct ct *ct, const struct ct *was)
{
	if (ct->caps.none) {
		ct->caps.drop = ~(uint64_t)0;
	} else {
		ct->caps.add |= was->caps.add & ~ct->caps.drop;
		ct->caps.drop |= was->caps.drop;
		ct->caps.none = was->caps.none;
		ct->caps.all |= was->caps.all;
	}
	ct->caps.inherit |= was->caps.inherit & pr_caps(ct);
	ct->caps.ambient |= was->caps.ambient & pr_caps(ct);
	if (!ct->filter.none && !ct->filter.usual && !ct->filter.file)
		ct->filter = was->filter;
}

/* Parses the options of the container, then those of exec on top; returns the operands. */
static char **
ctr_exec_args(struct ct *ct, struct ctr *c, char **own)
{
	const char *workdir;
	struct ct was;

	if (ctr_recorded(ct, c) < 0)
		return NULL;
	memset(ct->seen, 0, sizeof ct->seen);
	ct->detach = ct->init = ct->hold = ct->delegate = ct->keep_env =
	    ct->tty = ct->no_tty = ct->keep_keyring = false;
	/* where it cannot work, only one that is given to exec itself is an error */
	ct->allow_new_privs &= sys_prctl(PR_GET_NO_NEW_PRIVS, 0, 0) != 1;
	ct->log_kind = LOG_NONE;
	ct->timeout = ct->restart = 0;
	ct->death_signal = SIGKILL;
	ct->pidfile = NULL;
	ct->ready_fd = ct->info_fd = -1;
	ct->verb = V_EXEC;
	if (ctr_filter(ct, c) < 0)
		return NULL;
	workdir = ct->workdir;
	was = *ct;
	ct->caps = (struct caps){ 0 };
	ct->filter = (struct filter){ 0 };
	own = opt_parse(ct, own);
	ct->workdir_given = ct->workdir != workdir;
	ctr_exec_over(ct, &was);
	return own;
}
