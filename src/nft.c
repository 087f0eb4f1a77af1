/* SPDX-License-Identifier: ISC */
/* nf_tables rules for nat and --publish, in a table that ct's socket owns. */

/* linux/netfilter.h conflicts with net/if.h. */
enum { NF_INET_PRE_ROUTING_ = 0, NF_INET_LOCAL_OUT_ = 3, NF_INET_POST_ROUTING_ = 4,
       NF_IP_PRI_NAT_DST_ = -100, NF_IP_PRI_NAT_SRC_ = 100, IPS_DST_NAT_ = 1 << 5 };

/* Offsets in the headers of IPv4, IPv6, and TCP or UDP. */
enum { IP4_SOURCE = 12, IP4_DEST = 16, IP6_SOURCE = 8, IP6_DEST = 24, PORT_DEST = 2 };

/* The numbers in an expression: attribute, value, ..., 0. */
typedef const uint32_t nft_args[];

static void
nft_data(struct nlmsghdr *h, unsigned attr, const void *data, size_t len)
{
	NEST(value, h, attr);

	mnl_attr_put(h, NFTA_DATA_VALUE, len, data);
}

/* Adds an expression: numbers, data in attribute attr; for a bitwise, as many zero bytes next. */
static void
nft_expr(struct nlmsghdr *h, const char *name, nft_args kv, unsigned attr,
         const void *data, size_t len)
{
	NEST(expr, h, NFTA_LIST_ELEM);

	mnl_attr_put_strz(h, NFTA_EXPR_NAME, name);
	NEST(args, h, NFTA_EXPR_DATA);
	for (; *kv; kv += 2)
		mnl_attr_put_u32(h, (uint16_t)kv[0], htonl(kv[1]));
	if (len)
		nft_data(h, attr, data, len);
	if (attr == NFTA_BITWISE_MASK && !strcmp(name, "bitwise"))
		nft_data(h, NFTA_BITWISE_XOR, "\0\0\0", len);
}

/* Adds an expression without data. */
#define NFT_EXPR(h, name, ...) nft_expr(h, name, (nft_args){ __VA_ARGS__, 0 }, 0, NULL, 0)

/* Compares register 1: op is an NFT_CMP_. */
static void
nft_cmp(struct nlmsghdr *h, unsigned op, const void *data, size_t len)
{
	nft_expr(h, "cmp", (nft_args){ NFTA_CMP_SREG, NFT_REG_1, NFTA_CMP_OP, op, 0 },
	         NFTA_CMP_DATA, data, len);
}

/* Compares a packet's metadata, of 1 or 4 bytes. */
static void
nft_meta(struct nlmsghdr *h, unsigned key, unsigned op, uint32_t v, size_t len)
{
	unsigned char byte = (unsigned char)v;

	NFT_EXPR(h, "meta", NFTA_META_DREG, NFT_REG_1, NFTA_META_KEY, key);
	nft_cmp(h, op, len == 1 ? (void *)&byte : (void *)&v, len);
}

/* Compares bytes of the packet, from offset `at` of a header. */
static void
nft_packet(struct nlmsghdr *h, unsigned base, unsigned at, unsigned op,
           const void *data, size_t len)
{
	NFT_EXPR(h, "payload", NFTA_PAYLOAD_DREG, NFT_REG_1, NFTA_PAYLOAD_BASE, base,
	         NFTA_PAYLOAD_OFFSET, at, NFTA_PAYLOAD_LEN, (uint32_t)len);
	nft_cmp(h, op, data, len);
}

static struct nlmsghdr *
nft_put(struct nl *nl, int type, int flags, const char *what)
{
	struct nlmsghdr *h = nl_put(nl, NFNL_SUBSYS_NFTABLES << 8 | type, flags, what);
	struct nfgenmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);

	m->nfgen_family = NFPROTO_INET_;
	return h;
}

/* Begins or ends a batch, which takes effect at its end; neither is answered. */
static void
nft_mark(struct nl *nl, int type)
{
	struct nfgenmsg *m;

	if (nl->last)                   /* of those answered */
		nl->last->nlmsg_flags |= NLM_F_ACK;
	m = mnl_nlmsg_put_extra_header(nl_put(nl, type, 0, ""), sizeof *m);
	m->res_id = htons(NFNL_SUBSYS_NFTABLES);
	nl->seq--;
}

static const struct { const char *name; unsigned hook; int prio; } nft_chains[] = {
	{ "prerouting", NF_INET_PRE_ROUTING_, NF_IP_PRI_NAT_DST_ },
	{ "output", NF_INET_LOCAL_OUT_, NF_IP_PRI_NAT_DST_ },
	{ "postrouting", NF_INET_POST_ROUTING_, NF_IP_PRI_NAT_SRC_ },
};

static void
nft_chain(struct nl *nl, const char *table, size_t i)
{
	struct nlmsghdr *h = nft_put(nl, NFT_MSG_NEWCHAIN, NLM_F_CREATE, "make a nat chain");

	mnl_attr_put_strz(h, NFTA_CHAIN_TABLE, table);
	mnl_attr_put_strz(h, NFTA_CHAIN_NAME, nft_chains[i].name);
	mnl_attr_put_strz(h, NFTA_CHAIN_TYPE, "nat");
	NEST(hook, h, NFTA_CHAIN_HOOK);
	mnl_attr_put_u32(h, NFTA_HOOK_HOOKNUM, htonl(nft_chains[i].hook));
	mnl_attr_put_u32(h, NFTA_HOOK_PRIORITY, htonl((uint32_t)nft_chains[i].prio));
}

/* Begins a rule for packets of the address's family, and in it the list of expressions. */
static struct nlmsghdr *
nft_rule(struct nl *nl, const char *table, const char *chain, const struct inet *a,
         const char *what, struct nlattr **list)
{
	struct nlmsghdr *h = nft_put(nl, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, what);

	mnl_attr_put_strz(h, NFTA_RULE_TABLE, table);
	mnl_attr_put_strz(h, NFTA_RULE_CHAIN, chain);
	*list = mnl_attr_nest_start(h, NFTA_RULE_EXPRESSIONS);
	/* NFPROTO_IPV4 and _IPV6 are AF_INET and AF_INET6 */
	nft_meta(h, NFT_META_NFPROTO, NFT_CMP_EQ, a->family, 1);
	return h;
}

/* Masquerades what the container sends from this address, unless it leaves by the link that
 * it came in by. That is matched by name, since the link may be recreated. */
static void
nft_masquerade(struct nl *nl, const char *table, const struct nic *c, const struct inet *a)
{
	const unsigned at = a->family == AF_INET ? IP4_SOURCE : IP6_SOURCE;
	const size_t len = (size_t)inet_bits(a) / 8;
	struct nlattr *list;
	struct nlmsghdr *h = nft_rule(nl, table, "postrouting", a, "masquerade", &list);
	char out[IF_NAMESIZE] = "";

	text_printf(out, sizeof out, "%s", c->bridge ? c->bridge : c->host);
	nft_packet(h, NFT_PAYLOAD_NETWORK_HEADER, at, NFT_CMP_EQ, a->b, len);
	NFT_EXPR(h, "meta", NFTA_META_DREG, NFT_REG_1, NFTA_META_KEY, NFT_META_OIFNAME);
	nft_cmp(h, NFT_CMP_NEQ, out, sizeof out);
	NFT_EXPR(h, "masq", 0);
	mnl_attr_nest_end(h, list);
}

/* Masquerades published connections from a network that the container is in, itself included:
 * answers would bypass the host else; all of them (net NULL) if it has no route for answers. */
static void
nft_hairpin(struct nl *nl, const char *table, const struct inet *to, const struct inet *net)
{
	const bool v4 = to->family == AF_INET;
	const size_t len = (size_t)inet_bits(to) / 8;
	const uint32_t dnat = IPS_DST_NAT_, none = 0;
	struct inet first, last;
	struct nlattr *list;
	struct nlmsghdr *h = nft_rule(nl, table, "postrouting", to, "publish", &list);

	nft_packet(h, NFT_PAYLOAD_NETWORK_HEADER, v4 ? IP4_DEST : IP6_DEST, NFT_CMP_EQ, to->b,
	           len);
	if (net) {
		first = inet_end(*net, false);
		last = inet_end(*net, true);
		nft_packet(h, NFT_PAYLOAD_NETWORK_HEADER, v4 ? IP4_SOURCE : IP6_SOURCE,
		           NFT_CMP_GTE, first.b, len);
		nft_cmp(h, NFT_CMP_LTE, last.b, len);
	}
	NFT_EXPR(h, "ct", NFTA_CT_DREG, NFT_REG_1, NFTA_CT_KEY, NFT_CT_STATUS);
	nft_expr(h, "bitwise", (nft_args){ NFTA_BITWISE_SREG, NFT_REG_1, NFTA_BITWISE_DREG,
	         NFT_REG_1, NFTA_BITWISE_LEN, 4, 0 }, NFTA_BITWISE_MASK, &dnat, 4);
	nft_cmp(h, NFT_CMP_NEQ, &none, 4);
	NFT_EXPR(h, "masq", 0);
	mnl_attr_nest_end(h, list);
}

/* The first address of that family (0: any) on a veth; *nic, if not NULL, becomes the veth. */
static const struct inet *
nic_first(const struct ct *ct, int family, const struct nic **nic)
{
	FOR_OPS(op, ct->ops, OP_NET) {
		const struct nic *c = op->nic && op->nic->kind == NIC_VETH ? op->nic : NULL;

		for (const struct nic_addr *a = c ? c->addrs : NULL; a; a = a->next)
			if (a->what == NIC_IP && (!family || a->to.family == family)) {
				if (nic)
					*nic = c;
				return &a->to;
			}
	}
	return NULL;
}

/* A rule's user data: the container's name and what it publishes, which nft(8) shows as a
 * comment; and the ports in binary, for nft_owner(). */
enum { UDATA_COMMENT, UDATA_PORTS = 0xc7 };
struct nft_ports {
	unsigned char proto, family;    /* family 0: both */
	uint16_t first, last;
	unsigned char addr[16];         /* 0: all */
};

static struct nft_ports
nft_ports(const struct op *p, int family)
{
	struct nft_ports k = { .proto = (unsigned char)p->publish.proto,
	                       .family = (unsigned char)family,
	                       .first = (uint16_t)p->publish.host_port,
	                       .last = (uint16_t)p->publish.host_last };

	memcpy(k.addr, p->publish.addr.b, sizeof k.addr);
	return k;
}

static bool
nft_overlap(const struct nft_ports *a, const struct nft_ports *b)
{
	static const unsigned char all[16];

	return a->proto == b->proto && (a->family == b->family || !a->family || !b->family) &&
	       a->first <= b->last && b->first <= a->last && (!memcmp(a->addr, b->addr, 16) ||
	       !memcmp(a->addr, all, 16) || !memcmp(b->addr, all, 16));
}

static bool
nft_twice(const struct op *a, const struct op *b)
{
	const struct nft_ports x = nft_ports(a, a->publish.addr.family);
	const struct nft_ports y = nft_ports(b, b->publish.addr.family);

	return nft_overlap(&x, &y);
}

static void
nft_userdata(struct nlmsghdr *h, const char *name, const struct op *p, int family)
{
	struct nft_ports k = nft_ports(p, family);
	unsigned char buf[256];
	size_t n = text_printf((char *)buf + 2, 200, "%s: %s", name, p->publish.text) + 1;

	buf[0] = UDATA_COMMENT;
	buf[1] = (unsigned char)n;
	buf[n + 2] = UDATA_PORTS;
	buf[n + 3] = sizeof k;
	memcpy(buf + n + 4, &k, sizeof k);
	mnl_attr_put(h, NFTA_RULE_USERDATA, n + 4 + sizeof k, buf);
}

/* The owner of a rule that publishes one of p's ports, on an address family we use; or NULL. */
static const char *
nft_owner(const struct ct *ct, const struct nlmsghdr *h, const struct op *p)
{
	const struct nlattr *a = nl_attr(h, sizeof(struct nfgenmsg), NFTA_RULE_USERDATA);
	const struct nft_ports k = nft_ports(p, p->publish.addr.family);
	const unsigned char *u = a ? mnl_attr_get_payload(a) : NULL;
	const size_t n = u ? mnl_attr_get_payload_len(a) : 0;
	struct nft_ports its;

	if (n < 4 || u[0] != UDATA_COMMENT || n != 4u + u[1] + sizeof its ||
	    u[2 + u[1]] != UDATA_PORTS || u[1 + u[1]])
		return NULL;
	memcpy(&its, u + 4 + u[1], sizeof its);
	return nft_overlap(&its, &k) && nic_first(ct, its.family, NULL) ?
	       (const char *)u + 2 : NULL;
}

/* Redirects ports of the host to the container: for what comes in (prerouting) and what the
 * host itself sends (output), except to 127.x.x.x or ::1, which cannot leave the host. */
static void
nft_publish(struct nl *nl, const char *table, const char *chain, const char *name,
            const struct op *p, const struct inet *to)
{
	const bool v4 = to->family == AF_INET;
	const unsigned at = v4 ? IP4_DEST : IP6_DEST;
	const size_t len = (size_t)inet_bits(to) / 8;
	const uint16_t first = htons((uint16_t)p->publish.host_port);
	const uint16_t last = htons((uint16_t)p->publish.host_last);
	const uint16_t port = htons((uint16_t)p->publish.port);
	const uint32_t local = RTN_LOCAL;
	struct nlattr *list;
	struct nlmsghdr *h = nft_rule(nl, table, chain, to, p->publish.text, &list);

	nft_meta(h, NFT_META_L4PROTO, NFT_CMP_EQ, p->publish.proto, 1);
	nft_packet(h, NFT_PAYLOAD_TRANSPORT_HEADER, PORT_DEST, NFT_CMP_GTE, &first, 2);
	nft_cmp(h, NFT_CMP_LTE, &last, 2);
	if (inet_any(&p->publish.addr, 0)) {
		nft_packet(h, NFT_PAYLOAD_NETWORK_HEADER, at, NFT_CMP_EQ, p->publish.addr.b, len);
	} else {
		NFT_EXPR(h, "fib", NFTA_FIB_DREG, NFT_REG_1, NFTA_FIB_RESULT,
		         NFT_FIB_RESULT_ADDRTYPE, NFTA_FIB_FLAGS, NFTA_FIB_F_DADDR);
		nft_cmp(h, NFT_CMP_EQ, &local, 4);
		nft_packet(h, NFT_PAYLOAD_NETWORK_HEADER, at, NFT_CMP_NEQ, v4 ?
		           "\177" : "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", v4 ? 1 : 16);
	}
	nft_expr(h, "immediate", (nft_args){ NFTA_IMMEDIATE_DREG, NFT_REG_1, 0 },
	         NFTA_IMMEDIATE_DATA, to->b, len);
	nft_expr(h, "immediate", (nft_args){ NFTA_IMMEDIATE_DREG, NFT_REG_2, 0 },
	         NFTA_IMMEDIATE_DATA, &port, 2);
	/* without a port register the port stays the same, as in a range */
	NFT_EXPR(h, "nat", NFTA_NAT_TYPE, NFT_NAT_DNAT, NFTA_NAT_FAMILY, to->family,
	         NFTA_NAT_REG_ADDR_MIN, NFT_REG_1,
	         first == port ? 0 : NFTA_NAT_REG_PROTO_MIN, NFT_REG_2);
	mnl_attr_nest_end(h, list);
	nft_userdata(h, name, p, to->family);
}

/* The host must forward, or nothing comes through. */
static int
nft_forwards(struct ct *ct, int family)
{
	const char *key = family == AF_INET ? "sys/net/ipv4/ip_forward" :
	                  "sys/net/ipv6/conf/all/forwarding";
	char v[8];

	if (!kfs_has_proc(ct) || io_get(ct->proc_fd, key, v, sizeof v) <= 0 || *v != '0')
		return 0;
	fail_hint(ct, "sysctl -w %s=1", key + 4);
	return fail_msg(ct, "the host does not forward packets");
}

static int
nft_nat_rules(struct ct *ct, struct nl *nl, const char *table, const struct nic *c)
{
	for (const struct nic_addr *a = c->addrs; a; a = a->next) {
		if (a->what != NIC_IP)
			continue;
		if (nft_forwards(ct, a->to.family) < 0)
			return -1;
		nft_masquerade(nl, table, c, &a->to);
	}
	return 0;
}

static const int nft_families[] = { AF_INET, AF_INET6 };

/* Publishes in both families, unless it names an address of the host. */
static int
nft_publish_rules(struct ct *ct, struct nl *nl, const char *table, const struct op *p)
{
	const int family = p->publish.addr.family;

	for (size_t i = 0; i < LEN(nft_families); i++) {
		const struct inet *to = nic_first(ct, nft_families[i], NULL);

		if (!to || (family && family != nft_families[i]))
			continue;
		if (nft_forwards(ct, nft_families[i]) < 0)
			return -1;
		nft_publish(nl, table, "prerouting", ct->name, p, to);
		nft_publish(nl, table, "output", ct->name, p, to);
	}
	return 0;
}

/* Its addresses and routes tell which networks the container reaches without a gateway. */
static void
nft_hairpins(const struct ct *ct, struct nl *nl, const char *table, const struct nic *c,
             const struct inet *to)
{
	const struct nic_addr *a = c->addrs;

	while (a && (a->what != NIC_ROUTE || a->to.family != to->family))
		a = a->next;
	if (!a)
		nft_hairpin(nl, table, to, NULL);
	for (const struct op *op = a ? ct->ops : NULL; op; op = op->next)
		for (a = op->nic ? op->nic->addrs : NULL; a; a = a->next)
			if (a->what != NIC_HOSTIP && !a->via.family && a->to.len &&
			    a->to.family == to->family)
				nft_hairpin(nl, table, to, &a->to);
}

static int
nft_rules(struct ct *ct, struct nl *nl, const char *table)
{
	const struct inet *to;
	const struct nic *c;
	bool publish = false;

	for (struct op *op = ct->ops; op; op = op->next) {
		if (op->nic && op->nic->nat && nft_nat_rules(ct, nl, table, op->nic) < 0)
			return -1;
		if (op->kind == OP_PUBLISH && nft_publish_rules(ct, nl, table, op) < 0)
			return -1;
		publish |= op->kind == OP_PUBLISH;
	}
	for (size_t i = 0; i < LEN(nft_families) && publish; i++)
		if ((to = nic_first(ct, nft_families[i], &c)))
			nft_hairpins(ct, nl, table, c, to);
	return 0;
}

/* Does another container have one of the ports? Our rules are in place, and tables are listed
 * in the order they were made: of containers that start at once, the first gets the port. */
static int
nft_conflict(struct ct *ct, struct nl *nl, const char *table)
{
	const struct nlmsghdr *h = NULL;
	const char *owner;
	struct dump d = { 0 };

	nft_put(nl, NFT_MSG_GETRULE, NLM_F_DUMP, "list rules");
	if (nl_send(ct, nl, &d) < 0)
		return -1;
	while ((h = nl_next(&d, h, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWRULE))) {
		const struct nlattr *a = nl_attr(h, sizeof(struct nfgenmsg), NFTA_RULE_TABLE);

		if (a && !strcmp(mnl_attr_get_str(a), table))
			break;
		FOR_OPS(p, ct->ops, OP_PUBLISH)
			if ((owner = nft_owner(ct, h, p)))
				return fail_msg(ct, "%s: the port is taken by %s",
				                p->publish.text, owner);
	}
	return 0;
}

/* Loads the rules, in a table that our socket owns: the kernel removes it however ct ends. */
static int
nft_load(struct ct *ct)
{
	size_t size = 2 * NL_MESSAGE;
	char table[48];
	struct nlmsghdr *h;
	struct nl nl;
	int room;

	for (struct op *op = ct->ops; op; op = op->next)        /* 1 to 2 KiB for a rule */
		size += (op->nic ? 12 * 1024 : 0) + (op->kind == OP_PUBLISH ? 8 * 1024 : 0);
	if (nl_open(ct, &nl, NETLINK_NETFILTER, size) < 0)
		return -1;
	room = (int)size;
	/* the batch is sent in one piece; by default a socket takes 160 KiB on 32 bits */
	if (setsockopt(nl.fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room) < 0)
		setsockopt(nl.fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
	ct->nft_fd = nl.fd;
	text_printf(table, sizeof table, "ct-%d-%jx", getpid(), now_usec());
	nft_mark(&nl, NFNL_MSG_BATCH_BEGIN);
	h = nft_put(&nl, NFT_MSG_NEWTABLE, NLM_F_CREATE | NLM_F_EXCL,
	            "make a table that ends with ct");
	mnl_attr_put_strz(h, NFTA_TABLE_NAME, table);
	mnl_attr_put_u32(h, NFTA_TABLE_FLAGS, htonl(NFT_TABLE_OWNER));
	for (size_t i = 0; i < LEN(nft_chains); i++)
		nft_chain(&nl, table, i);
	if (nft_rules(ct, &nl, table) < 0)
		return -1;
	nft_mark(&nl, NFNL_MSG_BATCH_END);
	if (nl_send(ct, &nl, NULL) < 0)
		return -1;
	return op_find(ct->ops, OP_PUBLISH) ? nft_conflict(ct, &nl, table) : 0;
}
