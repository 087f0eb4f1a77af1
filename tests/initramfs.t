# On a machine whose / is the initramfs, which pivot_root cannot replace.

need root rootfs
A command runs where pivot_root fails
  $ run sh -c 'echo $$'
  1

The files of the initramfs are out of reach
  $ echo secret >/initramfs-canary
  $ run ls /initramfs-canary 2>/dev/null || echo nothing
  nothing
  $ run --cap-add SYS_CHROOT probe climb /initramfs-canary
  ...
  *inside
  $ run --privileged probe lift /initramfs-canary
  ...
  *inside
  $ run --privileged sh 2>/dev/null <<'E'
  > cat /proc/1/root/initramfs-canary; umount -l /; umount /proc
  > cat /../initramfs-canary; true
  > E
  $ rm /initramfs-canary

The root of a container is not the initramfs, and has only its own mounts
  $ run awk '$2 !~ "^/(dev|proc|sys|tmp|run|etc)" { print $2 }' /proc/mounts
  /

The root may be the initramfs itself
  $ ct run -r / sh -c 'echo $$; ls -d /vm; : >/w && rm /w'
  1
  /vm
  $ ct run -r / -R sh -c '(: >/x) 2>/dev/null || echo read-only'
  read-only
  $ cd /; ct run -r . --userns=0:0:9 sh -c 'echo $$'
  1

The host's own root is read-only on an initramfs, too
  $ host --cap-add ALL sh -c '(: >/x) 2>/dev/null && echo open; :'
  $ ls /x 2>/dev/null || echo nothing
  nothing

need root rootfs vm
If mounts cannot be locked by a user namespace, the error names the sysctl
  $ f=/proc/sys/user/max_user_namespaces; was=$(cat $f); echo 0 >$f
  > run echo RAN; run --try lock echo hi; echo "$was" >$f
  ct: lock: unshare user *: No space left on device (sysctl user.max_user_*)
  ct: warning: lock: *: No space left on device (sysctl user.max_user_*)
  hi
