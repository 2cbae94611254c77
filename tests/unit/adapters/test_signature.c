#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "adapters/signature.h"
#include "base/file.h"
#include "base/memory.h"
#include "support/git_fixture.h"

/* 2026-01-01T00:00:00Z */
#define NEW_YEAR ((int64_t)1767225600)
#define NEVER_GOOD "the signature is not good, or its key was not valid then"
#define NOT_ALLOWED "its key is not among the allowed signers, or was not valid then"

struct fixture {
	struct signature_keys keys;
	char *signers;
	char *ring;
	struct error error;
};

static char *path_of(const char *name)
{
	struct buffer path = BUFFER_INIT;

	buffer_addf(&path, "%s/%s", git_fixture_folder(), name);
	return buffer_detach(&path);
}

/* Keys of rita and quentin for SSH, and of rita for OpenPGP (one that has both addresses of hers). */
static int set_up_group(void **data)
{
	struct fixture *fixture = memory_alloc(sizeof(*fixture));

	git_fixture_enter();
	fixture->signers = path_of("signers");
	fixture->ring = path_of("ring");
	fixture->keys = (struct signature_keys){fixture->signers, fixture->ring};
	git_fixture_run(
		"for who in rita quentin stranger; do ssh-keygen -q -t ed25519 -N '' -f $who; done\n"
		"mkdir -m 700 ring\n"
		"gpg='gpg --homedir ring --batch --quiet --no-tty --pinentry-mode loopback --passphrase='\n"
		"$gpg --quick-gen-key 'Rita <Rita@X.org>' ed25519 sign never 2>gpg.log\n"
		"$gpg --with-colons --list-keys 2>gpg.log | awk -F: '/^fpr/ { printf \"%%s\", $10 }' >fingerprint\n"
		"$gpg --quick-add-uid \"$(cat fingerprint)\" 'R <r@home.org>' 2>gpg.log\n"
		"$gpg --quick-set-primary-uid \"$(cat fingerprint)\" 'Rita <Rita@X.org>' 2>gpg.log\n"
		"printf 'object 0123456789abcdef0123456789abcdef01234567\\ntype commit\\ntag x\\n"
		"tagger R <r@x> 1 +0000\\n\\nReviewed-by: R <r@x>\\n' >payload\n"
		"for who in rita quentin stranger; do ssh-keygen -q -Y sign -n git -f $who payload\n"
		"	cat payload payload.sig >by-$who; rm payload.sig; done\n"
		"ssh-keygen -q -Y sign -n file -f rita payload; cat payload payload.sig >for-file; rm payload.sig\n"
		"sed 's/^Reviewed-by/Tested-by/' by-rita >changed\n"
		"$gpg --armor --detach-sign --output payload.sig payload; cat payload payload.sig >by-gpg\n"
		"sed 's/^Reviewed-by/Tested-by/' by-gpg >changed-gpg\n"
		"gpgconf --homedir ring --kill all");
	*data = fixture;
	return 0;
}

static int tear_down_group(void **data)
{
	struct fixture *fixture = *data;

	git_fixture_leave();
	free(fixture->signers);
	free(fixture->ring);
	free(fixture);
	return 0;
}

/* Writes the allowed signers file: PRINCIPALS, the options or nothing, and rita's key. */
static void allow(const char *principals, const char *options)
{
	git_fixture_run("printf '%%s %%s %%s\\n' '%s' '%s' \"$(cut -d' ' -f1,2 rita.pub)\" >signers", principals,
			options);
}

static void read_tag(struct tag *out, const char *name)
{
	struct error error = ERROR_INIT;
	struct object_id id = {{1}};
	struct buffer raw = BUFFER_INIT;
	char *path = path_of(name);

	if (file_read(&raw, path, 100000, &error) || tag_parse(out, &id, buffer_text(&raw), raw.length, &error))
		fail_msg("%s", error_text(&error));
	buffer_release(&raw);
	free(path);
}

/* ADDRESSES: separated by one space; NULL: it is not good, WHY_NOT says why. */
static void assert_at(struct fixture *fixture, const char *name, int64_t time, const char *addresses,
		      const char *why_not)
{
	struct tag tag;
	struct signature_check check = {.tag = &tag, .time = time};
	struct buffer found = BUFFER_INIT;

	read_tag(&tag, name);
	if (signature_verify(&check, 1, &fixture->keys, &fixture->error))
		fail_msg("%s", error_text(&fixture->error));
	for (size_t i = 0; i < check.addresses.count; i++)
		buffer_addf(&found, "%s%s", i ? " " : "", check.addresses.items[i]);
	if (addresses) {
		assert_null(check.why_not);
		assert_string_equal(buffer_text(&found), addresses);
		assert_non_null(check.key);
	} else {
		assert_string_equal(buffer_text(&found), "");
		assert_non_null(check.why_not);
		assert_string_equal(check.why_not, why_not);
	}
	buffer_release(&found);
	signature_check_release(&check);
	tag_release(&tag);
}

static void an_ssh_key_is_whose_the_file_says(void **data)
{
	allow("rita@x.org", "");
	assert_at(*data, "by-rita", NEW_YEAR, "rita@x.org", NULL);
	allow("Rita@X.org,R@home.org", "");
	assert_at(*data, "by-rita", NEW_YEAR, "rita@x.org r@home.org", NULL);
}

static void patterns_are_nobodys_addresses(void **data)
{
	allow("*@x.org", "");
	assert_at(*data, "by-rita", NEW_YEAR, NULL, NOT_ALLOWED);
	allow("*,!quentin@x.org", "");
	assert_at(*data, "by-rita", NEW_YEAR, NULL, NOT_ALLOWED);
	allow("*@x.org,rita@x.org", "");
	assert_at(*data, "by-rita", NEW_YEAR, "rita@x.org", NULL);
	allow("rita", "");
	assert_at(*data, "by-rita", NEW_YEAR, NULL, NOT_ALLOWED);
}

static void what_was_signed_must_be_these_bytes_for_git(void **data)
{
	allow("rita@x.org", "");
	assert_at(*data, "changed", NEW_YEAR, NULL, NEVER_GOOD);
	assert_at(*data, "for-file", NEW_YEAR, NULL, NEVER_GOOD);
	assert_at(*data, "by-stranger", NEW_YEAR, NULL, NOT_ALLOWED);
	allow("rita@x.org", "namespaces=\"file\"");
	assert_at(*data, "by-rita", NEW_YEAR, NULL, NEVER_GOOD);
	assert_at(*data, "for-file", NEW_YEAR, NULL, NEVER_GOOD);
}

static void a_key_is_valid_from_one_second_to_another(void **data)
{
	allow("rita@x.org", "valid-after=\"20251231235959Z\",valid-before=\"20260101000010Z\"");
	assert_at(*data, "by-rita", NEW_YEAR - 10, NULL, NOT_ALLOWED);
	assert_at(*data, "by-rita", NEW_YEAR, "rita@x.org", NULL);
	assert_at(*data, "by-rita", NEW_YEAR + 9, "rita@x.org", NULL);
	assert_at(*data, "by-rita", NEW_YEAR + 11, NULL, NOT_ALLOWED);
}

static void several_are_answered_each_for_itself(void **data)
{
	struct fixture *fixture = *data;
	static const char *const names[] = {"by-quentin", "changed", "by-gpg", "by-rita", "by-stranger"};
	struct tag tags[5];
	struct signature_check checks[5] = {{0}};

	git_fixture_run("for who in rita quentin; do echo \"$who@x.org $(cut -d' ' -f1,2 $who.pub)\"; done >signers");
	for (int i = 0; i < 5; i++) {
		read_tag(&tags[i], names[i]);
		checks[i] = (struct signature_check){.tag = &tags[i], .time = 4000000000};
	}
	assert_int_equal(signature_verify(checks, 5, &fixture->keys, &fixture->error), 0);
	assert_string_equal(checks[0].addresses.items[0], "quentin@x.org");
	assert_string_equal(checks[1].why_not, NEVER_GOOD);
	assert_int_equal(checks[1].addresses.count, 0);
	assert_string_equal(checks[2].addresses.items[0], "rita@x.org");
	assert_string_equal(checks[3].addresses.items[0], "rita@x.org");
	assert_int_equal(strncmp(checks[3].key, "SHA256:", 7), 0);
	assert_string_equal(checks[4].why_not, NOT_ALLOWED);
	for (int i = 0; i < 5; i++) {
		signature_check_release(&checks[i]);
		tag_release(&tags[i]);
	}
}

static void an_openpgp_key_is_whose_its_user_ids_say(void **data)
{
	struct fixture *fixture = *data;
	struct tag tag;
	struct signature_check check = {.tag = &tag, .time = 4000000000};
	struct buffer fingerprint = BUFFER_INIT;
	char *path = path_of("fingerprint");

	read_tag(&tag, "by-gpg");
	assert_int_equal(signature_verify(&check, 1, &fixture->keys, &fixture->error), 0);
	assert_null(check.why_not);
	assert_int_equal(check.addresses.count, 2);
	assert_true(strings_contain(&check.addresses, "rita@x.org"));
	assert_true(strings_contain(&check.addresses, "r@home.org"));
	assert_int_equal(file_read(&fingerprint, path, 100, &fixture->error), 0);
	assert_string_equal(check.key, buffer_text(&fingerprint));
	assert_at(fixture, "changed-gpg", 4000000000, NULL, NEVER_GOOD);
	buffer_release(&fingerprint);
	free(path);
	signature_check_release(&check);
	tag_release(&tag);
}

static void what_is_not_configured_is_said(void **data)
{
	struct fixture none = {0};

	(void)data;
	assert_at(&none, "by-rita", NEW_YEAR, NULL, "it is signed by SSH, and no allowed-signers are configured");
	assert_at(&none, "by-gpg", NEW_YEAR, NULL, "it is signed by OpenPGP, and no gpg-home is configured");
	assert_at(&none, "payload", NEW_YEAR, NULL, "it is not signed");
}

static void nothing_is_written_into_the_keyring(void **data)
{
	git_fixture_run("rm -f ring/trustdb.gpg; find ring -type f | sort >before");
	assert_at(*data, "by-gpg", 4000000000, "rita@x.org r@home.org", NULL);
	git_fixture_run("find ring -type f | sort | cmp - before");
}

static char *keys_name(struct fixture *fixture)
{
	char *name = NULL;

	if (signature_keys_name(&name, &fixture->keys, &fixture->error))
		fail_msg("%s", error_text(&fixture->error));
	return name;
}

static void the_name_of_the_keys_changes_with_them(void **data)
{
	struct fixture *fixture = *data;
	char *names[4];

	allow("rita@x.org", "");
	names[0] = keys_name(fixture);
	git_fixture_run("touch signers ring/pubring.kbx");
	names[1] = keys_name(fixture);
	assert_string_equal(names[0], names[1]);
	allow("rita@x.org", "valid-before=\"20200101\"");
	names[2] = keys_name(fixture);
	assert_string_not_equal(names[0], names[2]);
	git_fixture_run("cp -p ring/pubring.kbx saved; echo >>ring/pubring.kbx");
	names[3] = keys_name(fixture);
	assert_string_not_equal(names[2], names[3]);
	git_fixture_run("mv saved ring/pubring.kbx");
	for (int i = 0; i < 4; i++)
		free(names[i]);
}

static void keys_that_are_not_there_have_a_name_and_sign_nothing(void **data)
{
	struct fixture gone = {.keys = {"/nonexistent/signers", "/nonexistent/ring"}};
	char *name = keys_name(&gone);

	(void)data;
	assert_non_null(name);
	free(name);
	assert_at(&gone, "by-rita", NEW_YEAR, NULL, NOT_ALLOWED);
	assert_at(&gone, "by-gpg", NEW_YEAR, NULL, NEVER_GOOD);
}

static void a_folder_in_place_of_the_signers_is_an_error(void **data)
{
	struct fixture *fixture = *data;
	const struct signature_keys keys = {fixture->ring, NULL};
	char *name = NULL;

	assert_int_not_equal(signature_keys_name(&name, &keys, &fixture->error), 0);
	error_release(&fixture->error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ssh_key_is_whose_the_file_says),
		cmocka_unit_test(patterns_are_nobodys_addresses),
		cmocka_unit_test(what_was_signed_must_be_these_bytes_for_git),
		cmocka_unit_test(a_key_is_valid_from_one_second_to_another),
		cmocka_unit_test(several_are_answered_each_for_itself),
		cmocka_unit_test(an_openpgp_key_is_whose_its_user_ids_say),
		cmocka_unit_test(what_is_not_configured_is_said),
		cmocka_unit_test(nothing_is_written_into_the_keyring),
		cmocka_unit_test(the_name_of_the_keys_changes_with_them),
		cmocka_unit_test(keys_that_are_not_there_have_a_name_and_sign_nothing),
		cmocka_unit_test(a_folder_in_place_of_the_signers_is_an_error),
	};

	return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
