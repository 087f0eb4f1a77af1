/* SPDX-License-Identifier: ISC */
/* The verbs logs and attach: read what a container's supervisor keeps, in its memory. The
 * supervisor need not do anything, and a reader that is slow or stops holds up nobody. */

struct reader {
	int fd;                 /* of the ring */
	int wake_fd;            /* readable when there is more: an epoll on the eventfd; or -1 */
	int sup_fd;             /* pidfd of the supervisor */
	uint64_t size, at, lost;
	uint64_t end;           /* where it stops, though a container may write on and on */
	char part[4];           /* the start of a character whose rest is still to come */
	size_t parts;
};

enum { READER_LOOK = 100 };     /* polling interval without wake_fd, in ms */

/* Opens a container's ring. */
static int
reader_open(struct ct *ct, struct ctr *c, struct reader *r)
{
	struct epoll_event new = { .events = EPOLLIN | EPOLLET };
	struct ring head = { .size = 0 };
	LOCAL_FD wake = -1;
	struct stat st;

	*r = (struct reader){ .fd = -1, .wake_fd = -1, .sup_fd = -1 };
	if (c->ring_fd < 0)
		return fail_msg(ct, "keeps no log: its output went elsewhere; --log ring keeps it");
	r->sup_fd = sys_pidfd(c->sup_pid);
	if ((r->fd = ctr_take_fd(ct, c, c->ring_fd)) < 0 ||
	    (wake = ctr_take_fd(ct, c, c->wake_fd)) < 0)
		return -1;
	/* edge-triggered: wakes all readers, none of which consumes the event. It may fail: a
	 * container of the same uid can use up fs.epoll.max_user_watches. */
	r->wake_fd = epoll_create1(EPOLL_CLOEXEC);
	if (r->wake_fd < 0 || epoll_ctl(r->wake_fd, EPOLL_CTL_ADD, wake, &new) < 0)
		fd_close(&r->wake_fd);
	if (pread(r->fd, &head, sizeof head, 0) != (ssize_t)sizeof head ||
	    fstat(r->fd, &st) < 0 || head.size < 4096 ||
	    head.size != (uint64_t)st.st_size - sizeof head)
		fail_msg(ct, "another version of ct keeps its log");
	r->size = head.size;
	r->at = head.from;
	r->end = head.done;
	return ct->failed ? -1 : 0;
}

static void
reader_close(struct reader *r)
{
	fd_close(&r->fd);
	fd_close(&r->wake_fd);
	fd_close(&r->sup_fd);
}

/* Reads on, at most `most` bytes; 0: there is no more yet. What was overwritten before or during
 * the read is lost; the rest of its line is left out. */
static size_t
reader_next(struct reader *r, char *buf, size_t most)
{
	struct ring head;
	uint64_t first;
	size_t n, cut;
	bool missed = false;
	char *end;

	for (;;) {
		if (pread(r->fd, &head, sizeof head, 0) != (ssize_t)sizeof head)
			return 0;
		first = head.begun > r->size ? head.begun - r->size : 0;
		if (r->at < first) {
			r->lost += first - r->at;
			r->at = first;
			missed = true;
		}
		head.done = MIN(head.done, r->end);
		if (r->at >= head.done)
			return 0;
		n = (size_t)MIN(most, MIN(head.done - r->at, r->size - r->at % r->size));
		if (pread(r->fd, buf, n, (off_t)(sizeof head + r->at % r->size)) != (ssize_t)n ||
		    pread(r->fd, &head, sizeof head, 0) != (ssize_t)sizeof head)
			return 0;
		if (head.begun > r->size && r->at < head.begun - r->size)
			continue;
		r->at += n;
		end = missed ? memchr(buf, '\n', n) : NULL;
		cut = end ? (size_t)(end + 1 - buf) : 0;
		r->lost += cut;
		memmove(buf, buf + cut, n -= cut);
		if (n)
			return n;
		missed = false;         /* what is left begins with a line */
	}
}

/* Makes output safe for a terminal: leaves only text. Returns its length; a character that is
 * cut short is kept until its rest comes. After the n bytes, buf has room for a NUL. */
static size_t
logs_clean(struct reader *r, char *buf, size_t n)
{
	size_t at = 0;

	buf[n] = '\0';
	for (int len; at < n; at += len > 0 ? (size_t)len : 1) {
		len = text_plain(buf + at);
		if (len < 0 && at + strlen(buf + at) == n)
			break;
		if (len <= 0 && !memchr("\n\t\r", buf[at], 3))
			buf[at] = '?';
	}
	r->parts = n - at;
	memcpy(r->part, buf + at, r->parts);
	return at;
}

/* Counts the lines from here on; moves the reader past the first `skip` of them. */
static int
logs_lines(struct reader *r, int skip)
{
	struct reader look = *r;
	char buf[4096];
	bool ended = true;
	int lines = 0;
	size_t n;

	while ((n = reader_next(&look, buf, sizeof buf)) > 0)
		for (size_t i = 0; i < n; i++) {
			ended = buf[i] == '\n';
			lines += ended;
			if (ended && lines == skip) {
				r->at = look.at - n + i + 1;
				r->lost = 0;
			}
		}
	return lines + !ended;
}

/* Prints what there is; -1: it cannot be written. */
static int
logs_print(struct ct *ct, struct ctr *c, struct reader *r)
{
	bool clean = isatty(1);
	char buf[4096 + sizeof r->part];
	size_t n;

	while ((n = reader_next(r, buf + r->parts, 4096)) > 0 || r->lost) {
		if (r->lost) {
			STEP_WARN(ct, c->name, "%ju bytes lost", r->lost);
			r->lost = 0;
			memmove(buf, buf + r->parts, n);
			r->parts = 0;   /* of a line that is lost */
		}
		memcpy(buf, r->part, r->parts);
		if (clean)
			n = logs_clean(r, buf, r->parts + n);
		if (io_write(1, buf, n) < 0) {
			ct->step = "stdout";
			return fail_sys(ct, "write");
		}
	}
	return 0;
}

static int
ctr_logs(struct ct *ct, struct ctr *c)
{
	struct epoll_event e;
	struct reader r;
	int skip;

	if (reader_open(ct, c, &r) < 0)
		return -1;
	if (ct->lines >= 0 && (skip = logs_lines(&r, 0) - ct->lines) > 0)
		logs_lines(&r, skip);
	if (ct->follow)
		r.end = UINT64_MAX;
	while (logs_print(ct, c, &r) == 0 && ct->follow) {
		struct pollfd p[] = {
			{ .fd = r.wake_fd, .events = POLLIN }, { .fd = r.sup_fd, .events = POLLIN },
			{ .fd = io_reader() },  /* hung up: nobody reads any more */
		};

		if (poll(p, LEN(p), r.wake_fd < 0 ? READER_LOOK : -1) < 0 && errno != EINTR)
			return fail_sys(ct, "poll");
		if (p[1].revents || p[2].revents)
			ct->follow = false;     /* prints once more, then ends */
		epoll_wait(r.wake_fd, &e, 1, 0);
	}
	return ct->failed ? -1 : 0;
}

/* --- attach --- */

struct attach {
	struct reader r;
	int status_fd;
	char keys[16];          /* those that detach */
	size_t nkeys, typed;    /* of these, so far */
	bool left;
};

/* --detach-keys: characters, or ctrl-X, with commas between. */
static int
attach_keys(struct ct *ct, struct attach *a, const char *s)
{
	for (;;) {
		bool ctrl = !strncmp(s, "ctrl-", 5);

		s += ctrl ? 5 : 0;
		if (a->nkeys == sizeof a->keys || text_plain(s) != 1 || (s[1] && s[1] != ',') ||
		    (ctrl && ((*s & 0x5f) < '@' || *s < '@' || *s == 0x7f)))
			return fail_msg(ct, "--detach-keys: must be keys as in ctrl-p,ctrl-q");
		a->keys[a->nkeys++] = ctrl ? *s & 0x1f : *s;
		if (!s[1])
			return 0;
		s += 2;
	}
}

/* Filters the keys that detach out of what is typed; holds back what may begin them. */
static size_t
attach_typed(struct ct *ct, char *in, size_t n)
{
	struct attach *a = ct->attach;
	char buf[sizeof ct->out->in];
	size_t len = 0;

	for (size_t i = 0; i < n && !a->left; i++) {
		if (in[i] != a->keys[a->typed]) {
			memcpy(buf + len, a->keys, a->typed);
			len += a->typed;
			a->typed = 0;
		}
		if (in[i] != a->keys[a->typed])
			buf[len++] = in[i];
		else
			a->left = ++a->typed == a->nkeys;
	}
	memcpy(in, buf, len);
	return len;
}

/* Switches to the new terminal if --restart has begun another run. */
static void
attach_again(struct ct *ct, struct ctr *c)
{
	int fd;

	if (record_read(c->fd, c) < 0 || !c->pid || c->pid == ct->out->first)
		return;
	if ((fd = ctr_take_fd(ct, c, c->tty_fd)) < 0) {
		err_forget(ct);         /* it has ended, too */
		return;
	}
	fd_close(&ct->tty_fd);
	ct->tty_fd = fd;
	ct->out->first = c->pid;
	tty_size(ct);
}

/* Runs until the container ends, the keys are typed, or a signal comes; returns the status. */
static int
attach_run(struct ct *ct, struct ctr *c, struct attach *a)
{
	struct output *o = ct->out;
	struct epoll_event e;
	unsigned char status = 128 + SIGKILL;   /* as in ctr_waited() */
	bool ended = false;
	int sig;

	a->r.end = UINT64_MAX;
	o->first = c->pid;
	while (!a->left && o->in_fd >= 0 && o->out_fd >= 0) {
		struct pollfd p[OUT_FDS + 3];
		int most;

		if (!o->len) {
			o->len = reader_next(&a->r, o->buf, sizeof o->buf);
			o->at = 0;
		}
		if (ended && !o->len)
			return pread(a->status_fd, &status, 1, 0) < 0 ? 0 : status;
		most = out_wait(ct, p);
		most = a->r.wake_fd < 0 ? READER_LOOK : most;
		p[OUT_FDS] = (struct pollfd){ .fd = ct->sig_fd, .events = POLLIN };
		p[OUT_FDS + 1] = (struct pollfd){ .fd = ended || o->len ? -1 : a->r.wake_fd,
		                                  .events = POLLIN };
		p[OUT_FDS + 2] = (struct pollfd){ .fd = ended ? -1 : a->r.sup_fd,
		                                  .events = POLLIN };
		if (poll(p, LEN(p), o->in_len ? 20 : most) < 0 && errno != EINTR)
			return fail_sys(ct, "poll");
		attach_again(ct, c);
		if (!sig_harmless(sig = sig_told(&p[OUT_FDS], NULL)))
			return 128 + sig;
		if (sig)
			o->tty(ct, sig);
		if (p[OUT_FDS + 1].revents)
			epoll_wait(a->r.wake_fd, &e, 1, 0);
		ended |= p[OUT_FDS + 2].revents != 0;
		sig = out_ready(ct, p);
		if (sig && sig != SIGHUP && (c->held || sup_hears(ct, c->pid, sig) == 0))
			ctr_kill_init(ct, c, sig);
	}
	return 0;
}

static int
ctr_attach(struct ct *ct, struct ctr *c)
{
	struct attach *a = mem_get(ct, sizeof *a);
	int status = -1;

	if (!a)
		return -1;
	a->status_fd = -1;
	if (attach_keys(ct, a, ct->detach_keys ? ct->detach_keys : default_detach_keys) < 0)
		return -1;
	if (c->tty_fd < 0)
		return fail_msg(ct, "has no terminal (run -d -t); see ct logs -f");
	if (!isatty(0) || !isatty(1))
		return fail_msg(ct, "needs a terminal here");
	ct->attach = a;
	ct->tty = true;
	if (reader_open(ct, c, &a->r) == 0 && (ct->tty_fd = ctr_take_fd(ct, c, c->tty_fd)) >= 0 &&
	    (c->status_fd < 0 || (a->status_fd = ctr_take_fd(ct, c, c->status_fd)) >= 0) &&
	    sup_open(ct) == 0 && tty_open(ct) == 0) {
		ct->out->keys = attach_typed;
		tty_size(ct);
		tty_raw(ct);
		status = attach_run(ct, c, a);
		tty_close(ct);
		if (a->left && write(1, "\n", 1) < 0)
			errno = 0;
	}
	reader_close(&a->r);
	return status;
}
