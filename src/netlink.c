/* SPDX-License-Identifier: ISC */
/* Netlink with libmnl: one transaction at a time, errors in the kernel's words; addresses. */

/* A transaction: messages are put into a buffer one after the other and sent together; the
 * last is acknowledged. The first error is reported, with the kernel's text if it has one. */
struct nl {
	int fd;
	unsigned seq;           /* of the last message put */
	size_t size;
	char *buf;              /* all that one container needs at once */
	struct nlmsghdr *last;  /* message in it, which attributes are added to; or NULL */
	bool full;              /* a message did not fit, or has no `what` */
	const char **what;      /* what each message is for, for errors */
};
enum {
	NL_SIZE = 16384,
	NL_MESSAGE = 2048,      /* no message is longer */
	NL_LEAST = 32,          /* none of several is shorter */
	NL_RECV = 32768,        /* no part of a dump is longer */
	NL_PORTS = 1 << 16,     /* with RTM_GETLINK: bridge ports */
};

static int
nl_open(struct ct *ct, struct nl *nl, int bus, size_t size)
{
	const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	const int on = 1;

	*nl = (struct nl){ .fd = -1, .size = size, .buf = mem_get(ct, size),
	                   .what = mem_get(ct, size / NL_LEAST * sizeof *nl->what) };
	if (!nl->buf || !nl->what)
		return -1;
	if (ct->host_rt_fd >= 0 && bus == NETLINK_ROUTE && !ct->in_child) {
		nl->fd = ct->host_rt_fd;        /* opened while we were in the host's network */
		ct->host_rt_fd = -1;
	} else {
		nl->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, bus);
	}
	if (nl->fd < 0)
		return fail_sys(ct, "socket NETLINK_%s", bus == NETLINK_ROUTE ? "ROUTE" :
		                bus == NETLINK_GENERIC ? "GENERIC" : "NETFILTER");
	/* so that a process there cannot keep us busy: most of what it sends is refused */
	if (connect(nl->fd, (const void *)&kernel, sizeof kernel) < 0)
		return fail_sys(ct, "connect netlink");
	/* asks for the kernel's text with an error, without a copy of the message sent */
	setsockopt(nl->fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
	setsockopt(nl->fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
	return 0;
}

#define LOCAL_NL LOCAL(nl)

/* The bytes put so far. */
static size_t
nl_len(const struct nl *nl)
{
	return nl->last ? (size_t)((char *)nl->last - nl->buf) + nl->last->nlmsg_len : 0;
}

/* Begins a message, which ends the one before. `what` is for the error; NULL: no memory. */
static struct nlmsghdr *
nl_put(struct nl *nl, int type, int flags, const char *what)
{
	size_t at = NLMSG_ALIGN(nl_len(nl));
	struct nlmsghdr *h;

	if (at + NL_MESSAGE > nl->size || !what) {
		nl->full = true;
		at = 0;
	}
	nl->last = h = mnl_nlmsg_put_header(nl->buf + at);
	h->nlmsg_type = (uint16_t)type;
	h->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	h->nlmsg_seq = ++nl->seq;
	nl->what[nl->seq % (nl->size / NL_LEAST)] = what;
	return h;
}

/* Records the error in an answer, or in the end of a dump; 0: it has none. */
static int
nl_error(struct ct *ct, struct nl *nl, const struct nlmsghdr *h)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(h);
	const char *what = nl->what[h->nlmsg_seq % (nl->size / NL_LEAST)];
	const size_t len = h->nlmsg_type == NLMSG_DONE ? sizeof e->error : sizeof *e;
	const struct nlattr *a;

	if (!e->error)
		return 0;
	errno = -e->error;
	if (h->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_for_each(a, h, len)
			if (mnl_attr_get_type(a) == NLMSGERR_ATTR_MSG)
				return fail_sys(ct, "%s: %s", what, mnl_attr_get_str(a));
	return fail_sys(ct, "%s", what);
}

static bool
nl_grow(struct ct *ct, struct dump *d)
{
	size_t size = d->size ? 2 * d->size : 2 * NL_RECV;
	char *buf = mem_get(ct, size);

	if (buf && d->len)
		memcpy(buf, d->buf, d->len);
	d->buf = buf;
	d->size = size;
	return buf != NULL;
}

/* Reads answers up to the last message's or the first error; or a dump to its end. With
 * CAP_NET_ADMIN, a container can send to our socket in its network: only the kernel's count. */
static int
nl_answers(struct ct *ct, struct nl *nl, struct dump *d, char *buf, size_t size)
{
	struct sockaddr_nl from;
	const struct nlmsghdr *h;
	socklen_t len;
	unsigned done = nl->seq - 1;
	ssize_t n;
	int left;

	while (done != nl->seq) {
		if (d) {
			if (d->size - d->len < NL_RECV && !nl_grow(ct, d))
				return -1;
			buf = d->buf + d->len;
			size = NL_RECV;
		}
		len = sizeof from;
		n = recvfrom(nl->fd, buf, size, 0, (void *)&from, &len);
		if (n < 0 ? errno == EINTR : from.nl_pid != 0)
			continue;
		if (n < 0)
			return fail_sys(ct, "recv from netlink");
		if (d)
			d->len += NLMSG_ALIGN((size_t)n);
		left = (int)n;
		for (h = (void *)buf; mnl_nlmsg_ok(h, left); h = mnl_nlmsg_next(h, &left)) {
			if (d && h->nlmsg_flags & NLM_F_DUMP_INTR)
				d->torn = true;
			if (h->nlmsg_type != NLMSG_ERROR && h->nlmsg_type != NLMSG_DONE)
				continue;
			if (nl_error(ct, nl, h) < 0)
				return -1;
			done = h->nlmsg_seq;
		}
	}
	return 0;
}

/* Sends what was put, if anything, and reads the answers; after an error, discards the rest of
 * them. A dump that a change interrupted lacks what was moved: it is read again, but not for ever,
 * as a container may go on with changes. */
static int
nl_send(struct ct *ct, struct nl *nl, struct dump *d)
{
	char buf[8192] __attribute__((aligned(8)));
	const size_t len = nl_len(nl);
	int r, tries = 16;

	if (nl->full) {
		nl->full = false;
		nl->last = NULL;
		return fail_msg(ct, "too much for one request");
	}
	if (!nl->last)
		return 0;
	if (!d && nl->last->nlmsg_seq == nl->seq)       /* else see nft_mark() */
		nl->last->nlmsg_flags |= NLM_F_ACK;
	nl->last = NULL;
	do {
		if (d)
			*d = (struct dump){ .buf = d->buf, .size = d->size };
		r = send(nl->fd, nl->buf, len, 0) < 0 ? fail_sys(ct, "send to netlink") :
		    nl_answers(ct, nl, d, buf, sizeof buf);
	} while (r == 0 && d && d->torn && tries--);
	if (r == 0)
		return 0;
	while (recv(nl->fd, buf, sizeof buf, MSG_DONTWAIT) > 0)
		;
	return -1;
}

/* As nl_send(), but tries again for LINK_WAIT while error `no` says that a link of a container that
 * has just ended is in the way. News of links would tell when it goes, but also fill the socket. */
static int
nl_send_retry(struct ct *ct, struct nl *nl, int no)
{
	const uint64_t end = now_usec() + LINK_WAIT * UINT64_C(1000);
	struct nlmsghdr *last = nl->last;

	while (nl_send(ct, nl, NULL) < 0) {
		if (ct->err.no != no || now_usec() >= end)
			return -1;
		err_forget(ct);
		poll(NULL, 0, 5);
		nl->last = last;
	}
	return 0;
}

/* An attribute with others in it: those that are put up to the end of its block. */
struct nest { struct nlmsghdr *h; struct nlattr *attr; };
#define NEST(name, h, type) __attribute__((cleanup(nl_nest_end), unused)) struct nest name = \
	{ h, mnl_attr_nest_start(h, (uint16_t)(type)) }

static void
nl_nest_end(const struct nest *n)
{
	mnl_attr_nest_end(n->h, n->attr);
}

/* Begins a message about a link. */
static struct nlmsghdr *
nl_link(struct nl *nl, int type, int flags, struct ifinfomsg link, const char *what)
{
	struct nlmsghdr *h = nl_put(nl, type, flags, what);

	memcpy(mnl_nlmsg_put_extra_header(h, sizeof link), &link, sizeof link);
	return h;
}

/* Dumps all links, addresses or routes (RTM_GET); with NL_PORTS, bridge ports and their VLANs. */
static int
nl_dump(struct ct *ct, struct nl *nl, int type, struct dump *d)
{
	bool ports = type & NL_PORTS;
	const struct ifinfomsg all = { .ifi_family = ports ? AF_BRIDGE : AF_UNSPEC };
	struct nlmsghdr *h = nl_link(nl, type & ~NL_PORTS, NLM_F_DUMP, all, "list interfaces");

	*d = (struct dump){ 0 };
	if (ports)
		mnl_attr_put_u32(h, IFLA_EXT_MASK, RTEXT_FILTER_BRVLAN_COMPRESSED);
	return nl_send(ct, nl, d);
}

/* The next message of that type after h, or with NULL the first one; NULL: no more. */
static const struct nlmsghdr *
nl_next(const struct dump *d, const struct nlmsghdr *h, int type)
{
	const char *at = h ? (const char *)h + NLMSG_ALIGN(h->nlmsg_len) : d->buf;
	int left = (int)(d->buf + d->len - at);

	for (h = (const void *)at; mnl_nlmsg_ok(h, left); h = mnl_nlmsg_next(h, &left))
		if (h->nlmsg_type == type)
			return h;
	return NULL;
}

/* A message's attribute of that type, after a header of hdr bytes; NULL: it has none. */
static const struct nlattr *
nl_attr(const struct nlmsghdr *h, size_t hdr, int type)
{
	const struct nlattr *a;

	mnl_attr_for_each(a, h, hdr)
		if (mnl_attr_get_type(a) == type)
			return a;
	return NULL;
}

static const struct nlattr *
nl_link_attr(const struct nlmsghdr *link, int type)
{
	return nl_attr(link, sizeof(struct ifinfomsg), type);
}

static unsigned
nl_link_index(const struct nlmsghdr *link)
{
	return (unsigned)((const struct ifinfomsg *)mnl_nlmsg_get_payload(link))->ifi_index;
}

/* The same for attributes nested in one; nest may be NULL. */
static const struct nlattr *
nl_in(const struct nlattr *nest, int type)
{
	const struct nlattr *a;

	if (nest)
		mnl_attr_for_each_nested(a, nest)
			if (mnl_attr_get_type(a) == type)
				return a;
	return NULL;
}

/* --- addresses --- */

static int
inet_bits(const struct inet *a)
{
	return a->family == AF_INET ? 32 : 128;
}

/* ADDR, or ADDR/N if `net`; no octal, no short forms. */
static int
inet_parse(const char *s, bool net, struct inet *a)
{
	char buf[64], *len;
	uint64_t n;

	if (strlen(s) >= sizeof buf)
		return -1;
	text_printf(buf, sizeof buf, "%s", s);
	len = text_cut(buf, '/');
	a->family = strchr(buf, ':') ? AF_INET6 : AF_INET;
	n = (unsigned)inet_bits(a);
	if ((len != NULL) != net || inet_pton(a->family, buf, a->b) != 1 ||
	    (len && (num_parse(len, 0, n, &n) < 0 || (*len == '0' && len[1]))))
		return -1;
	a->len = (unsigned char)n;
	return 0;
}

/* Is any bit set, from `bit` on? */
static bool
inet_any(const struct inet *a, int bit)
{
	for (; bit < inet_bits(a); bit++)
		if (a->b[bit / 8] << bit % 8 & 0x80)
			return true;
	return false;
}

/* The first or the last address of its network. */
static struct inet
inet_end(struct inet net, bool last)
{
	for (int i = net.len; i < inet_bits(&net); i++)
		if (last)
			net.b[i / 8] |= (unsigned char)(0x80 >> i % 8);
		else
			net.b[i / 8] &= (unsigned char)~(0x80 >> i % 8);
	return net;
}

static bool
inet_within(const struct inet *net, const struct inet *a)
{
	struct inet diff = *net;

	for (int i = 0; i < 16; i++)
		diff.b[i] = net->b[i] ^ a->b[i];
	diff = inet_end(diff, false);
	return net->family == a->family && !inet_any(&diff, 0);
}

/* Writes an address in the form of RFC 5952: the first longest run of zeros is left out. */
static const char *
inet_text(const struct inet *a, char *buf, size_t size)
{
	size_t len = 0;
	int best = -1, most = 1;

	if (a->family == AF_INET) {
		text_printf(buf, size, "%d.%d.%d.%d", a->b[0], a->b[1], a->b[2], a->b[3]);
		return buf;
	}
	for (int i = 0, n; i < 8; i += n + 1) {
		for (n = 0; i + n < 8 && !a->b[2 * (i + n)] && !a->b[2 * (i + n) + 1]; n++)
			;
		if (n > most) {
			most = n;
			best = i;
		}
	}
	for (int i = 0; i < 8; i++) {
		if (i == best) {
			len += text_printf(buf + len, size - len, "::");
			i += most - 1;
			continue;
		}
		len += text_printf(buf + len, size - len, "%s%x", i && i != best + most ? ":" : "",
		                   (unsigned)a->b[2 * i] << 8 | a->b[2 * i + 1]);
	}
	return buf;
}
