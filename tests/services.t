# The examples for services, run by their supervisors; those that have to be
# pid 1 are started by .ci/services.sh.

# --- runit ---

need root contrib runsv
Runit waits until a container runs, restarts it and stops it
  $ serve runit; mkdir "$N/log" lines
  > printf '#!/bin/sh\nexec svlogd ../../lines\n' >"$N/log/run"
  > chmod +x "$N/log/run"; ln -s lines/current log
  > runsv "./$N" & poll sv check "./$N" >/dev/null; sv start "./$N"; states
  ok: run: ./t*: (pid *) *s
  running
  $ poll said 1 up; ct kill -s KILL "$N"; poll said 2 up
  > sv start "./$N"; states
  ok: run: ./t*: (pid *) *s
  running
  $ within 0 2000 sv stop "./$N"; states; sv exit "./$N"; wait; cat log
  ok: down: ./t*: *s, normally up
  up
  up
  bye

need root contrib runsv
Wrong arguments are reported once a second, and the service is never ready
  $ serve runit; echo --bogus >"args/$N"; t=$(ms)
  > runsv "./$N" >log & poll said 2 'ct: --bogus: no such option'
  > sleep 0.3; n=$(wc -l <log); [ "$n" -le $((1 + ($(ms) - t) / 1000)) ] ||
  >   cat log; sv -w 1 start "./$N"
  timeout: *
  [1]
  $ sv exit "./$N"; wait

need root contrib runsv
A killed runsv leaves a container, which the next one replaces
  $ serve runit; runsv "./$N" >log & k=$!; poll said 1 up; kill -KILL $k
  > wait; states; runsv "./$N" >log2 & poll grep -qs up log2; cat log
  > sv start "./$N"; states; sv exit "./$N"; wait; cat log2
  running
  up
  bye
  ok: run: ./t*: (pid *) *s
  running
  up
  bye

# --- s6 ---

need root contrib s6-supervise
S6 is told when a container runs, restarts it and stops it
  $ serve s6; echo 3 >"$N/notification-fd"; s6-supervise "$N" >log &
  > poll s6-svok "$N"; s6-svwait -t 5000 -U "$N"; states
  > s6-svstat -o ready,paused "$N"
  running
  true false
  $ poll said 1 up; ct kill -s KILL "$N"; poll said 2 up
  > s6-svwait -t 5000 -U "$N"; s6-svdt "$N"; states
  @* exitcode 137
  running
  $ within 0 2000 s6-svc -wD -d "$N"; states; s6-svstat "$N"
  down (exitcode 0) *
  $ s6-svc -x "$N"; wait; cat log
  up
  up
  bye

need root contrib s6-supervise
Wrong arguments make the service fail once a second, without readiness
  $ serve s6; echo 3 >"$N/notification-fd"; echo --bogus >"args/$N"; t=$(ms)
  > s6-supervise "$N" >log & poll said 2 'ct: --bogus: no such option'
  > sleep 0.3; n=$(wc -l <log); [ "$n" -le $((1 + ($(ms) - t) / 1000)) ] ||
  >   cat log; s6-svstat -o exitcode,wantedup,ready "$N"
  > s6-svwait -t 300 -U "$N"; s6-svc -dx "$N"; wait
  125 true false
  s6-svwait: fatal: timed out

need root contrib s6-supervise
A killed s6-supervise leaves a container, which the next one replaces
  $ serve s6; echo 3 >"$N/notification-fd"; s6-supervise "$N" >log & k=$!
  > poll said 1 up; kill -KILL $k; wait; states
  > s6-supervise "$N" >log2 & poll grep -qs up log2; cat log
  > s6-svwait -t 5000 -U "$N"; states; s6-svc -dx "$N"; wait; cat log2
  running
  up
  bye
  running
  up
  bye
