# Callers that lack something: /proc, descriptors, memory, a directory.

need root
No /proc, and the container has its own
  $ unshare -m sh <<'E'
  > umount -l /proc && "$CT" run -r "$R" sh -c 'echo $$; ls -d /proc/1'
  > E
  1
  /proc/1

Neither /proc nor /sys, and a command runs
  $ unshare -m sh -c 'umount -l /sys; umount -l /proc
  >   "$CT" run -r "$R" echo hi'
  hi

No /proc, and the protections hold
  $ unshare -m sh <<'E'
  > umount -l /proc && "$CT" run -r "$R" --cap-add ALL sh -c '
  >   (: >>/proc/sysrq-trigger) 2>/dev/null && echo open
  >   head -c1 /proc/keys; probe sys keyctl i386'
  > E
  keyctl EPERM
  i386 *

A tmpfs on /proc, and a command runs
  $ unshare -m sh -c 'mount -t tmpfs x /proc && "$CT" run -r "$R" echo hi'
  hi

No /proc, and a command runs in the host's own root
  $ unshare -m sh <<'E'
  > umount -l /proc && "$CT" run sh -c 'echo $$'
  > E
  1

A root on a tmpfs of its own, and nobody gets out of it
  $ mount -t tmpfs x . && cd "$PWD" && mkroot root && touch canary
  $ ct run --privileged -r "$PWD/root" probe lift "$PWD/canary"
  ...
  *inside
  $ ct run -r "$PWD/root" probe climb "$PWD/canary"
  ...
  *inside
  $ cd ..; umount d

need
Few descriptors are enough
  $ "$P" limit 7 40 "$CT" run -r "$R" echo hi
  hi

Too few descriptors are an error
  $ "$P" limit 7 8 "$CT" run -r "$R" echo hi
  ct: ?*
  [125]

Little memory is enough
  $ "$P" limit 9 16777216 "$CT" run -r "$R" true

The directory of the caller may be deleted
  $ mkdir x; cd x; rmdir ../x; run pwd
  /

# Before 5.12 ct's own file has to be copied.
need linux-5.12
No file has to grow
  $ "$P" limit 1 0 "$CT" run -r "$R" true

need user
No process may be made, which is an error that says so
  $ "$P" limit 6 1 "$CT" run -r "$R" true
  ct: *Resource temporarily unavailable*
  [125]

need root cgroup2
No cgroup2 is mounted, and a command runs
  $ unshare -m sh -c 'umount -l /sys/fs/cgroup/unified 2>/dev/null ||
  >     umount -l /sys/fs/cgroup
  >   "$CT" run -r "$R" echo hi'
  hi

need root vm
each user net
No $it namespaces are left, which is an error that says so
  $ f=/proc/sys/user/max_${it}_namespaces; was=$(cat $f); echo 0 >$f
  $ run --unshare $it true
  ct: *max_*_namespaces*
  [125]
  $ echo "$was" >$f
