#!/bin/sh
# Runs a deploy command once per landing, however often its webhook arrives.
#
#	deploy-once.sh FOLDER DELIVERY EVENT COMMAND TYPE REF COMMIT REPOSITORY
#
# FOLDER is where it remembers; DELIVERY is the header webhook-id, EVENT the id in the body. Runs COMMAND TYPE REF
# COMMIT REPOSITORY, one at a time, and ends its own output with the line "deployed". What failed is not remembered:
# the sender tries again. DELIVERY is the same at every attempt; EVENT is covered by the signature, so a request that
# somebody recorded and sends again under another webhook-id is recognised too.
# Exit: 0 deployed, now or before; 2 called wrongly; otherwise that of COMMAND.
set -eu
LC_ALL=C
export LC_ALL

fail()
{
	echo "deploy-once: $1" >&2
	exit 2
}

[ $# -eq 8 ] || fail "8 arguments, not $#"
folder=$1
delivery=$2
event=$3
shift 3
for id in "$delivery" "$event"; do
	case $id in
	'' | *[![:print:]]*) fail "not an id: $id" ;;
	esac
done

if [ "$2" = ping ]; then
	echo "deployed: nothing, this was a ping"
	exit 0
fi

umask 077
mkdir -p "$folder"
exec 9>>"$folder/seen"
flock 9
if grep -Fxq -e "$delivery" -e "$event" "$folder/seen"; then
	echo "deployed before: $4"
	exit 0
fi
"$@" 9>&-
printf '%s\n%s\n' "$delivery" "$event" >&9
sync "$folder/seen" 2>/dev/null || sync
echo "deployed: $4"
