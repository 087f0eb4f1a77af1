#!/bin/sh
# deps.sh PREFIX - static libmnl and libcap-ng for musl in PREFIX/include and
# PREFIX/lib, checked by linking a program with both.
#
# With SYSROOT both are taken from that directory, and nothing is fetched: an
# Alpine root with libmnl-static and libcap-ng-static, a Buildroot or OpenWrt
# staging directory. Otherwise each comes from the first of these that has it:
#   1. Debian's source package, compiled with CC (from any suite, as neither
#      depends on one)
#   2. libmnl only: the libmnl.a of Debian's libmnl-dev, built against glibc
#   3. libmnl only: mnl.c, for a machine that Debian has no such file for
#
# Environment, all optional: CC (musl-gcc), AR and OBJCOPY (CC's), ARCH (Debian's
# name for the target of CC), SYSROOT, SUITES (Debian suites to try, best first).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
prefix=${1:?usage: deps.sh PREFIX}
: "${CC:=musl-gcc}" "${SYSROOT:=}" "${SUITES:=}"
say() { echo "deps.sh: $*" >&2; }

case $CC in
musl-gcc*) "$here/need.sh" gcc=gcc ar=binutils objcopy=binutils musl-gcc=musl-tools \
	/usr/include/linux/netlink.h=linux-libc-dev ;;
esac
: "${AR:=$($CC -print-prog-name=ar)}" "${OBJCOPY:=$($CC -print-prog-name=objcopy)}"
# PREFIX appears only once it is complete; remove it to build it anew.
[ ! -d "$prefix/lib" ] || exit 0

tmp=$(mktemp -d "${TMPDIR:-/tmp}/deps.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
out=$tmp/prefix
mkdir -p "$out/include/libmnl" "$out/lib"

# musl-gcc hides /usr/include, and the kernel headers with it.
if ! echo '#include <linux/netlink.h>' | $CC -E - >/dev/null 2>&1; then
	asm=/usr/include/$($CC -print-multiarch)/asm
	[ -e "$asm" ] || asm=/usr/include/asm
	ln -s /usr/include/linux /usr/include/asm-generic "$asm" "$out/include/"
fi

compile() { # LIB DIR FILE... - with DIR's config.h
	lib=$1
	inc=$2
	shift 2
	mkdir -p "$tmp/o-$lib"
	for f; do
		# Separate sections, so that the linker can drop unused functions.
		# shellcheck disable=SC2086 # CC may be several words
		$CC -Os -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables \
			-fno-stack-protector -D_GNU_SOURCE -isystem "$out/include" -I"$inc" -I"$inc/include" \
			-c "$f" -o "$tmp/o-$lib/$(basename "$f" .c).o" || return 1
	done
	$AR rcsD "$out/lib/$lib.a" "$tmp/o-$lib"/*.o
}

stdio="snprintf asprintf printf sprintf fprintf fwrite fputc fputs putc fopen fgets fclose
	getline sscanf strtoul syslog isprint getpwuid initgroups pthread_atfork"

# A prebuilt library is all in one section, so functions that ct does not call bring in
# stdio: those calls are redirected to stdio.c. No unwind tables.
trim() { # LIB
	"$OBJCOPY" -R .eh_frame --redefine-sym __ctype_b_loc=ct_ctype_b_loc \
		--redefine-sym __fsetlocking=ct_fsetlocking "$out/lib/$1.a" || return 1
	lib=$1
	for name in %s __%s_chk __isoc99_%s __isoc23_%s; do # glibc's names as well
		set --
		for f in $stdio; do
			# shellcheck disable=SC2059 # a format is meant
			set -- "$@" --redefine-sym "$(printf "$name" "$f")=ct_$f"
		done
		"$OBJCOPY" "$@" "$out/lib/$lib.a" || return 1
	done
	compile "$lib" "$tmp" "$here/stdio.c"
}

from_sysroot() { # LIB HEADER
	for d in "$SYSROOT/usr" "$SYSROOT"; do
		for a in "$d/lib/$1.a" "$d"/lib/*-linux-*/"$1.a"; do
			[ -f "$a" ] || continue
			[ -f "$d/include/$2" ] || continue
			cp "$a" "$out/lib/"
			cp "$d/include/$2" "$out/include/$2"
			trim "$1" || return 1
			say "$1: $a"
			return 0
		done
	done
	echo "no $1.a with $2" >>"$tmp/why"
	return 1
}

suites() { # [FIRST] - one a line, best first
	# shellcheck disable=SC1091,SC2086 # the machine's file; a list of words
	(. /etc/os-release && printf '%s\n' ${SUITES:-"${VERSION_CODENAME:-}" trixie sid bookworm}) |
		awk 'NF && !seen[$0]++'
}

# Unpacks Debian's source of $1 into $tmp/$1. The .orig.tar alone will do: apt
# checks each file that it downloads against the signed index.
source_of() {
	mkdir "$tmp/$1"
	for s in $(suites); do
		if (cd "$tmp" && "$here/apt.sh" "$s" source --tar-only --download-only "$1" &&
			tar -xf "$1"_*.orig.tar.* -C "$1" --strip-components=1) >"$tmp/log" 2>&1; then
			say "$1: source of $s"
			return 0
		fi
		sed -n "s/^E: */$1: /p" "$tmp/log" >>"$tmp/why"
	done
	return 1
}

mnl_source() {
	source_of libmnl || return 1
	echo '#define HAVE_VISIBILITY_HIDDEN 1' >"$tmp/libmnl/config.h"
	compile libmnl "$tmp/libmnl" "$tmp"/libmnl/src/*.c || return 1
	cp "$tmp/libmnl/include/libmnl/libmnl.h" "$out/include/libmnl/"
}

# Debian's libmnl.a needs nothing from glibc that musl lacks, except on 32-bit
# machines with a 64-bit time_t (armhf): there three calls have other names, which
# an additional member provides.
mnl_deb() {
	for s in $(suites); do
		rm -rf "$tmp/deb"
		mkdir "$tmp/deb"
		(cd "$tmp/deb" && "$here/apt.sh" "$s${ARCH:+/$ARCH}" download libmnl-dev &&
			dpkg-deb -x libmnl-dev_*.deb .) >"$tmp/log" 2>&1 || {
			sed -n "s/^E: */libmnl-dev: /p" "$tmp/log" >>"$tmp/why"
			continue
		}
		a=$(find "$tmp/deb" -name libmnl.a)
		[ -n "$a" ] || continue # older ones have the shared library only
		cp "$a" "$out/lib/"
		cp "$tmp/deb/usr/include/libmnl/libmnl.h" "$out/include/libmnl/"
		cat >"$tmp/glibc-names.c" <<-'C'
		#include <sys/socket.h>
		ssize_t rm(int, struct msghdr *, int) __asm__("__recvmsg64");
		ssize_t rm(int s, struct msghdr *m, int f) { return recvmsg(s, m, f); }
		int gs(int, int, int, void *, socklen_t *) __asm__("__getsockopt64");
		int gs(int s, int l, int o, void *v, socklen_t *n) { return getsockopt(s, l, o, v, n); }
		int ss(int, int, int, const void *, socklen_t) __asm__("__setsockopt64");
		int ss(int s, int l, int o, const void *v, socklen_t n) { return setsockopt(s, l, o, v, n); }
		C
		compile libmnl "$tmp" "$tmp/glibc-names.c" || return 1
		trim libmnl || exit 1
		say "libmnl: $(basename "$tmp"/deb/libmnl-dev_*.deb)"
		return 0
	done
	return 1
}

mnl_own() {
	for s in $(suites); do # the header is the same for all machines
		(cd "$tmp" && "$here/apt.sh" "$s/amd64" download libmnl-dev &&
			dpkg-deb -x libmnl-dev_*.deb mnl) >"$tmp/log" 2>&1 || continue
		cp "$tmp/mnl/usr/include/libmnl/libmnl.h" "$out/include/libmnl/"
		compile libmnl "$tmp" "$here/mnl.c" || return 1
		say "libmnl: deps/mnl.c, which is what ct uses of it"
		return 0
	done
	return 1
}

# Two files, the ./configure macros that they test, and our own stdio.
capng_source() {
	source_of libcap-ng || return 1
	d=$tmp/libcap-ng/src
	for m in LINUX_MAGIC_H LINUX_SECUREBITS_H PTHREAD_H SYSCALL_H SYS_XATTR_H; do
		echo "#define HAVE_$m 1"
	done >"$d/config.h"
	for f in snprintf asprintf printf sprintf strtoul getpwuid initgroups pthread_atfork; do
		echo "#define $f ct_$f"
	done >>"$d/config.h"
	# No work before main: it is done at the first use. ct handles the bounding and
	# ambient sets itself, by prctl(2).
	printf '%s\n' '#define constructor unused' '#include <sys/prctl.h>' \
		'#undef PR_CAPBSET_DROP' '#undef PR_CAP_AMBIENT' >>"$d/config.h"
	compile libcap-ng "$d" "$d/cap-ng.c" "$d/lookup_table.c" "$here/stdio.c" || return 1
	cp "$d/cap-ng.h" "$out/include/"
}

missing=""
if [ "$SYSROOT" ]; then
	from_sysroot libmnl libmnl/libmnl.h || missing=1
	from_sysroot libcap-ng cap-ng.h || missing=1
else
	capng_source || missing=libcap-ng
	mnl_source || mnl_deb || mnl_own || missing="$missing libmnl"
fi
if [ "$missing" ] && [ "$SYSROOT" ]; then
	sed "s|^|deps.sh: SYSROOT=$SYSROOT: |; s|\$|: nothing is fetched|" "$tmp/why" >&2
	cat >&2 <<-'E'
	deps.sh: static libraries and headers are in these packages:
	  Debian      libmnl-dev (13 and later), libcap-ng-dev
	  Alpine      libmnl-dev libmnl-static libcap-ng-dev libcap-ng-static
	  Void        libmnl-devel, libcap-ng-devel
	  OpenWrt     libmnl, libcap-ng (package/libs, feeds/packages/libs), which install
	              libNAME.a into the staging directory
	  Buildroot   BR2_PACKAGE_LIBMNL, BR2_PACKAGE_LIBCAP_NG with BR2_STATIC_LIBS or
	              BR2_SHARED_STATIC_LIBS
	E
	exit 1
elif [ "$missing" ]; then
	cat "$tmp/why" >&2
	say "unavailable: $missing (SYSROOT=DIR takes them from DIR)"
	exit 1
fi

cat >"$tmp/t.c" <<'C'
#include <libmnl/libmnl.h>
#include <cap-ng.h>
int main(void)
{
	capng_clear(CAPNG_SELECT_BOTH);
	char buf[256];
	return !mnl_nlmsg_put_header(buf) || capng_apply(CAPNG_SELECT_BOTH) || capng_name_to_capability("chown");
}
C
# shellcheck disable=SC2086 # CC may be several words
$CC -static -isystem "$out/include" "$tmp/t.c" -o "$tmp/t" -Wl,--gc-sections -L"$out/lib" -lmnl -lcap-ng
rm -rf "$prefix"
mkdir -p "$(dirname "$prefix")"
mv "$out" "$prefix"
