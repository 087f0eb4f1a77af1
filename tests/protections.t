# What nobody can cause from a container alone: a call of ct that fails or lies,
# its death at a bad moment, a forged record, a sysctl.
# tests/protections.sh has more about the protection that each case tests.

need root cgroup2
What a peer writes to ct's pipe is taken as text and reaches no terminal
  $ rec() { int "$1"; dd if=/dev/zero bs=44 count=1; int 52
  >   printf '\033]0;%299s' x; dd if=/dev/zero bs=141 count=1; }
  $ for k in 0 1 2; do rec $k >r 2>/dev/null
  >   run -n "$N" --hold --cap-add SYS_PTRACE -v "$PWD:/mnt" true >o$k 2>&1 &
  >   poll held; "$CT" exec "$N" sh -c 'for f in /proc/1/fd/??; do
  >     cat /mnt/r >$f; done' 2>/dev/null
  >   "$CT" start "$N" 2>/dev/null; wait $!; echo $? "$(wc -l <o$k)"
  > done; grep -c "$(printf '\033')" o?
  125 1
  0 1
  0 1
  o0:0
  o1:0
  o2:0
  [1]

need root cgroup2 strace
Exec takes no process for its own but the one that it made
  $ detached sleep 100; sleep 99 & export v=$!
  > lie='strace -f -qqq -o log -e trace=clone -e inject=clone:when=1:retval'
  $ bb timeout 5 $lie=$v "$CT" exec "$N" true; echo $?
  ct: *: waitid process *: No child process*
  125
  $ bb timeout 5 sh -c "sleep 99 & echo \$! >v
  >   exec $lie=\$! -D '$CT' exec '$N' true"; kill "$(cat v)"
  ct: *: process * is not the container's
  $ kill $v && echo alive; wait $v; "$CT" rm -f "$N"
  alive

An exec process whose ct died before it was tied to it runs nothing
  $ detached -v "$PWD:/mnt" sleep 100
  $ strace -D -f -qqq -o log -e trace=prctl \
  >   -e inject=prctl:delay_enter=2000000:when=2 \
  >   "$CT" exec "$N" touch /mnt/ran & p=$!
  > two() { [ "$("$CT" ps "$N" | wc -l)" = 3 ]; }; poll two; sleep 0.2
  > kill -KILL $p; wait $p; sleep 3; ls
  log
  o
  $ "$CT" rm -f "$N"

need root userns
A container ends with its ct, not when another ct sweeps its group
  $ s=$((100000 + $$)); seen() { bb ps -o args | grep -q "^sleep $s"; }
  > gone() { ! seen; }; cp "$CT" ct
  > "$P" as 1000 ./ct run -r "$R" sleep $s & p=$!; poll seen # has no group
  > kill -KILL $p; wait $p; poll gone

need root cgroup2 strace
A slow sweep spares a container that has taken the name meanwhile
  $ detached sleep 100; strace -D -f -qqq -o log -e trace=flock \
  >   -e inject=flock:delay_enter=1500000:when=2+ "$CT" run -r "$R" true &
  $ sleep 0.5; "$CT" rm -f "$N"; detached sleep 100; wait; states
  running
  $ grep -c flock log; "$CT" rm -f "$N"
  [2-9]

need root cgroup2
A group made by somebody else is neither swept nor taken
  $ "$CT" create "$N"; g=$(find /sys/fs/cgroup -maxdepth 3 -name "$N")-x
  $ mkdir "$g"; for k in 1 2 3; do run true; done; run -n "$N-x" true
  ct: cgroup: t*-x: a container or cgroup of this name exists
  [125]
  $ rmdir "$g"; "$CT" rm "$N"

A record that names another container's process is not believed
  $ N=$N-x; detached sleep 100; p=$(first); N=${N%-x}; detached sleep 100
  $ "$P" xattr "$(find /sys/fs/cgroup -maxdepth 3 -name "$N")" user.ct.init \
  >   "pid=$p since=0 command=0 sup=1 status=-1 go=-1 keyring="
  $ "$CT" exec "$N" echo RAN
  ct: t*: process * is no longer in it
  [125]
  $ "$CT" rm -f "$N" "$N-x"

need root vm
A process that changes its user is not dumpable, whatever a sysctl says
  $ f=/proc/sys/fs/suid_dumpable; was=$(cat $f); echo 1 >$f
  > trace user -- "$CT" run -r "$R" -u user true; echo "$was" >$f
  user: 1 process, * points*, 0 excesses

need root strace
A command runs only once its reaper has a filter, however slow
  $ allow_all >f
  $ strace -D -f -qqq -o log -e trace=prctl \
  >   -e inject=prctl:delay_enter=50000:when=30+ "$CT" run -r "$R" --init \
  >   --seccomp f grep '^Seccomp:' /proc/1/status | tr -s '\t' ' '
  Seccomp: 2
