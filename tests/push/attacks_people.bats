# Attacks by who is said to have signed, written or pushed: trailers that are none, names that are somebody else's.
load library
load attack

setup_file() { make_scene; }
setup() {
	enter_scene
	NO_QA=1 PRODUCTION=$'branch = refs/heads/main\nallow-from = refs/heads/release/*\nallow-by = release' configure
	open=$(git rev-parse origin/hotfix/INC-8-open)
}

BY_RITA='Reviewed-by: Rita <rita@example.com>'

# MESSAGE [TREE]: dave pushes a commit of it, above the work on hotfix/INC-8-open, by whose checklist the server says what
# it counts.
claim() {
	claimed=$(MESSAGE=$1 TREE=${2-$open^{tree\}} commit_of "$open")
	throw "${BY-dave}" refs/heads/hotfix/INC-8-open "$claimed"
}

counts() { # MESSAGE…
	for message; do
		claim "$message"
		if [ "$status" -ne 0 ] || ! says "4 review rita <rita@example.com> signed"; then
			printf 'for %s\n' "$message" >&2
			return 1
		fi
	done
}

counts_not() { # MESSAGE…
	for message; do
		claim "$message"
		says_not "4 review rita" "paul@example.com> signed" || { printf 'for %.200s\n' "$message" >&2; return 1; }
	done
}

no_landing() { # WORDS…: what hotfix/INC-8-open is now does not land, for a missing review
	git fetch -q origin
	throw olga refs/heads/main "$(TREE='origin/hotfix/INC-8-open^{tree}' commit_of origin/main origin/hotfix/INC-8-open)"
	refused signoff-review "$@"
	production_stays
}

# --- What is a trailer ---

@test "a trailer as Git writes it counts, so that the others are refused for what they are" {
	counts "x\n\n$BY_RITA\n" "x\n\n$BY_RITA"
	throw olga refs/heads/main "$(TREE="$open^{tree}" commit_of origin/main "$claimed")"
	accepted
}

# git t7513-interpret-trailers.sh, handling of --- lines
@test "behind and before ---: as Git reads a commit, not a patch" {
	counts "x\n\n---\n\n$BY_RITA\n" "x\n---\n\n$BY_RITA\n"
	counts_not "x\n\n$BY_RITA\n---\n file | 1 +\n" "x\n\n$BY_RITA\n\n---\n\ndiff --git a/x b/x\n"
	no_landing
}

# git t7513-interpret-trailers.sh, unfold
@test "folded trailers are one value, with all that is in it" {
	counts "x\n\nReviewed-by: Rita\n <rita@example.com>\n" "x\n\nReviewed-by:\n\tRita <rita@example.com>\n"
	counts_not "x\n\nReviewed-by: Rita <rita@example.com>\n <dave@example.com>\n" \
		"x\n\nX: y\n Reviewed-by: Rita <rita@example.com>\n" "x\n\nReviewed-by: Rita <rita@exam\n ple.com>\n"
	no_landing
}

@test "tabs before, in and behind the key" {
	counts "x\n\nReviewed-by\t:\tRita <rita@example.com>\t\n" "x\n\nReviewed-by:Rita <rita@example.com>\n"
	counts_not "x\n\n\t$BY_RITA\n" "x\n\nReviewed\t-by: Rita <rita@example.com>\n" "x\n\n $BY_RITA\n"
	no_landing
}

# git t7513-interpret-trailers.sh, message that has comments; git-commit(1), --cleanup=scissors
@test "behind a scissors line, and in comments" {
	scissors='# ------------------------ >8 ------------------------'
	counts_not "x\n\n$scissors\n$BY_RITA\n" "x\n\n$scissors\n\n$BY_RITA\n" "x\n\n# $BY_RITA\n" "x\n\n#$BY_RITA\n"
	counts "x\n\n$BY_RITA\n$scissors\nmore\n" "x\n\n$BY_RITA\n# a comment\n"
}

@test "in the body, in the title, and among prose" {
	counts_not "x\n\n$BY_RITA\n\nAnd then it works.\n" "$BY_RITA\n" "$BY_RITA\n\nBody.\n" "x\n\nSee below.\n$BY_RITA\n" \
		"x\n\n$BY_RITA\nSee above.\n" "x\n$BY_RITA\n"
	no_landing
}

@test "behind what only some take for the end of a line" {
	counts_not "x\n\nSee\xe2\x80\xa8$BY_RITA\n" "x\n\nSee\xc2\x85$BY_RITA\n" "x\n\nSee\r$BY_RITA\n" "x\n\nSee\f$BY_RITA\n" \
		"x\n\nSee\v$BY_RITA\n"
	no_landing
}

@test "a million trailers, and a few more than anybody writes" {
	lets_anything_in
	many() { { git cat-file commit "$open" | sed '/^$/q'; printf 'x\n\n'; yes "$BY_RITA" | head -n "$1"; } | object commit; }
	for count in 1000000 20000 1001; do
		throw dave refs/heads/hotfix/INC-8-open "$(many $count)"
		refused commit "more than\|at most" 2>/dev/null || refused commit
	done
	no_landing
}

# Unicode Technical Standard 39, confusables
@test "keys that look like it" {
	counts_not "x\n\nR\xd0\xb5viewed-by: Rita <rita@example.com>\n" "x\n\nReviewed\xe2\x80\x91by: Rita <rita@example.com>\n" \
		"x\n\nReviewed-by\xef\xbc\x9a Rita <rita@example.com>\n" "x\n\n\xe2\x80\x8bReviewed-by: Rita <rita@example.com>\n" \
		"x\n\nReviewed_by: Rita <rita@example.com>\n" "x\n\nReviewed-by; Rita <rita@example.com>\n"
	no_landing
}

@test "keys that begin like it, end like it, and say something else" {
	counts_not "x\n\nNot-Reviewed-by: Rita <rita@example.com>\n" "x\n\nReviewed-by-not: Rita <rita@example.com>\n" \
		"x\n\nReviewed: by: Rita <rita@example.com>\n" "x\n\nSigned-off-by: Rita <rita@example.com>\n" \
		"x\n\nAcked-by: Rita <rita@example.com>\n" "x\n\nReviewed by: Rita <rita@example.com>\n"
	no_landing
}

# git t7513-interpret-trailers.sh; core.commentChar and trailer.separators of git-config(1)
@test "no configuration of Git's has a say in what is a trailer" {
	git -C "$SERVER" config core.commentChar R
	git -C "$SERVER" config trailer.separators '=#'
	git -C "$SERVER" config trailer.Acked.key Reviewed-by
	counts "x\n\n$BY_RITA\n"
	counts_not "x\n\nReviewed-by= Rita <rita@example.com>\n" "x\n\nReviewed-by # Rita <rita@example.com>\n" \
		"x\n\nAcked: Rita <rita@example.com>\n"
	no_landing
}

# --- Whose it is ---

@test "addresses that look like hers" {
	counts_not "x\n\nReviewed-by: Rita <rit\xd0\xb0@example.com>\n" "x\n\nReviewed-by: Rita <rita@example.com\xe2\x80\x8b>\n" \
		"x\n\nReviewed-by: Rita <rita@ex\xc3\xa4mple.com>\n" "x\n\nReviewed-by: Rita <rita@example.com.>\n" \
		"x\n\nReviewed-by: Rita <rita+x@example.com>\n" "x\n\nReviewed-by: Rita <rita@example.com@evil.example>\n" \
		"x\n\nReviewed-by: Rita <rita%%example.com@evil.example>\n" "x\n\nReviewed-by: Rita <\"rita\"@example.com>\n" \
		"x\n\nReviewed-by: Rita <rita@EXAMPLE.COM.evil.example>\n"
	no_landing
}

@test "her name without her address, with two, with somebody else's" {
	counts_not "x\n\nReviewed-by: Rita\n" "x\n\nReviewed-by: rita\n" "x\n\nReviewed-by: login:rita\n" \
		"x\n\nReviewed-by: rita@example.com <dave@example.com>\n" "x\n\nReviewed-by: Rita <rita@example.com> <paul@example.com>\n" \
		"x\n\nReviewed-by: Rita <rita@example.com, paul@example.com>\n" "x\n\nReviewed-by: Rita <<rita@example.com>\n" \
		"x\n\nReviewed-by: Rita <rita@example.com\n" "x\n\nReviewed-by: \"Rita <rita@example.com>\" <dave@example.com>\n"
	no_landing
}

@test "his own review, under his other name, in other letters, by his login" {
	OTHER_ADDRESS='dave david@corp.example' NO_QA=1 configure
	counts_not "x\n\nReviewed-by: Dave <dave@example.com>\n" "x\n\nReviewed-by: D <DAVID@corp.EXAMPLE>\n"
	claim "x\n\nReviewed-by: Dave <dave@example.com>\nReviewed-by: D <David@Corp.example>\n"
	no_landing "did some of the work"
}

@test "escape sequences in a trailer do not reach the terminal" {
	claim "x\n\nReviewed-by: \x1b[2J\xc2\x9b31m Rita <nobody@example.com>\n"
	accepted
	no_landing
	[ "$(printf '%s' "$output" | tr -d '\n' | LC_ALL=C tr -dc '\000-\037\177' | wc -c)" -eq 0 ]
	[ "$(printf '%s' "$output" | grep -c $'\302\233')" -eq 0 ]
}

# --- Who did the work ---

# COMMIT: dave's work on a new branch, which rita then reviews: she is out.
rita_is_out() {
	throw "${BY-dave}" refs/heads/hotfix/INC-9-x "$1"
	accepted
	sign rita Reviewed-by hotfix/INC-9-x
	land INC-9-x
	refused signoff-review "did some of the work: ${2-is a co-author of}"
	production_stays
}

@test "a co-author among several in one line, and written in another way" {
	for line in 'Paul <paul@example.com>, Rita <rita@example.com>' 'Rita <rita@example.com> <paul@example.com>' \
		'rita@example.com; paul@example.com' 'paul@example.com (with RITA@example.com)'; do
		rita_is_out "$(MESSAGE="x\n\nCo-Authored-By : $line\n" TREE='evil^{tree}' commit_of origin/main)" || { echo "for $line" >&2; return 1; }
	done
}

@test "a co-author of a commit that is not the last one, and folded" {
	below=$(MESSAGE='x\n\nCo-authored-by:\n Rita\n <rita@example.com>\n' TREE='evil^{tree}' commit_of origin/main)
	rita_is_out "$(TREE='origin/develop^{tree}' commit_of "$below")"
}

# git(1), GIT_AUTHOR_NAME and the like
@test "identities that the pusher's environment sets are claims; who pushes is out" {
	be quentin
	branch hotfix/INC-9-x
	work forged
	for name in GITEA_PUSHER_NAME=quentin GL_USERNAME=quentin REMOTE_USER=quentin USER=quentin LOGNAME=quentin; do
		push_with GL_USER=rita "$name" GIT_COMMITTER_EMAIL=quentin@example.com EMAIL=quentin@example.com \
			GIT_PUSH_CERT_SIGNER=quentin GIT_PUSH_CERT_STATUS=G -- "hotfix/INC-9-x:hotfix/INC-9-x"
		accepted
	done
	sign rita Reviewed-by hotfix/INC-9-x
	land INC-9-x
	refused signoff-review "did some of the work: pushed"
}

@test "a pusher without a name, with two, and with control bytes in it" {
	for who in '' $'rita\nGL_USER=olga' $'ri\x1bta' "$(printf 'x%.0s' $(seq 300))"; do
		push_with GL_USER="$who" -- evil:refs/heads/hotfix/INC-9-x
		refused server "GL_USER"
	done
	push_with -- evil:refs/heads/hotfix/INC-9-x
	refused server "the transport did not say who pushed"
}

@test "work that somebody else first pushed to another branch, taken over by the reviewer" {
	throw dave refs/heads/feature evil
	accepted
	BY=rita rita_is_out "$(git rev-parse evil)" pushed
}

# --- What is no work ---

@test "work that is undone again, hidden below a merge of sign-off commits" {
	signoff=$(MESSAGE="x\n\n$BY_RITA\n" commit_of "$open")
	bad=$(TREE='evil^{tree}' commit_of "$open")
	undone=$(TREE="$open^{tree}" MESSAGE="x\n\n$BY_RITA\n" commit_of "$bad")
	merge=$(MESSAGE="x\n\n$BY_RITA\n" TREE="$open^{tree}" commit_of "$signoff" "$undone")
	QA_BINDS=commit NO_REVIEW='' REVIEW='binds = commit' NO_QA=1 configure
	throw rita refs/heads/hotfix/INC-8-open "$merge"
	accepted
	no_landing "did some of the work"
}

@test "a sign-off commit that changes a mode, a zero, an empty folder" {
	lets_anything_in
	file=$(git rev-parse "$open:file") other=$(git rev-parse "$open:other")
	for tree in "$(tree_of "100755 $file file" "100644 $other other")" "$(tree_of "0100644 $file file" "100644 $other other")" \
		"$(tree_of "40000 $(tree_of) d" "100644 $file file" "100644 $other other")"; do
		BY=rita claim "x\n\n$BY_RITA\n" "$tree"
		no_landing "did some of the work"
	done
}

@test "a sign-off commit without a parent, and with one that is not there below" {
	root=$(TREE="$open^{tree}" MESSAGE="x\n\n$BY_RITA\n" commit_of)
	throw rita refs/heads/hotfix/INC-8-open "$(TREE="$open^{tree}" MESSAGE="x\n\n$BY_RITA\n" commit_of "$root" "$open")"
	refused base "was not cut from production"
}

@test "a review that says another incident, and another production branch" {
	NO_QA=1 PRODUCTION=$'branch = refs/heads/main\nbranch = refs/heads/next' configure
	counts_not "x\n\n$BY_RITA\n" "x\n\n$BY_RITA\nProduction: refs/heads/next\n" "x\n\n$BY_RITA\nProduction: refs/heads/main/\n" \
		"x\n\n$BY_RITA\nProduction: MAIN\n"
	claim "x\n\n$BY_RITA\nIncident: INC-7\n"
	refused incident
}
