# Sign-offs by who pushes them: [signoff "..."] evidence = pusher (hotfix-hooks(7), SIGN-OFFS).
load library
load signatures

setup() {
	server
	REVIEW="evidence = pusher" QA="evidence = pusher" configure
	start_production
	pushed_hotfix
}

# PERSON SIGNOFF [COMMIT]: a plain ref, pushed by PUSHER or that person.
point_at() {
	ref=refs/signoffs/$(rest_of "$@")
	push_as "${PUSHER-$1}" "${3-origin/hotfix/INC-7-login}:$ref"
}

# PERSON REF: an annotated tag that revokes REF, pushed beside it.
revoke_plainly() {
	local rest=${2#refs/signoffs/}-9
	git tag -f -a -m "Revokes: $2" "signoff/$rest" origin/hotfix/INC-7-login >/dev/null
	push_as "${PUSHER-$1}" "refs/tags/signoff/$rest:refs/signoffs/${rest/rita-/$1-}"
}

@test "a plain ref by the person counts" {
	point_at rita review
	accepted
	says "rita <rita@example.com> signed"
	point_at quentin qa
	accepted
	says "ready to land"
	land
	landed
	says "review rita" "qa quentin"
	[ "$(events | tr '\n' ' ')" = "production.released hotfix.opened hotfix.signed_off hotfix.signed_off hotfix.ready hotfix.merged " ]
}

@test "the refusal prints the command, and it does what it says" {
	local command
	land
	refused signoff-review "git push origin $(git rev-parse origin/hotfix/INC-7-login):refs/signoffs/INC-7-login/review/PERSON-"
	command=$(printf '%s\n' "$output" | grep -o 'git push origin [0-9a-f]\{40\}:refs/signoffs/INC-7-login/review/PERSON.*')
	GL_USER=rita sh -c "${command/PERSON/rita}"
	[ -n "$(on_server "refs/signoffs/$(rest_of rita review)")" ]
}

@test "somebody else in that person's name" {
	PUSHER=paul point_at rita review
	refused signoff-ref "it was pushed by somebody else"
	PUSHER=dave point_at rita review
	refused signoff-ref "it was pushed by somebody else"
	PUSHER=nobody point_at rita review
	refused signoff-ref "it was pushed by somebody else"
}

@test "a person whom the configuration does not know" {
	REVIEWERS='*' REVIEW="evidence = pusher" QA="evidence = pusher" configure
	point_at eve review
	refused signoff-ref "it was pushed by somebody else"
}

@test "the author's own, and somebody outside the role" {
	point_at dave review
	refused signoff-ref "did some of the work"
	point_at quentin review
	refused signoff-ref "is not in the role reviewer"
}

@test "a tree, a blob, a tag" {
	point_at rita review 'origin/hotfix/INC-7-login' >/dev/null
	accepted
	push_as paul "$(git rev-parse 'origin/hotfix/INC-7-login^{tree}'):refs/signoffs/$(rest_of paul review)"
	refused signoff-ref "it is not on a commit"
	push_as paul "$(git rev-parse origin/hotfix/INC-7-login:file):refs/signoffs/$(rest_of paul review)"
	refused signoff-ref "it is not on a commit"
	git tag -a -m "Reviewed-by: paul <paul@example.com>" "signoff/$(rest_of paul review)" origin/hotfix/INC-7-login
	push_as paul "refs/tags/signoff/$(rest_of paul review):refs/signoffs/$(rest_of paul review)"
	refused signoff-ref "it is not on a commit"
	git tag -a -m "Revokes: refs/signoffs/$(rest_of rita review)" tree 'origin/hotfix/INC-7-login^{tree}'
	push_as rita "refs/tags/tree:refs/signoffs/$(rest_of rita review)-4"
	refused signoff-ref "it is not on a commit"
}

@test "another commit than the name says" {
	push_as rita "origin/hotfix/INC-7-login:refs/signoffs/$(rest_of rita review origin/main)"
	refused signoff-ref "its name says another commit"
}

@test "a commit that never was on the branch, and a new one" {
	git switch -q --detach origin/hotfix/INC-7-login
	work elsewhere
	point_at rita review HEAD
	refused signoff-ref "is not on hotfix/INC-7-login, and never was"
}

@test "a commit that came to another branch first, was on this one, and is on it no more" {
	local was
	was=$(git rev-parse origin/hotfix/INC-7-login)
	git switch -q --detach "$was"
	work below
	work above
	push_as dave HEAD:refs/heads/hotfix/INC-55-other
	accepted
	point_at rita review HEAD~1
	refused signoff-ref "is not on hotfix/INC-7-login, and never was"
	push_as dave HEAD:refs/heads/hotfix/INC-7-login
	accepted
	push_as dave "+$was:refs/heads/hotfix/INC-7-login"
	accepted
	point_at rita review HEAD~1
	accepted
}

@test "moved, and deleted" {
	point_at rita review
	accepted
	push_as rita ":$ref"
	refused signoff-ref "never moved and never deleted"
	push_as rita "+origin/main:$ref"
	refused signoff-ref "never moved and never deleted"
}

@test "revoked by who gave it" {
	point_at rita review
	accepted
	point_at quentin qa
	accepted
	revoke_plainly rita "refs/signoffs/$(rest_of rita review)"
	accepted
	land
	refused signoff-review "revoked"
	[ "$(events | tail -n 2 | tr '\n' ' ')" = "hotfix.ready hotfix.revoked " ]
}

@test "revoked by somebody else" {
	point_at rita review
	accepted
	PUSHER=paul revoke_plainly rita "$ref"
	refused signoff-ref "it was pushed by somebody else"
	revoke_plainly paul "$ref"
	refused signoff-ref "only who signed it, and the revoke role, may revoke it"
	printf '[signature]\nrevoke = release\n' | REVIEW="evidence = pusher" QA="evidence = pusher" configure
	revoke_plainly olga "$ref"
	accepted
	land
	refused signoff-review "revoked"
}

@test "a sign-off and the landing in one push" {
	point_at quentin qa
	be olga
	merge_hotfix
	be dave
	push_as rita main "origin/hotfix/INC-7-login:refs/signoffs/$(rest_of rita review)"
	refused signoff-review "missing 1 of 1"
}

@test "a ref that no push made counts for nobody" {
	point_at quentin qa
	git -C "$SERVER" update-ref "refs/signoffs/$(rest_of rita review)" refs/heads/hotfix/INC-7-login
	land
	refused signoff-review "the server does not know who pushed it"
}

@test "after the state was lost, nobody knows who pushed what" {
	point_at quentin qa
	point_at rita review
	rm "$SERVER"/hotfix.sqlite*
	land
	refused signoff-review "the server does not know who pushed it"
	says signoff-qa
}

@test "a push that failed does not lend its pusher to the next one" {
	rm "$SERVER/hooks/update"
	printf '#!/bin/sh\nexit 1\n' >"$SERVER/hooks/update"
	chmod +x "$SERVER/hooks/update"
	point_at rita review
	[ "$status" -ne 0 ]
	ln -sf "$HOTFIX_PREFIX/libexec/hotfix/update" "$SERVER/hooks/update"
	PUSHER=paul point_at rita review
	refused signoff-ref "it was pushed by somebody else"
	point_at rita review
	accepted
	point_at quentin qa
	accepted
	land
	landed
}

@test "pushing sign-offs does not make anybody a worker" {
	point_at rita review
	point_at rita qa
	accepted
	point_at paul review
	accepted
	land
	landed
	says "review paul" "qa rita"
}
