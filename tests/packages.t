# What is installed alongside ct, and the examples for services.

# --- completions ---

limit 3
need contrib make bash
Both completions are installed and uninstalled, whatever the umask
  $ : >libct.a; : >liblxc.a; l=$PWD; unset MAKEFLAGS; mkdir "a d"; umask 077
  > put() { "$MAKE" -s -C "${man%/*}" -o "$CT" -o "$l/libct.a" \
  >   -o "$l/liblxc.a" CT="$CT" LIB="$l/libct.a" LXC="$l/liblxc.a" \
  >   DESTDIR="$l/a d" PREFIX=/usr "$@"; }
  > cd "a d"; put install; bash -n usr/share/bash-completion/completions/ct
  > head -n 1 usr/share/zsh/site-functions/_ct; find . ! -perm -444
  > find . ! -type f ! -perm -755; find usr/bin/ct ! -perm 755
  > put uninstall; find . -type f
  #compdef ct
  $ put install ZSHDIR=/usr/share/zsh/vendor-completions; find . -name _ct
  ./usr/share/zsh/vendor-completions/_ct

Bash completes verbs, options and their values
  $ "${man%/*}/contrib/completion/make.sh" bash >c; mkdir bin; : >file
  > ln -s "$CT" bin/ct; cat >try <<'E'
  > . ./c; PATH=$PWD/bin:$PATH
  > while IFS= read -r l; do
  >   COMP_LINE=${l%.} COMP_POINT=$((${#l} - 1))
  >   read -ra COMP_WORDS <<<"$(sed 's/[=:]\{1,\}/ & /g' <<<"$COMP_LINE")"
  >   [[ $COMP_LINE != *' ' ]] || COMP_WORDS+=('')
  >   COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _ct; echo "${COMPREPLY[*]}"
  > done
  > E
  $ bash try <<'E'
  > ct ki.
  > ct run --cap-a.
  > ct run -d --cap-add NET_.
  > ct run --cap-drop=NET_A.
  > ct kill -s US.
  > ct kill --signal=US.
  > ct run --try se.
  > ct run --try=userns,se.
  > ct run --unshare t.
  > ct run --ns n.
  > ct run --rlimit nof.
  > ct run --restart .
  > ct run --seccomp .
  > ct run --net c.
  > ct run --net=veth,bridge=br0,m.
  > ct run --net macvlan,mode=p.
  > ct run -v /a:/b:ro,nos.
  > ct run -r fi.
  > ct run @fi.
  > ct run -n n -- ./fi.
  > ct wait -s st.
  > ct get NAME memory-.
  > ct set NAME memory-.
  > ct net .
  > E
  kill
  --cap-add --cap-ambient
  NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW
  NET_ADMIN
  USR1 USR2
  USR1 USR2
  seal seccomp
  userns,seal userns,seccomp
  time
  net=
  nofile=
  no on-failure always reboot
  default none *
  container:
  br0,mode= br0,mac= br0,mtu= br0,metric=
  private passthru
  ro,nosuid ro,nosymfollow
  file
  @file
  ./file
  stopped
  memory-high
  memory-high=
  add del up ls

need contrib zsh
Zsh completes the same in its own way
  $ mkdir bin f; ln -s "$CT" bin/ct; : >file
  > "${man%/*}/contrib/completion/make.sh" zsh >f/_ct
  > cat >rc <<'E'
  > PS1=; unsetopt prompt_sp; fpath=($PWD/f $fpath) PATH=$PWD/bin:$PATH
  > autoload -U compinit; compinit -u -D
  > every() { _main_complete; compstate[insert]=all compstate[list]= }
  > zle -C every complete-word every
  > show() { zle every; print -r -- "@<$BUFFER>@"; BUFFER= }
  > zle -N show; bindkey '^I' show; print @up@
  > E
  > cat >try <<'E'
  > zmodload zsh/zpty; zpty z TERM=vt100 zsh -f -i
  > zpty -w z '. ./rc'; zpty -r -m z x '*@up@*'
  > while IFS= read -r l; do
  >   zpty -w -n z "${l%.}"$'\t'; zpty -r -m z x '*@<*>@*'
  >   print -r -- ${${${x##*@<}%%>@*}% }
  > done
  > E
  $ zsh -f try <<'E'
  > ct ki.
  > ct run --cap-a.
  > ct run -d --cap-add NET_.
  > ct kill --signal=US.
  > ct run --try userns,se.
  > ct run --net=veth,br.
  > ct run --rlimit nof.
  > ct run @fi.
  > ct run -n n -- ./fi.
  > ct wait -s st.
  > E
  ct kill
  ct run --cap-add --cap-ambient
  ct run -d --cap-add NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW
  ct kill --signal=USR1 --signal=USR2
  ct run --try userns,seal userns,seccomp
  ct run --net=veth,bridge=
  ct run --rlimit nofile=
  ct run @file
  ct run -n n -- ./file
  ct wait -s stopped

need contrib bash root cgroup2
A container's interface name is not completed to a command
  $ detached --cap-add NET_ADMIN sh -c 'ip link set lo down
  >   ip link set lo name "\$(id)"; echo up; sleep 100'; up
  > "${man%/*}/contrib/completion/make.sh" bash >c
  $ bash -c '. ./c; _ct_answer "$@" ""' sh "$CT" net del "$N"; ct rm -f "$N"

# Names from tables that ct does not know would differ from its own.
need contrib bash
Each completed name is one that ct knows
  $ "${man%/*}/contrib/completion/make.sh" bash >c; cat >all <<'E'
  > . ./c; each() { for w in $(_ct_table $1); do
  >   "$CT" run --dry-run "$2$w$3" true 2>&1 >/dev/null | grep -qE \
  >     'not (a|one)|no such|must be' && echo "$1 $w"; done
  >   set -- $1 $(_ct_table $1); [ $# -gt 2 ] || echo "no $1"; }
  > each caps --cap-drop=; each signals --stop-signal=
  > each features --try=; each spaces --unshare=; each rlimits --rlimit= =1
  > each restart --restart=; each profiles --profile=
  > each mounts --volume=/:/mnt:; each sched --cpu-sched=
  > for s in $(_ct_table states); do "$CT" help wait | grep -o $s; done
  > E
  $ bash all
  sched fifo
  sched rr
  created
  running
  paused
  stopped

# --- Buildroot ---

limit 1

need contrib make
The Buildroot tree has its three files and finds the package
  $ cd "${man%/*}/contrib/buildroot"; t=$PWD; cat external.desc
  > cd "$OLDPWD"; unset MAKEFLAGS; sed "s,\$BR2_EXTERNAL_CT_PATH,$t," \
  >   "$t/Config.in" | cut -d'"' -f2 | xargs cat | grep '^config'
  > printf '%s\n' "include $t/external.mk" 'x:; @echo $(CT_SOURCE)' >m
  > "$MAKE" -s -f m BR2_EXTERNAL_CT_PATH="$t" x
  name: CT
  desc: *
  config BR2_PACKAGE_CT
  ct-*.tar.gz

# --- services ---

need contrib systemd-analyze
Systemd finds no fault with the unit
  $ u=${man%/*}/contrib/systemd/ct@.service
  > sed "s,^ExecStart=[^ ]*,ExecStart=$CT," "$u" >ct@.service
  > systemd-analyze verify --man=no ./ct@web.service
  > sed 's/^KillMode=/&x/' ct@.service >bad@.service
  > systemd-analyze verify --man=no ./bad@web.service
  > grep -xE 'Type=notify|WatchdogSec=[0-9]+|Delegate=yes' "$u"
  *kill mode*xmixed*
  Type=notify
  WatchdogSec=60
  Delegate=yes

need contrib shellcheck
The ten-line /init has no faults
  $ wc -l <"${man%/*}/contrib/init"; shellcheck "${man%/*}/contrib/init"
  10

need root contrib unshare chroot
The /init boots straight into two containers
  $ cp -a "$R" root; cp -a "$R" new; mv new root/srv; cp "$CT" root/bin/ct
  > cp "${man%/*}/contrib/init" root/init; mkdir root/etc/ct
  > for n in httpd dns; do
  >   echo "-n $N-$n -r /srv -v /root:/mnt -- sh -c" \
  >     "'echo \$\$ >>/mnt/$n; exec sleep 100'" >root/etc/ct/$n
  > done
  $ unshare -m -n -p -f --kill-child sh -c 'mount --bind root root &&
  >   exec chroot root /init' >o 2>&1 & p=$!
  > two() { [ "$(wc -l <o)" = 2 ]; }; poll two; cat root/root/*
  > cat o; states; kill -KILL $p; wait; sweep
  1
  1
  t*-httpd
  t*-dns
  running running
