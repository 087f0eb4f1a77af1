#!/bin/sh
# vm/check.sh SUITE MODE [ARCH] - run tests.sh in a guest with the kernel of
# Debian SUITE (see kernel.sh), pass on what it prints and exit with its status.
#
# MODE  rootfs  as root, where / is the initramfs itself
#       tmpfs   as root, where / is a tmpfs; without the network cases, which do not care
#       user    as an unprivileged user, where / is a tmpfs
#       criu    as tmpfs, with the network: the cases about checkpoints
#       bare    as rootfs, with no modules but those of the cards: the cases about that
#       wifi    as rootfs, with two wireless devices and a flash, which need the larger
#               kernel for real machines: the cases about them
#       router  as rootfs: bench/router.sh instead of cases, ROUNDS (10) for each service
#       small   as tmpfs: bench/small.sh instead of cases, in 40 MB (VM_MEM) with the
#               kernel of tiny.sh (amd64; else those that floor.c knows, with Debian's,
#               in 256 MB, and only the times unless PHASES says more)
#
# CT and CT_BIN name the binary and the directory of compiled tests/*.c
# (default: ct, build/tests); CT_TESTS is the argument of tests.sh, CT_SHARE as there. The guest
# has them as /bin/ct and /tests/bin, the top-level files in /, the transcripts
# and setup.sh in /tests, and two network cards on one wire. There CT_VM is set,
# CT_TOOLS to the root of tools.sh, and CT_REQUIRE to what such a guest must
# have. VM_TIMEOUT (3600 seconds) limits the whole run.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cd "$here/.."
suite=$1 mode=$2
arch=${3:-$(dpkg --print-architecture)}
: "${CT:=ct}" "${CT_BIN:=build/tests}" "${CT_TESTS:=}" "${VM_TIMEOUT:=3600}"
need="vm man netns userns"
case $arch in
armhf | mips | mipsel) ;; # their kernels have no time namespaces
*) need="$need timens" ;;
esac
start=/tests/start without='' package='' nics=2
links="nics veth bridge dummy macvlan ipvlan vlan"
[ "$arch" = mips ] || links="$links nft tcpdump dnsmasq" # nobody has built these for it
[ "$suite" = bullseye ] || links="$links nat"
case $mode in
rootfs) need="$need root cgroup2 rootfs $links" root_fs=rootfs ;;
tmpfs) need="$need root cgroup2" root_fs=tmpfs without=net: ;;
criu)
	need="$need root cgroup2 criu no-rootfs veth bridge memory" root_fs=tmpfs
	: "${CT_TESTS:=checkpoint}" ;;
user) need="$need user" root_fs=tmpfs start="su user -s /tests/start" ;;
bare)
	need="vm root no-modules nics" root_fs=rootfs
	export VM_MODULES=
	: "${CT_TESTS:=bare}" ;;
wifi)
	need="vm root wifi" root_fs=rootfs package=linux-image-$arch
	export VM_MODULES="veth bridge mac80211_hwsim mtdram zram i2c-stub at24"
	: "${CT_TESTS:=wifi|flash}" ;;
router) root_fs=rootfs ;;
small) root_fs=tmpfs nics=0 ;;
*) echo "vm/check.sh: no mode $mode" >&2; exit 2 ;;
esac

base=build/vmroot/$arch tools=build/tools/$arch
mkdir -p build
exec 9>build/lock # another part may need the same files now
flock 9
# memory for the root and the tests' own limits
memory=768
case $mode,$arch in
small,amd64)
	memory=40 kernel=$(vm/tiny.sh "$arch")
	# 500 million instructions a second, even on a busy machine
	export VM_MODULES="" VM_ICOUNT=1 ;;
small,*) memory=256 PHASES=${PHASES:-rows} ;;
esac
[ "${kernel-}" ] || kernel=$(vm/kernel.sh "$suite" "$arch" ${package:+"$package"})
[ -d "$base" ] || vm/root.sh "$base" "$arch"
[ "$mode" = small ] || [ -d "$tools" ] || vm/tools.sh "$tools" "$arch"
exec 9>&-

root=$(mktemp -d "${TMPDIR:-/tmp}/check.XXXXXX")
trap 'rm -rf "$root"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
chmod 755 "$root"
cp -a "$base/." "$root"
cp "$CT" "$root/bin/ct"
mkdir -p "$root/tests/bin" "$root/bench"

with_tests() {
	find . -maxdepth 1 -type f ! -name ct -exec cp {} "$root" \;
	cp -a "$tools" "$root/tests/tools"
	find "$CT_BIN" -type f -exec cp {} "$root/tests/bin" \;
	[ "${VM_MODULES-x}" != x ] || PATH=$PATH:/usr/sbin vm/images.sh "$base" "$root/tests/bin" ||
		echo "vm/check.sh: no images" >&2
	cp tests/*.t tests/fw4.nft contrib/openwrt/ct.nft tests/setup.sh tests/ESCAPES "$root/tests"
}
case $mode in
small) # nothing else, as it would take memory
	cp bench/bench.sh bench/small.sh "$root/bench"
	OUT=$root/bench/out bench/bench.sh build
	then="ROUNDS=${ROUNDS-} SERVICE_ROUNDS=${SERVICE_ROUNDS-} PHASES='${PHASES-}' \
exec sh /bench/small.sh" ;;
router) # one at a time, as an emulated processor manages no more
	with_tests
	cp bench/router.sh "$root/bench"
	"${CC:-musl-gcc}" -std=c11 -D_GNU_SOURCE -O1 -static -o "$root/tests/bin/gaps" bench/gaps.c
	then="export GAPS=/tests/bin/gaps ROUNDS=${ROUNDS:-10}
for s in web dns udp; do SERVICES=\$s /bench/router.sh || exit; done" ;;
*)
	with_tests
	then="exec sh /tests.sh '$(printf '%s' "$CT_TESTS" | sed "s/'/'\\\\''/g")'" ;;
esac
chmod -R a+rX "$root"
cat >"$root/tests/start" <<E
#!/bin/sh
export CT=/bin/ct CT_BIN=/tests/bin CT_TOOLS=/tests/tools CT_VM=1 CT_REQUIRE='$need' CT_WITHOUT=$without
export CT_SHARE=${CT_SHARE-}
export CT_LIMIT=60 # under TCG everything takes longer
cd / && $then
E
chmod 755 "$root/tests/start"

# one processor: under TCG, with two some kernels patch code that they are running
VM_ARCH=$arch VM_ROOT=$root_fs VM_NICS=$nics VM_SMP=1 VM_MEM=${VM_MEM:-$memory} \
	VM_TIMEOUT=$VM_TIMEOUT \
	vm/vm.sh "$kernel" "$root" "exec $start"
