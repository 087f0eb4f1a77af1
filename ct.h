/* SPDX-License-Identifier: ISC
 *
 * libct(1): containers from C. Installed as <libct.h> and <ct.h>; ct.3 explains
 * how to compile and link, and lists three programs.
 *
 * Life of a container
 *	session open -> container create -> set_..., add_...   (stopped)
 *	  -> spawn_cb | spawn_execv...                         (running)
 *	  -> wait | kill, wait                                 (stopped)
 *	  -> spawn again, or destroy
 *
 * What holds for every function, unless it says otherwise:
 * - An int result is 0, or -1 with errno set (EINVAL if the kernel was not
 *   involved) and one line of text for libct_error().
 * - A string or array that is passed is copied; a string that is returned
 *   belongs to the handle. A descriptor that is passed stays the caller's and
 *   must be open until spawn returns; one that is returned says whose it is.
 * - "Stopped" functions need a container without processes, and otherwise fail
 *   with "the container is running". They check their arguments at once and
 *   take effect at the next spawn. The last value counts; what add_ adds
 *   stays, unless there is a del_ function for it.
 * - It does not block, except for what the kernel needs.
 * - Nothing is printed; no signal disposition or mask, working directory,
 *   namespace, umask or environment of the caller is changed; exit(3) is not
 *   called; no variable is global; only close-on-exec descriptors are open
 *   after it returns: one for a container, two for its log, and while it runs
 *   one each for itself, its listener, its overlay and every process that entered
 *   it, and up to three for an interface that was moved in and for nat.
 *
 * Threads: a handle belongs to one thread at a time, except that
 * libct_container_kill() and _signal() may be called from any thread while another
 * one is in libct_container_wait(). Different handles may be used at once, even of
 * one session. A stack of 128 KiB is enough. A callback runs in its own process,
 * which has only this one thread: in a program with others it may call what
 * signal-safety(7) lists.
 *
 * Names: the document's CTL_, LIBCT_OPT_ and APPLY_ constants are its own; all else
 * begins with libct_, ct_ or CT_.
 */
#ifndef LIBCT_H
#define LIBCT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct libct_session *libct_session_t;
typedef struct ct_handler *ct_handler_t;

/* CT_ERROR: no such container, or the handle is NULL. A paused container is
 * running. */
enum ct_state { CT_ERROR = -1, CT_STOPPED, CT_RUNNING };

/* The controllers of cgroup v1 by which the document names them, and what they
 * are in v2, which ct uses:
 * BLKIO io, CPU cpu, CPUACCT cpu (accounting is always on), CPUSET cpuset,
 * DEVICES a BPF filter, FREEZER cgroup.freeze, HUGETLB hugetlb, MEMORY memory,
 * NETCLS none. CT_CTL_PIDS is beyond the document, and so is CT_CTL_BY_NAME: the
 * controller that the parameter begins with, or any of v2. */
enum ct_controller {
	CTL_BLKIO, CTL_CPU, CTL_CPUACCT, CTL_CPUSET, CTL_DEVICES, CTL_FREEZER,
	CTL_HUGETLB, CTL_MEMORY, CTL_NETCLS, CT_CTL_PIDS, CT_CTL_BY_NAME
};

enum ct_fs_type { CT_FS_NONE, CT_FS_SUBDIR };

/* Beyond the document: from CT_NET_MACVLAN on. */
enum ct_net_type {
	CT_NET_NONE, CT_NET_HOSTNIC, CT_NET_VETH,
	CT_NET_MACVLAN, CT_NET_IPVLAN, CT_NET_VLAN, CT_NET_PHYS
};

/* For CT_NET_VETH. NULL: ct's choice. libct_net_set() sets a bridge for the
 * end outside. */
struct ct_net_veth_arg {
	const char *host_name;          /* of the end outside */
	const char *ct_name;            /* of the end inside */
};

/* For libct_container_set_option(); those of the document, then ours. */
enum {
	LIBCT_OPT_AUTO_PROC_MOUNT,      /* no argument */
	LIBCT_OPT_CGROUP_SUBMOUNT,      /* char *path, or NULL */
	LIBCT_OPT_KILLABLE,             /* no argument: an error without a cgroup */
	CT_OPT_READ_ONLY,               /* no argument: the root is read-only */
	CT_OPT_KEEP_ENV,                /* no argument: the caller's environment */
	CT_OPT_INIT,                    /* no argument: a reaper as pid 1; without a cgroup
	                                 * an unprivileged caller cannot enter */
	CT_OPT_PRIVILEGED,              /* no argument: no boundary at all */
	CT_OPT_NO_SECCOMP,              /* no argument: every system call */
	CT_OPT_NEW_PRIVS,               /* no argument: set-uid programs work */
	CT_OPT_DIE_WITH_THREAD          /* no argument: PR_SET_PDEATHSIG(2const) */
};

/* The states of `ct ls`, for libct_container_list() and _wait_for(). */
enum {
	CT_IS_CREATED = 1,              /* a cgroup, or held before its command */
	CT_IS_RUNNING = 2,
	CT_IS_PAUSED = 4,
	CT_IS_STOPPED = 8               /* or does not exist */
};

/* For libct_container_enter_ns(): what is the container's besides its namespaces. */
enum {
	CT_ENTER_CGROUP = 1,            /* its cgroup, and so its limits, pause and end */
	CT_ENTER_USER = 2,              /* its user, capabilities, no_new_privs, keyring,
	                                 * resource limits, OOM score and priority */
	CT_ENTER_FILTER = 4,            /* its system call filter, its label */
	CT_ENTER_ON_EXEC = 8            /* a label is no error: what ct_fn executes has it */
};

/* For libct_container_set_caps(): ct has one list for all sets. */
enum { APPLY_BSET = 1, APPLY_ALLCAPS = 2 };

/* --- sessions ------------------------------------------------------------ */

/* url: "local", or NULL for the same; anything else is EINVAL. NULL after an error,
 * which is in errno. The session is the caller's until libct_session_close().
 * libct(1). */
libct_session_t libct_session_open(char *url);

/* The same as libct_session_open("local"). libct(1). */
libct_session_t libct_session_open_local(void);

/* Destroys the containers that were created in the session, as
 * libct_container_destroy() does, and frees it and all its handles. A container
 * that it only opened lives on. NULL does nothing. Blocks until the processes have
 * ended. Not for a child that the program forked. libct(1). */
void libct_session_close(libct_session_t s);

/* Why libct_container_create() or _open() returned NULL: one line, which is the
 * session's, until the next call with it. "" if there was no error. */
const char *libct_session_error(libct_session_t s);

/* --- containers ---------------------------------------------------------- */

/* A container with this name: components of letters, digits, _ and -, at most
 * 64, joined by '/' if the one before was made by `ct create`. Its cgroup is
 * made now, so the name is taken and other processes find it. An ordinary user
 * without a delegated cgroup gets a container that only this session
 * can find, without limits, pause or list of processes. NULL after an error,
 * see libct_session_error(): the name is bad or taken. libct(1). */
ct_handler_t libct_container_create(libct_session_t ses, char *name);

/* The container of this name: the session's own handle for it, or a new one for
 * a container that another session, process or `ct run` made. With such a
 * handle everything works except what takes effect at spawn, unless the container
 * is stopped and its creator is gone: then it belongs to this session as if created
 * there, without what was set on the other handle. NULL after an error: ENOENT,
 * there is none. libct(1). */
ct_handler_t libct_container_open(libct_session_t ses, char *name);

/* Calls fn for each container and cgroup that exists, including those of others: right below
 * the cgroup called group, NULL for the top; name is its whole name, valid during the call,
 * state one of CT_IS_. If fn returns anything but 0, this stops. Returns how often fn was
 * called, or -1: ENOENT, there is no such cgroup. What killed processes left is removed first,
 * as by `ct ls`. */
int libct_container_list(libct_session_t ses, const char *group,
                         int (*fn)(void *arg, const char *name, int state), void *arg);

/* Waits until the container of this name, which need not exist yet, is in one of states,
 * CT_IS_ joined by |, and returns that one. ms: the longest wait, 0 only looks, -1 waits for
 * ever. -1 after an error: ETIMEDOUT. A very short state may be missed. */
int libct_container_wait_for(libct_session_t ses, const char *name, int states, int ms);

/* Frees the handle and leaves the container as it is; a created one can be
 * opened again, by this process or another. -1 for one that this handle spawned
 * and that runs: nobody would clean up after it. */
int libct_container_close(ct_handler_t ct);

/* Running: its first process has not ended. libct(1). */
enum ct_state libct_container_state(ct_handler_t ct);

/* The line that ct(1) would print, "STEP: CALL OBJECT: ERRNO TEXT (HINT)", for
 * the last function that was called with ct, "" if it succeeded. It is the
 * handle's, until the next call with it. */
const char *libct_error(ct_handler_t ct);

/* The handle's. */
const char *libct_container_name(ct_handler_t ct);

/* Starts it with ct_fn(arg) as its first process, which returns the exit status
 * (0 to 255). The process is a copy of the caller, as after fork(2):
 * memory mapped MAP_SHARED is shared, buffered output is not written. It has
 * the descriptors 0 to 2, those that are not close-on-exec, and those of
 * libct_container_keep_fd(), and the environment of spawn_execv; all signals have their
 * default action, none is blocked.
 * Root in the container can read its memory, which is the caller's:
 * keep no secrets there. Stopped. Returns when everything is set up and ct_fn
 * is about to be called. libct(1). */
int libct_container_spawn_cb(ct_handler_t ct, int (*ct_fn)(void *), void *arg);

/* The same with the program path, which is looked up in the container's PATH
 * if it has no slash. argv NULL: path alone. The environment is that of
 * `ct run`: config.h's and what libct_container_set_env() set. The program has
 * the descriptors 0 to 2 and those of libct_container_keep_fd(), and signals as
 * a callback has them. Returns when
 * execve(2) has succeeded; its errors are ENOENT, EACCES and the like. libct(1). */
int libct_container_spawn_execv(ct_handler_t ct, char *path, char **argv);

/* With this environment and no other. env NULL: as spawn_execv. libct(1). */
int libct_container_spawn_execve(ct_handler_t ct, char *path, char **argv,
                                 char **env);

/* With three descriptors as standard input, output and error; -1 leaves the
 * caller's. fds NULL: all three are the caller's. libct(1), whose prototype
 * omits the argument that its text describes. */
int libct_container_spawn_execvefds(ct_handler_t ct, char *path, char **argv,
                                    char **env, int *fds);

/* The same with the environment of spawn_execv. */
int libct_container_spawn_execvfds(ct_handler_t ct, char *path, char **argv, int *fds);

/* Instead of a program: the processes that criu(8) has saved in the directory dir, by
 * "checkpoint" of libct_container_change() or by ct(1). The container has to be set up
 * like the one that was saved. */
int libct_container_restore(ct_handler_t ct, const char *dir);

/* Runs ct_fn(arg) in a running container: in its namespaces, root and cgroup, and
 * with its user, capabilities and filter. Returns the pid of a child that the caller
 * has to wait for with waitpid(2), or -1. A container does not end before that; wait
 * and destroy do it when the first process exits, and waitpid(2) is then ECHILD.
 * libct(1). */
int libct_container_enter_cb(ct_handler_t ct, int (*ct_fn)(void *), void *arg);

/* The same with a program, as spawn_execv. libct(1). */
int libct_container_enter_execv(ct_handler_t ct, char *path, char **argv);
int libct_container_enter_execve(ct_handler_t ct, char *path, char **argv,
                                 char **env);

/* The same two with three descriptors as standard input, output and error, as
 * spawn_execvefds. */
int libct_container_enter_cbfds(ct_handler_t ct, int (*ct_fn)(void *), void *arg,
                                int *fds);
int libct_container_enter_execvefds(ct_handler_t ct, char *path, char **argv,
                                    char **env, int *fds);

/* The same with a callback, in some of its namespaces: those whose CLONE_NEW bit is in
 * ns_mask, ~0UL for all. holds: CT_ENTER_ bits. What is not named stays the caller's, and
 * the caller keeps its rights to that: without CLONE_NEWNS the root and the
 * working directory, without CT_ENTER_CGROUP the cgroup, so that no pause of the container
 * stops it. Without CLONE_NEWPID, it does not delay the container's end, and only the
 * cgroup ends it together with the container. env NULL: as enter_cb. setns(2). */
int libct_container_enter_ns(ct_handler_t ct, unsigned long ns_mask, int holds,
                             int (*ct_fn)(void *), void *arg, char **env, int *fds);

/* SIGKILL to everything that runs in it. Running. Does not wait. libct(1). */
int libct_container_kill(ct_handler_t ct);

/* A signal (number) to its first process. One that this, being pid 1, does not
 * catch would do nothing; if its default is to end, SIGKILL is sent instead,
 * as by `ct kill`. Running. */
int libct_container_signal(ct_handler_t ct, int sig);

/* Would it? 1, also if nothing would be done about the signal; 0; -1: that cannot be known.
 * Running. */
int libct_container_hears(ct_handler_t ct, int sig);

/* The number of TERM, SIGTERM, 15 or RTMIN+3, as the options take them; -1: no such signal. */
int libct_signal_number(const char *name);

/* The number of the system call that this machine has under that name, as --syscall takes
 * it; -1: none. */
int libct_syscall_number(const char *name);

/* Blocks until its first process has ended, and ends everything else in it. If this
 * handle spawned it, once for each spawn, even if it ended before; if it was opened,
 * until nothing runs in it. -1: nothing was spawned.
 * libct(1). */
int libct_container_wait(ct_handler_t ct);

/* Ends what runs in it, removes it with the cgroups below it, even if another
 * process made it, and frees the handle. NULL does nothing. Blocks
 * until it is empty, for a second at most. libct(1). */
void libct_container_destroy(ct_handler_t ct);

/* cgroup.freeze; they block until it has taken effect, 10 s at most. Running. Needs
 * a cgroup. */
int libct_container_pause(ct_handler_t ct);
int libct_container_resume(ct_handler_t ct);

struct ct_status {
	enum ct_state state;
	int paused;             /* 1: frozen */
	pid_t pid;              /* of the first process, outside; 0: none */
	int pidfd;              /* of it, the handle's, or -1: pidfd_open(2); it
	                         * polls readable when the process has ended, and
	                         * is open until spawn, close or destroy */
	int exit_status;        /* 0 to 255, 128+N after signal N; -1: not ended,
	                         * not waited for, or taken by another wait(2) */
};

/* For calls marked with ? in "syscall" of libct_container_configure(), without
 * "seccomp-notify": the listener of what was spawned, which is the handle's until that has
 * been waited for, or -1. Calls that nobody answers wait. seccomp_unotify(2). */
int libct_container_listener(ct_handler_t ct);

/* Any state. */
int libct_container_status(ct_handler_t ct, struct ct_status *status);

/* The pids in it and in the cgroups below it, as seen outside: at most max are
 * written; returns how many there are, -1 after an error. pids may be NULL if
 * max is 0. Any state. Needs a cgroup. */
int libct_container_processes(ct_handler_t ct, pid_t *pids, size_t max);

/* What it has used since its cgroup was made; UINT64_MAX: the kernel has no such
 * number here. */
struct ct_stats {
	uint64_t cpu_usec, user_usec, system_usec;
	uint64_t throttled, throttled_usec;     /* times; microseconds */
	uint64_t memory_bytes, memory_peak_bytes, swap_bytes;
	uint64_t oom_kills;                     /* processes */
	uint64_t read_bytes, written_bytes;     /* of block devices */
	uint64_t processes;                     /* and threads, now */
};

/* Any state. Needs a cgroup. */
int libct_container_stats(ct_handler_t ct, struct ct_stats *stats);

/* A descriptor that polls readable (POLLIN) when one of the numbers below may
 * have changed; read(2) and discard the data, it does not block. It is the
 * caller's, to close(2), valid until the next spawn, which may make the cgroup
 * anew; -1 after an error. Any state. Needs a cgroup and a procfs on /proc.
 * inotify(7), Documentation/admin-guide/cgroup-v2.rst. */
int libct_container_event_fd(ct_handler_t ct);

/* How often it happened; populated and frozen are 0 or 1. UINT64_MAX: the
 * kernel does not count it here. */
struct ct_events {
	uint64_t populated, frozen;
	uint64_t memory_high, memory_max, oom, oom_kill, pids_max;
};

int libct_container_events(ct_handler_t ct, struct ct_events *events);

/* --- what its creator has of it ------------------------------------------- */

/* Its log, as with --log ring of ct(1): the last size bytes, 4096 to 1 << 26, of what
 * libct_container_log() gets. Once. Stopped. */
int libct_container_set_log(ct_handler_t ct, size_t size);

/* From the process that called set_log(). -1: there is no log. */
int libct_container_log(ct_handler_t ct, const char *data, size_t n);

/* Reads its log from *at on, 0 is the oldest, and advances *at; at most size bytes. 0: nothing
 * more yet, -1 after an error. Running, even of another process or of `ct run`: needs the
 * right to trace that. */
ssize_t libct_container_log_read(ct_handler_t ct, uint64_t *at, char *buf, size_t size);

/* For everybody: its log begins here. UINT64_MAX: at what comes next. */
int libct_container_log_forget(ct_handler_t ct, uint64_t at);

/* Lets other processes find a descriptor of the one that spawned it, which must stay open,
 * by a name of letters, digits, - and _; -1: no longer. Up to 1000 bytes in all, until the
 * next spawn. Any state. Needs a cgroup, or nobody finds any. */
int libct_container_show_fd(ct_handler_t ct, const char *name, int fd);

/* A copy of such a descriptor, the caller's, or -1; needs the right to trace that process.
 * Running. pidfd_getfd(2). */
int libct_container_take_fd(ct_handler_t ct, const char *name);

/* --- namespaces and cgroups ---------------------------------------------- */

/* CLONE_NEWUSER, NEWNS, NEWPID, NEWNET, NEWIPC, NEWUTS, NEWCGROUP, NEWTIME of
 * clone(2); other bits are EINVAL. Without this call: all but user and time.
 * An ordinary user's container always has a user namespace. Without NEWPID,
 * what the first process leaves behind is ended through the cgroup; without a
 * cgroup, nothing ends it. Stopped. libct(1). */
int libct_container_set_nsmask(ct_handler_t ct, unsigned long ns_mask);

/* Joins the namespace at path, /proc/PID/ns/... or a bind mount of it, or that of
 * the container called path (no slash in it), instead of a new one. type: one
 * CLONE_NEW bit. Stopped. setns(2). */
int libct_container_join_ns(ct_handler_t ct, unsigned long type,
                            const char *path);

/* Ensures that the container has this controller. -1: cgroup v2 has no such one or
 * the kernel does not offer it here, the text says which. Stopped. libct(1). */
int libct_controller_add(ct_handler_t ct, enum ct_controller ctype);

/* Sets a parameter: a file of cgroup v2 (memory.max) or a v1 parameter that
 * has a meaning there (memory.limit_in_bytes; ct.3 has the list). Units are the
 * parameter's own, as in Documentation/admin-guide; -1 is "no limit" if it was
 * that in v1. Running: at once. Stopped: at each spawn from the
 * next one on. libct(1). */
int libct_controller_configure(ct_handler_t ct, enum ct_controller ctype,
                               char *param, char *value);

/* Reads a parameter, named as above, in the form of v2, up to size-1
 * bytes, and ends it with NUL. Returns the length, or -1. Any state. */
ssize_t libct_controller_read(ct_handler_t ct, enum ct_controller ctype,
                              const char *param, char *buf, size_t size);

/* A range of count ids from first on in the container is lower_first and on
 * outside; both maps or none, at most 20 ranges each. This makes a user
 * namespace. Stopped. user_namespaces(7); an ordinary user's maps go through
 * newuidmap(1). */
int libct_userns_add_uid_map(ct_handler_t ct, unsigned first,
                             unsigned lower_first, unsigned count);
int libct_userns_add_gid_map(ct_handler_t ct, unsigned first,
                             unsigned lower_first, unsigned count);

/* key as in /proc/sys, with dots or slashes: net.*, kernel.msg*, kernel.sem*,
 * kernel.shm*, fs.mqueue.*. Stopped. sysctl(8). */
int libct_container_set_sysctl(ct_handler_t ct, const char *key,
                               const char *value);

/* At most 64 letters, digits, - and dots. Stopped. sethostname(2). */
int libct_container_set_hostname(ct_handler_t ct, const char *name);

/* --- filesystems ---------------------------------------------------------- */

/* The container's root, a directory that exists, relative to the caller's. It
 * gets private /proc, /sys and /dev, as `ct run --root` does. Without this
 * call the container sees a private copy of the caller's mounts, and nothing is
 * added to it but what AUTO_PROC_MOUNT, CGROUP_SUBMOUNT and add_mount say.
 * Stopped. libct(1). */
int libct_fs_set_root(ct_handler_t ct, char *root_path);

/* CT_FS_NONE: nothing (arg NULL). CT_FS_SUBDIR: arg, the path of a directory, is
 * mounted over the root at spawn, so that the container sees it there.
 * Stopped. libct(1). */
int libct_fs_set_private(ct_handler_t ct, enum ct_fs_type type, void *arg);

/* Binds source, relative to the caller's root, at destination, relative to the
 * container's, which is made if the container has its own root and must
 * exist otherwise. flags: 0 or MS_RDONLY, MS_NOEXEC, MS_REC,
 * MS_NOSUID, MS_NODEV, MS_BIND of mount(2); the last three are always set. No
 * colons or commas in a path. Stopped. libct(1). */
int libct_fs_add_mount(ct_handler_t ct, char *source, char *destination,
                       int flags);

/* Takes back what libct_fs_add_mount() was given for this destination, in the same
 * spelling. Stopped. */
int libct_fs_del_mount(ct_handler_t ct, char *destination);

/* Opens what the container sees at path: the descriptor is the caller's, close-on-exec. No
 * link in the container leads out of it. Use O_NONBLOCK to open a FIFO or a device.
 * flags: of open(2), none that creates. Running. */
int libct_fs_open(ct_handler_t ct, const char *path, int flags);

/* A device of the host, /dev/..., in the container's /dev. access: of "rwm",
 * NULL for all three; less also needs the device filter (CONFIG_CGROUP_BPF).
 * Stopped. */
int libct_container_add_device(ct_handler_t ct, const char *path,
                               const char *access);

/* --- networking ----------------------------------------------------------- */

/* One more interface, or what replaces it:
 * CT_NET_NONE     own namespace, lo up; arg NULL
 * CT_NET_HOSTNIC  the host's network; arg NULL
 * CT_NET_VETH     a pair; arg a struct ct_net_veth_arg *, or NULL
 * CT_NET_MACVLAN, IPVLAN, VLAN, PHYS  arg a const char *, the host's interface
 * Stopped. libct(1); --net of ct(1). */
int libct_net_add(ct_handler_t ct, enum ct_net_type ntype, void *arg);

/* Takes back the first one that was added with this type and argument. Stopped. */
int libct_net_del(ct_handler_t ct, enum ct_net_type ntype, void *arg);

/* For the interface added last; each key once. key: name, bridge, host,
 * hostip, mode, id, mac, mtu, gw, as with --net of ct(1). Stopped. */
int libct_net_set(ct_handler_t ct, const char *key, const char *value);

/* The same: an address ADDRESS/LENGTH, v4 or v6. Stopped. */
int libct_net_add_address(ct_handler_t ct, const char *address);

/* The same: a route to ADDRESS/LENGTH or default, through the address via, or
 * directly if that is NULL (default: of IPv4). Stopped. */
int libct_net_add_route(ct_handler_t ct, const char *destination,
                        const char *via);

/* --- process -------------------------------------------------------------- */

/* user: a name in the container's passwd or a number; groups: names or numbers
 * joined by commas, the first is the primary one, NULL for those in the
 * files. Stopped. */
int libct_container_set_user(ct_handler_t ct, const char *user,
                             const char *groups);

/* By the names of capabilities(7), "ALL" for all. The default is config.h's
 * short list. Stopped. */
int libct_container_add_capability(ct_handler_t ct, const char *cap);
int libct_container_drop_capability(ct_handler_t ct, const char *cap);

/* The capabilities whose bit (CAP_ of linux/capability.h) is in mask, and no others.
 * apply_to: APPLY_BSET, APPLY_ALLCAPS or both. Once. Stopped. */
int libct_container_set_caps(ct_handler_t ct, unsigned long mask, unsigned int apply_to);

/* Host name and NIS domain, NULL: as it was. Stopped. uname(2). */
int libct_container_uname(ct_handler_t ct, char *host, char *domain);

/* name as in setrlimit(2) without RLIMIT_, in lower case: nofile. Units are
 * the limit's own; UINT64_MAX: unlimited. Stopped. */
int libct_container_set_rlimit(ct_handler_t ct, const char *name, uint64_t soft,
                               uint64_t hard);

/* value NULL: the caller's, if it has that variable at spawn. Stopped. */
int libct_container_set_env(ct_handler_t ct, const char *name,
                            const char *value);

/* A directory in the container. Default: its root, or the caller's if it
 * has no root of its own. Stopped. */
int libct_container_set_workdir(ct_handler_t ct, const char *path);

/* Descriptor fd, 3 or more, stays open under its number. Stopped. */
int libct_container_keep_fd(ct_handler_t ct, int fd);

/* fd, a terminal's (posix_openpt(3), the slave side), becomes standard input,
 * output and error and the controlling terminal; -1: none. Stopped. */
int libct_container_set_console_fd(ct_handler_t ct, int fd);

/* fd, as above, is also /dev/NAME inside ("console", "tty1"), and belongs to the root of a user
 * namespace whose maps were given before. For one with a root of its own. Stopped. */
int libct_container_add_terminal(ct_handler_t ct, const char *name, int fd);

/* opt: LIBCT_OPT_ or CT_OPT_ with the argument that the list above gives.
 * AUTO_PROC_MOUNT: /proc is mounted if the container has its own pid
 * namespace; with a root of its own this is always so. CGROUP_SUBMOUNT: the
 * container's cgroup is mounted at path, an absolute one, NULL for
 * /sys/fs/cgroup, and it may make cgroups there. DIE_WITH_THREAD: the container
 * is killed when the thread that spawned it ends. Stopped. libct(1). */
int libct_container_set_option(ct_handler_t ct, int opt, ...);

/* Any option of `ct run` by its long name ("seccomp", "tmpfs"), except those
 * that are about ct's own process; value NULL for one that takes none.
 * "seccomp-notify": a socket of the caller's, which has the listener when spawn
 * returns.
 * Stopped. ct(1). */
int libct_container_configure(ct_handler_t ct, const char *option,
                              const char *value);

/* What a verb of ct(1) does to a running container, even of another caller: "net
 * add", "net del", "device add", "device del", "set", "mount", "umount", "checkpoint"; argv is
 * what follows the name there, up to NULL. Running. ct(1). */
int libct_container_change(ct_handler_t ct, const char *verb, char *const argv[]);

/* Refuses every system call that ct knows by name except those in names, up to
 * NULL: with errno no, or by ending the process if that is -1. What the default
 * filter refuses stays refused. Stopped. --syscall of ct(1). */
int libct_container_allow_syscalls(ct_handler_t ct, const char *const *names, int no);

/* --- the background ------------------------------------------------------- */

/* Runs fn(arg, tell) in a new process that is nobody's child, to watch over containers that
 * it makes: without a terminal, in /, with umask 022, all signals at their default and
 * /dev/null as its standard streams; close_fds: with none of the caller's other descriptors.
 * Its result is the exit status. Blocks until it calls libct_background_tell(tell): 0, or -1
 * with the text that it was given there, in error; "": errno tells. */
int libct_background(int (*fn)(void *arg, int tell), void *arg, int close_fds, char *error,
                     size_t size);

/* Once. error NULL: none, the caller may go on. */
void libct_background_tell(int tell, const char *error);

/* --- terminals ------------------------------------------------------------ */

/* What libct_terminal_relay() copies. */
struct ct_relay {
	int fd;                         /* a terminal's other end, posix_openpt(3) */
	int in, out;                    /* what is typed, what is printed; -1: none */
	int end;                        /* ends it when it polls readable, a pidfd; -1: none */
	int escape;                     /* the key after which a q ends it; 0: none */
	int lossy;                      /* 1: what does not fit is lost, and fd does not block */
	void (*keep)(void *arg, const char *data, size_t n);    /* of what is printed; NULL */
	void *arg;                      /* for keep */
};

/* Copies between a terminal and the caller's, which is raw meanwhile and whose size it has;
 * no descriptor is closed. Blocks until `end`, when everything printed has been copied: 0;
 * until in ends, or the escape and a q: 1; -1: the terminal is hung up, or out takes nothing. */
int libct_terminal_relay(const struct ct_relay *r);

/* --- files ---------------------------------------------------------------- */

/* Copies the file or directory from, with owners, modes, times, attributes, hard links,
 * devices and holes, to the path to, which must not exist. No link in it is
 * followed, nothing mounted in it is copied, and directories nest at most 200
 * deep. What cannot be copied is an error, in libct_session_error(); what was
 * copied by then stays. */
int libct_copy_tree(libct_session_t s, const char *from, const char *to);

/* Removes the file or the directory at path with everything in it, at any depth; it need not
 * exist. What a link in it points to stays, and anything mounted in it is an error, in
 * libct_session_error(); what was removed by then is gone. */
int libct_remove_tree(libct_session_t s, const char *path);

#ifdef __cplusplus
}
#endif

#endif
