#!/usr/bin/env bats
# Whole lives of hotfixes over real pushes, and the report of each against a golden one in golden/.

bats_require_minimum_version 1.5.0
load library
load receiver
load signatures
load aftermath

setup() {
	receiver_setup
	ssh_keys rita quentin
	DEPLOY="evidence = pusher" REVIEW="evidence = signature" QA="evidence = signature" OPERATORS="robot, olga" \
		configure_aftermath <<-INI
		[person "pat"]
		email = pat@example.com
		login = pat
		[person "robot"]
		email = robot@example.com
		login = robot
		[role "owner"]
		member = pat
		[signoff "triage"]
		trailer = Triaged-by
		role = owner
		severities = critical, major
		binds = incident
		[signature]
		allowed-signers = $ROOT/signers
		[webhook "deploy"]
		url = $url
		events = hotfix.*, production.rolled_back
	INI
	start_production
}

teardown() {
	receiver_teardown
}

ctl() {
	run --separate-stderr "$HOTFIXCTL" -C "$SERVER" "$@"
	[ "$status" -eq 0 ] || { printf 'hotfixctl %s: %s\n%s\n' "$*" "$output" "$stderr" >&2; return 1; }
}

# The last output without what differs from run to run: times, spans, ids, keys.
normal() {
	printf '%s\n' "$output" | sed -E 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z/TIME/g; s/SHA256:[A-Za-z0-9+\/]{43}/KEY/g
		s/\b[0-9a-f]{40}\b/ID/g; s/\b[0-9a-f]{10}\b/ID/g; s/\b[0-9]+[smhd]( [0-9]+[smhd])?\b/SPAN/g'
}

golden() { # NAME: the last output is the golden one
	diff -u "$BATS_TEST_DIRNAME/golden/$1" <(normal) || { echo "golden/$1 differs" >&2; return 1; }
}

settled() { # nothing waits to be sent
	"$HOTFIXCTL" -C "$SERVER" deliver --once >/dev/null 2>&1 || :
	[ "$(state 'SELECT count(*) FROM delivery WHERE state = 0')" = 0 ]
}

triage() {
	EXTRA="Severity: critical" sign pat Triaged-by
	accepted
}

work_on() { # dave makes the fix and hands it in
	branch hotfix/INC-7-login
	printf 'fixed\n' >>file
	git commit -qam 'Log in again' -m "Reported: $(date -u -d "30 minutes ago" +%Y-%m-%dT%H:%M:%SZ)"
	push_as dave hotfix/INC-7-login
	accepted
}

review_and_test() {
	sign_off rita review
	accepted
	sign_off quentin qa
	accepted
	says "ready to land"
}

landed_by_olga() { # $landing, $deploy, $monitor
	land
	landed
	landing=$(on_server refs/heads/main)
	deploy=refs/signoffs/INC-7-login/deploy/production-${landing:0:10}
	export monitor=refs/signoffs/INC-7-login/monitor # for watch
}

@test "six people take a hotfix from its report to its end, and the report tells it all" {
	work_on
	triage
	review_and_test
	landed_by_olga
	report_tag robot "$deploy" 'Status: success' 'Environment: production'
	accepted
	watch olga
	accepted
	push_as dave :hotfix/INC-7-login
	accepted
	await settled
	ctl report INC-7
	golden whole-life.txt
	text=$output
	ctl report hotfix/INC-7-login
	[ "$output" = "$text" ]

	ctl report INC-7 --json
	[ "$(jq -r '[.incident, .severity, .subject, .standing, .open] | map(tostring) | join(", ")' <<<"$output")" = \
		"INC-7, critical, Log in again, closed, false" ]
	[ "$(jq -r '.steps | map(.state) | unique | join(" ")' <<<"$output")" = "done" ]
	[ "$(jq -r '[.entries[] | select(.kind != "closed") | .person // empty] | unique | join(" ")' <<<"$output")" = \
		"dave olga pat quentin rita robot" ]
	[ "$(jq -r '.entries[] | select(.signoff == "review") | .proof + " " + .proved_by' <<<"$output")" = \
		"signature $(ssh-keygen -lf "$ROOT/keys/rita.pub" | cut -d' ' -f2)" ]
	[ "$(jq -r '.entries[] | select(.signoff == "triage") | [.proof, .words, .counts] | map(tostring) | join("; ")' <<<"$output")" = \
		"trailer; triage: approved, severity critical; true" ]
	[ "$(jq -r '.changes[0] | [.files[0].path, .added, .removed, .complete, .landed] | map(tostring) | join(" ")' <<<"$output")" = \
		"file 1 0 true true" ]
	[ "$(jq -r '.deliveries | map(.event + "=" + .state) | unique | join(" ")' <<<"$output")" = \
		"hotfix.closed=delivered hotfix.deployed=delivered hotfix.merged=delivered hotfix.opened=delivered hotfix.ready=delivered hotfix.signed_off=delivered hotfix.updated=delivered" ]
	[ "$(jq -r '.times | [.opened, .triaged, .landed, .deployed, .closed] | (. == sort) and all' <<<"$output")" = true ]
}

@test "a failed deploy, a rollback and the second try" {
	work_on
	triage
	review_and_test
	landed_by_olga
	report_tag robot "$deploy" 'Status: failure' 'Reason: the disk is full'
	accepted
	ctl report INC-7
	grep -q '^standing     bringing it to production failed$' <<<"$output"
	grep -q '^  5 deploy   failed: the role operator$' <<<"$output"
	roll_back_landing
	says "takes back hotfix/INC-7-login"
	ctl report INC-7
	grep -q '^standing     .*, after a rollback$' <<<"$output"
	grep -q '^  to triage ' <<<"$output"
	[ "$(grep -Ec '^  to (merge|deploy|close)' <<<"$output")" = 0 ]
	on_hotfix
	git merge -q -m 'Take main in' origin/main
	git revert --no-edit origin/main >/dev/null
	work better
	push_as dave hotfix/INC-7-login
	accepted
	git fetch -q origin
	triage
	review_and_test
	landed_by_olga
	report robot "$deploy"
	accepted
	watch olga
	accepted
	await settled
	ctl report INC-7
	golden second-try.txt
	ctl report INC-7 --json
	[ "$(jq -r '[.entries[] | select(.step == 5) | .kind] | join(" ")' <<<"$output")" = \
		"landed deploy_failed taken_back landed deployed" ]
	[ "$(jq -r '[.changes[] | .taken_back] | map(tostring) | join(" ")' <<<"$output")" = "true false" ]
}
