#!/usr/bin/env bats
# Real pushes, and the mails that a real server gets of them: tests/receivers/mail-server.js, npm's smtp-server, and
# mailparser for what a reader's program makes of them.

load library
load receiver

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return 1
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out certificate -days 2 \
		-subj /CN=mail.localhost -addext subjectAltName=DNS:mail.localhost,DNS:localhost 2>/dev/null
}

setup() {
	TOP=${HOTFIX_SOURCE:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
	HOTFIXCTL=$HOTFIX_PREFIX/bin/hotfixctl
	[ -d "$TOP/tests/node_modules/smtp-server" ] || skip "npm did not get the mail server"
	server
	certificate=$BATS_FILE_TMPDIR/certificate
	echo the_pass_word >"$ROOT/password"
	chmod 600 "$ROOT/password"
}

teardown() {
	[ -z "${SERVER-}" ] || receiver_teardown
}

start_mail_server() { # [KEY CERTIFICATE]: its folder is $ROOT/mail, its ports are $port and $tls_port
	mkdir -p "$ROOT/mail"
	NODE_PATH=$TOP/tests/node_modules node "$TOP/tests/receivers/mail-server.js" "$ROOT/mail" "$@" 3>&- \
		>"$ROOT/mail/log" 2>&1 &
	receivers="${receivers-} $!"
	await test -s "$ROOT/mail/port" || { cat "$ROOT/mail/log" >&2; return 1; }
	port=$(cat "$ROOT/mail/port")
	[ $# -eq 0 ] || await test -s "$ROOT/mail/tls-port"
	[ $# -eq 0 ] || tls_port=$(cat "$ROOT/mail/tls-port")
}

with_tls() {
	start_mail_server "$BATS_FILE_TMPDIR/key" "$certificate"
}

behaves() { # LINE…
	printf '%s\n' "$@" >"$ROOT/mail/behaviour"
}

mail_to() { # URL LINE…: (again) the endpoint "stakeholders" with these lines
	local url=$1
	shift
	configure <<-INI
		[repository]
		web = https://git.example.com/{path}
		[mail "stakeholders"]
		to = client@example.net, partner@example.org
		from = hotfix@example.com
		smtp = $url
		$(printf '%s\n' "$@")
	INI
}

# The same, before production is there: its first landing is announced to nobody.
first_mail_to() {
	configure </dev/null
	start_production
	await_no_deliverer
	mail_to "$@"
}

got() { # NUMBER: the server has kept so many
	[ -e "$ROOT/mail/$1.json" ]
}

got_no() {
	[ ! -e "$ROOT/mail/$1.json" ]
}

member() { # NUMBER FILTER
	jq -r "$2" "$ROOT/mail/$1.json"
}

text_has() { # NUMBER WORDS…: the text, its lines joined, holds each of them
	local text words
	text=$(member "$1" .text | tr -s ' \n' ' ')
	shift
	for words; do
		[[ "$text" == *"$words"* ]] || { echo "not in the text: $words: $text" >&2; return 1; }
	done
}

ping_it() { # into $status and $output
	run "$HOTFIXCTL" -C "$SERVER" ping stakeholders
	echo "$output"
}

# A ping that waits holds up the next one.
give_up_what_waits() {
	state 'UPDATE delivery SET state = 2, turn = 0 WHERE state = 0'
}

everything_is_due() {
	state 'UPDATE delivery SET due = 1'
}

deliver() {
	run "$HOTFIXCTL" -C "$SERVER" deliver --once
	echo "$output"
}

id_of() { # NUMBER: of the mail's delivery
	member "$1" .messageId | sed 's/^<\(.*\)@example.com>$/\1/'
}

@test "a client reads what happened, what it means and whom to ask, and one incident is one thread" {
	start_mail_server
	first_mail_to "smtp://127.0.0.1:$port" 'subject-prefix = [shop]'
	signed_hotfix
	await got 1
	land
	landed
	await got 2
	[ "$(member 1 .subject)" = "[shop] INC-7: work on an urgent fix has begun (server)" ]
	[ "$(member 2 .subject)" = "[shop] INC-7: the urgent fix was released (server)" ]
	text_has 1 'Nothing has changed in production yet.' 'You will get a message when it is released.'
	text_has 2 'It is part of the production version now.' 'review by rita' 'qa by quentin' 'By: olga' \
		"Details: https://git.example.com/server/compare/" 'Questions: ops@example.com' \
		'Procedure: https://wiki.example.com/hotfix'
	for n in 1 2; do
		[ "$(member $n .from.text)" = hotfix@example.com ]
		[ "$(member $n .to.text)" = "client@example.net, partner@example.org" ]
		[ "$(member $n '.headers["reply-to"].text')" = ops@example.com ]
		[ "$(member $n '.headers["auto-submitted"]')" = auto-generated ]
		[ "$(member $n '.headers.list.id.name')" = stakeholders.hotfix.example.com ]
		[ "$(member $n .envelope.from)" = hotfix@example.com ]
		[ "$(member $n '.envelope.to | join(" ")')" = "client@example.net partner@example.org" ]
		[ "$(member $n .inReplyTo)" = "$(member $n .references)" ]
	done
	[ "$(member 1 .references)" = "$(member 2 .references)" ]
	[[ "$(member 1 .references)" == "<hotfix.INC-7."*"@example.com>" ]]
	[ "$(id_of 1) $(id_of 2)" = \
		"$(state 'SELECT id FROM delivery ORDER BY number' | paste -sd ' ')" ]
	await_no_deliverer
	got_no 3
	[ "$(deliveries)" = "$(printf '1 1\n1 1')" ]
}

@test "another incident is another thread" {
	start_mail_server
	first_mail_to "smtp://127.0.0.1:$port"
	pushed_hotfix
	await got 1
	pushed_hotfix INC-8-logout
	await got 2
	[ "$(member 1 .references)" != "$(member 2 .references)" ]
}

@test "names in other scripts arrive as they were written, and what a push holds adds no header" {
	start_mail_server
	be Jürgen dave@example.com
	first_mail_to "smtp://127.0.0.1:$port" 'events = *' 'subject-prefix = [Störung]'
	sed -i 's/^\[person "dave"\]/[person "dave"]\nemail = dave@x.example/' "$SERVER/hotfix.ini"
	branch hotfix/INC-7-login
	echo fix >>file
	git commit -qam "$(printf 'Zahl größer\r=?utf-8?Q?=0ABcc:_x@y?= \033[31m')"
	push_as dave hotfix/INC-7-login
	accepted
	await got 1
	[ "$(member 1 .subject)" = "[Störung] INC-7: work on an urgent fix has begun (server)" ]
	text_has 1 'Change: Zahl größer'
	[ "$(member 1 '.headers.bcc')" = null ]
	[ "$(grep -c "$(printf '\033')" "$ROOT/mail/1.eml")" = 0 ]
	[ "$(LC_ALL=C awk '{ sub(/\r$/, "") } length > 78' "$ROOT/mail/1.eml" | grep -vc '^Message-ID: ')" = 0 ]
	[ "$(LC_ALL=C grep -Pc '[^\x00-\x7f]' "$ROOT/mail/1.eml")" = 0 ]
	[ "$(LC_ALL=C grep -vc "$(printf '\r')\$" "$ROOT/mail/1.eml")" = 0 ]
}

@test "over smtps, to a server that wants a password, and the password is seen nowhere" {
	mkdir "$ROOT/mail"
	echo 'mailer the_pass_word' >"$ROOT/mail/login"
	echo the_pass_word >"$ROOT/password"
	with_tls
	first_mail_to "smtps://localhost:$tls_port" 'user = mailer' "password-file = $ROOT/password" "ca-file = $certificate"
	ping_it
	[ "$status" -eq 0 ]
	[ "$(member 1 .envelope.tls)" = true ]
	[ "$(member 1 .envelope.user)" = mailer ]
	[ "$(member 1 .subject)" = "test (server)" ]
	[[ "$output" == *"250"* ]]
	echo another_pass_word >"$ROOT/password"
	ping_it
	[ "$status" -eq 1 ]
	[[ "$output" == *"535 wrong user or password"* ]]
	"$HOTFIXCTL" -C "$SERVER" --json deliveries -n 9 >"$ROOT/told"
	"$HOTFIXCTL" -C "$SERVER" check >>"$ROOT/told" || :
	for secret in the_pass_word another_pass_word "$(printf '\0mailer\0the_pass_word' | base64)"; do
		[ "$(grep -c -e "$secret" "$ROOT/told")" = 0 ]
		[ "$(state .dump | grep -c -e "$secret")" = 0 ]
	done
	[ "$(deliveries)" = "$(printf '1 1\n2 1')" ]
}

@test "a certificate that nobody knows, or of another host, gets neither mail nor password" {
	with_tls
	first_mail_to "smtps://localhost:$tls_port" 'user = mailer' "password-file = $ROOT/password"
	ping_it
	[ "$status" -eq 1 ]
	[[ "$output" == *"no answer: "*certificate* ]]
	give_up_what_waits
	mail_to "smtps://127.0.0.1:$tls_port" 'user = mailer' "password-file = $ROOT/password" "ca-file = $certificate"
	ping_it
	[ "$status" -eq 1 ]
	[[ "$output" == *"no answer: "* ]]
	[ ! -e "$ROOT/mail/said" ]
}

@test "to another machine STARTTLS is a must, and insecure = yes does without" {
	with_tls
	first_mail_to "smtp://mail.localhost:$port" "ca-file = $certificate"
	ping_it
	[ "$status" -eq 0 ]
	[ "$(member 1 .envelope.tls)" = true ]
	[ "$(head -3 "$ROOT/mail/said" | sed 's/ .*//' | paste -sd ' ')" = "EHLO STARTTLS EHLO" ]
	mail_to "smtp://mail.localhost:$port" 'insecure = yes'
	ping_it
	[ "$status" -eq 0 ]
	[ "$(member 2 .envelope.tls)" = false ]
}

@test "a server without STARTTLS gets no mail, unless it is on this machine" {
	start_mail_server
	first_mail_to "smtp://mail.localhost:$port"
	ping_it
	[ "$status" -eq 1 ]
	[[ "$output" == *"no answer: STARTTLS not supported"* ]]
	[ "$(grep -c '^MAIL' "$ROOT/mail/said")" = 0 ]
	give_up_what_waits
	mail_to "smtp://localhost:$port/git.example.com"
	ping_it
	[ "$status" -eq 0 ]
	[ "$(grep -c '^EHLO git.example.com$' "$ROOT/mail/said")" = 1 ]
}

@test "one of two recipients is refused for good: the other gets it, and the attempt names the one" {
	start_mail_server
	behaves 'partner@example.org 550'
	first_mail_to "smtp://127.0.0.1:$port"
	ping_it
	[ "$status" -eq 0 ]
	[[ "$output" == *"250: partner@example.org: 550 partner@example.org is not welcome"* ]]
	[ "$(member 1 '.envelope.to | join(" ")')" = client@example.net ]
	[ "$(deliveries)" = "1 1" ]
}

@test "one is put off: the next attempt is for that one alone, with the same Message-ID" {
	start_mail_server
	behaves 'client@example.net 451'
	first_mail_to "smtp://127.0.0.1:$port" 'retry = 1h*3'
	ping_it
	[ "$status" -eq 1 ]
	[[ "$output" == *"250: client@example.net: 451 client@example.net is not welcome"* ]]
	[ "$(member 1 '.envelope.to | join(" ")')" = partner@example.org ]
	[ "$(deliveries)" = "0 1" ]
	everything_is_due
	deliver
	[ "$status" -eq 1 ]
	got_no 2
	[ "$(deliveries)" = "0 2" ]
	behaves ''
	everything_is_due
	deliver
	[ "$status" -eq 0 ]
	[ "$(member 2 '.envelope.to | join(" ")')" = client@example.net ]
	cmp "$ROOT/mail/1.eml" "$ROOT/mail/2.eml"
	[ "$(deliveries)" = "1 3" ]
}

@test "one is put off and refused for good later: it was delivered to the other" {
	start_mail_server
	behaves 'client@example.net 451'
	first_mail_to "smtp://127.0.0.1:$port"
	ping_it
	[ "$status" -eq 1 ]
	behaves 'client@example.net 550'
	everything_is_due
	deliver
	[ "$status" -eq 0 ]
	[ "$(deliveries)" = "1 2" ]
}

@test "everybody is refused: dead at once, and redeliver reaches who is taken then" {
	start_mail_server
	behaves 'client@example.net 550' 'partner@example.org 553'
	first_mail_to "smtp://127.0.0.1:$port"
	ping_it
	[ "$status" -eq 1 ]
	[[ "$output" == *"553: client@example.net: 550 "*"; partner@example.org: 553 "* ]]
	[ "$(deliveries)" = "2 1" ]
	behaves ''
	run "$HOTFIXCTL" -C "$SERVER" redeliver --all-dead
	[ "$status" -eq 0 ]
	await got 1
	[ "$(member 1 '.envelope.to | join(" ")')" = "client@example.net partner@example.org" ]
	await_no_deliverer
	run "$HOTFIXCTL" -C "$SERVER" redeliver "$(id_of 1)"
	[ "$status" -eq 0 ]
	await got 2
	cmp "$ROOT/mail/1.eml" "$ROOT/mail/2.eml"
}

@test "the mail itself or its sender is refused: 4xx is tried again, 5xx is dead" {
	start_mail_server
	first_mail_to "smtp://127.0.0.1:$port"
	behaves 'data 554'
	ping_it
	[[ "$output" == *"554: client@example.net: 554 data is not welcome; partner@example.org: 554 "* ]]
	behaves 'data 452'
	ping_it
	[[ "$output" == *"waiting"*"452: client@example.net: 452 data is not welcome; "* ]]
	give_up_what_waits
	behaves 'mail 450'
	ping_it
	[[ "$output" == *"450: 450 mail is not welcome"* ]]
	[[ "$output" == *waiting* ]]
	give_up_what_waits
	behaves 'mail 550'
	ping_it
	[[ "$output" == *"dead"*"550: 550 mail is not welcome"* ]]
	[ "$(deliveries | paste -sd ,)" = "2 1,2 1,2 1,2 1" ]
	got_no 1
}

@test "a server that hangs is given up in time, and delays no other" {
	start_mail_server
	behaves hang
	first_mail_to "smtp://127.0.0.1:$port" 'timeout = 6s' 'retry = 1h'
	start_receiver other
	cat >>"$SERVER/hotfix.ini" <<-INI
		[webhook "other"]
		url = $url
		events = hotfix.*
	INI
	pushed_hotfix
	await grep -q '^DATA' "$ROOT/mail/said"
	await test -e "$ROOT/other/1.body"
	mail_was_tried && return 1
	await mail_was_tried
	kill_deliverer
	run "$HOTFIXCTL" -C "$SERVER" deliveries --endpoint stakeholders
	echo "$output"
	[[ "$output" == *"no answer: no answer within 6 s; the request was sent: unknown whether it was acted on"* ]]
	got_no 1
}

mail_was_tried() {
	[ "$(state "SELECT attempts FROM delivery WHERE endpoint = 'stakeholders'")" = 1 ]
}

@test "a server that never answers QUIT holds up nobody" {
	start_mail_server
	behaves 'hang quit'
	first_mail_to "smtp://127.0.0.1:$port"
	start=$(date +%s%N)
	ping_it
	milliseconds=$((($(date +%s%N) - start) / 1000000))
	[ "$status" -eq 0 ]
	echo "$milliseconds ms"
	[ "$milliseconds" -lt 20000 ]
	await grep -q QUIT "$ROOT/mail/said"
}

@test "nobody there: it waits, and goes out when the server is there" {
	first_mail_to smtp://127.0.0.1:9 'retry = 1h'
	ping_it
	[ "$status" -eq 1 ]
	[[ "$output" == *"no answer: "* ]]
	start_mail_server
	mail_to "smtp://127.0.0.1:$port"
	everything_is_due
	deliver
	[ "$status" -eq 0 ]
	[ "$(member 1 '.headers["x-hotfix-event"]')" = ping ]
}

@test "what a list may not know is not sent: a password that others can read is a fault of check, and of the attempt" {
	start_mail_server
	chmod 644 "$ROOT/password"
	first_mail_to "smtp://127.0.0.1:$port" 'user = mailer' "password-file = $ROOT/password"
	run "$HOTFIXCTL" -C "$SERVER" check
	[[ "$output" == *"[mail \"stakeholders\"] password-file"* ]]
	ping_it
	[ "$status" -eq 1 ]
	[[ "$output" == *"$ROOT/password: "* ]]
	[ ! -e "$ROOT/mail/said" ]
}
