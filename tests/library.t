# The library, by a program that uses it: tests/lib.c has the cases, which print
# what is wrong. library-build.t has more cases, which need compilers.

each life errors fds caller threads enter unreaped console "many 20"
A program passes its case $it
  $ lib $it

A program starts 50 containers, and has no more memory and descriptors then
  $ lib cycles 50
  50 cycles, * us each, memory +* KiB, descriptors +0

A program passes its case root, of a root
  $ lib root "$R"

A program passes its case here, of the host's own root
  $ lib here "$PWD"

need root cgroup2
each group nsmask join part states
A program passes its case $it, of groups
  $ lib $it

# "tried" where the machine has AppArmor
A program passes its case label, of a label that is for what is executed
  $ lib label "$R"
  *label: *

# Which limits there are depends on the machine.
A program sets the limits that there are
  $ lib limits
  ...
  # cgroup.max.descendants: tried

A program passes its case submount, of what is mounted below a volume
  $ lib submount "$PWD"

A program passes its case privilege, of capabilities
  $ lib privilege "$R"

A program passes its case upstream, of what the original's header has
  $ lib upstream "$R"

A program passes its case files, of copies and descriptors
  $ lib files "$R" "$PWD"

A program passes its case notify, of calls that it answers
  $ lib notify "$R"

A program passes its case net, of interfaces
  $ lib net "$R"

What the library runs is seen and ended by the command line
  $ >o; lib hold "$N" "$R" >o & up
  > ct exec "$N" hostname; ct kill "$N"; wait $!
  held
  [137]

What the command line runs is found by the library
  $ detached sleep 100; lib find "$N"; wait

A group is waited for until nothing runs in it
  $ ct create "$N"; run -d -n "$N/in" sleep 1; lib await "$N"; ct rm "$N"
  t*/in
