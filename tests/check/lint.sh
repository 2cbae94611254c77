#!/bin/sh
# lint.sh [FILE...]: formatting, lengths and static analysis of the C files, shellcheck of the scripts; of all files
# without arguments. JOBS (2) analyses at a time. Exit: 0 when nothing was found, 1 when something was.
set -u

cd "$(dirname "$0")/../.." || exit 1
jobs=${JOBS:-2}
bad=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

if [ $# -gt 0 ]; then
	printf '%s\n' "$@"
else
	# tracked files, and new ones that are not ignored
	git ls-files -co --exclude-standard
fi | sort -u | while read -r file; do
	[ -f "$file" ] || continue
	case $file in
	*.c) echo "$file" >>"$work/sources" ;;
	*.h) echo "$file" >>"$work/headers" ;;
	*.bats) echo "$file" >>"$work/bats" ;;
	*) head -n 1 "$file" | grep -Eaq '^#!.*[/ ](sh|bash)( |$)' && echo "$file" >>"$work/scripts" ;;
	esac
done
touch "$work/sources" "$work/headers" "$work/scripts" "$work/bats"

echo "lint: clang-format"
while read -r file; do
	[ -n "$file" ] || continue
	# clang-format 14 takes the braces of such a macro for a block
	sed 's/^\(#define [A-Z_]*_INIT\) {0}$/\1 0/' "$file" >"$work/before"
	clang-format --assume-filename="$file" <"$work/before" >"$work/after"
	diff -u --label "$file" --label "$file, formatted" "$work/before" "$work/after" || touch "$work/bad"
done <<EOF
$(cat "$work/sources" "$work/headers")
EOF

echo "lint: lengths"
cat "$work/sources" "$work/headers" | xargs -r tests/check/lengths.sh || bad=1

echo "lint: shellcheck"
xargs -r shellcheck <"$work/scripts" || bad=1
# each test of bats is a subshell with the variables of setup and of helpers, and says so to nobody
xargs -r shellcheck -e SC2030,SC2031,SC2154 <"$work/bats" || bad=1

echo "lint: cppcheck"
# suppressed: what gcc and the clang analyzer decide with less guessing
xargs -r cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
	-j "$jobs" -D_GNU_SOURCE -Icommon -Itests/unit --suppress=missingIncludeSystem \
	--suppress=uninitvar --suppress=internalAstError --suppress=nullPointerRedundantCheck \
	--suppress=ctunullpointer <"$work/sources" || bad=1

echo "lint: clang-tidy"
tidy() {
	# shellcheck disable=SC2016 # a program of sh
	xargs -r -n 4 -P "$jobs" sh -c '
		before=$1
		shift
		libraries=$(pkg-config --cflags libgit2 libcurl inih sqlite3 jansson libcrypto)
		clang-tidy --quiet "$@" -- -std=c11 -D_GNU_SOURCE -Icommon -Itests/unit $before $libraries 2>/dev/null' \
		sh "$1"
}
# error.c defines what analyzer.h replaces
grep -v common/base/error.c "$work/sources" | tidy "-include tests/check/analyzer.h" || bad=1
grep common/base/error.c "$work/sources" | tidy "" || bad=1

[ ! -e "$work/bad" ] || bad=1
[ "$bad" = 1 ] || echo "lint: nothing found"
exit "$bad"
