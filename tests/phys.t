# What is lent to a container and wanted again at once. At "wire" are two ends
# of one, left and right.

need root veth macvlan
at wire
limit 3
Macvlan of mode passthru can be had many times without a pause
  $ for k in $(seq "$many"); do
  >   run -n "$N" --net macvlan,dev=left,mode=passthru,ip=10.4.0.11/24 true ||
  >     echo "$k"
  > done
limit 1
