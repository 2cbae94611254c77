#!/usr/bin/env bats
# The clock of a hotfix: from its first push, or an earlier report, to its deadline, once.

load library

setup() {
	server
	HOTFIX='deadline = 2h' configure </dev/null
	start_production
}

# SECONDS: everything that the server remembers happened that much earlier
age() {
	sqlite3 "$SERVER/hotfix.sqlite" "update push set time = time - $1; update clock set opened = opened - $1,
		reported = case when reported then reported - $1 else 0 end"
}

overdue() { # how many hotfix.overdue there are
	events | grep -c '^hotfix\.overdue$' || :
}

body() { # FILTER: of the newest hotfix.overdue
	sqlite3 "$SERVER/hotfix.sqlite" "select body from event where type = 'hotfix.overdue' order by number desc limit 1" |
		jq -r "$1"
}

nearly_an_hour_left() { # the last push said so; a slow machine has minutes
	says "left of 2h"
	[[ "$output" =~ clock\ +5[0-9]m ]]
}

another_push() { # anybody's, of another hotfix
	branch "hotfix/INC-${1-8}-other"
	work "other ${1-8}" other
	push_as dave "hotfix/INC-${1-8}-other"
	accepted
}

ago() { # SECONDS: that time, in RFC 3339
	date -u -d "@$(($(date +%s) - $1))" +%Y-%m-%dT%H:%M:%SZ
}

@test "each push to the branch says how long is left, from the first push on" {
	pushed_hotfix
	says "clock 2h left of 2h"
	age 3700
	more_work more
	nearly_an_hour_left
	age 7200
	more_work again
	says "over the deadline of 2h"
}

@test "rewriting the branch does not start the clock anew" {
	pushed_hotfix
	age 3700
	git commit -q --amend -m 'better words'
	push_as dave +hotfix/INC-7-login
	accepted
	nearly_an_hour_left
}

@test "an earlier report starts the clock" {
	branch hotfix/INC-7-login
	printf 'fix\n' >>file
	git commit -qam fix -m "Reported: $(ago 3700)"
	push_as dave hotfix/INC-7-login
	accepted
	nearly_an_hour_left
	says "left of 2h, since the report at 20"
	[ "$(sqlite3 "$SERVER/hotfix.sqlite" "select body from event where type = 'hotfix.opened'" |
		jq -r '(.hotfix.deadline | fromdate) - (.hotfix.reported | fromdate)')" = 7200 ]
}

@test "a report that is still to come, too old, or no date is ignored with a word" {
	local value
	for value in "$(ago -3600)" 2001-01-01T00:00:00Z yesterday; do
		git switch -q -C hotfix/INC-7-login origin/main
		git commit -q --allow-empty -m fix -m "Reported: $value"
		push_as dave +hotfix/INC-7-login
		accepted
		says "clock" "left of 2h" "\"Reported: $value\" of $(git rev-parse --short=10 HEAD)" ignored
	done
}

@test "a hotfix that is over its deadline is told once, by the next push" {
	pushed_hotfix
	another_push
	[ "$(overdue)" = 0 ]
	age 7300
	more_work more
	[ "$(overdue)" = 2 ]
	more_work again
	another_push 9
	[ "$(overdue)" = 2 ]
	[ "$(sqlite3 "$SERVER/hotfix.sqlite" "select count(distinct ref) from event where type = 'hotfix.overdue'")" = 2 ]
	[ "$(body '(.hotfix.deadline | fromdate) - (.hotfix.opened | fromdate)')" = 7200 ]
	[ "$(body '.hotfix.incident + " " + .hotfix.branch')" = "INC-8 hotfix/INC-8-other" ]
	[ "$(body '.before == .after')" = true ]
}

@test "the deliverer tells it without a push" {
	pushed_hotfix
	age 7300
	"$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" deliver
	[ "$(overdue)" = 1 ]
	"$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" deliver
	[ "$(overdue)" = 1 ]
	[ "$(body '.ref + " " + .after')" = "refs/heads/hotfix/INC-7-login $(on_server refs/heads/hotfix/INC-7-login)" ]
}

@test "a hotfix that landed or is gone is not told" {
	signed_hotfix
	another_push
	land
	landed
	push_as dave :hotfix/INC-8-other
	accepted
	age 7300
	more_work_elsewhere
	[ "$(overdue)" = 0 ]
}

more_work_elsewhere() { # a push that is governed, and opens another hotfix
	branch hotfix/INC-10-new
	work new other
	push_as dave hotfix/INC-10-new
	accepted
}

@test "what landed without being judged is not told, until more comes" {
	pushed_hotfix
	git -C "$SERVER" update-ref refs/heads/main "$(on_server refs/heads/hotfix/INC-7-login)"
	age 7300
	more_work_elsewhere
	[ "$(overdue)" = 0 ]
	more_work more
	[ "$(overdue)" = 1 ]
}

@test "work after a landing starts a clock of its own" {
	signed_hotfix
	land
	landed
	age 7300
	git fetch -q origin
	git switch -q -C hotfix/INC-7-login origin/main
	work again
	push_as dave hotfix/INC-7-login
	accepted
	says "clock 2h left of 2h"
	age 7300
	more_work_elsewhere
	[ "$(overdue)" = 1 ]
}

@test "without a deadline nothing is ever overdue" {
	HOTFIX='deadline = none' configure </dev/null
	pushed_hotfix
	says_not clock
	age 999999
	more_work_elsewhere
	[ "$(overdue)" = 0 ]
}

@test "status tells the report, the deadline and what is over it" {
	branch hotfix/INC-7-login
	printf 'fix\n' >>file
	git commit -qam fix -m "Reported: $(ago 8000)"
	push_as dave hotfix/INC-7-login
	another_push
	"$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" status >"$ROOT/status"
	grep -q 'hotfix/INC-7-login .*overdue' "$ROOT/status"
	! grep -q 'hotfix/INC-8-other .*overdue' "$ROOT/status" || false
	"$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" status --json >"$ROOT/status"
	[ "$(jq -c '[.hotfixes[] | .overdue]' "$ROOT/status")" = "[true,false]" ]
	[ "$(jq '.hotfixes[0] | (.deadline | fromdate) - (.reported | fromdate)' "$ROOT/status")" = 7200 ]
	[ "$(jq '.hotfixes[1].reported' "$ROOT/status")" = null ]
}
