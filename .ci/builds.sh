#!/bin/sh
# builds.sh - what packagers of ct rely on: compilers, flags, their own libraries,
# the same bytes everywhere. As TAP; `make check PARTS=builds` runs it. Everything
# from Debian is fetched first, and the builds then have no network.
# shellcheck disable=SC2317 # functions are called by name
set -u

cd "$(dirname "$0")/.." || exit 1
make=${MAKE:-make} top=$PWD out=$PWD/build/builds part=builds log=$PWD/build/builds/log
unset CC AR CFLAGS LDFLAGS CPPFLAGS MAKEFLAGS MAKELEVEL
rm -rf "$out"
mkdir -p "$out"
off=''
if [ "$(id -u)" -eq 0 ]; then off='unshare -n'; fi

. .ci/tap.sh

fetch() { # the tools, our libraries for this machine and for mips, and Debian's own
	# shellcheck disable=SC2046 # words
	deps/need.sh gcc-11=gcc-11 dh=debhelper dpkg-buildpackage=dpkg-dev lintian=lintian fakeroot=fakeroot \
		$(vm/cross.sh -p mips) && mips=$(vm/cross.sh mips) && "$make" deps &&
		"$make" CC="$mips" ARCH=mips DEPS=build/deps-mips deps &&
		(cd "$out" && "$top/deps/apt.sh" trixie download libmnl-dev &&
			dpkg-deb -x libmnl-dev_*.deb mnl) && newer
}
newer() { # trixie's compilers with musl, in build/gcc, a root for a container
	[ ! -d build/gcc ] || return 0
	mkdir -p "$out/new/proc" "$out/new/dev" "$out/new/tmp" || return
	for d in bin lib lib64 sbin; do
		mkdir -p "$out/new/usr/$d" && ln -s "usr/$d" "$out/new/$d" || return
	done
	deps/unpack.sh "$out/new" trixie gcc-13 gcc-14 musl-tools linux-libc-dev || return
	rm -rf "$out/new/usr/share"
	mv "$out/new" build/gcc
}
ok "What is needed comes from Debian" fetch

ct() { # NAME ARGUMENT...: makes build/builds/NAME with these arguments for make
	name=$1
	shift
	$off "$make" DEPS="$top/build/deps" CT="$out/$name" "$@" "$out/$name"
}
works() { # NAME
	[ "$("$out/$1" run printf '%s' hello)" = hello ]
}

compiler() { # NAME ARGUMENT...: also without a warning
	ct "$@" CFLAGS=-Werror && works "$1"
}
compiler_11() { REALGCC=gcc-11 && export REALGCC && compiler gcc-11 && unset REALGCC; }
ok "gcc 11" compiler_11
ok "gcc of the machine" compiler gcc
compiler_newer() { # VERSION
	cat >"$out/cc-$1" <<-C
	#!/bin/sh
	exec "$out/gcc" run -r "$top/build/gcc" -R -v "$top" -w "\$PWD" -- gcc-$1 "\$@" \\
		-specs /usr/lib/x86_64-linux-musl/musl-gcc.specs
	C
	chmod 755 "$out/cc-$1"
	compiler "gcc-$1" CC="$out/cc-$1" AR=ar &&
		$off "$make" DEPS="$top/build/deps" CC="$out/cc-$1" AR=ar CFLAGS=-Werror \
			LIB="$out/lib-$1.a" LXC="$out/lxc-$1.a" "$out/lib-$1.a" "$out/lxc-$1.a" &&
		"$out/cc-$1" -dumpfullversion | grep "^$1\."
}
for v in 13 14; do ok "gcc $v" compiler_newer $v; done
ok clang compiler clang CC=deps/musl-clang

environment() { # variables are used, and the command line overrides them
	CFLAGS=-DA1 LDFLAGS=-Wl,-DB1 CPPFLAGS=-DC1 CC=cc1 AR=ar1 "$make" -nB ct lib >"$out/n" || return
	grep '^cc1 .*-DC1.* -DA1 .*-Wl,-DB1' "$out/n" && grep '^ar1 ' "$out/n" || return
	CFLAGS=-DA1 CC=cc1 "$make" -nB CFLAGS=-DA2 CC=cc2 ct >"$out/n"
	grep '^cc2 .* -DA2 ' "$out/n" && ! grep -e DA1 -e cc1 "$out/n"
}
ok "The environment's compiler and flags are taken, the command line's first" environment

dynamic() {
	ct dynamic STATIC= && readelf -l "$out/dynamic" | grep INTERP && works dynamic
}
ok "STATIC= makes a dynamic program" dynamic

nothing() { # the packages are named, and the network is not used
	mkdir -p "$out/empty"
	! $off "$make" SYSROOT="$out/empty" DEPS="$out/none" CT="$out/nothing" "$out/nothing" 2>"$out/e" &&
		grep "SYSROOT=$out/empty: no libmnl.a" "$out/e" && grep "Alpine .*libmnl-static" "$out/e" &&
		[ ! -e "$out/none" ]
}
ok "SYSROOT without the libraries says whose packages have them" nothing

sysroot() { # made of Debian's own libraries, which were built for glibc
	s=$out/sysroot/usr
	mkdir -p "$s/lib" "$s/include/libmnl"
	cp "$out"/mnl/usr/lib/*/libmnl.a /usr/lib/*-linux-gnu/libcap-ng.a "$s/lib" &&
		cp /usr/include/libmnl/libmnl.h "$s/include/libmnl" && cp /usr/include/cap-ng.h "$s/include" &&
		$off "$make" SYSROOT="$out/sysroot" DEPS="$out/deps" CT="$out/distro" STRIP= "$out/distro" || return
	! nm "$out/distro" | grep -wE 'vfprintf|vfscanf|fopen|__stdio_read' && works distro &&
		"$out/distro" run --cap-drop ALL grep '^CapEff:.0000000000000000$' /proc/self/status &&
		"$out/distro" run grep '^CapEff:.00000000000005fb$' /proc/self/status
}
ok "With a distribution's libraries no stdio comes along" sysroot

same() { # from two directories
	for d in "$out/a" "$out/another-one"; do
		mkdir "$d" && cp -R ct.c ct.h src lib config.def.h Makefile "$d" || return
		(cd "$d" && $off "$make" DEPS="$top/build/deps" ct lib) || return
	done
	cmp "$out/a/ct" "$out/another-one/ct" && cmp "$out/a/libct.a" "$out/another-one/libct.a"
}
ok "The same bytes from any directory" same

glibc() { # for systems that have no musl
	ct glibc CC=gcc SYSROOT="$out/sysroot" DEPS="$out/deps-glibc" CFLAGS=-Werror && works glibc &&
		"$out/glibc" run --cap-drop ALL grep '^CapEff:.0000000000000000$' /proc/self/status
}
ok "A static program with glibc" glibc

lean() { # the switches and the profile of a router
	mkdir "$out/lean" && cp -R ct.c ct.h src lib config.def.h Makefile "$out/lean" &&
		sed -f contrib/lean.sed config.def.h >"$out/lean/config.h" &&
		(cd "$out/lean" && $off "$make" DEPS="$top/build/deps" CFLAGS=-Werror ct) &&
		[ "$(wc -c <"$out/lean/ct")" -lt 212992 ] &&
		[ "$("$out/lean/ct" run --profile lean printf '%s' hello)" = hello ]
}
ok "contrib/lean.sed makes a binary of less than 208 KiB" lean

dist() {
	[ -d .git ] || { echo "not a checkout"; return 1; }
	"$make" dist && mv build/ct-*.tar.gz "$out/1.tar.gz" && sleep 1 &&
		"$make" dist && mv build/ct-*.tar.gz "$out/2.tar.gz" && cmp "$out/1.tar.gz" "$out/2.tar.gz" &&
		mkdir "$out/dist" && tar -xzf "$out/1.tar.gz" -C "$out/dist" --strip-components=1 &&
		(cd "$out/dist" && $off "$make" SYSROOT="$out/sysroot" CT="$out/from-dist" "$out/from-dist") &&
		works from-dist
}
ok "A release is the same each time, and builds without a network" dist

recipes() { # their calls of make, with a compiler for mips, as on those systems
	$off "$make" CC="$mips" ARCH=mips DEPS=build/deps-mips CT="$out/mips" "$out/mips" &&
		mkdir -p "$out/openwrt" "$out/buildroot" && : >"$out/rules.mk" && : >"$out/package.mk" || return
	cat >"$out/recipes.mk" <<-M
	TOPDIR = $out
	INCLUDE_DIR = $out
	TARGET_CC = $mips
	TARGET_AR = mips-linux-gnu-ar
	TARGET_CPPFLAGS = -DRECIPE
	TARGET_CFLAGS = -Os -pipe -mips32r2 -fno-caller-saves
	TARGET_LDFLAGS = -Wl,-z,now
	STAGING_DIR = $top/build/deps-mips
	PKG_BUILD_DIR = $out/openwrt
	include contrib/openwrt/Makefile
	BR2_EXTERNAL_CT_PATH = contrib/buildroot
	include contrib/buildroot/external.mk
	M
	# shellcheck disable=SC2016 # make's
	printf '%s:\n\t%s\n' "$out/openwrt/x" '$(Build/Compile)' "$out/buildroot/x" '$(CT_BUILD_CMDS)' >>"$out/recipes.mk"
	for d in openwrt buildroot; do
		cp -R ct.c ct.h src lib config.def.h Makefile deps "$out/$d" || return
		$off "$make" -f "$out/recipes.mk" "$out/$d/x" >"$out/$d/log" 2>&1
		cat "$out/$d/log"
		grep 'Os -pipe -mips32r2 .*-Wl,-z,now' "$out/$d/log" &&
			readelf -h "$out/$d/ct" | grep 'MIPS R3000' || return
	done
}
ok "OpenWrt's and Buildroot's recipes compile it for mips" recipes

tree() { # NAME: the contents of a release, as build/builds/NAME/src
	mkdir -p "$out/$1/src" &&
		cp -R ./*.[ch13] LICENSE Makefile README contrib deps lib src "$out/$1/src"
}
same_files() { # DIR FILE...: it has these files and no others
	dir=$1
	shift
	(cd "$dir" && find . -type f | sort) >"$out/is" && printf './%s\n' "$@" | sort | diff - "$out/is"
}

# As abuild uses it, except for an Alpine root. Debian has neither abuild nor bitbake.
# shellcheck disable=SC2086 # $off
alpine() { # its shell functions; the last SYSROOT given is this machine's
	p=$out/alpine/pkg
	tree alpine && (cd "$out/alpine/src" && pkgdir=$p && . contrib/alpine/APKBUILD &&
		make() { env $off "$make" "$@" CROSS=musl- SYSROOT="$out/sysroot"; } &&
		build && package) || return
	# as abuild splits it: -doc, -dev, -bash-completion and -zsh-completion take all others
	rm -r "$p/usr/share/man" "$p/usr/include" "$p"/usr/lib/*.a "$p/usr/lib/pkgconfig" \
		"$p/usr/share/bash-completion" "$p/usr/share/zsh" &&
		same_files "$p" usr/bin/ct etc/init.d/ct-httpd &&
		[ "$("$p/usr/bin/ct" run printf '%s' hello)" = hello ]
}
ok "Alpine's recipe builds and installs it" alpine

# shellcheck disable=SC2034,SC1091 # the recipe's
bitbake() { # its tasks are shell functions with bitbake variables
	p=$out/yocto/pkg recipe=contrib/yocto/ct_0.1.bb
	tree yocto && sed -n '/^do_/,/^}/p' "$recipe" >"$out/yocto/tasks" &&
		extra=$(sed -n 's/^EXTRA_OEMAKE = "\(.*\)"/\1/p' "$recipe") || return
	(cd "$out/yocto/src" && export CC='musl-gcc -pipe' CFLAGS='-O2 -g' &&
		STAGING_DIR_TARGET=$out/sysroot prefix=/usr mandir=/usr/share/man D=$p sysconfdir=/etc &&
		oe_runmake() { eval "$off \"\$make\" $extra \"\$@\""; } &&
		. "$out/yocto/tasks" && do_compile && do_install) || return
	[ -d "$p/etc/ct" ] && [ -e "$p/usr/share/man/man1/ct.1" ] &&
		readelf -S "$p/usr/bin/ct" | grep -F .debug_info && # bitbake strips it
		[ "$("$p/usr/bin/ct" run printf '%s' hello)" = hello ]
}
ok "Yocto's recipe builds and installs it" bitbake

debian() { # built without complaints, installed into an empty root and removed again
	d=$out/debian
	mkdir -p "$d/ct-0.1" "$d/root/var/lib/dpkg" && cp -R ./*.[ch13] LICENSE Makefile README \
		contrib deps lib src "$d/ct-0.1" && cp -R contrib/debian "$d/ct-0.1" || return
	(cd "$d/ct-0.1" && SYSROOT=$out/sysroot $off dpkg-buildpackage -d -us -uc -b) || return
	# the request for the package is closed by its submitter
	lintian --allow-root --fail-on warning --suppress-tags initial-upload-closes-no-bugs \
		"$d"/ct_*.changes || return
	: >"$d/root/var/lib/dpkg/status"
	dpkg --root="$d/root" --force-depends --force-not-root -i "$d"/ct_*.deb "$d"/libct-*.deb &&
		[ "$("$d/root/usr/bin/ct" run printf '%s' hello)" = hello ] &&
		[ -e "$d/root/usr/share/man/man1/ct.1.gz" ] &&
		[ "$(wc -c <"$d/root/usr/bin/ct")" -lt $(($(wc -c <"$out/from-dist") + 4096)) ] &&
		dpkg --root="$d/root" --force-not-root -P ct libct-dev libct-lxc-dev &&
		[ ! -e "$d/root/usr/bin/ct" ]
}
ok "Debian's package is clean, goes in and out" debian

yocto() {
	grep "md5=$(md5sum <LICENSE | cut -d' ' -f1)" contrib/yocto/ct_0.1.bb
}
ok "Yocto's hash of LICENSE is right" yocto

licence() { # the hash that Buildroot requires
	sum=$(sha256sum <LICENSE)
	grep "^sha256  ${sum%% *}  LICENSE\$" contrib/buildroot/package/ct/ct.hash
}
ok "Buildroot's hash of LICENSE is right" licence

total
