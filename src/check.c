/* SPDX-License-Identifier: ISC */
/* The verbs check and version; and whether this kernel is new enough. */

struct probe {
	const char *name, *config;      /* the feature, and what the kernel needs for it */
	const char *without;            /* what is lost without it */
	int (*go)(struct ct *, const struct probe *);   /* 1: available, 0: not */
	int arg;
	bool must;              /* ct run with its defaults fails without it */
	int ns;                 /* CLONE_NEW of the namespaces to call it in; 0: the caller's */
};

/* Refuses kernels that lack features which every container needs: see probes[]. */
static int
check_kernel(struct ct *ct)
{
	uint64_t major, minor;
	struct utsname u;
	char *end;

	if (uname(&u) < 0)
		return fail_sys(ct, "uname");
	major = text_scan(u.release, 10, &end);
	minor = text_scan(end + (*end == '.'), 10, NULL);
	if (major < 5 || (major == 5 && minor < 10))
		return fail_msg(ct, "this kernel is %ju.%ju; ct needs 5.10", major, minor);
	return 0;
}

/* Waits for a child that exits with an errno: 1: the kernel has the feature, 0: not. An error is
 * recorded if the caller's rights are the cause. */
static int
probe_status(struct ct *ct, pid_t pid, int ns)
{
	int no = pid < 0 ? errno : sys_status(sys_wait(pid));

	if (no == EPERM)
		fail_msg(ct, "not permitted: %sa seccomp filter or %s",
		         ns & CLONE_NEWUSER ? "a chroot, " : "",
		         ct->euid ? "user namespaces are off for this user" :
		         "ct lacks CAP_SYS_ADMIN");
	else if (no == EACCES)
		fail_msg(ct, "no mounts in it: %s", no_mounts);
	else if (no == ENOSPC)
		fail_msg(ct, "no more are allowed: sysctl user.max_*_namespaces");
	return no == 0;
}

/* Calls the row's function in new namespaces, in a child: there it returns an errno. */
static int
probe_apart(struct ct *ct, const struct probe *p)
{
	const int ns = p->ns | (ct->euid ? CLONE_NEWUSER : 0);
	pid_t pid = sys_fork();

	if (pid == 0) {
		ct->ops = NULL;
		_exit(unshare(ns) < 0 ? errno : p->go(ct, p));
	}
	return probe_status(ct, pid, ns);
}

/* Landlock allows a mount namespace, but no mount in it. */
static int
probe_ns(struct ct *ct, const struct probe *p)
{
	(void)ct;
	return p->ns == CLONE_NEWNS && mount("", "/", "", MS_REC | MS_PRIVATE, NULL) < 0 &&
	       errno != EINVAL ? EACCES : 0;
}

/* Does the system call exist? A seccomp filter may hide it. None accepts these arguments. */
static int
probe_call(struct ct *ct, const struct probe *p)
{
	if (syscall(p->arg, -1L, 0L, -1L, -1L, -1L, -1L) >= 0 || errno != ENOSYS)
		return 1;
	if (sys_prctl(PR_GET_SECCOMP, 0, 0) == SECCOMP_MODE_FILTER)
		fail_msg(ct, "%s, or a seccomp filter around ct hides it", p->config);
	return 0;
}

static int
probe_kernel(struct ct *ct, const struct probe *p)
{
	int r = check_kernel(ct);

	(void)p;
	err_forget(ct);                 /* the row says what it needs */
	return r == 0;
}

static int
probe_fs(struct ct *ct, const struct probe *p)
{
	LOCAL_FD fd = (int)syscall(SYS_fsopen, p->name, FSOPEN_CLOEXEC);
	char list[8192], word[40];

	if (fd >= 0 || errno != EPERM)
		return fd >= 0 || errno != ENODEV;
	/* no permission: is it in /proc/filesystems? */
	text_printf(word, sizeof word, "\t%s\n", p->name);
	return kfs_has_proc(ct) && io_get(ct->proc_fd, "filesystems", list, sizeof list) > 0 &&
	       text_find(list, word);
}

/* Opens a misc device by its minor number; asks device mapper for the verity target, too. */
static int
probe_image(struct ct *ct, const struct probe *p)
{
	struct img m = { .nodes = ct->euid ? fail_msg(ct, "only root mounts images") :
	                 kfs_new_mount(ct, "tmpfs", NULL, NULL, 0) };
	struct img_dm d = { .h.name = "verity" };
	LOCAL_FD fd = m.nodes < 0 ? -1 : img_node(ct, &m, p->name, S_IFCHR,
	                                          makedev(10, (unsigned)p->arg), O_RDWR);

	if (fd >= 0 && p->arg == DM_MINOR)
		img_dm(ct, fd, &d, DM_GET_TARGET_VERSION, p->name);
	fd_close(&m.nodes);
	if (!ct->failed)
		return 1;
	if (!ct->euid) {
		bool denied = ct->err.no == EPERM;

		err_forget(ct);         /* the kernel does not have it */
		if (denied)
			fail_msg(ct, "not permitted: a device filter or ct lacks CAP_SYS_ADMIN");
	}
	return 0;
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
	return cg_base(ct, true) == 0 || cg_none(ct) == 0;
}

static int
probe_kill(struct ct *ct, const struct probe *p)
{
	(void)p;
	if (ct->cg_base_fd < 0)
		return cg_none(ct) == 0;
	return io_may(ct->cg_base_fd, "cgroup.kill", F_OK);
}

/* Loads ct's nf_tables table, with the owner flag. */
static int
probe_nft(struct ct *ct, const struct probe *p)
{
	(void)p;
	return nft_load(ct) < 0 ? ENODEV : 0;
}

static int
probe_flows(struct ct *ct, const struct probe *p)
{
	struct dump d = { 0 };
	struct nl nl;

	(void)p;
	return flow_ask(ct, &nl) < 0 || nl_send(ct, &nl, &d) < 0 ? ENODEV : 0;
}

/* Makes a link of this kind without its parameters: EOPNOTSUPP if the kernel lacks the kind. */
static int
probe_link(struct ct *ct, const struct probe *p)
{
	struct nlattr *info;
	struct nlmsghdr *h;
	struct nl nl;

	if (nl_open(ct, &nl, NETLINK_ROUTE, NL_SIZE) < 0)
		return ENODEV;
	h = nic_message(&nl, NLM_F_CREATE | NLM_F_EXCL, 0, false, "");
	info = mnl_attr_nest_start(h, IFLA_LINKINFO);
	mnl_attr_put_str(h, IFLA_INFO_KIND, p->name);
	mnl_attr_nest_end(h, info);
	return nl_send(ct, &nl, NULL) < 0 && ct->err.no == EOPNOTSUPP ? ENODEV : 0;
}

static int
probe_proc(struct ct *ct, const struct probe *p)
{
	(void)p;
	return kfs_has_proc(ct);
}

#define PROBE(word, needs, lost, ...) \
	{ .name = word, .config = needs, .without = lost, .go = __VA_ARGS__ }
#define LINK(kind, needs) \
	PROBE(kind, needs, "--net " kind, WITH(HAVE_NET, probe_link), .ns = CLONE_NEWNET)

static const struct probe probes[] = {
	PROBE("kernel", "Linux 5.10", "everything", probe_kernel, .must = true),
	PROBE("procfs", "CONFIG_PROC_FS", "user namespaces, sealing", probe_proc, .must = true),
	PROBE("user namespace", "CONFIG_USER_NS", "-U, rootless use, locked mounts on an initramfs",
	  probe_ns, .ns = CLONE_NEWUSER),
	PROBE("mount namespace", "CONFIG_NAMESPACES", "everything", probe_ns, .must = true,
	  .ns = CLONE_NEWNS),
	PROBE("pid namespace", "CONFIG_PID_NS", "private processes (--try pidns)", probe_ns,
	  .must = true, .ns = CLONE_NEWPID),
	PROBE("network namespace", "CONFIG_NET_NS", "private network (--net host)", probe_ns,
	  .must = true, .ns = CLONE_NEWNET),
	PROBE("ipc namespace", "CONFIG_IPC_NS", "private SysV IPC (--try ipcns)", probe_ns,
	  .must = true, .ns = CLONE_NEWIPC),
	PROBE("uts namespace", "CONFIG_UTS_NS", "private host name (--try utsns)", probe_ns,
	  .must = true, .ns = CLONE_NEWUTS),
	PROBE("cgroup namespace", "CONFIG_CGROUPS", "cgroup paths hidden (--try cgroupns)",
	  probe_ns, .must = true, .ns = CLONE_NEWCGROUP),
	PROBE("time namespace", "CONFIG_TIME_NS", "--time-offset", probe_ns, .ns = CLONE_NEWTIME),
	PROBE("openat2", "Linux 5.6", "everything", probe_call, .arg = SYS_openat2, .must = true),
	PROBE("mount API", "Linux 5.2", "everything", probe_call, .arg = SYS_fsopen, .must = true),
	PROBE("mount_setattr", "Linux 5.12", "nothing: slower", probe_call,
	  .arg = SYS_mount_setattr),
	PROBE("clone3 into cgroups", "Linux 5.7", "11 ms at each start", probe_call,
	  .arg = SYS_clone3),
	PROBE("pidfd", "Linux 5.3", "everything", probe_call, .arg = SYS_pidfd_open, .must = true),
	PROBE("signalfd", "CONFIG_SIGNALFD", "everything", probe_call, .arg = SYS_signalfd4,
	  .must = true),
	PROBE("seccomp", "CONFIG_SECCOMP_FILTER", "the filter (--seccomp none)", probe_seccomp,
	  .must = true),
	PROBE("keyring", "CONFIG_KEYS", "nothing: there are no keys to hide", probe_call,
	  .arg = SYS_keyctl),
	PROBE("tmpfs", "CONFIG_TMPFS", "/dev, masks, --tmpfs", probe_fs, .must = true),
	PROBE("sysfs", "CONFIG_SYSFS", "/sys (--try sys)", probe_fs, .must = true),
	PROBE("devpts", "CONFIG_UNIX98_PTYS", "terminals (--try pts)", probe_fs, .must = true),
	LINK("veth", "CONFIG_VETH"),
	LINK("macvlan", "CONFIG_MACVLAN"),
	LINK("ipvlan", "CONFIG_IPVLAN"),
	LINK("vlan", "CONFIG_VLAN_8021Q"),
	PROBE("nf_tables", "CONFIG_NF_TABLES_INET, CONFIG_NF_NAT, Linux 5.12", "nat, --publish",
	  WITH(HAVE_NAT, probe_nft), .ns = CLONE_NEWNET),
	PROBE("ctnetlink", "CONFIG_NF_CT_NETLINK; OpenWrt: kmod-nf-conntrack-netlink",
	  "flows older than --publish stay", WITH(HAVE_NAT, probe_flows), .ns = CLONE_NEWNET),
	PROBE("overlay", "CONFIG_OVERLAY_FS", "--overlay", WITH(HAVE_OVERLAY, probe_fs)),
	PROBE("squashfs", "CONFIG_SQUASHFS", "-r IMAGE", WITH(HAVE_IMAGE, probe_fs)),
	PROBE("erofs", "CONFIG_EROFS_FS", "-r IMAGE", WITH(HAVE_IMAGE, probe_fs)),
	PROBE("loop", "CONFIG_BLK_DEV_LOOP", "-r IMAGE", WITH(HAVE_IMAGE, probe_image),
	  .arg = LOOP_MINOR),
	PROBE("dm-verity", "CONFIG_DM_VERITY", "--verity", WITH(HAVE_IMAGE, probe_image),
	  .arg = DM_MINOR),
	PROBE("cgroup2", "CONFIG_CGROUPS", "limits, ct ls", probe_cgroup),
	PROBE("cgroup.kill", "Linux 5.14", "nothing: slower", probe_kill),
};

/* Prints one feature, as a line or as JSON; why: what the kernel needs for it. */
static void
check_line(struct ct *ct, struct buf *o, const char *is, const char *name,
           const char *why, const char *without)
{
	if (ct->json) {
		buf_printf(o, "{\"name\":\"%s\",\"is\":\"%s\"", name, is);
		buf_json(o, ",\"needs\":", why);
		buf_json(o, ",\"without\":", without);
		buf_printf(o, "}\n");
	} else if (!strcmp(is, "ok")) {
		buf_printf(o, "%-7s %s\n", is, name);
	} else {
		buf_printf(o, "%-7s %-21s %s; without it: %s\n", is, name, why, without);
	}
}

/* The controllers that containers can use. If one is missing, the reason is what the kernel
 * needs for it, or what prevents it, such as processes in the cgroup. */
static void
check_controllers(struct ct *ct, struct buf *o, const char *none)
{
	const int dirs[] = { ct->cg_top_fd, ct->cg_base_fd };
	char have[CG_LIST] = "", on[CG_LIST] = "", who[64], why[200] = "";
	const char *what = NULL;
	bool self;

	for (size_t i = 0; i < LEN(dirs) && !what; i++)
		if (dirs[i] >= 0 && (what = cg_obstacle(ct, dirs[i], who, sizeof who, &self)))
			text_printf(why, sizeof why, "cgroup %s %s",
			            i && *ct->cg_path ? ct->cg_path : "/", what);
	if (ct->cg_base_fd >= 0) {
		io_get(ct->cg_top_fd >= 0 ? ct->cg_top_fd : ct->cg_base_fd, "cgroup.controllers",
		       have, sizeof have);
		io_get(ct->cg_base_fd, "cgroup.subtree_control", on, sizeof on);
	}
	for (size_t i = 0; i < LEN(cg_controllers); i++) {
		const struct controller *c = &cg_controllers[i];
		bool there = cg_lists(have, c->name);

		check_line(ct, o, cg_lists(on, c->name) || (there && !what) ? "ok" : "no", c->name,
		           there ? why : ct->cg_base_fd < 0 ? none : cg_why(ct, c->name),
		           "its limits");
	}
}

static int
verb_check(struct ct *ct, char **argv)
{
	struct buf o = { .fd = 1 };
	char none[200] = "", why[200];
	struct utsname u;
	int bad_ones = 0;

	if (*argv)
		return fail_msg(ct, "takes no arguments");
	if (uname(&u) < 0)
		return fail_sys(ct, "uname");
	if (ct->json)
		buf_printf(&o, "{\"ct\":\"%s\",\"for\":\"%s\",\"kernel\":\"%s\","
		           "\"machine\":\"%s\"}\n", CT_VERSION, ARCH_NAME, u.release, u.machine);
	else
		buf_printf(&o, "Linux %s on %s; ct %s for %s\n", u.release, u.machine,
		           CT_VERSION, ARCH_NAME);
	for (size_t i = 0; i < LEN(probes); i++) {
		const struct probe *p = &probes[i];
		/* an unprivileged user needs a user namespace */
		bool must = p->must || (ct->euid && p->ns == CLONE_NEWUSER), ok;

		if (!p->go)             /* not in this build */
			continue;
		ok = p->ns ? probe_apart(ct, p) : p->go(ct, p);
		text_printf(why, sizeof why, "%s", *ct->err.text ? ct->err.text : p->config);
		if (!ok && p->go == probe_cgroup)
			text_printf(none, sizeof none, "%s", why);
		err_forget(ct);
		check_line(ct, &o, ok ? "ok" : must ? "MISSING" : "no", p->name, why, p->without);
		bad_ones += !ok && must;
	}
	check_controllers(ct, &o, none);
	cg_remove(ct);
	err_forget(ct);
	if (buf_end(ct, &o) < 0)
		return -1;
	return bad_ones ? 1 : 0;
}

static int
verb_version(struct ct *ct, char **argv)
{
	struct buf o = { .fd = 1 };

	(void)argv;
	buf_printf(&o, "ct %s %s\n", CT_VERSION, ARCH_NAME);
	return buf_end(ct, &o);
}
