#!/bin/sh
# SPDX-License-Identifier: ISC
#
# small.sh - ct on a machine with one processor and little memory: what `ct check` says,
# the start of a container, SERVICES (20) services at boot compared with plain processes,
# how many fit and how much memory each takes, and what happens when memory runs out:
# the largest process dies and no ct does, the others run on, all can be removed, and
# the memory is free again. vm/check.sh runs it in a guest, in its mode small; ROUNDS
# (15), SERVICE_ROUNDS (3); PHASES: some of rows, services, memory. Status 1 if any of
# that fails.
set -u

here=$(cd "$(dirname "$0")" && pwd)
: "${ROUNDS:=15}" "${SERVICES:=20}" "${SERVICE_ROUNDS:=3}" "${PHASES:=rows services memory}"
out=$here/out
root=$out/root
bad=0
export CT=/bin/ct OUT="$out" ROUNDS MORE_ROUNDS="$ROUNDS" TABLES="hot more exec"
export STARTS="floor ct ct-rofs floor-veth ct-veth true"

wrong() { echo "WRONG: $*"; bad=1; }
meminfo() { awk -v n="$1:" '$1 == n { print $2 }' /proc/meminfo; }
free_kib() { meminfo MemAvailable; }
kills() { dmesg | grep -c 'Killed process'; }
# this script must survive the OOM killer, but not what it starts
ct() { (echo 0 >/proc/self/oom_score_adj; exec /bin/ct "$@"); }
names() { # FIRST LAST
	k=$1
	while [ "$k" -le "$2" ]; do echo "s$k"; k=$((k + 1)); done
}
service() { # N [OPTION ...]
	k=$1
	shift
	ct run -d -n "s$k" -r "$root" -R "$@" -- /bin/pause
}

after() { # removes the services of a row
	case $1 in
	plain*) killall -9 pause ;;
	*)
		# shellcheck disable=SC2046 # a list of words
		/bin/ct rm -f $(names 1 "$SERVICES") ;;
	esac
	usleep 100000
}

serve_rows() {
	run="/bin/ct run -d -n s% -r $root -R"
	while read -r name how options; do
		printf '%s\t%s/serve %s %s %s %s -- /bin/pause\n' \
			"$name" "$out" "$how" "$SERVICES" "$run" "$options"
	done <<-'R'
	ct		-w
	ct-at-once	-p
	ct-host		-w	--net host
	ct-lean		-w	--profile lean
	ct-nofilter	-w	--seccomp none
	lean-nofilter	-w	--profile lean --seccomp none
	R
}

services() {
	printf '\n%s services, %s rounds\n' "$SERVICES" "$SERVICE_ROUNDS"
	{
		printf 'plain\t%s/serve %s %s/bin/pause\n' "$out" "$SERVICES" "$root"
		printf 'plain-daemon\t%s/daemons\n' "$out"
		serve_rows
	} >"$out/commands"
	"$out/spawn" -n "$SERVICE_ROUNDS" -e "$out/after" "$out/commands" || wrong "a start failed"
}

phase() { # NAME: is it one of PHASES?
	case " $PHASES " in *" $1 "*) ;; *) return 1 ;; esac
}

gone() { # FREE WHAT: nothing is left and the memory is free again
	sleep 2
	[ -z "$(ct ls)" ] || wrong "$2: left: $(ct ls)"
	[ ! -d /sys/fs/cgroup/ct ] || wrong "$2: left: $(ls /sys/fs/cgroup/ct)"
	now=$(free_kib)
	[ "$now" -ge $(($1 - 1536)) ] || wrong "$2: $now KiB free, before $1"
}

# Starts beyond the available memory kill no supervisor of a running container.
press() { # N OPTION ...
	supervisors=" $(pidof ct) " last=$1
	shift
	for more in 1 2 3 4 5 6; do service "$last-$more" "$@" >/dev/null 2>&1; done
	for pid in $(dmesg | sed -n 's/.*Killed process \([0-9]*\) (ct).*/\1/p'); do
		case $supervisors in *" $pid "*) wrong "supervisor $pid was killed" ;; esac
	done
}

# one after the other until memory runs out
fill() { # OPTION ...
	dmesg -c >/dev/null
	before=$(free_kib) n=0
	while n=$((n + 1)); do
		said=$(service $n "$@" 2>&1) || break
		[ "$(kills)" = 0 ] || break
	done
	case $said in ct:*) ;; *) said="the OOM killer took one" ;; esac
	printf '%-16s %4d run, %4d KiB each; then: %s\n' "${*:-default}" $((n - 1)) \
		$(((before - $(free_kib)) / (n - 1))) "$(echo "$said" | head -n 1)"
	press "$n" "$@"
	left=$(/bin/ct ls | awk 'NR > 1 { print $1 }')
	[ "$(echo "$left" | wc -l)" -gt $((n / 2)) ] || wrong "of $n only these run: $left"
	# one that was killed while it started is gone by now: 3
	# shellcheck disable=SC2086 # a list of words
	/bin/ct rm -f $left 2>/dev/null || [ $? = 3 ] || wrong "rm -f"
	gone "$before" fill
}

# --- memory runs out: who dies ---
hogs() {
	printf '\nthe memory ends\n'
	before=$(free_kib)
	for k in 1 2 3 4 5 6 7 8 9 10; do service $k >/dev/null; done
	sleep 1
	for limit in '-m 4M' ''; do
		# shellcheck disable=SC2086 # words
		ct run -n hog $limit -r "$root" -R -- /bin/hog >"$out/said" 2>&1
		status=$?
		echo "hog ${limit:-without limit}: status $status, $(cat "$out/said")"
		[ "$status" = 137 ] || wrong "the hog's status"
		[ "$(ct ls | grep -c running)" = 10 ] || wrong "not ten run: $(ct ls)"
	done
	ct stop s1 >/dev/null || wrong "stop: $?"
	# shellcheck disable=SC2046 # a list of words
	ct rm -f $(names 2 10) || wrong "rm: $?"
	gone "$before" hogs
}

case ${1-} in after) after "$2"; exit ;; esac
# shellcheck disable=SC2016 # the script has it
printf '#!/bin/sh\nexec %s/small.sh after "$1"\n' "$here" >"$out/after"
{
	echo '#!/bin/sh'
	for k in $(names 1 "$SERVICES"); do
		echo "start-stop-daemon -S -b -m -p /run/$k -x $root/bin/pause"
	done
} >"$out/daemons"
chmod 755 "$out/after" "$out/daemons"
echo "$(meminfo MemTotal) KiB of memory, $(free_kib) available"
missing=$(ct check | grep -v '^ok' | tail -n +2)
[ -z "$missing" ] || echo "$missing"
# Otherwise the kernel reserves 4 MiB more than it needs once memory is fragmented.
echo 0 >/proc/sys/vm/watermark_boost_factor
! phase rows || sh "$here/bench.sh" inside || wrong "bench.sh: $?"
! phase services || services
phase memory || exit "$bad"
echo -1000 >/proc/self/oom_score_adj
echo 0 >/proc/sys/vm/oom_dump_tasks # the kernel log is small
printf '\nuntil the memory ends\n'
fill
fill --net host
fill --profile lean
hogs
exit "$bad"
