#!/usr/bin/env bats
# install.sh on real repositories, with real pushes.

bats_require_minimum_version 1.5.0
load helpers/install

setup() {
	setup_installer
}

@test "an installed repository has the three hooks, a hotfix.ini, Git's settings and the man pages" {
	run installer "$shop"
	echo "$output"
	[ "$status" -eq 0 ]
	for hook in pre-receive update post-receive; do
		[ "$(readlink "$shop/hooks/$hook")" = "$prefix/libexec/hotfix/$hook" ]
		[ -x "$shop/hooks/$hook" ]
	done
	[ "$(git -C "$shop" config receive.fsckObjects)" = true ]
	[ "$(git -C "$shop" config receive.advertisePushOptions)" = true ]
	[ "$(git -C "$shop" config core.fsync)" = committed,loose-object,reference ]
	grep -qx 'branch = refs/heads/main' "$shop/hotfix.ini"
	grep -qx 'mode = warn' "$shop/hotfix.ini"
	[ -x "$prefix/bin/hotfixctl" ]
	[ -f "$prefix/share/man/man7/hotfix-hooks.7" ]
}

@test "hotfixctl check has no problem with an installed repository" {
	run installer "$shop"
	run "$prefix/bin/hotfixctl" -C "$shop" check
	echo "$output"
	[ "$status" -eq 0 ]
	[[ "$output" == *"0 problems"* ]]
}

@test "after the installation a push straight to production goes through with a warning" {
	make_clone "$shop" clone
	commit clone one
	git -C clone push -q origin main
	run installer "$shop"
	commit clone two
	run git -C clone push origin main
	echo "$output"
	[ "$status" -eq 0 ]
	[[ "$output" == *"would be refused"* ]]
	[ "$(git -C "$shop" rev-parse main)" = "$(git -C clone rev-parse main)" ]
}

@test "after the installation with --enforce a push straight to production is refused" {
	make_clone "$shop" clone
	commit clone one
	git -C clone push -q origin main
	run installer --enforce "$shop"
	commit clone two
	run git -C clone push origin main
	echo "$output"
	[ "$status" -ne 0 ]
	[[ "$output" == *"hotfix: refused"* ]]
	[ "$(git -C "$shop" rev-parse main)" = "$(git -C clone rev-parse main^)" ]
}

@test "after the installation a hotfix with a review lands" {
	make_clone "$shop" clone
	commit clone one
	git -C clone push -q origin main
	run installer --enforce "$shop"
	git -C clone switch -q -c hotfix/INC-1-fix
	commit clone two
	git -C clone push -q origin hotfix/INC-1-fix
	git -C clone -c user.name=Rita -c user.email=rita@example.com commit -q --allow-empty -m 'review INC-1' \
		--trailer 'Reviewed-by: Rita <rita@example.com>'
	git -C clone push -q origin hotfix/INC-1-fix
	git -C clone switch -q main
	git -C clone merge -q --no-ff -m 'Land INC-1' hotfix/INC-1-fix
	run git -C clone push origin main
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(git -C "$shop" rev-parse main)" = "$(git -C clone rev-parse main)" ]
}

@test "the tips that were there before the installation are no news" {
	make_clone "$shop" clone
	commit clone one
	git -C clone push -q origin main main:hotfix/INC-1-old
	run installer "$shop"
	git -C clone push -q origin main:refs/heads/hotfix/INC-2-new
	run "$prefix/bin/hotfixctl" -C "$shop" events
	echo "$output"
	[ "$status" -eq 0 ]
	[[ "$output" == *hotfix.opened* ]]
	[[ "$output" != *INC-1* ]]
	[[ "$output" != *production* ]]
}

@test "running it twice changes nothing and says so" {
	run installer "$shop"
	before=$(snapshot_with_times "$shop" && snapshot_with_times "$prefix")
	run installer "$shop"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ "$output" == *"shop.git: nothing to do"* ]]
	[ "${lines[-1]}" = "nothing changed" ]
	[ "$before" = "$(snapshot_with_times "$shop" && snapshot_with_times "$prefix")" ]
}

@test "--dry-run names every action and changes nothing" {
	printf '#!/bin/sh\n' >"$shop/hooks/update"
	chmod +x "$shop/hooks/update"
	before=$(snapshot_with_times "$shop")
	run "$top/install.sh" --prefix "$BATS_TEST_TMPDIR/elsewhere" --dry-run "$shop"
	echo "$output"
	[ "$status" -eq 0 ]
	for word in hooks/pre-receive hooks/update.chained hooks/post-receive receive.fsckObjects core.fsync hotfix.ini \
		"PREFIX=$BATS_TEST_TMPDIR/elsewhere"; do
		[[ "$output" == *"$word"* ]]
	done
	[ "$before" = "$(snapshot_with_times "$shop")" ]
	[ ! -e "$BATS_TEST_TMPDIR/elsewhere" ]
}

@test "a hotfix.ini that is there is never touched" {
	printf '[procedure]\nmode = off\n[production]\nbranch = refs/heads/main\n' >"$shop/hotfix.ini"
	before=$(sha256sum "$shop/hotfix.ini")
	run installer --enforce "$shop"
	[ "$status" -eq 0 ]
	[ "$before" = "$(sha256sum "$shop/hotfix.ini")" ]
}

@test "a hook that was there before runs first, with the same arguments and standard input" {
	for hook in pre-receive post-receive; do
		printf '#!/bin/sh\n{ echo "%s $*"; cat; } >>%s/seen\n' "$hook" "$BATS_TEST_TMPDIR" >"$shop/hooks/$hook"
	done
	printf '#!/bin/sh\necho "update $*" >>%s/seen\n' "$BATS_TEST_TMPDIR" >"$shop/hooks/update"
	chmod +x "$shop"/hooks/{pre-receive,post-receive,update}
	run installer "$shop"
	[[ "$output" == *"runs first"* ]]
	make_clone "$shop" clone
	commit clone one
	git -C clone push -q origin main
	new=$(git -C clone rev-parse main)
	old=0000000000000000000000000000000000000000
	printf '%s\n' 'pre-receive ' "$old $new refs/heads/main" "update refs/heads/main $old $new" \
		'post-receive ' "$old $new refs/heads/main" >expected
	diff -u expected seen
}

@test "the refusal of a hook that was there before counts" {
	printf '#!/bin/sh\necho "not on a friday"\nexit 1\n' >"$shop/hooks/pre-receive"
	chmod +x "$shop/hooks/pre-receive"
	run installer "$shop"
	make_clone "$shop" clone
	commit clone one
	run git -C clone push origin main
	echo "$output"
	[ "$status" -ne 0 ]
	[[ "$output" == *"not on a friday"* ]]
	run ! git -C "$shop" rev-parse -q --verify main
}

@test "a hook that Git would not have run, for want of execute permission, is kept and still does not run" {
	printf '#!/bin/sh\nexit 1\n' >"$shop/hooks/update"
	run installer "$shop"
	echo "$output"
	[[ "$output" == *"hooks/update.unused"* ]]
	make_clone "$shop" clone
	commit clone one
	run git -C clone push origin main
	echo "$output"
	[ "$status" -eq 0 ]
	run installer --uninstall "$shop"
	[ "$(cat "$shop/hooks/update")" = "$(printf '#!/bin/sh\nexit 1\n')" ]
	[ ! -x "$shop/hooks/update" ]
}

@test "a hook of somebody else over ours is not thrown away for the one that was kept" {
	printf '#!/bin/sh\n' >"$shop/hooks/update"
	chmod +x "$shop/hooks/update"
	run installer "$shop"
	rm "$shop/hooks/update"
	printf '#!/bin/sh\n# theirs\n' >"$shop/hooks/update"
	chmod +x "$shop/hooks/update"
	run installer "$shop"
	echo "$output"
	[ "$status" -eq 1 ]
	[[ "$output" == *"hooks/update.chained is there too"* ]]
	grep -q theirs "$shop/hooks/update"
	[ -e "$shop/hooks/update.chained" ]
}

@test "a dangling link in the place of a hook is kept, and put back" {
	ln -s /nonexistent/hook "$shop/hooks/update"
	run installer "$shop"
	[ "$status" -eq 0 ]
	run installer --uninstall "$shop"
	[ "$status" -eq 0 ]
	[ "$(readlink "$shop/hooks/update")" = /nonexistent/hook ]
}

@test "--uninstall puts back hooks and settings, and leaves hotfix.ini and the state" {
	printf '#!/bin/sh\necho mine\n' >"$shop/hooks/pre-receive"
	chmod +x "$shop/hooks/pre-receive"
	ln -s /bin/true "$shop/hooks/post-receive"
	git -C "$shop" config receive.fsckObjects false
	git -C "$shop" config core.fsync none
	hooks_before=$(snapshot "$shop/hooks")
	config_before=$(git -C "$shop" config --list --local | sort)
	run installer "$shop"
	[ "$status" -eq 0 ]
	[ "$hooks_before" != "$(snapshot "$shop/hooks")" ]
	run installer --uninstall "$shop"
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$hooks_before" = "$(snapshot "$shop/hooks")" ]
	[ "$config_before" = "$(git -C "$shop" config --list --local | sort)" ]
	[ -e "$shop/hotfix.ini" ]
	ls "$shop"/hotfix.sqlite*
}

@test "--uninstall --purge leaves nothing behind" {
	make_clone "$shop" clone
	before=$(snapshot "$shop")
	run installer "$shop"
	run installer --uninstall --purge "$shop"
	echo "$output"
	[ "$status" -eq 0 ]
	diff -u <(echo "$before") <(snapshot "$shop")
}

@test "--uninstall leaves a setting that somebody changed since" {
	run installer "$shop"
	git -C "$shop" config core.fsync all
	run installer --uninstall "$shop"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ "$output" == *"core.fsync left as it is"* ]]
	[ "$(git -C "$shop" config core.fsync)" = all ]
	run ! git -C "$shop" config receive.fsckObjects
}

@test "--uninstall --dry-run changes nothing" {
	run installer "$shop"
	before=$(snapshot_with_times "$shop")
	run installer --uninstall --purge --dry-run "$shop"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ "$output" == *"hotfix.ini           would be removed"* ]]
	[ "$before" = "$(snapshot_with_times "$shop")" ]
}

@test "--uninstall of a repository that was never installed does nothing" {
	before=$(snapshot_with_times "$shop")
	run installer --uninstall "$shop"
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "nothing changed" ]
	[ "$before" = "$(snapshot_with_times "$shop")" ]
}

@test "--all does every bare repository below a folder and passes over the others" {
	make_bare "$server/team/with space.git"
	git init -q "$server/team/worktree"
	mkdir -p "$server/empty/objects"
	run installer --all "$server"
	echo "$output"
	[ "$status" -eq 0 ]
	[ -L "$shop/hooks/pre-receive" ]
	[ -L "$server/team/with space.git/hooks/pre-receive" ]
	[ ! -e "$server/team/worktree/.git/hooks/pre-receive" ]
	[[ "$output" == *"worktree/.git: passed over, not bare"* ]]
}

@test "--all goes on after a repository that cannot be done, and fails at the end" {
	git init -q --bare --object-format=sha256 "$server/a.git"
	run installer --all "$server"
	echo "$output"
	[ "$status" -eq 1 ]
	[[ "$output" == *"a.git: its objects are sha256"* ]]
	[ ! -e "$server/a.git/hooks/pre-receive" ]
	[ -L "$shop/hooks/pre-receive" ]
}

@test "a repository with a work tree is refused" {
	git init -q work
	run installer work
	[ "$status" -eq 1 ]
	[[ "$output" == *"not bare"* ]]
	run installer work/.git
	[ "$status" -eq 1 ]
	[[ "$output" == *"not bare"* ]]
	[ ! -e work/.git/hooks/pre-receive ]
}

@test "a folder that is no repository is refused" {
	run installer "$server"
	[ "$status" -eq 1 ]
	[[ "$output" == *"not a Git repository"* ]]
	run installer "$server/nowhere"
	[ "$status" -eq 1 ]
	[[ "$output" == *"no such folder"* ]]
}

@test "core.hooksPath is named, and the repository is refused" {
	git -C "$shop" config core.hooksPath /srv/hooks
	before=$(snapshot "$shop")
	run installer "$shop"
	[ "$status" -eq 1 ]
	[[ "$output" == *"core.hooksPath is /srv/hooks"* ]]
	[ "$before" = "$(snapshot "$shop")" ]
}

@test "a hooks folder that is shared through a symbolic link is refused" {
	rm -r "$shop/hooks"
	mkdir shared
	ln -s "$BATS_TEST_TMPDIR/shared" "$shop/hooks"
	run installer "$shop"
	[ "$status" -eq 1 ]
	[[ "$output" == *"symbolic link"* ]]
	[ -z "$(ls shared)" ]
}

@test "a repository that its group may write is refused, since its hotfix.ini would not be trusted" {
	git init -q --bare --shared=group "$server/group.git"
	run installer "$server/group.git"
	[ "$status" -eq 1 ]
	[[ "$output" == *"chmod go-w"* ]]
	[ ! -e "$server/group.git/hooks/pre-receive" ]
}

@test "in a repository of Gitea the hooks go into the folders that Gitea runs" {
	for hook in pre-receive update post-receive; do
		mkdir "$shop/hooks/$hook.d"
		printf '#!/bin/sh\n# gitea\n' >"$shop/hooks/$hook"
	done
	run installer "$shop"
	echo "$output"
	[ "$status" -eq 0 ]
	for hook in pre-receive update post-receive; do
		[ "$(readlink "$shop/hooks/$hook.d/hotfix")" = "$prefix/libexec/hotfix/$hook" ]
		grep -q gitea "$shop/hooks/$hook"
	done
	grep -qx 'from = gitea' "$shop/hotfix.ini"
	run installer --uninstall "$shop"
	[ -z "$(find "$shop/hooks" -type l)" ]
}

@test "in a repository of GitLab the hooks go into custom_hooks" {
	git -C "$shop" config gitlab.fullpath team/shop
	run installer "$shop"
	echo "$output"
	[ "$status" -eq 0 ]
	for hook in pre-receive update post-receive; do
		[ "$(readlink "$shop/custom_hooks/$hook.d/hotfix")" = "$prefix/libexec/hotfix/$hook" ]
		[ ! -e "$shop/hooks/$hook" ]
	done
	grep -qx 'from = gitlab' "$shop/hotfix.ini"
}

@test "for a repository of gitolite it explains the way by hand and changes nothing" {
	ln -s /home/git/.gitolite/hooks/common/update "$shop/hooks/update"
	before=$(snapshot "$shop")
	run installer "$shop"
	echo "$output"
	[ "$status" -eq 1 ]
	[[ "$output" == *"VREF/hotfix"* ]]
	[[ "$output" == *"$prefix/libexec/hotfix/update"* ]]
	[ "$before" = "$(snapshot "$shop")" ]
}

@test "a failure half-way puts back what was there, and the repository works as before" {
	printf '[production]\nbranch = refs/heads/main\n[state]\nfile = /nonexistent/folder/state.sqlite\n' >"$shop/hotfix.ini"
	printf '#!/bin/sh\necho mine\n' >"$shop/hooks/pre-receive"
	chmod +x "$shop/hooks/pre-receive"
	before=$(snapshot "$shop")
	run installer "$shop"
	echo "$output"
	[ "$status" -eq 1 ]
	[[ "$output" == *"/nonexistent/folder"* ]]
	[[ "$output" == *"putting back what was there"* ]]
	diff -u <(echo "$before") <(snapshot "$shop")
}

@test "what root installs in a repository belongs to the repository's owner" {
	[ "$(id -u)" -eq 0 ] || skip "only root can try this"
	owner=$(getent passwd nobody | cut -d: -f1)
	[ -n "$owner" ] || skip "there is no user nobody"
	place=$(mktemp -d /tmp/hotfix-owner.XXXXXX)
	chmod 755 "$place"
	make_bare "$place/shop.git"
	chown -R "$owner" "$place/shop.git"
	run "$top/install.sh" --prefix "$place/prefix" "$place/shop.git"
	echo "$output"
	strangers=$(find "$place/shop.git" ! -user "$owner")
	links=$(find "$place/shop.git/hooks" -type l | wc -l)
	rm -rf "$place"
	[ "$status" -eq 0 ]
	[ -z "$strangers" ]
	[ "$links" -eq 3 ]
}

@test "another prefix moves the links" {
	run installer "$shop"
	run "$top/install.sh" --prefix "$BATS_TEST_TMPDIR/other" "$shop"
	[ "$status" -eq 0 ]
	[ "$(readlink "$shop/hooks/update")" = "$BATS_TEST_TMPDIR/other/libexec/hotfix/update" ]
	[ ! -e "$shop/hooks/update.chained" ]
}

@test "a program that differs is replaced by a rename, so that a push at that moment finds one" {
	run installer "$shop"
	echo old >"$prefix/libexec/hotfix/update"
	ln "$prefix/libexec/hotfix/update" kept
	run installer "$shop"
	[ "$status" -eq 0 ]
	[ "$(cat kept)" = old ]
	cmp "$prefix/libexec/hotfix/update" "$BUILD/libexec/hotfix/update"
}

@test "wrong usage is told, with exit 2" {
	for wrong in --nonsense --all --purge ''; do
		# shellcheck disable=SC2086 # the empty one is no argument
		run installer $wrong
		[ "$status" -eq 2 ]
		[[ "$output" == *"--help"* ]]
	done
	run "$top/install.sh" --help
	[ "$status" -eq 0 ]
	[[ "$output" == *--uninstall* ]]
}
