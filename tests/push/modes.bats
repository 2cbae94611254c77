# mode and warn: what is refused, what is only said, and what is announced of it (hotfix.ini(5), [procedure]).
load library

setup() {
	server
	configure
	start_production
}

mode() { # MODE
	MODE=$1 configure
}

warn_about() { # RULES
	PROCEDURE="warn = $1" configure
}

last_event() {
	events | tail -n 1
}

direct_commit() { # on production, of no hotfix branch
	git fetch -q origin
	git switch -q -C main origin/main
	work direct
}

main_moved() {
	accepted || return 1
	[ "$(on_server refs/heads/main)" = "$(git rev-parse main)" ] || { echo "main did not move" >&2; return 1; }
}

@test "enforce: what is not met is refused, what is met passes" {
	mode enforce
	pushed_hotfix
	land
	refused signoff-review "refused, nothing has changed on the server"
	sign rita Reviewed-by
	sign quentin Tested-by
	land
	landed
}

@test "enforce is what is meant where no mode is configured" {
	sed -i '/^mode = /d' "$SERVER/hotfix.ini"
	pushed_hotfix
	land
	refused signoff-review
}

@test "warn: a landing without sign-offs passes, and all is said that a refusal says" {
	pushed_hotfix
	land
	refused signoff-review
	expected=$(printf '%s\n' "$output" | sed -n '/refs\/heads\/main/,/contact/p')
	mode warn
	push_as olga main
	main_moved
	says "accepted, but it would be refused (mode = warn)"
	[ "$(printf '%s\n' "$output" | sed -n '/refs\/heads\/main/,/contact/p')" = "$expected" ]
}

@test "warn: a landing that has a shape is announced as what it is" {
	mode warn
	pushed_hotfix
	land
	main_moved
	says "signoff-review" "merge on main: hotfix/INC-7-login"
	[ "$(last_event)" = hotfix.merged ]
}

@test "warn: a change of production that has no shape passes, and is announced as unexpected" {
	mode warn
	direct_commit
	push_as dave main
	main_moved
	says "landing" "is on no hotfix branch on the server"
	[ "$(last_event)" = production.unexpected ]
}

@test "warn: a rewind passes, and is announced as unexpected" {
	mode warn
	pushed_hotfix
	land
	git switch -q -C main main~1
	push_as dave +main
	main_moved
	says "production never goes back"
	[ "$(last_event)" = production.unexpected ]
}

@test "warn: bad names and bad branches pass with what would stop them" {
	mode warn
	git switch -q -c feature origin/main
	work feature
	push_as dave feature:refs/heads/Main feature:hotfix/login
	accepted
	says "ref-name" "branch-name"
	[ -n "$(on_server refs/heads/Main)" ]
	[ -n "$(on_server refs/heads/hotfix/login)" ]
}

@test "warn: a fault of the server refuses nothing either, and is said" {
	mode warn
	git switch -q -c hotfix/INC-7-login origin/main
	work fix
	push_as '' hotfix/INC-7-login
	accepted
	says "server" "GL_USER is not set"
	[ "$(on_server refs/heads/hotfix/INC-7-login)" = "$(git rev-parse HEAD)" ]
}

@test "warn: a state that cannot be written refuses nothing either, and is said" {
	mode warn
	pushed_hotfix
	rm "$SERVER"/hotfix.sqlite*
	echo "no database at all, and longer than a header of one would be: ................................" \
		>"$SERVER/hotfix.sqlite"
	land
	main_moved
	says "server" "hotfix.sqlite"
}

@test "warn: what meets every rule passes without a warning" {
	mode warn
	signed_hotfix
	says_not "would be refused"
	land
	landed
	says_not "would be refused"
}

@test "off: silence" {
	mode off
	rm -f "$SERVER"/hotfix.sqlite*
	direct_commit
	push_as dave main main:refs/heads/Main main:hotfix/x
	main_moved
	says_not hotfix: landing ref-name
	[ ! -e "$SERVER/hotfix.sqlite" ]
}

@test "off: what happened meanwhile is an alarm once the mode is back" {
	mode off
	direct_commit
	push_as dave main
	main_moved
	mode enforce
	"$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" deliver
	[ "$(last_event)" = production.unexpected ]
}

@test "off: what happened meanwhile is an alarm before the next landing is announced" {
	mode off
	direct_commit
	push_as dave main
	main_moved
	git fetch -q origin
	mode enforce
	signed_hotfix
	land
	landed
	[ "$(events | grep -E 'production|merged' | tail -n 2 | tr '\n' ' ')" = "production.unexpected hotfix.merged " ]
}

@test "warn = signoff-*: a landing without sign-offs passes with warnings" {
	warn_about 'signoff-*'
	pushed_hotfix
	land
	main_moved
	says "accepted, with warnings" "signoff-review missing 1 of 1" "signoff-qa missing 1 of 1"
	[ "$(last_event)" = hotfix.merged ]
}

@test "warn = signoff-*: everything else is refused as ever" {
	warn_about 'signoff-*'
	direct_commit
	push_as dave main
	refused landing "is on no hotfix branch"
	push_as dave origin/main:refs/heads/Main
	refused ref-name
}

@test "warn = signoff-qa: the other sign-off is still needed" {
	warn_about signoff-qa
	pushed_hotfix
	land
	refused signoff-review
	sign rita Reviewed-by
	land
	main_moved
	says "accepted, with warnings" "signoff-qa"
	says_not signoff-review
}

@test "warn: several rules, in a list and by a pattern" {
	HOTFIX='max-commits = 1' PROCEDURE='warn = size, not-*' configure
	pushed_hotfix
	more_work more
	says "accepted, with warnings" "size 2 commits"
	work third
	git commit -q --amend -m third -m "Incident: INC-9"
	push_as dave hotfix/INC-7-login
	refused incident
}

@test "warn: a rule that warns does not take a refusal with it" {
	HOTFIX='max-commits = 1' PROCEDURE='warn = size' configure
	branch hotfix/INC-7-login
	work one
	work two
	git commit -q --amend -m two -m "Incident: INC-9"
	push_as dave hotfix/INC-7-login
	refused incident
	says "size"
}

@test "warn = server: a fault warns only where its rule does" {
	warn_about server
	git switch -q -c hotfix/INC-7-login origin/main
	work fix
	push_as '' hotfix/INC-7-login
	accepted
	says "GL_USER is not set"
	warn_about size
	work more
	push_as '' hotfix/INC-7-login
	refused server "GL_USER is not set"
}
