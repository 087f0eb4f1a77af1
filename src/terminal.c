/* SPDX-License-Identifier: ISC */
/* The container's terminal: made inside with the command's rights; ct has its master end. */

/* May the caller's job use this terminal: is it in the foreground there, or is the terminal
 * nobody's controlling one? */
static bool
tty_foreground(int fd)
{
	pid_t group = tcgetpgrp(fd);

	return group < 0 ? errno == ENOTTY : group == getpgrp();
}

/* Without -t: does a person use the terminal? Not if init has started ct as a service on the
 * console, nor if another program has set the terminal to a mode of its own. */
static bool
tty_is_ours(void)
{
	pid_t group = getpgrp();
	struct termios mode;

	return tcgetpgrp(0) == group && tcgetpgrp(1) == group &&
	       (getppid() != 1 || getsid(0) != getpid()) &&
	       tcgetattr(0, &mode) == 0 && mode.c_lflag & ICANON;
}

/* --- the child --- */

/* Makes a terminal in the command's devpts, with its rights; never opens it by the name of a
 * node in /dev/pts, which the container could have made. */
static int
tty_new(struct ct *ct, int ends[2])
{
	const struct open_how how = {
		.flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC,
		.resolve = RESOLVE_NO_MAGICLINKS,
	};
	int zero = 0;

	ends[0] = (int)syscall(SYS_openat2, AT_FDCWD, "/dev/ptmx", &how, sizeof how);
	if (ends[0] < 0)
		return fail_sys(ct, "open /dev/ptmx");
	if (ioctl(ends[0], REQUEST(TIOCSPTLCK), &zero) == 0 &&
	    (ends[1] = ioctl(ends[0], TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC)) >= 0)
		return 0;
	fail_sys(ct, "make a terminal of /dev/ptmx");
	fd_close(&ends[0]);
	return -1;
}

/* The terminal becomes 0 to 2. Input that is not a terminal stays, as does standard error if
 * only that is redirected. */
static int
tty_make(struct ct *ct)
{
	bool keep[3] = { !ct->detach && !isatty(0), false,
	                 !ct->detach && !isatty(2) && isatty(1) };
	int ends[2] = { -1, -1 };

	if (tty_new(ct, ends) < 0 && !ct->tty_asked) {  /* goes on without */
		err_forget(ct);
		ct->tty = false;
	}
	if (ct->failed)
		return -1;
	/* both, or none. ETOOMANYREFS: this uid has too many in flight, so the child sends just
	 * the numbers, and a parent that is root takes them, before "go" */
	if (fd_send(ct->go_fd[0], ends, ends[0] < 0 ? 0 : 2, "", 1, 0) < 0) {
		ct->tty_fd = ends[0];
		ends[0] = -1;
		if (errno != ETOOMANYREFS || ct->euid ||
		    fd_send(ct->go_fd[0], NULL, 0, (int[]){ ct->tty_fd, 1 }, sizeof ends, 0) < 0)
			return fail_sys(ct, "hand the terminal to the parent");
	}
	for (int i = 0; i < 3 && ct->tty; i++)
		if (!keep[i] && dup2(ends[1], i) < 0)
			return fail_sys(ct, "dup the terminal");
	fd_close(&ends[0]);
	fd_close(&ends[1]);
	return 0;
}

/* The process that executes gets it, not the reaper of --init, which would get signals, too. */
static int
tty_control(struct ct *ct)
{
	if (!ct->tty)
		return 0;
	if (getsid(0) != getpid() && setsid() < 0)
		return fail_sys(ct, "setsid");
	return ioctl(1, TIOCSCTTY, 0) < 0 ? fail_sys(ct, "ioctl TIOCSCTTY") : 0;
}

/* --- the parent --- */

/* Passes on the window's size; the kernel tells those inside. */
static void
tty_size(struct ct *ct)
{
	struct winsize size;

	if (ct->tty_fd >= 0 && ioctl(ct->out->in_fd, TIOCGWINSZ, &size) == 0)
		ioctl(ct->tty_fd, REQUEST(TIOCSWINSZ), &size);
}

/* Makes the caller's terminal raw while ct is in the foreground there, so that every key goes
 * to the container. Speed and parity stay; a read does not block. */
static void
tty_raw(struct ct *ct)
{
	struct output *o = ct->out;
	struct termios mode;

	if (o->raw || o->in_fd < 0 || !tty_foreground(o->in_fd) ||
	    tcgetattr(o->in_fd, &o->mode) < 0)
		return;
	mode = o->mode;
	mode.c_iflag &= ~(unsigned)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL |
	                            IXON);
	mode.c_oflag &= ~(unsigned)OPOST;
	mode.c_lflag &= ~(unsigned)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	mode.c_cc[VMIN] = mode.c_cc[VTIME] = 0;
	o->raw = tcsetattr(o->in_fd, TCSANOW, &mode) == 0;
	tty_size(ct);
}

/* Restores the caller's terminal, unless another job has it by now. */
static void
tty_restore(struct ct *ct)
{
	struct output *o = ct->out;

	if (o && o->raw && tty_foreground(o->in_fd))
		tcsetattr(o->in_fd, TCSANOW, &o->mode);
	if (o)
		o->raw = false;
}

/* What a signal to ct means for the terminal; 0: ct is done with it. */
static void
tty_signal(struct ct *ct, int sig)
{
	switch (sig) {
	case SIGWINCH:
		tty_size(ct);
		break;
	case SIGTSTP:           /* the shell gets the terminal meanwhile */
		tty_restore(ct);
		kill(getpid(), SIGSTOP);
		/* fall through */
	case SIGCONT:
		tty_raw(ct);
		break;
	case 0:
		tty_restore(ct);
	}
}

/* Opens what is at fd again, so that O_NONBLOCK is not set for all who share fd. */
static int
tty_reopen(struct ct *ct, int fd)
{
	char path[24];

	if (!kfs_has_proc(ct))
		return -1;
	text_printf(path, sizeof path, "self/fd/%d", fd);
	return openat(ct->proc_fd, path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
}

/* Step "tty": the caller's terminal, if there is one. */
static int
tty_open(struct ct *ct)
{
	struct output *o = out_open(ct);
	struct stat st;

	if (!o)
		return -1;
	o->tty = tty_signal;
	if (ct->detach)
		return 0;
	o->in_fd = isatty(0) ? 0 : isatty(1) ? 1 : -1;
	o->waits = fstat(1, &st) == 0 && !S_ISREG(st.st_mode);
	if (o->waits && (o->out_fd = tty_reopen(ct, 1)) >= 0)
		o->waits = false;
	if (o->out_fd < 0)
		o->out_fd = fcntl(1, F_DUPFD_CLOEXEC, 3);
	return o->out_fd < 0 ? fail_sys(ct, "dup descriptor 1") : 0;
}

static void
tty_close(struct ct *ct)
{
	tty_restore(ct);
	if (ct->out) {
		fd_close(&ct->out->out_fd);
		fd_close(&ct->out->slave_fd);
	}
	fd_close(&ct->tty_fd);
}

/* Takes the terminal from the child and checks that it is one, since others inside may have
 * the socket that it comes through. From here on the container gets keys and size. */
static int
tty_take(struct ct *ct)
{
	union ends c;
	int its[2], fds[2];
	struct iovec iov = { its, sizeof its };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
	                      .msg_control = &c, .msg_controllen = sizeof c };
	struct output *o = ct->out;
	unsigned number;
	struct stat st;
	long n = syscall(SYS_recvmsg, ct->go_fd[1], &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (n < 0)
		return fail_sys(ct, "take the terminal");
	if (msg.msg_controllen >= sizeof c.h && c.h.cmsg_len == CMSG_LEN(sizeof fds)) {
		memcpy(fds, CMSG_DATA(&c.h), sizeof fds);
	} else if (n < (long)sizeof its) {
		ct->tty = false;        /* the child goes on without */
		return 0;
	} else {
		for (int i = 0; i < 2; i++)
			fds[i] = (int)syscall(SYS_pidfd_getfd, ct->pidfd, its[i], 0);
	}
	ct->tty_fd = fds[0];
	o->slave_fd = fds[1];
	if (fstat(ct->tty_fd, &st) < 0 || !S_ISCHR(st.st_mode) || st.st_rdev != makedev(5, 2) ||
	    ioctl(ct->tty_fd, TIOCGPTN, &number) < 0 || fcntl(ct->tty_fd, F_SETFL, O_NONBLOCK) < 0)
		return fail_sys(ct, "the child did not send a terminal");
	o->src_fd = ct->tty_fd;
	if (o->in_fd >= 0 && tty_foreground(o->in_fd) && tcgetattr(o->in_fd, &o->mode) == 0)
		tcsetattr(ct->tty_fd, TCSANOW, &o->mode);
	tty_size(ct);
	tty_raw(ct);
	return 0;
}
