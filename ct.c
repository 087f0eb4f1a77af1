/* SPDX-License-Identifier: ISC
 *
 * ct - starts, limits and manages Linux containers from one static binary.
 *
 * No daemon and no files: the kernel is the only registry. A container is a
 * cgroup, its record is kept in that cgroup's extended attributes, and what
 * belongs to it dies with its namespaces.
 *
 * Data flows one way: arguments -> struct ct -> steps -> supervise -> undo.
 * Start reading at parent_steps[] and child_steps[]: the two tables are the
 * program's table of contents. `ct run --dry-run` prints them, --verbose times
 * them, and every error begins with the name of the step that failed.
 *
 * The invariant, checked by tests/tracer.c: once a ct process can be seen or traced from inside
 * (it is in the container's pid namespace, or in one that it has joined), it holds nothing of the
 * host's:
 *   - no file descriptor but 0 to 2, those that the caller asked to keep, and its ends of ct's
 *     two pipes; close-on-exec is too late: execve(2) resolves the command's path first;
 *   - no environment or argument of the caller, and no memory that reveals them;
 *   - no capability outside the container's bounding set, except those needed to switch to its
 *     user, and none of these while a path is resolved;
 *   - it has the container's seccomp filter, and is not dumpable until the command runs.
 * The step "let-go" is the line: steps that need any of this stand above it in child_steps[]. No
 * path inside the container is resolved through a magic link. A comparison that cannot be made is
 * an error, never "the same". What a process inside reports (its pid, its status, a record) is
 * verified outside: msg_check(), parent_second().
 */
#include "src/kernel.h"

/* === types ============================================================= */

struct ct;
struct ctr;

/* lib/libct.c defines these before it includes this file; in ct there are no library steps. */
#ifndef IN_LIB
#define IN_LIB(ct) false
#define LIB_STEP(go, name, purpose)
#endif

enum { NS_USER, NS_MNT, NS_PID, NS_NET, NS_IPC, NS_UTS, NS_CGROUP, NS_TIME,
       NS_MAX };

/* Features: a step may belong to some; --try names some. The low bits are the namespaces. */
enum {
	FEAT_USER = 1 << NS_USER, FEAT_MNT = 1 << NS_MNT, FEAT_PID = 1 << NS_PID,
	FEAT_NET = 1 << NS_NET, FEAT_IPC = 1 << NS_IPC, FEAT_UTS = 1 << NS_UTS,
	FEAT_CGNS = 1 << NS_CGROUP, FEAT_TIME = 1 << NS_TIME,
	FEAT_CGROUP = 1 << 8, FEAT_SEAL = 1 << 9, FEAT_KEYRING = 1 << 10,
	FEAT_PROC = 1 << 11, FEAT_SYS = 1 << 12, FEAT_DEV = 1 << 13, FEAT_MASK = 1 << 14,
	FEAT_SECCOMP = 1 << 15, FEAT_LABEL = 1 << 16, FEAT_RLIMIT = 1 << 17,
	FEAT_SCHED = 1 << 18, FEAT_OOM = 1 << 19, FEAT_SYSCTL = 1 << 20,
	FEAT_DEVICES = 1 << 21, FEAT_LOCK = 1 << 22, FEAT_INIT = 1 << 23,
	FEAT_JOIN = 1 << 24, FEAT_LIMITS = 1 << 25, FEAT_IDMAP = 1 << 26,
	FEAT_PTS = 1 << 27, FEAT_HOLD = 1 << 28, FEAT_NIC = 1 << 29, FEAT_NAT = 1 << 30,
};
#define FEAT_LAYER (1u << 31)   /* does not fit the enum's int */

/* A directory below its stand-in, and the mount id of that. */
struct shadow { struct shadow *next; uint64_t mnt; int fd; };

/* Kinds of repeatable options; parsed, they are kept in the order given. */
enum op_kind {
	OP_BIND, OP_TMPFS, OP_MOUNT, OP_MASK, OP_RO, OP_SYMLINK, OP_FILE,
	OP_DEVICE,      /* the last kind that makes something in the file system */
	OP_ENV, OP_ANNOTATE, OP_ON_START, OP_ON_READY, OP_ON_EXIT, OP_RLIMIT, OP_SYSCTL, OP_LIMIT,
	OP_KEEPFD, OP_NET, OP_NS, OP_OFFSET, OP_UIDMAP, OP_GIDMAP, OP_PUBLISH, OP_RULE
};

/* An address, or a network if len is below 32 (IPv6: 128); family 0: none. */
struct inet { unsigned char family, len, b[16]; };

/* What an interface gets: an address, a route, or (veth) an address for its host end. */
enum nic_item { NIC_IP, NIC_ROUTE, NIC_HOSTIP };
struct nic_addr {
	struct nic_addr *next;
	enum nic_item what;
	struct inet to, via;
	bool far;               /* via is in none of the interface's networks */
};

/* A sysctl of an interface. */
struct conf { struct conf *next; const char *dir, *name, *value; };

/* Netlink messages, back to back. */
struct dump { char *buf; size_t len, size; bool torn; };

/* A network interface of the container. */
struct nic {
	unsigned kind;          /* index in nic_kinds[] */
	unsigned keys;          /* those given: bits by index in nic_keys[] */
	const char *name;       /* inside */
	const char *dev, *bridge;       /* interfaces of the host */
	const char *host;       /* name of a veth's host end, else its name until it is moved */
	uint64_t id, mtu, mode, metric, txqueuelen, vlan;
	bool nat, hairpin;
	unsigned char mac[6];
	bool mac_given;
	struct nic_addr *addrs, **end;
	char name_buf[IF_NAMESIZE];
	unsigned out;           /* index of the host link that it sends through */
	unsigned host_end;      /* index of a veth's host end */
	bool host_named;        /* host= was given */
	unsigned host_mtu;      /* of a veth's host end in a bridge */
	unsigned char host_mac[6];
	/* of a moved interface, to bring it back as it was */
	unsigned inside, was;   /* its index inside, and before; 0: not moved; phy: + 1 */
	struct nic *lent;       /* list of the interfaces of a phy */
	const struct nlmsghdr *was_link;
	bool was_virtual;
	struct dump was_ports, was_addrs, was_routes;
	struct conf *was_conf;
};

/* A mount to be made: MOUNT_ATTR_ to set and to clear, M_ flags. */
struct mnt {
	const char *type, *src, *dst, *data;
	unsigned set, clr, flags;
	int src_fd;             /* the source of a bind mount, or -1 */
};
enum {
	M_RECURSIVE = 1, M_TRY = 2, M_IDMAP = 4,
	M_COPY = 8,             /* filled with what the root has there */
	M_SLAVE = 16, M_SHARED = 32,    /* propagation; private if neither is set */
};

struct op {
	struct op *next;
	enum op_kind kind;
	int fd;                 /* opened by the parent, or -1 */
	struct nic *nic;        /* OP_NET */
	union {
		struct mnt mnt; /* up to OP_FILE; src, data: also of a symlink, a file */
		struct {                /* OP_DEVICE, OP_RULE */
			const char *path, *src;         /* inside, on the host */
			int major, minor;               /* -1: any */
			unsigned access;
			mode_t mode;    /* without file type bits: any type */
			uid_t uid;      /* on the host */
			gid_t gid;
		} dev;
		struct { const char *key, *value, *was; unsigned ns; } set;
		                /* OP_LIMIT (value NULL: none), OP_SYSCTL, OP_OFFSET */
		struct { const char *name; int id; uint64_t soft, hard; } rlimit;
		struct { const char *type, *where; unsigned kind, form; } ns;
		struct { uint64_t inside, outside, count; } idmap;
		struct {
			const char *text;
			uint64_t host_port, host_last, port;
			unsigned proto;
			struct inet addr;
		} publish;
		const char *env;        /* K=V; or a hook's command */
		const char *net;        /* OP_NET without an interface */
		uint64_t keep_fd;
	};
};
enum { NS_PATH = 1, NS_NAME };  /* form of OP_NS; 0: a path if it has a slash */

/* A row of options[], src/options.c. */
struct opt {
	const char *name, *meta;        /* meta "": takes no value; "[=X]": optional */
	const char *help;
	int (*set)(struct ct *, char *value);   /* parses the value of ct->opt */
	unsigned short off;     /* offset of the field in struct ct that set() fills */
	unsigned char op;       /* op_kind for set_op(); LIM_ for set_limit(); R_ of a number */
	char letter;            /* 0: none */
	unsigned many : 1;      /* repeatable */
	unsigned keyed : 1;     /* has a key: another one with it replaces this one, op_key() */
	unsigned verbs : 30;    /* V_ bits of the verbs that have it */
};
enum {
	V_RUN = 1, V_EXEC = 2, V_CREATE = 4, V_LS = 8, V_PS = 16, V_STATS = 32,
	V_KILL = 64, V_STOP = 128, V_WAIT = 256, V_RM = 512, V_EVENTS = 1024,
	V_NET = 2048, V_SET = 4096, V_CHECK = 8192,
	V_GET = 1 << 26, V_INSPECT = 1 << 27,
	V_LOGS = 1 << 20, V_ATTACH = 1 << 21,
	V_BOTH = V_RUN | V_EXEC,
	S_LOG = 1 << 25,        /* a step: only if output is logged */
	S_TTY = 1 << 28,        /* a step: only if the container has a terminal */
	S_INSIDE = 1 << 30,     /* a step: taken once the child has let go */
	S_ONCE = 1 << 29,       /* a step: not repeated by --restart */
	S_IMAGES = 1 << 22,     /* a step: only in ct restore */
};

struct verb {
	const char *name, *args, *help;
	int (*go)(struct ct *, char **argv);
	unsigned bit;           /* V_ bit, selects its options; 0: it has none */
	bool sealed;
	bool one;               /* takes one NAME */
	int (*begin)(struct ct *, struct ctr *), (*end)(struct ct *, struct ctr *);
	                        /* of verb_each() */
};

/* A step does one thing, if it is to be done: go() returns 0, or -1 with the error recorded. undo()
 * takes back what go() made, also if that did nothing or failed half way, and keeps errno. */
struct step {
	const char *name, *purpose;
	unsigned feature;       /* taken if one of these is in ct->features; 0: always */
	unsigned when;          /* V_RUN, V_EXEC; S_INSIDE */
	int (*go)(struct ct *);
	void (*undo)(struct ct *);
};

struct err {
	int no;                 /* errno, or 0 */
	int status;             /* what ct exits with */
	char step[24];
	char text[300];
	char hint[120];         /* the likely cause, if hints[] does not have it */
};

/* From the child to the parent, on a pipe: at most PIPE_BUF, so atomic. A process that
 * may trace the child can write there too, so msg_check() checks each one. */
enum msg_kind { MSG_FAIL, MSG_WARN, MSG_STEP, MSG_NAMESPACES, MSG_INSIDE, MSG_HELD,
                MSG_PID, MSG_LISTENER, MSG_READY };
enum { GO_WITH, GO_WITHOUT };    /* parent to child, a byte: a part was done, or not (--try) */
enum { MSGS_MAX = 256 };        /* ct's own child never sends more */
struct msg {
	enum msg_kind kind;
	unsigned usec;          /* MSG_STEP */
	pid_t pid;              /* MSG_PID; MSG_LISTENER: a file descriptor */
	uint32_t ns[NS_MAX];    /* MSG_NAMESPACES: inode numbers */
	struct err err;
};

/* A user of the container. */
struct creds {
	uid_t uid;
	gid_t gid, groups[64];
	int ngroups;
	const char *home, *name;
};

/* The --cap options: bits by capability number; none, all: --cap-drop ALL, --cap-add ALL. */
struct caps { uint64_t add, drop, inherit, ambient; bool none, all; };

/* What --seccomp was given: none, default (usual), FILE. */
struct filter {
	bool none, usual, file;
	struct sock_filter *prog;       /* or NULL: for each FILE a row with its length in k,
	                                 * then its instructions */
	unsigned len;                   /* rows in total */
};

enum log_kind { LOG_NONE, LOG_FILE, LOG_KMSG, LOG_SYSLOG, LOG_RING };

enum { OUT_FDS = 4 };           /* file descriptors of output that ct copies */

/* A bump allocator: nothing is freed before struct ct is; untouched pages cost nothing. */
struct block { struct block *next; size_t used, size; };

enum { NOT_GIVEN = INT_MIN };
enum { FDS_LEAST = 16 };        /* file descriptors that a verb needs */
enum { AGAIN_NO, AGAIN_ON_FAILURE, AGAIN_ALWAYS, AGAIN_REBOOT };        /* --restart */

struct ct {
	/* --- used most, so placed first: on x86 a small offset takes one byte --- */
	struct op *ops, **ops_end;      /* repeatable options, in the order given */
	struct op *own_ops;             /* those of the command line itself that have a key */
	const char *step;               /* name of the current step */
	const char *name, *root;
	struct output *out;             /* state of what copies output, or NULL */
	struct block *mem;
	uid_t euid;                     /* of the caller */
	unsigned features;              /* FEAT_ bits of the plan */
	unsigned share, unshare;        /* FEAT_ of namespaces; plan_run(): those to create */
	unsigned optional;              /* FEAT_ bits of --try */
	pid_t pid, first_pid;           /* the child; the first clone, kept once it has ended */
	bool failed;                    /* err holds an error */
	bool exec;                      /* ct exec */
	bool in_child;

	/* --- file descriptors; -1 when nothing is owned --- */
	int proc_fd;                    /* a procfs, O_PATH */
	int cg_fd;                      /* this container's cgroup, locked */
	int cg_top_fd;                  /* the cgroup2 mount */
	int cg_base_fd;                 /* the cgroup below which containers are made */
	int tree_fd;                    /* the new root's mount; ct exec: the container's root */
	int self_fd;                    /* pidfd of the parent, for its netns; or the container's */
	int ready_fd, info_fd, notify_fd;
	int listener_fd;                /* seccomp listener, kept by the library */
	int aside_fd, was_fd;           /* the cgroups that ct moved itself to, and from */
	int inner_fd;                   /* `box` */
	int group_fd;                   /* ct exec: the container's cgroup */
	int status_fd;                  /* memfd for the exit status */
	int host_net_fd;                /* the caller's netns, for hooks */
	int net_fd;                     /* the container's netns, if an interface was moved */
	int host_rt_fd;                 /* NETLINK_ROUTE socket in the caller's netns */
	int nft_fd;                     /* owns the rules of nat and --publish */
	int pidfd, sig_fd;
	int log_fd;                     /* becomes 1 and 2 of the command */
	int ring_fd, wake_fd;           /* the log of `ct logs`, and an eventfd beside it */
	int tty_fd;                     /* the pty master of the container's terminal */
	int detach_fd;                  /* -d: pipe to the process that the caller waits for */
	int pid_fd, pid_dir_fd;         /* --pidfile, and the directory that it is in */
	int root_fd;                    /* the root directory, locked; or the dm-verity device */
	int at_fd;                      /* that directory, O_PATH: the new root is mounted on it */
	int layer_fd;                   /* --overlay: the directory of the layer, locked */
	int layer_at_fd, upper_fd;      /* the same in the child's mount namespace; a mount of it */
	int peer_root_fd, peer_mnt_fd;  /* of a process in the pid namespace to join */
	int proc_mnt_fd, sys_mnt_fd;    /* the container's /proc and /sys */
	int scratch_fd;                 /* ct's own tmpfs: stand-ins, masks, files */
	int lock_fd;                    /* locks the record of mounts or devices */
	int images_fd;                  /* ct restore: the directory, until that is done */
	int exe_fd;                     /* of the library: see lib_seal() */
	struct err err;                 /* after the last of them: see fd_disown() */

	/* --- what the caller asked for --- */
	const char *workdir, *hostname, *domainname, *pidfile, *user, *label, *sched, *profile;
	const char *image;              /* image file of the root, or NULL: a directory */
	uint64_t image_at;              /* its offset in the file, in bytes */
	unsigned image_part;            /* its partition number, or 0 */
	bool image_rw;                  /* the container may write to it */
	const char *verity;             /* root hash of its dm-verity tree, or NULL */
	uint64_t verity_at;             /* offset of that tree, or 0: right after the image */
	const char *overlay;            /* NULL: none; "": in memory; else its directory */
	bool read_only, keep_env, privileged, allow_new_privs, init, hold, detach, delegate,
	     dry_run, verbose, help, tty, no_tty;
	bool replace, idmap_root, root_slave;
	bool unused;                    /* set by docker options that ct ignores */
	enum log_kind log_kind;
	uint64_t log_size;              /* LOG_RING: bytes */
	const char *log_path;           /* LOG_FILE */
	unsigned log_fds;               /* bits 1 and 2: which of stdout and stderr is logged */
	int lines;                      /* ct logs: last lines to show; or -1 */
	const char *detach_keys;        /* ct attach */
	int timeout;                    /* seconds; 0: none */
	int stop_timeout, stop_signal;  /* seconds, or -1 for STOP_TIMEOUT */
	int death_signal;               /* sent to the command when ct is killed */
	int nice, oom;                  /* oom_score_adj; or NOT_GIVEN */
	char oom_was[16];               /* ct's own score before it lowered that, or "" */
	int sched_policy, sched_prio;   /* only if sched is given */
	int umask;
	unsigned char restart;          /* AGAIN_ */
	int restart_most;               /* --restart: failures in a row allowed; 0: any number */
	struct caps caps;
	bool linux32, keep_keyring;
	const char *dns;                /* lines for resolv.conf, or NULL */
	struct filter filter;
	unsigned short *calls;          /* --syscall, or NULL: by number, see sc_change() */
	const char *no_calls;           /* its names of unknown system calls, or NULL */
	char **argv, **env;             /* COMMAND and its environment */
	bool recursive, json, quiet;    /* ls, ps, stats, net, check */
	bool follow, force, threads, all;       /* stats; rm and set; ps; kill */
	bool oci, reset;                /* inspect; set */
	int kill_signal, wait_sec;      /* kill; stop and wait */
	int want;                       /* the state that wait, pause, resume wait for */
	struct ctrs *ctrs;              /* verbs that take several names */
	int fds_most;                   /* the same: most file descriptors they may have open */
	const char *state, *pressure, *above;   /* wait; events */

	/* --- how it was given --- */
	const struct verb *row;         /* of verbs[] */
	unsigned verb;                  /* V_ bit of the verb whose options are parsed */
	const struct opt *opt;          /* the option whose value is parsed */
	const char *given;              /* that value */
	char *unknown;                  /* a verb or option that does not exist */
	uint64_t seen[3];               /* options given: bits by row of options[] */
	uint64_t own[3];                /* the same, on the command line itself */
	char **args;                    /* all arguments, with @FILE and --profile inserted */
	int nargs, command_at;          /* of args; index of COMMAND in it */
	bool from_record;               /* args are a record's: checked when it was made */
	bool tty_asked;                 /* by -t */
	bool taken;                     /* a container had its name */
	bool named;                     /* its name is known outside: given, -d or --hold */
	bool workdir_given;             /* else it is the caller's */
	bool workdir_hidden;            /* that path is another directory in the container */
	char **caller_env;
	char *words;                    /* the caller's arguments and environment, in the */
	size_t words_len;               /* memory that /proc/PID/cmdline and environ show */
	int listen_fds;                 /* LISTEN_FDS: file descriptors from 3 on */
	int not_sealed;                 /* errno: why ct's file could not be sealed, or 0 */
	struct ctr *target;             /* ct exec: the container */
	const char *asked;              /* the container that a verb has found, and its pid then */
	pid_t asked_pid;
	const char *images;             /* ct restore: name of the directory, or NULL */
	char **images_opts, **images_ext;       /* see criu_file */
	unsigned later;                 /* features that criu restores; for --restart */

	/* --- under way --- */
	bool lib;                       /* in the library */
	unsigned long done;             /* bits of parent_steps[] */
	bool inside;                    /* the child has let go of the host */
	bool second;                    /* the child makes the command's process, and ends */
	bool filtered;                  /* the seccomp filter is loaded */
	bool notify;                    /* it has a listener, for notify_fd */
	bool listened;                  /* the listener was handed over */
	bool no_groups, keeps_groups;   /* supplementary groups are dropped; cannot be */
	bool core_stays;                /* RLIMIT_CORE was not given: it stays the default */
	bool ready;                     /* the command has been executed */
	unsigned msgs;                  /* messages from the child so far */
	uint32_t ns[NS_MAX];            /* inodes of its namespaces, for --info-fd; 0: none */
	int status_out;                 /* ct wait */
	struct again *again;            /* what --restart starts from, or NULL */
	unsigned part;                  /* steps to take: S_ONCE, or S_INSIDE: the others; 0: all */
	bool final;                     /* the caller ended it: no restart */
	int passed;                     /* the last signal that ct passed on, or 0 */
	int by_signal;                  /* the signal that ended the command, or 0 */
	bool interrupted;               /* ^C was typed; not set by SIGINT from kill(2) */
	uint64_t end_at;                /* µs; when --timeout ends it, over all runs */
	uint64_t began;                 /* µs; this run */
	uint64_t oom_before;            /* OOM kills before it */
	unsigned restarts;              /* number of restarts */

	/* --- what was made; -1 or 0 when nothing is owned --- */
	bool cg_base_made;
	const char *cg_path;            /* of the base, as in /proc/PID/cgroup; or "" */
	bool boxed;                     /* its cgroup namespace root is `box`, in its cgroup */
	unsigned join;                  /* ct exec: CLONE_NEW of the namespaces to join */
	int msg_fd[2];                  /* child to parent: struct msg */
	int go_fd[2];                   /* parent to child: a byte for each thing done */
	uint64_t give_up;               /* µs; when --timeout ends the start, or 0 */
	struct attach *attach;          /* ct attach */
	bool root_waits;                /* see io_waits() */
	uint64_t pid_ns;                /* inode of the command's; 0: the child made that */
	struct shadow *shadows;         /* directories that have a stand-in, until all is mounted */
	int scratch_count;
	int masks[2];                   /* numbers of scratch_fd's empty file and directory */
	int mounts_on_root;             /* mounts that ct made on the caller's / itself */
	struct creds creds;             /* the user that the command runs as */
	char id_buf[80];                /* a generated name */
	char keyring[24];               /* its name, unguessable */
	char listen_pid[24];            /* LISTEN_PID=, known after the last fork */

	/* --- for the library --- */
	int (*fn)(void *);              /* runs in place of a command, or NULL */
	void *fn_arg;
	const char *path;               /* of the command, if it is not argv[0] */
	const char *submount;           /* where --delegate mounts its cgroups, or NULL */
	bool no_root;                   /* the container keeps the caller's root */
	int fds[3];                     /* become 0 to 2; -1: the caller's stays */
	bool console;                   /* they become its controlling terminal */
	bool pdeathsig;                 /* dies with the thread that spawned it */
	unsigned stay_out;              /* CLONE_NEW of the namespaces not to join */
	bool as_caller;                 /* enters with the caller's user and capabilities */
	bool on_exec;                   /* a callback's label may take effect on its execve */
};

struct mask { const char *path; bool dir; };
struct image_fs { const char *name, *options, *writable; char magic[6]; unsigned short at, size_at,
                  size_bytes, shift_at, shift; };
struct own_dir { const char *path; mode_t mode; };
struct dev_node { const char *name; unsigned major, minor; };
struct dev_link { const char *name, *target; };
struct limit { const char *file, *value; };
struct controller { const char *name, *config; };
struct denied_call { short nr, cap; };
struct denied_arg { short nr; unsigned char arg; uint32_t mask, value; unsigned char cap, limit; };
struct ns_sysctl { const char *prefix; int ns; };
/* A protocol, below 512, only for those who have this capability. */
#define NEEDS(cap, protocol) ((cap) << 9 | (protocol))
struct socket_kind { int family; short protocols[12]; };
struct rlimit_default { const char *name; uint64_t value; };
struct profile { const char *name; const char *args[15]; };

#include "config.h"

/* For rows of tables: a function that is left out is NULL, and so not in the binary. */
#define WITH(have, f) ((have) ? (f) : NULL)
#define HAS_OUT(ct) ((HAVE_TERMINAL || HAVE_LOG) && (ct)->out)
#define HAVE_A_LIMIT (HAVE_LIMITS || HAVE_GROUP)
/* Verbs that read what a container was given. */
#define HAVE_RECORD (HAVE_NET || HAVE_LIST || HAVE_SIGNAL || HAVE_EXEC || HAVE_LIVE || \
	HAVE_CHECKPOINT)
/* Text that only help and --dry-run show. */
#define HELP(text) WITH(HAVE_HELP, text)
#define STEP(word, text, needs, verbs, ...) { .name = word, .purpose = HELP(text), \
	.feature = needs, .when = verbs, .go = __VA_ARGS__ }
#define VERB(word, values, text, ...) \
	{ .name = word, .args = HELP(values), .help = HELP(text), .go = __VA_ARGS__ }
/* A verb that takes names of containers. */
#define EACH(have, bit, f) WITH(have, verb_each), bit, .begin = WITH(have, f)

static_assert(sizeof(struct msg) <= 512, "a message fits PIPE_BUF everywhere");
static_assert(STOP_TIMEOUT >= 0 && STOP_TIMEOUT <= 86400, "seconds");
static_assert(RESTART_FIRST > 0 && RESTART_FIRST <= RESTART_MOST, "milliseconds");
static_assert(SPARED_SCORE >= -1000 && SPARED_SCORE <= 1000, "oom_score_adj");
static_assert(LOG_SIZE >= 4096 && LOG_SIZE <= 1 << 26, "bytes");
static_assert(LOG_LINE >= 80 && LOG_LINE <= 4096, "bytes");
static_assert(HOOK_TIMEOUT > 0 && HOOK_TIMEOUT <= 86400, "seconds");
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
	[NS_CGROUP] = { "cgroup", CLONE_NEWCGROUP, "CONFIG_CGROUPS" },
	[NS_TIME] = { "time", CLONE_NEWTIME, "CONFIG_TIME_NS" },
};

static struct op *
op_find(struct op *op, enum op_kind kind)
{
	while (op && op->kind != kind)
		op = op->next;
	return op;
}

/* NOLINTNEXTLINE(bugprone-macro-parentheses): it declares o */
#define FOR_OPS(o, first, k) for (struct op *o = op_find(first, k); o; o = op_find(o->next, k))

/* The --ns option for this kind of namespace, or NULL. */
static struct op *
ns_op(const struct ct *ct, unsigned kind)
{
	struct op *op = HAVE_JOIN ? op_find(ct->ops, OP_NS) : NULL;

	while (op && op->ns.kind != kind)
		op = op_find(op->next, OP_NS);
	return op;
}

/* === source files, in reading order: each uses only those above it ====== */

#include "src/text.c"        /* words, numbers and names: formatting and parsing */
#include "src/io.c"          /* raw system calls, whole reads and writes, output */
#include "src/error.c"       /* the one error record, hints, messages from the child */
#include "src/process.c"     /* ct's helper processes, and waiting for them */
#include "src/memory.c"      /* the arena, and files read into it */
#include "src/kernelfs.c"    /* procfs and cgroup2, mounted or detached */
#include "src/copy.c"        /* copies a tree, even a hostile one */
#include "src/cgroup.c"      /* cgroups: where they are, walks, killing, removing */
#include "src/newgroup.c"    /* makes a container's cgroup, locks it, sets its limits */
#include "src/devices.c"     /* the device filter */
#include "src/record.c"      /* a container's record: extended attributes of its cgroup */
#include "src/identity.c"    /* passwd and group files, id maps */
#include "src/netlink.c"     /* netlink transactions, addresses */
#include "src/link.c"        /* network interfaces: made or moved in, and configured */
#include "src/lent.c"        /* interfaces of the host: back, as they were */
#include "src/nft.c"         /* nf_tables rules of nat and --publish */
#include "src/known.c"       /* stale conntrack entries and neighbour caches */
#include "src/attach.c"      /* mounts: telling them apart, their attributes, attaching them */
#include "src/root.c"        /* the new root: its mounts, /proc, /sys, stand-ins */
#include "src/image.c"       /* a root that is an image file, and dm-verity */
#include "src/overlay.c"     /* a writable layer over the root */
#include "src/dev.c"         /* /dev, private /tmp and /run, HOME */
#include "src/mount.c"       /* volumes in order, pivot_root, the lock */
#include "src/seccomp.c"     /* the seccomp filter */
#include "src/privilege.c"   /* capabilities, label, rlimits, scheduling, keyring, sysctls */
#include "src/child.c"       /* the child's steps before and after the line */
#include "src/output.c"      /* copies what a container writes */
#include "src/terminal.c"    /* the container's terminal, and the caller's */
#include "src/criu.c"        /* running criu(8), and reporting its errors */
#include "src/line.c"        /* the line: the child lets go of the host */

/* === the child ========================================================= */

static const struct step child_steps[] = {
	LIB_STEP(lib_fds, "fds", "close what is not the container's")
	LIB_STEP(lib_seal, "seal", "keep the caller's file from it")
	STEP("pdeathsig", "die with ct", 0, V_BOTH, child_pdeathsig),
	STEP("log", "let it write to the log", 0, V_BOTH | S_LOG, WITH(HAVE_LOG, log_child)),
	STEP("source", "open the root and bind sources", FEAT_MNT, V_RUN, fs_sources),
	STEP("join", "enter the namespaces of --ns", FEAT_JOIN, V_RUN, WITH(HAVE_JOIN, child_join)),
	STEP("cgroupns", "see its own cgroup as the root", FEAT_CGNS, V_RUN, child_cgroup_ns),
	STEP("idmap", "become root of the user namespace", FEAT_USER, V_RUN,
	  WITH(HAVE_USERNS, child_idmap)),
	STEP("time", "make a time namespace, set its offsets", FEAT_TIME, V_RUN,
	  WITH(HAVE_PROCESS, child_time)),
	STEP("session", "new session and session keyring", FEAT_KEYRING, V_RUN, pr_session),
	LIB_STEP(lib_console, "console", "take the controlling terminal")
	STEP("groups", "drop supplementary groups", 0, V_BOTH, child_groups),
	STEP("oom", "set the OOM score", FEAT_OOM, V_BOTH, WITH(HAVE_PROCESS, pr_oom)),
	STEP("label", "set the AppArmor or SELinux label", FEAT_LABEL, V_BOTH, pr_label),
	STEP("private", "let no mount event in or out", FEAT_MNT, V_RUN, fs_private),
	STEP("root", "clone the mounts of the root", FEAT_MNT, V_RUN, fs_root),
	STEP("overlay", "lay a writable layer over it", FEAT_LAYER, V_RUN,
	  WITH(HAVE_OVERLAY, ovl_root)),
	STEP("proc", "mount /proc, machine settings read-only", FEAT_PROC, V_RUN, fs_proc),
	STEP("dev", "fill /dev", FEAT_DEV, V_RUN, fs_dev),
	STEP("pts", "mount /dev/pts", FEAT_PTS, V_RUN, fs_pts),
	STEP("tmp", "mount private /tmp, /run and HOME", FEAT_MNT, V_RUN, fs_tmp),
	STEP("uts", "set host and domain name", FEAT_UTS, V_RUN, child_uts),
	STEP("net", "join its network namespace", FEAT_NET, V_RUN, child_net),
	STEP("sys", "mount /sys read-only", FEAT_SYS, V_RUN, fs_sys),
	/* before "mount": a stand-in for / or /sys shows copies of the mounts there */
	STEP("mask", "hide parts of /proc and /sys", FEAT_MASK, V_RUN, fs_masks),
	STEP("mount", "make the requested mounts, in order", FEAT_MNT, V_RUN, fs_volumes),
	STEP("scratch", "make ct's own tmpfs read-only", FEAT_MNT, V_RUN, fs_scratch_ro),
	STEP("nic", "set up interfaces, addresses, routes", FEAT_NIC, V_RUN,
	  WITH(HAVE_NET, child_nic)),
	STEP("sysctl", "set sysctls", FEAT_SYSCTL, V_RUN, WITH(HAVE_PROCESS, pr_sysctl)),
	STEP("user", "look the user up in the root's files", 0, V_BOTH, child_user),
	STEP("env", "make the environment", 0, V_BOTH, child_env),
	STEP("null", "replace the host's /dev/null", 0, V_EXEC, WITH(HAVE_EXEC, fs_null_exec)),
	STEP("criu", "have criu(8) restore the processes", 0, V_RUN | S_IMAGES,
	  WITH(HAVE_CHECKPOINT, criu_restore)),
	STEP("pivot", "pivot_root, or move it onto / on an initramfs", FEAT_MNT, V_RUN, fs_pivot),
	STEP("lock", "lock every mount", FEAT_LOCK, V_RUN, fs_lock),
	STEP("rlimit", "set resource limits", FEAT_RLIMIT, V_BOTH, pr_rlimits),
	STEP("sched", "set scheduling policy and priority", FEAT_SCHED, V_BOTH,
	  WITH(HAVE_PROCESS, pr_sched)),
	STEP("info", "report namespaces for --info-fd", 0, V_RUN, child_info),

	/* The line: steps that need anything of the host's stand above it. */
	STEP("let-go", "drop all that belongs to the host", 0, V_BOTH, child_let_go),

	STEP("session", "new session, the container's keyring", FEAT_KEYRING, V_EXEC, pr_session),
	STEP("groups", "drop groups, if not possible before", 0, V_EXEC, child_groups),
	STEP("nnp", "set no_new_privs and personality", 0, V_BOTH, pr_no_new_privs),
	STEP("seccomp", "load the filter, if privileges may grow", FEAT_SECCOMP, V_BOTH,
	  pr_seccomp_early),
	STEP("caps", "set user and capabilities", 0, V_BOTH, pr_user),
	STEP("tty", "make the terminal", 0, V_BOTH | S_TTY, WITH(HAVE_TERMINAL, tty_make)),
	STEP("workdir", "enter the working directory", 0, V_BOTH, child_workdir),
	STEP("umask", "set the umask", 0, V_BOTH, child_umask),
	STEP("seccomp", "load the filter, if others may trace it from now on", FEAT_SECCOMP,
	  V_BOTH, pr_seccomp_seen),
	STEP("fork", "fork the process visible inside", 0, V_BOTH, child_fork_inner),
	STEP("pdeathsig", "die with ct, now as the new user", 0, V_BOTH, child_pdeathsig_again),
	STEP("go", "report being inside, wait for the parent", 0, V_BOTH, child_go),
	STEP("hold", "wait for `ct start`", FEAT_HOLD, V_RUN, child_hold),
	STEP("pdeathsig", "get --pdeathsig when ct dies", 0, V_BOTH, child_death_signal),
	STEP("init", "leave a reaper as pid 1", FEAT_INIT, V_RUN, WITH(HAVE_INIT, child_init)),
	STEP("tty", "make it the controlling tty", 0, V_BOTH | S_TTY,
	  WITH(HAVE_TERMINAL, tty_control)),
	STEP("seccomp", "load the filter of --seccomp FILE", FEAT_SECCOMP, V_BOTH, pr_seccomp_late),
	LIB_STEP(lib_call, "call", "run the callback")
	STEP("exec", "execute the command", 0, V_BOTH, child_exec),
};

/* Is this step to be taken? The parent takes S_INSIDE steps once the child is inside. */
static bool
step_applies(const struct ct *ct, const struct step *s, bool inside)
{
	unsigned verb = ct->exec ? V_EXEC : V_RUN;
	bool of_inside = s->when & S_INSIDE, once = s->when & S_ONCE;

	if (!(s->when & verb) || of_inside != inside || (s->when & S_TTY && !ct->tty) ||
	    (s->when & S_LOG && !ct->log_kind) || (s->when & S_IMAGES && !ct->images) ||
	    (ct->part && once != (ct->part == S_ONCE)))
		return false;
	return !s->feature || s->feature & ct->features;
}

/* Runs a table. A step's failure that --try names is a warning, and its feature is left out. */
static int
step_run(struct ct *ct, const struct step *s, size_t n, unsigned long *done)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t start = ct->verbose ? now_usec() : 0;
		int r;

		if (!step_applies(ct, &s[i], ct->inside))
			continue;
		ct->step = s[i].name;
		*done |= 1UL << (i % (8 * sizeof *done));
		r = s[i].go ? s[i].go(ct) : fail_msg(ct, "%s", not_built);
		if (r < 0 && !(s[i].feature & ct->optional))
			return -1;
		if (r < 0) {
			step_forgive(ct);
			ct->features &= ~(s[i].feature & ct->optional);
		}
		if (ct->verbose)
			msg_send(ct, MSG_STEP, (unsigned)(now_usec() - start));
	}
	return 0;
}

static void
child_main(struct ct *ct)
{
	unsigned long done = 0;

	ct->in_child = true;
	/* libcap-ng looks up the last capability at its first use: let that be outside */
	capng_clear(CAPNG_SELECT_ALL);
	fd_close(&ct->go_fd[1]);        /* or the child would never see it hang up */
	umask(0);                       /* ct sets exact modes, up to the step "umask" */
	step_run(ct, child_steps, LEN(child_steps), &done);
	msg_send(ct, MSG_FAIL, 0);
	_exit(ct->err.status ? ct->err.status : 125);
}

#include "src/enter.c"       /* ct exec: opens what it enters, from outside */
#include "src/parent.c"      /* the parent's steps */
#include "src/notify.c"      /* hands the seccomp listener to the process that answers */

/* === the parent ======================================================== */

static const struct step parent_steps[] = {
	STEP("log", "open the log", 0, V_BOTH | S_LOG | S_ONCE,
	  WITH(HAVE_LOG, log_open), WITH(HAVE_LOG, log_close)),
	STEP("cgroup", "make and lock the cgroup", FEAT_CGROUP, V_RUN | S_ONCE,
	  cg_create, cg_remove),
	/* once the name is taken, undone before it is free: the next one may use this file */
	STEP("pidfile", "open the pid file", 0, V_BOTH | S_ONCE,
	  parent_pidfile, parent_pidfile_undo),
	STEP("record", "record the arguments", FEAT_CGROUP, V_RUN | S_ONCE, record_args),
	STEP("limits", "set its limits", FEAT_LIMITS, V_RUN | S_ONCE, cg_limits),
	STEP("devices", "load the device filter", FEAT_DEVICES, V_RUN | S_ONCE,
	  WITH(HAVE_DEVICES, cg_devices)),
	STEP("join", "open the namespaces of --ns", FEAT_JOIN, V_RUN, WITH(HAVE_JOIN, parent_ns)),
	STEP("overlay", "open and lock the writable layer", FEAT_LAYER, V_RUN,
	  WITH(HAVE_OVERLAY, ovl_open), WITH(HAVE_OVERLAY, ovl_close)),
	STEP("root", "hold the root, to remove mount points later", FEAT_MNT, V_RUN,
	  parent_root, parent_root_undo),
	STEP("volumes", "clone volumes whose ids are mapped", FEAT_IDMAP, V_RUN,
	  WITH(HAVE_USERNS, parent_volumes)),
	STEP("netns", "let the child join a netns made in parallel", FEAT_NET, V_RUN,
	  parent_netfd, parent_netfd_undo),
	STEP("enter", "open its cgroup, namespaces and root", 0, V_EXEC,
	  WITH(HAVE_EXEC, enter_open)),
	STEP("tty", "look at the caller's terminal", 0, V_BOTH | S_TTY,
	  WITH(HAVE_TERMINAL, tty_open), WITH(HAVE_TERMINAL, tty_close)),
	STEP("pipe", "make pipes to and from the child", 0, V_BOTH,
	  parent_pipes, parent_pipes_undo),
	STEP("clone", "clone3 with the namespaces, into the cgroup", 0, V_BOTH,
	  parent_clone, parent_clone_undo),
	STEP("idmap", "write the id maps", FEAT_USER, V_RUN, WITH(HAVE_USERNS, parent_idmap)),
	STEP("net", "make the network namespace, lo up", FEAT_NET, V_RUN, parent_net),
	STEP("nic", "make or move interfaces", FEAT_NIC, V_RUN,
	  WITH(HAVE_NET, parent_nic), WITH(HAVE_NET, parent_nic_undo)),
	STEP("nat", "load rules for nat and --publish", FEAT_NAT, V_RUN,
	  WITH(HAVE_NAT, nft_load), WITH(HAVE_NAT, known_undo)),
	STEP("criu", "wait for criu(8), adopt what it restored", 0, V_RUN | S_IMAGES,
	  WITH(HAVE_CHECKPOINT, parent_criu)),

	/* Taken once the child has let go. */
	STEP("tty", "take the terminal's other end", 0, V_RUN | S_INSIDE | S_TTY,
	  WITH(HAVE_TERMINAL, tty_take)),
	STEP("record", "record who runs in it", 0, V_RUN | S_INSIDE, record_init),
	STEP("on-start", "run the caller's command, release the child", 0, V_RUN | S_INSIDE,
	  parent_on_start),
};

/* The only clean-up path: undoes the steps taken, last first. Keeps the error. */
static void
step_undo_rows(struct ct *ct, bool once)
{
	const struct err err = ct->err;
	const bool failed = ct->failed;

	for (size_t i = LEN(parent_steps); i-- > 0; ) {
		if (!(ct->done >> i & 1) || (!once && parent_steps[i].when & S_ONCE))
			continue;
		err_forget(ct);
		if (parent_steps[i].undo)
			parent_steps[i].undo(ct);
		ct->done &= ~(1UL << i);
	}
	ct->err = err;
	ct->failed = failed;
}

static void
step_undo(struct ct *ct)
{
	int saved = errno;

	step_undo_rows(ct, true);
	fd_close(&ct->proc_fd);
	errno = saved;
}

#include "src/supervisor.c"  /* waiting, signals, messages from the child */
#include "src/again.c"       /* --restart */
#include "src/settings.c"    /* parsers of option values */
#include "src/netopt.c"      /* --net and --publish */
#include "src/options.c"     /* the option table and its parser, @FILE, --profile */

/* === run ============================================================== */

static void
plan_init(struct ct *ct)
{
	memset(ct, 0, sizeof *ct);
	ct->ops_end = &ct->ops;
	ct->cg_path = "";
	ct->euid = geteuid();
	ct->umask = 022;
	ct->stop_signal = SIGTERM;
	ct->death_signal = SIGKILL;
	ct->stop_timeout = ct->wait_sec = ct->lines = -1;
	ct->kill_signal = SIGKILL;
	ct->nice = ct->oom = NOT_GIVEN;
	fd_disown(ct);
	for (int i = 0; i < 2; i++)
		ct->msg_fd[i] = ct->go_fd[i] = -1;
}

/* Names the interfaces, and checks --net and --publish against each other. */
static int
plan_net(struct ct *ct)
{
	int nics = nic_names(ct->ops), all = 0;
	bool none = false;

	ct->step = "--net";
	for (struct op *n = ct->ops; n; n = n->next) {
		all += n->kind == OP_NET || (n->kind == OP_NS && n->ns.form);
		none |= n->kind == OP_NET && !n->nic && strcmp(n->net, "host");
		for (struct op *o = ct->ops; n->nic && o != n; o = o->next)
			if (o->nic && !strcmp(o->nic->name, n->nic->name))
				return opt_bad(ct, n->nic->name, "used by two interfaces");
	}
	if (all > 1 && all != nics)
		return fail_msg(ct, "none, host, ns: and container: exclude other --net options");
	if ((nics || none) && (!(ct->unshare & FEAT_NET) || (nics && ct->features & FEAT_JOIN)))
		return fail_msg(ct, "%s a new network namespace (conflicts with --share net, "
		                "--ns)", none ? "none needs" : "interfaces need");
	ct->step = "--publish";
	FOR_OPS(p, ct->ops, OP_PUBLISH) {
		if (!nic_first(ct, p->publish.addr.family, NULL))
			return opt_bad(ct, p->publish.text + sizeof "publish",
			               "needs a veth with an address of that family");
		for (struct op *o = ct->ops; o != p; o = o->next)
			if (o->kind == OP_PUBLISH && nft_twice(o, p))
				return opt_bad(ct, p->publish.text + sizeof "publish",
				               "given twice");
	}
	return 0;
}

/* Mount events can always be let in, but out only of a namespace of the caller's user namespace. */
static int
plan_propagation(struct ct *ct)
{
	unsigned flags = ct->root_slave ? M_SLAVE : 0;

	FOR_OPS(op, ct->ops, OP_BIND)
		flags |= op->mnt.flags;
	if (flags & M_SHARED && (!ct->privileged || ct->features & FEAT_USER))
		return fail_msg(ct, "rshared needs --privileged, without a user namespace");
	if (flags & M_SLAVE && ns_op(ct, NS_USER))
		return fail_msg(ct, "rslave excludes --ns user");
	if (ct->root_slave && ct->idmap_root)
		return fail_msg(ct, "--root-slave excludes --idmap-root");
	return 0;
}

/* Checks --syscall, and that notified calls have a listener; exec can do without one. */
static int
plan_calls(struct ct *ct)
{
	bool notifies = false;

	for (size_t i = 0; ct->calls && i < SC_MAX; i++)
		notifies |= ct->calls[i] == SC_NOTIFY + 1;
	ct->step = "--syscall";
	ct->notify = notifies && (ct->notify_fd >= 0 || (IN_LIB(ct) && !ct->exec));
	if (notifies && !ct->notify && !ct->exec)
		return fail_msg(ct, "? needs --seccomp-notify");
	if (ct->notify_fd >= 0 && !notifies)
		return fail_msg(ct, "--seccomp-notify needs a ?NAME here");
	if (ct->no_calls) {
		fail_msg(ct, "%s: not a system call of this machine", ct->no_calls);
		if (!(ct->optional & FEAT_SECCOMP))
			return -1;
		step_forgive(ct);
	}
	ct->step = "options";
	return 0;
}

/* Inheritable and ambient capabilities stay within the bounding set; ALL means all of that. */
static int
plan_caps(struct ct *ct)
{
	uint64_t bound = pr_caps(ct), *const sets[] = { &ct->caps.inherit, &ct->caps.ambient };

	for (size_t i = 0; i < LEN(sets); i++) {
		if (*sets[i] == UINT64_MAX)
			*sets[i] = bound;
		if (*sets[i] & ~bound)
			return fail_msg(ct, "--cap-%s needs --cap-add",
			                i ? "ambient" : "inheritable");
	}
	return 0;
}

static int
plan_check(struct ct *ct)
{
	struct op *fs = ct->ops;

	ct->step = "--mount";
	FOR_OPS(op, ct->privileged ? NULL : ct->ops, OP_MOUNT)
		if (op->mnt.clr & MOUNT_ATTR_RDONLY && kfs_is_privileged(op->mnt.type))
			return fail_msg(ct, "%s: is read-only without --privileged", op->mnt.type);

	while (fs && fs->kind > OP_DEVICE)
		fs = fs->next;
	if (plan_net(ct) < 0)
		return -1;
	ct->step = "options";
	if (!(ct->features & FEAT_MNT) && (ct->root || ct->read_only || ct->overlay || fs))
		return fail_msg(ct, "a root or mounts need a new mnt namespace");
	if (ct->overlay && ct->read_only)
		return fail_msg(ct, "--overlay adds a writable layer: conflicts with --read-only");
	if (ct->overlay && ct->root_slave)
		return fail_msg(ct, "--overlay hides what is mounted later: conflicts "
		                "with --root-slave");
	if (!(ct->unshare & FEAT_UTS) && (ct->hostname || ct->domainname))
		return fail_msg(ct, "a host name needs a new uts namespace");
	if ((HAVE_SYSCALL && plan_calls(ct) < 0) || plan_caps(ct) < 0)
		return -1;
	if (ct->euid && !(ct->features & (FEAT_USER | FEAT_JOIN)))
		return fail_msg(ct, "an unprivileged user needs a new user namespace");
	if (!op_find(ct->ops, OP_UIDMAP) != !op_find(ct->ops, OP_GIDMAP))
		return fail_msg(ct, "--uidmap and --gidmap need each other");
	if (ct->features & FEAT_IDMAP && !op_find(ct->ops, OP_UIDMAP))
		return fail_msg(ct, "idmap needs --userns=MAP");
	if (ct->idmap_root && !ct->root)
		return fail_msg(ct, "--idmap-root needs --root");
	return plan_propagation(ct);
}

static void
plan_want(struct ct *ct, unsigned feature, bool wanted)
{
	if (wanted)
		ct->features |= feature;
}

/* Must a detached container give this up? A terminal, or a pipe, whose reader would wait. */
static bool
plan_stays(int fd)
{
	struct stat st;

	return isatty(fd) || (fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode));
}

/* --log takes all output; without it a detached container logs what would be lost. */
static void
plan_log(struct ct *ct)
{
	ct->log_fds = 1u << 1 | 1u << 2;
	if (ct->log_kind || !ct->detach || ct->exec)
		return;
	ct->log_fds = (unsigned)plan_stays(1) << 1 | (unsigned)plan_stays(2) << 2;
	if (!ct->log_fds && !ct->tty)
		return;
	ct->log_kind = LOG_RING;
	ct->log_size = LOG_SIZE;
}

/* Sets the features that repeatable options need. */
static void
plan_ops(struct ct *ct)
{
	for (const struct op *op = ct->ops; op; op = op->next) {
		plan_want(ct, FEAT_JOIN, op->kind == OP_NS);
		plan_want(ct, FEAT_NIC, op->nic);
		plan_want(ct, FEAT_NAT, (op->nic && op->nic->nat) || op->kind == OP_PUBLISH);
		plan_want(ct, FEAT_SYSCTL, op->kind == OP_SYSCTL);
		plan_want(ct, FEAT_DEVICES, op->kind == OP_RULE ||
		          (op->kind == OP_DEVICE && op->dev.access != 7));
		plan_want(ct, FEAT_IDMAP, op->kind == OP_BIND && op->mnt.flags & M_IDMAP);
		/* a mount that propagates in later may have device nodes */
		plan_want(ct, FEAT_DEVICES, op->kind == OP_BIND && !ct->euid && !ct->privileged &&
		          op->mnt.flags & M_SLAVE);
	}
}

/* Finds the namespaces to make: a container's own but for the given ones, and those asked for,
 * which must not be given as well. */
static int
plan_namespaces(struct ct *ct, unsigned *ns)
{
	unsigned asked = ct->unshare, given = ct->share;

	for (const struct op *op = ct->ops; op; op = op->next) {
		if (op->kind == OP_UIDMAP || op->kind == OP_GIDMAP)
			asked |= FEAT_USER;
		if (op->kind == OP_OFFSET)
			asked |= FEAT_TIME;
		if (op->kind == OP_NS)
			given |= 1u << op->ns.kind;
		if (op->kind == OP_NET && !op->nic && !strcmp(op->net, "host"))
			given |= FEAT_NET;
	}
	for (int i = 0; i < NS_MAX && !IN_LIB(ct); i++)
		if (asked & given & 1u << i)
			return fail_msg(ct, "a new %s namespace conflicts with --share, --ns "
			                "and --net host", ns_kinds[i].name);
	*ns = (FEAT_MNT | FEAT_PID | FEAT_NET | FEAT_IPC | FEAT_UTS | FEAT_CGNS | asked |
	       (ct->euid ? FEAT_USER : 0)) & ~given;
	return 0;
}

/* Makes the plan: in ct->unshare namespaces to create, in ct->features features to use. */
static int
plan_run(struct ct *ct)
{
	uint64_t caps = pr_caps(ct);
	struct op *op;
	unsigned ns = 0;

	ct->step = "options";
	if (plan_namespaces(ct, &ns) < 0)
		return -1;
	if (ct->dns) {
		if (op_add(ct, OP_FILE, &op) < 0)
			return -1;
		op->mnt.dst = "/etc/resolv.conf";
		op->mnt.data = ct->dns;
	}
	ct->features = FEAT_CGROUP | FEAT_LIMITS | FEAT_KEYRING | FEAT_RLIMIT;
	plan_ops(ct);
	if (ct->features & (FEAT_NIC | FEAT_NAT))
		ct->optional &= ~(unsigned)FEAT_NET;    /* interfaces would land on the host */
	ct->unshare = ns;
	ct->second = ct->exec || ns_op(ct, NS_PID) || (ns_op(ct, NS_USER) && ns & FEAT_PID);
	ct->features |= ns;
	plan_want(ct, FEAT_PROC | FEAT_SYS | FEAT_DEV | FEAT_PTS, ns & FEAT_MNT);
	plan_want(ct, FEAT_MASK, ns & FEAT_MNT && !ct->privileged);
	plan_want(ct, FEAT_LOCK, ns & FEAT_MNT && !ct->privileged && caps >> CAP_SYS_ADMIN & 1);
	/* in a user namespace device nodes open no device, but --try may drop that namespace */
	plan_want(ct, FEAT_DEVICES, !ct->privileged && caps >> CAP_MKNOD & 1 &&
	          (!(ns & FEAT_USER) || (!ct->euid && ct->optional & FEAT_USER)));
	plan_want(ct, FEAT_DEVICES, ct->root_slave && !ct->euid && !ct->privileged);
	plan_want(ct, FEAT_IDMAP, ct->idmap_root);
	plan_want(ct, FEAT_SECCOMP, sc_is_default(ct) || ct->filter.prog || ct->calls);
	/* root that mounts cgroup2 can write to its root: not where the limits and record are */
	ct->boxed = ct->delegate || (!ct->privileged && (!sc_is_default(ct) || ct->calls ||
	                                                 caps >> CAP_SYS_ADMIN & 1));
	plan_want(ct, FEAT_LAYER, ct->overlay);
	plan_want(ct, FEAT_HOLD, ct->hold);
	plan_want(ct, FEAT_LABEL, ct->label);
	plan_want(ct, FEAT_INIT, ct->init);
	plan_want(ct, FEAT_SCHED, ct->sched || ct->nice != NOT_GIVEN);
	plan_want(ct, FEAT_OOM, ct->oom != NOT_GIVEN);
	if (HAVE_LOG && !IN_LIB(ct))
		plan_log(ct);
	ct->tty_asked = ct->tty;
	if (HAVE_TERMINAL && !IN_LIB(ct) && !ct->no_tty && !ct->detach && tty_is_ours())
		ct->tty = true;
	if (ct->exec && ct->detach && ct->tty)
		return fail_msg(ct, "--tty: a detached exec cannot be attached to");
	ct->step = "delegate";
	if (ct->delegate && !(ns & FEAT_CGNS))
		return fail_msg(ct, "needs a cgroup namespace of its own");
	return plan_check(ct);
}

#include "src/container.c"   /* what can be done to a container */
#include "src/commit.c"      /* commit */
#include "src/signal.c"      /* kill, stop, pause, resume, start, wait */

/* Makes up the keyring name, and a container name if none was given. */
static void
run_name(struct ct *ct)
{
	uint32_t r;

	sys_random(&r, sizeof r);
	pr_keyring(ct->keyring, sizeof ct->keyring);
	text_printf(ct->id_buf, sizeof ct->id_buf, "%s%08x", name_prefix, r);
	if (!ct->name)
		ct->name = ct->id_buf;
}

/* Records the caller's environment variable `name`, or all of them (""), as -e K=V. */
static void
run_keep_env(struct ct *ct, const char *name)
{
	size_t n = strlen(name);

	for (char **e = ct->caller_env; *e; e++)
		if (strchr(*e, '=') && (!n || (!strncmp(*e, name, n) && (*e)[n] == '='))) {
			arg_keep(ct, "-e");
			arg_keep(ct, *e);
		}
}

/* Takes COMMAND and its working directory, and completes the arguments to record. */
static int
run_command(struct ct *ct, char **argv)
{
	char cwd[PATH_MAX];

	ct->argv = *argv ? argv : (char **)(uintptr_t)default_command;
	ct->workdir_given = ct->workdir != NULL;
	if (!ct->root && !ct->workdir && io_cwd(cwd, sizeof cwd)) {
		if (!(ct->workdir = mem_dup(ct, cwd)))
			return -1;
		arg_keep(ct, "-w");
		arg_keep(ct, ct->workdir);
	}
	/* for ct exec: the caller's environment as it is now */
	FOR_OPS(op, ct->ops, OP_ENV)
		if (!strchr(op->env, '='))
			run_keep_env(ct, op->env);
	if (ct->keep_env)
		run_keep_env(ct, "");
	/* a relative name becomes absolute, in the record too: it is read from other cgroups */
	if (HAVE_GROUP && ct->name && strchr("./", *ct->name)) {
		ct->step = ct->name;
		if (*ct->name == '.' && cg_base(ct, false) < 0 && errno != ENOENT)
			return cg_none(ct);
		if (!(ct->name = ctr_name(ct, ct->name)))
			return -1;
		fd_close(&ct->cg_base_fd);
		fd_close(&ct->cg_top_fd);
		arg_keep(ct, "-n");
		arg_keep(ct, ct->name);
	}
	arg_keep(ct, "--");
	ct->command_at = ct->nargs;
	for (argv = ct->argv; *argv; argv++)
		arg_keep(ct, *argv);
	return 0;
}

/* Opens /dev/null; root makes one where it is missing. */
static int
run_null(struct ct *ct)
{
	int fd = io_open("/dev/null", O_RDWR), no = errno;

	ct->step = "detach";
	if (fd >= 0)
		return fd;
	if (errno != ENOENT && errno != ENODEV && errno != ENXIO)
		return fail_sys(ct, "open /dev/null");
	fd = fs_null_new(ct);
	errno = no;
	return fd < 0 ? fail_sys(ct, "open /dev/null") : fd;
}

/* The kernel stops a background job that reads from its terminal, but not the command, which
 * has a new session: it would take what is typed for others. So its input is /dev/null. */
static int
run_behind(struct ct *ct)
{
	pid_t group = ct->tty || ct->detach ? -1 : tcgetpgrp(0);
	int null;

	if (group < 0 || group == getpgrp())
		return 0;
	if ((null = run_null(ct)) < 0)
		return -1;
	if (dup2(null, 0) < 0)
		return fail_sys(ct, "dup to descriptor 0");
	fd_close(&null);
	return 0;
}

/* Closes all of the caller's file descriptors but those that stay. Those of --ready-fd,
 * --info-fd, --seccomp-notify and --ns are for ct alone and close on exec. */
static int
run_fds(struct ct *ct)
{
	const char *pid = *env_find(ct->caller_env, "LISTEN_PID=");
	const char *fds = *env_find(ct->caller_env, "LISTEN_FDS=");
	const int own[] = { ct->ready_fd, ct->info_fd, ct->notify_fd };
	uint64_t n;

	if (ct->timeout)
		alarm(0);               /* from here on ct itself watches the time */
	if (pid && fds && num_parse(pid + 11, 1, INT_MAX, &n) == 0 &&
	    (pid_t)n == getpid() && num_parse(fds + 11, 1, 1024, &n) == 0)
		ct->listen_fds = (int)n;
	for (size_t i = 0; i < LEN(own); i++)
		if (own[i] > 2 && fcntl(own[i], F_SETFD, FD_CLOEXEC) < 0)
			return fail_sys(ct, "fcntl descriptor %d", own[i]);
	FOR_OPS(op, ct->ops, OP_NS) {
		bool fd = !strncmp(op->ns.where, "/proc/self/fd/", 14) ||
		          !strncmp(op->ns.where, "/dev/fd/", 8);

		ct->step = "join";
		if (fd && (op->fd = io_open(op->ns.where, O_RDONLY)) < 0)
			return fail_sys(ct, "open %s", op->ns.where);
	}
	fd_close(&ct->proc_fd);
	fd_close_others(ct);
	ct->proc_fd = -1;       /* fd_close_others() may have opened and closed it */
	return run_behind(ct);
}

static int
run_dry(struct ct *ct)
{
	struct buf o = { .fd = 1 };
	const size_t outside = LEN(parent_steps);

	for (size_t i = 0; i < outside + LEN(child_steps); i++) {
		const struct step *s = i < outside ? &parent_steps[i] : &child_steps[i - outside];

		if (step_applies(ct, s, s->when & S_INSIDE))
			buf_printf(&o, "%-7s %-9s  %s\n", i < outside ? "parent" : "child",
			           s->name, s->purpose);
	}
	return buf_end(ct, &o);
}

/* -d: a new process supervises and returns; this one waits until the command runs or fails, prints
 * the name or the error, and exits. Output to a terminal or pipe ends, for `id=$(ct run -d ..)`. */
static int
run_detach(struct ct *ct)
{
	struct msg msg = { .kind = MSG_FAIL };
	struct buf o = { .fd = 1 };
	int ends[2], status, null = run_null(ct);
	pid_t pid;

	ct->step = "detach";
	if (null < 0)
		return -1;
	if (pipe2(ends, O_CLOEXEC) < 0 || (pid = sys_fork()) < 0)
		return fail_sys(ct, "detach");
	if (pid == 0) {
		close(ends[0]);
		ct->detach_fd = ends[1];
		if (setsid() < 0)
			return fail_sys(ct, "setsid");
		for (int fd = 0; fd < 3; fd++)
			if ((!fd || plan_stays(fd)) && dup2(null, fd) < 0)
				return fail_sys(ct, "dup to descriptor %d", fd);
		fd_close(&null);
		return 0;
	}
	close(ends[1]);
	sig_mask(SIG_SETMASK, 0);       /* a signal ends this process, and that ends the other */
	do {
		if (read(ends[0], &msg, sizeof msg) != (ssize_t)sizeof msg) {
			msg = (struct msg){ .kind = MSG_FAIL };
			text_printf(msg.err.step, sizeof msg.err.step, "detach");
			text_printf(msg.err.text, sizeof msg.err.text, "the supervisor died%s",
			            waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) &&
			            WTERMSIG(status) == SIGKILL ? ", out of memory?" : "");
		}
		msg_print(ct, &msg);
	} while (msg.kind == MSG_WARN || msg.kind == MSG_STEP);
	if (msg.kind != MSG_FAIL) {
		buf_printf(&o, "%s\n", ct->name);
		if (buf_flush(&o) == 0)
			_exit(0);
		fail_sys(ct, "write the name of %s, which runs", ct->name);
		msg.err = ct->err;
	}
	err_print(ct, &msg.err, "");
	_exit(msg.err.status ? msg.err.status : 125);
}

/* The status after a step of the parent failed. If the child died first (EPIPE, or a
 * refused write to its /proc), the cause is the child's last message, or how it ended. */
static int
run_failed(struct ct *ct)
{
	struct sup s = { 0 };

	if (ct->pid > 0) {
		struct pollfd p = { .fd = ct->msg_fd[0], .events = POLLIN };

		while (ct->msg_fd[0] >= 0 && poll(&p, 1, ct->err.no == EPIPE ? 1000 : 0) > 0)
			sup_records(ct, &s);
		if (ct->err.no == EPIPE) {
			err_forget(ct);
			parent_kill(ct, SIGKILL);
			s.deadline = now_plus(1);
			return sup_reap(ct, &s) < 0 ? ct->err.status : s.status;
		}
	}
	if (!ct->exec && ct->err.status == 125 && ct->cg_fd >= 0 && cg_ended(ct->cg_fd)) {
		err_forget(ct);
		return fail_msg(ct, "%s: ended meanwhile", ct->name), ct->err.status;
	}
	return ct->err.status;
}

/* Refuses to go on if a container could write to ct's binary. */
static int
run_sealed(struct ct *ct)
{
	if (!ct->not_sealed || ct->optional & FEAT_SEAL)
		return 0;
	ct->step = "seal";
	errno = ct->not_sealed;
	return fail_sys(ct, "no read-only copy of ct's own file could be made");
}

/* --replace: ends the container of that name as `ct stop` does, and any that takes the name
 * meanwhile, and waits for their --on-exit hooks. Signals still end this process. */
static int
run_replace(struct ct *ct)
{
	struct ctr c;
	int r = 0;

	for (int left = HOOK_TIMEOUT; r == 0 && left && ctr_open(ct, ct->name, &c) == 0; left--) {
		r = cg_is_persistent(c.fd) ? fail_msg(ct, "was made by `ct create`") :
		    ctr_stop(ct, &c) < 0 ? -1 : ctr_stopped(ct, &c);
		fd_close(&c.fd);
	}
	if (ct->err.status == 3)
		err_forget(ct);
	return ct->failed ? -1 : 0;
}

/* Takes the parent's steps. With --replace, another start may have taken the name since it was
 * free: that container is ended as well, by a helper, since ct blocks signals by now. */
static int
run_take(struct ct *ct)
{
	struct err err;
	pid_t pid;
	int r;

	for (int left = HOOK_TIMEOUT; ; left--) {
		ct->taken = false;
		if (step_run(ct, parent_steps, LEN(parent_steps), &ct->done) == 0)
			return 0;
		if (!HAVE_SIGNAL || !ct->replace || !ct->taken || !left)
			return -1;
		err = ct->err;
		err_forget(ct);
		step_undo_rows(ct, true);
		pid = sys_fork();
		if (pid == 0) {
			sig_mask(SIG_SETMASK, 0);
			_exit(sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0) < 0 || run_replace(ct) < 0);
		}
		r = pid < 0 ? 1 : helper_wait(ct, pid, 0);
		if (r > 0) {
			ct->err = err;
			ct->failed = true;
		}
		if (r)
			return -1;
	}
}

/* One run: all steps, or those that --restart repeats, then supervision until its end. */
static int
run_once(struct ct *ct)
{
	int status;

	if (run_take(ct) < 0)
		return run_failed(ct);
	status = sup_run(ct);
	sup_spared(ct);
	return status;
}

/* Takes the steps and supervises; returns the exit status of ct. */
static int
run_steps(struct ct *ct)
{
	if (sup_open(ct) < 0 || (HAVE_DETACH && ct->detach && run_detach(ct) < 0))
		return run_failed(ct);
	if (HAVE_RESTART && ct->restart) {
		ct->part = S_ONCE;
		if (run_take(ct) < 0 || again_keep(ct) < 0)
			return run_failed(ct);
	}
	return run_once(ct);
}

static void
run_on_exit(struct ct *ct, int status)
{
	ct->step = "on-exit";
	if (ct->failed)
		return;
	FOR_OPS(op, ct->ops, OP_ON_EXIT)
		if (parent_hook(ct, op->env, status) < 0)
			step_forgive(ct);
}

static int
verb_run(struct ct *ct, char **argv)
{
	unsigned char byte;
	struct stat st = { 0 };
	int status;

	ct->verb = V_RUN;
	argv = opt_parse(ct, argv);
	if (argv && ct->help)
		return 0;               /* main() shows the help */
	if (!argv || run_command(ct, argv) < 0 || plan_run(ct) < 0 ||
	    (HAVE_CHECKPOINT && ct->images && criu_plan(ct) < 0))
		return -1;
	ct->step = "--root";
	if (HAVE_IMAGE && ct->root && img_find(ct) < 0)
		return -1;
	errno = ENOTDIR;
	if (ct->root && !ct->image &&
	    ((!HAVE_IMAGE && (helper_stat(ct, ct->root, &st) < 0 || !S_ISDIR(st.st_mode))) ||
	     (ct->euid && !io_may(AT_FDCWD, ct->root, X_OK))))
		return fail_sys(ct, "%s", ct->root);
	ct->step = "--verity";
	if (ct->verity && !ct->image)
		return fail_msg(ct, "needs an image, -r FILE");
	if (HAVE_HELP && ct->dry_run)
		return run_dry(ct);
	if (run_sealed(ct) < 0)
		return -1;
	if (ct->replace && !ct->name) {
		ct->step = "--replace";
		return fail_msg(ct, "needs --name");
	}
	ct->named = ct->name || ct->detach || ct->hold;
	run_name(ct);
	if (run_fds(ct) < 0 || (HAVE_SIGNAL && ct->replace && run_replace(ct) < 0))
		return -1;
	status = run_steps(ct);
	run_on_exit(ct, status);
	while (HAVE_RESTART && again_wanted(ct, &status) && again_begin(ct, &status)) {
		status = run_once(ct);
		run_on_exit(ct, status);
	}
	byte = (unsigned char)status;
	if (ct->status_fd >= 0 && pwrite(ct->status_fd, &byte, 1, 0) < 0)
		errno = 0;              /* ct wait reports an unknown status */
	step_undo(ct);
	sup_detached(ct);
	return status;
}

/* === verbs on containers =============================================== */

#include "src/json.c"        /* cgroup files as JSON */
#include "src/group.c"       /* create, get, set, rm, rename, enter, detect, init */
#include "src/events.c"      /* events */
#include "src/netverb.c"     /* net ls, add, del */
#include "src/list.c"        /* ls, ps, inspect, stats */
#include "src/live.c"        /* mount, umount, device */
#include "src/exec.c"        /* exec */
#include "src/logs.c"        /* logs, attach */
#include "src/checkpoint.c"  /* checkpoint, restore */
#include "src/check.c"       /* check, version */

static int verb_help(struct ct *ct, char **argv);

/* Takes the two functions of the verb's row for each NAME. */
static int
verb_each(struct ct *ct, char **argv)
{
	const struct verb *v = ct->row;

	if (v->one && *argv && argv[1])
		return fail_msg(ct, "needs one NAME, after the options");
	return ctr_each(ct, argv, v->begin, v->end);
}

static const struct verb verbs[] = {
	VERB("run", "[option ...] [--] [COMMAND [ARG ...]]",
	  "create a container, run COMMAND in it, remove it", verb_run, V_RUN, true),
	VERB("create", "[limit ...] NAME", "create an empty container with limits for all in it",
	  WITH(HAVE_GROUP, verb_create), V_CREATE),
	VERB("start", "NAME ...", "start a held container", EACH(HAVE_SIGNAL, 0, ctr_start)),
	VERB("exec", "[option ...] NAME [--] COMMAND [ARG ...]",
	  "run a command in a container or group", WITH(HAVE_EXEC, verb_exec), V_EXEC, true),
	VERB("enter", "NAME PID ...", "move processes into its cgroup",
	  WITH(HAVE_GROUP, verb_enter)),
	VERB("ls", "[-rjq] [NAME ...]", "list containers", WITH(HAVE_LIST, verb_ls), V_LS),
	VERB("ps", "[-rtj] NAME ...", "list its processes", EACH(HAVE_LIST, V_PS, ps_ctr)),
	VERB("inspect", "[--oci] NAME ...", "show details as JSON",
	  EACH(HAVE_LIST, V_INSPECT, inspect_ctr)),
	VERB("stats", "[-fj] [NAME ...]", "show what it uses",
	  WITH(HAVE_LIST, verb_stats), V_STATS),
	VERB("logs", "[-f] [-n N] NAME", "show a detached container's output",
	  EACH(HAVE_LOG, V_LOGS, ctr_logs), .one = true),
	VERB("attach", "[--detach-keys KEYS] NAME", "use the terminal of one run with -d -t",
	  EACH(HAVE_TERMINAL && HAVE_LOG, V_ATTACH, ctr_attach), .one = true),
	VERB("get", "[-j] NAME KEY ...", "show limits", WITH(HAVE_GROUP, verb_get), V_GET),
	VERB("set", "[option ...] NAME KEY=VALUE ...", "change limits while it runs",
	  WITH(HAVE_GROUP, verb_set), V_SET),
	VERB("pause", "NAME ...", "freeze it", EACH(HAVE_SIGNAL, 0, ctr_pause),
	  .end = WITH(HAVE_SIGNAL, ctr_frozen)),
	VERB("resume", "NAME ...", "thaw it", EACH(HAVE_SIGNAL, 0, ctr_pause),
	  .end = WITH(HAVE_SIGNAL, ctr_frozen)),
	VERB("commit", "NAME DIR", "copy its writable layer to DIR, a new directory",
	  WITH(HAVE_OVERLAY && HAVE_COPY, verb_commit)),
	VERB("checkpoint", "NAME DIR [CRIU-OPTION ...]", "have criu(8) save it in DIR and end it",
	  WITH(HAVE_CHECKPOINT, verb_checkpoint)),
	VERB("restore", "DIR [option of run ...]", "restore DIR as a new container",
	  WITH(HAVE_CHECKPOINT, verb_restore), 0, true),
	VERB("kill", "[-s SIG] [-a] NAME ...", "send a signal (default: KILL)",
	  WITH(HAVE_SIGNAL, verb_kill), V_KILL),
	VERB("stop", "[-t SEC] NAME ...", "ask it to end, then kill it",
	  EACH(HAVE_SIGNAL, V_STOP, ctr_stop), .end = WITH(HAVE_SIGNAL, ctr_stopped)),
	VERB("wait", "[-s STATE] [-t SEC] NAME ...",
	  "wait until it ends, print and return its status", WITH(HAVE_SIGNAL, verb_wait), V_WAIT),
	VERB("events", "[option ...] NAME ...", "print a line of JSON for each event",
	  WITH(HAVE_EVENTS, verb_events), V_EVENTS),
	VERB("rm", "[-f] NAME ...", "remove it and all below it", WITH(HAVE_GROUP, verb_rm), V_RM),
	VERB("rename", "OLD NEW", "rename an empty container", WITH(HAVE_GROUP, verb_rename)),
	VERB("net", "add NAME NIC | del NAME INTERFACE | up NAME | ls [-j] NAME",
	  "add, remove, list its interfaces", WITH(HAVE_NET, verb_net), V_NET),
	VERB("mount", "NAME SRC:DST[:OPT,...]", "bind SRC at DST while it runs, as --volume does",
	  WITH(HAVE_LIVE, verb_mount)),
	VERB("device", "add|del NAME SRC[:DST][:rwm]|RULE", "add or remove a device while it runs",
	  WITH(HAVE_LIVE && HAVE_DEVICES, verb_device)),
	VERB("umount", "NAME DST", "remove a volume", WITH(HAVE_LIVE, verb_umount)),
	VERB("detect", "[PID]", "print the container that a process is in",
	  WITH(HAVE_GROUP, verb_detect)),
	VERB("init", "", "prepare the machine: cgroup2, controllers", WITH(HAVE_GROUP, verb_init)),
	VERB("check", "[-j]", "show kernel features and what is lost without them",
	  WITH(HAVE_CHECK, verb_check), V_CHECK),
	VERB("help", "[VERB]", "show this list, or a verb's options", verb_help),
	VERB("version", "", "show the version and the machine it is for", verb_version),
};

static const struct verb *
verb_find(const char *name)
{
	int i = NAME_FIND(verbs, name);

	return i < 0 ? NULL : &verbs[i];
}

static void
help_options(struct buf *o, unsigned verb)
{
	const char *heading = NULL;
	char left[64];

	for (size_t i = 0; i < LEN(options); i++) {
		const struct opt *p = &options[i];
		bool space = p->name && *p->meta && strncmp(p->meta, "[=", 2);

		if (!p->name)
			heading = p->help;
		if (!p->name || !opt_is_for(p, verb))
			continue;
		if (heading)
			buf_printf(o, "\n%s:\n", heading);
		heading = NULL;
		text_printf(left, sizeof left, "%c%c%c --%s%s%s", p->letter ? '-' : ' ',
		            p->letter ? p->letter : ' ', p->letter ? ',' : ' ', p->name,
		            space ? " " : "", p->meta);
		buf_printf(o, "  %-38s %s\n", left, p->help);
	}
}

static int
verb_help(struct ct *ct, char **argv)
{
	struct buf o = { .fd = ct->step ? 1 : 2 };      /* without a verb it is an error message */
	const struct verb *v = *argv ? verb_find(*argv) : NULL;

	if (!HAVE_HELP) {
		ct->step = "help";
		return fail_msg(ct, "%s", not_built);
	}
	if (*argv && !v)
		return opt_unknown(ct, *argv, "verb");
	if (v) {
		buf_printf(&o, "ct %s%s%s\n  %s\n", v->name, *v->args ? " " : "", v->args, v->help);
		if (v->bit)
			help_options(&o, v->bit);
	} else {
		buf_printf(&o, "usage: ct VERB [option ...] [argument ...]\n\n");
		for (size_t i = 0; i < LEN(verbs); i++)
			buf_printf(&o, "  %-9s %s%s\n", verbs[i].name, verbs[i].help,
			           verbs[i].go ? "" : " (not in this build)");
		buf_printf(&o, "\nct help VERB lists its options; see ct(1)\n");
	}
	return buf_end(ct, &o);
}

/* === main ============================================================== */
#ifndef CT_LIB
#include "src/words.c"       /* guesses what an unknown verb or option was meant to be */

/* Nothing in ct calls these. Unused functions in libmnl's objects do, and would
 * link in 10 KiB of musl. Weak: glibc's own functions need the real ones. */
#pragma weak malloc
#pragma weak free
void *malloc(size_t size) { (void)size; return NULL; }
void free(void *p) { (void)p; }
/* Called only by libcap-ng, to read the last capability from procfs. If that fails it asks
 * prctl(2), which is quicker and does not depend on what is mounted. */
int open(const char *path, int flags, ...) { (void)path; (void)flags; errno = ENOENT; return -1; }

/* Executes a sealed copy of ct's binary; returns an errno. */
static int
main_seal_memfd(int exe, char **argv, char **envp)
{
	static char buf[16384];         /* not on the stack: inlined, it would grow main()'s */
	int fd = (int)syscall(SYS_memfd_create, "ct", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
	ssize_t n;

	sig_mask(SIG_BLOCK, SIGXFSZ);   /* at RLIMIT_FSIZE, report EFBIG rather than die */
	if (fd < 0 && errno == EINVAL)
		fd = (int)syscall(SYS_memfd_create, "ct", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return errno;
	while ((n = read(exe, buf, sizeof buf)) > 0)
		if (io_write(fd, buf, (size_t)n) < 0)
			return errno;
	if (n == 0 && fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK |
	                       F_SEAL_GROW | F_SEAL_WRITE) == 0)
		syscall(SYS_execveat, fd, "", argv, envp, AT_EMPTY_PATH);
	return errno;
}

/* Moves the mappings of ct's file, and with them /proc/PID/exe, to its clone: a third of what
 * executing that takes. The kernel wants all other addresses of the process as well: they stay.
 * -1: no CAP_SYS_ADMIN, no CONFIG_CHECKPOINT_RESTORE; or before Linux 5.15, where only what execve
 * maps keeps others from writing to the file. process_mrelease(2) came with that. */
static int
main_seal_here(const struct ct *ct, int clone, char *const *envp)
{
	const ElfW(Phdr) *p = (const void *)getauxval(AT_PHDR), *end = p + getauxval(AT_PHNUM);
	uintptr_t page = getauxval(AT_PAGESZ), args = (uintptr_t)ct->words;
	uintptr_t heap = (uintptr_t)syscall(SYS_brk, 0), past_env = args + ct->words_len + 1;
	uintptr_t env = *envp ? (uintptr_t)*envp : past_env;
	struct prctl_mm_map m = { .start_brk = heap, .brk = heap, .start_stack = args,
		.arg_start = args, .arg_end = env, .env_start = env, .env_end = past_env };
	char path[32];
	LOCAL_FD fd = -1;

	if (syscall(NR(448), -1, 0) < 0 && errno != EBADF)
		return -1;
	text_printf(path, sizeof path, "/proc/self/fd/%d", clone);
	m.exe_fd = (unsigned)(fd = io_open(path, O_RDONLY));
	for (; p < end; p++) {
		uintptr_t at = p->p_vaddr & -page, past = p->p_vaddr + p->p_filesz;
		size_t size = (past - at + page - 1) & -page;
		bool data = p->p_flags & PF_W;
		int code = p->p_flags & PF_X ? PROT_EXEC : 0;
		void *new;

		if (p->p_type != PT_LOAD)
			continue;
		new = mmap(NULL, size, PROT_READ | code | (data ? PROT_WRITE : 0), MAP_PRIVATE, fd,
		           (off_t)(p->p_offset & -page));
		if (new == MAP_FAILED || !at)   /* no PIE */
			return -1;
		if (data)
			memcpy(new, (const void *)at, size);
		if (syscall(SYS_mremap, new, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, at) < 0)
			return -1;
		*(data ? &m.start_data : &m.start_code) = p->p_vaddr;
		*(data ? &m.end_data : &m.end_code) = past;
	}
	return (int)syscall(SYS_prctl, PR_SET_MM, PR_SET_MM_MAP, &m, sizeof m, 0);
}

/* Puts ct on a file that nobody can write to: a container can reach the binary that starts its
 * command through /proc/PID/exe (CVE-2019-5736), and ETXTBSY protects that only until ct dies.
 * It is a detached read-only clone of the mount, mapped in place of the file or, in 0.1 ms,
 * executed; the fallback is a sealed memfd. Returns 0 if it is sealed or need not be, else an
 * errno. */
static int
main_seal(struct ct *ct, char **argv, char **envp)
{
	const char *name = (const char *)getauxval(AT_EXECFN);
	bool again = name && !strncmp(name, "/dev/fd/", 8);
	int exe = io_open("/proc/self/exe", O_RDONLY), no = errno, tree, r;
	struct stat st;
	struct statfs vfs;

	if (exe < 0 && !kfs_has_proc(ct))
		return no;
	if (exe < 0)                            /* root can mount a detached procfs */
		exe = openat(ct->proc_fd, "self/exe", O_RDONLY | O_CLOEXEC);
	if (exe < 0 || fstatfs(exe, &vfs) < 0)
		return errno;
	if (vfs.f_flags & ST_RDONLY || (again && fcntl(exe, F_GET_SEALS) >= F_SEAL_WRITE) ||
	    (ct->euid && fstat(exe, &st) == 0 && !st.st_uid && !(st.st_mode & 022))) {
		r = 0;
	} else if (again) {
		r = EROFS;              /* already re-executed once: no loop */
	} else {
		if ((tree = sys_tree_ro(exe)) >= 0) {
			if (HAVE_FAST && main_seal_here(ct, tree, envp) == 0) {
				/* A process that has CAP_SYS_ADMIN and sees a descriptor of
				 * this mount could make it writable. */
				fd_close(&tree);
				fd_close(&exe);
				return 0;
			}
			syscall(SYS_execveat, tree, "", argv, envp, AT_EMPTY_PATH);
		}
		fd_close(&tree);
		r = main_seal_memfd(exe, argv, envp);
	}
	fd_close(&exe);
	return r;
}

/* 0 to 2 must be open, or what ct opens next becomes one of them and goes to the container. */
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
		if (openat(AT_FDCWD, "/dev/null", O_RDWR) < 0 && pipe(ends) == 0 && ends[1] > 2)
			close(ends[1]);
	}
	poll(p, 3, 0);
	if ((p[0].revents | p[1].revents | p[2].revents) & POLLNVAL)
		_exit(125);             /* stderr may be missing: nowhere to say why */
}

/* Prepares for the verb: run, exec and restore seal ct, others raise RLIMIT_NOFILE. */
static int
main_ready(struct ct *ct, const struct verb *v, char **argv, char **envp)
{
	struct rlimit files = { 0 };

	if (!v->sealed) {
		if (prlimit(0, RLIMIT_NOFILE, NULL, &files) == 0) {
			files.rlim_cur = files.rlim_max;        /* setrlimit() stops threads */
			prlimit(0, RLIMIT_NOFILE, &files, NULL);
		}
		/* with fewer, a failed open would pass for a container that has gone */
		ct->fds_most = (int)MIN(files.rlim_cur, INT_MAX);
		return ct->fds_most >= FDS_LEAST ? 0 :
		       fail_msg(ct, "needs %d file descriptors, RLIMIT_NOFILE is %d", FDS_LEAST,
		                ct->fds_most);
	}
	if (check_kernel(ct) < 0)
		return -1;
	ct->not_sealed = main_seal(ct, argv, envp);
	sys_prctl(PR_SET_NAME, (uintptr_t)"ct", 0);
	return 0;
}

/* A verb has failed: has its container ended, or another one its name by now? */
static void
main_lost(struct ct *ct)
{
	struct ctr c = { .name = ct->asked, .restarts = -1 };

	if (ct->asked && ((ct->cg_base_fd < 0 && cg_base(ct, false) < 0) ||
	                  ctr_at(ct->cg_base_fd, c.name, c.name, &c) < 0 ? errno == ENOENT :
	                  ctr_has_ended(ct, &c, ct->asked_pid)))
		ctr_lost(ct, &c);
}

static bool
main_help(const char *arg)
{
	return !strcmp(arg, "--help") || !strcmp(arg, "-h");
}

/* Dies of SIGINT if the command did: a shell leaves its loop only if ^C killed what it runs. On a
 * terminal of its own the container alone got that, so the foreground job here gets it as well. */
static int
main_end(const struct ct *ct, int status)
{
	bool own = ct->out && ct->out->tty;

	if (ct->interrupted && status == 128 + SIGINT && (!own || ct->by_signal || ct->init)) {
		sig_mask(SIG_UNBLOCK, SIGINT);
		kill(own && tcgetpgrp(0) == getpgrp() ? 0 : getpid(), SIGINT);
	}
	return status;          /* pid 1, or a ct that ignores SIGINT, gets here */
}

/* Finds the verb, and does it; its status, or -1 if the error holds that. */
static int
main_verb(struct ct *ct, int argc, char **argv, char **envp)
{
	const struct verb *v;
	char **args = argv + 1, *name, *last;
	int status;

	ct->caller_env = envp;
	if (getauxval(AT_SECURE))
		return fail_msg(ct, "refuses to run set-uid or with file capabilities");
	if (argc < 1)           /* CVE-2021-4034: argv[0] may be missing */
		return fail_msg(ct, "no arguments");
	last = argv[argc - 1];
	while (*envp)                   /* back to back with the arguments */
		last = *envp++;
	ct->words = argv[0];
	ct->words_len = (size_t)(last + strlen(last) - argv[0]);
	for (int n = 0; *args && **args == '@' && n < 16; n++)
		if (!(args = arg_file(ct, args, 0)))
			return -1;
	if (!*args)
		return verb_help(ct, args) < 0 ? -1 : 125;
	v = verb_find(main_help(*args) ? "help" : !strcmp(*args, "--version") ? "version" : *args);
	ct->step = *args;
	if (!v)
		return opt_unknown(ct, *args, "verb, see `ct help`");
	if (!v->go)
		return fail_msg(ct, "%s", not_built);
	/* `ct run -h NAME` sets the host name */
	if (args[1] && main_help(args[1]) && (args[1][1] == '-' || !args[2] || v->bit != V_RUN)) {
		args[1] = args[0];
		v = verb_find("help");
	}
	if (main_ready(ct, v, argv, ct->caller_env) < 0)
		return -1;
	ct->row = v;
	name = *args++;
	/* those that are sealed, and net, parse their options themselves */
	if (v->bit && !v->sealed && v->bit != V_NET && !(args = verb_args(ct, v->bit, args)))
		return -1;
	if (!v->bit && *args && **args == '-' && strcmp(*args++, "--"))
		return opt_unknown(ct, args[-1], "option");
	ct->step = name;
	status = ct->help ? 0 : v->go(ct, args);
	return !ct->failed && ct->help ? verb_help(ct, (char *[]){ name, NULL }) : status;
}

int
main(int argc, char **argv, char **envp)
{
	static struct ct ct;            /* not on the stack: on the page of other data */
	int status;

	main_std_fds();
	plan_init(&ct);
	sig_default(SIGCHLD);           /* ignored, it would reap for us */
	status = main_verb(&ct, argc, argv, envp);
	if (!ct.failed)
		return main_end(&ct, status);
	if (ct.row && (!ct.row->sealed || ct.row->bit == V_EXEC))
		main_lost(&ct);
	if (HAVE_HELP && ct.unknown)
		word_hint(&ct, ct.unknown);
	err_print(&ct, &ct.err, "");
	return ct.err.status;
}
#endif
