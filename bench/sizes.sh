#!/bin/sh
# sizes.sh - the bytes that each HAVE_ switch of config.h costs: builds ct without
# it, and once without any. `make sizes` runs it.
set -eu

cd "$(dirname "$0")/.."
: "${MAKE:=make}"
work=$(mktemp -d "${TMPDIR:-/tmp}/ct-sizes.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
cp -R Makefile ct.c ct.h src "$work"
ln -s "$PWD/build" "$work/build"

size() { # SED-SCRIPT: of a ct with config.h changed by it
	sed "$1" config.def.h >"$work/config.h"
	rm -f "$work/ct"
	"$MAKE" -s -C "$work" ct >/dev/null
	wc -c <"$work/ct"
}

all=$(size '')
printf '%-14s %7d bytes\n' everything "$all"
sed -n 's/^#define \(HAVE_[A-Z]*\)  *1 .*/\1/p' config.def.h | while read -r switch; do
	n=$(size "s/^#define $switch  *1/#define $switch 0/")
	printf '%-14s %7d less\n' "$switch" $((all - n))
done
printf '%-14s %7d bytes\n' 'none of them' "$(size 's/^\(#define HAVE_[A-Z]*\)  *1/\1 0/')"
