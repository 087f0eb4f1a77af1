# The exit status of ct: that of the command, 128 plus the number of the signal
# that ended it, 124 when time is up, 125 for an error of ct, 126 for a command
# that cannot be run, 127 for one that is not found.

A command that succeeds gives 0
  $ run sh -c 'exit 0'

A command's status is passed on
  $ run sh -c 'exit 3'
  [3]

The highest status is passed on
  $ run sh -c 'exit 255'
  [255]

The end by a signal gives 128 plus its number
  $ run probe crash
  [139]

The end by a signal gives the same with --init
  $ run --init -- sh -c 'kill -KILL $$'
  [137]

The end of its time gives 124
  $ run --timeout 1 -- sleep 100
  ...
  [124]

A command that ends within its time keeps its status
  $ run --timeout 10 -- sh -c 'exit 7'
  [7]

A name that is not in PATH gives 127
  $ run nosuch
  ct: *nosuch: No such file or directory (PATH is *)
  [127]

An empty part of PATH is the current directory
  $ for p in : /nosuch::/mnt /nosuch:; do run -w /bin -e "PATH=$p" echo hi; done
  > run -e PATH=: bin/echo hi; run -e PATH=: echo RAN
  hi
  hi
  hi
  hi
  ct: exec: execve echo: No such file or directory (PATH is :)
  [127]

A path that does not exist gives 127
  $ run /no/such
  ct: */no/such: No such file or directory*
  [127]

A file that may not be executed gives 126
  $ run /etc/passwd
  ct: */etc/passwd: Permission denied*
  [126]

A directory gives 126
  $ run /etc
  ct: */etc: Permission denied (/etc is not a file)
  [126]

A file that is not a program gives 126
  $ printf '\001\002\003\n' >x; chmod 755 x; run -v "$PWD/x:/mnt/x" /mnt/x
  ct: */mnt/x: Exec format error (it has no #! line)
  [126]

A program for another machine gives 126 and says so
  $ { head -c 18 "$CT"; printf '\377\377'; tail -c +21 "$CT"; } >x
  > chmod 755 x; run -v "$PWD/x:/mnt/x" /mnt/x
  ct: */mnt/x: Exec format error (it is for another machine)
  [126]

A script whose interpreter is missing gives 126 and says so
  $ printf '#!/no/interp\n' >x; chmod 755 x; run -v "$PWD/x:/mnt/x" /mnt/x
  ct: */mnt/x: *interpreter /no/interp *
  [126]

A program whose ELF loader is missing gives 126 and says so
  $ "$P" mkelf x /lib/ld-none.so; run -v "$PWD/x:/mnt/x" /mnt/x
  ct: */mnt/x: *ELF loader /lib/ld-none.so *
  [126]

need root
What keeps a script's interpreter from being executed is named
  $ "$P" mkelf i /lib/ld-none.so; printf '#!/mnt/i\n' >x; printf '#!/mnt/x\n' >y
  > { head -c 18 "$CT"; printf '\377\377'; tail -c +21 "$CT"; } >o; chmod 755 o
  > printf '#!/mnt/o\n' >z; printf '#!/mnt/d/i\n' >w; printf '#!/mnt/f\n' >v
  > chmod 755 v w x y z; mkdir -m 700 d; : >f; chmod 644 f
  > for s in x y z w v; do run -u 7 -v "$PWD:/mnt" /mnt/$s; done
  ct: */mnt/x: *(/mnt/i: its ELF loader /lib/ld-none.so is missing)
  ct: */mnt/y: *(/mnt/i: its ELF loader /lib/ld-none.so is missing)
  ct: */mnt/z: *(/mnt/o: it is for another machine)
  ct: */mnt/w: Permission denied (user 7 may not search /mnt/d)
  ct: */mnt/v: Permission denied (user 7 may not execute /mnt/f)
  [126]

need binfmt
A program whose interpreter of binfmt_misc is missing gives 126 and says so
  $ mkdir b; echo x >x.ct; chmod 755 x.ct; unshare -Urm sh -c '
  >   mount -t binfmt_misc none b; echo ":ct:E::ct::/no/interp:" >b/register
  >   "$0" run -r "$1" -v "$PWD:/mnt" /mnt/x.ct' "$CT" "$R"
  ct: */mnt/x.ct: *(its interpreter is missing: binfmt_misc, flag F)
  [126]

need
An environment too long for the kernel gives 126
  $ head -c 900000 /dev/zero | tr '\0' x >args # pages may be of 64 KiB
  $ for v in A B C; do { printf '%s %s=' -e $v; cat args; } >$v; done
  $ run @A @B @C true
  ct: *Argument list too long*
  [126]
