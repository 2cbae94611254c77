#!/usr/bin/env bats
# The deliverer as a service: hotfixctl deliver --watch, for one repository and for all below a folder.

load library
load receiver
load service

setup() {
	service_setup
}

teardown() {
	service_teardown
}

@test "a service delivers for all repositories below a folder, and no hook starts another deliverer" {
	endpoint 'events = hotfix.opened'
	in_repository books
	start_production
	await_no_deliverer
	rm -f "$ROOT"/deploy/*.headers
	serve_all
	pushed_hotfix
	[ "$(detached)" -eq 0 ]
	await header_of "$SRV/books.git"
	SERVER=$SRV/shop.git
	cd "$ROOT/clone"
	await lock_is_held
	pushed_hotfix
	[ "$(detached)" -eq 0 ]
	await header_of "$SRV/shop.git"
	[ "$(deliveries)" = '1 1' ]
	stop_service
	await_no_deliverer
	[ "$(cat "$ROOT/complaints")" = "" ]
}

header_of() { # REPOSITORY: its hotfix was announced to the receiver
	grep -q "\"full_name\":\"$(basename "$1" .git)\"" "$ROOT"/deploy/*.body 2>/dev/null
}

@test "a repository that comes is served after a look for new ones, and one that goes is let go of" {
	endpoint 'events = hotfix.opened'
	serve_all
	in_repository books
	start_production
	await_no_deliverer
	no_lock
	kill -HUP "$service"
	await lock_is_held
	pushed_hotfix
	[ "$(detached)" -eq 0 ]
	await header_of "$SRV/books.git"
	rm -r "$SERVER"
	kill -HUP "$service"
	await gone
	SERVER=$SRV/shop.git
	lock_is_held
	stop_service
}

gone() { # the service has no file of a repository that was removed
	! find "/proc/$service/fd" -lname '*(deleted)' | grep -q .
}

@test "links below the folder, other repositories and those of others are not touched" {
	endpoint
	mv "$SERVER" "$ROOT/outside.git"
	ln -s "$ROOT/outside.git" "$SRV/shop.git"
	git init -q --bare "$SRV/plain.git"
	mkdir "$SRV/foreign.git"
	cp -R "$ROOT/outside.git/." "$SRV/foreign.git"
	rm -f "$SRV/foreign.git/hotfix.deliver.lock" "$ROOT/outside.git/hotfix.deliver.lock"
	if [ "$(id -u)" -eq 0 ]; then chown -R 12345:12345 "$SRV/foreign.git"; else rm -r "$SRV/foreign.git"; fi
	git init -q --bare "$SRV/served.git"
	cp "$ROOT/outside.git/hotfix.ini" "$SRV/served.git"
	SERVER=$SRV/served.git
	serve_all
	[ "$(find "$SRV" "$ROOT/outside.git" -name 'hotfix.deliver.lock')" = "$SRV/served.git/hotfix.deliver.lock" ]
	[ ! -e "$SRV/served.git/hotfix.sqlite" ]
	[ "$(id -u)" -ne 0 ] || grep -q "foreign.git belongs to another user: run a service as that user" "$ROOT/complaints"
	stop_service
}

@test "what waits when a service starts is sent" {
	endpoint 'retry = 1h'
	echo close >"$ROOT/deploy/behaviour"
	signed_hotfix
	land
	landed
	await deliveries_are '0 1'
	kill_deliverer
	echo 200 >"$ROOT/deploy/behaviour"
	state 'UPDATE delivery SET due = 0'
	serve_all
	await deliveries_are '1 2'
	[ "$(header 1 webhook-id)" = "$(header 2 webhook-id)" ]
	stop_service
}

@test "an endpoint that hangs in one repository delays no other repository" {
	endpoint 'events = hotfix.opened'
	in_repository books
	start_receiver slow
	echo hang >"$ROOT/slow/behaviour"
	sed -i "s,^url = .*,url = $url," "$SERVER/hotfix.ini"
	start_production
	await_no_deliverer
	serve_all
	pushed_hotfix
	await test -e "$ROOT/slow/1.headers"
	SERVER=$SRV/shop.git
	cd "$ROOT/clone"
	await lock_is_held
	pushed_hotfix
	await deliveries_are '1 1'
	SERVER=$SRV/books.git
	deliveries_are '0 0'
	stop_service
}

@test "a broken repository disturbs no other, and is served once it is put right" {
	endpoint 'events = hotfix.opened'
	in_repository books
	start_production
	await_no_deliverer
	cp "$SERVER/hotfix.ini" "$ROOT/good.ini"
	pushed_hotfix
	await deliveries_are '1 1'
	await_no_deliverer
	echo 'nonsense = 1' >>"$SERVER/hotfix.ini"
	state 'UPDATE delivery SET state = 0, turn = 1, due = 0'
	serve_all
	SERVER=$SRV/shop.git
	cd "$ROOT/clone"
	await lock_is_held
	pushed_hotfix
	await deliveries_are '1 1'
	await grep -q "books.git/hotfix.ini:[0-9]*: .*nonsense" "$ROOT/complaints"
	SERVER=$SRV/books.git
	deliveries_are '0 1'
	cp "$ROOT/good.ini" "$SERVER/hotfix.ini"
	kill -HUP "$service"
	await deliveries_are '1 2'
	[ "$(grep -c nonsense "$ROOT/complaints")" -eq 1 ]
	stop_service
}

@test "two services side by side send everything once, and one takes over when the other is killed" {
	endpoint 'events = hotfix.*'
	serve_all
	first=$service
	serve_all
	second=$service
	pushed_hotfix
	await deliveries_are '1 1'
	more_work two
	await deliveries_are '1 1' '1 1'
	kill -9 "$first"
	more_work three
	await deliveries_are '1 1' '1 1' '1 1'
	await lock_is_held
	more_work four
	await deliveries_are '1 1' '1 1' '1 1' '1 1'
	[ "$(detached)" -eq 0 ]
	got_no 5
	stop_service "$second"
}

@test "a service waits while a detached deliverer is at work, and takes over from it" {
	endpoint 'events = hotfix.*' 'retry = 1s*50'
	echo 503 >"$ROOT/deploy/behaviour"
	pushed_hotfix
	await got 1
	[ "$(detached)" -eq 1 ]
	serve_all
	await got 2
	[ "$(detached)" -eq 1 ]
	kill_deliverer
	echo 200 >"$ROOT/deploy/behaviour"
	more_work two
	await delivered 2
	[ "$(sed 's/.*"webhook-id":"\([^"]*\)".*/\1/' "$ROOT"/deploy/*.headers | sort -u | wc -l)" -eq 2 ]
	stop_service
}

delivered() { # COUNT
	[ "$(state 'SELECT count(*) FROM delivery WHERE state = 1')" -eq "$1" ]
}

@test "a service that is stopped logs the answer that it still gets, and leaves due what has none" {
	start_receiver mute
	mute=$url
	url=http://127.0.0.1:$(cat "$ROOT/deploy/port")/hook
	endpoint '[webhook "mute"]' "url = $mute"
	echo late >"$ROOT/deploy/behaviour"
	echo hang >"$ROOT/mute/behaviour"
	start_service -C "$SERVER" deliver --watch
	signed_hotfix
	land
	landed
	await got 1
	await test -e "$ROOT/mute/1.headers"
	stop_service
	[ "$(deliveries)" = "$(printf '1 1\n0 0')" ]
	grep -q "^1 delivered, 0 to be tried again, 0 dead$" "$ROOT/result"
	echo 200 >"$ROOT/mute/behaviour"
	"$HOTFIXCTL" -C "$SERVER" deliver --once
	cmp <(jq -r '.["webhook-id"]' "$ROOT/mute/1.headers") <(jq -r '.["webhook-id"]' "$ROOT/mute/2.headers")
	got_no 2
}

@test "INT ends it too, and nohup and a terminal that hangs up do not" {
	endpoint
	nohup "$HOTFIXCTL" -C "$SERVER" deliver --watch 3>&- >/dev/null 2>&1 &
	service=$!
	services="${services-} $service"
	await lock_is_held
	kill -HUP "$service"
	signed_hotfix
	land
	landed
	await got 1
	kill -0 "$service"
	bash -c "kill -INT $service"
	await no_lock
	ended=0
	wait "$service" || ended=$?
	[ "$ended" -eq 0 ]
}

@test "a landing whose post-receive never ran is announced by a service" {
	endpoint
	signed_hotfix
	rm "$SERVER/hooks/post-receive"
	start_service -C "$SERVER" deliver --watch
	land
	landed
	kill -HUP "$service"
	await got 1
	[ "$(member 1 .type)" = hotfix.merged ]
	stop_service
}

@test "a landing that cannot be announced at first is announced soon after" {
	endpoint
	signed_hotfix
	rm "$SERVER/hooks/post-receive"
	land
	landed
	state "CREATE TRIGGER no_room BEFORE INSERT ON event BEGIN SELECT RAISE(FAIL, 'no room'); END"
	start_service -C "$SERVER" deliver --watch
	await grep -q 'no room' "$ROOT/complaints"
	got_no 1
	state 'DROP TRIGGER no_room'
	await got 1
	[ "$(member 1 .type)" = hotfix.merged ]
	stop_service
}

@test "check says whether a service is seen" {
	endpoint 'events = hotfix.opened' 'retry = 1h'
	checked() { "$HOTFIXCTL" -C "$SERVER" check | grep -oE '^ok +deliverer: [a-z ]*'; }
	[ "$(checked)" = 'ok       deliverer: no service is seen' ]
	echo 503 >"$ROOT/deploy/behaviour"
	pushed_hotfix
	await deliveries_are '0 1'
	[ "$(checked)" = 'ok       deliverer: at work' ]
	kill_deliverer
	serve_all
	[ "$(checked)" = 'ok       deliverer: a service' ]
	"$HOTFIXCTL" -C "$SERVER" check | grep -q "deliverer: a service, process $service\$"
	stop_service
	[ "$(checked)" = 'ok       deliverer: no service is seen' ]
}

@test "a service is called with folders that are there, and with nothing that it does not understand" {
	run "$HOTFIXCTL" deliver --watch --all "$ROOT/nowhere"
	[ "$status" -eq 3 ]
	[[ "$output" == *"nowhere: No such file or directory" ]]
	for words in "--watch --all" "--all $SRV" "--once --all $SRV" "--watch $SRV"; do
		# shellcheck disable=SC2086 # words
		run "$HOTFIXCTL" deliver $words
		echo "$words: $output"
		[ "$status" -eq 2 ]
	done
}
