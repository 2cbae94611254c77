# Sign-offs that somebody would carry over to where they were not given: to own work, to another branch, to another
# incident, to a second landing (hotfix-hooks(7), SIGN-OFFS).
load library

setup() {
	server
	configure
	start_production
}

@test "own work is not reviewed by landing the commit itself as if it were a squash" {
	local work
	be rita
	branch hotfix/INC-7-login
	echo fix >>file
	git commit -q -a -m fix --trailer "Incident: INC-7"
	work=$(git rev-parse HEAD)
	be dave
	push_as dave hotfix/INC-7-login
	sign rita Reviewed-by
	sign quentin Tested-by
	push_as dave "$work:refs/heads/main"
	refused landing "is on hotfix/INC-7-login, but is not its tip" "git merge --no-ff origin/hotfix/INC-7-login"
	merge_hotfix
	push_as dave main
	refused signoff-review "rita <rita@example.com> did some of the work: wrote"
	sign paul Reviewed-by
	merge_hotfix
	push_as dave main
	accepted
	says "review paul" "qa quentin"
}

# Lands the signed hotfix as a squash, rolls it back, and brings the same change back above the rollback, as $again.
rolled_back() {
	QA='binds = change' configure </dev/null
	sed -i '/^binds = commit$/d' "$SERVER/hotfix.ini"
	signed_hotfix
	git fetch -q origin
	git switch -q -C main origin/main
	git merge -q --squash origin/hotfix/INC-7-login >/dev/null
	git commit -q -m Fix --trailer "Incident: INC-7"
	push_as dave main
	accepted
	git read-tree -u --reset main~1
	git commit -q -m "Roll back"
	push_as olga main
	accepted
	git fetch -q origin
	git switch -q -C again origin/hotfix/INC-7-login
	git merge -q -s ours -m again origin/main
	again=$(git rev-parse again)
}

land_again() { # merges $again, whose tree is the fix, into production
	local landing
	landing=$(git commit-tree -p origin/main -p "$again" -m "Land again" "$again^{tree}")
	push_as dave "$landing:refs/heads/main"
}

@test "what was rolled back does not land again by the sign-offs that it landed by" {
	rolled_back
	push_as dave again:refs/heads/hotfix/INC-7-login
	accepted
	land_again
	refused signoff-review "rita <rita@example.com> signed before the last landing of this branch: used up"
	refused signoff-qa "used up"
	sign rita Reviewed-by
	sign quentin Tested-by
	again=$(git rev-parse origin/hotfix/INC-7-login)
	land_again
	accepted
}

@test "nor by another branch of the same commits" {
	rolled_back
	push_as dave again:refs/heads/hotfix/INC-8-other
	accepted
	land_again
	refused signoff-review "signed before the last landing of hotfix/INC-7-login: used up"
	refused signoff-qa "used up"
	sign rita Reviewed-by hotfix/INC-8-other
	sign quentin Tested-by hotfix/INC-8-other
	again=$(git rev-parse origin/hotfix/INC-8-other)
	land_again
	accepted
	says "hotfix/INC-8-other" "review rita" "qa quentin"
}

with_triage() {
	configure <<-INI
		[role "product"]
		member = paul
		[signoff "triage"]
		trailer = Triaged-by
		role = product
	INI
	branch hotfix/INC-7-login
	work fix
	push_as dave hotfix/INC-7-login
	sign paul Triaged-by
}

@test "a triage is for the incident of the branch that it was given on" {
	with_triage
	git switch -q -c hotfix/INC-8-other origin/hotfix/INC-7-login
	work more
	push_as dave hotfix/INC-8-other
	accepted
	sign rita Reviewed-by hotfix/INC-8-other
	sign quentin Tested-by hotfix/INC-8-other
	merge_hotfix INC-8-other
	push_as dave main
	refused signoff-triage "paul <paul@example.com> signed on hotfix/INC-7-login, for another incident"
	sign paul Triaged-by hotfix/INC-8-other
	sign quentin Tested-by hotfix/INC-8-other
	merge_hotfix INC-8-other
	push_as dave main
	accepted
	says "triage paul"
}

@test "a triage holds for another branch of the same incident" {
	with_triage
	git switch -q -c hotfix/INC-7-second origin/hotfix/INC-7-login
	work more
	push_as dave hotfix/INC-7-second
	sign rita Reviewed-by hotfix/INC-7-second
	sign quentin Tested-by hotfix/INC-7-second
	merge_hotfix INC-7-second
	push_as dave main
	accepted
	says "triage paul"
}

@test "who joins two sign-off commits by a merge did none of the work" {
	local mine
	branch hotfix/INC-7-login
	work fix
	push_as dave hotfix/INC-7-login
	be rita
	git switch -q --detach hotfix/INC-7-login
	git commit -q --allow-empty -m review --trailer "Reviewed-by: rita <rita@example.com>"
	mine=$(git rev-parse HEAD)
	be dave
	git switch -q hotfix/INC-7-login
	sign quentin Tested-by
	be rita
	git switch -q --detach "$mine"
	git merge -q -m Merge origin/hotfix/INC-7-login
	push_as rita HEAD:refs/heads/hotfix/INC-7-login
	accepted
	be dave
	git switch -q hotfix/INC-7-login
	merge_hotfix
	push_as dave main
	accepted
	says "review rita" "qa quentin"
}

@test "a plain ref on the tip signs the work below its sign-off commits" {
	local tip
	QA='evidence = pusher' configure </dev/null
	branch hotfix/INC-7-login
	work fix
	push_as dave hotfix/INC-7-login
	sign rita Reviewed-by
	tip=$(git rev-parse origin/hotfix/INC-7-login)
	push_as quentin "$tip:refs/signoffs/INC-7-login/qa/quentin-${tip:0:10}"
	accepted
	says "ready to land"
	sign paul Reviewed-by
	merge_hotfix
	push_as dave main
	accepted
	says "qa quentin"
}

@test "a plain ref does not make its pusher the one who pushed the work" {
	local tip
	QA='evidence = pusher' configure </dev/null
	branch hotfix/INC-7-login
	be mallory
	work fix
	be dave
	push_as dave hotfix/INC-7-login
	sign dave Reviewed-by
	rm "$SERVER"/hotfix.sqlite*
	tip=$(git rev-parse origin/hotfix/INC-7-login)
	push_as quentin "$tip:refs/signoffs/INC-7-login/qa/quentin-${tip:0:10}"
	accepted
	merge_hotfix
	push_as dave main
	refused own-work "the server does not know who first pushed" "hotfixctl adopt hotfix/INC-7-login PERSON"
}
