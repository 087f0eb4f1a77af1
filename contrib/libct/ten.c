/* SPDX-License-Identifier: ISC
 *
 * ten: supervises ten containers in one poll loop. Each is restarted when it has
 * ended, and runs three times in all.
 */
#include <libct.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

enum { TEN = 10, TIMES = 3 };

static int
work(void *arg)
{
	usleep(10000 * *(int *)arg);
	return *(int *)arg;
}

static int
start(ct_handler_t ct, int *number, struct pollfd *p)
{
	struct ct_status st;

	if (libct_container_spawn_cb(ct, work, number) < 0 ||
	    libct_container_status(ct, &st) < 0)
		return -1;
	p->fd = st.pidfd;       /* readable when it has ended */
	p->events = POLLIN;
	return 0;
}

int
main(void)
{
	libct_session_t s = libct_session_open_local();
	int number[TEN], times[TEN] = { 0 }, left = TEN, bad = 0, i;
	struct pollfd p[TEN];
	ct_handler_t ct[TEN];
	struct ct_status st;
	char name[16];

	for (i = 0; i < TEN; i++) {
		snprintf(name, sizeof name, "ten-%d", i);
		number[i] = i;
		ct[i] = libct_container_create(s, name);
		if (!ct[i] || start(ct[i], &number[i], &p[i]) < 0) {
			fprintf(stderr, "%s: %s\n", name, ct[i] ?
			        libct_error(ct[i]) : libct_session_error(s));
			libct_session_close(s);
			return 1;
		}
	}
	while (left && poll(p, TEN, -1) > 0)
		for (i = 0; i < TEN; i++) {
			if (p[i].fd < 0 || !p[i].revents)
				continue;
			p[i].fd = -1;
			libct_container_wait(ct[i]);
			libct_container_status(ct[i], &st);
			bad |= st.exit_status != i;
			if (++times[i] == TIMES || start(ct[i], &number[i], &p[i]) < 0)
				left--;
		}
	for (i = 0; i < TEN; i++)
		printf("ten-%d ended %d times\n", i, times[i]);
	libct_session_close(s);
	return bad;
}
