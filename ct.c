/* SPDX-License-Identifier: ISC
 *
 * ct - starts, limits and manages Linux containers from one static binary.
 *
 * No daemon and no files: the kernel is the only registry. A container is a
 * cgroup, its record is that cgroup's extended attributes, and what belongs to
 * it dies with its namespaces.
 *
 * Data flows one way: arguments -> struct ct -> steps -> supervise -> undo.
 * Start reading at outside_steps[] and inside_steps[]: the two tables are the
 * program's table of contents. `ct run --dry-run` prints them, --verbose times
 * them, and every error begins with the name of the step that failed.
 *
 * What must hold, and tests/tracer.c looks for: from the moment that a process
 * can be seen or traced from inside (it is in the container's pid namespace, or
 * in one that it has joined) it has nothing of the host's -
 *   - no descriptor but 0 to 2, those that were asked to be kept, and the ends of
 *     ct's two pipes; "close on exec" is not closed, since execve(2) resolves the
 *     command's path first;
 *   - no environment or argument of the caller's, no memory that tells them;
 *   - no capability above the container's bounding set, but for those that taking
 *     on its user needs, and none of these while a path is resolved;
 *   - the container's filter of system calls; and it is not dumpable until the
 *     command runs.
 * The step "let-go" is the line: what needs any of that stands above it in
 * inside_steps[]. No path of the container's is resolved through a magic link. A
 * check that fails is an error, never "the same". What a process inside tells
 * (its pid, its status, a record) is verified outside: rec_check(), out_second().
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/if_link.h>
#include <linux/if_addr.h>
#include <linux/magic.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/seccomp.h>
#include <linux/veth.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <assert.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/auxv.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include <cap-ng.h>
#include <libmnl/libmnl.h>

#include "ct.h"

/* No floating point here: functions with "..." need not save its registers. */
#if defined __x86_64__ && !defined __clang__
#pragma GCC target("general-regs-only")
#endif

#define CT_VERSION "0.1"

#define LEN(a) (sizeof(a) / sizeof *(a))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))
/* A function that reads into an array what a container may have written; the
 * rest goes without a canary, which is 4 KiB. */
#if defined __has_attribute && __has_attribute(stack_protect)
#define CANARY __attribute__((stack_protect))
#else
#define CANARY
#endif

/* System calls and constants that C libraries or kernel headers in use lack;
 * the numbers are the same on every architecture from 424 on, but for the
 * offset of mips. Names of our own where glibc has an enum of the same name. */
#ifdef __mips__
#define NR(n) (__NR_Linux + (n))
#else
#define NR(n) (n)
#endif
enum {
	NR_open_tree = NR(428), NR_move_mount = NR(429), NR_fsopen = NR(430),
	NR_fsconfig = NR(431), NR_fsmount = NR(432), NR_fspick = NR(433),
	NR_pidfd_open = NR(434),
	NR_pidfd_send_signal = NR(424), NR_clone3 = NR(435),
	NR_close_range = NR(436), NR_openat2 = NR(437),
	NR_mount_setattr = NR(442),
};
enum {
	K_OPEN_TREE_CLONE = 1, K_OPEN_TREE_CLOEXEC = O_CLOEXEC,
	K_AT_RECURSIVE = 0x8000,
	K_MOVE_F_EMPTY = 4, K_MOVE_T_SYMLINKS = 0x10, K_MOVE_T_EMPTY = 0x40,
	K_FSOPEN_CLOEXEC = 1, K_FSMOUNT_CLOEXEC = 1,
	K_SET_FLAG = 0, K_SET_STRING = 1, K_CMD_CREATE = 6, K_CMD_RECONFIGURE = 7,
	K_FSPICK_CLOEXEC = 1, K_FSPICK_EMPTY_PATH = 8,
	K_RESOLVE_NO_MAGICLINKS = 2, K_RESOLVE_IN_ROOT = 0x10,
	K_RDONLY = 1, K_NOSUID = 2, K_NODEV = 4, K_NOEXEC = 8, /* = MS_ too */
	K_IDMAP = 0x00100000,
	K_AT_EMPTY_PATH = 0x1000,
};
#define K_CLONE_INTO_CGROUP 0x200000000ULL
#define K_CLONE_CLEAR_SIGHAND 0x100000000ULL
#define K_CGROUP2_MAGIC 0x63677270
#define K_PIDFD_P 3             /* P_PIDFD of waitid(2) */
#define K_NFT_OWNER 2           /* NFT_TABLE_F_OWNER, Linux 5.12 */
#define K_NFPROTO_INET 1        /* its header does not go with the C library's */

/* By themselves: musl's own versions hold all threads still, which is ten more
 * calls, and after a raw clone its idea of the thread is stale. */
#ifdef SYS_setresuid32
#define K_setresuid SYS_setresuid32
#define K_setresgid SYS_setresgid32
#define K_setgroups SYS_setgroups32
#else
#define K_setresuid SYS_setresuid
#define K_setresgid SYS_setresgid
#define K_setgroups SYS_setgroups
#endif

struct k_clone_args {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack,
	         stack_size, tls, set_tid, set_tid_size, cgroup;
};
struct k_open_how { uint64_t flags, mode, resolve; };
struct k_mount_attr { uint64_t set, clr, propagation, userns_fd; };

/* === types ============================================================= */

struct ct;

/* What the library does in another way than the command line. */
#ifdef CT_LIB
#define IN_LIB(ct) ((ct)->lib)
#else
#define IN_LIB(ct) false
#endif

enum { NS_USER, NS_MNT, NS_PID, NS_NET, NS_IPC, NS_UTS, NS_CGROUP, NS_TIME,
       NS_MAX };

/* What a run can do without when --try names it, and what a step is for: the
 * low bits are the namespaces. */
enum {
	U_USER = 1 << NS_USER, U_MNT = 1 << NS_MNT, U_PID = 1 << NS_PID,
	U_NET = 1 << NS_NET, U_IPC = 1 << NS_IPC, U_UTS = 1 << NS_UTS,
	U_CGNS = 1 << NS_CGROUP, U_TIME = 1 << NS_TIME,
	U_CGROUP = 1 << 8, U_SEAL = 1 << 9, U_KEYRING = 1 << 10,
	U_PROC = 1 << 11, U_SYS = 1 << 12, U_DEV = 1 << 13, U_MASK = 1 << 14,
	U_SECCOMP = 1 << 15, U_LABEL = 1 << 16, U_RLIMIT = 1 << 17,
	U_SCHED = 1 << 18, U_OOM = 1 << 19, U_SYSCTL = 1 << 20,
	U_DEVICES = 1 << 21, U_LOCK = 1 << 22, U_INIT = 1 << 23,
	U_JOIN = 1 << 24, U_LIMITS = 1 << 25, U_IDMAP = 1 << 26,
	U_PTS = 1 << 27, U_HOOK = 1 << 28, U_NIC = 1 << 29, U_NAT = 1 << 30,
};
#define U_NS_ALL (U_USER | U_MNT | U_PID | U_NET | U_IPC | U_UTS | U_CGNS | \
                  U_TIME)
#define U_TRY (U_NS_ALL | U_CGROUP | U_SEAL | U_KEYRING | U_PROC | U_SYS | \
               U_DEV | U_MASK | U_SECCOMP | U_LABEL | U_RLIMIT | U_SCHED | \
               U_OOM | U_SYSCTL | U_DEVICES | U_LOCK | U_LIMITS | U_IDMAP | \
               U_PTS | U_NIC | U_NAT)

/* One element of the argument list that can be given more than once, parsed.
 * They keep the order in which they were given. */
enum op_kind {
	OP_BIND, OP_TMPFS, OP_MOUNT, OP_MASK, OP_RO, OP_SYMLINK, OP_FILE,
	OP_DEVICE, OP_LAST_FS = OP_DEVICE,
	OP_ENV, OP_RLIMIT, OP_SYSCTL, OP_LIMIT, OP_KEEPFD, OP_NET, OP_NS,
	OP_OFFSET, OP_UIDMAP, OP_GIDMAP, OP_PUBLISH
};

/* An address, or with len < 32 or 128 a network; family 0: none. */
struct inet { unsigned char family, len, b[16]; };

/* What an interface is to have: an address, a route, for a veth an address of
 * the host's end. */
enum nic_has { NIC_IP, NIC_ROUTE, NIC_HOSTIP };
struct nic_addr {
	struct nic_addr *next;
	enum nic_has what;
	struct inet to, via;
};

/* Messages of the kernel's, one after the other. */
struct dump { char *buf; size_t len, size; };

/* A network interface of the container. */
struct nic {
	unsigned kind;          /* of nic_kinds[] */
	unsigned keys;          /* given; bits of nic_keys[] */
	const char *name;       /* inside */
	const char *dev, *bridge;       /* interfaces of the host */
	const char *host;       /* name of a veth's other end, or its first name */
	uint64_t id, mtu, mode;
	bool nat;
	unsigned char mac[6];
	bool mac_given;
	struct nic_addr *addrs, **end;
	char name_buf[IF_NAMESIZE];
	unsigned out;           /* index of what it sends through on the host */
	/* of one that was moved in, to bring it back */
	unsigned inside, was;   /* its index there, and before; 0: not moved */
	unsigned char was_mac[6];
	uint32_t was_mtu;
	bool was_up, was_virtual;
	struct dump was_addrs, was_routes;
};
struct op {
	struct op *next;
	enum op_kind kind;
	const char *a, *b, *c, *d;      /* parts of the argument */
	uint64_t n, m, k;       /* numbers in it */
	unsigned set, clr, opt; /* mount attributes; M_ options, or st_mode */
	uid_t uid;              /* of a device on the host */
	gid_t gid;
	int fd;                 /* what a parent prepared, or -1 */
	int from;               /* of OP_BIND, what is to be bound, or -1 */
	struct nic *nic;
	struct inet inet;
};
enum { M_REC = 1, M_TRY = 2, M_IDMAP = 4 };
enum { NS_PATH = 1, NS_NAME };  /* k of OP_NS; 0: a path has a slash */

/* Rows of tables hold their texts as one string, with a NUL between: a pointer
 * takes as much as the word that it points to. text_nth() finds them. */
struct opt {
	const char *name;       /* name, meta, help; meta empty: takes no value;
	                         * "[=X]": optional */
	int (*set)(struct ct *, const struct opt *, char *value);
	int min, max;           /* of a number */
	unsigned short off;     /* of the field in struct ct that set() fills */
	unsigned short verbs;   /* V_, whose option it is */
	char letter;            /* 0: none */
	unsigned char arg;      /* for set(): an op_kind, a bit, a default */
	unsigned char many;     /* may be given more than once */
	unsigned char group;
};
enum {
	V_RUN = 1, V_EXEC = 2, V_CREATE = 4, V_LS = 8, V_PS = 16, V_STATS = 32,
	V_KILL = 64, V_STOP = 128, V_WAIT = 256, V_RM = 512, V_EVENTS = 1024,
	V_NET = 2048,
	S_INSIDE = 1 << 15,     /* of a step: once the child has let go */
};

struct verb {
	const char *name;       /* name, args, help */
	int (*go)(struct ct *, char **argv);
	unsigned short bit;     /* its options; 0: it has none */
	bool sealed;
};

/* A step does one thing, or nothing where it has nothing to do. go() yields 0,
 * or -1 with the error recorded. undo() takes back what go() made, may be
 * called when go() did nothing or failed half way, and keeps errno. */
struct step {
	const char *name;
	unsigned feature;       /* done if one of these is in ct->use; 0: always */
	unsigned when;          /* V_RUN, V_EXEC; S_INSIDE */
	int (*go)(struct ct *);
	void (*undo)(struct ct *);
};

struct err {
	int no;                 /* errno, 0: none to tell */
	int status;             /* what ct exits with */
	char step[24];
	char text[300];
	char hint[120];         /* of the cause, where it is not in hints[] */
};
/* From the child to the parent, on a pipe: at most PIPE_BUF, so atomic. Who may
 * trace the child can write it too: rec_check() looks at each. */
enum rec_kind { REC_FAIL, REC_WARN, REC_STEP, REC_INSIDE, REC_HELD, REC_PID,
                REC_READY };
enum { RECS_MAX = 256 };        /* more of them are no child of ours */
struct rec {
	enum rec_kind kind;
	unsigned usec;          /* of REC_STEP */
	pid_t pid;              /* of REC_PID */
	struct err err;
};

/* A user of the container. */
struct who {
	uid_t uid;
	gid_t gid, groups[64];
	int ngroups;
	const char *home, *name;
};

/* A bump allocator: nothing is freed before the container's struct is. The
 * pages of a block that nobody touched cost nothing. */
struct block { struct block *next; size_t used, size; };

struct ct {
	/* --- what was asked for --- */
	const char *name, *root, *workdir, *hostname, *domainname, *pidfile,
	           *user, *label, *sched, *on_start, *on_exit,
	           *state, *pressure, *above, *profile;
	struct sock_filter *sc_file;    /* --seccomp FILE, else NULL */
	const char *sc_path;            /* its name */
	const char *dns;                /* lines for resolv.conf, or NULL */
	unsigned short sc_len;          /* of it, instructions */
	char **argv, **env;     /* COMMAND and its environment */
	char **args;            /* all of it, @FILE and -p put in */
	int nargs, command_at;  /* of args; index of COMMAND in it */
	bool named;             /* by --name: others will ask for it */
	struct op *ops, **ops_end;
	unsigned share, unshare, try, use;
	uint64_t seen[2];       /* rows of options[] given */
	uint64_t cap_add, cap_drop;
	bool read_only, keep_env, privileged, allow_new_privs, init, dry_run,
	     verbose, cap_none, cap_all, no_seccomp, help, workdir_given,
	     detach, hold, delegate, recursive, json, follow, all;
	int not_sealed;         /* errno of why, or 0 */
	int listen_fds;         /* descriptors from 3 on, of LISTEN_FDS */
	int status_out;         /* of ct wait */
	bool exec;              /* ct exec */
	bool recorded;          /* arguments that were checked once are parsed */
	unsigned join;          /* CLONE_NEW of the namespaces it enters */
	int timeout, stop_timeout, stop_signal, ready_fd, info_fd, nice, oom,
	    umask, sched_policy, sched_prio;
	char **caller_env;
	char *words;            /* the caller's arguments and environment, */
	size_t words_len;       /* where the kernel shows them */
	/* --- what was made; -1 or 0 when nothing is owned --- */
	struct block *mem;
	const char *step;       /* name of the step under way */
	uid_t euid;             /* of the caller */
	unsigned verb;          /* V_, whose options are parsed */
	struct err err;
	bool lib, failed;       /* in the library; an error is recorded */
	bool in_child;
	int proc_fd;            /* a procfs, O_PATH */
	int cg_top_fd;          /* the cgroup2 mount */
	int cg_base_fd;         /* the group below which containers are made */
	int cg_fd;              /* this container's, with our lock on it */
	bool cg_base_made;
	char cg_path[256];      /* of the base, as /proc/PID/cgroup has it */
	int box_fd;             /* --delegate: the group in it that it may use */
	int group_fd;           /* ct exec: the container's */
	int status_fd;          /* memfd that gets the exit status, or -1 */
	int rec_fd[2];          /* child to parent: struct rec */
	int go_fd[2];           /* parent to child: a byte for each thing done */
	int self_fd;            /* pidfd of the parent, whose netns is joined */
	int host_net_fd;        /* the caller's netns, where a hook runs in it */
	int net_fd;             /* the container's, where an interface was moved */
	int nft_fd;             /* owns the rules of nat and --publish */
	int host_rt_fd;         /* a NETLINK_ROUTE socket in the caller's netns */
	int pidfd, sig_fd;
	int detach_fd;          /* -d: to the process that waits, or -1 */
	pid_t pid, first_pid;   /* the latter stays when it has ended */
	bool inside;            /* the child has let go of the host */
	bool second;            /* the child makes the process that becomes the
	                         * command, and ends */
	bool filtered;          /* the seccomp filter is loaded */
	bool no_groups;         /* the supplementary groups are dropped */
	bool ready;             /* the command has been exec'd */
	unsigned recs;          /* how many records the child has sent */
	int pid_fd;             /* --pidfile, removed at the end */
	unsigned long done;     /* bits of outside_steps[] */
	int tree_fd;            /* the new root's mount; of a container that is
	                         * entered, its root */
	int peer_fd, peer_mnt_fd;       /* root and mount namespace of a process
	                                 * in the pid namespace that is joined */
	uint64_t pid_ns, nsfs;  /* inode and device of the one that the command is
	                         * born in; 0: the child has made it */
	int proc_mnt_fd, sys_mnt_fd;    /* mounts of the container's /proc, /sys */
	int own_fd;             /* tmpfs for what ct itself puts in the way */
	int own_count;
	int on_top;             /* mounts of ours on the caller's / itself */
	int masks[2];           /* in it, an empty file, an empty directory */
	struct who who;         /* whom the command runs as */
	char id_buf[80];        /* a name made up */
	char ring[24];          /* name of its keyring, that nobody guesses */
	char listen_pid[24];    /* LISTEN_PID=, known when all forks are done */
	/* --- of the library --- */
	int (*fn)(void *);      /* runs in place of a command, or NULL */
	void *fn_arg;
	const char *path;       /* of the command, where argv[0] is not it */
	const char *submount;   /* where --delegate mounts its cgroups, or NULL */
	bool here;              /* it has no root of its own */
	int fds[3];             /* become 0 to 2; -1: the caller's stays */
	bool console;           /* they are to be its controlling terminal */
	bool tied;              /* dies with the thread that spawned it */
};

struct mask { const char *path; bool dir; };
struct auto_tmpfs { const char *dir, *opts; };
struct dev_node { const char *name; unsigned major, minor; };
struct dev_link { const char *name, *target; };
struct limit { const char *file, *value; };
struct controller { const char *name, *config; };
struct rlimit_default { const char *name; uint64_t value; };
struct profile { const char *name; const char *args[15]; };

#include "config.h"

static_assert(sizeof(struct rec) <= 512, "a record fits PIPE_BUF everywhere");
static_assert(STOP_TIMEOUT >= 0 && STOP_TIMEOUT <= 86400, "seconds");
static_assert(LINK_WAIT >= 0 && LINK_WAIT <= 10000, "milliseconds");
static_assert(FILE_LIMIT >= 4096 && FILE_LIMIT <= 1 << 30, "bytes");
static_assert(sizeof cg_subtree > 1 && sizeof cg_subtree <= 65, "a name");

static const struct { const char *name; unsigned flag; const char *config; }
ns_kinds[NS_MAX] = {
	[NS_USER] = { "user", CLONE_NEWUSER, "CONFIG_USER_NS" },
	[NS_MNT] = { "mnt", CLONE_NEWNS, "CONFIG_NAMESPACES" },
	[NS_PID] = { "pid", CLONE_NEWPID, "CONFIG_PID_NS" },
	[NS_NET] = { "net", CLONE_NEWNET, "CONFIG_NET_NS" },
	[NS_IPC] = { "ipc", CLONE_NEWIPC, "CONFIG_IPC_NS" },
	[NS_UTS] = { "uts", CLONE_NEWUTS, "CONFIG_UTS_NS" },
	[NS_CGROUP] = { "cgroup", 0x02000000, "CONFIG_CGROUPS" },
	[NS_TIME] = { "time", 0x80, "CONFIG_TIME_NS" },
};

/* === text ============================================================== */

/* strspn(3) and strcspn(3), whose tables are larger. */
static size_t
text_span(const char *s, const char *set, bool in)
{
	size_t n = 0;

	while (s[n] && !strchr(set, s[n]) != in)
		n++;
	return n;
}

static size_t
text_in(const char *s, const char *set)
{
	return text_span(s, set, true);
}

static size_t
text_until(const char *s, const char *set)
{
	return text_span(s, set, false);
}

/* How many letters, digits and those of `more` it begins with. */
static size_t
text_word(const char *s, const char *more)
{
	size_t n = 0;

	while (s[n] && ((unsigned)(s[n] | 32) - 'a' < 26 ||
	                (unsigned)s[n] - '0' < 10 || strchr(more, s[n])))
		n++;
	return n;
}

/* Does it begin with this, in whatever case? */
static bool
text_begins(const char *s, const char *lower)
{
	while (*lower && (*s | 32) == (*lower | 32)) {
		s++;
		lower++;
	}
	return !*lower;
}

/* What printf(3) does, as far as ct needs it: %s %c %u %d %x %o %zu %llu %lld,
 * width, precision of strings, '-' and '0'. musl's brings 11 KiB along, and
 * after clone nothing should need stdio. Returns the length that it would
 * have had. */
static size_t
text_num(char *end, uint64_t v, unsigned base)
{
	size_t n = 0;

	do
		end[-(ptrdiff_t)++n] = "0123456789abcdef"[v % base];
	while (v /= base);
	return n;
}

static size_t
text_v(char *buf, size_t size, const char *f, va_list ap)
{
	size_t len = 0, n, width, prec;
	char num[24], *end = num + sizeof num;

	for (; *f; f++) {
		bool left = false, zero = false, dot = false, wide = false;
		const char *s = f;
		uint64_t v;

		n = 1;
		width = prec = 0;
		if (*f == '%') {
			for (f++; strchr("-0.*123456789", *f); f++) {
				size_t *w = dot ? &prec : &width;

				if (*f == '-')
					left = true;
				else if (*f == '.')
					dot = true;
				else if (*f == '*')
					*w = (size_t)va_arg(ap, int);
				else if (*f == '0' && !*w)
					zero = true;
				else
					*w = *w * 10 + (size_t)(*f - '0');
			}
			for (; *f == 'l' || *f == 'z'; f++)
				wide = *f == 'z' ? sizeof(size_t) == 8 : f[-1] == 'l';
			if (*f == 's') {
				s = va_arg(ap, const char *);
				for (n = 0; (!dot || n < prec) && s[n]; n++)
					;
			} else if (*f == 'c') {
				num[0] = (char)va_arg(ap, int);
				s = num;
			} else if (*f != '%') {
				v = wide ? va_arg(ap, uint64_t) :
				    *f == 'd' ? (uint64_t)va_arg(ap, int) :
				    va_arg(ap, unsigned);
				s = *f == 'd' && (int64_t)v < 0 ? "-" : "";
				n = text_num(end, *s ? -v : v, *f == 'x' ? 16 :
				             *f == 'o' ? 8 : 10);
				if (*s)
					end[-(ptrdiff_t)++n] = '-';
				s = end - n;
			}
		}
		for (; !left && width > n; width--, len++)
			if (len < size)
				buf[len] = zero ? '0' : ' ';
		for (size_t i = 0; i < n; i++, len++)
			if (len < size)
				buf[len] = s[i];
		for (; width > n; width--, len++)
			if (len < size)
				buf[len] = ' ';
	}
	buf[len < size ? len : size - 1] = '\0';
	return len;
}

static size_t PRINTF(3, 4)
text_f(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	size_t n;

	va_start(ap, fmt);
	n = text_v(buf, size, fmt, ap);
	va_end(ap);
	return n;
}

/* Digits of base 10 or 16 up to the first that is none. */
static uint64_t
text_scan(const char *s, unsigned base, char **end)
{
	static const char digits[] = "0123456789abcdef";
	const char *d;
	uint64_t v = 0;

	s += text_in(s, " \t");
	for (; *s && (d = strchr(digits, *s > '@' ? *s | 32 : *s)) &&
	     d < digits + base; s++)
		v = v * base + (uint64_t)(d - digits);
	if (end)
		*end = (char *)(uintptr_t)s;
	return v;
}

/* strstr(3), whose clever one is 1.2 KiB. */
static char *
text_find(const char *s, const char *what)
{
	size_t n = strlen(what);

	for (; *s; s++)
		if (!strncmp(s, what, n))
			return (char *)(uintptr_t)s;
	return n ? NULL : (char *)(uintptr_t)s;
}

/* The nth of the texts that a row's string holds, from 0. */
static const char *
text_nth(const char *s, int n)
{
	while (n--)
		s += strlen(s) + 1;
	return s;
}

/* === errors ============================================================ */

static void
err_put(struct ct *ct, int no, const char *fmt, va_list ap)
{
	if (ct->failed)         /* the first error is the cause */
		return;
	ct->failed = true;
	ct->err.no = no;
	if (!ct->err.status)
		ct->err.status = 125;
	text_f(ct->err.step, sizeof ct->err.step, "%s",
	         ct->step ? ct->step : "ct");
	text_v(ct->err.text, sizeof ct->err.text, fmt, ap);
}

/* The two constructors, both -1. fail_sys() names the call that set errno, and
 * its object; it looks at errno first of all. */
static int PRINTF(2, 3)
fail_sys(struct ct *ct, const char *fmt, ...)
{
	int no = errno;
	va_list ap;

	va_start(ap, fmt);
	err_put(ct, no, fmt, ap);
	va_end(ap);
	return -1;
}

static int PRINTF(2, 3)
fail_msg(struct ct *ct, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_put(ct, 0, fmt, ap);
	va_end(ap);
	return -1;
}

/* Causes that are known but that the errno does not tell: step, errno, what the
 * text has, hint. */
static const struct { const char *step; int no; } hints[] = {
#define HINT(step, no, text, hint) { step "\0" text "\0" hint, no }
	HINT("clone", EPERM, "",
	     "unprivileged user namespaces may be off: sysctl "
	     "kernel.unprivileged_userns_clone=1, "
	     "kernel.apparmor_restrict_unprivileged_userns=0"),
	HINT("clone", ENOSPC, "", "sysctl user.max_*_namespaces"),
	HINT("net", ENOSPC, "", "sysctl user.max_net_namespaces"),
	HINT("net", EINVAL, "unshare", "CONFIG_NET_NS"),
	HINT("nic", EPERM, "", "wants CAP_NET_ADMIN where ct is started"),
	HINT("nic", ENETDOWN, "", "what it lies on is down"),
	HINT("nic", EEXIST, "make", "is a link of the host called so?"),
	HINT("nic", EINVAL, "move",
	     "bound to its namespace: wireless, a bridge?"),
	HINT("nat", EPROTONOSUPPORT, "",
	     "CONFIG_NF_TABLES, module nf_tables; OpenWrt: kmod-nft-core"),
	HINT("nat", EINVAL, "table", "the owner flag is Linux 5.12's"),
	HINT("nat", EOPNOTSUPP, "table",
	     "CONFIG_NF_TABLES_INET; the owner flag is Linux 5.12's"),
	HINT("nat", ENOENT, "",
	     "modules nft_chain_nat, nft_masq, nft_fib_inet; "
	     "OpenWrt: kmod-nft-nat, kmod-nft-fib"),
	HINT("clone", EAGAIN, "",
	     "a limit on processes: RLIMIT_NPROC or the caller's pids.max"),
	HINT("clone", EBUSY, "",
	     "the cgroup has controllers switched on for groups below it"),
	HINT("idmap", EPERM, "",
	     "not in /etc/subuid and /etc/subgid, or AppArmor: sysctl "
	     "kernel.apparmor_restrict_unprivileged_userns=0"),
	HINT("proc", EPERM, "mount proc",
	     "every proc mount in sight is partly covered; try --share pid "
	     "--try proc"),
	HINT("", ENODEV, "fsopen overlay", "CONFIG_OVERLAY_FS, module overlay"),
	HINT("", ENODEV, "fsopen",
	     "the kernel has no such file system: module missing?"),
	HINT("", EINVAL, "move_mount",
	     "a directory on a file, or a file on a directory?"),
	HINT("pts", ENODEV, "", "CONFIG_UNIX98_PTYS"),
	HINT("seccomp", EINVAL, "", "CONFIG_SECCOMP_FILTER"),
	HINT("seccomp", ENOSYS, "", "CONFIG_SECCOMP"),
	HINT("devices", EINVAL, "bpf", "CONFIG_CGROUP_BPF"),
	HINT("devices", ENOSYS, "bpf", "CONFIG_BPF_SYSCALL"),
	HINT("supervise", ENOSYS, "signalfd", "CONFIG_SIGNALFD"),
	HINT("caps", EINVAL, "set", "not an id of the user namespace's map"),
	HINT("", EBUSY, "move",
	     "a group that hands controllers down takes no processes: "
	     "cgroups(7)"),
	HINT("rlimit", EPERM, "", "raising a hard limit wants CAP_SYS_RESOURCE"),
	HINT("oom", EACCES, "", "lowering it wants CAP_SYS_RESOURCE"),
	HINT("limits", EBUSY, "",
	     "a group with processes cannot hand controllers down"),
};

static const char *
err_hint(const struct err *e)
{
	if (*e->hint)
		return e->hint;
	for (size_t i = 0; i < LEN(hints); i++)
		if (e->no == hints[i].no &&
		    (!*hints[i].step || !strcmp(e->step, hints[i].step)) &&
		    text_find(e->text, text_nth(hints[i].step, 1)))
			return text_nth(hints[i].step, 2);
	return NULL;
}

/* May a terminal get it? Control bytes and all from 0x80 on (CSI is 0x9b, also in
 * the middle of a UTF-8 character) are shown as '?'. */
static bool
text_plain(char c)
{
	return (unsigned char)c >= ' ' && (unsigned char)c < 127;
}

/* One line, whatever is in it. */
static size_t
err_format(const struct err *e, char *line, size_t size)
{
	const char *hint = err_hint(e);
	size_t n = text_f(line, size, "%s: %s%s%s%s%s%s", e->step, e->text,
	                  e->no ? ": " : "", e->no ? strerror(e->no) : "",
	                  hint ? " (" : "", hint ? hint : "", hint ? ")" : "");

	n = MIN(n, size - 1);
	for (size_t i = 0; i < n; i++)
		if (!text_plain(line[i]))
			line[i] = '?';
	return n;
}

static void
err_print(const struct err *e, const char *before)
{
	char line[900];
	size_t b = text_f(line, sizeof line, "ct: %s", before);
	size_t n = b + err_format(e, line + b, sizeof line - 1 - b);

	line[n++] = '\n';
	if (write(2, line, n) < 0)
		return;         /* nobody reads it; the status tells */
}

/* === memory and text =================================================== */

static void *
mem_get(struct ct *ct, size_t size)
{
	struct block *b = ct->mem;
	size_t want;

	size = (size + 15) & ~(size_t)15;
	if (!b || b->size - b->used < size) {
		want = size + 4096 > 65536 ? size + 4096 : 65536;
		b = mmap(NULL, want, PROT_READ | PROT_WRITE,
		         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (b == MAP_FAILED) {
			fail_sys(ct, "mmap %zu bytes", want);
			return NULL;
		}
		b->next = ct->mem;
		b->used = (sizeof *b + 15) & ~(size_t)15;
		b->size = want;
		ct->mem = b;
	}
	b->used += size;
	return (char *)b + b->used - size;
}

static void
mem_free(struct ct *ct)
{
	for (struct block *b; (b = ct->mem); ) {
		ct->mem = b->next;
		munmap(b, b->size);
	}
}

static char *
mem_dup(struct ct *ct, const char *s, size_t len)
{
	char *p = mem_get(ct, len + 1);

	if (p) {
		memcpy(p, s, len);
		p[len] = '\0';
	}
	return p;
}

static char * PRINTF(2, 3)
mem_printf(struct ct *ct, const char *fmt, ...)
{
	va_list ap;
	char buf[4096 + 256];
	size_t n;

	va_start(ap, fmt);
	n = text_v(buf, sizeof buf, fmt, ap);
	va_end(ap);
	return mem_dup(ct, buf, MIN(n, sizeof buf - 1));
}

/* Whole, decimal, in range: no sign, no blanks, nothing behind it. */
static int
num_parse(const char *s, uint64_t min, uint64_t max, uint64_t *v)
{
	uint64_t n = 0;

	if (!*s)
		return -1;
	for (; *s; s++) {
		unsigned d = (unsigned)*s - '0';

		if (d > 9 || n > (UINT64_MAX - d) / 10)
			return -1;
		n = n * 10 + d;
	}
	if (n < min || n > max)
		return -1;
	*v = n;
	return 0;
}

/* Digits with an optional K M G T (powers of 1024), at most 2^63-1. */
static int
num_size(const char *s, uint64_t *v)
{
	static const char units[] = "KMGT";
	size_t len = strlen(s);
	const char *u = len ? strchr(units, s[len - 1] & ~32) : NULL;
	char buf[24];
	uint64_t n;
	unsigned shift = 0;

	if (len && u && *u) {
		shift = 10 * (unsigned)(u - units + 1);
		len--;
	}
	if (!len || len >= sizeof buf)
		return -1;
	memcpy(buf, s, len);
	buf[len] = '\0';
	if (num_parse(buf, 0, (uint64_t)INT64_MAX >> shift, &n) < 0)
		return -1;
	*v = n << shift;
	return 0;
}

/* Decimal with at most three places, in thousandths. No exponent, no locale. */
static int
num_milli(const char *s, uint64_t *v)
{
	uint64_t n = 0, unit = 1000;
	bool dot = false;

	if (!*s || *s == '.')
		return -1;
	for (; *s; s++) {
		if (*s == '.' && !dot && s[1]) {
			dot = true;
		} else if (*s >= '0' && *s <= '9' && (!dot || unit > 1) &&
		           n < 1u << 30) {
			n = n * 10 + (unsigned)(*s - '0');
			if (dot)
				unit /= 10;
		} else {
			return -1;
		}
	}
	*v = n * unit;
	return 0;
}

static char *
num_put(char *end, uint64_t v)
{
	*--end = '\0';
	return end - text_num(end, v, 10);
}

/* A name is components of [A-Za-z0-9_][A-Za-z0-9_-]*, each at most 64 bytes,
 * joined by '/' where sub is set, 255 together. No dots: cgroup2 lets one make
 * a directory that collides with a control file. */
static bool
name_ok(const char *s, bool sub)
{
	if (strlen(s) > 255)
		return false;
	for (;; s++) {
		size_t n = text_word(s, "_-");

		if (!n || n > 64 || *s == '-')
			return false;
		s += n;
		if (!*s)
			return true;
		if (*s != '/' || !sub)
			return false;
	}
}

static struct op *
op_find(struct op *op, enum op_kind kind)
{
	while (op && op->kind != kind)
		op = op->next;
	return op;
}

/* What --ns says of this kind. */
static struct op *
ns_op(const struct ct *ct, unsigned kind)
{
	struct op *op = op_find(ct->ops, OP_NS);

	while (op && op->n != kind)
		op = op_find(op->next, OP_NS);
	return op;
}

/* Cuts s at the first c that is there; NULL if there is none. */
static char *
cut(char *s, char c)
{
	char *p = s ? strchr(s, c) : NULL;

	if (p)
		*p++ = '\0';
	return p;
}

/* Where the variable of an entry K=... is, or the end of env. */
static char **
env_find(char **env, const char *entry)
{
	size_t len = text_until(entry, "=");

	for (; *env; env++)
		if (!strncmp(*env, entry, len) && (*env)[len] == '=')
			break;
	return env;
}

/* === io ================================================================ */

/* By themselves: musl's have a way around each for Linux 2.6. */
static int
sys_pipe(int fds[2])
{
	return (int)syscall(SYS_pipe2, fds, O_CLOEXEC);
}

static int
sys_fchdir(int fd)
{
	return (int)syscall(SYS_fchdir, fd);
}

static int
sys_prctl(int what, unsigned long a, unsigned long b)
{
	return (int)syscall(SYS_prctl, what, a, b, 0L, 0L);
}

/* A detached copy of the mount that path lies on, from there on. */
static int
sys_tree(int dir, const char *path, unsigned flags)
{
	return (int)syscall(NR_open_tree, dir, path, K_OPEN_TREE_CLONE |
	                    K_OPEN_TREE_CLOEXEC | flags);
}

/* Root, as whoever enters a user namespace has to become. A map without 0 has
 * none: what it has is all that there is to be. */
static int
sys_root(void)
{
	return (syscall(K_setresgid, 0, 0, 0) < 0 && errno != EINVAL) ||
	       (syscall(K_setresuid, 0, 0, 0) < 0 && errno != EINVAL) ? -1 : 0;
}

/* Its status, or 0 where there is no such child. */
static int
sys_wait(pid_t pid)
{
	int status = 0;

	/* __WALL: the library's children raise no signal */
	while (waitpid(pid, &status, __WALL) < 0 && errno == EINTR)
		;
	return status;
}

static pid_t
sys_fork(void)
{
	return (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

/* Raw: musl keeps 32 to 34 for itself; a struct sigaction of zeros is the
 * default. */
static int
sig_default(int sig)
{
	const uint64_t zero[8] = { 0 };

	return (int)syscall(SYS_rt_sigaction, sig, zero, NULL, _NSIG / 8);
}

/* O_CLOEXEC always; musl's open() adds an fcntl() for Linux 2.6.22. */
static int
io_open(const char *path, int flags)
{
	return openat(AT_FDCWD, path, flags | O_CLOEXEC);
}

/* The working directory's path; false: it is not below the root. */
static bool
io_cwd(char *buf, size_t size)
{
	return syscall(SYS_getcwd, buf, size) >= 0 && *buf == '/';
}

/* musl's has to know each command. */
static int
io_fcntl(int fd, int cmd, int arg)
{
#ifdef SYS_fcntl64
	return (int)syscall(SYS_fcntl64, fd, cmd, arg);
#else
	return (int)syscall(SYS_fcntl, fd, cmd, arg);
#endif
}

/* 0 if the caller has this access, with its effective ids as everywhere. */
static int
io_access(int dir, const char *path, int mode)
{
	return (int)syscall(SYS_faccessat, dir, path, mode);
}

static void
fd_close(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	errno = saved;
}

/* For the child, all of whose descriptors end with execve anyway: closing is
 * left to that while they are few. */
static void
fd_done(int *fd)
{
	if (*fd > 100)
		close(*fd);
	*fd = -1;
}

static int
io_write(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* A control file of the kernel is written in one call, whole. */
static int
io_put(int dir, const char *path, const char *value)
{
	int fd = openat(dir, path, O_WRONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -1;
	do
		n = write(fd, value, strlen(value));
	while (n < 0 && errno == EINTR);
	fd_close(&fd);
	return n < 0 ? -1 : 0;
}

/* Reads a file up to size-1 bytes and ends it with NUL; the length, or -1. */
static ssize_t
io_get(int dir, const char *path, char *buf, size_t size)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	size_t len = 0;
	ssize_t n = -1;

	if (fd < 0)
		return -1;
	while (len < size - 1) {
		n = read(fd, buf + len, size - 1 - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	buf[len] = '\0';
	fd_close(&fd);
	return n < 0 ? -1 : (ssize_t)len;
}

/* A whole regular file in memory of ct's, NUL-terminated; NULL with errno. */
static char *
io_slurp_fd(struct ct *ct, int fd)
{
	struct stat st;
	char *buf = NULL;
	ssize_t n;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    st.st_size > FILE_LIMIT) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : EFBIG;
	} else if ((buf = mem_get(ct, (size_t)st.st_size + 1))) {
		n = pread(fd, buf, (size_t)st.st_size, 0);
		if (n < 0)
			buf = NULL;
		else
			buf[n] = '\0';
	}
	fd_close(&fd);
	return buf;
}

static char *
io_slurp(struct ct *ct, const char *path)
{
	return io_slurp_fd(ct, io_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY));
}

/* What getdents64(2) puts into a buffer. */
struct dirent64_ { uint64_t ino; int64_t off; unsigned short len;
                   unsigned char type; char name[]; };

/* Output to a descriptor, in pieces of a buffer; no stdio. */
struct out { int fd; bool bad; size_t len; char buf[2048]; };

/* Of standard output. */
static void
out_open(struct out *o)
{
	o->fd = 1;
	o->bad = false;
	o->len = 0;
}

static int
out_flush(struct out *o)
{
	if (o->len && io_write(o->fd, o->buf, o->len) < 0)
		o->bad = true;
	o->len = 0;
	return o->bad ? -1 : 0;
}

static void PRINTF(2, 3)
out_f(struct out *o, const char *fmt, ...)
{
	va_list ap;
	size_t n;

	for (int again = 0; again < 2; again++) {
		va_start(ap, fmt);
		n = text_v(o->buf + o->len, sizeof o->buf - o->len, fmt, ap);
		va_end(ap);
		if (n < sizeof o->buf - o->len) {
			o->len += n;
			return;
		}
		out_flush(o);
	}
	o->len = sizeof o->buf - 1;     /* one line longer than the buffer */
}

/* The character at s in UTF-8 and its length, 0 if it is none. */
static int
text_utf8(const char *s, uint32_t *code)
{
	unsigned char c = (unsigned char)*s;
	int n = c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 :
	        c >= 0xf0 && c < 0xf5 ? 4 : 0;

	*code = n ? c & (0x7fu >> n) : 0;
	for (int i = 1; i < n; i++) {
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | ((unsigned char)s[i] & 0x3f);
	}
	/* overlong forms and surrogates */
	if ((n == 3 && (*code < 0x800 || (*code >= 0xd800 && *code < 0xe000))) ||
	    (n == 4 && (*code < 0x10000 || *code > 0x10ffff)))
		return 0;
	return n;
}

/* ASCII alone, whatever s has: it may go to a terminal. */
static void
out_json(struct out *o, const char *s)
{
	uint32_t code;
	int n;

	out_f(o, "\"");
	for (; *s; s++) {
		if (*s == '"' || *s == '\\') {
			out_f(o, "\\%c", *s);
			continue;
		}
		if (text_plain(*s)) {
			out_f(o, "%c", *s);
			continue;
		}
		n = text_utf8(s, &code);
		if (n)
			s += n - 1;
		else
			code = (unsigned char)*s;       /* Latin-1, if not UTF-8 */
		if (code >= 0x10000) {
			out_f(o, "\\u%04x", 0xd800 + ((code - 0x10000) >> 10));
			code = 0xdc00 + ((code - 0x10000) & 0x3ff);
		}
		out_f(o, "\\u%04x", code);
	}
	out_f(o, "\"");
}

/* Text of a container's on a terminal. */
static void
out_plain(struct out *o, const char *s)
{
	for (; *s; s++)
		out_f(o, "%c", text_plain(*s) ? *s : '?');
}

static uint64_t
now_usec(void)
{
	struct timespec t;

#ifdef SYS_clock_gettime        /* musl's looks the vDSO up: 1 KiB */
	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &t);
#else
	clock_gettime(CLOCK_MONOTONIC, &t);
#endif
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* A record from inside, where somebody may trace the child: its text is taken,
 * which ends, and may go to a terminal. False: it is none. */
static bool
rec_check(struct ct *ct, struct rec *rec)
{
	struct { char *text; size_t size; } texts[] = {
		{ rec->err.step, sizeof rec->err.step },
		{ rec->err.text, sizeof rec->err.text },
		{ rec->err.hint, sizeof rec->err.hint },
	};

	if ((unsigned)rec->kind > REC_READY || ct->recs++ == RECS_MAX)
		return false;
	for (size_t i = 0; i < LEN(texts); i++) {
		texts[i].text[texts[i].size - 1] = '\0';
		for (char *s = texts[i].text; *s; s++)
			*s = text_plain(*s) ? *s : '?';
	}
	if (rec->err.status != 126 && rec->err.status != 127)
		rec->err.status = 125;
	return true;
}

static void
rec_print(const struct rec *rec)
{
	char line[80];
	size_t n;

	if (rec->kind == REC_WARN)
		err_print(&rec->err, "warning: ");
	if (rec->kind == REC_STEP) {
		n = text_f(line, sizeof line, "ct: %6u us  %s\n", rec->usec,
		           rec->err.step);
		if (io_write(2, line, n) < 0)
			return;         /* nobody looks */
	}
}

static int
step_report(struct ct *ct, enum rec_kind kind, unsigned usec)
{
	struct rec rec = { .kind = kind, .usec = usec };

	rec.err = ct->err;
	if (kind == REC_STEP)
		text_f(rec.err.step, sizeof rec.err.step, "%s", ct->step);
	if (ct->in_child || ct->detach_fd >= 0)
		return io_write(ct->in_child ? ct->rec_fd[1] : ct->detach_fd, &rec,
		                sizeof rec);
	if (!IN_LIB(ct))
		rec_print(&rec);
	return 0;
}

/* Makes the error a warning: --try allows to go on. */
static void
step_forgive(struct ct *ct)
{
	step_report(ct, REC_WARN, 0);
	memset(&ct->err, 0, sizeof ct->err);
	ct->failed = false;
}

/* === kernel filesystems ================================================ */

/* Does it show the kernel, and let who may write there change it? */
static bool
kernel_fs_is(const char *type)
{
	for (size_t i = 0; i < LEN(kernel_fs); i++)
		if (!strcmp(type, kernel_fs[i]))
			return true;
	return false;
}

/* A new instance of file system `type`, as a detached mount, or -1. list is
 * K=V,K,... and passed on as it is, or NULL. The kernel's own words, where it
 * left some, go into the error. */
static int
kfs_fail(struct ct *ct, int fd, const char *call, const char *type)
{
	int no = errno;
	char said[160];
	ssize_t n = fd < 0 ? 0 : read(fd, said, sizeof said - 1);

	if (n > 2) {            /* "e tmpfs: Bad value for 'size'" */
		said[n] = '\0';
		said[text_until(said, "\n")] = '\0';
		errno = no;
		return fail_sys(ct, "%s %s: %s", call, type, said + 2);
	}
	errno = no;
	return fail_sys(ct, "%s %s", call, type);
}

static int
kfs_new(struct ct *ct, const char *type, const char *source,
        const char *list, unsigned attr)
{
	int fd = (int)syscall(NR_fsopen, type, K_FSOPEN_CLOEXEC);
	char *opts = list ? mem_dup(ct, list, strlen(list)) : NULL;
	int mnt = -1;
	char *next, *val;

	if (fd < 0)
		return fail_sys(ct, "fsopen %s", type);
	if (source && syscall(NR_fsconfig, fd, K_SET_STRING, "source",
	                      source, 0) < 0) {
		kfs_fail(ct, fd, "fsconfig source", type);
		goto out;
	}
	for (; opts && *opts; opts = next) {
		next = cut(opts, ',');
		val = cut(opts, '=');
		if (syscall(NR_fsconfig, fd, val ? K_SET_STRING : K_SET_FLAG,
		            opts, val, 0) < 0) {
			kfs_fail(ct, fd, "fsconfig", type);
			goto out;
		}
	}
	if (syscall(NR_fsconfig, fd, K_CMD_CREATE, NULL, NULL, 0) < 0) {
		kfs_fail(ct, fd, "mount", type);
		goto out;
	}
	mnt = (int)syscall(NR_fsmount, fd, K_FSMOUNT_CLOEXEC, attr);
	if (mnt < 0)
		fail_sys(ct, "fsmount %s", type);
out:
	fd_done(&fd);
	return mnt;
}

static bool
kfs_is(int fd, unsigned long magic)
{
	struct statfs st;

	return fstatfs(fd, &st) == 0 && (unsigned long)st.f_type == magic;
}

/* The procfs of this process's own pid namespace: the mounted one, or where
 * nothing is mounted on /proc a detached one. Never trusted by name alone. That
 * it cannot be told what is there does not mean that there is none. */
enum { PROC_UNKNOWN = -2 };

static int
kfs_proc(struct ct *ct)
{
	struct statfs st = { 0 };
	bool known;

	if (ct->proc_fd >= 0)
		return ct->proc_fd;
	ct->proc_fd = io_open("/proc", O_PATH | O_DIRECTORY);
	known = ct->proc_fd >= 0 ? fstatfs(ct->proc_fd, &st) == 0 :
	        errno == ENOENT || errno == ENOTDIR || errno == EACCES;
	if (known && st.f_type == PROC_SUPER_MAGIC) {
		if (io_access(ct->proc_fd, "self/ns", F_OK) == 0)
			return ct->proc_fd;
		known = errno == ENOENT;
	}
	if (!known)
		fail_sys(ct, "look for procfs at /proc");
	fd_close(&ct->proc_fd);
	if (!known)
		return PROC_UNKNOWN;
	ct->proc_fd = kfs_new(ct, "proc", NULL, NULL,
	                      K_NOSUID | K_NODEV | K_NOEXEC);
	return ct->proc_fd;
}

/* For what is as well without. */
static bool
kfs_has_proc(struct ct *ct)
{
	bool failed = ct->failed, has = kfs_proc(ct) >= 0;

	ct->failed = failed;
	return has;
}

/* Path in procfs of a namespace of process pid, or (0) of the own. */
static const char *
kfs_ns_path(pid_t pid, const char *kind, char *buf, size_t size)
{
	char num[24] = "self";

	text_f(buf, size, "%s/ns/%s", pid ? num_put(num + sizeof num,
	       (unsigned)pid) : num, kind);
	return buf;
}

static int
kfs_ns(struct ct *ct, pid_t pid, const char *kind)
{
	char path[48];
	int fd = kfs_proc(ct) < 0 ? -1 : openat(ct->proc_fd, kfs_ns_path(pid, kind,
	         path, sizeof path), O_RDONLY | O_CLOEXEC);

	return fd < 0 ? fail_sys(ct, "open /proc/%s", path) : fd;
}

/* What the caller cannot do without, said with the way out. */
static int
kfs_need_proc(struct ct *ct)
{
	int fd = kfs_proc(ct);

	if (fd >= 0 || fd == PROC_UNKNOWN)
		return fd;
	ct->failed = false;
	return fail_msg(ct, "no procfs: mount -t proc proc /proc");
}

/* --- which descriptors stay --- */

/* The first one from fd on that stays when all others are closed: what was
 * asked to be kept, and the ends of ct's own pipes. */
static int
fd_next_kept(const struct ct *ct, int fd)
{
	const int own[] = { ct->rec_fd[1], ct->go_fd[0], ct->ready_fd,
	                    ct->info_fd };
	int next = fd < 3 + ct->listen_fds ? fd : INT_MAX;

	for (size_t i = 0; i < LEN(own); i++)
		if (own[i] >= fd && own[i] < next)
			next = own[i];
	for (struct op *op = op_find(ct->ops, OP_KEEPFD); op;
	     op = op_find(op->next, OP_KEEPFD))
		if ((int)op->n >= fd && (int)op->n < next)
			next = (int)op->n;
	return next;
}

/* poll(2) tells without procfs which descriptors are open, whatever the limit is
 * by now; no kernel gives more than FD_END by itself. */
static void
fd_each_polled(const struct ct *ct, void (*fn)(const struct ct *, int fd))
{
	enum { FD_END = 1 << 20 };
	struct pollfd p[128];

	for (int at = 0; at < FD_END; at += (int)LEN(p)) {
		int r;

		for (int i = 0; i < (int)LEN(p); i++)
			p[i] = (struct pollfd){ .fd = at + i };
		r = poll(p, LEN(p), 0);
		for (int i = 0; r && i < (int)LEN(p); i++)
			if (p[i].fd >= 3 && (r < 0 || p[i].revents != POLLNVAL))
				fn(ct, p[i].fd);
	}
}

/* Calls fn for each descriptor from 3 on that is open. */
static void
fd_each(struct ct *ct, void (*fn)(const struct ct *, int fd))
{
	char buf[4096];
	int dir = !kfs_has_proc(ct) ? -1 :
	          openat(ct->proc_fd, "self/fd", O_RDONLY | O_DIRECTORY |
	                 O_CLOEXEC);
	uint64_t fd;
	long n = -1;

	while (dir >= 0 && (n = syscall(SYS_getdents64, dir, buf, sizeof buf)) > 0)
		for (long o = 0; o < n; ) {
			struct dirent64_ *e = (void *)(buf + o);

			o += e->len;
			if (num_parse(e->name, 3, INT_MAX, &fd) == 0 && (int)fd != dir)
				fn(ct, (int)fd);
		}
	fd_close(&dir);
	if (n < 0)
		fd_each_polled(ct, fn);
}

/* Those that stay are kept; of a callback's also what a program would get. */
static void
fd_drop(const struct ct *ct, int fd)
{
	bool callback = IN_LIB(ct) && ct->fn;

	if (fd_next_kept(ct, fd) != fd &&
	    (!callback || io_fcntl(fd, F_GETFD, 0) & FD_CLOEXEC))
		close(fd);
}

/* Closes every descriptor from 3 on but those that stay; one by one for a callback
 * and without close_range(2), which an outer container's filter may refuse. */
static void
fd_close_others(struct ct *ct)
{
	for (int fd = 3, next; !(IN_LIB(ct) && ct->fn); fd = next + 1) {
		next = fd_next_kept(ct, fd);
		if (next > fd && syscall(NR_close_range, (unsigned)fd, next == INT_MAX ?
		                         ~0u : (unsigned)next - 1, 0) < 0)
			break;
		if (next == INT_MAX)
			return;
	}
	fd_each(ct, fd_drop);
}

/* === cgroup ============================================================ */

/* What the options of limits write, in their order. */
static const char *const limit_files[] = {
	"memory.max", "memory.high", "memory.swap.max", "cpu.max", "cpu.weight",
	"cpuset.cpus", "pids.max", "io.max", NULL
};

/* A container's directory is locked (flock) by its supervisor for as long as
 * that lives: the kernel lets go of the lock with the process, so that an
 * empty group that can be locked is a leftover, without a pid to compare. */

static int
cg_top(struct ct *ct)
{
	for (size_t i = 0; cg_mounts[i]; i++) {
		int fd = io_open(cg_mounts[i], O_RDONLY | O_DIRECTORY);
		struct statfs st;

		if (fd < 0 && (errno == ENOENT || errno == EACCES ||
		               errno == ENOTDIR))
			continue;
		if (fd < 0 || fstatfs(fd, &st) < 0) {
			fail_sys(ct, "look for cgroup2 at %s", cg_mounts[i]);
			fd_close(&fd);
			return -1;
		}
		if ((unsigned long)st.f_type == K_CGROUP2_MAGIC)
			return fd;
		fd_close(&fd);
	}
	if (ct->euid)
		return -1;
	ct->cg_top_fd = kfs_new(ct, "cgroup2", NULL, NULL,
	                        K_NOSUID | K_NODEV | K_NOEXEC);
	ct->failed = false;     /* the caller says what it means */
	return ct->cg_top_fd;
}

/* The path of a process's group in cgroup2, in buf: a whole line of
 * /proc/PID/cgroup, since a group may be called as another one's line begins. */
static char *
cg_path_of(struct ct *ct, pid_t pid, char *buf, size_t size)
{
	char path[32], *line, *next;

	text_f(path, sizeof path, pid ? "%d/cgroup" : "self/cgroup", pid);
	if (kfs_need_proc(ct) < 0)
		return NULL;
	if (io_get(ct->proc_fd, path, buf, size) < 0) {
		fail_sys(ct, "read /proc/%s", path);
		return NULL;
	}
	for (line = buf; (next = cut(line, '\n')); line = next)
		if (!strncmp(line, "0::/", 4))
			return line + 3;
	fail_msg(ct, "process %d is in no cgroup2", pid);
	return NULL;
}

/* Is it the path of container `name` or of a group in that? */
static bool
cg_below(const struct ct *ct, const char *path, const char *name)
{
	size_t base = strlen(ct->cg_path), n = strlen(name);

	return !strncmp(path, ct->cg_path, base) && path[base] == '/' &&
	       !strncmp(path + base + 1, name, n) &&
	       (!path[base + 1 + n] || path[base + 1 + n] == '/');
}

/* Where an ordinary user may make groups: below the group that it is in, if
 * somebody delegated that. */
static int
cg_own(struct ct *ct, int top, char *path, size_t size)
{
	char buf[8192], *p = cg_path_of(ct, 0, buf, sizeof buf), *s;
	int fd, up;

	if (!p) {               /* no procfs, no cgroup2: none to be found */
		ct->failed = ct->err.no != 0;
		return -1;
	}
	p++;
	/* the highest that may be written to: there nothing of ours runs, so
	 * that it can hand controllers down */
	for (fd = -1;; *s = '\0') {
		up = openat(top, *p ? p : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (up < 0 || io_access(up, "cgroup.procs", W_OK) < 0 ||
		    io_access(up, ".", W_OK) < 0) {
			if (errno != EACCES && errno != EROFS && errno != ENOENT)
				fail_sys(ct, "look for a delegated group");
			break;          /* that far and no further */
		}
		text_f(path, size, "%s%s", *p ? "/" : "", p);
		fd_close(&fd);
		fd = up;
		if (!*p)
			return fd;
		s = strrchr(p, '/') ? strrchr(p, '/') : p;
	}
	fd_close(&up);
	return fd;
}

/* Switches controllers on for the groups below dir, those that are there and
 * not refused: one at a time, since one refusal would lose all the others. */
static void
cg_enable(int dir)
{
	char have[512], word[40];

	if (io_get(dir, "cgroup.controllers", have, sizeof have) <= 0)
		return;
	for (size_t i = 0; i < LEN(cg_controllers); i++) {
		if (!text_find(have, cg_controllers[i].name))
			continue;
		text_f(word, sizeof word, "+%s", cg_controllers[i].name);
		if (io_put(dir, "cgroup.subtree_control", word) < 0)
			continue;       /* a limit that needs it will tell */
	}
}

static int
cg_base(struct ct *ct, bool make)
{
	int own;

	if (ct->cg_top_fd < 0 && (ct->cg_top_fd = cg_top(ct)) < 0)
		return -1;
	if (ct->euid) {
		own = cg_own(ct, ct->cg_top_fd, ct->cg_path,
		             sizeof ct->cg_path);
		fd_close(&ct->cg_top_fd);
		if (ct->failed)
			fd_close(&own);
		if (own < 0)
			return -1;
		if (make)
			cg_enable(own);
		ct->cg_base_fd = own;
		return 0;
	}
	text_f(ct->cg_path, sizeof ct->cg_path, "/%s", cg_subtree);
	do {
		if (make && mkdirat(ct->cg_top_fd, cg_subtree, 0755) == 0)
			ct->cg_base_made = true;
		else if (make && errno != EEXIST)
			/* not ours to use; anything else is a fault */
			return errno == EROFS || errno == EACCES || errno == EPERM ?
			       -1 : fail_sys(ct, "mkdir %s in cgroup2", cg_subtree);
		ct->cg_base_fd = openat(ct->cg_top_fd, cg_subtree,
		                        O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		/* ENOENT: another one, the last out, removed it just now */
	} while (make && ct->cg_base_fd < 0 && errno == ENOENT);
	if (ct->cg_base_fd >= 0 && ct->cg_base_made) {
		cg_enable(ct->cg_top_fd);
		cg_enable(ct->cg_base_fd);
	}
	return ct->cg_base_fd >= 0 ? 0 : !make ? -1 :
	       fail_sys(ct, "open %s in cgroup2", cg_subtree);
}

/* Made by `ct create` or `ct init`: it stays when it is empty. */
static bool
cg_kept(int dir)
{
	return fgetxattr(dir, "user.ct.keep", NULL, 0) >= 0;
}

/* 1: processes are in it, 0: none, -1: not there. */
static int
cg_populated(int dir)
{
	char buf[128], *p;

	if (io_get(dir, "cgroup.events", buf, sizeof buf) < 0)
		return -1;
	p = text_find(buf, "populated ");
	return p && p[10] == '1';
}

/* --- what is below a group: a container chooses how deep, how many, the names.
 *     No recursion, and no seeking in directories: that goes by a hash of the
 *     name, and with two of one hash it comes to the same place for ever --- */

struct cg_dir { int fd; long n, at; char buf[1024]; };

static bool
cg_open(struct cg_dir *d, int dir, const char *name)
{
	d->n = d->at = 0;
	d->fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return d->fd >= 0;
}

/* The name of the next group in it, NULL at the end. */
static const char *
cg_next(struct cg_dir *d)
{
	struct dirent64_ *e;

	for (;; d->at += e->len) {
		if (d->at >= d->n) {
			d->at = 0;
			d->n = syscall(SYS_getdents64, d->fd, d->buf, sizeof d->buf);
			if (d->n <= 0)
				return NULL;
		}
		e = (void *)(d->buf + d->at);
		if (e->type == DT_DIR && strcmp(e->name, ".") &&
		    strcmp(e->name, ".."))
			break;
	}
	d->at += e->len;
	return e->name;
}

/* Calls fn for each group below dir, outer ones first. Deeper than CG_DEPTH is
 * only who may take off the limit that ct sets: -1. */
static int
cg_walk(int top, void (*fn)(int dir, void *arg), void *arg)
{
	struct cg_dir level[CG_DEPTH];
	int depth = cg_open(&level[0], top, ".") ? 0 : -1, r = depth;
	const char *name;

	while (depth >= 0) {
		if (!(name = cg_next(&level[depth]))) {
			fd_close(&level[depth--].fd);
		} else if (depth == CG_DEPTH - 1) {
			r = -1;
		} else if (cg_open(&level[depth + 1], level[depth].fd, name)) {
			fn(level[++depth].fd, arg);     /* or it has gone */
		}
	}
	return r;
}

/* Removes the groups below dir, deepest first; one that processes are in ends
 * it, and so does time. */
static int
cg_clear(int top)
{
	uint64_t end = now_usec() + CG_CLEAR * UINT64_C(1000);
	int depth = 0, r = -1, up;
	bool entered = false;
	struct cg_dir d, in;
	const char *name;

	if (!cg_open(&d, top, "."))
		return -1;
	while (now_usec() < end) {
		d.n = d.at = 0;
		if (lseek(d.fd, 0, SEEK_SET) < 0)
			break;
		if ((name = cg_next(&d))) {
			entered = false;
			if (unlinkat(d.fd, name, AT_REMOVEDIR) == 0 ||
			    !cg_open(&in, d.fd, name))
				continue;
			fd_close(&d.fd);
			d.fd = in.fd;
			entered = true;
			depth++;
		} else if (!depth) {
			r = 0;
			break;
		} else if (entered ||   /* a leaf that cannot be removed */
		           (up = openat(d.fd, "..", O_RDONLY | O_DIRECTORY |
		                        O_CLOEXEC)) < 0) {
			break;
		} else {
			fd_close(&d.fd);
			d.fd = up;
			depth--;
		}
	}
	fd_close(&d.fd);
	return r;
}

/* Calls fn for each pid in `file` of the group dir. */
static void
cg_pids(int dir, const char *file, void (*fn)(pid_t, void *), void *arg)
{
	char buf[4096], *s, *end;
	ssize_t n, keep = 0;
	int fd = openat(dir, file, O_RDONLY | O_CLOEXEC);

	while (fd >= 0 && (n = read(fd, buf + keep,
	                            sizeof buf - 1 - (size_t)keep)) > 0) {
		buf[keep + n] = '\0';
		for (s = buf; (end = strchr(s, '\n')); s = end + 1)
			fn((pid_t)text_scan(s, 10, NULL), arg);
		keep = buf + keep + n - s;
		memmove(buf, s, (size_t)keep);
	}
	fd_close(&fd);
}

static void
cg_kill_pid(pid_t pid, void *arg)
{
	(void)arg;
	if (pid > 1)
		kill(pid, SIGKILL);
}

static void
cg_kill_in(int dir, void *arg)
{
	cg_pids(dir, "cgroup.procs", cg_kill_pid, arg);
}

/* Ends whatever is in the group and below. cgroup.kill is Linux 5.14's, and
 * misses a process whose first thread has ended; so the list is killed as well,
 * while the group is frozen: nobody forks then, and no pid becomes another's. */
static void
cg_kill(int dir)
{
	io_put(dir, "cgroup.kill", "1");
	io_put(dir, "cgroup.freeze", "1");
	cg_kill_in(dir, NULL);
	cg_walk(dir, cg_kill_in, NULL);
	io_put(dir, "cgroup.freeze", "0");
}

/* Waits at most a second for the group to be empty. */
static void
cg_empty(int dir)
{
	struct pollfd p = { .events = POLLPRI };
	uint64_t end = now_usec() + 1000000;
	char buf[128];

	p.fd = openat(dir, "cgroup.events", O_RDONLY | O_CLOEXEC);
	while (p.fd >= 0 && now_usec() < end) {
		if (pread(p.fd, buf, sizeof buf, 0) <= 0 || cg_populated(dir) <= 0)
			break;
		cg_kill(dir);
		poll(&p, 1, 50);
	}
	fd_close(&p.fd);
}

/* Removes group `name` of base with all below it, having ended what is in it.
 * Tried again, since nobody else does it when a call has failed for the moment. */
static int
cg_destroy(int base, const char *name)
{
	int fd, r = unlinkat(base, name, AT_REMOVEDIR);

	for (int i = 0; i < 2 && r < 0 && errno != ENOENT; i++) {
		fd = openat(base, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd >= 0) {
			cg_kill(fd);
			cg_empty(fd);
			cg_clear(fd);
		}
		fd_close(&fd);
		r = unlinkat(base, name, AT_REMOVEDIR);
	}
	return r;
}

/* --- making one --- */

/* ct has made it: the sticky bit, which is there from mkdir(2) on, so that ct
 * can be killed at any moment, and which nobody else gives to a group. */
#define CG_MODE 01711           /* the attributes have the arguments: not for all */

static bool
cg_ours(int dir)
{
	struct stat st;

	return fstat(dir, &st) == 0 && st.st_mode & S_ISVTX;
}

/* Containers lie in groups that `ct create` made and in nothing else: below a
 * container is what it made itself and may have given any attribute. */
static bool
cg_lies_well(int base, const char *name)
{
	char path[1024];
	bool ok = true;

	for (const char *s = strchr(name, '/'); s && ok; s = strchr(s + 1, '/')) {
		int fd;

		text_f(path, sizeof path, "%.*s", (int)(s - name), name);
		fd = openat(base, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		ok = fd >= 0 && cg_kept(fd);
		fd_close(&fd);
	}
	return ok;
}

/* Makes and locks the group, or finds that the name is taken. A leftover of a
 * ct that was killed is ours and not locked: it is made anew. */
static int
cg_make(struct ct *ct)
{
	struct stat a, b;
	int fd;

	if (!cg_lies_well(ct->cg_base_fd, ct->name))
		return fail_msg(ct, "%s: no group for it to lie in; see `ct create`",
		                ct->name);
	for (int tries = 0; tries < 20; tries++) {
		bool made = mkdirat(ct->cg_base_fd, ct->name, CG_MODE) == 0, locked;

		if (!made && errno == ENOENT) { /* the base went just now */
			fd_close(&ct->cg_base_fd);
			if (cg_base(ct, true) < 0)
				break;
			continue;
		}
		if (!made && errno != EEXIST)
			break;
		fd = openat(ct->cg_base_fd, ct->name,
		            O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			continue;
		locked = flock(fd, LOCK_EX | LOCK_NB) == 0;
		if (!locked && errno != EWOULDBLOCK) {
			fail_sys(ct, "flock %s", ct->name);
			if (made)
				unlinkat(ct->cg_base_fd, ct->name, AT_REMOVEDIR);
			fd_close(&fd);
			return -1;
		}
		/* who has locked it but runs nothing in it either begins or
		 * looks whether it is a leftover: that is soon seen, and it
		 * may just have been taken away as one (-1) */
		if (!locked && tries < 19 && cg_populated(fd) <= 0) {
			fd_close(&fd);
			poll(NULL, 0, 2);
			continue;
		}
		/* nobody supervises it any more: what is left of it is ended */
		if (locked && !made && cg_ours(fd) && !cg_kept(fd)) {
			cg_destroy(ct->cg_base_fd, ct->name);
			fd_close(&fd);
			continue;
		}
		if (!locked || !made) {
			fd_close(&fd);
			return fail_msg(ct, "%s: a container or group of this name "
			                "exists", ct->name);
		}
		if (fstat(fd, &a) == 0 &&
		    fstatat(ct->cg_base_fd, ct->name, &b, 0) == 0 &&
		    a.st_ino == b.st_ino) {
			ct->cg_fd = fd;
			return 0;
		}
		fd_close(&fd);          /* swept away under us */
	}
	return fail_sys(ct, "mkdir %s", ct->name);
}

static int
cg_missing(struct ct *ct, const char *file)
{
	char have[512];
	const char *dot = file + text_until(file, "."), *config = "see `ct check`";
	size_t i;

	if (io_get(ct->cg_top_fd >= 0 ? ct->cg_top_fd : ct->cg_base_fd,
	           "cgroup.controllers", have, sizeof have) < 0)
		have[0] = '\0';
	have[text_until(have, "\n")] = '\0';
	for (i = 0; i < LEN(cg_controllers); i++)
		if (!strncmp(cg_controllers[i].name, file, (size_t)(dot - file)) &&
		    !cg_controllers[i].name[dot - file])
			config = cg_controllers[i].config;
	return fail_msg(ct, "%s: cgroup2 has no %.*s controller here, only: %s "
	                "(%s, and not in use by cgroup v1)", file,
	                (int)(dot - file), file, *have ? have : "none", config);
}

static int
cg_set(struct ct *ct, const char *file, const char *value, bool must)
{
	if (io_put(ct->cg_fd, file, value) == 0 || (errno == ENOENT && !must))
		return 0;
	return errno == ENOENT ? cg_missing(ct, file) :
	       fail_sys(ct, "write %s to %s", value, file);
}

/* Calls fn for each group right below dir: its parent's descriptor, its name
 * and its path (prefix/name); -1 ends the walk. */
typedef int cg_fn(int dir, const char *name, const char *path, void *arg);

static int
cg_each(int base, const char *prefix, cg_fn *fn, void *arg)
{
	struct cg_dir d;
	char path[1024];
	const char *name;
	int r = 0;

	if (!cg_open(&d, base, "."))
		return 0;
	while (r == 0 && (name = cg_next(&d))) {
		text_f(path, sizeof path, "%s%s%s", prefix, *prefix ? "/" : "", name);
		r = fn(base, name, path, arg);
	}
	fd_close(&d.fd);
	return r;
}

/* Removes what a ct that was killed left: groups of its making that nobody has
 * locked. What still runs in one (with --share pid) is to die with ct. `left`
 * counts how many to look at: at most 16 at a start, skipping a random number,
 * so that it takes as long with a thousand containers as with ten. */
struct sweep { unsigned skip, left; };

static int
cg_sweep_one(int base, const char *name, const char *path, void *arg)
{
	struct sweep *s = arg;
	int fd;

	(void)path;
	if (s->skip && s->skip--)
		return 0;
	fd = openat(base, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0 && cg_kept(fd))
		cg_each(fd, name, cg_sweep_one, s);
	else if (fd >= 0 && cg_ours(fd) && flock(fd, LOCK_EX | LOCK_NB) == 0)
		cg_destroy(base, name);
	fd_close(&fd);
	return s->left && --s->left ? 0 : -1;
}

static void
cg_sweep(int base, unsigned most)
{
	struct sweep s = { .left = most };
	struct stat st = { 0 };

	/* a directory's links are two and one for each directory in it */
	if (fstat(base, &st) == 0 && most <= 16 && (st.st_nlink <= 3 ||
	    (st.st_nlink > 100 && now_usec() % 16)))
		return;         /* only our own; or so many that a start in 16 does */
	if (st.st_nlink > (uint64_t)most + 2)
		s.skip = (unsigned)now_usec() % (unsigned)(st.st_nlink - most - 1);
	cg_each(base, "", cg_sweep_one, &s);
}

/* What cgroup delegation hands over: the directory and three files in it. */
static int
cg_give(struct ct *ct, uid_t uid, gid_t gid)
{
	static const char *const files[] = { ".", "cgroup.procs",
		"cgroup.threads", "cgroup.subtree_control" };

	for (size_t i = 0; i < LEN(files); i++)
		if (fchownat(ct->box_fd, files[i], uid, gid, 0) < 0)
			return fail_sys(ct, "chown %s of the group", files[i]);
	return 0;
}

/* Limits from config.h, but for those that the user gives. */
static int
cg_defaults(struct ct *ct, const struct limit *l, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct op *op = op_find(ct->ops, OP_LIMIT);

		while (op && strcmp(op->a, l[i].file))
			op = op_find(op->next, OP_LIMIT);
		if (!op && cg_set(ct, l[i].file, l[i].value, false) < 0)
			return -1;
	}
	return 0;
}

static int
cg_box(struct ct *ct)
{
	if (!ct->delegate)
		return 0;
	/* limits stay on the outer group; the container sees only the box */
	cg_enable(ct->cg_fd);
	if (cg_defaults(ct, delegate_limits, LEN(delegate_limits)) < 0)
		return -1;
	if (mkdirat(ct->cg_fd, "box", 0755) < 0 && errno != EEXIST)
		return fail_sys(ct, "mkdir %s/box", ct->name);
	ct->box_fd = openat(ct->cg_fd, "box", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (ct->box_fd < 0)
		return fail_sys(ct, "open %s/box", ct->name);
	for (struct op *u = op_find(ct->ops, OP_UIDMAP); u;
	     u = op_find(u->next, OP_UIDMAP))
		if (!u->n)              /* root of the user namespace */
			return cg_give(ct, (uid_t)u->m, (gid_t)-1);
	return 0;
}

static int
cg_create(struct ct *ct)
{
	bool asked = op_find(ct->ops, OP_LIMIT) || !(ct->use & U_PID);

	if (ct->cg_base_fd < 0 && cg_base(ct, true) < 0) {
		if (ct->failed)
			return -1;
		if (asked)
			return fail_msg(ct, ct->euid ?
			    "no cgroup2 group is delegated to this user" :
			    "no cgroup2 hierarchy can be used (CONFIG_CGROUPS)");
		ct->use &= ~(U_CGROUP | U_LIMITS);
		if (ct->verbose) {
			fail_msg(ct, "goes on without a group of its own");
			step_forgive(ct);
		}
		return 0;
	}
	if (cg_make(ct) < 0)
		return -1;
	cg_sweep(ct->cg_base_fd, 16);
	return cg_box(ct);
}

static int
cg_limits(struct ct *ct)
{
	struct op *op;

	if (cg_defaults(ct, default_limits, LEN(default_limits)) < 0)
		return -1;
	for (op = op_find(ct->ops, OP_LIMIT); op; op = op_find(op->next, OP_LIMIT))
		if (cg_set(ct, op->a, op->b, true) < 0)
			return -1;
	return 0;
}

static void
cg_remove(struct ct *ct)
{
	fd_close(&ct->box_fd);
	if (ct->cg_fd >= 0) {
		/* `ct events` has to read what happened last */
		if (fgetxattr(ct->cg_fd, "user.ct.watch", NULL, 0) >= 0)
			poll(NULL, 0, 100);
		cg_destroy(ct->cg_base_fd, ct->name);
		fd_close(&ct->cg_fd);
	}
	/* The last one out removes the subtree, unless `ct init` made it. */
	if (ct->cg_top_fd >= 0 && (ct->cg_base_fd < 0 ? ct->cg_base_made :
	    !cg_kept(ct->cg_base_fd)))
		unlinkat(ct->cg_top_fd, cg_subtree, AT_REMOVEDIR);
	fd_close(&ct->cg_base_fd);
	fd_close(&ct->cg_top_fd);
}

/* Which processes may use which devices: a BPF program on the group, needed
 * only where the container can make nodes or got one with fewer rights than
 * rwm. Registers: w2 type and access, w3 access, w4 major, w5 minor. */
#define INS(c, d, s, o, i) \
	(struct bpf_insn){ .code = (c), .dst_reg = (d), .src_reg = (s), \
	                   .off = (o), .imm = (i) }

static int
bpf_rule(struct bpf_insn *p, int block, unsigned major, unsigned minor,
         int access)
{
	int n = 0, first = n;

	/* each test jumps to the next rule where it fails */
	p[n++] = INS(BPF_JMP | BPF_JNE | BPF_K, 2, 0, 0, block ? 1 : 2);
	p[n++] = INS(BPF_JMP | BPF_JNE | BPF_K, 4, 0, 0, (int)major);
	p[n++] = INS(BPF_JMP | BPF_JNE | BPF_K, 5, 0, 0, (int)minor);
	if (access != 7) {              /* the device's first rule decides */
		p[n++] = INS(BPF_ALU64 | BPF_MOV | BPF_X, 1, 3, 0, 0);
		p[n++] = INS(BPF_ALU64 | BPF_AND | BPF_K, 1, 0, 0, ~access & 7);
		p[n++] = INS(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 2, 0);
		p[n++] = INS(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0);
		p[n++] = INS(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	}
	p[n++] = INS(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 1);
	p[n++] = INS(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	for (int i = first; i < n; i++)
		if (p[i].code == (BPF_JMP | BPF_JNE | BPF_K))
			p[i].off = (short)(n - i - 1);
	return n;
}

static int
cg_devices(struct ct *ct)
{
	enum { MAX = 768 };
	struct bpf_insn p[MAX];
	union bpf_attr a;
	int n = 0, fd;
	struct op *op;

	/* struct bpf_cgroup_dev_ctx: access << 16 | type, major, minor */
	p[n++] = INS(BPF_LDX | BPF_MEM | BPF_W, 2, 1, 0, 0);
	p[n++] = INS(BPF_LDX | BPF_MEM | BPF_W, 4, 1, 4, 0);
	p[n++] = INS(BPF_LDX | BPF_MEM | BPF_W, 5, 1, 8, 0);
	p[n++] = INS(BPF_ALU64 | BPF_MOV | BPF_X, 3, 2, 0, 0);
	p[n++] = INS(BPF_ALU64 | BPF_RSH | BPF_K, 3, 0, 0, 16);
	p[n++] = INS(BPF_ALU64 | BPF_AND | BPF_K, 2, 0, 0, 0xffff);
	for (op = op_find(ct->ops, OP_DEVICE); op;
	     op = op_find(op->next, OP_DEVICE)) {
		if (n >= MAX - 10 * ((int)LEN(dev_nodes) + 12))
			return fail_msg(ct, "too many devices");
		n += bpf_rule(p + n, (op->opt & S_IFMT) == S_IFBLK,
		              (unsigned)op->n, (unsigned)op->m, (int)op->k);
	}
	for (size_t i = 0; i < LEN(dev_nodes); i++)
		n += bpf_rule(p + n, 0, dev_nodes[i].major, dev_nodes[i].minor, 7);
	n += bpf_rule(p + n, 0, 5, 2, 7);       /* ptmx */
	for (unsigned maj = 136; maj < 144; maj++) { /* pts: any minor */
		n += bpf_rule(p + n, 0, maj, 0, 7);
		/* the test of the minor becomes one that is always passed */
		p[n - 3] = INS(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0);
	}
	p[n++] = INS(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0);
	p[n++] = INS(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);

	memset(&a, 0, sizeof a);
	a.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
	a.insns = (uintptr_t)p;
	a.insn_cnt = (unsigned)n;
	a.license = (uintptr_t)"ISC";
	fd = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &a, sizeof a);
	if (fd < 0)
		return fail_sys(ct, "bpf load device filter");
	memset(&a, 0, sizeof a);
	a.target_fd = (unsigned)ct->cg_fd;
	a.attach_bpf_fd = (unsigned)fd;
	a.attach_type = BPF_CGROUP_DEVICE;
	a.attach_flags = BPF_F_ALLOW_MULTI;
	if (syscall(SYS_bpf, BPF_PROG_ATTACH, &a, sizeof a) < 0)
		fail_sys(ct, "bpf attach device filter");
	fd_close(&fd);
	return ct->failed ? -1 : 0;
}

/* --- registry: what there is to know of a group, from the kernel alone --- */

struct grp {
	int fd;                 /* of its directory */
	const char *name;
	pid_t pid;              /* first process, 0: no record */
	uint64_t since;         /* CLOCK_MONOTONIC µs when it was started */
	int command_at, sup_pid, status_fd, go_fd;
	bool held;
	char ring[24];
};

enum { ST_CREATED, ST_RUNNING, ST_PAUSED, ST_STOPPED };
static const char *const states[] = { "created", "running", "paused",
                                      "stopped" };

/* Value of a file with one number, or of a key in a file of "key value" lines;
 * -1 without one, UINT64_MAX for "max". */
static int
grp_num(int dir, const char *file, const char *key, uint64_t *v)
{
	char buf[4096], *p = buf;
	size_t n = key ? strlen(key) : 0;

	*v = 0;
	if (io_get(dir, file, buf, sizeof buf) <= 0)
		return -1;
	while (key && (strncmp(p, key, n) || p[n] != ' '))
		if (!(p = strchr(p, '\n')) || !*++p)
			return -1;
	p += n;
	*v = strncmp(p, "max", 3) ? text_scan(p, 10, NULL) : UINT64_MAX;
	return 0;
}

static void
grp_close(struct grp *g)
{
	fd_close(&g->fd);
}

static int
grp_at(int dir, const char *entry, const char *name, struct grp *g)
{
	char buf[200], *p = buf;
	ssize_t n;

	*g = (struct grp){ .name = name };
	g->fd = openat(dir, entry, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (g->fd < 0)
		return -1;
	n = fgetxattr(g->fd, "user.ct.init", buf, sizeof buf - 1);
	if (n > 0) {
		buf[n] = '\0';
		g->pid = (pid_t)text_scan(p, 10, &p);
		g->since = text_scan(p, 10, &p);
		g->command_at = (int)text_scan(p, 10, &p);
		g->sup_pid = (int)text_scan(p, 10, &p);
		g->status_fd = p[1] == '-' ? -1 : (int)text_scan(p, 10, &p);
		p += p[1] == '-' ? 3 : 0;
		g->go_fd = p[1] == '-' ? -1 : (int)text_scan(p, 10, &p);
		g->held = text_find(p, "held") != NULL;
		p = text_find(p, "ct:");
		text_f(g->ring, sizeof g->ring, "%.*s", p ? 19 : 0, p ? p : "");
	} else if (errno == EOPNOTSUPP) {
		/* no attributes there: the first one listed has to do */
		n = io_get(g->fd, "cgroup.procs", buf, sizeof buf);
		g->pid = n > 0 ? (pid_t)text_scan(buf, 10, NULL) : 0;
	}
	return 0;
}

/* The container of this name, or an error with status 3. */
static int
grp_open(struct ct *ct, const char *name, struct grp *g)
{
	ct->step = name;
	*g = (struct grp){ .fd = -1, .name = name };
	if (!name_ok(name, true))
		return fail_msg(ct, "not a name");
	if (ct->cg_base_fd < 0 && cg_base(ct, false) < 0 && errno != ENOENT)
		return fail_msg(ct, "no cgroup2 hierarchy can be used");
	if (ct->cg_base_fd >= 0 && cg_lies_well(ct->cg_base_fd, name)) {
		if (grp_at(ct->cg_base_fd, name, name, g) == 0)
			return 0;
		if (errno != ENOENT)
			return fail_sys(ct, "open its group");
	}
	ct->err.status = 3;
	return fail_msg(ct, "no such container");
}

static int
grp_state(const struct grp *g)
{
	char buf[200];
	uint64_t v;
	ssize_t n;

	if (grp_num(g->fd, "cgroup.events", "populated", &v) < 0)
		return ST_STOPPED;
	if (!v)
		return cg_kept(g->fd) ?
		       ST_CREATED : ST_STOPPED;
	if (grp_num(g->fd, "cgroup.events", "frozen", &v) == 0 && v)
		return ST_PAUSED;
	if (g->held) {                  /* still? */
		n = fgetxattr(g->fd, "user.ct.init", buf, sizeof buf - 1);
		buf[n < 0 ? 0 : n] = '\0';
		return text_find(buf, "held") ? ST_CREATED : ST_RUNNING;
	}
	return ST_RUNNING;
}

/* Its arguments: NUL-separated in buf, their length, 0 if there are none. */
static size_t
grp_args(const struct grp *g, char *buf, size_t size)
{
	ssize_t n = fgetxattr(g->fd, "user.ct.argv", buf, size - 1);

	buf[n < 0 ? 0 : n] = '\0';
	return n < 0 ? 0 : (size_t)n;
}

/* A pidfd of a process, known to be in the group: the descriptor first, then
 * the look, so that it cannot be another process of the same number. */
static int
grp_pidfd(struct ct *ct, const struct grp *g, pid_t pid)
{
	char buf[8192], *path;
	int fd = pid > 0 ? (int)syscall(NR_pidfd_open, pid, 0) : -1;

	if (fd < 0 && pid > 0 && errno != ESRCH)
		return fail_sys(ct, "pidfd_open %d", pid);
	path = fd < 0 ? NULL : cg_path_of(ct, pid, buf, sizeof buf);
	if (path && cg_below(ct, path, g->name))
		return fd;
	fd_close(&fd);
	if (ct->failed && ct->err.no != ENOENT && ct->err.no != ESRCH)
		return -1;
	ct->failed = false;
	return fail_msg(ct, "process %d is not in it any more", pid);
}

/* Calls fn for every pid of a container and of what is below it: all that is its
 * own, whatever it has written there. In a group below are other containers,
 * which count unless `own` is set. */
struct pids { struct ct *ct; const struct grp *g; int arg, count;
              void (*fn)(struct pids *, pid_t); bool own; };

static void
grp_pid(pid_t pid, void *arg)
{
	struct pids *p = arg;

	p->count++;
	if (p->fn)
		p->fn(p, pid);
}

static void
grp_pids_in(int dir, void *arg)
{
	const struct pids *p = arg;

	cg_pids(dir, p->arg == 'T' ? "cgroup.threads" : "cgroup.procs", grp_pid,
	        arg);
}

static void
grp_pids(struct pids *p)
{
	grp_pids_in(p->g->fd, p);
	if (!p->own || !cg_kept(p->g->fd))
		cg_walk(p->g->fd, grp_pids_in, p);
}

static int
grp_count(const struct grp *g)
{
	struct pids p = { .g = g };
	uint64_t v;

	if (grp_num(g->fd, "pids.current", NULL, &v) == 0)
		return (int)v;
	grp_pids(&p);
	return p.count;
}

/* Waits until the state is `want` (or gone, for stopped), at most ms; what
 * changes in cgroup.events wakes us. */
static int
grp_wait(struct grp *g, int want, int ms)
{
	struct pollfd p = { .events = POLLPRI };
	uint64_t end = now_usec() + (uint64_t)ms * 1000;
	char buf[128];
	int r = -1;

	p.fd = openat(g->fd, "cgroup.events", O_RDONLY | O_CLOEXEC);
	for (;;) {
		int left = ms < 0 ? -1 : now_usec() >= end ? 0 :
		           (int)((end - now_usec()) / 1000 + 1);

		if (p.fd >= 0 && pread(p.fd, buf, sizeof buf, 0) < 0 && errno)
			fd_close(&p.fd);
		if (grp_state(g) == want) {
			r = 0;
			break;
		}
		if (p.fd < 0 || !left)
			break;
		/* "held" is not a file: looked at again now and then */
		poll(&p, 1, left < 0 || left > 200 ? 200 : left);
	}
	fd_close(&p.fd);
	return r;
}

/* === identity ========================================================== */

/* Lines of a passwd or group file: returns the next line's fields, split at
 * ':', or false at the end. */
static bool
id_line(char **text, char *field[], int max)
{
	char *line = *text;
	int n = 0;

	if (!line || !*line)
		return false;
	*text = cut(line, '\n');
	for (; n < max; n++) {
		field[n] = line ? line : "";
		line = cut(line, ':');
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
id_members(struct ct *ct, char *text, struct who *w)
{
	char *f[4], *m, *next;
	uint64_t n;

	if (text)
		text = mem_dup(ct, text, strlen(text));
	while (id_line(&text, f, 4))
		for (m = f[3]; m && *m; m = next) {
			next = cut(m, ',');
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
	struct k_open_how how = {
		.flags = (unsigned)flags | O_CLOEXEC,
		.resolve = K_RESOLVE_IN_ROOT | K_RESOLVE_NO_MAGICLINKS,
	};

	/* EAGAIN: something was renamed meanwhile and `..` could not be sure */
	for (int i = 0; i < 50; i++) {
		int fd = (int)syscall(NR_openat2, root, path, &how, sizeof how);

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
id_find(struct ct *ct, const char *spec, struct who *w)
{
	char *user = mem_dup(ct, spec, strlen(spec));
	char *group = cut(user, ':'), *next, *f[6], *text, *groups;
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
		*w = (struct who){ .uid = (uid_t)u, .gid = (gid_t)g,
		                   .home = f[5], .name = f[0] };
		found = true;
	}
	if (!found && !number)
		return fail_msg(ct, "user %s: not in the container's /etc/passwd",
		                user);
	if (!found)
		*w = (struct who){ .uid = (uid_t)n, .gid = (gid_t)n, .home = "/" };
	if (!group) {
		if (found)
			id_members(ct, groups, w);
		return 0;
	}
	next = cut(group, ',');
	if (id_group(ct, groups, group, &w->gid) < 0)
		return -1;
	for (group = next; group; group = next) {
		next = cut(group, ',');
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

	if (!text || io_access(AT_FDCWD, "/usr/bin/newuidmap", X_OK) < 0)
		return false;
	text_f(own, sizeof own, "%s", num_put(end + sizeof end, getuid()));
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
			memcpy(row, (uint64_t[]){ op->n, op->m, op->k }, sizeof row);
		if (a > 3 * 20)
			return fail_msg(ct, "more than 20 ranges");
		mine = mine && a == 2 && row[1] == own && row[2] == 1;
		for (int i = 0; i < 3; i++)
			if (!(argv[a++] = mem_printf(ct, "%llu",
			                             (unsigned long long)row[i])))
				return -1;
		len += text_f(map + len, sizeof map - len, "%s %s %s\n", argv[a - 3],
		              argv[a - 2], argv[a - 1]);
		row[0] = 1;
		if (op)
			op = op_find(op->next, kind);
		else if (range)
			range = ct->euid && id_range(ct, sub, &row[1], &row[2]);
	} while (op || (range && a == 5));
	argv[a] = NULL;
	if (ct->euid && !mine) {
		text_f(path, sizeof path, "%d", ct->pid);
		argv[0] = (char *)(uintptr_t)prog;
		argv[1] = path;
		return id_helper(ct, prog, argv);
	}
	/* who is not root must give up setgroups before a gid map of its own */
	text_f(path, sizeof path, "%d/setgroups", ct->pid);
	if (ct->euid && kind == OP_GIDMAP &&
	    io_put(ct->proc_fd, path, "deny") < 0)
		return fail_sys(ct, "write deny to setgroups");
	text_f(path, sizeof path, "%d/%s", ct->pid, file);
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

/* === netlink =========================================================== */

/* One transaction: messages are put into a buffer one after the other, sent
 * together, and the last is answered; the first error is the kernel's own, with
 * its extended text where it gave one. */
struct nl {
	int fd;
	unsigned seq;           /* of the last message put */
	unsigned sent;          /* of the last one answered */
	size_t len, size;
	char *buf;              /* all that one container wants at once */
	struct nlmsghdr *last;  /* message in it */
	bool full;              /* it did not fit */
	const char *what[64];   /* by message, for the error */
};
enum { NL_SIZE = 16384, NL_MESSAGE = 2048 };    /* no message is longer */

static int
nl_open(struct ct *ct, struct nl *nl, int bus, size_t size)
{
	nl->seq = nl->sent = 0;
	nl->len = 0;
	nl->full = false;
	nl->fd = -1;
	nl->size = size;
	if (!(nl->buf = mem_get(ct, size)))
		return -1;
	if (ct->host_rt_fd >= 0 && !ct->in_child) {
		nl->fd = ct->host_rt_fd;        /* opened while we were there */
		ct->host_rt_fd = -1;
		return 0;
	}
	nl->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, bus);
	if (nl->fd < 0)
		return fail_sys(ct, "socket %s", bus == NETLINK_ROUTE ?
		                "NETLINK_ROUTE" : "NETLINK_NETFILTER");
	return 0;
}

/* The kernel's own words with an error, without the message that was sent; a
 * kernel that cannot, does not. */
static void
nl_words(const struct nl *nl)
{
	const int on = 1;

	setsockopt(nl->fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
	setsockopt(nl->fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
}

static struct nlmsghdr *
nl_put(struct nl *nl, int type, int flags, const char *what)
{
	struct nlmsghdr *h;

	nl->len = NLMSG_ALIGN(nl->len);
	if (nl->len + NL_MESSAGE > nl->size) {
		nl->full = true;
		nl->len = 0;
	}
	h = mnl_nlmsg_put_header(nl->buf + nl->len);
	h->nlmsg_type = (uint16_t)type;
	h->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	h->nlmsg_seq = ++nl->seq;
	nl->what[nl->seq % LEN(nl->what)] = what;
	return h;
}

static void
nl_end(struct nl *nl, struct nlmsghdr *h)
{
	nl->len = (size_t)((char *)h - nl->buf) + h->nlmsg_len;
	nl->last = h;
}

static int
nl_error(struct ct *ct, struct nl *nl, const struct nlmsghdr *h)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(h);
	const char *what = nl->what[h->nlmsg_seq % LEN(nl->what)];
	const struct nlattr *a;

	if (!e->error)
		return 0;
	errno = -e->error;
	if (h->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_for_each(a, h, sizeof *e)
			if (mnl_attr_get_type(a) == NLMSGERR_ATTR_MSG)
				return fail_sys(ct, "%s: %s", what,
				                mnl_attr_get_str(a));
	return fail_sys(ct, "%s", what);
}

static bool
nl_more(struct ct *ct, struct dump *d)
{
	size_t size = d->size ? 2 * d->size : 65536;
	char *buf = mem_get(ct, size);

	if (buf && d->len)
		memcpy(buf, d->buf, d->len);
	d->buf = buf;
	d->size = size;
	return buf != NULL;
}

/* Reads the answers: to the last message, and to any that failed; or with a dump
 * all that the kernel has, up to its end. */
static int
nl_answers(struct ct *ct, struct nl *nl, struct dump *d, char *buf, size_t size)
{
	const struct nlmsghdr *h;
	char *into = buf;
	ssize_t n;
	int left;

	while (nl->sent != nl->seq) {
		if (d && d->size - d->len < 32768 && !nl_more(ct, d))
			return -1;
		if (d)
			into = d->buf + d->len;
		n = recv(nl->fd, into, d ? 32768 : size, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail_sys(ct, "recv from netlink");
		if (d)
			d->len += NLMSG_ALIGN((size_t)n);
		left = (int)n;
		for (h = (void *)into; mnl_nlmsg_ok(h, left);
		     h = mnl_nlmsg_next(h, &left)) {
			if (h->nlmsg_type == NLMSG_ERROR &&
			    nl_error(ct, nl, h) < 0)
				return -1;
			if (h->nlmsg_type == NLMSG_ERROR ||
			    h->nlmsg_type == NLMSG_DONE)
				nl->sent = h->nlmsg_seq;
		}
	}
	return 0;
}

/* Sends what was put. After an error the rest of the answers is thrown away, so
 * that the next request does not take them for its own. */
static int
nl_send(struct ct *ct, struct nl *nl, struct dump *d)
{
	char buf[8192] __attribute__((aligned(8)));
	ssize_t n;

	if (nl->full)
		return fail_msg(ct, "too much for one request");
	if (!d)
		nl->last->nlmsg_flags |= NLM_F_ACK;
	n = send(nl->fd, nl->buf, nl->len, 0);
	nl->len = 0;
	if (n < 0)
		fail_sys(ct, "send to netlink");
	else if (nl_answers(ct, nl, d, buf, sizeof buf) == 0)
		return 0;
	while (recv(nl->fd, buf, sizeof buf, MSG_DONTWAIT) > 0)
		;
	nl->sent = nl->seq;
	return -1;
}

/* The same, but what a container that has just ended leaves in the way, error
 * `no`, is gone in 50 ms: again until then. */
static int
nl_insist(struct ct *ct, struct nl *nl, int no)
{
	size_t len = nl->len;
	unsigned from = nl->sent;

	for (int ms = 0; nl_send(ct, nl, NULL) < 0; ms += 5) {
		if (ct->err.no != no || ms >= LINK_WAIT)
			return -1;
		ct->failed = false;
		poll(NULL, 0, 5);
		nl->sent = from;
		nl->len = len;
	}
	return 0;
}

/* All links, addresses or routes: type is the RTM_GET. */
static int
nl_dump(struct ct *ct, struct nl *nl, int type, struct dump *d)
{
	struct nlmsghdr *h = nl_put(nl, type, NLM_F_DUMP, "list interfaces");

	*d = (struct dump){ 0 };
	mnl_nlmsg_put_extra_header(h, sizeof(struct ifinfomsg));
	nl_end(nl, h);
	return nl_send(ct, nl, d);
}

/* The next message of that type, from h on, or the first one; NULL: no more. */
static const struct nlmsghdr *
nl_next(const struct dump *d, const struct nlmsghdr *h, int type)
{
	const char *at = h ? (const char *)h + NLMSG_ALIGN(h->nlmsg_len) : d->buf;

	for (int left = (int)(d->buf + d->len - at);
	     at && mnl_nlmsg_ok((const void *)at, left); ) {
		h = (const void *)at;
		if (h->nlmsg_type == type)
			return h;
		at = (const void *)mnl_nlmsg_next(h, &left);
	}
	return NULL;
}

/* Its attribute of that type, behind a header of size hdr. */
static const struct nlattr *
nl_attr(const struct nlmsghdr *h, size_t hdr, int type)
{
	const struct nlattr *a;

	mnl_attr_for_each(a, h, hdr)
		if (mnl_attr_get_type(a) == type)
			return a;
	return NULL;
}

/* --- addresses --- */

static int
inet_bits(const struct inet *a)
{
	return a->family == AF_INET ? 32 : 128;
}

static int
inet_four(char *s, unsigned char *b)
{
	uint64_t n;

	for (int i = 0; i < 4; i++) {
		char *next = cut(s, '.');

		if (!next != (i == 3) || num_parse(s, 0, 255, &n) < 0 ||
		    (*s == '0' && s[1]))        /* that would be octal */
			return -1;
		b[i] = (unsigned char)n;
		s = next;
	}
	return 0;
}

/* Eight groups of hexadecimal digits, one run of which may be left out. */
static int
inet_six(const char *s, unsigned char *b)
{
	int n = 0, gap = -1;
	uint64_t v;
	char *end;

	if (*s == ':' && *++s != ':')
		return -1;
	while (*s) {
		if (*s == ':') {        /* the second of two */
			if (gap >= 0)
				return -1;
			gap = n;
			s++;
			continue;
		}
		v = text_scan(s, 16, &end);
		if (end == s || end - s > 4 || n == 16 || *s < '0')
			return -1;
		b[n++] = (unsigned char)(v >> 8);
		b[n++] = (unsigned char)v;
		if (*end && (*end != ':' || !end[1]))
			return -1;
		s = end + (*end == ':');
	}
	if (gap < 0 ? n != 16 : n == 16)
		return -1;
	if (gap >= 0) {
		memmove(b + 16 - n + gap, b + gap, (size_t)(n - gap));
		memset(b + gap, 0, (size_t)(16 - n));
	}
	return 0;
}

/* ADDR, or ADDR/N where a network is wanted; no octal, no short forms. Not
 * inet_pton(3), which is as large as all of this. */
static int
inet_parse(const char *s, bool net, struct inet *a)
{
	char buf[64], *len;
	uint64_t n;

	if (strlen(s) >= sizeof buf)
		return -1;
	text_f(buf, sizeof buf, "%s", s);
	len = cut(buf, '/');
	a->family = strchr(buf, ':') ? AF_INET6 : AF_INET;
	n = (unsigned)inet_bits(a);
	if (!!len != net || (a->family == AF_INET ? inet_four(buf, a->b) :
	    inet_six(buf, a->b)) < 0 ||
	    (len && (num_parse(len, 0, n, &n) < 0 || (*len == '0' && len[1]))))
		return -1;
	a->len = (unsigned char)n;
	return 0;
}

/* Is any bit set from that one on? */
static bool
inet_any(const struct inet *a, int bit)
{
	for (; bit < inet_bits(a); bit++)
		if (a->b[bit / 8] << bit % 8 & 0x80)
			return true;
	return false;
}

static bool
inet_within(const struct inet *net, const struct inet *a)
{
	struct inet diff = *a;

	for (int i = 0; i < 16; i++)
		diff.b[i] = net->b[i] ^ a->b[i];
	for (int i = net->len; i < 128; i++)
		diff.b[i / 8] &= (unsigned char)~(0x80 >> i % 8);
	return net->family == a->family && !inet_any(&diff, 0);
}

/* As RFC 5952 wants it: the longest run of zeros left out, the first one. */
static void
inet_text(const struct inet *a, char *buf, size_t size)
{
	size_t len = 0;
	int best = -1, most = 1;

	if (a->family == AF_INET) {
		text_f(buf, size, "%d.%d.%d.%d", a->b[0], a->b[1], a->b[2],
		       a->b[3]);
		return;
	}
	for (int i = 0, n; i < 8; i += n + 1) {
		for (n = 0; i + n < 8 && !a->b[2 * (i + n)] &&
		     !a->b[2 * (i + n) + 1]; n++)
			;
		if (n > most) {
			most = n;
			best = i;
		}
	}
	for (int i = 0; i < 8; i++) {
		if (i == best) {
			len += text_f(buf + len, size - len, "::");
			i += most - 1;
			continue;
		}
		len += text_f(buf + len, size - len, "%s%x",
		              i && i != best + most ? ":" : "",
		              (unsigned)a->b[2 * i] << 8 | a->b[2 * i + 1]);
	}
}

/* --- links --- */

static const struct nic_kind {
	const char *name;
	const char *hint;       /* where the kernel does not know it */
	unsigned char attr, size;       /* of its mode or id, IFLA_INFO_DATA */
} nic_kinds[] = {
	{ "veth", "CONFIG_VETH, module veth; OpenWrt: kmod-veth", 0, 0 },
	{ "macvlan", "CONFIG_MACVLAN, module macvlan; OpenWrt: kmod-macvlan",
	  IFLA_MACVLAN_MODE, 4 },
	{ "ipvlan", "CONFIG_IPVLAN, module ipvlan", IFLA_IPVLAN_MODE, 2 },
	{ "vlan", "CONFIG_VLAN_8021Q, module 8021q", IFLA_VLAN_ID, 2 },
	{ "phys", NULL, 0, 0 },
};
enum { NIC_VETH, NIC_MACVLAN, NIC_IPVLAN, NIC_VLAN, NIC_PHYS };

/* Index of a link in the network namespace of the socket; 0: none. */
static unsigned
nic_find(const struct nl *nl, const char *name)
{
	struct ifreq r;

	memset(&r, 0, sizeof r);
	text_f(r.ifr_name, sizeof r.ifr_name, "%s", name);
	return ioctl(nl->fd, SIOCGIFINDEX, &r) == 0 && r.ifr_ifindex > 0 ?
	       (unsigned)r.ifr_ifindex : 0;
}

static unsigned
nic_index(struct ct *ct, const struct nl *nl, const char *name)
{
	unsigned index = nic_find(nl, name);

	if (!index)
		fail_sys(ct, "interface %s", name);
	return index;
}

static struct nlmsghdr *
nic_message(struct nl *nl, int flags, unsigned index, bool up,
            const char *what)
{
	struct nlmsghdr *h = nl_put(nl, RTM_NEWLINK, flags, what);
	struct ifinfomsg *i = mnl_nlmsg_put_extra_header(h, sizeof *i);

	i->ifi_index = (int)index;
	i->ifi_flags = i->ifi_change = up ? IFF_UP : 0;
	return h;
}

static void
nic_up(struct nl *nl, unsigned index, const char *what)
{
	nl_end(nl, nic_message(nl, 0, index, true, what));
}

static void
nic_addr(struct nl *nl, unsigned index, const struct inet *a, const char *what)
{
	struct nlmsghdr *h = nl_put(nl, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE,
	                            what);
	struct ifaddrmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);
	size_t len = (size_t)inet_bits(a) / 8;
	struct inet last = *a;

	m->ifa_family = a->family;
	m->ifa_prefixlen = a->len;
	m->ifa_index = index;
	m->ifa_flags = a->family == AF_INET6 ? IFA_F_NODAD : 0;
	mnl_attr_put(h, IFA_LOCAL, len, a->b);
	mnl_attr_put(h, IFA_ADDRESS, len, a->b);
	for (int i = a->len; i < 32; i++)
		last.b[i / 8] |= (unsigned char)(0x80 >> i % 8);
	if (a->family == AF_INET && a->len < 31)
		mnl_attr_put(h, IFA_BROADCAST, len, last.b);
	nl_end(nl, h);
}

static void
nic_route(struct nl *nl, unsigned index, const struct nic_addr *a,
          const char *what)
{
	struct nlmsghdr *h = nl_put(nl, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL,
	                            what);
	struct rtmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);
	size_t len = (size_t)inet_bits(&a->to) / 8;

	m->rtm_family = a->to.family;
	m->rtm_dst_len = a->to.len;
	m->rtm_table = RT_TABLE_MAIN;
	m->rtm_protocol = RTPROT_STATIC;
	m->rtm_scope = a->via.family ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
	m->rtm_type = RTN_UNICAST;
	if (a->to.len)
		mnl_attr_put(h, RTA_DST, len, a->to.b);
	if (a->via.family)
		mnl_attr_put(h, RTA_GATEWAY, len, a->via.b);
	mnl_attr_put_u32(h, RTA_OIF, index);
	nl_end(nl, h);
}

/* What is done inside, in the batch: up, addresses, then routes. */
static int
nic_inside(struct ct *ct, struct nl *nl, const struct nic *c)
{
	unsigned index = c->kind == NIC_VETH ? 0 : nic_find(nl, c->host);
	struct nlmsghdr *h;

	if (!index && !(index = nic_index(ct, nl, c->name)))
		return -1;
	h = nic_message(nl, 0, index, true, mem_printf(ct, "set %s up", c->name));
	mnl_attr_put_strz(h, IFLA_IFNAME, c->name);     /* if it is another yet */
	nl_end(nl, h);
	for (int pass = NIC_IP; pass <= NIC_ROUTE; pass++)
		for (const struct nic_addr *a = c->addrs; a; a = a->next) {
			char to[48];

			inet_text(&a->to, to, sizeof to);
			if ((int)a->what != pass)
				continue;
			if (pass == NIC_IP)
				nic_addr(nl, index, &a->to, mem_printf(ct,
				         "address %s/%d of %s", to, a->to.len, c->name));
			else
				nic_route(nl, index, a, mem_printf(ct,
				          "route to %s/%d by %s", to, a->to.len, c->name));
		}
	return 0;
}

/* The network namespace that a link goes to: an attribute, and its value. */
struct net_ref { uint16_t attr; uint32_t value; };

static void
nic_end_attrs(struct nlmsghdr *h, const struct nic *c, struct net_ref to)
{
	mnl_attr_put_u32(h, to.attr, to.value);
	if (c->mac_given)
		mnl_attr_put(h, IFLA_ADDRESS, 6, c->mac);
	if (c->mtu)
		mnl_attr_put_u32(h, IFLA_MTU, (uint32_t)c->mtu);
}

/* One queue, not one for each processor: a veth sends without a queue, and each
 * is an object in sysfs that takes its time. */
static void
nic_end_name(struct nlmsghdr *h, const char *name)
{
	mnl_attr_put_strz(h, IFLA_IFNAME, name);
	mnl_attr_put_u32(h, IFLA_NUM_TX_QUEUES, 1);
	mnl_attr_put_u32(h, IFLA_NUM_RX_QUEUES, 1);
}

/* One message makes a veth: the host's end up and in its bridge, the other one
 * in the container. Moving it there instead would cost 38 ms. */
static void
nic_put_veth(struct nl *nl, struct nlmsghdr *h, const struct nic *c,
             struct net_ref to)
{
	struct nlattr *info, *data, *peer;

	nic_end_name(h, c->host);
	if (c->bridge)
		mnl_attr_put_u32(h, IFLA_MASTER, c->out);
	if (c->mtu)
		mnl_attr_put_u32(h, IFLA_MTU, (uint32_t)c->mtu);
	info = mnl_attr_nest_start(h, IFLA_LINKINFO);
	mnl_attr_put_str(h, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(h, IFLA_INFO_DATA);
	peer = mnl_attr_nest_start(h, VETH_INFO_PEER);
	mnl_nlmsg_put_extra_header(h, sizeof(struct ifinfomsg));
	nic_end_name(h, c->name);
	nic_end_attrs(h, c, to);
	mnl_attr_nest_end(h, peer);
	mnl_attr_nest_end(h, data);
	mnl_attr_nest_end(h, info);
	nl_end(nl, h);
}

static void
nic_put_sub(struct nl *nl, struct nlmsghdr *h, const struct nic *c,
            struct net_ref to)
{
	const struct nic_kind *k = &nic_kinds[c->kind];
	uint32_t v32 = (uint32_t)c->mode;
	uint16_t v16 = (uint16_t)(c->kind == NIC_VLAN ? c->id : c->mode);
	struct nlattr *info, *data;

	/* before Linux 6.15 a name that the host has is refused, though it is to be
	 * the container's: it gets that inside */
	mnl_attr_put_strz(h, IFLA_IFNAME, c->host);
	nic_end_attrs(h, c, to);
	mnl_attr_put_u32(h, IFLA_LINK, c->out);
	info = mnl_attr_nest_start(h, IFLA_LINKINFO);
	mnl_attr_put_str(h, IFLA_INFO_KIND, k->name);
	data = mnl_attr_nest_start(h, IFLA_INFO_DATA);
	mnl_attr_put(h, k->attr, k->size, k->size == 4 ? (void *)&v32 :
	             (void *)&v16);
	mnl_attr_nest_end(h, data);
	mnl_attr_nest_end(h, info);
	nl_end(nl, h);
}

/* The link of that index in a dump of all. */
static const struct nlmsghdr *
nic_listed(const struct dump *d, unsigned index)
{
	const struct nlmsghdr *h = NULL;
	const struct ifinfomsg *i;

	while ((h = nl_next(d, h, RTM_NEWLINK))) {
		i = mnl_nlmsg_get_payload(h);
		if ((unsigned)i->ifi_index == index)
			break;
	}
	return h;
}

/* "veth" and the like; NULL for one that hardware made. */
static const char *
nic_type(const struct nlmsghdr *h)
{
	const struct nlattr *info = nl_attr(h, sizeof(struct ifinfomsg),
	                                    IFLA_LINKINFO), *a;

	if (info)
		mnl_attr_for_each_nested(a, info)
			if (mnl_attr_get_type(a) == IFLA_INFO_KIND)
				return mnl_attr_get_str(a);
	return NULL;
}

/* Moves an interface of the host's in, having kept what the move will lose. */
static int
nic_put_phys(struct ct *ct, struct nl *nl, struct nic *c, struct net_ref to)
{
	const size_t hdr = sizeof(struct ifinfomsg);
	const struct nlmsghdr *h;
	struct nlmsghdr *m;
	const struct ifinfomsg *i;
	const struct nlattr *a;
	const char *kind;
	struct dump links;

	if (nl_dump(ct, nl, RTM_GETLINK, &links) < 0 ||
	    nl_dump(ct, nl, RTM_GETADDR, &c->was_addrs) < 0 ||
	    nl_dump(ct, nl, RTM_GETROUTE, &c->was_routes) < 0)
		return -1;
	h = nic_listed(&links, c->out);
	if (!h || !(a = nl_attr(h, hdr, IFLA_IFNAME)) ||
	    strcmp(mnl_attr_get_str(a), c->dev) != 0)
		return fail_msg(ct, "interface %s is not what it was", c->dev);
	if ((kind = nic_type(h)) && !(ct->try & U_NIC)) {
		if (ct->pid)
			text_f(ct->err.hint, sizeof ct->err.hint,
			       "--try nic takes the risk");
		return fail_msg(ct, "%s is a %s: it would be destroyed with the "
		                "container's network", c->dev, kind);
	}
	c->was_virtual = kind != NULL;
	i = mnl_nlmsg_get_payload(h);
	c->was_up = i->ifi_flags & IFF_UP;
	if ((a = nl_attr(h, hdr, IFLA_MTU)))
		c->was_mtu = mnl_attr_get_u32(a);
	if ((a = nl_attr(h, hdr, IFLA_ADDRESS)) &&
	    mnl_attr_get_payload_len(a) == 6)
		memcpy(c->was_mac, mnl_attr_get_payload(a), 6);
	m = nic_message(nl, 0, c->out, false, mem_printf(ct, "move %s", c->dev));
	mnl_attr_put_strz(m, IFLA_IFNAME, c->name);
	nic_end_attrs(m, c, to);
	nl_end(nl, m);
	return 0;
}

/* Everything that is done on the host's side of one interface. */
static int
nic_outside(struct ct *ct, struct nl *nl, struct nic *c, struct net_ref to)
{
	const char *parent = c->kind == NIC_VETH ? c->bridge : c->dev;
	const char *what = mem_printf(ct, "make %s %s",
	                              nic_kinds[c->kind].name, c->name);
	struct nic_addr *a = c->addrs;
	struct nlmsghdr *h;
	unsigned index;

	if (parent && !(c->out = nic_index(ct, nl, parent)))
		return -1;
	if (c->kind == NIC_PHYS) {
		if (nic_put_phys(ct, nl, c, to) < 0 || nl_send(ct, nl, NULL) < 0)
			return -1;
		c->was = c->out;
		return 0;
	}
	h = nic_message(nl, NLM_F_CREATE | NLM_F_EXCL, 0, c->kind == NIC_VETH,
	                what);
	if (c->kind == NIC_VETH)
		nic_put_veth(nl, h, c, to);
	else
		nic_put_sub(nl, h, c, to);
	nl_insist(ct, nl, c->kind == NIC_VETH ? EEXIST : -1);   /* its name */
	if (ct->failed && ct->err.no == EOPNOTSUPP)
		text_f(ct->err.hint, sizeof ct->err.hint, "%s", c->bridge &&
		       !text_find(ct->err.text, "Unknown") ? "not a bridge?" :
		       nic_kinds[c->kind].hint);
	if (ct->failed || c->kind != NIC_VETH)
		return ct->failed ? -1 : 0;
	while (a && a->what != NIC_HOSTIP)
		a = a->next;
	if (c->bridge && !a)
		return 0;
	if (!(index = nic_index(ct, nl, c->host)))
		return -1;
	if (!c->bridge)
		c->out = index;
	for (; a; a = a->next)
		if (a->what == NIC_HOSTIP)
			nic_addr(nl, index, &a->to, mem_printf(ct, "address of %s",
			                                       c->host));
	return nl->len ? nl_send(ct, nl, NULL) : 0;
}

/* --- back again --- */

/* Sends what the host's interface had once more, with the index that it has
 * now. What came back by itself is there already. */
static int
nic_again(struct ct *ct, struct nl *nl, const struct dump *d, int type,
          unsigned was, unsigned now)
{
	const struct nlmsghdr *h = NULL;
	struct nlmsghdr *n;

	while ((h = nl_next(d, h, type))) {
		const bool route = type == RTM_NEWROUTE;
		const struct rtmsg *r = mnl_nlmsg_get_payload(h);
		const struct ifaddrmsg *i = mnl_nlmsg_get_payload(h);
		const struct nlattr *oif = route ? nl_attr(h, sizeof *r, RTA_OIF) :
		                           NULL;

		if (h->nlmsg_len > 1000 || (route ? !oif ||
		    mnl_attr_get_u32(oif) != was ||
		    r->rtm_protocol == RTPROT_KERNEL || r->rtm_type != RTN_UNICAST ||
		    r->rtm_flags & RTM_F_CLONED : i->ifa_index != was))
			continue;
		n = nl_put(nl, type, NLM_F_CREATE | NLM_F_REPLACE, "restore");
		memcpy(mnl_nlmsg_put_extra_header(n, h->nlmsg_len - NLMSG_HDRLEN),
		       r, h->nlmsg_len - NLMSG_HDRLEN);
		if (!route) {
			((struct ifaddrmsg *)mnl_nlmsg_get_payload(n))->ifa_index = now;
		} else {
			((struct rtmsg *)mnl_nlmsg_get_payload(n))->rtm_flags &=
			    RTNH_F_ONLINK;
			memcpy((char *)n + ((const char *)oif - (const char *)h) +
			       MNL_ATTR_HDRLEN, &now, sizeof now);
		}
		nl_end(nl, n);
		if (nl->len > nl->size / 2 && nl_send(ct, nl, NULL) < 0)
			return -1;
	}
	return nl->len ? nl_send(ct, nl, NULL) : 0;
}

/* Is the link of that index one that hardware made? 1, 0, or -1. */
static int
nic_hard(struct ct *ct, struct nl *nl, unsigned index)
{
	const struct nlmsghdr *h;
	struct dump links;

	if (nl_dump(ct, nl, RTM_GETLINK, &links) < 0)
		return -1;
	h = nic_listed(&links, index);
	return h ? !nic_type(h) : fail_msg(ct, "no link has index %u", index);
}

/* Brings one interface out of the network namespace that this process is in
 * to that of `home`, under its old name. */
static int
nic_leave(struct ct *ct, struct nl *nl, unsigned index, const char *name,
          int home)
{
	struct nlmsghdr *h = nic_message(nl, 0, index, false,
	                                 mem_printf(ct, "bring %s back", name));

	mnl_attr_put_strz(h, IFLA_IFNAME, name);
	mnl_attr_put_u32(h, IFLA_NET_NS_FD, (uint32_t)home);
	nl_end(nl, h);
	return nl_send(ct, nl, NULL);
}

static int
nic_back(struct ct *ct, struct nic *c)
{
	struct nlmsghdr *h;
	unsigned index;
	struct nl nl;
	int r;

	if (setns(ct->net_fd, CLONE_NEWNET) < 0)
		return fail_sys(ct, "setns to bring %s back", c->dev);
	/* the container may have moved it on and made another of its index */
	r = nl_open(ct, &nl, NETLINK_ROUTE, NL_SIZE) < 0 ||
	    (!c->inside && !(c->inside = nic_index(ct, &nl, c->name))) ||
	    nic_hard(ct, &nl, c->inside) < !c->was_virtual ?
	    fail_msg(ct, "%s is not there any more", c->dev) :
	    nic_leave(ct, &nl, c->inside, c->dev, ct->host_net_fd);
	fd_close(&nl.fd);
	if (setns(ct->host_net_fd, CLONE_NEWNET) < 0)
		return fail_sys(ct, "setns back");
	if (r < 0 || nl_open(ct, &nl, NETLINK_ROUTE, NL_SIZE) < 0)
		return -1;
	if ((index = nic_index(ct, &nl, c->dev))) {
		h = nic_message(&nl, 0, index, c->was_up,
		                mem_printf(ct, "set %s as it was", c->dev));
		if (c->was_mtu)
			mnl_attr_put_u32(h, IFLA_MTU, c->was_mtu);
		if (c->mac_given)
			mnl_attr_put(h, IFLA_ADDRESS, 6, c->was_mac);
		nl_end(&nl, h);
		if (nl_send(ct, &nl, NULL) == 0 && nic_again(ct, &nl,
		    &c->was_addrs, RTM_NEWADDR, c->was, index) == 0)
			nic_again(ct, &nl, &c->was_routes, RTM_NEWROUTE, c->was,
			          index);
	}
	fd_close(&nl.fd);
	return ct->failed ? -1 : 0;
}

/* In a new network namespace lo is there, down, and has index 1. */
static int
net_lo(struct ct *ct)
{
	struct nl nl;

	if (nl_open(ct, &nl, NETLINK_ROUTE, 2 * NL_MESSAGE) < 0)
		return -1;
	nic_up(&nl, 1, "set lo up");
	nl_send(ct, &nl, NULL);
	fd_close(&nl.fd);
	return ct->failed ? -1 : 0;
}

/* --- nf_tables: nat and --publish --- */

/* Values that a rule's expressions are made of: attribute, value, ..., 0. */
typedef const uint32_t nft_args[];

static void
nft_expr(struct nlmsghdr *h, const char *name, nft_args kv, unsigned attr,
         const void *data, size_t len)
{
	struct nlattr *e = mnl_attr_nest_start(h, NFTA_LIST_ELEM), *d, *v;

	mnl_attr_put_strz(h, NFTA_EXPR_NAME, name);
	d = mnl_attr_nest_start(h, NFTA_EXPR_DATA);
	for (; *kv; kv += 2)
		mnl_attr_put_u32(h, (uint16_t)kv[0], htonl(kv[1]));
	if (len) {
		v = mnl_attr_nest_start(h, (uint16_t)attr);
		mnl_attr_put(h, NFTA_DATA_VALUE, len, data);
		mnl_attr_nest_end(h, v);
	}
	mnl_attr_nest_end(h, d);
	mnl_attr_nest_end(h, e);
}

/* What an expression has put into register 1 must be (not be) this. */
static void
nft_cmp(struct nlmsghdr *h, unsigned op, const void *data, size_t len)
{
	nft_expr(h, "cmp", (nft_args){ NFTA_CMP_SREG, NFT_REG_1, NFTA_CMP_OP, op,
	         0 }, NFTA_CMP_DATA, data, len);
}

static void
nft_meta(struct nlmsghdr *h, unsigned key, unsigned op, uint32_t v, size_t len)
{
	unsigned char byte = (unsigned char)v;

	nft_expr(h, "meta", (nft_args){ NFTA_META_DREG, NFT_REG_1, NFTA_META_KEY,
	         key, 0 }, 0, NULL, 0);
	nft_cmp(h, op, len == 1 ? (void *)&byte : (void *)&v, len);
}

static void
nft_packet(struct nlmsghdr *h, unsigned base, unsigned at, unsigned op,
           const void *data, size_t len)
{
	nft_expr(h, "payload", (nft_args){ NFTA_PAYLOAD_DREG, NFT_REG_1,
	         NFTA_PAYLOAD_BASE, base, NFTA_PAYLOAD_OFFSET, at,
	         NFTA_PAYLOAD_LEN, (uint32_t)len, 0 }, 0, NULL, 0);
	nft_cmp(h, op, data, len);
}

static struct nlmsghdr *
nft_put(struct nl *nl, int type, int flags, const char *what)
{
	struct nlmsghdr *h = nl_put(nl, NFNL_SUBSYS_NFTABLES << 8 | type,
	                            flags, what);
	struct nfgenmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);

	m->nfgen_family = K_NFPROTO_INET;
	return h;
}

/* Begin and end of a batch: nothing of it takes effect before its end, and
 * neither is answered. */
static void
nft_mark(struct nl *nl, int type)
{
	struct nlmsghdr *h = nl_put(nl, type, 0, "");
	struct nfgenmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);

	m->res_id = htons(NFNL_SUBSYS_NFTABLES);
	nl->len += h->nlmsg_len;        /* the last one is another */
	nl->seq--;
}

static const struct { const char *name; unsigned hook; int prio; }
nft_chains[] = {        /* priorities of dstnat and srcnat */
	{ "prerouting", 0, -100 }, { "output", 3, -100 },
	{ "postrouting", 4, 100 },
};

static void
nft_chain(struct nl *nl, const char *table, size_t i)
{
	struct nlmsghdr *h = nft_put(nl, NFT_MSG_NEWCHAIN, NLM_F_CREATE,
	                             "make a nat chain");
	struct nlattr *hook;

	mnl_attr_put_strz(h, NFTA_CHAIN_TABLE, table);
	mnl_attr_put_strz(h, NFTA_CHAIN_NAME, nft_chains[i].name);
	hook = mnl_attr_nest_start(h, NFTA_CHAIN_HOOK);
	mnl_attr_put_u32(h, NFTA_HOOK_HOOKNUM, htonl(nft_chains[i].hook));
	mnl_attr_put_u32(h, NFTA_HOOK_PRIORITY,
	                 htonl((uint32_t)nft_chains[i].prio));
	mnl_attr_nest_end(h, hook);
	mnl_attr_put_strz(h, NFTA_CHAIN_TYPE, "nat");
	nl_end(nl, h);
}

/* A rule's head, with the family that it is for; ended by nft_rule_end(). */
static struct nlmsghdr *
nft_rule(struct nl *nl, const char *table, const char *chain,
         const struct inet *a, const char *what, struct nlattr **list)
{
	struct nlmsghdr *h = nft_put(nl, NFT_MSG_NEWRULE, NLM_F_CREATE |
	                             NLM_F_APPEND, what);

	mnl_attr_put_strz(h, NFTA_RULE_TABLE, table);
	mnl_attr_put_strz(h, NFTA_RULE_CHAIN, chain);
	*list = mnl_attr_nest_start(h, NFTA_RULE_EXPRESSIONS);
	/* NFPROTO_IPV4 and _IPV6 are AF_INET and AF_INET6 */
	nft_meta(h, NFT_META_NFPROTO, NFT_CMP_EQ, a->family, 1);
	return h;
}

static void
nft_rule_end(struct nl *nl, struct nlmsghdr *h, struct nlattr *list)
{
	mnl_attr_nest_end(h, list);
	nl_end(nl, h);
}

/* What the container sends from this address, out of anything but the link it
 * came by, gets the host's. */
static void
nft_masquerade(struct nl *nl, const char *table, const struct nic *c,
               const struct inet *a)
{
	const bool v4 = a->family == AF_INET;
	struct nlattr *list;
	struct nlmsghdr *h = nft_rule(nl, table, "postrouting", a,
	                              "masquerade", &list);

	nft_packet(h, NFT_PAYLOAD_NETWORK_HEADER, v4 ? 12 : 8, NFT_CMP_EQ, a->b,
	           (size_t)inet_bits(a) / 8);
	nft_meta(h, NFT_META_OIF, NFT_CMP_NEQ, c->out, 4);
	nft_expr(h, "masq", (nft_args){ 0 }, 0, NULL, 0);
	nft_rule_end(nl, h, list);
}

/* A port of the host's leads to the container: for what comes in, and for what
 * the host itself sends, but not to 127.x.x.x or ::1, which cannot leave it. */
static void
nft_publish(struct nl *nl, const char *table, const char *chain,
            const struct op *p, const struct inet *to)
{
	const bool v4 = to->family == AF_INET;
	const unsigned at = v4 ? 16 : 24;       /* destination in the header */
	const size_t len = (size_t)inet_bits(to) / 8;
	const uint16_t from = htons((uint16_t)p->n), port = htons((uint16_t)p->m);
	const uint32_t local = RTN_LOCAL;
	struct nlattr *list;
	struct nlmsghdr *h = nft_rule(nl, table, chain, to, p->a, &list);

	nft_meta(h, NFT_META_L4PROTO, NFT_CMP_EQ, (uint32_t)p->k, 1);
	nft_packet(h, NFT_PAYLOAD_TRANSPORT_HEADER, 2, NFT_CMP_EQ, &from, 2);
	if (p->inet.family) {
		nft_packet(h, NFT_PAYLOAD_NETWORK_HEADER, at, NFT_CMP_EQ,
		           p->inet.b, len);
	} else {
		nft_expr(h, "fib", (nft_args){ NFTA_FIB_DREG, NFT_REG_1,
		         NFTA_FIB_RESULT, NFT_FIB_RESULT_ADDRTYPE, NFTA_FIB_FLAGS,
		         NFTA_FIB_F_DADDR, 0 }, 0, NULL, 0);
		nft_cmp(h, NFT_CMP_EQ, &local, 4);
		nft_packet(h, NFT_PAYLOAD_NETWORK_HEADER, at, NFT_CMP_NEQ, v4 ?
		           "\177" : "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1",
		           v4 ? 1 : 16);
	}
	nft_expr(h, "immediate", (nft_args){ NFTA_IMMEDIATE_DREG, NFT_REG_1, 0 },
	         NFTA_IMMEDIATE_DATA, to->b, len);
	nft_expr(h, "immediate", (nft_args){ NFTA_IMMEDIATE_DREG, NFT_REG_2, 0 },
	         NFTA_IMMEDIATE_DATA, &port, 2);
	nft_expr(h, "nat", (nft_args){ NFTA_NAT_TYPE, NFT_NAT_DNAT,
	         NFTA_NAT_FAMILY, to->family,
	         NFTA_NAT_REG_ADDR_MIN, NFT_REG_1, NFTA_NAT_REG_PROTO_MIN,
	         NFT_REG_2, 0 }, 0, NULL, 0);
	nft_rule_end(nl, h, list);
}

/* The host has to forward, or nothing comes through. */
static int
nft_forwards(struct ct *ct, int family)
{
	const char *key = family == AF_INET ? "sys/net/ipv4/ip_forward" :
	                  "sys/net/ipv6/conf/all/forwarding";
	char v[8];

	if (!kfs_has_proc(ct) || io_get(ct->proc_fd, key, v, sizeof v) <= 0 ||
	    *v != '0')
		return 0;
	text_f(ct->err.hint, sizeof ct->err.hint, "sysctl -w %s=1", key + 4);
	return fail_msg(ct, "the host does not forward packets");
}

/* The first address of that family (0: any) of a veth. */
static const struct inet *
nic_first(const struct op *ops, int family)
{
	for (; ops; ops = ops->next)
		for (struct nic_addr *a = ops->nic && ops->nic->kind == NIC_VETH ?
		     ops->nic->addrs : NULL; a; a = a->next)
			if (a->what == NIC_IP && (!family || a->to.family == family))
				return &a->to;
	return NULL;
}

static int
nft_rules(struct ct *ct, struct nl *nl, const char *table)
{
	for (struct op *op = ct->ops; op; op = op->next) {
		struct nic_addr *a = op->nic && op->nic->nat ? op->nic->addrs :
		                     NULL;
		const struct inet *to;

		for (; a; a = a->next)
			if (a->what == NIC_IP) {
				if (nft_forwards(ct, a->to.family) < 0)
					return -1;
				nft_masquerade(nl, table, op->nic, &a->to);
			}
		if (op->kind != OP_PUBLISH)
			continue;
		/* without an address of the host's: both families */
		for (int f = 0; f < 2; f++) {
			to = nic_first(ct->ops, f ? AF_INET6 : AF_INET);
			if (!to || (op->inet.family && op->inet.family != to->family))
				continue;
			if (nft_forwards(ct, to->family) < 0)
				return -1;
			nft_publish(nl, table, "prerouting", op, to);
			nft_publish(nl, table, "output", op, to);
		}
	}
	return 0;
}

/* One table, owned by our socket: the kernel removes it with that, so that
 * nothing stays however ct ends. */
static int
nft_load(struct ct *ct)
{
	size_t size = 2 * NL_MESSAGE;
	char table[48];
	struct nlmsghdr *h;
	struct nl nl;

	for (struct op *op = ct->ops; op; op = op->next)        /* rules at most */
		size += (op->nic ? 12 : op->kind == OP_PUBLISH ? 4 : 0) * 1024;
	if (nl_open(ct, &nl, NETLINK_NETFILTER, size) < 0)
		return -1;
	nl_words(&nl);
	ct->nft_fd = nl.fd;
	text_f(table, sizeof table, "ct-%d-%llx", getpid(),
	       (unsigned long long)now_usec());
	nft_mark(&nl, NFNL_MSG_BATCH_BEGIN);
	h = nft_put(&nl, NFT_MSG_NEWTABLE, NLM_F_CREATE | NLM_F_EXCL,
	            "make a table that ends with ct");
	mnl_attr_put_strz(h, NFTA_TABLE_NAME, table);
	mnl_attr_put_u32(h, NFTA_TABLE_FLAGS, htonl(K_NFT_OWNER));
	nl_end(&nl, h);
	for (size_t i = 0; i < LEN(nft_chains); i++)
		nft_chain(&nl, table, i);
	if (nft_rules(ct, &nl, table) < 0)
		return -1;
	nft_mark(&nl, NFNL_MSG_BATCH_END);
	return nl_send(ct, &nl, NULL);
}

static void
nft_undo(struct ct *ct)
{
	fd_close(&ct->nft_fd);
}

/* === filesystem ======================================================== */

/* Everything below the new root is named by descriptors: a path is resolved
 * in the root (openat2, no magic links), a mount is made detached and then put
 * on a descriptor. So no symlink that the root's owner could have made leads
 * outside, and none can be swapped in between. */

/* Which mount it is on, and which inode: struct statx, from Linux 5.8 on. No
 * mount is 0: the kernel could not say. */
struct where { uint64_t mnt, ino; };

static struct where
fs_where(int fd, const char *path)
{
	uint64_t x[32];

	if (syscall(SYS_statx, fd, path, K_AT_EMPTY_PATH, 0x1100 /* mnt, ino */,
	            x) < 0 || (x[0] & 0x1100) != 0x1100)
		return (struct where){ 0, 0 };
	return (struct where){ x[18], x[4] };
}

/* Adds mount attributes to one mount the old way, for kernels before 5.12.
 * remount,bind replaces all flags, so those that are there are kept. */
static int
fs_remount(struct ct *ct, int fd, unsigned set, unsigned clr)
{
	static const struct { unsigned st; unsigned long ms; } kept[] = {
		{ ST_RDONLY, MS_RDONLY }, { ST_NOSUID, MS_NOSUID },
		{ ST_NODEV, MS_NODEV }, { ST_NOEXEC, MS_NOEXEC },
		{ ST_NOATIME, MS_NOATIME }, { ST_NODIRATIME, MS_NODIRATIME },
		{ ST_RELATIME, MS_RELATIME },
	};
	unsigned long flags = 0;
	struct statfs st;
	char path[40];
	int saved = -1, r;

	if (fstatfs(fd, &st) < 0)
		return -1;
	for (size_t i = 0; i < LEN(kept); i++)
		if ((unsigned long)st.f_flags & kept[i].st)
			flags |= kept[i].ms;
	/* a name for the descriptor that cannot be fooled: procfs, not a path */
	saved = io_open(".", O_PATH | O_DIRECTORY);
	if (kfs_proc(ct) < 0 || sys_fchdir(ct->proc_fd) < 0)
		return -1;
	text_f(path, sizeof path, "self/fd/%d", fd);
	r = mount(NULL, path, NULL, MS_REMOUNT | MS_BIND |
	          ((flags & ~(unsigned long)clr) | set), NULL);
	if (saved >= 0 && sys_fchdir(saved) < 0)
		r = -1;
	fd_close(&saved);
	return r;
}

/* mountinfo(5): id, parent, and the path of the next line, or false. The path
 * is unescaped in place. */
struct mnt { uint64_t id, parent; char *path; bool below, rootfs, kernel; };

static bool
fs_mount_line(char **text, struct mnt *m)
{
	char *line = *text, *f, *w, *sep;

	if (!line || !*line)
		return false;
	*text = cut(line, '\n');
	m->id = text_scan(line, 10, &f);
	m->parent = text_scan(f, 10, &f);
	for (int i = 0; i < 2 && f; i++)        /* " 8:1 /root /path ..." */
		f = strchr(f + 1, ' ');
	if (!f)
		return false;
	m->path = ++f;
	sep = cut(f, ' ');
	sep = sep ? text_find(sep, " - ") : NULL;
	if (sep) {
		sep += 3;
		sep[text_until(sep, " ")] = '\0';
	}
	m->rootfs = sep && !strcmp(sep, "rootfs");
	m->kernel = sep && kernel_fs_is(sep);
	for (w = f; *f; f++)
		if (*f == '\\' && f[1] && f[2] && f[3]) {
			*w++ = (char)((f[1] - '0') << 6 | (f[2] - '0') << 3 |
			              (f[3] - '0'));
			f += 3;
		} else {
			*w++ = *f;
		}
	*w = '\0';
	return true;
}

/* The mounts of this namespace, those below the mount of fd marked; their
 * number, or -1. */
static int
fs_mounts(struct ct *ct, int fd, struct mnt **list)
{
	size_t size = 65536, max = 0;
	char *text, *p;
	ssize_t len;
	uint64_t id;
	int n = 0;
	bool more = true;

	*list = NULL;
	if (kfs_need_proc(ct) < 0)
		return -1;
	for (;; size *= 2) {    /* a read of a file under change: whole or again */
		text = size > FILE_LIMIT * 16 ? NULL : mem_get(ct, size);
		len = text ? io_get(ct->proc_fd, "self/mountinfo", text, size) : -1;
		if (len < 0) {
			fail_sys(ct, "read /proc/self/mountinfo");
			return -1;
		}
		if ((size_t)len < size - 1)
			break;
	}
	for (p = text; *p; p++)
		max += *p == '\n';
	if (!(*list = mem_get(ct, (max + 1) * sizeof **list)))
		return -1;
	id = fs_where(fd, "").mnt;
	for (p = text; (size_t)n < max && fs_mount_line(&p, *list + n); n++)
		(*list)[n].below = (*list)[n].id == id;
	while (more) {
		more = false;
		for (int i = 0; i < n; i++)
			for (int j = 0; !(*list)[i].below && j < n; j++)
				if ((*list)[j].below &&
				    (*list)[i].parent == (*list)[j].id)
					more = (*list)[i].below = true;
	}
	return n;
}

/* The same for all mounts below that of fd, which is mounted at the path of
 * its line: deeper ones are opened through it, not by the path from /. */
static int
fs_remount_all(struct ct *ct, int fd, unsigned set, unsigned clr)
{
	struct k_open_how how = {
		.flags = O_PATH | O_CLOEXEC, .resolve = K_RESOLVE_IN_ROOT,
	};
	uint64_t id = fs_where(fd, "").mnt;
	struct mnt *m = NULL;
	int n = fs_mounts(ct, fd, &m), r = 0;
	size_t at = 0;

	for (int i = 0; i < n; i++)
		if (m[i].id == id)
			at = strcmp(m[i].path, "/") ? strlen(m[i].path) : 0;
	for (int i = 0; i < n && r == 0; i++) {
		int sub;

		if (!m[i].below || m[i].id == id)
			continue;
		sub = (int)syscall(NR_openat2, fd, m[i].path + at, &how,
		                   sizeof how);
		/* one that another covers cannot be reached by anybody */
		if (sub >= 0 && fs_where(sub, "").mnt == m[i].id)
			r = fs_remount(ct, sub, set, clr);
		fd_close(&sub);
	}
	return n < 0 ? -1 : r;
}

/* Puts the detached mount mnt on target, with attributes. The target is a
 * descriptor, or AT_FDCWD for the path itself. */
static int
fs_attach(struct ct *ct, int mnt, int target, const struct op *op,
          const char *path)
{
	bool named = target == AT_FDCWD;
	struct k_mount_attr a = { .set = op->set, .clr = op->clr };
	unsigned rec = op->opt & M_REC ? K_AT_RECURSIVE : 0;
	bool old = false;

	if (op->set | op->clr) {
		if (syscall(NR_mount_setattr, mnt, "", K_AT_EMPTY_PATH | rec, &a,
		            sizeof a) < 0) {
			if (errno != ENOSYS)
				return fail_sys(ct, "mount_setattr %s", path);
			old = true;
		}
	}
	if (syscall(NR_move_mount, mnt, "", target, named ? path : "",
	            K_MOVE_F_EMPTY | (named ? K_MOVE_T_SYMLINKS :
	            K_MOVE_T_EMPTY)) < 0)
		return fail_sys(ct, "move_mount %s", path);
	if (old && (fs_remount(ct, mnt, op->set, op->clr) < 0 ||
	            (rec && fs_remount_all(ct, mnt, op->set, op->clr) < 0)))
		return fail_sys(ct, "remount %s", path);
	return 0;
}

/* A tmpfs for what ct itself puts in the way: empty files and directories
 * under masks, texts of --file, stand-ins of read-only directories. Makes an
 * entry (text NULL: a directory); its number, or -1. */
static int
fs_own(struct ct *ct, const char *text, mode_t mode)
{
	char name[24], *p;
	int n = ++ct->own_count, fd;

	p = num_put(name + sizeof name, (unsigned)n);
	if (!text)
		return mkdirat(ct->own_fd, p, mode) == 0 ? n :
		       fail_sys(ct, "mkdir in ct's tmpfs");
	fd = openat(ct->own_fd, p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0 || io_write(fd, text, strlen(text)) < 0)
		n = fail_sys(ct, "write a file in ct's tmpfs");
	fd_close(&fd);          /* now: a writer would keep fs_seal() out */
	return n;
}

/* A mount of entry n. */
static int
fs_own_tree(struct ct *ct, int n)
{
	char name[24];
	int fd = n < 0 ? -1 : sys_tree(ct->own_fd, num_put(name + sizeof name,
	                               (unsigned)n), 0);

	return fd < 0 && n >= 0 ? fail_sys(ct, "open_tree of ct's tmpfs")
	                        : fd;
}

/* Shows nothing at what `at` is: one empty file and one empty directory serve
 * all. */
static int
fs_cover_with_nothing(struct ct *ct, int at, bool dir, const char *path)
{
	const struct op plain = { 0 };
	int tree;

	if (!ct->masks[dir])
		ct->masks[dir] = fs_own(ct, dir ? NULL : "", dir ? 0555 : 0444);
	tree = fs_own_tree(ct, ct->masks[dir]);
	if (tree >= 0)
		fs_attach(ct, tree, at, &plain, path);
	fd_done(&tree);
	return ct->failed ? -1 : 0;
}

/* Masks in the file system mounted at prefix, found by its mount: its path may
 * have been changed meanwhile, by who else can write to the image. */
static int
fs_masks_in(struct ct *ct, int mnt, const char *prefix)
{
	size_t n = strlen(prefix);

	for (size_t i = 0; i < LEN(masked_paths) && !ct->failed; i++) {
		const struct mask *m = &masked_paths[i];
		int at;

		if (strncmp(m->path, prefix, n) || m->path[n] != '/')
			continue;
		at = fs_open_in(mnt, m->path + n + 1, O_PATH);
		/* nothing there shows nothing */
		if (at < 0 && errno != ENOENT && errno != ENOTDIR)
			fail_sys(ct, "open %s", m->path);
		if (at >= 0)
			fs_cover_with_nothing(ct, at, m->dir, m->path);
		fd_done(&at);
	}
	return ct->failed ? -1 : 0;
}

/* Lays over directory dir (of the new root, at path) a stand-in on a tmpfs in
 * which all its entries are there and new ones can be made: how a mount point
 * comes into a read-only root without a byte written to it. */
static int CANARY
fs_mirror_entry(struct ct *ct, int from, int to, const char *name,
                const char *path)
{
	const struct op plain = { 0 };
	char link[PATH_MAX];
	struct stat st;
	ssize_t n;
	int tree, at = -1;

	if (fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		/* it has gone, or is a mount that is another user's alone */
		return errno == ENOENT || errno == EACCES ? 0 :
		       fail_sys(ct, "stat %s/%s", path, name);
	if (S_ISLNK(st.st_mode)) {
		n = readlinkat(from, name, link, sizeof link - 1);
		if (n < 0)
			return errno == ENOENT ? 0 :
			       fail_sys(ct, "readlink %s/%s", path, name);
		link[n] = '\0';
		return symlinkat(link, to, name) < 0 ?
		       fail_sys(ct, "symlink %s/%s", path, name) : 0;
	}
	if ((S_ISDIR(st.st_mode) ? mkdirat(to, name, 0) :
	     mknodat(to, name, S_IFREG, 0)) < 0)
		return fail_sys(ct, "stand-in for %s/%s", path, name);
	tree = sys_tree(from, name, K_AT_RECURSIVE | AT_SYMLINK_NOFOLLOW);
	at = openat(to, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (tree < 0 || at < 0)
		fail_sys(ct, "open_tree %s/%s", path, name);
	else
		fs_attach(ct, tree, at, &plain, name);
	fd_close(&tree);
	fd_close(&at);
	return ct->failed ? -1 : 0;
}

/* Gives the stand-in `to` the owner, mode and ACLs of the directory `from`: who
 * could not enter that may not enter this. An id that the user namespace does
 * not map shows as the overflow id and cannot be given; whoever is of that kind
 * is one of the others. */
static int
fs_same_rights(struct ct *ct, int from, int to, const struct stat *st,
               const char *path)
{
	static const char *const acls[] = { "system.posix_acl_access",
	                                    "system.posix_acl_default" };
	bool mapped = !(ct->use & (U_USER | U_JOIN));
	uid_t uid = mapped || st->st_uid != 65534 ? st->st_uid : (uid_t)-1;
	gid_t gid = mapped || st->st_gid != 65534 ? st->st_gid : (gid_t)-1;
	mode_t mode = st->st_mode & 07777;
	char acl[4096];
	ssize_t n;

	if (gid == (gid_t)-1)
		mode = (mode & ~070u) | (mode & 07) << 3;
	if (fchown(to, uid, gid) < 0)
		return fail_sys(ct, "chown the stand-in for %s", path);
	if (fchmod(to, mode) < 0)
		return fail_sys(ct, "chmod the stand-in for %s", path);
	for (size_t i = 0; i < LEN(acls); i++) {
		n = fgetxattr(from, acls[i], acl, sizeof acl);
		if (n < 0 ? errno != ENODATA && errno != EOPNOTSUPP :
		    fsetxattr(to, acls[i], acl, (size_t)n, 0) < 0)
			return fail_sys(ct, "copy the ACL of %s to its stand-in", path);
	}
	return 0;
}

static int CANARY
fs_stand_in(struct ct *ct, int dir, const char *path)
{
	const struct op plain = { 0 };
	char buf[8192];
	struct stat st;
	int from = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), to = -1;
	int in = -1;
	long n;

	if (from < 0 || fstat(from, &st) < 0) {
		fail_sys(ct, "read directory %s", path);
		goto out;
	}
	/* attached before it is filled: mounts cannot go on a detached one */
	if ((to = fs_own_tree(ct, fs_own(ct, NULL, 0700))) < 0 ||
	    fs_attach(ct, to, dir, &plain, path) < 0)
		goto out;
	while ((n = syscall(SYS_getdents64, from, buf, sizeof buf)) > 0)
		for (long o = 0; o < n; ) {
			struct dirent64_ *e = (void *)(buf + o);

			o += e->len;
			if (strcmp(e->name, ".") && strcmp(e->name, "..") &&
			    fs_mirror_entry(ct, from, to, e->name, path) < 0)
				goto out;
		}
	if (n < 0) {
		fail_sys(ct, "read directory %s", path);
		goto out;
	}
	/* a descriptor that is more than a path */
	in = openat(to, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (in < 0)
		fail_sys(ct, "open the stand-in for %s", path);
	if (in < 0 || fs_same_rights(ct, from, in, &st, path) < 0)
		goto out;
	if (!strcmp(path, "/")) {
		fd_close(&ct->tree_fd);         /* the new root is the stand-in */
		ct->on_top += ct->on_top > 0;
		ct->tree_fd = to;
		to = -1;
	}
out:
	fd_close(&from);
	fd_close(&in);
	fd_close(&to);
	return ct->failed ? -1 : 0;
}

/* Makes the last component of path in the root: a directory, an empty file
 * (mode S_IFREG), or a symlink to `link`. Where the directory cannot be
 * written, a stand-in takes its place first. */
static int
fs_make(struct ct *ct, const char *path, mode_t mode, const char *link)
{
	char *dir = mem_dup(ct, path, strlen(path)), *name;
	int fd, r = -1;

	if (!dir)
		return -1;
	name = strrchr(dir, '/');
	*name++ = '\0';
	for (int tries = 0; tries < 2 && r < 0; tries++) {
		fd = fs_in_root(ct, *dir ? dir : "/", O_PATH | O_DIRECTORY);
		if (fd < 0)
			return fail_sys(ct, "open directory %s", dir);
		r = link ? symlinkat(link, fd, name) : S_ISREG(mode) ?
		    mknodat(fd, name, mode, 0) : mkdirat(fd, name, mode);
		if (r < 0 && !tries && errno != EROFS && errno != EACCES &&
		    errno != EPERM)
			tries++;
		if (r < 0 && !tries && fs_stand_in(ct, fd, *dir ? dir : "/") < 0) {
			fd_close(&fd);
			return -1;
		}
		fd_close(&fd);
	}
	return r < 0 ? fail_sys(ct, "make %s", path) : 0;
}

/* Where the symlink at path leads, as a path of the root; NULL: it is none. */
static char *
fs_link(struct ct *ct, const char *path)
{
	int fd = fs_in_root(ct, path, O_PATH | O_NOFOLLOW);
	char to[PATH_MAX];
	ssize_t n = fd < 0 ? -1 : readlinkat(fd, "", to, sizeof to);

	fd_close(&fd);
	errno = ENOENT;
	if (n <= 0 || n == (ssize_t)sizeof to)
		return NULL;
	return *to == '/' ? mem_dup(ct, to, (size_t)n) :
	       mem_printf(ct, "%.*s/%.*s", (int)(strrchr(path, '/') - path), path,
	                  (int)n, to);
}

/* A descriptor of the mount point path in the root; what is missing of it is
 * made: directories, and a file at the end where a file is to be mounted. */
static int
fs_target(struct ct *ct, const char *path, bool dir)
{
	int fd = fs_in_root(ct, path, O_PATH);
	char *p, *s;

	/* a link that leads nowhere yet, as resolv.conf does into /run */
	for (int i = 0; i < 8 && fd < 0 && errno == ENOENT; i++) {
		if (!(p = fs_link(ct, path)))
			break;
		path = p;
		fd = fs_in_root(ct, path, O_PATH);
	}
	if (fd < 0 && errno == ENOENT) {
		s = p = mem_dup(ct, path, strlen(path));
		while (s) {             /* one component after the other */
			s = strchr(s + 1, '/');
			if (s)
				*s = '\0';
			fd = fs_in_root(ct, p, O_PATH);
			if (fd < 0 && errno == ENOENT &&
			    fs_make(ct, p, s || dir ? 0755 : S_IFREG | 0644,
			            NULL) < 0)
				return -1;
			fd_close(&fd);
			if (s)
				*s = '/';
		}
		fd = fs_in_root(ct, path, O_PATH);
	}
	return fd < 0 ? fail_sys(ct, "open %s in the root", path) : fd;
}

/* A new instance of a file system on path; missing ones are made. */
static int
fs_mount_new(struct ct *ct, const char *type, const char *source,
             const struct op *op, const char *path)
{
	const struct op plain = { 0 };
	int mnt, at = -1, r = -1;

	mnt = kfs_new(ct, type, source, op->c, op->set);
	if (mnt >= 0 && (at = fs_target(ct, path, true)) >= 0)
		r = fs_attach(ct, mnt, at, &plain, path);
	fd_done(&at);
	fd_done(&mnt);
	return r;
}

/* --- the steps of the root --- */

static int
fs_private(struct ct *ct)
{
	if (mount("", "/", "", MS_REC | MS_PRIVATE, NULL) < 0)
		return fail_sys(ct, "mount / private");
	return 0;
}

/* A library's container without a root of its own has the caller's mounts, and
 * on top of them what was asked for. */
static int fs_delegate(struct ct *ct);

static int
fs_here(struct ct *ct)
{
	ct->tree_fd = io_open("/", O_PATH | O_DIRECTORY);
	if (ct->tree_fd < 0)
		return fail_sys(ct, "open /");
	return ct->delegate ? fs_delegate(ct) : 0;
}

/* The host's resolver file, where it lies in what a private tmpfs covers (a
 * link to /run): its directory is shown, so that a file put in its place is
 * seen too; of the tmpfs itself, only the file. */
static int
fs_resolver(struct ct *ct)
{
	char link[32], path[PATH_MAX], *slash;
	int fd = io_open("/etc/resolv.conf", O_PATH);
	ssize_t n = -1;
	struct op *op;

	text_f(link, sizeof link, "self/fd/%d", fd);
	if (fd >= 0 && kfs_has_proc(ct))
		n = readlinkat(ct->proc_fd, link, path, sizeof path - 1);
	fd_close(&fd);
	path[n < 0 ? 0 : n] = '\0';
	for (size_t i = 0; i < LEN(host_tmpfs); i++) {
		size_t len = strlen(host_tmpfs[i].dir);

		if (strncmp(path, host_tmpfs[i].dir, len) || path[len] != '/')
			continue;
		slash = strrchr(path, '/');
		if (slash > path + len)
			*slash = '\0';
		if (!(op = mem_get(ct, sizeof *op)) ||
		    !(slash = mem_dup(ct, path, strlen(path))))
			return -1;
		*op = (struct op){ .kind = OP_BIND, .a = slash, .b = slash, .fd = -1,
		    .set = K_RDONLY | K_NOSUID | K_NODEV | K_NOEXEC,
		    .opt = M_TRY, .next = ct->ops };
		if (!ct->ops)
			ct->ops_end = &op->next;
		ct->ops = op;           /* the first: others may cover it */
		return 0;
	}
	return 0;
}

/* Opens what is to be bound. Later the new root lies on /, and a path with a
 * `..` in it, or a link that has one, would step onto that. */
static int
fs_sources(struct ct *ct)
{
	/* a container without a network asks nobody */
	if (!ct->root && !ct->dns && (!(ct->use & U_NET) || ct->use & U_NIC) &&
	    !(IN_LIB(ct) && ct->here) && fs_resolver(ct) < 0)
		return -1;
	for (struct op *op = ct->ops; op; op = op->next) {
		if (op->kind != OP_BIND || op->fd >= 0)
			continue;
		op->from = io_open(op->a, O_PATH);
		if (op->from < 0 && !(op->opt & M_TRY))
			return fail_sys(ct, "open %s", op->a);
	}
	return 0;
}

/* Is a path of the root at or below one that ct is sure to mount on? */
static bool
fs_is_ours(const struct ct *ct, const char *path)
{
	static const struct { const char *dir; unsigned feature; } ours[] = {
		{ "/proc", U_PROC }, { "/sys", U_SYS }, { "/dev", U_DEV },
	};

	for (size_t i = 0; i < LEN(ours); i++) {
		size_t n = strlen(ours[i].dir);

		if (!strncmp(path, ours[i].dir, n) && (!path[n] || path[n] == '/'))
			return ct->use & ours[i].feature & ~ct->try;
	}
	return false;
}

/* What shows the kernel and comes along below a tree, in a chroot say: a procfs
 * there is that of the host's processes, and through it their files, a sysfs can
 * be written. Nothing is shown there. */
static int
fs_hide_kernel(struct ct *ct, int tree, bool root)
{
	uint64_t id = fs_where(tree, "").mnt;
	struct mnt *m = NULL;
	int n = kfs_proc(ct);
	size_t len = 0;

	if (n == PROC_UNKNOWN)
		return -1;
	if (n < 0)                      /* this kernel has none */
		ct->failed = false;
	else
		n = fs_mounts(ct, tree, &m);
	for (int i = 0; i < n; i++)
		if (m[i].id == id)
			len = strcmp(m[i].path, "/") ? strlen(m[i].path) : 0;
	for (int i = 0; i < n && !ct->failed; i++) {
		int at;

		if (!m[i].below || !m[i].kernel || m[i].id == id ||
		    (root && fs_is_ours(ct, m[i].path + len)))
			continue;
		at = fs_open_in(tree, m[i].path + len, O_PATH | O_DIRECTORY);
		if (at >= 0 && fs_where(at, "").mnt == m[i].id)
			fs_cover_with_nothing(ct, at, true, m[i].path + len);
		else if (at < 0 && errno != ENOENT && errno != ENOTDIR)
			fail_sys(ct, "open %s", m[i].path + len);
		fd_close(&at);
	}
	return ct->failed ? -1 : 0;
}

static int
fs_root(struct ct *ct)
{
	const char *dir = ct->root ? ct->root : "/";
	const struct op plain = { 0 };
	struct op op = { .set = K_NODEV, .opt = M_REC };
	struct where top = fs_where(AT_FDCWD, "/"), at = fs_where(AT_FDCWD, dir);

	if (IN_LIB(ct) && ct->here)
		return fs_here(ct);
	ct->tree_fd = sys_tree(AT_FDCWD, dir, K_AT_RECURSIVE);
	if (ct->tree_fd < 0)
		return fail_sys(ct, "open_tree %s", dir);
	/* Parts of this one are mounted elsewhere, which before 6.15 wants it to be
	 * mounted itself: under the new root, so that it goes with the old. */
	if (!top.mnt || !at.mnt)
		return fail_sys(ct, "statx / and %s", dir);
	ct->on_top = top.mnt == at.mnt && top.ino == at.ino;
	ct->own_fd = kfs_new(ct, "tmpfs", NULL, NULL, K_NOSUID | K_NODEV);
	if (ct->own_fd < 0 ||
	    fs_attach(ct, ct->own_fd, AT_FDCWD, &plain, dir) < 0)
		return -1;
	if (!ct->root || ct->read_only)
		op.set |= K_RDONLY;
	if (!ct->allow_new_privs)
		op.set |= K_NOSUID;
	if (fs_attach(ct, ct->tree_fd, AT_FDCWD, &op, dir) < 0)
		return -1;
	return ct->privileged ? 0 : fs_hide_kernel(ct, ct->tree_fd, true);
}

/* The procfs of a pid namespace that is joined. One can be mounted only from
 * inside, where whoever may trace us would be root: so the mount of a process
 * that is there is cloned, by a helper in its mount namespace, which nobody
 * there sees and which has our descriptors. */
static int
fs_proc_joined(struct ct *ct)
{
	int ends[2], at, fd = -1;
	struct stat want, st;
	pid_t pid;

	if (sys_pipe(ends) < 0)
		return fail_sys(ct, "pipe");
	pid = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
	if (pid == 0) {
		at = setns(ct->peer_mnt_fd, CLONE_NEWNS) < 0 ? -1 :
		     fs_open_in(ct->peer_fd, "proc", O_PATH | O_DIRECTORY);
		/* its root and no directory in it */
		if (at >= 0 && kfs_is(at, PROC_SUPER_MAGIC) &&
		    fstat(at, &st) == 0 && st.st_ino == 1)
			fd = sys_tree(at, "", K_AT_EMPTY_PATH | K_AT_RECURSIVE);
		_exit(write(ends[1], &fd, sizeof fd) != sizeof fd);
	}
	if (pid < 0 || read(ends[0], &fd, sizeof fd) != sizeof fd)
		fail_sys(ct, "fork");
	if (pid > 0)
		sys_wait(pid);
	fd_close(&ends[0]);
	fd_close(&ends[1]);
	if (ct->failed)
		return -1;
	if (fd < 0 || fstat(ns_op(ct, NS_PID)->fd, &want) < 0 ||
	    fstatat(fd, "1/ns/pid", &st, 0) < 0 || st.st_ino != want.st_ino) {
		fd_close(&fd);
		return fail_msg(ct, "the pid namespace that is joined has no procfs "
		                "on /proc (--try proc)");
	}
	return fd;
}

/* /proc and /sys: a new instance, or where a user namespace may not have one
 * (it does not own the pid or network namespace) what the host has mounted,
 * with all below it, which is to get the attributes of op yet. */
static int
fs_kernel_mount(struct ct *ct, const char *type, const char *dir,
                struct op *op)
{
	bool proc = !strcmp(type, "proc");
	struct err first;
	int mnt;

	if (proc && ns_op(ct, NS_PID))
		return fs_proc_joined(ct);
	mnt = kfs_new(ct, type, NULL, NULL, op->set);
	if (mnt >= 0)
		*op = (struct op){ 0 };
	if (mnt >= 0 || ct->err.no != EPERM || !(ct->use & U_USER))
		return mnt;
	first = ct->err;
	/* the pids of a new pid namespace are not those of the host's /proc */
	mnt = proc && ct->use & U_PID ? -1 :
	      sys_tree(AT_FDCWD, dir, K_AT_RECURSIVE);
	ct->err = first;
	ct->failed = mnt < 0;
	return mnt;
}

/* Read-only as a whole, which saves a mask for everything in there that can be
 * written. */
static int
fs_kernel(struct ct *ct, const char *type, const char *dir, int *mnt)
{
	struct op op = { .set = K_NOSUID | K_NODEV | K_NOEXEC, .opt = M_REC };
	int at;

	if (!ct->privileged)
		op.set |= K_RDONLY;
	*mnt = fs_kernel_mount(ct, type, dir, &op);
	if (*mnt < 0 || (at = fs_target(ct, dir, true)) < 0)
		return -1;
	fs_attach(ct, *mnt, at, &op, dir);
	fd_done(&at);
	return ct->failed ? -1 : 0;
}

static int
fs_proc(struct ct *ct)
{
	return fs_kernel(ct, "proc", "/proc", &ct->proc_mnt_fd);
}

/* Owner and mode of a device as on the host; where it is bound it has them. */
static int
fs_node_rights(struct ct *ct, int dev, const char *name, const struct op *op)
{
	if (fchownat(dev, name, op->uid, op->gid, AT_SYMLINK_NOFOLLOW) < 0)
		return fail_sys(ct, "chown /dev/%s", name);
	return fchmodat(dev, name, op->opt & 07777, 0) < 0 ?
	       fail_sys(ct, "chmod /dev/%s", name) : 0;
}

/* A node in /dev: made where this is allowed, bound from the host's else. One
 * of ours everybody may use, one that was asked for (op) whom the host lets. */
static int
fs_node(struct ct *ct, int dev, const char *name, mode_t type, unsigned major,
        unsigned minor, const struct op *op)
{
	const struct op plain = { 0 };
	char dir[PATH_MAX];
	int tree, at = -1;
	struct stat st;

	for (const char *s = strchr(name, '/'); s; s = strchr(s + 1, '/')) {
		text_f(dir, sizeof dir, "%.*s", (int)(s - name), name);
		if (mkdirat(dev, dir, 0755) < 0 && errno != EEXIST)
			return fail_sys(ct, "mkdir /dev/%s", dir);
	}
	if (mknodat(dev, name, type | (op ? 0 : 0666), makedev(major, minor)) == 0)
		return op ? fs_node_rights(ct, dev, name, op) : 0;
	if (errno == EEXIST)
		return 0;
	if (errno != EPERM || mknodat(dev, name, S_IFREG, 0) < 0)
		return fail_sys(ct, "mknod /dev/%s", name);
	/* until the pivot, paths of our own are still the host's */
	text_f(dir, sizeof dir, "/dev/%s", name);
	tree = sys_tree(AT_FDCWD, dir, 0);
	if (tree < 0 || fstat(tree, &st) < 0 ||
	    (st.st_mode & S_IFMT) != type || st.st_rdev != makedev(major, minor))
		fail_sys(ct, "bind /dev/%s", name);
	else if ((at = openat(dev, name, O_PATH | O_CLOEXEC)) < 0)
		fail_sys(ct, "open /dev/%s", name);
	else
		fs_attach(ct, tree, at, &plain, name);
	fd_close(&at);
	fd_close(&tree);
	return ct->failed ? -1 : 0;
}

static int
fs_dev(struct ct *ct)
{
	const struct op plain = { 0 };
	char opts[64];
	struct op *op;
	size_t i;
	int dev, at;

	text_f(opts, sizeof opts, "mode=755,size=%s", dev_size);
	dev = kfs_new(ct, "tmpfs", NULL, opts, K_NOSUID | K_NOEXEC);
	if (dev < 0)
		return -1;
	for (i = 0; i < LEN(dev_links); i++)
		if (symlinkat(dev_links[i].target, dev, dev_links[i].name) < 0)
			fail_sys(ct, "symlink /dev/%s", dev_links[i].name);
	if (mkdirat(dev, "shm", 01777) < 0 || mkdirat(dev, "pts", 0755) < 0)
		fail_sys(ct, "mkdir in /dev");
	/* attached before the nodes: binds want a mount of this namespace */
	if (!ct->failed && (at = fs_target(ct, "/dev", true)) >= 0) {
		fs_attach(ct, dev, at, &plain, "/dev");
		fd_done(&at);
	}
	for (i = 0; i < LEN(dev_nodes) && !ct->failed; i++)
		fs_node(ct, dev, dev_nodes[i].name, S_IFCHR, dev_nodes[i].major,
		        dev_nodes[i].minor, NULL);
	for (op = op_find(ct->ops, OP_DEVICE); op && !ct->failed;
	     op = op_find(op->next, OP_DEVICE))
		fs_node(ct, dev, op->a + 5, op->opt & S_IFMT,
		        (unsigned)op->n, (unsigned)op->m, op);
	fd_done(&dev);
	return ct->failed ? -1 : 0;
}

static int
fs_pts(struct ct *ct)
{
	struct op op = { .set = K_NOSUID | K_NOEXEC };

	op.c = "mode=620,ptmxmode=666";
	return fs_mount_new(ct, "devpts", NULL, &op, "/dev/pts");
}

static int
fs_tmp(struct ct *ct)
{
	struct op op = { .set = K_NOSUID | K_NODEV };

	for (size_t i = 0; !ct->root && !(IN_LIB(ct) && ct->here) &&
	     i < LEN(host_tmpfs); i++) {
		if (io_access(AT_FDCWD, host_tmpfs[i].dir, F_OK) < 0 &&
		    errno == ENOENT)
			continue;
		op.c = host_tmpfs[i].opts;
		if (fs_mount_new(ct, "tmpfs", NULL, &op, host_tmpfs[i].dir) < 0)
			return -1;
	}
	return 0;
}

/* --- the mounts asked for, in the order given --- */

static int
fs_bind(struct ct *ct, struct op *op)
{
	struct stat st;
	int from = op->from, tree = -1, at = -1, r = -1;

	if (op->fd < 0) {
		if (from < 0)
			return 0;       /* with the option try */
		for (unsigned rec = op->opt & M_REC ? K_AT_RECURSIVE : 0;;
		     rec = K_AT_RECURSIVE) {
			tree = sys_tree(from, "", K_AT_EMPTY_PATH | rec);
			/* in a user namespace the mounts below are locked to it */
			if (tree >= 0 || errno != EINVAL || rec)
				break;
			op->opt |= M_REC;
		}
		if (tree < 0) {
			fail_sys(ct, "open_tree %s", op->a);
			goto out;
		}
	} else {
		tree = op->fd;          /* the parent cloned it, with its ids */
	}
	if (fstat(tree, &st) < 0)
		fail_sys(ct, "stat %s", op->a);
	else if ((at = fs_target(ct, op->b, S_ISDIR(st.st_mode))) >= 0)
		r = fs_attach(ct, tree, at, op, op->b);
	if (r == 0 && op->opt & M_REC && !ct->privileged)
		r = fs_hide_kernel(ct, tree, false);
out:
	fd_close(&at);
	fd_close(&tree);
	fd_close(&from);
	return r;
}

static int
fs_tmpfs(struct ct *ct, struct op *op)
{
	return fs_mount_new(ct, op->a, op->d, op, op->b);
}

/* One that shows the kernel is read-only, and where ct masks things in it, they
 * are masked here too. */
static int
fs_mount(struct ct *ct, struct op *op)
{
	bool proc = !strcmp(op->a, "proc"), sys = !strcmp(op->a, "sysfs");
	int mnt, at;

	if (ct->privileged || !kernel_fs_is(op->a))
		return fs_tmpfs(ct, op);
	op->set |= K_RDONLY;
	op->opt |= M_REC;
	mnt = proc && ns_op(ct, NS_PID) ? fs_proc_joined(ct) :
	      kfs_new(ct, op->a, op->d, op->c, 0);
	if (mnt >= 0 && (at = fs_target(ct, op->b, true)) >= 0) {
		if (fs_attach(ct, mnt, at, op, op->b) == 0 && (proc || sys))
			fs_masks_in(ct, mnt, proc ? "/proc" : "/sys");
		fd_done(&at);
	}
	fd_done(&mnt);
	return ct->failed ? -1 : 0;
}

static int
fs_mask(struct ct *ct, struct op *op)
{
	struct stat st;
	int at = fs_in_root(ct, op->a, O_PATH);

	if (at < 0 || fstat(at, &st) < 0)
		fail_sys(ct, "mask %s", op->a);
	else
		fs_cover_with_nothing(ct, at, S_ISDIR(st.st_mode), op->a);
	fd_done(&at);
	return ct->failed ? -1 : 0;
}

static int
fs_ro_path(struct ct *ct, struct op *op)
{
	int at = fs_in_root(ct, op->a, O_PATH), tree;

	tree = at < 0 ? -1 : sys_tree(at, "", K_AT_EMPTY_PATH | K_AT_RECURSIVE);
	if (tree < 0)
		fail_sys(ct, "open_tree %s", op->a);
	else
		fs_attach(ct, tree, at, op, op->a);
	fd_close(&tree);
	fd_close(&at);
	return ct->failed ? -1 : 0;
}

/* The group that it may make groups in. */
static int
fs_delegate(struct ct *ct)
{
	const struct op op = { .set = K_NOSUID | K_NODEV | K_NOEXEC };
	const char *dir = IN_LIB(ct) && ct->submount ? ct->submount :
	                  "/sys/fs/cgroup";
	struct op ro = { .set = K_RDONLY };

	if (fs_mount_new(ct, "cgroup2", NULL, &op, dir) < 0)
		return -1;
	for (size_t i = 0; limit_files[i]; i++) {
		int fd;

		ro.a = mem_printf(ct, "%s/%s", dir, limit_files[i]);
		fd = ro.a ? fs_in_root(ct, ro.a, O_PATH) : -1;
		if (fd >= 0 && fs_ro_path(ct, &ro) < 0)
			return -1;
		fd_done(&fd);
	}
	return 0;
}

static int
fs_sys(struct ct *ct)
{
	if (fs_kernel(ct, "sysfs", "/sys", &ct->sys_mnt_fd) < 0)
		return -1;
	return ct->delegate ? fs_delegate(ct) : 0;
}

/* The directory that `path` lies in, made if it is missing. */
static int
fs_parent(struct ct *ct, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = mem_dup(ct, path, (size_t)(slash - path));
	int fd;

	if (!dir || !*dir)
		return dir ? 0 : -1;
	fd = fs_target(ct, dir, true);
	if (fd < 0)
		return -1;
	fd_close(&fd);
	return 0;
}

static int
fs_symlink(struct ct *ct, struct op *op)
{
	if (fs_parent(ct, op->b) < 0)
		return -1;
	return fs_make(ct, op->b, 0, op->a);
}

static int
fs_file(struct ct *ct, struct op *op)
{
	const struct op plain = { 0 };
	int at = fs_target(ct, op->a, false), tree;

	if (at < 0)
		return -1;
	tree = fs_own_tree(ct, fs_own(ct, op->b, 0444));
	if (tree >= 0)
		fs_attach(ct, tree, at, &plain, op->a);
	fd_close(&tree);
	fd_close(&at);
	return ct->failed ? -1 : 0;
}

static int
fs_volumes(struct ct *ct)
{
	static int (*const apply[])(struct ct *, struct op *) = {
		[OP_BIND] = fs_bind, [OP_TMPFS] = fs_tmpfs,
		[OP_MOUNT] = fs_mount, [OP_MASK] = fs_mask,
		[OP_RO] = fs_ro_path, [OP_SYMLINK] = fs_symlink,
		[OP_FILE] = fs_file,
	};

	for (struct op *op = ct->ops; op; op = op->next)
		if (op->kind < LEN(apply) && apply[op->kind](ct, op) < 0)
			return -1;
	return 0;
}

static int
fs_masks(struct ct *ct)
{
	if (ct->proc_mnt_fd >= 0 && fs_masks_in(ct, ct->proc_mnt_fd, "/proc") < 0)
		return -1;
	return ct->sys_mnt_fd < 0 ? 0 : fs_masks_in(ct, ct->sys_mnt_fd, "/sys");
}

/* What ct put in the way cannot be written from now on: one call on the file
 * system serves all its mounts. */
static int
fs_seal(struct ct *ct)
{
	int fd, r;

	if (ct->own_fd < 0)
		return 0;
	fd = (int)syscall(NR_fspick, ct->own_fd, "",
	                  K_FSPICK_CLOEXEC | K_FSPICK_EMPTY_PATH);
	r = fd < 0 || syscall(NR_fsconfig, fd, K_SET_FLAG, "ro", NULL, 0) < 0 ||
	    syscall(NR_fsconfig, fd, K_CMD_RECONFIGURE, NULL, NULL, 0) < 0 ?
	    fail_sys(ct, "make ct's tmpfs read-only") : 0;
	fd_close(&fd);
	return r;
}

/* --- entering it --- */

/* pivot_root(2) is EINVAL for six reasons; the usual ones are told apart. */
static int
fs_pivot_fail(struct ct *ct)
{
	struct mnt *m = NULL;
	int n = fs_mounts(ct, ct->tree_fd, &m);

	for (int i = 0; i < n; i++)
		if (m[i].rootfs && !strcmp(m[i].path, "/"))
			return 1;       /* an initramfs: go the other way */
	if (ct->failed)
		return -1;
	return fail_msg(ct, "pivot_root: %s: Invalid argument: ct runs in a "
	                "chroot, or / is not a mount point",
	                ct->root ? ct->root : "/");
}

/* A file is covered by one that holds nothing. */
static int
fs_cover(struct ct *ct, const char *path)
{
	const struct op plain = { 0 };
	int null = sys_tree(ct->tree_fd, "dev/null", 0);
	int r = null < 0 ? -1 : fs_attach(ct, null, AT_FDCWD, &plain, path);

	fd_close(&null);
	return r;
}

/* On an initramfs the old root cannot be put away: every other mount is
 * detached, the new root moved onto /, and what is below is locked in
 * fs_lock(). All work-arounds without the lock leave it within reach of
 * whoever has CAP_SYS_ADMIN over the mount namespace. */
static int
fs_move(struct ct *ct)
{
	struct mnt *m = NULL;
	int n, gone = 1;

	if (mount(".", "/", NULL, MS_MOVE, NULL) < 0 && ct->root)
		return fail_sys(ct, "mount --move %s /", ct->root);
	/* mountinfo skips lines while it changes: until a pass finds nothing */
	for (int pass = 0; gone && pass < 64; pass++) {
		gone = 0;
		if ((n = fs_mounts(ct, ct->tree_fd, &m)) < 0)
			return -1;
		while (n-- > 0)
			if (!m[n].below && strcmp(m[n].path, "/") &&
			    umount2(m[n].path, MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
				gone++;
	}
	if (ct->use & U_USER)   /* there they are locked: covered instead */
		for (n = fs_mounts(ct, ct->tree_fd, &m); n-- > 0; )
			if (!m[n].below && strcmp(m[n].path, "/") &&
			    mount("ct", m[n].path, "tmpfs", MS_RDONLY, NULL) < 0 &&
			    (errno != ENOTDIR || fs_cover(ct, m[n].path) < 0))
				return fail_sys(ct, "cover %s", m[n].path);
	if (sys_fchdir(ct->tree_fd) < 0 || chroot(".") < 0)
		return fail_sys(ct, "chroot");
	return 0;
}

static int
fs_pivot(struct ct *ct)
{
	int r;

	if (IN_LIB(ct) && ct->here)
		return 0;
	if (sys_fchdir(ct->tree_fd) < 0)
		return fail_sys(ct, "chdir to the new root");
	if (syscall(SYS_pivot_root, ".", ".") == 0) {
		/* The old root lies on the new one now; and on that ct's tmpfs
		 * and what a stand-in hides, if they were mounted on it. */
		for (int i = 0; i < 1 + ct->on_top; i++)
			if (umount2(".", MNT_DETACH) < 0)
				return fail_sys(ct, "umount the old root");
		/* `..` of the root steps onto whatever lies on it */
		if (!fs_where(AT_FDCWD, "..").mnt || fs_where(AT_FDCWD, "..").mnt !=
		    fs_where(ct->tree_fd, "").mnt)
			return fail_msg(ct, "something still lies on the new root");
	} else if (errno != EINVAL) {
		return fail_sys(ct, "pivot_root %s",
		                ct->root ? ct->root : "/");
	} else {
		r = fs_pivot_fail(ct);
		if (r < 0 || fs_move(ct) < 0)
			return -1;
		ct->use |= U_LOCK;
	}
	fd_close(&ct->own_fd);
	return 0;               /* the working directory is the new root */
}

/* Locks every mount: a copy of a mount namespace that crosses into another
 * user namespace has all its mounts locked. A helper makes that copy, we join
 * it, and copy it once more so that the namespace is ours and not the
 * helper's: real root owns the latter's user namespace and could mount in it
 * without CAP_SYS_ADMIN. */
static int
fs_lock(struct ct *ct)
{
	struct stat a, b;
	int pipes[2], fd = -1, no = 0, r = -1;
	pid_t pid;

	if (sys_pipe(pipes) < 0)
		return fail_sys(ct, "pipe");
	pid = fstat(ct->tree_fd, &a) < 0 ? -1 : sys_fork();
	if (pid == 0) {
		/* changed credentials clear dumpable, and setns() wants it */
		no = sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0) < 0 ||
		     unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0 ||
		     sys_prctl(PR_SET_DUMPABLE, 1, 0) < 0 ? errno : 0;
		if (write(pipes[1], &no, sizeof no) > 0)
			for (;;)
				pause();
		_exit(1);
	}
	if (pid < 0) {
		fail_sys(ct, "fork");
		goto out;
	}
	if (read(pipes[0], &no, sizeof no) != sizeof no || no) {
		errno = no;
		fail_sys(ct, "unshare user and mount namespace "
		         "(CONFIG_USER_NS is needed to lock the mounts)");
		goto out;
	}
	fd = (int)syscall(NR_pidfd_open, pid, 0);
	if (fd < 0 || setns(fd, CLONE_NEWNS) < 0)
		fail_sys(ct, "setns to the locked mounts");
	else if (unshare(CLONE_NEWNS) < 0)
		fail_sys(ct, "unshare mount namespace");
	else if (stat("/", &b) < 0 || a.st_dev != b.st_dev || a.st_ino != b.st_ino)
		fail_msg(ct, "/ is not the container's root after locking");
	else
		r = 0;
out:
	if (pid > 0) {
		kill(pid, SIGKILL);
		sys_wait(pid);
	}
	fd_close(&fd);
	fd_close(&pipes[0]);
	fd_close(&pipes[1]);
	return r;
}

/* === privilege ========================================================= */

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
	p->what[NR_clone3 - SC_BASE] = SC_ENOSYS;
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

/* --- capabilities --- */

static uint64_t
pr_caps(const struct ct *ct)
{
	uint64_t caps = 0;

	if (ct->privileged || ct->cap_all)
		caps = ~(uint64_t)0;
	else if (!ct->cap_none)
		for (size_t i = 0; i < LEN(default_caps); i++)
			caps |= (uint64_t)1 <<
			    capng_name_to_capability(default_caps[i]);
	return (caps & ~ct->cap_drop) | ct->cap_add;
}

static int
pr_seccomp(struct ct *ct)
{
	struct sock_fprog prog = { ct->sc_len, ct->sc_file };
	struct sc_prog p;

	if (!ct->sc_file) {
		sc_default(&p, pr_caps(ct));
		prog.len = (unsigned short)p.n;
		prog.filter = p.f;
	}
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) < 0 &&
	    /* a caller under valgrind, which does not know it, has the old way */
	    (!IN_LIB(ct) || errno != ENOSYS || prctl(PR_SET_SECCOMP,
	     SECCOMP_MODE_FILTER, &prog) < 0))
		return fail_sys(ct, "load a filter of %d instructions",
		                prog.len);
	ct->filtered = true;
	return 0;
}

/* Before the user changes: without no_new_privs a filter wants CAP_SYS_ADMIN. */
static int
pr_seccomp_early(struct ct *ct)
{
	return ct->allow_new_privs ? pr_seccomp(ct) : 0;
}

/* Before somebody inside can trace it, who could have it make the calls that it
 * refuses. */
static int
pr_seccomp_seen(struct ct *ct)
{
	bool seen = ct->exec || ct->pid_ns || ct->hold;

	return !ct->filtered && (seen || !ct->sc_file) ? pr_seccomp(ct) : 0;
}

/* A filter of the user's, which need not let through what ct itself does, last
 * of all and only in the process that executes; but for those above. */
static int
pr_seccomp_late(struct ct *ct)
{
	return ct->filtered ? 0 : pr_seccomp(ct);
}

/* The few calls that --init's reaper makes; any other ends it. */
static int
pr_seccomp_reaper(struct ct *ct)
{
	static const short calls[] = { SYS_wait4, SYS_kill, SYS_exit_group,
		SYS_close, SYS_munmap, SYS_rt_sigreturn, SYS_restart_syscall,
#ifdef SYS_rt_sigtimedwait
		SYS_rt_sigtimedwait,
#else   /* 32 bits */
		SYS_rt_sigtimedwait_time32,
#endif
		NR(421) };      /* rt_sigtimedwait with 64 bits of time */
	struct sc_prog p = { .n = 0 };
	struct sock_fprog prog = { .filter = p.f };

	sc_put(&p, BPF_LD | BPF_W | BPF_ABS, 0, 0,
	       offsetof(struct seccomp_data, arch));
	sc_put(&p, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, SC_ARCH);
	sc_put(&p, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_KILL_PROCESS);
	sc_put(&p, BPF_LD | BPF_W | BPF_ABS, 0, 0,
	       offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < LEN(calls); i++)
		sc_put(&p, BPF_JMP | BPF_JEQ | BPF_K, (unsigned)(LEN(calls) - i), 0,
		       (uint32_t)calls[i]);
	sc_put(&p, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_KILL_PROCESS);
	sc_put(&p, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW);
	prog.len = (unsigned short)p.n;
	if (sys_prctl(PR_SET_NO_NEW_PRIVS, 1, 0) < 0)
		return fail_sys(ct, "prctl PR_SET_NO_NEW_PRIVS");
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) < 0 ?
	       fail_sys(ct, "load the reaper's filter") : 0;
}

/* The bounding set is dropped here and not by capng_apply(), which for that
 * reads /proc/PID/status, the container's, three times. */
static int
pr_bound(struct ct *ct, uint64_t caps)
{
	for (int i = 0; i < 64; i++)
		if (!(caps >> i & 1) && sys_prctl(PR_CAPBSET_DROP, i, 0) < 0) {
			if (errno == EINVAL)    /* past the kernel's last one */
				return 0;
			return fail_sys(ct, "prctl PR_CAPBSET_DROP %d", i);
		}
	return 0;
}

/* Changes the user and all five capability sets. Root has what is in the
 * bounding set; anybody else only what --cap-add gave, as ambient ones so that
 * they outlive execve. Inheritable and ambient are empty in all other cases. */
static int
pr_user(struct ct *ct)
{
	uint64_t caps = pr_caps(ct);
	bool user = ct->who.uid != 0;

	if (user && !ct->allow_new_privs && !ct->privileged)
		caps = ct->cap_add;
	if (pr_bound(ct, caps) < 0)
		return -1;
	if (user)
		caps = ct->cap_add;
	if (ct->user) {
		if (sys_prctl(PR_SET_KEEPCAPS, 1, 0) < 0)
			return fail_sys(ct, "prctl PR_SET_KEEPCAPS");
		if (syscall(K_setgroups, (size_t)ct->who.ngroups, ct->who.groups) < 0 &&
		    (ct->who.ngroups || !(ct->use & (U_USER | U_JOIN))))
			return fail_sys(ct, "setgroups");
		if (syscall(K_setresgid, ct->who.gid, ct->who.gid, ct->who.gid) < 0)
			return fail_sys(ct, "setresgid %u", ct->who.gid);
		if (syscall(K_setresuid, ct->who.uid, ct->who.uid, ct->who.uid) < 0)
			return fail_sys(ct, "setresuid %u", ct->who.uid);
	}
	/* that of its first use, or what a library's caller left there */
	capng_setpid((int)syscall(SYS_gettid));
	for (unsigned i = 0; i < 64; i++)
		if (caps >> i & 1 && (caps < UINT64_MAX >> 8 ||
		    sys_prctl(PR_CAPBSET_READ, i, 0) == 1))
			capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED |
			             (user ? CAPNG_INHERITABLE : 0), i);
	if (capng_apply(CAPNG_SELECT_CAPS) < 0)
		return fail_sys(ct, "capset");
	for (unsigned i = 0; user && i < 64; i++)
		if (caps >> i & 1 && sys_prctl(PR_CAP_AMBIENT,
		    PR_CAP_AMBIENT_RAISE, i) < 0 && caps < UINT64_MAX >> 8)
			return fail_sys(ct, "raise ambient capability %u", i);
	return 0;
}

static int
pr_no_new_privs(struct ct *ct)
{
	if (!ct->allow_new_privs &&
	    sys_prctl(PR_SET_NO_NEW_PRIVS, 1, 0) < 0)
		return fail_sys(ct, "prctl PR_SET_NO_NEW_PRIVS");
	return 0;
}

/* Written before the process can no longer open its own files in procfs. */
static int
pr_label(struct ct *ct)
{
	char *exec = mem_printf(ct, "exec %s", ct->label);

	if (kfs_need_proc(ct) < 0 || !exec)
		return -1;
	if (IN_LIB(ct) && ct->fn)       /* it takes effect on execve */
		return fail_msg(ct, "a callback cannot be confined");
	if (io_put(ct->proc_fd, "self/attr/apparmor/exec", exec) == 0 ||
	    (errno == ENOENT &&
	     io_put(ct->proc_fd, "self/attr/exec", ct->label) == 0))
		return 0;
	return fail_sys(ct, "label %s (AppArmor or SELinux)", ct->label);
}

static int
pr_oom(struct ct *ct)
{
	char num[16];

	text_f(num, sizeof num, "%d", ct->oom);
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
	for (size_t i = 0; i < LEN(rlimits); i++)
		if (!strcmp(name, rlimits[i].name))
			return rlimits[i].id;
	return -1;
}

/* prlimit64(2), not setrlimit(), which has to hold musl's threads still where
 * the former is missing. */
static int
pr_rlimit(int id, uint64_t soft, uint64_t hard)
{
	uint64_t r[2] = { soft, hard };

	return (int)syscall(SYS_prlimit64, 0, id, r, NULL);
}

static int
pr_rlimits(struct ct *ct)
{
	uint64_t has[2];
	struct op *op;

	for (size_t i = 0; i < LEN(default_rlimits); i++) {
		int id = pr_rlimit_find(default_rlimits[i].name);

		/* EPERM: a hard limit that is lower already is as good */
		if (pr_rlimit(id, default_rlimits[i].value,
		              default_rlimits[i].value) < 0 && (errno != EPERM ||
		    syscall(SYS_prlimit64, 0, id, NULL, has) < 0 ||
		    has[1] > default_rlimits[i].value))
			return fail_sys(ct, "setrlimit %s",
			                default_rlimits[i].name);
	}
	for (op = op_find(ct->ops, OP_RLIMIT); op;
	     op = op_find(op->next, OP_RLIMIT))
		if (pr_rlimit((int)op->k, op->n, op->m) < 0)
			return fail_sys(ct, "setrlimit %s", op->a);
	return 0;
}

static int
pr_sched(struct ct *ct)
{
	struct sched_param prio = { .sched_priority = ct->sched_prio };

	/* raw: musl's is a stub, since the kernel schedules threads */
	if (ct->sched && syscall(SYS_sched_setscheduler, 0, ct->sched_policy,
	                         &prio) < 0)
		return fail_sys(ct, "sched_setscheduler %s", ct->sched);
	if (ct->nice && setpriority(PRIO_PROCESS, 0, ct->nice) < 0)
		return fail_sys(ct, "setpriority %d", ct->nice);
	return 0;
}

/* A session of its own, so that no terminal can be typed into, and a session
 * keyring, so that the host's keys are out of sight. A kernel without keys
 * (CONFIG_KEYS) has none to see. */
static int
pr_session(struct ct *ct)
{
	if (setsid() < 0)
		return fail_sys(ct, "setsid");
	if (syscall(SYS_keyctl, 1 /* JOIN_SESSION_KEYRING */, ct->ring) < 0)
		return errno == ENOSYS ? 0 :
		       fail_sys(ct, "keyctl JOIN_SESSION_KEYRING");
	/* so that ct exec, which is the same user, finds it by its name: the
	 * possessor all, the user view, read, search and link */
	if (!ct->exec && syscall(SYS_keyctl, 5 /* SETPERM */, -3 /* session */,
	                         0x3f1b0000) < 0)
		return fail_sys(ct, "keyctl SETPERM");
	return 0;
}

/* Only what belongs to a namespace that the container has of its own. */
static const struct { const char *prefix; int ns; } sysctls[] = {
	{ "net/", NS_NET }, { "kernel/msg", NS_IPC }, { "kernel/sem", NS_IPC },
	{ "kernel/shm", NS_IPC }, { "fs/mqueue/", NS_IPC },
};

static int
pr_sysctl(struct ct *ct)
{
	struct op *op;
	char *path;

	for (op = op_find(ct->ops, OP_SYSCTL); op;
	     op = op_find(op->next, OP_SYSCTL)) {
		if (!(ct->unshare & 1u << op->n))
			return fail_msg(ct, "%s: belongs to the host without an own "
			                "%s namespace", op->a, ns_kinds[op->n].name);
		path = mem_printf(ct, "sys/%s", op->a);
		if (!path || kfs_need_proc(ct) < 0)
			return -1;
		if (io_put(ct->proc_fd, path, op->b) < 0)
			return fail_sys(ct, "write %s to %s", op->b, op->a);
	}
	return 0;
}

/* === child: the way in ================================================= */

/* The child of a ct that died in between: PDEATHSIG is set too late for that,
 * but the pipe, whose only writer is the parent, is hung up. Changing
 * credentials clears the signal, so this is done again at the end. */
static int
in_tie(struct ct *ct)
{
	struct pollfd p = { .fd = ct->go_fd[0] };

	/* the signal comes when the thread ends, which a library cannot want */
	if ((!IN_LIB(ct) || ct->tied) && sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0) < 0)
		return fail_sys(ct, "prctl PR_SET_PDEATHSIG");
	if (poll(&p, 1, 0) != 0)        /* hung up, or not to be known */
		_exit(125);
	return 0;
}

/* Changed credentials make a process dumpable or not as a sysctl says
 * (fs.suid_dumpable), so this is done again behind them too. */
static int
in_hide(struct ct *ct)
{
	return sys_prctl(PR_SET_DUMPABLE, 0, 0) < 0 ?
	       fail_sys(ct, "prctl PR_SET_DUMPABLE") : 0;
}

static int
in_tie_again(struct ct *ct)
{
	return in_hide(ct) < 0 ? -1 : in_tie(ct);
}

/* Waits for the parent's word that it has done its next part. */
static void
in_wait(struct ct *ct)
{
	char byte;
	ssize_t n;

	do
		n = read(ct->go_fd[0], &byte, 1);
	while (n < 0 && errno == EINTR);
	if (n != 1)
		_exit(125);
}

/* Makes the process that goes on in place of this one, a child of ct's as well,
 * with `flags` for clone(2); this one tells its pid and ends. */
static int
in_fork(struct ct *ct, unsigned long flags)
{
	struct rec rec = { .kind = REC_PID };

	rec.pid = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD | flags, 0, 0,
	                         0, 0);
	if (rec.pid < 0)
		return fail_sys(ct, "fork");
	if (rec.pid > 0)
		_exit(io_write(ct->rec_fd[1], &rec, sizeof rec) < 0);
	return 0;
}

/* New namespaces that are to belong to a user namespace that is joined. */
static int
in_join_user(struct ct *ct, const struct op *op)
{
	unsigned long flags = 0;

	if (setns(op->fd, CLONE_NEWUSER) < 0)
		return fail_sys(ct, "setns user %s", op->b);
	if (sys_root() < 0)
		return fail_sys(ct, "become root in %s", op->b);
	for (int i = 0; i < NS_MAX; i++)
		if (ct->unshare & 1u << i && i != NS_CGROUP && i != NS_TIME)
			flags |= ns_kinds[i].flag;
	if (!(flags & CLONE_NEWPID))
		return unshare((int)flags) < 0 ? fail_sys(ct, "unshare") : 0;
	/* a pid namespace has to be born in, to have a procfs of it */
	return in_fork(ct, flags) < 0 ? -1 : in_tie(ct);
}

/* The namespaces of --ns, but for two that show us to those who are there or
 * them to us: they are entered when we have let go. */
static int
in_join(struct ct *ct)
{
	struct op *op = ns_op(ct, NS_USER);

	if (op && in_join_user(ct, op) < 0)
		return -1;
	for (op = op_find(ct->ops, OP_NS); op; op = op_find(op->next, OP_NS))
		if (op->n != NS_USER && op->n != NS_PID && op->n != NS_MNT &&
		    setns(op->fd, (int)ns_kinds[op->n].flag) < 0)
			return fail_sys(ct, "setns %s %s", op->a, op->b);
	return 0;
}

/* clone3 takes the caller's cgroup for the root of a new cgroup namespace, so
 * this one is made when the child is in its own. */
static int
in_cgroup_ns(struct ct *ct)
{
	if (ct->unshare & U_CGNS && unshare(0x02000000) < 0)
		return fail_sys(ct, "unshare cgroup namespace");
	return 0;
}

static int
in_idmap(struct ct *ct)
{
	in_wait(ct);
	if (sys_root() < 0)
		return fail_sys(ct, "become root of the user namespace");
	/* else our own files in /proc were the host root's; nobody is here yet */
	if (sys_prctl(PR_SET_DUMPABLE, 1, 0) < 0)
		return fail_sys(ct, "prctl PR_SET_DUMPABLE");
	return in_tie(ct);
}

/* A new time namespace is for children; its offsets can be set until somebody
 * enters it, which we then do ourselves. */
static int
in_time(struct ct *ct)
{
	struct op *op;
	char line[64];
	int fd;

	if (kfs_need_proc(ct) < 0)
		return -1;
	if (unshare(0x80) < 0)
		return fail_sys(ct, "unshare time namespace (CONFIG_TIME_NS)");
	for (op = op_find(ct->ops, OP_OFFSET); op;
	     op = op_find(op->next, OP_OFFSET)) {
		text_f(line, sizeof line, "%s %s 0", op->a, op->b);
		if (io_put(ct->proc_fd, "self/timens_offsets", line) < 0)
			return fail_sys(ct, "write %s to timens_offsets", line);
	}
	fd = kfs_ns(ct, 0, "time_for_children");
	if (fd < 0 || setns(fd, 0x80) < 0)
		fail_sys(ct, "enter the time namespace");
	fd_close(&fd);
	return ct->failed ? -1 : 0;
}

static int
in_groups(struct ct *ct)
{
	char deny[8] = "";

	if (syscall(K_setgroups, 0L, NULL) == 0) {
		ct->no_groups = true;
		return 0;
	}
	if (errno != EPERM || !(ct->use & (U_USER | U_JOIN)))
		return fail_sys(ct, "setgroups");
	/* who may not give them up keeps them: an ordinary user, or in a user
	 * namespace that has given up setgroups */
	if (ct->euid || ct->no_groups)
		return 0;
	if (kfs_need_proc(ct) >= 0 &&
	    io_get(ct->proc_fd, "self/setgroups", deny, sizeof deny) > 0 &&
	    !strncmp(deny, "deny", 4))
		return 0;
	errno = EPERM;
	return fail_sys(ct, "setgroups");
}

static int
in_uts(struct ct *ct)
{
	const char *host = ct->hostname;
	char buf[65];

	if (!host) {            /* the last component of the name */
		const char *s = strrchr(ct->name, '/');

		text_f(buf, sizeof buf, "%s", s ? s + 1 : ct->name);
		host = buf;
	}
	if (sethostname(host, strlen(host)) < 0)
		return fail_sys(ct, "sethostname %s", host);
	if (ct->domainname &&
	    setdomainname(ct->domainname, strlen(ct->domainname)) < 0)
		return fail_sys(ct, "setdomainname %s", ct->domainname);
	return 0;
}

/* Either the parent made the namespace while we did the mounts, which saves
 * a tenth of the time, or it is here since the clone. */
static int
in_net(struct ct *ct)
{
	if (ct->self_fd < 0)            /* lo with the rest, in one batch */
		return ct->use & U_NIC ? 0 : net_lo(ct);
	in_wait(ct);
	if (setns(ct->self_fd, CLONE_NEWNET) < 0)
		return fail_sys(ct, "setns network namespace");
	return 0;
}

/* The interfaces are there, or, with --try, some are not to be had. */
static int
in_nic(struct ct *ct)
{
	struct nl nl;

	in_wait(ct);
	if (nl_open(ct, &nl, NETLINK_ROUTE, NL_SIZE) < 0)
		return -1;
	nl_words(&nl);
	nic_up(&nl, 1, "set lo up");
	for (struct op *op = ct->ops; op && !ct->failed; op = op->next)
		if (op->nic && nic_inside(ct, &nl, op->nic) < 0 &&
		    ct->try & U_NIC)
			ct->failed = false;
	if (!ct->failed)
		nl_insist(ct, &nl, EADDRINUSE); /* its MAC address */
	fd_close(&nl.fd);
	return ct->failed ? -1 : 0;
}

/* The parent makes the container known and does what else has to be done before
 * the command runs. */
static int
in_go(struct ct *ct)
{
	if (!ct->exec && step_report(ct, REC_INSIDE, 0) < 0)
		return fail_sys(ct, "tell the parent");
	in_wait(ct);
	return 0;
}

static int
in_workdir(struct ct *ct)
{
	char cwd[PATH_MAX];

	if (!ct->workdir)
		return 0;               /* it is the root */
	if (chdir(ct->workdir) < 0) {
		if (!ct->workdir_given && chdir("/") == 0)
			return 0;
		return fail_sys(ct, "chdir %s", ct->workdir);
	}
	if (!io_cwd(cwd, sizeof cwd))
		return fail_msg(ct, "the working directory is outside the root");
	return 0;
}

static int
in_user(struct ct *ct)
{
	if (ct->tree_fd < 0 && (ct->tree_fd = io_open("/", O_PATH |
	                                              O_DIRECTORY)) < 0)
		return fail_sys(ct, "open /");
	if (ct->user && id_find(ct, ct->user, &ct->who) < 0)
		return -1;
	if (ct->box_fd >= 0 && ct->who.uid && !(ct->use & U_USER))
		return cg_give(ct, ct->who.uid, ct->who.gid);
	if (ct->user)
		return 0;
	ct->who.home = "/root";
	return 0;
}

/* K=V, or K for the caller's value where it has one; the last one counts. */
static void
env_put(struct ct *ct, const char *entry, int *n)
{
	char **e, **c;

	if (!strchr(entry, '=')) {
		if (!ct->caller_env || !*(c = env_find(ct->caller_env, entry)))
			return;
		entry = *c;
	}
	e = env_find(ct->env, entry);
	if (!*e) {
		ct->env[++*n] = NULL;
		ct->env[*n - 1] = (char *)(uintptr_t)entry;
	} else {
		*e = (char *)(uintptr_t)entry;
	}
}

/* HOME is known last, when the container's passwd was read. */
static int
in_env(struct ct *ct)
{
	size_t want = LEN(default_env) + 4;
	struct op *op;
	char **c, *home;
	int n = 0;

	if (IN_LIB(ct) && ct->env)      /* it was given whole */
		return 0;
	for (c = ct->caller_env; c && *c; c++)
		want++;
	for (op = ct->ops; op; op = op->next)
		want++;
	if (!(ct->env = mem_get(ct, want * sizeof *ct->env)))
		return -1;
	ct->env[0] = NULL;
	for (c = ct->caller_env; ct->keep_env && c && *c; c++)
		if (strchr(*c, '='))
			env_put(ct, *c, &n);
	for (size_t i = 0; default_env[i]; i++)
		if (!ct->keep_env || strchr(default_env[i], '='))
			env_put(ct, default_env[i], &n);
	home = mem_printf(ct, "HOME=%s", ct->who.home);
	if (!home)
		return -1;
	if (!ct->keep_env || ct->user)
		env_put(ct, home, &n);
	for (op = op_find(ct->ops, OP_ENV); op; op = op_find(op->next, OP_ENV))
		env_put(ct, op->a, &n);
	if (ct->listen_fds) {
		env_put(ct, mem_printf(ct, "LISTEN_FDS=%d", ct->listen_fds), &n);
		env_put(ct, "LISTEN_PID=", &n); /* in_exec() knows it */
	}
	return 0;
}

static int
in_hold(struct ct *ct)
{
	if (step_report(ct, REC_HELD, 0) < 0)
		return fail_sys(ct, "tell the parent");
	in_wait(ct);
	return 0;
}

/* A pid 1 for commands that leave orphans: it reaps them, hands on what it is
 * sent, and ends with the command. It has the rights of the command and holds
 * no descriptor but the standard ones. */
static int
in_init_loop(pid_t main, sigset_t *all)
{
	int sig, status, retries = 3;
	siginfo_t si;
	pid_t pid;

	for (;;) {
		sig = sigwaitinfo(all, &si);
		if (sig != SIGCHLD) {
			if (sig > 0)
				kill(main, sig);
			continue;
		}
		while ((pid = waitpid(-1, &status, WNOHANG)) > 0 ||
		       (pid < 0 && (errno == EINTR || retries-- > 0)))
			if (pid == main)
				_exit(WIFEXITED(status) ? WEXITSTATUS(status) :
				      128 + WTERMSIG(status));
		if (pid < 0)            /* with a child it should not fail */
			_exit(125);
	}
}

/* What the reaper fails at ends it, and with it the command: pid 1. */
static int
in_init_reaper(struct ct *ct, pid_t main, sigset_t *all)
{
	if (sys_prctl(PR_SET_CHILD_SUBREAPER, 1, 0) < 0)
		return fail_sys(ct, "prctl PR_SET_CHILD_SUBREAPER");
	/* whoever traces it may get no call out of it that the command has not */
	if (ct->use & U_SECCOMP && pr_seccomp_reaper(ct) < 0)
		return -1;
	fd_close(&ct->rec_fd[1]);
	fd_close(&ct->go_fd[0]);
	mem_free(ct);
	if (!ct->filtered)
		kill(main, SIGUSR1);
	return in_init_loop(main, all);
}

/* The command's process: with a filter of the user's it is the only one to have
 * that, so it waits until the reaper has its own. All signals are blocked. */
static int
in_init_command(struct ct *ct, pid_t reaper)
{
	siginfo_t si = { 0 };
	sigset_t usr1;

	if (sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0) < 0)
		return fail_sys(ct, "prctl PR_SET_PDEATHSIG");
	if (getppid() != reaper)        /* it died before that */
		_exit(125);
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	while (!ct->filtered && si.si_pid != reaper)
		if (sigwaitinfo(&usr1, &si) < 0 && errno != EINTR)
			return fail_sys(ct, "wait for the reaper");
	return 0;
}

static int
in_init(struct ct *ct)
{
	sigset_t all;
	pid_t pid, own = getpid();

	sigfillset(&all);
	if (sigprocmask(SIG_BLOCK, &all, NULL) < 0)
		return fail_sys(ct, "sigprocmask");
	pid = sys_fork();
	if (pid < 0)
		return fail_sys(ct, "fork");
	if (pid > 0)
		return in_init_reaper(ct, pid, &all);
	return in_init_command(ct, own);
}

/* The first bytes of a program that is there but gets ENOENT tell what it
 * lacks. 127 is for a command that is not there, 126 for one that is. */
static int CANARY
in_exec_why(struct ct *ct, const char *path, int no)
{
	union { char c[4096]; Elf64_Ehdr e64; Elf32_Ehdr e32; } h;
	int fd = io_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	ssize_t n = fd < 0 ? -1 : read(fd, &h, sizeof h - 1);
	uint64_t off = 0;

	ct->err.status = (no == ENOENT || no == ENOTDIR) && n < 0 ? 127 : 126;
	if (n > 0)
		h.c[n] = '\0';
	if (n > 2 && no == ENOENT && !memcmp(h.c, "#!", 2)) {
		h.c[text_until(h.c, "\n")] = '\0';
		off = 2 + text_in(h.c + 2, " \t");
		h.c[off + text_until(h.c + off, " \t")] = '\0';
		fd_close(&fd);
		text_f(ct->err.hint, sizeof ct->err.hint,
		       "its interpreter %s is missing", h.c + off);
		errno = no;
		return fail_sys(ct, "execve %s", path);
	}
	if (n > (ssize_t)sizeof h.e64 && !memcmp(h.c, ELFMAG, SELFMAG)) {
		bool w = h.c[EI_CLASS] == ELFCLASS64;
		size_t num = w ? h.e64.e_phnum : h.e32.e_phnum;
		size_t at = w ? h.e64.e_phoff : h.e32.e_phoff;

		for (size_t i = 0; i < num && at + sizeof(Elf64_Phdr) <
		     (size_t)n; i++, at += w ? sizeof(Elf64_Phdr) :
		     sizeof(Elf32_Phdr)) {
			Elf64_Phdr *p64 = (void *)(h.c + at);
			Elf32_Phdr *p32 = (void *)(h.c + at);

			if ((w ? p64->p_type : p32->p_type) == PT_INTERP)
				off = w ? p64->p_offset : p32->p_offset;
		}
	}
	if (off && no == ENOENT && off < (uint64_t)n) {
		text_f(ct->err.hint, sizeof ct->err.hint,
		       "its ELF loader %s is missing", h.c + off);
	}
	fd_close(&fd);
	errno = no;
	return fail_sys(ct, "execve %s", path);
}

/* Those that a caller may have ignored: nohup, a shell's background job, a
 * language's run time. Handlers are gone with execve anyway. */
static const int dispositions[] = {
	SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGCHLD, SIGUSR1, SIGUSR2,
	SIGTSTP, SIGTTIN, SIGTTOU, SIGALRM, SIGXFSZ, 32, 33
};

static int
in_signals(struct ct *ct)
{
	sigset_t none;

	sigemptyset(&none);
	for (size_t i = 0; i < LEN(dispositions); i++)
		if (sig_default(dispositions[i]) < 0)
			return fail_sys(ct, "sigaction %d", dispositions[i]);
	return sigprocmask(SIG_SETMASK, &none, NULL) < 0 ?
	       fail_sys(ct, "sigprocmask") : 0;
}

static int
in_exec(struct ct *ct)
{
	const char *name = IN_LIB(ct) && ct->path ? ct->path : ct->argv[0];
	const char *dirs, *path_env, *end;
	char path[PATH_MAX];
	int no = ENOENT;

	if (ct->listen_fds) {
		text_f(ct->listen_pid, sizeof ct->listen_pid, "LISTEN_PID=%d",
		       getpid());
		*env_find(ct->env, "LISTEN_PID=") = ct->listen_pid;
	}
	if (in_signals(ct) < 0)
		return -1;
	if (step_report(ct, REC_READY, 0) < 0)
		return fail_sys(ct, "tell the parent");
	if (strchr(name, '/')) {
		execve(name, ct->argv, ct->env);
		return in_exec_why(ct, name, errno);
	}
	dirs = path_env = *env_find(ct->env, "PATH=") ?
	                  *env_find(ct->env, "PATH=") + 5 : "/usr/bin:/bin";
	for (; *name && *dirs; dirs = *end ? end + 1 : end) {
		end = dirs + text_until(dirs, ":");
		if (text_f(path, sizeof path, "%.*s/%s", (int)(end - dirs), dirs,
		             name) >= sizeof path)
			continue;
		execve(path, ct->argv, ct->env);
		if (errno == ENOENT && io_access(AT_FDCWD, path, F_OK) == 0)
			return in_exec_why(ct, path, ENOENT);
		if (errno != ENOENT && errno != ENOTDIR && errno != EACCES)
			return in_exec_why(ct, path, errno);
		if (errno == EACCES)
			no = EACCES;
	}
	ct->err.status = no == ENOENT ? 127 : 126;
	text_f(ct->err.hint, sizeof ct->err.hint, "PATH is %s", path_env);
	errno = no;
	return fail_sys(ct, "execve %s", name);
}

static int
in_umask(struct ct *ct)
{
	umask((mode_t)ct->umask);
	return 0;
}

/* --- the line: from here on it may be seen from inside --- */

/* A callback keeps what of the caller's environment it is to have, and all of
 * the caller's memory; the rest goes. */
static void
line_wipe_env(struct ct *ct)
{
	size_t n;

	for (char **e = ct->caller_env; e && *e && !ct->keep_env; e++) {
		struct op *op = op_find(ct->ops, OP_ENV);

		n = text_until(*e, "=");
		while (op && (strncmp(op->a, *e, n) || op->a[n]))
			op = op_find(op->next, OP_ENV);
		for (size_t i = 0; !op && default_env[i]; i++)
			if (!strncmp(default_env[i], *e, n) && !default_env[i][n])
				n = 0;  /* a default that is copied */
		if (!op && n)
			memset(*e, 0, strlen(*e));
	}
}

/* Where a library's caller has its arguments and environment: the last fields
 * of /proc/self/stat but some, behind the name, which may have blanks. */
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
	for (int i = 3; p && i < 52; i++) {
		p = strchr(p + 1, ' ');
		if (p && i >= 48)
			at[i - 48] = text_scan(p, 10, NULL);
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
		if (!(copy[i] = mem_dup(ct, list[i], strlen(list[i]))))
			return NULL;
	if (copy)
		copy[n] = NULL;
	return copy;
}

/* What is below on the stack was the host's: paths, mounts. */
static void
line_wipe_stack(void)
{
	volatile char below[65536];

	for (size_t i = 0; i < sizeof below; i += sizeof(uint64_t))
		*(volatile uint64_t *)(volatile void *)(below + i) = 0;
}

/* Copies what the command needs, and wipes and frees all else: the arguments
 * and environment of the caller, the argument files, the paths of the host. */
static int
line_wipe(struct ct *ct)
{
	struct block *old = ct->mem, *b;
	const char *name = (const char *)getauxval(AT_EXECFN);
	size_t size = ct->sc_len * sizeof *ct->sc_file;

	ct->mem = NULL;
	if (!(ct->argv = line_copy(ct, ct->argv)) ||
	    !(ct->env = line_copy(ct, ct->env)) ||
	    (ct->workdir && !(ct->workdir = mem_dup(ct, ct->workdir,
	                                            strlen(ct->workdir)))) ||
	    (ct->path && !(ct->path = mem_dup(ct, ct->path, strlen(ct->path)))) ||
	    (ct->sc_file && !(ct->sc_file = (void *)mem_dup(ct,
	                      (const char *)ct->sc_file, size))))
		return -1;
	for (char **e = ct->caller_env; e && *e; e++)
		memset(*e, 0, strlen(*e));
	if (ct->words_len)
		memset(ct->words, 0, ct->words_len);
	if (name)
		memset((char *)(uintptr_t)name, 0, strlen(name));
	while ((b = old)) {
		old = b->next;
		munmap(b, b->size);
	}
	ct->caller_env = ct->args = NULL;
	ct->ops = NULL;
	ct->name = ct->root = ct->hostname = ct->domainname = ct->pidfile =
	    ct->label = ct->on_start = ct->on_exit = ct->sc_path = ct->dns = NULL;
	ct->user = ct->user ? "" : NULL;
	ct->who.home = ct->who.name = NULL;
	memset(ct->cg_path, 0, sizeof ct->cg_path);
	memset(ct->id_buf, 0, sizeof ct->id_buf);
	return 0;
}

/* The root of the container that is entered. setns() lands on the top of the
 * mount namespace; the descriptor names where its first process lives. */
static int
line_root(struct ct *ct)
{
	struct stat a, b;

	if (sys_fchdir(ct->tree_fd) < 0 || chroot(".") < 0)
		return fail_sys(ct, "chroot to the container's root");
	if (fstat(ct->tree_fd, &a) < 0 || stat("/", &b) < 0)
		return fail_sys(ct, "stat the container's root");
	return a.st_dev != b.st_dev || a.st_ino != b.st_ino ?
	       fail_msg(ct, "/ is not the container's root") : 0;
}

/* Joins what ct exec joins, or what --ns left: a pid namespace takes effect
 * for the process that is made next, which is the one that is seen. */
static int
line_join(struct ct *ct)
{
	struct op *pid = ns_op(ct, NS_PID), *mnt = ns_op(ct, NS_MNT);

	if (!ct->exec) {
		if (pid && setns(pid->fd, CLONE_NEWPID) < 0)
			return fail_sys(ct, "setns pid %s", pid->b);
		if (mnt && setns(mnt->fd, CLONE_NEWNS) < 0)
			return fail_sys(ct, "setns mnt %s", mnt->b);
		return mnt ? line_root(ct) : 0;
	}
	if (ct->join && setns(ct->self_fd, (int)ct->join) < 0)
		return fail_sys(ct, "setns");
	if (ct->join & CLONE_NEWUSER && sys_root() < 0)
		return fail_sys(ct, "become root of the user namespace");
	return ct->join & CLONE_NEWNS ? line_root(ct) : 0;
}

/* Nothing of the host's goes further: no descriptor but those that stay, no word
 * of the caller's, and where it is sure to be seen before it executes, nothing on
 * the stack. A descriptor that is closed on execve is open while that resolves the
 * command's path, which the image made (CVE-2024-21626); and whoever may trace a
 * process that waits, or that enters, has what it has (CVE-2016-9962). */
static int
in_let_go(struct ct *ct)
{
	bool seen = ct->exec || ct->hold || ct->init || ct->pid_ns;
	int *const fds[] = { &ct->proc_fd, &ct->cg_top_fd, &ct->cg_base_fd,
		&ct->cg_fd, &ct->box_fd, &ct->group_fd, &ct->status_fd,
		&ct->self_fd, &ct->host_net_fd, &ct->net_fd, &ct->nft_fd,
		&ct->host_rt_fd, &ct->pidfd, &ct->sig_fd, &ct->detach_fd,
		&ct->pid_fd, &ct->tree_fd, &ct->own_fd, &ct->peer_fd,
		&ct->peer_mnt_fd, &ct->rec_fd[0], &ct->proc_mnt_fd,
		&ct->sys_mnt_fd };
	bool callback = IN_LIB(ct) && ct->fn;

	ct->ready_fd = ct->info_fd = -1;
	if (IN_LIB(ct) && !callback && line_find_words(ct) < 0)
		return -1;
	if (line_join(ct) < 0 || in_hide(ct) < 0)
		return -1;
	fd_close_others(ct);
	for (size_t i = 0; i < LEN(fds); i++)
		*fds[i] = -1;
	if (callback)
		line_wipe_env(ct);
	else if (line_wipe(ct) < 0)
		return -1;
	if (seen)
		line_wipe_stack();
	return 0;
}

/* Makes the process that runs the command, where that has to be born in a pid
 * namespace that others are in: it has the rights of the command from its first
 * moment, and this one nobody there sees. */
static int
in_second(struct ct *ct)
{
	return ct->exec || ct->pid_ns ? in_fork(ct, 0) : 0;
}

#ifdef CT_LIB
/* --- of the library --- */

/* Is it one of those that the child needs until it lets go? */
static bool
in_ours(const struct ct *ct, int fd)
{
	const int fds[] = { ct->rec_fd[1], ct->go_fd[0], ct->proc_fd,
		ct->cg_top_fd, ct->cg_base_fd, ct->cg_fd, ct->box_fd, ct->self_fd,
		ct->tree_fd, ct->group_fd, ct->peer_fd, ct->peer_mnt_fd };

	for (size_t i = 0; i < LEN(fds); i++)
		if (fds[i] == fd)
			return true;
	for (struct op *op = ct->ops; op; op = op->next)
		if (op->fd == fd)
			return true;
	return false;
}

/* What to do with one of the caller's: a callback is to see what a program
 * would after execve, a program nothing but what it was given. */
static void
in_fd(const struct ct *ct, int fd)
{
	int flags = fcntl(fd, F_GETFD);
	struct op *op = op_find(ct->ops, OP_KEEPFD);

	if (flags < 0 || in_ours(ct, fd))
		return;
	while (op && (int)op->n != fd)
		op = op_find(op->next, OP_KEEPFD);
	if (op)
		fcntl(fd, F_SETFD, 0);
	else if (!ct->fn || flags & FD_CLOEXEC)
		close(fd);
}

/* The standard streams, then away with what is not to be seen inside: among it
 * the locks and pipes of other containers of this process, which a callback
 * would hold for as long as it runs. */
static int
in_fds(struct ct *ct)
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
	fd_each(ct, in_fd);
	return 0;
}

static int
in_console(struct ct *ct)
{
	if (ct->console && ioctl(0, TIOCSCTTY, 0) < 0)
		return fail_sys(ct, "ioctl TIOCSCTTY on the console");
	return 0;
}

static int
in_call(struct ct *ct)
{
	if (!ct->fn)
		return 0;
	if (in_signals(ct) < 0)
		return -1;
	/* as a command is, or an ordinary user could not enter the container */
	if (sys_prctl(PR_SET_DUMPABLE, 1, 0) < 0)
		return fail_sys(ct, "prctl PR_SET_DUMPABLE");
	if (step_report(ct, REC_READY, 0) < 0)
		return fail_sys(ct, "tell the parent");
	fd_close(&ct->rec_fd[1]);
	fd_close(&ct->go_fd[0]);
	_exit(ct->fn(ct->fn_arg));
}
#endif

/* === steps ============================================================= */

static const struct step inside_steps[] = {
#ifdef CT_LIB
	/* its descriptors, no others */
	{ "fds", 0, V_RUN | V_EXEC, in_fds, NULL },
#endif
	/* die with ct */
	{ "tie", 0, V_RUN | V_EXEC, in_tie, NULL },
	/* see the own cgroup as the root */
	{ "cgroupns", U_CGNS, V_RUN, in_cgroup_ns, NULL },
	/* enter the namespaces of --ns */
	{ "join", U_JOIN, V_RUN, in_join, NULL },
	/* become root of the user namespace */
	{ "idmap", U_USER, V_RUN, in_idmap, NULL },
	/* time namespace and its offsets */
	{ "time", U_TIME, V_RUN, in_time, NULL },
	/* own session and session keyring */
	{ "session", U_KEYRING, V_RUN, pr_session, NULL },
#ifdef CT_LIB
	/* controlling terminal */
	{ "console", 0, V_RUN, in_console, NULL },
#endif
	/* drop supplementary groups */
	{ "groups", 0, V_RUN | V_EXEC, in_groups, NULL },
	/* OOM score */
	{ "oom", U_OOM, V_RUN | V_EXEC, pr_oom, NULL },
	/* AppArmor or SELinux label */
	{ "label", U_LABEL, V_RUN | V_EXEC, pr_label, NULL },
	/* no mount event in or out */
	{ "private", U_MNT, V_RUN, fs_private, NULL },
	/* open what is to be bound */
	{ "source", U_MNT, V_RUN, fs_sources, NULL },
	/* clone the root's mounts */
	{ "root", U_MNT, V_RUN, fs_root, NULL },
	/* mount /proc, read-only */
	{ "proc", U_PROC, V_RUN, fs_proc, NULL },
	/* fill /dev */
	{ "dev", U_DEV, V_RUN, fs_dev, NULL },
	/* mount /dev/pts */
	{ "pts", U_PTS, V_RUN, fs_pts, NULL },
	/* private /tmp and /run */
	{ "tmp", U_MNT, V_RUN, fs_tmp, NULL },
	/* host name */
	{ "uts", U_UTS, V_RUN, in_uts, NULL },
	/* network namespace, lo up */
	{ "net", U_NET, V_RUN, in_net, NULL },
	/* mount /sys, read-only */
	{ "sys", U_SYS, V_RUN, fs_sys, NULL },
	/* the mounts asked for, in order */
	{ "mount", U_MNT, V_RUN, fs_volumes, NULL },
	/* hide parts of /proc and /sys */
	{ "mask", U_MASK, V_RUN, fs_masks, NULL },
	/* ct's own tmpfs read-only */
	{ "seal-fs", U_MNT, V_RUN, fs_seal, NULL },
	/* interfaces up, addresses, routes */
	{ "nic", U_NIC, V_RUN, in_nic, NULL },
	/* sysctls */
	{ "sysctl", U_SYSCTL, V_RUN, pr_sysctl, NULL },
	/* look the user up in the container's files */
	{ "user", 0, V_RUN | V_EXEC, in_user, NULL },
	/* environment */
	{ "env", 0, V_RUN | V_EXEC, in_env, NULL },
	/* pivot_root, or move on an initramfs */
	{ "pivot", U_MNT, V_RUN, fs_pivot, NULL },
	/* lock every mount */
	{ "lock", U_LOCK, V_RUN, fs_lock, NULL },
	/* resource limits */
	{ "rlimit", U_RLIMIT, V_RUN | V_EXEC, pr_rlimits, NULL },
	/* scheduling */
	{ "sched", U_SCHED, V_RUN | V_EXEC, pr_sched, NULL },
	/* enter; from here on nothing of the host's is left: what needs any of it
	 * stands above */
	{ "let-go", 0, V_RUN | V_EXEC, in_let_go, NULL },
	/* own session, the container's keyring */
	{ "session", U_KEYRING, V_EXEC, pr_session, NULL },
	/* drop supplementary groups, where this could not be done outside */
	{ "groups", 0, V_EXEC, in_groups, NULL },
	/* no_new_privs */
	{ "nnp", 0, V_RUN | V_EXEC, pr_no_new_privs, NULL },
	/* seccomp, where privileges may grow */
	{ "seccomp", U_SECCOMP, V_RUN | V_EXEC, pr_seccomp_early, NULL },
	/* user and capabilities */
	{ "caps", 0, V_RUN | V_EXEC, pr_user, NULL },
	/* working directory */
	{ "workdir", 0, V_RUN | V_EXEC, in_workdir, NULL },
	/* umask */
	{ "umask", 0, V_RUN | V_EXEC, in_umask, NULL },
	/* seccomp, where others may trace it from now on */
	{ "seccomp", U_SECCOMP, V_RUN | V_EXEC, pr_seccomp_seen, NULL },
	/* make the process that is seen inside */
	{ "second", 0, V_RUN | V_EXEC, in_second, NULL },
	/* die with ct, now that the user changed; cannot be looked into */
	{ "tie", 0, V_RUN | V_EXEC, in_tie_again, NULL },
	/* tell that it is inside, wait for what is done outside */
	{ "go", 0, V_RUN | V_EXEC, in_go, NULL },
	/* wait for `ct start` */
	{ "hold", U_HOOK, V_RUN, in_hold, NULL },
	/* leave a reaper as pid 1 */
	{ "init", U_INIT, V_RUN, in_init, NULL },
	/* seccomp filter */
	{ "seccomp", U_SECCOMP, V_RUN | V_EXEC, pr_seccomp_late, NULL },
#ifdef CT_LIB
	/* run the callback */
	{ "call", 0, V_RUN | V_EXEC, in_call, NULL },
#endif
	/* run the command */
	{ "exec", 0, V_RUN | V_EXEC, in_exec, NULL },
};

static bool
step_applies(const struct ct *ct, const struct step *s)
{
	return s->when & (ct->exec ? V_EXEC : V_RUN) &&
	       !(s->when & S_INSIDE) == !ct->inside &&
	       (!s->feature || s->feature & ct->use);
}

/* Runs a table. A step that fails and that --try names is a warning, and what
 * else belongs to its feature is left out. */
static int
step_run(struct ct *ct, const struct step *s, size_t n, unsigned long *done)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t start = ct->verbose ? now_usec() : 0;
		int r;

		if (!step_applies(ct, &s[i]))
			continue;
		ct->step = s[i].name;
		*done |= 1UL << (i % (8 * sizeof *done));
		r = s[i].go(ct);
		if (r < 0 && !(s[i].feature & ct->try & U_TRY))
			return -1;
		if (r < 0) {
			step_forgive(ct);
			ct->use &= ~(s[i].feature & ct->try);
		}
		if (ct->verbose)
			step_report(ct, REC_STEP, (unsigned)(now_usec() - start));
	}
	return 0;
}

static void
child_main(struct ct *ct)
{
	unsigned long done = 0;

	ct->in_child = true;
	/* it looks up the last capability at its first use: on the host's /proc */
	capng_clear(CAPNG_SELECT_ALL);
	fd_close(&ct->go_fd[1]);        /* or we would never see it hang up */
	umask(0);                       /* modes are what we say; "umask" ends it */
	step_run(ct, inside_steps, LEN(inside_steps), &done);
	step_report(ct, REC_FAIL, 0);
	_exit(ct->err.status ? ct->err.status : 125);
}

/* --- outside --- */

/* A process in the namespace of fd, by looking at all; 0: none. */
static pid_t
out_ns_member(struct ct *ct, int fd, const char *kind)
{
	char buf[4096], path[48];
	int dir = openat(ct->proc_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat want, st;
	pid_t found = 0;
	uint64_t pid;
	long n;

	if (dir < 0 || fstat(fd, &want) < 0) {
		fail_sys(ct, "read /proc");
		fd_close(&dir);
		return 0;
	}
	while (!found && (n = syscall(SYS_getdents64, dir, buf, sizeof buf)) > 0)
		for (long o = 0; o < n && !found; ) {
			struct dirent64_ *e = (void *)(buf + o);

			o += e->len;
			if (num_parse(e->name, 1, INT_MAX, &pid) < 0)
				continue;
			kfs_ns_path((pid_t)pid, kind, path, sizeof path);
			if (fstatat(ct->proc_fd, path, &st, 0) == 0 &&
			    st.st_ino == want.st_ino && st.st_dev == want.st_dev)
				found = (pid_t)pid;
		}
	fd_close(&dir);
	return found;
}

/* Its root, or for a pid namespace that of one who has a procfs of it. */
static int
out_ns_peer(struct ct *ct, const struct op *op, pid_t pid)
{
	int *root = op->n == NS_MNT ? &ct->tree_fd : &ct->peer_fd;
	char path[32];

	if (!pid && !(pid = out_ns_member(ct, op->fd, op->a)))
		return ct->failed ? -1 :
		       fail_msg(ct, "no process is in %s namespace %s", op->a, op->b);
	text_f(path, sizeof path, "%d/root", pid);
	*root = openat(ct->proc_fd, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*root < 0)
		return fail_sys(ct, "open /proc/%s", path);
	return op->n == NS_PID && (ct->peer_mnt_fd = kfs_ns(ct, pid, "mnt")) < 0 ?
	       -1 : 0;
}

/* By a path, or by the name of a container whose namespace is meant. */
static int
out_ns_open(struct ct *ct, struct op *op)
{
	bool named = op->k != NS_PATH && (op->k || !strchr(op->b, '/'));
	const char *step = ct->step;
	struct grp g = { .fd = -1 };
	int pidfd = -1;

	if (kfs_need_proc(ct) < 0)
		return -1;
	if (!named) {
		op->fd = io_open(op->b, O_RDONLY);
		if (op->fd < 0)
			return fail_sys(ct, "open %s", op->b);
	} else {
		if (grp_open(ct, op->b, &g) < 0) {
			ct->err.status = 125;
			return -1;
		}
		ct->step = step;
		pidfd = grp_pidfd(ct, &g, g.pid);
		fd_close(&g.fd);
		if (pidfd < 0 || (op->fd = kfs_ns(ct, g.pid, op->a)) < 0)
			goto out;
	}
	if ((op->n == NS_PID || op->n == NS_MNT) &&
	    out_ns_peer(ct, op, g.pid) < 0)
		goto out;
	/* what was looked up by number above was its, if it lives now */
	if (named && syscall(NR_pidfd_send_signal, pidfd, 0, NULL, 0) < 0)
		fail_sys(ct, "open the %s namespace of %s", op->a, op->b);
out:
	fd_close(&pidfd);
	return ct->failed ? -1 : 0;
}

static int
out_ns(struct ct *ct)
{
	struct stat st;
	struct op *op;

	for (op = op_find(ct->ops, OP_NS); op; op = op_find(op->next, OP_NS)) {
		if (out_ns_open(ct, op) < 0)
			return -1;
		if (op->n == NS_PID && fstat(op->fd, &st) < 0)
			return fail_sys(ct, "stat %s", op->b);
		if (op->n == NS_PID) {
			ct->pid_ns = st.st_ino;
			ct->nsfs = st.st_dev;
		}
	}
	return 0;
}

/* Volumes with idmap: cloned here, where root has the right to map them, with
 * the map of a user namespace that a helper holds for as long as that takes. */
static int
out_volumes(struct ct *ct)
{
	struct k_mount_attr a = { .set = K_IDMAP };
	struct op *op;
	int ns = -1, hold[2] = { -1, -1 };
	pid_t pid = -1;
	char byte;

	if (kfs_need_proc(ct) < 0)
		return -1;
	if (sys_pipe(hold) < 0 || (pid = sys_fork()) < 0) {
		fail_sys(ct, "fork");
		goto out;
	}
	if (pid == 0) {
		if (sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0) == 0 &&
		    unshare(CLONE_NEWUSER) == 0 && write(hold[1], "", 1) == 1)
			for (;;)
				pause();
		_exit(1);
	}
	fd_close(&hold[1]);
	ct->pid = pid;
	if (read(hold[0], &byte, 1) != 1)
		fail_msg(ct, "no user namespace for the map (CONFIG_USER_NS)");
	else if (id_maps(ct) == 0)
		ns = kfs_ns(ct, pid, "user");
	a.userns_fd = (unsigned)ns;
	for (op = ct->ops; op && !ct->failed; op = op->next) {
		if (op->kind != OP_BIND || !(op->opt & M_IDMAP))
			continue;
		op->fd = sys_tree(AT_FDCWD, op->a, op->opt & M_REC ?
		                  K_AT_RECURSIVE : 0);
		if (op->fd < 0 || syscall(NR_mount_setattr, op->fd, "",
		    K_AT_EMPTY_PATH | (op->opt & M_REC ? K_AT_RECURSIVE : 0), &a,
		    sizeof a) < 0)
			fail_sys(ct, "map the ids of %s", op->a);
	}
out:
	if (pid > 0) {
		kill(pid, SIGKILL);
		sys_wait(pid);
	}
	ct->pid = 0;
	fd_close(&ns);
	fd_close(&hold[0]);
	fd_close(&hold[1]);
	return ct->failed ? -1 : 0;
}

/* Opened before anything runs, so that a bad one is an error in time. */
static int
out_pidfile(struct ct *ct)
{
	if (!ct->pidfile)
		return 0;
	ct->pid_fd = openat(AT_FDCWD, ct->pidfile, O_WRONLY | O_CREAT | O_TRUNC |
	                    O_NOFOLLOW | O_CLOEXEC, 0644);
	return ct->pid_fd < 0 ? fail_sys(ct, "open %s", ct->pidfile) : 0;
}

static void
out_pidfile_undo(struct ct *ct)
{
	if (ct->pid_fd >= 0)
		unlink(ct->pidfile);
	fd_close(&ct->pid_fd);
}

static int
out_pipes(struct ct *ct)
{
	/* a library cannot have SIGPIPE blocked, and send(2) can do without it */
	if (sys_pipe(ct->rec_fd) < 0 || (IN_LIB(ct) ?
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ct->go_fd) :
	    sys_pipe(ct->go_fd)) < 0)
		return fail_sys(ct, "pipe");
	return 0;
}

static void
out_pipes_undo(struct ct *ct)
{
	for (int i = 0; i < 2; i++) {
		fd_close(&ct->rec_fd[i]);
		fd_close(&ct->go_fd[i]);
	}
}

/* The first of these namespaces that the kernel does not have, or -1. */
static int
out_ns_missing(struct ct *ct, unsigned ns)
{
	char path[32];

	for (int i = 0; i < NS_MAX && kfs_has_proc(ct); i++) {
		if (ns & 1u << i && io_access(ct->proc_fd, kfs_ns_path(0,
		    ns_kinds[i].name, path, sizeof path), F_OK) < 0)
			return i;
	}
	return -1;
}

static int
out_clone_fail(struct ct *ct, int no, unsigned ns)
{
	int i = no == EINVAL ? out_ns_missing(ct, ns) : -1;

	errno = no;
	return i < 0 ? fail_sys(ct, "clone3") :
	       fail_sys(ct, "clone3 with a %s namespace (%s)",
	                ns_kinds[i].name, ns_kinds[i].config);
}

/* Leaves out what --try allows to be left out: a namespace that is missing,
 * or for root the user namespace if it is refused. True to try again. */
static bool
out_clone_without(struct ct *ct, int no, unsigned ns)
{
	int i = out_ns_missing(ct, ns & ct->try);

	if (i < 0 && ns & ct->try & U_USER && !ct->euid)
		i = NS_USER;
	if (i < 0)
		return false;
	errno = no;
	fail_sys(ct, "goes on without a %s namespace", ns_kinds[i].name);
	step_forgive(ct);
	ct->unshare &= ~(1u << i);
	ct->use &= ~(1u << i);
	return true;
}

static int
out_clone(struct ct *ct)
{
	/* the library's are none that the caller's wait(2) or SIGCHLD sees, but
	 * for those that it gets the pid of */
	struct k_clone_args a = { .exit_signal = IN_LIB(ct) && !ct->exec ? 0 :
	                          SIGCHLD };
	const uint64_t all[] = { ~0ULL, ~0ULL };
	uint64_t mask[2];
	unsigned ns = ct->unshare & ~(unsigned)(U_CGNS | U_TIME);
	struct op *op;
	long pid;

	for (op = op_find(ct->ops, OP_NS); op; op = op_find(op->next, OP_NS))
		if (op->n == NS_USER)
			ns = 0;         /* the rest has to belong to that one */
	if (ct->self_fd >= 0)
		ns &= ~(unsigned)U_NET;
	a.flags = CLONE_PIDFD;
	a.pidfd = (uintptr_t)&ct->pidfd;
	for (int i = 0; i < NS_MAX; i++)
		if (ns & 1u << i)
			a.flags |= ns_kinds[i].flag;
	if (ct->exec)
		a.flags = CLONE_PIDFD;
	if (ct->cg_fd >= 0) {
		a.flags |= K_CLONE_INTO_CGROUP;
		a.cgroup = (unsigned)(ct->box_fd >= 0 ? ct->box_fd : ct->cg_fd);
	}
	if (IN_LIB(ct)) {       /* no handler of the caller's runs in the child */
		a.flags |= K_CLONE_CLEAR_SIGHAND;
		syscall(SYS_rt_sigprocmask, SIG_SETMASK, all, mask, _NSIG / 8);
	}
	pid = syscall(NR_clone3, &a, sizeof a);
	if (pid < 0 && errno == ENOSYS) {
		/* inside a container whose seccomp filter has to say no: the
		 * child joins its cgroup itself, which costs 11 ms */
		pid = syscall(SYS_clone, (a.flags & 0xffffff00) | a.exit_signal,
		              0, &ct->pidfd, 0, 0);
		if (pid == 0 && ct->cg_fd >= 0 &&
		    io_put((int)a.cgroup, "cgroup.procs", "0") < 0)
			_exit(125);
	}
	if (IN_LIB(ct) && pid)
		syscall(SYS_rt_sigprocmask, SIG_SETMASK, mask, NULL, _NSIG / 8);
	if (pid < 0 && errno != ENOSYS && out_clone_without(ct, errno, ns))
		return out_clone(ct);
	if (pid < 0)
		return out_clone_fail(ct, errno, ns);
	if (pid == 0)
		child_main(ct);
	ct->pid = ct->first_pid = (pid_t)pid;
	fd_close(&ct->go_fd[0]);
	fd_close(&ct->rec_fd[1]);
	return 0;
}

static void
out_kill(struct ct *ct, int sig)
{
	if (ct->pidfd >= 0)
		syscall(NR_pidfd_send_signal, ct->pidfd, sig, NULL, 0);
}

static void
out_clone_undo(struct ct *ct)
{
	if (ct->pid > 0) {
		out_kill(ct, SIGKILL);
		sys_wait(ct->pid);
		ct->pid = 0;
	}
	fd_close(&ct->pidfd);
}

/* One that was made and cannot be taken on is ended, if it is a child of ours: a
 * zombie would keep the container's pid namespace from ending. */
static void
out_second_end(pid_t pid)
{
	siginfo_t si;

	if (waitid(P_PID, (id_t)pid, &si, WEXITED | WNOHANG | WNOWAIT | __WALL) < 0)
		return;
	kill(pid, SIGKILL);
	sys_wait(pid);
}

/* What was cloned first ends when it has made the one that counts. Its number
 * comes through a pipe that others inside may write to: it has to be a child of
 * ours, in the namespace that it was to be born in. */
static int
out_second(struct ct *ct, pid_t pid)
{
	siginfo_t si;
	char path[48];
	struct stat st;
	int fd = (int)syscall(NR_pidfd_open, pid, 0);

	if (fd < 0) {
		fail_sys(ct, "pidfd_open %d", pid);
		out_second_end(pid);
		return -1;
	}
	if (pid == ct->pid)
		fail_msg(ct, "the child has told its own pid");
	if (ct->failed || kfs_need_proc(ct) < 0)
		goto fail;
	kfs_ns_path(pid, "pid", path, sizeof path);
	/* its zombie has no namespaces; and who is not root may not look at those of
	 * one that hides (EACCES, on old kernels the link itself), in which
	 * there is only what is that user's anyway */
	if (waitid(K_PIDFD_P, (id_t)fd, &si, WEXITED | WNOHANG | WNOWAIT |
	           __WALL) < 0) {
		fail_sys(ct, "waitid process %d", pid);
	} else if (fstatat(ct->proc_fd, path, &st, 0) < 0) {
		if (errno != ENOENT && (errno != EACCES || !ct->euid)) {
			fail_sys(ct, "stat /proc/%s", path);
			out_second_end(pid);
		}
	} else if (ct->pid_ns && (st.st_dev == ct->nsfs || !ct->euid) &&
	           st.st_ino != ct->pid_ns) {
		fail_msg(ct, "process %d is not the container's", pid);
	}
fail:
	if (ct->failed) {
		fd_close(&fd);
		return -1;
	}
	sys_wait(ct->pid);
	fd_close(&ct->pidfd);
	ct->pid = pid;
	ct->pidfd = fd;
	return 0;
}

static int
out_go(struct ct *ct)
{
	if ((IN_LIB(ct) ? send(ct->go_fd[1], "", 1, MSG_NOSIGNAL) :
	     write(ct->go_fd[1], "", 1)) != 1)
		return fail_sys(ct, "release the child");
	return 0;
}

static int
out_idmap(struct ct *ct)
{
	if (kfs_need_proc(ct) < 0)
		return -1;
	return id_maps(ct) < 0 ? -1 : out_go(ct);
}

static int
out_net(struct ct *ct)
{
	if (ct->self_fd < 0)
		return 0;
	if (unshare(CLONE_NEWNET) < 0)
		return fail_sys(ct, "unshare network namespace");
	/* the child may join it meanwhile; at the end it waits for all */
	return out_go(ct) < 0 || (!(ct->use & U_NIC) && net_lo(ct) < 0) ? -1 : 0;
}

/* Opens what brings an interface back. */
static int
out_nic_ways(struct ct *ct)
{
	if (ct->net_fd < 0 && (ct->net_fd = kfs_ns(ct, ct->pid, "net")) < 0)
		return -1;
	if (ct->host_net_fd < 0)
		ct->host_net_fd = kfs_ns(ct, 0, "net");
	return ct->host_net_fd < 0 ? -1 : 0;
}

/* The index of what was moved in, by which it is known when it is to come back,
 * whatever the container calls it then. */
static int
out_nic_moved(struct ct *ct, struct nic *c)
{
	struct nl nl;

	if (setns(ct->net_fd, CLONE_NEWNET) < 0)
		return fail_sys(ct, "enter the container's network");
	if (nl_open(ct, &nl, NETLINK_ROUTE, NL_SIZE) == 0)
		c->inside = nic_index(ct, &nl, c->name);
	fd_close(&nl.fd);
	if (setns(ct->host_net_fd, CLONE_NEWNET) < 0)
		return fail_sys(ct, "setns back");
	return c->inside ? 0 : -1;
}

static int
out_nics(struct ct *ct)
{
	/* this process may be in the container's network by now */
	struct net_ref to = { IFLA_NET_NS_PID, (uint32_t)(ct->self_fd >= 0 ?
	                      getpid() : ct->pid) };
	struct nl nl;

	if (nl_open(ct, &nl, NETLINK_ROUTE, NL_SIZE) < 0)
		return -1;
	nl_words(&nl);
	for (struct op *op = ct->ops; op && !ct->failed; op = op->next) {
		bool phys = op->nic && op->nic->kind == NIC_PHYS;

		if (op->nic && (!phys || out_nic_ways(ct) == 0) &&
		    nic_outside(ct, &nl, op->nic, to) == 0 && phys)
			out_nic_moved(ct, op->nic);
		if (ct->failed && ct->try & U_NIC) {
			step_forgive(ct);
			ct->use &= ~(unsigned)U_NAT;
		}
	}
	fd_close(&nl.fd);
	return ct->failed ? -1 : 0;
}

static int
out_nic(struct ct *ct)
{
	return out_nics(ct) < 0 ? -1 : out_go(ct);
}

static void
out_nic_undo(struct ct *ct)
{
	struct err err = ct->err;
	bool failed = ct->failed;

	ct->step = "nic";
	for (struct op *op = ct->ops; op; op = op->next) {
		if (!op->nic || !op->nic->was)
			continue;
		memset(&ct->err, 0, sizeof ct->err);
		ct->failed = false;
		if (nic_back(ct, op->nic) < 0)
			step_forgive(ct);
		op->nic->was = 0;
	}
	ct->err = err;
	ct->failed = failed;
	fd_close(&ct->net_fd);
	fd_close(&ct->host_net_fd);
}

static int
out_netfd(struct ct *ct)
{
	bool apart = IN_LIB(ct) || ct->use & U_NAT || ct->unshare & U_USER ||
	             op_find(ct->ops, OP_NS);

	for (struct op *op = ct->ops; op; op = op->next)
		apart |= op->nic && op->nic->kind == NIC_PHYS;
	if (apart)
		return 0;
	if (ct->use & U_NIC) {          /* to make the host's side by */
		ct->host_rt_fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC,
		                        NETLINK_ROUTE);
		if (ct->host_rt_fd < 0)
			return fail_sys(ct, "socket NETLINK_ROUTE");
	}
	if (ct->on_start || ct->on_exit) {
		ct->host_net_fd = kfs_ns(ct, 0, "net");
		if (ct->host_net_fd < 0) {      /* no /proc: the plain way */
			ct->failed = false;
			return 0;
		}
	}
	/* the child joins "the network namespace that this process has then" */
	ct->self_fd = (int)syscall(NR_pidfd_open, getpid(), 0);
	return ct->self_fd < 0 ? fail_sys(ct, "pidfd_open") : 0;
}

static void
out_netfd_undo(struct ct *ct)
{
	fd_close(&ct->self_fd);
	fd_close(&ct->host_rt_fd);
}

/* --- the record: attributes of the group's directory --- */

enum { ARGS_MAX = 4096 };       /* arguments that are recorded at most */

/* Fits what a kernfs attribute may be; longer argument lists have no record of
 * their arguments, and `ct exec` says so. */
static int
out_record(struct ct *ct)
{
	size_t len = 0, size = 0;
	char *buf, **a;

	if (ct->cg_fd < 0)
		return 0;
	for (a = ct->args; *a; a++)
		size += strlen(*a) + 1;
	if (size > 60000 || ct->nargs == ARGS_MAX ||
	    !(buf = mem_get(ct, size + 1)))
		return ct->failed ? -1 : 0;
	for (a = ct->args; *a; a++) {
		memcpy(buf + len, *a, strlen(*a) + 1);
		len += strlen(*a) + 1;
	}
	if (fsetxattr(ct->cg_fd, "user.ct.argv", buf, len, 0) < 0 &&
	    errno != EOPNOTSUPP)
		return fail_sys(ct, "setxattr user.ct.argv");
	/* the program, not the file's name: that may be another by then */
	if (ct->sc_file && fsetxattr(ct->cg_fd, "user.ct.seccomp", ct->sc_file,
	    ct->sc_len * sizeof *ct->sc_file, 0) < 0 && errno != EOPNOTSUPP)
		return fail_sys(ct, "setxattr user.ct.seccomp");
	if (!ct->named)
		return 0;
	ct->status_fd = (int)syscall(SYS_memfd_create, "ct", 1);
	return ct->status_fd < 0 ? fail_sys(ct, "memfd_create") : 0;
}

/* Who runs in it, since when, which of the arguments is the command; and the
 * descriptors of ours that a client may take: status and go pipe. */
static int
out_record_init(struct ct *ct)
{
	char line[160];
	size_t n = text_f(line, sizeof line, "%d\n", ct->pid);

	if (ct->pid_fd >= 0 && io_write(ct->pid_fd, line, n) < 0)
		return fail_sys(ct, "write %s", ct->pidfile);
	if (ct->cg_fd < 0)
		return 0;
	n = text_f(line, sizeof line, "%d %llu %d %d %d %d %s %s", ct->pid,
	           (unsigned long long)now_usec(), ct->command_at, getpid(),
	           ct->status_fd, ct->hold ? ct->go_fd[1] : -1, ct->ring,
	           ct->hold ? "held" : "");
	if (fsetxattr(ct->cg_fd, "user.ct.init", line, n, 0) < 0 &&
	    errno != EOPNOTSUPP)
		return fail_sys(ct, "setxattr user.ct.init");
	return 0;
}

/* --- hooks --- */

/* Runs sh -c cmd in the caller's namespaces, with CT_NAME and CT_PID. */
static int
out_hook(struct ct *ct, const char *cmd)
{
	const char *argv[] = { "/bin/sh", "-c", cmd, NULL };
	char **env, *extra[2];
	size_t n = 0;
	sigset_t none;
	int status = 0;
	pid_t pid;

	while (ct->caller_env[n])
		n++;
	extra[0] = mem_printf(ct, "CT_NAME=%s", ct->name);
	extra[1] = mem_printf(ct, "CT_PID=%d", ct->first_pid);
	env = mem_get(ct, (n + 3) * sizeof *env);
	if (!extra[0] || !extra[1] || !env)
		return -1;
	memcpy(env, extra, sizeof extra);
	memcpy(env + 2, ct->caller_env, (n + 1) * sizeof *env);
	pid = sys_fork();
	if (pid == 0) {
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		/* the network namespace may be the container's by now */
		if (ct->host_net_fd >= 0 &&
		    setns(ct->host_net_fd, CLONE_NEWNET) < 0)
			_exit(127);
		execve(argv[0], (char **)(uintptr_t)argv, env);
		_exit(127);
	}
	if (pid < 0)
		return fail_sys(ct, "fork");
	status = sys_wait(pid);
	return status ? fail_msg(ct, "%s: status %d", cmd, WIFEXITED(status) ?
	                         WEXITSTATUS(status) : 128 + WTERMSIG(status)) :
	                0;
}

static int
out_on_start(struct ct *ct)
{
	if (ct->on_start && out_hook(ct, ct->on_start) < 0)
		return -1;
	return out_go(ct);
}

static const struct step outside_steps[] = {
	/* open the pid file */
	{ "pidfile", 0, V_RUN, out_pidfile, out_pidfile_undo },
	/* make and lock the group */
	{ "cgroup", U_CGROUP, V_RUN, cg_create, cg_remove },
	/* write its record */
	{ "record", U_CGROUP, V_RUN, out_record, NULL },
	/* write its limits */
	{ "limits", U_LIMITS, V_RUN, cg_limits, NULL },
	/* device filter */
	{ "devices", U_DEVICES, V_RUN, cg_devices, NULL },
	/* open the namespaces of --ns */
	{ "join", U_JOIN, V_RUN, out_ns, NULL },
	/* clone the volumes whose ids are mapped */
	{ "volumes", U_IDMAP, V_RUN, out_volumes, NULL },
	/* let the child join a network namespace made meanwhile */
	{ "netns", U_NET, V_RUN, out_netfd, out_netfd_undo },
	/* pipes to and from the child */
	{ "pipe", 0, V_RUN, out_pipes, out_pipes_undo },
	/* clone3 with the namespaces, into the group */
	{ "clone", 0, V_RUN, out_clone, out_clone_undo },
	/* write the id maps */
	{ "idmap", U_USER, V_RUN, out_idmap, NULL },
	/* network namespace, lo up */
	{ "net", U_NET, V_RUN, out_net, NULL },
	/* make or move its interfaces */
	{ "nic", U_NIC, V_RUN, out_nic, out_nic_undo },
	/* nf_tables rules of nat and --publish */
	{ "nat", U_NAT, V_RUN, nft_load, nft_undo },
	/* now that it is inside: who runs in it */
	{ "record", 0, V_RUN | S_INSIDE, out_record_init, NULL },
	/* the caller's command; let the child go */
	{ "on-start", 0, V_RUN | S_INSIDE, out_on_start, NULL },
};

/* The only clean-up path: what was done, last first. */
static void
step_undo(struct ct *ct)
{
	int saved = errno;

	for (size_t i = LEN(outside_steps); i-- > 0; )
		if (ct->done >> i & 1 && outside_steps[i].undo)
			outside_steps[i].undo(ct);
	ct->done = 0;
	fd_close(&ct->proc_fd);
	fd_close(&ct->sig_fd);
	errno = saved;
}

/* === supervisor ======================================================== */

static const struct { const char *name; int sig; } signals[] = {
	{ "HUP", SIGHUP }, { "INT", SIGINT }, { "QUIT", SIGQUIT },
	{ "TERM", SIGTERM }, { "USR1", SIGUSR1 }, { "USR2", SIGUSR2 },
	{ "WINCH", SIGWINCH }, { "CONT", SIGCONT }, { "ALRM", SIGALRM },
	{ "ABRT", SIGABRT }, { "KILL", SIGKILL }, { "STOP", SIGSTOP },
	{ "TSTP", SIGTSTP }, { "PWR", SIGPWR },
};
#define SIGNALS_PASSED 9        /* of these, handed on by ct run */

/* Does pid 1 take the signal as any process would: does it catch or ignore it,
 * or would the default be to do nothing? 1, 0, or -1 where that cannot be
 * known. */
static int
sup_catches(struct ct *ct, int sig)
{
	static const char harmless[] = { SIGCHLD, SIGCONT, SIGURG, SIGWINCH,
		SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, 0 };
	char path[32], buf[4096], *c, *i;

	if (strchr(harmless, sig))
		return 1;
	text_f(path, sizeof path, "%d/status", ct->pid);
	if (!kfs_has_proc(ct) ||
	    io_get(ct->proc_fd, path, buf, sizeof buf) < 0 ||
	    !(c = text_find(buf, "\nSigCgt:")) ||
	    !(i = text_find(buf, "\nSigIgn:")))
		return -1;
	return (int)((text_scan(c + 8, 16, NULL) | text_scan(i + 8, 16, NULL)) >>
	             (sig - 1) & 1);
}

struct sup {
	uint64_t deadline;      /* in µs; 0: none */
	uint64_t exec_by;       /* the same, for the end of the child's pipe */
	bool started;
	int ended_by;           /* the signal that stands for the end, or 0 */
	bool timed_out, killed;
	int status;
};

static void
sup_deadline(struct ct *ct, struct sup *s)
{
	int sec = ct->stop_timeout < 0 ? STOP_TIMEOUT : ct->stop_timeout;

	s->deadline = now_usec() + (uint64_t)sec * 1000000;
}

/* A signal that pid 1 of a pid namespace does not catch does nothing to it;
 * what its default action would have done, ct does. */
static void
sup_signal(struct ct *ct, struct sup *s, int sig)
{
	int caught;

	if (sig == SIGTERM)
		sig = ct->stop_signal;
	caught = ct->init || ct->exec || !(ct->unshare & U_PID) ? 1 :
	             sup_catches(ct, sig);

	if (caught != 0)
		out_kill(ct, sig);
	else {
		s->ended_by = sig;
		s->killed = true;
		out_kill(ct, SIGKILL);
	}
	/* it may not hear, or is to be given only so long */
	if (caught < 0 || (sig == ct->stop_signal && ct->stop_timeout >= 0)) {
		s->ended_by = sig;
		sup_deadline(ct, s);
	}
}

static void
sup_expired(struct ct *ct, struct sup *s)
{
	s->deadline = 0;
	if (s->timed_out || s->ended_by) {
		s->killed = true;
		out_kill(ct, SIGKILL);
		return;
	}
	s->timed_out = true;
	sup_signal(ct, s, ct->stop_signal);
	if (!s->killed)
		sup_deadline(ct, s);
}

static void
sup_info(struct ct *ct)
{
	struct out o = { .fd = ct->info_fd };
	char path[40];
	struct stat st;
	bool first = true;

	out_f(&o, "{\"name\":");
	out_json(&o, ct->name);
	out_f(&o, ",\"pid\":%d,\"cgroup\":", ct->pid);
	out_json(&o, ct->cg_fd < 0 ? "" : ct->name);
	out_f(&o, ",\"namespaces\":{");
	for (int i = 0; i < NS_MAX; i++) {
		kfs_ns_path(ct->pid, ns_kinds[i].name, path, sizeof path);
		if (!kfs_has_proc(ct) || fstatat(ct->proc_fd, path, &st, 0) < 0)
			continue;
		out_f(&o, "%s\"%s\":%llu", first ? "" : ",", ns_kinds[i].name,
		      (unsigned long long)st.st_ino);
		first = false;
	}
	out_f(&o, "}}\n");
	out_flush(&o);
	fd_close(&ct->info_fd);
}

static void run_detached(struct ct *ct);

/* The command runs: tell whoever asked to be told. */
static void
sup_started(struct ct *ct, struct sup *s)
{
	s->exec_by = 0;
	if (s->started)
		return;
	s->started = ct->ready = true;
	if (ct->timeout)
		s->deadline = now_usec() + (uint64_t)ct->timeout * 1000000;
	ct->step = "supervise";
	run_detached(ct);
	if (ct->info_fd >= 0)
		sup_info(ct);
	if (ct->ready_fd >= 0 && io_write(ct->ready_fd, "\n", 1) < 0)
		errno = 0;      /* it has gone away; the command has not */
	fd_close(&ct->ready_fd);
}

/* The child has let go, and it is known which process it is: the container is
 * made known, and the child released. */
static void
sup_inside(struct ct *ct)
{
	if (!ct->inside || ct->exec || (ct->second && ct->pid == ct->first_pid))
		return;
	if (!ct->failed &&
	    step_run(ct, outside_steps, LEN(outside_steps), &ct->done) == 0)
		return;
	if (ct->err.no == EPIPE) {      /* it has gone, and tells why itself */
		memset(&ct->err, 0, sizeof ct->err);
		ct->failed = false;
	}
	out_kill(ct, SIGKILL);
}

static void
sup_record(struct ct *ct, struct sup *s, struct rec *rec)
{
	struct err saved = ct->err;
	const char *step = ct->step;

	switch (rec->kind) {
	case REC_PID:           /* once: the first process has ended then */
		if (ct->second && ct->pid == ct->first_pid) {
			if (out_second(ct, rec->pid) < 0 ||
			    (ct->exec && out_go(ct) < 0))
				out_kill(ct, SIGKILL);
			sup_inside(ct);
		}
		break;
	case REC_INSIDE:
		if (!ct->inside && !ct->exec) {
			ct->inside = true;
			sup_inside(ct);
		}
		break;
	case REC_HELD:
		run_detached(ct);
		break;
	case REC_READY:         /* the pipe's end means that it has exec'd, */
		ct->ready = true;       /* unless somebody inside has taken it */
		s->exec_by = now_usec() + EXEC_WAIT * UINT64_C(1000);
		break;
	case REC_FAIL:
		ct->ready = false;
		ct->failed = true;
		ct->err = rec->err;
		break;
	default:
		ct->err = rec->err;
		ct->step = rec->err.step;
		step_report(ct, rec->kind, rec->usec);
		ct->step = step;
		ct->err = saved;
	}
}

/* What the child has to say; closes the pipe at its end. */
static void
sup_records(struct ct *ct, struct sup *s)
{
	struct rec rec;
	ssize_t n = read(ct->rec_fd[0], &rec, sizeof rec);

	if (n == (ssize_t)sizeof rec && rec_check(ct, &rec)) {
		sup_record(ct, s, &rec);
		return;
	}
	if (n < 0 && errno == EINTR)
		return;
	if (n != 0) {
		if (n < 0)
			fail_sys(ct, "read from the child");
		else
			fail_msg(ct, "what the child sent is no record");
		out_kill(ct, SIGKILL);
	}
	fd_close(&ct->rec_fd[0]);
	if (ct->ready && !ct->failed)
		sup_started(ct, s);
}

static bool
sup_oom(struct ct *ct)
{
	uint64_t v = 0;

	return ct->cg_fd >= 0 && !ct->exec &&
	       grp_num(ct->cg_fd, "memory.events", "oom_kill", &v) == 0 && v;
}

static int
sup_reap(struct ct *ct, struct sup *s)
{
	siginfo_t si = { 0 };
	struct pollfd p = { .fd = ct->rec_fd[0], .events = POLLIN };

	while (waitid(K_PIDFD_P, (id_t)ct->pidfd, &si, WEXITED) < 0)
		if (errno != EINTR)
			return fail_sys(ct, "waitid");
	ct->pid = 0;
	/* somebody inside may have taken its end, which then never closes */
	while (ct->rec_fd[0] >= 0 && poll(&p, 1, 0) > 0)
		sup_records(ct, s);
	if (ct->rec_fd[0] >= 0 && ct->ready && !ct->failed)
		sup_started(ct, s);
	fd_close(&ct->rec_fd[0]);
	s->status = si.si_code == CLD_EXITED ? si.si_status :
	            128 + si.si_status;
	if (ct->failed)
		s->status = ct->err.status;
	else if (!ct->ready && !s->killed)
		fail_msg(ct, "the container died while it was set up (%s %d%s)",
		         si.si_code == CLD_EXITED ? "status" : "signal",
		         si.si_status, sup_oom(ct) ? ", memory.max is too low" : "");
	else if (si.si_status == SIGKILL && !s->killed && sup_oom(ct)) {
		text_f(ct->err.step, sizeof ct->err.step, "memory");
		text_f(ct->err.text, sizeof ct->err.text,
		       "the OOM killer ended it");
		step_report(ct, REC_WARN, 0);
	}
	if (!ct->failed && s->timed_out)
		s->status = 124;
	else if (!ct->failed && s->ended_by && s->killed)
		s->status = 128 + s->ended_by;
	return 0;
}

static int
sup_open(struct ct *ct)
{
	sigset_t set, pipe;

	sigemptyset(&set);
	for (size_t i = 0; i < SIGNALS_PASSED; i++)
		sigaddset(&set, signals[i].sig);
	ct->step = "supervise";
	/* ignored, the one would reap for us, signalfd would not see the other */
	if (sig_default(SIGCHLD) < 0 || sig_default(SIGTERM) < 0)
		return fail_sys(ct, "sigaction");
	pipe = set;
	sigaddset(&pipe, SIGPIPE);      /* blocked: errno is what we look at */
	sigaddset(&pipe, SIGXFSZ);
	if (sigprocmask(SIG_SETMASK, &pipe, NULL) < 0)
		return fail_sys(ct, "sigprocmask");
	ct->sig_fd = (int)syscall(SYS_signalfd4, -1, &set, _NSIG / 8, SFD_CLOEXEC);
	return ct->sig_fd < 0 ? fail_sys(ct, "signalfd") : 0;
}

/* Until the container has ended; its status, or ct's. */
static int
sup_run(struct ct *ct)
{
	struct sup s = { .status = 125 };
	struct signalfd_siginfo si;

	for (;;) {
		struct pollfd p[] = {
			{ .fd = ct->sig_fd, .events = POLLIN },
			{ .fd = ct->pidfd, .events = POLLIN },
			{ .fd = ct->rec_fd[0], .events = POLLIN },
		};
		uint64_t end = s.exec_by && (!s.deadline || s.exec_by < s.deadline) ?
		               s.exec_by : s.deadline;
		uint64_t now = end ? now_usec() : 0;
		int wait = !end ? -1 : end <= now ? 0 :
		           (int)MIN((end - now) / 1000 + 1, INT_MAX);
		int n = poll(p, LEN(p), wait);

		if (n < 0 && errno != EINTR) {
			fail_sys(ct, "poll");
			return 125;
		}
		if (n == 0 && s.exec_by && now_usec() >= s.exec_by)
			sup_started(ct, &s);
		if (n == 0 && s.deadline && now_usec() >= s.deadline)
			sup_expired(ct, &s);
		if (n <= 0)
			continue;
		if (p[2].revents)
			sup_records(ct, &s);
		if (p[0].revents && read(ct->sig_fd, &si, sizeof si) ==
		    (ssize_t)sizeof si)
			sup_signal(ct, &s, (int)si.ssi_signo);
		/* what it had to say before it ended comes first */
		if (p[1].revents && !(p[2].revents & POLLIN)) {
			if (sup_reap(ct, &s) < 0 || ct->failed)
				return ct->err.status;
			return s.status;
		}
	}
}

/* === options =========================================================== */

enum { G_IDENTITY, G_ROOT, G_MOUNTS, G_NS, G_LIMITS, G_PROCESS, G_PRIV, G_NET,
       G_OTHER, G_MAX };
static const char *const group_names[G_MAX] = {
	[G_IDENTITY] = "identity", [G_ROOT] = "root",
	[G_MOUNTS] = "mounts, in the order given", [G_NS] = "namespaces",
	[G_LIMITS] = "limits (cgroup2)", [G_PROCESS] = "process",
	[G_PRIV] = "privilege", [G_NET] = "network", [G_OTHER] = "other",
};

#define FIELD(ct, o, type) ((type *)(void *)((char *)(ct) + (o)->off))

/* "bad value" in the one form that all options share: the parser puts the
 * option's name before it. */
static int
bad(struct ct *ct, const char *value, const char *why)
{
	return fail_msg(ct, "%s: %s", *value ? value : "''", why);
}

static int
set_flag(struct ct *ct, const struct opt *o, char *value)
{
	(void)value;
	*FIELD(ct, o, bool) = true;
	return 0;
}

static int
set_str(struct ct *ct, const struct opt *o, char *value)
{
	if (!*value)
		return bad(ct, value, "must not be empty");
	if (strlen(value) >= PATH_MAX)
		return bad(ct, "path", "too long");
	*FIELD(ct, o, const char *) = value;
	return 0;
}

static int
set_int(struct ct *ct, const struct opt *o, char *value)
{
	bool neg = o->min < 0 && *value == '-';
	uint64_t n;

	if (num_parse(value + neg, 0, neg ? (uint64_t)-o->min :
	              (uint64_t)o->max, &n) < 0 ||
	    (!neg && (int64_t)n < o->min))
		return fail_msg(ct, "%s: must be %d to %d",
		                *value ? value : "''", o->min, o->max);
	*FIELD(ct, o, int) = neg ? -(int)n : (int)n;
	return 0;
}

static int
set_fd(struct ct *ct, const struct opt *o, char *value)
{
	if (set_int(ct, o, value) < 0)
		return -1;
	if (!ct->recorded && io_fcntl(*FIELD(ct, o, int), F_GETFD, 0) < 0)
		return bad(ct, value, "not an open descriptor");
	return 0;
}

static int
set_octal(struct ct *ct, const struct opt *o, char *value)
{
	size_t len = strlen(value);

	if (!len || len > 4 || text_in(value, "01234567") != len)
		return bad(ct, value, "must be octal, 0 to 0777");
	for (len = 0; *value; value++)
		len = len * 8 + (size_t)(*value - '0');
	*FIELD(ct, o, int) = (int)len & 0777;
	return 0;
}

static int
set_name(struct ct *ct, const struct opt *o, char *value)
{
	if (!name_ok(value, true))
		return bad(ct, value, "not a name: letters, digits, _ and -, "
		           "at most 64, no - in front; / between groups");
	*FIELD(ct, o, const char *) = value;
	return 0;
}

static int
set_host(struct ct *ct, const struct opt *o, char *value)
{
	size_t n = strlen(value);

	if (!n || n > 64 || text_word(value, "-.") != n || *value == '-' ||
	    *value == '.')
		return bad(ct, value, "not a host name (letters, digits, - and ., "
		           "at most 64)");
	*FIELD(ct, o, const char *) = value;
	return 0;
}

static int
sig_parse(const char *s)
{
	uint64_t n;

	if (num_parse(s, 1, 64, &n) == 0)
		return (int)n;
	if (text_begins(s, "sig"))
		s += 3;
	for (size_t i = 0; i < LEN(signals); i++)
		if (!strcasecmp(s, signals[i].name))
			return signals[i].sig;
	return -1;
}

static int
set_signal(struct ct *ct, const struct opt *o, char *value)
{
	int sig = sig_parse(value);

	if (sig < 0)
		return bad(ct, value, "not a signal (TERM, SIGTERM, 15)");
	*FIELD(ct, o, int) = sig;
	return 0;
}

static int
set_ns(struct ct *ct, const struct opt *o, char *value)
{
	char *next;

	for (char *s = value; s; s = next) {
		int i = 0;

		next = cut(s, ',');
		while (i < NS_MAX && strcmp(s, ns_kinds[i].name))
			i++;
		if (i == NS_MAX)
			return bad(ct, s, "not one of user, mnt, pid, net, ipc, uts, "
			           "cgroup, time");
		*FIELD(ct, o, unsigned) |= 1u << i;
	}
	return 0;
}

static const struct { const char *name; unsigned bit; } features[] = {
	{ "userns", U_USER }, { "pidns", U_PID }, { "netns", U_NET },
	{ "ipcns", U_IPC }, { "utsns", U_UTS }, { "cgroupns", U_CGNS },
	{ "timens", U_TIME }, { "cgroup", U_CGROUP | U_LIMITS | U_CGNS },
	{ "limits", U_LIMITS }, { "seal", U_SEAL }, { "keyring", U_KEYRING },
	{ "proc", U_PROC }, { "sys", U_SYS }, { "dev", U_DEV },
	{ "pts", U_PTS }, { "mask", U_MASK }, { "seccomp", U_SECCOMP },
	{ "label", U_LABEL }, { "rlimit", U_RLIMIT }, { "sched", U_SCHED },
	{ "oom", U_OOM }, { "sysctl", U_SYSCTL }, { "devices", U_DEVICES },
	{ "lock", U_LOCK }, { "idmap", U_IDMAP }, { "nic", U_NIC },
	{ "nat", U_NAT },
};

static int
set_try(struct ct *ct, const struct opt *o, char *value)
{
	char *next;
	size_t i;

	(void)o;
	for (char *s = value; s; s = next) {
		next = cut(s, ',');
		for (i = 0; i < LEN(features); i++)
			if (!strcmp(s, features[i].name))
				break;
		if (i == LEN(features))
			return bad(ct, s, "not a feature that ct can do without");
		ct->try |= features[i].bit;
	}
	return 0;
}

static int
set_cap(struct ct *ct, const struct opt *o, char *value)
{
	const char *s = text_begins(value, "cap_") ? value + 4 : value;
	int cap = capng_name_to_capability(s);

	if (!strcasecmp(value, "ALL")) {
		if (o->off == offsetof(struct ct, cap_add))
			ct->cap_all = true;
		else
			ct->cap_none = true;
		return 0;
	}
	if (cap < 0)
		return bad(ct, value, "not a capability, see capabilities(7)");
	if (o->off == offsetof(struct ct, cap_add) && !ct->euid &&
	    sys_prctl(PR_CAPBSET_READ, cap, 0) != 1)
		return bad(ct, value, "ct itself has not got it");
	*FIELD(ct, o, uint64_t) |= (uint64_t)1 << cap;
	return 0;
}

static int
set_seccomp(struct ct *ct, const struct opt *o, char *value)
{
	struct stat st;
	char *file;

	(void)o;
	ct->no_seccomp = !strcmp(value, "none");
	if (ct->no_seccomp || !strcmp(value, "default"))
		return 0;
	ct->sc_path = value;
	if (ct->recorded)               /* exec_filter() has it */
		return 0;
	if (stat(value, &st) < 0 || !(file = io_slurp(ct, value)))
		return fail_sys(ct, "%s", value);
	if (!st.st_size || st.st_size % 8 || st.st_size / 8 > BPF_MAXINSNS)
		return bad(ct, value, "not compiled BPF: 8 bytes for each of 1 to "
		           "4096 instructions");
	ct->sc_file = (void *)file;
	ct->sc_len = (unsigned short)(st.st_size / 8);
	return 0;
}

static int
set_sched(struct ct *ct, const struct opt *o, char *value)
{
	static const struct { const char *name; int policy; bool rt; } kinds[] = {
		{ "other", 0, false }, { "fifo", 1, true }, { "rr", 2, true },
		{ "batch", 3, false }, { "idle", 5, false },
	};
	char *prio;
	uint64_t n = 0;

	(void)o;
	ct->sched = mem_dup(ct, value, strlen(value));
	prio = cut(value, ':');
	for (size_t i = 0; i < LEN(kinds); i++) {
		if (strcmp(value, kinds[i].name))
			continue;
		if (kinds[i].rt != !!prio ||
		    (prio && num_parse(prio, 1, 99, &n) < 0))
			break;
		ct->sched_policy = kinds[i].policy;
		ct->sched_prio = (int)n;
		return 0;
	}
	return bad(ct, ct->sched, "must be other, batch, idle, fifo:1-99 or "
	           "rr:1-99");
}

static int
set_profile(struct ct *ct, const struct opt *o, char *value)
{
	(void)o;
	for (size_t i = 0; i < LEN(profiles); i++)
		if (!strcmp(value, profiles[i].name)) {
			ct->profile = value;    /* opt_parse() puts it in */
			return 0;
		}
	return bad(ct, value, "no such profile in config.h");
}

/* --- those that may be repeated --- */

/* An absolute path in the container: no "..", not the root itself; doubled
 * and trailing slashes go. NULL after an error. */
static char *
op_path(struct ct *ct, const char *s)
{
	char *p = mem_get(ct, strlen(s) + 1), *w = p;
	const char *why = *s != '/' ? "must be absolute" :
	                  strlen(s) >= PATH_MAX ? "too long" : NULL;

	for (const char *r = s; p && !why && *r; ) {
		size_t n;

		r += text_in(r, "/");
		n = text_until(r, "/");
		if (n == 2 && !memcmp(r, "..", 2))
			why = "must not have ..";
		if (n && !(n == 1 && *r == '.')) {
			*w++ = '/';
			memcpy(w, r, n);
			w += n;
		}
		r += n;
	}
	if (p && !why && w == p)
		why = "must not be the root";
	if (!p || why) {
		if (p)
			bad(ct, s, why);
		return NULL;
	}
	*w = '\0';
	return p;
}

static const struct { const char *name; unsigned set, clr, opt; }
mount_opts[] = {
	{ "ro", K_RDONLY, 0, 0 }, { "rw", 0, K_RDONLY, 0 },
	{ "noexec", K_NOEXEC, 0, 0 }, { "exec", 0, K_NOEXEC, 0 },
	{ "nosuid", K_NOSUID, 0, 0 }, { "suid", 0, K_NOSUID, 0 },
	{ "nodev", K_NODEV, 0, 0 }, { "dev", 0, K_NODEV, 0 },
	{ "rec", 0, 0, M_REC }, { "try", 0, 0, M_TRY },
	{ "idmap", 0, 0, M_IDMAP },
};

/* Splits a mount's options into attributes and, where the file system has
 * options of its own (rest), what is left for it. */
static int
op_mount_opts(struct ct *ct, struct op *op, char *list, const char **rest)
{
	char *next, *left = NULL;
	size_t i;

	op->set = K_NOSUID | K_NODEV;
	for (char *s = list; s; s = next) {
		next = cut(s, ',');
		for (i = 0; i < LEN(mount_opts); i++)
			if (!strcmp(s, mount_opts[i].name))
				break;
		if (i < LEN(mount_opts)) {
			op->set = (op->set | mount_opts[i].set) & ~mount_opts[i].clr;
			op->opt |= mount_opts[i].opt;
			continue;
		}
		if (!rest || !*s || !strcmp(s, "source"))
			return bad(ct, s, "not a mount option");
		left = left ? mem_printf(ct, "%s,%s", left, s) :
		       mem_dup(ct, s, strlen(s));
	}
	if (rest)
		*rest = left;
	return 0;
}

static int
op_bind(struct ct *ct, struct op *op, char *v)
{
	char *dst = cut(v, ':'), *opts = cut(dst, ':');
	struct stat st;

	op->a = v;
	if (!*v || !dst || !*dst)
		return bad(ct, v, "must be SRC:DST[:OPT,...]");
	if (op_mount_opts(ct, op, opts, NULL) < 0 || !(op->b = op_path(ct, dst)))
		return -1;
	if (!ct->recorded && !(op->opt & M_TRY) && stat(v, &st) < 0)
		return fail_sys(ct, "%s", v);
	return 0;
}

static int
op_tmpfs(struct ct *ct, struct op *op, char *v)
{
	char *opts = cut(v, ':'), *next, *val;
	uint64_t n;

	op->a = op->d = "tmpfs";
	if (!(op->b = op_path(ct, v)) || op_mount_opts(ct, op, opts, &op->c) < 0)
		return -1;
	for (char *s = op->c ? mem_dup(ct, op->c, strlen(op->c)) : NULL; s;
	     s = next) {
		next = cut(s, ',');
		val = cut(s, '=');
		if (!val || (strcmp(s, "size") && strcmp(s, "mode") &&
		             strcmp(s, "uid") && strcmp(s, "gid") &&
		             strcmp(s, "nr_inodes")))
			return bad(ct, s, "not an option of tmpfs (size, mode, uid, "
			           "gid, nr_inodes)");
		if (!strcmp(s, "mode") ? !*val || text_in(val, "01234567") !=
		    strlen(val) : num_size(val, &n) < 0)
			return bad(ct, val, "not a number");
	}
	return 0;
}

static int
op_mount(struct ct *ct, struct op *op, char *v)
{
	char *src = cut(v, ':'), *dst = cut(src, ':'), *opts = cut(dst, ':');

	op->a = v;
	op->d = src && *src ? src : v;
	if (!*v || !dst || !*dst)
		return bad(ct, v, "must be TYPE:SRC:DST[:OPT,...]");
	if (!strcmp(v, "bind"))
		return bad(ct, v, "is what -v does");
	op->k = kernel_fs_is(v);
	if (!(op->b = op_path(ct, dst)))
		return -1;
	return op_mount_opts(ct, op, opts, &op->c);
}

static int
op_mask(struct ct *ct, struct op *op, char *v)
{
	op->set = K_RDONLY;
	op->opt = M_REC;
	return (op->a = op_path(ct, v)) ? 0 : -1;
}

static int
op_symlink(struct ct *ct, struct op *op, char *v)
{
	char *dst = strrchr(v, ':');

	if (!dst || dst == v)
		return bad(ct, v, "must be TARGET:DST");
	*dst++ = '\0';
	op->a = v;
	return (op->b = op_path(ct, dst)) ? 0 : -1;
}

static int
op_file(struct ct *ct, struct op *op, char *v)
{
	op->b = cut(v, '=');
	if (!op->b)
		return bad(ct, v, "must be DST=TEXT");
	return (op->a = op_path(ct, v)) ? 0 : -1;
}

static int
op_device(struct ct *ct, struct op *op, char *v)
{
	char *acc = cut(v, ':');
	struct stat st;

	op->k = acc ? 0 : 7;
	for (; acc && *acc; acc++) {
		const char *all = "mrw", *c = strchr(all, *acc);

		if (!c || op->k >> (c - all) & 1)
			return bad(ct, acc, "access is of r, w and m, each once");
		op->k |= 1u << (c - all);
	}
	if (!op->k || !(op->a = op_path(ct, v)) || strncmp(op->a, "/dev/", 5))
		return ct->failed ? -1 : bad(ct, v, "must be /dev/NAME[:rwm]");
	if (ct->recorded)
		return 0;
	if (stat(op->a, &st) < 0)
		return fail_sys(ct, "%s", op->a);
	if (!S_ISCHR(st.st_mode) && !S_ISBLK(st.st_mode))
		return bad(ct, v, "not a device");
	op->opt = st.st_mode;
	op->uid = st.st_uid;
	op->gid = st.st_gid;
	op->n = major(st.st_rdev);
	op->m = minor(st.st_rdev);
	return 0;
}

static int
op_env(struct ct *ct, struct op *op, char *v)
{
	if (!*v || *v == '=')
		return bad(ct, v, "must be NAME[=VALUE]");
	op->a = v;
	return 0;
}

static int
op_rlimit(struct ct *ct, struct op *op, char *v)
{
	char *soft = cut(v, '='), *hard = cut(soft, ':');
	int id = pr_rlimit_find(v);
	uint64_t *val = &op->n;

	op->a = v;
	op->k = (uint64_t)id;
	if (id < 0 || !soft)
		return bad(ct, v, "must be NAME=SOFT[:HARD], NAME as in "
		           "setrlimit(2), say nofile");
	for (char *s = soft; s; s = s == soft ? hard ? hard : soft : NULL) {
		if (!strcmp(s, "unlimited") || !strcmp(s, "max"))
			*val = (uint64_t)RLIM_INFINITY;
		else if (num_size(s, val) < 0)
			return bad(ct, s, "not a number, unlimited or max");
		if (val == &op->m)
			break;
		val = &op->m;
	}
	return op->n > op->m ? bad(ct, soft, "is above the hard limit") : 0;
}

static int
op_sysctl(struct ct *ct, struct op *op, char *v)
{
	op->b = cut(v, '=');
	op->a = v;
	for (char *p = v; *p; p++)
		if (*p == '.')
			*p = '/';
	if (!op->b || !*v || text_find(v, "..") || text_find(v, "//") || *v == '/')
		return bad(ct, v, "must be KEY=VALUE");
	for (size_t i = 0; i < LEN(sysctls); i++)
		if (!strncmp(v, sysctls[i].prefix, strlen(sysctls[i].prefix))) {
			op->n = (unsigned)sysctls[i].ns;
			return 0;
		}
	return bad(ct, v, "does not belong to a namespace (net.*, kernel.msg*, "
	           "kernel.sem*, kernel.shm*, fs.mqueue.*)");
}

static int
op_keepfd(struct ct *ct, struct op *op, char *v)
{
	if (num_parse(v, 3, 1 << 20, &op->n) < 0)
		return bad(ct, v, "must be a descriptor, 3 or more");
	if (!ct->recorded && io_fcntl((int)op->n, F_GETFD, 0) < 0)
		return bad(ct, v, "not an open descriptor");
	return 0;
}

/* --- interfaces --- */

enum { K_VETH = 1 << NIC_VETH, K_MACVLAN = 1 << NIC_MACVLAN,
       K_IPVLAN = 1 << NIC_IPVLAN, K_VLAN = 1 << NIC_VLAN,
       K_PHYS = 1 << NIC_PHYS, K_ALL = 31 };

struct nic_key {
	const char *name;
	int (*set)(struct ct *, struct nic *, const struct nic_key *, char *);
	unsigned short off;     /* of the field in struct nic that set() fills */
	unsigned char kinds;    /* K_, whose key it is */
	unsigned char many;     /* may be given more than once */
	unsigned min, max;      /* of a number */
};

#define NIC_FIELD(c, k, type) ((type *)(void *)((char *)(c) + (k)->off))

/* A link's name as the kernel takes it, and no pattern for it to fill. */
static int
nic_name(struct ct *ct, struct nic *c, const struct nic_key *k, char *v)
{
	size_t n = strlen(v);

	for (size_t i = 0; i < n; i++)
		if (v[i] <= ' ' || v[i] > '~' || strchr("/:%", v[i]))
			n = 0;
	if (!n || n >= IF_NAMESIZE || !strcmp(v, ".") || !strcmp(v, "..") ||
	    !strcmp(v, "lo") || !strcmp(v, "all") || !strcmp(v, "default"))
		return bad(ct, v, "not an interface's name: 1 to 15 characters, no "
		           "blank, /, : or %, not lo");
	*NIC_FIELD(c, k, const char *) = v;
	return 0;
}

static int
nic_num(struct ct *ct, struct nic *c, const struct nic_key *k, char *v)
{
	if (*v == '0' || num_parse(v, k->min, k->max,
	                           NIC_FIELD(c, k, uint64_t)) < 0)
		return fail_msg(ct, "%s=%s: must be %u to %u", k->name, v, k->min,
		                k->max);
	return 0;
}

static int
nic_nat(struct ct *ct, struct nic *c, const struct nic_key *k, char *v)
{
	(void)k;
	c->nat = true;
	return v ? bad(ct, v, "nat takes no value") : 0;
}

static int
nic_mode(struct ct *ct, struct nic *c, const struct nic_key *k, char *v)
{
	static const struct { const char *name; unsigned kind, mode; } modes[] = {
		{ "private", NIC_MACVLAN, MACVLAN_MODE_PRIVATE },
		{ "vepa", NIC_MACVLAN, MACVLAN_MODE_VEPA },
		{ "bridge", NIC_MACVLAN, MACVLAN_MODE_BRIDGE },
		{ "passthru", NIC_MACVLAN, MACVLAN_MODE_PASSTHRU },
		{ "l2", NIC_IPVLAN, IPVLAN_MODE_L2 },
		{ "l3", NIC_IPVLAN, IPVLAN_MODE_L3 },
		{ "l3s", NIC_IPVLAN, IPVLAN_MODE_L3S },
	};

	(void)k;
	for (size_t i = 0; i < LEN(modes); i++)
		if (modes[i].kind == c->kind && !strcmp(v, modes[i].name)) {
			c->mode = modes[i].mode;
			return 0;
		}
	return bad(ct, v, "no such mode: macvlan has private, vepa, bridge, "
	           "passthru; ipvlan l2, l3, l3s");
}

static int
nic_mac(struct ct *ct, struct nic *c, const struct nic_key *k, char *v)
{
	unsigned any = 0;
	char *s = v, *end;

	(void)k;
	for (int i = 0; i < 6; i++, s = end + 1) {
		c->mac[i] = (unsigned char)text_scan(s, 16, &end);
		any |= c->mac[i];
		if (end != s + 2 || text_in(s, " \t") || *end != (i < 5 ? ':' : '\0'))
			return bad(ct, v, "not a MAC address, such as 02:00:00:00:00:01");
	}
	c->mac_given = true;
	return c->mac[0] & 1 || !any ?
	       bad(ct, v, "no interface's MAC address: multicast, or 0") : 0;
}

static int
nic_has(struct ct *ct, struct nic *c, enum nic_has what,
        struct nic_addr **a)
{
	int n = 0;

	for (*a = c->addrs; *a; *a = (*a)->next)
		n++;
	if (n == 12)
		return fail_msg(ct, "more than 12 addresses and routes");
	if (!(*a = mem_get(ct, sizeof **a)))
		return -1;
	**a = (struct nic_addr){ .what = what };
	*c->end = *a;
	c->end = &(*a)->next;
	return 0;
}

static int
nic_ip(struct ct *ct, struct nic *c, const struct nic_key *k, char *v)
{
	struct nic_addr *a;

	if (nic_has(ct, c, k->max ? NIC_HOSTIP : NIC_IP, &a) < 0)
		return -1;
	if (inet_parse(v, true, &a->to) < 0 || !inet_any(&a->to, 0))
		return bad(ct, v, "must be ADDR/LEN, such as 10.0.0.2/24 or "
		           "fd00::2/64");
	return 0;
}

static int
nic_gw(struct ct *ct, struct nic *c, const struct nic_key *k, char *v)
{
	struct nic_addr *a;

	(void)k;
	if (nic_has(ct, c, NIC_ROUTE, &a) < 0)
		return -1;
	if (inet_parse(v, false, &a->via) < 0 || !inet_any(&a->via, 0))
		return bad(ct, v, "not an address, such as 10.0.0.1");
	a->to.family = a->via.family;
	return 0;
}

static int
nic_to(struct ct *ct, struct nic *c, const struct nic_key *k, char *v)
{
	char *via = strchr(v, '/');
	struct nic_addr *a;

	(void)k;
	via = cut(via, ':');
	if (nic_has(ct, c, NIC_ROUTE, &a) < 0)
		return -1;
	if (inet_parse(v, true, &a->to) < 0 || inet_any(&a->to, a->to.len))
		return bad(ct, v, "not a network, such as 10.1.0.0/16");
	if (via && (inet_parse(via, false, &a->via) < 0 ||
	            a->via.family != a->to.family))
		return bad(ct, via, "not an address of the same family");
	return 0;
}

#define N(field) offsetof(struct nic, field)
static const struct nic_key nic_keys[] = {
	{ "name", nic_name, N(name), K_ALL, 0, 0, 0 },
	{ "bridge", nic_name, N(bridge), K_VETH, 0, 0, 0 },
	{ "host", nic_name, N(host), K_VETH, 0, 0, 0 },
	{ "hostip", nic_ip, 0, K_VETH, 1, 0, 1 },
	{ "nat", nic_nat, 0, K_VETH, 0, 0, 0 },
	{ "dev", nic_name, N(dev), K_MACVLAN | K_IPVLAN | K_VLAN | K_PHYS, 0, 0,
	  0 },
	{ "mode", nic_mode, 0, K_MACVLAN | K_IPVLAN, 0, 0, 0 },
	{ "id", nic_num, N(id), K_VLAN, 0, 1, 4094 },
	{ "ip", nic_ip, 0, K_ALL, 1, 0, 0 },
	{ "gw", nic_gw, 0, K_ALL, 1, 0, 0 },
	{ "route", nic_to, 0, K_ALL, 1, 0, 0 },
	{ "mac", nic_mac, 0, K_ALL & ~K_IPVLAN, 0, 0, 0 },
	{ "mtu", nic_num, N(mtu), K_ALL, 0, 68, 65535 },
};

/* A gateway has to be reachable on the link itself. */
static int
nic_check(struct ct *ct, const struct nic *c)
{
	const struct nic_addr *r, *a;

	for (r = c->addrs; r; r = r->next) {
		char text[48];
		bool near = !r->via.family || (r->via.family == AF_INET6 &&
		            r->via.b[0] == 0xfe && r->via.b[1] >> 6 == 2);

		for (a = c->addrs; a && !near; a = a->next)
			near = a->what == NIC_IP && inet_within(&a->to, &r->via);
		inet_text(&r->via, text, sizeof text);
		if (!near)
			return bad(ct, text, "a gateway has to lie in the network of "
			           "an ip=");
	}
	if (c->kind != NIC_VETH && !c->dev)
		return fail_msg(ct, "%s wants dev=", nic_kinds[c->kind].name);
	if (c->kind == NIC_VLAN && !c->id)
		return fail_msg(ct, "vlan wants id=");
	for (a = c->addrs; a && a->what != NIC_IP; a = a->next)
		;
	if (c->nat && !a)
		return fail_msg(ct, "nat wants ip=");
	return 0;
}

static int
nic_parse(struct ct *ct, struct nic *c, char *list)
{
	char *next, *val;

	for (char *s = list; s; s = next) {
		size_t i = 0;

		next = cut(s, ',');
		val = cut(s, '=');
		while (i < LEN(nic_keys) && (strcmp(s, nic_keys[i].name) ||
		       !(nic_keys[i].kinds >> c->kind & 1)))
			i++;
		if (i == LEN(nic_keys))
			return fail_msg(ct, "%s: not a key of %s", s,
			                nic_kinds[c->kind].name);
		if (!nic_keys[i].many && c->keys >> i & 1)
			return bad(ct, s, "given twice");
		c->keys |= 1u << i;
		if (!val && nic_keys[i].set != nic_nat)
			return bad(ct, s, "wants =VALUE");
		if (nic_keys[i].set(ct, c, &nic_keys[i], val) < 0)
			return -1;
	}
	return nic_check(ct, c);
}

static int
op_nic(struct ct *ct, struct op *op, char *v)
{
	char *list = cut(v, ',');
	struct nic *c = mem_get(ct, sizeof *c);

	if (!c)
		return -1;
	memset(c, 0, sizeof *c);
	c->end = &c->addrs;
	while (c->kind < LEN(nic_kinds) && strcmp(v, nic_kinds[c->kind].name))
		c->kind++;
	if (c->kind == LEN(nic_kinds))
		return bad(ct, v, "no such kind, see `ct help run`");
	c->mode = c->kind == NIC_MACVLAN ? MACVLAN_MODE_BRIDGE : 0;
	if (nic_parse(ct, c, list) < 0)
		return -1;
	if (c->kind == NIC_PHYS && !c->name)
		c->name = c->dev;
	if (!c->host)                   /* unlike any that is still going */
		c->host = mem_printf(ct, "ct%08x", (unsigned)now_usec() ^
		                     (unsigned)getpid() << 12 ^
		                     (unsigned)(uintptr_t)op << 4);
	op->nic = c;
	return c->host ? 0 : -1;
}

static int
op_net(struct ct *ct, struct op *op, char *v)
{
	bool path = !strncmp(v, "ns:", 3);

	op->a = v;
	if (!strcmp(v, "none") || !strcmp(v, "host"))
		return 0;
	if (!path && strncmp(v, "container:", 10))
		return op_nic(ct, op, v);
	/* as --ns net= */
	op->kind = OP_NS;
	op->a = ns_kinds[NS_NET].name;
	op->b = strchr(v, ':') + 1;
	op->n = NS_NET;
	op->k = path ? NS_PATH : NS_NAME;
	return path ? *op->b ? 0 : fail_msg(ct, "ns: wants a path") :
	       name_ok(op->b, true) ? 0 : bad(ct, op->b, "not a container's name");
}

/* [ADDR:]PORT:PORT[/udp] */
static int
op_publish(struct ct *ct, struct op *op, char *v)
{
	char *s = mem_dup(ct, v, strlen(v)), *proto = cut(s, '/'), *to, *from;

	bool six;

	op->a = mem_printf(ct, "publish %s", v);
	if (!s || !op->a)
		return -1;
	op->k = !proto || !strcmp(proto, "tcp") ? IPPROTO_TCP : IPPROTO_UDP;
	to = strrchr(s, ':');
	if (!to || (proto && strcmp(proto, "tcp") && strcmp(proto, "udp")))
		return bad(ct, v, "must be [ADDR:]PORT:PORT[/tcp or /udp]");
	*to++ = '\0';
	from = strrchr(s, ':');
	if (from) {
		*from++ = '\0';
		six = *s == '[' && from[-2] == ']';
		if (six) {
			from[-2] = '\0';
			s++;
		}
		if (inet_parse(s, false, &op->inet) < 0 ||
		    six != (op->inet.family == AF_INET6))
			return bad(ct, s, "not an IPv4 address, or an IPv6 one in []");
	} else {
		from = s;
	}
	if (*from == '0' || num_parse(from, 1, 65535, &op->n) < 0 ||
	    *to == '0' || num_parse(to, 1, 65535, &op->m) < 0)
		return bad(ct, v, "a port is 1 to 65535");
	return 0;
}

static int
set_dns(struct ct *ct, const struct opt *o, char *value)
{
	struct inet a;

	(void)o;
	if (inet_parse(value, false, &a) < 0)
		return bad(ct, value, "not an address");
	ct->dns = mem_printf(ct, "%snameserver %s\n", ct->dns ? ct->dns : "", value);
	return ct->dns ? 0 : -1;
}

static int
op_ns(struct ct *ct, struct op *op, char *v)
{
	op->b = cut(v, '=');
	op->a = v;
	for (op->n = 0; op->n < NS_MAX; op->n++)
		if (!strcmp(v, ns_kinds[op->n].name))
			break;
	if (op->n == NS_MAX || !op->b || !*op->b)
		return bad(ct, v, "must be TYPE=PATH, TYPE one of user, mnt, pid, "
		           "net, ipc, uts, cgroup, time");
	return 0;
}

static int
op_offset(struct ct *ct, struct op *op, char *v)
{
	const char *sec;
	uint64_t n;

	op->b = sec = cut(v, '=');
	op->a = v;
	if (!sec || (strcmp(v, "monotonic") && strcmp(v, "boottime")) ||
	    num_parse(sec + (*sec == '-'), 0, 3000000000u, &n) < 0)
		return bad(ct, v, "must be monotonic=SEC or boottime=SEC");
	return 0;
}

static int
op_idmap(struct ct *ct, struct op *op, char *v)
{
	char *out = cut(v, ':'), *count = cut(out, ':');

	if (!count || num_parse(v, 0, UINT32_MAX - 1, &op->n) < 0 ||
	    num_parse(out, 0, UINT32_MAX - 1, &op->m) < 0 ||
	    num_parse(count, 1, UINT32_MAX - 1, &op->k) < 0 ||
	    op->n + op->k > UINT32_MAX || op->m + op->k > UINT32_MAX)
		return bad(ct, v, "must be IN:OUT:COUNT, ids below 4294967295");
	return 0;
}

/* --- limits: option, file and form --- */

static int
lim_size(struct ct *ct, struct op *op, char *v)
{
	uint64_t n;

	if (!strcmp(v, "max"))
		return 0;
	if (num_size(v, &n) < 0)
		return bad(ct, v, "not a size: digits with K, M, G or T, or max");
	if (n == 0 && strcmp(op->a, "memory.swap.max"))
		return bad(ct, v, "nothing runs in no memory");
	op->b = mem_printf(ct, "%llu", (unsigned long long)n);
	return op->b ? 0 : -1;
}

static int
lim_cpus(struct ct *ct, struct op *op, char *v)
{
	uint64_t n = 0;

	/* the kernel's least quota is 1 ms in each 100 ms */
	if (num_milli(v, &n) < 0 || n < 10 || n > 8192000)
		return bad(ct, v, "must be 0.01 to 8192 processors");
	op->b = mem_printf(ct, "%llu 100000", (unsigned long long)n * 100);
	return op->b ? 0 : -1;
}

static int
lim_weight(struct ct *ct, struct op *op, char *v)
{
	uint64_t n;

	(void)op;
	return num_parse(v, 1, 10000, &n) < 0 ?
	       bad(ct, v, "must be 1 to 10000") : 0;
}

static int
lim_pids(struct ct *ct, struct op *op, char *v)
{
	uint64_t n;

	(void)op;
	return strcmp(v, "max") && num_parse(v, 1, 4194304, &n) < 0 ?
	       bad(ct, v, "must be 1 to 4194304, or max") : 0;
}

static int
lim_set(struct ct *ct, struct op *op, char *v)
{
	(void)op;
	return *v && text_in(v, "0123456789,-") == strlen(v) ? 0 :
	       bad(ct, v, "must be a list such as 0-1,3");
}

/* DEV:KEY=VALUE,...: DEV a block device's path, or MAJOR:MINOR */
static int
lim_io(struct ct *ct, struct op *op, char *v)
{
	char *keys, *next, *val;
	const char *list;
	struct stat st;
	uint64_t n = 0;

	keys = strrchr(v, ':');
	if (!keys)
		return bad(ct, v, "must be DEV:KEY=VALUE,...");
	*keys++ = '\0';
	if (stat(v, &st) == 0 && S_ISBLK(st.st_mode))
		list = mem_printf(ct, "%u:%u", major(st.st_rdev),
		                  minor(st.st_rdev));
	else if (strchr(v, ':') && text_in(v, "0123456789:") == strlen(v))
		list = v;
	else
		return bad(ct, v, "not a block device");
	for (; keys && list; keys = next) {
		next = cut(keys, ',');
		val = cut(keys, '=');
		if (!val || (strcmp(keys, "rbps") && strcmp(keys, "wbps") &&
		             strcmp(keys, "riops") && strcmp(keys, "wiops")) ||
		    (strcmp(val, "max") && num_size(val, &n) < 0))
			return bad(ct, keys, "must be rbps, wbps, riops or wiops = a "
			           "number or max");
		list = strcmp(val, "max") ? mem_printf(ct, "%s %s=%llu", list,
		       keys, (unsigned long long)n) :
		       mem_printf(ct, "%s %s=max", list, keys);
	}
	op->b = list;
	return list ? 0 : -1;
}

/* Files of a group that are no limits: they move or end processes, or change
 * what it is. */
static int
lim_file(struct ct *ct, const char *file)
{
	static const char *const refused[] = { "cgroup.procs", "cgroup.threads",
		"cgroup.kill", "cgroup.freeze", "cgroup.type",
		"cgroup.subtree_control" };

	for (size_t i = 0; i < LEN(refused); i++)
		if (!strcmp(file, refused[i]))
			return bad(ct, file, "is not a limit");
	return 0;
}

static int
lim_raw(struct ct *ct, struct op *op, char *v)
{
	op->b = cut(v, '=');
	op->a = v;
	if (!op->b || !*op->b || !strchr(v, '.') || strchr(v, '/') ||
	    *v == '.')
		return bad(ct, v, "must be FILE=VALUE, FILE such as memory.max");
	return lim_file(ct, v);
}

/* In the order of limit_files[], and what --cgroup takes. */
static int (*const limit_sets[])(struct ct *, struct op *, char *) = {
	lim_size, lim_size, lim_size, lim_cpus, lim_weight, lim_set, lim_pids,
	lim_io, lim_raw
};
static_assert(LEN(limit_sets) == LEN(limit_files), "a form for each file");

static int
op_add(struct ct *ct, enum op_kind kind, struct op **op)
{
	*op = mem_get(ct, sizeof **op);
	if (!*op)
		return -1;
	**op = (struct op){ .kind = kind, .fd = -1, .from = -1 };
	*ct->ops_end = *op;
	ct->ops_end = &(*op)->next;
	return 0;
}

static int
set_op(struct ct *ct, const struct opt *o, char *value)
{
	static int (*const parse[])(struct ct *, struct op *, char *) = {
		[OP_BIND] = op_bind, [OP_TMPFS] = op_tmpfs, [OP_MOUNT] = op_mount,
		[OP_MASK] = op_mask, [OP_RO] = op_mask, [OP_SYMLINK] = op_symlink,
		[OP_FILE] = op_file, [OP_DEVICE] = op_device, [OP_ENV] = op_env,
		[OP_RLIMIT] = op_rlimit, [OP_SYSCTL] = op_sysctl,
		[OP_KEEPFD] = op_keepfd, [OP_NET] = op_net, [OP_NS] = op_ns,
		[OP_OFFSET] = op_offset, [OP_UIDMAP] = op_idmap,
		[OP_GIDMAP] = op_idmap, [OP_PUBLISH] = op_publish,
	};
	struct op *op;

	if (op_add(ct, o->arg, &op) < 0)
		return -1;
	return parse[o->arg](ct, op, value);
}

static int
set_limit(struct ct *ct, const struct opt *o, char *value)
{
	struct op *op;

	if (ct->recorded)               /* they hold for the group already */
		return 0;
	if (op_add(ct, OP_LIMIT, &op) < 0)
		return -1;
	op->a = limit_files[o->arg];
	op->b = value;
	return limit_sets[o->arg](ct, op, value);
}

/* --userns[=MAP]: the same ranges for users and groups */
static int
set_userns(struct ct *ct, const struct opt *o, char *value)
{
	char *next;

	(void)o;
	ct->unshare |= U_USER;
	for (; value && *value; value = next) {
		struct op *u, *g;

		next = cut(value, ',');
		if (op_add(ct, OP_UIDMAP, &u) < 0 || op_idmap(ct, u, value) < 0 ||
		    op_add(ct, OP_GIDMAP, &g) < 0)
			return -1;
		g->n = u->n;
		g->m = u->m;
		g->k = u->k;
	}
	return 0;
}

#define F(field) offsetof(struct ct, field)
#define OPT(l, n, m, s, f, k, many, g, h, lo, hi, v) \
	{ n "\0" m "\0" h, s, lo, hi, f, v, l, k, many, g }
#define FLAG(l, n, f, g, h) \
	OPT(l, n, "", set_flag, F(f), 0, 0, g, h, 0, 0, V_RUN)
#define STR(l, n, m, s, f, g, h) \
	OPT(l, n, m, s, F(f), 0, 0, g, h, 0, 0, V_RUN)
#define INT(n, m, f, lo, hi, g, h) \
	OPT(0, n, m, set_int, F(f), 0, 0, g, h, lo, hi, V_RUN)
#define OP(l, n, m, k, g, h) \
	OPT(l, n, m, set_op, 0, k, 1, g, h, 0, 0, V_RUN)
#define LIMIT(l, n, m, k, many, h) \
	OPT(l, n, m, set_limit, 0, k, many, G_LIMITS, h, 0, 0, V_RUN | V_CREATE)
#define VFLAG(l, n, f, h, v) \
	OPT(l, n, "", set_flag, F(f), 0, 0, G_OTHER, h, 0, 0, v)

static const struct opt options[] = {
	STR('n', "name", "NAME", set_name, name, G_IDENTITY,
	    "what it is called (default: ct- and 8 random digits)"),
	STR(0, "pidfile", "FILE", set_str, pidfile, G_IDENTITY,
	    "write the container's pid to FILE, remove it at the end"),
	OPT(0, "ready-fd", "N", set_fd, F(ready_fd), 0, 0, G_IDENTITY,
	  "write a newline to descriptor N once the command runs", 0, 1 << 20, V_RUN),
	OPT(0, "info-fd", "N", set_fd, F(info_fd), 0, 0, G_IDENTITY,
	  "write a line of JSON to N: name, pid, cgroup, namespaces", 0,
	  1 << 20, V_RUN),
	INT("timeout", "SEC", timeout, 1, 1000000, G_IDENTITY,
	    "end it after SEC seconds, with status 124"),
	STR(0, "stop-signal", "SIG", set_signal, stop_signal, G_IDENTITY,
	    "what asks it to end (default: TERM)"),
	INT("stop-timeout", "SEC", stop_timeout, 0, 86400, G_IDENTITY,
	    "from that signal to SIGKILL (default: 10)"),
	OPT('d', "detach", "", set_flag, F(detach), 0, 0, G_IDENTITY,
	  "go on in the background once the command runs, print the name", 0, 0,
	  V_RUN | V_EXEC),
	FLAG(0, "hold", hold, G_IDENTITY,
	     "stop just before the command until `ct start`"),
	STR(0, "on-start", "CMD", set_str, on_start, G_IDENTITY,
	    "sh -c CMD outside before the command runs; CT_NAME, CT_PID"),
	STR(0, "on-exit", "CMD", set_str, on_exit, G_IDENTITY,
	    "the same after it ended"),
	FLAG(0, "dry-run", dry_run, G_IDENTITY, "print the steps, do nothing"),
	FLAG('V', "verbose", verbose, G_IDENTITY,
	     "print each step with its time in microseconds"),

	STR('r', "root", "DIR", set_str, root, G_ROOT,
	    "root of the container (default: the host's, read-only)"),
	FLAG('R', "read-only", read_only, G_ROOT, "make the root read-only"),

	OP('v', "volume", "SRC:DST[:OPT,...]", OP_BIND, G_MOUNTS,
	   "bind SRC (ro, rw, rec, noexec, nosuid, nodev, idmap, try)"),
	OP(0, "tmpfs", "DST[:size=,mode=]", OP_TMPFS, G_MOUNTS,
	   "an empty tmpfs"),
	OP(0, "mount", "TYPE:SRC:DST[:OPT,...]", OP_MOUNT, G_MOUNTS,
	   "any file system"),
	OP(0, "mask", "PATH", OP_MASK, G_MOUNTS, "show nothing at PATH"),
	OP(0, "ro-path", "PATH", OP_RO, G_MOUNTS, "make PATH read-only"),
	OP(0, "symlink", "TARGET:DST", OP_SYMLINK, G_MOUNTS,
	   "a symbolic link at DST"),
	OP(0, "file", "DST=TEXT", OP_FILE, G_MOUNTS,
	   "a read-only file with this text"),
	OP(0, "device", "PATH[:rwm]", OP_DEVICE, G_MOUNTS,
	   "a device of the host in /dev"),
	OPT('w', "workdir", "DIR", set_str, F(workdir), 0, 0, G_MOUNTS,
	  "start in DIR (default: /, or the caller's on the host's root)", 0, 0,
	  V_RUN | V_EXEC),

	OPT(0, "share", "LIST", set_ns, F(share), 0, 1, G_NS,
	  "keep the caller's user,mnt,pid,net,ipc,uts,cgroup", 0, 0, V_RUN),
	OPT(0, "unshare", "LIST", set_ns, F(unshare), 0, 1, G_NS,
	  "have an own user,time,...", 0, 0, V_RUN),
	OP(0, "ns", "TYPE=PATH", OP_NS, G_NS, "join the namespace at PATH"),
	OPT('U', "userns", "[=MAP]", set_userns, 0, 0, 0, G_NS,
	  "own user namespace; MAP as --uidmap, for users and groups", 0, 0, V_RUN),
	OP(0, "uidmap", "IN:OUT:N", OP_UIDMAP, G_NS, "map users"),
	OP(0, "gidmap", "IN:OUT:N", OP_GIDMAP, G_NS, "map groups"),
	STR('h', "hostname", "NAME", set_host, hostname, G_NS,
	    "host name (default: the container's name)"),
	STR(0, "domainname", "NAME", set_host, domainname, G_NS,
	    "NIS domain name"),
	OP(0, "time-offset", "CLOCK=SEC", OP_OFFSET, G_NS,
	   "shift monotonic or boottime"),
	OP(0, "sysctl", "KEY=VALUE", OP_SYSCTL, G_NS,
	   "set a sysctl of an own namespace"),

	LIMIT('m', "memory", "SIZE", 0, 0, "memory.max; K, M, G, T or max"),
	LIMIT(0, "memory-high", "SIZE", 1, 0, "memory.high: slow down above"),
	LIMIT(0, "swap", "SIZE", 2, 0, "memory.swap.max"),
	LIMIT(0, "cpus", "N", 3, 0, "processors' worth of time, such as 0.5"),
	LIMIT(0, "cpu-weight", "N", 4, 0, "share of time, 1 to 10000"),
	LIMIT(0, "cpuset", "LIST", 5, 0, "processors to run on"),
	LIMIT(0, "pids", "N", 6, 0, "most processes and threads, or max"),
	LIMIT(0, "io", "DEV:KEY=VALUE,...", 7, 1,
	      "io.max of a block device: rbps, wbps, riops, wiops"),
	LIMIT(0, "cgroup", "FILE=VALUE", 8, 1, "any file of the cgroup"),
	FLAG(0, "delegate", delegate, G_LIMITS,
	     "let it make groups of its own, /sys/fs/cgroup is mounted"),

	OPT('u', "user", "USER[:GROUP[,GROUP...]]", set_str, F(user), 0, 0,
	  G_PROCESS, "run as, names from the container's passwd and group", 0, 0,
	  V_RUN | V_EXEC),
	OPT('e', "env", "K[=V]", set_op, 0, OP_ENV, 1, G_PROCESS,
	  "set a variable, or copy the caller's", 0, 0, V_RUN | V_EXEC),
	OPT(0, "keep-env", "", set_flag, F(keep_env), 0, 0, G_PROCESS,
	  "keep the caller's environment", 0, 0, V_RUN | V_EXEC),
	OP(0, "rlimit", "NAME=SOFT[:HARD]", OP_RLIMIT, G_PROCESS,
	   "resource limit, setrlimit(2)"),
	INT("nice", "N", nice, -20, 19, G_PROCESS, "scheduling priority"),
	INT("oom-score", "N", oom, -1000, 1000, G_PROCESS,
	    "oom_score_adj, proc(5)"),
	STR(0, "cpu-sched", "POLICY[:PRIO]", set_sched, sched, G_PROCESS,
	    "other, batch, idle, fifo:PRIO, rr:PRIO"),
	FLAG(0, "init", init, G_PROCESS, "a reaper as pid 1"),
	OP(0, "keep-fd", "N", OP_KEEPFD, G_PROCESS,
	   "leave descriptor N open; LISTEN_FDS are left too"),
	STR(0, "umask", "MODE", set_octal, umask, G_PROCESS,
	    "octal (default: 022)"),

	OPT(0, "cap-add", "CAP", set_cap, F(cap_add), 0, 1, G_PRIV,
	  "give a capability, or ALL", 0, 0, V_RUN | V_EXEC),
	OPT(0, "cap-drop", "CAP", set_cap, F(cap_drop), 0, 1, G_PRIV,
	  "take one of the default ones, or ALL", 0, 0, V_RUN),
	FLAG(0, "privileged", privileged, G_PRIV,
	     "all capabilities, no masks, no seccomp: no boundary"),
	FLAG(0, "allow-new-privs", allow_new_privs, G_PRIV,
	     "let set-uid programs work"),
	STR(0, "seccomp", "default|none|FILE", set_seccomp, sc_file, G_PRIV,
	    "filter of system calls; FILE: compiled BPF"),
	STR(0, "label", "LABEL", set_str, label, G_PRIV,
	    "AppArmor profile or SELinux label"),

	OP(0, "net", "KIND[,KEY=VALUE...]", OP_NET, G_NET,
	   "none (default), host, ns:PATH, container:NAME, veth, macvlan, ipvlan, "
	   "vlan, phys"),
	OPT(0, "dns", "ADDR", set_dns, F(dns), 0, 1, G_NET,
	    "name server, for /etc/resolv.conf", 0, 0, V_RUN),
	OP(0, "publish", "PORT:PORT|ADDR:PORT:PORT[/udp]", OP_PUBLISH, G_NET,
	   "lead a port of the host to the container's first veth"),

	OPT(0, "try", "LIST", set_try, 0, 0, 1, G_OTHER,
	  "go on with a warning where one of these cannot be had", 0, 0, V_RUN),
	OPT('p', "profile", "NAME", set_profile, 0, 0, 1, G_OTHER,
	  "the arguments that config.h has under NAME", 0, 0, V_RUN),
	OPT(0, "help", "", set_flag, F(help), 0, 0, G_OTHER, "this list", 0, 0,
	  0xffff),
	VFLAG('r', "recursive", recursive, "with the groups below",
	      V_LS | V_PS),
	VFLAG('j', "json", json, "as JSON, a line each",
	      V_LS | V_PS | V_STATS | V_NET),
	VFLAG('f', "follow", follow, "refresh every second", V_STATS),
	VFLAG('t', "threads", all, "threads, not processes", V_PS),
	VFLAG('a', "all", all, "every process, not only the first", V_KILL),
	VFLAG('f', "force", follow, "end what runs in it", V_RM),
	OPT('s', "signal", "SIG", set_signal, F(stop_signal), 0, 0, G_OTHER,
	  "what to send (default: KILL)", 0, 0, V_KILL),
	OPT('t', "time", "SEC", set_int, F(timeout), 0, 0, G_OTHER,
	  "how long to wait", 0, 1000000, V_STOP | V_WAIT),
	OPT('s', "state", "STATE", set_str, F(state), 0, 0, G_OTHER,
	  "created, running, paused or stopped (default)", 0, 0, V_WAIT),
	OPT(0, "pressure", "RES:STALL:WINDOW", set_str, F(pressure), 0, 0, G_OTHER,
	  "tell when some task stalled on cpu, memory or io; microseconds", 0, 0,
	  V_EVENTS),
	OPT(0, "memory-above", "SIZE", set_str, F(above), 0, 0, G_OTHER,
	  "tell when memory.current crosses SIZE", 0, 0, V_EVENTS),
};
static_assert(LEN(options) <= 128, "struct ct.seen has a bit for each");

/* The words of a text: quotes, backslash, # comments, newlines are blanks. */
static char **
arg_words(struct ct *ct, char *s, int *count)
{
	char **list = mem_get(ct, (strlen(s) / 2 + 2) * sizeof *list), *w;
	char quote;
	int n = 0;

	if (!list)
		return NULL;
	for (;;) {
		s += text_in(s, " \t\r\n");
		if (*s == '#') {
			s += text_until(s, "\n");
			continue;
		}
		if (!*s)
			break;
		list[n++] = w = s;
		for (quote = 0; *s && (quote || !strchr(" \t\r\n", *s)); s++) {
			if (*s == quote)
				quote = 0;
			else if (!quote && (*s == '\'' || *s == '"'))
				quote = *s;
			else if (*s == '\\' && quote != '\'' && s[1])
				*w++ = *++s;
			else
				*w++ = *s;
		}
		if (quote) {
			fail_msg(ct, "unclosed %c", quote);
			return NULL;
		}
		if (*s)
			s++;
		*w = '\0';
	}
	list[n] = NULL;
	*count = n;
	return list;
}

/* Puts n words in place of the first of argv. */
static char **
arg_splice(struct ct *ct, char **argv, char **words, int n)
{
	int rest = 0;
	char **v;

	while (argv[1 + rest])
		rest++;
	v = mem_get(ct, (size_t)(n + rest + 1) * sizeof *v);
	if (v) {
		memcpy(v, words, (size_t)n * sizeof *v);
		memcpy(v + n, argv + 1, (size_t)(rest + 1) * sizeof *v);
	}
	return v;
}

static char **
arg_file(struct ct *ct, char **argv)
{
	char *text, **words;
	int n;

	ct->step = *argv;
	text = io_slurp(ct, *argv + 1);
	if (!text) {
		fail_sys(ct, "read");
		return NULL;
	}
	words = arg_words(ct, text, &n);
	return words ? arg_splice(ct, argv, words, n) : NULL;
}

static char **
arg_profile(struct ct *ct, char **argv, const char *name)
{
	char *words[LEN(profiles[0].args)];
	int n = 0;

	for (size_t i = 0; i < LEN(profiles); i++)
		for (; !strcmp(name, profiles[i].name) && profiles[i].args[n]; n++)
			words[n] = mem_dup(ct, profiles[i].args[n],
			                   strlen(profiles[i].args[n]));
	return arg_splice(ct, argv, words, n);
}

static bool
opt_is_for(const struct opt *o, unsigned verb)
{
	return o->verbs & verb;
}

static const struct opt *
opt_find(const struct ct *ct, const char *name, size_t len, char letter)
{
	for (size_t i = 0; i < LEN(options); i++)
		if (opt_is_for(&options[i], ct->verb) && (letter ? options[i].letter == letter :
		    !strncmp(options[i].name, name, len) && !options[i].name[len]))
			return &options[i];
	return NULL;
}

/* One option: argv[0] is its text, *value what came with it or NULL. Returns
 * how many further elements were used, or -1. */
static int
opt_apply(struct ct *ct, const struct opt *o, char *value, char *next)
{
	size_t i = (size_t)(o - options);
	const char *meta = text_nth(o->name, 1);
	bool optional = *meta == '[';
	int used = 0;

	ct->step = mem_printf(ct, "--%s", o->name);
	if (!*meta && value)
		return fail_msg(ct, "takes no value");
	if (*meta && !optional && !value) {
		if (!next)
			return fail_msg(ct, "needs a value: %s", meta);
		value = next;
		used = 1;
	}
	if (!o->many && !ct->recorded && ct->seen[i / 64] >> i % 64 & 1)
		return fail_msg(ct, "given twice");
	ct->seen[i / 64] |= (uint64_t)1 << i % 64;
	if (value && !(value = mem_dup(ct, value, strlen(value))))
		return -1;
	return o->set(ct, o, value) < 0 ? -1 : used;
}

/* -abc VALUE, -aVALUE */
static int
opt_letters(struct ct *ct, char **argv)
{
	const struct opt *o;

	for (char *s = *argv + 1; *s; s++) {
		o = opt_find(ct, "", 0, *s);
		if (!o) {
			ct->step = mem_printf(ct, "-%c", *s);
			return fail_msg(ct, "no such option");
		}
		if (*text_nth(o->name, 1) && *text_nth(o->name, 1) != '[')
			return opt_apply(ct, o, s[1] ? s + 1 : NULL, argv[1]);
		if (opt_apply(ct, o, NULL, NULL) < 0)
			return -1;
	}
	return 0;
}

/* Keeps an argument for the record; more than fit are not recorded. */
static void
arg_keep(struct ct *ct, char *arg)
{
	if (!ct->args)
		ct->args = mem_get(ct, (ARGS_MAX + 1) * sizeof *ct->args);
	if (ct->args && ct->nargs < ARGS_MAX) {
		ct->args[ct->nargs++] = arg;
		ct->args[ct->nargs] = NULL;
	}
}

/* Options up to the first operand or --; returns what is left, or NULL. */
static char **
opt_parse(struct ct *ct, char **argv)
{
	const struct opt *o;
	int used, inserted = 0;
	char *eq;

	for (; *argv; argv++) {
		if (**argv == '@' && (*argv)[1]) {
			if (++inserted > 16) {
				ct->step = *argv;
				fail_msg(ct, "argument files lead to each other");
				return NULL;
			}
			if (!(argv = arg_file(ct, argv)))
				return NULL;
			argv--;
			continue;
		}
		if (**argv != '-' || !(*argv)[1])
			return argv;
		if (!strcmp(*argv, "--"))
			return argv + 1;
		if ((*argv)[1] == '-') {
			eq = strchr(*argv, '=');
			o = opt_find(ct, *argv + 2, eq ? (size_t)(eq - *argv - 2) :
			             strlen(*argv + 2), 0);
			if (!o) {
				ct->step = *argv;
				fail_msg(ct, "no such option");
				return NULL;
			}
			used = opt_apply(ct, o, eq ? eq + 1 : NULL, argv[1]);
		} else {
			used = opt_letters(ct, argv);
		}
		if (used < 0)
			return NULL;
		if (ct->profile) {
			argv = arg_profile(ct, argv + used, ct->profile);
			ct->profile = NULL;
			if (!argv || ++inserted > 16) {
				fail_msg(ct, "profiles lead to each other");
				return NULL;
			}
			argv--;
			continue;
		}
		for (int i = 0; i <= used; i++)
			arg_keep(ct, argv[i]);
		argv += used;
	}
	return argv;
}

/* === verbs ============================================================= */

static int verb_help(struct ct *ct, char **argv);

static void
ct_init(struct ct *ct)
{
	memset(ct, 0, sizeof *ct);
	ct->ops_end = &ct->ops;
	ct->euid = geteuid();
	ct->umask = 022;
	ct->stop_signal = SIGTERM;
	ct->stop_timeout = -1;
	ct->oom = INT_MIN;
	ct->ready_fd = ct->info_fd = ct->proc_fd = ct->cg_top_fd =
	    ct->cg_base_fd = ct->cg_fd = ct->self_fd = ct->host_net_fd = ct->pidfd =
	    ct->sig_fd = ct->tree_fd = ct->own_fd = ct->group_fd = ct->pid_fd =
	    ct->detach_fd = ct->box_fd = ct->peer_fd = ct->peer_mnt_fd =
	    ct->proc_mnt_fd = ct->sys_mnt_fd =
	    ct->status_fd = ct->net_fd = ct->nft_fd = ct->host_rt_fd = -1;
	for (int i = 0; i < 2; i++)
		ct->rec_fd[i] = ct->go_fd[i] = -1;
}

/* Interfaces among each other: the names that they get, what wants what. */
static int
plan_net(struct ct *ct)
{
	int nics = 0, all = 0;

	ct->step = "--net";
	for (struct op *n = ct->ops; n; n = n->next) {
		all += n->kind == OP_NET || (n->kind == OP_NS && n->k);
		if (!n->nic)
			continue;
		if (!n->nic->name) {
			text_f(n->nic->name_buf, IF_NAMESIZE, "eth%d", nics);
			n->nic->name = n->nic->name_buf;
		}
		nics++;
		for (struct op *o = ct->ops; o != n; o = o->next)
			if (o->nic && !strcmp(o->nic->name, n->nic->name))
				return bad(ct, n->nic->name, "two interfaces of one name");
	}
	if (all > 1 && all != nics)
		return fail_msg(ct, "none, host, ns: and container: stand alone");
	if (nics && (!(ct->unshare & U_NET) || ct->use & U_JOIN))
		return fail_msg(ct, "an interface wants an own net namespace, and "
		                "no --ns");
	ct->step = "--publish";
	for (struct op *p = op_find(ct->ops, OP_PUBLISH); p;
	     p = op_find(p->next, OP_PUBLISH))
		if (!nic_first(ct->ops, p->inet.family))
			return bad(ct, p->a + sizeof "publish", "wants a veth with an "
			           "address of that family");
	return 0;
}

/* What contradicts what. */
static int
plan_check(struct ct *ct)
{
	struct op *fs = ct->ops;

	ct->step = "--mount";
	for (struct op *op = op_find(ct->ops, OP_MOUNT); op && !ct->privileged;
	     op = op_find(op->next, OP_MOUNT))
		if (op->k && op->clr & K_RDONLY)
			return fail_msg(ct, "%s: is read-only without --privileged",
			                op->a);

	while (fs && fs->kind > OP_LAST_FS)
		fs = fs->next;
	if (plan_net(ct) < 0)
		return -1;
	ct->step = "options";
	if (!(ct->use & U_MNT) && (ct->root || ct->read_only || fs))
		return fail_msg(ct, "a root or mounts want an own mnt namespace");
	if (!(ct->unshare & U_UTS) && (ct->hostname || ct->domainname))
		return fail_msg(ct, "a host name wants an own uts namespace");
	if (ct->euid && !(ct->use & (U_USER | U_JOIN)))
		return fail_msg(ct, "whoever is not root wants an own user "
		                "namespace");
	if (!op_find(ct->ops, OP_UIDMAP) != !op_find(ct->ops, OP_GIDMAP))
		return fail_msg(ct, "--uidmap and --gidmap want each other");
	if (ct->use & U_IDMAP && !op_find(ct->ops, OP_UIDMAP))
		return fail_msg(ct, "a volume with idmap wants --userns=MAP");
	return 0;
}

/* From what was asked for to what is to be done: ct->unshare becomes the
 * namespaces to make, ct->use the features. */
static int
plan(struct ct *ct)
{
	unsigned ns = U_MNT | U_PID | U_NET | U_IPC | U_UTS | U_CGNS;
	uint64_t caps = pr_caps(ct);
	struct op *op;

	if (ct->euid || op_find(ct->ops, OP_UIDMAP) ||
	    op_find(ct->ops, OP_GIDMAP))
		ns |= U_USER;
	if (op_find(ct->ops, OP_OFFSET))
		ns |= U_TIME;
	if (ct->dns) {
		if (op_add(ct, OP_FILE, &op) < 0)
			return -1;
		op->a = "/etc/resolv.conf";
		op->b = ct->dns;
	}
	ns = (ns | ct->unshare) & ~ct->share;
	ct->use = U_CGROUP | U_LIMITS | U_KEYRING | U_RLIMIT;
	for (op = ct->ops; op; op = op->next) {
		if (op->kind == OP_NET && !op->nic && !strcmp(op->a, "host"))
			ns &= ~(unsigned)U_NET;
		if (op->kind == OP_NS) {
			ns &= ~(1u << op->n);
			ct->use |= U_JOIN;
		}
		if (op->nic)
			ct->use |= U_NIC;
		if ((op->nic && op->nic->nat) || op->kind == OP_PUBLISH)
			ct->use |= U_NAT;
		if (op->kind == OP_SYSCTL)
			ct->use |= U_SYSCTL;
		if (op->kind == OP_DEVICE && op->k != 7)
			ct->use |= U_DEVICES;
		if (op->kind == OP_BIND && op->opt & M_IDMAP)
			ct->use |= U_IDMAP;
	}
	ct->unshare = ns;
	ct->second = ct->exec || ns_op(ct, NS_PID) ||
	             (ns_op(ct, NS_USER) && ns & U_PID);
	ct->use |= ns;
	if (ns & U_MNT)
		ct->use |= U_PROC | U_SYS | U_DEV | U_PTS;
	if (ns & U_MNT && !ct->privileged) {
		ct->use |= U_MASK;
		if (caps >> CAP_SYS_ADMIN & 1)
			ct->use |= U_LOCK;
	}
	if (caps >> CAP_MKNOD & 1 && !ct->privileged && !(ns & U_USER))
		ct->use |= U_DEVICES;
	if (!ct->no_seccomp && (!ct->privileged || ct->sc_file))
		ct->use |= U_SECCOMP;
	ct->use |= (ct->hold ? U_HOOK : 0) |
	    (ct->label ? U_LABEL : 0) | (ct->init ? U_INIT : 0) |
	    (ct->sched || ct->nice ? U_SCHED : 0) |
	    (ct->oom != INT_MIN ? U_OOM : 0);
	return plan_check(ct);
}

/* A name that nobody else has: time and pid; the group's mkdir would tell. */
static int
run_name(struct ct *ct)
{
	uint32_t r = (uint32_t)now_usec() ^ (uint32_t)getpid() << 12;
	const char *seed = (const char *)getauxval(AT_RANDOM);
	uint32_t ring[2];

	/* the kernel's 16 random bytes: the first 8 are the C library's canary */
	if (seed) {
		memcpy(ring, seed + 8, sizeof ring);
		text_f(ct->ring, sizeof ct->ring, "ct:%08x%08x", ring[0], ring[1]);
	}
	if (ct->name)
		return 0;
	text_f(ct->id_buf, sizeof ct->id_buf, "%s%08x", name_prefix, r);
	ct->name = ct->id_buf;
	return 0;
}

/* Records the caller's variable of this name, or all ("") as -e K=V. */
static void
run_keep_env(struct ct *ct, const char *name)
{
	size_t n = strlen(name);

	for (char **e = ct->caller_env; *e; e++)
		if (strchr(*e, '=') && (!n || (!strncmp(*e, name, n) &&
		                               (*e)[n] == '='))) {
			arg_keep(ct, (char *)(uintptr_t)"-e");
			arg_keep(ct, *e);
		}
}

static int
run_command(struct ct *ct, char **argv)
{
	char cwd[PATH_MAX];

	ct->argv = argv;
	if (!*argv) {
		ct->argv = mem_get(ct, sizeof default_command);
		if (!ct->argv)
			return -1;
		memcpy(ct->argv, default_command, sizeof default_command);
	}
	ct->workdir_given = ct->workdir != NULL;
	if (!ct->root && !ct->workdir && io_cwd(cwd, sizeof cwd)) {
		if (!(ct->workdir = mem_dup(ct, cwd, strlen(cwd))))
			return -1;
		arg_keep(ct, (char *)(uintptr_t)"-w");
		arg_keep(ct, (char *)(uintptr_t)ct->workdir);
	}
	/* for ct exec: what the caller's environment was now */
	for (struct op *op = op_find(ct->ops, OP_ENV); op;
	     op = op_find(op->next, OP_ENV))
		if (!strchr(op->a, '='))
			run_keep_env(ct, op->a);
	if (ct->keep_env)
		run_keep_env(ct, "");
	arg_keep(ct, (char *)(uintptr_t)"--");
	ct->command_at = ct->nargs;
	for (argv = ct->argv; *argv; argv++)
		arg_keep(ct, *argv);
	return 0;
}

/* Nothing of the caller's may reach the container but what is to stay; ct's own
 * two ends not even that. */
static int
run_fds(struct ct *ct)
{
	const char *pid = *env_find(ct->caller_env, "LISTEN_PID=");
	const char *fds = *env_find(ct->caller_env, "LISTEN_FDS=");
	const int own[] = { ct->ready_fd, ct->info_fd };
	uint64_t n;

	if (pid && fds && num_parse(pid + 11, 1, INT_MAX, &n) == 0 &&
	    (pid_t)n == getpid() && num_parse(fds + 11, 1, 1024, &n) == 0)
		ct->listen_fds = (int)n;
	for (size_t i = 0; i < LEN(own); i++)
		if (own[i] > 2 && io_fcntl(own[i], F_SETFD, FD_CLOEXEC) < 0)
			return fail_sys(ct, "fcntl descriptor %d", own[i]);
	fd_close(&ct->proc_fd);
	fd_close_others(ct);
	ct->proc_fd = -1;       /* it may have been one of them */
	return 0;
}

static int
run_dry(struct ct *ct)
{
	struct out o;
	struct { const char *where; const struct step *s; size_t n; } t[] = {
		{ "outside", outside_steps, LEN(outside_steps) },
		{ "inside", inside_steps, LEN(inside_steps) },
	};

	out_open(&o);
	for (size_t k = 0; k < LEN(t); k++)
		for (size_t i = 0; i < t[k].n; i++)
			if ((ct->inside = t[k].s[i].when & S_INSIDE,
			     step_applies(ct, &t[k].s[i])))
				out_f(&o, "%-8s %s\n", t[k].where, t[k].s[i].name);
	ct->step = "stdout";
	return out_flush(&o) < 0 ? fail_sys(ct, "write") : 0;
}

/* -d: a process of its own supervises; this one waits until the command runs,
 * or for the reason why it does not, and prints the name. Returns only in the
 * supervisor. Output to a terminal or a pipe ends here, or `id=$(ct run -d ..)`
 * would wait for the container; files stay. */
static int
run_detach(struct ct *ct)
{
	struct rec rec = { .kind = REC_FAIL };
	struct out o;
	struct stat st;
	int ends[2], null = io_open("/dev/null", O_RDWR);
	pid_t pid;

	out_open(&o);
	ct->step = "detach";
	if (null < 0 || sys_pipe(ends) < 0 || (pid = sys_fork()) < 0)
		return fail_sys(ct, "detach");
	if (pid == 0) {
		close(ends[0]);
		ct->detach_fd = ends[1];
		if (setsid() < 0)
			return fail_sys(ct, "setsid");
		for (int fd = 0; fd < 3; fd++)
			if ((!fd || isatty(fd) || (fstat(fd, &st) == 0 &&
			                           S_ISFIFO(st.st_mode))) &&
			    dup2(null, fd) < 0)
				return fail_sys(ct, "dup to descriptor %d", fd);
		fd_close(&null);
		return 0;
	}
	close(ends[1]);
	do {
		if (read(ends[0], &rec, sizeof rec) != (ssize_t)sizeof rec) {
			rec = (struct rec){ .kind = REC_FAIL };
			text_f(rec.err.step, sizeof rec.err.step, "detach");
			text_f(rec.err.text, sizeof rec.err.text,
			       "the supervisor died");
		}
		if (rec.kind == REC_WARN || rec.kind == REC_STEP)
			rec_print(&rec);
	} while (rec.kind == REC_WARN || rec.kind == REC_STEP);
	if (rec.kind == REC_FAIL) {
		if (!rec.err.status)
			rec.err.status = 125;
		err_print(&rec.err, "");
		_exit(rec.err.status);
	}
	out_f(&o, "%s\n", ct->name);
	if (out_flush(&o) == 0)
		_exit(0);
	fail_sys(ct, "write the name %s", ct->name);
	err_print(&ct->err, "");
	_exit(125);
}

/* Tells the one that waits. */
static void
run_detached(struct ct *ct)
{
	struct rec rec = { .kind = ct->failed ? REC_FAIL : REC_READY };

	if (ct->detach_fd < 0)
		return;
	rec.err = ct->err;
	if (io_write(ct->detach_fd, &rec, sizeof rec) < 0)
		errno = 0;              /* killed meanwhile: nobody asks */
	fd_close(&ct->detach_fd);
	if (rec.kind == REC_FAIL)       /* it was told there */
		_exit(ct->err.status);
}

/* The parent's step failed; where that is because the child has gone, the
 * child's own words are the cause. */
static int
run_failed(struct ct *ct)
{
	struct sup s = { 0 };
	struct err own = ct->err;

	if (own.no == EPIPE && ct->pid > 0) {
		struct pollfd p = { .fd = ct->rec_fd[0], .events = POLLIN };

		memset(&ct->err, 0, sizeof ct->err);
		ct->failed = false;
		while (ct->rec_fd[0] >= 0 && poll(&p, 1, 1000) > 0)
			sup_records(ct, &s);
		if (!ct->failed)
			ct->err = own;
		ct->failed = true;
	}
	return ct->err.status;
}

static int
verb_run(struct ct *ct, char **argv)
{
	char *help[] = { (char *)"run", NULL };
	unsigned char byte;
	struct stat st = { 0 };
	int status;

	ct->verb = V_RUN;
	argv = opt_parse(ct, argv);
	if (argv && ct->help)
		return verb_help(ct, help);
	if (!argv || run_command(ct, argv) < 0 || plan(ct) < 0)
		return 125;
	ct->step = "--root";
	errno = ENOTDIR;
	if (ct->root && (stat(ct->root, &st) < 0 || !S_ISDIR(st.st_mode))) {
		fail_sys(ct, "%s", ct->root);
		return 125;
	}
	if (ct->dry_run)
		return run_dry(ct) < 0 ? 125 : 0;
	if (ct->not_sealed && !(ct->try & U_SEAL)) {
		ct->step = "seal";
		errno = ct->not_sealed;
		fail_sys(ct, "no read-only copy of ct's own file "
		         "could be made (needs open_tree or memfd_create)");
		return 125;
	}
	ct->named = ct->name || ct->detach || ct->hold;
	run_name(ct);
	if (run_fds(ct) < 0 || sup_open(ct) < 0 ||
	    (ct->detach && run_detach(ct) < 0) ||
	    step_run(ct, outside_steps, LEN(outside_steps), &ct->done) < 0)
		status = run_failed(ct);
	else
		status = sup_run(ct);
	byte = (unsigned char)status;
	if (ct->status_fd >= 0 && pwrite(ct->status_fd, &byte, 1, 0) < 0)
		errno = 0;              /* whoever waits learns it is unknown */
	ct->step = "on-exit";
	if (ct->on_exit && !ct->failed)
		out_hook(ct, ct->on_exit);
	step_undo(ct);
	run_detached(ct);
	return status;
}


/* === API =============================================================== */
#ifdef CT_LIB

/* ct.h over the same core. A setter applies an option of `ct run` to `spec`,
 * which also keeps it for the record; spawn copies that to `run`, runs the same
 * steps, and does not supervise: wait and destroy are the caller's. What a
 * container needs while nothing runs is its group, with our lock on it. */

/* Of the verbs on containers, which call it the same. */
static int kill_init(struct ct *, struct grp *, int sig);
static int freeze_group(struct ct *, struct grp *, const char *value, int want);
static uint64_t stats_io(int dir, const char *key);
static int exec_join(struct ct *, struct grp *);
static int exec_open(struct ct *, struct grp *);
static char **exec_args(struct ct *, struct grp *, char **own);

struct ct_handler {
	struct ct_handler *next;
	struct libct_session *ses;
	struct ct spec;         /* what was asked for; cg_fd is the group */
	struct ct run;          /* made of it at spawn; pidfd, pid */
	bool opened;            /* somebody else's: no lock, no pidfd */
	bool started;           /* spawned and not yet waited for */
	bool killed;            /* cgroup.kill may have been written */
	bool masked;            /* ns_mask was set */
	bool auto_proc;
	unsigned ns_mask;       /* bits of ns_kinds[] */
	const char *private;    /* lies over the root */
	const char *nics[16];   /* texts of --net */
	int nnics;
	uint64_t mem_limit;     /* of v1, for memsw; 0: not set */
	char quota[24], period[24];
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

/* What runs instead of the arguments' command. */
struct job {
	int (*fn)(void *);
	void *arg;
	char *path, **argv, **env;
	const int *fds;
};

static void *
lib_block(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
	               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

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

/* The result of a call, which leaves errno and the text of an error. */
static int
lib_end(ct_handler_t c, struct ct *ct)
{
	c->failed = ct->failed;
	fd_close(&c->spec.proc_fd);
	if (!ct->failed)
		return 0;
	c->err = ct->err;
	memset(&ct->err, 0, sizeof ct->err);
	ct->failed = false;
	errno = c->err.no ? c->err.no : c->err.status == 3 ? ENOENT : EINVAL;
	return -1;
}

/* Begins a call; false if there is no handle. */
static bool
lib_begin(ct_handler_t c, const char *step)
{
	if (!c) {
		errno = EINVAL;
		return false;
	}
	c->failed = c->spec.failed = false;
	memset(&c->spec.err, 0, sizeof c->spec.err);
	c->spec.step = step;
	return true;
}

static bool
lib_grp(ct_handler_t c, struct grp *g)
{
	*g = (struct grp){ .fd = -1 };
	return c->spec.cg_fd >= 0 &&
	       grp_at(c->spec.cg_fd, ".", c->spec.name, g) == 0;
}

static bool
lib_runs(ct_handler_t c)
{
	struct pollfd p = { .fd = c->run.pidfd, .events = POLLIN };
	struct grp g;
	int state;

	if (!c->opened)
		return c->started && poll(&p, 1, 0) == 0;
	if (!lib_grp(c, &g))
		return false;
	state = grp_state(&g);
	state = state == ST_CREATED && g.held ? ST_RUNNING : state;
	grp_close(&g);
	return state == ST_RUNNING || state == ST_PAUSED;
}

/* Begins a call that sets something. */
static bool
lib_stopped(ct_handler_t c, const char *step)
{
	if (!lib_begin(c, step))
		return false;
	if (lib_runs(c)) {
		fail_msg(&c->spec, "the container is running");
		lib_end(c, &c->spec);
		return false;
	}
	return true;
}

static bool
lib_running(ct_handler_t c, const char *step)
{
	if (!lib_begin(c, step))
		return false;
	if (!lib_runs(c)) {
		fail_msg(&c->spec, "the container is not running");
		lib_end(c, &c->spec);
		return false;
	}
	return true;
}

/* What a call needed beside its result: the handle's memory is otherwise kept
 * until it goes. */
struct mark { struct block *b; size_t used; };

static struct mark
lib_mark(const struct ct *ct)
{
	return (struct mark){ ct->mem, ct->mem ? ct->mem->used : 0 };
}

static void
lib_back(struct ct *ct, struct mark m)
{
	for (struct block *b; (b = ct->mem) != m.b; ) {
		ct->mem = b->next;
		munmap(b, b->size);
	}
	if (m.b)
		m.b->used = m.used;
}

/* --- options --- */

/* Those of ct's own process, or with a function of their own. */
static const char *const lib_refused[] = {
	"name", "pidfile", "ready-fd", "info-fd", "timeout", "detach", "hold",
	"on-start", "on-exit", "dry-run", "verbose", "profile", "help",
};

/* Applies an option and keeps it for the record; without effect if it fails. */
static int
lib_option(struct ct *ct, const char *name, const char *value)
{
	struct mark mark = lib_mark(ct);
	struct ct saved = *ct;
	const struct opt *o;
	struct err err;
	char *arg;
	size_t n = strlen(name), v = value ? strlen(value) + 1 : 0;

	ct->verb = V_RUN;
	o = opt_find(ct, name, n, 0);
	if (!o)
		return fail_msg(ct, "--%s: no such option", name);
	arg = mem_get(ct, n + v + 3);
	if (!arg)
		return -1;
	text_f(arg, n + 3, "--%s", name);
	if (value) {
		arg[n + 2] = '=';
		memcpy(arg + n + 3, value, v);
	}
	ct->seen[(o - options) / 64] &= ~((uint64_t)1 << (o - options) % 64);
	if (opt_apply(ct, o, (char *)(uintptr_t)value, NULL) >= 0) {
		arg_keep(ct, arg);
		ct->step = saved.step;
		return 0;
	}
	err = ct->err;
	lib_back(ct, mark);
	*ct = saved;
	*ct->ops_end = NULL;
	ct->err = err;
	ct->failed = true;
	return -1;
}

static int PRINTF(3, 4)
lib_set(ct_handler_t c, const char *name, const char *fmt, ...)
{
	char buf[2 * PATH_MAX + 64];
	va_list ap;
	size_t n;

	if (!lib_stopped(c, name))
		return -1;
	va_start(ap, fmt);
	n = text_v(buf, sizeof buf, fmt, ap);
	va_end(ap);
	if (n >= sizeof buf)
		fail_msg(&c->spec, "too long");
	else
		lib_option(&c->spec, name, buf);
	return lib_end(c, &c->spec);
}

/* Copies a container's plan: what is added to the copy goes with it. */
static void
lib_copy(ct_handler_t c, struct ct *ct)
{
	static char *const none[] = { NULL };

	fd_close(&c->spec.proc_fd);
	*ct = c->spec;
	if (ct->ops_end == &c->spec.ops)
		ct->ops_end = &ct->ops;
	ct->mem = NULL;
	ct->caller_env = environ ? environ : (char **)(uintptr_t)none;
}

static void
lib_drop(ct_handler_t c, struct ct *ct)
{
	*c->spec.ops_end = NULL;        /* where the copy's began */
	if (c->spec.args)
		c->spec.args[c->spec.nargs] = NULL;
	mem_free(ct);
	ct->ops = NULL;
	ct->args = NULL;
}

/* --- the group --- */

/* Makes the group, with our lock on it. Without a cgroup2 that can be used
 * there is none, which is an error only for whoever asked for a limit. */
static int
lib_make(struct ct *ct)
{
	ct->step = "cgroup";
	if (cg_base(ct, true) < 0)
		return ct->failed ? -1 : 0;
	if (cg_make(ct) == 0) {
		cg_sweep(ct->cg_base_fd, 16);
		/* until it is spawned; then it is to go with this process */
		fsetxattr(ct->cg_fd, "user.ct.keep", "1", 1, 0);
	}
	fd_close(&ct->cg_base_fd);
	fd_close(&ct->cg_top_fd);
	ct->cg_base_made = false;
	return ct->failed ? -1 : 0;
}

/* Sees that the group is ours before something is started in it. */
static int
lib_own(ct_handler_t c)
{
	struct ct *ct = &c->spec;

	/* Linux kills what is cloned into a group that was ever killed (6.15 to
	 * at least 6.18 take the sequence number of the parent's group) */
	if (c->killed && ct->cg_fd >= 0 && cg_base(ct, false) == 0) {
		cg_destroy(ct->cg_base_fd, ct->name);
		fd_close(&ct->cg_base_fd);
		fd_close(&ct->cg_top_fd);
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

static int
lib_plan_ns(ct_handler_t c, struct ct *ct)
{
	for (int i = 0; i < NS_MAX && c->masked; i++) {
		bool own = c->ns_mask >> i & 1;

		if (!own && i == NS_USER && ct->euid)
			continue;       /* it cannot do without */
		if (lib_option(ct, own ? "unshare" : "share", ns_kinds[i].name) < 0)
			return -1;
	}
	for (int i = 0; i < c->nnics; i++)
		if (lib_option(ct, "net", c->nics[i]) < 0)
			return -1;
	return c->private ? lib_option(ct, "root", c->private) : 0;
}

/* Without a root of its own the container sees the caller's mounts. */
static int
lib_plan_here(ct_handler_t c, struct ct *ct)
{
	struct stat st;

	ct->here = true;
	ct->use &= ~(unsigned)(U_PROC | U_SYS | U_DEV | U_PTS | U_MASK |
	                       U_LOCK);
	if (c->auto_proc && ct->use & U_PID && ct->use & U_MNT)
		ct->use |= U_PROC;
	if (ct->read_only)
		return fail_msg(ct, "read-only: the container has no root of its own");
	for (struct op *op = ct->ops; op; op = op->next) {
		const char *dst = op->kind == OP_BIND || op->kind == OP_TMPFS ||
		                  op->kind == OP_MOUNT ? op->b : NULL;

		if (dst && stat(dst, &st) < 0)
			return fail_sys(ct, "%s, in a container without a root of "
			                "its own", dst);
		if (!dst && op->kind <= OP_LAST_FS)
			return fail_msg(ct, "masks, files, links and devices want a "
			                "root of its own");
	}
	return 0;
}

static int
lib_plan(ct_handler_t c, struct ct *ct, const struct job *j)
{
	char *argv[] = { j->path ? j->path : (char *)"(callback)", NULL };
	uint32_t r[2] = { 0 };
	struct stat st;

	if (lib_plan_ns(c, ct) < 0)
		return -1;
	ct->step = "root";
	errno = ENOTDIR;
	if (ct->root && (stat(ct->root, &st) < 0 || !S_ISDIR(st.st_mode)))
		return fail_sys(ct, "%s", ct->root);
	for (char **e = j->env; e && *e; e++) {
		arg_keep(ct, (char *)(uintptr_t)"-e");
		arg_keep(ct, *e);
	}
	if (run_command(ct, j->argv && *j->argv ? j->argv : argv) < 0)
		return -1;
	if (j->fn || !(j->argv && *j->argv))    /* argv is ours, not to last */
		ct->argv = mem_get(ct, sizeof argv);
	if (ct->argv && ct->argv != j->argv)
		memcpy(ct->argv, argv, sizeof argv);
	if (!ct->argv || plan(ct) < 0)
		return -1;
	if (!ct->root && lib_plan_here(c, ct) < 0)
		return -1;
	ct->fn = j->fn;
	ct->fn_arg = j->arg;
	ct->path = j->path;
	ct->env = j->env;
	for (int i = 0; i < 3 && j->fds; i++)
		ct->fds[i] = j->fds[i];
	/* a keyring that nobody guesses, and not that of another container */
	syscall(SYS_getrandom, r, sizeof r, 0);
	text_f(ct->ring, sizeof ct->ring, "ct:%08x%08x", r[0], r[1]);
	return 0;
}

/* Closes what this process does not need once the container runs. */
static void
lib_release(struct ct *ct)
{
	out_pipes_undo(ct);
	for (struct op *op = ct->ops; op; op = op->next)
		fd_close(&op->fd);
	fd_close(&ct->proc_fd);
	fd_close(&ct->box_fd);
	fd_close(&ct->tree_fd);
	fd_close(&ct->self_fd);
	fd_close(&ct->cg_top_fd);
	fd_close(&ct->cg_base_fd);
	ct->cg_fd = -1;                 /* spec's */
}

/* What the child has to say: until it has exec'd, or calls the callback. */
static int
lib_listen(struct ct *ct)
{
	struct sup s = { 0 };

	/* that it is ready may be told before which process it became; and when it
	 * has exec'd, somebody inside may have taken its end of the pipe */
	while (ct->rec_fd[0] >= 0 && !ct->failed && !(ct->fn && ct->ready &&
	       (!ct->second || ct->pid != ct->first_pid))) {
		struct pollfd p[] = { { .fd = ct->rec_fd[0], .events = POLLIN },
		                      { .fd = ct->pidfd, .events = POLLIN } };
		int n = poll(p, LEN(p), ct->ready ? EXEC_WAIT : -1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || !p[0].revents)
			break;
		sup_records(ct, &s);
	}
	if (!ct->failed && !ct->ready)
		fail_msg(ct, "the container died while it was set up%s",
		         sup_oom(ct) ? " (memory.max is too low)" : "");
	return ct->failed ? -1 : 0;
}

static int
lib_start(struct ct *ct)
{
	int cg = ct->cg_fd;

	ct->use &= ~(unsigned)U_CGROUP; /* it is there already */
	if (cg < 0) {
		if (op_find(ct->ops, OP_LIMIT) || ct->delegate)
			return fail_msg(ct, ct->euid ?
			    "no cgroup2 group is delegated to this user" :
			    "no cgroup2 hierarchy can be used (CONFIG_CGROUPS)");
		ct->use &= ~(unsigned)U_LIMITS;
	}
	lib_unmark(ct, "user.ct.keep");
	ct->step = "record";
	if (out_record(ct) < 0 || cg_box(ct) < 0)
		return -1;
	if (step_run(ct, outside_steps, LEN(outside_steps), &ct->done) < 0) {
		run_failed(ct);
		return -1;
	}
	return lib_listen(ct);
}

/* The process has ended: its status, and the end of what it left. */
static void
lib_reap(ct_handler_t c)
{
	siginfo_t si = { 0 };
	int r, fd = c->run.pidfd;

	while ((r = waitid(K_PIDFD_P, (id_t)c->run.pidfd, &si,
	                   WEXITED | __WALL)) < 0 && errno == EINTR)
		;
	/* ECHILD: a wait(2) of the caller's was faster, or SIGCHLD is ignored */
	c->status = r < 0 ? -1 : si.si_code == CLD_EXITED ? si.si_status :
	            128 + si.si_status;
	c->killed |= c->status < 0 || c->status == 128 + SIGKILL;
	if (c->spec.cg_fd >= 0 && cg_populated(c->spec.cg_fd) > 0) {
		c->killed = true;
		cg_kill(c->spec.cg_fd);
		cg_empty(c->spec.cg_fd);
	}
	lib_unmark(&c->spec, "user.ct.init");
	c->started = false;
	c->run.pid = 0;
	c->run.pidfd = -1;
	step_undo(&c->run);             /* interfaces go back, rules go */
	c->run.pidfd = fd;
	lib_drop(c, &c->run);
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
		lib_unmark(&c->spec, "user.ct.init");
		if (c->spec.cg_fd >= 0)
			fsetxattr(c->spec.cg_fd, "user.ct.keep", "1", 1, 0);
		lib_end(c, ct);
		lib_drop(c, ct);
		return -1;
	}
	lib_release(ct);
	c->started = true;
	return 0;
}

/* --- enter --- */

/* Without a group: by what was asked for and the first process. */
static int
lib_enter_own(ct_handler_t c, struct ct *ct)
{
	struct grp g = { .fd = -1, .pid = c->run.pid, .name = c->spec.name };
	char *none[] = { NULL };

	lib_copy(c, ct);
	memcpy(ct->ring, c->run.ring, sizeof ct->ring);
	ct->exec = true;
	ct->step = "enter";
	if (lib_plan_ns(c, ct) < 0 || run_command(ct, none) < 0 || plan(ct) < 0 ||
	    kfs_need_proc(ct) < 0)
		return -1;
	ct->self_fd = fcntl(c->run.pidfd, F_DUPFD_CLOEXEC, 3);
	return ct->self_fd < 0 ? fail_sys(ct, "dup") : exec_join(ct, &g);
}

/* By the record, as `ct exec` does, whoever made it. */
static int
lib_enter_group(ct_handler_t c, struct ct *ct, struct grp *g)
{
	char *none[] = { NULL };

	ct_init(ct);
	ct->lib = true;
	ct->fds[0] = ct->fds[1] = ct->fds[2] = -1;
	ct->name = c->spec.name;
	ct->caller_env = environ ? environ : none;
	if (cg_base(ct, false) < 0)
		return fail_msg(ct, "no cgroup2 hierarchy can be used");
	ct->step = c->spec.name;
	if (!exec_args(ct, g, none))
		return -1;
	ct->name = c->spec.name;
	memcpy(ct->ring, g->ring, sizeof ct->ring);
	ct->exec = true;
	ct->step = "enter";
	return plan(ct) < 0 || kfs_need_proc(ct) < 0 ? -1 : exec_open(ct, g);
}

static int
lib_enter(ct_handler_t c, const struct job *j)
{
	char *argv[] = { j->path, NULL };
	struct op *tail;
	struct ct ct;
	struct grp g;
	int group;
	bool own;
	pid_t pid;

	if (!lib_running(c, "enter"))
		return -1;
	tail = *c->spec.ops_end;        /* what runs has its own behind it */
	own = !lib_grp(c, &g);
	if ((own ? lib_enter_own(c, &ct) : lib_enter_group(c, &ct, &g)) == 0) {
		ct.argv = j->argv && *j->argv ? j->argv : argv;
		ct.fn = j->fn;
		ct.fn_arg = j->arg;
		ct.path = j->path;
		ct.env = j->env;
		ct.fds[0] = ct.fds[1] = ct.fds[2] = -1;
		ct.console = false;
		if (!j->fn && !j->path)
			fail_msg(&ct, "no callback and no path");
		else if (out_clone(&ct) < 0 || lib_listen(&ct) < 0)
			out_clone_undo(&ct);
	}
	pid = ct.pid;
	group = ct.cg_fd;
	ct.step = "enter";
	fd_close(&ct.pidfd);
	lib_release(&ct);
	if (own) {
		lib_end(c, &ct);
		lib_drop(c, &ct);
		*c->spec.ops_end = tail;
	} else {
		fd_close(&group);
		lib_end(c, &ct);
		mem_free(&ct);
	}
	grp_close(&g);
	return c->failed ? -1 : (int)pid;
}

/* --- sessions and containers --- */

libct_session_t
libct_session_open(char *url)
{
	libct_session_t s;

	if (url && strcmp(url, "local")) {
		errno = EINVAL;
		return NULL;
	}
	s = lib_block(sizeof *s);
	return s;
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
	fd_close(&c->run.pidfd);
	fd_close(&c->spec.cg_fd);
	fd_close(&c->spec.proc_fd);
	mem_free(&c->run);
	mem_free(&c->spec);
	munmap(c, sizeof *c);
}

static ct_handler_t
lib_new(libct_session_t s, const char *name)
{
	ct_handler_t c = lib_block(sizeof *c);

	if (!c)
		return NULL;
	c->ses = s;
	c->status = -1;
	ct_init(&c->spec);
	ct_init(&c->run);
	c->spec.lib = true;
	c->spec.fds[0] = c->spec.fds[1] = c->spec.fds[2] = -1;
	if (!(c->spec.name = mem_dup(&c->spec, name, strlen(name)))) {
		munmap(c, sizeof *c);
		return NULL;
	}
	return c;
}

/* Puts a new handle into its session, or tells why there is none. */
static ct_handler_t
lib_add(libct_session_t s, ct_handler_t c)
{
	int no;

	lib_lock(s);
	s->line[0] = '\0';
	if (c && !c->spec.failed) {
		c->next = s->first;
		s->first = c;
		lib_unlock(s);
		return c;
	}
	no = errno;
	if (c) {
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

	if (!ses || !name) {
		errno = EINVAL;
		return NULL;
	}
	if (!(c = lib_new(ses, name)))
		return NULL;
	c->spec.step = "create";
	if (!name_ok(name, true)) {
		fail_msg(&c->spec, "%s: not a name", name);
	} else if (lib_find(ses, name)) {
		errno = EEXIST;
		fail_sys(&c->spec, "%s", name);
	} else if (lib_make(&c->spec) < 0 && text_find(c->spec.err.text, "exists")) {
		c->spec.err.no = EEXIST;
	}
	fd_close(&c->spec.proc_fd);
	return lib_add(ses, c);
}

ct_handler_t
libct_container_open(libct_session_t ses, char *name)
{
	ct_handler_t c;
	struct grp g;

	if (!ses || !name) {
		errno = EINVAL;
		return NULL;
	}
	if ((c = lib_find(ses, name)))
		return c;
	if (!(c = lib_new(ses, name)))
		return NULL;
	c->opened = true;
	if (grp_open(&c->spec, c->spec.name, &g) == 0)
		c->spec.cg_fd = g.fd;
	fd_close(&c->spec.proc_fd);
	fd_close(&c->spec.cg_base_fd);
	fd_close(&c->spec.cg_top_fd);
	return lib_add(ses, c);
}

int
libct_container_close(ct_handler_t c)
{
	if (!lib_begin(c, "close"))
		return -1;
	if (!c->opened && lib_runs(c)) {
		fail_msg(&c->spec, "the container is running");
		return lib_end(c, &c->spec);
	}
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
		out_kill(&c->run, SIGKILL);
		lib_reap(c);
	}
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
libct_container_spawn_execvefds(ct_handler_t c, char *path, char **argv,
                                char **env, int *fds)
{
	return lib_spawn(c, &(struct job){ .path = path, .argv = argv,
	                                   .env = env, .fds = fds });
}

int
libct_container_spawn_execve(ct_handler_t c, char *path, char **argv,
                             char **env)
{
	return libct_container_spawn_execvefds(c, path, argv, env, NULL);
}

int
libct_container_spawn_execv(ct_handler_t c, char *path, char **argv)
{
	return libct_container_spawn_execvefds(c, path, argv, NULL, NULL);
}

int
libct_container_enter_cb(ct_handler_t c, int (*fn)(void *), void *arg)
{
	return lib_enter(c, &(struct job){ .fn = fn, .arg = arg });
}

int
libct_container_enter_execve(ct_handler_t c, char *path, char **argv,
                             char **env)
{
	return lib_enter(c, &(struct job){ .path = path, .argv = argv,
	                                   .env = env });
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
	if (!c || !lib_runs(c)) {
		if (c && lib_begin(c, "kill"))
			fail_msg(&c->spec, "the container is not running");
		return c ? lib_end(c, &c->spec) : (errno = EINVAL, -1);
	}
	if (c->spec.cg_fd >= 0)
		cg_kill(c->spec.cg_fd);
	if (!c->opened)
		out_kill(&c->run, SIGKILL);
	return 0;
}

int
libct_container_signal(ct_handler_t c, int sig)
{
	struct ct ct = { 0 };
	struct grp g;

	if (!c || !lib_runs(c))
		return lib_running(c, "signal") ? 0 : -1;
	ct_init(&ct);
	ct.lib = true;
	ct.step = "signal";
	memcpy(ct.cg_path, c->spec.cg_path, sizeof ct.cg_path);
	ct.pid = c->run.pid;
	if (lib_grp(c, &g))
		kill_init(&ct, &g, sig);
	else if (syscall(NR_pidfd_send_signal, c->run.pidfd,
	                 sup_catches(&ct, sig) == 0 ? SIGKILL : sig, NULL, 0) < 0)
		fail_sys(&ct, "send signal %d", sig);
	fd_close(&ct.proc_fd);
	grp_close(&g);
	return lib_end(c, &ct);
}

int
libct_container_wait(ct_handler_t c)
{
	struct pollfd p = { .fd = -1, .events = POLLIN };
	struct grp g;

	if (c && !c->opened && c->started) {
		p.fd = c->run.pidfd;
		while (poll(&p, 1, -1) < 0 && errno == EINTR)
			;
		c->failed = false;
		lib_reap(c);
		return 0;
	}
	if (!(c && c->opened ? lib_begin(c, "wait") : lib_running(c, "wait")))
		return -1;
	/* gone is as good as stopped */
	if (lib_runs(c) && lib_grp(c, &g))
		grp_wait(&g, ST_STOPPED, -1);
	else
		g.fd = -1;
	grp_close(&g);
	return 0;
}

static int
lib_freeze(ct_handler_t c, const char *step, const char *value, int want)
{
	struct grp g;

	if (!lib_running(c, step))
		return -1;
	if (lib_grp(c, &g))
		freeze_group(&c->spec, &g, value, want);
	else
		fail_msg(&c->spec, "the container has no cgroup");
	grp_close(&g);
	return lib_end(c, &c->spec);
}

int
libct_container_pause(ct_handler_t c)
{
	return lib_freeze(c, "pause", "1", ST_PAUSED);
}

int
libct_container_resume(ct_handler_t c)
{
	return lib_freeze(c, "resume", "0", ST_RUNNING);
}

/* --- what there is to know --- */

int
libct_container_status(ct_handler_t c, struct ct_status *st)
{
	struct grp g;

	if (!lib_begin(c, "status") || !st) {
		errno = EINVAL;
		return -1;
	}
	*st = (struct ct_status){ .state = libct_container_state(c),
	                          .pidfd = -1, .exit_status = c->status };
	if (lib_grp(c, &g)) {
		st->paused = grp_state(&g) == ST_PAUSED;
		st->pid = st->state == CT_RUNNING ? g.pid : 0;
	}
	grp_close(&g);
	if (!c->opened) {
		st->pid = c->started ? c->run.pid : 0;
		st->pidfd = c->run.pidfd;
	} else if (st->pid && (c->run.pidfd < 0 || c->run.pid != st->pid)) {
		/* cannot be another's: it is looked for in the group after */
		fd_close(&c->run.pidfd);
		c->run.pid = st->pid;
		c->run.pidfd = grp_pidfd(&c->spec, &g, st->pid);
		fd_close(&c->spec.proc_fd);
		c->spec.failed = false;
	}
	st->pidfd = c->run.pidfd;
	return 0;
}

/* Begins a call that reads from the group. */
static bool
lib_read(ct_handler_t c, const char *step, struct grp *g)
{
	if (!lib_begin(c, step))
		return false;
	if (lib_grp(c, g))
		return true;
	fail_msg(&c->spec, "the container has no cgroup");
	lib_end(c, &c->spec);
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
	struct grp g;

	if (!lib_read(c, "processes", &g))
		return -1;
	l.p.g = &g;
	l.p.fn = lib_pid;
	grp_pids(&l.p);
	grp_close(&g);
	return l.p.count;
}

struct number { unsigned short off; const char *file, *key; };

#define STAT(field, file, key) { offsetof(struct ct_stats, field), file, key }
static const struct number lib_stats[] = {
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
};
#define EVENT(field, file, key) { offsetof(struct ct_events, field), file, key }
static const struct number lib_events[] = {
	EVENT(populated, "cgroup.events", "populated"),
	EVENT(frozen, "cgroup.events", "frozen"),
	EVENT(memory_high, "memory.events", "high"),
	EVENT(memory_max, "memory.events", "max"),
	EVENT(oom, "memory.events", "oom"),
	EVENT(oom_kill, "memory.events", "oom_kill"),
	EVENT(pids_max, "pids.events", "max"),
};

static void
lib_numbers(int dir, const struct number *n, size_t count, void *to)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t v;

		if (grp_num(dir, n[i].file, n[i].key, &v) < 0)
			v = UINT64_MAX;
		memcpy((char *)to + n[i].off, &v, sizeof v);
	}
}

int
libct_container_stats(ct_handler_t c, struct ct_stats *stats)
{
	struct grp g;

	if (!lib_read(c, "stats", &g))
		return -1;
	lib_numbers(g.fd, lib_stats, LEN(lib_stats), stats);
	stats->read_bytes = stats->written_bytes = UINT64_MAX;
	if (io_access(g.fd, "io.stat", F_OK) == 0) {
		stats->read_bytes = stats_io(g.fd, "rbytes=");
		stats->written_bytes = stats_io(g.fd, "wbytes=");
	}
	grp_close(&g);
	return 0;
}

int
libct_container_events(ct_handler_t c, struct ct_events *events)
{
	struct grp g;

	if (!lib_read(c, "events", &g))
		return -1;
	lib_numbers(g.fd, lib_events, LEN(lib_events), events);
	grp_close(&g);
	return 0;
}

int
libct_container_event_fd(ct_handler_t c)
{
	static const char *const files[] = { "cgroup.events", "memory.events",
	                                     "pids.events" };
	char path[80];
	struct grp g;
	int fd;

	if (!lib_read(c, "events", &g))
		return -1;
	fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (fd < 0)
		fail_sys(&c->spec, "inotify_init1");
	for (size_t i = 0; fd >= 0 && i < LEN(files); i++) {
		text_f(path, sizeof path, "/proc/self/fd/%d/%s", g.fd, files[i]);
		if (inotify_add_watch(fd, path, IN_MODIFY) < 0 && !i) {
			fail_sys(&c->spec, "watch %s", path);
			fd_close(&fd);
		}
	}
	grp_close(&g);
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
	if (mask) {
		fail_msg(&c->spec, "0x%x: no namespace", (unsigned)mask);
		return lib_end(c, &c->spec);
	}
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
	if (lib_begin(c, "ns")) {
		fail_msg(&c->spec, "0x%x: not one namespace", (unsigned)type);
		lib_end(c, &c->spec);
	}
	return -1;
}

/* Each by its name in v1 and in v2. */
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

int
libct_controller_add(ct_handler_t c, enum ct_controller k)
{
	char have[512], word[40], *p;
	struct ct *ct = &c->spec;
	size_t n;

	if (!lib_stopped(c, "controller"))
		return -1;
	if (lib_controller(c, k) < 0)
		return lib_end(c, ct);
	/* these are there wherever there is a group, and the filter is ct's own */
	if (k == CTL_CPUACCT || k == CTL_FREEZER || k == CTL_DEVICES)
		return 0;
	n = strlen(controllers[k].v2);
	text_f(word, sizeof word, "+%s", controllers[k].v2);
	if (ct->cg_fd < 0 || cg_base(ct, false) < 0) {
		fail_msg(ct, "%s: the container has no cgroup", word + 1);
	} else {
		if (ct->cg_top_fd >= 0)
			io_put(ct->cg_top_fd, "cgroup.subtree_control", word);
		io_put(ct->cg_base_fd, "cgroup.subtree_control", word);
		if (io_get(ct->cg_fd, "cgroup.controllers", have, sizeof have) < 0)
			have[0] = '\0';
		for (p = have; (p = text_find(p, word + 1)); p += n)
			if ((p == have || p[-1] == ' ') && strchr(" \n", p[n]))
				break;
		text_f(word, sizeof word, "%s.max", controllers[k].v2);
		if (!p)
			cg_missing(ct, word);
	}
	fd_close(&ct->cg_top_fd);
	fd_close(&ct->cg_base_fd);
	fd_close(&ct->proc_fd);
	return lib_end(c, ct);
}

/* A parameter of v1: its file in v2, and what its value becomes there. NULL
 * for set: it can only be read; NULL for the file: key says what to do. */
struct v1 {
	const char *name, *file, *key;
	const char *(*set)(ct_handler_t, const struct v1 *, const char *);
};

static const char *
v1_bad(ct_handler_t c, const struct v1 *p, const char *v)
{
	fail_msg(&c->spec, "%s: %s: not a value of it", p->name, v);
	return NULL;
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
		grp_num(c->spec.cg_fd, "memory.max", NULL, &mem);
	if (!mem || mem > n) {
		fail_msg(&c->spec, "%s: wants memory.limit_in_bytes first, and not "
		         "less than that", p->name);
		return NULL;
	}
	return mem_printf(&c->spec, "%llu", (unsigned long long)(n - mem));
}

/* 2 to 262144 becomes 1 to 10000, as in runc and crun. */
static const char *
v1_shares(ct_handler_t c, const struct v1 *p, const char *v)
{
	uint64_t n;

	if (num_parse(v, 2, 262144, &n) < 0)
		return v1_bad(c, p, v);
	n = 1 + (n - 2) * 9999 / 262142;
	return mem_printf(&c->spec, "%llu", (unsigned long long)n);
}

/* 10 to 1000 becomes 1 to 10000; BFQ's is 1 to 1000 and stays what it was. */
static const char *
v1_weight(ct_handler_t c, const struct v1 *p, const char *v)
{
	uint64_t n;

	if (num_parse(v, 10, 1000, &n) < 0)
		return v1_bad(c, p, v);
	n = *p->key ? n : 1 + (n - 10) * 9999 / 990;
	return mem_printf(&c->spec, "%llu", (unsigned long long)n);
}

static const char *
v1_period(ct_handler_t c, const struct v1 *p, const char *v)
{
	char *to = *p->key == 'q' ? c->quota : c->period, *rest, buf[64];
	uint64_t n;

	if ((*p->key != 'q' || strcmp(v, "-1")) &&
	    num_parse(v, 1000, 1000000000000, &n) < 0)
		return v1_bad(c, p, v);
	text_f(to, sizeof c->quota, "%s", *v == '-' ? "max" : v);
	if (io_get(c->spec.cg_fd, "cpu.max", buf, sizeof buf) <= 0)
		text_f(buf, sizeof buf, "max 100000");
	buf[strcspn(buf, "\n")] = '\0';
	rest = cut(buf, ' ');
	return mem_printf(&c->spec, "%s %s", *c->quota ? c->quota : buf,
	                  *c->period ? c->period : rest ? rest : "100000");
}

/* "MAJOR:MINOR N", 0 for no limit. */
static const char *
v1_throttle(ct_handler_t c, const struct v1 *p, const char *v)
{
	char *dev = mem_dup(&c->spec, v, strlen(v)), *num = cut(dev, ' ');
	uint64_t n;

	if (!num || !strchr(dev, ':') || strspn(dev, "0123456789:") !=
	    strlen(dev) || num_size(num, &n) < 0)
		return v1_bad(c, p, v);
	return n ? mem_printf(&c->spec, "%s %s=%llu", dev, p->key,
	                      (unsigned long long)n) :
	       mem_printf(&c->spec, "%s %s=max", dev, p->key);
}

static const char *
v1_frozen(ct_handler_t c, const struct v1 *p, const char *v)
{
	return !strcmp(v, "FROZEN") ? "1" : !strcmp(v, "THAWED") ? "0" :
	       v1_bad(c, p, v);
}

/* memory.low, as in runc: v1's soft limit is what reclaim leaves a group when
 * memory is short, not a ceiling. */
static const struct v1 v1_params[] = {
	{ "memory.limit_in_bytes", "memory.max", "", v1_max },
	{ "memory.soft_limit_in_bytes", "memory.low", "", v1_max },
	{ "memory.memsw.limit_in_bytes", "memory.swap.max", "", v1_swap },
	{ "memory.usage_in_bytes", "memory.current", "", NULL },
	{ "memory.max_usage_in_bytes", "memory.peak", "", NULL },
	{ "memory.failcnt", "memory.events", "", NULL },
	{ "cpu.shares", "cpu.weight", "", v1_shares },
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
	{ "devices.allow", NULL, "is libct_container_add_device() here", NULL },
	{ "devices.deny", NULL, "all is denied but what libct_container_"
	  "add_device() and config.h allow", NULL },
	{ "devices.list", NULL, "cgroup v2 has no such list", NULL },
};

/* hugetlb.2MB.limit_in_bytes and the like, whose size is in their name. */
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

/* The file of v2 that a parameter of either version is, and its row if it is
 * one of v1. */
static const char *
lib_param(ct_handler_t c, enum ct_controller k, const char *param,
          const struct v1 **row)
{
	const char *v2, *file = param;
	size_t n;

	*row = NULL;
	if (lib_controller(c, k) < 0)
		return NULL;
	for (size_t i = 0; i < LEN(v1_params) && !*row; i++)
		if (!strcmp(param, v1_params[i].name))
			*row = &v1_params[i];
	v2 = controllers[k].v2;
	n = strlen(controllers[k].v1);
	if (*row) {
		if (strncmp(param, controllers[k].v1, n) || param[n] != '.')
			goto none;
		if (!(*row)->file)
			fail_msg(&c->spec, "%s: %s", param, (*row)->key);
		return (*row)->file;
	}
	n = v2 ? strlen(v2) : 0;
	if (!v2 || strncmp(param, v2, n) || param[n] != '.' || strchr(param, '/'))
		goto none;
	if (k == CTL_HUGETLB && !(file = v1_hugetlb(c, param)))
		return NULL;
	/* where the controller is, what it has not got is no parameter */
	if (c->spec.cg_fd >= 0 && io_access(c->spec.cg_fd, file, F_OK) < 0) {
		char have[512];

		if (io_get(c->spec.cg_fd, "cgroup.controllers", have,
		           sizeof have) > 0 && text_find(have, v2))
			goto none;
	}
	return file;
none:
	fail_msg(&c->spec, "%s: not a parameter of %s that cgroup v2 has", param,
	         controllers[k].v1);
	return NULL;
}

int
libct_controller_configure(ct_handler_t c, enum ct_controller k, char *param,
                           char *value)
{
	const struct v1 *row;
	const char *file, *v = value;
	struct mark mark;
	struct ct *ct;
	struct grp g;
	char *arg;

	if (!lib_begin(c, "controller") || !param || !value || !*value) {
		errno = EINVAL;
		return -1;
	}
	ct = &c->spec;
	mark = lib_mark(ct);
	if (!(file = lib_param(c, k, param, &row)))
		return lib_end(c, ct);
	if (row && !row->set) {
		fail_msg(ct, "%s: can only be read", param);
		return lib_end(c, ct);
	}
	if (k == CTL_HUGETLB && !strcmp(value, "-1"))
		v = "max";
	if (row && !(v = row->set(c, row, value)))
		return lib_end(c, ct);
	if (!strcmp(file, "io.weight") && io_access(ct->cg_fd, file, F_OK) < 0 &&
	    io_access(ct->cg_fd, "io.bfq.weight", F_OK) == 0) {
		file = "io.bfq.weight";
		v = value;
	}
	if (!strcmp(file, "cgroup.freeze") && !lib_runs(c)) {
		fail_msg(ct, "only what runs can be frozen");
	} else if (!strcmp(file, "cgroup.freeze") && lib_grp(c, &g)) {
		freeze_group(ct, &g, v, *v == '1' ? ST_PAUSED : ST_RUNNING);
		grp_close(&g);
	} else if (!lib_runs(c)) {
		if ((arg = mem_printf(ct, "%s=%s", file, v)))
			lib_option(ct, "cgroup", arg);
	} else if (ct->cg_fd < 0) {
		fail_msg(ct, "the container has no cgroup");
	} else {
		cg_set(ct, file, v, true);
	}
	if (lib_runs(c))
		lib_back(ct, mark);
	return lib_end(c, ct);
}

ssize_t
libct_controller_read(ct_handler_t c, enum ct_controller k, const char *param,
                      char *buf, size_t size)
{
	const struct v1 *row;
	struct mark mark;
	const char *file;
	struct grp g;
	ssize_t n = -1;

	if (!param || !buf || !size) {
		errno = EINVAL;
		return -1;
	}
	if (!lib_read(c, "controller", &g))
		return -1;
	mark = lib_mark(&c->spec);
	file = lib_param(c, k, param, &row);
	if (file && (n = io_get(g.fd, file, buf, size)) < 0) {
		if (errno == ENOENT)
			cg_missing(&c->spec, file);
		else
			fail_sys(&c->spec, "read %s", file);
	}
	grp_close(&g);
	lib_back(&c->spec, mark);
	return lib_end(c, &c->spec) < 0 ? -1 : n;
}

int
libct_userns_add_uid_map(ct_handler_t c, unsigned first, unsigned lower,
                         unsigned count)
{
	return lib_set(c, "uidmap", "%u:%u:%u", first, lower, count);
}

int
libct_userns_add_gid_map(ct_handler_t c, unsigned first, unsigned lower,
                         unsigned count)
{
	return lib_set(c, "gidmap", "%u:%u:%u", first, lower, count);
}

#define OR_EMPTY(s) ((s) ? (s) : "")

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
	return lib_set(c, "root", "%s", OR_EMPTY(path));
}

int
libct_fs_set_private(ct_handler_t c, enum ct_fs_type type, void *arg)
{
	if (!lib_stopped(c, "private"))
		return -1;
	if (type == CT_FS_NONE && !arg)
		c->private = NULL;
	else if (type == CT_FS_SUBDIR && arg && *(char *)arg &&
	         strlen(arg) < PATH_MAX)
		c->private = mem_dup(&c->spec, arg, strlen(arg));
	else
		fail_msg(&c->spec, "must be CT_FS_NONE with NULL or CT_FS_SUBDIR "
		         "with a directory");
	return lib_end(c, &c->spec);
}

int
libct_fs_add_mount(ct_handler_t c, char *source, char *destination, int flags)
{
	const int known = MS_RDONLY | MS_NOEXEC | MS_REC | MS_NOSUID | MS_NODEV |
	                  MS_BIND;

	if (source && destination && !strchr(source, ':') &&
	    !strchr(destination, ':') && !(flags & ~known))
		return lib_set(c, "volume", "%s:%s:%s%s%s", source, destination,
		               flags & MS_RDONLY ? "ro" : "rw",
		               flags & MS_NOEXEC ? ",noexec" : "",
		               flags & MS_REC ? ",rec" : "");
	if (lib_begin(c, "mount")) {
		fail_msg(&c->spec, "%s: flags 0x%x, or a path that cannot be",
		         OR_EMPTY(destination), (unsigned)flags);
		lib_end(c, &c->spec);
	}
	return -1;
}

int
libct_container_add_device(ct_handler_t c, const char *path,
                           const char *access)
{
	return lib_set(c, "device", "%s%s%s", OR_EMPTY(path), access ? ":" : "",
	               OR_EMPTY(access));
}

/* --- networking --- */

/* Sees that a text of --net is one; it is applied at spawn, since keys are
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

int
libct_net_add(ct_handler_t c, enum ct_net_type type, void *arg)
{
	static const char *const kinds[] = {
		[CT_NET_NONE] = "none", [CT_NET_HOSTNIC] = "host",
		[CT_NET_VETH] = "veth", [CT_NET_MACVLAN] = "macvlan",
		[CT_NET_IPVLAN] = "ipvlan", [CT_NET_VLAN] = "vlan",
		[CT_NET_PHYS] = "phys",
	};
	const struct ct_net_veth_arg none = { 0 }, *v = arg ? arg : &none;
	struct ct *ct = &c->spec;
	const char *text = NULL;

	if (!lib_stopped(c, "net"))
		return -1;
	if ((unsigned)type >= LEN(kinds))
		fail_msg(ct, "%d: not a kind of network", (int)type);
	else if (type <= CT_NET_HOSTNIC ? arg != NULL : !arg && type > CT_NET_VETH)
		fail_msg(ct, arg ? "%s: takes no argument" :
		         "%s: wants the name of an interface", kinds[type]);
	else if (c->nnics == (int)LEN(c->nics))
		fail_msg(ct, "more than %zu interfaces", LEN(c->nics));
	else if (type > CT_NET_VETH)
		text = mem_printf(ct, "%s,dev=%s", kinds[type], (char *)arg);
	else if (type == CT_NET_VETH)
		text = mem_printf(ct, "veth%s%s%s%s%s%s",
		                  v->host_name ? ",host=" : "",
		                  OR_EMPTY(v->host_name),
		                  v->ct_name ? ",name=" : "", OR_EMPTY(v->ct_name),
		                  v->bridge ? ",bridge=" : "", OR_EMPTY(v->bridge));
	else
		text = kinds[type];
	return lib_nic(c, c->nnics, text);
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
		fail_msg(&c->spec, "%s: wants a key and a value without commas",
		         OR_EMPTY(key));
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

	text_f(buf, sizeof buf, "%s%s%s", OR_EMPTY(destination), via ? ":" : "",
	       OR_EMPTY(via));
	return libct_net_set(c, "route", buf);
}

/* --- process --- */

int
libct_container_set_user(ct_handler_t c, const char *user, const char *groups)
{
	return lib_set(c, "user", "%s%s%s", OR_EMPTY(user), groups ? ":" : "",
	               OR_EMPTY(groups));
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

int
libct_container_set_rlimit(ct_handler_t c, const char *name, uint64_t soft,
                           uint64_t hard)
{
	char num[2][24];

	for (int i = 0; i < 2; i++)
		if ((i ? hard : soft) == UINT64_MAX)
			memcpy(num[i], "max", 4);
		else
			text_f(num[i], sizeof num[i], "%llu",
			       (unsigned long long)(i ? hard : soft));
	return lib_set(c, "rlimit", "%s=%s:%s", OR_EMPTY(name), num[0], num[1]);
}

int
libct_container_set_env(ct_handler_t c, const char *name, const char *value)
{
	size_t n = strlen(OR_EMPTY(name)) + strlen(OR_EMPTY(value)) + 2;
	char *arg;

	if (!lib_stopped(c, "env"))
		return -1;
	if (!name || !*name || strchr(name, '='))
		fail_msg(&c->spec, "%s: not a variable's name", OR_EMPTY(name));
	else if ((arg = mem_get(&c->spec, n))) {        /* of any length */
		text_f(arg, n, "%s%s%s", name, value ? "=" : "", OR_EMPTY(value));
		lib_option(&c->spec, "env", arg);
	}
	return lib_end(c, &c->spec);
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
	} else if (opt == CT_OPT_DIE_WITH_THREAD) {
		c->spec.tied = true;
	} else if (opt == LIBCT_OPT_CGROUP_SUBMOUNT) {
		va_start(ap, opt);
		dir = va_arg(ap, const char *);
		va_end(ap);
		if (!dir || (dir = op_path(&c->spec, dir)))
			c->spec.submount = dir;
		if (!c->spec.failed)
			lib_option(&c->spec, names[opt], NULL);
	} else {
		lib_option(&c->spec, names[opt],
		           opt == CT_OPT_NO_SECCOMP ? "none" : NULL);
	}
	return lib_end(c, &c->spec);
}

int
libct_container_configure(ct_handler_t c, const char *option,
                          const char *value)
{
	if (!lib_stopped(c, "configure"))
		return -1;
	for (size_t i = 0; option && i < LEN(lib_refused); i++)
		if (!strcmp(option, lib_refused[i]))
			fail_msg(&c->spec, "--%s: not in the library", option);
	if (!c->spec.failed)
		lib_option(&c->spec, OR_EMPTY(option), value);
	return lib_end(c, &c->spec);
}
#endif

/* === verbs on containers =============================================== */

/* Parses a verb's options; the operands, or NULL after an error. */
static char **
reg_args(struct ct *ct, unsigned bit, char **argv)
{
	ct->verb = bit;
	return opt_parse(ct, argv);
}

/* Calls fn for each NAME; the worst status. */
static int
reg_each(struct ct *ct, char **names, int (*fn)(struct ct *, struct grp *))
{
	int status = 0, r;
	struct grp g;

	if (!names)
		return 125;
	if (!*names)
		return fail_msg(ct, "wants a container's name"), 125;
	for (; *names; names++) {
		r = grp_open(ct, *names, &g) < 0 ? -1 : fn(ct, &g);
		if (ct->failed) {
			r = ct->err.status ? ct->err.status : 125;
			err_print(&ct->err, "");
			memset(&ct->err, 0, sizeof ct->err);
			ct->failed = false;
		}
		grp_close(&g);
		status = r > status ? r : status;
	}
	return status;
}

static void
reg_size(struct out *o, int known, uint64_t v)
{
	static const char units[] = "\0KMGT";
	int u = 0;

	for (; v >= 10240 && u < 4; u++)
		v /= 1024;
	if (known < 0)
		out_f(o, " %8s", "-");
	else
		out_f(o, " %7llu%c", (unsigned long long)v, u ? units[u] : 'B');
}

/* Seconds as 12.3s, 4m05s, 3h20m, 2d04h */
static void
reg_time(struct out *o, uint64_t usec)
{
	unsigned s = (unsigned)(usec / 1000000);
	char buf[24];

	if (s < 60)
		text_f(buf, sizeof buf, "%u.%us", s, (unsigned)(usec / 100000 % 10));
	else if (s < 3600)
		text_f(buf, sizeof buf, "%um%02us", s / 60, s % 60);
	else if (s < 86400)
		text_f(buf, sizeof buf, "%uh%02um", s / 3600, s / 60 % 60);
	else
		text_f(buf, sizeof buf, "%ud%02uh", s / 86400, s / 3600 % 24);
	out_f(o, " %8s", buf);
}

struct list { struct ct *ct; struct out *o; int shown; };

static void
ls_command(struct out *o, const struct grp *g, const char *args, size_t len,
           bool json)
{
	int i = 0;

	for (size_t at = 0; at < len; at += strlen(args + at) + 1, i++) {
		if (i < g->command_at)
			continue;
		if (json) {
			out_f(o, i > g->command_at ? "," : "");
			out_json(o, args + at);
		} else {
			out_f(o, " ");
			out_plain(o, args + at);
		}
	}
}

static int
ls_one(int dir, const char *entry, const char *path, void *arg)
{
	struct list *l = arg;
	struct out *o = l->o;
	char args[65536];
	struct grp g;
	uint64_t mem, cpu;
	int m, state;
	size_t len;

	if (grp_at(dir, entry, path, &g) < 0)
		return 0;
	/* a group of the container's own is none of ours */
	len = grp_args(&g, args, sizeof args);
	if (!len && !g.pid && !cg_kept(g.fd)) {
		grp_close(&g);
		return 0;
	}
	state = grp_state(&g);
	m = grp_num(g.fd, "memory.current", NULL, &mem);
	grp_num(g.fd, "cpu.stat", "usage_usec", &cpu);
	l->shown++;
	if (l->ct->json) {
		out_f(o, "{\"name\":");
		out_json(o, path);
		out_f(o, ",\"state\":\"%s\",\"pid\":%d,\"processes\":%d,"
		      "\"memory\":", states[state], g.pid, grp_count(&g));
		if (m < 0)
			out_f(o, "null");
		else
			out_f(o, "%llu", (unsigned long long)mem);
		out_f(o, ",\"cpu_usec\":%llu,\"age_usec\":%llu,\"command\":[",
		      (unsigned long long)cpu, (unsigned long long)
		      (g.since ? now_usec() - g.since : 0));
		ls_command(o, &g, args, len, true);
		out_f(o, "]}\n");
	} else {
		out_f(o, "%-20s %-8s %7d %6d", path, states[state], g.pid,
		      grp_count(&g));
		reg_size(o, m, mem);
		reg_time(o, cpu);
		reg_time(o, g.since ? now_usec() - g.since : 0);
		ls_command(o, &g, args, len, false);
		out_f(o, "\n");
	}
	if (l->ct->recursive && cg_kept(g.fd))
		cg_each(g.fd, path, ls_one, l);
	grp_close(&g);
	return 0;
}

static int
verb_ls(struct ct *ct, char **argv)
{
	struct out o;
	struct list l = { ct, &o, 0 };

	out_open(&o);
	if (!(argv = reg_args(ct, V_LS, argv)))
		return 125;
	if (*argv)
		return fail_msg(ct, "takes no names"), 125;
	if (cg_base(ct, false) == 0) {
		cg_sweep(ct->cg_base_fd, UINT32_MAX);
		if (!ct->json)
			out_f(&o, "%-20s %-8s %7s %6s %8s %8s %8s %s\n", "NAME",
			      "STATE", "PID", "PROCS", "MEMORY", "CPU", "AGE",
			      "COMMAND");
		cg_each(ct->cg_base_fd, "", ls_one, &l);
	}
	ct->step = "stdout";
	return out_flush(&o) < 0 ? fail_sys(ct, "write"), 125 : 0;
}

/* --- ps --- */

struct ps { struct pids p; struct out *o; };

/* The value of a line of /proc/PID/status: key is "\nNAME:", so that no process
 * can be called like one; the name itself has its newlines escaped. */
static const char *
ps_field(const char *status, const char *key, char *buf, size_t size)
{
	const char *s = text_find(status, key), *e;

	s = s ? s + strlen(key) + text_in(s + strlen(key), "\t ") : "";
	e = s + text_until(s, "\n");
	text_f(buf, size, "%.*s", (int)(e - s), s);
	return buf;
}

static void CANARY
ps_one(struct pids *p, pid_t pid)
{
	struct out *o = ((struct ps *)(void *)p)->o;
	char path[32], st[4096], cmd[512], f[4][64], *inner;
	ssize_t n;

	text_f(path, sizeof path, "%d/status", pid);
	if (io_get(p->ct->proc_fd, path, st, sizeof st) < 0)
		return;
	text_f(path, sizeof path, "%d/cmdline", pid);
	n = io_get(p->ct->proc_fd, path, cmd, sizeof cmd);
	for (ssize_t i = 0; i < n - 1; i++)
		if (!cmd[i])
			cmd[i] = ' ';
	if (n <= 0)                     /* its first line */
		ps_field(st, "Name:", cmd, sizeof cmd);
	ps_field(st, "\nNSpid:", f[0], sizeof f[0]);
	inner = f[0];
	for (char *s = f[0]; *s; s++)
		if (*s == '\t')
			inner = s + 1;
	ps_field(st, "\nUid:", f[1], sizeof f[1]);
	f[1][text_until(f[1], "\t")] = '\0';
	ps_field(st, "\nState:", f[2], sizeof f[2]);
	f[2][1] = '\0';
	ps_field(st, "\nVmRSS:", f[3], sizeof f[3]);
	f[3][text_until(f[3], " ")] = '\0';
	if (p->ct->json) {
		out_f(o, "{\"pid\":%d,\"inner\":%s,\"uid\":%s,\"state\":\"%s\","
		      "\"rss_kib\":%s,\"command\":", pid, *inner ? inner : "0", f[1],
		      f[2], *f[3] ? f[3] : "0");
		out_json(o, cmd);
		out_f(o, "}\n");
	} else {
		out_f(o, "%7d %7s %6s %-5s %7sK ", pid, inner, f[1], f[2],
		      *f[3] ? f[3] : "0");
		out_plain(o, cmd);
		out_f(o, "\n");
	}
}

static int
ps_group(struct ct *ct, struct grp *g)
{
	struct out o;
	struct ps ps = { { ct, g, ct->all ? 'T' : 0, 0, ps_one,
	                   !ct->recursive }, &o };

	out_open(&o);
	if (kfs_need_proc(ct) < 0)
		return -1;
	if (!ct->json)
		out_f(&o, "%7s %7s %6s %-5s %8s %s\n", "PID", "INNER", "UID",
		      "STATE", "RSS", "COMMAND");
	grp_pids(&ps.p);
	ct->step = "stdout";
	return out_flush(&o) < 0 ? fail_sys(ct, "write") : 0;
}

static int
verb_ps(struct ct *ct, char **argv)
{
	return reg_each(ct, reg_args(ct, V_PS, argv), ps_group);
}

/* --- signals --- */

static void
kill_pid(struct pids *p, pid_t pid)
{
	int fd = grp_pidfd(p->ct, p->g, pid);

	if (fd >= 0)
		syscall(NR_pidfd_send_signal, fd, p->arg, NULL, 0);
	fd_close(&fd);
	p->ct->failed = false;          /* one that has gone needs no signal */
}

/* Its first process; a signal that pid 1 would not feel becomes KILL, as in
 * ct run. */
static int
kill_init(struct ct *ct, struct grp *g, int sig)
{
	int fd;

	if (!g->pid)
		return fail_msg(ct, "has no process of its own");
	if ((fd = grp_pidfd(ct, g, g->pid)) < 0)
		return -1;
	ct->pid = g->pid;
	if (sup_catches(ct, sig) == 0)
		sig = SIGKILL;
	ct->pid = 0;
	if (syscall(NR_pidfd_send_signal, fd, sig, NULL, 0) < 0)
		fail_sys(ct, "send signal %d to %d", sig, g->pid);
	fd_close(&fd);
	return ct->failed ? -1 : 0;
}

static int
kill_group(struct ct *ct, struct grp *g)
{
	struct pids p = { ct, g, ct->stop_signal, 0, kill_pid, false };

	if (!ct->all && ct->stop_signal != SIGKILL)
		return kill_init(ct, g, ct->stop_signal);
	if (ct->stop_signal == SIGKILL)
		cg_kill(g->fd);
	else
		grp_pids(&p);
	return 0;
}

static int
verb_kill(struct ct *ct, char **argv)
{
	ct->stop_signal = SIGKILL;
	return reg_each(ct, reg_args(ct, V_KILL, argv), kill_group);
}

/* Gone: its supervisor removes it; where that is dead, we do. */
static void
reg_gone(struct ct *ct, struct grp *g)
{
	for (int i = 0; i < 200; i++) {
		if (flock(g->fd, LOCK_EX | LOCK_NB) == 0) {
			if (!cg_kept(g->fd))
				cg_destroy(ct->cg_base_fd, g->name);
			return;
		}
		poll(NULL, 0, 5);
	}
}

static int stop_group(struct ct *ct, struct grp *g);

static int
stop_one(int dir, const char *entry, const char *path, void *arg)
{
	struct grp g;

	if (grp_at(dir, entry, path, &g) < 0)
		return 0;
	stop_group(arg, &g);
	grp_close(&g);
	return 0;
}

static int
stop_group(struct ct *ct, struct grp *g)
{
	char args[65536];
	size_t len = grp_args(g, args, sizeof args);
	int sig = SIGTERM, sec = STOP_TIMEOUT;
	uint64_t v;

	if (cg_kept(g->fd)) {
		cg_each(g->fd, g->name, stop_one, ct);
		return ct->failed ? -1 : 0;
	}
	for (size_t at = 0, n, i = 0; at < len && i < (size_t)g->command_at;
	     at += n, i++) {
		const char *a = args + at, *eq = strchr(a, '=');

		n = strlen(a) + 1;
		eq = eq ? eq + 1 : a + n;
		if (!strncmp(a, "--stop-signal", 13))
			sig = sig_parse(eq);
		else if (!strncmp(a, "--stop-timeout", 14) &&
		         num_parse(eq, 0, 86400, &v) == 0)
			sec = (int)v;
	}
	if (ct->timeout >= 0)
		sec = ct->timeout;
	if (grp_state(g) == ST_PAUSED)
		io_put(g->fd, "cgroup.freeze", "0");
	if (g->pid && kill_init(ct, g, sig < 0 ? SIGTERM : sig) < 0)
		ct->failed = false;
	if (grp_wait(g, ST_STOPPED, sec * 1000) < 0)
		cg_kill(g->fd);
	if (grp_wait(g, ST_STOPPED, 10000) < 0 && grp_state(g) != ST_CREATED)
		return fail_msg(ct, "processes are still in it");
	reg_gone(ct, g);
	return 0;
}

static int
verb_stop(struct ct *ct, char **argv)
{
	ct->timeout = -1;
	return reg_each(ct, reg_args(ct, V_STOP, argv), stop_group);
}

static int
freeze_group(struct ct *ct, struct grp *g, const char *value, int want)
{
	uint64_t some = 0;

	if (grp_num(g->fd, "cgroup.events", "populated", &some) < 0 || !some)
		return fail_msg(ct, "nothing runs in it");
	if (io_put(g->fd, "cgroup.freeze", value) < 0)
		return fail_sys(ct, "write cgroup.freeze");
	return grp_wait(g, want, 10000) == 0 ? 0 :
	       fail_msg(ct, "is not %s after 10 s", states[want]);
}

static int
pause_group(struct ct *ct, struct grp *g)
{
	return freeze_group(ct, g, "1", ST_PAUSED);
}

static int
resume_group(struct ct *ct, struct grp *g)
{
	return freeze_group(ct, g, "0", g->held ? ST_CREATED : ST_RUNNING);
}

static int
verb_pause(struct ct *ct, char **argv)
{
	return reg_each(ct, argv, pause_group);
}

static int
verb_resume(struct ct *ct, char **argv)
{
	return reg_each(ct, argv, resume_group);
}

/* --- what its supervisor holds --- */

/* A descriptor of the supervisor's, by ptrace's rules of who may. */
static int
reg_take(struct ct *ct, const struct grp *g, int number)
{
	int pidfd = (int)syscall(NR_pidfd_open, g->sup_pid, 0), fd = -1;

	if (pidfd >= 0)
		fd = (int)syscall(NR(438) /* pidfd_getfd */, pidfd, number, 0);
	if (fd < 0)
		fail_sys(ct, "reach its supervisor, process %d",
		         g->sup_pid);
	fd_close(&pidfd);
	return fd;
}

static int
start_group(struct ct *ct, struct grp *g)
{
	char line[200], *p;
	ssize_t n;
	int fd;

	if (!g->held)
		return fail_msg(ct, "is not held");
	if ((fd = reg_take(ct, g, g->go_fd)) < 0)
		return -1;
	if (write(fd, "", 1) != 1)
		fail_sys(ct, "release it");
	fd_close(&fd);
	n = fgetxattr(g->fd, "user.ct.init", line, sizeof line - 1);
	if (n > 0) {
		line[n] = '\0';
		if ((p = text_find(line, "held")))
			*p = '\0';
		fsetxattr(g->fd, "user.ct.init", line, strlen(line), 0);
	}
	return ct->failed ? -1 : 0;
}

static int
verb_start(struct ct *ct, char **argv)
{
	return reg_each(ct, argv, start_group);
}

static int
wait_group(struct ct *ct, struct grp *g)
{
	int want = ST_STOPPED, fd = -1, ms = ct->timeout > 0 ?
	           ct->timeout * 1000 : ct->timeout;
	struct pollfd p = { .fd = -1, .events = POLLIN };
	struct out o;
	unsigned char status;
	const char *s = ct->state;

	out_open(&o);
	for (want = 0; s && want < 4 && strcmp(s, states[want]); want++)
		;
	want = s ? want : ST_STOPPED;
	if (want > ST_STOPPED)
		return fail_msg(ct, "%s: no such state", s);
	if (want == ST_STOPPED && g->status_fd >= 0) {
		p.fd = (int)syscall(NR_pidfd_open, g->sup_pid, 0);
		fd = reg_take(ct, g, g->status_fd);
		ct->failed = false;     /* then it is unknown */
	}
	if (grp_wait(g, want, ms) < 0) {
		ct->err.status = 124;
		fail_msg(ct, "is not %s", states[want]);
	} else if (fd >= 0) {
		poll(&p, 1, 5000);      /* until the supervisor has written it */
		if (pread(fd, &status, 1, 0) == 1) {
			out_f(&o, "%d\n", status);
			out_flush(&o);
			ct->status_out = status;
		}
	}
	fd_close(&p.fd);
	fd_close(&fd);
	return ct->failed ? -1 : 0;
}

static int
verb_wait(struct ct *ct, char **argv)
{
	int status;

	ct->timeout = -1;
	status = reg_each(ct, reg_args(ct, V_WAIT, argv), wait_group);
	return status ? status : ct->status_out;
}

/* --- limits --- */

/* KEY is an option's name (memory, cpus) or a cgroup file. */
static const char *
reg_key(struct ct *ct, const char *key)
{
	for (size_t i = 0; i < LEN(options); i++)
		if (options[i].set == set_limit && !strcmp(options[i].name, key) &&
		    limit_files[options[i].arg])
			return limit_files[options[i].arg];
	if (strchr(key, '/') || !strchr(key, '.') || *key == '.') {
		bad(ct, key, "neither a limit's name nor a cgroup file");
		return NULL;
	}
	return key;
}

static int
verb_get(struct ct *ct, char **argv)
{
	struct out o;
	char buf[8192];
	const char *file;
	struct grp g;

	out_open(&o);
	if (!*argv || !argv[1])
		return fail_msg(ct, "wants NAME KEY..."), 125;
	if (grp_open(ct, *argv, &g) < 0)
		return ct->err.status;
	while (*++argv && (file = reg_key(ct, *argv))) {
		if (io_get(g.fd, file, buf, sizeof buf) < 0) {
			if (errno == ENOENT)
				cg_missing(ct, file);
			else
				fail_sys(ct, "read %s", file);
			break;
		}
		out_f(&o, "%s", buf);
	}
	grp_close(&g);
	out_flush(&o);
	return ct->failed ? 125 : 0;
}

static int
verb_set(struct ct *ct, char **argv)
{
	struct op op;
	struct grp g;
	char *value;

	if (!*argv || !argv[1])
		return fail_msg(ct, "wants NAME KEY=VALUE..."), 125;
	if (grp_open(ct, *argv, &g) < 0)
		return ct->err.status;
	ct->cg_fd = g.fd;
	while (*++argv && !ct->failed) {
		size_t i = 0;

		value = cut(*argv, '=');
		op = (struct op){ .b = value };
		if (!value || !(op.a = reg_key(ct, *argv)) ||
		    lim_file(ct, op.a) < 0) {
			if (!ct->failed)
				bad(ct, *argv, "must be KEY=VALUE");
			break;
		}
		while (limit_files[i] && (strcmp(limit_files[i], op.a) ||
		                               strchr(*argv, '.')))
			i++;
		if (limit_files[i] && limit_sets[i](ct, &op, value) < 0)
			break;
		cg_set(ct, op.a, op.b, true);
	}
	ct->cg_fd = -1;
	grp_close(&g);
	return ct->failed ? 125 : 0;
}

static int
verb_create(struct ct *ct, char **argv)
{
	char *name = *argv;

	if (!name || !(argv = reg_args(ct, V_CREATE, argv + 1)))
		return ct->failed ? 125 : (fail_msg(ct, "wants a name"), 125);
	ct->step = name;
	if (*argv || !name_ok(name, true))
		return bad(ct, *argv ? *argv : name, "not a name"), 125;
	ct->name = name;
	if (cg_base(ct, true) < 0)
		return fail_msg(ct, "no cgroup2 hierarchy can be used"), 125;
	ct->use = U_PID;
	if (cg_make(ct) < 0)
		return 125;
	cg_enable(ct->cg_fd);
	if (fsetxattr(ct->cg_fd, "user.ct.keep", "1", 1, 0) < 0)
		fail_sys(ct, "setxattr user.ct.keep");
	for (struct op *op = op_find(ct->ops, OP_LIMIT); op && !ct->failed;
	     op = op_find(op->next, OP_LIMIT))
		cg_set(ct, op->a, op->b, true);
	if (ct->failed)
		cg_remove(ct);
	return ct->failed ? 125 : 0;
}

static int
rm_group(struct ct *ct, struct grp *g)
{
	struct pids p = { .g = g };

	grp_pids(&p);
	if (p.count && !ct->follow)
		return fail_msg(ct, "processes are in it (%d); -f ends them", p.count);
	cg_kill(g->fd);
	cg_empty(g->fd);
	if (g->pid)                     /* its supervisor may be at it as well */
		reg_gone(ct, g);
	if (cg_destroy(ct->cg_base_fd, g->name) < 0 && errno != ENOENT)
		return fail_sys(ct, "rmdir");
	return 0;
}

static int
verb_rm(struct ct *ct, char **argv)
{
	int status = reg_each(ct, reg_args(ct, V_RM, argv), rm_group);

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
	struct grp g;

	if (!*argv || !argv[1] || argv[2])
		return fail_msg(ct, "wants OLD NEW"), 125;
	if (grp_open(ct, *argv, &g) < 0)
		return ct->err.status;
	if (cg_populated(g.fd) != 0 || fstat(g.fd, &st) < 0 || st.st_nlink > 2)
		return fail_msg(ct, "processes or groups are in it, and cgroup2 "
		                "cannot rename a group"), 125;
	if (!name_ok(argv[1], true))
		return bad(ct, argv[1], "not a name"), 125;
	ct->name = argv[1];
	if (cg_make(ct) < 0)
		return 125;
	cg_enable(ct->cg_fd);
	fsetxattr(ct->cg_fd, "user.ct.keep", "1", 1, 0);
	for (size_t i = 0; i < LEN(limit_files); i++) {
		file = limit_files[i] ? limit_files[i] : "memory.oom.group";
		if (io_get(g.fd, file, buf, sizeof buf) > 0)
			io_put(ct->cg_fd, file, buf);
	}
	if (cg_destroy(ct->cg_base_fd, *argv) < 0)
		fail_sys(ct, "rmdir %s", *argv);
	grp_close(&g);
	return ct->failed ? 125 : 0;
}

static int
verb_enter(struct ct *ct, char **argv)
{
	struct grp g;
	uint64_t pid;

	if (!*argv || !argv[1])
		return fail_msg(ct, "wants NAME PID..."), 125;
	if (grp_open(ct, *argv, &g) < 0)
		return ct->err.status;
	while (*++argv && !ct->failed)
		if (num_parse(*argv, 1, INT_MAX, &pid) < 0)
			bad(ct, *argv, "not a process id");
		else if (io_put(g.fd, "cgroup.procs", *argv) < 0 &&
		         (errno != EOPNOTSUPP ||
		          io_put(g.fd, "cgroup.threads", *argv) < 0))
			fail_sys(ct, "move %s", *argv);
	grp_close(&g);
	return ct->failed ? 125 : 0;
}

static int
verb_detect(struct ct *ct, char **argv)
{
	struct out o;
	char buf[8192], *path, *name, *p, *s;
	uint64_t pid = (uint64_t)getpid();
	bool found, kept;
	size_t n, last = 0;
	struct grp g;

	out_open(&o);
	if (*argv && num_parse(*argv, 1, INT_MAX, &pid) < 0)
		return bad(ct, *argv, "not a process id"), 125;
	if (cg_base(ct, false) < 0)
		return 3;
	if (!(path = cg_path_of(ct, (pid_t)pid, buf, sizeof buf)))
		return ct->err.status;
	if (strncmp(path, ct->cg_path, n = strlen(ct->cg_path)) || path[n] != '/')
		return 3;
	/* from the top: below a container its attributes mean nothing */
	for (p = path + n + 1, name = p; p; p = s ? s + 1 : NULL) {
		if ((s = strchr(p, '/')))
			*s = '\0';
		found = name_ok(name, true) &&
		        grp_at(ct->cg_base_fd, name, name, &g) == 0;
		kept = found && cg_kept(g.fd);
		last = found && (g.pid || kept) ? strlen(name) : last;
		if (found)
			grp_close(&g);
		if (!kept)
			break;
		if (s)
			*s = '/';
	}
	if (!last)
		return 3;
	out_f(&o, "%.*s\n", (int)last, name);
	return out_flush(&o) < 0 ? 125 : 0;
}

/* --- its network --- */

/* Enters the network namespace of its first process for good; *home becomes a
 * descriptor of the one that this process was in. */
static int
net_enter(struct ct *ct, struct grp *g, int *home)
{
	struct stat a, b;
	char path[48];
	int fd, r;

	if (!g->pid)
		return fail_msg(ct, "has no process of its own");
	kfs_ns_path(g->pid, "net", path, sizeof path);
	if (kfs_need_proc(ct) >= 0 && fstatat(ct->proc_fd, path, &a, 0) == 0 &&
	    fstatat(ct->proc_fd, "self/ns/net", &b, 0) == 0 && a.st_ino == b.st_ino)
		return fail_msg(ct, "has no network of its own");
	if (kfs_need_proc(ct) < 0 || (fd = grp_pidfd(ct, g, g->pid)) < 0)
		return -1;
	*home = kfs_ns(ct, 0, "net");
	r = *home < 0 ? -1 : setns(fd, CLONE_NEWNET |
	    (ct->euid ? CLONE_NEWUSER : 0)) < 0 ?
	    fail_sys(ct, "enter its network namespace") : 0;
	fd_close(&fd);
	return r;
}

/* Its addresses: as JSON strings, or with a blank before each. */
static void
net_addrs(struct out *o, const struct dump *d, unsigned index, bool json)
{
	const struct nlmsghdr *h = NULL;
	bool first = true;

	while ((h = nl_next(d, h, RTM_NEWADDR))) {
		const struct ifaddrmsg *m = mnl_nlmsg_get_payload(h);
		const struct nlattr *a = nl_attr(h, sizeof *m, IFA_LOCAL);
		struct inet in = { .family = m->ifa_family };
		char text[48];

		if (!a)
			a = nl_attr(h, sizeof *m, IFA_ADDRESS);
		if (m->ifa_index != index || !a ||
		    mnl_attr_get_payload_len(a) > sizeof in.b)
			continue;
		memcpy(in.b, mnl_attr_get_payload(a), mnl_attr_get_payload_len(a));
		inet_text(&in, text, sizeof text);
		out_f(o, json ? "%s\"%s/%d\"" : "%s%s/%d", first ? json ? "" : " " :
		      json ? "," : " ", text, m->ifa_prefixlen);
		first = false;
	}
}

static void
net_link(struct out *o, const struct nlmsghdr *h, const struct dump *addrs,
         char sep, bool first)
{
	const struct ifinfomsg *i = mnl_nlmsg_get_payload(h);
	const struct nlattr *name = nl_attr(h, sizeof *i, IFLA_IFNAME),
	    *mtu = nl_attr(h, sizeof *i, IFLA_MTU),
	    *addr = nl_attr(h, sizeof *i, IFLA_ADDRESS),
	    *count = nl_attr(h, sizeof *i, IFLA_STATS64);
	struct rtnl_link_stats64 st;
	const char *kind = nic_type(h), *s = mnl_attr_get_str(name),
	    *state = !(i->ifi_flags & IFF_UP) ? "down" :
	             i->ifi_flags & IFF_RUNNING ? "up" : "no-carrier";
	unsigned char mac[6] = { 0 };
	char text[24], plain[IF_NAMESIZE];
	size_t n;

	memset(&st, 0, sizeof st);
	if (count)
		memcpy(&st, mnl_attr_get_payload(count),
		       MIN(sizeof st, mnl_attr_get_payload_len(count)));
	if (addr)
		memcpy(mac, mnl_attr_get_payload(addr),
		       MIN(sizeof mac, mnl_attr_get_payload_len(addr)));
	text_f(text, sizeof text, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
	       mac[2], mac[3], mac[4], mac[5]);
	kind = kind ? kind : i->ifi_flags & IFF_LOOPBACK ? "loopback" : "phys";
	if (!sep) {
		/* the container may have named it */
		n = text_f(plain, sizeof plain, "%-15s", s);
		for (size_t k = 0; k < MIN(n, sizeof plain - 1); k++)
			if (!text_plain(plain[k]))
				plain[k] = '?';
		out_f(o, "%s %-8s %-10s %5u", plain, kind, state,
		      mtu ? mnl_attr_get_u32(mtu) : 0);
		reg_size(o, 0, st.rx_bytes);
		reg_size(o, 0, st.tx_bytes);
		out_f(o, " %s", text);
		net_addrs(o, addrs, (unsigned)i->ifi_index, false);
		out_f(o, "\n");
		return;
	}
	out_f(o, sep == ',' && !first ? ",{\"name\":" : "{\"name\":");
	out_json(o, s);
	out_f(o, ",\"kind\":\"%s\",\"state\":\"%s\",\"mac\":\"%s\",\"mtu\":%u,"
	      "\"addresses\":[", kind, state, text, mtu ? mnl_attr_get_u32(mtu) : 0);
	net_addrs(o, addrs, (unsigned)i->ifi_index, true);
	out_f(o, "],\"rx_bytes\":%llu,\"tx_bytes\":%llu}%s",
	      (unsigned long long)st.rx_bytes, (unsigned long long)st.tx_bytes,
	      sep == '\n' ? "\n" : "");
}

/* Prints its interfaces: a table (sep 0), or JSON with sep between. A process
 * of its own enters the namespace, since there is no way back out of a user
 * namespace. */
static int
net_show(struct ct *ct, struct grp *g, struct out *o, char sep)
{
	struct dump links, addrs;
	const struct nlmsghdr *h = NULL;
	bool first = true;
	struct nl nl;
	int home = -1;
	pid_t pid;

	if (!g->pid)
		return fail_msg(ct, "has no process of its own");
	if (out_flush(o) < 0 || (pid = sys_fork()) < 0)
		return fail_sys(ct, "fork");
	if (pid)
		return sys_wait(pid) ? fail_msg(ct, "its interfaces cannot be "
		                                "listed") : 0;
	if (net_enter(ct, g, &home) < 0 ||
	    nl_open(ct, &nl, NETLINK_ROUTE, NL_SIZE) < 0 ||
	    nl_dump(ct, &nl, RTM_GETLINK, &links) < 0 ||
	    nl_dump(ct, &nl, RTM_GETADDR, &addrs) < 0)
		_exit(1);
	for (; (h = nl_next(&links, h, RTM_NEWLINK)); first = false)
		net_link(o, h, &addrs, sep, first);
	_exit(out_flush(o) < 0);
}

static int
net_ls(struct ct *ct, struct grp *g)
{
	struct out o;

	out_open(&o);
	if (!ct->json)
		out_f(&o, "%-15s %-8s %-10s %5s %8s %8s %-17s %s\n", "NAME", "KIND",
		      "STATE", "MTU", "RX", "TX", "MAC", "ADDRESSES");
	return net_show(ct, g, &o, ct->json ? '\n' : '\0');
}

/* Takes an interface away from the network namespace that this process is in:
 * one that hardware made goes to `home`, any other ceases to be. */
static int
net_drop(struct ct *ct, struct nl *nl, const char *name, int home, bool phys)
{
	unsigned index = nic_index(ct, nl, name);
	struct nlmsghdr *h;

	if (!index || phys)
		return index ? nic_leave(ct, nl, index, name, home) : -1;
	h = nl_put(nl, RTM_DELLINK, 0, mem_printf(ct, "delete %s", name));
	((struct ifinfomsg *)mnl_nlmsg_put_extra_header(h,
	    sizeof(struct ifinfomsg)))->ifi_index = (int)index;
	nl_end(nl, h);
	return nl_send(ct, nl, NULL);
}

/* One more for a running container. Its name is the first eth that is free. */
static int
net_add(struct ct *ct, struct grp *g, char *value)
{
	struct net_ref to = { IFLA_NET_NS_FD, 0 };
	struct nl out, in;
	int home = -1, fd;
	struct nic *c;
	struct op *op;

	if (op_add(ct, OP_NET, &op) < 0 || op_net(ct, op, value) < 0)
		return -1;
	if (!(c = op->nic) || c->nat)
		return bad(ct, value, "must be an interface, without nat");
	if (nl_open(ct, &out, NETLINK_ROUTE, NL_SIZE) < 0 ||
	    net_enter(ct, g, &home) < 0 || nl_open(ct, &in, NETLINK_ROUTE, NL_SIZE) < 0)
		return -1;
	nl_words(&out);
	nl_words(&in);
	for (int i = 0; !c->name || c->name == c->name_buf; i++) {
		text_f(c->name_buf, sizeof c->name_buf, "eth%d", i);
		c->name = c->name_buf;
		if (!nic_find(&in, c->name))
			break;
	}
	if (nic_find(&in, c->name))
		return bad(ct, c->name, "it has an interface of that name");
	fd = kfs_ns(ct, 0, "net");
	to.value = (uint32_t)fd;
	if (fd < 0)
		return -1;
	if (nic_outside(ct, &out, c, to) == 0 && nic_inside(ct, &in, c) == 0 &&
	    nl_insist(ct, &in, EADDRINUSE) == 0)
		return 0;
	if (net_drop(ct, &in, c->name, home, c->kind == NIC_PHYS) < 0 &&
	    c->kind != NIC_VETH && c->kind != NIC_PHYS)
		net_drop(ct, &in, c->host, home, false);        /* not renamed yet */
	return -1;
}

static int
net_del(struct ct *ct, struct grp *g, const char *name)
{
	unsigned index;
	struct nl nl;
	int home = -1, hard = 0;

	if (!strcmp(name, "lo"))
		return fail_msg(ct, "lo stays");
	if (net_enter(ct, g, &home) < 0 ||
	    nl_open(ct, &nl, NETLINK_ROUTE, NL_SIZE) < 0)
		return -1;
	nl_words(&nl);
	if (!(index = nic_index(ct, &nl, name)) ||
	    (hard = nic_hard(ct, &nl, index)) < 0)
		return -1;
	return net_drop(ct, &nl, name, home, hard);
}

static int
verb_net(struct ct *ct, char **argv)
{
	const char *what = *argv ? *argv : "";
	struct grp g;

	if (!strcmp(what, "ls"))
		return reg_each(ct, reg_args(ct, V_NET, argv + 1), net_ls);
	if ((strcmp(what, "add") && strcmp(what, "del")) || !argv[1] || !argv[2] ||
	    argv[3])
		return fail_msg(ct, "wants add, del or ls: see `ct help net`"), 125;
	if (grp_open(ct, argv[1], &g) < 0)
		return ct->err.status;
	if (*what == 'a')
		net_add(ct, &g, argv[2]);
	else
		net_del(ct, &g, argv[2]);
	return ct->failed ? 125 : 0;
}

/* --- stats, inspect --- */

static const char *const stat_files[] = {
	"cpu.stat", "memory.current", "memory.peak", "memory.max",
	"memory.swap.current", "memory.events", "io.stat", "pids.current",
	"pids.max", "pids.events", "cpu.pressure", "memory.pressure",
	"io.pressure",
};

/* A word of the kernel's as JSON: a number as it is, else a string. */
static void
json_word(struct out *o, const char *s, size_t n)
{
	bool num = n && text_in(s, "0123456789.") >= n;

	out_f(o, num ? "%.*s" : "\"%.*s\"", (int)n, s);
}

/* A control file as JSON, whatever its form: a value, "key value" lines, or
 * "key k=v k=v" lines. */
static void
json_file(struct out *o, int dir, const char *file)
{
	char buf[8192], *s = buf;
	size_t n;

	if (io_get(dir, file, buf, sizeof buf) < 0)
		return;
	out_f(o, ",\"%s\":", file);
	n = text_until(s, " \n");
	if (!*s) {
		out_f(o, "null");
		return;
	}
	/* one value, or cpu.max with its two */
	if (s[n] != ' ' || (!strchr(s, '=') && (*s < 'a' || !strncmp(s, "max ", 4)))) {
		json_word(o, s, text_until(s, "\n"));
		return;
	}
	out_f(o, "{");
	for (bool first = true; *s; first = false) {
		n = text_until(s, " \n");
		out_f(o, "%s\"%.*s\":", first ? "" : ",", (int)n, s);
		s += n + (s[n] == ' ');
		n = text_until(s, " \n");
		if (s[text_until(s, "= \n")] != '=') {
			json_word(o, s, n);
			s += n;
		} else {
			out_f(o, "{");
			for (bool in = false; *s && *s != '\n'; in = true) {
				n = text_until(s, "= \n");
				out_f(o, "%s\"%.*s\":", in ? "," : "", (int)n, s);
				s += n + (s[n] == '=');
				n = text_until(s, " \n");
				json_word(o, s, n);
				s += n + (s[n] == ' ');
			}
			out_f(o, "}");
		}
		s += text_until(s, "\n");
		s += *s == '\n';
	}
	out_f(o, "}");
}

static void
inspect_pid(struct pids *p, pid_t pid)
{
	out_f(((struct ps *)(void *)p)->o, "%s%d", p->count > 1 ? "," : "", pid);
}

static int
inspect_group(struct ct *ct, struct grp *g)
{
	struct out o;
	struct ps ps = { { ct, g, 0, 0, inspect_pid, true }, &o };
	char args[65536], path[40], cg[600];
	size_t len = grp_args(g, args, sizeof args);
	struct stat st;
	bool first = true;

	out_open(&o);
	if (kfs_need_proc(ct) < 0)
		return -1;
	out_f(&o, "{\"name\":");
	out_json(&o, g->name);
	text_f(cg, sizeof cg, "%s/%s", ct->cg_path, g->name);
	out_f(&o, ",\"state\":\"%s\",\"pid\":%d,\"cgroup\":",
	      states[grp_state(g)], g->pid);
	out_json(&o, cg);
	out_f(&o, ",\"age_usec\":%llu,\"pids\":[", (unsigned long long)
	      (g->since ? now_usec() - g->since : 0));
	grp_pids(&ps.p);
	out_f(&o, "],\"namespaces\":{");
	for (int i = 0; g->pid && i < NS_MAX; i++) {
		kfs_ns_path(g->pid, ns_kinds[i].name, path, sizeof path);
		if (fstatat(ct->proc_fd, path, &st, 0) < 0)
			continue;
		out_f(&o, "%s\"%s\":%llu", first ? "" : ",", ns_kinds[i].name,
		      (unsigned long long)st.st_ino);
		first = false;
	}
	out_f(&o, "},\"interfaces\":[");
	/* without the right to look there is none to show */
	if (g->pid && net_show(ct, g, &o, ',') < 0)
		ct->failed = false;
	out_f(&o, "],\"arguments\":[");
	for (size_t at = 0; at < len; at += strlen(args + at) + 1) {
		out_f(&o, at ? "," : "");
		out_json(&o, args + at);
	}
	out_f(&o, "],\"command\":[");
	ls_command(&o, g, args, len, true);
	out_f(&o, "]");
	for (size_t i = 0; limit_files[i]; i++)
		json_file(&o, g->fd, limit_files[i]);
	out_f(&o, "}\n");
	ct->step = "stdout";
	return out_flush(&o) < 0 ? fail_sys(ct, "write") : 0;
}

static int
verb_inspect(struct ct *ct, char **argv)
{
	return reg_each(ct, argv, inspect_group);
}

/* CPU per cent need two looks at the same group: the last ones are kept by the
 * group's inode. */
struct sample { uint64_t ino, usec, at; };
struct stats { struct ct *ct; struct out *o; struct sample s[1024];
               bool silent; char **only; };

/* Sums a key over the lines of io.stat. */
static uint64_t
stats_io(int dir, const char *key)
{
	char buf[8192], *s = buf;
	uint64_t sum = 0;

	if (io_get(dir, "io.stat", buf, sizeof buf) <= 0)
		return 0;
	while ((s = text_find(s, key))) {
		s += strlen(key);
		sum += text_scan(s, 10, NULL);
	}
	return sum;
}

/* Traffic of each interface but lo, as JSON where there is an o, and of all. */
static void
stats_net(struct ct *ct, const struct grp *g, struct out *o, uint64_t *rx,
          uint64_t *tx)
{
	char path[32], buf[8192], *s = buf, *name;

	*rx = *tx = 0;
	text_f(path, sizeof path, "%d/net/dev", g->pid);
	if (!g->pid || !kfs_has_proc(ct) ||
	    io_get(ct->proc_fd, path, buf, sizeof buf) < 0)
		return;
	for (bool first = true; *s; s += text_until(s, "\n"), s += *s == '\n') {
		uint64_t n[9];

		name = s + text_in(s, " ");
		s = name + text_until(name, ":|\n");
		if (*s != ':' || !strncmp(name, "lo:", 3))
			continue;
		*s++ = '\0';
		for (int i = 0; i < 9; i++)
			n[i] = text_scan(s, 10, &s);
		*rx += n[0];
		*tx += n[8];
		if (!o)
			continue;
		out_f(o, first ? "" : ",");
		out_json(o, name);
		out_f(o, ":{\"rx_bytes\":%llu,\"tx_bytes\":%llu}",
		      (unsigned long long)n[0], (unsigned long long)n[8]);
		first = false;
	}
}

static void
stats_row(struct stats *t, const struct grp *g, unsigned pct, uint64_t cpu)
{
	struct out *o = t->o;
	uint64_t v, max;
	int k;

	if (t->ct->json) {
		out_f(o, "{\"name\":");
		out_json(o, g->name);
		out_f(o, ",\"cpu_permille\":%u", pct);
		for (size_t i = 0; i < LEN(stat_files); i++)
			json_file(o, g->fd, stat_files[i]);
		out_f(o, ",\"network\":{");
		stats_net(t->ct, g, o, &v, &max);
		out_f(o, "}}\n");
		return;
	}
	out_f(o, "%-20s %4u.%u%%", g->name, pct / 10, pct % 10);
	reg_time(o, cpu);
	k = grp_num(g->fd, "memory.current", NULL, &v);
	reg_size(o, k, v);
	k = grp_num(g->fd, "memory.max", NULL, &max);
	reg_size(o, max == UINT64_MAX ? -1 : k, max);
	k = grp_num(g->fd, "memory.swap.current", NULL, &v);
	reg_size(o, k, v);
	out_f(o, " %6d", grp_count(g));
	reg_size(o, 0, stats_io(g->fd, "rbytes="));
	reg_size(o, 0, stats_io(g->fd, "wbytes="));
	stats_net(t->ct, g, NULL, &v, &max);
	reg_size(o, 0, v);
	reg_size(o, 0, max);
	grp_num(g->fd, "cpu.stat", "throttled_usec", &v);
	reg_time(o, v);
	grp_num(g->fd, "memory.events", "oom_kill", &v);
	out_f(o, " %4llu\n", (unsigned long long)v);
}

static int
stats_one(int dir, const char *entry, const char *path, void *arg)
{
	struct stats *t = arg;
	struct stat st;
	struct sample *s;
	struct grp g;
	uint64_t cpu, v, now = now_usec();
	unsigned pct;
	char **n;

	/* named, or in one that is named; else perhaps on the way to one */
	for (n = t->only; *n; n++) {
		size_t a = strlen(*n), b = strlen(path);

		if (!strncmp(*n, path, MIN(a, b)) &&
		    (a == b || (a < b ? path[a] : (*n)[b]) == '/'))
			break;
	}
	if ((*t->only && !*n) || grp_at(dir, entry, path, &g) < 0)
		return 0;
	if (*n && strlen(*n) > strlen(path)) {
		cg_each(g.fd, path, stats_one, t);
		grp_close(&g);
		return 0;
	}
	fstat(g.fd, &st);
	s = &t->s[st.st_ino % LEN(t->s)];
	grp_num(g.fd, "cpu.stat", "usage_usec", &cpu);
	/* thousandths since the last look, or since it started */
	v = s->ino == st.st_ino ? s->at : g.since;
	pct = v && now > v ? (unsigned)((cpu - (s->ino == st.st_ino ? s->usec : 0))
	      * 1000 / (now - v)) : 0;
	*s = (struct sample){ st.st_ino, cpu, now };
	if (!t->silent)
		stats_row(t, &g, pct, cpu);
	if (cg_kept(g.fd))
		cg_each(g.fd, path, stats_one, t);
	grp_close(&g);
	return 0;
}

static int
verb_stats(struct ct *ct, char **argv)
{
	struct out o;
	struct stats *t = mem_get(ct, sizeof *t);
	struct grp g;

	out_open(&o);
	if (!(argv = reg_args(ct, V_STATS, argv)) || !t)
		return 125;
	t->ct = ct;
	t->o = &o;
	t->only = argv;
	for (char **n = argv; *n; n++, grp_close(&g))
		if (grp_open(ct, *n, &g) < 0)
			return ct->err.status;
	if (ct->cg_base_fd < 0 && cg_base(ct, false) < 0)
		return 0;
	t->silent = true;               /* the first look, for the per cent */
	cg_each(ct->cg_base_fd, "", stats_one, t);
	t->silent = false;
	do {
		poll(NULL, 0, ct->follow ? 1000 : 200);
		if (ct->follow && !ct->json)
			out_f(&o, "\033[H\033[J");
		if (!ct->json)
			out_f(&o, "%-20s %7s %8s %8s %8s %8s %6s %8s %8s %8s %8s %8s "
			      "%4s\n", "NAME", "CPU%", "CPU", "MEMORY", "LIMIT",
			      "SWAP", "PROCS", "READ", "WRITE", "RX", "TX",
			      "THROTTLE", "OOM");
		cg_each(ct->cg_base_fd, "", stats_one, t);
		ct->step = "stdout";
		if (out_flush(&o) < 0)
			return fail_sys(ct, "write"), 125;
	} while (ct->follow);
	return 0;
}

/* --- events --- */

static const struct { const char *file, *key; } event_keys[] = {
	{ "cgroup.events", "populated" }, { "cgroup.events", "frozen" },
	{ "memory.events", "high" }, { "memory.events", "max" },
	{ "memory.events", "oom" }, { "memory.events", "oom_kill" },
	{ "pids.events", "max" },
};

struct watch {
	struct grp g;
	uint64_t last[LEN(event_keys)];
	int fd[4];              /* cgroup, memory, pids.events; pressure */
	bool above, gone;
};

static void
event_print(struct ct *ct, struct watch *w, const char *file, const char *key,
            uint64_t v)
{
	struct out o;
	const char *dot = strchr(file, '.');

	out_open(&o);
	(void)ct;
	out_f(&o, "{\"name\":");
	out_json(&o, w->g.name);
	out_f(&o, ",\"event\":\"%.*s.%s\",\"value\":%llu}\n", (int)(dot - file),
	      file, key, (unsigned long long)v);
	out_flush(&o);
}

static void
event_look(struct ct *ct, struct watch *w, bool print)
{
	uint64_t v, limit;
	char buf[256];

	for (int i = 0; i < 3; i++)     /* reading is what rearms poll */
		if (w->fd[i] >= 0 && pread(w->fd[i], buf, sizeof buf, 0) < 0)
			w->gone = true;
	for (size_t i = LEN(event_keys); i-- > 0; ) {
		if (grp_num(w->g.fd, event_keys[i].file, event_keys[i].key, &v) < 0)
			continue;
		if (print && v != w->last[i])
			event_print(ct, w, event_keys[i].file, event_keys[i].key, v);
		if (print && !i && v != w->last[i] && !v)
			w->gone = true;
		w->last[i] = v;
	}
	if (ct->above && num_size(ct->above, &limit) == 0 &&
	    grp_num(w->g.fd, "memory.current", NULL, &v) == 0) {
		if (print && w->above != (v > limit))
			event_print(ct, w, "memory.current",
			            v > limit ? "above" : "below", v);
		w->above = v > limit;
	}
	if (w->gone && print)
		event_print(ct, w, "container.", "empty", 0);
}

static int
event_open(struct ct *ct, struct watch *w)
{
	char *res, *stall, *window, *line;

	for (int i = 0; i < 3; i++)
		w->fd[i] = openat(w->g.fd, i == 0 ? "cgroup.events" : i == 1 ?
		                  "memory.events" : "pids.events",
		                  O_RDONLY | O_CLOEXEC);
	w->fd[3] = -1;
	/* its supervisor then waits a moment before it removes the group */
	fsetxattr(w->g.fd, "user.ct.watch", "1", 1, 0);
	if (ct->pressure) {
		res = mem_dup(ct, ct->pressure, strlen(ct->pressure));
		stall = cut(res, ':');
		window = cut(stall, ':');
		if (!window || (strcmp(res, "cpu") && strcmp(res, "memory") &&
		                strcmp(res, "io")))
			return bad(ct, ct->pressure, "must be RES:STALL:WINDOW");
		line = mem_printf(ct, "some %s %s", stall, window);
		res = mem_printf(ct, "%s.pressure", res);
		w->fd[3] = openat(w->g.fd, res, O_RDWR | O_CLOEXEC);
		if (w->fd[3] < 0 || write(w->fd[3], line, strlen(line) + 1) < 0)
			return fail_sys(ct, "write %s to %s (CONFIG_PSI)",
			                line, res);
	}
	event_look(ct, w, false);
	return 0;
}

static int
verb_events(struct ct *ct, char **argv)
{
	struct watch w[16];
	struct pollfd p[16 * 4];
	uint64_t size;
	int n = 0, left;

	if (!(argv = reg_args(ct, V_EVENTS, argv)))
		return 125;
	ct->step = "--memory-above";
	if (ct->above && num_size(ct->above, &size) < 0)
		return bad(ct, ct->above, "not a size"), 125;
	for (; *argv && n < 16; argv++, n++) {
		memset(&w[n], 0, sizeof w[n]);
		if (grp_open(ct, *argv, &w[n].g) < 0 || event_open(ct, &w[n]) < 0)
			return ct->err.status;
	}
	if (!n)
		return fail_msg(ct, "wants a container's name"), 125;
	for (left = n; left; ) {
		for (int i = 0; i < n * 4; i++)
			p[i] = (struct pollfd){ .fd = w[i / 4].gone ? -1 :
			        w[i / 4].fd[i % 4], .events = POLLPRI };
		poll(p, (nfds_t)n * 4, ct->above ? 100 : -1);
		left = 0;
		for (int i = 0; i < n; i++) {
			if (!w[i].gone && p[i * 4 + 3].revents & POLLPRI)
				event_print(ct, &w[i], "pressure.", "stall", 1);
			if (!w[i].gone)
				event_look(ct, &w[i], true);
			left += !w[i].gone;
		}
	}
	return 0;
}

/* --- exec --- */

/* The group that its first process is in, which with --delegate it may have
 * changed itself: at or below its own, and not stopped there, since what is
 * cloned into it would never run. */
static int
exec_group(struct ct *ct, struct grp *g)
{
	char buf[4096], *path;
	uint64_t frozen = 0;

	if (ct->cg_top_fd < 0) {
		ct->cg_fd = fcntl(g->fd, F_DUPFD_CLOEXEC, 3);
		return ct->cg_fd < 0 ? fail_sys(ct, "dup") : 0;
	}
	path = cg_path_of(ct, g->pid, buf, sizeof buf);
	if (!path)
		return -1;
	if (!cg_below(ct, path, g->name))
		return fail_msg(ct, "process %d is not in it any more", g->pid);
	ct->cg_fd = openat(ct->cg_top_fd, *path ? path + 1 : ".",
	                   O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (ct->cg_fd < 0)
		return fail_sys(ct, "open group %s", path);
	if (grp_num(ct->cg_fd, "cgroup.events", "frozen", &frozen) < 0)
		return fail_sys(ct, "read cgroup.events of %s", path);
	return frozen ? fail_msg(ct, "its group %s is paused", path) : 0;
}

/* 1: this kind of namespace is another one than ours, 0: it is ours or the
 * kernel has none, -1: it cannot be told, which is never taken for "the same". */
static int
exec_ns_differs(struct ct *ct, pid_t pid, int kind, struct stat *its)
{
	char path[48];
	struct stat own;
	bool missing;

	kfs_ns_path(0, ns_kinds[kind].name, path, sizeof path);
	missing = fstatat(ct->proc_fd, path, &own, 0) < 0;
	if (missing && errno != ENOENT)
		return fail_sys(ct, "stat /proc/%s", path);
	kfs_ns_path(pid, ns_kinds[kind].name, path, sizeof path);
	if (fstatat(ct->proc_fd, path, its, 0) < 0)
		return missing && errno == ENOENT ? 0 :
		       fail_sys(ct, "stat /proc/%s", path);
	return missing || own.st_ino != its->st_ino || own.st_dev != its->st_dev;
}

/* Finds what is to be joined. */
static int
exec_join(struct ct *ct, struct grp *g)
{
	char path[32];
	struct stat st = { 0 };

	for (int i = 0; i < NS_MAX; i++) {
		int differs = exec_ns_differs(ct, g->pid, i, &st);

		if (differs < 0)
			return -1;
		if (differs)
			ct->join |= ns_kinds[i].flag;
		if (i == NS_PID) {
			ct->pid_ns = st.st_ino;
			ct->nsfs = st.st_dev;
		}
	}
	text_f(path, sizeof path, "%d/root", g->pid);
	ct->tree_fd = openat(ct->proc_fd, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (ct->tree_fd < 0)
		return fail_sys(ct, "open its root (has its first thread ended?)");
	ct->group_fd = g->fd;
	/* what was looked up by number above was its, if it lives now */
	if (syscall(NR_pidfd_send_signal, ct->self_fd, 0, NULL, 0) < 0)
		return fail_sys(ct, "reach process %d", g->pid);
	return out_pipes(ct);
}

static int
exec_open(struct ct *ct, struct grp *g)
{
	if (grp_state(g) == ST_PAUSED)
		return fail_msg(ct, "is paused: `ct resume %s` first", g->name);
	if (!g->pid || grp_state(g) == ST_STOPPED)
		return fail_msg(ct, "nothing runs in it");
	if ((ct->self_fd = grp_pidfd(ct, g, g->pid)) < 0 ||
	    exec_group(ct, g) < 0)
		return -1;
	return exec_join(ct, g);
}

/* The filter that the container was made with, where it was one of the user's:
 * its file may be another by now. */
static int
exec_filter(struct ct *ct, struct grp *g)
{
	enum { MAX = BPF_MAXINSNS * sizeof *ct->sc_file };
	ssize_t n;

	if (!ct->sc_path)
		return 0;
	ct->sc_file = mem_get(ct, MAX);
	n = ct->sc_file ? fgetxattr(g->fd, "user.ct.seccomp", ct->sc_file, MAX) :
	    -1;
	if (n <= 0)
		return fail_sys(ct, "its seccomp filter is not recorded");
	ct->sc_len = (unsigned short)((size_t)n / sizeof *ct->sc_file);
	return 0;
}

/* What the container was made with, then what exec was given on top. */
static char **
exec_args(struct ct *ct, struct grp *g, char **own)
{
	const char *workdir;
	char *recorded = mem_get(ct, 65536), **list;
	size_t len = recorded ? grp_args(g, recorded, 65536) : 0;
	int n = 0;

	list = mem_get(ct, (ARGS_MAX + 2) * sizeof *list);
	for (size_t at = 0; list && at < len && n < ARGS_MAX;
	     at += strlen(recorded + at) + 1)
		list[n++] = recorded + at;
	if (!n) {
		fail_msg(ct, "its arguments are not recorded");
		return NULL;
	}
	ct->recorded = true;
	ct->verb = V_RUN;
	if (!opt_parse(ct, list))
		return NULL;
	ct->recorded = false;
	memset(ct->seen, 0, sizeof ct->seen);
	ct->detach = ct->init = ct->hold = ct->delegate = ct->keep_env = false;
	ct->timeout = 0;
	ct->pidfile = ct->on_start = ct->on_exit = NULL;
	ct->ready_fd = ct->info_fd = -1;
	ct->verb = V_EXEC;
	if (exec_filter(ct, g) < 0)
		return NULL;
	workdir = ct->workdir;
	own = opt_parse(ct, own);
	ct->workdir_given = ct->workdir != workdir;
	return own;
}

static int
verb_exec(struct ct *ct, char **argv)
{
	char **own = argv, *name, *help[] = { (char *)"exec", NULL };
	char **env = ct->caller_env, *words = ct->words;
	size_t words_len = ct->words_len;
	int status, sealed = ct->not_sealed;
	struct block *mem;
	struct grp g;

	if (!(argv = reg_args(ct, V_EXEC, argv)))
		return 125;
	if (ct->help)
		return verb_help(ct, help);
	if (!*argv || !argv[1])
		return fail_msg(ct, "wants NAME COMMAND"), 125;
	name = *argv;
	mem = ct->mem;
	ct_init(ct);                    /* the recorded arguments come first */
	ct->mem = mem;
	ct->caller_env = env;
	ct->words = words;
	ct->words_len = words_len;
	if (run_fds(ct) < 0)
		return 125;
	if (grp_open(ct, name, &g) < 0)
		return ct->err.status;
	ct->step = "seal";
	errno = sealed;
	if (sealed)
		return fail_sys(ct, "no read-only copy of ct's own file "
		                "could be made (needs open_tree or memfd_create)"),
		       125;
	ct->step = name;
	if (!(argv = exec_args(ct, &g, own)))
		return 125;
	ct->name = name;
	memcpy(ct->ring, g.ring, sizeof ct->ring);
	ct->argv = argv + 1;
	ct->exec = true;
	if (plan(ct) < 0 || kfs_need_proc(ct) < 0)
		return 125;
	if (sup_open(ct) < 0 || (ct->detach && run_detach(ct) < 0) ||
	    (ct->step = name, exec_open(ct, &g)) < 0 || out_clone(ct) < 0)
		status = run_failed(ct);
	else
		status = sup_run(ct);
	out_clone_undo(ct);
	run_detached(ct);
	return status;
}

static int
verb_init(struct ct *ct, char **argv)
{
	if (*argv)
		return fail_msg(ct, "takes no arguments"), 125;
	for (size_t i = 0; cg_mounts[i] && ct->cg_top_fd < 0; i++)
		if ((ct->cg_top_fd = io_open(cg_mounts[i], O_RDONLY |
		     O_DIRECTORY)) >= 0 && !kfs_is(ct->cg_top_fd, K_CGROUP2_MAGIC))
			fd_close(&ct->cg_top_fd);
	if (ct->cg_top_fd < 0) {
		if (mkdir("/sys/fs/cgroup", 0755) < 0 && errno != EEXIST)
			return fail_sys(ct, "mkdir /sys/fs/cgroup (is sysfs "
			                "mounted?)"), 125;
		if (mount("cgroup2", "/sys/fs/cgroup", "cgroup2", MS_NOSUID |
		          MS_NODEV | MS_NOEXEC, NULL) < 0)
			return fail_sys(ct, "mount cgroup2 on "
			                "/sys/fs/cgroup (CONFIG_CGROUPS)"), 125;
	}
	if (cg_base(ct, true) < 0)
		return fail_sys(ct, "make group %s", cg_subtree), 125;
	cg_enable(ct->cg_top_fd);
	cg_enable(ct->cg_base_fd);
	if (fsetxattr(ct->cg_base_fd, "user.ct.keep", "1", 1, 0) < 0)
		return fail_sys(ct, "setxattr user.ct.keep"), 125;
	return 0;
}

/* --- check: what this kernel offers --- */

struct probe {
	const char *name;       /* it, what the kernel needs, what is lost */
	int (*go)(struct ct *, const struct probe *);   /* 1, 0 */
	int arg;
	bool must;
};

static int
probe_ns(struct ct *ct, const struct probe *p)
{
	int flags = p->arg | (ct->euid ? CLONE_NEWUSER : 0);
	int status = 1;
	pid_t pid = sys_fork();

	(void)ct;
	if (pid == 0)
		_exit(unshare(flags) < 0);
	if (pid > 0)
		waitpid(pid, &status, 0);
	return status == 0;
}

static int
probe_call(struct ct *ct, const struct probe *p)
{
	(void)ct;       /* arguments that no call takes: ENOSYS tells */
	return syscall(p->arg, -1L, 0L, -1L, -1L, -1L, -1L) >= 0 ||
	       errno != ENOSYS;
}

static int
probe_fs(struct ct *ct, const struct probe *p)
{
	int fd = (int)syscall(NR_fsopen, p->name, K_FSOPEN_CLOEXEC);
	int no = errno;

	(void)ct;
	if (fd < 0 && no == EPERM) {    /* not for us to open: is it listed? */
		char list[8192], word[40];

		text_f(word, sizeof word, "\t%s\n", p->name);
		return kfs_has_proc(ct) && io_get(ct->proc_fd, "filesystems",
		       list, sizeof list) > 0 && text_find(list, word);
	}
	fd_close(&fd);
	return no != ENODEV || fd >= 0;
}

static int
probe_seccomp(struct ct *ct, const struct probe *p)
{
	uint32_t action = SECCOMP_RET_ERRNO;

	(void)ct;
	(void)p;
	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

static int
probe_cgroup(struct ct *ct, const struct probe *p)
{
	(void)p;
	return ct->cg_base_fd >= 0 || cg_base(ct, true) == 0;
}

static int
probe_kill(struct ct *ct, const struct probe *p)
{
	(void)p;
	return ct->cg_base_fd >= 0 &&
	       io_access(ct->cg_base_fd, "cgroup.kill", F_OK) == 0;
}

/* In a network namespace of its own: a link of that kind without anything that
 * it needs, or (arg) a table that goes with its owner. */
static int
probe_link(struct ct *ct, const struct probe *p)
{
	struct nlattr *info;
	struct nlmsghdr *h;
	struct nl nl;
	pid_t pid = sys_fork();

	if (pid)
		return sys_wait(pid) == 0;
	if (unshare(CLONE_NEWNET | (ct->euid ? CLONE_NEWUSER : 0)) < 0)
		_exit(1);
	ct->ops = NULL;
	if (p->arg)
		_exit(nft_load(ct) < 0);
	if (nl_open(ct, &nl, NETLINK_ROUTE, NL_SIZE) < 0)
		_exit(1);
	h = nic_message(&nl, NLM_F_CREATE | NLM_F_EXCL, 0, false, "");
	info = mnl_attr_nest_start(h, IFLA_LINKINFO);
	mnl_attr_put_str(h, IFLA_INFO_KIND, p->name);
	mnl_attr_nest_end(h, info);
	nl_end(&nl, h);
	_exit(nl_send(ct, &nl, NULL) < 0 && ct->err.no == EOPNOTSUPP);
}

static int
probe_proc(struct ct *ct, const struct probe *p)
{
	(void)p;
	return kfs_has_proc(ct);
}

static const struct probe probes[] = {
	{ "procfs" "\0" "CONFIG_PROC_FS" "\0"
	  "user namespaces, sealing", probe_proc, 0, true },
	{ "user namespace" "\0" "CONFIG_USER_NS" "\0"
	  "-U, use without root, mounts locked on an initramfs",
	  probe_ns, CLONE_NEWUSER, false },
	{ "mount namespace" "\0" "CONFIG_NAMESPACES" "\0"
	  "everything", probe_ns, CLONE_NEWNS, true },
	{ "pid namespace" "\0" "CONFIG_PID_NS" "\0"
	  "own processes (--try pidns)", probe_ns, CLONE_NEWPID, true },
	{ "network namespace" "\0" "CONFIG_NET_NS" "\0"
	  "own network (--net host)", probe_ns, CLONE_NEWNET, true },
	{ "ipc namespace" "\0" "CONFIG_IPC_NS" "\0"
	  "own SysV IPC (--try ipcns)", probe_ns, CLONE_NEWIPC, true },
	{ "uts namespace" "\0" "CONFIG_UTS_NS" "\0"
	  "own host name (--try utsns)", probe_ns, CLONE_NEWUTS, true },
	{ "cgroup namespace" "\0" "CONFIG_CGROUPS" "\0"
	  "cgroup paths hidden (--try cgroupns)", probe_ns, 0x02000000, true },
	{ "time namespace" "\0" "CONFIG_TIME_NS" "\0"
	  "--time-offset", probe_ns, 0x80, false },
	{ "openat2" "\0" "Linux 5.6" "\0"
	  "everything", probe_call, NR_openat2, true },
	{ "mount API" "\0" "Linux 5.2" "\0"
	  "everything", probe_call, NR_fsopen, true },
	{ "mount_setattr" "\0" "Linux 5.12" "\0"
	  "nothing: slower", probe_call, NR_mount_setattr, false },
	{ "clone3" "\0" "Linux 5.7" "\0"
	  "11 ms at each start", probe_call, NR_clone3, false },
	{ "pidfd" "\0" "Linux 5.3" "\0"
	  "everything", probe_call, NR_pidfd_open, true },
	{ "signalfd" "\0" "CONFIG_SIGNALFD" "\0"
	  "everything", probe_call, SYS_signalfd4, true },
	{ "seccomp" "\0" "CONFIG_SECCOMP_FILTER" "\0"
	  "the filter (--seccomp none)", probe_seccomp, 0, true },
	{ "keyring" "\0" "CONFIG_KEYS" "\0"
	  "nothing: there are no keys to hide", probe_call, SYS_keyctl, false },
	{ "tmpfs" "\0" "CONFIG_TMPFS" "\0"
	  "/dev, masks, --tmpfs", probe_fs, 0, true },
	{ "devpts" "\0" "CONFIG_UNIX98_PTYS" "\0"
	  "terminals (--try pts)", probe_fs, 0, true },
	{ "veth" "\0" "CONFIG_VETH" "\0"
	  "--net veth", probe_link, 0, false },
	{ "macvlan" "\0" "CONFIG_MACVLAN" "\0"
	  "--net macvlan", probe_link, 0, false },
	{ "ipvlan" "\0" "CONFIG_IPVLAN" "\0"
	  "--net ipvlan", probe_link, 0, false },
	{ "vlan" "\0" "CONFIG_VLAN_8021Q" "\0"
	  "--net vlan", probe_link, 0, false },
	{ "nf_tables" "\0" "CONFIG_NF_TABLES_INET, CONFIG_NF_NAT, Linux 5.12" "\0"
	  "nat, --publish", probe_link, 1, false },
	{ "cgroup2" "\0" "CONFIG_CGROUPS" "\0"
	  "limits, ct ls", probe_cgroup, 0, false },
	{ "cgroup.kill" "\0" "Linux 5.14" "\0"
	  "nothing: slower", probe_kill, 0, false },
};

static void
check_line(struct out *o, const char *is, const char *name,
           const char *config, const char *without)
{
	if (!strcmp(is, "ok"))
		out_f(o, "%-7s %s\n", is, name);
	else
		out_f(o, "%-7s %-18s %s; without it: %s\n", is, name, config,
		      without);
}

static int
verb_check(struct ct *ct, char **argv)
{
	struct out o;
	char have[512], line[520], word[40];
	int bad_ones = 0, dir;

	out_open(&o);
	if (*argv)
		return fail_msg(ct, "takes no arguments"), 125;
	for (size_t i = 0; i < LEN(probes); i++) {
		const struct probe *p = &probes[i];
		bool ok = p->go(ct, p);

		check_line(&o, ok ? "ok" : p->must ? "MISSING" : "no", p->name,
		           text_nth(p->name, 1), text_nth(p->name, 2));
		bad_ones += !ok && p->must;
	}
	dir = ct->cg_top_fd >= 0 ? ct->cg_top_fd : ct->cg_base_fd;
	have[io_get(dir, "cgroup.controllers", have, sizeof have) < 0 ? 0 :
	     text_until(have, "\n")] = '\0';
	for (size_t i = 0; i < LEN(cg_controllers); i++) {
		text_f(word, sizeof word, " %s ", cg_controllers[i].name);
		text_f(line, sizeof line, " %s ", have);
		check_line(&o, text_find(line, word) ? "ok" : "no",
		           cg_controllers[i].name, cg_controllers[i].config,
		           "its limits");
	}
	cg_remove(ct);
	ct->failed = false;
	ct->step = "stdout";
	if (out_flush(&o) < 0)
		return fail_sys(ct, "write"), 125;
	return bad_ones ? 1 : 0;
}

static int
verb_version(struct ct *ct, char **argv)
{
	struct out o;

	out_open(&o);
	(void)argv;
	out_f(&o, "ct %s\n", CT_VERSION);
	return out_flush(&o) < 0 ? fail_sys(ct, "write"), 125 : 0;
}

static const struct verb verbs[] = {
	{ "run" "\0" "[option ...] [--] [COMMAND [ARG ...]]" "\0"
	  "make a container, run COMMAND in it, remove it", verb_run, V_RUN, 1 },
	{ "create" "\0" "NAME [limit ...]" "\0"
	  "make a group without processes, with limits for all in it",
	  verb_create, V_CREATE, 0 },
	{ "start" "\0" "NAME ..." "\0"
	  "let go of held ones", verb_start, 0, 0 },
	{ "exec" "\0" "[option ...] NAME COMMAND [ARG ...]" "\0"
	  "run a command in a running one", verb_exec, V_EXEC, 1 },
	{ "enter" "\0" "NAME PID ..." "\0"
	  "move processes into its group", verb_enter, 0, 0 },
	{ "ls" "\0" "[-rj]" "\0"
	  "list containers", verb_ls, V_LS, 0 },
	{ "ps" "\0" "[-rtj] NAME ..." "\0"
	  "list its processes", verb_ps, V_PS, 0 },
	{ "inspect" "\0" "NAME ..." "\0"
	  "all about it, as JSON", verb_inspect, 0, 0 },
	{ "stats" "\0" "[-fj] [NAME ...]" "\0"
	  "what it uses", verb_stats, V_STATS, 0 },
	{ "get" "\0" "NAME KEY ..." "\0"
	  "read limits", verb_get, 0, 0 },
	{ "set" "\0" "NAME KEY=VALUE ..." "\0"
	  "change limits while it runs", verb_set, 0, 0 },
	{ "pause" "\0" "NAME ..." "\0"
	  "freeze it", verb_pause, 0, 0 },
	{ "resume" "\0" "NAME ..." "\0"
	  "let it go on", verb_resume, 0, 0 },
	{ "kill" "\0" "[-s SIG] [-a] NAME ..." "\0"
	  "send a signal (default: KILL)", verb_kill, V_KILL, 0 },
	{ "stop" "\0" "[-t SEC] NAME ..." "\0"
	  "ask it to end, then KILL", verb_stop, V_STOP, 0 },
	{ "wait" "\0" "[-s STATE] [-t SEC] NAME ..." "\0"
	  "until it ended; print and return its status", verb_wait, V_WAIT, 0 },
	{ "events" "\0" "[option ...] NAME ..." "\0"
	  "a line of JSON for each event", verb_events, V_EVENTS, 0 },
	{ "rm" "\0" "[-f] NAME ..." "\0"
	  "remove it and all below", verb_rm, V_RM, 0 },
	{ "rename" "\0" "OLD NEW" "\0"
	  "one without processes", verb_rename, 0, 0 },
	{ "net" "\0" "add NAME NIC | del NAME INTERFACE | ls [-j] NAME" "\0"
	  "its network interfaces", verb_net, V_NET, 0 },
	{ "detect" "\0" "[PID]" "\0"
	  "the container that a process is in", verb_detect, 0, 0 },
	{ "init" "\0" "" "\0"
	  "prepare the machine: cgroup2, controllers", verb_init, 0, 0 },
	{ "check" "\0" "" "\0"
	  "what this kernel offers and what is lost without it", verb_check, 0, 0 },
	{ "help" "\0" "[VERB]" "\0"
	  "this list, or a verb's options", verb_help, 0, 0 },
	{ "version" "\0" "" "\0"
	  "the version", verb_version, 0, 0 },
};

static const struct verb *
verb_find(const char *name)
{
	for (size_t i = 0; i < LEN(verbs); i++)
		if (!strcmp(name, verbs[i].name))
			return &verbs[i];
	return NULL;
}

static void
help_options(struct out *o, unsigned verb)
{
	for (int g = 0; g < G_MAX; g++) {
		bool any = false;

		for (size_t i = 0; i < LEN(options); i++) {
			const struct opt *p = &options[i];
			const char *meta = text_nth(p->name, 1);
			char left[64];

			if (p->group != g || !opt_is_for(p, verb))
				continue;
			if (!any)
				out_f(o, "\n%s:\n", group_names[g]);
			any = true;
			text_f(left, sizeof left, "%c%c%c --%s%s%s",
			         p->letter ? '-' : ' ',
			         p->letter ? p->letter : ' ',
			         p->letter ? ',' : ' ', p->name,
			         *meta && *meta != '[' ? " " : "", meta);
			out_f(o, "  %-38s %s\n", left, text_nth(meta, 1));
		}
	}
}

static int
verb_help(struct ct *ct, char **argv)
{
	struct out o;
	const struct verb *v = *argv ? verb_find(*argv) : NULL;
	const char *args;

	out_open(&o);
	if (*argv && !v)
		return fail_msg(ct, "%s: no such verb", *argv), 125;
	if (v) {
		args = text_nth(v->name, 1);
		out_f(&o, "ct %s%s%s\n  %s\n", v->name, *args ? " " : "", args,
		      text_nth(args, 1));
		if (v->bit)
			help_options(&o, v->bit);
	} else {
		out_f(&o, "usage: ct VERB [option ...] [argument ...]\n\n");
		for (size_t i = 0; i < LEN(verbs); i++)
			out_f(&o, "  %-9s %s\n", verbs[i].name,
			      text_nth(verbs[i].name, 2));
		out_f(&o, "\nct help VERB lists its options; see ct(1)\n");
	}
	ct->step = "stdout";
	return out_flush(&o) < 0 ? fail_sys(ct, "write"), 125 : 0;
}

/* === main ============================================================== */
#ifndef CT_LIB

/* Nothing in ct calls these. libmnl's objects have functions beside those in
 * use which do, and would bring 10 KiB of musl's along. */
void *malloc(size_t size) { (void)size; return NULL; }
void free(void *p) { (void)p; }

/* Replaces this process by one whose file nobody can write: a container can
 * reach the file of whatever starts its command through /proc/PID/exe
 * (CVE-2019-5736), and being in use protects it only until ct dies. A detached
 * read-only clone of the mount costs 0.1 ms; a sealed memfd where that is not
 * to be had. Returns 0 if sealed already or not needed, else an errno. */
static int
seal_memfd(int exe, char **argv, char **envp)
{
	char buf[16384];
	int fd = (int)syscall(SYS_memfd_create, "ct", 1 | 2 | 0x10);
	sigset_t xfsz;
	ssize_t n;

	sigemptyset(&xfsz);             /* RLIMIT_FSIZE: EFBIG is told better */
	sigaddset(&xfsz, SIGXFSZ);
	sigprocmask(SIG_BLOCK, &xfsz, NULL);
	/* MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC, the last from 6.3 on */
	if (fd < 0 && errno == EINVAL)
		fd = (int)syscall(SYS_memfd_create, "ct", 1 | 2);
	if (fd < 0)
		return errno;
	while ((n = read(exe, buf, sizeof buf)) > 0)
		if (io_write(fd, buf, (size_t)n) < 0)
			return errno;
	if (n == 0 && io_fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK |
	                       F_SEAL_GROW | F_SEAL_WRITE) == 0)
		syscall(SYS_execveat, fd, "", argv, envp, K_AT_EMPTY_PATH);
	return errno;
}

static int
seal(struct ct *ct, char **argv, char **envp)
{
	struct k_mount_attr ro = { .set = K_RDONLY };
	const char *name = (const char *)getauxval(AT_EXECFN);
	bool again = name && !strncmp(name, "/dev/fd/", 8);
	int exe = io_open("/proc/self/exe", O_RDONLY), tree, r;
	struct stat st;
	struct statfs vfs;

	if (exe < 0 && kfs_has_proc(ct))        /* a detached procfs, as root */
		exe = openat(ct->proc_fd, "self/exe", O_RDONLY | O_CLOEXEC);
	if (exe < 0 || fstatfs(exe, &vfs) < 0)
		return errno;
	if (vfs.f_flags & ST_RDONLY ||
	    (again && io_fcntl(exe, F_GET_SEALS, 0) >= F_SEAL_WRITE) ||
	    (ct->euid && fstat(exe, &st) == 0 && !st.st_uid &&
	     !(st.st_mode & 022))) {
		fd_close(&exe);
		return 0;
	}
	if (again) {                    /* once is enough: no loop */
		fd_close(&exe);
		return EROFS;
	}
	tree = sys_tree(exe, "", K_AT_EMPTY_PATH);
	if (tree >= 0 && syscall(NR_mount_setattr, tree, "", K_AT_EMPTY_PATH,
	                         &ro, sizeof ro) == 0)
		syscall(SYS_execveat, tree, "", argv, envp, K_AT_EMPTY_PATH);
	fd_close(&tree);
	r = seal_memfd(exe, argv, envp);
	fd_close(&exe);
	return r;
}

/* Descriptors 0 to 2 must be there, or the next one opened becomes one of
 * them and is given to the container. */
static void
main_std_fds(void)
{
	struct pollfd p[] = { { .fd = 0 }, { .fd = 1 }, { .fd = 2 } };
	int ends[2];

	if (poll(p, 3, 0) <= 0)
		return;
	for (int i = 0; i < 3; i++) {
		if (!(p[i].revents & POLLNVAL))
			continue;
		/* no /dev: the end of an empty pipe */
		if (openat(AT_FDCWD, "/dev/null", O_RDWR) < 0 &&
		    pipe(ends) == 0 && ends[1] > 2)
			close(ends[1]);
	}
	if (poll(p, 3, 0) > 0)
		for (int i = 0; i < 3; i++)
			if (p[i].revents & POLLNVAL)
				_exit(125);     /* and nowhere to say why */
}

int
main(int argc, char **argv, char **envp)
{
	struct ct ct;
	const struct verb *v;
	char **args, *last;
	int status;

	main_std_fds();
	ct_init(&ct);
	ct.caller_env = envp;
	if (getauxval(AT_SECURE)) {
		fail_msg(&ct, "refuses to run set-uid or with file capabilities");
		goto fail;
	}
	if (argc < 1) {         /* CVE-2021-4034: argv[0] may be missing */
		fail_msg(&ct, "no arguments");
		goto fail;
	}
	/* the kernel puts the one behind the other */
	ct.words = argv[0];
	last = argv[argc - 1];
	for (char **e = envp; *e; e++)
		last = *e;
	ct.words_len = (size_t)(last + strlen(last) - argv[0]);
	args = argv + 1;
	for (int n = 0; *args && **args == '@' && n < 16; n++)
		if (!(args = arg_file(&ct, args)))
			goto fail;
	if (!*args) {
		fail_msg(&ct, "no verb given, see `ct help`");
		goto fail;
	}
	v = verb_find(!strcmp(*args, "--help") ? "help" :
	              !strcmp(*args, "--version") ? "version" : *args);
	ct.step = *args;
	if (!v) {
		fail_msg(&ct, "no such verb, see `ct help`");
		goto fail;
	}
	if (args[1] && !strcmp(args[1], "--help")) {
		args[1] = args[0];
		v = verb_find("help");
	}
	if (v->sealed) {
		ct.not_sealed = seal(&ct, argv, envp);
		sys_prctl(PR_SET_NAME, (uintptr_t)"ct", 0);
	}
	status = v->go(&ct, args + 1);
	if (!ct.failed)
		return status;
fail:
	err_print(&ct.err, "");
	return ct.err.status;
}
#endif
