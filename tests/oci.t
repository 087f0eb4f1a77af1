# contrib/oci: an OCI bundle as a root and an @FILE.

need root images squashfs jq
A bundle becomes an image and its arguments
  $ mkdir b; mkroot b/rootfs; cat >b/config.json <<'E'
  > { "ociVersion": "1.0.2", "hostname": "h", "root": { "readonly": true },
  >   "process": { "cwd": "/etc", "user": { "uid": 1000, "gid": 44 },
  >     "env": ["A=it's", "B=x y"], "noNewPrivileges": true,
  >     "args": ["sh", "-c", "id -u; id -g; pwd; echo $A $B; hostname"] },
  >   "mounts": [{ "destination": "/mnt", "type": "tmpfs" }] }
  > E
  > "${man%/*}/contrib/oci/oci.sh" b b.squashfs >args && ct run @args
  1000
  44
  /etc
  it's x y
  h

What ct does not support is named, and no word of a bundle becomes an option
  $ mkdir b; mkroot b/rootfs; cat >b/config.json <<'E'
  > { "hooks": {}, "process": { "cwd": "/", "args": ["echo", "--privileged"],
  >     "capabilities": { "bounding": ["KILL --privileged"] },
  >     "ioPriority": {} } }
  > E
  > o=${man%/*}/contrib/oci/oci.sh; "$o" b d >args; "$o" --lax b d >args
  > ct run @args
  oci.sh: ct does not support: hooks
  oci.sh: ct does not support: process.ioPriority
  oci.sh: ct does not support: hooks
  oci.sh: ct does not support: process.ioPriority
  ct: --cap-add: KILL --privileged: not a capability, see capabilities(7)
  [125]

need root jq
A profile that refuses calls adds to the default filter
  $ mkdir b; mkroot b/rootfs; cat >b/config.json <<'E'
  > { "process": { "cwd": "/", "args": ["sh", "-c",
  >     "probe sys keyctl bpf; mkdir /a; sync; chroot /; echo $?; id -u"] },
  >   "linux": { "seccomp": { "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
  >     { "names": ["mkdir", "mkdirat", "nosuch"], "action": "SCMP_ACT_ERRNO",
  >       "errnoRet": 28 },
  >     { "names": ["chroot", "_llseek"], "action": "SCMP_ACT_KILL" },
  >     { "names": ["keyctl"], "action": "SCMP_ACT_ALLOW" }] } } }
  > E
  > "${man%/*}/contrib/oci/oci.sh" b d >args; ct run @args
  oci.sh: warning: linux.seccomp: unknown system call: nosuch
  keyctl ok
  bpf EPERM
  mkdir: * No space left on device
  Bad system call
  159
  0

# Like docker's, whose last two rules are conditions that ct has itself.
A profile that allows calls refuses all others
  $ mkdir b; mkroot b/rootfs; cat >b/config.json <<'E'
  > { "process": { "cwd": "/", "args": ["sh", "-c",
  >     "probe sys $SYS; wget -q http://127.0.0.1:9/; mkdir /a"],
  >     "env": ["SYS=keyctl bpf clone-user tiocsti lease clone3"],
  >     "noNewPrivileges": true },
  >   "linux": { "seccomp": { "defaultAction": "SCMP_ACT_ERRNO",
  >     "defaultErrnoRet": 13, "syscalls": [
  >     { "action": "SCMP_ACT_ALLOW", "names": [
  >     "access", "arch_prctl", "brk", "capget", "clock_gettime",
  >     "clock_gettime64", "close", "close_range", "connect", "dup", "dup2",
  >     "dup3", "execve", "exit", "exit_group", "faccessat", "faccessat2",
  >     "fcntl", "fcntl64", "fork", "fstat", "fstat64", "fstatat64", "futex",
  >     "getcwd", "getdents64", "getegid", "getegid32", "geteuid", "geteuid32",
  >     "getgid", "getgid32", "getpgid", "getpgrp", "getpid", "getppid",
  >     "getrandom", "gettid", "getuid", "getuid32", "ioctl", "keyctl", "lseek",
  >     "_llseek", "madvise", "mmap", "mmap2", "mount", "mprotect", "munmap",
  >     "newfstatat", "open", "openat", "pipe", "pipe2", "poll", "ppoll",
  >     "prctl", "prlimit64", "read", "readlink", "readlinkat", "readv", "rseq",
  >     "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sendfile",
  >     "set_robust_list", "set_tid_address", "setgid", "setpgid", "setuid",
  >     "sigreturn", "stat", "stat64", "statx", "tgkill", "ugetrlimit", "uname",
  >     "vfork", "wait4", "waitpid", "write", "writev"] },
  >     { "names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38 },
  >     { "names": ["clone"], "action": "SCMP_ACT_ALLOW", "args": [{ "index": 0,
  >       "value": 2114060288, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ" }] },
  >     { "names": ["socket"], "action": "SCMP_ACT_ALLOW", "args": [
  >       { "index": 0, "value": 40, "op": "SCMP_CMP_NE" }] }] } } }
  > E
  > o=${man%/*}/contrib/oci/oci.sh; "$o" b d >args; ct run @args
  clone-user EPERM
  clone3 ENOSYS
  tiocsti EPERM
  lease EPERM
  keyctl ok
  bpf EACCES
  wget: * Connection refused
  mkdir: * Permission denied
  [1]
  $ jq '.linux.seccomp.syscalls += [{ "names": ["umask", "personality"],
  >   "action": "SCMP_ACT_ALLOW", "args": [{ "index": 0, "value": 0,
  >     "op": "SCMP_CMP_EQ" }] }]' b/config.json >c; mv c b/config.json
  > rm -r d; "$o" b d; "$o" --lax b d >lax; diff args lax
  oci.sh: ct does not support: linux.seccomp.syscalls: personality: args
  oci.sh: ct does not support: linux.seccomp.syscalls: umask: args
  oci.sh: ct does not support: linux.seccomp.syscalls: personality: args
  oci.sh: ct does not support: linux.seccomp.syscalls: umask: args

What ct does not support in a profile is named, and --lax refuses more
  $ mkdir b; mkroot b/rootfs; cat >b/config.json <<'E'
  > { "process": { "cwd": "/", "args": ["sh", "-c",
  >     "sync; chroot / true; mkdir /a; ln -s a /b; id -u"] },
  >   "linux": { "seccomp": { "defaultAction": "SCMP_ACT_ALLOW",
  >     "architectures": ["SCMP_ARCH_X32"], "listenerPath": "/l",
  >     "flags": ["SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG"],
  >     "syscalls": [{ "names": ["chroot"], "action": "SCMP_ACT_TRACE" },
  >     { "names": ["sync"], "action": "SCMP_ACT_LOG" },
  >     { "names": ["read' --privileged '"], "action": "SCMP_ACT_ERRNO" },
  >     { "names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "args": [
  >       { "index": 1, "value": 7, "op": "SCMP_CMP_EQ" }] },
  >     { "names": ["symlink", "symlinkat"], "action": "SCMP_ACT_ALLOW" },
  >     { "names": ["symlink", "symlinkat"], "action": "SCMP_ACT_ERRNO" }] } } }
  > E
  > o=${man%/*}/contrib/oci/oci.sh; "$o" b d >args 2>says; echo $?; ls d
  > "$o" --lax b d 2>&1 >args | diff - says; cat says; ct run @args
  1
  ls: * No such file or directory
  oci.sh: ct does not support: linux.seccomp.listenerPath
  oci.sh: ct does not support: linux.seccomp.architectures: SCMP_ARCH_X32
  oci.sh: ct does not support: linux.seccomp.flags: SECCOMP_FILTER_FLAG_LOG
  oci.sh: ct does not support: linux.seccomp.syscalls: chroot: SCMP_ACT_TRACE
  oci.sh: ct does not support: linux.seccomp.syscalls: sync: SCMP_ACT_LOG
  oci.sh: *read' --privileged ': not a name
  oci.sh: ct does not support: linux.seccomp.syscalls: mkdir: args
  oci.sh: ct does not support: linux.seccomp.syscalls: mkdirat: args
  oci.sh: ct does not support: linux.seccomp.syscalls: symlink: two actions
  oci.sh: ct does not support: linux.seccomp.syscalls: symlinkat: two actions
  chroot: * Operation not permitted
  mkdir: * Operation not permitted
  ln: * Operation not permitted
  0

need contrib sources
The call names in oci.sh are those that ct knows
  $ grep -v 'C(name,' "${man%/*}/src/calls.h" | grep -o '\bC([a-z0-9_]*[,)]' |
  >   tr -d 'C(,)' | sort -u >knows
  $ sed -n "/^calls='/,/^'/p" "${man%/*}/contrib/oci/oci.sh" | sed '1d;$d' |
  >   tr -s '\t ' '\n' | grep . | sort | diff - knows

need root images erofs jq runc
The output of runc spec is accepted
  $ mkdir b; mkroot b/rootfs; (cd b && runc spec); mv b/config.json c
  > jq '.process.args = ["sh", "-c", "hostname; id -u; cd /; >x"]' c \
  >   >b/config.json; "${man%/*}/contrib/oci/oci.sh" b b.erofs >args
  > ct run @args
  runc
  0
  sh: can't create x: Read-only file system
  [1]

need root jq umoci skopeo
An umoci image that skopeo has copied runs as its config says
  $ { umoci init --layout l; umoci new --image l:t; umoci unpack --image l:t u
  >   mkroot u/rootfs; umoci repack --image l:t u
  >   umoci config --image l:t --config.cmd sh --config.cmd -c \
  >     --config.cmd 'id -u; id -g; pwd; echo $A' --config.user 1000:44 \
  >     --config.env A=b --config.workingdir /etc
  >   skopeo copy --insecure-policy oci:l:t oci:s:t
  >   "${man%/*}/contrib/oci/oci.sh" s:t d >args; } >log 2>&1; ct run @args
  1000
  44
  /etc
  b

An image has ct's privileges, limits and host name, and its volumes their files
  $ { umoci init --layout l; umoci new --image l:t; umoci unpack --image l:t u
  >   mkroot u/rootfs; mkdir u/rootfs/data; echo hello >u/rootfs/data/x
  >   umoci repack --image l:t u
  >   umoci config --image l:t --config.cmd sh --config.cmd -c \
  >     --config.cmd 'chown 5 /data/x; cat /data/x; ulimit -n; hostname' \
  >     --config.volume /data --config.stopsignal SIGUSR1
  >   "${man%/*}/contrib/oci/oci.sh" l:t d >args; } >log 2>&1
  > grep -e --stop args; ulimit -n 2000; ct run -n "$N" @args; ls d/etc
  --stop-signal 'SIGUSR1'
  hello
  2000
  t*
  group
  hosts
  passwd
  resolv.conf
