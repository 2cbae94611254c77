# For tests of hotfixctl deliver --watch. Loaded behind library and receiver.
# shellcheck shell=bash disable=SC2154 # for bats; variables of library.bash and receiver.bash

service_setup() {
	mkdir "$BATS_TEST_TMPDIR/srv"
	receiver_setup "$BATS_TEST_TMPDIR/srv/shop.git"
	SRV=$ROOT/srv
}

service_teardown() {
	for service in ${services-}; do kill -9 "$service" 2>/dev/null || :; done
	receiver_teardown
}

start_service() { # ARGUMENT…: of hotfixctl; $service is its process id, $ROOT/complaints what it says
	"$HOTFIXCTL" "$@" 3>&- >"$ROOT/result" 2>>"$ROOT/complaints" &
	service=$!
	services="${services-} $service"
	await lock_is_held
}

serve_all() {
	start_service deliver --watch --all "$SRV"
}

stop_service() { # [PROCESS]: on TERM it ends with 0, in less than two seconds
	local begin took ended=0
	begin=$(date +%s%N)
	kill -TERM "${1-$service}"
	wait "${1-$service}" || ended=$?
	took=$((($(date +%s%N) - begin) / 1000000))
	echo "exit $ended after $took ms"
	[ "$ended" -eq 0 ] && [ "$took" -lt 2000 ]
}

in_repository() { # NAME: the helpers now mean $SRV/NAME.git, made with the same configuration when it is not there
	local configuration=$SERVER/hotfix.ini
	if [ ! -e "$SRV/$1.git" ]; then
		mkdir "$ROOT/$1"
		cp "$configuration" "$ROOT/$1/hotfix.ini"
		git init -q --bare -b main "$ROOT/$1/bare.git"
		ln -s "$HOTFIX_PREFIX/libexec/hotfix/"{pre-receive,update,post-receive} "$ROOT/$1/bare.git/hooks/"
		mv "$ROOT/$1/hotfix.ini" "$ROOT/$1/bare.git/"
		mv "$ROOT/$1/bare.git" "$SRV/$1.git"
		git init -q -b main "$ROOT/$1/clone"
		git -C "$ROOT/$1/clone" remote add origin "$SRV/$1.git"
	fi
	SERVER=$SRV/$1.git
	CLONE=$ROOT/$1/clone
	cd "$CLONE" || return
}

no_lock() {
	! lock_is_held
}

detached() { # how many detached deliverers there are of repositories below $SRV
	pgrep -fc "hotfixctl deliver --detached $SRV/" || :
}
