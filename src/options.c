/* SPDX-License-Identifier: ISC */
/* The one table of options, which drives parser, help and completion. */

/* The form of value that each limit has. */
static int (*const limit_sets[LIM_MAX])(struct ct *, struct op *, char *) = {
	[LIM_MEMORY] = lim_size, [LIM_MEMORY_HIGH] = lim_size, [LIM_SWAP] = lim_size,
	[LIM_CPUS] = lim_cpus, [LIM_CPU_WEIGHT] = lim_weight, [LIM_CPUSET] = lim_set,
	[LIM_PIDS] = lim_pids, [LIM_IO] = lim_io, [LIM_CGROUP] = lim_raw,
};

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

/* Adds an operation to the list, with what its parser makes of the value. */
static int
set_op(struct ct *ct, const struct opt *o, char *value)
{
	static int (*const parse[])(struct ct *, struct op *, char *) = {
		[OP_BIND] = op_bind, [OP_TMPFS] = op_tmpfs, [OP_MOUNT] = op_mount,
		[OP_MASK] = op_mask, [OP_RO] = op_mask, [OP_SYMLINK] = op_symlink,
		[OP_FILE] = op_file, [OP_DEVICE] = op_device, [OP_ENV] = op_env,
		[OP_RLIMIT] = op_rlimit, [OP_SYSCTL] = op_sysctl,
		[OP_KEEPFD] = op_keepfd, [OP_NET] = op_net, [OP_NS] = WITH(HAVE_JOIN, op_ns),
		[OP_OFFSET] = op_offset, [OP_UIDMAP] = op_idmap,
		[OP_GIDMAP] = op_idmap, [OP_PUBLISH] = WITH(HAVE_NAT, op_publish),
	};
	struct op *op;

	if (!parse[o->op])
		return fail_msg(ct, "%s", not_built);
	if (op_add(ct, o->op, &op) < 0)
		return -1;
	return parse[o->op](ct, op, value);
}

static int
set_limit(struct ct *ct, const struct opt *o, char *value)
{
	struct op *op;

	if (ct->from_record)            /* they hold for the cgroup already */
		return 0;
	if (op_add(ct, OP_LIMIT, &op) < 0)
		return -1;
	op->set.key = limit_files[o->limit];
	if (!strcmp(value, "max"))      /* a new cgroup has no limit */
		return 0;
	op->set.value = value;
	return limit_sets[o->limit](ct, op, value);
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

#define AT(field) .off = offsetof(struct ct, field)
#define FLAG(field) set_flag, AT(field)
#define STR(field) set_str, AT(field)
#define INT(field, lo, hi) set_int, AT(field), .min = lo, .max = hi
#define OP(kind) set_op, .op = kind, .many = true
#define LIMIT(i) set_limit, .limit = i, .verbs = V_RUN | V_CREATE
#define LIST .many = true
#define BOTH .verbs = V_RUN | V_EXEC

/* In the order of the help; a row without a name is a heading, one without verbs
 * is an option of `ct run`. */
static const struct opt options[] = {
	{ .help = "identity" },
	{ 'n', "name", "NAME", "container's name (default: a random one)", set_name, AT(name) },
	{ 0, "pidfile", "FILE", "write the command's pid to FILE, remove it at the end", STR(pidfile) },
	{ 0, "ready-fd", "N", "write a newline to file descriptor N once the command runs",
	  set_fd, AT(ready_fd), .max = 1 << 20 },
	{ 0, "info-fd", "N", "write a line of JSON to N: name, pid, cgroup, namespaces",
	  set_fd, AT(info_fd), .max = 1 << 20 },
	{ 0, "timeout", "SEC", "end it after SEC seconds, with status 124", INT(timeout, 1, 1000000) },
	{ 0, "stop-signal", "SIG", "signal that asks it to end (default: TERM)",
	  set_signal, AT(stop_signal) },
	{ 0, "stop-timeout", "SEC", "seconds from that signal to SIGKILL",
	  INT(stop_timeout, 0, 86400) },
	{ 'd', "detach", "", "return once the command runs, print the name", FLAG(detach), BOTH },
	{ 0, "hold", "", "stop just before the command until `ct start`", FLAG(hold) },
	{ 0, "replace", "", "end one of that name first, as ct stop does",
	  WITH(HAVE_SIGNAL, set_flag), AT(replace) },
	{ 0, "restart", "POLICY", "start it again: no, on-failure[:N], always, reboot",
	  WITH(HAVE_RESTART, set_restart), AT(restart) },
	{ 0, "on-start", "CMD", "run sh -c CMD outside first, with CT_NAME and CT_PID", STR(on_start) },
	{ 0, "on-exit", "CMD", "the same after it ended", STR(on_exit) },
	{ 0, "dry-run", "", "print the steps, do nothing", FLAG(dry_run) },
	{ 'V', "verbose", "", "print each step with its time in microseconds", FLAG(verbose) },

	{ .help = "output" },
	{ 't', "tty", "", "a terminal of its own (by itself in a terminal's foreground)",
	  WITH(HAVE_TERMINAL, set_flag), AT(tty), BOTH },
	{ 0, "no-tty", "", "none", FLAG(no_tty), BOTH },

	{ .help = "root" },
	{ 'r', "root", "DIR", "root file system (default: the host's, read-only)", STR(root) },
	{ 'R', "read-only", "", "make the root read-only", FLAG(read_only) },
	{ 0, "idmap-root", "", "show the root's owners by the map of --userns", FLAG(idmap_root) },
	{ 0, "root-slave", "", "show in the root what the host mounts there later",
	  FLAG(root_slave) },
	{ 0, "overlay", "[=DIR]", "lay a writable layer over the root: in memory, or kept in DIR",
	  WITH(HAVE_OVERLAY, set_overlay), AT(overlay) },

	{ .help = "mounts, in the order given" },
	{ 'v', "volume", "SRC[:DST[:OPT,...]]", "bind SRC (ro rec noexec idmap copy rslave ...)",
	  OP(OP_BIND) },
	{ 0, "tmpfs", "DST[:size=,mode=]", "mount an empty tmpfs", OP(OP_TMPFS) },
	{ 0, "mount", "TYPE:SRC:DST[:OPT,...]", "mount any file system", OP(OP_MOUNT) },
	{ 0, "mask", "PATH", "hide PATH", OP(OP_MASK) },
	{ 0, "ro-path", "PATH", "make PATH read-only", OP(OP_RO) },
	{ 0, "symlink", "TARGET:DST", "make a symbolic link at DST", OP(OP_SYMLINK) },
	{ 0, "file", "DST=TEXT", "make a read-only file with this text", OP(OP_FILE) },
	{ 0, "device", "/dev/NAME[:rwm]", "add a device of the host to /dev", OP(OP_DEVICE) },
	{ 'w', "workdir", "DIR", "start in DIR (default: /, or the caller's on the host's root)",
	  STR(workdir), BOTH },

	{ .help = "namespaces" },
	{ 0, "share", "LIST", "keep the caller's user,mnt,pid,net,ipc,uts,cgroup",
	  set_ns, AT(share), LIST },
	{ 0, "unshare", "LIST", "create new namespaces: user,time,...", set_ns, AT(unshare), LIST },
	{ 0, "ns", "TYPE=PATH", "join the namespace at PATH", OP(OP_NS) },
	{ 'U', "userns", "[=MAP]", "new user namespace; MAP as --uidmap, for users and groups",
	  set_userns, AT(unshare) },
	{ 0, "uidmap", "IN:OUT:COUNT", "map users", OP(OP_UIDMAP) },
	{ 0, "gidmap", "IN:OUT:COUNT", "map groups", OP(OP_GIDMAP) },
	{ 'h', "hostname", "NAME", "host name (default: the container's name)",
	  set_host, AT(hostname) },
	{ 0, "domainname", "NAME", "NIS domain name", set_host, AT(domainname) },
	{ 0, "time-offset", "CLOCK=SEC", "shift monotonic or boottime", OP(OP_OFFSET) },
	{ 0, "sysctl", "KEY=VALUE", "set a sysctl of a private namespace", OP(OP_SYSCTL) },

	{ .help = "limits (cgroup2)" },
	{ 'm', "memory", "SIZE", "memory.max; K, M, G, T or max", LIMIT(LIM_MEMORY) },
	{ 0, "memory-high", "SIZE", "memory.high: slow down above", LIMIT(LIM_MEMORY_HIGH) },
	{ 0, "swap", "SIZE", "memory.swap.max", LIMIT(LIM_SWAP) },
	{ 0, "cpus", "N", "processors' worth of time, such as 0.5", LIMIT(LIM_CPUS) },
	{ 0, "cpu-weight", "N", "share of time, 1 to 10000", LIMIT(LIM_CPU_WEIGHT) },
	{ 0, "cpuset", "LIST", "processors to run on", LIMIT(LIM_CPUSET) },
	{ 0, "pids", "N", "most processes and threads, or max", LIMIT(LIM_PIDS) },
	{ 0, "io", "DEV:KEY=VALUE,...", "io.max of a block device: rbps, wbps, riops, wiops",
	  LIMIT(LIM_IO), LIST },
	{ 0, "cgroup", "FILE=VALUE", "any file of the cgroup", LIMIT(LIM_CGROUP), LIST },
	{ 0, "delegate", "", "let it make cgroups of its own in /sys/fs/cgroup", FLAG(delegate) },

	{ .help = "process" },
	{ 'u', "user", "USER[:GROUP[,GROUP...]]", "run as, names from the container's passwd and group",
	  STR(user), BOTH },
	{ 'e', "env", "NAME[=VALUE]", "set a variable, or copy the caller's", OP(OP_ENV), BOTH },
	{ 0, "keep-env", "", "keep the caller's environment", FLAG(keep_env), BOTH },
	{ 0, "rlimit", "NAME=SOFT[:HARD]", "resource limit, setrlimit(2)", OP(OP_RLIMIT) },
	{ 0, "nice", "N", "scheduling priority", INT(nice, -20, 19) },
	{ 0, "oom-score", "N", "oom_score_adj, proc(5)", INT(oom, -1000, 1000) },
	{ 0, "cpu-sched", "POLICY[:PRIO]", "other, batch, idle, fifo:PRIO, rr:PRIO",
	  set_sched, AT(sched) },
	{ 0, "init", "", "run a reaper as pid 1", FLAG(init) },
	{ 0, "keep-fd", "N", "leave file descriptor N open; LISTEN_FDS are left too", OP(OP_KEEPFD) },
	{ 0, "umask", "MODE", "octal (default: 022)", set_octal, AT(umask) },

	{ .help = "privilege" },
	{ 0, "cap-add", "CAP", "add a capability, or ALL", set_cap, AT(cap_add), LIST, BOTH },
	{ 0, "cap-drop", "CAP", "drop one of the default ones, or ALL", set_cap, AT(cap_drop), LIST },
	{ 0, "privileged", "", "all capabilities, no masks, no seccomp: no boundary",
	  FLAG(privileged) },
	{ 0, "allow-new-privs", "", "let set-uid programs work", FLAG(allow_new_privs) },
	{ 0, "seccomp", "default|none|FILE", "filter of system calls; FILE: compiled BPF",
	  set_seccomp, LIST },
	{ 0, "syscall", "[+|-|!]NAME[=ERRNO],...", "allow, refuse (EPERM), or kill at these calls",
	  set_syscall, LIST, BOTH },
	{ 0, "label", "LABEL", "AppArmor profile or SELinux label", STR(label) },

	{ .help = "network" },
	{ 0, "net", "KIND[,KEY=VALUE...]",
	  "none (default), host, ns:PATH, container:NAME, veth, macvlan, ipvlan, vlan, phys",
	  OP(OP_NET) },
	{ 0, "dns", "ADDR", "name server, for /etc/resolv.conf", set_dns, LIST },
	{ 'p', "publish", "[ADDR:]PORT:PORT[/tcp|/udp]",
	  "forward a host port to the container's first veth", OP(OP_PUBLISH) },

	{ .help = "other" },
	{ 0, "try", "LIST", "warn instead of failing if unavailable", set_try, LIST },
	{ 0, "profile", "NAME", "the arguments that config.h has under NAME", set_profile, LIST },
	{ 'i', "interactive", "", "ignored: input is always connected", set_nothing, LIST, BOTH },
	{ 0, "rm", "", "ignored: it is always removed", set_nothing, LIST },
	{ 0, "help", "", "show this list", FLAG(help), .verbs = V_RUN },
	{ 'h', "help", "", "show this list", FLAG(help), .verbs = S_INSIDE - 1 - V_RUN },
	{ 'r', "recursive", "", "with those below", FLAG(recursive), .verbs = V_LS | V_PS },
	{ 'j', "json", "", "as JSON, a line each", FLAG(json),
	  .verbs = V_LS | V_PS | V_STATS | V_NET | V_CHECK },
	{ 'f', "follow", "", "refresh every second", FLAG(follow), .verbs = V_STATS },
	{ 't', "threads", "", "threads, not processes", FLAG(threads), .verbs = V_PS },
	{ 'a', "all", "", "every process, not only the first", FLAG(all), .verbs = V_KILL },
	{ 'f', "force", "", "end what runs in it", FLAG(force), .verbs = V_RM },
	{ 'f', "force", "", "memory below what is in use too: the kernel may end it",
	  FLAG(force), .verbs = V_SET },
	{ 's', "signal", "SIG", "what to send (default: KILL)",
	  set_signal, AT(kill_signal), .verbs = V_KILL },
	{ 't', "time", "SEC", "how long to wait", INT(wait_sec, 0, 1000000), .verbs = V_STOP | V_WAIT },
	{ 's', "state", "STATE", "created, running, paused or stopped (default)",
	  STR(state), .verbs = V_WAIT },
	{ 0, "pressure", "RES:STALL:WINDOW",
	  "tell when some task stalled on cpu, memory or io; microseconds",
	  STR(pressure), .verbs = V_EVENTS },
	{ 0, "memory-above", "SIZE", "tell when memory.current crosses SIZE",
	  STR(above), .verbs = V_EVENTS },
};
static_assert(LEN(options) <= 192, "struct ct.seen has a bit for each");

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
			words[n] = mem_dup(ct, profiles[i].args[n], strlen(profiles[i].args[n]));
	return arg_splice(ct, argv, words, n);
}

static bool
opt_is_for(const struct opt *o, unsigned verb)
{
	return o->name && (o->verbs ? o->verbs : V_RUN) & verb;
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

/* main() looks for what was meant. */
static int
opt_unknown(struct ct *ct, char *arg, const char *what)
{
	ct->step = ct->unknown = arg;
	return fail_msg(ct, "no such %s", what);
}

/* One option: argv[0] is its text, *value what came with it or NULL. Returns
 * how many further elements were used, or -1. */
static int
opt_apply(struct ct *ct, const struct opt *o, char *value, char *next)
{
	size_t i = (size_t)(o - options);
	const char *meta = o->meta;
	bool optional = !strncmp(meta, "[=", 2);
	int used = 0;

	ct->step = mem_printf(ct, "--%s", o->name);
	ct->opt = o;
	if (!o->set)
		return fail_msg(ct, "%s", not_built);
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
	ct->given = value;
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
		if (!o)
			return opt_unknown(ct, mem_printf(ct, "-%c", *s), "option");
		if (*o->meta && strncmp(o->meta, "[=", 2))
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
				opt_unknown(ct, *argv, "option");
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
