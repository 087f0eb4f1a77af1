/* SPDX-License-Identifier: ISC */
/* The verb net: interfaces of a running container. */

/* --- its network --- */

/* Enters the network namespace of its first process for good; *home becomes a
 * descriptor of the one that this process was in. */
static int
net_enter(struct ct *ct, struct ctr *c, int *home)
{
	struct stat a, b;
	char path[48];
	int fd, r;

	if (!c->pid)
		return fail_msg(ct, "has no process of its own");
	kfs_ns_path(c->pid, "net", path, sizeof path);
	if (kfs_need_proc(ct) >= 0 && fstatat(ct->proc_fd, path, &a, 0) == 0 &&
	    fstatat(ct->proc_fd, "self/ns/net", &b, 0) == 0 && a.st_ino == b.st_ino)
		return fail_msg(ct, "has no network of its own");
	if (kfs_need_proc(ct) < 0 || (fd = ctr_pidfd(ct, c, c->pid)) < 0)
		return -1;
	*home = kfs_ns(ct, 0, "net");
	r = *home < 0 ? -1 : setns(fd, CLONE_NEWNET |
	    (ct->euid ? CLONE_NEWUSER : 0)) < 0 ? fail_sys(ct, "enter its network namespace") : 0;
	fd_close(&fd);
	return r;
}

/* Its addresses: as JSON strings, or with a blank before each. */
static void
net_addrs(struct buf *o, const struct dump *d, unsigned index, bool json)
{
	const struct nlmsghdr *h = NULL;
	bool first = true;

	while ((h = nl_next(d, h, RTM_NEWADDR))) {
		const struct ifaddrmsg *m = mnl_nlmsg_get_payload(h);
		const struct nlattr *a = nl_attr(h, sizeof *m, IFA_LOCAL);
		struct inet in = { .family = m->ifa_family };
		char text[48];

		if (!a)
			a = nl_attr(h, sizeof *m, IFA_ADDRESS);
		if (m->ifa_index != index || !a || mnl_attr_get_payload_len(a) > sizeof in.b)
			continue;
		memcpy(in.b, mnl_attr_get_payload(a), mnl_attr_get_payload_len(a));
		inet_text(&in, text, sizeof text);
		buf_printf(o, json ? "%s\"%s/%d\"" : "%s%s/%d", first ? json ? "" : " " :
		      json ? "," : " ", text, m->ifa_prefixlen);
		first = false;
	}
}

static void
net_link(struct buf *o, const struct nlmsghdr *h, const struct dump *addrs, char sep, bool first)
{
	const struct ifinfomsg *i = mnl_nlmsg_get_payload(h);
	const struct nlattr *name = nl_attr(h, sizeof *i, IFLA_IFNAME),
	    *mtu = nl_attr(h, sizeof *i, IFLA_MTU),
	    *addr = nl_attr(h, sizeof *i, IFLA_ADDRESS),
	    *count = nl_attr(h, sizeof *i, IFLA_STATS64);
	struct rtnl_link_stats64 st;
	const char *kind = nic_type(h), *s = mnl_attr_get_str(name),
	    *state = !(i->ifi_flags & IFF_UP) ? "down" :
	             i->ifi_flags & IFF_RUNNING ? "up" : "no-carrier";
	unsigned char mac[6] = { 0 };
	char text[24], plain[IF_NAMESIZE];
	size_t n;

	memset(&st, 0, sizeof st);
	if (count)
		memcpy(&st, mnl_attr_get_payload(count),
		       MIN(sizeof st, mnl_attr_get_payload_len(count)));
	if (addr)
		memcpy(mac, mnl_attr_get_payload(addr),
		       MIN(sizeof mac, mnl_attr_get_payload_len(addr)));
	text_printf(text, sizeof text, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
	       mac[2], mac[3], mac[4], mac[5]);
	kind = kind ? kind : i->ifi_flags & IFF_LOOPBACK ? "loopback" : "phys";
	if (!sep) {
		/* the container may have named it */
		n = text_printf(plain, sizeof plain, "%-15s", s);
		for (size_t k = 0; k < MIN(n, sizeof plain - 1); k++)
			if (!text_plain(plain[k]))
				plain[k] = '?';
		buf_printf(o, "%s %-8s %-10s %5u", plain, kind, state,
		      mtu ? mnl_attr_get_u32(mtu) : 0);
		list_size(o, 0, st.rx_bytes);
		list_size(o, 0, st.tx_bytes);
		buf_printf(o, " %s", text);
		net_addrs(o, addrs, (unsigned)i->ifi_index, false);
		buf_printf(o, "\n");
		return;
	}
	buf_printf(o, sep == ',' && !first ? ",{\"name\":" : "{\"name\":");
	buf_json(o, s);
	buf_printf(o, ",\"kind\":\"%s\",\"state\":\"%s\",\"mac\":\"%s\",\"mtu\":%u,"
	      "\"addresses\":[", kind, state, text, mtu ? mnl_attr_get_u32(mtu) : 0);
	net_addrs(o, addrs, (unsigned)i->ifi_index, true);
	buf_printf(o, "],\"rx_bytes\":%llu,\"tx_bytes\":%llu}%s",
	      (unsigned long long)st.rx_bytes, (unsigned long long)st.tx_bytes,
	      sep == '\n' ? "\n" : "");
}

/* Prints its interfaces: a table (sep 0), or JSON with sep between. A process
 * of its own enters the namespace, since there is no way back out of a user
 * namespace. */
static int
net_show(struct ct *ct, struct ctr *c, struct buf *o, char sep)
{
	struct dump links, addrs;
	const struct nlmsghdr *h = NULL;
	bool first = true;
	struct nl nl;
	int home = -1;
	pid_t pid;

	if (!c->pid)
		return fail_msg(ct, "has no process of its own");
	if (buf_flush(o) < 0 || (pid = sys_fork()) < 0)
		return fail_sys(ct, "fork");
	if (pid)
		return sys_wait(pid) ? fail_msg(ct, "its interfaces cannot be listed") : 0;
	if (net_enter(ct, c, &home) < 0 ||
	    nl_open(ct, &nl, NETLINK_ROUTE, NL_SIZE) < 0 ||
	    nl_dump(ct, &nl, RTM_GETLINK, &links) < 0 || nl_dump(ct, &nl, RTM_GETADDR, &addrs) < 0)
		_exit(1);
	for (; (h = nl_next(&links, h, RTM_NEWLINK)); first = false)
		net_link(o, h, &addrs, sep, first);
	_exit(buf_flush(o) < 0);
}

static int
net_ls(struct ct *ct, struct ctr *c)
{
	struct buf o;

	buf_open(&o);
	if (!ct->json)
		buf_printf(&o, "%-15s %-8s %-10s %5s %8s %8s %-17s %s\n", "NAME", "KIND",
		      "STATE", "MTU", "RX", "TX", "MAC", "ADDRESSES");
	return net_show(ct, c, &o, ct->json ? '\n' : '\0');
}

/* Takes an interface away from the network namespace that this process is in:
 * one that hardware made goes to `home`, any other ceases to be. */
static int
net_drop(struct ct *ct, struct nl *nl, const char *name, int home, bool phys)
{
	unsigned index = nic_index(ct, nl, name);
	struct nlmsghdr *h;

	if (!index || phys)
		return index ? nic_move_home(ct, nl, index, name, home) : -1;
	h = nl_put(nl, RTM_DELLINK, 0, mem_printf(ct, "delete %s", name));
	((struct ifinfomsg *)mnl_nlmsg_put_extra_header(h,
	    sizeof(struct ifinfomsg)))->ifi_index = (int)index;
	nl_end(nl, h);
	return nl_send(ct, nl, NULL);
}

/* One more for a running container. Its name is the first eth that is free. */
static int
net_add(struct ct *ct, struct ctr *g, char *value)
{
	struct net_ref to = { IFLA_NET_NS_FD, 0 };
	struct nl out, in;
	int home = -1, fd;
	struct nic *c;
	struct op *op;

	if (op_add(ct, OP_NET, &op) < 0 || op_net(ct, op, value) < 0)
		return -1;
	if (!(c = op->nic) || c->nat)
		return opt_bad(ct, value, "must be an interface, without nat");
	if (nl_open(ct, &out, NETLINK_ROUTE, NL_SIZE) < 0 ||
	    net_enter(ct, g, &home) < 0 || nl_open(ct, &in, NETLINK_ROUTE, NL_SIZE) < 0)
		return -1;
	nl_want_extack(&out);
	nl_want_extack(&in);
	for (int i = 0; !c->name || c->name == c->name_buf; i++) {
		text_printf(c->name_buf, sizeof c->name_buf, "eth%d", i);
		c->name = c->name_buf;
		if (!nic_find(&in, c->name))
			break;
	}
	if (nic_find(&in, c->name))
		return opt_bad(ct, c->name, "it has an interface of that name");
	fd = kfs_ns(ct, 0, "net");
	to.value = (uint32_t)fd;
	if (fd < 0)
		return -1;
	if (nic_outside(ct, &out, c, to) == 0 && nic_inside(ct, &in, c) == 0 &&
	    nl_send_retry(ct, &in, EADDRINUSE) == 0)
		return 0;
	if (net_drop(ct, &in, c->name, home, c->kind == NIC_PHYS) < 0 &&
	    c->kind != NIC_VETH && c->kind != NIC_PHYS)
		net_drop(ct, &in, c->host, home, false);        /* not renamed yet */
	return -1;
}

static int
net_del(struct ct *ct, struct ctr *c, const char *name)
{
	unsigned index;
	struct nl nl;
	int home = -1, hard = 0;

	if (!strcmp(name, "lo"))
		return fail_msg(ct, "lo stays");
	if (net_enter(ct, c, &home) < 0 || nl_open(ct, &nl, NETLINK_ROUTE, NL_SIZE) < 0)
		return -1;
	nl_want_extack(&nl);
	if (!(index = nic_index(ct, &nl, name)) || (hard = nic_is_hardware(ct, &nl, index)) < 0)
		return -1;
	return net_drop(ct, &nl, name, home, hard);
}

static int
verb_net(struct ct *ct, char **argv)
{
	const char *what = *argv ? *argv : "";
	struct ctr c;

	if (!strcmp(what, "ls"))
		return ctr_each(ct, verb_args(ct, V_NET, argv + 1), net_ls);
	if ((strcmp(what, "add") && strcmp(what, "del")) || !argv[1] || !argv[2] || argv[3])
		return fail_msg(ct, "wants add, del or ls: see `ct help net`");
	if (ctr_open(ct, argv[1], &c) < 0)
		return -1;
	if (*what == 'a')
		net_add(ct, &c, argv[2]);
	else
		net_del(ct, &c, argv[2]);
	return ct->failed ? -1 : 0;
}
