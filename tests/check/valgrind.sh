#!/bin/sh
# The programs of the suite under valgrind's memcheck: valgrind.sh wrap PREFIX FOLDER, valgrind.sh unit FOLDER PROGRAM,
# valgrind.sh reports FOLDER. For tests/run; `make valgrind` builds for it.
#
# wrap puts a script in the place of each program that is installed below PREFIX, which runs it, from FOLDER/real, under
# valgrind; what it starts is left alone, unless it is wrapped too. unit runs a unit program. Each process leaves a report in
# FOLDER; reports prints those with an error or a block that is definitely lost, and how many there were.
# Exit: that of the program, 99 where valgrind found something; of reports, 0 when none has found anything.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
options="--quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite \
--num-callers=30 --trace-children=no --child-silent-after-fork=no --max-stackframe=16000000 \
--suppressions=$top/tests/check/valgrind.supp"

# A hook looks for a hook that it goes before beside itself: then it is run by a name that is there.
wrapper() { # PROGRAM FOLDER
	cat <<-END
		#!/bin/sh
		program=$1
		if [ -e "\$0.chained" ]; then
			place=\$(/usr/bin/mktemp -d $2/place.XXXXXX)
			/bin/ln -s "$1" "\$place/\${0##*/}"
			/bin/ln -s "\$(/usr/bin/realpath "\$0.chained")" "\$place/\${0##*/}.chained"
			program=\$place/\${0##*/}
		fi
		exec /usr/bin/valgrind --log-file=$2/report.%p $options "\$program" "\$@"
	END
}

wrap() { # PREFIX FOLDER
	real=$2/real
	mkdir -p "$real/libexec/hotfix" "$real/bin/real"
	for hook in "$1"/libexec/hotfix/*; do
		mv "$hook" "$real/libexec/hotfix/"
		wrapper "$real/libexec/hotfix/${hook##*/}" "$2" >"$hook"
		chmod 755 "$hook"
	done
	mv "$1/bin/hotfixctl" "$real/bin/real/"
	wrapper "$real/bin/real/hotfixctl" "$2" >"$1/bin/hotfixctl"
	chmod 755 "$1/bin/hotfixctl"
	cp "$1/bin/hotfixctl" "$real/bin/" # where the hooks look for it
}

reports() { # FOLDER
	found=0
	count=0
	for report in "$1"/report.*; do
		[ -e "$report" ] || continue
		count=$((count + 1))
		grep -q '^==[0-9]*== [^W ]' "$report" || continue
		found=$((found + 1))
		cat "$report"
	done
	echo "valgrind: $count processes, $found of them with an error or a leak"
	[ "$found" -eq 0 ]
}

unit() { # FOLDER PROGRAM
	# shellcheck disable=SC2086 # words
	exec valgrind --log-file="$1/report.%p" $options "$2"
}

case ${1-} in
wrap) wrap "$2" "$3" ;;
unit) unit "$2" "$3" ;;
reports) reports "$2" ;;
*)
	echo "usage: valgrind.sh wrap PREFIX FOLDER | unit FOLDER PROGRAM | reports FOLDER" >&2
	exit 2
	;;
esac
