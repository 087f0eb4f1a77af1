#!/bin/sh
# cross.sh ARCH - tests.sh in a guest of another machine, with ct compiled for it
# (vm/cross.sh) and Debian's kernel; `make check PARTS=cross-ARCH` runs it.
set -eu

cd "$(dirname "$0")/.."
arch=$1 suite=bookworm tests=readme:
case $arch in
arm64) emulator=qemu-system-aarch64=qemu-system-arm ;;
armhf) emulator=qemu-system-arm=qemu-system-arm ;;
i386) emulator=qemu-system-i386=qemu-system-x86 ;;
mipsel) emulator=qemu-system-mipsel=qemu-system-mips ;;
ppc64el) emulator=qemu-system-ppc64=qemu-system-ppc ;;
riscv64)
	suite=trixie # its first release
	emulator="qemu-system-riscv64=qemu-system-misc /usr/lib/riscv64-linux-gnu/opensbi=opensbi" ;;
s390x) # the big-endian one: what depends on that, and on numbers of calls
	tests="readme:|syscall:|notify:|status:|check:|known:|net: verbs:|net: nat: --publish"
	tests="$tests|net: Three on|net: An |net: No |net: A gateway|options: An |limits: Events"
	tests="$tests|identity: --info-fd|image: An image at|image: e|verity: An image with"
	emulator=qemu-system-s390x=qemu-system-misc ;;
*) echo "cross.sh: no guest of $arch" >&2; exit 2 ;;
esac
# shellcheck disable=SC2086,SC2046 # words
deps/need.sh $(vm/cross.sh -p "$arch") $emulator
cc=$(vm/cross.sh "$arch")
mkdir -p "build/$arch"
${MAKE:-make} -s CC="$cc" ARCH="$arch" DEPS="build/deps-$arch" CT="build/$arch/ct" \
	LIB="build/$arch/libct.a" HELPERS="build/$arch/tests" CFLAGS=-Werror all helpers
# all of tests/*.t takes an emulated machine an hour: CT_TESTS= has them, a|b some
: "${CT_TESTS=$tests}"
export CT_TESTS
CT=build/$arch/ct CT_BIN=build/$arch/tests VM_TIMEOUT=${VM_TIMEOUT:-3600} \
	exec vm/check.sh "$suite" rootfs "$arch"
