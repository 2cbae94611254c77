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
	cd "$ROOT/reviewer" || return 1
	git config gpg.format ssh
	git config color.ui false
	export GIT_PAGER=cat
}

teardown() {
	[ -z "${GNUPGHOME-}" ] || gpgconf --kill all
	[ -z "${GNUPGHOME-}" ] || rm -rf "$GNUPGHOME"
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
		GL_USER=$person PATH=$ROOT/bin:$PATH SHELL=/bin/sh script -qec "$command" /dev/null) || status=$?
	output=$(printf '%s\n' "$output" | tr -d '\r' | sed 's/^remote: //; s/ *$//')
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

@test "a key that is registered as hotfix-hooks(7) and the README say signs" {
	for text in man/hotfix-hooks.7 README.md; do
		line=$(grep -oE 'rita@example.com namespaces="git" ssh-ed25519 AAAAC3Nza' "$HOTFIX_SOURCE/$text")
		printf '%s\n' "${line% ssh-ed25519*} $(cut -d' ' -f1,2 "$ROOT/keys/rita.pub")" >"$ROOT/signers"
		signoff rita --yes review INC-7-login
		[ "$status" -eq 0 ]
		signoff rita --yes --revoke review INC-7-login
		[ "$status" -eq 0 ]
	done
}

@test "the lines of the README configure a server" {
	configure </dev/null
	sed -n '/^To ask for them/,/^$/d; s,/etc/hotfix,'"$ROOT/etc"',g; s,/srv/git/shop.git,'"$SERVER"',g
		/^install -d -m 755/,/^hotfixctl/{s/AAAAC3Nza\.\.\./'"$(cut -d' ' -f2 "$ROOT/keys/rita.pub" | sed 's,/,\\/,g')"'/; p; }' \
		"$HOTFIX_SOURCE/README.md" >"$ROOT/lines"
	[ "$(wc -l <"$ROOT/lines")" -eq 5 ]
	output=$(PATH=$HOTFIX_PREFIX/bin:$PATH sh -e "$ROOT/lines")
	says "ok sign-offs: review: evidence = signature" "1 line, keys of 1 configured people"
	signoff rita --yes review INC-7-login
	[ "$status" -eq 0 ]
	says "rita <rita@example.com> signed"
}

@test "it shows the log and the diff that is signed, whatever the configuration hides" {
	cd "$CLONE"
	on_hotfix
	mkdir -p deep
	printf 'one\n' >deep/secret
	git add deep
	git commit -qm 'fix: deeper'
	push_as dave hotfix/INC-7-login
	accepted
	cd "$ROOT/reviewer"
	git config diff.relative true
	git config diff.external true
	git config log.showSignature true
	mkdir elsewhere
	cd elsewhere
	signoff rita --dry-run review INC-7-login
	[ "$status" -eq 0 ]
	says "fix INC-7-login" "fix: deeper" "+++ b/deep/secret" "+fix INC-7-login"
	[[ "$output" != *"+base"* ]]
}

@test "an object that stands in for the signed one here does not hide it" {
	git fetch -q origin
	git replace "$tip" origin/main
	signoff rita --dry-run review INC-7-login
	says "+fix INC-7-login"
}

@test "--dry-run changes nothing, here or there" {
	before=$(git -C "$SERVER" for-each-ref)
	signoff rita -n review INC-7-login
	[ "$status" -eq 0 ]
	says "commit $tip" "ref $own"
	[ "$before" = "$(git -C "$SERVER" for-each-ref)" ]
	leaves_nothing
	kinds=$(git cat-file --batch-check='%(objecttype)' --batch-all-objects | sort -u)
	[[ "$kinds" != *tag* ]]
}

@test "it asks at the terminal, and anything but yes signs nothing" {
	for answer in n '' no maybe; do
		signoff_at_terminal "$answer" rita review INC-7-login
		[ "$status" -eq 1 ]
		says "sign, and push? [y/N]" "nothing was signed"
		[ -z "$(on_server "$own")" ]
		leaves_nothing
	done
	signoff_at_terminal y rita review INC-7-login
	[ "$status" -eq 0 ]
	[ -n "$(on_server "$own")" ]
	leaves_nothing
}

@test "where there is no terminal to ask at, it signs nothing" {
	signoff rita review INC-7-login
	[ "$status" -eq 1 ]
	says "there is no terminal to ask at; --yes does without"
	[ -z "$(on_server "$own")" ]
	leaves_nothing
}

@test "what is shown goes through the pager of git" {
	printf '#!/bin/sh\nsed "s/^/paged: /"\n' >"$ROOT/bin/pager"
	chmod +x "$ROOT/bin/pager"
	GIT_PAGER=$ROOT/bin/pager signoff_at_terminal n rita review INC-7-login
	says "paged: +fix INC-7-login"
	[[ "$output" != *"paged: "*"signs"*"paged: "* ]]
}

@test "when the server refuses, its words are shown, and no tag is left behind" {
	signoff dave --yes review INC-7-login
	[ "$status" -eq 1 ]
	says "signoff-ref" "did some of the work" "the server did not take it"
	leaves_nothing
}

@test "another's name is refused, and it says how to tell one's own" {
	signoff rita --yes --as paul review INC-7-login
	[ "$status" -eq 1 ]
	says "does not name paul" "git config hotfix.person NAME"
	KEY=quentin signoff rita --yes review INC-7-login
	[ "$status" -eq 1 ]
	says "its key belongs to quentin@example.com, not to rita"
	leaves_nothing
	[ -z "$(git -C "$SERVER" for-each-ref refs/signoffs)" ]
}

@test "the person is hotfix.person, else what stands before the @" {
	OTHER_ADDRESS="rita r.mayer@example.com" configure_signatures
	allow r.mayer@example.com dave
	: >"$ROOT/signers"
	allow rita@example.com,r.mayer@example.com rita
	be rita r.mayer@example.com
	git config user.signingKey "$ROOT/keys/rita.pub"
	for command in "git signoff -y review INC-7-login" "git -c hotfix.person=rita signoff -y review INC-7-login"; do
		status=0
		output=$(GL_USER=rita PATH=$ROOT/bin:$PATH $command 2>&1) || status=$?
		echo "$output"
		case $command in
		*hotfix.person*) [ "$status" -eq 0 ] ;;
		*) [ "$status" -eq 1 ] && says "who is r.mayer in hotfix.ini" ;;
		esac
	done
	[ -n "$(on_server "$own")" ]
}

@test "--revoke takes back one's own sign-off, and a new one can be given" {
	signoff rita --yes review INC-7-login
	[ "$status" -eq 0 ]
	signoff rita --yes --revoke review INC-7-login
	[ "$status" -eq 0 ]
	says "revokes $own" "commit $tip" "ref $own-2"
	leaves_nothing
	git -C "$SERVER" cat-file tag "$own-2" | grep -qx "Revokes: $own"
	signoff rita --yes --revoke review INC-7-login
	[ "$status" -eq 1 ]
	says "every review of rita on INC-7-login is revoked already"
	signoff rita --yes review INC-7-login
	[ "$status" -eq 0 ]
	says "note $own is there already" "ref $own-3" "rita <rita@example.com> signed"
	signoff rita --yes --revoke review INC-7-login
	[ "$status" -eq 0 ]
	says "revokes $own-3" "ref $own-4"
	says_not "revokes $own "
}

@test "--revoke asks too, and touches nobody else's" {
	signoff rita --yes review INC-7-login
	signoff_at_terminal n rita --revoke review INC-7-login
	[ "$status" -eq 1 ]
	says "revoke? [y/N]" "nothing was signed"
	[ -z "$(on_server "$own-2")" ]
	signoff rita --dry-run --revoke review INC-7-login
	[ "$status" -eq 0 ]
	[ -z "$(on_server "$own-2")" ]
	signoff quentin --yes --revoke review INC-7-login
	[ "$status" -eq 1 ]
	says "there is no review of quentin on INC-7-login" "$own"
	leaves_nothing
}

@test "--revoke REF is refused to others, and taken from the revoke role" {
	ssh_keys olga
	signoff rita --yes review INC-7-login
	signoff olga --yes --revoke "$own"
	[ "$status" -eq 1 ]
	says "only who signed it, and the revoke role, may revoke it"
	SIGNATURE="revoke = release" configure_signatures
	signoff olga --yes --revoke "$own"
	[ "$status" -eq 0 ]
	says "ref refs/signoffs/INC-7-login/review/olga-${tip:0:10}"
	signoff rita --yes --revoke review INC-7-login
	[ "$status" -eq 1 ]
	says "every review of rita on INC-7-login is revoked already"
	signoff olga --yes --revoke refs/signoffs/INC-7-login/review/rita-0000000000
	[ "$status" -eq 1 ]
	says "there is no refs/signoffs/INC-7-login/review/rita-0000000000"
	leaves_nothing
}

@test "the sign-offs of somebody whose name goes on are not one's own" {
	printf '[person "rita-b"]\nemail = rita-b@example.com\n[role "bees"]\nmember = rita-b\n' >"$ROOT/more"
	ssh_keys rita-b
	REVIEWERS="rita, rita-b" configure_signatures
	cat "$ROOT/more" >>"$SERVER/hotfix.ini"
	signoff rita-b --yes review INC-7-login
	[ "$status" -eq 0 ]
	signoff rita --yes --revoke review INC-7-login
	[ "$status" -eq 1 ]
	says "there is no review of rita on INC-7-login"
}

@test "names that mean something to a shell or to a ref are refused before git sees them" {
	# shellcheck disable=SC2016 # must not expand
	for name in '$(touch evil)' '`touch evil`' 'a;touch evil' 'a b' '../../heads/main' '-x' 'a..b' 'a.lock' '.a' 'a/' \
		'a//b' '*' "a
b" 'a@{1}' ''; do
		signoff rita --yes -- review "$name"
		[ "$status" -ne 0 ]
		signoff rita --yes -- "$name" INC-7-login
		[ "$status" -ne 0 ]
		signoff rita --yes "--as=$name" review INC-7-login
		[ "$status" -ne 0 ]
		signoff rita --yes --revoke "refs/signoffs/$name/review/rita-0000000000"
		[ "$status" -ne 0 ]
		signoff rita --yes --production "$name" review INC-7-login
		[ "$status" -ne 0 ]
	done
	signoff rita --yes --remote --upload-pack=touch review INC-7-login
	[ "$status" -ne 0 ]
	signoff rita --yes --trailer 'Reviewed-by: x' review INC-7-login
	[ "$status" -ne 0 ]
	[ -z "$(find "$ROOT/reviewer" -name 'evil*')" ]
	[ -z "$(git -C "$SERVER" for-each-ref refs/signoffs)" ]
	leaves_nothing
}

@test "it is called wrongly with an exit of 2, and helps" {
	for arguments in "" review "--nonsense review INC-7-login" "review INC-7-login more" "--revoke review" "--as"; do
		# shellcheck disable=SC2086
		signoff rita $arguments
		[ "$status" -eq 2 ]
		says "usage: git signoff"
	done
	signoff rita -h
	[ "$status" -eq 0 ]
	says "usage: git signoff"
}

@test "a branch, a remote and a key that are not there are said by name" {
	signoff rita --yes review INC-8-none
	[ "$status" -eq 1 ]
	says "there is no branch hotfix/INC-8-none on origin"
	signoff rita --yes --production none review INC-7-login
	[ "$status" -eq 1 ]
	says "there is no branch none on origin"
	signoff rita --yes --remote nowhere review INC-7-login
	[ "$status" -eq 1 ]
	says nowhere
	signoff rita --yes audit INC-7-login
	[ "$status" -eq 1 ]
	says "git config hotfix.audit.trailer KEY"
	KEY=nobody signoff rita --yes review INC-7-login
	[ "$status" -eq 1 ]
	says "git could not sign"
	says_not "the server"
	leaves_nothing
}

@test "a tag of that name that was here before is neither pushed nor taken away" {
	git fetch -q origin
	git tag "signoff/${own#refs/signoffs/}" origin/main
	signoff rita --yes review INC-7-login
	[ "$status" -eq 1 ]
	says "git tag -d signoff/${own#refs/signoffs/}"
	[ "$(git rev-parse "signoff/${own#refs/signoffs/}")" = "$(git rev-parse origin/main)" ]
	[ -z "$(on_server "$own")" ]
}

@test "the user's configuration of tags and pushes changes nothing" {
	git config push.followTags true
	git config push.default matching
	git config tag.gpgSign true
	git config core.commentChar R
	git config remote.origin.push refs/heads/main:refs/heads/elsewhere
	git config remote.origin.tagOpt --tags
	git config core.logAllRefUpdates always
	git fetch -q origin
	git -c tag.gpgSign=false tag -a -m mine mine origin/main
	signoff rita --yes review INC-7-login
	[ "$status" -eq 0 ]
	git tag -d mine
	leaves_nothing
	[ "$(git -C "$SERVER" for-each-ref --format='%(refname)' refs/tags refs/signoffs refs/heads/elsewhere)" = "$own" ]
}

@test "the prefix, the trailer and the production branch can be configured" {
	PRODUCTION="branch = refs/heads/main, refs/heads/stable" HOTFIX="branch = fix/{incident}-{slug}" NO_QA=1 \
		configure_signatures
	cat >>"$SERVER/hotfix.ini" <<-INI
		[signoff "security"]
		trailer = Audited-by
		role = reviewer
		evidence = signature
	INI
	cd "$CLONE"
	branch fix/INC-9-deep
	work deep
	push_as dave fix/INC-9-deep
	accepted
	cd "$ROOT/reviewer"
	git config hotfix.prefix fix/
	git config hotfix.security.trailer Audited-by
	signoff rita --yes security INC-9-deep
	[ "$status" -eq 1 ]
	says 'does not say "Production: refs/heads/main"'
	signoff rita --yes --production main security INC-9-deep
	[ "$status" -eq 0 ]
	says "says Audited-by: rita <rita@example.com>" "says Production: refs/heads/main"
}

@test "it signs with OpenPGP" {
	command -v gpg >/dev/null || skip "gpg is not installed"
	# the path of the agent's socket is short, whatever TMPDIR is
	GNUPGHOME=$(mktemp -d /tmp/hotfix-gpg.XXXXXX)
	export GNUPGHOME
	gpg --batch --quiet --passphrase '' --quick-generate-key 'rita <rita@example.com>' ed25519 sign never
	mkdir -m 755 "$ROOT/gnupg"
	gpg --batch --quiet --export rita@example.com | gpg --batch --quiet --homedir "$ROOT/gnupg" --import
	gpgconf --homedir "$ROOT/gnupg" --kill all
	SIGNATURE="gpg-home = $ROOT/gnupg" configure_signatures
	git config --unset gpg.format
	be rita
	status=0
	output=$(GL_USER=rita PATH=$ROOT/bin:$PATH git signoff --yes review INC-7-login 2>&1) || status=$?
	echo "$output"
	[ "$status" -eq 0 ]
	says "key openpgp, of rita <rita@example.com>" "rita <rita@example.com> signed"
	[ -n "$(on_server "$own")" ]
	leaves_nothing
}

@test "a signal while git signs leaves no tag behind" {
	# shellcheck disable=SC2016 # for the script
	printf '#!/bin/sh\nkill -TERM "$(cat "%s/pid")"\nexec ssh-keygen "$@"\n' "$ROOT" >"$ROOT/bin/slow"
	chmod +x "$ROOT/bin/slow"
	git config gpg.ssh.program "$ROOT/bin/slow"
	be rita
	git config user.signingKey "$ROOT/keys/rita.pub"
	status=0
	output=$(GL_USER=rita sh -c 'echo $$ >"$1/pid"; exec "$1/bin/git-signoff" --yes review INC-7-login' sh "$ROOT" \
		2>&1) || status=$?
	[ "$status" -eq 143 ]
	leaves_nothing
	[ -z "$(on_server "$own")" ]
}
