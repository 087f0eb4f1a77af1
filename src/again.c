/* SPDX-License-Identifier: ISC */
/* --restart: the supervisor starts the container again. The S_ONCE steps stay done, so that it
 * keeps its cgroup, and with it its name, limits and record. The other steps are undone and
 * taken again, after memory and file descriptors have been reset to what they were before the
 * first of them. */

enum { AGAIN_FDS = 1024 };      /* file descriptors from here on are not ct's, and stay */
struct again {
	struct ct was;
	struct saved *mem;
	uint64_t fds[AGAIN_FDS / 64];   /* bits: open file descriptors */
	uint64_t began, pause;          /* µs */
	int status;                     /* of the last run */
	int failures;                   /* in a row */
};

static void
again_see(const struct ct *ct, int fd)
{
	if (fd < AGAIN_FDS)
		ct->again->fds[fd / 64] |= UINT64_C(1) << fd % 64;
}

static void
again_drop(const struct ct *ct, int fd)
{
	if (fd < AGAIN_FDS && !(ct->again->fds[fd / 64] >> fd % 64 & 1))
		close(fd);
}

/* Saves the state to restart from, once the S_ONCE steps are done. */
static int
again_keep(struct ct *ct)
{
	static const size_t first[] = {         /* of the first start only */
		offsetof(struct ct, ready_fd), offsetof(struct ct, info_fd),
		offsetof(struct ct, detach_fd), offsetof(struct ct, images_fd),
	};
	struct again *a = sys_pages(sizeof *a, MAP_PRIVATE);

	ct->step = "restart";
	if (!a || madvise(a, sizeof *a, MADV_DONTFORK) < 0)
		return fail_sys(ct, "mmap");
	ct->again = a;
	ct->part = S_INSIDE;
	fd_each(ct, again_see);
	if (mem_save(ct, &a->mem) < 0)
		return -1;
	a->was = *ct;
	for (size_t i = 0; i < LEN(first); i++) {
		int *fd = (int *)(void *)((char *)&a->was + first[i]);

		if (*fd >= 0 && *fd < AGAIN_FDS)
			a->fds[*fd / 64] &= ~(UINT64_C(1) << *fd % 64);
		*fd = -1;
	}
	a->was.hold = false;
	a->was.features &= ~(unsigned)FEAT_HOLD;
	a->began = now_usec();
	return 0;
}

/* Is the container to be started again? reboot(2) inside kills the first process of the pid
 * namespace by SIGHUP (restart) or SIGINT (halt), which nothing else can kill it with. */
static bool
again_wanted(struct ct *ct, int *status)
{
	bool marked = ct->again && ct->cg_fd >= 0 && cg_ended(ct->cg_fd);
	bool pid1 = ct->unshare & FEAT_PID, reboot = pid1 && ct->by_signal == SIGHUP;
	struct again *a = ct->again;

	if (marked && ct->failed && ct->restarts) {     /* ended by a verb while restarting */
		err_forget(ct);
		*status = a->status;
	}
	if (!a || marked || ct->final || !(ct->ready || ct->restarts) ||
	    (ct->images && ct->failed) ||   /* a failed restore must not become a fresh start */
	    (pid1 && ct->by_signal == SIGINT) || (ct->passed && *status == 128 + ct->passed))
		return false;
	a->status = *status;
	if (now_usec() - a->began >= RESTART_RESET * UINT64_C(1000))
		a->failures = 0;
	if (!a->failures)
		a->pause = RESTART_FIRST * UINT64_C(1000);
	a->failures++;
	if (ct->restart == AGAIN_ON_FAILURE)
		return *status && (!ct->restart_most || a->failures <= ct->restart_most);
	return reboot || ct->restart == AGAIN_ALWAYS;
}

/* Waits before the next start: false if a signal, --timeout, or a verb that marks the record
 * ends the container for good. Nothing reports the mark, so it is polled. */
static bool
again_pause(struct ct *ct, uint64_t end, int *status)
{
	struct pollfd p = { .fd = ct->sig_fd, .events = POLLIN };
	uint64_t now;
	int sig;

	while (!(ct->cg_fd >= 0 && cg_ended(ct->cg_fd))) {
		now = now_usec();
		if (ct->end_at && now >= ct->end_at) {
			*status = 124;
			return false;
		}
		if (now >= end)
			return true;
		if (poll(&p, 1, MIN(ms_until(end), 100)) > 0 &&
		    !sig_harmless(sig = sig_told(&p, NULL))) {
			*status = 128 + sig;
			return false;
		}
	}
	return false;
}

/* Warns, unless a verb has ended the container meanwhile. */
static void
again_forgive(struct ct *ct)
{
	if (ct->cg_fd >= 0 && cg_ended(ct->cg_fd))
		err_forget(ct);
	else
		step_forgive(ct);
}

/* Undoes what belongs to the run that ended, and waits. True: everything is as it was before
 * that run. */
static bool
again_begin(struct ct *ct, int *status)
{
	struct again *a = ct->again;
	unsigned restarts = ct->restarts + 1;
	uint64_t end_at = ct->end_at, pause = a->pause;

	if (ct->failed)
		step_forgive(ct);
	if (ct->out && ct->out->own_fd >= 0)
		out_own(ct);
	step_undo_rows(ct, false);
	fd_each(ct, again_drop);
	mem_restore(ct, a->mem);
	*ct = a->was;
	ct->restarts = restarts;
	if (ct->images) {               /* ct restore: only the first start is from images */
		ct->images = NULL;
		ct->features |= ct->later;
		ct->unshare |= FEAT_PID;
	}
	ct->end_at = ct->give_up = end_at;
	ct->ready = true;               /* an earlier run was */
	if (ct->cg_fd >= 0) {           /* cg_kill() also thaws it */
		cg_kill(ct->cg_fd);
		cg_empty(ct->cg_fd);
		cg_clear(ct->cg_fd);
		fremovexattr(ct->cg_fd, "user.ct.mounts");      /* gone with its namespace */
		cg_num(ct->cg_fd, "memory.events", "oom_kill", &ct->oom_before);
	}
	if (record_init(ct) < 0)        /* no process until the next start */
		again_forgive(ct);
	if (!again_pause(ct, now_usec() + pause, status))
		return false;
	a->pause = MIN(2 * pause, RESTART_MOST * UINT64_C(1000));
	a->began = now_usec();
	pr_keyring(ct->keyring, sizeof ct->keyring);
	ct->ready = false;
	if (HAVE_DEVICES)
		dev_again(ct);
	for (const struct op *op = ct->ops; HAVE_NET && op; op = op->next)
		if (op->nic && nic_name_host(ct, op->nic) < 0)
			again_forgive(ct);
	ct->step = "cgroup";
	fd_close(&ct->inner_fd);
	if (ct->cg_fd >= 0 && (cg_not_paused(ct, ct->name) < 0 || cg_inner(ct) < 0))
		again_forgive(ct);      /* the next start fails and reports why */
	a->was.inner_fd = ct->inner_fd;
	return true;
}
