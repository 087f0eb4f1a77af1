/* SPDX-License-Identifier: ISC
 *
 * limits: runs a command in a root directory with limits, a pair of network
 * interfaces and one capability more than the default.
 *
 *	limits ROOT COMMAND [ARGUMENT ...]
 *
 * A limit whose controller is unavailable is reported and left out; anything else is
 * an error.
 */
#include <libct.h>
#include <stdio.h>

static const struct {
	enum ct_controller controller;
	const char *param, *value;
} limits[] = {
	{ CTL_MEMORY, "memory.limit_in_bytes", "64M" },         /* v1's name */
	{ CTL_CPU, "cpu.weight", "50" },                        /* v2's */
	{ CT_CTL_PIDS, "pids.max", "32" },
};

static int
limits_set(ct_handler_t ct)
{
	size_t i;

	for (i = 0; i < sizeof limits / sizeof *limits; i++) {
		if (libct_controller_add(ct, limits[i].controller) < 0)
			fprintf(stderr, "limits: without %s: %s\n",
			        limits[i].param, libct_error(ct));
		else if (libct_controller_configure(ct, limits[i].controller,
		         (char *)limits[i].param, (char *)limits[i].value) < 0)
			return -1;
	}
	return 0;
}

int
main(int argc, char **argv)
{
	struct ct_net_veth_arg pair = { "limits0", "eth0" };
	libct_session_t s = libct_session_open_local();
	ct_handler_t ct = s ? libct_container_create(s, "limits") : NULL;
	struct ct_status st = { CT_ERROR, 0, 0, -1, 125 };

	if (argc < 3 || !ct) {
		fprintf(stderr, "usage: limits ROOT COMMAND [ARGUMENT ...]; %s\n",
		        libct_session_error(s));
		libct_session_close(s);
		return 125;
	}
	if (libct_fs_set_root(ct, argv[1]) < 0 ||
	    limits_set(ct) < 0 ||
	    libct_net_add(ct, CT_NET_VETH, &pair) < 0 ||
	    libct_net_add_address(ct, "10.99.97.2/24") < 0 ||
	    libct_container_add_capability(ct, "net_raw") < 0 ||
	    libct_container_spawn_execv(ct, argv[2], argv + 2) < 0 ||
	    libct_container_wait(ct) < 0 ||
	    libct_container_status(ct, &st) < 0)
		fprintf(stderr, "limits: %s\n", libct_error(ct));
	libct_session_close(s);
	return st.exit_status;
}
