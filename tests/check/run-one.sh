#!/bin/sh
# Runs one unit program or bats file for tests/run: run-one.sh "KIND PATH [FILTER]". Writes two files into the folder
# HOTFIX_RESULTS: NAME.count ("PASSED FAILED") and NAME.failures (the failing tests' output).
set -u

kind=${1%% *}
rest=${1#* }
path=${rest%% *}
filter=
[ "$rest" = "$path" ] || filter=${rest#* }
name=$(echo "$path" | tr / -)
output=$HOTFIX_RESULTS/$name.output
start=$(date +%s)

case $kind in
unit) CMOCKA_MESSAGE_OUTPUT=TAP timeout 120 "$HOTFIX_BUILD/$path" >"$output" 2>&1 </dev/null ;;
bats) timeout 540 bats --tap ${filter:+--filter "$filter"} "$path" >"$output" 2>&1 </dev/null ;;
esac
status=$?

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
		print passed + 0, failed + 0 >count
	}' "$output"
read -r passed failed <"$HOTFIX_RESULTS/$name.count"
note=
[ "$failed" = 0 ] || note=", $failed FAILED"
echo "  $path: $passed passed$note ($(($(date +%s) - start)) s)"
