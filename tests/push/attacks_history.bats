# Attacks by what a history is said to be, in files beside the objects, by clocks, and by names that were used before.
load library
load attack

setup_file() { make_scene; }
setup() { enter_scene; }

evil_stays_out() { # neither dave nor olga gets it onto production, as it is and merged
	throw dave refs/heads/main evil
	refused_somehow
	throw olga refs/heads/main "$(TREE='evil^{tree}' commit_of origin/main evil)"
	refused_somehow
	production_stays
}

signed_lands() {
	land
	landed
	[ "$(events | tail -1)" = hotfix.merged ]
}

# gitformat-commit-graph(5): who can write it says which parents a commit has; a push cannot
@test "a commit-graph that is damaged, and one of another history" {
	mkdir -p "$SERVER/objects/info"
	git clone -q --bare "$SERVER" ../other.git
	git -C ../other.git commit-graph write --reachable 2>/dev/null
	for change in whole cut zero; do
		rm -f "$SERVER/objects/info/commit-graph"
		cp ../other.git/objects/info/commit-graph "$SERVER/objects/info/commit-graph"
		chmod u+w "$SERVER/objects/info/commit-graph"
		case $change in
		cut) truncate -s 100 "$SERVER/objects/info/commit-graph" ;;
		zero) dd if=/dev/zero of="$SERVER/objects/info/commit-graph" bs=1 seek=1100 count=200 conv=notrunc 2>/dev/null ;;
		esac
		evil_stays_out
	done
	signed_lands
}

# A graph in which the evil commit has the parents of the signed one: an administrator's file, whose bytes are not checked
@test "a commit-graph that says the evil commit is an ancestor of production" {
	push_as dave evil:refs/heads/feature
	accepted
	git -C "$SERVER" commit-graph write --reachable 2>/dev/null
	graph=$SERVER/objects/info/commit-graph
	chmod u+w "$graph"
	node -e '
		const fs = require("node:fs");
		const [file, from, to] = process.argv.slice(1);
		const bytes = fs.readFileSync(file);
		const at = bytes.indexOf(Buffer.from(from, "hex"));
		Buffer.from(to, "hex").copy(bytes, at);
		fs.writeFileSync(file, bytes);
	' "$graph" "$(git rev-parse origin/hotfix/INC-7-login)" "$(git rev-parse evil)"
	evil_stays_out
}

# git-replace(1), gitrepository-layout(5): info/grafts, shallow
@test "grafts on the server change no verdict" {
	mkdir -p "$SERVER/info"
	printf '%s %s\n' "$(git rev-parse evil)" "$(git rev-parse origin/hotfix/INC-7-login)" >"$SERVER/info/grafts"
	evil_stays_out
	printf '%s\n' "$(git rev-parse origin/hotfix/INC-7-login)" >"$SERVER/info/grafts"
	land
	[ "$status" -ne 0 ] || [ "$(on_server main^2)" = "$(git rev-parse origin/hotfix/INC-7-login)" ]
}

# partial-clone.txt: of what is promised Git asks for no objects
@test "a server that is a partial clone takes no commit whose parents nobody has" {
	git -C "$SERVER" config remote.origin.url /nowhere
	git -C "$SERVER" config remote.origin.promisor true
	git -C "$SERVER" config core.repositoryFormatVersion 1
	git -C "$SERVER" config extensions.partialClone origin
	lets_anything_in
	for parents in evil "1234567890123456789012345678901234567890" "evil 1234567890123456789012345678901234567890"; do
		read -ra words <<<"$parents"
		bad=$(TREE='evil^{tree}' commit_of origin/main "${words[@]}")
		raw_push dave update - "$bad" refs/heads/hotfix/INC-9-x objects "$bad" --
		refused_somehow
		raw_push olga update "$production" "$bad" refs/heads/main objects "$bad" --
		refused_somehow
	done
	production_stays
}

# gitprotocol-capabilities(5), object-format
@test "a client that says its ids are SHA-256" {
	merge_hotfix
	raw_push olga capabilities 'report-status object-format=sha256' update "$production" "$(git rev-parse main)" \
		refs/heads/main revs main ^origin/main --
	refused_somehow
	long=$(printf '0%.0s' $(seq 24))
	raw_push olga line "$production$long $(git rev-parse main)$long refs/heads/main" revs main ^origin/main --
	refused_somehow
	production_stays
}

# --- Clocks ---

dated() { # SECONDS COMMAND…: with that as both dates
	GIT_AUTHOR_DATE="@$1 +0000" GIT_COMMITTER_DATE="@$1 +0000" "${@:2}"
}

@test "commits of the year 2099 and of 1970 are neither before nor behind what was signed" {
	for when in 4070908800 100; do
		git fetch -q origin
		git switch -q --detach origin/hotfix/INC-7-login
		echo "$when" >>file
		dated $when git commit -qam "at $when"
		push_as dave HEAD:refs/heads/hotfix/INC-7-login
		accepted
		git fetch -q origin
		git switch -q -C main origin/main
		dated $when git merge -q --no-ff -m landing origin/hotfix/INC-7-login
		push_as olga main
		refused signoff-review "missing 1 of 1"
	done
	production_stays
}

@test "a sign-off commit of the year 2099 does not sign what comes after it" {
	git switch -q --detach origin/hotfix/INC-8-open
	be rita
	dated 4070908800 git commit -q --allow-empty -m x --trailer 'Reviewed-by: Rita <rita@example.com>' \
		--trailer 'Tested-by: Quentin <quentin@example.com>'
	push_as rita HEAD:refs/heads/hotfix/INC-8-open
	accepted
	be dave
	echo evil >>file
	dated 1000000000 git commit -qam 'long ago'
	push_as dave HEAD:refs/heads/hotfix/INC-8-open
	accepted
	land INC-8-open
	refused signoff-review "missing 1 of 1"
	production_stays
}

@test "a landing that is dated before all that it lands, and long after, is judged by the server's clock" {
	git switch -q -C main origin/main
	dated 1 git merge -q --no-ff -m landing origin/hotfix/INC-7-login
	push_as olga main
	landed
	[ "$(sqlite3 "$SERVER/hotfix.sqlite" "SELECT count(*) FROM event WHERE type = 'hotfix.merged'
		AND time > unixepoch('2020-01-01')")" -eq 2 ]
}

@test "an old landing is not rolled back to by a commit that is dated as it was" {
	land
	landed
	production=$(on_server main)
	git fetch -q origin
	back=$(TREE='origin/main~1^{tree}' AUTHOR='Olga <olga@example.com> 1 +0000' COMMITTER='Olga <olga@example.com> 1 +0000' \
		commit_of origin/main)
	throw dave refs/heads/main "$back"
	refused rollback "only the role release may"
	production_stays
}

# --- Names of before ---

@test "a branch that was abandoned and is made again has no review of what it was" {
	raw_push dave update "$(git rev-parse origin/hotfix/INC-7-login)" - refs/heads/hotfix/INC-7-login
	accepted
	throw dave refs/heads/hotfix/INC-7-login evil
	accepted
	land
	refused signoff-review "missing 1 of 1"
	production_stays
}

# SECURITY.md, what is not promised
@test "what got past the hooks onto production is put back by the role of rollbacks alone, and that is told" {
	throw dave refs/heads/feature evil
	accepted
	git -C "$SERVER" update-ref refs/heads/main refs/heads/feature
	"$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" deliver >/dev/null
	git -C "$SERVER" update-ref refs/heads/main "$production"
	"$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" deliver >/dev/null
	[ "$(events | grep -c production.unexpected)" -eq 2 ]
	again=$(TREE='evil^{tree}' commit_of origin/main)
	for commit in evil "$again"; do
		throw dave refs/heads/main "$commit"
		refused rollback "only the role release may"
		production_stays
	done
	throw olga refs/heads/main "$again"
	accepted
	[ "$(events | tail -1)" = production.rolled_back ]
}

@test "the branch of a landing in the push that makes it again, deletes it, or moves it back" {
	signed=$(git rev-parse origin/hotfix/INC-7-login)
	landing=$(TREE="$signed^{tree}" commit_of origin/main "$signed")
	for moves in "update $signed - refs/heads/hotfix/INC-7-login" \
		"update $signed $signed^ refs/heads/hotfix/INC-7-login" \
		"update $signed $(git rev-parse evil) refs/heads/hotfix/INC-7-login"; do
		read -ra words <<<"$moves"
		[ "${words[2]}" != "$signed^" ] || words[2]=$(git rev-parse "$signed^")
		raw_push olga "${words[@]}" update "$production" "$landing" refs/heads/main objects "$landing" "${evil[@]}" --
		refused_somehow
		raw_push olga update "$production" "$landing" refs/heads/main "${words[@]}" objects "$landing" "${evil[@]}" --
		refused_somehow
	done
	production_stays
}

@test "work that is parked as a tag of a hotfix's name, and below refs/hotfix" {
	for ref in refs/hotfix/INC-7-login refs/tags/hotfix/INC-7-login refs/hotfix/INC-9-x refs/heads/refs/heads/hotfix/INC-9-x \
		refs/tags/hotfix/INC-9-x refs/remotes/origin/hotfix/INC-9-x; do
		throw dave "$ref" evil
	done
	evil_stays_out
	signed_lands
}

@test "names of hotfixes with digits of other scripts, percents, braces, blanks, and 200 letters" {
	# shellcheck disable=SC2016 # nothing is to expand
	for name in 'INC-\xd9\xa7-x' 'INC-\xef\xbc\x97-x' 'INC-7-%s%n%n' 'INC-7-x%00' 'INC-7-{incident}' 'INC-7-x y' 'INC-7-x\xc2\xa0' \
		'INC-7-$(id)' 'INC-7-x;id' 'INC--7-x' 'INC-+7-x' 'INC-7e1-X' 'INC-0x7-.x' 'INC-7-x.lock' 'INC-7-\xe2\x80\xae' \
		'inc-7-login' '-INC-7-x' 'INC-7-login/x' 'INC-7-'; do
		throw dave "refs/heads/hotfix/$name" evil
		refused_somehow || { echo "for $name" >&2; return 1; }
	done
	name=hotfix/INC-9-$(printf 'x%.0s' $(seq 200))
	throw dave "refs/heads/$name" evil
	accepted
	land "${name#hotfix/}"
	refused signoff-review
	production_stays
}
