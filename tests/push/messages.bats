# The messages, byte for byte, as a person sees them behind "remote: ". Each is a file in tests/push/messages. After a
# change of words: HOTFIX_WRITE_MESSAGES=1 make test T=messages.bats, then read the difference as a reviewer would.
load library

setup() {
	export GIT_AUTHOR_DATE='2026-01-05T10:00:00Z' GIT_COMMITTER_DATE='2026-01-05T10:00:00Z'
	server
	plain
	start_production
}

plain() { # the common configuration, without a clock
	HOTFIX=$'not-from = refs/heads/develop\ndeadline = none' configure </dev/null
}

push() { # PERSON ARGUMENT…: what the hooks say, without the blanks that git puts behind each line, into $said
	local person=$1
	shift
	refs_before=$(git -C "$SERVER" for-each-ref)
	status=0
	GL_USER=$person git push origin "$@" 2>"$ROOT/all" >&2 || status=$?
	refs_after=$(git -C "$SERVER" for-each-ref)
	sed -n 's/^remote: \{0,1\}//p' "$ROOT/all" | sed "s/        \$//; s,$ROOT,/srv,g" >"$ROOT/said"
	output=$(cat "$ROOT/said")
}

shown() { # NAME: what was said is in messages/NAME.txt, and every message is fit to be read
	local expected=$BATS_TEST_DIRNAME/messages/$1.txt
	[ -z "${HOTFIX_WRITE_MESSAGES-}" ] || cp "$ROOT/said" "$expected"
	diff -u "$expected" "$ROOT/said" || return 1
	fit_to_be_read
}

# 80 columns with "remote: " in front, but for commands, which are not broken; no colour, no control bytes, UTF-8, and
# no blanks at the end.
fit_to_be_read() {
	local long
	long=$(grep -v '^    [a-z]* .*\(git\|--\|hotfixctl\|chmod\)\|^    git ' "$ROOT/said" | grep -E '^.{73,}' || :)
	[ -z "$long" ] || { printf 'longer than 80 columns:\n%s\n' "$long" >&2; return 1; }
	! LC_ALL=C grep -q '[[:cntrl:]]' "$ROOT/said" || { echo "a control byte" >&2; return 1; }
	iconv -f UTF-8 -t UTF-8 "$ROOT/said" >"$ROOT/utf8" || return 1
	! grep -q ' $' "$ROOT/said" || { echo "blanks at the end of a line" >&2; return 1; }
}

not_moved() {
	[ "$status" -ne 0 ] && [ "$refs_before" = "$refs_after" ]
}

moved() { # REF [COMMIT]
	[ "$status" -eq 0 ] && [ "$(on_server "$1")" = "$(git rev-parse "${2-HEAD}")" ]
}

# --- Refusals ---

@test "a landing without sign-offs" {
	pushed_hotfix
	be olga
	merge_hotfix
	push olga main
	not_moved
	shown refused-unsigned
}

@test "a landing whose sign-offs are stale" {
	signed_hotfix
	more_work more
	be olga
	merge_hotfix
	push olga main
	not_moved
	shown refused-stale
}

@test "a landing that was reviewed by who wrote it, and by somebody outside the role" {
	pushed_hotfix
	sign dave Reviewed-by
	sign quentin Reviewed-by
	sign quentin Tested-by
	be olga
	merge_hotfix
	push olga main
	not_moved
	shown refused-own-work
}

@test "a landing of which the server does not know who did the work" {
	pushed_hotfix
	rm "$SERVER"/hotfix.sqlite*
	sign rita Reviewed-by
	sign quentin Tested-by
	be olga
	merge_hotfix
	push olga main
	not_moved
	shown refused-unknown-pusher
}

@test "a commit of its own on production" {
	git switch -q -C main origin/main
	work direct
	push dave main
	not_moved
	shown refused-direct
}

@test "a branch that is behind production" {
	signed_hotfix INC-8-other
	git switch -q -C hotfix/INC-7-login origin/main
	work fix other
	push_as dave hotfix/INC-7-login
	be olga
	merge_hotfix INC-8-other
	push_as olga main
	merge_hotfix
	push olga main
	not_moved
	shown refused-behind
}

@test "a rewind of production" {
	signed_hotfix
	be olga
	merge_hotfix
	push_as olga main
	push olga +main~1:main
	not_moved
	shown refused-rewind
}

@test "an evil merge" {
	signed_hotfix
	be olga
	merge_hotfix
	echo evil >>other
	git commit -q -a --amend --no-edit
	push olga main
	not_moved
	shown refused-evil-merge
}

@test "a squash that does not say its incident" {
	signed_hotfix
	git switch -q -C main origin/main
	git merge -q --squash origin/hotfix/INC-7-login >/dev/null
	git commit -q -m "Fix login"
	push olga main
	not_moved
	shown refused-squash
}

@test "production that is deleted" {
	push olga :main
	not_moved
	shown refused-deletion
}

@test "a rollback by somebody who may not" {
	signed_hotfix
	be olga
	merge_hotfix
	push_as olga main
	push dave "$(git commit-tree -p main -m 'Roll back' 'main~1^{tree}'):refs/heads/main"
	not_moved
	shown refused-rollback
}

@test "a name that is close to a hotfix's, and one without an incident" {
	branch hotfix/INC-7-login
	work fix
	push dave HEAD:refs/heads/Hotfix/inc-7-login HEAD:refs/heads/hotfix/login
	not_moved
	shown refused-names
}

@test "a name that stands for production" {
	push dave origin/main:refs/tags/main
	not_moved
	shown refused-reserved-name
}

@test "a branch from develop, too long, that names another incident" {
	HOTFIX=$'not-from = refs/heads/develop\ndeadline = none\nmax-commits = 1' configure </dev/null
	git switch -q -c develop origin/main
	work feature other
	push_as dave develop
	branch hotfix/INC-7-login develop
	work fix
	git commit -q --amend -m fix -m "Incident: INC-9"
	push dave hotfix/INC-7-login
	not_moved
	shown refused-several-rules
}

@test "an orphan" {
	git switch -q --orphan hotfix/INC-7-login
	work elsewhere file
	push dave hotfix/INC-7-login
	not_moved
	shown refused-orphan
}

@test "bytes that a terminal would obey are escaped" {
	branch hotfix/INC-7-login
	work fix
	commit=$({ git cat-file commit HEAD | sed '/^$/q'; printf 'fix\n\nIncident: INC-9\033[2J\377\302\233\n'; } |
		git hash-object -t commit -w --stdin)
	push dave "$commit:refs/heads/hotfix/INC-7-login"
	not_moved
	shown refused-escaped
}

@test "a refusal without a guide and a contact" {
	sed -i '/^guide = /d; /^contact = /d' "$SERVER/hotfix.ini"
	push dave origin/main:refs/tags/main
	not_moved
	shown refused-bare
}

# --- Faults ---

@test "the configuration is broken" {
	sed -i 's/^guide = /giude = /' "$SERVER/hotfix.ini"
	push dave origin/main:refs/heads/hotfix/INC-7-login
	not_moved
	shown fault-configuration
}

@test "the configuration is broken, and the push is none of its business" {
	sed -i 's/^guide = /giude = /' "$SERVER/hotfix.ini"
	push dave origin/main:refs/heads/feature
	moved refs/heads/feature origin/main
	shown fault-configuration-warning
}

@test "there is no configuration" {
	rm "$SERVER/hotfix.ini"
	push dave origin/main:refs/heads/hotfix/INC-7-login
	not_moved
	shown fault-no-configuration
}

@test "the transport does not say who pushed" {
	push '' origin/main:refs/heads/hotfix/INC-7-login
	not_moved
	shown fault-pusher
}

# --- Warnings ---

@test "a landing without sign-offs in warn mode" {
	MODE=warn plain
	pushed_hotfix
	be olga
	merge_hotfix
	push olga main
	moved refs/heads/main
	shown warned-mode
}

@test "a rule that only warns" {
	PROCEDURE='warn = size' HOTFIX=$'deadline = none\nmax-commits = 1' configure </dev/null
	branch hotfix/INC-7-login
	work one
	work two
	push dave hotfix/INC-7-login
	moved refs/heads/hotfix/INC-7-login
	shown warned-rule
}

# --- The checklist ---

@test "checklist: fresh" {
	branch hotfix/INC-7-login
	work fix
	push dave hotfix/INC-7-login
	moved refs/heads/hotfix/INC-7-login
	shown checklist-fresh
}

@test "checklist: partly signed" {
	pushed_hotfix
	be rita
	git commit -q --allow-empty -m review --trailer "Reviewed-by: rita <rita@example.com>"
	push rita hotfix/INC-7-login
	moved refs/heads/hotfix/INC-7-login
	shown checklist-partly
}

@test "checklist: ready" {
	pushed_hotfix
	be rita
	git commit -q --allow-empty -m review -m "Reviewed-by: rita <rita@example.com>
Tested-by: quentin <quentin@example.com>"
	push rita hotfix/INC-7-login
	moved refs/heads/hotfix/INC-7-login
	shown checklist-ready
}

@test "checklist: stale" {
	signed_hotfix
	on_hotfix
	work more other
	push dave hotfix/INC-7-login
	moved refs/heads/hotfix/INC-7-login
	shown checklist-stale
}

@test "checklist: sign-offs that the push took off" {
	signed_hotfix
	git switch -q hotfix/INC-7-login
	git commit -q --amend -m "better words"
	push dave +hotfix/INC-7-login
	moved refs/heads/hotfix/INC-7-login
	shown checklist-rewound
}

@test "checklist: behind production" {
	signed_hotfix INC-8-other
	be olga
	merge_hotfix INC-8-other
	push_as olga main
	be dave
	branch hotfix/INC-7-login origin/main~1
	work fix other
	push dave hotfix/INC-7-login
	moved refs/heads/hotfix/INC-7-login
	shown checklist-behind
}

@test "checklist: with triage, and the clock running out" {
	printf '[signoff "triage"]\ntrailer = Triaged-by\nrole = release\n' | HOTFIX='deadline = 1h' configure
	pushed_hotfix
	sqlite3 "$SERVER/hotfix.sqlite" 'update push set time = time - 10800'
	git switch -q hotfix/INC-7-login
	be olga
	git commit -q --allow-empty -m triage -m "Triaged-by: Olga <olga@example.com>
Severity: high"
	push olga hotfix/INC-7-login
	moved refs/heads/hotfix/INC-7-login
	sed -i 's/\([0-9]h\) 0m over/\1 over/; s/[0-9]*h [0-9]*m over/2h over/' "$ROOT/said"
	shown checklist-triage
}

@test "checklist: nothing is asked for" {
	NO_REVIEW=1 NO_QA=1 plain
	branch hotfix/INC-7-login
	work fix
	push dave hotfix/INC-7-login
	moved refs/heads/hotfix/INC-7-login
	shown checklist-nothing-asked
}

# --- What lands ---

@test "a landing, and a rollback" {
	signed_hotfix
	be olga
	merge_hotfix
	push olga main
	moved refs/heads/main
	shown landed-merge
	rollback=$(git commit-tree -p main -m 'Roll back' 'main~1^{tree}')
	push olga "$rollback:refs/heads/main"
	moved refs/heads/main "$rollback"
	shown landed-rollback
}

@test "an ordinary landing" {
	PRODUCTION=$'branch = refs/heads/main\nallow-from = refs/heads/release/*\nallow-by = release' plain
	branch release/1
	work feature
	push_as olga release/1
	push olga release/1:main
	moved refs/heads/main
	shown landed-ordinary
}

@test "a push of what is not governed says nothing" {
	branch feature
	work feature
	push dave feature
	moved refs/heads/feature
	[ ! -s "$ROOT/said" ]
}
