#!/usr/bin/env bats
# share/receivers/webhook in Debian's webhook: what it runs, and what it turns away.

setup() {
	top=${HOTFIX_SOURCE:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
	receivers=$top/share/receivers/webhook
	cd "$BATS_TEST_TMPDIR" || return 1
	printf '#!/bin/sh\necho "$*" >>%s/deployed\necho "on its way"\n' "$PWD" >deploy
	chmod +x deploy
	fill_in >hooks.json
	start_receiver
}

teardown() {
	[ -z "${receiver-}" ] || kill "$receiver"
}

fill_in() {
	sed -e 's|@SECRET@|"the secret"|' -e 's|@REF@|"refs/heads/main"|' -e "s|@FOLDER@|\"$PWD/seen\"|" \
		-e "s|@COMMAND@|\"$PWD/deploy\"|" -e "s|@DEPLOY_ONCE@|\"$receivers/deploy-once.sh\"|" "$receivers/hooks.json.in"
}

start_receiver() {
	for try in 1 2 3 4 5 6 7 8 9; do
		port=$((20000 + (BASHPID * 11 + try * 1013) % 30000))
		webhook -verbose -ip 127.0.0.1 -port "$port" -hooks hooks.json >log 2>&1 3>&- &
		receiver=$!
		for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
			sleep 0.1
			kill -0 "$receiver" 2>/dev/null || break
			[ "$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/")" != 200 ] || return 0
		done
	done
	receiver=
	cat log
	return 1
}

# post EVENT BODY [SECRET]: prints the answer and its status in the last line.
post() {
	signature=$(printf '%s' "$2" | openssl dgst -sha256 -hmac "${3-the secret}" | sed 's/^.*= //')
	curl -s -w '\n%{http_code}' -H 'Content-Type: application/json' -H "X-GitHub-Event: $1" \
		-H "X-Hub-Signature-256: sha256=$signature" -H 'webhook-id: e1-deploy' --data-binary "$2" \
		"http://127.0.0.1:$port/hooks/hotfix"
}

landing='{"id":"e1","type":"hotfix.merged","ref":"refs/heads/main","after":"0123abc","repository":{"full_name":"shop"}}'

@test "a landing runs the deploy command with its type, ref, commit and repository, and the answer says deployed" {
	run post push "$landing"
	echo "$output"
	[ "${lines[-1]}" = 200 ]
	[[ "$output" == *"on its way"*"deployed: 0123abc"* ]]
	[ "$(cat deployed)" = "hotfix.merged refs/heads/main 0123abc shop" ]
}

@test "the same landing again is answered, and not deployed" {
	post push "$landing"
	run post push "$landing"
	[ "${lines[-1]}" = 200 ]
	[[ "$output" == *"deployed before"* ]]
	[ "$(wc -l <deployed)" -eq 1 ]
}

@test "a wrong signature runs nothing" {
	run post push "$landing" 'another secret'
	echo "$output"
	[ "${lines[-1]}" = 500 ]
	[ ! -e deployed ]
}

@test "an event that is no landing, and another ref, run nothing and are answered 422" {
	run post hotfix "$landing"
	[ "${lines[-1]}" = 422 ]
	run post push "${landing/main/other}"
	[ "${lines[-1]}" = 422 ]
	[ ! -e deployed ]
}

@test "a ping runs nothing and is answered as expected" {
	run post ping '{"id":"e2","type":"ping","repository":{"full_name":"shop"}}'
	echo "$output"
	[ "${lines[-1]}" = 200 ]
	[[ "$output" == *deployed* ]]
	[ ! -e deployed ]
}

@test "a deploy command that fails is answered 500, so that it is tried again" {
	printf '#!/bin/sh\necho "no space"\nexit 3\n' >deploy
	run post push "$landing"
	echo "$output"
	[ "${lines[-1]}" = 500 ]
	[[ "$output" == *"no space"* ]]
}

@test "the template loads only when every word is filled in" {
	run jq -e . "$receivers/hooks.json.in"
	[ "$status" -ne 0 ]
	fill_in | sed 's|"the secret"|@SECRET@|' >half.json
	run jq -e . half.json
	[ "$status" -ne 0 ]
	jq -e . hooks.json
}
