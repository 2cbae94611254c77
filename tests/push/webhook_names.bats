#!/usr/bin/env bats
# What the names of receivers resolve to: tests/receivers/names.js. Needs to be root, to have a resolver of its own.

load library
load receiver

setup_file() {
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	unshare -m true 2>/dev/null || return 0
	receivers=
	receiver_setup
	export ROOT SERVER TOP HOTFIXCTL
	start_names
	echo "$receivers" >"$ROOT/receivers"
	configure </dev/null
	start_production
	{
		to deploy localhost
		to turns turns.example.com
		to sly sly
		to sly6 sly6
		to numbers 169.254.169.254.example.com
		to shared 100.100.100.200.example.com
		to nothing nothing.example.com
	} | configure
	hold_deliveries
	pushed_hotfix
	let_deliveries_go
	deliver_all first
	hold_deliveries
	more_work more
	let_deliveries_go
	deliver_all second
}

teardown_file() {
	[ ! -e "$BATS_FILE_TMPDIR/receivers" ] || xargs kill <"$BATS_FILE_TMPDIR/receivers"
}

start_names() {
	mkdir "$ROOT/names"
	node "$TOP/tests/receivers/names.js" "$ROOT/names" 127.0.0.153 3>&- >/dev/null 2>"$ROOT/names/log" &
	receivers="$receivers $!"
	await test -e "$ROOT/names/ready" || { cat "$ROOT/names/log" >&2; return 1; }
	printf 'nameserver 127.0.0.153\noptions timeout:15 attempts:2\n' >"$ROOT/resolv.conf"
	printf '127.0.0.1 localhost\n169.254.169.254 sly\nfd00:ec2::254 sly6\n' >"$ROOT/hosts"
}

to() { # NAME HOST
	printf '[webhook "%s"]\nurl = http://%s:%s/%s\nevents = hotfix.opened, hotfix.updated, ping\n' "$1" "$2" \
		"$(cat "$ROOT/deploy/port")" "$1"
	printf 'retry = 1h\ninsecure = yes\ntimeout = 60s\n'
}

deliver_all() { # NAME: once; $ROOT/NAME is what became of it then
	(resolving "$HOTFIXCTL" -C "$SERVER" deliver --once) >"$ROOT/summary" 2>&1 || :
	"$HOTFIXCTL" -C "$SERVER" deliveries --json -n 1000 >"$ROOT/$1"
}

setup() {
	ROOT=$BATS_FILE_TMPDIR
	SERVER=$ROOT/server.git
	[ -e "$SERVER" ] || skip "only root can have a resolver of its own"
}

teardown() {
	for process in ${service-} ${pinging-}; do kill -9 "$process" 2>/dev/null || :; done
}

# COMMAND…: becomes it, with our names alone
resolving() {
	# shellcheck disable=SC2016 # for that shell
	exec unshare -m sh -c 'mount --bind "$0/resolv.conf" /etc/resolv.conf && mount --bind "$0/hosts" /etc/hosts && exec "$@"' \
		"$ROOT" "$@"
}

is() { # ENDPOINT FILE STATE STATUS [WORDS]: of its newest delivery
	local now
	now=$(jq -r --arg name "$1" '[.[] | select(.endpoint == $name)] | max_by(.created, .id == "") |
		"\(.state) \(.last_status) \(.last_error // "")"' "$ROOT/$2")
	[[ "$now" == "$3 $4 "*"${5-}"* ]] || { printf '%s: %s\n  wanted: %s\n' "$1" "$now" "$3 $4 ${5-}" >&2; return 1; }
}

@test "a name of this machine gets everything" {
	is deploy first delivered 200
	is deploy second delivered 200
}

@test "a name that resolves to a metadata address is not connected to, wherever it is written" {
	is sly first waiting 0 'does not connect to 169.254.169.254: a link-local or metadata address'
	is sly6 first waiting 0 'does not connect to fd00:ec2::254: a link-local or metadata address'
	is numbers first waiting 0 'does not connect to 169.254.169.254: a link-local or metadata address'
	is shared first waiting 0 'does not connect to 100.100.100.200: a link-local or metadata address'
	[ "$(jq -r '.[] | select(.endpoint == "sly") | .attempts' "$ROOT/first")" -eq 1 ]
}

@test "a name that turns to a metadata address later is not connected to then" {
	is turns first delivered 200
	[ "$(jq -r '[.[] | select(.endpoint == "turns" and .state == "delivered")] | length' "$ROOT/second")" -eq 1 ]
	[ "$(jq -r '.[] | select(.endpoint == "turns" and .state == "waiting") | .last_error' "$ROOT/second")" = \
		'does not connect to 169.254.169.254: a link-local or metadata address' ]
}

@test "a name without an address is said to have none" {
	is nothing first waiting 0 'Could not resolve host: nothing.example.com'
}

gave_up() {
	[ "$(state "SELECT count(*) FROM attempt WHERE error LIKE 'Resolving timed out%'")" -ge 1 ]
}

@test "a name that no server answers for delays neither its own next attempt, nor others, nor the end of a service" {
	local begin
	to silent silent.example.com | sed 's/1h/1s/' | configure
	resolving "$HOTFIXCTL" -C "$SERVER" deliver --watch 3>&- >/dev/null 2>"$ROOT/complaints" &
	service=$!
	await lock_is_held
	"$HOTFIXCTL" -C "$SERVER" ping silent >/dev/null 2>&1 3>&- &
	pinging=$!
	await grep -q silent "$ROOT/names/questions"
	await gave_up
	begin=$(date +%s%N)
	kill -TERM "$service"
	wait "$service"
	[ $((($(date +%s%N) - begin) / 1000000)) -lt 5000 ]
}
