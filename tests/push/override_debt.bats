#!/usr/bin/env bats
# What is owed for an override, and how it is given (hotfix-hooks(7), OVERRIDES).

load library
load signatures
load aftermath
load override

setup() {
	server
}

start() { # a hotfix that nobody has signed, landed by an override: $landing
	configure_override </dev/null
	start_production
	pushed_hotfix
	land_by_override
}

@test "until it is overdue everything lands, and is told" {
	start
	release 1
	push_as olga release/1:main
	accepted
	says "owes review 1, qa 1," " left" "to give what is owed:"
}

@test "status lists what is owed and how much time is left" {
	start
	settle rita review
	accepted
	output=$("$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" status)
	says "debt hotfix/INC-7-login landed on main at ${landing:0:10}, overridden by olga, and owes qa 1," " left"
	[ "$("$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" status --json |
		jq -c '.debts[0] | [.incident, .landing, .person, .reason, .owed, .overdue]')" = \
		"[\"INC-7\",\"$landing\",\"olga\",\"the shop is down\",[{\"signoff\":\"qa\",\"people\":1}],false]" ]
	settle quentin qa
	[ "$("$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" status --json | jq -c .debts)" = "[]" ]
}

@test "nothing more is overridden while it is overdue" {
	start
	let_debts_fall_due
	signed_hotfix INC-8-cart
	branch hotfix/INC-9-tax
	work tax
	push_as dave hotfix/INC-9-tax
	git fetch -q origin
	be olga
	merge_hotfix INC-9-tax
	be dave
	push_as olga main
	refused signoff-review
	says_not "git push -o"
	override "again" main
	refused debt "nothing is overridden" "git push origin $landing:refs/signoffs"
	land INC-8-cart
	landed
	override "to be sure" main~1:refs/heads/feature
	accepted
}

@test "who did the work, who overrode and who is not in the role cannot give it" {
	ONCALL="olga, paul" configure_override </dev/null
	start_production
	pushed_hotfix
	merged=$(git rev-parse main)
	AS=paul land_by_override
	settle dave review
	refused signoff-ref "dave did some of the work: wrote"
	settle paul review
	refused signoff-ref "paul overrode it, and cannot sign it off"
	settle quentin review
	refused signoff-ref "quentin <quentin@example.com> is not in the role reviewer"
	push_as rita "$landing:refs/signoffs/INC-7-login/review/quentin-${landing:0:10}"
	refused signoff-ref "it was pushed by somebody else"
	settle rita review
	accepted
	settle rita qa
	refused signoff-ref "rita counts for review already"
	push_as rita "$landing:refs/signoffs/INC-7-login/review/rita-${landing:0:10}-2"
	refused signoff-ref "rita counts for review already"
	[ -n "$merged" ]
}

@test "it is given on the landing, though the branch is gone, by a ref or an annotated tag" {
	start
	git -C "$SERVER" update-ref -d refs/heads/hotfix/INC-7-login
	settle rita review origin/hotfix/INC-7-login
	refused signoff-ref "is given by a ref here"
	report_tag rita "refs/signoffs/INC-7-login/review/rita-${landing:0:10}" 'Reviewed-by: paul <paul@example.com>'
	refused signoff-ref "does not name rita, who pushes it"
	report_tag rita "refs/signoffs/INC-7-login/review/rita-${landing:0:10}" 'Reviewed-by: rita <rita@example.com>'
	accepted
	settle quentin qa
	accepted
	says "nothing is owed any more"
}

@test "no other landing takes it" {
	configure_override </dev/null
	start_production
	signed_hotfix
	land
	landed
	landing=$(on_server refs/heads/main)
	settle paul review
	refused signoff-ref "or one that the landing which it is on owes"
}

@test "a revoked sign-off is owed again" {
	start
	settle rita review
	settle quentin qa
	accepted
	let_debts_fall_due
	release 1
	report_tag quentin "refs/signoffs/INC-7-login/qa/quentin-${landing:0:10}-2" \
		"Revokes: refs/signoffs/INC-7-login/qa/quentin-${landing:0:10}"
	accepted
	[ "$(body hotfix.revoked '.hotfix.override.owed | tojson')" = '[{"signoff":"qa","people":1}]' ]
	push_as olga release/1:main
	refused debt "owes qa 1"
	report_tag paul "refs/signoffs/INC-7-login/review/paul-${landing:0:10}" \
		"Revokes: refs/signoffs/INC-7-login/review/rita-${landing:0:10}"
	refused signoff-ref "only who signed it"
	settle rita qa
	refused signoff-ref "rita counts for review already"
	push_as quentin "$landing:refs/signoffs/INC-7-login/qa/quentin-${landing:0:10}-3"
	accepted
	push_as olga release/1:main
	accepted
}

@test "a triage that is owed says a severity" {
	configure_override <<-INI
		[signoff "triage"]
		trailer = Triaged-by
		role = reviewer
		severities = critical, major
	INI
	start_production
	pushed_hotfix
	land_by_override
	says "it owes review 1, qa 1, triage 1" "# SEVERITY is one of: critical, major" "'Severity: SEVERITY'"
	settle rita triage
	refused signoff-ref "must hold one trailer \"Severity:\", one of critical, major"
	report_tag rita "refs/signoffs/INC-7-login/triage/rita-${landing:0:10}" 'Severity: minor'
	refused signoff-ref "one of critical, major"
	report_tag rita "refs/signoffs/INC-7-login/triage/rita-${landing:0:10}" 'Severity: major'
	accepted
	says "still owed: review 1, qa 1"
	[ "$(body hotfix.signed_off .hotfix.severity)" = major ]
	settle rita review
	accepted
}

@test "where signatures are asked for, it is signed" {
	ssh_keys rita quentin
	REVIEW="evidence = signature" QA="evidence = signature" configure_override <<-INI
		[signature]
		allowed-signers = $ROOT/signers
	INI
	start_production
	pushed_hotfix
	land_by_override
	says "git tag -s" "signoff/INC-7-login/review/PERSON-${landing:0:10} $landing"
	settle rita review
	refused signoff-ref "it is not signed"
	report_tag rita "refs/signoffs/INC-7-login/review/rita-${landing:0:10}" 'Reviewed-by: rita <rita@example.com>'
	refused signoff-ref "it is not signed"
	sign_with quentin -f -m 'Reviewed-by: rita <rita@example.com>' "signoff/INC-7-login/review/rita-${landing:0:10}" "$landing"
	push_as rita "refs/tags/signoff/INC-7-login/review/rita-${landing:0:10}:refs/signoffs/INC-7-login/review/rita-${landing:0:10}"
	refused signoff-ref "its key belongs to quentin@example.com, not to rita"
	sign_with rita -f -m 'Reviewed-by: rita <rita@example.com>' "signoff/INC-7-login/review/rita-${landing:0:10}" "$landing"
	push_as dave "refs/tags/signoff/INC-7-login/review/rita-${landing:0:10}:refs/signoffs/INC-7-login/review/rita-${landing:0:10}"
	accepted
	says "still owed: qa 1"
}

@test "what a rollback took back owes nothing, until it is brought back" {
	local bad good
	start
	let_debts_fall_due
	release 1
	git fetch -q origin
	bad=$(git rev-parse origin/main)
	good=$(git commit-tree -p "$bad" -m 'Roll back' "$bad~1^{tree}")
	push_as olga "$good:main"
	accepted
	says "takes back hotfix/INC-7-login"
	release 2
	push_as olga release/2:main
	accepted
	says_not owe
	bad=$(git commit-tree -p release/2 -m 'Forward' "$bad^{tree}")
	push_as olga "$bad:main"
	accepted
	release 3
	push_as olga release/3:main
	refused debt "owes review 1, qa 1"
}
