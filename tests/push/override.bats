#!/usr/bin/env bats
# shellcheck disable=SC2154 # landing is set by override.bash
# Overrides: what lands although sign-offs, gates or a freeze stand in its way (hotfix-hooks(7), OVERRIDES).

load library
load override

setup() {
	server
}

start() { # a hotfix that nobody has signed, under a configuration with overrides
	configure_override </dev/null
	start_production
	pushed_hotfix
}

merged() { # olga's merge of the hotfix is main, not pushed
	be olga
	merge_hotfix
	be dave
}

nothing_is_owed() {
	[ "$(sqlite3 "$SERVER/hotfix.sqlite" 'select count(*) from override join record on id = record where state = 2')" = 0 ]
}

@test "who may override is told how, and that lands it" {
	local command
	start
	land
	refused signoff-review "signoff-qa" "or, where it cannot wait, override it" "is owed within 2d"
	command=$(printf '%s\n' "$output" | grep 'git push -o')
	[ "$command" = "    git push -o hotfix.override=\"REASON\" origin $(git rev-parse main):refs/heads/main" ]
	status=0
	output=$(GL_USER=olga sh -c "$command" 2>&1 | sed 's/^remote: //; s/^remote:$//; s/ *$//') || status=$?
	landed
	says "hotfix: accepted by an override, which is announced with its reason" \
		"merge on main: hotfix/INC-7-login" "hotfix: hotfix/INC-7-login is overridden by olga: REASON" "hotfix: it owes review 1, qa 1 until" \
		"to give what is owed:" "# PERSON, somebody in the role reviewer, who did none of the work and did not override it:"
	says_not "then land it again"
}

@test "who may not is not told, and is refused" {
	start
	push_as paul origin/hotfix/INC-7-login:main
	refused signoff-review
	says_not override
	AS=paul override "let me" origin/hotfix/INC-7-login:main
	refused override "paul may not override: only the role oncall may" "# push it without -o hotfix.override"
	nothing_is_owed
}

@test "only a person whom the configuration knows, whatever the role takes in" {
	ONCALL='*' start
	merged
	AS=eve override "let me" main
	refused override "login:eve may not override: only somebody whom the configuration knows, in the role oncall, may"
	push_with REMOTE_USER=olga GL_USERNAME=olga -- -o hotfix.override=x main
	refused server "GL_USER is not set: the transport did not say who pushed"
	nothing_is_owed
	AS=dave override "dave is known" main
	landed
}

@test "a reason that is none is refused with the command" {
	local long
	start
	merged
	for reason in '' '  ' $'\t'; do
		override "$reason" main
		refused override "an override needs a reason" \
			"git push -o hotfix.override=\"REASON\" origin $(git rev-parse main):refs/heads/main"
	done
	push_as olga -o hotfix.override main
	refused override "an override needs a reason"
	override $'red\e[31m' main
	refused override "one line of UTF-8, without control characters"
	override $'\xff' main
	refused override "one line of UTF-8"
	long=$(printf '%01001d' 0)
	override "$long" main
	refused override "has 1001 bytes, at most 1000"
	push_as olga -o hotfix.override=a -o hotfix.override=a main
	refused override "an override is given once: two reasons are none"
	override "${long#0}" main
	landed
}

# git's own client sends no newline; others can.
@test "a newline in the reason is refused, and what a shell would take for a command is only text" {
	start
	merged
	git push -q "$ROOT/server.git" main:refs/heads/scratch 2>/dev/null
	status=0
	output=$(cd "$SERVER" && printf '%s %s refs/heads/main\n' "$(on_server refs/heads/main)" "$(git -C "$CLONE" rev-parse main)" |
		GIT_DIR=. GL_USER=olga GIT_PUSH_OPTION_COUNT=1 GIT_PUSH_OPTION_0=$'hotfix.override=a\nhotfix: accepted' \
			hooks/pre-receive 2>&1) || status=$?
	[ "$status" -ne 0 ]
	says "without control characters"
	says_not "hotfix: accepted"
	# shellcheck disable=SC2016 # it must not be expanded
	reason='$(touch '"$ROOT"'/owned) `touch '"$ROOT"'/owned`; "x" %s'
	override "$reason" main
	landed
	[ ! -e "$ROOT/owned" ]
	[ "$(body hotfix.overridden .hotfix.override.reason)" = "$reason" ]
}

@test "other options, and a thousand of them, are passed over; more hide none" {
	local options=()
	start
	merged
	for i in $(seq 999); do
		options+=(-o "ci.variable=$i")
	done
	push_as olga "${options[@]}" -o hotfix.override=x -o one.more main
	refused override "more than 1000 push options"
	push_as olga "${options[@]}" -o hotfix.override=x main
	landed
}

@test "without the section the option means nothing" {
	configure </dev/null
	start_production
	pushed_hotfix
	merged
	override x main
	refused signoff-review
	says_not overrid
	override '' hotfix/INC-7-login:refs/heads/hotfix/INC-8-x
	accepted
	says_not overrid
}

@test "where nothing is missing it is an ordinary landing" {
	configure_override </dev/null
	start_production
	signed_hotfix
	merged
	override "to be sure" main
	landed
	says "there was nothing to override"
	says_not "overridden by"
	nothing_is_owed
	[ "$(events | tail -n 1)" = hotfix.merged ]
	[ "$(body hotfix.merged .hotfix.override)" = null ]
}

@test "where rules only warn there is nothing to override" {
	MODE=warn start
	merged
	override "to be sure" main
	landed
	says "there was nothing to override" "mode = warn"
	nothing_is_owed
}

@test "a push that does not touch production is judged as without it" {
	start
	git switch -q hotfix/INC-7-login
	work more
	AS=dave override "x" hotfix/INC-7-login
	accepted
	says "only a landing on production can be overridden"
	git switch -q -C develop origin/main
	work unfinished
	git push -q "$SERVER" develop 2>/dev/null
	AS=dave override "let it ride" develop:hotfix/INC-9-ride
	refused not-from "only a landing on production can be overridden"
	AS=dave override x develop:refs/heads/feature
	accepted
	says_not overrid
}

@test "what was missing, who and why are told beside the landing, in the ledger and in the log" {
	configure_override <<-INI
		[log]
		to = $ROOT/log
	INI
	start_production
	pushed_hotfix
	sign rita Reviewed-by
	land_by_override
	[ "$(events | tail -n 2 | tr '\n' ' ')" = "hotfix.merged hotfix.overridden " ]
	for type in hotfix.merged hotfix.overridden; do
		[ "$(body $type '.hotfix.override | [.person, .reason] | join(", ")')" = "olga, the shop is down" ]
		[ "$(body $type '.hotfix.override | [.missing, .owed] | tojson')" = \
			'[[{"rule":"signoff","name":"qa","people":1}],[{"signoff":"qa","people":1}]]' ]
		[ "$(body $type '[.ref, .after, .pusher.name, .hotfix.incident] | join(" ")')" = \
			"refs/heads/main $landing olga INC-7" ]
	done
	[ "$(body hotfix.merged .hotfix.override.settle_by)" = \
		"$(date -u -d "$(body hotfix.merged .timestamp) + 48 hours" +%Y-%m-%dT%H:%M:%SZ)" ]
	[ "$(body hotfix.merged .id)" != "$(body hotfix.overridden .id)" ]
	[ "$(sqlite3 "$SERVER/hotfix.sqlite" 'select person, reason, rule, name, people from override natural join overridden')" = \
		'olga|the shop is down|signoff|qa|1' ]
	[ "$(sqlite3 "$SERVER/hotfix.sqlite" 'select person from worker order by person')" = dave ]
	[ "$(tail -n 1 "$ROOT/log" | jq -r '[.verdict, .rules[]] | join(" ")')" = "overridden signoff-qa" ]
}

@test "a freeze is overridden, and owes nothing" {
	configure_override <<-INI
		[freeze "year-end"]
		from = 2000-01-01Z
		to = 2999-12-31Z
	INI
	start_production
	release 1
	push_as olga release/1:main
	refused freeze-year-end "git push -o hotfix.override"
	override "the price list" release/1:main
	accepted
	says "ordinary on main: release/1" "is overridden by olga: the price list"
	says_not owes
	[ "$(events | tail -n 2 | tr '\n' ' ')" = "production.released hotfix.overridden " ]
	[ "$(body hotfix.overridden '.hotfix.override | [.missing, .owed, .settle_by] | tojson')" = \
		'[[{"rule":"freeze","name":"year-end"}],[],null]' ]
	let_debts_fall_due
	release 2
	override "the other price list" release/2:main
	accepted
}

@test "a gate is overridden, shut or silent, and owes nothing" {
	configure_override <<-INI
		[gate "tracker"]
		url = http://127.0.0.1:1/{incident}
	INI
	start_production
	signed_hotfix
	land
	refused gate-tracker "git push -o hotfix.override"
	land_by_override "the tracker is down"
	says "gate-tracker" "is overridden by olga: the tracker is down"
	says_not owes
	[ "$(body hotfix.overridden '.hotfix.override.missing | tojson')" = '[{"rule":"gate","name":"tracker"}]' ]
	[ "$(body hotfix.overridden '.hotfix.gates[0].open')" = false ]
}

@test "a gate that is asked when a branch is made is not overridden" {
	configure_override <<-INI
		[gate "tracker"]
		url = http://127.0.0.1:1/{incident}
		when = opened, landing
	INI
	start_production
	branch hotfix/INC-7-login
	work fix
	AS=olga override x hotfix/INC-7-login
	refused gate-tracker "only a landing on production can be overridden"
}

@test "what an override cannot pass is refused, and the override with it" {
	local evil
	start
	evil=$(git commit-tree -p origin/main -p origin/hotfix/INC-7-login -m evil "$(git rev-parse 'origin/main^{tree}')")
	override x "$evil:main"
	refused landing
	evil=$(git commit-tree -p origin/main -m squash "$(git rev-parse 'origin/hotfix/INC-7-login^{tree}')")
	override x "$evil:main"
	refused landing
	override x origin/main~0:refs/tags/main
	refused ref-name
	merged
	override x main :hotfix/INC-7-login
	refused landing-same-push
	evil=$(git commit-tree -p origin/main -p origin/hotfix/INC-7-login -m merge -m 'Incident: INC-1' 'main^{tree}')
	override x "$evil:main"
	refused incident signoff-review
	says_not "nothing to override"
	nothing_is_owed
}

@test "whose work nobody knows is not overridden" {
	start
	rm "$SERVER"/hotfix.sqlite*
	merged
	override x main
	refused own-work "hotfixctl adopt hotfix/INC-7-login PERSON"
	nothing_is_owed
}

@test "two landings of one push are overridden each for itself" {
	start
	branch hotfix/INC-8-cart origin/hotfix/INC-7-login
	work cart other
	push_as dave hotfix/INC-8-cart
	sign rita Reviewed-by hotfix/INC-8-cart
	git fetch -q origin
	be olga
	git switch -q -C main origin/main
	git merge -q --no-ff -m one origin/hotfix/INC-7-login
	git switch -q -C eight origin/hotfix/INC-8-cart
	git merge -q --no-edit main
	be dave
	push_as dave eight:hotfix/INC-8-cart
	git fetch -q origin
	be olga
	git switch -q main
	git merge -q --no-ff -m two origin/hotfix/INC-8-cart
	be dave
	override "both" main
	landed
	says "hotfix/INC-7-login is overridden by olga: both" "hotfix/INC-8-cart is overridden by olga: both"
	[ "$(events | tail -n 4 | tr '\n' ' ')" = "hotfix.merged hotfix.overridden hotfix.merged hotfix.overridden " ]
	[ "$(sqlite3 "$SERVER/hotfix.sqlite" 'select count(*) from override')" = 2 ]
}

# The hook that was there before stands in update's way, after pre-receive has recorded the override.
@test "what the update hook refuses owes nothing, and is not overridden by anybody later" {
	start
	merged
	mv "$SERVER/hooks/update" "$SERVER/hooks/update.real"
	printf '#!/bin/sh\nexit 1\n' >"$SERVER/hooks/update"
	chmod +x "$SERVER/hooks/update"
	override x main
	[ "$status" -ne 0 ]
	mv "$SERVER/hooks/update.real" "$SERVER/hooks/update"
	nothing_is_owed
	push_as olga main
	refused signoff-review
	AS=paul override x main
	refused override
	rm "$SERVER/hooks/pre-receive"
	push_as paul main
	refused signoff-review
	nothing_is_owed
	[ -z "$(body hotfix.overridden .id)" ]
}

@test "an override is good for one push: the same update again is judged anew" {
	local old
	start
	old=$(on_server refs/heads/main)
	land_by_override
	git -C "$SERVER" update-ref refs/heads/main "$old"
	push_as olga main
	refused signoff-review
}

# A hook between pre-receive and update makes more missing than was overridden.
@test "the update hook passes no more than was overridden" {
	start
	sign rita Reviewed-by
	merged
	mv "$SERVER/hooks/update" "$SERVER/hooks/update.real"
	cat >"$SERVER/hooks/update" <<-SH
		#!/bin/sh
		sed -i 's/^member = rita, paul, dave/member = paul/' '$SERVER/hotfix.ini'
		exec hooks/update.real "\$@"
	SH
	chmod +x "$SERVER/hooks/update"
	override x main
	refused signoff-review "rita <rita@example.com> is not in the role reviewer"
	nothing_is_owed
}
