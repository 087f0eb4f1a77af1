#!/bin/sh
# need.sh THING=PACKAGE ... - check that programs and files are there: THING is a
# command or an absolute path, PACKAGE the Debian package that has it. As root on a
# Debian machine, installs what is missing; otherwise prints a line that says what
# to install. Uses no network if nothing is missing.
set -eu

lacking() { # prints the packages whose THING is not there
	for t; do
		case $t in
		/*) [ -e "${t%%=*}" ] || echo "${t#*=}" ;;
		# Debian keeps some commands out of an unprivileged user's PATH
		*) PATH=$PATH:/usr/sbin:/sbin command -v "${t%%=*}" >/dev/null ||
			echo "${t#*=}" ;;
		esac
	done | sort -u | paste -sd ' ' -
}

pkgs=$(lacking "$@")
[ -n "$pkgs" ] || exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
	echo "need.sh: installing $pkgs" >&2
	export DEBIAN_FRONTEND=noninteractive
	# Lists first: a fresh image has none, and an old one names files long gone.
	# An error here may concern a source that has none of these packages.
	apt-get -qq update >&2 || :
	# shellcheck disable=SC2086 # a list of words
	apt-get -qq -o DPkg::Lock::Timeout=600 install -y --no-install-recommends $pkgs >&2 </dev/null || :
	pkgs=$(lacking "$@")
	[ -n "$pkgs" ] || exit 0
fi
echo "need.sh: missing; install as root: apt-get install --no-install-recommends $pkgs" >&2
exit 1
