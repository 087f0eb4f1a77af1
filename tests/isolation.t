# What a command sees and may do, without any option.

# --- processes, names and namespaces ---

A command is PID 1
  $ run sh -c 'echo $$'
  1

A command sees no process but itself
  $ run sh -c 'set -- /proc/[0-9]*; echo $#'
  1

A command has its own host name
  $ [ "$(run hostname)" != "$(hostname)" ] || hostname

The only interface of a command is lo, which is up
  $ run ip -o link
  1: lo: <*UP*

A command reaches itself over lo
  $ run --cap-add NET_RAW sh -c 'ping -c1 -W2 127.0.0.1 >/dev/null && echo pong'
  pong

each mnt pid net ipc uts cgroup
A command has its own $it namespace
  $ [ "$(run readlink /proc/self/ns/$it)" != "$(readlink /proc/self/ns/$it)" ]

A command is in its own session
  $ run cut -d ' ' -f 6 /proc/self/stat
  1

# --- what the caller has open, set and loaded ---

A command has the default environment
  $ SECRET=x TERM=y run env | cut -d= -f1 | sort | tr '\n' ' '
  HOME PATH TERM container*

No process in a container has a variable of the caller
  $ export SECRET=x
  $ run sh -c 'cat /proc/*/environ | tr "\0" "\n" | grep -c SECRET'
  0
  [1]

No process in a container with --init has a variable of the caller
  $ export SECRET=x
  $ run --init --cap-add SYS_PTRACE -- sh -c '
  >   cat /proc/*/environ 2>/dev/null | tr "\0" "\n" | grep -c SECRET'
  0
  [1]

A command has no file descriptor but 0 to 2, whatever the caller has open
  $ "$P" fds "$CT" run -r "$R" probe fdlist
  0 1 2

No process in a container with --init has a file descriptor of the caller
  $ "$P" fds "$CT" run -r "$R" --init --cap-add SYS_PTRACE -- sh -c '
  >   for f in /proc/[0-9]*/fd/*; do readlink $f; done | grep -x -e / -e /etc'
  [1]

A command has file descriptors 0 to 2 even if stdin is closed
  $ run probe fdlist <&-
  0 1 2

A command has file descriptors 0 to 2 even if all three are closed
  $ run -v "$PWD:/mnt" -- sh -c 'probe fdlist >/mnt/o' <&- >&- 2>&-; cat o
  0 1 2

A command does not start in the caller's directory
  $ run pwd; run readlink /proc/self/cwd
  /
  /

A command has the usual umask
  $ run sh -c umask
  0022

A command leaves no core files
  $ run awk '/core file/ { print $5, $6 }' /proc/self/limits
  1 *

A command cannot set its core file limit to 0, which would run core_pattern
  $ run sh -c 'ulimit -c 0
  >   awk "/core file/ { print \$5, \$6 }" /proc/self/limits'
  1 *

A requested limit on core files holds, and can be set to 0
  $ run --rlimit core=5 sh -c 'l() {
  >   awk "/core file/ { print \$5, \$6 }" /proc/self/limits; }
  >   l; ulimit -c 0; l'
  5 5
  0 0

No signal is ignored or blocked
  $ run grep -cE '^Sig(Blk|Ign):.0+$' /proc/self/status
  2

A caller may ignore and block every signal, and still gets the status
  $ "$P" deaf "$CT" run -r "$R" -- sh -c 'exit 5'
  [5]

What is missing is missing for a caller who ignores every signal as well
  $ "$P" deaf "$CT" run -r "no-$N" true; "$P" deaf "$CT" run "@no-$N" true
  ct: --root: no-t*: No such file or directory
  ct: @no-t*: read: No such file or directory
  [125]

A command inherits ignored signals, except SIGCHLD and SIGTERM
  $ s() { sed 's/:.0*\(.\)/ \1/'; } # mips has twice the digits
  > "$P" deaf "$CT" run -r "$R" -- grep -E 'Sig(Blk|Ign)' /proc/self/status | s
  SigBlk 0
  SigIgn 1000
  $ (trap '' HUP TERM; run grep SigIgn /proc/self/status) | s
  SigIgn 1

A command has its own session keyring
  $ "$P" key "$P" keysearch
  ok
  $ "$P" key "$CT" run -r "$R" --seccomp none probe keysearch
  ENOKEY

# --- privilege and system calls ---

Inheritable and ambient capabilities are empty
  $ run awk '/^Cap(Inh|Amb)/ { print $2 }' /proc/self/status | sort -u
  0000000000000000

Bounding, permitted and effective capabilities are the same
  $ run awk '/^Cap(Bnd|Prm|Eff)/ { print $2 }' /proc/self/status | sort -u |
  >   wc -l
  1

A command has no capability that reaches outside
  $ run sh <<'E'
  > c=$((0x$(grep CapBnd /proc/self/status | cut -f2)))
  > for n in 2 12 14 15 16 17 19 20 21 22 24 25 26 27 30 32 33 34 35 36 37 38 \
  >   39 40; do
  >   [ $((c >> n & 1)) = 0 ] || echo $n
  > done
  > E

A command has a seccomp filter
  $ run grep ^Seccomp: /proc/self/status
  Seccomp:?2

A command has no_new_privs
  $ run grep ^NoNewPrivs: /proc/self/status
  NoNewPrivs:?1

# A kernel without i386 support kills a process that makes an i386 call.
System calls that a container does not need are refused
  $ i386=$("$P" sys i386 2>/dev/null | grep -x 'i386 signal 11') ||
  >   i386='i386 ok'
  $ run probe sys | grep -v -e ' EPERM$' -e '^clone3 ENOSYS' \
  >   -e '^x32 signal 31' -e "^$i386"
  getppid ok

System calls that reach outside are refused with every capability
  $ i386=$("$P" sys i386 2>/dev/null | grep -x 'i386 signal 11') ||
  >   i386='i386 ok'
  $ run --cap-add ALL probe sys unshare-user clone-user keyctl add_key \
  >   fscrypt-add fscrypt-remove \
  >   request_key io_uring pidfd_getfd tiocsti tiocsti-high tioclinux \
  >   tioclinux-high x32 i386 |
  >   grep -v -e ' EPERM$' -e 'x32 signal 31$' -e "^$i386$"
  [1]

A command with CAP_LEASE may take leases
  $ run --cap-add LEASE probe sys lease deleg | grep EPERM
  [1]

bpf and perf_event_open need their own capability, or CAP_SYS_ADMIN
  $ for c in BPF PERFMON SYS_ADMIN; do
  >   run --cap-add $c probe sys bpf perf | grep EPERM; done
  perf EPERM
  bpf EPERM
  [1]

CAP_NET_ADMIN permits a line discipline and bridges, but not TIOCSTI
  $ run --cap-add NET_ADMIN probe sys tiocsetd siocgifbr siocgifvlan tiocsti |
  >   grep EPERM
  tiocsti EPERM

CAP_NET_ADMIN does not lead to the network of a socket, or of its other end
  $ run --cap-add NET_ADMIN probe sys siocgskns pidfd-net
  siocgskns EPERM
  pidfd-net EPERM

CAP_SYS_BOOT does not permit loading another kernel, but --syscall does
  $ run --cap-add SYS_BOOT probe sys kexec
  kexec EPERM
  $ [ "$(cat /proc/sys/kernel/kexec_load_disabled 2>/dev/null)" != 0 ] ||
  >   [ "$(id -u)" != 0 ] || # whom the kernel asks for it outside
  >   run --cap-add SYS_BOOT --syscall +kexec_load probe sys kexec |
  >   sed -n /EPERM/p

A command cannot create a device node
  $ run sh -c 'mknod /tmp/x b 8 0; test -e /tmp/x'
  *Operation not permitted
  [1]

A command cannot set the host name
  $ run hostname evil 2>/dev/null
  [1]

A thread is created without clone3, whose flags no filter can see
  $ run probe sys clone3
  clone3 ENOSYS

# --- the root, and what is mounted ---

The parent of / is /
  $ run sh -c 'cd / && cd ../../.. && ls -d bin && ls -d /proc/self/root/../bin'
  bin
  /proc/self/root/../bin

A command stays inside with chroot and ..
  $ touch canary; run probe climb "$PWD/canary"
  ...
  *inside

A command stays inside with chroot and .. and CAP_SYS_CHROOT
  $ touch canary; run --cap-add SYS_CHROOT probe climb "$PWD/canary"
  inside

A command cannot unmount / with --privileged
  $ touch canary; run --privileged probe lift "$PWD/canary"
  ...
  *inside

Files in /proc and /sys that write to the kernel are closed
  $ run --cap-add ALL sh <<'E'
  > for f in /proc/sysrq-trigger /proc/sys/kernel/core_pattern \
  >   /proc/sys/kernel/panic /proc/sys/vm/drop_caches \
  >   /proc/irq/default_smp_affinity /sys/kernel/mm/ksm/run \
  >   /proc/bus/pci/*/* /proc/fs/*/*/* /proc/driver/* \
  >   /sys/kernel/uevent_helper /proc/kcore /proc/keys /proc/timer_list; do
  >   (: >>$f) 2>/dev/null && echo $f
  > done; true
  > E

Root may write to no file in /proc but those of processes
  $ run --cap-add ALL sh <<'E'
  > find /proc -path '/proc/[0-9]*' -prune -o -type f \
  >   -perm -200 -print 2>/dev/null |
  >   while read -r f; do (: >>"$f") 2>/dev/null && echo "$f"; done; true
  > E

A command writes to its own files in /proc
  $ run sh -c 'echo 500 >/proc/self/oom_score_adj; cat /proc/self/oom_score_adj
  >   echo hi >/proc/$$/comm; cat /proc/1/task/1/comm; :'
  500
  hi

A command cannot lower its OOM score, even as root
  $ run sh -c 'echo -5 >/proc/self/oom_score_adj; cat /proc/self/oom_score_adj
  >   ' 2>/dev/null
  0

need root cgroup2
--share pid shows the caller's processes, and /proc is read-only
  $ run --share pid --try proc sh -c 'echo x >/proc/self/comm'
  *Read-only file system
  [1]

need
--ns pid= with the caller's namespace does not make /proc writable
  $ run --ns pid=/proc/self/ns/pid sh -c '(: >>/proc/self/comm) &&
  >   echo written' 2>/dev/null; true

Files in /proc that show the kernel are empty
  $ run --cap-add ALL sh <<'E'
  > for f in /proc/kcore /proc/keys /proc/timer_list /proc/interrupts; do
  >   head -c 1 $f 2>/dev/null | wc -c
  > done | sort -u
  > E
  0

A read in /sys creates nothing and shows no flash or serial number
  $ run --cap-add ALL sh -c 'cd /sys/devices/virtual; ls -A dmi powercap \
  >   /sys/class/zram-control /sys/bus/nvmem/devices/*/; cat /proc/sched_debug
  >   ' 2>/dev/null | grep -ve '^/.*:$' -e '^[a-z]*:$' -e '^$'; true

need root wifi
No flash or EEPROM is shown under the name of its bus
  $ insmod /vm/mod/*-i2c-stub.ko chip_addr=0x50; cd /sys/bus/i2c/devices
  > for d in i2c-*; do
  >   ! grep -q stub $d/name || echo 24c02 0x50 >$d/new_device
  > done; f=$(echo "$PWD"/*-0050/eeprom); for c in "" run; do
  >   $c head -c 9 "$f" | wc -c; done
  9
  0

need
Masks hold where a stand-in for / or /sys is shown
  $ mkroot root; rmdir root/mnt; ln -s /sys root/mnt
  > seen='head -c 9 /proc/keys; head -c 9 /proc/timer_list; ls /sys/firmware'
  > for d in /new /mnt/new; do for o in -R ""; do
  >   "$CT" run -r "$PWD/root" $o --tmpfs "$d" sh -c "ls -d $d; $seen"
  > done; done 2>/dev/null; host --tmpfs /new sh -c "ls -d /new; $seen"
  /new
  /new
  /mnt/new
  /mnt/new
  /new

Masks cannot be removed
  $ run --cap-add ALL sh 2>/dev/null <<'E'
  > for f in /proc/kcore /proc/sys /proc/sysrq-trigger /proc/keys; do
  >   umount $f && echo $f
  > done; true
  > E

Every mount except /dev is nosuid and nodev
  $ run awk '$2 !~ "^/dev" && ($4 !~ /nosuid/ || $4 !~ /nodev/)' /proc/mounts

/sys is read-only
  $ run awk '$2 == "/sys" { print $4 }' /proc/mounts | grep -v '^ro'
  [1]

/dev has only a few entries
  $ run ls /dev | grep -vxE 'null|zero|full|random|urandom|tty|ptmx|pts|shm' |
  >   grep -vxE 'mqueue|console|fd|std(in|out|err)|core'
  [1]

The devices in /dev work
  $ run sh -c 'echo x >/dev/null && head -c 3 /dev/zero | wc -c
  >   head -c 3 /dev/urandom | wc -c'
  3
  3

A command can open a pty
  $ run sh -c 'test -c /dev/pts/ptmx && : <>/dev/ptmx && echo ok'
  ok

Nothing is mounted but /, /dev, /proc, /sys and /etc/hosts
  $ run awk '$2 !~ "^/(dev|proc|sys|etc/hosts)(/|$)" && $2 != "/"' /proc/mounts

# --- root and ordinary users ---

need root
The supplementary groups of the caller are dropped
  $ "$P" groups 24 "$CT" run -r "$R" id -G
  0

A supplementary group of the caller has no effect on a command
  $ mkroot root; echo x >root/s; chgrp 4 root/s; chmod 604 root/s
  $ "$P" groups 24 "$CT" run -r "$PWD/root" -u 1000:1000 cat /s
  x

A set-uid program gains nothing
  $ cp -a "$R" root; chmod 4755 root/bin/probe
  $ ct run -r "$PWD/root" -u 1000 probe ids
  1000 1000

A device node in the root cannot be used
  $ mkroot root; mknod root/null c 1 3
  $ ct run -r "$PWD/root" -- sh -c '(: >/null) 2>&1'
  *Permission denied*
  [1]

A mount made inside stays inside
  $ mount -t tmpfs s . && cd "$PWD" && mount --make-shared . && mkdir a
  $ run --privileged -v "$PWD:/mnt" mount -t tmpfs x /mnt/a
  $ grep -c '/d/a ' /proc/self/mountinfo; cd ..; umount d
  0

A mount made outside stays outside
  $ mount -t tmpfs s . && cd "$PWD" && mount --make-shared . && mkdir a
  $ mkfifo f; run --pidfile pid -v "$PWD:/mnt" sh -c 'read l </mnt/f
  >   grep -c /mnt/a /proc/self/mountinfo' & poll test -s pid
  $ mount -t tmpfs x a; touch a/x; echo >f; wait; umount a; cd ..; umount d
  0

need user userns
Only the caller's ID is mapped, to root
  $ run cat /proc/self/uid_map /proc/self/gid_map | tr -s ' ' >o
  $ printf ' 0 %s 1\n' "$(id -u)" "$(id -g)" | diff - o

setgroups is denied
  $ run cat /proc/self/setgroups
  deny

The caller's ID may be mapped to another ID
  $ run --uidmap "5:$(id -u):1" --gidmap "6:$(id -g):1" sh -c 'id -u; id -g'
  5
  6

The ID of another user cannot be mapped
  $ run --uidmap 0:0:1 --gidmap 0:0:1 true
  ct: ?*
  [125]

Files of the host's root user stay unreadable
  $ host cat /etc/shadow 2>/dev/null
  [1]
