#!/usr/bin/env bats
# hotfixctl deliveries --follow: what happens, as it happens.

load library
load receiver

setup() {
	receiver_setup
}

teardown() {
	[ -z "${follower-}" ] || kill "$follower" 2>/dev/null || :
	receiver_teardown
}

follow() { # ARGUMENT…: $follower is its process, $ROOT/followed what it says
	"$HOTFIXCTL" -C "$SERVER" deliveries --follow "$@" 3>&- >"$ROOT/followed" 2>"$ROOT/complaints" &
	follower=$!
	await watches
}

watches() { # the follower waits for what is new
	grep -q inotify "/proc/$follower/fdinfo/"* 2>/dev/null
}

lines_are() { # WANTED…: what was followed, without times, lengths and ids
	[ "$(sed 's/^[0-9T:-]*Z  //; s/, [0-9]* ms//; s/  [0-9a-f]\{40\}-[a-z]*$//' "$ROOT/followed")" = "$(printf '%s\n' "$@")" ]
}

ended_with() { # STATUS: the follower has
	local ended=0
	wait "$follower" || ended=$?
	follower=
	[ "$ended" -eq "$1" ]
}

deliver() {
	state 'UPDATE delivery SET due = 0'
	"$HOTFIXCTL" -C "$SERVER" deliver >/dev/null || :
}

@test "deliveries and attempts are shown as they happen, and nothing that was before" {
	endpoint 'events = hotfix.opened' 'retry = 1h*3'
	pushed_hotfix
	await deliveries_are '1 1'
	await_no_deliverer
	follow
	echo 503 >"$ROOT/deploy/behaviour"
	pushed_hotfix INC-8-logout
	await lines_are 'deploy  hotfix.opened  refs/heads/hotfix/INC-8-logout  made' \
		'deploy  hotfix.opened  refs/heads/hotfix/INC-8-logout  attempt 1: 503'
	kill_deliverer
	echo 200 >"$ROOT/deploy/behaviour"
	deliver
	await lines_are 'deploy  hotfix.opened  refs/heads/hotfix/INC-8-logout  made' \
		'deploy  hotfix.opened  refs/heads/hotfix/INC-8-logout  attempt 1: 503' \
		'deploy  hotfix.opened  refs/heads/hotfix/INC-8-logout  attempt 2: 200'
	kill -INT "$follower"
	ended_with 0
	[ ! -s "$ROOT/complaints" ]
}

@test "for programs each is a line of JSON, and one endpoint can be followed alone" {
	endpoint 'events = hotfix.opened' '[webhook "chat"]' "url = $url" 'events = hotfix.opened'
	follow --json --endpoint chat
	echo 410 >"$ROOT/deploy/behaviour"
	pushed_hotfix
	two_lines() { [ "$(wc -l <"$ROOT/followed")" -eq 2 ]; }
	await two_lines
	[ "$(jq -r '.endpoint' "$ROOT/followed" | sort -u)" = chat ]
	[ "$(jq -c '.attempt | select(.) | [.number, .status]' "$ROOT/followed")" = '[1,410]' ]
	[ "$(jq -c 'select(.attempt == null) | .type' "$ROOT/followed")" = '"hotfix.opened"' ]
	jq -e 'select(.attempt) | .state == "dead" and .id == "\(.event)-chat" and (.attempt | keys | length) == 5' \
		"$ROOT/followed"
}

@test "while nothing happens it looks once a second, and sleeps" {
	endpoint 'events = hotfix.opened'
	ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 strace -f -qq -e trace=poll -o "$ROOT/calls" "$HOTFIXCTL" -C "$SERVER" deliveries --follow \
		3>&- >"$ROOT/followed" &
	follower=$!
	polling() { grep -q 'poll(' "$ROOT/calls" 2>/dev/null; }
	await polling
	begin=$(date +%s)
	before=$(grep -c 'poll(' "$ROOT/calls")
	sleep 3
	polls=$(($(grep -c 'poll(' "$ROOT/calls") - before))
	took=$(($(date +%s) - begin + 1))
	echo "$polls in $took s"
	[ "$polls" -ge 1 ]
	[ "$polls" -le "$took" ]
	kill "$(pgrep -P "$follower")"
	ended_with 0
}

@test "it ends when nobody reads any more, without waiting for something to write" {
	endpoint 'events = hotfix.opened'
	mkfifo "$ROOT/pipe"
	"$HOTFIXCTL" -C "$SERVER" deliveries --follow 3>&- >"$ROOT/pipe" 2>"$ROOT/complaints" &
	follower=$!
	exec 4<"$ROOT/pipe"
	await watches
	exec 4<&-
	ended() { [ "$(sed 's/.*) //; s/ .*//' "/proc/$follower/stat" 2>/dev/null || echo Z)" = Z ]; }
	await ended
	ended_with 0
	[ ! -s "$ROOT/complaints" ]
}

@test "a reader that is slow costs no memory, gets everything, and does not keep it from ending" {
	endpoint 'events = hotfix.opened'
	pushed_hotfix
	await deliveries_are '1 1'
	await_no_deliverer
	mkfifo "$ROOT/pipe"
	"$HOTFIXCTL" -C "$SERVER" deliveries --follow 3>&- >"$ROOT/pipe" &
	follower=$!
	exec 4<"$ROOT/pipe"
	await watches
	state "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
		INSERT INTO attempt(delivery, number, time, status, milliseconds, reply)
		SELECT 1, i, 0, 503, 1, zeroblob(1000) FROM n"
	head -n 20000 <&4 >"$ROOT/followed"
	[ "$(sed -n 's/.*attempt \([0-9]*\),.*/\1/p' "$ROOT/followed" | awk '$1 != NR' | wc -l)" -eq 0 ]
	[ "$(wc -l <"$ROOT/followed")" -eq 20000 ]
	[ -n "${HOTFIX_SANITIZE-}" ] || [ "$(awk '/^VmHWM/ { print $2 }' "/proc/$follower/status")" -lt 32768 ]
	kill "$follower"
	ended_with 0
	exec 4<&-
}

@test "it goes on with another state, and shows nothing twice" {
	endpoint 'events = hotfix.opened'
	sqlite3 "$SERVER/hotfix.sqlite" ".backup $ROOT/backup.sqlite"
	follow
	pushed_hotfix
	await lines_are 'deploy  hotfix.opened  refs/heads/hotfix/INC-7-login  made' \
		'deploy  hotfix.opened  refs/heads/hotfix/INC-7-login  attempt 1: 200'
	await_no_deliverer
	mv "$SERVER/hotfix.sqlite" "$ROOT/old.sqlite"
	rm -f "$SERVER/hotfix.sqlite-wal" "$SERVER/hotfix.sqlite-shm"
	mv "$ROOT/backup.sqlite" "$SERVER/hotfix.sqlite"
	sleep 1.1 # what is of the same second counts as new
	pushed_hotfix INC-8-logout
	last_is() { tail -n 1 "$ROOT/followed" | grep -q 'INC-8-logout  attempt 1'; }
	await last_is
	[ "$(sort "$ROOT/followed" | uniq -d | wc -l)" -eq 0 ]
}

@test "what cannot be followed is said" {
	endpoint 'events = hotfix.opened'
	for words in '-n 3' '-s dead' 0123456789; do
		# shellcheck disable=SC2086 # words
		run "$HOTFIXCTL" -C "$SERVER" deliveries -f $words
		[ "$status" -eq 2 ]
	done
	run "$HOTFIXCTL" -C "$ROOT/nowhere" deliveries --follow
	[ "$status" -eq 3 ]
}
