# config.h for a router with little flash and memory:
#
#	sed -f contrib/lean.sed config.def.h >config.h && make
#
# What stays: run with interfaces, nat and --publish, limits, --restart, exec,
# ls, ps, stats, kill, stop, wait. What goes, and what is lost:
#	HAVE_TERMINAL	-t: a shell in a container has no job control
#	HAVE_IMAGE	-r IMAGE, --verity: mount it beforehand
#	HAVE_OVERLAY	--overlay, commit
#	HAVE_COPY	:copy of --tmpfs and --volume
#	HAVE_LOG	--log, logs: terminal output of a detached container is lost
#	HAVE_LIVE	mount, umount, device for a running container
#	HAVE_EVENTS	events; wait stays
#	HAVE_CHECK	check: run it from a build with everything
#	HAVE_SYSCALL	--syscall: use the default filter or --seccomp FILE
#	HAVE_SECOND	programs of i386 on x86-64 are killed
#	HAVE_CHECKPOINT	checkpoint, restore
#	HAVE_JOIN	--ns, --net ns: and container:
#	HAVE_DEVICES	--device with less than rwm, --cap-add MKNOD
#	HAVE_HELP	help, --dry-run, hints: ct(1) has them
# For a container's memory, see --profile lean: README, "Memory".
s/^\(#define HAVE_\(TERMINAL\|IMAGE\|OVERLAY\|COPY\|LOG\|LIVE\|EVENTS\|CHECK\|SYSCALL\|SECOND\|CHECKPOINT\|HELP\|JOIN\|DEVICES\)  *\)1/\10/
