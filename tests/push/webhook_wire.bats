#!/usr/bin/env bats
# One landing, and what goes over the wire: tests/receivers/recorder.js. Every endpoint gets it at the same time, before the
# tests; each test looks at some.

bats_require_minimum_version 1.5.0
load library
load receiver

setup_file() {
	mkdir "$BATS_FILE_TMPDIR/shop"
	server_of_file "$BATS_FILE_TMPDIR/shop/web.git"
	secrets
	certificates
	start_recorder
	start_webhook
	configure </dev/null
	start_production
	endpoints | configure
	signed_hotfix
	hold_deliveries
	land
	landed
	let_deliveries_go
	export http_proxy=http://127.0.0.1:1 https_proxy=http://127.0.0.1:1 ALL_PROXY=http://127.0.0.1:1
	"$HOTFIXCTL" -C "$SERVER" deliver --once >"$ROOT/summary" 2>&1 || :
	unset http_proxy https_proxy ALL_PROXY
	"$HOTFIXCTL" -C "$SERVER" deliveries --json -n 1000 >"$ROOT/deliveries"
}

teardown_file() {
	[ ! -e "$BATS_FILE_TMPDIR/receiver" ] || kill "$(cat "$BATS_FILE_TMPDIR/receiver")"
	[ ! -s "$BATS_FILE_TMPDIR/daemon" ] || kill "$(cat "$BATS_FILE_TMPDIR/daemon")"
}

private() { # NAME: standard input becomes $ROOT/NAME
	(umask 077 && cat >"$ROOT/$1")
}

secrets() {
	echo 0123456789abcdef0123456789abcdef | private secret
	echo fedcba9876543210fedcba9876543210 | private new
	printf 'Authorization: Bearer of-good-news\nX-Site: one\n' | private headers
	cp "$ROOT/headers" "$ROOT/seen-headers"
	chmod 644 "$ROOT/seen-headers"
}

# NAME SUBJECT EXTENSION: $ROOT/NAME.key and $ROOT/NAME.crt, signed by the authority
certificate() {
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$ROOT/$1.key" -out "$ROOT/$1.csr" \
		-subj "/CN=$2" 2>/dev/null
	openssl x509 -req -in "$ROOT/$1.csr" -CA "$ROOT/${4-authority}.crt" -CAkey "$ROOT/${4-authority}.key" -days 2 \
		-out "$ROOT/$1.crt" -extfile <(echo "$3") 2>/dev/null
}

authority() { # NAME
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$ROOT/$1.key" -out "$ROOT/$1.crt" \
		-subj "/CN=$1" -days 2 2>/dev/null
}

certificates() {
	authority authority
	authority stranger
	certificate receiver receiver subjectAltName=DNS:localhost,DNS:deploy.example.com,IP:127.0.0.1
	certificate client 'git.example.com' extendedKeyUsage=clientAuth
	certificate impostor 'git.example.com' extendedKeyUsage=clientAuth stranger
}

start_recorder() {
	mkdir "$ROOT/kept"
	node "$TOP/tests/receivers/recorder.js" "$ROOT/kept" "$ROOT/receiver.key" "$ROOT/receiver.crt" \
		"$ROOT/authority.crt" 3>&- >/dev/null 2>"$ROOT/recorder" &
	echo $! >"$ROOT/receiver"
	await test -s "$ROOT/kept/ports" || { cat "$ROOT/recorder" >&2; return 1; }
}

# Debian's webhook, with the hooks that we ship for it; its port is in $ROOT/daemon-port.
start_webhook() {
	local port try
	printf '#!/bin/sh\necho "$*" >>%s/deploys\n' "$ROOT" >"$ROOT/deploy"
	chmod +x "$ROOT/deploy"
	sed -e "s|@SECRET@|\"$(cat "$ROOT/secret")\"|" -e 's|@REF@|"refs/heads/main"|' -e "s|@FOLDER@|\"$ROOT/seen\"|" \
		-e "s|@COMMAND@|\"$ROOT/deploy\"|" \
		-e "s|@DEPLOY_ONCE@|\"$TOP/share/receivers/webhook/deploy-once.sh\"|" \
		"$TOP/share/receivers/webhook/hooks.json.in" >"$ROOT/hooks.json"
	for try in 1 2 3 4 5 6 7 8 9; do
		port=$((20000 + (BASHPID * 13 + try * 1013) % 12000))
		webhook -ip 127.0.0.1 -port "$port" -hooks "$ROOT/hooks.json" >"$ROOT/daemon-log" 2>&1 3>&- &
		echo $! >"$ROOT/daemon"
		echo "$port" >"$ROOT/daemon-port"
		! await_webhook "$port" || return 0
	done
	cat "$ROOT/daemon-log"
	return 1
}

await_webhook() { # PORT: ours is there
	for _ in {1..100}; do
		kill -0 "$(cat "$ROOT/daemon")" 2>/dev/null || return 1
		[ "$(curl -s -o "$ROOT/answer" -w '%{http_code}' "http://127.0.0.1:$1/")" != 200 ] || return 0
		sleep 0.1
	done
	return 1
}

port() { # NAME
	sed -n "s/^$1 //p" "$ROOT/kept/ports"
}

to() { # NAME URL [LINE]…: an endpoint, with a secret
	printf '[webhook "%s"]\nurl = %s\nretry = 1h\ntimeout = 60s\nsecret-file = %s\n' "$1" "$2" "$ROOT/secret"
	printf '%s\n' "${@:3}"
}

at() { # NAME [LINE]…: the endpoint of this name, on the plain port
	to "$1" "http://127.0.0.1:$(port plain)/$1" "${@:2}"
}

securely() { # NAME PORT [LINE]…: over TLS
	to "$1" "https://localhost:$(port "$2")/$1" "ca-file = $ROOT/authority.crt" "${@:3}"
}

endpoints() {
	local proxy
	proxy="proxy = http://127.0.0.1:$(port proxy)"
	cat <<-INI
		[repository]
		web = https://git.example.com/{path}
		clone = ssh://git@git.example.com/{path}.git
		root = $ROOT
	INI
	at wire
	to daemon "http://127.0.0.1:$(cat "$ROOT/daemon-port")/hooks/hotfix" 'expect = deployed'
	to stranger "http://127.0.0.1:$(cat "$ROOT/daemon-port")/hooks/hotfix" | sed "s|^secret-file.*|secret-file = $ROOT/new|"
	at put 'method = PUT'
	at patch 'method = PATCH'
	at token "headers-file = $ROOT/headers"
	at seen-token "headers-file = $ROOT/seen-headers"
	at no-token "headers-file = $ROOT/nowhere"
	at expecting 'expect = ^deployed$'
	at disappointed 'expect = ^deployed!$'
	printf '[webhook "unsigned"]\nurl = http://127.0.0.1:%s/unsigned\n' "$(port plain)"
	printf '[webhook "rotated"]\nurl = http://127.0.0.1:%s/rotated\nsecret-file = %s\nold-secret-file = %s\n' \
		"$(port plain)" "$ROOT/new" "$ROOT/secret"
	printf '[webhook "placed"]\nurl-file = %s\n' "$ROOT/address"
	printf 'http://user:pass@127.0.0.1:%s/placed/{hotfix.incident}?branch={hotfix.branch}&to={after}&key=of-my-own\n' \
		"$(port plain)" | private address
	securely tls tls
	to address "https://127.0.0.1:$(port tls)/address" "ca-file = $ROOT/authority.crt"
	securely known mutual "client-cert = $ROOT/client.crt" "client-key = $ROOT/client.key"
	securely nobody mutual
	securely impostor mutual "client-cert = $ROOT/impostor.crt" "client-key = $ROOT/impostor.key"
	securely wrong-key mutual "client-cert = $ROOT/client.crt" "client-key = $ROOT/impostor.key"
	to tunnel "https://deploy.example.com:$(port tls)/tunnel" "ca-file = $ROOT/authority.crt" "$proxy" \
		"headers-file = $ROOT/headers"
	to tunnel-other "https://other.example.com:$(port tls)/tunnel-other" "ca-file = $ROOT/authority.crt" "$proxy"
	to tunnel-silent "https://deploy.example.com:$(port silent)/tunnel-silent" "ca-file = $ROOT/authority.crt" "$proxy"
	to forward "http://deploy.example.com:$(port plain)/forward" "$proxy" 'insecure = yes'
	to proxy-metadata "https://169.254.169.254:$(port tls)/" "$proxy"
	to proxy-metadata-hidden "https://0xa9fea9fe:$(port tls)/" "$proxy"
	to metadata-proxy https://deploy.example.com/ 'proxy = http://169.254.169.254:3128'
}

setup() {
	ROOT=$BATS_FILE_TMPDIR
	SERVER=$ROOT/shop/web.git
}

kept() { # FILE: the request came, and is only there once
	[ -s "$ROOT/kept/$1" ] || { ls "$ROOT/kept" >&2; return 1; }
}

head_of() { # FILE: the first lines of the request
	sed '/^\r$/q' "$ROOT/kept/$1" | tr -d '\r'
}

body_of() { # FILE
	sed '1,/^\r$/d' "$ROOT/kept/$1"
}

header_of() { # FILE NAME, as it is written
	head_of "$1" | sed -n "s/^$2: //p"
}

is() { # ENDPOINT STATE STATUS [WORDS]: what became of the delivery after one attempt
	local now
	now=$(jq -r --arg name "$1" '.[] | select(.endpoint == $name) |
		"\(.state) \(.last_status) \(.attempts) \(.last_error // "")"' "$ROOT/deliveries")
	[[ "$now" == "$2 $3 1 "*"${4-}"* ]] || { printf '%s: %s\n  wanted: %s\n' "$1" "$now" "$2 $3 1 ${4-}" >&2; return 1; }
}

# Standard input with what differs from run to run by a name.
named() {
	local times='20[0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]Z'
	sed -E -e "s/$(on_server main)/<AFTER>/g" -e "s/$(on_server main^1)/<BEFORE>/g" \
		-e "s/$(on_server main^2)/<TIP>/g" -e "s/$(on_server main^2~2)/<FIX>/g" \
		-e "s/$(on_server 'main^{tree}')/<TREE>/g" -e "s/$(header_of plain-wire ce-id)/<EVENT>/g" \
		-e "s/$times/<TIME>/g" -e "s/$(port plain)/<PORT>/" -e 's/^(webhook-timestamp: )[0-9]{10}/\1<SECONDS>/' \
		-e 's/^(X-Hub-Signature-256: sha256=)[0-9a-f]{64}/\1<HEX>/' \
		-e 's,^(webhook-signature: v1\,)[0-9A-Za-z+/]{43}=,\1<BASE64>,' \
		-e "s/^(Content-Length: )$(body_of plain-wire | wc -c)(.?)\$/\1<LENGTH>\2/"
}

wanted_head() {
	sed 's/$/\r/' <<-HEAD
		POST /wire HTTP/1.1
		Host: 127.0.0.1:<PORT>
		Accept: */*
		Content-Type: application/json
		User-Agent: hotfix-webhook
		Idempotency-Key: <EVENT>-wire
		X-GitHub-Event: push
		X-GitHub-Delivery: <EVENT>-wire
		X-Hub-Signature-256: sha256=<HEX>
		webhook-id: <EVENT>-wire
		webhook-timestamp: <SECONDS>
		webhook-signature: v1,<BASE64>
		ce-specversion: 1.0
		ce-id: <EVENT>
		ce-type: hotfix.merged
		ce-source: https://git.example.com/shop/web
		ce-subject: refs/heads/main
		ce-time: <TIME>
		Content-Length: <LENGTH>

	HEAD
}

commit='{"id":"<AFTER>","tree_id":"<TREE>","distinct":true,"message":"Merge INC-7-login\n","timestamp":"<TIME>",
"url":"https://git.example.com/shop/web/commit/<AFTER>",
"author":{"name":"olga","email":"olga@example.com","username":"olga"},
"committer":{"name":"olga","email":"olga@example.com","username":"olga"},
"added":[],"removed":[],"modified":["file"]}'

wanted_body() {
	tr -d '\n' <<-BODY
		{"ref":"refs/heads/main","before":"<BEFORE>","after":"<AFTER>","created":false,"deleted":false,"forced":false,
		"base_ref":null,"compare":"https://git.example.com/shop/web/compare/<BEFORE>...<AFTER>",
		"commits":[$commit],"head_commit":$commit,
		"repository":{"name":"web","full_name":"shop/web","owner":{"name":"shop","login":"shop"},
		"html_url":"https://git.example.com/shop/web","url":"https://git.example.com/shop/web",
		"clone_url":"ssh://git@git.example.com/shop/web.git","ssh_url":"ssh://git@git.example.com/shop/web.git",
		"default_branch":"main"},
		"pusher":{"name":"olga","email":"olga@example.com"},"sender":{"login":"olga"},
		"id":"<EVENT>","type":"hotfix.merged","timestamp":"<TIME>",
		"hotfix":{"incident":"INC-7","branch":"hotfix/INC-7-login","kind":"merge","tip":"<TIP>",
		"signoffs":[{"name":"review","person":"rita","address":"rita@example.com","commit":"<FIX>"},
		{"name":"qa","person":"quentin","address":"quentin@example.com","commit":"<FIX>"}],"pusher":"olga"}}
	BODY
}

@test "a landing is this request, to the byte" {
	{ wanted_head; wanted_body; } >"$BATS_TEST_TMPDIR/wanted"
	named <"$ROOT/kept/plain-wire" >"$BATS_TEST_TMPDIR/got"
	diff "$BATS_TEST_TMPDIR/wanted" "$BATS_TEST_TMPDIR/got"
	cmp "$BATS_TEST_TMPDIR/wanted" "$BATS_TEST_TMPDIR/got"
	[ "$(tr -d '\r\n\040-\176' <"$ROOT/kept/plain-wire" | wc -c)" -eq 0 ]
}

@test "its signatures are those of the bytes that arrived" {
	local id seconds
	id=$(header_of plain-wire webhook-id)
	seconds=$(header_of plain-wire webhook-timestamp)
	sign() { openssl dgst -sha256 -hmac "$(cat "$ROOT/secret")" "$@"; }
	[ "$(header_of plain-wire X-Hub-Signature-256)" = "sha256=$(body_of plain-wire | sign -r | cut -d ' ' -f 1)" ]
	[ "$(header_of plain-wire webhook-signature)" = \
		"v1,$({ printf '%s.%s.' "$id" "$seconds"; body_of plain-wire; } | sign -binary | base64)" ]
	[ $(($(date +%s) - seconds)) -lt 300 ]
}

@test "the library of GitHub's webhooks accepts it, and nothing with another secret or a byte more" {
	[ -d "$TOP/tests/node_modules/@octokit" ] || skip "npm did not get the library"
	verify_github() { node "$TOP/tests/receivers/verify-github.js" "$@"; }
	verify_github "$ROOT/kept/plain-wire" "$ROOT/secret"
	run verify_github "$ROOT/kept/plain-wire" "$ROOT/new"
	[ "$status" -eq 1 ]
	{ cat "$ROOT/kept/plain-wire"; echo; } >"$BATS_TEST_TMPDIR/longer"
	run verify_github "$BATS_TEST_TMPDIR/longer" "$ROOT/secret"
	[ "$status" -eq 1 ]
}

@test "while a secret is rotated the one signature of GitHub is that of the new one, and Standard Webhooks has both" {
	[ -d "$TOP/tests/node_modules/@octokit" ] || skip "npm did not get the library"
	node "$TOP/tests/receivers/verify-github.js" "$ROOT/kept/plain-rotated" "$ROOT/new"
	run node "$TOP/tests/receivers/verify-github.js" "$ROOT/kept/plain-rotated" "$ROOT/secret"
	[ "$status" -eq 1 ]
	[[ "$(header_of plain-rotated webhook-signature)" =~ ^v1,[^\ ]{44}\ v1,[^\ ]{44}$ ]]
}

@test "Debian's webhook verifies it and deploys what landed, once, and nothing of who has another secret" {
	is daemon delivered 200
	is stranger waiting 500
	[ "$(cat "$ROOT/deploys")" = "hotfix.merged refs/heads/main $(on_server main) shop/web" ]
}

@test "the library of CloudEvents reads it in binary mode" {
	[ -d "$TOP/tests/node_modules/cloudevents" ] || skip "npm did not get the library"
	node "$TOP/tests/receivers/read-cloudevent.js" "$ROOT/kept/plain-wire" >"$BATS_TEST_TMPDIR/event"
	[ "$(jq -r '[.mode, .specversion, .type, .source, .subject, .datacontenttype] | join(" ")' \
		"$BATS_TEST_TMPDIR/event")" = \
		"binary 1.0 hotfix.merged https://git.example.com/shop/web refs/heads/main application/json" ]
	[ "$(jq -r .id "$BATS_TEST_TMPDIR/event")" = "$(header_of plain-wire ce-id)" ]
	[ "$(jq -Sc .data "$BATS_TEST_TMPDIR/event")" = "$(body_of plain-wire | jq -Sc .)" ]
}

@test "without a secret nothing is signed, and all else is the same" {
	[ -z "$(header_of plain-unsigned X-Hub-Signature-256)$(header_of plain-unsigned webhook-signature)" ]
	head_of plain-wire | grep -vi -e signature | sed 's/wire/unsigned/; /^webhook-timestamp/d' >"$BATS_TEST_TMPDIR/wanted"
	head_of plain-unsigned | grep -v '^webhook-timestamp' | diff "$BATS_TEST_TMPDIR/wanted" -
	[ "$(body_of plain-wire)" = "$(body_of plain-unsigned)" ]
}

@test "another method is sent as one, with the same body" {
	[ "$(head_of plain-put | head -1)" = 'PUT /put HTTP/1.1' ]
	[ "$(head_of plain-patch | head -1)" = 'PATCH /patch HTTP/1.1' ]
	[ "$(body_of plain-put)" = "$(body_of plain-wire)" ]
	[ "$(header_of plain-put Content-Length)" = "$(header_of plain-wire Content-Length)" ]
}

@test "headers of a file reach the receiver, and no proxy, no list and no state" {
	[ "$(header_of plain-token Authorization)" = 'Bearer of-good-news' ]
	[ "$(header_of plain-token X-Site)" = one ]
	[ "$(header_of tls-tunnel Authorization)" = 'Bearer of-good-news' ]
	[ -z "$(header_of "proxy-CONNECT-deploy.example.com:$(port tls)" Authorization)" ]
	run ! grep -l 'of-good-news' "$ROOT/summary" "$ROOT/deliveries" "$SERVER"/hotfix.sqlite*
	"$HOTFIXCTL" -C "$SERVER" check >"$BATS_TEST_TMPDIR/check" 2>&1 || :
	"$HOTFIXCTL" -C "$SERVER" deliveries --json -n 1000 >>"$BATS_TEST_TMPDIR/check"
	run ! grep 'of-good-news' "$BATS_TEST_TMPDIR/check"
}

@test "a file of headers that others may read, or that is not there, sends nothing and says which" {
	is seen-token waiting 0 "$ROOT/seen-headers: others than its owner may read or write it; run: chmod go-rw"
	is no-token waiting 0 "$ROOT/nowhere: No such file or directory"
	[ ! -e "$ROOT/kept/plain-seen-token" ]
	[ ! -e "$ROOT/kept/plain-no-token" ]
	run "$HOTFIXCTL" -C "$SERVER" check
	[ "$status" -ne 0 ]
	says "$ROOT/seen-headers: others than its owner may read" "$ROOT/nowhere: No such file"
}

@test "an address out of a file has its values, its password is a header, and nobody is told either" {
	is placed delivered 200
	[ "$(head_of plain-placed-INC-7 | head -1)" = \
		"POST /placed/INC-7?branch=hotfix%2FINC-7-login&to=$(on_server main)&key=of-my-own HTTP/1.1" ]
	[ "$(header_of plain-placed-INC-7 Authorization)" = "Basic $(printf user:pass | base64)" ]
	run ! grep -l 'of-my-own\|user:pass' "$ROOT/summary" "$ROOT/deliveries" "$SERVER"/hotfix.sqlite*
}

@test "a reply counts when it is what is expected" {
	is expecting delivered 200
	is disappointed waiting 200 'the reply does not match expect'
}

@test "a certificate of the site's own authority proves a name, and an address that is in it" {
	is tls delivered 200
	is address delivered 200
	kept tls-tls
	kept tls-address
}

@test "who asks for a certificate gets ours, and without it, or with one of a stranger, takes nothing" {
	is known delivered 200
	[ "$(cat "$ROOT/kept/mutual-known.client")" = git.example.com ]
	is nobody waiting 0 'alert certificate required'
	is impostor waiting 0 'the request was sent: unknown whether it was acted on'
	is wrong-key waiting 0 "$ROOT/impostor.key"
	[ ! -e "$ROOT/kept/mutual-nobody" ]
	[ ! -e "$ROOT/kept/mutual-impostor" ]
	[ ! -e "$ROOT/kept/mutual-wrong-key" ]
}

@test "a proxy is asked for a tunnel to https, finds the name, and sees nothing more" {
	is tunnel delivered 200
	[ "$(body_of tls-tunnel)" = "$(body_of plain-wire)" ]
	[ "$(head_of "proxy-CONNECT-deploy.example.com:$(port tls)")" = \
		"$(printf '%s\n' "CONNECT deploy.example.com:$(port tls) HTTP/1.1" "Host: deploy.example.com:$(port tls)" \
			'Proxy-Connection: Keep-Alive')" ]
	is tunnel-other waiting 0 "no alternative certificate subject name matches target host name 'other.example.com'"
	[ ! -e "$ROOT/kept/tls-tunnel-other" ]
}

@test "the answer of a proxy is not that of the receiver" {
	kept "proxy-CONNECT-deploy.example.com:$(port silent)"
	is tunnel-silent waiting 0 'the request was sent: unknown whether it was acted on'
}

@test "plain http is handed to the proxy" {
	is forward delivered 200
	[ "$(head_of "proxy-POST-deploy.example.com:$(port plain)" | head -2 | tr '\n' ' ')" = \
		"POST http://deploy.example.com:$(port plain)/forward HTTP/1.1 Host: deploy.example.com:$(port plain) " ]
	[ "$(body_of plain-forward)" = "$(body_of plain-wire)" ]
}

@test "neither a proxy nor what it is asked for is a metadata address" {
	is metadata-proxy waiting 0 'does not connect to 169.254.169.254: a link-local or metadata address'
	is proxy-metadata waiting 0 'does not ask the proxy for a link-local or metadata address'
	is proxy-metadata-hidden waiting 0 'does not ask the proxy for a link-local or metadata address'
	[ ! -e "$ROOT/kept/proxy-CONNECT-169.254.169.254:$(port tls)" ]
}
