// SPDX-License-Identifier: ISC
/* The three stdio calls that libcap-ng needs, for the formats that it uses.
 * musl's own bring its whole printf and scanf engines: 28 KiB in a static
 * binary. deps.sh renames the calls (sscanf becomes capng_sscanf ...) and adds
 * this file to libcap-ng.a. A conversion that is not known here traps: a newer
 * libcap-ng must fail loudly in the first test, not read a wrong number.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int capng_sscanf(const char *s, const char *fmt, ...);
int capng_snprintf(char *buf, size_t size, const char *fmt, ...);
int capng_asprintf(char **out, const char *fmt, ...);

static int
hex_digit(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* %08x, blanks and literal text: "CapBnd:  %08x%08x" */
int
capng_sscanf(const char *s, const char *fmt, ...)
{
	va_list ap;
	int done = 0;

	va_start(ap, fmt);
	for (; *fmt; fmt++) {
		if (*fmt == ' ') {
			while (*s == ' ' || *s == '\t')
				s++;
		} else if (*fmt != '%') {
			if (*s++ != *fmt)
				break;
		} else {
			uint32_t v = 0;
			int n = 0;

			if (fmt[1] != '0' || fmt[2] != '8' || fmt[3] != 'x')
				__builtin_trap();
			fmt += 3;
			for (; n < 8 && hex_digit(*s) >= 0; n++)
				v = v << 4 | (uint32_t)hex_digit(*s++);
			if (!n)
				break;
			*va_arg(ap, uint32_t *) = v;
			done++;
		}
	}
	va_end(ap);
	return done;
}

/* %d, %u, %s and %08X; gives the length that a big enough buf would hold */
static int
format(char *buf, size_t size, const char *fmt, va_list ap)
{
	size_t len = 0;

	for (; *fmt; fmt++) {
		char tmp[16], *t = tmp + sizeof tmp - 1;
		const char *piece = t;

		*t = 0;
		if (*fmt != '%') {
			*--t = *fmt;
			piece = t;
		} else if (*++fmt == 's') {
			piece = va_arg(ap, const char *);
		} else if (*fmt == 'd' || *fmt == 'u') {
			unsigned v = va_arg(ap, unsigned);
			int minus = *fmt == 'd' && (int)v < 0;

			v = minus ? -v : v;
			do
				*--t = (char)('0' + v % 10);
			while (v /= 10);
			if (minus)
				*--t = '-';
			piece = t;
		} else if (fmt[0] == '0' && fmt[1] == '8' && fmt[2] == 'X') {
			unsigned v = va_arg(ap, unsigned);

			fmt += 2;
			for (int i = 0; i < 8; i++, v >>= 4)
				*--t = "0123456789ABCDEF"[v & 15];
			piece = t;
		} else {
			__builtin_trap();
		}
		for (; *piece; piece++, len++)
			if (len + 1 < size)
				buf[len] = *piece;
	}
	if (size)
		buf[len < size ? len : size - 1] = 0;
	return (int)len;
}

int
capng_snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = format(buf, size, fmt, ap);
	va_end(ap);
	return n;
}

/* only capng_capability_to_name()'s "cap_%u", for a number without a name */
int
capng_asprintf(char **out, const char *fmt, ...)
{
	enum { SIZE = 32 };
	va_list ap;
	int n;

	*out = malloc(SIZE);
	if (!*out)
		return -1;
	va_start(ap, fmt);
	n = format(*out, SIZE, fmt, ap);
	va_end(ap);
	return n;
}
