/* SPDX-License-Identifier: ISC
 *
 * spawn - compares how long commands take, in rounds of random order.
 *
 *	spawn [-n ROUNDS] [-g GAP_MS] [-c PROCESSOR] [-e PROGRAM] FILE [A/B ...]
 *
 * Each line of FILE is NAME, a tab, and the words of a command, the first a
 * path; no quoting. Every round runs each command once, with its input and
 * output at /dev/null, after sleeping GAP_MS so that the machine is idle, and
 * only on PROCESSOR if that is given; PROGRAM, which removes what it left, runs
 * after it and is not counted. Prints the median, the 10th and the 90th
 * percentile of wall time in microseconds, the median of processor time
 * (its own and that of its children) and of page faults, and the medians of
 * the paired ratios (one for each round) to the first command, for wall and
 * for processor time; then those for every A/B given. A command that does not
 * exit 0 ends everything with status 1.
 *
 * Why not hyperfine: it cannot randomise the order across commands. Starting a
 * container leaves work for the kernel to do later (network namespaces, BPF),
 * and in a fixed order the same next command always pays for it. In blocks of
 * one command each, the ratio shows how the machine's load changed in between.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	CMD_MAX = 32,
	WORD_MAX = 64,
	WARMUP_ROUNDS = 3,	/* run, not counted */
	ROUNDS_MAX = 100000,
	GAP_MS_MAX = 10000,
};

enum { WALL, CPU, FAULTS, KINDS };	/* the first two in microseconds */

struct cmd {
	char *name;
	char *argv[WORD_MAX + 1];
	double *took[KINDS];	/* one for each round */
};

static struct cmd cmds[CMD_MAX];
static int cmd_count;
static int rounds = 100, gap_ms;
static char *after;

static void
die(const char *what, const char *why)
{
	fprintf(stderr, "spawn: %s: %s\n", what, why);
	exit(1);
}

static int
number(const char *s, int min, int max)
{
	char *end;
	long n = strtol(s, &end, 10);

	if (end == s || *end || n < min || n > max)
		die(s, "not a number in range");
	return (int)n;
}

/* --- the commands --- */

/* takes over line */
static void
cmd_add(char *line)
{
	struct cmd *c = &cmds[cmd_count];
	int n = 0;

	if (cmd_count == CMD_MAX)
		die(line, "too many commands");
	c->name = strtok(line, "\t");
	for (char *w; (w = strtok(NULL, " \t\n")); c->argv[n++] = w)
		if (n == WORD_MAX)
			die(c->name, "too many words");
	if (!n)
		die(c->name, "no command");
	for (int k = 0; k < KINDS; k++)
		if (!(c->took[k] = calloc((size_t)rounds, sizeof **c->took)))
			die(c->name, strerror(errno));
	cmd_count++;
}

static void
cmd_read(const char *file)
{
	FILE *f = fopen(file, "re");
	char *line = NULL;
	size_t size = 0;

	if (!f)
		die(file, strerror(errno));
	while (getline(&line, &size, f) > 0) {
		cmd_add(line);
		line = NULL;
		size = 0;
	}
	free(line);
	fclose(f);
	if (!cmd_count)
		die(file, "no commands");
}

static const struct cmd *
cmd_find(const char *name, size_t len)
{
	for (int i = 0; i < cmd_count; i++)
		if (!strncmp(cmds[i].name, name, len) && !cmds[i].name[len])
			return &cmds[i];
	die(name, "no such command");
	return NULL;
}

/* --- running them --- */

static double
now_usec(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void
idle(void)
{
	struct timespec t = { gap_ms / 1000, gap_ms % 1000 * 1000000L };

	if (gap_ms)
		nanosleep(&t, NULL);
}

static double
usec_of(struct timeval t)
{
	return (double)t.tv_sec * 1e6 + (double)t.tv_usec;
}

static void
start(const char *name, char *const *argv, const posix_spawn_file_actions_t *files,
	struct rusage *use)
{
	static char *const env[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL };
	int status, err;
	pid_t pid;

	err = posix_spawn(&pid, argv[0], files, NULL, argv, env);
	if (err)
		die(argv[0], strerror(err));
	while (wait4(pid, &status, 0, use) < 0)
		if (errno != EINTR)
			die("wait4", strerror(errno));
	if (status) {
		fprintf(stderr, "spawn: %s: wait status %#x\n", name, status);
		exit(1);
	}
}

static void
run(const struct cmd *c, const posix_spawn_file_actions_t *files, int round)
{
	double began = now_usec(), wall;
	struct rusage use;

	start(c->name, c->argv, files, &use);
	wall = now_usec() - began;
	if (after)
		start(after, (char *[]){ after, c->name, NULL }, files, &(struct rusage){ 0 });
	if (round < 0)
		return;
	c->took[WALL][round] = wall;
	c->took[CPU][round] = usec_of(use.ru_utime) + usec_of(use.ru_stime);
	c->took[FAULTS][round] = (double)use.ru_minflt;
}

static void
shuffle(int *order)
{
	for (int i = cmd_count - 1; i > 0; i--) {
		int j = rand() % (i + 1), t = order[i];

		order[i] = order[j];
		order[j] = t;
	}
}

static void
run_rounds(void)
{
	posix_spawn_file_actions_t files;
	int order[CMD_MAX];

	posix_spawn_file_actions_init(&files);
	for (int fd = 0; fd < 3; fd++)
		posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_RDWR, 0);
	for (int i = 0; i < cmd_count; i++)
		order[i] = i;
	for (int round = -WARMUP_ROUNDS; round < rounds; round++) {
		shuffle(order);
		for (int i = 0; i < cmd_count; i++) {
			idle();
			run(&cmds[order[i]], &files, round);
		}
	}
	posix_spawn_file_actions_destroy(&files);
}

/* --- statistics --- */

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* leaves v as it is: the rounds must stay in order for the pairs */
static double
quantile(const double *v, double q)
{
	static double *sorted;

	if (!sorted)
		sorted = calloc((size_t)rounds, sizeof *sorted);
	if (!sorted)
		die("calloc", strerror(errno));
	memcpy(sorted, v, (size_t)rounds * sizeof *v);
	qsort(sorted, (size_t)rounds, sizeof *v, compare);
	return sorted[(int)(q * (rounds - 1) + 0.5)];
}

static double
paired_ratio(const struct cmd *a, const struct cmd *b, int kind)
{
	static double *ratio;

	if (!ratio)
		ratio = calloc((size_t)rounds, sizeof *ratio);
	if (!ratio)
		die("calloc", strerror(errno));
	for (int i = 0; i < rounds; i++)
		ratio[i] = a->took[kind][i] / b->took[kind][i];
	return quantile(ratio, 0.5);
}

static void
print_table(void)
{
	printf("%-14s %9s %7s %7s %7s %6s %8s %9s\n", "command", "median_us", "p10",
		"p90", "cpu_us", "faults", "ratio", "cpu_ratio");
	for (int i = 0; i < cmd_count; i++) {
		const struct cmd *c = &cmds[i];

		printf("%-14s %9.0f %7.0f %7.0f %7.0f %6.0f %8.3f %9.3f\n", c->name,
			quantile(c->took[WALL], 0.5), quantile(c->took[WALL], 0.1),
			quantile(c->took[WALL], 0.9), quantile(c->took[CPU], 0.5),
			quantile(c->took[FAULTS], 0.5), paired_ratio(c, &cmds[0], WALL),
			paired_ratio(c, &cmds[0], CPU));
	}
}

static void
print_pair(const char *pair)
{
	const char *slash = strchr(pair, '/');
	const struct cmd *a, *b;

	if (!slash)
		die(pair, "not A/B");
	a = cmd_find(pair, (size_t)(slash - pair));
	b = cmd_find(slash + 1, strlen(slash + 1));
	printf("%-55s %8.3f %9.3f\n", pair, paired_ratio(a, b, WALL),
		paired_ratio(a, b, CPU));
}

static void
pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof set, &set))
		die("sched_setaffinity", strerror(errno));
}

int
main(int argc, char **argv)
{
	int opt;

	while ((opt = getopt(argc, argv, "+n:g:c:e:")) != -1)
		switch (opt) {
		case 'n': rounds = number(optarg, 1, ROUNDS_MAX); break;
		case 'g': gap_ms = number(optarg, 0, GAP_MS_MAX); break;
		case 'e': after = optarg; break;
		case 'c': pin(number(optarg, 0, CPU_SETSIZE - 1)); break;
		default: return 2;
		}
	if (optind == argc) {
		fprintf(stderr, "usage: spawn [-n ROUNDS] [-g GAP_MS] [-c PROCESSOR] "
			"[-e PROGRAM] FILE [A/B ...]\n");
		return 2;
	}
	srand((unsigned)time(NULL));
	cmd_read(argv[optind]);
	run_rounds();
	print_table();
	for (int i = optind + 1; i < argc; i++)
		print_pair(argv[i]);
	return 0;
}
