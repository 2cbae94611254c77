# What post-receive leaves to a process that nobody waits for.
load library

setup() {
	server
	configure </dev/null
	start_production
}

# dave's hotfix is on the server, and post-receive has not run yet.
moved_hotfix() {
	branch hotfix/INC-7-login
	work fix
	rm "$SERVER/hooks/post-receive"
	push_as dave hotfix/INC-7-login
	accepted
	ln -s "$HOTFIX_PREFIX/libexec/hotfix/post-receive" "$SERVER/hooks/post-receive"
}

post_receive() { # as git calls it, for the hotfix; cat waits for whoever holds its pipe
	printf '%040d %s refs/heads/hotfix/INC-7-login\n' 0 "$(git rev-parse HEAD)" |
		(cd "$SERVER" && GIT_DIR=. GL_USER=dave timeout 60 hooks/post-receive 2>&1 3>&-) | cat
}

@test "who pushes to a hotfix branch does not wait for its events, and they come" {
	moved_hotfix
	lock_state
	run post_receive
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	kill -0 "$locker"
	[ -z "$(flock -n "$SERVER/hotfix.announce.lock" echo free)" ]
	unlock_state
	events
	[ "$(events | tail -n 1)" = hotfix.opened ]
}

@test "hotfixctl waits for the events of the last push" {
	moved_hotfix
	lock_state
	post_receive
	"$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" events >"$ROOT/told" 3>&- 7>&- &
	asker=$!
	sleep 0.3
	[ ! -s "$ROOT/told" ]
	unlock_state
	wait "$asker"
	grep -q hotfix.opened "$ROOT/told"
}

@test "whoever moves production waits for its events" {
	signed_hotfix
	announced
	rm "$SERVER/hotfix.announce.lock"
	land
	landed
	[ ! -e "$SERVER/hotfix.announce.lock" ]
	[ "$(events | tail -n 1)" = hotfix.merged ]
}

@test "a lock that cannot be made keeps no event back" {
	mkdir "$SERVER/hotfix.announce.lock"
	pushed_hotfix
	happened() { [ "$(command sqlite3 -cmd '.timeout 10000' "$SERVER/hotfix.sqlite" "select type from event where type = 'hotfix.opened'")" = hotfix.opened ]; }
	for _ in $(seq 300); do
		! happened || break
		sleep 0.1
	done
	happened
}
