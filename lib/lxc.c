/* SPDX-License-Identifier: ISC
 *
 * liblxc - LXC's API (lxc/lxccontainer.h) over ct.h, and over nothing else of ct.
 * The rooms are in lib/lxc, in reading order below.
 *
 * As with LXC, each running container has a watcher: a process that started it,
 * holds its terminals' master ends, and starts it again when it reboots. No state
 * is written to disk: the kernel is asked for the container (by its name in
 * libct), for the lock on the container's directory, and for the watcher's
 * descriptors (pidfd_getfd(2)), which needs the right to trace the watcher.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <arpa/inet.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <grp.h>
#include <ifaddrs.h>
#include <limits.h>
#include <poll.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../ct.h"
#include "lxc/lxccontainer.h"
#include "lxc/version.h"

extern char **environ;

#define LEN(a) (sizeof (a) / sizeof *(a))
#define PRINTF(m, n) __attribute__((format(printf, m, n)))

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

/* Where LXC's packages have them, for third-party templates. */
#ifndef LXC_TEMPLATES
#define LXC_TEMPLATES "/usr/share/lxc/templates"
#endif
#ifndef LXC_PATH
#define LXC_PATH "/var/lib/lxc"
#endif

#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

enum {
	HOOK_MS = 60 * 1000,            /* a hook's time; LXC has no limit */
	STOP_SECONDS = 10,              /* time for the watcher to clean up */
	RING_MIN = 4096,                /* bytes of the console's log */
	RING_MAX = 16 << 20,
	TTY_MAX = 16,
	NIC_MAX = 1024,                 /* of lxc.net.N */
	INCLUDE_MAX = 16,               /* files that include each other */
	CONF_MAX = 256 << 10,           /* bytes of a configuration with all that it includes */
	CONF_FILE = 1024,               /* bytes that each included file counts for at least */
};

/* A line of the file; key "": a comment or an empty line, whose text is value. */
struct line { struct line *next; char *value; bool included; char key[]; };

struct lxc_conf {
	struct line *first, **end;
	size_t left;                    /* bytes that it may still include */
	bool close_fds;
	uid_t alien;                    /* whose its file is, if neither root's nor the caller's */
};

static const char *conf_get(const struct lxc_container *c, const char *key);

#include "lxc/text.c"
#include "lxc/conf.c"
#include "lxc/keys.c"
#include "lxc/live.c"
#include "lxc/disk.c"
#include "lxc/watch.c"
#include "lxc/look.c"
#include "lxc/enter.c"
#include "lxc/clone.c"
#include "lxc/criu.c"

/* --- handles, lists, globals --- */

#define M(name) .name = api_##name
static const struct lxc_container members = {
	M(is_defined), M(state), M(is_running), M(freeze), M(unfreeze), M(init_pid),
	M(load_config), M(start), M(startl), M(stop), M(want_daemonize), M(want_close_all_fds),
	M(config_file_name), M(wait), M(set_config_item), M(destroy), M(save_config), M(create),
	M(createl), M(rename), M(reboot), M(shutdown), M(clear_config), M(clear_config_item),
	M(get_config_item), M(get_running_config_item), M(get_keys), M(get_interfaces), M(get_ips),
	M(get_cgroup_item), M(set_cgroup_item), M(get_config_path), M(set_config_path), M(clone),
	M(console_getfd), M(console), M(attach), M(attach_run_wait), M(attach_run_waitl),
	M(snapshot), M(snapshot_list), M(snapshot_restore), M(snapshot_destroy), M(may_control),
	M(add_device_node), M(remove_device_node), M(attach_interface), M(detach_interface),
	M(checkpoint), M(restore), M(destroy_with_snapshots), M(snapshot_destroy_all), M(migrate),
	M(console_log), M(reboot2), M(mount), M(umount), M(seccomp_notify_fd), M(init_pidfd),
	M(devpts_fd), M(set_timeout), .seccomp_notify_fd_active = api_seccomp_notify_fd,
	.daemonize = true, .numthreads = 1,
};
#undef M

static void
handle_free(struct lxc_container *c)
{
	int saved = errno;

	conf_clear(c->lxc_conf);
	free(c->name);
	free(c->configfile);
	free(c->config_path);
	free(c->error_string);
	free(c);
	errno = saved;
}

/* Removes what a killed creation of the same user left: its mark is there, with no lock on it. In
 * a directory of their own, others can give that name to any file. */
static void
handle_partial(struct lxc_container *c)
{
	const int flags = O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	AUTO char *path = disk_path(c, "partial"), *dir = disk_path(c, "");
	CLEAN(lx_close) int fd = path && lx_mine(c->config_path) && lx_mine(dir) ?
	                         open(path, flags) : -1;
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
	    st.st_nlink == 1 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		disk_destroy(c);
}

struct lxc_container *
lxc_container_new(const char *name, const char *configpath)
{
	const char *home = configpath ? configpath : lxc_get_global_config_item("lxc.lxcpath");
	struct { struct lxc_container c; struct lxc_conf conf; } *both;
	struct lxc_container *c;

	errno = EINVAL;
	if (!name || !*name || strchr(name, '/') || !strcmp(name, ".") || !strcmp(name, "..") ||
	    strlen(name) > NAME_MAX || !home || !*home)
		return NULL;
	if (!(both = calloc(1, sizeof *both)))
		return NULL;
	c = &both->c;
	*c = members;
	c->name = strdup(name);
	c->lxc_conf = &both->conf;
	both->conf.end = &both->conf.first;
	if (!c->name || !handle_at(c, home) ||
	    (api_is_defined(c) && !conf_read(c, c->configfile, 0))) {
		handle_free(c);
		return NULL;
	}
	handle_partial(c);
	return c;
}

int
lxc_container_get(struct lxc_container *c)
{
	return c && __atomic_fetch_add(&c->numthreads, 1, __ATOMIC_RELAXED) > 0;
}

int
lxc_container_put(struct lxc_container *c)
{
	if (!c)
		return -1;
	if (__atomic_sub_fetch(&c->numthreads, 1, __ATOMIC_ACQ_REL) > 0)
		return 0;
	handle_free(c);
	return 1;
}

int
lxc_get_wait_states(const char **states)
{
	if (states)
		memcpy(states, wait_states, sizeof wait_states);
	return (int)LEN(wait_states);
}

/* The value of key in LXC's own file, or the default. */
static char *
global_read(const char *key, const char *usual)
{
	const char *home = getenv("HOME");
	AUTO char *path = geteuid() ? lx_printf("%s/.config/lxc/lxc.conf", home ? home : "/") :
	                  lx_printf("/etc/lxc/lxc.conf");
	CLEAN(words_free) struct words lines = { 0 };
	const char *found = NULL;

	if (path)
		words_file(&lines, path);
	for (size_t i = 0; i < lines.n; i++) {
		char *value = strchr(lines.v[i], '=');

		if (value)
			*value++ = '\0';
		if (value && !strcmp(lx_trim(lines.v[i]), key))
			found = lx_trim(value);
	}
	if (found || *usual != '~')
		return strdup(found ? found : usual);
	return lx_printf("%s%s", home ? home : "", usual + 1);
}

const char *
lxc_get_global_config_item(const char *key)
{
	static const struct { const char *key, *root, *user; } items[] = {
		{ "lxc.lxcpath", LXC_PATH, "~/.local/share/lxc" },
		{ "lxc.default_config", "/etc/lxc/default.conf", "~/.config/lxc/default.conf" },
		{ "lxc.bdev.lvm.vg", "lxc", "lxc" }, { "lxc.bdev.lvm.thin_pool", "lxc", "lxc" },
		{ "lxc.bdev.zfs.root", "lxc", "lxc" }, { "lxc.bdev.rbd.rbdpool", "lxc", "lxc" },
		{ "lxc.cgroup.use", "", "" }, { "lxc.cgroup.pattern", "", "" },
	};
	static char *values[LEN(items)];        /* once read; the first thread's stays */
	char *first = NULL, *value;
	size_t i = 0;

	while (i < LEN(items) && (!key || strcmp(key, items[i].key)))
		i++;
	if (i == LEN(items)) {
		errno = EINVAL;
		return NULL;
	}
	if ((value = __atomic_load_n(&values[i], __ATOMIC_ACQUIRE)))
		return value;
	value = global_read(key, geteuid() ? items[i].user : items[i].root);
	if (__atomic_compare_exchange_n(&values[i], &first, value, false, __ATOMIC_ACQ_REL,
	                                __ATOMIC_ACQUIRE))
		return value;
	free(value);
	return first;
}

const char *
lxc_get_version(void)
{
	return LXC_VERSION;
}

enum { WANT_DEFINED = 1, WANT_ACTIVE = 2 };

static int
list_containers(const char *lxcpath, char ***names, struct lxc_container ***cret, int want)
{
	const char *path = lxcpath ? lxcpath : lxc_get_global_config_item("lxc.lxcpath");
	struct words all, found = { 0 };
	struct lxc_container **list;
	int n = 0;

	if (!path || (access(path, R_OK) < 0 && errno != ENOENT))
		return -1;
	all = words_of_dir(path, alphasort);
	list = calloc(all.n + 1, sizeof(void *));
	for (size_t i = 0; i < all.n && list; i++) {
		struct lxc_container *c = list[n] = lxc_container_new(all.v[i], path);
		int is = !c ? 0 : (api_is_defined(c) ? WANT_DEFINED : 0) |
		                  (api_is_running(c) ? WANT_ACTIVE : 0);
		bool wanted = is & want && words_dup(&found, c->name);

		if (!wanted || !cret)
			lxc_container_put(c);
		n += wanted;
	}
	words_free(&all);
	if (names)
		*names = found.v;
	else
		words_free(&found);
	if (cret)
		*cret = n ? list : NULL;
	if (!cret || !n)
		free(list);
	return n;
}

int
list_defined_containers(const char *lxcpath, char ***names, struct lxc_container ***cret)
{
	return list_containers(lxcpath, names, cret, WANT_DEFINED);
}

int
list_active_containers(const char *lxcpath, char ***names, struct lxc_container ***cret)
{
	return list_containers(lxcpath, names, cret, WANT_ACTIVE);
}

int
list_all_containers(const char *lxcpath, char ***names, struct lxc_container ***cret)
{
	return list_containers(lxcpath, names, cret, WANT_DEFINED | WANT_ACTIVE);
}

int
lxc_log_init(struct lxc_log *log)
{
	int level = log && log->level ? log_level(log->level) : LOG_ERROR;

	if (!log || level < 0) {
		errno = EINVAL;
		return -1;
	}
	lxc_log_close();
	if (log->file && strcmp(log->file, "none") && (lx_log.fd = log_open(log->file)) < 0)
		return -1;
	lx_log.level = level;
	lx_log.loud = !log->quiet;
	snprintf(lx_log.prefix, sizeof lx_log.prefix, "%s", log->prefix ? log->prefix : "");
	return 0;
}

void
lxc_log_close(void)
{
	lx_close(&lx_log.fd);
	lx_log.level = LOG_ERROR;
	lx_log.loud = false;
	*lx_log.prefix = '\0';
}

bool
lxc_config_item_is_supported(const char *key)
{
	return key && key_find(key);
}

bool
lxc_has_api_extension(const char *extension)
{
	return extension && listed("console_log reboot2 mount_injection mount_injection_file "
	                           "init_pidfd devpts_fd cgroup2 cgroup2_devices time_namespace "
	                           "pidfd seccomp_notify seccomp_notify_fd_active", extension);
}
