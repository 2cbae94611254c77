#!/usr/bin/env bats
# The harness of `make bench-matrix` and `make bench` measures what it says.

setup() {
	[ -z "${HOTFIX_SANITIZE-}" ] || skip "callgrind does not run what a sanitizer built"
	top=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	export BUILD=${HOTFIX_BUILD:-$top/build}
	export HOTFIX_BENCH_DIR=$BATS_TEST_TMPDIR/bench HOTFIX_BENCH_RESULTS=$BATS_TEST_TMPDIR/results
	export HOTFIX_BENCH_ROUNDS=1
}

@test "a landing is measured with each kind of hooks, those of another suite too, and shown as table, JSON and plot" {
	mkdir "$BATS_TEST_TMPDIR/peer"
	# shellcheck disable=SC2016 # a program of sh
	printf '#!/bin/sh\nread -r old new ref\necho "$ref" >>%s/refs\n' "$BATS_TEST_TMPDIR" >"$BATS_TEST_TMPDIR/peer/pre-receive"
	chmod +x "$BATS_TEST_TMPDIR/peer/pre-receive"
	HOTFIX_BENCH_LARGEST=1 PEER="other:$BATS_TEST_TMPDIR/peer" run "$top/tests/bench/matrix" landing
	echo "$output"
	[ "$status" -eq 0 ]
	grep -q '^refs/heads/other-main$' "$BATS_TEST_TMPDIR/refs"
	[ "$(jq -r '.dimensions.landing.rows | map(.hooks) | join(" ")' "$HOTFIX_BENCH_RESULTS/matrix.json")" = \
		"hotfix empty shell none other" ]
	jq -e '.dimensions.landing.rows | map({(.hooks): .}) | add |
		.hotfix.instructions > 20 * .empty.instructions and .hotfix.peak > .empty.peak and
		.hotfix.processor > .empty.processor and .shell.instructions > .empty.instructions and
		.none.instructions == null and (.[] | .median > 0)' "$HOTFIX_BENCH_RESULTS/matrix.json"
	grep -q '^merge *1  hotfix  ' "$HOTFIX_BENCH_RESULTS/matrix.txt"
	grep -q '^| merge | 1 | hotfix | ' "$HOTFIX_BENCH_RESULTS/matrix.md"
	[ "$(grep -c '<polyline' "$HOTFIX_BENCH_RESULTS/matrix.svg")" -eq 4 ]
	[ -z "$(find "$HOTFIX_BENCH_DIR" -maxdepth 1 -name 'run.*')" ]
}

@test "what is not in the table of dimensions is named, and nothing stays behind" {
	run "$top/tests/bench/matrix" landings
	[ "$status" -eq 1 ]
	[[ "$output" == *"no dimension landings: there are commits, old, refs, "* ]]
	[ -z "$(find "$HOTFIX_BENCH_DIR" -maxdepth 1 -name 'run.*')" ]
}

@test "the quick look says what each kind of hooks takes and adds, and the peak memory of each hook" {
	HOTFIX_BENCH_SIZES=10:5 run "$top/tests/bench/run" existing
	echo "$output"
	[ "$status" -eq 0 ]
	for hooks in hotfix empty shell none; do
		[ "$(grep -Ec "^      10 commits  existing  $hooks +[0-9.]+ +[0-9.]+ +[-0-9.]+  \+-[0-9.]+$" <<<"$output")" -eq 1 ]
	done
	for hook in pre-receive update post-receive; do
		[ "$(grep -Ec "^ +10 commits  existing      $hook +[0-9]+ +[0-9.]+ +[0-9.]+$" <<<"$output")" -eq 1 ]
	done
	[[ "$output" == *"long-message  pre-receive "*"(refused)"* ]]
	jq -e '.microseconds | length == 4' "$HOTFIX_BENCH_DIR"/results/*.json
}
