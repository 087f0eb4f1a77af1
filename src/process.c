/* SPDX-License-Identifier: ISC */
/* Processes of ct's own, and waiting for them. */

/* Waits for a child; its status, or 0 if there is none. */
static int
sys_wait(pid_t pid)
{
	int status = 0;

	/* __WALL: the library's children raise no signal */
	while (waitpid(pid, &status, __WALL) < 0 && errno == EINTR)
		;
	return status;
}

/* The exit status that a shell makes of a wait status. */
static int
sys_status(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* As fork(2), with flags of clone(2) and its signal; pidfd for CLONE_PIDFD, else NULL. */
static pid_t
sys_clone(unsigned long flags, int *pidfd)
{
#ifdef __s390__         /* the stack comes first */
	return (pid_t)syscall(SYS_clone, 0L, flags, pidfd, 0L, 0L);
#else
	return (pid_t)syscall(SYS_clone, flags, 0L, pidfd, 0L, 0L);
#endif
}

static pid_t
sys_fork(void)
{
	return sys_clone(SIGCHLD, NULL);
}

/* Waits for a helper, which does as others say (a hook, newuidmap): a signal to ct,
 * --timeout, and `sec` if that is not 0, end it. Its wait status, or -1. */
static int
helper_wait(struct ct *ct, pid_t pid, int sec)
{
	uint64_t own = sec ? now_usec() + (uint64_t)sec * 1000000 : 0;
	uint64_t end = own && (!ct->give_up || own < ct->give_up) ? own : ct->give_up;
	struct pollfd p[] = {
		{ .fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN },
		{ .fd = ct->sig_fd, .events = POLLIN },
		{ .fd = ct->detach_fd },        /* hung up: who waits has been killed */
	};
	struct signalfd_siginfo si = { .ssi_signo = SIGTERM };
	int n;

	while (p[0].fd >= 0 && !p[0].revents) {
		n = poll(p, LEN(p), ms_until(end));
		if (n < 0 && errno != EINTR)
			break;          /* then without an end */
		if (n <= 0 && (n < 0 || ms_until(end)))
			continue;
		if (p[0].revents || (p[1].revents && read(ct->sig_fd, &si, sizeof si) > 0 &&
		                     sig_harmless((int)si.ssi_signo)))
			continue;
		fd_close(&p[0].fd);
		kill(pid, SIGKILL);
		sys_wait(pid);
		if (n || end != own)
			ct->err.status = n ? 128 + (int)si.ssi_signo : 124;
		ct->final |= n > 0;
		if (n)
			return fail_msg(ct, "ended by signal %d", (int)si.ssi_signo);
		return end == own ? fail_msg(ct, "not done within %d s", sec) :
		                    fail_msg(ct, "not done within --timeout");
	}
	fd_close(&p[0].fd);
	return sys_wait(pid);
}
