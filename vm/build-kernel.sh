#!/bin/sh
# build-kernel.sh SUITE ARCH DIR - for a machine that Debian has no kernel for: one
# built of Debian's linux-source of SUITE with ARCH.config and ../contrib/kernel.config,
# in DIR as Debian's package lies there (boot/vmlinux-*, lib/modules; there are no
# modules). ARCH is mips, which is QEMU's malta, big-endian. Needs Debian's gcc for
# that machine, flex, bison, bc and xz-utils; 1.5 GB of /tmp and ten minutes of a
# processor.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
suite=$1 arch=$2 out=$3
case $arch in
mips) ARCH=mips CROSS_COMPILE=mips-linux-gnu- ;;
*) echo "build-kernel.sh: $arch?" >&2; exit 2 ;;
esac
export ARCH CROSS_COMPILE
tmp=$(mktemp -d "${TMPDIR:-/tmp}/kernel.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

source=$("$here/../deps/apt.sh" -q "$suite" show --no-all-versions linux-source |
	sed -n 's/^Depends:.*\(linux-source-[0-9.]*\).*/\1/p')
(cd "$tmp" && "$here/../deps/apt.sh" "$suite" download "$source") >&2
dpkg-deb --fsys-tarfile "$tmp/$source"_*.deb | tar -xOf - "./usr/src/$source.tar.xz" |
	tar -xJf - -C "$tmp" --exclude='*/drivers/gpu/drm/*/*.[ch]' --exclude='*/tools/testing/*'
rm "$tmp"/*.deb
mkdir -p "$out/boot"
out=$(cd "$out" && pwd)

cat "$here/../contrib/kernel.config" "$here/$arch.config" >"$tmp/config"
cd "$tmp/$source"
# all that has no line there is off: no driver, no file system beside those
if ! { KCONFIG_ALLCONFIG=$tmp/config make -s allnoconfig &&
	make -s -j "$(nproc)" vmlinux; } >"$tmp/log" 2>&1; then
	tail -n 20 "$tmp/log" >&2
	exit 1
fi
# cpusets want several processors, for one
grep '^CONFIG_.*=y$' "$tmp/config" | grep -vxFf .config |
	sed "s/^/build-kernel.sh: $arch has no /" >&2
version=$(make -s kernelrelease)
"${CROSS_COMPILE}strip" -o "$out/boot/vmlinux-$version" vmlinux
cp .config "$out/boot/config-$version"
mkdir -p "$out/lib/modules/$version"
cp modules.builtin "$out/lib/modules/$version"
