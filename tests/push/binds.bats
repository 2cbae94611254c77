# What a sign-off binds to, and how long it holds: the incident, the change or the commit (hotfix-hooks(7), SIGN-OFFS).
load library

setup() {
	server
	configure
	start_production
}

only_review() { # a review alone is asked for; it binds to the change
	NO_QA=1 configure
}

# Another hotfix lands, so that production goes on.
production_goes_on() {
	branch hotfix/INC-8-other
	work "other fix" other
	push_as dave hotfix/INC-8-other
	accepted
	for kind in "rita Reviewed-by" "quentin Tested-by"; do
		# shellcheck disable=SC2086 # two words
		sign $kind hotfix/INC-8-other
	done
	land INC-8-other
	landed
}

bring_up_to_date() { # merges production into hotfix/INC-7-login and pushes it
	on_hotfix
	git merge -q -m "Bring up to date" origin/main
	push_as dave hotfix/INC-7-login
	accepted
}

# --- incident ---

@test "incident: it holds whatever becomes of the branch's commits" {
	REVIEW='binds = incident' only_review
	pushed_hotfix
	sign rita Reviewed-by
	more_work more
	more_work still-more other
	land
	landed
	says "review rita"
}

@test "incident: a sign-off of another incident's branch does not count" {
	REVIEW='binds = incident' only_review
	pushed_hotfix INC-8-other
	sign rita Reviewed-by hotfix/INC-8-other
	pushed_hotfix
	land
	refused signoff-review "missing 1 of 1"
}

@test "incident: triage is one by default, and may be given by who reviews too" {
	printf '[signoff "triage"]\ntrailer = Triaged-by\nrole = reviewer\n' | configure
	pushed_hotfix
	EXTRA="Severity: high" sign rita Triaged-by
	more_work more
	sign rita Reviewed-by
	sign quentin Tested-by
	land
	landed
	says "triage rita" "review rita" "qa quentin"
}

@test "incident: triage is asked for before the landing where it is configured" {
	printf '[signoff "triage"]\ntrailer = Triaged-by\nrole = reviewer\n' | configure
	signed_hotfix
	land
	refused signoff-triage "missing 1 of 1: Triaged-by from the role reviewer"
}

# --- change ---

@test "change: a new commit that touches the signed file makes it stale" {
	only_review
	pushed_hotfix
	sign rita Reviewed-by
	more_work more
	says "file changed since: stale"
	land
	refused signoff-review "rita <rita@example.com> is for" "file changed since: stale"
}

@test "change: a new commit that touches another file makes it stale too" {
	only_review
	pushed_hotfix
	sign rita Reviewed-by
	more_work more other
	land
	refused signoff-review "other changed since: stale"
}

@test "change: a changed mode is another change" {
	only_review
	pushed_hotfix
	sign rita Reviewed-by
	on_hotfix
	chmod +x other
	git commit -q -a -m "executable"
	push_as dave hotfix/INC-7-login
	land
	refused signoff-review "other changed since: stale"
}

@test "change: a commit and its revert leave the same change, and the review counts again" {
	only_review
	pushed_hotfix
	sign rita Reviewed-by
	more_work mistake other
	says "stale"
	git revert --no-edit HEAD >/dev/null
	push_as dave hotfix/INC-7-login
	accepted
	says "ready to land"
	land
	landed
	says "review rita"
}

@test "change: bringing the branch up to date keeps the review, and asks for qa again" {
	signed_hotfix
	production_goes_on
	bring_up_to_date
	says "rita <rita@example.com> signed" "quentin <quentin@example.com> is for" "stale"
	land
	refused signoff-qa "quentin"
	says_not signoff-review
	sign quentin Tested-by
	land
	landed
	says "review rita" "qa quentin"
}

@test "change: a review given after bringing the branch up to date counts" {
	only_review
	pushed_hotfix
	production_goes_on
	bring_up_to_date
	sign rita Reviewed-by
	land
	landed
}

@test "change: where production touched a signed file meanwhile, the review is stale" {
	only_review
	printf 'a\nb\nc\nd\ne\nf\n' >file
	branch hotfix/INC-1-lines
	git add file
	git commit -q -m lines
	push_as dave hotfix/INC-1-lines
	sign rita Reviewed-by hotfix/INC-1-lines
	land INC-1-lines
	landed
	git fetch -q origin
	pushed_hotfix
	sign rita Reviewed-by
	branch hotfix/INC-8-other
	sed -i 's/^a$/A/' file
	git commit -q -a -m "the same file"
	push_as dave hotfix/INC-8-other
	sign rita Reviewed-by hotfix/INC-8-other
	land INC-8-other
	landed
	bring_up_to_date
	says "file changed since: stale"
	land
	refused signoff-review "file changed since: stale"
	sign rita Reviewed-by
	land
	landed
}

@test "change: an evil merge that brings the branch up to date makes the review stale" {
	only_review
	pushed_hotfix
	sign rita Reviewed-by
	production_goes_on
	on_hotfix
	git merge -q --no-commit origin/main
	echo evil >evil
	git add evil
	git commit -q -m "Bring up to date"
	push_as dave hotfix/INC-7-login
	accepted
	land
	refused signoff-review "evil changed since: stale"
}

@test "change: a merge that takes production's new work out again makes the review stale" {
	only_review
	pushed_hotfix
	sign rita Reviewed-by
	production_goes_on
	on_hotfix
	git merge -q -s ours -m "Bring up to date" origin/main
	push_as dave hotfix/INC-7-login
	accepted
	land
	refused signoff-review "other changed since: stale"
}

@test "change: it is compared with production as it was when the sign-off came" {
	only_review
	pushed_hotfix
	sign rita Reviewed-by
	production_goes_on
	production_after=$(on_server main)
	bring_up_to_date
	[ "$(git merge-base origin/hotfix/INC-7-login "$production_after")" = "$production_after" ]
	land
	landed
}

@test "change: a commit that was signed on the branch before it was rebuilt does not vouch for another change" {
	only_review
	pushed_hotfix
	sign rita Reviewed-by
	on_hotfix
	git reset -q --hard origin/main
	work "another fix" other
	push_as dave +hotfix/INC-7-login
	accepted
	land
	refused signoff-review "missing 1 of 1"
}

@test "change: a sign-off whose arrival the server does not know does not count" {
	only_review
	pushed_hotfix
	sign rita Reviewed-by
	rm "$SERVER"/hotfix.sqlite*
	land
	refused signoff-review "rita"
}

# --- commit ---

@test "commit: it holds for the exact tip, sign-off commits above it aside" {
	QA='count = 2' TESTERS='quentin, paul' configure
	pushed_hotfix
	sign quentin Tested-by
	sign rita Reviewed-by
	sign paul Tested-by
	land
	landed
	says "qa" "quentin" "paul"
}

@test "commit: a new commit makes it stale, whatever that touches" {
	NO_REVIEW=1 configure
	pushed_hotfix
	sign quentin Tested-by
	more_work more other
	says "quentin <quentin@example.com> is for" "the tip is $(git rev-parse --short=10 HEAD): stale"
	land
	refused signoff-qa "the tip is $(git rev-parse --short=10 hotfix/INC-7-login): stale"
}

@test "commit: a commit and its revert leave it stale" {
	NO_REVIEW=1 configure
	pushed_hotfix
	sign quentin Tested-by
	more_work mistake other
	git revert --no-edit HEAD >/dev/null
	push_as dave hotfix/INC-7-login
	land
	refused signoff-qa "stale"
}

@test "commit: going back to the signed commit makes it count again" {
	NO_REVIEW=1 configure
	pushed_hotfix
	sign quentin Tested-by
	signed=$(on_server hotfix/INC-7-login)
	more_work more
	git reset -q --hard "$signed"
	push_as dave +hotfix/INC-7-login
	accepted
	says "ready to land"
	land
	landed
}

@test "the defaults: review binds to the change, qa to the commit" {
	printf '[signoff "review"]\ntrailer = Reviewed-by\nrole = reviewer\n[signoff "qa"]\ntrailer = Tested-by\nrole = qa\n' |
		NO_REVIEW=1 NO_QA=1 configure
	signed_hotfix
	more_work mistake other
	git revert --no-edit HEAD >/dev/null
	push_as dave hotfix/INC-7-login
	land
	refused signoff-qa "stale"
	says_not signoff-review
	sign quentin Tested-by
	land
	landed
}

# --- Used up by a landing ---

roll_back() {
	commit=$(git commit-tree -p main -m "Roll back" 'main~1^{tree}')
	push_as olga "$commit:refs/heads/main"
	accepted
	git fetch -q origin
}

@test "a landing uses up the review: after a rollback the same change is reviewed again" {
	only_review
	signed_hotfix
	land
	landed
	roll_back
	on_hotfix
	git merge -q -m "Bring up to date" origin/main
	git revert --no-edit origin/main >/dev/null
	push_as dave hotfix/INC-7-login
	accepted
	says "missing 1 of 1, by the role reviewer"
	land
	refused signoff-review "missing 1 of 1"
	sign rita Reviewed-by
	land
	landed
}

squash() { # lands the hotfix by a squash; dave's, since a release manager's could pass as a rollback
	git fetch -q origin
	git switch -q -C main origin/main
	git merge -q --squash origin/hotfix/INC-7-login >/dev/null
	git commit -q -m "Fix login" -m "Incident: INC-7"
	push_as dave main
}

@test "a landing by a squash uses up the review, which stays in the range" {
	only_review
	signed_hotfix
	squash
	landed
	roll_back
	bring_up_to_date
	says "rita <rita@example.com>" "missing 1 of 1, by the role reviewer"
	squash
	refused signoff-review "rita <rita@example.com>"
	sign rita Reviewed-by
	squash
	landed
}

@test "a landing does not use up what binds to the incident" {
	REVIEW='binds = incident' only_review
	signed_hotfix
	squash
	landed
	roll_back
	bring_up_to_date
	says "ready to land"
	squash
	landed
	says "review rita"
}

@test "a landing that was refused uses up nothing" {
	pushed_hotfix
	sign rita Reviewed-by
	land
	refused signoff-qa
	sign quentin Tested-by
	land
	landed
}

@test "work that goes on after a landing is reviewed again" {
	only_review
	signed_hotfix
	land
	landed
	bring_up_to_date
	more_work more
	land
	refused signoff-review "missing 1 of 1"
	sign rita Reviewed-by
	land
	landed
}

# --- Several production branches ---

several() { # prod/eu and prod/us, both at the first commit
	PRODUCTION='branch = refs/heads/prod/*' NO_QA=1 configure
	git -C "$SERVER" update-ref refs/heads/prod/eu main
	git -C "$SERVER" update-ref refs/heads/prod/us main
	git -C "$SERVER" symbolic-ref HEAD refs/heads/prod/eu
	git -C "$SERVER" update-ref -d refs/heads/main
	git fetch -q -p origin
	branch hotfix/INC-7-login origin/prod/eu
	work fix
	push_as dave hotfix/INC-7-login
	accepted
}

land_on() { # NAME: olga merges the hotfix into that production branch
	be olga
	git fetch -q origin
	git switch -q --no-track -C "$1" "origin/$1"
	git merge -q --no-ff -m "Merge INC-7" origin/hotfix/INC-7-login
	be dave
	push_as olga "$1"
}

@test "several production branches: a sign-off without Production: is for none" {
	several
	sign rita Reviewed-by
	land_on prod/eu
	refused signoff-review "Production"
}

@test "several production branches: a sign-off counts for the one that it names, and for no other" {
	several
	EXTRA="Production: refs/heads/prod/eu" sign rita Reviewed-by
	land_on prod/us
	refused signoff-review "rita"
	land_on prod/eu
	accepted
	says "review rita"
	[ "$(on_server refs/heads/prod/eu)" = "$(git rev-parse prod/eu)" ]
	land_on prod/us
	refused signoff-review
}

@test "several production branches: the one may be named in short" {
	several
	EXTRA="Production: prod/us" sign rita Reviewed-by
	land_on prod/eu
	refused signoff-review
	land_on prod/us
	accepted
}

@test "several production branches: the printed commands name it" {
	several
	land_on prod/us
	refused signoff-review "--trailer 'Production: refs/heads/prod/us'"
}

@test "several production branches: a landing on one leaves the other's sign-offs" {
	several
	EXTRA="Production: prod/eu" sign rita Reviewed-by
	EXTRA="Production: prod/us" sign rita Reviewed-by
	land_on prod/eu
	accepted
	land_on prod/us
	accepted
	says "review rita"
}
