/* SPDX-License-Identifier: ISC
 *
 * Words, errors and the log. */

static char *PRINTF(1, 2)
lx_printf(const char *fmt, ...)
{
	va_list ap;
	char *s;
	int r;

	va_start(ap, fmt);
	r = vasprintf(&s, fmt, ap);
	va_end(ap);
	return r < 0 ? NULL : s;
}

/* The function to call with a variable's address at the end of its block; AUTO char *: free(3). */
#define CLEAN(with) __attribute__((cleanup(with)))
#define AUTO CLEAN(auto_free)

static void
auto_free(char **s)
{
	int saved = errno;

	free(*s);
	errno = saved;
}

#define BLANKS " \t\n\v\f\r"

/* Strips white space from both ends, in place. */
static char *
lx_trim(char *s)
{
	char *end;

	s += strspn(s, BLANKS);
	for (end = s + strlen(s); end > s && strchr(BLANKS, end[-1]); )
		*--end = '\0';
	return s;
}

/* What follows prefix in s, or NULL. */
static const char *
lx_after(const char *s, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(s, prefix, n) ? NULL : s + n;
}

static void
lx_close(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	errno = saved;
}

static void
handle_put(struct lxc_container **c)
{
	lxc_container_put(*c);
}

/* Is the word, or WORD=VALUE, in a list with blanks, commas or bars between its words? */
static bool
listed(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *s = list; *(s += strspn(s, " ,|")); s += strcspn(s, " ,|"))
		if (!strncmp(s, word, n) && strchr(" ,|=", s[n]))
			return true;
	return false;
}

/* A list of strings with NULL at its end; lost: there was no memory for one. */
struct words { char **v; size_t n; bool lost; };

static bool
words_add(struct words *w, char *s)
{
	char **v = s ? realloc(w->v, (w->n + 2) * sizeof *v) : NULL;

	if (v) {
		w->v = v;
		v[w->n++] = s;
		v[w->n] = NULL;
	} else {
		w->lost = true;
		free(s);
	}
	return !w->lost;
}

static bool
words_dup(struct words *w, const char *s)
{
	return words_add(w, strdup(s));
}

static void
words_free(struct words *w)
{
	for (size_t i = 0; i < w->n; i++)
		free(w->v[i]);
	free(w->v);
	*w = (struct words){ 0 };
}

/* Adds copies of those in list, up to NULL. */
static bool
words_copy(struct words *w, char *const list[])
{
	for (; list && *list; list++)
		words_dup(w, *list);
	return !w->lost;
}

/* The names in a directory, sorted by order (see scandir(3)); none if it does not exist. */
static struct words
words_of_dir(const char *path, int (*order)(const struct dirent **, const struct dirent **))
{
	struct words w = { 0 };
	struct dirent **list;
	int n = path ? scandir(path, &list, NULL, order) : -1;

	for (int i = 0; i < n; i++) {
		if (list[i]->d_name[0] != '.')
			words_dup(&w, list[i]->d_name);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	return w;
}

/* Is this a directory in which no other user can put or replace anything? */
static bool
lx_mine(const char *dir)
{
	struct stat st;

	return stat(dir, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
	       !(st.st_mode & S_IWOTH) && (!(st.st_mode & S_IWGRP) || st.st_gid == getegid());
}

/* Opens a regular file, or /dev/null, to read it. Another kind is not even opened: that tells a
 * watchdog to watch, and a tape to rewind. whose: if not 0, only what that user may read. */
static int
lx_open(const char *path, struct stat *st, uid_t whose)
{
	CLEAN(lx_close) int at = open(path, O_PATH | O_CLOEXEC);
	char again[32];

	if (at < 0 || fstat(at, st) < 0)
		return -1;
	errno = EINVAL;
	if (!S_ISREG(st->st_mode) && (!S_ISCHR(st->st_mode) || st->st_rdev != makedev(1, 3)))
		return -1;
	errno = EACCES;
	if (whose && whose != st->st_uid && !(st->st_mode & S_IROTH))
		return -1;
	snprintf(again, sizeof again, "/proc/self/fd/%d", at);
	return open(again, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

/* Adds the lines that fd has, stripped of white space: at most *left bytes, which it uses up. */
static bool
words_read(struct words *w, int fd, size_t *left)
{
	AUTO char *text = malloc(*left + 1);
	size_t len = 0;
	ssize_t n = 1;

	while (text && n > 0 && len <= *left)
		if ((n = read(fd, text + len, *left + 1 - len)) > 0)
			len += (size_t)n;
	if (!text || n < 0)
		return false;
	errno = len > *left ? EFBIG : EINVAL;
	if (len > *left || memchr(text, '\0', len))
		return false;
	*left -= len;
	text[len] = '\0';
	for (char *s = text, *end; *s; s = end) {
		end = s + strcspn(s, "\n");
		if (*end)
			*end++ = '\0';
		words_dup(w, lx_trim(s));
	}
	return !w->lost;
}

static bool
words_file(struct words *w, const char *path)
{
	size_t left = CONF_MAX;
	struct stat st;
	CLEAN(lx_close) int fd = lx_open(path, &st, 0);

	return fd >= 0 && words_read(w, fd, &left);
}

/* Splits a command line: quotes hold words together, as in LXC. */
static bool
words_split(struct words *w, const char *s)
{
	AUTO char *word = malloc(strlen(s) + 1);

	while (word && *(s += strspn(s, BLANKS))) {
		char quote = '\0';
		size_t n = 0;

		for (; *s && (quote || !strchr(BLANKS, *s)); s++) {
			if (*s == quote)
				quote = '\0';
			else if (!quote && (*s == '"' || *s == '\''))
				quote = *s;
			else
				word[n++] = *s;
		}
		word[n] = '\0';
		words_dup(w, word);
	}
	return word && !w->lost;
}

/* Collects `first`, if not NULL, and the arguments after a function's fixed ones, up to NULL. */
#define VARARGS(last, first) \
	CLEAN(words_free) struct words w = { 0 }; \
	va_list ap; \
	va_start(ap, last); \
	for (const char *a = first ? first : va_arg(ap, const char *); a; \
	     a = va_arg(ap, const char *)) \
		words_dup(&w, a); \
	va_end(ap)

/* Text for the caller's buffer, if any: len is the whole length, however much fits. */
struct out { char *buf; int size, len; };

static void PRINTF(2, 3)
out_add(struct out *o, const char *fmt, ...)
{
	bool room = o->buf && o->len < o->size;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(room ? o->buf + o->len : NULL, room ? (size_t)(o->size - o->len) : 0, fmt,
	              ap);
	va_end(ap);
	o->len += n > 0 ? n : 0;
}

static const char *const log_levels[] = {
	"TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "ERROR", "CRIT", "ALERT", "FATAL",
};
enum { LOG_INFO = 2, LOG_WARN = 4, LOG_ERROR = 5 };

/* Set by lxc_log_init() for the whole process, as in LXC. */
static struct { int fd, level; bool loud; char prefix[64]; } lx_log = { -1, LOG_ERROR, false, "" };

static int
log_level(const char *s)
{
	for (int i = 0; i < (int)LEN(log_levels); i++)
		if (!strcasecmp(s, log_levels[i]) || (*s == '0' + i && !s[1]))
			return i;
	return -1;
}

/* Opens a file to append to; a link could be another user's. */
static int
log_open(const char *path)
{
	return open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY |
	            O_NONBLOCK, 0640);
}

/* Logs a line. What it tells of may be another user's: none of it begins another line, and such a
 * configuration may be looked at, but has nothing written. */
static void
log_text(const struct lxc_container *c, int level, const char *text)
{
	const char *file = conf_get(c, "lxc.log.file");
	bool own = *file && !c->lxc_conf->alien && level >= log_level(conf_get(c, "lxc.log.level"));
	CLEAN(lx_close) int fd = own ? log_open(file) : -1;
	const int fds[] = { level >= lx_log.level ? lx_log.fd : -1,
	                    lx_log.loud && level >= LOG_ERROR ? 2 : -1, fd };
	AUTO char *line = NULL;
	struct timespec t;
	struct tm tm;
	char when[32];

	clock_gettime(CLOCK_REALTIME, &t);
	gmtime_r(&t.tv_sec, &tm);
	strftime(when, sizeof when, "%Y%m%d%H%M%S", &tm);
	line = lx_printf("%s %s %s.%03ld %-5s %s", *lx_log.prefix ? lx_log.prefix : "lxc", c->name,
	                 when, t.tv_nsec / 1000000, log_levels[level], text);
	for (char *s = line; s && *s; s++)
		if (iscntrl((unsigned char)*s))
			*s = '?';
	for (size_t i = 0; i < LEN(fds) && line; i++)
		if (fds[i] >= 0)
			dprintf(fds[i], "%s\n", line);
}

/* Records why a call failed, unless that is known; returns false, for the caller to return.
 * no: an errno, or 0. */
static bool PRINTF(3, 4)
lx_fail(struct lxc_container *c, int no, const char *fmt, ...)
{
	char text[1200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (no)
		snprintf(text + strlen(text), sizeof text - strlen(text), ": %s", strerror(no));
	log_text(c, LOG_ERROR, text);
	if (!c->error_string) {
		c->error_string = strdup(text);
		c->error_num = no ? no : -1;
	}
	errno = no ? no : EINVAL;
	return false;
}

/* Begins a call. */
static bool
lx_begin(struct lxc_container *c)
{
	errno = EINVAL;
	if (!c)
		return false;
	free(c->error_string);
	c->error_string = NULL;
	c->error_num = 0;
	return true;
}
