# Sign-offs by trailers: who may give one, how people are counted, and which trailers count (hotfix-hooks(7),
# SIGN-OFFS). What they bind to is in binds.bats, own work in own_work.bats.
load library

setup() {
	server
	configure
	start_production
}

only_review() { # a review alone is asked for
	NO_QA=1 configure
}

only_qa() {
	NO_REVIEW=1 configure
}

# --- Who may give one ---

@test "role: a person of the role counts" {
	REVIEWERS=rita only_review
	pushed_hotfix
	sign rita Reviewed-by
	land
	landed
	says "review rita"
}

@test "role: somebody else does not count, and is told so" {
	REVIEWERS=rita only_review
	pushed_hotfix
	sign quentin Reviewed-by
	land
	refused signoff-review "missing 1 of 1" "quentin <quentin@example.com> is not in the role reviewer"
}

@test "role: an address is a member" {
	REVIEWERS=ruth@example.org only_review
	pushed_hotfix
	sign_with quentin "Reviewed-by: Rut <rut@example.org>"
	land
	refused signoff-review "rut@example.org is not in the role reviewer"
	sign_with quentin "Reviewed-by: Ruth <ruth@example.org>"
	land
	landed
	says "review ruth@example.org"
}

@test "role: addresses are compared without case" {
	REVIEWERS=Ruth@example.org only_review
	pushed_hotfix
	sign_with quentin "Reviewed-by: Ruth <RUTH@Example.Org>"
	land
	landed
}

@test "role: a glob of addresses takes in those that it matches" {
	REVIEWERS='*@qa.example.org' only_review
	pushed_hotfix
	sign_with quentin "Reviewed-by: Ruth <ruth@example.org>"
	land
	refused signoff-review "ruth@example.org is not in the role reviewer"
	sign_with quentin "Reviewed-by: Ruth <ruth@qa.example.org>"
	land
	landed
}

@test "role: a glob of addresses takes in a person by any of their addresses" {
	OTHER_ADDRESS="rita rita@qa.example.org" REVIEWERS='*@qa.example.org' only_review
	pushed_hotfix
	sign rita Reviewed-by
	land
	landed
}

@test "role: a glob of addresses ends where the address ends" {
	REVIEWERS='*@qa.example.org' only_review
	pushed_hotfix
	sign_with quentin "Reviewed-by: Mallory <mallory@qa.example.org.example.net>"
	land
	refused signoff-review "not in the role reviewer"
}

@test "role: * takes in everybody but those who did the work" {
	REVIEWERS='*' only_review
	pushed_hotfix
	sign dave Reviewed-by
	land
	refused signoff-review "dave <dave@example.com> did some of the work: wrote"
	sign_with dave "Reviewed-by: A Stranger <stranger@example.net>"
	land
	landed
}

@test "role: the lines of member-file are members" {
	printf '# who reviews\nrita\n*@review.example.org\n' >"$ROOT/reviewers"
	chmod 644 "$ROOT/reviewers"
	REVIEWERS=$(printf 'paul\nmember-file = %s' "$ROOT/reviewers") only_review
	pushed_hotfix
	sign quentin Reviewed-by
	land
	refused signoff-review "not in the role reviewer"
	sign rita Reviewed-by
	land
	landed
}

@test "role: a Unix group's members are members by their logins" {
	{ printf '[person "operator"]\nemail = operator@example.com\nlogin = root\n'; } |
		REVIEWERS=group:root only_review
	pushed_hotfix
	sign rita Reviewed-by
	land
	refused signoff-review "rita <rita@example.com> is not in the role reviewer"
	sign_with operator "Reviewed-by: Operator <operator@example.com>"
	land
	landed
	says "review operator"
}

@test "role: a Unix group without members takes in nobody" {
	REVIEWERS=group:games only_review
	pushed_hotfix
	sign rita Reviewed-by
	land
	refused signoff-review "not in the role reviewer"
}

@test "role: being told by a name without an address is not enough" {
	only_review
	pushed_hotfix
	sign_with rita "Reviewed-by: rita"
	land
	refused signoff-review "rita" "address"
}

@test "role: a trailer with two addresses is nobody's" {
	only_review
	pushed_hotfix
	sign_with rita "Reviewed-by: Rita <rita@example.com> <paul@example.com>"
	land
	refused signoff-review "address"
}

@test "role: a bare address is somebody" {
	only_review
	pushed_hotfix
	sign_with rita "Reviewed-by: rita@example.com"
	land
	landed
	says "review rita"
}

@test "role: a name that looks like another's address counts for nothing" {
	only_review
	pushed_hotfix
	sign_with quentin "Reviewed-by: rita@example.com <quentin@example.com>"
	land
	[ "$status" -ne 0 ]
	refused signoff-review
}

# --- Counting people ---

@test "count: two distinct people are two" {
	REVIEW='count = 2' only_review
	pushed_hotfix
	sign rita Reviewed-by
	land
	refused signoff-review "missing 1 of 2"
	sign paul Reviewed-by
	land
	landed
	says "review rita" "paul"
}

@test "count: the same person twice is one" {
	REVIEW='count = 2' only_review
	pushed_hotfix
	sign rita Reviewed-by
	sign rita Reviewed-by
	land
	refused signoff-review "missing 1 of 2"
}

@test "count: the same person under two configured addresses is one" {
	OTHER_ADDRESS="rita rita@home.example.org" REVIEW='count = 2' only_review
	pushed_hotfix
	sign rita Reviewed-by
	sign_with rita "Reviewed-by: Rita <rita@home.example.org>"
	land
	refused signoff-review "missing 1 of 2"
}

@test "count: two trailers of two people on one sign-off commit are two" {
	REVIEW='count = 2' only_review
	pushed_hotfix
	sign_with rita "Reviewed-by: Rita <rita@example.com>" "Reviewed-by: Paul <paul@example.com>"
	land
	landed
}

@test "count: nobody is both the reviewer and the tester" {
	configure
	pushed_hotfix
	sign_with rita "Reviewed-by: Rita <rita@example.com>" "Tested-by: Rita <rita@example.com>"
	land
	[ "$status" -ne 0 ]
	says "missing 1 of 1" "rita <rita@example.com>"
	[ "$(printf '%s\n' "$output" | grep -c '^    signoff-')" -eq 1 ]
}

@test "count: people who are in both roles are matched so that it comes out" {
	configure
	pushed_hotfix
	sign_with rita "Reviewed-by: Rita <rita@example.com>" "Tested-by: Rita <rita@example.com>"
	sign quentin Tested-by
	land
	landed
	says "review rita" "qa quentin"
}

@test "count: and the other way round" {
	configure
	pushed_hotfix
	sign_with rita "Tested-by: Rita <rita@example.com>" "Reviewed-by: Rita <rita@example.com>"
	sign paul Reviewed-by
	land
	landed
	says "review paul" "qa rita"
}

# --- Which trailers count ---

@test "trailers on the landing merge count" {
	pushed_hotfix
	merge_hotfix
	git commit -q --amend -m "Merge INC-7" -m "Reviewed-by: Rita <rita@example.com>
Tested-by: Quentin <quentin@example.com>"
	push_as dave main
	landed
	says "review rita" "qa quentin"
}

@test "trailers on the squash commit count" {
	pushed_hotfix
	git switch -q -C main origin/main
	git merge -q --squash hotfix/INC-7-login
	git commit -q -m "Fix login" -m "Incident: INC-7
Reviewed-by: Rita <rita@example.com>
Tested-by: Quentin <quentin@example.com>"
	push_as dave main
	landed
	says "squash on main" "review rita" "qa quentin"
}

@test "trailers on the tip itself count" {
	branch hotfix/INC-7-login
	work fix
	git commit -q --amend -m fix -m "Reviewed-by: Rita <rita@example.com>
Tested-by: Quentin <quentin@example.com>"
	push_as dave hotfix/INC-7-login
	push_as dave hotfix/INC-7-login:main
	accepted
	says "fast-forward on main" "review rita" "qa quentin"
	[ "$(on_server main)" = "$(git rev-parse hotfix/INC-7-login)" ]
}

@test "trailers on the first commit below the tip's sign-off commits count" {
	branch hotfix/INC-7-login
	work fix
	git commit -q --amend -m fix -m "Reviewed-by: Rita <rita@example.com>"
	push_as dave hotfix/INC-7-login
	sign quentin Tested-by
	sign quentin Tested-by
	land
	landed
	says "review rita" "qa quentin"
}

@test "trailers on an older commit of the work do not count" {
	branch hotfix/INC-7-login
	work fix
	git commit -q --amend -m fix -m "Reviewed-by: Rita <rita@example.com>"
	work more other
	push_as dave hotfix/INC-7-login
	sign quentin Tested-by
	land
	refused signoff-review "missing 1 of 1"
	says_not "rita"
}

@test "trailers on a sign-off commit in the middle of the branch count" {
	QA_BINDS=incident configure
	pushed_hotfix
	sign quentin Tested-by
	more_work more other
	sign rita Reviewed-by
	land
	landed
	says "review rita" "qa quentin"
}

@test "a merge that joins two parallel sign-off commits is one itself" {
	pushed_hotfix
	on_hotfix
	be rita
	git commit -q --allow-empty -m review -m "Reviewed-by: Rita <rita@example.com>"
	git switch -q -c parallel origin/hotfix/INC-7-login
	be quentin
	git commit -q --allow-empty -m qa -m "Tested-by: Quentin <quentin@example.com>"
	git switch -q hotfix/INC-7-login
	git merge -q --no-ff -m join parallel
	push_as quentin hotfix/INC-7-login
	accepted
	says "quentin <quentin@example.com> signed $(git rev-parse --short=10 hotfix/INC-7-login~2)" "ready to land"
	be dave
	land
	landed
}

@test "a merge that joins a sign-off commit with work is work" {
	pushed_hotfix
	sign quentin Tested-by
	git switch -q hotfix/INC-7-login
	work more other
	git merge -q --no-ff -m join origin/hotfix/INC-7-login
	push_as dave hotfix/INC-7-login
	accepted
	sign rita Reviewed-by
	land
	refused signoff-qa "stale"
	says_not signoff-review
}

@test "a commit with sign-off trailers and another tree is no sign-off commit" {
	REVIEWERS='*' configure
	pushed_hotfix
	on_hotfix
	be paul
	echo evil >>file
	git commit -q -a -m "Sign off" -m "Reviewed-by: Paul <paul@example.com>"
	push_as paul hotfix/INC-7-login
	be dave
	sign quentin Tested-by
	land
	refused signoff-review "paul <paul@example.com> did some of the work: wrote"
}

@test "an empty commit without sign-off trailers is work" {
	signed_hotfix
	on_hotfix
	git commit -q --allow-empty -m "run the checks again"
	push_as dave hotfix/INC-7-login
	accepted
	land
	refused signoff-qa "stale"
	sign quentin Tested-by
	land
	landed
}

@test "an empty commit with a trailer that is no sign-off is work" {
	signed_hotfix
	on_hotfix
	git commit -q --allow-empty -m "look" -m "Acked-by: Paul <paul@example.com>"
	push_as dave hotfix/INC-7-login
	land
	refused signoff-qa "stale"
}

# --- What a trailer is ---

# Pushes a hotfix whose tip has this message; $git_says is what git takes for its trailers.
push_message() { # MESSAGE
	branch hotfix/INC-7-login
	work fix
	printf '%s' "$1" | git commit -q --amend --cleanup=verbatim -F -
	push_as dave hotfix/INC-7-login
	accepted
	git_says=$(git show -s --format=%B | git interpret-trailers --parse --no-divider)
}

@test "a trailer in the body, not in the last paragraph, does not count" {
	only_review
	push_message $'fix\n\nReviewed-by: Rita <rita@example.com>\n\nAnd something else.\n'
	[ -z "$git_says" ]
	land
	refused signoff-review "missing 1 of 1"
}

@test "a trailer in the title does not count" {
	only_review
	push_message $'Reviewed-by: Rita <rita@example.com>\n'
	[ -z "$git_says" ]
	land
	refused signoff-review
}

@test "a trailer in front of --- does not count: it is in the body" {
	only_review
	push_message $'fix\n\nReviewed-by: Rita <rita@example.com>\n---\nnotes\n\nand words\n'
	[ -z "$git_says" ]
	land
	refused signoff-review
}

@test "a trailer behind --- counts as it does for git" {
	only_review
	push_message $'fix\n\nsome words\n---\nnotes\n\nReviewed-by: Rita <rita@example.com>\n'
	[ "$git_says" = "Reviewed-by: Rita <rita@example.com>" ]
	land
	landed
}

@test "a trailer that is folded counts as git unfolds it" {
	only_review
	push_message $'fix\n\nReviewed-by: Rita\n <rita@example.com>\n'
	[ "$(git show -s --format='%(trailers:only,unfold)' | sed -n 1p)" = "Reviewed-by: Rita <rita@example.com>" ]
	land
	landed
	says "review rita"
}

@test "an address that goes on in a folded line is another one" {
	only_review
	push_message $'fix\n\nReviewed-by: Rita <rita@example.com>\n <quentin@example.com>\n'
	land
	refused signoff-review "address"
}

@test "a trailer's key is compared without case" {
	only_review
	push_message $'fix\n\nreviewed-BY: Rita <rita@example.com>\n'
	land
	landed
}

@test "a key that only begins like a trailer's is another one" {
	only_review
	push_message $'fix\n\nReviewed-by-nobody: Rita <rita@example.com>\n'
	land
	refused signoff-review "missing 1 of 1"
	says_not rita@example.com
}

@test "a commented or indented line is no trailer" {
	only_review
	push_message $'fix\n\n    Reviewed-by: Rita <rita@example.com>\n'
	[ -z "$git_says" ]
	land
	refused signoff-review
}

# --- What is no sign-off, where trailers are asked for ---

@test "refs/signoffs holds signed tags alone: an unsigned one is not made there" {
	signed_hotfix
	git tag -a -m "review" signed origin/hotfix/INC-7-login
	push_as rita "signed:refs/signoffs/INC-7-login/review/rita-$(git rev-parse --short=10 origin/hotfix/INC-7-login)"
	refused signoff-ref
	[ -z "$(git -C "$SERVER" for-each-ref refs/signoffs)" ]
}

@test "refs/signoffs: nothing is deleted there" {
	git -C "$SERVER" update-ref refs/signoffs/INC-7-login/review/rita-1234567 main
	push_as rita :refs/signoffs/INC-7-login/review/rita-1234567
	refused signoff-ref
	[ -n "$(on_server refs/signoffs/INC-7-login/review/rita-1234567)" ]
}

@test "tags elsewhere are nobody's business, and no sign-off" {
	pushed_hotfix
	git tag -a -m "Reviewed-by: Rita <rita@example.com>" review-INC-7 origin/hotfix/INC-7-login
	push_as rita review-INC-7
	accepted
	land
	refused signoff-review "missing 1 of 1"
}

@test "evidence = signature without keys to verify it by is refused, so that nobody relies on it" {
	pushed_hotfix
	REVIEW="evidence = signature" only_review
	land
	refused configuration "hotfix.ini:" "evidence = signature needs allowed-signers or gpg-home"
	REVIEW="evidence = trailer" only_review
	sign rita Reviewed-by
	land
	landed
}

@test "more sign-offs than anybody gives are refused, not counted" {
	pushed_hotfix
	be rita
	git switch -q --detach origin/hotfix/INC-7-login
	{
		printf 'review\n\n'
		for n in $(seq 900); do printf 'Reviewed-by: Rita %s <rita@example.com>\n' "$n"; done
	} >"$ROOT/message"
	git commit -q --allow-empty -F "$ROOT/message"
	git commit -q --allow-empty -F "$ROOT/message"
	push_as rita HEAD:refs/heads/hotfix/INC-7-login
	refused size "more than 1000 sign-offs in trailers"
}
