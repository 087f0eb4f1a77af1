# Verified images: --verity.

need root images squashfs
A root hash that is not one is refused, and so is a root that is no image
  $ a=$(bb printf %064d 1); refused --verity '' x "$a"0 "${a}g0" "$a:" "$a:7" \
  >   "$a:4097" "$a:x" "$a:0" "$a$a$a"
  $ run --verity "$(bb printf %064d 1)" true
  ct: --root: *: --verity needs an image, not a directory
  [125]
  $ ct run --verity "$(bb printf %064d 1)" true
  ct: --verity: needs an image, -r FILE
  [125]

need root images
An image without a tree is refused before a device is made
  $ image squashfs; ct run -r squashfs --verity "$(bb printf %064d 1)" echo RAN
  ct: root: squashfs: no verity superblock at byte *
  [125]

need root images no-verity
Without dm-verity in the kernel it is an error, and nothing runs
  $ image verity hash; ct run -r verity --verity "$(cat hash)" echo RAN
  ct: root: * (CONFIG_*
  [125]

need root images squashfs verity
An image with its hash tree behind it can be a root
  $ image verity hash; ct run -r verity --verity "$(cat hash)" echo hi
  > poll no_dm
  hi

The position of the hash tree can be given
  $ image squashfs verity hash; n=$(wc -c <squashfs)
  > ct run -r verity --verity "$(cat hash):$n" echo hi
  > ct run -r verity --verity "$(cat hash):4096" echo RAN
  hi
  ct: root: verity: no verity superblock at byte 4096
  [125]

A wrong root hash is refused
  $ image verity hash; ct run -r verity --verity "$(bb printf %064d 1)" echo RAN
  > none() { [ "$(loops)" = 0 ]; }; poll none
  ct: root: mount squashfs: * (verity does not match *)

Hashes of a kind that the kernel lacks are an error
  $ image verity squashfs hash; bb printf x | bb dd of=verity bs=1 \
  >   seek=$(($(wc -c <squashfs) + 32)) conv=notrunc 2>/dev/null
  > ct run -r verity --verity "$(cat hash)" echo RAN
  ct: root: dm-verity: load *: No such file * (CONFIG_CRYPTO_SHA256, *)
  [125]

A changed block ends the process that reads it, and none of it is read
  $ image verity hash; bb printf x | bb dd of=verity bs=1 seek=200000 \
  >   conv=notrunc 2>/dev/null
  > ct run -r verity --verity "$(cat hash)" cat /bin/busybox >o 2>e ||
  >   echo ended; grep ^ct e
  ended
  ct: *root: verity: a block does not match its --verity hash

A program on a changed block is not run
  $ image verity hash; bb printf x | bb dd of=verity bs=1 seek=20000 \
  >   conv=notrunc 2>/dev/null
  > ct run -r verity --verity "$(cat hash)" true
  ct: exec: execve *: I/O error (verity: a block does not match its --v*)
  [126]

An image with a damaged superblock is refused
  $ image squashfs verity hash; h=$(cat hash)
  > n=$(wc -c <squashfs)
  > for at in 8 32 64 68 72 80; do cp verity bad
  >   bb printf '\377\377\377 \377\377\377\377' |
  >     bb dd of=bad bs=1 seek=$((n + at)) conv=notrunc 2>/dev/null
  >   ct run -r bad --verity "$h" echo RAN >o 2>&1
  >   case $?,$(wc -l <o) in 125,1) ;; *) cat o ;; esac; done
  > no_dm

limit 60
A mutated image is an error or a root, and leaves nothing behind
  $ image squashfs verity hash; n=$(wc -c <squashfs) h=$(cat hash); i=0
  > while [ $((i += 1)) -le $((mutants / 2)) ]; do
  >   mutant $i verity "$n" 512 '' --verity "$h"
  >   mutant $i verity 0 $((n + 8192)) '' --verity "$h"; done
  > none() { [ "$(loops)" = 0 ] && no_dm; }; poll none

need root images squashfs verity overlay
A killed ct leaves neither device
  $ image verity hash; h=$(cat hash); "$P" storm "$kills" 150000 "$CT" run \
  >   -r verity --verity "$h" --overlay httpd -f
  > none() { [ "$(loops)" = 0 ] && no_dm; }
  > poll none; sweep
  0

limit 1
A layer over a verified image can come from @FILE
  $ image verity hash; echo "-r verity --verity $(cat hash) --overlay" >args
  > ct run @args sh -c '>/x; ls -d /x'
  /x
