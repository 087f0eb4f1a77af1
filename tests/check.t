# ct check: what this machine can do.

Check lists what ct can use here
  $ ct check
  Linux [5-9]*.* on *; ct 0.* for *
  ok      kernel
  ...
  *seccomp*
  ...

Check prints a line for each feature
  $ ct check >o; [ "$(wc -l <o)" -ge 8 ] || cat o

Check --json prints an object for each feature
  $ ct check --json >o; head -n 2 o
  > grep -vc '^{"[a-z]*":".*","[a-z]*":".*"}$' o
  {"ct":"0.*","for":"*","kernel":"*","machine":"*"}
  {"name":"kernel","is":"ok","needs":"Linux 5.10","without":"everything"}
  0
  [1]
  $ ct check | wc -l | grep -x "$(wc -l <o)" >/dev/null

Check takes no arguments
  $ ct check x
  ct: check: takes no arguments
  [125]

need no-controllers
Check says why a controller is unavailable
  $ is=$(ct check | sed -n 's/^no *memory *//p')
  > has=$(awk '$1 == "memory" { print !!$2 $4 }' /proc/cgroups)
  > case $has,$is in
  > 11,"in use by cgroup v1"* | 01,"not delegated "* | 01,"not enabled "*) ;;
  > ?0,*"cgroup_disable="* | ,CONFIG_*) ;;
  > *) echo "$has: $is" ;;
  > esac

need
A kernel that is too old gives one line, and status 1 from check
  $ "$P" old "$CT" run true
  ct: run: this kernel is 2.6; ct needs 5.10
  [125]
  $ "$P" old "$CT" exec nobody true
  ct: exec: this kernel is 2.6; ct needs 5.10
  [125]
  $ "$P" old "$CT" check >o
  [1]
  $ grep MISSING o
  MISSING kernel * Linux 5.10; without it: everything

Version names the machine that ct was built for
  $ ct version
  ct 0.[0-9]* [a-z]*[0-9a-z]
need root
A chroot is named as what may forbid user namespaces
  $ mkdir r; mkroot r; cp "$CT" r/bin/ct
  > chroot r /bin/ct check | grep ' user n'
  no *user namespace *not permitted: a chroot, a seccomp filter or ct lacks *

need root
What the caller is not permitted to use is not blamed on the kernel
  $ run -R -v "$CT:/mnt/ct" /mnt/ct check | grep -E ' (uts|veth|clone3) '
  MISSING uts *not permitted: a seccomp filter or ct lacks CAP_SYS_ADMIN; *
  no *clone3 *, or a seccomp filter around ct hides it; without it: *
  no *veth *not permitted: a seccomp filter or ct lacks CAP_SYS_ADMIN; *
  $ run -R -v "$CT:/mnt/ct" --seccomp none /mnt/ct check | grep -c CONFIG_.*_NS
  0
  [1]

need root userns
What a sysctl forbids is not blamed on the kernel
  $ run --privileged --userns=0:0:65536 -v "$CT:/mnt/ct" sh -c '
  >   echo 0 >/proc/sys/user/max_uts_namespaces; /mnt/ct check' | grep ' uts '
  MISSING uts namespace *no more are allowed: sysctl user.max_*_namespaces; *

need root images squashfs
Check finds what images and layers need where they can be used
  $ ct check |
  >   awk '$2 ~ /^(overlay|squashfs|erofs|loop|dm-verity)$/ { print $2 }'
  overlay
  squashfs
  erofs
  loop
  dm-verity
  $ ct check | grep -E ' (squashfs|loop)$'; image squashfs
  > ct run -r squashfs true
  ok      squashfs
  ok      loop

need root images verity
Check finds dm-verity where an image can be verified
  $ ct check | grep -x 'ok *dm-verity'
  ok      dm-verity

need user
An ordinary user is told that only root mounts images
  $ ct check | grep ' loop '
  no      loop * only root mounts images; without it: -r IMAGE
