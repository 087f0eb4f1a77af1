/* SPDX-License-Identifier: ISC */
/* The verb events: what the kernel tells of a container while one waits. */

/* --- events --- */

static const struct { const char *file, *key; } event_keys[] = {
	{ "cgroup.events", "populated" }, { "cgroup.events", "frozen" },
	{ "memory.events", "high" }, { "memory.events", "max" },
	{ "memory.events", "oom" }, { "memory.events", "oom_kill" },
	{ "pids.events", "max" },
};

struct event_watch {
	struct ctr g;
	uint64_t last[LEN(event_keys)];
	int fd[4];              /* cgroup, memory, pids.events; pressure */
	bool above, gone;
};

static void
event_print(struct ct *ct, struct event_watch *w, const char *file, const char *key, uint64_t v)
{
	struct buf o;
	const char *dot = strchr(file, '.');

	buf_open(&o);
	(void)ct;
	buf_printf(&o, "{\"name\":");
	buf_json(&o, w->g.name);
	buf_printf(&o, ",\"event\":\"%.*s.%s\",\"value\":%llu}\n", (int)(dot - file),
	      file, key, (unsigned long long)v);
	buf_flush(&o);
}

static void
event_look(struct ct *ct, struct event_watch *w, bool print)
{
	uint64_t v, limit;
	char buf[256];

	for (int i = 0; i < 3; i++)     /* reading is what rearms poll */
		if (w->fd[i] >= 0 && pread(w->fd[i], buf, sizeof buf, 0) < 0)
			w->gone = true;
	for (size_t i = LEN(event_keys); i-- > 0; ) {
		if (ctr_num(w->g.fd, event_keys[i].file, event_keys[i].key, &v) < 0)
			continue;
		if (print && v != w->last[i])
			event_print(ct, w, event_keys[i].file, event_keys[i].key, v);
		if (print && !i && v != w->last[i] && !v)
			w->gone = true;
		w->last[i] = v;
	}
	if (ct->above && num_size(ct->above, &limit) == 0 &&
	    ctr_num(w->g.fd, "memory.current", NULL, &v) == 0) {
		if (print && w->above != (v > limit))
			event_print(ct, w, "memory.current", v > limit ? "above" : "below", v);
		w->above = v > limit;
	}
	if (w->gone && print)
		event_print(ct, w, "container.", "empty", 0);
}

static int
event_open(struct ct *ct, struct event_watch *w)
{
	char *res, *stall, *window, *line;

	for (int i = 0; i < 3; i++)
		w->fd[i] = openat(w->g.fd, i == 0 ? "cgroup.events" : i == 1 ?
		                  "memory.events" : "pids.events", O_RDONLY | O_CLOEXEC);
	w->fd[3] = -1;
	/* its supervisor then waits a moment before it removes the group */
	fsetxattr(w->g.fd, "user.ct.watch", "1", 1, 0);
	if (ct->pressure) {
		res = mem_dup(ct, ct->pressure, strlen(ct->pressure));
		stall = text_cut(res, ':');
		window = text_cut(stall, ':');
		if (!window || (strcmp(res, "cpu") && strcmp(res, "memory") && strcmp(res, "io")))
			return opt_bad(ct, ct->pressure, "must be RES:STALL:WINDOW");
		line = mem_printf(ct, "some %s %s", stall, window);
		res = mem_printf(ct, "%s.pressure", res);
		w->fd[3] = openat(w->g.fd, res, O_RDWR | O_CLOEXEC);
		if (w->fd[3] < 0 || write(w->fd[3], line, strlen(line) + 1) < 0)
			return fail_sys(ct, "write %s to %s (CONFIG_PSI)", line, res);
	}
	event_look(ct, w, false);
	return 0;
}

static int
verb_events(struct ct *ct, char **argv)
{
	struct event_watch w[16];
	struct pollfd p[16 * 4];
	uint64_t size;
	int n = 0, left;

	if (!(argv = verb_args(ct, V_EVENTS, argv)))
		return -1;
	ct->step = "--memory-above";
	if (ct->above && num_size(ct->above, &size) < 0)
		return opt_bad(ct, ct->above, "not a size");
	for (; *argv && n < 16; argv++, n++) {
		memset(&w[n], 0, sizeof w[n]);
		if (ctr_open(ct, *argv, &w[n].g) < 0 || event_open(ct, &w[n]) < 0)
			return -1;
	}
	if (!n)
		return fail_msg(ct, "wants a container's name");
	for (left = n; left; ) {
		for (int i = 0; i < n * 4; i++)
			p[i] = (struct pollfd){ .fd = w[i / 4].gone ? -1 :
			        w[i / 4].fd[i % 4], .events = POLLPRI };
		poll(p, (nfds_t)n * 4, ct->above ? 100 : -1);
		left = 0;
		for (int i = 0; i < n; i++) {
			if (!w[i].gone && p[i * 4 + 3].revents & POLLPRI)
				event_print(ct, &w[i], "pressure.", "stall", 1);
			if (!w[i].gone)
				event_look(ct, &w[i], true);
			left += !w[i].gone;
		}
	}
	return 0;
}
