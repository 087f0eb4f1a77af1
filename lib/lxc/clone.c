/* SPDX-License-Identifier: ISC
 *
 * On disk: clone, rename, snapshots. */

/* Makes the root of `to`, called `root` in its directory, from that of `from`: a copy, or a
 * layer over it; and sets it in the configuration. An image elsewhere is that of both. */
static bool
clone_root(struct lxc_container *from, struct lxc_container *to, const char *root, bool layer)
{
	const struct root r = root_of(from);
	bool image = r.kind == ROOT_IMAGE, over = r.kind == ROOT_OVERLAY || (layer && !image);
	const char *source = r.kind == ROOT_OVERLAY ? r.upper : over ? NULL : r.path;
	AUTO char *copy = disk_path(to, root), *value = NULL;

	if (!*r.path || (image && !disk_inside(from, r.path)) || !copy)
		return copy;
	value = over ? lx_printf("overlay:%.*s:%s", r.len, r.path, copy) :
	        lx_printf("%s:%s", image ? r.type : "dir", copy);
	return value && (source ? tree_do(to, source, copy) : disk_mkdirs(to, copy, 0755)) &&
	       conf_set(to, "lxc.rootfs.path", value, 0);
}

/* Copies the configuration of `from` to `to`. */
static bool
clone_config(const struct lxc_container *from, struct lxc_container *to, int flags)
{
	bool ok = true;

	conf_clear(to->lxc_conf);
	for (const struct line *l = from->lxc_conf->first; l && ok; l = l->next) {
		const struct key *k = key_find(l->key);

		if (k && k->opt && !strcmp(k->opt, "mac") && !(flags & LXC_CLONE_KEEPMACADDR))
			continue;
		ok = conf_add(to->lxc_conf, l->key, l->value, l->included);
	}
	if (ok && !(flags & LXC_CLONE_KEEPNAME))
		ok = conf_set(to, "lxc.uts.name", strpbrk(to->name, "_.") ? "" : to->name, 0);
	return ok || lx_fail(to, ENOMEM, "%s", to->name);
}

/* Makes the error of another handle one of this. */
static bool
clone_error(struct lxc_container *c, const struct lxc_container *other)
{
	return lx_fail(c, 0, "%s", other->error_string ? other->error_string : other->name);
}

/* In lxc.rootfs.path of c, replaces `from`, or what begins a path in it, by `into`. */
static bool
clone_moved(struct lxc_container *c, const char *from, const char *into)
{
	AUTO char *value = strdup("");
	const char *end, *rest;

	for (const char *s = conf_get(c, "lxc.rootfs.path"); value && *s; s = end + (*end == ':')) {
		AUTO char *had = value;

		if (!(rest = lx_after(s, from)) || !strchr("/:", *rest))
			rest = s;
		end = rest + strcspn(rest, ":");
		value = lx_printf("%s%s%s%.*s", had, *had ? ":" : "", rest > s ? into : "",
		                  (int)(end - rest), rest);
	}
	return value && (!*value || conf_set(c, "lxc.rootfs.path", value, 0));
}

static struct lxc_container *
disk_clone(struct lxc_container *c, const char *newname, const char *lxcpath, int flags)
{
	struct lxc_container *to = lxc_container_new(newname, lxcpath);
	AUTO char *source = lx_printf("LXC_SRC_NAME=%s", c->name);
	char *extra[] = { source, NULL };
	bool made, layer = flags & LXC_CLONE_SNAPSHOT;

	if (!to)
		return lx_fail(c, errno, "%s", newname), NULL;
	made = (!api_is_defined(to) || lx_fail(to, EEXIST, "%s", to->configfile)) && source &&
	       disk_mkdir(to);
	if (made && clone_config(c, to, flags) &&
	    clone_root(c, to, layer ? "overlay/delta" : "rootfs", layer) &&
	    conf_write(to, to->configfile) && hook_run(to, "clone", extra))
		return to;
	clone_error(c, to);
	if (made)
		disk_destroy(to);
	lxc_container_put(to);
	return NULL;
}

static struct lxc_container *
api_clone(struct lxc_container *c, const char *newname, const char *lxcpath, int flags,
          const char *bdevtype, const char *bdevdata, uint64_t newsize, char **hookargs)
{
	bool overlay = bdevtype && lx_after(bdevtype, "overlay");

	(void)bdevdata, (void)newsize, (void)hookargs;
	if (!disk_begin(c, flags & LXC_CLONE_ALLOW_RUNNING ? 0 : STOPPED))
		return NULL;
	if (!newname && !lxcpath)
		return lx_fail(c, 0, "clone: needs another name or path"), NULL;
	if (bdevtype && !overlay && strcmp(bdevtype, "dir"))
		return lx_fail(c, 0, "clone: ct makes no %s, only dir and overlay", bdevtype), NULL;
	return disk_clone(c, newname ? newname : c->name, lxcpath ? lxcpath : c->config_path,
	                  overlay ? flags | LXC_CLONE_SNAPSHOT : flags);
}

/* As in LXC, c still stands for the old name afterwards, which is no longer defined. */
static bool
api_rename(struct lxc_container *c, const char *newname)
{
	CLEAN(handle_put) struct lxc_container *to = NULL;
	AUTO char *from = NULL, *path = NULL;

	if (!disk_begin(c, DEFINED | STOPPED | ALONE) || !newname)
		return false;
	if (!(to = lxc_container_new(newname, c->config_path)))
		return lx_fail(c, errno, "%s", newname);
	from = disk_path(c, "");
	path = disk_path(to, "");
	if (!from || !path)
		return lx_fail(c, ENOMEM, "%s", newname);
	errno = EEXIST;
	if (access(path, F_OK) == 0 || rename(from, path) < 0)
		return lx_fail(c, errno, "rename to %s", path);
	if (!clone_config(c, to, LXC_CLONE_KEEPMACADDR) || !clone_moved(to, from, path) ||
	    !conf_write(to, to->configfile))
		return clone_error(c, to);
	conf_clear(c->lxc_conf);
	return true;
}

static struct lxc_container *
snap_open(struct lxc_container *c, const char *name)
{
	AUTO char *path = disk_snaps(c);
	struct lxc_container *s = path && name && !strchr(name, '/') ?
	                          lxc_container_new(name, path) : NULL;

	if (s && api_is_defined(s))
		return s;
	lxc_container_put(s);
	if (!path)
		return NULL;
	return lx_fail(c, ENOENT, "%s: snapshot %s", c->name, name ? name : ""), NULL;
}

static int
api_snapshot(struct lxc_container *c, const char *commentfile)
{
	const int flags = LXC_CLONE_KEEPNAME | LXC_CLONE_KEEPMACADDR;
	CLEAN(handle_put) struct lxc_container *s = NULL;
	AUTO char *snaps = NULL, *stamp = NULL, *comment = NULL;
	CLEAN(lx_close) int fd = -1;
	time_t now = time(NULL);
	char name[24], when[40];
	struct tm tm;
	int n = -1;

	if (!disk_begin(c, DEFINED | STOPPED) || !(snaps = disk_snaps(c)))
		return -1;
	fd = open(snaps, O_PATH | O_CLOEXEC);
	do
		snprintf(name, sizeof name, "snap%d", ++n);
	while (faccessat(fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0);
	lx_close(&fd);
	if (!(s = disk_clone(c, name, snaps, flags)))
		return -1;
	localtime_r(&now, &tm);
	strftime(when, sizeof when, "%Y:%m:%d %H:%M:%S", &tm);
	if ((stamp = disk_path(s, "ts")) && (fd = log_open(stamp)) >= 0)
		dprintf(fd, "%s", when);
	comment = commentfile ? disk_path(s, "comment") : NULL;
	return comment && !tree_do(c, commentfile, comment) ? -1 : n;
}

static void
snap_free(struct lxc_snapshot *s)
{
	free(s->name);
	free(s->comment_pathname);
	free(s->timestamp);
	free(s->lxcpath);
}

static int
api_snapshot_list(struct lxc_container *c, struct lxc_snapshot **list)
{
	CLEAN(words_free) struct words w = { 0 };
	AUTO char *snaps = NULL;
	int count = 0;

	if (!lx_begin(c) || !list || !(snaps = disk_snaps(c)))
		return -1;
	w = words_of_dir(snaps, versionsort);
	*list = w.n ? calloc(w.n, sizeof **list) : NULL;
	for (size_t i = 0; *list && i < w.n; i++) {
		AUTO char *config = lx_printf("%s/%s/config", snaps, w.v[i]);
		AUTO char *stamp = lx_printf("%s/%s/ts", snaps, w.v[i]);
		CLEAN(words_free) struct words when = { 0 };

		if (config && stamp && access(config, F_OK) == 0)
			(*list)[count++] = (struct lxc_snapshot){
				strdup(w.v[i]), lx_printf("%s/%s/comment", snaps, w.v[i]),
				words_file(&when, stamp) && when.n ?
				strdup(when.v[0]) : NULL, strdup(snaps), snap_free };
	}
	if (!count) {
		free(*list);
		*list = NULL;
	}
	return count;
}

/* Restores in place: removes the old root once the copy is complete. */
static bool
snap_replace(struct lxc_container *c, struct lxc_container *s)
{
	CLEAN(handle_put) struct lxc_container *to = lxc_container_new(c->name, c->config_path);
	AUTO char *part = disk_path(c, "rootfs.restored"), *root = disk_path(c, "rootfs");
	bool ok;

	if (!to || !part || !root)
		return lx_fail(c, errno, "%s", c->name);
	ok = tree_do(to, NULL, part) && clone_config(s, to, LXC_CLONE_KEEPMACADDR) &&
	     clone_root(s, to, "rootfs.restored", false);
	if (ok && access(part, F_OK) == 0)
		ok = disk_root_remove(c) && tree_do(to, NULL, root) &&
		     (rename(part, root) == 0 || lx_fail(to, errno, "rename %s", part)) &&
		     clone_moved(to, part, root);
	if (!ok || !conf_write(to, to->configfile))
		return clone_error(c, to);
	return conf_again(c);
}

static bool
api_snapshot_restore(struct lxc_container *c, const char *snapname, const char *newname)
{
	CLEAN(handle_put) struct lxc_container *s = NULL, *to = NULL;
	bool here = c && (!newname || !strcmp(newname, c->name));

	if (!disk_begin(c, here ? STOPPED : 0) || !(s = snap_open(c, snapname)))
		return false;
	if (here)
		return snap_replace(c, s);
	to = disk_clone(s, newname, c->config_path, LXC_CLONE_KEEPMACADDR);
	return to || clone_error(c, s);
}

static bool
api_snapshot_destroy(struct lxc_container *c, const char *snapname)
{
	CLEAN(handle_put) struct lxc_container *s = NULL;

	return lx_begin(c) && (s = snap_open(c, snapname)) &&
	       (disk_destroy(s) || clone_error(c, s));
}

static bool
api_snapshot_destroy_all(struct lxc_container *c)
{
	AUTO char *snaps = lx_begin(c) ? disk_path(c, "snaps") : NULL;

	return snaps && tree_do(c, NULL, snaps);
}

static bool
api_destroy_with_snapshots(struct lxc_container *c)
{
	return disk_begin(c, STOPPED) && api_snapshot_destroy_all(c) && api_destroy(c);
}
