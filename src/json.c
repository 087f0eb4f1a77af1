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

/* Prints the text of a cgroup file as a member of an object: a value, a list of words, lines of
 * "key value", or lines of "key k=v k=v". */
static void
json_text(struct buf *o, const char *file, char *s)
{
	static const char *const lists[] = { "cgroup.controllers", "cgroup.procs",
	                                     "cgroup.subtree_control", "cgroup.threads" };
	const bool list = NAME_FIND(lists, file) >= 0;
	bool lines;

	buf_printf(o, ",\"%s\":", file);
	/* cpu.max has two values and no key: "100000 100000", "max 100000" */
	lines = !list && s[strcspn(s, " \n")] == ' ' &&
	        (strchr(s, '=') || (*s >= 'a' && strcmp(file, "cpu.max")));
	if (!lines && !list) {
		if (*s)
			json_word(o, s, "\n");
		else
			buf_printf(o, "null");
		return;
	}
	buf_printf(o, list ? "[" : "");
	for (const char *before = list ? "" : "{"; *s; before = ",") {
		if (list)
			buf_printf(o, "%s", before);
		else
			s = json_key(o, before, s, " \n");
		s = s[strcspn(s, "= \n")] == '=' ? json_pairs(o, s) : json_word(o, s, " \n");
		s += list ? 0 : strcspn(s, "\n");
		s += !!*s;
	}
	buf_printf(o, list ? "]" : "}");
}

static void
json_file(struct buf *o, int dir, const char *file)
{
	char buf[8192];

	if (io_get(dir, file, buf, sizeof buf) >= 0)
		json_text(o, file, buf);
}
