/* SPDX-License-Identifier: ISC */
/* The one table of options, which drives parser, help and completion. */

/* The parser for each limit's value. */
static int (*const limit_sets[LIM_MAX])(struct ct *, struct op *, char *) = {
	[LIM_MEMORY] = lim_size, [LIM_MEMORY_HIGH] = lim_size, [LIM_SWAP] = lim_size,
	[LIM_CPUS] = lim_cpus, [LIM_CPU_WEIGHT] = lim_num, [LIM_CPUSET] = lim_set,
	[LIM_PIDS] = lim_num, [LIM_IO] = lim_io, [LIM_CGROUP] = lim_raw,
};

/* Is it on the command line itself, not in a file or profile? */
static bool
arg_own(const struct ct *ct, const char *arg)
{
	return !ct->words_len || (arg >= ct->words && arg < ct->words + ct->words_len);
}

/* The key, and its length; NULL if the parser failed before it. */
static const char *
op_key(const struct op *op, size_t *len)
{
	const char *key = op->kind <= OP_FILE ? op->mnt.dst : op->kind == OP_RLIMIT ?
	                  op->rlimit.name : op->kind == OP_SYSCTL || op->kind == OP_OFFSET ?
	                  op->set.key : op->env;

	*len = !key ? 0 : op->kind <= OP_FILE ? strlen(key) : strcspn(key, "=");
	return key;
}

/* Is this one of a file, and does the command line itself say something else about its key? */
static bool
op_overridden(const struct ct *ct, const struct op *op)
{
	size_t n, m;
	const char *key;

	if (!HAVE_FILES || !ct->opt->keyed || arg_own(ct, ct->given) || !(key = op_key(op, &n)))
		return false;
	for (const struct op *o = ct->own_ops; o; o = o->next)
		if ((o->kind == op->kind || (o->kind <= OP_FILE && op->kind <= OP_FILE)) &&
		    !strncmp(op_key(o, &m), key, n) && m == n)
			return true;
	return false;
}

/* Adds an operation to the list, with what its parser makes of the value. Returns 1 for one
 * of a file that the command line overrides. */
static int
set_op(struct ct *ct, char *value)
{
	static int (*const parse[])(struct ct *, struct op *, char *) = {
		[OP_BIND] = op_bind, [OP_TMPFS] = op_tmpfs, [OP_ENV] = op_text, [OP_NET] = op_net,
		[OP_MOUNT] = WITH(HAVE_MOUNTS, op_mount), [OP_MASK] = WITH(HAVE_MOUNTS, op_mask),
		[OP_RO] = WITH(HAVE_MOUNTS, op_mask), [OP_SYMLINK] = WITH(HAVE_MOUNTS, op_symlink),
		[OP_FILE] = WITH(HAVE_MOUNTS, op_file), [OP_DEVICE] = WITH(HAVE_MOUNTS, op_device),
		[OP_RULE] = WITH(HAVE_DEVICES, op_rule), [OP_NS] = WITH(HAVE_JOIN, op_ns),
		[OP_ANNOTATE] = WITH(HAVE_TELL, op_text), [OP_ON_START] = WITH(HAVE_HOOKS, op_text),
		[OP_ON_READY] = WITH(HAVE_HOOKS, op_text), [OP_ON_EXIT] = WITH(HAVE_HOOKS, op_text),
		[OP_RLIMIT] = WITH(HAVE_PROCESS, op_rlimit),
		[OP_SYSCTL] = WITH(HAVE_PROCESS, op_sysctl),
		[OP_OFFSET] = WITH(HAVE_PROCESS, op_offset),
		[OP_KEEPFD] = WITH(HAVE_PROCESS, op_keepfd),
		[OP_UIDMAP] = WITH(HAVE_USERNS, op_idmap),
		[OP_GIDMAP] = WITH(HAVE_USERNS, op_idmap),
		[OP_PUBLISH] = WITH(HAVE_NAT, op_publish),
	};
	const enum op_kind kind = ct->opt->op;
	struct op *op, **end = ct->ops_end;
	int r;

	if (!parse[kind])
		return fail_msg(ct, "%s", not_built);
	if (op_add(ct, kind, &op) < 0)
		return -1;
	r = parse[kind](ct, op, value);
	if (op_overridden(ct, op)) {
		err_forget(ct);
		*end = NULL;
		ct->ops_end = end;
		return 1;
	}
	return r;
}

static int
set_limit(struct ct *ct, char *value)
{
	const unsigned i = ct->opt->op;
	struct op *op;

	if (ct->from_record)            /* the cgroup has them already */
		return 0;
	if (op_add(ct, OP_LIMIT, &op) < 0)
		return -1;
	op->set.key = limit_files[i];
	if (!strcmp(value, "max"))      /* a new cgroup has no limit */
		return 0;
	op->set.value = value;
	return limit_sets[i](ct, op, value);
}

/* --userns[=MAP]: the same ranges for users and groups */
static int
set_userns(struct ct *ct, char *value)
{
	char *map;

	ct->unshare |= FEAT_USER;
	while ((map = text_next(&value, ',')) && *map) {
		struct op *u, *g;

		if (op_add(ct, OP_UIDMAP, &u) < 0 || op_idmap(ct, u, map) < 0 ||
		    op_add(ct, OP_GIDMAP, &g) < 0)
			return -1;
		g->idmap = u->idmap;
	}
	return 0;
}

#define OPT(chr, word, arg, text, ...) \
	{ .name = word, .meta = arg, .help = HELP(text), .letter = chr, .set = __VA_ARGS__ }
#define AT(field) .off = offsetof(struct ct, field)
#define FLAG(field) set_flag, AT(field)
#define STR(field) set_str, AT(field)
#define INT(field, range) set_int, AT(field), .op = range
#define OP(kind) set_op, .op = kind, .many = true
#define KEYED(kind) OP(kind), .keyed = true
#define LIMIT(i) WITH(HAVE_A_LIMIT, set_limit), .op = i, .verbs = V_RUN | V_CREATE
#define LIST .many = true
#define BOTH .verbs = V_BOTH

/* In the order of the help; a row without a name is a heading, one without verbs
 * is an option of `ct run`. */
static const struct opt options[] = {
	{ .help = "identity" },
	OPT('n', "name", "NAME", "container's name (default: a random one)", set_name, AT(name)),
	OPT(0, "pidfile", "FILE", "write the command's pid to FILE, remove it at the end",
	  WITH(HAVE_TELL, set_str), AT(pidfile), BOTH),
	OPT(0, "ready-fd", "N", "write a newline to file descriptor N once the command runs",
	  WITH(HAVE_TELL, set_fd), AT(ready_fd), .op = R_FD),
	OPT(0, "info-fd", "N", "write a line of JSON to N: name, pid, cgroup, namespaces",
	  WITH(HAVE_TELL, set_fd), AT(info_fd), .op = R_FD, BOTH),
	OPT(0, "timeout", "SEC", "end it after SEC seconds, with status 124",
	  set_timeout, AT(timeout), .op = R_TIMEOUT),
	OPT(0, "stop-signal", "SIG", "signal that asks it to end (default: TERM)",
	  set_signal, AT(stop_signal)),
	OPT(0, "stop-timeout", "SEC", "seconds from that signal to SIGKILL",
	  INT(stop_timeout, R_DAY)),
	OPT(0, "pdeathsig", "SIG", "signal to the command if ct is killed (default: KILL)",
	  set_signal, AT(death_signal), BOTH),
	OPT('d', "detach", "", "return once the command runs, print the name",
	  WITH(HAVE_DETACH, set_flag), AT(detach), BOTH),
	OPT(0, "hold", "", "wait for `ct start` before the command runs", FLAG(hold)),
	OPT(0, "replace", "", "first stop one of that name, as ct stop does",
	  WITH(HAVE_SIGNAL, set_flag), AT(replace)),
	OPT(0, "restart", "POLICY", "start it again: no, on-failure[:N], always, reboot",
	  WITH(HAVE_RESTART, set_restart), AT(restart)),
	OPT(0, "annotate", "KEY=VALUE", "keep this in its record, for inspect and ls -j",
	  KEYED(OP_ANNOTATE)),
	OPT(0, "on-start", "CMD",
	  "first run sh -c CMD outside, with the state as JSON on stdin", OP(OP_ON_START)),
	OPT(0, "on-ready", "CMD", "the same once the command runs", OP(OP_ON_READY)),
	OPT(0, "on-exit", "CMD", "the same after it ends, with its status", OP(OP_ON_EXIT)),
	OPT(0, "dry-run", "", "print the steps, do nothing",
	  WITH(HAVE_HELP, set_flag), AT(dry_run)),
	OPT('V', "verbose", "", "print each step with its time in microseconds", FLAG(verbose)),

	{ .help = "output" },
	OPT('t', "tty", "", "a terminal of its own (default in a terminal's foreground)",
	  WITH(HAVE_TERMINAL, set_flag), AT(tty), BOTH),
	OPT(0, "no-tty", "", "no terminal", FLAG(no_tty), BOTH),
	OPT(0, "log", "FILE|kmsg|syslog|ring[:SIZE]",
	  "where output goes (run -d: ring, see ct logs)",
	  WITH(HAVE_LOG, set_log), BOTH),

	{ .help = "root" },
	OPT('r', "root", "DIR|IMAGE", "root file system (default: the host's, read-only)",
	  STR(root)),
	OPT(0, "verity", "HASH[:OFFSET]", "check the image against this root hash, dm-verity",
	  WITH(HAVE_IMAGE, set_verity), AT(verity)),
	OPT('R', "read-only", "", "make the root read-only", FLAG(read_only)),
	OPT(0, "idmap-root", "", "show the root's owners mapped by --userns", FLAG(idmap_root)),
	OPT(0, "root-slave", "", "let later mounts of the host appear in it", FLAG(root_slave)),
	OPT(0, "overlay", "[=DIR]", "lay a writable layer over the root: in memory, or kept in DIR",
	  WITH(HAVE_OVERLAY, set_overlay), AT(overlay)),

	{ .help = "mounts, in the order given" },
	OPT('v', "volume", "SRC[:DST[:OPT,...]]", "bind SRC (ro rec noexec idmap copy rslave ...)",
	  KEYED(OP_BIND)),
	OPT(0, "tmpfs", "DST[:size=,mode=]", "mount an empty tmpfs", KEYED(OP_TMPFS)),
	OPT(0, "mount", "TYPE:SRC:DST[:OPT,...]", "mount any file system", KEYED(OP_MOUNT)),
	OPT(0, "mask", "PATH", "hide PATH", OP(OP_MASK)),
	OPT(0, "ro-path", "PATH", "make PATH read-only", OP(OP_RO)),
	OPT(0, "symlink", "TARGET:DST", "make a symbolic link at DST", KEYED(OP_SYMLINK)),
	OPT(0, "file", "DST=TEXT", "make a read-only file with this text", KEYED(OP_FILE)),
	OPT(0, "device", "SRC[:DST][:rwm]",
	  "add a host device, or a directory of them, to /dev", OP(OP_DEVICE)),
	OPT(0, "device-rule", "'a|b|c MAJOR:MINOR rwm'", "allow these devices; * is any number",
	  OP(OP_RULE)),
	OPT('w', "workdir", "DIR", "start in DIR (default: /, or the caller's on the host's root)",
	  set_workdir, BOTH),

	{ .help = "namespaces" },
	OPT(0, "share", "LIST", "keep the caller's user,mnt,pid,net,ipc,uts,cgroup",
	  set_names, AT(share), LIST),
	OPT(0, "unshare", "LIST", "create new namespaces: user,time,...",
	  set_names, AT(unshare), LIST),
	OPT(0, "ns", "TYPE=PATH", "join the namespace at PATH", OP(OP_NS)),
	OPT('U', "userns", "[=MAP]", "new user namespace; MAP is both --uidmap and --gidmap",
	  WITH(HAVE_USERNS, set_userns), AT(unshare)),
	OPT(0, "uidmap", "IN:OUT:COUNT", "map users", OP(OP_UIDMAP)),
	OPT(0, "gidmap", "IN:OUT:COUNT", "map groups", OP(OP_GIDMAP)),
	OPT('h', "hostname", "NAME", "host name (default: the container's name)",
	  set_host, AT(hostname)),
	OPT(0, "domainname", "NAME", "NIS domain name", set_host, AT(domainname)),
	OPT(0, "time-offset", "CLOCK=SEC", "shift monotonic or boottime", KEYED(OP_OFFSET)),
	OPT(0, "sysctl", "KEY=VALUE", "set a sysctl of a private namespace", KEYED(OP_SYSCTL)),

	{ .help = "limits (cgroup2)" },
	OPT('m', "memory", "SIZE", "memory.max; K, M, G, T or max", LIMIT(LIM_MEMORY)),
	OPT(0, "memory-high", "SIZE", "memory.high: throttle above", LIMIT(LIM_MEMORY_HIGH)),
	OPT(0, "swap", "SIZE", "memory.swap.max", LIMIT(LIM_SWAP)),
	OPT(0, "cpus", "N", "CPU time in processors, such as 0.5", LIMIT(LIM_CPUS)),
	OPT(0, "cpu-weight", "N", "share of time, 1 to 10000", LIMIT(LIM_CPU_WEIGHT)),
	OPT(0, "cpuset", "LIST", "processors to run on", LIMIT(LIM_CPUSET)),
	OPT(0, "pids", "N", "process and thread limit, or max", LIMIT(LIM_PIDS)),
	OPT(0, "io", "DEV:KEY=VALUE,...", "io.max of a block device: rbps, wbps, riops, wiops",
	  LIMIT(LIM_IO), LIST),
	OPT(0, "cgroup", "FILE=VALUE", "any file of the cgroup", LIMIT(LIM_CGROUP), LIST),
	OPT(0, "delegate", "", "let it make cgroups of its own in /sys/fs/cgroup", FLAG(delegate)),

	{ .help = "process" },
	OPT('u', "user", "USER[:GROUP[,GROUP...]]",
	  "run as USER, from the container's passwd and group", STR(user), BOTH),
	OPT('e', "env", "NAME[=VALUE]", "set a variable, or copy the caller's",
	  KEYED(OP_ENV), BOTH),
	OPT(0, "keep-env", "", "keep the caller's environment", FLAG(keep_env), BOTH),
	OPT(0, "rlimit", "NAME=SOFT[:HARD]", "resource limit, setrlimit(2)",
	  KEYED(OP_RLIMIT), BOTH),
	OPT(0, "nice", "N", "scheduling priority",
	  WITH(HAVE_PROCESS, set_int), AT(nice), .op = R_NICE, BOTH),
	OPT(0, "oom-score", "N", "oom_score_adj, proc(5)",
	  WITH(HAVE_PROCESS, set_int), AT(oom), .op = R_OOM, BOTH),
	OPT(0, "cpu-sched", "POLICY[:PRIO]", "other, batch, idle, fifo:PRIO, rr:PRIO",
	  WITH(HAVE_PROCESS, set_sched), AT(sched), BOTH),
	OPT(0, "init", "", "run a reaper as pid 1", WITH(HAVE_INIT, set_flag), AT(init)),
	OPT(0, "keep-fd", "N", "keep file descriptor N open; LISTEN_FDS are kept too",
	  OP(OP_KEEPFD), BOTH),
	OPT(0, "umask", "MODE", "octal (default: 022)", set_octal, AT(umask), BOTH),

	{ .help = "privilege" },
	OPT(0, "cap-add", "CAP", "add a capability, or ALL", set_cap, AT(caps.add), LIST, BOTH),
	OPT(0, "cap-drop", "CAP", "drop a default capability, or ALL",
	  set_cap, AT(caps.drop), LIST, BOTH),
	OPT(0, "cap-inheritable", "CAP", "pass it to programs with the same file capability",
	  set_cap, AT(caps.inherit), LIST, BOTH),
	OPT(0, "cap-ambient", "CAP", "pass it to all programs",
	  set_cap, AT(caps.ambient), LIST, BOTH),
	OPT(0, "privileged", "", "all capabilities, no masks, no seccomp: no boundary",
	  FLAG(privileged), BOTH),
	OPT(0, "allow-new-privs", "", "let set-uid programs work", FLAG(allow_new_privs), BOTH),
	OPT(0, "seccomp", "default|none|FILE", "system call filter; FILE: compiled BPF",
	  set_seccomp, LIST, BOTH),
	OPT(0, "syscall", "[+|-|!|?]NAME[=ERRNO],...",
	  "allow, refuse (EPERM), kill on or report these calls",
	  WITH(HAVE_SYSCALL, set_syscall), LIST, BOTH),
	OPT(0, "seccomp-notify", "FD", "send the listener for ?NAME to this UNIX socket",
	  WITH(HAVE_SYSCALL, set_notify), AT(notify_fd), .op = R_FD, BOTH),
	OPT(0, "label", "LABEL", "AppArmor profile or SELinux label", STR(label), BOTH),
	OPT(0, "keep-keyring", "", "keep the caller's session keyring", FLAG(keep_keyring), BOTH),
	OPT(0, "personality", "linux|linux32", "linux32: 32-bit uname",
	  WITH(HAVE_PROCESS, set_linux32), BOTH),

	{ .help = "network" },
	OPT(0, "net", "KIND[,KEY=VALUE...]",
	  "none (default), host, ns:PATH, container:NAME, veth, macvlan, ipvlan, vlan, phys, "
	  "phy=NAME", OP(OP_NET)),
	OPT(0, "dns", "ADDR", "name server, for /etc/resolv.conf", WITH(HAVE_NET, set_dns), LIST),
	OPT('p', "publish", "[ADDR:]PORT:PORT[/tcp|/udp]",
	  "forward a host port to the container's first veth", OP(OP_PUBLISH)),

	{ .help = "other" },
	OPT(0, "try", "LIST", "warn instead of failing if unavailable",
	  set_names, AT(optional), LIST),
	OPT(0, "profile", "NAME", "add the arguments named NAME in config.h",
	  WITH(HAVE_FILES, set_profile), LIST),
	OPT('i', "interactive", "", "ignored: input is always connected", FLAG(unused), LIST, BOTH),
	OPT(0, "rm", "", "ignored: it is always removed", FLAG(unused), LIST),
	OPT(0, "help", "", "show this list", FLAG(help), .verbs = V_RUN),
	OPT('h', "help", "", "show this list", FLAG(help), .verbs = S_INSIDE - 1 - V_RUN),
	OPT('r', "recursive", "", "also those below", FLAG(recursive), .verbs = V_LS | V_PS),
	OPT('j', "json", "", "JSON, one per line", FLAG(json),
	  .verbs = V_LS | V_PS | V_STATS | V_NET | V_CHECK | V_GET),
	OPT('q', "quiet", "", "names only", FLAG(quiet), .verbs = V_LS),
	OPT(0, "oci", "", "state as in the OCI runtime spec", FLAG(oci), .verbs = V_INSPECT),
	OPT(0, "reset", "", "reset what is not named to its default", FLAG(reset),
	  .verbs = V_SET),
	OPT('f', "follow", "", "refresh every second", FLAG(follow), .verbs = V_STATS),
	OPT('f', "follow", "", "print new output until it ends", FLAG(follow),
	  .verbs = V_LOGS),
	OPT(0, "detach-keys", "KEYS", "keys to detach (default: ctrl-p,ctrl-q)",
	  STR(detach_keys), .verbs = V_ATTACH),
	OPT('n', "lines", "N", "the last N lines", INT(lines, R_COUNT), .verbs = V_LOGS),
	OPT('t', "threads", "", "threads, not processes", FLAG(threads), .verbs = V_PS),
	OPT('a', "all", "", "every process, not only the first", FLAG(all), .verbs = V_KILL),
	OPT('f', "force", "", "end what runs in it", FLAG(force), .verbs = V_RM),
	OPT('f', "force", "", "allow memory below usage: the kernel may kill it",
	  FLAG(force), .verbs = V_SET),
	OPT('s', "signal", "SIG", "what to send (default: KILL)",
	  set_signal, AT(kill_signal), .verbs = V_KILL),
	OPT('t', "time", "SEC", "how long to wait", INT(wait_sec, R_COUNT),
	  .verbs = V_STOP | V_WAIT),
	OPT('s', "state", "STATE", "created, running, paused or stopped (default)",
	  STR(state), .verbs = V_WAIT),
	OPT(0, "pressure", "RES:STALL:WINDOW",
	  "report when a task stalls on cpu, memory or io; microseconds",
	  STR(pressure), .verbs = V_EVENTS),
	OPT(0, "memory-above", "SIZE", "report memory.current crossing SIZE",
	  STR(above), .verbs = V_EVENTS),
};
static_assert(LEN(options) <= 192, "struct ct.seen has a bit for each");

/* Splits a text into words: quotes and backslash as in sh(1), # comments, newlines as blanks. */
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
		if (*s == '\\' && s[1] == '\n') {      /* begins no word */
			s += 2;
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
			else if (*s != '\\' || quote == '\'' || !s[1] ||
			         (quote && !strchr("$`\"\\\n", s[1])))
				*w++ = *s;
			else if (*++s != '\n')
				*w++ = *s;
		}
		if (quote)
			return none(fail_msg(ct, "unclosed %c", quote));
		if (*s)
			s++;
		*w = '\0';
	}
	list[n] = NULL;
	*count = n;
	return list;
}

/* A copy of argv with n words in place of `drop` elements from argv[at] on. */
static char **
arg_splice(struct ct *ct, char **argv, size_t at, size_t drop, char **words, size_t n)
{
	size_t rest = at + drop;
	char **v;

	while (argv[rest])
		rest++;
	v = mem_get(ct, (rest + n + 1) * sizeof *v);
	if (v) {
		memcpy(v, argv, at * sizeof *v);
		memcpy(v + at, words, n * sizeof *v);
		memcpy(v + at + n, argv + at + drop, (rest - at - drop + 1) * sizeof *v);
	}
	return v;
}

/* Reads a pipe to its end. */
static char *
arg_pipe(struct ct *ct, int fd, size_t *len)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char *buf = sys_pages(FILE_LIMIT, MAP_PRIVATE), *text = NULL;
	ssize_t n = 1;

	for (*len = 0; buf && n && *len < FILE_LIMIT; *len += n > 0 ? (size_t)n : 0) {
		poll(&p, 1, -1);        /* which SIGCONT interrupts */
		n = read(fd, buf + *len, FILE_LIMIT - *len);
		if (n < 0 && errno != EAGAIN)
			break;
	}
	errno = *len == FILE_LIMIT ? EFBIG : errno;
	if (buf && n == 0)
		text = mem_part(ct, buf, *len);
	if (buf)
		munmap(buf, FILE_LIMIT);
	fd_close(&fd);
	return text;
}

/* Inserts the words of a regular file or, once ct does not execute itself any more, of a pipe:
 * that of the standard input, or of a shell's <(...). */
static char **
arg_file(struct ct *ct, char **argv, size_t at)
{
	char *text, **words;
	size_t len = 0;
	struct stat st;
	int n, fd = -1;

	ct->step = argv[at];
	if (!HAVE_FILES)
		return none(fail_msg(ct, "%s", not_built));
	/* only a pipe is opened here: to close a file may wait for its server */
	if (ct->verb && helper_stat(ct, argv[at] + 1, &st) >= 0 && S_ISFIFO(st.st_mode))
		fd = io_open_given(argv[at] + 1, O_RDONLY);
	if (fd >= 0 && !kfs_fd_is(fd, PIPEFS_MAGIC))
		fd_close(&fd);
	text = ct->failed ? NULL : fd >= 0 ? arg_pipe(ct, fd, &len) :
	       io_slurp(ct, argv[at] + 1, &len);
	if (!text)
		return none(fail_sys(ct, "read"));
	/* after a power failure, say: what follows it would be lost */
	if (strlen(text) < len)
		return none(fail_msg(ct, "has a NUL byte"));
	words = arg_words(ct, text, &n);
	return words ? arg_splice(ct, argv, at, 1, words, (size_t)n) : NULL;
}

static char **
arg_profile(struct ct *ct, char **argv, size_t at, size_t drop)
{
	const char *const *args = profiles[NAME_FIND(profiles, ct->profile)].args;
	char *words[LEN(profiles[0].args)];
	size_t n = 0;

	for (; args[n]; n++)
		words[n] = mem_dup(ct, args[n]);
	ct->profile = NULL;
	return arg_splice(ct, argv, at, drop, words, n);
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

/* Fails for an unknown word; main() looks for what was meant. */
static int
opt_unknown(struct ct *ct, char *arg, const char *what)
{
	ct->step = ct->unknown = arg;
	return fail_msg(ct, "no such %s", what);
}

/* The passes of opt_walk(): to insert files and profiles and note what the command line itself
 * says; with files, to parse what has a key there; to apply. */
enum walk { WALK_INSERT, WALK_OWN, WALK_APPLY };

/* An option as it is given. The command line wins: what a file says as well is skipped. */
struct given {
	bool own;               /* on the command line itself */
	char *value, *next;     /* what came with it, and the argument that follows; or NULL */
	bool skipped;
};

/* Handles one option. Returns how many further elements it used, or -1. */
static int
opt_apply(struct ct *ct, enum walk walk, const struct opt *o, struct given *g)
{
	char *value = g->value;
	size_t i = (size_t)(o - options);
	uint64_t bit = (uint64_t)1 << i % 64, *seen = &ct->seen[i / 64], *by_own = &ct->own[i / 64];
	const char *meta = o->meta;
	bool optional = !strncmp(meta, "[=", 2);
	int used = 0, r;

	ct->step = mem_printf(ct, "--%s", o->name);
	ct->opt = o;
	if (!o->set)
		return fail_msg(ct, "%s", not_built);
	if (!*meta && value)
		return fail_msg(ct, "takes no value");
	if (*meta && !optional && !value) {
		if (!g->next)
			return fail_msg(ct, "needs a value: %s", meta);
		value = g->next;
		used = 1;
	}
	if (walk == WALK_INSERT) {
		if (g->own && !o->many && *by_own & bit)
			return fail_msg(ct, "given twice");
		*by_own |= g->own ? bit : 0;
		/* --timeout is also for what stands before it */
		if (o->set != WITH(HAVE_FILES, set_profile) && !(g->own && o->set == set_timeout))
			return used;
	} else if (walk == WALK_OWN) {
		if (!g->own || !o->keyed)
			return used;
	} else if (!g->own && !o->many && *meta && *by_own & bit) {
		g->skipped = true;
		return used;
	} else if (!o->many && !ct->from_record && *seen & bit && !(*by_own & bit)) {
		return fail_msg(ct, "given twice");
	}
	*seen |= bit;
	ct->given = value;
	if (value && !(value = mem_dup(ct, value)))
		return -1;
	if ((r = o->set(ct, value)) < 0)
		return -1;
	g->skipped = r > 0;
	return used;
}

/* Handles -abc VALUE, -aVALUE. If the last is skipped, only letters before it stay in *argv. */
static int
opt_letters(struct ct *ct, enum walk walk, char **argv, struct given *g)
{
	int used = 0;

	for (char *s = *argv + 1; *s && used == 0; s++) {
		const struct opt *o = opt_find(ct, "", 0, *s);
		bool valued;

		if (!o)
			return opt_unknown(ct, mem_printf(ct, "-%c", *s), "option");
		valued = *o->meta && strncmp(o->meta, "[=", 2);
		g->value = valued && s[1] ? s + 1 : NULL;
		g->next = valued ? argv[1] : NULL;
		used = opt_apply(ct, walk, o, g);
		if (valued && g->skipped)
			*s = '\0';
		if (valued)
			break;
	}
	return used;
}

/* Keeps an argument for the record; more than fit are not recorded. */
static void
arg_keep(struct ct *ct, const char *arg)
{
	const int n = ct->nargs;
	char **more = ct->args;

	if (!(HAVE_RECORD || IN_LIB(ct)) || n == ARGS_MAX)
		return;
	/* room for 64, then twice as many: all at once would move what follows to another page */
	if (!more || (n >= 64 && !(n & (n - 1)))) {
		more = mem_get(ct, ((size_t)(n ? 2 * n : 64) + 1) * sizeof *more);
		if (more && ct->args)
			memcpy(more, ct->args, (size_t)n * sizeof *more);
	}
	if (more) {
		ct->args = more;
		more[ct->nargs++] = (char *)(uintptr_t)arg;
		more[ct->nargs] = NULL;
	}
}

/* Walks through options up to the first operand or --. Returns the operands, with WALK_INSERT
 * the whole list, or NULL. */
static char **
opt_walk(struct ct *ct, enum walk walk, char **first)
{
	const struct opt *o;
	int used, inserted = 0;
	size_t at = 0;
	char *eq, *arg;

	for (; (arg = first[at]); at++) {
		struct given g = { .own = arg_own(ct, arg), .next = first[at + 1] };

		if (walk == WALK_INSERT && *arg == '@' && arg[1]) {
			ct->step = arg;
			if (++inserted > 16)
				return none(fail_msg(ct, "argument files lead to each other"));
			if (!(first = arg_file(ct, first, at--)))
				return NULL;
			continue;
		}
		if (*arg != '-' || !arg[1] || !strcmp(arg, "--"))
			break;
		if (arg[1] == '-') {
			eq = strchr(arg, '=');
			o = opt_find(ct, arg + 2, eq ? (size_t)(eq - arg - 2) : strlen(arg + 2), 0);
			if (!o)
				return none(opt_unknown(ct, arg, "option"));
			g.value = eq ? eq + 1 : NULL;
			used = opt_apply(ct, walk, o, &g);
		} else {
			used = opt_letters(ct, walk, first + at, &g);
		}
		if (used < 0)
			return NULL;
		if (HAVE_FILES && ct->profile) {
			first = arg_profile(ct, first, at--, (size_t)used + 1);
			if (!first || ++inserted > 16)
				return none(fail_msg(ct, "profiles lead to each other"));
			continue;
		}
		if (walk == WALK_APPLY && g.skipped && arg[1] && arg[1] != '-')
			arg_keep(ct, arg);
		for (int i = 0; walk == WALK_APPLY && !g.skipped && i <= used; i++)
			arg_keep(ct, first[at + (size_t)i]);
		at += (size_t)used;
	}
	return walk == WALK_INSERT ? first : first + at + (arg && !strcmp(arg, "--"));
}

/* Applies the options; returns the operands, or NULL. */
static char **
opt_parse(struct ct *ct, char **argv)
{
	char **list = argv;
	struct op **end = ct->ops_end;

	memset(ct->own, 0, sizeof ct->own);
	if (!ct->from_record && !(list = opt_walk(ct, WALK_INSERT, argv)))
		return NULL;
	if (HAVE_FILES && list != argv) {
		if (!opt_walk(ct, WALK_OWN, list))
			return NULL;
		ct->own_ops = *end;
		*end = NULL;
		ct->ops_end = end;
	}
	argv = opt_walk(ct, WALK_APPLY, list);
	ct->own_ops = NULL;
	return argv;
}
