# Names: what stands for production, what is close to a hotfix, and what is nobody's business.
load library

setup() {
	server
	configure
	start_production
}

refuse_names() { # NAME…: each full ref name is refused by the rule ref-name
	local name
	for name; do
		push_as dave "origin/main:$name"
		refused ref-name "this name is not for pushes" || { echo "for $name" >&2; return 1; }
	done
}

@test "refs/<production> is refused" {
	refuse_names refs/main
}

@test "a tag named as production is refused" {
	refuse_names refs/tags/main
}

@test "names that git could take for production are refused" {
	refuse_names refs/heads/heads/main refs/tags/heads/main refs/heads/refs/heads/main
}

@test "look-alikes of production by case are refused" {
	refuse_names refs/heads/Main refs/heads/MAIN refs/tags/MAIN
}

@test "look-alikes of production by Unicode are refused" {
	refuse_names "$(printf 'refs/heads/m\320\260in')" "$(printf 'refs/heads/ma\342\200\213in')" \
		"$(printf 'refs/heads/\357\275\215ain')"
}

@test "an honest name in another script passes" {
	push_as dave "origin/main:$(printf 'refs/heads/\321\202\320\265\321\201\321\202')"
	accepted
}

@test "a parent of a governed prefix is refused" {
	refuse_names refs/heads/hotfix refs/signoffs
}

@test "a child of production's own name is refused" {
	refuse_names refs/heads/main/child
}

@test "replacement refs are refused" {
	refuse_names "refs/replace/$(git rev-parse origin/main)"
}

@test "other namespaces are refused" {
	refuse_names refs/namespaces/other/refs/heads/main
}

@test "deleting a reserved name is refused too" {
	git -C "$SERVER" update-ref refs/tags/main main
	push_as dave :refs/tags/main
	refused ref-name
}

@test "a symbolic ref onto production is refused" {
	git -C "$SERVER" symbolic-ref refs/heads/alias refs/heads/main
	branch feature
	work feature
	push_as dave feature:alias
	refused ref-name "symbolic ref onto a production branch"
}

@test "a chain of symbolic refs onto production is refused" {
	git -C "$SERVER" symbolic-ref refs/heads/alias refs/heads/main
	git -C "$SERVER" symbolic-ref refs/heads/second refs/heads/alias
	branch feature
	work feature
	push_as dave feature:second
	refused ref-name "symbolic ref onto a production branch"
}

@test "what a symbolic production ref resolves to is production" {
	git -C "$SERVER" update-ref refs/heads/trunk main
	git -C "$SERVER" symbolic-ref refs/heads/main refs/heads/trunk
	git switch -q -C main origin/main
	work direct
	push_as dave main:trunk
	refused landing "is on no hotfix branch"
	push_as dave main:main
	refused landing "is on no hotfix branch"
}

@test "names of a production glob are guarded like one name" {
	PRODUCTION=$'branch = refs/heads/prod/*' configure
	refuse_names refs/tags/prod/eu refs/heads/prod refs/heads/Prod/eu
}

@test "a hotfix in another case is refused with the name that was meant" {
	branch hotfix/INC-7-login
	work fix
	push_as dave HEAD:refs/heads/Hotfix/inc-7-login
	refused branch-name "did you mean hotfix/INC-7-login?" "$(git rev-parse HEAD):refs/heads/hotfix/INC-7-login"
}

@test "hotfix- for hotfix/ is refused with the name that was meant" {
	branch hotfix/INC-7-login
	work fix
	push_as dave HEAD:refs/heads/hotfix-INC-7-login
	refused branch-name "did you mean hotfix/INC-7-login?"
	push_as dave HEAD:refs/heads/hotfixes/INC-7-login
	refused branch-name "did you mean hotfix/INC-7-login?"
}

@test "a near miss that is on the server already can be cleared away" {
	git -C "$SERVER" update-ref refs/heads/hotfix-old main
	push_as dave :hotfix-old
	accepted
}

@test "a hotfix branch without an incident is refused, and told the form" {
	branch hotfix/INC-7-login
	work fix
	push_as dave HEAD:refs/heads/hotfix/login
	refused branch-name "hotfix/<incident>-<slug>" "[A-Z][A-Z0-9]*-[0-9]+"
}

@test "a hotfix branch with a slug in capitals is refused" {
	branch hotfix/INC-7-login
	work fix
	push_as dave HEAD:refs/heads/hotfix/INC-7-Login
	refused branch-name
}

@test "an ordinary branch and a tag pass without a word" {
	branch feature/login
	work feature
	git tag v1
	push_as dave feature/login v1
	accepted
	if grep "^hotfix:" <<<"$output"; then return 1; fi
}

@test "a push that touches nothing governed opens neither repository nor state" {
	branch feature
	work feature
	rm -f "$SERVER/hotfix.sqlite"
	# no process can be traced and looked through for leaks at once
	strace -f -o "$ROOT/trace" -e trace=openat,open env ASAN_OPTIONS=detect_leaks=0 GL_USER=dave git push -q origin feature
	[ ! -e "$SERVER/hotfix.sqlite" ]
	hooks=$(strace_of_hooks)
	[ -n "$hooks" ]
	if grep -E "hotfix.sqlite|objects/|packed-refs" <<<"$hooks"; then return 1; fi
}

# What the three hooks opened, by the processes that read hotfix.ini.
strace_of_hooks() {
	awk '/hotfix\.ini/ { print $1 }' "$ROOT/trace" | sort -u >"$ROOT/pids"
	awk 'NR == FNR { pid[$1] = 1; next } $1 in pid' "$ROOT/pids" "$ROOT/trace"
}

@test "names with control bytes and invalid UTF-8 are shown escaped" {
	name=$(printf 'refs/heads/hotfix/a\377\302\205b')
	status=0
	output=$(cd "$SERVER" && printf '%040d %s %s\n' 0 "$(git rev-parse main)" "$name" |
		GIT_DIR=. GL_USER=dave hooks/pre-receive 2>&1) || status=$?
	[ "$status" -ne 0 ]
	case $output in *'refs/heads/hotfix/a\xff\x85b'*) ;; *) printf '%s\n' "$output"; false ;; esac
}

empty_server() { # another server, with no ref; `origin` points at it
	SERVER=$BATS_TEST_TMPDIR/empty.git
	git init -q --bare -b main "$SERVER"
	for hook in pre-receive update post-receive; do
		ln -s "$HOTFIX_PREFIX/libexec/hotfix/$hook" "$SERVER/hooks/$hook"
	done
	git branch -q first origin/main
	git remote set-url origin "$SERVER"
}

@test "production comes into being with the first push of an empty repository" {
	empty_server
	configure
	push_as dave first:refs/heads/main first:refs/heads/feature
	accepted
	[ "$(events)" = production.released ]
}

@test "production may not be made once other refs exist" {
	empty_server
	configure
	push_as dave first:refs/heads/feature
	accepted
	push_as dave first:refs/heads/main
	refused production-create "first push to an empty repository"
}

@test "production may be made by the allow-by role while there is none, and then at a commit of another" {
	empty_server
	PRODUCTION=$'branch = refs/heads/prod/*\nallow-from = refs/heads/release/*\nallow-by = release' configure
	push_as dave first:refs/heads/feature
	accepted
	push_as dave first:refs/heads/prod/eu
	refused production-create "only the role release may"
	push_as olga first:refs/heads/prod/eu
	accepted
	git switch -q first
	work feature
	push_as olga first:refs/heads/prod/us
	refused production-create "is on no production branch"
	push_as olga first~1:refs/heads/prod/us
	accepted
	[ "$(events | grep -c production.released)" -eq 2 ]
}
