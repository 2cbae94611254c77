#!/usr/bin/env bats
# What the manual pages promise to name, they name.

setup() {
	top=${HOTFIX_SOURCE:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
	page=$top/man/hotfix-hooks.7
}

# The names of the rules, as the code gives them to its findings.
rules() {
	cat "$top"/common/rules/*.c "$top"/common/flow/*.c | tr '\n' ' ' |
		grep -oE '(verdict_add|add_fault)\([^;"]*"[a-z-]+"|->rule = "[a-z-]+"' | grep -oE '"[a-z-]+"' | tr -d '"' | sort -u
}

@test "every rule of the code is in hotfix-hooks(7)" {
	[ "$(rules | wc -l)" -ge 15 ]
	for rule in $(rules); do
		echo "$rule"
		grep -Eq "^\.It Cm $rule(\$|- Ns )" "$page"
	done
}

@test "every rule in hotfix-hooks(7) is in the code" {
	sed -n '/^\.Sh RULES/,/^\.Sh EVENTS/s/^\.It Cm \([a-z-]*\).*/\1/p' "$page" | sed 's/-$//' |
		sort >"$BATS_TEST_TMPDIR/documented"
	[ -s "$BATS_TEST_TMPDIR/documented" ]
	diff -u <(rules) "$BATS_TEST_TMPDIR/documented"
}

@test "every event of the code is in hotfix-hooks(7)" {
	events=$(sed -n 's/^\t\[EVENT_[A-Z_]*\] = "\(.*\)",$/\1/p' "$top/common/rules/event.c")
	[ "$(echo "$events" | wc -l)" -ge 10 ]
	for event in $events; do
		echo "$event"
		grep -qx "\.It $event" "$page"
	done
}

@test "every option of git-signoff is in git-signoff(1), and none that it lacks" {
	"$top/share/git-signoff" -h | grep -oE '^  .{4}--[a-z-]+' | sed 's/.*--/--/' | { cat && echo --revoke; } |
		sort >"$BATS_TEST_TMPDIR/program"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/program")" -ge 8 ]
	grep '^\.It Fl' "$top/man/git-signoff.1" | grep -oE 'Fl -[a-z-]+' | sed 's/Fl -/--/' |
		sort >"$BATS_TEST_TMPDIR/documented"
	diff -u "$BATS_TEST_TMPDIR/program" "$BATS_TEST_TMPDIR/documented"
}

@test "the manual pages have no warning of mandoc" {
	command -v mandoc >/dev/null || skip "mandoc is not installed"
	mandoc -Tlint -W warning "$top"/man/*.[1578]
}
