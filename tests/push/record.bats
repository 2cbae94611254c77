#!/usr/bin/env bats
# hotfixctl record: what became of a landing, where nobody can push a sign-off (hotfixctl(8)).

load library
load aftermath
load override

setup() {
	server
}

start() { # a landing that was signed
	configure_aftermath </dev/null
	start_production
	landed_hotfix
}

record() { # ARGUMENT…: hotfixctl record, into $status and $output
	status=0
	output=$("$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" record "$@" 2>&1) || status=$?
}

recorded() { # ARGUMENT…
	record "$@"
	[ "$status" -eq 0 ] || { echo "$output" >&2; return 1; }
}

fails() { # WORDS… of the last record
	[ "$status" -eq 3 ] || { echo "exit $status: $output" >&2; return 1; }
	says "$@"
}

@test "a deploy and its monitoring are recorded as a push would have it, with the same events" {
	start
	recorded INC-7 deploy --status failure --by olga --note "the disk is full"
	says "deploy to production of hotfix/INC-7-login at ${landing:0:10}: failure, by olga, recorded by the administrator"
	recorded "$landing" deploy --environment production --status success --by paul
	recorded hotfix/INC-7-login monitor --by paul
	[ "$(new_events)" = "hotfix.deploy_failed hotfix.deployed hotfix.signed_off hotfix.closed " ]
	[ "$(body hotfix.deploy_failed '.hotfix | [.status, .reason, .environment, .landing, .recorded_by, .signoffs[0].person] | join(", ")')" = \
		"failure, the disk is full, production, $landing, administrator, olga" ]
	[ "$(body hotfix.closed '[.pusher.name, .ref, .after] | join(" ")')" = \
		"$(id -un) refs/heads/hotfix/INC-7-login $landing" ]
}

@test "what is known already is not written again" {
	start
	recorded INC-7 deploy --status success --by olga
	recorded INC-7 deploy --status success --by olga
	says "known already: nothing was written"
	watch paul
	accepted
	recorded INC-7 monitor --by paul
	says "known already"
	[ "$(new_events)" = "hotfix.deployed hotfix.signed_off hotfix.closed " ]
}

@test "an incident may begin as the name of a branch does, and a branch is not another one of its incident" {
	HOTFIX='incident = hotfix-[0-9]+' configure_aftermath </dev/null
	start_production
	landed_hotfix hotfix-7-login
	git fetch -q origin
	landed_hotfix hotfix-7-again
	recorded hotfix-7 deploy --status failure --by olga
	says "deploy to production of hotfix/hotfix-7-again"
	recorded refs/heads/hotfix/hotfix-7-login deploy --status success --by paul
	says "deploy to production of hotfix/hotfix-7-login"
}

@test "the same people may as by a push" {
	start
	record INC-7 deploy --status success --by rita
	fails "rita is not in the role operator"
	record INC-7 deploy --status success --by nobody@example.com
	fails "nobody@example.com: the configuration knows nobody of this name"
	record INC-7 deploy --status success --by login:eve
	fails "knows nobody of this name"
	record INC-7 monitor --by olga
	fails "it is not deployed"
	record INC-7 deploy --status success --by olga --environment prod
	fails "\"prod\" is no environment here; these are: production"
	record INC-8 deploy --status success --by olga
	[ "$status" -eq 1 ]
	says "INC-8: no landing of a hotfix by this name is recorded"
	record INC-7 review --by rita
	fails "no review is owed for this landing"
	record INC-7 unheard-of --by rita
	fails "there is no [signoff \"unheard-of\"]"
	[ "$(new_events)" = "" ]
}

@test "a call that leaves something out is wrong usage" {
	start
	record INC-7 deploy --by olga
	[ "$status" -eq 2 ]
	record INC-7 deploy --status ok --by olga
	[ "$status" -eq 2 ]
	record INC-7 deploy --status success
	[ "$status" -eq 2 ]
	record INC-7 monitor --status success --by olga
	[ "$status" -eq 2 ]
	[ "$(new_events)" = "" ]
}

@test "what is owed for an override can be recorded too, by people who may" {
	configure_override </dev/null
	start_production
	pushed_hotfix
	land_by_override
	record INC-7 review --by dave
	fails "dave did some of the work"
	recorded INC-7 review --by rita@example.com
	record INC-7 qa --by rita
	fails "rita counts for review already"
	recorded "$landing" qa --by quentin --json
	[ "$(jq -c '[.signoff, .person, .landing, .recorded]' <<<"$output")" = "[\"qa\",\"quentin\",\"$landing\",true]" ]
	[ "$("$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" status --json | jq -c .debts)" = "[]" ]
	[ "$(body hotfix.signed_off '.hotfix.override.owed | tojson')" = "[]" ]
}

@test "of several production branches and environments it is said which" {
	NO_REVIEW=1 NO_QA=1 NO_ROLLBACK=1 PRODUCTION=$'branch = refs/heads/main\nbranch = refs/heads/live' \
		DEPLOY="environment = eu, us" configure_aftermath </dev/null
	git commit -q --allow-empty -m first
	push_as dave HEAD:refs/heads/main HEAD:refs/heads/live
	accepted
	git fetch -q origin
	pushed_hotfix
	land
	landed
	push_as olga main:live
	accepted
	record INC-7 deploy --status success --by olga --environment eu
	fails "INC-7 landed on" "say which by --production"
	record INC-7 deploy --status success --by olga --production main
	fails "there are several environments: say which by --environment"
	recorded INC-7 deploy --status success --by olga --production main --environment us --json
	[ "$(jq -r '[.production, .environment, .status] | join(" ")' <<<"$output")" = "refs/heads/main us success" ]
	record INC-7 monitor --by paul --production live
	fails "it is not deployed"
}

@test "what a rollback took back cannot be watched, and the rollback is deployed for the same hotfix" {
	configure_aftermath <<-INI
		[backmerge]
		into = refs/heads/develop
		[signoff "backmerge"]
		trailer = Waived-by
		role = operator
	INI
	start_production
	landed_hotfix
	recorded INC-7 deploy --status success --by olga
	record INC-7 backmerge --by paul
	fails "a waiver is given by a tag"
	git fetch -q origin
	roll_back_landing
	record "$landing" monitor --by paul
	fails "a rollback took it back"
	rollback=$(on_server refs/heads/main)
	recorded "$rollback" deploy --status success --by paul
	says "deploy to production of hotfix/INC-7-login at ${rollback:0:10}: success, by paul"
}

@test "triage that is owed says its severity" {
	configure_override <<-INI
		[role "owner"]
		member = paul
		[signoff "triage"]
		trailer = Triaged-by
		role = owner
		severities = critical, major
		binds = incident
	INI
	start_production
	pushed_hotfix
	land_by_override
	record INC-7 triage --by paul
	fails "--severity must say one that [signoff \"triage\"] knows"
	record INC-7 triage --by paul --severity minor
	fails "--severity must say one"
	recorded INC-7 triage --by paul --severity Major
	[ "$(body hotfix.signed_off .hotfix.severity)" = major ]
}
