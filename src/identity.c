/* SPDX-License-Identifier: ISC */
/* Users and groups: the container's passwd and group files, id maps and who may write them. */

/* Lines of a passwd or group file: returns the next line's fields, split at
 * ':', or false at the end. */
static bool
id_line(char **text, char *field[], int max)
{
	char *line = *text;
	int n = 0;

	if (!line || !*line)
		return false;
	*text = text_cut(line, '\n');
	for (; n < max; n++) {
		field[n] = line ? line : "";
		line = text_cut(line, ':');
	}
	return true;
}

static int
id_group(struct ct *ct, char *text, const char *name, gid_t *gid)
{
	char *f[3];
	uint64_t n;

	if (num_parse(name, 0, UINT32_MAX - 1, &n) == 0) {
		*gid = (gid_t)n;
		return 0;
	}
	if (text)
		text = mem_dup(ct, text, strlen(text));
	while (id_line(&text, f, 3))
		if (!strcmp(f[0], name) && num_parse(f[2], 0, UINT32_MAX - 1, &n) == 0) {
			*gid = (gid_t)n;
			return 0;
		}
	return fail_msg(ct, "group %s: not in the container's /etc/group", name);
}

/* The groups that list the user, as login(1) would give it. */
static void
id_members(struct ct *ct, char *text, struct creds *w)
{
	char *f[4], *m, *next;
	uint64_t n;

	if (text)
		text = mem_dup(ct, text, strlen(text));
	while (id_line(&text, f, 4))
		for (m = f[3]; m && *m; m = next) {
			next = text_cut(m, ',');
			if (!strcmp(m, w->name) && w->ngroups < (int)LEN(w->groups) &&
			    num_parse(f[2], 0, UINT32_MAX - 1, &n) == 0)
				w->groups[w->ngroups++] = (gid_t)n;
		}
}

/* A path below `root`: no link leads out of it, and none of those that procfs
 * makes up is followed. */
static int
fs_open_in(int root, const char *path, int flags)
{
	struct open_how how = {
		.flags = (unsigned)flags | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};

	/* EAGAIN: something was renamed meanwhile and `..` could not be sure */
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

/* One of the container's files, "" where there is none; NULL after an error. */
static char *
id_file(struct ct *ct, const char *path)
{
	char *text = io_slurp_fd(ct, fs_in_root(ct, path, O_RDONLY | O_NONBLOCK |
	                                        O_NOCTTY));

	if (!text && (errno == ENOENT || errno == ENOTDIR))
		return mem_dup(ct, "", 0);
	if (!text)
		fail_sys(ct, "read the container's %s", path);
	return text;
}

/* USER[:GROUP[,GROUP...]], names from the container's files. A number without
 * an entry is its own group. */
static int
id_find(struct ct *ct, const char *spec, struct creds *w)
{
	char *user = mem_dup(ct, spec, strlen(spec));
	char *group = text_cut(user, ':'), *next, *f[6], *text, *groups;
	bool number, found = false;
	uint64_t n = 0, u, g;

	if (!user)
		return -1;
	number = num_parse(user, 0, UINT32_MAX - 1, &n) == 0;
	text = id_file(ct, "/etc/passwd");
	groups = id_file(ct, "/etc/group");
	if (!text || !groups)
		return -1;
	while (!found && id_line(&text, f, 6)) {
		if (num_parse(f[2], 0, UINT32_MAX - 1, &u) < 0 ||
		    num_parse(f[3], 0, UINT32_MAX - 1, &g) < 0 ||
		    (number ? u != n : strcmp(f[0], user) != 0))
			continue;
		*w = (struct creds){ .uid = (uid_t)u, .gid = (gid_t)g,
		                   .home = f[5], .name = f[0] };
		found = true;
	}
	if (!found && !number)
		return fail_msg(ct, "user %s: not in the container's /etc/passwd",
		                user);
	if (!found)
		*w = (struct creds){ .uid = (uid_t)n, .gid = (gid_t)n, .home = "/" };
	if (!group) {
		if (found)
			id_members(ct, groups, w);
		return 0;
	}
	next = text_cut(group, ',');
	if (id_group(ct, groups, group, &w->gid) < 0)
		return -1;
	for (group = next; group; group = next) {
		next = text_cut(group, ',');
		if (w->ngroups == (int)LEN(w->groups))
			return fail_msg(ct, "more than %zu groups", LEN(w->groups));
		if (id_group(ct, groups, group, &w->groups[w->ngroups++]) < 0)
			return -1;
	}
	return 0;
}

/* Writes the map of the child's user namespace. Whoever is not root gets its
 * own id as root and, where /etc/subuid gives it some, a range behind that,
 * which only the setuid helpers may map. */
static int
id_helper(struct ct *ct, const char *prog, char **argv)
{
	int status = 0;
	pid_t pid = sys_fork();

	if (pid == 0) {
		close(2);               /* its words would be a second line */
		execv(prog, argv);
		_exit(127);
	}
	if (pid < 0)
		return fail_sys(ct, "fork %s", prog);
	status = sys_wait(pid);
	if (status)
		return fail_msg(ct, "%s refused: is the range in /etc/subuid and "
		                "/etc/subgid?", prog);
	return 0;
}

/* The caller's line in /etc/subuid or /etc/subgid. */
static bool
id_range(struct ct *ct, const char *file, uint64_t *start, uint64_t *count)
{
	char *text = io_slurp(ct, file), *f[6], *names;
	char own[16], end[24];
	const char *name = NULL;

	if (!text || faccessat(AT_FDCWD, "/usr/bin/newuidmap", X_OK, 0) < 0)
		return false;
	text_printf(own, sizeof own, "%s", num_put(end + sizeof end, getuid()));
	names = io_slurp(ct, "/etc/passwd");
	while (!name && id_line(&names, f, 6))
		if (!strcmp(f[2], own))
			name = f[0];
	while (id_line(&text, f, 3))
		if ((!strcmp(f[0], own) || (name && !strcmp(f[0], name))) &&
		    num_parse(f[1], 1, UINT32_MAX - 1, start) == 0 &&
		    num_parse(f[2], 1, UINT32_MAX - 1, count) == 0)
			return true;
	return false;
}

static int
id_map(struct ct *ct, enum op_kind kind, const char *file, const char *prog,
       uint64_t own, const char *sub)
{
	char map[1024], path[48], *argv[3 * 20 + 3];
	uint64_t row[3] = { 0, own, 1 };        /* inside, outside, count */
	size_t len = 0;
	int a = 2;
	struct op *op = op_find(ct->ops, kind);
	bool mine = true, range = !op;  /* it is all its own; a range behind it */

	do {
		if (op)
			memcpy(row, (uint64_t[]){ op->idmap.inside, op->idmap.outside, op->idmap.count }, sizeof row);
		if (a > 3 * 20)
			return fail_msg(ct, "more than 20 ranges");
		mine = mine && a == 2 && row[1] == own && row[2] == 1;
		for (int i = 0; i < 3; i++)
			if (!(argv[a++] = mem_printf(ct, "%llu",
			                             (unsigned long long)row[i])))
				return -1;
		len += text_printf(map + len, sizeof map - len, "%s %s %s\n", argv[a - 3],
		              argv[a - 2], argv[a - 1]);
		row[0] = 1;
		if (op)
			op = op_find(op->next, kind);
		else if (range)
			range = ct->euid && id_range(ct, sub, &row[1], &row[2]);
	} while (op || (range && a == 5));
	argv[a] = NULL;
	if (ct->euid && !mine) {
		text_printf(path, sizeof path, "%d", ct->pid);
		argv[0] = (char *)(uintptr_t)prog;
		argv[1] = path;
		return id_helper(ct, prog, argv);
	}
	/* who is not root must give up setgroups before a gid map of its own */
	text_printf(path, sizeof path, "%d/setgroups", ct->pid);
	if (ct->euid && kind == OP_GIDMAP &&
	    io_put(ct->proc_fd, path, "deny") < 0)
		return fail_sys(ct, "write deny to setgroups");
	text_printf(path, sizeof path, "%d/%s", ct->pid, file);
	if (io_put(ct->proc_fd, path, map) < 0) {
		map[len - 1] = '\0';
		return fail_sys(ct, "write %s to %s", map, file);
	}
	return 0;
}

static int
id_maps(struct ct *ct)
{
	if (id_map(ct, OP_GIDMAP, "gid_map", "/usr/bin/newgidmap", getegid(),
	           "/etc/subgid") < 0)
		return -1;
	return id_map(ct, OP_UIDMAP, "uid_map", "/usr/bin/newuidmap", ct->euid,
	              "/etc/subuid");
}
