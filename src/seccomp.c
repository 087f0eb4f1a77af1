/* SPDX-License-Identifier: ISC */
/* The default filter: a balanced tree over ranges of call numbers. */

/* --- seccomp: what no container may call --- */

/* Answered with EPERM, unless the capability that the kernel asks for anyway
 * was given to the container (-1: never). Numbers that the kernel got after
 * this list was made are ENOSYS, so that a new call is not a new hole and the
 * C library takes its fallback. */
static const struct sc_rule { short nr, cap; } sc_denied[] = {
	{ SYS_add_key, -1 }, { SYS_request_key, -1 }, { SYS_keyctl, -1 },
	{ SYS_bpf, CAP_SYS_ADMIN }, { SYS_perf_event_open, CAP_SYS_ADMIN },
	{ SYS_userfaultfd, CAP_SYS_PTRACE },
	{ SYS_open_by_handle_at, CAP_DAC_READ_SEARCH },
	{ SYS_init_module, CAP_SYS_MODULE },
	{ SYS_finit_module, CAP_SYS_MODULE },
	{ SYS_delete_module, CAP_SYS_MODULE },
	{ SYS_kexec_load, CAP_SYS_BOOT },
#ifdef SYS_kexec_file_load
	{ SYS_kexec_file_load, CAP_SYS_BOOT },
#endif
	{ SYS_reboot, CAP_SYS_BOOT },
	{ SYS_mount, CAP_SYS_ADMIN }, { SYS_umount2, CAP_SYS_ADMIN },
	{ SYS_pivot_root, CAP_SYS_ADMIN }, { SYS_quotactl, CAP_SYS_ADMIN },
	{ SYS_swapon, CAP_SYS_ADMIN }, { SYS_swapoff, CAP_SYS_ADMIN },
	{ SYS_setns, CAP_SYS_ADMIN }, { SYS_lookup_dcookie, -1 },
	{ SYS_acct, CAP_SYS_PACCT }, { SYS_syslog, CAP_SYSLOG },
	{ SYS_adjtimex, CAP_SYS_TIME }, { SYS_clock_adjtime, CAP_SYS_TIME },
#ifdef SYS_clock_settime
	{ SYS_settimeofday, CAP_SYS_TIME }, { SYS_clock_settime, CAP_SYS_TIME },
#else   /* 32 bits: musl's names for the old calls, and the new ones */
	{ SYS_settimeofday_time32, CAP_SYS_TIME },
	{ SYS_clock_settime32, CAP_SYS_TIME },
	{ NR(404), CAP_SYS_TIME }, { NR(405), CAP_SYS_TIME },
#endif
	{ SYS_fanotify_init, CAP_SYS_ADMIN }, { SYS_kcmp, CAP_SYS_PTRACE },
	{ SYS_nfsservctl, -1 }, { SYS_vhangup, CAP_SYS_TTY_CONFIG },
	{ SYS_move_pages, CAP_SYS_NICE },
#ifdef SYS_iopl
	{ SYS_iopl, CAP_SYS_RAWIO }, { SYS_ioperm, CAP_SYS_RAWIO },
#endif
#ifdef SYS_modify_ldt
	{ SYS_modify_ldt, -1 },
#endif
#ifdef SYS__sysctl
	{ SYS__sysctl, -1 },
#endif
#ifdef SYS_create_module
	{ SYS_create_module, -1 }, { SYS_get_kernel_syms, -1 },
	{ SYS_query_module, -1 },
#endif
#ifdef SYS_uselib
	{ SYS_uselib, -1 }, { SYS_ustat, -1 },
#endif
	{ NR(425), -1 }, { NR(426), -1 }, { NR(427), -1 },      /* io_uring */
	{ NR(428), CAP_SYS_ADMIN }, { NR(429), CAP_SYS_ADMIN }, /* open_tree.. */
	{ NR(430), CAP_SYS_ADMIN }, { NR(431), CAP_SYS_ADMIN }, /* fsopen.. */
	{ NR(432), CAP_SYS_ADMIN }, { NR(433), CAP_SYS_ADMIN },
	{ NR(442), CAP_SYS_ADMIN }, { NR(443), CAP_SYS_ADMIN },
	{ NR(447), -1 },                                /* memfd_secret */
	{ NR(457), CAP_SYS_ADMIN }, { NR(458), CAP_SYS_ADMIN }, /* statmount.. */
};
#define SC_LAST NR(466)         /* the newest call that was looked at */

/* Calls that depend on an argument: denied if any of these bits is set, or,
 * where mask is ~0, if the argument's low 32 bits have just this value. Higher
 * bits are not looked at: the kernel cuts ioctl's command off there too. */
static const struct { short nr; unsigned char arg; uint32_t mask, value; }
sc_args[] = {
#ifdef __s390__
	{ SYS_clone, 1, CLONE_NEWUSER, 0 },
#else
	{ SYS_clone, 0, CLONE_NEWUSER, 0 },
#endif
	{ SYS_unshare, 0, CLONE_NEWUSER, 0 },
	{ SYS_ioctl, 1, ~0u, TIOCSTI },
	{ SYS_ioctl, 1, ~0u, TIOCLINUX },
};

#if defined __x86_64__
#define SC_ARCH AUDIT_ARCH_X86_64
#elif defined __i386__
#define SC_ARCH AUDIT_ARCH_I386
#elif defined __aarch64__
#define SC_ARCH AUDIT_ARCH_AARCH64
#elif defined __arm__
#define SC_ARCH AUDIT_ARCH_ARM
#elif defined __riscv && __riscv_xlen == 64
#define SC_ARCH AUDIT_ARCH_RISCV64
#elif defined __mips__ && defined __MIPSEL__
#define SC_ARCH AUDIT_ARCH_MIPSEL
#elif defined __mips__
#define SC_ARCH AUDIT_ARCH_MIPS
#elif defined __powerpc64__
#define SC_ARCH AUDIT_ARCH_PPC64LE
#elif defined __s390x__
#define SC_ARCH AUDIT_ARCH_S390X
#else
#error "seccomp: which AUDIT_ARCH_ is this?"
#endif
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define SC_LOW 4
#else
#define SC_LOW 0
#endif

enum { SC_ALLOW, SC_EPERM, SC_ENOSYS, SC_ARG, SC_FAMILY };
/* half the tree has to lie within a jump's reach of 255 instructions */
static_assert(2 * LEN(sc_denied) + 3 * LEN(sc_args) +
              LEN(socket_families) < 250, "too many rules");
#define SC_BASE NR(0)
#define SC_MAX (SC_LAST - SC_BASE + 1)

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

	for (size_t i = 0; i < LEN(sc_args); i++) {
		if (sc_args[i].nr != nr)
			continue;
		if (!loaded)
			sc_put(p, BPF_LD | BPF_W | BPF_ABS, 0, 0, SC_LOW +
			       (uint32_t)offsetof(struct seccomp_data, args) +
			       8u * sc_args[i].arg);
		loaded = true;
		if (sc_args[i].mask == ~0u)
			sc_put(p, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, sc_args[i].value);
		else
			sc_put(p, BPF_JMP | BPF_JSET | BPF_K, 0, 1, sc_args[i].mask);
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
		sc_put(p, BPF_JMP | BPF_JEQ | BPF_K, n - i, 0,
		       (uint32_t)socket_families[i]);
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
	for (i = 0; i < LEN(sc_denied); i++)
		if (sc_denied[i].cap < 0 || !(caps >> sc_denied[i].cap & 1))
			p->what[sc_denied[i].nr - SC_BASE] = SC_EPERM;
	for (i = 0; i < LEN(sc_args); i++)
		if (!p->what[sc_args[i].nr - SC_BASE])
			p->what[sc_args[i].nr - SC_BASE] = SC_ARG;
	p->what[SYS_socket - SC_BASE] = p->what[SYS_socketpair - SC_BASE] =
	    SC_FAMILY;
	/* their arguments lie in memory, where a filter cannot look */
	p->what[SYS_clone3 - SC_BASE] = SC_ENOSYS;
#ifdef SYS_socketcall
	if (!SOCKETCALL)
		p->what[SYS_socketcall - SC_BASE] = SC_ENOSYS;
#endif
	for (i = 0; i < SC_MAX; i++)
		if (!i || p->what[i] != p->what[i - 1] || p->what[i] == SC_ARG)
			p->from[p->ranges++] = (short)(i + SC_BASE);
	sc_put(p, BPF_LD | BPF_W | BPF_ABS, 0, 0,
	       offsetof(struct seccomp_data, arch));
	sc_put(p, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, SC_ARCH);
	sc_put(p, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_KILL_PROCESS);
	sc_put(p, BPF_LD | BPF_W | BPF_ABS, 0, 0,
	       offsetof(struct seccomp_data, nr));
#ifdef __arm__
	sc_put(p, BPF_JMP | BPF_JGE | BPF_K, 0, 2, 0xf0000);    /* __ARM_NR_ */
	sc_put(p, BPF_JMP | BPF_JGE | BPF_K, 1, 0, 0xf0100);
	sc_put(p, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW);
#endif
	sc_put(p, BPF_JMP | BPF_JGT | BPF_K, 0, 3, SC_LAST);
	sc_put(p, BPF_JMP | BPF_JGE | BPF_K, 0, 1, 0x40000000); /* x32 */
	sc_put(p, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EPERM);
	sc_put(p, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | ENOSYS);
	sc_tree(p, 0, p->ranges);
}
