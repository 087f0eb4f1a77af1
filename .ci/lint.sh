#!/bin/sh
# lint.sh - every static check, as TAP. `make lint` runs it with the CC and CFLAGS
# of the build. A missing tool is a skip.
set -u

cd "$(dirname "$0")/.." || exit 1
: "${CC:=musl-gcc}" "${CFLAGS:=}"
passed=0 failed=0 skipped=0
mkdir -p build/lint

lint() { # NAME COMMAND...
	name=$1
	shift
	if ! command -v "$1" >/dev/null; then
		skipped=$((skipped + 1))
		echo "ok - $name # SKIP no $1"
	elif out=$("$@" 2>&1); then
		passed=$((passed + 1))
		echo "ok - $name"
	else
		failed=$((failed + 1))
		echo "not ok - $name"
		printf '%s\n' "$out" | sed 's/^/# /'
	fi
}

strict() { # COMPILER FILE [FLAGS] - compiles, as some warnings need the optimizer
	# shellcheck disable=SC2086 # words
	$1 $CFLAGS -O2 -Werror ${3:-} -c "$2" -o build/lint/x.o
}

for f in ct.c deps/stdio.c deps/mnl.c tests/*.c bench/*.c; do
	[ -f "$f" ] || continue
	lint "gcc $f" strict "$CC" "$f" "-I. -Ilib"
	lint "clang $f" strict deps/musl-clang "$f" "-I. -Ilib"
done
lint "gcc lib/libct.c" strict "$CC" lib/libct.c -I.
lint "clang lib/libct.c" strict deps/musl-clang lib/libct.c -I.
lint "gcc lib/lxc.c" strict "$CC" lib/lxc.c -Ilib
lint "clang lib/lxc.c" strict deps/musl-clang lib/lxc.c -Ilib
# deps/mnl.c must have all that ct and its library call of libmnl: some machines have
# only that.
own_mnl() {
	for f in ct.c lib/libct.c deps/mnl.c; do
		# shellcheck disable=SC2086 # words
		$CC $CFLAGS -I. -c "$f" -o build/lint/x.o && nm build/lint/x.o || return
	done | awk '$(NF - 1) == "U" { want[$NF] } $(NF - 1) == "T" { have[$NF] }
		END { for (f in want) if (f ~ /^mnl_/ && !(f in have) && ++n) print f " is not there"
			exit !("mnl_attr_put" in want) || n > 0 }'
}
lint "deps/mnl.c has what is called of libmnl" own_mnl
# ct.c has stubs of these for its libraries; if ct itself called them, they would only fail.
no_stubs() {
	! grep -nE '^[^/]*(^|[^_a-z])(open|malloc|free)\(' ct.c src/*.c |
		grep -vE ':(int|void) \*?(open|malloc|free)\(|: ?\*'
}
lint "nothing calls open(), malloc() or free()" no_stubs
lint "protections.sh finds what it takes out" env CT_TEXTS=1 CT_SUITE=- sh tests/protections.sh
columns() { # at most 100 for code, 80 for transcripts
	for f in ct.[ch] src/*.[ch] lib/*.[ch] lib/lxc/*.[ch] tests/*.c bench/*.c contrib/*.c \
		contrib/*/*.c deps/*.c; do
		expand "$f" | awk -v f="$f" 'length($0) > 100 { print f ": " FNR }'
	done
	awk 'length($0) > 80 { print FILENAME ": " FNR }' tests/*.t
}
lint "lines have at most 100 columns" eval '! columns | grep .'
printf '#include "ct.h"\nextern int x;\n' >build/lint/h.c
lint "ct.h alone" strict "$CC" build/lint/h.c -I.

# Off: demands for C11 Annex K, which no libc has; complaints that an enum is not a set
# of flags, as in libcap-ng; that a function that failed may return 0 (clang 19); matters
# of taste.
deep() { # FILE
# to cppcheck each SYS_ is -1, as on a machine that lacks the call
lint "cppcheck $1" cppcheck -q --std=c11 --error-exitcode=1 --inline-suppr \
	--enable=warning,portability,performance --suppress=missingIncludeSystem \
	--suppress=normalCheckLevelMaxBranches -D_GNU_SOURCE= -D__x86_64__ '-DSC_HASH(s)=0' \
	--suppress=negativeIndex:src/seccomp.c -I. -Ilib "$1" deps/stdio.c

# shellcheck disable=SC2086 # words
lint "clang-tidy $1" clang-tidy --quiet --warnings-as-errors='*' --checks='-*,
	bugprone-*,-bugprone-easily-swappable-parameters,-bugprone-assignment-in-if-condition,
	-bugprone-multi-level-implicit-pointer-conversion,
	-bugprone-reserved-identifier,-bugprone-suspicious-include,-bugprone-narrowing-conversions,-bugprone-implicit-widening*,
	cert-*,-cert-dcl37-c,-cert-dcl51-cpp,-cert-err33-c,
	-bugprone-suspicious-string-compare,-cert-dcl16-c,
	clang-analyzer-*,-clang-analyzer-optin.performance.Padding,-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling,
	-clang-analyzer-optin.core.EnumCastOutOfRange,-clang-analyzer-unix.StdCLibraryFunctions,
	misc-redundant-expression,readability-duplicate-include' \
	"$1" -- -I. -Ilib -nostdlibinc -isystem "/usr/include/$(gcc -print-multiarch | sed 's/-gnu/-musl/')" $CFLAGS
}
# these two take a minute each
{ deep lib/libct.c; deep lib/lxc.c; } >build/lint/library &
deep ct.c
wait
cat build/lint/library
passed=$((passed + $(grep -c '^ok' build/lint/library)))
failed=$((failed + $(grep -c '^not ok' build/lint/library)))
skipped=$((skipped + $(grep -c '# SKIP' build/lint/library)))
passed=$((passed - $(grep -c '# SKIP' build/lint/library)))

# Every shell script, recognised by its first line.
scripts=$(find . -name build -prune -o -name .git -prune -o -type f \
	-exec awk 'FNR == 1 { if (/^#!.*sh$/) print FILENAME; exit }' {} \;)
for f in $scripts; do
	lint "shellcheck $f" shellcheck -x "$f"
done
for f in *.[1-8]; do
	[ ! -f "$f" ] || lint "mandoc $f" mandoc -T lint -W warning "$f"
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
