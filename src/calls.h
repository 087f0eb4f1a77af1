/* SPDX-License-Identifier: ISC */
/* Names of system calls, for --syscall: C(name, suffix of the C library's name for it).
 * A call that the machine lacks gets the number -1: kernel.h declares an enumerator SYS_name
 * for each, and <sys/syscall.h> then defines macros of the same names for those that exist. */

/* On (nearly) every machine */
#define CALLS_ALL(C) \
	C(accept,) C(accept4,) C(acct,) C(add_key,) C(adjtimex,) C(bind,) C(bpf,) C(brk,) \
	C(capget,) C(capset,) C(chdir,) C(chroot,) C(clock_adjtime,) C(clone,) C(close,) \
	C(connect,) C(copy_file_range,) C(delete_module,) C(dup,) C(dup3,) C(epoll_create1,) \
	C(epoll_ctl,) C(epoll_pwait,) C(eventfd2,) C(execve,) C(execveat,) C(exit,) C(exit_group,) \
	C(faccessat,) C(fadvise64,) C(fallocate,) C(fanotify_init,) C(fanotify_mark,) C(fchdir,) \
	C(fchmod,) C(fchmodat,) C(fchown,) C(fchownat,) C(fcntl,) C(fdatasync,) C(fgetxattr,) \
	C(finit_module,) C(flistxattr,) C(flock,) C(fremovexattr,) C(fsetxattr,) C(fstat,) \
	C(fstatfs,) C(fsync,) C(ftruncate,) C(futex,) C(get_mempolicy,) C(get_robust_list,) \
	C(getcpu,) C(getcwd,) C(getdents64,) C(getegid,) C(geteuid,) C(getgid,) C(getgroups,) \
	C(getitimer,) C(getpeername,) C(getpgid,) C(getpid,) C(getppid,) C(getpriority,) \
	C(getrandom,) C(getresgid,) C(getresuid,) C(getrlimit,) C(getrusage,) C(getsid,) \
	C(getsockname,) C(getsockopt,) C(gettid,) C(getuid,) C(getxattr,) C(init_module,) \
	C(inotify_add_watch,) C(inotify_init1,) C(inotify_rm_watch,) C(io_cancel,) C(io_destroy,) \
	C(io_getevents,) C(io_pgetevents,) C(io_setup,) C(io_submit,) C(ioctl,) C(ioprio_get,) \
	C(ioprio_set,) C(kcmp,) C(kexec_file_load,) C(kexec_load,) C(keyctl,) C(kill,) \
	C(lgetxattr,) C(linkat,) C(listen,) C(listxattr,) C(llistxattr,) C(lookup_dcookie,) \
	C(lremovexattr,) C(lseek,) C(lsetxattr,) C(madvise,) C(mbind,) C(membarrier,) \
	C(memfd_create,) C(migrate_pages,) C(mincore,) C(mkdirat,) C(mknodat,) C(mlock,) \
	C(mlock2,) C(mlockall,) C(mmap,) C(mount,) C(move_pages,) C(mprotect,) C(mq_getsetattr,) \
	C(mq_notify,) C(mq_open,) C(mq_timedreceive,) C(mq_timedsend,) C(mq_unlink,) C(mremap,) \
	C(msgctl,) C(msgget,) C(msgrcv,) C(msgsnd,) C(msync,) C(munlock,) C(munlockall,) \
	C(munmap,) C(name_to_handle_at,) C(nanosleep,) C(newfstatat,) C(nfsservctl,) \
	C(open_by_handle_at,) C(openat,) C(perf_event_open,) C(personality,) C(pipe2,) \
	C(pivot_root,) C(pkey_alloc,) C(pkey_free,) C(pkey_mprotect,) C(ppoll,) C(prctl,) \
	C(pread64,) C(preadv,) C(preadv2,) C(prlimit64,) C(process_vm_readv,) \
	C(process_vm_writev,) C(pselect6,) C(ptrace,) C(pwrite64,) C(pwritev,) C(pwritev2,) \
	C(quotactl,) C(read,) C(readahead,) C(readlinkat,) C(readv,) C(reboot,) C(recvfrom,) \
	C(recvmmsg,) C(recvmsg,) C(remap_file_pages,) C(removexattr,) C(renameat,) C(renameat2,) \
	C(request_key,) C(restart_syscall,) C(rseq,) C(rt_sigaction,) C(rt_sigpending,) \
	C(rt_sigprocmask,) C(rt_sigqueueinfo,) C(rt_sigreturn,) C(rt_sigsuspend,) \
	C(rt_sigtimedwait,) C(rt_tgsigqueueinfo,) C(sched_get_priority_max,) \
	C(sched_get_priority_min,) C(sched_getaffinity,) C(sched_getattr,) C(sched_getparam,) \
	C(sched_getscheduler,) C(sched_rr_get_interval,) C(sched_setaffinity,) C(sched_setattr,) \
	C(sched_setparam,) C(sched_setscheduler,) C(sched_yield,) C(seccomp,) C(semctl,) \
	C(semget,) C(semop,) C(semtimedop,) C(sendfile,) C(sendmmsg,) C(sendmsg,) C(sendto,) \
	C(set_mempolicy,) C(set_robust_list,) C(set_tid_address,) C(setdomainname,) C(setfsgid,) \
	C(setfsuid,) C(setgid,) C(setgroups,) C(sethostname,) C(setitimer,) C(setns,) C(setpgid,) \
	C(setpriority,) C(setregid,) C(setresgid,) C(setresuid,) C(setreuid,) C(setrlimit,) \
	C(setsid,) C(setsockopt,) C(setuid,) C(setxattr,) C(shmat,) C(shmctl,) C(shmdt,) \
	C(shmget,) C(shutdown,) C(sigaltstack,) C(signalfd4,) C(socket,) C(socketpair,) C(splice,) \
	C(statfs,) C(statx,) C(swapoff,) C(swapon,) C(symlinkat,) C(sync,) C(sync_file_range,) \
	C(syncfs,) C(sysinfo,) C(syslog,) C(tee,) C(tgkill,) C(timer_create,) C(timer_delete,) \
	C(timer_getoverrun,) C(timerfd_create,) C(times,) C(tkill,) C(truncate,) C(umask,) \
	C(umount2,) C(uname,) C(unlinkat,) C(unshare,) C(userfaultfd,) C(utimensat,) C(vhangup,) \
	C(vmsplice,) C(wait4,) C(waitid,) C(write,) C(writev,)

#if ULONG_MAX > 0xffffffff
#define CALLS_TIME(C) \
	C(clock_getres,) C(clock_gettime,) C(clock_nanosleep,) C(clock_settime,) C(gettimeofday,) \
	C(settimeofday,) C(timer_gettime,) C(timer_settime,) C(timerfd_gettime,) \
	C(timerfd_settime,)
#else   /* 32 bits: musl renames the calls with a 32-bit time */
#define CALLS_TIME(C) \
	C(_llseek,) C(chown32,) C(clock_adjtime64,) C(clock_getres_time64,) C(clock_gettime64,) \
	C(clock_nanosleep_time64,) C(clock_settime64,) C(fadvise64_64,) C(fchown32,) C(fcntl64,) \
	C(fstat64,) C(fstatat64,) C(ftruncate64,) C(futex_time64,) C(getegid32,) C(geteuid32,) \
	C(getgid32,) C(getgroups32,) C(getresgid32,) C(getresuid32,) C(getuid32,) \
	C(io_pgetevents_time64,) C(lchown32,) C(lstat64,) C(mmap2,) C(mq_timedreceive_time64,) \
	C(mq_timedsend_time64,) C(ppoll_time64,) C(pselect6_time64,) C(recvmmsg_time64,) \
	C(rt_sigtimedwait_time64,) C(sched_rr_get_interval_time64,) C(semtimedop_time64,) \
	C(sendfile64,) C(setfsgid32,) C(setfsuid32,) C(setgid32,) C(setgroups32,) C(setregid32,) \
	C(setresgid32,) C(setresuid32,) C(setreuid32,) C(setuid32,) C(stat64,) C(timer_gettime64,) \
	C(timer_settime64,) C(timerfd_gettime64,) C(timerfd_settime64,) C(truncate64,) \
	C(utimensat_time64,) \
	CALLS_TIME32(C)
#define CALLS_TIME32(C) \
	C(clock_getres, _time32) C(clock_gettime, 32) C(clock_nanosleep, _time32) \
	C(clock_settime, 32) C(gettimeofday, _time32) C(settimeofday, _time32) \
	C(timer_gettime, 32) C(timer_settime, 32) C(timerfd_gettime, 32) C(timerfd_settime, 32)
#endif

/* On all machines but those that have only the generic system calls of Linux */
#if defined __aarch64__ || defined __riscv || defined __loongarch__
#define CALLS_OLD(C)
#else
#define CALLS_OLD(C) \
	C(_sysctl,) C(access,) C(alarm,) C(chmod,) C(chown,) C(creat,) C(create_module,) C(dup2,) \
	C(epoll_create,) C(epoll_wait,) C(eventfd,) C(fork,) C(futimesat,) C(get_kernel_syms,) \
	C(getdents,) C(getpgrp,) C(inotify_init,) C(ioperm,) C(iopl,) C(lchown,) C(link,) \
	C(lstat,) C(mkdir,) C(mknod,) C(modify_ldt,) C(open,) C(pause,) C(pipe,) C(poll,) \
	C(query_module,) C(readlink,) C(rename,) C(rmdir,) C(select,) C(signalfd,) C(stat,) \
	C(symlink,) C(sysfs,) C(time,) C(unlink,) C(uselib,) C(ustat,) C(utime,) C(utimes,) \
	C(vfork,)
#endif
#if defined __i386__ || defined __powerpc__ || defined __mips__ || defined __s390__ || \
    defined __arm__
#define CALLS_OLDER(C) \
	C(_newselect,) C(fstatfs64,) C(ipc,) C(nice,) C(oldfstat,) C(oldlstat,) C(oldstat,) \
	C(olduname,) C(readdir,) C(recv,) C(send,) C(sgetmask,) C(sigaction,) C(signal,) \
	C(sigpending,) C(sigprocmask,) C(sigreturn,) C(sigsuspend,) C(socketcall,) C(ssetmask,) \
	C(statfs64,) C(stime,) C(ugetrlimit,) C(umount,) C(vm86,) C(vm86old,) C(waitpid,)
#else
#define CALLS_OLDER(C)
#endif

#if defined __i386__ || defined __x86_64__
#define CALLS_OWN(C) \
	C(arch_prctl,) C(get_thread_area,) C(set_thread_area,)
#elif defined __arm__
#define CALLS_OWN(C) \
	C(arm_fadvise64_64,) C(arm_sync_file_range,) C(pciconfig_iobase,) C(pciconfig_read,) \
	C(pciconfig_write,) C(sync_file_range2,)
#elif defined __riscv
#define CALLS_OWN(C) \
	C(riscv_flush_icache,) C(riscv_hwprobe,)
#elif defined __mips__
#define CALLS_OWN(C) \
	C(cachectl,) C(cacheflush,) C(sysmips,)
#elif defined __powerpc__
#define CALLS_OWN(C) \
	C(multiplexer,) C(pciconfig_iobase,) C(pciconfig_read,) C(pciconfig_write,) C(rtas,) \
	C(spu_create,) C(spu_run,) C(subpage_prot,) C(swapcontext,) C(switch_endian,) \
	C(sync_file_range2,) C(sys_debug_setcontext,)
#elif defined __s390__
#define CALLS_OWN(C) \
	C(s390_guarded_storage,) C(s390_pci_mmio_read,) C(s390_pci_mmio_write,) \
	C(s390_runtime_instr,) C(s390_sthyi,)
#else
#define CALLS_OWN(C)
#endif

/* From 424 on, in order of their numbers, which are the same on every machine; the last is
 * SECCOMP_LAST */
#define CALLS_NEW(C) \
	C(pidfd_send_signal) C(io_uring_setup) C(io_uring_enter) C(io_uring_register) C(open_tree) \
	C(move_mount) C(fsopen) C(fsconfig) C(fsmount) C(fspick) C(pidfd_open) C(clone3) \
	C(close_range) C(openat2) C(pidfd_getfd) C(faccessat2) C(process_madvise) C(epoll_pwait2) \
	C(mount_setattr) C(quotactl_fd) C(landlock_create_ruleset) C(landlock_add_rule) \
	C(landlock_restrict_self) C(memfd_secret) C(process_mrelease) C(futex_waitv) \
	C(set_mempolicy_home_node) C(cachestat) C(fchmodat2) C(map_shadow_stack) C(futex_wake) \
	C(futex_wait) C(futex_requeue) C(statmount) C(listmount) C(lsm_get_self_attr) \
	C(lsm_set_self_attr) C(lsm_list_modules) C(mseal) C(setxattrat) C(getxattrat) \
	C(listxattrat) C(removexattrat)
