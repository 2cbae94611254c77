# Attacks by the shape of a history: what is brought to production beside, below, or instead of what was signed off.
load library
load attack

setup_file() { make_scene; }
setup() { enter_scene; }

SIGNED_TIP=origin/hotfix/INC-7-login

# COMMIT WORDS…: neither dave nor olga gets it onto production; WORDS are a rule and what it says to olga.
no_landing() {
	local commit=$1
	shift
	throw dave refs/heads/main "$commit"
	refused_somehow
	throw olga refs/heads/main "$commit"
	refused "$@"
	production_stays
}

# PARENT…: a commit with the tree of the signed hotfix.
with_signed_tree() {
	TREE="$SIGNED_TIP^{tree}" commit_of "$@"
}

# --- Parents ---

@test "an octopus that brings a signed hotfix, and what nobody has seen" {
	no_landing "$(with_signed_tree origin/main $SIGNED_TIP evil)" landing "(an octopus)"
	no_landing "$(with_signed_tree origin/main $SIGNED_TIP origin/release/1)" landing "(an octopus)"
	no_landing "$(with_signed_tree origin/main evil $SIGNED_TIP)" landing "(an octopus)"
}

@test "swapped parents: production becomes the branch that was merged" {
	no_landing "$(with_signed_tree $SIGNED_TIP origin/main)" landing
}

@test "a merge on what production was before" {
	no_landing "$(with_signed_tree origin/main^1 $SIGNED_TIP)" landing
}

# a "foxtrot merge": git pull on a local main, pushed
@test "a foxtrot: a pull on one's own commits, pushed" {
	git switch -q -C main origin/main^1
	work mine
	git merge -q --no-ff -s ours -m pull origin/main
	no_landing "$(git rev-parse main)" landing "(a foxtrot merge)"
}

@test "a merge whose second parent is production itself, or that has one parent alone" {
	no_landing "$(with_signed_tree origin/main origin/main^2)" landing
	no_landing "$(with_signed_tree origin/main)" landing
}

@test "a merge of the commit below the tip that was signed, and of the one above it" {
	no_landing "$(with_signed_tree origin/main $SIGNED_TIP^)" landing
	above=$(commit_of $SIGNED_TIP)
	no_landing "$(with_signed_tree origin/main "$above")" landing
}

@test "a criss-cross: where the branch has two bases with production, nothing that was reviewed there counts" {
	NO_QA=1 configure
	signed_hotfix INC-21-a
	branch hotfix/INC-22-b
	work b beside
	push_as dave hotfix/INC-22-b
	git fetch -q origin
	before=$(git rev-parse origin/hotfix/INC-22-b)
	land INC-21-a
	landed
	git fetch -q origin
	git switch -q hotfix/INC-22-b
	git merge -q -m 'bring up to date' origin/main
	push_as dave hotfix/INC-22-b
	sign rita Reviewed-by hotfix/INC-22-b
	land INC-22-b
	landed
	production=$(on_server main)
	git fetch -q origin
	crossing=$(TREE='origin/main^{tree}' commit_of origin/hotfix/INC-21-a "$before")
	[ "$(git merge-base --all "$crossing" origin/main | wc -l)" -eq 2 ]
	git switch -q -C hotfix/INC-23-c "$crossing"
	work cross
	push_as dave hotfix/INC-23-c
	accepted
	sign rita Reviewed-by hotfix/INC-23-c
	accepted
	git fetch -q origin
	tip=$(TREE='origin/hotfix/INC-23-c^{tree}' commit_of origin/main origin/hotfix/INC-23-c)
	throw dave refs/heads/hotfix/INC-23-c "$tip"
	accepted
	throw olga refs/heads/main "$(TREE="$tip^{tree}" commit_of origin/main "$tip")"
	refused signoff-review "has no single merge base"
	production_stays
}

# --- Trees ---

@test "an evil merge: with more, with less, and with nothing of what was signed" {
	git switch -q -C main origin/main
	git merge -q --no-ff --no-commit "$SIGNED_TIP" 2>/dev/null
	echo more >>other
	git add other
	git commit -qm evil
	no_landing "$(git rev-parse main)" landing
	no_landing "$(TREE='origin/main^{tree}' commit_of origin/main $SIGNED_TIP)" landing "own tree"
	no_landing "$(TREE='origin/release/1^{tree}' commit_of origin/main $SIGNED_TIP)" landing
}

@test "an evil merge on the hotfix branch, after the review, that says it brings it up to date" {
	evil_tree=$(git rev-parse 'evil^{tree}')
	commit=$(TREE=$evil_tree MESSAGE='Merge main\n' commit_of $SIGNED_TIP origin/release/1)
	throw dave refs/heads/hotfix/INC-7-login "$commit"
	accepted
	throw olga refs/heads/main "$(TREE=$evil_tree commit_of origin/main "$commit")"
	refused signoff-review "changed since"
	production_stays
}

# --- Where the commits were before ---

@test "commits that were parked on a harmless branch first are judged like any other" {
	push_as dave evil:refs/heads/feature
	accepted
	raw_push dave update "$production" "$(git rev-parse evil)" refs/heads/main
	refused landing
	no_landing "$(TREE='evil^{tree}' commit_of origin/main evil)" landing "is not the tip of a hotfix branch"
	no_landing "$(MESSAGE='x\n\nIncident: INC-7\n' TREE='evil^{tree}' commit_of origin/main)" landing
}

@test "objects that are on the server although no ref reaches them" {
	push_as dave evil:refs/heads/feature
	push_as dave :refs/heads/feature
	accepted
	raw_push dave update "$production" "$(git rev-parse evil)" refs/heads/main
	refused landing
	merge=$(TREE='evil^{tree}' commit_of origin/main evil)
	raw_push dave update - "$merge" refs/heads/feature objects "$merge" --
	accepted
	raw_push olga update "$production" "$merge" refs/heads/main
	refused landing
	production_stays
}

@test "a landing that was parked as a branch and is pushed when the reviews are gone" {
	NO_QA=1 configure
	merge_hotfix
	push_as dave main:refs/heads/feature
	accepted
	more_work later
	raw_push olga update "$production" "$(git rev-parse main)" refs/heads/main
	refused landing
	production_stays
}

# --- Undone again ---

@test "a malicious commit and its undo, before a landing and behind it" {
	merge_hotfix
	work evil
	git revert --no-edit HEAD >/dev/null
	no_landing "$(git rev-parse main)" landing
	git switch -q -C main origin/main
	work evil
	git revert --no-edit HEAD >/dev/null
	git merge -q --no-ff -m land "$SIGNED_TIP"
	no_landing "$(git rev-parse main)" landing
}

@test "a malicious commit and its undo on the branch ask for a new test" {
	on_hotfix
	work evil
	git revert --no-edit HEAD >/dev/null
	push_as dave hotfix/INC-7-login
	accepted
	land
	refused signoff-qa
	production_stays
}

@test "a revert without approval, whole and in part" {
	git switch -q -C main origin/main
	git revert --no-edit -m 1 HEAD >/dev/null
	push_as dave main
	refused rollback "only the role release may"
	git switch -q -C main origin/main
	git revert --no-edit --no-commit -m 1 HEAD
	echo more >>other
	git add other
	git commit -qm 'Revert half of it'
	no_landing "$(git rev-parse main)" landing
}

@test "a rollback that brings a history along, and one of many that do not stop" {
	back='origin/main^1^{tree}'
	no_landing "$(TREE=$back commit_of origin/main evil)" landing
	no_landing "$(TREE=$back commit_of origin/main origin/main^1)" landing
	first=$(TREE=$back commit_of origin/main)
	no_landing "$(TREE='evil^{tree}' commit_of "$first")" landing
}

# --- Squashes ---

@test "a squash without approval" {
	no_landing "$(MESSAGE='x\n\nIncident: INC-8\n' TREE='origin/hotfix/INC-8-open^{tree}' commit_of origin/main)" \
		signoff-review
}

@test "a squash that names two incidents, the signed one and its own" {
	for incidents in 'INC-7\nIncident: INC-8' 'INC-8\nIncident: INC-7'; do
		commit=$(MESSAGE="x\\n\\nIncident: $incidents\\n" TREE='origin/hotfix/INC-8-open^{tree}' commit_of origin/main)
		throw olga refs/heads/main "$commit"
		refused_somehow
	done
}

@test "a squash that is a commit of the branch itself, with its sign-offs in it" {
	branch hotfix/INC-9-x
	printf 'mine\n' >>file
	git commit -qa -m mine -m $'Incident: INC-9\nReviewed-by: Rita <rita@example.com>\nTested-by: Quentin <quentin@example.com>'
	push_as rita hotfix/INC-9-x
	accepted
	no_landing "$(git rev-parse HEAD)" signoff-review "did some of the work"
}

# --- Replays ---

@test "an old hotfix replayed as a merge, as a squash, and as a fast-forward" {
	old=origin/hotfix/INC-1-old
	land
	landed
	production=$(on_server main)
	git fetch -q origin
	no_landing "$(TREE="$old^{tree}" commit_of origin/main $old)" landing
	throw dave refs/heads/main "$old"
	refused landing "production never goes back"
	squash=$(MESSAGE='x\n\nIncident: INC-1\n' TREE="$old^{tree}" commit_of origin/main)
	throw dave refs/heads/main "$squash"
	refused rollback "only the role release may"
	# olga may roll back, and a tree that production had is no more than that
	throw olga refs/heads/main "$squash"
	accepted
	[ "$(events | tail -1)" = production.rolled_back ]
}

@test "a hotfix that was rolled back, landed again with the sign-offs of then" {
	land
	landed
	git fetch -q origin
	git switch -q -C main origin/main
	git revert --no-edit -m 1 HEAD >/dev/null
	push_as olga main
	accepted
	production=$(on_server main)
	git fetch -q origin
	no_landing "$(with_signed_tree origin/main $SIGNED_TIP)" landing
	on_hotfix
	git merge -q -m 'up to date' origin/main
	git revert --no-edit origin/main >/dev/null
	push_as dave hotfix/INC-7-login
	accepted
	land
	refused signoff-review "missing 1 of 1"
	production_stays
}

# --- What the client claims ---

@test "an old value that is not true yet" {
	landing=$(with_signed_tree origin/main $SIGNED_TIP)
	commit=$(TREE='evil^{tree}' commit_of "$landing")
	mapfile -t below < <(git rev-list --objects --no-object-names "$commit" --not --remotes)
	raw_push dave update "$landing" "$commit" refs/heads/main objects "${below[@]}" --
	refused stale
	raw_push dave update "$landing" "$(git rev-parse origin/main^1)" refs/heads/main
	refused stale
	production_stays
}

# The chained hook runs between what pre-receive judged and what update judges.
between() { # COMMAND
	# shellcheck disable=SC2016
	printf '#!/bin/sh\n[ "$1" = refs/heads/main ] || exit 0\nunset GIT_DIR GIT_QUARANTINE_PATH\ncd %s\n%s\n' "$SERVER" "$1" \
		>"$SERVER/hooks/update.chained"
	chmod +x "$SERVER/hooks/update.chained"
}

@test "an old value that comes true, or untrue, while the push is judged" {
	landing=$(with_signed_tree origin/main $SIGNED_TIP)
	throw dave refs/heads/feature "$landing"
	accepted
	between "git update-ref refs/heads/main $landing"
	raw_push olga update "$production" "$(git rev-parse origin/main^1)" refs/heads/main
	refused_somehow
	merge_hotfix
	push_as olga main
	[ "$status" -ne 0 ]
	says stale
	[ "$(on_server main)" = "$landing" ]
}

@test "a branch that changes while its landing is judged" {
	between "git update-ref refs/heads/hotfix/INC-7-login $(git rev-parse $SIGNED_TIP^)"
	merge_hotfix
	push_as olga main
	[ "$status" -ne 0 ]
	production_stays
}

# --- Through other branches ---

@test "laundering through a release branch: who is not in the role makes, moves and deletes none" {
	throw dave refs/heads/release/2 evil
	refused allow-from
	throw dave refs/heads/release/1 evil
	refused allow-from
	raw_push dave update "$(on_server release/1)" - refs/heads/release/1
	refused allow-from
	throw dave refs/heads/main "$(TREE='origin/release/1^{tree}' commit_of origin/main origin/release/1)"
	refused allow-by
	throw dave refs/heads/main origin/release/1
	refused allow-by
}

@test "laundering through a release branch that comes with the landing, or goes with it" {
	commit=$(git rev-parse evil)
	raw_push olga update - "$commit" refs/heads/release/2 update "$production" "$commit" refs/heads/main \
		objects "${evil[@]}" --
	refused landing
	raw_push olga update "$(on_server release/1)" "$commit" refs/heads/release/1 \
		update "$production" "$(git rev-parse origin/release/1)" refs/heads/main objects "${evil[@]}" --
	refused landing-same-push
	raw_push olga update "$(on_server release/1)" - refs/heads/release/1 \
		update "$production" "$(git rev-parse origin/release/1)" refs/heads/main
	refused landing-same-push
}

@test "laundering through what only has the name of a release branch" {
	push_as dave evil:refs/tags/release/2 evil:refs/heads/my/release/2 evil:refs/remotes/origin/release/2
	accepted
	no_landing "$(git rev-parse evil)" landing
	no_landing "$(TREE='evil^{tree}' commit_of origin/main evil)" landing
}

@test "unsigned work merged into a signed hotfix, and a signed hotfix merged into unsigned work" {
	branch hotfix/INC-9-x origin/hotfix/INC-8-open
	git merge -q -m more -X ours $SIGNED_TIP
	push_as dave hotfix/INC-9-x
	accepted
	land INC-9-x
	refused signoff-review
	on_hotfix
	git merge -q -m more -s ours origin/hotfix/INC-8-open
	push_as dave hotfix/INC-7-login
	accepted
	land
	refused signoff-qa "stale"
	production_stays
}

@test "a reviewer who begins a hotfix where another production branch is did the work, for this one" {
	PRODUCTION=$'branch = refs/heads/main\nbranch = refs/heads/next\nallow-from = refs/heads/release/*\nallow-by = release' \
		NO_QA=1 configure
	push_as olga origin/main:refs/heads/next
	accepted
	EXTRA='Production: refs/heads/next' sign paul Reviewed-by
	git switch -q -C next origin/next
	git merge -q --no-ff -m land $SIGNED_TIP
	push_as olga next
	accepted
	git fetch -q origin
	push_as rita origin/next:refs/heads/hotfix/INC-9-x
	accepted
	EXTRA='Production: refs/heads/main' sign rita Reviewed-by hotfix/INC-9-x
	land INC-9-x
	refused signoff-review "moved the branch"
	production_stays
}

# --- One push, or two ---

@test "a signed landing and an unsigned one in one push, in either order" {
	merge_hotfix
	git merge -q --no-ff -m second -X ours origin/hotfix/INC-8-open
	no_landing "$(git rev-parse main)" landing
	git switch -q -C main origin/main
	git merge -q --no-ff -m first origin/hotfix/INC-8-open
	git merge -q --no-ff -m second -X ours $SIGNED_TIP
	no_landing "$(git rev-parse main)" signoff-review
}

@test "production deleted and made again, in one push and in two" {
	raw_push olga update "$production" - refs/heads/main update - "$(git rev-parse evil)" refs/heads/main \
		objects "${evil[@]}" --
	refused_somehow
	raw_push olga update - "$(git rev-parse evil)" refs/heads/main update "$production" - refs/heads/main \
		objects "${evil[@]}" --
	refused_somehow
	raw_push olga update "$production" - refs/heads/main
	refused production-delete
	raw_push olga update - "$(git rev-parse evil)" refs/heads/main objects "${evil[@]}" --
	refused stale
	production_stays
}

@test "a second production branch, made at what nobody has seen" {
	PRODUCTION=$'branch = refs/heads/main\nbranch = refs/heads/live/*\nallow-from = refs/heads/release/*\nallow-by = release' \
		configure
	for person in dave olga; do
		throw $person refs/heads/live/1 evil
		refused production-create
	done
	throw dave refs/heads/live/1 origin/main
	refused production-create "only the role release may"
}

# git t5516-fetch-push.sh and others: a push is not atomic unless it says so
@test "a push of which Git refuses a part: what moves is what was judged, and it is told once" {
	push_as dave evil:refs/heads/feature/a
	accepted
	merge_hotfix
	raw_push olga update "$production" "$(git rev-parse main)" refs/heads/main \
		update - "$(git rev-parse evil)" refs/heads/feature revs main evil ^origin/main --
	[ "$status" -eq 1 ]
	[ "$(on_server main)" = "$(git rev-parse main)" ]
	raw_push dave update - "$(git rev-parse evil)" refs/heads/another
	[ "$(events | grep -c hotfix.merged)" -eq 2 ]
	[ "$(events | grep -c unexpected)" -eq 0 ]
}

# git t5543-atomic-push.sh
@test "an atomic push of which Git refuses a part moves nothing, and nothing is told" {
	push_as dave evil:refs/heads/feature/a
	accepted
	merge_hotfix
	raw_push olga capabilities '+atomic' update "$production" "$(git rev-parse main)" refs/heads/main \
		update - "$(git rev-parse evil)" refs/heads/feature revs main evil ^origin/main --
	refused_somehow
	production_stays
	push_as dave evil:refs/heads/hotfix/INC-9-x
	[ "$(events | grep -c hotfix.merged)" -eq 1 ]
	[ "$(events | grep -c unexpected)" -eq 0 ]
	push_as olga main
	landed
	[ "$(events | grep -c hotfix.merged)" -eq 2 ]
}

# A push in the background, with its report in $ROOT/NAME.
racing() { # NAME COMMIT
	GL_USER=olga node "$HOTFIX_SOURCE/tests/attacks/raw-push.js" "$SERVER" update "$production" "$2" refs/heads/main \
		revs "$2" "^$production" -- >"$ROOT/$1" 2>&1 &
}

@test "two approved landings at the same moment: one lands, and it alone is told" {
	signed_hotfix INC-9-x
	one=$(with_signed_tree origin/main $SIGNED_TIP)
	two=$(TREE='origin/hotfix/INC-9-x^{tree}' commit_of origin/main origin/hotfix/INC-9-x)
	racing first "$one"
	racing second "$two"
	wait
	[ "$(cat "$ROOT/first" "$ROOT/second" | grep -c '^ok refs/heads/main')" -eq 1 ]
	now=$(on_server main)
	if grep -q '^ok' "$ROOT/first"; then [ "$now" = "$one" ]; else [ "$now" = "$two" ]; fi
	push_as dave evil:refs/heads/hotfix/INC-10-x
	accepted
	[ "$(events | grep -c hotfix.merged)" -eq 2 ]
	[ "$(events | grep -c unexpected)" -eq 0 ]
}

@test "the same landing pushed four times at the same moment is told once" {
	landing=$(with_signed_tree origin/main $SIGNED_TIP)
	for name in a b c d; do racing $name "$landing"; done
	wait
	[ "$(on_server main)" = "$landing" ]
	push_as dave evil:refs/heads/hotfix/INC-10-x
	accepted
	[ "$(events | grep -c hotfix.merged)" -eq 2 ]
	[ "$(events | grep -c unexpected)" -eq 0 ]
}

@test "a landing that races with one more commit on its branch" {
	more=$(TREE='evil^{tree}' commit_of $SIGNED_TIP)
	landing=$(with_signed_tree origin/main $SIGNED_TIP)
	racing landing "$landing"
	raw_push dave update "$(git rev-parse $SIGNED_TIP)" "$more" refs/heads/hotfix/INC-7-login revs "$more" ^origin/main --
	wait
	now=$(on_server main)
	[ "$now" = "$production" ] || [ "$now" = "$landing" ]
	[ "$(git -C "$SERVER" rev-list --count main.."$more")" -gt 0 ]
}
