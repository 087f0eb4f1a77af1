/* SPDX-License-Identifier: ISC
 *
 * Checkpoint, restore and migrate: by criu(8), as `ct checkpoint` does it. */

/* Adds criu's options, a row for each member of struct migrate_opts. */
static bool
criu_words(struct words *w, const struct migrate_opts *o)
{
	AUTO char *ghost = lx_printf("%llu", (unsigned long long)o->ghost_limit);
	struct { const char *word, *value; bool given; } const row[] = {
		{ "-v4", NULL, o->verbose },
		{ "--track-mem", NULL, o->predump_dir },
		{ "--prev-images-dir", o->predump_dir, o->predump_dir },
		{ "--page-server", NULL, o->pageserver_address && o->pageserver_port },
		{ "--address", o->pageserver_address, o->pageserver_address && o->pageserver_port },
		{ "--port", o->pageserver_port, o->pageserver_address && o->pageserver_port },
		{ "--force-irmap", NULL, !o->preserves_inodes },
		{ "--action-script", o->action_script, o->action_script },
		{ "--ghost-limit", ghost, o->ghost_limit },
	};

	for (size_t i = 0; i < LEN(row) && ghost; i++)
		if (row[i].given)
			words_copy(w, (char *[]){ (char *)(uintptr_t)row[i].word,
			           (char *)(uintptr_t)row[i].value, NULL });
	return ghost && !w->lost;
}

/* Runs criu itself, with its output in log; NULL: nowhere. */
static bool
criu_run(struct lxc_container *c, char *const argv[], const char *log)
{
	AUTO char *what = lx_printf("criu %s%s%s", argv[1], log ? ", see " : "", log ? log : "");

	return what && child_run(c, what, argv, NULL, log ? log : "/dev/null", -1);
}

/* Saves memory while the container goes on. */
static bool
criu_pre_dump(struct lxc_container *c, const struct migrate_opts *o)
{
	AUTO char *log = lx_printf("%s/pre-dump.log", o->directory);
	AUTO char *pid = lx_printf("%d", (int)api_init_pid(c));
	CLEAN(words_free) struct words w = { 0 };

	words_copy(&w, (char *[]){ (char *)"criu", (char *)"pre-dump", (char *)"-D", o->directory,
	           (char *)"-t", pid, o->predump_dir ? NULL : (char *)"--track-mem", NULL });
	return log && pid && criu_words(&w, o) && disk_mkdirs(c, o->directory, 0700) &&
	       (lx_mine(o->directory) ||
	        lx_fail(c, 0, "%s: other users can write to it", o->directory)) &&
	       criu_run(c, w.v, log);
}

static bool
criu_dump(struct lxc_container *c, const struct migrate_opts *o)
{
	CLEAN(words_free) struct words w = { 0 };
	LIVE(c, l, false);

	words_copy(&w, (char *[]){ o->directory, (char *)"--tcp-established",
	           o->stop ? NULL : (char *)"--leave-running", NULL });
	if (!criu_words(&w, o) || !disk_mkdirs(c, o->directory, 0700))
		return false;
	rmdir(o->directory);            /* libct makes the last one, LXC accepts it if empty */
	return live_end(c, &l, "checkpoint", libct_container_change(l.ct, "checkpoint", w.v)) &&
	       (!o->stop || live_ends(c, STOP_SECONDS));
}

/* Removes from *features those that criu does not find here. */
static bool
criu_check(struct lxc_container *c, uint64_t *features)
{
	static const struct { uint64_t bit; const char *name; } row[] = {
		{ FEATURE_MEM_TRACK, "mem_dirty_track" }, { FEATURE_LAZY_PAGES, "lazy_pages" },
	};
	uint64_t found = 0;

	for (size_t i = 0; i < LEN(row); i++) {
		char *v[] = { (char *)"criu", (char *)"check", (char *)"--feature",
		              (char *)(uintptr_t)row[i].name, NULL };

		if (*features & row[i].bit && criu_run(c, v, NULL))
			found |= row[i].bit;
	}
	if (found == *features)
		return true;
	*features = found;
	lx_begin(c);                    /* drops the error of a single check */
	return lx_fail(c, ENOSYS, "criu or the kernel has not all of these features");
}

static int
api_migrate(struct lxc_container *c, unsigned cmd, struct migrate_opts *opts, unsigned size)
{
	AUTO char *images = NULL;       /* absolute: the watcher changes directory */
	struct migrate_opts o = { 0 };
	bool ok = lx_begin(c) && (opts || lx_fail(c, EINVAL, "migrate: no options"));

	/* the caller's struct may be of another version: what ours lacks must be 0 */
	if (ok)
		memcpy(&o, opts, size < sizeof o ? size : sizeof o);
	for (unsigned i = sizeof o; ok && i < size; i++)
		if (((const char *)opts)[i])
			ok = lx_fail(c, EINVAL, "migrate: an option that ct has not");
	if (ok && cmd != MIGRATE_FEATURE_CHECK && !o.directory)
		ok = lx_fail(c, EINVAL, "migrate: no directory");
	if (!ok)
		return -EINVAL;
	switch (cmd) {
	case MIGRATE_PRE_DUMP:
		ok = live_stopped(c) ? lx_fail(c, 0, "%s: it is not running", c->name) :
		     criu_pre_dump(c, &o);
		break;
	case MIGRATE_DUMP:
		ok = criu_dump(c, &o);
		break;
	case MIGRATE_RESTORE:
		ok = (images = realpath(o.directory, NULL)) ? run_start(c, 0, NULL, images) :
		     lx_fail(c, errno, "%s", o.directory);
		break;
	case MIGRATE_FEATURE_CHECK:
		ok = criu_check(c, &o.features_to_check);
		opts->features_to_check = o.features_to_check;
		break;
	default:
		ok = lx_fail(c, EINVAL, "migrate: command %u", cmd);
	}
	return ok ? 0 : -EINVAL;
}

static bool
api_checkpoint(struct lxc_container *c, char *directory, bool stop, bool verbose)
{
	struct migrate_opts o = { .directory = directory, .stop = stop, .verbose = verbose };

	return api_migrate(c, MIGRATE_DUMP, &o, sizeof o) == 0;
}

static bool
api_restore(struct lxc_container *c, char *directory, bool verbose)
{
	struct migrate_opts o = { .directory = directory, .verbose = verbose };

	return api_migrate(c, MIGRATE_RESTORE, &o, sizeof o) == 0;
}
