/* SPDX-License-Identifier: ISC */
/* Suggests what was meant by an unknown verb or option. */

/* Words of docker, podman and kill(1) that resemble no name in ct, and after each group, with
 * '=', what to type. */
static const char words[] =
	"top\0=ct ps, or ct stats -f\0"
	"images\0rmi\0pull\0push\0build\0=no image store; -r DIR or IMAGE is the root\0"
	"cp\0export\0=ct exec NAME tar c PATH\0"
	"unpause\0=ct resume\0"
	"update\0=ct set\0"
	"info\0=ct check\0"
	"port\0=ct net ls\0"
	"delete\0destroy\0=ct rm\0"
	"list\0=ct ls\0"
	"state\0=ct inspect --oci\0"
	"9\0H\0I\0K\0T\0=ct kill -s SIGNAL\0"
	"tail\0=-n N\0"
	"cidfile\0=--name, or what -d prints\0"
	"dns-search\0dns-option\0=--file /etc/resolv.conf=TEXT\0"
	"restart\0=ct run --replace\0"
	"memory-swap\0=--swap, excluding memory\0"
	"memory-reservation\0=--cgroup memory.low=SIZE\0"
	"cpu-shares\0=--cpu-weight\0"
	"cpu-quota\0=--cpus\0"
	"cpuset-mems\0=--cgroup cpuset.mems=LIST\0"
	"device-read-bps\0device-write-bps\0=--io\0"
	"gpus\0=--device\0"
	"cgroup-parent\0=--name PARENT/NAME\0"
	"entrypoint\0=COMMAND, after the options\0"
	"env-file\0=@FILE, with -e NAME=VALUE\0"
	"group-add\0=--user USER:GROUP,GROUP\0"
	"pid\0ipc\0uts\0cgroupns\0=--share, or --ns to join\0"
	"no-new-privs\0no-new-privileges\0=the default\0"
	"security-opt\0=--seccomp, --label, --allow-new-privs\0"
	"shm-size\0=--tmpfs /dev/shm:size=SIZE\0"
	"add-host\0=--file /etc/hosts=TEXT\0"
	"ip\0mac-address\0=--net KIND,ip=ADDR,mac=MAC\0";

static const char *
word_known(const char *word)
{
	bool found = false;

	for (const char *w = words; *w; w += strlen(w) + 1)
		if (*w != '=')
			found |= !strcmp(w, word);
		else if (found)
			return w + 1;
	return NULL;
}

/* The length of the one stretch in which two words differ; SIZE_MAX: they are not similar. */
static size_t
word_far(const char *a, const char *b)
{
	size_t same = 0, n, m;

	for (; *a && *a == *b; a++, b++)
		same++;
	n = strlen(a);
	m = strlen(b);
	if (same > 2 && (!n || !m))             /* one is the start of the other */
		return n + m;
	for (; n && m && a[n - 1] == b[m - 1]; n--, m--)
		same++;
	if (n == 2 && m == 2 && *a == b[1] && a[1] == *b)
		return 1;
	n = n > m ? n : m;
	return n < same ? n : SIZE_MAX;
}

/* Tells which verbs have the option; else what docker's word is here, or the nearest word. */
static void
word_hint(struct ct *ct, char *word)
{
	const size_t size = sizeof ct->err.hint;
	size_t n = 0, far, best = SIZE_MAX, dashes = strspn(word, "-");
	const char *nearest = NULL, *known;
	char *hint = ct->err.hint;
	unsigned in = 0;

	word += dashes;
	text_cut(word, '=');
	for (size_t i = 0; dashes && i < LEN(options); i++) {
		const struct opt *o = &options[i];
		unsigned of = o->verbs ? o->verbs : V_RUN;

		if (!o->name)
			continue;
		far = dashes > 1 ? word_far(word, o->name) : o->letter == *word ? 0 : SIZE_MAX;
		if (!far)
			in |= of;
		if (far < best && of & ct->verb) {
			best = far;
			nearest = o->name;
		}
	}
	for (size_t i = 0; i < LEN(verbs); i++) {
		if (in & verbs[i].bit && n < size)
			n += text_printf(hint + n, size - n, "%s%s", n ? ", " : "an option of ",
			                 verbs[i].name);
		if (!dashes && (far = word_far(word, verbs[i].name)) < best) {
			best = far;
			nearest = verbs[i].name;
		}
	}
	if (n) {
		/* --timeout is run's, here it is --time */
		if (nearest && n < size &&
		    !strncmp(word, nearest, MIN(strlen(word), strlen(nearest))))
			text_printf(hint + n, size - n, "; did you mean --%s?", nearest);
		return;
	}
	known = word_known(word);
	if (known || nearest)
		text_printf(hint, size, known ? "here: %s%s" : "did you mean %s%s?",
		            known || !dashes ? "" : "--", known ? known : nearest);
}
