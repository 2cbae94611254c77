#!/bin/sh
# Runs one unit program or bats file for tests/run: run-one.sh "KIND PATH [FILTER]". Writes two files into the folder
# HOTFIX_RESULTS: NAME.count ("PASSED FAILED SKIPPED") and NAME.failures (the failing tests' output).
set -u

kind=${1%% *}
rest=${1#* }
path=${rest%% *}
filter=
[ "$rest" = "$path" ] || filter=${rest#* }
name=$(echo "$path" | tr / -)
output=$HOTFIX_RESULTS/$name.output
start=$(date +%s)

# timeout makes a process group of its own, and ends all of it when it is ended. What runs in the background ignores
# SIGINT, which a test must not inherit.
limited() {
	limit=$1
	shift
	env --default-signal=INT,QUIT timeout "$limit" "$@" >"$output" 2>&1 </dev/null &
	child=$!
	echo "$$" >"$HOTFIX_RESULTS/$name.pid"
	trap 'kill "$child"; exit 255' HUP INT TERM
	wait "$child"
	status=$?
	trap - HUP INT TERM
	rm -f "$HOTFIX_RESULTS/$name.pid"
}

# Under valgrind all takes many times as long.
patience=${HOTFIX_VALGRIND:+0}
case $kind in
unit)
	# shellcheck disable=SC2086 # none, or two words
	CMOCKA_MESSAGE_OUTPUT=TAP limited "120$patience" \
		${HOTFIX_VALGRIND:+tests/check/valgrind.sh unit "$HOTFIX_VALGRIND"} "$HOTFIX_BUILD/$path"
	;;
bats) limited "540$patience" bats --tap ${filter:+--filter "$filter"} "$path" ;;
esac

# A plan that promises more tests than there are results, or an exit that no failed test explains, is a failure too.
awk -v status="$status" -v path="$path" -v failures="$HOTFIX_RESULTS/$name.failures" \
	-v count="$HOTFIX_RESULTS/$name.count" '
	/^1\.\.[0-9]+/ { planned += substr($1, 4) }
	/^ok / || /^not ok .*# SKIP/ { if (/# [Ss][Kk][Ii][Pp]/) skipped++; else passed++; showing = 0 }
	/^not ok / && !/# SKIP/ { failed++; showing = 1; print "FAILED in " path ":" >failures }
	showing { print >failures }
	{ all = all $0 "\n" }
	END {
		missing = planned - passed - failed - skipped
		if (missing > 0 || (status && !failed) || !planned) {
			failed += missing > 0 ? missing : 1
			printf "FAILED: %s ended with status %d%s; it said:\n%s", path, status,
				status == 124 ? " (time is up)" : "", all >failures
		}
		print passed + 0, failed + 0, skipped + 0 >count
	}' "$output"
read -r passed failed skipped <"$HOTFIX_RESULTS/$name.count"
note=
[ "$failed" = 0 ] || note=", $failed FAILED"
[ "$skipped" = 0 ] || note="$note, $skipped skipped"
echo "  $path: $passed passed$note ($(($(date +%s) - start)) s)"
sed -n -e 's/^ok [0-9]* \(.*\) # skip/    skipped: \1:/p' -e 's/^\(not \)\{0,1\}ok [0-9]* # SKIP/    skipped:/p' "$output"
