# A root that is an image file: -r IMAGE.

need root images squashfs
An image is a read-only root with the usual writable directories
  $ image squashfs; ct run -r squashfs sh -c '>/x; >/tmp/x; >/run/x; >/dev/shm/x
  >   ls -d /x /tmp/x /run/x /dev/shm/x 2>/dev/null; head -n 1 /etc/passwd'
  sh: can't create /x: Read-only file system
  /dev/shm/x
  /run/x
  /tmp/x
  root:*

The device of an image is hidden inside, and is gone with the container
  $ image squashfs; ct run -r squashfs sh -c 'grep " / " /proc/mounts
  >   ls /dev | grep loop'; loops
  image / squashfs ro,nosuid,nodev*
  0
  [1]

A mount point that an image lacks is provided
  $ image squashfs; echo hi >f
  > ct run -r squashfs -v "$PWD:/new/dir" cat /new/dir/f
  hi

An image at an offset or in a partition is a root
  $ image squashfs gpt; { bb head -c 8192 /dev/zero; cat squashfs; } >off
  > ct run -r off:8192 echo offset; ct run -r gpt@2 echo partition
  offset
  partition

An image in a partition of an MBR is a root, as on an SD card
  $ image squashfs; n=$((($(wc -c <squashfs) + 511) / 512)); le() {
  >   set -- $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16)) 0
  >   printf %b "$(printf '\\0%o' "$@")"; }
  > { bb head -c 462 /dev/zero; printf '\0\0\0\0\203\0\0\0'; le 8; le $n
  >   bb head -c 32 /dev/zero; printf '\125\252'; bb head -c 3584 /dev/zero
  >   cat squashfs; bb head -c 1024 /dev/zero; } >mbr
  > for i in mbr@2 mbr@1 mbr@3 mbr@5; do ct run -r $i echo ok; done
  > { bb head -c 454 mbr; le 8; le $n; tail -c +463 mbr; } >mbr1
  > ct run -r mbr1 true; ct run -r mbr1@1 echo ok; bb head -c 8192 mbr >cut
  > ct run -r cut@2 echo ok
  ok
  ct: root: mbr: has no partition 1
  ct: root: mbr: has no partition 3
  ct: root: mbr: has no partition 5
  ct: root: mbr1: has partitions: use FILE@N
  ok
  ct: root: cut: has no partition 2
  [125]

need root images squashfs overlay
A layer over an image keeps changes
  $ image squashfs; for _ in 1 2; do
  >   ct run -r squashfs --overlay=layer sh -c 'ls / | grep -x new; >/new'; done
  > ct run -r squashfs --overlay sh -c '>/tmp/x; rm /etc/passwd; ls /tmp/x'
  new
  /tmp/x

need root images squashfs overlay cgroup2
An upgrade takes another image in @FILE and --replace
  $ image squashfs; cp squashfs new; echo "-d --replace --overlay" >args
  > echo "-r squashfs httpd -f" >>args; "$CT" run -n "$N" @args
  > sed -i 's/-r squashfs/-r new/' args; "$CT" run -n "$N" @args
  > one() { [ "$(loops)" = 1 ]; }; poll one
  > cat /sys/block/loop*/loop/backing_file | grep -c "$PWD/new"
  > "$CT" rm -f "$N"; none() { [ "$(loops)" = 0 ]; }; poll none
  t*
  t*
  1

need root images squashfs cgroup2
A FIFO in place of an image is an error when its container starts again
  $ image squashfs; "$CT" run -d -n "$N" --restart always -r squashfs \
  >   sh -c "sleep 0.5; exit 3" 2>e; rm squashfs; mkfifo squashfs
  > seen() { grep -q "root: squashfs: not a file" e; }; poll seen
  > within 0 5000 "$CT" stop "$N"; states
  t*

Containers of one image share its device
  $ image squashfs; for i in 1 2 3 4 5; do
  >   "$CT" run -d -n "$N-$i" -r squashfs sleep 100; done >o
  > loops; "$CT" exec "$N-3" echo hi
  > "$CT" rm -f "$N-1" "$N-2" "$N-3" "$N-4" "$N-5"
  > none() { [ "$(loops)" = 0 ]; }; poll none
  1
  hi

limit 60
Containers that start at the same time each get a device
  $ image squashfs; for i in 1 2 3 4 5 6 7 8; do
  >   cp squashfs i$i; "$CT" run -r i$i echo ok & done; wait; loops
  ok
  ok
  ok
  ok
  ok
  ok
  ok
  ok
  0
  [1]

The device of an image is released if ct is killed
  $ image squashfs; i=0; while [ $((i += 1)) -le $kills ]; do
  >   "$CT" run -r squashfs sleep 100 & p=$!; sleep 0.0$((i % 10))
  >   kill -9 $p; wait $p; done
  > none() { [ "$(loops)" = 0 ]; }; poll none; sweep

need root images erofs
An erofs image is a root
  $ image erofs; ct run -r erofs sh -c '
  >   echo hi; awk "\$2 == \"/\" { print \$3 }" /proc/mounts'
  hi
  erofs

need root images debugfs
A signal or timeout ends the wait for another user of an ext4 image
  $ truncate -s 16M m; mke2fs -q -b 1024 -t ext4 -O mmp,^metadata_csum m
  > b=$(debugfs -R dump_mmp m 2>/dev/null | sed -n 's/^block_number: //p')
  > put() { printf "$2" | dd of=m bs=1 seek=$((b * 1024 + $1)) conv=notrunc; }
  > { put 4 '\064\022\000\000'; put 112 '\054\001'; } 2>/dev/null
  $ within 900 3000 ct run --timeout 1 -r m:rw echo RAN
  ct: root: not done within --timeout
  [124]
  $ "$CT" run -r m:rw echo RAN & p=$!
  > blocks() { grep -q '^SigBlk.*[4-7c-f]...$' "/proc/$p/status"; }; poll blocks
  > sleep 1; kill $p; within 0 1500 wait $p
  ct: root: ended by signal 15
  [143]
  $ none() { [ "$(loops)" = 0 ]; }; poll none

need root images erofs
An erofs image that names other devices is refused
  $ image erofs; printf '\001' | dd of=erofs bs=1 seek=1110 conv=notrunc 2>&1 |
  >   grep -v record | grep -v byte; ct run -r erofs echo RAN
  ct: *erofs: spans several devices
  [125]

need root images erofs squashfs linux-6.12 strace
An erofs image needs no loop devices
  $ image erofs squashfs; no_loops() { strace -f -qqq -o log -P loop-control \
  >   -e trace=openat -e inject=openat:error=ENODEV "$CT" run -r "$@"; }
  > no_loops erofs sh -c 'awk "\$2 == \"/\" { print \$3 }" /proc/mounts'
  > grep -c INJECTED log; no_loops squashfs echo RAN
  erofs
  1
  ct: root: open device loop-control: No such device (CONFIG_BLK_DEV_LOOP, *
  [125]

need root images ext4
An ext4 image is a root
  $ image ext4; ct run -r ext4 sh -c '
  >   echo hi; awk "\$2 == \"/\" { print \$3 }" /proc/mounts'
  hi
  ext4

An ext4 image is writable on request only
  $ image ext4; cp ext4 a:rw; ct run -r ext4:rw sh -c 'echo kept >/etc/new'
  > ct run -r ext4 sh -c 'cat /etc/new; echo >/etc/new'
  > ct run -R -r ext4:rw sh -c 'echo >/etc/new'
  > ct run -r a:rw sh -c 'echo >/etc/new'
  > ct run -r a:rw:rw sh -c 'echo kept >/etc/new; cat /etc/new'
  kept
  sh: can't create /etc/new: Read-only file system
  sh: can't create /etc/new: Read-only file system
  sh: can't create /etc/new: Read-only file system
  kept
  $ ct run -r ext4:rw -v "$PWD:/new/dir" true; ct run -r ext4 ls / | grep new
  [1]

:rw is refused for what cannot be written to, and with a hash
  $ image squashfs ext4; mkdir d; for i in squashfs d nosuch; do
  >   ct run -r $i:rw echo RAN; done
  > ct run -r ext4:rw --verity "$(printf %064d 0)" echo RAN
  ct: root: squashfs: squashfs cannot be written to
  ct: --root: d: :rw needs an image, not a directory
  ct: --root: nosuch: No such file or directory
  ct: --root: ext4: --verity makes it read-only
  [125]

need root images ext4 cgroup2
A container that writes to an image has it alone, and SIGKILL does no harm
  $ image ext4; "$CT" run -d -n "$N" -r ext4:rw sh -c '
  >   echo >/etc/new; sync; echo up; exec sleep 100' >o; up
  > for o in ext4 ext4:rw; do ct run -r $o echo RAN; done
  > kill -9 "$(supervisor)"; none() { [ "$(loops)" = 0 ]; }; poll none
  ct: root: ext4: is in use; only one user can write to it
  ct: root: ext4: is in use; only one user can write to it
  $ "$CT" run -d -n "$N" -r ext4 sleep 100 >o; ct run -r ext4:rw echo RAN
  > ct run -r ext4 ls /etc/new; ct rm -f "$N"; ct run -r ext4:rw ls /etc/new
  ct: root: ext4: is in use; only one user can write to it
  /etc/new
  /etc/new

Of many containers that start at once, one writes
  $ image ext4; for k in 1 2 3 4 5; do
  >   "$CT" run -r ext4:rw -v "$PWD:/mnt" sh -c 'echo x
  >     until [ "$(wc -l </mnt/lost)" = 4 ]; do sleep 0.1; done' 2>/dev/null ||
  >     echo >>lost &
  > done; wait
  x

need root images ext4 flock
A user who may read an image cannot lock others out
  $ image ext4; chmod 755 .; chmod 644 ext4
  > "$P" as 1000 flock -F ext4 sleep 30 & p=$!
  > locked() { ! flock -n ext4 true; }; poll locked
  > ct run -r ext4 echo ran; kill "$p"
  ran

need root images squashfs userns
Unmapped owners in an image are nobody in a user namespace
  $ image squashfs; ct run --userns=0:100000:1000 -r squashfs stat -c %u /bin
  65534

need root images squashfs
A root that is not an image, or is missing, is refused
  $ image squashfs gpt; bb head -c 3000 squashfs >cut; echo no >text; >empty
  > ln -s squashfs link; ct run -r link echo link
  > for i in cut text empty gpt gpt@1 gpt@3 squashfs@1 squashfs@0 squashfs:7 \
  >   squashfs:512 nosuch nosuch:512 nosuch@1 /dev/null squashfs@99999; do
  >   ct run -r $i echo RAN; done
  link
  ct: root: mount squashfs: *Invalid argument (cut is damaged, or *)
  ct: root: text: no file system that ct knows (config.h)
  ct: root: empty: no file system that ct knows (config.h)
  ct: root: gpt: has partitions: use FILE@N
  ct: root: gpt: no file system that ct knows (config.h)
  ct: root: gpt: has no partition 3
  ct: root: squashfs: has no partition table
  ct: --root: squashfs@0: No such file or directory
  ct: --root: squashfs:7: offset not a multiple of 512
  ct: root: squashfs: no file system that ct knows (config.h)
  ct: --root: nosuch: No such file or directory
  ct: --root: nosuch: No such file or directory
  ct: --root: nosuch: No such file or directory
  ct: --root: /dev/null: Not a directory
  ct: --root: squashfs@99999: No such file or directory
  [125]

limit 60
A mutated image is an error or a root, and leaves nothing behind
  $ image squashfs gpt; n=$(wc -c <squashfs); i=0
  > while [ $((i += 1)) -le $((mutants / 2)) ]; do
  >   mutant $i squashfs 0 96; mutant $i squashfs $((n - 4096)) 4000
  >   mutant $i gpt 512 80 @2; mutant $i gpt 1024 384 @2; done
  > none() { [ "$(loops)" = 0 ]; }; poll none

need root images erofs
A mutated erofs image leaves nothing behind
  $ image erofs; i=0; while [ $((i += 1)) -le $((mutants / 2)) ]; do
  >   mutant $i erofs 1024 128; mutant $i erofs 1024 16384; done
  > none() { [ "$(loops)" = 0 ]; }; poll none

need vm root images ext4
A mutated ext4 image does not panic the machine, and leaves nothing behind
  $ image ext4; i=0; while [ $((i += 1)) -le $((mutants / 2)) ]; do
  >   mutant $i ext4 1024 1024; mutant $i ext4 4096 65536; done
  > none() { [ "$(loops)" = 0 ]; }; poll none

need vm root images squashfs loop-module
Loop devices may have partitions, with other device numbers
  $ again() { rmmod loop; insmod /vm/mod/*-loop.ko "$@"; }
  > image squashfs gpt; again max_part=7; losetup /dev/loop0 gpt
  > "$CT" run -d -n "$N" -r gpt@2 sleep 100 >/dev/null
  > "$CT" run -r squashfs echo ok; "$CT" run -r gpt@2 echo ok; ls /dev/loop0p2
  > "$CT" rm -f "$N"; losetup -d /dev/loop0; poll again
  ok
  ok
  /dev/loop0p2

need user images squashfs
An ordinary user is told what an image needs
  $ image squashfs; ct run -r squashfs true
  ct: --root: squashfs: only root mounts images; unpacked *
  [125]

need vm root images ext4
What its disk keeps from ending is said to be still in it
  $ image ext4; "$CT" run -d -n "$N" -r ext4:rw sh -c '
  >   while :; do echo >/x; sleep 0.1; done'
  > r=/proc/$(first)/root; bb fsfreeze --freeze "$r"; settle
  > "$CT" rm -f "$N"; bb fsfreeze --unfreeze "$r"
  > gone() { [ ! -d "$r" ]; }; poll gone; "$CT" rm -f "$N" 2>/dev/null; states
  t*
  ct: t*: processes are still in it
