#!/bin/sh
# arch.sh [-c] [ARCH...] - compile ct, its libraries and the test helpers for each
# supported machine, warnings as errors, as TAP with the size of each; `make check
# PARTS=arch` runs it. What each needs is installed (as root), built and fetched once,
# and kept in build/.
# -c (the part machines): only ct, by clang, not linked, so musl's headers suffice.
set -u

cd "$(dirname "$0")/.." || exit 1
make=${MAKE:-make} compile=''
[ "${1-}" != -c ] || { compile=1; shift; }
[ $# -gt 0 ] || set -- i386 arm64 armel armhf mips mipsel mips64 mips64el riscv64 powerpc \
	ppc64 ppc64el s390x loong64
passed=0 failed=0
log=$(mktemp "${TMPDIR:-/tmp}/arch.XXXXXX") || exit 1
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [ "$compile" ]; then
	needs=clang-19=clang-19
	mkdir -p build/headers/lib build/headers/include
	cp -R build/deps/include/libmnl build/deps/include/cap-ng.h build/headers/include || exit 1
else
	needs=$(for arch; do vm/cross.sh -p "$arch"; done)
fi
# shellcheck disable=SC2086 # words
deps/need.sh $needs || exit 1

build() { # ARCH
	out=build/$1/ct
	if [ "$compile" ]; then
		out=build/headers/ct
		rm -f $out
		cc=$(vm/cross.sh -c "$1") && "$make" CC="$cc" DEPS=build/headers CT=$out \
			CFLAGS='-c -O0 -Werror -Wno-unused-command-line-argument -Wno-option-ignored'
	else
		# musl's printf needs arithmetic that Debian has no library for on loong64
		what='all helpers'
		[ "$1" != loong64 ] || what=all
		# shellcheck disable=SC2086 # words
		cc=$(vm/cross.sh "$1") && mkdir -p "build/$1" && rm -f "$out" &&
			"$make" CC="$cc" ARCH="$1" DEPS="build/deps-$1" CT="$out" CFLAGS=-Werror \
				LIB="build/$1/libct.a" LXC="build/$1/liblxc.a" \
				HELPERS="build/$1/tests" $what
	fi
}
for arch; do
	if build "$arch" >"$log" 2>&1; then
		passed=$((passed + 1))
		echo "ok - $arch: $(wc -c <"$out") bytes${compile:+ of object}"
	else
		failed=$((failed + 1))
		echo "not ok - $arch"
		sed 's/^/# /' "$log"
	fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
