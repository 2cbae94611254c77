#!/usr/bin/env bats
# Hotfixes are merged back: by merge, by cherry-pick, or waived (hotfix-hooks(7), BACK-MERGES).
load library
load signatures
load aftermath

setup() {
	server
	configure_backmerge
	start_production
	git push -q "$SERVER" main:refs/heads/develop # before the hooks know of any landing
	git fetch -q origin
}

# INTO (the branches), MORE (lines of [backmerge]); more sections on standard input
configure_backmerge() {
	local more=
	[ -t 0 ] || more=$(cat)
	configure <<-INI
		[backmerge]
		into = ${INTO-refs/heads/develop}
		within = 48h
		${MORE-}
		[signoff "backmerge"]
		trailer = Waived-by
		role = release
		$more
	INI
}

age() { # SECONDS: what the server remembers of back-merges is that much older
	sqlite3 "$SERVER/hotfix.sqlite" "update owed set since = since - $1"
}

owed() { # what is owed: the branches, in their order
	sqlite3 "$SERVER/hotfix.sqlite" "select branch from owed where state = 0 order by branch" | tr '\n' ' '
}

ordinary() { # [BRANCH]: dave pushes a commit to develop, and to no production
	git fetch -q origin
	git switch -q --no-track -C local "origin/${1-develop}"
	work "feature $RANDOM" elsewhere
	push_as dave "HEAD:refs/heads/${1-develop}"
}

back() { # COMMAND…: dave does this on develop, and pushes
	git fetch -q origin
	git switch -q --no-track -C local origin/develop
	"$@"
	push_as dave HEAD:refs/heads/develop
}

status() {
	"$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" status "$@"
}

due_events() {
	events | grep -c '^hotfix\.backmerge_due$' || :
}

@test "the landing says where it is to be merged back, and a merge of production does it" {
	landed_hotfix
	says "to be merged back within 2d to develop"
	[ "$(owed)" = "refs/heads/develop " ]
	ordinary
	accepted
	says_not hotfix:
	[ "$(owed)" = "refs/heads/develop " ]
	back git merge -q origin/main
	accepted
	[ "$(owed)" = "" ]
	age 999999
	ordinary
	accepted
	says_not hotfix:
	[ "$(due_events)" = 0 ]
}

@test "a merge of the hotfix branch does it too" {
	landed_hotfix
	back git merge -q origin/hotfix/INC-7-login
	accepted
	[ "$(owed)" = "" ]
}

@test "its only commit cherry-picked does it, and so does the whole merge" {
	landed_hotfix
	back git cherry-pick -x "$landing^2~2"
	accepted
	[ "$(owed)" = "" ]
	git reset -q --hard
	two_commits INC-8-cart
	[ "$(owed)" = "refs/heads/develop " ]
	back git cherry-pick -x -m 1 "$landing"
	accepted
	[ "$(owed)" = "" ]
}

two_commits() { # NAME: a landed hotfix with two commits of work
	branch "hotfix/$1" origin/main
	work "one $1"
	work "two $1" other
	push_as dave "hotfix/$1"
	sign rita Reviewed-by "hotfix/$1"
	sign quentin Tested-by "hotfix/$1"
	land "$1"
	landed
	landing=$(on_server refs/heads/main)
}

@test "of two commits both must come, in whatever pushes, and on top of other changes" {
	two_commits INC-7-login
	printf 'zero\n' | cat - file >"$ROOT/with-zero"
	back eval "cp $ROOT/with-zero file; git checkout -q origin/develop -- file; git commit -q --allow-empty -m nothing"
	back git cherry-pick -x "$landing^2~3"
	accepted
	[ "$(owed)" = "refs/heads/develop " ]
	ordinary
	back git cherry-pick -x "$landing^2~2"
	accepted
	[ "$(owed)" = "" ]
}

@test "the same change that was there before the landing counts" {
	signed_hotfix
	back git cherry-pick -x origin/hotfix/INC-7-login~2
	accepted
	land
	landed
	[ "$(owed)" = "" ]
}

@test "a cherry-pick that had conflicts is another change, and is waived with a reason" {
	git switch -q --no-track -C local origin/develop
	printf 'one, as develop has it\n' >file
	git commit -qam 'develop differs'
	push_as dave HEAD:refs/heads/develop
	landed_hotfix
	back eval 'git cherry-pick -x origin/main^2~2 >/dev/null 2>&1 || { printf "one, as develop has it\nfix\n" >file;
		git add file; GIT_EDITOR=true git cherry-pick --continue >/dev/null; }'
	accepted
	[ "$(owed)" = "refs/heads/develop " ]
	waive olga 'Into: develop'
	refused signoff-ref 'a waiver says why: one trailer "Reason:"'
	waive quentin 'Reason: resolved by hand'
	refused signoff-ref "is not in the role release"
	waive olga 'Reason: resolved by hand' 'Into: nowhere'
	refused signoff-ref '"Into: refs/heads/nowhere"' "was not to be merged back there"
	waive olga 'Reason: resolved by hand' 'Into: develop'
	accepted
	[ "$(owed)" = "" ]
	[ "$(body hotfix.signed_off '.hotfix | [.reason, .into] | join(", ")')" = "resolved by hand, refs/heads/develop" ]
}

waive() { # PERSON LINE…: a backmerge sign-off on the landing
	report_tag "$1" "refs/signoffs/INC-7-login/backmerge/$1-${landing:0:10}" "${@:2}"
}

@test "a waiver is for all branches unless it says which, and can be revoked" {
	INTO='refs/heads/develop, refs/heads/release/*' configure_backmerge </dev/null
	git push -q "$SERVER" main:refs/heads/release/1 main:refs/heads/release/2
	landed_hotfix
	waive olga 'Reason: no' 'Into: release/1' 'Into: refs/heads/release/2'
	accepted
	[ "$(owed)" = "refs/heads/develop " ]
	report_tag olga "refs/signoffs/INC-7-login/backmerge/olga-${landing:0:10}-2" 'Reason: not at all'
	accepted
	[ "$(owed)" = "" ]
	report_tag olga "refs/signoffs/INC-7-login/backmerge/olga-${landing:0:10}-3" \
		"Revokes: refs/signoffs/INC-7-login/backmerge/olga-${landing:0:10}-2"
	accepted
	[ "$(owed)" = "refs/heads/develop " ]
}

@test "overdue in warn mode: each push there and to production says so, and none is refused" {
	landed_hotfix
	age 180000
	ordinary
	accepted
	says "hotfix: accepted, with warnings" "backmerge" \
		"hotfix/INC-7-login, which landed on main with ${landing:0:10}, was to be merged back to develop by 20" \
		"git switch develop" "git merge $landing" "git push origin develop" "git cherry-pick -x -m 1 $landing" \
		"'Into: refs/heads/develop'" "refs/signoffs/INC-7-login/backmerge/PERSON-${landing:0:10}"
	push_as dave local:refs/heads/feature
	accepted
	says_not backmerge
	signed_hotfix INC-8-cart
	says_not backmerge
	land INC-8-cart
	landed
	says "was to be merged back to develop"
	[ "$(due_events)" = 1 ]
}

@test "the printed commands do it" {
	landed_hotfix
	age 180000
	ordinary
	git branch -q -D develop 2>/dev/null || :
	printf '%s\n' "$output" | sed -n 's/^    \(git .*\)/\1/p' | sed -n '1,/git push/p' >"$ROOT/commands"
	[ "$(wc -l <"$ROOT/commands")" = 4 ]
	GL_USER=dave sh -e "$ROOT/commands"
	[ "$(owed)" = "" ]
}

@test "overdue in refuse mode: a push that brings it passes, another does not" {
	MORE='mode = refuse' configure_backmerge </dev/null
	landed_hotfix
	ordinary
	accepted
	age 180000
	ordinary
	refused backmerge "was to be merged back to develop" "git merge $landing"
	push_as dave local:refs/heads/feature
	accepted
	push_as dave :refs/heads/feature
	accepted
	back git merge -q origin/main
	accepted
	says_not backmerge
	ordinary
	accepted
}

@test "of several overdue ones a push that brings one passes, and is told of the others" {
	MORE='mode = refuse' configure_backmerge </dev/null
	two_commits INC-7-login
	first=$landing
	two_commits INC-8-cart
	age 180000
	ordinary
	refused backmerge "hotfix/INC-7-login" "hotfix/INC-8-cart" "git merge $first" "git merge $landing"
	back git merge -q "$first"
	accepted
	says "hotfix/INC-8-cart"
	says_not "hotfix/INC-7-login"
	ordinary
	refused backmerge "hotfix/INC-8-cart"
	back git cherry-pick -m 1 "$landing"
	accepted
}

@test "overdue in refuse mode: releases wait, hotfixes and rollbacks do not" {
	MORE='mode = refuse' PRODUCTION='branch = refs/heads/main
allow-from = refs/heads/release/*
allow-by = release' configure_backmerge </dev/null
	landed_hotfix
	age 180000
	git switch -q --no-track -C local origin/main
	work 'release' other
	push_as olga HEAD:refs/heads/release/1
	accepted
	push_as olga HEAD:refs/heads/main
	refused backmerge "was to be merged back to develop"
	signed_hotfix INC-8-cart
	land INC-8-cart
	landed
	says "was to be merged back to develop"
	git fetch -q origin
	git switch -q -C local origin/main
	git read-tree -u --reset "$landing"
	git commit -qm 'Roll back'
	push_as olga HEAD:refs/heads/main
	accepted
	says "was to be merged back to develop"
	git merge -q -s ours -m 'release' origin/release/1
	push_as olga HEAD:refs/heads/release/2
	work 'a release' other
	push_as olga HEAD:refs/heads/release/2
	accepted
	push_as olga HEAD:refs/heads/main
	refused backmerge
	push_as olga HEAD:refs/heads/main origin/main:refs/heads/develop
	accepted
	[ "$(owed)" = "" ]
}

@test "a branch that is deleted owes nothing more, and one that is made later owes nothing" {
	MORE='mode = refuse' INTO='refs/heads/develop, refs/heads/release/*' configure_backmerge </dev/null
	git push -q "$SERVER" main:refs/heads/release/1
	landed_hotfix
	[ "$(owed)" = "refs/heads/develop refs/heads/release/1 " ]
	age 180000
	git push -q "$SERVER" "main~1:refs/heads/release/2"
	git fetch -q origin
	ordinary release/2
	accepted
	ordinary release/1
	refused backmerge
	push_as dave :refs/heads/release/1
	accepted
	[ "$(owed)" = "refs/heads/develop " ]
	git push -q "$SERVER" "main~1:refs/heads/release/1"
	ordinary release/1
	accepted
}

@test "a hotfix that was rolled back owes nothing, until a rollback brings it back" {
	landed_hotfix
	git switch -q -C local origin/main
	git read-tree -u --reset "$landing^1"
	git commit -qm 'Roll back'
	push_as olga HEAD:refs/heads/main
	accepted
	[ "$(owed)" = "" ]
	age 180000
	git read-tree -u --reset "$landing"
	git commit -qm 'Roll back the rollback'
	push_as olga HEAD:refs/heads/main
	accepted
	[ "$(owed)" = "refs/heads/develop " ]
	ordinary
	says_not backmerge
	age 180000
	ordinary
	says "was to be merged back to develop"
}

@test "what arrived once has arrived, whatever becomes of the branch" {
	landed_hotfix
	back git merge -q origin/main
	[ "$(owed)" = "" ]
	push_as dave "+main~1:refs/heads/develop"
	accepted
	[ "$(owed)" = "" ]
}

@test "it is told once for each landing and branch, by the next push or the deliverer" {
	INTO='refs/heads/develop, refs/heads/release/*' configure_backmerge </dev/null
	git push -q "$SERVER" main:refs/heads/release/1
	landed_hotfix
	"$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" deliver
	[ "$(due_events)" = 0 ]
	status >"$ROOT/status"
	grep -q "^back-merge  hotfix/INC-7-login (${landing:0:10}) to release/1 by 20.*Z\$" "$ROOT/status"
	age 180000
	status >"$ROOT/status"
	grep -q "^back-merge  hotfix/INC-7-login (${landing:0:10}) to develop by 20.*Z, overdue\$" "$ROOT/status"
	[ "$(status --json | jq -c '[.backmerges[] | [.incident, .landing, .into, .overdue]]')" = \
		"[[\"INC-7\",\"$landing\",\"refs/heads/develop\",true],[\"INC-7\",\"$landing\",\"refs/heads/release/1\",true]]" ]
	"$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" deliver
	[ "$(due_events)" = 2 ]
	ordinary
	"$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" deliver
	[ "$(due_events)" = 2 ]
	[ "$(body hotfix.backmerge_due '.hotfix | [.incident, .branch, .kind, .production, .landing, .into] | join(" ")')" = \
		"INC-7 hotfix/INC-7-login merge refs/heads/main $landing refs/heads/release/1" ]
	[ "$(body hotfix.backmerge_due '.ref + " " + .after')" = "refs/heads/hotfix/INC-7-login $landing" ]
	[ "$(body hotfix.backmerge_due '(now - (.hotfix.deadline | fromdate)) | . > 0 and . < 180000')" = true ]
}

@test "the deliverer finds what arrived without a push" {
	landed_hotfix
	git -C "$SERVER" update-ref refs/heads/develop "$landing"
	"$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" deliver
	[ "$(owed)" = "" ]
}

@test "of several production branches each says what its own landings owe" {
	MORE='mode = refuse' PRODUCTION='branch = refs/heads/main, refs/heads/eu
allow-from = refs/heads/release/*
allow-by = release' configure_backmerge </dev/null
	push_as olga origin/main:refs/heads/eu
	accepted
	git fetch -q origin
	branch hotfix/INC-7-login origin/main
	work fix
	push_as dave hotfix/INC-7-login
	EXTRA="Production: main" sign rita Reviewed-by
	EXTRA="Production: main" sign quentin Tested-by
	land
	landed
	age 180000
	git switch -q --no-track -C local origin/eu
	work 'release' other
	push_as olga HEAD:refs/heads/release/1
	push_as olga HEAD:refs/heads/eu
	accepted
	says_not backmerge
	git switch -q -C local origin/main
	work 'another release' other
	push_as olga HEAD:refs/heads/release/2
	push_as olga HEAD:refs/heads/main
	refused backmerge "which landed on main"
}

@test "nobody is kept from work on develop by a state that cannot be read" {
	MORE='mode = refuse' configure_backmerge </dev/null
	landed_hotfix
	printf 'no database, but long enough to be read as the header of one: %0100d\n' 0 >"$SERVER/hotfix.sqlite"
	rm -f "$SERVER/hotfix.sqlite-wal" "$SERVER/hotfix.sqlite-shm"
	ordinary
	accepted
	says "which hotfixes this branch lacks is not known"
}

@test "a pusher whom nobody knows may still push to develop" {
	MORE='mode = refuse' configure_backmerge </dev/null
	landed_hotfix
	age 180000
	git fetch -q origin
	git switch -q --no-track -C local origin/develop
	git merge -q origin/main
	push_with -- HEAD:refs/heads/develop
	accepted
}

@test "develop rides along with no hotfix, and a hotfix comes to develop: both messages agree" {
	git switch -q --no-track -C local origin/develop
	work feature other
	push_as dave HEAD:refs/heads/develop
	git fetch -q origin
	git switch -q --no-track -C hotfix/INC-7-login origin/develop
	work fix
	push_as dave hotfix/INC-7-login
	refused not-from "it would ride along"
	says "the hotfix is merged back to develop after it has landed"
	git rebase -q --onto origin/main origin/develop hotfix/INC-7-login
	push_as dave hotfix/INC-7-login
	accepted
}
