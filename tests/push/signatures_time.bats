# Sign-offs by signed tags, as time goes by: keys that expire, revocations, and what is kept.
load library
load signatures

setup() {
	server
	ssh_keys rita quentin paul olga
	configure_signatures
	start_production
	pushed_hotfix
}

# --- Keys ---

@test "a key that has expired when the sign-off is pushed" {
	forbid rita@example.com
	allow rita@example.com rita "valid-before=\"$(at -60)\""
	sign_off rita review
	refused signoff-ref "its key is not among the allowed signers, or was not valid then"
}

@test "a key that is not valid yet" {
	forbid rita@example.com
	allow rita@example.com rita "valid-after=\"$(at 60)\""
	sign_off rita review
	refused signoff-ref "its key is not among the allowed signers, or was not valid then"
}

@test "a key that expires between the sign-off and the landing" {
	local before
	sign_off rita review
	accepted
	before=$(at 1)
	sign_off quentin qa
	sleep 2
	forbid rita@example.com
	allow rita@example.com rita "valid-before=\"$before\""
	SUFFIX=-2 sign_off rita review
	refused signoff-ref "was not valid then"
	land
	landed
}

@test "a key that is said, afterwards, to have been invalid before the sign-off" {
	approve
	forbid rita@example.com
	allow rita@example.com rita "valid-before=\"$(at -60)\""
	land
	refused signoff-review "missing 1 of 1" "rita-$(git rev-parse --short=10 origin/hotfix/INC-7-login): its key is not among the allowed signers, or was not valid then"
}

@test "a renewed key, beside the line that has expired" {
	forbid rita@example.com
	allow rita@example.com rita "valid-before=\"$(at -60)\""
	allow rita@example.com rita
	sign_off rita review
	accepted
}

@test "an answer that was kept for a refused push does not outlive the key" {
	local begin=$SECONDS
	forbid rita@example.com
	allow rita@example.com rita "valid-before=\"$(at 10)\""
	on_hotfix
	work later other
	make_tag rita review HEAD
	push_as rita "$tag:$ref"
	refused signoff-ref "is not on hotfix/INC-7-login, and never was"
	sleep $((begin + 12 - SECONDS))
	push_as dave hotfix/INC-7-login
	accepted
	push_as rita "$tag:$ref"
	refused signoff-ref "was not valid then"
}

@test "a signer who is taken out of the signers file afterwards" {
	approve
	forbid rita@example.com
	land
	refused signoff-review "missing 1 of 1" "its key is not among the allowed signers"
	says_not signoff-qa
	allow rita@example.com rita
	land
	landed
}

@test "a signer whose key is given to somebody else afterwards" {
	approve
	forbid rita@example.com
	allow paul@example.com rita
	land
	refused signoff-review "its key belongs to paul@example.com, not to rita"
}

@test "a signer who leaves the role afterwards" {
	approve
	REVIEWERS=paul configure_signatures
	land
	refused signoff-review "rita <rita@example.com> is not in the role reviewer"
}

# --- Revoking ---

@test "a revoked sign-off does not count, and is revoked by its signer" {
	approve
	revoke rita "refs/signoffs/$(rest_of rita review)"
	accepted
	land
	refused signoff-review "missing 1 of 1" "rita <rita@example.com> signed $(git rev-parse --short=10 origin/hotfix/INC-7-login): revoked"
	says_not signoff-qa
}

@test "what is revoked cannot be pushed again, but signed anew" {
	sign_off rita review
	accepted
	sign_off quentin qa
	revoke rita "refs/signoffs/$(rest_of rita review)"
	accepted
	git update-ref -d "refs/tags/signoff/$(rest_of rita review)"
	MESSAGE="It is fine after all

Reviewed-by: rita <rita@example.com>" make_tag rita review
	push_as rita --force "$tag:$ref"
	refused signoff-ref "a sign-off is never moved and never deleted"
	SUFFIX=-2 sign_off rita review
	accepted
	land
	landed
}

@test "nobody else revokes a sign-off" {
	approve
	revoke paul "refs/signoffs/$(rest_of rita review)"
	refused signoff-ref "only who signed it, and the revoke role, may revoke it"
	KEY=paul revoke rita "refs/signoffs/$(rest_of rita review)"
	refused signoff-ref "its key belongs to paul@example.com, not to rita"
	git tag -a -m "Revokes: refs/signoffs/$(rest_of rita review)" "signoff/$(SUFFIX=-8 rest_of rita review)" origin/hotfix/INC-7-login
	push_as rita "refs/tags/signoff/$(SUFFIX=-8 rest_of rita review):refs/signoffs/$(SUFFIX=-8 rest_of rita review)"
	refused signoff-ref "it is not signed"
	land
	landed
}

@test "the revoke role revokes it, whatever becomes of its members" {
	SIGNATURE="revoke = release" configure_signatures
	approve
	revoke olga "refs/signoffs/$(rest_of rita review)"
	accepted
	forbid olga@example.com
	configure_signatures
	land
	refused signoff-review "revoked"
}

@test "a revocation names a sign-off that is there, beside it" {
	approve
	SIGNATURE="revoke = reviewer" configure_signatures
	revoke rita "refs/signoffs/$(rest_of paul review)"
	refused signoff-ref "there is no such sign-off on the server"
	git tag -d "${tag#refs/tags/}"
	MESSAGE="Revokes: refs/heads/main" SUFFIX=-3 sign_off rita review
	refused signoff-ref "a sign-off is revoked by a ref beside it"
	MESSAGE="Revokes: refs/signoffs/$(rest_of quentin qa)" SUFFIX=-4 sign_off rita review
	refused signoff-ref "a sign-off is revoked by a ref beside it"
}

@test "a revocation cannot be revoked" {
	sign_off rita review
	revoke rita "$ref"
	accepted
	SUFFIX=-10 revoke rita "$ref"
	refused signoff-ref "that is a revocation, and it holds"
}

@test "a tag that revokes two sign-offs, or one and signs another" {
	local first
	first=refs/signoffs/$(rest_of rita review)
	sign_off rita review
	SUFFIX=-2 sign_off rita review
	SUFFIX=-3 MESSAGE="Revokes: $first
Revokes: $first-2
Reviewed-by: rita <rita@example.com>" sign_off rita review
	refused signoff-ref "its message must hold one trailer \"Revokes:\""
	SUFFIX=-4 MESSAGE="Revokes: $first
Reviewed-by: rita <rita@example.com>" sign_off rita review
	accepted
	SUFFIX=-5 revoke rita "$first-2"
	accepted
	sign_off quentin qa
	land
	refused signoff-review "missing 1 of 1"
}

@test "what is revoked between pre-receive and update does not land" {
	approve
	SUFFIX=-2 MESSAGE="Revokes: $ref" make_tag quentin qa
	push_as quentin "$tag:refs/tags/later"
	accepted
	rm "$SERVER/hooks/pre-receive"
	cat >"$SERVER/hooks/pre-receive" <<-SH
		#!/bin/sh
		"$HOTFIX_PREFIX/libexec/hotfix/pre-receive" &&
			env -u GIT_QUARANTINE_PATH git update-ref "$ref" refs/tags/later
	SH
	chmod +x "$SERVER/hooks/pre-receive"
	be olga
	merge_hotfix
	refs_main=$(on_server refs/heads/main)
	push_as olga main
	[ "$status" -ne 0 ]
	says "signoff-qa" "revoked"
	[ "$(on_server refs/heads/main)" = "$refs_main" ]
}

# --- What is kept ---

@test "each signature is verified once, and again when the keys are others" {
	approve
	[ "$(sqlite3 "$SERVER/hotfix.sqlite" 'select count(distinct tag) from verified')" = 2 ]
	sqlite3 "$SERVER/hotfix.sqlite" "update verified set address = 'eve@example.com'"
	land
	refused signoff-review "its key belongs to eve@example.com"
	ssh_key eve
	allow eve@example.com eve
	land
	landed
}

@test "after the state was lost, nobody knows what a review was for" {
	approve
	rm "$SERVER"/hotfix.sqlite*
	land
	refused signoff-review "the server does not know where production was then"
}

@test "events tell of sign-offs, revocations, and that a hotfix is ready" {
	local tip body
	tip=$(git rev-parse origin/hotfix/INC-7-login)
	approve
	revoke quentin "refs/signoffs/$(rest_of quentin qa)"
	accepted
	[ "$(events | tail -n 4 | tr '\n' ' ')" = "hotfix.signed_off hotfix.signed_off hotfix.ready hotfix.revoked " ]
	body=$(sqlite3 "$SERVER/hotfix.sqlite" "select body from event where type = 'hotfix.signed_off' order by number limit 1")
	[ "$(jq -r '.type, .ref, .hotfix.incident, .hotfix.branch' <<<"$body" | tr '\n' ' ')" = \
		"hotfix.signed_off refs/signoffs/INC-7-login/review/rita-${tip:0:10} INC-7 hotfix/INC-7-login " ]
	[ "$(jq -c '.hotfix.signoffs' <<<"$body" | grep -c rita)" = 1 ]
	[ "$(jq -r '.hotfix.signoffs[0].commit' <<<"$body")" = "$tip" ]
	body=$(sqlite3 "$SERVER/hotfix.sqlite" "select body from event where type = 'hotfix.revoked'")
	[ "$(jq -r '.hotfix.signoffs[0].name, .hotfix.signoffs[0].person' <<<"$body" | tr '\n' ' ')" = "qa quentin " ]
	body=$(sqlite3 "$SERVER/hotfix.sqlite" "select body from event where type = 'hotfix.ready'")
	[ "$(jq -r '.hotfix.incident' <<<"$body")" = INC-7 ]
}

@test "git describe does not find sign-offs" {
	git tag -a -m release v1 origin/main
	push_as olga v1
	approve
	[[ $(git -C "$SERVER" describe --tags hotfix/INC-7-login) == v1-1-g* ]]
	[ -z "$(git -C "$SERVER" for-each-ref refs/tags/signoff)" ]
	git clone -q "$SERVER" "$ROOT/other"
	[ -z "$(git -C "$ROOT/other" for-each-ref refs/tags/signoff refs/signoffs)" ]
}
