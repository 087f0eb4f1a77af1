#!/bin/sh
# apt.sh [-c] [-q] SUITE[/ARCH] ARGUMENTS... - apt-get for another Debian suite
# or architecture, leaving the machine's own apt untouched. No root needed.
#
# SUITE  bookworm, trixie, bullseye, sid, ...
# ARCH   Debian architecture of the packages (default: the machine's)
# -c     also SUITE-security, from the machine's security archive
# -q     query: apt-cache in place of apt-get
#
# Addresses and keyrings are the machine's: those of the first Debian entry in
# /etc/apt, whichever suite it names. Lists are kept in APT_STATE (default:
# build/apt) for a day.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
: "${APT_STATE:=$here/../build/apt}" "${APT_ETC:=/etc/apt}"
security="" tool=apt-get
while getopts cq o; do
	case $o in
	c) security=-security ;;
	q) tool=apt-cache ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
[ $# -ge 2 ] || { echo "usage: apt.sh [-c] [-q] SUITE[/ARCH] ARGUMENTS..." >&2; exit 2; }
suite=${1%%/*}
case $1 in
*/*) arch=${1#*/} ;;
*) arch=$(dpkg --print-architecture) ;;
esac
shift

# Prints "URI KEYRING SUITE" for each entry; KEYRING is "-" where it names none.
machine_sources() {
	for f in "$APT_ETC/sources.list" "$APT_ETC"/sources.list.d/*.list; do
		[ ! -f "$f" ] || awk '
			$1 == "deb" || $1 == "deb-src" {
				sub(/#.*/, ""); key = "-"; i = 2
				while ($2 ~ /^\[/ && i <= NF) { # [arch=... signed-by=...]
					o = $i; gsub(/[][]/, "", o)
					if (sub(/^signed-by=/, "", o)) key = o
					if ($(i++) ~ /\]$/) break
				}
				print $i, key, $(i + 1)
			}' "$f"
	done
	for f in "$APT_ETC"/sources.list.d/*.sources; do
		[ ! -f "$f" ] || awk '
			function flush(  u, s, n, m, i, j) {
				n = split(uris, u); m = split(suites, s)
				for (i = 1; i <= n && on; i++)
					for (j = 1; j <= m; j++)
						print u[i], (key == "" ? "-" : key), s[j]
				uris = suites = key = field = ""; on = 1
			}
			BEGIN { on = 1 }
			/^#/ { next }
			/^[ \t]*$/ { flush(); next }
			/^[^ \t:]+:/ { field = tolower($1); sub(/:.*/, "", field); sub(/^[^:]*:[ \t]*/, "") }
			field == "uris" { uris = uris " " $0 }
			field == "suites" { suites = suites " " $0 }
			field == "enabled" && tolower($1) == "no" { on = 0 }
			field == "signed-by" && $1 ~ /^\// { key = $1 } # not inline: the default will do
			END { flush() }' "$f"
	done
}

# The "URI KEYRING" of the first entry that is Debian's own, judging by the suite
# name, and is (-security) or is not (nothing) for the security archive.
pick() {
	machine_sources | awk -v want="$1" '
		$1 ~ /^cdrom:/ { next }
		$3 !~ /^(oldoldstable|oldstable|stable|testing|unstable|sid|buster|bullseye|bookworm|trixie|forky|duke)([-\/]|$)/ { next }
		($3 ~ /security|\/updates$/) == (want != "") { print $1, $2; exit }'
}

entry() { # SUITE [URI KEYRING]
	[ $# -eq 3 ] || return 0
	key=$3
	for k in /usr/share/keyrings/debian-archive-keyring.gpg \
		/usr/share/keyrings/debian-archive-keyring.pgp; do
		[ "$key" != - ] || [ ! -f "$k" ] || key=$k
	done
	printf 'Types: deb deb-src\nURIs: %s\nSuites: %s\nComponents: main\nArchitectures: %s\n' \
		"$2" "$1" "$arch"
	[ "$key" = - ] || printf 'Signed-By: %s\n' "$key"
	echo
}

dir=$APT_STATE/$suite$security-$arch
mkdir -p "$dir/sources.d" "$dir/lists/partial" "$dir/cache/archives/partial"
dir=$(cd "$dir" && pwd)
main=$(pick "")
[ -n "$main" ] || { echo "apt.sh: no Debian archive in $APT_ETC" >&2; exit 1; }
{
	# shellcheck disable=SC2086 # two words
	entry "$suite" $main
	# shellcheck disable=SC2046 # two words or none
	[ -z "$security" ] || entry "$suite-security" $(pick -security)
} >"$dir/new"
# With other sources, the lists on disk belong to another archive.
cmp -s "$dir/new" "$dir/sources.d/private.sources" || rm -f "$dir/updated"
mv "$dir/new" "$dir/sources.d/private.sources"

run() { # TOOL ARGUMENTS...
	cmd=$1
	shift
	"$cmd" -q \
		-o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$dir/sources.d" \
		-o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null \
		-o Dir::State="$dir" -o Dir::State::Lists="$dir/lists" \
		-o Dir::State::Status=/dev/null -o Dir::Cache="$dir/cache" \
		-o APT::Architecture="$arch" -o APT::Architectures="$arch" \
		-o APT::Sandbox::User= -o Acquire::Languages=none -o Acquire::Retries=2 \
		-o Debug::NoLocking=true "$@"
}

if [ -z "$(find "$dir/updated" -mtime -1 2>/dev/null)" ]; then
	# apt-get update exits 0 if it cannot fetch a list, unless told otherwise.
	run apt-get -o APT::Update::Error-Mode=any update >"$dir/log" 2>&1 ||
		{ cat "$dir/log" >&2; exit 1; }
	: >"$dir/updated"
fi
run "$tool" "$@"
