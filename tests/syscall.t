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

A --syscall that refuses what ct itself needs is told by the error
  $ for c in write rt_sigaction execve; do run --syscall=-$c echo RAN; done
  ct: go: the container died during setup (status 125, a filter refuses write?)
  ct: exec: sigaction 15: Operation not permitted
  ct: exec: execve */echo: Operation not permitted
  [126]

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
  > -accept4=10,-acct=11,-adjtimex=12,-chroot=13,-clock_adjtime=14,
  > -copy_file_range=15,-delete_module=16,-epoll_create1=17,
  > -epoll_ctl=18,-epoll_pwait=19,-eventfd2=20,-fallocate=21,
  > -fanotify_init=22,-fanotify_mark=23,-fchdir=24,-fchmod=25,
  > -fchmodat=26,-fchown=27,-fchownat=28,-fdatasync=29,
  > -fgetxattr=30,-finit_module=31,-flistxattr=32,-flock=33,
  > -fremovexattr=34,-fsetxattr=35,-fsync=36,-ftruncate=37,
  > -get_mempolicy=38,-get_robust_list=39,-getcpu=40,-getitimer=41,
  > -getpeername=42,-getpriority=43,-getresgid=44,-getresuid=45,
  > -getrusage=46,-getsockname=47,-getsockopt=48,-getxattr=49,
  > -init_module=50,-inotify_add_watch=51,-inotify_init1=52,
  > -inotify_rm_watch=53,-io_cancel=54,-io_destroy=55,
  > -io_getevents=56,-io_pgetevents=57,-io_setup=58,-io_submit=59,
  > -ioprio_get=60,-ioprio_set=61,-kcmp=62,-kexec_load=63,-keyctl=6,
  > -lgetxattr=64,-linkat=65,-listen=66,-listxattr=67,
  > -llistxattr=68,-lookup_dcookie=69,-lremovexattr=70,
  > -lsetxattr=71,-mbind=72,-membarrier=73,-memfd_create=74,
  > -migrate_pages=75,-mincore=76,-mkdirat=77,-mknodat=78,-mlock=79,
  > -mlock2=80,-mlockall=81,-mount=82,-move_pages=83,
  > -mq_getsetattr=84,-mq_notify=85,-mq_open=86,-mq_timedreceive=87,
  > -mq_timedsend=88,-mq_unlink=89,-msgctl=90,-msgget=91,-msgrcv=92,
  > -msgsnd=93,-msync=94,-munlock=95,-munlockall=96,
  > -name_to_handle_at=97,-nfsservctl=98,-open_by_handle_at=99,
  > -perf_event_open=100,-personality=101,-pivot_root=102,
  > -pkey_alloc=103,-pkey_free=104,-pkey_mprotect=105,-preadv=106,
  > -preadv2=107,-process_vm_readv=108,-process_vm_writev=109,
  > -ptrace=110,-pwrite64=111,-pwritev=112,-pwritev2=113,
  > -quotactl=114,-readahead=115,-reboot=116,-recvmmsg=117,
  > -recvmsg=118,-remap_file_pages=119,-removexattr=120,
  > -renameat2=121,-request_key=122,-rt_sigpending=123,
  > -rt_sigqueueinfo=124,-rt_tgsigqueueinfo=125,
  > -sched_get_priority_max=126,-sched_get_priority_min=127,
  > -sched_getattr=128,-sched_getparam=129,-sched_getscheduler=130,
  > -sched_rr_get_interval=131,-sched_setaffinity=132,
  > -sched_setattr=133,-sched_setparam=134,-sched_setscheduler=135,
  > -semctl=136,-semget=137,-sendfile=138,-sendmmsg=139,
  > -sendmsg=140,-set_mempolicy=141,-setdomainname=142,
  > -setfsgid=143,-setfsuid=144,-setgid=145,-setgroups=146,
  > -sethostname=147,-setitimer=148,-setns=149,-setpriority=150,
  > -setregid=151,-setresgid=152,-setresuid=153,-setreuid=154,
  > -setsid=155,-setsockopt=156,-setuid=157,-setxattr=158,
  > -shmat=159,-shmctl=160,-shmdt=161,-shmget=162,-shutdown=163,
  > -signalfd4=164,-socketpair=165,-splice=166,-swapoff=167,
  > -swapon=168,-symlinkat=169,-sync=170,-syncfs=171,-syslog=172,
  > -tee=173,-timer_create=174,-timer_delete=175,
  > -timer_getoverrun=176,-timerfd_create=177,-truncate=178,
  > -umount2=179,-unlinkat=180,-unshare=5,-userfaultfd=181,
  > -utimensat=182,-vhangup=183,-vmsplice=184
  > END
  > )" sh -c 'probe sys keyctl unshare-user; echo x >/tmp/f; cat /tmp/f'
  unshare-user *I/O error
  keyctl No such device or address
  x
