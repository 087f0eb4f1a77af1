/* SPDX-License-Identifier: ISC */
/* The default filter: a balanced tree over ranges of call numbers. */

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define SC_LOW 4
#else
#define SC_LOW 0
#endif

enum { SC_ALLOW, SC_EPERM, SC_ENOSYS, SC_ARG, SC_FAMILY };
/* half the tree has to lie within a jump's reach of 255 instructions */
static_assert(2 * LEN(denied_calls) + 3 * LEN(denied_args) +
              LEN(socket_families) < 250, "too many rules");
#define SC_BASE NR(0)
#define SC_MAX (SECCOMP_LAST - SC_BASE + 1)

struct sc_prog {
	struct sock_filter f[512];
	int n;
	unsigned char what[SC_MAX];     /* SC_ by number */
	short from[160];                /* first number of each range */
	int ranges;
};

static void
sc_put(struct sc_prog *p, unsigned code, unsigned jt, unsigned jf, uint32_t k)
{
	p->f[p->n++] = (struct sock_filter){ (unsigned short)code,
	    (unsigned char)jt, (unsigned char)jf, k };
}

/* The tests of one call's arguments; what is left is allowed. */
static void
sc_arg(struct sc_prog *p, short nr)
{
	bool loaded = false;

	for (size_t i = 0; i < LEN(denied_args); i++) {
		if (denied_args[i].nr != nr)
			continue;
		if (!loaded)
			sc_put(p, BPF_LD | BPF_W | BPF_ABS, 0, 0, SC_LOW +
			       (uint32_t)offsetof(struct seccomp_data, args) +
			       8u * denied_args[i].arg);
		loaded = true;
		if (denied_args[i].mask == ~0u)
			sc_put(p, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, denied_args[i].value);
		else
			sc_put(p, BPF_JMP | BPF_JSET | BPF_K, 0, 1, denied_args[i].mask);
		sc_put(p, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EPERM);
	}
	sc_put(p, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW);
}

/* Which families of sockets there are: a list of those that are needed, since
 * each other one is kernel code that hardly anybody else runs. */
static void
sc_family(struct sc_prog *p)
{
	unsigned n = LEN(socket_families);

	sc_put(p, BPF_LD | BPF_W | BPF_ABS, 0, 0, SC_LOW +
	       (uint32_t)offsetof(struct seccomp_data, args));
	for (unsigned i = 0; i < n; i++)
		sc_put(p, BPF_JMP | BPF_JEQ | BPF_K, n - i, 0, (uint32_t)socket_families[i]);
	sc_put(p, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EAFNOSUPPORT);
	sc_put(p, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW);
}

/* A balanced binary tree over the ranges lo..hi-1: the kernel runs the filter
 * for every number when it is loaded, so depth is what costs. */
static void
sc_tree(struct sc_prog *p, int lo, int hi)
{
	static const uint32_t ret[] = { SECCOMP_RET_ALLOW,
		SECCOMP_RET_ERRNO | EPERM, SECCOMP_RET_ERRNO | ENOSYS };
	int mid = (lo + hi) / 2, at, what;

	if (hi - lo == 1) {
		what = p->what[p->from[lo] - SC_BASE];
		if (what < SC_ARG)
			sc_put(p, BPF_RET | BPF_K, 0, 0, ret[what]);
		else if (what == SC_FAMILY)
			sc_family(p);
		else
			sc_arg(p, p->from[lo]);
		return;
	}
	at = p->n;
	sc_put(p, BPF_JMP | BPF_JGE | BPF_K, 0, 0, (uint32_t)p->from[mid]);
	sc_tree(p, lo, mid);
	p->f[at].jt = (unsigned char)(p->n - at - 1);
	sc_tree(p, mid, hi);
}

static void
sc_default(struct sc_prog *p, uint64_t caps)
{
	size_t i;

	memset(p, 0, sizeof *p);
	for (i = 0; i < LEN(denied_calls); i++)
		if (denied_calls[i].cap < 0 || !(caps >> denied_calls[i].cap & 1))
			p->what[denied_calls[i].nr - SC_BASE] = SC_EPERM;
	for (i = 0; i < LEN(denied_args); i++)
		if (!p->what[denied_args[i].nr - SC_BASE])
			p->what[denied_args[i].nr - SC_BASE] = SC_ARG;
	p->what[SYS_socket - SC_BASE] = p->what[SYS_socketpair - SC_BASE] = SC_FAMILY;
	/* their arguments lie in memory, where a filter cannot look */
	p->what[SYS_clone3 - SC_BASE] = SC_ENOSYS;
#ifdef SYS_socketcall
	if (!SOCKETCALL)
		p->what[SYS_socketcall - SC_BASE] = SC_ENOSYS;
#endif
	for (i = 0; i < SC_MAX; i++)
		if (!i || p->what[i] != p->what[i - 1] || p->what[i] == SC_ARG)
			p->from[p->ranges++] = (short)(i + SC_BASE);
	sc_put(p, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, arch));
	sc_put(p, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, SC_ARCH);
	sc_put(p, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_KILL_PROCESS);
	sc_put(p, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr));
#ifdef __arm__
	sc_put(p, BPF_JMP | BPF_JGE | BPF_K, 0, 2, 0xf0000);    /* __ARM_NR_ */
	sc_put(p, BPF_JMP | BPF_JGE | BPF_K, 1, 0, 0xf0100);
	sc_put(p, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW);
#endif
	sc_put(p, BPF_JMP | BPF_JGT | BPF_K, 0, 3, SECCOMP_LAST);
	sc_put(p, BPF_JMP | BPF_JGE | BPF_K, 0, 1, 0x40000000); /* x32 */
	sc_put(p, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EPERM);
	sc_put(p, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | ENOSYS);
	sc_tree(p, 0, p->ranges);
}
