# Sign-offs by signed tags, and the work that goes on: what they bind to, and what lands by them.
load library
load signatures

setup() {
	server
	ssh_keys rita quentin paul olga
	configure_signatures
	start_production
	pushed_hotfix
}

other_landing() { # lands INC-8-crash, which touches another file
	branch hotfix/INC-8-crash
	work crash other
	push_as dave hotfix/INC-8-crash
	approve INC-8-crash
	land INC-8-crash
	landed
}

bring_up_to_date() {
	on_hotfix
	git merge -q --no-edit origin/main
	[ $# -eq 0 ] || { printf '%s\n' "$1" >>file && git commit -q --amend -a --no-edit; }
	push_as dave hotfix/INC-7-login
	accepted
}

@test "a push that makes sign-offs stale says so, by name and by file" {
	local signed
	approve
	signed=$(git rev-parse --short=10 origin/hotfix/INC-7-login)
	more_work again
	says "rita <rita@example.com> is for $signed; file changed since: stale" \
		"quentin <quentin@example.com> is for $signed, the tip is $(git rev-parse --short=10 HEAD): stale"
	land
	refused signoff-review "file changed since: stale"
	says signoff-qa
	sign_off rita review
	accepted
	says "rita <rita@example.com> signed $(git rev-parse --short=10 origin/hotfix/INC-7-login)"
}

@test "bringing the branch up to date keeps the review, and asks for a test again" {
	local signed
	approve
	signed=$(git rev-parse --short=10 origin/hotfix/INC-7-login)
	other_landing
	bring_up_to_date
	says "rita <rita@example.com> signed $signed" "quentin <quentin@example.com> is for $signed, the tip is"
	land
	refused signoff-qa "missing 1 of 1"
	says_not "signoff-review"
	sign_off quentin qa
	accepted
	land
	landed
}

@test "of a branch that is brought up to date with more than that, nothing stays" {
	approve
	other_landing
	bring_up_to_date evil
	says "file changed since: stale"
	land
	refused signoff-review "file changed since: stale"
	says "signoff-qa"
}

@test "a sign-off for an older commit comes late" {
	local old
	old=$(git rev-parse origin/hotfix/INC-7-login)
	more_work again
	sign_off rita review "$old"
	accepted
	says "is for ${old:0:10}; file changed since: stale"
	more_work once other
	land
	refused signoff-review "stale"
}

@test "a test of sign-off commits that the branch has lost is one of the tip below them" {
	local tip above
	tip=$(git rev-parse origin/hotfix/INC-7-login)
	sign paul Reviewed-by
	accepted
	above=$(git rev-parse origin/hotfix/INC-7-login)
	sign_off rita review
	accepted
	sign_off quentin qa
	accepted
	push_as dave --force "$tip:refs/heads/hotfix/INC-7-login"
	accepted
	land
	landed
	says "qa quentin"
	pushed_hotfix INC-8-crash
	sign_off rita review "$above" INC-8-crash
	refused signoff-ref "is not on hotfix/INC-8-crash, and never was"
}

@test "a sign-off commit that never was on the branch is not signed" {
	git switch -q --detach origin/hotfix/INC-7-login
	git commit -q --allow-empty -m Sign --trailer "Reviewed-by: paul <paul@example.com>"
	sign_off quentin qa HEAD
	refused signoff-ref "is not on hotfix/INC-7-login, and never was"
}

@test "what a landing has used up does not land again" {
	approve
	land
	landed
	git switch -q --detach origin/main
	be olga
	git commit -q --allow-empty -m 'Roll back'
	git commit -q --amend -m 'Roll back' --allow-empty
	git read-tree -u --reset origin/main^
	git commit -q --amend -m 'Roll back' --allow-empty
	push_as olga HEAD:main
	accepted
	on_hotfix
	git fetch -q origin
	git merge -q --no-edit origin/main
	git revert --no-edit origin/main >/dev/null
	be dave
	push_as olga hotfix/INC-7-login
	accepted
	land
	refused signoff-review "rita <rita@example.com> signed before the last landing of this branch: used up"
	says "signoff-qa"
}

@test "an old hotfix replayed" {
	approve
	land
	landed
	other_landing
	git switch -q --detach origin/main
	git read-tree -u --reset origin/hotfix/INC-7-login
	git update-ref HEAD "$(git commit-tree -p origin/main -p origin/hotfix/INC-7-login -m Replay "$(git write-tree)")"
	push_as olga HEAD:main
	refused landing "is on production already"
	push_as olga "+origin/hotfix/INC-7-login:main"
	refused landing
	git branch -q hotfix/INC-9-again origin/hotfix/INC-7-login
	push_as dave hotfix/INC-9-again
	accepted
	push_as rita "refs/tags/signoff/$(rest_of rita review):refs/signoffs/$(rest_of rita review origin/hotfix/INC-7-login INC-9-again)"
	refused signoff-ref "the tag's own name is signoff/INC-7-login/review/rita-"
}

@test "two landings that race" {
	local old
	approve
	branch hotfix/INC-8-crash
	work crash other
	push_as dave hotfix/INC-8-crash
	approve INC-8-crash
	old=$(on_server refs/heads/main)
	land
	landed
	merge_hotfix INC-8-crash
	push_as olga main
	refused landing
	git switch -q -C late "$old"
	git merge -q --no-ff -m late origin/hotfix/INC-8-crash
	git push -q "$SERVER" late:refs/heads/elsewhere
	pre_receive "$old" "$(git rev-parse late)" refs/heads/main
	[ "$status" -ne 0 ]
	says "main"
	[ "$(on_server refs/heads/main)" = "$(git rev-parse origin/main)" ]
}

@test "a sign-off and the landing in one push" {
	sign_off quentin qa
	make_tag rita review
	be olga
	merge_hotfix
	push_as olga main "$tag:$ref"
	refused signoff-review "missing 1 of 1"
}

@test "a sign-off and its branch in one push" {
	branch hotfix/INC-8-crash
	work crash other
	make_tag rita review HEAD INC-8-crash
	push_as dave hotfix/INC-8-crash "$tag:$ref"
	refused signoff-ref "there is no branch hotfix/INC-8-crash on the server"
}

@test "several sign-offs in one push: the last one tells that the hotfix is ready" {
	local first
	make_tag rita review
	first=$tag:$ref
	make_tag quentin qa
	push_as dave "$first" "$tag:$ref"
	accepted
	says "ready to land"
	[ "$(sqlite3 "$SERVER/hotfix.sqlite" "select count(*) from event where type = 'hotfix.ready'")" = 1 ]
	[ "$(sqlite3 "$SERVER/hotfix.sqlite" "select count(*) from event where type = 'hotfix.signed_off'")" = 2 ]
	land
	landed
}

@test "of several sign-offs in one push one is wrong: none is taken" {
	local first
	make_tag rita review
	first=$tag:$ref
	KEY=rita make_tag quentin qa
	push_as dave "$first" "$tag:$ref"
	refused signoff-ref "its key belongs to rita@example.com, not to quentin"
}

@test "a sign-off and its revocation in one push" {
	local first
	make_tag rita review
	first=$tag:$ref
	SUFFIX=-2 MESSAGE="Revokes: $ref" make_tag rita review
	push_as rita "$first" "$tag:$ref"
	refused signoff-ref "there is no such sign-off on the server"
}
