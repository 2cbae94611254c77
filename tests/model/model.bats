# The hooks and a plain model of the rules say the same of generated situations.

@test "pre-receive and update agree with the model on 200 situations" {
	local some='[1-9][0-9]*'
	BUILD=$HOTFIX_BUILD SITUATIONS=200 SEED=3 run "$HOTFIX_SOURCE/tests/model/run"
	[ "$status" -eq 0 ] || { printf '%s\n' "$output"; return 1; }
	[[ "${lines[-1]}" =~ ^200\ situations\;\ landings:\ $some\ accepted,\ $some\ refused\;\ sign-offs\ pushed:\ $some\ accepted,\ $some\ refused\;\ 0\ disagreements$ ]]
}
