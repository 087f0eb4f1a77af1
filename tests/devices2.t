# Renamed devices, directories of devices, rules.

need root
A device may be renamed inside, and keeps the host's owner and mode
  $ mkdir d; mknod d/n c 1 3; chown 12:34 d/n; chmod 640 d/n
  > run --device "$PWD/d/n:/dev/s/n" stat -c '%u:%g %a %t:%T' /dev/s/n
  12:34 640 1:3

A directory brings every device in it, but no link or file
  $ mkdir -p d/a; mknod d/x c 1 3; mknod d/a/y c 1 5; >d/f
  > ln -s /dev/null d/l
  > run --device "$PWD/d:/dev/sub" find /dev/sub | sort
  /dev/sub
  /dev/sub/a
  /dev/sub/a/y
  /dev/sub/x

need root cgroup2
A renamed device with fewer rights has only those
  $ mkdir d; mknod d/z c 1 11; run --device "$PWD/d/z:/dev/zz:r" sh -c '
  >   : </dev/zz && (: >/dev/zz)'
  *Operation not permitted
  [1]

As rights go by number, two nodes of a device have the same
  $ run --device /dev/null:/dev/foo:r echo RAN
  > run --device /dev/zero:/dev/a:rw --device /dev/zero:/dev/b:r echo RAN
  > run --device /dev/kmsg:/dev/a:r --device /dev/kmsg echo RAN
  > run --device /dev/ptmx:/dev/b:r echo RAN
  ct: --device: /dev/foo: is /dev/null as well, which has other access
  ct: --device: /dev/a: is /dev/zero as well, which has other access
  ct: --device: /dev/kmsg: is /dev/a as well, which has other access
  ct: --device: /dev/b: is /dev/ptmx as well, which has other access
  [125]
  $ run --device /dev/null:r sh -c '(: >/dev/null)'
  > run --device /dev/kmsg:/dev/b:r --device /dev/kmsg:r true
  *Operation not permitted

--device-rule allows numbers, with wildcards
  $ run --cap-add MKNOD --device-rule 'c 1:* m' --device-rule 'b 7:3 m' sh -c '
  >   cd /dev; mknod a c 1 2; mknod b c 1 99; mknod c c 5 9; mknod d b 7 3
  >   mknod e c 7 3; ls a b d; : <a'
  mknod: c: Operation not permitted
  mknod: e: Operation not permitted
  a
  b
  d
  *a: Operation not permitted
  [1]

A rule takes away none of the default devices
  $ run --cap-add MKNOD --device-rule 'a *:* m' sh -c 'echo >/dev/null
  >   head -c 1 /dev/zero | wc -c; cd /dev; mknod k c 1 2; head -c 0 k'
  1
  *k: Operation not permitted
  [1]
