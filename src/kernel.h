/* SPDX-License-Identifier: ISC */
/* Headers, and definitions that they lack. */
#include <limits.h>
#include <link.h>
#include "calls.h"

/* The macros of <sys/syscall.h> hide these, so only calls that the machine lacks stay -1. */
#define C(name, suffix) SYS_##name##suffix = -1,
enum { CALLS_ALL(C) CALLS_TIME(C) CALLS_OLD(C) CALLS_OLDER(C) CALLS_OWN(C) };
#undef C
#include <sys/syscall.h>

/* musl's ioctl() takes an int, and on mips and powerpc _IOW sets its highest bit. */
#define REQUEST(r) ((int)(r))

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/bpf.h>
#include <linux/btrfs.h>
#include <linux/filter.h>
#include <linux/fscrypt.h>
#include <linux/if_bridge.h>
#include <linux/dm-ioctl.h>
#include <linux/if_packet.h>
#include <linux/if_vlan.h>
#include <linux/genetlink.h>
#include <linux/loop.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/net_namespace.h>
#include <linux/nl80211.h>
#include <linux/nsfs.h>
#include <linux/openat2.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <linux/veth.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <assert.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <cap-ng.h>
#include <libmnl/libmnl.h>

#define CT_VERSION "0.1"

#define LEN(a) (sizeof(a) / sizeof *(a))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))

/* The supported machines: the name that uname(1) has for each, and its AUDIT_ARCH_. A new one
 * takes two lines here; compare denied_calls[] and denied_args[] in config.h with its system
 * calls, and sys_clone() with its argument order. */
#if defined __x86_64__ && !defined __ILP32__
#define ARCH(is) is("x86_64", X86_64)
#elif defined __i386__
#define ARCH(is) is("i386", I386)
#elif defined __aarch64__ && !defined __ILP32__
#define ARCH(is) is("aarch64", AARCH64)
#elif defined __ARM_EABI__ && defined __ARMEL__
#define ARCH(is) is("arm", ARM)
#elif defined __ARM_EABI__ && defined __ARMEB__
#define ARCH(is) is("armeb", ARMEB)
#elif defined __riscv && __riscv_xlen == 64
#define ARCH(is) is("riscv64", RISCV64)
#elif defined __mips__ && _MIPS_SIM == _ABIO32 && defined __MIPSEL__
#define ARCH(is) is("mipsel", MIPSEL)
#elif defined __mips__ && _MIPS_SIM == _ABIO32
#define ARCH(is) is("mips", MIPS)
#elif defined __mips__ && _MIPS_SIM == _ABI64 && defined __MIPSEL__
#define ARCH(is) is("mips64el", MIPSEL64)
#elif defined __mips__ && _MIPS_SIM == _ABI64
#define ARCH(is) is("mips64", MIPS64)
#elif defined __powerpc64__ && defined __LITTLE_ENDIAN__
#define ARCH(is) is("ppc64le", PPC64LE)
#elif defined __powerpc64__
#define ARCH(is) is("ppc64", PPC64)
#elif defined __powerpc__ && defined __BIG_ENDIAN__
#define ARCH(is) is("ppc", PPC)
#elif defined __s390x__
#define ARCH(is) is("s390x", S390X)
#elif defined __loongarch__ && __loongarch_grlen == 64
#define ARCH(is) is("loongarch64", LOONGARCH64)
#else
#error "unknown machine: add its name and the AUDIT_ARCH_ of its calls to src/kernel.h"
#endif
#define ARCH_NAME_(name, audit) name
#define ARCH_NAME ARCH(ARCH_NAME_)
#define ARCH_AUDIT_(name, audit) AUDIT_ARCH_##audit
#define SC_ARCH ARCH(ARCH_AUDIT_)
#ifndef AUDIT_ARCH_LOONGARCH64
#define AUDIT_ARCH_LOONGARCH64 (258 | __AUDIT_ARCH_64BIT | __AUDIT_ARCH_LE) /* Linux 5.19 */
#endif

/* The machine's second architecture, whose programs its kernel may also run, and those of its
 * calls that have special rules; denied_second[] in config.h has the others. */
#if defined __x86_64__
#define SC_SECOND AUDIT_ARCH_I386
#define SC_SOCKET2 359
#define SC_SOCKETPAIR2 360
#elif defined __aarch64__
#define SC_SECOND (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? AUDIT_ARCH_ARMEB : AUDIT_ARCH_ARM)
#define SC_SOCKET2 281
#define SC_SOCKETPAIR2 288
#endif

#ifdef SC_SECOND
#define SC_HAS_SECOND HAVE_SECOND
#else
#define SC_HAS_SECOND 0
#endif

/* System call numbers from 424 on are the same on every machine, except for the mips offset. */
#if !defined __mips__
#define NR(n) (n)
#elif _MIPS_SIM == _ABIO32
#define NR(n) (4000 + (n))
#else
#define NR(n) (5000 + (n))
#endif

/* Missing in the headers of older kernels and C libraries. */
#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif
#ifndef GRND_INSECURE
#define GRND_INSECURE 4         /* Linux 5.6 */
#endif
#ifndef F_SETDELEG
#define F_SETDELEG 1040         /* Linux 6.19 */
#endif
#ifndef PIDFD_GET_NET_NAMESPACE
#define PIDFD_GET_NET_NAMESPACE _IO(0xff, 4)   /* Linux 6.11 */
#endif
#ifndef MFD_EXEC
#define MFD_EXEC 0x10           /* Linux 6.3 */
#endif
enum {
	NFT_TABLE_OWNER = 2,    /* NFT_TABLE_F_OWNER, Linux 5.12 */
	NFPROTO_INET_ = 1,      /* linux/netfilter.h clashes with net/if.h */
};

/* Index, in words, of the handler in the kernel's struct sigaction. */
#ifdef __mips__
#define SIG_HANDLER 1
#else
#define SIG_HANDLER 0
#endif

/* For raw calls: musl's functions stop all threads, which takes ten more system
 * calls, and after a raw clone their idea of the thread is stale. */
#ifdef SYS_setresuid32
#define NR_SETRESUID SYS_setresuid32
#define NR_SETRESGID SYS_setresgid32
#define NR_SETGROUPS SYS_setgroups32
#else
#define NR_SETRESUID SYS_setresuid
#define NR_SETRESGID SYS_setresgid
#define NR_SETGROUPS SYS_setgroups
#endif
#ifdef SYS_rt_sigtimedwait
#define NR_SIGTIMEDWAIT SYS_rt_sigtimedwait
#else   /* 32 bits */
#define NR_SIGTIMEDWAIT SYS_rt_sigtimedwait_time32
#endif
#ifdef SYS_clock_gettime64      /* 32 bits */
#define NR_CLOCK_GETTIME SYS_clock_gettime64
#else
#define NR_CLOCK_GETTIME SYS_clock_gettime
#endif
