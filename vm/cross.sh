#!/bin/sh
# cross.sh ARCH - make build/sys-ARCH a musl sysroot for Debian architecture
# ARCH (arm64 armhf i386 riscv64) and print a CC that compiles for it. Nothing
# is installed; needs Debian's gcc for that machine.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
arch=$1 suite=bookworm
case $arch in
arm64) gnu=aarch64-linux-gnu musl=aarch64-linux-musl ;;
armhf) gnu=arm-linux-gnueabihf musl=arm-linux-musleabihf ;;
i386) gnu=i686-linux-gnu musl=i386-linux-musl ;;
riscv64) gnu=riscv64-linux-gnu musl=riscv64-linux-musl suite=trixie ;; # its first release
*) echo "cross.sh: $arch?" >&2; exit 2 ;;
esac
dir=$here/../build/sys-$arch

if [ ! -e "$dir/musl.specs" ]; then
	rm -rf "$dir"
	mkdir -p "$dir"
	dir=$(cd "$dir" && pwd)
	for p in musl-dev linux-libc-dev; do
		(cd "$dir" && "$here/../deps/apt.sh" "$suite/$arch" download "$p" >&2)
		dpkg-deb -x "$dir/$p"_*.deb "$dir"
		rm "$dir/$p"_*.deb
	done
	# trixie's objects have debug relocations that bookworm's linker chokes on
	[ "$arch" != riscv64 ] ||
		find "$dir/usr/lib/$musl" -name '*.[oa]' -exec "$gnu-strip" -g {} \;
	sed "s|/usr/|$dir/usr/|g" "$dir/usr/lib/$musl/musl-gcc.specs" >"$dir/specs"
	mv "$dir/specs" "$dir/musl.specs" # last: the sysroot is complete
fi
dir=$(cd "$dir" && pwd)
# musl's specs hide the kernel's headers; asm/ is in the directory named for glibc
inc=$dir/usr/include
echo "$gnu-gcc -specs $dir/musl.specs -idirafter $inc -idirafter $inc/${musl%musl*}gnu${musl#*musl}"
