#!/bin/sh
# parallel.sh HOSTS - deploy.sh for each host in the file HOSTS, by GNU parallel: new
# binaries to eight at a time, then services replaced on one host after the other, if
# that succeeded. More than $FAIL (10%) failures end it. A report of failures comes last.
set -u

here=${0%/*}
work=$(mktemp -d "${TMPDIR:-/tmp}/fleet.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
fleet() { # LOG JOBS STEP...: reads the hosts
	log=$1 jobs=$2
	shift 2
	parallel --will-cite -j "$jobs" --joblog "$work/$log" --halt "soon,fail=${FAIL:-10%}" \
		"$here/deploy.sh" '{}' "$@" | tee -a "$work/said"
}
done_in() { awk 'NR > 1 && $7 == 0 { print $10 }' "$work/$1"; } # hosts, from the log's column

: >"$work/said"
fleet 1 8 bring check install <"$1"
[ "$(wc -l <"$work/1")" -le "$(wc -l <"$1")" ] || done_in 1 | fleet 2 1 replace
echo "$(done_in 2 2>/dev/null | wc -l) of $(wc -l <"$1") hosts done"
! grep FAILED "$work/said"
