# The scene of the attacks, and a client that says what git would not. Loaded behind library.bash.
#
#	setup_file() { make_scene; }
#	setup() { enter_scene; }
#	@test "…" { raw_push dave update - "$(git rev-parse evil)" refs/heads/main; refused_somehow; }
#
# Of each test a comment says where the attack comes from, where that is known; fsckObjects is on, as install.sh sets
# it, unless a test lets_anything_in, so that the hooks are asked what Git would have stopped.

# What each test finds: on the server
#   main              two commits, the second the landing of INC-1-old, a merge
#   hotfix/INC-1-old  landed
#   hotfix/INC-7-login  one commit of dave's, reviewed and tested: it can be landed
#   hotfix/INC-8-open   one commit of dave's, without sign-offs
#   develop, release/1  one commit each that production does not have; release/1 may be landed by olga
# and in the clone an `evil` branch, with a commit on main that nobody knows, which is not on the server.
make_scene() {
	unset GL_USER
	in_scene
	server
	PRODUCTION=$'branch = refs/heads/main\nallow-from = refs/heads/release/*\nallow-by = release' configure
	git remote set-url origin ../server.git
	start_production
	signed_hotfix INC-1-old
	merge_hotfix INC-1-old
	push_as olga main
	accepted
	git fetch -q origin
	pushed_hotfix INC-8-open
	branch release/1
	work release release-notes
	branch develop
	work develop
	push_as olga release/1 develop
	accepted
	signed_hotfix
	branch evil
	work evil
	cp -a "$ROOT" "$BATS_FILE_TMPDIR/before"
	cd /
}

# The path of a repository is its name in the ledger, so every test is at the same place.
in_scene() {
	mkdir -p "$BATS_FILE_TMPDIR/scene"
	BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR/scene
}

enter_scene() {
	cd /
	in_scene
	rm -rf "$BATS_TEST_TMPDIR"
	cp -a "$BATS_FILE_TMPDIR/before" "$BATS_TEST_TMPDIR"
	ROOT=$BATS_TEST_TMPDIR SERVER=$ROOT/server.git CLONE=$ROOT/clone
	export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C.UTF-8
	be dave
	cd "$CLONE" || return 1
	production=$(on_server main)
	mapfile -t evil < <(git rev-list --objects --no-object-names evil ^origin/main)
}

lets_anything_in() { # Git on the server does not look at objects
	git -C "$SERVER" config receive.fsckObjects false
}

raw_push() { # PERSON WORD…: tests/attacks/raw-push.js, into $status and $output
	local person=$1
	shift
	refs_before=$(git -C "$SERVER" for-each-ref)
	status=0
	output=$(GL_USER=$person node "$HOTFIX_SOURCE/tests/attacks/raw-push.js" "$SERVER" "$@" 2>&1) || status=$?
	[ "$status" -ne 2 ] || { printf '%s\n' "$output" >&2; return 1; }
	output=$(printf '%s\n' "$output" | sed 's/ *$//')
	refs_after=$(git -C "$SERVER" for-each-ref)
}

# PERSON REF NEW [OBJECT…]: a push of NEW to REF, which is said to be as it is on the server. The pack holds what Git
# finds below NEW, these objects, those of `evil`, and each only if it is there.
throw() {
	local person=$1 ref=$2 new old below
	new=$(git rev-parse "$3")
	old=$(on_server "$ref")
	shift 3
	mapfile -t below < <(git rev-list --objects --no-object-names "$new" --not --remotes 2>/dev/null)
	raw_push "$person" update "${old:--}" "$new" "$ref" objects "$new" "$@" "${below[@]}" "${evil[@]}" --
}

refused_somehow() { # by the hooks or by Git: no ref moved, and neither died
	[ "$status" -ne 0 ] || { printf 'expected a refusal:\n%s\n' "$output" >&2; return 1; }
	[ "$refs_before" = "$refs_after" ] || { echo "a ref moved all the same" >&2; return 1; }
	says_not "died of signal" "Sanitizer" "Segmentation"
}

production_stays() { # whatever became of the rest
	[ "$(on_server refs/heads/main)" = "$production" ] || { echo "production moved" >&2; return 1; }
}

# Objects of any bytes: `object TYPE` reads them on standard input and prints the id.
object() {
	git hash-object -t "$1" -w --literally --stdin
}

DAVE='Dave <dave@example.com> 1700000000 +0000'
# shellcheck disable=SC2034
RITA='Rita <rita@example.com> 1700000000 +0000'
# shellcheck disable=SC2034
SIGNED='x\n\nReviewed-by: Rita <rita@example.com>\nTested-by: Quentin <quentin@example.com>\n'

# PARENT…: a commit of TREE (that of the first parent), with these lines in their place: AUTHOR, COMMITTER, HEADERS
# (further ones), MESSAGE; \n and the like in them count.
commit_of() {
	local parent
	{
		printf 'tree %s\n' "$(git rev-parse "${TREE-$1^{tree\}}")"
		for parent; do
			printf 'parent %s\n' "$(git rev-parse "$parent")"
		done
		printf '%b\n' "author ${AUTHOR-$DAVE}" "committer ${COMMITTER-$DAVE}"
		[ -z "${HEADERS-}" ] || printf '%b\n' "$HEADERS"
		printf '\n%b' "${MESSAGE-A commit.\\n}"
	} | object commit
}

tree_of() { # ENTRIES, each "MODE ID NAME" with any bytes in NAME but NUL: a tree in exactly this order
	local mode id name
	for entry; do
		read -r mode id name <<<"$entry"
		printf '%s %b\0' "$mode" "$name"
		printf '%b' "$(printf '%s' "$id" | sed 's/../\\x&/g')"
	done | object tree
}
