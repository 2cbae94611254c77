#!/usr/bin/env bats
# The bodies that a receiver gets, of every type of event, and those in the manual, against share/hotfix-event.schema.json.

bats_require_minimum_version 1.5.0
load library
load receiver
load signatures
load aftermath

setup() {
	receiver_setup
	[ -d "$TOP/tests/node_modules/ajv" ] || skip "ajv is not installed"
	schema=$HOTFIX_PREFIX/share/hotfix/hotfix-event.schema.json
	sed -n 's/^\t\[EVENT_[A-Z_]*\] = "\(.*\)",$/\1/p' "$TOP/common/rules/event.c" >"$ROOT/types"
	[ "$(wc -l <"$ROOT/types")" -ge 17 ]
}

teardown() {
	receiver_teardown
}

check() { # BODY-FILE…
	NODE_PATH=$TOP/tests/node_modules node "$TOP/tests/push/schema.js" "$schema" "$ROOT/types" "$@"
}

# Everything happens here, as everybody who pushes makes it happen.
everything() {
	HOTFIX=${1-deadline = 24h} PRODUCTION="branch = refs/heads/main
allow-from = refs/heads/release
allow-by = release" REVIEW="evidence = pusher" MONITOR="count = 2" configure_aftermath <<-INI
		[repository]
		web = https://git.example.com/{path}
		clone = ssh://git@git.example.com/{path}.git
		[webhook "deploy"]
		url = $url
		events = hotfix.*, production.*, delivery.*, state.*, ping
		[webhook "broken"]
		url = $broken
		events = hotfix.opened
		[override]
		role = release
		[backmerge]
		into = refs/heads/develop
		within = 1s
	INI
}

settled() { # nothing waits to be sent
	"$HOTFIXCTL" -C "$SERVER" deliver --once >/dev/null 2>&1 || :
	[ "$(state 'SELECT count(*) FROM delivery WHERE state = 0')" = 0 ]
}

told() { # TYPE
	"$HOTFIXCTL" -C "$SERVER" deliver --once >/dev/null 2>&1 || :
	events | grep -qx "$1"
}

point_at() { # PERSON SIGNOFF: a plain ref on the tip of the hotfix
	push_as "$1" "origin/hotfix/INC-7-login:refs/signoffs/INC-7-login/$2/$1-$(git rev-parse --short=10 origin/hotfix/INC-7-login)"
	accepted
}

@test "every type of event has a body that the schema takes, and takes nothing else" {
	start_receiver broken
	broken=$url
	echo 400 >"$ROOT/broken/behaviour"
	url=http://127.0.0.1:$(cat "$ROOT/deploy/port")/hook
	everything
	start_production
	push_as dave main:refs/heads/develop
	pushed_hotfix INC-7-login
	more_work more other
	git fetch -q origin
	point_at rita review
	sign quentin Tested-by
	land
	landed
	landing=$(on_server refs/heads/main)
	deploy=refs/signoffs/INC-7-login/deploy/production-${landing:0:10}
	monitor=refs/signoffs/INC-7-login/monitor
	report_tag olga "$deploy" 'Status: failure' 'Reason: the disk is full'
	accepted
	report olga "$deploy-2"
	accepted
	watch olga
	accepted
	report_tag olga "$monitor/olga-${landing:0:10}-2" "Revokes: $monitor/olga-${landing:0:10}"
	accepted
	report olga "$monitor/olga-${landing:0:10}-3"
	watch paul
	accepted
	await told hotfix.backmerge_due
	roll_back_landing
	git fetch -q origin
	pushed_hotfix INC-8-cart
	everything 'deadline = 1s'
	push_as dave :hotfix/INC-8-cart
	accepted
	pushed_hotfix INC-9-tax
	git switch -q -C release origin/main
	work feature
	push_as olga release
	git fetch -q origin
	push_as olga origin/release:main
	accepted
	await told hotfix.overdue
	git fetch -q origin
	git switch -q hotfix/INC-9-tax
	git merge -q --no-edit -X ours origin/main
	push_as dave hotfix/INC-9-tax
	accepted
	git fetch -q origin
	merge_hotfix INC-9-tax
	push_as olga -o hotfix.override="the shop is down" main
	landed
	landing=$(on_server refs/heads/main)
	report rita "refs/signoffs/INC-9-tax/review/rita-${landing:0:10}"
	accepted
	await_no_deliverer
	git -C "$SERVER" update-ref refs/heads/main "$(on_server refs/heads/main)~1"
	"$HOTFIXCTL" -C "$SERVER" deliver --once || :
	"$HOTFIXCTL" -C "$SERVER" ping deploy
	await settled
	await_no_deliverer
	rm "$SERVER"/hotfix.sqlite*
	"$HOTFIXCTL" -C "$SERVER" deliver --once || :
	await settled
	check "$ROOT"/deploy/*.body "$ROOT"/broken/*.body
}

# The JSON of the manual: each literal block that begins with a brace.
examples() {
	awk -v folder="$ROOT/examples" '
		/^\.Bd -literal/ { inside = 1; first = 1; next }
		/^\.Ed/ { inside = 0; close(file); next }
		inside && first { first = 0; file = ""; if ($0 == "{") file = folder "/" ++count ".body" }
		inside && file { gsub(/\\e/, "\\"); gsub(/\\&/, ""); print >file }' "$TOP/man/hotfix-hooks.7"
}

@test "the manual shows a body of every type, and each is one that the schema takes" {
	mkdir "$ROOT/examples"
	examples
	check "$ROOT"/examples/*.body
}
