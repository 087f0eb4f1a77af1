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
