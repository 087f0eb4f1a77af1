# What a hostile image, command or neighbour tries, and what fails while a
# protection is put in place. Public escapes are in escapes.t; what a process
# inside may hold is in invariant.t.

# --- mount points and devices ---

need root
A directory that is shown on a tmpfs lets in the same users as before
  $ mkroot root; mkdir -m 700 root/priv; mkdir -m 750 root/team
  > chgrp 44 root/team; for d in priv team; do echo key >root/$d/key; done
  $ for d in priv team; do for u in 1000:1000 1000:44 0; do
  >   "$CT" run -r "$PWD/root" -R -u $u --file /$d/cfg=x cat /$d/key
  > done; done 2>/dev/null
  key
  key
  key
  $ for d in priv team; do "$CT" run -r "$PWD/root" -R --file /$d/cfg=x \
  >   stat -c '%a %u %g' /$d; done
  700 0 0
  750 0 44
  $ mkdir -m 1777 root/pub; "$CT" run -r "$PWD/root" -R --file /pub/a/b=x \
  >   --tmpfs /pub/t stat -c %a /pub /pub/a
  1777
  755

need root setfacl
A directory that is shown on a tmpfs keeps its ACL
  $ mkroot root; mkdir -m 700 root/acl; setfacl -m u:1000:x root/acl 2>/dev/null
  > echo key >root/acl/key
  $ for u in 1000 1001; do
  >   "$CT" run -r "$PWD/root" -R -u $u --file /acl/cfg=x cat /acl/key
  > done 2>/dev/null
  key
  [1]

need root
The root and a host directory let in the same users as before
  $ mkroot root; chmod 711 root; "$CT" run -r "$PWD/root" -R --file /x=y \
  >   stat -c %a /
  711
  $ mkdir -m 700 h; echo key >h/key; host -u 1000 --file "$PWD/h/f=x" \
  >   cat "$PWD/h/key" 2>/dev/null
  [1]

A device has the mode and owner that it has on the host
  $ n=/dev/ct-$$; mknod -m 640 $n c 1 3; chown 7:8 $n
  $ run --device $n stat -c '%a %u %g' $n
  640 7 8
  $ run -u 1000:1000 --device $n sh -c ": >$n" 2>/dev/null || echo refused
  refused
  $ run -u 1000:8 --device $n sh -c "head -c1 $n; : >$n" 2>/dev/null ||
  >   echo refused; rm $n
  refused

need root cgroup2
The mode of the host's /dev/null cannot be changed from inside
  $ mkdir d; export N; unshare -m sh -s >o 2>&1 <<'E'
  > mount -t tmpfs none d && mknod -m 666 d/null c 1 3
  > mount --move d /dev
  > c='chmod 600 /dev/stdin /dev/stdout /dev/stderr'
  > "$CT" run -r "$R" $c </dev/null >/dev/null 2>/dev/null
  > "$CT" run -d -n "$N" -r "$R" sh -c "$c; exec sleep 100" >/dev/null
  > "$CT" exec "$N" $c </dev/null >/dev/null 2>/dev/null
  > "$CT" exec -d "$N" $c >/dev/null
  > "$CT" exec "$N" sh -c 'rm /dev/null; mkfifo /dev/null'
  > "$CT" exec "$N" $c </dev/null >/dev/null 2>/dev/null
  > sleep 0.3; "$CT" rm -f "$N"
  > stat -c %a /dev/null
  > E
  $ cat o
  666
  $ run sh -c 'echo x; head -c 1' </dev/null >/dev/null; run -u 1000 sh -c '
  >   stat -Lc %a /dev/stdin; : >/dev/stdin' </dev/null
  666

need userns root
Nor in a user namespace whose root is the caller, nor that of other devices
  $ mkdir d; unshare -m sh -s >o <<'E'
  > mount -t tmpfs none d
  > for n in null:3 zero:5 full:7 random:8 urandom:9; do
  >   mknod -m 666 "d/${n%:*}" c 1 "${n#*:}"
  > done; mknod -m 666 d/tty c 5 0; mount --move d /dev
  > "$CT" run -U -r "$R" sh -c 'cd /dev; for f in stdin null zero tty; do
  >   chmod 600 $f 2>/dev/null; touch $f 2>/dev/null && echo touched
  > done; echo >null && head -c 1 zero | wc -c' </dev/null
  > cd /dev; stat -c %a null zero tty
  > E
  $ cat o
  1
  666
  666
  666

need root
A procfs that the root contains shows nothing
  $ p=$(mktemp -d /ct-p.XXXXXX); mount -t proc p "$p"; host ls -A "$p"
  > umount "$p"; rmdir "$p"
  $ mkroot root; mkdir root/jail; mount -t proc p root/jail
  > "$CT" run -r "$PWD/root" ls -A /jail; umount root/jail

A procfs or a sysfs below a volume shows nothing
  $ mkdir -p v/p v/s; mount -t proc p v/p; mount -t sysfs s v/s
  > run -v "$PWD/v:/mnt:rec" sh -c 'ls -A /mnt/p /mnt/s | wc -w
  >   (: >/mnt/p/sys/kernel/core_pattern) 2>/dev/null && echo open'
  2
  [1]
  $ run -v "$PWD/v/p:/mnt:ro" ls -d /mnt/1; umount v/p v/s
  /mnt/1

need userns root
A procfs that the root contains shows nothing in a user namespace
  $ p=$(mktemp -d /ct-p.XXXXXX); chmod 755 "$p"; mount -t proc p "$p"
  > host --userns=0:100000:65536 ls -A "$p"; umount "$p"; rmdir "$p"

# --- namespaces of others ---

need root cgroup2
Joining a pid namespace brings its procfs and all masks
  $ detached sleep 100; run --ns pid="$N" sh -c 'ps | grep -c "sleep 10[0]"
  >   (: >/proc/sys/kernel/panic) 2>/dev/null && echo open
  >   cat /proc/keys /proc/kcore 2>/dev/null | wc -c'
  1
  0
  $ run --ns "pid=/proc/$(first)/ns/pid" --init ps | grep -c "sleep 100"
  1
  $ run --ns pid="$N" -u 1000 -w /tmp sh -c 'id -u; pwd; exit 5'
  1000
  /tmp
  [5]
  $ host --ns mnt="$N" -u user sh -c 'id -un; ls /bin/probe'
  user
  /bin/probe
  $ host --ns mnt="$N" --ns pid="$N" sh -c 'ls -d /proc/1; echo $$' | wc -l
  2
  $ run --ns pid="$N" --mount proc:x:/mnt ls /mnt/sys | grep -c kernel
  1
  $ "$CT" rm -f "$N"

A hook does not run in a pid namespace that is joined
  $ detached sleep 100; own=$(readlink /proc/self/ns/pid)
  $ run --ns pid="$N" --on-start 'readlink /proc/self/ns/pid >a' \
  >   --on-exit 'readlink /proc/self/ns/pid >b' true
  > [ "$(cat a b)" = "$own
  > $own" ] || cat a b; "$CT" rm -f "$N"

A pid namespace whose procfs is hidden cannot be joined
  $ detached --privileged sh -c 'umount /proc 2>/dev/null
  >   mount -t tmpfs x /proc; echo up; exec sleep 100'; up
  $ run --ns pid="$N" echo RAN
  ct: proc: the joined pid namespace has no procfs on /proc*
  [125]
  $ run --ns pid="$N" --try proc echo RAN 2>/dev/null; "$CT" rm -f "$N"
  RAN

need root cgroup2 userns
New namespaces belong to the user namespace that is joined
  $ detached --userns=0:100000:65536 sleep 100
  $ run --ns user="$N" sh -c 'echo $$; tr -s " " </proc/self/uid_map
  >   mount -t tmpfs x /mnt 2>/dev/null || echo refused'
  1
   0 100000 65536
  refused
  $ "$CT" rm -f "$N"

# --- a check or a call that fails is an error ---

need root cgroup2 strace userns
Exec enters all namespaces or none
  $ detached -U --try netns,ipcns sleep 100; touch canary # these are compared
  $ look='for f in /proc/self/ns/*; do readlink "$f"; done'
  $ for call in newfstatat readlinkat fstat openat setns chroot fchdir \
  >     pidfd_open; do
  >   for k in $(seq 30); do
  >     bb timeout 5 strace -f -qqq -o log -e trace=$call \
  >       -e inject=$call:error=ENOMEM:when=$k "$CT" exec "$N" \
  >       sh -c "ls -d '$PWD/canary' 2>/dev/null; $look" >o 2>/dev/null
  >     s=$?; grep -q INJECTED log || break
  >     [ $s != 0 ] || sort o >o.$call.$k
  >   done; done
  > "$CT" exec "$N" sh -c "$look" | sort >want; grep -q : want
  > for f in o.*; do [ "$f" = 'o.*' ] || cmp -s $f want || cat $f; done
  $ "$CT" rm -f "$N"

No protection is left out because a call failed
  $ for call in setsid close_range setgroups prctl keyctl seccomp capset \
  >     move_mount umount2 pivot_root mount_setattr; do
  >   for k in $(seq 30); do
  >     strace -f -qqq -o log -e trace=$call,execve \
  >       -e inject=$call:error=EPERM:when=$k "$CT" run -r "$R" -u 1000 \
  >       grep -E '^(Cap|NoNew|Seccomp:|Groups)|^NSs' /proc/self/status \
  >       >o 2>/dev/null; s=$?; grep -q INJECTED log || break
  >       [ $s != 0 ] || cat o
  >   done
  > done | sort -u | tr -s ' \t' '  '
  CapAmb: 0000000000000000
  CapBnd: 0000000000000000
  CapEff: 0000000000000000
  CapInh: 0000000000000000
  CapPrm: 0000000000000000
  Groups: 44 
  NSsid: 1
  NoNewPrivs: 1
  Seccomp: 2

# --- exec gives what run gave ---

need root cgroup2
Exec has the container's label and OOM score
  $ run -d -n "$N" --oom-score 300 --try label --label nosuch sleep 100
  ct: warning: label: label nosuch (AppArmor or SELinux): *
  t*
  $ "$CT" exec "$N" cat /proc/self/oom_score_adj
  ct: warning: label: label nosuch (AppArmor or SELinux): *
  300
  $ "$CT" rm -f "$N"

# --- cgroups ---

need root cgroup2
A file that moves or stops processes is not a limit
  $ for f in procs threads kill freeze type subtree_control; do
  >   run --cgroup cgroup.$f=1 echo RAN; "$CT" create "$N" --cgroup cgroup.$f=1
  > done 2>&1 | sed 's/[a-z_]*: not a/X: not a/' | sort | uniq -c | tr -s ' '
   12 ct: --cgroup: cgroup.X: not a limit
  $ detached sleep 100; "$CT" set "$N" cgroup.freeze=1 cgroup.procs=1
  ct: t*: cgroup.freeze: not a limit
  [125]
  $ "$CT" rm -f "$N"

A container chooses neither how deep nor how many its groups are
  $ detached --delegate sh -c 'cd /sys/fs/cgroup; n=0
  >   while mkdir d 2>/dev/null; do cd d; n=$((n + 1)); done; echo $n deep
  >   cd /sys/fs/cgroup; n=0
  >   while mkdir x$n 2>/dev/null; do n=$((n + 1)); done; echo $n wide
  >   echo up; sleep 100'; up; grep -e deep -e wide o
  1? deep
  2?? wide
  $ for v in "ls -r" ls "ps $N" "inspect $N" "stats $N" "detect $(first)"; do
  >   within 0 5000 "$CT" $v >/dev/null; done
  > within 0 9000 "$CT" rm -f "$N"; states

A name with a dot does not hide a group
  $ detached --delegate sh -c 'cd /sys/fs/cgroup; mkdir .x .x/.y
  >   (echo 0 >.x/.y/cgroup.procs; exec sleep 99) & echo up; wait'; up
  $ seen() { "$CT" ps "$N" | grep -q 'sleep 99$'; }; poll seen
  > "$CT" rm -f "$N"; states

Names that the kernel sorts to the same place hold up nobody
  $ detached --delegate sh -c 'cd /sys/fs/cgroup
  >   mkdir xaaal xaaba xaaam xaabb && echo up; sleep 100'; up
  $ within 0 5000 timeout 5 "$CT" ps "$N" | wc -l; "$CT" rm -f "$N"; states
  2

What a container writes to its groups has no effect
  $ detached --delegate sh -c 'cd /sys/fs/cgroup; mkdir a; for d in . a; do
  >   for k in keep init argv; do
  >     probe xattr $d user.ct.$k "pid=1 since=1 command=0 sup=1 status=-1 go=-1
  >       held keyring=" || echo $k
  >   done; done; (echo 0 >a/cgroup.procs; exec sleep 99) & echo up; wait'
  $ up; there() { "$CT" ps "$N" | grep -q 'sleep 99$'; }; poll there
  > "$CT" detect "$("$CT" ps "$N" |
  >   awk '/sleep 99$/ { print $1 }')" | sed "s/$N/NAME/"
  NAME
  $ "$CT" ls -r | grep -c "^$N"; "$CT" rm -f "$N"; states
  1

Exec into a group that the container has stopped is refused
  $ detached --delegate --privileged sh -c 'mkdir /sys/fs/cgroup/z
  >   echo up; echo 0 >/sys/fs/cgroup/z/cgroup.procs
  >   echo 1 >/sys/fs/cgroup/z/cgroup.freeze; sleep 100'; up
  > g=$(find /sys/fs/cgroup -path "*/$N/*/z"); poll grep -qs 'frozen 1' \
  >   "$g/cgroup.events"
  $ within 0 5000 "$CT" exec "$N" echo RAN
  ct: t*: its cgroup /*/box/z is paused
  [125]
  $ "$CT" rm -f "$N"

Kill ends what is in the groups below, on old kernels as well
  $ detached --delegate sh -c 'mkdir /sys/fs/cgroup/a; (
  >   echo 0 >/sys/fs/cgroup/a/cgroup.procs; exec sleep 99) & echo up
  >   exec sleep 100'; up; "$CT" create "$N-g"; run -d -n "$N-g/c" sleep 98 >o
  $ two() { ps -o args >was; [ "$(grep -c '^sleep 9[89]' was)" = 2 ]; }
  > poll two; "$CT" kill "$N" "$N-g"
  > gone() { ! ps -o args | grep -q '^sleep 9[89]'; }; poll gone
  > "$CT" rm -f "$N" "$N-g" 2>/dev/null; states

A name is free at once after its ct is killed
  $ for k in 1 2 3 4 5 6; do
  >   rm -f o; "$CT" run -r "$R" -n "$N" sh -c '
  >     for k in $(seq 50); do sleep 100 & done; echo up; wait' >o & p=$!
  >   up; kill -KILL $p; wait $p; run -n "$N" true
  > done 2>&1 | grep -v Killed; states

need user cgroup2
A group that somebody else made stays
  $ g=$(find /sys/fs/cgroup -maxdepth 6 -name cgroup.procs -writable | head -n1)
  > g=${g%/*}; mkdir "$g/$N" && for k in 1 2 3; do run true; done
  > ls -d "$g/$N" | wc -l; rmdir "$g/$N"
  1

need root cgroup2
What a user records in a group that root has given away is not believed
  $ "$CT" create "$N"; g=$(find /sys/fs/cgroup -maxdepth 3 -name "$N")
  $ chown 1000 "$g" "$g/cgroup.procs"; E=${P%/*}/escape
  $ "$P" as 1000 mkdir "$g/c" "$g/$(printf '\033[31m')"
  $ sleep 100 & p=$!; echo $p >"$g/c/cgroup.procs"; exec 7>f
  > for d in c "$(printf '\033[31m')"; do
  >   "$P" as 1000 "$E" xattr "$g/$d" user.ct.argv '--privileged|sh|'
  >   "$P" as 1000 "$E" xattr "$g/$d" user.ct.init \
  >     "pid=$p command=1 sup=$$ status=7 go=7 log=7 held keyring="
  > done >/dev/null; exec 8<"$g/c"; flock 8 2>/dev/null # busybox has none
  > "$CT" exec "$N/c" echo RAN; "$CT" start "$N/c"; wc -c <f
  ct: t*/c: belongs to another user
  ct: t*/c: is not held
  0
  $ "$CT" ls -r "$N" | tail -n +2; "$CT" stats "$N" | tail -n +2 | wc -l
  t* running * 0 *
  t*/c * running * 0 * 1 *-
  2
  $ "$P" as 1000 "$E" xattr "$g/c" user.ct.keep 1; "$CT" exec "$N/c" echo RAN
  set
  ct: t*/c: belongs to another user
  [125]
  $ kill $p; exec 8<&-; "$CT" rm -f "$N"; states

need root cgroup2
Groups that a user nests too deeply for names hold up nobody
  $ "$CT" create "$N"; g=$(find /sys/fs/cgroup -maxdepth 3 -name "$N")
  $ chown 1000 "$g" "$g/cgroup.procs"; E=${P%/*}/escape
  $ "$P" as 1000 sh -c 'cd "$0"; for k in $(seq 250); do
  >   mkdir a; "$1" xattr a user.ct.keep 1 >/dev/null; cd a || exit
  > done' "$g" "$E"
  $ for k in 1 2 3; do
  >   "$CT" run -r "$R" -n "$N-$k" sh -c 'echo up; sleep 100' >o$k & p=$!
  >   poll grep -qs up o$k; kill -KILL $p; wait $p; done 2>&1 | grep -v Killed
  > sweep; find "${g%/*}" -maxdepth 1 -name "$N-*"
  > "$CT" ls -r "$N" | wc -l; "$CT" stop "$N"; "$CT" rm -f "$N"; states
  12[0-9]

# --- the binary ---

need
The ct binary is not changed from inside while ct is killed
  $ cp "$CT" ct; was=$(sha256sum ct; stat -c '%a %s %y %z' ct)
  $ "$P" storm $((kills * 2 / 5)) 60000 ./ct run -r "$R" --init --cap-add ALL \
  >   probe attack 1 >/dev/null; sweep
  $ [ "$(sha256sum ct; stat -c '%a %s %y %z' ct)" = "$was" ] || echo changed

The ct binary is not changed by a script that names it
  $ cp "$CT" ct; was=$(sha256sum ct; stat -c '%a %s %y %z' ct)
  $ printf '#!/proc/self/exe version\n' >s; chmod 755 s
  $ ./ct run -r "$R" -v "$PWD/s:/mnt/s" /mnt/s >/dev/null 2>&1; true
  $ [ "$(sha256sum ct; stat -c '%a %s %y %z' ct)" = "$was" ] || echo changed
