/* SPDX-License-Identifier: ISC
 *
 * libct - the API of ct.h over the program's own core, which this file includes:
 * one translation unit, so that a program gets libct.a and nothing else.
 */
#define CT_LIB
#define IN_LIB(ct) ((ct)->lib)
#define LIB_STEP(go, name, purpose) STEP(name, purpose, 0, V_BOTH, go),

struct ct;
static int lib_fds(struct ct *), lib_seal(struct ct *), lib_console(struct ct *),
	lib_call(struct ct *);

#include "../ct.c"
#include "../ct.h"

/* --- steps of the child --- */

/* Is this one of ct's? The child may need it until it lets go. */
static bool
lib_ours(const struct ct *ct, int fd)
{
	const int *own = (const void *)((const char *)ct + offsetof(struct ct, proc_fd));
	const int *end = (const void *)&ct->err;

	while (own < end && *own != fd)
		own++;
	if (own < end || fd == ct->msg_fd[1] || fd == ct->go_fd[0])
		return true;
	for (struct op *op = ct->ops; op; op = op->next)
		if (op->fd == fd)
			return true;
	return false;
}

/* Keeps or closes one of the caller's descriptors: a callback is to see what a
 * program would after execve, a program only what it was given. */
static void
lib_fd(const struct ct *ct, int fd)
{
	int flags = fcntl(fd, F_GETFD);
	struct op *op = op_find(ct->ops, OP_KEEPFD);

	if (flags < 0 || lib_ours(ct, fd))
		return;
	while (op && (int)op->keep_fd != fd)
		op = op_find(op->next, OP_KEEPFD);
	if (op)
		fcntl(fd, F_SETFD, 0);
	else if (!ct->fn || flags & FD_CLOEXEC)
		close(fd);
}

/* Sets up the standard streams, then closes what must not be seen inside, such
 * as the locks and pipes of this process's other containers, which a callback
 * would hold for as long as it runs. */
static int
lib_fds(struct ct *ct)
{
	int high[3];

	for (int i = 0; i < 3; i++)
		if ((high[i] = ct->fds[i]) >= 0 &&
		    (high[i] = fcntl(ct->fds[i], F_DUPFD_CLOEXEC, 3)) < 0)
			return fail_sys(ct, "dup descriptor %d", ct->fds[i]);
	for (int i = 0; i < 3; i++)
		if (high[i] >= 0 && dup2(high[i], i) < 0)
			return fail_sys(ct, "dup to descriptor %d", i);
	for (int i = 0; i < 3; i++)
		fd_close(&high[i]);
	fd_each(ct, lib_fd);
	return 0;
}

static bool
lib_exe_path(const struct ct *ct, char path[PATH_MAX])
{
	ssize_t n = readlinkat(ct->proc_fd, "self/exe", path, PATH_MAX - 1);

	path[n < 0 ? 0 : n] = '\0';
	return n > 0;
}

/* Opens the caller's file on a detached read-only clone of its mount, from where nobody can write
 * to it. -1: it is there already, for an ordinary user, before Linux 5.12, or no such clone can
 * be made. */
static void
lib_exe(struct ct *ct)
{
	LOCAL_FD exe = -1, here = -1, tree = -1;
	struct stat a, b;
	struct statfs fs;
	char path[PATH_MAX];

	if (kfs_has_proc(ct) && !ct->euid && !ct->no_root)
		exe = openat(ct->proc_fd, "self/exe", O_PATH | O_CLOEXEC);
	if (exe < 0 || fstatfs(exe, &fs) < 0 || fs.f_flags & ST_RDONLY || !lib_exe_path(ct, path))
		return;
	/* unshare(2) leaves the mount of the file behind: the new namespace has a copy of it */
	tree = sys_tree_ro(exe);
	if (tree < 0 && (here = io_open(path, O_PATH)) >= 0 && fstat(here, &a) == 0 &&
	    fstat(exe, &b) == 0 && io_same(&a, &b))
		tree = sys_tree_ro(here);
	if (tree < 0)
		return;
	text_printf(path, sizeof path, "self/fd/%d", tree);
	ct->exe_fd = openat(ct->proc_fd, path, O_RDONLY | O_CLOEXEC);
}

/* Maps this part of the caller's file from ct->exe_fd, with what is in memory now: only pages that
 * are no longer the file's, if `map`, /proc/self/pagemap, can tell; word by word, since
 * AddressSanitizer knows of memcpy(3). The line is of /proc/self/maps: START-END RWXP OFFSET DEVICE
 * INODE PATH. */
__attribute__((no_sanitize_address)) static int
lib_seal_part(const struct ct *ct, int map, const char *line)
{
	static const int bits[] = { PROT_READ, PROT_WRITE, PROT_EXEC };
	char *s;
	uintptr_t at = (uintptr_t)text_scan(line, 16, &s);
	size_t n = (size_t)(text_scan(s + 1, 16, &s) - at);
	off_t from = (off_t)text_scan(s + 6, 16, NULL);
	const long *old = (const long *)at;
	const size_t page = getauxval(AT_PAGESZ) / sizeof *old;         /* in words */
	int prot = 0, now;
	long *new;
	uint64_t is[512];

	for (size_t i = 0; i < LEN(bits); i++)
		prot |= s[1 + i] != '-' ? bits[i] : 0;
	now = prot;
	if ((new = mmap(NULL, n, prot, MAP_PRIVATE, ct->exe_fd, from)) == MAP_FAILED)
		return -1;
	for (size_t i = 0; prot & PROT_READ && i < n / sizeof *old; i++) {
		size_t k = i / page % LEN(is);

		if (i % (page * LEN(is)) == 0 && pread(map, is, sizeof is, (off_t)(
		    (at / sizeof *old + i) / page * sizeof *is)) != sizeof is)
			memset(is, -1, sizeof is);
		/* not in swap, and not there or of a file */
		if (i % page == 0 && !(is[k] >> 62 & 1) && is[k] >> 61 != 4) {
			i += page - 1;
			continue;
		}
		if (new[i] == old[i])
			continue;
		/* not sooner: where no memory may become executable, text stays as it is */
		if (!(now & PROT_WRITE) && mprotect(new, n, now = PROT_READ | PROT_WRITE) < 0)
			return -1;
		new[i] = old[i];
	}
	/* nothing may be written to it from here on; an address may be negative as a long */
	return (now != prot && mprotect(new, n, prot) < 0) ||
	       (uintptr_t)syscall(SYS_mremap, new, n, n, MREMAP_MAYMOVE | MREMAP_FIXED, at) != at ?
	       -1 : 0;
}

/* Makes ct->exe_fd the file of /proc/PID/exe: with CAP_SYS_RESOURCE, or else with
 * CONFIG_CHECKPOINT_RESTORE, by telling the kernel what it knows, from /proc/self/stat. */
static int
lib_seal_exe(struct ct *ct)
{
	uint64_t f[52] = { 0 }, heap = (uint64_t)syscall(SYS_brk, 0);
	struct prctl_mm_map m = { .exe_fd = (unsigned)ct->exe_fd, .brk = heap };
	char buf[1024], *s;

	if (prctl(PR_SET_MM, PR_SET_MM_EXE_FILE, (unsigned long)ct->exe_fd, 0, 0) == 0)
		return 0;
	if (io_get(ct->proc_fd, "self/stat", buf, sizeof buf) < 0)
		return -1;
	s = strrchr(buf, ')');
	for (size_t i = 3; s && i < LEN(f); i++)        /* as proc(5) counts them */
		if ((s = strchr(s, ' ')))
			f[i] = text_scan(++s, 10, NULL);
	m.start_code = f[26];
	m.end_code = f[27];
	m.start_stack = f[28];
	m.start_data = f[45];
	m.end_data = f[46];
	m.start_brk = f[47];
	m.arg_start = f[48];
	m.arg_end = f[49];
	m.env_start = f[50];
	m.env_end = f[51];
	return prctl(PR_SET_MM, PR_SET_MM_MAP, (unsigned long)&m, sizeof m, 0);
}

/* The container reaches the caller's file as /proc/PID/exe of a process that is inside, or executes
 * it as the interpreter of a script (CVE-2019-5736): so what this process has of it is moved to
 * another mount. */
static int
lib_seal(struct ct *ct)
{
	char *text, *line, *path, file[PATH_MAX];
	LOCAL_FD map = -1;
	int r = 0;

	if (ct->exe_fd < 0)
		return 0;
	map = openat(ct->proc_fd, "self/pagemap", O_RDONLY | O_CLOEXEC);
	if (!(text = fs_mountinfo(ct, "self/maps")))
		return -1;
	if (!lib_exe_path(ct, file))
		return fail_sys(ct, "readlink /proc/self/exe");
	/* by path: it may be ld.so, executed with the program as an argument */
	while (r == 0 && (line = text_next(&text, '\n')) && *line)
		if ((path = strchr(line, '/')) && !strcmp(path, file))
			r = lib_seal_part(ct, map, line);
	/* root of a user namespace of the container has no rights to that file */
	if ((r < 0 || lib_seal_exe(ct) < 0) && !(ct->optional & FEAT_SEAL) &&
	    (ct->exec || !(ct->features & FEAT_USER)))
		return fail_sys(ct, "move the caller's file to a read-only mount");
	fd_close(&ct->exe_fd);
	return 0;
}

static int
lib_console(struct ct *ct)
{
	if (ct->console && ioctl(0, TIOCSCTTY, 0) < 0)
		return fail_sys(ct, "ioctl TIOCSCTTY on the console");
	return 0;
}

static int
lib_call(struct ct *ct)
{
	if (!ct->fn)
		return 0;
	if (child_signals(ct) < 0)
		return -1;
	/* The first process of an ordinary user's container is dumpable as a command is: else that
	 * user could not enter it. Any other has the caller's file as /proc/PID/exe, and the
	 * caller's memory: root inside could make that file set-user-ID, and write to it. */
	if (ct->euid && !ct->exec && sys_prctl(PR_SET_DUMPABLE, 1, 0) < 0)
		return fail_sys(ct, "prctl PR_SET_DUMPABLE");
	if (msg_send(ct, MSG_READY, 0) < 0)
		return fail_sys(ct, "tell the parent");
	fd_close(&ct->msg_fd[1]);
	fd_close(&ct->go_fd[0]);
	environ = ct->env;
	_exit(ct->fn(ct->fn_arg));
}

/* ct.h over the same core. A setter applies an option of `ct run` to `spec`,
 * which also keeps it for the record; spawn copies that to `run`, runs the same
 * steps, but does not supervise: wait and destroy are up to the caller. While
 * nothing runs, all there is of a container is its cgroup, with our lock on it. */

/* A process that entered; fd is its pidfd, or -1. Until it is reaped, its zombie keeps the
 * container's pid namespace, and so the first process, from ending. */
struct entered { struct entered *next; int fd; };

/* A mount that libct_fs_del_mount() can take back, with its argument in the record. */
struct bound { struct bound *next; const char *dst; struct op *op; char *arg; };

struct ct_handler {
	struct ct_handler *next;
	struct libct_session *ses;
	struct ct spec;         /* what was requested; cg_fd is the cgroup */
	struct ct run;          /* copied from it at spawn; pidfd, pid */
	bool opened;            /* another process's: no lock, no pidfd */
	bool started;           /* spawned and not yet waited for */
	bool killed;            /* cgroup.kill may have been written */
	bool masked;            /* ns_mask was set */
	bool auto_proc;
	bool frozen;            /* to be frozen once it runs */
	unsigned ns_mask;       /* bits of ns_kinds[] */
	const char *private;    /* takes the place of the root */
	struct bound *bound;    /* of libct_fs_add_mount() */
	bool caps;              /* libct_container_set_caps() was called */
	const char *nics[16];   /* values of --net */
	int nnics;
	uint64_t mem_limit;     /* of v1, for memsw; 0: not set */
	char quota[24], period[24];
	struct entered *entered;
	struct ring *ring;      /* of libct_container_set_log() */
	int status;             /* of the last run, -1 unknown */
	struct err err;         /* of the last call */
	bool failed;
	char line[900];
};

struct libct_session {
	struct ct_handler *first;
	int lock;               /* of the list */
	char line[900];
};

/* What spawn and enter are to run, and how. */
struct job {
	int (*fn)(void *);
	void *arg;
	char *path, **argv, **env;
	const int *fds;
	const char *images;     /* of spawn: what criu has saved, in place of a command */
	unsigned stay_out;      /* of enter: CLONE_NEW of namespaces that are not joined */
	unsigned lacks;         /* the same: CT_ENTER_ that are not set */
	bool on_exec;           /* the same: CT_ENTER_ON_EXEC */
};

#define OR_EMPTY(s) ((s) ? (s) : "")

static void
lib_lock(struct libct_session *s)
{
	while (__atomic_exchange_n(&s->lock, 1, __ATOMIC_ACQUIRE))
		sched_yield();
}

static void
lib_unlock(struct libct_session *s)
{
	__atomic_store_n(&s->lock, 0, __ATOMIC_RELEASE);
}

/* Closes what leads to procfs and to cgroups. */
static void
lib_let_go(struct ct *ct)
{
	fd_close(&ct->proc_fd);
	fd_close(&ct->cg_base_fd);
	fd_close(&ct->cg_top_fd);
}

/* The errno of an error. */
static int
lib_errno(const struct err *e)
{
	return e->no ? e->no : e->status == 3 ? ENOENT : EINVAL;
}

/* Ends a call: returns its result, sets errno and keeps the text of an error. */
static int
lib_end(ct_handler_t c, struct ct *ct)
{
	c->failed = ct->failed;
	lib_let_go(&c->spec);
	if (!ct->failed)
		return 0;
	c->err = ct->err;
	err_forget(ct);
	errno = lib_errno(&c->err);
	return -1;
}

/* Ends it with this error. */
static int PRINTF(2, 3)
lib_bad(ct_handler_t c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_put(&c->spec, 0, fmt, ap);
	va_end(ap);
	lib_end(c, &c->spec);
	return -1;
}

/* Begins a call; false if there is no handle. */
static bool
lib_begin(ct_handler_t c, const char *step)
{
	errno = EINVAL;
	if (!c)
		return false;
	c->failed = false;
	err_forget(&c->spec);
	c->spec.step = step;
	return true;
}

static bool
lib_grp(ct_handler_t c, struct ctr *g)
{
	*g = (struct ctr){ .fd = -1, .name = c->spec.name };
	return c->spec.cg_fd >= 0 &&
	       ctr_at(c->spec.cg_fd, ".", c->spec.name, g) == 0;
}

static bool
lib_runs(ct_handler_t c)
{
	struct pollfd p = { .fd = c->run.pidfd, .events = POLLIN };
	LOCAL_CTR g = { .fd = -1 };
	int state;

	if (!c->opened)
		return c->started && poll(&p, 1, 0) == 0;
	if (!lib_grp(c, &g))
		return false;
	state = ctr_state(&g);
	return state == ST_RUNNING || state == ST_PAUSED || (state == ST_CREATED && g.held);
}

/* Begins a call that is for a stopped container. */
static bool
lib_stopped(ct_handler_t c, const char *step)
{
	return lib_begin(c, step) &&
	       (!lib_runs(c) || lib_bad(c, "the container is running") == 0);
}

static bool
lib_running(ct_handler_t c, const char *step)
{
	return lib_begin(c, step) &&
	       (lib_runs(c) || lib_bad(c, "the container is not running") == 0);
}

/* From here on a call can free the memory that it needed: otherwise that is
 * kept as long as the handle. */
struct arena_mark { struct block *b; size_t used; };

static struct arena_mark
lib_arena_mark(const struct ct *ct)
{
	return (struct arena_mark){ ct->mem, ct->mem ? ct->mem->used : 0 };
}

static void
lib_arena_reset(struct ct *ct, struct arena_mark m)
{
	mem_free(&ct->mem, m.b);
	if (!m.b)
		return;
	memset((char *)m.b + m.used, 0, m.b->used - m.used);
	m.b->used = m.used;
}

/* --- options --- */

/* Options for the ct process itself, or that ct.h has a function for. */
static const char *const lib_refused[] = {
	"name", "pidfile", "ready-fd", "info-fd", "timeout", "detach", "hold",
	"on-start", "on-ready", "on-exit", "dry-run", "verbose", "profile", "help",
	"replace", "restart", "tty", "log",
};

static void
lib_arg_drop(struct ct *ct, int i)
{
	for (int k = i; k < ct->nargs; k++)     /* with the NULL behind */
		ct->args[k] = ct->args[k + 1];
	ct->nargs -= i < ct->nargs;
}

/* What this argument replaces goes from the record, which has no room for all that a handle
 * is told in its life. */
static void
lib_arg_replace(struct ct *ct, const struct opt *o, const char *arg)
{
	static const char *const keyed[] = { "env", "rlimit", "sysctl" };
	size_t n = strlen(o->name) + 2;
	int i = 0;

	if (o->many && NAME_FIND(keyed, o->name) < 0)
		return;
	if (o->many)
		n += 1 + strcspn(arg + n + 1, "=");
	while (i < ct->nargs && (strncmp(ct->args[i], arg, n) || !strchr("=", ct->args[i][n])))
		i++;
	lib_arg_drop(ct, i);
}

/* Applies an option and keeps it for the record; without effect if it fails. */
static int
lib_option(struct ct *ct, const char *name, const char *value)
{
	struct arena_mark mark = lib_arena_mark(ct);
	struct ct saved = *ct;
	const struct opt *o;
	struct err err;
	char *arg;
	int r;
	size_t n = name ? strlen(name) : 0, v = value ? strlen(value) + 1 : 0;
	struct given given = { .own = true, .value = (char *)(uintptr_t)value };

	ct->verb = V_RUN;
	o = n ? opt_find(ct, name, n, 0) : NULL;
	if (!o)
		return fail_msg(ct, "--%s: no such option", n ? name : "");
	arg = mem_get(ct, n + v + 3);
	if (!arg)
		return -1;
	text_printf(arg, n + 3, "--%s", name);
	if (value) {
		arg[n + 2] = '=';
		memcpy(arg + n + 3, value, v);
	}
	ct->seen[(o - options) / 64] &= ~((uint64_t)1 << (o - options) % 64);
	r = opt_apply(ct, WALK_APPLY, o, &given);
	if (r >= 0 && ct->no_calls && !(ct->optional & FEAT_SECCOMP))
		r = fail_msg(ct, "%s: not a system call of this machine", ct->no_calls);
	if (r >= 0) {
		lib_arg_replace(ct, o, arg);
		arg_keep(ct, arg);
		ct->step = saved.step;
		return 0;
	}
	err = ct->err;
	lib_arena_reset(ct, mark);
	*ct = saved;
	*ct->ops_end = NULL;
	ct->err = err;
	ct->failed = true;
	return -1;
}

static int
lib_value(ct_handler_t c, const char *name, const char *value)
{
	if (value)
		lib_option(&c->spec, name, value);
	return lib_end(c, &c->spec);
}

/* A setter: the format and what follows make the option's value. */
#define lib_set(c, name, ...) \
	(lib_stopped(c, name) ? lib_value(c, name, mem_printf(&(c)->spec, __VA_ARGS__)) : -1)

static char **
lib_env(void)
{
	static char *const none[] = { NULL };

	return environ ? environ : (char **)(uintptr_t)none;
}

/* Begins a plan. */
static void
lib_init(struct ct *ct, const char *step)
{
	plan_init(ct);
	ct->lib = true;
	ct->step = step;
	ct->fds[0] = ct->fds[1] = ct->fds[2] = -1;
	ct->caller_env = lib_env();
}

/* Copies a container's plan; what is added to the copy is freed with it. */
static void
lib_copy(ct_handler_t c, struct ct *ct)
{
	fd_close(&c->spec.proc_fd);
	*ct = c->spec;
	if (ct->ops_end == &c->spec.ops)
		ct->ops_end = &ct->ops;
	ct->mem = NULL;
	ct->caller_env = lib_env();
	ct->args = NULL;
	ct->nargs = 0;
	for (int i = 0; i < c->spec.nargs; i++)
		arg_keep(ct, c->spec.args[i]);
}

static void
lib_drop(ct_handler_t c, struct ct *ct)
{
	*c->spec.ops_end = NULL;        /* where the copy's began */
	mem_free(&ct->mem, NULL);
	ct->ops = NULL;
	ct->args = NULL;
}

/* --- the cgroup --- */

/* Makes the cgroup, with our lock on it. Without a usable cgroup2 there is
 * none, which is an error only if a limit was requested. */
static int
lib_make(struct ct *ct)
{
	ct->step = "cgroup";
	if (cg_base(ct, true) < 0)
		return ct->failed ? -1 : 0;
	if (cg_make(ct) == 0) {
		cg_sweep(ct->cg_base_fd, 16);
		/* until spawn, after which it is to go with this process */
		fsetxattr(ct->cg_fd, "user.ct.keep", "1", 1, 0);
	}
	lib_let_go(ct);
	ct->cg_base_made = false;
	return ct->failed ? -1 : 0;
}

/* Makes sure that the cgroup is ours before something is started in it. */
static int
lib_own(ct_handler_t c)
{
	struct ct *ct = &c->spec;

	/* since 6.14 Linux kills what is cloned into a cgroup that was ever killed: it
	 * compares the kill count with that of the parent's cgroup */
	if (c->killed && ct->cg_fd >= 0 && cg_base(ct, false) == 0) {
		cg_destroy(ct->cg_base_fd, ct->name, ct->cg_fd);
		lib_let_go(ct);
	}
	c->killed = false;
	if (ct->cg_fd >= 0 && cg_populated(ct->cg_fd) < 0)
		fd_close(&ct->cg_fd);   /* or somebody else removed it */
	if (c->opened && ct->cg_fd >= 0) {
		if (flock(ct->cg_fd, LOCK_EX | LOCK_NB) < 0)
			return fail_msg(ct, "it belongs to another process");
		c->opened = false;
	}
	return ct->cg_fd >= 0 ? 0 : lib_make(ct);
}

static void
lib_unmark(struct ct *ct, const char *attr)
{
	int saved = errno;

	if (ct->cg_fd >= 0)
		fremovexattr(ct->cg_fd, attr);
	errno = saved;
}

/* --- spawn --- */

/* Takes over what is to run. */
static int
lib_job(struct ct *ct, const struct job *j)
{
	ct->fn = j->fn;
	ct->fn_arg = j->arg;
	ct->path = j->path;
	ct->env = j->env;
	for (int i = 0; i < 3 && j->fds; i++)
		ct->fds[i] = j->fds[i];
	if (j->argv && *j->argv) {
		ct->argv = j->argv;
		return 0;
	}
	if (!(ct->argv = mem_get(ct, 2 * sizeof *ct->argv)))
		return -1;
	*ct->argv = j->path ? j->path : (char *)"(callback)";
	return 0;
}

static int
lib_plan_ns(ct_handler_t c, struct ct *ct)
{
	for (int i = 0; i < NS_MAX && c->masked; i++) {
		bool own = c->ns_mask >> i & 1;

		if (!own && i == NS_USER && ct->euid)
			continue;       /* such a caller needs one */
		if (lib_option(ct, own ? "unshare" : "share", ns_kinds[i].name) < 0)
			return -1;
	}
	for (int i = 0; i < c->nnics; i++)
		if (lib_option(ct, "net", c->nics[i]) < 0)
			return -1;
	return c->private ? lib_option(ct, "root", c->private) : 0;
}

/* Plans a container without a root of its own, which sees the caller's mounts. */
static int
lib_plan_here(ct_handler_t c, struct ct *ct)
{
	struct stat st;

	ct->no_root = true;
	ct->features &= ~(unsigned)(FEAT_PROC | FEAT_SYS | FEAT_DEV | FEAT_PTS | FEAT_MASK |
	                       FEAT_LOCK);
	if (c->auto_proc && ct->features & FEAT_PID && ct->features & FEAT_MNT)
		ct->features |= FEAT_PROC;
	if (ct->read_only)
		return fail_msg(ct, "read-only: the container has no root of its own");
	for (struct op *op = ct->ops; op; op = op->next) {
		const char *dst = op->kind == OP_BIND || op->kind == OP_TMPFS ||
		                  op->kind == OP_MOUNT ? op->mnt.dst : NULL;

		if (dst && stat(dst, &st) < 0)
			return fail_sys(ct, "%s, in a container without a root of its own", dst);
		if (!dst && op->kind <= OP_DEVICE)
			return fail_msg(ct, "masks, files, links and devices need a "
			                "root of its own");
	}
	return 0;
}

static int
lib_plan(ct_handler_t c, struct ct *ct, const struct job *j)
{
	struct stat st;
	size_t n;

	if (lib_plan_ns(c, ct) < 0 || lib_job(ct, j) < 0)
		return -1;
	ct->step = "root";
	errno = ENOTDIR;
	if (ct->root && (stat(ct->root, &st) < 0 || !S_ISDIR(st.st_mode)))
		return fail_sys(ct, "%s", ct->root);
	for (char **e = j->env; e && *e; e++) {
		arg_keep(ct, "-e");
		arg_keep(ct, *e);
	}
	if (run_command(ct, ct->argv) < 0)
		return -1;
	if (HAVE_CHECKPOINT && j->images && !criu_open(ct, j->images, &n))
		return -1;
	if (plan_run(ct) < 0 || (HAVE_CHECKPOINT && j->images && criu_plan(ct) < 0))
		return -1;
	if (!ct->root && lib_plan_here(c, ct) < 0)
		return -1;
	run_name(ct);
	return 0;
}

/* Closes what this process does not need once the container runs. */
static void
lib_release(struct ct *ct)
{
	parent_pipes_undo(ct);
	for (struct op *op = ct->ops; op; op = op->next)
		fd_close(&op->fd);
	lib_let_go(ct);
	fd_close(&ct->images_fd);
	fd_close(&ct->exe_fd);
	fd_close(&ct->inner_fd);
	fd_close(&ct->tree_fd);
	fd_close(&ct->self_fd);
	ct->cg_fd = -1;                 /* spec's */
}

/* Reads the child's messages until it has exec'd, or calls the callback. */
static int
lib_listen(struct ct *ct)
{
	struct sup s = { 0 };

	/* MSG_READY may come before the pid of the process that it became; and after
	 * exec, somebody inside may hold the write end of the pipe */
	while (ct->msg_fd[0] >= 0 && !ct->failed && !(ct->fn && ct->ready &&
	       (!ct->second || ct->pid != ct->first_pid))) {
		struct pollfd p[] = { { .fd = ct->msg_fd[0], .events = POLLIN },
		                      { .fd = ct->pidfd, .events = POLLIN } };
		int n = poll(p, LEN(p), ct->ready ? EXEC_WAIT : -1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || !p[0].revents)
			break;
		sup_records(ct, &s);
	}
	if (!ct->failed && !ct->ready)
		fail_msg(ct, "the container died during setup%s",
		         sup_oom(ct) ? " (memory.max is too low)" : "");
	return ct->failed ? -1 : 0;
}

static int
lib_start(struct ct *ct)
{
	int cg = ct->cg_fd;

	ct->features &= ~(unsigned)FEAT_CGROUP; /* it is there already */
	if (cg < 0) {
		if (op_find(ct->ops, OP_LIMIT) || ct->delegate)
			return cg_none(ct);
		ct->features &= ~(unsigned)FEAT_LIMITS;
	}
	lib_unmark(ct, "user.ct.keep");
	lib_unmark(ct, "user.ct.fds");
	ct->step = "record";
	if (record_args(ct) < 0 || cg_inner(ct) < 0)
		return -1;
	lib_exe(ct);
	if (step_run(ct, parent_steps, LEN(parent_steps), &ct->done) < 0) {
		run_failed(ct);
		return -1;
	}
	return lib_listen(ct);
}

/* Keeps a process that entered, unless it is -1, and forgets those that the caller has reaped. */
static void
lib_entered_keep(ct_handler_t c, int fd)
{
	struct entered *slot = NULL;
	siginfo_t si;

	for (struct entered *e = c->entered; e; e = e->next) {
		if (e->fd >= 0 && waitid(P_PIDFD, (id_t)e->fd, &si,
		                         WEXITED | WNOHANG | WNOWAIT | __WALL) < 0)
			fd_close(&e->fd);
		if (e->fd < 0)
			slot = e;
	}
	if (!slot && fd >= 0 && (slot = mem_get(&c->spec, sizeof *slot))) {
		slot->next = c->entered;
		c->entered = slot;
	}
	if (slot)
		slot->fd = fd;
	else
		fd_close(&fd);
}

/* Kills and reaps processes that entered. */
static void
lib_entered_end(ct_handler_t c)
{
	siginfo_t si;

	for (struct entered *e = c->entered; e; e = e->next) {
		struct pollfd p = { .fd = e->fd, .events = POLLIN };

		if (e->fd < 0)
			continue;
		sys_pidfd_signal(e->fd, SIGKILL);
		if (poll(&p, 1, 1000) > 0)
			waitid(P_PIDFD, (id_t)e->fd, &si, WEXITED | WNOHANG | __WALL);
		fd_close(&e->fd);
	}
}

/* Has the first process begun to exit? As PID 1 it ends only when all others have been
 * reaped. */
static bool
lib_exits(ct_handler_t c)
{
	enum { PF_EXITING = 4 };
	char path[24], buf[512], *s;

	text_printf(path, sizeof path, "%d/stat", c->run.pid);
	if (!kfs_has_proc(&c->spec) || io_get(c->spec.proc_fd, path, buf, sizeof buf) < 0 ||
	    !(s = strrchr(buf, ')')))
		return false;
	for (int i = 0; i < 7 && s; i++)        /* to the ninth field */
		s = strchr(s + 1, ' ');
	return s && text_scan(s, 10, NULL) & PF_EXITING;
}

/* Waits until the first process has ended. */
static void
lib_wait(ct_handler_t c)
{
	struct pollfd p = { .fd = c->run.pidfd, .events = POLLIN };

	while (poll(&p, 1, c->entered ? 100 : -1) <= 0)
		if (c->entered && lib_exits(c))
			lib_entered_end(c);
}

/* The first process has ended: takes its status and cleans up after it. */
static void
lib_reap(ct_handler_t c)
{
	siginfo_t si = { 0 };
	int r, fd = c->run.pidfd;

	while ((r = waitid(P_PIDFD, (id_t)c->run.pidfd, &si,
	                   WEXITED | __WALL)) < 0 && errno == EINTR)
		;
	/* ECHILD: a wait(2) of the caller was faster, or SIGCHLD is ignored */
	c->status = r < 0 ? -1 : si.si_code == CLD_EXITED ? si.si_status :
	            128 + si.si_status;
	c->killed |= c->status < 0 || c->status == 128 + SIGKILL;
	if (c->spec.cg_fd >= 0 && cg_populated(c->spec.cg_fd) > 0) {
		c->killed = true;
		cg_kill(c->spec.cg_fd);
		cg_empty(c->spec.cg_fd);
	}
	lib_unmark(&c->spec, "user.ct.init");
	fd_close(&c->run.listener_fd);
	c->started = false;
	c->run.pid = 0;
	c->run.pidfd = -1;
	step_undo(&c->run);             /* returns interfaces, removes rules */
	c->run.pidfd = fd;
	lib_drop(c, &c->run);
}

static int
ctr_freeze(struct ct *ct, struct ctr *c, int want)
{
	ct->want = want;
	return ctr_freeze_begin(ct, c) < 0 ? -1 : ctr_frozen(ct, c);
}

/* Freezes a container whose freezer.state was set while it was stopped. */
static int
lib_frozen(ct_handler_t c)
{
	LOCAL_CTR g;

	if (!lib_grp(c, &g))
		fail_msg(&c->spec, "the container has no cgroup to freeze");
	else if (cg_populated(g.fd) > 0)        /* or it has ended already */
		ctr_freeze(&c->spec, &g, ST_PAUSED);
	if (c->spec.failed)
		parent_kill(&c->run, SIGKILL);
	return lib_end(c, &c->spec);
}

static int
lib_spawn(ct_handler_t c, const struct job *j)
{
	struct ct *ct;

	if (!lib_stopped(c, "spawn"))
		return -1;
	ct = &c->run;
	if (c->started)
		lib_reap(c);
	fd_close(&ct->pidfd);
	c->status = -1;
	if (!j->fn && !j->path)
		fail_msg(&c->spec, "no callback and no path");
	if (c->spec.failed || lib_own(c) < 0)
		return lib_end(c, &c->spec);
	lib_copy(c, ct);
	ct->step = "spawn";
	if (lib_plan(c, ct, j) < 0 || lib_start(ct) < 0) {
		step_undo(ct);
		lib_release(ct);
		fd_close(&ct->listener_fd);
		lib_unmark(&c->spec, "user.ct.init");
		if (c->spec.cg_fd >= 0)
			fsetxattr(c->spec.cg_fd, "user.ct.keep", "1", 1, 0);
		lib_end(c, ct);
		lib_drop(c, ct);
		return -1;
	}
	lib_release(ct);
	c->started = true;
	return c->frozen ? lib_frozen(c) : 0;
}

/* --- enter --- */

/* Prepares to enter a container without a cgroup: by its plan and first process. */
static int
lib_enter_own(ct_handler_t c, struct ct *ct, struct ctr *g)
{
	char *none[] = { NULL };

	*g = (struct ctr){ .fd = -1, .pid = c->run.pid, .name = c->spec.name };
	lib_copy(c, ct);
	memcpy(ct->keyring, c->run.keyring, sizeof ct->keyring);
	ct->exec = true;
	ct->step = "enter";
	if (lib_plan_ns(c, ct) < 0 || run_command(ct, none) < 0 || plan_run(ct) < 0 ||
	    kfs_need_proc(ct) < 0)
		return -1;
	ct->self_fd = fcntl(c->run.pidfd, F_DUPFD_CLOEXEC, 3);
	return ct->self_fd < 0 ? fail_sys(ct, "dup") : 0;
}

/* Prepares to enter by the record, as `ct exec` does, any process's container. */
static int
lib_enter_group(ct_handler_t c, struct ct *ct, struct ctr *g)
{
	char *none[] = { NULL };

	lib_init(ct, "enter");
	ct->name = c->spec.name;
	if (cg_base(ct, false) < 0)
		return cg_none(ct);
	ct->step = c->spec.name;
	if (!ctr_exec_args(ct, g, none))
		return -1;
	ct->name = c->spec.name;
	memcpy(ct->keyring, g->keyring, sizeof ct->keyring);
	ct->exec = true;
	ct->step = "enter";
	return plan_run(ct) < 0 || kfs_need_proc(ct) < 0 ? -1 : 0;
}

/* Leaves out what is to stay as the caller has it. */
static void
lib_enter_less(struct ct *ct, const struct job *j)
{
	ct->stay_out = j->stay_out;
	ct->on_exec = j->on_exec;
	if (j->lacks & CT_ENTER_CGROUP)
		ct->features &= ~(unsigned)FEAT_CGROUP;
	if (j->lacks & CT_ENTER_FILTER)
		ct->features &= ~(unsigned)(FEAT_SECCOMP | FEAT_LABEL);
	if (j->lacks & CT_ENTER_USER) {
		ct->as_caller = ct->allow_new_privs = ct->keep_keyring = true;
		ct->user = NULL;
		ct->features &= ~(unsigned)(FEAT_RLIMIT | FEAT_OOM | FEAT_SCHED);
	}
	if (j->stay_out & CLONE_NEWNS)
		ct->workdir = NULL;     /* it stays the caller's */
}

static int
lib_enter(ct_handler_t c, const struct job *j)
{
	struct op *tail;
	struct ct ct;
	struct ctr g;
	int group;
	bool own;
	pid_t pid;

	if (!lib_running(c, "enter"))
		return -1;
	tail = *c->spec.ops_end;        /* those of the run follow */
	own = !lib_grp(c, &g);
	if ((own ? lib_enter_own(c, &ct, &g) : lib_enter_group(c, &ct, &g)) == 0) {
		lib_enter_less(&ct, j);
		ct.target = &g;
		ct.fds[0] = ct.fds[1] = ct.fds[2] = -1;
		ct.console = false;
		lib_exe(&ct);
		if (!j->fn && !j->path)
			fail_msg(&ct, "no callback and no path");
		else if (lib_job(&ct, j) < 0 ||
		         step_run(&ct, parent_steps, LEN(parent_steps), &ct.done) < 0 ||
		         lib_listen(&ct) < 0)
			step_undo(&ct);
	}
	pid = ct.pid;
	group = ct.cg_fd;
	ct.step = "enter";
	if (ct.failed || j->stay_out & CLONE_NEWPID)
		fd_close(&ct.pidfd);    /* it does not hold up the pid namespace */
	lib_entered_keep(c, ct.pidfd);
	lib_release(&ct);
	if (own) {
		lib_end(c, &ct);
		lib_drop(c, &ct);
		*c->spec.ops_end = tail;
	} else {
		fd_close(&group);
		lib_end(c, &ct);
		mem_free(&ct.mem, NULL);
	}
	fd_close(&g.fd);
	return c->failed ? -1 : (int)pid;
}

/* --- sessions and containers --- */

libct_session_t
libct_session_open(char *url)
{
	errno = EINVAL;
	return url && strcmp(url, "local") ? NULL :
	       sys_pages(sizeof(struct libct_session), MAP_PRIVATE);
}

libct_session_t
libct_session_open_local(void)
{
	return libct_session_open(NULL);
}

const char *
libct_session_error(libct_session_t s)
{
	return s ? s->line : "";
}

static void
lib_free(ct_handler_t c)
{
	struct ct_handler **p;

	lib_lock(c->ses);
	for (p = &c->ses->first; *p && *p != c; p = &(*p)->next)
		;
	if (*p)
		*p = c->next;
	lib_unlock(c->ses);
	for (struct entered *e = c->entered; e; e = e->next)
		fd_close(&e->fd);
	fd_close(&c->run.pidfd);
	fd_close(&c->spec.cg_fd);
	lib_let_go(&c->spec);
	fd_close(&c->spec.ring_fd);
	fd_close(&c->spec.wake_fd);
	if (c->ring)
		munmap(c->ring, sizeof *c->ring + c->ring->size);
	mem_free(&c->run.mem, NULL);
	mem_free(&c->spec.mem, NULL);
	munmap(c, sizeof *c);
}

static ct_handler_t
lib_new(libct_session_t s, const char *name)
{
	ct_handler_t c = NULL;

	errno = EINVAL;
	if (!s || !name || !(c = sys_pages(sizeof *c, MAP_PRIVATE)))
		return NULL;
	c->ses = s;
	c->status = -1;
	lib_init(&c->spec, NULL);
	plan_init(&c->run);
	if (!(c->spec.name = mem_dup(&c->spec, name))) {
		munmap(c, sizeof *c);
		return NULL;
	}
	return c;
}

/* Puts a new handle into its session, or records there why there is none. */
static ct_handler_t
lib_add(libct_session_t s, ct_handler_t c)
{
	int no;

	if (!s)
		return NULL;
	lib_lock(s);
	s->line[0] = '\0';
	if (c && !c->spec.failed) {
		c->next = s->first;
		s->first = c;
		lib_unlock(s);
		return c;
	}
	no = errno;
	if (!c) {
		text_printf(s->line, sizeof s->line, "%s", no == EINVAL ? "no name" : "no memory");
	} else {
		err_format(&c->spec.err, s->line, sizeof s->line);
		lib_end(c, &c->spec);
		no = errno;
	}
	lib_unlock(s);
	if (c)
		lib_free(c);
	errno = no;
	return NULL;
}

static ct_handler_t
lib_find(libct_session_t s, const char *name)
{
	ct_handler_t c;

	lib_lock(s);
	for (c = s->first; c && strcmp(c->spec.name, name) != 0; c = c->next)
		;
	lib_unlock(s);
	return c;
}

ct_handler_t
libct_container_create(libct_session_t ses, char *name)
{
	ct_handler_t c;

	if (!(c = lib_new(ses, name)))
		return lib_add(ses, NULL);
	c->spec.step = "create";
	if (!name_ok(name)) {
		fail_msg(&c->spec, "%s: not a name", name);
	} else if (lib_find(ses, name)) {
		errno = EEXIST;
		fail_sys(&c->spec, "%s", name);
	} else if (lib_make(&c->spec) < 0 && text_find(c->spec.err.text, "exists")) {
		c->spec.err.no = EEXIST;
	}
	lib_let_go(&c->spec);
	return lib_add(ses, c);
}

ct_handler_t
libct_container_open(libct_session_t ses, char *name)
{
	ct_handler_t c;
	struct ctr g;

	if (ses && name && (c = lib_find(ses, name)))
		return c;
	if (!(c = lib_new(ses, name)))
		return lib_add(ses, NULL);
	c->opened = true;
	if (ctr_open(&c->spec, c->spec.name, &g) == 0)
		c->spec.cg_fd = g.fd;
	lib_let_go(&c->spec);
	return lib_add(ses, c);
}

/* The end of a call that has no handle: its error is the session's. */
static int
lib_told(libct_session_t s, struct ct *ct)
{
	int no = 0;

	lib_lock(s);
	s->line[0] = '\0';
	if (ct->failed) {
		no = lib_errno(&ct->err);
		err_format(&ct->err, s->line, sizeof s->line);
	}
	lib_unlock(s);
	lib_let_go(ct);
	mem_free(&ct->mem, NULL);
	errno = no;
	return no ? -1 : 0;
}

/* Begins one; false: an argument that it needs is NULL. */
static bool
lib_ask(libct_session_t s, const void *arg, struct ct *ct, const char *step)
{
	errno = EINVAL;
	if (!s)
		return false;
	lib_init(ct, step);
	if (!arg) {
		fail_msg(ct, "an argument is NULL");
		lib_told(s, ct);
	}
	return arg;
}

struct lib_list { int (*fn)(void *, const char *, int); void *arg; int count; };

static int
lib_list_one(int dir, const char *entry, const char *path, void *arg)
{
	struct lib_list *l = arg;
	LOCAL_CTR c = { .fd = -1 };

	if (ctr_at(dir, entry, path, &c) < 0 || !ctr_is_ours(&c))
		return 0;
	l->count++;
	return l->fn(l->arg, path, 1 << ctr_state(&c)) ? -1 : 0;
}

int
libct_container_list(libct_session_t s, const char *group,
                     int (*fn)(void *, const char *, int), void *arg)
{
	struct lib_list l = { fn, arg, 0 };
	LOCAL_CTR c = { .fd = -1 };
	struct ct ct;

	/* a function pointer does not convert to void * */
	if (!lib_ask(s, fn ? &l : NULL, &ct, "list"))
		return -1;
	if (group && ctr_open(&ct, group, &c) == 0) {
		cg_each(c.fd, c.name, lib_list_one, &l);
	} else if (!group && cg_base(&ct, false) == 0) {
		cg_sweep(ct.cg_base_fd, UINT32_MAX);
		cg_each(ct.cg_base_fd, "", lib_list_one, &l);
	} else if (!group && errno != ENOENT) {
		cg_none(&ct);
	}
	return lib_told(s, &ct) < 0 ? -1 : l.count;
}

/* Looks up the state; if it is not wanted, then sleeps until it may have
 * changed, for at most ms. */
static int
lib_look(struct ct *ct, const char *name, int wanted, int ms)
{
	struct pollfd p = { .fd = -1, .events = POLLPRI };
	int state = ST_STOPPED;
	char buf[128];
	LOCAL_CTR c;

	if (ctr_open(ct, name, &c) == 0) {
		p.fd = openat(c.fd, "cgroup.events", O_RDONLY | O_CLOEXEC);
		if (p.fd >= 0 && pread(p.fd, buf, sizeof buf, 0) < 0)
			fd_close(&p.fd);
		state = ctr_state(&c);
	} else if (ct->err.status == 3) {
		err_forget(ct);         /* no event tells when it is made */
	}
	if (!ct->failed && !(wanted >> state & 1)) {
		int most = p.fd < 0 ? 20 : 200;

		poll(&p, 1, ms < 0 || ms > most ? most : ms);
	}
	fd_close(&p.fd);
	fd_close(&ct->cg_base_fd);      /* it may be recreated meanwhile */
	fd_close(&ct->cg_top_fd);
	mem_free(&ct->mem, NULL);
	return ct->failed ? -1 : 1 << state;
}

int
libct_container_wait_for(libct_session_t s, const char *name, int wanted, int ms)
{
	uint64_t end = now_usec() + (uint64_t)(ms < 0 ? 0 : ms) * 1000;
	struct ct ct;
	int state;

	if (!lib_ask(s, name, &ct, "wait"))
		return -1;
	for (;;) {
		int left = ms < 0 ? -1 : ms_until(end);

		state = lib_look(&ct, name, wanted, left);
		if (state < 0 || state & wanted)
			break;
		if (!left) {
			errno = ETIMEDOUT;
			fail_sys(&ct, "wait for its state");
			break;
		}
	}
	return lib_told(s, &ct) < 0 ? -1 : state;
}

int
libct_container_close(ct_handler_t c)
{
	if (!lib_begin(c, "close"))
		return -1;
	if (!c->opened && lib_runs(c))
		return lib_bad(c, "the container is running");
	if (c->started)
		lib_reap(c);
	lib_free(c);
	return 0;
}

void
libct_container_destroy(ct_handler_t c)
{
	struct ct *ct;

	if (!lib_begin(c, "destroy"))
		return;
	ct = &c->spec;
	if (c->started) {
		if (ct->cg_fd >= 0)
			cg_kill(ct->cg_fd);
		parent_kill(&c->run, SIGKILL);
		lib_entered_end(c);
		lib_reap(c);
	}
	lib_entered_end(c);
	if (ct->cg_fd >= 0) {
		cg_kill(ct->cg_fd);
		cg_empty(ct->cg_fd);
		if (cg_base(ct, false) == 0)
			cg_remove(ct);
	}
	lib_free(c);
}

void
libct_session_close(libct_session_t s)
{
	if (!s)
		return;
	while (s->first)
		if (s->first->opened)
			lib_free(s->first);
		else
			libct_container_destroy(s->first);
	munmap(s, sizeof *s);
}

const char *
libct_error(ct_handler_t c)
{
	if (!c || !c->failed)
		return "";
	err_format(&c->err, c->line, sizeof c->line);
	return c->line;
}

const char *
libct_container_name(ct_handler_t c)
{
	return c ? c->spec.name : "";
}

enum ct_state
libct_container_state(ct_handler_t c)
{
	if (!lib_begin(c, "state"))
		return CT_ERROR;
	if (lib_runs(c))
		return CT_RUNNING;
	return c->spec.cg_fd >= 0 && cg_populated(c->spec.cg_fd) < 0 ?
	       CT_ERROR : CT_STOPPED;
}

int
libct_container_spawn_cb(ct_handler_t c, int (*fn)(void *), void *arg)
{
	return lib_spawn(c, &(struct job){ .fn = fn, .arg = arg });
}

int
libct_container_spawn_execvefds(ct_handler_t c, char *path, char **argv, char **env, int *fds)
{
	return lib_spawn(c, &(struct job){ .path = path, .argv = argv,
	                                   .env = env, .fds = fds });
}

int
libct_container_spawn_execve(ct_handler_t c, char *path, char **argv, char **env)
{
	return libct_container_spawn_execvefds(c, path, argv, env, NULL);
}

int
libct_container_spawn_execvfds(ct_handler_t c, char *path, char **argv, int *fds)
{
	return libct_container_spawn_execvefds(c, path, argv, NULL, fds);
}

int
libct_container_spawn_execv(ct_handler_t c, char *path, char **argv)
{
	return libct_container_spawn_execvefds(c, path, argv, NULL, NULL);
}

int
libct_container_restore(ct_handler_t c, const char *dir)
{
	if (HAVE_CHECKPOINT)
		return lib_spawn(c, &(struct job){ .path = (char *)"(restored)",
		                                   .images = OR_EMPTY(dir) });
	return lib_stopped(c, "restore") ? lib_bad(c, "%s", not_built) : -1;
}

int
libct_container_enter_cbfds(ct_handler_t c, int (*fn)(void *), void *arg, int *fds)
{
	return lib_enter(c, &(struct job){ .fn = fn, .arg = arg, .fds = fds });
}

int
libct_container_enter_ns(ct_handler_t c, unsigned long mask, int holds, int (*fn)(void *),
                         void *arg, char **env, int *fds)
{
	struct job j = { .fn = fn, .arg = arg, .env = env, .fds = fds, .lacks = ~(unsigned)holds,
	                 .on_exec = holds & CT_ENTER_ON_EXEC };
	unsigned all = 0;

	for (int i = 0; i < NS_MAX; i++)
		all |= ns_kinds[i].flag;
	j.stay_out = all & ~(unsigned)mask;
	if (mask == ~0UL || !(mask & ~(unsigned long)all))
		return lib_enter(c, &j);
	return lib_begin(c, "enter") ? lib_bad(c, "0x%x: no namespace", (unsigned)mask & ~all) : -1;
}

int
libct_container_enter_cb(ct_handler_t c, int (*fn)(void *), void *arg)
{
	return libct_container_enter_cbfds(c, fn, arg, NULL);
}

int
libct_container_enter_execvefds(ct_handler_t c, char *path, char **argv, char **env, int *fds)
{
	return lib_enter(c, &(struct job){ .path = path, .argv = argv, .env = env, .fds = fds });
}

int
libct_container_enter_execve(ct_handler_t c, char *path, char **argv, char **env)
{
	return libct_container_enter_execvefds(c, path, argv, env, NULL);
}

int
libct_container_enter_execv(ct_handler_t c, char *path, char **argv)
{
	return libct_container_enter_execve(c, path, argv, NULL);
}

/* May be called while another thread is in wait: touches nothing of the handle
 * but descriptors, and the error. */
int
libct_container_kill(ct_handler_t c)
{
	if (!c || !lib_runs(c))
		return lib_running(c, "kill") ? 0 : -1;
	if (c->spec.cg_fd >= 0)
		cg_kill(c->spec.cg_fd);
	if (!c->opened)
		parent_kill(&c->run, SIGKILL);
	return 0;
}

int
libct_container_signal(ct_handler_t c, int sig)
{
	struct ct ct = { 0 };
	LOCAL_CTR g = { .fd = -1 };

	if (!c || !lib_runs(c))
		return lib_running(c, "signal") ? 0 : -1;
	lib_init(&ct, "signal");
	ct.cg_path = c->spec.cg_path;
	ct.pid = c->run.pid;
	if (sig < 0 || sig >= _NSIG)
		fail_msg(&ct, "%d: not a signal", sig);
	else if (lib_grp(c, &g))
		ctr_kill_init(&ct, &g, sig);
	else if (sys_pidfd_signal(c->run.pidfd, sup_hears(&ct, c->run.pid, sig) ? sig :
	                                        SIGKILL) < 0)
		fail_sys(&ct, "send signal %d", sig);
	fd_close(&ct.proc_fd);
	return lib_end(c, &ct);
}

int
libct_container_hears(ct_handler_t c, int sig)
{
	struct ct_status st;
	int r;

	if (libct_container_status(c, &st) < 0 || !lib_running(c, "signal"))
		return -1;
	r = st.pid && sig >= 0 && sig < _NSIG ? sup_hears(&c->spec, st.pid, sig) : -1;
	lib_end(c, &c->spec);
	return r;
}

int
libct_signal_number(const char *name)
{
	return name ? sig_parse(name) : -1;
}

int
libct_syscall_number(const char *name)
{
	return name ? sc_number(name) : -1;
}

int
libct_container_wait(ct_handler_t c)
{
	struct ctr g;

	if (c && !c->opened && c->started) {
		lib_wait(c);
		c->failed = false;
		lib_reap(c);
		return 0;
	}
	if (!(c && c->opened ? lib_begin(c, "wait") : lib_running(c, "wait")))
		return -1;
	/* gone is as good as stopped; a group never is, only empty */
	while (lib_runs(c) && cg_populated(c->spec.cg_fd) > 0 && lib_grp(c, &g)) {
		ctr_wait_until(&g, ST_STOPPED, now_usec() + 200000);
		fd_close(&g.fd);
	}
	return 0;
}

static int
lib_freeze(ct_handler_t c, const char *step, int want)
{
	LOCAL_CTR g = { .fd = -1 };

	if (!lib_running(c, step))
		return -1;
	if (lib_grp(c, &g))
		ctr_freeze(&c->spec, &g, want);
	else
		fail_msg(&c->spec, "the container has no cgroup");
	return lib_end(c, &c->spec);
}

int
libct_container_pause(ct_handler_t c)
{
	return lib_freeze(c, "pause", ST_PAUSED);
}

int
libct_container_resume(ct_handler_t c)
{
	return lib_freeze(c, "resume", ST_RUNNING);
}

/* --- status and statistics --- */

int
libct_container_status(ct_handler_t c, struct ct_status *st)
{
	struct ctr g;

	if (!lib_begin(c, "status") || !st)
		return -1;
	*st = (struct ct_status){ .state = libct_container_state(c), .exit_status = c->status };
	if (lib_grp(c, &g)) {
		st->paused = ctr_state(&g) == ST_PAUSED;
		st->pid = st->state == CT_RUNNING ? g.pid : 0;
	}
	fd_close(&g.fd);
	if (!c->opened) {
		st->pid = c->started ? c->run.pid : 0;
	} else if (st->pid && (c->run.pidfd < 0 || c->run.pid != st->pid)) {
		/* not another process: its cgroup is checked after opening it */
		fd_close(&c->run.pidfd);
		c->run.pid = st->pid;
		c->run.pidfd = ctr_pidfd(&c->spec, &g, st->pid);
		fd_close(&c->spec.proc_fd);
		c->spec.failed = false;
	}
	st->pidfd = c->run.pidfd;
	return 0;
}

int
libct_container_listener(ct_handler_t c)
{
	return c ? c->run.listener_fd : -1;
}

/* Begins a call that reads from the group, to where the caller says. */
static bool
lib_read(ct_handler_t c, const char *step, const void *to, struct ctr *g)
{
	if (!lib_begin(c, step))
		return false;
	if (to && lib_grp(c, g))
		return true;
	lib_bad(c, to ? "the container has no cgroup" : "an argument is NULL or 0");
	return false;
}

struct lib_pids { struct pids p; pid_t *pids; size_t max; };

static void
lib_pid(struct pids *p, pid_t pid)
{
	struct lib_pids *l = (void *)p;

	if ((size_t)p->count <= l->max)
		l->pids[p->count - 1] = pid;
}

int
libct_container_processes(ct_handler_t c, pid_t *pids, size_t max)
{
	struct lib_pids l = { .pids = pids, .max = pids ? max : 0 };
	LOCAL_CTR g = { .fd = -1 };

	if (!lib_read(c, "processes", &l, &g))
		return -1;
	l.p.g = &g;
	l.p.fn = lib_pid;
	if (ctr_pids(&l.p) < 0)
		fail_sys(&c->spec, "list its processes");
	return lib_end(c, &c->spec) < 0 ? -1 : l.p.count;
}

struct stat_field { unsigned short off; const char *file, *key; };

#define STAT(field, file, key) { offsetof(struct ct_stats, field), file, key }
static const struct stat_field lib_stats[] = {
	STAT(cpu_usec, "cpu.stat", "usage_usec"),
	STAT(user_usec, "cpu.stat", "user_usec"),
	STAT(system_usec, "cpu.stat", "system_usec"),
	STAT(throttled, "cpu.stat", "nr_throttled"),
	STAT(throttled_usec, "cpu.stat", "throttled_usec"),
	STAT(memory_bytes, "memory.current", NULL),
	STAT(memory_peak_bytes, "memory.peak", NULL),
	STAT(swap_bytes, "memory.swap.current", NULL),
	STAT(oom_kills, "memory.events", "oom_kill"),
	STAT(processes, "pids.current", NULL),
	STAT(read_bytes, "io.stat", "rbytes="),
	STAT(written_bytes, "io.stat", "wbytes="),
};
#define EVENT(field, file, key) { offsetof(struct ct_events, field), file, key }
static const struct stat_field lib_events[] = {
	EVENT(populated, "cgroup.events", "populated"),
	EVENT(frozen, "cgroup.events", "frozen"),
	EVENT(memory_high, "memory.events", "high"),
	EVENT(memory_max, "memory.events", "max"),
	EVENT(oom, "memory.events", "oom"),
	EVENT(oom_kill, "memory.events", "oom_kill"),
	EVENT(pids_max, "pids.events", "max"),
};

static int
lib_numbers(ct_handler_t c, const char *step, const struct stat_field *n, size_t count, void *to)
{
	LOCAL_CTR g = { .fd = -1 };

	if (!lib_read(c, step, to, &g))
		return -1;
	for (size_t i = 0; i < count; i++) {
		bool io = !strcmp(n[i].file, "io.stat");
		uint64_t v;

		if (io && io_may(g.fd, n[i].file, F_OK))
			v = cg_io_sum(g.fd, n[i].key);
		else if (io || cg_num(g.fd, n[i].file, n[i].key, &v) < 0)
			v = UINT64_MAX;
		memcpy((char *)to + n[i].off, &v, sizeof v);
	}
	return 0;
}

int
libct_container_stats(ct_handler_t c, struct ct_stats *stats)
{
	return lib_numbers(c, "stats", lib_stats, LEN(lib_stats), stats);
}

int
libct_container_events(ct_handler_t c, struct ct_events *events)
{
	return lib_numbers(c, "events", lib_events, LEN(lib_events), events);
}

int
libct_container_event_fd(ct_handler_t c)
{
	LOCAL_CTR g = { .fd = -1 };
	char path[80];
	int fd;

	if (!lib_read(c, "events", event_files, &g))
		return -1;
	fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (fd < 0)
		fail_sys(&c->spec, "inotify_init1");
	for (size_t i = 0; fd >= 0 && i < LEN(event_files); i++) {
		text_printf(path, sizeof path, "/proc/self/fd/%d/%s", g.fd, event_files[i]);
		if (inotify_add_watch(fd, path, IN_MODIFY) < 0 && !i) {
			fail_sys(&c->spec, "watch %s", path);
			fd_close(&fd);
		}
	}
	return lib_end(c, &c->spec) < 0 ? -1 : fd;
}

/* --- what its creator keeps for it --- */

int
libct_container_set_log(ct_handler_t c, size_t size)
{
	if (!lib_stopped(c, "log"))
		return -1;
	if (size < 4096 || size > 1 << 26 || c->ring) {
		fail_msg(&c->spec, c->ring ? "was set already" : "a ring's size is 4K to 64M");
	} else {
		c->spec.log_size = size;
		c->ring = ring_make(&c->spec);
	}
	return lib_end(c, &c->spec);
}

int
libct_container_log(ct_handler_t c, const char *data, size_t n)
{
	errno = EINVAL;
	if (!c || !c->ring || (!data && n))
		return -1;
	ring_add(c->ring, c->spec.wake_fd, data, n);
	return 0;
}

ssize_t
libct_container_log_read(ct_handler_t c, uint64_t *at, char *buf, size_t size)
{
	struct reader r;
	LOCAL_CTR g = { .fd = -1 };
	size_t n = 0;

	if (!lib_read(c, "log", buf ? at : NULL, &g))
		return -1;
	if (reader_open(&c->spec, &g, &r) == 0 && r.size) {
		r.at = *at > r.at ? *at : r.at;
		do
			r.lost = 0;     /* it may have read only the rest of a lost line */
		while (!(n = reader_next(&r, buf, size)) && r.lost);
		*at = r.at;
	}
	reader_close(&r);
	return lib_end(c, &c->spec) < 0 ? -1 : (ssize_t)n;
}

int
libct_container_log_forget(ct_handler_t c, uint64_t at)
{
	struct reader r;
	struct ring head;
	LOCAL_CTR g = { .fd = -1 };

	if (!lib_read(c, "log", &at, &g))
		return -1;
	if (reader_open(&c->spec, &g, &r) == 0 && pread(r.fd, &head, sizeof head, 0) > 0) {
		at = MIN(at, head.done);
		if (pwrite(r.fd, &at, sizeof at, offsetof(struct ring, from)) < 0)
			fail_sys(&c->spec, "write to the ring");
	}
	reader_close(&r);
	return lib_end(c, &c->spec);
}

/* Updates the attribute user.ct.fds: " NAME=NUMBER" for each descriptor. */
int
libct_container_show_fd(ct_handler_t c, const char *name, int fd)
{
	char list[1024], key[80], *old, *rest;
	size_t n, wide;

	if (!lib_begin(c, "descriptor"))
		return -1;
	if (c->spec.cg_fd < 0)
		return 0;               /* nobody else can open it */
	record_get(c->spec.cg_fd, "user.ct.fds", list, sizeof list);
	wide = text_printf(key, sizeof key, " %s=", OR_EMPTY(name));
	if ((old = text_find(list, key))) {
		rest = old + 1 + strcspn(old + 1, " ");
		memmove(old, rest, strlen(rest) + 1);
	}
	n = strlen(list);
	if (fd >= 0)
		n += text_printf(list + n, sizeof list - n, "%s%d", key, fd);
	if (!name || !*name || name[text_word(name, "-_")] || wide >= sizeof key - 1 ||
	    n >= sizeof list - 1 || c->opened)
		fail_msg(&c->spec, "%s: not a name, not ours, or too many", OR_EMPTY(name));
	else
		record_set(&c->spec, "user.ct.fds", list, n);
	return lib_end(c, &c->spec);
}

int
libct_container_take_fd(ct_handler_t c, const char *name)
{
	char list[1024], key[80];
	int fd = -1, number;
	LOCAL_CTR g = { .fd = -1 };

	if (!lib_read(c, "descriptor", name, &g))
		return -1;
	record_get(g.fd, "user.ct.fds", list, sizeof list);
	text_printf(key, sizeof key, " %s=", OR_EMPTY(name));
	if ((number = (int)record_num(list, key)) < 0)
		fail_msg(&c->spec, "%s: none that its creator shows", OR_EMPTY(name));
	else
		fd = ctr_take_fd(&c->spec, &g, number);
	return lib_end(c, &c->spec) < 0 ? -1 : fd;
}

/* --- namespaces and cgroups --- */

int
libct_container_set_nsmask(ct_handler_t c, unsigned long mask)
{
	unsigned bits = 0;

	if (!lib_stopped(c, "nsmask"))
		return -1;
	for (int i = 0; i < NS_MAX; i++)
		if (mask & ns_kinds[i].flag) {
			bits |= 1u << i;
			mask &= ~(unsigned long)ns_kinds[i].flag;
		}
	if (mask)
		return lib_bad(c, "0x%x: no namespace", (unsigned)mask);
	c->ns_mask = bits;
	c->masked = true;
	return 0;
}

int
libct_container_join_ns(ct_handler_t c, unsigned long type, const char *path)
{
	int i = 0;

	while (i < NS_MAX && ns_kinds[i].flag != type)
		i++;
	if (i < NS_MAX && path)
		return lib_set(c, "ns", "%s=%s", ns_kinds[i].name, path);
	return lib_begin(c, "ns") ? lib_bad(c, "0x%x: not one namespace", (unsigned)type) : -1;
}

/* Names of controllers in v1 and in v2. */
static const struct { const char *v1, *v2; } controllers[] = {
	[CTL_BLKIO] = { "blkio", "io" }, [CTL_CPU] = { "cpu", "cpu" },
	[CTL_CPUACCT] = { "cpuacct", "cpu" },
	[CTL_CPUSET] = { "cpuset", "cpuset" },
	[CTL_DEVICES] = { "devices", NULL },
	[CTL_FREEZER] = { "freezer", "cgroup" },
	[CTL_HUGETLB] = { "hugetlb", "hugetlb" },
	[CTL_MEMORY] = { "memory", "memory" },
	[CTL_NETCLS] = { "net_cls", NULL }, [CT_CTL_PIDS] = { "pids", "pids" },
};

static int
lib_controller(ct_handler_t c, enum ct_controller k)
{
	if ((unsigned)k >= LEN(controllers))
		return fail_msg(&c->spec, "%d: not a controller", (int)k);
	if (k == CTL_NETCLS)
		return fail_msg(&c->spec, "net_cls: cgroup v2 has no counterpart; "
		                "nf_tables matches a group by `socket cgroupv2`");
	return 0;
}

/* Does the parameter begin with the controller's name and a dot? */
static bool
lib_is_of(const char *param, const char *controller)
{
	size_t n = controller ? strlen(controller) : 0;

	return n && !strncmp(param, controller, n) && param[n] == '.';
}

/* The first one whose name the parameter begins with, in v1 or v2. */
static enum ct_controller
lib_controller_of(enum ct_controller k, const char *param)
{
	for (size_t i = 0; k == CT_CTL_BY_NAME && i < LEN(controllers); i++)
		if (lib_is_of(param, controllers[i].v1) || lib_is_of(param, controllers[i].v2))
			return (enum ct_controller)i;
	return k;
}

/* Enables the controller of `file` for the container's cgroup. */
static int
lib_hand_down(struct ct *ct, const char *file)
{
	int r = ct->cg_fd < 0 || cg_base(ct, false) < 0 ?
	        fail_msg(ct, "%.*s: the container has no cgroup", (int)strcspn(file, "."), file) :
	        cg_hand_down(ct, file);

	if (r > 0)
		r = cg_missing(ct, file);
	lib_let_go(ct);
	return r;
}

int
libct_controller_add(ct_handler_t c, enum ct_controller k)
{
	char word[40];

	if (!lib_stopped(c, "controller"))
		return -1;
	if (lib_controller(c, k) < 0)
		return lib_end(c, &c->spec);
	/* every cgroup has the first two, and the device filter is ct's own */
	if (k == CTL_CPUACCT || k == CTL_FREEZER || k == CTL_DEVICES)
		return 0;
	text_printf(word, sizeof word, "%s.max", controllers[k].v2);
	lib_hand_down(&c->spec, word);
	return lib_end(c, &c->spec);
}

/* A parameter of v1: its file in v2, and what its value becomes there. NULL
 * for set: it can only be read; NULL for the file: key says why not. */
struct v1 {
	const char *name, *file, *key;
	const char *(*set)(ct_handler_t, const struct v1 *, const char *);
};

static const char *
v1_bad(ct_handler_t c, const struct v1 *p, const char *v)
{
	return none(fail_msg(&c->spec, "%s: %s: not a value of it", p->name, v));
}

static const char *
v1_max(ct_handler_t c, const struct v1 *p, const char *v)
{
	uint64_t n = UINT64_MAX;

	if (strcmp(v, "-1") && num_size(v, &n) < 0)
		return v1_bad(c, p, v);
	if (!strcmp(p->name, "memory.limit_in_bytes"))
		c->mem_limit = n;
	return *v == '-' ? "max" : v;
}

/* v1 counts memory and swap together, v2 swap alone. */
static const char *
v1_swap(ct_handler_t c, const struct v1 *p, const char *v)
{
	uint64_t n, mem = c->mem_limit;

	if (!strcmp(v, "-1"))
		return "max";
	if (num_size(v, &n) < 0)
		return v1_bad(c, p, v);
	if (!mem && c->spec.cg_fd >= 0)
		cg_num(c->spec.cg_fd, "memory.max", NULL, &mem);
	if (!mem || mem > n)
		return none(fail_msg(&c->spec, "%s: needs memory.limit_in_bytes first, and not "
		                     "less than that", p->name));
	return mem_printf(&c->spec, "%ju", n - mem);
}

/* Shares 2 to 262144 become 1 to 10000, as in runc and crun, weights of 10 to 1000 as well; BFQ
 * takes 1 to 1000, so it is not changed. */
static const char *
v1_weight(ct_handler_t c, const struct v1 *p, const char *v)
{
	uint64_t n, min = *p->key == 's' ? 2 : 10, max = *p->key == 's' ? 262144 : 1000;

	if (num_parse(v, min, max, &n) < 0)
		return v1_bad(c, p, v);
	n = *p->key == 'b' ? n : 1 + (n - min) * 9999 / (max - min);
	return mem_printf(&c->spec, "%ju", n);
}

static const char *
v1_period(ct_handler_t c, const struct v1 *p, const char *v)
{
	char *to = *p->key == 'q' ? c->quota : c->period, *rest, buf[64];
	uint64_t n;

	if ((*p->key != 'q' || strcmp(v, "-1")) && num_parse(v, 1000, 1000000000000, &n) < 0)
		return v1_bad(c, p, v);
	text_printf(to, sizeof c->quota, "%s", *v == '-' ? "max" : v);
	if (io_get(c->spec.cg_fd, "cpu.max", buf, sizeof buf) <= 0)
		text_printf(buf, sizeof buf, "max 100000");
	buf[strcspn(buf, "\n")] = '\0';
	rest = text_cut(buf, ' ');
	return mem_printf(&c->spec, "%s %s", *c->quota ? c->quota : buf,
	                  *c->period ? c->period : rest ? rest : "100000");
}

/* "MAJOR:MINOR N", 0 for no limit. */
static const char *
v1_throttle(ct_handler_t c, const struct v1 *p, const char *v)
{
	char *dev = mem_dup(&c->spec, v), *num = text_cut(dev, ' ');
	uint64_t n;

	if (!num || !strchr(dev, ':') || strspn(dev, "0123456789:") !=
	    strlen(dev) || num_size(num, &n) < 0)
		return v1_bad(c, p, v);
	return n ? mem_printf(&c->spec, "%s %s=%ju", dev, p->key, n) :
	       mem_printf(&c->spec, "%s %s=max", dev, p->key);
}

static const char *
v1_frozen(ct_handler_t c, const struct v1 *p, const char *v)
{
	return !strcmp(v, "FROZEN") ? "1" : !strcmp(v, "THAWED") ? "0" :
	       v1_bad(c, p, v);
}

/* memory.low, as in runc: v1's soft limit is what reclaim leaves a cgroup when
 * memory is short, not a ceiling. */
static const struct v1 v1_params[] = {
	{ "memory.limit_in_bytes", "memory.max", "", v1_max },
	{ "memory.soft_limit_in_bytes", "memory.low", "", v1_max },
	{ "memory.memsw.limit_in_bytes", "memory.swap.max", "", v1_swap },
	{ "memory.usage_in_bytes", "memory.current", "", NULL },
	{ "memory.max_usage_in_bytes", "memory.peak", "", NULL },
	{ "memory.failcnt", "memory.events", "", NULL },
	{ "cpu.shares", "cpu.weight", "s", v1_weight },
	{ "cpu.cfs_quota_us", "cpu.max", "q", v1_period },
	{ "cpu.cfs_period_us", "cpu.max", "p", v1_period },
	{ "cpuacct.usage", "cpu.stat", "", NULL },
	{ "cpuacct.stat", "cpu.stat", "", NULL },
	{ "blkio.weight", "io.weight", "", v1_weight },
	{ "blkio.bfq.weight", "io.bfq.weight", "b", v1_weight },
	{ "blkio.throttle.read_bps_device", "io.max", "rbps", v1_throttle },
	{ "blkio.throttle.write_bps_device", "io.max", "wbps", v1_throttle },
	{ "blkio.throttle.read_iops_device", "io.max", "riops", v1_throttle },
	{ "blkio.throttle.write_iops_device", "io.max", "wiops", v1_throttle },
	{ "blkio.throttle.io_service_bytes", "io.stat", "", NULL },
	{ "blkio.throttle.io_serviced", "io.stat", "", NULL },
	{ "freezer.state", "cgroup.freeze", "", v1_frozen },
	{ "devices.allow", NULL, "can only be set", NULL },
	{ "devices.deny", NULL, "can only be set", NULL },
	{ "devices.list", NULL, "cgroup v2 has no such list", NULL },
};

/* hugetlb.2MB.limit_in_bytes and the like, with the page size in their names. */
static const char *
v1_hugetlb(ct_handler_t c, const char *param)
{
	size_t n = 8 + strcspn(param + 8, ".");

	if (!strcmp(param + n, ".limit_in_bytes"))
		return mem_printf(&c->spec, "%.*s.max", (int)n, param);
	if (!strcmp(param + n, ".usage_in_bytes"))
		return mem_printf(&c->spec, "%.*s.current", (int)n, param);
	return param;
}

/* The v2 file for a parameter of either version, and the row of one of v1. */
static const char *
lib_param(ct_handler_t c, enum ct_controller k, const char *param, const struct v1 **row)
{
	struct ct *ct = &c->spec;
	const char *v1, *v2, *file = NULL;
	char have[CG_LIST];
	int i;

	*row = NULL;
	if (k == CT_CTL_BY_NAME)
		return strchr(param, '/') ? none(fail_msg(ct, "%s: not a parameter", param)) :
		       param;
	if (lib_controller(c, k) < 0)
		return NULL;
	v1 = controllers[k].v1;
	v2 = controllers[k].v2;
	if ((i = NAME_FIND(v1_params, param)) >= 0) {
		*row = &v1_params[i];
		if (lib_is_of(param, v1))
			return (*row)->file ? (*row)->file :
			       none(fail_msg(ct, "%s: %s", param, (*row)->key));
	} else if (lib_is_of(param, v2) && !strchr(param, '/')) {
		file = k == CTL_HUGETLB ? v1_hugetlb(c, param) : param;
		/* what an enabled controller lacks is not a parameter */
		if (file && ct->cg_fd >= 0 && !io_may(ct->cg_fd, file, F_OK) &&
		    io_get(ct->cg_fd, "cgroup.controllers", have, sizeof have) > 0 &&
		    text_find(have, v2))
			file = NULL;
	}
	return file ? file :
	       none(fail_msg(ct, "%s: not a parameter of %s that cgroup v2 has", param, v1));
}

/* Is a device in every container anyway: from config.h, or a terminal? */
static bool
lib_device_known(uint64_t major, uint64_t minor)
{
	for (size_t i = 0; i < LEN(dev_nodes); i++)
		if (dev_nodes[i].major == major && dev_nodes[i].minor == minor)
			return true;
	return (major == PTMX_MAJOR && minor == PTMX_MINOR) ||
	       (major >= PTS_MAJOR && major < PTS_MAJOR + PTS_MAJORS);
}

/* devices.allow "TYPE MAJOR:MINOR ACCESS": as libct_container_add_device() with the kernel's
 * name of the device; with a *, as --device-rule. devices.deny "a" always holds. */
static int
lib_devices_set(ct_handler_t c, const char *param, const char *value)
{
	struct ct *ct = &c->spec;
	char *type = mem_dup(ct, value), *dev = text_cut(type, ' ');
	char *access = text_cut(dev, ' '), path[80], uevent[512], *name;
	uint64_t major, minor;

	if (!type)
		return -1;
	if (!strcmp(param, "devices.allow") && strchr(value, '*'))
		return lib_option(ct, "device-rule", value);
	if (!strcmp(param, "devices.deny"))
		return !strcmp(type, "a") ? 0 : fail_msg(ct, "%s %s: all is denied but what "
		       "devices.allow and config.h allow", param, value);
	text_printf(path, sizeof path, "/sys/dev/%s/%s/uevent", *type == 'b' ? "block" : "char",
	            dev ? dev : "");
	name = text_cut(dev, ':');
	if (!access || !name || (strcmp(type, "b") && strcmp(type, "c")) ||
	    num_parse(dev, 0, UINT32_MAX, &major) < 0 || num_parse(name, 0, UINT32_MAX, &minor) < 0)
		return fail_msg(ct, "%s: %s: must be b or c, MAJOR:MINOR and of rwm", param, value);
	if (*type == 'c' && lib_device_known(major, minor))
		return 0;
	if (io_get(AT_FDCWD, path, uevent, sizeof uevent) < 0 ||
	    !(name = text_find(uevent, "DEVNAME=")))
		return fail_sys(ct, "%s: %s: find its name in %s", param, value, path);
	name += strlen("DEVNAME=");
	return lib_option(ct, "device", mem_printf(ct, "/dev/%.*s:%s", (int)strcspn(name, "\n"),
	                                           name, access));
}

/* devices.allow and devices.deny: in a running container they add and remove rules. */
static int
lib_devices(ct_handler_t c, const char *param, char *value)
{
	if (lib_runs(c) && live_is_rule(value))
		return libct_container_change(c, !strcmp(param, "devices.allow") ? "device add" :
		                              "device del", (char *[]){ value, NULL });
	lib_devices_set(c, param, value);
	return lib_end(c, &c->spec);
}

int
libct_controller_configure(ct_handler_t c, enum ct_controller k, char *param, char *value)
{
	const struct v1 *row;
	const char *file, *v = value;
	struct arena_mark mark;
	struct ct *ct;
	LOCAL_CTR g = { .fd = -1 };
	char *arg;

	if (!lib_begin(c, "controller"))
		return -1;
	if (!param || !value || !*value)
		return lib_bad(c, "needs a parameter and a value");
	ct = &c->spec;
	k = lib_controller_of(k, param);
	if (k == CTL_DEVICES && (!strcmp(param, "devices.allow") || !strcmp(param, "devices.deny")))
		return lib_devices(c, param, value);
	mark = lib_arena_mark(ct);
	if (!(file = lib_param(c, k, param, &row)))
		return lib_end(c, ct);
	if (row && !row->set)
		return lib_bad(c, "%s: can only be read", param);
	if (k == CTL_HUGETLB && !strcmp(value, "-1"))
		v = "max";
	if (row && !(v = row->set(c, row, value)))
		return lib_end(c, ct);
	if (!strcmp(file, "io.weight") && !io_may(ct->cg_fd, file, F_OK) &&
	    io_may(ct->cg_fd, "io.bfq.weight", F_OK)) {
		file = "io.bfq.weight";
		v = value;
	}
	if (!strcmp(file, "cgroup.freeze") && strcmp(v, "0") != 0 && strcmp(v, "1") != 0) {
		fail_msg(ct, "%s: must be 0 or 1", v);
	} else if (!strcmp(file, "cgroup.freeze") && !lib_runs(c)) {
		c->frozen = *v == '1';
	} else if (!strcmp(file, "cgroup.freeze") && lib_grp(c, &g)) {
		ctr_freeze(ct, &g, *v == '1' ? ST_PAUSED : ST_RUNNING);
	} else if (!lib_runs(c)) {
		/* a rare controller is not enabled yet; without a cgroup, spawn fails */
		if ((ct->cg_fd < 0 || io_may(ct->cg_fd, file, F_OK) ||
		     lib_hand_down(ct, file) == 0) && (arg = mem_printf(ct, "%s=%s", file, v)))
			lib_option(ct, "cgroup", arg);
	} else if (ct->cg_fd < 0) {
		fail_msg(ct, "the container has no cgroup");
	} else if (lim_file(ct, file) == 0) {
		cg_set(ct, file, v, true);
	}
	if (lib_runs(c))
		lib_arena_reset(ct, mark);
	return lib_end(c, ct);
}

ssize_t
libct_controller_read(ct_handler_t c, enum ct_controller k, const char *param,
                      char *buf, size_t size)
{
	const struct v1 *row;
	struct arena_mark mark;
	const char *file;
	LOCAL_CTR g = { .fd = -1 };
	ssize_t n = -1;

	if (!lib_read(c, "controller", param && size ? buf : NULL, &g))
		return -1;
	mark = lib_arena_mark(&c->spec);
	file = lib_param(c, lib_controller_of(k, param), param, &row);
	if (file && (n = io_get(g.fd, file, buf, size)) < 0) {
		if (errno == ENOENT)
			cg_missing(&c->spec, file);
		else
			fail_sys(&c->spec, "read %s", file);
	}
	lib_arena_reset(&c->spec, mark);
	return lib_end(c, &c->spec) < 0 ? -1 : n;
}

int
libct_userns_add_uid_map(ct_handler_t c, unsigned first, unsigned lower, unsigned count)
{
	return lib_set(c, "uidmap", "%u:%u:%u", first, lower, count);
}

int
libct_userns_add_gid_map(ct_handler_t c, unsigned first, unsigned lower, unsigned count)
{
	return lib_set(c, "gidmap", "%u:%u:%u", first, lower, count);
}

int
libct_container_set_sysctl(ct_handler_t c, const char *key, const char *value)
{
	return lib_set(c, "sysctl", "%s=%s", OR_EMPTY(key), OR_EMPTY(value));
}

int
libct_container_set_hostname(ct_handler_t c, const char *name)
{
	return lib_set(c, "hostname", "%s", OR_EMPTY(name));
}

/* --- filesystems --- */

int
libct_fs_set_root(ct_handler_t c, char *path)
{
	struct stat st;

	if (!lib_stopped(c, "root"))
		return -1;
	if (path && *path && stat(path, &st) < 0)
		fail_sys(&c->spec, "%s", path);
	else if (path && *path && !S_ISDIR(st.st_mode))
		fail_msg(&c->spec, "%s: not a directory", path);
	return lib_value(c, "root", c->spec.failed ? NULL : OR_EMPTY(path));
}

int
libct_fs_set_private(ct_handler_t c, enum ct_fs_type type, void *arg)
{
	if (!lib_stopped(c, "private"))
		return -1;
	if (type == CT_FS_NONE && !arg)
		c->private = NULL;
	else if (type == CT_FS_SUBDIR && arg && *(char *)arg && strlen(arg) < PATH_MAX)
		c->private = mem_dup(&c->spec, arg);
	else
		fail_msg(&c->spec, "must be CT_FS_NONE with NULL or CT_FS_SUBDIR with a directory");
	return lib_end(c, &c->spec);
}

/* Keeps the mount that the last option made. */
static int
lib_bound(ct_handler_t c, const char *dst)
{
	struct op *op = c->spec.ops;
	struct bound *b = mem_get(&c->spec, sizeof *b);

	while (op && op->next)
		op = op->next;
	if (b && (b->dst = mem_dup(&c->spec, dst))) {
		b->op = op;
		b->arg = c->spec.args[c->spec.nargs - 1];
		b->next = c->bound;
		c->bound = b;
	}
	return lib_end(c, &c->spec);
}

int
libct_fs_del_mount(ct_handler_t c, char *destination)
{
	struct bound **b, *found;
	struct op **o;
	int i = 0;

	if (!lib_stopped(c, "mount"))
		return -1;
	for (b = &c->bound; *b && strcmp((*b)->dst, OR_EMPTY(destination)); b = &(*b)->next)
		;
	if (!(found = *b))
		return lib_bad(c, "%s: nothing was to be mounted there", OR_EMPTY(destination));
	*b = found->next;
	for (o = &c->spec.ops; *o && *o != found->op; o = &(*o)->next)
		;
	if (*o) {
		if (c->spec.ops_end == &found->op->next)
			c->spec.ops_end = o;
		*o = found->op->next;
	}
	while (i < c->spec.nargs && c->spec.args[i] != found->arg)
		i++;
	lib_arg_drop(&c->spec, i);
	return 0;
}

int
libct_fs_add_mount(ct_handler_t c, char *source, char *destination, int flags)
{
	const int known = MS_RDONLY | MS_NOEXEC | MS_REC | MS_NOSUID | MS_NODEV |
	                  MS_BIND;

	if (source && destination && !strchr(source, ':') &&
	    !strchr(destination, ':') && !(flags & ~known))
		return lib_set(c, "volume", "%s:%s%s:%s%s%s", source,
		               *destination == '/' ? "" : "/", destination,
		               flags & MS_RDONLY ? "ro" : "rw",
		               flags & MS_NOEXEC ? ",noexec" : "",
		               flags & MS_REC ? ",rec" : "") < 0 ? -1 :
		       lib_bound(c, destination);
	return lib_begin(c, "mount") ? lib_bad(c, "%s: flags 0x%x, or a path that cannot be",
	                                       OR_EMPTY(destination), (unsigned)flags) : -1;
}

int
libct_fs_open(ct_handler_t c, const char *path, int flags)
{
	struct pollfd p = { .events = POLLIN };
	struct ct_status st;
	LOCAL_FD dir = -1;
	int fd = -1;

	if (libct_container_status(c, &st) < 0 || !lib_running(c, "open"))
		return -1;
	p.fd = st.pidfd;
	if (kfs_need_proc(&c->spec) >= 0 &&
	    (dir = kfs_open(&c->spec, st.pid, "root", O_PATH | O_DIRECTORY)) < 0)
		fail_sys(&c->spec, "open its root");
	else if (dir >= 0 && poll(&p, 1, 0) != 0)       /* the pid was reused */
		fail_msg(&c->spec, "the container has ended");
	else if (flags & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY)))
		fail_msg(&c->spec, "it makes no file");
	else if (dir >= 0 && (fd = fs_open_in(dir, OR_EMPTY(path), flags)) < 0)
		fail_sys(&c->spec, "open %s", OR_EMPTY(path));
	return lib_end(c, &c->spec) < 0 ? -1 : fd;
}

int
libct_container_add_device(ct_handler_t c, const char *path, const char *access)
{
	return lib_set(c, "device", "%s%s%s", OR_EMPTY(path), access ? ":" : "", OR_EMPTY(access));
}

/* --- networking --- */

/* Checks a value of --net; it is applied at spawn, since keys may still be
 * added to it. */
static int
lib_nic(ct_handler_t c, int i, const char *text)
{
	struct ct ct;

	if (!text)
		return lib_end(c, &c->spec);
	lib_copy(c, &ct);
	lib_option(&ct, "net", text);
	if (lib_end(c, &ct) == 0) {
		c->nics[i] = text;
		c->nnics = i + 1;
	}
	lib_drop(c, &ct);
	return c->failed ? -1 : 0;
}

/* The value of --net for a type and its argument; NULL after an error. */
static const char *
lib_nic_text(struct ct *ct, enum ct_net_type type, void *arg)
{
	const struct ct_net_veth_arg none_given = { 0 }, *v = arg ? arg : &none_given;
	const char *kind;

	static_assert(CT_NET_PHYS - CT_NET_VETH == NIC_PHYS, "they follow nic_kinds[]");
	if ((unsigned)type > CT_NET_PHYS)
		return none(fail_msg(ct, "%d: not a kind of network", (int)type));
	kind = type == CT_NET_NONE ? "none" : type == CT_NET_HOSTNIC ? "host" :
	       nic_kinds[type - CT_NET_VETH].name;
	if (type <= CT_NET_HOSTNIC)
		return arg ? none(fail_msg(ct, "%s: takes no argument", kind)) : kind;
	if (type == CT_NET_VETH)
		return mem_printf(ct, "veth%s%s%s%s", v->host_name ? ",host=" : "",
		                  OR_EMPTY(v->host_name),
		                  v->ct_name ? ",name=" : "", OR_EMPTY(v->ct_name));
	return arg ? mem_printf(ct, "%s,dev=%s", kind, (char *)arg) :
	       none(fail_msg(ct, "%s: needs the name of an interface", kind));
}

int
libct_net_add(ct_handler_t c, enum ct_net_type type, void *arg)
{
	const char *text = NULL;

	if (!lib_stopped(c, "net"))
		return -1;
	if (c->nnics == (int)LEN(c->nics))
		fail_msg(&c->spec, "more than %zu interfaces", LEN(c->nics));
	else
		text = lib_nic_text(&c->spec, type, arg);
	return lib_nic(c, c->nnics, text);
}

int
libct_net_del(ct_handler_t c, enum ct_net_type type, void *arg)
{
	const char *text;
	size_t n;
	int i = 0;

	if (!lib_stopped(c, "net"))
		return -1;
	if (!(text = lib_nic_text(&c->spec, type, arg)))
		return lib_end(c, &c->spec);
	n = strlen(text);
	while (i < c->nnics && (strncmp(c->nics[i], text, n) || !strchr(",", c->nics[i][n])))
		i++;
	if (i == c->nnics)
		return lib_bad(c, "%s: was not added", text);
	c->nnics--;
	memmove(c->nics + i, c->nics + i + 1, (size_t)(c->nnics - i) * sizeof *c->nics);
	return 0;
}

int
libct_net_set(ct_handler_t c, const char *key, const char *value)
{
	const char *text = NULL;
	int i;

	if (!lib_stopped(c, "net"))
		return -1;
	i = c->nnics - 1;
	if (i < 0)
		fail_msg(&c->spec, "no interface was added");
	else if (!key || !value || strpbrk(key, ",=") || strchr(value, ','))
		fail_msg(&c->spec, "%s: needs a key and a value without commas", OR_EMPTY(key));
	else
		text = mem_printf(&c->spec, "%s,%s=%s", c->nics[i], key, value);
	return lib_nic(c, i, text);
}

int
libct_net_add_address(ct_handler_t c, const char *address)
{
	return libct_net_set(c, "ip", address);
}

int
libct_net_add_route(ct_handler_t c, const char *destination, const char *via)
{
	char buf[256];

	if (destination && !strcmp(destination, "default"))
		return via ? libct_net_set(c, "gw", via) :
		       libct_net_set(c, "route", "0.0.0.0/0");
	text_printf(buf, sizeof buf, "%s%s%s", OR_EMPTY(destination), via ? ":" : "",
	       OR_EMPTY(via));
	return libct_net_set(c, "route", buf);
}

/* --- process --- */

int
libct_container_set_user(ct_handler_t c, const char *user, const char *groups)
{
	return lib_set(c, "user", "%s%s%s", OR_EMPTY(user), groups ? ":" : "", OR_EMPTY(groups));
}

int
libct_container_add_capability(ct_handler_t c, const char *cap)
{
	return lib_set(c, "cap-add", "%s", OR_EMPTY(cap));
}

int
libct_container_drop_capability(ct_handler_t c, const char *cap)
{
	return lib_set(c, "cap-drop", "%s", OR_EMPTY(cap));
}

/* libcap-ng has names for numbers only once it has looked at a process. */
static const char *const lib_caps[] = {
	"chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid",
	"setuid", "setpcap", "linux_immutable", "net_bind_service", "net_broadcast", "net_admin",
	"net_raw", "ipc_lock", "ipc_owner", "sys_module", "sys_rawio", "sys_chroot",
	"sys_ptrace", "sys_pacct", "sys_admin", "sys_boot", "sys_nice", "sys_resource",
	"sys_time", "sys_tty_config", "mknod", "lease", "audit_write", "audit_control",
	"setfcap", "mac_override", "mac_admin", "syslog", "wake_alarm", "block_suspend",
	"audit_read", "perfmon", "bpf", "checkpoint_restore",
};

int
libct_container_set_caps(ct_handler_t c, unsigned long mask, unsigned int apply_to)
{
	if (!lib_stopped(c, "caps"))
		return -1;
	if (!(apply_to & (APPLY_BSET | APPLY_ALLCAPS)) || c->caps)
		fail_msg(&c->spec, c->caps ? "were set already" : "of no set");
	for (unsigned i = LEN(lib_caps); i < 8 * sizeof mask && !c->spec.failed; i++)
		if (mask >> i & 1)
			fail_msg(&c->spec, "%u: not a capability", i);
	if (!c->spec.failed)
		c->caps = lib_option(&c->spec, "cap-drop", "ALL") == 0;
	for (unsigned i = 0; i < MIN(LEN(lib_caps), 8 * sizeof mask) && !c->spec.failed; i++)
		if (mask >> i & 1)
			lib_option(&c->spec, "cap-add", lib_caps[i]);
	return lib_end(c, &c->spec);
}

int
libct_container_uname(ct_handler_t c, char *host, char *domain)
{
	if (host && lib_set(c, "hostname", "%s", host) < 0)
		return -1;
	if (domain && lib_set(c, "domainname", "%s", domain) < 0)
		return -1;
	return host || domain || lib_stopped(c, "uname") ? 0 : -1;
}

int
libct_container_set_rlimit(ct_handler_t c, const char *name, uint64_t soft, uint64_t hard)
{
	char num[2][24];

	for (int i = 0; i < 2; i++)
		if ((i ? hard : soft) == UINT64_MAX)
			memcpy(num[i], "max", 4);
		else
			text_printf(num[i], sizeof num[i], "%ju", i ? hard : soft);
	return lib_set(c, "rlimit", "%s=%s:%s", OR_EMPTY(name), num[0], num[1]);
}

int
libct_container_set_env(ct_handler_t c, const char *name, const char *value)
{
	if (!lib_stopped(c, "env"))
		return -1;
	if (!name || !*name || strchr(name, '='))
		return lib_bad(c, "%s: not a variable's name", OR_EMPTY(name));
	return lib_set(c, "env", "%s%s%s", name, value ? "=" : "", OR_EMPTY(value));
}

int
libct_container_set_workdir(ct_handler_t c, const char *path)
{
	return lib_set(c, "workdir", "%s", OR_EMPTY(path));
}

int
libct_container_keep_fd(ct_handler_t c, int fd)
{
	return lib_set(c, "keep-fd", "%d", fd);
}

int
libct_container_set_console_fd(ct_handler_t c, int fd)
{
	if (!lib_stopped(c, "console"))
		return -1;
	if (fd >= 0 && !isatty(fd))
		return fail_sys(&c->spec, "descriptor %d", fd),
		       lib_end(c, &c->spec);
	c->spec.console = fd >= 0;
	for (int i = 0; i < 3; i++)
		c->spec.fds[i] = fd < 0 ? -1 : fd;
	return 0;
}

int
libct_container_add_terminal(ct_handler_t c, const char *name, int fd)
{
	char path[64];
	int r;

	if (!lib_stopped(c, "terminal"))
		return -1;
	if (!isatty(fd) || kfs_path(&c->spec, fd, path, sizeof path) <= 0)
		fail_sys(&c->spec, "descriptor %d", fd);
	FOR_OPS(op, c->spec.ops, OP_UIDMAP)
		if (!op->idmap.inside && fchown(fd, (uid_t)op->idmap.outside, (gid_t)-1) < 0 &&
		    errno != EPERM)
			fail_sys(&c->spec, "chown %s", path);
	r = lib_end(c, &c->spec);
	return r < 0 ? -1 : lib_set(c, "volume", "%s:/dev/%s:dev", path, OR_EMPTY(name));
}

int
libct_container_set_option(ct_handler_t c, int opt, ...)
{
	static const char *const names[] = {
		[LIBCT_OPT_CGROUP_SUBMOUNT] = "delegate",
		[CT_OPT_READ_ONLY] = "read-only", [CT_OPT_KEEP_ENV] = "keep-env",
		[CT_OPT_INIT] = "init", [CT_OPT_PRIVILEGED] = "privileged",
		[CT_OPT_NEW_PRIVS] = "allow-new-privs",
		[CT_OPT_NO_SECCOMP] = "seccomp", [CT_OPT_DIE_WITH_THREAD] = NULL,
	};
	const char *dir;
	va_list ap;

	if (!lib_stopped(c, "option"))
		return -1;
	if (opt < 0 || (size_t)opt >= LEN(names)) {
		fail_msg(&c->spec, "%d: no such option", opt);
	} else if (opt == LIBCT_OPT_AUTO_PROC_MOUNT) {
		c->auto_proc = true;
	} else if (opt == LIBCT_OPT_KILLABLE) {
		if (c->spec.cg_fd < 0)
			fail_msg(&c->spec, "killable: the container has no cgroup");
	} else if (opt == CT_OPT_DIE_WITH_THREAD) {
		c->spec.pdeathsig = true;
	} else if (opt == LIBCT_OPT_CGROUP_SUBMOUNT) {
		va_start(ap, opt);
		dir = va_arg(ap, const char *);
		va_end(ap);
		if (dir && *dir && *dir != '/')
			dir = mem_printf(&c->spec, "/%s", dir);
		if (!dir || (dir = op_path(&c->spec, dir)))
			c->spec.submount = dir;
		if (!c->spec.failed)
			lib_option(&c->spec, names[opt], NULL);
	} else {
		lib_option(&c->spec, names[opt], opt == CT_OPT_NO_SECCOMP ? "none" : NULL);
	}
	return lib_end(c, &c->spec);
}

int
libct_container_configure(ct_handler_t c, const char *option, const char *value)
{
	if (!lib_stopped(c, "configure"))
		return -1;
	if (NAME_FIND(lib_refused, OR_EMPTY(option)) >= 0)
		return lib_bad(c, "--%s: not in the library", option);
	lib_option(&c->spec, OR_EMPTY(option), value);
	return lib_end(c, &c->spec);
}

/* Verbs that change a running container and print nothing; the container's name comes
 * after the second word where there is one. */
static const struct { const char *name; int (*go)(struct ct *, char **); } lib_changes[] = {
	{ "net add", WITH(HAVE_NET, verb_net) }, { "net del", WITH(HAVE_NET, verb_net) },
	{ "set", WITH(HAVE_GROUP, verb_set) },
	{ "mount", WITH(HAVE_LIVE, verb_mount) }, { "umount", WITH(HAVE_LIVE, verb_umount) },
	{ "device add", WITH(HAVE_LIVE && HAVE_DEVICES, verb_device) },
	{ "device del", WITH(HAVE_LIVE && HAVE_DEVICES, verb_device) },
	{ "checkpoint", WITH(HAVE_CHECKPOINT, verb_checkpoint) },
};

static void
lib_close(const struct ct *ct, int fd)
{
	if (fd > 2 && !lib_ours(ct, fd))
		close(fd);
}

/* A verb, for a separate process: it enters namespaces, and what it opens ends with it. */
struct change { int (*go)(struct ct *, char **); char *args[32]; };

static int
lib_change(struct ct *ct, void *arg)
{
	struct change *v = arg;

	fd_each(ct, lib_close);
	return v->go(ct, v->args);
}

int
libct_container_change(ct_handler_t c, const char *verb, char *const argv[])
{
	int i = NAME_FIND(lib_changes, OR_EMPTY(verb));
	struct change v = { .go = i < 0 ? NULL : lib_changes[i].go };
	char *second;
	struct ct ct;
	size_t n = 0;

	if (!lib_running(c, i < 0 ? "change" : lib_changes[i].name))
		return -1;
	if (!v.go)
		return lib_bad(c, "%s: %s", OR_EMPTY(verb), i < 0 ?
		               "not a verb that changes what runs" : not_built);
	lib_init(&ct, lib_changes[i].name);
	if ((second = strchr(lib_changes[i].name, ' ')))
		v.args[n++] = second + 1;
	v.args[n++] = (char *)(uintptr_t)c->spec.name;
	while (argv && *argv && n < LEN(v.args) - 1)    /* copies: verbs cut them up */
		v.args[n++] = mem_dup(&ct, *argv++);
	if (argv && *argv)
		fail_msg(&ct, "more than %zu words", LEN(v.args) - 3);
	else if (!ct.failed)
		helper_run(&ct, 0, 0, lib_change, &v, sizeof v);
	lib_end(c, &ct);
	mem_free(&ct.mem, NULL);
	return c->failed ? -1 : 0;
}

/* Allows only these calls: --syscall refuses all others that the machine has. */
int
libct_container_allow_syscalls(ct_handler_t c, const char *const *names, int no)
{
#define C(name, suffix) #name,
	static const char *const all[] = {
		CALLS_ALL(C) CALLS_TIME(C) CALLS_OLD(C) CALLS_OLDER(C) CALLS_OWN(C)
#undef C
#define C(name) #name,
		CALLS_NEW(C) };
#undef C
	size_t size = LEN(all) * 40, n = 0, k;
	char *list;

	if (!lib_stopped(c, "syscall"))
		return -1;
	if (!(list = mem_get(&c->spec, size)))
		return lib_end(c, &c->spec);
	for (k = 0; names && names[k]; k++)
		if (sc_number(names[k]) < 0)
			return lib_bad(c, "%s: this machine has no such call", names[k]);
	for (size_t i = 0; i < LEN(all); i++) {
		for (k = 0; names && names[k] && strcmp(names[k], all[i]); k++)
			;
		if ((names && names[k]) || sc_number(all[i]) < 0)
			continue;
		n += text_printf(list + n, size - n, no < 0 ? "%s!%s" : "%s-%s=%d", n ? "," : "",
		                 all[i], no);
	}
	lib_option(&c->spec, "syscall", list);
	return lib_end(c, &c->spec);
}

/* --- the background --- */

/* An empty text still sends a byte, its NUL, unlike a process that was killed. */
void
libct_background_tell(int tell, const char *error)
{
	send(tell, OR_EMPTY(error), strlen(OR_EMPTY(error)) + 1, MSG_NOSIGNAL);
	close(tell);
}

static void
lib_background(int (*fn)(void *, int), void *arg, int tell, int close_fds)
{
	int null = io_open("/dev/null", O_RDWR);
	struct ct ct;

	umask(022);
	lib_init(&ct, NULL);
	child_signals(&ct);
	ct.msg_fd[1] = tell;            /* stays open */
	if (close_fds)
		fd_each(&ct, lib_close);
	fd_close(&ct.proc_fd);
	for (int i = 0; i < 3; i++)
		dup2(null, i);
	_exit(null < 0 || chdir("/") < 0 ? 1 : fn(arg, tell));
}

int
libct_background(int (*fn)(void *, int), void *arg, int close_fds, char *error, size_t size)
{
	ssize_t n = -1;
	int ends[2];
	pid_t pid;

	errno = EINVAL;
	if (!fn || !error || !size)
		return -1;
	*error = '\0';
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -1;
	/* fork(3): malloc(3) has to work there, in a program with threads, too */
	if ((pid = fork()) == 0) {
		setsid();
		if (fork() == 0)
			lib_background(fn, arg, ends[1], close_fds);
		_exit(0);
	}
	fd_close(&ends[1]);
	while (pid > 0 && (n = recv(ends[0], error, size - 1, 0)) < 0 && errno == EINTR)
		;
	fd_close(&ends[0]);
	if (pid < 0)
		return -1;
	sys_wait(pid);
	if (n <= 0)
		n = (ssize_t)text_printf(error, size, "it was killed while it started");
	error[n] = '\0';
	errno = EINVAL;
	return *error ? -1 : 0;
}

/* --- terminals --- */

static void
relay_size(int from, int to)
{
	struct winsize a, b;

	if (ioctl(from, TIOCGWINSZ, &a) == 0 && a.ws_row && ioctl(to, TIOCGWINSZ, &b) == 0 &&
	    memcmp(&a, &b, sizeof a))
		ioctl(to, REQUEST(TIOCSWINSZ), &a);
}

static bool
relay_write(const struct ct_relay *r, int fd, const char *data, size_t n)
{
	ssize_t done;

	if (!r->lossy)
		return io_write(fd, data, n) == 0;
	for (; n && (done = write(fd, data, n)) > 0; n -= (size_t)done)
		data += done;
	return true;
}

static bool
relay_printed(const struct ct_relay *r)
{
	char buf[4096];
	ssize_t n = read(r->fd, buf, sizeof buf);

	if (n <= 0)
		return n < 0 && (errno == EAGAIN || errno == EINTR);
	if (r->keep)
		r->keep(r->arg, buf, (size_t)n);
	return r->out < 0 || relay_write(r, r->out, buf, (size_t)n);
}

static bool
relay_typed(const struct ct_relay *r, bool *escaped)
{
	char buf[1024];
	ssize_t n = read(r->in, buf, sizeof buf);
	bool left = false;
	size_t to = 0;

	if (n <= 0)
		return n < 0 && (errno == EAGAIN || errno == EINTR);
	for (ssize_t i = 0; i < n && !(left = *escaped && buf[i] == 'q'); i++) {
		*escaped = !*escaped && r->escape > 0 && buf[i] == r->escape;
		if (!*escaped)
			buf[to++] = buf[i];
	}
	return relay_write(r, r->fd, buf, to) && !left;
}

int
libct_terminal_relay(const struct ct_relay *r)
{
	enum { GOES_ON = 2 };
	struct pollfd p[] = { { .fd = r->end, .events = POLLIN },
		{ .fd = r->fd, .events = POLLIN }, { .fd = r->in, .events = POLLIN } };
	bool raw, escaped = false;
	struct termios was, mode;
	int ms, result = GOES_ON;

	raw = tcgetattr(r->in, &was) == 0;
	/* no event tells of a new size: SIGWINCH belongs to the program */
	ms = raw && tcgetpgrp(r->in) >= 0 ? 500 : -1;
	if (raw) {
		mode = was;
		cfmakeraw(&mode);
		tcsetattr(r->in, TCSANOW, &mode);
	}
	while (result == GOES_ON) {
		relay_size(r->in, r->fd);
		if (poll(p, LEN(p), ms) < 0) {
			result = errno == EINTR ? GOES_ON : -1;
			continue;
		}
		if (p[1].revents && !relay_printed(r))
			result = -1;
		else if (p[2].revents && !relay_typed(r, &escaped))
			result = 1;
		else if (p[0].revents)
			result = 0;
	}
	while (result == 0 && poll(&p[1], 1, 0) > 0 && relay_printed(r))
		;
	if (raw)
		tcsetattr(r->in, TCSAFLUSH, &was);
	return result;
}

/* --- files --- */

static int
lib_copy_file(struct ct *ct, int src, const char *to, const struct stat *st)
{
	struct copy *c = mem_get(ct, sizeof *c);
	LOCAL_FD dst = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (dst < 0)
		return fail_sys(ct, "create %s", to);
	if (!c)
		return -1;
	c->ct = ct;
	c->strict = true;
	c->name = to;
	return copy_data(c, src, dst, st->st_size) < 0 ? fail_sys(ct, "write %s", to) :
	       copy_meta(c, src, dst, st, "");
}

int
libct_copy_tree(libct_session_t s, const char *from, const char *to)
{
	LOCAL_FD src = -1, dst = -1;
	struct stat st;
	struct ct ct;

	if (!lib_ask(s, to ? from : NULL, &ct, "copy"))
		return -1;
	if ((src = open(from, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)) < 0 ||
	    fstat(src, &st) < 0)
		fail_sys(&ct, "open %s", from);
	else if (S_ISREG(st.st_mode))
		lib_copy_file(&ct, src, to, &st);
	else if (!S_ISDIR(st.st_mode))
		fail_msg(&ct, "%s: neither a file nor a directory", from);
	else if ((dst = io_mkdir(AT_FDCWD, to)) < 0)
		fail_sys(&ct, "make %s", to);
	else if (io_within(dst, &st))
		fail_msg(&ct, "%s: is in %s", to, from);
	else
		copy_tree(&ct, src, dst, from, true);
	if (dst >= 0 && ct.failed)
		rmdir(to);              /* stays if there is something in it */
	return lib_told(s, &ct);
}

/* 1: it is a directory that is not empty. */
static int
lib_remove_one(struct ct *ct, int dir, const char *name)
{
	if (unlinkat(dir, name, 0) == 0 || errno == ENOENT)
		return 0;
	if ((errno == EISDIR || errno == EPERM) && unlinkat(dir, name, AT_REMOVEDIR) == 0)
		return 0;
	return errno == ENOTEMPTY || errno == EEXIST ? 1 : fail_sys(ct, "remove %s", name);
}

/* Removes what is in the directory `in`, except directories that are not empty: these are
 * moved up into `top`, so that no depth needs more than two descriptors. */
static int
lib_remove_in(struct ct *ct, int in, int top, unsigned *n)
{
	LOCAL_DIR d;
	struct dirent64_ *e;
	char moved[40];

	if (kfs_dir_open(&d, in, ".") < 0)
		return fail_sys(ct, "open a directory in it");
	while (!ct->failed && (e = kfs_dir_next(&d))) {
		int full = lib_remove_one(ct, d.fd, e->name);

		if (full <= 0 || in == top)
			continue;
		do
			text_printf(moved, sizeof moved, ".ct-%u", ++*n);
		while (faccessat(top, moved, F_OK, AT_SYMLINK_NOFOLLOW) == 0);
		if (renameat(d.fd, e->name, top, moved) < 0)
			fail_sys(ct, "move %s", e->name);
	}
	return ct->failed ? -1 : 0;
}

/* Empties the directory top. */
static int
lib_remove_all(struct ct *ct, int top)
{
	struct dirent64_ *e;
	unsigned n = 0;
	bool more = true;

	while (more && lib_remove_in(ct, top, top, &n) == 0) {
		LOCAL_DIR d;

		if (kfs_dir_open(&d, top, ".") < 0)
			return fail_sys(ct, "open it");
		more = false;           /* a pass may miss what is moved up in it */
		while (!ct->failed && (e = kfs_dir_next(&d))) {
			LOCAL_FD in = -1;

			more = true;
			if ((in = copy_open(top, e->name, O_RDONLY | O_DIRECTORY)) < 0)
				fail_sys(ct, "open %s", e->name);
			else
				lib_remove_in(ct, in, top, &n);
		}
	}
	return ct->failed ? -1 : 0;
}

int
libct_remove_tree(libct_session_t s, const char *path)
{
	LOCAL_FD dir = -1, top = -1;
	struct ct ct;
	char *name;
	size_t n;

	if (!lib_ask(s, path, &ct, "remove"))
		return -1;
	for (n = strlen(path); n > 1 && path[n - 1] == '/'; n--)
		;
	if (!(name = mem_printf(&ct, "./%.*s", (int)n, path)))
		return lib_told(s, &ct);
	path = *path == '/' ? name + 1 : name;
	name = strrchr(name, '/');
	*name++ = '\0';
	dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 && errno != ENOENT) {
		fail_sys(&ct, "open %s", path);
	} else if (dir >= 0 && lib_remove_one(&ct, dir, name) > 0) {
		if ((top = copy_open(dir, name, O_RDONLY | O_DIRECTORY)) < 0)
			fail_sys(&ct, "open %s", name);
		else if (lib_remove_all(&ct, top) == 0 && unlinkat(dir, name, AT_REMOVEDIR) < 0)
			fail_sys(&ct, "remove %s", name);
	}
	return lib_told(s, &ct);
}
