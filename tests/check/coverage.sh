#!/bin/sh
# Coverage: tests/check/coverage.sh [PATTERN], or `make coverage`. Builds with gcc's counters into BUILD (absolute), runs the
# tests that match PATTERN (default: all), and prints the branches of common/rules and the lines of everything else that
# were reached, by file. Branches that only an exception takes are none in C, and are left out.
#
# Environment: BUILD, MAKE, JOBS (2).
# Exit: 0 when the tests passed.
set -eu

cd "$(dirname "$0")/../.."
: "${BUILD:?}"
ends=tests/check/coverage/ends.c
# make does not see that what it linked holds another one
[ -n "$(find "$BUILD/ends.o" -newer "$ends" 2>/dev/null)" ] || rm -rf "$BUILD"
mkdir -p "$BUILD"
find "$BUILD" -name '*.gcda' -delete
${CC:-cc} -std=c11 -O1 -fPIE -c -o "$BUILD/ends.o" "$ends"
status=0
MAKEFLAGS="LINKAGE=archives CFLAGS=-O0\\ -g\\ --coverage\\ -fprofile-update=atomic \
	LDFLAGS=$BUILD/ends.o\\ -Wl,--wrap=__gcov_exit\\ -Wl,--wrap=_exit\\ -Wl,--wrap=execve" tests/run "${1-}" || status=$?

# The counters of a process with threads, or of one that was killed, may not agree with each other: gcov then says that a
# branch was taken -14 times, which gcovr must not stop at.
report() {
	gcovr --gcov-ignore-parse-errors --root . --object-directory "$BUILD" --exclude-throw-branches --exclude-unreachable-branches "$@" "$BUILD" \
		2>/dev/null | sed -n '/^File/,$p'
}
echo "branches of the rules:"
report --branches --filter common/rules/
echo "lines of the other rooms:"
report --filter 'common/(base|adapters|flow)/' --filter hooks/ --filter tools/
exit "$status"
