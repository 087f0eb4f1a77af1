/* SPDX-License-Identifier: ISC */
/* The default filter: a balanced tree over ranges of call numbers. */

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define SC_LOW 4
#else
#define SC_LOW 0
#endif

/* What becomes of a call; SC_ERRNO + n: it fails with errno n. ct->calls holds these plus 1;
 * 0: the call is not named there. */
enum { SC_ALLOW, SC_ARG, SC_FAMILY, SC_KILL, SC_NOTIFY, SC_ERRNO, SC_ERRNO_MAX = SC_ERRNO + 4095 };
#define SC_BASE NR(0)
#define SC_MAX (SECCOMP_LAST - SC_BASE + 1)

struct sc_prog {
	int n;
	bool limits;                    /* rows with a limit apply */
	uint64_t caps;                  /* rows with one of these do not */
	const struct denied_arg *args, *args_end;
	unsigned short what[SC_MAX];    /* SC_ by number */
	short from[SC_MAX + 1];         /* first number of each range */
	int ranges;
	struct sock_filter f[4 * SC_MAX];       /* last: most of it is never touched */
};

/* --- names of calls --- */

/* The hash of a name of up to 29 characters, as a constant: the names themselves would take
 * twice as much space as the rest of the filter. */
#define SC_K UINT32_C(16777619)
#define SC_C(s, i) ((uint32_t)(unsigned char)(s)[(i) < sizeof(s) ? (i) : sizeof(s) - 1])
#define SC_H4(s, i, more) \
	(SC_C(s, i) + SC_K * (SC_C(s, i + 1) + SC_K * (SC_C(s, i + 2) + SC_K * (SC_C(s, i + 3) + \
	 SC_K * (more)))))
#ifndef SC_HASH         /* a static checker has its own: this takes it an hour */
#define SC_HASH(s) SC_H4(s, 0, SC_H4(s, 4, SC_H4(s, 8, SC_H4(s, 12, SC_H4(s, 16, \
	SC_H4(s, 20, SC_H4(s, 24, SC_C(s, 28))))))))
#endif

/* The number of a call; -1: this architecture lacks it, or src/calls.h does. */
static int
sc_number(const char *name)
{
#define C(name, suffix) SC_HASH(#name),
	static const uint32_t hashes[] = {
		CALLS_ALL(C) CALLS_TIME(C) CALLS_OLD(C) CALLS_OLDER(C) CALLS_OWN(C) };
#undef C
#define C(name, suffix) SYS_##name##suffix,
	static const short numbers[] = {
		CALLS_ALL(C) CALLS_TIME(C) CALLS_OLD(C) CALLS_OLDER(C) CALLS_OWN(C) };
#undef C
#define C(name) SC_HASH(#name),
	static const uint32_t newer[] = { CALLS_NEW(C) };
#undef C
	static_assert(NR(424) + LEN(newer) - 1 == SECCOMP_LAST, "src/calls.h has all of them");
	uint32_t hash = 0;

	for (size_t n = strlen(name); n-- > 0; )
		hash = hash * SC_K + (unsigned char)name[n];
	for (size_t i = 0; i < LEN(newer); i++)
		if (newer[i] == hash)
			return NR(424) + (int)i;
	for (size_t i = 0; i < LEN(hashes); i++)
		if (hashes[i] == hash && numbers[i] >= 0)
			return numbers[i];
	return -1;
}

static int
sc_change(struct ct *ct, int nr, int what)
{
	if (!ct->calls && !(ct->calls = mem_get(ct, SC_MAX * sizeof *ct->calls)))
		return -1;
	ct->calls[nr - SC_BASE] = (unsigned short)(what + 1);
	return 0;
}

static bool
sc_notifies(const struct ct *ct)
{
	for (size_t i = 0; ct->calls && i < SC_MAX; i++)
		if (ct->calls[i] == SC_NOTIFY + 1)
			return true;
	return false;
}

static bool
sc_is_default(const struct ct *ct)
{
	return ct->seccomp_default ||
	       !(ct->no_seccomp || ct->privileged || ct->seccomp_prog);
}

/* --- the program --- */

static void
sc_put(struct sc_prog *p, unsigned code, unsigned jt, unsigned jf, uint32_t k)
{
	p->f[p->n++] = (struct sock_filter){ (unsigned short)code,
	    (unsigned char)jt, (unsigned char)jf, k };
}

/* Loads half of an argument: 0 is the low half, 4 the high one. */
static void
sc_load(struct sc_prog *p, unsigned arg, unsigned half)
{
	sc_put(p, BPF_LD | BPF_W | BPF_ABS, 0, 0, (SC_LOW ^ half) +
	       (uint32_t)offsetof(struct seccomp_data, args) + 8u * arg);
}

/* A call that sets the limit which is to stay, not just queries it, returns 0 unexecuted. */
static void
sc_limit(struct sc_prog *p, const struct denied_arg *a)
{
	sc_load(p, a->arg, 0);
	sc_put(p, BPF_JMP | BPF_JEQ | BPF_K, 0, 5, a->value);
	sc_load(p, a->limit, 0);
	sc_put(p, BPF_JMP | BPF_JEQ | BPF_K, 0, 2, 0);
	sc_load(p, a->limit, 4);
	sc_put(p, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 0);
	sc_put(p, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO);
}

static bool
sc_counts(const struct sc_prog *p, const struct denied_arg *a)
{
	return (p->limits || !a->limit) && !(a->cap && p->caps >> a->cap & 1);
}

/* Tests one call's arguments; the rest is allowed. */
static void
sc_arg(struct sc_prog *p, short nr)
{
	bool loaded = false;

	for (const struct denied_arg *a = p->args; a < p->args_end; a++) {
		if (a->nr != nr || !sc_counts(p, a))
			continue;
		if (a->limit) {
			sc_limit(p, a);
			continue;
		}
		if (!loaded)
			sc_load(p, a->arg, 0);
		loaded = true;
		if (a->mask == ~0u)
			sc_put(p, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, a->value);
		else
			sc_put(p, BPF_JMP | BPF_JSET | BPF_K, 0, 1, a->mask);
		sc_put(p, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EPERM);
	}
	sc_put(p, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW);
}

/* Allows only the socket families and protocols that are needed: any other is kernel code
 * that hardly anybody else runs. A raw socket is served by its family's own code; types
 * above SOCK_RAW belong to other protocols, even with protocol 0. */
static void
sc_family(struct sc_prog *p)
{
	for (size_t j = 0; j < LEN(socket_kinds); j++) {
		const struct socket_kind *k = &socket_kinds[j];
		unsigned n = 0, raw = k->family == AF_NETLINK ? 0 : 4;

		while (k->protocols[n] >= 0)
			n++;
		sc_load(p, 0, 0);
		sc_put(p, BPF_JMP | BPF_JEQ | BPF_K, 0, n ? raw + n + 3 : 1, (uint32_t)k->family);
		if (n && raw) {
			sc_load(p, 1, 0);
			sc_put(p, BPF_ALU | BPF_AND | BPF_K, 0, 0, 15);
			sc_put(p, BPF_JMP | BPF_JEQ | BPF_K, n + 3, 0, SOCK_RAW);
			sc_put(p, BPF_JMP | BPF_JGT | BPF_K, n + 1, 0, SOCK_RAW);
		}
		if (n)
			sc_load(p, 2, 0);
		for (unsigned i = 0; i < n; i++)
			sc_put(p, BPF_JMP | BPF_JEQ | BPF_K, n - i, 0, (uint32_t)k->protocols[i]);
		if (n)
			sc_put(p, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EPROTONOSUPPORT);
		sc_put(p, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW);
	}
	sc_put(p, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EAFNOSUPPORT);
}

/* The filter's return value for a call. */
static uint32_t
sc_action(int what)
{
	static const uint32_t actions[] = { [SC_ALLOW] = SECCOMP_RET_ALLOW,
		[SC_KILL] = SECCOMP_RET_KILL_PROCESS, [SC_NOTIFY] = SECCOMP_RET_USER_NOTIF };

	return what < SC_ERRNO ? actions[what] : SECCOMP_RET_ERRNO | (uint32_t)(what - SC_ERRNO);
}

/* A balanced binary tree over the ranges lo..hi-1: the kernel runs the filter
 * for every number when it is loaded, so depth is what costs. */
static void
sc_tree(struct sc_prog *p, int lo, int hi)
{
	int mid = (lo + hi) / 2, at, what, left;

	if (hi - lo == 1) {
		what = p->what[p->from[lo] - SC_BASE];
		if (what == SC_FAMILY)
			sc_family(p);
		else if (what == SC_ARG)
			sc_arg(p, p->from[lo]);
		else
			sc_put(p, BPF_RET | BPF_K, 0, 0, sc_action(what));
		return;
	}
	at = p->n;
	sc_put(p, BPF_JMP | BPF_JGE | BPF_K, 0, 0, (uint32_t)p->from[mid]);
	sc_tree(p, lo, mid);
	left = p->n - at - 1;
	if (left > 255) {       /* beyond the reach of a conditional jump */
		memmove(&p->f[at + 2], &p->f[at + 1], (size_t)left * sizeof *p->f);
		p->f[at].jf = 1;
		p->f[at + 1] = (struct sock_filter){ BPF_JMP | BPF_JA, 0, 0, (uint32_t)left };
		p->n++;
	} else {
		p->f[at].jt = (unsigned char)left;
	}
	sc_tree(p, mid, hi);
}

/* Denies calls numbered `from` or above, unless caps has the capability of their row. */
static void
sc_deny(struct sc_prog *p, const struct denied_call *rows, size_t n, int from)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].nr >= from && (rows[i].cap < 0 || !(p->caps >> rows[i].cap & 1)))
			p->what[rows[i].nr - SC_BASE] = SC_ERRNO + EPERM;
}

static void
sc_deny_args(struct sc_prog *p, const struct denied_arg *rows, size_t n)
{
	p->args = rows;
	p->args_end = rows + n;
	for (size_t i = 0; i < n; i++)
		if (!p->what[rows[i].nr - SC_BASE] && sc_counts(p, &rows[i]))
			p->what[rows[i].nr - SC_BASE] = SC_ARG;
	/* its arguments are in memory, where a filter cannot look */
	p->what[SYS_clone3 - SC_BASE] = SC_ERRNO + ENOSYS;
}

/* What the default filter does about each call. */
static void
sc_policy(struct sc_prog *p)
{
	sc_deny(p, denied_calls, LEN(denied_calls), SC_BASE);
	sc_deny_args(p, denied_args, LEN(denied_args));
	p->what[SYS_socket - SC_BASE] = SC_FAMILY;
	p->what[SYS_socketpair - SC_BASE] = SC_FAMILY;
#ifdef SYS_socketcall
	if (!SOCKETCALL)
		p->what[SYS_socketcall - SC_BASE] = SC_ERRNO + ENOSYS;
#endif
}

/* The rest of the program, for one architecture. */
static void
sc_calls(struct sc_prog *p, bool all)
{
	p->ranges = 0;
	for (size_t i = 0; i < SC_MAX; i++)
		if (!i || p->what[i] != p->what[i - 1] || p->what[i] == SC_ARG)
			p->from[p->ranges++] = (short)((int)i + SC_BASE);
	sc_put(p, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr));
	sc_put(p, BPF_JMP | BPF_JGT | BPF_K, 0, 3, SECCOMP_LAST);
	sc_put(p, BPF_JMP | BPF_JGE | BPF_K, 0, 1, 0x40000000); /* x32 */
	sc_put(p, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EPERM);
	sc_put(p, BPF_RET | BPF_K, 0, 0, all ? SECCOMP_RET_ERRNO | ENOSYS : SECCOMP_RET_ALLOW);
	sc_tree(p, 0, p->ranges);
}

#if defined __arm__ || defined __aarch64__
/* Allows arm's private calls, such as set_tls(2). */
static void
sc_arm(struct sc_prog *p)
{
	sc_put(p, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr));
	sc_put(p, BPF_JMP | BPF_JGE | BPF_K, 0, 2, 0xf0000);
	sc_put(p, BPF_JMP | BPF_JGE | BPF_K, 1, 0, 0xf0100);
	sc_put(p, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW);
}
#endif

#ifdef SC_SECOND
/* Comes first: the default filter for programs of the second architecture. */
static void
sc_second(struct sc_prog *p)
{
	int at = p->n + 1;

	sc_put(p, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, SC_SECOND);
	sc_put(p, BPF_JMP | BPF_JA, 0, 0, 0);
	sc_deny(p, denied_calls, LEN(denied_calls), 424);
	sc_deny(p, denied_second, LEN(denied_second), 0);
	sc_deny_args(p, second_args, LEN(second_args));
	p->what[SC_SOCKET2] = p->what[SC_SOCKETPAIR2] = SC_FAMILY;
#ifdef __aarch64__
	sc_arm(p);
#endif
	sc_calls(p, true);
	p->f[at].k = (uint32_t)(p->n - at - 1);
	memset(p->what, 0, sizeof p->what);
}
#endif

/* Makes the default filter (all) with the changes of --syscall, or only these: then any other
 * call is allowed, even one newer than this list. *p must be zeroed. */
static void
sc_make(struct sc_prog *p, uint64_t caps, bool all, const unsigned short *calls)
{
	p->caps = caps;
	if (caps >> CAP_SYS_ADMIN & 1)  /* the kernel takes it for these, too */
		p->caps |= UINT64_C(1) << CAP_BPF | UINT64_C(1) << CAP_PERFMON;
	sc_put(p, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, arch));
#ifdef SC_SECOND
	bool plain = HAVE_SECOND && all; /* refuses nothing that the second would allow */
	for (size_t i = 0; calls && i < SC_MAX; i++)
		plain &= calls[i] <= SC_ALLOW + 1;
	if (plain)
		sc_second(p);
#endif
	sc_put(p, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, SC_ARCH);
	sc_put(p, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_KILL_PROCESS);
#ifdef __arm__
	sc_arm(p);
#endif
	if (all)
		sc_policy(p);
	for (size_t i = 0; calls && i < SC_MAX; i++)
		if (calls[i])
			p->what[i] = calls[i] - 1;
	sc_calls(p, all);
}
