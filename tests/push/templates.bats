#!/usr/bin/env bats
# The templates of share/templates, and one with every kind of value, over pushes that hold what a template could trip over.
# All is delivered before the tests: tests/receivers/recorder.js keeps it.

bats_require_minimum_version 1.5.0
load library
load receiver
load signatures
load aftermath

setup_file() {
	server_of_file
	values
	start_recorder
	HOTFIX='slug = .+' configure_aftermath </dev/null
	start_production
	endpoints | HOTFIX='slug = .+' configure_aftermath
	hold_deliveries
	branch "$branch"
	be "$author" dave@example.com
	printf 'two\n' >>file
	git add file
	git commit -qF "$ROOT/message"
	push_as dave "$branch"
	accepted
	sign rita Reviewed-by "$branch"
	sign quentin Tested-by "$branch"
	git fetch -q origin
	git switch -q -C main origin/main
	be "$author" olga@example.com
	git merge -q --no-ff -F "$ROOT/message" "origin/$branch"
	push_as olga main
	landed
	landing=$(on_server main)
	report_tag olga "refs/signoffs/${branch#hotfix/}/deploy/production-${landing:0:10}" 'Status: failure' "Reason: $reason"
	accepted
	let_deliveries_go
	"$HOTFIXCTL" -C "$SERVER" deliver --once >"$ROOT/summary" 2>&1 || :
}

teardown_file() {
	[ ! -e "$BATS_FILE_TMPDIR/receiver" ] || kill "$(cat "$BATS_FILE_TMPDIR/receiver")"
}

values() { # what the pushes hold: $branch, $author, and a message that ends with a text of 50,000 bytes
	branch=$'hotfix/INC-7-"it\'s"{type}$(id)&amp;<b>%22😀\u2028é'
	author=$'O\'"\\ {type} {{ref}} \x01\x1b[31m 😀\u2028 &lt; \x7f end'
	{
		printf 'Subject "quoted" \\ {type} {{id}} {body} 😀 \xe2\x80\xa8 \xe2\x80\xa9 </script> \x02\x1b]0;x\x07 %%s\n\n'
		printf 'tab\there, a line of CR\r\n{"json": ["\\u0041", "]}\n'
		head -c 50000 /dev/zero | tr '\0' x
		printf '\n'
	} >"$ROOT/message"
	reason="\"disk\" full \\ {type} 😀 $(head -c 965 /dev/zero | tr '\0' y)"
}

start_recorder() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$ROOT/key" -out "$ROOT/crt" \
		-subj /CN=localhost -days 2 2>/dev/null
	mkdir "$ROOT/kept"
	node "$TOP/tests/receivers/recorder.js" "$ROOT/kept" "$ROOT/key" "$ROOT/crt" "$ROOT/crt" \
		3>&- >/dev/null 2>"$ROOT/recorder" &
	echo $! >"$ROOT/receiver"
	await test -s "$ROOT/kept/ports" || { cat "$ROOT/recorder" >&2; return 1; }
}

to() { # NAME TEMPLATE [LINE]…
	printf '[webhook "%s"]\nurl = http://127.0.0.1:%s/%s/{type}\n' "$1" "$(sed -n 's/^plain //p' "$ROOT/kept/ports")" "$1"
	printf 'template = %s\nevents = hotfix.*\nretry = 1h\n' "$2"
	printf '%s\n' "${@:3}"
}

endpoints() {
	printf '%s' '{"m": "{head_commit.message}", "a": "{head_commit.author.name}", "b": "{hotfix.branch}", ' \
		'"s": "{summary}", "n": "{hotfix.reason}", "braces": "{{type}} { } {1}", "all": {body}}' >"$ROOT/json"
	printf '%s' 'm={head_commit.message}&a={head_commit.author.name}&b={hotfix.branch}&t={type}' >"$ROOT/form"
	printf '%s' '{head_commit.author.name}|{hotfix.branch}|{{type}}|{type}' >"$ROOT/text"
	to slack "$TOP/share/templates/slack.json"
	to teams "$TOP/share/templates/teams.json"
	to cloudevents "$TOP/share/templates/cloudevents.json" 'content-type = application/cloudevents+json'
	to json "$ROOT/json"
	to form "$ROOT/form" 'content-type = application/x-www-form-urlencoded'
	to text "$ROOT/text" 'content-type = text/plain; charset=utf-8'
}

setup() {
	ROOT=$BATS_FILE_TMPDIR
	SERVER=$ROOT/server.git
	values
}

body_of() { # FILE
	sed '1,/^\r$/d' "$ROOT/kept/$1"
}

event() { # TYPE: its body, from the outbox
	state "SELECT body FROM event WHERE type = '$1' ORDER BY number LIMIT 1"
}

of_landing() { # NAME FILTER: of what the endpoint got of the landing
	body_of "plain-$1-hotfix.merged" | jq -j "$2"
}

in_git() { # FORMAT of git show(1), of the landing
	git -C "$SERVER" -c i18n.logOutputEncoding=UTF-8 show -s --format="$1" main
}

@test "every event arrived in every form, and JSON is JSON" {
	grep -qx '[0-9]* delivered, 0 to be tried again, 0 dead' "$ROOT/summary"
	for type in hotfix.opened hotfix.updated hotfix.ready hotfix.merged hotfix.deploy_failed; do
		for name in slack teams cloudevents json; do body_of "plain-$name-$type" | jq -e . >/dev/null; done
		[ -s "$ROOT/kept/plain-form-$type" ]
		[ -s "$ROOT/kept/plain-text-$type" ]
	done
}

@test "a value arrives in JSON as it is in Git, and what looks like a placeholder in it is none" {
	[ "$(of_landing json .a)" = "$author" ]
	[ "$(of_landing json .a)" = "$(in_git %an)" ]
	[ "$(of_landing json .b)" = "$branch" ]
	git -C "$SERVER" cat-file commit main | sed '1,/^$/d' >"$BATS_TEST_TMPDIR/message"
	of_landing json .m | cmp - "$BATS_TEST_TMPDIR/message"
	[ "$(wc -c <"$BATS_TEST_TMPDIR/message")" -gt 50000 ]
	[ "$(of_landing json .braces)" = '{type} { } {1}' ]
	[ "$(of_landing json .all | jq -S .)" = "$(event hotfix.merged | jq -S .)" ]
}

@test "a value arrives in a form as it is in Git, and adds no field" {
	body_of plain-form-hotfix.merged >"$BATS_TEST_TMPDIR/form"
	node -e 'const fields = new URLSearchParams(require("fs").readFileSync(process.argv[1], "latin1"));
		process.stdout.write(JSON.stringify([...fields]))' "$BATS_TEST_TMPDIR/form" >"$BATS_TEST_TMPDIR/fields"
	[ "$(jq -r 'map(.[0]) | join(" ")' "$BATS_TEST_TMPDIR/fields")" = "m a b t" ]
	[ "$(jq -r '.[1][1]' "$BATS_TEST_TMPDIR/fields")" = "$author" ]
	[ "$(jq -r '.[2][1]' "$BATS_TEST_TMPDIR/fields")" = "$branch" ]
	[ "$(jq -j '.[0][1]' "$BATS_TEST_TMPDIR/fields")" = "$(of_landing json .m)" ]
	[ "$(tr -d '\041-\176' <"$BATS_TEST_TMPDIR/form" | wc -c)" -eq 0 ]
}

@test "a value arrives in plain text as it is" {
	[ "$(body_of plain-text-hotfix.merged)" = "$author|$branch|{type}|hotfix.merged" ]
}

@test "Slack and Teams are told what happened, to which incident, and by whom" {
	[ "$(of_landing slack .text)" = 'server: hotfix INC-7 landed on main' ]
	[ "$(of_landing slack '[.blocks[] | .text.text, .fields[]?.text | select(.)] | .[0:3] | join("; ")')" = \
		'server: hotfix INC-7 landed on main; Event: hotfix.merged; Incident: INC-7' ]
	[ "$(of_landing slack '[.blocks[1].fields[].text] | .[3:5] | join("; ")')" = \
		"Pushed by: olga; Commit: $(on_server main)" ]
	[ "$(of_landing teams '[.. | .inlines? | select(.) | .[].text] | .[0:3] + .[4:6] | join("; ")')" = \
		"server: hotfix INC-7 landed on main; Event: hotfix.merged; Incident: INC-7; Pushed by: olga; Commit: $(
			on_server main)" ]
	[ "$(of_landing teams '.attachments[0].content.type')" = AdaptiveCard ]
	[ "$(body_of plain-slack-hotfix.opened | jq -r .text)" = "server: hotfix INC-7 was opened: $branch" ]
	[ "$(body_of plain-teams-hotfix.opened | jq -r '.. | .inlines? | select(.) | .[0].text' | head -1)" = \
		"server: hotfix INC-7 was opened: $branch" ]
}

@test "what a chat is told in one line is not longer than a chat takes" {
	[ "$(body_of plain-json-hotfix.deploy_failed | jq -r .n)" = "$reason" ]
	[ "$(body_of plain-json-hotfix.deploy_failed | jq -r .s | wc -c)" -eq 1004 ]
	[[ "$(body_of plain-slack-hotfix.deploy_failed | jq -r .text)" == \
		'server: hotfix INC-7 was not deployed: production "disk" full \ {type} 😀 yyy'*'yyy...' ]]
	[ "$(body_of plain-slack-hotfix.deploy_failed | jq '[.blocks[] | .text.text?, .fields[]?.text | select(.) | length] |
		max < 2000')" = true ]
}

@test "the library of CloudEvents reads its template in structured mode" {
	[ -d "$TOP/tests/node_modules/cloudevents" ] || skip "npm did not get the library"
	for type in hotfix.opened hotfix.updated hotfix.ready hotfix.merged hotfix.deploy_failed; do
		node "$TOP/tests/receivers/read-cloudevent.js" "$ROOT/kept/plain-cloudevents-$type" >"$BATS_TEST_TMPDIR/$type"
		[ "$(jq -r '[.mode, .specversion, .type, .datacontenttype] | join(" ")' "$BATS_TEST_TMPDIR/$type")" = \
			"structured 1.0 $type application/json" ]
	done
	[ "$(jq -S .data "$BATS_TEST_TMPDIR/hotfix.merged")" = "$(event hotfix.merged | jq -S .)" ]
	[ "$(jq -r .id "$BATS_TEST_TMPDIR/hotfix.merged")" = "$(event hotfix.merged | jq -r .id)" ]
	[ "$(jq -r .subject "$BATS_TEST_TMPDIR/hotfix.opened")" = "refs/heads/$branch" ]
}
