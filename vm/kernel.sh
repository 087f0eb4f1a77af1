#!/bin/sh
# kernel.sh SUITE [ARCH [PACKAGE]] - unpack Debian's newest kernel of SUITE, or
# the one that PACKAGE depends on, into build/kernels/SUITE-ARCH or -PACKAGE and
# print the path of its image; for mips, where Debian has none, tiny.sh builds it.
# Nothing is installed. bullseye has 5.10, bookworm 6.1, trixie 6.12.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
suite=$1 arch=${2:-$(dpkg --print-architecture)}
out=$here/../build/kernels/$suite-${3:-$arch}
case $arch in
amd64 | arm64) meta=linux-image-cloud-$arch ;;
armhf) meta=linux-image-armmp ;;
i386) meta=linux-image-686 ;;
mipsel) meta=linux-image-4kc-malta ;;
ppc64el) meta=linux-image-powerpc64le ;;
*) meta=linux-image-$arch ;;
esac
meta=${3:-$meta}

[ "$arch" != mips ] || exec "$here/tiny.sh" "$arch"
if [ ! -e "$out/image" ]; then
	# The security archive has newer kernels, but a mirror of it may lag behind
	# for the less used architectures.
	for sec in -c ""; do
		# Depends: linux-image-6.1.0-56-cloud-amd64 (= ...)
		# shellcheck disable=SC2086 # $sec is one flag or none
		real=$("$here/../deps/apt.sh" $sec -q "$suite/$arch" show --no-all-versions "$meta" 2>/dev/null |
			sed -n 's/^Depends:.*\(linux-image-[^ ,]*\).*/\1/p') || real=
		[ -z "$real" ] || break
	done
	[ -n "$real" ] || { echo "kernel.sh: no $meta in $suite" >&2; exit 1; }

	rm -rf "$out"
	mkdir -p "$out"
	cd "$out"
	# shellcheck disable=SC2086
	"$here/../deps/apt.sh" $sec "$suite/$arch" download "$real" >&2
	dpkg-deb -x linux-image-*.deb .
	rm linux-image-*.deb
	[ -d lib/modules ] || ln -s usr/lib lib # trixie and later
	# last, so that it distinguishes a complete directory from a partial one
	ln -s boot/vmlinu?-* image
fi
echo "$(cd "$out" && pwd)/$(readlink "$out/image")"
