# For the scripts of this folder: a folder to work in, with copies of the suite and of the helpers, since a build may
# change them meanwhile. Needs $here and may be given BUILD. Sets $work, and removes it at the end; ends $child when it is
# told to end.
# shellcheck shell=sh disable=SC2154,SC2034 # here and work are of who reads this

child=
end() {
	[ -z "$child" ] || kill "$child" 2>/dev/null
	exit 1
}

prepare() { # NAME [PLACE]: for messages; where to work, default TMPDIR
	build=$(cd "${BUILD:-$here/../../build}" && pwd)
	for program in libexec/hotfix/pre-receive bin/hotfixctl tests/crash/await tests/crash/receiver \
		tests/crash/faulty.so tests/bench/measured_hook; do
		test -x "$build/$program" || {
			echo "$1: $build/$program is not built: run make all tests first" >&2
			exit 1
		}
	done
	work=$(mktemp -d "${2:-${TMPDIR:-/tmp}}/hotfix-$1.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	trap end HUP INT TERM
	mkdir -p "$work/tools/helpers"
	cp -R "$build/libexec" "$build/bin" "$work/tools/"
	cp "$build/tests/crash/await" "$build/tests/crash/receiver" "$build/tests/crash/faulty.so" \
		"$build/tests/bench/measured_hook" "$work/tools/helpers/"
	cp -R "$build/tests/crash/dynamic" "$work/tools/"
}

# Prints a folder in memory, where programs can be run there, else TMPDIR: on a disk most of the time of a sweep goes into
# the syncs of each copy of the server.
memory_folder() { # [FOLDER]: when it is not empty, that one
	[ -z "$1" ] || { echo "$1" && return; }
	folder=${TMPDIR:-/tmp}
	trial=$(mktemp /dev/shm/hotfix-trial.XXXXXX 2>/dev/null) && {
		printf '#!/bin/sh\n' >"$trial" && chmod +x "$trial" && "$trial" 2>/dev/null && folder=/dev/shm
		rm -f "$trial"
	}
	echo "$folder"
}
