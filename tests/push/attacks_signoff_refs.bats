# Attacks by refs below refs/signoffs: of what they are, how they are named, and what else is in the same push.
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
	fix=$(git rev-parse origin/hotfix/INC-9-x)
}

tag_of() { # PERSON [COMMIT]: a review of hotfix/INC-9-x
	sign_off "$1" review "${2-$fix}" INC-9-x
}

no_landing() { # WORDS…
	land INC-9-x
	refused signoff-review "$@"
	production_stays
}

# What a sign-off ref may hold: git-update-ref(1), any object
@test "a sign-off ref that is a commit, a tree, a blob, or no object" {
	make_tag rita review "$fix" INC-9-x
	blob=$(git cat-file tag "$tag" | object blob)
	for id in "$fix" "$(git rev-parse "$fix^{tree}")" "$blob" 1234567890123456789012345678901234567890; do
		raw_push rita update - "$id" "$ref" objects "$id" --
		refused_somehow || { echo "for $id" >&2; return 1; }
	done
	no_landing "missing 1 of 1"
}

@test "a review that is signed of the tree, and of a file" {
	for what in "$fix^{tree}" "$fix:file"; do
		id=$(git rev-parse "$what")
		for digits in "${id:0:10}" "${fix:0:10}"; do
			NAME=signoff/INC-9-x/review/rita-$digits
			sign_with rita -f -m "Reviewed-by: Rita <rita@example.com>" "$NAME" "$id"
			push_as rita "refs/tags/$NAME:refs/signoffs/${NAME#signoff/}"
			refused signoff-ref
		done
	done
	no_landing "missing 1 of 1"
}

@test "reviews under names that look like the branch's, the sign-off's, the person's" {
	make_tag rita review "$fix" INC-9-x
	id=${rest##*-}
	for name in "inc-9-x/review/rita-$id" "INC-9-X/review/rita-$id" "INC-9-x/Review/rita-$id" \
		"INC-9-x/review/Rita-$id" "INC-9-x/review/rita-${id^^}" "INC-9-x /review/rita-$id" \
		"INC-9-x\\xe2\\x80\\x8b/review/rita-$id" "INC-9-x/review\\xe2\\x80\\x8b/rita-$id" \
		"INC-9-x/review/\\xd1\\x80ita-$id" "INC-9-x/review/rita-$id-\\xd9\\xa1" "INC-9-x/../INC-9-x/review/rita-$id" \
		"INC-9-x//review/rita-$id" "hotfix/INC-9-x/review/rita-$id" "INC-9-x/review/x/rita-$id"; do
		raw_push rita update - "$(git rev-parse "$tag")" "refs/signoffs/$name" objects "$(git rev-parse "$tag")" --
		refused_somehow || { echo "for $name" >&2; return 1; }
	done
	for name in "refs/Signoffs/$rest" "refs/signoffs\\xe2\\x80\\x8b/$rest" "refs/heads/signoffs/$rest" "refs/signoff/$rest" \
		"refs/tags/signoffs/$rest"; do
		raw_push rita update - "$(git rev-parse "$tag")" "$name" objects "$(git rev-parse "$tag")" --
	done
	no_landing "missing 1 of 1"
}

# A ref where a folder is needed: git t0600-reffiles-backend.sh, D/F conflicts
@test "a ref where the folder of the sign-offs of a branch must be" {
	make_tag rita review "$fix" INC-9-x
	id=$(git rev-parse "$tag")
	for name in refs/signoffs/INC-9-x refs/signoffs/INC-9-x/review "$ref/x" "$ref/rita-${rest##*-}"; do
		raw_push rita update - "$id" "$name" objects "$id" --
		refused_somehow || { echo "for $name" >&2; return 1; }
	done
	push_as rita "$tag:$ref"
	accepted
}

@test "a landing and the revocation of its only review in one push, in either order" {
	tag_of rita
	accepted
	signed=$ref
	SUFFIX=-9 MESSAGE="Revokes: $signed" make_tag rita review "$fix" INC-9-x
	merge_hotfix INC-9-x
	push_as olga main "$tag:$ref"
	refused signoff-review revoked
	raw_push rita update - "$(git rev-parse "$tag")" "$ref" update "$production" "$(git rev-parse main)" refs/heads/main \
		revs main "$tag" ^origin/main --
	refused signoff-review revoked
	production_stays
}

@test "a landing and what looks like the revocation of its review by somebody else" {
	tag_of rita
	accepted
	signed=$ref
	SUFFIX=-9 MESSAGE="Revokes: $signed" make_tag paul review "$fix" INC-9-x
	merge_hotfix INC-9-x
	push_as olga main "$tag:$ref"
	refused signoff-ref "only who signed it"
	production_stays
}

@test "a branch that is deleted and made again as something else, with its reviews, in one push" {
	tag_of rita
	accepted
	signed=$ref
	bad=$(git rev-parse evil)
	raw_push dave update "$fix" - refs/heads/hotfix/INC-9-x update - "$bad" refs/heads/hotfix/INC-9-x objects "${evil[@]}" --
	refused_somehow
	push_as dave :hotfix/INC-9-x
	accepted
	raw_push dave update - "$bad" refs/heads/hotfix/INC-9-x objects "${evil[@]}" --
	accepted
	no_landing
	SUFFIX=-2 make_tag rita review "$fix" INC-9-x
	raw_push rita update "$(git rev-parse "$bad")" - refs/heads/hotfix/INC-9-x update - "$(git rev-parse "$tag")" "$ref" \
		objects "$(git rev-parse "$tag")" --
	refused_somehow
	production_stays
}

# The names are those of before: an incident's number that is used again
@test "an incident that is used again after its branch was abandoned has none of its reviews" {
	tag_of rita
	accepted
	push_as dave :hotfix/INC-9-x
	accepted
	git switch -q -C hotfix/INC-9-x origin/main
	work other other
	push_as dave hotfix/INC-9-x
	accepted
	no_landing "missing 1 of 1"
}

@test "a sign-off that is moved to another tag, back, and to itself" {
	tag_of rita
	accepted
	first=$(git rev-parse "$tag") signed=$ref
	git tag -d "${tag#refs/tags/}" >/dev/null
	MESSAGE='Reviewed-by: Rita <rita@example.com>

again' make_tag rita review "$fix" INC-9-x
	second=$(git rev-parse "$tag")
	raw_push rita update "$first" "$second" "$signed" objects "$second" --
	refused signoff-ref "never moved"
	raw_push rita update "$second" "$first" "$signed"
	refused stale
	raw_push rita update "$first" "$first" "$signed"
	[ "$(on_server "$signed")" = "$first" ]
	land INC-9-x
	landed
}

@test "a review whose tag was signed as an ordinary one, for a release of that commit" {
	sign_with rita -m 'Reviewed-by: Rita <rita@example.com>' v1.0 "$fix"
	push_as rita v1.0
	accepted
	push_as rita "v1.0:refs/signoffs/$(rest_of rita review "$fix" INC-9-x)"
	refused signoff-ref "the tag's own name is"
	no_landing "missing 1 of 1"
}

# git-receive-pack(1), receive.hideRefs; git-config(1), receive.denyDeletes
@test "refs that the server hides, and deletions that it denies, change no verdict" {
	tag_of rita
	accepted
	git -C "$SERVER" config transfer.hideRefs refs/signoffs
	git -C "$SERVER" config receive.denyDeletes true
	revoke rita "$ref" "$fix"
	[ "$status" -ne 0 ]
	land INC-9-x
	landed
	[ "$(events | tail -1)" = hotfix.merged ]
}

@test "a review of a commit that only looks like the fix: the same tree, another parent" {
	twin=$(TREE="$fix^{tree}" commit_of "$(git rev-parse origin/hotfix/INC-8-open)")
	push_as dave "$twin:refs/heads/feature"
	accepted
	SUFFIX=-2 tag_of rita "$twin"
	refused signoff-ref
	no_landing "missing 1 of 1"
}

@test "an object that is a sign-off's tag, pushed to the branch and to production" {
	tag_of rita
	accepted
	raw_push dave update "$fix" "$(git rev-parse "$tag")" refs/heads/hotfix/INC-9-x
	refused commit "is a tag, not a commit"
	raw_push olga update "$production" "$(git rev-parse "$tag")" refs/heads/main
	refused commit "is a tag, not a commit"
	production_stays
}
