/* SPDX-License-Identifier: ISC */
/* second PID: the filter of system calls that a process has, as the kernel gives
 * it, run here for calls of x86-64 and for the same ones of i386. Every answer
 * that differs is printed, and what i386 alone has and is let through. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#ifndef PTRACE_SECCOMP_GET_FILTER
#define PTRACE_SECCOMP_GET_FILTER 0x420c
#endif

/* Numbers of the same call on x86-64 and on i386: unistd_64.h and unistd_32.h of
 * Linux. From 424 on they are equal. */
static const short pairs[] = {
	0,3, 1,4, 2,5, 3,6, 4,106, 5,108, 6,107, 7,168, 8,19, 9,90, 10,125,
	11,91, 12,45, 13,174, 14,175, 15,173, 16,54, 17,180, 18,181, 19,145,
	20,146, 21,33, 22,42, 23,82, 24,158, 25,163, 26,144, 27,218, 28,219,
	29,395, 30,397, 31,396, 32,41, 33,63, 34,29, 35,162, 36,105, 37,27,
	38,104, 39,20, 40,187, 41,359, 42,362, 44,369, 45,371, 46,370, 47,372,
	48,373, 49,361, 50,363, 51,367, 52,368, 53,360, 54,366, 55,365, 56,120,
	57,2, 58,190, 59,11, 60,1, 61,114, 62,37, 63,122, 64,393, 66,394,
	67,398, 68,399, 69,400, 70,401, 71,402, 72,55, 73,143, 74,118, 75,148,
	76,92, 77,93, 78,141, 79,183, 80,12, 81,133, 82,38, 83,39, 84,40, 85,8,
	86,9, 87,10, 88,83, 89,85, 90,15, 91,94, 92,182, 93,95, 94,16, 95,60,
	96,78, 97,76, 98,77, 99,116, 100,43, 101,26, 102,24, 103,103, 104,47,
	105,23, 106,46, 107,49, 108,50, 109,57, 110,64, 111,65, 112,66, 113,70,
	114,71, 115,80, 116,81, 117,164, 118,165, 119,170, 120,171, 121,132,
	122,138, 123,139, 124,147, 125,184, 126,185, 127,176, 128,177, 129,178,
	130,179, 131,186, 132,30, 133,14, 134,86, 135,136, 136,62, 137,99,
	138,100, 139,135, 140,96, 141,97, 142,154, 143,155, 144,156, 145,157,
	146,159, 147,160, 148,161, 149,150, 150,151, 151,152, 152,153, 153,111,
	154,123, 155,217, 156,149, 157,172, 158,384, 159,124, 160,75, 161,61,
	162,36, 163,51, 164,79, 165,21, 166,52, 167,87, 168,115, 169,88,
	170,74, 171,121, 172,110, 173,101, 174,127, 175,128, 176,129, 177,130,
	178,167, 179,131, 180,169, 181,188, 182,189, 183,137, 186,224, 187,225,
	188,226, 189,227, 190,228, 191,229, 192,230, 193,231, 194,232, 195,233,
	196,234, 197,235, 198,236, 199,237, 200,238, 201,13, 202,240, 203,241,
	204,242, 205,243, 206,245, 207,246, 208,247, 209,248, 210,249, 211,244,
	212,253, 213,254, 216,257, 217,220, 218,258, 219,0, 221,250, 222,259,
	223,260, 224,261, 225,262, 226,263, 227,264, 228,265, 229,266, 230,267,
	231,252, 232,256, 233,255, 234,270, 235,271, 236,273, 237,274, 238,276,
	239,275, 240,277, 241,278, 242,279, 243,280, 244,281, 245,282, 246,283,
	247,284, 248,286, 249,287, 250,288, 251,289, 252,290, 253,291, 254,292,
	255,293, 256,294, 257,295, 258,296, 259,297, 260,298, 261,299, 263,301,
	264,302, 265,303, 266,304, 267,305, 268,306, 269,307, 270,308, 271,309,
	272,310, 273,311, 274,312, 275,313, 276,315, 277,314, 278,316, 279,317,
	280,320, 281,319, 282,321, 283,322, 284,323, 285,324, 286,325, 287,326,
	288,364, 289,327, 290,328, 291,329, 292,330, 293,331, 294,332, 295,333,
	296,334, 297,335, 298,336, 299,337, 300,338, 301,339, 302,340, 303,341,
	304,342, 305,343, 306,344, 307,345, 308,346, 309,318, 310,347, 311,348,
	312,349, 313,350, 314,351, 315,352, 316,353, 317,354, 318,355, 319,356,
	321,357, 322,358, 323,374, 324,375, 325,376, 326,377, 327,378, 328,379,
	329,380, 330,381, 331,382, 332,383, 333,385, 334,386,
};

/* What only i386 has, and is never allowed: vm86old, bdflush, vm86; and what is
 * with the capability of their like: umount as umount2, stime as settimeofday. */
static const short only[] = { 113, 134, 166 };
static const short like[][2] = { { 166, 22 }, { 164, 25 } };

static struct sock_filter prog[BPF_MAXINSNS];

/* What the filter says: the instructions that ct's have. */
static uint32_t
run(const struct seccomp_data *d)
{
	const struct sock_filter *f = prog;
	uint32_t a = 0;

	for (;; f++) {
		switch (f->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			memcpy(&a, (const char *)d + f->k, sizeof a);
			break;
		case BPF_JMP | BPF_JA:
			f += f->k;
			break;
		case BPF_JMP | BPF_JEQ | BPF_K:
			f += a == f->k ? f->jt : f->jf;
			break;
		case BPF_JMP | BPF_JGT | BPF_K:
			f += a > f->k ? f->jt : f->jf;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			f += a >= f->k ? f->jt : f->jf;
			break;
		case BPF_ALU | BPF_AND | BPF_K:
			a &= f->k;
			break;
		case BPF_JMP | BPF_JSET | BPF_K:
			f += a & f->k ? f->jt : f->jf;
			break;
		case BPF_RET | BPF_K:
			return f->k;
		default:
			printf("instruction %#x\n", f->code);
			exit(1);
		}
	}
}

static uint32_t
ask(uint32_t arch, int nr, uint64_t a0, uint64_t a1)
{
	struct seccomp_data d = { .arch = arch, .nr = nr, .args = { a0, a1, a0 } };

	return run(&d);
}

static void
compare(int nr, int nr2)
{
	static const uint64_t args[][2] = { { 0, 0 }, { CLONE_NEWUSER, 0 },
	    { 0, TIOCSTI }, { 0, TIOCLINUX }, { 0, TIOCSETD } };
	uint32_t x, y;
	size_t i;

	for (i = 0; i < 5 + 64; i++) { /* and families of sockets */
		uint64_t a0 = i < 5 ? args[i][0] : i - 5;
		uint64_t a1 = i < 5 ? args[i][1] : 0;

		x = ask(AUDIT_ARCH_X86_64, nr, a0, a1);
		y = ask(AUDIT_ARCH_I386, nr2, a0, a1);
		if (x == y)
			continue;
		printf("%d %#x: i386's %d %#x\n", nr, x, nr2, y);
		break;
	}
}

int
main(int argc, char **argv)
{
	int pid = argc == 2 ? atoi(argv[1]) : 0, w;
	size_t i;

	if (ptrace(PTRACE_SEIZE, pid, 0, 0) || ptrace(PTRACE_INTERRUPT, pid, 0, 0) ||
	    waitpid(pid, &w, __WALL) != pid ||
	    ptrace(PTRACE_SECCOMP_GET_FILTER, pid, 0, prog) <= 0) {
		printf("filter: %s\n", strerror(errno));
		return 1;
	}
	for (i = 0; i < sizeof pairs / sizeof *pairs; i += 2)
		compare(pairs[i], pairs[i + 1]);
	for (i = 0; i < sizeof like / sizeof *like; i++)
		compare(like[i][0], like[i][1]);
	for (w = 424; w < 600; w++)
		compare(w, w);
	for (i = 0; i < sizeof only / sizeof *only; i++)
		if (ask(AUDIT_ARCH_I386, only[i], 0, 0) == SECCOMP_RET_ALLOW)
			printf("i386's %d\n", only[i]);
	for (i = 0; i < 64; i++) {
		uint32_t y = ask(AUDIT_ARCH_I386, 102, i, 0);

		if ((y == SECCOMP_RET_ALLOW) == (i == 1 || i == 8))
			printf("socketcall %zu %#x\n", i, y);
	}
	if (ask(AUDIT_ARCH_X86_64, 0x40000000 | 39, 0, 0) == SECCOMP_RET_ALLOW)
		puts("x32");
	if (ask(AUDIT_ARCH_I386, 0x40000000 | 20, 0, 0) == SECCOMP_RET_ALLOW)
		puts("x32 of i386");
	if (ask(AUDIT_ARCH_ARM, 20, 0, 0) != SECCOMP_RET_KILL_PROCESS)
		puts("arm");
	return 0;
}
