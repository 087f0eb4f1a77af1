/* SPDX-License-Identifier: ISC
 *
 * pty [-q] COMMAND...: runs it in the foreground of a new terminal of 24 lines and 80
 * columns, like a person who does what the lines of standard input say:
 *
 *   see TEXT        waits for this output, after what was seen before
 *   type TEXT       \n, \e and \NNN (octal) as in printf(1)
 *   size LINES COLUMNS
 *   kill SIGNAL     to COMMAND's process, by number
 *   sleep MS
 *
 * Prints the output (not with -q), without carriage returns, and exits with its status,
 * or 99 after 15 s. Ends with "mode: other" if the terminal mode was not restored.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { SECONDS = 15, SIZE = 1 << 20 };

static int master, quiet;
static char out[SIZE + 1];
static size_t len, seen;

static void
die(const char *what)
{
	fprintf(stderr, "pty: %s: %s\n", what, strerror(errno));
	exit(99);
}

static long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Reads what arrives within ms; false: nothing more will. */
static int
take(int ms)
{
	struct pollfd p = { .fd = master, .events = POLLIN };
	char buf[65536];
	ssize_t n, i;

	if (poll(&p, 1, ms) <= 0)
		return 1;
	n = read(master, buf, sizeof buf);
	if (n <= 0)
		return 0;
	if (len > SIZE - sizeof buf) {  /* forgets the older half */
		memmove(out, out + SIZE / 2, len -= SIZE / 2);
		seen = seen > SIZE / 2 ? seen - SIZE / 2 : 0;
	}
	for (i = 0; i < n; i++)
		if (buf[i] != '\r')
			out[len++] = buf[i];
	out[len] = '\0';
	return 1;
}

static void
finish(const char *why)
{
	if (!quiet || *why)
		fwrite(out, 1, len, stdout);
	printf("%s", why);
	fflush(stdout);
}

static void
see(const char *text, long end)
{
	char *at;

	while (!(at = memmem(out + seen, len - seen, text, strlen(text)))) {
		if (!take(100) || now_ms() > end) {
			finish("\npty: did not see: ");
			printf("%s\n", text);
			exit(99);
		}
	}
	seen = (size_t)(at - out) + strlen(text);
}

static void
type(char *s)
{
	char *w = s, *r = s;

	for (; *r; r++) {
		if (*r != '\\') {
			*w++ = *r;
			continue;
		}
		r++;
		if (*r == 'n') {
			*w++ = '\n';
		} else if (*r == 'e') {
			*w++ = 033;
		} else {
			*w++ = (char)strtol((char[]){ r[0], r[1], r[2], 0 }, NULL, 8);
			r += 2;
		}
	}
	if (write(master, s, (size_t)(w - s)) < 0)
		die("type");
}

static pid_t
start(char **argv, const struct winsize *size, struct termios *mode, int *slave)
{
	int zero = 0, fd = -1;
	pid_t pid;

	master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (master < 0 || ioctl(master, (int)TIOCSPTLCK, &zero) ||
	    (fd = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY)) < 0)
		die("/dev/ptmx");
	ioctl(fd, (int)TIOCSWINSZ, size);
	tcgetattr(fd, mode);
	pid = fork();
	if (pid == 0) {
		setsid();
		ioctl(fd, TIOCSCTTY, 0);
		for (int i = 0; i < 3; i++)
			dup2(fd, i);
		close(fd);
		execvp(argv[0], argv);
		die(argv[0]);
	}
	*slave = fd;
	return pid;
}

int
main(int argc, char **argv)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	struct termios was, is;
	char line[4096], *arg;
	long end = now_ms() + SECONDS * 1000;
	int status, slave;
	pid_t pid, got;

	quiet = argc > 1 && !strcmp(argv[1], "-q");
	argv += quiet;
	if (!argv[1])
		return 99;
	pid = start(argv + 1, &size, &was, &slave);
	while (fgets(line, sizeof line, stdin)) {
		line[strcspn(line, "\n")] = '\0';
		arg = line + strcspn(line, " ");
		arg += *arg == ' ';
		if (!strncmp(line, "see ", 4))
			see(arg, end);
		else if (!strncmp(line, "type ", 5))
			type(arg);
		else if (!strncmp(line, "size ", 5)) {
			size.ws_row = (unsigned short)strtol(arg, &arg, 10);
			size.ws_col = (unsigned short)strtol(arg, NULL, 10);
			ioctl(master, (int)TIOCSWINSZ, &size);
		} else if (!strncmp(line, "kill ", 5))
			kill(pid, atoi(arg));
		else if (!strncmp(line, "sleep ", 6))
			for (long until = now_ms() + atoi(arg); now_ms() < until; )
				take((int)(until - now_ms()));
	}
	do {
		take(20);
		got = waitpid(pid, &status, WNOHANG);
	} while (!got && now_ms() < end);
	for (size_t had = len + 1; had != len; ) {
		had = len;
		take(50);
	}
	if (!got) {
		kill(pid, SIGKILL);
		finish("\npty: it has not ended\n");
		return 99;
	}
	tcgetattr(slave, &is);
	finish(memcmp(&was, &is, sizeof was) ? "mode: other\n" : "");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
