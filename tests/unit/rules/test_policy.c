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
	policy_add_mail(&policy, "b");
	policy_add_freeze(&policy, "a");
	policy_add_gate(&policy, "a");
	policy_release(&policy);
	policy_release(&policy);
	assert_int_equal(policy.person_count, 0);
	assert_int_equal(policy.freeze_count, 0);
	assert_null(policy.gates);
}

static void sections_are_found_by_name(void **state)
{
	struct policy *policy = *state;

	policy_add_role(policy, "a");
	policy_add_role(policy, "b");
	policy_add_signoff(policy, "a");
	policy_add_webhook(policy, "w");
	policy_add_mail(policy, "m");
	assert_null(policy_gate(policy, "g"));
	policy_add_gate(policy, "tracker");
	policy_add_gate(policy, "g");
	assert_ptr_equal(policy_role(policy, "b"), &policy->roles[1]);
	assert_null(policy_role(policy, "A"));
	assert_ptr_equal(policy_signoff(policy, "a"), &policy->signoffs[0]);
	assert_null(policy_signoff(policy, "w"));
	assert_ptr_equal(policy_endpoint(policy, "w"), &policy->webhooks[0].endpoint);
	assert_ptr_equal(policy_endpoint(policy, "m"), &policy->mails[0].endpoint);
	assert_null(policy_endpoint(policy, ""));
	assert_ptr_equal(policy_gate(policy, "g"), &policy->gates[1]);
	assert_null(policy_gate(policy, "m"));
}

static void a_sign_off_is_found_by_its_trailer_in_any_case(void **state)
{
	struct policy *policy = *state;

	policy_add_signoff(policy, "unfinished");
	policy_add_signoff(policy, "review")->trailer = memory_copy("Reviewed-by");
	policy_add_signoff(policy, SIGNOFF_MONITOR)->trailer = memory_copy("Watched-by");
	assert_ptr_equal(policy_signoff_by_trailer(policy, "reviewed-BY"), &policy->signoffs[1]);
	assert_null(policy_signoff_by_trailer(policy, "Reviewed"));
	assert_null(policy_signoff_by_trailer(policy, "Watched-by"));
}

static void what_a_sign_off_binds_to_follows_its_name(void **state)
{
	struct policy *policy = *state;

	assert_int_equal(policy_add_signoff(policy, "triage")->binds, BINDS_INCIDENT);
	assert_int_equal(policy_add_signoff(policy, "review")->binds, BINDS_CHANGE);
	assert_int_equal(policy_add_signoff(policy, "qa")->binds, BINDS_COMMIT);
	assert_int_equal(policy->signoffs[2].count, 1);
}

static void endpoints_of_every_kind_are_counted_through(void **state)
{
	struct policy *policy = *state;

	assert_null(policy_endpoint_at(policy, 0));
	policy_add_mail(policy, "m");
	assert_string_equal(policy_endpoint_at(policy, 0)->name, "m");
	policy_add_webhook(policy, "w");
	assert_string_equal(policy_endpoint_at(policy, 0)->name, "w");
	assert_string_equal(policy_endpoint_at(policy, 1)->name, "m");
	assert_null(policy_endpoint_at(policy, 2));
}

static void every_endpoint_that_wants_an_event_is_named(void **state)
{
	struct policy *policy = *state;
	struct strings wanting = STRINGS_INIT;

	policy_add_webhook(policy, "w");
	policy_add_mail(policy, "m");
	policy_wanting(&wanting, policy, "production.released");
	assert_int_equal(wanting.count, 1);
	assert_string_equal(wanting.items[0], "w");
	policy_wanting(&wanting, policy, "hotfix.merged");
	assert_int_equal(wanting.count, 3);
	assert_string_equal(wanting.items[1], "w");
	assert_string_equal(wanting.items[2], "m");
	strings_release(&wanting);
}

static void one_plain_branch_is_not_several_productions(void **state)
{
	struct policy *policy = *state;

	assert_false(policy_has_several_productions(policy));
	assert_false(policy_has_several_productions(&(struct policy){0}));
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

static void only_what_is_given_before_the_landing_is_asked_for(void **state)
{
	struct policy *policy = *state;

	assert_false(policy_asks_for_signoffs(policy));
	assert_false(policy_has_answers(policy));
	policy_add_signoff(policy, SIGNOFF_DEPLOY);
	assert_false(policy_asks_for_signoffs(policy));
	assert_true(policy_has_answers(policy));
	policy_add_signoff(policy, "review");
	assert_true(policy_asks_for_signoffs(policy));
}

static void without_a_deploy_or_its_like_nothing_is_answered(void **state)
{
	struct policy *policy = *state;

	policy_add_signoff(policy, "review");
	assert_false(policy_has_answers(policy));
}

static void a_kind_of_evidence_is_wanted_where_a_landing_asks_for_it(void **state)
{
	struct policy *policy = *state;

	assert_false(policy_wants(policy, EVIDENCE_TRAILER));
	assert_int_equal(policy_add_signoff(policy, SIGNOFF_MONITOR)->evidence, EVIDENCE_PUSHER);
	policy_add_signoff(policy, "review");
	assert_true(policy_wants(policy, EVIDENCE_TRAILER));
	assert_false(policy_wants(policy, EVIDENCE_PUSHER));
	assert_false(policy_wants(policy, EVIDENCE_SIGNATURE));
}

static void only_a_deploy_has_environments_by_itself(void **state)
{
	struct policy *policy = *state;

	policy_add_signoff(policy, "review");
	policy_add_signoff(policy, SIGNOFF_DEPLOY);
	assert_int_equal(policy->signoffs[0].environments.count, 0);
	assert_int_equal(policy->signoffs[1].environments.count, 1);
	assert_string_equal(policy->signoffs[1].environments.items[0], "production");
}

static void a_severity_is_known_in_any_case_and_told_as_it_is_configured(void **state)
{
	struct signoff *triage = policy_add_signoff(*state, "triage");

	strings_add(&triage->severities, "critical");
	strings_add(&triage->severities, "Major");
	assert_string_equal(policy_severity(triage, "MAJOR"), "Major");
	assert_string_equal(policy_severity(triage, "critical"), "critical");
	assert_null(policy_severity(triage, "minor"));
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
		TEST(endpoints_of_every_kind_are_counted_through),
		TEST(every_endpoint_that_wants_an_event_is_named),
		TEST(one_plain_branch_is_not_several_productions),
		TEST(the_hotfix_prefix_ends_at_the_first_placeholder),
		TEST(only_what_is_given_before_the_landing_is_asked_for),
		TEST(without_a_deploy_or_its_like_nothing_is_answered),
		TEST(a_kind_of_evidence_is_wanted_where_a_landing_asks_for_it),
		TEST(only_a_deploy_has_environments_by_itself),
		TEST(a_severity_is_known_in_any_case_and_told_as_it_is_configured),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
