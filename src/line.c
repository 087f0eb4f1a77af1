/* SPDX-License-Identifier: ISC */
/* The line, step "let-go": once across it, the process may be seen from inside. */

/* For a library's callback, which keeps the caller's memory: wipes variables not passed on. */
static void
line_wipe_env(struct ct *ct)
{
	for (char **e = ct->caller_env; e && *e && !ct->keep_env; e++) {
		struct op *op = op_find(ct->ops, OP_ENV);
		size_t n = strcspn(*e, "=");

		while (op && (strncmp(op->env, *e, n) || op->env[n]))
			op = op_find(op->next, OP_ENV);
		for (size_t i = 0; !op && default_env[i]; i++)
			if (!strncmp(default_env[i], *e, n) && !default_env[i][n])
				n = 0;  /* a default that is copied */
		if (!op && n)
			memset(*e, 0, strlen(*e));
	}
}

/* Finds a library caller's arguments and environment: fields 48 to 51 of proc(5)'s stat,
 * counted from the third one, which follows the name; that may contain blanks and ')'. */
static int
line_find_words(struct ct *ct)
{
	char buf[2048], *p;
	uint64_t at[4] = { 0 };         /* arg_start, arg_end, env_start, env_end */

	if (kfs_need_proc(ct) < 0)
		return -1;
	if (io_get(ct->proc_fd, "self/stat", buf, sizeof buf) < 0)
		return fail_sys(ct, "read /proc/self/stat");
	p = strrchr(buf, ')');
	for (int field = 3; p && field < 52; field++) {
		p = strchr(p + 1, ' ');
		if (p && field >= 48)
			at[field - 48] = text_scan(p, 10, NULL);
	}
	ct->words = (char *)(uintptr_t)at[0];
	ct->words_len = at[0] && at[3] > at[0] ? (size_t)(at[3] - at[0]) : 0;
	return 0;
}

static char **
line_copy(struct ct *ct, char **list)
{
	size_t n = 0;
	char **copy;

	while (list[n])
		n++;
	copy = mem_get(ct, (n + 1) * sizeof *copy);
	for (size_t i = 0; copy && i < n; i++)
		if (!(copy[i] = mem_dup(ct, list[i])))
			return NULL;
	if (copy)
		copy[n] = NULL;
	return copy;
}

/* The unused stack below still has data of the host: paths, mounts. line_drop_stack() discards
 * whole pages, without touching any; this overwrites the rest of the two that its frame may be
 * on. Volatile, or the compiler drops the writes; no call, which would touch the array's end. */
static __attribute__((noinline)) void
line_wipe_stack(const uintptr_t page)
{
	volatile char below[2 * 65536];         /* two of the largest pages */
	const uintptr_t from = ((uintptr_t)(below + sizeof below) & ~(page - 1)) - page;

	for (uintptr_t at = (uintptr_t)(below + sizeof below) & ~(uintptr_t)7; at > from; ) {
		at -= sizeof(uint64_t);
		*(volatile uint64_t *)at = 0;
	}
}

static void
line_drop_stack(void)
{
	const uintptr_t page = getauxval(AT_PAGESZ);
	const uintptr_t here = (uintptr_t)__builtin_frame_address(0) & ~(page - 1);

	madvise((void *)(here - 4 * 65536), 4 * 65536 - page, MADV_DONTNEED);
	line_wipe_stack(page);
}

/* Copies what the command needs, and wipes or frees everything else: the caller's
 * arguments and environment, argument files, paths of the host. */
static int
line_wipe(struct ct *ct)
{
	struct block *b = ct->mem;
	size_t before = b ? b->used : 0;
	const char *name = (const char *)getauxval(AT_EXECFN);
	const char *f = (void *)ct->filter.prog;
	size_t size = ct->filter.len * sizeof *ct->filter.prog;
	size_t calls = SC_MAX * sizeof *ct->calls;

	if (!(ct->argv = line_copy(ct, ct->argv)) || !(ct->env = line_copy(ct, ct->env)))
		return -1;
	if ((ct->workdir && !(ct->workdir = mem_dup(ct, ct->workdir))) ||
	    (ct->path && !(ct->path = mem_dup(ct, ct->path))) ||
	    (f && !(ct->filter.prog = (void *)mem_part(ct, f, size))) ||
	    (ct->calls && !(ct->calls = (void *)mem_part(ct, (void *)ct->calls, calls))))
		return -1;
	for (char **e = ct->caller_env; e && *e; e++)
		memset(*e, 0, strlen(*e));
	if (ct->words_len)
		memset(ct->words, 0, ct->words_len);
	if (name)
		memset((char *)(uintptr_t)name, 0, strlen(name));
	if (b) {                /* the copies are after what is wiped, or in newer blocks */
		memset(b + 1, 0, before - sizeof *b);
		mem_free(&b->next, NULL);
	}
	ct->caller_env = ct->args = NULL;
	ct->ops = NULL;
	ct->name = ct->hostname = ct->domainname = ct->pidfile = ct->label = ct->dns = NULL;
	ct->user = ct->user ? "" : NULL;
	ct->root = ct->root ? "" : NULL;
	ct->overlay = NULL;
	ct->creds.home = ct->creds.name = NULL;
	ct->cg_path = "";
	memset(ct->id_buf, 0, sizeof ct->id_buf);
	return 0;
}

/* Enters the root of the container. setns() leads to the root of the mount namespace; the
 * file descriptor is the root of its first process. */
static int
line_root(struct ct *ct)
{
	struct stat a, b;

	if (fchdir(ct->tree_fd) < 0 || chroot(".") < 0)
		return fail_sys(ct, "chroot to the container's root");
	if (fstat(ct->tree_fd, &a) < 0 || stat("/", &b) < 0)
		return fail_sys(ct, "stat the container's root");
	if (!io_same(&a, &b))
		return fail_msg(ct, "/ is not the container's root");
	return 0;
}

/* Joins the namespaces of ct exec, or those of --ns that child_join() left. Joining a pid
 * namespace affects only the next child, which is the one that is seen inside. */
static int
line_join(struct ct *ct)
{
	struct op *pid = ns_op(ct, NS_PID), *mnt = ns_op(ct, NS_MNT);

	if (!ct->exec) {
		if ((pid && child_setns(ct, pid) < 0) || (mnt && child_setns(ct, mnt) < 0))
			return -1;
		return mnt ? line_root(ct) : 0;
	}
	if (ct->join && setns(ct->self_fd, (int)ct->join) < 0)
		return fail_sys(ct, "setns");
	if (ct->join & CLONE_NEWUSER && sys_root() < 0)
		return fail_sys(ct, "become root of the user namespace");
	return ct->join & CLONE_NEWNS ? line_root(ct) : 0;
}

/* Takes nothing of the host any further: no file descriptor except those to be kept, none
 * of the caller's words and, if it is sure to be seen before it executes, no data on the
 * stack. A close-on-exec descriptor is still open while execve resolves the command's path,
 * which the image controls (CVE-2024-21626); and a tracer of a process that waits or enters
 * gets all that it has (CVE-2016-9962). */
static int
child_let_go(struct ct *ct)
{
	/* a thread of the library's caller has a stack of any size, and other memory below */
	bool seen = !IN_LIB(ct) && (ct->exec || ct->hold || ct->init || ct->pid_ns);
	bool callback = IN_LIB(ct) && ct->fn;

	ct->ready_fd = ct->info_fd = ct->notify_fd = -1;
	if (IN_LIB(ct) && !callback && line_find_words(ct) < 0)
		return -1;
	if (line_join(ct) < 0 || child_hide(ct) < 0)
		return -1;
	fd_close_others(ct);
	fd_disown(ct);
	ct->msg_fd[0] = -1;
	if (callback)
		line_wipe_env(ct);
	else if (line_wipe(ct) < 0)
		return -1;
	if (seen)
		line_drop_stack();
	return 0;
}

/* Forks the process that runs the command, where that must start in a pid namespace with
 * other processes: it has only the command's rights from its first moment, and nobody
 * there sees this process. */
static int
child_fork_inner(struct ct *ct)
{
	return ct->exec || ct->pid_ns ? child_fork(ct, 0) : 0;
}
