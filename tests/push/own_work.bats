# Nobody signs off on own work: who is out, who is not, and what the ledger has to know (hotfix-hooks(7), SIGN-OFFS).
load library

setup() {
	server
	NO_QA=1 configure # a review by rita, paul or dave
	start_production
}

out() { # PERSON HOW: the landing is refused, since the reviewer did some of the work
	land
	refused signoff-review "$1 <$1@example.com> did some of the work: $2"
}

# --- Who wrote it ---

@test "the author is out; somebody else is not" {
	pushed_hotfix
	sign dave Reviewed-by
	out dave wrote
	sign rita Reviewed-by
	land
	landed
	says "review rita"
}

@test "the author of any commit of the range is out" {
	pushed_hotfix
	on_hotfix
	be paul
	work pauls other
	push_as dave hotfix/INC-7-login
	be dave
	more_work daves
	sign paul Reviewed-by
	out paul wrote
}

@test "the committer is out" {
	branch hotfix/INC-7-login
	work fix
	GIT_COMMITTER_NAME=paul GIT_COMMITTER_EMAIL=paul@example.com git commit -q --amend --no-edit
	push_as dave hotfix/INC-7-login
	sign paul Reviewed-by
	out paul committed
}

@test "a co-author is out, each of several" {
	branch hotfix/INC-7-login
	work fix
	git commit -q --amend -m fix -m "Co-authored-by: Paul <paul@example.com>
Co-Authored-By: Rita <rita@example.com>"
	push_as dave hotfix/INC-7-login
	sign paul Reviewed-by
	out paul "is a co-author"
	sign rita Reviewed-by
	out rita "is a co-author"
}

@test "who is named by another trailer is no co-author" {
	branch hotfix/INC-7-login
	work fix
	git commit -q --amend -m fix -m "Reported-by: Rita <rita@example.com>"
	push_as dave hotfix/INC-7-login
	sign rita Reviewed-by
	land
	landed
}

@test "another configured address of the author is the author" {
	OTHER_ADDRESS="dave dave@home.example.org" NO_QA=1 configure
	pushed_hotfix
	sign_with dave "Reviewed-by: David <dave@home.example.org>"
	out dave wrote
}

@test "an author who is not configured is known by the whole address, without case" {
	REVIEWERS='*' NO_QA=1 configure
	branch hotfix/INC-7-login
	be ghost Ghost@Example.NET
	work fix
	be dave
	push_as dave hotfix/INC-7-login
	sign_with rita "Reviewed-by: Somebody Else <ghost@example.net>"
	land
	refused signoff-review "ghost@example.net did some of the work: wrote"
	sign_with rita "Reviewed-by: Another <ghost@example.org>"
	land
	landed
}

@test "a mailmap of the repository makes nobody somebody else" {
	branch hotfix/INC-7-login
	printf 'Ghost <ghost@example.net> <paul@example.com>\nDave <dave@example.com> <rita@example.com>\n' >.mailmap
	git add .mailmap
	be paul
	work fix
	be dave
	push_as dave hotfix/INC-7-login
	sign paul Reviewed-by
	out paul wrote
	sign rita Reviewed-by
	land
	landed
}

# --- Who pushed it ---

@test "who first pushed a commit is out, whatever name is on it" {
	branch hotfix/INC-7-login
	be ghost ghost@example.net
	work fix
	push_as paul hotfix/INC-7-login
	accepted
	sign paul Reviewed-by
	out paul pushed
	sign rita Reviewed-by
	land
	landed
}

@test "who first pushed a commit to another hotfix branch is out" {
	branch hotfix/INC-8-other
	be ghost ghost@example.net
	work fix
	be dave
	push_as paul hotfix/INC-8-other
	accepted
	git branch hotfix/INC-7-login hotfix/INC-8-other
	push_as dave hotfix/INC-7-login
	accepted
	sign paul Reviewed-by
	out paul pushed
}

@test "who pushed the commit to a branch that is no hotfix is not out" {
	branch hotfix/INC-7-login
	be ghost ghost@example.net
	work fix
	be dave
	push_as paul HEAD:refs/heads/feature
	accepted
	push_as dave hotfix/INC-7-login
	sign paul Reviewed-by
	land
	landed
}

@test "who moved the branch by force is out, though nothing of it is theirs" {
	branch hotfix/INC-7-login
	work one
	work two
	push_as dave hotfix/INC-7-login
	push_as paul +hotfix/INC-7-login~1:hotfix/INC-7-login
	accepted
	sign paul Reviewed-by
	out paul "moved the branch"
	sign rita Reviewed-by
	land
	landed
}

@test "who moved the branch to another's commits is out" {
	branch hotfix/INC-7-login
	work one
	push_as dave hotfix/INC-7-login
	branch hotfix/INC-8-other hotfix/INC-7-login
	work two
	push_as dave hotfix/INC-8-other
	push_as paul hotfix/INC-8-other:hotfix/INC-7-login
	accepted
	sign paul Reviewed-by
	out paul "moved the branch"
}

@test "who took sign-off commits off the branch moved it otherwise" {
	pushed_hotfix
	sign rita Reviewed-by
	push_as paul +hotfix/INC-7-login:hotfix/INC-7-login
	accepted
	sign paul Reviewed-by
	out paul "moved the branch"
}

@test "who made the branch again with another's work is out" {
	pushed_hotfix
	push_as dave :hotfix/INC-7-login
	accepted
	push_as paul hotfix/INC-7-login
	accepted
	sign paul Reviewed-by
	out paul "moved the branch"
}

@test "who pushed only sign-off commits is not out" {
	REVIEW='count = 2' NO_QA=1 configure
	pushed_hotfix
	git switch -q hotfix/INC-7-login
	be rita
	git commit -q --allow-empty -m "Sign off" -m "Reviewed-by: Rita <rita@example.com>"
	be dave
	push_as paul hotfix/INC-7-login
	accepted
	sign paul Reviewed-by
	land
	landed
	says "rita" "paul"
}

@test "who brought the branch up to date is out" {
	branch hotfix/INC-8-other
	work other other
	push_as dave hotfix/INC-8-other
	sign rita Reviewed-by hotfix/INC-8-other
	pushed_hotfix
	land INC-8-other
	landed
	on_hotfix
	be paul
	git merge -q -m "Bring up to date" origin/main
	be dave
	push_as dave hotfix/INC-7-login
	accepted
	sign paul Reviewed-by
	out paul wrote
	sign rita Reviewed-by
	land
	landed
}

@test "who wrote what production brought to the branch is not out" {
	branch hotfix/INC-8-other
	be paul
	work other other
	be dave
	push_as paul hotfix/INC-8-other
	sign rita Reviewed-by hotfix/INC-8-other
	pushed_hotfix
	land INC-8-other
	landed
	on_hotfix
	git merge -q -m "Bring up to date" origin/main
	push_as dave hotfix/INC-7-login
	accepted
	sign paul Reviewed-by
	land
	landed
}

# --- Who merely lands it ---

@test "who lands it by a merge may have reviewed it" {
	pushed_hotfix
	sign rita Reviewed-by
	be rita
	merge_hotfix
	push_as rita main
	landed
	says "review rita"
}

@test "who lands it by a squash may have reviewed it" {
	pushed_hotfix
	sign rita Reviewed-by
	be rita
	git switch -q -C main origin/main
	git merge -q --squash origin/hotfix/INC-7-login >/dev/null
	git commit -q -m "Fix login" -m "Incident: INC-7"
	push_as rita main
	landed
	says "squash on main" "review rita"
}

@test "who did the work may land it once somebody else has reviewed it" {
	pushed_hotfix
	merge_hotfix
	git commit -q --amend -m "Merge" -m "Reviewed-by: Dave <dave@example.com>"
	push_as dave main
	refused signoff-review "dave <dave@example.com> did some of the work"
	sign rita Reviewed-by
	merge_hotfix
	push_as dave main
	landed
}

# --- What the ledger does not know ---

adopt() { # PERSON: whom an administrator names, on the server
	"$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" adopt hotfix/INC-7-login "$1"
}

past_the_hooks() { # [NAME]: a hotfix branch that an administrator put there
	branch "hotfix/${1-INC-7-login}"
	be ghost ghost@example.net
	work fix
	be dave
	push_as dave HEAD:refs/heads/feature
	git -C "$SERVER" update-ref "refs/heads/hotfix/${1-INC-7-login}" "$(git rev-parse HEAD)"
}

@test "after the state was lost the landing is refused, and hotfixctl adopt is named" {
	pushed_hotfix
	sign rita Reviewed-by
	rm "$SERVER"/hotfix.sqlite*
	sign rita Reviewed-by
	land
	refused own-work "the server does not know who first pushed $(git rev-parse --short=10 hotfix/INC-7-login)" \
		"hotfixctl adopt hotfix/INC-7-login PERSON"
}

@test "after the state was lost and hotfixctl adopt it lands" {
	pushed_hotfix
	rm "$SERVER"/hotfix.sqlite*
	sign rita Reviewed-by
	says_not "ready to land"
	adopt dave
	land
	landed
	says "review rita"
}

@test "whom hotfixctl adopt names is out" {
	past_the_hooks
	adopt paul
	sign paul Reviewed-by
	land
	refused signoff-review "paul <paul@example.com> did some of the work: pushed"
	sign rita Reviewed-by
	land
	landed
}

@test "a branch that came past the hooks is refused, and hotfixctl adopt is named" {
	past_the_hooks
	sign rita Reviewed-by
	land
	refused own-work "hotfixctl adopt hotfix/INC-7-login PERSON"
	says_not "rita <rita@example.com> did some of the work"
}

@test "commits that came past the hooks are not put down to who pushes more" {
	past_the_hooks
	more_work more
	sign rita Reviewed-by
	says_not "ready to land"
	land
	refused own-work "$(git rev-parse --short=10 hotfix/INC-7-login~1)"
	adopt paul
	land
	landed
}

@test "commits that came past the hooks to another branch are not put down to who takes them over" {
	past_the_hooks INC-8-other
	branch hotfix/INC-7-login hotfix/INC-8-other
	work more
	push_as dave hotfix/INC-7-login
	accepted
	sign rita Reviewed-by
	land
	refused own-work "$(git rev-parse --short=10 hotfix/INC-8-other)"
}

@test "what the server does not know of who pushed matters only where sign-offs are asked for" {
	NO_REVIEW=1 NO_QA=1 configure
	past_the_hooks
	land
	landed
}
