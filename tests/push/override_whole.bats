#!/usr/bin/env bats
# One override, from the refusal to the end of what is owed, and who is told (hotfix-hooks(7), OVERRIDES).

load library
load override
load receiver

setup() {
	receiver_setup
}

teardown() {
	receiver_teardown
}

told() { # TYPES: the receiver has had these events, in this order
	[ "$(for body in "$ROOT"/deploy/*.body; do jq -r .type "$body"; done | tr '\n' ' ')" = "$* " ]
}

@test "an override and its debt, from the refusal to the end" {
	OVERRIDE="settle-within = 2s" configure_override </dev/null
	start_production
	OVERRIDE="settle-within = 2s" configure_override <<-INI
		[webhook "deploy"]
		url = $url
		secret-file = $ROOT/secret
		events = hotfix.merged, hotfix.overridden, hotfix.signed_off, production.released
	INI
	release 1
	pushed_hotfix
	land
	refused signoff-review signoff-qa "git push -o hotfix.override"

	land_by_override "the shop is down"
	await got 2
	told hotfix.merged hotfix.overridden
	[ "$(header 1 x-github-event)" = push ]
	[ "$(header 2 x-github-event)" = hotfix ]
	verify 2 "$ROOT/secret"
	[ "$(member 2 '.hotfix.override | [.person, .reason, .missing[].name] | join(", ")')" = \
		"olga, the shop is down, review, qa" ]

	release 2
	await debt_is_overdue
	push_as olga release/2:main
	refused debt "hotfix/INC-7-login landed on main at ${landing:0:10}, overridden by olga, and owes review 1, qa 1, overdue since" \
		"until that is given, only hotfixes and rollbacks land" \
		"git push origin $landing:refs/signoffs/INC-7-login/review/PERSON-${landing:0:10}"
	signed_hotfix INC-8-cart
	land INC-8-cart
	landed
	says "warning: hotfix/INC-7-login landed on main at ${landing:0:10}, overridden by olga, and owes" "to give what is owed:"

	settle rita review
	accepted
	says "hotfix: review of hotfix/INC-7-login at ${landing:0:10}: by rita; still owed: qa 1"
	release 3
	push_as olga release/3:main
	refused debt "owes qa 1"
	settle quentin qa
	accepted
	says "nothing is owed any more"
	push_as olga release/3:main
	accepted
	says_not owe
	await got 6
	await_no_deliverer
	told hotfix.merged hotfix.overridden hotfix.merged hotfix.signed_off hotfix.signed_off production.released
	[ "$(member 5 '.hotfix | [.landing, .override.owed] | tojson')" = "[\"$landing\",[]]" ]
}

debt_is_overdue() {
	push_as olga release/2:refs/heads/release/later
	[ "$(sqlite3 "$SERVER/hotfix.sqlite" "select count(*) from override where due < strftime('%s', 'now')")" = 1 ]
}
