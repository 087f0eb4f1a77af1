/* SPDX-License-Identifier: ISC */
/* The verb exec: a command in a running container. */

/* Begins anew with what belongs to this process: the recorded arguments come first. */
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
		return 0;               /* main() shows it */
	if (!*argv || !argv[1])
		return fail_msg(ct, "needs NAME COMMAND");
	name = *argv;
	exec_anew(ct);
	if (run_fds(ct) < 0 || ctr_open(ct, name, c) < 0 || run_sealed(ct, ct->not_sealed) < 0)
		return -1;
	ct->step = name;
	if (!(argv = ctr_exec_args(ct, c, own)))
		return -1;
	ct->name = name;
	memcpy(ct->keyring, c->keyring, sizeof ct->keyring);
	ct->argv = argv + 1;
	ct->exec = true;
	ct->target = c;
	if (plan_run(ct) < 0 || kfs_need_proc(ct) < 0)
		return -1;
	status = run_steps(ct);
	step_undo(ct);
	sup_detached(ct);
	return status;
}
