/* SPDX-License-Identifier: ISC */
/* Verbs on the cgroup of a container: create, get, set, rm, rename, enter, detect, init. */

/* The cgroup file for KEY: an option's name (memory, cpus), or the file name itself. */
static const char *
limit_key(struct ct *ct, const char *key)
{
	for (size_t i = 0; i < LEN(options); i++)
		if (options[i].set == set_limit && !strcmp(options[i].name, key) &&
		    limit_files[options[i].op]) {
			ct->opt = &options[i];
			return limit_files[options[i].op];
		}
	return strchr(key, '/') || !strchr(key, '.') || *key == '.' ?
	       none(opt_bad(ct, key, "neither a limit nor a cgroup file")) : key;
}

static int
limit_get(struct ct *ct, const struct ctr *c, const char *key, struct buf *o)
{
	const char *file = limit_key(ct, key);
	char *buf = mem_get(ct, FILE_LIMIT);    /* cgroup.procs may be long */

	if (!file || !buf)
		return -1;
	if (io_get(c->fd, file, buf, FILE_LIMIT) < 0)
		return errno == ENOENT ? cg_missing(ct, file) : fail_sys(ct, "read %s", file);
	if (ct->json)
		json_text(o, file, buf);
	else
		while (*buf)
			buf_printf(o, "%c", *buf++);
	return 0;
}

static int
verb_get(struct ct *ct, char **argv)
{
	struct buf o = { .fd = 1 };
	struct ctr c;
	int r = 0;

	if (!*argv || !argv[1])
		return fail_msg(ct, "needs NAME KEY...");
	if (ctr_open(ct, *argv, &c) < 0)
		return -1;
	ct->cg_fd = c.fd;
	if (ct->json)
		buf_json(&o, "{\"name\":", c.name);
	while (r == 0 && *++argv)
		r = limit_get(ct, &c, *argv, &o);
	if (ct->json)
		buf_printf(&o, "}\n");
	return buf_end(ct, &o) < 0 ? -1 : r;
}

/* The lines to write to this file to remove its limit; NULL if there is none to remove. */
static const char *
limit_none(struct ct *ct, const struct ctr *c, const char *file)
{
	char buf[8192], *line = buf, *next;
	const char *all = NULL, *end = strrchr(file, '.');

	if (!strcmp(file, limit_files[LIM_CPU_WEIGHT]))
		return "100";
	/* with processes in the cgroup an empty list is refused: use all that the parent has */
	if (!strncmp(file, "cpuset.", 7) && cg_populated(c->fd) > 0 &&
	    (all = mem_printf(ct, "../%s.effective", file)) &&
	    io_get(c->fd, all, buf, sizeof buf) > 0)
		return mem_dup(ct, buf);
	all = NULL;
	if (strcmp(file, limit_files[LIM_IO]))
		return !strcmp(end, ".max") || !strcmp(end, ".high") ? "max" : "\n";
	if (io_get(c->fd, file, buf, sizeof buf) < 0)
		return "max";           /* no such file: writing it reports the error */
	for (; (next = text_cut(line, '\n')); line = next)
		all = mem_printf(ct, "%s%.*s " IO_NONE "\n", all ? all : "",
		                 (int)strcspn(line, " "), line);
	return all;
}

/* The LIM_ whose option writes this file; LIM_CGROUP: none. */
static size_t
limit_of(const char *file)
{
	size_t i = 0;

	while (limit_files[i] && strcmp(limit_files[i], file))
		i++;
	return i;
}

/* Parses KEY=VALUE. For an option's name, the value has the form that the option takes; "max"
 * or an empty value removes the limit. */
static int
limit_parse(struct ct *ct, const struct ctr *c, char *arg)
{
	char *value = text_cut(arg, '=');
	struct op *op;
	size_t i;

	if (!value)
		return opt_bad(ct, arg, "must be KEY=VALUE");
	if (op_add(ct, OP_LIMIT, &op) < 0 || !(op->set.key = limit_key(ct, arg)) ||
	    lim_file(ct, op->set.key) < 0)
		return -1;
	i = limit_of(op->set.key);
	op->set.value = value;
	if (!(ct->given = mem_dup(ct, value)))
		return -1;
	if (!*value || (limit_files[i] && !strcmp(value, "max")))
		op->set.value = limit_none(ct, c, op->set.key);
	else if (limit_files[i] && !strchr(arg, '.'))
		limit_sets[i](ct, op, value);
	return ct->failed ? -1 : 0;
}

/* A memory.max below the current use makes the kernel kill processes, so it is asked to reclaim
 * memory first (Linux 5.19); if that is not enough, it is an error. */
static int
limit_fits(struct ct *ct, const struct ctr *c, const struct op *op)
{
	uint64_t max, used;
	char more[24];

	if (ct->force || !op->set.value || strcmp(op->set.key, limit_files[LIM_MEMORY]) ||
	    !strcmp(op->set.value, "max"))
		return 0;
	if (num_size(op->set.value, &max) < 0)
		return opt_bad(ct, op->set.value, "not a size");
	if (cg_num(c->fd, "memory.current", NULL, &used) < 0)
		return fail_sys(ct, "read memory.current");
	if (used <= max)
		return 0;
	text_printf(more, sizeof more, "%ju", used - max);
	io_put(c->fd, "memory.reclaim", more);
	if (cg_num(c->fd, "memory.current", NULL, &used) == 0 && used <= max)
		return 0;
	return fail_msg(ct, "memory.max: %ju bytes are in use, more than %ju; -f sets it, "
	                "at the risk of OOM kills", used, max);
}

/* Writes a cgroup file line by line, since the kernel takes one line per write. */
static int
limit_put(int dir, const char *file, const char *lines)
{
	LOCAL_FD fd = openat(dir, file, O_WRONLY | O_CLOEXEC);
	ssize_t r;

	do {
		size_t n = strcspn(lines, "\n");

		r = fd < 0 ? -1 : write(fd, n ? lines : "\n", n ? n : 1);
		lines += n + !!lines[n];
	} while (r >= 0 && *lines);
	return r < 0 ? -1 : 0;
}

/* Restores the previous limits. Twice, since some depend on others. */
static void
limits_back(struct ct *ct, const struct ctr *c)
{
	char none[80];

	for (int again = 0; again < 2; again++)
		FOR_OPS(op, ct->ops, OP_LIMIT) {
			if (op->set.value && !strcmp(op->set.key, limit_files[LIM_IO])) {
				text_printf(none, sizeof none, "%.*s " IO_NONE,
				            (int)strcspn(op->set.value, " "), op->set.value);
				limit_put(c->fd, op->set.key, none);
			}
			if (op->set.was && limit_put(c->fd, op->set.key, op->set.was) < 0 && again)
				fail_hint(ct, "and %s cannot be undone", op->set.key);
		}
}

/* Sets all the limits, or none. */
static int
limits_set(struct ct *ct, const struct ctr *c)
{
	char was[8192];
	ssize_t n;

	FOR_OPS(op, ct->ops, OP_LIMIT) {
		const char *none = limit_none(ct, c, op->set.key);

		n = io_get(c->fd, op->set.key, was, sizeof was);
		if (n < 0 && errno == ENOENT) { /* controller not enabled: there is no limit */
			if (limit_files[limit_of(op->set.key)] && none && op->set.value &&
			    !strcmp(op->set.value, none)) {
				op->set.value = NULL;
				continue;
			}
			if (cg_hand_down(ct, op->set.key) < 0)
				return -1;
			n = io_get(c->fd, op->set.key, was, sizeof was);
		}
		if (n < 0 && errno == ENOENT)
			return cg_missing(ct, op->set.key);
		/* a file that cannot be read (memory.reclaim) cannot be restored */
		if (n > 0)
			op->set.was = *was == '\n' ? none : mem_part(ct, was, (size_t)n);
		if (ct->failed || limit_fits(ct, c, op) < 0)
			return -1;
	}
	FOR_OPS(op, ct->ops, OP_LIMIT)
		if (op->set.value && limit_put(c->fd, op->set.key, op->set.value) < 0) {
			fail_sys(ct, "write %.*s to %s", (int)strcspn(op->set.value, "\n"),
			         op->set.value, op->set.key);
			limits_back(ct, c);
			return -1;
		}
	return 0;
}

/* --reset: limits that have an option and are not named get the value that a new container has:
 * that of default_limits[], or no limit for a cgroup of `ct create`. */
static int
limits_reset(struct ct *ct, const struct ctr *c)
{
	bool group = cg_is_persistent(c->fd);
	struct op *op;
	int d;

	for (size_t i = 0; i < LIM_MAX; i++) {
		const char *file = limit_files[i];
		bool named = !file || !io_may(c->fd, file, F_OK);

		FOR_OPS(o, ct->ops, OP_LIMIT)
			named |= file && !strcmp(o->set.key, file);
		if (named)
			continue;
		if (op_add(ct, OP_LIMIT, &op) < 0)
			return -1;
		op->set.key = file;
		d = group ? -1 : NAME_FIND(default_limits, file);
		op->set.value = d < 0 ? limit_none(ct, c, file) :
		                cg_default(ct, &default_limits[d]);
	}
	return ct->failed ? -1 : 0;
}

static int
verb_set(struct ct *ct, char **argv)
{
	struct ctr c;
	int r = 0;

	if (!*argv || !(argv[1] || ct->reset))
		return fail_msg(ct, "needs NAME KEY=VALUE...");
	if (ctr_open(ct, *argv, &c) < 0)
		return -1;
	ct->name = c.name;
	ct->cg_fd = c.fd;
	while (r == 0 && *++argv)
		r = limit_parse(ct, &c, *argv);
	if (r == 0 && ct->reset)
		r = limits_reset(ct, &c);
	return r < 0 ? -1 : limits_set(ct, &c);
}

/* Marks a cgroup that stays when it is empty, with the time at which it was made: once it has its
 * limits, so that what a killed ct leaves half made is swept. */
static int
group_mark(struct ct *ct)
{
	char since[40];
	size_t n = text_printf(since, sizeof since, "since=%ju", clock_usec(CLOCK_BOOTTIME));

	return fsetxattr(ct->cg_fd, "user.ct.keep", since, n, 0) < 0 ?
	       fail_sys(ct, "setxattr user.ct.keep") : 0;
}

static int
verb_create(struct ct *ct, char **argv)
{
	const char *name = *argv;

	if (!name)
		return fail_msg(ct, "needs a name");
	if (!(argv = verb_args(ct, V_CREATE, argv + 1)))
		return -1;
	if (ct->help)
		return 0;               /* main() shows the help */
	ct->step = name;
	if (*argv || !name_may_be(name))
		return opt_bad(ct, *argv ? *argv : name, "not a name");
	if (cg_base(ct, true) < 0)
		return cg_none(ct);
	if (!(ct->name = ctr_name(ct, name)))
		return -1;
	ct->features = FEAT_PID;
	if (cg_make(ct) == 0 && cg_given(ct) == 0 && group_mark(ct) == 0)
		return 0;
	cg_remove(ct);
	return -1;
}

/* Two verbs at once could remove a new group of that name. With -f, who holds the lock for a
 * second, as any user can, does not keep the group. */
static int
group_lock(struct ct *ct, const struct ctr *c)
{
	return cg_lock(c->fd, 1) || ct->force ? 0 :
	       fail_msg(ct, "is locked by another process, which may be removing it");
}

static int
ctr_rm(struct ct *ct, struct ctr *c)
{
	struct pids p = { .g = c };

	ctr_pids(&p);
	if (p.count && !ct->force)
		return fail_msg(ct, "has processes (%d); -f ends them", p.count);
	if (ctr_returns(c) && !ct->force)
		return fail_msg(ct, "will be restarted; -f ends it");
	cg_end(c->fd);
	if (ct->force)
		cg_kill(c->fd);
	return 0;
}

static int
ctr_rmed(struct ct *ct, struct ctr *c)
{
	bool group = cg_is_persistent(c->fd), all = ct->force || !group;

	if (group) {
		if (group_lock(ct, c) < 0)
			return -1;
		if (!all)
			cg_clear(c->fd);
	} else {                        /* its supervisor may be removing it too */
		ctr_wait_until(c, ST_STOPPED, now_plus(1));
		ctr_gone(ct, c);
	}
	/* without -f, what has started meanwhile stays */
	if ((all ? cg_destroy : cg_rmdir)(ct->cg_base_fd, c->name, c->fd) < 0 && errno != ENOENT)
		return errno == EBUSY ? fail_msg(ct, "processes are still in it") :
		       fail_sys(ct, "rmdir");
	return 0;
}

static int
verb_rm(struct ct *ct, char **argv)
{
	int status = ctr_each(ct, argv, ctr_rm, ctr_rmed);

	cg_remove(ct);
	return status;
}

/* Copies a limit from the old cgroup to the new one. */
static int
limit_copy(struct ct *ct, const struct ctr *old, const char *file)
{
	const char *none = limit_none(ct, old, file);
	char buf[8192];

	if (io_get(old->fd, file, buf, sizeof buf) <= 0 || limit_put(ct->cg_fd, file, buf) == 0)
		return 0;
	if (errno != ENOENT)
		return fail_sys(ct, "write %.*s to %s", (int)strcspn(buf, "\n"), buf, file);
	return none && strncmp(buf, none, strlen(none)) != 0 ? cg_missing(ct, file) : 0;
}

/* cgroup2 cannot rename: makes a new cgroup with the same limits, removes the old one. */
static int
verb_rename(struct ct *ct, char **argv)
{
	struct stat st;
	struct ctr c;
	int r = 0;

	if (!*argv || !argv[1] || argv[2])
		return fail_msg(ct, "needs OLD NEW");
	if (ctr_open(ct, *argv, &c) < 0)
		return -1;
	if (!cg_is_persistent(c.fd))
		return fail_msg(ct, "was not made by `ct create`");
	if (group_lock(ct, &c) < 0)
		return -1;
	if (cg_populated(c.fd) != 0 || fstat(c.fd, &st) < 0 || st.st_nlink > 2)
		return fail_msg(ct, "has processes or cgroups: cgroup2 cannot rename it");
	ct->step = argv[1];
	if (!(ct->name = ctr_name(ct, argv[1])) || cg_make(ct) < 0)
		return -1;
	for (size_t i = 0; limit_files[i] && r == 0; i++)
		r = limit_copy(ct, &c, limit_files[i]);
	if (r == 0)
		r = group_mark(ct);
	if (r == 0 && cg_rmdir(ct->cg_base_fd, c.name, c.fd) < 0)
		r = fail_sys(ct, "rmdir %s", *argv);
	if (r < 0)
		cg_remove(ct);
	return r;
}

static int
verb_enter(struct ct *ct, char **argv)
{
	struct ctr c;
	uint64_t pid;

	if (!*argv || !argv[1])
		return fail_msg(ct, "needs NAME PID...");
	if (ctr_open(ct, *argv, &c) < 0)
		return -1;
	while (*++argv)
		if (num_parse(*argv, 1, INT_MAX, &pid) < 0)
			return opt_bad(ct, *argv, "not a process id");
		else if (io_put(c.fd, "cgroup.procs", *argv) < 0 &&
		         (errno != EOPNOTSUPP || io_put(c.fd, "cgroup.threads", *argv) < 0))
			return fail_sys(ct, "move %s", *argv);
	return 0;
}

static int
verb_detect(struct ct *ct, char **argv)
{
	uint64_t pid = (uint64_t)getpid();
	const char *name;
	struct buf o = { .fd = 1 };

	if (*argv && num_parse(*argv, 1, INT_MAX, &pid) < 0)
		return opt_bad(ct, *argv, "not a process id");
	if (cg_base(ct, false) < 0)
		return 3;
	name = ctr_detect(ct, (pid_t)pid);
	if (ct->failed || !name || !*name)
		return ct->failed ? -1 : 3;
	buf_printf(&o, "%s\n", name);
	return buf_end(ct, &o);
}

/* Mounts cgroup2 if it is not mounted, and makes ct's base cgroup, which then stays. */
static int
verb_init(struct ct *ct, char **argv)
{
	if (*argv)
		return fail_msg(ct, "takes no arguments");
	if (ct->euid)
		return fail_msg(ct, "needs root");
	if ((ct->cg_top_fd = cg_mounted(ct)) < 0) {
		if (ct->failed)
			return -1;
		if (mkdir("/sys/fs/cgroup", 0755) < 0 && errno != EEXIST)
			return fail_sys(ct, "mkdir /sys/fs/cgroup (is sysfs mounted?)");
		if (mount("cgroup2", "/sys/fs/cgroup", "cgroup2", MS_NOSUID |
		          MS_NODEV | MS_NOEXEC, NULL) < 0)
			return fail_sys(ct, "mount cgroup2 on /sys/fs/cgroup (CONFIG_CGROUPS)");
	}
	if (cg_base(ct, true) < 0)
		return cg_none(ct);
	cg_enable(ct, ct->cg_top_fd, false);
	cg_enable(ct, ct->cg_base_fd, false);
	if (fsetxattr(ct->cg_base_fd, "user.ct.keep", "1", 1, 0) < 0)
		return fail_sys(ct, "setxattr user.ct.keep");
	return 0;
}
