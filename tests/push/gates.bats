#!/usr/bin/env bats
# Gates: a tracker, or any service, is asked before a push is accepted.

load library

setup() {
	server
	tracker=
	mkdir -p "$ROOT/tracker/issues"
	echo s3cret >"$ROOT/tracker/secret"
	touch "$ROOT/tracker/requests"
	node "$BATS_TEST_DIRNAME/tracker.js" "$ROOT/tracker" 3>&- &
	tracker=$!
	for _ in $(seq 300); do
		[ ! -e "$ROOT/tracker/port" ] || break
		sleep 0.1
	done
	at=http://127.0.0.1:$(cat "$ROOT/tracker/port")
}

teardown() {
	[ -z "$tracker" ] || kill "$tracker" 2>/dev/null || :
}

headers() { # LINE…: the headers file of the gates
	rm -f "$ROOT/headers"
	(umask 077 && printf '%s\n' "$@" >"$ROOT/headers")
}

issue() { # KEY STATUS: what the tracker says
	echo "$2" >"$ROOT/tracker/issues/$1"
}

# Gates from standard input, and production; without sign-offs unless SIGNED.
gates() {
	if [ -n "${SIGNED-}" ]; then configure; else NO_REVIEW=1 NO_QA=1 configure; fi
	start_production
}

with_jira() { # [LINE…]: the gate "tracker"
	headers '# who we are' 'Authorization: Bearer s3cret'
	gates <<-INI
		[gate "tracker"]
		url = $at/rest/api/2/issue/{incident}?fields=status
		headers-file = $ROOT/headers
		expect = /fields/status/name ^(Open|In Progress)$
		$(printf '%s\n' "$@")
	INI
}

faulty() { # PATH [LINE…]: a gate at what does not answer well; quick to give up
	local path=$1
	shift
	gates <<-INI
		[gate "x"]
		url = $at$path
		timeout = 2s
		$(printf '%s\n' "$@")
	INI
	pushed_hotfix
	land
}

requests() { # how many there were
	wc -l <"$ROOT/tracker/requests"
}

last_request() {
	tail -n 1 "$ROOT/tracker/requests"
}

@test "Jira: an incident whose status fits lands, and the record, the event and nobody else hold the answer" {
	with_jira
	issue INC-7 "In Progress"
	pushed_hotfix
	[ "$(requests)" = 0 ]
	land
	landed
	says_not tracker
	[ "$(last_request)" = "GET /rest/api/2/issue/INC-7?fields=status " ]
	[ "$(requests)" = 1 ]
	[ "$(sqlite3 "$SERVER/hotfix.sqlite" 'select name, open, answer from gate')" = \
		'tracker|1|answered 200, and /fields/status/name is "In Progress"' ]
	[ "$(sqlite3 "$SERVER/hotfix.sqlite" "select body from event where type = 'hotfix.merged'" |
		jq -c '.hotfix.gates')" = \
		'[{"name":"tracker","open":true,"answer":"answered 200, and /fields/status/name is \"In Progress\""}]' ]
	! grep -r s3cret "$SERVER" || false
}

@test "Jira: an incident whose status does not fit is refused, with what was asked and the field" {
	with_jira
	issue INC-7 Done
	pushed_hotfix
	land
	refused gate-tracker "GET $at/rest/api/2/issue/INC-7" \
		'answered 200, and /fields/status/name is "Done", which must match ^(Open|In Progress)$' \
		"# put it right there, then push again"
	says_not "?fields" s3cret "server's side"
	issue INC-7 Open
	land
	landed
}

@test "Jira: an incident that is not there is refused" {
	with_jira
	pushed_hotfix
	land
	refused gate-tracker "answered 404, not 200"
	says_not "server's side"
}

@test "Jira: credentials that do not work are the server's fault" {
	with_jira
	issue INC-7 Open
	headers 'Authorization: Bearer wrong'
	pushed_hotfix
	land
	refused gate-tracker "this is the server's side" "answered 401, not 200"
}

@test "GitLab: state and label of an issue, escaped pointers, null, numbers and what is not there" {
	headers 'PRIVATE-TOKEN: s3cret'
	HOTFIX='incident = [0-9]+' gates <<-INI
		[gate "tracker"]
		url = $at/api/v4/projects/7/issues/{incident}
		headers-file = $ROOT/headers
		expect = /state ^opened$
		expect = /labels/1 ^severity::[12]$
		expect = /iid ^7$
		expect = /confidential ^false$
		expect = /weight ^null$
	INI
	issue 7 opened
	pushed_hotfix 7-login
	land 7-login
	landed
	sed -i 's,^expect = /weight .*,expect = /labels/01 x,' "$SERVER/hotfix.ini"
	pushed_hotfix 7-again
	land 7-again
	refused gate-tracker "/labels/01 is not there, which must match x"
	sed -i 's,^expect = /labels/01 .*,expect = /labels \\["hotfix"\,"severity::1"\\],' "$SERVER/hotfix.ini"
	land 7-again
	landed
}

@test "Open Policy Agent: the facts of the landing are the input, and the result decides" {
	SIGNED=1 gates <<-INI
		[gate "policy"]
		url = $at/v1/data/hotfix/allow
		method = POST
		expect = /result/allow ^true$
	INI
	signed_hotfix
	tip=$(on_server refs/heads/hotfix/INC-7-login)
	before=$(on_server refs/heads/main)
	land
	landed
	last_request | sed 's/^[^{]*//' >"$ROOT/input"
	[ "$(jq -r '.input | [.when, .kind, .incident, .branch, .production, .pusher, .repository, .severity] | map(tostring) |
		join(" ")' "$ROOT/input")" = "landing merge INC-7 hotfix/INC-7-login main olga server null" ]
	[ "$(jq -r '.input | [.commit, .from, .to] | join(" ")' "$ROOT/input")" = "$tip $before $(on_server refs/heads/main)" ]
	[ "$(jq -c '.input.signoffs | map(.name + " " + .person)' "$ROOT/input")" = '["review rita","qa quentin"]' ]
}

@test "Open Policy Agent: no, and a rule that is not there, are refused" {
	gates <<-INI
		[gate "policy"]
		url = $at/v1/data/hotfix/allow
		method = POST
		expect = /result/allow ^true$
	INI
	pushed_hotfix
	land
	refused gate-policy "POST $at/v1/data/hotfix/allow" '/result/allow is "false", which must match ^true$'
	sed -i 's,hotfix/allow$,hotfix/undefined,' "$SERVER/hotfix.ini"
	land
	refused gate-policy "/result/allow is not there, which must match ^true$"
}

@test "a template is the body, and every placeholder is escaped where it stands" {
	printf '{"q": "{incident} {branch} {production} {severity}", "c": "{commit}", "x": {"y": "{other}"}}' >"$ROOT/body"
	HOTFIX='slug = [a-z"&?/ü%-]+' gates <<-INI
		[gate "policy"]
		url = $at/v1/data/{branch}/{production}?i={incident}&s={severity}
		body = $ROOT/body
	INI
	branch 'hotfix/INC-7-a"&/ü%'
	work fix
	push_as dave HEAD
	accepted
	git fetch -q origin
	git switch -q -C main origin/main
	git merge -q --no-ff -m merge 'origin/hotfix/INC-7-a"&/ü%'
	push_as olga main
	landed
	[ "$(last_request | cut -d' ' -f1,2)" = "POST /v1/data/hotfix%2FINC-7-a%22%26%2F%C3%BC%25/main?i=INC-7&s=" ]
	last_request | cut -d' ' -f3- >"$ROOT/sent"
	[ "$(jq -r '.q' "$ROOT/sent")" = 'INC-7 hotfix/INC-7-a"&/ü% main ' ]
	[ "$(jq -r '.c' "$ROOT/sent")" = "$(git rev-parse main^2)" ]
	[ "$(jq -r '.x.y' "$ROOT/sent")" = '{other}' ]
}

@test "when = opened asks at the first push of a branch, and at no other" {
	with_jira 'when = opened'
	branch hotfix/INC-7-login
	work fix
	push_as dave hotfix/INC-7-login
	refused gate-tracker "answered 404, not 200"
	issue INC-7 Open
	push_as dave hotfix/INC-7-login
	accepted
	git fetch -q origin
	more_work more
	land
	landed
	[ "$(requests)" = 2 ]
	push_as dave :hotfix/INC-7-login
	accepted
	[ "$(requests)" = 2 ]
}

@test "for = ordinary asks before an ordinary landing, and not before a hotfix or a rollback" {
	PRODUCTION=$'branch = refs/heads/main\nallow-from = refs/heads/release/*\nallow-by = release' gates <<-INI
		[gate "ready"]
		url = $at/status/503?b={branch}&c={commit}
		for = ordinary
	INI
	branch release/1
	work feature other
	push_as olga release/1
	push_as olga release/1:main
	refused gate-ready "answered 503, not 200"
	[ "$(last_request)" = "GET /status/503?b=release%2F1&c=$(git rev-parse release/1) " ]
	sed -i 's,status/503,status/200,' "$SERVER/hotfix.ini"
	push_as olga release/1:main
	accepted
	[ "$(requests)" = 2 ]
	pushed_hotfix
	land
	landed
	git fetch -q origin
	push_as olga "$(git commit-tree -p origin/main -m 'Roll back' 'origin/main~1^{tree}'):refs/heads/main"
	accepted
	[ "$(requests)" = 2 ]
}

@test "a push that is refused anyway is not asked about" {
	SIGNED=1 with_jira
	pushed_hotfix
	land
	refused signoff-review
	says_not gate-tracker
	[ "$(requests)" = 0 ]
}

@test "several gates are asked at once, and each tells its own answer" {
	gates <<-INI
		[gate "one"]
		url = $at/meet
		expect = /met ^true$
		[gate "two"]
		url = $at/meet
		expect = /met ^no$
		[gate "three"]
		url = $at/status/404
	INI
	pushed_hotfix
	land
	refused gate-two '/met is "true", which must match ^no$' "gate-three" "answered 404"
	says_not gate-one
}

@test "no answer in time is the server's fault, and holds up nobody for long" {
	SECONDS=0
	faulty /hang
	refused gate-x "this is the server's side" "GET $at/hang" "timed out"
	[ "$SECONDS" -lt 30 ]
}

@test "a reply that comes byte by byte is cut off in time" {
	faulty /drip
	refused gate-x "this is the server's side" "answered 200, with a reply that broke off"
}

@test "an error of the service is the server's fault" {
	faulty /status/500
	refused gate-x "this is the server's side" "answered 500, not 200"
}

@test "a connection that is closed is the server's fault" {
	faulty /close
	refused gate-x "this is the server's side" "GET $at/close"
}

@test "a redirect is not followed" {
	faulty /redirect
	refused gate-x "answered 302, not 200; a redirect is not followed"
	[ "$(requests)" = 1 ]
}

@test "a reply that is no JSON is the server's fault, where the reply matters" {
	faulty /text 'expect = /state ^opened$'
	refused gate-x "this is the server's side" "answered 200, with no JSON: line 1"
}

@test "where only the status matters, any reply will do" {
	faulty /text
	landed
}

@test "a long reply is read, one without an end is not" {
	faulty /large 'expect = /state ^opened$'
	landed
	sed -i 's,/large$,/endless,' "$SERVER/hotfix.ini"
	pushed_hotfix INC-8-other
	land INC-8-other
	refused gate-x "answered 200, with more than 1048576 bytes"
}

@test "a value is shown cut and escaped" {
	faulty /large 'expect = /pad ^y'
	refused gate-x "(and more), which must match ^y"
	[ "${#output}" -lt 2000 ]
}

@test "with on-error = warn silence passes with a warning, and a no does not" {
	faulty /status/503 'on-error = warn'
	landed
	says "accepted, with warnings" gate-x "answered 503, not 200"
	[ "$(sqlite3 "$SERVER/hotfix.sqlite" 'select name, open, answer from gate')" = 'x|0|answered 503, not 200' ]
	sed -i 's,/503$,/404,' "$SERVER/hotfix.ini"
	pushed_hotfix INC-8-other
	land INC-8-other
	refused gate-x "answered 404, not 200"
}

@test "expect-status says which status is a yes" {
	faulty /status/404 'expect-status = 404'
	landed
}

@test "in warn mode a gate refuses nothing" {
	MODE=warn faulty /status/404
	landed
	says "it would be refused" gate-x
}

@test "a headers file that others can read, or that is none, is the server's fault and shows nothing" {
	with_jira
	issue INC-7 Open
	pushed_hotfix
	chmod 644 "$ROOT/headers"
	land
	refused gate-tracker "could not be asked: $ROOT/headers"
	headers 's3cret without a colon'
	land
	refused gate-tracker "could not be asked: $ROOT/headers:1: not a header, Name: value"
	says_not s3cret
	[ "$(requests)" = 0 ]
}

@test "a hotfixctl that is not there is the server's fault" {
	cp -r "$HOTFIX_PREFIX" "$ROOT/prefix"
	with_jira
	issue INC-7 Open
	pushed_hotfix
	printf '#!/bin/sh\nexit 7\n' >"$ROOT/prefix/bin/hotfixctl"
	ln -sf "$ROOT/prefix/libexec/hotfix/pre-receive" "$SERVER/hooks/pre-receive"
	land
	refused gate-tracker "could not be asked: hotfixctl ended with 7"
}

@test "what the pusher puts into the environment does not reach the gate" {
	with_jira
	issue INC-7 Open
	pushed_hotfix
	be olga
	merge_hotfix
	be dave
	push_with GL_USER=olga http_proxy=http://127.0.0.1:1 ALL_PROXY=http://127.0.0.1:1 CURL_HOME="$ROOT" -- main
	landed
}

@test "update does not land for another branch what the gates were asked about" {
	with_jira
	issue INC-7 Open
	issue INC-8 Closed
	pushed_hotfix
	push_as dave origin/hotfix/INC-7-login:refs/heads/hotfix/INC-8-other
	accepted
	be olga
	merge_hotfix
	be dave
	# between pre-receive and update the branch that was asked about moves on
	rm "$SERVER/hooks/update"
	cat >"$SERVER/hooks/update" <<-SH
		#!/bin/sh
		git update-ref refs/heads/hotfix/INC-7-login refs/heads/main
		exec "$HOTFIX_PREFIX/libexec/hotfix/update" "\$@"
	SH
	chmod +x "$SERVER/hooks/update"
	push_as olga main
	[ "$status" -ne 0 ]
	says "the branches changed while the push was judged"
	[ "$(on_server refs/heads/main)" = "$(git rev-parse origin/main)" ]
}

@test "hotfixctl ask-gate asks as a landing would, and says how it went" {
	with_jira
	issue INC-7 Done
	pushed_hotfix
	status=0
	output=$("$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" ask-gate tracker hotfix/INC-7-login) || status=$?
	[ "$status" -eq 1 ]
	says "asked GET $at/rest/api/2/issue/INC-7" 'answer answered 200, and /fields/status/name is "Done"' "the gate shut"
	issue INC-7 Open
	[ "$("$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" ask-gate tracker hotfix/INC-7-login --json | jq -r .verdict)" = open ]
	status=0
	"$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" ask-gate nobody hotfix/INC-7-login || status=$?
	[ "$status" -eq 3 ]
}
