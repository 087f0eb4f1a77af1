#!/bin/sh
# SPDX-License-Identifier: ISC
#
# lib.sh [PATTERN] - what ct.h promises, tried; runs the cases whose name
# contains PATTERN. Needs `make all lib helpers`, and for some cases a compiler
# of glibc, g++ and valgrind. Prints TAP and "N passed, N failed, N skipped".
set -u

cd "$(dirname "$0")/.." || exit 1
: "${CC:=musl-gcc}" "${DEPS:=build/deps}" "${CT:=./ct}" "${MAKE:=make}"
passed=0 failed=0 skipped=0 pattern=${1-}
work=$(mktemp -d "${TMPDIR:-/tmp}/ct-lib.XXXXXX") || exit 1
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
root=$work/root lib=$work/lib here=$PWD
CT=$(cd "$(dirname "$CT")" && pwd)/$(basename "$CT")
N=lib$$
export TMPDIR="$work"

t() { # NAME COMMAND...: status 77 is a skip, whose reason is the last line
	name=$1
	case $name in *"$pattern"*) ;; *) return ;; esac
	shift
	# not in a subshell of its own: what it starts is to be waited for there
	("$@") >"$work/out" 2>&1 </dev/null
	status=$?
	case $status in
	0)
		passed=$((passed + 1))
		echo "ok - $name"
		grep '^[0-9]* cycles' "$work/out" | sed 's/^/# /' ;;
	77)
		skipped=$((skipped + 1))
		echo "ok - $name # SKIP $(tail -n 1 "$work/out")" ;;
	*)
		failed=$((failed + 1))
		echo "not ok - $name (status $status)"
		sed 's/^/# /' "$work/out" ;;
	esac
}

skip() { echo "$*"; exit 77; }
has() { command -v "$1" >/dev/null || skip "no $1"; }

# As an ordinary user, or as who we are.
user() { # COMMAND...
	[ "$(id -u)" = 0 ] || { "$@"; return; }
	TMPDIR=$work/tmp setpriv --reuid=1000 --regid=1000 --clear-groups "$@"
}

root() { # COMMAND...
	[ "$(id -u)" = 0 ] || skip "not root"
	"$@"
}

group() { # COMMAND...: where there is a cgroup to be had
	[ "$(id -u)" = 0 ] || skip "not root"
	"$CT" check 2>/dev/null | grep -q '^no *cgroup2' && skip "no cgroup2"
	"$@"
}

mkroot() {
	has busybox
	mkdir -p "$root/bin" "$root/etc" "$root/root" "$root/proc" "$root/sys" \
		"$root/dev" "$root/tmp" "$root/run" "$root/mnt" || exit 1
	cp -L "$(command -v busybox)" "$root/bin/" && "$root/bin/busybox" --install "$root/bin"
	echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
	echo 'root:x:0:' >"$root/etc/group"
	chmod -R a+rX "$root"
}

# --- as it is installed -------------------------------------------------------

inst=$work/inst
libs=-lct

install_() {
	"$MAKE" -s install DESTDIR="$inst" PREFIX=/usr >/dev/null || return 1
	for f in bin/ct include/ct.h include/libct.h lib/libct.a lib/pkgconfig/libct.pc \
		share/man/man1/ct.1 share/man/man3/ct.3; do
		[ -s "$inst/usr/$f" ] || { echo "no $f"; return 1; }
	done
	grep -q '^Libs: .*-lct -lmnl -lcap-ng' "$inst/usr/lib/pkgconfig/libct.pc"
}

uninstall() {
	cp -R "$inst" "$inst.2" && "$MAKE" -s uninstall DESTDIR="$inst.2" PREFIX=/usr &&
		[ -z "$(find "$inst.2" -type f)" ]
}

pc() {
	has pkg-config
	[ "$(PKG_CONFIG_PATH=$inst/usr/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$inst \
		pkg-config --cflags --static --libs libct | tr -s ' ' '\n' | sort | tr '\n' ' ')" = \
		"-I$inst/usr/include -L$inst/usr/lib -lcap-ng -lct -lmnl " ] ||
		PKG_CONFIG_PATH=$inst/usr/lib/pkgconfig pkg-config --libs libct | grep -q -- '-lct -lmnl'
}

example() { # NAME [FLAG...]: contrib's program against what was installed
	prog=$1
	shift
	"$CC" -std=gnu99 "$@" -static -I"$inst/usr/include" -o "$work/$prog" \
		"contrib/libct/$prog.c" -L"$inst/usr/lib" -L"$DEPS/lib" $libs -lmnl -lcap-ng
}

says() { # WANT COMMAND...
	want=$1
	shift
	is=$("$@") || return 1
	[ "$is" = "$want" ] || { echo "'$is', not '$want'"; return 1; }
}

# The document's own, whatever its white space.
unchanged() {
	says "$(tr -d ' \t\n' <<'END'
#include <stdio.h>
#include <sys/mman.h>
#include <libct.h>
static int set_ct_alive(void *a)
{
*(int *)a = 1;
return 0;
}
int main(int argc, char **argv)
{
int *ct_alive;
libct_session_t s;
ct_handler_t ct;
ct_alive = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
MAP_SHARED | MAP_ANON, 0, 0);
*ct_alive = 0;
s = libct_session_open_local();
ct = libct_container_create(s, "test");
libct_container_spawn_cb(ct, set_ct_alive, ct_alive);
libct_container_wait(ct);
libct_container_destroy(ct);
libct_session_close(s);
if (!*ct_alive)
printf("Container is not alive");
else
printf("Container is alive");
return 0;
}
END
)" tr -d ' \t\n' <contrib/libct/alive.c
}

# --- the header and the library's names ---------------------------------------

strict() { # COMPILER FLAG...: the header alone
	has "$1"
	printf '#include <libct.h>\n#include <ct.h>\nint x;\n' >"$work/h.c"
	"$@" -Wall -Wextra -Werror -pedantic -I"$inst/usr/include" -c "$work/h.c" -o "$work/h.o"
}

cplusplus() { # links and runs: the names are C's
	has g++
	cat >"$work/p.cc" <<'END'
#include <libct.h>
#include <cstdio>
static int seven(void *) { return 7; }
int main()
{
	char name[] = "lib-cplusplus";
	libct_session_t s = libct_session_open_local();
	ct_handler_t c = libct_container_create(s, name);
	struct ct_status st;
	int bad = libct_container_spawn_cb(c, seven, nullptr) || libct_container_wait(c) ||
	    libct_container_status(c, &st) || st.exit_status != 7;
	if (bad)
		std::puts(libct_error(c));
	libct_session_close(s);
	return bad;
}
END
	glibc && g++ -Wall -Wextra -Werror -pedantic -I"$inst/usr/include" -o "$work/p" \
		"$work/p.cc" "$work/ct-glibc.o" -lmnl -lcap-ng && "$work/p"
}

symbols() { # only ours go out, and no state stays
	nm -g --defined-only libct.a | awk 'NF == 3 { print $3 }' | grep -v '^libct_' && return 1
	nm libct.a | awk '$2 ~ /^[bBdDC]$/ { print "state:", $0; n = 1 } END { exit n }'
}

# Document names, then whatever is declared beyond them.
names() {
	"$CC" -E -P -dD -I. ct.h | sed -n '/^#define LIBCT_H/,$p' >"$work/names"
	for f in session_open session_open_local session_close container_create container_open \
		container_state container_spawn_cb container_spawn_execv container_spawn_execve \
		container_spawn_execvefds container_enter_cb container_enter_execv \
		container_enter_execve container_kill container_wait container_destroy \
		container_set_nsmask controller_add controller_configure fs_set_root \
		fs_set_private fs_add_mount net_add container_set_option; do
		grep -q "libct_$f(" ct.h || { echo "not declared: libct_$f"; return 1; }
	done
	sed 's|/\*|\n&|g' ct.h | awk '
		/\/\*/ { c = 1 }
		!c { print }
		/\*\// { c = 0; sub(/.*\*\//, ""); print }' >"$work/code"
	{
		grep -oE '[A-Za-z_][A-Za-z0-9_]*\(' "$work/code" | tr -d '('
		sed -n 's/^\(struct\|enum\) \([a-z_]*\).*/\2/p; s/^typedef .* \*\{0,1\}\([a-z_]*\);/\1/p
			s/^#define \([A-Z_]*\).*/\1/p' "$work/code"
		awk '/^enum/ { e = 1 } e { print } /}/ { e = 0 }' "$work/code" |
			grep -oE '[A-Z][A-Z0-9_]+'
	} | sort -u | grep -vE '^(libct_|ct_|CT_|LIBCT_|CTL_|__attribute__|$)' && return 1
	for f in $(nm -g --defined-only libct.a | awk 'NF == 3 { print $3 }'); do
		grep -q "$f(" ct.h || { echo "not in ct.h: $f"; return 1; }
		grep -q "$f" ct.3 || { echo "not in ct.3: $f"; return 1; }
	done
}

# --- under the checkers -------------------------------------------------------

glibc() { # [FLAG...]: libct.c as ct.3 says, for a program of glibc
	gcc -std=c11 -D_GNU_SOURCE= -g -O1 "$@" -I. -c lib/libct.c -o "$work/ct-glibc.o"
}

checked() { # PROGRAM FLAG...
	has gcc
	[ -e /usr/include/cap-ng.h ] || skip "no libcap-ng-dev"
	prog=$1
	shift
	glibc "$@" && gcc -g -D_GNU_SOURCE= "$@" -I"$inst/usr/include" -o "$work/$(basename "$prog" .c)-g" \
		"$prog" "$work/ct-glibc.o" -lmnl -lcap-ng -lpthread
}

grind() { # COMMAND...: the example under valgrind, by whom COMMAND makes us
	has valgrind
	rm -f "$work"/vg/*
	"$@" valgrind -q --error-exitcode=9 --leak-check=full --log-file="$work/vg/%p" \
		"$work/alive-g" >"$work/vg.out" || { cat "$work"/vg/*; return 1; }
	grep -E 'Invalid|uninitialised|unaddressable|definitely' "$work"/vg/* && return 1
	says "Container is alive" cat "$work/vg.out"
}

# Nothing that changes the caller, and no output: what the program itself does
# not do either.
quiet() {
	has strace
	strace -o "$work/trace" "$lib" life || return 1
	! grep -E '^(rt_sigaction|exit_group\([^01]|write\([12],|chdir|fchdir|umask|setns|unshare|dup2)' \
		"$work/trace"
}

# --- with the command line ----------------------------------------------------

poll() { # COMMAND...: until it succeeds, 5 s at most
	tries=100
	while [ $((tries -= 1)) -gt 0 ]; do
		"$@" && return
		sleep 0.05
	done
	echo "gave up on: $*"
	return 1
}
up() { poll grep -q up "$work/hold"; }

# shellcheck disable=SC2016 # expands in the container
seen() {
	rm -f "$work/hold"; "$lib" hold "$N-h" "$root" >"$work/hold" 2>&1 &
	pid=$! r=0
	up &&
		says "held of the library" "$CT" exec "$N-h" sh -c 'echo $(hostname) $WORD' &&
		"$CT" inspect "$N-h" | grep -q '"--hostname=held"' &&
		"$CT" pause "$N-h" && "$CT" ls | grep -q "^$N-h *paused" &&
		"$CT" resume "$N-h" && "$CT" ps "$N-h" | grep -q sleep || r=1
	"$CT" kill "$N-h"
	wait "$pid"
	[ $?,$r = 137,0 ] || { cat "$work/hold"; return 1; }
}

stopped() { # ct stop and ct rm of what the library runs
	for how in stop "rm -f"; do
		rm -f "$work/hold"; "$lib" hold "$N-s" >"$work/hold" 2>&1 &
		pid=$!
		up || return 1
		# shellcheck disable=SC2086 # two words
		"$CT" $how "$N-s" || return 1
		wait "$pid"
		[ $? = 137 ] || { cat "$work/hold"; return 1; }
	done
}

found() {
	"$CT" run -d -n "$N-c" sleep 100 >"$work/o" && "$lib" find "$N-c"
}

other() { # found by name from another process, which ends it
	rm -f "$work/hold"; "$lib" hold "$N-o" >"$work/hold" 2>&1 &
	pid=$!
	up && "$lib" find "$N-o" || return 1
	wait "$pid"
	[ $? = 137 ]
}

lone() { # what was created and left is a group that stays
	"$lib" lone "$N-l" && "$CT" ls | grep -q "^$N-l *created" && "$lib" take "$N-l" &&
		"$lib" lone "$N-l" && "$CT" rm "$N-l"
}

swept() { # the container of a process that was killed goes with the next ct
	rm -f "$work/hold"; "$lib" hold "$N-k" >"$work/hold" 2>&1 &
	pid=$!
	up || return 1
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
	"$CT" ls | grep -q "^$N-k" && sleep 0.2
	! "$CT" ls | grep -q "^$N-k"
}

clean() {
	"$CT" ls | grep "^lib" && return 1
	# no process of ours is left
	# shellcheck disable=SC2009 # busybox has no pgrep -f that prints
	! ps -eo args 2>/dev/null | grep "^$work/lib "
}

# --- all of them ---------------------------------------------------------------

cp build/tests/lib "$lib" && chmod 755 "$lib" || exit 1
(mkroot) || echo "# no busybox: cases with a root fail"
mkdir -p "$work/cg" "$work/vg"
mkdir "$work/tmp" && chmod 1777 "$work/tmp" "$work/vg"

t "install" install_
[ -z "$pattern" ] || install_ || exit 1
t "uninstall" uninstall
t "pkg-config" pc
t "header: c99, pedantic" strict gcc -std=c99
t "header: c11, pedantic" strict gcc -std=c11
t "header: clang" strict clang -std=c99
t "header: C++98" strict g++ -x c++ -std=c++98
t "header: C++17" strict g++ -x c++ -std=c++17
t "header: a C++ program" cplusplus
t "names: declared" names
t "names: exported, no state" symbols
t "example: unchanged" unchanged
t "example: compiles" example alive
t "example: as root" root says "Container is alive" "$work/alive"
t "example: as a user" user sh -c "[ \"\$($work/alive)\" = 'Container is alive' ]"
t "ten: compiles" example ten -Wall -Wextra -Werror -pedantic
t "ten: as root" root "$work/ten"
t "ten: as a user" user "$work/ten"
t "limits: compiles" example limits -Wall -Wextra -Werror -pedantic
t "limits" root "$work/limits" "$root" sh -c \
	'ip addr show eth0 | grep -q 10.99.97.2 && grep -q "^CapEff:.*25fb$" /proc/self/status || { ip addr; cat /proc/self/status; exit 1; }'
for c in life errors fds caller threads enter console many; do
	t "$c: as root" root "$lib" $c
	t "$c: as a user" user "$lib" $c
done
for c in "root $root" "here $work/cg"; do
	# shellcheck disable=SC2086 # two words
	t "${c%% *}: as root" root "$lib" $c
	# shellcheck disable=SC2086
	t "${c%% *}: as a user" user "$lib" $c
done
t "cycles: 1000 as root" root "$lib" cycles 1000
t "cycles: 1000 as a user" user "$lib" cycles 1000
t "group" group "$lib" group
t "limits of a group" group "$lib" limits
t "nsmask" group "$lib" nsmask
t "join" group "$lib" join
t "submount" group "$lib" submount "$work/cg"
t "privilege" root "$lib" privilege "$root"
t "net" root "$lib" net "$root"
t "quiet" quiet
t "command line: sees and enters ours" group seen
t "command line: stops and removes ours" group stopped
t "library: finds the command line's" group found
t "library: finds another process's" group other
t "library: takes one that was left" group lone
t "library: killed, swept" group swept
t "valgrind: compiles" checked contrib/libct/alive.c
t "valgrind: example as root" root grind env
t "valgrind: example as a user" grind user
t "asan: compiles" checked contrib/libct/alive.c -fsanitize=address,undefined -fno-sanitize-recover=all
t "asan: example" says "Container is alive" "$work/alive-g"
t "asan: example as a user" user "$work/alive-g"
t "asan: cases compile" checked tests/lib.c -fsanitize=address,undefined -fno-sanitize-recover=all
for c in life errors fds threads enter; do
	t "asan: $c" root env ASAN_OPTIONS=detect_leaks=0 "$work/lib-g" $c
done
t "nothing is left" clean

cd "$here" || exit 1
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
