/* SPDX-License-Identifier: ISC */
/* The default filter: a balanced tree over ranges of call numbers. */

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define SC_LOW 4
#else
#define SC_LOW 0
#endif

/* What becomes of a call; SC_ERRNO + n: errno n. ct->calls holds these plus 1; 0: not named. */
enum { SC_ALLOW, SC_ARG, SC_FAMILY, SC_KILL, SC_NOTIFY, SC_ERRNO, SC_ERRNO_MAX = SC_ERRNO + 4095 };
#define SC_BASE NR(0)
#define SC_MAX (SECCOMP_LAST - SC_BASE + 1)
#define SC_ALONE 2              /* more make the longest way longer */

/* Made from its end to its beginning: what an instruction jumps to is there, and can be shared. */
struct sc_prog {
	struct sock_filter f[BPF_MAXINSNS];     /* only its end is ever touched */
	int at;                         /* its first instruction so far, in f */
	bool limits;                    /* rows with a limit apply */
	uint64_t caps;                  /* rows with one of these do not */
	const struct denied_arg *args, *args_end;
	unsigned short what[SC_MAX];    /* SC_ by number */
	short from[SC_MAX + 1];         /* first number of each range */
	int ranges;
	int family;                     /* where SC_FAMILY begins; 0: not yet there */
	short ret[SC_ERRNO_MAX + 1];    /* the latest instruction that returns this; 0: none */
};

/* --- names of calls --- */

/* The hash of a name of up to 29 characters: the names take twice the space of the filter. */
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
sc_is_default(const struct ct *ct)
{
	return ct->filter.usual || !(ct->filter.none || ct->privileged || ct->filter.prog);
}

/* --- the program; functions return the instruction where their part begins --- */

static int
sc_put(struct sc_prog *p, int code, int jt, int jf, uint32_t k)
{
	p->f[--p->at] = (struct sock_filter){ (unsigned short)code,
	    (unsigned char)jt, (unsigned char)jf, k };
	return p->at;
}

/* Tests what was loaded last, and goes on at t or f. A conditional jump reaches 255
 * instructions; farther than that, it is by way of an unconditional one. */
static int
sc_jump(struct sc_prog *p, int test, uint32_t k, int t, int f)
{
	if (t - p->at > 254)            /* not 255: there may be one more for f */
		t = sc_put(p, BPF_JMP | BPF_JA, 0, 0, (uint32_t)(t - p->at));
	if (f - p->at > 255)
		f = sc_put(p, BPF_JMP | BPF_JA, 0, 0, (uint32_t)(f - p->at));
	return sc_put(p, BPF_JMP | test | BPF_K, t - p->at, f - p->at, k);
}

/* The rest of the program expects this loaded: a field of struct seccomp_data. */
static int
sc_load(struct sc_prog *p, size_t field)
{
	return sc_put(p, BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)field);
}

/* Half of an argument: 0 is the low half, 4 the high one. */
static int
sc_load_arg(struct sc_prog *p, unsigned arg, unsigned half)
{
	return sc_load(p, offsetof(struct seccomp_data, args) + 8u * arg + (SC_LOW ^ half));
}

static int
sc_ret(struct sc_prog *p, int what)
{
	static const uint32_t actions[] = { [SC_ALLOW] = SECCOMP_RET_ALLOW,
		[SC_KILL] = SECCOMP_RET_KILL_PROCESS, [SC_NOTIFY] = SECCOMP_RET_USER_NOTIF };
	int at = p->ret[what];

	if (!at || at - p->at > 250)
		p->ret[what] = (short)(at = sc_put(p, BPF_RET | BPF_K, 0, 0,
		    what < SC_ERRNO ? actions[what] :
		    SECCOMP_RET_ERRNO | (uint32_t)(what - SC_ERRNO)));
	return at;
}

/* A call that sets the limit which is to stay, not just queries it, returns 0 unexecuted. */
static int
sc_limit(struct sc_prog *p, const struct denied_arg *a, int next)
{
	int done = sc_ret(p, SC_ERRNO);

	sc_jump(p, BPF_JEQ, 0, next, done);
	sc_jump(p, BPF_JEQ, 0, sc_load_arg(p, a->limit, 4), done);
	sc_jump(p, BPF_JEQ, a->value, sc_load_arg(p, a->limit, 0), next);
	return sc_load_arg(p, a->arg, 0);
}

static bool
sc_counts(const struct sc_prog *p, const struct denied_arg *a)
{
	return (p->limits || !a->limit) && !(a->cap && p->caps >> a->cap & 1);
}

/* Tests one call's arguments; the rest is allowed. Rows about the same argument load it once. */
static int
sc_arg(struct sc_prog *p, short nr)
{
	int next = sc_ret(p, SC_ALLOW), eperm = sc_ret(p, SC_ERRNO + EPERM), loaded = -1;

	for (const struct denied_arg *a = p->args_end; a-- > p->args; ) {
		if (a->nr != nr || !sc_counts(p, a))
			continue;
		if (loaded >= 0 && (a->limit || a->arg != loaded))
			next = sc_load_arg(p, (unsigned)loaded, 0);
		loaded = a->limit ? -1 : a->arg;
		if (a->limit)
			next = sc_limit(p, a, next);
		else if (a->mask == ~0u)
			next = sc_jump(p, BPF_JEQ, a->value, eperm, next);
		else
			next = sc_jump(p, BPF_JSET, a->mask, eperm, next);
	}
	return loaded < 0 ? next : sc_load_arg(p, (unsigned)loaded, 0);
}

/* Allows the protocols of one socket family. A raw socket is served by its family's own code;
 * types above SOCK_RAW belong to other protocols, even with protocol 0. */
static int
sc_protocols(struct sc_prog *p, const struct socket_kind *k)
{
	int n = 0, allow = sc_ret(p, SC_ALLOW), deny, next;

	while (k->protocols[n] >= 0)
		n++;
	if (!n)
		return allow;
	next = deny = sc_ret(p, SC_ERRNO + EPROTONOSUPPORT);
	while (n-- > 0) {
		uint32_t protocol = (uint32_t)k->protocols[n], cap = protocol >> 9;

		if (!cap || p->caps >> cap & 1)
			next = sc_jump(p, BPF_JEQ, protocol & 511, allow, next);
	}
	next = sc_load_arg(p, 2, 0);
	if (k->family == AF_NETLINK)
		return next;
	sc_jump(p, BPF_JEQ, SOCK_RAW, allow, sc_jump(p, BPF_JGT, SOCK_RAW, deny, next));
	sc_put(p, BPF_ALU | BPF_AND | BPF_K, 0, 0, 15);
	return sc_load_arg(p, 1, 0);
}

/* Allows only needed socket families and protocols: others are kernel code that few people run. */
static int
sc_family(struct sc_prog *p)
{
	int next = sc_ret(p, SC_ERRNO + EAFNOSUPPORT);

	for (size_t i = LEN(socket_kinds); i-- > 0; )
		next = sc_jump(p, BPF_JEQ, (uint32_t)socket_kinds[i].family,
		               sc_protocols(p, &socket_kinds[i]), next);
	return sc_load_arg(p, 0, 0);
}

static int
sc_what(const struct sc_prog *p, int nr)
{
	return p->what[nr - SC_BASE];
}

static int
sc_call(struct sc_prog *p, int nr)
{
	int what = sc_what(p, nr);

	if (what == SC_FAMILY && !p->family)
		p->family = sc_family(p);
	return what == SC_FAMILY ? p->family :
	       what == SC_ARG ? sc_arg(p, (short)nr) : sc_ret(p, what);
}

/* A balanced binary tree over the ranges lo..hi-1: the kernel runs the filter for every number
 * when it is loaded, so its depth and length are what costs. */
static int
sc_tree(struct sc_prog *p, int lo, int hi)
{
	int mid = (lo + hi) / 2, first = p->from[lo], at, below;

	if (hi - lo == 1) {
		at = sc_call(p, first);
		for (int nr = p->from[hi]; HAVE_FAST && --nr > first; )
			if (sc_what(p, nr) != sc_what(p, first))
				at = sc_jump(p, BPF_JEQ, (uint32_t)nr, sc_call(p, nr), at);
		return at;
	}
	at = sc_tree(p, mid, hi);
	below = sc_tree(p, lo, mid);
	return sc_jump(p, BPF_JGE, (uint32_t)p->from[mid], at, below);
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

/* Joins a range, up to SC_ALONE single numbers and what is between these: such a number takes one
 * test in a range, but two as a range of its own. */
static void
sc_join(struct sc_prog *p)
{
	short *from = p->from, *end = from + p->ranges, *last = NULL, *next = from;
	int alone = 0;

	for (; from < end; from++) {
		if (last && from + 1 < end && from[1] - *from == 1 &&
		    sc_what(p, from[1]) == sc_what(p, *last) && sc_what(p, *last) != SC_ARG &&
		    alone++ < SC_ALONE) {
			from++;
			continue;
		}
		last = next;
		*next++ = *from;
		alone = 0;
	}
	*next = SC_BASE + SC_MAX;
	p->ranges = (int)(next - p->from);
}

/* The part for one architecture. */
static int
sc_calls(struct sc_prog *p, bool all)
{
	int tree, beyond;

	p->ranges = 0;
	for (size_t i = 0; i < SC_MAX; i++)
		if (!i || p->what[i] != p->what[i - 1] || p->what[i] == SC_ARG)
			p->from[p->ranges++] = (short)((int)i + SC_BASE);
	if (HAVE_FAST)
		sc_join(p);
	tree = sc_tree(p, 0, p->ranges);
	beyond = sc_ret(p, all ? SC_ERRNO + ENOSYS : SC_ALLOW);
	beyond = sc_jump(p, BPF_JGE, 0x40000000 /* x32 */, sc_ret(p, SC_ERRNO + EPERM), beyond);
	sc_jump(p, BPF_JGT, SECCOMP_LAST, beyond, tree);
	return sc_load(p, offsetof(struct seccomp_data, nr));
}

#if defined __arm__ || defined __aarch64__
/* Allows arm's private calls, such as set_tls(2). */
static int
sc_arm(struct sc_prog *p, int next)
{
	int above = sc_jump(p, BPF_JGE, 0xf0100, next, sc_ret(p, SC_ALLOW));

	sc_jump(p, BPF_JGE, 0xf0000, above, next);
	return sc_load(p, offsetof(struct seccomp_data, nr));
}
#endif

#ifdef SC_SECOND
/* The default filter for programs of the second architecture; next is for any other. With calls
 * that --syscall denies there is none: it would allow them. */
static void
sc_second(struct sc_prog *p, int next, const unsigned short *calls)
{
	int at;

	for (size_t i = 0; calls && i < SC_MAX; i++)
		if (calls[i] > SC_ALLOW + 1)
			return;
	memset(p->what, 0, sizeof p->what);
	sc_deny(p, denied_calls, LEN(denied_calls), 424);
	sc_deny(p, denied_second, LEN(denied_second), 0);
	sc_deny_args(p, second_args, LEN(second_args));
	p->what[SC_SOCKET2] = p->what[SC_SOCKETPAIR2] = SC_FAMILY;
	at = sc_calls(p, true);
#ifdef __aarch64__
	at = sc_arm(p, at);
#endif
	sc_jump(p, BPF_JEQ, SC_SECOND, at, next);
}
#endif

/* Makes the default filter (all) with the changes of --syscall, or only these: then any other
 * call is allowed, even one newer than this list. *p must be zeroed. */
static void
sc_make(struct sc_prog *p, uint64_t caps, bool all, const unsigned short *calls)
{
	int at;

	p->at = LEN(p->f);
	p->caps = caps;
	if (caps >> CAP_SYS_ADMIN & 1)  /* the kernel takes it for these, too */
		p->caps |= UINT64_C(1) << CAP_BPF | UINT64_C(1) << CAP_PERFMON;
	if (caps >> CAP_AUDIT_CONTROL & 1 || caps >> CAP_AUDIT_READ & 1)
		p->caps |= UINT64_C(1) << CAP_AUDIT_WRITE;
	if (all) {
		sc_deny(p, denied_calls, LEN(denied_calls), SC_BASE);
		sc_deny_args(p, denied_args, LEN(denied_args));
		p->what[SYS_socket - SC_BASE] = p->what[SYS_socketpair - SC_BASE] = SC_FAMILY;
#ifdef SYS_socketcall
		if (!SOCKETCALL)
			p->what[SYS_socketcall - SC_BASE] = SC_ERRNO + ENOSYS;
#endif
	}
	for (size_t i = 0; calls && i < SC_MAX; i++)
		if (calls[i])
			p->what[i] = calls[i] - 1;
	at = sc_calls(p, all);
#ifdef __arm__
	at = sc_arm(p, at);
#endif
	at = sc_jump(p, BPF_JEQ, SC_ARCH, at, sc_ret(p, SC_KILL));
#ifdef SC_SECOND
	if (HAVE_SECOND && all)
		sc_second(p, at, calls);
#endif
	sc_load(p, offsetof(struct seccomp_data, arch));
}
