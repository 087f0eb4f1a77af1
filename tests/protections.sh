#!/bin/sh
# SPDX-License-Identifier: ISC
#
# tests/protections.sh [PATTERN] - checks that the tests of protections are real:
# each protection in turn is taken out of a copy of ct, and a case of tests/*.t
# that passes with the real ct must then fail. Runs those whose name contains
# PATTERN. Needs `make all helpers`, perl, and what the cases need. Prints TAP.
#
#   CT, CT_BIN   the real ct, the compiled tests/*.c (./ct, build/tests)
#   MAKE         builds the copies, with the Makefile's own flags (make)
#   CT_SUITE     the Debian suite whose kernel guests boot, as for vm/check.sh:
#                bookworm, say. Without it cases that need a guest are skipped.
#   CT_TEXTS     not empty: only looks whether what is to be taken out, and the
#                cases that have to fail, are there
#
#   without NAME       begins one: a copy of ct
#   change OLD NEW     OLD has to be in it once, whatever its white space
#   fails CASE [TEXT]  so this one fails, and prints TEXT (grep -E)
#   guest CASE [TEXT]  the same on the initramfs of a guest
# shellcheck disable=SC2016 # what looks like expansions is C
set -u

cd "$(dirname "$0")/.." || exit 1
: "${CT:=./ct}" "${CT_BIN:=build/tests}" "${MAKE:=make}" "${CT_SUITE:=}" \
	"${CT_TEXTS:=}"
pattern=${1-} pass=0 fail=0 skip=0 name='' why='' built=''
work=$(mktemp -d "${TMPDIR:-/tmp}/ct-without.XXXXXX") || exit 1
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
tree=$work/tree out=$work/out
CT=$(cd "$(dirname "$CT")" && pwd)/$(basename "$CT")

without() { # NAME
	name='' why='' built=''
	case $1 in *"$pattern"*) name=$1 ;; *) return ;; esac
	rm -rf "$tree"
	mkdir "$tree" && cp Makefile ct.h config.h ct.c "$tree" &&
		ln -s "$PWD/build" "$tree/build" || exit 1
	cp -R src lib "$tree"
}

change() { # OLD NEW
	[ -z "$name" ] || why=$why$(cd "$tree" && OLD=$1 NEW=$2 perl -e '
		$old = join "\\s+", map { quotemeta } split " ", $ENV{OLD};
		for $file (grep { -f } "ct.c", glob "src/*") {
			open F, "<", $file or die; local $/; $_ = <F>; close F;
			$n += s/$old/$ENV{NEW}/g or next;
			open F, ">", $file or die; print F; close F;
		}
		printf "%d times: %s; ", $n, $ENV{OLD} if $n != 1' 2>&1)
}

end() { # ok|not ok|skip TEXT [FILE]: what became of it
	case $1 in
	ok) pass=$((pass + 1)) && echo "ok $((pass + fail + skip)) - without $name: $2" ;;
	skip) skip=$((skip + 1)) && echo "ok $((pass + fail + skip)) - without $name # SKIP $2" ;;
	*)
		fail=$((fail + 1)) && echo "not ok $((pass + fail + skip)) - without $name: $2"
		[ $# -lt 3 ] || sed 's/^/    /' "$3" ;;
	esac
}

# Runs the cases of that name and sets $how: ok, skip, none, or why they fail.
# Others on this machine may leave something meanwhile: that is not a failure.
try() { # CT VM CASE
	if [ "$2" ]; then
		CT=$1 CT_TESTS=$3 vm/check.sh "$CT_SUITE" rootfs
	else
		CT=$1 CT_BIN=$CT_BIN ./tests.sh "$3"
	fi >"$out" 2>&1
	how=$(awk '
		after { after = 0; if (/^ *something left$/) good = 1; else bad = $0 }
		/^not ok / { after = 1 }
		/^ok .* # skip/ { skip = 1; next }
		/^ok / { good = 1 }
		END { print bad ? bad : good ? "ok" : skip ? "skip" : "none" }' "$out")
}

fails() { judge '' "$@"; }
guest() {
	if [ "$CT_SUITE" ]; then
		judge vm "$@"
	elif [ "$name" ]; then
		end skip 'no CT_SUITE for a guest'
	fi
}

judge() { # VM CASE [TEXT]
	[ "$name" ] || return 0
	if [ "$CT_TEXTS" ]; then
		grep -qF -e "${2##*: }" tests/*.t || why="${why}no case '$2'"
		end "${why:+not }ok" "$why"
		return
	fi
	: >"$out"
	if [ -z "$why$built" ]; then
		"$MAKE" -C "$tree" ct >"$out" 2>&1 || why='does not compile'
		built=1
	fi
	[ -z "$why" ] || { end 'not ok' "$why" "$out"; return; }
	# with the real ct, once for all that use the case
	grep -qxF "$1$2" "$work/held" 2>/dev/null || {
		try "$CT" "$1" "$2"
		case $how in
		ok) echo "$1$2" >>"$work/held" ;;
		skip) end skip "$2"; return ;;
		none) end 'not ok' "there is no case '$2'"; return ;;
		*) end 'not ok' "'$2' fails of ct as it is" "$out"; return ;;
		esac
	}
	try "$tree/ct" "$1" "$2"
	case $how in
	ok | skip | none) end 'not ok' "'$2' does not fail: $how" ;;
	*)
		if grep -qE -e "${3-}" "$out"; then
			end ok "'$2' fails"
		else
			end 'not ok' "'$2' fails without saying $3" "$out"
		fi ;;
	esac
}

# --- what is released, and when ----------------------------------------------

without 'the closing of descriptors'
change 'fd_close_others(ct); fd_disown(ct);' 'fd_disown(ct);'
fails 'invariant: A program run by path' 'path: child at .* descriptors:'
fails 'escapes: No command is found through' found

without 'wiped arguments'
change 'if (ct->words_len) memset(ct->words, 0, ct->words_len);' ''
fails 'invariant: A program run by path' "path: child at .* the caller's arguments"

without 'a wiped environment'
change 'if (ct->words_len) memset(ct->words, 0, ct->words_len);' ''
change 'for (char **e = ct->caller_env; e && *e; e++) memset(*e, 0, strlen(*e));' ''
fails 'invariant: A program run by path' "path: child at .*: the caller's environment"

without 'a wiped stack'
change 'if (seen) line_drop_stack();' ''
fails 'invariant: The memory of exec' 'in its memory, on the stack'

without "another /dev/null than the host's"
change 'fs_dev_fill(ct, dev) < 0 ? -1 : fs_null(ct, dev)' 'fs_dev_fill(ct, dev)'
fails "security: The mode of the host's /dev/null"

without 'another /dev/null for exec'
change 'return fs_null(ct, -1);' 'return ct ? 0 : fs_null(ct, -1);'
fails "security: The mode of the host's /dev/null"

without 'hiding'
change 'return sys_prctl(PR_SET_DUMPABLE, 0, 0) < 0 ?' 'return 0 < 0 ?'
fails 'invariant: A program run by path' 'path: child at .*: dumpable'

without 'hiding where it lets go'
change 'line_join(ct) < 0 || child_hide(ct) < 0)' 'line_join(ct) < 0)'
fails 'invariant: The memory of exec' 'entered at .*: dumpable'

without 'hiding where its user has changed'
change 'return child_hide(ct) < 0 ? -1 : child_pdeathsig(ct);' 'return child_pdeathsig(ct);'
guest 'protections: A process that changes its user' 'child at .*: dumpable'

without 'capabilities that are dropped before anybody sees exec'
change 'STEP("caps", "set user and capabilities", 0, V_BOTH, pr_user),' ''
change 'STEP("pdeathsig", "die with ct, now as' \
	'STEP("caps", "", 0, V_BOTH, pr_user), STEP("pdeathsig", "die with ct, now as'
fails 'invariant: Exec as another user' 'entered at .*: CapEff .* above'
fails 'escapes: A peer that traces the process'

without 'a filter before anybody sees it'
change 'STEP("seccomp", "load the filter, if others may trace it from now on", FEAT_SECCOMP,
	V_BOTH, pr_seccomp_seen),' ''
fails 'invariant: Exec as another user' 'entered at .*: no filter'
fails 'invariant: A program run by path' 'held at .*: no filter'

without "the reaper's own filter"
change 'if (ct->features & FEAT_SECCOMP && pr_seccomp_reaper(ct) < 0) return -1;' ''
fails 'invariant: A reaper and its command' 'reaper at .*: a reaper without a filter'

without 'a reaper that closes its pipes'
change 'fd_close(&ct->msg_fd[1]); fd_close(&ct->go_fd[0]); mem_free(&ct->mem, NULL);' \
	'mem_free(&ct->mem, NULL);'
fails 'invariant: A reaper and its command' 'reaper at .*: 2 descriptors'

without 'a pid namespace that is joined last'
change 'op->ns.kind != NS_USER && op->ns.kind != NS_PID && op->ns.kind != NS_MNT &&' \
	'op->ns.kind != NS_USER && op->ns.kind != NS_MNT &&'
fails "invariant: A command in another container's pid" 'entered at .* descriptors'

# --- what is looked up, and what is believed -----------------------------------

without 'a bounded look-up of users'
change '(int)syscall(SYS_openat2, root, path, &how, sizeof how);' \
	'openat(how.resolve ? root : -1, path, flags | O_CLOEXEC);'
fails 'invariant: A command run as another user' 'opens /etc/passwd without bounds'

without 'a ban on magic links'
change 'RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,' 'RESOLVE_IN_ROOT,'
fails 'invariant: A command run as another user' 'opens /etc/passwd without bounds'

without 'an error where a namespace cannot be told'
change 'return fail_sys(ct, "readlink /proc/%d/ns/%s", pid, name);' 'return 0;'
fails 'security: Exec enters all namespaces or none'

without 'the look whether a process is a child'
change 'return fail_sys(ct, "waitid process %d", pid);' 'return 0;'
fails 'protections: Exec takes no process'

without 'the look at its namespace'
change 'return fail_msg(ct, "process %d is not the container'\''s", pid);' 'return 0;'
fails 'protections: Exec takes no process'

without 'the look at records'
change 'if ((unsigned)msg->kind > MSG_READY ||' \
	'if (msg) return true; if ((unsigned)msg->kind > MSG_READY ||'
fails "protections: What a peer writes to ct's pipe"

without 'whole names of groups'
change "(!path[base + 1 + n] || path[base + 1 + n] == '/')" 'true'
fails 'protections: A record that names another' RAN

without "ct's mark on groups"
change 'return fstat(dir, &st) == 0 && st.st_mode & S_ISVTX;' 'return fstat(dir, &st) == 0;'
fails 'protections: A group made by somebody else'

without 'text that a terminal only shows'
change "*s >= ' ' && *s < 127 : text_utf8(s, &c);" '1 : text_utf8(s, &c);'
fails 'Control bytes in a command reach no terminal'
fails 'escapes: The name of a process is one field'

# --- processes ----------------------------------------------------------------

without 'a checked setsid'
change 'if (setsid() < 0) { ct->optional &= ~(unsigned)FEAT_KEYRING;' \
	'if (setsid() < 0 && false) { ct->optional &= ~(unsigned)FEAT_KEYRING;'
fails 'security: No protection is left out because a call failed' NSsid

without 'a session keyring'
change 'if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, ct->keyring) < 0)' 'if (0)'
fails 'A command has its own session keyring'

without 'a keyring that is not the one of who calls exec'
change 'ct->no_tty = ct->keep_keyring = false' 'ct->no_tty = false'
fails "Exec has the container's sets and personality" '^ *is: ok'

without 'the bound of what is inherited'
change 'if (*sets[i] & ~bound)' 'if (0)'
fails 'Inherited sets never exceed' RAN

without 'an end of what a hook has started'
change 'kill(-pid, SIGKILL);' ''
fails 'A hook that times out is ended with'

without 'a session of a hook'
change 'if (setsid() > 0 && dup2(in, 0) == 0' 'if (dup2(in, 0) == 0'
fails 'A hook that a signal ends is ended with'

without 'dropped groups'
change 'if (syscall(NR_SETGROUPS, 0L, NULL) == 0)' 'if (1)'
fails 'The supplementary groups of the caller'

without 'the signal when ct dies'
change 'child_dies_by(ct, SIGKILL) < 0) return -1; if (poll' '0) return -1; if (poll'
fails 'protections: A container ends with its ct' gave

without 'the look whether ct has died before that'
change 'if (poll(&p, 1, 0) > 0)' 'if (0 && p.fd)'
fails 'protections: An exec process whose ct died' ran

without 'a limit of core files that stays'
change 'done = sc_ret(p, SC_ERRNO)' 'done = sc_ret(p, SC_ALLOW)'
fails 'isolation: A command cannot set its core file limit'

# --- mounts -------------------------------------------------------------------

without 'masks by descriptor'
change 'at = fs_open_in(mnt, m->path + n + 1, O_PATH);' 'at = fs_in_root(ct, m->path, O_PATH);'
fails 'escapes: Masks hold in an image whose /proc turns into a link'

without 'masks'
change 'STEP("mask", "hide parts of /proc and /sys", FEAT_MASK, V_RUN, fs_masks),' ''
fails 'Files in /proc that show the kernel'
fails 'isolation: A read in /sys creates nothing'

without 'masks in what a stand-in shows'
change 'STEP("mask", "hide parts of /proc and /sys", FEAT_MASK, V_RUN, fs_masks),
	STEP("mount", "make the requested mounts, in order", FEAT_MNT, V_RUN, fs_volumes),' \
	'STEP("mount", "make the requested mounts, in order", FEAT_MNT, V_RUN, fs_volumes),
	STEP("mask", "hide parts of /proc and /sys", FEAT_MASK, V_RUN, fs_masks),'
fails 'isolation: Masks hold where a stand-in'

without 'the look whether a file of /etc is in sysfs'
change 'bool kernel = fd >= 0 &&' 'bool kernel = false &&'
fails 'hostile: A link as a file in /etc'

without 'a read-only /sys'
change 'if (!ct->privileged) m.set |= MOUNT_ATTR_RDONLY; *mnt' '*mnt'
fails 'Files in /proc and /sys that write' /sys/

without 'closed paths in /proc'
change 'for (size_t i = 0; i < n; i++) { const char *path = closed_paths[i];' \
	'for (size_t i = n; i < n; i++) { const char *path = closed_paths[i];'
fails 'Files in /proc and /sys that write' /proc/sys

without 'a read-only /proc of the processes of others'
change 'return ct->privileged || fs_proc_shared(ct) ? 0 : fs_proc_open(ct);' \
	'return ct->privileged ? 0 : fs_proc_open(ct);'
fails "isolation: --share pid shows the caller's"

without 'a protected procfs of --mount'
change 'if (ct->privileged || !kfs_is_privileged(op->mnt.type))' 'if (ct->privileged || *op->mnt.type)'
fails 'escapes: A procfs or sysfs from --mount'

without 'the rights of a directory that is covered'
change 'if (fs_same_rights(ct, from.fd, in, &st, path) < 0)' \
	'if (fchmod(in, 0755) < 0)'
fails 'security: A directory that is shown on a tmpfs lets in'

without 'modes of devices'
change '(op ? op->dev.mode & 07777 : 0666), rdev) == 0)' '0666, rdev) == 0)'
fails 'security: A device has the mode'

without 'nodes of the host that are read-only'
change 'return fs_attach(ct, tree, at, &ro, name);' 'return fs_attach(ct, tree, at, &no_attrs, name);'
fails 'security: Nor in a user namespace whose root'

without 'nodev'
change 'struct mnt m = { .set = MOUNT_ATTR_NODEV, .flags = M_RECURSIVE };' 'struct mnt m = { .flags = M_RECURSIVE };'
fails 'A device node in the root cannot'
fails 'isolation: Every mount except /dev'

without 'nosuid'
change 'if (!ct->allow_new_privs) m.set |= MOUNT_ATTR_NOSUID;' ''
fails 'isolation: Every mount except /dev'

without 'mounts that are locked on an initramfs'
change 'return -1; ct->features |= FEAT_LOCK;' 'return -1;'
guest 'initramfs: The files of the initramfs are out of reach'

# --- privilege ----------------------------------------------------------------

without 'no_new_privs'
change 'if (!ct->allow_new_privs && sys_prctl(PR_SET_NO_NEW_PRIVS, 1, 0) < 0)
	return fail_sys(ct, "prctl PR_SET_NO_NEW_PRIVS");' ''
change 'return ct->allow_new_privs ? pr_seccomp(ct) : 0;' 'return pr_seccomp(ct);'
fails 'A command has no_new_privs'

without 'the bounding set'
change 'if (pr_bound(ct, bound) < 0) return -1;' ''
fails 'Bounding, permitted and effective'

without 'families of sockets'
change 'p->what[SYS_socket - SC_BASE] = p->what[SYS_socketpair - SC_BASE] = SC_FAMILY;' ''
fails 'escapes: Only socket families'

without 'protocols of sockets'
change 'next = deny = sc_ret(p, SC_ERRNO + EPROTONOSUPPORT)' 'next = deny = allow'
fails 'escapes: Only socket families that a container needs' 'IPv4 132 of type 1'

without 'types of sockets'
change 'BPF_JGT, SOCK_RAW, deny, next' 'BPF_JGT, SOCK_RAW, next, next'
fails 'escapes: Only socket families that a container needs' 'IPv4 0 of type 5'

without 'a limit of terminals'
change '.data = pts_options,' '.data = "mode=620,ptmxmode=666",'
fails "exhausted: A container's limit on terminals"

without "the look at a call's architecture"
change 'sc_jump(p, BPF_JEQ, SC_ARCH, at,' 'sc_jump(p, BPF_JGE, 0, at,'
fails 'second: A filter refuses of i386 just what'

without 'the default filter for calls of i386'
change 'sc_deny(p, denied_second, LEN(denied_second), 0);' ''
fails 'second: A filter refuses of i386 just what'

without 'the newer calls in the filter for i386'
change 'sc_deny(p, denied_calls, LEN(denied_calls), 424);' ''
fails 'second: A filter refuses of i386 just what'

without 'the arguments in the filter for i386'
change 'sc_deny_args(p, second_args, LEN(second_args));' ''
fails 'second: A filter refuses of i386 just what'

without 'a capability for generic netlink'
change 'if (!cap || p->caps >> cap & 1)' 'if (cap < 64)'
fails 'escapes: Only socket families that a container needs' 'netlink 16'

without 'families of sockets for i386'
change 'p->what[SC_SOCKET2] = p->what[SC_SOCKETPAIR2] = SC_FAMILY;' ''
fails 'second: A filter refuses of i386 just what'

without 'the end of i386 where --syscall refuses'
change 'if (calls[i] > SC_ALLOW + 1) return;' ''
fails 'second: With a call that is refused by number'

without 'what --syscall says'
change 'p->what[i] = calls[i] - 1;' ';'
fails 'syscall: --syscall refuses a call'

without 'a long jump in a large filter'
change 'if (t - p->at > 254)' 'if (t - p->at > 4095)'
fails 'syscall: A filter may name so many calls'

without 'all filters of a container for exec'
change 'for (unsigned i = 0; i < ct->filter.len; i += 1 + f[i].k)' \
	'for (unsigned i = 0; i < ct->filter.len && !i; i += 1 + f[i].k)'
fails 'syscall: A command of exec has every filter'

without 'a refusal to ask about what ct needs first'
change 'if (what == SC_NOTIFY && (nr == SYS_write || nr == SYS_read))' 'if (0)'
fails 'notify: A --syscall that notifies has a listener'

without 'a look at what the child hands over'
change 'notify ? SECCOMP_FILTER_FLAG_NEW_LISTENER : 0)) < 0' '0)) < 0'
fails 'notify: A call that --syscall notifies' 'no listener'

# --- cgroups ------------------------------------------------------------------

without 'limits of groups that it makes itself'
change 'if (cg_defaults(ct, delegate_limits, LEN(delegate_limits)) < 0) return -1;' ''
fails 'security: A container chooses neither how deep'

# --- again ---------------------------------------------------------------------

without 'memory that a child does not get'
change 'if (!s || madvise(s, sizeof *s + b->used, MADV_DONTFORK) < 0)' 'if (!s)'
fails 'restart: A reaper has none'

without 'descriptors closed between runs'
change 'fd_each(ct, again_drop);' ''
fails 'restart: A supervisor has as many descriptors'

without 'what ct stop leaves for the supervisor'
change 'return fgetxattr(dir, "user.ct.end", NULL, 0) >= 0;' 'return dir < 0;'
fails 'restart: Stop ends a container for good'

without 'a join where the cgroup was killed'
change '&& cg_killed((int)args->cgroup, 0);' '&& false;'
fails 'restart: A killed group'

without 'capabilities that exec takes away'
change 'ct->caps.add |= was->caps.add & ~ct->caps.drop;' 'ct->caps.add |= was->caps.add;'
fails 'exec: options: Exec adds capabilities'

# --- mounts, their propagation, what is copied ------------------------------------

without 'rslave: no way out'
change 'op->mnt.flags & M_SLAVE && fs_slave(ct, tree, op->mnt.dst) < 0' '0'
fails 'mounts2: No mount inside is seen outside'

without 'rslave: the device filter'
change '!ct->euid && !ct->privileged && op->mnt.flags & M_SLAVE' '0'
fails 'mounts2: A device node on a later mount'

without 'copy: nothing that shows the kernel'
change 'list[i].id == id && list[i].kernel' '0'
fails 'mounts2: No link leads a copy outside' RAN

without 'ct mount: a clone without peers'
change 'if (mount("", "/", "", MS_REC | (unsigned)how, NULL) < 0)' 'if (how < 0)'
fails 'live: No mount inside is seen outside'

without 'ct umount: of volumes alone'
change 'if (op->kind == OP_BIND && !strcmp(op->mnt.dst, dst))' 'if (op->mnt.dst)'
fails 'live: ct mount works where mounts are locked'

without 'ct umount: of what SRC is'
change 'fstat(op->fd, &src) < 0 || !io_same(&is, &src)' 'fstat(op->fd, &src) < 0'
fails 'live: A container that renames and links'

without 'ct mount: not where ro could be taken off'
change 'if (ct->join & CLONE_NEWUSER && !ct->privileged &&' 'if (0 &&'
fails 'live: Nothing is mounted into a container that could'

without 'ct device: no link below /dev'
change '.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV | RESOLVE_BENEATH,' '.resolve = 0,'
change '(unsigned)flags | O_NOFOLLOW | O_CLOEXEC |' '(unsigned)flags | O_CLOEXEC |'
fails 'live: A link below the container'\''s /dev'

without 'ct device: the filter'
change 'r = cg_dev_load(ct, old);' 'r = 0;'
fails 'live: The device filter of the cgroup follows'

# --- layers ---------------------------------------------------------------------

without 'overlay: no link in the layer is followed'
change 'openat(ct->upper_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)' \
	'openat(ct->upper_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)'
fails 'overlay: Nothing outside of a layer'

without 'overlay: no link that appears meanwhile'
change '.attr_set = MOUNT_ATTR_NOSYMFOLLOW };' '.attr_set = 0 };'
fails 'overlay: A layer whose directories'

without 'overlay: a mount that cannot have a layer is read-only'
change 'ct->read_only || (HAVE_OVERLAY && ct->overlay))' 'ct->read_only)'
fails 'overlay: A mount below the root that cannot'

without 'overlay: one container at a time'
change 'if (flock(ct->layer_fd, LOCK_EX | LOCK_NB) < 0)' 'if (ct->layer_fd < 0)'
fails 'overlay: A layer that is in use'

without 'overlay: no redirects'
change '"redirect_dir=nofollow,metacopy=off' '"metacopy=off'
fails 'overlay: No directory of a layer shows'

# --- output ---------------------------------------------------------------------

without 'the mode of the caller'
change 'tcsetattr(o->in_fd, TCSANOW, &o->mode);' 'return;'
fails 'terminal: The caller' 'mode: other'

without 'a look whether the terminal is its own by now'
change 'return behind ? TTY_LOOK : -1;' 'return -1;'
fails 'terminal2: A container in the background'

without 'question marks for control bytes of a log'
change 'if (len <= 0 && !memchr("\n\t\r", buf[at], 3))' 'if (0)'
fails 'logs: Control bytes'

# --- a network that needs no attention --------------------------------------------

without 'router: few multicast groups'
change 'mnl_attr_put_u32(h, MCAST_MAX_GROUPS, BRIDGE_GROUPS);' ''
fails 'router: A container cannot join'

without 'router: one MAC address for a name'
change 'nic_mac_of(c->mac, 0x02, h); c->mac_given = true;' ''
fails 'router: The MAC address is the same for one'

without "router: a port's MAC address above the others'"
change 'nic_mac_of(c->host_mac, 0xfe,' 'nic_mac_of(c->host_mac, 0x02,'
fails 'router: The bridge has the address'

without "router: the bridge's MTU at its port"
change 'c->bridge ? c->host_mtu : (uint32_t)c->mtu' '(uint32_t)c->mtu'
fails 'router: The bridge keeps its MTU while'

without 'router: a bridge that has gone'
change 'return h && !nl_link_attr(h, IFLA_MASTER);' 'return false;'
fails 'router: Net ls says'

without 'router: flows of before the start'
change 'forget(ct, true);' ';'
fails 'known: A sender from before'

without 'router: flows at the end'
change 'if (loaded) flow_forget(ct, false);' '(void)loaded;'
fails 'known: A sender from before'

without 'router: flows that pass through'
change 'started ? !leads && flow_local(dst) : leads' 'started ? !leads : leads'
fails 'known: Traffic through the host'

without 'router: an announcement'
change 'for (const struct nic_addr *a = op->nic->addrs; a; a = a->next) if (a->what == NIC_IP) (a' \
	'for (const struct nic_addr *a = NULL; a; a = a->next) if (a->what == NIC_IP) (a'
fails 'known: A start is announced'

without 'router: the owner of a port'
change 'return nft_overlap(&its, &k) && nic_first' 'return 0 && nic_first'
fails 'publish2: A port that another'

without "router: the host's address for neighbours"
change 'NFT_EXPR(h, "masq", 0); mnl_attr_nest_end(h, list); } /* The first' 'mnl_attr_nest_end(h, list); } /* The first'
fails 'publish2: A published port answers'

without 'router: no forwarding between networks'
change 'child_ping(ct) < 0 || nic_no_forward(ct) < 0' 'child_ping(ct) < 0'
guest 'router: No container forwards'

without 'router: other names of a device'
change 'nic_altnames(ct, nl, RTM_NEWLINKPROP, index, c->was_link);' ';'
fails 'phys: A link comes back unchanged'

without 'router: no names of a device that the container gave it'
change 'if (nic_no_altnames(ct, nl, index) < 0) return -1;' ''
fails 'phys: A link comes back unchanged'

without 'router: the bridge of a device'
change 'if (nic_put_master(ct, nl, index, c) < 0 ||' 'if ('
fails 'phys: A link comes back unchanged'

# --- the end ------------------------------------------------------------------

echo "1..$((pass + fail + skip))"
echo "$pass passed, $fail failed, $skip skipped"
[ "$fail" = 0 ] && [ $((pass + skip)) -gt 0 ]
