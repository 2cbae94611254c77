#!/usr/bin/env bats
# hotfixctl check: each fault of an installation is found, with the command that puts it right.

bats_require_minimum_version 1.5.0
load library

setup() {
	server
	(umask 077 && echo 0123456789abcdef0123 >"$ROOT/secret")
	configure </dev/null
	git -C "$SERVER" config core.fsync committed,loose-object,reference
}

teardown() {
	[ -z "${place-}" ] || rm -rf "$place"
}

check() {
	run "$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" check "$@"
	printf '%s\n%s\n' "$status" "$output"
}

# LEVEL SUBJECT WORDS…: the last check has such a line, however it is broken.
finds() {
	local text word
	text=$(tr -s ' \n' ' ' <<<"$output")
	[[ "$text" == *"$1 $2: "* ]] || { printf 'no %s about %s\n' "$1" "$2"; return 1; }
	text=${text#*"$1 $2: "}
	for word in "${@:3}"; do
		[[ "$text" == *"$word"* ]] || { printf '%s is not said about %s\n' "$word" "$2"; return 1; }
	done
}

# Runs the command that the last check prints below SUBJECT.
put_right() { # SUBJECT
	command=$(awk -v subject="$1:" 'index($0, subject) { on = 1; next } on && /^           / { print; exit }' <<<"$output")
	echo "to put it right: $command"
	[ -n "$command" ]
	PATH=$HOTFIX_PREFIX/bin:$PATH sh -c "$command"
}

as_root() {
	[ "$(id -u)" -eq 0 ] || skip "only root can give files away"
}

@test "a sound installation has no problem" {
	start_production
	check
	[ "$status" -eq 0 ]
	for hook in pre-receive update post-receive; do
		finds ok "hooks/$hook" "$HOTFIX_PREFIX/libexec/hotfix/$hook"
	done
	finds ok repository "$SERVER"
	finds ok production "refs/heads/main at $(git rev-parse --short=10 origin/main)"
	finds ok receive.fsckObjects
	finds ok core.fsync
	finds ok state "$SERVER/hotfix.sqlite"
	finds ok "[pusher] from" gitolite
	[[ "${lines[-1]}" == "0 problems, "* ]]
	check --json
	[ "$(jq .problems <<<"$output")" = 0 ]
	[ "$(jq -r '.checks[] | select(.subject == "hooks/update").level' <<<"$output")" = ok ]
}

@test "check changes nothing" {
	before=$(cd "$SERVER" && find . -printf '%p %m %s %T@\n' | sort)
	check
	[ "$before" = "$(cd "$SERVER" && find . -printf '%p %m %s %T@\n' | sort)" ]
}

@test "every error of the configuration is printed with its place" {
	printf '[production]\nbranch = main\n[hotfx]\n[procedure]\nmod = off\n' >"$SERVER/hotfix.ini"
	check
	[ "$status" -eq 1 ]
	finds problem "$SERVER/hotfix.ini:2"
	finds problem "$SERVER/hotfix.ini:3" hotfx
	finds problem "$SERVER/hotfix.ini:5" mod
	rm "$SERVER/hotfix.ini"
	check
	[ "$status" -eq 1 ]
	finds problem "$SERVER/hotfix.ini" "there is no configuration"
}

@test "what is valid but weak is a warning" {
	MODE=warn configure <<-INI
		[webhook "deploy"]
		url = https://deploy.example.com/
	INI
	check
	[ "$status" -eq 0 ]
	finds warning "$SERVER/hotfix.ini:1" "mode = warn" "secret-file is not set" "expect is not set"
}

@test "the sign-offs that can be forged are named" {
	check
	finds warning sign-offs "review, qa can be forged"
	NO_REVIEW=1 NO_QA=1 configure </dev/null
	check
	[[ "$output" != *"can be forged"* ]]
}

@test "a hook that is missing is a problem, and the command puts it back" {
	for hook in pre-receive update post-receive; do
		rm "$SERVER/hooks/$hook"
		check
		[ "$status" -eq 1 ]
		finds problem "hooks/$hook" missing
		put_right "hooks/$hook"
		check
		[ "$status" -eq 0 ]
	done
}

@test "a hook that is a link to nothing, empty, or somebody else's is a problem" {
	ln -sf /nonexistent/libexec/hotfix/update "$SERVER/hooks/update"
	check
	[ "$status" -eq 1 ]
	finds problem hooks/update "a symbolic link to nothing"
	rm "$SERVER/hooks/update"
	: >"$SERVER/hooks/update"
	check
	finds problem hooks/update "empty, zero bytes"
	printf '#!/bin/sh\nexit 0\n' >"$SERVER/hooks/update"
	chmod +x "$SERVER/hooks/update"
	check
	finds problem hooks/update "not ours"
	put_right hooks/update
	check
	[ "$status" -eq 0 ]
	finds ok hooks/update.chained "runs first"
}

@test "a hook of ours that is empty or not executable is a problem" {
	mkdir -p "$ROOT/prefix/libexec/hotfix" "$ROOT/prefix/bin"
	cp "$HOTFIX_PREFIX"/libexec/hotfix/* "$ROOT/prefix/libexec/hotfix"
	cp "$HOTFIX_PREFIX"/bin/* "$ROOT/prefix/bin"
	for hook in pre-receive update post-receive; do
		ln -sf "$ROOT/prefix/libexec/hotfix/$hook" "$SERVER/hooks/$hook"
	done
	check
	[ "$status" -eq 0 ]
	chmod -x "$ROOT/prefix/libexec/hotfix/update"
	: >"$ROOT/prefix/libexec/hotfix/pre-receive"
	chmod o+w "$ROOT/prefix/libexec/hotfix/post-receive"
	rm "$ROOT/prefix/bin/hotfixctl"
	check
	[ "$status" -eq 1 ]
	finds problem hooks/pre-receive "is empty, zero bytes"
	finds problem hooks/update "is not executable: Git skips it"
	finds problem hooks/post-receive "others can exchange it"
	finds problem hotfixctl "nothing is delivered"
}

@test "a chained hook that cannot be run is a problem" {
	printf '#!/bin/sh\n' >"$SERVER/hooks/update.chained"
	check
	[ "$status" -eq 1 ]
	finds problem hooks/update.chained "cannot be run"
	put_right hooks/update.chained
	check
	[ "$status" -eq 0 ]
}

@test "hooks that Gitea and GitLab run are found in their folders" {
	for folder in hooks custom_hooks; do
		for hook in pre-receive update post-receive; do
			rm -f "$SERVER/hooks/$hook"
			mkdir -p "$SERVER/$folder/$hook.d"
			ln -s "$HOTFIX_PREFIX/libexec/hotfix/$hook" "$SERVER/$folder/$hook.d/hotfix"
		done
		check
		[ "$status" -eq 0 ]
		finds ok "$folder/update.d/hotfix"
		rm -r "$SERVER/$folder"/*.d
	done
}

@test "core.hooksPath bypasses the hooks, wherever it stands" {
	git -C "$SERVER" config core.hooksPath /elsewhere
	check
	[ "$status" -eq 1 ]
	finds problem core.hooksPath /elsewhere "runs no hook"
	put_right core.hooksPath
	check
	[ "$status" -eq 0 ]
	export GIT_CONFIG_GLOBAL=$ROOT/gitconfig
	git config --file "$ROOT/gitconfig" core.hooksPath /elsewhere
	check
	[ "$status" -eq 1 ]
	[[ "$output" == *"git config --file $ROOT/gitconfig --unset-all core.hooksPath"* ]]
	git config --file "$ROOT/gitconfig" core.hooksPath "$SERVER/hooks"
	check
	[ "$status" -eq 0 ]
	git config --file "$ROOT/gitconfig" core.hooksPath hooks
	check
	[ "$status" -eq 0 ]
}

@test "settings of Git that are missing are warnings with the command" {
	git -C "$SERVER" config --unset receive.fsckObjects
	git -C "$SERVER" config --unset core.fsync
	check
	[ "$status" -eq 0 ]
	finds warning receive.fsckObjects "not set"
	put_right receive.fsckObjects
	finds warning core.fsync "not set"
	put_right core.fsync
	check
	finds ok receive.fsckObjects
	finds ok core.fsync
	git -C "$SERVER" config receive.fsckObjects false
	check
	finds warning receive.fsckObjects
	git -C "$SERVER" config --unset receive.fsckObjects
	git -C "$SERVER" config transfer.fsckObjects true
	check
	finds ok receive.fsckObjects
}

@test "where overrides are configured, push options must be offered" {
	check
	[[ "$output" != *advertisePushOptions* ]]
	printf '[override]\nrole = release\n' >>"$SERVER/hotfix.ini"
	check
	finds ok receive.advertisePushOptions "the role release can override"
	git -C "$SERVER" config --unset receive.advertisePushOptions
	check
	[ "$status" -eq 0 ]
	finds warning receive.advertisePushOptions "nobody can override"
	put_right receive.advertisePushOptions
	check
	finds ok receive.advertisePushOptions
}

@test "ways to push without a name are warnings" {
	git -C "$SERVER" config daemon.receivePack true
	git -C "$SERVER" config http.receivePack true
	git -C "$SERVER" config receive.procReceiveRefs refs/for
	check
	finds warning daemon.receivePack "everybody push"
	finds warning http.receivePack "everybody push"
	finds warning receive.procReceiveRefs refs/for
}

@test "a repository that cannot be judged is a problem" {
	git init -q --bare --object-format=sha256 "$ROOT/sha256.git"
	cp "$SERVER/hotfix.ini" "$ROOT/sha256.git"
	run "$HOTFIX_PREFIX/bin/hotfixctl" -C "$ROOT/sha256.git" check
	echo "$output"
	[ "$status" -eq 1 ]
	finds problem repository "every governed push is refused"
}

@test "borrowed objects are a warning" {
	git init -q --bare "$ROOT/other.git"
	echo "$ROOT/other.git/objects" >"$SERVER/objects/info/alternates"
	check
	finds warning objects/info/alternates "$ROOT/other.git/objects"
}

@test "a secret that others can read is a problem" {
	configure <<-INI
		[webhook "deploy"]
		url = https://deploy.example.com/
		secret-file = $ROOT/secret
		expect = deployed
	INI
	check
	finds ok '[webhook "deploy"] secret-file'
	chmod g+r "$ROOT/secret"
	check
	[ "$status" -eq 1 ]
	finds problem '[webhook "deploy"] secret-file' "$ROOT/secret"
	put_right '[webhook "deploy"] secret-file'
	check
	[ "$status" -eq 0 ]
	rm "$ROOT/secret"
	check
	[ "$status" -eq 1 ]
	[[ "$output" != *0123456789abcdef* ]]
}

@test "files of gates and webhooks that others choose, or that are wrong, are problems" {
	(umask 077 && echo 'Authorization: Bearer s3cret' >"$ROOT/headers")
	echo '{"id": "{id}"}' >"$ROOT/template"
	cp "$ROOT/template" "$ROOT/body"
	configure <<-INI
		[gate "tracker"]
		url = https://tracker.example.com/{incident}
		headers-file = $ROOT/headers
		body = $ROOT/body
		[webhook "deploy"]
		url = https://deploy.example.com/
		expect = deployed
		template = $ROOT/template
	INI
	check
	[ "$status" -eq 0 ]
	finds ok '[gate "tracker"] headers-file' "$ROOT/headers: 1 header"
	finds ok '[gate "tracker"] body' "nobody else can change it"
	finds ok '[webhook "deploy"] template' "$ROOT/template: application/json"
	[[ "$output" != *s3cret* ]]
	chmod o+w "$ROOT/body"
	echo 'Host: elsewhere' >>"$ROOT/headers"
	echo '{"id": "{unheard.of}"}' >"$ROOT/template"
	check
	[ "$status" -eq 1 ]
	finds problem '[gate "tracker"] headers-file' "Host belongs to the transport"
	finds problem '[gate "tracker"] body' "$ROOT/body"
	finds problem '[webhook "deploy"] template' "$ROOT/template" unheard.of
}

@test "where the log goes is said" {
	configure <<<$'[log]\nto = syslog'
	check
	finds ok "[log] to" "journalctl -t hotfix"
	configure <<<"[log]"$'\n'"to = $ROOT/log"
	check
	finds ok "[log] to" "$ROOT/log"
	configure </dev/null
	check
	finds warning "[log] to" "nobody can read later what was judged"
}

@test "a ledger that others can change is a warning" {
	start_production
	chmod g+w "$SERVER/hotfix.sqlite"
	check
	finds warning state "others can change the ledger" "$SERVER/hotfix.sqlite"
}

@test "a state that is not there yet is a warning, and baseline makes it" {
	check
	finds warning state "not there yet"
	put_right state
	check
	finds ok state
}

@test "a state that the repository's owner cannot write is a problem" {
	as_root
	start_production
	chown -R nobody "$SERVER"
	chown root "$SERVER/hotfix.sqlite"
	chmod 640 "$SERVER/hotfix.sqlite"
	check
	[ "$status" -eq 1 ]
	finds problem state "cannot write it"
}

@test "a damaged state is a problem" {
	start_production
	echo "no database at all, whatever its name says" >"$SERVER/hotfix.sqlite"
	rm -f "$SERVER"/hotfix.sqlite-*
	check
	[ "$status" -eq 1 ]
	finds problem state hotfix.sqlite
}

@test "dead deliveries are a warning" {
	start_production
	sqlite3 "$SERVER/hotfix.sqlite" \
		"insert into delivery (event, repository, id, endpoint, ref, state, attempts, created, due, last_status)
		 select number, repository, 'e-deploy', 'deploy', ref, 2, 1, 0, 0, 404 from event limit 1"
	check
	[ "$status" -eq 0 ]
	finds warning deliveries "1 dead"
	put_right deliveries
}

@test "files that every account may write make the gate advisory: a problem" {
	chmod o+w "$SERVER/refs/heads"
	check
	[ "$status" -eq 1 ]
	finds problem access "advisory only" refs/heads
	put_right access
	check
	[ "$status" -eq 0 ]
}

@test "files that a group may write make the gate advisory, and its people are named" {
	as_root
	chgrp -R www-data "$SERVER/objects" "$SERVER/refs"
	chmod -R g+w "$SERVER/objects" "$SERVER/refs"
	check
	finds warning access "advisory only: www-data" "objects"
	put_right access
	check
	finds ok access
}

@test "files that belong to somebody else are a warning" {
	as_root
	chown nobody "$SERVER/refs/heads"
	check
	finds warning access "refs/heads: not the property"
}

@test "a shared repository is advisory only" {
	git -C "$SERVER" config core.sharedRepository group
	check
	finds warning core.sharedRepository "advisory only"
	put_right core.sharedRepository
	check
	[[ "$output" != *core.sharedRepository* ]]
}

@test "pushers with a login shell make the gate advisory, others do not" {
	printf '[person "admin"]\nlogin = root\n[person "web"]\nlogin = daemon\n' | configure
	check
	finds warning "[pusher] from" "advisory only: root, who push, have a login shell here"
	FROM=unix configure </dev/null
	check
	finds warning "[pusher] from" "unix" "nobody is told apart"
}

@test "root sees the configuration of the repository's owner" {
	as_root
	# where the owner can go: the folder of the test is root's alone
	place=$(mktemp -d /tmp/hotfix-test.XXXXXX)
	chmod 755 "$place"
	mv "$SERVER" "$place/server.git"
	SERVER=$place/server.git
	chown -R nobody "$SERVER"
	git config --file "$ROOT/gitconfig" core.hooksPath /elsewhere
	# the owner's home has no such file: what root's environment names does not count
	GIT_CONFIG_GLOBAL=$ROOT/gitconfig check
	finds ok core.fsync
	[[ "$output" != *core.hooksPath* ]]
	git config --file "$SERVER/config" core.hooksPath /elsewhere
	check
	finds problem core.hooksPath /elsewhere
}

@test "what the SSH server lets its clients set can get around the hooks" {
	mkdir "$ROOT/sshd.d"
	printf 'Port 22\nAcceptEnv LANG LC_* GIT_PROTOCOL\nInclude sshd.d/*.conf\n' >"$ROOT/sshd_config"
	check --sshd-config "$ROOT/sshd_config"
	[ "$status" -eq 0 ]
	printf 'Match User git\n\tacceptenv GIT_*\n' >"$ROOT/sshd.d/git.conf"
	check --sshd-config "$ROOT/sshd_config"
	[ "$status" -eq 1 ]
	finds problem sshd "AcceptEnv GIT_* lets clients set GIT_CONFIG_COUNT, and get around the hooks"
	printf 'AcceptEnv "GL_*"\n' >"$ROOT/sshd.d/git.conf"
	check --sshd-config "$ROOT/sshd_config"
	finds problem sshd "lets clients set GL_USER"
	rm "$ROOT/sshd.d/git.conf"
	mkfifo "$ROOT/sshd.d/git.conf"
	check --sshd-config "$ROOT/sshd_config"
	[ "$status" -eq 0 ]
	finds warning sshd "what it lets its clients set cannot be seen" "not a regular file"
	check --sshd-config "$ROOT/nowhere"
	[ "$status" -eq 0 ]
	[[ "$output" != *sshd:* ]]
}
