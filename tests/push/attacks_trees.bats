# Attacks by trees: what lands has the tree that was signed off, byte for byte, whatever a file system makes of it.
load library
load attack

setup_file() { make_scene; }
setup() {
	enter_scene
	lets_anything_in
	file=$(git rev-parse evil:file)
	other=$(git rev-parse evil:other)
	good=$(tree_of "100644 $file file" "100644 $other other")
}

# A landing of the signed hotfix with another TREE.
no_landing_of() { # TREE
	merge=$(TREE=$1 commit_of origin/main origin/hotfix/INC-7-login)
	throw olga refs/heads/main "$merge" "$1"
	refused landing
}

@test "a landing whose tree is the signed one but for a mode, a zero, the order, an entry" {
	file=$(git rev-parse origin/hotfix/INC-7-login:file)
	no_landing_of "$(tree_of "100755 $file file" "100644 $other other")"
	no_landing_of "$(tree_of "0100644 $file file" "100644 $other other")"
	no_landing_of "$(tree_of "100644 $other other" "100644 $file file")"
	no_landing_of "$(tree_of "120000 $file file" "100644 $other other")"
	no_landing_of "$(tree_of "100644 $file file" "100644 $other other" "100644 $file other")"
	no_landing_of "$(tree_of "100644 $file file" "100644 $other other" "40000 $(tree_of) x")"
}

# CVE-2018-11235 (git RelNotes/2.13.7), CVE-2024-32002 (2.39.4)
@test "a landing with a submodule more" {
	file=$(git rev-parse origin/hotfix/INC-7-login:file)
	no_landing_of "$(tree_of "100644 $file file" "100644 $other other" "160000 $(git rev-parse evil) submodule")"
}

# git RelNotes/2.2.1, CVE-2019-1353 (2.14.6)
@test "folders named .git, in the ways in which a file system takes them for it" {
	git -C "$SERVER" config receive.fsckObjects true
	config=$(tree_of "100644 $file config")
	for name in .git .GIT 'git~1' '.g\xe2\x80\x8cit' '..' '.'; do
		commit=$(TREE=$(tree_of "40000 $config $name") commit_of origin/main)
		throw dave refs/heads/hotfix/INC-9-x "$commit" "$(git rev-parse "$commit^{tree}")" "$config"
		refused_somehow || { echo "for $name" >&2; return 1; }
	done
}

# CVE-2018-17456 (git RelNotes/2.14.5)
@test "a .gitmodules whose address is an option" {
	git -C "$SERVER" config receive.fsckObjects true
	blob=$(printf '[submodule "x"]\n\tpath = x\n\turl = -u./payload\n' | object blob)
	throw dave refs/heads/hotfix/INC-9-x "$(TREE=$(tree_of "100644 $blob .gitmodules") commit_of origin/main)"
	refused_somehow
}

# --- What was reviewed is what ships ---

# FIRST: the tree of a commit that dave pushes and rita reviews. SECOND: that of a commit that he pushes then, and that
# olga lands.
reviewed_then() { # FIRST SECOND
	reviewed "$1"
	second=$(TREE=$2 MESSAGE='more\n' commit_of origin/hotfix/INC-9-x)
	throw dave refs/heads/hotfix/INC-9-x "$second" "$2"
	accepted
	throw olga refs/heads/main "$(commit_like "$second")"
}

reviewed() { # TREE
	NO_QA=1 PRODUCTION=$'branch = refs/heads/main\nallow-from = refs/heads/release/*\nallow-by = release' configure
	throw dave refs/heads/hotfix/INC-9-x "$(TREE=$1 commit_of origin/main)"
	accepted
	sign rita Reviewed-by hotfix/INC-9-x
	accepted
}

commit_like() { # TIP: the merge that would land it
	TREE="$1^{tree}" commit_of origin/main "$1"
}

@test "what was reviewed lands" {
	reviewed_then "$good" "$good"
	accepted
}

@test "after the review: an empty folder more" {
	reviewed_then "$good" "$(tree_of "40000 $(tree_of) empty" "100644 $file file" "100644 $other other")"
	refused signoff-review "empty changed since"
}

@test "after the review: the mode of a folder" {
	folder=$(tree_of "100644 $file x")
	reviewed_then "$(tree_of "40000 $folder d" "100644 $file file" "100644 $other other")" \
		"$(tree_of "40755 $folder d" "100644 $file file" "100644 $other other")"
	refused signoff-review "d changed since"
}

@test "after the review: a zero before a mode" {
	reviewed_then "$good" "$(tree_of "0100644 $file file" "100644 $other other")"
	refused signoff-review "file changed since"
}

@test "after the review: a file becomes executable" {
	reviewed_then "$good" "$(tree_of "100755 $file file" "100644 $other other")"
	refused signoff-review "file changed since"
}

@test "after the review: a file becomes group-writable, a link, a submodule" {
	reviewed_then "$good" "$(tree_of "100664 $file file" "100644 $other other")"
	refused signoff-review "file changed since"
	for mode in 120000 160000; do
		second=$(TREE=$(tree_of "$mode $file file" "100644 $other other") commit_of "$second")
		throw dave refs/heads/hotfix/INC-9-x "$second"
		accepted
		throw olga refs/heads/main "$(commit_like "$second")"
		refused signoff-review "file changed since"
	done
}

@test "after the review: a folder where a file was" {
	reviewed_then "$good" "$(tree_of "40000 $(tree_of "100644 $file x") file" "100644 $other other")"
	refused signoff-review
}

@test "after the review: a file under another name, in capital letters, in another form of Unicode" {
	reviewed_then "$good" "$(tree_of "100644 $file FILE" "100644 $other other")"
	refused signoff-review
}

# git t1450-fsck.sh, tree object with duplicate entries; git-fsck(1), treeNotSorted
@test "after the review: a tree that no two readers take for the same" {
	reviewed "$good"
	folder=$(tree_of "100644 $file x")
	for entries in "100644 $other other|100644 $file file" "100644 $file file|100644 $other file" \
		"100644 $file |40000 $folder x" \
		"100644 $file file|40000 $folder file" "100644 $file a/b" "0 $file file" "xyz $file file" "100644 $file ."; do
		IFS='|' read -r one two <<<"$entries"
		tree=$(tree_of "$one" ${two:+"$two"})
		throw dave refs/heads/hotfix/INC-9-x "$(TREE=$tree commit_of origin/hotfix/INC-9-x)" "$tree"
		refused commit || { echo "for $entries" >&2; return 1; }
	done
}

# CVE-2016-2315, CVE-2016-2324 (git RelNotes/2.7.4: the length of a path overflows)
@test "a tree of 3,000 folders in each other is bounded" {
	inner=$(tree_of "100644 $file x")
	GIT_DIR=$CLONE/.git node "$HOTFIX_SOURCE/tests/attacks/deep-tree.js" "$inner" 3000 >"$CLONE/../trees"
	mapfile -t trees <"$CLONE/../trees"
	throw dave refs/heads/hotfix/INC-9-x "$(TREE=${trees[-1]} commit_of origin/main)"
	tip=$(on_server hotfix/INC-9-x)
	throw olga refs/heads/main "$(MESSAGE=$SIGNED TREE=${trees[-1]} commit_of origin/main "${tip:-$(git rev-parse evil)}")"
	refused_somehow
}

@test "a tree of 150,000 entries is bounded" {
	tree=$(seq -w 150000 | awk -v id="$file" '{ printf "100644 blob %s\tf%s\n", id, $1 }' | git mktree)
	throw dave refs/heads/hotfix/INC-9-x "$(MESSAGE=$SIGNED TREE=$tree commit_of origin/main)"
	tip=$(on_server hotfix/INC-9-x)
	throw olga refs/heads/main "$(TREE=$tree commit_of origin/main "${tip:-$(git rev-parse evil)}")"
	refused_somehow
}
