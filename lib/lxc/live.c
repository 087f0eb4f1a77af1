/* SPDX-License-Identifier: ISC
 *
 * What the kernel has of a container, and its hooks. */

/* Sets the directory that containers are kept in. */
static bool
handle_at(struct lxc_container *c, const char *home)
{
	size_t n = strlen(home);
	char *path, *file;

	while (n > 1 && home[n - 1] == '/')
		n--;
	path = strndup(home, n);
	file = path ? lx_printf("%s/%s/config", path, c->name) : NULL;
	if (!file) {
		free(path);
		return false;
	}
	free(c->config_path);
	free(c->configfile);
	c->config_path = path;
	c->configfile = file;
	return true;
}

/* The container's name in libct: its own, if libct allows that and it is in LXC's usual
 * directory; else one with a hash of its path, to tell it from others of that name. */
static void
live_name(const struct lxc_container *c, char to[65])
{
	static const char word[] = "abcdefghijklmnopqrstuvwxyz0123456789_-"
	                           "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const char *home = lxc_get_global_config_item("lxc.lxcpath");
	const char *end = c->configfile + strlen(c->configfile) - strlen("/config");
	uint64_t hash = 0xcbf29ce484222325;     /* FNV-1a */
	size_t n = strlen(c->name);

	for (const char *s = c->configfile; s < end; s++)
		hash = (hash ^ (unsigned char)*s) * 0x100000001b3;
	if (home && !strcmp(c->config_path, home) && *c->name != '-' && n <= 64 &&
	    strspn(c->name, word) == n)
		snprintf(to, 65, "%s", c->name);
	else
		snprintf(to, 65, "%.51s-%012llx", c->name, (unsigned long long)(hash >> 16));
	for (char *s = to; *s; s++)
		if (!strchr(word, *s) || (s == to && *s == '-'))
			*s = '_';
}

/* A running container as libct sees it, for the time of a call: CLEAN(live_close). */
struct live { libct_session_t s; ct_handler_t ct; struct ct_status st; };

static void
live_close(struct live *l)
{
	int saved = errno;

	libct_session_close(l->s);      /* only opened, so it goes on */
	*l = (struct live){ 0 };
	errno = saved;
}

/* Does the container exist and run? */
static bool
live_look(const struct lxc_container *c, struct live *l)
{
	char name[65];

	*l = (struct live){ .s = libct_session_open_local() };
	live_name(c, name);
	l->st.pidfd = -1;
	l->ct = l->s ? libct_container_open(l->s, name) : NULL;
	if (l->ct && libct_container_status(l->ct, &l->st) == 0 && l->st.state == CT_RUNNING)
		return true;
	live_close(l);
	return false;
}

static bool
live_open(struct lxc_container *c, struct live *l)
{
	return live_look(c, l) || lx_fail(c, 0, "%s: it is not running", c->name);
}

/* Begins a call on a running container, l, which returns `error` if it does not run. */
#define LIVE(c, l, error) \
	CLEAN(live_close) struct live l = { 0 }; \
	if (!lx_begin(c) || !live_open(c, &l)) \
		return error

/* Ends a call to libct: its error becomes c's. */
static bool
live_end(struct lxc_container *c, const struct live *l, const char *what, int r)
{
	return r >= 0 || lx_fail(c, 0, "%s: %s", what, libct_error(l->ct));
}

static char *
disk_path(const struct lxc_container *c, const char *sub)
{
	return lx_printf("%s/%s%s%s", c->config_path, c->name, *sub ? "/" : "", sub);
}

static bool
api_is_defined(struct lxc_container *c)
{
	return c && access(c->configfile, F_OK) == 0;
}

static int
live_dir(const struct lxc_container *c)
{
	AUTO char *path = disk_path(c, "");

	return path ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
}

/* Until its watcher has gone, which holds the lock on its directory, it is not stopped. */
static const char *
api_state(struct lxc_container *c)
{
	CLEAN(live_close) struct live l = { 0 };
	CLEAN(lx_close) int fd = -1;

	if (!c)
		return NULL;
	if (live_look(c, &l))
		return l.st.paused ? "FROZEN" : l.st.pid ? "RUNNING" : "STARTING";
	fd = live_dir(c);
	return fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK ? "STOPPING" :
	       "STOPPED";
}

static bool
live_stopped(struct lxc_container *c)
{
	return !strcmp(api_state(c), "STOPPED");
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Waits until its state is one of `states`, joined by |. timeout: in seconds, -1: none. */
static bool
live_wait(struct lxc_container *c, const char *states, int timeout)
{
	int64_t end = now_ms() + (int64_t)timeout * 1000;
	bool reached;

	/* no event tells when its watcher has gone */
	while (!(reached = listed(states, api_state(c))) && (timeout < 0 || now_ms() < end))
		poll(NULL, 0, 10);
	return reached;
}

static bool
live_ends(struct lxc_container *c, int timeout)
{
	return live_wait(c, "STOPPED", timeout) ||
	       lx_fail(c, ETIMEDOUT, "%s: has not ended", c->name);
}

/* --- hooks, and other programs of the caller --- */

/* The wait status of the child that fork(2) returned; -1 after an error. */
static int
child_wait(struct lxc_container *c, pid_t pid, const char *what)
{
	int status, r;

	if (pid < 0)
		return lx_fail(c, errno, "fork") - 1;
	while ((r = waitpid(pid, &status, 0)) < 0 && errno == EINTR)
		;
	return r >= 0 || lx_fail(c, errno, "wait for %s (SIGCHLD must not be ignored)", what) ?
	       status : -1;
}

/* Runs a program to its end; false if it failed. env: variables besides the caller's; out: the
 * file for its output, with no input; NULL: the caller's streams; ms: after that time it is
 * killed; -1: never. */
static bool
child_run(struct lxc_container *c, const char *what, char *const argv[], char *const env[],
          const char *out, int ms)
{
	const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
	struct pollfd p = { .events = POLLIN };
	pid_t pid = fork();
	int status, r = 1;

	if (pid == 0) {
		if (out && (dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), 0) < 0 ||
		            dup2(open(out, flags, 0600), 1) < 0 || dup2(1, 2) < 0))
			_exit(126);
		for (; env && *env; env++)
			putenv(*env);
		execvp(*argv, argv);
		_exit(127);
	}
	p.fd = pid < 0 ? -1 : (int)syscall(SYS_pidfd_open, pid, 0);
	while (p.fd >= 0 && (r = poll(&p, 1, ms)) < 0)
		;
	lx_close(&p.fd);
	if (r == 0) {
		kill(pid, SIGKILL);
		lx_fail(c, ETIMEDOUT, "%s", what);
	}
	status = child_wait(c, pid, what);
	return status == 0 || (status > 0 && lx_fail(c, 0, "%s: status %d", what,
	       WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status)));
}

/* Runs all hooks of a type, in order: a program on the host, by a shell, with the arguments
 * (none for version 1) and variables that LXC gives it. extra: more variables. */
static bool
hook_run(struct lxc_container *c, const char *type, char *const extra[])
{
	CLEAN(words_free) struct words env = { 0 };
	AUTO char *key = lx_printf("lxc.hook.%s", type);
	char *first = conf_true(c, "lxc.hook.version") ? NULL : c->name;
	const char *const vars[][2] = {
		{ "NAME", c->name }, { "CONFIG_FILE", c->configfile },
		{ "ROOTFS_PATH", conf_get(c, "lxc.rootfs.path") },
		{ "ROOTFS_MOUNT", root_of(c).path }, { "HOOK_TYPE", type },
		{ "HOOK_SECTION", "lxc" }, { "CGNS_AWARE", "1" },
		{ "HOOK_VERSION", conf_get(c, "lxc.hook.version") },
		{ "LOG_LEVEL", conf_get(c, "lxc.log.level") },
	};
	bool ok;

	words_copy(&env, extra);
	for (size_t i = 0; i < LEN(vars); i++)
		words_add(&env, lx_printf("LXC_%s=%s", vars[i][0], vars[i][1]));
	ok = key && !env.lost;
	for (const struct line *l = c->lxc_conf->first; l && ok; l = l->next) {
		AUTO char *what = lx_printf("%s: %s", key, l->value);
		AUTO char *script = lx_printf("%s \"$@\"", l->value);
		char *argv[] = { (char *)"/bin/sh", (char *)"-c", script, (char *)"sh", first,
		                 (char *)"lxc", (char *)(uintptr_t)type, NULL };

		if (!strcmp(l->key, key))
			ok = what && script && child_run(c, what, argv, env.v, NULL, HOOK_MS);
	}
	return ok;
}
