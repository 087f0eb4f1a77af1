/* SPDX-License-Identifier: ISC */
/* The verbs logs and attach: what the supervisor of a container keeps, read in its memory.
 * It has nothing to do for them, and whoever reads slowly or stops holds up nobody. */

struct reader {
	int fd;                 /* of the ring */
	int wake_fd;            /* readable when there is more: an epoll on the eventfd */
	int sup_fd;             /* pidfd of the supervisor */
	uint64_t size, at, lost;
};

/* Takes the ring of a container. */
static int
reader_open(struct ct *ct, struct ctr *c, struct reader *r)
{
	struct epoll_event new = { .events = EPOLLIN | EPOLLET };
	struct ring head;
	struct stat st;
	int wake;

	*r = (struct reader){ .fd = -1, .wake_fd = -1, .sup_fd = -1 };
	if (c->ring_fd < 0)
		return fail_msg(ct, "keeps no log: it is for run -d, or --log ring");
	r->sup_fd = (int)syscall(SYS_pidfd_open, c->sup_pid, 0);
	if ((r->fd = ctr_take_fd(ct, c, c->ring_fd)) < 0 ||
	    (wake = ctr_take_fd(ct, c, c->wake_fd)) < 0)
		return -1;
	/* edge-triggered: each who follows is woken, and nobody takes it from another */
	r->wake_fd = epoll_create1(EPOLL_CLOEXEC);
	if (r->wake_fd < 0 || epoll_ctl(r->wake_fd, EPOLL_CTL_ADD, wake, &new) < 0)
		fail_sys(ct, "epoll");
	fd_close(&wake);
	if (!ct->failed && (pread(r->fd, &head, sizeof head, 0) != (ssize_t)sizeof head ||
	                    fstat(r->fd, &st) < 0 || head.size < 4096 ||
	                    head.size != (uint64_t)st.st_size - sizeof head))
		fail_msg(ct, "what it keeps is no log");
	r->size = head.size;
	return ct->failed ? -1 : 0;
}

static void
reader_close(struct reader *r)
{
	fd_close(&r->fd);
	fd_close(&r->wake_fd);
	fd_close(&r->sup_fd);
}

/* The next of it, at most n bytes; 0: there is no more yet. What was written over before or
 * while it was read is lost; the rest of its line is left out. */
static size_t
reader_next(struct reader *r, char *buf, size_t n)
{
	struct ring head;
	uint64_t first;
	bool missed = false;

	for (;;) {
		if (pread(r->fd, &head, sizeof head, 0) != (ssize_t)sizeof head ||
		    head.done < r->at)
			return 0;
		first = head.begun > r->size ? head.begun - r->size : 0;
		if (r->at < first) {
			r->lost += first - r->at;
			r->at = first;
			missed = true;
		}
		n = (size_t)MIN(n, MIN(head.done - r->at, r->size - r->at % r->size));
		if (!n || pread(r->fd, buf, n, (off_t)(sizeof head + r->at % r->size)) != (ssize_t)n)
			return 0;
		if (pread(r->fd, &head, sizeof head, 0) != (ssize_t)sizeof head)
			return 0;
		if (head.begun <= r->size || r->at >= head.begun - r->size)
			break;
	}
	r->at += n;
	if (missed) {
		char *end = memchr(buf, '\n', n);
		size_t cut = end ? (size_t)(end + 1 - buf) : 0;

		r->lost += cut;
		memmove(buf, buf + cut, n -= cut);
	}
	return n;
}

/* Output of a container is text: on a terminal it does no more than that. */
static void
logs_clean(char *buf, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (((unsigned char)buf[i] < ' ' && buf[i] != '\n' && buf[i] != '\t' &&
		     buf[i] != '\r') || buf[i] == 0x7f ||
		    ((buf[i] & 0xe0) == 0x80 && i && (unsigned char)buf[i - 1] == 0xc2))
			buf[i] = '?';
}

/* Lines from here on; sets the reader behind the first `skip` of them. */
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

/* Prints what there is; -1: nobody takes it. */
static int
logs_print(struct ct *ct, struct ctr *c, struct reader *r)
{
	bool clean = isatty(1);
	char buf[4096];
	struct err lost = { 0 };
	size_t n;

	while ((n = reader_next(r, buf, sizeof buf)) > 0 || r->lost) {
		if (r->lost) {
			text_printf(lost.step, sizeof lost.step, "%s", c->name);
			text_printf(lost.text, sizeof lost.text, "%llu bytes are lost",
			            (unsigned long long)r->lost);
			err_print(&lost, "warning: ");
			r->lost = 0;
		}
		if (clean)
			logs_clean(buf, n);
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
	int skip, result = -1;

	if (reader_open(ct, c, &r) < 0)
		goto out;
	if (ct->lines >= 0 && (skip = logs_lines(&r, 0) - ct->lines) > 0)
		logs_lines(&r, skip);
	while ((result = logs_print(ct, c, &r)) == 0 && ct->follow) {
		struct pollfd p[] = {
			{ .fd = r.wake_fd, .events = POLLIN }, { .fd = r.sup_fd, .events = POLLIN },
			{ .fd = 1 },            /* hung up: nobody reads any more */
		};

		if (poll(p, LEN(p), -1) < 0 && errno != EINTR) {
			result = fail_sys(ct, "poll");
			break;
		}
		if (p[1].revents || p[2].revents)
			ct->follow = false;     /* once more, then it is the end */
		epoll_wait(r.wake_fd, &e, 1, 0);
	}
out:
	reader_close(&r);
	return result;
}

static int
verb_logs(struct ct *ct, char **argv)
{
	ct->lines = -1;
	argv = verb_args(ct, V_LOGS, argv);
	if (argv && *argv && argv[1])
		return fail_msg(ct, "needs one NAME");
	return ctr_each(ct, argv, ctr_logs);
}
