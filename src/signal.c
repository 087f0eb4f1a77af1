/* SPDX-License-Identifier: ISC */
/* Verbs: kill, stop, pause, resume, start, wait. */

/* --- signals --- */

static int
kill_group(struct ct *ct, struct grp *g)
{
	struct pids p = { ct, g, ct->stop_signal, 0, kill_pid, false };

	if (!ct->all && ct->stop_signal != SIGKILL)
		return kill_init(ct, g, ct->stop_signal);
	if (ct->stop_signal == SIGKILL)
		cg_kill(g->fd);
	else
		grp_pids(&p);
	return 0;
}

static int
verb_kill(struct ct *ct, char **argv)
{
	ct->stop_signal = SIGKILL;
	return reg_each(ct, reg_args(ct, V_KILL, argv), kill_group);
}

static int stop_group(struct ct *ct, struct grp *g);

static int
stop_one(int dir, const char *entry, const char *path, void *arg)
{
	struct grp g;

	if (grp_at(dir, entry, path, &g) < 0)
		return 0;
	stop_group(arg, &g);
	grp_close(&g);
	return 0;
}

static int
stop_group(struct ct *ct, struct grp *g)
{
	char args[65536];
	size_t len = grp_args(g, args, sizeof args);
	int sig = SIGTERM, sec = STOP_TIMEOUT;
	uint64_t v;

	if (cg_kept(g->fd)) {
		cg_each(g->fd, g->name, stop_one, ct);
		return ct->failed ? -1 : 0;
	}
	for (size_t at = 0, n, i = 0; at < len && i < (size_t)g->command_at;
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
	if (grp_state(g) == ST_PAUSED)
		io_put(g->fd, "cgroup.freeze", "0");
	if (g->pid && kill_init(ct, g, sig < 0 ? SIGTERM : sig) < 0)
		ct->failed = false;
	if (grp_wait(g, ST_STOPPED, sec * 1000) < 0)
		cg_kill(g->fd);
	if (grp_wait(g, ST_STOPPED, 10000) < 0 && grp_state(g) != ST_CREATED)
		return fail_msg(ct, "processes are still in it");
	reg_gone(ct, g);
	return 0;
}

static int
verb_stop(struct ct *ct, char **argv)
{
	ct->timeout = -1;
	return reg_each(ct, reg_args(ct, V_STOP, argv), stop_group);
}

static int
pause_group(struct ct *ct, struct grp *g)
{
	return freeze_group(ct, g, "1", ST_PAUSED);
}

static int
resume_group(struct ct *ct, struct grp *g)
{
	return freeze_group(ct, g, "0", g->held ? ST_CREATED : ST_RUNNING);
}

static int
verb_pause(struct ct *ct, char **argv)
{
	return reg_each(ct, argv, pause_group);
}

static int
verb_resume(struct ct *ct, char **argv)
{
	return reg_each(ct, argv, resume_group);
}

/* --- what its supervisor holds --- */

static int
start_group(struct ct *ct, struct grp *g)
{
	char line[200], *p;
	ssize_t n;
	int fd;

	if (!g->held)
		return fail_msg(ct, "is not held");
	if ((fd = reg_take(ct, g, g->go_fd)) < 0)
		return -1;
	if (write(fd, "", 1) != 1)
		fail_sys(ct, "release it");
	fd_close(&fd);
	n = fgetxattr(g->fd, "user.ct.init", line, sizeof line - 1);
	if (n > 0) {
		line[n] = '\0';
		if ((p = text_find(line, "held")))
			*p = '\0';
		fsetxattr(g->fd, "user.ct.init", line, strlen(line), 0);
	}
	return ct->failed ? -1 : 0;
}

static int
verb_start(struct ct *ct, char **argv)
{
	return reg_each(ct, argv, start_group);
}

static int
wait_group(struct ct *ct, struct grp *g)
{
	int want = ST_STOPPED, fd = -1, ms = ct->timeout > 0 ?
	           ct->timeout * 1000 : ct->timeout;
	struct pollfd p = { .fd = -1, .events = POLLIN };
	struct out o;
	unsigned char status;
	const char *s = ct->state;

	out_open(&o);
	for (want = 0; s && want < 4 && strcmp(s, states[want]); want++)
		;
	want = s ? want : ST_STOPPED;
	if (want > ST_STOPPED)
		return fail_msg(ct, "%s: no such state", s);
	if (want == ST_STOPPED && g->status_fd >= 0) {
		p.fd = (int)syscall(NR_pidfd_open, g->sup_pid, 0);
		fd = reg_take(ct, g, g->status_fd);
		ct->failed = false;     /* then it is unknown */
	}
	if (grp_wait(g, want, ms) < 0) {
		ct->err.status = 124;
		fail_msg(ct, "is not %s", states[want]);
	} else if (fd >= 0) {
		poll(&p, 1, 5000);      /* until the supervisor has written it */
		if (pread(fd, &status, 1, 0) == 1) {
			out_f(&o, "%d\n", status);
			out_flush(&o);
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
	status = reg_each(ct, reg_args(ct, V_WAIT, argv), wait_group);
	return status ? status : ct->status_out;
}
