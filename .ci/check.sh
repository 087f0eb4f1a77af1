#!/bin/sh
# check.sh [PART...] - everything that must hold before a change is passed on: `make check`
# runs it. Installs the tools that it needs (as root). The last line adds up the cases of
# all parts; the status is 0 if none failed.
#
# Parts: build, lint, root and user (tests.sh on this machine), asan, lib (ct.h), fault (a
# sample of tests/fault.sh), hostile (some rounds of tests/hostile.c), builds (compilers,
# flags, libraries), machines (clang compiles it for each), arch (so does the gcc for each,
# with linking; takes 2 GB of packages), services (contrib's examples for an init, each pid
# 1 of a guest), fleet (contrib/fleet on twenty hosts, which are containers),
# vm-KERNEL-MODE (KERNEL 5.10 6.1 6.12, MODE as in vm/check.sh; tmpfs and user take another
# half hour and are not in the default, and small builds a kernel once, seven minutes of
# processor time), cross-ARCH (guests of other machines, see cross.sh). The default is below.
# Guests have one processor each, which they use half of the time: two run beside the parts
# on this machine, three when those are done, and each is shown once it has ended. Of 5.10
# and 6.12 one runs the odd cases and the other the even ones, by turns from day to day;
# CT_SHARE=1/1 has them run all.
set -u

cd "$(dirname "$0")/.." || exit 1
make=${MAKE:-make}
[ $# -gt 0 ] || set -- build lint root user asan lib fault hostile services machines \
	vm-6.1-rootfs vm-6.12-rootfs vm-5.10-rootfs vm-6.1-bare vm-6.1-criu cross-s390x
passed=0 failed=0 skipped=0
case $(($(date +%s) / 86400 % 2)) in 0) odd=1/2 even=2/2 ;; *) odd=2/2 even=1/2 ;; esac
log=$(mktemp "${TMPDIR:-/tmp}/check.XXXXXX") || exit 1
work=$(mktemp -d "${TMPDIR:-/tmp}/check.XXXXXX") || exit 1
workers="" broken=$work/broken
# shellcheck disable=SC2086 # process ids
trap '[ -z "$workers" ] || kill $workers 2>/dev/null; rm -rf "$log" "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Runs a part and shows its output except for the closing line, which it adds up.
# A part without one counts as a case; one that fails without a failed case was
# cut short, and counts as one more failure.
part() { # NAME COMMAND...
	name=$1
	shift
	echo "# --- $name"
	timed "$@" | tee "$log" |
		grep -vE '^(status|seconds) [0-9]+$|^[0-9]+ passed, [0-9]+ failed'
	# shellcheck disable=SC2046 # numbers: status, passed, failed, skipped, seconds
	set -- $(awk '
		/^[0-9]+ passed, [0-9]+ failed/ { p += $1; f += $3; s += $5; n = 1 }
		/^status [0-9]+$/ { status = $2 }
		/^seconds [0-9]+$/ && $2 > t { t = $2 }
		END {
			if (!n) { p = status == 0; f = status != 0 }
			if (status != 0 && !f) f = 1
			print status, p + 0, f + 0, s + 0, t + 0
		}' "$log")
	passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + $4))
	[ "$3" -eq 0 ] || failures "$name" >>"$broken"
	echo "# $name: $2 passed, $3 failed, $4 skipped, $5 s"
}

# The failed cases of a part with their output, or the end of a part that was cut short.
failures() { # NAME
	echo "# failed in $1:"
	awk '/^((not )?ok |1\.\.|(status|seconds) |[0-9]+ passed)/ { on = /^not/ } on { print; n++ }
		END { exit !n }' "$log" || tail -n 20 "$log" | sed 's/^/# /'
}

timed() { # COMMAND...: prints its output, then its status and how long it took
	start=$(date +%s)
	"$@" </dev/null 2>&1
	echo "status $?"
	echo "seconds $(($(date +%s) - start))"
}

vm() { # PART
	mode=${1##*-}
	case $1 in # a process group, so that all of it can be ended
	cross-*) MAKE=$make exec setsid .ci/cross.sh "$mode" ;;
	vm-5.10-*) suite=bullseye half=$odd ;;
	vm-6.1-*) suite=bookworm half=1/1 ;;
	vm-6.12-*) suite=trixie half=$even ;;
	*) echo "check.sh: no part $1"; return 2 ;;
	esac
	[ "$mode" = rootfs ] || half=1/1
	CT_SHARE=${CT_SHARE:-$half} exec setsid vm/check.sh "$suite" "$mode"
}

# Each worker runs one vm part after the other; the first to make its directory
# gets it.
worker() { # PART...
	pid=
	trap '[ -z "$pid" ] || kill -s TERM -- "-$pid"; exit 143' TERM
	for p; do
		case $p in vm-* | cross-*) ;; *) continue ;; esac
		mkdir "$work/$p" 2>/dev/null || continue
		start=$(date +%s)
		for again in "run again, since the guest died" "it died again"; do
			vm "$p" >>"$work/$p/log" 2>&1 </dev/null &
			pid=$! st=0
			wait "$pid" || st=$?
			pid=
			# 125: seen once in a hundred, with an impossible register: the emulator
			[ "$st" -eq 125 ] || break
			echo "# $p: $again" >>"$work/$p/log"
		done
		echo "seconds $(($(date +%s) - start))" >>"$work/$p/log"
		echo "$st" >"$work/$p/status.new"
		mv "$work/$p/status.new" "$work/$p/status"
	done
}

more_workers() { # NUMBER PART...: until there are that many
	most=$1
	shift
	while [ "$(echo "$workers" | wc -w)" -lt "$most" ]; do
		worker "$@" &
		workers="$workers $!"
	done
}

vm_part() { # PART: waits for it and shows it
	until [ -e "$work/$1/status" ]; do sleep 0.2; done
	cat "$work/$1/log"
	return "$(cat "$work/$1/status")"
}

# tests.sh in two halves side by side, as its cases wait for most of their time
halves() {
	export CT="$PWD/ct" CT_BIN="$PWD/build/tests"
	CT_SHARE=1/2 sh tests.sh >"$work/half" 2>&1 &
	CT_SHARE=2/2 sh tests.sh
	status=$?
	wait $! || status=1
	cat "$work/half"
	return $status
}

# tests.sh as an unprivileged user who does not own the tree
as_user() {
	cp -R ct tests.sh "$work" && cp -R build/tests "$work/bin" || return 1
	find . -maxdepth 1 -type f ! -name ct ! -name tests.sh -exec cp {} "$work" \;
	mkdir "$work/tests" || return 1
	cp tests/*.t tests/fw4.nft tests/setup.sh tests/ESCAPES "$work/tests" || return 1
	mkdir "$work/tmp" && chmod -R a+rX "$work" && chmod 1777 "$work/tmp" || return 1
	cd "$work" || return 1
	setpriv --reuid=1000 --regid=1000 --clear-groups \
		env HOME="$work/tmp" TMPDIR="$work/tmp" CT="$work/ct" CT_BIN="$work/bin" sh tests.sh
}

# HOSTILE_ROUNDS rounds of hostile containers, starting from HOSTILE_SEED.
hostile() {
	export HOSTILE_SEED="${HOSTILE_SEED:-$(date +%s)}" HOSTILE_ROUNDS="${HOSTILE_ROUNDS:-5}"
	echo "# HOSTILE_SEED=$HOSTILE_SEED HOSTILE_ROUNDS=$HOSTILE_ROUNDS"
	CT=$PWD/ct CT_BIN=$PWD/build/tests CT_LIMIT=$((20 + 5 * HOSTILE_ROUNDS)) \
		sh tests.sh 'hostile: No verb'
}

# The tests of the command line, where untrusted text comes in, with the sanitized
# build.
with_asan() {
	# The leak check traces the process, which a process in a container does not permit.
	ASAN_OPTIONS=detect_leaks=0 CT=$PWD/build/ct-asan CT_BIN=$PWD/build/tests sh tests.sh options
}

# The same for LXC's API. The process that watches a container has no output, so its
# errors go to files.
lxc_asan() {
	cp -R build/tests "$work/asan" && cp build/asan/* "$work/asan" || return 1
	ASAN_OPTIONS=log_path=$work/sanitizer UBSAN_OPTIONS=log_path=$work/sanitizer \
		CT=$PWD/ct CT_BIN=$work/asan sh tests.sh 'library: lxc: '
	status=$?
	cat "$work"/sanitizer.* 2>/dev/null && status=1
	return "$status"
}

deps/need.sh gcc=gcc g++=g++ valgrind=valgrind pkg-config=pkg-config \
	make=make musl-gcc=musl-tools ar=binutils readelf=binutils \
	/usr/include/linux/netlink.h=linux-libc-dev /usr/include/libmnl/libmnl.h=libmnl-dev \
	/usr/include/cap-ng.h=libcap-ng-dev cppcheck=cppcheck clang=clang clang-tidy=clang-tidy \
	shellcheck=shellcheck mandoc=mandoc jq=jq ps=procps setfacl=acl strace=strace \
	nft=nftables tcpdump=tcpdump dnsmasq=dnsmasq-base ip=iproute2 mount=mount \
	setpriv=util-linux busybox=busybox-static qemu-system-x86_64=qemu-system-x86 cpio=cpio \
	xz=xz-utils mksquashfs=squashfs-tools mkfs.erofs=erofs-utils mke2fs=e2fsprogs \
	sfdisk=fdisk losetup=mount veritysetup=cryptsetup-bin runc=runc umoci=umoci \
	skopeo=skopeo bindfs=bindfs zsh=zsh runsv=runit s6-supervise=s6 || exit 1

for p; do
	case $p in
	build)
		part build "$make" all lib asan helpers
		more_workers 2 "$@" ;;
	lint) part lint "$make" lint ;;
	root)
		if [ "$(id -u)" -eq 0 ]; then
			part root halves
		else
			echo "# root: not run, this is an ordinary user"
		fi ;;
	user)
		if [ "$(id -u)" -eq 0 ]; then
			part user as_user
		else
			part user env CT="$PWD/ct" CT_BIN="$PWD/build/tests" sh tests.sh
		fi ;;
	asan)
		part asan with_asan
		part asan-lxc lxc_asan ;;
	# a guest may be copying the helpers, so they stay
	lib) part lib "$make" -s -o helpers test-lib ;;
	fault)
		part fault env CT="$PWD/ct" CT_BIN="$PWD/build/tests" \
			FAULT_SAMPLE="${FAULT_SAMPLE:-3000}" tests/fault.sh ;;
	hostile) part hostile hostile ;;
	builds) part builds .ci/builds.sh ;;
	machines) part machines .ci/arch.sh -c ;;
	arch) part arch .ci/arch.sh ;;
	services) part services .ci/services.sh ;;
	fleet) part fleet .ci/fleet.sh ;;
	vm-* | cross-*)
		more_workers 3 "$@"
		part "$p" vm_part "$p" ;;
	*) echo "check.sh: no part $p" >&2; exit 2 ;;
	esac
done

[ ! -e "$broken" ] || cat "$broken"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
