// SPDX-License-Identifier: ISC
/* The part of libmnl that ct uses, for a machine that Debian has no libmnl.a for and
 * where its source is out of reach too: see deps.sh. Uses libmnl's own header.
 */
#include <libmnl/libmnl.h>
#include <string.h>

struct nlmsghdr *
mnl_nlmsg_put_header(void *buf)
{
	struct nlmsghdr *h = buf;

	memset(h, 0, MNL_NLMSG_HDRLEN);
	h->nlmsg_len = MNL_NLMSG_HDRLEN;
	return h;
}

void *
mnl_nlmsg_put_extra_header(struct nlmsghdr *h, size_t size)
{
	char *at = (char *)h + h->nlmsg_len;

	h->nlmsg_len += (unsigned)MNL_ALIGN(size);
	return memset(at, 0, MNL_ALIGN(size));
}

bool
mnl_nlmsg_ok(const struct nlmsghdr *h, int len)
{
	return len >= (int)sizeof *h && h->nlmsg_len >= sizeof *h &&
	       h->nlmsg_len <= (unsigned)len;
}

struct nlmsghdr *
mnl_nlmsg_next(const struct nlmsghdr *h, int *len)
{
	*len -= (int)MNL_ALIGN(h->nlmsg_len);
	return (struct nlmsghdr *)(uintptr_t)((const char *)h + MNL_ALIGN(h->nlmsg_len));
}

void *
mnl_nlmsg_get_payload(const struct nlmsghdr *h)
{
	return (char *)(uintptr_t)h + MNL_NLMSG_HDRLEN;
}

void *
mnl_nlmsg_get_payload_offset(const struct nlmsghdr *h, size_t offset)
{
	return (char *)mnl_nlmsg_get_payload(h) + MNL_ALIGN(offset);
}

void *
mnl_nlmsg_get_payload_tail(const struct nlmsghdr *h)
{
	return (char *)(uintptr_t)h + MNL_ALIGN(h->nlmsg_len);
}

uint16_t
mnl_attr_get_type(const struct nlattr *a)
{
	return a->nla_type & NLA_TYPE_MASK;
}

uint16_t
mnl_attr_get_payload_len(const struct nlattr *a)
{
	return (uint16_t)(a->nla_len - MNL_ATTR_HDRLEN);
}

void *
mnl_attr_get_payload(const struct nlattr *a)
{
	return (char *)(uintptr_t)a + MNL_ATTR_HDRLEN;
}

uint8_t
mnl_attr_get_u8(const struct nlattr *a)
{
	return *(const uint8_t *)mnl_attr_get_payload(a);
}

uint16_t
mnl_attr_get_u16(const struct nlattr *a)
{
	uint16_t n;

	memcpy(&n, mnl_attr_get_payload(a), sizeof n);
	return n;
}

uint32_t
mnl_attr_get_u32(const struct nlattr *a)
{
	uint32_t n;

	memcpy(&n, mnl_attr_get_payload(a), sizeof n);
	return n;
}

const char *
mnl_attr_get_str(const struct nlattr *a)
{
	return mnl_attr_get_payload(a);
}

bool
mnl_attr_ok(const struct nlattr *a, int len)
{
	return len >= (int)sizeof *a && a->nla_len >= sizeof *a && (int)a->nla_len <= len;
}

struct nlattr *
mnl_attr_next(const struct nlattr *a)
{
	return (struct nlattr *)(uintptr_t)((const char *)a + MNL_ALIGN(a->nla_len));
}

/* Appends an attribute with len unset bytes to the message; only the padding is zeroed. */
static void *
put(struct nlmsghdr *h, unsigned type, size_t len)
{
	struct nlattr *a = mnl_nlmsg_get_payload_tail(h);
	char *data = (char *)a + MNL_ATTR_HDRLEN;

	a->nla_type = (uint16_t)type;
	a->nla_len = (uint16_t)(MNL_ATTR_HDRLEN + len);
	memset(data + len, 0, MNL_ALIGN(len) - len);
	h->nlmsg_len += (unsigned)MNL_ALIGN(a->nla_len);
	return data;
}

void
mnl_attr_put(struct nlmsghdr *h, uint16_t type, size_t len, const void *data)
{
	void *at = put(h, type, len);

	if (len)
		memcpy(at, data, len);
}

void
mnl_attr_put_u8(struct nlmsghdr *h, uint16_t type, uint8_t n)
{
	mnl_attr_put(h, type, sizeof n, &n);
}

void
mnl_attr_put_u16(struct nlmsghdr *h, uint16_t type, uint16_t n)
{
	memcpy(put(h, type, sizeof n), &n, sizeof n);
}

void
mnl_attr_put_u32(struct nlmsghdr *h, uint16_t type, uint32_t n)
{
	memcpy(put(h, type, sizeof n), &n, sizeof n);
}

void
mnl_attr_put_str(struct nlmsghdr *h, uint16_t type, const char *s)
{
	mnl_attr_put(h, type, strlen(s), s);
}

void
mnl_attr_put_strz(struct nlmsghdr *h, uint16_t type, const char *s)
{
	mnl_attr_put(h, type, strlen(s) + 1, s);
}

struct nlattr *
mnl_attr_nest_start(struct nlmsghdr *h, uint16_t type)
{
	struct nlattr *a = mnl_nlmsg_get_payload_tail(h);

	put(h, NLA_F_NESTED | type, 0);
	return a;
}

void
mnl_attr_nest_end(struct nlmsghdr *h, struct nlattr *a)
{
	a->nla_len = (uint16_t)((char *)mnl_nlmsg_get_payload_tail(h) - (char *)a);
}
