# ct check: what this machine can do.

Check lists what ct can use here
  $ ct check
  ...
  *seccomp*
  ...

Check has a line for each thing
  $ ct check >o; [ "$(wc -l <o)" -ge 8 ] || cat o
