/* SPDX-License-Identifier: ISC
 *
 * A configuration: the lines of its file. */

/* The kinds of key: those up to LIST have one value; of WORDS each is an entry. */
enum { ANY, NUMBER, BOOL, SIGNAL, NEVER, LIST, WORDS };

struct run;
/* A line to be applied: its key's option, what follows the key's name, its value. */
struct item { const char *key, *opt, *sub, *value; };
struct key {
	const char *name;               /* ending in '.': with anything after it */
	unsigned char kind;
	int (*apply)(struct run *, const struct item *);
	const char *opt;                /* for it: an option of `ct run` */
	const char *def;
};

static const struct key *key_find(const char *name);

static bool
conf_add(struct lxc_conf *f, const char *key, const char *value, bool included)
{
	size_t n = strlen(key) + 1, size = strlen(value) + 1;
	struct line *l = malloc(sizeof *l + n + size);

	if (!l)
		return false;
	*l = (struct line){ .value = l->key + n, .included = included };
	memcpy(l->key, key, n);
	memcpy(l->value, value, size);
	*f->end = l;
	f->end = &l->next;
	return true;
}

/* Removes the lines of key (NULL: all); `below`: also those that begin with "key.". */
static void
conf_remove(struct lxc_conf *f, const char *key, bool below)
{
	struct line *l, **p = &f->first;
	const char *rest;

	while ((l = *p)) {
		rest = key ? lx_after(l->key, key) : "";
		if (rest && (!*rest || (below && (*rest == '.' || rest[-1] == '.')))) {
			*p = l->next;
			free(l);
		} else {
			p = &l->next;
		}
	}
	f->end = p;
}

static void
conf_clear(struct lxc_conf *f)
{
	conf_remove(f, NULL, false);
	f->alien = 0;
}

/* The key's last value, the default, or "". */
static const char *
conf_get(const struct lxc_container *c, const char *key)
{
	const struct key *k = key_find(key);
	const char *value = k && k->def ? k->def : "";

	for (const struct line *l = c->lxc_conf->first; l; l = l->next)
		if (!strcmp(l->key, key))
			value = l->value;
	return value;
}

static bool
conf_true(const struct lxc_container *c, const char *key)
{
	return !strcmp(conf_get(c, key), "1");
}

/* Does lxc.cap.keep name this capability? */
static bool
conf_keeps(const struct lxc_container *c, const char *cap)
{
	for (const struct line *l = c->lxc_conf->first; l; l = l->next)
		if (!strcmp(l->key, "lxc.cap.keep") && strstr(l->value, cap))
			return true;
	return false;
}

/* What is wrong with a value, or NULL. */
static const char *
value_bad(const struct key *k, const char *value)
{
	char *end;

	if (strchr(value, '\n'))
		return "must be one line";
	if (k->kind == NUMBER && ((void)strtoll(value, &end, 10), end == value || *end))
		return "must be a number";
	if (k->kind == BOOL && strcmp(value, "0") && strcmp(value, "1"))
		return "must be a 0 or 1";
	if (k->kind == SIGNAL && libct_signal_number(value) <= 0)
		return "must be a signal";
	return k->kind == NEVER && strcmp(value, k->def) ? "ct has no counterpart, see lxc(3)" :
	       NULL;
}

#define NO_KEY "%s: not a key that ct has, see lxc(3)"

static bool conf_include(struct lxc_container *c, const char *path, int depth);

/* Sets a key, as the file or a caller gives it. */
static bool
conf_set(struct lxc_container *c, const char *key, const char *value, int depth)
{
	struct lxc_conf *f = c->lxc_conf;
	CLEAN(words_free) struct words w = { 0 };
	const struct key *k = key_find(key);
	const char *bad;
	bool ok;

	if (!k || strpbrk(key, "=\n"))
		return lx_fail(c, 0, NO_KEY, key);
	if (!*value) {
		conf_remove(f, key, false);
		return true;
	}
	if ((bad = value_bad(k, value)))
		return lx_fail(c, 0, "%s = %s: %s", key, value, bad);
	if (k->kind < LIST)
		conf_remove(f, key, false);
	ok = k->kind == WORDS ? words_split(&w, value) : conf_add(f, key, value, depth > 0);
	for (size_t i = 0; i < w.n && ok; i++)
		ok = conf_add(f, key, w.v[i], depth > 0);
	if (!ok)
		return lx_fail(c, ENOMEM, "%s", key);
	return strcmp(key, "lxc.include") || conf_include(c, value, depth + 1);
}

static void
conf_whose(struct lxc_conf *f, const struct stat *st)
{
	if (st->st_uid && st->st_uid != geteuid())
		f->alien = st->st_uid;
}

/* Reads a file; depth: of includes. Comments are kept of the outermost file only. */
static bool
conf_read(struct lxc_container *c, const char *path, int depth)
{
	CLEAN(words_free) struct words lines = { 0 };
	struct lxc_conf *f = c->lxc_conf;
	struct stat st;
	CLEAN(lx_close) int fd = -1;
	bool ok;

	if (!depth && lstat(path, &st) == 0) {  /* a link may be another user's, too */
		f->left = CONF_MAX;
		conf_whose(f, &st);
	}
	fd = lx_open(path, &st, f->alien);
	if (!depth && fd >= 0)
		conf_whose(f, &st);
	ok = (fd >= 0 && words_read(&lines, fd, &f->left)) || lx_fail(c, errno, "%s", path);
	for (size_t i = 0; i < lines.n && ok; i++) {
		char *key = lines.v[i], *value, *end;

		if (!*key || *key == '#') {
			ok = depth || conf_add(f, "", key, false) ||
			     lx_fail(c, ENOMEM, "%s", path);
		} else if (!(value = strchr(key, '='))) {
			ok = lx_fail(c, 0, "%s: %s: must be KEY = VALUE", path, key);
		} else {
			*value = '\0';
			value = lx_trim(value + 1);
			end = value + strlen(value) - 1;
			if (end > value && strchr("\"'", *value) && *value == *end) {
				*end = '\0';
				value++;
			}
			ok = conf_set(c, lx_trim(key), value, depth);
		}
	}
	return ok;
}

/* Reads the container's own file anew. */
static bool
conf_again(struct lxc_container *c)
{
	conf_clear(c->lxc_conf);
	return conf_read(c, c->configfile, 0);
}

/* Of a container that has no line yet: LXC's default file, if there is one. */
static bool
conf_usual(struct lxc_container *c)
{
	const char *file = lxc_get_global_config_item("lxc.default_config");

	return c->lxc_conf->first || !file || access(file, R_OK) < 0 || conf_read(c, file, 0);
}

/* Includes a file, or a directory's files that end in .conf. Each one that is looked at leaves
 * less for others. */
static bool
conf_include(struct lxc_container *c, const char *path, int depth)
{
	CLEAN(words_free) struct words parts = { 0 };
	size_t *left = &c->lxc_conf->left;
	struct stat st;
	bool dir = stat(path, &st) == 0 && S_ISDIR(st.st_mode), ok;

	if (depth > INCLUDE_MAX)
		return lx_fail(c, 0, "%s: included too deeply", path);
	if (dir)
		parts = words_of_dir(path, alphasort);
	if (*left / CONF_FILE < 1 + parts.n)
		return lx_fail(c, EFBIG, "%s", path);
	*left -= (1 + parts.n) * CONF_FILE;
	ok = dir || conf_read(c, path, depth);
	for (size_t i = 0; i < parts.n && ok; i++) {
		AUTO char *part = lx_printf("%s/%s", path, parts.v[i]);

		ok = part && (fnmatch("*.conf", part, 0) || conf_read(c, part, depth));
	}
	return ok;
}

/* The parts of lxc.rootfs.path: TYPE:PATH, or a path alone, "" if there is no root; the path of
 * an overlay is both layers, of which len is the lower one's length. */
enum root_kind { ROOT_DIR, ROOT_OVERLAY, ROOT_IMAGE, ROOT_ALIEN };
struct root { const char *type; enum root_kind kind; const char *path, *upper; int len; };

static struct root
root_of(const struct lxc_container *c)
{
	static const struct { const char *name; enum root_kind kind; } types[] = {
		{ "dir", ROOT_DIR }, { "btrfs", ROOT_DIR }, { "overlay", ROOT_OVERLAY },
		{ "overlayfs", ROOT_OVERLAY }, { "loop", ROOT_IMAGE }, { "squashfs", ROOT_IMAGE },
		{ "erofs", ROOT_IMAGE }, { "zfs", ROOT_ALIEN }, { "lvm", ROOT_ALIEN },
		{ "nbd", ROOT_ALIEN }, { "rbd", ROOT_ALIEN },
	};
	const char *value = conf_get(c, "lxc.rootfs.path"), *rest;
	struct root r = { "dir", ROOT_DIR, value, NULL, 0 };

	for (size_t i = 0; i < LEN(types); i++)
		if ((rest = lx_after(value, types[i].name)) && *rest == ':')
			r = (struct root){ types[i].name, types[i].kind, rest + 1, NULL, 0 };
	r.len = (int)strlen(r.path);
	if (r.kind == ROOT_OVERLAY && (rest = strchr(r.path, ':'))) {
		r.len = (int)(rest - r.path);
		r.upper = rest + 1;
	}
	return r;
}

/* Writes a new file and renames it: a reader sees the old one or the new one. It is made here:
 * what is called so, perhaps a link, is not written to. */
static bool
conf_write(struct lxc_container *c, const char *path)
{
	AUTO char *part = lx_printf("%s.new", path);
	FILE *f = part && (unlink(part) == 0 || errno == ENOENT) ? fopen(part, "wxe") : NULL;
	bool ok = f;

	for (const struct line *l = c->lxc_conf->first; l && f; l = l->next)
		if (!l->included)
			ok &= fprintf(f, "%s%s%s\n", l->key, *l->key ? " = " : "", l->value) > 0;
	if (f && fclose(f) == 0 && ok && rename(part, path) == 0)
		return true;
	lx_fail(c, errno, "write %s", path);
	if (f)
		unlink(part);
	return false;
}
