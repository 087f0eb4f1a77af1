/* SPDX-License-Identifier: ISC
 *
 * lib: the library as a program sees it. `lib CASE [ARGUMENT ...]` runs one
 * case and prints what is wrong. Status 0, 1 if something is wrong, 77 if the case
 * cannot be tried here. tests/library*.t run them all; see cases[] at the end.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../ct.h"

extern char **environ;

static int wrong;
static libct_session_t ses;

/* Prints a line for each failed check. */
#define CHECK(c, what) check(!!(what), __LINE__, #what, (c))

static int
check(int ok, int line, const char *what, ct_handler_t c)
{
	if (!ok) {
		printf("line %d: %s (%s)\n", line, what, libct_error(c));
		wrong = 1;
	}
	return ok;
}

static ct_handler_t
make(const char *suffix)
{
	char name[40];
	ct_handler_t c;

	snprintf(name, sizeof name, "lib%d%s", (int)getpid(), suffix);
	c = libct_container_create(ses, name);
	if (!c) {
		printf("create: %s\n", libct_session_error(ses));
		exit(1);
	}
	return c;
}

static long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int
count_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n;
}

static long
rss_kb(void)
{
	char line[200];
	long kb = 0;
	FILE *f = fopen("/proc/self/status", "r");

	while (f && fgets(line, sizeof line, f))
		if (!strncmp(line, "VmRSS:", 6))
			kb = atol(line + 6);
	if (f)
		fclose(f);
	return kb;
}

static int
cb_status(void *arg)
{
	return (int)(long)arg;
}

static int
cb_wait(void *arg)
{
	(void)arg;
	for (;;)
		pause();
	return 0;
}

static int
last_status(ct_handler_t c)
{
	struct ct_status st;

	return libct_container_status(c, &st) ? -2 : st.exit_status;
}

/* Runs sh -c script and returns its output. */
static char *
output(ct_handler_t c, const char *script)
{
	static char buf[65536];
	char *argv[] = { "sh", "-c", (char *)script, 0 };
	int p[2], fds[3] = { -1, -1, -1 };
	size_t n = 0;
	ssize_t r;

	buf[0] = 0;
	if (pipe2(p, O_CLOEXEC))
		exit(99);
	fds[1] = fds[2] = p[1];
	if (CHECK(c, libct_container_spawn_execvefds(c, "/bin/sh", argv, 0, fds) == 0)) {
		close(p[1]);
		while ((r = read(p[0], buf + n, sizeof buf - 1 - n)) > 0 ||
		       (r < 0 && errno == EINTR))
			n += r > 0 ? r : 0;
		buf[n] = 0;
		CHECK(c, libct_container_wait(c) == 0);
	} else {
		close(p[1]);
	}
	close(p[0]);
	return buf;
}

static void
same(const char *is, const char *want, int line)
{
	if (strcmp(is, want)) {
		printf("line %d: '%s', not '%s'\n", line, is, want);
		wrong = 1;
	}
}
#define SAME(is, want) same(is, want, __LINE__)

/* --- cases ----------------------------------------------------------------- */

static void
t_life(char **a)
{
	ct_handler_t c = make("");

	(void)a;
	CHECK(c, libct_container_state(c) == CT_STOPPED);
	CHECK(c, libct_container_open(ses, (char *)libct_container_name(c)) == c);
	CHECK(c, libct_container_spawn_cb(c, cb_status, (void *)7) == 0);
	CHECK(c, libct_container_wait(c) == 0);
	CHECK(c, last_status(c) == 7);
	CHECK(c, libct_container_state(c) == CT_STOPPED);
	/* again, with the same handle */
	CHECK(c, libct_container_spawn_cb(c, cb_wait, 0) == 0);
	CHECK(c, libct_container_state(c) == CT_RUNNING);
	CHECK(c, libct_container_kill(c) == 0);
	CHECK(c, libct_container_wait(c) == 0);
	CHECK(c, last_status(c) == 128 + SIGKILL);
	/* pid 1 ignores it, but the container must end */
	CHECK(c, libct_container_spawn_cb(c, cb_wait, 0) == 0);
	CHECK(c, libct_container_signal(c, SIGTERM) == 0);
	CHECK(c, libct_container_wait(c) == 0);
	CHECK(c, last_status(c) >= 128);
	/* it has ended and nobody has waited for it */
	CHECK(c, libct_container_spawn_cb(c, cb_status, 0) == 0);
	for (int k = 0; k < 1000 && libct_container_state(c) != CT_STOPPED; k++)
		usleep(5000);
	CHECK(c, libct_container_state(c) == CT_STOPPED);
	CHECK(c, libct_container_spawn_cb(c, cb_status, (void *)3) == 0);
	CHECK(c, libct_container_wait(c) == 0);
	CHECK(c, last_status(c) == 3);
	/* still running at the end */
	CHECK(c, libct_container_spawn_cb(c, cb_wait, 0) == 0);
}

/* Values that are refused and leave nothing behind. */
static void
values(ct_handler_t c)
{
	CHECK(c, libct_container_set_hostname(c, "bad host") == -1);
	CHECK(c, libct_container_set_hostname(c, "one") == 0);
	CHECK(c, libct_container_set_hostname(c, "two") == 0);
	CHECK(c, libct_container_set_nsmask(c, 1) == -1);
	CHECK(c, libct_container_set_option(c, 99) == -1);
	CHECK(c, libct_container_configure(c, "detach", 0) == -1);
	CHECK(c, libct_container_configure(c, "tmpfs", "no") == -1);
	CHECK(c, libct_container_configure(c, "nothing", "no") == -1);
	CHECK(c, libct_container_set_env(c, "", "x") == -1);
	CHECK(c, libct_net_set(c, "mtu", "1400") == -1);
	CHECK(c, libct_fs_add_mount(c, "/a:b", "/c", 0) == -1);
	CHECK(c, libct_fs_set_private(c, CT_FS_SUBDIR, 0) == -1);
	CHECK(c, libct_controller_add(c, CTL_NETCLS) == -1 &&
	    strstr(libct_error(c), "net_cls"));
	CHECK(c, libct_controller_configure(c, CTL_NETCLS, "net_cls.classid", "1") == -1);
	CHECK(c, libct_controller_configure(c, CTL_MEMORY, "cpu.max", "1") == -1);
	CHECK(c, libct_controller_configure(c, CTL_CPU, "cpu.shares", "x") == -1);
	CHECK(c, libct_controller_configure(c, CT_CTL_BY_NAME, "cpu.shares", "x") == -1);
	CHECK(c, libct_controller_configure(c, CT_CTL_BY_NAME, "a/b", "1") == -1);
	CHECK(c, libct_controller_configure(c, CTL_MEMORY,
	    "memory.usage_in_bytes", "1") == -1);
	CHECK(c, libct_controller_configure(c, CTL_DEVICES, "devices.allow", "a") == -1);
	CHECK(c, libct_controller_configure(c, CTL_BLKIO, "blkio.leaf_weight", "9") == -1);
}

static void
t_errors(char **a)
{
	static const char *const own[] = { "restart", "replace", "tty", "log", "on-ready", 0 };
	char *none[] = { "/nothing/there", 0 };
	ct_handler_t c = make(""), d;
	char *dir = "/etc", name[40];
	struct ct_status st;

	(void)a;
	snprintf(name, sizeof name, "%s", libct_container_name(c));
	errno = 0;
	CHECK(c, !libct_session_open("remote") && errno == EINVAL);
	CHECK(c, !libct_container_create(ses, "no.name") && errno == EINVAL);
	CHECK(c, strstr(libct_session_error(ses), "not a name"));
	CHECK(c, !libct_container_create(ses, 0) && errno == EINVAL);
	SAME(libct_session_error(ses), "no name");
	CHECK(c, !libct_container_create(ses, (char *)libct_container_name(c)));
	CHECK(c, errno == EEXIST);
	CHECK(c, !libct_container_open(ses, "lib-nobody") &&
	    (errno == ENOENT || geteuid()));
	CHECK(c, libct_container_state(0) == CT_ERROR);
	CHECK(c, libct_container_wait(0) == -1 && libct_container_kill(0) == -1);
	CHECK(c, libct_container_spawn_cb(0, cb_wait, 0) == -1);
	CHECK(c, libct_container_wait(c) == -1);
	CHECK(c, libct_container_kill(c) == -1);
	CHECK(c, libct_container_spawn_cb(c, 0, 0) == -1);
	CHECK(c, libct_container_enter_cb(c, cb_wait, 0) == -1);
	SAME(libct_error(c), "enter: the container is not running");
	CHECK(c, libct_container_status(c, &st) == 0);
	SAME(libct_error(c), "");
	CHECK(c, libct_container_spawn_execv(c, none[0], none) == -1 && errno == ENOENT);
	SAME(libct_error(c), "exec: execve /nothing/there: No such file or directory");
	CHECK(c, libct_container_spawn_execv(c, dir, 0) == -1 && errno == EACCES);
	CHECK(c, libct_container_state(c) == CT_STOPPED);
	for (int i = 0; own[i]; i++)    /* the library has none of these */
		CHECK(c, libct_container_configure(c, own[i], 0) == -1 &&
		    strstr(libct_error(c), "not in the library"));
	values(c);
	CHECK(c, libct_container_configure(c, "syscall", "-nosuchcall") == -1);
	/* nothing is left of all that */
	CHECK(c, libct_container_spawn_cb(c, cb_wait, 0) == 0);
	CHECK(c, libct_container_set_hostname(c, "three") == -1);
	SAME(libct_error(c), "hostname: the container is running");
	CHECK(c, libct_container_spawn_cb(c, cb_wait, 0) == -1);
	CHECK(c, libct_container_close(c) == -1);
	libct_container_destroy(c);
	libct_container_destroy(0);
	d = make("");
	CHECK(d, libct_container_close(d) == 0);
	d = geteuid() ? make("") : libct_container_open(ses, name);
	CHECK(d, libct_container_state(d) == CT_STOPPED);
	CHECK(d, libct_container_spawn_cb(d, cb_wait, 0) == 0);
	libct_session_close(0);
}

static int
cb_fds(void *arg)
{
	int *fd = arg;

	/* close-on-exec, inherited, close-on-exec but kept */
	return (fcntl(fd[0], F_GETFD) >= 0) | (fcntl(fd[1], F_GETFD) < 0) << 1 |
	       (fcntl(fd[2], F_GETFD) < 0) << 2 | (count_fds() != fd[3]) << 3;
}

static void
t_fds(char **a)
{
	int before = count_fds(), fd[4], left = dup(0);
	ct_handler_t c = make("");
	char cmd[80];

	(void)a;
	fd[0] = fcntl(0, F_DUPFD_CLOEXEC, 20);
	fd[1] = left;
	fd[2] = fcntl(0, F_DUPFD_CLOEXEC, 30);
	fd[3] = before + 2;     /* counts what our caller left open, too */
	CHECK(c, libct_container_keep_fd(c, fd[2]) == 0);
	CHECK(c, libct_container_spawn_cb(c, cb_fds, fd) == 0);
	CHECK(c, libct_container_wait(c) == 0);
	CHECK(c, last_status(c) == 0);
	snprintf(cmd, sizeof cmd, "for f in 3 4 5 6 7 8 9 20 30; do [ ! -e "
	    "/proc/%s/fd/$f ] || echo $f; done", "self");
	CHECK(c, libct_container_set_option(c, LIBCT_OPT_AUTO_PROC_MOUNT) == 0);
	SAME(output(c, cmd), "30\n");
	close(fd[0]);
	close(fd[1]);
	close(fd[2]);
	libct_container_destroy(c);
	CHECK(0, count_fds() == before);
}

struct mine { struct sigaction act[65]; sigset_t mask; char cwd[4096], ns[8][64];
              char *env; mode_t um; };

static void
mine(struct mine *m)
{
	static const char *const ns[] = { "user", "mnt", "pid", "net", "ipc", "uts",
		"cgroup", "pid_for_children" };
	char path[64];

	memset(m, 0, sizeof *m);
	for (int i = 1; i < 65; i++)
		sigaction(i, 0, &m->act[i]);
	sigprocmask(SIG_BLOCK, 0, &m->mask);
	if (!getcwd(m->cwd, sizeof m->cwd))
		exit(99);
	for (int i = 0; i < 8; i++) {
		snprintf(path, sizeof path, "/proc/self/ns/%s", ns[i]);
		if (readlink(path, m->ns[i], sizeof m->ns[i] - 1) < 0)
			exit(99);
	}
	m->env = getenv("PATH");
	m->um = umask(022);
	umask(m->um);
}

static volatile sig_atomic_t chlds;

static void
on_chld(int sig)
{
	(void)sig;
	chlds++;
}

static int
cb_signals(void *arg)
{
	struct sigaction sa;
	sigset_t set;

	(void)arg;
	sigaction(SIGCHLD, 0, &sa);
	sigprocmask(SIG_BLOCK, 0, &set);
	if (sa.sa_handler != SIG_DFL || sigismember(&set, SIGUSR1))
		return 1;
	sigaction(SIGPIPE, 0, &sa);
	return sa.sa_handler != SIG_DFL;
}

/* Has it this value of WORD, which the caller has not? */
static int
cb_env(void *arg)
{
	const char *word = getenv("WORD");

	return !word || strcmp(word, arg);
}

static void
t_caller(char **a)
{
	static struct mine m[2];
	ct_handler_t c = make("");
	struct sigaction sa = { .sa_handler = on_chld };
	const char *says;
	sigset_t set;

	(void)a;
	sigaction(SIGCHLD, &sa, 0);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, 0);
	umask(027);
	mine(&m[0]);
	CHECK(c, libct_container_spawn_cb(c, cb_signals, 0) == 0);
	CHECK(c, waitpid(-1, 0, WNOHANG) == -1 && errno == ECHILD);
	CHECK(c, libct_container_wait(c) == 0);
	CHECK(c, last_status(c) == 0);
	CHECK(c, chlds == 0);
	CHECK(c, libct_container_set_env(c, "WORD", "set") == 0);
	CHECK(c, libct_container_spawn_cb(c, cb_env, "set") == 0);
	CHECK(c, libct_container_wait(c) == 0);
	CHECK(c, last_status(c) == 0);
	says = strstr(output(c, "grep SigIgn /proc/self/status"), "\t");
	CHECK(c, says && !(strtoull(says, 0, 16) >> (SIGPIPE - 1) & 1));
	CHECK(c, libct_container_spawn_execv(c, "/nothing", 0) == -1);
	CHECK(c, libct_container_spawn_execv(c, "true", 0) == 0);
	CHECK(c, libct_container_wait(c) == 0);
	CHECK(c, last_status(c) == 0);
	/* a caller that gets no status */
	signal(SIGCHLD, SIG_IGN);
	CHECK(c, libct_container_spawn_execv(c, "true", 0) == 0);
	CHECK(c, libct_container_wait(c) == 0);
	CHECK(c, last_status(c) == -1);
	CHECK(c, libct_container_spawn_cb(c, cb_status, (void *)5) == 0);
	CHECK(c, libct_container_wait(c) == 0);
	CHECK(c, last_status(c) == 5);
	CHECK(c, libct_container_set_option(c, CT_OPT_INIT) == 0);
	CHECK(c, libct_container_spawn_execv(c, "true", 0) == 0);
	CHECK(c, libct_container_wait(c) == 0);
	sigaction(SIGCHLD, &sa, 0);
	mine(&m[1]);
	CHECK(c, !memcmp(&m[0], &m[1], sizeof m[0]));
}

static void *
thread_main(void *arg)
{
	char name[40];
	ct_handler_t c;
	long bad = 0;

	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof name, "lib%d%s", (int)getpid(), (char *)arg);
		c = libct_container_create(ses, name);
		if (!c || libct_container_spawn_cb(c, cb_status, (void *)9) ||
		    libct_container_wait(c) || last_status(c) != 9 ||
		    libct_container_spawn_execv(c, "true", 0) ||
		    libct_container_wait(c) || last_status(c) != 0) {
			printf("%s: %s, %s, status %d\n", name, libct_session_error(ses),
			    libct_error(c), last_status(c));
			bad++;
		}
		libct_container_destroy(c);
	}
	return (void *)bad;
}

static void *
thread_kill(void *arg)
{
	usleep(100000);
	return (void *)(long)libct_container_kill(arg);
}

/* A container outlives the thread that started it. */
static void *
thread_spawn(void *arg)
{
	return (void *)(long)libct_container_spawn_cb(arg, cb_wait, 0);
}

/* What lies below a thread's stack, and is there for what enters by that thread. */
enum { BELOW = 256 << 10 };
struct below { ct_handler_t c; unsigned char *at; };

static int
cb_below(void *arg)
{
	unsigned char *at = arg;

	for (int i = 0; i < BELOW; i++)
		if (at[i] != 7)
			return 1;
	return 7;
}

static void *
thread_below(void *arg)
{
	struct below *b = arg;
	int w = 0;
	pid_t pid = libct_container_enter_cb(b->c, cb_below, b->at);

	CHECK(b->c, pid > 0 && waitpid(pid, &w, 0) == pid && WEXITSTATUS(w) == 7);
	return 0;
}

static void
small_stack(ct_handler_t c)
{
	const size_t size = 128 << 10;          /* as musl's threads have */
	struct below b = { c, mmap(0, BELOW + size, PROT_READ | PROT_WRITE,
	                           MAP_PRIVATE | MAP_ANON, -1, 0) };
	pthread_attr_t attr;
	pthread_t t;

	memset(b.at, 7, BELOW);
	pthread_attr_init(&attr);
	CHECK(c, pthread_attr_setstack(&attr, b.at + BELOW, size) == 0);
	CHECK(c, pthread_create(&t, &attr, thread_below, &b) == 0);
	pthread_join(t, 0);
}

static void
t_threads(char **a)
{
	pthread_t t[2];
	ct_handler_t c;
	void *bad;

	(void)a;
	pthread_create(&t[0], 0, thread_main, "a");
	pthread_create(&t[1], 0, thread_main, "b");
	for (int i = 0; i < 2; i++) {
		pthread_join(t[i], &bad);
		CHECK(0, bad == 0);
	}
	c = make("");
	pthread_create(&t[0], 0, thread_spawn, c);
	pthread_join(t[0], &bad);
	CHECK(c, bad == 0);
	usleep(50000);
	CHECK(c, libct_container_state(c) == CT_RUNNING);
	small_stack(c);
	pthread_create(&t[0], 0, thread_kill, c);
	CHECK(c, libct_container_wait(c) == 0);
	pthread_join(t[0], &bad);
	CHECK(c, bad == 0);
	/* tied to its thread */
	CHECK(c, libct_container_set_option(c, CT_OPT_DIE_WITH_THREAD) == 0);
	pthread_create(&t[0], 0, thread_spawn, c);
	pthread_join(t[0], &bad);
	CHECK(c, bad == 0 && libct_container_wait(c) == 0);
	CHECK(c, last_status(c) == 128 + SIGKILL);
}

static void
t_cycles(char **a)
{
	int n = *a ? atoi(*a) : 1000, fds = 0;
	long kb = 0, since = now_ms();
	ct_handler_t c;

	for (int i = 0; i < n && !wrong; i++) {
		c = make("");
		CHECK(c, libct_container_spawn_cb(c, cb_status, (void *)1) == 0);
		CHECK(c, libct_container_wait(c) == 0);
		CHECK(c, last_status(c) == 1);
		libct_container_destroy(c);
		if (i == n / 10) {
			fds = count_fds();
			kb = rss_kb();
		}
	}
	printf("%d cycles, %ld us each, memory +%ld KiB, descriptors +%d\n", n,
	    (now_ms() - since) * 1000 / n, rss_kb() - kb, count_fds() - fds);
	CHECK(0, count_fds() == fds && rss_kb() - kb <= 64);
}

static void
t_many(char **a)
{
	int before = count_fds(), n = *a ? atoi(*a) : 100;
	ct_handler_t *c = calloc(n, sizeof *c);
	char name[16];

	for (int i = 0; i < n; i++) {
		snprintf(name, sizeof name, "x%d", i);
		c[i] = make(name);
		CHECK(c[i], libct_container_spawn_cb(c[i], cb_wait, 0) == 0);
	}
	CHECK(0, count_fds() <= before + 2 * n);
	for (int i = 0; i < n; i += 2)
		libct_container_destroy(c[i]);
	libct_session_close(ses);
	ses = libct_session_open(0);
	CHECK(0, count_fds() == before);
	free(c);
}

static int
cb_second(void *arg)
{
	(void)arg;
	sleep(1);
	return 0;
}

static int
cb_enter(void *arg)
{
	char host[65];

	gethostname(host, sizeof host);
	*(int *)arg = !strcmp(host, "inside");
	return 4;
}

static void
t_enter(char **a)
{
	int *seen = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANON, -1, 0);
	char *sh[] = { "sh", "-c", "[ \"$(hostname)\" = inside ] && exit $N", 0 }, six[8];
	ct_handler_t c = make("");
	int w = 0, before;
	pid_t pid;

	(void)a;
	CHECK(c, libct_container_set_hostname(c, "inside") == 0);
	for (int i = 5005; i > 5; i--) {        /* more than a record has room for */
		snprintf(six, sizeof six, "%d", i);
		CHECK(c, libct_container_set_env(c, "N", six) == 0);
	}
	CHECK(c, libct_container_spawn_cb(c, cb_wait, 0) == 0);
	before = count_fds();
	pid = libct_container_enter_cb(c, cb_enter, seen);
	CHECK(c, pid > 0 && waitpid(pid, &w, 0) == pid);
	CHECK(c, WIFEXITED(w) && WEXITSTATUS(w) == 4 && *seen == 1);
	pid = libct_container_enter_execv(c, "/bin/sh", sh);
	CHECK(c, pid > 0 && waitpid(pid, &w, 0) == pid);
	CHECK(c, WIFEXITED(w) && WEXITSTATUS(w) == 6);
	CHECK(c, libct_container_enter_execv(c, "/nothing", 0) == -1 && errno == ENOENT);
	CHECK(c, waitpid(-1, &w, WNOHANG) == -1);
	CHECK(c, count_fds() == before);
}

/* The namespaces that this process is in. */
static void
look_in(ino_t *to)
{
	static const char *const names[] = { "mnt", "pid", "net", "uts" };
	char path[40];
	struct stat st;

	for (int i = 0; i < 4; i++) {
		snprintf(path, sizeof path, "/proc/self/ns/%s", names[i]);
		to[i] = stat(path, &st) < 0 ? 0 : st.st_ino;
	}
}

static int
cb_part(void *arg)
{
	ino_t *had = arg, has[4];
	int r = 0;

	look_in(has);
	for (int i = 0; i < 4; i++)
		r |= (has[i] != had[i]) << i;
	return r | (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) ? 16 : 0) |
	       (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) ? 32 : 0);
}

static int
part(ct_handler_t c, unsigned long ns, int holds, ino_t *had)
{
	int w = 0;
	pid_t pid = libct_container_enter_ns(c, ns, holds, cb_part, had, 0, 0);

	CHECK(c, pid > 0 && waitpid(pid, &w, 0) == pid && WIFEXITED(w));
	return WEXITSTATUS(w);
}

static void
t_part(char **a)
{
	ct_handler_t c = make("");
	char *env[] = { "WORD=first", "WORD=last", NULL };
	pid_t pid, pid2;
	ino_t had[4];
	int w = 0;

	(void)a;
	look_in(had);
	CHECK(c, libct_container_spawn_cb(c, cb_wait, 0) == 0);
	CHECK(c, part(c, CLONE_NEWNET | CLONE_NEWUTS, 0, had) == 12);
	CHECK(c, part(c, 0, 0, had) == 0);
	CHECK(c, part(c, CLONE_NEWPID, CT_ENTER_USER, had) == (2 | 16));
	CHECK(c, part(c, CLONE_NEWNET, CT_ENTER_CGROUP | CT_ENTER_FILTER, had) == (4 | 32));
	CHECK(c, part(c, ~0UL, 7, had) == (15 | 16 | 32));
	CHECK(c, libct_container_enter_ns(c, 1, 0, cb_part, had, 0, 0) == -1 && errno == EINVAL);
	/* without the cgroup it is neither paused nor ended */
	CHECK(c, libct_container_pause(c) == 0);
	CHECK(c, part(c, CLONE_NEWNET, 0, had) == 4);
	CHECK(c, libct_container_enter_ns(c, CLONE_NEWNET, 1, cb_part, had, 0, 0) == -1);
	CHECK(c, libct_container_resume(c) == 0);
	pid = libct_container_enter_ns(c, CLONE_NEWNET, CT_ENTER_CGROUP, cb_wait, 0, 0, 0);
	CHECK(c, libct_container_processes(c, 0, 0) == 2);
	pid2 = libct_container_enter_ns(c, 0, 0, cb_env, "last", env, 0);
	CHECK(c, pid2 > 0 && waitpid(pid2, &w, 0) == pid2 && WIFEXITED(w) && !WEXITSTATUS(w));
	libct_container_destroy(c);
	CHECK(0, pid > 0 && waitpid(pid, &w, 0) == pid && WIFSIGNALED(w));
}

/* An executed program has the container's label; a callback cannot, so it is refused. */
static void
t_label(char **a)
{
	ct_handler_t c = make("");
	char *sleeps[] = { "sleep", "100", 0 };
	ino_t had[4];
	int w = 0;
	pid_t pid;

	look_in(had);
	CHECK(c, libct_fs_set_root(c, a[0]) == 0);
	CHECK(c, libct_container_configure(c, "label", "unconfined") == 0);
	if (libct_container_spawn_execv(c, "/bin/sleep", sleeps) < 0) {
		printf("no label: %s\n", libct_error(c));
		return;
	}
	CHECK(c, libct_container_enter_cb(c, cb_part, had) == -1);
	pid = libct_container_enter_ns(c, ~0UL, 7 | CT_ENTER_ON_EXEC, cb_part, had, 0, 0);
	CHECK(c, pid > 0 && waitpid(pid, &w, 0) == pid && WIFEXITED(w));
	CHECK(c, part(c, ~0UL, CT_ENTER_CGROUP | CT_ENTER_USER, had) == (15 | 16));
	printf("label: tried\n");
}

/* Counts the containers of this process. */
static int
seen_one(void *arg, const char *name, int state)
{
	int *seen = arg;
	char mine[40];

	snprintf(mine, sizeof mine, "lib%d", (int)getpid());
	if (!strncmp(name, mine, strlen(mine)))
		seen[name[strlen(mine)] == 'b'] = state;
	return 0;
}

static void *
spawn_soon(void *arg)
{
	usleep(300000);
	CHECK(arg, libct_container_spawn_cb(arg, cb_second, 0) == 0);
	return 0;
}

static void
t_states(char **a)
{
	ct_handler_t c = make("a"), d = make("b");
	int seen[2] = { 0, 0 };
	pthread_t thread;
	long since;

	(void)a;
	CHECK(c, libct_container_spawn_cb(c, cb_wait, 0) == 0);
	CHECK(c, libct_container_list(ses, 0, seen_one, seen) >= 2);
	CHECK(c, seen[0] == CT_IS_RUNNING && seen[1] == CT_IS_CREATED);
	CHECK(c, libct_container_pause(c) == 0);
	CHECK(c, libct_container_list(ses, 0, seen_one, seen) >= 2 && *seen == CT_IS_PAUSED);
	CHECK(c, libct_container_resume(c) == 0);
	CHECK(c, libct_container_list(ses, "lib-none", seen_one, seen) == -1 && errno == ENOENT);
	CHECK(c, *libct_session_error(ses));
	CHECK(c, libct_container_list(ses, libct_container_name(c), seen_one, seen) == 0);
	CHECK(c, libct_container_list(ses, 0, 0, 0) == -1 && errno == EINVAL);
#define WAIT(h, states, ms) libct_container_wait_for(ses, libct_container_name(h), states, ms)
	CHECK(c, WAIT(c, CT_IS_STOPPED | CT_IS_RUNNING, 0) == CT_IS_RUNNING);
	CHECK(c, WAIT(c, CT_IS_PAUSED, 0) == -1 && errno == ETIMEDOUT);
	since = now_ms();
	CHECK(c, WAIT(c, CT_IS_STOPPED, 300) == -1 && now_ms() - since >= 300);
	CHECK(c, libct_container_wait_for(ses, "lib-none", CT_IS_STOPPED, -1) == CT_IS_STOPPED);
	CHECK(c, libct_container_wait_for(ses, "lib none", CT_IS_STOPPED, 0) == -1 &&
	      errno == EINVAL);
	since = now_ms();
	CHECK(d, pthread_create(&thread, 0, spawn_soon, d) == 0);
	CHECK(d, WAIT(d, CT_IS_RUNNING, 5000) == CT_IS_RUNNING && now_ms() - since >= 250);
	CHECK(d, WAIT(d, CT_IS_STOPPED, 5000) == CT_IS_STOPPED && now_ms() - since < 3000);
	pthread_join(thread, 0);
}

static int
cb_nothing(void *arg)
{
	(void)arg;
	return 0;
}

/* Entered processes that nobody waits for do not keep a container. */
static void
t_unreaped(char **a)
{
	long since;

	(void)a;
	for (int how = 0; how < 4; how++) {
		ct_handler_t c = make("");

		since = now_ms();
		CHECK(c, libct_container_spawn_cb(c, how == 3 ? cb_second : cb_wait, 0) == 0);
		CHECK(c, libct_container_enter_cb(c, cb_nothing, 0) > 0);
		CHECK(c, libct_container_enter_cb(c, cb_wait, 0) > 0);
		usleep(100000);
		if (how == 1)
			CHECK(c, libct_container_kill(c) == 0);
		if (how == 2)
			CHECK(c, libct_container_signal(c, SIGKILL) == 0);
		if (how)
			CHECK(c, libct_container_wait(c) == 0);
		libct_container_destroy(c);
		CHECK(0, now_ms() - since < 3000);
	}
	CHECK(0, waitpid(-1, 0, WNOHANG) == -1 && errno == ECHILD);
}

/* The container's log and a descriptor of this process. */
static void
shown(ct_handler_t c, int fd)
{
	char buf[8192];
	uint64_t at = 0;
	int copy;

	CHECK(c, libct_container_set_log(c, 4096) == -1 && libct_container_log(0, "", 0) == -1);
	CHECK(c, libct_container_log_read(c, &at, buf, sizeof buf) == 0);
	CHECK(c, libct_container_log(c, "one\n", 4) == 0);
	CHECK(c, libct_container_log_read(c, &at, buf, sizeof buf) == 4 && at == 4);
	CHECK(c, !memcmp(buf, "one\n", 4));
	CHECK(c, libct_container_log_read(c, &at, buf, sizeof buf) == 0);
	memset(buf, 'x', sizeof buf);
	buf[1000] = '\n';
	CHECK(c, libct_container_log(c, buf, 5003) == 0 && !(at = 0));
	CHECK(c, libct_container_log_read(c, &at, buf, sizeof buf) == 3091 && at == 4096);
	CHECK(c, libct_container_log_forget(c, UINT64_MAX) == 0 && !(at = 0));
	CHECK(c, libct_container_log_read(c, &at, buf, sizeof buf) == 0 && at == 5007);
	CHECK(c, libct_container_hears(c, SIGTERM) == 0 && libct_container_hears(c, SIGCHLD) == 1);
	CHECK(c, (copy = libct_fs_open(c, "../etc/passwd", O_RDONLY)) > 2 && !close(copy));
	CHECK(c, libct_fs_open(c, "/proc/self/root/etc", O_RDONLY) == -1 && errno == ELOOP);
	CHECK(c, libct_fs_open(c, "/none", O_RDONLY) == -1 && errno == ENOENT);
	CHECK(c, libct_container_take_fd(c, "it") == -1);
	CHECK(c, libct_container_show_fd(c, "a b", fd) == -1);
	CHECK(c, libct_container_show_fd(c, "it", 9999) == 0);
	CHECK(c, libct_container_show_fd(c, "other", fd) == 0);
	CHECK(c, libct_container_show_fd(c, "it", fd) == 0);
	CHECK(c, (copy = libct_container_take_fd(c, "it")) > 2 && copy != fd && !close(copy));
	CHECK(c, libct_container_show_fd(c, "it", -1) == 0);
	CHECK(c, libct_container_take_fd(c, "it") == -1);
	CHECK(c, (copy = libct_container_take_fd(c, "other")) > 2 && !close(copy));
}

static int
background(void *arg, int tell)
{
	const char *says = arg;
	struct sigaction sa;
	char cwd[64] = "";
	sigset_t set;

	if (!says)
		return 1;
	sigaction(SIGUSR1, 0, &sa);
	sigprocmask(SIG_BLOCK, 0, &set);
	for (int left = 500; left && getppid() == getpgrp(); left--)
		poll(NULL, 0, 2);       /* its parent is about to end */
	if (getppid() == getpgrp() || !getcwd(cwd, sizeof cwd) || strcmp(cwd, "/") ||
	    getsid(0) == getpid() || (*says == 'c') != (fcntl(99, F_GETFD) < 0) ||
	    sa.sa_handler != SIG_DFL || sigismember(&set, SIGUSR2))
		says = "not in the background";
	libct_background_tell(tell, *says ? says : 0);
	return 0;
}

static void
backgrounds(ct_handler_t c, int fd)
{
	char error[64];
	sigset_t set;

	signal(SIGUSR1, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, 0);
	CHECK(c, dup2(fd, 99) == 99);
	CHECK(c, libct_background(background, "", 0, error, sizeof error) == 0 && !*error);
	CHECK(c, libct_background(background, "why", 0, error, sizeof error) == -1);
	SAME(error, "why");
	CHECK(c, libct_background(background, "closed", 1, error, sizeof error) == -1);
	SAME(error, "closed");
	CHECK(c, libct_background(background, "why", 0, error, 3) == -1);
	SAME(error, "wh");
	CHECK(c, libct_background(background, 0, 0, error, sizeof error) == -1);
	SAME(error, "it was killed while it started");
	sigprocmask(SIG_UNBLOCK, &set, 0);
	signal(SIGUSR1, SIG_DFL);
	close(99);
}

static void
keep(void *arg, const char *data, size_t n)
{
	strncat(arg, data, n);
}

/* Relays what is typed, up to the escape and a q, and what is printed. */
static void
relay(ct_handler_t c)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY), in[2], out[2], slave;
	char kept[64] = "", buf[64] = "";
	struct ct_relay r = { .fd = fd, .end = -1, .escape = 1, .keep = keep, .arg = kept };

	if (fd < 0 || grantpt(fd) || unlockpt(fd) || pipe(in) || pipe(out) ||
	    (slave = open(ptsname(fd), O_RDWR | O_NOCTTY)) < 0)
		exit(99);
	r.in = in[0];
	r.out = out[1];
	CHECK(c, write(slave, "out", 3) == 3 && write(in[1], "a\001b\n\001qc", 7) == 7);
	CHECK(c, libct_terminal_relay(&r) == 1);
	CHECK(c, read(slave, buf, sizeof buf) == 3);
	SAME(buf, "ab\n");
	CHECK(c, read(out[0], buf, sizeof buf) == 3);
	SAME(kept, "out");
	close(in[1]);
	r.end = in[0];
	r.in = r.out = -1;
	CHECK(c, libct_terminal_relay(&r) == 0);
	SAME(kept, "outab\r\n");       /* the echo */
	close(slave);
	r.end = -1;
	CHECK(c, libct_terminal_relay(&r) == -1);
	close(fd);
	close(in[0]);
	close(out[0]);
	close(out[1]);
}

/* What is no signal, limit or place is an error, and the container goes on. */
static void
careless(ct_handler_t c)
{
	char buf[100];
	uint64_t at = 0;

	CHECK(c, libct_container_signal(c, -1) == -1 && libct_container_signal(c, 1000) == -1);
	CHECK(c, libct_container_hears(c, 1000) == -1);
	CHECK(c, libct_controller_configure(c, CT_CTL_BY_NAME, "cgroup.procs", "0") == -1);
	CHECK(c, strstr(libct_error(c), "not a limit"));
	CHECK(c, libct_controller_read(c, CT_CTL_BY_NAME, "cgroup.events", buf, 1) == 0 && !*buf);
	CHECK(c, libct_container_stats(c, 0) == -1 && libct_container_events(c, 0) == -1);
	CHECK(c, libct_container_log_read(c, 0, buf, 9) == -1);
	CHECK(c, libct_container_log_read(c, &at, 0, 9) == -1);
	CHECK(c, libct_container_log(c, 0, 9) == -1);
	CHECK(c, libct_background(0, 0, 1, buf, 9) == -1);
	CHECK(c, libct_fs_open(c, "/tmp/lib-new", O_CREAT | O_RDWR) == -1);
	CHECK(c, access("/tmp/lib-new", F_OK) == -1);
	memset(buf, 'a', sizeof buf - 1);
	buf[sizeof buf - 1] = 0;
	CHECK(c, libct_container_show_fd(c, buf, 0) == -1);
	CHECK(c, libct_container_state(c) == CT_RUNNING);
}

static void
t_group(char **a)
{
	ct_handler_t c = make("");
	struct ct_stats stats;
	struct ct_events ev;
	struct ct_status st;
	struct pollfd p;
	char buf[4096];
	pid_t pids[4];
	int fd;

	(void)a;
	fd = libct_container_event_fd(c);
	CHECK(c, fd >= 0);
	CHECK(c, libct_container_set_log(c, 100) == -1 && libct_container_set_log(c, 4096) == 0);
	CHECK(c, libct_container_spawn_cb(c, cb_wait, 0) == 0);
	shown(c, fd);
	relay(c);
	backgrounds(c, fd);
	careless(c);
	CHECK(c, libct_container_status(c, &st) == 0 && st.state == CT_RUNNING &&
	    !st.paused && st.pid > 0 && st.pidfd >= 0 && st.exit_status == -1);
	CHECK(c, libct_container_processes(c, pids, 4) == 1 && pids[0] == st.pid);
	CHECK(c, libct_container_processes(c, 0, 0) == 1);
	CHECK(c, libct_container_pause(c) == 0);
	CHECK(c, libct_container_status(c, &st) == 0 && st.paused &&
	    st.state == CT_RUNNING);
	CHECK(c, libct_container_events(c, &ev) == 0 && ev.populated == 1 &&
	    ev.frozen == 1);
	CHECK(c, libct_container_enter_cb(c, cb_wait, 0) == -1);
	CHECK(c, libct_container_resume(c) == 0);
	CHECK(c, libct_controller_configure(c, CT_CTL_BY_NAME, "freezer.state", "FROZEN") == 0);
	CHECK(c, libct_controller_read(c, CT_CTL_BY_NAME, "freezer.state", buf,
	    sizeof buf) == 2 && *buf == '1');
	CHECK(c, libct_controller_configure(c, CTL_FREEZER, "freezer.state", "THAWED") == 0);
	CHECK(c, libct_container_stats(c, &stats) == 0 && stats.cpu_usec < 10000000);
	while (read(fd, buf, sizeof buf) > 0)
		;
	CHECK(c, libct_container_kill(c) == 0);
	CHECK(c, libct_container_wait(c) == 0);
	p = (struct pollfd){ .fd = fd, .events = POLLIN };
	CHECK(c, poll(&p, 1, 1000) == 1);
	CHECK(c, libct_container_events(c, &ev) == 0 && ev.populated == 0);
	CHECK(c, libct_container_show_fd(c, "late", fd) == 0);  /* may have ended since */
	close(fd);
	/* set on a stopped container, it applies from the next start on */
	CHECK(c, libct_controller_configure(c, CTL_FREEZER, "freezer.state", "bad") == -1);
	CHECK(c, libct_controller_configure(c, CTL_FREEZER, "freezer.state", "FROZEN") == 0);
	CHECK(c, libct_container_spawn_cb(c, cb_wait, 0) == 0);
	CHECK(c, libct_container_status(c, &st) == 0 && st.paused);
	CHECK(c, libct_controller_configure(c, CTL_FREEZER, "freezer.state", "THAWED") == 0);
	CHECK(c, libct_container_status(c, &st) == 0 && !st.paused);
	CHECK(c, libct_container_kill(c) == 0 && libct_container_wait(c) == 0);
	CHECK(c, libct_controller_configure(c, CTL_FREEZER, "freezer.state", "THAWED") == 0);
	CHECK(c, libct_container_spawn_cb(c, cb_wait, 0) == 0);
	CHECK(c, libct_container_status(c, &st) == 0 && !st.paused);
	/* without libct_controller_add() it is switched on, or the text says why not */
	CHECK(c, libct_container_kill(c) == 0 && libct_container_wait(c) == 0);
	if (libct_controller_configure(c, CTL_HUGETLB, "hugetlb.2MB.max", "0") == 0)
		CHECK(c, libct_container_spawn_cb(c, cb_wait, 0) == 0 ||
		         strstr(libct_error(c), "no such file"));
	else
		CHECK(c, strstr(libct_error(c), "no hugetlb controller"));
}

/* The huge page size depends on the machine; some have none (QEMU's s390x). */
#define HUGE "hugetlb.2MB."
#define HUGE_PAGES "/sys/kernel/mm/hugepages/hugepages-2048kB"

/* The cgroup file has the value once the container runs, and after a change. */
static void
limit(enum ct_controller k, const char *param, const char *value,
      const char *v2, const char *want)
{
	ct_handler_t c = make("l");
	char buf[256] = "";

	if (libct_controller_add(c, k) < 0) {
		printf("# %s: not here: %s\n", param, libct_error(c));
		libct_container_destroy(c);
		return;
	}
	printf("# %s: tried\n", param);
	CHECK(c, libct_controller_configure(c, k, (char *)param, (char *)value) == 0);
	CHECK(c, libct_container_spawn_cb(c, cb_wait, 0) == 0);
	CHECK(c, libct_controller_read(c, k, v2, buf, sizeof buf) > 0);
	buf[strcspn(buf, "\n")] = 0;
	SAME(buf, want);
	CHECK(c, libct_controller_configure(c, k, (char *)param, (char *)value) == 0);
	CHECK(c, libct_controller_read(c, k, v2, buf, sizeof buf) > 0);
	buf[strcspn(buf, "\n")] = 0;
	SAME(buf, want);
	libct_container_destroy(c);
}

/* The parameters of cgroup v1's devices controller that work here */
static void
devices(ct_handler_t c)
{
	static const char *const bad[] = { "a", "a *:*", "c 1:3", "c 1:* rwx", "x 1:3 r",
		"c 1:x r", "c 99999:1 r", "" };

	CHECK(c, libct_controller_configure(c, CTL_DEVICES, "devices.deny", "a") == 0);
	CHECK(c, libct_controller_configure(c, CTL_DEVICES, "devices.deny", "a *:* rwm") == 0);
	CHECK(c, libct_controller_configure(c, CTL_DEVICES, "devices.deny", "c 1:3 r") == -1);
	CHECK(c, libct_controller_configure(c, CTL_DEVICES, "devices.allow", "c 1:3 rwm") == 0);
	CHECK(c, libct_controller_configure(c, CTL_DEVICES, "devices.allow", "c 5:2 rwm") == 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK(c, libct_controller_configure(c, CTL_DEVICES, "devices.allow",
		    (char *)bad[i]) == -1 && *libct_error(c));
}

static void
t_limits(char **a)
{
	ct_handler_t c = make("");

	(void)a;
	limit(CTL_MEMORY, "memory.limit_in_bytes", "64M", "memory.max", "67108864");
	limit(CTL_MEMORY, "memory.soft_limit_in_bytes", "65536", "memory.low", "65536");
	limit(CTL_MEMORY, "memory.high", "64M", "memory.high", "67108864");
	limit(CTL_CPU, "cpu.shares", "1024", "cpu.weight", "39");
	limit(CTL_CPU, "cpu.cfs_quota_us", "50000", "cpu.max", "50000 100000");
	limit(CT_CTL_PIDS, "pids.max", "17", "pids.max", "17");
	if (access(HUGE_PAGES, F_OK) == 0) {
		limit(CTL_HUGETLB, HUGE "limit_in_bytes", "4M", HUGE "max",
		    "4194304");
		limit(CTL_HUGETLB, HUGE "max", "max", HUGE "max", "max");
	}
	limit(CTL_FREEZER, "cgroup.max.descendants", "3", "cgroup.max.descendants", "3");
	{
		char buf[8];

		CHECK(c, libct_controller_read(c, CTL_FREEZER, "cgroup.freeze", buf, 0) == -1);
		CHECK(c, errno == EINVAL && strstr(libct_error(c), "NULL or 0"));
		CHECK(c, libct_controller_configure(c, CTL_FREEZER, "freezer.state", "") == -1);
		CHECK(c, strstr(libct_error(c), "a value"));
	}
	devices(c);
	/* both halves of cpu.max, in any order */
	if (libct_controller_add(c, CTL_CPU) == 0) {
		char buf[64];

		CHECK(c, libct_controller_configure(c, CTL_CPU, "cpu.cfs_period_us",
		    "20000") == 0);
		CHECK(c, libct_controller_configure(c, CTL_CPU, "cpu.cfs_quota_us",
		    "5000") == 0);
		CHECK(c, libct_container_spawn_cb(c, cb_wait, 0) == 0);
		CHECK(c, libct_controller_read(c, CTL_CPU, "cpu.max", buf, 64) > 0);
		SAME(buf, "5000 20000\n");
	}
}

/* root DIR: a container with a given root */
static void
t_root(char **a)
{
	ct_handler_t c = make("");
	char *argv[] = { "sh", "-c", "[ \"$X\" = y ] && [ -z \"$container\" ] && exit 8", 0 };
	char *env[] = { "X=y", 0 };

	CHECK(c, libct_fs_set_root(c, "/nonexistent") == -1 && errno == ENOENT);
	CHECK(c, strstr(libct_error(c), "/nonexistent: No such file"));
	CHECK(c, libct_fs_set_root(c, "/etc/passwd") == -1 && errno == EINVAL);
	CHECK(c, libct_fs_set_root(c, "") == -1 && errno == EINVAL);
	CHECK(c, libct_fs_set_root(c, 0) == -1 && errno == EINVAL);
	CHECK(c, libct_fs_set_root(c, a[0]) == 0);
	CHECK(c, libct_fs_add_mount(c, "/etc", "mnt/a", MS_RDONLY) == 0);
	CHECK(c, libct_fs_add_mount(c, "/etc", "", 0) == -1);
	CHECK(c, libct_fs_add_mount(c, "/etc", "../x", 0) == -1);
	CHECK(c, libct_container_set_hostname(c, "mine") == 0);
	CHECK(c, libct_container_set_env(c, "GREETING", "hello you") == 0);
	CHECK(c, libct_container_set_workdir(c, "/tmp") == 0);
	CHECK(c, libct_container_set_rlimit(c, "nofile", 99, 100) == 0);
	CHECK(c, libct_container_set_sysctl(c, "net.ipv4.ip_forward", "1") == 0);
	CHECK(c, libct_container_configure(c, "file", "/etc/word=text") == 0);
	SAME(output(c, "hostname; echo $GREETING; pwd; ulimit -n; ulimit -H -n;"
	    "cat /proc/sys/net/ipv4/ip_forward; cat /etc/word; echo;"
	    "[ -f /mnt/a/passwd ] && ! touch /mnt/a/x 2>/dev/null && echo ro; echo $$"),
	    "mine\nhello you\n/tmp\n99\n100\n1\ntext\nro\n1\n");
	CHECK(c, libct_container_spawn_execve(c, "/bin/sh", argv, env) == 0);
	CHECK(c, libct_container_wait(c) == 0);
	CHECK(c, last_status(c) == 8);
	CHECK(c, libct_fs_set_private(c, CT_FS_SUBDIR, "/nonexistent") == 0);
	CHECK(c, libct_container_spawn_execv(c, "/bin/sh", argv) == -1);
	CHECK(c, libct_fs_set_root(c, "/var") == 0);
	CHECK(c, libct_fs_set_private(c, CT_FS_SUBDIR, a[0]) == 0);
	SAME(output(c, "hostname"), "mine\n");
	CHECK(c, libct_fs_set_private(c, CT_FS_NONE, 0) == 0);
	CHECK(c, libct_fs_set_root(c, a[0]) == 0);
	CHECK(c, libct_container_configure(c, "overlay", 0) == 0);
	if (!geteuid())                 /* for a user it needs Linux 5.11 */
		SAME(output(c, "echo x >/etc/new && cat /etc/new"), "x\n");
}

/* notify DIR: the listener arrives on the caller's socket, and the caller answers the call */
static void
t_notify(char **a)
{
	char *argv[] = { "sh", "-c", "mkdir /tmp/notified 2>/dev/null; exit $?", 0 };
	char line[512], num[16], room[64];
	struct iovec v = { line, sizeof line };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = room,
	                    .msg_controllen = sizeof room };
	ct_handler_t c = make("");
	int ends[2], fd;

	CHECK(c, libct_container_configure(c, "seccomp-notify", "0") == -1);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		exit(99);
	snprintf(num, sizeof num, "%d", ends[1]);
	CHECK(c, libct_fs_set_root(c, a[0]) == 0);
	CHECK(c, libct_container_configure(c, "syscall", "?mkdirat") == 0);
#ifdef SYS_mkdir
	CHECK(c, libct_container_configure(c, "syscall", "?mkdir") == 0);
#endif
	CHECK(c, libct_container_listener(c) == -1);
	CHECK(c, libct_container_spawn_execv(c, "/bin/sh", argv) == 0);
	CHECK(c, (fd = libct_container_listener(c)) > 2 && fcntl(fd, F_GETFD) == FD_CLOEXEC);
	CHECK(c, libct_container_kill(c) == 0 && libct_container_wait(c) == 0);
	CHECK(c, libct_container_listener(c) == -1 && fcntl(fd, F_GETFD) < 0);
	CHECK(c, libct_container_configure(c, "seccomp-notify", num) == 0);
	CHECK(c, libct_container_spawn_execv(c, "/bin/sh", argv) == 0);
	CHECK(c, libct_container_listener(c) == -1);
	CHECK(c, recvmsg(ends[0], &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) > 0 &&
	      m.msg_controllen >= CMSG_LEN(sizeof fd));
	memcpy(&fd, CMSG_DATA((struct cmsghdr *)(void *)room), sizeof fd);
	close(fd);                              /* nobody answers: ENOSYS */
	CHECK(c, libct_container_wait(c) == 0);
	CHECK(c, last_status(c) == 1);
	close(ends[0]);
	close(ends[1]);
	libct_container_destroy(c);
}

/* privilege DIR */
static void
t_privilege(char **a)
{
	int pt = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), fd = -1;
	ct_handler_t c = make("");
	struct stat st;
	char *out;

	CHECK(c, libct_fs_set_root(c, a[0]) == 0);
	CHECK(c, libct_container_set_user(c, "1000", "1000,44") == 0);
	CHECK(c, libct_container_add_capability(c, "net_raw") == 0);
	CHECK(c, libct_container_drop_capability(c, "CAP_CHOWN") == 0);
	CHECK(c, libct_container_add_capability(c, "nonsense") == -1);
	SAME(output(c, "id -u; id -G; grep CapEff /proc/self/status"),
	    "1000\n1000 44\nCapEff:\t0000000000002000\n");
	libct_container_destroy(c);
	c = make("");
	CHECK(c, libct_fs_set_root(c, a[0]) == 0);
	CHECK(c, libct_userns_add_uid_map(c, 0, 100000, 1000) == 0);
	CHECK(c, libct_container_spawn_execv(c, "true", 0) == -1);
	CHECK(c, libct_userns_add_gid_map(c, 0, 100000, 1000) == 0);
	CHECK(c, libct_container_add_terminal(c, "tty7", 99) == -1);
	CHECK(c, pt >= 0 && !grantpt(pt) && !unlockpt(pt) &&
	    (fd = open(ptsname(pt), O_RDWR | O_NOCTTY | O_CLOEXEC)) >= 0);
	CHECK(c, libct_container_add_terminal(c, "tty7", fd) == 0);
	CHECK(c, fstat(fd, &st) == 0 && st.st_uid == 100000);
	out = output(c, "cat /proc/self/uid_map; grep Seccomp: /proc/self/status; "
	             "[ -O /dev/tty7 ] && : </dev/tty7 && echo opened");
	CHECK(c, strstr(out, "100000") && strstr(out, "Seccomp:\t2") && strstr(out, "opened"));
	CHECK(c, libct_container_set_option(c, CT_OPT_NO_SECCOMP) == 0);
	CHECK(c, strstr(output(c, "grep Seccomp: /proc/self/status"), "Seccomp:\t0"));
	libct_container_destroy(c);
	c = make("");
	CHECK(c, libct_fs_set_root(c, a[0]) == 0);
	CHECK(c, libct_container_add_device(c, "/dev/kmsg", "r") == 0 ||
	    access("/dev/kmsg", F_OK));
	CHECK(c, libct_container_set_option(c, CT_OPT_INIT) == 0);
	CHECK(c, libct_container_set_option(c, CT_OPT_READ_ONLY) == 0);
	SAME(output(c, "touch /x 2>/dev/null || echo ro; echo $(($$ > 1)); ls /dev/kmsg"),
	    "ro\n1\n/dev/kmsg\n");
	CHECK(c, libct_container_spawn_cb(c, cb_status, (void *)12) == 0);
	CHECK(c, libct_container_wait(c) == 0);
	CHECK(c, last_status(c) == 12);
}

static int
cb_submount(void *dir)
{
	char path[300];
	FILE *f;

	snprintf(path, sizeof path, "%s/sub", (char *)dir);
	if (mkdir(path, 0755))
		return 1;
	snprintf(path, sizeof path, "%s/sub/cgroup.procs", (char *)dir);
	f = fopen(path, "w");
	if (!f || fputs("0", f) < 0 || fclose(f))
		return 2;
	return 0;
}

static void
t_submount(char **a)
{
	ct_handler_t c = make("");

	CHECK(c, libct_container_set_option(c, LIBCT_OPT_CGROUP_SUBMOUNT, "x/../y") == -1);
	CHECK(c, libct_container_set_option(c, LIBCT_OPT_CGROUP_SUBMOUNT, a[0] + 1) == 0);
	CHECK(c, libct_container_spawn_cb(c, cb_submount, a[0]) == 0);
	CHECK(c, libct_container_wait(c) == 0);
	CHECK(c, last_status(c) == 0);
	CHECK(c, access(strcat(a[0], "/sub"), F_OK) == -1);
}

static int
cb_here(void *arg)
{
	struct stat st;

	return getpid() != 1 || stat(arg, &st) || access("/proc/1/status", F_OK) ||
	       access("/proc/2", F_OK) == 0;
}

/* Without a root: the caller's files, but separate pids. */
static void
t_here(char **a)
{
	ct_handler_t c = make("");

	CHECK(c, libct_container_set_option(c, LIBCT_OPT_AUTO_PROC_MOUNT) == 0);
	CHECK(c, libct_container_spawn_cb(c, cb_here, a[0]) == 0);
	CHECK(c, libct_container_wait(c) == 0);
	CHECK(c, last_status(c) == 0);
	CHECK(c, libct_fs_add_mount(c, "/etc", "/nonexistent/there", 0) == 0);
	CHECK(c, libct_container_spawn_cb(c, cb_here, a[0]) == -1 && errno == ENOENT);
	CHECK(c, access("/nonexistent", F_OK) == -1);
	libct_container_destroy(c);
	c = make("");
	CHECK(c, libct_fs_add_mount(c, "/etc", a[0], MS_RDONLY) == 0);
	SAME(output(c, "pwd >/dev/null; [ -f /etc/passwd ] && echo ok"), "ok\n");
	libct_container_destroy(c);
	/* everything shared except the pids */
	c = make("");
	CHECK(c, libct_container_set_nsmask(c, CLONE_NEWPID) == 0);
	CHECK(c, libct_container_spawn_cb(c, cb_status, 0) == 0);
	CHECK(c, libct_container_wait(c) == 0 && last_status(c) == 0);
}

static int
cb_fork(void *arg)
{
	(void)arg;
	if (fork() == 0)
		cb_wait(0);
	return 0;
}

/* Without a pid namespace nothing outlives the first process either. */
static void
t_nsmask(char **a)
{
	ct_handler_t c = make("");

	(void)a;
	CHECK(c, libct_container_set_nsmask(c, 0) == 0);
	CHECK(c, libct_container_spawn_cb(c, cb_fork, 0) == 0);
	CHECK(c, libct_container_wait(c) == 0);
	CHECK(c, libct_container_processes(c, 0, 0) == 0);
}

static int
cb_same_ns(void *arg)
{
	char **want = arg, is[64] = "";

	if (readlink("/proc/self/ns/net", is, sizeof is - 1) < 0)
		return 1;
	return strcmp(is, want[0]) ? 2 : getpid() == 1 ? 3 : 0;
}

static void
t_join(char **a)
{
	ct_handler_t c = make("a"), d = make("b");
	char path[64], net[64] = "", *arg[] = { net };
	struct ct_status st;

	(void)a;
	CHECK(c, libct_container_spawn_cb(c, cb_wait, 0) == 0);
	CHECK(c, libct_container_status(c, &st) == 0);
	snprintf(path, sizeof path, "/proc/%d/ns/net", (int)st.pid);
	CHECK(c, readlink(path, net, sizeof net - 1) > 0);
	CHECK(d, libct_container_join_ns(d, CLONE_NEWNET, libct_container_name(c)) == 0);
	snprintf(path, sizeof path, "/proc/%d/ns/pid", (int)st.pid);
	CHECK(d, libct_container_join_ns(d, CLONE_NEWPID, path) == 0);
	CHECK(d, libct_container_join_ns(d, CLONE_NEWPID | CLONE_NEWNET, path) == -1);
	CHECK(d, libct_container_set_option(d, CT_OPT_NO_SECCOMP) == 0);
	CHECK(d, libct_container_spawn_cb(d, cb_same_ns, arg) == 0);
	CHECK(d, libct_container_wait(d) == 0);
	CHECK(d, last_status(d) == 0);
	CHECK(d, libct_container_spawn_execv(d, "true", 0) == 0);
	CHECK(d, libct_container_wait(d) == 0);
	CHECK(d, last_status(d) == 0);
	CHECK(d, libct_container_spawn_execv(d, "/nothing", 0) == -1);
}

static int
cb_console(void *arg)
{
	int fd = open("/dev/tty", O_RDWR);

	(void)arg;
	return !isatty(0) || !isatty(1) || fd < 0 || tcgetpgrp(fd) != getpid();
}

static void
t_console(char **a)
{
	int pt = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), fd = -1;
	ct_handler_t c = make("");

	(void)a;
	if (pt < 0 || grantpt(pt) || unlockpt(pt) ||
	    (fd = open(ptsname(pt), O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0)
		exit(77);
	CHECK(c, libct_container_set_console_fd(c, pt + 100) == -1);
	CHECK(c, libct_container_set_console_fd(c, fd) == 0);
	CHECK(c, libct_container_spawn_cb(c, cb_console, 0) == 0);
	CHECK(c, libct_container_wait(c) == 0);
	CHECK(c, last_status(c) == 0);
}

static void
t_net(char **a)
{
	ct_handler_t c = make("");
	struct ct_net_veth_arg v = { .ct_name = "inner" };

	CHECK(c, libct_net_add(c, CT_NET_NONE, 0) == 0);
	CHECK(c, libct_net_add(c, CT_NET_NONE, "x") == -1);
	libct_container_destroy(c);
	c = make("");
	CHECK(c, libct_net_add(c, CT_NET_HOSTNIC, 0) == 0);
	CHECK(c, libct_container_spawn_execv(c, "true", 0) == 0);
	CHECK(c, libct_container_wait(c) == 0);
	libct_container_destroy(c);
	c = make("");
	if (libct_net_add(c, CT_NET_VETH, &v) < 0) {
		printf("no veth in this build: %s\n", libct_error(c));
		libct_session_close(ses);
		exit(wrong ? 1 : 77);
	}
	CHECK(c, libct_fs_set_root(c, a[0]) == 0);
	CHECK(c, libct_net_add_address(c, "10.99.98.2/24") == 0);
	CHECK(c, libct_net_add_address(c, "bad") == -1);
	CHECK(c, libct_net_set(c, "mtu", "1400") == 0);
	CHECK(c, libct_net_add_route(c, "10.77.0.0/16", "10.99.98.1") == 0);
	CHECK(c, libct_net_add_route(c, "default", "10.99.98.1") == 0);
	CHECK(c, libct_net_add_route(c, "default", "bad") == -1);
	CHECK(c, strstr(output(c, "ip addr show inner"), "10.99.98.2/24"));
	CHECK(c, strstr(output(c, "ip route"), "default via 10.99.98.1"));
	libct_container_destroy(c);
	c = make("");
	CHECK(c, libct_net_add(c, CT_NET_VETH, &v) == 0);
	CHECK(c, libct_fs_set_root(c, a[0]) == 0);
	CHECK(c, libct_net_add_address(c, "10.99.98.2/24") == 0);
	CHECK(c, libct_net_add_route(c, "default", 0) == 0);
	CHECK(c, strstr(output(c, "ip route"), "default dev inner"));
	CHECK(c, libct_net_set(c, "bridge", "nosuch") == 0);
	CHECK(c, libct_container_spawn_execv(c, "true", 0) == -1);
	CHECK(c, strstr(libct_error(c), "nosuch"));
}

/* find NAME: a container of another process */
static void
t_find(char **a)
{
	int before = count_fds(), seen_fds, w = 0;
	ct_handler_t c = libct_container_open(ses, a[0]);
	struct ct_status st;
	struct pollfd p = { .events = POLLIN };
	pid_t pid;

	if (!c) {
		printf("open: %s\n", libct_session_error(ses));
		exit(1);
	}
	seen_fds = count_fds();
	CHECK(c, libct_container_state(c) == CT_RUNNING);
	CHECK(c, libct_container_processes(c, 0, 0) >= 1);
	pid = libct_container_enter_cb(c, cb_status, (void *)5);
	CHECK(c, pid > 0 && waitpid(pid, &w, 0) == pid && WEXITSTATUS(w) == 5);
	CHECK(c, count_fds() <= seen_fds + 1);  /* a pidfd, until the next enter */
	CHECK(c, libct_container_spawn_cb(c, cb_wait, 0) == -1);
	CHECK(c, libct_container_pause(c) == 0 && libct_container_resume(c) == 0);
	CHECK(c, libct_container_status(c, &st) == 0 && st.pid > 0 && st.pidfd >= 0);
	CHECK(c, libct_container_kill(c) == 0);
	CHECK(c, libct_container_wait(c) == 0);
	p.fd = st.pidfd;
	CHECK(c, poll(&p, 1, 1000) == 1);
	CHECK(c, libct_container_state(c) != CT_RUNNING);
	CHECK(c, libct_container_close(c) == 0);
	CHECK(0, count_fds() == before);
}

/* await NAME: until nothing runs in it */
static void
t_await(char **a)
{
	ct_handler_t c = libct_container_open(ses, a[0]);

	CHECK(c, c && libct_container_wait(c) == 0);
	CHECK(c, libct_container_processes(c, 0, 0) == 0);
}

/* hold NAME: runs until it is killed; its status is the exit status */
static void
t_hold(char **a)
{
	ct_handler_t c = libct_container_create(ses, a[0]);
	char *sh[] = { "/bin/sh", "-c", "echo up; while :; do sleep 1; done", 0 };
	int r;

	if (!c) {
		printf("create: %s\n", libct_session_error(ses));
		exit(1);
	}
	CHECK(c, libct_container_set_env(c, "WORD", "of the library") == 0);
	CHECK(c, libct_container_set_hostname(c, "held") == 0);
	if (a[1])
		CHECK(c, libct_fs_set_root(c, a[1]) == 0);
	if (CHECK(c, libct_container_spawn_execv(c, "/bin/sh", sh) == 0)) {
		CHECK(c, libct_container_wait(c) == 0);
		r = last_status(c);
		libct_session_close(ses);
		exit(r);
	}
}

/* lone NAME: creates one and exits without closing anything */
static void
t_lone(char **a)
{
	ct_handler_t c = libct_container_create(ses, a[0]);

	CHECK(c, c != 0);
	_exit(wrong);
}

/* take NAME: opens what lone left, runs it and destroys it */
static void
t_take(char **a)
{
	ct_handler_t c = libct_container_open(ses, a[0]);

	CHECK(c, libct_container_state(c) == CT_STOPPED);
	CHECK(c, libct_container_spawn_cb(c, cb_status, (void *)2) == 0);
	CHECK(c, libct_container_wait(c) == 0 && last_status(c) == 2);
	libct_container_destroy(c);
	CHECK(0, !libct_container_open(ses, a[0]));
}

/* What the original header has beyond the document. */
static void
t_upstream(char **arg)
{
	char text[] = "cat /proc/sys/kernel/hostname /proc/sys/kernel/domainname\n"
		"grep CapBnd /proc/self/status; ls /mnt; ls /sys/class/net; echo $HOME";
	char *argv[] = { "sh", "-c", text, 0 }, buf[2000] = "";
	struct ct_net_veth_arg veth = { 0, "in0" }, other = { 0, "in1" };
	ct_handler_t c = make("up");
	int p[2], fds[3] = { -1, -1, -1 };
	size_t n = 0;
	ssize_t r;

	CHECK(c, pipe2(p, O_CLOEXEC) == 0);
	fds[1] = fds[2] = p[1];
	CHECK(c, libct_fs_set_root(c, arg[0]) == 0);
	CHECK(c, libct_container_uname(c, "hosty", "domy") == 0);
	CHECK(c, libct_container_uname(c, 0, 0) == 0);
	CHECK(c, libct_container_set_caps(c, 1, 0) < 0);
	CHECK(c, sizeof (long) < 8 || libct_container_set_caps(c, ~0ul, APPLY_BSET) < 0);
	CHECK(c, libct_container_set_caps(c, 1 << 0 | 1 << 5, APPLY_BSET) == 0);
	CHECK(c, libct_container_set_caps(c, 1, APPLY_ALLCAPS) < 0);
	CHECK(c, libct_fs_add_mount(c, "/proc", "/mnt", 0) == 0);
	CHECK(c, libct_fs_add_mount(c, "/none-there", "/opt", 0) < 0);
	CHECK(c, libct_fs_del_mount(c, "/opt") < 0);
	CHECK(c, libct_fs_del_mount(c, "/mnt") == 0);
	CHECK(c, libct_fs_del_mount(c, "/mnt") < 0);
	CHECK(c, libct_fs_add_mount(c, arg[0], "/mnt", 0) == 0);
	CHECK(c, libct_net_add(c, CT_NET_VETH, &veth) == 0);
	CHECK(c, libct_net_del(c, CT_NET_VETH, &other) < 0);
	CHECK(c, libct_net_del(c, CT_NET_VETH, &veth) == 0);
	CHECK(c, libct_net_del(c, CT_NET_VETH, &veth) < 0);
	CHECK(c, libct_container_set_option(c, LIBCT_OPT_KILLABLE) == 0);
	CHECK(c, libct_container_spawn_execvfds(c, "/bin/sh", argv, fds) == 0);
	CHECK(c, libct_container_change(c, "ls", argv) < 0);
	close(p[1]);
	while ((r = read(p[0], buf + n, sizeof buf - 1 - n)) > 0)
		n += r;
	close(p[0]);
	CHECK(c, libct_container_wait(c) == 0);
	CHECK(c, strstr(buf, "hosty\ndomy\n") == buf);
	CHECK(c, strstr(buf, "0000000000000021\n"));
	CHECK(c, strstr(buf, "\nbin\n") && !strstr(buf, "cmdline"));
	CHECK(c, strstr(buf, "\nlo\n") && !strstr(buf, "in0"));
	if (wrong)
		puts(buf);
	libct_container_destroy(c);
}

/* Copies; a function entered with its own descriptors. */
static int
cb_hello(void *arg)
{
	return write(1, arg, 5) == 5 ? 3 : 4;
}

/* A tree with the same names on every level, and a link to a file that must stay. */
static void
remove_deep(ct_handler_t c, const char *dir, const char *keep)
{
	int at = open(dir, O_RDONLY | O_DIRECTORY), sub;
	struct stat st;
	char path[500];

	for (int i = 0; i < 300; i++) {
		CHECK(c, mkdirat(at, "d", 0700) == 0 && mkdirat(at, ".ct-1", 0700) == 0);
		CHECK(c, symlinkat(keep, at, "link") == 0 && mknodat(at, "f", S_IFREG, 0) == 0);
		sub = openat(at, i % 2 ? ".ct-1" : "d", O_RDONLY | O_DIRECTORY);
		close(at);
		at = sub;
	}
	close(at);
	snprintf(path, sizeof path, "%s//", dir);
	CHECK(c, libct_remove_tree(ses, path) == 0 && lstat(dir, &st) < 0);
	CHECK(c, stat(keep, &st) == 0);
	CHECK(c, libct_remove_tree(ses, dir) == 0);
	CHECK(c, symlink(keep, dir) == 0 && libct_remove_tree(ses, dir) == 0);
	CHECK(c, lstat(dir, &st) < 0 && stat(keep, &st) == 0);
	CHECK(c, libct_remove_tree(ses, "/proc/self/status/x") < 0 && errno == ENOTDIR);
	CHECK(c, *libct_session_error(ses) && libct_remove_tree(ses, 0) < 0 && errno == EINVAL);
	CHECK(c, mkdir(dir, 0700) == 0 && mount(dir, dir, 0, MS_BIND, 0) == 0);
	CHECK(c, libct_remove_tree(ses, dir) < 0 && errno == EBUSY && umount(dir) == 0);
	CHECK(c, libct_remove_tree(ses, dir) == 0);
}

/* Tries mknod of a device 7:9 inside and returns the status. */
static int
makes_node(ct_handler_t c, const char *name)
{
	char cmd[48], *argv[] = { "sh", "-c", cmd, 0 };
	int status = -1;
	pid_t pid;

	snprintf(cmd, sizeof cmd, "mknod /dev/%s c 7 9 2>/dev/null", name);
	pid = libct_container_enter_execv(c, "sh", argv);
	CHECK(c, pid > 0 && waitpid(pid, &status, 0) == pid);
	return status;
}

static void
t_files(char **arg)
{
	char from[400], to[400], *argv[] = { "sleep", "100", 0 }, buf[8] = "";
	char *hello[] = { "echo", "hello", 0 };
	const char *few[] = { "no-such-call", 0 };
	char *mnt[] = { "/proc/self/cwd:/opt", 0 }, *bad[] = { "none:/opt", 0 };
	char *umnt[] = { "/opt", 0 }, *lo[] = { "lo", 0 }, ns[2][64] = { "", "" };
	char *dev[] = { "/dev/null:/dev/more", 0 }, *nic[] = { "veth,name=a/b", 0 };
	int have;
	int p[2], fds[3] = { -1, -1, -1 }, status;
	ct_handler_t c = make("files");
	struct stat st;
	pid_t pid;

	snprintf(from, sizeof from, "%s/from", arg[1]);
	snprintf(to, sizeof to, "%s/to", arg[1]);
	CHECK(c, libct_copy_tree(ses, from, to) < 0 && errno == ENOENT);
	CHECK(c, *libct_session_error(ses));
	CHECK(c, libct_copy_tree(ses, "/dev/null", to) < 0 && stat(to, &st) < 0);
	CHECK(c, libct_copy_tree(ses, "/etc/passwd", to) == 0 && stat(to, &st) == 0);
	CHECK(c, S_ISREG(st.st_mode) && st.st_size > 0);
	CHECK(c, libct_copy_tree(ses, "/etc/passwd", to) < 0 && errno == EEXIST);
	CHECK(c, libct_remove_tree(ses, to) == 0);
	CHECK(c, mkdir(from, 0751) == 0);
	CHECK(c, libct_copy_tree(ses, 0, to) == -1 && strstr(libct_session_error(ses), "NULL"));
	CHECK(c, libct_copy_tree(ses, arg[1], to) < 0 && strstr(libct_session_error(ses), "is in"));
	CHECK(c, libct_copy_tree(ses, from, to) == 0 && stat(to, &st) == 0);
	CHECK(c, (st.st_mode & 07777) == 0751);
	CHECK(c, libct_copy_tree(ses, from, to) < 0 && errno == EEXIST);
	CHECK(c, libct_remove_tree(ses, from) == 0 && stat(from, &st) < 0);
	remove_deep(c, to, arg[1]);
	CHECK(c, libct_signal_number("RTMIN+3") == 37 && libct_signal_number("sigpwr") == SIGPWR);
	CHECK(c, libct_signal_number("9") == 9 && libct_signal_number("SIGNONE") == -1);
	CHECK(c, libct_syscall_number("read") >= 0 && libct_syscall_number("reed") == -1);
	CHECK(c, libct_container_allow_syscalls(c, few, 1) < 0);
	CHECK(c, libct_fs_set_root(c, arg[0]) == 0);
	CHECK(c, libct_container_add_capability(c, "MKNOD") == 0);
	CHECK(c, libct_container_spawn_execv(c, "/bin/sleep", argv) == 0);
	have = count_fds();
	CHECK(c, readlink("/proc/self/ns/net", ns[0], sizeof ns[0] - 1) > 0);
	CHECK(c, libct_container_change(c, "mount", mnt) == 0);
	CHECK(c, libct_container_change(c, "mount", bad) < 0 && strstr(libct_error(c), "none"));
	CHECK(c, libct_container_change(c, "umount", umnt) == 0);
	CHECK(c, libct_container_change(c, "umount", umnt) < 0);
	CHECK(c, libct_container_change(c, "device add", dev) == 0);
	CHECK(c, libct_container_change(c, "device del", dev) == 0);
	CHECK(c, libct_container_change(c, "device del", dev) < 0);
	CHECK(c, libct_container_change(c, "net add", nic) < 0 && strstr(libct_error(c), "a/b"));
	CHECK(c, libct_container_change(c, "net del", lo) < 0);
	CHECK(c, readlink("/proc/self/ns/net", ns[1], sizeof ns[1] - 1) > 0);
	CHECK(c, !strcmp(ns[0], ns[1]) && count_fds() == have);
	for (int i = 0; i < 2; i++) {
		CHECK(c, pipe2(p, O_CLOEXEC) == 0);
		fds[1] = p[1];
		pid = i ? libct_container_enter_execvefds(c, "/bin/echo", hello, 0, fds) :
		      libct_container_enter_cbfds(c, cb_hello, "hello", fds);
		close(p[1]);
		CHECK(c, pid > 0 && waitpid(pid, &status, 0) == pid);
		CHECK(c, WEXITSTATUS(status) == (i ? 0 : 3));
		CHECK(c, read(p[0], buf, 5) == 5 && !memcmp(buf, "hello", 5));
		close(p[0]);
	}
	CHECK(c, makes_node(c, "a") != 0);
	CHECK(c, libct_controller_configure(c, CTL_DEVICES, "devices.allow", "c 7:* m") == 0);
	CHECK(c, makes_node(c, "b") == 0);
	CHECK(c, libct_controller_configure(c, CTL_DEVICES, "devices.deny", "c 7:* m") == 0);
	CHECK(c, makes_node(c, "c") != 0);
	CHECK(c, libct_controller_configure(c, CTL_DEVICES, "devices.deny", "c 7:* m") < 0);
	CHECK(c, libct_controller_configure(c, CTL_DEVICES, "devices.allow", "c 7:x m") < 0);
	libct_container_destroy(c);
}

static const struct {
	const char *name;
	void (*f)(char **);
	int args;
} cases[] = {
	{ "life", t_life, 0 }, { "errors", t_errors, 0 }, { "fds", t_fds, 0 },
	{ "caller", t_caller, 0 }, { "threads", t_threads, 0 },
	{ "cycles", t_cycles, 0 }, { "many", t_many, 0 }, { "enter", t_enter, 0 },
	{ "unreaped", t_unreaped, 0 }, { "group", t_group, 0 }, { "limits", t_limits, 0 },
	{ "root", t_root, 1 },
	{ "privilege", t_privilege, 1 }, { "notify", t_notify, 1 }, { "submount", t_submount, 1 },
	{ "here", t_here, 1 }, { "nsmask", t_nsmask, 0 }, { "join", t_join, 0 },
	{ "console", t_console, 0 }, { "net", t_net, 1 }, { "find", t_find, 1 },
	{ "hold", t_hold, 1 }, { "lone", t_lone, 1 }, { "take", t_take, 1 },
	{ "upstream", t_upstream, 1 }, { "files", t_files, 2 }, { "part", t_part, 0 },
	{ "label", t_label, 1 }, { "await", t_await, 1 },
	{ "states", t_states, 0 },
};

int
main(int argc, char **argv)
{
	size_t i;

	setvbuf(stdout, 0, _IOLBF, 0);
	for (i = 0; argc > 1 && i < sizeof cases / sizeof *cases; i++)
		if (!strcmp(argv[1], cases[i].name) && argc - 2 >= cases[i].args) {
			ses = libct_session_open_local();
			cases[i].f(argv + 2);
			libct_session_close(ses);
			return wrong;
		}
	fprintf(stderr, "usage: lib CASE [argument ...]\n");
	return 99;
}
