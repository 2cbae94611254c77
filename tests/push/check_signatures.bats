#!/usr/bin/env bats
# hotfixctl check: which sign-offs can be forged, and whether the keys of the others are in order.

bats_require_minimum_version 1.5.0
load library
load signatures

setup() {
	server
	ssh_keys rita quentin paul
}

check() {
	run "$HOTFIX_PREFIX/bin/hotfixctl" -C "$SERVER" check
	printf '%s\n%s\n' "$status" "$output"
}

line() { # TEXT: becomes the allowed signers file
	printf '%s\n' "$@" >"$ROOT/signers"
	chmod 644 "$ROOT/signers"
}

key() { # PERSON
	cut -d' ' -f1,2 "$ROOT/keys/$1.pub"
}

@test "it says who can forge which sign-off" {
	REVIEW="evidence = pusher" configure </dev/null
	check
	says "warning sign-offs: qa can be forged: evidence = trailer, and anybody who can push"
	says "ok sign-offs: review: evidence = pusher; can be forged only by whoever can make the transport say who pushes"
	configure_signatures
	check
	says "ok sign-offs: review, qa: evidence = signature; nobody can forge one without the key"
	says_not "can be forged"
}

@test "pushers with a login shell can forge what the pusher proves" {
	shell=$(getent passwd | awk -F: '$7 ~ /bash$/ { print $1; exit }')
	[ -n "$shell" ] || skip "no account has a login shell"
	REVIEW="evidence = pusher" configure </dev/null
	sed -i "s/^login = rita$/login = $shell/" "$SERVER/hotfix.ini"
	check
	says "warning sign-offs: review can be forged by $shell: evidence = pusher"
}

@test "keys that are in order are counted" {
	configure_signatures
	check
	[ "$status" -eq 0 ]
	says "ok [signature] allowed-signers: $ROOT/signers: 3 lines, keys of 3 configured people"
	says_not "warning $ROOT/signers" "can sign, and"
}

@test "a file of keys that is not there, or that others may write, is a problem" {
	configure_signatures
	chmod 666 "$ROOT/signers"
	check
	[ "$status" -eq 1 ]
	says "allowed-signers: $ROOT/signers: others than its owner may write it"
	rm "$ROOT/signers"
	check
	[ "$status" -eq 1 ]
	says "problem $SERVER/hotfix.ini:" "allowed-signers: $ROOT/signers: No such file"
}

@test "a file of keys that the repository's owner cannot read is a problem" {
	[ "$(id -u)" -eq 0 ] || skip "only root can give files away"
	configure_signatures
	chown -R nobody "$SERVER"
	chmod 600 "$ROOT/signers"
	check
	[ "$status" -eq 1 ]
	says "problem [signature] allowed-signers: $ROOT/signers: the owner of the repository cannot read it" \
		"chmod a+r $ROOT/signers"
}

@test "each line that counts for nobody is a warning with its place" {
	configure_signatures
	line "# keys" "*@example.com $(key rita)" "rita $(key rita)" "mallory@example.org $(key rita)" \
		"rita@example.com,paul@example.com $(key quentin)" "rita@example.com ssh-rsa AAAA" \
		"rita@example.com namespaces=\"file\" $(key rita)" "paul@example.com $(key quentin)" \
		"paul@example.com valid-before=\"20200101\" $(key paul)" "paul@example.com cert-authority $(key paul)" \
		"rita@example.com frobnicate $(key rita)"
	check
	[ "$status" -eq 0 ]
	says "warning $ROOT/signers:2: *@example.com is a pattern, and counts for nobody"
	says "warning $ROOT/signers:3: rita is no address, and counts for nobody"
	says "warning $ROOT/signers:4: mallory@example.org belongs to no [person]"
	says "warning $ROOT/signers:5: one key of several people counts for none of them"
	says "warning $ROOT/signers:6: its key is not one"
	says "warning $ROOT/signers:7: its namespaces do not hold \"git\""
	says "warning $ROOT/signers:8: the key of line 5 again: a key must stand for one person"
	says "warning $ROOT/signers:9: its valid-before is over"
	says "warning $ROOT/signers:10: cert-authority: whoever issues its certificates can sign as anybody"
	says "warning $ROOT/signers:11: an option that ssh-keygen does not know"
	says_not "$ROOT/signers:1:"
}

@test "a sign-off for which too few people have keys is a warning" {
	REVIEW="count = 2" configure_signatures
	line "rita@example.com $(key rita)" "quentin@example.com $(key quentin)"
	check
	says "warning [signature] allowed-signers: of the role reviewer 1 can sign, and review needs 2"
	says_not "of the role qa"
	allow paul@example.com paul
	check
	says_not "can sign, and"
}

@test "a keyring is looked for in gpg-home, and must not be others' to change" {
	command -v gpg >/dev/null || skip "gpg is not installed"
	mkdir -m 755 "$ROOT/gnupg"
	SIGNATURE="gpg-home = $ROOT/gnupg" configure_signatures
	check
	says "warning [signature] gpg-home: $ROOT/gnupg: there is no keyring in it"
	: >"$ROOT/gnupg/pubring.kbx"
	chmod 666 "$ROOT/gnupg/pubring.kbx"
	check
	[ "$status" -eq 1 ]
	says "problem [signature] gpg-home: others can add keys"
	chmod 644 "$ROOT/gnupg/pubring.kbx"
	check
	[ "$status" -eq 0 ]
	says "ok [signature] gpg-home: $ROOT/gnupg/pubring.kbx"
}
