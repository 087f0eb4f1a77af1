#!/bin/sh
# images.sh ROOT DIR - make images of ROOT in DIR for the tests: image.squashfs,
# image.erofs, image.ext4 (without checksums; an error in it is a panic),
# image.gpt (its second partition is the squashfs), and image.verity, the squashfs
# followed by its hash tree, with the root hash in image.hash. Needs Debian's
# squashfs-tools, erofs-utils, cryptsetup-bin, fdisk.
set -eu

root=$1 dir=$2
PATH=$PATH:/usr/sbin:/sbin
mkdir -p "$dir"
i=$dir/image
mksquashfs "$root" "$i.squashfs" -quiet -no-progress -all-root -noappend >/dev/null
mkfs.erofs --all-root "$i.erofs" "$root" >/dev/null 2>&1
truncate -s $(($(du -sk "$root" | cut -f1) + 4096))K "$i.ext4"
mke2fs -q -F -t ext4 -O ^metadata_csum -e panic -d "$root" "$i.ext4"
veritysetup format "$i.squashfs" "$i.tree" | sed -n 's/^Root hash:[^0-9a-f]*//p' >"$i.hash"
cat "$i.squashfs" "$i.tree" >"$i.verity"
rm "$i.tree"
size=$(($(wc -c <"$i.squashfs") / 512))
truncate -s $(((size + 16384) * 512)) "$i.gpt"
printf 'label: gpt\nstart=2048,size=2048\nstart=4096,size=%d\n' $size | sfdisk -q "$i.gpt"
dd if="$i.squashfs" of="$i.gpt" bs=512 seek=4096 conv=notrunc status=none
