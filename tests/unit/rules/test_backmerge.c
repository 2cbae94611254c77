#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/backmerge.h"
#include "support/office.h"

#define DEVELOP "refs/heads/develop"
#define A40 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define F40 "ffffffffffffffffffffffffffffffffffffffff"
#define ONE40 "1111111111111111111111111111111111111111"

/* What the office's landing, of 2026-02-03T04:05:06Z, owes to develop within two days. */
static struct owed owed_by(struct office *office)
{
	struct owed owed = {.production = (char *)"refs/heads/main", .into = (char *)DEVELOP, .since = 1770091506};

	owed.what = office->landing.what;
	strings_add_once(&office->policy.backmerge.into, "refs/heads/dev*");
	return owed;
}

static void assert_holds(const struct strings *lines, const char *wanted)
{
	for (size_t i = 0; i < lines->count; i++)
		if (!strcmp(lines->items[i], wanted))
			return;
	fail_msg("no line is '%s'", wanted);
}

static void is_due_two_days_after_the_landing_unless_it_is_configured_otherwise(void **state)
{
	struct office *office = *state;
	const struct owed owed = owed_by(office);

	assert_int_equal(owed_due(&office->policy, &owed), 1770091506 + 172800);
	assert_false(owed_is_overdue(&office->policy, &owed, 1770091506 + 172800));
	assert_true(owed_is_overdue(&office->policy, &owed, 1770091506 + 172801));
	office->policy.backmerge.within = 60;
	assert_true(owed_is_overdue(&office->policy, &owed, 1770091506 + 61));
}

static void what_is_no_longer_configured_owes_nothing(void **state)
{
	struct office *office = *state;
	struct owed owed = owed_by(office);

	owed.into = (char *)"refs/heads/release/1";
	assert_false(owed_counts(&office->policy, &owed));
	assert_false(owed_is_overdue(&office->policy, &owed, INT64_MAX));
}

static void each_kind_of_landing_is_picked_in_its_own_way(void **state)
{
	static const struct {
		enum landing_kind kind;
		const char *command;
	} cases[] = {
		{LANDING_MERGE, "git cherry-pick -x -m 1 " ONE40},
		{LANDING_SQUASH, "git cherry-pick -x " ONE40},
		{LANDING_FAST_FORWARD,
		 "git cherry-pick -x --allow-empty $(git rev-list --reverse --no-merges " F40 ".." ONE40 ")"},
	};
	struct office *office = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct owed owed = owed_by(office);
		const struct owed *list[] = {&owed};
		struct strings commands = STRINGS_INIT;

		owed.what.kind = cases[i].kind;
		owed_add_commands(&commands, &office->policy, list, 1);
		assert_string_equal(commands.items[0], "git fetch origin");
		assert_string_equal(commands.items[1], "git switch develop");
		assert_string_equal(commands.items[2], "git merge " ONE40);
		assert_string_equal(commands.items[3], "git push origin develop");
		assert_string_equal(commands.items[5], cases[i].command);
		assert_int_equal(commands.count, 6);
		strings_release(&commands);
	}
}

static void the_waiver_is_for_that_branch_alone_and_its_name_is_quoted(void **state)
{
	struct office *office = *state;
	struct owed owed = owed_by(office);
	const struct owed *list[] = {&owed};
	struct strings commands = STRINGS_INIT;

	office_ask(office, "backmerge", "Waived-by", "release", BINDS_CHANGE)->evidence = EVIDENCE_PUSHER;
	owed.into = (char *)"refs/heads/dev'$(id)";
	owed_add_commands(&commands, &office->policy, list, 1);
	assert_string_equal(commands.items[1], "git switch 'dev'\\''$(id)'");
	assert_holds(&commands, "# or, where it is not wanted there, have it waived:");
	assert_holds(&commands, "git tag -a -m \"$(printf '%s\\n' 'Reason: WHY' 'Into: refs/heads/dev'\\''$(id)' \\");
	strings_release(&commands);
}

static void it_refuses_only_where_that_is_configured(void **state)
{
	struct office *office = *state;
	struct owed owed = owed_by(office);
	const struct owed *list[] = {&owed, &owed, &owed, &owed, &owed, &owed,
				     &owed, &owed, &owed, &owed, &owed, &owed};
	struct verdict verdict = {0};

	backmerge_judge(&verdict, &office->policy, list, 1, DEVELOP, true);
	office->policy.backmerge.refuses = true;
	backmerge_judge(&verdict, &office->policy, list, 12, DEVELOP, true);
	backmerge_judge(&verdict, &office->policy, list, 1, DEVELOP, false);
	verdict_weigh(&verdict, &office->policy);
	assert_int_equal(verdict.findings[0].severity, SEVERITY_WARN);
	assert_int_equal(verdict.findings[1].severity, SEVERITY_REFUSE);
	assert_int_equal(verdict.findings[2].severity, SEVERITY_WARN);
	assert_string_equal(
		verdict.findings[0].found.items[0],
		"hotfix/INC-7-login, which landed on main with 1111111111, was to be merged back to develop by "
		"2026-02-05T04:05:06Z");
	assert_int_equal(verdict.findings[1].found.count, 11);
	assert_string_equal(verdict.findings[1].found.items[10], "and 2 more: hotfixctl status, on the server");
	verdict_release(&verdict);
}

static void a_list_holds_what_is_owed(void **state)
{
	struct owed_list list = {0};
	struct owed *owed;

	(void)state;
	for (int i = 0; i < 20; i++) {
		owed = owed_list_add(&list);
		assert_null(owed->into);
		owed->production = memory_copy("refs/heads/main");
		owed->into = memory_copy(DEVELOP);
		owed->what.branch = memory_copy("refs/heads/hotfix/INC-7-login");
		owed->since = i;
	}
	assert_int_equal(list.count, 20);
	assert_int_equal(list.items[0].since, 0);
	assert_int_equal(list.items[19].since, 19);
	owed_list_release(&list);
	assert_int_equal(list.count, 0);
	assert_null(list.items);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(is_due_two_days_after_the_landing_unless_it_is_configured_otherwise,
						office_open, office_close),
		cmocka_unit_test_setup_teardown(what_is_no_longer_configured_owes_nothing, office_open, office_close),
		cmocka_unit_test_setup_teardown(each_kind_of_landing_is_picked_in_its_own_way, office_open,
						office_close),
		cmocka_unit_test_setup_teardown(the_waiver_is_for_that_branch_alone_and_its_name_is_quoted, office_open,
						office_close),
		cmocka_unit_test_setup_teardown(it_refuses_only_where_that_is_configured, office_open, office_close),
		cmocka_unit_test(a_list_holds_what_is_owed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
