/* SPDX-License-Identifier: ISC */
/* What ct does while its container runs. */

static const struct { char name[7], sig; } signals[] = {
	{ "HUP", SIGHUP }, { "INT", SIGINT }, { "QUIT", SIGQUIT },
	{ "TERM", SIGTERM }, { "USR1", SIGUSR1 }, { "USR2", SIGUSR2 },
	{ "WINCH", SIGWINCH }, { "CONT", SIGCONT }, { "ALRM", SIGALRM },
	{ "ABRT", SIGABRT }, { "BUS", SIGBUS }, { "CHLD", SIGCHLD }, { "FPE", SIGFPE },
	{ "ILL", SIGILL }, { "IO", SIGIO }, { "KILL", SIGKILL }, { "PIPE", SIGPIPE },
	{ "PROF", SIGPROF }, { "PWR", SIGPWR }, { "SEGV", SIGSEGV }, { "STOP", SIGSTOP },
	{ "SYS", SIGSYS }, { "TRAP", SIGTRAP }, { "TSTP", SIGTSTP }, { "TTIN", SIGTTIN },
	{ "TTOU", SIGTTOU }, { "URG", SIGURG }, { "VTALRM", SIGVTALRM },
	{ "XCPU", SIGXCPU }, { "XFSZ", SIGXFSZ },
};
#define SIGNALS_PASSED 9        /* the first of these, which ct run forwards */

/* Is the main thread waiting for the signal in sigtimedwait(2)? Meanwhile SigBlk does not
 * show what it waits for. -1: unknown, the caller may not look. */
static int
sup_awaits(struct ct *ct, pid_t pid, int sig)
{
	enum { BITS = 8 * sizeof(long) };
	char path[32], buf[256], *end;
	unsigned long set[(_NSIG - 1 + BITS - 1) / BITS];
	uint64_t nr, at;
	ssize_t n;

	text_printf(path, sizeof path, "%d/syscall", pid);
	if (io_get(ct->proc_fd, path, buf, sizeof buf) < 0)
		return -1;
	if (*buf < '0' || *buf > '9')   /* "running" */
		return 0;
	nr = text_scan(buf, 10, &end);
	if (nr != NR_SIGTIMEDWAIT && nr != NR(421))     /* with a 64-bit time_t */
		return 0;
	at = text_scan(end + strlen(" 0x"), 16, NULL);
	text_printf(path, sizeof path, "%d/mem", pid);
	n = helper_read(ct->proc_fd, path, set, sizeof set, at);
	return n != (ssize_t)sizeof set ? -1 : (int)(set[(sig - 1) / BITS] >> (sig - 1) % BITS & 1);
}

/* Is the signal in a set of /proc/PID/status? The last digit holds the first four signals;
 * mips has twice as many as fit into 64 bits. */
static bool
sup_in_set(const char *set, int sig)
{
	size_t at = (size_t)(sig - 1) / 4, n;
	unsigned digit;

	set += strspn(set, "\t");
	n = strspn(set, "0123456789abcdef");
	if (at >= n)
		return false;
	digit = (unsigned char)set[n - 1 - at];
	digit -= digit > '9' ? 'a' - 10 : '0';
	return digit >> (sig - 1) % 4 & 1;
}

/* Is this the /proc/PID/status of PID 1 of a pid namespace? */
static bool
sup_is_init(const char *status)
{
	const char *pids = text_find(status, "\nNSpid:");
	size_t n = pids ? strcspn(pids + 1, "\n") : 0;

	return n && !strncmp(pids + n - 1, "\t1", 2);
}

/* Does the first process hear the signal? The kernel does not deliver one with the default
 * action to PID 1, unless its main thread blocks it (for a signalfd, or for another thread
 * that waits) or waits for it. fork(3) blocks all signals for a moment, after which this
 * one would be dropped, so it looks several times. 1: it does, or the signal is harmless
 * or ignored; 0: it does not; -1: unknown. */
static int
sup_hears(struct ct *ct, pid_t pid, int sig)
{
	static const char *const masks[] = { "\nSigIgn:", "\nSigCgt:", "\nSigBlk:" };
	bool in[LEN(masks)];
	char buf[4096], *line;

	if (sig_harmless(sig))
		return 1;
	if (!kfs_has_proc(ct))
		return -1;
	for (int left = 5; ; left--) {
		if (kfs_status(ct, pid, buf, sizeof buf) < 0)
			return -1;
		if (!sup_is_init(buf))
			return 1;
		for (size_t i = 0; i < LEN(masks); i++) {
			if (!(line = text_find(buf, masks[i])))
				return -1;
			in[i] = sup_in_set(line + strlen(masks[i]), sig);
		}
		if (in[0] || in[1] || (in[2] && !left))
			return 1;
		if (!in[2])
			return sup_awaits(ct, pid, sig);
		poll(NULL, 0, 2);
	}
}

enum { END_WAIT = 30 };         /* in s: after SIGKILL. Slow flash, or much memory, takes a while */

struct sup {
	uint64_t deadline;      /* in µs; 0: none */
	uint64_t exec_by;       /* the same, for the child's pipe to end */
	bool started;
	int ended_by;           /* the signal for the exit status, or 0 */
	bool timed_out, killed, held;
	int status;
};

/* Sends SIGKILL; sup_expired() ends the wait for its effect. */
static void
sup_kill(struct ct *ct, struct sup *s)
{
	s->killed = true;
	s->deadline = now_plus(s->started ? END_WAIT : 1);
	parent_kill(ct, SIGKILL);
}

static void
sup_deadline(struct ct *ct, struct sup *s)
{
	int sec = ct->stop_timeout < 0 ? STOP_TIMEOUT : ct->stop_timeout;

	s->deadline = now_plus(sec);
}

/* Does a signal have an effect on the command? As sup_hears(). Before the command runs
 * nothing can hear it: the child blocks all signals. But the reaper of --init forwards it,
 * and may be the last to hold the pipe whose end tells that the command runs. */
static int
sup_heard(struct ct *ct, const struct sup *s, int sig)
{
	if (!s->started)
		return sig_harmless(sig) || (ct->init && ct->ready && !ct->exec);
	return ct->unshare & FEAT_PID && !ct->init && !ct->exec ? sup_hears(ct, ct->pid, sig) : 1;
}

/* ^Z, and the container has no terminal of its own: it stops and continues with ct. The kernel
 * does not stop ct in an orphaned process group, where nobody could continue it. */
static void
sup_stop(struct ct *ct)
{
	parent_kill_job(ct, SIGSTOP);
	kill(getpid(), SIGTSTP);
	sig_mask(SIG_UNBLOCK, SIGTSTP);
	sig_mask(SIG_BLOCK, SIGTSTP);
	parent_kill_job(ct, SIGCONT);
}

/* Passes a signal on. If PID 1 of a pid namespace does not hear it, ct does what its default
 * action would have done. A signal from a key goes to the whole job. */
static void
sup_signal(struct ct *ct, struct sup *s, int sig, bool key)
{
	int heard;

	if (ct->out && ct->out->tty && sig_harmless(sig)) {
		ct->out->tty(ct, sig);  /* SIGWINCH: then the kernel signals inside */
		if (sig != SIGCONT)
			return;
	}
	if (sig == SIGTSTP) {
		sup_stop(ct);
		return;
	}
	ct->interrupted |= key && sig == SIGINT;
	ct->final |= sig == SIGTERM || sig == SIGINT || sig == SIGQUIT;
	ct->passed = sig;
	if (sig == SIGTERM)
		sig = ct->stop_signal;
	heard = sup_heard(ct, s, sig);
	if (heard == 0) {
		s->ended_by = sig;
		sup_kill(ct, s);
		return;
	}
	(key ? parent_kill_job : parent_kill)(ct, sig);
	/* it may not hear it, or has only until the stop timeout */
	if (heard < 0 || (sig == ct->stop_signal && ct->stop_timeout >= 0)) {
		s->ended_by = sig;
		sup_deadline(ct, s);
	}
}

/* The deadline has passed. True: SIGKILL has not ended it either, as the kernel holds it. */
static bool
sup_expired(struct ct *ct, struct sup *s)
{
	if (s->killed) {
		if (HAS_OUT(ct))
			out_end(ct);
		ct->step = "supervise";
		ct->err.status = s->timed_out ? 124 : 128 + s->ended_by;
		fail_msg(ct, "process %d does not end: a file system that does not answer?",
		         ct->pid);
		ct->pid = 0;
		fd_close(&ct->root_fd);         /* perhaps of that file system */
		return true;
	}
	if (s->timed_out || s->ended_by) {
		sup_kill(ct, s);
		return false;
	}
	s->timed_out = ct->final = true;
	sup_signal(ct, s, ct->stop_signal, false);
	if (!s->killed)
		sup_deadline(ct, s);
	return false;
}

/* Can this be written to without blocking? A reader that lets its pipe fill up must not hold
 * up the container. */
static bool
sup_writable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	return fd >= 0 && poll(&p, 1, 0) > 0;
}

/* Runs the hooks of --on-ready; a signal to ct ends one, and goes to the command as well. */
static void
sup_on_ready(struct ct *ct, struct sup *s)
{
	int sig;

	ct->step = "on-ready";
	FOR_OPS(op, ct->exec ? NULL : ct->ops, OP_ON_READY) {
		if (parent_hook(ct, op->env, -1) == 0)
			continue;
		sig = ct->err.status - 128;
		step_forgive(ct);
		if (sig > 0)
			sup_signal(ct, s, sig, false);
	}
}

/* Has the OOM killer take the container rather than ct, even if ct is larger: its end would
 * end the container as well and free less. Without the right to lower a score, does nothing. */
static void
sup_spare(struct ct *ct)
{
	char value[16];
	int was;

	if (!kfs_has_proc(ct) ||
	    io_get(ct->proc_fd, "self/oom_score_adj", ct->oom_was, sizeof ct->oom_was) < 0)
		return;
	was = (int)text_scan(ct->oom_was + (*ct->oom_was == '-'), 10, NULL);
	was = *ct->oom_was == '-' ? -was : was;
	text_printf(value, sizeof value, "%d", MIN(was, SPARED_SCORE));
	if (io_put(ct->proc_fd, "self/oom_score_adj", value) < 0)
		*ct->oom_was = '\0';
}

/* Gives back pages that only the start needed: of the stack, and of ct's own file, which stay
 * in the page cache anyway. */
static void
sup_shrink(void)
{
	const uintptr_t page = getauxval(AT_PAGESZ);
	const ElfW(Phdr) *h = (const ElfW(Phdr) *)getauxval(AT_PHDR);
	char *start = (char *)((uintptr_t)h & ~(page - 1));     /* the first segment's */
	char *here = (char *)((uintptr_t)__builtin_frame_address(0) & ~(page - 1));

	madvise(here - 128 * 1024, 128 * 1024 - page, MADV_DONTNEED);
	if (h && h->p_type == PT_LOAD && !(h->p_flags & PF_W))
		madvise(start, h->p_memsz, MADV_DONTNEED);
}

/* Restores the OOM score, for hooks and the next run. */
static void
sup_spared(struct ct *ct)
{
	if (*ct->oom_was && (ct->again || op_find(ct->ops, OP_ON_EXIT)))
		io_put(ct->proc_fd, "self/oom_score_adj", ct->oom_was);
	*ct->oom_was = '\0';
}

/* Tells `ct run -d`, which waits, that the command runs or why it does not. */
static void
sup_detached(struct ct *ct)
{
	struct msg msg = { .kind = ct->failed ? MSG_FAIL : MSG_READY, .err = ct->err };

	if (ct->detach_fd < 0)
		return;
	if (io_write(ct->detach_fd, &msg, sizeof msg) == 0)
		fd_close(&ct->detach_fd);       /* else it was killed, which sup_run() sees */
	if (msg.kind == MSG_FAIL)       /* it is printed there */
		_exit(ct->err.status);
}

/* Lets the file system of the caller's working directory be unmounted, unless a hook or a
 * relative path needs it later, such as that of a volume for ct umount. */
static void
sup_leave(struct ct *ct)
{
	bool stays = ct->again || (ct->pidfile && *ct->pidfile != '/') ||
	             (!ct->exec && op_find(ct->ops, OP_ON_EXIT));

	FOR_OPS(op, ct->exec ? NULL : ct->ops, OP_BIND)
		stays |= *op->mnt.src != '/';
	if (!stays && chdir("/") < 0)
		errno = 0;
}

/* Has a verb ended the container for good? */
static bool
sup_ended(struct ct *ct)
{
	return !ct->exec && ct->cg_fd >= 0 && cg_ended(ct->cg_fd);
}

/* Has a verb killed all in its cgroup, or in one that this is in? A new one has no older mark. */
static bool
sup_killed(struct ct *ct)
{
	bool old = ct->exec || ct->restarts, killed = false;
	char path[1024];

	if (ct->cg_fd < 0)
		return false;
	FOR_PARENTS(ct, ct->name, fd, path)
		killed |= cg_killed(fd, ct->began);
	return killed || cg_killed(ct->cg_fd, old ? ct->began : 0);
}

/* The command runs: tells those who asked for it; and the network, a little later (in a second
 * call), when the command is likely to keep running. */
static void
sup_started(struct ct *ct, struct sup *s)
{
	s->exec_by = 0;
	if (s->started) {
		if (HAVE_NET && !ct->exec && ct->features & FEAT_NIC)
			known_tell(ct);
		sup_spare(ct);
		sup_shrink();
		return;
	}
	s->exec_by = ct->exec || IN_LIB(ct) ? 0 : now_usec() + TELL_AFTER * UINT64_C(1000);
	s->started = ct->ready = true;
	if (ct->exec && ct->cg_fd >= 0)         /* OOM kills so far */
		cg_num(ct->cg_fd, "memory.events", "oom_kill", &ct->oom_before);
	if (ct->timeout && !ct->end_at)
		ct->end_at = now_plus(ct->timeout);
	if (!s->killed)
		s->deadline = ct->end_at;
	ct->give_up = ct->end_at;
	sup_on_ready(ct, s);
	if (HAVE_DETACH && ct->detach)
		sup_leave(ct);
	ct->give_up = 0;
	ct->step = "supervise";
	/* if one fails, the reader has gone, not the command */
	if (HAVE_TELL && sup_writable(ct->info_fd))
		parent_state(ct, ct->info_fd, -1);
	if (HAVE_TELL && sup_writable(ct->ready_fd))
		io_write(ct->ready_fd, "\n", 1);
	fd_close(&ct->info_fd);
	fd_close(&ct->ready_fd);
	sup_detached(ct);               /* last: the caller may read the above when ct returns */
	if (sup_ended(ct))              /* it was not there yet to hear a signal */
		sup_signal(ct, s, SIGTERM, false);
}

/* Once the child is inside and its pid is known: runs the steps that make the container known
 * and release the child. */
static void
sup_inside(struct ct *ct)
{
	if (!ct->inside || ct->exec || (ct->second && ct->pid == ct->first_pid))
		return;
	if (!ct->failed && step_run(ct, parent_steps, LEN(parent_steps), &ct->done) == 0)
		return;
	if (ct->err.no == EPIPE)        /* the child has gone, and tells why itself */
		err_forget(ct);
	parent_kill(ct, SIGKILL);
}

/* Does for ct exec what sup_inside() does for ct run. */
static int
sup_exec(struct ct *ct)
{
	if (HAVE_TERMINAL && ct->tty && tty_take(ct) < 0)
		return -1;
	return record_pidfile(ct) < 0 ? -1 : parent_go(ct, GO_WITH);
}

static void
sup_record(struct ct *ct, struct sup *s, struct msg *msg)
{
	struct err saved = ct->err;
	const char *step = ct->step;

	switch (msg->kind) {
	case MSG_PID:           /* taken only once: that ends the first process */
		if (!ct->second || ct->pid != ct->first_pid)
			break;
		if (parent_second(ct, msg->pid) < 0 || (ct->exec && sup_exec(ct) < 0))
			parent_kill(ct, SIGKILL);
		sup_inside(ct);
		break;
	case MSG_NAMESPACES:
		if (!ct->inside)        /* the sender cannot be traced from inside yet */
			memcpy(ct->ns, msg->ns, sizeof ct->ns);
		break;
	case MSG_INSIDE:
		if (ct->inside || ct->exec)
			break;
		ct->inside = true;
		sup_inside(ct);
		break;
	case MSG_HELD:
		if (!ct->hold || ct->exec)
			break;
		s->held = true;
		s->deadline = ct->give_up = 0;
		sup_detached(ct);
		break;
	case MSG_LISTENER:
		if (HAVE_SYSCALL && ct->notify && !ct->listened &&
		    (notify_listener(ct, msg->pid) < 0 || parent_go(ct, GO_WITH) < 0))
			parent_kill(ct, SIGKILL);
		break;
	case MSG_READY:
		/* the pipe's end means that it has exec'd, unless somebody inside has
		 * taken that end and keeps it open */
		ct->ready = true;
		s->exec_by = now_usec() + EXEC_WAIT * UINT64_C(1000);
		break;
	case MSG_FAIL:
		ct->ready = false;
		ct->failed = true;
		ct->err = msg->err;
		break;
	default:
		ct->err = msg->err;
		ct->step = msg->err.step;
		msg_send(ct, msg->kind, msg->usec);
		ct->step = step;
		ct->err = saved;
	}
}

/* Reads a record from the child; closes the pipe at its end. */
static void
sup_records(struct ct *ct, struct sup *s)
{
	struct msg msg;
	ssize_t n = read(ct->msg_fd[0], &msg, sizeof msg);

	if (n == (ssize_t)sizeof msg && msg_check(ct, &msg)) {
		sup_record(ct, s, &msg);
		return;
	}
	if (n < 0 && errno == EINTR)
		return;
	if (n < 0)
		fail_sys(ct, "read from the child");
	if (n > 0)
		fail_msg(ct, "the child did not send a record");
	if (n != 0)
		parent_kill(ct, SIGKILL);
	fd_close(&ct->msg_fd[0]);
	if (ct->ready && !ct->failed)
		sup_started(ct, s);
}

static bool
sup_oom(struct ct *ct)
{
	uint64_t v = 0;

	return ct->cg_fd >= 0 &&
	       cg_num(ct->cg_fd, "memory.events", "oom_kill", &v) == 0 && v > ct->oom_before;
}

/* Why a signal ended the child during set-up: SIGKILL for the cgroup's limit or the machine's
 * memory; SIGSYS from a filter that refuses what ct itself has still to do. */
static const char *
sup_why(struct ct *ct, int sig)
{
	uint64_t v = 0;

	if (sig != SIGKILL)
		return sig == SIGSYS ? ", a filter" :
		       sig < 0 && (ct->calls || ct->filter.prog) ? ", a filter refuses write?" : "";
	if (ct->cg_fd < 0 || cg_num(ct->cg_fd, "memory.events", "oom", &v) < 0)
		return ", out of memory?";
	return ct->exec || !sup_oom(ct) ? "" : v ? ", memory.max is too low" : ", out of memory";
}

/* Reaps the first process, which has ended. A process inside that traces a command of ct exec
 * can delay that: then a signal or the deadline ends the wait and sets the status (returns 1). */
static int
sup_wait(struct ct *ct, struct sup *s, siginfo_t *si)
{
	struct pollfd p = { .fd = ct->sig_fd, .events = POLLIN };
	uint64_t end = s->killed ? now_plus(1) : s->deadline;
	int sig;

	for (;;) {
		if (waitid(P_PIDFD, (id_t)ct->pidfd, si, WEXITED | WNOHANG) < 0 && errno != EINTR)
			return fail_sys(ct, "waitid");
		if (si->si_pid)
			return 0;
		if (poll(&p, 1, 20) > 0 && !sig_harmless(sig = sig_told(&p, NULL))) {
			s->status = 128 + sig;
			return 1;
		}
		if (end && now_usec() >= end) {
			s->status = s->ended_by && !s->timed_out ? 128 + s->ended_by : 124;
			return 1;
		}
	}
}

/* Reports an image that fails its --verity check, whose programs thus could not be read. */
static void
sup_verity(struct ct *ct, int status)
{
	static const char what[] = "a block does not match its --verity hash";

	if (!HAVE_IMAGE || !ct->verity || status == 0 || !img_changed(ct))
		return;
	if (ct->failed) {
		fail_hint(ct, "%s: %s", ct->image, what);
		return;
	}
	STEP_WARN(ct, "root", "%s: %s", ct->image, what);
}

/* The first process has ended: reads the rest of its messages, then sets the exit status. */
static int
sup_reap(struct ct *ct, struct sup *s)
{
	siginfo_t si = { 0 };
	struct pollfd p = { .fd = ct->msg_fd[0], .events = POLLIN };
	int kept = sup_wait(ct, s, &si);
	bool exited;

	if (HAS_OUT(ct))
		out_end(ct);
	if (kept) {
		ct->pid = 0;
		return kept < 0 ? -1 : 0;
	}
	/* somebody inside may hold the write end, so that the pipe never ends */
	while (ct->msg_fd[0] >= 0 && poll(&p, 1, 0) > 0)
		sup_records(ct, s);
	if (ct->msg_fd[0] >= 0 && ct->ready && !ct->failed)
		sup_started(ct, s);
	ct->pid = 0;
	fd_close(&ct->msg_fd[0]);
	exited = si.si_code == CLD_EXITED;
	sup_verity(ct, exited ? si.si_status : -1);
	if (ct->failed)
		return -1;
	ct->by_signal = exited ? 0 : si.si_status;
	if (!exited && !ct->ready && (s->held || sup_ended(ct) || sup_killed(ct)))
		s->killed = true;       /* by a verb */
	if (!ct->ready && !s->killed)
		return fail_msg(ct, "the container died during setup (%s %d%s)",
		                exited ? "status" : "signal", si.si_status,
		                sup_why(ct, si.si_status - (exited ? 128 : 0)));
	s->status = exited ? si.si_status : 128 + si.si_status;
	if (ct->by_signal == SIGKILL && !s->killed && sup_oom(ct) &&
	    !cg_killed(ct->cg_fd, ct->began))
		STEP_WARN(ct, "memory", "the OOM killer ended it");
	if (!exited && si.si_status == SIGSYS && ct->features & FEAT_SECCOMP)
		STEP_WARN(ct, "seccomp", "a filter ended it%s", ct->filter.prog ? "" : ct->calls ?
		          ": --syscall, or a program of another architecture" : SC_HAS_SECOND ? "" :
		          ": a program of another architecture, which --seccomp none lets run?");
	if (s->timed_out)
		s->status = 124;
	else if (s->ended_by && s->killed)
		s->status = 128 + s->ended_by;
	if (ct->ready || ct->detach_fd < 0)
		return 0;
	ct->step = "supervise";
	ct->err.status = s->status;     /* `ct run -d` waits for that, not for the name */
	return fail_msg(ct, "it was ended before the command ran");
}

/* A signal that the caller ignores (nohup, a shell's background job) ends neither ct nor the
 * command, except SIGTERM. */
static int
sup_open(struct ct *ct)
{
	int *const told[] = { &ct->ready_fd, &ct->info_fd };
	sigset_t seen, blocked;

	ct->step = "supervise";
	/* a copy of 0 to 2, as ct and the command need those after this one is closed */
	for (size_t i = 0; HAVE_TELL && i < LEN(told); i++)
		if (*told[i] >= 0 && *told[i] < 3 &&
		    (*told[i] = fcntl(*told[i], F_DUPFD_CLOEXEC, 3)) < 0)
			return fail_sys(ct, "dup a file descriptor");
	if (ct->timeout)
		ct->give_up = now_plus(ct->timeout);
	/* if ignored, signalfd would not see it */
	if (sig_default(SIGTERM) < 0)
		return fail_sys(ct, "sigaction");
	sigemptyset(&seen);
	for (size_t i = 0; i < SIGNALS_PASSED; i++)
		if (!sig_ignored(signals[i].sig))
			sigaddset(&seen, signals[i].sig);
	if (ct->tty || !(ct->detach || IN_LIB(ct) || sig_ignored(SIGTSTP)))
		sigaddset(&seen, SIGTSTP);
	blocked = seen;
	sigaddset(&blocked, SIGPIPE);   /* errno tells instead */
	sigaddset(&blocked, SIGTTOU);
	sigaddset(&blocked, SIGTTIN);
	sigaddset(&blocked, SIGXFSZ);
	if (sigprocmask(SIG_SETMASK, &blocked, NULL) < 0)
		return fail_sys(ct, "sigprocmask");
	ct->sig_fd = (int)syscall(SYS_signalfd4, -1, &seen, _NSIG / 8, SFD_CLOEXEC);
	return ct->sig_fd < 0 ? fail_sys(ct, "signalfd") : 0;
}

/* Supervises the container until it has ended; returns its status, or ct's. */
static int
sup_run(struct ct *ct)
{
	struct sup s = { .status = 125, .deadline = ct->give_up };
	bool key;
	int sig;

	for (;;) {
		struct pollfd p[4 + OUT_FDS] = {
			{ .fd = ct->sig_fd, .events = POLLIN },
			{ .fd = ct->pidfd, .events = POLLIN },
			{ .fd = ct->msg_fd[0], .events = POLLIN },
			{ .fd = ct->detach_fd },
		};
		bool exec_first = s.exec_by && (!s.deadline || s.exec_by < s.deadline);
		int n, ms = ms_until(exec_first ? s.exec_by : s.deadline);
		int most = HAS_OUT(ct) ? out_wait(ct, &p[4]) : -1;

		if (most >= 0 && (ms < 0 || ms > most))
			ms = most;
		n = poll(p, HAS_OUT(ct) ? LEN(p) : 4, ms);
		if (n < 0 && errno != EINTR) {
			fail_sys(ct, "poll");
			return 125;
		}
		if (s.exec_by && now_usec() >= s.exec_by)
			sup_started(ct, &s);
		/* even while output keeps coming */
		if (s.deadline && now_usec() >= s.deadline && sup_expired(ct, &s))
			return ct->err.status;
		if (n <= 0)
			continue;
		if (p[2].revents)       /* all of them, before a signal is passed on */
			sup_records(ct, &s);
		else if ((sig = sig_told(&p[0], &key)))
			sup_signal(ct, &s, sig, key);
		/* a process that hears a key has had it from the terminal */
		if (HAS_OUT(ct) && (sig = out_ready(ct, &p[4])) &&
		    (sig == SIGHUP || sup_heard(ct, &s, sig) == 0))
			sup_signal(ct, &s, sig, false);
		if (p[3].revents) {     /* `ct run -d`, which waits, was killed */
			fd_close(&ct->detach_fd);
			sup_signal(ct, &s, SIGTERM, false);
		}
		/* what it sent before it ended comes first */
		if (p[1].revents && !(p[2].revents & POLLIN))
			return sup_reap(ct, &s) < 0 ? ct->err.status : s.status;
	}
}
