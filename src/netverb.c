/* SPDX-License-Identifier: ISC */
/* The verb net: interfaces of a running container. */

/* Enters, for good, the network namespace of the container's first process; ct->host_net_fd
 * becomes the one that this process was in. */
static int
net_enter(struct ct *ct, struct ctr *c)
{
	LOCAL_FD fd = -1;
	uint64_t its;

	if ((fd = ctr_hold(ct, c)) < 0)
		return -1;
	its = kfs_ns_inode(ct->proc_fd, c->pid, "net");
	if (its && its == kfs_ns_inode(ct->proc_fd, 0, "net"))
		return fail_msg(ct, "has no private network");
	if ((ct->host_net_fd = kfs_ns(ct, 0, "net")) < 0)
		return -1;
	if (setns(fd, CLONE_NEWNET | (ct->euid ? CLONE_NEWUSER : 0)) < 0)
		return fail_sys(ct, "enter its network namespace");
	return 0;
}

/* The same, with a socket in each of the two; returns a file descriptor of the container's. */
static int
net_open(struct ct *ct, struct ctr *c, int bus, struct nl *out, struct nl *in)
{
	return nl_open(ct, out, bus, NL_SIZE) < 0 || net_enter(ct, c) < 0 ||
	       nl_open(ct, in, NETLINK_ROUTE, NL_SIZE) < 0 ? -1 : kfs_ns(ct, 0, "net");
}

/* Prints an interface's addresses: as JSON strings, or with a space before each. */
static void
net_addrs(struct buf *o, const struct dump *d, int index, bool json)
{
	const struct nlmsghdr *h = NULL;
	const char *before = json ? "" : " ";

	while ((h = nl_next(d, h, RTM_NEWADDR))) {
		const struct ifaddrmsg *m = mnl_nlmsg_get_payload(h);
		const struct nlattr *a = nl_attr(h, sizeof *m, IFA_LOCAL);
		struct inet in = { .family = m->ifa_family };
		char text[48];

		if (!a)
			a = nl_attr(h, sizeof *m, IFA_ADDRESS);
		if ((int)m->ifa_index != index || !a || mnl_attr_get_payload_len(a) > sizeof in.b)
			continue;
		memcpy(in.b, mnl_attr_get_payload(a), mnl_attr_get_payload_len(a));
		buf_printf(o, json ? "%s\"%s/%d\"" : "%s%s/%d", before,
		           inet_text(&in, text, sizeof text), m->ifa_prefixlen);
		before = json ? "," : " ";
	}
}

/* Prints what was sent and received, as the rest of a JSON object. */
static void
net_counters(struct buf *o, const struct rtnl_link_stats64 *st)
{
#define COUNTER(f) { #f, offsetof(struct rtnl_link_stats64, f) }
	static const struct { const char *name; size_t off; } counters[] = {
		COUNTER(rx_bytes), COUNTER(rx_packets), COUNTER(rx_errors), COUNTER(rx_dropped),
		COUNTER(tx_bytes), COUNTER(tx_packets), COUNTER(tx_errors), COUNTER(tx_dropped),
	};
#undef COUNTER
	uint64_t v;

	for (size_t i = 0; i < LEN(counters); i++) {
		memcpy(&v, (const char *)st + counters[i].off, sizeof v);
		buf_printf(o, ",\"%s\":%ju", counters[i].name, v);
	}
	buf_printf(o, "}");
}

/* The host's end of a veth whose other end has that index in the network namespace of
 * `fd`. Uses only the host's data, not the container's. */
static const struct nlmsghdr *
net_host_end(struct ct *ct, struct nl *nl, int fd, unsigned inside)
{
	const struct nlmsghdr *h = NULL;
	const struct nlattr *id, *link, *a;
	struct nlmsghdr *get;
	struct dump links, ids = { 0 };
	const char *kind;

	if (nl_dump(ct, nl, RTM_GETLINK, &links) < 0)   /* gives the namespace an id */
		return NULL;
	get = nl_put(nl, RTM_GETNSID, NLM_F_ACK, "find its network");
	mnl_nlmsg_put_extra_header(get, sizeof(struct rtgenmsg));
	mnl_attr_put_u32(get, NETNSA_FD, (uint32_t)fd);
	if (nl_send(ct, nl, &ids) < 0)
		return NULL;
	id = (h = nl_next(&ids, NULL, RTM_NEWNSID)) ?
	     nl_attr(h, NLMSG_ALIGN(sizeof(struct rtgenmsg)), NETNSA_NSID) : NULL;
	for (h = NULL; id && (h = nl_next(&links, h, RTM_NEWLINK)); ) {
		link = nl_link_attr(h, IFLA_LINK);
		a = nl_link_attr(h, IFLA_LINK_NETNSID);
		if (link && a && mnl_attr_get_u32(link) == inside &&
		    mnl_attr_get_u32(a) == mnl_attr_get_u32(id) &&
		    (kind = nic_type(h)) && !strcmp(kind, "veth"))
			return h;
	}
	return NULL;
}

/* Is the host's end in no bridge, though the container's record names one? */
static bool
net_no_bridge(struct ct *ct, struct nl *out, int fd, const struct nlmsghdr *link)
{
	const char *name = mnl_attr_get_str(nl_link_attr(link, IFLA_IFNAME));
	const struct nlmsghdr *h = NULL;

	for (struct op *op = ct->ops; op && !h; op = op->next)
		if (op->nic && op->nic->bridge && !strcmp(op->nic->name, name))
			h = net_host_end(ct, out, fd, nl_link_index(link));
	err_forget(ct);
	return h && !nl_link_attr(h, IFLA_MASTER);
}

/* Prints an interface; its name may come from the container, so it is not trusted. */
static void
net_link(struct buf *o, const struct nlmsghdr *h, const struct dump *addrs, const char *state,
         bool json)
{
	const struct ifinfomsg *i = mnl_nlmsg_get_payload(h);
	const char *name = mnl_attr_get_str(nl_link_attr(h, IFLA_IFNAME));
	const struct nlattr *a;
	struct rtnl_link_stats64 st = { 0 };
	const char *kind = nic_type(h);
	unsigned char mac[6] = { 0 };
	char mac_text[24];
	unsigned mtu = 0;

	if (!kind)
		kind = i->ifi_flags & IFF_LOOPBACK ? "loopback" : "phys";
	if (!(i->ifi_flags & IFF_UP))
		state = "down";
	else if (!state)
		state = i->ifi_flags & IFF_RUNNING ? "up" : "no-carrier";
	if ((a = nl_link_attr(h, IFLA_MTU)))
		mtu = mnl_attr_get_u32(a);
	if ((a = nl_link_attr(h, IFLA_STATS64)))
		memcpy(&st, mnl_attr_get_payload(a), MIN(sizeof st, mnl_attr_get_payload_len(a)));
	if ((a = nl_link_attr(h, IFLA_ADDRESS)))
		memcpy(mac, mnl_attr_get_payload(a), MIN(sizeof mac, mnl_attr_get_payload_len(a)));
	text_printf(mac_text, sizeof mac_text, "%02x:%02x:%02x:%02x:%02x:%02x",
	            mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	if (json) {
		buf_json(o, "{\"name\":", name);
		buf_printf(o, ",\"kind\":\"%s\",\"state\":\"%s\",\"mac\":\"%s\",\"mtu\":%u,"
		           "\"addresses\":[", kind, state, mac_text, mtu);
		net_addrs(o, addrs, i->ifi_index, true);
		buf_printf(o, "]");
		net_counters(o, &st);
		return;
	}
	buf_plain(o, name);
	buf_printf(o, "%*s %-8s %-10s %5u", IF_NAMESIZE - 1 - (int)strlen(name), "", kind, state,
	           mtu);
	buf_size(o, 0, st.rx_bytes);
	buf_size(o, 0, st.tx_bytes);
	buf_printf(o, " %s", mac_text);
	net_addrs(o, addrs, i->ifi_index, false);
}

/* Enters the container's network namespace and prints the interfaces. */
static int
net_list(struct ct *ct, struct ctr *c, struct buf *o, bool array)
{
	struct dump links, addrs;
	const struct nlmsghdr *h = NULL;
	const char *before = "";
	const bool json = array || ct->json;
	struct nl out, nl;
	int fd;

	if (ctr_recorded(ct, c) < 0)
		err_forget(ct);         /* a group has no record */
	nic_names(ct->ops);
	if ((fd = net_open(ct, c, NETLINK_ROUTE, &out, &nl)) < 0 ||
	    nl_dump(ct, &nl, RTM_GETLINK, &links) < 0 || nl_dump(ct, &nl, RTM_GETADDR, &addrs) < 0)
		return -1;
	while ((h = nl_next(&links, h, RTM_NEWLINK))) {
		buf_printf(o, "%s", before);
		net_link(o, h, &addrs, net_no_bridge(ct, &out, fd, h) ? "no-bridge" : NULL, json);
		buf_printf(o, "%s", array ? "" : "\n");
		before = array ? "," : "";
	}
	return buf_end(ct, o);
}

/* Prints the interfaces: elements of a JSON array, or lines. A new process does it, since
 * there is no way back out of a user namespace; it prints errors, except in an array. */
static int
net_show(struct ct *ct, struct ctr *c, struct buf *o, bool array)
{
	pid_t pid;
	int status;

	if ((pid = sys_fork()) < 0)
		return fail_sys(ct, "fork");
	if (pid && (status = sys_wait(pid)))
		return sys_status(status);
	if (pid) {
		o->len = 0;             /* the new process has written this */
		return 0;
	}
	status = net_list(ct, c, o, array) < 0;
	if (status && !array) {
		ctrs_told(ct, c, status);
		status = ct->ctrs->status;
	}
	_exit(status);
}

static int
net_ls(struct ct *ct, struct ctr *c)
{
	struct buf o = { .fd = 1 };

	if (!ct->json)
		buf_printf(&o, "%-15s %-8s %-10s %5s %8s %8s %-17s %s\n", "NAME", "KIND", "STATE",
		           "MTU", "RX", "TX", "MAC", "ADDRESSES");
	return net_show(ct, c, &o, false);
}

/* Removes an interface from the network namespace that this process is in: hardware is moved
 * to the host, anything else is deleted. */
static int
net_drop(struct ct *ct, struct nl *nl, unsigned index, const char *name, bool hardware)
{
	struct ifinfomsg i = { .ifi_index = (int)index };

	if (hardware)
		return nic_move_home(ct, nl, index, name, ct->host_net_fd);
	nl_link(nl, RTM_DELLINK, 0, i, mem_printf(ct, "delete %s", name));
	return nl_send(ct, nl, NULL);
}

/* Returns an interface that was moved in to the host, as it was; keeps the error. */
static int
net_put_back(struct ct *ct, struct nic *c, int fd)
{
	const struct err err = ct->err;

	err_forget(ct);
	ct->net_fd = fd;
	if (setns(ct->host_net_fd, CLONE_NEWNET) == 0)
		nic_restore(ct, c);
	ct->err = err;
	ct->failed = true;
	return -1;
}

/* Adds an interface; after an error removes what was made, but not another of that name. */
static int
net_add_one(struct ct *ct, struct nl *out, struct nl *in, struct nic *c, int fd)
{
	const bool sub = c->kind != NIC_VETH && c->kind != NIC_PHYS;
	const bool made = nic_outside(ct, out, c, (struct net_ref){ IFLA_NET_NS_FD,
	                                                            (uint32_t)fd }) == 0;
	/* or only the answer failed; a name inside may be another's by now */
	const bool there = made || sub || (c->kind == NIC_PHYS ?
	                   c->out && !nic_find(out->fd, c->dev) :
	                   ct->err.no != EEXIST && nic_find(out->fd, c->host));
	const unsigned index = there ? nic_find(in->fd, sub ? c->host : c->name) : 0;

	if (made && nic_inside(ct, in, c) == 0 && nl_send_retry(ct, in, EADDRINUSE) == 0)
		return 0;
	if (c->was)
		return net_put_back(ct, c, fd);
	if (index)
		net_drop(ct, in, index, c->kind == NIC_PHYS ? c->dev : c->name,
		         c->kind == NIC_PHYS);
	return -1;
}

/* Adds an interface. Without a name it gets the first free ethN, even if others are added at
 * the same time; its MAC address depends on the name. */
static int
net_add_named(struct ct *ct, struct nl *out, struct nl *in, struct nic *c, int fd)
{
	const bool mac_given = c->mac_given;

	if (c->name)
		return nic_find(in->fd, c->name) ?
		       opt_bad(ct, c->name, "interface name is already in use") :
		       net_add_one(ct, out, in, c, fd);
	c->name = c->name_buf;
	for (int i = 0; ; i++) {
		text_printf(c->name_buf, sizeof c->name_buf, "eth%d", i);
		if (nic_find(in->fd, c->name))
			continue;
		c->mac_given = mac_given;
		if (net_add_one(ct, out, in, c, fd) == 0)
			return 0;
		if (ct->err.no != EEXIST || !nic_find(in->fd, c->name))
			return -1;
		err_forget(ct);
	}
}

/* Is this the first interface of a private network that was made without? It forwards as the
 * host does until now, unless --sysctl says what it is to do. */
static bool
net_is_first(struct ctr *c)
{
	struct ct made;
	bool first;

	if (fsetxattr(c->fd, "user.ct.nic", "", 0, XATTR_CREATE) < 0)
		return false;           /* it has been asked before */
	plan_init(&made);
	first = ctr_recorded(&made, c) == 0 && !ns_op(&made, NS_NET);
	for (const struct op *op = made.ops; op; op = op->next)
		first &= op->kind == OP_NET ? !op->nic && !strcmp(op->net, "none") :
		         op->kind != OP_SYSCTL || !text_find(op->set.key, "forward");
	mem_free(&made.mem, NULL);
	return first;
}

static int
net_add(struct ct *ct, struct ctr *ctr, char *value)
{
	struct nl out, in;
	struct nic *c;
	struct op *op;
	int fd;

	ct->name = ctr->name;
	if (op_add(ct, OP_NET, &op) < 0 || op_net(ct, op, value) < 0)
		return -1;
	if (!(c = op->nic) || c->nat)
		return opt_bad(ct, value, "must be an interface, without nat");
	if ((fd = net_open(ct, ctr, c->kind == NIC_PHY ? NETLINK_GENERIC : NETLINK_ROUTE, &out,
	                   &in)) < 0 ||
	    nic_ping(ct, 0, INT_MAX) < 0 || (net_is_first(ctr) && nic_no_forward(ct) < 0))
		return -1;
	if (c->kind == NIC_PHY)
		return phy_move(ct, &out, c, fd);
	if (net_add_named(ct, &out, &in, c, fd) < 0)
		return -1;
	known_announce(ct);
	return 0;
}

static int
net_del(struct ct *ct, struct ctr *c, const char *name)
{
	const bool phy = !strncmp(name, "phy=", 4);
	unsigned index;
	int hardware;
	struct nl nl;

	if (!strcmp(name, "lo"))
		return fail_msg(ct, "lo cannot be deleted");
	if (net_enter(ct, c) < 0 ||
	    nl_open(ct, &nl, phy ? NETLINK_GENERIC : NETLINK_ROUTE, NL_SIZE) < 0)
		return -1;
	if (phy)
		return phy_move(ct, &nl, &(struct nic){ .dev = name + 4 }, ct->host_net_fd);
	if (!(index = nic_index(ct, &nl, name)) || (hardware = nic_is_hardware(ct, &nl, index)) < 0)
		return -1;
	return net_drop(ct, &nl, index, name, hardware);
}

/* Puts the host's end of an interface back into its bridge. */
static int
net_rejoin(struct ct *ct, struct nl *out, struct nl *in, struct nic *c, int fd)
{
	unsigned inside = nic_find(in->fd, c->name), index, bridge;
	const struct nlmsghdr *end;
	struct nlmsghdr *h;

	if (!inside || !(end = net_host_end(ct, out, fd, inside)))
		return ct->failed ? -1 : fail_msg(ct, "%s has no end on the host", c->name);
	index = nl_link_index(end);
	if (!(bridge = nic_index(ct, out, c->bridge)) || nic_bridge_port(ct, out, c) < 0)
		return -1;
	h = nic_message(out, 0, index, true, mem_printf(ct, "add %s to %s", c->name, c->bridge));
	mnl_attr_put_u32(h, IFLA_MASTER, bridge);
	mnl_attr_put_u32(h, IFLA_MTU, c->host_mtu);
	nic_put_port(out, index, NULL, c);
	return nl_send(ct, out, NULL);
}

/* Puts the container's recorded interfaces back into a recreated bridge and announces them
 * there; recreates those that were lost with their device. */
static int
net_up(struct ct *ct, struct ctr *c)
{
	struct nl out, in;
	int fd, r = 0;

	if (ctr_recorded(ct, c) < 0)
		return -1;
	ct->name = c->name;
	nic_hairpins(ct);
	if ((fd = net_open(ct, c, NETLINK_ROUTE, &out, &in)) < 0)
		return -1;
	nic_names(ct->ops);
	for (struct op *op = ct->ops; op; op = op->next) {
		struct nic *n = op->nic;

		if (n && n->bridge)
			net_rejoin(ct, &out, &in, n, fd);
		else if (n && n->kind != NIC_VETH && n->kind < NIC_PHYS &&
		         !nic_find(in.fd, n->name))
			net_add_one(ct, &out, &in, n, fd);
		if (ct->failed) {       /* the others may be put back all the same */
			err_print(ct, &ct->err, "");
			err_forget(ct);
			out.last = in.last = NULL;
			r = 125;
		}
	}
	/* neighbours that have asked for them meanwhile ask again only after a second */
	known_announce(ct);
	return r;
}

static int
verb_net(struct ct *ct, char **argv)
{
	const char *what = *argv ? *argv : "";
	bool add = !strcmp(what, "add");
	struct ctr c;

	if (!strcmp(what, "up") && argv[1] && !argv[2])
		return ctr_open(ct, argv[1], &c) < 0 ? -1 : net_up(ct, &c);
	if (!strcmp(what, "ls"))
		return ctr_each(ct, verb_args(ct, V_NET, argv + 1), net_ls, NULL);
	if ((!add && strcmp(what, "del")) || !argv[1] || !argv[2] || argv[3])
		return fail_msg(ct, "needs add, del, up or ls: see `ct help net`");
	if (ctr_open(ct, argv[1], &c) < 0)
		return -1;
	return add ? net_add(ct, &c, argv[2]) : net_del(ct, &c, argv[2]);
}
