# For tests with a real receiver (tests/receivers/receiver.js) of the deliveries of $SERVER. Loaded behind library.
# shellcheck shell=bash disable=SC2154 # for bats; variables of library.bash

# What setup_file does, for tests that look at what one run has left: $TOP, $HOTFIXCTL and $SERVER, in each test too.
server_of_file() { # [BARE-REPOSITORY]
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	TOP=${HOTFIX_SOURCE:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
	HOTFIXCTL=$HOTFIX_PREFIX/bin/hotfixctl
	server "$@"
	export ROOT SERVER TOP HOTFIXCTL
}

# Deliveries wait in between: the hook sees a deliverer, and leaves the work to us.
hold_deliveries() {
	exec 9>"$SERVER/hotfix.deliver.lock"
	flock 9
}

let_deliveries_go() {
	exec 9>&-
}

# What setup does: $TOP, $HOTFIXCTL, $SERVER, the receiver "deploy" and a secret in $ROOT/secret.
receiver_setup() { # [BARE-REPOSITORY]
	TOP=${HOTFIX_SOURCE:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
	HOTFIXCTL=$HOTFIX_PREFIX/bin/hotfixctl
	server "$@"
	start_receiver deploy
	printf '0123456789abcdef0123456789abcdef\n' >"$ROOT/secret"
	chmod 600 "$ROOT/secret"
}

receiver_teardown() {
	for receiver in ${receivers-}; do kill "$receiver"; done
	await_no_deliverer || :
}

start_receiver() { # NAME [KEY CERTIFICATE]: its folder is $ROOT/NAME, its address $url
	mkdir "$ROOT/$1"
	node "$TOP/tests/receivers/receiver.js" "$ROOT/$1" "${@:2}" 3>&- >/dev/null 2>"$ROOT/$1/log" &
	receivers="${receivers-} $!"
	await test -s "$ROOT/$1/port" || { cat "$ROOT/$1/log" >&2; return 1; }
	url=http://127.0.0.1:$(cat "$ROOT/$1/port")/hook
}

await() { # COMMAND…: until it is true, at most 10 seconds
	local tries=100
	until "$@"; do
		[ $((tries -= 1)) -gt 0 ] || break
		sleep 0.1
	done
	[ "$tries" -eq 0 ] || return 0
	echo "waited in vain for: $*" >&2
	return 1
}

await_no_deliverer() {
	[ ! -e "$SERVER/hotfix.deliver.lock" ] || await flock -n "$SERVER/hotfix.deliver.lock" true
}

# Writes hotfix.ini with the endpoint "deploy", with the lines given for it, and makes the first commit of production,
# which is not announced to anybody.
endpoint() {
	configure </dev/null
	start_production
	await_no_deliverer
	endpoint_of "$@"
}

endpoint_of() { # LINE…: (again) the endpoint "deploy" with these lines
	configure <<-INI
		[repository]
		web = https://git.example.com/{path}
		clone = ssh://git@git.example.com/{path}.git
		[webhook "deploy"]
		url = $url
		$(printf '%s\n' "$@")
	INI
}

signed_endpoint() {
	endpoint "secret-file = $ROOT/secret" "$@"
}

got() { # COUNT: the receiver has had so many requests
	[ -e "$ROOT/deploy/$1.headers" ]
}

got_no() { # COUNT: the receiver has not had so many
	[ ! -e "$ROOT/deploy/$1.headers" ]
}

header() { # NUMBER NAME
	jq -r --arg name "$2" '.[$name] // ""' "$ROOT/deploy/$1.headers"
}

member() { # NUMBER FILTER
	jq -r "$2" "$ROOT/deploy/$1.body"
}

verify() { # NUMBER SECRET-FILE
	NODE_PATH=$TOP/tests/node_modules node "$TOP/tests/receivers/verify-standardwebhooks.js" "$ROOT/deploy/$1" "$2"
}

deliveries_are() { # WANTED…: one word for each
	[ "$(deliveries)" = "$(printf '%s\n' "$@")" ]
}

lock_is_held() {
	[ -e "$SERVER/hotfix.deliver.lock" ] && ! flock -n "$SERVER/hotfix.deliver.lock" true
}

state() { # SQL: asks the state of $SERVER, or changes it
	sqlite3 -cmd '.timeout 10000' "$SERVER/hotfix.sqlite" "$1"
}

deliveries() { # state and attempts of each, oldest first
	state 'SELECT state || " " || attempts FROM delivery ORDER BY number'
}

deliverer() { # its process id
	pgrep -f "hotfixctl deliver --detached $SERVER\$"
}

kill_deliverer() {
	await deliverer >/dev/null
	kill -9 "$(deliverer)"
}
