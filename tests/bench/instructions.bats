#!/usr/bin/env bats
# What the hooks execute for one push, counted by callgrind, stays near what is kept in tests/bench/instructions.

setup() {
	top=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	build=${HOTFIX_BUILD:-$top/build}
	[ -z "${HOTFIX_SANITIZE-}" ] || skip "a sanitizer executes much of its own"
	# shellcheck source=/dev/null
	[ "$(. /etc/os-release && echo "$ID $VERSION_ID") $(uname -m)" = "debian 12 x86_64" ] ||
		skip "the numbers are of Debian 12 on x86_64"
	readelf -d "$build/libexec/hotfix/update" | grep -q NEEDED && skip "the numbers are of a static build"
	counted=$BATS_FILE_TMPDIR/counted
	[ -e "$counted" ] || count keep "$counted" >"$BATS_FILE_TMPDIR/said"
}

count() { # compare|keep FILE
	BUILD=$build run node "$top/tests/bench/instructions.js" "$@"
	echo "$output"
}

@test "the instructions of each hook for the reference push are at most 10 % above those that are kept" {
	count compare "$top/tests/bench/instructions"
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 5 ]
	[[ "$output" != *GROWN* ]]
}

@test "a push that is counted again has the same instructions, and a hook above what is kept is named, and fails" {
	awk '{ print $1, int($2 * ($1 == "update" || $1 == "sum" ? 0.9 : 1)) }' "$counted" >"$BATS_TEST_TMPDIR/less"
	count compare "$BATS_TEST_TMPDIR/less"
	[ "$status" -eq 1 ]
	[[ "${lines[0]}" != *GROWN* && "${lines[2]}" != *GROWN* ]]
	awk 'NR == FNR { before[$1] = $2; next }
	     $3 == "kept" { seen++; if ($1 != "background" && $2 < 100000 || $2 > before[$1] * 1.005 ||
	                                $2 < before[$1] * 0.995) bad = 1 }
	     END { exit bad || seen != 5 }' "$counted" - <<<"$output"
	[[ "${lines[1]}" == "update "*"GROWN by more than 10 %" && "${lines[4]}" == "sum "*"GROWN by more than 10 %" ]]
}

@test "neither the environment nor the length or depth of the temporary folder changes the instructions by 2 %" {
	TMPDIR=$BATS_TEST_TMPDIR/one/two/three/four/$(printf '%050d' 0)
	mkdir -p "$TMPDIR"
	export TMPDIR GIT_DIR=/nowhere GL_USER=nobody USER=somebody-with-a-long-name MORE
	MORE=$(printf '%0100000d' 0)
	count keep "$BATS_TEST_TMPDIR/elsewhere"
	[ "$status" -eq 0 ]
	paste -d ' ' "$counted" "$BATS_TEST_TMPDIR/elsewhere" | grep '^[a-z]' |
		awk '{ print; if ($4 > $2 * 1.02 || $4 < $2 * 0.98) bad = 1 } END { exit bad || NR != 5 }'
}
