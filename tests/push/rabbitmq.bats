#!/usr/bin/env bats
# Real pushes, and the messages that a real RabbitMQ gets of them.

load library
load receiver
load broker

setup_file() {
	command -v "$BROKER_BIN/rabbitmq-server" >/dev/null || return 0
	broker_begin
}

teardown_file() {
	[ ! -e "$BATS_FILE_TMPDIR/broker/pid" ] || broker_end
}

setup() {
	TOP=${HOTFIX_SOURCE:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
	HOTFIXCTL=$HOTFIX_PREFIX/bin/hotfixctl
	[ -e "$BATS_FILE_TMPDIR/broker/pid" ] || skip "rabbitmq-server is not installed"
	[ -d "$TOP/tests/node_modules/amqplib" ] || skip "npm did not get the consumer"
	broker_ports
	! broker_is_gone || broker_start
	server
	cp "$broker/password" "$ROOT/password"
	printf '0123456789abcdef0123456789abcdef\n' >"$ROOT/secret"
	chmod 600 "$ROOT/password" "$ROOT/secret"
	url=amqp://hotfix@127.0.0.1:$broker_port
}

teardown() {
	[ -z "${SERVER-}" ] || receiver_teardown
}

site() { # LINE…: (again) the endpoint "site" at $url with these lines
	configure <<-INI
		[repository]
		web = https://git.example.com/{path}
		[webhook "site"]
		url = $url
		$(case $url in *@*) echo "password-file = $ROOT/password" ;; esac)
		secret-file = $ROOT/secret
		events = *
		$(printf '%s\n' "$@")
	INI
}

add_http() { # the endpoint "deploy", which hears of everything too
	local broker_url=$url
	start_receiver deploy
	cat >>"$SERVER/hotfix.ini" <<-INI
		[webhook "deploy"]
		url = $url
		secret-file = $ROOT/secret
		events = *
	INI
	url=$broker_url
}

# The first commit of production, which is announced to nobody.
begin() {
	configure </dev/null
	start_production
	await_no_deliverer
}

ping_it() { # into $status and $output
	run "$HOTFIXCTL" -C "$SERVER" ping site
	echo "$output"
}

deliver() {
	state 'UPDATE delivery SET due = 1'
	run "$HOTFIXCTL" -C "$SERVER" deliver --once
	echo "$output"
}

give_up_what_waits() {
	state 'UPDATE delivery SET state = 2, turn = 0 WHERE state = 0'
}

state_of() { # ENDPOINT: state and attempts of its deliveries, oldest first
	state "SELECT state || ' ' || attempts FROM delivery WHERE endpoint = '$1' ORDER BY number" | paste -sd ,
}

state_is() { # ENDPOINT WANTED
	[ "$(state_of "$1")" = "$2" ]
}

@test "a landing arrives as the webhook would: the same bytes and ids, signed, persistent" {
	begin
	site
	add_http
	take all
	take hotfix.deploy
	signed_hotfix
	land
	landed
	await state_is deploy "$(state_of deploy | sed 's/0 [0-9]*/1 1/g')"
	await_no_deliverer
	take hotfix.deploy
	[ "$taken" = 1 ]
	[ "$(property hotfix.deploy 1 type)" = hotfix.merged ]
	take all
	[ "$taken" -ge 3 ]
	n=$taken
	got "$n"
	got_no $((n + 1))
	cmp "$ROOT/all/$n.body" "$ROOT/deploy/$n.body"
	cmp "$ROOT/all/$n.body" "$ROOT/hotfix.deploy/1.body"
	[ "$(property all "$n" deliveryMode)" = 2 ]
	[ "$(property all "$n" messageId)" = "$(state "SELECT id FROM delivery WHERE endpoint = 'site' ORDER BY number" | tail -1)" ]
	[ "$(property all "$n" contentType)" = application/json ]
	[ "$(property all "$n" appId)" = hotfix ]
	[ "$(property all "$n" exchange)" = hotfix ]
	[ "$(property all "$n" routingKey)" = hotfix.merged ]
	[ "$(date -u -d "@$(property all "$n" timestamp)" +%Y-%m-%dT%H:%M:%SZ)" = "$(jq -r .timestamp "$ROOT/all/$n.body")" ]
	verify_message
	# but for what names the endpoint or the attempt, the headers are those of the webhook
	[ "$(comparable "$ROOT/all/$n.headers")" = "$(comparable "$ROOT/deploy/$n.headers")" ]
	[ "$(jq -r '."webhook-id"' "$ROOT/all/$n.headers")" = "$(property all "$n" messageId)" ]
}

verify_message() {
	NODE_PATH=$TOP/tests/node_modules node "$TOP/tests/receivers/verify-standardwebhooks.js" "$ROOT/all/$n" "$ROOT/secret"
	[ "$(jq -r '."x-hub-signature-256"' "$ROOT/all/$n.headers")" = \
		"sha256=$(openssl dgst -sha256 -hmac "$(cat "$ROOT/secret")" -r <"$ROOT/all/$n.body" | cut -d ' ' -f 1)" ]
}

comparable() { # FILE
	jq -cS 'with_entries(select(.key | test("^(x-(github-event|hub)|ce-)")))' "$1"
}

@test "a routing key has what the event has, and a template makes the body" {
	begin
	printf 'it is {type} of {repository.name}: {hotfix.incident}\n' >"$ROOT/template"
	url=amqp://127.0.0.1:$broker_port
	site 'exchange = other' 'routing-key = {repository.name}.{hotfix.incident}.{{x}}' \
		"template = $ROOT/template" 'content-type = text/plain'
	pushed_hotfix
	await state_is site '1 1'
	run amqp-get -u "amqp://127.0.0.1:$broker_port" -q other
	[ "$output" = "it is hotfix.opened of server: INC-7" ]
	ping_it
	[ "$status" -eq 0 ]
}

@test "without a queue for it a message is not delivered, and is tried again until there is one" {
	url=amqp://127.0.0.1:$broker_port
	site 'exchange = lonely'
	ping_it
	[ "$status" -eq 1 ]
	[[ "$output" == *'312: NO_ROUTE: no queue is bound to the exchange "lonely" for "ping"'* ]]
	deliver
	[ "$status" -eq 1 ]
	[ "$(deliveries)" = "0 2" ]
	bind lonely lonely '*' | define
	await is_listed bindings source_name lonely
	deliver
	[ "$status" -eq 0 ]
	[ "$(deliveries)" = "1 3" ]
	take lonely
	[ "$taken" = 1 ]
}

@test "an exchange that is missing is not made, and the command that is printed makes it" {
	url=amqp://127.0.0.1:$broker_port
	site "exchange = it's \"missing\""
	ping_it
	[ "$status" -eq 1 ]
	[[ "$output" == *"404: NOT_FOUND - no exchange 'it's \"missing\"' in vhost '/'; to make it: "* ]]
	is_listed exchanges name "it's \"missing\"" && return 1
	command=$("$HOTFIXCTL" -C "$SERVER" --json deliveries | jq -r '.[0].last_error')
	eval "${command#*to make it: }"
	await is_listed exchanges name "it's \"missing\""
	deliver
	[ "$(state "SELECT count(*) FROM attempt WHERE status = 312")" = 1 ]
}

@test "a wrong password, a user without permission and a vhost that is not there are told, and nothing is dead" {
	site
	echo another_pass_word >"$ROOT/password"
	ping_it
	[ "$status" -eq 1 ]
	[[ "$output" == *"waiting"*"403: ACCESS_REFUSED - Login was refused"* ]]
	cp "$broker/password" "$ROOT/password"
	site 'exchange = amq.topic'
	deliver
	[[ "$("$HOTFIXCTL" -C "$SERVER" deliveries)" == *"403: ACCESS_REFUSED - "*"exchange 'amq.topic'"* ]]
	url=amqp://hotfix@127.0.0.1:$broker_port/no%2Fvhost
	site
	deliver
	[[ "$("$HOTFIXCTL" -C "$SERVER" deliveries)" == *"530: NOT_ALLOWED - "*"no/vhost"* ]]
	url=amqp://hotfix@127.0.0.1:$broker_port/%2F
	site
	deliver
	[ "$(deliveries)" = "1 4" ]
	"$HOTFIXCTL" -C "$SERVER" --json deliveries -n 9 >"$ROOT/told"
	"$HOTFIXCTL" -C "$SERVER" check >>"$ROOT/told" || :
	state .dump >>"$ROOT/told"
	[ "$(grep -c -e another_pass_word -e "$(cat "$broker/password")" "$ROOT/told")" = 0 ]
}

@test "over TLS, with a certificate in the place of a user, and the host has to be the certificate's" {
	url=amqps://localhost:$broker_tls_port
	mine=("client-cert = $broker/client.pem" "client-key = $broker/client.key")
	site "ca-file = $broker/ca.pem" "${mine[@]}"
	ping_it
	[ "$status" -eq 0 ]
	url=amqps://hotfix@localhost:$broker_tls_port
	site "ca-file = $broker/ca.pem" "${mine[@]}"
	ping_it
	[ "$status" -eq 0 ]
	url=amqps://127.0.0.1:$broker_tls_port
	site "ca-file = $broker/ca.pem" "${mine[@]}"
	ping_it
	[ "$status" -eq 1 ]
	[[ "$output" == *"no answer: the certificate of the broker: IP address mismatch"* ]]
}

@test "a certificate by another authority, or none of ours, gets no message" {
	take all
	url=amqps://hotfix@localhost:$broker_tls_port
	mine=("client-cert = $broker/client.pem" "client-key = $broker/client.key")
	site "ca-file = $broker/other-ca.pem" "${mine[@]}"
	ping_it
	[[ "$output" == *"no answer: the certificate of the broker: self-signed certificate in certificate chain"* ]]
	give_up_what_waits
	site "${mine[@]}"
	ping_it
	[[ "$output" == *"no answer: the certificate of the broker: "* ]]
	give_up_what_waits
	site "ca-file = $broker/ca.pem"
	ping_it
	[ "$status" -eq 1 ]
	[[ "$output" == *"no answer: the login: "*certificate* ]]
	give_up_what_waits
	site "ca-file = $broker/ca.pem" "client-cert = $broker/client.pem" "client-key = $broker/locked.key"
	ping_it
	[[ "$output" == *"no answer: $broker/locked.key: "* ]]
	give_up_what_waits
	site "ca-file = $broker/ca.pem" "client-cert = $broker/client.pem" "client-key = $broker/other-ca.key"
	ping_it
	[[ "$output" == *"no answer: $broker/other-ca.key: "* ]]
	take all
	[ "$taken" = 0 ]
}

@test "plain amqp does not leave this machine, whatever its name resolves to" {
	url="amqp://[::ffff:169.254.169.254]:1"
	site 'insecure = yes'
	ping_it
	[[ "$output" == *"no answer: does not connect to 169.254.169.254: a link-local or metadata address"* ]]
	url=amqps://169.254.169.254
	site
	ping_it
	deliver
	[[ "$("$HOTFIXCTL" -C "$SERVER" deliveries)" == *"does not connect to 169.254.169.254: "* ]]
}

@test "a queue that takes no more refuses, and the message waits until there is room" {
	url=amqp://127.0.0.1:$broker_port
	site 'exchange = full'
	ping_it
	[ "$status" -eq 0 ]
	ping_it
	[ "$status" -eq 1 ]
	[[ "$output" == *"506: basic.nack: the broker could not take it; is a queue behind the exchange full?"* ]]
	[ "$(deliveries | paste -sd ,)" = "1 1,0 1" ]
	take full
	[ "$taken" = 1 ]
	deliver
	[ "$(deliveries | paste -sd ,)" = "1 1,1 2" ]
}

@test "a broker without memory takes nothing, delays no other endpoint, and gets it later" {
	begin
	site 'timeout = 3s' 'retry = 1h'
	add_http
	rabbitmqctl set_vm_memory_high_watermark absolute 1
	await memory_is_short
	pushed_hotfix
	await got 1
	[ "$(state_of site)" = "0 0" ]
	await state_is site '0 1'
	run "$HOTFIXCTL" -C "$SERVER" deliveries --endpoint site
	echo "$output"
	rabbitmqctl set_vm_memory_high_watermark 0.4
	[[ "$output" == *"no answer: no confirm within 3 s: the broker takes no messages now (connection.blocked: low on memory); unknown whether the broker has it"* ]]
	kill_deliverer
	take all
	deliver
	[ "$status" -eq 0 ]
	take all
	[ "$taken" -ge 1 ]
	[ "$(sort -u "$ROOT/all/ids" | wc -l)" = 1 ]
}

memory_is_short() {
	rabbitmqctl eval 'rabbit_alarm:get_alarms().' | grep -q memory
}

@test "a broker that says nothing is given up in time, delays no other, and its password is in no list of processes" {
	# shellcheck disable=SC2016 # a program
	node -e 'require("net").createServer(() => {}).listen(0, "127.0.0.1", function () {
		require("fs").writeFileSync(process.argv[1], `${this.address().port}`); })' "$ROOT/mute" 3>&- &
	receivers="${receivers-} $!"
	await test -s "$ROOT/mute"
	begin
	url=amqp://hotfix@127.0.0.1:$(cat "$ROOT/mute")
	site 'timeout = 4s' 'retry = 1h'
	add_http
	pushed_hotfix
	await got 1
	await pgrep -f 'hotfixctl errand$'
	for process in $(pgrep -f 'hotfixctl errand$'); do
		cat "/proc/$process/cmdline" "/proc/$process/environ" >>"$ROOT/seen"
	done
	[ -s "$ROOT/seen" ]
	[ "$(grep -ac "$(cat "$ROOT/password")" "$ROOT/seen")" = 0 ]
	await state_is site '0 1'
	[[ "$("$HOTFIXCTL" -C "$SERVER" deliveries --endpoint site)" == *"no answer: the login: "* ]]
	kill_deliverer
}

@test "a broker that is killed amid 150 deliveries loses none, and what comes twice has the same message_id" {
	begin
	take all
	site 'retry = 1s*600'
	branch hotfix/INC-1-x
	work fix
	# shellcheck disable=SC2046 # one word for each
	push_as dave $(printf 'HEAD:refs/heads/hotfix/INC-%d-x ' $(seq 150))
	accepted
	await delivered 30
	broker_kill
	# and what is pushed while it is down waits with the others
	push_as dave HEAD:refs/heads/hotfix/INC-151-x
	accepted
	await was_refused
	broker_start
	for _ in 1 2 3 4 5 6; do ! await delivered 151 2>/dev/null || break; done
	[ "$(state 'SELECT state, count(*) FROM delivery GROUP BY state')" = "1|151" ]
	take all
	echo "$taken messages of 151 deliveries"
	state 'SELECT id FROM delivery' | sort >"$ROOT/wanted"
	cut -d ' ' -f 1 "$ROOT/all/ids" | sort -u | diff "$ROOT/wanted" -
	# a message_id stands for one event alone
	[ "$(awk '$1 != $2 "-site"' "$ROOT/all/ids" | wc -l)" = 0 ]
}

delivered() { # COUNT: at least so many deliveries are
	[ "$(state 'SELECT count(*) FROM delivery WHERE state = 1')" -ge "$1" ]
}

was_refused() {
	"$HOTFIXCTL" -C "$SERVER" deliveries -n 200 | grep -q 'no answer: Connection refused'
}
