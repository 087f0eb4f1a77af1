/* SPDX-License-Identifier: ISC
 *
 * serve - starts services as a boot script does, and returns once all of them run.
 *
 *	serve [-w | -p] N COMMAND [ARG ...]
 *
 * Runs COMMAND N times; % in an argument is the service's number. Without an option
 * each is a process in a new session, which keeps running: the least that a service
 * costs. With -w each is waited for before the next is started, with -p all at the
 * end: COMMAND then returns once the service runs. Status 0 if all did.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS = 64, WORD = 256 };

static void
number(char **words, char (*text)[WORD], char **argv, int n)
{
	int i;

	for (i = 0; argv[i] && i < WORDS; i++) {
		char *at = strchr(argv[i], '%');

		words[i] = argv[i];
		if (at) {
			snprintf(text[i], WORD, "%.*s%d%s", (int)(at - argv[i]), argv[i], n,
				at + 1);
			words[i] = text[i];
		}
	}
	words[i] = NULL;
}

/* -1: could not be executed */
static pid_t
start(char **argv, int n, int detached)
{
	static char text[WORDS][WORD];
	char *words[WORDS + 1];
	int fd[2], no = 0;
	pid_t pid;

	number(words, text, argv, n);
	if (pipe2(fd, O_CLOEXEC) < 0 || (pid = fork()) < 0)
		return -1;
	if (!pid) {
		if (detached)
			setsid();
		execv(*words, words);
		no = errno;
		_exit(write(fd[1], &no, sizeof no) < 0 ? 126 : 127);
	}
	close(fd[1]);
	if (detached && read(fd[0], &no, sizeof no) > 0)
		pid = -1;
	close(fd[0]);
	errno = no;
	return pid;
}

static int
bad(int n, int status)
{
	if (status)
		fprintf(stderr, "serve: %d: wait status %#x\n", n, status);
	return status != 0;
}

int
main(int argc, char **argv)
{
	int opt, how = 0, count, failed = 0, status;

	while ((opt = getopt(argc, argv, "+wp")) != -1)
		how = opt;
	argv += optind;
	if (how == '?' || argc - optind < 2 || (count = atoi(argv[0])) < 1) {
		fprintf(stderr, "usage: serve [-w | -p] N COMMAND [ARG ...]\n");
		return 2;
	}
	for (int n = 1; n <= count; n++) {
		if (start(&argv[1], n, !how) < 0) {
			fprintf(stderr, "serve: %s: %s\n", argv[1], strerror(errno));
			return 1;
		}
		if (how == 'w' && wait(&status) > 0)
			failed |= bad(n, status);
	}
	for (int n = 1; how == 'p' && n <= count; n++)
		if (wait(&status) > 0)
			failed |= bad(n, status);
	return failed;
}
