# shellcheck shell=sh
# Part of install.sh: each change to the repository in hand, remembered in its file hotfix.installed, and its undoing.
# shellcheck disable=SC2154 # prefix, mode, dry_run, work, and what check.sh finds out
# shellcheck disable=SC2034 # changed and wrote_file are read elsewhere

system_file=/etc/hotfix/hotfix.ini
values='receive.fsckObjects=true receive.advertisePushOptions=true core.fsync=committed,loose-object,reference'

# --- hotfix.ini ---

starting_file()
{
	production=$(repository_git symbolic-ref -q HEAD) || production=refs/heads/main
	case $layout in
	plain) from=unix ;;
	*) from=$layout ;;
	esac
	case $repository in
	*[!A-Za-z0-9/._-]*) log=syslog ;;
	*) log=$repository/hotfix.log ;;
	esac
	cat <<INI
; How hotfixes reach production here. Every key: hotfix.ini(5); the commented example comes with the source.
; After a change: hotfixctl -C REPOSITORY check

[procedure]
; warn says what it would refuse, and refuses nothing; enforce refuses; off is silent.
; Read the log for a while (hotfixctl -C REPOSITORY log), then write: mode = enforce
mode = $mode
; guide = https://wiki.example.com/hotfix
; contact = ops@example.com

[pusher]
; Who says who pushed: unix (each person has an account here), gitolite, gitea, gitlab or http.
from = $from

[production]
; Every change of it is deployed. Repeat the key for further branches.
branch = $production

[hotfix]
branch = hotfix/{incident}-{slug}
incident = [A-Z][A-Z0-9]*-[0-9]+

; Joins who pushes with who writes and signs; without it a pusher and an address are two people.
; [person "alice"]
; email = alice@example.com
; login = alice

[role "reviewer"]
; Anyone may review, but never own work. Better: name people, or a Unix group with member = group:NAME.
member = *

[signoff "review"]
trailer = Reviewed-by
role = reviewer

; [webhook "deploy"]
; url = https://deploy.example.com/hooks/hotfix
; secret-file = /etc/hotfix/deploy.secret
; expect = deployed

[log]
; One JSON line for each push that was judged: syslog, or a file.
to = $log
INI
}

write_starting_file()
{
	if [ -e "$repository/hotfix.ini" ] || [ -L "$repository/hotfix.ini" ]; then
		return 0
	fi
	if [ -e "$system_file" ]; then
		[ -n "$(recorded install.prefix)" ] || note hotfix.ini "not written: $system_file is there and applies"
		return 0
	fi
	changed_here
	starting_file >"$work/hotfix.ini"
	if $dry_run; then
		note hotfix.ini "would be written, production $production, mode = $mode"
		return 0
	fi
	# shellcheck disable=SC2016 # for the shell that runs as the owner
	as_owner sh -c 'umask 022 && cat >"$1.new" && mv "$1.new" "$1"' sh "$repository/hotfix.ini" <"$work/hotfix.ini" &&
		wrote_file=true && note hotfix.ini "written: production is $production, mode = $mode"
}

# --- Git's configuration ---

# Sets KEY to VALUE and remembers what was there. A value that we set once and somebody changed since is theirs.
set_value()
{
	key=$1
	value=$2
	[ -z "$(recorded install.finished)" ] || return 0
	repository_git config --file "$repository/config" --get-all "$key" >"$work/before" || :
	before=$(cat "$work/before")
	[ "$before" != "$value" ] || return 0
	[ "$key" != core.fsync ] || [ "$before" != all ] || return 0
	changed_here
	if $dry_run; then
		note config "would set $key = $value"
		return 0
	fi
	if [ -z "$(recorded "set.$key.value")" ]; then
		while IFS= read -r line; do
			record --add "set.$key.before" "$line" || return 1
		done <"$work/before"
		record "set.$key.value" "$value" || return 1
	fi
	repository_git config --file "$repository/config" --replace-all "$key" "$value" && note config "$key = $value"
}

restore_value()
{
	key=$1
	value=$(recorded "set.$key.value") || return 0
	changed_here
	if [ "$(repository_git config --file "$repository/config" --get-all "$key")" != "$value" ]; then
		note config "$key left as it is: it was changed since the installation"
		return 0
	fi
	if $dry_run; then
		note config "would put back $key"
		return 0
	fi
	repository_git config --file "$repository/config" --unset-all "$key" || return 1
	record --get-all "set.$key.before" >"$work/before" 2>/dev/null || :
	while IFS= read -r line; do
		repository_git config --file "$repository/config" --add "$key" "$line" || return 1
	done <"$work/before"
	note config "$key put back"
}

set_values()
{
	for pair in $values; do
		set_value "${pair%%=*}" "${pair#*=}" || return 1
	done
}

restore_values()
{
	for pair in $values; do
		restore_value "${pair%%=*}" || return 1
	done
}

# --- hooks ---

# The path of hook $1 in the repository in hand, by who manages it.
hook_path()
{
	case $layout in
	gitea) echo "$repository/hooks/$1.d/hotfix" ;;
	gitlab) echo "$repository/custom_hooks/$1.d/hotfix" ;;
	*) echo "$repository/hooks/$1" ;;
	esac
}

# True when the hook is a link of ours, under whatever prefix.
is_ours()
{
	case $(readlink "$1" 2>/dev/null || :) in
	*/libexec/hotfix/"$2") return 0 ;;
	*) return 1 ;;
	esac
}

# Where the hook at $1 is kept. Git does not run a hook without execute permission, so that one is not chained either.
kept_name()
{
	if [ -x "$1" ]; then
		echo "$1.chained"
	else
		echo "$1.unused"
	fi
}

# A second name for the old hook first, then ours over it by a rename: there is a hook at every moment.
keep_old_hook()
{
	path=$1
	kept=$(kept_name "$path")
	if [ -e "$kept" ] || [ -L "$kept" ]; then
		complain "$path: a hook of somebody else, and $kept is there too; put the two into one file, then run this" \
			"again"
		return 1
	fi
	if [ "$layout" != plain ]; then
		complain "$path: a file of somebody else; give it another name, then run this again"
		return 1
	fi
	if $dry_run; then
		note "hooks/$2" "would be kept as hooks/${kept##*/}"
		return 0
	fi
	as_owner cp -pP "$path" "$kept.new" && as_owner mv "$kept.new" "$kept"
}

install_hook()
{
	name=$1
	path=$(hook_path "$name")
	target=$prefix/libexec/hotfix/$name
	[ "$(readlink "$path" 2>/dev/null || :)" != "$target" ] || return 0
	what=linked
	if ! is_ours "$path" "$name" && { [ -e "$path" ] || [ -L "$path" ]; }; then
		keep_old_hook "$path" "$name" || return 1
		case $kept in
		*.chained) what="linked; the hook that was there runs first, as hooks/$name.chained" ;;
		*) what="linked; the hook that was there had no execute permission, and is kept as hooks/$name.unused" ;;
		esac
	fi
	changed_here
	if $dry_run; then
		note "hooks/$name" "would become a link to $target"
		return 0
	fi
	as_owner mkdir -p "$(dirname "$path")" && as_owner rm -f "$path.new" && as_owner ln -s "$target" "$path.new" &&
		as_owner mv -f "$path.new" "$path" && note "${path#"$repository/"}" "$what"
}

remove_hook()
{
	name=$1
	path=$(hook_path "$name")
	kept=
	for old in "$path.chained" "$path.unused"; do
		if [ -e "$old" ] || [ -L "$old" ]; then
			kept=$old
		fi
	done
	if ! is_ours "$path" "$name"; then
		[ -z "$kept" ] || note "hooks/$name" "left as it is: no longer ours; hooks/${kept##*/} stays too"
		return 0
	fi
	changed_here
	if [ -n "$kept" ]; then
		if $dry_run; then
			note "hooks/$name" "would be put back from hooks/${kept##*/}"
		else
			as_owner mv -f "$kept" "$path" && note "hooks/$name" "put back as it was"
		fi
	elif $dry_run; then
		note "${path#"$repository/"}" "would be removed"
	else
		as_owner rm -f "$path" && note "${path#"$repository/"}" "removed"
	fi
}
