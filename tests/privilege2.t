# Inheritable and ambient capabilities, the caller's keyring, personality.

need root
--cap-ambient puts a capability in all five sets, for root and for a user
  $ s='grep ^Cap /proc/self/status'; run --cap-ambient kill $s | xargs
  CapInh: 0*20 CapPrm: 0*5fb CapEff: 0*5fb CapBnd: 0*5fb CapAmb: 0*20
  $ run -u 1000 --cap-ambient CAP_KILL $s | cut -f2 | uniq
  0000000000000020
  $ run -u 1000 --cap-add chown --cap-ambient kill $s | cut -f2 | uniq
  0000000000000021

--cap-inheritable leaves a capability to programs that have it in their file
  $ s='grep ^Cap /proc/self/status'; run --cap-inheritable kill $s | xargs
  CapInh: 0*20 CapPrm: 0*5fb CapEff: 0*5fb CapBnd: 0*5fb CapAmb: 0*00
  $ run -u 1000 --cap-inheritable kill --cap-add chown $s | xargs
  CapInh: 0*21 CapPrm: 0*01 CapEff: 0*01 CapBnd: 0*21 CapAmb: 0*01

A program unaware of capabilities has the ambient ones, and so do its own
  $ run -u 1000 --cap-ambient net_bind_service sh -c \
  >   'env sh -c "exec grep CapEff /proc/self/status"'
  CapEff:*0000000000000400

Inherited sets never exceed what the container has
  $ run --cap-ambient sys_admin echo RAN
  ct: options: --cap-ambient needs --cap-add
  [125]
  $ run -u 1000 --cap-inheritable kill --cap-drop kill echo RAN
  ct: options: --cap-inheritable needs --cap-add
  [125]
  $ run --cap-drop ALL --cap-ambient kill echo RAN
  ct: options: --cap-ambient needs --cap-add
  [125]
  $ refused --cap-ambient '' bogus 41x; refused --cap-inheritable '' -1

Inheriting ALL means all that the container has
  $ s='grep -E Cap(Inh|Bnd|Amb) /proc/self/status'
  $ run --cap-ambient ALL $s | cut -f2 | uniq | wc -l
  1
  $ run -u 1000 --cap-drop ALL --cap-add chown --cap-ambient ALL $s | xargs
  CapInh: 0*01 CapBnd: 0*01 CapAmb: 0*01
  $ run --privileged --cap-ambient ALL $s | cut -f2 | uniq | wc -l
  1
  $ run -u 1000 --privileged --cap-ambient ALL $s | cut -f2 | uniq | wc -l
  1

Ambient capabilities work in a user namespace too
  $ run --userns=0:100000:2000 -u 1000 --cap-ambient kill \
  >   grep -E 'Cap(Eff|Amb)' /proc/self/status | xargs
  CapEff: 0*20 CapAmb: 0*20

The caller's inheritable capabilities stay out
  $ command -v setpriv >/dev/null || { echo RAN; exit; }
  $ setpriv --inh-caps +kill --ambient-caps +kill "$CT" run -r "$R" \
  >   grep -E 'Cap(Inh|Amb)' /proc/self/status | cut -f2 | uniq
  0000000000000000

--keep-keyring gives the caller's session keyring, which the filter closes
  $ "$P" key "$CT" run -r "$R" --keep-keyring --seccomp none probe keysearch
  ok
  $ "$P" key "$CT" run -r "$R" --keep-keyring probe keysearch
  EPERM
  $ "$P" key "$CT" run -r "$R" --seccomp none probe keysearch
  ENOKEY

need root personality
--personality linux32 looks like a 32-bit machine to uname
  $ m=$(uname -m); case $m in x86_64) w=i686 ;; aarch64) w=armv8l ;;
  >   s390x) w=s390 ;; ppc64le) w=ppcle ;; *) w=$m ;;
  > esac; run --personality linux32 uname -m | sed "s/^$w\$/good/"
  good
  $ [ "$(run --personality linux uname -m)" = "$m" ]
  $ run --personality=linux32 sh -c 'cat /proc/self/personality'
  00000008
  $ refused --personality '' linux64 8

--personality is set before any filter
  $ run --allow-new-privs --syscall -personality --personality linux32 \
  >   cat /proc/self/personality
  00000008

need root cgroup2 personality
Exec has the container's sets and personality, but not its caller's keyring
  $ detached --cap-ambient kill --personality linux32 --keep-keyring sleep 100
  $ s='grep -E Cap(Inh|Amb) /proc/self/status'; ct exec "$N" $s | xargs
  CapInh: 0*20 CapAmb: 0*20
  $ ct exec --cap-drop kill "$N" $s | xargs
  CapInh: 0*00 CapAmb: 0*00
  $ ct exec --cap-inheritable chown "$N" $s | xargs
  CapInh: 0*21 CapAmb: 0*20
  $ ct exec --cap-ambient sys_admin "$N" echo RAN
  ct: options: --cap-ambient needs --cap-add
  [125]
  $ ct exec "$N" cat /proc/self/personality
  00000008
  $ ct exec --personality linux "$N" cat /proc/self/personality
  00000000
  $ "$P" key "$CT" exec --seccomp none "$N" probe keysearch
  ENOKEY
  $ "$P" key "$CT" exec --keep-keyring --seccomp none "$N" probe keysearch
  ok
  $ ct rm -f "$N"
