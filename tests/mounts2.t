# Mount flags, propagation of mounts, and what is copied into a mount.

# --- flags ---

need root
A volume has the flags that it is given
  $ run -v "$PWD:/mnt:noatime,nodiratime,nosymfollow,noexec" \
  >   grep ' /mnt ' /proc/mounts | cut -d' ' -f4 | tr , '\n' |
  >   grep -x -e noatime -e nodiratime -e nosymfollow -e noexec | sort
  noatime
  nodiratime
  noexec
  nosymfollow

A tmpfs has the flags that it is given
  $ run --tmpfs /mnt:noatime,nosymfollow,size=64k \
  >   grep ' /mnt ' /proc/mounts | cut -d' ' -f4 | tr , '\n' |
  >   grep -x -e noatime -e nosymfollow -e size=64k | sort
  noatime
  nosymfollow
  size=64k

need root
The last of noatime, relatime and strictatime wins
  $ for o in noatime,relatime relatime,noatime noatime,strictatime; do
  >   run -v "$PWD:/mnt:$o" grep ' /mnt ' /proc/mounts |
  >     grep -o '[a-z]*atime' || echo strict
  > done
  relatime
  noatime
  strict

With nosymfollow no link is followed
  $ mkdir d; echo hi >d/f; ln -s f d/l
  > run -v "$PWD/d:/mnt:nosymfollow" sh -c 'cat /mnt/f; cat /mnt/l'
  hi
  *ymbolic link*
  [1]

sync is for file systems, not for volumes
  $ run --mount tmpfs::/mnt:sync grep ' /mnt ' /proc/mounts | grep -o sync
  > run -v "$PWD:/mnt:sync" true
  sync
  ct: --volume: sync: is for whole file systems, not parts
  [125]

# --- events ---

need root cgroup2
Mounts and unmounts on the host show up below an rslave volume
  $ mkdir m; mount -t tmpfs m m; mount --make-shared m; mkdir m/stick
  > detached -v "$PWD/m:/mnt:rslave" -v "$PWD/m:/tmp" sleep 100
  > mount -t tmpfs s m/stick; >m/stick/f; ct exec "$N" ls /mnt/stick /tmp/stick
  > umount m/stick; ct exec "$N" ls /mnt/stick; ct rm -f "$N"; umount m
  /mnt/stick:
  f
  
  /tmp/stick:

need root cgroup2 userns
The same holds in a user namespace
  $ mkdir m; mount -t tmpfs m m; mount --make-shared m; mkdir m/stick
  > detached --userns=0:100000:1000 -v "$PWD/m:/mnt:rslave" sleep 100
  > mount -t tmpfs s m/stick; >m/stick/f; ct exec "$N" ls /mnt/stick
  > umount m/stick; ct exec "$N" ls /mnt/stick; ct rm -f "$N"; umount m
  f

need root
No mount inside is seen outside without rshared, even if made shared
  $ mount -t tmpfs s . && cd "$PWD" && mount --make-shared . && mkdir a
  > for o in '--cap-add SYS_ADMIN' --privileged; do
  >   for m in :rslave :rec :rprivate; do
  >     run $o -v "$PWD:/mnt$m" sh -c 'mount --make-rshared /mnt
  >       mount -t tmpfs x /mnt/a && echo made' 2>/dev/null
  >   done
  > done | sort | uniq -c; grep -c '/d/a ' /proc/self/mountinfo
  > cd ..; umount d
  * made
  0

need root rootfs
On an initramfs rshared is refused, as nothing goes out
  $ mkdir m; mount -t tmpfs m m; mount --make-shared m
  > run --privileged -v "$PWD/m:/mnt:rshared" echo RAN; umount m
  ct: lock: rshared: locked mounts propagate nothing

need root no-rootfs
With rshared a mount inside is seen outside
  $ mkdir m; mount -t tmpfs m m; mount --make-shared m; mkdir m/a
  > run --privileged -v "$PWD/m:/mnt:rshared" mount -t tmpfs x /mnt/a
  > grep -c '/m/a ' /proc/self/mountinfo; umount m/a; umount m
  1

need root
rshared is only for containers without a boundary
  $ run -v "$PWD:/mnt:rshared" true
  > run --privileged --userns=0:100000:10 -v "$PWD:/mnt:rshared" true
  > run -v "$PWD:/mnt:rshared,rslave" true
  ct: options: rshared needs --privileged, without a user namespace
  ct: options: rshared needs --privileged, without a user namespace
  ct: --volume: rslave and rshared exclude each other
  [125]

rslave on a mount without peers is refused
  $ mkdir m; mount -t tmpfs m m; mount --make-private m
  > run -v "$PWD/m:/mnt:rslave" echo RAN
  > "$CT" run -r "$PWD/m" --root-slave /true; umount m
  ct: root: */m: rslave: no later mount appears, since * (mount *)
  ct: root: */m: rslave: no later mount appears, since * (mount *)

need root cgroup2
--root-slave shows later mounts in the root and sends nothing out
  $ mkdir m; mount -t tmpfs m m; mount --make-shared m; mkroot m; mkdir m/a
  > ct run -d -n "$N" -r "$PWD/m" --root-slave --cap-add SYS_ADMIN \
  >   sleep 100 >o; mount -t tmpfs s m/mnt; >m/mnt/f; ct exec "$N" ls /mnt
  > ct exec "$N" sh -c 'mount --make-rshared /; mount -t tmpfs x /a' 2>&1
  > grep -c -e '/m/proc' -e /m/a /proc/self/mountinfo
  > umount m/mnt; ct exec "$N" ls /mnt; ct rm -f "$N"; umount m
  f
  0

A device node on a later mount cannot be opened
  $ mkdir m; mount -t tmpfs m m; mount --make-shared m; mkdir m/stick
  > detached -v "$PWD/m:/mnt:rslave" sleep 100
  > mount -t tmpfs s m/stick; mknod m/stick/mem c 1 1; mknod m/stick/null c 1 3
  > ct exec "$N" sh -c 'cat /mnt/stick/null; head -c 0 /mnt/stick/mem'
  > ct rm -f "$N"; umount m/stick; umount m
  *mem: Operation not permitted

need no-vm
A read-only directory with very many entries is refused at once
  $ mkdir r; cd r; cp -a "$R/." .; mkdir big; cd big; seq 100001 | xargs touch
  $ within 0 3000 "$CT" run -R -r .. --file /big/x=y echo RAN
  ct: mount: /big: has too many entries (100001) for a mount point to be added
  [125]

# --- what is copied ---

need
copy has the directories of one that ct has put a stand-in over
  $ mkroot root; mkdir -p root/etc/d/e; echo a >root/etc/d/f; mkdir v
  > run() { ct run -R -r "$PWD/root" --file /etc/x=b "$@"; }
  > run --tmpfs /etc:copy sh -c 'cat /etc/d/f; ls /etc/d; ls /etc/x'
  > run -v "$PWD/v:/etc:copy" true; ls v/d
  a
  e
  f
  ls: /etc/x: No such file or directory
  e
  f

--tmpfs with copy has what the root has there, and nothing is written back
  $ mkroot root; mkdir root/etc/d; echo a >root/etc/d/f; chmod 640 root/etc/d/f
  > ln -s /nowhere root/etc/l; ln root/etc/d/f root/etc/d/g; mkfifo root/etc/p
  > touch -d '2001-02-03 04:05:06' root/etc/d/f
  > ct run -R -r "$PWD/root" --tmpfs /etc:copy sh -c 'echo b >>/etc/passwd
  >   cd /etc; readlink l; stat -c "%a %h %Y %F" d/f p; cat d/g
  >   tail -n1 passwd'
  > grep -c b$ root/etc/passwd; find root/etc | wc -l
  /nowhere
  640 2 9*0* regular file
  644 1 * fifo
  a
  b
  0
  8

The tmpfs limits how much is copied
  $ mkroot root; mkdir root/d; head -c 300000 /dev/zero >root/d/f
  > ct run -r "$PWD/root" --tmpfs /d:copy,size=100k echo RAN
  > ct run -r "$PWD/root" --tmpfs /d:copy,size=400k,mode=711 stat -c %a /d
  ct: mount: copy /d/f: No space left on device
  711

A hole in a file stays a hole
  $ mkroot root; mkdir root/d; truncate -s 1G root/d/f; echo x >>root/d/f
  > ct run -r "$PWD/root" --tmpfs /d:copy,size=1M sh -c 'stat -c %s /d/f
  >   tail -c 2 /d/f'
  1073741826
  x

No link leads a copy outside or to the kernel's files
  $ mkroot root; mkdir root/d s; echo secret >s/f; ln -s "$PWD/s" root/d/a
  > ln -s ../../../../../..$PWD/s/f root/d/b; ln -s /proc root/k
  > ln -s . root/d/c
  > ct run -r "$PWD/root" --tmpfs /d:copy sh -c 'cat /d/a/f /d/b 2>/dev/null
  >   ls /d'; ct run -r "$PWD/root" --tmpfs /k:copy echo RAN
  a
  b
  c
  ct: mount: copy: /k shows the kernel
  [125]

Directories nested too deep are an error
  $ mkroot root; mkdir -p "root/$(printf 'd/%.0s' $(bb seq 250))"
  > (ulimit -Sn 400; ct run -r "$PWD/root" --tmpfs /d:copy echo RAN)
  > rm -rf root
  ct: mount: open /d/d/*/d/d: No file descriptors available

Mounts below are not copied
  $ mkdir -p s/x; >s/f; >s/x/g; run -v "$PWD/s:/mnt" -v "$PWD/s:/mnt/x" \
  >   --tmpfs /mnt:copy sh -c 'ls -A /mnt /mnt/x'
  /mnt:
  f
  x
  
  /mnt/x:

A volume with copy is filled from the root, once
  $ mkroot root; mkdir root/d v; echo a >root/d/f
  > ct run -r "$PWD/root" -v "$PWD/v:/d:copy" sh -c 'cat /d/f; echo b >/d/f'
  > ct run -r "$PWD/root" -v "$PWD/v:/d:copy" cat /d/f; cat root/d/f
  > run --mount proc::/mnt:copy true
  a
  b
  a
  ct: --mount: proc: only --volume and tmpfs have copy
  [125]

need root
Owners, attributes and devices are copied
  $ mkroot root; mkdir root/d; mknod root/d/n c 1 3; mknod root/d/w c 0 0
  > >root/d/f; chown 12:34 root/d/f root/d; chmod 4755 root/d/f
  > chmod 750 root/d
  > ct run -r "$PWD/root" --tmpfs /d:copy stat -c '%u:%g %a %t:%T %n' \
  >   /d /d/f /d/n /d/w
  12:34 750 0:0 /d
  12:34 4755 0:0 /d/f
  0:0 644 1:3 /d/n
  0:0 644 0:0 /d/w

# --- the root's owners ---

need root userns linux-6.3
--idmap-root shows the root's files as owned by the container
  $ mkroot root; ct run -r "$PWD/root" --userns=0:100000:1000 --idmap-root \
  >   sh -c 'stat -c %u / /bin; >/f; stat -c %u /f'; stat -c %u root/f
  > ls -A root | grep -c f
  0
  0
  0
  0
  1

need
--idmap-root needs a map and a root
  $ run --idmap-root true; host --userns=0:100000:9 --idmap-root true
  > run -v /:/ true
  ct: options: idmap needs --userns=MAP
  ct: options: --idmap-root needs --root
  ct: --volume: /: use --root DIR, for idmap with --idmap-root
  [125]
