# --syscall: changing the system call filter by call name.

--syscall refuses a call, with EPERM or another error
  $ c=$(calls -mkdir,-mkdirat,chown=ENOENT,chown32=ENOENT,-fchownat=2,lchown=2)
  > run -R --syscall="$c" sh -c '
  >   mkdir /tmp/a 2>&1; touch /tmp/b; chown 1 /tmp/b 2>&1'
  mkdir: *Operation not permitted
  chown: *No such file or directory
  [1]

--syscall with an error of 0 makes a call do nothing
  $ c=$(calls mkdir=0,mkdirat=0)
  > run -R --syscall="$c" sh -c 'mkdir /tmp/a && ls /tmp/a'
  ls: /tmp/a: No such file or directory
  [1]

--syscall allows what the default filter refuses, also by argument
  $ run -R --syscall keyctl,+unshare probe sys keyctl unshare-user
  unshare-user ok
  keyctl ok

--syscall can kill a process that makes a call
  $ run -R --syscall '!chroot' sh -c 'chroot / true
  >   echo $(($? - $(kill -l SYS)))'
  Bad system call
  128
  $ run -R --syscall '!chroot,+chroot' sh -c 'chroot / true'
  chroot: *Operation not permitted
  [1]

need root
--syscall leaves the rest of the default filter as it is
  $ c=$(calls -mkdir,-mkdirat); run --cap-add SYS_CHROOT --syscall "$c" sh -c '
  >   chroot / echo yes; probe sys keyctl mount bpf; mkdir /tmp/a 2>&1'
  yes
  mount EPERM
  keyctl EPERM
  bpf EPERM
  mkdir: *Operation not permitted
  [1]

need root
--syscall is a separate filter with --seccomp none, FILE, --privileged
  $ allow_all >f; for o in "--seccomp none" "--seccomp $PWD/f" --privileged; do
  >   run $o --syscall="$(calls -mkdir,-mkdirat)" sh -c '
  >     probe sys keyctl; mkdir /tmp/a 2>&1'; done
  keyctl ok
  mkdir: *Operation not permitted
  keyctl ok
  mkdir: *Operation not permitted
  keyctl ok
  mkdir: *Operation not permitted
  [1]

--seccomp FILE may be given more than once, and default with it
  $ allow_all >f; for o in "" "--seccomp default" --seccomp=f; do
  >   run --seccomp f $o sh -c '
  >     grep Seccomp_filters: /proc/self/status; probe sys keyctl'; done
  Seccomp_filters:?1
  keyctl ok
  Seccomp_filters:?2
  keyctl EPERM
  Seccomp_filters:?2
  keyctl ok

A command of exec has the --syscall filter as well, and its own
  $ detached -R --syscall="$(calls -mkdir,-mkdirat,keyctl)" sleep 100
  $ ct exec "$N" sh -c 'probe sys keyctl; mkdir /tmp/a 2>&1; id -u'
  keyctl ok
  mkdir: *Operation not permitted
  *
  $ ct exec --syscall "$(calls mkdir,mkdirat)" "$N" mkdir /tmp/a; ct kill "$N"

A command of exec has every filter of the container
  $ allow_all >f; detached --seccomp f --seccomp f --seccomp default sleep 100
  $ rm f; ct exec "$N" sh -c '
  >   grep Seccomp_filters: /proc/self/status; probe sys keyctl'; ct kill "$N"
  Seccomp_filters:?3
  keyctl EPERM

--syscall does not break --init, --hold or a change of user
  $ for o in --init "-u 1000" --allow-new-privs; do
  >   run $o --syscall '!setsid,!chroot,!personality' echo $o; done
  --init
  -u 1000
  --allow-new-privs

A --syscall names calls of this machine and what to do with them
  $ refused --syscall '' + - '!' = =1 mount, ,mount mount= +mount=EPERM \
  >   '!mount=1' mount=EPERMS mount=4096 mount=-1 mount=EFOO '?' ' mount' \
  >   MOUNT mountt moun nosuchcall

A system call that does not exist is a warning with --try seccomp
  $ run -R --syscall=nosuch,-mount,other true
  ct: --syscall: nosuch, other: not a system call of this machine
  [125]
  $ run --syscall "$(seq 99 | sed 's/^/no/' | tr '\n' ,)none" true # and why
  ct: --syscall: no1, no2, *...*, no99, none: not a system call of this machine
  [125]
  $ c=$(calls nosuch,other,-mkdir,-mkdirat)
  > run -R --try seccomp --syscall="$c" mkdir /tmp/a
  ct: warning: --syscall: nosuch, other: not a system call of this machine
  mkdir: *Operation not permitted
  [1]

A filter may name so many calls that half of it is out of a jump's reach
  $ run -R --syscall "$(tr -d ' \n' <<'END'
  > -accept4=1,-acct=2,-adjtimex=3,-chroot=4,-clock_adjtime=5,
  > -copy_file_range=6,-delete_module=7,-epoll_create1=1,
  > -epoll_ctl=2,-epoll_pwait=3,-eventfd2=4,-fallocate=5,
  > -fanotify_init=6,-fanotify_mark=7,-fchdir=1,-fchmod=2,
  > -fchmodat=3,-fchown=4,-fchownat=5,-fdatasync=6,-fgetxattr=7,
  > -finit_module=1,-flistxattr=2,-flock=3,-fremovexattr=4,
  > -fsetxattr=5,-fsync=6,-ftruncate=7,-get_mempolicy=1,
  > -get_robust_list=2,-getcpu=3,-getitimer=4,-getpeername=5,
  > -getpriority=6,-getresgid=7,-getresuid=1,-getrusage=2,
  > -getsockname=3,-getsockopt=4,-getxattr=5,-init_module=6,
  > -inotify_add_watch=7,-inotify_init1=1,-inotify_rm_watch=2,
  > -io_cancel=3,-io_destroy=4,-io_getevents=5,-io_pgetevents=6,
  > -io_setup=7,-io_submit=1,-ioprio_get=2,-ioprio_set=3,-kcmp=4,
  > -kexec_load=5,-keyctl=6,-lgetxattr=7,-linkat=1,-listen=2,
  > -listxattr=3,-llistxattr=4,-lookup_dcookie=5,-lremovexattr=6,
  > -lsetxattr=7,-mbind=1,-membarrier=2,-memfd_create=3,
  > -migrate_pages=4,-mincore=5,-mkdirat=6,-mknodat=7,-mlock=1,
  > -mlock2=2,-mlockall=3,-mount=4,-move_pages=5,-mq_getsetattr=6,
  > -mq_notify=7,-mq_open=1,-mq_timedreceive=2,-mq_timedsend=3,
  > -mq_unlink=4,-msgctl=5,-msgget=6,-msgrcv=7,-msgsnd=1,
  > -msync=2,-munlock=3,-munlockall=4,-name_to_handle_at=5,
  > -nfsservctl=6,-open_by_handle_at=7,-perf_event_open=1,
  > -personality=2,-pivot_root=3,-pkey_alloc=4,-pkey_free=5,
  > -pkey_mprotect=6,-preadv=7,-preadv2=1,-process_vm_readv=2,
  > -process_vm_writev=3,-ptrace=4,-pwrite64=5,-pwritev=6,
  > -pwritev2=7,-quotactl=1,-readahead=2,-reboot=3,-recvmmsg=4,
  > -recvmsg=5,-remap_file_pages=6,-removexattr=7,-renameat2=1,
  > -request_key=2,-rt_sigpending=3,-rt_sigqueueinfo=4,
  > -rt_tgsigqueueinfo=5,-sched_get_priority_max=6,
  > -sched_get_priority_min=7,-sched_getattr=1,-sched_getparam=2,
  > -sched_getscheduler=3,-sched_rr_get_interval=4,
  > -sched_setaffinity=5,-sched_setattr=6,-sched_setparam=7,
  > -sched_setscheduler=1,-semctl=2,-semget=3,-sendfile=4,
  > -sendmmsg=5,-sendmsg=6,-set_mempolicy=7,-setdomainname=1,
  > -setfsgid=2,-setfsuid=3,-setgid=4,-setgroups=5,-sethostname=6,
  > -setitimer=7,-setns=1,-setpriority=2,-setregid=3,-setresgid=4,
  > -setresuid=5,-setreuid=6,-setsid=7,-setsockopt=1,-setuid=2,
  > -setxattr=3,-shmat=4,-shmctl=5,-shmdt=6,-shmget=7,
  > -shutdown=1,-signalfd4=2,-socketpair=3,-splice=4,-swapoff=5,
  > -swapon=6,-symlinkat=7,-sync=1,-syncfs=2,-syslog=3,-tee=4,
  > -timer_create=5,-timer_delete=6,-timer_getoverrun=7,
  > -timerfd_create=1,-truncate=2,-umount2=3,-unlinkat=4,
  > -unshare=5,-userfaultfd=6,-utimensat=7,-vhangup=1,-vmsplice=2
  > END
  > )" sh -c 'probe sys keyctl unshare-user; echo x >/tmp/f; cat /tmp/f'
  unshare-user *I/O error
  keyctl No such device or address
  x
