# How the command line is read and what it refuses. A refusal exits with 125
# and one line, and nothing is run.

# --- verbs, options and their values ---

No arguments at all is an error that lists the verbs
  $ ct >o
  usage: ct VERB *
  ...
  *run *
  ...
  *check *
  ...
  [125]
  $ cat o

No argument vector at all is an error too
  $ "$P" noargv "$CT" 2>&1 >o | head -n 1
  *ct* ?*
  $ cat o

A verb that does not exist is named
  $ ct bogus
  ct: *bogus*
  [125]

A verb is not abbreviated
  $ ct ru true
  ct: ?*
  [125]

An option that does not exist is named
  $ run --bogus -- echo RAN
  ct: *--bogus*
  [125]

A letter that is not an option is named
  $ run -Z -- echo RAN
  ct: *-Z*
  [125]

An option is not abbreviated
  $ run --hostn x -- echo RAN
  ct: *--hostn*
  [125]

An option without its value is named
  $ run --timeout
  ct: *--timeout*
  [125]

A letter without its value is named
  $ run -h
  ct: *-h*
  [125]

A value for an option that takes none is refused
  $ run --read-only=1 -- echo RAN
  ct: *--read-only*
  [125]

An option must follow its verb
  $ ct --timeout 1 run true
  ct: --timeout: no such verb, * (an option of run)
  [125]

A misspelled verb gets a similar one suggested, if there is one
  $ for v in rn ru lss sl exce resumee insp bogus x ''; do ct "$v"; done 2>&1 |
  >   sed 's/, see `ct help`//'
  ct: rn: no such verb (did you mean run?)
  ct: ru: no such verb (did you mean run?)
  ct: lss: no such verb (did you mean ls?)
  ct: sl: no such verb (did you mean ls?)
  ct: exce: no such verb (did you mean exec?)
  ct: resumee: no such verb (did you mean resume?)
  ct: insp: no such verb (did you mean inspect?)
  ct: bogus: no such verb
  ct: x: no such verb
  ct: '': no such verb
  $ ct help exce
  ct: exce: no such verb* (did you mean exec?)
  [125]

An option that is misspelled gets a similar one suggested, if there is one
  $ for o in memroy mem=1M memory-hi readonly hostnmae usr io-x; do
  >   run "--$o" -- echo RAN; done
  ct: --memroy: no such option (did you mean --memory?)
  ct: --mem=1M: no such option (did you mean --memory?)
  ct: --memory-hi: no such option (did you mean --memory-high?)
  ct: --readonly: no such option (did you mean --read-only?)
  ct: --hostnmae: no such option (did you mean --hostname?)
  ct: --usr: no such option (did you mean --user?)
  ct: --io-x: no such option
  [125]
  $ ct stats --folow
  ct: --folow: no such option (did you mean --follow?)
  [125]

An option of another verb is said to belong to it
  $ run --json; run -f; ct ls --user=x; ct exec --hostname x; ct kill -V
  ct: --json: no such option (an option of ls, ps, stats, get, net, check)
  ct: -f: no such option (an option of stats, logs, set, rm)
  ct: --user=x: no such option (an option of run, exec)
  ct: --hostname: no such option (an option of run)
  ct: -V: no such option (an option of run)
  [125]
  $ run -it=false; ct ls -=
  ct: -=: no such option
  ct: -=: no such option
  [125]
  $ ct stop --timeout 5 x; ct run --time 5 true
  ct: --timeout: no such option (an option of run; did you mean --time?)
  ct: --time: no such option (an option of stop, wait; did you mean --timeout?)
  [125]

The first things that a docker user types work or get an answer
  $ run --rm -i --interactive --rm -- echo RAN
  RAN
  $ (cd / && ct run -i alpine sh)
  ct: *execve alpine: No such file or directory (no -r DIR: the host's root; *
  [127]
  $ run --network host; run --memory-swap 1G; run --pids-limit=9
  ct: --network: no such option (did you mean --net?)
  ct: --memory-swap: no such option (here: --swap, *)
  ct: --pids-limit=9: no such option (did you mean --pids?)
  [125]
  $ run --entrypoint sh; run --pid=host; run -p 80:80
  ct: --entrypoint: no such option (here: COMMAND, *)
  ct: --pid=host: no such option (here: --share, *)
  ct: --publish: 80:80: needs a veth *
  [125]
  $ ct cp a:b c; run --no-new-privs
  ct: cp: no such verb, *(here: ct exec NAME tar c PATH)
  ct: --no-new-privs: no such option (here: the default)
  [125]
  $ ct ps; ct logs x; ct top x; ct rmi alpine; ct unpause x
  ct: ps: needs a container's name (*ct ls *)
  ct: x: no *
  ct: top: no such verb, *(here: ct ps, or ct stats -f)
  ct: rmi: no such verb, *(here: no image store; *)
  ct: unpause: no such verb, *(here: ct resume)
  [125]
  $ run --dns-search lan; run --cidfile f; ct state x; ct logs --tail 2 x
  > ct kill -9 x; ct kill -HUP x
  ct: --dns-search: no such option (here: --file /etc/resolv.conf=TEXT)
  ct: --cidfile: no such option (here: --name, or what -d prints)
  ct: state: no such verb, *(here: ct inspect --oci)
  ct: --tail: no such option (here: -n N)
  ct: -9: no such option (here: ct kill -s SIGNAL)
  ct: -H: no such option (here: ct kill -s SIGNAL)
  [125]

The same letter has another answer for another verb
  $ ct ps -aq; ct exec -T x; ct kill -15 x; ct create --name x alpine
  > ct inspect -f x; ct exec --restart x
  > ct ps --all; ct ps --quiet; ct ls --all; ct start --attach x
  ct: -a: no such option (here: ct ls)
  ct: -T: no such option (here: --no-tty)
  ct: -1: no such option (here: ct kill -s SIGNAL)
  ct: --name: no such option (here: ct run --hold)
  ct: -f: no such option (here: JSON (-j, inspect) and jq(1))
  ct: --restart: no such option (an option of run)
  ct: --all: no such option (here: ct ls)
  ct: --quiet: no such option (here: ct ls)
  ct: --all: no such option (here: the default)
  ct: --attach: no such option (here: ct attach)
  [125]
  $ run -c 512; run -P; run --health-cmd x; run --volumes-from x; run --link x
  > ct network ls; ct container ls; ct volume ls; ct image ls
  ct: -c: no such option (here: --cpu-weight)
  ct: -P: no such option (here: -p PORT:PORT for each)
  ct: --health-cmd: no such option (here: ct exec NAME COMMAND, *)
  ct: --volumes-from: no such option (here: a directory, -v DIR:DST)
  ct: --link: no such option (here: --file /etc/hosts=TEXT)
  ct: network: no such verb, *(here: ct net; the bridge is the host's)
  ct: container: no such verb, *(here: the verb without it)
  ct: volume: no such verb, *(here: a directory, -v DIR:DST)
  ct: image: no such verb, *(here: no image store; *)
  [125]
  $ run -p 80:80; run --net bridge; run --mount type=bind,src=/,dst=/x
  ct: --publish: 80:80: needs a veth *(--net veth,hostip=*)
  ct: --net: bridge: no such kind, *(a bridge: veth,bridge=NAME; *)
  ct: --mount: type=bind*: must be TYPE:SRC:DST*(*: -v SRC:DST:ro*)
  [125]

Words of bwrap, nsjail, firejail, runc, LXC and systemd-nspawn have one, too
  $ for o in ro-bind unshare-pid die-with-parent chdir time_limit bindmount \
  >   blacklist private directory ephemeral uid cwd
  > do run --$o x; done
  ct: --ro-bind: no such option (here: -v SRC:DST:ro; *)
  ct: --unshare-pid: no such option (here: the default)
  ct: --die-with-parent: no such option (here: setpriv --pdeathsig KILL *)
  ct: --chdir: no such option (here: -w DIR)
  ct: --time_limit: no such option (here: --timeout SEC)
  ct: --bindmount: no such option (here: -v SRC:DST)
  ct: --blacklist: no such option (here: --mask PATH)
  ct: --private: no such option (here: --tmpfs "$HOME")
  ct: --directory: no such option (here: -r DIR)
  ct: --ephemeral: no such option (here: --overlay)
  ct: --uid: no such option (here: --user USER:GROUP, *)
  ct: --cwd: no such option (here: -w DIR)
  [125]
  $ ct stop -n x; ct console x; ct freeze x; ct spec; ct poweroff x; ct x
  ct: -n: no such option (here: NAME, after the options)
  ct: console: no such verb, *(here: ct attach)
  ct: freeze: no such verb, *(here: ct pause)
  ct: spec: no such verb, *(here: contrib/oci/oci.sh *)
  ct: poweroff: no such verb, *(here: ct stop)
  ct: x: no such verb, see `ct help`
  [125]

need root cgroup2
A verb without options says of one that there is none, before it does anything
  $ detached --hold -- echo RAN
  > ct start -a "$N"; ct pause -n "$N"; ct version --format x; ct resume -- x
  > ct wait -s created -t 9 "$N"; ct rm -f "$N"
  ct: -a: no such option (here: ct attach)
  ct: -n: no such option (here: NAME, after the options)
  ct: --format: no such option (here: JSON *)
  ct: x: no such container

need man
Each docker word in README has an answer
  $ sed -n '/^	docker	*ct$/,/^$/{s/^	\([a-z-]*\)[,	 ].*/\1/p;}' \
  >   "${man%/*}/README" >w
  > [ "$(wc -l <w)" -gt 25 ] || echo few
  > while read -r w; do
  >   case $w in
  >   docker | ps | commit | --rm | -it | --restart | --label) continue ;;
  >   -*) run "$w" -- echo RAN ;;
  >   *) ct "$w" ;;
  >   esac
  > done <w 2>&1 | grep -v '(here: ..*)$' | grep -v '(did you mean ..*)$'
  [1]

need

"ct help" lists the verbs
  $ ct help
  ...
  *run*
  ...
  *check*
  ...

"ct --help" does the same as "ct help"
  $ ct --help
  ...
  *run*
  ...
  *check*
  ...

"ct -h" does too, and for a verb the same as "ct help VERB"
  $ ct help >is; ct -h | diff - is
  $ for v in run exec create start ls inspect kill net version; do
  >   ct help $v >is; ct $v -h | diff - is; ct $v --help | diff - is; done
  $ ct ls -r -h
  ct ls *
  ...

The help of a verb lists its options
  $ ct help run
  ...
  *--volume*
  ...
  *--cap-add*
  ...

Help for a verb that does not exist is refused
  $ ct help bogus
  ct: *bogus*
  [125]

"ct version" prints one line
  $ ct version
  ct [0-9]*

Writing to a full stdout is an error
  $ ct help >/dev/full
  ct: ?*
  [125]

Options end at the command
  $ run echo --name x
  --name x

Options end at --
  $ run -- echo -h
  -h

A value follows as --option=value, --option value, -o value or -ovalue
  $ run --hostname=a hostname; run --hostname b hostname
  a
  b
  $ run -h c hostname; run -hd hostname
  c
  d

Letters may be joined, and each one is checked
  $ run -RZ true
  ct: *-Z*
  [125]

Without a command the default, a shell, is run
  $ run </dev/null

After -- the command may be left out
  $ run --

# --- files of options, profiles ---

@FILE is replaced by the words in FILE: comments, quotes and backslashes
  $ cat >args <<'E'
  > # a comment
  > -r @ROOT@ # another
  > -e "A=1  2" -e B='x\y # z'
  > -e C=a\ b -e D="\"\\" --
  > E
  $ sed -i "s,@ROOT@,$R," args
  $ ct run @args sh -c 'echo "$A|$B|$C|$D"'
  1  2|x\\y # z|a b|"\\

A file of options cut short by a NUL byte is refused
  $ printf -- '-r %s\n\0\0\0-R\n' "$R" >args; run @args echo RAN
  ct: @args: has a NUL byte
  [125]
  $ head -c 4096 /dev/zero >args; echo echo RAN | ct run @args
  ct: @args: has a NUL byte
  [125]

A file of options that names itself is refused
  $ echo "@args" >args; run @args true
  ct: ?*
  [125]

A file of options that does not exist is named
  $ run @nosuch true
  ct: *nosuch*No such file*
  [125]

A file of options that is not a regular file is refused without waiting
  $ mkfifo f; run @/dev/null true; run @f true; : | ct @/proc/self/fd/0 run
  ct: @/dev/null: read: * (not a regular file)
  ct: @f: read: * (not a regular file)
  ct: @/proc/self/fd/0: read: * (not a regular file)
  [125]

Options are read from a pipe to its end, if that is not too far
  $ (echo --env=A=1; sleep 0.3; echo --env=B=2) |
  >   run @/proc/self/fd/0 sh -c 'echo $A$B'
  > : | run @/proc/self/fd/0 echo empty
  > run @/proc/self/fd/7 hostname 7<<.
  > -h $(echo own)
  > .
  > printf -- '-R\0' | run @/proc/self/fd/0 echo RAN
  > bb yes | head -c 2000000 | run @/proc/self/fd/0 echo RAN
  12
  empty
  own
  ct: @/proc/self/fd/0: has a NUL byte
  ct: @/proc/self/fd/0: read: File too large
  [125]

A file of options with an open quote is named
  $ echo '-h "x' >args; run @args true
  ct: *args*
  [125]

A backslash in FILE works as in sh, also at the end of a line
  $ cat >args <<'E'
  > printf '<%s>\n' on\
  > e "a\n\$\`\"\\ x\
  > y" \
  >   \
  > \n\ z '1\
  > 2\x'\
  >  last
  > E
  $ sh args >want; run @args | cmp - want; cat want
  <one>
  <a\\n$`"\\ xy>
  <n z>
  <1\\
  2\\x>
  <last>

@FILE after the command is an argument
  $ run echo @nosuch
  @nosuch

A profile of config.h stands for its options: strict leaves no capability
  $ run --profile strict touch /x 2>/dev/null ||
  >   run --profile strict grep CapBnd /proc/self/status
  CapBnd:*0000000000000000

A profile that does not exist is named
  $ run --profile nosuch true
  ct: *nosuch*
  [125]

need man
The manual has every option that the help lists
  $ for v in $(ct help | sed -n 's/^  \([a-z]\{1,\}\) .*/\1/p'); do
  >   ct help $v; done | grep -o -e '--[a-z][a-z-]*' | sort -u >opts
  > [ "$(wc -l <opts)" -gt 40 ] || echo few
  $ while read -r o; do
  >   grep -q -e "Fl -*${o#--}\>" "$man" || echo "$o"
  > done <opts

The manual has no other options
  $ ct help run >help; ct help >>help
  $ grep -o '^\.It Fl -[a-z][a-z-]*' "$man" | sed 's/.* Fl -/--/' | sort -u |
  >   while read -r o; do grep -q -e "$o\>" help || echo "$o"; done

The manual has each verb in its synopsis and its description
  $ ct help | sed -n 's/^  \([a-z]\{1,\}\) .*/\1/p' >verbs
  > [ "$(wc -l <verbs)" -gt 25 ] || echo few
  > sed -n '/^\.Sh SYN/,/^\.Sh DES/p' "$man" >syn
  > sed '1,/^\.Sh VERB/d' "$man" >des
  > while read -r v; do
  >   grep -q "^\.Cm \(.* | \)*$v\( \|$\)" syn || echo "$v"
  >   [ "$v" = run ] || grep -q "^\.It Cm $v\( \|$\)" des || echo "$v"
  > done <verbs

# --- values that are refused: time, names, ids ---

need
A --timeout is a number of seconds, 0 or more
  $ refused --timeout '' x 1x 0x10 1e3 ' 1' '1 ' +1 99999999999999999999 \
  >   18446744073709551616 -1 nan inf

A --stop-timeout is a number of seconds, 0 or more
  $ refused --stop-timeout '' x 1x 0x10 1e3 ' 1' '1 ' +1 99999999999999999999 \
  >   18446744073709551616 -1 nan inf

A --stop-signal is a signal's name or number, and so is a --pdeathsig
  $ refused --stop-signal '' 0 128 -1 FOO 9x SIG 'TERM '
  $ refused --pdeathsig '' 0 128 -1 FOO 9x SIG 'TERM '

A --name has letters, digits, - and _, with at most 64 of them in each part
  $ refused --name '' / //a a/ ./a. ..a a//b a/../b -x 'a b' a.b memory.max \
  >   cgroup.procs cgroup.foo ü "a${newline}b" $long

A --hostname has no blanks or slashes, and 64 bytes at most
  $ refused --hostname '' 'a b' "a${newline}b" a/b $long

A --domainname has no newlines, and 64 bytes at most
  $ refused --domainname '' "a${newline}b" $long

A --user is a user that the root has, or a number, and so are groups
  $ refused --user '' 1x -1 +0 4294967295 4294967296 nosuchuser 0:1x 0:-1 \
  >   0:4294967295 0:0,x 0:0, : :0 '0 ' 0x0

A --uidmap is three numbers within 32 bits
  $ refused --uidmap '' 0 0:0 0:0:0 -1:0:1 0:-1:1 0:0:-1 x:0:1 0:x:1 0:0:1x \
  >   0:0:4294967296 4294967295:0:1 4294967290:0:100 0:4294967295:1 '0: 0:1' \
  >   0:0:1:1 0::1

A --gidmap is three numbers within 32 bits
  $ refused --gidmap '' 0 0:0 0:0:0 -1:0:1 x:0:1 0:0:1x 0:0:4294967296 \
  >   4294967295:0:1 0:0:1:1

# --- values that are refused: the process ---

A --rlimit is a name and one or two numbers, the lower one first
  $ refused --rlimit '' nofile nofile= =1 nofile=x nofile=-1 nofile=2:1 \
  >   bogus=1 nofile=1:2:3 'nofile=1 ' nofile=18446744073709551616 nofile=:1 \
  >   nofile=1:

A --nice is a number from -20 to 19
  $ refused --nice '' x 1x 20 -21 0x1 ' 1' 4294967296

An --oom-score is a number from -1000 to 1000
  $ refused --oom-score '' x 1x 1001 -1001 0x1 ' 1' 4294967296

A --cpu-sched is a policy, with a priority that it allows
  $ refused --cpu-sched '' bogus fifo:x rr:100 ,

A --umask is an octal number up to 777
  $ refused --umask '' 8 999 x -1 0x1 10000 ' 1' 1x

An --env has a name
  $ refused --env '' =x =

A --keep-fd is an open descriptor
  $ refused --keep-fd '' x 1x 0x10 1e3 ' 1' '1 ' +1 99999999999999999999 \
  >   18446744073709551616 -1 99 2147483648

A --ready-fd is an open descriptor
  $ refused --ready-fd '' x 1x 0x10 1e3 ' 1' '1 ' +1 99999999999999999999 \
  >   18446744073709551616 -1 99 2147483648

An --info-fd is an open descriptor
  $ refused --info-fd '' x 1x 0x10 1e3 ' 1' '1 ' +1 99999999999999999999 \
  >   18446744073709551616 -1 99 2147483648

A --pidfile is a file that can be made
  $ refused --pidfile '' /nonexistent/pid /

# --- values that are refused: the root and what is mounted in it ---

A --root is a directory that exists
  $ refused --root '' /nonexistent /etc/passwd

A --volume is a file of the host and an absolute path below /
  $ refused --volume '' : a a: :b rel /bin:rel bin:/x /bin:/x:bogus /bin:/x: \
  >   /bin:/x:ro, /bin:/../x /bin:/mnt/../../x /bin:/ /nonexistent:/mnt \
  >   /bin:/x:ro:rw /bin:/x:sync /bin:/x:rslave,rshared \
  >   /etc/passwd:/mnt /bin:/etc/passwd /bin:/proc/x

A --tmpfs is an absolute path below /, with a size and a mode
  $ refused --tmpfs '' rel / /.. /mnt:bogus /mnt:size=x /mnt:size= \
  >   /mnt:size=-1 /mnt:size=16E /mnt:size=1.5M /mnt:mode=8 /mnt:mode=99999 \
  >   /mnt:mode= /mnt:size=1M, /mnt/../../x /mnt:size=0 /mnt:size=0M \
  >   /mnt:nr_inodes=0 /mnt:try /mnt:rec /mnt:idmap

A --mount is a type, a source and an absolute path below /
  $ refused --mount '' proc tmpfs:x tmpfs:x:rel :x:/mnt bogus:x:/mnt \
  >   tmpfs:x:/mnt:bogus=1 tmpfs:x:/ tmpfs:x:/../x tmpfs:x:/mnt:try \
  >   proc:proc:/mnt:rw

A --mask is an absolute path below / that exists
  $ refused --mask '' rel /.. / /etc/../.. /nonexistent

A --ro-path is an absolute path that exists
  $ refused --ro-path '' rel /nonexistent

A --symlink is a target and an absolute path where nothing exists
  $ refused --symlink '' a a: :/x a:rel a:/ a:/mnt/../../x

A --file is an absolute path below / and a text
  $ refused --file '' /x =x rel=x /=x /../x=y /mnt=x

A --device is the absolute path of a device
  $ refused --device '' rel /nonexistent /etc/passwd /dev/null:x /dev/null: / \
  >   /dev/null:/etc/x /dev/null:/dev /dev/null:/dev/../x /dev/null:/dev/x:q \
  >   /etc:/dev/x /dev/null:/dev/x:r:w

A --device-rule is a kind, two numbers and an access
  $ refused --device-rule '' c 'c 1' 'c 1:3' 'x 1:3 r' 'c 1:3 q' 'c 1 r' \
  >   'c 1:x r' 'cc 1:3 r' 'c -1:3 r' 'c 1:3 '

A --workdir is the absolute path of a directory that exists
  $ refused --workdir '' rel . ../mnt /mnt/.. /.. /nonexistent /etc/passwd
  > run -w // pwd; run -w /mnt/./ pwd
  /
  /mnt

# --- values that are refused: namespaces and privilege ---

A --share is a list of namespaces
  $ refused --share '' bogus pid,,net pid, ,pid 'pid net'

An --unshare is a list of namespaces
  $ refused --unshare '' bogus pid,,net pid, ,pid

A --ns is a kind of namespace and an existing one of that kind
  $ refused --ns '' pid pid= =x bogus=/x pid=/nonexistent pid=/etc/passwd \
  >   net=/proc/self/ns/uts uts=nosuch

A --time-offset is a clock that can be moved and a number of seconds
  $ refused --time-offset '' monotonic boottime= =1 realtime=1 boottime=x \
  >   boottime=1x bogus=1 boottime=99999999999999999999 'boottime=1 '

A --sysctl is a sysctl that belongs to a namespace, and its value
  $ refused --sysctl '' net.x =1 net.ipv4.ip_forward net.bogus=1 \
  >   net.ipv4.ip_forward= \
  >   kernel.panic=1 kernel.core_pattern=x vm.swappiness=1 \
  >   net/../kernel/panic=1 net..ipv4.ip_forward=1 ../x=1

A --cap-add is the name of a capability
  $ refused --cap-add '' bogus CAP_ 41x SYS_ADMINX -1 99 'CHOWN ' CHOWN,

A --cap-drop is the name of a capability
  $ refused --cap-drop '' bogus CAP_ -1 99

A --seccomp is none or a file that holds a filter
  $ refused --seccomp '' bogus /nonexistent /etc /dev/null /etc/passwd

A --label has a value
  $ refused --label bogus

# --- values that are refused: interfaces ---

A --net is of a known kind, with the keys that belong to it
  $ refused --net '' bogus none,x=1 host,ip=1 none, , 'veth ' Veth ns: ns:,x \
  >   container: container:a.b container:../x bogus,ip=10.0.0.1/24 veth, \
  >   veth,, ,veth

An ip= is one host's address with the length of its network
  $ refused veth ip= ip ip=10.0.0.1 ip=10.0.0.1/ ip=10.0.0.1/33 ip=10.0.0.1/-1 \
  >   ip=10.0.0.1/+1 ip=10.0.0.1/08 ip=10.0.0.1/8x ip=10.0.0.1/0x8 \
  >   ip=10.0.0/24 ip=10.0.0.1.2/24 ip=256.0.0.1/24 ip=010.0.0.1/24 \
  >   ip=10.0.0.01/24 ip=0x0a.0.0.1/24 ip=1/8 'ip= 10.0.0.1/24' \
  >   'ip=10.0.0.1 /24' 'ip=10.0.0.1/24 ' ip=10.0.0.1/24/24 ip=::1/129 ip=::1/ \
  >   ip=::1 ip=::1::2/64 ip=1:2:3:4:5:6:7:8:9/64 ip=12345::/64 \
  >   ip=fe80::1%eth0/64 'ip=[::1]/64' ip=0.0.0.0/0 ip=::/0 ip=0.0.0.0/24 \
  >   ip=localhost/8 ip=10.0.0.0/24 ip=10.0.0.255/24 ip=224.0.0.1/24 \
  >   ip=255.255.255.255/32 ip=ff02::1/64

each 10.0.0.0/31 10.0.0.1/31 10.0.0.255/16 240.0.0.1/24 fd00::/64
An ip= may look like that of a network or a broadcast where it is none: $it
  $ ct run --dry-run --net "veth,ip=$it" true >/dev/null

A soft limit is at most the hard one
  $ ct run --rlimit nofile=20:10 true
  ct: --rlimit: 20: above the hard limit
  [125]

The port of a bridge has no address of its own
  $ ct run --net veth,bridge=br0,hostip=10.0.0.1/24 true
  ct: --net: hostip= is for a veth without bridge=
  [125]

A gw= is an address, a route= a network and an address
  $ refused veth,ip=10.0.0.2/24 gw= gw gw=10.0.0.1/24 gw=10.0.0 \
  >   gw=fd00::1 gw=0.0.0.0 gw=fe80::1%eth0 gw=x route= route route=10.0.0.0 \
  >   route=10.1.0.1/16 route=10.1.0.0/33 route=10.1.0.0/16: \
  >   route=10.1.0.0/16:x route=10.1.0.0/16:fd00::1 \
  >   route=fd00::1/64 route=fd00::/64:10.0.0.1 route=x route=/8 route=default

A gateway needs an address of its family
  $ refused veth gw=10.0.0.1 route=10.1.0.0/16:10.0.0.1 \
  >   ip=fd00::2/64,gw=10.0.0.1

A mac= is six pairs of hexadecimal digits, for a unicast address
  $ refused veth mac= mac mac=x mac=01:00:00:00:00:01 mac=ff:ff:ff:ff:ff:ff \
  >   mac=00:00:00:00:00:00 mac=02:00:00:00:00 mac=02:00:00:00:00:00:01 \
  >   mac=2:0:0:0:0:1 mac=0:1:2:3:4:5 mac=02-00-00-00-00-01 mac=020000000001 \
  >   mac=02:00:00:00:00:0g mac=+2:00:00:00:00:01 mac=0x:00:00:00:00:01 \
  >   'mac=02:00:00:00:00:01 ' 'mac= 2:00:00:00:00:01' mac=-2:00:00:00:00:01 \
  >   mac=02:00:00:00:00:01:

each name host bridge
A $it= is a name that the kernel accepts for an interface
  $ refused veth $it $it= $it=a/b $it=a:b $it=a%b $it=%d $it=eth%d "$it=a b" \
  >   "$it= a" "$it=a	b" $it=. $it=.. $it=lo $it=abcdefghijklmnop $it=ü \
  >   "$it=a${newline}b"

An mtu= is a number from 68 to 65535
  $ refused veth mtu= mtu mtu=67 mtu=65536 mtu=0 mtu=-1 mtu=08 mtu=0x100 \
  >   mtu=1500x 'mtu= 1500' mtu=1e3 mtu=4294968796 mtu=18446744073709553116

A veth has its own keys, most of them only once
  $ refused veth bogus bogus=1 IP=10.0.0.1/24 dev=lo mode=bridge id=1 mode= \
  >   nat=1 nat= nat,nat name=a,name=a host=a,host=b bridge=a,bridge=a \
  >   mac=02:00:00:00:00:01,mac=02:00:00:00:00:01 mtu=1500,mtu=1500 =1 =

A macvlan has a dev= and its own keys and modes
  $ with=--dry-run; refused --net macvlan
  $ refused macvlan mode=bridge dev= dev=lo,dev=lo dev=x,mode=l2 dev=x,mode= \
  >   dev=x,mode dev=x,mode=0 dev=x,bridge=br0 dev=x,host=a \
  >   dev=x,hostip=10.0.0.1/24 dev=x,nat dev=x,id=1

An ipvlan has a dev= and its own keys and modes
  $ with=--dry-run; refused --net ipvlan
  $ refused ipvlan mode=l2 dev=x,mode=bridge dev=x,mode=l4 dev=x,nat \
  >   dev=x,host=a

A vlan has a dev= and an id= from 1 to 4094
  $ with=--dry-run; refused --net vlan
  $ refused vlan id=1 dev=x dev=x,id= dev=x,id dev=x,id=0 dev=x,id=4095 \
  >   dev=x,id=-1 dev=x,id=01 dev=x,id=0x1 dev=x,id=1x dev=x,id=1,id=1 \
  >   dev=x,id=1,mode=l2 dev=x,id=4294967297

A phys has a dev= and what can be set on a card
  $ with=--dry-run; refused --net phys
  $ refused phys name=a dev= dev=x,mode=bridge dev=x,nat dev=x,id=1 dev=a/b \
  >   dev=x,dev=x

A --publish is an address, two ports and a protocol
  $ with='--dry-run --net veth,ip=10.0.0.2/24,ip=fd00::2/64'
  $ refused --publish '' 80 : :80 80: :80:80 80:80: 0:80 80:0 70000:80 \
  >   80:70000 -1:80 080:80 80:080 80x:80 80:80x '80 :80' ' 80:80' 80:80/ \
  >   80:80/sctp 80:80/TCP 80:80/tcp/udp 80/tcp:80 1.2.3:80:80 1.2.3.4.5:80:80 \
  >   10.0.0.1/24:80:80 [::1:80:80 ::1]:80:80 ::1:80:80 []:80:80 \
  >   [10.0.0.1]:80:80 [::1]80:80 localhost:80:80 0x50:80 80:80:80 1:2:3:4

# --- values that are refused: features that may be missing, limits ---

A --try is a list of things that a container can do without
  $ refused --try '' bogus cgroup,, cgroup,

A --memory is a number of bytes, with K, M, G or T, but not 0
  $ refused --memory '' 0 -1 +1 ' 1' '1 M' 1.5G 1MM 0x10 1e3 16E \
  >   18446744073709551616 9223372036854775808

A --cpus is a decimal number of processors, not too small
  $ refused --cpus '' 0 -1 nan inf 1e9 150% 0,5 0x1 1x 0.00001
  $ run --cpus 1.2345 true; run --tmpfs /t:mode=999 true
  ct: --cpus: 1.2345: must be 0.01 to 8192 processors, in thousandths, or max
  ct: --tmpfs: 999: not an octal number
  [125]

A --pids is a number that the kernel can count to
  $ refused --pids '' 0 -1 4194305 x 1x 1.5
A filter of system calls has whole instructions, and at most 4096
  $ : >f0; printf 1234567 >f7
  > dd if=/dev/zero of=f9 bs=8 count=4097 2>/dev/null
  $ refused --seccomp "$PWD/f0" "$PWD/f7" "$PWD/f9"

A closed descriptor cannot be kept
  $ exec 7<&-; run --keep-fd 7 true
  ct: *7*
  [125]

A root that is neither a directory nor an image is an error that says so
  $ ct run -r /etc/passwd true
  ct: *root: /etc/passwd: *
  [125]

Two networks cannot be combined
  $ run --net none --net host true
  ct: ?*
  [125]

Control bytes in a value are escaped where it is shown
  $ run --user "a${escape}b" true 2>e
  [125]
  $ wc -l <e; grep -c 'a.*b' e; grep -c "$escape" e
  1
  1
  0
  [1]

need root strace
A filter is what its file has when it is read
  $ allow_all >g; for _ in 1 2 3 4; do cat g; done >f
  > strace -Dqqqo l -P "$PWD/f" -e inject=openat:delay_enter=1000000 \
  >   "$CT" run -r "$R" --seccomp "$PWD/f" echo hi & settle; cp g f; wait $!
  hi

A directory of devices that cannot be read to its end is an error
  $ mkdir d; mknod d/x c 1 3
  > strace -qqqo l -P "$PWD/d" -e inject=getdents64:error=EIO:when=1 \
  >   "$CT" run -r "$R" --device "$PWD/d:/dev/d" echo RAN
  ct: --device: read *d: I* error
  [125]
