#!/usr/bin/env bats
# hotfixctl replay: past landings, judged again by what judges pushes.
load library

setup() {
	server
}

replay() { # ARGUMENT…: into $answer, one JSON value, and $code
	code=0
	answer=$("$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" --json replay "$@") || code=$?
}

landings() { # FILTER: of the landings, oldest first, one a line
	printf '%s\n' "$answer" | jq -r ".landings | reverse | .[] | $1"
}

# Everything below is pushed in warn mode, so that what would be refused lands too; the log keeps the verdicts.
configure_warn() {
	MODE=${MODE-warn} PRODUCTION='branch = refs/heads/main
allow-from = refs/heads/release/*
allow-by = release' configure <<-INI
		[log]
		to = $ROOT/log
		[freeze "always"]
		from = 2020-01-01Z
		to = 2020-01-02Z
	INI
}

# What the pushes to production were told: the new tip, and the rules that were not met.
told() {
	jq -r 'select(.ref == "refs/heads/main" and (.old | test("[1-9a-f]"))) | .new + " " + (.rules | unique | join(","))' "$ROOT/log"
}

unsigned() { # NAME
	branch "hotfix/$1" origin/main
	work "fix $1"
	push_as dave "hotfix/$1"
	land "$1"
	landed
}

@test "replay says of each landing what its push was told, whatever was pushed since" {
	configure_warn
	start_production
	signed_hotfix INC-1-signed
	land INC-1-signed
	landed
	unsigned INC-2-unsigned
	branch hotfix/INC-3-own origin/main
	work own
	push_as dave hotfix/INC-3-own
	sign dave Reviewed-by hotfix/INC-3-own
	sign quentin Tested-by hotfix/INC-3-own
	land INC-3-own
	landed
	branch hotfix/INC-4-stale origin/main
	work four
	push_as dave hotfix/INC-4-stale
	sign rita Reviewed-by hotfix/INC-4-stale
	git switch -q -C hotfix/INC-4-stale origin/hotfix/INC-4-stale
	work 'four again'
	push_as dave hotfix/INC-4-stale
	sign quentin Tested-by hotfix/INC-4-stale
	land INC-4-stale
	landed
	git fetch -q origin
	git switch -q -C main origin/main
	work direct
	push_as dave main
	accepted
	signed_hotfix INC-5-squash
	git switch -q -C main origin/main
	git merge -q --squash origin/hotfix/INC-5-squash
	git commit -qm squash -m 'Incident: INC-5'
	push_as olga main
	accepted
	signed_hotfix INC-6-forward
	push_as olga origin/hotfix/INC-6-forward:main
	accepted
	git fetch -q origin
	git switch -q -C main origin/main
	git read-tree -u --reset HEAD~3
	git commit -qm 'roll back'
	push_as dave main
	accepted
	git read-tree -u --reset HEAD~5
	git commit -qm 'roll back again'
	push_as olga main
	accepted
	git fetch -q origin
	git switch -q -C local origin/main
	work release
	push_as olga HEAD:refs/heads/release/1
	push_as dave HEAD:refs/heads/main
	accepted
	git fetch -q origin
	two_at_once
	told >"$ROOT/told"
	[ "$(wc -l <"$ROOT/told")" -ge 11 ]
	[ "$(cut -d ' ' -f 2 <"$ROOT/told" | sort | uniq -c | awk '{ print $2 "=" $1 }' | tr '\n' ' ')" = \
		"=4 allow-by=1 landing=1 rollback=1 signoff-qa,signoff-review=1 signoff-review=3 " ]
	afterwards
	MODE=enforce configure_warn
	replay
	[ "$code" = 1 ]
	# two landings in one push are two here
	landings 'select(.branch != "refs/heads/hotfix/INC-8-first") | .landing + " " + (.rules | unique | join(","))' >"$ROOT/replayed"
	diff -u "$ROOT/told" "$ROOT/replayed"
	[ "$(landings 'select(.branch == "refs/heads/hotfix/INC-8-first") | .verdict')" = passes ]
	[ "$(landings .kind | tr '\n' ' ')" = \
		"merge merge merge merge null squash fast-forward rollback rollback ordinary merge merge " ]
	[ "$(landings .known | sort | uniq -c | awk '{ print $2 "=" $1 }' | tr '\n' ' ')" = "git=1 ledger=11 " ]
	[ "$(printf '%s\n' "$answer" | jq -c .totals.refused_by)" != "{}" ]
}

two_at_once() { # two landings in one push
	signed_hotfix INC-8-first
	merge_hotfix INC-8-first
	git branch -q -f first main
	branch hotfix/INC-9-second first
	work second
	push_as dave hotfix/INC-9-second
	sign rita Reviewed-by hotfix/INC-9-second
	sign quentin Tested-by hotfix/INC-9-second
	git switch -q -C main first
	be olga
	git merge -q --no-ff -m 'Merge INC-9' origin/hotfix/INC-9-second
	be dave
	push_as olga main
	accepted
}

# Nothing of this was there when the landings were pushed: it changes no verdict.
afterwards() {
	sign rita Reviewed-by hotfix/INC-2-unsigned
	git fetch -q origin
	git switch -q --no-track -C local origin/hotfix/INC-1-signed
	work more
	push_as rita HEAD:refs/heads/hotfix/INC-1-signed
	accepted
	push_as quentin +origin/main:refs/heads/hotfix/INC-5-squash
	push_as dave :refs/heads/hotfix/INC-6-forward
}

@test "sign-offs that were pushed as refs count when they came before the landing, and revoking them later changes nothing" {
	MODE=warn REVIEW='evidence = pusher' NO_QA=1 configure </dev/null
	start_production
	pushed_hotfix INC-1-before
	push_review INC-1-before
	land INC-1-before
	landed
	pushed_hotfix INC-2-after
	land INC-2-after
	landed
	push_review INC-2-after
	first=$(git rev-parse --short=10 origin/hotfix/INC-1-before)
	git tag -a -m "Revokes: refs/signoffs/INC-1-before/review/rita-$first" "signoff/INC-1-before/review/rita-$first-2" \
		origin/hotfix/INC-1-before
	push_as rita "signoff/INC-1-before/review/rita-$first-2:refs/signoffs/INC-1-before/review/rita-$first-2"
	accepted
	replay
	[ "$(landings '.branch + " " + .verdict' | tr '\n' ' ')" = \
		"refs/heads/hotfix/INC-1-before passes refs/heads/hotfix/INC-2-after refused " ]
}

push_review() { # NAME: rita's, of the tip
	push_as rita "origin/hotfix/$1:refs/signoffs/$1/review/rita-$(git rev-parse --short=10 "origin/hotfix/$1")"
	accepted
}

# A production that the suite has never seen, by git alone; what is there at the installation counts as announced.
old_history() {
	git -C "$CLONE" commit -q --allow-empty -m root
	printf 'one\n' >file
	git add file
	git commit -qm one
	for name in INC-1-signed INC-2-own INC-3-unsigned; do
		git switch -q -c "hotfix/$name" main
		work "$name" "file-$name"
		case $name in
		*unsigned) ;;
		*own) git commit -q --allow-empty -m s --trailer 'Reviewed-by: dave <dave@example.com>' --trailer 'Tested-by: quentin <quentin@example.com>' ;;
		*) git commit -q --allow-empty -m s --trailer 'Reviewed-by: rita <rita@example.com>' --trailer 'Tested-by: quentin <quentin@example.com>' ;;
		esac
		git switch -q main
		git merge -q --no-ff --no-edit "hotfix/$name"
		git branch -q -D "hotfix/$name"
	done
	git switch -q -c feature/x main~1
	work x elsewhere
	git switch -q main
	git merge -q --no-ff --no-edit feature/x
	git switch -q -c hotfix/INC-4-squash
	work four
	git switch -q main
	git merge -q --squash hotfix/INC-4-squash
	git commit -qm 'squashed' -m 'Incident: INC-4'
	work direct
	git switch -q -c hotfix/INC-5-unnamed
	work five
	git switch -q main
	git merge -q --no-ff -m 'whatever' hotfix/INC-5-unnamed
	git switch -q -c hotfix/INC-6-kept
	work six
	git switch -q main
	git merge -q --no-ff -m 'whatever it was' hotfix/INC-6-kept
	git read-tree -u --reset HEAD~1
	git commit -qm 'back'
	git push -q "$SERVER" main hotfix/INC-6-kept
}

@test "from Git alone: what it says is judged, and what it does not say is unknown and counted apart" {
	mv "$SERVER/hooks" "$SERVER/hooks.away"
	mkdir "$SERVER/hooks"
	old_history
	configure </dev/null
	"$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" baseline >/dev/null
	replay
	[ "$code" = 1 ]
	landings '[.kind // "?", .verdict, (.rules | join(",")), .why // ""] | join(" ")' >"$ROOT/replayed"
	diff -u - "$ROOT/replayed" <<-'END'
		? unknown  a commit on production, or a fast-forward to a branch that is not known
		merge passes  
		merge refused signoff-review 
		merge refused signoff-review,signoff-qa 
		merge refused landing 
		? unknown  a squash, and the tip that it took in is not known
		? unknown  a commit on production, or a fast-forward to a branch that is not known
		? unknown  the branch that was merged is not known
		merge refused signoff-review,signoff-qa 
		rollback unknown rollback who pushed it is not known
	END
	[ "$(printf '%s\n' "$answer" | jq -c '.totals | [.passes, .refused, .unknown, .from_git]')" = '[1,4,5,5]' ]
	[ "$(printf '%s\n' "$answer" | jq -cS .totals.refused_by)" = '{"landing":1,"signoff-qa":2,"signoff-review":3}' ]
	[ "$(printf '%s\n' "$answer" | jq -c '.totals.unknown_because | [.[]] | sort')" = '[1,1,1,2]' ]
	"$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" replay >"$ROOT/text" || code=$?
	[ "$code" = 1 ]
	grep -Eq '^20.*Z  [0-9a-f]{10}  merge         refused  signoff-review signoff-qa$' "$ROOT/text"
	grep -qx '10 landings: 1 would pass, 4 would be refused, 5 unknown' "$ROOT/text"
	grep -qx '  refused by signoff-review: 3' "$ROOT/text"
	grep -qx '5 judged from Git alone: who pushed them is not known, so authors and committers stand for it' "$ROOT/text"
}

@test "what may only warn passes, a role that the committer is in suffices, and --since and --branch choose" {
	mv "$SERVER/hooks" "$SERVER/hooks.away"
	mkdir "$SERVER/hooks"
	export GIT_COMMITTER_DATE='2020-01-01T00:00:00Z'
	old_history
	unset GIT_COMMITTER_DATE
	be olga
	git read-tree -u --reset HEAD~1
	git commit -qm 'forward again'
	git push -q "$SERVER" main main:refs/heads/eu
	PROCEDURE='warn = signoff-*, landing' PRODUCTION='branch = refs/heads/main, refs/heads/eu' configure </dev/null
	"$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" baseline >/dev/null
	replay --branch main
	[ "$code" = 0 ]
	[ "$(printf '%s\n' "$answer" | jq -c '.totals | [.passes, .refused, .unknown]')" = '[6,0,5]' ]
	replay --since 2021-01-01 -b refs/heads/eu
	[ "$(landings '[.production, .kind, .verdict] | join(" ")')" = "refs/heads/eu rollback passes" ]
	replay --since 2021-01-01
	[ "$(landings .production | sort | tr '\n' ' ')" = "refs/heads/eu refs/heads/main " ]
	replay --since 1h --branch nothing || :
	[ "$code" = 3 ]
}

@test "a production without a landing has nothing to be replayed" {
	configure </dev/null
	start_production
	replay
	[ "$code" = 0 ]
	[ "$(printf '%s\n' "$answer" | jq -c '[(.landings | length), .totals.passes]')" = '[0,0]' ]
}
