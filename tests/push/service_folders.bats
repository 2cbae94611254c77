#!/usr/bin/env bats
# The deliverer as a service, and what becomes of the folders that it serves: repositories come, go, move and change.

load library
load receiver
load service

setup() {
	service_setup
}

teardown() {
	service_teardown
}

@test "a thousand idle repositories cost a service no open database and little memory" {
	endpoint
	rm -f "$SERVER"/hooks/*.sample
	last=999
	[ -z "${HOTFIX_SANITIZE-}" ] || last=99
	for number in $(seq $last); do cp -R "$SERVER" "$SRV/copy-$number.git"; done
	serve_all
	all_locked() { [ "$(find "/proc/$service/fd" -lname '*/hotfix.deliver.lock' | wc -l)" -eq $((last + 1)) ]; }
	all_closed() { ! find "/proc/$service/fd" -lname '*hotfix.sqlite*' | grep -q .; }
	await all_locked || await all_locked
	await all_closed || await all_closed
	[ "$(find "/proc/$service/fd" -type l | wc -l)" -lt $((last + 40)) ]
	SERVER=$SRV/copy-$last.git
	git remote set-url origin "$SERVER"
	signed_hotfix
	land
	landed
	await got 1
	[ "$(detached)" -eq 0 ]
	await all_closed
	[ -n "${HOTFIX_SANITIZE-}" ] ||
		[ "$(awk '/^VmHWM/ { print $2 }' "/proc/$service/status")" -lt 32768 ]
	stop_service
}

locks_are() { # NAME…: the service has the locks of these repositories below $SRV, in order, and no other
	[ "$(find "/proc/$service/fd" -lname '*/hotfix.deliver.lock' -printf '%l\n' | sed "s,^$SRV/,,; s,/[^/]*$,," |
		sort | xargs)" = "$*" ]
}

@test "where few files may be open a service delivers for as many as it can, and leaves the rest to their hooks" {
	endpoint 'events = hotfix.opened'
	for number in {1..99}; do cp -R "$SERVER" "$SRV/copy-$number.git"; done
	(ulimit -n 160 && exec "$HOTFIXCTL" deliver --watch --all "$SRV") 3>&- >"$ROOT/result" 2>"$ROOT/complaints" &
	service=$!
	services="${services-} $service"
	as_many() { [ "$(find "/proc/$service/fd" -lname '*/hotfix.deliver.lock' | wc -l)" -eq 80 ]; }
	await as_many
	SERVER=$SRV/copy-1.git
	git remote set-url origin "$SERVER"
	lock_is_held
	pushed_hotfix
	await deliveries_are '1 1'
	[ "$(detached)" -eq 0 ]
	SERVER=$SRV/shop.git
	git remote set-url origin "$SERVER"
	no_lock
	pushed_hotfix INC-8-logout
	await deliveries_are '1 1'
	as_many
	[ "$(cat "$ROOT/complaints")" = "hotfixctl: 20 repositories are left to what their hooks start: this process may open only 160 files; raise the limit (ulimit -n, LimitNOFILE)" ]
	stop_service
}

@test "while nothing happens a service looks no more than once a second" {
	endpoint
	in_repository books
	ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 strace -f -qq -e trace=poll -o "$ROOT/calls" "$HOTFIXCTL" deliver --watch --all "$SRV" 3>&- >/dev/null 2>&1 &
	tracer=$!
	await lock_is_held
	service=$(pgrep -P "$tracer")
	services=$service
	# at first it looks around
	quiet=false
	for _ in 1 2 3 4 5; do
		before=$(grep -c 'poll(' "$ROOT/calls")
		begin=$(date +%s)
		sleep 3
		polls=$(($(grep -c 'poll(' "$ROOT/calls") - before))
		took=$(($(date +%s) - begin + 1))
		echo "$polls polls in $took s"
		[ "$polls" -lt 1 ] || [ "$polls" -gt "$took" ] || { quiet=true && break; }
	done
	$quiet
	kill "$service"
	wait "$tracer"
}

@test "nested folders are searched; no hooks, no repository and a folder that cannot be read are passed over" {
	endpoint
	mkdir -p "$SRV/team/deep/er" "$SRV/shut"
	cp -R "$SERVER" "$SRV/team/deep/er/nested.git"
	cp -R "$SERVER" "$SRV/shut/hidden.git"
	cp -R "$SRV/team/deep/er/nested.git" "$SRV/shop.git/inside.git"
	git init -q --bare "$SRV/team/plain.git"
	git init -q "$SRV/work"
	echo text >"$SRV/file"
	chmod 0 "$SRV/shut"
	[ "$(id -u)" -ne 0 ] || without=(setpriv --inh-caps=-all '--bounding-set=-dac_override,-dac_read_search')
	"${without[@]}" "$HOTFIXCTL" deliver --watch --all "$SRV" 3>&- >"$ROOT/result" 2>"$ROOT/complaints" &
	service=$!
	services="${services-} $service"
	await locks_are shop.git team/deep/er/nested.git
	[ ! -s "$ROOT/complaints" ]
	chmod 755 "$SRV/shut"
	kill -HUP "$service"
	await locks_are shop.git shut/hidden.git team/deep/er/nested.git
	stop_service
}

@test "a repository that is removed in the middle of a delivery, or moved, is let go of, and the others go on" {
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
	rm -r "$SERVER"
	kill -HUP "$service"
	await locks_are shop.git
	mv "$SRV/shop.git" "$SRV/moved.git"
	kill -HUP "$service"
	await locks_are moved.git
	SERVER=$SRV/moved.git
	cd "$ROOT/clone"
	git remote set-url origin "$SERVER"
	pushed_hotfix
	await deliveries_are '1 1'
	[ "$(detached)" -eq 0 ]
	stop_service
}

@test "a repository whose hooks and hotfix.ini are taken out is let go of" {
	endpoint
	in_repository books
	serve_all
	await locks_are books.git shop.git
	rm "$SRV"/books.git/hooks/{pre-receive,update,post-receive} "$SRV/books.git/hotfix.ini"
	kill -HUP "$service"
	await locks_are shop.git
	stop_service
}

@test "a configuration that changes while a service runs holds from the next event on, for what waits too" {
	endpoint 'events = hotfix.opened' 'retry = 1h'
	first=$url
	start_receiver second
	echo 503 >"$ROOT/deploy/behaviour"
	serve_all
	pushed_hotfix
	await deliveries_are '0 1'
	sed -i "s,^url = .*,url = $url," "$SERVER/hotfix.ini"
	pushed_hotfix INC-8-logout
	both_delivered() { [ "$(state 'SELECT count(*) FROM delivery WHERE state = 1')" -eq 2 ]; }
	await both_delivered
	got_no 2
	[ -e "$ROOT/second/2.headers" ]

	echo 'nonsense = 1' >>"$SERVER/hotfix.ini"
	kill -HUP "$service"
	await grep -q nonsense "$ROOT/complaints"
	sed -i "/^nonsense/d; s,^url = .*,url = $first," "$SERVER/hotfix.ini"
	echo 200 >"$ROOT/deploy/behaviour"
	pushed_hotfix INC-9-third
	await got 2
	stop_service
}
