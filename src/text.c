/* SPDX-License-Identifier: ISC */
/* Formatting and parsing without system calls and stdio: musl's vsnprintf alone is 12 KiB. */

/* Length of the leading run of letters, digits and characters of `more`. */
static size_t
text_word(const char *s, const char *more)
{
	size_t n = 0;

	while (s[n] && ((unsigned)(s[n] | 32) - 'a' < 26 ||
	                (unsigned)s[n] - '0' < 10 || strchr(more, s[n])))
		n++;
	return n;
}

/* Does s begin with this, in upper or lower case? */
static bool
text_begins(const char *s, const char *lower)
{
	while (*lower && (*s | 32) == (*lower | 32)) {
		s++;
		lower++;
	}
	return !*lower;
}

/* Writes the digits of v so that they end before `end`; returns how many. */
static size_t
text_num(char *end, uint64_t v, unsigned base)
{
	size_t n = 0;

	do
		end[-(ptrdiff_t)++n] = "0123456789abcdef"[v % base];
	while (v /= base);
	return n;
}

/* vsnprintf(3) as far as ct needs it: %s %c %u %d %x %zu, %ju for uint64_t, width, precision
 * of strings, '-' and '0'; returns the length of the whole text. musl's takes 11 KiB, and nothing
 * should need stdio after clone. */
static size_t
text_vprintf(char *buf, size_t size, const char *f, va_list ap)
{
	size_t len = 0, n, width, prec;
	char num[24], *end = num + sizeof num;

	for (; *f; f++) {
		bool left = false, zero = false, dot = false, wide = false;
		const char *s = f;
		uint64_t v;

		n = 1;
		width = prec = 0;
		if (*f == '%') {
			for (f++; strchr("-0.*123456789", *f); f++) {
				size_t *w = dot ? &prec : &width;

				if (*f == '-')
					left = true;
				else if (*f == '.')
					dot = true;
				else if (*f == '*')
					*w = (size_t)va_arg(ap, int);
				else if (*f == '0' && !*w)
					zero = true;
				else
					*w = *w * 10 + (size_t)(*f - '0');
			}
			for (; *f == 'j' || *f == 'z'; f++)
				wide = *f == 'j' || sizeof(size_t) == 8;
			if (*f == 's') {
				s = va_arg(ap, const char *);
				for (n = 0; (!dot || n < prec) && s[n]; n++)
					;
			} else if (*f == 'c') {
				num[0] = (char)va_arg(ap, int);
				s = num;
			} else if (*f != '%') {
				v = wide ? va_arg(ap, uint64_t) :
				    *f == 'd' ? (uint64_t)va_arg(ap, int) :
				    va_arg(ap, unsigned);
				s = *f == 'd' && (int64_t)v < 0 ? "-" : "";
				n = text_num(end, *s ? -v : v, *f == 'x' ? 16 : 10);
				if (*s)
					end[-(ptrdiff_t)++n] = '-';
				s = end - n;
			}
		}
		for (; !left && width > n; width--, len++)
			if (len < size)
				buf[len] = zero ? '0' : ' ';
		for (size_t i = 0; i < n; i++, len++)
			if (len < size)
				buf[len] = s[i];
		for (; width > n; width--, len++)
			if (len < size)
				buf[len] = ' ';
	}
	buf[len < size ? len : size - 1] = '\0';
	return len;
}

/* The same; returns how much of it is in buf. */
static size_t PRINTF(3, 4)
text_printf(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	size_t n;

	va_start(ap, fmt);
	n = text_vprintf(buf, size, fmt, ap);
	va_end(ap);
	return MIN(n, size - 1);
}

/* strtoull(3) for digits alone, of a base up to 16; musl's takes 3 KiB. */
static uint64_t
text_scan(const char *s, unsigned base, char **end)
{
	static const char digits[] = "0123456789abcdef";
	const char *d;
	uint64_t v = 0;

	s += strspn(s, " \t");
	for (; *s && (d = strchr(digits, *s > '@' ? *s | 32 : *s)) && d < digits + base; s++)
		v = v * base + (uint64_t)(d - digits);
	if (end)
		*end = (char *)(uintptr_t)s;
	return v;
}

/* strstr(3); musl's takes 1.4 KiB. */
static char *
text_find(const char *s, const char *what)
{
	size_t n = strlen(what);

	for (; *s; s++)
		if (!strncmp(s, what, n))
			return (char *)(uintptr_t)s;
	return n ? NULL : (char *)(uintptr_t)s;
}

/* A text as messages show it: an empty one as quotes. */
static const char *
text_shown(const char *s)
{
	return *s ? s : "''";
}

/* The row of a table whose first member, a name, is s; -1: none. */
static int
name_find(const void *table, size_t rows, size_t size, const char *s)
{
	for (size_t i = 0; i < rows; i++)
		if (!strcmp(*(const char *const *)(const void *)((const char *)table + i * size),
		            s))
			return (int)i;
	return -1;
}
#define NAME_FIND(table, s) name_find(table, LEN(table), sizeof *(table), s)

/* A whole decimal number in range: no sign, no blanks, nothing after it. */
static int
num_parse(const char *s, uint64_t min, uint64_t max, uint64_t *v)
{
	uint64_t n = 0;

	if (!*s)
		return -1;
	for (; *s; s++) {
		unsigned d = (unsigned)*s - '0';

		if (d > 9 || n > (UINT64_MAX - d) / 10)
			return -1;
		n = n * 10 + d;
	}
	if (n < min || n > max)
		return -1;
	*v = n;
	return 0;
}

/* Digits with an optional K M G T (powers of 1024), at most 2^63-1. */
static int
num_size(const char *s, uint64_t *v)
{
	static const char units[] = "KMGT";
	size_t n = strspn(s, "0123456789");
	const char *unit = s[n] ? strchr(units, s[n] & ~32) : NULL;
	unsigned shift = unit ? 10 * (unsigned)(unit - units + 1) : 0;
	uint64_t digits = text_scan(s, 10, NULL);

	if (!n || n > 19 || digits > (uint64_t)INT64_MAX >> shift ||
	    (s[n] && (!unit || !*unit || s[n + 1])))
		return -1;
	*v = digits << shift;
	return 0;
}

static char *
num_put(char *end, uint64_t v)
{
	*--end = '\0';
	return end - text_num(end, v, 10);
}

/* A name is components of [A-Za-z0-9_][A-Za-z0-9_-]*, each at most 64 bytes, joined by '/', 255
 * together. No dots: in cgroup2 a directory could collide with a control file. */
static bool
name_ok(const char *s)
{
	if (strlen(s) > 255)
		return false;
	for (;; s++) {
		size_t n = text_word(s, "_-");

		if (!n || n > 64 || *s == '-')
			return false;
		s += n;
		if (*s != '/')
			return !*s;
	}
}

/* May it become a name? See ctr_name(). */
static bool
name_may_be(const char *s)
{
	return *s == '.' || name_ok(s + (*s == '/'));
}

/* What follows a text and its NUL, in a list of texts. */
static char *
text_past(char *s)
{
	return s + strlen(s) + 1;
}

/* Cuts s at its first c and returns what follows it; NULL: there is none. */
static char *
text_cut(char *s, char c)
{
	char *p = s ? strchr(s, c) : NULL;

	if (p)
		*p++ = '\0';
	return p;
}

/* Takes the next word off a list of words separated by c; NULL: there is none. */
static char *
text_next(char **list, char c)
{
	char *s = *list;

	*list = text_cut(s, c);
	return s;
}

/* Cuts s at its first c that has no backslash before it. */
static char *
text_cut_bare(char *s, char c)
{
	for (; s && *s; s++) {
		if (*s == '\\' && s[1]) {
			s++;
		} else if (*s == c) {
			*s = '\0';
			return s + 1;
		}
	}
	return NULL;
}

/* Removes the backslash before each of these; others stay. */
static void
text_unescape(char *s, const char *these)
{
	char *to = s;

	for (; s && *s; s++) {
		if (*s == '\\' && s[1] && strchr(these, s[1]))
			s++;
		*to++ = *s;
	}
	if (to)
		*to = '\0';
}

/* Cuts off a path, in which a backslash protects what would end it. */
static char *
path_cut(char *s, char c)
{
	char *rest = text_cut_bare(s, c);

	text_unescape(s, ":,=\\");
	return rest;
}

/* The variable of env that `entry`, K=..., names, or the end of env. */
static char **
env_find(char **env, const char *entry)
{
	size_t len = strcspn(entry, "=");

	for (; *env; env++)
		if (!strncmp(*env, entry, len) && (*env)[len] == '=')
			break;
	return env;
}

/* The UTF-8 character of 2 to 4 bytes at s, and its length; 0: not one, -1: cut short. */
static int
text_utf8(const char *s, uint32_t *code)
{
	unsigned char c = (unsigned char)*s;
	int n = c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 :
	        c >= 0xf0 && c < 0xf5 ? 4 : 0;

	*code = n ? c & (0x7fu >> n) : 0;
	for (int i = 1; i < n; i++) {
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return s[i] ? 0 : -1;
		*code = *code << 6 | ((unsigned char)s[i] & 0x3f);
	}
	/* overlong forms and surrogates */
	if ((n == 3 && (*code < 0x800 || (*code >= 0xd800 && *code < 0xe000))) ||
	    (n == 4 && (*code < 0x10000 || *code > 0x10ffff)))
		return 0;
	return n;
}

/* The length of the character at s if it may go to a terminal, else 0, or -1 as text_utf8(): no
 * control such as CSI, no line separator, nothing that reverses or hides its neighbours. */
static int
text_plain(const char *s)
{
	uint32_t c;
	int n = (signed char)*s > 0 ? *s >= ' ' && *s < 127 : text_utf8(s, &c);

	if (n > 1 && (c < 0xa0 || c - 0x200b < 5 || c - 0x2028 < 7 || c - 0x2060 < 16 ||
	              c == 0x61c || c == 0xfeff))
		return 0;
	return n;
}

/* Puts a question mark for each byte of anything else. */
static void
text_clean(char *s)
{
	for (int n; *s; s += n)
		if ((n = text_plain(s)) <= 0) {
			*s = '?';
			n = 1;
		}
}
