#!/usr/bin/env bats
# share/git-signoff: the script that reviewers put on their PATH, against a real server with real keys.

bats_require_minimum_version 1.5.0
load library
load signatures

setup() {
	server
	ssh_keys rita quentin dave
	configure_signatures
	start_production
	pushed_hotfix
	tip=$(on_server refs/heads/hotfix/INC-7-login)
	own=refs/signoffs/INC-7-login/review/rita-${tip:0:10}
	mkdir "$ROOT/bin"
	cp "$HOTFIX_PREFIX/share/hotfix/git-signoff" "$ROOT/bin/"
	# a clone that has nothing yet, with the configuration of somebody who signs
	git -C "$ROOT" clone -q "$SERVER" reviewer
	cd "$ROOT/reviewer"
	git config gpg.format ssh
	export GIT_PAGER=cat
}

# PERSON ARGUMENT…: runs it as that person, at no terminal; $status and $output
signoff() {
	local person=$1
	shift
	be "$person"
	git config user.signingKey "$ROOT/keys/${KEY-$person}.pub"
	status=0
	output=$(GL_USER=$person PATH=$ROOT/bin:$PATH setsid -w git signoff "$@" 2>&1 </dev/null) || status=$?
	output=$(printf '%s\n' "$output" | sed 's/^remote: //; s/^remote:$//; s/ *$//')
	printf 'git signoff %s: %s\n%s\n' "$*" "$status" "$output"
}

# ANSWER PERSON ARGUMENT…: the same at a terminal, where somebody types ANSWER
signoff_at_terminal() {
	local answer=$1 person=$2 command
	shift 2
	be "$person"
	git config user.signingKey "$ROOT/keys/$person.pub"
	command="git signoff $*"
	status=0
	output=$(printf '%s\n' "$answer" |
		GL_USER=$person PATH=$ROOT/bin:$PATH SHELL=/bin/sh script -qec "$command" /dev/null | tr -d '\r') || status=$?
	printf '%s: %s\n%s\n' "$command" "$status" "$output"
}

# Neither a tag nor anything else that was not there.
leaves_nothing() {
	[ -z "$(git for-each-ref refs/tags refs/signoffs)" ]
	[ -z "$(find .git/refs/tags -type f -o -path '*signoff*')" ]
}

@test "it signs, the server takes it, and no tag is left behind" {
	signoff rita --yes review INC-7-login
	[ "$status" -eq 0 ]
	says "signs review of hotfix/INC-7-login" "commit $tip" "ref $own" "Reviewed-by: rita <rita@example.com>"
	says "signer rita <rita@example.com>, who is rita in hotfix.ini" "remote origin, $SERVER"
	says "$(ssh-keygen -lf "$ROOT/keys/rita.pub" | cut -d' ' -f2)"
	says "rita <rita@example.com> signed" "[new reference]"
	leaves_nothing
	[ "$(git -C "$SERVER" cat-file tag "$own" | sed -n 's/^tag //p')" = "signoff/${own#refs/signoffs/}" ]
	[ "$(git -C "$SERVER" rev-parse "$own^{commit}")" = "$tip" ]
	git -C "$SERVER" cat-file tag "$own" | sed -n '/^$/,/^-----BEGIN/p' | sed '1d;$d' >"$ROOT/message"
	[ "$(cat "$ROOT/message")" = "Reviewed-by: rita <rita@example.com>" ]
}

@test "what two people sign with it lands" {
	signoff rita --yes review INC-7-login
	[ "$status" -eq 0 ]
	signoff quentin --yes qa hotfix/INC-7-login
	[ "$status" -eq 0 ]
	says "Tested-by: quentin <quentin@example.com>" "ready to land"
	cd "$CLONE"
	land
	landed
}
