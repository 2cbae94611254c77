#!/bin/sh
# analyze.sh: gcc -fanalyzer and scan-build over the programs and what they are made of; a finding of either fails.
#
# Environment: BUILD (a build folder of its own, emptied first), MAKE (make), JOBS (2).
# Exit: 0 when nothing was found.
set -u

cd "$(dirname "$0")/../.." || exit 1
build=${BUILD:-build-analyze}
make=${MAKE:-make}
bad=0

# what make was told of this run's targets and variables is not for these
unset MAKEFLAGS MAKELEVEL MAKEOVERRIDES MFLAGS CC

rm -rf "$build"
# -Wno-unused-value: of analyzer.h, where the result of error_set is not used
echo "analyze: gcc -fanalyzer"
$make -s -j "${JOBS:-2}" "BUILD=$build/gcc" CC=gcc ANALYZE=1 CFLAGS='-O2 -g -fanalyzer -Werror -Wno-unused-value' all || bad=1
echo "analyze: scan-build"
scan-build --status-bugs -o "$build/reports" \
	"$make" -s -j "${JOBS:-2}" "BUILD=$build/scan" ANALYZE=1 CFLAGS='-O0 -g -Wno-unused-value' all || bad=1
[ "$bad" = 1 ] || echo "analyze: nothing found"
exit "$bad"
