#!/usr/bin/env bats
# The checklist of the six steps, from the first push to the end, whatever became of the branch.

bats_require_minimum_version 1.5.0
load library
load signatures
load aftermath
load override

setup() {
	server
	configure_aftermath </dev/null
	start_production
}

ctl() {
	run --separate-stderr "$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" "$@"
	[ "$status" -eq 0 ] || printf 'hotfixctl %s: %s\n%s\n%s\n' "$*" "$status" "$output" "$stderr" >&2
}

value() {
	jq -r "$1" <<<"$output"
}

# The last output without what differs from run to run.
plain() {
	sed -E 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z/TIME/g; s/\b[0-9a-f]{40}\b/ID/g; s/\b[0-9a-f]{10}\b/ID/g' <<<"$output"
}

steps() { # states of the six steps, by status --json, which stays in $output
	ctl status INC-7 --json
	steps=$(value '.[0].steps | map(.state) | join(", ")')
	[ "$steps" = "$1" ] || { echo "the steps are: $steps" >&2; return 1; }
}

delete_branch() {
	push_as dave :hotfix/INC-7-login
	accepted
}

@test "after the landing the checklist says what landed, who deployed and who watched it, until it is closed" {
	landed_hotfix
	ctl status INC-7
	[ "$(plain)" = "$(
		cat <<-'END'
			hotfix: hotfix/INC-7-login at ID

			  1 report    INC-7
			  2 triage    not asked for here
			  3 develop   1 commit, at ID
			  4 review    rita <rita@example.com> signed ID
			    qa        quentin <quentin@example.com> signed ID
			  5 deploy    merge on main at ID, by olga <olga@example.com> at
			              TIME
			              production: missing, by the role operator
			  6 monitor   missing 1 of 1, by the role operator

			  next:
			    # somebody in the role operator, once it is deployed:
			    git fetch origin
			    git push origin ID:refs/signoffs/INC-7-login/deploy/production-ID
		END
	)" ] || { plain >&2; false; }
	steps "done, not asked for, done, done, missing, missing"
	ctl status
	grep -q 'hotfix/INC-7-login .* 5 deploy .* landed on main, its deploy is not reported$' <<<"$output"

	report_tag olga "$deploy" 'Status: failure' 'Reason: the disk is full'
	ctl status INC-7
	says "production: failure, by olga <olga@example.com> at 20" ": the disk is full"
	steps "done, not asked for, done, done, failed, missing"
	report olga "$deploy-2"
	ctl status INC-7
	says "production: success, by olga" "git push origin $landing:$monitor/PERSON-${landing:0:10}"
	ctl status
	grep -q 'hotfix/INC-7-login .* 6 monitor .* landed on main, nobody has watched it yet$' <<<"$output"
	watch paul
	accepted
	ctl status INC-7
	says "6 monitor paul <paul@example.com> at 20" "closed at 20"
	says_not "next:" "missing"
	steps "done, not asked for, done, done, done, done"
	[ "$(value '.[0] | [.step, .landings[0].kind, .landings[0].answers[1].name] | join(" ")')" = "closed merge deploy" ]
	ctl status
	says "no hotfix is open" "1 landed"
}

@test "it says the same of a branch that is gone, and such a hotfix stays open until it is closed" {
	landed_hotfix
	ctl status INC-7
	before=$(plain)
	delete_branch
	ctl status INC-7
	[ "$(plain)" = "${before/hotfix\/INC-7-login at ID/hotfix\/INC-7-login, which is gone}" ]
	ctl status hotfix/INC-7-login --json
	[ "$(value '.[0] | [.branch, .tip, .step] | map(tostring) | join(" ")')" = "refs/heads/hotfix/INC-7-login null deploy" ]
	ctl status
	grep -q 'hotfix/INC-7-login  -  ' <<<"$output"
	report olga "$deploy"
	watch paul
	ctl status
	says "no hotfix is open"
	ctl status --all
	says "hotfix/INC-7-login - closed"
}

@test "a rollback opens it again, the second try shows both, and what landed last counts" {
	landed_hotfix
	report_tag olga "$deploy" 'Status: failure'
	roll_back_landing
	on_hotfix
	git merge -q -m 'Take main in' origin/main
	git revert --no-edit origin/main >/dev/null
	work better
	push_as dave hotfix/INC-7-login
	accepted
	says "5 deploy merge on main at ${landing:0:10}, by olga" "; taken back by the rollback $(on_server refs/heads/main | cut -c1-10) at 20" \
		"production: failure, by olga" "again after the next landing" "6 monitor after the deploy" "4 review missing 1 of 1"
	pushed=$output
	ctl status INC-7
	diff <(sed -n '/1 report/,/6 monitor/p' <<<"$pushed") <(sed -n '/1 report/,/6 monitor/p' <<<"$output")
	steps "done, not asked for, done, missing, missing, missing"
	[ "$(value '.[0].landings | length')" = 1 ]

	sign rita Reviewed-by
	sign quentin Tested-by
	land
	landed
	ctl status INC-7
	says "3 develop 2 commits" "taken back by the rollback" "merge on main at $(on_server refs/heads/main | cut -c1-10)" \
		"production: missing, by the role operator"
	[ "$(grep -c 'rita <rita@example.com> signed' <<<"$output")" = 1 ]
	steps "done, not asked for, done, done, missing, missing"
	ctl status
	says_not "taken back"
	grep -q '5 deploy .* landed on main, its deploy is not reported' <<<"$output"
}

@test "what was taken back and whose branch is gone is in production no more" {
	landed_hotfix
	roll_back_landing
	push_as dave :hotfix/INC-7-login
	accepted
	ctl status INC-7
	says "which is gone" "3 develop nothing of it is in production" "taken back by the rollback" "6 monitor nothing is in production"
	ctl status INC-7 --json
	[ "$(value '.[0] | [.step, .landings[0].taken_back_by] | join(" ")')" = "gone $(on_server refs/heads/main)" ]
	pushed_hotfix INC-8-cart
	push_as dave :hotfix/INC-8-cart
	ctl status INC-8
	says "hotfix/INC-8-cart, which is gone" "5 deploy nothing landed"
}

@test "an incident with two branches has a checklist for each" {
	landed_hotfix
	pushed_hotfix INC-7-again
	ctl status INC-7
	says "hotfix: hotfix/INC-7-again at" "after the landing" "hotfix: hotfix/INC-7-login at" "merge on main at"
	ctl status INC-7 --json
	[ "$(value 'map(.branch + " " + .step) | join(", ")')" = \
		"refs/heads/hotfix/INC-7-again review, refs/heads/hotfix/INC-7-login deploy" ]
}

@test "on several production branches each landing has its deploys, and its end" {
	PRODUCTION="branch = refs/heads/main, refs/heads/eu
allow-by = release" configure_aftermath </dev/null
	push_as olga origin/main:refs/heads/eu
	accepted
	git fetch -q origin
	branch hotfix/INC-7-login origin/main
	work fix
	push_as dave hotfix/INC-7-login
	for production in main eu; do
		EXTRA="Production: $production" sign rita Reviewed-by
		EXTRA="Production: $production" sign quentin Tested-by
	done
	push_as olga origin/hotfix/INC-7-login:refs/heads/main
	accepted
	push_as olga origin/hotfix/INC-7-login:refs/heads/eu
	accepted
	landing=$(on_server refs/heads/eu)
	deploy=refs/signoffs/INC-7-login/deploy/production-${landing:0:10}
	report_tag olga "$deploy" 'Production: eu' 'Status: success'
	accepted
	ctl status INC-7
	says "fast-forward on main at ${landing:0:10}" "fast-forward on eu at ${landing:0:10}" "main: missing 1 of 1" "eu: missing 1 of 1"
	[ "$(grep -c 'production: missing' <<<"$output")" = 1 ]
	[ "$(grep -c 'production: success' <<<"$output")" = 1 ]
	[ "$(grep -c '3 develop' <<<"$output")" = 1 ]
	ctl status
	says "landed on main, eu, its deploy is not reported"
}

@test "what an override owes is missing until it is given, in the checklist and in the report" {
	configure_override </dev/null
	pushed_hotfix
	land_by_override
	ctl status INC-7
	says "4 review overridden by olga <olga@example.com> missing 1, owed until 20" "qa overridden by olga" "merge on main at"
	steps "done, not asked for, done, missing, done, not asked for"
	settle rita review
	accepted
	settle quentin qa
	accepted
	ctl status INC-7
	says "4 review overridden by olga <olga@example.com> rita <rita@example.com> gave it afterwards" "qa overridden by olga"
	says_not "missing"
	steps "done, not asked for, done, done, done, not asked for"
	ctl report INC-7
	says "5 deploy the checks were overridden: the shop is down by olga, logged in to the server" \
		"review: approved afterwards by rita" "overridden 20" "by olga: the shop is down; missing review by 1, qa by 1; settled 20"
	ctl report INC-7 --json
	[ "$(value '.debts[0] | [.person, .reason, (.missing | join("+"))] | join("; ")')" = \
		"olga; the shop is down; review by 1+qa by 1" ]
	[ "$(value '.debts[0].settled')" != null ]
}

@test "the report says where a hotfix came back to, and what was waived" {
	configure_aftermath <<-INI
		[backmerge]
		into = refs/heads/develop, refs/heads/next
		within = 48h
		[signoff "backmerge"]
		trailer = Waived-by
		role = release
	INI
	git push -q "$SERVER" main:refs/heads/develop main:refs/heads/next
	landed_hotfix
	ctl report INC-7
	says "back in development develop: missing, due 20"
	git fetch -q origin
	git switch -q --no-track -C local origin/develop
	git merge -q --no-edit origin/main
	push_as dave HEAD:refs/heads/develop
	accepted
	ctl report INC-7
	says "develop: arrived, at 20" "next: missing, due 20"
	ctl report INC-7 --json
	[ "$(value '.backmerges | map(.branch + "=" + (.how // "missing")) | join(" ")')" = \
		"refs/heads/develop=arrived refs/heads/next=missing" ]
}
