#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "rules/signoff_ref.h"

static int set_up(void **state)
{
	struct policy *policy = memory_alloc(sizeof(*policy));

	policy_init(policy);
	*state = policy;
	return 0;
}

static int tear_down(void **state)
{
	policy_release(*state);
	free(*state);
	return 0;
}

static void assert_parts(const struct policy *policy, const char *ref, const char *branch, const char *signoff,
			 const char *person, const char *digits)
{
	struct signoff_ref name;

	assert_true(signoff_ref_parse(&name, policy, ref));
	assert_string_equal(name.branch, branch);
	assert_string_equal(name.signoff, signoff);
	assert_string_equal(name.person, person);
	assert_string_equal(name.digits, digits);
	signoff_ref_release(&name);
	assert_null(name.branch);
}

static void takes_a_name_apart(void **state)
{
	assert_parts(*state, "refs/signoffs/INC-7-login/review/rita-3f2a1c9d4e", "refs/heads/hotfix/INC-7-login",
		     "review", "rita", "3f2a1c9d4e");
}

static void a_branch_may_hold_slashes(void **state)
{
	assert_parts(*state, "refs/signoffs/a/b/c/qa/rita-1234567", "refs/heads/hotfix/a/b/c", "qa", "rita", "1234567");
}

static void the_prefix_of_the_branch_is_the_configured_one(void **state)
{
	struct policy *policy = *state;

	free(policy->hotfix_branch);
	policy->hotfix_branch = memory_copy("fix-{incident}-{slug}");
	assert_parts(policy, "refs/signoffs/INC-7-x/qa/rita-1234567", "refs/heads/fix-INC-7-x", "qa", "rita",
		     "1234567");
}

static void a_number_may_follow(void **state)
{
	assert_parts(*state, "refs/signoffs/b/qa/rita-3f2a1c9-2", "refs/heads/hotfix/b", "qa", "rita", "3f2a1c9");
	assert_parts(*state, "refs/signoffs/b/qa/rita-3f2a1c9-123456", "refs/heads/hotfix/b", "qa", "rita", "3f2a1c9");
}

static void a_person_may_look_like_an_id(void **state)
{
	assert_parts(*state, "refs/signoffs/b/qa/rita-1234567-3f2a1c9", "refs/heads/hotfix/b", "qa", "rita-1234567",
		     "3f2a1c9");
	assert_parts(*state, "refs/signoffs/b/qa/rita-1234567-3f2a1c9-2", "refs/heads/hotfix/b", "qa", "rita-1234567",
		     "3f2a1c9");
	assert_parts(*state, "refs/signoffs/b/qa/abcdef0-3f2a1c9", "refs/heads/hotfix/b", "qa", "abcdef0", "3f2a1c9");
	/* a number of seven figures is a short id */
	assert_parts(*state, "refs/signoffs/b/qa/rita-3f2a1c9-1234567", "refs/heads/hotfix/b", "qa", "rita-3f2a1c9",
		     "1234567");
}

static void a_short_id_has_7_to_40_digits(void **state)
{
	struct signoff_ref name;

	assert_parts(*state, "refs/signoffs/b/qa/r-0123456", "refs/heads/hotfix/b", "qa", "r", "0123456");
	assert_parts(*state, "refs/signoffs/b/qa/r-0123456789abcdef0123456789abcdef01234567", "refs/heads/hotfix/b",
		     "qa", "r", "0123456789abcdef0123456789abcdef01234567");
	assert_false(signoff_ref_parse(&name, *state, "refs/signoffs/b/qa/r-012345"));
	signoff_ref_release(&name);
	assert_false(
		signoff_ref_parse(&name, *state, "refs/signoffs/b/qa/r-0123456789abcdef0123456789abcdef012345670"));
	signoff_ref_release(&name);
}

static void refuses_other_names(void **state)
{
	static const char *const wrong[] = {
		"refs/signoffs/",
		"refs/signoffs/x",
		"refs/signoffs/review/rita-3f2a1c9",
		"refs/signoffs//review/rita-3f2a1c9",
		"refs/signoffs/b//rita-3f2a1c9",
		"refs/signoffs/b/qa/",
		"refs/signoffs/b/qa/rita",
		"refs/signoffs/b/qa/rita-",
		"refs/signoffs/b/qa/-3f2a1c9",
		"refs/signoffs/b/qa/3f2a1c9",
		"refs/signoffs/b/qa/rita3f2a1c9",
		"refs/signoffs/b/qa/rita-3F2A1C9",
		"refs/signoffs/b/qa/rita-3f2a1c9-",
		"refs/signoffs/b/qa/rita-3f2a1c9-x",
		"refs/signoffs/b/qa/rita-3f2a1c9-2-3",
		"refs/signoffs/b/qa/-3f2a1c9-2",
		"refs/tags/b/qa/rita-3f2a1c9",
		"refs/signoff/b/qa/rita-3f2a1c9",
		"",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct signoff_ref name;

		if (signoff_ref_parse(&name, *state, wrong[i]))
			fail_msg("%s is taken for a sign-off", wrong[i]);
		signoff_ref_release(&name);
	}
}

static void the_tag_carries_the_same_name(void **state)
{
	(void)state;
	assert_true(signoff_ref_fits_tag("refs/signoffs/b/qa/rita-3f2a1c9", "signoff/b/qa/rita-3f2a1c9"));
	assert_false(signoff_ref_fits_tag("refs/signoffs/b/qa/rita-3f2a1c9", "signoff/b/qa/rita-3f2a1c9-2"));
	assert_false(signoff_ref_fits_tag("refs/signoffs/b/qa/rita-3f2a1c9-2", "signoff/b/qa/rita-3f2a1c9"));
	assert_false(signoff_ref_fits_tag("refs/signoffs/b/qa/rita-3f2a1c9", "b/qa/rita-3f2a1c9"));
	assert_false(signoff_ref_fits_tag("refs/signoffs/b/qa/rita-3f2a1c9", "signoffs/b/qa/rita-3f2a1c9"));
	assert_false(signoff_ref_fits_tag("refs/signoffs/b/qa/rita-3f2a1c9", ""));
}

static void the_id_begins_with_the_digits(void **state)
{
	struct object_id id;
	struct signoff_ref name;

	assert_true(object_id_parse(&id, "0123456789abcdef0123456789abcdef01234567"));
	assert_true(signoff_ref_parse(&name, *state, "refs/signoffs/b/qa/rita-0123456"));
	assert_true(signoff_ref_fits_id(&name, &id));
	signoff_ref_release(&name);
	assert_true(signoff_ref_parse(&name, *state, "refs/signoffs/b/qa/rita-1234567"));
	assert_false(signoff_ref_fits_id(&name, &id));
	signoff_ref_release(&name);
}

static void a_new_name_can_be_taken_apart(void **state)
{
	struct object_id id;
	struct buffer ref = BUFFER_INIT;
	char *rest;

	assert_true(object_id_parse(&id, "0123456789abcdef0123456789abcdef01234567"));
	rest = signoff_ref_rest(*state, "refs/heads/hotfix/b", "qa", "rita", &id);
	assert_string_equal(rest, "b/qa/rita-0123456789");
	buffer_addf(&ref, SIGNOFF_REFS "%s", rest);
	assert_parts(*state, buffer_text(&ref), "refs/heads/hotfix/b", "qa", "rita", "0123456789");
	buffer_release(&ref);
	free(rest);
}

static void the_folder_holds_one_sign_off_of_a_branch(void **state)
{
	char *folder = signoff_ref_folder(*state, "refs/heads/hotfix/b", "review");

	assert_string_equal(folder, "refs/signoffs/b/review/*");
	free(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(takes_a_name_apart, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_branch_may_hold_slashes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_prefix_of_the_branch_is_the_configured_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_number_may_follow, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_person_may_look_like_an_id, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_short_id_has_7_to_40_digits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses_other_names, set_up, tear_down),
		cmocka_unit_test(the_tag_carries_the_same_name),
		cmocka_unit_test_setup_teardown(the_id_begins_with_the_digits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_new_name_can_be_taken_apart, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_folder_holds_one_sign_off_of_a_branch, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
