#include "support/office.h"

#include "rules/debt.h"
#include "rules/override.h"

/* The office's landing, overridden by olga while one review and two tests were missing; dave wrote it. */
struct owing {
	struct office *office;
	struct record_landing *what;
	struct answers answers;
};

static void miss(struct owing *owing, const char *name, int people)
{
	struct record_missing *missing = record_override_add_missing(owing->what->override);

	missing->rule = memory_copy(people ? "signoff" : "gate");
	missing->name = memory_copy(name);
	missing->people = people;
}

static int set_up(void **state)
{
	struct owing *owing = memory_alloc(sizeof(*owing));
	struct record_worker *worker;
	void *office = NULL;

	office_open(&office);
	owing->office = office;
	office_ask_for_review_and_qa(owing->office);
	office_ask(owing->office, "triage", "Triaged-by", "product", BINDS_INCIDENT);
	owing->what = &owing->office->landing.what;
	owing->what->override = memory_alloc(sizeof(*owing->what->override));
	owing->what->override->person = memory_copy("olga");
	worker = record_override_add_worker(owing->what->override);
	worker->person = memory_copy("dave");
	worker->how = memory_copy("wrote cccccccccc");
	miss(owing, "review", 1);
	miss(owing, "qa", 2);
	miss(owing, "tracker", 0);
	*state = owing;
	return 0;
}

static int tear_down(void **state)
{
	struct owing *owing = *state;
	void *office = owing->office;

	answers_release(&owing->answers);
	office_close(&office);
	free(owing);
	return 0;
}

static struct answer *give(struct owing *owing, const char *name, const char *person)
{
	struct answer *answer = answers_add(&owing->answers);

	answer->said.name = memory_copy(name);
	answer->said.person = memory_copy(person);
	return answer;
}

static void assert_owed(struct owing *owing, const char *wanted)
{
	struct buffer text = BUFFER_INIT;

	debt_describe(&text, &owing->office->policy, owing->what, &owing->answers);
	assert_string_equal(buffer_text(&text), wanted);
	assert_int_equal(debt_is_settled(&owing->office->policy, owing->what, &owing->answers), !*wanted);
	buffer_release(&text);
}

static void assert_problem(struct owing *owing, const char *signoff, const char *person, const char *wanted)
{
	const struct policy *policy = &owing->office->policy;
	char *why = debt_problem(policy, owing->what, &owing->answers, policy_signoff(policy, signoff), person);

	if (wanted)
		assert_string_equal(why, wanted);
	else
		assert_null(why);
	free(why);
}

static void it_is_owed_by_distinct_people_until_all_have_given_it(void **state)
{
	struct owing *owing = *state;

	assert_owed(owing, "review 1, qa 2");
	give(owing, "qa", "quentin");
	give(owing, "qa", "quentin");
	assert_owed(owing, "review 1, qa 1");
	give(owing, "review", "rita");
	give(owing, "qa", "paul");
	assert_owed(owing, "");
	assert_true(debt_has(owing->what, "review"));
	assert_false(debt_has(owing->what, "tracker"));
	assert_false(debt_has(owing->what, "monitor"));
}

static void what_is_revoked_is_owed_again(void **state)
{
	struct owing *owing = *state;

	give(owing, "review", "rita");
	give(owing, "qa", "paul");
	give(owing, "qa", "quentin")->revoked = true;
	assert_owed(owing, "qa 1");
	assert_problem(owing, "qa", "quentin", NULL);
}

static void what_nobody_asks_for_any_more_is_not_owed(void **state)
{
	struct owing *owing = *state;

	give(owing, "review", "rita");
	owing->office->policy.signoffs[1].name[0] = 'Q';
	assert_owed(owing, "");
	give(owing, "qa", "paul")->said.name[0] = 'Q';
	owing->office->policy.signoffs[1].name[0] = 'q';
	assert_problem(owing, "qa", "paul", NULL);
	assert_owed(owing, "qa 2");
}

static void what_was_not_overridden_owes_nothing(void **state)
{
	struct owing *owing = *state;
	struct strings commands = STRINGS_INIT;

	record_override_free(owing->what->override);
	owing->what->override = NULL;
	assert_owed(owing, "");
	assert_false(debt_has(owing->what, "review"));
	assert_problem(owing, "review", "rita", "no review is owed for this landing");
	debt_add_signing(&commands, &owing->office->policy, OFFICE_MAIN, owing->what, &owing->answers);
	assert_int_equal(commands.count, 0);
}

static void who_worked_or_overrode_cannot_give_it(void **state)
{
	struct owing *owing = *state;

	assert_problem(owing, "review", "rita", NULL);
	assert_problem(owing, "review", "dave", "dave did some of the work: wrote cccccccccc");
	assert_problem(owing, "review", "olga", "olga overrode it, and cannot sign it off");
}

static void reviewers_and_testers_are_distinct_people(void **state)
{
	struct owing *owing = *state;
	struct record_signoff *signoff;

	give(owing, "qa", "rita");
	assert_problem(owing, "review", "rita", "rita counts for qa already");
	assert_problem(owing, "qa", "rita", "rita counts for qa already");
	signoff = record_landing_add_signoff(owing->what);
	signoff->name = memory_copy("review");
	signoff->person = memory_copy("paul");
	assert_problem(owing, "qa", "paul", "paul counts for review already");
	give(owing, "deploy", "quentin");
	assert_problem(owing, "qa", "quentin", NULL);
	office_ask(owing->office, "deploy", "Deployed-by", "release", BINDS_COMMIT);
	assert_problem(owing, "qa", "quentin", NULL);
}

static void who_gave_what_binds_to_the_incident_may_review_too(void **state)
{
	struct owing *owing = *state;
	struct record_signoff *signoff;

	miss(owing, "triage", 1);
	give(owing, "qa", "paul");
	assert_problem(owing, "triage", "paul", NULL);
	give(owing, "triage", "rita");
	assert_problem(owing, "triage", "rita", "rita counts for triage already");
	assert_problem(owing, "review", "rita", NULL);
	signoff = record_landing_add_signoff(owing->what);
	signoff->name = memory_copy("triage");
	signoff->person = memory_copy("quentin");
	assert_problem(owing, "qa", "quentin", NULL);
}

static void more_than_is_owed_is_not_taken(void **state)
{
	struct owing *owing = *state;

	give(owing, "review", "rita");
	assert_problem(owing, "review", "paul", "no review is owed for this landing any more");
	assert_problem(owing, "triage", "paul", "no triage is owed for this landing");
}

static void the_commands_give_what_is_still_owed(void **state)
{
	struct owing *owing = *state;
	struct strings commands = STRINGS_INIT;

	give(owing, "review", "rita");
	debt_add_signing(&commands, &owing->office->policy, OFFICE_MAIN, owing->what, &owing->answers);
	assert_int_equal(commands.count, 3);
	assert_string_equal(commands.items[0],
			    "# PERSON, somebody in the role qa, who did none of the work and did not "
			    "override it:");
	assert_string_equal(commands.items[1], "git fetch origin");
	assert_string_equal(commands.items[2], "git push origin 1111111111111111111111111111111111111111:"
					       "refs/signoffs/INC-7-login/qa/PERSON-1111111111");
	strings_release(&commands);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(it_is_owed_by_distinct_people_until_all_have_given_it),
		TEST(what_is_revoked_is_owed_again),
		TEST(what_nobody_asks_for_any_more_is_not_owed),
		TEST(what_was_not_overridden_owes_nothing),
		TEST(who_worked_or_overrode_cannot_give_it),
		TEST(reviewers_and_testers_are_distinct_people),
		TEST(who_gave_what_binds_to_the_incident_may_review_too),
		TEST(more_than_is_owed_is_not_taken),
		TEST(the_commands_give_what_is_still_owed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
