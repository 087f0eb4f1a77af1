/* SPDX-License-Identifier: ISC */
/* The error record, its two constructors, hints about causes; and messages from child to parent. */

static void
err_put(struct ct *ct, int no, const char *fmt, va_list ap)
{
	const size_t size = sizeof ct->err.text, tail = size / 3;
	const char *step = !ct->step ? "" : text_shown(ct->step);
	char text[PATH_MAX + 512];
	size_t n = 0;

	if (ct->failed)         /* the first error is the cause */
		return;
	ct->failed = true;
	ct->err.no = no;
	if (!ct->err.status)
		ct->err.status = 125;
	text_printf(ct->err.step, sizeof ct->err.step, "%s", step);
	if (strlen(step) >= sizeof ct->err.step && HAVE_RECORD) {
		*ct->err.step = '\0';   /* a container's name */
		n = text_printf(text, sizeof text, "%.255s: ", step);
	}
	text_vprintf(text + n, sizeof text - 2 - n, fmt, ap);
	n = strlen(text);
	if (no && (!n || text[n - 1] == ' '))   /* the object is an empty string */
		n += text_printf(text + n, sizeof text - n, "''");
	if (n < size)
		memcpy(ct->err.text, text, n + 1);
	else                    /* keep the end, which says what is wrong */
		text_printf(ct->err.text, size, "%.*s...%s", (int)(size - tail - 4), text,
		            text + n - tail);
}

/* The two constructors, which both return -1: the text of fail_sys() names the call that set
 * errno, and its object; fail_msg() is for errors without errno. */
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

/* What they return, for functions that return a pointer. */
static void *
none(int failed)
{
	(void)failed;
	return NULL;
}

/* Sets the hint for the error about to be recorded, if hints[] cannot provide it. */
static void PRINTF(2, 3)
fail_hint(struct ct *ct, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_vprintf(ct->err.hint, sizeof ct->err.hint, fmt, ap);
	va_end(ap);
}

static const char no_mounts[] =
	"Landlock, AppArmor or a seccomp filter around ct forbids mounts; --share mnt makes none";

static const char no_lift[] = "a user cannot lift what the host has set for its own mount";

static const char no_room[] = "RLIMIT_FSIZE (ulimit -f) where ct is started";

static const char no_process[] =
	"a limit on processes: RLIMIT_NPROC, pids.max, --pids, kernel.pid_max";

/* Likely causes that the errno does not show: step ("": any), errno, part of the text, hint. */
static const struct { const char *step; int no; const char *text, *hint; } hints[] = {
	{ "private", EINVAL, "", "/ is not a mount point: in a chroot, first bind it onto itself" },
	{ "private", EPERM, "", no_mounts }, { "private", EACCES, "", no_mounts },
	{ "overlay", EPERM, "mount", "user namespaces need Linux 5.11" },
	{ "overlay", EINVAL, " overlay",
	     "DIR is on a file system that cannot hold a layer, such as another overlay "
	     "(OpenWrt's root: use /overlay), NFS or FAT; or overlays are nested too deep" },
	{ "", EPERM, "setns", "needs CAP_SYS_ADMIN, and to enter mounts CAP_SYS_CHROOT" },
	{ "seal", EACCES, "", "ct's file must be readable" },
	{ "seal", ENOENT, "", "needs /proc" },
	{ "seal", ENOSYS, "", "needs open_tree or memfd_create" },
	{ "net", EPERM, "lo", "needs CAP_NET_ADMIN where ct is started" },
	{ "nic", EPERM, "", "needs CAP_NET_ADMIN where ct is started" },
	{ "nic", EEXIST, "make", "does a link of the host have this name?" },
	{ "", EEXIST, "route to ", "one of the two routes needs metric=" },
	{ "nic", EINVAL, "vlan ", "mtu= above that of dev=, or dev= in use for passthru?" },
	{ "nic", EBUSY, "vlan ", "dev= has links of another kind, or is in a bridge?" },
	{ "nic", EADDRINUSE, "", "does another link have this MAC, such as one in the network of "
	     "an earlier run, which another container has joined?" },
	{ "nic", EINVAL, "move", "it cannot leave its namespace: wireless, a bridge?" },
	{ "", EACCES, "address ", "IPv6 is off: sysctl net.ipv6.conf.default.disable_ipv6" },
	{ "", EINVAL, "address ", "IPv6 needs an MTU >= 1280" },
	{ "", EOPNOTSUPP, "address ", "the kernel has no IPv6" },
	{ "nat", EPROTONOSUPPORT, "",
	     "CONFIG_NF_TABLES, module nf_tables; OpenWrt: kmod-nft-core" },
	{ "nat", EINVAL, "table", "the owner flag needs Linux 5.12" },
	{ "nat", EOPNOTSUPP, "table", "CONFIG_NF_TABLES_INET; the owner flag needs Linux 5.12" },
	{ "nat", ENOENT, "", "modules nft_chain_nat, nft_masq, nft_fib_inet, nft_ct; "
	     "OpenWrt: kmod-nft-nat, kmod-nft-fib" },
	{ "clone", EAGAIN, "", no_process },
	{ "exec", EAGAIN, "", no_process },
	{ "clone", EBUSY, "", "the cgroup has controllers enabled for cgroups below it" },
	{ "idmap", EPERM, "", "not in /etc/subuid and /etc/subgid, or AppArmor: sysctl "
	     "kernel.apparmor_restrict_unprivileged_userns=0" },
	{ "idmap", ENOENT, "idmap", "only root maps other ids without it; package uidmap" },
	{ "idmap", 0, " not allowed", "not in /etc/subuid and /etc/subgid" },
	{ "proc", EPERM, "mount proc",
	     "every visible proc mount is partly covered; use --share pid --try proc" },
	{ "proc", EPERM, "mount_setattr /proc",
	     "the only visible proc mount is read-only; mount one on /proc" },
	{ "", ENODEV, "loop-control", "CONFIG_BLK_DEV_LOOP, module loop" },
	{ "", ENODEV, "device control", "CONFIG_BLK_DEV_DM, module dm_mod" },
	{ "", EINVAL, "dm-verity: load",
	     "CONFIG_DM_VERITY, module dm_verity; or HASH has the wrong length" },
	{ "", ENOENT, "dm-verity: load", "CONFIG_CRYPTO_SHA256, or its hash algorithm" },
	{ "", ENODEV, "fsopen overlay", "CONFIG_OVERLAY_FS, module overlay" },
	{ "", ENODEV, "fsopen", "the kernel has no such file system: module missing?" },
	{ "", EINVAL, "move_mount", "a directory on a file, or a file on a directory?" },
	{ "", ENOENT, "move_mount", "has its source been deleted?" },
	{ "", EFBIG, "write", no_room }, { "", EFBIG, "copy ", no_room },
	{ "log", EFBIG, "ring", no_room },
	{ "log", ENXIO, "open", "a FIFO that nobody reads" },
	{ "", ESPIPE, "", "not a regular file" },
	{ "pts", ENODEV, "", "CONFIG_UNIX98_PTYS" },
	{ "seccomp", EINVAL, "", "CONFIG_SECCOMP_FILTER" },
	{ "seccomp", ENOSYS, "", "CONFIG_SECCOMP" },
	{ "seccomp", EBUSY, "", "a filter around ct already has a listener" },
	{ "mount", EPERM, "mount_setattr", no_lift }, { "mount", EPERM, "remount", no_lift },
	{ "devices", EPERM, "bpf", "only root loads filters; rwm needs none" },
	{ "devices", EINVAL, "bpf", "CONFIG_CGROUP_BPF" },
	{ "devices", ENOSYS, "bpf", "CONFIG_BPF_SYSCALL" },
	{ "supervise", ENOSYS, "signalfd", "CONFIG_SIGNALFD" },
	{ "caps", EPERM, "setgroups", "a user needs newgidmap and a range of ids for that" },
	{ "caps", EINVAL, "set", "id not mapped in the user namespace" },
	{ "", EBUSY, "move",
	     "a cgroup with controllers enabled below it takes no processes: cgroups(7)" },
	{ "session", EPERM, "keyctl", "a seccomp filter around ct, as docker's: --try keyring" },
	{ "time", ERANGE, "", "the clock would be below 0" },
	{ "session", EDQUOT, "",
	     "the user's key quota: sysctl kernel.keys.maxkeys, root: root_maxkeys" },
	{ "rlimit", EPERM, "nofile",
	     "raising a hard limit needs CAP_SYS_RESOURCE, at most to sysctl fs.nr_open" },
	{ "rlimit", EPERM, "", "raising a hard limit needs CAP_SYS_RESOURCE" },
	{ "oom", EACCES, "", "lowering it needs CAP_SYS_RESOURCE" },
	{ "", ENODEV, "to io.max", "only for whole disks, not partitions, or it does not exist" },
	{ "", ERANGE, "to cpuset", "there are fewer processors" },
	{ "", EAGAIN, "mkdir", "cgroup.max.descendants or cgroup.max.depth of a cgroup above" },
	{ "", EAGAIN, "fork", no_process },
	{ "", EPERM, "its supervisor",
	     "who may not ptrace(2) it: another user, sysctl kernel.yama.ptrace_scope" },
	{ "", ENOENT, ".pressure", "CONFIG_PSI" },
	{ "", EINVAL, ".pressure",
	     "WINDOW: 500000 to 10000000, without CAP_SYS_RESOURCE by 2000000; STALL: less" },
	{ "lock", ENOSPC, "", "sysctl user.max_user_namespaces" },
	{ "", ENOSPC, "mount", "sysctl fs.mount-max" },
	{ "", ENOSPC, "open_tree", "sysctl fs.mount-max" },
	{ "", ENOSPC, "read-only", "sysctl fs.mount-max" },
	{ "", ENFILE, "pipe", "sysctl fs.file-max, or fs.pipe-user-pages-hard" },
	{ "", ENFILE, "", "sysctl fs.file-max" },
	{ "ps", 0, "needs", "it shows processes; ct ls lists containers" },
	{ "--publish", 0, "a veth", "--net veth,hostip=10.0.0.1/24,ip=10.0.0.2/24; or bridge=" },
	{ "--net", 0, "no such kind", "a bridge: veth,bridge=NAME; a NIC: macvlan,dev=NAME" },
	{ "--mount", 0, "type=", "for docker's bind: -v SRC:DST:ro, for its tmpfs: --tmpfs DST" },
	{ "limits", EBUSY, "", "a cgroup with processes cannot enable controllers below it" },
};

/* The error for features that config.h leaves out. */
static const char not_built[] = "not in this build, see config.h";

static const char *
err_hint(const struct err *e)
{
	if (*e->hint)
		return e->hint;
	for (size_t i = 0; HAVE_HELP && i < LEN(hints); i++)
		if (e->no == hints[i].no && (!*hints[i].step || !strcmp(e->step, hints[i].step)) &&
		    text_find(e->text, hints[i].text))
			return hints[i].hint;
	return NULL;
}

/* Formats an error as one line, without control characters. */
static size_t
err_format(const struct err *e, char *line, size_t size)
{
	const char *hint = err_hint(e);
	size_t n = strlen(e->step);
	bool said = !n || (!strncmp(e->text, e->step, n) && !strncmp(e->text + n, ": ", 2));

	n = text_printf(line, size, "%s%s%s%s%s%s%s%s", said ? "" : e->step, said ? "" : ": ",
	                  e->text, e->no ? ": " : "", e->no ? strerror(e->no) : "",
	                  hint ? " (" : "", hint ? hint : "", hint ? ")" : "");
	text_clean(line);
	return n;
}

/* Writes to standard error; a signal to ct, which blocks them, or --timeout ends a stuck write. */
static void
err_say(const struct ct *ct, const char *line, size_t n)
{
	struct pollfd p[] = { { .fd = 2, .events = POLLOUT },
	                      { .fd = ct->sig_fd, .events = POLLIN } };

	if (poll(p, 2, ms_until(ct->end_at ? ct->end_at : ct->give_up)) >= 0 && !p[0].revents)
		return;
	if (write(2, line, n) < 0)
		return;         /* there is no reader; the exit status has to do */
}

static void
err_print(const struct ct *ct, const struct err *e, const char *before)
{
	char line[900];
	size_t b = text_printf(line, sizeof line, "ct: %s", before);
	size_t n = b + err_format(e, line + b, sizeof line - 1 - b);

	line[n++] = '\n';
	err_say(ct, line, n);
}

/* Validates a message from the child, which a process inside may have written: afterwards its
 * texts are terminated and safe to print on a terminal. False if it is not a message. */
static bool
msg_check(struct ct *ct, struct msg *msg)
{
	struct err *e = &msg->err;

	if ((unsigned)msg->kind > MSG_READY || ct->msgs++ == MSGS_MAX)
		return false;
	e->step[LEN(e->step) - 1] = e->text[LEN(e->text) - 1] = e->hint[LEN(e->hint) - 1] = '\0';
	text_clean(e->step);
	text_clean(e->text);
	text_clean(e->hint);
	if (e->status != 126 && e->status != 127)
		e->status = 125;
	return true;
}

static void
msg_print(const struct ct *ct, const struct msg *msg)
{
	char line[80];
	size_t n;

	if (msg->kind == MSG_WARN)
		err_print(ct, &msg->err, "warning: ");
	if (msg->kind == MSG_STEP) {
		n = text_printf(line, sizeof line, "ct: %6u us  %s\n", msg->usec, msg->err.step);
		err_say(ct, line, n);
	}
}

static int
msg_send(struct ct *ct, enum msg_kind kind, unsigned usec)
{
	struct msg msg = { .kind = kind, .usec = usec };

	msg.err = ct->err;
	memcpy(msg.ns, ct->ns, sizeof msg.ns);
	if (kind == MSG_STEP)
		text_printf(msg.err.step, sizeof msg.err.step, "%s", ct->step);
	if (ct->in_child || ct->detach_fd >= 0)
		return io_write(ct->in_child ? ct->msg_fd[1] : ct->detach_fd, &msg, sizeof msg);
	if (!IN_LIB(ct))
		msg_print(ct, &msg);
	return 0;
}

static int
ns_fail(struct ct *ct, const char *what, int kind, int no)
{
	const char *name = ns_kinds[kind].name, *config = ns_kinds[kind].config;

	if (no == EINVAL)
		fail_hint(ct, "%s", config);
	if (no == ENOSPC)
		fail_hint(ct, "sysctl user.max_%s_namespaces", name);
	errno = no;
	return fail_sys(ct, "%s a new %s namespace", what, name);
}

/* Flushes the output of a verb; a failed write, such as on a full disk, is an error. */
static int
buf_end(struct ct *ct, struct buf *o)
{
	if (buf_flush(o) == 0)
		return 0;
	ct->step = "stdout";
	return fail_sys(ct, "write");
}

/* Drops the error of an attempt that may fail. */
static void
err_forget(struct ct *ct)
{
	memset(&ct->err, 0, sizeof ct->err);
	ct->failed = false;
}

static void
step_forgive(struct ct *ct)
{
	msg_send(ct, MSG_WARN, 0);
	err_forget(ct);
}

/* Warns in the name of a step. */
#define STEP_WARN(ct, name, ...) \
	((ct)->step = (name), fail_msg(ct, __VA_ARGS__), step_forgive(ct))
