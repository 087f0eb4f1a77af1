/* SPDX-License-Identifier: ISC
 *
 * hostile: containers that do random harm to any verb that looks at them, and random
 * verbs of ct applied to them.
 *
 *	hostile run ROOT SEED ROUNDS    runs CT; ROOT has this program as /bin/hostile
 *	hostile inside SEED CANARY      the command of such a container
 *	hostile seen                    the command of ct exec: prints what it finds open
 *
 * A round starts a few containers, tries verbs, and removes all with `ct rm -f`.
 * Round N of a seed is round 0 of seed + N. Each verb has little memory and time,
 * and must exit by itself with a status that ct(1) lists, print only text (or valid
 * JSON), and for an error at least one "ct: " line. What the containers can name on
 * the host, and the mounts, cgroups and processes here, must be unchanged afterwards.
 * Prints what is wrong.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#define LEN(a) (sizeof(a) / sizeof *(a))
#define CG "/sys/fs/cgroup/"

enum {
	VERBS = 40,             /* tried in a round */
	BOXES = 3,              /* containers in a round, at most */
	FORKS = 60,             /* processes of a container, roughly */
	MEMORY = 48 << 20,      /* bytes of address space for a verb */
	TELL_MS = 300,          /* until SIGTERM, for verbs that run forever */
	OUT_MAX = 1 << 22,
};

static uint64_t seed;

static unsigned
rnd(unsigned n)                 /* xorshift64* */
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (unsigned)((seed * UINT64_C(2685821657736338717)) >> 33) % n;
}

static void
rnd_seed(uint64_t n)
{
	seed = n * UINT64_C(0x9e3779b97f4a7c15) + 1;
	for (int i = 0; i < 8; i++)
		rnd(2);
}

/* A word of any bytes except NUL and `not`: control bytes, UTF-8 and lookalikes. */
static char *
rnd_word(char *buf, size_t most, const char *not)
{
	static const char *const parts[] = { "\n", "\t", "\033[2J", "\233", "\"", "\\", "é",
		"\xf0\x9f\x90\x99", "\xc3", "\xed\xa0\x80", "Uid:\t0", "populated 1", ")", " ",
		"..", "\xe2\x80\xae", "\xc2\x9b", "\xef\xbb\xbf",
		"%s", "box", "0::/", "\r", "\177", "|" };
	size_t n = 0, want = 1 + rnd((unsigned)most);

	while (n < want) {
		const char *p = parts[rnd(LEN(parts))];
		char c[2] = { (char)(1 + rnd(255)), 0 };

		if (rnd(2))
			p = c;
		for (; *p && n < want; p++)
			if (!strchr(not, *p))
				buf[n++] = *p;
		if (n < want && rnd(4) == 0)
			buf[n++] = 'x';
	}
	buf[n] = '\0';
	return buf;
}

static bool
put(const char *path, const void *s, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0644);
	bool ok = fd >= 0 && write(fd, s, n) == (ssize_t)n;

	if (fd >= 0)
		close(fd);
	return ok;
}

/* === inside ============================================================ */

static const char *canary;
static int forks;
static char **own_argv;
static size_t own_len;

static pid_t
spawn(void)
{
	return forks++ < FORKS ? fork() : -1;
}

static void
idle(void)
{
	for (;;)
		pause();
}

static void *
thread(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void
t_threads(void)
{
	pthread_t t;

	for (unsigned i = 0; i < 1 + rnd(8); i++)
		pthread_create(&t, 0, thread, 0);
}

static void
t_name(void)
{
	char name[300];

	prctl(PR_SET_NAME, rnd_word(name, 20, ""));
}

static void
t_argv(void)                    /* as setproctitle(3) does, or without any NUL */
{
	for (size_t i = 0; i < own_len; i++)
		own_argv[0][i] = (char)(rnd(3) ? 1 + rnd(255) : 0);
}

static void
t_children(void)
{
	for (unsigned i = 0; i < 1 + rnd(6); i++)
		if (spawn() == 0) {
			t_name();
			if (rnd(4) == 0)
				setsid();
			if (rnd(4) == 0)
				_exit(0);       /* a zombie */
			if (rnd(4) == 0)
				raise(SIGSTOP);
			if (rnd(4) == 0) {      /* a first thread that has exited */
				t_threads();
				syscall(SYS_exit, 0);
			}
			idle();
		}
}

/* Goes to some cgroup below: down from the top, mostly to the first entry. */
static void
cg_pick(void)
{
	if (chdir("/sys/fs/cgroup") < 0)
		return;
	for (int i = (int)rnd(20); i > 0; i--) {
		DIR *d = opendir(".");
		struct dirent *e;
		bool in = false;

		while (d && !in && (e = readdir(d)))
			in = e->d_type == DT_DIR && *e->d_name != '.' && rnd(4) &&
			     chdir(e->d_name) == 0;
		if (d)
			closedir(d);
		if (!in)
			break;
	}
}

static void
t_cg_deep(void)
{
	char name[300];

	cg_pick();
	for (unsigned i = 0; i < 1 + rnd(70); i++)
		if (mkdir(rnd_word(name, rnd(3) ? 20 : 254, "/\n"), 0755) < 0 || chdir(name) < 0)
			break;
}

static void
t_cg_wide(void)
{
	char name[300];

	cg_pick();
	for (unsigned i = 0; i < 1 + rnd(60); i++)
		mkdir(rnd_word(name, 254, "/\n"), (mode_t)rnd(2) * 01755);
}

static void
t_cg_move(void)
{
	char pid[16] = "0";

	if (rnd(3))
		snprintf(pid, sizeof pid, "%u", 1 + rnd(FORKS));
	cg_pick();
	put(rnd(4) ? "cgroup.procs" : "cgroup.threads", pid, strlen(pid));
}

static void
t_cg_write(void)
{
	static const char *const what[][2] = {
		{ "cgroup.type", "threaded" }, { "cgroup.freeze", "1" }, { "cgroup.freeze", "0" },
		{ "cgroup.subtree_control", "+pids" }, { "cgroup.subtree_control", "+cpu" },
		{ "cgroup.subtree_control", "-pids" }, { "cgroup.max.depth", "0" },
		{ "cgroup.max.descendants", "1" }, { "memory.max", "8M" }, { "pids.max", "20" },
	};
	unsigned i = rnd(LEN(what));

	cg_pick();
	/* freezing often would halt everything too soon */
	if (strcmp(what[i][0], "cgroup.freeze") || rnd(4) == 0)
		put(what[i][0], what[i][1], strlen(what[i][1]));
}

static void
t_cg_attr(void)
{
	static const char *const names[] = { "user.ct.keep", "user.ct.init", "user.ct.argv",
		"user.ct.watch", "user.ct.seccomp", "user.x" };
	char value[3000];

	cg_pick();
	rnd_word(value, sizeof value - 1, "");
	if (rnd(2))
		snprintf(value, sizeof value,
		         "pid=1 since=-1 command=99999 sup=1 status=0 go=1 held");
	setxattr(".", names[rnd(LEN(names))], value, strlen(value), 0);
	chmod(".", 01700);
}

static void
t_cg_churn(void)                /* creates and removes cgroups while others look */
{
	char name[300];

	if (spawn())
		return;
	cg_pick();
	for (;;) {
		if (mkdir(rnd_word(name, 20, "/\n"), 0755) == 0 && rnd(2))
			usleep(rnd(3000));
		rmdir(name);
		usleep(3000);
	}
}

/* Replaces what ct looks at in the root with something else. */
static void
t_etc(void)
{
	static const char *const files[] = { "/etc/passwd", "/etc/group", "/etc/resolv.conf",
		"/etc/hosts", "/etc", "/bin/seen", "/tmp", "/dev/null", "/dev" };
	static const char *const to[] = { "/proc/self/mem", "/proc/1/root/etc/passwd", "loop",
		"/dev/zero", "/proc/kmsg", "../../../../../../../etc/shadow", "/sys/fs/cgroup" };
	static char text[3 << 20];
	const char *f = files[rnd(LEN(files))];
	char old[40];
	size_t n = 0;
	int fd;

	snprintf(old, sizeof old, "/tmp/old%u", rnd(1000));
	if (rnd(4))
		rename(f, old);
	switch (rnd(9)) {
	case 0: mkfifo(f, 0644); break;
	case 1: mkdir(f, 0700); break;
	case 2: symlink(rnd(3) ? to[rnd(LEN(to))] : canary, f); break;
	case 3: symlink(f, f); break;
	case 4:
		if ((fd = open(f, O_RDWR | O_CREAT | O_CLOEXEC, 0600)) >= 0) {
			if (ftruncate(fd, rnd(2) ? 1 << 20 : 1ll << 40) == 0)
				fcntl(fd, F_SETLEASE, F_WRLCK);         /* and stays open */
		}
		break;
	default:
		while (n < sizeof text - 600 && rnd(rnd(9) ? 200 : 5000)) {
			n += strlen(rnd_word(text + n, 30, ""));
			n += (size_t)sprintf(text + n, "%suser:x:%u:%u:a,root,user:/:\n",
			                     rnd(2) ? "\n" : ":",
			                     rnd(2) ? rnd(99999) : ~0u - rnd(3), rnd(70000));
		}
		put(f, text, n);
	}
}

static void
t_mount(void)
{
	static const char *const at[] = { "/proc", "/etc", "/dev", "/tmp", "/sys", "/", "/mnt",
		"/proc/self", "/dev/pts", "/bin", "/sys/fs/cgroup" };
	const char *to = at[rnd(LEN(at))];
	char deep[4096] = "/mnt";

	switch (rnd(6)) {
	case 0: mount("x\ny", to, "tmpfs", 0, NULL); break;
	case 1: mount("/", to, NULL, MS_BIND | rnd(2) * MS_REC, NULL); break;
	case 2: umount2(to, MNT_DETACH); break;
	case 3: mount(NULL, "/", NULL, MS_REC | (rnd(2) ? MS_SHARED : MS_UNBINDABLE), NULL); break;
	case 4: mount("/mnt", to, NULL, MS_MOVE, NULL); break;
	default:
		while (strlen(deep) < 3700) {
			strcat(deep, "/");
			rnd_word(deep + strlen(deep), 254, "/");
			mkdir(deep, 0755);
		}
		mount("x", deep, "tmpfs", 0, NULL);
	}
}

/* A link with any name, and the names of existing ones. */
static void
t_link(void)
{
	struct {
		struct nlmsghdr h;
		struct ifinfomsg i;
		char a[64];
	} m = { .h = { NLMSG_LENGTH(sizeof(struct ifinfomsg)), RTM_NEWLINK,
	               NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL, 1, 0 } };
	struct ifreq r = { .ifr_name = "lo" };
	struct rtattr *a = (void *)m.a, *in = (void *)(m.a + RTA_SPACE(IFNAMSIZ));
	char name[IFNAMSIZ + 1];
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	rnd_word(name, IFNAMSIZ - 1, "/: \t\n\r\v\f\240");
	a->rta_type = IFLA_IFNAME;
	a->rta_len = (unsigned short)RTA_LENGTH(IFNAMSIZ);
	memcpy(RTA_DATA(a), name, strlen(name) + 1);
	in->rta_type = IFLA_LINKINFO;
	in->rta_len = (unsigned short)RTA_LENGTH(RTA_SPACE(6));
	in = RTA_DATA(in);
	in->rta_type = IFLA_INFO_KIND;
	in->rta_len = (unsigned short)RTA_LENGTH(6);
	memcpy(RTA_DATA(in), rnd(2) ? "dummy" : "veth\0", 6);
	m.h.nlmsg_len = (unsigned)(RTA_SPACE(IFNAMSIZ) + RTA_SPACE(RTA_SPACE(6)) +
	                           NLMSG_LENGTH(sizeof m.i));
	if (fd >= 0 && send(fd, &m, m.h.nlmsg_len, 0) < 0)
		perror("send");
	memcpy(r.ifr_newname, name, strlen(name) + 1);
	if (fd >= 0)
		close(fd);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && rnd(3) == 0)
		ioctl(fd, SIOCSIFNAME, &r);
	if (fd >= 0)
		close(fd);
}

static void
t_ids(void)
{
	static gid_t g[20000];
	unsigned n = rnd(3) ? rnd(60) : LEN(g);

	for (unsigned i = 0; i < n; i++)
		g[i] = UINT32_MAX / 2 - i;
	if (setgroups(n, g) < 0)
		setgroups(0, g);
	if (rnd(3) == 0 && setresuid(rnd(2) ? 12345 : UINT32_MAX - 2, 0, 0) < 0)
		umask(rnd(0777));
}

static void
t_signals(void)
{
	sigset_t s;

	sigfillset(&s);
	sigprocmask((int)rnd(3), &s, NULL);
	signal((int)(1 + rnd(31)), rnd(2) ? SIG_IGN : SIG_DFL);
}

static void
t_process(void)
{
	static const int what[] = { CLONE_NEWNS, CLONE_NEWNET, CLONE_NEWPID, CLONE_NEWUSER,
		CLONE_NEWUTS, CLONE_NEWIPC, CLONE_FILES, CLONE_NEWCGROUP };
	struct rlimit r = { rnd(30), 30 };

	switch (rnd(7)) {
	case 0: unshare(what[rnd(LEN(what))]); break;
	case 1: mkdir("/tmp/gone", 0755); if (chdir("/tmp/gone") == 0) rmdir("/tmp/gone"); break;
	case 2: setrlimit(RLIMIT_NOFILE, &r); break;
	case 3: prctl(PR_SET_DUMPABLE, rnd(2)); break;
	case 4: put("/proc/self/oom_score_adj", "1000", 4); break;
	case 5: if (chroot("/tmp") < 0) setpriority(PRIO_PROCESS, 0, 19); break;
	default: for (unsigned i = 0; i < rnd(50); i++) open("/", O_RDONLY);
	}
}

static void
t_again(void)                   /* a process with a long command line */
{
	static char junk[40][3000];
	char *argv[LEN(junk) + 3] = { junk[0], "idle" };
	int n = 2;

	if (spawn())
		return;
	rnd_word(junk[0], 200, "");
	for (size_t i = 1; i < LEN(junk); i++)
		argv[n++] = rnd_word(junk[i], sizeof junk[i] - 1, "");
	execve("/bin/hostile", argv, argv);
	_exit(1);
}

static void (*const tricks[])(void) = {
	t_name, t_argv, t_children, t_threads, t_cg_deep, t_cg_deep, t_cg_wide,
	t_cg_move, t_cg_move,
	t_cg_write, t_cg_attr, t_cg_churn, t_etc, t_etc, t_mount, t_link, t_link, t_ids, t_signals,
	t_process, t_again,
};

static void
open_files(const char *what)
{
	for (int i = 3; i < 1024; i++)
		if (fcntl(i, F_GETFD) >= 0)
			printf("%s has descriptor %d\n", what, i);
}

static int
inside(char **argv, int argc)
{
	char *last = argv[argc - 1];

	own_argv = argv;
	own_len = (size_t)(last + strlen(last) - argv[0]);
	rnd_seed((uint64_t)atol(argv[2]));
	canary = strdup(argv[3]);
	open_files("the command");
	fflush(stdout);
	signal(SIGCHLD, rnd(2) ? SIG_IGN : SIG_DFL);
	for (unsigned n = 5 + rnd(25); n; n--)
		tricks[rnd(LEN(tricks))]();
	for (unsigned n = rnd(4); n; n--)       /* some children go on with it */
		if (spawn() == 0)
			for (int k = 0; k < 3000; k++) {
				usleep(rnd(60000));
				tricks[rnd(LEN(tricks))]();
			}
	switch (rnd(9)) {
	case 0:
		t_threads();
		syscall(SYS_exit, 0);
		break;
	case 1:
		usleep(rnd(1000000));
		return (int)rnd(256);
	case 2:
		usleep(rnd(1000000));
		t_again();
		execl("/bin/hostile", "\n", "idle", (char *)0);
	}
	idle();
	return 0;
}

/* === outside =========================================================== */

static const char *ct;
static char at[64];                     /* where we are: seed and round */
static char now[PATH_MAX + 10];         /* the round's root */
static int wrong;
static long slow;                       /* time limit of a verb, in milliseconds */

static long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct verb {
	char *argv[64];
	char words[64][PATH_MAX + 20];
	int argc;
	bool tell, json, raw, any;      /* SIGTERM ends it; only JSON; with escapes; any status */
	int status;
	size_t len;
	char out[OUT_MAX], err[8192];
};

__attribute__((format(printf, 2, 3)))
static void
bad(const struct verb *v, const char *format, ...)
{
	va_list ap;

	wrong++;
	printf("%s:", at);
	for (int i = 1; v && i < v->argc; i++) {
		putchar(' ');
		for (const char *p = v->argv[i]; *p && p < v->argv[i] + 60; p++)
			putchar(*p > ' ' && *p < 127 ? *p : '?');
	}
	printf(": ");
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
	if (v)
		printf("%.600s\n", v->err);
	fflush(stdout);
}

static void
add(struct verb *v, const char *word)
{
	if (v->argc == LEN(v->argv) - 1)
		return;
	snprintf(v->words[v->argc], sizeof *v->words, "%s", word);
	v->argv[v->argc] = v->words[v->argc];
	v->argv[++v->argc] = NULL;
}

/* Adds words separated by blanks; NAME and PID stand for a container and a process. */
static void
add_all(struct verb *v, const char *words, const char *name, int pid)
{
	char buf[512], *rest, *w, word[200];

	snprintf(buf, sizeof buf, "%s", words);
	for (w = strtok_r(buf, " ", &rest); w; w = strtok_r(NULL, " ", &rest)) {
		if (!strncmp(w, "NAME", 4))
			snprintf(word, sizeof word, "%s%s", name, w + 4);
		else if (!strcmp(w, "PID"))
			snprintf(word, sizeof word, "%d", pid);
		else
			snprintf(word, sizeof word, "%s", w);
		add(v, word);
	}
}

static void
begin(struct verb *v)
{
	v->argc = 0;
	v->tell = v->json = v->raw = v->any = false;
	add(v, ct);
}

/* Is this a line of JSON? Returns what follows it, or NULL if not. */
static const char *
json(const char *s)
{
	int depth = 0;

	do {
		if (*s == '"') {
			for (s++; *s != '"'; s++) {
				if (*s == '\\' && !strchr("\"\\u", *++s))
					return NULL;
				if (*s < ' ' || *s > '~')
					return NULL;
			}
			s++;
			if (*s == ':') {        /* a key: its value follows */
				s++;
				continue;
			}
		} else if (*s == '{' || *s == '[') {
			depth++;
			if (s[1] != '}' && s[1] != ']') {
				s++;
				continue;
			}
			s++;
			continue;
		} else if (*s == '}' || *s == ']') {
			depth--;
			s++;
		} else if (!strncmp(s, "null", 4)) {
			s += 4;
		} else {
			size_t n = strspn(s + (*s == '-'), "0123456789.");

			if (!n)
				return NULL;
			s += n + (*s == '-');
		}
		if (*s == ',' && s[1] != ',' && s[1] != '}' && s[1] != ']')
			s++;
		else if (depth && *s != '}' && *s != ']')
			return NULL;
	} while (depth > 0);
	return depth == 0 && *s == '\n' ? s + 1 : NULL;
}

/* The first byte that must not reach a terminal, or the end. Follows the table of RFC
 * 3629, section 4, instead of using ct's function. */
static const char *
unshown(const char *s, const char *end, bool ascii)
{
	static const char *const hidden[] = { "\xe2\x80\x8b", "\xe2\x80\xae", "\xef\xbb\xbf" };

	while (s < end) {
		const unsigned char *c = (const void *)s;
		unsigned lo = *c == 0xe0 || *c == 0xc2 ? 0xa0 : *c == 0xf0 ? 0x90 : 0x80;
		unsigned hi = *c == 0xed ? 0x9f : *c == 0xf4 ? 0x8f : 0xbf;
		int n = *c < 0xc2 || *c > 0xf4 || ascii ? 0 : *c < 0xe0 ? 2 : *c < 0xf0 ? 3 : 4;

		if ((*c >= ' ' && *c <= '~') || *c == '\n')
			n = 1;
		for (size_t i = 0; i < LEN(hidden); i++)
			if (!strncmp(s, hidden[i], 3))
				n = 0;
		for (int i = 1; i < n; i++)
			if (c[i] < (i == 1 ? lo : 0x80) || c[i] > (i == 1 ? hi : 0xbf))
				n = 0;
		if (!n)
			break;
		s += n;
	}
	return s;
}

/* Reports what a verb must never do, whatever its arguments. */
static void
judge(struct verb *v)
{
	static const int known[] = { 0, 3, 124, 125, 126, 127, 137, 143 };
	bool ok = v->any;
	const char *p;

	for (size_t i = 0; i < LEN(known); i++)
		ok |= v->status == known[i];
	if (!ok)
		bad(v, "status %d", v->status);
	p = unshown(v->out, v->out + v->len, v->json);
	if (p != v->out + v->len && !v->raw)
		bad(v, "byte %02x in what it prints", (unsigned char)*p);
	if (v->json && v->status != 143)
		for (p = v->out; *p; ) {
			const char *line = p;

			if (!(p = json(p))) {
				bad(v, "no JSON: %.*s", 300, line);
				break;
			}
		}
	if (strstr(v->out, "descriptor"))
		bad(v, "%.200s", v->out);
	if (v->status == 125 && !*v->err)
		bad(v, "no error");
	for (p = v->err; *p; p += strcspn(p, "\n"), p += *p == '\n')
		if (strncmp(p, "ct: ", 4) || strspn(p, "\n") || p[strcspn(p, "\n")] != '\n') {
			bad(v, "other words on stderr");
			break;
		}
	p = unshown(v->err, strchr(v->err, 0), false);
	if (*p)
		bad(v, "byte %02x in its error", (unsigned char)*p);
}

static int
reap(pid_t pid, int ms)         /* a wait status, or -1 if it still runs */
{
	int w;

	for (long end = now_ms() + ms; waitpid(pid, &w, WNOHANG) != pid; usleep(2000))
		if (now_ms() >= end)
			return -1;
	return w;
}

/* Reads both pipes to their ends, or until the time is up. */
static bool
drain(struct verb *v, int out, int err, long ms)
{
	struct pollfd p[] = { { out, POLLIN, 0 }, { err, POLLIN, 0 } };
	size_t len = strlen(v->err);
	long end = now_ms() + ms;

	while (p[0].fd >= 0 || p[1].fd >= 0) {
		long left = end - now_ms();
		ssize_t n;

		if (left <= 0 || poll(p, 2, (int)left) <= 0)
			return false;
		if (p[0].revents) {
			n = read(out, v->out + v->len, sizeof v->out - 1 - v->len);
			v->len += n > 0 ? (size_t)n : 0;
			if (n <= 0)
				p[0].fd = -1;
		}
		if (p[1].revents) {
			n = read(err, v->err + len, sizeof v->err - 1 - len);
			len += n > 0 ? (size_t)n : 0;
			v->err[len] = '\0';
			if (n <= 0)
				p[1].fd = -1;
		}
		v->out[v->len] = '\0';
	}
	return true;
}

static void
tell_why(pid_t pid)             /* shows where it and its children hang */
{
	static const char *const files[] = { "stat", "wchan", "syscall", "stack", "cgroup" };
	char path[64], buf[2048];
	struct dirent *e;
	DIR *d = opendir("/proc");

	while (d && (e = readdir(d))) {
		int p = atoi(e->d_name), parent = 0, fd;
		char *s;

		for (size_t i = 0; p && i < LEN(files); i++) {
			ssize_t n;

			snprintf(path, sizeof path, "/proc/%d/%s", p, files[i]);
			fd = open(path, O_RDONLY | O_CLOEXEC);
			n = fd < 0 ? 0 : read(fd, buf, sizeof buf - 1);
			close(fd);
			buf[n > 0 ? n : 0] = '\0';
			s = i == 0 ? strrchr(buf, ')') : NULL;
			if (s)
				sscanf(s + 1, " %*c %d", &parent);
			if (p == pid || parent == pid)
				printf("  %d %s: %s\n", p, files[i], s ? s : buf);
		}
	}
	if (d)
		closedir(d);
}

/* Runs ct, with its output to `file` if that is not negative. */
static void
try(struct verb *v, int file)
{
	struct rlimit as = { MEMORY, MEMORY };
	int out[2], err[2], w, stop = v->tell ? TELL_MS : (int)slow;
	long start = now_ms();
	bool told = false;
	pid_t pid;

	v->len = 0;
	v->out[0] = v->err[0] = '\0';
	if (pipe2(out, O_CLOEXEC) < 0 || pipe2(err, O_CLOEXEC) < 0 || (pid = fork()) < 0) {
		perror("hostile");
		exit(99);
	}
	if (pid == 0) {
		dup2(file >= 0 ? file : out[1], 1);
		dup2(file >= 0 ? file : err[1], 2);
		if (file >= 0)
			dup2(err[1], 2);
		setrlimit(RLIMIT_AS, &as);
		execv(ct, v->argv);
		_exit(99);
	}
	close(out[1]);
	close(err[1]);
	if (!drain(v, out[0], err[0], stop) && !v->tell && file < 0) {
		bad(v, "runs for %ld ms", now_ms() - start);
		tell_why(pid);
	}
	if ((w = reap(pid, v->tell || file >= 0 ? (int)slow * (file >= 0) : 0)) == -1) {
		told = true;
		kill(pid, SIGTERM);
		drain(v, out[0], err[0], 2000);
		if ((w = reap(pid, (int)slow)) == -1) {
			bad(v, "SIGTERM does not end it");
			tell_why(pid);
			kill(pid, SIGKILL);
			w = reap(pid, 5000);
		}
	}
	close(out[0]);
	close(err[0]);
	v->status = WIFSIGNALED(w) ? 128 + WTERMSIG(w) : WEXITSTATUS(w);
	if (WIFSIGNALED(w) && !(told && WTERMSIG(w) == SIGTERM))
		bad(v, "signal %d", WTERMSIG(w));
	if (getenv("HOSTILE_TELL")) {
		printf("%s: %d after %ld ms, %zu bytes:", at, v->status, now_ms() - start, v->len);
		for (int i = 1; i < v->argc; i++)
			printf(" %.40s", v->argv[i]);
		printf("; %s\n", v->err);
		fflush(stdout);
	}
	judge(v);
}

static char names[BOXES][80];
static int own, boxes, starts, started;
static pid_t moved;             /* a process of the host, which is moved into a container */

/* Starts a container of any kind that may not harm the host: it never shares the pid
 * namespace, since with a writable cgroup it could move all processes that it sees. */
static void
start(struct verb *v, int k, int file, const char *dir)
{
	static const char *const kinds[] = {
		"--delegate", "--delegate --cgroup cgroup.max.depth=60",
		"--delegate --cgroup cgroup.max.descendants=600", "-U --delegate --cap-add ALL",
		"--uidmap 0:100000:1000 --gidmap 0:100000:1000 --cap-add ALL --delegate", "" };
	static const char *const more[] = { "--init", "--hold", "-m 64M", "--pids 200",
		"--cap-add net_admin", "--cap-add sys_admin", "--cap-add sys_chroot",
		"-u user", "-R",
		"--rlimit nofile=40", "--share ipc,uts", "--nice 5", "--stop-signal USR2",
		"--stop-timeout 1", "--timeout 2", "--tmpfs /etc" };
	char *name = names[k], word[3100];

	begin(v);
	starts++;
	add_all(v, "run -d -n NAME -r", name, 0);
	add(v, now);
	add_all(v, kinds[rnd(LEN(kinds))], name, 0);
	for (unsigned n = rnd(4); n; n--)
		add_all(v, more[rnd(LEN(more))], name, 0);
	for (unsigned n = rnd(3) ? 0 : rnd(12); n; n--) {
		add(v, "-e");
		snprintf(word, sizeof word, "V%u=", n);
		rnd_word(word + 3, 2000, "");
		add(v, word);
	}
	add_all(v, "--try limits /bin/hostile inside", name, 0);
	snprintf(word, sizeof word, "%u", rnd(1u << 30));
	add(v, word);
	add(v, dir);
	for (unsigned n = rnd(3) ? 0 : rnd(20); n; n--)
		add(v, rnd_word(word, 3000, ""));
	try(v, file);
	started += v->status == 0;
}

static const struct form { unsigned often; const char *words; } forms[] = {
	{ 3, "ls" }, { 1, "ls -r" }, { 3, "ls -rj" }, { 3, "ps NAME" }, { 2, "ps -r NAME" },
	{ 3, "ps -rj NAME" }, { 2, "ps -t NAME" }, { 3, "ps -tj NAME" }, { 5, "inspect NAME" },
	{ 2, "stats" }, { 2, "stats NAME" }, { 3, "stats -j" }, { 1, "stats -f NAME" },
	{ 1, "stats -fj NAME" }, { 1, "get NAME cgroup.stat" }, { 1, "get NAME memory pids.max" },
	{ 1, "set NAME cgroup.max.depth=70" }, { 1, "set NAME pids=100" },
	{ 5, "exec NAME /bin/hostile seen" }, { 3, "exec -u user NAME /bin/hostile seen" },
	{ 2, "exec -u user:user,root NAME seen" }, { 1, "exec -d NAME /bin/hostile seen" },
	{ 1, "exec -w /tmp NAME /bin/hostile seen" }, { 2, "kill -s USR1 NAME" },
	{ 3, "kill -a -s CONT NAME" }, { 1, "kill -a -s TERM NAME" }, { 1, "kill NAME" },
	{ 1, "stop -t 0 NAME" }, { 1, "stop -t 1 NAME" }, { 2, "pause NAME" }, { 3, "resume NAME" },
	{ 1, "wait -t 0 NAME" }, { 1, "wait -t 1 NAME" }, { 1, "wait -s paused -t 0 NAME" },
	{ 1, "wait NAME" }, { 2, "events NAME" }, { 2, "start NAME" }, { 2, "detect PID" },
	{ 1, "enter NAME PID" }, { 3, "net ls NAME" }, { 3, "net ls -j NAME" },
	{ 1, "net del NAME eth0" },
	{ 1, "net add NAME dummy" }, { 1, "rm NAME" }, { 1, "rename NAME other" },
	{ 1, "run -n NAME true" }, { 1, "create NAME/x" }, { 1, "check" }, { 1, "init x" },
};

static void
one(struct verb *v, const char *name)
{
	unsigned total = 0, pick;
	const struct form *f = forms;

	for (size_t i = 0; i < LEN(forms); i++)
		total += forms[i].often;
	for (pick = rnd(total); pick >= f->often; f++)
		pick -= f->often;
	begin(v);
	/* processes of containers have the pids that follow */
	add_all(v, f->words, name, moved + (*f->words == 'd' ? (int)rnd(40) : 0));
	v->tell = !strncmp(f->words, "events", 6) || strstr(f->words, "-f") ||
	          !strcmp(f->words, "wait NAME");
	v->raw = strstr(f->words, "-f ");
	v->json = strstr(f->words, "j ") || strstr(f->words, "-rj") || strstr(f->words, "-j") ||
	          strstr(f->words, "inspect") || strstr(f->words, "events");
	v->any = !strncmp(f->words, "wait", 4) || !strncmp(f->words, "exec", 4);
	try(v, -1);
}

/* The state of what a container could have named or reached on the host. */
static void
host(char *buf, size_t size, const char *dir)
{
	static char mounts[1 << 18];
	char path[PATH_MAX + 300];
	size_t n = 0;
	struct stat st;
	struct dirent **list;
	int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC), k = scandir(dir, &list, NULL,
	                                                                       alphasort);
	ssize_t got;

	*buf = '\0';
	for (int i = 0; i < k; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, list[i]->d_name);
		if (lstat(path, &st) == 0 && strcmp(list[i]->d_name, ".."))
			n += (size_t)snprintf(buf + n, size - n, "%s %o %d %d %lld %lld %ld\n",
			                      list[i]->d_name, st.st_mode, (int)st.st_uid,
			                      (int)st.st_nlink, (long long)st.st_size,
			                      (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	}
	while (fd >= 0 && (got = read(fd, mounts, sizeof mounts - 1)) > 0) {
		mounts[got] = '\0';
		n += (size_t)snprintf(buf + n, size - n, "%s", mounts);
	}
	close(fd);
	fd = open("/proc/self/cgroup", O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && (got = read(fd, mounts, sizeof mounts - 1)) > 0)
		snprintf(buf + n, size - n, "%.*s", (int)got, mounts);
	close(fd);
}

static void
finish(struct verb *v, int file)
{
	static const char *const bases[] = { CG "unified/ct", CG "ct" };
	char path[PATH_MAX], text[4096];
	ssize_t n;
	pid_t pid;
	int w;

	for (int i = 0; i < boxes; i++) {
		begin(v);
		add_all(v, "rm -f NAME", names[i], 0);
		try(v, -1);
		if (v->status && v->status != 3)
			bad(v, "status %d", v->status);
		for (size_t k = 0; k < LEN(bases); k++) {
			snprintf(path, sizeof path, "%s/%s", bases[k], names[i]);
			if (access(path, F_OK) == 0)
				bad(v, "%s is still there", path);
		}
	}
	begin(v);       /* and the container that `rename` may have renamed */
	add_all(v, "rm -f other hg", NULL, 0);
	try(v, -1);
	kill(moved, SIGKILL);
	for (long end = now_ms() + 5000; (pid = waitpid(-1, &w, WNOHANG)) >= 0 && now_ms() < end; )
		usleep(pid ? 0 : 2000);
	if (pid >= 0)
		bad(NULL, "processes are left");
	if ((n = pread(file, text, sizeof text - 1, 0)) > 0) {
		text[n] = '\0';
		if (strstr(text, "descriptor"))
			bad(NULL, "%s", text);
	}
}

/* Enters new namespaces, as pid 1 there, so that all leftovers end with it. */
static void
apart(void)
{
	int w = 0;
	pid_t pid;

	if (unshare(CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC) < 0 ||
	    (pid = fork()) < 0) {
		perror("hostile: unshare");
		exit(99);
	}
	if (pid) {
		waitpid(pid, &w, 0);
		exit(WIFEXITED(w) ? WEXITSTATUS(w) : 99);
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0) {
		perror("hostile: mount proc");
		exit(99);
	}
}

static int
rounds(char **argv)
{
	static struct verb v;
	static char before[1 << 19], after[1 << 19];
	uint64_t first = strtoull(argv[3], NULL, 10);
	long n = atol(argv[4]);
	char dir[PATH_MAX + 10], root[PATH_MAX], copy[4 * PATH_MAX];
	int file;

	ct = getenv("CT");
	slow = getenv("CT_VM") ? 60000 : 20000;
	if (!ct || !realpath(argv[2], root)) {
		perror(argv[2]);
		return 99;
	}
	own = getpid();         /* for unique names */
	apart();
	snprintf(dir, sizeof dir, "%s.canary", root);
	snprintf(now, sizeof now, "%s.now", root);
	if (snprintf(copy, sizeof copy, "rm -rf '%s' && cp -a '%s' '%s'", now, root, now) < 0)
		return 99;
	mkdir(dir, 0755);
	signal(SIGPIPE, SIG_IGN);
	for (long i = 0; i < n && wrong < 20; i++) {
		snprintf(at, sizeof at, "seed %llu", (unsigned long long)first + (unsigned)i);
		rnd_seed(first + (unsigned)i);
		host(before, sizeof before, dir);
		file = memfd_create("out", MFD_CLOEXEC);
		if (system(copy))
			return 99;
		if ((moved = fork()) == 0)
			idle();
		begin(&v);
		add_all(&v, "create hg", NULL, 0);
		try(&v, -1);
		for (boxes = 0; boxes < 2 || (boxes < BOXES && rnd(2)); boxes++) {
			snprintf(names[boxes], sizeof *names, "%s%d-%d", rnd(3) ? "h" : "hg/",
			         own, boxes);
			start(&v, boxes, file, dir);
		}
		for (int k = 0; k < VERBS && wrong < 20; k++) {
			int box = (int)rnd((unsigned)boxes);

			one(&v, names[box]);
			if (v.status == 3)      /* it has ended */
				start(&v, box, file, dir);
		}
		finish(&v, file);
		close(file);
		host(after, sizeof after, dir);
		if (strcmp(before, after))
			bad(NULL, "the host is another: %s, was %s", after, before);
	}
	/* Options that clash and damaged roots make a quarter fail; few rounds, more by chance. */
	if (2 * started + 10 < starts)
		bad(NULL, "of %d containers only %d started", starts, started);
	return wrong != 0;
}

int
main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if (!strcmp(verb, "run") && argc == 5)
		return rounds(argv);
	if (!strcmp(verb, "inside") && argc > 3)
		return inside(argv, argc);
	if (!strcmp(verb, "seen"))
		open_files("ct exec");
	if (!strcmp(verb, "idle"))
		idle();
	return 0;
}
