# The command line overrides @FILE and --profile.

need
The command line overrides a file, wherever @FILE stands
  $ cat >f <<'X'
  > -h file --umask 077 -e A=1 -w /tmp -R
  > X
  $ s='hostname; umask; pwd; echo $A$B'
  $ run -h own @f -w/etc -e B=2 sh -c "$s"
  own
  0077
  /etc
  12
  $ run @f --hostname=own -R --workdir /etc -e B=2 sh -c "$s"
  own
  0077
  /etc
  12

Letters joined in one word of a file are overridden one by one
  $ echo -Rhfile >f; run @f -h own sh -c 'hostname; touch /mnt/x 2>&1'
  own
  touch: *: Read-only file system
  [1]
  $ echo -Rh file >f; run -h own @f hostname
  own

An option given twice on the command line, or twice in files, is an error
  $ echo '-h file' >f; cp f g; run -h a @f -h b true
  ct: --hostname: given twice
  [125]
  $ run @f @g true
  ct: --hostname: given twice
  [125]
  $ run @f @g -h own hostname
  own

An invalid value in a file is no error if it is overridden
  $ echo '--umask x' >f; run --umask 077 @f sh -c umask; run @f true
  0077
  ct: --umask: x: must be octal, 0 to 0777
  [125]

need root cgroup2
Exec and inspect use what took effect
  $ echo '-Rdu 5 --umask 077' >f; run @f -u 1000 -n "$N" --umask 07 sleep 100
  t*
  $ ct exec "$N" sh -c 'id -u; umask'; ct inspect "$N" | grep -o '"arg.*"comm'
  1000
  0007
  "arguments":\["-r","*","-Rd","-u","1000","-n","t*","--umask","07",*
  $ ct rm -f "$N"

need root
A variable, limit, sysctl or mount of the command line replaces that of a file
  $ mkdir own file; echo own >own/x; echo file >file/x
  $ cat >f <<X
  > -e A=file -e B=file -Re AB=file --rlimit nofile=90 -v $PWD/file:/mnt
  > --sysctl net.ipv4.ip_default_ttl=9 --tmpfs /opt -v /nosuch:/srv
  > --tmpfs /mnt/y --annotate k=file
  > X
  $ s='echo $A $B $AB; ulimit -n; cat /proc/sys/net/ipv4/ip_default_ttl /mnt/x'
  $ run -e A=own --rlimit nofile=80 --sysctl net/ipv4/ip_default_ttl=8 \
  >   -v "$PWD/own:/mnt" --tmpfs /srv --file /opt=text -eAB=own @f \
  >   sh -c "$s"'; cat /opt; echo; grep -c " /mnt/y tmpfs" /proc/mounts'
  own file own
  80
  8
  own
  text
  1
  $ run @f -e A=own true
  ct: --volume: /nosuch: No such file or directory
  [125]

need root cgroup2
Exec has what the command line has replaced
  $ echo '-e A=file -e B=file --annotate k=file -v /nosuch:/mnt' >f
  $ run -dn "$N" -e A=own --annotate k=own -v "$PWD:/mnt" @f sleep 100
  t*
  $ ct exec "$N" sh -c 'echo $A $B'; ct inspect "$N" | grep -o '"annot[^}]*'
  own file
  "annotations":{"k":"own"
  $ ct rm -f "$N"
