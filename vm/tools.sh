#!/bin/sh
# tools.sh DIR [ARCH] - make a root in DIR with nft, bridge, tcpdump and dnsmasq,
# the libraries that they load and nothing else: for guests, which have only
# busybox, and for containers; and DIR/criu, for PATH. The programs are the
# machine's own if it has them and ARCH is its architecture; otherwise, and for
# criu always, Debian packages are fetched. For mips, where Debian has none, the
# root is empty.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
native=$(dpkg --print-architecture 2>/dev/null || :)
dir=$1 arch=${2:-$native}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/tools.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
tools="nft bridge tcpdump dnsmasq"
criu_suite=bookworm

if [ "$arch" = mips ]; then
	mkdir -p "$dir"
	exit
fi

find_file() { # NAME - its path in a directory of programs or libraries
	for f in "$sys"/usr/sbin/"$1" "$sys"/usr/bin/"$1" "$sys"/sbin/"$1" "$sys"/bin/"$1" \
		"$sys"/lib/*-linux-*/"$1" "$sys"/usr/lib/*-linux-*/"$1" "$sys"/lib/"$1" \
		"$sys"/usr/lib/"$1" "$sys"/lib64/"$1"; do
		[ ! -e "$f" ] || { echo "$f"; return; }
	done
	return 1
}

sys=""
[ "$arch" = "$native" ] || sys=$tmp/sys
for t in $tools; do
	find_file "$t" >/dev/null || sys=$tmp/sys
done
if [ "$sys" ]; then
	suite=bookworm
	[ "$arch" != riscv64 ] || suite=trixie # its first release
	"$here/../deps/unpack.sh" "$sys" "$suite/$arch" nftables iproute2 tcpdump dnsmasq-base
fi

root=$tmp/root
for d in bin dev etc proc run sys tmp usr/sbin; do
	mkdir -p "$root/$d"
done
chmod 755 "$root"
echo root:x:0:0:root:/root:/bin/sh >"$root/etc/passwd"
echo root:x:0: >"$root/etc/group"

# What a program needs goes where it or the loader looks first.
take() { # FILE AS
	[ ! -e "$root/$2" ] || return 0
	mkdir -p "$root/$(dirname "$2")"
	cp -L "$1" "$root/$2"
	for lib in $(readelf -d "$root/$2" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
		f=$(find_file "$lib") || { echo "tools.sh: no $lib" >&2; exit 1; }
		case $lib in
		ld-*) ;; # by its own path, below
		*) (take "$f" "lib/$lib") ;; # a subshell: its variables are its own
		esac
	done
}
for t in $tools; do
	f=$(find_file "$t")
	take "$f" "usr/sbin/$t"
	interp=$(readelf -l "$root/usr/sbin/$t" | sed -n 's/.*interpreter: \/\(.*\)\]/\1/p')
	l=$(find_file "${interp##*/}")
	mkdir -p "$root/${interp%/*}"
	cp -L "$l" "$root/$interp"
done

# criu is for the guest itself: it runs through its loader, and so does the tar that it
# calls. Not every architecture has it.
sys=$tmp/criu
mkdir -p "$root/criu"
if "$here/../deps/unpack.sh" "$sys" "$criu_suite/$arch" criu tar; then
	(
		# shellcheck disable=SC2030 # for take(), here only
		root=$root/criu
		for t in criu tar; do
			take "$(find_file "$t")" "$t.bin"
			interp=$(readelf -l "$root/$t.bin" | sed -n 's/.*interpreter: .*\/\(.*\)\]/\1/p')
			cp -L "$(find_file "$interp")" "$root/lib/ld.so"
			# shellcheck disable=SC2016 # the wrapper's
			printf '#!/bin/sh\nd=${0%%/*}\nexec "$d/lib/ld.so" --library-path "$d/lib" "$d/%s.bin" "$@"\n' \
				"$t" >"$root/$t"
			chmod 755 "$root/$t"
		done
	)
else
	echo "tools.sh: no criu for $arch" >&2
fi
rm -rf "$dir"
mkdir -p "$(dirname "$dir")"
# shellcheck disable=SC2031 # see above
mv "$root" "$dir"
