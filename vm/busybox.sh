#!/bin/sh
# busybox.sh ARCH FILE - for a machine that Debian has no busybox-static for: build it
# from Debian's source, with Debian's configuration of that package, for ARCH and with
# the musl of cross.sh.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
arch=$1 out=$2
tmp=$(mktemp -d "${TMPDIR:-/tmp}/busybox.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

cc=$("$here/cross.sh" "$arch")
tool=${cc%%-gcc*}-
for part in tar diff; do # the source, and Debian's files for it
	(cd "$tmp" && "$here/../deps/apt.sh" bookworm source --$part-only \
		--download-only busybox) >&2
done
mkdir "$tmp/src"
tar -xf "$tmp"/busybox_*.orig.tar.* -C "$tmp/src" --strip-components=1
tar -xf "$tmp"/busybox_*.debian.tar.* -C "$tmp" debian/config
# what musl's regex lacks, and a queue that current kernel headers lack
sed 's/^CONFIG_\(EXTRA_COMPAT\|FEATURE_VI_REGEX_SEARCH\|TC\)=y/# CONFIG_\1 is not set/' \
	"$tmp/debian/config/pkg/static" >"$tmp/src/.config"
cd "$tmp/src"
if ! { yes '' | make -s oldconfig &&
	make -s -j "$(nproc)" CC="$cc" AR="${tool}ar" STRIP="${tool}strip" busybox
} >"$tmp/log" 2>&1; then
	tail -n 20 "$tmp/log" >&2
	exit 1
fi
cp busybox "$out"
