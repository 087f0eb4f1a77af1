/* SPDX-License-Identifier: ISC
 *
 * Every policy decision of ct, as typed tables. The first `make` copies this
 * file to config.h and never overwrites an edited one. What differs from one
 * container to the next is an option of `ct run`, not an entry here.
 *
 * Included by ct.c after the types; ct.c checks the ranges at compile time.
 */

/* --- what is in the binary: 0 leaves it out ----------------------------
 *
 * KiB on x86-64, of 291 with everything; 112 with nothing. `make sizes` measures it. */
#define HAVE_HELP    1  /* 18.6  help, --dry-run, hints in messages */
#define HAVE_SYSCALL 1  /*  4.4  --syscall, --seccomp-notify */
#define HAVE_COPY    1  /*  2.5  copy of --tmpfs and --volume, commit */
#define HAVE_FILES   1  /*  2.6  @FILE, --profile */
#define HAVE_TELL    1  /*  0.9  --pidfile, --ready-fd, --info-fd, --annotate */
#define HAVE_DETACH  1  /*  0.9  -d */
#define HAVE_INIT    1  /*  0.9  --init */
#define HAVE_MOUNTS  1  /*  1.4  --mount, --mask, --ro-path, --symlink, --file, --device */
#define HAVE_LIMITS  1  /*  4.3  -m, --cpus and other limits; HAVE_GROUP brings it anyway */
#define HAVE_PROCESS 1  /*  2.8  --rlimit, --nice, --sysctl, --keep-fd, --time-offset etc. */
#define HAVE_HOOKS   1  /*  0.8  --on-start, --on-ready, --on-exit */
#define HAVE_USERNS  1  /*  3.6  user namespaces, which callers without root need; idmap */
#define HAVE_NET     1  /* 22.5  interfaces, ct net */
#define HAVE_NAT     1  /*  7.6  nat and --publish (nf_tables); needs HAVE_NET */
#define HAVE_LIST    1  /*  7.5  ls, ps, inspect, stats */
#define HAVE_GROUP   1  /*  6.1  create, get, set, rm, rename, enter, detect, init */
#define HAVE_SIGNAL  1  /*  3.2  start, pause, resume, kill, stop, wait */
#define HAVE_EXEC    1  /*  2.8  exec */
#define HAVE_EVENTS  1  /*  2.2  events */
#define HAVE_CHECK   1  /*  5.9  check */
#define HAVE_RESTART 1  /*  2.6  --restart */
#define HAVE_LIVE    1  /*  7.4  mount, umount, device */
#define HAVE_JOIN    1  /*  3.4  --ns, --net ns: and container: */
#define HAVE_TERMINAL 1 /*  4.1  -t, and the automatic one */
#define HAVE_IMAGE   1  /*  8.3  -r IMAGE, --verity */
#define HAVE_OVERLAY 1  /*  5.1  --overlay, commit */
#define HAVE_CHECKPOINT 1 /*  8.4  checkpoint, restore */
#define HAVE_LOG     1  /*  6.5  --log, logs, attach; what -d keeps */
#define HAVE_SECOND  1  /*  0.8  default filter for i386 on x86-64, arm on arm64: else killed */
#define HAVE_DEVICES 1  /*  4.9  device filter: --device with less than rwm, --cap-add MKNOD */
#define HAVE_FAST    1  /*  0.8  a start 5 % faster: no second execve(2), a shorter filter */

/* --- identity ---------------------------------------------------------- */

/* ct's own cgroup at the top of the cgroup2 hierarchy. One component, no
 * dots: cgroup2 accepts a directory called memory.max. */
static const char cg_subtree[] = "ct";
/* Name of a container without --name: this and 8 random hex digits. */
static const char name_prefix[] = "ct-";
/* COMMAND if none is given. */
static const char *const default_command[] = { "/bin/sh", NULL };

/* --- environment ------------------------------------------------------- */

/* K=V sets, K alone copies the caller's if it is set. The rest of the caller's
 * environment is visible only with --keep-env or -e. HOME comes from the
 * container's passwd (the user's, or /root); see own_homes. */
static const char *const default_env[] = {
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	"container=ct",         /* systemd's convention: programs ask for it */
	"TERM",
	NULL
};

/* --- root: mounts, devices, masks -------------------------------------- */

/* Private directories, empty and writable, where the root is read-only; under a layer, those
 * whose owner the user namespace does not map. Those that the root lacks are left out. They are
 * parts of one tmpfs, which costs 20 us less than one for each; of this size (bytes, K M G),
 * or an eighth of the memory. */
static const struct own_dir own_dirs[] = {
	/* path         mode */
	{ "/tmp",       01777 },
	{ "/var/tmp",   01777 },
	{ "/run",       0755 },
};
static const char own_size[] = "128M";

/* On the host's own root (no -r) there is one for HOME as well, if that is at or below
 * one of these: any other home holds the data of a service, which needs it. */
static const char *const own_homes[] = { "/root", "/home" };
/* HOME if the user's is missing or is the root. */
static const char no_home[] = "/tmp";

/* Images that -r takes: the kernel has to withstand a hostile one, so remove what is not
 * needed; whatever else the kernel mounts may be added. Without sizes, --verity needs an
 * offset. The contents of an ext4 may turn errors into a panic. */
static const struct image_fs image_fs[] = {
	/* name       more options, and with :rw (NULL: cannot be written to)
	 *            magic, at byte; size at, bytes, unit's shift at, more */
	{ "squashfs", "", NULL,
	              "hsqs",             0,    40,   8, 0,    0 },
	{ "erofs",    "", NULL,
	              "\xe2\xe1\xf5\xe0", 1024, 1060, 4, 1036, 0 },
	{ "ext4",     ",norecovery,errors=remount-ro", ",errors=remount-ro",
	              "\x53\xef",         1080, 1028, 4, 1048, 10 },
};

/* --overlay in memory: what that tmpfs may hold, as options of tmpfs(5): half of the
 * memory; each file takes about 1 KiB of kernel memory. */
static const char overlay_limits[] = "mode=700,size=50%,nr_inodes=256k";

/* /dev is a tmpfs of this size (bytes, K M G), or an eighth of the memory; /dev/shm is a
 * directory in it, since a mount of its own costs 8 us at each start. */
static const char dev_size[] = "64M";
/* /dev/pts, as options of devpts. All containers share what kernel.pty.max leaves them,
 * 3072: with this limit, one alone does not take the terminals of the others. */
static const char pts_options[] = "mode=620,ptmxmode=666,max=512";

/* Device nodes in /dev, made by mknod(2), or bound from the host's in a user
 * namespace. Linux Documentation/admin-guide/devices.txt has the numbers. */
static const struct dev_node dev_nodes[] = {
	/* name         major  minor */
	{ "null",       1,     3 },
	{ "zero",       1,     5 },
	{ "full",       1,     7 },
	{ "random",     1,     8 },
	{ "urandom",    1,     9 },
	{ "tty",        5,     0 },
};

static const struct dev_link dev_links[] = {
	{ "fd",         "/proc/self/fd" },
	{ "stdin",      "/proc/self/fd/0" },
	{ "stdout",     "/proc/self/fd/1" },
	{ "stderr",     "/proc/self/fd/2" },
	{ "ptmx",       "pts/ptmx" },
};

/* Paths in /proc that are read-only: root can change the machine there without any
 * capability. Each costs 7 us at a start if it exists, 2 if not. A container of a
 * caller without root needs only the first two. */
static const char *const closed_paths[] = {
	"sys", "pressure",      /* a process with many triggers of PSI takes minutes to die */
	"sysrq-trigger", "irq", "bus", "fs",            /* nearly everywhere */
	"driver", "asound", "dynamic_debug",
	"slabinfo",             /* writable with SLAB, before Linux 6.8 */
#if defined __i386__ || defined __x86_64__
	"mtrr",
#elif defined __arm__
	"cpu",                  /* alignment */
#elif defined __powerpc__
	"powerpc", "pmu",       /* firmware, device tree, partition */
#elif defined __s390x__
	"cio_ignore", "cio_settle", "dasd",
#endif
};

/* Paths that show nothing: an empty read-only file or directory covers them. All are
 * in /proc or /sys; those missing in the container are skipped. /sys as a whole is
 * read-only, so only what it reveals, or does when it is read, has to be listed. One
 * name in a path may be a *: any. */
static const struct mask masked_paths[] = {
	/* path                         a directory? */
	{ "/proc/kcore",                false },        /* the kernel's memory */
	{ "/proc/keys",                 false },        /* keys of this uid outside */
	{ "/proc/timer_list",           false },        /* what runs, and addresses */
	{ "/proc/interrupts",           false },        /* times what others type and do */
	{ "/proc/sched_debug",          false },        /* all processes, before Linux 5.13 */
	{ "/proc/acpi",                 true },
	{ "/proc/scsi",                 true },
	{ "/sys/firmware",              true },         /* serial numbers, ACPI tables */
	{ "/sys/devices/virtual/dmi",   true },         /* serial numbers */
	{ "/sys/devices/virtual/powercap", true },      /* what others compute: PLATYPUS */
	{ "/sys/class/zram-control",    true },         /* makes a device when it is read */
	{ "/sys/bus/nvmem/devices/*",   true },         /* flash of routers, EEPROMs */
	{ "/sys/bus/i2c/devices/*/eeprom", false },     /* the same EEPROMs */
	{ "/sys/bus/spi/devices/*/eeprom", false },
};

/* File systems that show the kernel itself: a --mount of one is read-only
 * without --privileged, and masked as above. */
static const char *const kernel_fs[] = {
	"proc", "sysfs", "cgroup", "cgroup2", "debugfs", "tracefs", "securityfs",
	"configfs", "efivarfs", "binfmt_misc", "pstore", "resctrl", "selinuxfs",
	"smackfs", "devtmpfs", "rpc_pipefs", "nfsd", "xenfs",
};

/* Largest file that is read, in bytes: @FILE, the container's passwd, group and hosts,
 * /etc/subuid. */
#define FILE_LIMIT (1 << 20)

/* --- cgroup ------------------------------------------------------------ */

/* Where to look for a mounted cgroup2; if none of these is one, ct mounts its
 * own, detached. */
static const char *const cg_mounts[] = {
	"/sys/fs/cgroup/unified",       /* first: hybrid hierarchies have both */
	"/sys/fs/cgroup",
	NULL
};

/* Controllers that ct switches on for its subtree, one at a time, when it
 * makes it; one that the kernel lacks or refuses is skipped. */
static const struct controller cg_controllers[] = {
	/* name         what the kernel needs for it */
	{ "memory",     "CONFIG_MEMCG" },
	{ "pids",       "CONFIG_CGROUP_PIDS" },
	{ "cpu",        "CONFIG_CFS_BANDWIDTH" },
	{ "io",         "CONFIG_BLK_DEV_THROTTLING" },
	{ "cpuset",     "CONFIG_CPUSETS" },
};

/* Limits of every container, applied if their controller is available; the
 * option for the same file replaces one. */
static const struct limit default_limits[] = {
	/* file                 value */
	{ "pids.max",           "2048" },       /* or half of kernel.threads-max */
	{ "memory.oom.group",   "1" },          /* the OOM killer takes all */
};

/* What a container with --delegate may make in its cgroup: more levels and more
 * cgroups (each takes 50 to 100 KiB of kernel memory) are refused. */
static const struct limit delegate_limits[] = {
	/* file                     value */
	{ "cgroup.max.depth",       "16" },
	{ "cgroup.max.descendants", "256" },
};
/* Levels of cgroups below a container that ct looks at: a process with
 * CAP_SYS_ADMIN may lift the limits above. */
#define CG_DEPTH 64
/* How long the removal of all these cgroups may take, in milliseconds. */
#define CG_CLEAR 5000

/* --- network ----------------------------------------------------------- */

/* Tells this machine from others that run the same containers: the MAC addresses
 * of their interfaces are derived from it. If it is missing or empty, the kernel's
 * boot id is used, and they change with the next boot. */
static const char machine_id[] = "/etc/machine-id";
/* Multicast groups that a container may join on a bridge, from Linux 6.3 on: the bridge stops
 * snooping for good once all its ports together have 4096 (its hash_max). */
#define BRIDGE_GROUPS 128

/* --- process ----------------------------------------------------------- */

static const struct rlimit_default default_rlimits[] = {
	/* 0 would not keep a core_pattern with a pipe from being run on the
	 * host; 1 does: core(5), and the default filter keeps it there. Bytes. */
	{ "core", 1 },
	/* Half of the kernel's default: bytes of POSIX message queues are counted for root in all
	 * containers and outside together. */
	{ "msgqueue", 409600 },
};

/* --- privilege --------------------------------------------------------- */

/* Capabilities of root in a container: capabilities(7). Absent on purpose:
 * DAC_READ_SEARCH (opens any inode of a file system by handle), MKNOD,
 * NET_RAW, SYS_CHROOT, SYS_ADMIN, SYS_PTRACE. */
static const unsigned char default_caps[] = {
	CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_FSETID, CAP_KILL,
	CAP_SETGID, CAP_SETUID, CAP_SETPCAP, CAP_NET_BIND_SERVICE,
};

/* Answered with EPERM, unless the container has the capability that the kernel
 * asks for anyway (-1: none helps). Numbers newer than this list are ENOSYS, so
 * that a new call is not a new hole and the C library takes its fallback. */
static const struct denied_call denied_calls[] = {
	{ SYS_add_key, -1 }, { SYS_request_key, -1 }, { SYS_keyctl, -1 },
	{ SYS_bpf, CAP_BPF }, { SYS_perf_event_open, CAP_PERFMON },
	{ SYS_userfaultfd, CAP_SYS_PTRACE },
	{ SYS_open_by_handle_at, CAP_DAC_READ_SEARCH },
	{ SYS_init_module, CAP_SYS_MODULE },
	{ SYS_finit_module, CAP_SYS_MODULE },
	{ SYS_delete_module, CAP_SYS_MODULE },
	{ SYS_kexec_load, -1 },
#ifdef SYS_kexec_file_load
	{ SYS_kexec_file_load, -1 },
#endif
	{ SYS_reboot, CAP_SYS_BOOT },
	{ SYS_mount, CAP_SYS_ADMIN }, { SYS_umount2, CAP_SYS_ADMIN },
	{ SYS_pivot_root, CAP_SYS_ADMIN }, { SYS_quotactl, CAP_SYS_ADMIN },
	{ SYS_swapon, CAP_SYS_ADMIN }, { SYS_swapoff, CAP_SYS_ADMIN },
	{ SYS_setns, CAP_SYS_ADMIN }, { SYS_lookup_dcookie, -1 },
	{ SYS_acct, CAP_SYS_PACCT }, { SYS_syslog, CAP_SYSLOG },
	{ SYS_adjtimex, CAP_SYS_TIME }, { SYS_clock_adjtime, CAP_SYS_TIME },
#ifdef SYS_clock_settime
	{ SYS_settimeofday, CAP_SYS_TIME }, { SYS_clock_settime, CAP_SYS_TIME },
#else   /* 32-bit: musl's names for the old calls, and the new ones */
	{ SYS_settimeofday_time32, CAP_SYS_TIME },
	{ SYS_clock_settime32, CAP_SYS_TIME },
	{ NR(404), CAP_SYS_TIME }, { NR(405), CAP_SYS_TIME },
#endif
	{ SYS_fanotify_init, CAP_SYS_ADMIN }, { SYS_kcmp, CAP_SYS_PTRACE },
	{ SYS_nfsservctl, -1 }, { SYS_vhangup, CAP_SYS_TTY_CONFIG },
	{ SYS_move_pages, CAP_SYS_NICE },
#ifdef SYS_iopl
	{ SYS_iopl, CAP_SYS_RAWIO }, { SYS_ioperm, CAP_SYS_RAWIO },
#endif
#ifdef SYS_modify_ldt
	{ SYS_modify_ldt, -1 },
#endif
#ifdef SYS_vm86
	{ SYS_vm86, -1 }, { SYS_vm86old, -1 },
#endif
#ifdef SYS_umount
	{ SYS_umount, CAP_SYS_ADMIN },
#endif
#ifdef SYS_stime
	{ SYS_stime, CAP_SYS_TIME },
#endif
#ifdef SYS__sysctl
	{ SYS__sysctl, -1 },
#endif
#ifdef SYS_create_module
	{ SYS_create_module, -1 }, { SYS_get_kernel_syms, -1 },
	{ SYS_query_module, -1 },
#endif
#ifdef SYS_uselib
	{ SYS_uselib, -1 }, { SYS_ustat, -1 },
#endif
	{ NR(425), -1 }, { NR(426), -1 }, { NR(427), -1 },      /* io_uring */
	{ NR(428), CAP_SYS_ADMIN }, { NR(429), CAP_SYS_ADMIN }, /* open_tree.. */
	{ NR(430), CAP_SYS_ADMIN }, { NR(431), CAP_SYS_ADMIN }, /* fsopen.. */
	{ NR(432), CAP_SYS_ADMIN }, { NR(433), CAP_SYS_ADMIN },
	/* pidfd_getfd: since Linux 6.5 a socket gives a pidfd of its other end, also of one in
	 * another pid namespace, which has the same uid and so may be robbed */
	{ NR(438), -1 },
	{ NR(442), CAP_SYS_ADMIN }, { NR(443), CAP_SYS_ADMIN },
	{ NR(447), -1 },                                /* memfd_secret */
	{ NR(457), CAP_SYS_ADMIN }, { NR(458), CAP_SYS_ADMIN }, /* statmount.. */
};
#define SECCOMP_LAST NR(466)    /* the newest call that was looked at */

/* Calls that depend on an argument: denied if any of these bits is set, or,
 * where mask is ~0, if the low 32 bits of the argument equal this value. Higher
 * bits are ignored: the kernel truncates the command of ioctl and fcntl there
 * too. Then a capability with which the call is allowed, or 0. */
static const struct denied_arg denied_args[] = {
#ifdef __s390__
	{ SYS_clone, 1, CLONE_NEWUSER, 0, 0, 0 },
#else
	{ SYS_clone, 0, CLONE_NEWUSER, 0, 0, 0 },
#endif
	{ SYS_unshare, 0, CLONE_NEWUSER, 0, 0, 0 },
	{ SYS_ioctl, 1, ~0u, TIOCSTI, 0, 0 },
	{ SYS_ioctl, 1, ~0u, TIOCLINUX, 0, 0 },
	/* Line disciplines (modems, buses, radios): old code, whose modules the kernel loads for
	 * any caller. Most of them make network interfaces. */
	{ SYS_ioctl, 1, ~0u, TIOCSETD, CAP_NET_ADMIN, 0 },
	/* For these on any socket, the kernel loads bridge and 8021q. */
	{ SYS_ioctl, 1, ~0u, SIOCGIFBR, CAP_NET_ADMIN, 0 },
	{ SYS_ioctl, 1, ~0u, SIOCSIFBR, CAP_NET_ADMIN, 0 },
	{ SYS_ioctl, 1, ~0u, SIOCBRADDBR, CAP_NET_ADMIN, 0 },
	{ SYS_ioctl, 1, ~0u, SIOCBRDELBR, CAP_NET_ADMIN, 0 },
	{ SYS_ioctl, 1, ~0u, SIOCGIFVLAN, CAP_NET_ADMIN, 0 },
	{ SYS_ioctl, 1, ~0u, SIOCSIFVLAN, CAP_NET_ADMIN, 0 },
	/* Keys of encrypted directories belong to the file system: all who see it share them. */
	{ SYS_ioctl, 1, ~0u, FS_IOC_ADD_ENCRYPTION_KEY, 0, 0 },
	{ SYS_ioctl, 1, ~0u, FS_IOC_REMOVE_ENCRYPTION_KEY, 0, 0 },
	/* The network namespace of a socket that the caller left open, or of the process at a
	 * socket's other end: netlink changes links there, with CAP_NET_ADMIN alone. */
	{ SYS_ioctl, 1, ~0u, SIOCGSKNS, CAP_SYS_ADMIN, 0 },
	{ SYS_ioctl, 1, ~0u, PIDFD_GET_NET_NAMESPACE, CAP_SYS_ADMIN, 0 },
	/* A snapshot has all that is in a subvolume: what is mounted over, and, by a fault of the
	 * kernel before 6.8, what is beside a volume. Who owns the directory may make one. */
	{ SYS_ioctl, 1, ~0u, BTRFS_IOC_SNAP_CREATE, CAP_SYS_ADMIN, 0 },
	{ SYS_ioctl, 1, ~0u, BTRFS_IOC_SNAP_CREATE_V2, CAP_SYS_ADMIN, 0 },
	/* On a file of the host that is read-only here, a lease would keep everybody there
	 * from opening it for 45 s, again and again. */
	{ SYS_fcntl, 1, ~0u, F_SETLEASE, CAP_LEASE, 0 },
	{ SYS_fcntl, 1, ~0u, F_SETDELEG, CAP_LEASE, 0 },
#ifdef SYS_fcntl64
	{ SYS_fcntl64, 1, ~0u, F_SETLEASE, CAP_LEASE, 0 },
	{ SYS_fcntl64, 1, ~0u, F_SETDELEG, CAP_LEASE, 0 },
#endif
	/* Faked as done, if this argument is not NULL and there is no --rlimit core: with 0
	 * instead of 1 the host's core_pattern would be run, see default_rlimits. */
#ifdef SYS_setrlimit
	{ SYS_setrlimit, 0, ~0u, RLIMIT_CORE, 0, 1 },
#endif
	{ SYS_prlimit64, 1, ~0u, RLIMIT_CORE, 0, 2 },
};

/* socketcall(2) makes sockets as well, and no filter sees their family: 0 refuses it.
 * On i386 and s390x glibc has no other way so far (2.41): with 0, no Debian program
 * would have a socket there. musl and uClibc go on with socket(2). If nothing that is
 * linked with glibc runs, 0 is right on these two as well. On x86-64 this is about
 * programs of i386: with 0, those with glibc have only sockets that they inherit. */
#if defined __i386__ || defined __s390x__
#define SOCKETCALL 1
#else
#define SOCKETCALL 0
#endif

#ifdef SC_SECOND
/* The same for programs of i386 on x86-64 and of arm on arm64, whose calls have their own
 * numbers: all of denied_calls[], and what only these have. From 424 on the numbers are
 * the same, and come from there. */
#ifdef __x86_64__
#define N2(i386, arm) i386
#else
#define N2(i386, arm) arm
#endif
static const struct denied_call denied_second[] = {
	{ N2(286, 309), -1 }, { N2(287, 310), -1 },     /* add_key, request_key */
	{ N2(288, 311), -1 },                           /* keyctl */
	{ N2(357, 386), CAP_BPF },                      /* bpf */
	{ N2(336, 364), CAP_PERFMON },                  /* perf_event_open */
	{ N2(374, 388), CAP_SYS_PTRACE },               /* userfaultfd */
	{ N2(342, 371), CAP_DAC_READ_SEARCH },          /* open_by_handle_at */
	{ 128, CAP_SYS_MODULE },                        /* init_module */
	{ N2(350, 379), CAP_SYS_MODULE },               /* finit_module */
	{ 129, CAP_SYS_MODULE },                        /* delete_module */
	{ N2(283, 347), -1 },                           /* kexec_load */
#ifdef __aarch64__
	{ 401, -1 },                                    /* kexec_file_load */
#endif
	{ 88, CAP_SYS_BOOT }, { 21, CAP_SYS_ADMIN },    /* reboot, mount */
	{ 22, CAP_SYS_ADMIN }, { 52, CAP_SYS_ADMIN },   /* umount, umount2 */
	{ N2(217, 218), CAP_SYS_ADMIN },                /* pivot_root */
	{ 131, CAP_SYS_ADMIN }, { 87, CAP_SYS_ADMIN },  /* quotactl, swapon */
	{ 115, CAP_SYS_ADMIN },                         /* swapoff */
	{ N2(346, 375), CAP_SYS_ADMIN },                /* setns */
	{ N2(253, 249), -1 }, { 51, CAP_SYS_PACCT },    /* lookup_dcookie, acct */
	{ 103, CAP_SYSLOG }, { 124, CAP_SYS_TIME },     /* syslog, adjtimex */
	{ N2(343, 372), CAP_SYS_TIME },                 /* clock_adjtime */
	{ 25, CAP_SYS_TIME }, { 79, CAP_SYS_TIME },     /* stime, settimeofday */
	{ N2(264, 262), CAP_SYS_TIME },                 /* clock_settime */
	{ 404, CAP_SYS_TIME }, { 405, CAP_SYS_TIME },   /* with a 64-bit time_t */
	{ N2(338, 367), CAP_SYS_ADMIN },                /* fanotify_init */
	{ N2(349, 378), CAP_SYS_PTRACE },               /* kcmp */
	{ 169, -1 }, { 111, CAP_SYS_TTY_CONFIG },       /* nfsservctl, vhangup */
	{ N2(317, 344), CAP_SYS_NICE },                 /* move_pages */
	{ 149, -1 }, { 127, -1 }, { 130, -1 }, /* _sysctl, create_module, get_kernel_syms */
	{ 167, -1 }, { 86, -1 }, { 62, -1 },            /* query_module, uselib, ustat */
	{ 134, -1 },                                    /* bdflush */
#ifdef __x86_64__
	{ 110, CAP_SYS_RAWIO }, { 101, CAP_SYS_RAWIO }, /* iopl, ioperm */
	{ 123, -1 }, { 113, -1 }, { 166, -1 },          /* modify_ldt, vm86old, vm86 */
#endif
};
/* For both: clone, unshare, ioctl, and the two calls of socketcall(2) that make sockets, unless
 * SOCKETCALL is 1. ipc(2) has nothing that is refused by itself. */
static const struct denied_arg second_args[] = {
	{ 120, 0, CLONE_NEWUSER, 0, 0, 0 },
	{ N2(310, 337), 0, CLONE_NEWUSER, 0, 0, 0 },
	{ 54, 1, ~0u, TIOCSTI, 0, 0 }, { 54, 1, ~0u, TIOCLINUX, 0, 0 },
	{ 54, 1, ~0u, TIOCSETD, CAP_NET_ADMIN, 0 },
	{ 54, 1, ~0u, SIOCGIFBR, CAP_NET_ADMIN, 0 },
	{ 54, 1, ~0u, SIOCSIFBR, CAP_NET_ADMIN, 0 },
	{ 54, 1, ~0u, SIOCBRADDBR, CAP_NET_ADMIN, 0 },
	{ 54, 1, ~0u, SIOCBRDELBR, CAP_NET_ADMIN, 0 },
	{ 54, 1, ~0u, SIOCGIFVLAN, CAP_NET_ADMIN, 0 },
	{ 54, 1, ~0u, SIOCSIFVLAN, CAP_NET_ADMIN, 0 },
	{ 54, 1, ~0u, FS_IOC_ADD_ENCRYPTION_KEY, 0, 0 },
	{ 54, 1, ~0u, FS_IOC_REMOVE_ENCRYPTION_KEY, 0, 0 },
	{ 54, 1, ~0u, SIOCGSKNS, CAP_SYS_ADMIN, 0 },
	{ 54, 1, ~0u, PIDFD_GET_NET_NAMESPACE, CAP_SYS_ADMIN, 0 },
	{ 54, 1, ~0u, BTRFS_IOC_SNAP_CREATE, CAP_SYS_ADMIN, 0 },
	{ 54, 1, ~0u, BTRFS_IOC_SNAP_CREATE_V2, CAP_SYS_ADMIN, 0 },
	{ 102, 0, SOCKETCALL ? 0 : ~0u, 1, 0, 0 }, { 102, 0, SOCKETCALL ? 0 : ~0u, 8, 0, 0 },
	{ 55, 1, ~0u, F_SETLEASE, CAP_LEASE, 0 }, { 221, 1, ~0u, F_SETLEASE, CAP_LEASE, 0 },
	{ 55, 1, ~0u, F_SETDELEG, CAP_LEASE, 0 }, { 221, 1, ~0u, F_SETDELEG, CAP_LEASE, 0 },
	{ 75, 0, ~0u, RLIMIT_CORE, 0, 1 }, { N2(340, 369), 1, ~0u, RLIMIT_CORE, 0, 2 },
};
#endif

/* Socket families that a container may use, address_families(7), and their protocols.
 * The others (VSOCK, ALG, BLUETOOTH, TIPC, RDS, CAN; SCTP, DCCP, L2TP, iSCSI ...) have no
 * namespace or are seldom needed, and the kernel loads a module for anyone who asks. So it
 * does for the name of a family of generic netlink (L2TP, nbd, openvswitch ...), and for
 * netlink of XFRM and netfilter, which take CAP_NET_ADMIN for whatever they are asked.
 * Audit looks like a kernel without it, which programs that log in (sshd, sudo, PAM) take
 * in their stride, where an EPERM for what they send would make them fail. */
static const struct socket_kind socket_kinds[] = {
	/* family     protocols, -1 ends them; none: all. A raw socket may have any */
	{ AF_UNIX,    { -1 } },
	{ AF_PACKET,  { -1 } },
	{ AF_INET,    { 0, IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_MPTCP, -1 } },
	{ AF_INET6,   { 0, IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_MPTCP, -1 } },
	{ AF_NETLINK, { NETLINK_ROUTE, NETLINK_USERSOCK, NETLINK_SOCK_DIAG, NETLINK_SELINUX,
	                NETLINK_FIB_LOOKUP, NETLINK_CONNECTOR, NETLINK_KOBJECT_UEVENT,
	                NEEDS(CAP_NET_ADMIN, NETLINK_XFRM),
	                NEEDS(CAP_NET_ADMIN, NETLINK_NETFILTER),
	                NEEDS(CAP_NET_ADMIN, NETLINK_GENERIC),
	                NEEDS(CAP_AUDIT_WRITE, NETLINK_AUDIT), -1 } },
};
/* Sysctls that belong to a namespace, which must be private to the container:
 * sysctl(5), by the beginning of the path. */
static const struct ns_sysctl sysctls[] = {
	{ "net/",       NS_NET },
	{ "kernel/msg", NS_IPC }, { "kernel/sem", NS_IPC }, { "kernel/shm", NS_IPC },
	{ "fs/mqueue/", NS_IPC },
};

/* --- log --------------------------------------------------------------- */

/* How much output of a detached container is kept for `ct logs`, in bytes of memory. */
#define LOG_SIZE 16384
/* The keys that detach from `ct attach`, as in docker. */
static const char default_detach_keys[] = "ctrl-p,ctrl-q";
/* The longest line that goes to syslog or the kernel's log; the rest of a longer one
 * becomes another line. The kernel cuts at 1024, with what it puts before. */
#define LOG_LINE 900

/* --- memory that runs out ---------------------------------------------- */

/* oom_score_adj, proc(5), of ct while its container runs, if it may be lowered
 * (CAP_SYS_RESOURCE) and is not lower already. */
#define SPARED_SCORE (-900)

/* --- times ------------------------------------------------------------- */

/* From the stop signal (or the time limit) to SIGKILL, in seconds. */
#define STOP_TIMEOUT 10

/* How often -t in the background checks whether its shell's fg has given it the terminal,
 * in milliseconds: nothing tells it. */
#define TTY_LOOK 500

/* From the end of a container with --restart to its next start, in milliseconds: the first
 * one, doubled each time up to the second, and reset once the container has run for as
 * long as the third. Docker's values. */
#define RESTART_FIRST 100
#define RESTART_MOST 60000
#define RESTART_RESET 10000

/* Seconds (1 to 86400) after which a command of --on-start, --on-ready or --on-exit is killed. */
#define HOOK_TIMEOUT 60
/* Seconds that ct mount, umount and device may take: a file system may hang. */
#define LIVE_TIMEOUT 10

/* From the child's message that it is about to execute the command to the end of
 * its pipe, which means that it has: after this time it counts as done, since a process
 * inside may have taken the pipe. In milliseconds. */
#define EXEC_WAIT 2000

/* How long to wait for a link name or MAC address that a container still holds, in
 * milliseconds: the kernel removes the link of a container that has ended 20 to 50 ms
 * later (measured, Linux 6.18), on a busy host after more than 500, and after 3 s if
 * it was asking for a neighbour that is not there. */
#define LINK_WAIT 4000

/* Most ports of a --publish range that leads to different ones (1 to 64): each takes a rule
 * in prerouting and in output, and a new connection is compared with all of a chain. */
#define PUBLISH_SHIFTED 64

/* How long after the start of the command its interfaces are announced to neighbours
 * and old flows to published ports are forgotten, in milliseconds: a bridge forwards
 * to a port only once it has seen that it is up. */
#define TELL_AFTER 50

/* --- profiles: --profile NAME stands for these arguments --------------- */

static const struct profile profiles[] = {
	/* name         arguments, NULL at the end; at most 14 */
	{ "strict",     { "-R", "--cap-drop=ALL", NULL } },
	/* the least kernel memory: README, "Memory" */
	{ "lean",       { "--net=host", "--share=ipc,uts", NULL } },
};
