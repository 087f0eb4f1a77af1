/* SPDX-License-Identifier: ISC */
/* The verb exec: a command in a running container. */

/* --- exec --- */

static int
verb_exec(struct ct *ct, char **argv)
{
	char **own = argv, *name;
	char **env = ct->caller_env, *words = ct->words;
	size_t words_len = ct->words_len;
	int status, sealed = ct->not_sealed;
	struct block *mem;
	struct ctr c;

	if (!(argv = verb_args(ct, V_EXEC, argv)))
		return -1;
	if (ct->help)
		return 0;               /* main() shows it */
	if (!*argv || !argv[1])
		return fail_msg(ct, "needs NAME COMMAND");
	name = *argv;
	mem = ct->mem;
	plan_init(ct);                    /* the recorded arguments come first */
	ct->mem = mem;
	ct->caller_env = env;
	ct->words = words;
	ct->words_len = words_len;
	if (run_fds(ct) < 0)
		return -1;
	if (ctr_open(ct, name, &c) < 0)
		return -1;
	ct->step = "seal";
	errno = sealed;
	if (sealed)
		return fail_sys(ct, "no read-only copy of ct's own file "
		                "could be made (needs open_tree or memfd_create)");
	ct->step = name;
	if (!(argv = ctr_exec_args(ct, &c, own)))
		return -1;
	ct->name = name;
	memcpy(ct->keyring, c.keyring, sizeof ct->keyring);
	ct->argv = argv + 1;
	ct->exec = true;
	ct->target = &c;
	if (plan_run(ct) < 0 || kfs_need_proc(ct) < 0)
		return -1;
	if (sup_open(ct) < 0 || (ct->detach && run_detach(ct) < 0) ||
	    step_run(ct, parent_steps, LEN(parent_steps), &ct->done) < 0)
		status = run_failed(ct);
	else
		status = sup_run(ct);
	step_undo(ct);
	sup_detached(ct);
	return status;
}

static int
verb_init(struct ct *ct, char **argv)
{
	if (*argv)
		return fail_msg(ct, "takes no arguments");
	for (size_t i = 0; cg_mounts[i] && ct->cg_top_fd < 0; i++)
		if ((ct->cg_top_fd = io_open(cg_mounts[i], O_RDONLY |
		     O_DIRECTORY)) >= 0 && !kfs_fd_is(ct->cg_top_fd, CGROUP2_SUPER_MAGIC))
			fd_close(&ct->cg_top_fd);
	if (ct->cg_top_fd < 0) {
		if (mkdir("/sys/fs/cgroup", 0755) < 0 && errno != EEXIST)
			return fail_sys(ct, "mkdir /sys/fs/cgroup (is sysfs mounted?)");
		if (mount("cgroup2", "/sys/fs/cgroup", "cgroup2", MS_NOSUID |
		          MS_NODEV | MS_NOEXEC, NULL) < 0)
			return fail_sys(ct, "mount cgroup2 on /sys/fs/cgroup (CONFIG_CGROUPS)");
	}
	if (cg_base(ct, true) < 0)
		return fail_sys(ct, "make group %s", cg_subtree);
	cg_enable(ct->cg_top_fd);
	cg_enable(ct->cg_base_fd);
	if (fsetxattr(ct->cg_base_fd, "user.ct.keep", "1", 1, 0) < 0)
		return fail_sys(ct, "setxattr user.ct.keep");
	return 0;
}
