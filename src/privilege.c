/* SPDX-License-Identifier: ISC */
/* Capabilities, no_new_privs, label, OOM score, rlimits, scheduling, keyring, sysctls. */
#include <linux/keyctl.h>
#include <sys/personality.h>

/* --- seccomp and capabilities --- */

/* The container's bounding set. */
static uint64_t
pr_caps(const struct ct *ct)
{
	uint64_t caps = 0;

	if (ct->privileged || ct->caps.all)
		caps = ~(uint64_t)0;
	else if (!ct->caps.none)
		for (size_t i = 0; i < LEN(default_caps); i++)
			caps |= (uint64_t)1 << default_caps[i];
	return (caps & ~ct->caps.drop) | ct->caps.add;
}

/* Loads a filter; with SECCOMP_FILTER_FLAG_NEW_LISTENER returns a file descriptor. */
static int
pr_filter(struct ct *ct, const struct sock_filter *f, unsigned n, unsigned flags)
{
	struct sock_fprog prog = { (unsigned short)n, (struct sock_filter *)(uintptr_t)f };
	int fd = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &prog);

	/* valgrind does not know seccomp(2): the library falls back to prctl(2) */
	if (fd < 0 && (!IN_LIB(ct) || errno != ENOSYS || flags ||
	               prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) < 0))
		return fail_sys(ct, "load a filter of %u instructions", n);
	return fd < 0 ? 0 : fd;
}

/* Has the parent take the listener out of this process. Until then it calls only write(2) and
 * read(2), which --syscall cannot notify about: nobody could answer, and both would wait. */
static int
pr_listener(struct ct *ct, int fd)
{
	struct msg msg = { .kind = MSG_LISTENER, .pid = fd };
	char byte;

	if (io_write(ct->msg_fd[1], &msg, sizeof msg) < 0)
		return fail_sys(ct, "tell the parent");
	if (read(ct->go_fd[0], &byte, 1) != 1)
		_exit(125);
	fd_close(&fd);
	return 0;
}

/* Loads the default filter first: one from a file may refuse seccomp(2). */
static int
pr_seccomp(struct ct *ct)
{
	struct sock_filter *f = ct->filter.prog;
	const bool notify = HAVE_SYSCALL && ct->notify;
	struct sc_prog *p;
	int fd;

	/* lets an unprivileged parent take the listener; nobody inside sees this process */
	if (notify && ct->euid && !ct->exec && !ct->pid_ns && sys_prctl(PR_SET_DUMPABLE, 1, 0) < 0)
		return fail_sys(ct, "prctl PR_SET_DUMPABLE");
	if (sc_is_default(ct) || ct->calls) {
		if (!(p = mem_get(ct, sizeof *p)))
			return -1;
		p->limits = ct->core_stays;
		sc_make(p, pr_caps(ct), sc_is_default(ct), ct->calls);
		if ((fd = pr_filter(ct, &p->f[p->at], (unsigned)(LEN(p->f) - p->at),
		                    notify ? SECCOMP_FILTER_FLAG_NEW_LISTENER : 0)) < 0 ||
		    (notify && pr_listener(ct, fd) < 0))
			return -1;
	}
	for (unsigned i = 0; i < ct->filter.len; i += 1 + f[i].k)
		if (pr_filter(ct, &f[i + 1], f[i].k, 0) < 0)
			return -1;
	ct->filtered = true;
	return 0;
}

/* Loads filters before the user changes: without no_new_privs that needs CAP_SYS_ADMIN. */
static int
pr_seccomp_early(struct ct *ct)
{
	return ct->allow_new_privs ? pr_seccomp(ct) : 0;
}

/* Loads filters before a process inside can trace this one, to make calls that they refuse. */
static int
pr_seccomp_seen(struct ct *ct)
{
	/* with --init the parent knows this process, not the one that executes */
	bool seen = ct->exec || ct->pid_ns || ct->hold || (ct->init && ct->notify);
	bool users = ct->filter.prog || ct->calls;

	return !ct->filtered && (seen || !users) ? pr_seccomp(ct) : 0;
}

/* Loads filters last in all other cases: a user's filter need not allow what ct itself does. */
static int
pr_seccomp_late(struct ct *ct)
{
	return ct->filtered ? 0 : pr_seccomp(ct);
}

/* Allows the few calls that the reaper of --init makes; any other kills it. */
static int
pr_seccomp_reaper(struct ct *ct)
{
#define CALL(nr) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1), \
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
	static const struct sock_filter f[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SC_ARCH, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		CALL(SYS_wait4), CALL(SYS_kill), CALL(SYS_exit_group), CALL(SYS_close),
		CALL(SYS_munmap), CALL(SYS_rt_sigreturn), CALL(SYS_restart_syscall),
		CALL(NR_SIGTIMEDWAIT), CALL(NR(421)),   /* rt_sigtimedwait_time64 */
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};
#undef CALL

	if (sys_prctl(PR_SET_NO_NEW_PRIVS, 1, 0) < 0)
		return fail_sys(ct, "prctl PR_SET_NO_NEW_PRIVS");
	return pr_filter(ct, f, LEN(f), 0);
}

/* Drops the bounding set; capng_apply() would read the container's /proc/PID/status for it. */
static int
pr_bound(struct ct *ct, uint64_t caps)
{
	for (int i = 0; i < 64; i++) {
		if (caps >> i & 1 || sys_prctl(PR_CAPBSET_DROP, i, 0) == 0)
			continue;
		/* EINVAL: past the last; EPERM: exec in a group, by a user */
		return errno == EINVAL || (errno == EPERM && ct->exec && ct->euid &&
		       !(ct->join & CLONE_NEWUSER)) ? 0 :
		       fail_sys(ct, "prctl PR_CAPBSET_DROP %d", i);
	}
	return 0;
}

/* Changes the user and all five capability sets. Root gets the bounding set; any
 * other user only what --cap-add gives, as ambient capabilities, which survive execve, and
 * what --cap-ambient names. Inheritable and ambient are empty in all other cases. */
static int
pr_user(struct ct *ct)
{
	const struct creds *c = &ct->creds;
	bool user = c->uid != 0, all;
	uint64_t ambient = ct->caps.ambient | (user ? ct->caps.add : 0);
	uint64_t inherit = ct->caps.inherit | ambient, bound = pr_caps(ct);
	uint64_t caps = user ? ambient : bound;

	if (IN_LIB(ct) && ct->as_caller)
		return 0;
	if (user && !ct->allow_new_privs && !ct->privileged)
		bound = inherit;
	if (pr_bound(ct, bound) < 0)
		return -1;
	all = (caps | inherit) >= UINT64_MAX >> 8;      /* also those this kernel does not know */
	if (ct->user) {
		if (sys_prctl(PR_SET_KEEPCAPS, 1, 0) < 0)
			return fail_sys(ct, "prctl PR_SET_KEEPCAPS");
		if (syscall(NR_SETGROUPS, (size_t)c->ngroups, c->groups) < 0 &&
		    (c->ngroups || !ct->keeps_groups))
			return fail_sys(ct, "setgroups");
		if (syscall(NR_SETRESGID, c->gid, c->gid, c->gid) < 0)
			return fail_sys(ct, "setresgid %u", c->gid);
		if (syscall(NR_SETRESUID, c->uid, c->uid, c->uid) < 0)
			return fail_sys(ct, "setresuid %u", c->uid);
	}
	/* else it is the pid of its first use, or what a library's caller left there */
	capng_setpid((int)syscall(SYS_gettid));
	for (unsigned i = 0; i < 64; i++) {
		unsigned sets = (caps >> i & 1 ? CAPNG_EFFECTIVE | CAPNG_PERMITTED : 0) |
		                (inherit >> i & 1 ? CAPNG_INHERITABLE : 0);

		if (sets && (!all || sys_prctl(PR_CAPBSET_READ, i, 0) == 1))
			capng_update(CAPNG_ADD, (capng_type_t)sets, i);
	}
	if (capng_apply(CAPNG_SELECT_CAPS) < 0)
		return fail_sys(ct, "capset");
	for (unsigned i = 0; i < 64; i++)
		if (ambient >> i & 1 &&
		    sys_prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, i) < 0 && !all)
			return fail_sys(ct, "raise ambient capability %u", i);
	return 0;
}

static int
pr_no_growth(struct ct *ct)
{
	if (ct->allow_new_privs && !IN_LIB(ct) &&
	    sys_prctl(PR_GET_NO_NEW_PRIVS, 0, 0) == 1)
		return fail_msg(ct, "--allow-new-privs: ct was started with no_new_privs");
	if (!ct->allow_new_privs && sys_prctl(PR_SET_NO_NEW_PRIVS, 1, 0) < 0)
		return fail_sys(ct, "prctl PR_SET_NO_NEW_PRIVS");
	return 0;
}

static int
pr_no_new_privs(struct ct *ct)
{
	if (pr_no_growth(ct) < 0)
		return -1;
	/* before any filter, which may refuse it */
	if (ct->linux32 && personality(PER_LINUX32) < 0)
		return fail_sys(ct, "personality linux32");
	return 0;
}

/* --- label, OOM score, limits, scheduling --- */

/* Sets the label, while the process can still open its own files in procfs. */
static int
pr_label(struct ct *ct)
{
	char *exec = mem_printf(ct, "exec %s", ct->label);

	if (kfs_need_proc(ct) < 0 || !exec)
		return -1;
	if (IN_LIB(ct) && ct->fn && !ct->on_exec)       /* it takes effect on execve */
		return fail_msg(ct, "a callback cannot be confined");
	if (io_put(ct->proc_fd, "self/attr/apparmor/exec", exec) == 0 ||
	    (errno == ENOENT && io_put(ct->proc_fd, "self/attr/exec", ct->label) == 0))
		return 0;
	return fail_sys(ct, "label %s (AppArmor or SELinux)", ct->label);
}

static int
pr_oom(struct ct *ct)
{
	char num[16];

	text_printf(num, sizeof num, "%d", ct->oom);
	if (kfs_need_proc(ct) < 0)
		return -1;
	if (io_put(ct->proc_fd, "self/oom_score_adj", num) < 0)
		return fail_sys(ct, "write %s to oom_score_adj", num);
	return 0;
}

static const struct { const char *name; int id; } rlimits[] = {
	{ "as", RLIMIT_AS }, { "core", RLIMIT_CORE }, { "cpu", RLIMIT_CPU },
	{ "data", RLIMIT_DATA }, { "fsize", RLIMIT_FSIZE },
	{ "locks", RLIMIT_LOCKS }, { "memlock", RLIMIT_MEMLOCK },
	{ "msgqueue", RLIMIT_MSGQUEUE }, { "nice", RLIMIT_NICE },
	{ "nofile", RLIMIT_NOFILE }, { "nproc", RLIMIT_NPROC },
	{ "rss", RLIMIT_RSS }, { "rtprio", RLIMIT_RTPRIO },
	{ "rttime", RLIMIT_RTTIME }, { "sigpending", RLIMIT_SIGPENDING },
	{ "stack", RLIMIT_STACK },
};

static int
pr_rlimit_find(const char *name)
{
	int i = NAME_FIND(rlimits, name);

	return i < 0 ? -1 : rlimits[i].id;
}

/* A raw call: musl's setrlimit() can also stop all threads, for lack of prlimit64(2). */
static int
pr_rlimit(int id, uint64_t soft, uint64_t hard)
{
	const uint64_t r[2] = { soft, hard };

	return (int)syscall(SYS_prlimit64, 0, id, r, NULL);
}

/* Does --rlimit set this limit, in place of the default? */
static bool
pr_rlimit_given(const struct ct *ct, int id)
{
	FOR_OPS(op, ct->ops, OP_RLIMIT)
		if (op->rlimit.id == id)
			return true;
	return false;
}

static int
pr_rlimits(struct ct *ct)
{
	uint64_t has[2];

	for (size_t i = 0; i < LEN(default_rlimits); i++) {
		const struct rlimit_default *d = &default_rlimits[i];
		int id = pr_rlimit_find(d->name);

		if (pr_rlimit_given(ct, id) || pr_rlimit(id, d->value, d->value) == 0)
			continue;
		/* EPERM: a hard limit that is lower already is as good */
		if (errno != EPERM || syscall(SYS_prlimit64, 0, id, NULL, has) < 0 ||
		    has[1] > d->value)
			return fail_sys(ct, "setrlimit %s", d->name);
	}
	FOR_OPS(op, ct->ops, OP_RLIMIT)
		if (pr_rlimit(op->rlimit.id, op->rlimit.soft, op->rlimit.hard) < 0)
			return fail_sys(ct, "setrlimit %s", op->rlimit.name);
	ct->core_stays = !pr_rlimit_given(ct, RLIMIT_CORE);
	return 0;
}

static int
pr_sched(struct ct *ct)
{
	struct sched_param prio = { .sched_priority = ct->sched_prio };

	/* raw: musl's is a stub, since the kernel schedules threads */
	if (ct->sched && syscall(SYS_sched_setscheduler, 0, ct->sched_policy, &prio) < 0)
		return fail_sys(ct, "sched_setscheduler %s", ct->sched);
	if (ct->nice != NOT_GIVEN && setpriority(PRIO_PROCESS, 0, ct->nice) < 0)
		return fail_sys(ct, "setpriority %d", ct->nice);
	return 0;
}

/* --- session and keyring, sysctls --- */

/* Makes up a keyring name that nobody can guess. */
static void
pr_keyring(char *name, size_t size)
{
	uint32_t r[2];

	sys_random(r, sizeof r);
	text_printf(name, size, "ct:%08x%08x", r[0], r[1]);
}

/* A new session, so that no terminal can be typed into (TIOCSTI), and a session keyring, so
 * that the host's keys are out of sight. Without CONFIG_KEYS there are none. */
static int
pr_session(struct ct *ct)
{
	/* for `ct exec` the user may view, read, search and link; the possessor may do all */
	enum { PERM = 0x3f1b0000 };

	if (setsid() < 0) {
		ct->optional &= ~(unsigned)FEAT_KEYRING;        /* more than that is lost */
		return fail_sys(ct, "setsid");
	}
	if (ct->keep_keyring)
		return 0;
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, ct->keyring) < 0) {
		/* EDQUOT: the user's key quota is used up, which is harmless as the default filter
		 * refuses all calls that reach keys, and AF_ALG and AF_RXRPC sockets */
		if (errno == ENOSYS || (errno == EDQUOT && !SOCKETCALL && sc_is_default(ct) &&
		                        !ct->calls && !(ct->optional & FEAT_SECCOMP)))
			return 0;
		return fail_sys(ct, "keyctl JOIN_SESSION_KEYRING");
	}
	if (!ct->exec && syscall(SYS_keyctl, KEYCTL_SETPERM, KEY_SPEC_SESSION_KEYRING, PERM) < 0)
		return fail_sys(ct, "keyctl SETPERM");
	return 0;
}

static int
pr_sysctl(struct ct *ct)
{
	FOR_OPS(op, ct->ops, OP_SYSCTL) {
		const char *key = op->set.key, *value = op->set.value;
		char *path;

		if (!(ct->unshare & 1u << op->set.ns))
			return fail_msg(ct, "%s: belongs to the host without a new %s namespace",
			                key, ns_kinds[op->set.ns].name);
		path = mem_printf(ct, "sys/%s", key);
		if (!path || kfs_need_proc(ct) < 0)
			return -1;
		if (kfs_put_sysctl(ct, path, value) < 0)
			return fail_sys(ct, "write %s to %s", value, key);
	}
	return 0;
}
