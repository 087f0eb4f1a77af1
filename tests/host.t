# A container in the root of the host: without -r.

A command runs in the host's own root, as PID 1
  $ host sh -c 'echo $$'
  1

The host's own root is read-only
  $ host --cap-add ALL sh -c '
  >   for d in / /etc /usr /bin /lib /var /home /root; do
  >     [ ! -d $d ] || (: >$d/ct-was-here) 2>/dev/null && [ -d $d ] && echo $d
  >   done; true'

/tmp and /run are the container's own
  $ host sh -c 'ls -A /tmp /run | grep -v : | wc -w
  >   touch /tmp/x /run/x 2>/dev/null; stat -c %a /tmp'
  0
  1777

/dev is the container's own
  $ host ls /dev | grep -e mem -e kmsg -e ^loop -e ^sd -e ^vd
  [1]

The masks hold in the host's own root
  $ host --cap-add ALL sh -c '
  >   (: >>/proc/sysrq-trigger) 2>/dev/null && echo open
  >   head -c1 /proc/keys 2>/dev/null'

Every mount of the host's but /dev is nosuid and nodev
  $ host cat /proc/mounts |
  >   awk '$2 !~ "^/dev" && ($4 !~ /nosuid/ || $4 !~ /nodev/)'

A volume may be on a name that the host does not have
  $ echo hi >f; host -v "$PWD:/ct-test-mnt" -w /ct-test-mnt -- cat f
  hi
  $ ls -d /ct-test-mnt 2>/dev/null || echo gone
  gone
