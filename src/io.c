/* SPDX-License-Identifier: ISC */
/* Raw system calls, whole reads and writes, buffered output. */

/* Unused arguments of prctl(2) have to be 0, or some operations fail. */
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

/* New zeroed memory: `how` is MAP_PRIVATE, or MAP_SHARED with children. NULL: there is none. */
static void *
sys_pages(size_t size, int how)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, how | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static int
sys_pidfd(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

static int
sys_pidfd_signal(int pidfd, int sig)
{
	return (int)syscall(SYS_pidfd_send_signal, pidfd, sig, NULL, 0);
}

/* The raw call: musl's fchmod() also accepts an O_PATH descriptor, by way of procfs. */
static int
sys_fchmod(int fd, mode_t mode)
{
	return (int)syscall(SYS_fchmod, fd, mode);
}

/* Becomes root of the user namespace just entered; if its map lacks id 0, keeps the ids. */
static int
sys_root(void)
{
	return (syscall(NR_SETRESGID, 0, 0, 0) < 0 && errno != EINVAL) ||
	       (syscall(NR_SETRESUID, 0, 0, 0) < 0 && errno != EINVAL) ? -1 : 0;
}

/* Never blocks: an initramfs may run before the kernel has gathered entropy. */
static void
sys_random(void *buf, size_t size)
{
	if (getrandom(buf, size, GRND_INSECURE) < 0)
		memset(buf, 0, size);
}

/* Resets any signal, even 32 to 34, which musl reserves; all zeros is SIG_DFL. */
static int
sig_default(int sig)
{
	const uint64_t zero[8] = { 0 };

	return (int)syscall(SYS_rt_sigaction, sig, zero, NULL, _NSIG / 8);
}

/* sigprocmask(2) with one signal; 0: none. */
static int
sig_mask(int how, int sig)
{
	sigset_t set;

	sigemptyset(&set);
	if (sig)
		sigaddset(&set, sig);
	return sigprocmask(how, &set, NULL);
}

/* Is this signal ignored? The raw call: musl's sigaction() adds 900 bytes. */
static bool
sig_ignored(int sig)
{
	uintptr_t was[32] = { 0 };

	return syscall(SYS_rt_sigaction, sig, NULL, was, _NSIG / 8) == 0 &&
	       was[SIG_HANDLER] == (uintptr_t)SIG_IGN;
}

/* Signals whose default action does not end a process: nothing, or a stop, which the kernel
 * leaves out for pid 1 of a pid namespace. 0, no signal, counts as one. */
static bool
sig_harmless(int sig)
{
	static const char harmless[] = { SIGCHLD, SIGCONT, SIGURG, SIGWINCH, SIGSTOP, SIGTSTP,
	                                 SIGTTIN, SIGTTOU, 0 };

	return strchr(harmless, sig) != NULL;
}

/* Reads the signal that a signalfd has, or 0; *key, if not NULL: was it a key such as ^C? */
static int
sig_told(const struct pollfd *p, bool *key)
{
	struct signalfd_siginfo si;

	if (!p->revents || read(p->fd, &si, sizeof si) != (ssize_t)sizeof si)
		return 0;
	if (key)
		*key = si.ssi_code == SI_KERNEL;
	return (int)si.ssi_signo;
}

/* open(2), always O_CLOEXEC. musl's open() adds an fcntl() for kernels before 2.6.23. */
static int
io_open(const char *path, int flags)
{
	return openat(AT_FDCWD, path, flags | O_CLOEXEC);
}

/* The same for a file that an option names: never waits for the other end of a FIFO. */
static int
io_open_given(const char *path, int flags)
{
	return io_open(path, flags | O_NONBLOCK | O_NOCTTY);
}

/* The raw faccessat(2): musl's emulation of its flags takes 600 bytes. */
static bool
io_may(int dir, const char *path, int mode)
{
	return syscall(SYS_faccessat, dir, path, mode) == 0;
}

/* Standard output, if poll(2) tells when nobody reads it any more, or -1: /dev/kmsg, say, reports
 * POLLERR for records that were overwritten. */
static int
io_reader(void)
{
	struct stat st;

	return (fstat(1, &st) == 0 && !S_ISCHR(st.st_mode)) || isatty(1) ? 1 : -1;
}

static bool
io_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* The path of the working directory; false if it is not below the root. */
static bool
io_cwd(char *buf, size_t size)
{
	return syscall(SYS_getcwd, buf, size) >= 0 && *buf == '/';
}

/* Does this errno come from the image (missing, another type, not allowed), not from a failure? */
static bool
io_lacks(int no)
{
	static const char lacks[] = { ENOENT, ENOTDIR, EACCES, EROFS, EISDIR, EINVAL, ELOOP, EFBIG,
	                              EXDEV, EEXIST, ENAMETOOLONG, ESPIPE, 0 };

	return no && strchr(lacks, no);
}

static void
fd_end(int fd)
{
	int saved = errno;

	if (fd >= 0)
		close(fd);
	errno = saved;
}

static void
fd_close(int *fd)
{
	fd_end(*fd);
	*fd = -1;
}

/* A detached read-only clone of the mount that this file is on: nobody can write to it there. */
static int
sys_tree_ro(int file)
{
	const struct mount_attr ro = { .attr_set = MOUNT_ATTR_RDONLY };
	int tree = sys_tree(file, "", AT_EMPTY_PATH);

	if (tree >= 0 && sys_attr(tree, 0, &ro) < 0)
		fd_close(&tree);
	return tree;
}

/* Makes a directory, never one that is there, and opens it. Who owns the one above may have put
 * another in its place, or a link: that would be followed before a slash. */
static int
io_mkdir(int at, const char *path)
{
	char bare[PATH_MAX];
	struct stat st;
	int fd;

	if (mkdirat(at, path, 0700) < 0)
		return -1;
	for (size_t n = text_printf(bare, sizeof bare, "%s", path); n-- > 1 && bare[n] == '/'; )
		bare[n] = '\0';
	fd = openat(at, bare, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0 && (fstat(fd, &st) < 0 || st.st_uid != geteuid() || st.st_nlink > 2)) {
		fd_close(&fd);
		errno = EEXIST;
	}
	return fd;
}

/* A descriptor that is closed at the end of its block, whichever way that is left. Inlined, so that
 * it need not be in memory, which the compiler would protect. */
static inline __attribute__((always_inline)) void
fd_local(const int *fd)
{
	fd_end(*fd);
}
#define LOCAL_FD __attribute__((cleanup(fd_local))) int

/* The same of a struct that has its descriptor first; it has to be set before any exit. */
static void
fd_first(void *s)
{
	fd_end(*(int *)s);
}
#define LOCAL(tag) __attribute__((cleanup(fd_first))) struct tag

/* May a look at the path wait for a server that does not answer? One of NFS or FUSE, listed in
 * /sys; or of any kind, if the kernel has not looked there yet. Linux before 5.12 cannot say. */
static bool
io_waits(int at, const char *path)
{
	const struct open_how how = {
		.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_CACHED,
	};
	/* see fs_where_as(); the last two: the device */
	struct { uint32_t mask, a; uint64_t b[16]; uint32_t major, minor; uint64_t d[14]; } st;
	char bdi[40];
	LOCAL_FD fd = -1;
	bool waits;
	int left = 4;           /* a mount elsewhere at that moment is EAGAIN as well */

	do {
		fd = (int)syscall(SYS_openat2, at, path, &how, sizeof how);
	} while (fd < 0 && errno == EAGAIN && --left);
	if (fd < 0)
		return errno == EAGAIN;
	waits = syscall(SYS_statx, fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, 0, &st) == 0 &&
	        !st.major;
	if (waits)
		text_printf(bdi, sizeof bdi, "/sys/class/bdi/0:%u", st.minor);
	return waits && io_may(AT_FDCWD, bdi, F_OK);
}

/* Is the directory `dir` that one, or below it? */
static bool
io_within(int dir, const struct stat *top)
{
	LOCAL_FD fd = openat(dir, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat at, below = { 0 };
	bool found = false;
	int up;

	while (fd >= 0 && fstat(fd, &at) == 0 && !(found = io_same(&at, top)) &&
	       !io_same(&at, &below)) {
		below = at;
		up = openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		fd_close(&fd);
		fd = up;
	}
	return found;
}

static int
io_write(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len) {
		ssize_t n = write(fd, p, len);
		struct pollfd full = { .fd = fd, .events = POLLOUT };

		/* another process that has the file open may have set O_NONBLOCK */
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

/* A control message with room for two file descriptors. */
union ends { struct cmsghdr h; char room[CMSG_SPACE(2 * sizeof(int))]; };

/* Sends n file descriptors, 0 to 2, with data on a UNIX socket. */
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

/* Writes a kernel control file in one call. */
static int
io_put(int dir, const char *path, const char *value)
{
	LOCAL_FD fd = openat(dir, path, O_WRONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -1;
	do
		n = write(fd, value, strlen(value));
	while (n < 0 && errno == EINTR);
	return n < 0 ? -1 : 0;
}

/* Reads at most size-1 bytes of a file and terminates them with NUL; the length, or -1. */
static ssize_t
io_get(int dir, const char *path, char *buf, size_t size)
{
	LOCAL_FD fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	size_t len = 0;
	ssize_t n = 0;

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
	return n < 0 ? -1 : (ssize_t)len;
}

/* An entry of getdents64(2). */
struct dirent64_ { uint64_t ino; int64_t off; unsigned short len;
                   unsigned char type; char name[]; };

static uint64_t
clock_usec(int clock)
{
	int64_t t[2];

	/* not the vDSO: that is three pages to fault in, mostly for one reading */
	syscall(NR_CLOCK_GETTIME, clock, t);
	return (uint64_t)t[0] * 1000000 + (uint64_t)t[1] / 1000;
}

static uint64_t
now_usec(void)
{
	return clock_usec(CLOCK_MONOTONIC);
}

/* The time `sec` seconds from now, in µs. */
static uint64_t
now_plus(int sec)
{
	return now_usec() + (uint64_t)sec * 1000000;
}

/* For poll(2): the milliseconds until the time `end` (in µs); 0 means never: -1. */
static int
ms_until(uint64_t end)
{
	uint64_t now = end ? now_usec() : 0;

	if (!end)
		return -1;
	return end <= now ? 0 : (int)MIN((end - now) / 1000 + 1, INT_MAX);
}

/* Buffered output without stdio; `end`: in µs, when it gives up a full pipe, or 0. That has room
 * for a whole buffer, of at most PIPE_BUF, or for nothing. */
struct buf { int fd; bool bad; size_t len; uint64_t end; char buf[2048]; };

static int
buf_flush(struct buf *o)
{
	struct pollfd p = { .fd = o->fd, .events = POLLOUT };

	if (o->len && !o->bad && ((o->end && poll(&p, 1, ms_until(o->end)) <= 0) ||
	                          io_write(o->fd, o->buf, o->len) < 0))
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

/* Writes `before`, then s as a JSON string in plain ASCII, since it may go to a terminal. */
static void
buf_json(struct buf *o, const char *before, const char *s)
{
	uint32_t code;
	int n;

	buf_printf(o, "%s\"", before);
	for (; *s; s++) {
		if (text_plain(s) == 1) {
			buf_printf(o, *s == '"' || *s == '\\' ? "\\%c" : "%c", *s);
			continue;
		}
		n = text_utf8(s, &code);
		if (n > 0)
			s += n - 1;
		else
			code = (unsigned char)*s;       /* not UTF-8: as Latin-1 */
		if (code >= 0x10000) {
			buf_printf(o, "\\u%04x", 0xd800 + ((code - 0x10000) >> 10));
			code = 0xdc00 + ((code - 0x10000) & 0x3ff);
		}
		buf_printf(o, "\\u%04x", code);
	}
	buf_printf(o, "\"");
}

/* Text from a container, made safe for a terminal. */
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
		buf_printf(o, " %7ju%c", v, units[u]);
}

/* Seconds as 12.3s, 4m05s, 3h20m, 2d04h */
static void
buf_time(struct buf *o, uint64_t usec)
{
	unsigned s = (unsigned)(usec / 1000000);

	if (s < 60)
		buf_printf(o, " %5u.%us", s, (unsigned)(usec / 100000 % 10));
	else if (s < 3600)
		buf_printf(o, " %4um%02us", s / 60, s % 60);
	else if (s < 86400)
		buf_printf(o, " %4uh%02um", s / 3600, s / 60 % 60);
	else
		buf_printf(o, " %4ud%02uh", s / 86400, s / 3600 % 24);
}
