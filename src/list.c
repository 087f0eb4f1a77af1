/* SPDX-License-Identifier: ISC */
/* Verbs that show something: ls, ps, inspect, stats. */

/* Lists of arguments are read into memory: the stack may be limited to 64 KiB. */
enum { LIST_ROOM = 65536 };

struct ls_walk { struct ct *ct; struct buf *o; char *args; };

/* Prints arguments from index `from` on: as JSON strings, or with a space before each. */
static void
ls_args(struct buf *o, const char *args, size_t len, int from, bool json)
{
	const char *before = "";

	for (size_t at = 0; at < len; at += strlen(args + at) + 1) {
		if (from-- > 0)
			continue;
		if (json) {
			buf_json(o, before, args + at);
			before = ",";
		} else {
			buf_printf(o, " ");
			buf_plain(o, args + at);
		}
	}
}

static void
ls_line(struct ls_walk *l, struct ctr *c, const char *path)
{
	struct buf *o = l->o;
	size_t len = record_get(c->fd, "user.ct.argv", l->args, LIST_ROOM);
	const char *state = states[ctr_state(c)];
	uint64_t mem, cpu, age = ctr_age(c);
	int known = cg_num(c->fd, "memory.current", NULL, &mem), count = ctr_count(c);

	cg_num(c->fd, "cpu.stat", "usage_usec", &cpu);
	if (l->ct->json) {
		buf_json(o, "{\"name\":", path);
		buf_printf(o, ",\"state\":\"%s\",\"pid\":%d,\"processes\":%d,\"memory\":",
		           state, c->pid, count);
		buf_printf(o, known < 0 ? "null" : "%ju", mem);
		buf_printf(o, ",\"restarts\":%d,\"annotations\":{",
		           c->restarts < 0 ? 0 : c->restarts);
		ctr_show_notes(o, c->fd);
		buf_printf(o, "},\"cpu_usec\":%ju,\"age_usec\":%ju,\"command\":[", cpu, age);
	} else {
		buf_printf(o, "%-20s %-8s %7d %6d", path, state, c->pid, count);
		buf_size(o, known, mem);
		buf_time(o, cpu);
		if (age)
			buf_time(o, age);
		else
			buf_size(o, -1, 0);
		buf_printf(o, c->restarts < 0 ? "     -" : " %5d", c->restarts);
	}
	ls_args(o, l->args, len, c->command_at, l->ct->json);
	buf_printf(o, l->ct->json ? "]}\n" : "\n");
}

static int
ls_one(int dir, const char *entry, const char *path, void *arg)
{
	struct ls_walk *l = arg;
	LOCAL_CTR c = { .fd = -1 };

	if (ctr_at(dir, entry, path, &c) < 0)
		return cg_gone(errno) ? 0 : -1;
	if (!ctr_is_ours(&c))
		return 0;
	if (l->ct->quiet)
		buf_printf(l->o, "%s\n", path);
	else
		ls_line(l, &c, path);
	return l->ct->recursive && cg_is_persistent(c.fd) ? cg_each(c.fd, path, ls_one, l) : 0;
}

/* Checks that the named containers exist, and makes the names absolute. */
static int
ctr_names(struct ct *ct, char **argv)
{
	struct ctr c;

	for (char **n = argv; *n; n++) {
		if (ctr_open(ct, *n, &c) < 0 || !(*n = mem_dup(ct, c.name)))
			return -1;
		fd_close(&c.fd);
	}
	return 0;
}

/* Calls fn for these containers, or for all if none is named. */
static void
ctr_walk(struct ct *ct, char **names, cg_fn *fn, void *arg)
{
	int r = *names ? 0 : cg_each(ct->cg_base_fd, "", fn, arg);

	for (; *names && r == 0; names++)
		r = fn(ct->cg_base_fd, *names, *names, arg);
	if (r < 0)
		fail_sys(ct, "look at the cgroups");
}

static int
verb_ls(struct ct *ct, char **argv)
{
	struct buf o = { .fd = 1 };
	struct ls_walk l = { ct, &o, mem_get(ct, LIST_ROOM) };

	if (!l.args || ctr_names(ct, argv) < 0)
		return -1;
	if (ct->cg_base_fd >= 0 || cg_base(ct, false) == 0) {
		if (!*argv)
			cg_sweep(ct->cg_base_fd, UINT32_MAX);
		if (!ct->json && !ct->quiet)
			buf_printf(&o, "%-20s %-8s %7s %6s %8s %8s %8s %5s %s\n", "NAME", "STATE",
			           "PID", "PROCS", "MEMORY", "CPU", "AGE", "AGAIN", "COMMAND");
		ctr_walk(ct, argv, ls_one, &l);
	}
	return buf_end(ct, &o);
}

/* --- ps --- */

struct ps { struct pids p; struct buf *o; };

/* The value of a line of /proc/PID/status, up to one of `ends`. The key is "\nNAME:",
 * which no process can fake by its name: newlines in that are escaped. */
static void
ps_field(const char *status, const char *key, const char *ends, char *buf, size_t size)
{
	const char *s = text_find(status, key);

	s = s ? s + strlen(key) + strspn(s + strlen(key), "\t ") : "";
	text_printf(buf, size, "%.*s", (int)strcspn(s, ends), s);
}

static void
ps_one(struct pids *p, pid_t pid)
{
	struct buf *o = ((struct ps *)(void *)p)->o;
	char path[32], status[4096], cmd[512], pids[64], uid[64], state[64], kib[64];
	const char *inner;
	ssize_t n;

	if (kfs_status(p->ct, pid, status, sizeof status) < 0)
		return;
	text_printf(path, sizeof path, "%d/cmdline", pid);
	n = io_get(p->ct->proc_fd, path, cmd, sizeof cmd);
	if (n <= 0 || !*cmd)            /* the first line */
		ps_field(status, "Name:", "\n", cmd, sizeof cmd);
	else
		for (ssize_t i = 0; i < n - 1; i++)
			if (!cmd[i])
				cmd[i] = ' ';
	ps_field(status, "\nNSpid:", "\n", pids, sizeof pids);
	inner = strrchr(pids, '\t') ? strrchr(pids, '\t') + 1 : pids;
	ps_field(status, "\nUid:", "\t\n", uid, sizeof uid);
	ps_field(status, "\nState:", " \n", state, sizeof state);
	ps_field(status, "\nVmRSS:", " \n", kib, sizeof kib);
	if (!*kib)                      /* a zombie has none */
		text_printf(kib, sizeof kib, "0");
	if (p->ct->json) {
		buf_printf(o, "{\"pid\":%d,\"inner\":%s,\"uid\":%s,\"state\":\"%s\",\"rss_kib\":%s",
		           pid, *inner ? inner : "0", uid, state, kib);
		buf_json(o, ",\"command\":", cmd);
		buf_printf(o, "}\n");
	} else {
		buf_printf(o, "%7d %7s %6s %-5s %7sK ", pid, inner, uid, state, kib);
		buf_plain(o, cmd);
		buf_printf(o, "\n");
	}
}

static int
ps_ctr(struct ct *ct, struct ctr *c)
{
	struct buf o = { .fd = 1 };
	struct ps ps = { { .ct = ct, .g = c, .arg = ct->threads ? 'T' : 0, .fn = ps_one,
	                   .own = !ct->recursive }, &o };

	if (kfs_need_proc(ct) < 0)
		return -1;
	if (!ct->json)
		buf_printf(&o, "%7s %7s %6s %-5s %8s %s\n", "PID", "INNER", "UID", "STATE", "RSS",
		           "COMMAND");
	if (ctr_pids(&ps.p) < 0)
		fail_sys(ct, "list its processes");
	return buf_end(ct, &o);
}

/* --- stats, inspect --- */

static const char *const stat_files[] = {
	"cpu.stat", "memory.current", "memory.peak", "memory.max", "memory.swap.current",
	"memory.events", "io.stat", "pids.current", "pids.max", "pids.events", "cpu.pressure",
	"memory.pressure", "io.pressure", "hugetlb.2MB.current", "hugetlb.1GB.current",
	"rdma.current", "misc.current",
};

static void
inspect_pid(struct pids *p, pid_t pid)
{
	buf_printf(((struct ps *)(void *)p)->o, "%s%d", p->count > 1 ? "," : "", pid);
}

/* What it got while running: of each where, and what ct was given. */
static void
inspect_live(struct buf *o, const struct ctr *c, char *args)
{
	static const struct { const char *attr, *key; } live[] = {
		{ "user.ct.mounts", "mounts" }, { "user.ct.devices", "devices" },
	};
	size_t len;

	for (size_t i = 0; i < LEN(live); i++)
		if ((len = record_get(c->fd, live[i].attr, args, LIST_ROOM))) {
			buf_printf(o, ",\"%s\":[", live[i].key);
			ls_args(o, args, len, 0, true);
			buf_printf(o, "]");
		}
}

static int
inspect_ctr(struct ct *ct, struct ctr *c)
{
	struct buf o = { .fd = 1 };
	struct ps ps = { { .ct = ct, .g = c, .fn = inspect_pid, .own = true }, &o };
	char *args = ct->ctrs->list ? ct->ctrs->list : mem_get(ct, LIST_ROOM);
	const char *cg = mem_printf(ct, "%s/%s", ct->cg_path, c->name);
	size_t len = args ? record_get(c->fd, "user.ct.argv", args, LIST_ROOM) : 0;
	uint32_t ns[NS_MAX] = { 0 };
	pid_t shown = 0;
	uint64_t age, started;
	int state = ctr_state(c);

	if (!(ct->ctrs->list = args) || !cg)
		return -1;
	ctr_count(c);
	if (ct->oci) {                  /* OCI's runtime specification: no pid if stopped */
		oci_state(&o, c->name, states[state], c->pid, c->fd);
		buf_printf(&o, "\n");
		return buf_end(ct, &o);
	}
	if (kfs_need_proc(ct) < 0)
		return -1;
	buf_json(&o, "{\"name\":", c->name);
	buf_printf(&o, ",\"state\":\"%s\",\"pid\":%d", states[state], c->pid);
	buf_json(&o, ",\"cgroup\":", cg);
	age = ctr_age(c);
	started = (clock_usec(CLOCK_REALTIME) - age) / 1000000;
	buf_printf(&o, ",\"age_usec\":%ju,\"started\":%ju,\"restarts\":%d,\"pids\":[", age,
	           started, c->restarts < 0 ? 0 : c->restarts);
	ctr_pids(&ps.p);
	buf_printf(&o, "],\"namespaces\":{");
	if (c->pid && (shown = ctr_shown(ct, c)) > 0)
		ctr_namespaces(ct, shown, ns);
	err_forget(ct);
	ctr_show_namespaces(&o, ns, 0);
	buf_printf(&o, "},\"namespace_paths\":{");
	ctr_show_namespaces(&o, ns, shown);
	buf_printf(&o, "},\"interfaces\":[");
	/* without the right to look, none are shown */
	if (c->pid && net_show(ct, c, &o, true) < 0)
		err_forget(ct);
	buf_printf(&o, "],\"annotations\":{");
	ctr_show_notes(&o, c->fd);
	buf_printf(&o, "},\"arguments\":[");
	ls_args(&o, args, len, 0, true);
	buf_printf(&o, "],\"command\":[");
	ls_args(&o, args, len, c->command_at, true);
	buf_printf(&o, "]");
	if (HAVE_LIVE)
		inspect_live(&o, c, args);
	for (size_t i = 0; limit_files[i]; i++)
		json_file(&o, c->fd, limit_files[i]);
	buf_printf(&o, "}\n");
	return buf_end(ct, &o);
}

/* CPU percentages need two samples of a cgroup: the last is kept by the cgroup's inode. */
struct sample { uint64_t ino, usec, at; };
struct stats { struct ct *ct; struct buf *o; struct sample s[1024]; bool silent; };

/* Sums the traffic of all interfaces but lo; with o also prints that of each, as JSON. */
static void
stats_net(struct ct *ct, const struct ctr *c, struct buf *o, uint64_t *rx, uint64_t *tx)
{
	static const char *const names[4] = { "bytes", "packets", "errors", "dropped" };
	char path[32], buf[8192], *s = buf, *name;
	const char *before = "";

	*rx = *tx = 0;
	text_printf(path, sizeof path, "%d/net/dev", c->pid);
	if (!c->pid || !kfs_has_proc(ct) || io_get(ct->proc_fd, path, buf, sizeof buf) < 0)
		return;
	for (; *s; s += strcspn(s, "\n"), s += *s == '\n') {
		uint64_t n[12];         /* in the order of names, rx from 0, tx from 8 on */

		name = s + strspn(s, " ");
		s = name + strcspn(name, ":\n");
		if (*s != ':' || !strncmp(name, "lo:", 3))
			continue;
		*s++ = '\0';
		for (size_t i = 0; i < LEN(n); i++)
			n[i] = text_scan(s, 10, &s);
		*rx += n[0];
		*tx += n[8];
		if (!o)
			continue;
		buf_json(o, before, name);
		before = ":{";
		for (size_t i = 0; i < 8; i++, before = ",")
			buf_printf(o, "%s\"%s_%s\":%ju", before, i < 4 ? "rx" : "tx", names[i % 4],
			           n[i < 4 ? i : i + 4]);
		buf_printf(o, "}");
	}
}

static void
stats_row(struct stats *t, struct ctr *c, unsigned permille, uint64_t cpu)
{
	struct buf *o = t->o;
	uint64_t v, max, rx, tx;
	int known, count = ctr_count(c);

	if (t->ct->json) {
		buf_json(o, "{\"name\":", c->name);
		buf_printf(o, ",\"cpu_permille\":%u", permille);
		for (size_t i = 0; i < LEN(stat_files); i++)
			json_file(o, c->fd, stat_files[i]);
		buf_printf(o, ",\"network\":{");
		stats_net(t->ct, c, o, &rx, &tx);
		buf_printf(o, "}}\n");
		return;
	}
	buf_printf(o, "%-20s %4u.%u%%", c->name, permille / 10, permille % 10);
	buf_time(o, cpu);
	known = cg_num(c->fd, "memory.current", NULL, &v);
	buf_size(o, known, v);
	known = cg_num(c->fd, "memory.max", NULL, &max);
	buf_size(o, max == UINT64_MAX ? -1 : known, max);
	known = cg_num(c->fd, "memory.swap.current", NULL, &v);
	buf_size(o, known, v);
	buf_printf(o, " %6d", count);
	buf_size(o, 0, cg_io_sum(c->fd, "rbytes="));
	buf_size(o, 0, cg_io_sum(c->fd, "wbytes="));
	stats_net(t->ct, c, NULL, &rx, &tx);
	buf_size(o, 0, rx);
	buf_size(o, 0, tx);
	cg_num(c->fd, "cpu.stat", "throttled_usec", &v);
	buf_time(o, v);
	cg_num(c->fd, "memory.events", "oom_kill", &v);
	buf_printf(o, " %4ju\n", v);
}

static int
stats_one(int dir, const char *entry, const char *path, void *arg)
{
	struct stats *t = arg;
	struct stat st;
	struct sample *s;
	LOCAL_CTR c = { .fd = -1 };
	uint64_t cpu, since, used = 0, now = now_usec();
	unsigned permille = 0;

	if (ctr_at(dir, entry, path, &c) < 0)
		return cg_gone(errno) ? 0 : -1;
	fstat(c.fd, &st);
	s = &t->s[st.st_ino % LEN(t->s)];
	cg_num(c.fd, "cpu.stat", "usage_usec", &cpu);
	/* since the last sample, or since it started */
	since = now - ctr_age(&c);
	if (s->ino == st.st_ino) {
		since = s->at;
		used = s->usec;
	}
	if (now > since)
		permille = (unsigned)((cpu - used) * 1000 / (now - since));
	*s = (struct sample){ st.st_ino, cpu, now };
	if (!t->silent)
		stats_row(t, &c, permille, cpu);
	return cg_is_persistent(c.fd) ? cg_each(c.fd, path, stats_one, t) : 0;
}

static int
verb_stats(struct ct *ct, char **argv)
{
	struct pollfd reader = { .fd = io_reader() };   /* the write fails when it has gone */
	struct buf o = { .fd = 1 };
	struct stats *t = mem_get(ct, sizeof *t);
	int ms = 200;

	if (!t || ctr_names(ct, argv) < 0)
		return -1;
	t->ct = ct;
	t->o = &o;
	if (ct->cg_base_fd < 0 && cg_base(ct, false) < 0)
		return 0;
	t->silent = true;               /* the first sample, for percentages */
	ctr_walk(ct, argv, stats_one, t);
	t->silent = false;
	for (; ms; ms = ct->follow ? 1000 : 0) {
		poll(&reader, 1, ms);
		if (ct->follow && !ct->json)
			buf_printf(&o, "\033[H\033[J");
		if (!ct->json)
			buf_printf(&o, "%-20s %7s %8s %8s %8s %8s %6s %8s %8s %8s %8s %8s %4s\n",
			           "NAME", "CPU%", "CPU", "MEMORY", "LIMIT", "SWAP", "PROCS",
			           "READ", "WRITE", "RX", "TX", "THROTTLE", "OOM");
		ctr_walk(ct, argv, stats_one, t);
		if (buf_end(ct, &o) < 0)
			return -1;
	}
	return 0;
}
