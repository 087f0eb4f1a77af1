/* SPDX-License-Identifier: ISC */
/* Headers, and what they lack. */
#include <arpa/inet.h>
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/if_link.h>
#include <linux/if_addr.h>
#include <linux/magic.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/seccomp.h>
#include <linux/veth.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <assert.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/auxv.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include <cap-ng.h>
#include <libmnl/libmnl.h>


/* No floating point here: functions with "..." need not save its registers. */
#if defined __x86_64__ && !defined __clang__
#pragma GCC target("general-regs-only")
#endif

#define CT_VERSION "0.1"

#define LEN(a) (sizeof(a) / sizeof *(a))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))
/* A function that reads into an array what a container may have written; the
 * rest goes without a canary, which is 4 KiB. */
#if defined __has_attribute && __has_attribute(stack_protect)
#define CANARY __attribute__((stack_protect))
#else
#define CANARY
#endif

/* System calls and constants that C libraries or kernel headers in use lack;
 * the numbers are the same on every architecture from 424 on, but for the
 * offset of mips. Names of our own where glibc has an enum of the same name. */
#ifdef __mips__
#define NR(n) (__NR_Linux + (n))
#else
#define NR(n) (n)
#endif
enum {
	NR_open_tree = NR(428), NR_move_mount = NR(429), NR_fsopen = NR(430),
	NR_fsconfig = NR(431), NR_fsmount = NR(432), NR_fspick = NR(433),
	NR_pidfd_open = NR(434),
	NR_pidfd_send_signal = NR(424), NR_clone3 = NR(435),
	NR_close_range = NR(436), NR_openat2 = NR(437),
	NR_mount_setattr = NR(442),
};
enum {
	K_OPEN_TREE_CLONE = 1, K_OPEN_TREE_CLOEXEC = O_CLOEXEC,
	K_AT_RECURSIVE = 0x8000,
	K_MOVE_F_EMPTY = 4, K_MOVE_T_SYMLINKS = 0x10, K_MOVE_T_EMPTY = 0x40,
	K_FSOPEN_CLOEXEC = 1, K_FSMOUNT_CLOEXEC = 1,
	K_SET_FLAG = 0, K_SET_STRING = 1, K_CMD_CREATE = 6, K_CMD_RECONFIGURE = 7,
	K_FSPICK_CLOEXEC = 1, K_FSPICK_EMPTY_PATH = 8,
	K_RESOLVE_NO_MAGICLINKS = 2, K_RESOLVE_IN_ROOT = 0x10,
	K_RDONLY = 1, K_NOSUID = 2, K_NODEV = 4, K_NOEXEC = 8, /* = MS_ too */
	K_IDMAP = 0x00100000,
	K_AT_EMPTY_PATH = 0x1000,
};
#define K_CLONE_INTO_CGROUP 0x200000000ULL
#define K_CLONE_CLEAR_SIGHAND 0x100000000ULL
#define K_CGROUP2_MAGIC 0x63677270
#define K_PIDFD_P 3             /* P_PIDFD of waitid(2) */
#define K_NFT_OWNER 2           /* NFT_TABLE_F_OWNER, Linux 5.12 */
#define K_NFPROTO_INET 1        /* its header does not go with the C library's */

/* By themselves: musl's own versions hold all threads still, which is ten more
 * calls, and after a raw clone its idea of the thread is stale. */
#ifdef SYS_setresuid32
#define K_setresuid SYS_setresuid32
#define K_setresgid SYS_setresgid32
#define K_setgroups SYS_setgroups32
#else
#define K_setresuid SYS_setresuid
#define K_setresgid SYS_setresgid
#define K_setgroups SYS_setgroups
#endif

struct k_clone_args {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack,
	         stack_size, tls, set_tid, set_tid_size, cgroup;
};
struct k_open_how { uint64_t flags, mode, resolve; };
struct k_mount_attr { uint64_t set, clr, propagation, userns_fd; };
