# Attacks by what an object holds: kinds that are mixed up, commits that tools read in different ways, and packs. Most
# are tried with fsckObjects off, so that the hooks alone stand there.
load library
load attack

setup_file() { make_scene; }
setup() { enter_scene; }

NOWHERE=1234567890123456789012345678901234567890

# COMMIT: it is refused on a hotfix branch of its own, by the rule commit; and on production.
no_hotfix() { # COMMIT [WORDS…]
	local commit=$1
	shift
	lets_anything_in
	throw dave refs/heads/hotfix/INC-9-x "$commit"
	refused commit "$@" || return 1
	throw dave refs/heads/main "$commit"
	refused_somehow
}

# COMMIT: with fsckObjects Git itself refuses it.
no_commit_for_git() {
	git -C "$SERVER" config receive.fsckObjects true
	throw dave refs/heads/feature "$1"
	refused_somehow
}

# --- Kinds ---

# git t1450-fsck.sh, branch pointing to non-commit
@test "a blob, a tree and a tag on production and on a hotfix branch" {
	blob=$(echo evil | object blob)
	git tag -a -m tag annotated evil
	for object in "$blob" 'evil^{tree}' annotated; do
		throw dave refs/heads/main "$object"
		refused commit "not a commit"
		throw dave refs/heads/hotfix/INC-9-x "$object"
		refused commit "not a commit"
	done
}

@test "an annotated tag of a landing that is good, in its place" {
	merge_hotfix
	git tag -a -m landing landing main
	throw olga refs/heads/main landing
	refused commit "is a tag, not a commit"
	push_as olga main
	landed
}

@test "a tag of a tag of a landing, and an id that is nowhere" {
	merge_hotfix
	git tag -a -m landing landing main
	git tag -a -m again again landing 2>/dev/null
	throw olga refs/heads/main again
	refused commit "is a tag, not a commit"
	throw olga refs/heads/main $NOWHERE
	refused_somehow
}

@test "a tag that says it is of a commit, and is of a tree" {
	lets_anything_in
	tag=$(printf 'object %s\ntype commit\ntag x\ntagger %s\n\nx\n' "$(git rev-parse 'evil^{tree}')" "$DAVE" | object tag)
	throw dave refs/heads/main "$tag"
	refused_somehow
}

# CVE-2016-8568, CVE-2016-8569 (libgit2 pull request 3987: objects that are malformed)
@test "a commit whose tree is a commit, a blob, or not there" {
	for tree in evil evil:file $NOWHERE; do
		commit=$(TREE=$tree commit_of origin/main)
		lets_anything_in
		throw dave refs/heads/hotfix/INC-9-x "$commit"
		refused_somehow
		throw olga refs/heads/main "$commit"
		refused_somehow
	done
}

@test "a commit whose parent is a tree, a blob, a tag, or not there" {
	git tag -a -m tag annotated origin/main
	lets_anything_in
	for parent in 'evil^{tree}' evil:file annotated $NOWHERE; do
		commit=$(TREE='evil^{tree}' commit_of origin/main "$parent")
		throw olga refs/heads/main "$commit" "$(git rev-parse "$parent")"
		refused_somehow
	done
}

# --- Commits that tools read in different ways ---

# git t1450-fsck.sh, double author; libgit2 reads the first line, Git the last
@test "two authors" {
	commit=$(AUTHOR="$RITA\nauthor $DAVE" commit_of evil)
	no_hotfix "$commit"
	no_commit_for_git "$commit"
}

@test "two committers, and a second author behind the committer" {
	no_hotfix "$(COMMITTER="$RITA\ncommitter $DAVE" commit_of evil)"
	no_hotfix "$(HEADERS="author $RITA" commit_of evil)"
}

# git-fsck(1), missingAuthor
@test "no author, no committer, and the two the other way round" {
	commit=$(git cat-file commit evil | grep -v '^author' | object commit)
	no_hotfix "$commit"
	no_commit_for_git "$commit"
	no_hotfix "$(git cat-file commit evil | grep -v '^committer' | object commit)"
	no_hotfix "$(git cat-file commit evil | awk '/^author/ { a = $0; next } 1; /^committer/ { print a }' | object commit)"
}

# libgit2 reads `A <a@x> <b@x>` as b, Git as a
@test "nested and repeated addresses" {
	for author in 'Dave <rita@example.com> <dave@example.com>' 'Dave <<dave@example.com>>' 'Dave > <dave@example.com>' \
		'Dave <rita@example.com <dave@example.com>' 'Dave <dave@example.com> >' 'Dave dave@example.com' \
		'Dave <dave@example.com'; do
		no_hotfix "$(AUTHOR="$author 1700000000 +0000" commit_of evil)" || { echo "for $author" >&2; return 1; }
	done
}

@test "empty addresses, and addresses that hold blanks and control bytes" {
	for author in 'Dave <>' 'Dave < >' 'Dave <dave@example.com >' 'Dave <da\x01ve@example.com>' \
		'Dave <dave @example.com>'; do
		no_hotfix "$(AUTHOR="$author 1700000000 +0000" commit_of evil)" || { echo "for $author" >&2; return 1; }
	done
}

# git t1450-fsck.sh, commit with NUL in header, NUL in commit
@test "a NUL in a header and in the message" {
	no_hotfix "$(AUTHOR='Da\0ve <dave@example.com> 1700000000 +0000' commit_of evil)" "NUL"
	no_hotfix "$(MESSAGE='x\n\0\nReviewed-by: Rita <rita@example.com>\n' commit_of evil)" "NUL"
}

@test "a carriage return in a header" {
	no_hotfix "$(AUTHOR="$DAVE\r" commit_of evil)" "carriage return"
	no_hotfix "$(HEADERS='x-note a\r\nx-note b' commit_of evil)" "carriage return"
}

# git t3900-i18n-commit.sh, UTF-16 refused because of NULs
@test "encodings that hide lines or show other ones" {
	for encoding in UTF-16 UTF-32BE UTF-7 ISO-2022-JP HZ IBM037 nonsense 'UTF-8\nencoding UTF-7' ''; do
		no_hotfix "$(HEADERS="encoding $encoding" commit_of evil)" || { echo "for $encoding" >&2; return 1; }
	done
}

# git t1450-fsck.sh, integer overflow in timestamps
@test "dates that overflow, are negative, or are none" {
	for time in 18446744073709551617 9223372036854775808 1099511627777 -1 0x10 1e3 '' 01700000000; do
		no_hotfix "$(AUTHOR="Dave <dave@example.com> $time +0000" commit_of evil)" || { echo "for $time" >&2; return 1; }
	done
}

# git-fsck(1), badTimezone
@test "time zones that are none" {
	for zone in +00000 0000 +1 '' Z '+0000 x' '+0000 +0000'; do
		commit=$(COMMITTER="Dave <dave@example.com> 1700000000 $zone" commit_of evil)
		no_hotfix "$commit" || { echo "for $zone" >&2; return 1; }
	done
}

@test "a date in the year 36812 opens nothing" {
	date='Dave <dave@example.com> 1099511627775 +1400'
	commit=$(AUTHOR=$date COMMITTER=$date TREE='evil^{tree}' commit_of origin/main)
	push_as dave "$commit:refs/heads/hotfix/INC-9-x"
	accepted
	merge_hotfix INC-9-x
	push_as olga main
	refused signoff-review
}

@test "the same parent twice" {
	no_hotfix "$(commit_of evil evil)" "is named twice"
	throw olga refs/heads/main "$(commit_of origin/main origin/main)"
	refused_somehow
}

# Git reads an id in capitals (hex.c), and so sees a parent where a reader of small letters sees none
@test "a parent in capital letters" {
	no_hotfix "$(git cat-file commit evil | sed "2a parent $(git rev-parse origin/develop | tr a-f A-F)" | object commit)"
}

# TREE: a commit of it on production that brings the evil one as a second parent, in capital letters.
hidden_parent() {
	TREE=$1 commit_of origin/main | xargs git cat-file commit | sed "2a parent $(git rev-parse evil | tr a-f A-F)" |
		object commit
}

@test "a rollback that brings a history by a parent in capital letters" {
	lets_anything_in
	commit=$(hidden_parent 'origin/main^1^{tree}')
	[ "$(git rev-list --count "$commit" ^origin/main)" -eq 2 ]
	throw olga refs/heads/main "$commit"
	refused commit "a parent is not the id of an object"
}

@test "a release that brings a history by a parent in capital letters" {
	lets_anything_in
	commit=$(hidden_parent 'origin/release/1^{tree}')
	throw olga refs/heads/release/1 "$commit"
	throw olga refs/heads/main "$commit"
	refused commit "a parent is not the id of an object"
}

@test "parents behind the author, and headers before the tree" {
	no_hotfix "$(HEADERS="parent $(git rev-parse origin/main)" commit_of evil)" "out of order"
	lets_anything_in
	throw dave refs/heads/hotfix/INC-9-x "$(git cat-file commit evil | sed '1i x-note first' | object commit)"
	refused_somehow
}

@test "headers that go on where none begins, and one without an end" {
	no_hotfix "$(COMMITTER="$DAVE\n Rita <rita@example.com>" commit_of evil)" "goes on on a second line"
	no_hotfix "$(git cat-file commit evil | head -4 | head -c -1 | object commit)"
}

@test "65 parents" {
	parents=()
	for n in $(seq 65); do parents+=("$(MESSAGE="$n\\n" commit_of origin/main)"); done
	lets_anything_in
	throw dave refs/heads/hotfix/INC-9-x "$(commit_of "${parents[@]}")"
	refused commit "more than 64 parents"
}

@test "the root of another history, beside production's" {
	root=$(TREE='evil^{tree}' commit_of)
	throw dave refs/heads/hotfix/INC-9-x "$root"
	refused base "was not cut from production"
	throw olga refs/heads/main "$root"
	refused landing "never loses a commit"
}

# --- Headers that hold text ---

@test "trailers in a signature's header are none" {
	lets_anything_in
	signature='gpgsig -----BEGIN PGP SIGNATURE-----\n \n Reviewed-by: Rita <rita@example.com>'
	commit=$(HEADERS="$signature\n Tested-by: Quentin <quentin@example.com>\n -----END PGP SIGNATURE-----" \
		TREE='evil^{tree}' commit_of origin/main)
	throw dave refs/heads/hotfix/INC-9-x "$commit"
	accepted
	merge_hotfix INC-9-x
	push_as olga main
	refused signoff-review "missing 1 of 1"
	refused signoff-qa
}

# gitformat-signature(5): a merge of a signed tag carries it as a header
@test "trailers in the tag that a merge carries are none" {
	pushed_hotfix INC-9-x
	lets_anything_in
	tag="object $(git rev-parse origin/hotfix/INC-9-x)\n type commit\n tag x\n tagger $RITA"
	merge=$(HEADERS="mergetag $tag\n \n ${SIGNED//\\n/\\n }" TREE='origin/hotfix/INC-9-x^{tree}' \
		commit_of origin/main origin/hotfix/INC-9-x)
	git show -s "$merge" >/dev/null
	throw olga refs/heads/main "$merge"
	refused signoff-review
	refused signoff-qa
}

# --- Packs ---

@test "a pack that is cut, one that holds other bytes, and one that has more than it says" {
	git pack-objects --stdout -q --revs <<<"evil" >"$CLONE/pack"
	send() { raw_push dave update - "$(git rev-parse evil)" refs/heads/hotfix/INC-9-x pack "$@" && refused_somehow; }
	for cut in 0 4 11 12 40 $(($(stat -c %s "$CLONE/pack") - 1)); do
		send "$CLONE/pack" cut "$cut"
	done
	{ head -c 30 "$CLONE/pack"; printf 'XXXX'; tail -c +35 "$CLONE/pack"; } >"$CLONE/bad"
	send "$CLONE/bad"
	printf 'PACK\0\0\0\2\0\0\377\377' >"$CLONE/bad"
	send "$CLONE/bad"
	printf 'PACK\0\0\0\2\377\377\377\377' >"$CLONE/bad"
	send "$CLONE/bad"
}

@test "a landing whose objects do not come with it" {
	merge_hotfix
	raw_push olga update "$production" "$(git rev-parse main)" refs/heads/main
	refused_somehow
}
