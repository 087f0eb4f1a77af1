#!/bin/sh
# deploy.sh HOST [STEP...] - bring ct and its services to HOST, which needs ssh
# and a shell, in these steps (all of them without a STEP):
#
#   bring    copy the binary for its machine, $BIN/ARCH/ct (ARCH as in README), beside the old
#   check    ask that one whether the host has what a run needs (ct check)
#   install  replace the old one; arguments of services, $SERVICES/NAME, go to
#            /etc/ct/NAME
#   replace  restart one service after the other, and see that it runs a second later
#
# Prints a line for each: HOST STEP: result. The first failure is the last step: until
# `install` the host is as it was. If an init starts services, START is the command
# on the host that restarts $1: START='systemctl restart "ct@$1"'.
set -u

: "${BIN:=build}" "${SERVICES:=services}" "${SSH:=ssh -o BatchMode=yes -o ConnectTimeout=10}"
# shellcheck disable=SC2016 # the host's shell
: "${START:=ct run -d --replace -n "\$1" "@/etc/ct/\$1" >/dev/null}"
host=${1:?usage: deploy.sh HOST [STEP...]}
shift
[ $# -gt 0 ] || set -- bring check install replace

# mips and ppc64 do not tell their byte order; byte 5 of any program does.
machine() {
	# shellcheck disable=SC2016
	on 'echo "$(uname -m)-$(dd if=/proc/self/exe bs=1 skip=5 count=1 2>/dev/null |
		tr "\1\2" le)-$(grep -c -m 1 vfpv3 /proc/cpuinfo)"' </dev/null
}
arch() { # UNAME-ENDIAN-FPU
	case $1 in
	x86_64-*) echo amd64 ;;
	i?86-*) echo i386 ;;
	aarch64-*) echo arm64 ;;
	armv[78]*-1) echo armhf ;;
	arm*-l-*) echo armel ;;
	mips-l-*) echo mipsel ;;
	mips64-l-*) echo mips64el ;;
	ppc-*) echo powerpc ;;
	ppc64le-*) echo ppc64el ;;
	loongarch64-*) echo loong64 ;;
	*) echo "${1%%-*}" ;; # mips, mips64, ppc64, riscv64, s390x
	esac
}

# shellcheck disable=SC2029,SC2086 # intended: expanded for the host; words
on() { $SSH "$host" "$@"; }

bring() {
	m=$(machine) || return
	a=$(arch "$m")
	[ -f "$BIN/$a/ct" ] || { echo "no $BIN/$a/ct ($m)"; return 1; }
	on 'cat >/usr/bin/ct.new && chmod 755 /usr/bin/ct.new && sync && /usr/bin/ct.new version' \
		<"$BIN/$a/ct"
}
check() {
	out=$(on '/usr/bin/ct.new check -j' </dev/null) && echo ok && return
	echo "$out" | sed -n 's/^{"name":"\(.*\)","is":"MISSING","needs":"\(.*\)","without.*/\1 (\2)/p' |
		paste -sd '; ' -
	return 1
}
install() {
	on 'mv /usr/bin/ct.new /usr/bin/ct && mkdir -p /etc/ct' </dev/null || return
	for s in "$SERVICES"/*; do
		# all or nothing: the disk may be full, or power fail
		on "cat >/etc/ct/.new && sync && mv /etc/ct/.new '/etc/ct/${s##*/}'" <"$s" || return
		echo "${s##*/}"
	done
}
replace() {
	for s in "$SERVICES"/*; do
		on "set -- '${s##*/}'
			$START && sleep 1 && ct ls \"\$1\" | grep -q running" </dev/null ||
			{ echo "${s##*/} does not run"; return 1; }
		echo "${s##*/}"
	done
}

# What a host says, in one line without control bytes: it may be hostile.
plain() { echo "$said" | paste -sd ' ' - | LC_ALL=C tr -c '\40-\176\n' '?'; }

for step; do
	case $step in
	bring | check | install | replace) ;;
	*) echo "deploy.sh: $step?" >&2; exit 2 ;;
	esac
	if said=$($step 2>&1); then
		echo "$host $step: $(plain)"
	else
		echo "$host $step: FAILED: $(plain)"
		exit 1
	fi
done
