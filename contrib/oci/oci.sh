#!/bin/sh
# SPDX-License-Identifier: ISC
#
# oci.sh [--lax] SOURCE ROOT - makes of an OCI bundle (a directory with config.json)
# or of an image in an OCI layout (DIR:TAG, needs umoci) a root for ct, and prints
# the arguments for it: `oci.sh alpine:3 /srv/alpine.squashfs >alpine.args`, then
# `ct run @alpine.args`. ROOT is a new directory, or a file called *.squashfs or
# *.erofs. Needs jq. What ct does not do as config.json says is an error that names
# it; with --lax a warning.
set -eu

lax=''
[ "${1-}" != --lax ] || { lax=1; shift; }
[ $# = 2 ] || { echo "usage: oci.sh [--lax] SOURCE ROOT" >&2; exit 2; }
src=$1 root=$2
[ ! -e "$root" ] || { echo "oci.sh: $root: exists" >&2; exit 1; }
tmp=$(mktemp -d "${TMPDIR:-/tmp}/oci.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [ ! -f "$src/config.json" ]; then
	umoci unpack --image "$src" "$tmp/bundle" >&2
	src=$tmp/bundle
fi
conf=$src/config.json

# What is not translated. Namespaces and masks are ct's own, which are as strict.
jq -r '
	def known($what; $others): (. // {}) | keys - $others | .[] | $what + .;
	known(""; ["ociVersion", "process", "root", "hostname", "domainname", "mounts",
		"linux", "annotations"]),
	(.process | known("process."; ["args", "env", "cwd", "user", "capabilities", "rlimits",
		"noNewPrivileges", "oomScoreAdj", "terminal", "consoleSize"])),
	(.linux | known("linux."; ["namespaces", "maskedPaths", "readonlyPaths", "resources",
		"rootfsPropagation"])),
	(.linux.resources | known("linux.resources."; ["devices", "memory", "pids", "cpu"])),
	(.linux.resources.memory | known("linux.resources.memory."; ["limit"])),
	(.linux.resources.pids | known("linux.resources.pids."; ["limit"])),
	(.linux.resources.cpu | known("linux.resources.cpu."; ["quota", "period", "cpus"])),
	(.linux.namespaces // [] | .[] | select(.path) | "linux.namespaces: path of " + .type),
	(.mounts // [] | .[] | select([.type] | inside(["proc", "sysfs", "devpts", "mqueue",
		"tmpfs", "cgroup", "bind", "none", null]) | not) | "mounts: type " + .type)
' "$conf" >"$tmp/unknown"
if [ -s "$tmp/unknown" ]; then
	sed 's/^/oci.sh: ct does not do this: /' "$tmp/unknown" >&2
	[ "$lax" ] || exit 1
fi

# A line for each option, quoted as @FILE wants it.
jq -r --arg root "$root" '
	def q: tostring | "\u0027" + gsub("\u0027"; "\u0027\\\u0027\u0027") + "\u0027";
	def path: gsub("(?<c>[\\\\:,=])"; "\\" + .c);
	def opts: [(.options // [])[] | select(IN("ro", "noexec"))] | map("," + .) | join("");
	def ours: IN("/proc", "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue", "/sys",
		"/sys/fs/cgroup") | not;
	"-r", ($root | q),
	(if .root.readonly then "-R" else empty end),
	(.hostname // empty | "-h " + q),
	(.domainname // empty | "--domainname " + q),
	(.process | "-w " + (.cwd | q),
		(.user | "-u " + ("\(.uid // 0):\(([.gid // 0] + (.additionalGids // [])) |
			map(tostring) | join(","))" | q)),
		(.env // [] | .[] | "-e " + q),
		"--cap-drop ALL", ((.capabilities.bounding // [])[] | "--cap-add " + q),
		((.rlimits // [])[] | "--rlimit " + ((.type | ltrimstr("RLIMIT_") | ascii_downcase) +
			"=\(.soft):\(.hard)" | q)),
		(if .noNewPrivileges then empty else "--allow-new-privs" end),
		(.oomScoreAdj // empty | "--oom-score " + q)),
	((.mounts // [])[] | select(.destination | ours) |
		if .type == "tmpfs" then "--tmpfs " + (.destination | path | q)
		elif .type == "bind" or ((.options // []) | any(. == "bind" or . == "rbind")) then
			"-v " + ((.source | path) + ":" + (.destination | path) +
				(opts | if . == "" then "" else ":" + .[1:] end) | q)
		else empty end),
	(.linux.resources // {} |
		(.memory.limit // empty | select(. > 0) | "-m " + q),
		(.pids.limit // empty | select(. > 0) | "--pids " + q),
		(.cpu // {} | select((.quota // 0) > 0) |
			"--cpus \(.quota / (.period // 100000) * 1000 | floor / 1000)"),
		(.cpu.cpus // empty | select(. != "") | "--cpuset " + q)),
	"--", (.process.args[] | q)
' "$conf" >"$tmp/args"

from=$src/$(jq -r '.root.path // "rootfs"' "$conf")
case $(jq -r '.root.path // "rootfs"' "$conf") in /*) from=$(jq -r .root.path "$conf") ;; esac
case $root in
*.squashfs) mksquashfs "$from" "$root" -quiet -no-progress >&2 ;;
*.erofs) mkfs.erofs --quiet "$root" "$from" >&2 ;;
*) cp -a "$from" "$root" ;;
esac
cat "$tmp/args"
