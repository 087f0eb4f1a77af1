/* SPDX-License-Identifier: ISC
 *
 * The process that watches a container: terminals, start, stop. */

/* The first two terminals: clients of the console get the master of one, the other is in the
 * container. The rest are its tty1 to TTY_MAX. */
enum { CLIENT, CONSOLE };

static bool
pty_open(struct pty *p)
{
	int zero = 0;

	p->slave = -1;
	p->master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (p->master >= 0 && ioctl(p->master, (int)TIOCSPTLCK, &zero) == 0)
		p->slave = ioctl(p->master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	return p->slave >= 0;
}

/* A size as LXC writes it: "auto", 128KB, 64MB, 1GB, a number. */
static size_t
ring_size(const char *s)
{
	char *end;
	unsigned long long n = strtoull(s, &end, 10);
	int unit = toupper((unsigned char)*end);

	if (!strcmp(s, "auto"))
		return 128 << 10;
	n <<= n >= RING_MAX ? 0 : unit == 'K' ? 10 : unit == 'M' ? 20 : unit == 'G' ? 30 : 0;
	return n < RING_MIN ? RING_MIN : n > RING_MAX ? RING_MAX : (size_t)n;
}

/* Opens terminals, if configured: the console is relayed to the caller's terminal or, for a
 * daemon, to a client that connects later. */
static bool
watch_open(struct run *r)
{
	const char *log = conf_get(r->c, "lxc.console.logfile");
	int max = atoi(conf_get(r->c, "lxc.tty.max"));
	struct winsize size;

	if (!strcmp(conf_get(r->c, "lxc.console.path"), "none") || (!r->daemon && !isatty(0)))
		return true;            /* the caller's streams, or /dev/null */
	r->lock = (int)syscall(SYS_memfd_create, "lxc-lock", 1u /* MFD_CLOEXEC */);
	for (max = max < 0 ? 0 : max < TTY_MAX ? max : TTY_MAX; r->ttys < 2 + max; )
		if (r->lock < 0 || !pty_open(&r->tty[r->ttys++]))
			return lx_fail(r->c, errno, "open a terminal in /dev/pts");
	if (*log && (r->log = log_open(log)) < 0)
		return lx_fail(r->c, errno, "lxc.console.logfile = %s", log);
	fcntl(r->tty[CLIENT].slave, F_SETFL, O_RDWR | O_NONBLOCK);
	fcntl(r->tty[CONSOLE].master, F_SETFL, O_RDWR | O_NONBLOCK);
	if (!r->daemon && ioctl(0, TIOCGWINSZ, &size) == 0)
		ioctl(r->tty[CONSOLE].master, (int)TIOCSWINSZ, &size);
	return true;
}

/* Shows descriptors for console_getfd() and seccomp_notify_fd() of other processes. */
static bool
watch_show(struct run *r)
{
	ct_handler_t ct = r->ct;
	bool ok = libct_container_show_fd(ct, "lxc-listener", libct_container_listener(ct)) == 0 &&
	          libct_container_show_fd(ct, "lxc-lock", r->lock) == 0;
	char name[24];

	for (int i = 0; i < r->ttys && ok; i++) {
		snprintf(name, sizeof name, "lxc-tty%d", i - (i > CLIENT));
		ok = i == CONSOLE || libct_container_show_fd(ct, name, r->tty[i].master) == 0;
	}
	return ok;
}

static void
watch_keep(void *arg, const char *data, size_t n)
{
	struct run *r = arg;

	libct_container_log(r->ct, data, n);
	if (r->log >= 0 && write(r->log, data, n) < 0)
		lx_close(&r->log);      /* a full disk does not stop it */
}

/* Relays until the first process has ended. Maybe nobody is connected: output that does not
 * fit is lost to users of the console. */
static void
watch_loop(struct run *r, int pidfd)
{
	struct ct_relay to = { .fd = -1, .in = -1, .out = -1, .end = pidfd, .lossy = true,
	                       .keep = watch_keep, .arg = r };

	if (r->ttys) {
		to.fd = r->tty[CONSOLE].master;
		to.in = r->daemon ? r->tty[CLIENT].slave : 0;
		to.out = r->daemon ? r->tty[CLIENT].slave : 1;
	}
	while (libct_terminal_relay(&to) == 1)
		to.in = -1;
}

/* --- start --- */

/* Inside, runs the start hooks, then the command. Used only if there are hooks, since
 * this is a copy of the watcher, which root in the container can inspect. */
static int
run_inside(void *arg)
{
	struct run *r = arg;

	lx_begin(r->c);
	if (hook_run(r->c, "start", NULL))
		return lxc_attach_run_command(&(lxc_attach_command_t){ r->words.v[0], r->words.v });
	dprintf(2, "%s\n", r->c->error_string);
	return 126;
}

/* Makes the container as it is configured, for all its runs. */
static bool
run_plan(struct run *r)
{
	const char *size = conf_get(r->c, "lxc.console.buffer.size");
	char name[65];

	live_name(r->c, name);
	r->s = libct_session_open_local();
	r->ct = r->s ? libct_container_create(r->s, name) : NULL;
	if (!r->ct)
		return lx_fail(r->c, 0, "%s", r->s ? libct_session_error(r->s) : "no memory");
	plan_all(r);
	plan_end(r, "lxc.console.buffer.size", size,
	         libct_container_set_log(r->ct, ring_size(size)));
	if (r->ttys)
		plan_end(r, "lxc.console.path", "a terminal",
		         libct_container_set_console_fd(r->ct, r->tty[CONSOLE].slave));
	/* without a root of its own it has the host's /dev */
	for (int i = CONSOLE; i < r->ttys && *root_of(r->c).path; i++) {
		snprintf(name, sizeof name, i > CONSOLE ? "tty%d" : "console", i - CONSOLE);
		plan_end(r, "lxc.console.path", name,
		         libct_container_add_terminal(r->ct, name, r->tty[i].slave));
	}
	if (r->daemon)          /* by the group others find it */
		plan_end(r, "the container", "in the background",
		         libct_container_set_option(r->ct, LIBCT_OPT_KILLABLE));
	if (r->useinit)
		plan_opt(r, "lxc.execute.cmd", *r->words.v, "init", NULL);
	return !r->failed;
}

static bool
run_spawn(struct run *r)
{
	ct_handler_t ct = r->ct;
	const char *images = r->images;

	if (!hook_run(r->c, "pre-start", NULL))
		return false;
	r->images = NULL;               /* a reboot starts from scratch */
	return ((images ? libct_container_restore(ct, images) :
	         *conf_get(r->c, "lxc.hook.start") ?
	         libct_container_spawn_cb(ct, run_inside, r) :
	         libct_container_spawn_execv(ct, r->words.v[0], r->words.v)) == 0 &&
	        watch_show(r)) || lx_fail(r->c, 0, "%s", libct_error(ct));
}

/* Tells the caller of start that it runs, or why not. */
static void
run_tell(struct run *r, bool ok)
{
	if (r->tell >= 0)
		libct_background_tell(r->tell, ok ? NULL : r->c->error_string ? r->c->error_string :
		                      "it did not start");
	r->tell = -1;
}

/* reboot(2) in a pid namespace ends its first process by SIGHUP. */
static bool
run_reboots(const struct run *r, int status)
{
	return status == 128 + SIGHUP && conf_keeps(r->c, "sys_boot");
}

/* Starts it and waits until it has ended; returns its status, or -1 if it did not run. */
static int
run_once(struct run *r)
{
	struct lxc_container *c = r->c;
	ct_handler_t ct = r->ct;
	char pid[32], stop[] = "LXC_TARGET=stop", reboot[] = "LXC_TARGET=reboot";
	char *extra[] = { pid, stop, NULL };
	struct ct_status st;

	if (!run_spawn(r))
		return -1;
	libct_container_status(ct, &st);
	snprintf(pid, sizeof pid, "LXC_PID=%d", (int)st.pid);
	if (!hook_run(c, "start-host", extra)) {
		libct_container_kill(ct);
		libct_container_wait(ct);
		return -1;
	}
	run_tell(r, true);
	log_text(c, LOG_INFO, "started");
	watch_loop(r, st.pidfd);
	libct_container_wait(ct);
	libct_container_status(ct, &st);
	extra[1] = run_reboots(r, st.exit_status) ? reboot : stop;
	hook_run(c, "stop", extra);
	hook_run(c, "post-stop", extra);
	return st.exit_status;
}

/* Does all its runs; true if it started, then c->error_num is the status of the last one. */
static bool
run_all(struct run *r)
{
	struct lxc_container *c = r->c;
	int lock = live_dir(c), status = -1;
	int64_t end = now_ms() + 1000;
	bool ok = true;

	/* others hold the lock for a moment, to look whether it is held */
	while (lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) < 0 && ok)
		if (now_ms() > end)
			ok = lx_fail(c, EBUSY, "%s: it is being started or stopped", c->name);
		else
			poll(NULL, 0, 5);
	ok = ok && watch_open(r) && run_plan(r);
	while (ok && (status = run_once(r), run_reboots(r, status)))
		lx_begin(c);
	ok = ok && status >= 0;
	libct_session_close(r->s);
	for (int i = 0; i < r->ttys; i++) {
		lx_close(&r->tty[i].master);
		lx_close(&r->tty[i].slave);
	}
	lx_close(&r->lock);
	lx_close(&r->log);
	ok = ok && (!conf_true(c, "lxc.ephemeral") || disk_destroy(c));
	if (ok)
		c->error_num = status;
	lx_close(&lock);
	run_tell(r, ok);        /* if it did not start, but only once it is stopped */
	return ok;
}

/* The watcher. */
static int
run_daemon(void *arg, int tell)
{
	struct run *r = arg;

	prctl(PR_SET_NAME, "lxc-watch", 0, 0, 0);
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);     /* for the terminals, with Yama */
	if (r->c->lxc_conf->close_fds)
		lx_log.fd = -1;
	r->tell = tell;
	return run_all(r) ? 0 : 1;
}

static bool
run_start(struct lxc_container *c, int useinit, char *const argv[], const char *images)
{
	struct run r = { .c = c, .useinit = useinit, .daemon = c->daemonize || images,
	                 .images = images, .tell = -1, .lock = -1, .log = -1 };
	const char *key = useinit ? "lxc.execute.cmd" : "lxc.init.cmd";
	char error[1200];
	bool ok = words_copy(&r.words, argv) &&
	          (r.words.n || words_split(&r.words, conf_get(c, key)));

	if (!live_stopped(c))
		ok = lx_fail(c, EALREADY, "%s: it is %s", c->name, api_state(c));
	else if (!c->lxc_conf->first && !api_is_defined(c))     /* or it had the host's root */
		ok = lx_fail(c, ENOENT, "%s: no configuration", c->configfile);
	else if (!ok || !r.words.n)
		ok = lx_fail(c, 0, "no command: %s is not set", key);
	else if (!r.daemon)
		ok = run_all(&r);
	else if (libct_background(run_daemon, &r, c->lxc_conf->close_fds, error,
	                          sizeof error) < 0)
		ok = lx_fail(c, *error ? 0 : errno, "%s", *error ? error : c->name);
	words_free(&r.words);
	return ok;
}

/* --- the members: start and stop --- */

static bool
api_start(struct lxc_container *c, int useinit, char *const argv[])
{
	return lx_begin(c) && run_start(c, useinit, argv, NULL);
}

static bool
api_startl(struct lxc_container *c, int useinit, ...)
{
	VARARGS(useinit, NULL);

	return !w.lost && api_start(c, useinit, w.v);
}

static bool
api_is_running(struct lxc_container *c)
{
	const char *s = api_state(c);

	return s && strstr("RUNNING|FROZEN", s);
}

static bool
api_freeze(struct lxc_container *c)
{
	LIVE(c, l, false);

	return live_end(c, &l, "freeze", libct_container_pause(l.ct));
}

static bool
api_unfreeze(struct lxc_container *c)
{
	LIVE(c, l, false);

	return live_end(c, &l, "unfreeze", libct_container_resume(l.ct));
}

static pid_t
api_init_pid(struct lxc_container *c)
{
	CLEAN(live_close) struct live l = { 0 };

	return c && live_look(c, &l) ? l.st.pid : -1;
}

static int
api_init_pidfd(struct lxc_container *c)
{
	LIVE(c, l, -ESRCH);
	int fd = fcntl(l.st.pidfd, F_DUPFD_CLOEXEC, 3);

	return fd < 0 ? -errno : fd;
}

static bool
live_signal(struct lxc_container *c, const char *key)
{
	LIVE(c, l, false);
	const char *name = conf_get(c, key);
	int halt = libct_signal_number("RTMIN+3"), sig = libct_signal_number(name);

	/* systemd has its own signal for that */
	if (!strcmp(key, "lxc.signal.halt") && name == key_find(key)->def &&
	    libct_container_hears(l.ct, halt) == 1)
		sig = halt;
	return live_end(c, &l, key, sig == SIGKILL ? libct_container_kill(l.ct) :
	                libct_container_signal(l.ct, sig));
}

static bool
api_stop(struct lxc_container *c)
{
	return lx_begin(c) && (live_stopped(c) ||
	       (live_signal(c, "lxc.signal.stop") && live_ends(c, STOP_SECONDS)));
}

static bool
api_shutdown(struct lxc_container *c, int timeout)
{
	return lx_begin(c) && (live_stopped(c) ||
	       (live_signal(c, "lxc.signal.halt") && (!timeout || live_ends(c, timeout))));
}

static bool
api_reboot2(struct lxc_container *c, int timeout)
{
	int64_t end = now_ms() + (int64_t)timeout * 1000;
	pid_t before = api_init_pid(c), now;

	if (!live_signal(c, "lxc.signal.reboot"))
		return false;
	while (timeout) {
		if ((now = api_init_pid(c)) > 0 && now != before)
			return true;
		if (live_stopped(c))
			return lx_fail(c, 0, "%s: it ended", c->name);
		if (timeout > 0 && now_ms() >= end)
			return lx_fail(c, ETIMEDOUT, "%s: does not run again", c->name);
		poll(NULL, 0, 20);
	}
	return true;
}

static bool
api_reboot(struct lxc_container *c)
{
	return api_reboot2(c, 0);
}

static const char *const wait_states[] = { "STOPPED", "STARTING", "RUNNING", "STOPPING",
	"ABORTING", "FREEZING", "FROZEN", "THAWED" };

static bool
api_wait(struct lxc_container *c, const char *state, int timeout)
{
	bool known = state && *state;
	const char *rest;

	if (!lx_begin(c) || !state)
		return false;
	/* for a state that there is not, nobody need wait */
	for (const char *s = state; known && *s; s += strcspn(s, "|"), s += *s == '|') {
		known = false;
		for (size_t i = 0; i < LEN(wait_states); i++)
			known |= (rest = lx_after(s, wait_states[i])) && strchr("|", *rest);
	}
	if (!known)
		return lx_fail(c, EINVAL, "wait for %s", state);
	return live_wait(c, state, timeout) ||
	       lx_fail(c, ETIMEDOUT, "%s: is not %s", c->name, state);
}

static bool
api_want_daemonize(struct lxc_container *c, bool state)
{
	return lx_begin(c) && (c->daemonize = state, true);
}

static bool
api_want_close_all_fds(struct lxc_container *c, bool state)
{
	return lx_begin(c) && (c->lxc_conf->close_fds = state, true);
}

static bool
api_may_control(struct lxc_container *c)
{
	pid_t pid = api_init_pid(c);

	return c && (pid > 0 ? kill(pid, 0) == 0 || errno != EPERM :
	             access(c->config_path, W_OK) == 0 || errno == ENOENT);
}

static bool
api_set_timeout(struct lxc_container *c, int timeout)
{
	return lx_begin(c) && timeout >= -1 && (c->rcv_timeout = timeout, true);
}
