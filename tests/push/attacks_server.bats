# Attacks by what is around the hooks: what a pusher's environment brings, and files on the server that are others than
# they were. What gets around the hooks altogether is found by hotfixctl check, and told when production moved.
bats_require_minimum_version 1.5.0
load library
load attack

setup_file() { make_scene; }
setup() {
	enter_scene
	landing=$(TREE='origin/hotfix/INC-7-login^{tree}' commit_of origin/main origin/hotfix/INC-7-login)
	bad=$(git rev-parse evil)
}

# COMMIT COMMAND: a push of it to production, through the git receive-pack that COMMAND, of a shell, runs; by itself
# git push would take some variables away.
# shellcheck disable=SC2034 # refused() looks at the refs
push_through() {
	refs_before=$(git -C "$SERVER" for-each-ref) status=0
	output=$(GL_USER="${BY-dave}" timeout 100 git push --receive-pack="$2 git-receive-pack" "$SERVER" "$1:refs/heads/main" 2>&1) ||
		status=$?
	[ "$status" -ne 124 ]
	output=$(printf '%s\n' "$output" | sed 's/^remote: //; s/^remote:$//; s/ *$//')
	refs_after=$(git -C "$SERVER" for-each-ref)
}

evil_stays_out() { # WORD…, before a command
	push_through "$bad" "env $*"
	refused_somehow || { echo "for $*" >&2; return 1; }
	production_stays
}

landing_lands() { # WORD…: with these it is judged as without
	BY=olga push_through "$landing" "env $*"
	accepted
	[ "$(on_server main)" = "$landing" ]
}

check_finds() { # WORDS: a problem of hotfixctl check
	run -1 "$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" check --sshd-config /nowhere
	output=$(tr -s ' \n' ' ' <<<"$output")
	[[ "$output" == *"problem $1"* ]] || { printf '%s\n' "$output" >&2; return 1; }
}

told_as_unexpected() { # production moved past the hooks: who delivers looks at it
	"$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" deliver >/dev/null
	[ "$(events | grep -c production.unexpected)" -eq 1 ]
	[ "$(events | grep -c hotfix.merged)" -eq 1 ]
}

# --- The environment ---

# git(1), Environment Variables
@test "another repository by GIT_DIR, other objects, another quarantine" {
	git init -q --bare ../decoy.git
	git push -q ../decoy.git evil
	for word in GIT_DIR=../decoy.git GIT_OBJECT_DIRECTORY=$PWD/../decoy.git/objects \
		GIT_ALTERNATE_OBJECT_DIRECTORIES=$PWD/../decoy.git/objects GIT_QUARANTINE_PATH=$PWD/../decoy.git/objects \
		GIT_INDEX_FILE=/nowhere GIT_PREFIX=x GIT_INTERNAL_SUPER_PREFIX=x; do
		evil_stays_out "$word"
	done
	landing_lands GIT_PREFIX=x GIT_INDEX_FILE=/nowhere
}

# gitrepository-layout(5), commondir: the refs of one repository, the files of another
@test "production by GIT_COMMON_DIR, from a repository without rules" {
	real=$SERVER
	git init -q --bare ../decoy.git
	printf '[procedure]\nmode = off\n' >../decoy.git/hotfix.ini
	SERVER=$PWD/../decoy.git push_through "$bad" "env GIT_COMMON_DIR=$real"
	refused_somehow
	says "GIT_COMMON_DIR is set"
	production_stays
}

# git t6001-rev-list-graft.sh, t5537-fetch-shallow.sh, t6050-replace.sh
@test "histories that only the environment tells" {
	printf '%s\n' "$(git rev-parse evil)" >../file
	for word in GIT_SHALLOW_FILE=$PWD/../file GIT_GRAFT_FILE=$PWD/../file GIT_REPLACE_REF_BASE=refs/heads/ \
		GIT_NO_REPLACE_OBJECTS=0 GIT_NAMESPACE=x GIT_CEILING_DIRECTORIES=/; do
		push_through "$bad" "env $word"
		[ "$word" = GIT_NAMESPACE=x ] || refused_somehow
		production_stays
	done
	landing_lands GIT_GRAFT_FILE="$PWD/../file" GIT_REPLACE_REF_BASE=refs/heads/
}

# git(1), Environment Variables; ld.so(8)
@test "libraries, programs and settings of the pusher's" {
	mkdir ../evil
	for program in git ssh-keygen gpg hotfixctl sh; do
		printf '#!/bin/sh\ntouch %s/../mark\nexit 0\n' "$PWD" >../evil/$program
		chmod +x ../evil/$program
	done
	printf '[core]\n\thooksPath = /nowhere\n' >../evil/.gitconfig
	for word in LD_PRELOAD=/nowhere.so LD_LIBRARY_PATH=$PWD/../evil HOTFIX_CONFIG=/dev/null HOTFIX_MODE=off MODE=off \
		SQLITE_TMPDIR=$PWD/../evil TMPDIR=/nowhere LC_ALL=xx_YY TZ=:/dev/zero IFS=/ BASH_ENV=$PWD/../evil/sh \
		MALLOC_PERTURB_=1 GLIBC_TUNABLES=glibc.malloc.check=3 HOME=$PWD/../evil; do
		evil_stays_out "$word" GIT_CONFIG_GLOBAL=/dev/null
	done
	BY=olga push_with GL_USER=olga HOME=/nowhere TZ=Pacific/Kiritimati LC_ALL=tr_TR.UTF-8 LANGUAGE=tr -- "$landing:main"
	accepted
	[ ! -e ../mark ]
}

# setrlimit(2): what a process may do is inherited
@test "limits of the pusher's own: of memory, files, sizes, time, stack" {
	for limit in '-v 60000' '-n 12' '-f 1' '-f 100' '-t 1' '-s 64' '-d 20000'; do
		push_through "$bad" "ulimit $limit 2>/dev/null;"
		[ "$status" -ne 0 ] || { echo "for $limit" >&2; return 1; }
		production_stays || { echo "for $limit" >&2; return 1; }
	done
	for limit in '-f 1' '-f 100' '-n 12' '-d 20000'; do
		BY=olga push_through "$landing" "ulimit $limit 2>/dev/null;"
		[ "$(on_server main)" != "$landing" ] || break
	done
	push_as olga "$landing:main"
	push_as dave evil:refs/heads/hotfix/INC-10-x
	[ "$(events | grep -c unexpected)" -eq 0 ]
	[ "$(events | grep -c hotfix.merged)" -eq 2 ]
}

# signal(7): what is ignored and blocked is inherited
@test "signals that are ignored or blocked" {
	evil_stays_out --ignore-signal=CHLD,ALRM,PIPE,TERM,HUP,INT
	evil_stays_out --block-signal=CHLD,ALRM,PIPE,TERM
	landing_lands --ignore-signal=ALRM,HUP,INT --block-signal=ALRM,TERM
}

# open(2) gives out the lowest descriptor that is free
@test "standard files that are closed, full, or somebody else's" {
	for how in '2>&-' '2>/dev/full' '2</dev/null' '9<>/dev/zero 3<&9 4<&9 5<&9'; do
		status=0
		(eval "GL_USER=dave git push -q ../server.git evil:main $how") 2>/dev/null || status=$?
		[ "$status" -ne 0 ] || { echo "for $how" >&2; return 1; }
		production_stays
	done
	GL_USER=olga git push -q ../server.git "$landing:main" 2>&-
	[ "$(on_server main)" = "$landing" ]
}

@test "a pusher whose umask is open leaves no file of ours to everybody" {
	(umask 0 && GL_USER=olga git push -q ../server.git "$landing:main")
	[ "$(on_server main)" = "$landing" ]
	find "$SERVER" -maxdepth 1 -name "hotfix.[!i]*" -perm /007 | tee ../open
	[ ! -s ../open ]
	rm -f "$SERVER"/hotfix.sqlite*
	(umask 0 && GL_USER=dave git push -q ../server.git evil:hotfix/INC-10-x)
	find "$SERVER" -maxdepth 1 -name "hotfix.[!i]*" -perm /007 | tee ../open
	[ ! -s ../open ]
}

# --- What gets around the hooks ---

# git t1300-config.sh, GIT_CONFIG_COUNT
@test "core.hooksPath in the environment runs no hook: that is told, and check says who can set it" {
	push_through "$bad" "env GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.hooksPath GIT_CONFIG_VALUE_0=/nowhere"
	accepted
	told_as_unexpected
	printf 'AcceptEnv GIT_*\n' >../sshd_config
	run -1 "$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" check --sshd-config ../sshd_config
	[[ "$(tr -s ' \n' ' ' <<<"$output")" == *"problem sshd: AcceptEnv GIT_* lets clients set GIT_CONFIG_COUNT"* ]]
}

@test "core.hooksPath in the repository, in the server's files: told, and found by check" {
	git -C "$SERVER" config core.hooksPath /nowhere
	check_finds "core.hooksPath: /nowhere: Git runs no hook of this repository"
	push_as dave evil:main
	git -C "$SERVER" config --unset core.hooksPath
	told_as_unexpected
	printf '[core]\n\thooksPath = /nowhere\n' >../gitconfig
	printf '[include]\n\tpath = %s\n' "$PWD/../gitconfig" >>"$SERVER/config"
	check_finds "core.hooksPath: /nowhere"
}

# githooks(5): a hook without the bit is ignored
@test "hooks that are not executable, empty, missing, or links to nothing: found by check" {
	cp "$(realpath "$SERVER/hooks/pre-receive")" ../hook
	for hook in pre-receive update; do
		for how in 'rm -f' 'ln -sf /nowhere' 'cp /dev/null' 'cp ../hook'; do
			rm -f "$SERVER/hooks/$hook"
			$how "$SERVER/hooks/$hook" 2>/dev/null || :
			chmod -x "$SERVER/hooks/$hook" 2>/dev/null || :
			check_finds "hooks/$hook: " || { echo "for $how" >&2; return 1; }
		done
		ln -sf "$HOTFIX_PREFIX/libexec/hotfix/$hook" "$SERVER/hooks/$hook"
	done
	rm "$SERVER/hooks/pre-receive"
	evil_stays_out A=1
}

@test "without update pre-receive still stands, without pre-receive update does, and a landing needs both" {
	rm "$SERVER/hooks/update"
	evil_stays_out A=1
	ln -s "$HOTFIX_PREFIX/libexec/hotfix/update" "$SERVER/hooks/update"
	rm "$SERVER/hooks/pre-receive"
	evil_stays_out A=1
	push_as olga "$landing:main"
	[ "$status" -ne 0 ]
	says "is it installed?"
	production_stays
}

@test "a hook that somebody else can exchange: found by check" {
	mkdir -m 777 ../shared
	cp "$(realpath "$SERVER/hooks/update")" ../shared/update
	mkdir -p ../shared/libexec/hotfix
	mv ../shared/update ../shared/libexec/hotfix/
	ln -sf "$(realpath ../shared/libexec/hotfix/update)" "$SERVER/hooks/update"
	check_finds "hooks/update: others can exchange it"
	chmod 777 "$SERVER/hooks"
	check_finds "hooks/pre-receive: others can exchange it"
	chmod 755 "$SERVER/hooks"
}

# --- Files that are others than they were ---

# COMMAND…: hotfix.ini becomes what it makes; then nothing governed passes, and the rest does.
no_configuration() {
	rm -rf "$SERVER/hotfix.ini"
	"$@"
	evil_stays_out A=1
	push_as olga "$landing:main"
	refused configuration
	timeout 60 env GL_USER=dave git push -q ../server.git "evil:refs/heads/feature-$RANDOM"
}

@test "a configuration that is a FIFO, a folder, a device, a loop, or gone" {
	no_configuration mkfifo "$SERVER/hotfix.ini"
	no_configuration mkdir "$SERVER/hotfix.ini"
	no_configuration ln -s /dev/zero "$SERVER/hotfix.ini"
	no_configuration ln -s hotfix.ini "$SERVER/hotfix.ini"
	no_configuration ln -s /nowhere "$SERVER/hotfix.ini"
	no_configuration true
	check_finds ""
}

# CVE-2022-24765 (git RelNotes/2.30.3: files of others that are taken for one's own)
@test "a configuration that others may write, or that is theirs, cannot switch the rules off" {
	printf '[procedure]\nmode = off\n' >../off.ini
	for how in "cp -p ../off.ini" "ln -s $PWD/../off.ini"; do
		chmod 666 ../off.ini
		# shellcheck disable=SC2086
		no_configuration $how "$SERVER/hotfix.ini"
		chmod 666 "$SERVER/hotfix.ini"
		evil_stays_out A=1
	done
	rm "$SERVER/hotfix.ini"
	cp ../off.ini "$SERVER/hotfix.ini"
	chmod 644 "$SERVER/hotfix.ini"
	[ "$(id -u)" -ne 0 ] || chown 12345 "$SERVER/hotfix.ini"
	[ "$(id -u)" -ne 0 ] || evil_stays_out A=1
}

# COMMAND…: the state becomes what it makes; then production does not move.
no_state() {
	rm -rf "$SERVER"/hotfix.sqlite*
	"$@"
	evil_stays_out A=1
	BY=olga push_through "$landing" "timeout 60"
	refused_somehow
	rm -rf "$SERVER"/hotfix.sqlite*
}

@test "a state that is a FIFO, a folder, a device, a link to another file" {
	no_state mkfifo "$SERVER/hotfix.sqlite"
	no_state mkdir "$SERVER/hotfix.sqlite"
	no_state ln -s /dev/null "$SERVER/hotfix.sqlite"
	no_state ln -s /dev/zero "$SERVER/hotfix.sqlite"
	no_state ln -s "$PWD/../server.git/config" "$SERVER/hotfix.sqlite"
	no_state ln -s hotfix.sqlite "$SERVER/hotfix.sqlite"
	git -C "$SERVER" config receive.fsckObjects
}

@test "a state of another repository knows nothing of this one's people" {
	cp -a "$SERVER" ../other.git
	command sqlite3 ../other.git/hotfix.sqlite 'pragma wal_checkpoint(truncate)' >/dev/null
	rm -f "$SERVER"/hotfix.sqlite*
	mkdir ../elsewhere
	cp -a ../other.git ../elsewhere/server.git
	SERVER=$PWD/../elsewhere/server.git
	GL_USER=olga git push -q ../elsewhere/server.git "$landing:main" 2>../said && false
	grep -q "does not know who first pushed" <(tr -s ' \n' ' ' <../said | sed 's/remote: //g')
	[ "$(on_server main)" = "$production" ]
}

# git-worktree(1): a push into a linked work tree moves the refs of its repository
@test "a push through a linked work tree is judged by its repository" {
	git -C "$SERVER" config receive.denyCurrentBranch ignore
	git -C "$SERVER" worktree add -q --detach ../tree main
	git -C "$SERVER" symbolic-ref refs/heads/alias refs/heads/main
	git -C ../tree symbolic-ref refs/worktree/alias refs/heads/main
	real=$SERVER
	for ref in refs/heads/main refs/heads/alias refs/worktree/alias; do
		SERVER=$real/../tree raw_push dave update "$production" "$(git rev-parse evil)" "$ref" objects "${evil[@]}" --
		refused_somehow || { echo "for $ref" >&2; return 1; }
		says_not "could not judge"
	done
	SERVER=$real/../tree raw_push olga update "$production" "$landing" refs/heads/main objects "$landing" --
	accepted
	[ "$(on_server main)" = "$landing" ]
	[ "$(events | tail -1)" = hotfix.merged ]
}
