# Attacks by the headers of commits and tags: what one reader takes for a parent, a tree, an author, and another does not.
# All of them are tried with fsckObjects off.
load library
load attack
load signatures

setup_file() { make_scene; }
setup() {
	enter_scene
	lets_anything_in
	push_as dave evil:refs/heads/feature
	accepted
	signed=$(git rev-parse origin/hotfix/INC-7-login)
	tree=$(git rev-parse "$signed^{tree}")
	bad=$(git rev-parse evil)
	bad_tree=$(git rev-parse 'evil^{tree}')
}

# LINES: a commit of these headers (\n and the like count) with a message is pushed to production by olga. It may land,
# as the merge that was signed, and then Git, and all that Git can be made to read, finds no evil in it.
no_evil_lands() {
	local commit
	commit=$(printf '%b\n\nLanding\n' "$1" | object commit)
	raw_push olga update "$production" "$commit" refs/heads/main objects "$commit" --
	if [ "$status" -eq 0 ]; then
		[ "$(git -C "$SERVER" rev-parse 'main^{tree}')" = "$tree" ] || { echo "another tree, by $1" >&2; return 1; }
		[ "$(git -C "$SERVER" merge-base "$bad" main)" != "$bad" ] || { echo "evil landed, by $1" >&2; return 1; }
		[ "$(git -C "$SERVER" log -1 --format=%P main)" = "$production $signed" ] || { echo "other parents, by $1" >&2; return 1; }
		git -C "$SERVER" update-ref refs/heads/main "$production"
		"$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" deliver --once >/dev/null
	else
		refused_somehow || return 1
	fi
}

people() { printf 'author %s\\ncommitter %s' "$DAVE" "$DAVE"; }

head() { printf 'tree %s\\nparent %s\\nparent %s' "$tree" "$production" "$signed"; }

# commit.c of Git, parse_commit_buffer: what is no parent line ends the parents
@test "one more parent, written in another way, where without it the merge lands" {
	no_evil_lands "$(head)\\n$(people)"
	accepted
	for parent in "Parent $bad" "parent  $bad" "parent\\t$bad" " parent $bad" "parent $bad " "parent $bad\\r" "parent $bad x" \
		"parent ${bad:0:39}" "parent ${bad}0" "parent \\x00$bad" "\\nparent $bad" "parent $bad\\nparent $bad" "x\\nparent $bad" \
		"parent ${bad^^}" "parent"; do
		no_evil_lands "$(head)\\n$parent\\n$(people)"
	done
}

@test "one more parent, among and behind the people" {
	for lines in "author $DAVE\\nparent $bad\\ncommitter $DAVE" "$(people)\\nparent $bad" \
		"$(people)\\nencoding UTF-8\\nparent $bad" "$(people)\\ngpgsig x\\nparent $bad" "$(people)\\ngpgsig x\\n parent $bad" \
		"$(people)\\ngpgsig -----BEGIN PGP SIGNATURE-----\\n \\n parent $bad\\n -----END PGP SIGNATURE-----" \
		"$(people)\\nHG:extra parent $bad" "$(people)\\n\\tparent $bad"; do
		no_evil_lands "$(head)\\n$lines"
	done
}

@test "two trees, a tree behind the parents, a tree in capital letters, and with more in the line" {
	for lines in "tree $tree\\ntree $bad_tree\\nparent $production\\nparent $signed" \
		"tree $bad_tree\\ntree $tree\\nparent $production\\nparent $signed" \
		"tree $tree\\nparent $production\\nparent $signed\\ntree $bad_tree" \
		"parent $production\\nparent $signed\\ntree $tree" "tree ${tree^^}\\nparent $production\\nparent $signed" \
		"tree $tree $bad_tree\\nparent $production\\nparent $signed" "tree  $tree\\nparent $production\\nparent $signed" \
		"tree $tree\\r\\nparent $production\\nparent $signed" "\\ntree $tree\\nparent $production\\nparent $signed" \
		"tree\\t$tree\\nparent $production\\nparent $signed"; do
		no_evil_lands "$lines\\n$(people)"
	done
}

# git t7510-signed-commit.sh; gitformat-signature(5)
@test "signatures, merged tags and encodings that are there twice, empty, unknown, and without an end" {
	tag="object $bad\\n type commit\\n tag v1\\n tagger $DAVE\\n \\n Reviewed-by: Rita <rita@example.com>"
	for lines in "gpgsig x\\ngpgsig y" "gpgsig" "gpgsig " "gpgsig-sha256 x\\n parent $bad" "mergetag $tag" "mergetag $tag\\nmergetag $tag" \
		"mergetag object $bad" "mergetag" "encoding UTF-8\\nencoding latin1" "encoding" "encoding \\xff" "encoding parent $bad" \
		"x-parent $bad" "replace $bad" "graft $bad" "x" " x" ; do
		no_evil_lands "$(head)\\n$(people)\\n$lines"
	done
}

@test "people that are there twice, out of order, empty, and with a parent in their name" {
	for lines in "author $DAVE\\nauthor $RITA\\ncommitter $DAVE" "committer $DAVE\\nauthor $DAVE" "author \\ncommitter $DAVE" \
		"author parent $bad <dave@example.com> 1 +0000\\ncommitter $DAVE" "author $DAVE\\n parent $bad\\ncommitter $DAVE" \
		"author $DAVE\\ncommitter" "author $DAVE" "" "author: $DAVE\\ncommitter: $DAVE" \
		"author Dave <dave@example.com>\\ncommitter $DAVE" "author Dave <dave@example.com> 1\\ncommitter $DAVE" \
		"author Dave <dave@example.com> 1 +0000 parent $bad\\ncommitter $DAVE"; do
		no_evil_lands "$(head)\\n$lines"
	done
}

@test "a commit of nothing but a title, of a tree alone, of nothing" {
	for lines in "tree $tree" "parent $production" "tree $tree\\nparent $production" x ''; do
		no_evil_lands "$lines"
	done
	for commit in "$(printf 'tree %s' "$tree" | object commit)" "$(printf '' | object commit)" \
		"$(printf '%b\n' "$(head)\\n$(people)" | object commit)" "$(printf '%b' "$(head)\\n$(people)" | object commit)"; do
		raw_push olga update "$production" "$commit" refs/heads/main objects "$commit" --
		[ "$status" -ne 0 ] || [ "$(git -C "$SERVER" rev-parse 'main^{tree}')" = "$tree" ]
	done
	[ "$(git -C "$SERVER" merge-base "$bad" main)" != "$bad" ]
}
