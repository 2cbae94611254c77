#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/allowed_signers.h"

#define KEY "AAAAC3NzaC1lZDI1NTE5AAAAINvfPG1e8FBf51u2iwl9joHdJHT0ix5jumYnF/0ziNcN"

static void lines_are_counted_and_comments_left_out(void **state)
{
	struct allowed_signers signers = {0};

	(void)state;
	allowed_signers_read(&signers, "# who may sign\n\n  \t\nrita@example.com ssh-ed25519 " KEY " rita's\n"
				       "\t paul@example.com,p@example.com\tssh-ed25519\t" KEY "\r\n#end");
	assert_int_equal(signers.count, 2);
	assert_int_equal(signers.items[0].line, 4);
	assert_int_equal(signers.items[0].principals.count, 1);
	assert_string_equal(signers.items[0].principals.items[0], "rita@example.com");
	assert_string_equal(signers.items[0].key, KEY);
	assert_null(signers.items[0].problem);
	assert_true(signers.items[0].for_git);
	assert_int_equal(signers.items[1].line, 5);
	assert_int_equal(signers.items[1].principals.count, 2);
	assert_string_equal(signers.items[1].principals.items[1], "p@example.com");
	assert_null(signers.items[1].problem);
	allowed_signers_release(&signers);
}

static struct allowed_signers read_one(const char *options)
{
	struct allowed_signers signers = {0};
	struct strings line = STRINGS_INIT;

	strings_addf(&line, "rita@example.com %s ssh-ed25519 " KEY, options);
	allowed_signers_read(&signers, line.items[0]);
	assert_int_equal(signers.count, 1);
	strings_release(&line);
	return signers;
}

static void options_are_read_in_any_case_and_order(void **state)
{
	struct allowed_signers signers =
		read_one("CERT-authority,valid-after=\"20250101\",Valid-Before=20260203Z,namespaces=\"file,git\"");

	(void)state;
	assert_null(signers.items[0].problem);
	assert_true(signers.items[0].authority);
	assert_true(signers.items[0].for_git);
	assert_string_equal(signers.items[0].valid_before, "20260203Z");
	allowed_signers_release(&signers);
}

static void a_key_for_other_namespaces_is_not_for_git(void **state)
{
	static const struct {
		const char *options;
		bool for_git;
	} cases[] = {
		{"namespaces=\"git\"", true},   {"namespaces=git", true},           {"namespaces=\"file,git,x\"", true},
		{"namespaces=\"file\"", false}, {"namespaces=\"gitea\"", false},    {"namespaces=\"*\"", true},
		{"namespaces=\"git*\"", true},  {"namespaces=\"file,git*\"", true}, {"namespaces=\"g git\"", false}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct allowed_signers signers = read_one(cases[i].options);

		assert_null(signers.items[0].problem);
		assert_int_equal(signers.items[0].for_git, cases[i].for_git);
		allowed_signers_release(&signers);
	}
}

static void what_is_no_key_is_said(void **state)
{
	static const struct {
		const char *line;
		const char *problem;
	} cases[] = {
		{"rita@example.com", "there is no kind of key behind the addresses"},
		{"ssh-ed25519 " KEY " rita", "an option that ssh-keygen does not know"},
		{"rita@example.com ssh-ed25519", "its key is not one"},
		{"rita@example.com ssh-rsa " KEY, "its key is not one"},
		{"rita@example.com ssh-ed25519 AAAA", "its key is not one"},
		{"rita@example.com ssh-ed25519 !" KEY, "its key is not one"},
		{"rita@example.com no-touch-required ssh-ed25519 " KEY, "an option that ssh-keygen does not know"},
		{"rita@example.com namespaces ssh-ed25519 " KEY, "an option that ssh-keygen does not know"},
		{"rita@example.com cert-authority=yes ssh-ed25519 " KEY, "an option that ssh-keygen does not know"},
		{"rita@example.com cert-authority rot13 " KEY, "there is no kind of key behind the addresses"},
		{"rita@example.com valid-before ssh-ed25519 " KEY, "an option that ssh-keygen does not know"},
		{"rita@example.com valid-after ssh-ed25519 " KEY, "an option that ssh-keygen does not know"},
		{"rita@example.com valid-before=20260203,valid-before=20270203 ssh-ed25519 " KEY,
		 "an option that ssh-keygen does not know"},
		{"rita@example.com ssh-ed25519 BQAAC3NzaC1lZDI1NTE5", "its key is not one"},
		{"rita@example.com ssh-ed25519 AAEAC3NzaC1lZDI1NTE5", "its key is not one"},
		{"rita@example.com ssh-ed25519 AAABC3NzaC1lZDI1NTE5", "its key is not one"},
		{"rita@example.com ssh-ed25518 " KEY, "its key is not one"},
		{"\"rita@example.com ssh-ed25519 " KEY, "there is no kind of key behind the addresses"},
		{"rita@example.com cert-authority,, ssh-ed25519 " KEY, "an option that ssh-keygen does not know"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct allowed_signers signers = {0};

		allowed_signers_read(&signers, cases[i].line);
		assert_int_equal(signers.count, 1);
		assert_non_null(signers.items[0].problem);
		assert_string_equal(signers.items[0].problem, cases[i].problem);
		assert_null(signers.items[0].key);
		allowed_signers_release(&signers);
	}
}

static void a_key_is_over_from_its_last_second_on(void **state)
{
	static const struct {
		const char *option;
		const char *now;
		bool over;
	} cases[] = {
		{"valid-before=20260203", "20260202235959", false},
		{"valid-before=20260203", "20260203000000", true},
		{"valid-before=\"202602030405Z\"", "20260203040459", false},
		{"valid-before=\"202602030405Z\"", "20260203040500", true},
		{"valid-before=20260203040506", "20260203040505", false},
		{"valid-before=20260203040506Z", "20260203040506", true},
		{"valid-after=20200101", "20260203040506", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct allowed_signers signers = read_one(cases[i].option);

		assert_int_equal(allowed_signer_is_over(&signers.items[0], cases[i].now), cases[i].over);
		allowed_signers_release(&signers);
	}
}

static void assert_principals(const char *word, const char *first, const char *second)
{
	struct allowed_signers signers = {0};
	struct strings line = STRINGS_INIT;
	const struct strings *principals;

	strings_addf(&line, "%s ssh-ed25519 " KEY, word);
	allowed_signers_read(&signers, line.items[0]);
	principals = &signers.items[0].principals;
	assert_int_equal(principals->count, second ? 2 : 1);
	assert_string_equal(principals->items[0], first);
	if (second)
		assert_string_equal(principals->items[1], second);
	allowed_signers_release(&signers);
	strings_release(&line);
}

static void principals_are_kept_as_written(void **state)
{
	(void)state;
	assert_principals("r", "r", NULL);
	assert_principals("*@example.com", "*@example.com", NULL);
	assert_principals("\"rita@example.com\"", "rita@example.com", NULL);
	assert_principals("\"rita@example.com,rita b@example.com\"", "rita@example.com", "rita b@example.com");
	assert_principals("\"ri\"ta", "\"ri\"ta", NULL);
	assert_principals("rita@example.com,,paul@example.com,", "rita@example.com", "paul@example.com");
}

static void a_kind_of_key_has_a_short_name(void **state)
{
	struct allowed_signers signers = {0};
	struct strings line = STRINGS_INIT;

	(void)state;
	strings_addf(&line, "rita@example.com ssh-%0252d " KEY, 1);
	allowed_signers_read(&signers, line.items[0]);
	assert_string_equal(signers.items[0].problem, "its key is not one");
	allowed_signers_release(&signers);
	strings_release(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_counted_and_comments_left_out),
		cmocka_unit_test(options_are_read_in_any_case_and_order),
		cmocka_unit_test(a_key_for_other_namespaces_is_not_for_git),
		cmocka_unit_test(what_is_no_key_is_said),
		cmocka_unit_test(a_key_is_over_from_its_last_second_on),
		cmocka_unit_test(principals_are_kept_as_written),
		cmocka_unit_test(a_kind_of_key_has_a_short_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
