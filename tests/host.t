# A container in the host's own root: without -r.

A command runs in the host's own root, as PID 1
  $ host sh -c 'echo $$'
  1

The host's own root is read-only
  $ host --cap-add ALL sh -c '
  >   for d in / /etc /usr /bin /lib /var /home; do
  >     [ ! -d $d ] || (: >$d/ct-was-here) 2>/dev/null && [ -d $d ] && echo $d
  >   done; true'

/tmp, /var/tmp, /run and HOME are private, empty and writable
  $ host sh -c 'for d in /tmp /var/tmp /run ~; do
  >     [ -d $d ] || continue; ls -A $d; touch $d/x 2>/dev/null || echo $d
  >   done; stat -c %a /tmp ~
  >   [ ! -d /var/tmp ] || [ "$(stat -c %a /var/tmp)" = 1777 ] || echo other'
  1777
  700

HOME can be entered and written
  $ host sh -c 'cd && touch x && echo ok'
  > host --keep-env -e HOME=/x sh -c 'echo ~'
  ok
  /x

A user without a home directory gets the one set in config.h
  $ host -u "$([ "$(id -u)" = 0 ] && echo 4711 || echo 0)" \
  >   sh -c 'cd && touch x && echo ok; [ -d "$HOME" ]'
  ok

need root
HOME below /home belongs to its user, and that of a service is left alone
  $ printf '%s\n' me:x:1000:1000::/tmp/h/me: web:x:1001:1001::/etc: >p
  > mkdir -p h/me; touch h/me/secret; sed s,/tmp/h,/home, p >q; cp "$CT" ct
  > unshare -m sh -c 'mkdir -p /home; mount --bind h /home
  >   mount --bind q /etc/passwd
  >   cd /; "$0" run -u me sh -c "cd; pwd; ls; touch x; stat -c %a.%u ~ x"
  >   "$0" run -u web sh -c "echo ~; ls ~/passwd; touch ~/x"' "$CT"
  /home/me
  700.1000
  644.1000
  /etc
  /etc/passwd
  *Read-only file system
  [1]

need
A read-only root has a writable /tmp, /run and /dev/shm
  $ run -R sh -c 'for d in /tmp /run /dev/shm; do ls -A $d; touch $d/x; done
  >   touch /mnt/x 2>/dev/null || echo closed'; find "$R/tmp" "$R/run" -name x
  closed

Directories that a read-only root lacks are not created
  $ mkroot root; rmdir root/tmp root/run; ct run -r "$PWD/root" -R -- \
  >   ls -d /tmp /run /var/tmp 2>/dev/null
  [1]

HOME is the home directory in the root if it exists, else /tmp
  $ mkroot root; rmdir root/root; run sh -c 'echo $HOME'
  > ct run -r "$PWD/root" sh -c 'echo $HOME'
  > ct run -r "$PWD/root" -u 0:0 -e HOME=/x sh -c 'echo $HOME'
  /root
  /tmp
  /x

need root
A HOME that the user may not enter is not used
  $ mkroot root; chmod 700 root/root; chmod 711 .
  > "$P" as 1000 "$CT" run -r "$PWD/root" sh -c 'echo $HOME'
  /tmp

need
A command starts in the caller's directory, or a warning says why not
  $ cd /etc && "$CT" run pwd; "$CT" run -v /etc pwd; cd /
  > "$CT" run pwd; cd "$CT_TMP"; "$CT" run sh -c pwd
  /etc
  /etc
  /
  ct: warning: workdir: starts in /, not in *: No such file * (-v * adds it; *)
  /

A command does not start in a directory that has no path
  $ mkdir d; cd d; rmdir ../d; "$CT" run pwd; "$CT" run -w /etc pwd
  > "$CT" run -r "$R" pwd; "$CT" run --share mnt readlink /proc/self/cwd
  ct: warning: workdir: starts in /: the caller's directory is deleted, or *
  /
  /etc
  /
  */d (deleted)

Another directory of the same name is not taken for the caller's
  $ d=/tmp; [ -d /tmp ] || d=/run; cd $d; "$CT" run pwd; "$CT" run -w $d pwd
  > "$CT" run --tmpfs $d pwd; "$CT" run -v $d ls -d "$CT_TMP" | wc -l
  ct: warning: workdir: * is another directory here (-v * adds it; *)
  /tmp
  /tmp
  /tmp
  1

-v DIR is shown as DIR in the container, even if hidden or missing there
  $ echo hi >f; "$CT" run -v "$PWD" cat f; run -v "$PWD" -w "$PWD" cat f
  > run -v "$PWD/f" cat "$PWD/f"; run -v . true
  hi
  hi
  hi
  ct: *--volume*
  [125]

need cgroup2
Exec does not repeat the warning that the caller's directory is hidden
  $ "$CT" run -d -n "$N" sleep 100 >o; cat o; ct exec "$N" pwd; "$CT" rm -f "$N"
  ct: warning: workdir: starts in /, not in *
  t*
  /

need
/dev is private to the container
  $ host ls /dev | grep -e mem -e kmsg -e ^loop -e ^sd -e ^vd
  [1]

The masks hold in the host's own root
  $ host --cap-add ALL sh -c '
  >   (: >>/proc/sysrq-trigger) 2>/dev/null && echo open
  >   head -c1 /proc/keys 2>/dev/null'

Every mount of the host except /dev is nosuid and nodev
  $ host cat /proc/mounts |
  >   awk '$2 !~ "^/dev" && ($4 !~ /nosuid/ || $4 !~ /nodev/)'

A volume may have a name that does not exist on the host
  $ echo hi >f; host -v "$PWD:/ct-test-mnt" -w /ct-test-mnt -- cat f
  hi
  $ ls -d /ct-test-mnt 2>/dev/null || echo gone
  gone
