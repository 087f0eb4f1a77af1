# ct - Linux containers from one small static binary; see README.
#
# make [T=PATTERN] [PARTS="lint root"] TARGET:
#	all		./ct
#	run		builds it and demonstrates it
#	lib		libct.a, the library of ct.h; liblxc.a, LXC's API on top
#	test		the tests on this machine; T: cases with that in their name
#	test-lib	those of the library
#	check		all that must hold: lint, tests as root, as a user, sanitized,
#			in virtual machines; PARTS: see .ci/check.sh
#	check-faults	makes every system call of ct fail, each in turn
#	check-hostile	every verb against hostile containers, HOSTILE_ROUNDS=100
#	check-protections	takes out each protection; a test has to fail
#	check-cross	other architectures, in virtual machines
#	lint asan bench sizes	static checks; sanitized build; speed; switches' bytes
#	bench-small	a guest of 40 MB with one processor: speed, memory, running out
#	bench-net	outages for a router's clients, and throughput to containers
#	install uninstall dist clean distclean
#
# A build uses the network only for `deps`, once; `check` also for missing tools,
# kernels and roots.
.POSIX:

# These can be set in the environment or on the command line: CC, a compiler for musl,
# or CROSS, the prefix of gcc in its name; flags come after ours.
CROSS = musl-
CC != echo "$${CC:-$(CROSS)gcc}"
# (`ar` where CC is not there yet: deps/deps.sh installs it)
AR != echo "$${AR:-$$($(CC) -print-prog-name=ar 2>/dev/null || echo ar)}"
CPPFLAGS != echo "$$CPPFLAGS"
CFLAGS != echo "$$CFLAGS"
LDFLAGS != echo "$$LDFLAGS"
# Empty: a dynamic program. Empty STRIP: with symbols.
STATIC = -static
STRIP = -s
# Empty for a linker without scripts; a start then touches more pages.
ORDER = -Wl,-T,src/run.ld
DESTDIR =
PREFIX = /usr/local
LIBDIR = $(PREFIX)/lib
MANDIR = $(PREFIX)/share/man
BASHDIR = $(PREFIX)/share/bash-completion/completions
ZSHDIR = $(PREFIX)/share/zsh/site-functions
# A directory with static libmnl and libcap-ng: an Alpine root, a Buildroot or
# OpenWrt staging directory. Empty: Debian's, see deps/deps.sh.
SYSROOT =
# Debian's name for the machine to build for; empty: this one.
ARCH =

VERSION = 0.1
CT = ct
LIB = libct.a
LXC = liblxc.a
DEPS = build/deps
HELPERS = build/tests
OPT = -Os -fstack-protector-strong
# Unreferenced sections are dropped, and there are no unwind tables.
# _GNU_SOURCE is empty so that a file may define it as well.
C_BASE = -std=c11 -D_GNU_SOURCE= -isystem $(DEPS)/include \
	-Wall -Wextra -Wpedantic -Wshadow -ffunction-sections -fdata-sections \
	-fno-asynchronous-unwind-tables -fno-unwind-tables -fno-pie
C_ALL = $(C_BASE) $(OPT) $(CPPFLAGS) $(CFLAGS)
# No padding between segments: relro pads to a page, 64 KiB on arm64, and a static
# binary has nothing in it.
L_ALL = $(STATIC) -no-pie $(STRIP) $(ORDER) -Wl,--gc-sections,-z,noseparate-code,-z,norelro,--build-id=none \
	-L$(DEPS)/lib $(LDFLAGS)
LIBS = -lmnl -lcap-ng

DEMO = echo "- processes:"; ps -o pid,user,comm; \
	echo "- host name: $$(hostname)"; \
	echo "- interfaces:"; ip addr; \
	echo "- user: $$(id)"; \
	echo "- privilege:"; grep -E "^(Cap|NoNewPrivs|Seccomp)" /proc/self/status; \
	echo "- writing to the root:"; touch /file && exit 1; exit 0

all: $(CT)

$(CT): ct.c src/* ct.h config.h $(DEPS)/lib
	$(CC) $(C_ALL) -o $@ ct.c $(L_ALL) $(LIBS)

lib: $(LIB) $(LXC)

$(LIB): lib/libct.c ct.c src/*.[ch] ct.h config.h $(DEPS)/lib
	$(CC) $(C_ALL) -I. -c -o $@.o lib/libct.c
	rm -f $@
	$(AR) rcs $@ $@.o
	rm $@.o

# Contains libct, as LXC programs link with -llxc alone.
$(LXC): lib/lxc.c lib/lxc/*.[ch] $(LIB)
	$(CC) $(C_ALL) -Ilib -c -o $@.o lib/lxc.c
	cp $(LIB) $@
	$(AR) rcs $@ $@.o
	rm $@.o

# No prerequisite: an edited config.h is never overwritten.
config.h:
	cp config.def.h $@

$(DEPS)/lib:
	$(MAKE) deps

deps:
	CC='$(CC)' AR='$(AR)' ARCH='$(ARCH)' SYSROOT='$(SYSROOT)' deps/deps.sh $(DEPS)

# A busybox root to try things in.
build/root:
	vm/root.sh $@

run: $(CT) build/root
	./$(CT) run -r build/root -R --hostname demo sh -c '$(DEMO)'

# What tests.sh cannot do in shell.
helpers: $(LXC)
	mkdir -p $(HELPERS)
	for f in tests/*.c; do \
		$(CC) $(C_ALL) -I. -Ilib -o $(HELPERS)/$$(basename $$f .c) $$f $(L_ALL) $(LXC) $(LIBS) || exit 1; \
	done

# T=PATTERN: only cases with that in their name
T =
test: $(CT) helpers
	CT=$(CT) CT_BIN=$(HELPERS) ./tests.sh '$(T)'

# Tests of ct.h, tests/library*.t; T is the beginning of their names.
test-lib: $(CT) helpers
	CC='$(CC)' DEPS='$(DEPS)' CT=$(CT) CT_BIN=$(HELPERS) MAKE='$(MAKE)' ./tests.sh 'library: $(T)'

# With glibc, as musl has no sanitizers. Needs libmnl-dev, libcap-ng-dev. The library is
# tested as part of the LXC programs.
ASAN = gcc -std=c11 -D_GNU_SOURCE= -g -O1 -fno-omit-frame-pointer -fno-sanitize-recover=all \
	-fsanitize=address,undefined
asan: config.h
	mkdir -p build/asan
	$(ASAN) -o build/ct-asan ct.c $(LIBS)
	for p in lxc lxc-seed; do \
		$(ASAN) -Ilib -o build/asan/$$p tests/$$p.c lib/lxc.c lib/libct.c $(LIBS) || exit 1; \
	done

help:
	@sed -n '1,/^# A build/s/^# \{0,1\}//p' Makefile | sed '$$d'

lint: config.h $(DEPS)/lib
	CC='$(CC)' CFLAGS='$(C_BASE) $(CFLAGS)' .ci/lint.sh

# PARTS="lint root" runs only these, see .ci/check.sh.
PARTS =
check:
	MAKE='$(MAKE)' .ci/check.sh $(PARTS)

# Makes every system call of ct fail; `check` tries a sample. Takes a quarter of an hour.
check-faults: $(CT) helpers
	CT=$(CT) CT_BIN=$(HELPERS) tests/fault.sh

# Random values for what containers choose and ct reads, from HOSTILE_SEED; `check` tries 5.
check-hostile: $(CT) helpers
	HOSTILE_ROUNDS=$${HOSTILE_ROUNDS:-100} MAKE='$(MAKE)' .ci/check.sh hostile

# All tests in a guest of each; T as above. Each takes some 20 minutes of processor time.
check-cross:
	CT_TESTS='$(T)' MAKE='$(MAKE)' .ci/check.sh cross-arm64 cross-armhf cross-i386 cross-riscv64 \
		cross-ppc64el cross-mipsel cross-s390x cross-mips

# Checks that the tests of protections fail without them; T as above. Those that need a
# guest need CT_SUITE=bookworm. Takes some minutes.
check-protections: $(CT) helpers
	CT=$(CT) CT_BIN=$(HELPERS) MAKE='$(MAKE)' tests/protections.sh '$(T)'

bench: $(CT)
	bench/bench.sh

bench-small: $(CT)
	deps/need.sh qemu-system-x86_64=qemu-system-x86 cpio=cpio
	CC='$(CC)' vm/check.sh bookworm small

# On a router: outages for its clients while services restart, and throughput.
bench-net: $(CT) helpers
	CC='$(CC)' bench/router.sh
	bench/rate.sh

# The bytes that each HAVE_ switch of config.h costs.
sizes: $(DEPS)/lib
	MAKE='$(MAKE)' bench/sizes.sh

# libct.pc names what libct.a needs as well: there is no shared library. Modes do not
# depend on the umask.
install: $(CT) $(LIB) $(LXC)
	umask 022 && mkdir -p "$(DESTDIR)$(PREFIX)/bin" \
		"$(DESTDIR)$(MANDIR)/man1" "$(DESTDIR)$(MANDIR)/man3" \
		"$(DESTDIR)$(PREFIX)/include/lxc" "$(DESTDIR)$(LIBDIR)/pkgconfig" \
		"$(DESTDIR)$(BASHDIR)" "$(DESTDIR)$(ZSHDIR)"
	cp -f $(CT) "$(DESTDIR)$(PREFIX)/bin/ct"
	cp -f ct.1 "$(DESTDIR)$(MANDIR)/man1/ct.1"
	contrib/completion/make.sh bash >"$(DESTDIR)$(BASHDIR)/ct"
	contrib/completion/make.sh zsh >"$(DESTDIR)$(ZSHDIR)/_ct"
	cp -f ct.3 "$(DESTDIR)$(MANDIR)/man3/ct.3"
	cp -f ct.h "$(DESTDIR)$(PREFIX)/include/ct.h"
	cp -f ct.h "$(DESTDIR)$(PREFIX)/include/libct.h"
	cp -f lib/lxc.3 "$(DESTDIR)$(MANDIR)/man3/lxc.3"
	cp -f lib/lxc/*.h "$(DESTDIR)$(PREFIX)/include/lxc"
	cp -f $(LIB) $(LXC) "$(DESTDIR)$(LIBDIR)"
	printf '%s\n' 'prefix=$(PREFIX)' 'Name: libct' 'Description: Linux containers' \
		'Version: $(VERSION)' 'Cflags: -I$${prefix}/include' \
		'Libs: -L$(LIBDIR) -lct -lmnl -lcap-ng' \
		>"$(DESTDIR)$(LIBDIR)/pkgconfig/libct.pc"
	printf '%s\n' 'prefix=$(PREFIX)' 'Name: lxc' 'Description: LXC API over libct' \
		'Version: 4.0.0' 'Cflags: -I$${prefix}/include' \
		'Libs: -L$(LIBDIR) -llxc -lmnl -lcap-ng' \
		>"$(DESTDIR)$(LIBDIR)/pkgconfig/lxc.pc"
	chmod 755 "$(DESTDIR)$(PREFIX)/bin/ct"
	cd "$(DESTDIR)$(PREFIX)/include" && chmod 644 ct.h libct.h lxc/lxccontainer.h \
		lxc/attach_options.h lxc/version.h
	cd "$(DESTDIR)$(LIBDIR)" && chmod 644 libct.a liblxc.a pkgconfig/libct.pc pkgconfig/lxc.pc
	chmod 644 "$(DESTDIR)$(MANDIR)/man1/ct.1" "$(DESTDIR)$(MANDIR)/man3/ct.3" \
		"$(DESTDIR)$(MANDIR)/man3/lxc.3" "$(DESTDIR)$(BASHDIR)/ct" "$(DESTDIR)$(ZSHDIR)/_ct"

uninstall:
	cd "$(DESTDIR)$(PREFIX)" && rm -f bin/ct include/ct.h include/libct.h \
		include/lxc/lxccontainer.h include/lxc/attach_options.h include/lxc/version.h
	cd "$(DESTDIR)$(LIBDIR)" && rm -f libct.a liblxc.a pkgconfig/libct.pc pkgconfig/lxc.pc
	rm -f "$(DESTDIR)$(MANDIR)/man1/ct.1" "$(DESTDIR)$(MANDIR)/man3/ct.3" \
		"$(DESTDIR)$(MANDIR)/man3/lxc.3" "$(DESTDIR)$(BASHDIR)/ct" "$(DESTDIR)$(ZSHDIR)/_ct"

dist:
	mkdir -p build
	git archive --prefix=ct-$(VERSION)/ HEAD | gzip -9n >build/ct-$(VERSION).tar.gz
	cd build && sha256sum ct-$(VERSION).tar.gz

# Keeps config.h and all downloads.
clean:
	rm -rf ct libct.a liblxc.a build/tests build/lint build/ct-asan build/asan build/root build/bench

distclean: clean
	rm -rf build config.h

.PHONY: all lib deps run helpers test test-lib asan lint check check-faults check-hostile \
	check-cross check-protections bench bench-small bench-net sizes help \
	install uninstall dist clean distclean
