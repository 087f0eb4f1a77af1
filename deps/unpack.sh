#!/bin/sh
# unpack.sh DIR SUITE[/ARCH] PACKAGE... - unpack these packages from Debian SUITE, and all
# that they depend on, into DIR. Nothing is installed; no root needed.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
dir=$1 suite=$2
shift 2
tmp=$(mktemp -d "${TMPDIR:-/tmp}/unpack.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir -p "$tmp/partial" "$dir"
"$here/apt.sh" "$suite" install -y --download-only --no-install-recommends \
	-o Dir::Cache::archives="$tmp" "$@" >&2
for f in "$tmp"/*.deb; do dpkg-deb -x "$f" "$dir"; done
