/* SPDX-License-Identifier: ISC
 *
 * A container's life as LXC's own documents show it: defined by a template, started,
 * looked at, shut down, destroyed. It knows nothing of ct.
 */
#include <stdio.h>
#include <lxc/lxccontainer.h>

int
main(void)
{
	struct lxc_container *c = lxc_container_new("apicontainer", NULL);
	int ret = 1;

	if (!c) {
		fprintf(stderr, "no handle\n");
		goto out;
	}
	if (c->is_defined(c)) {
		fprintf(stderr, "it exists\n");
		goto out;
	}
	if (!c->createl(c, "download", NULL, NULL, LXC_CREATE_QUIET, "-d", "ubuntu", "-r",
	                "trusty", "-a", "i386", NULL)) {
		fprintf(stderr, "no root: %s\n", c->error_string);
		goto out;
	}
	if (!c->start(c, 0, NULL)) {
		fprintf(stderr, "not started: %s\n", c->error_string);
		goto out;
	}
	printf("state %s\n", c->state(c));
	printf("pid %d\n", c->init_pid(c));
	if (!c->shutdown(c, 30)) {
		printf("not in time\n");
		if (!c->stop(c))
			goto out;
	}
	if (!c->destroy(c)) {
		fprintf(stderr, "not destroyed: %s\n", c->error_string);
		goto out;
	}
	ret = 0;
out:
	lxc_container_put(c);
	return ret;
}
