# Which namespaces a container has to itself, shares or joins, and what is set
# in them.

each net ipc uts cgroup
--share $it keeps the caller's namespace
  $ [ "$(run --share $it readlink /proc/self/ns/$it)" = \
  >   "$(readlink /proc/self/ns/$it)" ]

need root
--share pid keeps the caller's namespace
  $ [ "$(run --share pid readlink /proc/self/ns/pid)" = \
  >   "$(readlink /proc/self/ns/pid)" ]

need
--net host keeps the caller's network
  $ [ "$(run --net host readlink /proc/self/ns/net)" = \
  >   "$(readlink /proc/self/ns/net)" ]

--net none has only lo
  $ run --net none ip -o link | wc -l
  1

--hostname sets the host name
  $ run --hostname box.example hostname; run --hostname my_box hostname
  box.example
  my_box

The container's name and localhost are in /etc/hosts
  $ mkroot root; ct run -r "$PWD/root" -h box.example cat /etc/hosts
  127.0.0.1 localhost
  ::1 localhost ip6-localhost ip6-loopback
  127.0.1.1 box.example

They are in a copy of /etc as well
  $ mkroot root; for o in '-R --tmpfs /etc:copy' \
  >   '--tmpfs /etc:copy --file /etc/hosts=mine'; do
  >   ct run -r "$PWD/root" -h box $o grep -E 'box|127.0.0.1|mine' /etc/hosts
  > done; ls root/etc
  127.0.0.1 localhost
  127.0.1.1 box
  mine
  group
  passwd

need cgroup2
Without IPv6 /etc/hosts has no ::1, nor in a joined network
  $ mkroot root; set -- -r "$PWD/root" -h x
  > off=net.ipv6.conf.all.disable_ipv6=1
  > ct run "$@" --sysctl $off grep 1 /etc/hosts
  > ct run -d -n "$N" "$@" --sysctl $off sleep 100 >o
  > ct run "$@" --net "container:$N" cat /etc/hosts; ct rm -f "$N"
  127.0.0.1 localhost
  127.0.1.1 x
  127.0.0.1 localhost
  127.0.1.1 x

need
The last part of a container's name resolves
  $ run sh -c 'ping -c 1 -w 1 "$(hostname)"' 2>&1 | grep -o 127.0.1.1 |
  >   head -n 1
  127.0.1.1

An /etc/hosts that really has the container's name stays as it is
  $ mkroot root; h='10.0.0.1 LOCALHOST a.box #box
  > 10.0.0.2	x	box	# y'; echo "$h" >root/etc/hosts
  > ct run -r "$PWD/root" -h box cat /etc/hosts
  > ct run -r "$PWD/root" -h y head -n 1 /etc/hosts
  10.0.0.1 LOCALHOST a.box #box
  10.0.0.2	x	box	# y
  127.0.1.1 y

An /etc/hosts of any length keeps its lines
  $ mkroot root; seq 20000 >root/etc/hosts
  > ct run -r "$PWD/root" sed -n '1,3d;4p;$p' /etc/hosts
  1
  20000

--file replaces /etc/hosts, and the host's UTS namespace needs none
  $ run --file /etc/hosts=x cat /etc/hosts; echo
  > mkroot root; ct run -r "$PWD/root" --share uts cat /etc/hosts 2>/dev/null
  x
  [1]

A missing /etc/hosts is not made in a read-only root, but over it
  $ mkroot root; ct run -r "$PWD/root" -R -h x grep -h . /etc/hosts /etc/group
  > ls root/etc; rm -r root/etc; ct run -r "$PWD/root" -R [ ! -d /etc ]
  127.0.0.1 localhost
  ::1 localhost ip6-localhost ip6-loopback
  127.0.1.1 x
  root:x:0:
  tty:x:5:
  user:x:1000:
  video:x:44:user
  group
  passwd

No /etc/hosts is made through a link
  $ mkroot root; ln -s ../../../../../../../tmp/x root/etc/hosts
  > ct run -r "$PWD/root" true; find root/tmp -type f
  > ct run -r "$PWD/root" -R true; find root/tmp -type f

--hostname may be 64 bytes long
  $ run --hostname "${long#a}" hostname | wc -c
  65

--domainname sets the domain name
  $ run --domainname dom cat /proc/sys/kernel/domainname
  dom

A namespace that is asked for is not shared or joined all the same
  $ run --share net,user --unshare user true; run --share user -U true
  ct: options: a new user namespace conflicts with --share, --ns and --net host
  ct: options: a new user namespace conflicts with --share, --ns and --net host
  [125]
  $ run --share user --userns=0:100000:9 true; run --net host --unshare net true
  ct: options: a new user namespace conflicts with --share, --ns and --net host
  ct: options: a new net namespace conflicts with --share, --ns and --net host
  [125]
  $ run --unshare ipc --ns ipc=/proc/self/ns/ipc true
  > run --net none --share net true
  ct: options: a new ipc namespace conflicts with --share, --ns and --net host
  ct: --net: none needs a new network namespace (conflicts with --share net*
  [125]
  $ run --share time --time-offset boottime=9 true
  ct: options: a new time namespace conflicts with --share, --ns and --net host
  [125]

--sysctl sets a value that belongs to a namespace
  $ run --sysctl net.ipv4.ip_forward=1 --sysctl kernel.shm_rmid_forced=1 \
  >   cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/shm_rmid_forced
  1
  1

need timens
--unshare time makes a new time namespace
  $ [ "$(run --unshare time readlink /proc/self/ns/time)" != \
  >   "$(readlink /proc/self/ns/time)" ]

--time-offset moves a clock
  $ run --time-offset boottime=100000000 cut -d. -f1 /proc/uptime |
  >   sed 's/.......$//'
  [1-9]*
  $ run --time-offset boottime=-3000000000 echo RAN
  ct: time: write boottime -3000000000 0 to timens_offsets: * (*below 0)
  [125]

need userns
--uidmap and --gidmap map ids to other numbers inside
  $ run --uidmap "7:$(id -u):1" --gidmap "8:$(id -g):1" -u 7:8 sh -c '
  >   id -u; id -g; tr -s " " </proc/self/uid_map' | sed "s/ $(id -u) / OWN /"
  7
  8
   7 OWN 1

--userns makes a new user namespace
  $ [ "$(run -U readlink /proc/self/ns/user)" != \
  >   "$(readlink /proc/self/ns/user)" ]

need root userns
Files of the host's root belong to nobody where ids are mapped
  $ mkroot root; echo x >root/s; chmod 600 root/s
  $ ct run -r "$PWD/root" --uidmap 0:100000:1000 --gidmap 0:100000:1000 \
  >   sh -c 'stat -c %u /s; cat /s'
  65534
  *Permission denied
  [1]

need root
--ns joins the namespaces at paths
  $ mkfifo f
  $ run --pidfile pid -h joined -v "$PWD:/mnt" sh -c 'read l </mnt/f' &
  > poll test -s pid; read -r p <pid
  > run --ns "uts=/proc/$p/ns/uts" --ns "net=/proc/$p/ns/net" hostname
  > echo >f; wait
  joined

need root cgroup2
--ns says that a container has no process yet, or never has
  $ run -n "$N" --net "container:$N" true
  > ct create "$N"; run --ns "ipc=$N" true
  ct: t*: has no process of its own
  ct: t*: has no process of its own
  [125]
  $ ct rm "$N"

--ns joins only a mount namespace, by name and path
  $ detached --tmpfs /mnt sleep 100; ct exec "$N" touch /mnt/mark
  > for w in "$N" "/proc/$(first)/ns/mnt"; do
  >   ct run --ns "mnt=$w" ls /mnt; done; ct rm -f "$N"
  mark
  mark

--ns joins the namespaces of a container
  $ mkfifo f; run -n "$N" --pidfile pid -h joined -v "$PWD:/mnt" sh -c '
  >   read l </mnt/f' & poll test -s pid
  > run --ns "uts=$N" hostname; echo >f; wait
  joined

need root cgroup2
each user pid net ipc uts cgroup
--ns joins only a $it namespace, by name, path and descriptor
  $ ns=/proc/self/ns/$it
  > for o in --userns=0:100000:9 --init; do detached $o sleep 100; p=$(first)
  >   for w in "$N" "/proc/$p/ns/$it" /proc/self/fd/7; do
  >   for r in "-r $R" '-w /'; do
  >     is=$(ct run $r --ns "$it=$w" readlink $ns 7<"/proc/$p/ns/$it" 2>&1)
  >     [ "$is" = "$(readlink "/proc/$p/ns/$it")" ] || echo "$o $w $r: $is"
  >   done; done; ct rm -f "$N"; done

each user net ipc uts cgroup $(have timens && echo time)
--ns joins a $it namespace that is already the caller's
  $ { run --ns "$it=/proc/self/ns/$it" echo in; host --ns \
  >     "$it=/proc/self/fd/7" echo in 7<"/proc/self/ns/$it"; } | grep -c in
  [02]
  ...

need root cgroup2 userns
each net ipc uts cgroup pid user
--ns $it by an unprivileged user joins the owning user namespace as well
  $ export it N; delegate "$P" as 1000 sh <<'E'
  > for o in '' --init; do
  >   "$CT" run -d $o -n "$N" -r "$R" sleep 100 >/dev/null
  >   all=$("$CT" inspect "$N"); all=${all##*namespaces}
  >   "$CT" run -r "$R" --ns "$it=$N" sh -c '
  >     for k; do echo "\"$k\":$(stat -Lc %i /proc/self/ns/$k)"; done
  >   ' sh "$it" user | while read -r l; do
  >     case $all in *"$l"*) echo same ;; *) echo "$o: $l in $all" ;; esac
  >   done; "$CT" rm -f "$N"
  > done
  > E
  same
  same
  same
  same

--ns by an unprivileged user refuses two user namespaces
  $ export N; delegate "$P" as 1000 sh <<'E'
  > for k in a b; do "$CT" run -d -n "$N-$k" -r "$R" sleep 100 >/dev/null; done
  > "$CT" run -r "$R" --ns "net=$N-a" --ns "uts=$N-b" echo RAN
  > "$CT" run -r "$R" --ns net=/proc/1/ns/net echo RAN
  > "$CT" rm -f "$N-a" "$N-b"
  > E
  ct: join: t*-b and t*-a belong to different user namespaces
  ct: join: *Permission denied*

need user subuid
newuidmap gives a user the ranges in /etc/subuid
  $ run -U cat /proc/self/uid_map | wc -l
  [2-9]*

# Before 5.12 root cannot keep its clones out of the host's propagation.
need root userns linux-5.12
Files that root may read are shown in a user namespace as well
  $ chmod 711 .; mkdir -m 700 p q; mkroot p/root; mkdir p/d q/d; echo hi >q/d/f
  > mkdir -m 755 d; chown -R 1000 q; ln -s ../d q/l
  > for m in 0:100000:65536 0:1000:1 0:0:1; do
  >   run --userns=$m -v "$PWD/q/d:/x" cat /x/f
  >   run --userns=$m -v "$PWD/q/l:/x" -v "$PWD/p/d/no:/y:try" ls -d /x /y 2>&1
  > done | sort | uniq -c | tr -s ' '
  > ct run --userns=0:100000:65536 -r "$PWD/p/root" head -c 4 /etc/passwd
  * 3 /x
  * 3 hi
  * 3 ls: /y: No such file or directory
  root

An unprivileged user's own directories are shown in its user namespace
  $ mkdir -m 711 u; cp "$CT" u/ct; mkdir u/p u/p/d; mkroot u/p/root
  > echo hi >u/p/d/f; chmod 700 u/p; chown -R 1000:1000 u; cd u
  > "$P" as 1000 ./ct run -r "$PWD/p/root" -v "$PWD/p/d:/x" cat /x/f
  hi

Ranges of ids that overlap are an error that says so
  $ run --userns=0:1000:2,1:2000:2 echo RAN
  ct: idmap: write 0 1000 2,1 2000 2 to gid_map: Invalid argument (*overlap)
  [125]

--userns maps every id there is
  $ run --userns=0:0:4294967295 -u 4294967294 sh -c 'id -u
  >   cat /proc/self/uid_map /proc/self/gid_map' | tr -s " "
  4294967294
   0 0 4294967295
   0 0 4294967295

A map without root is enough for a command that is not root
  $ run --userns=1000:1000:1 -u 1000:1000 sh -c 'id -u; stat -c %u /dev/null
  >   echo x >/dev/shm/x && ls -l /dev/fd >/dev/null && cat /dev/shm/x'
  > run --userns=5:100000:5,0:100005:1 -u 6 id -u
  > run --uidmap 7:100000:5 --gidmap 9:100000:5 -u 8:10 -R sh -c 'id -u; id -g
  >   touch /tmp/x && echo x'
  1000
  65534
  x
  6
  8
  10
  x
