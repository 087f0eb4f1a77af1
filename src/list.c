/* SPDX-License-Identifier: ISC */
/* Verbs that show something: ls, ps, inspect, stats. */

struct ls_walk { struct ct *ct; struct buf *o; int shown; };

static void
ls_command(struct buf *o, const struct ctr *c, const char *args, size_t len, bool json)
{
	int i = 0;

	for (size_t at = 0; at < len; at += strlen(args + at) + 1, i++) {
		if (i < c->command_at)
			continue;
		if (json) {
			buf_printf(o, i > c->command_at ? "," : "");
			buf_json(o, args + at);
		} else {
			buf_printf(o, " ");
			buf_plain(o, args + at);
		}
	}
}

static int
ls_one(int dir, const char *entry, const char *path, void *arg)
{
	struct ls_walk *l = arg;
	struct buf *o = l->o;
	char args[65536];
	struct ctr c;
	uint64_t mem, cpu;
	int m, state;
	size_t len;

	if (ctr_at(dir, entry, path, &c) < 0)
		return 0;
	/* a group of the container's own is none of ours */
	len = ctr_args(&c, args, sizeof args);
	if (!len && !c.pid && !cg_is_persistent(c.fd)) {
		ctr_close(&c);
		return 0;
	}
	state = ctr_state(&c);
	m = ctr_num(c.fd, "memory.current", NULL, &mem);
	ctr_num(c.fd, "cpu.stat", "usage_usec", &cpu);
	l->shown++;
	if (l->ct->json) {
		buf_printf(o, "{\"name\":");
		buf_json(o, path);
		buf_printf(o, ",\"state\":\"%s\",\"pid\":%d,\"processes\":%d,"
		      "\"memory\":", states[state], c.pid, ctr_count(&c));
		if (m < 0)
			buf_printf(o, "null");
		else
			buf_printf(o, "%llu", (unsigned long long)mem);
		buf_printf(o, ",\"cpu_usec\":%llu,\"age_usec\":%llu,\"command\":[",
		      (unsigned long long)cpu, (unsigned long long)
		      (c.since ? now_usec() - c.since : 0));
		ls_command(o, &c, args, len, true);
		buf_printf(o, "]}\n");
	} else {
		buf_printf(o, "%-20s %-8s %7d %6d", path, states[state], c.pid, ctr_count(&c));
		list_size(o, m, mem);
		list_time(o, cpu);
		list_time(o, c.since ? now_usec() - c.since : 0);
		ls_command(o, &c, args, len, false);
		buf_printf(o, "\n");
	}
	if (l->ct->recursive && cg_is_persistent(c.fd))
		cg_each(c.fd, path, ls_one, l);
	ctr_close(&c);
	return 0;
}

static int
verb_ls(struct ct *ct, char **argv)
{
	struct buf o;
	struct ls_walk l = { ct, &o, 0 };

	buf_open(&o);
	if (!(argv = verb_args(ct, V_LS, argv)))
		return -1;
	if (*argv)
		return fail_msg(ct, "takes no names");
	if (cg_base(ct, false) == 0) {
		cg_sweep(ct->cg_base_fd, UINT32_MAX);
		if (!ct->json)
			buf_printf(&o, "%-20s %-8s %7s %6s %8s %8s %8s %s\n", "NAME",
			      "STATE", "PID", "PROCS", "MEMORY", "CPU", "AGE", "COMMAND");
		cg_each(ct->cg_base_fd, "", ls_one, &l);
	}
	ct->step = "stdout";
	return buf_flush(&o) < 0 ? fail_sys(ct, "write"), 125 : 0;
}

/* --- ps --- */

struct ps { struct pids p; struct buf *o; };

/* The value of a line of /proc/PID/status: key is "\nNAME:", so that no process
 * can be called like one; the name itself has its newlines escaped. */
static const char *
ps_field(const char *status, const char *key, char *buf, size_t size)
{
	const char *s = text_find(status, key), *e;

	s = s ? s + strlen(key) + strspn(s + strlen(key), "\t ") : "";
	e = s + strcspn(s, "\n");
	text_printf(buf, size, "%.*s", (int)(e - s), s);
	return buf;
}

static void
ps_one(struct pids *p, pid_t pid)
{
	struct buf *o = ((struct ps *)(void *)p)->o;
	char path[32], st[4096], cmd[512], f[4][64], *inner;
	ssize_t n;

	text_printf(path, sizeof path, "%d/status", pid);
	if (io_get(p->ct->proc_fd, path, st, sizeof st) < 0)
		return;
	text_printf(path, sizeof path, "%d/cmdline", pid);
	n = io_get(p->ct->proc_fd, path, cmd, sizeof cmd);
	for (ssize_t i = 0; i < n - 1; i++)
		if (!cmd[i])
			cmd[i] = ' ';
	if (n <= 0)                     /* its first line */
		ps_field(st, "Name:", cmd, sizeof cmd);
	ps_field(st, "\nNSpid:", f[0], sizeof f[0]);
	inner = f[0];
	for (char *s = f[0]; *s; s++)
		if (*s == '\t')
			inner = s + 1;
	ps_field(st, "\nUid:", f[1], sizeof f[1]);
	f[1][strcspn(f[1], "\t")] = '\0';
	ps_field(st, "\nState:", f[2], sizeof f[2]);
	f[2][1] = '\0';
	ps_field(st, "\nVmRSS:", f[3], sizeof f[3]);
	f[3][strcspn(f[3], " ")] = '\0';
	if (p->ct->json) {
		buf_printf(o, "{\"pid\":%d,\"inner\":%s,\"uid\":%s,\"state\":\"%s\","
		      "\"rss_kib\":%s,\"command\":", pid, *inner ? inner : "0", f[1],
		      f[2], *f[3] ? f[3] : "0");
		buf_json(o, cmd);
		buf_printf(o, "}\n");
	} else {
		buf_printf(o, "%7d %7s %6s %-5s %7sK ", pid, inner, f[1], f[2],
		      *f[3] ? f[3] : "0");
		buf_plain(o, cmd);
		buf_printf(o, "\n");
	}
}

static int
ps_ctr(struct ct *ct, struct ctr *c)
{
	struct buf o;
	struct ps ps = { { ct, c, ct->all ? 'T' : 0, 0, ps_one, !ct->recursive }, &o };

	buf_open(&o);
	if (kfs_need_proc(ct) < 0)
		return -1;
	if (!ct->json)
		buf_printf(&o, "%7s %7s %6s %-5s %8s %s\n", "PID", "INNER", "UID",
		      "STATE", "RSS", "COMMAND");
	ctr_pids(&ps.p);
	ct->step = "stdout";
	return buf_flush(&o) < 0 ? fail_sys(ct, "write") : 0;
}

static int
verb_ps(struct ct *ct, char **argv)
{
	return ctr_each(ct, verb_args(ct, V_PS, argv), ps_ctr);
}

/* --- stats, inspect --- */

static const char *const stat_files[] = {
	"cpu.stat", "memory.current", "memory.peak", "memory.max",
	"memory.swap.current", "memory.events", "io.stat", "pids.current",
	"pids.max", "pids.events", "cpu.pressure", "memory.pressure",
	"io.pressure",
};

/* A word of the kernel's as JSON: a number as it is, else a string. */
static void
json_word(struct buf *o, const char *s, size_t n)
{
	bool num = n && strspn(s, "0123456789.") >= n;

	buf_printf(o, num ? "%.*s" : "\"%.*s\"", (int)n, s);
}

/* A control file as JSON, whatever its form: a value, "key value" lines, or
 * "key k=v k=v" lines. */
static void
json_file(struct buf *o, int dir, const char *file)
{
	char buf[8192], *s = buf;
	size_t n;

	if (io_get(dir, file, buf, sizeof buf) < 0)
		return;
	buf_printf(o, ",\"%s\":", file);
	n = strcspn(s, " \n");
	if (!*s) {
		buf_printf(o, "null");
		return;
	}
	/* one value, or cpu.max with its two */
	if (s[n] != ' ' || (!strchr(s, '=') && (*s < 'a' || !strncmp(s, "max ", 4)))) {
		json_word(o, s, strcspn(s, "\n"));
		return;
	}
	buf_printf(o, "{");
	for (bool first = true; *s; first = false) {
		n = strcspn(s, " \n");
		buf_printf(o, "%s\"%.*s\":", first ? "" : ",", (int)n, s);
		s += n + (s[n] == ' ');
		n = strcspn(s, " \n");
		if (s[strcspn(s, "= \n")] != '=') {
			json_word(o, s, n);
			s += n;
		} else {
			buf_printf(o, "{");
			for (bool in = false; *s && *s != '\n'; in = true) {
				n = strcspn(s, "= \n");
				buf_printf(o, "%s\"%.*s\":", in ? "," : "", (int)n, s);
				s += n + (s[n] == '=');
				n = strcspn(s, " \n");
				json_word(o, s, n);
				s += n + (s[n] == ' ');
			}
			buf_printf(o, "}");
		}
		s += strcspn(s, "\n");
		s += *s == '\n';
	}
	buf_printf(o, "}");
}

static void
inspect_pid(struct pids *p, pid_t pid)
{
	buf_printf(((struct ps *)(void *)p)->o, "%s%d", p->count > 1 ? "," : "", pid);
}

static int
inspect_ctr(struct ct *ct, struct ctr *c)
{
	struct buf o;
	struct ps ps = { { ct, c, 0, 0, inspect_pid, true }, &o };
	char args[65536], path[40], cg[600];
	size_t len = ctr_args(c, args, sizeof args);
	struct stat st;
	bool first = true;

	buf_open(&o);
	if (kfs_need_proc(ct) < 0)
		return -1;
	buf_printf(&o, "{\"name\":");
	buf_json(&o, c->name);
	text_printf(cg, sizeof cg, "%s/%s", ct->cg_path, c->name);
	buf_printf(&o, ",\"state\":\"%s\",\"pid\":%d,\"cgroup\":", states[ctr_state(c)], c->pid);
	buf_json(&o, cg);
	buf_printf(&o, ",\"age_usec\":%llu,\"pids\":[", (unsigned long long)
	      (c->since ? now_usec() - c->since : 0));
	ctr_pids(&ps.p);
	buf_printf(&o, "],\"namespaces\":{");
	for (int i = 0; c->pid && i < NS_MAX; i++) {
		kfs_ns_path(c->pid, ns_kinds[i].name, path, sizeof path);
		if (fstatat(ct->proc_fd, path, &st, 0) < 0)
			continue;
		buf_printf(&o, "%s\"%s\":%llu", first ? "" : ",", ns_kinds[i].name,
		      (unsigned long long)st.st_ino);
		first = false;
	}
	buf_printf(&o, "},\"interfaces\":[");
	/* without the right to look there is none to show */
	if (c->pid && net_show(ct, c, &o, ',') < 0)
		err_forget(ct);
	buf_printf(&o, "],\"arguments\":[");
	for (size_t at = 0; at < len; at += strlen(args + at) + 1) {
		buf_printf(&o, at ? "," : "");
		buf_json(&o, args + at);
	}
	buf_printf(&o, "],\"command\":[");
	ls_command(&o, c, args, len, true);
	buf_printf(&o, "]");
	for (size_t i = 0; limit_files[i]; i++)
		json_file(&o, c->fd, limit_files[i]);
	buf_printf(&o, "}\n");
	ct->step = "stdout";
	return buf_flush(&o) < 0 ? fail_sys(ct, "write") : 0;
}

static int
verb_inspect(struct ct *ct, char **argv)
{
	return ctr_each(ct, argv, inspect_ctr);
}

/* CPU per cent need two looks at the same group: the last ones are kept by the
 * group's inode. */
struct sample { uint64_t ino, usec, at; };
struct stats { struct ct *ct; struct buf *o; struct sample s[1024];
               bool silent; char **only; };

/* Traffic of each interface but lo, as JSON where there is an o, and of all. */
static void
stats_net(struct ct *ct, const struct ctr *c, struct buf *o, uint64_t *rx, uint64_t *tx)
{
	char path[32], buf[8192], *s = buf, *name;

	*rx = *tx = 0;
	text_printf(path, sizeof path, "%d/net/dev", c->pid);
	if (!c->pid || !kfs_has_proc(ct) || io_get(ct->proc_fd, path, buf, sizeof buf) < 0)
		return;
	for (bool first = true; *s; s += strcspn(s, "\n"), s += *s == '\n') {
		uint64_t n[9];

		name = s + strspn(s, " ");
		s = name + strcspn(name, ":|\n");
		if (*s != ':' || !strncmp(name, "lo:", 3))
			continue;
		*s++ = '\0';
		for (int i = 0; i < 9; i++)
			n[i] = text_scan(s, 10, &s);
		*rx += n[0];
		*tx += n[8];
		if (!o)
			continue;
		buf_printf(o, first ? "" : ",");
		buf_json(o, name);
		buf_printf(o, ":{\"rx_bytes\":%llu,\"tx_bytes\":%llu}",
		      (unsigned long long)n[0], (unsigned long long)n[8]);
		first = false;
	}
}

static void
stats_row(struct stats *t, const struct ctr *c, unsigned pct, uint64_t cpu)
{
	struct buf *o = t->o;
	uint64_t v, max;
	int k;

	if (t->ct->json) {
		buf_printf(o, "{\"name\":");
		buf_json(o, c->name);
		buf_printf(o, ",\"cpu_permille\":%u", pct);
		for (size_t i = 0; i < LEN(stat_files); i++)
			json_file(o, c->fd, stat_files[i]);
		buf_printf(o, ",\"network\":{");
		stats_net(t->ct, c, o, &v, &max);
		buf_printf(o, "}}\n");
		return;
	}
	buf_printf(o, "%-20s %4u.%u%%", c->name, pct / 10, pct % 10);
	list_time(o, cpu);
	k = ctr_num(c->fd, "memory.current", NULL, &v);
	list_size(o, k, v);
	k = ctr_num(c->fd, "memory.max", NULL, &max);
	list_size(o, max == UINT64_MAX ? -1 : k, max);
	k = ctr_num(c->fd, "memory.swap.current", NULL, &v);
	list_size(o, k, v);
	buf_printf(o, " %6d", ctr_count(c));
	list_size(o, 0, stats_io(c->fd, "rbytes="));
	list_size(o, 0, stats_io(c->fd, "wbytes="));
	stats_net(t->ct, c, NULL, &v, &max);
	list_size(o, 0, v);
	list_size(o, 0, max);
	ctr_num(c->fd, "cpu.stat", "throttled_usec", &v);
	list_time(o, v);
	ctr_num(c->fd, "memory.events", "oom_kill", &v);
	buf_printf(o, " %4llu\n", (unsigned long long)v);
}

static int
stats_one(int dir, const char *entry, const char *path, void *arg)
{
	struct stats *t = arg;
	struct stat st;
	struct sample *s;
	struct ctr c;
	uint64_t cpu, v, now = now_usec();
	unsigned pct;
	char **n;

	/* named, or in one that is named; else perhaps on the way to one */
	for (n = t->only; *n; n++) {
		size_t a = strlen(*n), b = strlen(path);

		if (!strncmp(*n, path, MIN(a, b)) && (a == b || (a < b ? path[a] : (*n)[b]) == '/'))
			break;
	}
	if ((*t->only && !*n) || ctr_at(dir, entry, path, &c) < 0)
		return 0;
	if (*n && strlen(*n) > strlen(path)) {
		cg_each(c.fd, path, stats_one, t);
		ctr_close(&c);
		return 0;
	}
	fstat(c.fd, &st);
	s = &t->s[st.st_ino % LEN(t->s)];
	ctr_num(c.fd, "cpu.stat", "usage_usec", &cpu);
	/* thousandths since the last look, or since it started */
	v = s->ino == st.st_ino ? s->at : c.since;
	pct = v && now > v ? (unsigned)((cpu - (s->ino == st.st_ino ? s->usec : 0))
	      * 1000 / (now - v)) : 0;
	*s = (struct sample){ st.st_ino, cpu, now };
	if (!t->silent)
		stats_row(t, &c, pct, cpu);
	if (cg_is_persistent(c.fd))
		cg_each(c.fd, path, stats_one, t);
	ctr_close(&c);
	return 0;
}

static int
verb_stats(struct ct *ct, char **argv)
{
	struct buf o;
	struct stats *t = mem_get(ct, sizeof *t);
	struct ctr c;

	buf_open(&o);
	if (!(argv = verb_args(ct, V_STATS, argv)) || !t)
		return -1;
	t->ct = ct;
	t->o = &o;
	t->only = argv;
	for (char **n = argv; *n; n++, ctr_close(&c))
		if (ctr_open(ct, *n, &c) < 0)
			return -1;
	if (ct->cg_base_fd < 0 && cg_base(ct, false) < 0)
		return 0;
	t->silent = true;               /* the first look, for the per cent */
	cg_each(ct->cg_base_fd, "", stats_one, t);
	t->silent = false;
	do {
		poll(NULL, 0, ct->follow ? 1000 : 200);
		if (ct->follow && !ct->json)
			buf_printf(&o, "\033[H\033[J");
		if (!ct->json)
			buf_printf(&o, "%-20s %7s %8s %8s %8s %8s %6s %8s %8s %8s %8s %8s "
			      "%4s\n", "NAME", "CPU%", "CPU", "MEMORY", "LIMIT",
			      "SWAP", "PROCS", "READ", "WRITE", "RX", "TX", "THROTTLE", "OOM");
		cg_each(ct->cg_base_fd, "", stats_one, t);
		ct->step = "stdout";
		if (buf_flush(&o) < 0)
			return fail_sys(ct, "write");
	} while (ct->follow);
	return 0;
}
