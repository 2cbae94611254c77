# Attacks by the name of a ref: what stands for production, what hides it, and what a name can do to who reads it.
load library
load attack

setup_file() { make_scene; }
setup() { enter_scene; }

# NAME…: a push of evil to all of them is refused, each by the rule ref-name. \xHH is a byte.
reserved() {
	local name updates=()
	for name; do updates+=(update - "$(git rev-parse evil)" "$name"); done
	raw_push dave "${updates[@]}" objects "${evil[@]}" --
	refused ref-name "this name is not for pushes"
	[ "$(grep -c '^    ref-name ' <<<"$output")" -eq $# ] || { printf '%s\n' "$output" >&2; return 1; }
}

# NAME…: a push of evil to each is refused by the hooks or by Git.
no_ref() {
	local name
	for name; do
		throw dave "$name" evil
		refused_somehow || { printf 'for %.80s\n' "$name" >&2; return 1; }
	done
}

words_hold_no() { # PATTERN: in what the hooks say; the report that follows is Git's
	if grep -av '^ng ' <<<"$output" | grep -aq "$1"; then
		printf '%s\n' "$output" | cat -v >&2
		return 1
	fi
}

# git t1402-check-ref-format.sh, control characters
@test "a newline in a name" {
	no_ref 'refs/heads/feature\n0000 refs/heads/main' 'refs/heads/main\n' '\nrefs/heads/main'
	production_stays
}

@test "a NUL in a name" {
	throw dave 'refs/heads/x\x00refs/heads/main' evil
	production_stays
	throw dave 'refs/heads/main\x00' evil
	refused_somehow
	production_stays
}

# what a server says reaches the terminal as it is (the Git list's "Sanitize sideband channel messages", 2026)
@test "control bytes and escape sequences in a name do not reach the terminal" {
	for name in 'refs/heads/hotfix/INC-9-\x1b[2J\x1b]0;pwned\x07' 'refs/heads/hotfix/INC-9-\x0d\x1b[1A'; do
		no_ref "$name"
		words_hold_no $'[\033\007\r]'
	done
}

@test "C1 control bytes, alone and as UTF-8, do not reach the terminal" {
	for name in 'refs/heads/hotfix/INC-9-\x9b2J' 'refs/heads/hotfix/INC-9-\xc2\x9b2J'; do
		no_ref "$name"
		words_hold_no $'\302\233\|\233'
	done
}

# CVE-2021-42574 (bidirectional controls in source code)
@test "characters that turn the direction of a line do not reach the terminal" {
	no_ref 'refs/heads/hotfix/INC-9-\xe2\x80\xaetxt' 'refs/heads/hotfix/INC-9-\xe2\x81\xa6x'
	says '\u2066'
	words_hold_no $'\342\201\246'
}

# git RelNotes/2.7.6: hosts and repositories whose names begin with a dash
@test "a name that begins with -, or has a part that does" {
	no_ref '--upload-pack=touch /tmp/x' '-' '-refs/heads/main'
	throw dave refs/heads/-main evil
	[ "$status" -eq 0 ] || refused_somehow
	production_stays
}

@test "60,000 bytes in a name" {
	no_ref "refs/heads/hotfix/INC-9-$(head -c 60000 /dev/zero | tr '\0' a)"
	says "at most 4096"
	no_ref "refs/heads/$(head -c 60000 /dev/zero | tr '\0' a)"
}

@test "thousands of folders in a name" {
	no_ref "refs/heads/hotfix/$(printf 'a/%.0s' $(seq 1500))x" "refs/heads/main/$(printf 'a/%.0s' $(seq 1500))x" \
		"refs/signoffs/$(printf 'a/%.0s' $(seq 1500))x"
}

# git t1430-bad-ref-name.sh, HEAD as a branch name, and what is no ref in .git
@test "HEAD, and names outside refs/" {
	no_ref HEAD main heads/main FETCH_HEAD config objects/info/alternates hotfix.ini hotfix.sqlite worktrees/x/HEAD
}

# git t1430-bad-ref-name.sh, ../../my-private-file
@test "names that climb out of their folder" {
	no_ref refs/heads/../heads/main refs/../refs/heads/main refs/heads/./main refs/heads/hotfix/../main refs/../HEAD \
		refs/heads/hotfix/INC-9-x/../../main refs/signoffs/../heads/main
	production_stays
}

@test "slashes too many" {
	no_ref refs//heads/main refs/heads//main refs/heads/main/ /refs/heads/main refs/heads/ refs/ refs
	production_stays
}

# git t1402-check-ref-format.sh
@test "names that Git would not take for one" {
	no_ref refs/heads/main.lock refs/heads/main. refs/heads/.main 'refs/heads/main ' 'refs/heads/ma in' \
		'refs/heads/main@{0}' 'refs/heads/main~1' 'refs/heads/main^0' 'refs/heads/m?in' 'refs/heads/mai[n]' \
		'refs/heads/main*' 'refs/heads/main:x' \
		'refs/heads/main\x5c' refs/heads/main..evil ''
	production_stays
}

@test "a folder of production's name, and production's folder as a name" {
	reserved refs/heads/main/x refs/heads/main/main
	no_ref refs/heads
	says "ref-name"
}

@test "parents of governed prefixes" {
	reserved refs/heads/hotfix refs/heads/release refs/signoffs
}

# gitrevisions(7): refs/tags/<name> is found before refs/heads/<name>
@test "a tag named as production, in each of the ways in which one can be found" {
	reserved refs/tags/main refs/main refs/tags/heads/main refs/heads/heads/main refs/tags/refs/heads/main \
		refs/heads/refs/heads/main refs/refs/heads/main
}

# gitrevisions(7): refs/tags/origin/main is found before refs/remotes/origin/main, and `git fetch --tags` brings it
@test "a tag that a clone takes for production as it fetched it" {
	reserved refs/tags/origin/main refs/tags/remotes/origin/main refs/tags/refs/remotes/origin/main refs/tags/origin/MAIN
}

# refs/heads/HEAD becomes refs/remotes/origin/HEAD in a clone, which stands for production there
@test "a branch named HEAD" {
	reserved refs/heads/HEAD refs/tags/HEAD refs/tags/origin/HEAD
}

# CVE-2021-21300 (git RelNotes/2.17.6), git RelNotes/2.2.1: file systems that do not tell cases apart
@test "production in other cases" {
	reserved refs/heads/Main refs/heads/MAIN refs/heads/mAIn refs/tags/Main refs/heads/heads/MAIN refs/heads/MAIN/x
}

@test "the folders above production in other cases" {
	reserved refs/Heads/main refs/HEADS/main refs/heads/Main/x
}

# Unicode Technical Standard 39, confusables
@test "production in other letters" {
	reserved 'refs/heads/m\xd0\xb0in' 'refs/heads/ma\xd1\x96n' 'refs/heads/\xef\xbd\x8dain' \
		'refs/heads/\xf0\x9d\x90\xa6ain' 'refs/heads/m\xce\xb1in' 'refs/heads/ma\xc4\xb1n'
}

@test "production with what nobody sees" {
	reserved 'refs/heads/ma\xe2\x80\x8bin' 'refs/heads/main\xe2\x80\x8d' 'refs/heads/\xef\xbb\xbfmain' \
		'refs/heads/ma\xc2\xadin' 'refs/heads/main\xe2\x80\xae' 'refs/heads/main\xef\xb8\x8f' \
		'refs/heads/main\xf3\xa0\x80\xa0' 'refs/heads/m\xcd\x8fain' \
		'refs/tags/ma\xe2\x80\x8bin'
}

# git RelNotes/2.2.1: code points that HFS+ ignores
@test "production with the characters that HFS+ ignores" {
	reserved 'refs/heads/m\xe2\x80\x8cain' 'refs/heads/\xe2\x81\xaamain' 'refs/heads/mai\xe2\x80\xaan'
}

@test "production with blanks and marks that Unicode has beside it" {
	reserved 'refs/heads/main\xc2\xa0' 'refs/heads/main\xe3\x80\x80' 'refs/heads/main\xe2\x80\x83'
}

@test "production of another name in two forms of Unicode" {
	PRODUCTION=$'branch = refs/heads/prod\xc3\xa9' configure
	reserved 'refs/heads/prode\xcc\x81'
}

@test "bytes of production that are no UTF-8" {
	throw dave 'refs/heads/m\xc1\xa1in' evil
	[ "$status" -eq 0 ] || refused_somehow
	reserved 'refs/heads/main\xc0\x80' || true
	production_stays
}

# git t6050-replace.sh
@test "replacement refs" {
	reserved "refs/replace/$(git rev-parse origin/main)" refs/replace/x refs/replace/a/b
}

# git t5509-fetch-push-namespaces.sh
@test "refs of other namespaces" {
	reserved refs/namespaces/x/refs/heads/main refs/namespaces/x/HEAD
}

@test "a symbolic ref onto production" {
	git -C "$SERVER" symbolic-ref refs/heads/alias refs/heads/main
	throw dave refs/heads/alias evil
	refused ref-name "symbolic ref"
	raw_push dave update "$production" - refs/heads/alias
	refused ref-name
}

@test "a symbolic ref onto a hotfix branch, a release branch, a sign-off" {
	git -C "$SERVER" symbolic-ref refs/heads/alias refs/heads/release/1
	git -C "$SERVER" symbolic-ref refs/heads/second refs/heads/alias
	git -C "$SERVER" symbolic-ref refs/heads/third refs/heads/hotfix/INC-7-login
	git -C "$SERVER" symbolic-ref refs/notes/x refs/signoffs/INC-7-login/review/rita-1234567
	for ref in refs/heads/alias refs/heads/second refs/heads/third refs/notes/x; do
		throw dave "$ref" evil
		refused ref-name "symbolic ref" || { echo "for $ref" >&2; return 1; }
	done
}

@test "a release branch that is symbolic onto one that anybody moves" {
	git -C "$SERVER" update-ref refs/heads/anybody release/1
	git -C "$SERVER" update-ref -d refs/heads/release/1
	git -C "$SERVER" symbolic-ref refs/heads/release/1 refs/heads/anybody
	throw dave refs/heads/anybody evil
	accepted
	git fetch -q origin
	git switch -q -C main origin/main
	git merge -q --no-ff -m release evil
	push_as olga main
	production_stays
}

@test "production that is symbolic, by the name that it stands for" {
	git -C "$SERVER" update-ref refs/heads/trunk main
	git -C "$SERVER" symbolic-ref refs/heads/main refs/heads/trunk
	for ref in refs/heads/trunk refs/heads/main; do
		throw dave "$ref" evil
		refused landing
		raw_push dave update "$production" - "$ref"
		refused production-delete
	done
}

@test "names that are close to a hotfix's are answered with the one that was meant" {
	for name in refs/heads/Hotfix/INC-9-x refs/heads/HOTFIX/inc-9-x refs/heads/hotfixes/INC-9-x; do
		throw dave "$name" evil
		refused branch-name "did you mean hotfix/INC-9-x?"
	done
}

@test "hotfix branches without an incident, with more behind it, and below one that is there" {
	for name in refs/heads/hotfix/x refs/heads/hotfix/INC-9 refs/heads/hotfix/INC-9-x/y refs/heads/hotfix/INC-7-login/x \
		'refs/heads/hotfix/INC-9-\xc3\xbc' refs/heads/hotfix/-INC-9-x refs/heads/hotfix/INC-9-x.y; do
		throw dave "$name" evil
		refused branch-name || { echo "for $name" >&2; return 1; }
	done
}

@test "commands in a name are not for a shell: what is printed to be copied is quoted" {
	HOTFIX='not-from = refs/heads/develop/*' configure
	git -C "$SERVER" update-ref -d refs/heads/develop
	throw dave "refs/heads/develop/\$(touch\${IFS}pwned)" origin/develop
	accepted
	throw dave refs/heads/hotfix/INC-9-x origin/develop
	refused not-from
	says "git rebase --onto origin/main origin/'develop/\$(touch\${IFS}pwned)' hotfix/INC-9-x"
}
