/* SPDX-License-Identifier: ISC */
/* The verb exec: runs a command in a running container. */

/* Resets all but what belongs to this process: options are parsed anew, after the recorded ones. */
static void
exec_anew(struct ct *ct)
{
	struct ct was = *ct;

	plan_init(ct);
	ct->mem = was.mem;
	ct->caller_env = was.caller_env;
	ct->words = was.words;
	ct->words_len = was.words_len;
	ct->not_sealed = was.not_sealed;
	ct->notify_fd = was.notify_fd;
	ct->listen_fds = was.listen_fds;
}

/* A cgroup of `ct create` has no record: the command gets the caller's namespaces, root and
 * working directory, and the defaults of run for everything else. */
static char **
exec_group(struct ct *ct, struct ctr *c, char **own)
{
	char cwd[PATH_MAX];

	c->pid = getpid();
	pr_keyring(c->keyring, sizeof c->keyring);
	if (!(own = verb_args(ct, V_EXEC, own)))
		return NULL;
	ct->workdir_given = ct->workdir != NULL;
	if (!ct->workdir && io_cwd(cwd, sizeof cwd))
		ct->workdir = mem_dup(ct, cwd);
	if (!ct->user && ct->euid)
		ct->user = mem_printf(ct, "%u:%u", ct->euid, getegid());
	return own;
}

static int
verb_exec(struct ct *ct, char **argv)
{
	struct ctr *c = mem_get(ct, sizeof *c);
	char **own = argv, *name;
	int status;

	if (!c || !(argv = verb_args(ct, V_EXEC, argv)))
		return -1;
	if (ct->help)
		return 0;               /* main() shows the help */
	if (!*argv || !argv[1] || (!strcmp(argv[1], "--") && !argv[2]))
		return fail_msg(ct, "needs NAME COMMAND");
	name = *argv;
	if (run_fds(ct) < 0)            /* now, while --keep-fd and --info-fd are known */
		return -1;
	exec_anew(ct);
	if (ctr_open(ct, name, c) < 0 || run_sealed(ct) < 0)
		return -1;
	ct->step = name;
	/* what another user makes a group must not be one: the command would be outside */
	if (!(argv = cg_is_persistent(c->fd) && record_ours(c->fd) ? exec_group(ct, c, own) :
	             ctr_exec_args(ct, c, own)))
		return -1;
	ct->name = c->name;
	memcpy(ct->keyring, c->keyring, sizeof ct->keyring);
	ct->argv = argv + 1 + !strcmp(argv[1], "--");   /* NAME -- COMMAND, as kubectl has it */
	ct->exec = true;
	ct->target = c;
	if (plan_run(ct) < 0 || kfs_need_proc(ct) < 0)
		return -1;
	status = run_steps(ct);
	if (!ct->ready && status && ctr_exited(ct, c->pid)) {
		ctr_lost(ct, c);
		status = ct->err.status;
	}
	step_undo(ct);
	sup_detached(ct);
	return status;
}
