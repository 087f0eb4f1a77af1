/* SPDX-License-Identifier: ISC */
/* The one table of options, which drives parser, help and completion. */

/* In the order of limit_files[], and what --cgroup takes. */
static int (*const limit_sets[])(struct ct *, struct op *, char *) = {
	lim_size, lim_size, lim_size, lim_cpus, lim_weight, lim_set, lim_pids,
	lim_io, lim_raw
};
static_assert(LEN(limit_sets) == LEN(limit_files), "a form for each file");

static int
op_add(struct ct *ct, enum op_kind kind, struct op **op)
{
	*op = mem_get(ct, sizeof **op);
	if (!*op)
		return -1;
	**op = (struct op){ .kind = kind, .fd = -1 };
	*ct->ops_end = *op;
	ct->ops_end = &(*op)->next;
	return 0;
}

static int
set_op(struct ct *ct, const struct opt *o, char *value)
{
	static int (*const parse[])(struct ct *, struct op *, char *) = {
		[OP_BIND] = op_bind, [OP_TMPFS] = op_tmpfs, [OP_MOUNT] = op_mount,
		[OP_MASK] = op_mask, [OP_RO] = op_mask, [OP_SYMLINK] = op_symlink,
		[OP_FILE] = op_file, [OP_DEVICE] = op_device, [OP_ENV] = op_env,
		[OP_RLIMIT] = op_rlimit, [OP_SYSCTL] = op_sysctl,
		[OP_KEEPFD] = op_keepfd, [OP_NET] = op_net, [OP_NS] = op_ns,
		[OP_OFFSET] = op_offset, [OP_UIDMAP] = op_idmap,
		[OP_GIDMAP] = op_idmap, [OP_PUBLISH] = op_publish,
	};
	struct op *op;

	if (op_add(ct, o->arg, &op) < 0)
		return -1;
	return parse[o->arg](ct, op, value);
}

static int
set_limit(struct ct *ct, const struct opt *o, char *value)
{
	struct op *op;

	if (ct->from_record)               /* they hold for the group already */
		return 0;
	if (op_add(ct, OP_LIMIT, &op) < 0)
		return -1;
	op->set.key = limit_files[o->arg];
	op->set.value = value;
	return limit_sets[o->arg](ct, op, value);
}

/* --userns[=MAP]: the same ranges for users and groups */
static int
set_userns(struct ct *ct, const struct opt *o, char *value)
{
	char *next;

	(void)o;
	ct->unshare |= FEAT_USER;
	for (; value && *value; value = next) {
		struct op *u, *g;

		next = text_cut(value, ',');
		if (op_add(ct, OP_UIDMAP, &u) < 0 || op_idmap(ct, u, value) < 0 ||
		    op_add(ct, OP_GIDMAP, &g) < 0)
			return -1;
		g->idmap.inside = u->idmap.inside;
		g->idmap.outside = u->idmap.outside;
		g->idmap.count = u->idmap.count;
	}
	return 0;
}

#define F(field) offsetof(struct ct, field)
#define OPT(l, n, m, s, f, k, many, g, h, lo, hi, v) \
	{ n "\0" m "\0" h, s, lo, hi, f, v, l, k, many, g }
#define FLAG(l, n, f, g, h) \
	OPT(l, n, "", set_flag, F(f), 0, 0, g, h, 0, 0, V_RUN)
#define STR(l, n, m, s, f, g, h) \
	OPT(l, n, m, s, F(f), 0, 0, g, h, 0, 0, V_RUN)
#define INT(n, m, f, lo, hi, g, h) \
	OPT(0, n, m, set_int, F(f), 0, 0, g, h, lo, hi, V_RUN)
#define OP(l, n, m, k, g, h) \
	OPT(l, n, m, set_op, 0, k, 1, g, h, 0, 0, V_RUN)
#define LIMIT(l, n, m, k, many, h) \
	OPT(l, n, m, set_limit, 0, k, many, G_LIMITS, h, 0, 0, V_RUN | V_CREATE)
#define VFLAG(l, n, f, h, v) \
	OPT(l, n, "", set_flag, F(f), 0, 0, G_OTHER, h, 0, 0, v)

static const struct opt options[] = {
	STR('n', "name", "NAME", set_name, name, G_IDENTITY,
	    "what it is called (default: ct- and 8 random digits)"),
	STR(0, "pidfile", "FILE", set_str, pidfile, G_IDENTITY,
	    "write the container's pid to FILE, remove it at the end"),
	OPT(0, "ready-fd", "N", set_fd, F(ready_fd), 0, 0, G_IDENTITY,
	  "write a newline to descriptor N once the command runs", 0, 1 << 20, V_RUN),
	OPT(0, "info-fd", "N", set_fd, F(info_fd), 0, 0, G_IDENTITY,
	  "write a line of JSON to N: name, pid, cgroup, namespaces", 0,
	  1 << 20, V_RUN),
	INT("timeout", "SEC", timeout, 1, 1000000, G_IDENTITY,
	    "end it after SEC seconds, with status 124"),
	STR(0, "stop-signal", "SIG", set_signal, stop_signal, G_IDENTITY,
	    "what asks it to end (default: TERM)"),
	INT("stop-timeout", "SEC", stop_timeout, 0, 86400, G_IDENTITY,
	    "from that signal to SIGKILL (default: 10)"),
	OPT('d', "detach", "", set_flag, F(detach), 0, 0, G_IDENTITY,
	  "go on in the background once the command runs, print the name", 0, 0,
	  V_RUN | V_EXEC),
	FLAG(0, "hold", hold, G_IDENTITY,
	     "stop just before the command until `ct start`"),
	STR(0, "on-start", "CMD", set_str, on_start, G_IDENTITY,
	    "sh -c CMD outside before the command runs; CT_NAME, CT_PID"),
	STR(0, "on-exit", "CMD", set_str, on_exit, G_IDENTITY,
	    "the same after it ended"),
	FLAG(0, "dry-run", dry_run, G_IDENTITY, "print the steps, do nothing"),
	FLAG('V', "verbose", verbose, G_IDENTITY,
	     "print each step with its time in microseconds"),

	STR('r', "root", "DIR", set_str, root, G_ROOT,
	    "root of the container (default: the host's, read-only)"),
	FLAG('R', "read-only", read_only, G_ROOT, "make the root read-only"),

	OP('v', "volume", "SRC:DST[:OPT,...]", OP_BIND, G_MOUNTS,
	   "bind SRC (ro, rw, rec, noexec, nosuid, nodev, idmap, try)"),
	OP(0, "tmpfs", "DST[:size=,mode=]", OP_TMPFS, G_MOUNTS,
	   "an empty tmpfs"),
	OP(0, "mount", "TYPE:SRC:DST[:OPT,...]", OP_MOUNT, G_MOUNTS,
	   "any file system"),
	OP(0, "mask", "PATH", OP_MASK, G_MOUNTS, "show nothing at PATH"),
	OP(0, "ro-path", "PATH", OP_RO, G_MOUNTS, "make PATH read-only"),
	OP(0, "symlink", "TARGET:DST", OP_SYMLINK, G_MOUNTS,
	   "a symbolic link at DST"),
	OP(0, "file", "DST=TEXT", OP_FILE, G_MOUNTS,
	   "a read-only file with this text"),
	OP(0, "device", "PATH[:rwm]", OP_DEVICE, G_MOUNTS,
	   "a device of the host in /dev"),
	OPT('w', "workdir", "DIR", set_str, F(workdir), 0, 0, G_MOUNTS,
	  "start in DIR (default: /, or the caller's on the host's root)", 0, 0,
	  V_RUN | V_EXEC),

	OPT(0, "share", "LIST", set_ns, F(share), 0, 1, G_NS,
	  "keep the caller's user,mnt,pid,net,ipc,uts,cgroup", 0, 0, V_RUN),
	OPT(0, "unshare", "LIST", set_ns, F(unshare), 0, 1, G_NS,
	  "have an own user,time,...", 0, 0, V_RUN),
	OP(0, "ns", "TYPE=PATH", OP_NS, G_NS, "join the namespace at PATH"),
	OPT('U', "userns", "[=MAP]", set_userns, 0, 0, 0, G_NS,
	  "own user namespace; MAP as --uidmap, for users and groups", 0, 0, V_RUN),
	OP(0, "uidmap", "IN:OUT:N", OP_UIDMAP, G_NS, "map users"),
	OP(0, "gidmap", "IN:OUT:N", OP_GIDMAP, G_NS, "map groups"),
	STR('h', "hostname", "NAME", set_host, hostname, G_NS,
	    "host name (default: the container's name)"),
	STR(0, "domainname", "NAME", set_host, domainname, G_NS,
	    "NIS domain name"),
	OP(0, "time-offset", "CLOCK=SEC", OP_OFFSET, G_NS,
	   "shift monotonic or boottime"),
	OP(0, "sysctl", "KEY=VALUE", OP_SYSCTL, G_NS,
	   "set a sysctl of an own namespace"),

	LIMIT('m', "memory", "SIZE", 0, 0, "memory.max; K, M, G, T or max"),
	LIMIT(0, "memory-high", "SIZE", 1, 0, "memory.high: slow down above"),
	LIMIT(0, "swap", "SIZE", 2, 0, "memory.swap.max"),
	LIMIT(0, "cpus", "N", 3, 0, "processors' worth of time, such as 0.5"),
	LIMIT(0, "cpu-weight", "N", 4, 0, "share of time, 1 to 10000"),
	LIMIT(0, "cpuset", "LIST", 5, 0, "processors to run on"),
	LIMIT(0, "pids", "N", 6, 0, "most processes and threads, or max"),
	LIMIT(0, "io", "DEV:KEY=VALUE,...", 7, 1,
	      "io.max of a block device: rbps, wbps, riops, wiops"),
	LIMIT(0, "cgroup", "FILE=VALUE", 8, 1, "any file of the cgroup"),
	FLAG(0, "delegate", delegate, G_LIMITS,
	     "let it make groups of its own, /sys/fs/cgroup is mounted"),

	OPT('u', "user", "USER[:GROUP[,GROUP...]]", set_str, F(user), 0, 0,
	  G_PROCESS, "run as, names from the container's passwd and group", 0, 0,
	  V_RUN | V_EXEC),
	OPT('e', "env", "K[=V]", set_op, 0, OP_ENV, 1, G_PROCESS,
	  "set a variable, or copy the caller's", 0, 0, V_RUN | V_EXEC),
	OPT(0, "keep-env", "", set_flag, F(keep_env), 0, 0, G_PROCESS,
	  "keep the caller's environment", 0, 0, V_RUN | V_EXEC),
	OP(0, "rlimit", "NAME=SOFT[:HARD]", OP_RLIMIT, G_PROCESS,
	   "resource limit, setrlimit(2)"),
	INT("nice", "N", nice, -20, 19, G_PROCESS, "scheduling priority"),
	INT("oom-score", "N", oom, -1000, 1000, G_PROCESS,
	    "oom_score_adj, proc(5)"),
	STR(0, "cpu-sched", "POLICY[:PRIO]", set_sched, sched, G_PROCESS,
	    "other, batch, idle, fifo:PRIO, rr:PRIO"),
	FLAG(0, "init", init, G_PROCESS, "a reaper as pid 1"),
	OP(0, "keep-fd", "N", OP_KEEPFD, G_PROCESS,
	   "leave descriptor N open; LISTEN_FDS are left too"),
	STR(0, "umask", "MODE", set_octal, umask, G_PROCESS,
	    "octal (default: 022)"),

	OPT(0, "cap-add", "CAP", set_cap, F(cap_add), 0, 1, G_PRIV,
	  "give a capability, or ALL", 0, 0, V_RUN | V_EXEC),
	OPT(0, "cap-drop", "CAP", set_cap, F(cap_drop), 0, 1, G_PRIV,
	  "take one of the default ones, or ALL", 0, 0, V_RUN),
	FLAG(0, "privileged", privileged, G_PRIV,
	     "all capabilities, no masks, no seccomp: no boundary"),
	FLAG(0, "allow-new-privs", allow_new_privs, G_PRIV,
	     "let set-uid programs work"),
	STR(0, "seccomp", "default|none|FILE", set_seccomp, seccomp_prog, G_PRIV,
	    "filter of system calls; FILE: compiled BPF"),
	STR(0, "label", "LABEL", set_str, label, G_PRIV,
	    "AppArmor profile or SELinux label"),

	OP(0, "net", "KIND[,KEY=VALUE...]", OP_NET, G_NET,
	   "none (default), host, ns:PATH, container:NAME, veth, macvlan, ipvlan, "
	   "vlan, phys"),
	OPT(0, "dns", "ADDR", set_dns, F(dns), 0, 1, G_NET,
	    "name server, for /etc/resolv.conf", 0, 0, V_RUN),
	OP(0, "publish", "PORT:PORT|ADDR:PORT:PORT[/udp]", OP_PUBLISH, G_NET,
	   "lead a port of the host to the container's first veth"),

	OPT(0, "try", "LIST", set_try, 0, 0, 1, G_OTHER,
	  "go on with a warning where one of these cannot be had", 0, 0, V_RUN),
	OPT('p', "profile", "NAME", set_profile, 0, 0, 1, G_OTHER,
	  "the arguments that config.h has under NAME", 0, 0, V_RUN),
	OPT(0, "help", "", set_flag, F(help), 0, 0, G_OTHER, "this list", 0, 0,
	  0xffff),
	VFLAG('r', "recursive", recursive, "with the groups below",
	      V_LS | V_PS),
	VFLAG('j', "json", json, "as JSON, a line each",
	      V_LS | V_PS | V_STATS | V_NET),
	VFLAG('f', "follow", follow, "refresh every second", V_STATS),
	VFLAG('t', "threads", all, "threads, not processes", V_PS),
	VFLAG('a', "all", all, "every process, not only the first", V_KILL),
	VFLAG('f', "force", follow, "end what runs in it", V_RM),
	OPT('s', "signal", "SIG", set_signal, F(stop_signal), 0, 0, G_OTHER,
	  "what to send (default: KILL)", 0, 0, V_KILL),
	OPT('t', "time", "SEC", set_int, F(timeout), 0, 0, G_OTHER,
	  "how long to wait", 0, 1000000, V_STOP | V_WAIT),
	OPT('s', "state", "STATE", set_str, F(state), 0, 0, G_OTHER,
	  "created, running, paused or stopped (default)", 0, 0, V_WAIT),
	OPT(0, "pressure", "RES:STALL:WINDOW", set_str, F(pressure), 0, 0, G_OTHER,
	  "tell when some task stalled on cpu, memory or io; microseconds", 0, 0,
	  V_EVENTS),
	OPT(0, "memory-above", "SIZE", set_str, F(above), 0, 0, G_OTHER,
	  "tell when memory.current crosses SIZE", 0, 0, V_EVENTS),
};
static_assert(LEN(options) <= 128, "struct ct.seen has a bit for each");

/* The words of a text: quotes, backslash, # comments, newlines are blanks. */
static char **
arg_words(struct ct *ct, char *s, int *count)
{
	char **list = mem_get(ct, (strlen(s) / 2 + 2) * sizeof *list), *w;
	char quote;
	int n = 0;

	if (!list)
		return NULL;
	for (;;) {
		s += strspn(s, " \t\r\n");
		if (*s == '#') {
			s += strcspn(s, "\n");
			continue;
		}
		if (!*s)
			break;
		list[n++] = w = s;
		for (quote = 0; *s && (quote || !strchr(" \t\r\n", *s)); s++) {
			if (*s == quote)
				quote = 0;
			else if (!quote && (*s == '\'' || *s == '"'))
				quote = *s;
			else if (*s == '\\' && quote != '\'' && s[1])
				*w++ = *++s;
			else
				*w++ = *s;
		}
		if (quote) {
			fail_msg(ct, "unclosed %c", quote);
			return NULL;
		}
		if (*s)
			s++;
		*w = '\0';
	}
	list[n] = NULL;
	*count = n;
	return list;
}

/* Puts n words in place of the first of argv. */
static char **
arg_splice(struct ct *ct, char **argv, char **words, int n)
{
	int rest = 0;
	char **v;

	while (argv[1 + rest])
		rest++;
	v = mem_get(ct, (size_t)(n + rest + 1) * sizeof *v);
	if (v) {
		memcpy(v, words, (size_t)n * sizeof *v);
		memcpy(v + n, argv + 1, (size_t)(rest + 1) * sizeof *v);
	}
	return v;
}

static char **
arg_file(struct ct *ct, char **argv)
{
	char *text, **words;
	int n;

	ct->step = *argv;
	text = io_slurp(ct, *argv + 1);
	if (!text) {
		fail_sys(ct, "read");
		return NULL;
	}
	words = arg_words(ct, text, &n);
	return words ? arg_splice(ct, argv, words, n) : NULL;
}

static char **
arg_profile(struct ct *ct, char **argv, const char *name)
{
	char *words[LEN(profiles[0].args)];
	int n = 0;

	for (size_t i = 0; i < LEN(profiles); i++)
		for (; !strcmp(name, profiles[i].name) && profiles[i].args[n]; n++)
			words[n] = mem_dup(ct, profiles[i].args[n],
			                   strlen(profiles[i].args[n]));
	return arg_splice(ct, argv, words, n);
}

static bool
opt_is_for(const struct opt *o, unsigned verb)
{
	return o->verbs & verb;
}

static const struct opt *
opt_find(const struct ct *ct, const char *name, size_t len, char letter)
{
	for (size_t i = 0; i < LEN(options); i++)
		if (opt_is_for(&options[i], ct->verb) && (letter ? options[i].letter == letter :
		    !strncmp(options[i].name, name, len) && !options[i].name[len]))
			return &options[i];
	return NULL;
}

/* One option: argv[0] is its text, *value what came with it or NULL. Returns
 * how many further elements were used, or -1. */
static int
opt_apply(struct ct *ct, const struct opt *o, char *value, char *next)
{
	size_t i = (size_t)(o - options);
	const char *meta = text_nth(o->name, 1);
	bool optional = *meta == '[';
	int used = 0;

	ct->step = mem_printf(ct, "--%s", o->name);
	if (!*meta && value)
		return fail_msg(ct, "takes no value");
	if (*meta && !optional && !value) {
		if (!next)
			return fail_msg(ct, "needs a value: %s", meta);
		value = next;
		used = 1;
	}
	if (!o->many && !ct->from_record && ct->seen[i / 64] >> i % 64 & 1)
		return fail_msg(ct, "given twice");
	ct->seen[i / 64] |= (uint64_t)1 << i % 64;
	if (value && !(value = mem_dup(ct, value, strlen(value))))
		return -1;
	return o->set(ct, o, value) < 0 ? -1 : used;
}

/* -abc VALUE, -aVALUE */
static int
opt_letters(struct ct *ct, char **argv)
{
	const struct opt *o;

	for (char *s = *argv + 1; *s; s++) {
		o = opt_find(ct, "", 0, *s);
		if (!o) {
			ct->step = mem_printf(ct, "-%c", *s);
			return fail_msg(ct, "no such option");
		}
		if (*text_nth(o->name, 1) && *text_nth(o->name, 1) != '[')
			return opt_apply(ct, o, s[1] ? s + 1 : NULL, argv[1]);
		if (opt_apply(ct, o, NULL, NULL) < 0)
			return -1;
	}
	return 0;
}

/* Keeps an argument for the record; more than fit are not recorded. */
static void
arg_keep(struct ct *ct, char *arg)
{
	if (!ct->args)
		ct->args = mem_get(ct, (ARGS_MAX + 1) * sizeof *ct->args);
	if (ct->args && ct->nargs < ARGS_MAX) {
		ct->args[ct->nargs++] = arg;
		ct->args[ct->nargs] = NULL;
	}
}

/* Options up to the first operand or --; returns what is left, or NULL. */
static char **
opt_parse(struct ct *ct, char **argv)
{
	const struct opt *o;
	int used, inserted = 0;
	char *eq;

	for (; *argv; argv++) {
		if (**argv == '@' && (*argv)[1]) {
			if (++inserted > 16) {
				ct->step = *argv;
				fail_msg(ct, "argument files lead to each other");
				return NULL;
			}
			if (!(argv = arg_file(ct, argv)))
				return NULL;
			argv--;
			continue;
		}
		if (**argv != '-' || !(*argv)[1])
			return argv;
		if (!strcmp(*argv, "--"))
			return argv + 1;
		if ((*argv)[1] == '-') {
			eq = strchr(*argv, '=');
			o = opt_find(ct, *argv + 2, eq ? (size_t)(eq - *argv - 2) :
			             strlen(*argv + 2), 0);
			if (!o) {
				ct->step = *argv;
				fail_msg(ct, "no such option");
				return NULL;
			}
			used = opt_apply(ct, o, eq ? eq + 1 : NULL, argv[1]);
		} else {
			used = opt_letters(ct, argv);
		}
		if (used < 0)
			return NULL;
		if (ct->profile) {
			argv = arg_profile(ct, argv + used, ct->profile);
			ct->profile = NULL;
			if (!argv || ++inserted > 16) {
				fail_msg(ct, "profiles lead to each other");
				return NULL;
			}
			argv--;
			continue;
		}
		for (int i = 0; i <= used; i++)
			arg_keep(ct, argv[i]);
		argv += used;
	}
	return argv;
}
