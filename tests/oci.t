# contrib/oci: a bundle of OCI's as a root and an @FILE.

need root images squashfs jq
A bundle becomes an image and the arguments for it
  $ mkdir b; mkroot b/rootfs; cat >b/config.json <<'E'
  > { "ociVersion": "1.0.2", "hostname": "h", "root": { "readonly": true },
  >   "process": { "cwd": "/etc", "user": { "uid": 1000, "gid": 44 },
  >     "env": ["A=it's", "B=x y"], "noNewPrivileges": true,
  >     "args": ["sh", "-c", "id -u; id -g; pwd; echo $A $B; hostname"] },
  >   "mounts": [{ "destination": "/mnt", "type": "tmpfs" }] }
  > E
  > "${man%/*}/contrib/oci/oci.sh" b b.squashfs >args && ct run @args
  1000
  44
  /etc
  it's x y
  h

What ct does not do is named, and no word of a bundle becomes an option
  $ mkdir b; mkroot b/rootfs; cat >b/config.json <<'E'
  > { "hooks": {}, "process": { "cwd": "/", "args": ["echo", "--privileged"],
  >     "capabilities": { "bounding": ["KILL --privileged"] },
  >     "ioPriority": {} } }
  > E
  > o=${man%/*}/contrib/oci/oci.sh; "$o" b d >args; "$o" --lax b d >args
  > ct run @args
  oci.sh: ct does not do this: hooks
  oci.sh: ct does not do this: process.ioPriority
  oci.sh: ct does not do this: hooks
  oci.sh: ct does not do this: process.ioPriority
  ct: --cap-add: KILL --privileged: not a capability, see capabilities(7)
  [125]

need root images erofs jq runc
What runc spec writes is taken
  $ mkdir b; mkroot b/rootfs; (cd b && runc spec); mv b/config.json c
  > jq '.process.args = ["sh", "-c", "hostname; id -u; cd /; >x"]' c \
  >   >b/config.json; "${man%/*}/contrib/oci/oci.sh" b b.erofs >args
  > ct run @args
  runc
  0
  sh: can't create x: Read-only file system
  [1]

need root jq umoci skopeo
An image of umoci's, which skopeo has copied, is as its config says
  $ { umoci init --layout l; umoci new --image l:t; umoci unpack --image l:t u
  >   mkroot u/rootfs; umoci repack --image l:t u
  >   umoci config --image l:t --config.cmd sh --config.cmd -c \
  >     --config.cmd 'id -u; id -g; pwd; echo $A' --config.user 1000:44 \
  >     --config.env A=b --config.workingdir /etc
  >   skopeo copy --insecure-policy oci:l:t oci:s:t
  >   "${man%/*}/contrib/oci/oci.sh" s:t d >args; } >log 2>&1; ct run @args
  1000
  44
  /etc
  b
