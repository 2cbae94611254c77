# The shapes of a landing, each with a push that passes and pushes that do not (hotfix-hooks(7), LANDINGS).
load library

setup() {
	server
	configure
	start_production
}

# A new server for the same clone.
server_again() {
	local clone=$CLONE
	mkdir "$BATS_TEST_TMPDIR/again"
	BATS_TEST_TMPDIR=$BATS_TEST_TMPDIR/again server
	cd "$clone" || return 1
	CLONE=$clone
	git remote set-url origin "$SERVER"
	shapes_only
}

# Without sign-offs, for tests that are about shapes alone.
shapes_only() {
	NO_REVIEW=1 NO_QA=1 configure
}

pushed_hotfix() { # NAME
	branch "hotfix/$1"
	work "fix $1"
	push_as dave "hotfix/$1"
	accepted
	git fetch -q origin
}

@test "merge: a signed hotfix lands as a merge with its tip's tree" {
	signed_hotfix
	merge_hotfix
	push_as dave main
	accepted
	says "merge on main: hotfix/INC-7-login" "review rita" "qa quentin"
	[ "$(on_server main)" = "$(git rev-parse HEAD)" ]
}

@test "merge: without sign-offs it is refused, and says what is missing" {
	pushed_hotfix INC-7-login
	merge_hotfix
	push_as dave main
	refused signoff-review "missing 1 of 1" "git push origin HEAD:refs/heads/hotfix/INC-7-login"
	refused signoff-qa "Tested-by"
}

@test "merge: an evil merge, whose tree is not the tip's, is refused" {
	signed_hotfix
	merge_hotfix
	echo evil >>other
	git commit -q -a --amend --no-edit
	push_as dave main
	refused landing "does not have the tree of hotfix/INC-7-login"
}

@test "merge: the tip of a branch that is no hotfix is refused" {
	shapes_only
	branch feature
	work feature
	push_as dave feature
	accepted
	git switch -q -C main origin/main
	git merge -q --no-ff -m merge feature
	push_as dave main
	refused landing "is not the tip of a hotfix branch on the server"
}

@test "merge: a commit below the branch's tip is refused" {
	shapes_only
	branch hotfix/INC-7-login
	work one
	work two
	push_as dave hotfix/INC-7-login
	git switch -q -C main origin/main
	git merge -q --no-ff -m merge 'hotfix/INC-7-login~1'
	push_as dave main
	refused landing "is not the tip of a hotfix branch on the server"
}

@test "merge: with its parents swapped is refused" {
	shapes_only
	pushed_hotfix INC-7-login
	commit=$(git commit-tree -p hotfix/INC-7-login -p origin/main -m swapped 'hotfix/INC-7-login^{tree}')
	push_as dave "$commit:refs/heads/main"
	refused landing "changes nothing"
}

@test "merge: an octopus is refused" {
	shapes_only
	pushed_hotfix INC-7-login
	branch hotfix/INC-8-other origin/main
	work other-fix other
	push_as dave hotfix/INC-8-other
	git switch -q -C main origin/main
	git merge -q --no-ff -m octopus hotfix/INC-7-login hotfix/INC-8-other
	push_as dave main
	refused landing "octopus"
}

@test "merge: a branch that is behind production is refused until it is brought up to date" {
	shapes_only
	pushed_hotfix INC-7-login
	branch hotfix/INC-8-other origin/main
	work other-fix other
	push_as dave hotfix/INC-8-other
	merge_hotfix INC-8-other
	push_as dave main
	accepted
	merge_hotfix INC-7-login
	push_as dave main
	refused landing "does not hold the production tip" "git merge origin/main"
	git switch -q hotfix/INC-7-login
	git merge -q -m update origin/main
	push_as dave hotfix/INC-7-login
	accepted
	merge_hotfix INC-7-login
	push_as dave main
	accepted
}

@test "merge: the branch must be on the server before the push that lands it" {
	shapes_only
	branch hotfix/INC-7-login
	work fix
	git switch -q -C main origin/main
	git merge -q --no-ff -m merge hotfix/INC-7-login
	push_as dave hotfix/INC-7-login main
	refused landing "hotfix/INC-7-login must be on the server before the push that lands it"
	push_as dave hotfix/INC-7-login
	accepted
	push_as dave main
	accepted
}

@test "merge: the push that lands a branch may not move it" {
	shapes_only
	pushed_hotfix INC-7-login
	merge_hotfix
	git switch -q hotfix/INC-7-login
	work more
	push_as dave main hotfix/INC-7-login
	refused landing-same-push "this push changes it too"
}

@test "merge: the push that lands a branch may not delete it" {
	shapes_only
	pushed_hotfix INC-7-login
	merge_hotfix
	push_as dave main :hotfix/INC-7-login
	refused landing-same-push
	push_as dave main
	accepted
	push_as dave :hotfix/INC-7-login
	accepted
}

@test "merge: a commit that contradicts the incident of its branch is refused" {
	shapes_only
	pushed_hotfix INC-7-login
	git switch -q -C main origin/main
	git merge -q --no-ff -m "Merge" -m "Incident: INC-9" hotfix/INC-7-login
	push_as dave main
	refused incident "Incident: INC-9"
}

@test "fast-forward: production moves to the tip of a hotfix branch" {
	shapes_only
	branch hotfix/INC-7-login
	work one
	work two
	push_as dave hotfix/INC-7-login
	push_as dave hotfix/INC-7-login:main
	accepted
	says "fast-forward on main: hotfix/INC-7-login"
}

@test "fast-forward: to a commit below the tip is refused" {
	shapes_only
	branch hotfix/INC-7-login
	work one
	work two
	push_as dave hotfix/INC-7-login
	push_as dave hotfix/INC-7-login~1:main
	refused landing "is on hotfix/INC-7-login, but is not its tip"
}

@test "fast-forward: where the old tip is not on the first-parent line it needs a merge" {
	shapes_only
	pushed_hotfix INC-7-login
	branch hotfix/INC-8-other origin/main
	work other-fix other
	push_as dave hotfix/INC-8-other
	merge_hotfix INC-8-other
	push_as dave main
	accepted
	git fetch -q origin
	git switch -q hotfix/INC-7-login
	git merge -q -m update origin/main
	push_as dave hotfix/INC-7-login
	accepted
	push_as dave hotfix/INC-7-login:main
	refused landing "foxtrot" "git merge --no-ff"
}

@test "squash: one commit with the tip's tree and Incident: lands" {
	shapes_only
	branch hotfix/INC-7-login
	work one
	work two
	push_as dave hotfix/INC-7-login
	git switch -q -C main origin/main
	git merge -q --squash hotfix/INC-7-login
	git commit -q -m "Fix login" -m "Incident: INC-7"
	push_as dave main
	accepted
	says "squash on main: hotfix/INC-7-login"
}

@test "squash: without Incident: it is refused, and says that it needs one" {
	shapes_only
	pushed_hotfix INC-7-login
	git switch -q -C main origin/main
	git merge -q --squash hotfix/INC-7-login
	git commit -q -m "Fix login"
	push_as dave main
	refused landing 'a squash needs "Incident:"'
}

@test "squash: with another tree than the tip's it is refused" {
	shapes_only
	pushed_hotfix INC-7-login
	git switch -q -C main origin/main
	git merge -q --squash hotfix/INC-7-login
	echo evil >>other
	git add other
	git commit -q -m "Fix login" -m "Incident: INC-7"
	push_as dave main
	refused landing "does not have the tree of hotfix/INC-7-login"
}

@test "squash: needs the sign-offs of its branch" {
	signed_hotfix
	git switch -q -C main origin/main
	git merge -q --squash origin/hotfix/INC-7-login
	git commit -q -m "Fix login" -m "Incident: INC-7"
	push_as dave main
	accepted
	says "review rita" "qa quentin"
}

@test "squash: of an unsigned branch is refused" {
	pushed_hotfix INC-7-login
	git switch -q -C main origin/main
	git merge -q --squash hotfix/INC-7-login
	git commit -q -m "Fix login" -m "Incident: INC-7"
	push_as dave main
	refused signoff-review
}

@test "squash: of several branches for one incident, any that passes suffices" {
	pushed_hotfix INC-7-first
	branch hotfix/INC-7-second hotfix/INC-7-first
	push_as dave hotfix/INC-7-second
	sign rita Reviewed-by hotfix/INC-7-second
	sign quentin Tested-by hotfix/INC-7-second
	git switch -q -C main origin/main
	git merge -q --squash origin/hotfix/INC-7-second
	git commit -q -m "Fix login" -m "Incident: INC-7"
	push_as dave main
	accepted
	says "hotfix/INC-7-second"
}

@test "an old hotfix that has landed cannot be replayed by a merge" {
	shapes_only
	pushed_hotfix INC-7-login
	merge_hotfix
	push_as dave main
	accepted
	git fetch -q origin
	commit=$(git commit-tree -p origin/main -p hotfix/INC-7-login -m replay 'hotfix/INC-7-login~1^{tree}')
	push_as dave "$commit:refs/heads/main"
	refused landing "is on production already"
}

@test "an old hotfix cannot be replayed by a squash: it would roll production back" {
	shapes_only
	pushed_hotfix INC-7-login
	merge_hotfix
	push_as dave main
	pushed_hotfix INC-8-next
	merge_hotfix INC-8-next
	push_as dave main
	accepted
	git fetch -q origin
	commit=$(git commit-tree -p origin/main -m replay -m "Incident: INC-7" 'hotfix/INC-7-login^{tree}')
	push_as dave "$commit:refs/heads/main"
	[ "$status" -ne 0 ]
	[ "$refs_before" = "$refs_after" ]
}

@test "a commit of its own on production is refused, with the way through a hotfix branch" {
	git switch -q -C main origin/main
	work direct
	push_as dave main
	refused landing "is on no hotfix branch on the server" ":refs/heads/hotfix/<incident>-<slug>"
}

@test "a landing with production's own tree is refused" {
	shapes_only
	branch hotfix/INC-7-login
	git commit -q --allow-empty -m nothing
	push_as dave hotfix/INC-7-login
	push_as dave hotfix/INC-7-login:main
	refused landing "changes nothing"
}

@test "several landings in one push are each judged and announced" {
	shapes_only
	pushed_hotfix INC-7-login
	merge_hotfix
	git branch hotfix/INC-8-next main
	git switch -q hotfix/INC-8-next
	work next other
	push_as dave hotfix/INC-8-next
	git fetch -q origin
	git switch -q main
	git merge -q --no-ff -m "Merge next" hotfix/INC-8-next
	push_as dave main
	accepted
	says "hotfix/INC-7-login" "hotfix/INC-8-next"
	[ "$(events | grep -c 'hotfix.merged')" -eq 2 ]
}

@test "of several landings in one push, one that fails refuses all" {
	shapes_only
	pushed_hotfix INC-7-login
	merge_hotfix
	work direct other
	push_as dave main
	refused landing "is on no hotfix branch"
}

@test "production is judged by what the push brings, not by which objects are new to the server" {
	shapes_only
	branch parked
	work parked
	push_as dave parked
	accepted
	push_as dave parked:main
	refused landing "is on no hotfix branch"
}

@test "a rewind is refused, and shown how to roll back" {
	shapes_only
	pushed_hotfix INC-7-login
	merge_hotfix
	push_as dave main
	accepted
	push_as dave +main~1:main
	refused landing "production never goes back" "git read-tree"
}

@test "another history is refused" {
	git switch -q --orphan elsewhere
	work elsewhere file
	push_as dave +elsewhere:main
	refused landing "production never loses a commit"
}

@test "deleting production is refused" {
	push_as olga :main
	[ "$status" -ne 0 ]
	[ -n "$(on_server refs/heads/main)" ]
	says "production-delete"
}

@test "a rebase never fits" {
	signed_hotfix
	git switch -q -C main origin/main
	git -c user.name=x cherry-pick --no-commit hotfix/INC-7-login
	git commit -q -m "rebased"
	push_as dave main
	refused landing "a rebase makes new commits and never fits"
}

@test "a tag object, a tree and a blob are no production" {
	git tag -a -m tag v1 origin/main
	push_as dave v1:refs/heads/main
	[ "$status" -ne 0 ]
	[ "$refs_before" = "$refs_after" ]
}

@test "the claimed old value must be the ref as it is" {
	shapes_only
	pushed_hotfix INC-7-login
	merge_hotfix
	old=$(git rev-parse hotfix/INC-7-login)
	status=0
	output=$(cd "$SERVER" && printf '%s %s refs/heads/main\n' "$old" "$(git -C "$CLONE" rev-parse main)" |
		GIT_DIR=. GL_USER=dave hooks/pre-receive 2>&1) || status=$?
	refs_before=x refs_after=x
	refused stale "git fetch origin"
}

@test "ordinary: the tip of an allow-from branch lands without sign-offs, by the allow-by role" {
	PRODUCTION=$'branch = refs/heads/main\nallow-from = refs/heads/release/*\nallow-by = release' configure
	branch release/1
	work feature
	push_as olga release/1
	accepted
	push_as olga release/1:main
	accepted
	says "ordinary on main: release/1"
	[ "$(events | tail -n 1)" = production.released ]
}

@test "ordinary: a merge with the tip's tree lands too" {
	PRODUCTION=$'branch = refs/heads/main\nallow-from = refs/heads/release/*\nallow-by = release' configure
	branch release/1
	work feature
	push_as olga release/1
	git switch -q -C main origin/main
	git merge -q --no-ff -m "Release 1" release/1
	push_as olga main
	accepted
}

@test "ordinary: a pusher outside the allow-by role is refused" {
	PRODUCTION=$'branch = refs/heads/main\nallow-from = refs/heads/release/*\nallow-by = release' configure
	branch release/1
	work feature
	push_as olga release/1
	push_as dave release/1:main
	refused allow-by "dave may not land release/1"
}

@test "only the allow-by role creates, moves or deletes an allow-from branch" {
	PRODUCTION=$'branch = refs/heads/main\nallow-from = refs/heads/release/*\nallow-by = release' configure
	branch release/1
	work feature
	push_as dave release/1
	refused allow-from "only the role release may"
	push_as olga release/1
	accepted
	work more
	push_as dave release/1
	refused allow-from
	push_as dave :release/1
	refused allow-from
	push_as olga :release/1
	accepted
}

@test "rollback: one commit with the tree of an earlier production, by the rollback role" {
	shapes_only
	pushed_hotfix INC-7-login
	merge_hotfix
	push_as dave main
	commit=$(git commit-tree -p main -m "Roll back" 'main~1^{tree}')
	push_as dave "$commit:refs/heads/main"
	refused rollback "dave may not roll back"
	push_as olga "$commit:refs/heads/main"
	accepted
	says "rollback on main"
	[ "$(events | tail -n 1)" = production.rolled_back ]
}

@test "rollback: to a tree that production never had is refused" {
	shapes_only
	branch hotfix/INC-7-login
	work one
	work two
	push_as dave hotfix/INC-7-login
	merge_hotfix
	push_as dave main
	commit=$(git commit-tree -p main -m "Roll back" 'hotfix/INC-7-login~1^{tree}')
	push_as olga "$commit:refs/heads/main"
	refused landing
}

@test "rollback: beyond the depth is refused" {
	shapes_only
	DEPTH=1 NO_REVIEW=1 NO_QA=1 configure
	for n in 1 2; do
		pushed_hotfix "INC-$n-x"
		merge_hotfix "INC-$n-x"
		push_as dave main
		accepted
	done
	commit=$(git commit-tree -p main -m "Roll back" 'main~2^{tree}')
	push_as olga "$commit:refs/heads/main"
	refused landing
	commit=$(git commit-tree -p main -m "Roll back" 'main~1^{tree}')
	push_as olga "$commit:refs/heads/main"
	accepted
}

@test "rollback: a push may land a hotfix and undo it, and its landings count for the depth" {
	shapes_only
	DEPTH=1 NO_REVIEW=1 NO_QA=1 configure
	pushed_hotfix INC-1-x
	merge_hotfix INC-1-x
	push_as dave main
	accepted
	pushed_hotfix INC-2-x
	merge_hotfix INC-2-x
	commit=$(git commit-tree -p main -m "Roll back too far" 'main~2^{tree}')
	push_as olga "$commit:refs/heads/main"
	refused landing
	commit=$(git commit-tree -p main -m "Roll back" 'main~1^{tree}')
	push_as olga "$commit:refs/heads/main"
	accepted
	says "merge on main: hotfix/INC-2-x" "rollback on main"
}

@test "rollback: to what was before the first push of production is refused" {
	shapes_only
	branch history
	printf 'two\n' >>file
	git commit -qam second
	server_again
	push_as dave history:main
	accepted
	commit=$(git commit-tree -p history -m "Roll back" 'history~1^{tree}')
	push_as olga "$commit:refs/heads/main"
	refused landing
}

@test "after a rollback the hotfix comes back by a revert on its branch" {
	shapes_only
	pushed_hotfix INC-7-login
	merge_hotfix
	push_as dave main
	accepted
	commit=$(git commit-tree -p main -m "Roll back" 'main~1^{tree}')
	push_as olga "$commit:refs/heads/main"
	accepted
	git fetch -q origin
	git switch -q hotfix/INC-7-login
	git merge -q -m update origin/main
	git revert --no-edit "$commit" >/dev/null
	push_as dave hotfix/INC-7-login
	accepted
	merge_hotfix
	push_as dave main
	accepted
}
