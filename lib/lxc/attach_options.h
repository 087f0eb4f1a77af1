/* SPDX-License-Identifier: ISC
 *
 * What the attach functions of lxc/lxccontainer.h take. Names and values are
 * LXC's; lxc(3) says which of them ct has.
 */
#ifndef LXC_ATTACH_OPTIONS_H
#define LXC_ATTACH_OPTIONS_H

#include <stdbool.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum lxc_attach_env_policy_t {
	LXC_ATTACH_KEEP_ENV,            /* the caller's variables */
	LXC_ATTACH_CLEAR_ENV            /* those of extra_keep_env alone */
} lxc_attach_env_policy_t;

enum {
	/* in LXC_ATTACH_DEFAULT */
	LXC_ATTACH_MOVE_TO_CGROUP = 0x00000001,
	LXC_ATTACH_DROP_CAPABILITIES = 0x00000002,
	LXC_ATTACH_SET_PERSONALITY = 0x00000004,
	LXC_ATTACH_LSM_EXEC = 0x00000008,
	/* not in it */
	LXC_ATTACH_REMOUNT_PROC_SYS = 0x00010000,
	LXC_ATTACH_LSM_NOW = 0x00020000,
	LXC_ATTACH_NO_NEW_PRIVS = 0x00040000,
	LXC_ATTACH_TERMINAL = 0x00080000,
	LXC_ATTACH_LSM_LABEL = 0x00100000,
	LXC_ATTACH_SETGROUPS = 0x00200000,
	LXC_ATTACH_DEFAULT = 0x0000FFFF
};

#define LXC_ATTACH_LSM (LXC_ATTACH_LSM_EXEC | LXC_ATTACH_LSM_NOW)
#define LXC_ATTACH_DETECT_PERSONALITY ~0L

/* What runs inside; its result is the exit status. */
typedef int (*lxc_attach_exec_t)(void *payload);

typedef struct lxc_groups_t {
	size_t size;
	gid_t *list;
} lxc_groups_t;

typedef struct lxc_attach_options_t {
	int attach_flags;
	int namespaces;                 /* CLONE_NEW...; -1: the container's */
	long personality;
	char *initial_cwd;              /* NULL: unchanged, or the root */
	uid_t uid;                      /* -1: that of the container's first process */
	gid_t gid;
	lxc_attach_env_policy_t env_policy;
	char **extra_env_vars;          /* NAME=VALUE, NULL at the end */
	char **extra_keep_env;          /* NAME, NULL at the end */
	int stdin_fd, stdout_fd, stderr_fd;
	int log_fd;                     /* for errors on the way in; -1: none */
	char *lsm_label;
	lxc_groups_t groups;            /* with LXC_ATTACH_SETGROUPS */
} lxc_attach_options_t;

#define LXC_ATTACH_OPTIONS_DEFAULT { \
	LXC_ATTACH_DEFAULT, -1, LXC_ATTACH_DETECT_PERSONALITY, NULL, \
	(uid_t)-1, (gid_t)-1, LXC_ATTACH_KEEP_ENV, NULL, NULL, 0, 1, 2, -1, \
	NULL, { 0, NULL } }

typedef struct lxc_attach_command_t {
	char *program;                  /* looked up in PATH */
	char **argv;                    /* with argv[0] */
} lxc_attach_command_t;

/* For exec_function: payload is a struct lxc_attach_command_t *. 127 or 126 if
 * it cannot be executed. */
int lxc_attach_run_command(void *payload);

/* The same for the shell of the user that it runs as, or /bin/sh. */
int lxc_attach_run_shell(void *payload);

#ifdef __cplusplus
}
#endif

#endif
