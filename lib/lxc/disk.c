/* SPDX-License-Identifier: ISC
 *
 * On disk: create and destroy. */

/* Makes a directory and those above it. */
static bool
disk_mkdirs(struct lxc_container *c, const char *path, mode_t mode)
{
	AUTO char *copy = strdup(path);
	bool ok = copy;

	for (char *s = copy; ok && s && (s = strchr(s + 1, '/')); *s = '/') {
		*s = '\0';
		ok = mkdir(copy, 0755) == 0 || errno == EEXIST;
	}
	ok = ok && (mkdir(path, mode) == 0 || errno == EEXIST);
	return ok || lx_fail(c, errno, "make %s", path);
}

static bool
disk_mkdir(struct lxc_container *c)
{
	AUTO char *path = disk_path(c, "");

	return path && disk_mkdirs(c, path, 0770);
}

/* Copies `from`, if not NULL, to the path `to`; else removes `to` with all in it, which may be
 * missing. */
static bool
tree_do(struct lxc_container *c, const char *from, const char *to)
{
	libct_session_t s = libct_session_open_local();
	int r = from ? libct_copy_tree(s, from, to) : libct_remove_tree(s, to);

	if (r < 0)
		lx_fail(c, s ? 0 : errno, "%s %s: %s", from ? "copy" : "remove",
		        from ? from : to, libct_session_error(s));
	libct_session_close(s);
	return r == 0;
}

static bool
disk_inside(const struct lxc_container *c, const char *path)
{
	AUTO char *dir = disk_path(c, "");
	const char *rest = dir ? lx_after(path, dir) : NULL;

	return rest && *rest == '/';
}

/* The name of a container whose root is a layer over c's, or NULL. */
static char *
disk_above(struct lxc_container *c)
{
	CLEAN(words_free) struct words w = words_of_dir(c->config_path, alphasort);

	for (size_t i = 0; i < w.n; i++) {
		CLEAN(handle_put) struct lxc_container *o = NULL;

		o = lxc_container_new(w.v[i], c->config_path);
		if (o && strcmp(o->name, c->name) && root_of(o).kind == ROOT_OVERLAY &&
		    disk_inside(c, root_of(o).path))
			return strdup(o->name);
	}
	return NULL;
}

/* Removes the root as LXC does: a directory wherever it is, of an overlay its upper layer,
 * an image if it is in the container's directory. */
static bool
disk_root_remove(struct lxc_container *c)
{
	const struct root r = root_of(c);

	if (!conf_true(c, "lxc.rootfs.managed") || !*r.path || !strcmp(r.path, "/"))
		return true;
	if (r.kind == ROOT_OVERLAY)
		return !r.upper || tree_do(c, NULL, r.upper);
	return (r.kind == ROOT_IMAGE && !disk_inside(c, r.path)) || tree_do(c, NULL, r.path);
}

/* What another user's configuration names is neither run nor removed. */
static bool
disk_destroy(struct lxc_container *c)
{
	AUTO char *dir = disk_path(c, "");

	if (!dir || (!c->lxc_conf->alien && (!hook_run(c, "destroy", NULL) ||
	                                     !disk_root_remove(c))) || !tree_do(c, NULL, dir))
		return false;
	conf_clear(c->lxc_conf);
	return true;
}

/* The directory of snapshots; NULL with an error: a link that another user has made. */
static char *
disk_snaps(struct lxc_container *c)
{
	AUTO char *path = disk_path(c, "snaps");
	struct stat st;

	if (path && lstat(path, &st) == 0 && S_ISLNK(st.st_mode) && st.st_uid != geteuid())
		return lx_fail(c, ELOOP, "%s", path), NULL;
	return path ? strdup(path) : NULL;
}

enum { DEFINED = 1, STOPPED = 2, ALONE = 4 };

/* Begins a call that needs these; ALONE: without snapshots and layers over it. */
static bool
disk_begin(struct lxc_container *c, int needs)
{
	AUTO char *snaps = lx_begin(c) ? disk_snaps(c) : NULL, *other = NULL;
	CLEAN(words_free) struct words w = words_of_dir(snaps, alphasort);

	if (!snaps)
		return false;
	if (needs & DEFINED && !api_is_defined(c))
		return lx_fail(c, ENOENT, "%s", c->configfile);
	if (needs & STOPPED && !live_stopped(c))
		return lx_fail(c, EBUSY, "%s: it is %s", c->name, api_state(c));
	if (needs & ALONE && w.n)
		return lx_fail(c, EBUSY, "%s: it has snapshots", c->name);
	if (needs & ALONE && (other = disk_above(c)))
		return lx_fail(c, EBUSY, "%s: %s is a layer over it", c->name, other);
	return true;
}

static bool
api_destroy(struct lxc_container *c)
{
	return disk_begin(c, DEFINED | STOPPED | ALONE) && disk_destroy(c);
}

/* --- create --- */

static bool
template_run(struct lxc_container *c, const char *t, int flags, char *const argv[])
{
	AUTO char *path = lx_printf("%s%s", *t == '/' ? "" : LXC_TEMPLATES "/lxc-", t);
	AUTO char *what = path ? lx_printf("template %s", path) : NULL;
	CLEAN(words_free) struct words w = { 0 };

	words_dup(&w, path ? path : t);
	words_add(&w, lx_printf("--path=%s/%s", c->config_path, c->name));
	words_add(&w, lx_printf("--name=%s", c->name));
	words_add(&w, lx_printf("--rootfs=%s", root_of(c).path));
	if (!words_copy(&w, argv) || !what)
		return lx_fail(c, ENOMEM, "template %s", t);
	if (access(path, X_OK) < 0)
		return lx_fail(c, errno, "%s", what);
	return child_run(c, what, w.v, NULL, flags & LXC_CREATE_QUIET ? "/dev/null" : NULL, -1);
}

static bool
create_root(struct lxc_container *c, const char *bdevtype, struct bdev_specs *specs)
{
	AUTO char *path = NULL, *value = NULL;

	if (bdevtype && !strcmp(bdevtype, "none"))
		return true;
	path = specs && specs->dir ? strdup(specs->dir) : disk_path(c, "rootfs");
	value = path ? lx_printf("dir:%s", path) : NULL;
	return value && disk_mkdirs(c, path, 0755) && conf_set(c, "lxc.rootfs.path", value, 0);
}

/* A file "partial" marks a creation that has not ended: without a lock on it the container
 * is removed, see lxc_container_new(). */
static bool
api_create(struct lxc_container *c, const char *t, const char *bdevtype,
           struct bdev_specs *specs, int flags, char *const argv[])
{
	CLEAN(lx_close) int fd = -1;
	AUTO char *partial = NULL;
	bool ok;

	if (!lx_begin(c))
		return false;
	if (bdevtype && strcmp(bdevtype, "dir") && strcmp(bdevtype, "best") &&
	    strcmp(bdevtype, "none"))
		return lx_fail(c, 0, "create: ct makes no %s, only dir and none", bdevtype);
	/* a configuration alone may be there: python-lxc saves it first */
	if (api_is_defined(c) && *root_of(c).path && access(root_of(c).path, F_OK) == 0)
		return lx_fail(c, EEXIST, "%s", c->configfile);
	if (!disk_mkdir(c) || !(partial = disk_path(c, "partial")))
		return false;
	fd = open(partial, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0640);
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0)
		return lx_fail(c, errno, "%s", partial);
	ok = conf_usual(c) && (*conf_get(c, "lxc.uts.name") || strpbrk(c->name, "_.") ||
	                       conf_set(c, "lxc.uts.name", c->name, 0)) &&
	     create_root(c, bdevtype, specs) && conf_write(c, c->configfile) &&
	     (!t || template_run(c, t, flags, argv));
	/* the template may have added to the file */
	ok = ok && conf_again(c) && unlink(partial) == 0;
	if (!ok)
		disk_destroy(c);
	return ok;
}

static bool
api_createl(struct lxc_container *c, const char *t, const char *bdevtype,
            struct bdev_specs *specs, int flags, ...)
{
	VARARGS(flags, NULL);

	return !w.lost && api_create(c, t, bdevtype, specs, flags, w.v);
}
