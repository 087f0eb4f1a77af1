/* SPDX-License-Identifier: ISC */
/* The verb events: prints what the kernel reports about a container. */

/* What to watch: files; RES.pressure, which only reports stalls; and cg_watch(). */
enum { EVENT_CGROUP, EVENT_MEMORY, EVENT_PIDS, EVENT_PRESSURE, EVENT_GONE, EVENT_FILES };
static const char *const event_files[] = {
	[EVENT_CGROUP] = "cgroup.events", [EVENT_MEMORY] = "memory.events",
	[EVENT_PIDS] = "pids.events",
};

/* The keys that are printed when they change; the end of the container comes last. */
static const struct { unsigned file; const char *key; } event_keys[] = {
	{ EVENT_PIDS, "max" }, { EVENT_MEMORY, "oom_kill" }, { EVENT_MEMORY, "oom" },
	{ EVENT_MEMORY, "max" }, { EVENT_MEMORY, "high" }, { EVENT_CGROUP, "frozen" },
	{ EVENT_CGROUP, "populated" },
};
enum { EVENT_POPULATED = LEN(event_keys) - 1 };

struct event_watch {
	struct ctr c;
	uint64_t last[LEN(event_keys)];
	int fd[EVENT_FILES];
	bool above, gone;
};

static int
event_print(struct ct *ct, const struct event_watch *w, const char *file, const char *key,
            uint64_t v)
{
	struct buf o = { .fd = 1 };

	buf_json(&o, "{\"name\":", w->c.name);
	buf_printf(&o, ",\"event\":\"%.*s.%s\",\"value\":%ju}\n", (int)strcspn(file, "."), file,
	           key, v);
	return buf_end(ct, &o);
}

/* Reads the files and prints what changed since the last time. */
static void
event_look(struct ct *ct, struct event_watch *w, bool print)
{
	uint64_t v, limit;
	char buf[256];

	for (size_t i = 0; i < LEN(event_files); i++)   /* reading is what rearms poll */
		if (w->fd[i] >= 0 && pread(w->fd[i], buf, sizeof buf, 0) < 0)
			w->gone = true;
	for (size_t i = 0; i < LEN(event_keys); i++) {
		const char *file = event_files[event_keys[i].file];

		if (cg_num(w->c.fd, file, event_keys[i].key, &v) < 0)
			continue;
		if (print && v != w->last[i]) {
			event_print(ct, w, file, event_keys[i].key, v);
			w->gone |= i == EVENT_POPULATED && !v;
		}
		w->last[i] = v;
	}
	if (ct->above && num_size(ct->above, &limit) == 0 &&
	    cg_num(w->c.fd, "memory.current", NULL, &v) == 0) {
		if (print && w->above != (v > limit))
			event_print(ct, w, "memory", v > limit ? "above" : "below", v);
		w->above = v > limit;
	}
	if (w->gone && print)
		event_print(ct, w, "container", "empty", 0);
}

/* Opens RES.pressure and sets the trigger of --pressure, which poll(2) then reports. */
static int
event_pressure(struct ct *ct, struct event_watch *w)
{
	char *res = mem_dup(ct, ct->pressure);
	char *stall = text_cut(res, ':'), *window = text_cut(stall, ':'), *line;

	if (!window || (strcmp(res, "cpu") && strcmp(res, "memory") && strcmp(res, "io")))
		return opt_bad(ct, ct->pressure, "must be RES:STALL:WINDOW");
	line = mem_printf(ct, "some %s %s", stall, window);
	res = mem_printf(ct, "%s.pressure", res);
	w->fd[EVENT_PRESSURE] = openat(w->c.fd, res, O_RDWR | O_CLOEXEC);
	if (w->fd[EVENT_PRESSURE] < 0 || write(w->fd[EVENT_PRESSURE], line, strlen(line) + 1) < 0)
		return fail_sys(ct, "write %s to %s", line, res);
	return 0;
}

static int
event_open(struct ct *ct, struct event_watch *w)
{
	for (size_t i = 0; i < LEN(event_files); i++)
		if ((w->fd[i] = openat(w->c.fd, event_files[i], O_RDONLY | O_CLOEXEC)) < 0 &&
		    errno != ENOENT && errno != ENODEV)
			return fail_sys(ct, "open %s", event_files[i]);
	w->fd[EVENT_PRESSURE] = w->fd[EVENT_GONE] = -1;
	/* makes its supervisor wait a moment before it removes the cgroup, see cg_remove() */
	fsetxattr(w->c.fd, "user.ct.watch", "1", 1, 0);
	if (ct->pressure && event_pressure(ct, w) < 0)
		return -1;
	w->gone = w->fd[EVENT_CGROUP] < 0;
	event_look(ct, w, w->gone);
	return 0;
}

/* Waits for an event of the n containers and prints it; returns how many of them are left, 0 if
 * nobody reads any more. */
static int
event_wait(struct ct *ct, struct event_watch *watches, struct pollfd *p, int n)
{
	int left = 0, ms = ct->above ? 100 : -1;
	bool none;

	for (int i = 0; i < n * EVENT_FILES; i++) {
		const struct event_watch *w = &watches[i / EVENT_FILES];

		if (!w->gone && !w->last[EVENT_POPULATED] && w->fd[EVENT_GONE] < 0)
			ms = 100;       /* nothing tells when an empty cgroup is removed */
		p[i] = (struct pollfd){ .fd = w->gone ? -1 : w->fd[i % EVENT_FILES],
			.events = i % EVENT_FILES == EVENT_GONE ? POLLIN : POLLPRI };
	}
	none = poll(p, (nfds_t)n * EVENT_FILES + 1, ms) == 0;
	if (p[n * EVENT_FILES].revents)
		return 0;
	for (int i = 0; i < n && !ct->failed; i++) {
		struct event_watch *w = &watches[i];

		if (w->gone)
			continue;
		if (none && !w->last[EVENT_POPULATED] && w->fd[EVENT_GONE] < 0)
			w->fd[EVENT_GONE] = cg_watch(w->c.fd);
		cg_watched(&w->fd[EVENT_GONE], p[i * EVENT_FILES + EVENT_GONE].revents);
		if (p[i * EVENT_FILES + EVENT_PRESSURE].revents & POLLPRI)
			event_print(ct, w, "pressure", "stall", 1);
		event_look(ct, w, true);
		left += !w->gone;
	}
	return ct->failed ? -1 : left;
}

static int
verb_events(struct ct *ct, char **argv)
{
	struct event_watch *watches;
	struct pollfd *p;
	uint64_t size;
	int n = 0, left = 0;

	if (!*argv)
		return fail_msg(ct, "needs a container's name");
	ct->step = "--memory-above";
	if (ct->above && num_size(ct->above, &size) < 0)
		return opt_bad(ct, ct->above, "not a size");
	while (argv[n])
		n++;
	watches = mem_get(ct, (size_t)n * sizeof *watches);
	p = mem_get(ct, ((size_t)n * EVENT_FILES + 1) * sizeof *p);
	if (!watches || !p)
		return -1;
	for (int i = 0; i < n; left += !watches[i++].gone)
		if (ctr_open(ct, argv[i], &watches[i].c) < 0 || event_open(ct, &watches[i]) < 0)
			return -1;
	p[n * EVENT_FILES] = (struct pollfd){ .fd = io_reader() };
	while (left > 0)
		left = event_wait(ct, watches, p, n);
	return left;
}
