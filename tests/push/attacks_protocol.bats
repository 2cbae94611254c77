# Attacks by what is said to git receive-pack, and by how much of it: gitprotocol-pack(5), Pushing Data To a Server.
load library
load attack

setup_file() { make_scene; }
setup() {
	enter_scene
	landing=$(TREE='origin/hotfix/INC-7-login^{tree}' commit_of origin/main origin/hotfix/INC-7-login)
	bad=$(git rev-parse evil)
}

evil_push() { # WORD…: of a raw push of evil to production, and whatever these words add
	raw_push dave "$@" update "$production" "$bad" refs/heads/main objects "${evil[@]}" --
}

good_push() { # WORD…: the same of the landing that is signed
	raw_push olga "$@" update "$production" "$landing" refs/heads/main objects "$landing" --
}

landed_once() {
	[ "$(on_server main)" = "$landing" ] || { printf '%s\n' "$output" >&2; return 1; }
	push_as dave evil:refs/heads/hotfix/INC-10-x
	[ "$(events | grep -c hotfix.merged)" -eq 2 ]
	[ "$(events | grep -c unexpected)" -eq 0 ]
}

seconds_since() { # BEGIN, of $SECONDS, is not long ago: a bound that is far off, for a machine that is busy
	[ $((SECONDS - $1)) -lt 120 ]
}

# --- Commands ---

@test "two commands for one ref, the good one first, and last" {
	raw_push olga update "$production" "$landing" refs/heads/main update "$production" "$bad" refs/heads/main \
		objects "$landing" "${evil[@]}" --
	refused_somehow
	raw_push olga update "$production" "$bad" refs/heads/main update "$production" "$landing" refs/heads/main \
		objects "$landing" "${evil[@]}" --
	refused_somehow
	raw_push olga update "$production" "$landing" refs/heads/main update "$landing" "$bad" refs/heads/main \
		objects "$landing" "${evil[@]}" --
	refused_somehow
	production_stays
}

@test "two commands for one hotfix branch, one ordinary branch, beside a landing that is good" {
	for ref in refs/heads/hotfix/INC-9-x refs/heads/feature refs/tags/v1; do
		good_push update - "$bad" "$ref" update - "$production" "$ref"
		refused_somehow
		says "is updated twice"
	done
	production_stays
}

@test "nothing made of nothing, and production made what it is" {
	raw_push dave update - - refs/heads/main
	production_stays
	raw_push dave update - - refs/heads/hotfix/INC-9-x
	[ "$refs_before" = "$refs_after" ]
	raw_push dave update "$production" "$production" refs/heads/main
	production_stays
	good_push
	landed_once
}

@test "old values that are zero, anybody's, or no object's" {
	for old in - "$bad" "$(git rev-parse origin/main^1)" "$(git rev-parse origin/main^2)" \
		ffffffffffffffffffffffffffffffffffffffff; do
		raw_push olga update "$old" "$landing" refs/heads/main objects "$landing" --
		refused stale || { echo "for $old" >&2; return 1; }
	done
	production_stays
}

@test "commands that are none" {
	for line in "$production $bad" "$production $bad " "$production  $bad refs/heads/main" \
		"${production:0:39} $bad refs/heads/main" "$production ${bad:0:39} refs/heads/main" \
		"$production $bad	refs/heads/main" "refs/heads/main $production $bad" "shallow" "push-cert" "" \
		"$production $bad refs/heads/main\x00report-status" "0000"; do
		raw_push dave line "$line" objects "${evil[@]}" -- || :
		production_stays || { echo "for $line" >&2; return 1; }
	done
}

@test "ids in capital letters" {
	raw_push dave line "${production^^} ${bad^^} refs/heads/main" objects "${evil[@]}" --
	refused_somehow
	raw_push olga line "$production ${bad^^} refs/heads/main" objects "${evil[@]}" --
	refused_somehow
	production_stays
}

# --- Capabilities ---

@test "a client that wants no report, no side band, or says nothing at all" {
	for list in report-status '' 'side-band-64k' 'report-status-v2 side-band-64k' 'delete-refs ofs-delta quiet'; do
		evil_push capabilities "$list"
		production_stays || { echo "for $list" >&2; return 1; }
	done
	good_push capabilities ''
	landed_once
}

# git t5543-atomic-push.sh
@test "atomic pushes of good and evil" {
	evil_push capabilities +atomic update - "$production" refs/heads/feature
	refused landing
	[ -z "$(on_server refs/heads/feature)" ]
	good_push capabilities +atomic update - "$bad" refs/heads/main2 update - "$bad" refs/tags/main
	refused ref-name
	good_push capabilities +atomic
	landed_once
}

# gitprotocol-capabilities(5), object-format
@test "names for objects of another kind" {
	for list in 'report-status side-band-64k object-format=sha256' 'report-status object-format=md5' \
		'report-status object-format=' 'report-status object-format=sha256 object-format=sha1'; do
		evil_push capabilities "$list"
		production_stays || { echo "for $list" >&2; return 1; }
	done
	long=$(printf '%064d' 0)
	raw_push dave line "$long $(printf 'a%.0s' $(seq 64)) refs/heads/main" || :
	production_stays
}

@test "agents with control bytes, of 60,000 bytes, and with words in them" {
	for agent in 'agent=x\x1b[2J\x07' "agent=$(head -c 60000 /dev/zero | tr '\0' a)" 'agent=git/2.39.5 push-options atomic' \
		'session-id=\x1b]0;x'; do
		evil_push capabilities "+$agent"
		refused_somehow
	done
	good_push capabilities "+agent=$(head -c 60000 /dev/zero | tr '\0' a)"
	landed_once
}

# --- Push options, certificates ---

# git t5545-push-options.sh
@test "33 push options of 65 KB" {
	evil_push options 33 65000
	refused_somehow
	production_stays
	begin=$SECONDS
	good_push options 33 65000
	seconds_since "$begin"
	[ "$status" -ne 0 ] || landed_once
}

@test "push options with newlines, control bytes, and what looks like a variable" {
	# shellcheck disable=SC2016
	options=(option 'GL_USER=olga' option 'a\nGL_USER=olga\nGIT_PUSH_OPTION_COUNT=0' option '\x1b[2J' option '' option '$(touch x)')
	evil_push "${options[@]}"
	refused landing
	raw_push dave "${options[@]}" update "$production" "$(git rev-parse origin/release/1)" refs/heads/main
	refused allow-by "dave may not land"
	good_push "${options[@]}"
	landed_once
}

# git t5534-push-signed.sh
@test "push certificates: who they say that pushed is not who pushed" {
	git -C "$SERVER" config receive.certNonceSeed seed
	for person in 'Olga <olga@example.com>' 'olga' '' 'x\n'; do
		raw_push dave cert "$person" update "$production" "$(git rev-parse origin/release/1)" refs/heads/main
		refused_somehow || { echo "for $person" >&2; return 1; }
		raw_push dave cert "$person" update "$production" "$bad" refs/heads/main objects "${evil[@]}" --
		refused_somehow || { echo "for $person" >&2; return 1; }
	done
	production_stays
}

# --- Packs ---

# git t5306-pack-nobase.sh
@test "a thin pack whose base is nowhere, and one whose base is here" {
	head -c 40000 /dev/urandom | base64 >large
	git add large
	git commit -qm base
	base=$(git rev-parse HEAD)
	echo more >>large
	git commit -qam 'on the base'
	printf '%s\n^%s\n' "$(git rev-parse HEAD)" "$base" | git pack-objects --revs --thin --stdout -q >thin
	raw_push dave update - "$(git rev-parse HEAD)" refs/heads/feature pack thin
	refused_somehow
	raw_push dave update "$production" "$(git rev-parse HEAD)" refs/heads/main pack thin
	refused_somehow
	push_as dave "$base:refs/heads/feature"
	accepted
	raw_push dave update "$production" "$(git rev-parse HEAD)" refs/heads/main pack thin
	refused landing
}

@test "a landing whose pack lacks a parent, a tree, a blob" {
	git cat-file commit evil | git hash-object -t commit -w --stdin >/dev/null
	for missing in "$bad" "$(git rev-parse 'evil^{tree}')" "$(git rev-parse evil:file)"; do
		objects=()
		for object in "${evil[@]}"; do [ "$object" = "$missing" ] || objects+=("$object"); done
		raw_push dave update - "$bad" refs/heads/hotfix/INC-9-x objects "${objects[@]}" --
		refused_somehow
		raw_push olga update "$production" "$bad" refs/heads/main objects "${objects[@]}" --
		refused_somehow
	done
}

# git t5519-push-alternates.sh
@test "objects that only an alternate has are judged like any other" {
	git init -q --bare ../other.git
	git push -q ../other.git evil
	echo "$PWD/../other.git/objects" >"$SERVER/objects/info/alternates"
	raw_push dave update "$production" "$bad" refs/heads/main
	refused landing
	raw_push dave update - "$bad" refs/heads/hotfix/INC-9-x
	accepted
	land INC-9-x
	refused signoff-review
}

# git t5538-push-shallow.sh
@test "a shallow push that hides where the history comes from" {
	raw_push dave shallow "$bad" update "$production" "$bad" refs/heads/main objects "${evil[@]}" --
	refused_somehow
	root=$(TREE='evil^{tree}' commit_of)
	raw_push dave shallow "$root" update - "$root" refs/heads/hotfix/INC-9-x objects "$root" "${evil[@]}" --
	refused_somehow
	raw_push olga shallow "$landing" update "$production" "$landing" refs/heads/main objects "$landing" --
	refused_somehow
	production_stays
	# what the server has itself is not cut by what a client says
	raw_push olga shallow "$production" update "$production" "$landing" refs/heads/main objects "$landing" --
	[ "$(git -C "$SERVER" rev-list --count main)" -eq "$(git rev-list --count "$landing")" ] || production_stays
}

# --- How much ---

@test "50,000 refs in one push, and production among them" {
	begin=$SECONDS
	raw_push dave many 25000 - "$production" refs/heads/a/ update "$production" "$bad" refs/heads/main \
		many 25000 - "$production" refs/tags/b/ objects "${evil[@]}" --
	refused landing
	seconds_since "$begin"
}

@test "a message of 300 MB, on a hotfix branch and on production" {
	{ git cat-file commit evil | sed '/^$/q'; printf 'x\n\n'; yes "$(printf 'a%.0s' $(seq 99))" | head -c 300000000; } >../raw
	large=$(git -c core.bigFileThreshold=4g hash-object -t commit -w --literally ../raw)
	rm ../raw
	git -c core.compression=1 pack-objects --stdout -q <<<"$large" >../pack
	lets_anything_in
	begin=$SECONDS
	raw_push dave update - "$large" refs/heads/hotfix/INC-9-x update "$production" "$large" refs/heads/main pack ../pack
	refused_somehow
	[ "$(grep -c "bytes long" <<<"$output")" -ge 2 ] || [ "$(tr -s ' \n' ' ' <<<"$output" | grep -o 'bytes long' | wc -l)" -ge 2 ]
	seconds_since "$begin"
	production_stays
}

@test "a branch of 12,000 commits" {
	before=$(git rev-parse origin/main)
	{
		for n in $(seq 12000); do
			printf 'commit refs/heads/long\ncommitter Dave <dave@example.com> 1700000000 +0000\ndata 2\nx\n'
			[ "$n" -ne 1 ] || printf 'from %s\n' "$before"
		done
	} | git fast-import --quiet
	begin=$SECONDS
	push_as dave long:refs/heads/hotfix/INC-9-x
	refused size
	push_as olga long:refs/heads/main
	refused limit
	seconds_since "$begin"
}

@test "400 merges of merges: 2^400 ways to the bottom" {
	{
		from=$(git rev-parse origin/main)
		for n in $(seq 400); do
			for side in 1 2; do
				printf 'commit refs/heads/ladder%s\nmark :%s\n' "$side" $((2 * n + side))
				printf 'committer Dave <dave@example.com> 1700000000 +0000\ndata 1\n%s' "$side"
				if [ "$n" -eq 1 ]; then
					printf 'from %s\n' "$from"
				else
					printf 'from :%s\nmerge :%s\n' $((2 * n - 2 + side)) $((2 * n + 1 - side))
				fi
			done
		done
	} | git fast-import --quiet
	begin=$SECONDS
	push_as dave ladder1:refs/heads/hotfix/INC-9-x
	refused size
	push_as olga ladder1:refs/heads/main
	refused_somehow
	seconds_since "$begin"
}

# --- Beside it ---

# git t5509-fetch-push-namespaces.sh, gitnamespaces(7)
@test "a namespace of the pusher's is not production" {
	for name in x a/b . .. x/../.. '' / refs/heads; do
		push_with GL_USER=dave GIT_NAMESPACE="$name" -- evil:refs/heads/main
		production_stays || { echo "for $name" >&2; return 1; }
	done
}

# git t3301-notes.sh
@test "notes, stashes and refs of a forge that say it was reviewed" {
	git notes add -m 'Reviewed-by: Rita <rita@example.com>' evil
	push_as dave refs/notes/commits evil:refs/pull/1/head evil:refs/merge-requests/1/merge evil:refs/for/main
	accepted
	evil_push
	refused landing
	raw_push dave update "$production" "$bad" refs/heads/main
	refused landing
}

@test "a client that hangs up before it reads the answer" {
	evil_push leave
	production_stays
	good_push leave
	tries=0
	while [ "$(on_server main)" = "$production" ] && [ $((tries += 1)) -lt 300 ]; do sleep 0.1; done
	landed_once
}
