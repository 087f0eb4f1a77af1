/* SPDX-License-Identifier: ISC */
/* Copies what the container writes, and what is typed to it. */

struct output {
	int in_fd;              /* the caller's terminal, or -1 */
	int out_fd;             /* where output goes, or -1 */
	bool waits;             /* a write to out_fd may block: poll before each */
	bool raw;               /* the caller's terminal is raw; `mode` is its old mode */
	struct termios mode;
	int slave_fd;           /* else tty_fd hangs up while nobody inside has it open */
	int src_fd;             /* what the container writes comes here */
	int own_fd;             /* and here a detached ct's own messages, or -1 */
	void (*tty)(struct ct *, int sig);      /* for a terminal */
	size_t (*keys)(struct ct *, char *in, size_t n);        /* to look at what is typed */
	void (*keep)(struct ct *, const char *data, size_t n);  /* for a log */
	int log_fd;             /* of --log FILE, kmsg or syslog; or -1 */
	volatile struct ring *ring;
	uint64_t lost;          /* lines not taken by syslog, bytes not taken by a file */
	size_t line_len;
	char line[LOG_LINE];
	pid_t first;            /* the first process, where that is not ct's child */
	int end;                /* SIGHUP once output cannot go on, or see out_typed() */
	size_t in_len, len, at; /* in buf: what is still to be written, and from where */
	char in[256], buf[4096];
};

/* The last output of a container, in a memfd that others read while it is written. What is
 * older than size bytes before `begun` may be overwritten; up to `done` all is complete. */
struct ring {
	uint64_t size, begun, done;
	uint64_t from;          /* what was before is forgotten, libct_container_log_forget() */
	char data[];
};

/* What sup_run() is to poll. No event tells that a shell has given its terminal to a running
 * background job, so it looks every TTY_LOOK ms. */
static int
out_wait(struct ct *ct, struct pollfd p[OUT_FDS])
{
	struct output *o = ct->out;
	short events = (short)((o->len ? 0 : POLLIN) | (o->in_len ? POLLOUT : 0));
	bool behind = ct->tty_fd >= 0 && o->in_fd >= 0 && (o->tty(ct, SIGCONT), !o->raw);

	p[0] = (struct pollfd){ .fd = o->raw && !o->in_len ? o->in_fd : -1, .events = POLLIN };
	p[1] = (struct pollfd){ .fd = events ? o->src_fd : -1, .events = events };
	p[2] = (struct pollfd){ .fd = o->len ? o->out_fd : -1, .events = POLLOUT };
	p[3] = (struct pollfd){ .fd = o->own_fd, .events = POLLIN };
	return behind ? TTY_LOOK : -1;
}

/* The kernel drops the signals of ^C and ^\ if PID 1 does not catch them. Returns the signal
 * of such a key if the first process is in the foreground, or nobody is yet. */
static int
out_typed(struct ct *ct, const char *in, size_t n)
{
	struct termios mode;
	pid_t group;

	if (tcgetattr(ct->tty_fd, &mode) < 0 || !(mode.c_lflag & ISIG))
		return 0;
	ct->interrupted |= memchr(in, mode.c_cc[VINTR], n) != NULL;
	if (ioctl(ct->tty_fd, REQUEST(TIOCGPGRP), &group) < 0 ||
	    (group && group != (ct->out->first ? ct->out->first : ct->pid)))
		return 0;
	return memchr(in, mode.c_cc[VINTR], n) ? SIGINT :
	       memchr(in, mode.c_cc[VQUIT], n) ? SIGQUIT : 0;
}

/* Copies keys. Once ct is not in the foreground any more, it gets EIO. */
static void
out_keys(struct ct *ct, const struct pollfd *p)
{
	struct output *o = ct->out;
	ssize_t n;

	if (p->revents) {
		n = read(o->in_fd, o->in, sizeof o->in / 2);
		if (n > 0) {
			o->end = out_typed(ct, o->in, (size_t)n);
			o->in_len = o->keys ? o->keys(ct, o->in, (size_t)n) : (size_t)n;
		} else if (p->revents & (POLLHUP | POLLERR | POLLNVAL) || (n < 0 && errno != EIO)) {
			o->in_fd = -1;
		}
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

/* Output cannot go on: an error, unless its reader has gone. */
static void
out_fail(struct ct *ct, const char *what)
{
	struct output *o = ct->out;

	if (errno != EPIPE && !ct->failed)
		fail_sys(ct, "%s the output", what);
	o->len = 0;
	o->end = SIGHUP;
}

/* Copies one piece of output; false if that would block, or all is done. */
static bool
out_copy(struct ct *ct, bool writable)
{
	struct output *o = ct->out;
	ssize_t n;

	if (!o->len) {
		n = o->src_fd < 0 ? 0 : read(o->src_fd, o->buf, sizeof o->buf);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			out_fail(ct, "read");
		if (n == 0 || o->end)
			o->src_fd = -1;
		if (n <= 0)
			return false;
		if (o->keep)
			o->keep(ct, o->buf, (size_t)n);
		o->at = 0;
		o->len = o->out_fd < 0 ? 0 : (size_t)n;
	}
	if (!o->len)
		return true;
	if (o->waits && !writable)
		return false;
	n = write(o->out_fd, o->buf + o->at, o->len);
	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		out_fail(ct, "write");
		fd_close(&o->out_fd);
		return false;
	}
	if (n > 0) {
		o->at += (size_t)n;
		o->len -= (size_t)n;
	}
	return n > 0 && !o->waits;
}

/* Logs a detached ct's own errors. */
static void
out_own(struct ct *ct)
{
	char buf[900];
	ssize_t n = read(ct->out->own_fd, buf, sizeof buf);

	if (n > 0 && ct->out->keep)
		ct->out->keep(ct, buf, (size_t)n);
}

/* Copies, after poll(2). Returns SIGHUP if nobody reads the output any more, as if the terminal
 * were gone; else the signal of a key, or 0. */
static int
out_ready(struct ct *ct, struct pollfd p[OUT_FDS])
{
	struct output *o = ct->out;
	int sig;

	if (p[3].revents)
		out_own(ct);
	out_keys(ct, &p[0]);
	if (p[1].revents || p[2].revents)       /* at most 16: a signal may be waiting */
		for (int i = 0; i < 16 && out_copy(ct, p[2].revents); i++)
			;
	sig = o->end;
	o->end = 0;
	return sig;
}

enum { PIPE_MOST = 1 << 20 };   /* bytes of /proc/sys/fs/pipe-max-size */

/* The command has ended: copies what is left in the terminal, or in the log's pipe. Waits for
 * a slow reader, until a signal or --timeout, but not for a process that keeps writing. */
static void
out_end(struct ct *ct)
{
	struct output *o = ct->out;
	struct pollfd p[] = { { .fd = ct->sig_fd, .events = POLLIN }, { .events = POLLOUT } };
	struct pollfd more = { .fd = o->src_fd, .events = POLLIN };
	int left = PIPE_MOST / (int)sizeof o->buf;

	while (o->len || (left-- > 0 && poll(&more, 1, 0) > 0)) {
		p[1].fd = o->len ? o->out_fd : -1;
		if (poll(p, 2, o->len ? ms_until(ct->end_at) : 0) < 0 || !ms_until(ct->end_at) ||
		    !sig_harmless(sig_told(&p[0], NULL)))
			break;
		out_copy(ct, p[1].revents);
		more.fd = o->src_fd;
	}
	if (o->tty)
		o->tty(ct, 0);
}

static void
out_signal(struct ct *ct, int sig)
{
	if (sig && ct->out->tty)
		ct->out->tty(ct, sig);
}

static struct output *
out_open(struct ct *ct)
{
	struct output *o = ct->out ? ct->out : mem_get(ct, sizeof *o);

	if (!o || ct->out)
		return o;
	ct->out = o;
	o->in_fd = o->out_fd = o->slave_fd = o->src_fd = o->own_fd = o->log_fd = -1;
	return o;
}

/* --- the log: for output that nobody reads --- */

static void
ring_add(volatile struct ring *r, int wake_fd, const char *data, size_t n)
{
	uint64_t at = r->done, one = 1;

	if (n > r->size) {
		data += n - r->size;
		at += n - r->size;
		n = (size_t)r->size;
	}
	r->begun = at + n;
	__sync_synchronize();
	for (size_t part, i = 0; i < n; i += part, at += part) {
		part = (size_t)MIN(n - i, r->size - at % r->size);
		memcpy((char *)(uintptr_t)r->data + at % r->size, data + i, part);
	}
	__sync_synchronize();
	r->done = at;
	if (write(wake_fd, &one, sizeof one) < 0)
		errno = 0;              /* nobody has read it for 2^64 times */
}

static void
ring_put(struct ct *ct, const char *data, size_t n)
{
	ring_add(ct->out->ring, ct->wake_fd, data, n);
}

/* Makes the ring's memfd, and the eventfd that wakes readers. NULL after an error. */
static struct ring *
ring_make(struct ct *ct)
{
	size_t all = sizeof(struct ring) + (size_t)ct->log_size;
	struct ring *r = MAP_FAILED;

	ct->ring_fd = (int)syscall(SYS_memfd_create, "ct", MFD_CLOEXEC);
	ct->wake_fd = (int)syscall(SYS_eventfd2, 0, O_CLOEXEC | O_NONBLOCK);
	if (ct->ring_fd >= 0 && ct->wake_fd >= 0 && ftruncate(ct->ring_fd, (off_t)all) == 0)
		r = mmap(NULL, all, PROT_READ | PROT_WRITE, MAP_SHARED, ct->ring_fd, 0);
	if (r == MAP_FAILED || madvise(r, all, MADV_DONTFORK) < 0)
		return none(fail_sys(ct, "make the ring"));
	r->size = ct->log_size;
	return r;
}

/* Sends a line to syslog; reconnects if its socket was recreated. */
static bool
line_syslog(struct output *o, const char *line, size_t n)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX, .sun_path = "/dev/log" };

	for (int tries = 0; tries < 2; tries++) {
		if (o->log_fd < 0)
			o->log_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		else if (send(o->log_fd, line, n, MSG_NOSIGNAL) >= 0)
			return true;
		if (o->log_fd >= 0 && connect(o->log_fd, (struct sockaddr *)&to, sizeof to) < 0)
			fd_close(&o->log_fd);
	}
	return o->log_fd >= 0 && send(o->log_fd, line, n, MSG_NOSIGNAL) >= 0;
}

/* Sends a line as RFC 3164 has it, without the time, which the receiver adds; daemon.info. Of a
 * long name only the end: the kernel refuses a record that is too long. Counts lines that syslog
 * does not take, and reports them once it does. */
static void
line_send(struct ct *ct, const char *line, size_t n)
{
	struct output *o = ct->out;
	char buf[LOG_LINE + 100];
	bool kmsg = ct->log_kind == LOG_KMSG;
	size_t len = strlen(ct->name), more;
	size_t at = text_printf(buf, sizeof buf, kmsg ? "<30>%s: " : "<30>%s[%d]: ",
	                        ct->name + (len > 64 ? len - 64 : 0), ct->first_pid);

	if (o->lost) {
		more = text_printf(buf + at, sizeof buf - at, "%ju lines lost", o->lost);
		if (line_syslog(o, buf, at + more))
			o->lost = 0;
	}
	memcpy(buf + at, line, n);
	buf[at + n] = '\0';
	text_clean(buf + at);           /* the kernel prints it on the console as it is */
	if (kmsg ? write(o->log_fd, buf, at + n) < 0 : o->lost || !line_syslog(o, buf, at + n))
		o->lost += !kmsg;       /* the kernel itself reports what it drops */
}

/* Logs whole lines, or as much of one as fits. */
static void
line_put(struct ct *ct, const char *data, size_t n)
{
	struct output *o = ct->out;

	for (size_t i = 0; i < n; i++) {
		if (data[i] != '\n' && data[i] != '\r')
			o->line[o->line_len++] = data[i] == '\t' ? ' ' : data[i] ? data[i] : '?';
		if (o->line_len && (data[i] == '\n' || o->line_len == sizeof o->line)) {
			line_send(ct, o->line, o->line_len);
			o->line_len = 0;
		}
	}
}

/* Logs to a file. A full disk or a stopped FIFO reader holds up nobody: losses are reported. */
static void
file_put(struct ct *ct, const char *data, size_t n)
{
	struct output *o = ct->out;
	char buf[60];
	size_t len = text_printf(buf, sizeof buf, "\n[%ju bytes lost]\n", o->lost);
	ssize_t done = -1;

	if (!o->lost || write(o->log_fd, buf, len) == (ssize_t)len) {
		o->lost = 0;
		done = write(o->log_fd, data, n);
	}
	o->lost += n - (size_t)(done < 0 ? 0 : done);
}

/* Opens the log file. The command does not get it: it could truncate it or change its mode. */
static int
log_file(struct ct *ct, struct output *o)
{
	o->log_fd = helper_open(ct, ct->log_path,
	                        O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK |
	                        O_NOCTTY, 0640);
	o->keep = file_put;
	return o->log_fd < 0 || ct->failed ? fail_sys(ct, "open %s", ct->log_path) : 0;
}

/* Step "log": where the output goes, and a pipe from the command to there. */
static int
log_open(struct ct *ct)
{
	struct output *o;
	int ends[2];

	if (!(o = out_open(ct)))
		return -1;
	o->keep = line_put;
	if (ct->log_kind == LOG_FILE && log_file(ct, o) < 0)
		return -1;
	if (ct->log_kind == LOG_KMSG && (o->log_fd = io_open("/dev/kmsg", O_WRONLY)) < 0)
		return fail_sys(ct, "open /dev/kmsg");
	if (ct->log_kind == LOG_RING) {
		o->keep = ring_put;
		if (!(o->ring = ring_make(ct)))
			return -1;
	}
	if (ct->detach && ct->log_fds >> 2 & 1) {
		if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0 || dup2(ends[1], 2) < 0)
			return fail_sys(ct, "make a pipe for ct's own errors");
		o->own_fd = ends[0];
		fd_close(&ends[1]);
	}
	if (ct->tty)
		return 0;
	/* the command's user may open it as /dev/stdout, like any pipe of the caller */
	if (pipe2(ends, O_CLOEXEC) < 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0 ||
	    sys_fchmod(ends[1], 0622) < 0)
		return fail_sys(ct, "pipe");
	o->src_fd = ends[0];
	ct->log_fd = ends[1];
	return 0;
}

static void
log_close(struct ct *ct)
{
	struct output *o = ct->out;

	if (o && o->own_fd >= 0)        /* messages of on-exit or undo */
		out_own(ct);
	if (o && o->line_len && o->keep == line_put)
		line_send(ct, o->line, o->line_len);
	if (o && o->lost)
		STEP_WARN(ct, "log", "%s: %ju %s lost", ct->log_path, o->lost,
		          o->keep == file_put ? "bytes" : "lines");
	fd_close(&ct->log_fd);
	fd_close(&ct->ring_fd);
	fd_close(&ct->wake_fd);
}

static int
log_child(struct ct *ct)
{
	for (int fd = 1; fd < 3; fd++)
		if (ct->log_fd >= 0 && ct->log_fds >> fd & 1 && dup2(ct->log_fd, fd) < 0)
			return fail_sys(ct, "dup the log to descriptor %d", fd);
	return 0;
}
