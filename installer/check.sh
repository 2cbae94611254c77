# shellcheck shell=sh
# Part of install.sh: which repository is in hand, and whether the hooks can be put into it.
# Sets repository, owner (empty: this user), owner_home, group and layout for the parts that change something.
# shellcheck disable=SC2154 # prefix, action and work are set by install.sh

# Runs a command as the owner of the repository in hand, so that what it writes is the owner's and nothing that lies in
# the repository is followed with root's rights.
as_owner()
{
	if [ -z "$owner" ]; then
		"$@"
	elif has setpriv; then
		(cd / && setpriv --reuid "$owner" --regid "$group" --init-groups -- env HOME="$owner_home" "$@")
	else
		(cd / && runuser -u "$owner" -- env HOME="$owner_home" "$@")
	fi
}

# git on the repository in hand.
repository_git()
{
	as_owner git -C "$repository" --git-dir="$repository" "$@" </dev/null
}

# Git's configuration syntax serves as the notebook of what was done, so that it can be undone.
record()
{
	as_owner git config --file "$repository/hotfix.installed" "$@" </dev/null
}

recorded()
{
	as_owner git config --file "$repository/hotfix.installed" --get "$1" </dev/null 2>/dev/null
}

# Sets repository, owner, group, owner_home; fails with the reason when this is no repository that we can work on.
enter_repository()
{
	repository=$(cd "$1" 2>/dev/null && pwd -P) || {
		complain "$1: no such folder"
		return 1
	}
	case $repository in
	*"
"*)
		complain "$1: a newline in the path"
		return 1
		;;
	esac
	owner=
	# shellcheck disable=SC2046 # columns of ls: mode, links, owner, group
	set -- $(ls -ldn "$repository")
	if [ "$3" != "$(id -u)" ]; then
		is_root || {
			complain "$repository: belongs to another user; run this as root or as that user"
			return 1
		}
		owner=$(getent passwd "$3" | cut -d: -f1)
		owner_home=$(getent passwd "$3" | cut -d: -f6)
		group=$4
		[ -n "$owner" ] || {
			complain "$repository: its owner, user id $3, is not known to this system"
			return 1
		}
	fi
}

# True when REPOSITORY looks like a Git folder (gitrepository-layout(5)).
is_git_folder()
{
	[ -e "$1/HEAD" ] || [ -L "$1/HEAD" ] || return 1
	[ -d "$1/objects" ] && [ -d "$1/refs" ]
}

check_repository()
{
	if ! is_git_folder "$repository"; then
		if [ -e "$repository/.git" ]; then
			complain "$repository: not bare: it has a work tree; the hooks are for the server's bare repositories"
		else
			complain "$repository: not a Git repository"
		fi
		return 1
	fi
	bare=$(repository_git rev-parse --is-bare-repository 2>"$work/error") || {
		complain "$repository: git cannot open it: $(cat "$work/error")"
		return 1
	}
	[ "$bare" = true ] || {
		complain "$repository: not bare: it has a work tree; the hooks are for the server's bare repositories"
		return 1
	}
	[ "$action" = install ] || return 0
	format=$(repository_git rev-parse --show-object-format)
	[ "$format" = sha1 ] || {
		complain "$repository: its objects are $format; the hooks judge SHA-1 repositories only and refuse the rest"
		return 1
	}
	check_place
}

# Things that would make the installation useless or dangerous.
check_place()
{
	hooks_path=$(repository_git config --get core.hooksPath) && {
		complain "$repository: core.hooksPath is $hooks_path: Git would not run the hooks in this repository;" \
			"take it out (git config --show-origin core.hooksPath says where it is), then run this again"
		return 1
	}
	layout=$(detect_layout)
	case $layout in
	gitolite)
		explain_gitolite
		return 1
		;;
	plain)
		[ ! -L "$repository/hooks" ] || {
			complain "$repository: hooks is a symbolic link to $(readlink "$repository/hooks"), which other" \
				"repositories may share; make it a folder of this repository, then run this again"
			return 1
		}
		;;
	esac
	if [ -n "$(find "$repository" -prune \( -perm -020 -o -perm -002 \) ! -perm -1000)" ]; then
		complain "$repository: others than its owner may write this folder, so they can also replace the hooks, and" \
			"a hotfix.ini in it is not trusted; take that away (chmod go-w $repository), or let people push" \
			"through one service account that owns the repositories; then run this again"
		return 1
	fi
}

detect_layout()
{
	case $(readlink "$repository/hooks/update" 2>/dev/null || :) in
	*/hooks/common/update)
		echo gitolite
		return
		;;
	esac
	if [ -e "$repository/gl-conf" ]; then
		echo gitolite
	elif [ -d "$repository/hooks/pre-receive.d" ]; then
		echo gitea
	elif [ -d "$repository/custom_hooks" ] || repository_git config --get gitlab.fullpath >/dev/null; then
		echo gitlab
	else
		echo plain
	fi
}

explain_gitolite()
{
	complain "$repository: managed by gitolite, which writes hooks/update itself. There the suite goes in by hand:"
	cat >&2 <<HELP
  1. in ~/.gitolite.rc set LOCAL_CODE => "\$ENV{HOME}/local" and enable 'repo-specific-hooks'; then, as gitolite's user:
       mkdir -p ~/local/VREF ~/local/hooks/repo-specific
       ln -s $prefix/libexec/hotfix/update ~/local/VREF/hotfix
       ln -s $prefix/libexec/hotfix/pre-receive ~/local/hooks/repo-specific/hotfix-pre-receive
       ln -s $prefix/libexec/hotfix/post-receive ~/local/hooks/repo-specific/hotfix-post-receive
  2. in each repository that is to be governed, a hotfix.ini with [pusher] from = gitolite, and
       $prefix/bin/hotfixctl -C $repository baseline
       git -C $repository config receive.fsckObjects true
       git -C $repository config receive.advertisePushOptions true
       git -C $repository config core.fsync committed,loose-object,reference
  3. in conf/gitolite.conf, for these repositories:
       repo $(basename "$repository" .git)
           -   VREF/hotfix   =   @all
           option hook.pre-receive  = hotfix-pre-receive
           option hook.post-receive = hotfix-post-receive
     Not in hooks/common: a repository without a hotfix.ini would refuse its pushes to HEAD's branch.
HELP
}
