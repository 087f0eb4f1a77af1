# A copy of a writable layer: commit.

need root overlay cgroup2
A copy of a layer is a layer with the same contents
  $ run -d -n "$N" --overlay sh -c 'cd /mnt; echo a >f; ln f g; chown 1000:44 f
  >   chmod 4755 f; ln -s /nosuch l; mkfifo -m 666 p; mkdir -m 1777 d
  >   echo b >d/h; touch -d 2001-02-03 d/h; rm /etc/group; rm -r /root
  >   dd if=/dev/zero of=sparse bs=1 count=1 seek=10000000 2>/dev/null
  >   mkdir /root; echo up; sleep 100' >o; up
  $ ct commit "$N" copy; states; ls copy
  running
  upper
  $ run --overlay=copy sh -c 'cd /mnt
  >   ls -i f g | awk "{ print \$1 }" | uniq | wc -l
  >   stat -c "%a %u:%g %h" f; readlink l; [ -p p ] && stat -c %a p d; cat d/h
  >   date -r d/h +%Y; ls /etc; ls -A /root; stat -c %s sparse
  >   [ $(du -k sparse | cut -f1) -lt 100 ] && echo sparse'
  1
  4755 1000:44 2
  /nosuch
  666
  1777
  b
  2001
  hosts
  passwd
  10000001
  sparse
  $ "$CT" rm -f "$N"

A layer in a directory is copied too, and a paused container stays paused
  $ run -d -n "$N" --overlay=layer sh -c 'echo a >/f; echo up; sleep 100' >o; up
  > "$P" xattr layer/upper/f trusted.x value
  > ct pause "$N"; ct commit "$N" copy; states; "$CT" rm -f "$N"
  > run --overlay=copy cat /f; "$P" xattr copy/upper/f trusted.x
  paused
  a
  value

A layer with a thousand nested directories is copied
  $ run -d -n "$N" --overlay sh -c 'cd /mnt; for i in $(seq 1000); do
  >   mkdir d; cd d; done; echo up >f; echo up; sleep 100' >o; up
  > ct commit "$N" copy; find copy -name f | tr -dc d | wc -c; "$CT" rm -f "$N"
  1000

Commit writes nothing through a link made by the container
  $ mkdir out; run -d -n "$N" --overlay sh -c "ln -s $PWD/out /mnt/l
  >   rm -r /root; ln -s $PWD/out /root; echo up; sleep 100" >o; up
  > ct commit "$N" copy; ls out; readlink copy/upper/root; "$CT" rm -f "$N"
  */out

Commit says what it needs
  $ run -d -n "$N" sleep 100 >o; mkdir there; ct commit "$N"
  > ct commit "$N" copy; ct commit nosuch copy; ls copy 2>/dev/null
  > "$CT" rm -f "$N"
  > run -d -n "$N" --overlay sleep 100 >o; ct commit "$N" there; states
  > ct commit "$N" no/such; states; "$CT" rm -f "$N"
  ct: commit: needs a container's name and a directory
  ct: t*: has no layer (--overlay), or one in the memory of a user namespace
  ct: nosuch: no such container
  ct: t*: mkdir there: File exists
  running
  ct: t*: mkdir no/such: No such file or directory
  running

need root overlay cgroup2 strace
A copy of a container that is resumed meanwhile is an error
  $ run -d -n "$N" --overlay sh -c 'echo up; sleep 100' >o; up
  > strace -fDqqqo l -e inject=mkdirat:delay_enter=900000:when=1 "$CT" commit \
  >   "$N" copy & p=$!; paused() { [ "$(states)" = paused ]; }
  > poll paused; ct resume "$N"; wait $p; echo $?; states; "$CT" rm -f "$N"
  ct: t*: was resumed meanwhile: copy may be inconsistent
  125
  running

A link that takes the place of the new directory is not followed
  $ run -d -n "$N" --overlay sh -c 'echo up; sleep 100' >o; up; mkdir d w
  > for c in w/c w/c/; do
  >   strace -fqqqo l -e inject=mkdirat:delay_exit=500000:when=1 "$CT" commit \
  >     "$N" $c & p=$!
  >   poll [ -d w/c ]; mv w/c w/x; ln -s "$PWD/d" w/c; wait $p; echo $?; ls d
  >   rm -r w/c w/x; done; "$CT" rm -f "$N"
  ct: t*: mkdir w/c: *
  125
  ct: t*: mkdir w/c/: *
  125

A container that is paused meanwhile stays paused, and SIGKILL resumes it
  $ run -d -n "$N" --overlay sh -c 'echo up; sleep 100' >o; up
  > lag() { strace -fDqqqo l -e inject=mkdirat:delay_enter=900000:when=1 "$CT" \
  >   commit "$N" $1; }
  > paused() { [ "$(states)" = paused ]; }
  > lag a & p=$!; poll paused; ct pause "$N"; wait $p; states; ct resume "$N"
  > lag b & p=$!; poll paused; states; kill -9 $p; wait $p
  > runs() { [ "$(states)" = running ]; }; poll runs; "$CT" rm -f "$N"
  paused
  paused
