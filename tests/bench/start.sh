# For run and matrix: start PROGRAM [ARGUMENT...] runs one of our programs for node, with a folder to work in that is
# removed at the end, and beside it those that stay. What is told to end ends the program. Needs $here.
# shellcheck shell=sh disable=SC2154 # here is of who reads this

child=
end() {
	[ -z "$child" ] || kill "$child" 2>/dev/null
	exit 1
}

start() {
	folder=${HOTFIX_BENCH_DIR:-${TMPDIR:-/tmp}/hotfix-bench-$(id -u)}
	umask 022
	mkdir -p "$folder"
	HOTFIX_BENCH_DIR=$(cd "$folder" && pwd)
	HOTFIX_BENCH_WORK=$(mktemp -d "$HOTFIX_BENCH_DIR/run.XXXXXX")
	export HOTFIX_BENCH_DIR HOTFIX_BENCH_WORK
	chmod 755 "$HOTFIX_BENCH_WORK"
	trap 'rm -rf "$HOTFIX_BENCH_WORK"' EXIT
	trap end HUP INT TERM
	program=$1
	shift
	node "$here/$program" "$@" &
	child=$!
	wait "$child"
}
