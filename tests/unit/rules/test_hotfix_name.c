#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "rules/hotfix_name.h"

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

static void set(char **value, const char *text)
{
	free(*value);
	*value = memory_copy(text);
}

static void assert_parts(const struct policy *policy, const char *branch, const char *incident, const char *slug)
{
	struct buffer ref = BUFFER_INIT;
	struct hotfix_name name;

	buffer_addf(&ref, "refs/heads/%s", branch);
	if (!hotfix_name_parse(&name, policy, buffer_text(&ref)))
		fail_msg("%s does not fit", branch);
	assert_string_equal(name.incident, incident);
	assert_string_equal(name.slug, slug);
	hotfix_name_release(&name);
	assert_null(name.incident);
	buffer_release(&ref);
}

static void assert_unfit(const struct policy *policy, const char *branch)
{
	struct buffer ref = BUFFER_INIT;
	struct hotfix_name name;

	buffer_addf(&ref, "refs/heads/%s", branch);
	if (hotfix_name_parse(&name, policy, buffer_text(&ref)))
		fail_msg("%s fits", branch);
	assert_null(name.incident);
	assert_null(name.slug);
	buffer_release(&ref);
}

/* Asserts what is answered to a branch of this name; WANTED is NULL when it is left alone. */
static void assert_meant(const struct policy *policy, const char *branch, const char *wanted)
{
	struct buffer ref = BUFFER_INIT;
	char *meant;

	buffer_addf(&ref, "refs/heads/%s", branch);
	meant = hotfix_name_meant(policy, buffer_text(&ref));
	if (wanted && meant)
		assert_string_equal(meant, wanted);
	else if (wanted || meant)
		fail_msg("%s: meant is %s", branch, meant ? meant : "nothing");
	free(meant);
	buffer_release(&ref);
}

/* --- the form --- */

static void a_name_has_an_incident_and_a_slug(void **state)
{
	assert_parts(*state, "hotfix/INC-7-login", "INC-7", "login");
	assert_parts(*state, "hotfix/A-1-x", "A-1", "x");
	assert_parts(*state, "hotfix/OPS2-4711-two-words-3", "OPS2-4711", "two-words-3");
}

static void what_does_not_fit_is_no_name(void **state)
{
	static const char *const names[] = {
		"hotfix/INC-7",
		"hotfix/INC-7-",
		"hotfix/inc-7-login",
		"hotfix/INC-7-Login",
		"hotfix/INC-login",
		"hotfix/INC7-login",
		"hotfix/-7-login",
		"hotfix/INC-7-login/x",
		"hotfix/",
		"Hotfix/INC-7-login",
		"hotfix/INC-7--x",
		"hotfix/INC-7-login ",
		"hotfixINC-7-x",
		"x/hotfix/INC-7-login",
		"hotfix/INC-7-l\nx",
		"hotfix/INC-7-l\xc3\xb6gin",
		"",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_unfit(*state, names[i]);
}

static void only_branches_are_named(void **state)
{
	struct hotfix_name name;

	assert_false(hotfix_name_parse(&name, *state, "refs/tags/hotfix/INC-7-login"));
	assert_false(hotfix_name_parse(&name, *state, "hotfix/INC-7-login"));
	assert_null(hotfix_name_meant(*state, "refs/tags/Hotfix/INC-7-login"));
}

static void a_form_without_a_slug_has_an_empty_one(void **state)
{
	struct policy *policy = *state;

	set(&policy->hotfix_branch, "hotfix/{incident}");
	assert_parts(policy, "hotfix/INC-7", "INC-7", "");
	assert_unfit(policy, "hotfix/INC-7-login");
}

static void the_incident_alone_is_asked_for(void **state)
{
	char *incident = hotfix_name_incident(*state, "refs/heads/hotfix/INC-7-login");

	assert_string_equal(incident, "INC-7");
	free(incident);
	assert_null(hotfix_name_incident(*state, "refs/heads/main"));
}

static void the_slug_may_come_first(void **state)
{
	struct policy *policy = *state;

	set(&policy->hotfix_branch, "fix/{slug}/{incident}/now");
	assert_parts(policy, "fix/login/INC-7/now", "INC-7", "login");
	assert_unfit(policy, "fix/login/INC-7");
}

static void groups_in_the_expressions_do_not_count(void **state)
{
	struct policy *policy = *state;

	set(&policy->incident, "(INC|(OPS|SEC)(-EU)?)-([0-9]+)");
	set(&policy->slug, "([a-z]+)(-[a-z]+)*");
	assert_parts(policy, "hotfix/SEC-EU-12-two-words", "SEC-EU-12", "two-words");
	assert_parts(policy, "hotfix/INC-1-x", "INC-1", "x");
	set(&policy->hotfix_branch, "hotfix/{slug}/{incident}");
	assert_parts(policy, "hotfix/two-words/OPS-3", "OPS-3", "two-words");
}

static void a_choice_is_anchored_at_both_ends(void **state)
{
	struct policy *policy = *state;

	set(&policy->incident, "INC-[0-9]+|[0-9]+");
	assert_parts(policy, "hotfix/12-x", "12", "x");
	assert_unfit(policy, "hotfix/INC-7");
	assert_unfit(policy, "hotfix/BUG12-x");
}

static void special_characters_of_the_form_stand_for_themselves(void **state)
{
	struct policy *policy = *state;

	set(&policy->hotfix_branch, "h.t+f(i)x|[$]/{incident}-{slug}");
	assert_parts(policy, "h.t+f(i)x|[$]/INC-7-login", "INC-7", "login");
	assert_unfit(policy, "hot+f(i)x|[$]/INC-7-login");
	assert_unfit(policy, "h.ttfix");
}

static void an_expression_that_cannot_be_read_fits_nothing(void **state)
{
	struct policy *policy = *state;

	set(&policy->incident, "[");
	assert_unfit(policy, "hotfix/INC-7-login");
	assert_unfit(policy, "hotfix/[-login");
	set(&policy->incident, "(");
	assert_unfit(policy, "hotfix/(-login");
}

static void a_part_that_took_no_part_is_empty(void **state)
{
	struct policy *policy = *state;

	set(&policy->incident, "INC-[0-9]+)|(OPS");
	assert_parts(policy, "hotfix/INC-7", "INC-7", "");
}

static void too_many_groups_fit_nothing(void **state)
{
	struct policy *policy = *state;
	struct buffer incident = BUFFER_INIT;

	for (int i = 0; i < 37; i++)
		buffer_add_string(&incident, "(I)");
	free(policy->incident);
	policy->incident = memory_copy(buffer_text(&incident));
	assert_parts(policy, "hotfix/IIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIII-x", "IIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIII",
		     "x");
	buffer_add_string(&incident, "(I)");
	free(policy->incident);
	policy->incident = buffer_detach(&incident);
	assert_unfit(policy, "hotfix/IIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIII-x");
}

/* --- examples --- */

static void assert_example(const struct policy *policy, const char *incident, const char *slug, const char *wanted)
{
	char *example = hotfix_name_example(policy, incident, slug);

	assert_string_equal(example, wanted);
	free(example);
}

static void an_example_says_what_is_not_known(void **state)
{
	struct policy *policy = *state;

	assert_example(policy, NULL, NULL, "hotfix/<incident>-<slug>");
	assert_example(policy, "INC-7", NULL, "hotfix/INC-7-<slug>");
	assert_example(policy, "INC-7", "login", "hotfix/INC-7-login");
	set(&policy->hotfix_branch, "fix/{incident}/x");
	assert_example(policy, "INC-7", "login", "fix/INC-7/x");
}

/* --- near misses --- */

static void a_slip_in_the_prefix_is_put_right(void **state)
{
	static const char *const names[] = {
		"Hotfix/INC-7-login",   "HOTFIX/INC-7-login",  "hotFix/INC-7-login",   "hot-fix/INC-7-login",
		"hot_fix/INC-7-login",  "Hot-Fix/INC-7-login", "hotfix-INC-7-login",   "hotfix_INC-7-login",
		"hotfixes/INC-7-login", "hotfixs/INC-7-login", "HOTFIXES/INC-7-login",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_meant(*state, names[i], "hotfix/INC-7-login");
}

static void an_incident_in_lower_case_is_put_right(void **state)
{
	assert_meant(*state, "hotfix/inc-7-login", "hotfix/INC-7-login");
	assert_meant(*state, "Hotfix/inc-7-login", "hotfix/INC-7-login");
}

static void a_rest_that_does_not_fit_is_answered_by_the_form(void **state)
{
	assert_meant(*state, "hotfix/login", "hotfix/<incident>-<slug>");
	assert_meant(*state, "Hotfix/login", "hotfix/<incident>-<slug>");
	assert_meant(*state, "hotfix-login", "hotfix/<incident>-<slug>");
	assert_meant(*state, "hotfix/INC-7-Login", "hotfix/<incident>-<slug>");
	assert_meant(*state, "hotfix/", "hotfix/<incident>-<slug>");
}

static void honest_names_are_left_alone(void **state)
{
	static const char *const names[] = {
		"hotfixture",
		"hotfixtures/INC-7-x",
		"my-hotfix/INC-7-x",
		"hot/fix",
		"hot/fix/INC-7-x",
		"hot",
		"hotfixed/bug",
		"fix/INC-7-x",
		"feature/hotfix",
		"hotfix",
		"hotfixes",
		"hotfixs",
		"photofix/INC-7-x",
		"hotfi/INC-7-x",
		"main",
		"hotfixess/x",
		"hotfixsx/INC-7-x",
		"hotfix.INC-7",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_meant(*state, names[i], NULL);
}

static void the_prefix_may_hold_a_hyphen(void **state)
{
	struct policy *policy = *state;

	set(&policy->hotfix_branch, "hot-fix/{incident}-{slug}");
	assert_parts(policy, "hot-fix/INC-7-login", "INC-7", "login");
	assert_meant(policy, "Hot-Fix/INC-7-login", "hot-fix/INC-7-login");
	assert_meant(policy, "hot--fix/INC-7-login", "hot-fix/INC-7-login");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_name_has_an_incident_and_a_slug),
		TEST(what_does_not_fit_is_no_name),
		TEST(only_branches_are_named),
		TEST(a_form_without_a_slug_has_an_empty_one),
		TEST(the_incident_alone_is_asked_for),
		TEST(the_slug_may_come_first),
		TEST(groups_in_the_expressions_do_not_count),
		TEST(a_choice_is_anchored_at_both_ends),
		TEST(special_characters_of_the_form_stand_for_themselves),
		TEST(an_expression_that_cannot_be_read_fits_nothing),
		TEST(a_part_that_took_no_part_is_empty),
		TEST(too_many_groups_fit_nothing),
		TEST(an_example_says_what_is_not_known),
		TEST(a_slip_in_the_prefix_is_put_right),
		TEST(an_incident_in_lower_case_is_put_right),
		TEST(a_rest_that_does_not_fit_is_answered_by_the_form),
		TEST(honest_names_are_left_alone),
		TEST(the_prefix_may_hold_a_hyphen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
