// SPDX-License-Identifier: ISC
/* gaps NAME KIND:ADDR:PORT... - asks each of them ten times a second until SIGTERM, and
 * prints each gap of more than 250 ms without an answer, and at the end how many came:
 *
 *	gap NAME KIND:ADDR:PORT FROM TO		in milliseconds of /proc/uptime
 *	sum NAME KIND:ADDR:PORT ANSWERS LONGEST
 *
 * "gaps serve PORT" is a web server that starts no process to answer.
 * With the NAME "until" it ends once all have answered. KIND is http (GET /f), dns (for
 * router.test), udp: a sender that keeps its port, like a VPN, or dhcp: a client with
 * the MAC address 02:00:00:00:00:09 that renews the address it has. An answer may take a
 * second. router.sh uses it. */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVERY = 100, GAP = 250, SLOTS = 10, TARGETS = 8 };

static const char http[] = "GET /f HTTP/1.0\r\n\r\n";
static const char dns[] = "\1\2\1\0\0\1\0\0\0\0\0\0\6router\4test\0\0\1\0\1";
/* A DHCPREQUEST of RFC 2131, and the offsets of the client's address, its MAC address and
 * the options: the magic, 53 (of length 1) for the kind, the end. */
static const char dhcp[] = "\1\1\6\0ct-9", dhcp_mac[] = "\2\0\0\0\0\11",
                  dhcp_options[] = "\143\202\123\143\65\1\3\377";
enum { DHCP_ADDR = 12, DHCP_MAC = 28, DHCP_OPTIONS = 236, DHCP_SIZE = 300 };
static const struct kind {
	const char *name;
	int type, one; /* one: a single socket for all requests */
} kinds[] = {
	{ "http", SOCK_STREAM, 0 }, { "dns", SOCK_DGRAM, 0 },
	{ "udp", SOCK_DGRAM, 1 }, { "dhcp", SOCK_DGRAM, 1 },
};

struct target {
	const char *name;
	enum { HTTP, DNS, UDP, DHCP, KINDS } kind; /* as in kinds */
	struct sockaddr_storage to;
	socklen_t len;
	int fds[SLOTS], asked[SLOTS];
	unsigned long long last, longest, answers;
};

static volatile sig_atomic_t ended;

static void
on_term(int sig)
{
	(void)sig;
	ended = 1;
}

static unsigned long long
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (unsigned long long)t.tv_sec * 1000 + (unsigned long long)t.tv_nsec / 1000000;
}

static int
parse(struct target *t, char *s)
{
	struct sockaddr_in *in = (void *)&t->to;
	struct sockaddr_in6 *in6 = (void *)&t->to;
	char addr[64], kind[8];
	unsigned port;

	t->name = s;
	if (sscanf(s, "%7[a-z]:[%63[^]]]:%u", kind, addr, &port) == 3) {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons((unsigned short)port);
		t->len = sizeof *in6;
	} else if (sscanf(s, "%7[a-z]:%63[0-9.]:%u", kind, addr, &port) == 3) {
		in->sin_family = AF_INET;
		in->sin_port = htons((unsigned short)port);
		t->len = sizeof *in;
	} else {
		return -1;
	}
	while (t->kind < KINDS && strcmp(kind, kinds[t->kind].name))
		t->kind++;
	if (t->kind == KINDS)
		return -1;
	return inet_pton(t->to.ss_family, addr, t->to.ss_family == AF_INET ?
	                 (void *)&in->sin_addr : (void *)&in6->sin6_addr) == 1 ? 0 : -1;
}

/* Sent from the client port, in the state RENEWING. */
static void
renew(int fd)
{
	struct sockaddr_in self = { .sin_family = AF_INET };
	socklen_t len = sizeof self;
	char msg[DHCP_SIZE] = { 0 };

	getsockname(fd, (void *)&self, &len);
	memcpy(msg, dhcp, sizeof dhcp - 1);
	memcpy(msg + DHCP_ADDR, &self.sin_addr, sizeof self.sin_addr);
	memcpy(msg + DHCP_MAC, dhcp_mac, sizeof dhcp_mac - 1);
	memcpy(msg + DHCP_OPTIONS, dhcp_options, sizeof dhcp_options - 1);
	send(fd, msg, sizeof msg, 0);
}

static int
opened(const struct target *t)
{
	const struct sockaddr_in client = { .sin_family = AF_INET, .sin_port = htons(68) };
	const int fd = socket(t->to.ss_family, kinds[t->kind].type | SOCK_NONBLOCK, 0);

	if (t->kind == DHCP && bind(fd, (const void *)&client, sizeof client) < 0)
		exit(2);
	connect(fd, (const void *)&t->to, t->len);
	return fd;
}

/* Starts another request; the slot's last one has had its second. */
static void
ask(struct target *t, int slot)
{
	int *fd = &t->fds[kinds[t->kind].one ? 0 : slot];

	if (*fd >= 0 && !kinds[t->kind].one) {
		close(*fd);
		*fd = -1;
	}
	if (*fd < 0)
		*fd = opened(t);
	t->asked[slot] = t->kind != HTTP;
	if (t->kind == DHCP)
		renew(*fd);
	else if (t->kind != HTTP)
		send(*fd, t->kind == DNS ? dns : "x", t->kind == DNS ? sizeof dns - 1 : 1, 0);
}

static void
answered(struct target *t, const char *who, unsigned long long at)
{
	if (at - t->last > t->longest)
		t->longest = at - t->last;
	if (at - t->last > GAP)
		printf("gap %s %s %llu %llu\n", who, t->name, t->last, at);
	t->last = at;
}

/* A slot is writable or has something to read. */
static void
go_on(struct target *t, int slot, const char *who)
{
	char buf[2048];
	ssize_t n;

	if (!t->asked[slot]) {
		t->asked[slot] = 1;
		if (send(t->fds[slot], http, sizeof http - 1, MSG_NOSIGNAL) > 0)
			return;
	}
	n = recv(t->fds[slot], buf, sizeof buf, 0);
	if (n > 0) {
		t->answers++;
		answered(t, who, now());
	}
	if (!kinds[t->kind].one) {
		close(t->fds[slot]);
		t->fds[slot] = -1;
	}
}

static int
serve(int port)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
	                            .sin6_port = htons((unsigned short)port) };
	const int on = 1, fd = socket(AF_INET6, SOCK_STREAM, 0);
	char buf[2048];
	int one;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, (void *)&in6, sizeof in6) < 0 || listen(fd, 100) < 0)
		return 1;
	while (!ended && (one = accept(fd, NULL, NULL)) >= 0) {
		if (recv(one, buf, sizeof buf, 0) > 0)
			send(one, "HTTP/1.0 200 OK\r\n\r\nweb\n", 23, MSG_NOSIGNAL);
		close(one);
	}
	return 0;
}

int
main(int argc, char **argv)
{
	static struct target targets[TARGETS];
	struct pollfd p[TARGETS * SLOTS];
	const int n = argc - 2;
	const int until = argc > 2 && !strcmp(argv[1], "until");
	unsigned long long next = now(), done = 0;

	if (argc == 3 && !strcmp(argv[1], "serve"))
		return serve(atoi(argv[2]));
	for (int i = 0; i < n; i++) {
		if (n > TARGETS || parse(&targets[i], argv[i + 2]) < 0)
			return 2;
		memset(targets[i].fds, -1, sizeof targets[i].fds);
		targets[i].last = next;
	}
	signal(SIGTERM, on_term);
	for (int slot = 0; !ended && !(until && done == (1u << n) - 1); ) {
		unsigned long long t = now();

		if (t >= next) {
			for (int i = 0; i < n; i++)
				ask(&targets[i], slot);
			slot = (slot + 1) % SLOTS;
			next = t + (until ? 20 : EVERY);
		}
		for (int i = 0; i < n * SLOTS; i++) {
			const struct target *x = &targets[i / SLOTS];

			p[i].fd = x->fds[i % SLOTS];
			p[i].events = x->asked[i % SLOTS] || kinds[x->kind].one ? POLLIN : POLLOUT;
			p[i].revents = 0;
		}
		if (poll(p, (nfds_t)(n * SLOTS), next > t ? (int)(next - t) : 0) <= 0)
			continue;
		for (int i = 0; i < n * SLOTS; i++)
			if (p[i].revents)
				go_on(&targets[i / SLOTS], i % SLOTS, argv[1]);
		for (int i = 0; i < n; i++)
			done |= (unsigned long long)(targets[i].answers != 0) << i;
	}
	for (int i = 0; i < n && !until; i++) {
		answered(&targets[i], argv[1], now());
		printf("sum %s %s %llu %llu\n", argv[1], targets[i].name, targets[i].answers,
		       targets[i].longest);
	}
	return 0;
}
