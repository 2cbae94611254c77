# Attacks on signed sign-offs: forged objects, hostile configuration and environment, refs that are no pushes'.
load library
load signatures

setup() {
	server
	ssh_keys rita quentin
	configure_signatures
	start_production
	pushed_hotfix
}

# Programs that say yes to everything, and leave a mark.
evil_programs() {
	local program
	mkdir -p "$ROOT/evil"
	for program in ssh-keygen gpg gpg2 git-verify-tag; do
		cat >"$ROOT/evil/$program" <<-SH
			#!/bin/sh
			touch "$ROOT/mark"
			echo 'Good "git" signature for rita@example.com with ED25519 key SHA256:AAAA'
			echo rita@example.com
			printf '[GNUPG:] GOODSIG 1 rita\n[GNUPG:] VALIDSIG 1 2 3 4 5 6 7 8 00 1\n'
		SH
		chmod +x "$ROOT/evil/$program"
	done
}

signed_by_nobody() { # PERSON SIGNOFF: a tag that looks signed
	make_tag "$@"
	git cat-file tag "$tag" | sed '/^-----BEGIN/,/^-----END/{/^-----/!s/./A/g}' >"$ROOT/raw"
	push_raw_tag "$@"
}

# --- Who says which program and which keys ---

@test "no configuration of the repository has a say" {
	evil_programs
	ssh_key stranger
	printf 'rita@example.com %s\n' "$(cut -d' ' -f1,2 "$ROOT/keys/stranger.pub")" >"$ROOT/evil/signers"
	for key in gpg.program gpg.openpgp.program; do git -C "$SERVER" config $key "$ROOT/evil/gpg"; done
	git -C "$SERVER" config gpg.ssh.program "$ROOT/evil/ssh-keygen"
	git -C "$SERVER" config gpg.ssh.allowedSignersFile "$ROOT/evil/signers"
	git -C "$SERVER" config gpg.ssh.defaultKeyCommand "$ROOT/evil/ssh-keygen"
	git -C "$SERVER" config gpg.format ssh
	signed_by_nobody rita review
	refused signoff-ref "its key is not among the allowed signers"
	git tag -d "${tag#refs/tags/}"
	KEY=stranger sign_off rita review
	refused signoff-ref "its key is not among the allowed signers"
	git tag -d "${tag#refs/tags/}"
	approve
	land
	landed
	[ ! -e "$ROOT/mark" ]
}

@test "neither PATH nor HOME of the pusher has a say, nor the rest of the environment" {
	local environment
	evil_programs
	mkdir -p "$ROOT/evil/.ssh" "$ROOT/evil/.gnupg"
	printf '[gpg "ssh"]\n\tprogram = %s/evil/ssh-keygen\n' "$ROOT" >"$ROOT/evil/.gitconfig"
	ssh_key stranger
	KEY=stranger make_tag rita review
	environment=(GL_USER=rita "PATH=$ROOT/evil:$PATH" "HOME=$ROOT/evil" "GNUPGHOME=$ROOT/evil/.gnupg"
		"GIT_CONFIG_GLOBAL=$ROOT/evil/.gitconfig" "SSH_SK_PROVIDER=$ROOT/evil/x.so" "TZ=Pacific/Kiritimati" "IFS=/")
	push_with "${environment[@]}" -- "$tag:$ref"
	refused signoff-ref "its key is not among the allowed signers"
	git tag -d "${tag#refs/tags/}"
	make_tag rita review
	push_with "${environment[@]}" -- "$tag:$ref"
	accepted
	[ ! -e "$ROOT/mark" ]
}

@test "the time zone of the pusher does not move the end of a key" {
	forbid rita@example.com
	allow rita@example.com rita "valid-before=\"$(at -3600)\""
	make_tag rita review
	push_with GL_USER=rita TZ=Pacific/Honolulu -- "$tag:$ref"
	refused signoff-ref "was not valid then"
}

# --- Objects that are not what they seem ---

@test "a signature for something else than git" {
	make_tag rita review
	git cat-file tag "$tag" | sed '/^-----BEGIN/,$d' >"$ROOT/payload"
	ssh-keygen -q -Y sign -n file -f "$ROOT/keys/rita" "$ROOT/payload"
	cat "$ROOT/payload" "$ROOT/payload.sig" >"$ROOT/raw"
	push_raw_tag rita review
	refused signoff-ref "the signature is not good"
	rm "$ROOT/payload.sig"
	ssh-keygen -q -Y sign -n git -f "$ROOT/keys/rita" "$ROOT/payload"
	cat "$ROOT/payload" "$ROOT/payload.sig" >"$ROOT/raw"
	push_raw_tag rita review
	accepted
}

@test "a signature of other bytes" {
	make_tag rita review
	git cat-file tag "$tag" | sed '0,/^Reviewed-by/s/^Reviewed-by/Never mind\n\nReviewed-by/' >"$ROOT/raw"
	push_raw_tag rita review
	refused signoff-ref "the signature is not good"
	git cat-file tag "$tag" | sed 's/^tagger .*/tagger rita <rita@example.com> 1 +0000/' >"$ROOT/raw"
	push_raw_tag rita review
	refused signoff-ref "the signature is not good"
}

@test "a signature of a tag for another commit" {
	make_tag rita review
	more_work later
	git fetch -q origin
	git cat-file tag "$tag" | sed "s/^object .*/object $(git rev-parse origin/hotfix/INC-7-login)/
		s/^tag .*/tag signoff\/INC-7-login\/review\/rita-$(git rev-parse --short=10 origin/hotfix/INC-7-login)/" >"$ROOT/raw"
	push_raw_tag rita review
	refused signoff-ref "the signature is not good"
}

@test "two signatures" {
	ssh_key stranger
	make_tag rita review
	git cat-file tag "$tag" >"$ROOT/once"
	{ cat "$ROOT/once" && sed -n '/^-----BEGIN/,$p' "$ROOT/once"; } >"$ROOT/raw"
	push_raw_tag rita review
	refused signoff-ref "there are bytes behind its signature"
	ssh-keygen -q -Y sign -n git -f "$ROOT/keys/stranger" "$ROOT/once"
	cat "$ROOT/once" "$ROOT/once.sig" >"$ROOT/raw"
	push_raw_tag rita review
	refused signoff-ref "there are bytes behind its signature"
	sed 's/^-----END SSH SIGNATURE-----$/-----BEGIN PGP SIGNATURE-----\n&/' "$ROOT/once" >"$ROOT/raw"
	push_raw_tag rita review
	refused signoff-ref "it has two signatures"
}

@test "bytes behind the signature" {
	make_tag rita review
	{ git cat-file tag "$tag" && echo "Production: refs/heads/main"; } >"$ROOT/raw"
	push_raw_tag rita review
	refused signoff-ref "there are bytes behind its signature"
	{ git cat-file tag "$tag" && echo; } >"$ROOT/raw"
	push_raw_tag rita review
	refused signoff-ref "there are bytes behind its signature"
	{ git cat-file tag "$tag" && printf '\0x'; } >"$ROOT/raw"
	push_raw_tag rita review
	refused signoff-ref "it holds a NUL"
}

@test "a signature without an end, with CR LF, of another kind" {
	make_tag rita review
	git cat-file tag "$tag" | sed '/^-----END/d' >"$ROOT/raw"
	push_raw_tag rita review
	refused signoff-ref "its signature has no end"
	git cat-file tag "$tag" | sed '6,$s/$/\r/' >"$ROOT/raw"
	push_raw_tag rita review
	refused signoff-ref "there are bytes behind its signature"
	git cat-file tag "$tag" | sed '/^-----BEGIN/,$s/$/\r/' >"$ROOT/raw"
	push_raw_tag rita review
	refused signoff-ref "there are bytes behind its signature"
	git cat-file tag "$tag" | sed 's/SSH SIGNATURE/PGP MESSAGE/' >"$ROOT/raw"
	push_raw_tag rita review
	refused signoff-ref "its signature is of a kind that is not verified here"
	git cat-file tag "$tag" | sed 's/SSH SIGNATURE/SIGNED MESSAGE/' >"$ROOT/raw"
	push_raw_tag rita review
	refused signoff-ref "its signature is of a kind that is not verified here"
}

@test "headers that tools could read in two ways" {
	make_tag rita review
	git cat-file tag "$tag" | sed "1{p;s/.*/object $(git rev-parse origin/main)/}" >"$ROOT/raw"
	push_raw_tag rita review
	[ "$status" -ne 0 ]
	git cat-file tag "$tag" | sed '/^tagger/{p;s/.*/tagger eve <eve@example.com> 1 +0000/}' >"$ROOT/raw"
	push_raw_tag rita review
	refused signoff-ref "its headers are not object, type, tag and tagger"
	git cat-file tag "$tag" | sed '/^tagger/d' >"$ROOT/raw"
	push_raw_tag rita review
	refused signoff-ref "its headers are not object, type, tag and tagger"
}

@test "a message that itself holds a signature's first line" {
	MESSAGE="Reviewed-by: rita <rita@example.com>
-----BEGIN SSH SIGNATURE-----
no" make_tag rita review
	push_as rita "$tag:$ref"
	refused signoff-ref "it has two signatures"
	git tag -d "${tag#refs/tags/}"
	MESSAGE="See: -----BEGIN SSH SIGNATURE-----
Reviewed-by: rita <rita@example.com>" make_tag rita review
	push_as rita "$tag:$ref"
	accepted
}

@test "trailers that are there twice, and folded" {
	MESSAGE="Reviewed-by: rita <rita@example.com>
Reviewed-by: quentin <quentin@example.com>" sign_off rita review
	refused signoff-ref "its message must hold one trailer \"Reviewed-by:\""
	git tag -d "${tag#refs/tags/}"
	MESSAGE="Reviewed-by: quentin <quentin@example.com>
Reviewed-by: rita <rita@example.com>" sign_off rita review
	refused signoff-ref "its message must hold one trailer \"Reviewed-by:\""
	git tag -d "${tag#refs/tags/}"
	MESSAGE="Reviewed-by: rita <rita@example.com>
 quentin <quentin@example.com>" sign_off rita review
	refused signoff-ref "does not name rita"
	git tag -d "${tag#refs/tags/}"
	MESSAGE="Reviewed-by: rita
  <rita@example.com>" sign_off rita review
	accepted
}

@test "what is no trailer does not count" {
	MESSAGE="Not this

Reviewed-by: rita <rita@example.com>

but this." sign_off rita review
	refused signoff-ref "its message must hold one trailer \"Reviewed-by:\""
}

@test "a tag of a tag, and a tag of a tree" {
	make_tag rita review
	NAME=signoff/$(SUFFIX=-2 rest_of rita review)
	be rita
	sign_with rita -m "Reviewed-by: rita <rita@example.com>" "$NAME" "$tag" 2>/dev/null
	push_as rita "refs/tags/$NAME:refs/signoffs/${NAME#signoff/}"
	refused signoff-ref "it is on a tag, not on a commit"
	NAME=signoff/$(SUFFIX=-3 rest_of rita review)
	sign_with rita -m "Reviewed-by: rita <rita@example.com>" "$NAME" 'origin/hotfix/INC-7-login^{tree}'
	push_as rita "refs/tags/$NAME:refs/signoffs/${NAME#signoff/}"
	refused signoff-ref "it is on a tree, not on a commit"
}

@test "a message of many megabytes" {
	make_tag rita review
	{
		git cat-file tag "$tag" | sed '/^$/,$d'
		echo
		head -c 30000000 /dev/zero | tr '\0' 'a'
		printf '\n\n'
		git cat-file tag "$tag" | sed '1,/^$/d'
	} >"$ROOT/raw"
	push_raw_tag rita review
	refused signoff-ref "bytes long; at most"
}

# --- Names ---

@test "a sign-off for another branch" {
	branch hotfix/INC-8-crash
	push_as dave hotfix/INC-8-crash
	accepted
	make_tag rita review
	push_as rita "$tag:${ref/INC-7-login/INC-8-crash}"
	refused signoff-ref "the tag's own name is signoff/INC-7-login/review/rita-"
	work crash other
	push_as dave hotfix/INC-8-crash
	accepted
	sign_off rita review "$(git rev-parse HEAD)" INC-7-login
	refused signoff-ref "is not on hotfix/INC-7-login, and never was"
}

@test "a tag under another sign-off, another person, another number" {
	make_tag rita review
	push_as rita "$tag:${ref/review/qa}"
	refused signoff-ref "the tag's own name is"
	push_as rita "$tag:${ref/rita/quentin}"
	refused signoff-ref "the tag's own name is"
	push_as rita "$tag:$ref-2"
	refused signoff-ref "the tag's own name is"
	NAME=v1 SUFFIX=-5 sign_off rita review
	refused signoff-ref "the tag's own name is v1, it must be signoff/INC-7-login/review/rita-"
	NAME="signoff/$(rest_of rita review origin/main)"
	be rita
	sign_with rita -m "Reviewed-by: rita <rita@example.com>" "$NAME" origin/hotfix/INC-7-login
	push_as rita "refs/tags/$NAME:refs/signoffs/${NAME#signoff/}"
	refused signoff-ref "its name says $(git rev-parse --short=10 origin/main)"
}

@test "names that are no sign-off's" {
	local name id
	make_tag rita review
	id=$(git rev-parse --short=10 origin/hotfix/INC-7-login)
	for name in x INC-7-login INC-7-login/review INC-7-login/review/rita INC-7-login/review/rita- \
		INC-7-login/review/-$id INC-7-login/review/$id INC-7-login/review/rita-$id-x INC-7-login/review/rita-$id-2-3 \
		INC-7-login/nosuch/rita-$id review/rita-$id INC-7-login/review/rita-ABCDEF0123 \
		INC-7-login/review/rita-$(git rev-parse origin/hotfix/INC-7-login)0; do
		push_as rita "$tag:refs/signoffs/$name"
		refused signoff-ref "a sign-off ref is named refs/signoffs/<branch>/<sign-off>/<person>-<short id>"
	done
	push_as rita "$tag:refs/signoffs"
	refused ref-name
}

@test "a branch that is not there" {
	sign_off rita review origin/hotfix/INC-7-login INC-9-gone
	refused signoff-ref "there is no branch hotfix/INC-9-gone on the server"
}

@test "a branch that is there, and no hotfix's" {
	git -C "$SERVER" update-ref refs/heads/hotfix/old-style refs/heads/hotfix/INC-7-login
	sign_off rita review origin/hotfix/INC-7-login old-style
	refused signoff-ref "a sign-off ref is named"
}

@test "a commit that never was on the branch" {
	git switch -q --detach origin/hotfix/INC-7-login
	work elsewhere
	sign_off rita review HEAD
	refused signoff-ref "is not on hotfix/INC-7-login, and never was"
	git push -q origin HEAD:refs/heads/feature
	push_as rita "$tag:$ref"
	refused signoff-ref "is not on hotfix/INC-7-login, and never was"
}

@test "a commit that was on the branch once" {
	local old
	old=$(git rev-parse origin/hotfix/INC-7-login)
	on_hotfix
	git commit -q --amend -m 'fix it better'
	push_as dave --force hotfix/INC-7-login
	accepted
	sign_off rita review "$old"
	accepted
}

@test "a sign-off is never moved and never deleted" {
	sign_off rita review
	accepted
	push_as rita ":$ref"
	refused signoff-ref "a sign-off is never moved and never deleted"
	git tag -d "${tag#refs/tags/}" >/dev/null
	MESSAGE="Again

Reviewed-by: rita <rita@example.com>" make_tag rita review
	push_as rita "+$tag:$ref"
	refused signoff-ref "git tag -s -m 'Revokes: $ref'"
	pre_receive 0000000000000000000000000000000000000000 0000000000000000000000000000000000000000 "$ref-7"
	[ "$status" -ne 0 ]
}

@test "the old value that a client claims is not believed" {
	sign_off rita review
	accepted
	pre_receive 0000000000000000000000000000000000000000 "$(git rev-parse "$tag")" "$ref"
	refused stale
}

# --- Refs that no push made ---

@test "a sign-off that somebody put there on the server is judged as any other" {
	ssh_key stranger
	KEY=stranger make_tag rita review
	git push -q origin "$tag:refs/tags/elsewhere"
	git -C "$SERVER" update-ref "$ref" refs/tags/elsewhere
	sign_off quentin qa
	accepted
	land
	refused signoff-review
	git tag -d "${tag#refs/tags/}" "signoff/$(rest_of rita review)" 2>/dev/null || :
	git -C "$SERVER" update-ref -d "$ref"
	git -C "$SERVER" update-ref "refs/signoffs/$(rest_of rita review)" refs/heads/hotfix/INC-7-login
	land
	refused signoff-review "it is a commit, not an annotated tag"
}

@test "a symbolic ref below refs/signoffs" {
	sign_off rita review
	accepted
	git -C "$SERVER" symbolic-ref "refs/signoffs/INC-7-login/qa/quentin-$(git rev-parse --short=10 origin/hotfix/INC-7-login)" "$ref"
	land
	refused signoff-qa "the tag's own name is signoff/INC-7-login/review/rita-"
	git -C "$SERVER" symbolic-ref refs/signoffs/INC-7-login/qa/quentin-1234567 refs/heads/main
	push_as dave "HEAD:refs/signoffs/INC-7-login/qa/quentin-1234567"
	[ "$status" -ne 0 ]
	[ "$refs_before" = "$refs_after" ]
}

@test "a server whose keys are gone counts nothing" {
	approve
	mv "$ROOT/signers" "$ROOT/signers.away"
	land
	refused configuration "signers: No such file or directory"
	mkdir "$ROOT/signers"
	land
	[ "$status" -ne 0 ]
	says "this is the server's side"
	[ "$refs_before" = "$refs_after" ]
	rmdir "$ROOT/signers"
	mv "$ROOT/signers.away" "$ROOT/signers"
	land
	landed
}
