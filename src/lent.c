/* SPDX-License-Identifier: ISC */
/* Interfaces of the host that a container had: back, as they were. */

/* Gives an address or a route set by hand the interface's new index; false: it is not one of the
 * interface. A route may have several hops; flags of their state are refused. */
static bool
nic_reindex(const struct nlmsghdr *h, unsigned was, unsigned now)
{
	struct ifaddrmsg *addr = mnl_nlmsg_get_payload(h);
	struct rtmsg *route = mnl_nlmsg_get_payload(h);
	const struct nlattr *a;
	struct rtnexthop *hop;
	bool its = false;

	if (h->nlmsg_type == RTM_NEWADDR) {
		its = addr->ifa_index == was;
		addr->ifa_index = its ? now : addr->ifa_index;
		return its;
	}
	if (route->rtm_protocol == RTPROT_KERNEL || route->rtm_type != RTN_UNICAST ||
	    route->rtm_flags & RTM_F_CLONED)
		return false;
	route->rtm_flags &= RTNH_F_ONLINK;
	a = nl_attr(h, sizeof *route, RTA_OIF);
	if (a && mnl_attr_get_u32(a) == was) {
		memcpy(mnl_attr_get_payload(a), &now, sizeof now);
		return true;
	}
	a = nl_attr(h, sizeof *route, RTA_MULTIPATH);
	hop = a ? mnl_attr_get_payload(a) : NULL;
	for (int left = a ? mnl_attr_get_payload_len(a) : 0;
	     left >= (int)sizeof *hop && RTNH_OK(hop, left);
	     left -= RTNH_ALIGN(hop->rtnh_len), hop = RTNH_NEXT(hop)) {
		hop->rtnh_flags &= RTNH_F_ONLINK;
		its |= (unsigned)hop->rtnh_ifindex == was;
		if ((unsigned)hop->rtnh_ifindex == was)
			hop->rtnh_ifindex = (int)now;
	}
	return its;
}

/* Restores addresses or routes, with the new index. Some have come back by themselves. */
static int
nic_replay(struct ct *ct, struct nl *nl, const struct dump *d, int type, unsigned was, unsigned now)
{
	const struct nlmsghdr *h = NULL;

	while ((h = nl_next(d, h, type))) {
		size_t len = h->nlmsg_len - NLMSG_HDRLEN;

		if (!nic_reindex(h, was, now))
			continue;
		if (h->nlmsg_len > nl->size / 2)        /* so much is free, see below */
			return fail_msg(ct, "a route of %u bytes cannot be restored", h->nlmsg_len);
		memcpy(mnl_nlmsg_put_extra_header(nl_put(nl, type, NLM_F_CREATE | NLM_F_REPLACE,
		                                         "restore"), len),
		       mnl_nlmsg_get_payload(h), len);
		if (nl_len(nl) > nl->size / 2 && nl_send(ct, nl, NULL) < 0)
			return -1;
	}
	return nl_send(ct, nl, NULL);
}

/* Is there a link of that index that belongs to hardware? 1, 0, or -1. */
static int
nic_is_hardware(struct ct *ct, struct nl *nl, unsigned index)
{
	const struct nlmsghdr *h;
	struct dump links;

	if (nl_dump(ct, nl, RTM_GETLINK, &links) < 0)
		return -1;
	h = nic_listed(&links, index);
	return h && !nic_type(h);
}

/* Moves an interface from this network namespace to that of `home`, under this name alone. */
static int
nic_move_home(struct ct *ct, struct nl *nl, unsigned index, const char *name, int home)
{
	struct nlmsghdr *h;

	if (nic_no_altnames(ct, nl, index) < 0)
		return -1;
	h = nic_message(nl, 0, index, false, mem_printf(ct, "bring %s back", name));
	mnl_attr_put_strz(h, IFLA_IFNAME, name);
	mnl_attr_put_u32(h, IFLA_NET_NS_FD, (uint32_t)home);
	return nl_send(ct, nl, NULL);
}

/* Moves an interface back out of the container's network, where this process is now. */
static int
nic_take(struct ct *ct, struct nl *nl, struct nic *c)
{
	int hardware;

	if ((!c->inside && !(c->inside = nic_index(ct, nl, c->name))) ||
	    (hardware = nic_is_hardware(ct, nl, c->inside)) < 0)
		return -1;
	/* the container may have moved it on and made another with its index */
	if (!hardware && !c->was_virtual)
		return fail_msg(ct, "%s is no longer there", c->dev);
	return nic_move_home(ct, nl, c->inside, c->dev, ct->host_net_fd);
}

/* Puts a former bridge port back into its bridge, with its settings and VLANs. */
static int
nic_put_master(struct ct *ct, struct nl *nl, unsigned index, const struct nic *c)
{
	const struct nlattr *a = nl_link_attr(c->was_link, IFLA_MASTER);
	const struct nlattr *was = nl_in(nl_link_attr(c->was_link, IFLA_LINKINFO),
	                                 IFLA_INFO_SLAVE_DATA);
	const struct nlmsghdr *port = nic_listed(&c->was_ports, c->was);
	struct nlmsghdr *h;

	if (!a)
		return 0;
	h = nic_message(nl, 0, index, false, "add it to its bridge");
	nic_put_same(h, a);
	if (was)
		nic_put_port(nl, index, was, c);
	if (nl_send(ct, nl, NULL) < 0)
		return -1;
	if (!port)
		return 0;
	if (port->nlmsg_len > nl->size / 2)
		return fail_msg(ct, "VLANs of %u bytes cannot be restored", port->nlmsg_len);
	nic_put_vlans(nl, index, nl_link_attr(port, IFLA_AF_SPEC), 0);
	if (nl_send(ct, nl, NULL) < 0 && ct->err.no != EOPNOTSUPP)
		return -1;
	err_forget(ct);                 /* a kernel without bridge VLANs */
	return 0;
}

/* Restores an interface's sysctls; those that the kernel has set by itself stay as they are. */
static void
nic_put_conf(struct ct *ct, const struct nic *c)
{
	char path[PATH_MAX], v[80];

	for (const struct conf *f = c->was_conf; f; f = f->next) {
		text_printf(path, sizeof path, "%s/%s/%s", f->dir, c->dev, f->name);
		if (io_get(ct->proc_fd, path, v, sizeof v) > 0 && strcmp(v, f->value) != 0)
			io_put(ct->proc_fd, path, f->value);
	}
}

/* Removes the programs of XDP that it did not have: those of a container may see and drop all. */
static void
nic_no_program(struct ct *ct, struct nl *nl, unsigned index, const struct nlmsghdr *was)
{
	if (nl_in(nl_link_attr(was, IFLA_XDP), IFLA_XDP_PROG_ID))
		return;
	for (uint32_t mode = XDP_FLAGS_SKB_MODE; mode <= XDP_FLAGS_HW_MODE; mode <<= 1) {
		struct nlmsghdr *h = nic_message(nl, 0, index, false, "remove a program");
		struct nlattr *nest = mnl_attr_nest_start(h, IFLA_XDP);

		mnl_attr_put_u32(h, IFLA_XDP_FD, (uint32_t)-1);
		mnl_attr_put_u32(h, IFLA_XDP_FLAGS, mode);
		mnl_attr_nest_end(h, nest);
		if (nl_send(ct, nl, NULL) < 0)
			err_forget(ct);
	}
}

/* Restores an interface that is back to its old state, whatever the container changed. */
static int
nic_put_state(struct ct *ct, struct nl *nl, const struct nic *c)
{
	static const int same[] = { IFLA_MTU, IFLA_TXQLEN, IFLA_GROUP, IFLA_LINKMODE,
	                            IFLA_GSO_MAX_SIZE, IFLA_GSO_MAX_SEGS };
	const unsigned flags = IFF_UP | IFF_NOARP | IFF_MULTICAST | IFF_PROMISC | IFF_ALLMULTI;
	const struct nlattr *mac = nl_link_attr(c->was_link, IFLA_ADDRESS);
	const struct nlattr *alias = nl_link_attr(c->was_link, IFLA_IFALIAS);
	const struct ifinfomsg *was = mnl_nlmsg_get_payload(c->was_link);
	struct ifinfomsg i = { .ifi_flags = was->ifi_flags & flags, .ifi_change = flags };
	unsigned index = nic_index(ct, nl, c->dev);
	struct nlmsghdr *h;
	struct ifreq r;

	if (!index)
		return -1;
	nic_put_conf(ct, c);            /* before it is up: IPv6 may be off */
	i.ifi_index = (int)index;
	h = nl_link(nl, RTM_NEWLINK, 0, i, mem_printf(ct, "restore %s", c->dev));
	for (size_t k = 0; k < LEN(same); k++)
		nic_put_same(h, nl_link_attr(c->was_link, same[k]));
	mnl_attr_put(h, IFLA_IFALIAS, alias ? mnl_attr_get_payload_len(alias) : 0,
	             alias ? mnl_attr_get_payload(alias) : "");
	/* only if it differs: once set, it counts as chosen by the user */
	if (mac && mnl_attr_get_payload_len(mac) == 6 &&
	    nic_ask(nl->fd, SIOCGIFHWADDR, c->dev, &r) == 0 &&
	    memcmp(r.ifr_hwaddr.sa_data, mnl_attr_get_payload(mac), 6) != 0)
		nic_put_same(h, mac);
	if (nl_send(ct, nl, NULL) < 0)
		return -1;
	nic_no_program(ct, nl, index, c->was_link);
	nic_altnames(ct, nl, RTM_NEWLINKPROP, index, c->was_link);
	if (nic_put_master(ct, nl, index, c) < 0 ||
	    nic_replay(ct, nl, &c->was_addrs, RTM_NEWADDR, c->was, index) < 0)
		return -1;
	return nic_replay(ct, nl, &c->was_routes, RTM_NEWROUTE, c->was, index);
}

static const char *
nic_was_name(const struct nic *c)
{
	return mnl_attr_get_str(nl_link_attr(c->was_link, IFLA_IFNAME));
}

/* Picks another name if a link of the host has taken the old one meanwhile. */
static void
nic_free_name(const struct nl *host, struct nic *c)
{
	for (int k = 1; nic_find(host->fd, c->dev); k++) {
		text_printf(c->name_buf, sizeof c->name_buf, "%.9s-was%d", nic_was_name(c), k);
		c->dev = c->name_buf;
	}
}

/* Brings an interface that was moved in back to the host, as it was. */
static int
nic_restore(struct ct *ct, struct nic *c)
{
	LOCAL_NL host = { .fd = -1 }, in = { .fd = -1 };
	int r;

	if (nl_open(ct, &host, NETLINK_ROUTE, NL_SIZE) < 0)
		return -1;
	for (struct nic *v = nic_lent(c); v; v = v->lent)
		nic_free_name(&host, v);
	if (setns(ct->net_fd, CLONE_NEWNET) < 0)
		return fail_sys(ct, "setns to bring %s back", c->dev);
	r = nl_open(ct, &in, NETLINK_ROUTE, NL_SIZE);
	if (r == 0)
		r = c->kind == NIC_PHY ? phy_take(ct, &in, c) : nic_take(ct, &in, c);
	if (setns(ct->host_net_fd, CLONE_NEWNET) < 0)
		return fail_sys(ct, "setns back");
	for (c = nic_lent(c); c && r == 0; c = c->lent) {
		r = nic_put_state(ct, &host, c);
		if (r == 0 && strcmp(c->dev, nic_was_name(c)) != 0)
			STEP_WARN(ct, ct->step, "%s is %s now: its name was taken",
			          nic_was_name(c), c->dev);
	}
	return r;
}
