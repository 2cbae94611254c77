#!/usr/bin/env bats
# The checks of the house can fail, and the hooks are linked as they should be.

setup() {
	top=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	build=${HOTFIX_BUILD:-$top/build}
	house=$BATS_TEST_TMPDIR/house
}

# file PATH: writes standard input to PATH of a small house
file() {
	mkdir -p "$house/$(dirname "$1")"
	cat >"$house/$1"
}

# small_house: a house in which all is well
small_house() {
	file common/base/text.h <<<'int text_length(const char *text);'
	file common/base/text.c <<-'EOF'
		#include "base/text.h"
		#include <string.h>
		int text_length(const char *text) { return (int)strlen(text); }
	EOF
	file common/rules/name.h <<<'int name_fits(const char *name);'
	file common/rules/name.c <<-'EOF'
		#include "rules/name.h"
		#include "base/text.h"
		int name_fits(const char *name) { return text_length(name) < 10; }
	EOF
	file common/adapters/state.c <<-'EOF'
		#include <sqlite3.h>
		#include "rules/name.h"
	EOF
	file hooks/update.c <<<'#include "rules/name.h"'
}

layers() {
	local source object

	for source in "$house"/common/base/*.c "$house"/common/rules/*.c; do
		object=$house/build/${source#"$house/"}
		mkdir -p "${object%/*}"
		"${CC:-cc}" -D_GNU_SOURCE -I"$house/common" -I"$house" -w -c -o "${object%.c}.o" "$source"
	done
	run "$top/tests/check/layers.sh" "$house" "$house/build"
	echo "$output"
}

@test "layers: a house whose arrows all point downwards passes" {
	small_house
	layers
	[ "$status" -eq 0 ]
	[ "$output" = "layers: every arrow points downwards, the rules are pure" ]
}

@test "layers: an include upwards fails and is named" {
	small_house
	file common/base/text.h <<<'#include "rules/name.h"'
	layers
	[ "$status" -eq 1 ]
	[[ "$output" == *"common/base/text.h:1: base is below rules and must not include rules/name.h"* ]]
}

@test "layers: an include of a hook by a lower room fails" {
	small_house
	file hooks/common.h <<<''
	file common/rules/name.h <<<'#include "hooks/common.h"'
	layers
	[ "$status" -eq 1 ]
	[[ "$output" == *"rules is below hooks and must not include hooks/common.h"* ]]
}

@test "layers: an include that is not written from common fails" {
	small_house
	file common/rules/more.h <<<'#include "name.h"'
	file common/rules/other.h <<<'#include "../base/text.h"'
	layers
	[ "$status" -eq 1 ]
	[[ "$output" == *"common/rules/more.h:1: write includes from common/: name.h"* ]]
	[[ "$output" == *"common/rules/other.h:1: write includes from common/: ../base/text.h"* ]]
}

@test "layers: the header of a foreign library outside its adapter fails" {
	local header

	for header in git2.h sqlite3.h curl/curl.h jansson.h openssl/hmac.h ini.h amqp.h amqp_ssl_socket.h; do
		small_house
		file common/adapters/environment.c <<<"#include <$header>"
		file common/flow/gate.c <<<"#include <$header>"
		layers
		[ "$status" -eq 1 ]
		[[ "$output" == *"common/adapters/environment.c:1: $header belongs to the adapter of "*" alone"* ]]
		[[ "$output" == *"common/flow/gate.c:1: $header belongs to the adapter of "*" alone"* ]]
	done
}

@test "layers: a rule that reads a file, the environment, the clock or the network fails" {
	local call

	for call in 'open("x", 0)' 'fopen("x", "r")' 'printf("x")' 'getenv("HOME")' 'time(0)' 'fork()' \
		'socket(0, 0, 0)' 'getpwuid(0)'; do
		small_house
		file common/rules/name.c <<<"#include <stdio.h>
			int name_fits(const char *name) { return $call != 0; }"
		layers
		[ "$status" -eq 1 ]
		[[ "$output" == *"common/rules/name.o: rules must not call "* ]]
	done
}

@test "layers: a rule that uses base for what it may not do itself fails" {
	small_house
	file common/base/file.c <<<'int file_read(void) { return 0; }'
	file common/rules/name.c <<<'int name_fits(const char *name) { return file_read(); }'
	layers
	[ "$status" -eq 1 ]
	[[ "$output" == *"common/rules/name.o: rules must not call file_read"* ]]
}

@test "layers: a foreign function declared by hand in a rule fails" {
	small_house
	file common/rules/name.c <<<'int name_fits(const char *name) { return git_libgit2_init() + EVP_MD_size(0); }'
	layers
	[ "$status" -eq 1 ]
	[[ "$output" == *"rules must not know a foreign library: git_libgit2_init"* ]]
	[[ "$output" == *"rules must not know a foreign library: EVP_MD_size"* ]]
}

@test "layers: a rule that calls upwards by a declaration of its own fails" {
	small_house
	file common/rules/name.c <<<'int name_fits(const char *name) { return state_open(); }'
	layers
	[ "$status" -eq 1 ]
	[[ "$output" == *"common/rules/name.o: state_open is neither in the C library nor in a room below rules"* ]]
}

@test "layers: the house that is built here passes" {
	[ -z "${HOTFIX_SANITIZE-}" ] || skip "a sanitizer calls functions of its own"
	! nm "$build/common/rules/url.o" | grep -q __gcov_ || skip "counting calls functions of its own"
	run make -s --no-print-directory -C "$top" "BUILD=$build" layers
	echo "$output"
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "layers: every arrow points downwards, the rules are pure" ]
}

@test "headers: each compiles alone" {
	run make -s --no-print-directory -C "$top" "BUILD=$build" headers
	echo "$output"
	[ "$status" -eq 0 ]
	[[ "${lines[-1]}" == "headers: "*" compile alone" ]]
}

@test "lengths: a function of 80 lines and a file of 450 pass" {
	cd "$BATS_TEST_TMPDIR"
	{ echo 'int f(void)'; echo '{'; yes '	g();' | head -n 78; echo '}'; yes '' | head -n 369; } >function.c
	[ "$(wc -l <function.c)" -eq 450 ]
	run "$top/tests/check/lengths.sh" function.c
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "lengths: a function of 81 lines, a file of 451 and work left for later fail" {
	cd "$BATS_TEST_TMPDIR"
	{ echo 'int f(int x)'; echo '{'; yes '	g();' | head -n 79; echo '}'; } >function.c
	yes '' | head -n 451 >file.h
	echo "/* $(printf 'TO%s' DO): more */" >later.c
	run "$top/tests/check/lengths.sh" function.c file.h later.c
	echo "$output"
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "function.c:2: f has 81 lines, 80 are the most" ]
	[ "${lines[1]}" = "file.h:451: the file has 451 lines, 450 are the most" ]
	[ "${lines[2]}" = "later.c:1: something is left to be done" ]
}

@test "packages: what is not installed is named, what is installed is not" {
	command -v dpkg-query >/dev/null || skip "not a Debian system"
	run "$top/tests/check/packages.sh" --list build
	[ "$status" -eq 0 ]
	[[ "$output" == *libgit2-dev* ]]
	mkdir "$BATS_TEST_TMPDIR/bin"
	printf '#!/bin/sh\necho libssl-dev installed\necho libgit2-dev config-files\n' >"$BATS_TEST_TMPDIR/bin/dpkg-query"
	chmod +x "$BATS_TEST_TMPDIR/bin/dpkg-query"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH run "$top/tests/check/packages.sh" --missing build
	[ "$status" -eq 0 ]
	[[ " ${lines[*]} " == *" libgit2-dev "* ]]
	[[ " ${lines[*]} " != *" libssl-dev "* && " ${lines[*]} " != *" make "* ]]
}

on_debian_12() {
	[ -z "${HOTFIX_SANITIZE-}" ] || skip "a sanitizer brings libraries of its own"
	# shellcheck source=/dev/null
	[ "$(. /etc/os-release && echo "$ID $VERSION_ID")" = "debian 12" ] || skip "not Debian 12"
}

needed() {
	readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'
}

hooks() {
	printf '%s\n' "$build"/libexec/hotfix/{pre-receive,update,post-receive}
}

@test "linkage: on Debian the hooks need no shared library at all" {
	on_debian_12
	for hook in $(hooks); do
		run needed "$hook"
		echo "$hook: $output"
		[ -z "$output" ]
		readelf -h "$hook" | grep -q 'Type: *DYN'
	done
	run make -s -C "$top" "BUILD=$build" linkage
	echo "$output"
	[[ "$output" == "hooks: libgit2 1.5."*" and the C library linked statically, network transports left out" ]]
}

@test "linkage: no hook holds anything of libcurl or libcrypto, hotfixctl does" {
	on_debian_12
	for hook in $(hooks); do
		run nm "$hook"
		[ "$status" -eq 0 ]
		[[ "$output" == *sqlite3_step* ]]
		[[ "$output" != *curl_easy* && "$output" != *EVP_* && "$output" != *HMAC* ]]
	done
	run needed "$build/bin/hotfixctl"
	echo "$output"
	[[ "$output" == *libcurl.so* && "$output" == *libcrypto.so* && "$output" != *libgit2* ]]
}

@test "linkage: RabbitMQ is in hotfixctl alone, and a build without its library says what is missing" {
	on_debian_12
	needed "$build/bin/hotfixctl" | grep -q '^librabbitmq\.so'
	for hook in $(hooks); do
		nm "$hook" | grep -q ' amqp_\(new_connection\|login\)' && return 1
	done
	mkdir "$BATS_TEST_TMPDIR/without"
	cp -a "$build"/{common,tools,linkage.*,libhotfix-*.a} "$BATS_TEST_TMPDIR/without"
	run make -s -C "$top" AMQP=no "BUILD=$BATS_TEST_TMPDIR/without" "$BATS_TEST_TMPDIR/without/bin/hotfixctl"
	echo "$output"
	[ "$status" -eq 0 ]
	run needed "$BATS_TEST_TMPDIR/without/bin/hotfixctl"
	[[ "$output" != *rabbitmq* && "$output" == *libcurl.so* ]]
	umask 022
	git init -q --bare "$BATS_TEST_TMPDIR/x.git"
	printf '[webhook "site"]\nurl = amqps://rabbit.example.com\n' >"$BATS_TEST_TMPDIR/x.git/hotfix.ini"
	words='url: this build has no RabbitMQ: install librabbitmq-dev, then build and install the suite again'
	for command in check deliver; do
		run "$BATS_TEST_TMPDIR/without/bin/hotfixctl" -C "$BATS_TEST_TMPDIR/x.git" "$command"
		echo "$output"
		[[ "$(tr -s ' \n' ' ' <<<"$output")" == *"hotfix.ini:2: $words"* ]]
	done
	run "$build/bin/hotfixctl" -C "$BATS_TEST_TMPDIR/x.git" check
	[[ "$output" != *RabbitMQ* ]]
}

@test "linkage: hooks and hotfixctl are position-independent, bound at start, with read-only relocations" {
	[ -z "${HOTFIX_SANITIZE-}" ] || skip "a sanitizer takes their place"
	for program in $(hooks) "$build/bin/hotfixctl"; do
		run readelf -hldW "$program"
		echo "$program"
		[[ "$output" == *"Type:"*"DYN (Position-Independent Executable file)"* ]]
		[[ "$output" == *GNU_RELRO* ]]
		[[ "$output" == *NOW* ]]
		[[ "$output" =~ GNU_STACK\ [^$'\n']*\ RW\  ]]
		run nm "$program"
		[[ "$output" == *__stack_chk_fail* ]]
		[[ "$output" =~ __(memcpy|read|vsnprintf|vfprintf|snprintf)_chk ]]
	done
}
