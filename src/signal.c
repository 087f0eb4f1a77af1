/* SPDX-License-Identifier: ISC */
/* Verbs: kill, stop, pause, resume, start, wait. */

/* --- signals --- */

static int
ctr_kill_all(struct ct *ct, struct ctr *c)
{
	struct pids p = { ct, c, ct->stop_signal, 0, ctr_kill_pid, false };

	if (!ct->all && ct->stop_signal != SIGKILL)
		return ctr_kill_init(ct, c, ct->stop_signal);
	if (ct->stop_signal == SIGKILL)
		cg_kill(c->fd);
	else
		ctr_pids(&p);
	return 0;
}

static int
verb_kill(struct ct *ct, char **argv)
{
	ct->stop_signal = SIGKILL;
	return ctr_each(ct, verb_args(ct, V_KILL, argv), ctr_kill_all);
}

static int ctr_stop(struct ct *ct, struct ctr *g);

static int
stop_one(int dir, const char *entry, const char *path, void *arg)
{
	struct ctr c;

	if (ctr_at(dir, entry, path, &c) < 0)
		return 0;
	ctr_stop(arg, &c);
	ctr_close(&c);
	return 0;
}

static int
ctr_stop(struct ct *ct, struct ctr *c)
{
	char args[65536];
	size_t len = ctr_args(c, args, sizeof args);
	int sig = SIGTERM, sec = STOP_TIMEOUT;
	uint64_t v;

	if (cg_is_persistent(c->fd)) {
		cg_each(c->fd, c->name, stop_one, ct);
		return ct->failed ? -1 : 0;
	}
	for (size_t at = 0, n, i = 0; at < len && i < (size_t)c->command_at;
	     at += n, i++) {
		const char *a = args + at, *eq = strchr(a, '=');

		n = strlen(a) + 1;
		eq = eq ? eq + 1 : a + n;
		if (!strncmp(a, "--stop-signal", 13))
			sig = sig_parse(eq);
		else if (!strncmp(a, "--stop-timeout", 14) &&
		         num_parse(eq, 0, 86400, &v) == 0)
			sec = (int)v;
	}
	if (ct->timeout >= 0)
		sec = ct->timeout;
	if (ctr_state(c) == ST_PAUSED)
		io_put(c->fd, "cgroup.freeze", "0");
	if (c->pid && ctr_kill_init(ct, c, sig < 0 ? SIGTERM : sig) < 0)
		err_forget(ct);
	if (ctr_wait_state(c, ST_STOPPED, sec * 1000) < 0)
		cg_kill(c->fd);
	if (ctr_wait_state(c, ST_STOPPED, 10000) < 0 && ctr_state(c) != ST_CREATED)
		return fail_msg(ct, "processes are still in it");
	ctr_gone(ct, c);
	return 0;
}

static int
verb_stop(struct ct *ct, char **argv)
{
	ct->timeout = -1;
	return ctr_each(ct, verb_args(ct, V_STOP, argv), ctr_stop);
}

static int
ctr_pause(struct ct *ct, struct ctr *c)
{
	return ctr_freeze(ct, c, "1", ST_PAUSED);
}

static int
ctr_resume(struct ct *ct, struct ctr *c)
{
	return ctr_freeze(ct, c, "0", c->held ? ST_CREATED : ST_RUNNING);
}

static int
verb_pause(struct ct *ct, char **argv)
{
	return ctr_each(ct, argv, ctr_pause);
}

static int
verb_resume(struct ct *ct, char **argv)
{
	return ctr_each(ct, argv, ctr_resume);
}

/* --- what its supervisor holds --- */

static int
ctr_start(struct ct *ct, struct ctr *c)
{
	char line[200], *p;
	ssize_t n;
	int fd;

	if (!c->held)
		return fail_msg(ct, "is not held");
	if ((fd = ctr_take_fd(ct, c, c->go_fd)) < 0)
		return -1;
	if (write(fd, "", 1) != 1)
		fail_sys(ct, "release it");
	fd_close(&fd);
	n = fgetxattr(c->fd, "user.ct.init", line, sizeof line - 1);
	if (n > 0) {
		line[n] = '\0';
		if ((p = text_find(line, "held")))
			*p = '\0';
		fsetxattr(c->fd, "user.ct.init", line, strlen(line), 0);
	}
	return ct->failed ? -1 : 0;
}

static int
verb_start(struct ct *ct, char **argv)
{
	return ctr_each(ct, argv, ctr_start);
}

static int
ctr_wait(struct ct *ct, struct ctr *c)
{
	int want = ST_STOPPED, fd = -1, ms = ct->timeout > 0 ?
	           ct->timeout * 1000 : ct->timeout;
	struct pollfd p = { .fd = -1, .events = POLLIN };
	struct buf o;
	unsigned char status;
	const char *s = ct->state;

	buf_open(&o);
	for (want = 0; s && want < 4 && strcmp(s, states[want]); want++)
		;
	want = s ? want : ST_STOPPED;
	if (want > ST_STOPPED)
		return fail_msg(ct, "%s: no such state", s);
	if (want == ST_STOPPED && c->status_fd >= 0) {
		p.fd = (int)syscall(SYS_pidfd_open, c->sup_pid, 0);
		fd = ctr_take_fd(ct, c, c->status_fd);
		err_forget(ct);     /* then it is unknown */
	}
	if (ctr_wait_state(c, want, ms) < 0) {
		ct->err.status = 124;
		fail_msg(ct, "is not %s", states[want]);
	} else if (fd >= 0) {
		poll(&p, 1, 5000);      /* until the supervisor has written it */
		if (pread(fd, &status, 1, 0) == 1) {
			buf_printf(&o, "%d\n", status);
			buf_flush(&o);
			ct->status_out = status;
		}
	}
	fd_close(&p.fd);
	fd_close(&fd);
	return ct->failed ? -1 : 0;
}

static int
verb_wait(struct ct *ct, char **argv)
{
	int status;

	ct->timeout = -1;
	status = ctr_each(ct, verb_args(ct, V_WAIT, argv), ctr_wait);
	return status ? status : ct->status_out;
}
