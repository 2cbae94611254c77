#!/usr/bin/env bats
# Real pushes, and what a real receiver gets of them: tests/receivers/receiver.js.

load library
load receiver

setup() {
	receiver_setup
}

teardown() {
	receiver_teardown
}

@test "a landing reaches the deploy system as one signed push" {
	signed_endpoint
	signed_hotfix
	land
	landed
	await got 1
	[ "$(header 1 x-github-event)" = push ]
	[ "$(header 1 content-type)" = application/json ]
	[ "$(header 1 ce-type)" = hotfix.merged ]
	[ "$(header 1 ce-subject)" = refs/heads/main ]
	[ "$(header 1 ce-source)" = https://git.example.com/server ]
	[ "$(header 1 x-github-delivery)" = "$(header 1 webhook-id)" ]
	[ "$(header 1 idempotency-key)" = "$(header 1 webhook-id)" ]
	[ "$(member 1 .ref)" = refs/heads/main ]
	[ "$(member 1 .after)" = "$(on_server refs/heads/main)" ]
	[ "$(member 1 .before)" = "$(on_server refs/heads/main^1)" ]
	[ "$(member 1 '.commits | length')" = 1 ]
	[ "$(member 1 '.commits[0].modified | join(" ")')" = file ]
	[ "$(member 1 .hotfix.incident)" = INC-7 ]
	[ "$(member 1 '[.hotfix.signoffs[] | .name + "=" + .person] | sort | join(" ")')" = "qa=quentin review=rita" ]
	[ "$(member 1 .pusher.name)" = olga ]
	[ "$(member 1 .repository.default_branch)" = main ]
	await_no_deliverer
	got_no 2
	[ "$(deliveries)" = "1 1" ]
}

@test "the library of Standard Webhooks accepts the delivery, and not one that was changed" {
	[ -d "$TOP/tests/node_modules/standardwebhooks" ] || skip "npm did not get the library"
	signed_endpoint
	signed_hotfix
	land
	landed
	await got 1
	verify 1 "$ROOT/secret"
	sed -i 's/refs.heads.main/refs\/heads\/mine/' "$ROOT/deploy/1.body"
	run verify 1 "$ROOT/secret"
	[ "$status" -eq 1 ]
	[[ "$output" == *"No matching signature"* ]]
}

@test "GitHub's signature is the HMAC of the bytes that arrived" {
	signed_endpoint
	signed_hotfix
	land
	landed
	await got 1
	[ "$(header 1 x-hub-signature-256)" = "sha256=$(openssl dgst -sha256 -hmac "$(cat "$ROOT/secret")" \
		"$ROOT/deploy/1.body" | sed 's/.*= //')" ]
}

@test "while a secret is rotated the delivery verifies with both" {
	printf 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n' >"$ROOT/new"
	chmod 600 "$ROOT/new"
	endpoint "secret-file = $ROOT/new" "old-secret-file = $ROOT/secret"
	signed_hotfix
	land
	landed
	await got 1
	verify 1 "$ROOT/new"
	verify 1 "$ROOT/secret"
}

@test "a receiver that hangs does not hold up the push" {
	signed_endpoint 'events = *'
	echo hang >"$ROOT/deploy/behaviour"
	branch hotfix/INC-7-login
	work fix
	start=$(date +%s%N)
	push_as dave hotfix/INC-7-login
	milliseconds=$((($(date +%s%N) - start) / 1000000))
	accepted
	await got 1
	echo "$milliseconds ms"
	[ "$milliseconds" -lt 3000 ]
	[ "$(deliveries)" = "0 0" ]
	kill_deliverer
}

@test "a deliverer that is killed loses nothing, and repeats itself under the same id" {
	signed_endpoint
	echo hang >"$ROOT/deploy/behaviour"
	signed_hotfix
	land
	landed
	await got 1
	kill_deliverer
	echo 200 >"$ROOT/deploy/behaviour"
	await_no_deliverer
	run "$HOTFIXCTL" -C "$SERVER" deliver --once
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(header 1 webhook-id)" = "$(header 2 webhook-id)" ]
	cmp "$ROOT/deploy/1.body" "$ROOT/deploy/2.body"
	[ "$(deliveries)" = "1 1" ]
}

@test "the deliverer shows no secret, and has nothing of the push" {
	signed_endpoint
	echo hang >"$ROOT/deploy/behaviour"
	signed_hotfix
	HTTP_AUTHORIZATION='Basic c2VjcmV0' land
	landed
	await got 1
	process=$(deliverer)
	tr '\0' '\n' <"/proc/$process/environ" >"$ROOT/environ"
	tr '\0' '\n' <"/proc/$process/cmdline" >"$ROOT/arguments"
	[ "$(cat "$ROOT/environ")" = PATH=/usr/local/bin:/usr/bin:/bin ]
	[ "$(grep -c 0123456789 "$ROOT/arguments")" = 0 ]
	[ "$(readlink "/proc/$process/cwd")" = / ]
	for standard in 0 1 2; do [ "$(readlink "/proc/$process/fd/$standard")" = /dev/null ]; done
	kill -9 "$process"
}

@test "nobody there: the push passes, and the next event takes the one that waits along, in order" {
	signed_endpoint 'events = *' 'retry = 1h'
	echo 503 >"$ROOT/deploy/behaviour"
	branch hotfix/INC-7-login
	work one
	push_as dave hotfix/INC-7-login
	accepted
	await got 1
	await deliveries_are '0 1'
	echo 200 >"$ROOT/deploy/behaviour"
	work two
	push_as dave hotfix/INC-7-login
	accepted
	await got 3
	[ "$(header 1 webhook-id)" = "$(header 2 webhook-id)" ]
	[ "$(member 2 .type)" = hotfix.opened ]
	[ "$(member 3 .type)" = hotfix.updated ]
	await_no_deliverer
	[ "$(deliveries)" = "$(printf '1 2\n1 1')" ]
}

@test "a hotfix is announced as opened, updated and ready, and never as a push" {
	signed_endpoint 'events = hotfix.*'
	signed_hotfix
	await got 4
	[ "$(for n in 1 2 3 4; do member $n .type; done | tr '\n' ' ')" = \
		"hotfix.opened hotfix.updated hotfix.updated hotfix.ready " ]
	for n in 1 2 3 4; do [ "$(header $n x-github-event)" = hotfix ]; done
	[ "$(member 4 .hotfix.branch)" = hotfix/INC-7-login ]
	[ "$(member 4 .after)" = "$(on_server refs/heads/hotfix/INC-7-login)" ]
	await_no_deliverer
	got_no 5
}

@test "a landing whose post-receive never ran is announced by the deliverer" {
	signed_endpoint
	signed_hotfix
	rm "$SERVER/hooks/post-receive"
	land
	landed
	got_no 1
	run "$HOTFIXCTL" -C "$SERVER" deliver --once
	[ "$status" -eq 0 ]
	got 1
	[ "$(member 1 .type)" = hotfix.merged ]
	[ "$(member 1 .pusher.name)" = olga ]
}

@test "a landing whose post-receive never ran is announced by the next landing, before it" {
	signed_endpoint
	signed_hotfix
	branch hotfix/INC-8-logout
	work logout other
	push_as dave hotfix/INC-8-logout
	rm "$SERVER/hooks/post-receive"
	land
	landed
	git fetch -q origin
	git switch -q hotfix/INC-8-logout
	git merge -q --no-edit origin/main
	push_as dave hotfix/INC-8-logout
	accepted
	sign rita Reviewed-by hotfix/INC-8-logout
	sign quentin Tested-by hotfix/INC-8-logout
	ln -s "$HOTFIX_PREFIX/libexec/hotfix/post-receive" "$SERVER/hooks/post-receive"
	land INC-8-logout
	landed
	await got 2
	[ "$(member 1 .hotfix.incident)" = INC-7 ]
	[ "$(member 2 .hotfix.incident)" = INC-8 ]
	[ "$(member 1 .after)" = "$(member 2 .before)" ]
}

@test "production that was moved behind the hooks' back is an alarm and no push" {
	signed_endpoint 'events = *'
	git -C "$SERVER" update-ref refs/heads/main "$(git -C "$SERVER" commit-tree -p main -m sly 'main^{tree}')"
	run "$HOTFIXCTL" -C "$SERVER" deliver --once
	[ "$status" -eq 0 ]
	got 1
	[ "$(member 1 .type)" = production.unexpected ]
	[ "$(header 1 x-github-event)" = hotfix ]
	[ "$(member 1 .pusher)" = null ]
}

@test "a refused landing is announced to nobody" {
	signed_endpoint 'events = *'
	pushed_hotfix
	await got 1
	merge_hotfix
	push_as olga main
	refused signoff-review
	run "$HOTFIXCTL" -C "$SERVER" deliver --once
	got_no 2
	[ "$(events)" = "$(printf 'production.released\nhotfix.opened')" ]
}

@test "what the receiver will not take is dead, and redeliver sends it again with the same id" {
	signed_endpoint
	echo 410 >"$ROOT/deploy/behaviour"
	signed_hotfix
	land
	landed
	await got 1
	await_no_deliverer
	[ "$(deliveries)" = "2 1" ]
	[ "$(events | tail -1)" = delivery.exhausted ]
	echo 200 >"$ROOT/deploy/behaviour"
	run "$HOTFIXCTL" -C "$SERVER" redeliver "$(header 1 webhook-id)"
	echo "$output"
	[ "$status" -eq 0 ]
	"$HOTFIXCTL" -C "$SERVER" deliver --once || :
	await got 2
	[ "$(header 2 webhook-id)" = "$(header 1 webhook-id)" ]
	verify 2 "$ROOT/secret"
}

@test "a receiver that answers without an end has answered" {
	signed_endpoint
	echo endless >"$ROOT/deploy/behaviour"
	signed_hotfix
	land
	landed
	await got 1
	await_no_deliverer
	[ "$(deliveries)" = "1 1" ]
	[ "$(sqlite3 "$SERVER/hotfix.sqlite" 'SELECT length(reply) FROM attempt')" -le 16384 ]
}

@test "one endpoint that hangs does not delay another" {
	start_receiver slow
	echo hang >"$ROOT/slow/behaviour"
	slow=$url
	url=http://127.0.0.1:$(cat "$ROOT/deploy/port")/hook
	signed_endpoint '[webhook "slow"]' "url = $slow"
	signed_hotfix
	land
	landed
	await got 1
	await test -e "$ROOT/slow/1.headers"
	await deliveries_are '1 1' '0 0'
	kill_deliverer
}

@test "a certificate is verified: one that nobody knows gets nothing, and one of the site's own authority does" {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$ROOT/key" -out "$ROOT/certificate" \
		-subj /CN=localhost -addext subjectAltName=DNS:localhost -days 2 2>/dev/null
	start_receiver secure "$ROOT/key" "$ROOT/certificate"
	address=https://localhost:${url##*:}
	url=$address
	endpoint
	run "$HOTFIXCTL" -C "$SERVER" ping deploy
	echo "$output"
	[ "$status" -eq 1 ]
	[ ! -e "$ROOT/secure/1.body" ]
	endpoint_of "ca-file = $ROOT/certificate"
	run "$HOTFIXCTL" -C "$SERVER" ping deploy
	echo "$output"
	[ "$status" -eq 0 ]
	[ -e "$ROOT/secure/1.body" ]
	url=${address/localhost/127.0.0.1}
	endpoint_of "ca-file = $ROOT/certificate"
	run "$HOTFIXCTL" -C "$SERVER" ping deploy
	echo "$output"
	[ "$status" -eq 1 ]
	[ ! -e "$ROOT/secure/3.body" ]
}

@test "a service finds what a push leaves, and ends on a signal" {
	signed_endpoint
	"$HOTFIXCTL" -C "$SERVER" deliver --watch 3>&- >/dev/null 2>&1 &
	service=$!
	await lock_is_held
	signed_hotfix
	land
	landed
	await got 1
	[ -z "$(deliverer)" ]
	kill -TERM "$service"
	wait "$service" || [ "$?" -le 1 ]
	await_no_deliverer
	got_no 2
}

@test "a ping arrives as a ping" {
	signed_endpoint
	run "$HOTFIXCTL" -C "$SERVER" ping deploy
	echo "$output"
	[ "$status" -eq 0 ]
	got 1
	[ "$(header 1 x-github-event)" = ping ]
	[ "$(member 1 .hook.name)" = deploy ]
	verify 1 "$ROOT/secret"
}
