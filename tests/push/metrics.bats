#!/usr/bin/env bats
# hotfixctl metrics: after real deliveries, as Prometheus' own parser reads it.

bats_require_minimum_version 1.5.0
load library
load receiver

setup() {
	receiver_setup
}

teardown() {
	receiver_teardown
}

metrics() { # ARGUMENT…: into $ROOT/metrics.json
	"$HOTFIXCTL" metrics "$@" >"$ROOT/metrics"
	read_metrics
}

read_metrics() {
	/usr/bin/python3 "$TOP/tests/receivers/read-metrics.py" <"$ROOT/metrics" >"$ROOT/metrics.json"
}

sample() { # NAME [LABEL=VALUE…]: its value, nothing when there is none
	local name=$1
	shift
	jq -r --arg name "$name" '
		([$ARGS.positional[] | split("=") | {(.[0]): .[1:] | join("=")}] | add // {}) as $wanted
		| select(.name == $name)
		| select(.labels as $labels | $wanted | to_entries | all(.value == $labels[.key]))
		| .value' "$ROOT/metrics.json" --args "$@"
}

is() { # VALUE FAMILY [LABEL=VALUE…]
	local wanted=$1 found
	shift
	found=$(sample "$@")
	[ "$found" = "$wanted" ] || {
		echo "$*: $found, not $wanted" >&2
		return 1
	}
}

attempts() { # AGAIN DELIVERED DEAD: how many there were, for the endpoint "deploy"
	is "$1" hotfix_delivery_attempts_total endpoint=deploy result=again &&
		is "$2" hotfix_delivery_attempts_total endpoint=deploy result=delivered &&
		is "$3" hotfix_delivery_attempts_total endpoint=deploy result=dead
}

landing() { # NAME [LABEL=VALUE…]: a part of the histogram, of "deploy"
	sample "hotfix_landing_delivery_seconds_$1" endpoint=deploy "${@:2}"
}

deliver() {
	state 'UPDATE delivery SET due = 0'
	"$HOTFIXCTL" -C "$SERVER" deliver >/dev/null || :
}

@test "a receiver that fails and then works is counted, and counters survive what is cut from the outbox" {
	endpoint 'events = hotfix.merged' 'retry = 1h*3' '[webhook "chat"]' "url = $url" 'events = ping'
	echo 503 >"$ROOT/deploy/behaviour"
	signed_hotfix
	land
	landed
	await deliveries_are '0 1'
	kill_deliverer
	metrics -C "$SERVER"
	is 1 hotfix_repository_up "repository=$SERVER"
	is 1 hotfix_deliveries_waiting "repository=$SERVER" endpoint=deploy
	is 0 hotfix_deliveries_dead endpoint=deploy
	attempts 1 0 0
	is 1 hotfix_delivery_failures endpoint=deploy
	[ "$(sample hotfix_deliveries_oldest_waiting_seconds endpoint=deploy)" -lt 60 ]
	[ "$(landing count)" -eq 0 ]
	is '' hotfix_delivery_last_success_timestamp_seconds
	is 0 hotfix_deliveries_waiting endpoint=chat
	is 0 hotfix_delivery_failures endpoint=chat

	state 'UPDATE delivery SET created = created - 5000'
	metrics -C "$SERVER"
	[ "$(sample hotfix_deliveries_oldest_waiting_seconds endpoint=deploy)" -ge 5000 ]
	[ "$(sample hotfix_deliveries_oldest_waiting_seconds endpoint=deploy)" -lt 5060 ]

	echo 200 >"$ROOT/deploy/behaviour"
	begin=$(date +%s)
	deliver
	metrics -C "$SERVER"
	is 0 hotfix_deliveries_waiting endpoint=deploy
	is 0 hotfix_deliveries_oldest_waiting_seconds endpoint=deploy
	attempts 1 1 0
	is 0 hotfix_delivery_failures endpoint=deploy
	[ "$(landing count)" -eq 1 ]
	[ "$(landing bucket le=+Inf)" -eq 1 ]
	for bound in 1 2 5 15 60 300 900 3600 21600 86400; do
		jq -en --argjson sum "$(landing sum)" --argjson count "$(landing bucket le=$bound)" --argjson bound $bound \
			'$sum > 0 and ($count == 1) == ($sum <= $bound)'
	done
	jq -en --argjson last "$(sample hotfix_delivery_last_success_timestamp_seconds endpoint=deploy)" \
		--argjson begin "$begin" '$last >= $begin and $last <= now'

	cp "$ROOT/metrics" "$ROOT/before"
	state 'DELETE FROM attempt; DELETE FROM delivery; DELETE FROM event'
	metrics -C "$SERVER"
	diff "$ROOT/before" "$ROOT/metrics"
}

@test "what was given up is dead until it is sent again, and was given up for ever" {
	endpoint 'events = hotfix.opened'
	echo 410 >"$ROOT/deploy/behaviour"
	pushed_hotfix
	await deliveries_are '2 1'
	metrics -C "$SERVER"
	is 1 hotfix_deliveries_dead endpoint=deploy
	is 1 hotfix_deliveries_exhausted_total endpoint=deploy
	attempts 0 0 1
	await_no_deliverer
	echo 200 >"$ROOT/deploy/behaviour"
	"$HOTFIXCTL" -C "$SERVER" redeliver --all-dead
	deliver
	await deliveries_are '1 1'
	metrics -C "$SERVER"
	is 0 hotfix_deliveries_dead endpoint=deploy
	is 1 hotfix_deliveries_exhausted_total endpoint=deploy
	attempts 0 1 1
	[ "$(landing count)" -eq 0 ]

	endpoint_of 'events = ping'
	sed -i 's/^\[webhook "deploy"\]/[webhook "other"]/' "$SERVER/hotfix.ini"
	metrics -C "$SERVER"
	attempts 0 1 1
	is 0 hotfix_deliveries_exhausted_total endpoint=other
}

@test "hotfixes that are open are counted, and those that are over the deadline" {
	HOTFIX='deadline = 1h' endpoint
	metrics -C "$SERVER"
	is 0 hotfix_hotfixes_open
	pushed_hotfix
	pushed_hotfix INC-8-logout
	both_open() { [ "$(state 'SELECT count(*) FROM clock')" -eq 2 ]; }
	await both_open
	HOTFIX='deadline = 1h' endpoint_of
	state 'UPDATE clock SET opened = opened - 3700 WHERE ref = (SELECT min(ref) FROM clock)'
	metrics -C "$SERVER"
	is 2 hotfix_hotfixes_open
	is 1 hotfix_hotfixes_overdue
}

@test "with --all every repository is there, also one that cannot be read, and a path with any character" {
	endpoint 'events = hotfix.opened'
	mkdir "$ROOT/srv"
	odd="$ROOT/srv/a \"b\" c\\n{d},=é.git"
	cp -R "$SERVER" "$odd"
	cp -R "$SERVER" "$ROOT/srv/broken.git"
	echo 'nonsense = 1' >>"$ROOT/srv/broken.git/hotfix.ini"
	[ "$(id -u)" -ne 0 ] || chown -R daemon "$odd"
	SERVER=$ROOT/srv/broken.git
	run "$HOTFIXCTL" metrics --all "$ROOT/srv" 2>"$ROOT/complaints"
	[ "$status" -eq 3 ]
	"$HOTFIXCTL" metrics --all "$ROOT/srv" >"$ROOT/metrics" 2>"$ROOT/complaints" || :
	[ "$(wc -l <"$ROOT/complaints")" -eq 1 ]
	grep -q "^hotfixctl: $ROOT/srv/broken.git/hotfix.ini:[0-9]*: .*nonsense" "$ROOT/complaints"
	read_metrics
	is 1 hotfix_repository_up "repository=$odd"
	is 0 hotfix_repository_up "repository=$ROOT/srv/broken.git"
	is 0 hotfix_deliveries_waiting "repository=$odd" endpoint=deploy
	is '' hotfix_deliveries_waiting "repository=$ROOT/srv/broken.git"
	SERVER=$odd
}

@test "--output replaces a file whole, for whoever collects it" {
	endpoint 'events = hotfix.opened'
	(umask 077 && "$HOTFIXCTL" -C "$SERVER" metrics --output "$ROOT/hotfix.prom")
	[ "$(stat -c %a "$ROOT/hotfix.prom")" = 644 ]
	ln "$ROOT/hotfix.prom" "$ROOT/old"
	pushed_hotfix
	await deliveries_are '1 1'
	run "$HOTFIXCTL" -C "$SERVER" metrics -o "$ROOT/hotfix.prom"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	"$HOTFIXCTL" -C "$SERVER" metrics | cmp - "$ROOT/hotfix.prom"
	run ! cmp -s "$ROOT/old" "$ROOT/hotfix.prom"
	[ "$(find "$ROOT" -maxdepth 1 -name 'hotfix.prom*' | wc -l)" -eq 1 ]
	run "$HOTFIXCTL" -C "$SERVER" metrics -o "$ROOT/nowhere/hotfix.prom"
	[ "$status" -eq 3 ]
	[[ "$output" == *"No such file or directory"* ]]
}

@test "a repository without a state, or without endpoints, has nothing to count, and that is no failure" {
	configure </dev/null
	metrics -C "$SERVER"
	is 1 hotfix_repository_up "repository=$SERVER"
	is 0 hotfix_hotfixes_open "repository=$SERVER"
	is '' hotfix_deliveries_waiting
	[ ! -e "$SERVER/hotfix.sqlite" ]
}

@test "metrics is called with what it understands" {
	configure </dev/null
	for words in --all "$ROOT" --json "--all $ROOT --json"; do
		# shellcheck disable=SC2086 # words
		run "$HOTFIXCTL" -C "$SERVER" metrics $words
		echo "$words: $output"
		[ "$status" -eq 2 ]
	done
	run "$HOTFIXCTL" metrics --all "$ROOT/nowhere"
	[ "$status" -eq 3 ]
	run "$HOTFIXCTL" -C "$ROOT/nowhere" metrics
	[ "$status" -eq 3 ]
}
