bats_require_minimum_version 1.5.0

# Every input that a fuzzer kept is run again, without a fuzzer.

@test "each fuzz target has a corpus, and holds for all of it" {
	local source target
	for source in "$HOTFIX_SOURCE"/tests/fuzz/fuzz_*.c; do
		target=${source##*/fuzz_}
		target=${target%.c}
		run --separate-stderr "$HOTFIX_BUILD/tests/fuzz/fuzz_$target" "$HOTFIX_SOURCE/tests/fuzz/corpus/$target"
		echo "$target: $output $stderr"
		[ "$status" -eq 0 ]
		[ "$output" = "$(wc -l <"$HOTFIX_SOURCE/tests/fuzz/corpus/$target") inputs" ]
		[ "${output% inputs}" -gt 0 ]
	done
}

@test "git finds the same trailers in every message that a fuzzer kept" {
	mkdir "$BATS_TEST_TMPDIR/inputs"
	node "$HOTFIX_SOURCE/tests/fuzz/corpus.js" unpack "$HOTFIX_SOURCE/tests/fuzz/corpus/trailers" "$BATS_TEST_TMPDIR/inputs"
	git init -q --bare -b main "$BATS_TEST_TMPDIR/messages"
	node "$HOTFIX_SOURCE/tests/fuzz/corpus.js" import "$BATS_TEST_TMPDIR/inputs" |
		git -C "$BATS_TEST_TMPDIR/messages" fast-import --quiet
	run "$HOTFIX_SOURCE/tests/diff/run" "$BATS_TEST_TMPDIR/messages"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *" 0 differences ("* ]]
}

@test "a corpus that cannot be read is told" {
	run "$HOTFIX_BUILD/tests/fuzz/fuzz_replies" "$BATS_TEST_TMPDIR/missing"
	[ "$status" -eq 2 ]
	[[ $output == *"$BATS_TEST_TMPDIR/missing"* ]]
}
