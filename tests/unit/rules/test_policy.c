#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "rules/policy.h"

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

static void a_new_policy_governs_main_and_hotfix(void **state)
{
	struct policy *policy = *state;

	assert_int_equal(policy->mode, MODE_ENFORCE);
	assert_int_equal(policy->production.count, 1);
	assert_string_equal(policy->production.items[0], "refs/heads/main");
	assert_string_equal(policy->hotfix_branch, "hotfix/{incident}-{slug}");
	assert_int_equal(policy->max_commits, 20);
	assert_int_equal(policy->deadline, 24 * 60 * 60);
	assert_int_equal(policy->rollback_depth, 20);
	assert_null(policy->rollback_role);
}

static void releasing_twice_is_harmless(void **state)
{
	struct policy policy;

	(void)state;
	policy_init(&policy);
	policy_add_person(&policy, "a");
	policy_add_role(&policy, "a");
	policy_add_signoff(&policy, "a");
	policy_add_webhook(&policy, "a");
	policy_release(&policy);
	policy_release(&policy);
	assert_int_equal(policy.person_count, 0);
}

static void sections_are_found_by_name(void **state)
{
	struct policy *policy = *state;

	policy_add_role(policy, "a");
	policy_add_role(policy, "b");
	policy_add_signoff(policy, "a");
	policy_add_webhook(policy, "w");
	assert_ptr_equal(policy_role(policy, "b"), &policy->roles[1]);
	assert_null(policy_role(policy, "A"));
	assert_ptr_equal(policy_signoff(policy, "a"), &policy->signoffs[0]);
	assert_null(policy_signoff(policy, "w"));
	assert_ptr_equal(policy_webhook(policy, "w"), &policy->webhooks[0]);
	assert_null(policy_webhook(policy, ""));
}

static void a_sign_off_is_found_by_its_trailer_in_any_case(void **state)
{
	struct policy *policy = *state;

	policy_add_signoff(policy, "unfinished");
	policy_add_signoff(policy, "review")->trailer = memory_copy("Reviewed-by");
	assert_ptr_equal(policy_signoff_by_trailer(policy, "reviewed-BY"), &policy->signoffs[1]);
	assert_null(policy_signoff_by_trailer(policy, "Reviewed"));
}

static void what_a_sign_off_binds_to_follows_its_name(void **state)
{
	struct policy *policy = *state;

	assert_int_equal(policy_add_signoff(policy, "triage")->binds, BINDS_INCIDENT);
	assert_int_equal(policy_add_signoff(policy, "review")->binds, BINDS_CHANGE);
	assert_int_equal(policy_add_signoff(policy, "qa")->binds, BINDS_COMMIT);
	assert_int_equal(policy->signoffs[2].count, 1);
}

static void a_webhook_hears_of_landings_by_default(void **state)
{
	struct webhook *webhook = policy_add_webhook(*state, "w");

	assert_int_equal(webhook->events.count, 3);
	assert_string_equal(webhook->events.items[0], "hotfix.merged");
	assert_string_equal(webhook->events.items[1], "production.released");
	assert_string_equal(webhook->events.items[2], "production.rolled_back");
	assert_int_equal(webhook->timeout, 15);
	assert_non_null(webhook->retry);
}

static void one_plain_branch_is_not_several_productions(void **state)
{
	struct policy *policy = *state;

	assert_false(policy_has_several_productions(policy));
	strings_add(&policy->production, "refs/heads/live");
	assert_true(policy_has_several_productions(policy));
	strings_release(&policy->production);
	strings_add(&policy->production, "refs/heads/live-*");
	assert_true(policy_has_several_productions(policy));
}

static void the_hotfix_prefix_ends_at_the_first_placeholder(void **state)
{
	struct policy *policy = *state;
	char *prefix = policy_hotfix_prefix(policy);

	assert_string_equal(prefix, "refs/heads/hotfix/");
	free(prefix);
	free(policy->hotfix_branch);
	policy->hotfix_branch = memory_copy("urgent/fix/{slug}-{incident}");
	prefix = policy_hotfix_prefix(policy);
	assert_string_equal(prefix, "refs/heads/urgent/fix/");
	free(prefix);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_new_policy_governs_main_and_hotfix),
		TEST(releasing_twice_is_harmless),
		TEST(sections_are_found_by_name),
		TEST(a_sign_off_is_found_by_its_trailer_in_any_case),
		TEST(what_a_sign_off_binds_to_follows_its_name),
		TEST(a_webhook_hears_of_landings_by_default),
		TEST(one_plain_branch_is_not_several_productions),
		TEST(the_hotfix_prefix_ends_at_the_first_placeholder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
