#!/bin/sh
# root.sh DIR [ARCH] - a minimal root in DIR: static busybox with a link for
# each applet, /etc/passwd and /etc/group with root, nobody and user. Needs no
# root, and no network if the machine has Debian's busybox-static.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
native=$(dpkg --print-architecture 2>/dev/null || :)
dir=$1 arch=${2:-$native}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/root.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

mkdir "$tmp/x"
bb=$(command -v busybox || :)
if [ "$arch" != "$native" ] || [ -z "$bb" ] || readelf -l "$bb" | grep -q INTERP; then
	suite=bookworm bb=$tmp/x/bin/busybox
	[ "$arch" != riscv64 ] || suite=trixie # its first release
	if [ "$arch" = mips ]; then # Debian has none
		bb=$tmp/x/busybox
		"$here/busybox.sh" "$arch" "$bb"
	else
		(cd "$tmp" && "$here/../deps/apt.sh" "$suite${arch:+/$arch}" \
			download busybox-static >&2)
		dpkg-deb -x "$tmp"/busybox-static_*.deb "$tmp/x"
		[ -f "$bb" ] || bb=$tmp/x/usr/bin/busybox # trixie and later
	fi
fi

root=$tmp/root
for d in bin dev etc lib proc root run sbin sys tmp usr/bin usr/sbin var/lib; do
	mkdir -p "$root/$d"
done
chmod 755 "$root"
chmod 1777 "$root/tmp"
cp "$bb" "$root/bin/busybox"
# A foreign busybox cannot be run; the list is the same on every machine.
for a in $("$bb" --list 2>/dev/null || busybox --list); do
	[ "$a" = busybox ] || ln -s busybox "$root/bin/$a"
done
cat >"$root/etc/passwd" <<'E'
root:x:0:0:root:/root:/bin/sh
user:x:1000:1000:user:/tmp:/bin/sh
nobody:x:65534:65534:nobody:/:/bin/false
E
cat >"$root/etc/group" <<'E'
root:x:0:
tty:x:5:
user:x:1000:
nogroup:x:65534:
E
rm -rf "$dir"
mkdir -p "$(dirname "$dir")"
mv "$root" "$dir"
