# What a hostile image, command or caller tries; see also invariant.t.

A transcript works
  $ echo hi; exit_5() { return 5; }
  hi
  $ exit_5
  [5]
  $ x=1
  > echo "$x"; run echo ho >&2
  1
  ho
