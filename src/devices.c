/* SPDX-License-Identifier: ISC */
/* The device filter: which processes may use which devices, a BPF program on the
 * cgroup. Needed only where the container can make nodes or has one with fewer
 * rights than rwm. Registers: 2 type, 3 access, 4 major, 5 minor */

enum {
	CG_DEV_ALL = BPF_DEVCG_ACC_MKNOD | BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE,
	CG_ANY_MINOR = -1,
	PTMX_MAJOR = 5, PTMX_MINOR = 2, PTS_MAJOR = 136, PTS_MAJORS = 8,
};

#define INS(c, d, s, o, i) \
	(struct bpf_insn){ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) }

/* The first rule of a device decides. Returns the number of its instructions. */
static int
cg_dev_rule(struct bpf_insn *p, int type, int major, int minor, int access)
{
	int n = 0;

	/* each test jumps to the next rule where it fails */
	p[n++] = INS(BPF_JMP | BPF_JNE | BPF_K, 2, 0, 0, type);
	p[n++] = INS(BPF_JMP | BPF_JNE | BPF_K, 4, 0, 0, major);
	if (minor != CG_ANY_MINOR)
		p[n++] = INS(BPF_JMP | BPF_JNE | BPF_K, 5, 0, 0, minor);
	if (access != CG_DEV_ALL) {
		p[n++] = INS(BPF_ALU64 | BPF_MOV | BPF_X, 1, 3, 0, 0);
		p[n++] = INS(BPF_ALU64 | BPF_AND | BPF_K, 1, 0, 0, ~access & CG_DEV_ALL);
		p[n++] = INS(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 2, 0);
		p[n++] = INS(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0);
		p[n++] = INS(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	}
	p[n++] = INS(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 1);
	p[n++] = INS(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	for (int i = 0; i < n; i++)
		if (p[i].code == (BPF_JMP | BPF_JNE | BPF_K))
			p[i].off = (short)(n - i - 1);
	return n;
}

/* Allows the devices of --device, those of config.h, and terminals. */
static int
cg_devices(struct ct *ct)
{
	enum { MAX = 768, RULE = 10 };  /* instructions, of them in a rule */
	struct bpf_insn p[MAX];
	union bpf_attr a;
	int n = 0, r, fd, block = BPF_DEVCG_DEV_BLOCK, chr = BPF_DEVCG_DEV_CHAR;

	/* struct bpf_cgroup_dev_ctx: access << 16 | type, major, minor */
	p[n++] = INS(BPF_LDX | BPF_MEM | BPF_W, 2, 1, 0, 0);
	p[n++] = INS(BPF_LDX | BPF_MEM | BPF_W, 4, 1, 4, 0);
	p[n++] = INS(BPF_LDX | BPF_MEM | BPF_W, 5, 1, 8, 0);
	p[n++] = INS(BPF_ALU64 | BPF_MOV | BPF_X, 3, 2, 0, 0);
	p[n++] = INS(BPF_ALU64 | BPF_RSH | BPF_K, 3, 0, 0, 16);
	p[n++] = INS(BPF_ALU64 | BPF_AND | BPF_K, 2, 0, 0, 0xffff);
	FOR_OPS(op, ct->ops, OP_DEVICE) {
		if (n >= MAX - RULE * ((int)LEN(dev_nodes) + 12))
			return fail_msg(ct, "too many devices");
		n += cg_dev_rule(p + n, S_ISBLK(op->dev.mode) ? block : chr,
		                 (int)op->dev.major, (int)op->dev.minor, (int)op->dev.access);
	}
	for (size_t i = 0; i < LEN(dev_nodes); i++)
		n += cg_dev_rule(p + n, chr, (int)dev_nodes[i].major, (int)dev_nodes[i].minor,
		                 CG_DEV_ALL);
	n += cg_dev_rule(p + n, chr, PTMX_MAJOR, PTMX_MINOR, CG_DEV_ALL);
	for (int i = 0; i < PTS_MAJORS; i++)
		n += cg_dev_rule(p + n, chr, PTS_MAJOR + i, CG_ANY_MINOR, CG_DEV_ALL);
	p[n++] = INS(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0);
	p[n++] = INS(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);

	memset(&a, 0, sizeof a);
	a.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
	a.insns = (uintptr_t)p;
	a.insn_cnt = (unsigned)n;
	a.license = (uintptr_t)"ISC";
	fd = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &a, sizeof a);
	if (fd < 0)
		return fail_sys(ct, "bpf load device filter");
	memset(&a, 0, sizeof a);
	a.target_fd = (unsigned)ct->cg_fd;
	a.attach_bpf_fd = (unsigned)fd;
	a.attach_type = BPF_CGROUP_DEVICE;
	a.attach_flags = BPF_F_ALLOW_MULTI;
	r = (int)syscall(SYS_bpf, BPF_PROG_ATTACH, &a, sizeof a);
	if (r < 0)
		fail_sys(ct, "bpf attach device filter");
	fd_close(&fd);
	return r < 0 ? -1 : 0;
}
