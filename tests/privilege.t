# More or less privilege than a container has by default, and limits that
# cannot be had.

--cap-add adds a capability
  $ run --cap-add NET_ADMIN sh -c '
  >   c=$((0x$(grep CapEff /proc/self/status | cut -f2)))
  >   echo $((c >> 12 & 1))'
  1

--cap-add accepts the full name, in lower case as well
  $ run --cap-add cap_net_admin sh -c '
  >   c=$((0x$(grep CapEff /proc/self/status | cut -f2)))
  >   echo $((c >> 12 & 1))'
  1

--cap-drop ALL leaves none in any set
  $ run --cap-drop ALL grep -c '^Cap.*0000000000000000' /proc/self/status
  5

--cap-drop ALL with --cap-add leaves only what is added
  $ run --cap-drop ALL --cap-add NET_ADMIN grep CapBnd /proc/self/status
  *0000000000001000

--cap-drop removes a capability
  $ run --cap-drop CHOWN sh -c '
  >   c=$((0x$(grep CapBnd /proc/self/status | cut -f2))); echo $((c & 1))'
  0

--privileged gives all capabilities and calls
  $ run --privileged sh -c '
  >   c=$((0x$(grep CapEff /proc/self/status | cut -f2)))
  >   echo $((c >> 12 & 1)); probe sys unshare-user keyctl'
  1
  unshare-user ok
  keyctl ok

--allow-new-privs does not set no_new_privs
  $ run --allow-new-privs --seccomp none grep ^NoNewPrivs: /proc/self/status
  NoNewPrivs:?0
  $ bb setpriv --nnp "$CT" run -r "$R" --allow-new-privs echo RAN
  ct: nnp: --allow-new-privs: ct was started with no_new_privs
  [125]

--seccomp none loads no filter
  $ run --seccomp none sh -c '
  >   grep ^Seccomp: /proc/self/status; probe sys keyctl'
  Seccomp:?0
  keyctl ok

--seccomp FILE loads that filter instead
  $ allow_all >f; run --seccomp "$PWD/f" sh -c '
  >   grep ^Seccomp: /proc/self/status; probe sys keyctl'
  Seccomp:?2
  keyctl ok

need x86
A filter that kills ct's own last step is named
  $ printf '\006\0\0\0\0\0\0\200' >f
  > for o in --nice=0 --init -U; do run "$o" --seccomp f true; done
  ct: go: the container died during setup (signal 31, a filter)
  ct: go: the container died during setup (status 159, a filter)
  ct: go: the container died during setup (signal 31, a filter)
  [125]

need root
A blank line in passwd or group hides no later user
  $ mkroot root; printf '\n%s\n\n%s\n' a:x:1:1::/: w:x:33:34::/mnt: >p
  > printf '\ng:x:35:w\n\nh:x:36:\n' >g; mv p root/etc/passwd
  > mv g root/etc/group; for u in w w:h; do
  >   "$CT" run -r root -u $u sh -c 'id -u; id -G; echo ~'; done
  33
  34 35
  /mnt
  33
  36
  /mnt

need root
--user keeps a capability that was added
  $ run --cap-add NET_ADMIN -u 1000 sh -c '
  >   c=$((0x$(grep CapEff /proc/self/status | cut -f2)))
  >   echo $((c >> 12 & 1))'
  1

need no-controllers
A limit that cannot be had is an error
  $ run -m 64M true
  ct: *memory.max*memory controller*
  [125]

--try limits turns a limit that cannot be had into a warning
  $ run --try limits -m 64M echo hi
  ct: *memory*
  hi
