# Public container escapes, tried on ct. ESCAPES lists them, with those that
# other transcripts try; escape.c has the attackers. OUTSIDE in the output, or
# any output where none is expected, means that something got out.

# --- descriptors and magic links ---

# Each file descriptor number that ct may have open is tried.

No command is found through a file descriptor of ct
  $ E=${P%/*}/escape; mkroot root; mkdir root/l host; cp "$E" host/app
  $ up=../../../../../../../..$PWD/host path=/l/3; for n in $(seq 3 40); do
  >   ln -s "/proc/self/fd/$n/$up" root/l/$n; path=$path:/l/$n
  > done
  $ for o in -w/ -R --init "--cap-drop ALL" "--net host" "--seccomp none"; do
  >   "$CT" run -r "$PWD/root" $o -e "PATH=$path" app outside 2>/dev/null
  >   [ $? = 127 ] || echo "$o: found"
  > done
  $ for n in 3 4 5 6 7 8 9 10 11 12 13 14; do
  >   "$CT" run -r "$PWD/root" /l/$n/app outside 2>/dev/null
  >   case $? in 126 | 127) ;; *) echo "$n: found" ;; esac
  > done

No interpreter is found through a file descriptor of ct
  $ E=${P%/*}/escape; mkroot root; mkdir host; cp "$E" host/app
  $ up=../../../../../../../..$PWD/host
  $ for n in 3 4 5 6 7 8 9 10 11 12 13 14; do
  >   printf '#!/proc/self/fd/%s/%s/app outside\n' $n "$up" >s; chmod 755 s
  >   mv s root/s; "$CT" run -r "$PWD/root" /s 2>/dev/null
  >   [ $? = 126 ] || echo "$n: found"
  > done

No working directory leads outside through a file descriptor of ct
  $ mkroot root; mkdir root/l host; touch host/canary
  $ up=../../../../../../../..$PWD/host
  $ for n in 3 4 5 6 7 8 9 10 11 12 13 14; do
  >   ln -s "/proc/self/fd/$n/$up" root/l/$n
  >   for w in /proc/self/fd/$n /proc/1/fd/$n /l/$n; do
  >     "$CT" run -r "$PWD/root" -w $w ls canary "$up/canary" 2>/dev/null
  >   done
  > done; true

No user is looked up through a file descriptor of ct
  $ mkroot root; echo 'evil:x:0:0::/:' >passwd; up=../../../../../../../..$PWD
  $ for n in 3 4 5 6 7 8 9 10 11 12 13 14; do for f in passwd group; do
  >   rm -f root/etc/*; ln -s "/proc/self/fd/$n/$up/passwd" root/etc/$f
  >   u=evil; [ $f = passwd ] || u=0:evil
  >   "$CT" run -r "$PWD/root" -u $u echo OUTSIDE 2>/dev/null
  >   [ $? = 125 ] || echo "$n: found"
  > done; done

No directory is handed in as standard input or output
  $ run echo RAN <.; run --try dev echo RAN <.; host echo RAN <.
  > run echo RAN 1<.
  ct: dev: file descriptor 0: Is a directory
  ct: dev: file descriptor 0: Is a directory
  ct: dev: file descriptor 0: Is a directory
  ct: dev: file descriptor 1: Is a directory
  [125]

need root cgroup2
No directory is handed in by exec, even if /dev/null is one
  $ detached --tmpfs /dev sh -c 'mkdir /dev/null; sleep 100'
  $ is() { ct exec "$N" test -d /dev/null; }; poll is
  $ ct exec "$N" echo hi </dev/null; ct exec "$N" echo RAN <.
  hi
  ct: null: file descriptor 0: Is a directory
  [125]

Exec finds no command or directory through a file descriptor of ct
  $ E=${P%/*}/escape; mkroot root; mkdir root/l host; cp "$E" host/app
  $ up=../../../../../../../..$PWD/host path=/l/3; for n in $(seq 3 40); do
  >   ln -s "/proc/self/fd/$n/$up" root/l/$n; path=$path:/l/$n
  > done; "$CT" run -r "$PWD/root" -d -n "$N" sleep 100 >/dev/null
  $ "$CT" exec -e "PATH=$path" "$N" app outside 2>/dev/null
  [127]
  $ "$CT" exec -d -e "PATH=$path" "$N" app outside 2>/dev/null
  [127]
  $ for n in 3 4 5 6 7 8 9 10 11 12 13 14; do
  >   "$CT" exec "$N" /l/$n/app outside 2>/dev/null
  >   case $? in 126 | 127) ;; *) echo "$n: found" ;; esac
  >   for w in /proc/self/fd/$n /l/$n; do
  >     "$CT" exec -w $w "$N" ls app "$up/app" 2>/dev/null
  >   done
  > done; "$CT" rm -f "$N"

No process in a container has anything from the host
  $ E=${P%/*}/escape; touch canary
  $ for o in -w/ --init --hold "--hold --init" "--userns=0:0:9"; do
  >   SECRET=x "$P" fds "$CT" run -r "$R" -d -n "$N" $o --cap-add SYS_PTRACE \
  >     --syscall pidfd_getfd \
  >     --on-start ": SECRET" -v "$E:/mnt/e" sleep 100 >/dev/null 2>&1
  >   SECRET=x "$P" fds "$CT" exec -d "$N" sleep 100 >/dev/null
  >   "$CT" exec "$N" /mnt/e look "$PWD/canary" | sed "s|^|$o: |"
  >   "$CT" rm -f "$N" 2>/dev/null
  > done

File descriptors of a held container lead nowhere
  $ echo OUTSIDE >canary; up=../../../../../../../..$PWD
  $ for o in -w/ "--cap-add ALL" "--cap-drop ALL"; do
  >   run -d --hold -n "$N" $o sleep 100 >o; "$CT" exec "$N" sh -c "
  >     for n in \$(seq 0 60); do cat /proc/1/fd/\$n/$up/canary; done"
  >   "$CT" rm -f "$N"
  > done 2>/dev/null; true

A peer that traces the process of exec gets nothing from it
  $ E=${P%/*}/escape; touch canary; detached --cap-drop ALL \
  >   --cap-add SYS_PTRACE --syscall pidfd_getfd \
  >   -v "$E:/mnt/e" /mnt/e thief "$PWD/canary"; up
  $ for k in 1 2 3 4 5 6; do
  >   SECRET=x "$P" fds "$CT" exec "$N" true
  >   SECRET=x "$P" fds "$CT" exec -u 1000 "$N" true
  >   SECRET=x "$CT" exec "$N" nosuch
  > done 2>/dev/null; "$CT" rm -f "$N"; grep -v "^$N\$" o | sort | uniq
  up

A peer without the right to trace gets nothing either
  $ E=${P%/*}/escape; touch canary
  $ detached --syscall pidfd_getfd -v "$E:/mnt/e" /mnt/e thief "$PWD/canary"
  $ up
  $ for k in 1 2 3 4 5 6; do
  >   SECRET=x "$P" fds "$CT" exec "$N" true
  >   SECRET=x "$CT" exec "$N" nosuch
  > done 2>/dev/null; "$CT" rm -f "$N"; grep -v "^$N\$" o | sort | uniq
  up

A peer gets nothing from a container that joins its pid namespace
  $ E=${P%/*}/escape; touch canary; detached --cap-drop ALL \
  >   --cap-add SYS_PTRACE --syscall pidfd_getfd \
  >   -v "$E:/mnt/e" /mnt/e thief "$PWD/canary" joined; up
  $ for k in 1 2 3 4 5 6; do
  >   SECRET=x "$P" fds "$CT" run -r "$R" --cap-drop ALL --ns "pid=$N" true
  > done 2>/dev/null; "$CT" rm -f "$N"; grep -v "^$N\$" o | sort | uniq
  up

Nothing that a peer writes to ct's pipes has an effect outside
  $ E=${P%/*}/escape; sleep 100 & v=$!; detached --cap-drop ALL \
  >   --cap-add SYS_PTRACE -v "$E:/mnt/e" /mnt/e liar $v; up
  $ for k in $(seq 12); do
  >   "$CT" exec "$N" sleep 100 >>x 2>&1 & p=$!; sleep 0.1
  >   kill -TERM $p; sleep 0.1; kill -KILL $p; wait $p
  > done 2>/dev/null; grep -c "$(printf '\033')" x; kill $v && echo alive
  0
  alive
  $ wait $v; for k in $(seq 4); do
  >   within 0 4000 "$CT" exec "$N" true
  > done >x 2>/dev/null; cat x; "$CT" rm -f "$N"

# --- the runtime's own binary and memory ---

need root cgroup2
# Before 5.12 exec runs a copy in memory: its bytes are sealed, its mode is not.
A peer cannot change the ct binary that exec runs
  $ E=${P%/*}/escape; cp "$CT" ct
  $ was=$(sha256sum ct; stat -c "%a %s %y" ct)
  $ detached -R --cap-add ALL -v "$E:/mnt/e:ro" /mnt/e overwrite; up
  $ for k in 1 2 3 4 5 6; do
  >   ./ct exec "$N" true; ./ct run -R -r "$R" --ns "pid=$N" true
  > done; "$P" storm 10 9000 ./ct exec "$N" sleep 100 >/dev/null
  > "$CT" rm -f "$N"
  > grep -v -e "^$N\$" -e CHANGED o
  up
  $ [ "$(sha256sum ct; stat -c "%a %s %y" ct)" = "$was" ] || echo changed

The file and the mappings of a supervisor stay read-only, its arguments as given
  $ cp "$CT" ct; A=1 ./ct run -d -n "$N" -r "$R" sleep 100 >o
  $ p=/proc/$(supervisor)
  $ tr '\0' '\n' <"$p/cmdline" | sed 2q; tr '\0' '\n' <"$p/environ" | grep ^A=
  ./ct
  run
  A=1
  $ set -- "$p"/map_files/*; exec 8<"$p/exe" 9<"$1"; "$CT" rm -f "$N"
  $ for f in 8 9; do echo x >>/proc/self/fd/$f; done 2>&1 |
  >   grep -c -e 'Read-only file system' -e 'not permitted'
  2
  $ cmp ct "$CT"; exec 8<&- 9<&-

need root strace
The mount of ct's file is released before others inside can see its process
  $ cp "$CT" ct; traced() { strace -qqqfo l \
  >   -e trace=open_tree,close,execveat,clone3 ./ct run -r "$R" "$@" true; awk '
  >     /open_tree/ && !f { f = $NF } /execveat/ { f = "none" }
  >     $0 ~ "close\\(" f "\\)" { f = "none" } /clone3/ { print f; exit }' l; }
  $ "$CT" run -d -n "$N" -r "$R" sleep 100 >o
  $ traced --init; traced --ns "pid=$N"; "$CT" rm -f "$N"
  none
  none

Before Linux 5.15, where its file would not stay busy, ct executes itself
  $ cp "$CT" ct; strace -qqqfo l -e trace=process_mrelease,prctl \
  >   -e inject=process_mrelease:error=ENOSYS ./ct run -r "$R" true
  > grep -c PR_SET_MM l
  0
  [1]

need root cgroup2
No descriptor of ct itself is taken for one that the caller keeps open
  $ cp "$CT" ct
  $ for fd in 3 4 5 6 7; do for o in --keep-fd --info-fd; do
  >   ./ct run -r "$R" $o $fd true 3<&- 4<&- 5<&- 6<&- 7<&-
  > done; done 2>&1 | sort | uniq -c | wc -l
  10

# --- symlinks and races in mount targets ---

need
Nothing is created or removed where an image's /dev link leads
  $ mkroot root; mkdir canary canary/pts; for f in ptmx console shm core fd \
  >   stdin stdout stderr log kmsg null tty mqueue; do echo x >canary/$f; done
  $ list() { find canary -exec ls -ld {} + | sort; }; list >was
  $ for to in "$PWD/canary" "../../../../../../../../..$PWD/canary" \
  >   /proc/self/cwd; do
  >   rm -rf root/dev; ln -s "$to" root/dev; cd canary
  >   for o in -w/ -R --init; do
  >     "$CT" run -r "$PWD/../root" $o true >/dev/null 2>&1
  >   done; cd ..
  > done; list | diff was -

Files that runtimes write into images are not written through links
  $ mkroot root; echo mine >canary; ls -l canary >was
  $ up=../../../../../../../..$PWD n=0
  $ for to in "$PWD/canary" "$up/canary"; do
  >   for f in etc/hosts etc/hostname etc/resolv.conf etc/mtab etc/localtime \
  >     etc/machine-id etc/passwd etc/group .containerenv .dockerenv; do
  >     ln -sf "$to" root/$f
  >   done
  >   for o in -w/ "-h x" "--dns ::1" "-u 5:5" "-R --dns ::1 -h x"; do
  >     "$CT" run -r "$PWD/root" $o true 2>/dev/null
  >   done
  > done; cat canary; ls -l canary | diff was -
  mine

Masks hold in an image whose /proc turns into a link
  $ E=${P%/*}/escape; mkroot root; mkdir root/tmp/x; ln -s /tmp/x root/l
  $ cp "$E" root/bin; "$P" swap root/proc root/l & p=$!
  $ for k in $(seq 10); do
  >   "$CT" run -r "$PWD/root" escape masks /proc /l /tmp/x 2>/dev/null
  > done | sort | uniq -c; kill $p; wait $p; true

# --- /proc and masks ---

need
each proc sys
A root whose /$it is a link is refused
  $ mkroot root; rm -r "root/$it"; ln -s ../../etc "root/$it"
  $ "$CT" run -r "$PWD/root" echo RAN; "$CT" run -R -r "$PWD/root" echo RAN
  ct: $it: open /$it in the root: Not a directory
  ct: $it: open /$it in the root: Not a directory
  [125]

A procfs or sysfs from --mount does not get round the masks
  $ E=${P%/*}/escape; for at in /proc /mnt; do
  >   run --mount "proc:proc:$at" -v "$E:/tmp/e" /tmp/e masks /proc /mnt
  >   run --mount "sysfs:sysfs:$at" sh -c "ls -A $at/firmware
  >     (: >>$at/kernel/uevent_helper) && echo open
  >     (: >>$at/kernel/mm/ksm/run) && echo open"
  > done 2>/dev/null; true

need root
No other procfs that the host has mounted can be reached
  $ unshare -m sh -c '
  >   mount -t tmpfs x "$1" && mkdir "$1/p" "$1/root"
  >   mount -t proc x "$1/p"; cp -a "$R/." "$1/root"
  >   mkdir "$1/root/p"; mount -t proc x "$1/root/p"
  >   "$CT" run -w / ls "$1/p"; "$CT" run -r "$1/root" ls /p' sh /var/lib

need
The value of a sysctl cannot set a second one
  $ k=kernel.core_pattern=x; for v in "1+$k" "1 $k" "1
  > $k"; do
  >   run --sysctl "kernel.shm_rmid_forced=$v" \
  >     cat /proc/sys/kernel/core_pattern
  > done 2>/dev/null | grep '^x'
  [1]

Firmware data of the machine is not shown
  $ run --cap-add ALL ls -A /proc/acpi /proc/scsi /sys/firmware 2>/dev/null |
  >   grep -v -e '^/' -e '^$'; true

# --- cgroups ---

need
No cgroup can be mounted, and there is no release_agent
  $ run sh -c 'for o in -U -Ur -Urm; do unshare $o true && echo made; done
  >   mount -t cgroup2 x /mnt && echo mounted; grep " cgroup" /proc/mounts
  >   find / -xdev -name release_agent; true' 2>/dev/null

need root cgroup2
A cgroup2 from --mount does not let a container lift its limits
  $ run -d -n "$N" --cgroup cgroup.max.depth=3 --cap-drop ALL \
  >   --cap-add DAC_OVERRIDE --mount cgroup2:x:/mnt sh -c '
  >     (echo 9 >/mnt/cgroup.max.depth) 2>/dev/null
  >     echo up; sleep 100' >o 2>/dev/null && up
  > "$CT" get "$N" cgroup.max.depth 2>/dev/null | grep -v 3
  > "$CT" rm -f "$N" 2>/dev/null; true

Attributes that a container sets on its cgroup are not its record
  $ E=${P%/*}/escape; detached --delegate -v "$E:/mnt/e" sh -c '
  >   cd /sys/fs/cgroup; mkdir a; for d in . a; do for k in argv init keep; do
  >     /mnt/e xattr $d user.ct.$k "--privileged|sh|" >/dev/null 2>&1
  >   done; done; echo up; sleep 100'; up
  $ s='-e Seccomp:.2 -e NoNewPrivs:.1'
  > "$CT" exec "$N" grep -c $s /proc/self/status
  2
  $ "$CT" ls | grep -c "^$N .*sleep"; "$CT" rm -f "$N"
  1
  $ "$CT" ls -r | grep -c "^$N"
  0
  [1]

A cgroup named like another container's path is not that container
  $ "$CT" create "$N-v"; detached --delegate sh -c "
  >   d='/sys/fs/cgroup/0::/ct/$N-v'; mkdir -p \"\$d\"; sleep 99 &
  >   echo \$! >\"\$d/cgroup.procs\"; echo up; sleep 100"; up
  $ for p in $("$CT" ps "$N" | awk 'NR > 1 { print $1 }'); do
  >   "$CT" detect "$p"
  > done | sed "s/^$N/NAME/" | sort -u
  NAME
  $ "$CT" rm -f "$N" "$N-v"

# --- terminals ---

need root
A container types nothing on the terminal that it was given
  $ E=${P%/*}/escape; "$E" tty "$E" type # outside of a container it is
  TYPED
  $ for o in -w/ --cap-add=SYS_ADMIN --cap-add=ALL "--cap-add ALL --init"; do
  >   "$E" tty "$CT" run -r "$R" -v "$E:/mnt/e" $o /mnt/e type
  > done

need root cgroup2
A container does not lock others out of the terminal that it was given
  $ detached sleep 100
  $ term sh -c '"$CT" run -r "$R" probe excl 2 >o </dev/null; "$P" excl 2
  >   "$CT" exec "$1" probe excl 2 >>o </dev/null; "$P" excl 2; cat o' sh "$N"
  > "$CT" rm -f "$N"
  open
  open
  open
  locked

A container types nothing on the terminal of exec
  $ E=${P%/*}/escape; detached --cap-add ALL -v "$E:/mnt/e" sleep 100
  $ "$E" tty "$CT" exec "$N" /mnt/e type; "$CT" rm -f "$N"

The name of a process is one field, whatever it contains
  $ E=${P%/*}/escape; detached -v "$E:/mnt/e" /mnt/e comm 'NSpid:7,"x":"y'; up
  $ "$CT" ps "$N" | awk 'NR > 1 { print $2, $3 }'
  1 0
  $ "$CT" ps -j "$N" | grep -c '"inner":1,'
  1
  $ rm -f o; "$CT" rm -f "$N"; a=$(printf 'a\033[7m\233b')
  $ detached -v "$E:/mnt/e" /mnt/e comm "$a"; up
  $ export LC_ALL=C esc="$(printf '\033')" csi="$(printf '\233')"
  > "$CT" ps "$N" | grep -c -e "$esc" -e "$csi"
  0
  [1]
  $ "$CT" rm -f "$N"

# --- capabilities and ids ---

need
A user given as a number is that number in every image
  $ mkroot root; echo '7:x:0:0::/:' >root/etc/passwd; u=$(id -u) g=$(id -g)
  $ echo '7:x:0:' >root/etc/group; o=''; [ "$u" = 0 ] ||
  >   o="--uidmap 7:$u:1 --gidmap 7:$g:1"
  $ "$CT" run -r "$PWD/root" $o -u 7:7 sh -c 'id -u; id -g'
  7
  7

An endless passwd or group file does not hang ct
  $ mkroot root; for f in passwd group; do for how in mkfifo mkdir \
  >   "ln -s /dev/zero" "ln -s /proc/kmsg" \
  >   "dd if=/dev/zero bs=1 count=1 seek=999999999 of="; do
  >     rm -rf root/etc/$f
  >     case $how in *=) ;; *) how="$how " ;; esac
  >     eval "$how\"root/etc/$f\"" 2>/dev/null
  >     bb timeout 5 "$CT" run -r "$PWD/root" -u no:no echo RAN 2>/dev/null
  >     echo $?
  >   done
  >   rm -rf root/etc/$f; echo no:x:0:0:: >root/etc/$f
  > done | uniq -c | tr -s " "
   10 125

# --- namespaces and kernel interfaces ---

need
Only socket families that a container needs are available
  $ case $(ct version) in *s390x | *i386) call=' by socketcall$' ;; esac
  $ E=${P%/*}/escape; run -v "$E:/mnt/e" /mnt/e families | sed "/${call-^$}/d"
  $ run -v "$E:/mnt/e" --cap-add NET_ADMIN /mnt/e families |
  >   grep -v "${call-^$}" | sort -u
  netlink 12
  netlink 16
  netlink 6

The audit socket is there for those who may use it
  $ E=${P%/*}/escape; for c in WRITE CONTROL READ; do
  >   run --cap-add AUDIT_$c -v "$E:/mnt/e" /mnt/e families |
  >     grep netlink | uniq; done
  netlink 9
  netlink 9
  netlink 9

New mount calls are refused, and calls yet to come are ENOSYS
  $ E=${P%/*}/escape; run -v "$E:/mnt/e" /mnt/e calls

An abstract socket of the host cannot be reached
  $ E=${P%/*}/escape; "$E" listen "$N" >o & p=$!; up; "$E" knock "$N"
  CONNECTED
  $ run -v "$E:/mnt/e" /mnt/e knock "$N"; kill $p; wait $p; true
  nobody

need root
No descriptor is taken from the process at the other end of a socket
  $ E=${P%/*}/escape; "$P" as 1000 "$E" listen "$N" >o & p=$!; up
  $ for o in "-u 1000:1000" "--cap-add SYS_PTRACE"; do
  >   run --net host $o -v "$E:/mnt/e" /mnt/e rob "$N"
  > done; kill $p; wait $p; true

need root
A file outside the root cannot be opened by its handle
  $ E=${P%/*}/escape; mkroot root; cp "$E" root/bin; echo secret >canary
  $ h=$("$E" handle canary); "$CT" run -r "$PWD/root" --seccomp none \
  >   --cap-add DAC_READ_SEARCH escape byhandle "$h" # with the right to
  OUTSIDE secret
  $ for o in -w/ "--seccomp none" --cap-add=SYS_ADMIN --cap-add=SYS_PTRACE; do
  >   "$CT" run -r "$PWD/root" $o escape byhandle "$h"
  > done

need root cgroup2 strace
# CAP_NET_ADMIN lets it send to any netlink socket in its network.
A container cannot answer ct in place of the kernel
  $ detached --cap-add NET_ADMIN -v "${P%/*}/escape:/mnt/e" /mnt/e forge; up
  $ strace -qqqfo l -e trace=recvfrom,sendto \
  >   -e inject=recvfrom,sendto:delay_enter=100000 "$CT" net ls "$N" |
  >   cut -d' ' -f1; "$CT" rm -f "$N"
  NAME
  lo

# --- hooks and what the host runs ---

need
A hook has the caller's environment and directory
  $ for k in LD_PRELOAD LD_LIBRARY_PATH EVIL PATH; do
  >   set -- "$@" -e "$k=/evil"
  > done; for h in --on-start --on-exit; do
  >   run "$@" -w /mnt $h 'env | grep "^[A-Z_]*=/evil"; pwd' /bin/true
  > done | sed "s,^$PWD$,HERE,"
  HERE
  HERE

need root cgroup2
Arguments with newlines in the record do not become options of exec
  $ nl='
  > '
  $ detached -e "A=1$nl--privileged$nl--cap-add${nl}ALL" sh -c 'sleep 100' \
  >   --privileged
  $ s='-e Seccomp:.2 -e NoNewPrivs:.1 -e CapBnd.*5fb'
  > "$CT" exec "$N" grep -c $s /proc/self/status
  3
  $ "$CT" rm -f "$N"

need root cgroup2 x86
Exec uses the filter that run loaded, even if its file has changed
  $ refuse='\040\0\0\0\0\0\0\0\025\0\0\001\156\0\0\0\006\0\0\0\001\0\005\0'
  $ allow='\006\0\0\0\0\0\377\177'; printf "$refuse$allow" >f
  $ detached --seccomp "$PWD/f" -v "$PWD:/mnt" sh -c "printf '$allow' >/mnt/f
  >   probe sys getppid; echo up; sleep 100"; up; grep getppid o
  getppid EPERM
  $ "$CT" exec "$N" probe sys getppid; "$CT" rm -f "$N"
  getppid EPERM

# --- the list ---

need man
Each test that ESCAPES names exists
  $ d=${man%/*}/tests; grep -hv -e '^[# 	]' -e '^need' -e '^at' -e '^limit ' \
  >   -e '^each ' "$d"/*.t >names
  $ sed -n 's/^	test: //p' "$d/ESCAPES" | sort -u >named
  > [ "$(wc -l <named)" -gt 20 ] || echo few
  $ awk 'NR == FNR { is[$0]; if (n = index($0, "$it")) {
  >     from[$0] = substr($0, 1, n - 1); to[$0] = substr($0, n + 3) }
  >     next }
  >   $0 in is { next }
  >   { for (k in from) if (index($0, from[k]) == 1 &&
  >       substr($0, length($0) - length(to[k]) + 1) == to[k]) next
  >     print }' names named

# --- its own cgroup ---

need root cgroup2
each '--seccomp none' --syscall=+unshare,+mount '--cap-add SYS_ADMIN'
A container that can mount cgroups cannot reach limits and record: $it
  $ E=${P%/*}/escape; detached $it -v "$E:/mnt/e" \
  >   --cgroup cgroup.max.descendants=3 sh -c '/mnt/e limits; exec sleep 100'
  > poll grep -qs sets o; grep -v "$N" o; ct get "$N" cgroup.max.descendants
  > ct exec "$N" grep NoNewPrivs /proc/self/status
  > ct inspect "$N" | grep -c privileged; ct rm -f "$N"
  sets
  3
  NoNewPrivs:?1
  0

need root cgroup2 userns
An ordinary user's container with CAP_SYS_ADMIN cannot reach its limits
  $ E=${P%/*}/escape; delegate "$P" as 1000 sh -c '
  >   "$CT" run -d -n "$0" -r "$1" -v "$2:/mnt/e" --cap-add SYS_ADMIN \
  >     --cgroup cgroup.max.descendants=3 --log ring \
  >     sh -c "/mnt/e limits; exec sleep 100"
  >   until "$CT" logs "$0" | grep -q set; do sleep 0.1; done; "$CT" logs "$0"
  >   "$CT" get "$0" cgroup.max.descendants; "$CT" rm -f "$0"' "$N" "$R" "$E"
  t*
  sets
  3

--delegate does not open all cgroups of the host
  $ ct run -r "$R" --share cgroup --delegate echo RAN
  ct: delegate: needs a cgroup namespace of its own
  [125]
