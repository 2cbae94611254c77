# A sample of what `make crash`, `make aborts`, `make torture` and `make faults` try: the hooks and the deliverer are
# stopped, or something fails in them, clients go away, and every event is told, once.

@test "killed or failed at 40 of their system calls, the hooks and the deliverer lose and repeat no event" {
	BUILD=$HOTFIX_BUILD CRASH_POINTS=40 CRASH_SEED=7 run "$HOTFIX_SOURCE/tests/crash/run"
	[ "$status" -eq 0 ] || { printf '%s\n' "$output"; return 1; }
	[[ "${lines[-1]}" =~ ^40\ points\ in\ .*:\ 0\ losses,\ 0\ events\ with\ two\ ids,\ 0\ landings\ without\ a\ record,\  ]]
}

@test "where 10 clients go away in the middle of a push, each move of a ref is announced, once" {
	BUILD=$HOTFIX_BUILD ABORT_PUSHES=10 ABORT_SEED=7 run "$HOTFIX_SOURCE/tests/crash/aborts"
	[ "$status" -eq 0 ] || { printf '%s\n' "$output"; return 1; }
	[[ "${lines[-1]}" =~ ^10\ pushes:\ .*\ announced:\ 0\ losses,\ 0\ events\ with\ two\ ids,\  ]]
}

@test "where one of 30 allocations fails, a push is refused with a reason, or accepted with its record and its events" {
	[ -z "$HOTFIX_SANITIZE" ] || skip "a sanitizer has the allocator"
	BUILD=$HOTFIX_BUILD TORTURE_POINTS=30 TORTURE_SEED=7 run "$HOTFIX_SOURCE/tests/crash/torture"
	[ "$status" -eq 0 ] || { printf '%s\n' "$output"; return 1; }
	[[ "${lines[-1]}" =~ ^30\ points\ in\ .*:\ [1-9][0-9]*\ refused,\ .*\;\ 0\ wrong\ accepts,\ 0\ refused\ without\ a\ reason,\  ]]
}

@test "where one of 40 system calls fails, a push is refused with a reason, or accepted with its record and its events" {
	[ -z "$HOTFIX_SANITIZE" ] || skip "a sanitizer has the allocator"
	BUILD=$HOTFIX_BUILD FAULTS_POINTS=40 FAULTS_SEED=7 run "$HOTFIX_SOURCE/tests/crash/faults"
	[ "$status" -eq 0 ] || { printf '%s\n' "$output"; return 1; }
	[[ "${lines[-1]}" =~ ^40\ points\ in\ .*:\ [1-9][0-9]*\ refused,\ .*\;\ 0\ wrong\ accepts,\ 0\ refused\ without\ a\ reason,\  ]]
}
