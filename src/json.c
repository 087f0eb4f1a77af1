/* SPDX-License-Identifier: ISC */
/* Cgroup files as JSON. */

/* Prints a word, up to one of `ends`, as a key of a JSON object; returns what follows. */
static char *
json_key(struct buf *o, const char *before, char *s, const char *ends)
{
	size_t n = strcspn(s, ends);

	buf_printf(o, "%s\"%.*s\":", before, (int)n, s);
	return s + n + (s[n] == *ends);
}

/* The same for a value: a number as it is, anything else as a string. */
static char *
json_word(struct buf *o, char *s, const char *ends)
{
	size_t n = strcspn(s, ends);
	bool num = n && strspn(s, "0123456789.") >= n;

	buf_printf(o, num ? "%.*s" : "\"%.*s\"", (int)n, s);
	return s + n;
}

/* Prints "k=v k=v", up to the end of the line, as an object; returns what follows. */
static char *
json_pairs(struct buf *o, char *s)
{
	for (const char *before = "{"; *s && *s != '\n'; before = ",") {
		s = json_key(o, before, s, "= \n");
		s = json_word(o, s, " \n");
		s += *s == ' ';
	}
	buf_printf(o, "}");
	return s;
}

/* Prints the text of a cgroup file as a member of an object: a value, a list of values, lines of
 * "key value", or lines of "key k=v k=v". */
static void
json_text(struct buf *o, const char *file, char *s)
{
	const bool list = strchr(s, '\n') != strrchr(s, '\n');
	bool lines;

	buf_printf(o, ",\"%s\":", file);
	if (!*s) {
		buf_printf(o, "null");
		return;
	}
	/* cpu.max has two values and no key: "100000 100000", "max 100000" */
	lines = s[strcspn(s, " \n")] == ' ' &&
	        (strchr(s, '=') || (*s >= 'a' && strcmp(file, "cpu.max")));
	for (const char *before = lines ? "{" : list ? "[" : ""; *s; before = ",") {
		if (lines)
			s = json_key(o, before, s, " \n");
		else
			buf_printf(o, "%s", before);
		s = s[strcspn(s, "= \n")] == '=' ? json_pairs(o, s) :
		    json_word(o, s, lines ? " \n" : "\n");
		s += strcspn(s, "\n");
		s += *s == '\n';
	}
	buf_printf(o, lines ? "}" : list ? "]" : "");
}

static void
json_file(struct buf *o, int dir, const char *file)
{
	char buf[8192];

	if (io_get(dir, file, buf, sizeof buf) >= 0)
		json_text(o, file, buf);
}
