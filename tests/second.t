# The default filter for programs of the machine's second architecture: i386
# on x86-64, which not every kernel supports.

need root x86
A filter refuses of i386 just what it refuses of the machine's own calls
  $ for o in "" "--cap-add ALL" --cap-add=SYS_ADMIN "-U -R" \
  >   --syscall=+mkdir "--init -u 1000"; do
  >   detached $o sleep 100; "${P%/*}/second" "$(first)"; "$CT" rm -f "$N"
  > done

need root x86
With a call that is refused by number, i386 programs are killed
  $ for o in -mkdir "!mkdir" mkdir=2; do
  >   detached "--syscall=$o" sleep 100; "${P%/*}/second" "$(first)" >all
  >   grep "^0 " all; grep -v " 0x80000000$" all; "$CT" rm -f "$N"
  > done
  0 0x7fff0000: i386's 3 0x80000000
  0 0x7fff0000: i386's 3 0x80000000
  0 0x7fff0000: i386's 3 0x80000000

need x86 vm
An i386 program is killed where a call is refused by number, with a warning
  $ i386 7 >f; chmod +x f; run -v "$PWD:/mnt" --syscall=+mkdir /mnt/f
  [7]
  $ run -v "$PWD:/mnt" --syscall=-mkdir /mnt/f
  ct: warning: seccomp: a filter ended it: * program of another architecture*
  [159]
  $ run -v "$PWD:/mnt" --seccomp none --syscall=-mkdir /mnt/f 2>/dev/null
  [159]

# socket, by number and by socketcall; mount; clone with a new user namespace;
# umount; modify_ldt; ioctl TIOCSTI; keyctl; an x32 call
need x86 vm
Calls of an i386 program are answered like the machine's own
  $ E=${P%/*}/escape; run --cap-add ALL -v "$E:/mnt/e" /mnt/e families | uniq
  packet
  netlink 6
  netlink 9
  netlink 12
  netlink 16
  $ run --cap-add ALL probe sys32 keyctl add_key io_uring clone-user \
  >   unshare-user \
  >   tiocsti tioclinux modify_ldt vm86 getppid | grep -v EPERM
  getppid ok
  $ run probe sys32 | grep -v EPERM
  clone3 ENOSYS
  getppid ok
  $ run --seccomp none --cap-add ALL probe sys32 | grep EPERM
  [1]

need x86 vm
A program of the machine's second architecture runs
  $ i386 7 >f; chmod +x f; ./f
  [7]
  $ run -v "$PWD:/mnt" /mnt/f
  [7]
  $ run -v "$PWD:/mnt" --init sh -c '/mnt/f; echo $?'
  7
  $ run -v "$PWD:/mnt" --seccomp none /mnt/f
  [7]
