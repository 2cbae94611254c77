#!/bin/sh
# Debian packages that the suite needs: packages.sh [--list|--missing|--install] GROUP..., a GROUP being
# build, test, lint, analyze, coverage or fuzz. --list prints all of them, --missing those that are not installed, --install
# installs these.
# Exit: 0; 1 when something is missing and could not be installed; 2 when called wrongly.
set -u

usage() {
	echo "usage: packages.sh [--list|--missing|--install] build|test|lint|analyze|coverage|fuzz..." >&2
	exit 2
}

packages_of() {
	case $1 in
	build) echo gcc libc6-dev make pkg-config libgit2-dev libpcre2-dev zlib1g-dev libsqlite3-dev libinih-dev \
		libjansson-dev libcurl4-openssl-dev libssl-dev librabbitmq-dev ;;
	test) echo git bats libcmocka-dev binutils procps util-linux ca-certificates curl jq webhook openssh-client gnupg \
		openssl sqlite3 strace mandoc systemd python3-prometheus-client nodejs npm nginx-light fcgiwrap tzdata \
		rabbitmq-server amqp-tools chromium valgrind ;;
	lint) echo clang-format clang-tidy cppcheck shellcheck ;;
	analyze) echo gcc clang clang-tools ;;
	coverage) echo gcovr ;;
	fuzz) echo clang libclang-rt-dev git nodejs ;;
	*) usage ;;
	esac
}

# What a package is for; it is not missing when another source (a newer Node.js, say) provides that command.
command_of() {
	case $1 in
	amqp-tools) echo amqp-get ;;
	binutils) echo readelf ;;
	clang-tools) echo scan-build ;;
	gnupg) echo gpg-agent ;;
	nginx-light) echo nginx ;;
	nodejs) echo node ;;
	openssh-client) echo ssh-keygen ;;
	procps) echo ps ;;
	systemd) echo systemd-analyze ;;
	util-linux) echo flock ;;
	*) echo "$1" ;;
	esac
}

missing() {
	# shellcheck disable=SC2086 # one word per package
	dpkg-query -W -f='${Package} ${db:Status-Status}\n' $wanted 2>/dev/null |
		awk -v wanted="$wanted" '
			$2 == "installed" { there[$1] = 1 }
			END { n = split(wanted, name, " "); for (i = 1; i <= n; i++) if (!there[name[i]]) print name[i] }' |
		while read -r package; do
			command -v "$(command_of "$package")" >/dev/null || echo "$package"
		done
}

# The lock: a machine that has just started may be installing its own updates.
apt_get() {
	$become env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" >&2
}

install_missing() {
	absent=$(missing | tr '\n' ' ')
	[ -n "$absent" ] || return 0
	echo "packages: installing $absent" >&2
	become=
	if [ "$(id -u)" -ne 0 ]; then
		become=sudo
		command -v sudo >/dev/null || {
			echo "packages: not root, and there is no sudo; as root: apt-get install --no-install-recommends $absent" >&2
			return 1
		}
	fi
	apt_get update || echo "packages: apt-get update failed; going on with the lists that are there" >&2
	# shellcheck disable=SC2086 # one word per package
	apt_get -y install --no-install-recommends $absent
}

case ${1-} in
--list | --missing | --install) action=$1 && shift ;;
*) usage ;;
esac
[ $# -gt 0 ] || usage
wanted=
for group in "$@"; do
	names=$(packages_of "$group") || exit 2
	wanted="$wanted $names"
done

if [ "$action" = --list ]; then
	echo "$wanted" | xargs -n 1
elif ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	echo "packages: not a Debian system; what is needed is called there:$wanted" >&2
elif [ "$action" = --missing ]; then
	missing
else
	install_missing || exit 1
fi
