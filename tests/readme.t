# The sessions in README. The last case compares them with these: the commands
# must be the same, and what README shows must fit what is expected here. All
# else prepares them, or waits where a reader would. Those that name containers
# run only in guests, as a machine may have some of these names.

need root
The machine's own root is read-only and needs no preparation
  $ readme; cd /
  $ ct run sh -c 'id -un; hostname; touch /etc/x; ls /sys/class/net'
  root
  ct-[0-9a-f]*
  touch: *etc/x*: Read-only file system
  lo

need root gcc
One directory can be written to
  $ readme; cat >hello.c <<'E'
  > #include <stdio.h>
  > int main(void) { return puts("hello") < 0; }
  > E
  $ ct run -v $PWD:/work -w /work -- sh -c 'gcc -o hello hello.c && ./hello'
  hello
  $ ct run -v $PWD:/work:ro -w /work -- touch hello2
  touch: *hello2*: Read-only file system
  [1]

need root
A root of its own has a server and a client
  $ readme
  $ ct run -r build/root -R -u nobody --cap-add NET_BIND_SERVICE \
  >       --file '/www/index.html=hello' sh -c '
  >       httpd -p 80 -h /www
  >       wget -qO- http://127.0.0.1/; echo
  >       id; grep -E "^Cap(Eff|Bnd)" /proc/self/status
  >       touch /www/x'
  hello
  uid=65534(nobody) gid=65534(nogroup)*
  CapEff:?0000000000000400
  CapBnd:?0000000000000400
  touch: /www/x: Read-only file system
  [1]

need root
A terminal in a container
  $ readme; ct() { term bin/ct "$@"; }; cat >keys <<'E'
  > see #
  > type tty; ps\n
  > see ps
  > type exit\n
  > .
  > E
  $ exec <keys
  $ ct run -r build/root sh
  ...
  / # *tty; ps*
  /dev/pts/0*
  PID *USER *COMMAND*
  * 1 root *sh*
  * root *ps*
  / # *exit*

need user userns /etc/shadow
A user is root in a user namespace
  $ readme; cd /
  $ ct run id
  uid=0(root) gid=0(root) groups=0(root)*
  $ ct run cat /etc/shadow
  cat: *etc/shadow*: Permission denied
  [1]

need no-controllers
A limit that cannot be had is an error
  $ readme
  $ ct run -m 64M true
  ct: limits: memory.max: cgroup2 has no memory controller here, only: *
  [125]

need root
SIGTERM ends what does not catch it
  $ readme; cd /
  $ ct run sleep 100 & sleep 1; kill $!; wait $!; echo $?
  143

# The guests have no jq. Events arrive later than a reader would wait.
need root memory cpu pids vm
limit 2
Several containers in a group are seen, changed, watched and ended
  $ readme; srv; cd /; command -v jq >/dev/null || jq() {
  >   sed 's/.*"name":\("[^"]*"\).*"memory.current":\([0-9]*\).*/[\1,\2,0]/'
  > }
  $ ct create web -m 100M
  $ ct run -d -n web/www -r /srv/www -R -u nobody \
  >       --cap-add NET_BIND_SERVICE httpd -f -p 80 -h /www
  web/www
  $ ct run -d -n web/cron -m 16M crond -f -c /tmp
  web/cron
  $ ct run -d -n web/spin --cpus 0.2 sh -c 'while :; do :; done'
  web/spin
  $ ct ls -r
  NAME *STATE *PID *PROCS *MEMORY *CPU *AGE *AGAIN COMMAND
  web * running * 0 * 3 *
  web/cron * running * 1 * crond -f -c /tmp
  web/spin * running * 1 * sh -c while :; do :; done
  web/www * running * 1 * httpd -f -p 80 -h /www
  $ ct ps -r web
   *PID *INNER *UID STATE *RSS COMMAND
   * 1 * 0 * crond -f -c /tmp
   * 1 * 0 * sh -c while :; do :; done
   * 1 * 65534 * httpd -f -p 80 -h /www
  $ ct stats
  NAME *CPU% *CPU *MEMORY *LIMIT *SWAP *PROCS *READ *WRITE *RX *TX *THROTTLE*
  web * 100M * 3 *
  web/cron * 16M * 1 *
  web/spin * - * 1 *
  web/www * - * 1 *
  $ ct stats -j | jq -c '[.name, ."memory.current", ."cpu.stat".nr_throttled]'
  \["web",[1-9]*,*]
  \["web/cron",[1-9]*,*]
  \["web/spin",[1-9]*,*]
  \["web/www",[1-9]*,*]
  $ echo 'id -un; wget -qO- http://127.0.0.1/' | ct exec web/www sh
  nobody
  hello
  $ ct set web/spin cpus=0.5
  $ ct get web/spin cpus
  50000 100000
  $ ct pause web/spin
  $ ct ls -r | grep spin
  web/spin * paused * 1 * sh -c while :; do :; done
  $ ct resume web/spin
  $ ct run -d --hold -n web/hog -m 20M dd if=/dev/zero of=/dev/null bs=64M
  web/hog
  $ ct events web/hog &
  $ sleep 1
  $ ct start web/hog; ct wait web/hog
  ...
  {"name":"web/hog","event":"memory.oom_kill","value":[1-9]*}
  ...
  [137]
  $ wait
  $ ct wait web/cron &
  $ sleep 1
  $ ct stop web/cron web/spin
  137
  $ wait
  $ ct rm web
  ct: web: has processes ([1-9]*); -f ends them
  [125]
  $ ct rm -f web
  $ ct ls
  $ umount /srv

need root cgroup2 vm
A container in the background restarts, shows its output, gets a directory
  $ readme
  $ ct run -d -n job --restart on-failure -r build/root \
  >       sh -c 'echo up; sleep 1; exit 3'
  job
  $ sleep 3; ct logs job; ct ls
  up
  up
  ...
  NAME *STATE *PID *PROCS *MEMORY *CPU *AGE *AGAIN COMMAND
  job * [1-9] sh -c echo up; sleep 1; exit 3
  ...
  $ ct run -d -n job --replace -r build/root sleep 1000
  job
  $ mkdir data; echo hello >data/page
  $ ct mount job $PWD/data:/mnt:ro
  $ ct exec job cat /mnt/page
  hello
  $ ct umount job /mnt
  $ ct stop job

need root veth bridge nat vm
at :
Two containers are on a router's bridge
  $ readme; srv
  $ ip link add br0 type bridge
  $ ip addr add 10.0.0.1/24 dev br0
  $ ip link set br0 up
  $ sysctl -w net.ipv4.ip_forward=1
  net.ipv4.ip_forward = 1
  $ ct run -d -n www -r /srv/www -R -u nobody --cap-add NET_BIND_SERVICE \
  >       --net veth,bridge=br0,ip=10.0.0.2/24,gw=10.0.0.1,nat \
  >       --publish 8080:80 httpd -f -p 80 -h /www
  www
  $ ct run -d -n app -r /srv/www -R -u nobody \
  >       --net veth,bridge=br0,ip=10.0.0.3/24,gw=10.0.0.1 sleep 1000
  app
  $ sleep 1
  $ ct exec app wget -qO- http://10.0.0.2/
  hello
  $ ct run -r /srv/www -R --net veth,hostip=192.0.2.1/24,ip=192.0.2.7/24 \
  >       wget -qO- http://192.0.2.1:8080/
  hello
  $ ct net ls www
  NAME *KIND *STATE *MTU *RX *TX MAC *ADDRESSES
  lo *loopback up *65536 * 127.0.0.1/8 ::1/128
  eth0 *veth *up *1500 * 10.0.0.2/24 fe80::*/64
  $ ct stats
  NAME *CPU% *CPU *MEMORY *LIMIT *SWAP *PROCS *READ *WRITE *RX *TX *THROTTLE*
  app * 1 *B *
  www * 1 *B *
  $ ct net add app veth,hostip=10.1.0.1/24,ip=10.1.0.2/24
  $ ct net ls app
  NAME *KIND *STATE *MTU *RX *TX MAC *ADDRESSES
  lo *loopback up *65536 * 127.0.0.1/8 ::1/128
  eth0 *veth *up *1500 * 10.0.0.3/24 fe80::*/64
  eth1 *veth *1500 * 10.1.0.2/24*
  $ ct net del app eth1
  $ ct stop www app
  $ umount /srv; ip link del br0

need
at
An option that docker names differently gets ct's word for it
  $ readme
  $ ct run --pids-limit 10 true
  ct: --pids-limit: no such option (did you mean --pids?)
  [125]
  $ ct run --entrypoint /bin/sh
  ct: --entrypoint: no such option (here: COMMAND, after the options)
  [125]

# The guests have two images, but no tools to make them. What README gets from
# Debian's mirror and docker's registry is made here.
need root images squashfs /bin/busybox
A busybox root becomes an image
  $ readme; command -v mksquashfs >/dev/null || mksquashfs() {
  >   image squashfs; mv squashfs root.squashfs; }
  $ mkdir -p root/bin root/etc root/proc root/sys root/dev root/tmp
  $ cp /bin/busybox root/bin && root/bin/busybox --install root/bin
  $ mksquashfs root root.squashfs -all-root -quiet -no-progress
  $ ct run -r root.squashfs sh -c 'grep " / " /proc/mounts; touch /x'
  image / squashfs ro,nosuid,nodev*
  touch: /x: Read-only file system
  [1]

need root mmdebstrap dpkg-deb mkfs.erofs erofs overlay
limit 3
A root of Debian packages becomes an image
  $ readme; mmdebstrap() {
  >   command mmdebstrap "$@" "deb [trusted=yes] copy:$PWD/debs ./" \
  >     --variant=extract --include=box; }
  > mkdir -p debs box/DEBIAN box/usr/bin box/var; cp -a build/root/bin box/bin
  > printf '%s\n' '#!/bin/sh' '[ "$*" = "-qq update" ] && echo >/var/lists' \
  >   >box/usr/bin/apt-get; chmod +x box/usr/bin/apt-get
  > printf '%s\n' 'Package: box' 'Version: 1' 'Architecture: all' \
  >   'Maintainer: nobody' 'Description: busybox' >box/DEBIAN/control
  > dpkg-deb -Znone -b box debs/box.deb >/dev/null
  > (cat box/DEBIAN/control; echo "Filename: ./box.deb"
  >   echo "Size: $(wc -c <debs/box.deb)"
  >   echo "SHA256: $(sha256sum debs/box.deb | cut -d ' ' -f 1)") >debs/Packages
  $ mmdebstrap -q --variant=apt bookworm debian.tar
  $ mkdir debian && tar -C debian -xf debian.tar
  $ mkfs.erofs --quiet debian.erofs debian
  $ ct run -r debian.erofs --overlay --net host apt-get -qq update

need root jq umoci skopeo mksquashfs squashfs
A docker image becomes an image and its arguments
  $ readme; mkdir contrib; ln -s "${man%/*}/contrib/oci" contrib/oci
  > skopeo() { command skopeo --insecure-policy "$1" "$2" oci:l:t "$4"; }
  > p=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  > (umoci init --layout l; umoci new --image l:t; umoci unpack --image l:t u
  >   mkroot u/rootfs; umoci repack --image l:t u
  >   umoci config --image l:t --config.cmd sh --config.env "PATH=$p") >log 2>&1
  $ skopeo copy -q docker://alpine:3 oci:alpine:3
  $ contrib/oci/oci.sh alpine:3 alpine.squashfs >alpine.args
  $ echo 'echo $PATH' | ct run @alpine.args
  /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

need root images squashfs verity
An image carries its hash tree
  $ readme; image squashfs verity; mv squashfs root.squashfs
  > command -v veritysetup >/dev/null || veritysetup() {
  >   bb tail -c "+$(($(bb wc -c <root.squashfs) + 1))" verity >tree
  >   echo "Root hash:      $(cat "$i/image.hash")"; }
  $ veritysetup format root.squashfs tree | awk '/^Root/ { print $3 }' >hash
  $ cat tree >>root.squashfs
  $ ct run -r root.squashfs --verity $(cat hash) echo hello
  hello

need root mksquashfs mkfs.erofs veritysetup
Each image matches its hash, and no longer does once a byte differs
  $ readme; mksquashfs build/root root.squashfs -all-root -quiet -no-progress
  > mkfs.erofs --quiet root.erofs build/root
  > for f in root.squashfs root.erofs; do n=$(wc -c <$f); rm -f tree
  >   veritysetup format $f tree | awk '/^Root/ { print $3 }' >hash
  >   cat tree >>$f; wc -c <hash
  >   veritysetup verify $f $f "$(cat hash)" --hash-offset "$n" && echo ok
  >   "$P" mutate $f 1 8192 4096
  >   veritysetup verify $f $f "$(cat hash)" --hash-offset "$n" || echo no; done
  65
  ok
  ...
  no
  65
  ok
  ...
  no

need root overlay
Files written to a layer are kept beside the root
  $ readme
  $ ct run -r build/root --overlay=layer sh -c 'echo 2 >/etc/version'
  $ ct run -r build/root --overlay=layer cat /etc/version
  2
  $ cat build/root/etc/version
  cat: *build/root/etc/version*: No such file or directory
  [1]

need
Each step says how long it took
  $ readme
  $ ct run -r build/root --verbose true
  ...
  ct: * us  net
  ...

need root no-modules nics
at machine
A bare kernel lacks what --net asks for
  $ readme; ip link set eth1 name wan
  $ ct run --net ipvlan,dev=wan true
  ct: nic: make ipvlan eth0: *Not supported (CONFIG_IPVLAN, module ipvlan)
  [125]
  $ ip link set wan name eth1

need user
at
A user lacks the right to what --net asks for
  $ readme
  $ ct run --net veth true
  ct: nic: make veth eth0: Operation not permitted (needs CAP_NET_ADMIN where*
  [125]

need man root
Each example in the manual is a command that ct accepts
  $ readme; srv; for d in app dhcp; do cp -a build/root /srv/$d; done
  > mkdir /srv/data
  > echo '-r /srv/www -R -u nobody -- httpd -f -p 80 -h /www' >args
  > h=$(bb printf %064d 1); >app-1.squashfs; >app-2.squashfs
  $ sed -n '/^\.Ss First steps/,/^\.Ss Command line/p
  >   /^\.Sh EXAMPLES/,/^\.Sh DIAG/p' "$man" |
  >   sed -n 's/^\(\.Dl \)\{0,1\}ct run /run /p;s/^	//p' | sed 's/\\e$/\\/
  >   s,@/etc/ct/[a-z]*,@args,;s/ --dry-run$//;s/"$HASH2*"/'"$h"/'
  >   s/^run /ct run --dry-run /' >examples
  > [ "$(grep -c '^ct run' examples)" -gt 20 ] || cat examples
  $ sh -e examples 2>&1 | grep -v -e '^parent ' -e '^child '
  [1]
  $ umount /srv

need man root
The steps in README and in the manual are those that --dry-run prints
  $ readme; ct run -r build/root --dry-run >is
  $ sed -n 's/^	\(\(parent\|child\)  *[a-z-]*  .*\)/\1/p' \
  >   "${man%/*}/README" | diff - is
  $ sed -n '/^\.Sh STEPS/,/^\.Ed/{/^\(parent\|child\) /p;}' "$man" | diff - is

need man
README shows the sessions above
  $ quoted "${man%/*}/README" "${man%/*}/tests/readme.t"
