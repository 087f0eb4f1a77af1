#!/bin/sh
# arch.sh [ARCH...] - compile ct for each machine that it is for, warnings as
# errors, as TAP with the size of each; `make check PARTS=arch` runs it. What each
# needs is installed (as root), built and fetched once, and kept in build/.
set -u

cd "$(dirname "$0")/.." || exit 1
make=${MAKE:-make}
[ $# -gt 0 ] || set -- i386 arm64 armel armhf mips mipsel mips64 mips64el riscv64 powerpc \
	ppc64 ppc64el s390x loong64
passed=0 failed=0
log=$(mktemp "${TMPDIR:-/tmp}/arch.XXXXXX") || exit 1
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

needs=$(for arch; do vm/cross.sh -p "$arch"; done)
# shellcheck disable=SC2086 # words
deps/need.sh $needs || exit 1

build() { # ARCH
	cc=$(vm/cross.sh "$1") && mkdir -p "build/$1" && rm -f "build/$1/ct" &&
		"$make" CC="$cc" ARCH="$1" DEPS="build/deps-$1" CT="build/$1/ct" CFLAGS=-Werror
}
for arch; do
	if build "$arch" >"$log" 2>&1; then
		passed=$((passed + 1))
		echo "ok - $arch: $(wc -c <"build/$arch/ct") bytes"
	else
		failed=$((failed + 1))
		echo "not ok - $arch"
		sed 's/^/# /' "$log"
	fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
