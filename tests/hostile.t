# A root whose owner is hostile.

each dev proc sys tmp run mnt etc
Nothing is created or changed on the host if /$it is a link to it
  $ mkroot root; mkdir canary; echo x >canary/null; cp canary/null canary/passwd
  $ list() { (cd canary; find . -exec ls -ld {} + | sort); }; list >a
  $ for to in "$PWD/canary" "../../../../../../../../..$PWD/canary"; do
  >   rm -rf "root/$it"; ln -s "$to" "root/$it"
  >   ct run -r "$PWD/root" -v /bin:/mnt/x --tmpfs /mnt/y \
  >     --symlink a:/mnt/l --file /etc/f=x --mask /etc/passwd \
  >     sh -c ': >/tmp/z; : >/run/z' >/dev/null 2>e
  >   [ "$(wc -l <e)" -le 1 ] || cat e
  > done; list | diff a -

A mount point that turns into a link while ct starts is not followed
  $ mkroot root; mkdir canary; ln -s "$PWD/canary" root/l; touch f
  $ "$P" swap root/mnt root/l & p=$!
  $ for k in $(seq "$many"); do
  >   ct run -r "$PWD/root" -v "$PWD/f:/mnt/a/b" --tmpfs /mnt/c \
  >     --file /mnt/d=x true 2>/dev/null
  > done; kill $p; wait $p; ls -A canary

A container has its own /dev/null, whatever the root's is
  $ mkroot root; ln -s /proc/sys/kernel/core_pattern root/dev/null
  $ echo secret >root/dev/zero; ct run -r "$PWD/root" sh -c '
  >   test -c /dev/null && test -c /dev/zero && head -c1 /proc/keys; echo ok'
  ok

need root
A link as a file in /etc shows a user nothing that only root may read
  $ mkroot root; f=$(find /sys/kernel /sys/module -type f -perm 400 -size +0 |
  >   head -n 1); ln -s "${f:-/sys/none}" root/etc/hosts
  $ ct run -r "$PWD/root" -u 1000 cat /etc/hosts 2>/dev/null
  [1]
  $ echo x >root/key; chmod 600 root/key; ln -sf ../key root/etc/hosts
  > ct run -r "$PWD/root" -u 1000 cat /etc/hosts 2>/dev/null
  [1]
  $ rm root/etc/passwd; ln -s /sys/kernel/uevent_seqnum root/etc/passwd
  $ ct run -r "$PWD/root" -u 1000 id -u
  ct: user: read the container's /etc/passwd: * (not a regular file)
  [125]

need
A root whose /proc is a file is an error
  $ mkroot root; rmdir root/proc; echo x >root/proc
  $ ct run -r "$PWD/root" true
  ct: *proc*
  [125]

A command runs in a root without the usual directories
  $ mkdir -p root/bin; cp "$P" root/bin/probe
  $ ct run -r "$PWD/root" /bin/probe fdlist
  0 1 2
  $ ct run -r "$PWD/root" -R /bin/probe fdlist
  0 1 2

# --- hostile containers, and every verb applied to them: tests/hostile.c ---

need root cgroup2
limit 6
No verb hangs, crashes or lies about hostile containers
  $ mkroot root; cp "${P%/*}/hostile" root/bin
  $ "${P%/*}/hostile" run "$PWD/root" "$hostile_seed" "$hostile_rounds"

limit 1
A process with 65536 groups is shown and stopped like others
  $ detached probe crowd probe idle; idle() { ct ps -j "$N" | grep -q '"S"'; }
  > poll idle; ct ps -j "$N"
  {*"inner":1,"uid":0,"state":"S","rss_kib":[1-9]*}
  $ within 0 3000 ct stop "$N"

Traffic is counted, whatever the name of the interface
  $ detached --cap-add NET_ADMIN sh -c "ip link set lo down
  > ip link set lo name 'a|b'; ip link set 'a|b' up; echo up; sleep 100"; up
  $ ct stats -j "$N" | grep -o '"a|b":{"rx_bytes":'; ct rm -f "$N"
  "a|b":{"rx_bytes":
