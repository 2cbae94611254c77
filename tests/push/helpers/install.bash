# For the tests of install.sh: a folder "server" with one bare repository, and install.sh with a prefix of its own.
# shellcheck shell=bash disable=SC2034 # for bats; variables are for the tests

setup_installer() {
	top=${HOTFIX_SOURCE:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
	prefix=$BATS_FILE_TMPDIR/prefix
	server=$BATS_TEST_TMPDIR/server
	export BUILD=${HOTFIX_BUILD:-$top/build} SANITIZE=${HOTFIX_SANITIZE-}
	export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_EDITOR=true
	[ -n "$SANITIZE" ] || unset SANITIZE
	unset GL_USER
	mkdir -p "$server"
	cd "$BATS_TEST_TMPDIR" || return 1
	make_bare "$server/shop.git"
	shop=$server/shop.git
}

make_bare() {
	git init -q --bare -b main "$1"
}

installer() {
	"$top/install.sh" --prefix "$prefix" "$@" </dev/null
}

# A clone with one person in it; the first commit is pushed past the hooks when $3 is seed.
make_clone() {
	git clone -q "$1" "$2" 2>/dev/null
	git -C "$2" config user.name Alice
	git -C "$2" config user.email alice@example.com
	git -C "$2" switch -q -C main
}

commit() {
	echo "$2" >"$1/file"
	git -C "$1" add file
	git -C "$1" commit -q -m "$2"
}

# Name, kind, mode, owner, target of a link and content of everything below a folder.
snapshot() {
	(
		cd "$1" || exit 1
		find . -printf '%p %y %m %u:%g %l\n' | sort
		find . -type f -print0 | sort -z | xargs -0 sha256sum
	)
}

# The same with the times of change: nothing was even rewritten.
snapshot_with_times() {
	snapshot "$1"
	(cd "$1" && find . -printf '%p %T@\n' | sort)
}
