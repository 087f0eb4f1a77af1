/* SPDX-License-Identifier: ISC */
/* Interfaces: made or moved in, and configured inside. */

static const struct nic_kind {
	const char *name;
	const char *hint;               /* if the kernel lacks it */
	unsigned char attr, size;       /* of its mode or id, in IFLA_INFO_DATA */
	int taken;                      /* errno if one that is being removed is in the way */
} nic_kinds[] = {
	{ "veth", "CONFIG_VETH, module veth; OpenWrt: kmod-veth", 0, 0, EEXIST },
	{ "macvlan", "CONFIG_MACVLAN, module macvlan; OpenWrt: kmod-macvlan",
	  IFLA_MACVLAN_MODE, 4, EINVAL },
	{ "ipvlan", "CONFIG_IPVLAN, module ipvlan", IFLA_IPVLAN_MODE, 2, EBUSY },
	{ "vlan", "CONFIG_VLAN_8021Q, module 8021q", IFLA_VLAN_ID, 2, EEXIST },
	{ "phys", NULL, 0, 0, 0 },
	{ "phy", "CONFIG_CFG80211, module cfg80211; OpenWrt: kmod-cfg80211", 0, 0, 0 },
};
enum { NIC_VETH, NIC_MACVLAN, NIC_IPVLAN, NIC_VLAN, NIC_PHYS, NIC_PHY };

/* One ioctl(2) of netdevice(7), in the network namespace of the socket fd. */
static int
nic_ask(int fd, int call, const char *name, struct ifreq *r)
{
	memset(r, 0, sizeof *r);
	text_printf(r->ifr_name, sizeof r->ifr_name, "%s", name);
	return ioctl(fd, call, r);
}

/* Index of a link in that namespace; 0: there is none. */
static unsigned
nic_find(int fd, const char *name)
{
	struct ifreq r;

	return nic_ask(fd, SIOCGIFINDEX, name, &r) == 0 && r.ifr_ifindex > 0 ?
	       (unsigned)r.ifr_ifindex : 0;
}

/* As nic_find(), but a missing link is an error. */
static unsigned
nic_index(struct ct *ct, const struct nl *nl, const char *name)
{
	unsigned index = nic_find(nl->fd, name);

	if (!index)
		fail_sys(ct, "interface %s", name);
	return index;
}

/* --- MAC addresses: fixed for a name and a machine, so that neighbours' caches stay valid --- */

/* FNV-1a; a text is hashed with its final 0. */
static uint64_t
nic_hash(uint64_t h, const void *data, size_t len)
{
	const unsigned char *p = data;

	while (len--)
		h = (h ^ *p++) * UINT64_C(0x100000001b3);
	return h;
}

static uint64_t
nic_hash_text(uint64_t h, const char *s)
{
	return nic_hash(h, s, strlen(s) + 1);
}

/* Sets apart machines that use the same names: hashes the machine id, else the boot id. */
static uint64_t
nic_machine(struct ct *ct)
{
	char id[64];
	ssize_t n = io_get(AT_FDCWD, machine_id, id, sizeof id);

	if (n <= 0 && kfs_has_proc(ct))
		n = io_get(ct->proc_fd, "sys/kernel/random/boot_id", id, sizeof id);
	return nic_hash(UINT64_C(0xcbf29ce484222325), id, n > 0 ? (size_t)n : 0);
}

/* A locally administered address with that first byte. */
static void
nic_mac_of(unsigned char *mac, unsigned char first, uint64_t h)
{
	h ^= h >> 32;
	mac[0] = first;
	memcpy(mac + 1, &h, 5);
}

/* Chooses the MAC address of a veth's inner end or a macvlan; not of a passthru macvlan,
 * where it would become the device's. Hashes in the device's own address if a vendor has
 * assigned it (a bridge without ports has 0), as machine ids get copied with disks. */
static void
nic_own_mac(struct ct *ct, const struct nl *nl, struct nic *c)
{
	const char *dev = c->kind == NIC_VETH ? c->bridge : c->dev;
	uint64_t h;
	const unsigned char *hw;
	struct ifreq r;

	if (c->mac_given || (c->kind != NIC_VETH && c->kind != NIC_MACVLAN) ||
	    c->mode == MACVLAN_MODE_PASSTHRU)
		return;
	h = nic_hash_text(nic_hash_text(nic_machine(ct), ct->name), c->name);
	hw = (void *)r.ifr_hwaddr.sa_data;
	if (nic_ask(nl->fd, SIOCGIFHWADDR, dev ? dev : "", &r) == 0 && !(*hw & 2) &&
	    (hw[0] | hw[1] | hw[2]))
		h = nic_hash(h, hw, 6);
	nic_mac_of(c->mac, 0x02, h);
	c->mac_given = true;
}

/* Names the host's end unlike any that is still being removed, or that stays with a network which
 * another container has joined. */
static int
nic_name_host(struct ct *ct, struct nic *c)
{
	const char *name;
	uint32_t id;

	if (c->host_named)
		return 0;
	sys_random(&id, sizeof id);
	if (!(name = mem_printf(ct, "ct%08x", id)))
		return -1;
	c->host = name;
	return 0;
}

/* Begins a message that makes a link (index 0) or changes one; `up` also sets it up. */
static struct nlmsghdr *
nic_message(struct nl *nl, int flags, unsigned index, bool up, const char *what)
{
	unsigned bits = up ? IFF_UP : 0;
	struct ifinfomsg i = { .ifi_index = (int)index, .ifi_flags = bits, .ifi_change = bits };

	return nl_link(nl, RTM_NEWLINK, flags, i, what);
}

/* IPv6 addresses skip duplicate address detection, to be usable at once. */
static void
nic_put_addr(struct nl *nl, unsigned index, const struct inet *a, const char *what)
{
	struct nlmsghdr *h = nl_put(nl, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, what);
	struct ifaddrmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);
	size_t len = (size_t)inet_bits(a) / 8;
	struct inet last = inet_end(*a, true);

	m->ifa_family = a->family;
	m->ifa_prefixlen = a->len;
	m->ifa_index = index;
	m->ifa_flags = a->family == AF_INET6 ? IFA_F_NODAD : 0;
	mnl_attr_put(h, IFA_LOCAL, len, a->b);
	mnl_attr_put(h, IFA_ADDRESS, len, a->b);
	if (a->family == AF_INET && a->len < 31)
		mnl_attr_put(h, IFA_BROADCAST, len, last.b);
}

static void
nic_put_route(struct nl *nl, unsigned index, const struct nic *c, const struct nic_addr *a,
              const char *what)
{
	struct nlmsghdr *h = nl_put(nl, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, what);
	struct rtmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);
	size_t len = (size_t)inet_bits(&a->to) / 8;

	m->rtm_family = a->to.family;
	m->rtm_dst_len = a->to.len;
	m->rtm_table = RT_TABLE_MAIN;
	m->rtm_protocol = RTPROT_STATIC;
	m->rtm_scope = a->via.family ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
	m->rtm_type = RTN_UNICAST;
	m->rtm_flags = a->far ? RTNH_F_ONLINK : 0;
	if (c->metric)
		mnl_attr_put_u32(h, RTA_PRIORITY, (uint32_t)c->metric);
	if (a->to.len)
		mnl_attr_put(h, RTA_DST, len, a->to.b);
	if (a->via.family)
		mnl_attr_put(h, RTA_GATEWAY, len, a->via.b);
	mnl_attr_put_u32(h, RTA_OIF, index);
}

/* Configures an interface inside, as one batch: up, addresses, then routes. */
static int
nic_inside(struct ct *ct, struct nl *nl, const struct nic *c)
{
	unsigned index = c->kind == NIC_VETH ? 0 : nic_find(nl->fd, c->host);
	const struct nic_addr *a;
	struct nlmsghdr *h;
	char to[48];

	if (c->kind == NIC_PHY)
		return 0;
	if (!index && !(index = nic_index(ct, nl, c->name)))
		return -1;
	h = nic_message(nl, 0, index, true, mem_printf(ct, "set %s up", c->name));
	mnl_attr_put_strz(h, IFLA_IFNAME, c->name);     /* it may still be c->host */
	for (a = c->addrs; a; a = a->next)
		if (a->what == NIC_IP)
			nic_put_addr(nl, index, &a->to, mem_printf(ct, "address %s/%d of %s",
			             inet_text(&a->to, to, sizeof to), a->to.len, c->name));
	for (a = c->addrs; a; a = a->next)
		if (a->what == NIC_ROUTE)
			nic_put_route(nl, index, c, a, mem_printf(ct, "route to %s/%d by %s",
			              inet_text(&a->to, to, sizeof to), a->to.len, c->name));
	return 0;
}

/* Gives the host's end the MTU of its bridge and a MAC address higher than any other port's, the
 * same for all: a bridge that has no MTU or address set by hand takes the lowest of its ports. */
static int
nic_bridge_port(struct ct *ct, const struct nl *nl, struct nic *c)
{
	struct ifreq r;

	if (!c->bridge)
		return 0;
	if (nic_ask(nl->fd, SIOCGIFMTU, c->bridge, &r) < 0)
		return fail_sys(ct, "interface %s", c->bridge);
	c->host_mtu = (unsigned)r.ifr_mtu;
	if (c->mtu > c->host_mtu)
		return fail_msg(ct, "mtu=%ju is above that of %s, %u", c->mtu, c->bridge,
		                c->host_mtu);
	if (!c->mtu)
		c->mtu = c->host_mtu;
	nic_mac_of(c->host_mac, 0xfe, nic_hash_text(nic_machine(ct), c->bridge));
	return 0;
}

/* The network namespace that a link goes to: a netlink attribute and its value. */
struct net_ref { uint16_t attr; uint32_t value; };

static void
nic_end_attrs(struct nlmsghdr *h, const struct nic *c, struct net_ref to)
{
	mnl_attr_put_u32(h, to.attr, to.value);
	if (c->mac_given)
		mnl_attr_put(h, IFLA_ADDRESS, 6, c->mac);
	if (c->mtu)
		mnl_attr_put_u32(h, IFLA_MTU, (uint32_t)c->mtu);
	if (c->txqueuelen)
		mnl_attr_put_u32(h, IFLA_TXQLEN, (uint32_t)c->txqueuelen);
}

/* One queue, not one per processor: a veth uses one, and each takes time to make in sysfs. */
static void
nic_end_name(struct nlmsghdr *h, const char *name)
{
	mnl_attr_put_strz(h, IFLA_IFNAME, name);
	mnl_attr_put_u32(h, IFLA_NUM_TX_QUEUES, 1);
	mnl_attr_put_u32(h, IFLA_NUM_RX_QUEUES, 1);
}

/* One message makes both ends, the host's in its bridge: to move the other in later costs 38 ms. */
static void
nic_put_veth(struct nlmsghdr *h, const struct nic *c, struct net_ref to)
{
	nic_end_name(h, c->host);
	if (c->bridge) {
		mnl_attr_put_u32(h, IFLA_MASTER, c->out);
		mnl_attr_put(h, IFLA_ADDRESS, 6, c->host_mac);
	}
	if (c->mtu)
		mnl_attr_put_u32(h, IFLA_MTU, c->bridge ? c->host_mtu : (uint32_t)c->mtu);
	NEST(info, h, IFLA_LINKINFO);
	mnl_attr_put_str(h, IFLA_INFO_KIND, "veth");
	NEST(data, h, IFLA_INFO_DATA);
	NEST(peer, h, VETH_INFO_PEER);
	mnl_nlmsg_put_extra_header(h, sizeof(struct ifinfomsg));
	nic_end_name(h, c->name);
	nic_end_attrs(h, c, to);
}

/* A macvlan, ipvlan or vlan on an interface of the host. Before Linux 6.15 a name in
 * use on the host is refused even for a link in the container: it is renamed inside. Without
 * loose binding a vlan goes down with its device and loses routes and IPv6 addresses. */
static void
nic_put_sub(struct nlmsghdr *h, const struct nic *c, struct net_ref to)
{
	static const struct ifla_vlan_flags loose = { VLAN_FLAG_LOOSE_BINDING,
	                                              VLAN_FLAG_LOOSE_BINDING };
	const struct nic_kind *k = &nic_kinds[c->kind];

	mnl_attr_put_strz(h, IFLA_IFNAME, c->host);
	nic_end_attrs(h, c, to);
	mnl_attr_put_u32(h, IFLA_LINK, c->out);
	NEST(info, h, IFLA_LINKINFO);
	mnl_attr_put_str(h, IFLA_INFO_KIND, k->name);
	NEST(data, h, IFLA_INFO_DATA);
	if (k->size == sizeof(uint32_t))
		mnl_attr_put_u32(h, k->attr, (uint32_t)c->mode);
	else
		mnl_attr_put_u16(h, k->attr, (uint16_t)(c->kind == NIC_VLAN ? c->id : c->mode));
	if (c->kind == NIC_VLAN)
		mnl_attr_put(h, IFLA_VLAN_FLAGS, sizeof loose, &loose);
}

/* The link with that index in a dump of all links. */
static const struct nlmsghdr *
nic_listed(const struct dump *d, unsigned index)
{
	const struct nlmsghdr *h = NULL;

	while ((h = nl_next(d, h, RTM_NEWLINK)))
		if (nl_link_index(h) == index)
			break;
	return h;
}

/* The kind of a virtual link, such as "veth"; NULL: it is hardware. */
static const char *
nic_type(const struct nlmsghdr *h)
{
	const struct nlattr *kind = nl_in(nl_link_attr(h, IFLA_LINKINFO), IFLA_INFO_KIND);

	return kind ? mnl_attr_get_str(kind) : NULL;
}

/* Saves what an interface of the host loses by being moved in. */
static int
nic_save(struct ct *ct, struct nl *nl, struct nic *c, struct dump *links)
{
	return nl_dump(ct, nl, RTM_GETLINK, links) < 0 ||
	       nl_dump(ct, nl, RTM_GETLINK | NL_PORTS, &c->was_ports) < 0 ||
	       nl_dump(ct, nl, RTM_GETADDR, &c->was_addrs) < 0 ||
	       nl_dump(ct, nl, RTM_GETROUTE, &c->was_routes) < 0 ? -1 : 0;
}

/* Saves the interface's sysctls, which the kernel drops when it leaves the namespace. */
static int
nic_save_conf(struct ct *ct, struct nic *c)
{
	static const char *const dirs[] = {
		"sys/net/ipv4/conf", "sys/net/ipv6/conf",
		"sys/net/ipv4/neigh", "sys/net/ipv6/neigh",
	};
	struct dirent64_ *e;
	struct conf *f;
	char v[80];

	c->was_conf = NULL;
	for (size_t i = 0; i < LEN(dirs) && kfs_has_proc(ct); i++) {
		const char *path = mem_printf(ct, "%s/%s", dirs[i], c->dev);
		LOCAL_DIR d = { .fd = -1 };

		if (!path || kfs_dir_open(&d, ct->proc_fd, path) < 0)
			continue;               /* no IPv6 */
		while ((e = kfs_dir_next(&d))) {
			if (io_get(d.fd, e->name, v, sizeof v) <= 0)
				continue;       /* one that is only for writing */
			if (!(f = mem_get(ct, sizeof *f)))
				return -1;
			*f = (struct conf){ c->was_conf, dirs[i], mem_dup(ct, e->name),
			                    mem_dup(ct, v) };
			c->was_conf = f;
		}
	}
	return ct->failed ? -1 : 0;
}

static int
nic_move_in(struct ct *ct, struct nl *nl, struct nic *c, struct net_ref to)
{
	const struct nlmsghdr *h;
	struct nlmsghdr *m;
	const struct nlattr *a;
	const char *kind;
	struct dump links;

	if (nic_save(ct, nl, c, &links) < 0)
		return -1;
	h = nic_listed(&links, c->out);
	if (!h || !(a = nl_link_attr(h, IFLA_IFNAME)) || strcmp(mnl_attr_get_str(a), c->dev) != 0)
		return fail_msg(ct, "interface %s was replaced meanwhile", c->dev);
	if ((kind = nic_type(h)) && !(ct->optional & FEAT_NIC)) {
		if (ct->pid)
			fail_hint(ct, "--try nic takes the risk");
		return fail_msg(ct, "%s is a %s: it would be destroyed with the container's "
		                "network", c->dev, kind);
	}
	if (nic_save_conf(ct, c) < 0)
		return -1;
	c->was_virtual = kind != NULL;
	c->was_link = h;
	m = nic_message(nl, 0, c->out, false, mem_printf(ct, "move %s", c->dev));
	mnl_attr_put_strz(m, IFLA_IFNAME, c->name);
	nic_end_attrs(m, c, to);
	if (nl_send(ct, nl, NULL) < 0)
		return -1;
	c->was = c->out;
	return 0;
}

/* The interfaces that were moved in. */
static struct nic *
nic_lent(struct nic *c)
{
	return c->kind == NIC_PHY ? c->lent : c;
}

static void
nic_put_same(struct nlmsghdr *h, const struct nlattr *a)
{
	if (a)
		mnl_attr_put(h, mnl_attr_get_type(a), mnl_attr_get_payload_len(a),
		             mnl_attr_get_payload(a));
}

/* Adds or deletes (RTM_NEWLINKPROP, RTM_DELLINKPROP) alternative names of `link`, where needed. */
static void
nic_altnames(struct ct *ct, struct nl *nl, int type, unsigned index, const struct nlmsghdr *link)
{
	const struct nlattr *list = nl_link_attr(link, IFLA_PROP_LIST), *a;

	if (!list)
		return;
	mnl_attr_for_each_nested(a, list) {
		struct ifinfomsg i = { .ifi_index = (int)index };
		struct nlmsghdr *h = nl_link(nl, type, 0, i, "name");
		struct nlattr *nest = mnl_attr_nest_start(h, IFLA_PROP_LIST);

		nic_put_same(h, a);
		mnl_attr_nest_end(h, nest);
		if (nl_send(ct, nl, NULL) < 0)
			err_forget(ct);
	}
}

/* Removes alternative names of that link, or (0) of all: the host may have one of these by now. */
static int
nic_no_altnames(struct ct *ct, struct nl *nl, unsigned index)
{
	const struct nlmsghdr *h = NULL;
	struct dump links;

	if (nl_dump(ct, nl, RTM_GETLINK, &links) < 0)
		return -1;
	while ((h = nl_next(&links, h, RTM_NEWLINK)))
		if (!index || nl_link_index(h) == index)
			nic_altnames(ct, nl, RTM_DELLINKPROP, nl_link_index(h), h);
	return 0;
}

/* --- wireless devices, which nl80211 moves with all their interfaces --- */

static struct nlmsghdr *
phy_put(struct nl *nl, int family, int flags, int cmd, const char *what)
{
	struct nlmsghdr *h = nl_put(nl, family, flags, what);
	struct genlmsghdr *g = mnl_nlmsg_put_extra_header(h, sizeof *g);

	g->cmd = (unsigned char)cmd;
	return h;
}

/* Moves a wireless device from this socket's network namespace to that of the file descriptor
 * `to`. Finds it by its number if it was moved before (c->was), else by name. */
static int
phy_move(struct ct *ct, struct nl *nl, struct nic *c, int to)
{
	const size_t hdr = sizeof(struct genlmsghdr);
	const struct nlmsghdr *i = NULL;
	struct nlmsghdr *h = phy_put(nl, GENL_ID_CTRL, NLM_F_ACK, CTRL_CMD_GETFAMILY, "nl80211");
	const struct nlattr *id, *name;
	struct dump d = { 0 };
	int family;

	mnl_attr_put_strz(h, CTRL_ATTR_FAMILY_NAME, "nl80211");
	if (nl_send(ct, nl, &d) < 0 || !(i = nl_next(&d, NULL, GENL_ID_CTRL)) ||
	    !(id = nl_attr(i, hdr, CTRL_ATTR_FAMILY_ID))) {
		text_printf(ct->err.hint, sizeof ct->err.hint, "%s", nic_kinds[NIC_PHY].hint);
		return -1;
	}
	family = mnl_attr_get_u16(id);
	phy_put(nl, family, NLM_F_DUMP, NL80211_CMD_GET_WIPHY, "list phys");
	if (nl_send(ct, nl, &d) < 0)
		return -1;
	for (i = NULL; !c->was && (i = nl_next(&d, i, family)); )
		if ((name = nl_attr(i, hdr, NL80211_ATTR_WIPHY_NAME)) &&
		    (id = nl_attr(i, hdr, NL80211_ATTR_WIPHY)) &&
		    !strcmp(mnl_attr_get_str(name), c->dev))
			c->was = mnl_attr_get_u32(id) + 1;
	if (!c->was)
		return fail_msg(ct, "no wireless device %s", c->dev);
	h = phy_put(nl, family, 0, NL80211_CMD_SET_WIPHY_NETNS, mem_printf(ct, "move %s", c->dev));
	mnl_attr_put_u32(h, NL80211_ATTR_WIPHY, c->was - 1);
	mnl_attr_put_u32(h, NL80211_ATTR_NETNS_FD, (uint32_t)to);
	return nl_send(ct, nl, NULL);
}

/* Moves a wireless device in and notes the interfaces that went with it. */
static int
phy_move_in(struct ct *ct, struct nl *nl, struct nic *c)
{
	const struct nlmsghdr *h = NULL;
	const struct nlattr *name;
	struct dump links;
	LOCAL_NL gen = { .fd = -1 };
	struct nic *v;

	c->lent = NULL;
	if (nic_save(ct, nl, c, &links) < 0 ||
	    nl_open(ct, &gen, NETLINK_GENERIC, 2 * NL_MESSAGE) < 0)
		return -1;
	if (phy_move(ct, &gen, c, ct->net_fd) < 0) {
		c->was = 0;
		return -1;
	}
	while ((h = nl_next(&links, h, RTM_NEWLINK))) {
		name = nl_link_attr(h, IFLA_IFNAME);
		if (!name || nic_find(nl->fd, mnl_attr_get_str(name)))
			continue;
		if (!(v = mem_get(ct, sizeof *v)))
			return -1;
		*v = *c;
		v->dev = v->name = mnl_attr_get_str(name);
		v->was = nl_link_index(h);
		v->was_link = h;
		c->lent = v;            /* the list's new head: v->lent is the old one */
	}
	return 0;
}

static void
phy_rename(struct nl *nl, unsigned index, const char *name)
{
	struct ifinfomsg down = { .ifi_index = (int)index, .ifi_change = IFF_UP };

	nl_link(nl, RTM_NEWLINK, 0, down, "set it down");
	mnl_attr_put_strz(nic_message(nl, 0, index, false, "rename it"), IFLA_IFNAME, name);
}

/* Moves a wireless device back, its interfaces with their old names, which may be taken. */
static int
phy_take(struct ct *ct, struct nl *nl, struct nic *c)
{
	LOCAL_NL gen = { .fd = -1 };
	unsigned other;

	if (nic_no_altnames(ct, nl, 0) < 0)
		return -1;
	for (const struct nic *v = c->lent; v; v = v->lent) {
		if ((other = nic_find(nl->fd, v->dev)) && other != v->inside)
			phy_rename(nl, other, "ct%d");
		phy_rename(nl, v->inside, v->dev);
		if (nl_send(ct, nl, NULL) < 0)
			err_forget(ct);         /* nic_put_state() says what is missing */
	}
	return nl_open(ct, &gen, NETLINK_GENERIC, 2 * NL_MESSAGE) < 0 ? -1 :
	       phy_move(ct, &gen, c, ct->host_net_fd);
}

/* Puts a port into VLANs of its bridge and out of others: those it was in, or `id`, untagged. */
static void
nic_put_vlans(struct nl *nl, unsigned index, const struct nlattr *was, uint64_t id)
{
	const struct bridge_vlan_info v[] = {
		{ .vid = (uint16_t)id, .flags = BRIDGE_VLAN_INFO_PVID | BRIDGE_VLAN_INFO_UNTAGGED },
		{ .vid = 1, .flags = BRIDGE_VLAN_INFO_RANGE_BEGIN },
		{ .vid = 4094, .flags = BRIDGE_VLAN_INFO_RANGE_END },
	};
	const struct ifinfomsg port = { .ifi_family = AF_BRIDGE, .ifi_index = (int)index };
	const struct nlattr *a;

	for (int set = 0; set < 2; set++) {
		struct nlmsghdr *h = nl_link(nl, set ? RTM_SETLINK : RTM_DELLINK, 0, port,
		                             "set vlans of a bridge port");
		NEST(spec, h, IFLA_AF_SPEC);

		for (int k = set ? 0 : 1; k < (set ? id != 0 : 3); k++)
			mnl_attr_put(h, IFLA_BRIDGE_VLAN_INFO, sizeof v[k], &v[k]);
		if (set && was)
			mnl_attr_for_each_nested(a, was)
				if (mnl_attr_get_type(a) == IFLA_BRIDGE_VLAN_INFO)
					nic_put_same(h, a);
	}
}

/* Sets up a bridge port: with the settings that it had, else those of a container's interface. */
static void
nic_put_port(struct nl *nl, unsigned index, const struct nlattr *was, const struct nic *c)
{
	enum { MCAST_MAX_GROUPS = 42 }; /* IFLA_BRPORT_, Linux 6.3; older ones ignore it */

	static const uint64_t settings = 1 << IFLA_BRPORT_PRIORITY | 1 << IFLA_BRPORT_COST |
	    1 << IFLA_BRPORT_MODE | 1 << IFLA_BRPORT_GUARD | 1 << IFLA_BRPORT_PROTECT |
	    1 << IFLA_BRPORT_FAST_LEAVE | 1 << IFLA_BRPORT_LEARNING |
	    1 << IFLA_BRPORT_UNICAST_FLOOD | 1 << IFLA_BRPORT_PROXYARP |
	    1 << IFLA_BRPORT_MCAST_FLOOD | 1 << IFLA_BRPORT_MCAST_TO_UCAST |
	    1 << IFLA_BRPORT_BCAST_FLOOD | UINT64_C(1) << IFLA_BRPORT_NEIGH_SUPPRESS |
	    UINT64_C(1) << IFLA_BRPORT_ISOLATED;
	const struct nlattr *a;
	struct nlmsghdr *h;

	if (!was && c->vlan)
		nic_put_vlans(nl, index, NULL, c->vlan);
	h = nic_message(nl, 0, index, false, "set a bridge port");
	NEST(info, h, IFLA_LINKINFO);
	mnl_attr_put_str(h, IFLA_INFO_SLAVE_KIND, "bridge");
	NEST(data, h, IFLA_INFO_SLAVE_DATA);
	if (!was) {
		mnl_attr_put_u8(h, IFLA_BRPORT_MODE, c->hairpin);
		mnl_attr_put_u32(h, MCAST_MAX_GROUPS, BRIDGE_GROUPS);
	} else {
		mnl_attr_for_each_nested(a, was)
			if (mnl_attr_get_type(a) < 64 && settings >> mnl_attr_get_type(a) & 1)
				nic_put_same(h, a);
	}
}

/* Keeps the container's router advertisements from making it the host's gateway
 * (CVE-2020-13401). If this process is in the container's network namespace, a forked one
 * returns to the host's: the child may be joining the namespace through this process. */
static int
nic_no_ra(struct ct *ct, const struct nic *c)
{
	bool away = ct->host_net_fd >= 0;
	char path[64];
	int no = 0;
	pid_t pid;

	if (!kfs_has_proc(ct))
		return 0;
	text_printf(path, sizeof path, "sys/net/ipv6/conf/%s/accept_ra", c->host);
	pid = away ? sys_fork() : 0;
	if (pid == 0 && ((away && setns(ct->host_net_fd, CLONE_NEWNET) < 0) ||
	                 io_put(ct->proc_fd, path, "0") < 0))
		no = errno;
	if (pid == 0 && away)
		_exit(no);
	if (away)
		no = pid < 0 ? errno : sys_status(sys_wait(pid));
	errno = no;
	return !no || no == ENOENT || no == EROFS ? 0 : fail_sys(ct, "write 0 to %s", path);
}

/* With br_netfilter, bridged packets pass the rules of --publish as well: what the container
 * sends to a published port of its own leaves the bridge where it came in (hairpin). */
static void
nic_hairpins(struct ct *ct)
{
	static const char *const keys[] = { "sys/net/bridge/bridge-nf-call-iptables",
	                                    "sys/net/bridge/bridge-nf-call-ip6tables" };
	const bool publish = op_find(ct->ops, OP_PUBLISH) && kfs_has_proc(ct);
	char v[8];

	for (size_t i = 0; i < LEN(keys) && publish; i++)
		if (io_get(ct->proc_fd, keys[i], v, sizeof v) > 0 && *v != '0')
			for (struct op *op = ct->ops; op; op = op->next)
				if (op->nic && op->nic->bridge)
					op->nic->hairpin = true;
}

static int
nic_host_end(struct ct *ct, struct nl *nl, struct nic *c)
{
	const struct nic_addr *a = c->addrs;
	unsigned index;

	while (a && a->what != NIC_HOSTIP)
		a = a->next;
	if (!(index = c->host_end = nic_index(ct, nl, c->host)))
		return -1;
	for (; a; a = a->next)
		if (a->what == NIC_HOSTIP)
			nic_put_addr(nl, index, &a->to, mem_printf(ct, "address of %s", c->host));
	if (!c->bridge && nic_no_ra(ct, c) < 0)
		return -1;
	if (c->bridge)
		nic_put_port(nl, index, NULL, c);
	if (nl_send(ct, nl, NULL) == 0)
		return 0;
	if (ct->err.no == EOPNOTSUPP && c->vlan)
		fail_hint(ct, "CONFIG_BRIDGE_VLAN_FILTERING");
	return -1;
}

/* Cuts off the network of a container that has ended: a TCP connection that it began keeps the
 * namespace, which still answers. The bridge port is disabled, or the host's end set down, which
 * drops its routes. One with a given name is deleted, to free that; it takes 35 ms. */
static void
nic_quiet(struct ct *ct, struct nl *nl, struct nic *c)
{
	const bool port = c->bridge && !c->host_named;
	struct ifinfomsg i = { .ifi_index = (int)c->host_end,
	                       .ifi_family = port ? AF_BRIDGE : AF_UNSPEC,
	                       .ifi_change = port ? 0 : IFF_UP };
	struct nlmsghdr *h = nl_link(nl, c->host_named ? RTM_DELLINK : port ? RTM_SETLINK :
	                             RTM_NEWLINK, 0, i, "");

	if (port)
		mnl_attr_put_u8(h, IFLA_PROTINFO, BR_STATE_DISABLED);
	if (nl_send(ct, nl, NULL) < 0)
		err_forget(ct);         /* it has gone */
	c->host_end = 0;
}

static int
nic_outside(struct ct *ct, struct nl *nl, struct nic *c, struct net_ref to)
{
	const bool veth = c->kind == NIC_VETH;
	const char *parent = veth ? c->bridge : c->dev;
	const char *what = mem_printf(ct, "make %s %s", nic_kinds[c->kind].name, c->name);
	struct nlmsghdr *h;
	int taken;

	if (c->kind == NIC_PHY)
		return phy_move_in(ct, nl, c);
	if (parent && !(c->out = nic_index(ct, nl, parent)))
		return -1;
	if (c->kind == NIC_PHYS)
		return nic_move_in(ct, nl, c, to);
	if (nic_bridge_port(ct, nl, c) < 0)
		return -1;
	nic_own_mac(ct, nl, c);
	h = nic_message(nl, NLM_F_CREATE | NLM_F_EXCL, 0, veth, what);
	if (veth)
		nic_put_veth(h, c, to);
	else
		nic_put_sub(h, c, to);
	/* the host's end has a generated name then, so EEXIST is about the name inside */
	taken = veth && !c->host_named ? 0 : nic_kinds[c->kind].taken;
	if (nl_send_retry(ct, nl, taken) == 0)
		return veth ? nic_host_end(ct, nl, c) : 0;
	if (ct->err.no == EOPNOTSUPP) {
		bool known = c->bridge && !text_find(ct->err.text, "Unknown");

		fail_hint(ct, "%s", known ? "not a bridge?" : nic_kinds[c->kind].hint);
	}
	return -1;
}

/* Sets lo up, by ioctl(2), so that a build without HAVE_NET needs nothing of libmnl. */
static int
net_lo(struct ct *ct)
{
	struct ifreq r = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	LOCAL_FD fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0)
		return fail_sys(ct, "socket NETLINK_ROUTE");
	return ioctl(fd, SIOCSIFFLAGS, &r) < 0 ? fail_sys(ct, "set lo up") : 0;
}

/* Lets these groups ping by ICMP sockets, which need no capability: in a new network namespace none
 * may. Where the caller may not write the sysctl, ping(8) needs CAP_NET_RAW as before. */
static int
nic_ping(struct ct *ct, uint64_t first, uint64_t last)
{
	static const char ping[] = "sys/net/ipv4/ping_group_range";
	const int proc = kfs_proc(ct);
	char range[48];

	if (proc < 0 && (proc == PROC_UNKNOWN || (ct->err.no != ENODEV && ct->err.no != EPERM)))
		return -1;
	if (proc < 0) {
		err_forget(ct);
		return 0;
	}
	text_printf(range, sizeof range, "%ju %ju", first, last);
	if (kfs_put_sysctl(ct, ping, range) < 0 && errno != ENOENT && errno != EACCES &&
	    errno != EROFS && errno != EINVAL)
		return fail_sys(ct, "write %s to %s", range, ping);
	return 0;
}

/* Turns off forwarding, which a new network namespace on a router inherits for IPv4 (IPv6: see
 * net.core.devconf_inherit_init_net): a container on two networks would lead from one to the other,
 * past the router's firewall. That turns on accept_redirects, which is set back. */
static int
nic_no_forward(struct ct *ct)
{
	static const char *const forward[] = {
		"sys/net/ipv4/ip_forward", "sys/net/ipv6/conf/all/forwarding"
	};
	static const char redirects[] = "sys/net/ipv4/conf/all/accept_redirects";
	char v[8], was[8];

	for (size_t i = 0; i < LEN(forward) && kfs_has_proc(ct); i++) {
		if (io_get(ct->proc_fd, forward[i], v, sizeof v) <= 0 ? errno == ENOENT : *v == '0')
			continue;
		if (io_get(ct->proc_fd, redirects, was, sizeof was) <= 0 ||
		    (kfs_put_sysctl(ct, forward[i], "0") < 0 ? errno != EACCES && errno != EROFS :
		     kfs_put_sysctl(ct, redirects, was) < 0))
			return fail_sys(ct, "write 0 to %s", forward[i]);
	}
	return 0;
}
