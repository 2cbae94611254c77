# Who pushed: what the one configured source says, and nothing else (hotfix.ini(5), [pusher]).
load library

# Release branches are olga's alone: whether one may be made shows who the suite thinks has pushed.
setup() {
	server
	from gitolite
	start_production
	git switch -q -c feature origin/main
	work feature
}

from() { # SOURCE
	FROM=$1 PRODUCTION=$'branch = refs/heads/main\nallow-from = refs/heads/release/*\nallow-by = release' \
		configure </dev/null
}

# The variable tells: olga passes, dave and nobody do not, and no other variable is looked at.
one_variable() { # SOURCE VARIABLE
	local other
	from "$1"
	push_with "$2=dave" -- feature:release/1
	refused allow-from "dave may not change this branch"
	push_with "$2=olga" -- feature:release/1
	accepted
	[ "$(on_server refs/heads/release/1)" = "$(git rev-parse feature)" ]
	for other in GL_USER GL_USERNAME GITEA_PUSHER_NAME REMOTE_USER; do
		[ "$other" != "$2" ] || continue
		push_with "$2=dave" "$other=olga" -- feature:release/2
		refused allow-from "dave may not change this branch"
		push_with "$other=olga" -- feature:release/2
		refused server "$2 is not set"
	done
}

@test "gitolite: GL_USER says it, and no other variable" {
	one_variable gitolite GL_USER
}

@test "gitlab: GL_USERNAME says it, and no other variable" {
	one_variable gitlab GL_USERNAME
}

@test "gitea: GITEA_PUSHER_NAME says it, and no other variable" {
	one_variable gitea GITEA_PUSHER_NAME
}

@test "http: REMOTE_USER says it, and no other variable" {
	one_variable http REMOTE_USER
}

@test "unix: the account that the hook runs as says it, and no variable" {
	from unix
	push_with GL_USER=olga GL_USERNAME=olga GITEA_PUSHER_NAME=olga REMOTE_USER=olga USER=olga LOGNAME=olga -- \
		feature:release/1
	refused allow-from "may not change this branch"
	says_not olga
	sed -i "s/^login = olga$/login = $(id -un)/" "$SERVER/hotfix.ini"
	push_with USER=dave LOGNAME=dave -- feature:release/1
	accepted
}

@test "unix is what is meant where nothing is configured" {
	from gitolite
	sed -i '/^\[pusher\]$/d; /^from = /d' "$SERVER/hotfix.ini"
	push_with GL_USER=olga -- feature:release/1
	refused allow-from
	sed -i "s/^login = olga$/login = $(id -un)/" "$SERVER/hotfix.ini"
	push_with GL_USER=dave -- feature:release/1
	accepted
}

@test "a source that is silent refuses what is governed, and says that it is the server's side" {
	push_with -- feature:hotfix/INC-7-login
	refused server "this is the server's side, not yours" "GL_USER is not set" "ops@example.com"
	push_with GL_USER=dave -- feature:hotfix/INC-7-login
	accepted
}

@test "a source that is silent refuses a landing" {
	NO_REVIEW=1 NO_QA=1 configure
	pushed_hotfix
	merge_hotfix
	push_with -- main
	refused server "GL_USER is not set"
	push_with GL_USER=olga -- main
	landed
}

@test "a source that is silent stops nothing that is not governed" {
	push_with -- feature
	accepted
	[ "$(on_server refs/heads/feature)" = "$(git rev-parse feature)" ]
	says_not "hotfix:"
}

@test "of a push of both, the governed ref is named, and nothing moves" {
	push_with -- feature feature:hotfix/INC-7-login
	refused server "refs/heads/hotfix/INC-7-login"
	says_not "refs/heads/feature server"
}

@test "an empty name is no name" {
	push_with GL_USER= -- feature:release/1
	refused server "GL_USER is not set"
}

@test "a name with a control byte is no name" {
	push_with GL_USER=$'olga\n' -- feature:release/1
	refused server "GL_USER holds no login"
	push_with GL_USER=$'\033[1molga' -- feature:release/1
	refused server "GL_USER holds no login"
}

@test "a name is compared in exactly its case" {
	push_with GL_USER=Olga -- feature:release/1
	refused allow-from "Olga may not change this branch"
}

@test "a login is not an address, and an address not a login" {
	push_with GL_USER=olga@example.com -- feature:release/1
	refused allow-from
	push_with GL_USER='<olga@example.com>' -- feature:release/1
	refused allow-from
}

@test "somebody who is no configured person may push a hotfix, and is known by their login" {
	push_with GL_USER=mallory -- feature:hotfix/INC-7-login
	accepted
	push_with GL_USER=mallory -- feature:release/1
	refused allow-from "login:mallory may not change this branch"
}

@test "the configuration never comes from the environment of the push" {
	cp "$SERVER/hotfix.ini" "$ROOT/mine.ini"
	sed -i 's/^mode = .*/mode = off/' "$ROOT/mine.ini"
	mkdir -p "$ROOT/home/.config/hotfix"
	cp "$ROOT/mine.ini" "$ROOT/home/.config/hotfix/hotfix.ini"
	cp "$ROOT/mine.ini" "$ROOT/clone/hotfix.ini"
	push_with GL_USER=dave HOME="$ROOT/home" XDG_CONFIG_HOME="$ROOT/home/.config" HOTFIX_INI="$ROOT/mine.ini" \
		HOTFIX_CONFIG="$ROOT/mine.ini" HOTFIX_MODE=off GIT_CONFIG_PARAMETERS="'hotfix.mode=off'" \
		-- feature:release/1
	refused allow-from "dave may not change this branch"
}
