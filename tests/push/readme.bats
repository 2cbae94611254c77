#!/usr/bin/env bats
# The refusal that the README shows is one.

bats_require_minimum_version 1.5.0
load helpers/install

setup() {
	setup_installer
	clock=1767600000
}

# Everything that goes into a commit's id is fixed.
in_clone() {
	person=$1
	shift
	clock=$((clock + 60))
	GL_USER=${person,,} GIT_AUTHOR_DATE="$clock +0000" GIT_COMMITTER_DATE="$clock +0000" \
		git -C clone -c user.name="$person" -c user.email="${person,,}@example.com" "$@"
}

change() {
	echo "$1" >clone/login.rule
	in_clone Alice add login.rule
	in_clone Alice commit -qm "$2"
}

@test "the refusal in the README is what the hooks print" {
	make_clone "$shop" clone
	change 'length >= 0' 'shop: version 1'
	in_clone Alice push -q origin main
	cat >"$shop/hotfix.ini" <<-INI
		[procedure]
		contact = ops@example.com
		[pusher]
		from = gitolite
		[production]
		branch = refs/heads/main
		[person "alice"]
		email = alice@example.com
		login = alice
		[person "rita"]
		email = rita@example.com
		login = rita
		[role "reviewer"]
		member = rita
		[signoff "review"]
		trailer = Reviewed-by
		role = reviewer
	INI
	run installer "$shop"
	in_clone Alice switch -qc hotfix/INC-7-login
	change 'length >= 12' 'login: refuse short passwords'
	in_clone Alice push -q origin hotfix/INC-7-login
	in_clone Rita commit -q --allow-empty -m 'review INC-7' --trailer 'Reviewed-by: Rita <rita@example.com>'
	in_clone Rita push -q origin hotfix/INC-7-login
	change 'length >= 12 || admin' 'login: one more thing'
	in_clone Alice push -q origin hotfix/INC-7-login
	in_clone Alice switch -q main
	in_clone Alice merge -q --no-ff -m 'Land INC-7' hotfix/INC-7-login
	run in_clone Alice push -q origin main
	[ "$status" -ne 0 ]
	echo "$output" | sed -n '/^remote:/s/ *$//p' >seen
	sed -n '/^This is a refusal:$/,/^## /p' "$top/README.md" | sed -n '/^remote:/p' >shown
	diff -u seen shown
}

# shellcheck disable=SC2016
@test "SECURITY.md names tests, and parts of them, that are there" {
	local name words file
	for name in $(sed -n '/^| [0-9]/p' "$HOTFIX_SOURCE/SECURITY.md" | grep -o '`[a-z_]*`' | tr -d '`'); do
		[ -f "$HOTFIX_SOURCE/tests/push/$name.bats" ] || { echo "there is no $name" >&2; return 1; }
	done
	sed -n '/^| [0-9]/p' "$HOTFIX_SOURCE/SECURITY.md" | grep -o '"[^"]*"\( and "[^"]*"\)* in `[a-z_]*`' >"$BATS_TEST_TMPDIR/parts"
	[ -s "$BATS_TEST_TMPDIR/parts" ]
	while read -r words; do
		file=${words##* in \`}
		grep -o '"[^"]*"' <<<"$words" | tr -d '"' | while read -r name; do
			grep -q "$name" "$HOTFIX_SOURCE/tests/push/${file%\`}.bats" || { echo "no $name in $file" >&2; exit 1; }
		done
	done <"$BATS_TEST_TMPDIR/parts"
	for name in $(grep -o '`make [a-z]*`' "$HOTFIX_SOURCE/SECURITY.md" | tr -d '`' | cut -d' ' -f2); do
		grep -q "^$name:" "$HOTFIX_SOURCE/Makefile" || { echo "no make $name" >&2; return 1; }
	done
}
