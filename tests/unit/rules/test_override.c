#include "support/office.h"

#include "rules/override.h"

static struct override_request read_options(const char *first, const char *second)
{
	struct strings options = STRINGS_INIT;
	struct override_request request;

	strings_add(&options, first);
	if (second)
		strings_add(&options, second);
	override_request_read(&request, &options);
	strings_release(&options);
	return request;
}

static void assert_reason(const char *option, const char *wanted)
{
	struct override_request request = read_options("ci.skip", option);

	assert_true(request.made);
	assert_null(request.fault);
	assert_string_equal(request.reason, wanted);
	override_request_release(&request);
}

static void assert_faulty(const char *option, const char *second, const char *wanted)
{
	struct override_request request = read_options(option, second);

	assert_true(request.made);
	assert_null(request.reason);
	assert_string_equal(request.fault, wanted);
	override_request_release(&request);
}

static void a_reason_is_what_stands_behind_the_name(void **state)
{
	(void)state;
	assert_reason("hotfix.override=the shop is down", "the shop is down");
	assert_reason("hotfix.override= \tdown\t ", "down");
	assert_reason("hotfix.override=a=b; $(id) `id` \xc3\xa4", "a=b; $(id) `id` \xc3\xa4");
}

static void other_options_are_passed_over(void **state)
{
	struct override_request request = read_options("hotfix.overrides=x", "Hotfix.Override=x");

	(void)state;
	assert_false(request.made);
	assert_null(request.reason);
	assert_null(request.fault);
	override_request_release(&request);
	request = read_options("", "override=x");
	assert_false(request.made);
	override_request_release(&request);
}

static void a_reason_that_is_none_is_a_fault(void **state)
{
	static const char unreadable[] = "the reason of an override is one line of UTF-8, without control characters";

	(void)state;
	assert_faulty("hotfix.override", NULL, "an override needs a reason");
	assert_faulty("hotfix.override=", NULL, "an override needs a reason");
	assert_faulty("hotfix.override= \t ", NULL, "an override needs a reason");
	assert_faulty("hotfix.override=a\nb", NULL, unreadable);
	assert_faulty("hotfix.override=a\x1b[2Jb", NULL, unreadable);
	assert_faulty("hotfix.override=a\x7f", NULL, unreadable);
	assert_faulty("hotfix.override=\xff", NULL, unreadable);
	assert_faulty("hotfix.override=a\xc2\x85"
		      "b",
		      NULL, unreadable);
	assert_faulty("hotfix.override=a\xe2\x80\xa8"
		      "b",
		      NULL, unreadable);
	assert_faulty("hotfix.override=a", "hotfix.override=b", "an override is given once: two reasons are none");
	assert_faulty("hotfix.override=a", "hotfix.override=a", "an override is given once: two reasons are none");
}

static void a_reason_may_have_1000_bytes(void **state)
{
	struct buffer option = BUFFER_INIT;

	(void)state;
	buffer_add_string(&option, "hotfix.override=");
	for (int i = 0; i < OVERRIDE_REASON_MAXIMUM; i++)
		buffer_add_char(&option, 'x');
	assert_reason(buffer_text(&option), buffer_text(&option) + strlen("hotfix.override="));
	buffer_add_char(&option, 'x');
	assert_faulty(buffer_text(&option), NULL, "the reason of an override has 1001 bytes, at most 1000");
	buffer_release(&option);
}

static void assert_forbidden(const struct policy *policy, const char *person, const char *wanted)
{
	char *why = override_forbidden(policy, person);

	if (wanted)
		assert_string_equal(why, wanted);
	else
		assert_null(why);
	free(why);
}

static void a_configured_person_in_the_role_may(void **state)
{
	struct office *office = *state;
	struct policy *policy = &office->policy;

	assert_forbidden(policy, "olga", "nobody may override here");
	policy->override_role = memory_copy("release");
	assert_forbidden(policy, "olga", NULL);
	assert_forbidden(policy, "dave", "dave may not override: only the role release may");
	strings_add(&policy->roles[3].members, "*");
	assert_forbidden(policy, "dave", NULL);
	assert_forbidden(policy, "login:eve",
			 "login:eve may not override: only somebody whom the configuration knows, in the role release, "
			 "may");
	assert_forbidden(policy, "eve@example.com",
			 "eve@example.com may not override: only somebody whom the configuration knows, in the role "
			 "release, may");
}

static struct finding *refuse(struct verdict *verdict, const char *rule, const char *detail, int people)
{
	struct finding *finding = verdict_add(verdict, rule, detail, OFFICE_MAIN);

	finding->overridable = strcmp(rule, "incident") != 0;
	finding->people = people;
	strings_add(&finding->remedy, "do something");
	return finding;
}

static void it_passes_what_may_be_overridden_and_nothing_else(void **state)
{
	struct office *office = *state;
	struct verdict verdict = {0};

	assert_false(override_would_help(&verdict));
	refuse(&verdict, "signoff", "qa", 1);
	assert_true(override_would_help(&verdict));
	refuse(&verdict, "incident", NULL, 0);
	assert_false(override_would_help(&verdict));
	override_apply(&verdict, NULL);
	verdict_weigh(&verdict, &office->policy);
	assert_int_equal(verdict.findings[0].severity, SEVERITY_OVERRIDDEN);
	assert_int_equal(verdict.findings[0].remedy.count, 0);
	assert_int_equal(verdict.findings[1].severity, SEVERITY_REFUSE);
	assert_false(verdict.findings[1].overridden);
	assert_false(verdict_accepts(&verdict));
	assert_true(verdict_is_overridden(&verdict));
	verdict_release(&verdict);
}

static void what_only_warns_is_not_overridden(void **state)
{
	struct office *office = *state;
	struct verdict verdict = {0};

	office->policy.mode = MODE_WARN;
	refuse(&verdict, "signoff", "qa", 1);
	verdict_weigh(&verdict, &office->policy);
	override_apply(&verdict, NULL);
	assert_int_equal(verdict.findings[0].severity, SEVERITY_WARN);
	assert_false(verdict.findings[0].overridden);
	assert_false(override_would_help(&verdict));
	assert_false(verdict_is_overridden(&verdict));
	verdict_release(&verdict);
}

static void where_nothing_is_overridden_nothing_is_written_down(void **state)
{
	struct office *office = *state;
	struct verdict verdict = {0};

	landing_add_worker(&office->landing, memory_copy("dave"), "wrote", NULL);
	refuse(&verdict, "signoff", "review", 2);
	override_keep(&office->landing.what, &office->landing, &verdict);
	assert_null(office->landing.what.override);
	verdict_release(&verdict);
}

static void it_is_written_down_with_who_worked(void **state)
{
	struct office *office = *state;
	struct object_id commit = id_of('c');
	struct verdict verdict = {0};
	struct record_landing *what = &office->landing.what;
	const struct record_override *override;

	landing_add_worker(&office->landing, memory_copy("dave"), "wrote", &commit);
	landing_add_worker(&office->landing, memory_copy("paul"), "moved the branch", NULL);
	refuse(&verdict, "signoff", "review", 2);
	refuse(&verdict, "freeze", "year-end", 0);
	override_apply(&verdict, NULL);
	override_keep(what, &office->landing, &verdict);
	override = what->override;
	assert_int_equal(override->missing_count, 2);
	assert_string_equal(override->missing[0].rule, "signoff");
	assert_string_equal(override->missing[0].name, "review");
	assert_int_equal(override->missing[0].people, 2);
	assert_string_equal(override->missing[1].rule, "freeze");
	assert_string_equal(override->missing[1].name, "year-end");
	assert_int_equal(override->missing[1].people, 0);
	assert_true(record_override_owes(override));
	assert_int_equal(override->worker_count, 2);
	assert_string_equal(override->workers[0].person, "dave");
	assert_string_equal(override->workers[0].how, "wrote cccccccccc");
	assert_string_equal(override->workers[1].how, "moved the branch");
	verdict_release(&verdict);
}

static void a_freeze_and_a_gate_owe_nothing(void **state)
{
	struct office *office = *state;
	struct record_landing *what = &office->landing.what;
	struct verdict verdict = {0};

	refuse(&verdict, "freeze", "year-end", 0);
	refuse(&verdict, "gate", "tracker", 0);
	override_keep_finding(what, &verdict.findings[0]);
	override_keep_finding(what, &verdict.findings[1]);
	assert_int_equal(what->override->missing_count, 2);
	assert_false(record_override_owes(what->override));
	verdict_release(&verdict);
}

static void the_update_hook_passes_no_more_than_was_recorded(void **state)
{
	struct office *office = *state;
	struct verdict verdict = {0};
	struct record_override *limit;

	refuse(&verdict, "signoff", "review", 1);
	override_keep_finding(&office->landing.what, &verdict.findings[0]);
	limit = office->landing.what.override;
	refuse(&verdict, "signoff", "qa", 1);
	refuse(&verdict, "freeze", "review", 0);
	override_apply(&verdict, limit);
	assert_true(verdict.findings[0].overridden);
	assert_false(verdict.findings[1].overridden);
	assert_false(verdict.findings[2].overridden);
	verdict.findings[0].overridden = false;
	verdict.findings[0].severity = SEVERITY_REFUSE;
	verdict.findings[0].people = 2;
	override_apply(&verdict, limit);
	assert_false(verdict.findings[0].overridden);
	verdict_release(&verdict);
}

static void the_command_pushes_the_very_commit(void **state)
{
	struct strings commands = STRINGS_INIT;
	struct object_id id = id_of('1');

	(void)state;
	override_add_command(&commands, "refs/heads/a b", &id);
	assert_string_equal(commands.items[0], "git push -o hotfix.override=\"REASON\" origin "
					       "1111111111111111111111111111111111111111:'refs/heads/a b'");
	strings_release(&commands);
}

static void three_reasons_are_none_either(void **state)
{
	struct strings options = STRINGS_INIT;
	struct override_request request;

	(void)state;
	for (int i = 0; i < 3; i++)
		strings_addf(&options, OVERRIDE_OPTION "=%d", i);
	override_request_read(&request, &options);
	assert_true(request.made);
	assert_null(request.reason);
	assert_string_equal(request.fault, "an override is given once: two reasons are none");
	override_request_release(&request);
	strings_release(&options);
}

static void what_has_a_rule_alone_is_known_by_it(void **state)
{
	struct office *office = *state;
	struct verdict verdict = {0};
	struct record_override *limit;

	refuse(&verdict, "freeze", NULL, 0);
	refuse(&verdict, "freeze", "year-end", 0);
	override_keep_finding(&office->landing.what, &verdict.findings[0]);
	limit = office->landing.what.override;
	assert_string_equal(limit->missing[0].name, "");
	override_apply(&verdict, limit);
	assert_true(verdict.findings[0].overridden);
	assert_false(verdict.findings[1].overridden);
	verdict_release(&verdict);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, office_open, office_close)
	const struct CMUnitTest tests[] = {
		TEST(a_reason_is_what_stands_behind_the_name),
		TEST(other_options_are_passed_over),
		TEST(a_reason_that_is_none_is_a_fault),
		TEST(a_reason_may_have_1000_bytes),
		TEST(a_configured_person_in_the_role_may),
		TEST(it_passes_what_may_be_overridden_and_nothing_else),
		TEST(what_only_warns_is_not_overridden),
		TEST(where_nothing_is_overridden_nothing_is_written_down),
		TEST(it_is_written_down_with_who_worked),
		TEST(a_freeze_and_a_gate_owe_nothing),
		TEST(the_update_hook_passes_no_more_than_was_recorded),
		TEST(the_command_pushes_the_very_commit),
		TEST(three_reasons_are_none_either),
		TEST(what_has_a_rule_alone_is_known_by_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
