/* SPDX-License-Identifier: ISC */
/* Copies what the container writes, and what is typed for it. */

struct output {
	int in_fd;              /* the caller's terminal, or -1 */
	int out_fd;             /* where output goes on to, or -1 */
	bool waits;             /* a write to out_fd may: poll before each */
	bool raw;               /* the caller's terminal is; `mode` is what it was */
	struct termios mode;
	int slave_fd;           /* or the other end would be hung up while nobody has it open */
	int src_fd;             /* what the container writes comes here */
	void (*tty)(struct ct *, int sig);      /* what belongs to a terminal */
	size_t in_len, len, at; /* in buf: what is still to be written, and from where */
	char in[256], buf[4096];
};

/* What sup_run() is to wait for. */
static void
out_wait(struct ct *ct, struct pollfd p[OUT_FDS])
{
	struct output *o = ct->out;
	short events = (short)((o->len ? 0 : POLLIN) | (o->in_len ? POLLOUT : 0));

	p[0] = (struct pollfd){ .fd = o->raw && !o->in_len ? o->in_fd : -1, .events = POLLIN };
	p[1] = (struct pollfd){ .fd = events ? o->src_fd : -1, .events = events };
	p[2] = (struct pollfd){ .fd = o->len ? o->out_fd : -1, .events = POLLOUT };
}

/* Keys. Who is not in the foreground any more gets EIO. */
static void
out_keys(struct ct *ct, const struct pollfd *p)
{
	struct output *o = ct->out;
	ssize_t n;

	if (p->revents) {
		n = read(o->in_fd, o->in, sizeof o->in);
		if (n > 0)
			o->in_len = (size_t)n;
		else if (p->revents & (POLLHUP | POLLERR | POLLNVAL) || (n < 0 && errno != EIO))
			o->in_fd = -1;
		if (n < 0)
			o->raw = false;
	}
	if (!o->in_len)
		return;
	n = write(ct->tty_fd, o->in, o->in_len);
	if (n < 0 && errno != EAGAIN)
		n = (ssize_t)o->in_len; /* nobody will read it */
	if (n > 0) {
		o->in_len -= (size_t)n;
		memmove(o->in, o->in + n, o->in_len);
	}
}

/* One piece of output further; false if that would have to wait, or all is done. */
static bool
out_copy(struct output *o, bool writable)
{
	ssize_t n;

	if (!o->len) {
		n = o->src_fd < 0 ? 0 : read(o->src_fd, o->buf, sizeof o->buf);
		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
			o->src_fd = -1;
		if (n <= 0)
			return false;
		o->at = 0;
		o->len = o->out_fd < 0 ? 0 : (size_t)n;
	}
	if (!o->len)
		return true;
	if (o->waits && !writable)
		return false;
	n = write(o->out_fd, o->buf + o->at, o->len);
	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		o->len = 0;
		fd_close(&o->out_fd);
		return false;
	}
	if (n > 0) {
		o->at += (size_t)n;
		o->len -= (size_t)n;
	}
	return n > 0 && !o->waits;
}

/* After poll(2). Nobody reads the output any more: SIGHUP, as for whom its terminal is
 * gone; else 0. */
static int
out_ready(struct ct *ct, struct pollfd p[OUT_FDS])
{
	struct output *o = ct->out;
	bool had = o->out_fd >= 0;

	out_keys(ct, &p[0]);
	if (p[1].revents || p[2].revents)       /* then a signal may have come */
		for (int i = 0; i < 16 && out_copy(o, p[2].revents); i++)
			;
	return had && o->out_fd < 0 ? SIGHUP : 0;
}

/* The command has ended: what it wrote is in the terminal still. Whoever reads that may let
 * us wait, but no signal. */
static void
out_end(struct ct *ct)
{
	struct output *o = ct->out;
	struct pollfd p[] = { { .fd = ct->sig_fd, .events = POLLIN }, { .events = POLLOUT } };
	struct pollfd more = { .fd = o->src_fd, .events = POLLIN };

	struct signalfd_siginfo si;

	while (o->len || poll(&more, 1, 0) > 0) {
		p[1].fd = o->len ? o->out_fd : -1;
		if (poll(p, 2, o->len ? -1 : 0) < 0 ||
		    (p[0].revents && read(ct->sig_fd, &si, sizeof si) == (ssize_t)sizeof si &&
		     !sig_harmless((int)si.ssi_signo)))
			break;
		out_copy(o, p[1].revents);
		more.fd = o->src_fd;
	}
	if (o->tty)
		o->tty(ct, 0);
}

static const struct pump out_pump = { out_wait, out_ready, out_end };

static struct output *
out_open(struct ct *ct)
{
	struct output *o = ct->out ? ct->out : mem_get(ct, sizeof *o);

	if (!o || ct->out)
		return o;
	ct->out = o;
	ct->pump = &out_pump;
	o->in_fd = o->out_fd = o->slave_fd = o->src_fd = -1;
	o->waits = o->raw = false;
	o->tty = NULL;
	o->in_len = o->len = 0;
	return o;
}
