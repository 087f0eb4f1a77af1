/* SPDX-License-Identifier: ISC
 *
 * A configuration: its keys, and what each becomes in libct. */

struct pty { int master, slave; };

/* What start(), and the process that watches a container, has of it. */
struct run {
	struct lxc_container *c;
	ct_handler_t ct;
	libct_session_t s;
	bool caps;                      /* the default capabilities were dropped */
	bool failed;                    /* the first error counts, what follows is harmless */
	struct pty tty[2 + TTY_MAX];    /* see watch_open() */
	int ttys;
	int log;                        /* lxc.console.logfile */
	int lock;                       /* a memfd, with a byte for each terminal */
	struct words words;             /* the command */
	const char *images;             /* to restore in place of it, or NULL */
	bool useinit, daemon;
	int tell;                       /* to the process that waits for the start, or -1 */
};

/* Records an error of libct with the line that it is about. */
static void
plan_end(struct run *p, const char *key, const char *value, int r)
{
	if (r < 0 && !p->c->error_string)       /* else it is worded better */
		lx_fail(p->c, 0, "%s = %s: %s", key, value, libct_error(p->ct));
	p->failed = p->failed || r < 0;
}

static int
item_bad(struct run *p, const struct item *it, const char *why)
{
	return lx_fail(p->c, 0, "%s = %s: %s", it->key, it->value, why) - 1;
}

/* Applies an option of `ct run` and frees its argument. */
static int
run_opt(struct run *p, const char *name, char *arg)
{
	AUTO char *own = arg;

	return own ? libct_container_configure(p->ct, name, own) : -1;
}

/* The option's argument is the value or, if the key goes on after its name, SUB=VALUE. */
static int
ap_opt(struct run *p, const struct item *it)
{
	return run_opt(p, it->opt, lx_printf("%s%s%s", it->sub, *it->sub ? "=" : "", it->value));
}

static int
ap_cgroup(struct run *p, const struct item *it)
{
	return libct_controller_configure(p->ct, CT_CTL_BY_NAME, (char *)(uintptr_t)it->sub,
	                                  (char *)(uintptr_t)it->value);
}

/* In LXC there may be blanks around the colon. */
static int
ap_rlimit(struct run *p, const struct item *it)
{
	char soft[32] = "", hard[32] = "", more;
	int n = sscanf(it->value, " %31[^ :] : %31s %c", soft, hard, &more);

	if (n > 2 || (n < 2 && it->value[strspn(it->value, " ") + strlen(soft)]))
		return item_bad(p, it, "must be SOFT:HARD");
	return run_opt(p, "rlimit", lx_printf("%s=%s%s%s", it->sub, soft, *hard ? ":" : "", hard));
}

/* cap.keep lists all that are kept, cap.drop takes from the default ones. */
static int
ap_keep(struct run *p, const struct item *it)
{
	if (!p->caps && libct_container_configure(p->ct, "cap-drop", "ALL") < 0)
		return -1;
	p->caps = true;
	return strcmp(it->value, "none") ? ap_opt(p, it) : 0;
}

static int
ap_idmap(struct run *p, const struct item *it)
{
	char type, first[16], lower[16], count[16], more;
	int r = 0;

	if (sscanf(it->value, " %c %15s %15s %15s %c", &type, first, lower, count, &more) != 4 ||
	    !strchr("ugb", type) || strlen(first) > 10 || strlen(lower) > 10)
		return item_bad(p, it, "must be u, g or b, INSIDE OUTSIDE COUNT");
	if (type != 'g')
		r = run_opt(p, "uidmap", lx_printf("%s:%s:%s", first, lower, count));
	return r < 0 || type == 'u' ? r :
	       run_opt(p, "gidmap", lx_printf("%s:%s:%s", first, lower, count));
}

static int
ap_label(struct run *p, const struct item *it)
{
	if (!strcmp(it->value, "generated"))
		return item_bad(p, it, "ct generates none");
	return listed("unconfined unchanged", it->value) ? 0 : ap_opt(p, it);
}

/* The path of a namespace, a pid, or the name of a container. */
static int
ap_share(struct run *p, const struct item *it)
{
	bool pid = !it->value[strspn(it->value, "0123456789")];

	return run_opt(p, "ns", pid ? lx_printf("%s=/proc/%s/ns/%s", it->sub, it->value, it->sub) :
	                              lx_printf("%s=%s", it->sub, it->value));
}

/* The kernel's name for a machine. */
static const char *
arch_name(const char *s)
{
	static const char *const same[][2] = { { "amd64", "x86_64" }, { "arm64", "aarch64" },
		{ "i386", "i686" }, { "x86", "i686" }, { "armhf", "armv7l" }, { "linux64", "" } };

	for (size_t i = 0; i < LEN(same); i++)
		if (!strcmp(s, same[i][0]))
			return same[i][1];
	return s;
}

/* This machine, or one whose programs it runs as well. */
static int
ap_arch(struct run *p, const struct item *it)
{
	const char *name = arch_name(it->value);
	struct utsname u;

	uname(&u);
	if (!*name || !strcmp(name, u.machine))
		return 0;
	if (!strcmp(name, "linux32") || (!strcmp(name, "i686") && !strcmp(u.machine, "x86_64")) ||
	    (!strcmp(name, "armv7l") && !strcmp(u.machine, "aarch64")))
		return libct_container_configure(p->ct, "personality", "linux32");
	return item_bad(p, it, "not what this machine runs");
}

static int
ap_offset(struct run *p, const struct item *it)
{
	return run_opt(p, "time-offset", lx_printf("%s=%s", it->opt, it->value));
}

/* FROM:TO, with a backslash before what would end a path in an argument of ct. */
static char *
path_pair(const char *from, const char *to)
{
	char *pair = from ? malloc(2 * (strlen(from) + strlen(to) + 1)) : NULL, *end = pair;

	for (int i = 0; pair && i < 2; i++) {
		for (const char *s = i ? to : from; *s; s++) {
			if (strchr(":,\\", *s))
				*end++ = '\\';
			*end++ = *s;
		}
		*end++ = i ? '\0' : ':';
	}
	return pair;
}

/* fstab(5) writes a blank as \040. */
static void
path_unescape(char *s)
{
	char *to = s;

	for (; *s; s++)
		if (*s == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] && s[3]) {
			*to++ = (char)((s[1] - '0') * 64 + (s[2] - '0') * 8 + (s[3] - '0'));
			s += 3;
		} else {
			*to++ = *s;
		}
	*to = '\0';
}

/* Translates options of fstab(5) to ct's; leaves out LXC's own and those without effect here. */
static char *
mount_options(char *opts, bool bind)
{
	static const char dropped[] = "defaults bind relative auto noauto _netdev nofail relatime "
	                              "remount suid exec rslave rprivate optional";
	char *to = malloc(strlen(opts) + 2), *end = to, *save = NULL;   /* no word grows */

	if (to)
		*to = '\0';
	for (char *o = to ? strtok_r(opts, ",", &save) : NULL; o; o = strtok_r(NULL, ",", &save)) {
		const char *word = bind && !strcmp(o, "optional") ? "try" :
		                   !strcmp(o, "idmap=container") ? "idmap" :
		                   !strcmp(o, "rbind") ? "rec" : o;

		if (!listed(dropped, word) && strcmp(o, "create=dir") && strcmp(o, "create=file"))
			end = stpcpy(stpcpy(end, end > to ? "," : ":"), word);
	}
	return to;
}

static int
ap_mount(struct run *p, const struct item *it)
{
	const char *at[] = { root_of(p->c).path, conf_get(p->c, "lxc.rootfs.mount") }, *rest;
	AUTO char *copy = strdup(it->value), *dst = NULL, *pair = NULL, *opts = NULL;
	char *save = NULL, *f[4];
	bool bind;

	for (int i = 0; i < 4 && copy; i++)
		if (!(f[i] = strtok_r(i ? NULL : copy, " \t", &save)))
			return item_bad(p, it, "must be WHAT WHERE TYPE OPTIONS");
	if (!copy)
		return -1;
	path_unescape(f[0]);
	path_unescape(f[1]);
	bind = listed(f[3], "bind") || listed(f[3], "rbind") || !strcmp(f[2], "bind");
	opts = mount_options(f[3], bind);
	/* in LXC the path may begin with the root's, or with that where LXC mounts the root */
	for (size_t i = 0; i < LEN(at); i++)
		if (*at[i] && (rest = lx_after(f[1], at[i])) && strchr("/", *rest))
			f[1] += rest - f[1];
	if (!opts || !(dst = lx_printf("/%s", f[1] + strspn(f[1], "/"))))
		return -1;
	/* ct mounts these two, and decides how */
	if (!bind && listed("proc sysfs", f[2]) && listed("/proc /sys", dst))
		return 0;
	if (!(pair = path_pair(f[0], dst)))
		return -1;
	return bind ? run_opt(p, "volume", lx_printf("%s%s", pair, opts)) :
	              run_opt(p, "mount", lx_printf("%s:%s%s", f[2], pair, opts));
}

static int
ap_fstab(struct run *p, const struct item *it)
{
	CLEAN(words_free) struct words lines = { 0 };
	struct item entry = *it;

	if (!words_file(&lines, it->value))
		return item_bad(p, it, strerror(errno));
	for (size_t i = 0; i < lines.n; i++) {
		entry.value = lines.v[i];
		if (*entry.value && *entry.value != '#')
			plan_end(p, it->key, entry.value, ap_mount(p, &entry));
	}
	return 0;
}

/* A root always has a private /proc and /sys, as safe as LXC's "mixed". */
static int
ap_auto(struct run *p, const struct item *it)
{
	if (lx_after(it->value, "cgroup"))
		return libct_container_configure(p->ct, "delegate", NULL);
	return listed("proc proc:mixed sys sys:ro sys:mixed", it->value) ? 0 :
	       item_bad(p, it, "ct has no counterpart");
}

/* --- the filter of system calls --- */

/* A line of a profile: NAME [errno N | kill | allow | notify], without conditions. In a
 * denylist it becomes a word of --syscall, in an allowlist a name. */
static int
seccomp_rule(struct run *p, struct words *names, bool allow, const char *usual, char *line)
{
	static const char *const actions[] = { "+allow", "!kill", "?notify", "-errno" };
	char *save = NULL, *name = strtok_r(line, " \t", &save), sign = '\0';
	const char *action = strtok_r(NULL, " \t", &save), *no = strtok_r(NULL, " \t", &save);
	bool umount = !strcmp(name, "reject_force_umount");

	/* without this capability nobody may call umount2(2) anyway */
	if (umount && !conf_keeps(p->c, "sys_admin"))
		return 0;
	if (!umount && libct_syscall_number(name) < 0) {        /* profiles are for many machines */
		AUTO char *text = lx_printf("lxc.seccomp.profile: %.32s: not a call here", name);

		log_text(p->c, LOG_WARN, text ? text : name);
		return 0;
	}
	if (!action) {
		no = allow ? NULL : usual;
		action = allow ? "allow" : no ? "errno" : "kill";
	}
	for (size_t i = 0; i < LEN(actions); i++)
		if (!strcmp(action, actions[i] + 1))
			sign = *actions[i];
	if (!sign || (sign == '-') != !!no || (no && no[strspn(no, "0123456789")]) ||
	    (allow && !strchr("+?", sign)))
		return lx_fail(p->c, 0, "lxc.seccomp.profile: %s: ct has no such rule", name) - 1;
	if (allow && !words_dup(names, name))
		return -1;
	return allow && sign == '+' ? 0 : run_opt(p, "syscall", lx_printf("%c%s%s%s", sign, name,
	                                          no ? "=" : "", no ? no : ""));
}

/* LXC's second format: "2", "denylist" or "allowlist" with a default action, then rules;
 * [ARCH] begins those of an architecture, of which this machine's and [all] apply. */
static int
ap_seccomp(struct run *p, const struct item *it)
{
	CLEAN(words_free) struct words lines = { 0 }, names = { 0 };
	bool allow = false, ours = true;
	const char *usual = NULL;
	struct utsname u;
	int n = 0;

	if (!words_file(&lines, it->value))
		return item_bad(p, it, strerror(errno));
	uname(&u);
	for (size_t i = 0; i < lines.n; i++) {
		char *s = lines.v[i];

		s[strcspn(s, "#")] = '\0';
		if (!*lx_trim(s))
			continue;
		if (++n == 1 && strcmp(s, "2"))
			return item_bad(p, it, "must be of version 2");
		if (n == 2) {
			allow = lx_after(s, "allowlist") || lx_after(s, "whitelist");
			if (!allow && !lx_after(s, "denylist") && !lx_after(s, "blacklist"))
				return item_bad(p, it, "must be denylist or allowlist");
			if ((usual = strstr(s, "errno ")))
				usual += strlen("errno ");
			if (allow && usual && !isdigit((unsigned char)*usual))
				return item_bad(p, it, "errno must be a number");
		} else if (n > 2 && *s == '[') {
			s[strcspn(s, "]")] = '\0';
			ours = !strcmp(s + 1, "all") || !strcmp(arch_name(s + 1), u.machine);
		} else if (n > 2 && ours && seccomp_rule(p, &names, allow, usual, s) < 0) {
			return -1;
		}
	}
	return allow ? libct_container_allow_syscalls(p->ct, (const char *const *)names.v,
	                                              usual ? atoi(usual) : -1) : 0;
}

/* --- the keys --- */

/* Keys without a function are used where they belong: lxc.net and lxc.rootfs
 * below, hooks, terminals and signals in watch.c and live.c. Or they have no
 * effect, because ct does so anyway. */
static const struct key keys[] = {
	{ "lxc.apparmor.profile", ANY, ap_label, "label", NULL },
	{ "lxc.arch", ANY, ap_arch, NULL, NULL },
	{ "lxc.autodev", NEVER, NULL, NULL, "1" },
	{ "lxc.cap.drop", WORDS, ap_opt, "cap-drop", NULL },
	{ "lxc.cap.keep", WORDS, ap_keep, "cap-add", NULL },
	{ "lxc.cgroup.", LIST, ap_cgroup, NULL, NULL },
	{ "lxc.cgroup2.", LIST, ap_cgroup, NULL, NULL },
	{ "lxc.console.buffer.size", ANY, NULL, NULL, "auto" },
	{ "lxc.console.logfile", ANY, NULL, NULL, NULL },
	{ "lxc.console.path", ANY, NULL, NULL, NULL },
	{ "lxc.environment", LIST, ap_opt, "env", NULL },
	{ "lxc.ephemeral", BOOL, NULL, NULL, "0" },
	{ "lxc.execute.cmd", ANY, NULL, NULL, NULL },
	{ "lxc.group", LIST, NULL, NULL, NULL },
	{ "lxc.hook.clone", LIST, NULL, NULL, NULL },
	{ "lxc.hook.destroy", LIST, NULL, NULL, NULL },
	{ "lxc.hook.post-stop", LIST, NULL, NULL, NULL },
	{ "lxc.hook.pre-start", LIST, NULL, NULL, NULL },
	{ "lxc.hook.start", LIST, NULL, NULL, NULL },
	{ "lxc.hook.start-host", LIST, NULL, NULL, NULL },
	{ "lxc.hook.stop", LIST, NULL, NULL, NULL },
	{ "lxc.hook.version", BOOL, NULL, NULL, "0" },
	{ "lxc.idmap", LIST, ap_idmap, NULL, NULL },
	{ "lxc.include", LIST, NULL, NULL, NULL },
	{ "lxc.init.cmd", ANY, NULL, NULL, "/sbin/init" },
	{ "lxc.init.cwd", ANY, ap_opt, "workdir", NULL },
	{ "lxc.init.gid", NUMBER, NULL, NULL, "0" },
	{ "lxc.init.groups", ANY, NULL, NULL, NULL },
	{ "lxc.init.uid", NUMBER, NULL, NULL, "0" },
	{ "lxc.keyring.session", NEVER, NULL, NULL, "1" },
	{ "lxc.log.file", ANY, NULL, NULL, NULL },
	{ "lxc.log.level", ANY, NULL, NULL, "ERROR" },
	{ "lxc.monitor.unshare", NEVER, NULL, NULL, "0" },
	{ "lxc.mount.auto", WORDS, ap_auto, NULL, NULL },
	{ "lxc.mount.entry", LIST, ap_mount, NULL, NULL },
	{ "lxc.mount.fstab", ANY, ap_fstab, NULL, NULL },
	{ "lxc.namespace.clone", WORDS, ap_opt, "unshare", NULL },
	{ "lxc.namespace.keep", WORDS, ap_opt, "share", NULL },
	{ "lxc.namespace.share.", ANY, ap_share, NULL, NULL },
	{ "lxc.net.", ANY, NULL, NULL, NULL },     /* see net_keys[] */
	{ "lxc.no_new_privs", BOOL, NULL, NULL, "0" },
	{ "lxc.prlimit.", ANY, ap_rlimit, NULL, NULL },
	{ "lxc.proc.oom_score_adj", NUMBER, ap_opt, "oom-score", NULL },
	{ "lxc.pty.max", NUMBER, NULL, NULL, "1024" },
	{ "lxc.rootfs.managed", BOOL, NULL, NULL, "1" },
	{ "lxc.rootfs.mount", ANY, NULL, NULL, NULL },
	{ "lxc.rootfs.options", ANY, NULL, NULL, NULL },
	{ "lxc.rootfs.path", ANY, NULL, NULL, NULL },
	{ "lxc.seccomp.profile", ANY, ap_seccomp, NULL, NULL },
	{ "lxc.selinux.context", ANY, ap_label, "label", NULL },
	{ "lxc.signal.halt", SIGNAL, NULL, NULL, "SIGPWR" },
	{ "lxc.signal.reboot", SIGNAL, NULL, NULL, "SIGINT" },
	{ "lxc.signal.stop", SIGNAL, NULL, NULL, "SIGKILL" },
	{ "lxc.start.auto", BOOL, NULL, NULL, "0" },
	{ "lxc.start.delay", NUMBER, NULL, NULL, "0" },
	{ "lxc.start.order", NUMBER, NULL, NULL, "0" },
	{ "lxc.sysctl.", ANY, ap_opt, "sysctl", NULL },
	{ "lxc.time.offset.boot", ANY, ap_offset, "boottime", NULL },
	{ "lxc.time.offset.monotonic", ANY, ap_offset, "monotonic", NULL },
	{ "lxc.tty.max", NUMBER, NULL, NULL, "0" },
	{ "lxc.uts.name", ANY, ap_opt, "hostname", NULL },
};

/* lxc.net.N.NAME: each with a key of `ct run --net`, or known to net_set(). */
static const struct key net_keys[] = {
	{ "flags", ANY, NULL, NULL, NULL }, { "hwaddr", ANY, NULL, "mac", NULL },
	{ "ipv4.address", LIST, NULL, "ip", NULL },
	{ "ipv4.gateway", ANY, NULL, "gw", NULL },
	{ "ipv6.address", LIST, NULL, "ip", NULL },
	{ "ipv6.gateway", ANY, NULL, "gw", NULL },
	{ "ipvlan.mode", ANY, NULL, "mode", NULL }, { "link", ANY, NULL, NULL, NULL },
	{ "macvlan.mode", ANY, NULL, "mode", NULL }, { "mtu", NUMBER, NULL, "mtu", NULL },
	{ "name", ANY, NULL, "name", NULL }, { "type", ANY, NULL, NULL, NULL },
	{ "veth.pair", ANY, NULL, "host", NULL }, { "vlan.id", NUMBER, NULL, "id", NULL },
};

static bool
key_is_open(const struct key *k)
{
	return k->name[strlen(k->name) - 1] == '.';
}

/* The row of a key, also of lxc.net.3.ipv4.address and lxc.sysctl.fs.mqueue.msg_max; or NULL. */
static const struct key *
key_find(const char *name)
{
	const char *nic = lx_after(name, "lxc.net."), *rest;
	char *end;

	if (nic && isdigit((unsigned char)*nic) && (*nic != '0' || nic[1] == '.') &&
	    strtol(nic, &end, 10) < NIC_MAX && *end == '.')
		for (size_t i = 0; i < LEN(net_keys); i++)
			if (!strcmp(end + 1, net_keys[i].name))
				return &net_keys[i];
	for (size_t i = 0; i < LEN(keys) && !nic; i++)
		if ((rest = lx_after(name, keys[i].name)) &&
		    (key_is_open(&keys[i]) ? *rest : !*rest))
			return &keys[i];
	return NULL;
}

/* --- the network --- */

/* Replaces each x in a hardware address by a random digit, as in LXC. */
static void
net_mac(char *to, size_t size, const char *s)
{
	unsigned char random[32];
	size_t n = 0;

	if (syscall(SYS_getrandom, random, sizeof random, 0) < 0)
		memset(random, 7, sizeof random);
	for (; *s && n + 1 < size; s++, n++)
		to[n] = *s == 'x' || *s == 'X' ? "0123456789abcdef"[random[n % 32] & 15] : *s;
	to[n] = '\0';
}

/* An interface's address as text; false: it is not an IPv4 or, with v6, IPv6 address. */
static bool
net_text(const struct ifaddrs *a, bool v6, char to[INET6_ADDRSTRLEN])
{
	size_t at = v6 ? offsetof(struct sockaddr_in6, sin6_addr) :
	                 offsetof(struct sockaddr_in, sin_addr);

	return a->ifa_addr && a->ifa_addr->sa_family == (v6 ? AF_INET6 : AF_INET) &&
	       inet_ntop(a->ifa_addr->sa_family, (const char *)a->ifa_addr + at, to,
	                 INET6_ADDRSTRLEN);
}

/* "auto": the bridge's first address that is not link-local. */
static bool
net_gateway(const char *link, bool v6, char to[INET6_ADDRSTRLEN])
{
	struct ifaddrs *list;
	bool found = false;

	if (getifaddrs(&list) < 0)
		return false;
	for (struct ifaddrs *a = list; a && !found; a = a->ifa_next)
		found = !strcmp(a->ifa_name, link) && net_text(a, v6, to) && !lx_after(to, "fe80:");
	freeifaddrs(list);
	return found;
}

/* Adds what a line of an interface says to its argument. */
static bool
net_set(struct run *p, const struct line *l, const struct key *k, const char *link, struct out *o)
{
	char buf[INET6_ADDRSTRLEN + 64];

	snprintf(buf, sizeof buf, "%s", l->value);
	if (strchr(buf, ','))
		return lx_fail(p->c, 0, "%s = %s: must have no comma", l->key, buf);
	if (!k->opt)
		return strcmp(k->name, "flags") || !strcmp(l->value, "up") ||
		       lx_fail(p->c, 0, "%s = %s: must be up", l->key, l->value);
	if (!strcmp(k->opt, "mac"))
		net_mac(buf, sizeof buf, l->value);
	if (!strcmp(k->opt, "ip"))
		buf[strcspn(buf, " ")] = '\0';          /* the broadcast address follows */
	if (!strcmp(k->opt, "gw") && !strcmp(buf, "auto") &&
	    !net_gateway(link, k->name[3] == '6', buf))
		return lx_fail(p->c, 0, "%s = auto: %s has no address", l->key,
		               *link ? link : "no link");
	out_add(o, ",%s=%s", k->opt, buf);
	return true;
}

/* Plans an interface, if it has any keys: an argument of --net. */
static void
plan_nic(struct run *p, long nic)
{
	char key[40], arg[4096];
	struct out o = { arg, sizeof arg, 0 };
	const char *type, *link, *kind;
	bool found = false, ok = true;

	snprintf(key, sizeof key, "lxc.net.%ld.link", nic);
	link = conf_get(p->c, key);
	snprintf(key, sizeof key, "lxc.net.%ld.type", nic);
	type = conf_get(p->c, key);
	kind = !strcmp(type, "empty") ? "none" : !strcmp(type, "none") ? "host" : type;
	out_add(&o, "%s", kind);
	if (*link && kind == type)
		out_add(&o, ",%s=%s", strcmp(type, "veth") ? "dev" : "bridge", link);
	for (struct line *l = p->c->lxc_conf->first; l; l = l->next)
		if (!strncmp(l->key, key, strlen(key) - strlen("type"))) {
			found = true;
			ok = ok && net_set(p, l, key_find(l->key), link, &o);
		}
	if (found && kind == type && !listed("veth macvlan ipvlan vlan phys", type))
		ok = lx_fail(p->c, 0, "%s = %s: ct has none such", key, type);
	if (found)
		plan_end(p, key, type, ok && o.len < o.size ?
		         libct_container_configure(p->ct, "net", arg) : -1);
}

/* --- the root --- */

static void
plan_opt(struct run *p, const char *key, const char *value, const char *option, const char *arg)
{
	plan_end(p, key, value, libct_container_configure(p->ct, option, arg));
}

static void
plan_root(struct run *p)
{
	const struct root root = root_of(p->c);
	AUTO char *path = lx_printf("%.*s", root.len, root.path);
	const char *value = conf_get(p->c, "lxc.rootfs.path");
	const char *opts = conf_get(p->c, "lxc.rootfs.options");

	if (root.kind == ROOT_ALIEN)
		lx_fail(p->c, 0, "lxc.rootfs.path = %s: ct has no %s, give it what is "
		        "mounted from it", value, root.type);
	if (root.kind == ROOT_ALIEN || !path)
		p->failed = true;
	else if (*path)
		plan_opt(p, "lxc.rootfs.path", value, "root", path);
	if (root.upper)
		plan_opt(p, "lxc.rootfs.path", value, "overlay", root.upper);
	if (listed(opts, "idmap"))
		plan_opt(p, "lxc.rootfs.options", opts, "idmap-root", NULL);
	if (listed(opts, "ro"))
		plan_opt(p, "lxc.rootfs.options", opts, "read-only", NULL);
}

/* Plans everything but what the watcher adds: terminals and the log. */
static void
plan_all(struct run *p)
{
	const char *uid = conf_get(p->c, "lxc.init.uid"), *gid = conf_get(p->c, "lxc.init.gid");
	const char *more = conf_get(p->c, "lxc.init.groups");
	const struct key *k;

	plan_root(p);
	if (strcmp(uid, "0") || strcmp(gid, "0") || *more)
		plan_end(p, "lxc.init.uid", uid, run_opt(p, "user", lx_printf("%s:%s%s%s", uid, gid,
		                                         *more ? "," : "", more)));
	for (long nic = 0; nic < NIC_MAX; nic++)        /* in the order of their numbers */
		plan_nic(p, nic);
	if (!conf_true(p->c, "lxc.no_new_privs"))
		plan_opt(p, "lxc.no_new_privs", "0", "allow-new-privs", NULL);
	if (!*conf_get(p->c, "lxc.uts.name") && !strpbrk(p->c->name, "_."))
		plan_opt(p, "lxc.uts.name", p->c->name, "hostname", p->c->name);
	plan_opt(p, "lxc.environment", "container=lxc", "env", "container=lxc");
	plan_end(p, "the container", "ends with its watcher",
	         libct_container_set_option(p->ct, CT_OPT_DIE_WITH_THREAD));
	for (struct line *l = p->c->lxc_conf->first; l; l = l->next)
		if ((k = key_find(l->key)) && k->apply)
			plan_end(p, l->key, l->value,
			         k->apply(p, &(struct item){ l->key, k->opt,
			                                     l->key + strlen(k->name), l->value }));
}
