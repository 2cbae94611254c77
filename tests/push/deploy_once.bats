#!/usr/bin/env bats
# share/receivers/webhook/deploy-once.sh: a landing is deployed once.

setup() {
	top=${HOTFIX_SOURCE:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
	folder=$BATS_TEST_TMPDIR/remembered
	cd "$BATS_TEST_TMPDIR" || return 1
	cat >deploy <<'DEPLOY'
#!/bin/sh
echo "$*" >>deployed
[ ! -e broken ] || exit 7
DEPLOY
	chmod +x deploy
}

once() {
	"$top/share/receivers/webhook/deploy-once.sh" "$folder" "$1" "$2" ./deploy "${3-hotfix.merged}" refs/heads/main \
		0123abc shop
}

@test "the first time deploys and says deployed" {
	run once msg_1 evt_1
	[ "$status" -eq 0 ]
	[ "$output" = "deployed: 0123abc" ]
	[ "$(cat deployed)" = "hotfix.merged refs/heads/main 0123abc shop" ]
}

@test "the same delivery again does not deploy, and says so" {
	once msg_1 evt_1
	run once msg_1 evt_1
	[ "$status" -eq 0 ]
	[ "$output" = "deployed before: 0123abc" ]
	[ "$(wc -l <deployed)" -eq 1 ]
}

@test "a recorded request with another webhook-id does not deploy again" {
	once msg_1 evt_1
	run once msg_2 evt_1
	[ "$status" -eq 0 ]
	[ "$(wc -l <deployed)" -eq 1 ]
}

@test "an id that is the beginning of another is another" {
	once msg_10 evt_10
	run once msg_1 evt_1
	[ "$(wc -l <deployed)" -eq 2 ]
}

@test "a deploy that failed is not remembered, and its exit is passed on" {
	touch broken
	run once msg_1 evt_1
	[ "$status" -eq 7 ]
	rm broken
	run once msg_1 evt_1
	[ "$output" = "deployed: 0123abc" ]
	[ "$(wc -l <deployed)" -eq 2 ]
}

@test "attempts at the same time deploy once" {
	for _ in 1 2 3 4 5 6 7 8; do
		once msg_1 evt_1 >>said &
	done
	wait
	[ "$(wc -l <deployed)" -eq 1 ]
	[ "$(grep -c '^deployed before' said)" -eq 7 ]
}

@test "a ping deploys nothing and is remembered nowhere" {
	run once msg_1 evt_1 ping
	[ "$status" -eq 0 ]
	[[ "$output" == deployed* ]]
	[ ! -e deployed ]
	[ ! -e "$folder" ]
}

@test "an id that is none, or a missing argument, deploys nothing" {
	run once '' evt_1
	[ "$status" -eq 2 ]
	run once msg_1 $'evt\nmsg_2'
	[ "$status" -eq 2 ]
	run "$top/share/receivers/webhook/deploy-once.sh" "$folder" msg_1 evt_1 ./deploy
	[ "$status" -eq 2 ]
	[ ! -e deployed ]
}
