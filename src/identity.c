/* SPDX-License-Identifier: ISC */
/* Users and groups: the container's passwd and group files; id maps, by ct or newuidmap(1). */

/* The fields of the next line of a passwd or group file; false at the end. */
static bool
id_line(char **text, char *field[], int max)
{
	char *line;

	do {
		if (!(line = text_next(text, '\n')))
			return false;
	} while (!*line);
	for (int n = 0; n < max; n++)
		field[n] = line ? text_next(&line, ':') : "";
	return true;
}

/* Parses a uid or gid; (uid_t)-1 is not one. */
static bool
id_number(const char *s, uint64_t *n)
{
	return num_parse(s, 0, UINT32_MAX - 1, n) == 0;
}

static int
id_group(struct ct *ct, char *text, const char *name, gid_t *gid)
{
	char *f[3];
	uint64_t n;
	bool found = id_number(name, &n);

	if (!found)
		text = mem_dup(ct, text);
	while (!found && id_line(&text, f, 3))
		found = !strcmp(f[0], name) && id_number(f[2], &n);
	if (!found)
		return fail_msg(ct, "group %s: not in the container's /etc/group",
		                text_shown(name));
	*gid = (gid_t)n;
	return 0;
}

/* Adds the groups that list the user as a member, as login(1) does. */
static void
id_members(char *text, struct creds *w)
{
	char *f[4], *member;
	uint64_t n;

	while (id_line(&text, f, 4))
		while ((member = text_next(&f[3], ',')) && *member)
			if (!strcmp(member, w->name) && w->ngroups < (int)LEN(w->groups) &&
			    id_number(f[2], &n))
				w->groups[w->ngroups++] = (gid_t)n;
}

/* Opens a path in `root`: no link leads out of it, and no magic link of procfs is followed. */
static int
fs_open_in(int root, const char *path, int flags)
{
	struct open_how how = {
		.flags = (unsigned)flags | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};

	/* EAGAIN: a rename raced with `..`, which might have left the root */
	for (int i = 0; i < 50; i++) {
		int fd = (int)syscall(SYS_openat2, root, path, &how, sizeof how);

		if (fd >= 0 || errno != EAGAIN)
			return fd;
	}
	return -1;
}

static int
fs_in_root(struct ct *ct, const char *path, int flags)
{
	return fs_open_in(ct->tree_fd, path, flags);
}

/* Reads a file of the container's root, "" if there is none; NULL after an error. */
static char *
id_file(struct ct *ct, const char *path)
{
	int fd = fs_in_root(ct, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	bool kernel = fd >= 0 && (kfs_fd_is(fd, PROC_SUPER_MAGIC) || kfs_fd_is(fd, SYSFS_MAGIC));
	char *text = kernel ? NULL : io_slurp_fd(ct, fd, NULL);

	if (kernel) {           /* a link to a file that ct may read, but not the command */
		fd_close(&fd);
		errno = ESPIPE;
	}
	if (!text && (errno == ENOENT || errno == ENOTDIR))
		return mem_dup(ct, "");
	if (!text)
		fail_sys(ct, "read the container's %s", path);
	return text;
}

/* Finds the user by name or number. A number without an entry gets the same number as gid. */
static int
id_user(struct ct *ct, const char *user, char *passwd, struct creds *w)
{
	uint64_t n = 0, u, g;
	bool number = id_number(user, &n);
	char *f[6];

	while (id_line(&passwd, f, 6)) {
		if (!id_number(f[2], &u) || !id_number(f[3], &g) ||
		    (number ? u != n : strcmp(f[0], user) != 0))
			continue;
		*w = (struct creds){ .uid = (uid_t)u, .gid = (gid_t)g,
		                     .home = f[5], .name = f[0] };
		return 0;
	}
	if (!number)
		return fail_msg(ct, "user %s: not in the container's /etc/passwd",
		                text_shown(user));
	*w = (struct creds){ .uid = (uid_t)n, .gid = (gid_t)n, .home = "/" };
	return 0;
}

/* --user: USER[:GROUP[,GROUP...]], names from the container's files. */
static int
id_find(struct ct *ct, struct creds *w)
{
	char *user = mem_dup(ct, ct->user), *list = text_cut(user, ':'), *name;
	char *passwd, *groups;

	if (!user)
		return -1;
	passwd = id_file(ct, "/etc/passwd");
	groups = id_file(ct, "/etc/group");
	if (!passwd || !groups || id_user(ct, user, passwd, w) < 0)
		return -1;
	if (!list) {
		if (w->name && !ct->keeps_groups)       /* else none can be set */
			id_members(groups, w);
		return 0;
	}
	if (id_group(ct, groups, text_next(&list, ','), &w->gid) < 0)
		return -1;
	while ((name = text_next(&list, ','))) {
		if (w->ngroups == (int)LEN(w->groups))
			return fail_msg(ct, "more than %zu groups", LEN(w->groups));
		if (id_group(ct, groups, name, &w->groups[w->ngroups++]) < 0)
			return -1;
	}
	return 0;
}

/* --- the maps of the user namespace. For an unprivileged caller 0 is the caller's id, and 1 on is
 *     the range of /etc/subuid, which only the set-uid helpers may map --- */

enum { ID_RANGES = 20 };
struct id_range { uint64_t inside, outside, count; };
struct id_kind { enum op_kind op; const char *file, *helper, *sub; };

/* Finds the caller's range in /etc/subuid or /etc/subgid; false: none, or no helpers, which
 * no_new_privs makes useless, and which refuse a group from newgrp(1). */
static bool
id_sub(struct ct *ct, const char *file, struct id_range *r)
{
	char *text = io_slurp(ct, file, NULL), *f[6], *names, end[24], *uid, own[24];
	const char *gid = num_put(own + sizeof own, getegid());
	const char *name = NULL;

	if (!text || !io_may(AT_FDCWD, "/usr/bin/newuidmap", X_OK) ||
	    sys_prctl(PR_GET_NO_NEW_PRIVS, 0, 0) == 1)
		return false;
	uid = num_put(end + sizeof end, getuid());
	names = io_slurp(ct, "/etc/passwd", NULL);
	while (!name && id_line(&names, f, 6))
		if (!strcmp(f[2], uid))
			name = f[0];
	if (name && strcmp(f[3], gid) != 0)
		return false;
	while (id_line(&text, f, 3))
		if ((!strcmp(f[0], uid) || (name && !strcmp(f[0], name))) &&
		    num_parse(f[1], 1, UINT32_MAX - 1, &r->outside) == 0 &&
		    num_parse(f[2], 1, UINT32_MAX - 1, &r->count) == 0)
			return true;
	return false;
}

/* Are all ids of the range mapped where ct is? In a container they often are not. */
static bool
id_mapped(struct ct *ct, const char *file, const struct id_range *r)
{
	char map[4096], path[24], *next = map, *s;
	uint64_t n = 0;

	text_printf(path, sizeof path, "self/%s", file);
	if (io_get(ct->proc_fd, path, map, sizeof map) < 0)
		return false;
	while ((s = text_next(&next, '\n'))) {          /* "inside outside count" */
		uint64_t first = text_scan(s, 10, &s), end;

		text_scan(s, 10, &s);
		end = MIN(first + text_scan(s, 10, NULL), r->outside + r->count);
		if (first < r->outside)
			first = r->outside;
		n += end > first ? end - first : 0;
	}
	return n == r->count;
}

/* The ranges to map: those of the options, or the caller's. Their number, or -1. */
static int
id_ranges(struct ct *ct, const struct id_kind *k, uint64_t id, struct id_range *r)
{
	int n = 0;

	FOR_OPS(op, ct->ops, k->op) {
		if (n == ID_RANGES)
			return fail_msg(ct, "more than %d ranges", ID_RANGES);
		r[n++] = (struct id_range){ op->idmap.inside, op->idmap.outside, op->idmap.count };
	}
	if (n)
		return n;
	r[0] = (struct id_range){ 0, id, 1 };
	r[1].inside = 1;
	return ct->euid && id_sub(ct, k->sub, &r[1]) && id_mapped(ct, k->file, &r[1]) ? 2 : 1;
}

/* What a helper that failed wrote to fd becomes the error; no_new_privs keeps it from working. */
static int
id_helper_fail(struct ct *ct, const char *prog, int fd)
{
	char said[160];
	ssize_t n = read(fd, said, sizeof said - 1);

	if (sys_prctl(PR_GET_NO_NEW_PRIVS, 0, 0) == 1)
		return fail_msg(ct, "%s cannot work: ct was started with no_new_privs", prog);
	if (n <= 0)
		return fail_msg(ct, "%s failed", prog);
	said[n] = '\0';                 /* newuidmap: write to uid_map failed: ... */
	said[strcspn(said, "\n")] = '\0';
	return fail_msg(ct, "%s", said);
}

static int
id_helper(struct ct *ct, const char *prog, char *map)
{
	char *argv[2 + 3 * ID_RANGES + 1] = { (char *)(uintptr_t)prog }, pid[24];
	int n = 1, err[2];
	pid_t child;

	argv[n++] = num_put(pid + sizeof pid, (unsigned)ct->pid);
	while ((argv[n] = text_next(&map, ' ')))
		n++;
	if (!io_may(AT_FDCWD, prog, X_OK))
		return fail_sys(ct, "execute %s", prog);
	if (pipe2(err, O_CLOEXEC | O_NONBLOCK) < 0)
		return fail_sys(ct, "pipe2");
	child = sys_fork();
	if (child == 0) {
		dup2(err[1], 2);        /* its message would be a second line */
		execv(prog, argv);
		_exit(127);
	}
	n = child < 0 ? fail_sys(ct, "fork %s", prog) : helper_wait(ct, child, 0);
	if (n > 0)
		n = id_helper_fail(ct, prog, err[0]);
	fd_close(&err[0]);
	fd_close(&err[1]);
	return n;
}

static int
id_write(struct ct *ct, const struct id_kind *k, char *map)
{
	char path[48];

	/* an unprivileged user must give up setgroups before writing a gid map */
	text_printf(path, sizeof path, "%d/setgroups", ct->pid);
	if (ct->euid && k->op == OP_GIDMAP && io_put(ct->proc_fd, path, "deny") < 0)
		return fail_sys(ct, "write deny to setgroups");
	text_printf(path, sizeof path, "%d/%s", ct->pid, k->file);
	if (io_put(ct->proc_fd, path, map) == 0)
		return 0;
	for (char *c = map; *c; c++)
		*c = *c == '\n' ? ',' : *c;
	if (errno == EINVAL)
		fail_hint(ct, "two ranges overlap");
	if (errno == EPERM && !ct->euid) /* root does not use /etc/subuid */
		fail_hint(ct, "an id that is not mapped where ct is started, or no "
		          "CAP_SETUID, CAP_SETGID, CAP_SETFCAP there");
	return fail_sys(ct, "write %s to %s", map, k->file);
}

static int
id_map(struct ct *ct, const struct id_kind *k, uint64_t id)
{
	struct id_range r[ID_RANGES];
	int n = id_ranges(ct, k, id, r);
	char map[1024];
	size_t len = 0;
	bool own;

	if (n < 0)
		return -1;
	/* an unprivileged process may write only a map of its own id */
	own = !ct->euid || (n == 1 && r[0].outside == id && r[0].count == 1);
	for (int i = 0; i < n; i++)
		len += text_printf(map + len, sizeof map - len, "%s%ju %ju %ju",
		                   !i ? "" : own ? "\n" : " ", r[i].inside, r[i].outside,
		                   r[i].count);
	return own ? id_write(ct, k, map) : id_helper(ct, k->helper, map);
}

static int
id_maps(struct ct *ct)
{
	static const struct id_kind
	gids = { OP_GIDMAP, "gid_map", "/usr/bin/newgidmap", "/etc/subgid" },
	uids = { OP_UIDMAP, "uid_map", "/usr/bin/newuidmap", "/etc/subuid" };

	return id_map(ct, &gids, getegid()) < 0 ? -1 : id_map(ct, &uids, ct->euid);
}
