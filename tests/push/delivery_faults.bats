#!/usr/bin/env bats
# One landing, and a receiver for each thing that can go wrong behind it: tests/receivers/fault-receiver.js.
#
# All deliveries are made once, at the same time, before the tests; each test looks at what became of some. After an
# attempt that failed the next is due in 100 to 120 seconds, so there is one for each.

load library
load receiver

NO_ANSWER='; the request was sent: unknown whether it was acted on'

setup_file() {
	server_of_file
	start_fault_receiver
	configure </dev/null
	start_production
	endpoints | configure
	signed_hotfix
	hold_deliveries
	land
	landed
	let_deliveries_go
	"$HOTFIXCTL" -C "$SERVER" deliver --once >"$ROOT/summary" 2>&1 || :
	"$HOTFIXCTL" -C "$SERVER" deliveries --json -n 1000 >"$ROOT/deliveries"
}

teardown_file() {
	[ ! -e "$BATS_FILE_TMPDIR/receiver" ] || kill "$(cat "$BATS_FILE_TMPDIR/receiver")"
}

certificate() { # NAME DAYS HOST: $ROOT/NAME.key and $ROOT/NAME.crt, signed by themselves
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$ROOT/$1.key" -out "$ROOT/$1.csr" \
		-subj "/CN=$3" 2>/dev/null
	openssl x509 -req -in "$ROOT/$1.csr" -signkey "$ROOT/$1.key" -days "$2" -out "$ROOT/$1.crt" \
		-extfile <(echo "subjectAltName=DNS:$3") 2>/dev/null
}

start_fault_receiver() {
	local name certificates=()
	certificate own 2 localhost
	certificate expired -1 localhost
	certificate other 2 deploy.example.com
	for name in own expired other; do certificates+=("$name=$ROOT/$name.key,$ROOT/$name.crt"); done
	mkdir "$ROOT/faults"
	node "$TOP/tests/receivers/fault-receiver.js" "$ROOT/faults" "${certificates[@]}" \
		3>&- >/dev/null 2>"$ROOT/faults/log" &
	echo $! >"$ROOT/receiver"
	await test -s "$ROOT/faults/ports" || { cat "$ROOT/faults/log" >&2; return 1; }
}

port() { # NAME
	sed -n "s/^$1 //p" "$ROOT/faults/ports"
}

# NAME URL [LINE]…: an endpoint. Whoever answers at once has all the time of a slow machine for it.
to() {
	printf '[webhook "%s"]\nurl = %s\nretry = 100s 100s\n' "$1" "$2"
	case " ${*:3} " in *" timeout ="*) ;; *) echo 'timeout = 60s' ;; esac
	printf '%s\n' "${@:3}"
}

# PATH [LINE]…: the endpoint of this name, "/" as "-"
at() {
	to "$(echo "$1" | tr / -)" "http://127.0.0.1:$(port plain)/$1" "${@:2}"
}

endpoints() {
	local status fault
	for status in 200 201 202 204 299 300 301 302 303 304 307 308 400 401 403 404 408 409 410 413 422 425 429 451 \
		499 500 501 502 503 504 599; do
		at "status/$status"
	done
	for status in 301 302 303 307 308; do at "redirect/$status"; done
	for fault in silent status-line half-head no-body interim drip-head drip-body; do at $fault 'timeout = 3s'; done
	for fault in closes resets resets-in-body endless-chunked endless-length endless-open long-header many-headers \
		large-head garbage old http-1.0 http-2 gzip away ssh bad-length bad-chunk compressed cookie binary interim-endless; do
		at $fault
	done
	head -c 60000 /dev/zero | tr '\0' x >"$ROOT/long"
	at early/200 "template = $ROOT/long" 'content-type = text/plain'
	at early/413 "template = $ROOT/long" 'content-type = text/plain'
	at early/503 "template = $ROOT/long" 'content-type = text/plain'
	if [ -n "$(port six)" ]; then
		to six-name "http://localhost:$(port six)/status/200"
		to six-address "http://[::1]:$(port six)/status/200"
	fi
	at interim-then 'expect = on its way'
	at ignored 'expect = on its way'
	at accepted 'expect = on its way'
	to in-body "http://127.0.0.1:$(port plain)/resets-in-body" 'expect = on its way'
	to endless-expect "http://127.0.0.1:$(port plain)/endless-chunked" 'expect = y'
	at later/503/300
	at later/429/300
	at later/503/999999999
	at later/503/99999999999999999999999999
	at later/503/-5
	at later/503/soon
	at later/404/300
	at later-date/503/300
	at later-date/503/-300
	at later-date/503/99999999
	to shut "http://127.0.0.1:$(port shut)/"
	to nobody http://127.0.0.1:1/
	to nowhere https://deploy.invalid/
	to tls-own "https://localhost:$(port own)/accepted" "ca-file = $ROOT/own.crt" 'expect = on its way'
	to tls-unknown "https://localhost:$(port own)/accepted"
	to tls-expired "https://localhost:$(port expired)/accepted" "ca-file = $ROOT/expired.crt"
	to tls-other "https://localhost:$(port other)/accepted" "ca-file = $ROOT/other.crt"
	to tls-address "https://127.0.0.1:$(port own)/accepted" "ca-file = $ROOT/own.crt"
	to tls-plain "https://localhost:$(port plain)/accepted"
	to plain-tls "http://localhost:$(port own)/accepted"
	to link-local http://169.254.169.254/latest/meta-data 'insecure = yes'
	to link-local-hidden https://2852039166/
	to link-local-hex https://0xa9fea9fe/
	to link-local-octal https://0251.0376.0251.0376/
	to link-local-short https://169.254.43518/
	to link-local-mapped-hex 'https://[::ffff:a9fe:a9fe]/'
	to any "http://0.0.0.0:$(port plain)/status/200" 'insecure = yes'
	to link-local-6 'https://[fe80::1]/'
	to link-local-mapped 'https://[::ffff:169.254.169.254]/'
	to link-local-nat64 'https://[64:ff9b::a9fe:a9fe]/'
	to metadata-6 'https://[fd00:ec2::254]/'
}

# --- what became of a delivery ---

setup() {
	ROOT=$BATS_FILE_TMPDIR
	SERVER=$ROOT/server.git
}

delivery() { # ENDPOINT FILTER
	jq -r --arg name "$1" ".[] | select(.endpoint == \$name) | $2" "$ROOT/deliveries"
}

whole() { # ENDPOINT FILTER: as hotfixctl shows it with its log
	"$HOTFIXCTL" -C "$SERVER" deliveries --json "$(delivery "$1" .id)" | jq -r "$2"
}

is() { # ENDPOINT STATE STATUS [WORDS]: after one attempt; without WORDS, nothing is said to be wrong
	local now
	now="$(delivery "$1" '"\(.state) \(.last_status) \(.attempts) \(.last_error // "")"')"
	[ "$now" = "$2 $3 1 ${4-}" ] || { printf '%s: %s\n  wanted: %s\n' "$1" "$now" "$2 $3 1 ${4-}" >&2; return 1; }
}

says_of() { # ENDPOINT STATE WORDS: after one attempt without an answer, with these words among others
	local now
	now="$(delivery "$1" '"\(.state) \(.last_status) \(.attempts) \(.last_error)"')"
	[[ "$now" == "$2 0 1 "*"$3"* ]] || { printf '%s: %s\n  wanted: %s\n' "$1" "$now" "$3" >&2; return 1; }
}

# ENDPOINT FROM TO: the next attempt is due so many seconds after the last began
is_due_in() {
	local seconds
	seconds=$(whole "$1" '(.due | fromdate) - (.log[0].time | fromdate)')
	echo "$1: due in $seconds s"
	[ "$seconds" -ge $(($2 - 1)) ] && [ "$seconds" -le "$3" ]
}

sent_nothing() { # ENDPOINT: not "unknown"
	[[ "$(delivery "$1" .last_error)" != *unknown* ]] || { delivery "$1" .last_error >&2; return 1; }
}

@test "2xx is delivered" {
	for status in 200 201 202 204 299; do is "status-$status" delivered $status; done
	is accepted delivered 200
	is tls-own delivered 200
}

@test "a redirect is not followed, and dead" {
	for status in 300 301 302 303 304 307 308; do
		is "status-$status" dead $status 'a redirect is not followed; configure the address that it leads to'
	done
	for status in 301 302 303 307 308; do is "redirect-$status" dead $status \
		'a redirect is not followed; configure the address that it leads to'; done
	# those who were led there did not go
	[ "$(grep -c '^/accepted$' "$ROOT/faults/requests")" -eq 2 ]
	is away dead 307 'a redirect is not followed; configure the address that it leads to'
}

@test "what says that the request is wrong is dead at once" {
	for status in 400 401 403 404 409 410 413 422 451 499; do is "status-$status" dead $status; done
	is later-404-300 dead 404
}

@test "what may mend by itself is tried again, a little later than the schedule says and never earlier" {
	for status in 408 425 429 500 501 502 503 504 599; do
		is "status-$status" waiting $status
		is_due_in "status-$status" 100 125
	done
	is cookie waiting 503
}

@test "who says nothing, or never comes to the end of the headers, gave no answer in time" {
	for fault in silent status-line half-head interim drip-head; do
		is $fault waiting 0 "no answer within 3 s$NO_ANSWER"
		is_due_in $fault 100 130
		[ "$(whole $fault '.log[0].milliseconds >= 2900 and .log[0].milliseconds < 20000')" = true ]
	done
}

@test "a status with all its headers is the answer, whatever becomes of the rest" {
	is no-body delivered 200
	is drip-body delivered 200
	is resets-in-body delivered 200
	is bad-chunk delivered 200
	is interim-then delivered 200
	is large-head delivered 200
	is compressed delivered 200
	is gzip delivered 200
	is http-1.0 delivered 200
	[ "$(whole http-1.0 '.log[0].reply')" = 'the deploy is on its way' ]
	[ "$(whole drip-body '.log[0].milliseconds >= 2900 and .log[0].milliseconds < 20000')" = true ]
	[ "$(whole resets-in-body '.log[0].reply')" = 'the deploy is' ]
}

@test "an answer that comes before the request was read is one" {
	is early-200 delivered 200
	is early-413 dead 413
	is early-503 waiting 503
}

@test "a receiver that this machine has on IPv6 alone is found, by its name and by its address" {
	[ -n "$(port six)" ] || skip "this machine has no ::1"
	is six-name delivered 200
	is six-address delivered 200
}

@test "a connection that ends without an answer leaves open whether the request was acted on" {
	says_of closes waiting "$NO_ANSWER"
	says_of resets waiting "$NO_ANSWER"
	is_due_in closes 100 125
	is_due_in resets 100 125
}

@test "nothing was sent to who was not there" {
	for endpoint in nobody nowhere; do
		says_of $endpoint waiting ''
		sent_nothing $endpoint
		is_due_in $endpoint 100 135
	done
	says_of nobody waiting 'connect'
	says_of nowhere waiting 'resolve host'
	says_of shut waiting ''
}

@test "an endless reply is cut, and the first 16 KB are kept" {
	is endless-chunked delivered 200
	is endless-length delivered 200
	is endless-open waiting 500
	is endless-expect waiting 200 'the reply does not match expect'
	for endpoint in endless-chunked endless-length endless-open endless-expect; do
		[ "$(whole $endpoint '.log[0].reply | length')" -eq 16384 ]
		[ "$(whole $endpoint '.log[0].milliseconds < 20000')" = true ]
	done
}

@test "endless headers are no answer" {
	for endpoint in many-headers long-header interim-endless; do
		is $endpoint waiting 0 "the headers of the reply are longer than 64 KB$NO_ANSWER"
	done
}

@test "what is not HTTP/1.x is no answer" {
	for endpoint in garbage old ssh http-2 plain-tls; do says_of $endpoint waiting "$NO_ANSWER"; done
	is bad-length waiting 0 "$(delivery bad-length .last_error)"
}

@test "a reply that is not as expected is tried again, and kept" {
	is ignored waiting 200 'the reply does not match expect'
	is_due_in ignored 100 125
	[ "$(whole ignored '.log[0].reply')" = 'no hook matched' ]
	is in-body waiting 200 'the reply does not match expect'
}

@test "Retry-After is a floor, up to an hour" {
	is later-503-300 waiting 503
	is_due_in later-503-300 300 301
	is_due_in later-429-300 300 301
	is_due_in later-date-503-300 298 301
	is_due_in later-503-999999999 3600 3601
	is_due_in later-date-503-99999999 3600 3601
}

@test "a Retry-After that says nothing, or less than the schedule, changes nothing" {
	for endpoint in later-503--5 later-503-soon later-date-503--300; do is_due_in $endpoint 100 125; done
	is_due_in later-503-99999999999999999999999999 100 3601
}

@test "a certificate that does not prove the receiver gets nothing" {
	says_of tls-unknown waiting 'SSL certificate problem: self-signed certificate'
	says_of tls-expired waiting 'SSL certificate problem: certificate has expired'
	says_of tls-other waiting "no alternative certificate subject name matches target host name 'localhost'"
	says_of tls-address waiting "no alternative certificate subject name matches target host name '127.0.0.1'"
	says_of tls-plain waiting 'SSL'
	for endpoint in tls-unknown tls-expired tls-other tls-address tls-plain; do
		sent_nothing $endpoint
		is_due_in $endpoint 100 125
	done
}

@test "a link-local or metadata address is never connected to, however it is written" {
	is link-local waiting 0 'does not connect to 169.254.169.254: a link-local or metadata address'
	is link-local-hidden waiting 0 'does not connect to 169.254.169.254: a link-local or metadata address'
	for form in hex octal short; do
		is link-local-$form waiting 0 'does not connect to 169.254.169.254: a link-local or metadata address'
	done
	is link-local-mapped-hex waiting 0 'does not connect to 169.254.169.254: a link-local or metadata address'
	is any delivered 200
	is link-local-mapped waiting 0 'does not connect to 169.254.169.254: a link-local or metadata address'
	is link-local-nat64 waiting 0 'does not connect to 64:ff9b::a9fe:a9fe: a link-local or metadata address'
	is link-local-6 waiting 0 'does not connect to fe80::1: a link-local or metadata address'
	is metadata-6 waiting 0 'does not connect to fd00:ec2::254: a link-local or metadata address'
	for endpoint in link-local link-local-6 metadata-6; do is_due_in $endpoint 100 125; done
}

@test "a reply that is no text is kept, and shown without harm" {
	is binary waiting 500
	run "$HOTFIXCTL" -C "$SERVER" deliveries "$(delivery binary .id)"
	echo "$output"
	[[ "$output" == *'reply: \x00\x01\x1b[31m\xff\xfe\x00\x7fA'* ]]
	[ "$(printf '%s' "$output" | tr -d '\n\t -~' | wc -c)" -eq 0 ]
}

@test "every attempt is shown with its time, its length and its answer" {
	run "$HOTFIXCTL" -C "$SERVER" deliveries "$(delivery later-503-300 .id)"
	echo "$output"
	[[ "$output" =~ "  1  "20[0-9-]*T[0-9:]*Z" "+[0-9]+" ms  503" ]]
	[[ "$output" == *"state      waiting"*"next       20"* ]]
}

@test "as many were delivered, will be tried again, and are dead, as was said" {
	cat "$ROOT/summary"
	count() { jq "[.[] | select(.state == \"$1\")] | length" "$ROOT/deliveries"; }
	grep -qx "$(count delivered) delivered, $(count waiting) to be tried again, $(count dead) dead" "$ROOT/summary"
	[ "$(count waiting)" -ge 40 ]
}
