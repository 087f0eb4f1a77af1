/* SPDX-License-Identifier: ISC */
/* System calls as the kernel has them, exact reads and writes, buffered output. */

/* prctl(2) checks that the arguments that an operation does not use are 0. */
static int
sys_prctl(int what, unsigned long a, unsigned long b)
{
	return (int)syscall(SYS_prctl, what, a, b, 0L, 0L);
}

/* A detached clone of the mount that path is on, rooted at path. */
static int
sys_tree(int dir, const char *path, unsigned flags)
{
	return (int)syscall(SYS_open_tree, dir, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | flags);
}

static int
sys_attr(int tree, unsigned flags, const struct mount_attr *a)
{
	return (int)syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH | flags, a, sizeof *a);
}

static int
sys_pidfd(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

/* By itself: musl's takes also what is O_PATH, by way of procfs. */
static int
sys_fchmod(int fd, mode_t mode)
{
	return (int)syscall(SYS_fchmod, fd, mode);
}

/* Becomes root of the user namespace just entered; a map without id 0 has no root. */
static int
sys_root(void)
{
	return (syscall(NR_SETRESGID, 0, 0, 0) < 0 && errno != EINVAL) ||
	       (syscall(NR_SETRESUID, 0, 0, 0) < 0 && errno != EINVAL) ? -1 : 0;
}

/* Never waits: an initramfs may run before the kernel has gathered entropy. */
static void
sys_random(void *buf, size_t size)
{
	if (getrandom(buf, size, GRND_INSECURE) < 0)
		memset(buf, 0, size);
}

/* Resets any signal, also 32 to 34, which musl keeps for itself; all zeros is SIG_DFL. */
static int
sig_default(int sig)
{
	const uint64_t zero[8] = { 0 };

	return (int)syscall(SYS_rt_sigaction, sig, zero, NULL, _NSIG / 8);
}

/* Did the caller say so? musl's sigaction() brings 900 bytes. */
static bool
sig_ignored(int sig)
{
	uintptr_t was[32] = { 0 };

	return syscall(SYS_rt_sigaction, sig, NULL, was, _NSIG / 8) == 0 &&
	       was[SIG_HANDLER] == (uintptr_t)SIG_IGN;
}

/* Signals whose default action is the same for the first process of a pid namespace as for
 * any other: none, or a stop, which the kernel does not do there. No signal, 0, is one. */
static bool
sig_harmless(int sig)
{
	static const char harmless[] = { SIGCHLD, SIGCONT, SIGURG, SIGWINCH, SIGSTOP, SIGTSTP,
	                                 SIGTTIN, SIGTTOU, 0 };

	return strchr(harmless, sig) != NULL;
}

/* The signal that poll(2) tells of at a signalfd, or 0; and whether a key has sent it. */
static int
sig_typed(const struct pollfd *p, bool *key)
{
	struct signalfd_siginfo si;

	if (!p->revents || read(p->fd, &si, sizeof si) != (ssize_t)sizeof si)
		return 0;
	*key = si.ssi_code == SI_KERNEL;
	return (int)si.ssi_signo;
}

static int
sig_told(const struct pollfd *p)
{
	bool key;

	return sig_typed(p, &key);
}

/* Always O_CLOEXEC. musl's open() adds an fcntl() for Linux 2.6.22. */
static int
io_open(const char *path, int flags)
{
	return openat(AT_FDCWD, path, flags | O_CLOEXEC);
}

/* As faccessat(2), without the flags that musl has 600 bytes for. */
static bool
io_may(int dir, const char *path, int mode)
{
	return syscall(SYS_faccessat, dir, path, mode) == 0;
}

static bool
io_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* The path of the working directory; false if that is not below the root. */
static bool
io_cwd(char *buf, size_t size)
{
	return syscall(SYS_getcwd, buf, size) >= 0 && *buf == '/';
}

/* Does this errno of a path tell what the image is like (there is something else, or what
 * nobody may make or read), and not that a call failed? */
static bool
io_lacks(int no)
{
	static const char lacks[] = { ENOENT, ENOTDIR, EACCES, EROFS, EISDIR, EINVAL, ELOOP, EFBIG,
	                              EXDEV, EEXIST, ENAMETOOLONG, ESPIPE, 0 };

	return no && strchr(lacks, no);
}

static void
fd_close(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	errno = saved;
}

static int
io_write(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len) {
		ssize_t n = write(fd, p, len);
		struct pollfd full = { .fd = fd, .events = POLLOUT };

		/* not to block may be the wish of another who has it open */
		if (n < 0 && errno == EAGAIN)
			poll(&full, 1, -1);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n < 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Room for two file descriptors on a UNIX socket. */
union ends { struct cmsghdr h; char room[CMSG_SPACE(2 * sizeof(int))]; };

/* Sends n of them, 0 to 2, with data on such a socket. */
static int
fd_send(int sock, const int *fds, size_t n, const void *data, size_t len, int flags)
{
	union ends c = { .room = { 0 } };
	struct iovec v = { (void *)(uintptr_t)data, len };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };

	if (n) {
		m.msg_control = &c;
		m.msg_controllen = CMSG_SPACE(n * sizeof *fds);
		c.h.cmsg_level = SOL_SOCKET;
		c.h.cmsg_type = SCM_RIGHTS;
		c.h.cmsg_len = CMSG_LEN(n * sizeof *fds);
		memcpy(CMSG_DATA(&c.h), fds, n * sizeof *fds);
	}
	return syscall(SYS_sendmsg, sock, &m, flags | MSG_NOSIGNAL) < 0 ? -1 : 0;
}

/* Writes a control file of the kernel in one call. */
static int
io_put(int dir, const char *path, const char *value)
{
	int fd = openat(dir, path, O_WRONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -1;
	do
		n = write(fd, value, strlen(value));
	while (n < 0 && errno == EINTR);
	fd_close(&fd);
	return n < 0 ? -1 : 0;
}

/* Reads a file up to size-1 bytes and ends it with NUL; the length, or -1. */
static ssize_t
io_get(int dir, const char *path, char *buf, size_t size)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	size_t len = 0;
	ssize_t n = -1;

	if (fd < 0)
		return -1;
	while (len < size - 1) {
		n = read(fd, buf + len, size - 1 - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	buf[len] = '\0';
	fd_close(&fd);
	return n < 0 ? -1 : (ssize_t)len;
}

/* An entry of getdents64(2). */
struct dirent64_ { uint64_t ino; int64_t off; unsigned short len;
                   unsigned char type; char name[]; };

/* Buffered output without stdio. */
struct buf { int fd; bool bad; size_t len; char buf[2048]; };

/* Begins output to stdout. */
static void
buf_open(struct buf *o)
{
	o->fd = 1;
	o->bad = false;
	o->len = 0;
}

static int
buf_flush(struct buf *o)
{
	if (o->len && io_write(o->fd, o->buf, o->len) < 0)
		o->bad = true;
	o->len = 0;
	return o->bad ? -1 : 0;
}

static void PRINTF(2, 3)
buf_printf(struct buf *o, const char *fmt, ...)
{
	va_list ap;
	size_t n;

	for (int again = 0; again < 2; again++) {
		va_start(ap, fmt);
		n = text_vprintf(o->buf + o->len, sizeof o->buf - o->len, fmt, ap);
		va_end(ap);
		if (n < sizeof o->buf - o->len) {
			o->len += n;
			return;
		}
		buf_flush(o);
	}
	o->len = sizeof o->buf - 1;     /* one line longer than the buffer */
}

/* What stands before it, then a JSON string, in ASCII alone: it may go to a terminal. */
static void
buf_json(struct buf *o, const char *before, const char *s)
{
	uint32_t code;
	int n;

	buf_printf(o, "%s\"", before);
	for (; *s; s++) {
		if (*s == '"' || *s == '\\') {
			buf_printf(o, "\\%c", *s);
			continue;
		}
		if (text_plain(s) == 1) {
			buf_printf(o, "%c", *s);
			continue;
		}
		n = text_utf8(s, &code);
		if (n > 0)
			s += n - 1;
		else
			code = (unsigned char)*s;       /* Latin-1, if not UTF-8 */
		if (code >= 0x10000) {
			buf_printf(o, "\\u%04x", 0xd800 + ((code - 0x10000) >> 10));
			code = 0xdc00 + ((code - 0x10000) & 0x3ff);
		}
		buf_printf(o, "\\u%04x", code);
	}
	buf_printf(o, "\"");
}

/* Text from a container, for a terminal. */
static void
buf_plain(struct buf *o, const char *s)
{
	for (int n; *s; s += n > 0 ? n : 1) {
		n = text_plain(s);
		buf_printf(o, "%.*s", n > 0 ? n : 1, n > 0 ? s : "?");
	}
}

static void
buf_size(struct buf *o, int known, uint64_t v)
{
	static const char units[] = "BKMGT";
	int u = 0;

	for (; v >= 10240 && u < 4; u++)
		v /= 1024;
	if (known < 0)
		buf_printf(o, " %8s", "-");
	else
		buf_printf(o, " %7llu%c", (unsigned long long)v, units[u]);
}

/* Seconds as 12.3s, 4m05s, 3h20m, 2d04h */
static void
buf_time(struct buf *o, uint64_t usec)
{
	unsigned s = (unsigned)(usec / 1000000);
	char buf[24];

	if (s < 60)
		text_printf(buf, sizeof buf, "%u.%us", s, (unsigned)(usec / 100000 % 10));
	else if (s < 3600)
		text_printf(buf, sizeof buf, "%um%02us", s / 60, s % 60);
	else if (s < 86400)
		text_printf(buf, sizeof buf, "%uh%02um", s / 3600, s / 60 % 60);
	else
		text_printf(buf, sizeof buf, "%ud%02uh", s / 86400, s / 3600 % 24);
	buf_printf(o, " %8s", buf);
}

static uint64_t
clock_usec(int clock)
{
	int64_t t[2];

	/* by itself: the vDSO is three pages to map, mostly for one look */
	syscall(NR_CLOCK_GETTIME, clock, t);
	return (uint64_t)t[0] * 1000000 + (uint64_t)t[1] / 1000;
}

static uint64_t
now_usec(void)
{
	return clock_usec(CLOCK_MONOTONIC);
}

/* In that many seconds. */
static uint64_t
now_plus(int sec)
{
	return now_usec() + (uint64_t)sec * 1000000;
}

/* For poll(2): the milliseconds until `end`, in µs; 0 is never. */
static int
ms_until(uint64_t end)
{
	uint64_t now = end ? now_usec() : 0;

	if (!end)
		return -1;
	return end <= now ? 0 : (int)MIN((end - now) / 1000 + 1, INT_MAX);
}
