/* SPDX-License-Identifier: ISC
 *
 * LXC's API, for programs that were written for liblxc: names, arguments and
 * member order are LXC's, the code is ct's (lib/lxc.c, over libct.h).
 * lxc(3) says how to compile and link, which keys a configuration may have, and
 * what differs.
 *
 * What holds for every function, unless it says otherwise:
 * - bool is true on success, int is 0 or a number, or less than 0. What
 *   went wrong is then in error_string, and error_num is the errno or -1.
 * - The caller must free(3) a returned char *, but not a const char *.
 * - A container's configuration is the file CONFIG_PATH/NAME/config. Nothing
 *   else is kept, except by create, clone and snapshot, below CONFIG_PATH/NAME.
 */
#ifndef LXC_LXCCONTAINER_H
#define LXC_LXCCONTAINER_H

#include <malloc.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include <lxc/attach_options.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LXC_CLONE_KEEPNAME        (1 << 0) /* not the host's name */
#define LXC_CLONE_KEEPMACADDR     (1 << 1) /* not new MAC addresses */
#define LXC_CLONE_SNAPSHOT        (1 << 2) /* a layer over the original */
#define LXC_CLONE_KEEPBDEVTYPE    (1 << 3)
#define LXC_CLONE_MAYBE_SNAPSHOT  (1 << 4)
#define LXC_CLONE_MAXFLAGS        (1 << 5)
#define LXC_CLONE_ALLOW_RUNNING   (1 << 6)
#define LXC_CREATE_QUIET          (1 << 0) /* what the template prints is dropped */
#define LXC_CREATE_MAXFLAGS       (1 << 1)
#define LXC_MOUNT_API_V1          1

struct bdev_specs;
struct lxc_snapshot;
struct lxc_lock;
struct migrate_opts;
struct lxc_console_log;
struct lxc_conf;

struct lxc_mount {
	int version;                    /* LXC_MOUNT_API_V1 */
};

struct lxc_container {
	/* private */
	char *name;
	char *configfile;
	char *pidfile;
	struct lxc_lock *slock;
	struct lxc_lock *privlock;
	int numthreads;                 /* references */
	struct lxc_conf *lxc_conf;

	/* public */
	char *error_string;             /* of the last call, NULL: none */
	int error_num;
	bool daemonize;                 /* see want_daemonize */
	char *config_path;

	bool (*is_defined)(struct lxc_container *c);            /* is there a configuration file? */
	const char *(*state)(struct lxc_container *c);          /* STOPPED, RUNNING, FROZEN; in
	                                                         * between STARTING, STOPPING */
	bool (*is_running)(struct lxc_container *c);            /* RUNNING or FROZEN */
	bool (*freeze)(struct lxc_container *c);                /* both return when it has */
	bool (*unfreeze)(struct lxc_container *c);              /* taken effect */
	pid_t (*init_pid)(struct lxc_container *c);             /* as seen outside; -1: none */

	/* alt_file NULL: the container's own. What was set before is kept. */
	bool (*load_config)(struct lxc_container *c, const char *alt_file);

	/* argv NULL: lxc.init.cmd; useinit: lxc.execute.cmd, below a reaper as pid 1. Returns
	 * when it runs or, if not daemonized, when it has ended. startl: the arguments one by
	 * one, NULL at the end. */
	bool (*start)(struct lxc_container *c, int useinit, char *const argv[]);
	bool (*startl)(struct lxc_container *c, int useinit, ...);

	/* lxc.signal.stop, SIGKILL to all. Returns when it has ended. */
	bool (*stop)(struct lxc_container *c);

	/* May start return while it runs? true unless this is called. Does the process that
	 * watches it close the caller's descriptors? */
	bool (*want_daemonize)(struct lxc_container *c, bool state);
	bool (*want_close_all_fds)(struct lxc_container *c, bool state);

	char *(*config_file_name)(struct lxc_container *c);

	/* state: names joined by |. timeout: seconds, -1: none, 0: only look. */
	bool (*wait)(struct lxc_container *c, const char *state, int timeout);

	/* Replaces, or adds to a key that is a list; "" clears. */
	bool (*set_config_item)(struct lxc_container *c, const char *key, const char *value);

	/* Removes its directory and root file system. Stopped, without snapshots. */
	bool (*destroy)(struct lxc_container *c);

	/* alt_file NULL: the container's own, whose directory is made. */
	bool (*save_config)(struct lxc_container *c, const char *alt_file);

	/* t: a program in the directory of templates (lxc-NAME) or an absolute path, NULL for
	 * none. It is run with --path=, --name=, --rootfs= and argv, fills the root and may add
	 * to the configuration. bdevtype: NULL, "dir", "best" or "none". */
	bool (*create)(struct lxc_container *c, const char *t, const char *bdevtype,
	               struct bdev_specs *specs, int flags, char *const argv[]);
	bool (*createl)(struct lxc_container *c, const char *t, const char *bdevtype,
	                struct bdev_specs *specs, int flags, ...);

	bool (*rename)(struct lxc_container *c, const char *newname);   /* stopped */

	/* lxc.signal.reboot to its first process, which should call reboot(2). */
	bool (*reboot)(struct lxc_container *c);

	/* lxc.signal.halt to its first process. timeout: seconds in which it must end, -1: no
	 * limit, 0: do not wait. */
	bool (*shutdown)(struct lxc_container *c, int timeout);

	/* In memory. */
	void (*clear_config)(struct lxc_container *c);
	bool (*clear_config_item)(struct lxc_container *c, const char *key);

	/* The value's length, of which up to inlen - 1 bytes are written; a list has one line
	 * per entry. retv NULL: only the length. */
	int (*get_config_item)(struct lxc_container *c, const char *key, char *retv, int inlen);

	/* The same of a running container. */
	char *(*get_running_config_item)(struct lxc_container *c, const char *key);

	/* Names of keys, or of those below key (lxc.net.0), as lines. */
	int (*get_keys)(struct lxc_container *c, const char *key, char *retv, int inlen);

	/* NULL at the end; the caller frees each and the array. interface NULL: all; family
	 * "inet", "inet6" or NULL; scope: for IPv6. */
	char **(*get_interfaces)(struct lxc_container *c);
	char **(*get_ips)(struct lxc_container *c, const char *interface,
	                  const char *family, int scope);

	/* A file of its cgroup, memory.max, or of cgroup v1 by libct(3)'s table. */
	int (*get_cgroup_item)(struct lxc_container *c, const char *subsys, char *retv, int inlen);
	bool (*set_cgroup_item)(struct lxc_container *c, const char *subsys, const char *value);

	const char *(*get_config_path)(struct lxc_container *c);
	bool (*set_config_path)(struct lxc_container *c, const char *path);

	/* newname NULL: the same, elsewhere; lxcpath NULL: beside the original; bdevtype NULL,
	 * "dir", "overlay". NULL after an error. */
	struct lxc_container *(*clone)(struct lxc_container *c, const char *newname,
	                               const char *lxcpath, int flags, const char *bdevtype,
	                               const char *bdevdata, uint64_t newsize, char **hookargs);

	/* A descriptor of terminal *ttynum (0: the console, -1: the first free one) in *ptxfd;
	 * the returned one reserves it. The caller owns both. */
	int (*console_getfd)(struct lxc_container *c, int *ttynum, int *ptxfd);

	/* Connects the caller's terminal to it until ^escape q (1: ^A q). */
	int (*console)(struct lxc_container *c, int ttynum, int stdinfd, int stdoutfd,
	               int stderrfd, int escape);

	/* Runs exec_function in it, in a copy of the caller, as after fork(2). options NULL:
	 * LXC_ATTACH_OPTIONS_DEFAULT. The caller has to wait for the process. */
	int (*attach)(struct lxc_container *c, lxc_attach_exec_t exec_function,
	              void *exec_payload, lxc_attach_options_t *options,
	              pid_t *attached_process);

	/* The status, as from waitpid(2). argv includes argv[0]. */
	int (*attach_run_wait)(struct lxc_container *c, lxc_attach_options_t *options,
	                       const char *program, const char *const argv[]);
	int (*attach_run_waitl)(struct lxc_container *c, lxc_attach_options_t *options,
	                        const char *program, const char *arg, ...);

	/* A copy of a stopped one, called snapN; returns N. */
	int (*snapshot)(struct lxc_container *c, const char *commentfile);

	/* Their number; free each one by its free, then the array. */
	int (*snapshot_list)(struct lxc_container *c, struct lxc_snapshot **snapshots);

	/* newname NULL or the container's own name: replaces it. */
	bool (*snapshot_restore)(struct lxc_container *c, const char *snapname,
	                         const char *newname);
	bool (*snapshot_destroy)(struct lxc_container *c, const char *snapname);

	bool (*may_control)(struct lxc_container *c);

	/* dest_path NULL: like src_path. Running. */
	bool (*add_device_node)(struct lxc_container *c, const char *src_path,
	                        const char *dest_path);
	bool (*remove_device_node)(struct lxc_container *c, const char *src_path,
	                           const char *dest_path);

	/* A link of the host goes in, as dst_dev, and comes out. Running. */
	bool (*attach_interface)(struct lxc_container *c, const char *dev, const char *dst_dev);
	bool (*detach_interface)(struct lxc_container *c, const char *dev, const char *dst_dev);

	/* By criu(8), in a directory that is empty or does not exist; stop: it does not go on.
	 * With lxc.console.path = none. What is restored runs in the background. */
	bool (*checkpoint)(struct lxc_container *c, char *directory, bool stop, bool verbose);
	bool (*restore)(struct lxc_container *c, char *directory, bool verbose);

	bool (*destroy_with_snapshots)(struct lxc_container *c);
	bool (*snapshot_destroy_all)(struct lxc_container *c);

	/* MIGRATE_; 0, or less than 0. */
	int (*migrate)(struct lxc_container *c, unsigned int cmd, struct migrate_opts *opts,
	               unsigned int size);

	/* What its console printed; less than 0: -errno. */
	int (*console_log)(struct lxc_container *c, struct lxc_console_log *log);

	/* As reboot, and waits until it runs again; timeout as for shutdown. */
	bool (*reboot2)(struct lxc_container *c, int timeout);

	/* In a running one. */
	int (*mount)(struct lxc_container *c, const char *source, const char *target,
	             const char *filesystemtype, unsigned long mountflags, const void *data,
	             struct lxc_mount *mnt);
	int (*umount)(struct lxc_container *c, const char *target, unsigned long mountflags,
	              struct lxc_mount *mnt);

	/* Descriptors, the caller's; less than 0: -errno. The listener of a profile with notify,
	 * one of the first process, a mount of its /dev/pts. */
	int (*seccomp_notify_fd)(struct lxc_container *c);
	int (*seccomp_notify_fd_active)(struct lxc_container *c);
	int (*init_pidfd)(struct lxc_container *c);
	int (*devpts_fd)(struct lxc_container *c);

	int rcv_timeout;                /* seconds; nothing waits for an answer */
	bool (*set_timeout)(struct lxc_container *c, int timeout);
};

struct lxc_snapshot {
	char *name;
	char *comment_pathname;         /* where it would be, if there is one */
	char *timestamp;
	char *lxcpath;                  /* where it is a container called name */
	void (*free)(struct lxc_snapshot *s);
};

struct bdev_specs {
	char *fstype;
	uint64_t fssize;                /* bytes */
	struct { char *zfsroot; } zfs;
	struct { char *vg, *lv, *thinpool; } lvm;
	char *dir;                      /* where the root is to be */
	struct { char *rbdname, *rbdpool; } rbd;
};

enum {
	MIGRATE_PRE_DUMP,
	MIGRATE_DUMP,
	MIGRATE_RESTORE,
	MIGRATE_FEATURE_CHECK
};

#define FEATURE_MEM_TRACK  (1ULL << 0)
#define FEATURE_LAZY_PAGES (1ULL << 1)

struct migrate_opts {
	char *directory;
	bool verbose;
	bool stop;
	char *predump_dir;
	char *pageserver_address;
	char *pageserver_port;
	bool preserves_inodes;
	char *action_script;
	bool disable_skip_in_flight;
	uint64_t ghost_limit;
	uint64_t features_to_check;
};

struct lxc_console_log {
	bool clear;                     /* forget it after reading */
	bool read;
	uint64_t *read_max;             /* in: the limit, 0: all; out: how much */
	char *data;                     /* the caller's to free(3) */
};

/* configpath NULL: lxc.lxcpath. The configuration is loaded if there is one.
 * With one reference; NULL after an error. */
struct lxc_container *lxc_container_new(const char *name, const char *configpath);

/* One more reference: 1; 0 after an error. */
int lxc_container_get(struct lxc_container *c);

/* One less; the last one frees it: 1 then, 0 if others are left, -1 after an
 * error. What runs goes on. */
int lxc_container_put(struct lxc_container *c);

/* Their number; states NULL: only that. */
int lxc_get_wait_states(const char **states);

/* lxc.lxcpath, lxc.default_config, lxc.bdev.lvm.vg ...; the library's. */
const char *lxc_get_global_config_item(const char *key);

const char *lxc_get_version(void);

/* The number of containers in lxcpath, NULL for lxc.lxcpath; -1 after an error.
 * names and cret may be NULL; the caller frees each name, puts each container
 * and frees both arrays. */
int list_defined_containers(const char *lxcpath, char ***names, struct lxc_container ***cret);
int list_active_containers(const char *lxcpath, char ***names, struct lxc_container ***cret);
int list_all_containers(const char *lxcpath, char ***names, struct lxc_container ***cret);

struct lxc_log {
	const char *name;
	const char *lxcpath;
	const char *file;               /* NULL: none; "none" as well */
	const char *level;              /* TRACE to FATAL; NULL: ERROR */
	const char *prefix;
	bool quiet;
};

int lxc_log_init(struct lxc_log *log);
void lxc_log_close(void);

bool lxc_config_item_is_supported(const char *key);
bool lxc_has_api_extension(const char *extension);

#ifdef __cplusplus
}
#endif

#endif
