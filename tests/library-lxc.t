# LXC's API, tried by a program that makes one call at a time: tests/lxc.c.
# Each case has its own container path. "template" makes a busybox root and
# gets the arguments that LXC gives one.

Each call has an answer for a container that does not exist
  $ lxc nothing

Global calls work without any container
  $ lxc globals | sed 2d
  8 8 STOPPED STARTING RUNNING STOPPING ABORTING FREEZING FROZEN THAWED
  1 1 0 1
  1 0 0

Keys are set, listed, read and cleared; setting a list key appends
  $ lxc set lxc.uts.name one; lxc set lxc.mount.entry 'a b none bind 0 0'
  > lxc set lxc.mount.entry 'c d none bind 0 0'; lxc set lxc.net.3.type veth
  > lxc set lxc.net.3.name in3; lxc set lxc.cap.drop 'mknod  kill'
  $ lxc get lxc.uts.name; lxc get lxc.mount.entry; lxc get lxc.net.3.type
  one
  a b none bind 0 0
  c d none bind 0 0
  veth
  $ lxc get lxc.cap.drop; lxc clear lxc.cap.drop
  mknod
  kill
  $ echo "lxc.net.3.ipv4.address = '10.0.0.1/8'" >>"$N/config"
  > lxc get lxc.net.3.ipv4.address; lxc clear lxc.net.3.ipv4.address
  10.0.0.1/8
  $ lxc get lxc.net; lxc clear lxc.net.3.name; lxc keys lxc.net
  > lxc keys lxc.signal
  veth
  3
  halt
  reboot
  stop
  $ lxc clear lxc.mount.entry; lxc set lxc.uts.name ''; cat "$N/config"
  lxc.net.3.type = veth

A value is a line, also of a key that begins as a known one
  $ lxc set lxc.uts.name 'a
  > lxc.ephemeral = 1'; lxc set 'lxc.environment
  > lxc.ephemeral' x; lxc set 'lxc.sysctl.a = b
  > lxc.ephemeral' 1; ls
  lxc.uts.name = a
  lxc.ephemeral = 1: must be one line
  lxc.environment
  lxc.ephemeral: not a key that ct has, see lxc(3)
  lxc.sysctl.a = b
  lxc.ephemeral: not a key that ct has, see lxc(3)

A key or value that ct does not have is an error that says so
  $ for k in lxc.network.type=veth lxc.nothing=1 lxc.start.auto=2 \
  >   lxc.signal.halt=SIGNONE lxc.autodev=0 lxc.tty.max=x; do
  >   lxc set "${k%%=*}" "${k#*=}"
  > done
  lxc.network.type: not a key that ct has, see lxc(3)
  lxc.nothing: not a key that ct has, see lxc(3)
  lxc.start.auto = 2: must be a 0 or 1
  lxc.signal.halt = SIGNONE: must be a signal
  lxc.autodev = 0: ct has no counterpart, see lxc(3)
  lxc.tty.max = x: must be a number
  [1]

A configuration file keeps its comments; its includes are read, not written
  $ mkdir "$N"; printf '%s\n' '# mine' "lxc.include = $PWD/i" >"$N/config"
  > echo 'lxc.uts.name = included' >i; lxc get lxc.uts.name
  included
  $ lxc set lxc.ephemeral 1; sed "s,$PWD,,"  "$N/config"
  # mine
  lxc.include = /i
  lxc.ephemeral = 1

A file that includes itself is an error
  $ mkdir "$N"; echo "lxc.include = $PWD/$N/config" >"$N/config"; lxc state
  no handle: *
  [1]

A configuration that is not a file, or without end, holds up nobody
  $ mkdir a b c d; mkfifo a/config d/partial; ln -s /dev/zero b/config
  > touch d/config; for k in $(seq 0 15); do for i in 1 2 3 4 5 6 7 8; do
  >   echo "lxc.include = $PWD/c/$((k + 1))"
  > done >"c/$k"; done; touch c/16; mv c/0 c/config; for N in a b c; do
  >   within 0 5000 timeout 9 "${P%/*}/lxc" "$PWD" "$N" state
  > done; within 0 5000 timeout 9 "${P%/*}/lxc" "$PWD" x list
  no handle: Invalid argument
  no handle: Invalid argument
  no handle: File too large
  d STOPPED
  0 1

A configuration may be /dev/null, and a new one may include files
  $ echo lxc.uts.name = x >file; lxc load /dev/null
  > lxc set lxc.include "$PWD/file"; cat "$N/config"
  lxc.include = */file

A configuration is not written through a link
  $ mkdir "$N"; touch keep "$N/config"; ln -s ../keep "$N/config.new"
  > lxc set lxc.uts.name x; cat keep "$N/config"
  lxc.uts.name = x

Invalid names yield no handle
  $ for n in '' . .. a/b; do "${P%/*}/lxc" "$PWD" "$n" state; done
  no handle: Invalid argument
  no handle: Invalid argument
  no handle: Invalid argument
  no handle: Invalid argument
  [1]

need root cgroup2
A container is created, started, seen, stopped and destroyed
  $ template; lxc create "$PWD/template" dir more words; cat args
  --path=*/t* --name=t* --rootfs=*/t*/rootfs more words
  $ cat "$N/config" | sed "s,$PWD,," | grep -v init
  lxc.uts.name = t*
  lxc.rootfs.path = dir:/t*/rootfs
  $ lxc list; lxc start; lxc list; lxc create none
  t* STOPPED
  0 1
  t* RUNNING
  1 1
  */config: File exists
  [1]
  $ lxc start; lxc destroy
  t*: it is RUNNING: *
  t*: it is RUNNING: *
  [1]
  $ lxc freeze; lxc state; lxc unfreeze; lxc wait RUNNING 5; lxc may; lxc devpts
  FROZEN
  $ lxc run hostname; lxc run sh -c 'tr "\0" "\n" </proc/1/environ' | grep cont
  t*
  container=lxc
  $ lxc stop; lxc state; lxc start; lxc stop; lxc destroy; ls
  STOPPED
  args
  template

One that is configured and has no root yet is created, as python-lxc does it
  $ template; lxc set lxc.ephemeral 0; lxc create "$PWD/template" && lxc start
  > lxc create "$PWD/template"; lxc stop; lxc stop; lxc wait STOPED -1
  > lxc wait 'STOPPED|STOPED' -1
  */config: File exists
  wait for STOPED: Invalid argument
  wait for STOPPED|STOPED: Invalid argument
  [1]

A template that fails leaves nothing behind
  $ printf '#!/bin/sh\nmkdir -p "${3#*=}/deep/er"; exit 3\n' >t; chmod +x t
  $ lxc create "$PWD/t"; ls; lxc create "$PWD/none"; ls
  template */t: status 3
  t
  template */none: No such file or directory
  t

What another user puts among the containers is looked at, and no more
  $ n="a$newline b"; mkdir "$n" keep; touch keep/f "$n/partial"
  > printf '%s\n' 'lxc.hook.destroy = touch ran; :' "lxc.log.file = $PWD/log" \
  >   "lxc.rootfs.path = $PWD/keep" x >"$n/config"; chown -R 1000 "$n"
  > lxc list; sed -i '$d' "$n/config"; lxc list | wc -l; echo *
  0 0
  3
  a
   b keep
  $ chown 0 "$n/config"; echo x >>"$n/config"; lxc list
  > grep -c '^lxc a?  *b' log; wc -l <log; rm "$n/config" "$n/partial"
  0 0
  3
  3
  $ ln -s ../made "$n/partial"; N=$n; lxc create none none; echo *
  */a
   b/partial: *
  a
   b keep log

A file of root's that another user moves there makes nothing partial
  $ mkdir -p p/x keep; touch keep/f p/x/partial
  > printf '%s\n' 'lxc.hook.destroy = touch ran; :' \
  >   "lxc.rootfs.path = $PWD/keep" >p/x/config
  > chown 1000 p/x; "${P%/*}/lxc" "$PWD/p" x state; chown 1000 p; chown 0 p/x
  > "${P%/*}/lxc" "$PWD/p" x state; echo p/*/* keep/* *
  STOPPED
  STOPPED
  p/x/config p/x/partial keep/f keep p

What another user's configuration names is neither run nor removed with it
  $ mkdir -p "$N" keep; touch keep/f
  > printf '%s\n' 'lxc.hook.destroy = touch ran; :' \
  >   "lxc.rootfs.path = $PWD/keep" >"$N/config"
  > chown -R 1000 "$N"; lxc destroy; echo * */*
  keep keep/f

Another user's configuration includes no more than that user may read
  $ echo lxc.uts.name = secret >i; chmod 600 i; mkdir "$N"; mkfifo f
  > echo "lxc.include = $PWD/i" >"$N/config"; chmod 640 "$N/config"
  > chown 1000 "$N/config"; lxc get lxc.uts.name; chown 1000 i
  > lxc get lxc.uts.name
  no handle: Permission denied
  secret
  $ rm "$N/config"; (echo >f; echo opened) &
  > echo "lxc.include = $PWD/f" >"$N/config"; chown 1000 "$N/config"; lxc state
  > chown 0 i; ln -sf ../i "$N/config"; lxc get lxc.uts.name
  > chown -h 1000 "$N/config"; lxc state; kill $!
  no handle: Invalid argument
  secret
  no handle: Permission denied

Memory is not saved in a directory of another user, who could put links there
  $ printf '#!/bin/sh\necho ran\n' >criu; chmod +x criu; mkdir d; echo x >keep
  > ln -s ../keep d/pre-dump.log; chown 1000 d; ready
  > PATH=$PWD:$PATH; lxc migrate 0 "$PWD/d"; lxc migrate 0 "$PWD/e"
  > cat keep e/*; lxc stop
  */d: other users can write to it
  x
  ran

A callback hides from those inside, who could read the caller's memory
  $ ready; mkfifo f; lxc linger <f & exec 3>f; hidden() {
  >   [ "$(lxc run sh -c 'for p in /proc/[0-9]*; do
  >     readlink $p/exe >/dev/null || echo $p; done; :' | wc -l)" = 1 ]
  > }; poll hidden; exec 3>&-; wait; lxc stop

need root cgroup2 linux-5.12 static
A program's file cannot be changed from inside, not even as an interpreter
  $ cp "${P%/*}/lxc" prog; lxc() { "$PWD/prog" "$PWD" "$N" "$@"; }; ready
  > printf '#!/proc/self/exe\n' >"$N/rootfs/app"; chmod 755 "$N/rootfs/app"
  > lxc run /app x wait RUNNING 100 >/dev/null & there() {
  >   lxc run sh -c 'for p in /proc/[0-9]*; do
  >     tr "\0" " " <$p/cmdline | grep -q "[/]app x" && echo $p; done; :' >o
  >   [ -s o ]
  > }; poll there; lxc run sh -c "chmod 4777 $(head -n 1 o)/exe"
  > stat -c %a prog; lxc stop
  chmod: */exe: Read-only file system
  status 1
  755

need root cgroup2
A log that is a link, or a FIFO nobody reads, is an error
  $ ln -s g l; lxc with "lxc.console.logfile=$PWD/l" -- true; ls
  lxc.console.logfile = */l: *
  l
  $ mkfifo f; lxc with "lxc.console.logfile=$PWD/f" -- true
  lxc.console.logfile = */f: *
  [1]

A container gets its label, and none if that is "unconfined"
  $ for k in apparmor.profile selinux.context; do
  >   lxc foreground "lxc.$k=unconfined" -- true
  >   lxc foreground "lxc.$k=no-such" -- true
  > done
  ended with 0
  label: label no-such *
  ended with 0
  label: label no-such *
  [1]

A failed start says why and leaves nothing behind
  $ template; lxc create "$PWD/template"; lxc start /bin/none; lxc state
  exec: execve /bin/none: No such file or directory
  STOPPED
  $ lxc set lxc.mount.entry '/none mnt none bind 0 0'; lxc start
  lxc.mount.entry = /none mnt none bind 0 0: *: No such file or directory*
  [1]

The caller's function runs inside, with its environment, as another user
  $ ready; lxc attach; lxc run sh -c 'exit 5'; lxc run none
  inside 1 1000 of-the-caller
  status 7
  status 5
  none: No such file or directory
  status 127
  $ lxc stop

A shell is the one in the container's passwd, or sh, even where that is a FIFO
  $ ready; r=$N/rootfs; printf '#!/bin/sh\necho own $$; exit 4\n' >"$r/bin/own"
  > chmod +x "$r/bin/own"; e=$r/etc/passwd
  > printf 'x:x:7:7::/:/no\nroot:x:0:0::/:/bin/own\n' >"$e"; lxc shell
  > echo 'echo sh; exit 5' >s; rm "$e"; lxc shell <s; mkfifo "$e"; lxc shell <s
  > lxc stop
  own *
  status 4
  sh
  status 5
  sh
  status 5

A container has the caller's variables, unless none were asked for
  $ ready; WORD=kept lxc run sh -c 'echo $WORD $container'; lxc stop
  kept lxc

A process that enters some namespaces keeps the caller's others
  $ ready; p=$(lxc pid); export p; its=$(grep ^0: "/proc/$p/cgroup")
  > mine=$(grep ^0: /proc/self/cgroup)
  > cat >look <<'E'
  > for k in mnt pid uts ipc net; do
  >   [ "$(readlink "/proc/self/ns/$k")" != "$(readlink "/proc/$p/ns/$k")" ] ||
  >     printf '%s ' $k
  > done
  > grep -c '^CapBnd:.*05fb' /proc/self/status; pwd; grep ^0: /proc/self/cgroup
  > E
  > lxc enter net,uts e sh look | sed "s,$PWD,PWD,;s,^$mine$,mine,"
  > lxc enter pid - sh look | sed "s,$PWD,PWD,;s,^$its$,its,"
  uts net 0
  PWD
  mine
  pid 1
  PWD
  its
  $ lxc enter net eR ls /sys/class/net; lxc enter bad - true
  lo
  attach: enter: 0x1: no namespace
  [1]
  $ lxc freeze; lxc enter net e echo frozen; lxc enter net - true
  frozen
  attach: *is paused: *
  [1]
  $ lxc unfreeze; lxc stop

A container has its configured capabilities, limits, variables and mounts
  $ template; lxc create "$PWD/template"; mkdir v; echo is-there >v/f
  > lxc set lxc.cap.keep 'chown kill'; lxc set lxc.environment WORD=env
  > lxc set lxc.prlimit.nofile 99:100; lxc set lxc.init.cwd /tmp
  > lxc set lxc.mount.entry "$PWD/v mnt none bind,ro,create=dir 0 0"
  > lxc set lxc.mount.entry "none opt tmpfs size=64k,create=dir 0 0"
  > lxc set lxc.uts.name other; lxc set lxc.sysctl.net.ipv4.ip_forward 1
  > lxc set lxc.no_new_privs 1; lxc set lxc.console.path none
  $ lxc foreground -- sh -c 'grep -E "CapBnd|NoNew" /proc/self/status; hostname
  >   echo $WORD; ulimit -n; pwd; cat /mnt/f; touch /mnt/x
  >   df -k /opt | tail -n 1
  >   cat /proc/sys/net/ipv4/ip_forward; exit 9'
  CapBnd:*0000000000000021
  NoNewPrivs:*1
  other
  env
  99
  /tmp
  is-there
  touch: /mnt/x: Read-only file system
  none * 64 *
  1
  ended with 9

A value counts in full, and a word only as a whole
  $ template; lxc create "$PWD/template"; lxc set lxc.console.path none
  > mkdir bind1 bind2; echo both >bind2/f; m=$(printf 'mode=755,%.0s' $(seq 60))
  > lxc set lxc.mount.entry "a a tmpfs size=64k,create=dir,${m}ro 0 0"
  > lxc set lxc.mount.entry \
  >   "b b overlay lowerdir=$PWD/bind1:$PWD/bind2,create=dir 0 0"
  $ c="touch /a/f; cat /b/f; v=$(printf %05000d 7); echo \${#v}"
  > lxc set lxc.init.cmd "sh -c '$c'"; lxc foreground
  touch: /a/f: Read-only file system
  both
  5000
  ended with 0
  $ for o in rw,rootcontext=x idmapped=0,ro; do
  >   lxc set lxc.rootfs.options $o; lxc foreground -- touch /f; done
  ended with 0
  touch: /f: Read-only file system
  ended with 1
  $ for v in 'u 0 4294967296 9' 'u 0 -1 1' 'g 0 18446744073709551616 1'; do
  >   lxc set lxc.idmap "$v"; lxc foreground -- true; lxc clear lxc.idmap; done
  lxc.idmap = u 0 4294967296 9: *
  lxc.idmap = u 0 -1 1: *
  lxc.idmap = g 0 18446744073709551616 1: *
  $ for v in '99 100' 99: "99 : 100x" '99 : 99'; do
  >   lxc set lxc.prlimit.nofile "$v"; lxc foreground -- sh -c 'ulimit -n'; done
  lxc.prlimit.nofile = 99 100: must be SOFT:HARD
  lxc.prlimit.nofile = 99:: must be SOFT:HARD
  lxc.prlimit.nofile = 99 : 100x: *
  99
  ended with 0

A user to whom no cgroup is delegated has it in the foreground alone
  $ mkdir -m 777 p; cp "${P%/*}/lxc" l; user() { any_user ./l "$PWD/p" u "$@"; }
  > user set lxc.rootfs.path "$R"; user foreground -- true; user start true
  ended with 0
  *: killable: the container has no cgroup
  [1]

A container has its own console, whose output is kept
  $ ready 'echo begin; exec sh'; poll logged begin
  > "$CT" logs "$("$CT" ls | grep -o "^$N-[0-9a-f]*")" | grep -c begin
  1
  $ lxc console 0 '[ /proc/self/fd/0 -ef /dev/console ] && echo /dev/console
  > exit 4' | tr -d '\r' | grep ^/dev
  /dev/console
  $ lxc wait STOPPED 5; lxc state
  STOPPED

The size of the console's log may have a unit
  $ template; lxc create "$PWD/template"
  > for s in 1GB 8k 9; do lxc set lxc.console.buffer.size $s
  >   lxc start sh -c 'echo begin; printf "%09000d" 7; echo end; exec sleep 100'
  >   poll logged end; lxc log | wc -c; lxc stop
  > done
  9012
  8192
  4096

Connecting to the console types into it, until the escape and a q
  $ ready 'stty -echo; echo begin; exec sh'; poll logged begin
  > { printf 'echo $((6 * 7))\n'; sleep 1; printf '\001q'; } | lxc connect 0 |
  >   tr -d '\r' | grep -o 42
  > { printf 'echo two\001x\n'; sleep 1; printf 'exit\n'; } | lxc connect 0 |
  >   grep -c two; lxc wait STOPPED 5; lxc connect 0
  42
  1
  t*: it is not running
  [1]

A container has terminals for its getty
  $ template; lxc create "$PWD/template"; lxc set lxc.tty.max 2
  > lxc start sh -c 'read w </dev/tty2; echo got $w >/dev/tty2; sleep 9'
  $ lxc console 2 word | tr -d '\r'; lxc console 3 x; lxc stop
  word
  got word
  t*: has no terminal 3

Another process does not get a container of the same name elsewhere
  $ ready; "${P%/*}/lxc" "$PWD/else" "$N" freeze; lxc state; lxc stop
  t*: it is not running
  RUNNING

Hooks run in order, with the container's name and the kind of hook
  $ template; lxc create "$PWD/template"
  > printf '#!/bin/sh\necho $3 $LXC_NAME >>%s\n' "$PWD/o" >h; chmod +x h
  > for k in post-stop start-host stop pre-start destroy; do
  >   lxc set lxc.hook.$k "$PWD/h"; done
  > lxc start; lxc stop; lxc destroy; cat o
  pre-start t*
  start-host t*
  stop t*
  post-stop t*
  destroy t*

A hook that runs inside leaves the command its variables
  $ template; lxc create "$PWD/template"; lxc set lxc.environment WORD
  > lxc set lxc.environment NEW=set; lxc set lxc.hook.start 'echo hook $WORD; :'
  > lxc set lxc.console.path none
  > OLD=1 WORD=kept lxc foreground -- sh -c 'echo $WORD $NEW $container $OLD'
  hook kept
  kept set lxc
  ended with 0

A hook that fails stops the start
  $ template; lxc create "$PWD/template"; lxc set lxc.hook.pre-start false
  $ lxc start; lxc state
  lxc.hook.pre-start: false: status 1
  STOPPED

A hook that fails does not keep the following ones from running
  $ template; lxc create "$PWD/template"; lxc set lxc.hook.stop false
  > lxc set lxc.hook.post-stop "echo 1 >>$PWD/o; :"
  > lxc set lxc.hook.post-stop "echo 2 >>$PWD/o; :"; lxc start; lxc stop; cat o
  1
  2
  $ lxc set lxc.hook.clone false; lxc set lxc.hook.destroy true; lxc clone two
  > lxc destroy; ls
  lxc.hook.clone: false: status 1
  args
  o
  template

An ephemeral container is gone once it has ended
  $ template; lxc create "$PWD/template"; lxc set lxc.ephemeral 1
  $ lxc start; lxc stop; ls
  args
  template

Shutdown asks the container to end, and says if it has not
  $ ready 'trap "" PWR; echo ready; while :; do sleep 1; done'
  > poll logged ready; lxc shutdown 1; lxc state; lxc stop
  t*: has not ended: *
  RUNNING
  $ lxc set lxc.signal.halt SIGUSR1
  > lxc start sh -c 'trap "exit 0" USR1; echo up; while :; do sleep 0.1; done'
  $ poll logged up; lxc shutdown 10; lxc state
  STOPPED

No snapshot is made or looked for where a link of another user leads
  $ template; lxc create "$PWD/template"; mkdir out; ln -s ../out "$N/snaps"
  > chown -h 1000 "$N/snaps"; for v in snapshot snapshots "snapshot-restore a" \
  >   "snapshot-destroy a" destroy; do lxc $v | sed "s|.*/$N/||"; done; ls out
  > chown -h 0 "$N/snaps"; lxc snapshot; ls out; lxc destroy-all
  snaps: *
  snaps: *
  snaps: *
  snaps: *
  snaps: *
  0
  snap0

A container is cloned and renamed, and its snapshots are restored
  $ template; lxc create "$PWD/template"; echo one >"$N/rootfs/f"
  > chown 7:8 "$N/rootfs/f"; echo why >c; lxc snapshot c; lxc snapshot
  0
  1
  $ lxc snapshots; echo two >"$N/rootfs/f"; lxc destroy
  snap0 19 comment
  snap1 19 -
  t*: it has snapshots: *
  [1]
  $ lxc snapshot-restore snap0; cat "$N/rootfs/f"
  > lxc snapshot-restore snap1 new
  one
  $ stat -c '%u:%g' new/rootfs/f; grep uts new/config
  7:8
  lxc.uts.name = new
  $ lxc snapshot-destroy snap1; lxc destroy-all; N=new
  > lxc clone two; lxc clone two
  two
  */two/config: File exists
  [1]
  $ N=two; lxc rename three; ls; N=three; lxc run true
  > lxc start; lxc run hostname
  args
  c
  new
  template
  three
  three: it is not running
  three
  $ lxc stop; lxc destroy; N=new; lxc destroy; ls
  args
  c
  template

A clone that is a layer starts, and leaves the original as it is
  $ template; lxc create "$PWD/template"; lxc clone two 4; o=$N; N=two
  > lxc start; lxc run touch /new; lxc run ls /new; lxc stop
  two
  /new
  $ [ -e "$o/rootfs/new" ] || echo not there
  not there

It can be renamed, even if its name begins that of the original
  $ template; lxc create "$PWD/template"; n=${N%?}; lxc clone "$n" 4 >/dev/null
  > N=$n; lxc rename other; N=other; lxc start; lxc run touch /new; lxc stop
  > ls -d "$n"; find other -name new | wc -l
  ls: *No such file or directory
  1

A deep tree is removed, but not what a link in it points to
  $ template; lxc create "$PWD/template"; mkdir keep; touch keep/f
  > (cd "$N/rootfs" && ln -s ../../keep l &&
  >   d=$(printf 'd/%.0s' $(seq 900)) && mkdir -p "$d" && touch "${d}f")
  $ lxc destroy; ls; ls keep
  args
  keep
  template
  f

Nothing mounted in a container is removed
  $ template; lxc create "$PWD/template"; mkdir keep; touch keep/f
  > mkdir "$N/rootfs/in"; mount -o bind keep "$N/rootfs/in"; lxc destroy
  remove */rootfs: *
  [1]
  $ ls keep; umount "$N/rootfs/in"; lxc destroy
  f

A profile refuses what it lists, or everything that it does not
  $ template; lxc create "$PWD/template"
  > printf '%s\n' 2 denylist '[all]' 'mkdirat errno 5' 'mkdir errno 5' >p
  > lxc set lxc.seccomp.profile "$PWD/p"; lxc foreground -- mkdir /tmp/x
  mkdir: can't create directory '/tmp/x': I*/* error
  ended with 1
  $ printf '%s\n' 2 denylist 'mkdirat errno five' >p; lxc start
  lxc.seccomp.profile: mkdirat: ct has no such rule
  [1]

A name in a profile that is no call on this machine is logged
  $ template; lxc create "$PWD/template"; lxc set lxc.log.level WARN
  > lxc set lxc.log.file "$PWD/log"; lxc set lxc.seccomp.profile "$PWD/p"
  > printf '%s\n' 2 denylist 'none errno 5' >p; lxc foreground -- true
  > grep -o 'lxc.seccomp.*' log
  ended with 0
  lxc.seccomp.profile: none: not a call here

need root cgroup2 x86
A container's architecture may be another that the machine supports
  $ template; lxc create "$PWD/template"; lxc set lxc.arch i386
  > lxc foreground -- uname -m; lxc set lxc.arch mips; lxc start
  i686
  ended with 0
  lxc.arch = mips: not what this machine runs
  [1]

A call that a profile does not allow is refused
  $ template; lxc create "$PWD/template"; lxc set lxc.no_new_privs 1
  > { printf '%s\n' 2 'allowlist errno 13'; tr ' ' '\n' <<'E'
  > read write open openat close stat fstat newfstatat mmap munmap mprotect brk
  > execve exit exit_group rt_sigaction rt_sigprocmask set_tid_address
  > arch_prctl getuid geteuid getgid getegid ioctl writev prctl umask access
  > readlink
  > set_robust_list rseq getrandom prlimit64 pread64 lseek fcntl statx futex
  > E
  > } >p; lxc set lxc.seccomp.profile "$PWD/p"
  $ lxc foreground -- echo hi; lxc foreground -- mkdir /tmp/y
  hi
  ended with 0
  mkdir: can't create directory '/tmp/y': Permission denied
  ended with 1

need root cgroup2 veth bridge
A container has an interface on a bridge, with an address
  $ ip link add br0 type bridge; ip addr add 10.7.0.1/24 dev br0
  > ip link set br0 up; template; lxc create "$PWD/template"
  > for k in type=veth link=br0 name=net0 flags=up ipv4.address=10.7.0.2/24 \
  >   ipv4.gateway=auto hwaddr=02:00:00:00:xx:xx; do
  >   lxc set "lxc.net.0.${k%%=*}" "${k#*=}"; done; lxc start
  $ lxc interfaces | sort; lxc ips | grep '^10'; lxc run ip route | sort
  lo
  net0
  10.7.0.2
  10.7.0.0/24 dev net0*
  default via 10.7.0.1 dev net0*
  $ lxc stop; ip link del br0

# Paths as in LXC's packages, in our own mounts
need root cgroup2 unshare
The documented program runs unchanged, with a template called download
  $ template; export P PWD R; cat >go <<'E'
  > mkdir -p /var/lib /usr/share; mount -t tmpfs none /var/lib
  > cp template /tmp/t$$; mount -t tmpfs none /usr/share
  > mkdir -p /var/lib/lxc /usr/share/lxc/templates
  > mv /tmp/t$$ /usr/share/lxc/templates/lxc-download
  > "${P%/*}/lxc-seed"; echo $?; ls -A /var/lib/lxc
  > E
  $ unshare -m sh go; cat args
  state RUNNING
  pid *
  0
  --path=/var/lib/lxc/apicontainer --name=apicontainer * ubuntu -r trusty *

need root cgroup2
A container starts again when it reboots, and ends when it powers off
  $ template; lxc create "$PWD/template"
  > lxc set lxc.cap.keep 'chown sys_boot kill'
  > lxc set lxc.signal.reboot SIGUSR2
  > lxc start sh -c 'trap "reboot -f" USR2; trap "poweroff -f" PWR; echo up
  >   while :; do sleep 0.1; done'
  $ poll logged up; lxc reboot 10; lxc state
  RUNNING
  $ twice() { [ "$(lxc log | grep -c up)" = 2 ]; }; poll twice
  > lxc shutdown 10; lxc state
  STOPPED

need root cgroup2
A container is shown a directory while it runs, then no longer
  $ ready; mkdir s; touch s/seen; lxc mount "$PWD/s" /mnt; lxc run ls /mnt
  seen
  $ lxc umount /mnt; lxc run ls /mnt; lxc umount /mnt; lxc stop
  umount: *: /mnt: no such volume

need root cgroup2
A container is given a device of the host, then no longer
  $ ready; lxc device-add /dev/null /dev/more; lxc run sh -c 'echo x >/dev/more'
  > lxc device-add /dev/none; lxc device-del /dev/null /dev/more
  > lxc run ls /dev/more; lxc device-del /dev/null /dev/more; lxc stop
  device add: *: /dev/none: No such file or directory
  ls: /dev/more: No such file or directory
  status 1
  device del: *: /dev/more: was not added by `ct device add`

need root cgroup2
A container's system call is answered from outside
  $ template; lxc create "$PWD/template"
  > printf '%s\n' 2 denylist '[all]' 'mkdirat notify' 'mkdir notify' >p
  > lxc set lxc.seccomp.profile "$PWD/p"
  > lxc start sh -c 'mkdir /tmp/x; echo then $?; exec sleep 9'; lxc notify 28
  $ poll logged then; lxc log | tr -d '\r'; lxc stop
  mkdir: can't create directory '/tmp/x': No space left on device
  then 1
  $ lxc clear lxc.seccomp.profile; lxc start sh; lxc notify 28; lxc stop
  *: a listener of its filter: No such file or directory

A list with calls to answer or allow, and with conditions, is understood
  $ template; lxc create "$PWD/template"
  > printf '%s\n' 2 allowlist 'mkdir allow [0,1,SCMP_CMP_EQ]' >p
  > lxc set lxc.seccomp.profile "$PWD/p"; lxc start
  *lxc.seccomp.profile: mkdir: ct has no such rule
  [1]

need root nics cgroup2
at cards
A host interface is moved into a container and back
  $ ready; lxc interface-in eth0 in7; lxc interfaces | sort
  in7
  lo
  $ lxc interface-out in7; lxc interfaces; ip -o link show | grep -c in7:
  > ip link set in7 down; ip link set in7 name eth0
  lo
  1
  $ lxc stop
