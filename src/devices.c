/* SPDX-License-Identifier: ISC */
/* The device filter: a BPF program on the cgroup, needed if the container can make device nodes or
 * has one with less access than rwm. Registers: 2 type, 3 access, 4 major, 5 minor */

enum {
	CG_DEV_ALL = BPF_DEVCG_ACC_MKNOD | BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE,
	CG_ANY = -1,
	PTMX_MAJOR = 5, PTMX_MINOR = 2, PTS_MAJOR = 136, PTS_MAJORS = 8,
};

#define INS(c, d, s, o, i) \
	(struct bpf_insn){ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) }

static void
dev_is(struct op *op, const struct stat *st)
{
	op->dev.mode = st->st_mode;
	op->dev.uid = st->st_uid;
	op->dev.gid = st->st_gid;
	op->dev.major = (int)major(st->st_rdev);
	op->dev.minor = (int)minor(st->st_rdev);
}

/* Compiles a rule: allow this access to this device. If the rule is `last`, it also denies all
 * other access to it; else later rules decide. Returns the number of instructions. */
static int
cg_dev_rule(struct bpf_insn *p, int type, int major, int minor, int access, bool last)
{
	const struct { unsigned char reg; int value; } tests[] = {
		{ 2, type }, { 4, major }, { 5, minor },
	};
	int n = 0;

	/* a test that fails jumps to the next rule */
	for (size_t i = 0; i < LEN(tests); i++)
		if (tests[i].value != CG_ANY)
			p[n++] = INS(BPF_JMP | BPF_JNE | BPF_K, tests[i].reg & 15, 0, 0,
			             tests[i].value);
	if (access != CG_DEV_ALL) {
		p[n++] = INS(BPF_ALU64 | BPF_MOV | BPF_X, 1, 3, 0, 0);
		p[n++] = INS(BPF_ALU64 | BPF_AND | BPF_K, 1, 0, 0, ~access & CG_DEV_ALL);
		if (last) {
			p[n++] = INS(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 2, 0);
			p[n++] = INS(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0);
			p[n++] = INS(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
		} else {
			p[n++] = INS(BPF_JMP | BPF_JNE | BPF_K, 1, 0, 0, 0);
		}
	}
	p[n++] = INS(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 1);
	p[n++] = INS(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	for (int i = 0; i < n; i++)
		if (p[i].code == (BPF_JMP | BPF_JNE | BPF_K))
			p[i].off = (short)(n - i - 1);
	return n;
}

/* Compiles --device and --device-rule, dev_nodes[] and terminals: the number of instructions. */
static int
cg_dev_rules(struct ct *ct, struct bpf_insn *p)
{
	int n = 0, chr = BPF_DEVCG_DEV_CHAR;

	/* struct bpf_cgroup_dev_ctx: access << 16 | type, major, minor */
	p[n++] = INS(BPF_LDX | BPF_MEM | BPF_W, 2, 1, 0, 0);
	p[n++] = INS(BPF_LDX | BPF_MEM | BPF_W, 4, 1, 4, 0);
	p[n++] = INS(BPF_LDX | BPF_MEM | BPF_W, 5, 1, 8, 0);
	p[n++] = INS(BPF_ALU64 | BPF_MOV | BPF_X, 3, 2, 0, 0);
	p[n++] = INS(BPF_ALU64 | BPF_RSH | BPF_K, 3, 0, 0, 16);
	p[n++] = INS(BPF_ALU64 | BPF_AND | BPF_K, 2, 0, 0, 0xffff);
	for (struct op *op = ct->ops; op; op = op->next)
		if (op->kind == OP_RULE || op->kind == OP_DEVICE)
			n += cg_dev_rule(p + n, S_ISBLK(op->dev.mode) ? BPF_DEVCG_DEV_BLOCK :
			                 S_ISCHR(op->dev.mode) ? chr : CG_ANY, op->dev.major,
			                 op->dev.minor, (int)op->dev.access, op->kind == OP_DEVICE);
	for (size_t i = 0; i < LEN(dev_nodes); i++)
		n += cg_dev_rule(p + n, chr, (int)dev_nodes[i].major, (int)dev_nodes[i].minor,
		                 CG_DEV_ALL, true);
	n += cg_dev_rule(p + n, chr, PTMX_MAJOR, PTMX_MINOR, CG_DEV_ALL, true);
	for (int i = 0; i < PTS_MAJORS; i++)
		n += cg_dev_rule(p + n, chr, PTS_MAJOR + i, CG_ANY, CG_DEV_ALL, true);
	p[n++] = INS(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0);
	p[n++] = INS(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	return n;
}

/* Opens the filter attached to the cgroup; -1 with ENOENT if there is none. */
static int
cg_dev_old(int cgroup)
{
	uint32_t ids[8] = { 0 };
	union bpf_attr a;

	memset(&a, 0, sizeof a);
	a.query.target_fd = (unsigned)cgroup;
	a.query.attach_type = BPF_CGROUP_DEVICE;
	a.query.prog_ids = (uintptr_t)ids;
	a.query.prog_cnt = LEN(ids);
	if (syscall(SYS_bpf, BPF_PROG_QUERY, &a, sizeof a) < 0)
		return -1;
	errno = a.query.prog_cnt ? EEXIST : ENOENT;
	if (a.query.prog_cnt != 1)      /* several: not all of them are ct's */
		return -1;
	memset(&a, 0, sizeof a);
	a.prog_id = ids[0];
	return (int)syscall(SYS_bpf, BPF_PROG_GET_FD_BY_ID, &a, sizeof a);
}

/* Loads the filter, in place of `old` if that is not -1. */
static int
cg_dev_load(struct ct *ct, int old)
{
	enum { RULE = 10, OWN = RULE * (int)(LEN(dev_nodes) + PTS_MAJORS + 2) };
	union bpf_attr a;
	struct bpf_insn *p;
	size_t n = OWN;
	LOCAL_FD fd = -1;

	for (struct op *op = ct->ops; op; op = op->next)
		n += RULE;
	if (!(p = mem_get(ct, n * sizeof *p)))
		return -1;
	memset(&a, 0, sizeof a);
	a.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
	a.insns = (uintptr_t)p;
	a.insn_cnt = (unsigned)cg_dev_rules(ct, p);
	a.license = (uintptr_t)"ISC";
	fd = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &a, sizeof a);
	if (fd < 0)
		return fail_sys(ct, "bpf load device filter");
	memset(&a, 0, sizeof a);
	a.target_fd = (unsigned)ct->cg_fd;
	a.attach_bpf_fd = (unsigned)fd;
	a.attach_type = BPF_CGROUP_DEVICE;
	a.attach_flags = BPF_F_ALLOW_MULTI;
	if (old >= 0) {
		a.attach_flags |= BPF_F_REPLACE;
		a.replace_bpf_fd = (unsigned)old;
	}
	return syscall(SYS_bpf, BPF_PROG_ATTACH, &a, sizeof a) < 0 ?
	       fail_sys(ct, "bpf attach device filter") : 0;
}

static int
cg_devices(struct ct *ct)
{
	return cg_dev_load(ct, -1);
}

/* Before a restart: a device plugged in again may have a new number; a missing one keeps its. */
static void
dev_again(struct ct *ct)
{
	struct stat st;
	LOCAL_FD old = -1;
	bool live;

	ct->step = "devices";
	FOR_OPS(op, ct->ops, OP_DEVICE)
		if (stat(op->dev.src, &st) == 0 && (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode)))
			dev_is(op, &st);
		else
			STEP_WARN(ct, "devices", "%s: is not there", op->dev.src);
	/* devices added by `ct device` last for one run only */
	live = ct->cg_fd >= 0 && fremovexattr(ct->cg_fd, "user.ct.devices") == 0;
	if ((live || op_find(ct->ops, OP_DEVICE)) && ct->cg_fd >= 0 &&
	    (old = cg_dev_old(ct->cg_fd)) >= 0 && cg_dev_load(ct, old) < 0)
		step_forgive(ct);
}
