#!/bin/sh
# Installs the hotfix hooks into bare Git repositories, and takes them out again. `./install.sh --help` says how.
set -eu
LC_ALL=C
export LC_ALL
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_NAMESPACE GIT_OBJECT_DIRECTORY CDPATH

program=${0##*/}
source_folder=$(cd "$(dirname "$0")" && pwd -P)
prefix=/usr/local
action=install
service=false
units=/etc/systemd/system
dry_run=false
purge=false
mode=warn
all_folder=
work=
changed=false
failed=0
done_count=0

usage()
{
	cat <<HELP
usage: ./$program [--prefix FOLDER] [--enforce] [--dry-run] REPOSITORY...
       ./$program [--prefix FOLDER] [--enforce] [--dry-run] --all FOLDER
       ./$program --uninstall [--purge] [--dry-run] REPOSITORY... | --all FOLDER
       ./$program --service [--prefix FOLDER] [--dry-run] [--uninstall] REPOSITORY... | --all FOLDER
       ./$program --deps [--dry-run]
       ./$program --demo

Installs what is missing to build, builds, installs under the prefix, and puts the three hooks into each bare
repository. A hook that is there already is kept and runs first. A hotfix.ini that is there already is not touched.
Running it again changes nothing, or brings the programs up to date.

  --all FOLDER     every bare repository below FOLDER
  --prefix FOLDER  where the programs go: FOLDER/libexec/hotfix, FOLDER/bin, FOLDER/share (default $prefix)
  --enforce        a new hotfix.ini refuses from the first push on; without it, it only warns (mode = warn)
  --dry-run        print every action and change nothing
  --uninstall      put back the hooks and the configuration values that were there before; keep hotfix.ini, the
                   state and the programs
  --purge          with --uninstall: remove hotfix.ini, the state and the log too
  --service        instead, let systemd run "hotfixctl deliver --watch" for each repository or for all below the folder,
                   as their owner; with --uninstall, no more. Where systemd does not run, the unit is written alone
  --units FOLDER   where units go (default $units); elsewhere they are written and not started
  --deps           only install the packages that are needed to build
  --demo           show the whole procedure on a throwaway server, and leave nothing behind but packages
  --help           this text

Exit: 0 done, 1 something failed (what was done to each repository is printed), 2 wrong usage.
HELP
}

say()
{
	printf '%s\n' "$*"
}

# One line about the repository in hand.
note()
{
	printf '  %-20s %s\n' "$1" "$2"
}

complain()
{
	printf '%s: %s\n' "$program" "$*" >&2
}

die()
{
	complain "$@"
	exit 1
}

wrong_usage()
{
	complain "$1"
	printf 'try: ./%s --help\n' "$program" >&2
	exit 2
}

# Runs a command that changes something, or only prints it.
act()
{
	if $dry_run; then
		printf '  would run: %s\n' "$*"
	else
		"$@"
	fi
}

# --- packages and programs ---

is_root()
{
	[ "$(id -u)" -eq 0 ]
}

has()
{
	command -v "$1" >/dev/null 2>&1
}

missing_debian_packages()
{
	for package in "$@"; do
		# shellcheck disable=SC2016 # the format is for dpkg-query
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || printf '%s ' "$package"
	done
}

# What --deps looks for where there is no dpkg: programs and pkg-config modules.
missing_parts()
{
	for part in cc make pkg-config git; do
		has "$part" || printf '%s ' "$part"
	done
	for part in libgit2 libcurl inih sqlite3 jansson libcrypto libpcre2-8; do
		pkg-config --exists "$part" 2>/dev/null || printf '%s ' "$part"
	done
}

explain_parts()
{
	complain "missing: $1"
	cat >&2 <<'HELP'
get them with the packages of your distribution, with root's rights, and run this again:
  Fedora, RHEL+EPEL:  dnf install gcc make pkgconf git libgit2-devel libcurl-devel inih-devel sqlite-devel \
                        jansson-devel openssl-devel pcre2-devel
  Alpine:             apk add build-base pkgconf git libgit2-dev curl-dev inih-dev sqlite-dev jansson-dev \
                        openssl-dev pcre2-dev util-linux
  Arch:               pacman -S --needed base-devel git libgit2 curl libinih sqlite jansson openssl pcre2
  openSUSE:           zypper install gcc make pkgconf git libgit2-devel libcurl-devel inih-devel sqlite3-devel \
                        libjansson-devel libopenssl-devel pcre2-devel
HELP
}

install_debian_packages()
{
	missing=$(missing_debian_packages "$@")
	[ -n "$missing" ] || return 0
	say "packages that are missing: $missing"
	changed=true
	if is_root; then
		as_root=
	elif has sudo; then
		as_root=sudo
	else
		complain "installing them needs root. As root:"
		complain "  apt-get update && apt-get install --no-install-recommends $missing"
		$dry_run || exit 1
		return 0
	fi
	# shellcheck disable=SC2086 # lists of words
	{
		act $as_root apt-get -q update
		act $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 \
			install --no-install-recommends $missing
	} >&2 || die "apt-get failed; nothing else was done"
}

install_packages()
{
	if has apt-get && has dpkg-query; then
		# shellcheck disable=SC2046 # a list of words
		install_debian_packages git $(sh "$source_folder/tests/check/packages.sh" --list build) "$@"
		return
	fi
	missing=$(missing_parts)
	if [ -n "$missing" ]; then
		explain_parts "$missing"
		$dry_run || exit 1
	fi
	for package in "$@"; do
		has "$package" || die "missing: $package"
	done
}

# Puts one built file in its place by a rename: a push at this moment finds the old program or the new one, never none.
install_file()
{
	new=$1
	target=$2
	cmp -s "$new" "$target" && return 0
	changed=true
	programs_changed=true
	mkdir -p "$(dirname "$target")" || return 1
	cp "$new" "$target.new.$$" && chmod "$(file_mode "$new")" "$target.new.$$" && mv -f "$target.new.$$" "$target"
}

file_mode()
{
	if [ -x "$1" ]; then
		echo 0755
	else
		echo 0644
	fi
}

install_programs()
{
	programs_changed=false
	if $dry_run; then
		say "would run: make -C $source_folder install PREFIX=$prefix, and copy what differs"
		return 0
	fi
	umask 022
	say "building in $source_folder"
	if ! make -s -C "$source_folder" install PREFIX="$prefix" DESTDIR="$work/stage" >"$work/make.log" 2>&1; then
		tail -n 20 "$work/make.log" >&2
		die "the build failed; nothing was installed"
	fi
	(cd "$work/stage" && find . -type f) >"$work/files"
	while IFS= read -r file; do
		install_file "$work/stage/$file" "/${file#./}" || die "cannot write /${file#./}; repositories were not touched"
	done <"$work/files"
	if $programs_changed; then
		say "installed under $prefix"
	else
		say "programs under $prefix are up to date"
	fi
}

# --- the command line ---

find_repositories()
{
	[ -d "$1" ] || die "$1: no such folder"
	find "$(cd "$1" && pwd -P)" -type d -exec test -d '{}/objects' \; -exec test -d '{}/refs' \; -print -prune
}

# --all passes over what is not bare; a repository that is named and cannot be done is a failure.
do_all()
{
	find_repositories "$all_folder" >"$work/repositories"
	[ -s "$work/repositories" ] || die "$all_folder: no bare repository below it"
	while IFS= read -r found <&3; do
		case $found in
		*/.git)
			say "$found: passed over, not bare"
			continue
			;;
		esac
		do_repository "$found" || failed=$((failed + 1))
	done 3<"$work/repositories"
}

finish()
{
	$changed || [ "$failed" -gt 0 ] || say "nothing changed"
	if $dry_run; then
		say "dry run: nothing was changed"
	elif [ "$action" = install ] && $changed && [ "$done_count" -gt 0 ]; then
		say "next: read hotfix.ini of each repository, then $prefix/bin/hotfixctl -C REPOSITORY check"
	fi
	[ "$failed" -eq 0 ] || die "$failed of the repositories could not be done; the reasons are above"
}

do_repositories()
{
	for part in check change repository service; do
		# shellcheck disable=SC1090 # four files, each checked by itself
		. "$source_folder/installer/$part.sh"
	done
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	if [ "$action" != uninstall ]; then
		install_packages
		install_programs
		! $programs_changed || restart_services || die "a service could not be restarted"
	fi
	if $service; then
		do_services "$@"
		finish
		return
	fi
	[ -z "$all_folder" ] || do_all
	for named in "$@"; do
		do_repository "$named" || failed=$((failed + 1))
	done
	[ "$action" != uninstall ] || remove_services_of ${all_folder:+"$all_folder"} "$@"
	finish
}

# shellcheck disable=SC2034 # mode and units are read by installer/*.sh
while [ $# -gt 0 ]; do
	case $1 in
	--prefix | --all | --units)
		[ $# -gt 1 ] || wrong_usage "$1 needs a folder"
		case $1 in
		--all) all_folder=$2 ;;
		--units) units=$2 ;;
		*) prefix=$2 ;;
		esac
		shift
		;;
	--prefix=*) prefix=${1#*=} ;;
	--units=*) units=${1#*=} ;;
	--all=*) all_folder=${1#*=} ;;
	--enforce) mode=enforce ;;
	--dry-run) dry_run=true ;;
	--service) service=true ;;
	--uninstall) action=uninstall ;;
	--purge) purge=true ;;
	--deps) action=deps ;;
	--demo) action=demo ;;
	-h | --help)
		usage
		exit 0
		;;
	--)
		shift
		break
		;;
	-*) wrong_usage "unknown option $1" ;;
	*) break ;;
	esac
	shift
done

case $prefix in
/*) ;;
*) prefix=$PWD/$prefix ;;
esac
case $prefix in
*[\"\'\\\$\`]*) wrong_usage "--prefix: no quote, backslash or dollar may be in it" ;;
esac
case $units in
/*) ;;
*) units=$PWD/$units ;;
esac
! $purge || [ "$action" = uninstall ] || wrong_usage "--purge goes with --uninstall"
! $purge || ! $service || wrong_usage "--purge goes without --service"
case $service:$action in
false:* | true:uninstall) ;;
true:install) action=service ;;
*) wrong_usage "--service goes with --uninstall or alone" ;;
esac

case $action in
deps)
	install_packages
	$changed || say "nothing is missing"
	;;
demo)
	install_packages webhook
	exec sh "$source_folder/installer/demo.sh"
	;;
*)
	[ $# -gt 0 ] || [ -n "$all_folder" ] || wrong_usage "name a repository, or --all FOLDER"
	do_repositories "$@"
	;;
esac
