#!/usr/bin/env bats
# hotfixctl status of one hotfix: who signed what, by which key, when, and what it is worth.

bats_require_minimum_version 1.5.0
load library
load signatures

setup() {
	server
	ssh_keys rita quentin paul olga
	configure_signatures
	start_production
	pushed_hotfix
	tip=$(on_server refs/heads/hotfix/INC-7-login)
	review=refs/signoffs/INC-7-login/review/rita-${tip:0:10}
}

ctl() {
	run --separate-stderr "$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" "$@"
	printf 'hotfixctl %s: %s\n%s\n%s\n' "$*" "$status" "$output" "$stderr"
}

value() {
	jq -r "$1" <<<"$output"
}

fingerprint() { # PERSON
	ssh-keygen -lf "$ROOT/keys/$1.pub" | cut -d' ' -f2
}

# SIGNOFF FILTER: of the only evidence for that sign-off
evidence() {
	value ".[0].signoffs[] | select(.name == \"$1\").evidence[0] | $2"
}


@test "status says who signed, which commit, by which key, and when" {
	before=$(date -u +%Y-%m-%dT%H:%M:%SZ)
	sign_off rita review
	after=$(date -u +%Y-%m-%dT%H:%M:%SZ)
	ctl status INC-7
	[ "$status" -eq 0 ]
	says "who signed: review rita <rita@example.com> signed ${tip:0:10} at 20" \
		"by the key $(fingerprint rita) $review pushed by rita counts"
	ctl status INC-7 --json
	[ "$(evidence review '[.person, .evidence, .commit, .key, .ref, .pusher, .worth, .why] | map(tostring) | join(" ")')" = \
		"rita signature $tip $(fingerprint rita) $review rita counts null" ]
	time=$(evidence review .time)
	[[ ! "$time" < "$before" && ! "$time" > "$after" ]]
	[ "$(evidence review .carrier)" = "$(on_server "$review")" ]
	[ "$(evidence qa .)" = null ]
}

@test "status says what is stale, and still by which key it was signed" {
	sign_off rita review
	sign_off quentin qa
	more_work again
	ctl status hotfix/INC-7-login
	says "review rita <rita@example.com> signed ${tip:0:10}" "by the key $(fingerprint rita)" \
		"stale: rita <rita@example.com> is for ${tip:0:10}; file changed since: stale"
	says "stale: quentin <quentin@example.com> is for ${tip:0:10}, the tip is $(git rev-parse --short=10 HEAD): stale"
	ctl status INC-7 --json
	[ "$(evidence review '.worth + " " + .key')" = "stale $(fingerprint rita)" ]
	[ "$(evidence qa '.worth + " " + .key')" = "stale $(fingerprint quentin)" ]
	[[ "$(evidence qa .why)" == *"stale" ]]
}

@test "status says what is revoked, when, and by which ref" {
	sign_off rita review
	SUFFIX=-2 MESSAGE="Revokes: $review" sign_off rita review
	accepted
	ctl status INC-7
	says "by the key $(fingerprint rita) $review pushed by rita revoked at 20" "by $review-2"
	ctl status INC-7 --json
	[ "$(evidence review '[.worth, .revoked_by, .key] | join(" ")')" = "revoked $review-2 $(fingerprint rita)" ]
	[[ "$(evidence review .revoked)" > "$(evidence review .time)" || "$(evidence review .revoked)" = "$(evidence review .time)" ]]
	[ "$(value '.[0].signoffs[0].evidence | length')" = 1 ]
}

@test "status says who is one too many, and who left the role or the signers since" {
	sign_off rita review
	sign_off paul review
	ctl status INC-7 --json
	[ "$(value '[.[0].signoffs[0].evidence[].worth] | sort | join(" ")')" = "counts spare" ]
	REVIEWERS=paul configure_signatures
	ctl status INC-7
	says "does not count: rita <rita@example.com> is not in the role reviewer"
	configure_signatures
	: >"$ROOT/signers"
	allow paul@example.com paul
	ctl status INC-7
	says "does not count: $review: its key is not among the allowed signers"
	ctl status INC-7 --json
	[ "$(value '[.[0].signoffs[0].evidence[] | .person + "=" + .worth] | sort | join(" ")')" = \
		"paul=counts rita=does not count" ]
}

@test "status shows trailers and who pushed them" {
	configure </dev/null
	sign rita Reviewed-by
	carrier=$(on_server refs/heads/hotfix/INC-7-login)
	ctl status INC-7
	says "review rita <rita@example.com> signed ${tip:0:10} at 20" "by a trailer on ${carrier:0:10} pushed by rita counts"
	ctl status INC-7 --json
	[ "$(evidence review '[.evidence, .carrier, .key, .ref] | map(tostring) | join(" ")')" = "trailer $carrier null null" ]
}

@test "status shows pushed refs" {
	REVIEW="evidence = pusher" configure </dev/null
	push_as rita "$tip:$review"
	accepted
	ctl status INC-7
	says "review rita <rita@example.com> signed ${tip:0:10} at 20" "$review pushed by rita counts"
	ctl status INC-7 --json
	[ "$(evidence review '[.evidence, .key, .ref, .worth] | map(tostring) | join(" ")')" = "pusher null $review counts" ]
}

@test "without an argument status asks for no details" {
	sign_off rita review
	ctl status --json
	[ "$(value '.hotfixes[0].signoffs[0].people[0]')" = rita ]
	[ "$(value '.hotfixes[0].signoffs[0] | has("evidence")')" = false ]
}

@test "status and explain verify without keeping anything in the state" {
	sign_off rita review
	sign_off quentin qa
	sqlite3 "$SERVER/hotfix.sqlite" 'delete from verified'
	merge_hotfix
	git push -q "$SERVER" main:refs/heads/unlooked-at
	ctl status INC-7
	says counts
	ctl explain main main "$(git rev-parse main)" --as olga
	[ "$status" -eq 0 ]
	[ "$(sqlite3 "$SERVER/hotfix.sqlite" 'select count(*) from verified')" = 0 ]
	ctl explain "$review-7" 0 "$(on_server "$review")" --as rita
	[ "$(sqlite3 "$SERVER/hotfix.sqlite" 'select count(*) from verified')" = 0 ]
	push_as olga main
	accepted
	[ "$(sqlite3 "$SERVER/hotfix.sqlite" 'select count(*) from verified')" = 2 ]
}
