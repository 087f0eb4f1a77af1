/* SPDX-License-Identifier: ISC
 *
 * The members that look: configuration, network, cgroup. */

static bool
api_load_config(struct lxc_container *c, const char *alt)
{
	return lx_begin(c) && conf_read(c, alt ? alt : c->configfile, 0);
}

static bool
api_save_config(struct lxc_container *c, const char *alt)
{
	return lx_begin(c) && (api_is_defined(c) || conf_usual(c)) && (alt || disk_mkdir(c)) &&
	       conf_write(c, alt ? alt : c->configfile);
}

static bool
api_set_config_item(struct lxc_container *c, const char *key, const char *value)
{
	if (!lx_begin(c) || !key)
		return false;
	c->lxc_conf->left = CONF_MAX;   /* of what it may include */
	return conf_set(c, key, value ? value : "", 0);
}

static void
api_clear_config(struct lxc_container *c)
{
	if (lx_begin(c))
		conf_clear(c->lxc_conf);
}

static bool
api_clear_config_item(struct lxc_container *c, const char *key)
{
	if (!lx_begin(c) || !key)
		return false;
	if (!key_find(key) && strncmp(key, "lxc.net", 7) && strncmp(key, "lxc.cgroup", 10) &&
	    strncmp(key, "lxc.hook", 8))
		return lx_fail(c, 0, NO_KEY, key);
	conf_remove(c->lxc_conf, key, true);
	return true;
}

/* Of one key its value, of a list lines, of what stands above several "KEY = VALUE", of lxc.net
 * the types. Between addresses is a line's end, as in LXC. */
static int
conf_show(struct lxc_container *c, const char *key, char *retv, int inlen)
{
	struct out o = { retv, inlen, 0 };
	const struct key *k = key_find(key);
	bool found = k, list = k && k->kind >= LIST, nets = !strcmp(key, "lxc.net");
	const char *rest;

	out_add(&o, "%s", k && !list ? conf_get(c, key) : "");
	for (const struct line *l = c->lxc_conf->first; l; l = l->next) {
		if (!(rest = lx_after(l->key, key)))
			continue;
		if (list && !*rest && k->opt && !strcmp(k->opt, "ip"))
			out_add(&o, "%s%s", o.len ? "\n" : "", l->value);
		else if (nets ? !!strstr(rest, ".type") : list && !*rest)
			out_add(&o, "%s\n", l->value);
		else if (!k && !nets && *rest == '.')
			out_add(&o, "%s = %s\n", l->key, l->value);
		found = found || *rest == '.';
	}
	for (size_t i = 0; !found && i < LEN(keys); i++)        /* lxc.cgroup2, if empty */
		found = (rest = lx_after(keys[i].name, key)) && *rest == '.';
	return found ? o.len : lx_fail(c, 0, NO_KEY, key) - 1;
}

static int
api_get_config_item(struct lxc_container *c, const char *key, char *retv, int inlen)
{
	return lx_begin(c) && key ? conf_show(c, key, retv, inlen) : -1;
}

static int
api_get_keys(struct lxc_container *c, const char *key, char *retv, int inlen)
{
	AUTO char *above = lx_printf("%s%s", key ? key : "", key ? "." : "");
	const char *nic = key ? lx_after(key, "lxc.net.") : NULL, *rest;
	struct out o = { retv, inlen, 0 };
	bool nics = key && !strcmp(key, "lxc.net");

	if (!lx_begin(c) || !above)
		return -1;
	out_add(&o, "%s", "");
	for (size_t i = 0; i < LEN(keys); i++)
		if ((rest = lx_after(keys[i].name, above)) && *rest)
			out_add(&o, "%.*s\n", (int)strlen(rest) - key_is_open(&keys[i]), rest);
	if (nic && isdigit((unsigned char)*nic) && !strchr(nic, '.'))
		for (size_t i = 0; i < LEN(net_keys); i++)
			out_add(&o, "%s\n", net_keys[i].name);
	for (const struct line *l = c->lxc_conf->first; l && nics; l = l->next)
		if ((rest = lx_after(l->key, "lxc.net.")) && strstr(rest, ".type"))
			out_add(&o, "%.*s\n", (int)strcspn(rest, "."), rest);
	return o.len || !key || key_find(key) || nics ? o.len : lx_fail(c, 0, NO_KEY, key) - 1;
}

static char *
api_config_file_name(struct lxc_container *c)
{
	return c && c->configfile ? strdup(c->configfile) : NULL;
}

static const char *
api_get_config_path(struct lxc_container *c)
{
	return c ? c->config_path : NULL;
}

static bool
api_set_config_path(struct lxc_container *c, const char *path)
{
	if (!lx_begin(c) || !path)
		return false;
	if (!handle_at(c, path))
		return lx_fail(c, ENOMEM, "%s", path);
	return !api_is_defined(c) || conf_again(c);
}

/* --- the members: network and cgroup --- */

/* What to look for in its network: addresses of a family or all, of an interface or of all
 * but lo; or names, if inet is false. */
struct net_look { bool inet; const char *interface, *family; unsigned scope; };

/* Inside its network namespace, prints lines on standard output. */
static int
net_inside(void *arg)
{
	const struct net_look *want = arg;
	struct ifaddrs *list = NULL;
	char buf[INET6_ADDRSTRLEN];

	if (getifaddrs(&list) < 0)
		return 1;
	for (struct ifaddrs *a = list; a; a = a->ifa_next) {
		const struct sockaddr_in6 *six = (void *)a->ifa_addr;
		bool v4 = net_text(a, false, buf), v6 = !v4 && net_text(a, true, buf);

		if (!want->inet && !v4 && !v6)          /* the interface itself */
			dprintf(1, "%s\n", a->ifa_name);
		else if (want->inet && (v4 || (v6 && six->sin6_scope_id == want->scope)) &&
		         (!want->family || !strcmp(want->family, v4 ? "inet" : "inet6")) &&
		         (want->interface ? !strcmp(want->interface, a->ifa_name) :
		          strcmp(a->ifa_name, "lo")))
			dprintf(1, "%s\n", buf);
	}
	return 0;
}

static char **
net_lines(struct lxc_container *c, struct net_look *want)
{
	struct words w = { 0 };
	size_t left = CONF_MAX;
	int ends[2], pid;
	LIVE(c, l, NULL);

	if (pipe2(ends, O_CLOEXEC) < 0)
		return NULL;
	/* through its user namespace, which an ordinary user needs */
	pid = libct_container_enter_ns(l.ct, CLONE_NEWUSER | CLONE_NEWNET, 0, net_inside, want,
	                               NULL, (int[]){ -1, ends[1], -1 });
	close(ends[1]);
	words_read(&w, ends[0], &left);
	close(ends[0]);
	if (live_end(c, &l, "look at its network", pid))
		child_wait(c, pid, "a look at its network");
	return w.v;
}

static char **
api_get_interfaces(struct lxc_container *c)
{
	return net_lines(c, &(struct net_look){ .inet = false });
}

static char **
api_get_ips(struct lxc_container *c, const char *interface, const char *family, int scope)
{
	return net_lines(c, &(struct net_look){ true, interface, family, (unsigned)scope });
}

static int
api_get_cgroup_item(struct lxc_container *c, const char *subsys, char *retv, int inlen)
{
	char buf[16384];
	LIVE(c, l, -1);
	ssize_t n = libct_controller_read(l.ct, CT_CTL_BY_NAME, subsys, buf, sizeof buf);

	if (n >= 0 && retv && inlen > 0)
		snprintf(retv, (size_t)inlen, "%s", buf);
	return live_end(c, &l, subsys ? subsys : "", n < 0 ? -1 : 0) ? (int)n : -1;
}

static bool
api_set_cgroup_item(struct lxc_container *c, const char *subsys, const char *value)
{
	LIVE(c, l, false);

	return live_end(c, &l, subsys ? subsys : "", libct_controller_configure(l.ct,
	                CT_CTL_BY_NAME, (char *)(uintptr_t)subsys, (char *)(uintptr_t)value));
}

/* Shows what was read from the file; but asks the kernel for its cgroup, which may have been
 * changed since. */
static char *
api_get_running_config_item(struct lxc_container *c, const char *key)
{
	const char *file = key ? lx_after(key, "lxc.cgroup2.") : NULL;
	int (*get)(struct lxc_container *, const char *, char *, int) =
	        file ? api_get_cgroup_item : conf_show;
	char *value = NULL;
	LIVE(c, l, NULL);
	int n = key ? get(c, file ? file : key, NULL, 0) : -1;

	if (n >= 0 && (value = malloc((size_t)n + 1)))
		get(c, file ? file : key, value, n + 1);
	return value;
}

static int
api_devpts_fd(struct lxc_container *c)
{
	struct statfs fs;
	LIVE(c, l, -ESRCH);
	int fd = libct_fs_open(l.ct, "dev/pts", O_RDONLY | O_DIRECTORY), no = errno;

	if (fd >= 0 && fstatfs(fd, &fs) == 0 && fs.f_type == 0x1cd1 /* DEVPTS_SUPER_MAGIC */)
		return fd;
	no = fd < 0 ? no : ENODEV;
	lx_close(&fd);
	return lx_fail(c, no, "/dev/pts of %s", c->name), -no;
}
