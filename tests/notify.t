# --seccomp-notify: a process outside answers calls, here contrib/mknod.c.

need root
A call that --syscall notifies is answered by the listener
  $ notify run -R -r "$R" sh -c 'mknod /tmp/null c 1 3; ls -l /tmp/null
  >   mknod /tmp/tty0 c 4 0; mkfifo /tmp/p && echo made'
  crw-*    1 root     root        1,   3 * /tmp/null
  mknod: /tmp/tty0: Operation not permitted
  made

need root strace
A file put in the place of a node keeps its owner
  $ mkroot r; mkdir r/mnt/d; chmod 755 . r r/mnt; chmod 777 r/mnt/d
  > (umask 077; echo x >r/mnt/d/f); m=${P%/*}/mknod; c='?mknod,?mknodat'
  > strace -o t -e trace=fchownat -e inject=fchownat:delay_enter=1000000 "$m" \
  >   "$CT" run -r "$PWD/r" -u 1000 -w /mnt/d --syscall="$(calls "$c")" \
  >   --seccomp-notify 3 sh -c 'mknod n c 1 3 & until mv n m; do :; done
  >   mv f n; wait' 2>/dev/null; stat -c '%n %u' r/mnt/d/n
  r/mnt/d/n 0

need root
A node is made where its path leads inside, and by those who may make it
  $ mkdir -p r; mkroot r; chmod 755 . r r/mnt
  > ln -s /etc r/up; ln -s ../../../mnt r/mnt/out
  > notify run -r "$PWD/r" sh -c 'cd /mnt && mknod null c 1 3
  >   mknod /up/zero c 1 5; mknod /mnt/out/full c 1 7
  >   mknod ../x/y c 1 3; mknod .. c 1 3'
  > ls r/mnt r/etc /etc/zero /mnt/full
  > notify run -u 1000 -r "$PWD/r" mknod /mnt/no c 1 3
  mknod: ../x/y: No such file or directory
  mknod: ..: File exists
  ls: */etc/zero*: No such file or directory
  ls: */mnt/full*: No such file or directory
  r/etc:
  group
  passwd
  zero
  
  r/mnt:
  full
  null
  out
  mknod: /mnt/no: Permission denied
  [1]

need root
each --init --allow-new-privs --hostname=x --share=pid
A call is notified with $it as well, and so are ct's own last ones
  $ c=$(calls '?execve,?sendmsg,?close,?poll')
  > notify run $it -R -r "$R" --syscall "$c" sh -c '
  >   mknod /tmp/null c 1 3; ls /tmp'
  null

need root cgroup2
A call of exec gives ENOSYS unless it has a --seccomp-notify of its own
  $ notify run -n "$N" -R -r "$R" sh -c 'echo up; exec sleep 100' >o & up
  $ ct exec "$N" mknod /tmp/b c 1 3
  mknod: /tmp/b: Function not implemented
  [1]
  $ notify exec "$N" sh -c 'mknod /tmp/c c 1 3; ls /tmp'; ct kill "$N"; wait
  c

need root
A notified call gives ENOSYS once the listener has gone
  $ c=$(calls '?mknod,?mknodat')
  > "$P" unheard "$CT" run -R -r "$R" --syscall="$c" \
  >   --seccomp-notify 3 mknod /tmp/a c 1 3
  {"ociVersion":"1.0.2","fds":\["seccompFd"\],"pid":*,"state":{*"id":"*"*}}
  mknod: /tmp/a: Function not implemented
  [1]

A --syscall that notifies has a listener, but not for what ct needs first
  $ refused --syscall '?mknod' '?read' '?write' '?mknod=1' '?'
  $ refused --seccomp-notify '' x -1 77
  $ for c in read write; do notify run -r "$R" --syscall "?$c" true; done
  ct: --syscall: read: ct itself needs it before anybody can answer
  ct: --syscall: write: ct itself needs it before anybody can answer
  [125]
  $ run --syscall '?mknod' --seccomp-notify 3 true 3</dev/null
  ct: --seccomp-notify: 3: not a UNIX socket
  [125]
