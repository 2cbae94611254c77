#!/usr/bin/env bats
# hotfixctl report of a hotfix that is still open, by trailers on its branch (hotfixctl(8)).

bats_require_minimum_version 1.5.0
load library
load aftermath

setup() {
	server
	configure_aftermath </dev/null
	start_production
}

ctl() {
	run --separate-stderr "$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" "$@"
}

value() { # FILTER of the last output
	jq -r "$1" <<<"$output"
}

@test "each sign-off says what it is worth now, and why where it is worth nothing" {
	pushed_hotfix
	sign rita Reviewed-by
	sign quentin Tested-by
	sign olga Reviewed-by
	more_work better
	git fetch -q origin
	sign paul Reviewed-by
	ctl report INC-7 --json
	[ "$status" -eq 0 ]
	[ "$(value '[.entries[] | select(.kind == "signed") | .signoff + " " + .person + " " + (.counts | tostring)] | sort | join(", ")')" = \
		"qa quentin false, review olga false, review paul true, review rita false" ]
	[[ "$(value '.entries[] | select(.signoff == "qa") | .why')" == *"the tip is"*": stale" ]]
	[[ "$(value '.entries[] | select(.person == "rita") | .why')" == *"file changed since: stale" ]]
	[ "$(value '.entries[] | select(.person == "olga") | .why')" = "olga <olga@example.com> is not in the role reviewer" ]
	[ "$(value '[.entries[] | select(.kind == "signed") | .proof] | unique | join(" ")')" = trailer ]
	[ "$(value '[.open, .steps[3].state] | map(tostring) | join(" ")')" = "true missing" ]
}

@test "the change so far is shown, as it would land" {
	pushed_hotfix
	more_work better other
	ctl report INC-7 --json
	[ "$(value '.changes | length')" = 1 ]
	[ "$(value '.changes[0] | [.landed, .added, .removed, (.files | map(.path) | sort | join("+"))] | map(tostring) | join(" ")')" = \
		"false 2 0 file+other" ]
	[ "$(value '.changes[0].to')" = "$(on_server refs/heads/hotfix/INC-7-login)" ]
}

@test "of several branches of an incident the open one speaks for it" {
	landed_hotfix
	git fetch -q origin
	pushed_hotfix INC-7-again
	ctl report INC-7 --json
	[ "$(value '[.branches | sort | .[]] | join(" ")')" = "refs/heads/hotfix/INC-7-again refs/heads/hotfix/INC-7-login" ]
	[ "$(value '[.open, .steps[3].state] | map(tostring) | join(" ")')" = "true missing" ]
	landed_hotfix INC-7-more
	push_as dave :hotfix/INC-7-again
	accepted
	ctl report INC-7 --json
	[ "$(value '.steps[3].state')" = "done" ]
	[ "$(value '[.changes[] | select(.landed)] | length')" = 2 ]
}

@test "an incident that nobody knows is said" {
	ctl report INC-8
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"INC-8: no hotfix branch of this name or incident"* ]]
}
