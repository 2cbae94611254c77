#!/usr/bin/env bats
# Deliveries that failed: who hears of it, and how they are sent again.

bats_require_minimum_version 1.5.0
load library
load receiver

setup() {
	receiver_setup
}

teardown() {
	receiver_teardown
}

ctl() { # runs it; $status, $output (standard output) and $stderr
	run --separate-stderr "$HOTFIXCTL" -C "$SERVER" "$@"
	printf 'hotfixctl %s: %s\n%s\n%s\n' "$*" "$status" "$output" "$stderr"
}

# Two endpoints that take nothing of three pushes: three dead deliveries to each. Each push is an hour older than the
# next.
dead_deliveries() {
	echo 410 >"$ROOT/deploy/behaviour"
	start_receiver chat
	echo 410 >"$ROOT/chat/behaviour"
	chat=$url
	url=http://127.0.0.1:$(cat "$ROOT/deploy/port")/hook
	endpoint 'events = hotfix.*' '[webhook "chat"]' "url = $chat" 'events = hotfix.*'
	pushed_hotfix
	more_work two
	more_work three
	await all_dead 6
	await_no_deliverer
	state 'UPDATE delivery SET created = strftime("%s", "now") - 3600 * (3 - (number + 1) / 2)'
	echo 200 >"$ROOT/deploy/behaviour"
	echo 200 >"$ROOT/chat/behaviour"
}

all_dead() { # COUNT
	[ "$(state 'SELECT count(*) FROM delivery WHERE state = 2 AND attempts = 1')" -eq "$1" ]
}

not_dead() { # endpoint and which event of three, of what is not dead (any more), in order
	state "SELECT endpoint || (SELECT count(DISTINCT event) FROM delivery o WHERE o.event <= d.event)
		FROM delivery d WHERE state != 2 ORDER BY number" | tr '\n' ' '
}

nothing_waits() {
	[ "$(state 'SELECT count(*) FROM delivery WHERE state = 0')" -eq 0 ]
}

@test "all dead deliveries are sent again in their order, under the same ids, and counted" {
	dead_deliveries
	ctl redeliver --all-dead
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = '6 deliveries' ]
	[ "${#lines[@]}" -eq 7 ]
	await nothing_waits
	await got 6
	for number in 1 2 3; do
		[ "$(header "$number" webhook-id)" = "$(header $((number + 3)) webhook-id)" ]
	done
	ctl redeliver --all-dead
	[ "$output" = 'no dead deliveries' ]
}

@test "deliveries are chosen by endpoint and time together" {
	dead_deliveries
	ctl redeliver --endpoint deploy --since 90m
	[ "${lines[-1]}" = '2 deliveries' ]
	await nothing_waits
	[ "$(not_dead)" = "deploy2 deploy3 " ]
	ctl redeliver --endpoint chat --since "$(date -u -d '-150 minutes' +%Y-%m-%dT%H:%M:%SZ)" --until 90m
	[ "${lines[-1]}" = '1 delivery' ]
	await nothing_waits
	[ "$(not_dead)" = "chat1 deploy2 deploy3 " ]
	ctl redeliver --until 1970-01-02
	[ "$output" = 'no dead deliveries' ]
	ctl --json redeliver --since 1970-01-02 --until 2999-01-01T00:00:00+01:00
	[ "$(jq length <<<"$output")" -eq 3 ]
}

@test "what a receiver has lost is sent again when that is asked for, and only then" {
	endpoint 'events = hotfix.*'
	pushed_hotfix
	await deliveries_are '1 1'
	ctl redeliver --since 1h
	[ "$output" = 'no dead deliveries' ]
	ctl redeliver --since 1h --delivered
	[ "${lines[-1]}" = '1 delivery' ]
	await got 2
	[ "$(header 1 webhook-id)" = "$(header 2 webhook-id)" ]
}

@test "a call of redeliver that contradicts itself changes nothing" {
	dead_deliveries
	for words in "--delivered" "--all-dead --delivered --since 1h" "--since yesterday" "--since" "--until 25:00" \
		"00000000 --since 1h" "00000000 --delivered"; do
		# shellcheck disable=SC2086 # words
		ctl redeliver $words
		[ "$status" -eq 2 ]
		[ -z "$output" ]
	done
	[ "$(not_dead)" = '' ]
}

@test "delivery.exhausted goes to the endpoints that ask for it, and not to the one that failed" {
	start_receiver operations
	operations=$url
	url=http://127.0.0.1:$(cat "$ROOT/deploy/port")/hook
	echo 410 >"$ROOT/deploy/behaviour"
	endpoint 'events = hotfix.merged, delivery.exhausted' '[webhook "operations"]' "url = $operations" \
		'events = delivery.*'
	signed_hotfix
	land
	landed
	await test -e "$ROOT/operations/1.headers"
	[ "$(jq -r '.["ce-type"]' "$ROOT/operations/1.headers")" = delivery.exhausted ]
	[ "$(jq -r '.delivery.id' "$ROOT/operations/1.body")" = "$(header 1 webhook-id)" ]
	[ "$(jq -r '.delivery.endpoint' "$ROOT/operations/1.body")" = deploy ]
	await_no_deliverer
	got_no 2
}

@test "who lands hears that an endpoint is not reached, until it is reached again" {
	endpoint 'retry = 1h*9'
	echo 503 >"$ROOT/deploy/behaviour"
	signed_hotfix
	land
	landed
	says_not "has taken nothing"
	await deliveries_are '0 1'
	signed_hotfix INC-8-logout
	merge_hotfix INC-8-logout
	pushed_first=$(git rev-parse HEAD)
	push_as olga "+HEAD~1:refs/heads/main"
	says_not "has taken nothing"
	git switch -q -C main "$pushed_first"
	push_as olga main
	landed
	says 'hotfix: warning: "deploy" has taken nothing since 20' ', last: 503; one delivery waits' \
		'on the server: hotfixctl deliveries --endpoint deploy'
	ctl status
	[[ "$output" == *'endpoint    "deploy" has taken nothing since 20'*', last: 503; 2 deliveries wait: hotfixctl'* ]]
	ctl --json status
	[ "$(jq -r '.deliveries.unreached[0] | "\(.endpoint) \(.last_status) \(.waiting)"' <<<"$output")" = 'deploy 503 2' ]
	echo 200 >"$ROOT/deploy/behaviour"
	kill_deliverer
	state 'UPDATE delivery SET due = 0'
	"$HOTFIXCTL" -C "$SERVER" deliver --once
	ctl status
	[[ "$output" != *'has taken nothing'* ]]
	signed_hotfix INC-9-basket
	land INC-9-basket
	landed
	says_not "has taken nothing"
}

@test "an endpoint that gave up is told too, and one that is not configured any more is not" {
	endpoint
	echo 410 >"$ROOT/deploy/behaviour"
	signed_hotfix
	land
	landed
	await all_dead 1
	signed_hotfix INC-8-logout
	land INC-8-logout
	landed
	says '"deploy" has taken nothing since 20' ', last: 410; what it did not take was given up'
	sed -i 's/^\[webhook "deploy"\]/&\nexpect = deployed/' "$SERVER/hotfix.ini"
	echo 200 >"$ROOT/deploy/behaviour"
	ctl ping deploy
	[ "$status" -eq 1 ]
	ctl status
	[[ "$output" == *'"deploy" has taken nothing since 20'*', last: 200, but not delivered; '*' (the reply does not match expect): hotfixctl'* ]]
	state 'UPDATE delivery SET state = 2, turn = 0'
	sed -i 's/webhook "deploy"/webhook "other"/' "$SERVER/hotfix.ini"
	signed_hotfix INC-9-basket
	land INC-9-basket
	landed
	says_not "has taken nothing"
}
