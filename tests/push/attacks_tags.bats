# Attacks by signed sign-offs, through pushes alone: tags that are another's, for something else, too late, or taken back.
load library
load attack
load signatures

setup_file() { make_scene; }
setup() {
	enter_scene
	ssh_keys rita quentin paul
	NO_QA=1 configure_signatures
	branch hotfix/INC-9-x
	work fix
	push_as dave hotfix/INC-9-x
	accepted
	git fetch -q origin
}

tag_of() { # PERSON [COMMIT]: rita's kind of sign-off, on hotfix/INC-9-x
	sign_off "$1" review "${2-origin/hotfix/INC-9-x}" INC-9-x
}

no_landing() { # WORDS…
	land INC-9-x
	refused signoff-review "$@"
	production_stays
}

@test "a sign-off that comes with the landing is too late" {
	make_tag rita review origin/hotfix/INC-9-x INC-9-x
	merge_hotfix INC-9-x
	push_as olga main "$tag:$ref"
	refused signoff-review "missing 1 of 1"
	push_as olga "$tag:$ref" main
	refused signoff-review "missing 1 of 1"
	production_stays
}

# git t7004-tag.sh, a signed tag of a signed tag
@test "a tag of a tag of the commit, signed by who may" {
	make_tag rita review origin/hotfix/INC-9-x INC-9-x
	be rita
	sign_with rita -f -m "$(printf 'x\n\nReviewed-by: rita <rita@example.com>')" "signoff/$rest" "$tag" 2>/dev/null
	be dave
	push_as rita "$tag:$ref"
	refused signoff-ref
	no_landing
}

@test "a tag whose own name is another branch's, another sign-off's, another person's" {
	for name in "signoff/INC-8-open/review/rita" "signoff/INC-9-x/qa/rita" "signoff/INC-9-x/review/paul" v1 "refs/tags/x"; do
		NAME=$name-$(git rev-parse --short=10 origin/hotfix/INC-9-x) tag_of rita
		refused signoff-ref "the tag's own name is"
	done
	no_landing
}

@test "a review of another branch, pushed under this one's name" {
	sign_off rita review origin/hotfix/INC-8-open INC-8-open
	accepted
	push_as rita "$tag:refs/signoffs/$(rest_of rita review origin/hotfix/INC-9-x INC-9-x)"
	refused signoff-ref
	push_as rita "$tag:${ref/INC-8-open/INC-9-x}"
	refused signoff-ref
	no_landing
}

@test "one tag under two names, and one person under two" {
	REVIEW='count = 2' NO_QA=1 configure_signatures
	tag_of rita
	accepted
	push_as rita "$tag:$ref-2"
	refused signoff-ref "the tag's own name is"
	SUFFIX=-2 tag_of rita
	accepted
	KEY=rita tag_of paul
	refused signoff-ref "its key belongs to rita@example.com"
	no_landing "missing 1 of 2"
}

@test "the key of somebody else, of nobody, and of one who is not in the role" {
	ssh_key stranger
	ssh_keys olga
	for key in paul stranger olga; do
		KEY=$key tag_of rita
		refused signoff-ref
		git tag -d "${tag#refs/tags/}" >/dev/null
	done
	tag_of olga
	refused signoff-ref "is not in the role"
	no_landing
}

@test "a key that has expired, that is not valid yet, that was taken out" {
	tag_of rita
	accepted
	forbid rita@example.com
	allow rita@example.com rita "valid-before=\"$(at -3600)\""
	no_landing "was not valid then"
	forbid rita@example.com
	allow rita@example.com rita "valid-after=\"$(at 3600)\""
	no_landing "was not valid then"
	forbid rita@example.com
	no_landing "not among the allowed signers"
	SUFFIX=-2 tag_of rita
	refused signoff-ref "not among the allowed signers"
}

@test "a sign-off that is revoked while the landing waits for the hooks" {
	tag_of rita
	accepted
	signed=$ref
	SUFFIX=-9 MESSAGE="Revokes: $signed" make_tag rita review origin/hotfix/INC-9-x INC-9-x
	cat >"$SERVER/hooks/update.chained" <<-SH
		#!/bin/sh
		[ "\$1" = refs/heads/main ] || exit 0
		unset GIT_DIR GIT_QUARANTINE_PATH
		cd $CLONE && GL_USER=rita git push -q origin $tag:$ref
	SH
	chmod +x "$SERVER/hooks/update.chained"
	merge_hotfix INC-9-x
	push_as olga main
	[ "$status" -ne 0 ]
	says "signoff-review" "revoked"
	[ -n "$(on_server "$ref")" ]
	production_stays
}

@test "a sign-off that is put back after it was revoked, under its name and under others" {
	tag_of rita
	accepted
	signed=$ref signed_tag=$tag
	SUFFIX=-9 MESSAGE="Revokes: $signed" tag_of rita
	accepted
	raw_push rita update - "$(git rev-parse "$signed_tag")" "$signed"
	refused stale
	raw_push rita update "$(git rev-parse "$signed_tag")" - "$signed" update - "$(git rev-parse "$signed_tag")" "$signed"
	refused_somehow
	push_as rita "$signed_tag:$signed-2" "$signed_tag:${signed/rita/paul}"
	refused signoff-ref
	push_as rita ":$ref"
	refused signoff-ref "never moved and never deleted"
	no_landing "revoked"
}

@test "a revocation by somebody else, of what is not there, and of a revocation" {
	tag_of rita
	accepted
	signed=$ref
	SUFFIX=-8 MESSAGE="Revokes: $signed" tag_of paul
	refused signoff-ref "only who signed it"
	SUFFIX=-7 MESSAGE="Revokes: $signed-1" tag_of rita
	refused signoff-ref "there is no such sign-off"
	SUFFIX=-9 MESSAGE="Revokes: $signed" tag_of rita
	accepted
	SUFFIX=-6 MESSAGE="Revokes: $ref" tag_of rita
	refused signoff-ref "that is a revocation"
	no_landing "revoked"
}

@test "a review of work that the branch has lost, and of work that came after it" {
	first=$(git rev-parse origin/hotfix/INC-9-x)
	tag_of rita "$first"
	accepted
	throw dave refs/heads/hotfix/INC-9-x "$(TREE='origin/develop^{tree}' commit_of "$first")"
	accepted
	no_landing "changed since"
	throw dave refs/heads/hotfix/INC-9-x "$(TREE='origin/develop^{tree}' commit_of origin/main)"
	accepted
	no_landing
}

@test "ten signatures in one tag, and none in one that looks signed" {
	make_tag rita review origin/hotfix/INC-9-x INC-9-x
	git cat-file tag "$tag" >"$ROOT/good"
	sed -n '/^-----BEGIN/,$p' "$ROOT/good" >"$ROOT/signature"
	two=("$ROOT/signature" "$ROOT/signature")
	cat "$ROOT/good" "${two[@]}" "${two[@]}" "${two[@]}" "${two[@]}" "$ROOT/signature" >"$ROOT/raw"
	push_raw_tag rita review origin/hotfix/INC-9-x INC-9-x
	refused signoff-ref
	sed '/^-----BEGIN/,/^-----END/{/^-----/!s/./A/g}' "$ROOT/good" >"$ROOT/raw"
	push_raw_tag rita review origin/hotfix/INC-9-x INC-9-x
	refused signoff-ref
	no_landing
}
