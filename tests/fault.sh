#!/bin/sh
# SPDX-License-Identifier: ISC
#
# tests/fault.sh [VARIANT [CALL [KIND [PROCESS [K]]]]] - makes every system call of
# `ct run` and `ct exec` fail once, in each of their processes, in each way that it
# can; then sends SIGKILL or SIGTERM there; then runs without the calls that old
# kernels lack. Each time ct has to end soon, and
#
#   - with status 0 only if the command saw what it sees without a fault:
#     namespaces, root, mounts, capabilities, filter, limits, ... all of it
#   - else with 125 to 127, one line on stderr, and the command not run
#   - with 128+N after a signal
#   - nothing may be left: processes, mounts, links, cgroups, nf_tables, files
#
# A point is printed as VARIANT:PROCESS:CALL:K:KIND: the K-th CALL of a process;
# processes are named in order of creation. Such a name as the only argument tries
# that point; separate words select points, and '' or nothing means all.
#
# Runs in new pid, mount, network and cgroup namespaces: other users of ct do not
# interfere. Needs root, x86-64, util-linux. Prints TAP.
#
#   CT            the program (./ct), which is copied
#   CT_BIN        directory of the compiled tests/*.c (build/tests)
#   FAULT_SAMPLE  how many points to try, picked at random (all)
#   FAULT_SEED    seed for picking them (the time)
#   FAULT_JOBS    how many run at a time (2)
#   FAULT_LIMIT   seconds for one run (4)
set -u

: "${CT:=./ct}" "${CT_BIN:=build/tests}" "${FAULT_JOBS:=2}" "${FAULT_SAMPLE:=}"
: "${FAULT_SEED:=$(date +%s)}" "${FAULT_LIMIT:=4}"

# NAME CALLER HOST run ARG... | NAME CALLER HOST exec ARG... | run ARG...
# CALLER: root, user, or owner, which is the user in its own cgroup. HOST: namespaces
# that are not new. The last part is the container that exec enters.
variants() {
	rich="--volume vol:/new:ro --tmpfs /mnt -e A=b -e CALLER --rlimit nofile=64 --nice 3"
	rich="$rich --umask 027 --oom-score 7 --file /etc/new=text --symlink x:/new2"
	rich="$rich --mask /etc/group --ro-path /tmp --device /dev/loop-control --cap-drop chown"
	rich="$rich --domainname d --sysctl net.ipv4.ip_forward=1 --time-offset boottime=5"
	rich="$rich --cgroup cgroup.max.depth=3 --dns 10.0.0.1 -w /tmp --ready-fd 8 --info-fd 7"
	rich="$rich --pidfile pid --timeout 3 -n rich"
	nic='--net veth,host=h0,hostip=10.8.0.1/24,ip=10.8.0.2/24,gw=10.8.0.1,nat'
	nic="$nic --net veth,ip=fd09::11/64 --publish 80:80"
	inherit='--cap-ambient kill --cap-inheritable chown --personality linux32'
	box='run -d -n box -r root -R -h box'
	see=/bin/see
	cat <<X
plain root user,time run -r root -R -h box $see
host root user,time run -w / -h box -v root/bin:/mnt /mnt/see
share root user,time,pid,uts,ipc run -r root -R --share pid,uts,ipc $see
userns root time run -U -r root -R -h box $see
user user time run -r root -R -h box -v vol:/mnt $see
owner owner time run -r root -R -h box $see
detach root user,time run -d -r root -R -h box $see
init root user,time run --init -r root -R -h box $see
asuser root user,time run -u user -r root -R -h box $see
ambient root user,time run -u user $inherit -r root -R -h box $see
filter root user,time run --seccomp filter -r root -R -h box $see
delegate root user,time run --delegate -r root -R -h box $see
rich root user run -r root -R -h box $rich $see
tty root user,time run -t -r root -R -h box $see
tty-ring root user,time run -t --log ring -r root -R -h box $see
ring root user,time run -d --log ring -v out:/out -r root -R -h box $see
overlay root user,time run -r root --overlay -v out:/out -h box $see
overlay-dir root user,time run -r root --overlay=layer -v out:/out -h box $see
overlay-user user time run -r root --overlay -h box $see
image root user,time run -r image -h box $see
image-overlay root user,time run -r image --overlay -h box $see
log root user,time run --log out -r root -R -h box $see
nic root user,time run -r root -R -h box $nic $see
exec root user,time exec box $see | $box $see pause
exec-u root user,time exec -u user box $see | $box $see pause
exec-t root user,time exec -t box $see | $box $see pause
exec-d root user,time exec -d box $see | $box $see pause
exec-filter root user,time exec box $see | $box --seccomp filter $see pause
exec-userns root time exec box $see | $box -U $see pause
exec-owner owner time exec box $see | $box $see pause
try-userns root time run --try userns -U -r root -R -h box $see
try-timens root user run --try timens -r root -R -h box --time-offset boottime=5 $see
try-rlimit root user,time run --try rlimit -r root -R -h box --rlimit nofile=64 $see
try-sched root user,time run --try sched -r root -R -h box --nice 3 --cpu-sched batch $see
try-oom root user,time run --try oom -r root -R -h box --oom-score 7 $see
try-sysctl root user,time run --try sysctl -r root -R -h box --sysctl net.ipv4.ip_forward=1 $see
try-limits root user,time run --try limits -r root -R -h box --cgroup cgroup.max.depth=3 $see
try-devices root user,time run --try devices -r root -R -h box --device /dev/loop-control $see
try-nic root user,time run --try nic -r root -R -h box $nic $see
try-nat root user,time run --try nat -r root -R -h box $nic $see
X
	for f in pidns netns ipcns utsns cgroupns cgroup seal keyring proc sys dev pts mask \
		seccomp lock; do
		echo "try-$f root user,time run --try $f -r root -R -h box $see"
	done
}

# In new namespaces: fault VERB ...
if [ "${1-}" = --worker ]; then
	shift
	umount "$FAULT_CGROUP" && mount -t cgroup2 none "$FAULT_CGROUP" || exit 1
	mkdir "$FAULT_CGROUP/own" 2>/dev/null
	chown 1000:1000 "$FAULT_CGROUP/own" "$FAULT_CGROUP/own/cgroup.procs" \
		"$FAULT_CGROUP/own/cgroup.subtree_control"
	echo 1 >/proc/sys/net/ipv4/ip_forward
	echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
	exec ../fault "$@"
fi

worker() { # K VERB ...
	echo 0 >"$own/$1/cgroup.procs"
	cd "$dir/$1" || exit 1
	shift
	exec unshare -mnCpf --mount-proc --kill-child sh "$script" --worker "$@"
}

place() { # DIR: prepares it for the container of one worker
	mkdir -p "$1/vol" && chmod 777 "$1"
	for d in bin etc proc sys dev tmp run mnt new; do mkdir -p "$1/root/$d"; done
	cp "$dir/fault" "$1/root/bin/see"
	cp "$CT" "$1/ct"
	printf '%s\n' root:x:0:0:root:/root:/bin/sh user:x:1000:1000:user:/tmp:/bin/sh \
		>"$1/root/etc/passwd"
	printf '%s\n' root:x:0: user:x:1000: video:x:44:user >"$1/root/etc/group"
	: >"$1/root/etc/resolv.conf"
	: >"$1/root/etc/new"
	printf '\006\0\0\0\0\0\377\177' >"$1/filter" # allows everything
	mkdir -p "$1/layer/upper" "$1/layer/work/work" && chmod 0 "$1/layer/work/work"
	PATH=$PATH:/usr/sbin:/sbin mksquashfs "$1/root" "$1/image" -quiet -no-progress >/dev/null
	: >"$1/out"
	: >"$1/err"
	: >"$1/root/out"
	chmod 666 "$1/out" "$1/err"
}

clean() { # killed processes take a while to vanish
	tries=0
	until [ $((tries += 1)) -gt 50 ]; do
		find "$own" -depth -type d -exec rmdir {} \; 2>/dev/null
		[ -d "$own" ] || break
		sleep 0.1
	done
	rm -rf "$dir"
}

[ "$(id -u)" = 0 ] || { echo '1..0 # SKIP needs root'; exit 0; }
[ "$(uname -m)" = x86_64 ] || { echo '1..0 # SKIP needs x86-64'; exit 0; }
umask 022
script=$(readlink -f "$0")
FAULT_CGROUP=/sys/fs/cgroup
[ ! -d $FAULT_CGROUP/unified ] || FAULT_CGROUP=$FAULT_CGROUP/unified
export FAULT_CGROUP FAULT_LIMIT
dir=$(mktemp -d /tmp/ct-fault.XXXXXX) || exit 1
own=$FAULT_CGROUP/${dir##*/}
workers=
trap clean EXIT
# unshare(1) heeds no other signal, and its child dies with it
# shellcheck disable=SC2086 # process ids
trap '[ -z "$workers" ] || kill -KILL $workers 2>/dev/null; exit 1' INT TERM HUP
chmod 755 "$dir" && mkdir "$own" && cp "$CT_BIN/fault" "$dir/fault" || exit 1
k=0
while [ $((k += 1)) -le "$FAULT_JOBS" ]; do
	place "$dir/$k"
	mkdir "$own/$k"
done
variants >"$dir/variants"

case ${1-} in
*:*:*:*:*)
	IFS=:
	# shellcheck disable=SC2086 # several words
	set -- $1
	IFS=' 	
'
	set -- "$1" "$3" "$5" "$2" "$4" ;;
esac
names=$(awk -v only="${1-}" 'only == "" || $1 == only { print $1 }' "$dir/variants")
# shellcheck disable=SC2086 # words
worker 1 list ../variants $names >"$dir/list" &
workers=$!
wait
workers=
grep '^not ok\|^#' "$dir/list" >"$dir/broken"
awk -v call="${2-}" -v kind="${3-}" -v role="${4-}" -v k="${5-}" '
	/^(not ok|#)/ || (call != "" && $3 != call) || (kind != "" && $5 != kind) ||
		(role != "" && $2 != role) || (k != "" && $4 != k + 0) { next }
	{ print }' "$dir/list" >"$dir/points"
if [ "$FAULT_SAMPLE" ]; then
	echo "# FAULT_SAMPLE=$FAULT_SAMPLE FAULT_SEED=$FAULT_SEED of $(wc -l <"$dir/points") points"
	awk -v n="$FAULT_SAMPLE" -v seed="$FAULT_SEED" '
		{ line[NR] = $0 }
		END {
			srand(seed)
			for (i = 1; i <= n && i <= NR; i++) {
				j = i + int(rand() * (NR - i + 1))
				if (!(i in at)) at[i] = i
				if (!(j in at)) at[j] = j
				t = at[i]; at[i] = at[j]; at[j] = t
				take[at[i]] = 1
			}
			for (i = 1; i <= NR; i++) if (i in take) print line[i]
		}' "$dir/points" >"$dir/sample" && mv "$dir/sample" "$dir/points"
fi

mkfifo "$dir/tap" || exit 1
awk '
	/^ok / { ok++ }
	/^not ok / { bad++ }
	/^ok .* # SKIP/ { ok--; skip++ }
	/^(not )?ok / { sub(/ok/, "ok " ++n) }
	{ print; fflush() }
	END {
		print "1.." n + 0
		printf "%d passed, %d failed, %d skipped\n", ok, bad, skip
		exit bad || !ok
	}' <"$dir/tap" &
counter=$!
exec 3>"$dir/tap"
cat "$dir/broken" >&3
k=0
while [ $((k += 1)) -le "$FAULT_JOBS" ]; do
	awk -v k=$k -v n="$FAULT_JOBS" 'NR % n == k % n' "$dir/points" >"$dir/$k.points"
	worker $k run ../variants <"$dir/$k.points" >&3 3>&- &
	workers="$workers $!"
done
exec 3>&-
# shellcheck disable=SC2086 # process ids
wait $workers
workers=
wait "$counter"
