#!/bin/sh
# tiny.sh [ARCH [OPTION...]] - build a kernel and print the path of its image: Debian's
# 6.1 source with only what vm.sh needs, contrib/kernel.config, and each OPTION (as
# CONFIG_X=y). amd64 is for a guest with little memory; mips, which Debian has no kernel
# for, has all that the tests need (mips.config). An option that does not end up in the
# kernel is an error. It is built once, with JOBS (2) compilers, and kept in
# build/kernels/tiny-ARCH-NUMBER, where NUMBER is the checksum of the options.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
arch=${1:-$(dpkg --print-architecture)}
[ $# = 0 ] || shift
: "${JOBS:=2}" "${MAKE:=make}"
mkdir -p "$here/../build/kernels"
build=$(cd "$here/../build" && pwd)
source=$build/linux-source

case $arch in
amd64) # GUESS: the other unwinder's tables are a mebibyte
	machine=x86 image=arch/x86/boot/bzImage cross='' lost=''
	packages="gcc=gcc /usr/include/gelf.h=libelf-dev"
	set -- CONFIG_64BIT=y CONFIG_UNWINDER_GUESS=y CONFIG_SERIAL_8250=y \
		CONFIG_SERIAL_8250_CONSOLE=y "$@" ;;
mips) # malta: one processor, no time namespaces
	machine=mips image=vmlinux cross=mips-linux-gnu-
	lost="CONFIG_SMP=y CONFIG_CPUSETS=y CONFIG_TIME_NS=y"
	packages=mips-linux-gnu-gcc=gcc-mips-linux-gnu
	# shellcheck disable=SC2046 # a list of words
	set -- $(grep '^CONFIG' "$here/mips.config") "$@" ;;
*) echo "tiny.sh: $arch?" >&2; exit 2 ;;
esac

options() { # OPTION...
	# no defaults that experts can turn off; an initramfs, a console, a clock
	cat <<-'C'
	CONFIG_EMBEDDED=y
	CONFIG_BLK_DEV_INITRD=y
	CONFIG_BINFMT_ELF=y
	CONFIG_BINFMT_SCRIPT=y
	CONFIG_DEVTMPFS=y
	CONFIG_PRINTK=y
	CONFIG_FUTEX=y
	CONFIG_POSIX_TIMERS=y
	CONFIG_HIGH_RES_TIMERS=y
	CONFIG_NO_HZ_IDLE=y
	CONFIG_CC_OPTIMIZE_FOR_SIZE=y
	CONFIG_KERNEL_XZ=y
	C
	[ $# = 0 ] || printf '%s\n' "$@"
	cat "$here/../contrib/kernel.config"
}

get_source() {
	rm -rf "$source.new"
	mkdir "$source.new"
	(cd "$source.new" && "$here/../deps/apt.sh" -c bookworm download linux-source-6.1) >&2
	dpkg-deb --fsys-tarfile "$source.new"/*.deb |
		tar -xO --wildcards './usr/src/*.tar.xz' |
		tar -xJ -C "$source.new" --strip-components=1 \
			--exclude='*/Documentation/*/*' --exclude='*/amd/include/*'
	rm "$source.new"/*.deb
	mv "$source.new" "$source"
}

compile() {
	mkdir "$out/obj"
	set -- "$MAKE" -s -C "$source" O="$out/obj" ARCH=$machine CROSS_COMPILE="$cross" \
		LOCALVERSION= KBUILD_BUILD_USER=ct KBUILD_BUILD_HOST=ct
	KCONFIG_ALLCONFIG=$out/asked "$@" allnoconfig >&2
	# shellcheck disable=SC2086 # a list of words
	printf '%s\n' $lost | cat - "$out/obj/.config" >"$out/known"
	lacks=$(grep '^CONFIG' "$out/asked" | grep -vxFf "$out/known" | paste -sd ' ' -)
	[ -z "$lacks" ] || { echo "tiny.sh: not in this kernel: $lacks" >&2; exit 1; }
	"$@" -j "$JOBS" "${image##*/}" >"$out/log" 2>&1 || { tail -n 20 "$out/log" >&2; exit 1; }
	release=$(cat "$out/obj/include/config/kernel.release")
	mkdir -p "$out/boot" "$out/lib/modules/$release"
	cp "$out/obj/modules.builtin" "$out/lib/modules/$release"
	cp "$out/obj/.config" "$out/boot/config-$release"
	set -- "$out/obj/$image" "$out/boot/vmlinuz-$release"
	case $image in
	vmlinux) "${cross}strip" -o "$2" "$1" ;;
	*) cp "$1" "$2" ;;
	esac
	rm -rf "$out/obj"
	# last, so that it distinguishes a complete directory from a partial one
	ln -s "boot/vmlinuz-$release" "$out/image"
}

out=$build/kernels/tiny-$arch-$(options "$@" | cksum | cut -d ' ' -f 1)
if [ ! -e "$out/image" ]; then
	# shellcheck disable=SC2086 # a list of words
	"$here/../deps/need.sh" $packages "$MAKE=make" flex=flex bison=bison bc=bc xz=xz-utils
	[ -d "$source" ] || get_source
	rm -rf "$out"
	mkdir "$out"
	options "$@" >"$out/asked"
	compile
fi
echo "$out/$(readlink "$out/image")"
