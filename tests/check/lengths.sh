#!/bin/sh
# What a formatter does not see: lengths.sh FILE... of C. A file has at most 450 lines, a function at most 80 (from its
# opening brace to its closing one, both in the first column), and nothing is left to be done later.
# Prints FILE:LINE: WORDS. Exit: 0 when all holds, 1 when something does not.
set -u

[ $# -gt 0 ] || { echo "usage: lengths.sh FILE..." >&2; exit 2; }

# shellcheck disable=SC2016 # a program of awk
awk '
	function complain(line, words) { print file ":" line ": " words; bad = 1 }
	function end_file() {
		if (lines > 450)
			complain(lines, "the file has " lines " lines, 450 are the most")
	}
	FNR == 1 { end_file(); file = FILENAME; start = 0 }
	{ lines = FNR }
	/^[a-z].*[(]/ { name = $0; sub(/[(].*/, "", name); sub(/^.*[ *]/, "", name) }
	/^\{/ { start = FNR }
	/^\}/ && start {
		if (FNR - start + 1 > 80)
			complain(start, name " has " FNR - start + 1 " lines, 80 are the most")
		start = 0
	}
	/(^|[^A-Za-z])(TODO|FIXME|XXX)([^A-Za-z]|$)/ { complain(FNR, "something is left to be done") }
	END { end_file(); exit bad }' "$@"
