/* SPDX-License-Identifier: ISC */
/* What the verbs kill, stop, pause, resume, start and wait do. */

static int
ctr_kill(struct ct *ct, struct ctr *c)
{
	struct pids p = { .ct = ct, .g = c, .arg = ct->kill_signal, .fn = ctr_kill_pid };

	if (!ct->all && ct->kill_signal != SIGKILL)
		return ctr_kill_init(ct, c, ct->kill_signal);
	if (ct->kill_signal == SIGKILL)
		cg_kill(c->fd);
	else if (ctr_pids(&p) < 0)
		return fail_sys(ct, "list its processes");
	return 0;
}

/* Others' `kill NAME TERM` would first send SIGKILL to NAME, and then find no TERM. */
static int
verb_kill(struct ct *ct, char **argv)
{
	struct ctr c = { .fd = -1 };
	char **last = argv;

	while (*last && last[1])
		last++;
	if (last > argv && sig_parse(*last) > 0 && ctr_open(ct, *last, &c) < 0) {
		fail_hint(ct, "to send this signal: -s %s", *last);
		return -1;
	}
	fd_close(&c.fd);
	return ctr_each(ct, argv, ctr_kill, NULL);
}

static int
ctr_stop_below(int dir, const char *entry, const char *path, void *arg)
{
	struct ct *ct = arg;
	struct ctr c;

	ct->step = mem_dup(ct, path);
	if (ctr_at(dir, entry, ct->step, &c) < 0)
		return cg_gone(errno) ? 0 : -1;
	ctrs_begin(ct, &c);
	return 0;
}

/* When all containers in a group have stopped, ends processes in the group itself: with
 * SIGTERM for each, then SIGKILL. */
static int
ctr_stop_group(struct ct *ct, struct ctr *c)
{
	struct pids p = { .ct = ct, .g = c, .arg = SIGTERM, .fn = ctr_kill_pid, .own = true };
	int sec = ct->wait_sec < 0 ? STOP_TIMEOUT : ct->wait_sec;

	ctr_pids(&p);
	if (p.count && ctr_wait_until(c, ST_CREATED, now_plus(sec)) < 0)
		cg_kill(c->fd);
	if (p.count && ctr_wait_until(c, ST_CREATED, now_plus(10)) < 0)
		return fail_msg(ct, "still has processes");
	return 0;
}

/* Sends the container's --stop-signal. */
static int
ctr_stop(struct ct *ct, struct ctr *c)
{
	struct ct made;
	int sig, sec;

	if (cg_not_paused(ct, c->name) < 0)
		return -1;
	if (ctr_state(c) == ST_PAUSED && io_put(c->fd, "cgroup.freeze", "0") < 0)
		return fail_sys(ct, "write cgroup.freeze");
	if (cg_is_persistent(c->fd)) {
		c->end = UINT64_MAX;
		return cg_each(c->fd, c->name, ctr_stop_below, ct) < 0 ?
		       fail_sys(ct, "look at the cgroups in it") : 0;
	}
	plan_init(&made);
	ctr_recorded(&made, c);         /* without a record the defaults apply */
	sig = made.stop_signal;
	sec = ct->wait_sec >= 0 ? ct->wait_sec :
	      made.stop_timeout < 0 ? STOP_TIMEOUT : made.stop_timeout;
	mem_free(&made.mem, NULL);
	cg_end(c->fd);
	record_read(c->fd, c);          /* it may have been started again just now */
	if (c->pid && ctr_kill_init(ct, c, sig) < 0)
		err_forget(ct);
	c->end = now_plus(sec);
	return 0;
}

/* Sends SIGKILL when the container's --stop-timeout is over. */
static int
ctr_stopped(struct ct *ct, struct ctr *c)
{
	if (c->end == UINT64_MAX)
		return ctr_stop_group(ct, c);
	if (ctr_wait_until(c, ST_STOPPED, c->end) < 0)
		cg_kill(c->fd);
	if (ctr_wait_until(c, ST_STOPPED, now_plus(10)) < 0 && ctr_state(c) != ST_CREATED)
		return fail_msg(ct, "still has processes");
	ctr_gone(ct, c);
	return 0;
}

/* pause and resume */
static int
ctr_pause(struct ct *ct, struct ctr *c)
{
	ct->want = *ct->row->name == 'p' ? ST_PAUSED : ST_RUNNING;
	return ctr_freeze_begin(ct, c);
}

/* Writes to the pipe that a held container's supervisor keeps, and updates the record. */
static int
ctr_start(struct ct *ct, struct ctr *c)
{
	struct ctr now = { .pid = 0 };
	LOCAL_FD fd = -1;

	if (!c->held)
		return fail_msg(ct, "is not held");
	if ((fd = ctr_take_fd(ct, c, c->go_fd)) < 0)
		return -1;
	sig_mask(SIG_BLOCK, SIGPIPE);   /* errno tells instead */
	/* unchanged: so that was its pipe, not what a restart has opened under that number */
	if (record_read(c->fd, &now) < 0 || !now.held || now.pid != c->pid)
		return fail_msg(ct, "is not held");
	if (write(fd, "", 1) != 1)
		return fail_sys(ct, "release it");
	if (record_read(c->fd, c) < 0 && cg_gone(errno))
		return 0;
	c->held = false;
	return record_write(c->fd, c) < 0 && !cg_gone(errno) ?
	       fail_sys(ct, "setxattr user.ct.init") : 0;
}

/* Finds the state to wait for, and opens the memfd where the supervisor leaves the status. */
static int
ctr_wait(struct ct *ct, struct ctr *c)
{
	ct->want = ct->state ? NAME_FIND(states, ct->state) : ST_STOPPED;
	if (ct->want < 0)
		return fail_msg(ct, "%s: no such state", ct->state);
	if (ct->want == ST_STOPPED && c->status_fd >= 0) {
		c->taken_fd = ctr_take_fd(ct, c, c->status_fd);
		err_forget(ct);         /* then it is unknown */
	}
	c->end = ct->wait_sec < 0 ? 0 : ct->end_at;
	return 0;
}

/* Waits, and prints the exit status. */
static int
ctr_waited(struct ct *ct, struct ctr *c)
{
	struct pollfd p = { .fd = -1, .events = POLLIN };
	unsigned char status = 128 + SIGKILL;   /* what killed a supervisor that left none */
	struct buf o = { .fd = 1 };
	int r = 0;

	if (c->taken_fd >= 0)
		p.fd = sys_pidfd(c->sup_pid);
	if (!ctr_locked(c))             /* that pid is another process's by now */
		fd_close(&p.fd);
	/* the supervisor writes it after its hooks */
	if (ctr_wait_until(c, ct->want, c->end) < 0 ||
	    (p.fd >= 0 && poll(&p, 1, ms_until(c->end)) == 0)) {
		ct->err.status = 124;
		r = fail_msg(ct, "is not %s", states[ct->want]);
	} else if (c->taken_fd >= 0 && pread(c->taken_fd, &status, 1, 0) >= 0) {
		buf_printf(&o, "%d\n", status);
		r = buf_end(ct, &o);
		ct->status_out = status;
	}
	fd_close(&p.fd);
	return r;
}

static int
verb_wait(struct ct *ct, char **argv)
{
	int status;

	ct->end_at = now_plus(ct->wait_sec);
	status = ctr_each(ct, argv, ctr_wait, ctr_waited);
	return status ? status : ct->status_out;
}
