# shellcheck shell=sh
# Part of install.sh: the deliverer as a service of systemd(1), one unit for each user and each place that it serves.
# shellcheck disable=SC2154 # prefix, action, dry_run, work, units and source_folder are set by install.sh
# shellcheck disable=SC2034 # changed and done_count are read by install.sh

unit_mark='# Written by install.sh of the hotfix hooks.'

# --- words for systemd and the shell ---

# TEXT as one word for a shell.
shell_word()
{
	case $1 in
	'' | *[!A-Za-z0-9/._@:=+,-]*) printf "'%s'" "$(printf '%s\n' "$1" | sed "s/'/'\\\\''/g")" ;;
	*) printf '%s' "$1" ;;
	esac
}

# PATH as one word of a command line in a unit (systemd.syntax(7), systemd.unit(5), SPECIFIERS).
unit_word()
{
	case $1 in
	*[!A-Za-z0-9/._@:=+,-]*) printf '"%s"' "$(printf '%s\n' "$1" | sed 's/[\\"]/\\&/g; s/%/%%/g')" ;;
	*) printf '%s' "$1" ;;
	esac
}

# The same behind the name of the program, where variables are replaced too (systemd.service(5), COMMAND LINES).
unit_argument()
{
	unit_word "$1" | sed 's/\$/$$/g'
}

# TEXT as a part of the name of a unit (systemd.unit(5), STRING ESCAPING FOR INCLUSION IN UNIT NAMES).
unit_escape()
{
	printf '%s' "$1" | od -An -v -tx1 | tr -s ' ' '\n' | awk '
		BEGIN {
			for (i = 32; i < 127; i++)
				plain[sprintf("%02x", i)] = sprintf("%c", i)
		}
		$0 == "" { next }
		$0 == "2f" { printf "-"; at++; next }
		{ printf "%s", plain[$0] ~ /^[A-Za-z0-9:_.]$/ && (at++ || $0 != "2e") ? plain[$0] : "\\x" $0 }'
}

unit_escape_path()
{
	if [ "$1" = / ]; then
		printf '%s' -
	else
		unit_escape "${1#/}"
	fi
}

# --- what a unit says ---

can_be_named()
{
	case $1 in
	*[[:cntrl:]]*) return 1 ;;
	esac
	! has iconv || printf '%s' "$1" | iconv -f UTF-8 -t UTF-8 >/dev/null 2>&1
}

# Sets what the unit in hand is, for USER and what it serves: PATH, with --all before it for all below.
plan_unit()
{
	unit_user=$1
	place=${2#--all }
	unit=hotfix-deliver-$(unit_escape "$1")@$(unit_escape_path "$place").service
	case $2 in
	"--all "*)
		unit_command="$(unit_word "$prefix/bin/hotfixctl") deliver --watch --all $(unit_argument "$place")"
		shell_command="$(shell_word "$prefix/bin/hotfixctl") deliver --watch --all $(shell_word "$place")"
		;;
	*)
		unit_command="$(unit_word "$prefix/bin/hotfixctl") -C $(unit_argument "$place") deliver --watch"
		shell_command="$(shell_word "$prefix/bin/hotfixctl") -C $(shell_word "$place") deliver --watch"
		;;
	esac
	if [ "${#unit}" -gt 255 ]; then
		complain "$place: the path is too long for the name of a unit"
		return 1
	fi
	if ! can_be_named "$place$prefix"; then
		complain "$place, $prefix: a control character or no UTF-8 in a path, which a unit cannot name"
		return 1
	fi
}

# Where the service must see what systemd would hide: "no" for the two settings.
private_tmp()
{
	case $place/:$prefix/ in
	/tmp/* | /var/tmp/* | *:/tmp/* | *:/var/tmp/*) echo no ;;
	*) echo yes ;;
	esac
}

protect_system()
{
	case $place/ in
	/usr/* | /boot/* | /efi/* | /etc/* | //) echo no ;;
	*) echo full ;;
	esac
}

# Root makes files on behalf of who owns the folder, whose group may be another one.
capabilities()
{
	[ "$(id -u "$unit_user")" -ne 0 ] || echo CAP_CHOWN
}

# A name that systemd might not take is a number.
user_in_unit()
{
	case $unit_user in
	[!A-Za-z_]* | *[!A-Za-z0-9_-]*) id -u "$unit_user" ;;
	*) echo "$unit_user" ;;
	esac
}

unit_text()
{
	echo "$unit_mark"
	user=$(user_in_unit) command=$unit_command tmp=$(private_tmp) system=$(protect_system) \
		capabilities=$(capabilities) awk '
		/^Description=/ { print "Description=Deliver hotfix events of %f"; next }
		/^User=/ { print "User=" ENVIRON["user"]; next }
		/^ExecStart=/ { print "ExecStart=" ENVIRON["command"]; next }
		/^CapabilityBoundingSet=/ { print "CapabilityBoundingSet=" ENVIRON["capabilities"]; next }
		/^PrivateTmp=/ { print "PrivateTmp=" ENVIRON["tmp"]; next }
		/^ProtectSystem=/ { print "ProtectSystem=" ENVIRON["system"]; next }
		{ print }' "$source_folder/share/systemd/hotfix-deliver.service"
}

# --- systemd ---

# What is written elsewhere than where the running systemd looks is for another machine.
systemd_runs()
{
	[ "$units" = /etc/systemd/system ] && [ -d /run/systemd/system ] && has systemctl
}

is_running()
{
	systemctl is-enabled --quiet "$unit" 2>/dev/null && systemctl is-active --quiet "$unit"
}

explain_by_hand()
{
	note "by hand" "where systemd runs: systemctl daemon-reload && systemctl enable --now $(shell_word "$unit")"
	note "without systemd" "as $unit_user, at each start of the machine:"
	note "" "nohup $shell_command </dev/null >>hotfix-deliver.log 2>&1 &"
}

start_service()
{
	if ! systemd_runs; then
		$unit_changed || return 0
		note service "not started: systemd does not run here"
		explain_by_hand
		return 0
	fi
	! is_running || $unit_changed || return 0
	changed_here
	if $dry_run; then
		note service "would be enabled and started"
		return 0
	fi
	if ! systemctl daemon-reload || ! systemctl enable --quiet "$unit" || ! systemctl restart "$unit"; then
		complain "$unit could not be started: systemctl status $(shell_word "$unit")"
		return 1
	fi
	note service "enabled and started"
}

# A unit of this name that does not begin with our mark is somebody else's.
check_unit_file()
{
	if [ -L "$units/$unit" ] || { [ -e "$units/$unit" ] && [ "$(head -n 1 "$units/$unit")" != "$unit_mark" ]; }; then
		complain "$units/$unit: a file of somebody else; take it away, then run this again"
		return 1
	fi
}

write_unit()
{
	check_unit_file || return 1
	unit_text >"$work/unit" || return 1
	unit_changed=false
	! cmp -s "$work/unit" "$units/$unit" || return 0
	unit_changed=true
	changed_here
	if $dry_run; then
		note unit "would be written: $units/$unit"
		note "" "runs as $unit_user: $shell_command"
		return 0
	fi
	mkdir -p "$units" && cp "$work/unit" "$units/$unit.new" && chmod 644 "$units/$unit.new" &&
		mv -f "$units/$unit.new" "$units/$unit" || return 1
	note unit "written: $units/$unit"
	note "" "runs as $unit_user: $shell_command"
}

# Stops, disables and removes the unit in hand.
remove_unit()
{
	check_unit_file || return 1
	changed_here
	if $dry_run; then
		note unit "would be stopped, disabled and removed: $units/$unit"
		return 0
	fi
	! systemd_runs || systemctl disable --quiet --now "$unit" || return 1
	rm -f "$units/$unit" || return 1
	! systemd_runs || systemctl daemon-reload || return 1
	note unit "stopped, disabled and removed: $units/$unit"
	[ ! -d "$units/$unit.d" ] || note "" "left there, since it is not ours: $units/$unit.d"
}

# Of every user that serves PLACE, which may be gone.
remove_units()
{
	place=$(cd "$1" 2>/dev/null && pwd -P) || place=$1
	place=$(unit_escape_path "$place")
	for found in "$units"/hotfix-deliver-*@"$place".service; do
		[ -e "$found" ] || continue
		unit=${found##*/}
		remove_unit || return 1
	done
}

# The programs are new: whoever runs the old ones begins again with them.
restart_services()
{
	systemd_runs && is_root || return 0
	for found in "$units"/hotfix-deliver-*@*.service; do
		unit=${found##*/}
		grep -qsF "ExecStart=$(unit_word "$prefix/bin/hotfixctl") " "$found" || continue
		systemctl is-active --quiet "$unit" || continue
		systemctl restart "$unit" || return 1
		say "$unit restarted with the new programs"
	done
}

# --- the command line ---

add_unit()
{
	plan_unit "$1" "$2" && write_unit && start_service
}

owner_of()
{
	# shellcheck disable=SC2012 # the number of the owner, which find of POSIX does not print
	number=$(ls -ldn "$1" | awk '{ print $3 }')
	owner_name=$(getent passwd "$number" | cut -d: -f1)
	[ -n "$owner_name" ] || {
		complain "$1: its owner, user id $number, is not known to this system"
		return 1
	}
}

uses_hooks()
{
	layout=$(detect_layout)
	[ -e "$repository/hotfix.ini" ] || [ -e "$system_file" ] || is_ours "$(hook_path post-receive)" post-receive
}

add_service()
{
	enter_repository "$1" && check_repository && owner_of "$repository" || return 1
	if ! uses_hooks; then
		complain "$repository: the hooks are not in it; ./$program $(shell_word "$repository") puts them in"
		return 1
	fi
	add_unit "$owner_name" "$repository"
}

# One unit for each user that owns a bare repository below the folder.
add_services_below()
{
	repository=$(cd "$1" 2>/dev/null && pwd -P) || die "$1: no such folder"
	find_repositories "$repository" >"$work/repositories"
	while IFS= read -r found <&3; do
		case $found in
		*/.git) continue ;;
		esac
		owner_of "$found" && echo "$owner_name" || failed=$((failed + 1))
	done 3<"$work/repositories" >"$work/owners"
	[ -s "$work/owners" ] || die "$repository: no bare repository below it"
	sort -u "$work/owners" >"$work/users"
	while IFS= read -r user <&3; do
		add_unit "$user" "--all $repository" || failed=$((failed + 1))
	done 3<"$work/users"
}

# What is done with one place: COMMAND PLACE.
do_place()
{
	touched=false
	repository=$2
	"$@" || failed=$((failed + 1))
	$touched || say "$repository: nothing to do"
}

do_services()
{
	do_one=add_service
	do_folder=add_services_below
	if [ "$action" = uninstall ]; then
		do_one=remove_units
		do_folder=remove_units
	fi
	$dry_run || is_root || [ "$units" != /etc/systemd/system ] ||
		die "a service of systemd is the matter of root; without it: hotfixctl deliver --watch, README.md"
	[ -z "$all_folder" ] || do_place "$do_folder" "$all_folder"
	for named in "$@"; do
		do_place "$do_one" "$named"
	done
}

# Where the hooks are taken out the service goes too, if there is one and this is somebody who may.
remove_services_of()
{
	[ -w "$units" ] || return 0
	for named in "$@"; do
		touched=false
		repository=$named
		remove_units "$named" || failed=$((failed + 1))
	done
}
