/* SPDX-License-Identifier: ISC
 *
 * lxc: LXC's API as a program sees it. `lxc PATH NAME CALL [ARGUMENT ...]` makes one
 * call on the container NAME of PATH and prints the result, or on an error its text,
 * with status 1. tests/library-lxc.t has the cases.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <lxc/lxccontainer.h>
#include <lxc/version.h>

static struct lxc_container *c;
static char **arg;      /* the call's, up to NULL */

static bool
said(bool ok)
{
	if (!ok)
		printf("%s\n", c && c->error_string ? c->error_string : "an error");
	return ok;
}

static bool
lines(char **list)
{
	for (int i = 0; list && list[i]; i++) {
		printf("%s\n", list[i]);
		free(list[i]);
	}
	free(list);
	return list;
}

static bool
text(int (*get)(struct lxc_container *, const char *, char *, int), const char *key)
{
	int n = get(c, key, NULL, 0);
	char *buf = n < 0 ? NULL : malloc((size_t)n + 1);

	if (!buf || get(c, key, buf, n + 1) != n)
		return false;
	buf[n] = 0;
	printf("%s%s", buf, n && buf[n - 1] == '\n' ? "" : "\n");
	free(buf);
	return true;
}

static int
inside(void *payload)
{
	printf("%s %d %d %s\n", (char *)payload, (int)getpid() > 1, (int)getuid(),
	       getenv("WORD") ? getenv("WORD") : "-");
	fflush(stdout);
	return 7;
}

static bool
do_attach(void)
{
	lxc_attach_options_t o = LXC_ATTACH_OPTIONS_DEFAULT;
	char *env[] = { "WORD=of-the-caller", NULL };
	pid_t pid;
	int status = 0;

	o.env_policy = LXC_ATTACH_CLEAR_ENV;
	o.extra_env_vars = env;
	o.uid = o.gid = 1000;
	if (c->attach(c, inside, "inside", &o, &pid) < 0)
		return false;
	waitpid(pid, &status, 0);
	printf("status %d\n", WEXITSTATUS(status));
	return true;
}

static int
linger(void *payload)
{
	(void)payload;
	return getchar() == EOF;
}

/* A callback that ends with standard input. */
static bool
do_linger(void)
{
	lxc_attach_options_t o = LXC_ATTACH_OPTIONS_DEFAULT;
	pid_t pid;

	return c->attach(c, linger, NULL, &o, &pid) == 0 && waitpid(pid, NULL, 0) == pid;
}

static bool
do_shell(void)
{
	lxc_attach_options_t o = LXC_ATTACH_OPTIONS_DEFAULT;
	pid_t pid;
	int status = 0;

	if (c->attach(c, lxc_attach_run_shell, NULL, &o, &pid) < 0)
		return false;
	waitpid(pid, &status, 0);
	printf("status %d\n", WEXITSTATUS(status));
	return true;
}

static bool
do_run(void)
{
	int status = c->attach_run_wait(c, NULL, *arg, (const char *const *)arg);

	if (status > 0)
		printf("status %d\n", WEXITSTATUS(status));
	return status >= 0;
}

/* NAMESPACE,...|all FLAG,...|-|e COMMAND...: "-" for the default flags, "e" for those of
 * lxc-attach -s, R for a new /proc and /sys. */
static bool
do_enter(void)
{
	static const struct { const char *name; int flag; } kinds[] = {
		{ "all", -1 }, { "mnt", CLONE_NEWNS }, { "pid", CLONE_NEWPID },
		{ "uts", CLONE_NEWUTS }, { "ipc", CLONE_NEWIPC }, { "net", CLONE_NEWNET },
		{ "user", CLONE_NEWUSER }, { "bad", 1 },
	};
	lxc_attach_options_t o = LXC_ATTACH_OPTIONS_DEFAULT;
	int status;

	o.namespaces = 0;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strstr(arg[0], kinds[i].name))
			o.namespaces |= kinds[i].flag;
	if (strchr(arg[1], 'e'))
		o.attach_flags &= ~(LXC_ATTACH_MOVE_TO_CGROUP | LXC_ATTACH_DROP_CAPABILITIES |
		                    LXC_ATTACH_LSM);
	if (strchr(arg[1], 'R'))
		o.attach_flags |= LXC_ATTACH_REMOUNT_PROC_SYS;
	status = c->attach_run_wait(c, &o, arg[2], (const char *const *)arg + 2);
	if (status > 0)
		printf("status %d\n", WEXITSTATUS(status));
	return status >= 0;
}

/* Writes a word to the console and prints what comes back. */
static bool
do_console(void)
{
	int tty = atoi(arg[0]), fd = -1, hold = c->console_getfd(c, &tty, &fd), again = 0;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char buf[4096];
	ssize_t n;

	if (hold < 0)
		return false;
	if (c->console_getfd(c, &again, &again) >= 0 && !tty)
		printf("two have it\n");
	dprintf(fd, "%s\n", arg[1]);
	while (poll(&p, 1, 2000) > 0 && (n = read(fd, buf, sizeof buf)) > 0)
		fwrite(buf, 1, (size_t)n, stdout);
	close(fd);
	close(hold);
	return true;
}

static bool
do_log(void)
{
	uint64_t max = 0;
	struct lxc_console_log log = { .read = true, .clear = arg[0], .read_max = &max };
	int r = c->console_log(c, &log);

	if (r == 0)
		fwrite(log.data, 1, max, stdout);
	free(log.data);
	return r == 0;
}

static bool
do_snapshots(void)
{
	struct lxc_snapshot *s;
	int n = c->snapshot_list(c, &s);

	for (int i = 0; i < n; i++) {
		printf("%s %zu %s\n", s[i].name, strlen(s[i].timestamp),
		       access(s[i].comment_pathname, F_OK) == 0 ? "comment" : "-");
		s[i].free(&s[i]);
	}
	free(n > 0 ? s : NULL);
	return n >= 0;
}

static bool
do_clone(void)
{
	struct lxc_container *d = c->clone(c, arg[0], NULL, arg[1] ? atoi(arg[1]) : 0, NULL, NULL,
	                                   0, NULL);

	if (!d)
		return false;
	printf("%s\n", d->name);
	lxc_container_put(d);
	return true;
}

static bool
do_snapshot(void)
{
	int n = c->snapshot(c, arg[0]);

	if (n >= 0)
		printf("%d\n", n);
	return n >= 0;
}

/* Checks what each call returns for a container that does not exist. */
static bool
do_nothing(void)
{
	struct lxc_mount m = { LXC_MOUNT_API_V1 };
	struct lxc_console_log log = { .read = true };
	lxc_attach_options_t o = LXC_ATTACH_OPTIONS_DEFAULT;
	struct lxc_snapshot *s;
	int tty = 0, fd, bad = 0;
	char buf[16];

#define NOT(what) do { if (what) { printf("%s\n", #what); bad = 1; } } while (0)
	NOT(c->is_defined(c));
	NOT(c->is_running(c));
	NOT(strcmp(c->state(c), "STOPPED"));
	NOT(c->freeze(c));
	NOT(c->unfreeze(c));
	NOT(c->init_pid(c) != -1);
	NOT(c->init_pidfd(c) >= 0);
	NOT(c->devpts_fd(c) >= 0);
	NOT(c->load_config(c, NULL));
	NOT(c->start(c, 0, NULL));
	NOT(!c->stop(c));               /* it is */
	NOT(c->reboot(c));
	NOT(c->reboot2(c, 1));
	NOT(c->destroy(c));
	NOT(c->wait(c, "RUNNING", 0));
	NOT(!c->wait(c, "RUNNING|STOPPED", 0));
	NOT(c->get_interfaces(c));
	NOT(c->get_ips(c, NULL, NULL, 0));
	NOT(c->get_cgroup_item(c, "memory.max", buf, sizeof buf) >= 0);
	NOT(c->set_cgroup_item(c, "memory.max", "1"));
	NOT(c->get_running_config_item(c, "lxc.uts.name"));
	NOT(c->console_getfd(c, &tty, &fd) >= 0);
	NOT(c->console(c, 0, 0, 1, 2, 1) >= 0);
	NOT(c->console_log(c, &log) >= 0);
	NOT(c->attach(c, inside, NULL, &o, NULL) >= 0);
	NOT(c->attach_run_waitl(c, &o, "true", "true", NULL) >= 0);
	NOT(c->snapshot(c, NULL) >= 0);
	NOT(c->snapshot_list(c, &s) != 0);
	NOT(c->snapshot_restore(c, "snap0", NULL));
	NOT(c->snapshot_destroy(c, "snap0"));
	NOT(c->rename(c, "other"));
	NOT(c->clone(c, NULL, NULL, 0, NULL, NULL, 0, NULL));
	NOT(c->add_device_node(c, "/dev/null", NULL));
	NOT(c->remove_device_node(c, "/dev/null", NULL));
	NOT(c->attach_interface(c, "x", NULL));
	NOT(c->detach_interface(c, "x", NULL));
	NOT(c->checkpoint(c, "/", true, false));
	NOT(c->restore(c, "/", false));
	NOT(c->migrate(c, MIGRATE_DUMP, NULL, 0) >= 0);
	NOT(c->mount(c, "/", "/mnt", "none", 4096, NULL, &m) >= 0);
	NOT(c->umount(c, "/mnt", 0, &m) >= 0);
	NOT(c->seccomp_notify_fd(c) >= 0);
	NOT(c->seccomp_notify_fd_active(c) >= 0);
	NOT(!c->set_timeout(c, 5) || c->rcv_timeout != 5);
	NOT(strcmp(c->get_config_path(c), c->config_path));
	return !bad;
}

/* Answers one system call of the container with this errno. */
static bool
do_notify(int no)
{
	struct { struct seccomp_notif n; char more[64]; } req = { .n = { 0 } };
	struct { struct seccomp_notif_resp r; char more[64]; } resp = { .r = { 0 } };
	int fd = c->seccomp_notify_fd(c);

	if (fd < 0)
		return false;
	if (ioctl(fd, (int)SECCOMP_IOCTL_NOTIF_RECV, &req.n) < 0)
		return perror("receive"), true;
	resp.r.id = req.n.id;
	resp.r.error = -no;
	if (ioctl(fd, (int)SECCOMP_IOCTL_NOTIF_SEND, &resp.r) < 0)
		return perror("send"), true;
	close(fd);
	return true;
}

static bool
do_globals(void)
{
	const char *states[8];
	int n = lxc_get_wait_states(NULL);

	printf("%d %d", n, lxc_get_wait_states(states));
	for (int i = 0; i < n; i++)
		printf(" %s", states[i]);
	printf("\n%s\n", lxc_get_global_config_item("lxc.lxcpath"));
	printf("%d %d %d %d\n", !strcmp(lxc_get_version(), LXC_VERSION),
	       lxc_config_item_is_supported("lxc.net.0.type"),
	       lxc_config_item_is_supported("lxc.network.type"),
	       lxc_has_api_extension("init_pidfd"));
	printf("%d ", lxc_container_get(c));
	printf("%d %d\n", lxc_container_put(c), lxc_get_global_config_item("none") ? 1 : 0);
	return true;
}

static bool
do_list(void)
{
	struct lxc_container **all;
	char **names;
	int n = list_defined_containers(c->config_path, &names, &all);

	for (int i = 0; i < n; i++) {
		printf("%s %s\n", names[i], all[i]->state(all[i]));
		free(names[i]);
		lxc_container_put(all[i]);
	}
	printf("%d %d\n", list_active_containers(c->config_path, NULL, NULL),
	       list_all_containers(c->config_path, NULL, NULL));
	free(n > 0 ? names : NULL);
	free(n > 0 ? all : NULL);
	return n >= 0;
}

/* COMMAND [DIRECTORY [PREVIOUS DIRECTORY]]; the feature check prints those available. */
static bool
do_migrate(void)
{
	struct migrate_opts o = { .directory = arg[1], .predump_dir = arg[1] ? arg[2] : NULL,
	                          .stop = true, .preserves_inodes = true,
	                          .features_to_check = FEATURE_MEM_TRACK };
	int r = c->migrate(c, (unsigned)atoi(arg[0]), &o, sizeof o);

	if (atoi(arg[0]) == MIGRATE_FEATURE_CHECK)
		printf("features %llu\n", (unsigned long long)o.features_to_check);
	return r == 0;
}

/* Sets keys, each as KEY=VALUE, and starts what they describe, without a file. */
static bool
do_with(bool daemon)
{
	for (; *arg && strcmp(*arg, "--"); arg++) {
		char *value = strchr(*arg, '=');

		*value++ = 0;
		if (!c->set_config_item(c, *arg, value))
			return false;
	}
	c->want_daemonize(c, daemon);
	if (!c->start(c, 0, *arg && arg[1] ? arg + 1 : NULL))
		return false;
	if (!daemon)
		printf("ended with %d\n", c->error_num);
	return true;
}

#define CALL(word, what) if (!strcmp(name, word)) return what

static bool
call(const char *name)
{
	struct lxc_mount m = { LXC_MOUNT_API_V1 };
	struct lxc_log log = { "n", NULL, arg[0], "INFO", "test", true };

	CALL("nothing", do_nothing());
	CALL("globals", do_globals());
	CALL("list", do_list());
	CALL("create", c->create(c, arg[0], arg[1], NULL, LXC_CREATE_QUIET,
	                         arg[1] ? arg + 2 : arg + 1));
	CALL("createl", c->createl(c, arg[0], NULL, NULL, 0, arg[1], NULL));
	CALL("start", c->start(c, 0, *arg ? arg : NULL));
	CALL("execute", c->start(c, 1, *arg ? arg : NULL));
	CALL("startl", c->startl(c, 0, arg[0], arg[1], NULL));
	CALL("closed", c->want_close_all_fds(c, true) && c->start(c, 0, *arg ? arg : NULL));
	CALL("foreground", do_with(false));
	CALL("with", do_with(true));
	CALL("stop", c->stop(c));
	CALL("shutdown", c->shutdown(c, atoi(arg[0])));
	CALL("reboot", c->reboot2(c, atoi(arg[0])));
	CALL("freeze", c->freeze(c));
	CALL("unfreeze", c->unfreeze(c));
	CALL("state", puts(c->state(c)) >= 0);
	CALL("pid", printf("%d\n", (int)c->init_pid(c)) > 0);
	CALL("wait", c->wait(c, arg[0], atoi(arg[1])));
	CALL("get", text(c->get_config_item, arg[0]));
	CALL("keys", text(c->get_keys, arg[0]));
	CALL("set", c->set_config_item(c, arg[0], arg[1]) && c->save_config(c, NULL));
	CALL("clear", c->clear_config_item(c, arg[0]) && c->save_config(c, NULL));
	CALL("save", c->save_config(c, arg[0]));
	CALL("load", c->load_config(c, arg[0]));
	CALL("cgroup", arg[1] ? c->set_cgroup_item(c, arg[0], arg[1]) :
	     text(c->get_cgroup_item, arg[0]));
	CALL("interfaces", lines(c->get_interfaces(c)));
	CALL("ips", lines(c->get_ips(c, arg[0], arg[0] ? arg[1] : NULL, 0)));
	CALL("attach", do_attach());
	CALL("linger", do_linger());
	CALL("shell", do_shell());
	CALL("run", do_run());
	CALL("enter", do_enter());
	CALL("console", do_console());
	CALL("log", do_log());
	CALL("connect", c->console(c, atoi(arg[0]), 0, 1, 2, 1) == 0);
	CALL("snapshot", do_snapshot());
	CALL("snapshots", do_snapshots());
	CALL("snapshot-restore", c->snapshot_restore(c, arg[0], arg[1]));
	CALL("snapshot-destroy", c->snapshot_destroy(c, arg[0]));
	CALL("clone", do_clone());
	CALL("rename", c->rename(c, arg[0]));
	CALL("destroy", c->destroy(c));
	CALL("destroy-all", c->destroy_with_snapshots(c));
	CALL("may", c->may_control(c));
	CALL("device-add", c->add_device_node(c, arg[0], arg[1]));
	CALL("device-del", c->remove_device_node(c, arg[0], arg[0] ? arg[1] : NULL));
	CALL("interface-in", c->attach_interface(c, arg[0], arg[1]));
	CALL("interface-out", c->detach_interface(c, arg[0], NULL));
	CALL("mount", c->mount(c, arg[0], arg[1], NULL, 4096, NULL, &m) == 0);
	CALL("umount", c->umount(c, arg[0], 0, &m) == 0);
	CALL("devpts", c->devpts_fd(c) >= 0);
	CALL("checkpoint", c->checkpoint(c, arg[0], arg[1], false));
	CALL("restore", c->restore(c, arg[0], false));
	CALL("migrate", do_migrate());
	CALL("notify", do_notify(atoi(arg[0])));
	CALL("logged", lxc_log_init(&log) == 0 && !c->stop(c) && (lxc_log_close(), true));
	printf("%s: no such call\n", name);
	return true;
}

int
main(int argc, char **argv)
{
	if (argc < 4)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	arg = argv + 4;
	if (!(c = lxc_container_new(argv[2], strcmp(argv[1], "-") ? argv[1] : NULL))) {
		printf("no handle: %s\n", strerror(errno));
		return 1;
	}
	argc = said(call(argv[3])) ? 0 : 1;
	lxc_container_put(c);
	return argc;
}
