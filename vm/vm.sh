#!/bin/sh
# vm.sh KERNEL ROOT CMD - boot a QEMU guest, run CMD in it as root, exit with
# its status: 124 on a timeout, 125 if the guest ended without reporting one.
#
# KERNEL  a Debian kernel image; its modules are in ../lib/modules beside it
# ROOT    directory that becomes the guest's root; needs /bin/busybox (static)
#         and is never written to
# CMD     for sh -c in the guest, with stdin from /dev/null
#
# Environment: VM_ROOT     rootfs (default): the initramfs itself, where
#                          pivot_root(2) fails by design; or tmpfs
#              VM_MODULES  kernel modules to load, in any order
#              VM_NICS     number of virtio network cards, all on one wire (0)
#              VM_TIMEOUT  seconds for the whole run (60)
#              VM_MEM VM_SMP  MiB (512), processors (1)
#              VM_ARCH     amd64 (default) i386 arm64 armhf mips mipsel ppc64el
#                          riscv64 s390x
#              VM_ACCEL    tcg (default) or kvm
#              VM_VERBOSE  not empty: kernel messages too
#              VM_INIT     a path in ROOT: it runs as pid 1; CMD runs beside it and must
#                          end it. The status is 0 once the guest has ended. VM_MODULES
#                          are loaded and lo is up, but nothing is mounted
#              VM_ICOUNT   the guest clock counts instructions, each 2^N ns, so that other
#                          load on this machine does not affect measurements
#
# The guest has proc, sysfs, devtmpfs, devpts, tmpfs on /dev/shm, /tmp and /run,
# cgroup2 on /sys/fs/cgroup with every controller, and lo up.
set -eu

[ $# -eq 3 ] || { echo "usage: vm.sh KERNEL ROOT CMD" >&2; exit 2; }
kernel=$1 root=$2 cmd=$3
: "${VM_ARCH:=amd64}" "${VM_MEM:=512}" "${VM_SMP:=1}" "${VM_TIMEOUT:=60}"
: "${VM_ROOT:=rootfs}" "${VM_ACCEL:=tcg}" "${VM_VERBOSE:=}" "${VM_NICS:=0}" "${VM_INIT:=}"
: "${VM_ICOUNT:=}"
: "${VM_MODULES=crc32c_generic veth bridge dummy macvlan ipvlan tun 8021q vxlan br_netfilter overlay squashfs erofs ext4 loop dm_verity nf_tables nft_chain_nat nft_nat nft_masq nft_fib_inet nft_ct nft_limit nft_reject_inet nf_conntrack_netlink unix_diag inet_diag tcp_diag udp_diag af_packet_diag netlink_diag}"
case $VM_ARCH in
s390x) bus=ccw romfile='' modules=virtio_net ;;
*) bus=pci romfile=,romfile= modules="virtio_pci virtio_net" ;; # no network boot
esac
[ "$VM_NICS" = 0 ] || VM_MODULES="$VM_MODULES $modules"

tmp=$(mktemp -d "${TMPDIR:-/tmp}/vm.XXXXXX")
qemu_pid=""
trap '[ -z "$qemu_pid" ] || kill "$qemu_pid" || :; rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# --- modules: unpacked and in dependency order, for busybox insmod -----------
version=${kernel##*/vmlinu?-}
moddir=$(dirname "$kernel")/../lib/modules/$version
mkdir -p "$tmp/add/vm/mod"
seen=" " n=10

add_module() { # NAME - recursive, so its locals are the positions
	case $seen in *" $1 "*) return ;; esac
	seen="$seen$1 "
	set -- "$1" "/$(echo "$1" | sed 's/[-_]/[-_]/g')\\.ko" "$tmp/add/vm/mod/new.$1"
	set -- "$@" "$(grep -E "$2(\\.[a-z]+)?\$" "$tmp/modules" | head -n 1)"
	case $4 in
	*.xz) xz -dc "$4" >"$3" ;;
	*.ko) cp "$4" "$3" ;;
	*)
		grep -q "$2" "$moddir/modules.builtin" ||
			echo "vm.sh: $version has no module $1" >&2
		return ;;
	esac
	for d in $(LC_ALL=C tr '\0' '\n' <"$3" | sed -n 's/^depends=//p' | tr , ' '); do
		add_module "$d"
	done
	n=$((n + 1))
	mv "$3" "$tmp/add/vm/mod/$n-$1.ko"
}
find "$moddir/" -name '*.ko*' >"$tmp/modules"
for m in $VM_MODULES; do add_module "$m"; done

# --- the guest's init and command --------------------------------------------
nonce=$$.$(date +%s)
printf '%s\n' "$cmd" >"$tmp/add/vm/cmd"
cat >"$tmp/add/vm/init" <<'INIT'
#!/bin/busybox sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb
bb=/bin/busybox
load() {
	$bb ip link set lo up
	for m in /vm/mod/*.ko; do
		[ ! -f "$m" ] || $bb insmod "$m" || echo "vm: insmod $m failed"
	done
	$bb stty -opost </dev/console
	echo "@vm $VM_NONCE start"
}
if [ "$VM_INIT" ]; then
	load
	# the /dev/null that the shell gives to a job is removed before anything starts
	$bb mknod /dev/null c 1 3
	$bb mkfifo /vm/gone
	{ $bb rm /dev/null; echo >/vm/gone; exec $bb setsid $bb sh /vm/cmd </dev/console; } &
	read -r _ </vm/gone
	exec $bb env -i HOME=/ TERM=linux "$VM_INIT"
fi
$bb mkdir -p /proc /sys /dev /tmp /run
if [ "$1" != stage2 ] && [ "$VM_ROOT" = tmpfs ]; then
	$bb mkdir /newroot
	$bb mount -t tmpfs -o mode=755 root /newroot
	for f in /* /.[!.]*; do
		case $f in /newroot | '/.[!.]*') ;; *) $bb cp -a "$f" /newroot/ ;; esac
	done
	: >/init # switch_root wants one before it deletes the old root
	exec $bb switch_root /newroot /vm/init stage2
fi
$bb mount -t proc proc /proc
$bb mount -t sysfs sysfs /sys
$bb mount -t devtmpfs dev /dev
$bb mkdir -p /dev/pts /dev/shm
$bb mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts /dev/pts
$bb mount -t tmpfs shm /dev/shm
$bb mount -t tmpfs tmp /tmp
$bb mount -t tmpfs -o mode=755 run /run
$bb mount -t cgroup2 cgroup2 /sys/fs/cgroup
for c in $($bb cat /sys/fs/cgroup/cgroup.controllers); do
	echo "+$c" >/sys/fs/cgroup/cgroup.subtree_control
done
load
$bb setsid $bb sh /vm/cmd </dev/null
echo "@vm $VM_NONCE exit $?"
case $($bb uname -m) in
x86_64 | i?86) $bb reboot -f ;;
*) $bb poweroff -f ;;
esac
while :; do $bb sleep 1; done
INIT
chmod 755 "$tmp/add/vm/init"

# Two archives, one after the other: the kernel unpacks the second over the first.
pack() { (cd "$1" && find . | cpio -o -H newc --quiet -R 0:0); }
{ pack "$root"; pack "$tmp/add"; } >"$tmp/initrd"

# --- qemu ----------------------------------------------------------------------
console=ttyAMA0
case $VM_ARCH in
# q35, not microvm: under TCG, one boot in four of a microvm hangs where the kernel
# calibrates its clock.
# Without what costs much to emulate and that no case needs: a third of the time.
amd64) set -- qemu-system-x86_64 -M q35 -cpu max,-la57,-smap,-smep,-xsave && console=ttyS0 ;;
i386) set -- qemu-system-i386 -M q35 -cpu max && console=ttyS0 ;;
arm64) set -- qemu-system-aarch64 -M virt -cpu cortex-a57 ;;
armhf) set -- qemu-system-arm -M virt,highmem=off -cpu cortex-a15 ;; # no LPAE: PCI below 4 GiB
riscv64) set -- qemu-system-riscv64 -M virt && console=ttyS0 ;;
mips) set -- qemu-system-mips -M malta -cpu 24Kf && console=ttyS0 ;;
mipsel) set -- qemu-system-mipsel -M malta -cpu 24Kf && console=ttyS0 ;;
ppc64el) set -- qemu-system-ppc64 -M pseries && console=hvc0 ;;
s390x) set -- qemu-system-s390x -M s390-ccw-virtio && console=ttysclp0 ;;
*) echo "vm.sh: VM_ARCH=$VM_ARCH?" >&2; exit 2 ;;
esac
case $VM_ARCH in # malta has no more
mipsel) [ "$VM_MEM" -le 256 ] || VM_MEM=256 ;;
esac
[ -z "$VM_ICOUNT" ] || set -- "$@" -icount "shift=$VM_ICOUNT,sleep=off"
nic=0
while [ "$nic" -lt "$VM_NICS" ]; do
	set -- "$@" -netdev "hubport,hubid=0,id=wire$nic" \
		-device "virtio-net-$bus,netdev=wire$nic,mac=52:54:00:00:00:0$nic$romfile"
	nic=$((nic + 1))
done
quiet="quiet loglevel=1" # quiet alone lets errors into the output
[ -z "$VM_VERBOSE" ] || quiet="loglevel=7"
case $VM_ARCH in # on a busy machine too few ticks arrive while they are counted
amd64 | i386) quiet="$quiet no_timer_check mitigations=off init_on_alloc=0" ;;
esac

mkfifo "$tmp/out"
timeout -k 2 "$VM_TIMEOUT" "$@" -accel "$VM_ACCEL" -m "$VM_MEM" -smp "$VM_SMP" \
	-nodefaults -no-user-config -display none -serial stdio -no-reboot \
	-kernel "$kernel" -initrd "$tmp/initrd" -append "console=$console $quiet \
	panic=-1 rdinit=/vm/init VM_NONCE=$nonce VM_ROOT=$VM_ROOT VM_INIT=$VM_INIT" \
	</dev/null >"$tmp/out" 2>&1 &
qemu_pid=$!

# Pass on the output between the two marker lines, or all of it if there is no end.
# With VM_INIT there is only the first.
: >"$tmp/status"
awk -v n="$nonce" -v status="$tmp/status" -v verbose="$VM_VERBOSE" -v init="$VM_INIT" '
	{ sub(/\r$/, "") }
	index($0, "@vm " n " start") {
		on = 1
		if (init != "") ended = 1
		next
	}
	i = index($0, "@vm " n " exit ") {
		# the output before it may lack a newline
		printf "%s", substr($0, 1, i - 1)
		split(substr($0, i), f)
		print f[4] >status
		ended = 1; on = 0
		next
	}
	on || verbose { print; fflush(); next }
	{ early = early $0 "\n" }
	END { if (!ended) printf "%s", early >"/dev/stderr" }
' <"$tmp/out"

q=0
wait "$qemu_pid" || q=$?
qemu_pid=""
if [ "$VM_INIT" ] && [ "$q" -eq 0 ]; then exit 0; fi
if read -r s <"$tmp/status"; then exit "$s"; fi
[ "$q" -ne 137 ] || q=124 # timeout had to use KILL
[ "$q" -eq 124 ] || q=125
exit "$q"
