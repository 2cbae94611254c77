# What every test of a real push needs: a bare repository with the suite's hooks, people who clone and push, and
# assertions about the exit, the message and the refs afterwards. Loaded by `load library`.
#
#	setup() { server; configure; start_production; }
#	@test "…" { branch hotfix/INC-7-login; work fix; push_as dave hotfix/INC-7-login; accepted; }
#
# The pusher is told by GL_USER ([pusher] from = gitolite), so that a test can be several people.

server() { # [BARE-REPOSITORY]: makes $SERVER and a clone, $CLONE, and goes there
	[ -n "${HOTFIX_PREFIX-}" ] || { echo "run me by make test" >&2; return 1; }
	ROOT=$BATS_TEST_TMPDIR
	chmod go-w "$ROOT"
	SERVER=${1-$ROOT/server.git}
	CLONE=$ROOT/clone
	export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C.UTF-8
	git init -q --bare -b main "$SERVER"
	git -C "$SERVER" config receive.fsckObjects true
	git -C "$SERVER" config receive.advertisePushOptions true
	for hook in pre-receive update post-receive; do
		ln -s "$HOTFIX_PREFIX/libexec/hotfix/$hook" "$SERVER/hooks/$hook"
	done
	git init -q -b main "$CLONE"
	git -C "$CLONE" remote add origin "$SERVER"
	be dave
	cd "$CLONE" || return 1
}

be() { # PERSON [ADDRESS]: whose name and address commits get
	export GIT_AUTHOR_NAME=$1 GIT_AUTHOR_EMAIL=${2-$1@example.com}
	export GIT_COMMITTER_NAME=$1 GIT_COMMITTER_EMAIL=${2-$1@example.com}
}

# Writes hotfix.ini: the common part with what standard input adds. Sections on standard input replace nothing: name
# what differs by NO_REVIEW=1, NO_QA=1, NO_ROLLBACK=1, PRODUCTION="branch = …", HOTFIX="key = …", PROCEDURE, REVIEW and
# QA lines, FROM (the source of the pusher), QA_BINDS, REVIEWERS and TESTERS (members of the roles), and
# OTHER_ADDRESS="PERSON ADDRESS".
configure() {
	{
		cat <<-INI
			[procedure]
			mode = ${MODE-enforce}
			guide = https://wiki.example.com/hotfix
			contact = ops@example.com
			${PROCEDURE-}
			[pusher]
			from = ${FROM-gitolite}
			[production]
			${PRODUCTION-branch = refs/heads/main}
			[hotfix]
			${HOTFIX-not-from = refs/heads/develop}
		INI
		for person in dave rita quentin olga paul; do
			printf '[person "%s"]\nemail = %s@example.com\nlogin = %s\n' $person $person $person
			case "${OTHER_ADDRESS-}" in "$person "*) printf 'email = %s\n' "${OTHER_ADDRESS#* }" ;; esac
		done
		cat <<-INI
			[role "reviewer"]
			member = ${REVIEWERS-rita, paul, dave}
			[role "qa"]
			member = ${TESTERS-quentin, rita}
			[role "release"]
			member = olga
		INI
		[ -n "${NO_REVIEW-}" ] || printf '[signoff "review"]\ntrailer = Reviewed-by\nrole = reviewer\n%s\n' "${REVIEW-}"
		[ -n "${NO_QA-}" ] || printf '[signoff "qa"]\ntrailer = Tested-by\nrole = qa\nbinds = %s\n%s\n' \
			"${QA_BINDS-commit}" "${QA-}"
		[ -n "${NO_ROLLBACK-}" ] || printf '[rollback]\nrole = release\ndepth = %s\n' "${DEPTH-20}"
		[ -t 0 ] || cat
	} >"$SERVER/hotfix.ini" </dev/stdin
	chmod 644 "$SERVER/hotfix.ini"
}

start_production() { # [BRANCH]: the first commit of production, pushed while no ref exists
	printf 'one\n' >file
	printf 'base\n' >other
	git add .
	git commit -qm 'first'
	push_as dave "HEAD:refs/heads/${1-main}"
	[ "$status" -eq 0 ] || { echo "$output" >&2; return 1; }
	git fetch -q origin
}

branch() { # NAME [START]: a new local branch, by default from production
	git switch -q -c "$1" "${2-origin/main}"
}

work() { # WORD [FILE]: one commit that adds a line
	printf '%s\n' "$1" >>"${2-file}"
	git add "${2-file}"
	git commit -qm "$1"
}

# PERSON KIND [BRANCH]: PERSON adds a sign-off commit to what is on the server and pushes it. KIND is Reviewed-by or
# Tested-by. More trailers: EXTRA="Key: value".
sign() {
	local here
	here=$(git rev-parse --abbrev-ref HEAD)
	be "$1"
	git fetch -q origin
	git switch -q --detach "origin/${3-hotfix/INC-7-login}"
	git commit -q --allow-empty -m "$2" --trailer "$2: $1 <$1@example.com>" ${EXTRA:+--trailer "$EXTRA"}
	push_as "$1" "HEAD:refs/heads/${3-hotfix/INC-7-login}"
	be dave
	git switch -q "$here"
	git fetch -q origin
}

sign_with() { # PERSON TRAILER…: PERSON pushes a sign-off commit with these trailers to hotfix/INC-7-login
	local here person=$1
	shift
	here=$(git rev-parse --abbrev-ref HEAD)
	be "$person"
	git fetch -q origin
	git switch -q --detach origin/hotfix/INC-7-login
	git commit -q --allow-empty -m 'Sign off' -m "$(printf '%s\n' "$@")"
	push_as "$person" HEAD:refs/heads/hotfix/INC-7-login
	be dave
	git switch -q "$here"
	git fetch -q origin
}

pushed_hotfix() { # [NAME]: a hotfix of dave's with one commit
	branch "hotfix/${1-INC-7-login}"
	work "fix ${1-INC-7-login}"
	push_as dave "hotfix/${1-INC-7-login}"
	accepted
	git fetch -q origin
}

on_hotfix() { # the local hotfix/INC-7-login, as it is on the server
	git fetch -q origin
	git switch -q --no-track -C hotfix/INC-7-login origin/hotfix/INC-7-login
}

more_work() { # WORD [FILE]: dave pushes another commit to hotfix/INC-7-login
	on_hotfix
	work "$@"
	push_as dave hotfix/INC-7-login
	accepted
}

# A hotfix that is pushed and signed by rita and quentin: INC-7-login unless another NAME is given.
signed_hotfix() { # [NAME]
	branch "hotfix/${1-INC-7-login}"
	work "fix ${1-INC-7-login}"
	push_as dave "hotfix/${1-INC-7-login}"
	sign rita Reviewed-by "hotfix/${1-INC-7-login}"
	sign quentin Tested-by "hotfix/${1-INC-7-login}"
}

merge_hotfix() { # [NAME]: makes the landing merge locally, on main
	git fetch -q origin
	git switch -q -C main origin/main
	git merge -q --no-ff -m "Merge ${1-INC-7-login}" "origin/hotfix/${1-INC-7-login}"
}

land() { # [NAME]: olga, who has done none of the work, merges the hotfix and pushes
	be olga
	merge_hotfix "$@"
	be dave
	push_as olga main
}

landed() { # the last push passed, and production is what was pushed
	accepted || return 1
	[ "$(on_server refs/heads/main)" = "$(git rev-parse main)" ] || { echo "main did not move" >&2; return 1; }
}

push_as() { # PERSON ARGUMENT…: git push, into $status and $output (without "remote: " and its trailing blanks)
	local person=$1
	shift
	refs_before=$(git -C "$SERVER" for-each-ref)
	status=0
	output=$(GL_USER=$person git push origin "$@" 2>&1) || status=$?
	output=$(printf '%s\n' "$output" | sed 's/^remote: //; s/^remote:$//; s/ *$//')
	refs_after=$(git -C "$SERVER" for-each-ref)
}

push_with() { # VARIABLE=VALUE… -- ARGUMENT… of git push: with these variables, and no other that says who pushes
	local variables=()
	while [ "$1" != -- ]; do
		variables+=("$1")
		shift
	done
	shift
	refs_before=$(git -C "$SERVER" for-each-ref)
	status=0
	output=$(env -u GL_USER -u GL_USERNAME -u GITEA_PUSHER_NAME -u REMOTE_USER "${variables[@]}" \
		git push origin "$@" 2>&1) || status=$?
	output=$(printf '%s\n' "$output" | sed 's/^remote: //; s/^remote:$//; s/ *$//')
	refs_after=$(git -C "$SERVER" for-each-ref)
}

pre_receive() { # OLD NEW REF: asks the hook itself, as dave, for what git would not push
	refs_before=$(git -C "$SERVER" for-each-ref)
	status=0
	output=$(cd "$SERVER" && printf '%s %s %s\n' "$@" | GIT_DIR=. GL_USER=dave hooks/pre-receive 2>&1) || status=$?
	refs_after=$(git -C "$SERVER" for-each-ref)
}

accepted() { # the last push passed
	[ "$status" -eq 0 ] || { printf 'expected the push to pass:\n%s\n' "$output" >&2; return 1; }
}

refused() { # RULE [WORDS…]: the last push was refused by that rule, with these words, and no ref moved
	[ "$status" -ne 0 ] || { printf 'expected a refusal:\n%s\n' "$output" >&2; return 1; }
	[ "$refs_before" = "$refs_after" ] || { echo "a ref moved all the same" >&2; return 1; }
	printf '%s\n' "$output" | grep -Eq "^    $1( |\$)" || { printf 'rule %s is not named:\n%s\n' "$1" "$output" >&2; return 1; }
	shift
	says "$@"
}

says() { # WORDS…: each is in the message, however its lines are broken
	local text word
	text=$(printf '%s\n' "$output" | tr -s ' \n' ' ')
	for word in "$@"; do
		case $text in
		*"$word"*) ;;
		*) printf 'the message does not say "%s":\n%s\n' "$word" "$output" >&2; return 1 ;;
		esac
	done
}

says_not() { # WORDS…: none is in the message
	local word
	for word; do
		! says "$word" 2>/dev/null || { printf 'the message says "%s":\n%s\n' "$word" "$output" >&2; return 1; }
	done
}

on_server() { # REF: its id, or nothing
	git -C "$SERVER" rev-parse -q --verify "$1" 2>/dev/null || :
}

announced() { # waits for what pushes to hotfix branches left behind
	[ ! -e "$SERVER/hotfix.announce.lock" ] || flock -w 60 "$SERVER/hotfix.announce.lock" true
}

# A push may have left a process behind that announces it, and a deliverer may still be at the state: wait for them.
sqlite3() {
	announced
	command sqlite3 -cmd '.timeout 10000' "$@"
}

lock_state() { # as another program that is at the state, until unlock_state
	announced
	mkfifo "$ROOT/locker"
	command sqlite3 -cmd '.timeout 10000' "$SERVER/hotfix.sqlite" <"$ROOT/locker" >"$ROOT/locked" 2>&1 3>&- &
	locker=$!
	exec 7>"$ROOT/locker"
	printf 'begin exclusive;\nselect 1;\n' >&7
	for _ in $(seq 300); do
		[ ! -s "$ROOT/locked" ] || break
		sleep 0.1
	done
	[ "$(cat "$ROOT/locked")" = 1 ]
}

unlock_state() {
	exec 7>&-
	wait "$locker"
}

events() { # types of all events, oldest first, one a line (sqlite3 reads the outbox)
	sqlite3 "$SERVER/hotfix.sqlite" 'select type from event order by rowid'
}
