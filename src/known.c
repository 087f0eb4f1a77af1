/* SPDX-License-Identifier: ISC */
/* Stale knowledge when a container starts or ends: flows in the host's connection tracking,
 * and addresses that neighbours have cached. Failures are ignored. */

/* --- flows: those tracked already are affected neither by new rules nor by their removal --- */

static bool
flow_addr(const struct nlattr *tuple, int v4, int v6, struct inet *a)
{
	const struct nlattr *ip = nl_in(tuple, CTA_TUPLE_IP), *x = nl_in(ip, v4);

	*a = (struct inet){ .family = x ? AF_INET : AF_INET6 };
	if (!x && !(x = nl_in(ip, v6)))
		return false;
	memcpy(a->b, mnl_attr_get_payload(x), MIN(mnl_attr_get_payload_len(x), sizeof a->b));
	return true;
}

static bool
flow_local(const struct inet *a)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	const bool v4 = a->family == AF_INET;
	LOCAL_FD fd = socket(a->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	memcpy(&in.sin_addr, a->b, sizeof in.sin_addr);
	memcpy(&in6.sin6_addr, a->b, sizeof in6.sin6_addr);
	return fd >= 0 && bind(fd, v4 ? (void *)&in : (void *)&in6,
	                       v4 ? sizeof in : sizeof in6) == 0;
}

/* To be deleted? At the start, flows to a published port that lead elsewhere; at the end, ours. */
static bool
flow_ours(const struct ct *ct, const struct nlattr *orig, const struct nlattr *reply, bool started,
          struct inet *dst)
{
	const struct nlattr *proto = nl_in(orig, CTA_TUPLE_PROTO);
	const struct nlattr *num = nl_in(proto, CTA_PROTO_NUM);
	const struct nlattr *at = nl_in(proto, CTA_PROTO_DST_PORT);
	struct inet src;
	uint16_t port;

	if (!num || !at || !flow_addr(orig, CTA_IP_V4_DST, CTA_IP_V6_DST, dst) ||
	    !flow_addr(reply, CTA_IP_V4_SRC, CTA_IP_V6_SRC, &src))
		return false;
	port = ntohs(mnl_attr_get_u16(at));
	FOR_OPS(p, ct->ops, OP_PUBLISH) {
		const struct inet *to = nic_first(ct, dst->family, NULL), *a = &p->publish.addr;
		bool leads = to && !memcmp(to->b, src.b, sizeof src.b);

		if (!to || mnl_attr_get_u8(num) != p->publish.proto ||
		    port < p->publish.host_port || port > p->publish.host_last ||
		    (a->family && a->family != dst->family) ||
		    (inet_any(a, 0) && memcmp(a->b, dst->b, sizeof a->b) != 0))
			continue;
		if (started ? !leads && flow_local(dst) : leads)
			return true;
	}
	return false;
}

static void
flow_delete(struct ct *ct, struct nl *nl, const struct nlattr *orig, int family)
{
	struct nlmsghdr *h = nl_put(nl, NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE, 0,
	                            "forget a flow");
	struct nfgenmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);

	m->nfgen_family = (unsigned char)family;
	mnl_attr_put(h, NLA_F_NESTED | CTA_TUPLE_ORIG, mnl_attr_get_payload_len(orig),
	             mnl_attr_get_payload(orig));
	if (nl_send(ct, nl, NULL) < 0)
		err_forget(ct);         /* the flow has ended meanwhile */
}

/* Deletes the flows that match. The table may be large, so the dump is read part by part. */
static void
flow_walk(struct ct *ct, int fd, struct nl *del, bool started)
{
	char buf[16384] __attribute__((aligned(8)));
	struct inet dst;
	ssize_t n;

	while ((n = recv(fd, buf, sizeof buf, 0)) > 0) {
		const struct nlmsghdr *h = (void *)buf;
		int left = (int)n;

		for (; mnl_nlmsg_ok(h, left); h = mnl_nlmsg_next(h, &left)) {
			const size_t hdr = sizeof(struct nfgenmsg);
			const struct nlattr *orig;

			if (h->nlmsg_type == NLMSG_DONE || h->nlmsg_type == NLMSG_ERROR)
				return;
			orig = nl_attr(h, hdr, CTA_TUPLE_ORIG);
			if (flow_ours(ct, orig, nl_attr(h, hdr, CTA_TUPLE_REPLY), started, &dst))
				flow_delete(ct, del, orig, dst.family);
		}
	}
}

static int
flow_ask(struct ct *ct, struct nl *nl)
{
	struct nlmsghdr *h;

	if (nl_open(ct, nl, NETLINK_NETFILTER, 2 * NL_MESSAGE) < 0)
		return -1;
	h = nl_put(nl, NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET, NLM_F_DUMP, "");
	mnl_nlmsg_put_extra_header(h, sizeof(struct nfgenmsg));
	return 0;
}

static void
flow_forget(struct ct *ct, bool started)
{
	LOCAL_NL nl = { .fd = -1 }, del = { .fd = -1 };

	if (!op_find(ct->ops, OP_PUBLISH))
		return;
	if (flow_ask(ct, &nl) == 0 && send(nl.fd, nl.buf, nl_len(&nl), 0) > 0 &&
	    nl_open(ct, &del, NETLINK_NETFILTER, 2 * NL_MESSAGE) == 0)
		flow_walk(ct, nl.fd, &del, started);
}

/* Removes the rules, then the flows that they made. */
static void
known_undo(struct ct *ct)
{
	bool loaded = ct->nft_fd >= 0;

	fd_close(&ct->nft_fd);
	if (loaded)
		flow_forget(ct, false);
}

/* --- neighbours: a switch may have cached another port, a host another MAC address --- */

static void
known_send(int fd, unsigned index, unsigned proto, const unsigned char *to, const void *data,
           size_t len)
{
	struct sockaddr_ll ll = { .sll_family = AF_PACKET, .sll_protocol = htons((uint16_t)proto),
	                          .sll_ifindex = (int)index, .sll_halen = 6 };

	memcpy(ll.sll_addr, to, 6);
	sendto(fd, data, len, MSG_DONTWAIT, (void *)&ll, sizeof ll);
}

/* A gratuitous ARP request: RFC 5227. */
static void
known_arp(int fd, unsigned index, const unsigned char *mac, const struct inet *a)
{
	unsigned char p[28] = { 0, 1, 8, 0, 6, 4, 0, 1 };

	memcpy(p + 8, mac, 6);
	memcpy(p + 14, a->b, 4);
	memcpy(p + 24, a->b, 4);
	known_send(fd, index, ETH_P_ARP, (const unsigned char *)"\377\377\377\377\377\377", p,
	           sizeof p);
}

/* An unsolicited neighbour advertisement to all nodes: RFC 4861. */
static void
known_na(int fd, unsigned index, const unsigned char *mac, const struct inet *a)
{
	unsigned char p[72] = { 0x60, [5] = 32, IPPROTO_ICMPV6, 255, [24] = 0xff, 2, [39] = 1,
	                        136, [44] = 0x20, [64] = 2, 1 };
	uint32_t sum = 32 + IPPROTO_ICMPV6;

	memcpy(p + 8, a->b, 16);
	memcpy(p + 48, a->b, 16);
	memcpy(p + 66, mac, 6);
	for (size_t i = 8; i < sizeof p; i += 2)
		sum += (uint32_t)p[i] << 8 | p[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~(sum + (sum >> 16));
	p[42] = (unsigned char)(sum >> 8);
	p[43] = (unsigned char)sum;
	known_send(fd, index, ETH_P_IPV6, (const unsigned char *)"33\0\0\0\1", p, sizeof p);
}

static void
known_announce(struct ct *ct)
{
	LOCAL_FD fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	for (struct op *op = ct->ops; op && fd >= 0; op = op->next) {
		unsigned char mac[6];
		unsigned index;
		struct ifreq r;

		if (!op->nic || !(index = nic_find(fd, op->nic->name)) ||
		    nic_ask(fd, SIOCGIFHWADDR, op->nic->name, &r) < 0)
			continue;
		memcpy(mac, r.ifr_hwaddr.sa_data, 6);
		for (const struct nic_addr *a = op->nic->addrs; a; a = a->next)
			if (a->what == NIC_IP)
				(a->to.family == AF_INET ? known_arp : known_na)(fd, index, mac,
				                                                 &a->to);
	}
}

/* Called once the command runs: by then the bridge has noticed that its port is up. */
static void
known_tell(struct ct *ct)
{
	bool inside = ct->self_fd >= 0; /* is this process in the container's network? */
	LOCAL_FD home = inside ? -1 : kfs_ns(ct, 0, "net");

	if (HAVE_NAT && ct->features & FEAT_NAT)
		flow_forget(ct, true);
	if (inside || (home >= 0 && setns(ct->pidfd, CLONE_NEWNET) == 0))
		known_announce(ct);
	if (home >= 0)          /* a failure is harmless: from here on ct only closes sockets */
		setns(home, CLONE_NEWNET);
	err_forget(ct);
}
