# The library, tested by a program that uses it: tests/lib.c has the cases and
# prints what is wrong. library-build.t has more cases, which need compilers.

each life errors fds caller threads enter unreaped console "many 20"
A program passes its case $it
  $ lib $it

A program starts 50 containers without using more memory or descriptors
  $ lib cycles 50
  50 cycles, * us each, memory +* KiB, descriptors +0

A program passes its case root, with a given root
  $ lib root "$R"

A program passes its case here, in the host's own root
  $ lib here "$PWD"

need root cgroup2
each group nsmask join part states
A program passes its case $it, about groups
  $ lib $it

# "tried" where the machine has AppArmor
A program passes its case label, about a label for the executed command
  $ lib label "$R"
  *label: *

# Which limits there are depends on the machine.
A program sets the limits that are available
  $ lib limits
  ...
  # cgroup.max.descendants: tried

A program passes its case submount, about mounts below a volume
  $ lib submount "$PWD"

A program passes its case privilege, about capabilities
  $ lib privilege "$R"

A program passes its case upstream, about what the original header has
  $ lib upstream "$R"

A program passes its case files, about copies and descriptors
  $ lib files "$R" "$PWD"

A program passes its case notify, about calls that it answers
  $ lib notify "$R"

A program passes its case net, about interfaces
  $ lib net "$R"

The command line sees and ends a container that the library runs
  $ >o; lib hold "$N" "$R" >o & up
  > ct exec "$N" hostname; ct kill "$N"; wait $!
  held
  [137]

The library finds a container that the command line runs
  $ detached sleep 100; lib find "$N"; wait

A group is waited for until nothing runs in it
  $ ct create "$N"; run -d -n "$N/in" sleep 1; lib await "$N"; ct rm "$N"
  t*/in
