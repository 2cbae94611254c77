#!/usr/bin/env bats
# Who may delete a hotfix branch (hotfix-hooks(7), THE PROCEDURE).
load library

setup() {
	server
	configure </dev/null
	start_production
}

last_event() { events | tail -n 1; }

body() { # FILTER: of the last event
	sqlite3 "$SERVER/hotfix.sqlite" "select body from event order by number desc limit 1" | jq -r "$1"
}

gone() { # the branch was deleted
	accepted
	[ -z "$(on_server refs/heads/hotfix/INC-7-login)" ]
}

@test "after it has landed anybody may, and nobody is told" {
	signed_hotfix
	land
	landed
	push_as quentin :hotfix/INC-7-login
	gone
	[ "$(last_event)" = hotfix.merged ]
}

@test "after a squash too" {
	signed_hotfix
	git fetch -q origin
	git switch -q -C main origin/main
	git merge -q --squash origin/hotfix/INC-7-login >/dev/null
	be olga
	git commit -qm 'The fix' --trailer 'Incident: INC-7'
	be dave
	push_as olga main
	landed
	push_as quentin :hotfix/INC-7-login
	gone
	[ "$(last_event)" = hotfix.merged ]
}

@test "before it has landed, who made it may, and it is told" {
	pushed_hotfix
	tip=$(on_server refs/heads/hotfix/INC-7-login)
	push_as dave :hotfix/INC-7-login
	gone
	[ "$(last_event)" = hotfix.abandoned ]
	[ "$(body '[.ref, .after, .deleted, .pusher.name] | map(tostring) | join(" ")')" = \
		"refs/heads/hotfix/INC-7-login 0000000000000000000000000000000000000000 true dave" ]
	[ "$(body '.hotfix | [.incident, .branch, .kind, .tip, .pusher] | join(" ")')" = \
		"INC-7 hotfix/INC-7-login abandonment $tip dave" ]
}

@test "nobody else may, whatever they did on it" {
	signed_hotfix
	for person in rita quentin olga eve; do
		push_as $person :hotfix/INC-7-login
		refused branch-delete "hotfix/INC-7-login at $(git rev-parse --short=10 origin/hotfix/INC-7-login) has not landed" \
			"only who made it may delete it: dave <dave@example.com>"
		says_not "role"
	done
	push_as rita +origin/main:hotfix/INC-7-login
	accepted
	push_as rita :hotfix/INC-7-login
	refused branch-delete "dave <dave@example.com>"
}

@test "work after the landing has not landed" {
	signed_hotfix
	land
	landed
	more_work again
	push_as quentin :hotfix/INC-7-login
	refused branch-delete "has not landed"
	push_as dave :hotfix/INC-7-login
	gone
	[ "$(last_event)" = hotfix.abandoned ]
}

@test "what a rollback took back is open again" {
	signed_hotfix
	land
	landed
	git fetch -q origin
	push_as olga "$(be olga && git commit-tree -p origin/main -m 'Roll back' 'origin/main~1^{tree}'):refs/heads/main"
	accepted
	push_as quentin :hotfix/INC-7-login
	refused branch-delete "has landed, and a rollback took it back: it is open again"
	push_as dave :hotfix/INC-7-login
	gone
	[ "$(last_event)" = hotfix.abandoned ]
}

@test "the delete role may" {
	HOTFIX="delete = release" configure </dev/null
	pushed_hotfix
	push_as quentin :hotfix/INC-7-login
	refused branch-delete "dave <dave@example.com>, and the role release"
	push_as olga :hotfix/INC-7-login
	gone
	[ "$(last_event)" = hotfix.abandoned ]
	[ "$(body .hotfix.pusher)" = olga ]
}

@test "made again, it is another's" {
	pushed_hotfix
	push_as dave :hotfix/INC-7-login
	gone
	push_as rita hotfix/INC-7-login:refs/heads/hotfix/INC-7-login
	accepted
	push_as dave :hotfix/INC-7-login
	refused branch-delete "rita <rita@example.com>"
	push_as rita :hotfix/INC-7-login
	gone
}

@test "where the server does not know who made it, adopting it helps" {
	pushed_hotfix
	rm "$SERVER"/hotfix.sqlite*
	push_as dave :hotfix/INC-7-login
	refused branch-delete "the server does not know who made it" "hotfixctl adopt hotfix/INC-7-login PERSON"
	"$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" adopt hotfix/INC-7-login dave
	push_as rita :hotfix/INC-7-login
	refused branch-delete "dave <dave@example.com>"
	push_as dave :hotfix/INC-7-login
	gone
}

@test "what landed before the state was lost may go, and is not told as abandoned" {
	signed_hotfix
	land
	landed
	rm "$SERVER"/hotfix.sqlite*
	push_as quentin :hotfix/INC-7-login
	gone
	[ "$(events | grep -c abandoned || :)" = 0 ]
}

@test "an empty one is its maker's too" {
	push_as dave origin/main:refs/heads/hotfix/INC-7-login
	accepted
	push_as rita :hotfix/INC-7-login
	refused branch-delete "dave <dave@example.com>"
	push_as dave :hotfix/INC-7-login
	gone
	[ "$(last_event)" = hotfix.abandoned ]
}

@test "a landing whose announcement failed has landed all the same" {
	signed_hotfix
	rm "$SERVER/hooks/post-receive"
	land
	landed
	push_as quentin :hotfix/INC-7-login
	gone
}

@test "warn says it and lets it pass, and it is told" {
	MODE=warn configure </dev/null
	pushed_hotfix
	push_as rita :hotfix/INC-7-login
	gone
	says "branch-delete"
	[ "$(last_event)" = hotfix.abandoned ]
}

@test "a branch of another form below the folder is nobody's" {
	git -C "$SERVER" update-ref refs/heads/hotfix/old refs/heads/main
	push_as rita :refs/heads/hotfix/old
	accepted
	[ "$(events | grep -c abandoned || :)" = 0 ]
}
