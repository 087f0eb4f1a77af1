# The library as installed, for programs of musl and glibc, C and C++, and
# under the checkers: what ct.h, ct.3 and contrib/libct promise. It is run by
# `make test-lib`; CC, MAKE and DEPS are as there.

limit 6

# --- as it is installed ---

need sources
Installation puts each file in its place
  $ installed; for f in bin/ct include/ct.h include/libct.h lib/libct.a \
  >   lib/pkgconfig/libct.pc share/man/man1/ct.1 share/man/man3/ct.3 \
  >   lib/liblxc.a lib/pkgconfig/lxc.pc share/man/man3/lxc.3 \
  >   include/lxc/lxccontainer.h include/lxc/attach_options.h; do
  >   [ -s "$inst/usr/$f" ] || echo "no $f"
  > done
  $ grep -c '^Libs: .*-lct -lmnl -lcap-ng' "$inst/usr/lib/pkgconfig/libct.pc"
  1

"make uninstall" leaves no file
  $ installed; cp -R "$inst" i
  > "$MAKE" -s -C "$src" uninstall DESTDIR="$PWD/i" PREFIX=/usr; find i -type f

need sources pkg-config
pkg-config tells where the library is and what it needs
  $ installed; export PKG_CONFIG_PATH="$inst/usr/lib/pkgconfig"
  > export PKG_CONFIG_SYSROOT_DIR="$inst"
  $ pkg-config --cflags --static --libs libct | tr -s ' ' '\n' | sed "s,$inst,,"
  -I*/usr/include
  -L*/usr/lib
  -lct
  -lmnl
  -lcap-ng

# --- the header and the names ---

need sources gcc
each c99 c11
The header is pedantic $it
  $ installed; printf '#include <libct.h>\n#include <ct.h>\nint x;\n' >h.c
  $ gcc -std=$it -Wall -Wextra -Werror -pedantic -I"$inst/usr/include" -c h.c

need sources clang
The header is C for clang
  $ installed; printf '#include <libct.h>\n#include <ct.h>\nint x;\n' >h.c
  $ clang -std=c99 -Wall -Wextra -Werror -pedantic -I"$inst/usr/include" -c h.c

need sources g++
each c++98 c++17
The header is pedantic $it
  $ installed; printf '#include <libct.h>\n#include <ct.h>\nint x;\n' >h.cc
  $ g++ -std=$it -Wall -Wextra -Werror -pedantic -I"$inst/usr/include" -c h.cc

need sources glibc g++
A C++ program links and runs: the names are C names
  $ cat >p.cc <<'E'
  > #include <libct.h>
  > #include <cstdio>
  > static int seven(void *) { return 7; }
  > int main()
  > {
  > 	char name[] = "lib-cplusplus";
  > 	libct_session_t s = libct_session_open_local();
  > 	ct_handler_t c = libct_container_create(s, name);
  > 	struct ct_status st;
  > 	int bad = libct_container_spawn_cb(c, seven, nullptr) ||
  > 	    libct_container_wait(c) ||
  > 	    libct_container_status(c, &st) || st.exit_status != 7;
  > 	if (bad)
  > 		std::puts(libct_error(c));
  > 	libct_session_close(s);
  > 	return bad;
  > }
  > E
  $ glibc vg && g++ -Wall -Wextra -Werror -pedantic -I"$inst/usr/include" \
  >   -o p p.cc "$made/vg.o" -lmnl -lcap-ng && ./p

need sources
Each documented name is declared, and each declared name has our prefix
  $ for f in session_open session_open_local session_close container_create \
  >   container_open container_state container_spawn_cb container_spawn_execv \
  >   container_spawn_execve container_spawn_execvefds container_enter_cb \
  >   container_enter_execv container_enter_execve container_kill \
  >   container_wait container_destroy container_set_nsmask controller_add \
  >   controller_configure fs_set_root fs_set_private fs_add_mount net_add \
  >   container_set_option; do
  >   grep -q "libct_$f(" "$src/ct.h" || echo "not declared: libct_$f"
  > done
  $ sed 's|/\*|\n&|g' "$src/ct.h" | awk '
  >   /\/\*/ { c = 1 }
  >   !c { print }
  >   /\*\// { c = 0; sub(/.*\*\//, ""); print }' >code
  $ { grep -oE '[A-Za-z_][A-Za-z0-9_]*\(' code | tr -d '('
  >   sed -n 's/^\(struct\|enum\) \([a-z_]*\).*/\2/p
  >     s/^typedef .* \*\{0,1\}\([a-z_]*\);/\1/p
  >     s/^#define \([A-Z_]*\).*/\1/p' code
  >   awk '/^enum/ { e = 1 } e { print } /}/ { e = 0 }' code |
  >     grep -oE '[A-Z][A-Z0-9_]+'
  > } | sort -u |
  >   grep -vE '^(libct_|ct_|CT_|LIBCT_|CTL_|APPLY_|__attribute__|$)'
  [1]
  $ for f in $(nm -g --defined-only "$src/libct.a" |
  >   awk 'NF == 3 { print $3 }'); do
  >   grep -q "$f(" "$src/ct.h" || echo "not in ct.h: $f"
  >   grep -q "$f" "$src/ct.3" || echo "not in ct.3: $f"
  > done

The library exports only our names and keeps no state
  $ nm -g --defined-only "$src/libct.a" | awk 'NF == 3 { print $3 }' |
  >   grep -v '^libct_'
  [1]
  $ nm "$src/libct.a" | awk '$2 ~ /^[bBdDC]$/ { print "state:", $0 }'

# --- the programs of contrib ---

The example is the document's own, white space aside
  $ cat >document <<'E'
  > #include <stdio.h>
  > #include <sys/mman.h>
  > #include <libct.h>
  > static int set_ct_alive(void *a)
  > {
  > *(int *)a = 1;
  > return 0;
  > }
  > int main(int argc, char **argv)
  > {
  > int *ct_alive;
  > libct_session_t s;
  > ct_handler_t ct;
  > ct_alive = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
  > MAP_SHARED | MAP_ANON, 0, 0);
  > *ct_alive = 0;
  > s = libct_session_open_local();
  > ct = libct_container_create(s, "test");
  > libct_container_spawn_cb(ct, set_ct_alive, ct_alive);
  > libct_container_wait(ct);
  > libct_container_destroy(ct);
  > libct_session_close(s);
  > if (!*ct_alive)
  > printf("Container is not alive");
  > else
  > printf("Container is alive");
  > return 0;
  > }
  > E
  $ tr -d ' \t\n' <"$src/contrib/libct/alive.c" >is
  > tr -d ' \t\n' <document | cmp - is

The example compiles
  $ built alive

The example runs as a user
  $ built alive; any_user "$made/alive"
  Container is alive

The program with ten containers compiles
  $ built ten -Wall -Wextra -Werror -pedantic

The program with ten containers runs as a user
  $ built ten; any_user "$made/ten" >o || cat o

The program that limits a container compiles
  $ built limits -Wall -Wextra -Werror -pedantic

need sources root
The example runs as root
  $ built alive; "$made/alive"
  Container is alive

The program with ten containers runs as root
  $ built ten; "$made/ten" >o || cat o

A program's container has limits, an address and an extra capability
  $ built limits; "$made/limits" "$R" sh -c 'ip addr show eth0
  >   cat /proc/self/status' >o 2>e || cat e
  $ grep -c -e ' 10.99.97.2/24' -e '^CapEff:.*25fb$' o
  2

# --- cases of tests/lib.c beyond those of library.t ---

need sources
each life errors fds caller threads enter unreaped console many
A user's program passes its case $it
  $ installed; any_user "$made/lib" $it >o || cat o

A user's program passes its case root, with a given root
  $ installed; any_user "$made/lib" root "$R"

A user's program passes its case here, in the host's own root
  $ installed; any_user "$made/lib" here "$PWD"

A user's program starts 1000 containers without using more of anything
  $ installed; any_user "$made/lib" cycles 1000
  1000 cycles, * us each, memory +* KiB, descriptors +0

need sources root
A root program passes its case many
  $ lib many >o || cat o

A root program starts 1000 containers without using more of anything
  $ lib cycles 1000
  1000 cycles, * us each, memory +* KiB, descriptors +0

need sources strace
The library changes nothing of its caller's and prints nothing
  $ installed; strace -o trace "$made/lib" life >o || cat o
  $ set -- rt_sigaction 'exit_group\([^01]' 'write\([12],' chdir fchdir umask \
  >   setns unshare dup2; for call; do grep -E "^$call" trace; done
  [1]

# --- with the command line ---

need sources root cgroup2
The command line sees and enters a container that the library runs
  $ lib hold "$N" "$R" >o & up
  $ ct exec "$N" sh -c 'echo $(hostname) $WORD'
  held of the library
  $ ct inspect "$N" | grep -c '"--hostname=held"'
  1
  $ ct pause "$N"; states; ct resume "$N"
  paused
  $ ct ps "$N" | grep -q sleep
  $ ct kill "$N"; wait $!
  [137]

The command line stops and removes a container that the library runs
  $ for how in stop 'rm -f'; do
  >   rm -f o; lib hold "$N" >o & p=$!; up
  >   ct $how "$N"; wait $p; echo $?
  > done 2>/dev/null
  137
  137

The library finds and ends a container that another of its processes runs
  $ lib hold "$N" >o & up; lib find "$N"; wait $!
  [137]

The library and the command line take a container created and left behind
  $ lib lone "$N"; states; lib take "$N"; states
  created
  $ lib lone "$N"; ct rm "$N"

The library's container is swept when its program is killed
  $ "${P%/*}/lib" hold "$N" >o & p=$!; up
  > kill -9 $p; wait $p
  [137]
  $ gone() { [ -z "$(states)" ]; }; within 0 2500 poll gone

# --- under the checkers ---

need sources glibc valgrind
The example compiles for glibc
  $ checked vg contrib/libct/alive.c

The example is clean under valgrind as a user
  $ checked vg contrib/libct/alive.c; grind any_user
  Container is alive
  [1]

need sources glibc valgrind root
The example is clean under valgrind as root
  $ checked vg contrib/libct/alive.c; grind
  Container is alive
  [1]

need sources glibc
The example compiles with sanitizers
  $ checked asan contrib/libct/alive.c $asan

The example runs with sanitizers
  $ checked asan contrib/libct/alive.c $asan; "$made/asan-alive"
  Container is alive

The example runs with sanitizers as a user
  $ checked asan contrib/libct/alive.c $asan
  > any_user "$made/asan-alive"
  Container is alive

The tests in tests/lib.c compile with sanitizers
  $ checked asan tests/lib.c $asan

need sources glibc root
each life errors fds threads enter
A program built with sanitizers passes its case $it
  $ checked asan tests/lib.c $asan
  > ASAN_OPTIONS=detect_leaks=0 "$made/asan-lib" $it >o 2>&1 || cat o

need sources root cgroup2
No container of the library is left
  $ ct ls | grep '^lib'
  [1]

# --- what config.h leaves out ---

need sources root
A ct with all switches of config.h off runs a container and says what it lacks
  $ case $DEPS in /*) ;; *) DEPS=$src/$DEPS ;; esac
  $ mkdir s; cp -R "$src/Makefile" "$src/ct.c" "$src/ct.h" "$src/src" s
  $ sed 's/^\(#define HAVE_[A-Z]*  *\)1/\10/' "$src/config.def.h" >s/config.h
  $ mkdir s/build; "$MAKE" -s -C s DEPS="$DEPS" CC="$CC" ct
  $ s/ct run -r "$R" echo hi; s/ct ls
  hi
  ct: ls: not in this build, see config.h
  [125]
  $ for o in net=veth net=container:x publish=80:80 ns=net=/x syscall=kill \
  >   tmpfs=/x:copy on-exit=x userns=0:0:1 dry-run pidfile=x detach init \
  >   file=/x=x memory=9M nice=1 sysctl=net.x=1 dns=::1; do
  >   s/ct run -r "$R" "--$o" true; done
  ct: --net: veth: not in this build, see config.h
  ct: --net: container:x: not in this build, see config.h
  ct: --publish: not in this build, see config.h
  ct: --ns: not in this build, see config.h
  ct: --syscall: not in this build, see config.h
  ct: --tmpfs: copy: not in this build, see config.h
  ct: --on-exit: not in this build, see config.h
  ct: --userns: not in this build, see config.h
  ct: --dry-run: not in this build, see config.h
  ct: --pidfile: not in this build, see config.h
  ct: --detach: not in this build, see config.h
  ct: --init: not in this build, see config.h
  ct: --file: not in this build, see config.h
  ct: --memory: not in this build, see config.h
  ct: --nice: not in this build, see config.h
  ct: --sysctl: not in this build, see config.h
  ct: --dns: not in this build, see config.h
  [125]
  $ s/ct run @/etc/passwd
  ct: @/etc/passwd: not in this build, see config.h
  [125]
  $ [ "$(wc -c <s/ct)" -le 114688 ] || [ "$(uname -m)" != x86_64 ] || wc -c s/ct
  $ n=$(for verb in $("$CT" help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
  >   s/ct "$verb" x; done 2>&1 | grep -c 'not in this build')
  > [ "$n" -gt 20 ] && echo more
  more
