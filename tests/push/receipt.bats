# The update hook goes by what pre-receive has just accepted, as long as nothing has changed.
load library

setup() {
	server
	configure
	start_production
	branch fix
	work "fix the login"
	push_as dave fix
	fix=$(git rev-parse HEAD)
	none=0000000000000000000000000000000000000000
	pre_receive "$none" "$fix" refs/heads/hotfix/INC-7-login
	accepted
}

# Without a state that it could ask, since a state that it opens it would make again.
update() { # OLD NEW [REF]: asks the update hook, as git would after pre-receive
	rm -f "$SERVER"/hotfix.sqlite*
	status=0
	output=$(cd "$SERVER" && GIT_DIR=. GL_USER=dave hooks/update "${3-refs/heads/hotfix/INC-7-login}" "$1" "$2" 2>&1) || status=$?
}

took_its_word() {
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ ! -e "$SERVER/hotfix.sqlite" ]
}

looked_itself() {
	[ -e "$SERVER/hotfix.sqlite" ]
}

@test "what pre-receive has accepted is accepted without a look into the state" {
	update "$none" "$fix"
	took_its_word
	[ "$(stat -c %a "$SERVER/hotfix.receipt")" = 600 ]
}

@test "another update is judged" {
	update "$none" "$(git rev-parse origin/main)"
	looked_itself
}

@test "the same update of another branch is judged" {
	update "$none" "$fix" refs/heads/hotfix/INC-7-other
	looked_itself
	update "$none" "$fix" refs/heads/hotfix/INC-7-logi
	looked_itself
}

@test "it is judged when production has moved meanwhile" {
	git -C "$SERVER" update-ref refs/heads/main "$fix"
	update "$none" "$fix"
	looked_itself
}

@test "it is judged when the branch has moved meanwhile, and refused" {
	git -C "$SERVER" update-ref refs/heads/hotfix/INC-7-login main
	update "$none" "$fix"
	looked_itself
	[ "$status" -ne 0 ]
	says stale "the ref is at"
}

@test "it is judged when the receipt is old, of the future, cut short, or no receipt" {
	local whole
	whole=$(cat "$SERVER/hotfix.receipt")
	for change in 's/^\(hotfix receipt 2 \).*/\11000000000/' 's/^\(hotfix receipt 2 \).*/\19000000000/' "\$d" 1d \
		's/receipt 2/receipt 1/' 's/^update /upgrade /' 's/^update ./update x/' 's/^production ./production x/'; do
		printf '%s\n' "$whole" | sed "$change" >"$SERVER/hotfix.receipt"
		update "$none" "$fix"
		looked_itself || { echo "after $change" >&2; return 1; }
	done
	printf '%s\n' "$whole" >"$SERVER/hotfix.receipt"
	update "$none" "$fix"
	took_its_word
}

@test "it is judged when there is no receipt, and pre-receive accepts where it cannot leave one" {
	rm "$SERVER/hotfix.receipt"
	update "$none" "$fix"
	looked_itself
	mkdir "$SERVER/hotfix.receipt"
	push_as dave "$fix:refs/heads/hotfix/INC-7-login"
	accepted
	[ "$(on_server refs/heads/hotfix/INC-7-login)" = "$fix" ]
}

@test "any of many updates is found in the receipt, and none that is not there" {
	local number
	# shellcheck disable=SC2046 # three words of each
	pre_receive $(for number in $(seq 100 699); do echo "$none $fix refs/heads/hotfix/INC-$number-login"; done)
	accepted
	[ "${#output}" -lt 70000 ]
	echo "$output" | grep -Eq '^hotfix: and [0-9]+ more branches: hotfixctl status'
	[ "$(stat -c %s "$SERVER/hotfix.receipt")" -gt 80000 ]
	for number in 100 101 275 276 277 698 699; do
		update "$none" "$fix" "refs/heads/hotfix/INC-$number-login"
		took_its_word || { echo "of $number" >&2; return 1; }
	done
	for number in 99 1000 2755 69 6991; do
		update "$none" "$fix" "refs/heads/hotfix/INC-$number-login"
		looked_itself || { echo "of $number" >&2; return 1; }
	done
}

@test "of a long receipt little is read" {
	# shellcheck disable=SC2046 # three words of each
	pre_receive $(for number in $(seq 100 699); do echo "$none $fix refs/heads/hotfix/INC-$number-login"; done)
	accepted
	rm -f "$SERVER"/hotfix.sqlite*
	(cd "$SERVER" && ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 GIT_DIR=. GL_USER=dave strace -f -qq -e trace=read,pread64 \
		-P "$SERVER/hotfix.receipt" -o "$ROOT/calls" hooks/update refs/heads/hotfix/INC-431-login "$none" "$fix")
	[ ! -e "$SERVER/hotfix.sqlite" ]
	awk -F '= ' '{ calls++; bytes += $NF } END { print calls, bytes; exit !(calls && calls <= 8 && bytes < 70000) }' "$ROOT/calls"
}

@test "the receipt of one namespace is none for another" {
	(cd "$SERVER" && GIT_NAMESPACE=other GIT_DIR=. GL_USER=dave hooks/update refs/heads/hotfix/INC-7-login "$none" "$fix") || true
	rm -f "$SERVER"/hotfix.sqlite*
	status=0
	output=$(cd "$SERVER" && GIT_NAMESPACE=other GIT_DIR=. GL_USER=dave hooks/update refs/heads/hotfix/INC-7-login \
		"$none" "$fix" 2>&1) || status=$?
	looked_itself
}

@test "a production branch is always judged" {
	pre_receive "$none" "$fix" refs/heads/hotfix/INC-7-other
	accepted
	update "$(on_server main)" "$fix" refs/heads/main
	looked_itself
	[ "$status" -ne 0 ]
}
