/* SPDX-License-Identifier: ISC */
/* Suggests what was meant by an unknown verb or option. */

/* Words of other tools that resemble no name in ct, and after each group, with '=', what to type.
 * Before a blank stands the verb whose option the word is; with nothing there, it is a verb. */
static const char words[] =
	"ps a\0ps all\0ps q\0ps quiet\0ps l\0ps latest\0ps n\0ps last\0"
	"ps filter\0ps no-trunc\0 list\0list\0tree\0=ct ls\0"
	"kill 1\0kill 9\0kill H\0kill I\0kill K\0kill T\0stop s\0stop signal\0=ct kill -s SIGNAL\0"
	"create n\0create name\0create t\0create i\0=ct run --hold\0"
	"start a\0start attach\0start i\0start interactive\0console\0=ct attach\0"
	"exec T\0=--no-tty\0"
	"logs t\0timestamps\0since\0until\0=--log syslog or kmsg, which have times\0"
	"format\0filter\0inspect f\0=JSON (-j, inspect) and jq(1)\0"
	"n\0=NAME, after the options\0"
	"top\0=ct ps, or ct stats -f\0"
	"image\0images\0rmi\0pull\0push\0build\0buildx\0tag\0save\0load\0import\0history\0"
	"login\0platform\0=no image store; -r DIR or IMAGE is the root\0"
	"cp\0export\0=ct exec NAME tar c PATH\0"
	"diff\0=run --overlay=DIR, which has what changed\0"
	" volume\0volumes-from\0volume-driver\0=a directory, -v DIR:DST\0"
	" network\0=ct net; the bridge is the host's\0"
	"container\0=the verb without it\0"
	"compose\0stack\0swarm\0service\0autostart\0=a service of the host's init for each\0"
	"system\0prune\0=nothing to remove; ct check, ct stats\0"
	"unpause\0unfreeze\0=ct resume\0"
	"freeze\0=ct pause\0"
	" cgroup\0=ct get, ct set\0"
	"update\0=ct set\0"
	"info\0=ct check, or ct inspect NAME\0"
	" status\0=ct inspect\0"
	" port\0=ct net ls\0"
	"delete\0destroy\0=ct rm\0"
	"shutdown\0poweroff\0terminate\0=ct stop\0"
	" state\0=ct inspect --oci\0"
	"join\0nsenter\0 shell\0=ct exec NAME\0"
	"snapshot\0=ct commit\0"
	"monitor\0=ct events\0"
	"spec\0bundle\0=contrib/oci/oci.sh makes arguments of a bundle\0"
	"tail\0=-n N\0"
	"cidfile\0=--name, or what -d prints\0"
	"dns-search\0dns-opt\0dns-option\0=--file /etc/resolv.conf=TEXT\0"
	" restart\0=ct run --replace\0"
	"memory-swap\0=--swap, excluding memory\0"
	"memory-reservation\0=--cgroup memory.low=SIZE\0"
	"memory-swappiness\0kernel-memory\0oom-kill-disable\0=nothing: cgroup2 has none\0"
	"cpu-shares\0run c\0=--cpu-weight\0"
	"cpu-quota\0cpu-period\0=--cpus\0"
	"cpuset-mems\0=--cgroup cpuset.mems=LIST\0"
	"blkio-weight\0=--cgroup io.weight=N\0"
	"device-read-bps\0device-write-bps\0device-read-iops\0device-write-iops\0=--io\0"
	"gpus\0dev-bind\0=--device\0"
	"cgroup-parent\0slice\0=--name PARENT/NAME\0"
	"property\0=-m, --cpus, --pids, --cgroup FILE=VALUE\0"
	"entrypoint\0=COMMAND, after the options\0"
	"boot\0=/sbin/init as COMMAND\0"
	"args\0=@FILE\0"
	"env-file\0=@FILE, with -e NAME=VALUE\0"
	"setenv\0run E\0=-e NAME=VALUE\0"
	"group-add\0=--user USER:GROUP,GROUP\0"
	"uid\0gid\0=--user USER:GROUP, or --uidmap\0"
	"pid\0ipc\0uts\0cgroupns\0=--share, or --ns to join\0"
	"unshare-user\0private-users\0map-root-user\0=--userns\0"
	"no-new-privs\0no-new-privileges\0nonewprivs\0unshare-all\0unshare-pid\0unshare-net\0"
	"unshare-ipc\0unshare-uts\0unshare-cgroup\0new-session\0kill-child\0"
	"clearenv\0run proc\0run dev\0mount-proc\0fork\0private-dev\0private-tmp\0private-network\0"
	"no-stream\0no-trunc\0quiet\0run q\0sig-proxy\0attach\0stats a\0stats all\0ls a\0ls all\0"
	"ls f\0fancy\0active\0=the default\0"
	"die-with-parent\0=setpriv --pdeathsig KILL ct run: it ends with ct\0"
	"no-pivot\0=nothing: ct sees by itself that / is an initramfs\0"
	"security-opt\0=--seccomp, --label, --allow-new-privs\0"
	"system-call-filter\0seccomp_string\0seccomp.drop\0=--syscall\0"
	"cap\0capability\0caps.keep\0=--cap-add\0"
	"drop-capability\0=--cap-drop\0"
	"apparmor\0exec-label\0=--label\0"
	"run l\0label-file\0=--annotate KEY=VALUE\0"
	"shm-size\0=--tmpfs /dev/shm:size=SIZE\0"
	"add-host\0link\0=--file /etc/hosts=TEXT\0"
	"ip\0ip6\0mac-address\0=--net KIND,ip=ADDR,mac=MAC\0"
	"run P\0publish-all\0expose\0port\0=-p PORT:PORT for each\0"
	"health-cmd\0health-interval\0healthcheck\0=ct exec NAME COMMAND, by the host's cron\0"
	"preserve-fds\0pass_fd\0=--keep-fd N\0"
	"time_limit\0=--timeout SEC\0"
	"tz\0=-e TZ=ZONE\0"
	"run D\0directory\0chroot\0rootfs\0=-r DIR\0"
	"run x\0ephemeral\0volatile\0=--overlay\0"
	"bind\0bindmount\0whitelist\0secret\0=-v SRC:DST\0"
	"bind-try\0=-v SRC:DST:try\0"
	"ro-bind-try\0=-v SRC:DST:ro,try\0"
	"bind-ro\0ro-bind\0bindmount_ro\0=-v SRC:DST:ro; the host's root is the default\0"
	"blacklist\0inaccessible\0=--mask PATH\0"
	"dir\0=--tmpfs DIR\0"
	"private\0=--tmpfs \"$HOME\"\0"
	"ro-bind-data\0bind-data\0=--file DST=TEXT\0"
	"chdir\0cwd\0wd\0working-directory\0=-w DIR\0"
	"block-fd\0=--hold\0"
	"console-socket\0=-d -t, then ct attach\0";

static const char *
word_known(const char *verb, const char *word)
{
	const size_t n = strlen(verb);
	bool found = false;

	for (const char *w = words; *w; w += strlen(w) + 1)
		if (*w != '=')
			found |= !strcmp(w, word) ||
			         (!strncmp(w, verb, n) && w[n] == ' ' && !strcmp(w + n + 1, word));
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
	if (dashes > 1)
		text_cut(word, '=');
	if ((known = word_known(ct->row ? ct->row->name : "", word))) {
		text_printf(hint, size, "here: %s", known);
		return;
	}
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
	if (nearest)
		text_printf(hint, size, "did you mean %s%s?", dashes ? "--" : "", nearest);
}
