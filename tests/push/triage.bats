#!/usr/bin/env bats
# Triage: the product owner says how severe an incident is, once for the life of the hotfix.

load library
load signatures

setup() {
	server
}

# SIGNOFF-LINES from standard input, else nothing more
with_triage() {
	{
		printf '[signoff "triage"]\ntrailer = Triaged-by\nrole = release\nseverities = critical, Major\n'
		cat
	} | configure
	start_production
}

triaged() { # LINE…: olga's sign-off commit, with these trailers, on hotfix/INC-7-login
	sign_with_trailers olga "Triaged-by: Olga <olga@example.com>" "$@"
}

sign_with_trailers() { # PERSON TRAILER…
	local person=$1
	shift
	on_hotfix
	be "$person"
	git commit -q --allow-empty -m 'Sign off' -m "$(printf '%s\n' "$@")"
	push_as "$person" HEAD:refs/heads/hotfix/INC-7-login
	be dave
	git fetch -q origin
}

body_of() { # TYPE FILTER: of the newest event of that type
	sqlite3 "$SERVER/hotfix.sqlite" "select body from event where type = '$1' order by number desc limit 1" | jq -r "$2"
}

@test "without a Severity a triage does not count, and what to write is said" {
	with_triage </dev/null
	pushed_hotfix
	triaged
	accepted
	says "2 triage missing 1 of 1, by the role release" \
		'olga <olga@example.com> does not say "Severity:", once, and one of critical, Major' \
		"next:" "# SEVERITY is one of: critical, Major" "--trailer 'Severity: SEVERITY' \\"
	sign rita Reviewed-by
	sign quentin Tested-by
	land
	refused signoff-triage 'does not say "Severity:"' "--trailer 'Severity: SEVERITY' \\"
}

@test "a severity that is none of the configured ones does not count" {
	with_triage </dev/null
	pushed_hotfix
	triaged "Severity: minor"
	accepted
	says 'olga <olga@example.com> says "Severity: minor", which must be one of critical, Major'
}

@test "two severities on one commit count for none" {
	with_triage </dev/null
	pushed_hotfix
	triaged "Severity: critical" "Severity: major"
	accepted
	says 'does not say "Severity:", once'
}

@test "a severity on another commit than the sign-off does not count" {
	with_triage </dev/null
	branch hotfix/INC-7-login
	printf 'fix\n' >>file
	git commit -qam fix -m "Severity: critical"
	push_as dave hotfix/INC-7-login
	git fetch -q origin
	triaged
	accepted
	says "2 triage missing 1 of 1"
}

@test "the severity is spelt as it is configured, in checklist, record, events and status" {
	with_triage </dev/null
	pushed_hotfix
	[ "$(body_of hotfix.opened .hotfix.severity)" = null ]
	triaged "severity: MAJOR"
	accepted
	says "2 triage olga <olga@example.com> signed" ", Major"
	[ "$(body_of hotfix.updated .hotfix.severity)" = Major ]
	more_work more
	says "2 triage olga <olga@example.com> signed"
	sign rita Reviewed-by
	sign quentin Tested-by
	[ "$(body_of hotfix.ready .hotfix.severity)" = Major ]
	[ "$("$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" status INC-7 --json | jq -r '.[0].severity')" = Major ]
	land
	landed
	[ "$(body_of hotfix.merged .hotfix.severity)" = Major ]
	[ "$(sqlite3 "$SERVER/hotfix.sqlite" "select severity from landing where kind = 'merge'")" = Major ]
}

@test "the latest triage says how severe it is" {
	with_triage </dev/null
	pushed_hotfix
	triaged "Severity: major"
	triaged "Severity: critical"
	sign rita Reviewed-by
	sign quentin Tested-by
	land
	landed
	[ "$(body_of hotfix.merged .hotfix.severity)" = critical ]
}

@test "the printed commands give the triage, once SEVERITY is filled in" {
	with_triage </dev/null
	pushed_hotfix
	more_work more
	git config user.name Olga
	git config user.email olga@example.com
	be olga
	printf '%s\n' "$output" | sed -n '/^    # somebody in the role release/,/git push/s/^    //p' |
		sed 's/SEVERITY/critical/' >"$ROOT/commands"
	(export GL_USER=olga && sh -ex "$ROOT/commands")
	be dave
	[ "$(body_of hotfix.updated .hotfix.severity)" = critical ]
}

@test "a signed triage without a severity is refused when it is pushed, and counts with one" {
	ssh_keys olga
	with_triage <<-INI
		evidence = signature
		[signature]
		allowed-signers = $ROOT/signers
	INI
	pushed_hotfix
	tip=$(on_server refs/heads/hotfix/INC-7-login)
	rest=INC-7-login/triage/olga-${tip:0:10}
	be olga
	git -c gpg.format=ssh -c "user.signingKey=$ROOT/keys/olga.pub" tag -s -m "Triaged-by: olga <olga@example.com>" \
		"signoff/$rest" "$tip"
	push_as olga "refs/tags/signoff/$rest:refs/signoffs/$rest"
	refused signoff-ref 'does not say "Severity:", once, and one of critical, Major'
	git -c gpg.format=ssh -c "user.signingKey=$ROOT/keys/olga.pub" tag -f -s -m "Triaged-by: olga <olga@example.com>
Severity: Critical" "signoff/$rest" "$tip"
	push_as olga "refs/tags/signoff/$rest:refs/signoffs/$rest"
	accepted
	says "2 triage olga <olga@example.com> signed ${tip:0:10}, critical"
	[ "$(body_of hotfix.signed_off .hotfix.severity)" = critical ]
}

@test "git signoff writes the severity into the tag" {
	ssh_keys olga
	with_triage <<-INI
		evidence = signature
		[signature]
		allowed-signers = $ROOT/signers
	INI
	pushed_hotfix
	be olga
	git config gpg.format ssh
	git config user.signingKey "$ROOT/keys/olga.pub"
	GL_USER=olga "$HOTFIX_PREFIX/share/hotfix/git-signoff" --yes --severity=critical triage INC-7-login
	[ "$(body_of hotfix.signed_off .hotfix.severity)" = critical ]
}

@test "where severities is not set, a triage needs none" {
	printf '[signoff "triage"]\ntrailer = Triaged-by\nrole = release\n' | configure
	start_production
	pushed_hotfix
	triaged
	accepted
	says "2 triage olga <olga@example.com> signed"
}
