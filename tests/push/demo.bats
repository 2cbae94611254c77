#!/usr/bin/env bats
# ./install.sh --demo, from end to end: the story that the README promises.

setup_file() {
	top=${HOTFIX_SOURCE:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
	export BUILD=${HOTFIX_BUILD:-$top/build} SANITIZE=${HOTFIX_SANITIZE-}
	[ -n "$SANITIZE" ] || unset SANITIZE
	export TMPDIR=$BATS_FILE_TMPDIR/tmp
	mkdir -p "$TMPDIR"
	export status_file=$BATS_FILE_TMPDIR/status told=$BATS_FILE_TMPDIR/told
	"$top/install.sh" --demo >"$told" 2>&1 </dev/null && echo 0 >"$status_file" || echo $? >"$status_file"
	cat "$told"
}

# Prints what was told in the chapter whose heading holds $1.
chapter() {
	awk -v heading="$1" '/^== / { on = index($0, heading) > 0 } on' "$told"
}

@test "the demonstration ends well" {
	cat "$told"
	[ "$(cat "$status_file")" -eq 0 ]
}

@test "the demonstration shows a push to production refused" {
	chapter 'straight to production' | grep -q 'hotfix: refused'
	chapter 'straight to production' | grep -q 'remote rejected.* main -> main'
}

@test "the demonstration shows a landing refused for both sign-offs" {
	chapter 'before anybody has looked' | grep -q 'signoff-review'
	chapter 'before anybody has looked' | grep -q 'signoff-qa'
}

@test "the demonstration shows the sign-offs and the landing accepted" {
	chapter 'Rita reviews' | grep -q 'hotfix/INC-7-login'
	chapter 'Quentin tests' | grep -q 'ready to land'
	chapter 'Alice lands it' | grep -Eq '[0-9a-f]+\.\.[0-9a-f]+ +main -> main'
}

@test "the demonstration shows the webhook delivered and the script run, once" {
	[ "$(chapter 'webhook has arrived' | grep -c '^deploying [0-9a-f]\{40\} (hotfix.merged on refs/heads/main)')" -eq 1 ]
	chapter 'webhook has arrived' | grep -q delivered
}

@test "the demonstration leaves neither a file nor a process behind" {
	[ -z "$(ls -A "$TMPDIR")" ]
	for command in /proc/[0-9]*/cmdline; do
		if tr '\0' ' ' <"$command" 2>/dev/null | grep -F "$TMPDIR/" | grep -v 'bats\|grep'; then
			return 1
		fi
	done
}
