/* SPDX-License-Identifier: ISC */
/* The values of --net and --publish. */

enum { NIC_BIT_VETH = 1 << NIC_VETH, NIC_BIT_MACVLAN = 1 << NIC_MACVLAN,
       NIC_BIT_IPVLAN = 1 << NIC_IPVLAN, NIC_BIT_VLAN = 1 << NIC_VLAN,
       NIC_BIT_PHYS = 1 << NIC_PHYS, NIC_BIT_ALL = 31 };

struct nic_key {
	const char *name;
	unsigned kinds;         /* NIC_BIT_ of those that have it */
	int (*set)(struct ct *, struct nic *, const struct nic_key *, char *);
	unsigned off;           /* of the field in struct nic that set() fills */
	bool many;              /* may be given more than once */
	bool bare;              /* needs no value */
	enum nic_item what;     /* for nic_ip() */
	unsigned min, max;      /* of a number */
};

#define NIC_FIELD(c, k, type) ((type *)(void *)((char *)(c) + (k)->off))

/* An interface name that the kernel accepts and does not fill in as a pattern (%d). */
static int
nic_name(struct ct *ct, struct nic *c, const struct nic_key *k, char *v)
{
	size_t n = strlen(v);

	for (size_t i = 0; i < n; i++)
		if (v[i] <= ' ' || v[i] > '~' || strchr("/:%", v[i]))
			n = 0;
	if (!n || n >= IF_NAMESIZE || !strcmp(v, ".") || !strcmp(v, "..") ||
	    !strcmp(v, "lo") || !strcmp(v, "all") || !strcmp(v, "default"))
		return opt_bad(ct, v, "not an interface name: 1 to 15 characters, no blank, /, "
		               ": or %, not lo");
	*NIC_FIELD(c, k, const char *) = v;
	return 0;
}

static int
nic_num(struct ct *ct, struct nic *c, const struct nic_key *k, char *v)
{
	if (*v == '0' || num_parse(v, k->min, k->max, NIC_FIELD(c, k, uint64_t)) < 0)
		return fail_msg(ct, "%s=%s: must be %u to %u", k->name, v, k->min, k->max);
	return 0;
}

static int
nic_flag(struct ct *ct, struct nic *c, const struct nic_key *k, char *v)
{
	*NIC_FIELD(c, k, bool) = true;
	return v ? opt_bad(ct, k->name, "takes no value") : 0;
}

static int
nic_mode(struct ct *ct, struct nic *c, const struct nic_key *k, char *v)
{
	static const struct { const char *name; unsigned kind, mode; } modes[] = {
		{ "private", NIC_MACVLAN, MACVLAN_MODE_PRIVATE },
		{ "vepa", NIC_MACVLAN, MACVLAN_MODE_VEPA },
		{ "bridge", NIC_MACVLAN, MACVLAN_MODE_BRIDGE },
		{ "passthru", NIC_MACVLAN, MACVLAN_MODE_PASSTHRU },
		{ "l2", NIC_IPVLAN, IPVLAN_MODE_L2 },
		{ "l3", NIC_IPVLAN, IPVLAN_MODE_L3 },
		{ "l3s", NIC_IPVLAN, IPVLAN_MODE_L3S },
	};
	int i = NAME_FIND(modes, v);

	(void)k;
	if (i < 0 || modes[i].kind != c->kind)
		return opt_bad(ct, v, "no such mode: macvlan has private, vepa, bridge, "
		               "passthru; ipvlan l2, l3, l3s");
	c->mode = modes[i].mode;
	return 0;
}

static int
nic_mac(struct ct *ct, struct nic *c, const struct nic_key *k, char *v)
{
	unsigned any = 0;
	char *s = v, *end;

	(void)k;
	for (int i = 0; i < 6; i++, s = end + 1) {
		c->mac[i] = (unsigned char)text_scan(s, 16, &end);
		any |= c->mac[i];
		if (end != s + 2 || strspn(s, " \t") || *end != (i < 5 ? ':' : '\0'))
			return opt_bad(ct, v, "not a MAC address, such as 02:00:00:00:00:01");
	}
	c->mac_given = true;
	return c->mac[0] & 1 || !any ?
	       opt_bad(ct, v, "not an interface's MAC address: multicast or 0") : 0;
}

static int
nic_add_addr(struct ct *ct, struct nic *c, enum nic_item what,
        struct nic_addr **a)
{
	int n = 0;

	for (*a = c->addrs; *a; *a = (*a)->next)
		n++;
	if (n == 12)
		return fail_msg(ct, "more than 12 addresses and routes");
	if (!(*a = mem_get(ct, sizeof **a)))
		return -1;
	**a = (struct nic_addr){ .what = what };
	*c->end = *a;
	c->end = &(*a)->next;
	return 0;
}

static int
nic_ip(struct ct *ct, struct nic *c, const struct nic_key *k, char *v)
{
	struct inet first, last;
	struct nic_addr *a;

	if (nic_add_addr(ct, c, k->what, &a) < 0)
		return -1;
	if (inet_parse(v, true, &a->to) < 0 || !inet_any(&a->to, 0))
		return opt_bad(ct, v, "must be ADDR/LEN, such as 10.0.0.2/24 or fd00::2/64");
	first = inet_end(a->to, false);
	last = inet_end(a->to, true);
	/* 240.0.0.0/4 is reserved, but Linux takes it for any other */
	if (a->to.family == AF_INET6 ? a->to.b[0] == 0xff :
	    a->to.b[0] >> 4 == 14 || a->to.b[0] == 255 ||
	    (a->to.len < 31 && (!memcmp(a->to.b, first.b, 4) || !memcmp(a->to.b, last.b, 4))))
		return opt_bad(ct, v, "not an interface's address: of a network, broadcast or "
		               "multicast");
	return 0;
}

static int
nic_gw(struct ct *ct, struct nic *c, const struct nic_key *k, char *v)
{
	struct nic_addr *a;

	(void)k;
	if (nic_add_addr(ct, c, NIC_ROUTE, &a) < 0)
		return -1;
	if (inet_parse(v, false, &a->via) < 0 || !inet_any(&a->via, 0))
		return opt_bad(ct, v, "not an address, such as 10.0.0.1");
	a->to.family = a->via.family;
	return 0;
}

static int
nic_to(struct ct *ct, struct nic *c, const struct nic_key *k, char *v)
{
	char *via = strchr(v, '/');
	struct nic_addr *a;

	(void)k;
	via = text_cut(via, ':');
	if (nic_add_addr(ct, c, NIC_ROUTE, &a) < 0)
		return -1;
	if (inet_parse(v, true, &a->to) < 0 || inet_any(&a->to, a->to.len))
		return opt_bad(ct, v, "not a network, such as 10.1.0.0/16");
	if (via && (inet_parse(via, false, &a->via) < 0 || a->via.family != a->to.family))
		return opt_bad(ct, via, "not an address of the same family");
	return 0;
}

#define AT(field) .off = offsetof(struct nic, field)
static const struct nic_key nic_keys[] = {
	{ "name", NIC_BIT_ALL, nic_name, AT(name) },
	{ "bridge", NIC_BIT_VETH, nic_name, AT(bridge) },
	{ "host", NIC_BIT_VETH, nic_name, AT(host) },
	{ "hostip", NIC_BIT_VETH, nic_ip, .many = true, .what = NIC_HOSTIP },
	{ "nat", NIC_BIT_VETH, WITH(HAVE_NAT, nic_flag), AT(nat), .bare = true },
	{ "hairpin", NIC_BIT_VETH, nic_flag, AT(hairpin), .bare = true },
	{ "vlan", NIC_BIT_VETH, nic_num, AT(vlan), .min = 1, .max = 4094 },
	{ "dev", NIC_BIT_ALL & ~NIC_BIT_VETH, nic_name, AT(dev) },
	{ "mode", NIC_BIT_MACVLAN | NIC_BIT_IPVLAN, nic_mode, AT(mode) },
	{ "id", NIC_BIT_VLAN, nic_num, AT(id), .min = 1, .max = 4094 },
	{ "ip", NIC_BIT_ALL, nic_ip, .many = true, .what = NIC_IP },
	{ "gw", NIC_BIT_ALL, nic_gw, .many = true },
	{ "route", NIC_BIT_ALL, nic_to, .many = true },
	{ "mac", NIC_BIT_ALL & ~NIC_BIT_IPVLAN, nic_mac, AT(mac) },
	{ "mtu", NIC_BIT_ALL, nic_num, AT(mtu), .min = 68, .max = 65535 },
	{ "metric", NIC_BIT_ALL, nic_num, AT(metric), .min = 1, .max = UINT32_MAX },
	{ "txqueuelen", NIC_BIT_ALL & ~NIC_BIT_PHYS, nic_num, AT(txqueuelen), .min = 1,
	  .max = 1000000 },
};
#undef AT

/* Checks keys against each other. A gateway in none of the networks is taken to be on-link. */
static int
nic_check(struct ct *ct, const struct nic *c)
{
	struct nic_addr *r;
	const struct nic_addr *a;

	for (r = c->addrs; r; r = r->next) {
		char text[48];
		bool none = true;

		if (r->what == NIC_HOSTIP && c->bridge)
			return fail_msg(ct, "hostip= is for a veth without bridge=");
		r->far = r->via.family && (r->via.family != AF_INET6 ||
		         r->via.b[0] != 0xfe || r->via.b[1] >> 6 != 2);
		for (a = c->addrs; a && r->far; a = a->next) {
			if (a->what != NIC_IP || a->to.family != r->via.family)
				continue;
			none = false;
			r->far = !inet_within(&a->to, &r->via);
		}
		if (r->far && none)
			return opt_bad(ct, inet_text(&r->via, text, sizeof text),
			               "a gateway needs an ip= of its family");
	}
	if (!c->bridge && (c->hairpin || c->vlan))
		return fail_msg(ct, "hairpin and vlan= need bridge=");
	if (c->kind != NIC_VETH && !c->dev)
		return fail_msg(ct, "%s needs dev=", nic_kinds[c->kind].name);
	if (c->kind == NIC_VLAN && !c->id)
		return fail_msg(ct, "vlan needs id=");
	for (a = c->addrs; a && a->what != NIC_IP; a = a->next)
		;
	if (c->nat && !a)
		return fail_msg(ct, "nat needs ip=");
	return 0;
}

static int
nic_parse(struct ct *ct, struct nic *c, char *list)
{
	char *s;

	while ((s = text_next(&list, ','))) {
		char *val = text_cut(s, '=');
		int i = NAME_FIND(nic_keys, s);

		if (i < 0 || !(nic_keys[i].kinds >> c->kind & 1))
			return fail_msg(ct, "%s: not a key of %s", s, nic_kinds[c->kind].name);
		if (!nic_keys[i].many && c->keys >> i & 1)
			return opt_bad(ct, s, "given twice");
		c->keys |= 1u << i;
		if (!nic_keys[i].set)
			return fail_msg(ct, "%s: %s", s, not_built);
		if (!val && !nic_keys[i].bare)
			return opt_bad(ct, s, "needs a value");
		if (nic_keys[i].set(ct, c, &nic_keys[i], val) < 0)
			return -1;
	}
	return nic_check(ct, c);
}

static int
op_nic(struct ct *ct, struct op *op, char *v)
{
	char *list = text_cut(v, ',');
	char *phy = text_cut(v, '=');
	struct nic *c = mem_get(ct, sizeof *c);
	int kind;

	if (!c)
		return -1;
	c->end = &c->addrs;
	c->dev = phy;
	kind = NAME_FIND(nic_kinds, v);
	if (kind < 0 || (kind == NIC_PHY) != (phy && *phy))
		return opt_bad(ct, v, "no such kind, see `ct help run`");
	c->kind = (unsigned)kind;
	c->mode = c->kind == NIC_MACVLAN ? MACVLAN_MODE_BRIDGE : 0;
	if (nic_parse(ct, c, list) < 0)
		return -1;
	if (c->kind >= NIC_PHYS && !c->name)
		c->name = c->dev;
	c->host_named = c->host != NULL;
	op->nic = c;
	return nic_name_host(ct, c);
}

static int
op_net(struct ct *ct, struct op *op, char *v)
{
	bool path = !strncmp(v, "ns:", 3);

	op->net = v;
	if (!strcmp(v, "none") || !strcmp(v, "host"))
		return 0;
	if (!strncmp(v, "none,", 5) || !strncmp(v, "host,", 5))
		return fail_msg(ct, "%.4s takes no keys: %s", v, v + 5);
	if (!path && strncmp(v, "container:", 10))
		return HAVE_NET ? op_nic(ct, op, v) : fail_msg(ct, "%s: %s", v, not_built);
	if (!HAVE_JOIN)
		return fail_msg(ct, "%s: %s", v, not_built);
	/* as --ns net= */
	op->kind = OP_NS;
	op->ns.type = ns_kinds[NS_NET].name;
	op->ns.where = strchr(v, ':') + 1;
	op->ns.kind = NS_NET;
	op->ns.form = path ? NS_PATH : NS_NAME;
	return path ? *op->ns.where ? 0 : fail_msg(ct, "ns: needs a path") :
	       name_ok(op->ns.where) ? 0 :
	       opt_bad(ct, op->ns.where, "not a container's name");
}

/* Names interfaces without name= by position, ethN; returns how many interfaces there are. */
static int
nic_names(struct op *op)
{
	int n = 0;

	for (; op; op = op->next) {
		if (op->nic && !op->nic->name) {
			text_printf(op->nic->name_buf, IF_NAMESIZE, "eth%d", n);
			op->nic->name = op->nic->name_buf;
		}
		n += op->nic != NULL;
	}
	return n;
}

/* Addresses that other machines cannot send to, or that are not routed. */
static const struct inet not_published[] = {
	{ AF_INET, 8, { 0 } }, { AF_INET, 8, { 127 } }, { AF_INET, 3, { 224 } },
	{ AF_INET6, 80, { 0 } }, { AF_INET6, 10, { 0xfe, 0x80 } }, { AF_INET6, 8, { 0xff } },
};

static int
publish_addr(struct ct *ct, struct inet *a, char *s)
{
	const size_t n = strlen(s);
	const bool six = *s == '[' && s[n - 1] == ']';

	if (six) {
		s[n - 1] = '\0';
		s++;
	}
	if (inet_parse(s, false, a) < 0 || six != (a->family == AF_INET6))
		return opt_bad(ct, s, "not an IPv4 address, or an IPv6 one in []");
	for (size_t i = 0; i < LEN(not_published); i++)
		if (inet_any(a, 0) && inet_within(&not_published[i], a))
			return opt_bad(ct, s, "others cannot reach it: loopback, link-local, "
			               "multicast");
	return 0;
}

/* PORT, or PORT-PORT */
static int
publish_ports(char *s, uint64_t *first, uint64_t *last)
{
	char *to = text_cut(s, '-');

	if (*s == '0' || num_parse(s, 1, 65535, first) < 0)
		return -1;
	*last = *first;
	return to ? *to == '0' ? -1 : num_parse(to, *first, 65535, last) : 0;
}

/* A range that leads to different ports gets a rule for each, so that each port leads to its
 * counterpart. */
static int
publish_each(struct ct *ct, struct op *op)
{
	const uint64_t n = op->publish.host_last - op->publish.host_port;
	struct op *one = op;

	if (n >= PUBLISH_SHIFTED)
		return fail_msg(ct, "a range mapped to other ports has at most %d",
		                PUBLISH_SHIFTED);
	op->publish.host_last = op->publish.host_port;
	for (uint64_t i = 1; i <= n; i++) {
		if (op_add(ct, OP_PUBLISH, &one) < 0)
			return -1;
		one->publish = op->publish;
		one->publish.host_port = one->publish.host_last += i;
		one->publish.port += i;
	}
	return 0;
}

/* [ADDR:]PORTS:PORTS[/udp] */
static int
op_publish(struct ct *ct, struct op *op, char *v)
{
	char *s = mem_dup(ct, v), *proto = text_cut(s, '/'), *to, *from;
	uint64_t last;

	op->publish.text = mem_printf(ct, "publish %s", v);
	if (!s || !op->publish.text)
		return -1;
	op->publish.proto = !proto || !strcmp(proto, "tcp") ? IPPROTO_TCP : IPPROTO_UDP;
	to = strrchr(s, ':');
	if (!to || (proto && strcmp(proto, "tcp") && strcmp(proto, "udp")))
		return opt_bad_form(ct, "");
	*to++ = '\0';
	from = strrchr(s, ':');
	if (from) {
		*from++ = '\0';
		if (publish_addr(ct, &op->publish.addr, s) < 0)
			return -1;
	} else {
		from = s;
	}
	if (publish_ports(from, &op->publish.host_port, &op->publish.host_last) < 0 ||
	    publish_ports(to, &op->publish.port, &last) < 0)
		return opt_bad(ct, v, "a port is 1 to 65535, a range FIRST-LAST");
	if (last - op->publish.port != op->publish.host_last - op->publish.host_port)
		return opt_bad(ct, v, "both port ranges must be equally long");
	return last == op->publish.host_last ? 0 : publish_each(ct, op);
}
