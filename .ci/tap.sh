# shellcheck shell=sh
# tap.sh - prints the cases of a part as TAP, and their total; for scripts that have set
# `part`, its name, and `log`, a file.
# shellcheck disable=SC2154 # part, log
num=0 passed=0 failed=0

ok() { # NAME COMMAND...
	title=$1
	shift
	num=$((num + 1))
	if "$@" >"$log" 2>&1; then
		passed=$((passed + 1))
		echo "ok $num - $part: $title"
	else
		failed=$((failed + 1))
		echo "not ok $num - $part: $title"
		sed 's/^/    /' "$log"
	fi
}

total() {
	echo "$passed passed, $failed failed, 0 skipped"
	[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
