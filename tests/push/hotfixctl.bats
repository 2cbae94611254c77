#!/usr/bin/env bats
# hotfixctl on real repositories with real pushes: looking, telling, recording.

bats_require_minimum_version 1.5.0
load library

setup() {
	server
	configure <<-INI
		[log]
		to = $ROOT/log
	INI
}

teardown() {
	[ -z "${receiver-}" ] || kill "$receiver"
}

# Runs it; $status, $output (standard output) and $stderr.
ctl() {
	run --separate-stderr "$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" "$@"
	printf 'hotfixctl %s: %s\n%s\n%s\n' "$*" "$status" "$output" "$stderr"
}

# The value of a jq filter over the last answer.
value() {
	jq -r "$1" <<<"$output"
}

# A hotfix branch that came past the hooks: the ledger knows nothing of it.
unrecorded_hotfix() { # NAME
	branch "hotfix/$1"
	work "$1"
	git push -q --receive-pack 'git -c core.hooksPath=/dev/null receive-pack' origin "hotfix/$1"
	git fetch -q origin
}

# A receiver of faults on loopback, told of landings; BEHAVIOUR is how it answers.
start_receiver() { # [BEHAVIOUR]
	mkdir "$ROOT/receiver"
	echo "${1-200}" >"$ROOT/receiver/behaviour"
	echo "deployed it" >"$ROOT/receiver/reply"
	node "$HOTFIX_SOURCE/tests/receivers/receiver.js" "$ROOT/receiver" 3>&- &
	receiver=$!
	for _ in {1..100}; do
		[ ! -s "$ROOT/receiver/port" ] || break
		sleep 0.1
	done
	(umask 077 && echo 0123456789abcdef0123 >"$ROOT/secret")
	configure <<-INI
		[webhook "deploy"]
		url = http://127.0.0.1:$(cat "$ROOT/receiver/port")/hook
		secret-file = $ROOT/secret
		expect = deployed
		retry = 1s 1h
	INI
}

wait_for_state() { # STATE: until the newest delivery is in it
	for _ in {1..100}; do
		[ "$(sqlite3 "$SERVER/hotfix.sqlite" \
			"select count(*) from delivery where state = $1")" = 0 ] || return 0
		sleep 0.1
	done
	return 1
}

delivered() {
	wait_for_state 1
}

dead() {
	wait_for_state 2
}

# --- how it is called ---

@test "without a command it prints a screen that names every command" {
	ctl
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -le 24 ]
	for command in check status explain events deliveries redeliver deliver log ping baseline adopt version; do
		grep -q "^  $command " <<<"$output"
		ctl "$command" --help
		[ "$status" -eq 0 ]
		[[ "$output" == "usage: hotfixctl"*" $command"* ]]
		ctl
	done
}

@test "every command and option of the program is in hotfixctl(8)" {
	page=$HOTFIX_SOURCE/man/hotfixctl.8
	ctl
	commands=$(awk '/^  [a-z]/ { print $1 }' <<<"$output")
	for command in $commands; do
		grep -q "^\.It Cm $command" "$page"
		ctl "$command" --help
		options=$(awk '/^  -/ { sub(/^.*--/, ""); print $1 }' <<<"$output")
		for option in $options; do
			echo "$command $option"
			grep -qE "Fl -$option( |\$)" "$page"
		done
	done
}

@test "a command that does not exist is answered with the one that was meant" {
	ctl staus
	[ "$status" -eq 2 ]
	[[ "$stderr" == *'no command "staus"; did you mean status?'* ]]
	ctl frobnicate
	[ "$status" -eq 2 ]
	[[ "$stderr" != *"did you mean"* ]]
}

@test "a wrong option, a missing value and too many arguments are wrong usage" {
	for words in "events --frob" "events -n" "events -n 0" "events -n x" "events --number=1x" "events more" "--frob" \
		"explain main" "deliveries --state lost" "redeliver" "redeliver --all-dead x" "status --all=yes" \
		"deliver --once --watch"; do
		# shellcheck disable=SC2086 # words
		ctl $words
		[ "$status" -eq 2 ]
		[ -z "$output" ]
		[[ "$stderr" == "hotfixctl: "*"try: hotfixctl "*"--help" ]]
	done
}

@test "options may stand before and after the command, with or without an equals sign" {
	start_production
	run "$HOTFIX_PREFIX/bin/hotfixctl" events "-C$SERVER" -n1
	[ "$status" -eq 0 ]
	expected=$output
	run "$HOTFIX_PREFIX/bin/hotfixctl" events "--repository=$SERVER" --number 1
	[ "$output" = "$expected" ]
	cd "$SERVER"
	run "$HOTFIX_PREFIX/bin/hotfixctl" events --number=1
	[ "$output" = "$expected" ]
}

@test "a folder that is no repository is said to be none" {
	ctl events -C "$ROOT"
	[ "$status" -eq 3 ]
	[[ "$stderr" == *"not a bare Git repository" ]]
}

@test "a broken configuration stops every command but check, and is named" {
	start_production
	echo 'nonsense = 1' >>"$SERVER/hotfix.ini"
	for words in status events deliveries log baseline "explain main main main --as olga"; do
		# shellcheck disable=SC2086 # words
		ctl $words
		[ "$status" -eq 3 ]
		[[ "$stderr" == *"hotfix.ini:"*"nonsense"*"hotfixctl -C $SERVER check"* ]]
	done
}

@test "before the first push there is no state, and baseline makes one" {
	ctl status
	[ "$status" -eq 3 ]
	[[ "$stderr" == *"hotfixctl -C $SERVER baseline"* ]]
	[ ! -e "$SERVER/hotfix.sqlite" ]
	ctl baseline
	[ "$status" -eq 0 ]
	ctl status
	[ "$status" -eq 0 ]
}

@test "version says the same as --version" {
	ctl version
	[ "$status" -eq 0 ]
	version=$output
	ctl --version
	[ "$output" = "$version" ]
	ctl version --json
	[ "hotfixctl $(value .version)" = "$version" ]
}

# --- status ---

@test "status shows each open hotfix with its step" {
	start_production
	branch hotfix/INC-1-new
	push_as dave hotfix/INC-1-new
	pushed_hotfix INC-2-review
	signed_hotfix INC-3-ready
	ctl status
	[ "$status" -eq 0 ]
	grep -q "^production  main at $(git rev-parse --short=10 origin/main)\$" <<<"$output"
	grep -q '^hotfix/INC-1-new .* 3 develop .* no commits yet$' <<<"$output"
	grep -q '^hotfix/INC-2-review .* 4 review, qa .* missing: review 1 of 1, qa 1 of 1$' <<<"$output"
	grep -q '^hotfix/INC-3-ready .* 5 deploy .* ready to land on main$' <<<"$output"
	ctl status --json
	[ "$(value '.production[0].tip')" = "$(on_server main)" ]
	[ "$(value '.hotfixes | map(.step) | join(" ")')" = "develop review ready" ]
	[ "$(value '.hotfixes[2].signoffs | map(.name + "=" + .people[0]) | join(" ")')" = "review=rita qa=quentin" ]
	[ "$(value '.hotfixes[1].incident')" = INC-2 ]
}

@test "status hides a hotfix that landed, by a merge or by a squash, unless it is asked for" {
	start_production
	signed_hotfix INC-1-merge
	land INC-1-merge
	landed
	signed_hotfix INC-2-squash
	git switch -q -C main origin/main
	git fetch -q origin
	git reset -q --hard origin/main
	git commit-tree -p origin/main -m 'Squash' -m 'Incident: INC-2' 'origin/hotfix/INC-2-squash^{tree}' >"$ROOT/squash"
	be olga
	push_as olga "$(cat "$ROOT/squash"):main"
	accepted
	ctl status
	[[ "$output" == *"no hotfix is open"*"2 landed"* ]]
	ctl status --all
	[ "$(grep -c 'landed on main$' <<<"$output")" -eq 2 ]
	ctl status --all --json
	[ "$(value '.hotfixes | map(.step) | join(" ")')" = "landed landed" ]
}

@test "status of an incident prints the checklist of its branches, like the push did" {
	start_production
	pushed_hotfix INC-7-login
	printf '%s\n' "$output" >"$ROOT/pushed"
	ctl status INC-7
	[ "$status" -eq 0 ]
	grep -q '^hotfix: hotfix/INC-7-login at ' <<<"$output"
	diff <(sed -n '/1 report/,/6 monitor/p' "$ROOT/pushed") <(sed -n '/1 report/,/6 monitor/p' <<<"$output")
	by_incident=$output
	ctl status hotfix/INC-7-login
	[ "$output" = "$by_incident" ]
	ctl status refs/heads/hotfix/INC-7-login --json
	[ "$(value '.[0].branch')" = refs/heads/hotfix/INC-7-login ]
	ctl status INC-8
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"INC-8: no hotfix branch of this name or incident"* ]]
}

@test "status without production says so" {
	ctl baseline
	ctl status
	[ "$status" -eq 0 ]
	[[ "$output" == *"there is none yet"*"no hotfix is open"* ]]
}

# --- explain ---

@test "explain says what a push would be told, and moves nothing" {
	start_production
	pushed_hotfix INC-7-login
	before=$(git -C "$SERVER" for-each-ref)
	rows=$(sqlite3 "$SERVER/hotfix.sqlite" 'select (select count(*) from push) || " " || (select count(*) from record)')
	ctl explain main main hotfix/INC-7-login --as olga
	[ "$status" -eq 1 ]
	explained=$output
	[[ "$explained" == *"signoff-review"*"signoff-qa"* ]]
	[ "$before" = "$(git -C "$SERVER" for-each-ref)" ]
	[ "$rows" = "$(sqlite3 "$SERVER/hotfix.sqlite" \
		'select (select count(*) from push) || " " || (select count(*) from record)')" ]
	push_as olga hotfix/INC-7-login:main
	[ "$status" -ne 0 ]
	diff <(grep '^    ' <<<"$explained") <(grep '^    ' <<<"$output")
}

@test "explain accepts what would be accepted" {
	start_production
	signed_hotfix
	ctl explain refs/heads/main "$(on_server main)" "$(on_server hotfix/INC-7-login)" --as olga
	[ "$status" -eq 0 ]
	[[ "$output" == "accepted: refs/heads/main"* ]]
	ctl explain --json main main hotfix/INC-7-login --as olga@example.com
	[ "$status" -eq 0 ]
	[ "$(value '.verdict + " " + .pusher')" = "accepted olga" ]
}

@test "explain judges the rollback by whom --as names" {
	start_production
	signed_hotfix
	before=$(on_server main)
	land
	landed
	git commit-tree -p main -m 'Roll back' "$before^{tree}" >"$ROOT/rollback"
	git push -q origin "$(cat "$ROOT/rollback"):refs/heads/wip"
	for who in olga login:olga; do
		ctl explain main main wip --as "$who"
		[ "$status" -eq 0 ]
	done
	for who in dave stranger; do
		ctl explain main main wip --as "$who" --json
		[ "$status" -eq 1 ]
		[ "$(value '.verdict')" = refused ]
		[ "$(value '.findings[0].severity')" = refuse ]
	done
}

@test "explain lets pass what is not governed, and says so" {
	start_production
	ctl explain topic 0 main --as dave
	[ "$status" -eq 0 ]
	[[ "$output" == *"refs/heads/topic: not governed"* ]]
}

@test "explain asks who pushes where nobody says it, and for objects that it finds" {
	start_production
	ctl explain main main main
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"--as PERSON"* ]]
	ctl explain main main nowhere --as olga
	[ "$status" -eq 3 ]
	[[ "$stderr" == *"nowhere: no ref of this name"* ]]
}

# --- events and the log ---

@test "events are listed newest first, with their bodies in JSON" {
	start_production
	pushed_hotfix
	ctl events
	[ "$status" -eq 0 ]
	[[ "${lines[0]}" == TIME* ]]
	[[ "${lines[1]}" == 20*Z\ \ hotfix.opened\ \ *refs/heads/hotfix/INC-7-login* ]]
	[[ "${lines[2]}" == *production.released* ]]
	ctl events -n 1 --json
	[ "$(value length)" = 1 ]
	[ "$(value '.[0].type')" = hotfix.opened ]
	[ "$(value '.[0].body.after')" = "$(on_server hotfix/INC-7-login)" ]
	[ "$(value ".[0].body.id == .[0].id")" = true ]
}

@test "the log lists judged pushes of this repository alone, oldest first" {
	start_production
	branch hotfix/INC-7-login
	work 'fix'
	push_as dave "hotfix/INC-7-login:main"
	[ "$status" -ne 0 ]
	printf '{"time":"2026-01-01T00:00:00Z","repository":"/elsewhere.git","ref":"refs/heads/x"}\nno json\n' >>"$ROOT/log"
	push_as dave hotfix/INC-7-login
	ctl log
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 4 ]
	[[ "${lines[1]}" == *accepted*dave*refs/heads/main*0000000000* ]]
	[[ "${lines[2]}" == *refused*\ \ landing ]]
	ctl log -n 1 --json
	[ "$(value 'length')" = 1 ]
	[ "$(value '.[0].ref')" = refs/heads/hotfix/INC-7-login ]
}

@test "log says where the log is when it is not a file" {
	configure </dev/null
	ctl log
	[ "$status" -eq 3 ]
	[[ "$stderr" == *"no log is kept"* ]]
	configure <<<$'[log]\nto = syslog'
	ctl log -n 7
	[ "$status" -eq 3 ]
	[[ "$stderr" == *"journalctl -t hotfix -n 7"* ]]
}

@test "a log that cannot be read is named, and one without a push is no error" {
	ctl log
	[ "$status" -eq 3 ]
	[[ "$stderr" == *"$ROOT/log: No such file or directory"* ]]
	mkdir "$ROOT/log"
	ctl log
	[ "$status" -eq 3 ]
	[[ "$stderr" == *"$ROOT/log: not a regular file"* ]]
	rmdir "$ROOT/log"
	touch "$ROOT/log"
	ctl log
	[ "$status" -eq 0 ]
	[ "$output" = "no push of this repository was logged yet" ]
	ctl log --json
	[ "$(value length)" = 0 ]
}

@test "an errand that nobody can make sense of is answered, not left unanswered" {
	run "$HOTFIX_PREFIX/bin/hotfixctl" errand <<<nonsense
	[ "$status" -eq 0 ]
	[[ "$(value .error)" == "no JSON: line 1: "* ]]
	run "$HOTFIX_PREFIX/bin/hotfixctl" errand <<<'{"errand":"coffee"}'
	[ "$(value '[.error, .status, .unknown] | map(tostring) | join("; ")')" = "no errand has this name; 0; false" ]
}

@test "control bytes in what was pushed do not reach the terminal" {
	start_production
	printf '{"time":"t","repository":"%s","pusher":"a\\u001b[31mb","ref":"r","verdict":"refused"}\n' "$SERVER" >>"$ROOT/log"
	ctl log
	[[ "$output" == *'a\x1b[31mb'* ]]
	[[ "$output" != *$'\x1b'* ]]
}

# --- deliveries ---

@test "deliveries show what was taken, and one delivery every attempt with the reply" {
	start_receiver
	start_production
	delivered
	ctl deliveries
	[ "$status" -eq 0 ]
	[[ "${lines[1]}" == *delivered*deploy*production.released*refs/heads/main* ]]
	ctl deliveries --json
	id=$(value '.[0].id')
	[ "$(value '.[0].state + " " + (.[0].last_status | tostring)')" = "delivered 200" ]
	ctl deliveries "${id:0:8}"
	[ "$status" -eq 0 ]
	[[ "$output" == *"delivery   $id"*"  1  20"*" ms  200"*"reply: deployed it"* ]]
	ctl deliveries "$id" --json
	[ "$(value '.log[0].reply | rtrimstr("\n")')" = "deployed it" ]
	[ "$(value '.log | length')" = "$(value .attempts)" ]
}

@test "deliveries can be filtered by state and endpoint" {
	start_receiver
	start_production
	delivered
	ctl deliveries --state dead
	[ "$output" = "no deliveries" ]
	ctl deliveries --endpoint other --json
	[ "$output" = "[]" ]
	ctl deliveries -e deploy -s delivered --json
	[ "$(value length)" = 1 ]
	ctl deliveries 0000000000
	[ "$status" -eq 1 ]
}

@test "a dead delivery is sent again with the same id" {
	start_receiver 404
	start_production
	dead
	ctl status
	[[ "$output" == *"1 dead: hotfixctl deliveries --state dead"* ]]
	id=$(jq -r '."webhook-id"' "$ROOT/receiver/1.headers")
	echo 200 >"$ROOT/receiver/behaviour"
	ctl redeliver "$id"
	[ "$status" -eq 0 ]
	[ "$output" = "$id: will be sent again" ]
	delivered
	[ "$(jq -r '."webhook-id"' "$ROOT/receiver/2.headers")" = "$id" ]
	ctl redeliver --all-dead
	[ "$output" = "no dead deliveries" ]
}

@test "redeliver --all-dead and --endpoint send every dead delivery again" {
	start_receiver 404
	start_production
	dead
	ctl redeliver --endpoint other --json
	[ "$output" = "[]" ]
	ctl redeliver --endpoint deploy --json
	[ "$(value 'length')" = 1 ]
	dead
	echo 200 >"$ROOT/receiver/behaviour"
	ctl redeliver --all-dead
	[[ "${lines[0]}" == *": will be sent again" && "${lines[1]}" = "1 delivery" ]]
	delivered
}

@test "redeliver does not touch a delivery that waits, and does not know one that is not there" {
	start_receiver 503
	start_production
	ctl deliveries --json
	id=$(value '.[0].id')
	ctl redeliver "$id"
	[ "$status" -eq 3 ]
	[[ "$stderr" == *"still waits"* ]]
	ctl redeliver 00000000
	[ "$status" -eq 1 ]
}

@test "deliver sends what nobody sent, and announces what nobody announced" {
	start_receiver
	start_production
	delivered
	signed_hotfix
	# a crash between the move of the ref and post-receive
	rm "$SERVER/hooks/post-receive"
	land
	landed
	ctl deliver --json
	[ "$status" -eq 0 ]
	ctl deliveries --json
	[ "$(value '.[0].type + " " + .[0].state')" = "hotfix.merged delivered" ]
}

@test "deliver answers no when a receiver does not take it" {
	start_receiver
	start_production
	delivered
	rm "$SERVER/hooks/post-receive"
	signed_hotfix
	land
	echo 404 >"$ROOT/receiver/behaviour"
	for _ in {1..50}; do
		flock -n "$SERVER/hotfix.deliver.lock" true && break
		sleep 0.1
	done
	ctl deliver
	[ "$status" -eq 1 ]
	[[ "$output" == *"1 dead" ]]
}

@test "deliver --watch goes on until a signal ends it" {
	start_receiver
	ctl baseline
	"$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" deliver --watch >"$ROOT/watched" 3>&- &
	watcher=$!
	start_production
	delivered
	kill -0 "$watcher"
	kill -TERM "$watcher"
	wait "$watcher"
	[[ "$(cat "$ROOT/watched")" == *" delivered, "* ]]
}

@test "ping shows the answer of a receiver that takes it" {
	start_receiver
	ctl ping deploy
	[ "$status" -eq 0 ]
	[[ "$output" == *"type       ping"*"state      delivered"*" ms  200"*"reply: deployed it"* ]]
	[ "$(jq -r '."x-github-event"' "$ROOT/receiver/1.headers")" = ping ]
}

@test "ping answers no when the receiver does not take it, and when there is no such endpoint" {
	start_receiver 404
	ctl ping deploy --json
	[ "$status" -eq 1 ]
	[ "$(value '.state + " " + (.log[0].status | tostring)')" = "dead 404" ]
	ctl ping other
	[ "$status" -eq 1 ]
	[[ "$stderr" == *'no [webhook "other"]'* ]]
}

# --- recording ---

@test "baseline records what is there as announced, once" {
	rm "$SERVER"/hooks/*
	start_production
	unrecorded_hotfix INC-1-old
	ctl baseline
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 2 ]
	grep -q "^$(git rev-parse --short=10 origin/main)  refs/heads/main\$" <<<"$output"
	ctl baseline --json
	[ "$output" = "[]" ]
	ctl events
	[ "$output" = "no events yet" ]
}

@test "a hotfix that the ledger does not know lands after adopt" {
	start_production
	unrecorded_hotfix INC-7-login
	ctl status
	[[ "$output" == *"hotfixctl adopt hotfix/INC-7-login PERSON"* ]]
	ctl explain main main hotfix/INC-7-login --as olga
	[ "$status" -eq 1 ]
	[[ "$output" == *"hotfixctl adopt hotfix/INC-7-login PERSON"* ]]
	ctl adopt hotfix/INC-7-login paul
	[ "$status" -eq 0 ]
	[[ "$output" == *"  paul "*"  recorded"*"paul counts as having worked on this branch"* ]]
	sign rita Reviewed-by
	sign quentin Tested-by
	land
	landed
}

@test "whoever is adopted as the pusher cannot have reviewed" {
	start_production
	unrecorded_hotfix INC-7-login
	ctl adopt hotfix/INC-7-login rita
	[ "$status" -eq 0 ]
	sign rita Reviewed-by
	sign quentin Tested-by
	land
	refused signoff-review
}

@test "adopt keeps what the ledger knows" {
	start_production
	pushed_hotfix
	ctl adopt hotfix/INC-7-login paul --json
	[ "$status" -eq 0 ]
	[ "$(value '.[0].pusher + " " + (.[0].recorded | tostring)')" = "dave false" ]
}

@test "adopt takes an address or a login, and refuses a name that nobody has" {
	start_production
	unrecorded_hotfix INC-7-login
	ctl adopt hotfix/INC-7-login nobody
	[ "$status" -eq 3 ]
	[[ "$stderr" == *"neither a configured person nor an address"* ]]
	ctl adopt hotfix/INC-7-login DAVE@example.com --json
	[ "$(value '.[0].pusher')" = dave ]
	ctl adopt INC-7 dave
	[ "$status" -eq 3 ]
	ctl adopt hotfix/INC-9-none dave
	[ "$status" -eq 1 ]
}
