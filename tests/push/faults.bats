# Fail closed, but only on what is governed: what happens when the server itself is not in order (hotfix-hooks(7),
# SECURITY).
load library

setup() {
	server
	configure
	start_production
	git switch -q -c feature origin/main
	work feature
}

server_fault() { # WORDS…: refused as the server's fault, with these words
	refused server "this is the server's side, not yours. nothing has changed" "contact ops@example.com" "$@"
}

feature_passes() { # [WORDS…]: what is not governed passes
	push_as dave +feature:refs/heads/feature
	accepted
	[ "$(on_server refs/heads/feature)" = "$(git rev-parse feature)" ]
	says "$@"
}

signed_and_merged() { # a hotfix that could be landed by pushing main
	signed_hotfix
	be olga
	merge_hotfix
	be dave
}

# --- The configuration ---

@test "without hotfix.ini what is governed by default is refused, and the rest passes with a warning" {
	rm "$SERVER/hotfix.ini"
	for ref in refs/heads/main refs/heads/hotfix/INC-7-login refs/heads/Main refs/tags/main \
		refs/signoffs/INC-7-login/review/rita-1234567 "refs/replace/$(git rev-parse feature)"; do
		push_as dave "+feature:$ref"
		refused configuration "there is no configuration" "the server's side" || { echo "for $ref" >&2; return 1; }
	done
	feature_passes "warning" "configuration"
}

@test "without hotfix.ini the branch of HEAD is governed" {
	git -C "$SERVER" symbolic-ref HEAD refs/heads/trunk
	rm "$SERVER/hotfix.ini"
	push_as dave feature:refs/heads/trunk
	refused configuration
	feature_passes "warning"
}

@test "without hotfix.ini what the state knows as governed is refused" {
	PRODUCTION=$'branch = refs/heads/main, refs/heads/live' configure
	git -C "$SERVER" update-ref refs/heads/live main
	"$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" baseline
	rm "$SERVER/hotfix.ini"
	push_as dave feature:refs/heads/live
	refused configuration
	feature_passes "warning"
}

@test "a broken hotfix.ini is refused with its file and line, each error, and the contact" {
	sed -i 's/^guide = /giude = /; s/^from = .*/from = nowhere/' "$SERVER/hotfix.ini"
	push_as dave feature:hotfix/INC-7-login
	refused configuration "$SERVER/hotfix.ini:3:" "giude" "hotfix.ini:7:" "nowhere" "contact ops@example.com"
	feature_passes "warning"
}

@test "a broken hotfix.ini still says what is production" {
	PRODUCTION='branch = refs/heads/live' HOTFIX='branch = fix/{incident}-{slug}' configure
	echo 'no key' >>"$SERVER/hotfix.ini"
	push_as dave feature:refs/heads/live
	refused configuration "hotfix.ini:"
	push_as dave feature:refs/heads/fix/INC-7-login
	refused configuration
	feature_passes "warning"
}

@test "what is wrong with the mode itself is no way to turn it off" {
	printf '[procedure]\nmode = enforce\nmode = off\n' >"$SERVER/hotfix.ini"
	push_as dave feature:main
	refused configuration "hotfix.ini:3:" '"mode" is set twice, first on line 2'
	printf '[procedure]\nmode = offf\n' >"$SERVER/hotfix.ini"
	push_as dave feature:main
	refused configuration "hotfix.ini:2:" "mode = offf: one of enforce, warn, off"
}

@test "a hotfix.ini that is not trusted cannot turn the mode off" {
	MODE=off configure
	chmod 666 "$SERVER/hotfix.ini"
	push_as dave feature:main
	refused configuration "not trusted"
	chmod 644 "$SERVER/hotfix.ini"
	push_as dave feature:main
	accepted
}

@test "a hotfix.ini that others may write is not trusted" {
	chmod 666 "$SERVER/hotfix.ini"
	push_as dave feature:hotfix/INC-7-login
	refused configuration "hotfix.ini"
	feature_passes "warning"
	chmod 644 "$SERVER/hotfix.ini"
	push_as dave feature:hotfix/INC-7-login
	accepted
}

@test "a hotfix.ini in a folder that others may write is not trusted" {
	mkdir "$ROOT/profile"
	mv "$SERVER/hotfix.ini" "$ROOT/profile/"
	ln -s "$ROOT/profile/hotfix.ini" "$SERVER/hotfix.ini"
	push_as dave feature:hotfix/INC-7-login
	accepted
	chmod 777 "$ROOT/profile"
	push_as dave feature:hotfix/INC-8-other
	refused configuration
}

@test "a hotfix.ini of somebody else is not trusted" {
	[ "$(id -u)" -eq 0 ] || return 0
	chown nobody "$SERVER/hotfix.ini"
	push_as dave feature:hotfix/INC-7-login
	refused configuration "hotfix.ini"
}

# --- The state ---

@test "a state file that is no database refuses a landing before the ref moves" {
	signed_and_merged
	rm "$SERVER"/hotfix.sqlite*
	head -c 8192 /dev/urandom >"$SERVER/hotfix.sqlite"
	push_as olga main
	server_fault "hotfix.sqlite"
	feature_passes
}

@test "a state in a folder that is not there refuses a landing before the ref moves" {
	signed_and_merged
	printf '[state]\nfile = %s/gone/hotfix.sqlite\n' "$ROOT" | configure
	push_as olga main
	server_fault "$ROOT/gone"
	feature_passes
}

@test "a state below what is a file refuses a landing before the ref moves" {
	signed_and_merged
	touch "$ROOT/plain"
	printf '[state]\nfile = %s/plain/hotfix.sqlite\n' "$ROOT" | configure
	push_as olga main
	server_fault "$ROOT/plain"
	feature_passes
}

@test "a state that another program keeps locked refuses a landing" {
	signed_and_merged
	lock_state
	push_as olga main
	unlock_state
	server_fault "hotfix.sqlite: another process has been writing to it for 5 seconds; try again"
	push_as olga main
	landed
}

bound_by_modes() { # COMMAND…: as an account for which the modes of files hold, which for root they do not
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --bounding-set=-all --inh-caps=-all "$@"
	else
		"$@"
	fi
}

@test "a state that may only be read refuses a landing before the ref moves" {
	mkdir "$ROOT/state"
	printf '[state]\nfile = %s/state/hotfix.sqlite\n' "$ROOT" | configure
	signed_and_merged
	chmod a-w "$ROOT/state" "$ROOT"/state/*
	push_bound() {
		refs_before=$(git -C "$SERVER" for-each-ref)
		status=0
		output=$(bound_by_modes env GL_USER=olga git push origin "$@" 2>&1) || status=$?
		output=$(printf '%s\n' "$output" | sed 's/^remote: //; s/^remote:$//; s/ *$//')
		refs_after=$(git -C "$SERVER" for-each-ref)
	}
	push_bound main
	server_fault "$ROOT/state/hotfix.sqlite"
	push_bound feature
	accepted
	chmod u+w "$ROOT/state" "$ROOT"/state/*
	push_bound main
	landed
}

@test "a state on a full file system refuses a landing before the ref moves" {
	signed_and_merged
	push_as olga main:refs/heads/candidate
	main=$(on_server main) new=$(git rev-parse main)
	# no file may grow beyond a kilobyte: a write then fails as on a full file system
	status=0
	output=$(cd "$SERVER" && printf '%s %s %s\n' "$main" "$new" refs/heads/main |
		(ulimit -f 1; trap '' XFSZ; GIT_DIR=. GL_USER=olga hooks/pre-receive 2>&1)) || status=$?
	refs_before='' refs_after=''
	server_fault "hotfix.sqlite"
	push_as olga main
	landed
}

# --- The repository ---

@test "a SHA-256 repository is refused, with the reason" {
	other=$ROOT/sha256.git
	git init -q --bare -b main --object-format=sha256 "$other"
	for hook in pre-receive update post-receive; do ln -s "$HOTFIX_PREFIX/libexec/hotfix/$hook" "$other/hooks/"; done
	cp "$SERVER/hotfix.ini" "$other/"
	SERVER=$other
	git init -q -b main --object-format=sha256 "$ROOT/clone256"
	cd "$ROOT/clone256"
	git remote add origin "$other"
	git commit -q --allow-empty -m first
	push_as dave main
	refused server "SHA-256"
	push_as dave main:refs/heads/feature
	accepted
}

extension() { # NAME VALUE: of the repository's format; git itself would not go there, so the hook is asked alone
	git -C "$SERVER" config core.repositoryFormatVersion 1
	git -C "$SERVER" config "extensions.$1" "$2"
}

ask_alone() { # REF: pre-receive itself, whatever git makes of the repository
	status=0
	output=$(cd "$SERVER" && printf '%s %s %s\n' "$main" "$new" "$1" | GIT_DIR=. GL_USER=dave hooks/pre-receive 2>&1) ||
		status=$?
	refs_before='' refs_after=''
}

@test "a repository with its refs in a reftable is refused, with the reason" {
	main=$(on_server main) new=$(git rev-parse feature)
	extension refStorage reftable
	ask_alone refs/heads/main
	refused server "reftable"
	ask_alone refs/heads/feature
	accepted
}

@test "a repository with an extension that is not known is refused, a harmless one is not" {
	pushed_hotfix
	main=$(on_server main) new=$(git rev-parse hotfix/INC-7-login)
	extension strangeThing yes
	ask_alone refs/heads/main
	refused server "strangething"
	git -C "$CLONE" config -f "$SERVER/config" --unset extensions.strangeThing
	extension worktreeConfig true
	ask_alone refs/heads/main
	refused signoff-review
}

@test "a push from a shallow clone that lacks history is refused, with what to do" {
	git -C "$SERVER" config receive.shallowUpdate true
	branch elsewhere
	work one
	work two
	git clone -q --depth 1 --branch elsewhere "file://$CLONE" "$ROOT/shallow"
	cd "$ROOT/shallow"
	git remote set-url origin "$SERVER"
	push_as dave elsewhere:hotfix/INC-7-login
	refused server "a shallow push cannot be judged" "git fetch --unshallow"
	git fetch -q --unshallow "$CLONE" elsewhere
	push_as dave elsewhere:hotfix/INC-7-login
	accepted
}

@test "a push from a shallow clone to what is not governed is none of our business" {
	git -C "$SERVER" config receive.shallowUpdate true
	branch elsewhere
	work one
	work two
	git clone -q --depth 1 --branch elsewhere "file://$CLONE" "$ROOT/shallow"
	cd "$ROOT/shallow"
	git remote set-url origin "$SERVER"
	push_as dave elsewhere
	accepted
	says_not hotfix:
}

loose() { # OBJECT: its file on the server
	local id
	id=$(git -C "$SERVER" rev-parse "$1")
	printf '%s/objects/%s/%s\n' "$SERVER" "${id%"${id#??}"}" "${id#??}"
}

@test "a missing object refuses the landing that needs it" {
	signed_and_merged
	push_as olga main:refs/heads/candidate
	main=$(on_server main) new=$(git rev-parse main)
	file=$(loose hotfix/INC-7-login~1)
	mv "$file" "$ROOT/taken"
	ask_alone refs/heads/main
	refused server "the server's side"
	mv "$ROOT/taken" "$file"
	ask_alone refs/heads/main
	accepted
}

@test "a broken object refuses the landing that needs it" {
	signed_and_merged
	push_as olga main:refs/heads/candidate
	file=$(loose hotfix/INC-7-login)
	chmod u+w "$file"
	echo broken >"$file"
	main=$(on_server main) new=$(git rev-parse main)
	ask_alone refs/heads/main
	refused server
}

bounded() { # 64 MB of addresses, of which a sanitizer takes more for itself
	[ -n "${HOTFIX_SANITIZE-}" ] || ulimit -v 65536
}

@test "a commit message of 100 MB is refused in bounded memory" {
	git -C "$SERVER" config receive.fsckObjects false
	branch hotfix/INC-7-login
	commit=$({
		printf 'tree %s\nparent %s\n' "$(git rev-parse 'origin/main^{tree}')" "$(git rev-parse origin/main)"
		printf 'author Dave <dave@example.com> 1700000000 +0000\ncommitter Dave <dave@example.com> 1700000000 +0000\n\n'
		yes 'a line of a long message' | head -c 104857600
	} | git -c core.bigFileThreshold=1g hash-object -w -t commit --stdin)
	push_as dave "$commit:refs/heads/feature-with-a-long-message"
	accepted
	main=$(on_server main) new=$commit
	status=0
	output=$(cd "$SERVER" && printf '%040d %s refs/heads/hotfix/INC-7-login\n' 0 "$commit" |
		(bounded; GIT_DIR=. GL_USER=dave hooks/pre-receive 2>&1)) || status=$?
	refs_before='' refs_after=''
	refused commit "bytes long; at most 1048576 are read"
	push_as dave "$commit:refs/heads/hotfix/INC-7-login"
	refused commit "bytes long; at most 1048576 are read"
	push_as dave "$commit:refs/heads/main"
	refused commit "bytes long; at most 1048576 are read"
}

# --- A hook that was there before ---

chained() { # NAME: the script on standard input
	cat >"$SERVER/hooks/$1.chained"
	chmod +x "$SERVER/hooks/$1.chained"
}

@test "a chained pre-receive runs first, with the same standard input, and its refusal counts" {
	chained pre-receive <<-'SH'
		#!/bin/sh
		cat >"$GIT_DIR/seen"
		echo "the old hook says no" >&2
		exit 7
	SH
	push_as dave feature:hotfix/INC-7-login feature:hotfix/login feature
	[ "$status" -ne 0 ]
	[ "$refs_before" = "$refs_after" ]
	says "the old hook says no"
	says_not branch-name
	[ "$(wc -l <"$SERVER/seen")" -eq 3 ]
	grep -q " $(git rev-parse feature) refs/heads/hotfix/INC-7-login$" "$SERVER/seen"
}

@test "what a chained pre-receive lets through is judged all the same" {
	chained pre-receive <<-'SH'
		#!/bin/sh
		cat >/dev/null
	SH
	push_as dave feature:hotfix/login
	refused branch-name
	push_as dave feature:hotfix/INC-7-login
	accepted
}

@test "a chained pre-receive that does not read its input harms nothing" {
	chained pre-receive <<-'SH'
		#!/bin/sh
		exit 0
	SH
	push_as dave feature:hotfix/INC-7-login
	accepted
}

@test "a chained hook that cannot be started refuses" {
	chained pre-receive <<-'SH'
		#!/nonexistent/interpreter
	SH
	push_as dave feature:hotfix/INC-7-login
	[ "$status" -ne 0 ]
	[ "$refs_before" = "$refs_after" ]
	says "pre-receive.chained"
}

@test "a chained hook that is not executable is passed over, as git passes over its hooks" {
	chained pre-receive <<-'SH'
		#!/bin/sh
		exit 1
	SH
	chmod -x "$SERVER/hooks/pre-receive.chained"
	push_as dave feature:hotfix/INC-7-login
	accepted
}

@test "a chained update gets ref, old and new, and its refusal counts" {
	chained update <<-'SH'
		#!/bin/sh
		echo "$*" >"$GIT_DIR/seen"
		exit 1
	SH
	push_as dave feature:hotfix/INC-7-login
	[ "$status" -ne 0 ]
	[ "$refs_before" = "$refs_after" ]
	[ "$(cat "$SERVER/seen")" = "refs/heads/hotfix/INC-7-login $(printf '%040d' 0) $(git rev-parse feature)" ]
}

@test "a chained post-receive runs, with the same standard input" {
	chained post-receive <<-'SH'
		#!/bin/sh
		cat >"$GIT_DIR/seen"
	SH
	push_as dave feature:hotfix/INC-7-login
	accepted
	[ "$(cat "$SERVER/seen")" = "$(printf '%040d' 0) $(git rev-parse feature) refs/heads/hotfix/INC-7-login" ]
}

# --- A push of which only a part goes through ---

@test "update called with less than Git gives it refuses, and says what it takes" {
	for arguments in '' refs/heads/main "refs/heads/main $(on_server refs/heads/main)"; do
		# shellcheck disable=SC2086 # each word is an argument
		run env -C "$SERVER" GIT_DIR=. hooks/update $arguments
		[ "$status" -eq 1 ]
		[ "$output" = "hotfix: the update hook takes a ref, its old and its new id" ]
	done
}

@test "where update refuses one ref of several, only what moved is announced" {
	chained update <<-'SH'
		#!/bin/sh
		[ "$1" != refs/heads/hotfix/INC-8-other ]
	SH
	push_as dave feature:hotfix/INC-7-login feature:hotfix/INC-8-other
	[ "$status" -ne 0 ]
	[ -n "$(on_server refs/heads/hotfix/INC-7-login)" ]
	[ -z "$(on_server refs/heads/hotfix/INC-8-other)" ]
	[ "$(events | grep -c hotfix.opened)" -eq 1 ]
	rm "$SERVER/hooks/update.chained"
	push_as dave feature:hotfix/INC-8-other
	accepted
	[ "$(events | grep -c hotfix.opened)" -eq 2 ]
	[ "$(events | grep -c unexpected)" -eq 0 ]
}

@test "where update refuses production, the landing is not announced, and a later one is" {
	signed_and_merged
	chained update <<-'SH'
		#!/bin/sh
		[ "$1" != refs/heads/main ]
	SH
	push_as olga main feature
	[ "$status" -ne 0 ]
	[ "$(on_server refs/heads/feature)" = "$(git rev-parse feature)" ]
	[ "$(on_server main)" != "$(git rev-parse main)" ]
	[ "$(events | grep -c hotfix.merged)" -eq 0 ]
	rm "$SERVER/hooks/update.chained"
	push_as olga main
	landed
	[ "$(events | grep -c hotfix.merged)" -eq 1 ]
	[ "$(events | grep -c unexpected)" -eq 0 ]
}

@test "an atomic push of which update refuses one ref moves nothing" {
	chained update <<-'SH'
		#!/bin/sh
		[ "$1" != refs/heads/hotfix/INC-8-other ]
	SH
	push_as dave --atomic feature:hotfix/INC-7-login feature:hotfix/INC-8-other
	[ "$status" -ne 0 ]
	[ "$refs_before" = "$refs_after" ]
	[ "$(events | grep -c hotfix)" -eq 0 ]
	rm "$SERVER/hooks/update.chained"
	push_as dave --atomic feature:hotfix/INC-7-login feature:hotfix/INC-8-other
	accepted
	[ "$(events | grep -c hotfix.opened)" -eq 2 ]
}

@test "update judges its ref again: a landing whose branch went away in between is refused" {
	signed_and_merged
	rm "$SERVER/hooks/pre-receive"
	cat >"$SERVER/hooks/pre-receive" <<-SH
		#!/bin/sh
		"$HOTFIX_PREFIX/libexec/hotfix/pre-receive" || exit
		rm -f refs/heads/hotfix/INC-7-login
	SH
	chmod +x "$SERVER/hooks/pre-receive"
	main=$(on_server main)
	push_as olga main
	[ "$status" -ne 0 ]
	[ "$(on_server main)" = "$main" ]
	says "landing" "is not the tip of a hotfix branch on the server"
	[ "$(events | grep -c -e merged -e unexpected)" -eq 0 ]
}

@test "update refuses a landing that pre-receive did not see: that hook is missing" {
	signed_and_merged
	rm "$SERVER/hooks/pre-receive"
	push_as olga main
	refused server "the pre-receive hook has no record of this update: is it installed?"
	ln -s "$HOTFIX_PREFIX/libexec/hotfix/pre-receive" "$SERVER/hooks/"
	push_as olga main
	landed
}
