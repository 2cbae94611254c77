#!/usr/bin/env bats
# Our trailers against git's own, over generated messages (tests/diff).

setup_file() {
	top=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	tools=${HOTFIX_BUILD:-$top/build}/tests/diff
	GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null LC_ALL=C
	export top tools GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM LC_ALL
}

# import SEED COUNT: a repository of generated commits, as the current folder
import() {
	git init -q --bare "$BATS_TEST_TMPDIR/repository"
	cd "$BATS_TEST_TMPDIR/repository" || return 1
	"$tools/corpus" "$1" "$2" | git fast-import --quiet
}

@test "trailers are what git says they are in 10,000 generated commits, in UTF-8 and in other encodings" {
	import 20260101 10000
	run "$top/tests/diff/run" .
	echo "$output"
	[ "$status" -eq 0 ]
	[[ "${lines[-1]}" =~ ^10000\ commits\ compared,\ 0\ differences\ \(([0-9]+)\ trailers,\ 0\ commits\ in ]]
	[ "${BASH_REMATCH[1]}" -gt 20000 ]
}

@test "trailers are what git interpret-trailers --parse --no-divider says they are" {
	import 7 500
	for commit in $(git rev-list --all); do
		git cat-file commit "$commit" >raw
		sed '1,/^$/d' raw >message
		# it converts nothing, and does not look behind blank lines at the beginning, as git log does
		if ! sed '/^$/q' raw | grep -q '^encoding ' && head -n 1 message | grep -q '[^[:space:]]'; then
			printf '\0%s\n' "$commit"
			git interpret-trailers --parse --no-divider message
			echo
			echo "$commit" >>commits
		fi
	done >expected
	git cat-file --batch <commits >contents
	run "$tools/trailers" expected <contents
	echo "$output"
	[ "$status" -eq 0 ]
	[[ "${lines[-1]}" =~ ^([0-9]+)\ commits\ compared,\ 0\ differences\ \(([0-9]+)\ trailers ]]
	[ "${BASH_REMATCH[1]}" -gt 250 ]
	[ "${BASH_REMATCH[2]}" -gt 150 ]
}

@test "the comparison finds a trailer that is one byte different" {
	git init -q "$BATS_TEST_TMPDIR/repository"
	cd "$BATS_TEST_TMPDIR/repository" || return 1
	git -c user.name=A -c user.email=a@example.com commit -q --allow-empty -m title -m 'Reviewed-by: B'
	git log --format='%x00%H%n%(trailers:only,unfold)' | sed 's/: B/: C/' >expected
	git rev-parse HEAD | git cat-file --batch >contents
	run "$tools/trailers" expected <contents
	[ "$status" -eq 1 ]
	[[ "$output" = *"1 commits compared, 1 differences"* ]]
}
