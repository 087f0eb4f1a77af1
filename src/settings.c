/* SPDX-License-Identifier: ISC */
/* A function for each form of option value. */

/* The field that the option fills. */
#define FIELD(ct, type) ((type *)(void *)((char *)(ct) + (ct)->opt->off))

/* "bad value" in the one form that all options share: the parser puts the
 * option's name before it. */
static int
opt_bad(struct ct *ct, const char *value, const char *why)
{
	return fail_msg(ct, "%s: %s", text_shown(value), why);
}

/* The value, as it was given, does not have the form that the option's row states. */
static int
opt_bad_form(struct ct *ct, const char *more)
{
	return fail_msg(ct, "%s: must be %s%s", text_shown(ct->given), ct->opt->meta, more);
}

static int
set_flag(struct ct *ct, char *value)
{
	(void)value;
	*FIELD(ct, bool) = true;
	return 0;
}

static int
set_str(struct ct *ct, char *value)
{
	if (!*value)
		return opt_bad(ct, value, "must not be empty");
	if (strlen(value) >= PATH_MAX)
		return opt_bad(ct, "value", "too long");
	*FIELD(ct, const char *) = value;
	return 0;
}

/* HASH[:OFFSET] */
static int
set_verity(struct ct *ct, char *value)
{
	char *at = text_cut(value, ':');
	size_t n = strlen(value);

	if (n < 64 || n > 128 || n % 2 || strspn(value, "0123456789abcdefABCDEF") != n ||
	    (at && (num_parse(at, 4096, INT64_MAX, &ct->verity_at) < 0 || ct->verity_at % 512)))
		return opt_bad_form(ct, ", 64 to 128 hex digits and bytes");
	return set_str(ct, value);
}

/* --overlay: without a value, the layer is in memory. */
static int
set_overlay(struct ct *ct, char *value)
{
	ct->overlay = "";
	return value ? set_str(ct, value) : 0;
}

/* Ranges of numbers. */
enum { R_COUNT, R_FD, R_TIMEOUT, R_DAY, R_NICE, R_OOM };
static const struct { int min, max; } ranges[] = {
	[R_COUNT] = { 0, 1000000 }, [R_FD] = { 0, 1 << 20 }, [R_TIMEOUT] = { 1, 1000000 },
	[R_DAY] = { 0, 86400 }, [R_NICE] = { -20, 19 }, [R_OOM] = { -1000, 1000 },
};

static int
set_int(struct ct *ct, char *value)
{
	const int min = ranges[ct->opt->op].min, max = ranges[ct->opt->op].max;
	bool neg = min < 0 && *value == '-';
	uint64_t n;

	if (num_parse(value + neg, 0, (uint64_t)(neg ? -min : max), &n) < 0 ||
	    (!neg && (int64_t)n < min))
		return fail_msg(ct, "%s: must be %d to %d", text_shown(value), min, max);
	*FIELD(ct, int) = neg ? -(int)n : (int)n;
	return 0;
}

/* The time runs from here: opening what options name may block, on a dead server say. */
static int
set_timeout(struct ct *ct, char *value)
{
	int r = set_int(ct, value);

	if (r == 0 && !IN_LIB(ct) && !ct->from_record) {
		ct->give_up = now_plus(ct->timeout);
		alarm((unsigned)ct->timeout + 1);       /* for what no helper opens */
	}
	return r;
}

static int
set_fd(struct ct *ct, char *value)
{
	if (set_int(ct, value) < 0)
		return -1;
	if (!ct->from_record && fcntl(*FIELD(ct, int), F_GETFD) < 0)
		return opt_bad(ct, value, "not an open file descriptor");
	return 0;
}

/* --restart: on-failure:N tolerates N failures in a row. */
static int
set_restart(struct ct *ct, char *value)
{
	static const char *const policies[] = {
		[AGAIN_NO] = "no", [AGAIN_ON_FAILURE] = "on-failure",
		[AGAIN_ALWAYS] = "always", [AGAIN_REBOOT] = "reboot",
	};
	char *n = text_cut(value, ':');
	int i = NAME_FIND(policies, value);
	uint64_t most = 0;

	if (i < 0 || (n && (i != AGAIN_ON_FAILURE || num_parse(n, 1, 1000000, &most) < 0)))
		return opt_bad(ct, ct->given, "must be no, on-failure[:N], always or reboot");
	ct->restart = (unsigned char)i;
	ct->restart_most = (int)most;
	return 0;
}

/* --log: kmsg, syslog, ring, or else a file, such as ./ring. */
static int
set_log(struct ct *ct, char *value)
{
	ct->log_kind = !strcmp(value, "kmsg") ? LOG_KMSG : !strcmp(value, "syslog") ? LOG_SYSLOG :
	               strncmp(value, "ring", 4) || (value[4] && value[4] != ':') ? LOG_FILE :
	               LOG_RING;
	ct->log_size = LOG_SIZE;
	if (ct->log_kind == LOG_RING && value[4] &&
	    (num_size(value + 5, &ct->log_size) < 0 || ct->log_size < 4096 ||
	     ct->log_size > 1 << 26))
		return opt_bad(ct, value, "a ring's size is 4K to 64M");
	if (ct->log_kind == LOG_RING && ct->verb == V_EXEC)
		return opt_bad(ct, value, "only `ct run` has it");
	if (ct->log_kind == LOG_FILE && (!*value || strlen(value) >= PATH_MAX))
		return opt_bad(ct, value, "must be a file");
	ct->log_path = value;
	return 0;
}

static int
set_octal(struct ct *ct, char *value)
{
	size_t len = strlen(value);

	if (!len || len > 4 || strspn(value, "01234567") != len)
		return opt_bad(ct, value, "must be octal, 0 to 0777");
	*FIELD(ct, int) = (int)text_scan(value, 8, NULL) & 0777;
	return 0;
}

static int
set_name(struct ct *ct, char *value)
{
	if (HAVE_GROUP ? !name_may_be(value) : !name_ok(value))
		return opt_bad(ct, value, "not a name: letters, digits, _ and -, at most 64, not "
		               "beginning with -; / between levels");
	return set_str(ct, value);
}

static int
set_host(struct ct *ct, char *value)
{
	size_t n = strlen(value);

	if (!n || n > 64 || text_word(value, "-_.") != n || *value == '-' || *value == '.')
		return opt_bad(ct, value, "not a host name (letters, digits, -_., at most 64)");
	return set_str(ct, value);
}

/* A number, a name, or RTMIN+n and RTMAX-n, as glibc and shells count; the last signal is 64, on
 * mips 127. */
static int
sig_parse(const char *s)
{
	uint64_t n;
	bool max;

	if (num_parse(s, 1, _NSIG - 1, &n) == 0)
		return (int)n;
	if (text_begins(s, "sig"))
		s += 3;
	for (size_t i = 0; i < LEN(signals); i++)
		if (!strcasecmp(s, signals[i].name))
			return signals[i].sig;
	max = text_begins(s, "rtmax");
	if (!max && !text_begins(s, "rtmin"))
		return -1;
	s += 5;
	n = 0;
	if (*s && (*s != (max ? '-' : '+') || num_parse(s + 1, 0, 30, &n) < 0))
		return -1;
	return max ? _NSIG - 1 - (int)n : 34 + (int)n;
}

static int
set_signal(struct ct *ct, char *value)
{
	int sig = sig_parse(value);

	if (sig < 0)
		return opt_bad(ct, value, "not a signal (TERM, SIGTERM, 15, RTMIN+3)");
	*FIELD(ct, int) = sig;
	return 0;
}

static const struct { const char *name; unsigned bit; } features[] = {
	{ "userns", FEAT_USER }, { "pidns", FEAT_PID }, { "netns", FEAT_NET },
	{ "ipcns", FEAT_IPC }, { "utsns", FEAT_UTS }, { "cgroupns", FEAT_CGNS },
	{ "timens", FEAT_TIME }, { "cgroup", FEAT_CGROUP | FEAT_LIMITS | FEAT_CGNS },
	{ "limits", FEAT_LIMITS }, { "seal", FEAT_SEAL }, { "keyring", FEAT_KEYRING },
	{ "proc", FEAT_PROC }, { "sys", FEAT_SYS }, { "dev", FEAT_DEV },
	{ "pts", FEAT_PTS }, { "mask", FEAT_MASK }, { "seccomp", FEAT_SECCOMP },
	{ "label", FEAT_LABEL }, { "rlimit", FEAT_RLIMIT }, { "sched", FEAT_SCHED },
	{ "oom", FEAT_OOM }, { "sysctl", FEAT_SYSCTL }, { "devices", FEAT_DEVICES },
	{ "lock", FEAT_LOCK }, { "idmap", FEAT_IDMAP }, { "nic", FEAT_NIC },
	{ "nat", FEAT_NAT },
};

/* --share, --unshare, --try: names, each with its bit. */
static int
set_names(struct ct *ct, char *value)
{
	const bool try = ct->opt->off == offsetof(struct ct, optional);
	char *s;

	while ((s = text_next(&value, ','))) {
		int i = try ? NAME_FIND(features, s) : NAME_FIND(ns_kinds, s);

		if (i < 0)
			return opt_bad(ct, s, try ? "not a feature that ct can do without" :
			               "not one of user, mnt, pid, net, ipc, uts, cgroup, time");
		*FIELD(ct, unsigned) |= try ? features[i].bit : 1u << i;
	}
	return 0;
}

static int
set_cap(struct ct *ct, char *value)
{
	const char *s = text_begins(value, "cap_") ? value + 4 : value;
	const bool add = ct->opt->off == offsetof(struct ct, caps.add);
	int cap = capng_name_to_capability(s);

	if (!strcasecmp(value, "ALL")) {
		if (add)
			ct->caps.all = true;
		else if (ct->opt->off == offsetof(struct ct, caps.drop))
			ct->caps.none = true;
		else
			*FIELD(ct, uint64_t) = UINT64_MAX;
		return 0;
	}
	if (cap < 0)
		return opt_bad(ct, value, "not a capability, see capabilities(7)");
	if (add && !ct->euid && !ct->from_record && sys_prctl(PR_CAPBSET_READ, cap, 0) != 1)
		return opt_bad(ct, value, "ct does not have this capability");
	*FIELD(ct, uint64_t) |= (uint64_t)1 << cap;
	return 0;
}

static int
set_linux32(struct ct *ct, char *value)
{
	ct->linux32 = !strcmp(value, "linux32");
	return ct->linux32 || !strcmp(value, "linux") ? 0 : opt_bad_form(ct, "");
}

/* --seccomp: none, default and files add up. */
static int
set_seccomp(struct ct *ct, char *value)
{
	struct sock_filter *f = ct->filter.prog;
	unsigned was = ct->filter.len, n;
	size_t len;
	char *file;

	if (!strcmp(value, "none") || !strcmp(value, "default")) {
		*(*value == 'n' ? &ct->filter.none : &ct->filter.usual) = true;
		return 0;
	}
	ct->filter.file = true;
	if (ct->from_record)               /* ctr_filter() has it */
		return 0;
	if (!(file = io_slurp(ct, value, &len)))
		return fail_sys(ct, "%s", value);
	if (!len || len % 8 || len / 8 > BPF_MAXINSNS)
		return opt_bad(ct, value, "not compiled BPF: 8 bytes for each of 1 to "
		           "4096 instructions");
	n = (unsigned)len / 8;
	if (!f && !(ct->filter.prog = f = mem_get(ct, SECCOMP_RECORD)))
		return -1;
	if ((was + n + 1) * sizeof *f > SECCOMP_RECORD)
		return opt_bad(ct, value, "all filters together have more than 8190 instructions");
	f[was] = (struct sock_filter){ .k = n };
	memcpy(&f[was + 1], file, n * sizeof *f);
	ct->filter.len = was + n + 1;
	return 0;
}

/* The errno of this name or number, 0 to 4095; -1: none. */
static int
errno_parse(const char *s)
{
	static const struct { char name[7]; unsigned char no; } names[] = {
		{ "EPERM", EPERM }, { "ENOENT", ENOENT }, { "EIO", EIO }, { "EBADF", EBADF },
		{ "EAGAIN", EAGAIN }, { "ENOMEM", ENOMEM }, { "EACCES", EACCES },
		{ "EBUSY", EBUSY }, { "ENODEV", ENODEV }, { "EINVAL", EINVAL },
		{ "ENOSYS", ENOSYS },
	};
	uint64_t n;

	for (size_t i = 0; i < LEN(names); i++)
		if (!strcmp(s, names[i].name))
			return names[i].no;
	return num_parse(s, 0, SC_ERRNO_MAX - SC_ERRNO, &n) < 0 ? -1 : (int)n;
}

/* --syscall: + allows, - refuses, ! kills, ? asks the process with the listener. */
static int
set_syscall(struct ct *ct, char *value)
{
	static const char signs[] = "+-!?";
	static const int whats[] = { SC_ALLOW, SC_ERRNO + EPERM, SC_KILL, SC_NOTIFY };
	char *s, *no;

	while ((s = text_next(&value, ','))) {
		const char *sign = *s ? strchr(signs, *s) : NULL;
		int what, nr;

		s += !!sign;
		no = text_cut(s, '=');
		what = sign ? whats[sign - signs] : no ? SC_ERRNO : SC_ALLOW;
		if (!*s || (no && (what < SC_ERRNO || (what = errno_parse(no)) < 0)))
			return opt_bad_form(ct, no && what < 0 ? ", ERRNO a name or a number" : "");
		what += no ? SC_ERRNO : 0;
		nr = sc_number(s);
		if (what == SC_NOTIFY && (nr == SYS_write || nr == SYS_read))
			return opt_bad(ct, s, "ct itself needs it before anybody can answer");
		if (nr >= 0 && sc_change(ct, nr, what) < 0)
			return -1;
		if (nr < 0 && !ct->from_record)
			ct->no_calls = mem_printf(ct, "%s%s%s", ct->no_calls ? ct->no_calls : "",
			                          ct->no_calls ? ", " : "", s);
	}
	return 0;
}

/* --seccomp-notify; exec does not take over the recorded one. */
static int
set_notify(struct ct *ct, char *value)
{
	int family = 0;
	socklen_t size = sizeof family;

	if (ct->from_record)
		return 0;
	if (set_fd(ct, value) < 0)
		return -1;
	if (getsockopt(ct->notify_fd, SOL_SOCKET, SO_DOMAIN, &family, &size) < 0 ||
	    family != AF_UNIX)
		return opt_bad(ct, value, "not a UNIX socket");
	return 0;
}

static int
set_sched(struct ct *ct, char *value)
{
	static const struct { const char *name; int policy; bool realtime; } kinds[] = {
		{ "other", SCHED_OTHER, false }, { "fifo", SCHED_FIFO, true },
		{ "rr", SCHED_RR, true }, { "batch", SCHED_BATCH, false },
		{ "idle", SCHED_IDLE, false },
	};
	char *prio;
	uint64_t n = 0;
	int i;

	ct->sched = mem_dup(ct, value);
	prio = text_cut(value, ':');
	i = NAME_FIND(kinds, value);
	if (i < 0 || kinds[i].realtime != !!prio || (prio && num_parse(prio, 1, 99, &n) < 0))
		return opt_bad(ct, ct->sched, "must be other, batch, idle, fifo:1-99 or rr:1-99");
	ct->sched_policy = kinds[i].policy;
	ct->sched_prio = (int)n;
	return 0;
}

static int
set_profile(struct ct *ct, char *value)
{
	if (NAME_FIND(profiles, value) < 0)
		return opt_bad(ct, value, "no such profile in config.h");
	ct->profile = value;            /* opt_parse() inserts it */
	return 0;
}

/* --- options that may be repeated --- */

/* An absolute path in the container: no "..", not the root itself; doubled
 * and trailing slashes go. NULL after an error. */
static char *
op_path(struct ct *ct, const char *s)
{
	char *p = mem_get(ct, strlen(s) + 1), *w = p;
	const char *why = *s != '/' ? "must be absolute" :
	                  strlen(s) >= PATH_MAX ? "too long" : NULL;

	for (const char *r = s; p && !why && *r; ) {
		size_t n;

		r += strspn(r, "/");
		n = strcspn(r, "/");
		if (n == 2 && !memcmp(r, "..", 2))
			why = "must not have ..";
		if (n && !(n == 1 && *r == '.')) {
			*w++ = '/';
			memcpy(w, r, n);
			w += n;
		}
		r += n;
	}
	if (p && !why && w == p)
		why = "must not be the root";
	if (!p || why)
		return p ? none(opt_bad(ct, s, why)) : NULL;
	*w = '\0';
	return p;
}

/* --workdir: unlike other paths, may be the root. */
static int
set_workdir(struct ct *ct, char *value)
{
	ct->workdir = *value == '/' && !value[strspn(value, "/")] ? "/" : op_path(ct, value);
	return ct->workdir ? 0 : -1;
}

static const struct { const char *name; unsigned set, clr, opt; }
mount_opts[] = {
	{ "ro", MOUNT_ATTR_RDONLY, 0, 0 }, { "rw", 0, MOUNT_ATTR_RDONLY, 0 },
	{ "noexec", MOUNT_ATTR_NOEXEC, 0, 0 }, { "exec", 0, MOUNT_ATTR_NOEXEC, 0 },
	{ "nosuid", MOUNT_ATTR_NOSUID, 0, 0 }, { "suid", 0, MOUNT_ATTR_NOSUID, 0 },
	{ "nodev", MOUNT_ATTR_NODEV, 0, 0 }, { "dev", 0, MOUNT_ATTR_NODEV, 0 },
	{ "noatime", MOUNT_ATTR_NOATIME, MOUNT_ATTR__ATIME, 0 },
	{ "relatime", MOUNT_ATTR_RELATIME, MOUNT_ATTR__ATIME, 0 },
	{ "strictatime", MOUNT_ATTR_STRICTATIME, MOUNT_ATTR__ATIME, 0 },
	{ "nodiratime", MOUNT_ATTR_NODIRATIME, 0, 0 },
	{ "diratime", 0, MOUNT_ATTR_NODIRATIME, 0 },
	{ "nosymfollow", MOUNT_ATTR_NOSYMFOLLOW, 0, 0 },
	{ "symfollow", 0, MOUNT_ATTR_NOSYMFOLLOW, 0 },
	{ "rec", 0, 0, M_RECURSIVE }, { "try", 0, 0, M_TRY },
	{ "idmap", 0, 0, M_IDMAP }, { "copy", 0, 0, M_COPY },
	{ "rprivate", 0, 0, M_RECURSIVE }, { "rslave", 0, 0, M_RECURSIVE | M_SLAVE },
	{ "rshared", 0, 0, M_RECURSIVE | M_SHARED },
};

/* Splits mount options into attributes and, for a file system with options
 * of its own (rest), what is left for it. */
static int
op_mount_opts(struct ct *ct, struct op *op, char *list, const char **rest)
{
	char *next, *left = NULL;
	int i;

	op->mnt.set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
	for (char *s = list; s; s = next) {
		next = text_cut_bare(s, ',');
		i = NAME_FIND(mount_opts, s);
		if (i >= 0) {
			if (!HAVE_COPY && mount_opts[i].opt == M_COPY)
				return fail_msg(ct, "%s: %s", s, not_built);
			if (rest && mount_opts[i].opt & ~(unsigned)M_COPY)
				return opt_bad(ct, s, "only --volume has this");
			op->mnt.set = (op->mnt.set & ~mount_opts[i].clr) | mount_opts[i].set;
			op->mnt.clr = (op->mnt.clr & ~mount_opts[i].set) | mount_opts[i].clr;
			op->mnt.flags |= mount_opts[i].opt;
			continue;
		}
		if (!rest && (!strcmp(s, "sync") || !strcmp(s, "async")))
			return opt_bad(ct, s, "is for whole file systems, not parts");
		if (!rest || !*s || !strcmp(s, "source"))
			return opt_bad(ct, s, "not a mount option");
		left = left ? mem_printf(ct, "%s,%s", left, s) : mem_dup(ct, s);
	}
	if (rest)
		*rest = left;
	return 0;
}

static int
op_bind(struct ct *ct, struct op *op, char *v)
{
	char *dst = path_cut(v, ':'), *opts = path_cut(dst, ':');
	struct stat st;

	op->mnt.src = v;
	op->mnt.src_fd = -1;
	if (!dst)
		dst = v;                /* the same path inside */
	if (!*v || !*dst)
		return opt_bad_form(ct, "");
	if (op_mount_opts(ct, op, opts, NULL) < 0)
		return -1;
	if (!strcmp(dst, "/"))
		return opt_bad(ct, dst, "use --root DIR, for idmap with --idmap-root");
	if (!(op->mnt.dst = op_path(ct, dst)))
		return -1;
	if (op->mnt.flags & M_SLAVE && op->mnt.flags & M_SHARED)
		return fail_msg(ct, "rslave and rshared exclude each other");
	if (!ct->from_record && helper_stat(ct, v, &st) < 0 &&
	    (!(op->mnt.flags & M_TRY) || (errno != ENOENT && errno != ENOTDIR)))
		return fail_sys(ct, "%s", v);
	return 0;
}

static int
op_tmpfs(struct ct *ct, struct op *op, char *v)
{
	static const char *const names[] = { "size", "nr_inodes", "mode", "uid", "gid" };
	char *opts = path_cut(v, ':'), *list, *s, *val;
	uint64_t n = 0;
	int i;

	op->mnt.type = op->mnt.src = "tmpfs";
	if (!(op->mnt.dst = op_path(ct, v)) || op_mount_opts(ct, op, opts, &op->mnt.data) < 0)
		return -1;
	list = op->mnt.data ? mem_dup(ct, op->mnt.data) : NULL;
	while ((s = text_next(&list, ','))) {
		val = text_cut(s, '=');
		if (!val || (i = NAME_FIND(names, s)) < 0)
			return opt_bad(ct, s, "not an option of tmpfs (size, mode, uid, "
			           "gid, nr_inodes)");
		if (*s == 'm' ? val[strspn(val, "01234567")] || !*val : num_size(val, &n) < 0)
			return opt_bad(ct, val, *s == 'm' ? "not an octal number" : "not a number");
		if (i < 2 && !n)
			return opt_bad(ct, val, "must be above 0, which means no limit");
	}
	return 0;
}

static int
op_mount(struct ct *ct, struct op *op, char *v)
{
	char *src = text_cut(v, ':'), *dst = path_cut(src, ':'), *opts = path_cut(dst, ':');

	op->mnt.type = v;
	op->mnt.src = src && *src ? src : v;
	if (!*v || !dst || !*dst)
		return opt_bad_form(ct, "");
	if (!strcmp(v, "bind"))
		return opt_bad(ct, v, "use -v for bind mounts");
	if (!(op->mnt.dst = op_path(ct, dst)) || op_mount_opts(ct, op, opts, &op->mnt.data) < 0)
		return -1;
	if (op->mnt.flags & M_COPY && strcmp(v, "tmpfs"))
		return opt_bad(ct, v, "only --volume and tmpfs have copy");
	return 0;
}

static int
op_mask(struct ct *ct, struct op *op, char *v)
{
	op->mnt.set = MOUNT_ATTR_RDONLY;
	op->mnt.flags = M_RECURSIVE;
	return (op->mnt.dst = op_path(ct, v)) ? 0 : -1;
}

static int
op_symlink(struct ct *ct, struct op *op, char *v)
{
	char *dst = NULL, *next = v;

	while ((next = text_cut_bare(next, ':'))) {     /* the last : separates */
		if (dst)
			dst[-1] = ':';
		dst = next;
	}
	if (!dst || !*v)
		return opt_bad_form(ct, "");
	path_cut(v, '\0');
	path_cut(dst, '\0');
	op->mnt.src = v;
	return (op->mnt.dst = op_path(ct, dst)) ? 0 : -1;
}

static int
op_file(struct ct *ct, struct op *op, char *v)
{
	op->mnt.data = path_cut(v, '=');
	if (!op->mnt.data)
		return opt_bad_form(ct, "");
	return (op->mnt.dst = op_path(ct, v)) ? 0 : -1;
}

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

/* r, w and m as bits of a device filter. */
static int
op_access(struct ct *ct, struct op *op, const char *s)
{
	static const char all[] = "mrw";

	op->dev.access = 0;
	for (; *s; s++) {
		const char *c = strchr(all, *s);

		if (!c || op->dev.access >> (c - all) & 1)
			break;
		op->dev.access |= 1u << (c - all);
	}
	return *s || !op->dev.access ? opt_bad(ct, s, "access must be r, w, m, each once") : 0;
}

/* Access is by number: fails if another node of that device is to have more, or less. */
static int
op_device_once(struct ct *ct, const struct op *op)
{
	const char *name = op->dev.path + sizeof "/dev", *other = NULL;
	bool less = S_ISCHR(op->dev.mode) && op->dev.access != CG_DEV_ALL;

	for (size_t i = 0; i < LEN(dev_nodes) && less; i++)
		if (op->dev.major == (int)dev_nodes[i].major &&
		    op->dev.minor == (int)dev_nodes[i].minor && strcmp(name, dev_nodes[i].name))
			other = dev_nodes[i].name;
	if (less && op->dev.major == PTMX_MAJOR && op->dev.minor == PTMX_MINOR &&
	    strcmp(name, "ptmx"))
		other = "ptmx";
	if (less && op->dev.major >= PTS_MAJOR && op->dev.major < PTS_MAJOR + PTS_MAJORS)
		other = "pts/N";
	FOR_OPS(o, ct->ops, OP_DEVICE)
		if ((o->dev.mode & S_IFMT) == (op->dev.mode & S_IFMT) &&
		    o->dev.major == op->dev.major && o->dev.minor == op->dev.minor &&
		    o->dev.access != op->dev.access)
			other = o->dev.path + sizeof "/dev";
	return other ? fail_msg(ct, "%s: is /dev/%s as well, which has other access",
	                        op->dev.path, other) : 0;
}

/* Adds the host's device at src, or all devices below a directory. `used`: op has one. */
static int
op_device_at(struct ct *ct, struct op *op, char *src, char *dst, int depth, bool *used)
{
	unsigned access = op->dev.access;
	LOCAL_DIR d = { .fd = -1 };
	struct dirent64_ *e;
	struct stat st;
	int r = 0;

	if (!src || !dst)
		return -1;
	if ((depth ? lstat(src, &st) : helper_stat(ct, src, &st)) < 0)
		return fail_sys(ct, "%s", src);
	if (S_ISDIR(st.st_mode) && depth < 4) {
		if (kfs_dir_open(&d, AT_FDCWD, src) < 0)
			return fail_sys(ct, "open %s", src);
		while (r == 0 && (e = kfs_dir_next(&d)))
			r = op_device_at(ct, op, mem_printf(ct, "%s/%s", src, e->name),
			                 mem_printf(ct, "%s/%s", dst, e->name), depth + 1, used);
		return r == 0 && d.len < 0 ? fail_sys(ct, "read %s", src) : r;
	}
	if (!S_ISCHR(st.st_mode) && !S_ISBLK(st.st_mode))
		return 0;
	if (*used && op_add(ct, OP_DEVICE, &op) < 0)
		return -1;
	*used = true;
	op->dev.src = src;
	op->dev.path = dst;
	op->dev.access = access;
	dev_is(op, &st);
	return op_device_once(ct, op);
}

/* A hook's command, KEY=VALUE of --annotate, or K[=V] of --env. */
static int
op_text(struct ct *ct, struct op *op, char *v)
{
	if (!*v && op->kind != OP_ENV)
		return opt_bad(ct, v, "must not be empty");
	if ((op->kind == OP_ANNOTATE && (*v == '=' || !strchr(v, '='))) ||
	    (op->kind == OP_ENV && (!*v || *v == '=')))
		return opt_bad_form(ct, "");
	op->env = v;
	return 0;
}

static int
op_device(struct ct *ct, struct op *op, char *v)
{
	char *dst = path_cut(v, ':'), *access = path_cut(dst, ':'), *src;
	bool used = false;

	if (dst && !access && *dst != '/') {
		access = dst;
		dst = NULL;
	}
	if (op_access(ct, op, access ? access : "rwm") < 0 || !(src = op_path(ct, v)) ||
	    !(dst = dst ? op_path(ct, dst) : src))
		return -1;
	op->dev.path = dst;
	op->dev.src = src;
	if (!path_within(dst, "/dev") || !dst[4])
		return opt_bad_form(ct, ", DST in /dev");
	if (ct->from_record)
		return 0;
	if (op_device_at(ct, op, src, dst, 0, &used) < 0)
		return -1;
	return used ? 0 : opt_bad(ct, v, "not a device, and none in it");
}

/* A number or * (-1). */
static int
op_any(const char *s, int *n)
{
	uint64_t v;

	*n = -1;
	if (s && !strcmp(s, "*"))
		return 0;
	if (!s || num_parse(s, 0, INT_MAX, &v) < 0)
		return -1;
	*n = (int)v;
	return 0;
}

/* --device-rule, in the form of cgroup v1's devices.allow: 'c 1:* rwm', 'a' for all. */
static int
op_rule(struct ct *ct, struct op *op, char *v)
{
	char *numbers = text_cut(v, ' '), *access = text_cut(numbers, ' ');
	char *minor = text_cut(numbers, ':');

	op->dev.mode = *v == 'b' ? S_IFBLK : *v == 'c' ? S_IFCHR : 0;
	op->dev.path = "";
	if ((!op->dev.mode && *v != 'a') || v[1] || op_any(numbers, &op->dev.major) < 0 ||
	    op_any(minor, &op->dev.minor) < 0 || !access)
		return opt_bad_form(ct, "");
	return op_access(ct, op, access);
}

static int
num_limit(const char *s, uint64_t *n)
{
	if (!strcmp(s, "unlimited") || !strcmp(s, "max")) {
		*n = (uint64_t)RLIM_INFINITY;
		return 0;
	}
	return num_size(s, n);
}

static int
op_rlimit(struct ct *ct, struct op *op, char *v)
{
	char *soft = text_cut(v, '='), *hard = text_cut(soft, ':');

	op->rlimit.name = v;
	op->rlimit.id = pr_rlimit_find(v);
	if (op->rlimit.id < 0 || !soft)
		return opt_bad_form(ct, ", NAME as in setrlimit(2), say nofile");
	hard = hard ? hard : soft;
	if (num_limit(v = soft, &op->rlimit.soft) < 0 || num_limit(v = hard, &op->rlimit.hard) < 0)
		return opt_bad(ct, v, "not a number, unlimited or max");
	return op->rlimit.soft <= op->rlimit.hard ? 0 : opt_bad(ct, soft, "above the hard limit");
}

static int
op_sysctl(struct ct *ct, struct op *op, char *v)
{
	op->set.value = text_cut(v, '=');
	op->set.key = v;
	/* as in sysctl.d(5): the first of . and / separates, the other is part of a name */
	if (v[strcspn(v, "./")] == '.')
		for (char *p = v; *p; p++)
			*p = *p == '.' ? '/' : *p == '/' ? '.' : *p;
	if (!op->set.value || !*op->set.value || !*v || text_find(v, "..") ||
	    text_find(v, "//") || *v == '/')
		return opt_bad_form(ct, "");
	for (size_t i = 0; i < LEN(sysctls); i++)
		if (!strncmp(v, sysctls[i].prefix, strlen(sysctls[i].prefix))) {
			op->set.ns = (unsigned)sysctls[i].ns;
			return 0;
		}
	return opt_bad(ct, v, "not a sysctl of a namespace (net.*, kernel.msg*, kernel.sem*, "
	               "kernel.shm*, fs.mqueue.*)");
}

static int
op_keepfd(struct ct *ct, struct op *op, char *v)
{
	if (num_parse(v, 3, 1 << 20, &op->keep_fd) < 0)
		return opt_bad(ct, v, "must be a file descriptor, 3 or higher");
	if (ct->from_record)            /* the recorded one was another caller's */
		op->keep_fd = 0;
	else if (fcntl((int)op->keep_fd, F_GETFD) < 0)
		return opt_bad(ct, v, "not an open file descriptor");
	return 0;
}

static int
set_dns(struct ct *ct, char *value)
{
	struct inet a;

	if (inet_parse(value, false, &a) < 0)
		return opt_bad(ct, value, "not an address");
	ct->dns = mem_printf(ct, "%snameserver %s\n", ct->dns ? ct->dns : "", value);
	return ct->dns ? 0 : -1;
}

static int
op_ns(struct ct *ct, struct op *op, char *v)
{
	const char *where = op->ns.where = text_cut(v, '=');
	int kind = NAME_FIND(ns_kinds, v);

	op->ns.type = v;
	op->ns.kind = (unsigned)kind;
	if (kind < 0 || !where || !*where)
		return opt_bad_form(ct, ", TYPE one of user, mnt, pid, net, ipc, uts, "
		                    "cgroup, time");
	return 0;
}

static int
op_offset(struct ct *ct, struct op *op, char *v)
{
	const char *sec = op->set.value = text_cut(v, '=');
	uint64_t n;

	op->set.key = v;
	if (!sec || (strcmp(v, "monotonic") && strcmp(v, "boottime")) ||
	    num_parse(sec + (*sec == '-'), 0, 3000000000u, &n) < 0)
		return opt_bad(ct, v, "must be monotonic=SEC or boottime=SEC");
	return 0;
}

static int
op_idmap(struct ct *ct, struct op *op, char *v)
{
	char *out = text_cut(v, ':'), *count = text_cut(out, ':');

	if (!count || num_parse(v, 0, UINT32_MAX - 1, &op->idmap.inside) < 0 ||
	    num_parse(out, 0, UINT32_MAX - 1, &op->idmap.outside) < 0 ||
	    num_parse(count, 1, UINT32_MAX, &op->idmap.count) < 0 ||
	    op->idmap.inside + op->idmap.count > UINT32_MAX ||
	    op->idmap.outside + op->idmap.count > UINT32_MAX)
		return opt_bad_form(ct, ", such as 0:100000:9, ids below 4294967295");
	return 0;
}

/* --- limits: option, file and form --- */

static int
lim_size(struct ct *ct, struct op *op, char *v)
{
	uint64_t n;

	if (num_size(v, &n) < 0)
		return opt_bad(ct, v, "not a size: digits with K, M, G or T, or max");
	if (n == 0 && strcmp(op->set.key, "memory.swap.max"))
		return opt_bad(ct, v, "must be greater than 0");
	op->set.value = mem_printf(ct, "%ju", n);
	return op->set.value ? 0 : -1;
}

static int
lim_cpus(struct ct *ct, struct op *op, char *v)
{
	size_t digits = strspn(v, "0123456789"), places = 0;
	uint64_t n = text_scan(v, 10, NULL), part = 0;

	if (v[digits] == '.' && num_parse(v + digits + 1, 0, 999, &part) == 0)
		places = strlen(v + digits + 1);
	for (size_t i = places; i < 3; i++)
		part *= 10;
	n = n * 1000 + part;
	/* the kernel's minimum quota is 1 ms, of a period of 100 ms */
	if (!digits || digits > 9 || places > 3 || (v[digits] && !places) || n < 10 || n > 8192000)
		return opt_bad(ct, v, "must be 0.01 to 8192 processors, in thousandths, or max");
	op->set.value = mem_printf(ct, "%ju 100000", n * 100);
	return op->set.value ? 0 : -1;
}

static int
lim_num(struct ct *ct, struct op *op, char *v)
{
	unsigned most = strcmp(op->set.key, limit_files[LIM_PIDS]) ? 10000 : 4194304;
	uint64_t n;

	return num_parse(v, 1, most, &n) < 0 ?
	       fail_msg(ct, "%s: must be 1 to %u, or max", text_shown(v), most) : 0;
}

static int
lim_set(struct ct *ct, struct op *op, char *v)
{
	(void)op;
	return *v && strspn(v, "0123456789,-") == strlen(v) ? 0 :
	       opt_bad(ct, v, "must be a list such as 0-1,3, or max");
}

#define IO_NONE "rbps=max wbps=max riops=max wiops=max"

/* DEV:KEY=VALUE,..., or DEV:max: DEV a block device's path, or MAJOR:MINOR */
static int
lim_io(struct ct *ct, struct op *op, char *v)
{
	static const char *const names[] = { "rbps", "wbps", "riops", "wiops" };
	char *keys = strrchr(v, ':'), *key, *val;
	const char *list;
	struct stat st;
	uint64_t n = 0;

	if (!keys)
		return opt_bad_form(ct, "");
	*keys++ = '\0';
	text_unescape(v, ":,=\\");
	if (strchr(v, ':') && strspn(v, "0123456789:") == strlen(v))
		list = v;
	else if (helper_stat(ct, v, &st) >= 0 && S_ISBLK(st.st_mode))
		list = mem_printf(ct, "%u:%u", major(st.st_rdev), minor(st.st_rdev));
	else
		return opt_bad(ct, v, "not a block device");
	if (list && !strcmp(keys, "max")) {
		list = mem_printf(ct, "%s " IO_NONE, list);
		keys = NULL;
	}
	while (list && (key = text_next(&keys, ','))) {
		val = text_cut(key, '=');
		if (!val || NAME_FIND(names, key) < 0 ||
		    (strcmp(val, "max") && num_size(val, &n) < 0))
			return opt_bad(ct, key,
			               "must be rbps=, wbps=, riops= or wiops= a number or max");
		list = strcmp(val, "max") ? mem_printf(ct, "%s %s=%ju", list, key, n) :
		       mem_printf(ct, "%s %s=max", list, key);
	}
	op->set.value = list;
	return list ? 0 : -1;
}

/* Refuses cgroup files that are not limits: they move or end processes, or change
 * the kind of cgroup. */
static int
lim_file(struct ct *ct, const char *file)
{
	static const char *const refused[] = { "cgroup.procs", "cgroup.threads",
		"cgroup.kill", "cgroup.freeze", "cgroup.type", "cgroup.subtree_control" };

	return NAME_FIND(refused, file) < 0 ? 0 : opt_bad(ct, file, "not a limit");
}

static int
lim_raw(struct ct *ct, struct op *op, char *v)
{
	op->set.value = text_cut(v, '=');
	op->set.key = v;
	if (!op->set.value || !*op->set.value || !strchr(v, '.') || strchr(v, '/') || *v == '.')
		return opt_bad_form(ct, ", FILE such as memory.max");
	return lim_file(ct, v);
}
