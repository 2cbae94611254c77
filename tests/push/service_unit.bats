#!/usr/bin/env bats
# install.sh --service: the deliverer as a service of systemd, as the owner of the repositories, with real pushes.

bats_require_minimum_version 1.5.0
load library
load receiver

# Not below /tmp, which a service has of its own; the path holds what units and shells read otherwise.
setup_file() {
	export TOP=${HOTFIX_SOURCE:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
	export BUILD=${HOTFIX_BUILD:-$TOP/build} SANITIZE=${HOTFIX_SANITIZE-}
	[ -n "$SANITIZE" ] || unset SANITIZE
	OWNER=$(id -un)
	below=$BATS_FILE_TMPDIR
	if [ "$(id -u)" -eq 0 ]; then
		OWNER=$(getent passwd backup games nobody | head -n 1 | cut -d: -f1)
		below=/srv
	fi
	PLACE=$(mktemp -d "$below/50% \$x \"q\" it's.XXXXXX")
	PROGRAMS=$(mktemp -d "$below/a prefix 10%.XXXXXX")
	chmod 755 "$PLACE" "$PROGRAMS"
	export OWNER PLACE PROGRAMS
	command git init -q --bare "$PLACE/first.git"
	"$TOP/install.sh" --prefix "$PROGRAMS" "$PLACE/first.git" </dev/null
}

teardown_file() {
	rm -rf "$PLACE" "$PROGRAMS"
}

setup() {
	WORLD=$(mktemp -d "$PLACE/world.XXXXXX")
	UNITS=$BATS_TEST_TMPDIR/units
	mkdir "$WORLD/srv"
	chmod 755 "$WORLD"
	as_owner=(env "HOME=$WORLD")
	[ "$(id -u)" -ne 0 ] || {
		chown "$OWNER" "$WORLD" "$WORLD/srv"
		as_owner=(setpriv --reuid "$OWNER" --regid "$(id -g "$OWNER")" --clear-groups -- env "HOME=$WORLD")
	}
	cd "$WORLD" || return
}

teardown() {
	[ -z "${service-}" ] || kill "$service" || :
	[ -z "${systemd-}" ] || kill "$systemd" || :
	[ -z "${systemd-}" ] || wait "$systemd" || :
	[ -z "${SERVER-}" ] || receiver_teardown
}

# Whoever pushes in these tests is the owner.
git() {
	"${as_owner[@]}" git "$@"
}

installer() {
	"$TOP/install.sh" --prefix "$PROGRAMS" "$@" </dev/null
}

service() { # ARGUMENT…: of install.sh --service, where no systemd runs
	run installer --service --units "$UNITS" "$@"
	echo "$output"
}

bare() { # NAME: $WORLD/srv/NAME with a hotfix.ini
	git init -q --bare -b main "$WORLD/srv/$1"
	printf '[production]\nbranch = refs/heads/main\n' >"$WORLD/srv/$1/hotfix.ini"
}

the_unit() { # the only one that was written
	[ "$(find "$UNITS" -type f | wc -l)" -eq 1 ] && find "$UNITS" -type f
}

setting() { # NAME: its value in the unit
	sed -n "s/^$1=//p" "$(the_unit)"
}

# Sets words to what systemd starts: by its quotes, which are those of a shell but for % and $.
command_of_unit() {
	local line
	# shellcheck disable=SC2016 # a program of sed
	line=$(setting ExecStart | sed 's/%%/%/g; s/\$\$/\\$/g; s/`/\\`/g')
	eval "words=($line)"
}

shop() { # a repository below srv with an endpoint whose secret only the owner can read, and production in it
	HOTFIX_PREFIX=$PROGRAMS BATS_TEST_TMPDIR=$WORLD receiver_setup "$WORLD/srv/shop.git"
	[ "$(id -u)" -ne 0 ] || chown "$OWNER" "$ROOT/secret"
	signed_endpoint 'events = hotfix.*'
}

detached() { # how many deliverers hooks have started for $SERVER
	pgrep -fc "hotfixctl deliver --detached $(printf '%s' "$SERVER" | sed 's/[^A-Za-z0-9/]/./g')" || :
}

landing_arrived() { # COUNT: so many did
	[ "$(jq -r '.["ce-type"]' "$ROOT"/deploy/*.headers 2>/dev/null | grep -cx hotfix.merged)" -eq "$1" ]
}

@test "systemd finds no fault in the unit, and a path with a space, quotes, % and \$ is in it as it is" {
	bare shop.git
	service "$WORLD/srv/shop.git"
	[ "$status" -eq 0 ]
	run systemd-analyze verify --man=no "$(the_unit)"
	echo "$output"
	[ "$status" -eq 0 ]
	[ "${output//*nobody configured, this is not safe!/}" = "" ]
	[ "$(basename "$(the_unit)")" = \
		"hotfix-deliver-$(systemd-escape "$OWNER")@$(systemd-escape --path "$WORLD/srv/shop.git").service" ]
	[ "$(setting User)" = "$OWNER" ]
	command_of_unit
	[ "${#words[@]}" -eq 5 ]
	[ "${words[*]}" = "$PROGRAMS/bin/hotfixctl -C $WORLD/srv/shop.git deliver --watch" ]
}

@test "the example of a unit is one" {
	sed 's,^ExecStart=[^ ]*,ExecStart=/bin/true,; s/^User=.*/User=root/' "$TOP/share/systemd/hotfix-deliver.service" \
		>"$BATS_TEST_TMPDIR/hotfix-deliver.service"
	run systemd-analyze verify --man=no "$BATS_TEST_TMPDIR/hotfix-deliver.service"
	echo "$output"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ -e "$PROGRAMS/share/hotfix/systemd/hotfix-deliver.service" ]
}

@test "what the unit starts delivers a landing, as the owner, and no hook starts a deliverer" {
	shop
	service --all "$WORLD/srv"
	[ "$status" -eq 0 ]
	command_of_unit
	"${as_owner[@]}" "${words[@]}" 3>&- >/dev/null 2>"$BATS_TEST_TMPDIR/complaints" &
	service=$!
	await lock_is_held
	signed_hotfix
	[ "$(detached)" -eq 0 ]
	land
	landed
	await landing_arrived 1
	[ "$(stat -c %U "/proc/$service")" = "$OWNER" ]
	[ "$(cat "$BATS_TEST_TMPDIR/complaints")" = "" ]
	verify 1 "$ROOT/secret"
}

@test "where no systemd runs the unit is written, and how to go on is said: both commands work" {
	shop
	service "$SERVER"
	[ "$status" -eq 0 ]
	[[ "$output" == *"unit                 written: $(the_unit)"* ]]
	[[ "$output" == *"service              not started: systemd does not run here"* ]]
	[[ "$output" == *"systemctl daemon-reload && systemctl enable --now '$(basename "$(the_unit)")'"* ]]
	nohup=$(sed -n 's/^ *\(nohup .*\)$/\1/p' <<<"$output")
	cd "$WORLD"
	"${as_owner[@]}" sh -c "$nohup"' echo $!' 3>&- >"$BATS_TEST_TMPDIR/pid"
	service=$(cat "$BATS_TEST_TMPDIR/pid")
	await lock_is_held
	kill -HUP "$service"
	cd "$CLONE"
	signed_hotfix
	land
	landed
	await landing_arrived 1
	[ "$(stat -c %U "$WORLD/hotfix-deliver.log")" = "$OWNER" ]
}

@test "running it twice changes nothing and says so" {
	bare shop.git
	service --all "$WORLD/srv" "$WORLD/srv/shop.git"
	[ "$status" -eq 0 ]
	before=$(find "$UNITS" "$WORLD" -printf '%p %T@ %i\n' | sort)
	service --all "$WORLD/srv" "$WORLD/srv/shop.git"
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "nothing changed" ]
	[[ "$output" == *"$WORLD/srv: nothing to do"* && "$output" == *"$WORLD/srv/shop.git: nothing to do"* ]]
	[ "$before" = "$(find "$UNITS" "$WORLD" -printf '%p %T@ %i\n' | sort)" ]
}

@test "--dry-run says what it would do, and does nothing" {
	bare shop.git
	service --dry-run --all "$WORLD/srv"
	[ "$status" -eq 0 ]
	[[ "$output" == *"would be written: $UNITS/hotfix-deliver-"* ]]
	[ "${lines[-1]}" = "dry run: nothing was changed" ]
	[ ! -e "$UNITS" ]
	service --all "$WORLD/srv"
	service --dry-run --uninstall --all "$WORLD/srv"
	[[ "$output" == *"would be stopped, disabled and removed: $(the_unit)"* ]]
}

@test "a unit that was changed is written anew, and one of somebody else is left alone" {
	bare shop.git
	service "$WORLD/srv/shop.git"
	unit=$(the_unit)
	sum=$(sha256sum "$unit")
	echo Nice=19 >>"$unit"
	service "$WORLD/srv/shop.git"
	[ "$status" -eq 0 ]
	[ "$sum" = "$(sha256sum "$unit")" ]
	echo '[Service]' >"$unit"
	for words in '' --uninstall; do
		# shellcheck disable=SC2086 # the empty one is no argument
		service $words "$WORLD/srv/shop.git"
		[ "$status" -eq 1 ]
		[[ "$output" == *"$unit: a file of somebody else"* ]]
		[ "$(cat "$unit")" = '[Service]' ]
	done
}

@test "--service --uninstall takes out the unit and nothing else, also when the repository is gone" {
	bare shop.git
	service --all "$WORLD/srv" "$WORLD/srv/shop.git"
	[ "$(find "$UNITS" -type f | wc -l)" -eq 2 ]
	before=$(find "$WORLD" -printf '%p %T@\n' | sort)
	service --uninstall --all "$WORLD/srv"
	[ "$status" -eq 0 ]
	[ "$(basename "$(the_unit)")" = "hotfix-deliver-$OWNER@$(systemd-escape --path "$WORLD/srv/shop.git").service" ]
	[ "$before" = "$(find "$WORLD" -printf '%p %T@\n' | sort)" ]
	rm -r "$WORLD/srv/shop.git"
	service --uninstall "$WORLD/srv/shop.git"
	[ "$status" -eq 0 ]
	[ -z "$(ls -A "$UNITS")" ]
	service --uninstall "$WORLD/srv/shop.git"
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "nothing changed" ]
}

@test "--uninstall of the hooks takes out the service of the same repository or folder" {
	bare shop.git
	service --all "$WORLD/srv" "$WORLD/srv/shop.git"
	run installer --uninstall --units "$UNITS" "$WORLD/srv/shop.git"
	[ "$status" -eq 0 ]
	[ "$(basename "$(the_unit)")" = "hotfix-deliver-$OWNER@$(systemd-escape --path "$WORLD/srv").service" ]
	run installer --uninstall --units "$UNITS" --all "$WORLD/srv"
	[ "$status" -eq 0 ]
	[ -z "$(ls -A "$UNITS")" ]
}

@test "a folder with repositories of several users gets a service for each of them" {
	[ "$(id -u)" -eq 0 ] || skip "only root can try this"
	bare shop.git
	bare books.git
	chown -R daemon "$WORLD/srv/books.git"
	service --all "$WORLD/srv"
	[ "$status" -eq 0 ]
	[ "$(sed -n 's/^User=//p' "$UNITS"/* | sort | xargs)" = "$(printf '%s\n' daemon "$OWNER" | sort | xargs)" ]
	service --uninstall --all "$WORLD/srv"
	[ -z "$(ls -A "$UNITS")" ]
}

@test "what could not be served is refused: no hooks, no repository, a path that no unit can name" {
	git init -q --bare "$WORLD/srv/plain.git"
	service "$WORLD/srv/plain.git"
	[ "$status" -eq 1 ]
	[[ "$output" == *"plain.git: the hooks are not in it; ./install.sh "* ]]
	rm -r "$WORLD/srv/plain.git"
	service --all "$WORLD/srv"
	[ "$status" -eq 1 ]
	[[ "$output" == *"no bare repository below it"* ]]
	bare $'tab\there.git'
	bare $'latin\xe9.git'
	for name in $'tab\there.git' $'latin\xe9.git'; do
		service "$WORLD/srv/$name"
		[ "$status" -eq 1 ]
		[[ "$output" == *"which a unit cannot name"* ]]
	done
	[ ! -e "$UNITS" ] || [ -z "$(ls -A "$UNITS")" ]
	for words in "--service --purge --uninstall $WORLD/srv" "--service --demo" "--service --deps" --service; do
		# shellcheck disable=SC2086 # words
		run installer $words
		[ "$status" -eq 2 ]
	done
}

# --- a systemd that runs ---

boot() {
	[ "$(id -u)" -eq 0 ] || skip "only root can run a systemd of its own"
	[ -z "${HOTFIX_SANITIZE-}" ] || skip "a sanitizer needs what the unit does not allow"
	mkdir "$BATS_TEST_TMPDIR/systemd"
	"$TOP/tests/push/helpers/systemd.sh" "$BATS_TEST_TMPDIR/systemd" 3>&- >"$BATS_TEST_TMPDIR/systemd.log" 2>&1 &
	systemd=$!
	await test -s "$BATS_TEST_TMPDIR/systemd/pid" || {
		cat "$BATS_TEST_TMPDIR/systemd.log" >&2
		return 1
	}
	await systemctl is-system-running --quiet
}

inside() {
	nsenter --target "$(cat "$BATS_TEST_TMPDIR/systemd/pid")" --mount --pid --cgroup --ipc --uts --wd="$PWD" "$@"
}

systemctl() {
	inside systemctl "$@"
}

main_process() {
	systemctl show --property MainPID --value "$unit"
}

install_service() {
	run inside "$TOP/install.sh" --prefix "$PROGRAMS" --service "$@"
	echo "$output"
	unit=$(systemctl list-unit-files --plain --no-legend 'hotfix-deliver-*' | sed 's/ .*//')
}

mail_too() { # hotfixes are told by mail, which the service sends by a child of its own
	[ -d "$TOP/tests/node_modules/smtp-server" ] || return 0
	mkdir "$ROOT/mail"
	NODE_PATH=$TOP/tests/node_modules node "$TOP/tests/receivers/mail-server.js" "$ROOT/mail" 3>&- >/dev/null 2>&1 &
	receivers="${receivers-} $!"
	await test -s "$ROOT/mail/port"
	printf '%s\n' '[mail "stakeholders"]' 'to = client@example.net' 'from = hotfix@example.com' \
		"smtp = smtp://127.0.0.1:$(cat "$ROOT/mail/port")" 'events = hotfix.merged' >>"$SERVER/hotfix.ini"
}

mail_arrived() {
	[ ! -e "$ROOT/mail" ] || [ -e "$ROOT/mail/1.json" ]
}

@test "a systemd that runs starts the service as the owner, again when it dies, and stops it cleanly" {
	boot
	shop
	mail_too
	cd "$WORLD"
	install_service --all "$WORLD/srv"
	[ "$status" -eq 0 ]
	[[ "$output" == *"service              enabled and started"* ]]
	[ "$(systemctl is-enabled "$unit")" = enabled ]
	await lock_is_held
	cd "$CLONE"
	signed_hotfix
	[ "$(detached)" -eq 0 ]
	land
	landed
	await landing_arrived 1
	await mail_arrived
	verify 1 "$ROOT/secret"
	first=$(main_process)
	[ "$(inside stat -c %U "/proc/$first")" = "$OWNER" ]
	inside grep -q '^NoNewPrivs:.1$' "/proc/$first/status"
	inside grep -q '^Seccomp:.2$' "/proc/$first/status"

	install_service --all "$WORLD/srv"
	[ "${lines[-1]}" = "nothing changed" ]
	[ "$(main_process)" = "$first" ]
	systemctl reload "$unit"
	[ "$(main_process)" = "$first" ]

	systemctl kill --signal=KILL "$unit"
	another_process() { ! main_process | grep -qx "0\|$first"; }
	await another_process
	await lock_is_held
	signed_hotfix INC-8-logout
	land INC-8-logout
	landed
	await landing_arrived 2
	[ "$(detached)" -eq 0 ]

	begin=$(date +%s%N)
	systemctl stop "$unit"
	[ $((($(date +%s%N) - begin) / 1000000)) -lt 5000 ]
	[ "$(systemctl show --property Result,ExecMainStatus --value "$unit" | xargs)" = "success 0" ]
	inside journalctl --no-pager -u "$unit" | grep -q 'delivered, 0 to be tried again, 0 dead'

	install_service --uninstall --all "$WORLD/srv"
	[ "$status" -eq 0 ]
	[ -z "$unit" ]
	[ -z "$(inside find /etc/systemd/system -name 'hotfix-deliver*')" ]
}

@test "a service serves a path with any character, also below /tmp, and new programs are taken up" {
	boot
	git init -q --bare -b main "$WORLD/srv/shop.git"
	printf '[production]\nbranch = refs/heads/main\n' >"$WORLD/srv/shop.git/hotfix.ini"
	SERVER=$BATS_FILE_TMPDIR/shop.git
	cp -R "$WORLD/srv/shop.git" "$SERVER"
	chown root:daemon "$SERVER"
	rm -f "$SERVER/hotfix.deliver.lock"
	install_service "$WORLD/srv/shop.git" "$SERVER"
	[ "$status" -eq 0 ]
	await lock_is_held
	[ "$(stat -c %U:%G "$SERVER/hotfix.deliver.lock")" = root:daemon ]
	SERVER=$WORLD/srv/shop.git
	await lock_is_held
	rm "$PROGRAMS/libexec/hotfix/update"
	run inside "$TOP/install.sh" --prefix "$PROGRAMS" "$PLACE/first.git"
	echo "$output"
	[ "$(grep -c '^hotfix-deliver-.*\.service restarted with the new programs$' <<<"$output")" -eq 2 ]
}
