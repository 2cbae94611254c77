# Attacks where there is more than one production branch, and by who pushes what, when, and how often.
bats_require_minimum_version 1.5.0
load library
load attack
load signatures

setup_file() { make_scene; }
setup() {
	enter_scene
	git -C "$SERVER" update-ref refs/heads/live main
	ssh_keys rita quentin paul
	PRODUCTION=$'branch = refs/heads/main\nbranch = refs/heads/live\nallow-from = refs/heads/release/*\nallow-by = release' \
		NO_QA=1 configure_signatures
	"$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" baseline >/dev/null
	branch hotfix/INC-9-x
	work fix
	push_as dave hotfix/INC-9-x
	accepted
	git fetch -q origin
}

reviewed_for() { # PRODUCTION: rita's review says which it is for
	MESSAGE="Reviewed-by: rita <rita@example.com>
Production: $1" SUFFIX=-${#1} sign_off rita review origin/hotfix/INC-9-x INC-9-x
}

live_stays() {
	[ "$(on_server refs/heads/live)" = "$production" ]
	[ "$(events | grep -c unexpected)" -eq 0 ]
}

@test "one hotfix, reviewed for one production branch, landed on two in one push" {
	reviewed_for main
	accepted
	merge_hotfix INC-9-x
	for refs in "main main:live" "main:live main"; do
		# shellcheck disable=SC2086 # words
		push_as olga $refs
		refused signoff-review
	done
	push_as olga main:live
	refused signoff-review
	push_as olga --atomic main main:live
	refused signoff-review
	push_as olga main
	landed
	push_as olga main:live
	refused signoff-review
	live_stays
}

@test "a review that is for both, for neither, for a look-alike, and for two in one line" {
	for value in 'main live' 'main,live' 'Main' 'refs/heads/ma?n' '*' 'origin/main' 'heads/main' 'm\xd0\xb0in'; do
		git tag -l 'signoff/*' | xargs -r git tag -d >/dev/null
		reviewed_for "$(printf '%b' "$value")"
		merge_hotfix INC-9-x
		push_as olga main
		refused signoff-review || { echo "for $value" >&2; return 1; }
		push_as olga main:live
		refused signoff-review || { echo "for $value" >&2; return 1; }
	done
	production_stays
}

@test "what has landed on one production branch is no release, and no base, for the other" {
	reviewed_for main
	accepted
	land INC-9-x
	landed
	git fetch -q origin
	throw dave refs/heads/live origin/main
	refused_somehow
	throw olga refs/heads/live origin/main
	refused_somehow
	throw olga refs/heads/live "$(TREE='origin/main^{tree}' commit_of origin/live origin/main)"
	refused_somehow
	live_stays
}

@test "one production branch that is moved to another in the push that deletes it, or makes one beside" {
	raw_push olga update "$production" - refs/heads/live update "$production" "$(git rev-parse evil)" refs/heads/main \
		objects "${evil[@]}" --
	refused_somehow
	raw_push olga update "$production" - refs/heads/live update "$production" - refs/heads/main
	refused production-delete
	raw_push olga update "$production" - refs/heads/main update - "$production" refs/heads/main2
	refused production-delete
	production_stays
	live_stays
}

@test "a rollback of one production branch to what only the other one was" {
	reviewed_for main
	accepted
	land INC-9-x
	landed
	git fetch -q origin
	production=$(on_server refs/heads/live)
	throw olga refs/heads/live "$(MESSAGE='Rollback\n' TREE='origin/main^{tree}' commit_of origin/live)"
	refused_somehow
	live_stays
}

# --- Again, and at the same time ---

racing() { # NAME PERSON WORD…: in the background, with its report in $ROOT/NAME
	GL_USER=$2 node "$HOTFIX_SOURCE/tests/attacks/raw-push.js" "$SERVER" "${@:3}" >"$ROOT/$1" 2>&1 &
}

@test "the two production branches of one push, of which another push takes one first" {
	reviewed_for main
	accepted
	reviewed_for refs/heads/live
	accepted
	merge_hotfix INC-9-x
	landing=$(git rev-parse main)
	racing one olga update "$production" "$landing" refs/heads/main update "$production" "$landing" refs/heads/live \
		revs main ^origin/main --
	racing two olga update "$production" "$landing" refs/heads/live revs main ^origin/main --
	racing three olga update "$production" "$landing" refs/heads/main revs main ^origin/main --
	wait
	for ref in main live; do
		[ "$(on_server refs/heads/$ref)" = "$landing" ]
		[ "$(cat "$ROOT/one" "$ROOT/two" "$ROOT/three" | grep -c "^ok refs/heads/$ref\$")" -eq 1 ]
	done
	push_as dave evil:refs/heads/hotfix/INC-10-x
	"$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" deliver >/dev/null
	[ "$(events | grep -c hotfix.merged)" -eq 3 ]
	[ "$(events | grep -c unexpected)" -eq 0 ]
}

# git(1) and sshd_config(5), AcceptEnv: what a server lets in by GIT_*, and does not switch the hooks off
@test "variables that make Git trace, find programs, read attributes, and speak otherwise" {
	mkdir ../evil
	for program in git git-merge-base git-rev-list ssh-keygen; do
		printf '#!/bin/sh\ntouch %s/../mark\nexit 0\n' "$PWD" >../evil/$program
		chmod +x ../evil/$program
	done
	core=$(git --exec-path)
	for program in "$core"/git-*; do
		[ -e "../evil/${program##*/}" ] || ln -s "$program" "../evil/${program##*/}"
	done
	for word in GIT_TRACE=2 GIT_TRACE2_EVENT="$ROOT/trace" GIT_TRACE_SETUP=1 GIT_ATTR_SOURCE=evil GIT_DEFAULT_HASH=sha256 GIT_PROTOCOL=version=2 GIT_LITERAL_PATHSPECS=1 \
		GIT_ALLOW_PROTOCOL=ext:file GIT_EXTERNAL_DIFF="$PWD/../evil/git" GIT_SSH_COMMAND="$PWD/../evil/git" GIT_PAGER="$PWD/../evil/git" \
		GIT_ICASE_PATHSPECS=1 GIT_DISCOVERY_ACROSS_FILESYSTEM=1 GIT_OPTIONAL_LOCKS=0 GIT_REDIRECT_STDERR=off \
		GIT_COMMITTER_DATE=1 GIT_FLUSH=0 GIT_PUSH_OPTION_COUNT=1000000 \
		GIT_PUSH_OPTION_0=hotfix.override=x; do
		for person in dave olga; do
			push_with "$word" GL_USER=$person -- evil:main
			refused landing || { echo "for $word" >&2; return 1; }
		done
	done
	reviewed_for main
	accepted
	merge_hotfix INC-9-x
	git push -q ../server.git main:refs/heads/parked
	line="$production $(git rev-parse main) refs/heads/main"
	(cd "$SERVER" && env GIT_EXEC_PATH="$CLONE/../evil" PATH="$CLONE/../evil:$PATH" GIT_DIR=. GL_USER=olga \
		hooks/pre-receive <<<"$line")
	[ ! -e ../mark ]
}

# --- Refs that are in the way ---

@test "10,100 branches beside production, where production is a pattern, are not in the way of a hotfix" {
	PRODUCTION='branch = refs/heads/mai?' configure
	printf "create refs/heads/x%s $production\n" $(seq 10100) | git -C "$SERVER" update-ref --stdin
	push_as dave evil:refs/heads/hotfix/INC-10-x
	accepted
	throw olga refs/heads/main evil
	refused signoff-review
}

@test "a branch in a folder of a folder, 300 times, is not in the way of a hotfix" {
	HOTFIX='not-from = refs/heads/feature/*' configure
	throw dave "refs/heads/feature/$(printf 'a/%.0s' $(seq 300))x" evil
	refused limit "parts; at most 100"
	throw dave "refs/heads/feature/$(printf 'a/%.0s' $(seq 96))x" evil
	accepted
	throw dave refs/heads/hotfix/INC-10-x origin/hotfix/INC-8-open
	accepted
}
