// SPDX-License-Identifier: ISC
/* libcap-ng without stdio. What would use it is not called by ct, and traps;
 * deps.sh renames the calls (printf becomes capng_printf ...) and adds this
 * file to libcap-ng.a. musl's own bring 28 KiB along.
 */
#include <stddef.h>

int capng_snprintf(char *buf, size_t size, const char *fmt, ...);
int capng_asprintf(char **out, const char *fmt, ...);
int capng_printf(const char *fmt, ...);
int capng_sprintf(char *buf, const char *fmt, ...);
void *capng_getpwuid(unsigned uid);
int capng_initgroups(const char *user, unsigned gid);
int capng_pthread_atfork(void (*before)(void), void (*parent)(void), void (*child)(void));
unsigned long capng_strtoul(const char *s, char **end, int base);

/* The name of a capability that has none yet. */
int
capng_snprintf(char *buf, size_t size, const char *fmt, ...)
{
	(void)fmt;
	if (size)
		*buf = '\0';
	return 0;
}

int
capng_asprintf(char **out, const char *fmt, ...)
{
	(void)fmt;
	*out = NULL;
	return -1;
}

int
capng_printf(const char *fmt, ...)
{
	(void)fmt;
	__builtin_trap();
}

int
capng_sprintf(char *buf, const char *fmt, ...)
{
	(void)buf;
	(void)fmt;
	__builtin_trap();
}

void *
capng_getpwuid(unsigned uid)
{
	(void)uid;
	__builtin_trap();
}

int
capng_initgroups(const char *user, unsigned gid)
{
	(void)user;
	(void)gid;
	__builtin_trap();
}

/* ct's clone is not the C library's fork(), which would call it. */
int
capng_pthread_atfork(void (*before)(void), void (*parent)(void), void (*child)(void))
{
	(void)before;
	(void)parent;
	(void)child;
	return 0;
}

/* Of /proc/sys/kernel/cap_last_cap. */
unsigned long
capng_strtoul(const char *s, char **end, int base)
{
	unsigned long n = 0;

	(void)end;
	for (; *s >= '0' && *s <= '9'; s++)
		n = n * (unsigned)base + (unsigned)(*s - '0');
	return n;
}
