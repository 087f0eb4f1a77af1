#!/bin/sh
# cross.sh ARCH - make build/sys-ARCH a musl sysroot for Debian architecture
# ARCH (the table below) and print a CC that compiles for it: musl-dev where
# Debian has it for that machine, otherwise built from Debian's source, and the
# kernel headers. Nothing is installed; needs Debian's gcc for that machine, or
# clang-19 for loong64. cross.sh -p ARCH prints these for deps/need.sh;
# cross.sh -c ARCH prints a clang-19 that cannot link, with only musl's headers.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
packages='' compile=''
case ${1-} in
-p) packages=1 && shift ;;
-c) compile=1 && shift ;;
esac
arch=${1-} flags='' suite=source
case $arch in
i386) gnu=i686-linux-gnu musl=i386-linux-musl suite=bookworm ;;
arm64) gnu=aarch64-linux-gnu musl=aarch64-linux-musl suite=bookworm ;;
armel) gnu=arm-linux-gnueabi musl=arm-linux-musleabi suite=bookworm ;; # v5, no FPU
armhf) gnu=arm-linux-gnueabihf musl=arm-linux-musleabihf suite=bookworm ;; # v7
mips) gnu=mips-linux-gnu musl=mips-linux-musl ;; # o32, big-endian
mipsel) gnu=mipsel-linux-gnu musl=mipsel-linux-musl suite=bookworm ;;
mips64) gnu=mips64-linux-gnuabi64 musl=mips64-linux-musl ;; # n64, big-endian
mips64el) gnu=mips64el-linux-gnuabi64 musl=mips64el-linux-musl suite=bookworm ;;
riscv64) gnu=riscv64-linux-gnu musl=riscv64-linux-musl suite=trixie ;; # its first release
# musl supports only a long double of 64 bits, and of the 64-bit ABIs that of ppc64el
powerpc) gnu=powerpc-linux-gnu musl=powerpc-linux-musl flags=-mlong-double-64 ;;
ppc64) gnu=powerpc64-linux-gnu musl=powerpc64-linux-musl flags="-mabi=elfv2 -mlong-double-64" ;;
ppc64el) gnu=powerpc64le-linux-gnu musl=powerpc64le-linux-musl suite=bookworm flags=-mlong-double-64 ;;
s390x) gnu=s390x-linux-gnu musl=s390x-linux-musl suite=bookworm ;;
loong64) gnu=loongarch64-linux-gnu musl=loongarch64-linux-musl ;;
*) echo "cross.sh: $arch?" >&2; exit 2 ;;
esac
if [ "$packages" ]; then
	case $arch in
	loong64) echo clang-19=clang-19 ld.lld-19=lld-19 llvm-ar-19=llvm-19 ;;
	*) echo "$gnu-gcc=gcc-$gnu" ;;
	esac
	exit
fi

mkdir -p "$here/../build"
build=$(cd "$here/../build" && pwd)
dir=$build/sys-$arch include=$dir/usr/include/$musl lib=$dir/usr/lib/$musl
kernel=$build/linux-headers/usr/include
case $arch in
loong64) # Debian 12's gcc does not know it
	real="clang-19 --target=$musl" tool=llvm- version=-19 cc=$dir/musl-clang ;;
*)
	real="$gnu-gcc${flags:+ $flags}" tool=$gnu- version=''
	cc="$real -specs $dir/musl.specs" ;;
esac

fetched() { # NAME SUITE ARGUMENT...: apt.sh's, once, in build/NAME; false: had already
	[ ! -d "$build/$1" ] || return 1
	rm -rf "$build/$1.new"
	mkdir "$build/$1.new"
	(cd "$build/$1.new" && shift && "$here/../deps/apt.sh" "$@") >&2 || exit
}
if fetched linux-headers trixie download linux-libc-dev; then # for all machines
	dpkg-deb -x "$build"/linux-headers.new/*.deb "$build/linux-headers.new"
	mv "$build/linux-headers.new" "$build/linux-headers"
fi

from_deb() {
	(cd "$dir" && "$here/../deps/apt.sh" "$suite/$arch" download musl-dev) >&2
	dpkg-deb -x "$dir"/musl-dev_*.deb "$dir"
	# trixie's objects have debug relocations that bookworm's linker chokes on
	[ "$suite" != trixie ] || find "$lib" -name '*.[oa]' -exec "$gnu-strip" -g {} \;
	sed "s|/usr/|$dir/usr/|g" "$lib/musl-gcc.specs" >"$dir/musl.specs"
}
musl_source() { # from the first suite whose musl has all of these
	if fetched musl trixie source --tar-only --download-only musl; then
		tar -xf "$build"/musl.new/musl_*.orig.tar.* -C "$build/musl.new" --strip-components=1
		mv "$build/musl.new" "$build/musl"
	fi
}
from_source() {
	musl_source
	mkdir "$dir/obj"
	(cd "$dir/obj" && CC=$real AR=${tool}ar$version RANLIB=${tool}ranlib$version \
		"$build/musl/configure" --target="$musl" --includedir="$include" --libdir="$lib" \
		--disable-shared --disable-wrapper &&
		make -j "$(nproc)" install-libs install-headers) >"$dir/log" 2>&1 ||
		{ tail -n 5 "$dir/log" >&2; exit 1; }
	rm -rf "$dir/obj"
	sh "$build/musl/tools/musl-gcc.specs.sh" "$include" "$lib" /lib/ld-musl.so.1 >"$dir/musl.specs"
	# gcc's own ones have the other ABI
	[ "$arch" != ppc64 ] || sed -i "s/crt\(begin\|end\)S*\.o%s//" "$dir/musl.specs"
	cat >"$dir/musl-clang" <<-C
	#!/bin/sh
	set -- $real -nostdlibinc -isystem $include "\$@"
	case " \$* " in
	*" -print-prog-name="*) p="\${*##*-print-prog-name=}" && echo "llvm-\$p$version" && exit ;;
	*" -c "* | *" -E "* | *" -S "* | *" -fsyntax-only "* | *" -print"*) exec "\$@" ;;
	esac
	exec "\$@" -Wno-unused-command-line-argument -fuse-ld=lld-19 -nostdlib $lib/crt1.o $lib/crti.o -L$lib -lc $lib/crtn.o
	C
	chmod 755 "$dir/musl-clang"
}
headers() { # what musl's Makefile generates for $arch, and a CC that uses it
	m=${musl%%-*} m=${m%el} m=${m%le}
	bits=$build/inc-$m/bits a=$build/musl/arch/$m
	mkdir -p "$bits"
	sed -f "$build/musl/tools/mkalltypes.sed" "$a/bits/alltypes.h.in" \
		"$build/musl/include/alltypes.h.in" >"$bits/alltypes.h"
	sed 'p; s/__NR_/SYS_/' "$a/bits/syscall.h.in" >"$bits/syscall.h"
	for d in "${bits%/bits}" "$a" "$build/musl/arch/generic" "$build/musl/include"; do
		set -- "$@" -isystem "$d"
	done
	echo "clang-19 --target=$gnu $flags -nostdlibinc $*"
}
if [ "$compile" ]; then
	musl_source
	real=$(headers)
elif [ ! -e "$dir/complete" ]; then
	rm -rf "$dir"
	mkdir -p "$dir"
	case $suite in
	source) from_source ;;
	*) from_deb ;;
	esac
	: >"$dir/complete"
fi
# musl's specs hide the kernel headers; asm/ is in the directory named for glibc
[ "$arch" != i386 ] || gnu=i386-linux-gnu
[ -z "$compile" ] || cc=$real
echo "$cc -idirafter $kernel -idirafter $kernel/$gnu"
