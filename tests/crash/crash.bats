# A sample of what `make crash` and `make aborts` try: the hooks and the deliverer are stopped, clients go away, and
# every event is told, once.

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
