# [limits] of hotfix.ini: what is above one is refused and named, and what is not passes.
load library
load signatures

setup() {
	server
	configure
	start_production
}

limits() { # LINE…
	{ echo '[limits]'; printf '%s\n' "$@"; } | configure
}

@test "refs: so many in one push, governed or not" {
	limits 'refs = 3'
	push_as dave HEAD:refs/heads/a HEAD:refs/heads/b HEAD:refs/heads/c
	accepted
	push_as dave HEAD:refs/heads/d HEAD:refs/heads/e HEAD:refs/heads/f HEAD:refs/tags/g
	refused limit "this push changes 4 refs; at most 3 at once ([limits] refs)" "contact ops@example.com"
}

@test "governed: so many refs that are judged, and any number of others" {
	limits 'governed = 2'
	push_as dave HEAD:refs/heads/hotfix/INC-1-a HEAD:refs/heads/hotfix/INC-2-b HEAD:refs/heads/c HEAD:refs/heads/d
	accepted
	push_as dave HEAD:refs/heads/hotfix/INC-3-a HEAD:refs/heads/hotfix/INC-4-b HEAD:refs/heads/hotfix/INC-5-c
	refused limit "changes 3 production, hotfix and other governed refs; at most 2 at once ([limits] governed)"
}

@test "ref-name: so many bytes" {
	limits 'ref-name = 64'
	push_as dave "HEAD:refs/heads/$(printf 'a%.0s' $(seq 53))"
	accepted
	push_as dave "HEAD:refs/heads/$(printf 'b%.0s' $(seq 54))"
	refused limit "its name has 65 bytes; at most 64 ([limits] ref-name)"
}

@test "message: so many bytes, on a hotfix branch, in an ordinary landing, and in a tag" {
	PRODUCTION=$'branch = refs/heads/main\nallow-from = refs/heads/release/*\nallow-by = release' limits 'message = 4K'
	text=$(printf 'a%.0s' $(seq 4096))
	branch hotfix/INC-1-a
	git commit -q --allow-empty -m "$text"
	push_as dave hotfix/INC-1-a
	refused commit "bytes long; at most 4096 are read ([limits] message)"
	branch release/1
	git commit -q --allow-empty -m "$text"
	work release
	push_as olga release/1
	accepted
	push_as olga release/1:main
	refused commit "bytes long; at most 4096 are read ([limits] message)"
	ssh_keys rita
	{ echo '[limits]'; echo 'message = 4K'; } | configure_signatures
	pushed_hotfix
	MESSAGE="$text

Reviewed-by: rita <rita@example.com>" sign_off rita review
	refused signoff-ref "bytes long; at most 4096 are read ([limits] message)"
}

@test "trailers: so many of one commit" {
	limits 'trailers = 2'
	branch hotfix/INC-1-a
	git commit -q --allow-empty -m x -m $'A: 1\nB: 2'
	push_as dave hotfix/INC-1-a
	accepted
	git commit -q --allow-empty -m x -m $'A: 1\nB: 2\nC: 3'
	push_as dave hotfix/INC-1-a
	refused commit "3 trailers; at most 2 are read ([limits] trailers)"
}

@test "landings: so many in one push" {
	limits 'landings = 1'
	signed_hotfix
	merge_hotfix
	first=$(git rev-parse main)
	git revert --no-edit -m 1 HEAD >/dev/null
	push_as olga main
	refused limit "more than 1 landings at once ([limits] landings)"
	push_as olga "$first:main"
	accepted
	push_as olga main
	accepted
}

@test "commits: so many that come to one branch" {
	limits 'commits = 3'
	branch hotfix/INC-1-a
	for n in 1 2 3; do work "$n"; done
	push_as dave hotfix/INC-1-a
	accepted
	work 4
	push_as dave hotfix/INC-1-a
	refused size "more than 3 commits ([limits] commits)"
	push_as dave hotfix/INC-1-a:main
	refused limit "more than 3 commits ([limits] commits)"
}

@test "signoffs: so many refs of one person on one branch, and as many again that revoke" {
	branch hotfix/INC-7-login
	work fix
	push_as dave hotfix/INC-7-login
	accepted
	ssh_keys rita rita-lee quentin
	NO_QA=1 REVIEWERS='rita, rita-lee' configure_signatures <<-INI
		[person "rita-lee"]
		email = rita-lee@example.com
		login = rita-lee
		[limits]
		signoffs = 2
	INI
	SUFFIX=-1 sign_off rita-lee review
	accepted
	SUFFIX=-2 sign_off rita-lee review
	accepted
	SUFFIX=-1 sign_off rita review
	accepted
	first=$ref
	SUFFIX=-2 make_tag rita review
	second=$tag
	SUFFIX=-3 make_tag rita review
	push_as rita "$second:refs/signoffs/${second#refs/tags/signoff/}" "$tag:$ref"
	refused limit "rita has 2 refs for this sign-off on hotfix/INC-7-login; at most 2, and as many that revoke ([limits] signoffs)"
	push_as rita "$second:refs/signoffs/${second#refs/tags/signoff/}"
	accepted
	push_as rita "$tag:$ref"
	refused limit
	SUFFIX=-8 revoke rita "$first"
	accepted
	SUFFIX=-9 revoke rita "$first"
	accepted
	SUFFIX=-7 revoke rita "$first"
	refused limit "rita has 4 refs"
	land
	landed
}

@test "time: a push that takes longer is refused, whatever it waits for, and the next one is judged" {
	limits 'time = 1s'
	pushed_hotfix
	on_hotfix
	work more
	lock_state
	push_as dave hotfix/INC-7-login
	unlock_state
	refused limit "takes longer than 1 seconds ([limits] time)" "contact ops@example.com"
	says "the server could not judge this push"
	limits 'time = 60s'
	push_as dave hotfix/INC-7-login
	accepted
}

@test "time: the programs that a hook waits for end with it" {
	cat >"$ROOT/silent.js" <<-'JS'
		require("node:net").createServer(() => {}).listen(0, "127.0.0.1", function () {
			require("node:fs").writeFileSync(process.argv[2], String(this.address().port));
		});
	JS
	node "$ROOT/silent.js" "$ROOT/port" 3>&- &
	silent=$!
	tries=0
	until [ -s "$ROOT/port" ] || [ $((tries += 1)) -gt 300 ]; do sleep 0.1; done
	NO_QA=1 limits 'time = 2s' '[gate "slow"]' "url = http://127.0.0.1:$(cat "$ROOT/port")/{incident}" 'timeout = 30s'
	branch hotfix/INC-7-login
	work fix
	push_as dave hotfix/INC-7-login
	sign rita Reviewed-by
	land
	refused limit "takes longer than 2 seconds ([limits] time)"
	tries=0
	while pgrep -f "ask-gate.*$SERVER" >/dev/null && [ $((tries += 1)) -lt 100 ]; do sleep 0.1; done
	[ -z "$(pgrep -f "ask-gate.*$SERVER")" ]
	kill "$silent"
}

@test "memory: what can only be read with more of it is refused, and the limit is named" {
	[ -z "$HOTFIX_SANITIZE" ] || skip "a sanitizer takes more memory than any limit"
	git -C "$SERVER" config receive.unpackLimit 1
	branch hotfix/INC-7-login
	work fix
	git cat-file commit HEAD >"$ROOT/small"
	{ cat "$ROOT/small"; head -c 100000000 /dev/zero | tr '\0' x; } >"$ROOT/large"
	node "$HOTFIX_SOURCE/tests/attacks/delta-bomb.js" "$ROOT/small" "$ROOT/large" >"$ROOT/pack"
	rm "$ROOT/large"
	git -C "$SERVER" config receive.fsckObjects false
	push_as dave "HEAD^{tree}:refs/tags/tree"
	accepted
	# shellcheck disable=SC2034 # refused() looks at them
	bomb() {
		refs_before=$(git -C "$SERVER" for-each-ref) status=0
		output=$(GL_USER=dave node "$HOTFIX_SOURCE/tests/attacks/raw-push.js" "$SERVER" update - "$(git rev-parse HEAD)" \
			refs/heads/hotfix/INC-7-login pack "$ROOT/pack" 2>&1) || status=$?
		refs_after=$(git -C "$SERVER" for-each-ref)
	}
	limits 'memory = 64M'
	bomb
	refused server "64 MB of memory ([limits] memory)"
	limits 'memory = 512M'
	bomb
	accepted
}

@test "mode = warn: what is above a limit is said, and accepted" {
	MODE=warn limits 'refs = 1' 'ref-name = 64' 'governed = 1' 'commits = 1' 'time = 1s'
	branch hotfix/INC-7-login
	for n in 1 2; do work "$n"; done
	push_as dave hotfix/INC-7-login hotfix/INC-7-login:refs/heads/hotfix/INC-8-b \
		"HEAD:refs/heads/$(printf 'b%.0s' $(seq 54))"
	accepted
	says "([limits] refs)" "([limits] governed)" "([limits] ref-name)" "([limits] commits)" "would be refused (mode = warn)"
	MODE=warn limits 'time = 1s'
	work 3
	lock_state
	push_as dave hotfix/INC-7-login
	unlock_state
	accepted
	says "takes longer than 1 seconds ([limits] time)"
}
