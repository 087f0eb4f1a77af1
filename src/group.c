/* SPDX-License-Identifier: ISC */
/* Verbs on the cgroup of a container: create, get, set, rm, rename, enter, detect. */

/* --- limits --- */

static int
verb_get(struct ct *ct, char **argv)
{
	struct buf o;
	char buf[8192];
	const char *file;
	struct ctr c;

	buf_open(&o);
	if (!*argv || !argv[1])
		return fail_msg(ct, "wants NAME KEY...");
	if (ctr_open(ct, *argv, &c) < 0)
		return -1;
	while (*++argv && (file = limit_key(ct, *argv))) {
		if (io_get(c.fd, file, buf, sizeof buf) < 0) {
			if (errno == ENOENT)
				cg_missing(ct, file);
			else
				fail_sys(ct, "read %s", file);
			break;
		}
		buf_printf(&o, "%s", buf);
	}
	ctr_close(&c);
	buf_flush(&o);
	return ct->failed ? -1 : 0;
}

static int
verb_set(struct ct *ct, char **argv)
{
	struct op op;
	struct ctr c;
	char *value;

	if (!*argv || !argv[1])
		return fail_msg(ct, "wants NAME KEY=VALUE...");
	if (ctr_open(ct, *argv, &c) < 0)
		return -1;
	ct->cg_fd = c.fd;
	while (*++argv && !ct->failed) {
		size_t i = 0;

		value = text_cut(*argv, '=');
		op = (struct op){ .set.value = value };
		if (!value || !(op.set.key = limit_key(ct, *argv)) ||
		    lim_file(ct, op.set.key) < 0) {
			if (!ct->failed)
				opt_bad(ct, *argv, "must be KEY=VALUE");
			break;
		}
		while (limit_files[i] && (strcmp(limit_files[i], op.set.key) ||
		                               strchr(*argv, '.')))
			i++;
		if (limit_files[i] && limit_sets[i](ct, &op, value) < 0)
			break;
		cg_set(ct, op.set.key, op.set.value, true);
	}
	ct->cg_fd = -1;
	ctr_close(&c);
	return ct->failed ? -1 : 0;
}

static int
verb_create(struct ct *ct, char **argv)
{
	char *name = *argv;

	if (!name || !(argv = verb_args(ct, V_CREATE, argv + 1)))
		return ct->failed ? -1 : fail_msg(ct, "wants a name");
	ct->step = name;
	if (*argv || !name_ok(name, true))
		return opt_bad(ct, *argv ? *argv : name, "not a name");
	ct->name = name;
	if (cg_base(ct, true) < 0)
		return fail_msg(ct, "no cgroup2 hierarchy can be used");
	ct->features = FEAT_PID;
	if (cg_make(ct) < 0)
		return -1;
	cg_enable(ct->cg_fd);
	if (fsetxattr(ct->cg_fd, "user.ct.keep", "1", 1, 0) < 0)
		fail_sys(ct, "setxattr user.ct.keep");
	for (struct op *op = op_find(ct->ops, OP_LIMIT); op && !ct->failed;
	     op = op_find(op->next, OP_LIMIT))
		cg_set(ct, op->set.key, op->set.value, true);
	if (ct->failed)
		cg_remove(ct);
	return ct->failed ? -1 : 0;
}

static int
ctr_rm(struct ct *ct, struct ctr *c)
{
	struct pids p = { .g = c };

	ctr_pids(&p);
	if (p.count && !ct->follow)
		return fail_msg(ct, "processes are in it (%d); -f ends them", p.count);
	cg_kill(c->fd);
	cg_empty(c->fd);
	if (c->pid)                     /* its supervisor may be at it as well */
		ctr_gone(ct, c);
	if (cg_destroy(ct->cg_base_fd, c->name) < 0 && errno != ENOENT)
		return fail_sys(ct, "rmdir");
	return 0;
}

static int
verb_rm(struct ct *ct, char **argv)
{
	int status = ctr_each(ct, verb_args(ct, V_RM, argv), ctr_rm);

	cg_remove(ct);
	return status;
}

/* cgroup2 cannot rename: a new group with the same limits, the old one gone. */
static int
verb_rename(struct ct *ct, char **argv)
{
	const char *file;
	char buf[512];
	struct stat st;
	struct ctr c;

	if (!*argv || !argv[1] || argv[2])
		return fail_msg(ct, "wants OLD NEW");
	if (ctr_open(ct, *argv, &c) < 0)
		return -1;
	if (cg_populated(c.fd) != 0 || fstat(c.fd, &st) < 0 || st.st_nlink > 2)
		return fail_msg(ct, "processes or groups are in it, and cgroup2 "
		                "cannot rename a group");
	if (!name_ok(argv[1], true))
		return opt_bad(ct, argv[1], "not a name");
	ct->name = argv[1];
	if (cg_make(ct) < 0)
		return -1;
	cg_enable(ct->cg_fd);
	fsetxattr(ct->cg_fd, "user.ct.keep", "1", 1, 0);
	for (size_t i = 0; i < LEN(limit_files); i++) {
		file = limit_files[i] ? limit_files[i] : "memory.oom.group";
		if (io_get(c.fd, file, buf, sizeof buf) > 0)
			io_put(ct->cg_fd, file, buf);
	}
	if (cg_destroy(ct->cg_base_fd, *argv) < 0)
		fail_sys(ct, "rmdir %s", *argv);
	ctr_close(&c);
	return ct->failed ? -1 : 0;
}

static int
verb_enter(struct ct *ct, char **argv)
{
	struct ctr c;
	uint64_t pid;

	if (!*argv || !argv[1])
		return fail_msg(ct, "wants NAME PID...");
	if (ctr_open(ct, *argv, &c) < 0)
		return -1;
	while (*++argv && !ct->failed)
		if (num_parse(*argv, 1, INT_MAX, &pid) < 0)
			opt_bad(ct, *argv, "not a process id");
		else if (io_put(c.fd, "cgroup.procs", *argv) < 0 &&
		         (errno != EOPNOTSUPP ||
		          io_put(c.fd, "cgroup.threads", *argv) < 0))
			fail_sys(ct, "move %s", *argv);
	ctr_close(&c);
	return ct->failed ? -1 : 0;
}

static int
verb_detect(struct ct *ct, char **argv)
{
	struct buf o;
	char buf[8192], *path, *name, *p, *s;
	uint64_t pid = (uint64_t)getpid();
	bool found, kept;
	size_t n, last = 0;
	struct ctr c;

	buf_open(&o);
	if (*argv && num_parse(*argv, 1, INT_MAX, &pid) < 0)
		return opt_bad(ct, *argv, "not a process id");
	if (cg_base(ct, false) < 0)
		return 3;
	if (!(path = cg_path_of(ct, (pid_t)pid, buf, sizeof buf)))
		return -1;
	if (strncmp(path, ct->cg_path, n = strlen(ct->cg_path)) || path[n] != '/')
		return 3;
	/* from the top: below a container its attributes mean nothing */
	for (p = path + n + 1, name = p; p; p = s ? s + 1 : NULL) {
		if ((s = strchr(p, '/')))
			*s = '\0';
		found = name_ok(name, true) &&
		        ctr_at(ct->cg_base_fd, name, name, &c) == 0;
		kept = found && cg_is_persistent(c.fd);
		last = found && (c.pid || kept) ? strlen(name) : last;
		if (found)
			ctr_close(&c);
		if (!kept)
			break;
		if (s)
			*s = '/';
	}
	if (!last)
		return 3;
	buf_printf(&o, "%.*s\n", (int)last, name);
	return buf_flush(&o) < 0 ? -1 : 0;
}
