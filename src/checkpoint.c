/* SPDX-License-Identifier: ISC */
/* The verbs checkpoint and restore; see criu.c. */

/* State of one checkpoint: DIR, the words of DIR/ct, the directories that ct copies itself. */
struct checkpoint {
	struct ct *ct;
	struct ctr c;
	const char *dir;
	int to;                         /* dir */
	char *words;
	size_t len;
	int copies[64], ncopies;        /* for each m or c word: directory to copy, or -1 */
	int root;                       /* root directory of the first process */
	struct mountinfo *mounts;
	int nmounts;
};

static void
cp_word(struct checkpoint *p, const char *word)
{
	if (!word)
		return;                 /* out of memory */
	if (p->len + strlen(word) >= CRIU_RECORD)
		fail_msg(p->ct, "more than fits into %s", criu_file);
	else
		p->len += text_printf(p->words + p->len, CRIU_RECORD - p->len, "%s", word) + 1;
}

/* Does the list have a mount of the same file system? `whole`: one that shows its root. */
static bool
cp_among(const struct mountinfo *m, const struct mountinfo *list, int n, bool whole)
{
	size_t len = strcspn(m->from, " ") + 1;

	for (int i = 0; i < n; i++)
		if (!strncmp(list[i].from, m->from, len) &&
		    (!whole || !strcmp(list[i].from + len, "/")))
			return true;
	return false;
}

/* criu saves file systems that are the container's alone, if their root is mounted. ct copies
 * a mount of part of a writable tmpfs (/tmp on a read-only root), and mounts all others anew. */
static void
cp_mount(struct checkpoint *p, struct criu_args *a, const struct mountinfo *m, bool own, bool whole)
{
	static const char *const saved[] = { "proc", "sysfs", "tmpfs", "devpts", "mqueue" };

	if (own && whole && NAME_FIND(saved, m->type) >= 0)
		return;
	/* by renaming its parent, the container may end the key early: mnt[KEY]:VALUE */
	if (strchr(m->path, ']')) {
		fail_msg(p->ct, "%s: criu has no word for a mount there", m->path);
		return;
	}
	if (p->ncopies == LEN(p->copies)) {
		fail_msg(p->ct, "more than %zu external mounts", LEN(p->copies));
		return;
	}
	own = own && m->rw && !strcmp(m->type, "tmpfs");
	p->copies[p->ncopies++] = own ? fs_open_in(p->root, m->path, O_RDONLY | O_DIRECTORY) : -1;
	if (own && p->copies[p->ncopies - 1] < 0)
		fail_sys(p->ct, "open %s", m->path);
	cp_word(p, mem_printf(p->ct, "%c%s", own ? 'c' : 'm', m->path));
	criu_add(a, "--external", mem_printf(p->ct, "mnt[%s]:%s", m->path, m->path));
}

static int
cp_mounts(struct checkpoint *p, struct criu_args *a)
{
	struct ct *ct = p->ct;
	struct mountinfo *host;
	char path[32], *text;
	int nhost = fs_mounts(ct, AT_FDCWD, &host);

	text_printf(path, sizeof path, "%d/mountinfo", p->c.pid);
	if (nhost < 0 || !(text = fs_mountinfo(ct, path)) ||
	    !(p->mounts = mem_get(ct, (strlen(text) / 20 + 1) * sizeof *p->mounts)))
		return -1;
	while (fs_mount_line(&text, &p->mounts[p->nmounts]))
		p->nmounts++;
	for (int i = 0; i < p->nmounts && !ct->failed; i++) {
		const struct mountinfo *m = &p->mounts[i];

		if (strcmp(m->path, "/"))
			cp_mount(p, a, m, !cp_among(m, host, nhost, false),
			         cp_among(m, p->mounts, p->nmounts, true));
	}
	return ct->failed ? -1 : 0;
}

/* A file descriptor of the first process, if it comes from outside: a pipe, or a file on none
 * of the container's mounts. */
static void
cp_fd(struct checkpoint *p, struct criu_args *a, int fd)
{
	char path[32], buf[PATH_MAX], *s;
	struct ct *ct = p->ct;
	struct stat st;
	uint64_t id;
	ssize_t n;

	text_printf(path, sizeof path, "%d/fd/%d", p->c.pid, fd);
	n = readlinkat(ct->proc_fd, path, buf, sizeof buf - 1);
	if (n < 0 || fstatat(ct->proc_fd, path, &st, 0) < 0)
		return;                 /* not open */
	buf[n] = '\0';
	if (!strncmp(buf, "pipe:", 5)) {
		cp_word(p, mem_printf(ct, "%d%s", fd, buf));
		return;
	}
	text_printf(path, sizeof path, "%d/fdinfo/%d", p->c.pid, fd);
	if (*buf != '/' || io_get(ct->proc_fd, path, buf, sizeof buf) < 0 ||
	    !(s = text_find(buf, "mnt_id:")))
		return;
	id = text_scan(s + 7 + strspn(s + 7, " \t"), 10, NULL);
	for (int i = 0; i < p->nmounts; i++)
		if (p->mounts[i].id == id)
			return;
	if (!(s = mem_printf(ct, "%dfile[%x:%jx]", fd, (unsigned)id, st.st_ino)))
		return;
	cp_word(p, s);
	criu_add(a, "--external", s + 1);
}

/* Writes what DIR has beside the images: DIR/ct and the copies DIR/ct.N. */
static int
cp_save(struct checkpoint *p)
{
	LOCAL_FD fd = openat(p->to, criu_file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	char name[16];

	if (fd < 0 || io_write(fd, p->words, p->len) < 0)
		return fail_sys(p->ct, "write %s/%s", p->dir, criu_file);
	for (int i = 0; i < p->ncopies; i++) {
		LOCAL_FD copy = -1;

		if (p->copies[i] < 0)
			continue;
		text_printf(name, sizeof name, "%s.%d", criu_file, i);
		if ((copy = io_mkdir(p->to, name)) < 0)
			return fail_sys(p->ct, "mkdir %s/%s", p->dir, name);
		if (copy_tree(p->ct, p->copies[i], copy, p->dir, true) < 0)
			return -1;
	}
	return 0;
}

/* Runs criu dump. A signal to ct does not end criu, which may have stopped the processes and
 * has to let them go on. */
static int
cp_dump(struct checkpoint *p, struct criu_args *a, char **opts)
{
	struct ct *ct = p->ct;
	struct err err;
	int status, said[2];
	ssize_t n;
	pid_t pid;

	if (pipe2(said, O_CLOEXEC) < 0)
		return fail_sys(ct, "pipe");
	if ((pid = sys_fork()) == 0) {
		setsid();
		criu_exec(a, opts);
		_exit(write(said[1], &ct->err, sizeof ct->err) < 0);
	}
	fd_close(&said[1]);
	/* end of file once criu is executed, else the error */
	n = pid > 0 ? read(said[0], &err, sizeof err) : 0;
	fd_close(&said[0]);
	if (pid < 0)
		return fail_sys(ct, "fork");
	status = sys_wait(pid);
	if (n == sizeof err) {
		ct->err = err;
		ct->failed = true;
		return -1;
	}
	return status ? criu_failed(ct, p->dir, "dump", status) : 0;
}

/* Is this program in PATH, where criu looks for it? */
static bool
cp_found(struct ct *ct, const char *program)
{
	const char *dirs = *env_find(ct->caller_env, "PATH="), *path;

	for (dirs = dirs ? dirs + strlen("PATH") : ""; *dirs; dirs += strcspn(dirs, ":")) {
		dirs++;
		path = mem_printf(ct, "%.*s/%s", (int)strcspn(dirs, ":"), dirs, program);
		if (path && io_may(AT_FDCWD, path, X_OK))
			return true;
	}
	return false;
}

/* criu blocks the network while it saves: with nftables, if iptables-restore is missing. */
static void
cp_lock(struct checkpoint *p, struct criu_args *a, char **opts)
{
	static char *const words[] = { (char *)"--network-lock", (char *)"nftables" };
	bool given = !(p->ct->features & FEAT_NET) || cp_found(p->ct, "iptables-restore");

	while (*opts && !given)
		given = !strncmp(*opts++, words[0], strlen(words[0]));
	for (size_t i = 0; i < LEN(words) && !given; i++) {
		criu_add(a, words[i], NULL);
		cp_word(p, words[i]);
	}
}

/* Completes the arguments of criu, and the words of DIR/ct. */
static int
cp_prepare(struct checkpoint *p, struct criu_args *a, char **opts)
{
	struct ct *ct = p->ct;
	uint64_t net;

	p->root = kfs_open(ct, p->c.pid, "root", O_PATH | O_DIRECTORY);
	if (p->root < 0 || !(p->words = mem_get(ct, CRIU_RECORD)))
		return fail_sys(ct, "open its root");
	criu_add(a, "-t", mem_printf(ct, "%d", p->c.pid));
	if (ct->features & FEAT_NET) {
		if (!(net = kfs_ns_inode(ct->proc_fd, p->c.pid, "net")))
			return fail_sys(ct, "readlink /proc/%d/ns/net", p->c.pid);
		criu_add(a, "--external", mem_printf(ct, "net[%ju]:net", net));
	}
	cp_lock(p, a, opts);
	for (; *opts; opts++)
		cp_word(p, *opts);
	cp_word(p, "");
	if (cp_mounts(p, a) < 0)
		return -1;
	for (int fd = 0; fd < 3; fd++)
		cp_fd(p, a, fd);
	cp_word(p, "");
	if (p->len + 65536 <= CRIU_RECORD)
		p->len += record_get(p->c.fd, "user.ct.argv", p->words + p->len, 65536);
	else
		cp_word(p, p->words);   /* reports that it is too long */
	return ct->failed ? -1 : 0;
}

static int
cp_run(struct checkpoint *p, char **opts)
{
	struct ct *ct = p->ct;
	struct criu_args *a;
	LOCAL_FD pidfd = -1;
	int r;

	if (kfs_need_proc(ct) < 0 || (pidfd = ctr_pidfd(ct, &p->c, p->c.pid)) < 0)
		return -1;
	if ((p->to = io_mkdir(AT_FDCWD, p->dir)) < 0)
		return fail_sys(ct, "mkdir %s", p->dir);
	a = criu_begin(ct, "dump", mem_printf(ct, "/proc/%d/fd/%d", getpid(), p->to));
	r = a ? cp_prepare(p, a, opts) : -1;
	if (r == 0 && sys_pidfd_signal(pidfd, 0) < 0)
		r = fail_sys(ct, "reach process %d", p->c.pid);
	if (r < 0) {
		rmdir(p->dir);
		return -1;
	}
	if (p->c.restarts >= 0)
		cg_end(p->c.fd);    /* its supervisor must not restart it */
	r = cp_dump(p, a, opts);
	if (r == 0)
		r = cp_save(p);
	if (r != 0)
		rmdir(p->dir);          /* succeeds only if there is no log in it */
	if (p->c.restarts >= 0 && (r != 0 || cg_populated(p->c.fd) > 0))
		fremovexattr(p->c.fd, "user.ct.end");
	else if (r == 0 && cg_populated(p->c.fd) <= 0)
		ctr_gone(ct, &p->c);
	return r;
}

static int
verb_checkpoint(struct ct *ct, char **argv)
{
	struct checkpoint *p = mem_get(ct, sizeof *p);

	if (!p)
		return -1;
	if (!argv[0] || !argv[1])
		return fail_msg(ct, "needs a container's name and a new directory");
	p->ct = ct;
	p->dir = argv[1];
	if (ctr_open(ct, argv[0], &p->c) < 0)
		return -1;
	ct->step = p->c.name;
	if (ctr_state(&p->c) != ST_RUNNING || p->c.pid <= 0)
		return fail_msg(ct, "is not running");
	if (ctr_recorded(ct, &p->c) < 0 || plan_run(ct) < 0)
		return -1;
	ct->step = p->c.name;
	if (criu_possible(ct) < 0)
		return -1;
	if (fgetxattr(p->c.fd, "user.ct.mounts", NULL, 0) > 0)
		return fail_msg(ct, "has mounts made by `ct mount`: cannot be restored");
	return cp_run(p, argv + 2);
}

/* Reads DIR/ct of a checkpoint; returns the n recorded arguments. */
static char **
criu_open(struct ct *ct, const char *dir, size_t *n)
{
	char *text = mem_get(ct, CRIU_RECORD);
	const char *end;
	struct stat st;
	ssize_t len;

	if (!text)
		return NULL;
	/* who writes there gives ct its arguments, and criu the processes */
	ct->images_fd = io_open(dir, O_PATH | O_DIRECTORY);
	if (ct->images_fd < 0 || fstat(ct->images_fd, &st) < 0)
		return none(fail_sys(ct, "open %s", dir));
	if ((st.st_uid && st.st_uid != ct->euid) || st.st_mode & 022)
		return none(fail_msg(ct, "other users can write to it"));
	if ((len = io_get(ct->images_fd, criu_file, text, CRIU_RECORD)) < 0)
		return none(fail_sys(ct, "read %s/%s", dir, criu_file));
	end = text + len;
	ct->images = dir;
	if (!(ct->images_opts = mem_words(ct, &text, end, false, n)) ||
	    !(ct->images_ext = mem_words(ct, &text, end, false, n)))
		return NULL;
	return mem_words(ct, &text, end, true, n);
}

/* ct run with the recorded arguments and those given here, which take precedence. */
static int
verb_restore(struct ct *ct, char **argv)
{
	const char *dir = argv[0];
	size_t n = 0, own = 0;
	char **words;

	if (!dir)
		return fail_msg(ct, "needs a directory that `ct checkpoint` has made");
	ct->verb = V_RUN;
	if (!(words = opt_parse(ct, ++argv)))
		return -1;
	if (*words)
		return fail_msg(ct, "%s: not an option", *words);
	exec_anew(ct);
	ct->step = dir;
	if (!(words = criu_open(ct, dir, &n)))
		return -1;
	while (argv[own])
		own++;
	if (!(argv = arg_splice(ct, argv, own, 0, words, n)))
		return -1;
	return verb_run(ct, argv);
}
