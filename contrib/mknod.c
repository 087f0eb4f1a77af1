/* SPDX-License-Identifier: ISC
 *
 * mknod - makes harmless device nodes for a container that may not: an example of a
 * program that answers --seccomp-notify. As root:
 *
 *	cc -o mknod mknod.c
 *	./mknod ct run --syscall='?mknod,?mknodat' --seccomp-notify 3 -r DIR ...
 *
 * Runs the command with a socket as file descriptor 3, takes each listener that ct sends
 * there, and exits with the command's status. Makes the devices in `devices` where the
 * caller could have made a file; any other device is EPERM. The kernel handles nodes
 * that are not devices, and all other calls, itself, with the caller's own rights.
 *
 * A notified process can be killed and its pid reused, and it can change its memory
 * meanwhile. So whatever is examined is held by a file descriptor, the notification is
 * checked after that, the path is read once and resolved below the root of the caller,
 * a relative one below the directory that it begins in.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct { unsigned major, minor; } devices[] = {
	{ 1, 3 }, { 1, 5 }, { 1, 7 }, { 1, 8 }, { 1, 9 },       /* null zero full random urandom */
	{ 5, 0 },                                               /* tty */
};

enum { LISTENERS = 64 };        /* one for run, the others for exec */

/* A decoded call; dir is AT_FDCWD or a file descriptor of the caller. */
struct call { int dir; uint64_t path; mode_t mode; dev_t dev; };

/* Who makes it, from /proc/PID/status. */
struct who { unsigned uid, gid, umask; };

static int
call_parse(const struct seccomp_data *d, struct call *c)
{
	int i = 0;

	c->dir = AT_FDCWD;
#ifdef SYS_mknod
	if (d->nr == SYS_mknod)
		i = -1;
	else
#endif
	if (d->nr != SYS_mknodat)
		return -1;
	if (!i)
		c->dir = (int)d->args[0];
	c->path = d->args[i + 1];
	c->mode = (mode_t)d->args[i + 2];
	c->dev = (dev_t)d->args[i + 3];
	return 0;
}

static int
who_read(int proc, struct who *w)
{
	char buf[4096], *s;
	int fd = openat(proc, "status", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, sizeof buf - 1);

	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return -1;
	buf[n] = '\0';
	/* real, effective, saved, file system */
	if (!(s = strstr(buf, "\nUid:")) || sscanf(s + 5, "%*u %*u %*u %u", &w->uid) != 1 ||
	    !(s = strstr(buf, "\nGid:")) || sscanf(s + 5, "%*u %*u %*u %u", &w->gid) != 1 ||
	    !(s = strstr(buf, "\nUmask:")) || sscanf(s + 7, "%o", &w->umask) != 1)
		return -1;
	return 0;
}

static int
path_read(int proc, uint64_t at, char path[PATH_MAX])
{
	int fd = openat(proc, "mem", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : pread(fd, path, PATH_MAX - 1, (off_t)at);

	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return -1;
	path[n] = '\0';
	return 0;
}

/* Opens the directory in which the last part of the path is to be made. */
static int
parent_open(int proc, const struct call *c, char *path, const char **name)
{
	struct open_how how = { .flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
	                        .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
	char from[32] = "root", *slash = strrchr(path, '/');
	int base, fd;

	if (*path != '/' && c->dir == AT_FDCWD)
		strcpy(from, "cwd");
	else if (*path != '/')
		snprintf(from, sizeof from, "fd/%d", c->dir);
	*name = slash ? slash + 1 : path;
	if (!**name || !strcmp(*name, ".") || !strcmp(*name, "..")) {
		errno = EEXIST;
		return -1;
	}
	if (slash)
		*slash = '\0';
	base = openat(proc, from, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (base < 0)
		return -1;
	fd = (int)syscall(SYS_openat2, base, !slash ? "." : slash == path ? "/" : path, &how,
	                  sizeof how);
	close(base);
	return fd;
}

/* Gives it to the caller, which may have put another file in its place meanwhile. */
static int
node_give(int dir, const char *name, const struct call *c, const struct who *w)
{
	int fd = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC), no;
	struct stat st;

	if (fd < 0)
		return errno;
	no = fstat(fd, &st) < 0 ? errno : !S_ISCHR(st.st_mode) || st.st_rdev != c->dev ? EPERM :
	     fchownat(fd, "", w->uid, w->gid, AT_EMPTY_PATH) < 0 ? errno : 0;
	close(fd);
	return no;
}

/* Makes the node if the caller could have made a file there; returns an errno. */
static int
node_make(int dir, const char *name, const struct call *c, const struct who *w)
{
	int allowed;

	setfsgid(w->gid);
	setfsuid(w->uid);
	allowed = (int)syscall(SYS_faccessat2, dir, "", W_OK | X_OK, AT_EACCESS | AT_EMPTY_PATH);
	if (allowed < 0)
		allowed = -errno;
	setfsuid(0);
	setfsgid(0);
	if (allowed < 0)
		return -allowed;
	return mknodat(dir, name, c->mode & ~w->umask, c->dev) < 0 ? errno :
	       node_give(dir, name, c, w);
}

/* The answer to the call: an errno, or -1 for the kernel to do it. */
static int
answer(int listener, const struct seccomp_notif *req)
{
	char proc_path[32], path[PATH_MAX];
	const char *name;
	struct call c;
	struct who w;
	int proc, dir, no = EPERM;
	size_t i;

	if (call_parse(&req->data, &c) < 0)
		return -1;
	if (!S_ISCHR(c.mode) && !S_ISBLK(c.mode))
		return -1;              /* the mode is not in memory: it cannot change */
	for (i = 0; i < sizeof devices / sizeof *devices; i++)
		if (S_ISCHR(c.mode) && c.dev == makedev(devices[i].major, devices[i].minor))
			no = 0;
	if (no)
		return no;
	snprintf(proc_path, sizeof proc_path, "/proc/%u", req->pid);
	proc = open(proc_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (proc < 0)
		return ESRCH;
	/* still there: then this directory is the caller's */
	if (ioctl(listener, (int)SECCOMP_IOCTL_NOTIF_ID_VALID, &req->id) < 0 ||
	    who_read(proc, &w) < 0) {
		no = ESRCH;
	} else if (path_read(proc, c.path, path) < 0) {
		no = EFAULT;
	} else if ((dir = parent_open(proc, &c, path, &name)) < 0) {
		no = errno;
	} else {
		no = node_make(dir, name, &c, &w);
		close(dir);
	}
	close(proc);
	return no;
}

/* Answers one notification, unless it is gone by now (ENOENT). */
static void
serve(int listener)
{
	struct seccomp_notif req;
	struct seccomp_notif_resp resp = { 0 };
	int no;

	memset(&req, 0, sizeof req);
	if (ioctl(listener, (int)SECCOMP_IOCTL_NOTIF_RECV, &req) < 0)
		return;
	resp.id = req.id;
	no = answer(listener, &req);
	if (no < 0)
		resp.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	else
		resp.error = -no;
	ioctl(listener, (int)SECCOMP_IOCTL_NOTIF_SEND, &resp);
}

/* Takes a listener off the socket; -1: none will come any more. */
static int
receive(int sock, int *listener)
{
	char state[4096];
	union { struct cmsghdr h; char space[CMSG_SPACE(sizeof(int))]; } c;
	struct iovec v = { state, sizeof state };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = &c,
	                    .msg_controllen = sizeof c };
	ssize_t n = recvmsg(sock, &m, MSG_CMSG_CLOEXEC);

	*listener = -1;
	if (n <= 0)
		return -1;
	if (CMSG_FIRSTHDR(&m) && c.h.cmsg_type == SCM_RIGHTS)
		memcpy(listener, CMSG_DATA(&c.h), sizeof *listener);
	return 0;
}

int
main(int argc, char **argv)
{
	struct pollfd p[1 + LISTENERS] = { { .events = POLLIN } };
	int ends[2], status, n = 1, fd;
	pid_t pid;

	if (argc < 2) {
		fprintf(stderr, "usage: mknod COMMAND [ARG ...], with --seccomp-notify 3\n");
		return 125;
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0 || (pid = fork()) < 0) {
		perror("mknod");
		return 125;
	}
	if (pid == 0) {
		if (ends[1] == 3 ? fcntl(3, F_SETFD, 0) < 0 : dup2(ends[1], 3) < 0)
			_exit(125);
		execvp(argv[1], argv + 1);
		perror(argv[1]);
		_exit(127);
	}
	close(ends[1]);
	p[0].fd = ends[0];
	/* end of the socket: the command is gone, and so is every ct that it left behind */
	while (p[0].fd >= 0 || n > 1) {
		if (poll(p, (nfds_t)n, -1) < 0 && errno != EINTR)
			break;
		for (int i = n - 1; i > 0; i--)
			if (p[i].revents & POLLIN) {
				serve(p[i].fd);
			} else if (p[i].revents) {      /* no process has the filter */
				close(p[i].fd);
				p[i] = p[--n];
			}
		if (p[0].fd < 0 || !p[0].revents)
			continue;
		if (receive(p[0].fd, &fd) < 0) {
			close(p[0].fd);
			p[0].fd = -1;
		} else if (fd >= 0 && n > LISTENERS) {
			close(fd);              /* its calls are ENOSYS */
		} else if (fd >= 0) {
			p[n++] = (struct pollfd){ .fd = fd, .events = POLLIN };
		}
	}
	if (waitpid(pid, &status, 0) < 0)
		return 125;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
