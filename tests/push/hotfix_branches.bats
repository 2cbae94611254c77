# Pushes to a hotfix branch: what it may hold, and the checklist (hotfix-hooks(7), THE PROCEDURE and RULES).
load library

setup() {
	server
	configure
	start_production
}

arrived() { # REF [COMMIT]: the last push passed, and the ref on the server is the commit, by default HEAD
	accepted || return 1
	[ "$(on_server "refs/heads/$1")" = "$(git rev-parse "${2-HEAD}")" ] || { echo "$1 is elsewhere" >&2; return 1; }
}

# --- Size ---

@test "max-commits: as many commits as it says pass, one more is refused" {
	HOTFIX='max-commits = 3' configure
	branch hotfix/INC-7-login
	for n in 1 2 3; do work "$n"; done
	push_as dave hotfix/INC-7-login
	arrived hotfix/INC-7-login
	work 4
	push_as dave hotfix/INC-7-login
	refused size "4 commits" "may hold 3" "git rebase -i origin/main"
}

@test "max-commits: sign-off commits do not count" {
	HOTFIX='max-commits = 1' configure
	signed_hotfix
	accepted
	land
	landed
}

@test "max-commits: an empty commit that signs nothing counts" {
	HOTFIX='max-commits = 1' configure
	pushed_hotfix
	git commit -q --allow-empty -m "nothing"
	push_as dave hotfix/INC-7-login
	refused size "2 commits"
}

@test "max-commits: what production has already does not count" {
	HOTFIX='max-commits = 2' NO_REVIEW=1 NO_QA=1 configure
	for n in 1 2; do
		branch "hotfix/INC-$n-x"
		work "$n-one" other
		work "$n-two" other
		push_as dave "hotfix/INC-$n-x"
		arrived "hotfix/INC-$n-x"
		land "INC-$n-x"
		landed
		git fetch -q origin
	done
}

@test "max-commits: the packaged default is 20" {
	HOTFIX='' configure
	branch hotfix/INC-7-login
	for n in $(seq 20); do git commit -q --allow-empty -m "$n"; done
	push_as dave hotfix/INC-7-login
	arrived hotfix/INC-7-login
	git commit -q --allow-empty -m 21
	push_as dave hotfix/INC-7-login
	refused size "21 commits" "may hold 20"
}

# --- Base ---

@test "a branch that was not cut from production is refused" {
	git switch -q --orphan hotfix/INC-7-login
	work elsewhere file
	push_as dave hotfix/INC-7-login
	refused base "was not cut from production" "git switch -C hotfix/INC-7-login origin/main"
}

@test "a branch that takes in another history is refused" {
	git switch -q --orphan elsewhere
	work elsewhere third
	pushed_hotfix
	git merge -q --allow-unrelated-histories -m merge elsewhere
	push_as dave hotfix/INC-7-login
	refused base "$(git rev-parse --short=10 elsewhere) has no parent"
}

@test "a branch that was cut from an older production passes" {
	NO_REVIEW=1 NO_QA=1 configure
	pushed_hotfix INC-8-other
	land INC-8-other
	landed
	git fetch -q origin
	branch hotfix/INC-7-login origin/main~1
	work fix other
	push_as dave hotfix/INC-7-login
	arrived hotfix/INC-7-login
	says "behind main: git merge origin/main"
}

@test "a branch may be made at production itself, before there is any work" {
	push_as dave origin/main:refs/heads/hotfix/INC-7-login
	arrived hotfix/INC-7-login origin/main
	says "0 commits"
	says_not "ready to land"
}

@test "what is not a commit is no hotfix branch" {
	pushed_hotfix
	git tag -a -m tag v1
	push_as dave v1:refs/heads/hotfix/INC-8-tag
	[ "$status" -ne 0 ]
	[ -z "$(on_server refs/heads/hotfix/INC-8-tag)" ]
}

@test "a tag, a tree and a blob are told apart from a commit" {
	zero=$(printf '%040d' 0)
	git tag -a -m tag v1
	push_as dave v1
	accepted
	for object in v1:tag 'main^{tree}:tree' main:file:blob; do
		pre_receive "$zero" "$(git -C "$SERVER" rev-parse "${object%:*}")" refs/heads/hotfix/INC-7-login
		refused commit "is a ${object##*:}, not a commit"
	done
}

# --- Develop does not ride along ---

develop() { # a commit on develop, which is pushed
	git switch -q -c develop origin/main
	work feature other
	push_as dave develop
	accepted
	git fetch -q origin
}

@test "a branch that was cut from develop is refused" {
	develop
	branch hotfix/INC-7-login develop
	work fix
	push_as dave hotfix/INC-7-login
	refused not-from "$(git rev-parse --short=10 develop) comes from develop" \
		"git rebase --onto origin/main origin/develop hotfix/INC-7-login"
}

@test "the command that the refusal prints puts it right" {
	develop
	branch hotfix/INC-7-login develop
	work fix
	push_as dave hotfix/INC-7-login
	refused not-from
	command=$(printf '%s\n' "$output" | sed -n 's/^    \(git rebase .*\)/\1/p')
	$command
	push_as dave hotfix/INC-7-login
	arrived hotfix/INC-7-login
	[ "$(git rev-list --count origin/main..hotfix/INC-7-login)" -eq 1 ]
}

@test "a merge of develop into the hotfix is refused" {
	develop
	pushed_hotfix
	git merge -q -m "take develop" develop
	push_as dave hotfix/INC-7-login
	refused not-from "$(git rev-parse --short=10 develop) comes from develop"
}

@test "the tip of develop itself is refused, and what production has of it passes" {
	NO_REVIEW=1 NO_QA=1 configure
	develop
	push_as dave develop:refs/heads/hotfix/INC-7-login
	refused not-from
	push_as dave develop~1:refs/heads/hotfix/INC-7-login
	arrived hotfix/INC-7-login develop~1
}

@test "develop merging the hotfix early is fine, and the hotfix goes on" {
	develop
	pushed_hotfix
	git switch -q develop
	git merge -q -m "take the hotfix" hotfix/INC-7-login
	push_as dave develop
	accepted
	more_work more
	arrived hotfix/INC-7-login
	sign rita Reviewed-by
	sign quentin Tested-by
	land
	landed
}

@test "another branch than those of not-from may ride along" {
	git switch -q -c feature origin/main
	work feature other
	push_as dave feature
	branch hotfix/INC-7-login feature
	work fix
	push_as dave hotfix/INC-7-login
	arrived hotfix/INC-7-login
}

@test "a commit that only comes to develop by the same push is no early back-merge yet" {
	git switch -q -c develop origin/main
	work feature other
	branch hotfix/INC-7-login develop
	work fix
	push_as dave develop hotfix/INC-7-login
	accepted
}

# --- Incident ---

@test "a commit that names the branch's incident passes, another one is refused" {
	branch hotfix/INC-7-login
	work fix
	git commit -q --amend -m fix -m "Incident: INC-7"
	push_as dave hotfix/INC-7-login
	arrived hotfix/INC-7-login
	work more
	git commit -q --amend -m more -m "Incident: INC-9"
	push_as dave hotfix/INC-7-login
	refused incident "$(git rev-parse --short=10 HEAD) says \"Incident: INC-9\", but the branch is for INC-7"
}

@test "Incident: in the body of a message is no trailer" {
	branch hotfix/INC-7-login
	work fix
	git commit -q --amend -m fix -m "Incident: INC-9" -m "see there"
	push_as dave hotfix/INC-7-login
	arrived hotfix/INC-7-login
}

# --- Authors ---

@test "authors = known: an author who is no configured person is refused" {
	HOTFIX='authors = known' configure
	branch hotfix/INC-7-login
	be ghost
	work fix
	push_as dave hotfix/INC-7-login
	refused authors "ghost@example.com is no configured person"
	be dave
	git commit -q --amend --no-edit --reset-author
	push_as dave hotfix/INC-7-login
	arrived hotfix/INC-7-login
}

@test "authors = known: a committer who is no configured person is refused" {
	HOTFIX='authors = known' configure
	branch hotfix/INC-7-login
	GIT_COMMITTER_EMAIL=ghost@example.net work fix
	push_as dave hotfix/INC-7-login
	refused authors "ghost@example.net is no configured person"
}

@test "authors = any: anybody may write" {
	HOTFIX='authors = any' configure
	branch hotfix/INC-7-login
	be ghost
	work fix
	push_as dave hotfix/INC-7-login
	arrived hotfix/INC-7-login
}

# --- What Git's own tools would read in different ways ---

raw_commit() { # HEADER-LINE…: a commit with production's tree; prints its id
	{
		printf 'tree %s\nparent %s\n' "$(git rev-parse 'origin/main^{tree}')" "$(git rev-parse origin/main)"
		printf '%s\n' "$@"
		printf '\nfix\n'
	} | git hash-object -w -t commit --literally --stdin
}

@test "a commit with two authors is refused, with one it passes" {
	git -C "$SERVER" config receive.fsckObjects false
	author='author Dave <dave@example.com> 1700000000 +0000'
	committer='committer Dave <dave@example.com> 1700000000 +0000'
	push_as dave "$(raw_commit "$author" "author Rita <rita@example.com> 1700000000 +0000" "$committer")":refs/heads/hotfix/INC-7-login
	refused commit
	push_as dave "$(raw_commit "$author" "$committer")":refs/heads/hotfix/INC-7-login
	accepted
}

@test "a commit whose author has two addresses is refused" {
	git -C "$SERVER" config receive.fsckObjects false
	commit=$(raw_commit 'author Dave <dave@example.com> <rita@example.com> 1700000000 +0000' \
		'committer Dave <dave@example.com> 1700000000 +0000')
	push_as dave "$commit:refs/heads/hotfix/INC-7-login"
	refused commit
}

@test "a commit without a committer's address is refused" {
	git -C "$SERVER" config receive.fsckObjects false
	commit=$(raw_commit 'author Dave <dave@example.com> 1700000000 +0000' 'committer Dave <> 1700000000 +0000')
	push_as dave "$commit:refs/heads/hotfix/INC-7-login"
	refused commit
}

# --- Moving it ---

@test "a hotfix branch may be rewound, and the checklist says what that made stale" {
	signed_hotfix
	first=$(git rev-parse --short=10 hotfix/INC-7-login)
	git switch -q hotfix/INC-7-login
	git commit -q --amend -m "better words"
	push_as dave +hotfix/INC-7-login
	arrived hotfix/INC-7-login
	says "review missing 1 of 1" \
		"rita <rita@example.com> signed $first; this push took that off the branch: stale" \
		"quentin <quentin@example.com> signed $first; this push took that off the branch: stale"
	land
	refused signoff-review
}

@test "a rewind that takes one sign-off off leaves the other" {
	pushed_hotfix
	sign rita Reviewed-by
	sign quentin Tested-by
	on_hotfix
	git reset -q --hard HEAD~1
	push_as dave +hotfix/INC-7-login
	arrived hotfix/INC-7-login
	says "4 review rita <rita@example.com> signed $(git rev-parse --short=10 HEAD~1) qa missing 1 of 1" \
		"quentin <quentin@example.com> signed $(git rev-parse --short=10 HEAD~1); this push took that off"
}

@test "a hotfix branch may be deleted" {
	pushed_hotfix
	push_as dave :hotfix/INC-7-login
	accepted
	[ -z "$(on_server refs/heads/hotfix/INC-7-login)" ]
}

@test "the claimed old value of a hotfix branch must be the ref as it is" {
	pushed_hotfix
	old=$(git rev-parse hotfix/INC-7-login)
	work more
	push_as dave HEAD:refs/heads/feature
	pre_receive "$(git rev-parse origin/main)" "$(git rev-parse HEAD)" refs/heads/hotfix/INC-7-login
	refused stale "git fetch origin"
	pre_receive "$old" "$(git rev-parse HEAD)" refs/heads/hotfix/INC-7-login
	accepted
}

@test "a branch that is said to be new must not be there" {
	pushed_hotfix
	pre_receive "$(printf '%040d' 0)" "$(git rev-parse HEAD)" refs/heads/hotfix/INC-7-login
	refused stale
}

# --- The checklist ---

@test "checklist: a fresh branch misses its sign-offs, and says how to give the first" {
	pushed_hotfix
	says "hotfix: hotfix/INC-7-login at $(git rev-parse --short=10 HEAD)" "1 report INC-7" \
		"2 triage not asked for here" "3 develop 1 commit, up to date with main" \
		"4 review missing 1 of 1, by the role reviewer" "qa missing 1 of 1, by the role qa" \
		"5 deploy after the landing" "6 monitor after the deploy" "clock" \
		"git switch --detach $(git rev-parse HEAD)" "git push origin HEAD:refs/heads/hotfix/INC-7-login"
}

@test "checklist: a partly signed branch says who signed what, and what comes next" {
	pushed_hotfix
	sign rita Reviewed-by
	says "4 review rita <rita@example.com> signed $(git rev-parse --short=10 HEAD)" \
		"qa missing 1 of 1, by the role qa" '--trailer "Tested-by:'
	says_not "ready to land"
}

@test "checklist: a ready branch shows how to land it, and the commands do" {
	signed_hotfix
	says "ready to land"
	printf '%s\n' "$output" | sed -n '/ready to land/,$s/^    \(git .*\)/\1/p' >commands
	[ "$(wc -l <commands)" -eq 4 ]
	GL_USER=olga GIT_MERGE_AUTOEDIT=no sh -e commands
	[ "$(on_server refs/heads/main)" = "$(git rev-parse main)" ]
	[ "$(on_server 'refs/heads/main^2')" = "$(on_server refs/heads/hotfix/INC-7-login)" ]
}

@test "checklist: the commands that it prints for signing sign" {
	pushed_hotfix
	printf '%s\n' "$output" | sed -n '/next:/,/HEAD:refs/s/^    //p' >commands
	git config user.name rita
	git config user.email rita@example.com
	GL_USER=rita sh -e commands
	git switch -q main
	sign quentin Tested-by
	says "rita <rita@example.com> signed" "ready to land"
}

@test "checklist: triage is a step of its own, where it is configured" {
	printf '[signoff "triage"]\ntrailer = Triaged-by\nrole = release\n' | configure
	pushed_hotfix
	says "2 triage missing"
	sign olga Triaged-by
	says "2 triage olga <olga@example.com> signed"
}

@test "checklist: it is printed beside a warning" {
	PROCEDURE='warn = size' HOTFIX='max-commits = 1' configure
	pushed_hotfix
	more_work more
	says "size" "2 commits" "3 develop 2 commits" "4 review missing 1 of 1"
}

@test "checklist: what the server does not know of who pushed is said" {
	signed_hotfix
	rm "$SERVER"/hotfix.sqlite*
	sign rita Reviewed-by
	says "the server does not know who first pushed $(git rev-parse --short=10 hotfix/INC-7-login)" \
		"hotfixctl adopt hotfix/INC-7-login PERSON"
	says_not "ready to land"
}

opened_ago() { # SECONDS: as if the pushes so far had been that long ago
	sqlite3 "$SERVER/hotfix.sqlite" "update push set time = time - $1"
}

@test "clock: it runs from the first push of the branch's work to the deadline" {
	HOTFIX='deadline = 3h' configure
	pushed_hotfix
	says "clock 3h left of 3h"
	opened_ago 3660
	more_work more
	says "left of 3h" "clock 1h 5"
}

@test "clock: beyond the deadline it says by how much, and refuses nothing" {
	HOTFIX='deadline = 3h' configure
	pushed_hotfix
	opened_ago 18000
	sign rita Reviewed-by
	says "2h over the deadline of 3h"
	sign quentin Tested-by
	land
	landed
}

@test "clock: without a deadline there is none" {
	HOTFIX='deadline = none' configure
	pushed_hotfix
	says_not clock
}

# --- Events ---

@test "events: opened, updated, and ready once everything is there" {
	signed_hotfix
	[ "$(events | sed 1d | tr '\n' ' ')" = "hotfix.opened hotfix.updated hotfix.updated hotfix.ready " ]
}
