# A file system that says once that a ref is not there, while it is: what is read a second time is not lost
# (hotfix-hooks(7), EVENTS).
load library
load signatures

setup() {
	server
	configure
	start_production
}

# HOOK CALL PATH: the first such call of the hook, of a file or folder of the server, finds nothing. $ROOT/calls has it.
hides_once() {
	cat >"$ROOT/hides" <<-SH
		#!/bin/sh
		ASAN_OPTIONS=\${ASAN_OPTIONS-}:detect_leaks=0 exec strace -f -b execve -qq -o '$ROOT/calls' -P '$SERVER/$3' \\
			-e trace=$2 -e inject=$2:error=ENOENT:when=1 '$HOTFIX_PREFIX/libexec/hotfix/$1' "\$@"
	SH
	chmod +x "$ROOT/hides"
	rm "$SERVER/hooks/$1"
	cp "$ROOT/hides" "$SERVER/hooks/$1"
}

was_hidden() {
	grep -q INJECTED "$ROOT/calls" || { echo "no call was made to fail: $(cat "$ROOT/calls")" >&2; return 1; }
}

@test "production that is not there for a moment is not taken for deleted" {
	signed_hotfix
	before=$(events | wc -l)
	hides_once post-receive openat refs/heads/main
	land
	landed
	was_hidden
	[ "$(events | tail -n +"$((before + 1))")" = hotfix.merged ]
}

@test "packed refs that are not there for a moment are found" {
	git -C "$SERVER" pack-refs --all
	branch hotfix/INC-7-login
	work fix
	hides_once pre-receive openat packed-refs
	push_as dave hotfix/INC-7-login
	accepted
	was_hidden
}

@test "a revocation that is not there for a moment holds" {
	ssh_keys rita
	NO_QA=1 configure_signatures
	pushed_hotfix
	sign_off rita review
	accepted
	revoke rita "$ref"
	accepted
	for path in "$ref" "${ref%/*}"; do
		hides_once pre-receive openat "$path"
		land
		refused signoff-review revoked
		was_hidden
	done
}

@test "refs that are not there for a moment let nobody make production" {
	PRODUCTION='branch = refs/heads/main, refs/heads/live' configure
	branch feature
	work feature
	hides_once pre-receive openat refs
	push_as dave feature:refs/heads/live
	refused production-create
	was_hidden
}
