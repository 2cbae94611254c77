#!/usr/bin/env bats
# Backups that are put back, of the repository and of the state, and a state that is lost, while a service delivers.

load library
load receiver

setup() {
	receiver_setup
	signed_endpoint 'events = hotfix.merged, production.*, state.reset'
	"$HOTFIXCTL" -C "$SERVER" deliver --watch 3>&- >/dev/null 2>"$ROOT/complaints" &
	service=$!
	await lock_is_held
}

teardown() {
	kill "$service"
	wait "$service" || :
	receiver_teardown
}

back_up_state() {
	sqlite3 -cmd '.timeout 10000' "$SERVER/hotfix.sqlite" ".backup $ROOT/backup.sqlite"
}

lose_state() {
	rm "$SERVER/hotfix.sqlite"
	rm -f "$SERVER/hotfix.sqlite-wal" "$SERVER/hotfix.sqlite-shm"
}

put_back_state() {
	lose_state
	cp "$ROOT/backup.sqlite" "$SERVER/backup.sqlite"
	mv "$SERVER/backup.sqlite" "$SERVER/hotfix.sqlite"
}

# What a backup of files has: everything but the state, which is of the same moment when it is backed up too.
back_up_repository() {
	mkdir "$ROOT/backup.git"
	tar -C "$SERVER" --exclude='./hotfix.sqlite*' --exclude=./hotfix.deliver.lock -cf - . | tar -C "$ROOT/backup.git" -xf -
}

put_back_repository() { # [STATE]: with this file as its state, else with the present one
	mv "$SERVER" "$ROOT/old.git"
	if [ $# -eq 1 ]; then
		cp "$1" "$ROOT/backup.git/hotfix.sqlite"
	else
		sqlite3 "$ROOT/old.git/hotfix.sqlite" ".backup $ROOT/backup.git/hotfix.sqlite"
	fi
	mv "$ROOT/backup.git" "$SERVER"
}

# The service looks at its files when it is woken, and once a minute.
renew_service() {
	kill -HUP "$service"
}

types() { # of what the receiver got, in order
	local number=1
	while [ -e "$ROOT/deploy/$number.headers" ]; do
		header $number ce-type
		number=$((number + 1))
	done | tr '\n' ' '
}

number_of_ids() {
	jq -r '.["webhook-id"]' "$ROOT"/deploy/*.headers | sort -u | wc -l
}

nothing_waits() {
	[ "$(state 'SELECT count(*) FROM delivery WHERE state = 0')" -eq 0 ]
}

@test "the same tips landed again, after repository and state were put back, are a new event with a new id" {
	signed_hotfix
	back_up_repository
	back_up_state
	land
	landed
	await got 1
	put_back_repository "$ROOT/backup.sqlite"
	renew_service
	await lock_is_held
	push_as olga main
	landed
	await got 2
	[ "$(types)" = 'hotfix.merged hotfix.merged ' ]
	[ "$(member 1 .before)" = "$(member 2 .before)" ]
	[ "$(member 1 .after)" = "$(member 2 .after)" ]
	[ "$(number_of_ids)" -eq 2 ]
}

@test "a repository that was put back without its state is an alarm, and what lands again is a new event" {
	signed_hotfix
	back_up_repository
	land
	landed
	await got 1
	put_back_repository
	renew_service
	await got 2
	[ "$(types)" = 'hotfix.merged production.unexpected ' ]
	[ "$(header 2 x-github-event)" = hotfix ]
	[ "$(member 2 .before)" = "$(member 1 .after)" ]
	[ "$(member 2 .after)" = "$(member 1 .before)" ]
	git fetch -q origin
	push_as olga main
	refused 'signoff-.*'
	sign rita Reviewed-by
	sign quentin Tested-by
	land
	landed
	await got 3
	[ "$(types)" = 'hotfix.merged production.unexpected hotfix.merged ' ]
	[ "$(number_of_ids)" -eq 3 ]
}

@test "a state that was put back without its repository is an alarm and no second deployment" {
	signed_hotfix
	back_up_state
	land
	landed
	await got 1
	await nothing_waits
	put_back_state
	renew_service
	await got 2
	[ "$(types)" = 'hotfix.merged production.unexpected ' ]
	[ "$(member 2 .after)" = "$(on_server refs/heads/main)" ]
	signed_hotfix INC-8-logout
	land INC-8-logout
	landed
	await got 3
	[ "$(header 3 ce-type)" = hotfix.merged ]
	[ "$(member 3 .before)" = "$(member 2 .after)" ]
}

@test "what was delivered since the backup of the state is sent again under the same id" {
	signed_hotfix
	echo 503 >"$ROOT/deploy/behaviour"
	land
	landed
	await deliveries_are '0 1'
	back_up_state
	echo 200 >"$ROOT/deploy/behaviour"
	state 'UPDATE delivery SET due = 0'
	renew_service
	await got 2
	await nothing_waits
	put_back_state
	state 'UPDATE delivery SET due = 0'
	renew_service
	await got 3
	await nothing_waits
	[ "$(types)" = 'hotfix.merged hotfix.merged hotfix.merged ' ]
	[ "$(number_of_ids)" -eq 1 ]
}

@test "a state that is lost while a service runs is told, and the next landing is announced" {
	signed_hotfix
	land
	landed
	await got 1
	await nothing_waits
	lose_state
	renew_service
	await got 2
	[ "$(header 2 ce-type)" = state.reset ]
	signed_hotfix INC-8-logout
	land INC-8-logout
	landed
	await got 3
	[ "$(types)" = 'hotfix.merged state.reset hotfix.merged ' ]
	[ "$(number_of_ids)" -eq 3 ]
	kill -0 "$service"
}

@test "a state that is lost while a delivery is under way gets nothing of its answer" {
	start_receiver slow
	echo hang >"$ROOT/slow/behaviour"
	slow=$url
	url=http://127.0.0.1:$(cat "$ROOT/deploy/port")/hook
	endpoint_of 'events = hotfix.opened, state.reset' '[webhook "slow"]' "url = $slow" 'events = hotfix.opened' \
		'timeout = 2s'
	pushed_hotfix
	await test -e "$ROOT/slow/1.headers"
	await got 1
	lose_state
	await got 2
	[ "$(header 2 ce-type)" = state.reset ]
	await nothing_waits
	[ "$(state 'SELECT count(*) FROM delivery')" -eq 1 ]
	[ "$(state 'SELECT count(*) FROM attempt')" -eq 1 ]
	kill -0 "$service"
}
