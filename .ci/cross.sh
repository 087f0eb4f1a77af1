#!/bin/sh
# cross.sh ARCH - tests.sh in a guest of another machine, with ct compiled for it
# (vm/cross.sh) and Debian's kernel, for mips one built from Debian's source; `make check
# PARTS=cross-ARCH` runs it. MODE (rootfs): as for vm/check.sh; small measures speed instead.
set -eu

cd "$(dirname "$0")/.."
arch=$1 suite=bookworm
case $arch in
arm64) emulator=qemu-system-aarch64=qemu-system-arm ;;
armhf) emulator=qemu-system-arm=qemu-system-arm ;;
i386) emulator=qemu-system-i386=qemu-system-x86 ;;
mips) # 32 bits, big-endian; the kernel is built
	emulator=qemu-system-mips=qemu-system-mips ;;
mipsel) emulator=qemu-system-mipsel=qemu-system-mips ;;
ppc64el) emulator=qemu-system-ppc64=qemu-system-ppc ;;
riscv64)
	suite=trixie # its first release
	emulator="qemu-system-riscv64=qemu-system-misc /usr/lib/riscv64-linux-gnu/opensbi=opensbi" ;;
s390x) emulator=qemu-system-s390x=qemu-system-misc ;; # big-endian
*) echo "cross.sh: no guest of $arch" >&2; exit 2 ;;
esac
# README's sessions, and what depends on byte order, the numbers of calls, signals and
# limits, and the sizes of a word and a page
tests="readme:|syscall:|notify:|check:|status: The end by|errors: A real-time|options: An "
tests="$tests|callers: Too few|callers: A namespace|privilege: --seccomp FILE|privilege2: --per"
tests="$tests|isolation: System calls|isolation: No signal|isolation: A command inherits"
tests="$tests|escapes: New mount|exec: Exec does not join an init|exhausted: A quota"
tests="$tests|protections: What a peer|invariant: A command in another|identity: --info-fd gets"
tests="$tests|limits: Events|image: An image at|image: An erofs image is|image: An ext4 image is a"
tests="$tests|verity: An image with|verity: Hashes|net: Three containers|net: An "
tests="$tests|net: verbs: JSON|net: verbs: Net add and|net: nat: --publish reaches"
tests="$tests|net: nat: The internet|known: A sender|known: A start"
tests="$tests|library: lxc: A container has its own console"
# shellcheck disable=SC2086,SC2046 # words
deps/need.sh $(vm/cross.sh -p "$arch") $emulator
cc=$(vm/cross.sh "$arch")
mkdir -p "build/$arch"
${MAKE:-make} -s CC="$cc" ARCH="$arch" DEPS="build/deps-$arch" CT="build/$arch/ct" \
	LIB="build/$arch/libct.a" LXC="build/$arch/liblxc.a" HELPERS="build/$arch/tests" \
	CFLAGS=-Werror all helpers
# CT_TESTS= runs all of tests/*.t, as in `make check-cross`, CT_TESTS='a|b' some
: "${CT_TESTS=$tests}"
export CT_TESTS
CC=$cc CT=build/$arch/ct CT_BIN=build/$arch/tests VM_TIMEOUT=${VM_TIMEOUT:-3600} \
	exec vm/check.sh "$suite" "${MODE:-rootfs}" "$arch"
