// SPDX-License-Identifier: ISC
/* libmnl and libcap-ng without stdio, which costs 28 KiB with musl. ct does not call
 * the functions that would use it, and they trap. deps.sh renames the calls (printf
 * becomes ct_printf, as does glibc's __printf_chk) and adds this file to both archives.
 */
#include <stddef.h>

int ct_snprintf(char *buf, size_t size, const char *fmt, ...);
int ct_asprintf(char **out, const char *fmt, ...);
void *ct_fopen(const char *path, const char *mode);
int ct_pthread_atfork(void (*before)(void), void (*parent)(void), void (*child)(void));
unsigned long ct_strtoul(const char *s, char **end, int base);

#define TRAP(name) void ct_ ## name(void); void ct_ ## name(void) { __builtin_trap(); }
TRAP(printf) TRAP(sprintf) TRAP(fprintf) TRAP(fwrite) TRAP(fputc) TRAP(fputs) TRAP(putc)
TRAP(fgets) TRAP(fclose) TRAP(getline) TRAP(sscanf) TRAP(fsetlocking) TRAP(syslog)
TRAP(ctype_b_loc) TRAP(isprint) TRAP(getpwuid) TRAP(initgroups)

/* Used for the name of an unnamed capability, or of a file for fopen(). */
int
ct_snprintf(char *buf, size_t size, const char *fmt, ...)
{
	(void)fmt;
	if (size)
		*buf = '\0';
	return 0;
}

int
ct_asprintf(char **out, const char *fmt, ...)
{
	(void)fmt;
	*out = NULL;
	return -1;
}

/* Fails as without procfs: libcap-ng then asks prctl(2). */
void *
ct_fopen(const char *path, const char *mode)
{
	(void)path;
	(void)mode;
	return NULL;
}

/* ct's clone is not the C library's fork(), which would call the handlers. */
int
ct_pthread_atfork(void (*before)(void), void (*parent)(void), void (*child)(void))
{
	(void)before;
	(void)parent;
	(void)child;
	return 0;
}

/* For /proc/sys/kernel/cap_last_cap. */
unsigned long
ct_strtoul(const char *s, char **end, int base)
{
	unsigned long n = 0;

	(void)end;
	for (; *s >= '0' && *s <= '9'; s++)
		n = n * (unsigned)base + (unsigned)(*s - '0');
	return n;
}
