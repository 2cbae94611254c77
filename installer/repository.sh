# shellcheck shell=sh
# Part of install.sh: what is done to one repository, in order.
# shellcheck disable=SC2154 # prefix, action, purge, dry_run and work are set by install.sh
# shellcheck disable=SC2034 # changed and done_count are read by install.sh

hooks='post-receive pre-receive update'

# The first change prints the repository's name above what follows.
changed_here()
{
	changed=true
	$touched || say "$repository"
	touched=true
}

begin_record()
{
	[ "$(recorded install.prefix)" != "$prefix" ] || return 0
	changed_here
	$dry_run || { record install.layout "$layout" && record install.prefix "$prefix"; }
}

end_record()
{
	$dry_run || [ -n "$(recorded install.finished)" ] || record install.finished "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
}

# What is there now was never news: without this, the first announcement would be of everything.
record_tips()
{
	[ -z "$(recorded install.baseline)" ] || return 0
	changed_here
	if $dry_run; then
		note tips "would be recorded as announced"
		return 0
	fi
	as_owner "$prefix/bin/hotfixctl" --repository "$repository" baseline >"$work/baseline" 2>&1 </dev/null || {
		cat "$work/baseline" >&2
		complain "$repository: hotfixctl baseline failed"
		return 1
	}
	record install.baseline "$(date -u +%Y-%m-%dT%H:%M:%SZ)" && note tips "recorded as announced"
}

install_hooks()
{
	for hook in $hooks; do
		install_hook "$hook" || return 1
	done
}

install_repository()
{
	if ! $dry_run && ! as_owner test -x "$prefix/libexec/hotfix/pre-receive"; then
		complain "$repository: its owner, ${owner:-you}, cannot run $prefix/libexec/hotfix/pre-receive"
		return 1
	fi
	fresh=$(recorded install.prefix || :)
	wrote_file=false
	begin_record && write_starting_file && set_values && record_tips && install_hooks && end_record && return 0
	complain "$repository: not finished"
	[ -n "$fresh" ] || $dry_run || {
		complain "$repository: putting back what was there"
		! $wrote_file || as_owner rm -f "$repository/hotfix.ini"
		uninstall_repository
	}
	return 1
}

purge_repository()
{
	$purge || return 0
	for path in "$repository"/hotfix.ini "$repository"/hotfix.sqlite* "$repository"/hotfix.log \
		"$repository"/hotfix.receipt* "$repository"/hotfix.announce*.lock "$repository"/hotfix.deliver*.lock; do
		[ -e "$path" ] || [ -L "$path" ] || continue
		file=${path##*/}
		changed_here
		if $dry_run; then
			note "$file" "would be removed"
		else
			as_owner rm -f "$path" && note "$file" "removed"
		fi
	done
}

uninstall_repository()
{
	layout=$(recorded install.layout) || layout=$(detect_layout)
	for hook in update pre-receive post-receive; do
		remove_hook "$hook" || return 1
	done
	restore_values && purge_repository || return 1
	[ ! -e "$repository/hotfix.installed" ] || $dry_run || as_owner rm -f "$repository/hotfix.installed"
}

do_repository()
{
	touched=false
	enter_repository "$1" && check_repository || return 1
	if [ "$action" = uninstall ]; then
		uninstall_repository || return 1
	else
		install_repository || return 1
	fi
	done_count=$((done_count + 1))
	$touched || say "$repository: nothing to do"
}
