/* The checklist of a hotfix that has landed: rules/checklist_landed.c, checklist_after.c and checklist_states.c. */
#include "support/office.h"

#include "rules/checklist.h"

#define LANDED 1770091506 /* 2026-02-03T04:05:06Z */
#define NOW (LANDED + 86400)

/* The office, which asks for every sign-off that there is, and what landed of its branch. */
struct ledger {
	struct office *office;
	struct life_landings landings;
};

static int set_up(void **state)
{
	struct ledger *ledger = memory_alloc(sizeof(*ledger));
	void *office = NULL;

	office_open(&office);
	ledger->office = office;
	*state = ledger;
	return 0;
}

static int tear_down(void **state)
{
	struct ledger *ledger = *state;
	void *office = ledger->office;

	life_landings_release(&ledger->landings);
	office_close(&office);
	free(ledger);
	return 0;
}

static void ask_for_all(struct ledger *ledger)
{
	struct office *office = ledger->office;

	office_ask(office, "triage", "Triaged-by", "product", BINDS_INCIDENT);
	office_ask_for_review_and_qa(office);
	office_ask(office, "deploy", "Deployed-by", "release", BINDS_COMMIT)->evidence = EVIDENCE_PUSHER;
	office_ask(office, "monitor", "Monitored-by", "release", BINDS_COMMIT)->evidence = EVIDENCE_PUSHER;
}

static struct life_landing *land(struct ledger *ledger, const char *production, char to)
{
	struct life_landing *landing = life_landings_add(&ledger->landings);

	landing->what.kind = LANDING_MERGE;
	landing->what.to = id_of(to);
	landing->what.tip = id_of('a');
	landing->what.branch = memory_copy(OFFICE_BRANCH);
	landing->production = memory_copy(production);
	landing->pusher = memory_copy("olga");
	landing->time = LANDED;
	landing->work = 1;
	return landing;
}

static void take_back(struct life_landing *landing, char rollback)
{
	landing->taken_back.commit = id_of(rollback);
	landing->taken_back.time = LANDED + 60;
}

/* A sign-off that it landed with. */
static void sign(struct life_landing *landing, const char *name, const char *person, char carrier)
{
	struct record_signoff *signoff = record_landing_add_signoff(&landing->what);

	signoff->name = memory_copy(name);
	signoff->person = memory_copy(person);
	signoff->commit = id_of('a');
	signoff->carrier = id_of(carrier);
}

/* A sign-off that was given on it. */
static struct answer *say(struct life_landing *landing, const char *name, const char *person, int64_t time)
{
	struct answer *answer = answers_add(&landing->answers);

	answer->said.name = memory_copy(name);
	answer->said.person = memory_copy(person);
	answer->time = time;
	return answer;
}

static struct answer *deploy(struct life_landing *landing, const char *environment, int64_t time)
{
	struct answer *answer = say(landing, "deploy", "olga", time);

	answer->said.environment = memory_copy(environment);
	return answer;
}

/* It landed without what is missed here, by an override of paul. */
static void miss(struct life_landing *landing, const char *name, int people)
{
	struct record_missing *missing;

	if (!landing->what.override) {
		landing->what.override = memory_alloc(sizeof(*landing->what.override));
		landing->what.override->person = memory_copy("paul");
		landing->what.override->due = LANDED + 86400;
	}
	missing = record_override_add_missing(landing->what.override);
	missing->rule = memory_copy(people ? "signoff" : "gate");
	missing->name = memory_copy(name);
	missing->people = people;
}

static struct checklist checklist_of(struct ledger *ledger)
{
	return (struct checklist){.branch = OFFICE_BRANCH,
				  .incident = "INC-7",
				  .landed = true,
				  .landings = &ledger->landings,
				  .now = NOW};
}

static char *written(struct ledger *ledger, struct checklist_sum *sum)
{
	struct checklist checklist = checklist_of(ledger);
	struct buffer text = BUFFER_INIT;

	checklist_write(&text, sum, &ledger->office->policy, &checklist);
	return buffer_detach(&text);
}

#define HEAD "hotfix: hotfix/INC-7-login, which is gone\n\n  1 report    INC-7\n"

static void assert_written(struct ledger *ledger, const char *wanted)
{
	char *text = written(ledger, NULL);

	assert_int_equal(strncmp(text, HEAD, strlen(HEAD)), 0);
	assert_string_equal(text + strlen(HEAD), wanted);
	free(text);
}

/* Asserts that these lines are in it. */
static void assert_says(struct ledger *ledger, const char *lines)
{
	char *text = written(ledger, NULL);

	if (!strstr(text, lines))
		fail_msg("'%s' is not in:\n%s", lines, text);
	free(text);
}

static void assert_states(struct ledger *ledger, enum step_state triage, enum step_state review,
			  enum step_state deployed, enum step_state monitor)
{
	struct checklist checklist = checklist_of(ledger);
	enum step_state states[STEP_COUNT];

	checklist_states(states, &ledger->office->policy, &checklist);
	assert_int_equal(states[STEP_REPORT], STEP_DONE);
	assert_int_equal(states[STEP_TRIAGE], triage);
	assert_int_equal(states[STEP_DEVELOP], STEP_DONE);
	assert_int_equal(states[STEP_REVIEW], review);
	assert_int_equal(states[STEP_DEPLOY], deployed);
	assert_int_equal(states[STEP_MONITOR], monitor);
}

static void what_landed_is_told_by_the_ledger(void **state)
{
	struct ledger *ledger = *state;
	struct checklist_sum sum;
	struct life_landing *landing;

	ask_for_all(ledger);
	landing = land(ledger, OFFICE_MAIN, '1');
	landing->what.severity = memory_copy("critical");
	sign(landing, "triage", "paul", '5');
	sign(landing, "review", "rita", '6');
	sign(landing, "qa", "quentin", '7');
	assert_written(ledger, "  2 triage    paul <paul@example.com> signed aaaaaaaaaa, severity\n"
			       "              critical\n"
			       "  3 develop   1 commit, at aaaaaaaaaa\n"
			       "  4 review    rita <rita@example.com> signed aaaaaaaaaa\n"
			       "    qa        quentin <quentin@example.com> signed aaaaaaaaaa\n"
			       "  5 deploy    merge on main at 1111111111, by olga <olga@example.com> at\n"
			       "              2026-02-03T04:05:06Z\n"
			       "              production: missing, by the role release\n"
			       "  6 monitor   missing 1 of 1, by the role release\n"
			       "\n"
			       "  next:\n"
			       "    # somebody in the role release, once it is deployed:\n"
			       "    git fetch origin\n"
			       "    git push origin 1111111111111111111111111111111111111111:"
			       "refs/signoffs/INC-7-login/deploy/production-1111111111\n");
	free(written(ledger, &sum));
	assert_string_equal(sum.severity, "critical");
	assert_false(sum.ready);
	assert_int_equal(sum.opened, 0);
	assert_states(ledger, STEP_DONE, STEP_DONE, STEP_MISSING, STEP_MISSING);
}

static void a_deploy_says_how_it_went_and_the_last_one_counts(void **state)
{
	struct ledger *ledger = *state;
	struct life_landing *landing;
	struct answer *failure;

	ask_for_all(ledger);
	strings_add(&ledger->office->policy.signoffs[3].environments, "eu");
	landing = land(ledger, OFFICE_MAIN, '1');
	deploy(landing, "production", LANDED + 1);
	failure = deploy(landing, "eu", LANDED + 2);
	failure->said.failed = true;
	failure->said.reason = memory_copy("no disk");
	assert_says(ledger, "              production: success, by olga <olga@example.com> at\n"
			    "              2026-02-03T04:05:07Z\n"
			    "              eu: failure, by olga <olga@example.com> at\n"
			    "              2026-02-03T04:05:08Z: no disk\n");
	assert_states(ledger, STEP_NOT_ASKED, STEP_NOT_ASKED, STEP_FAILED, STEP_MISSING);
	deploy(landing, "eu", LANDED + 3);
	assert_says(ledger, "              eu: success, by olga <olga@example.com> at\n"
			    "              2026-02-03T04:05:09Z\n");
	assert_states(ledger, STEP_NOT_ASKED, STEP_NOT_ASKED, STEP_DONE, STEP_MISSING);
}

static void who_watched_it_is_named_until_it_is_closed(void **state)
{
	struct ledger *ledger = *state;
	struct life_landing *landing;

	ask_for_all(ledger);
	ledger->office->policy.signoffs[4].count = 2;
	landing = land(ledger, OFFICE_MAIN, '1');
	deploy(landing, "production", LANDED + 1);
	say(landing, "monitor", "rita", LANDED + 2)->revoked = true;
	say(landing, "monitor", "olga", LANDED + 3);
	assert_says(ledger, "  6 monitor   rita <rita@example.com> at 2026-02-03T04:05:08Z, revoked\n"
			    "              since\n"
			    "              olga <olga@example.com> at 2026-02-03T04:05:09Z\n"
			    "              missing 1 of 2, by the role release\n"
			    "\n"
			    "  next:\n"
			    "    # PERSON, somebody in the role release:\n");
	assert_states(ledger, STEP_NOT_ASKED, STEP_NOT_ASKED, STEP_DONE, STEP_MISSING);
	say(landing, "monitor", "dave", LANDED + 4);
	landing->closed = LANDED + 4;
	assert_says(ledger, "              dave <dave@example.com> at 2026-02-03T04:05:10Z\n"
			    "              closed at 2026-02-03T04:05:10Z\n");
	assert_states(ledger, STEP_NOT_ASKED, STEP_NOT_ASKED, STEP_DONE, STEP_DONE);
}

static void where_nothing_is_asked_for_that_is_said(void **state)
{
	struct ledger *ledger = *state;

	land(ledger, OFFICE_MAIN, '1')->work = 2;
	assert_written(ledger, "  2 triage    not asked for here\n"
			       "  3 develop   2 commits, at aaaaaaaaaa\n"
			       "  4 review, qa\n"
			       "              not asked for here\n"
			       "  5 deploy    merge on main at 1111111111, by olga <olga@example.com> at\n"
			       "              2026-02-03T04:05:06Z\n"
			       "  6 monitor   not asked for here\n");
	assert_states(ledger, STEP_NOT_ASKED, STEP_NOT_ASKED, STEP_DONE, STEP_NOT_ASKED);
}

static void what_nobody_gave_is_said(void **state)
{
	struct ledger *ledger = *state;
	struct life_landing *landing;

	ask_for_all(ledger);
	landing = land(ledger, OFFICE_MAIN, '1');
	landing->work = 0;
	sign(landing, "security", "paul", '5');
	assert_says(ledger, "  2 triage    nobody, when it landed\n"
			    "  3 develop   aaaaaaaaaa, which the server does not have any more\n"
			    "  4 review    nobody, when it landed\n"
			    "    qa        nobody, when it landed\n"
			    "    security  paul <paul@example.com> signed aaaaaaaaaa\n");
}

static void what_was_taken_back_counts_no_more(void **state)
{
	struct ledger *ledger = *state;
	struct life_landing *landing;

	ask_for_all(ledger);
	landing = land(ledger, OFFICE_MAIN, '1');
	sign(landing, "triage", "paul", '5');
	miss(landing, "qa", 1);
	deploy(landing, "production", LANDED + 1);
	take_back(landing, '2');
	assert_written(ledger, "  2 triage    nobody, when it landed\n"
			       "  3 develop   nothing of it is in production\n"
			       "  4 review    nobody, when it landed\n"
			       "    qa        nobody, when it landed\n"
			       "  5 deploy    merge on main at 1111111111, by olga <olga@example.com> at\n"
			       "              2026-02-03T04:05:06Z; taken back by the rollback\n"
			       "              2222222222 at 2026-02-03T04:06:06Z\n"
			       "              production: success, by olga <olga@example.com> at\n"
			       "              2026-02-03T04:05:07Z\n"
			       "  6 monitor   nothing is in production\n");
}

static void a_deploy_that_was_taken_back_is_missing_again(void **state)
{
	struct ledger *ledger = *state;
	struct life_landing *landing;

	ask_for_all(ledger);
	landing = land(ledger, OFFICE_MAIN, '1');
	deploy(landing, "production", LANDED + 1);
	assert_states(ledger, STEP_NOT_ASKED, STEP_NOT_ASKED, STEP_DONE, STEP_MISSING);
	take_back(landing, '2');
	assert_states(ledger, STEP_NOT_ASKED, STEP_NOT_ASKED, STEP_MISSING, STEP_MISSING);
}

static void what_is_replaced_asks_for_nothing(void **state)
{
	struct ledger *ledger = *state;
	struct life_landing *landing;

	ask_for_all(ledger);
	landing = land(ledger, OFFICE_MAIN, '1');
	sign(landing, "triage", "paul", '5');
	miss(landing, "qa", 1);
	sign(land(ledger, OFFICE_MAIN, '2'), "triage", "paul", '5');
	assert_says(ledger, "  2 triage    paul <paul@example.com> signed aaaaaaaaaa\n"
			    "  3 develop   1 commit, at aaaaaaaaaa\n"
			    "  4 review    nobody, when it landed\n"
			    "    qa        nobody, when it landed\n"
			    "  5 deploy    merge on main at 1111111111, by olga <olga@example.com> at\n"
			    "              2026-02-03T04:05:06Z\n"
			    "              merge on main at 2222222222, by olga <olga@example.com> at\n"
			    "              2026-02-03T04:05:06Z\n"
			    "              production: missing, by the role release\n");
	assert_states(ledger, STEP_DONE, STEP_NOT_ASKED, STEP_MISSING, STEP_MISSING);
}

static void what_was_closed_stays_closed_when_nobody_watches_any_more(void **state)
{
	struct ledger *ledger = *state;

	land(ledger, OFFICE_MAIN, '1')->closed = LANDED + 1;
	assert_states(ledger, STEP_NOT_ASKED, STEP_NOT_ASKED, STEP_DONE, STEP_DONE);
	assert_says(ledger, "  6 monitor   closed at 2026-02-03T04:05:07Z\n");
}

static void without_landings_nothing_landed(void **state)
{
	struct ledger *ledger = *state;
	struct checklist checklist = checklist_of(ledger);
	struct checklist_sum sum;
	struct buffer text = BUFFER_INIT;

	checklist.landings = NULL;
	checklist_write(&text, &sum, &ledger->office->policy, &checklist);
	assert_string_equal(buffer_text(&text) + strlen(HEAD), "  2 triage    not asked for here\n"
							       "  3 develop   nothing of it is in production\n"
							       "  4 review, qa\n"
							       "              not asked for here\n"
							       "  5 deploy    nothing landed\n"
							       "  6 monitor   nothing is in production\n");
	assert_null(sum.severity);
	buffer_release(&text);
}

static void several_productions_are_told_apart(void **state)
{
	struct ledger *ledger = *state;
	struct life_landing *landing;

	ask_for_all(ledger);
	landing = land(ledger, OFFICE_MAIN, '1');
	sign(landing, "triage", "paul", '5');
	sign(landing, "review", "rita", '6');
	deploy(landing, "production", LANDED + 1);
	landing->closed = LANDED + 2;
	landing = land(ledger, "refs/heads/live", '2');
	landing->what.severity = memory_copy("major");
	sign(landing, "triage", "paul", '5');
	sign(landing, "review", "paul", '6');
	sign(landing, "review", "rita", '7');
	assert_says(ledger, "  2 triage    paul <paul@example.com> signed aaaaaaaaaa\n"
			    "  3 develop   1 commit, at aaaaaaaaaa\n"
			    "  4 review    rita <rita@example.com> signed aaaaaaaaaa\n"
			    "              paul <paul@example.com> signed aaaaaaaaaa\n"
			    "              rita <rita@example.com> signed aaaaaaaaaa\n"
			    "    qa        nobody, when it landed\n");
	assert_says(ledger, "  6 monitor   main: closed at 2026-02-03T04:05:08Z\n"
			    "              live: missing 1 of 1, by the role release\n");
	assert_says(ledger, "\n  next:\n    # somebody in the role release, once it is deployed:\n");
	assert_states(ledger, STEP_DONE, STEP_DONE, STEP_MISSING, STEP_MISSING);
}

static void what_landed_before_it_does_not_hide_another_tip(void **state)
{
	struct ledger *ledger = *state;

	land(ledger, OFFICE_MAIN, '1');
	land(ledger, OFFICE_MAIN, '2');
	land(ledger, "refs/heads/live", '3')->what.tip = id_of('b');
	assert_says(ledger, "  3 develop   1 commit, at aaaaaaaaaa\n"
			    "              1 commit, at bbbbbbbbbb\n");
}

static void what_an_override_owes_is_missing_until_it_is_given(void **state)
{
	struct ledger *ledger = *state;
	struct life_landing *landing;

	ask_for_all(ledger);
	landing = land(ledger, OFFICE_MAIN, '1');
	sign(landing, "review", "rita", '6');
	miss(landing, "triage", 1);
	miss(landing, "review", 1);
	miss(landing, "tracker", 0);
	assert_says(ledger, "  2 triage    overridden by paul <paul@example.com>\n"
			    "              missing 1, owed until 2026-02-04T04:05:06Z\n");
	assert_says(ledger, "  4 review    rita <rita@example.com> signed aaaaaaaaaa\n"
			    "              overridden by paul <paul@example.com>\n"
			    "              missing 1, owed until 2026-02-04T04:05:06Z\n"
			    "    qa        nobody, when it landed\n");
	assert_states(ledger, STEP_MISSING, STEP_MISSING, STEP_MISSING, STEP_MISSING);
	say(landing, "triage", "rita", NOW);
	say(landing, "review", "dave", NOW)->revoked = true;
	say(landing, "review", "quentin", NOW);
	assert_says(ledger, "  2 triage    overridden by paul <paul@example.com>\n"
			    "              rita <rita@example.com> gave it afterwards\n"
			    "  3 develop");
	assert_says(ledger, "              overridden by paul <paul@example.com>\n"
			    "              quentin <quentin@example.com> gave it afterwards\n"
			    "    qa        nobody, when it landed\n");
	assert_states(ledger, STEP_DONE, STEP_DONE, STEP_MISSING, STEP_MISSING);
}

static void of_many_signoffs_the_first_are_named(void **state)
{
	struct ledger *ledger = *state;
	struct life_landing *landing = land(ledger, OFFICE_MAIN, '1');
	const char *line;
	char *text;
	int lines = 0;

	for (int i = 0; i < 1000; i++)
		sign(landing, "review", "rita", '6');
	text = written(ledger, NULL);
	for (line = text; (line = strstr(line, "rita <rita@example.com> signed")); line++)
		lines++;
	assert_int_equal(lines, 20);
	free(text);
}

/* A branch that landed once and is being worked on again. */
static void before_the_next_landing_the_last_one_is_told(void **state)
{
	struct ledger *ledger = *state;
	struct office *office = ledger->office;
	struct checklist checklist = checklist_of(ledger);
	enum step_state states[STEP_COUNT];
	struct buffer text = BUFFER_INIT;

	ask_for_all(ledger);
	checklist.landed = false;
	checklist.landing = &office->landing;
	checklist.tip = office->landing.what.tip;
	say(land(ledger, OFFICE_MAIN, '1'), "monitor", "olga", LANDED + 1);
	checklist_write(&text, NULL, &office->policy, &checklist);
	assert_non_null(strstr(buffer_text(&text), "              production: missing, by the role release\n"
						   "              again after the next landing\n"
						   "  6 monitor   olga <olga@example.com> at 2026-02-03T04:05:07Z\n"
						   "              again after the next deploy\n"));
	checklist_states(states, &office->policy, &checklist);
	assert_int_equal(states[STEP_TRIAGE], STEP_MISSING);
	assert_int_equal(states[STEP_DEVELOP], STEP_DONE);
	assert_int_equal(states[STEP_REVIEW], STEP_MISSING);
	assert_int_equal(states[STEP_DEPLOY], STEP_MISSING);
	office_give(office, "triage", "paul");
	office_give(office, "review", "rita");
	office_give(office, "qa", "quentin");
	checklist.behind = true;
	checklist_states(states, &office->policy, &checklist);
	assert_int_equal(states[STEP_TRIAGE], STEP_DONE);
	assert_int_equal(states[STEP_DEVELOP], STEP_MISSING);
	assert_int_equal(states[STEP_REVIEW], STEP_DONE);
	checklist.behind = false;
	office->landing.work = 0;
	checklist_states(states, &office->policy, &checklist);
	assert_int_equal(states[STEP_DEVELOP], STEP_MISSING);
	buffer_release(&text);
}

static void a_branch_that_landed_and_is_still_there_is_told_by_the_ledger_too(void **state)
{
	struct ledger *ledger = *state;
	struct office *office = ledger->office;
	struct checklist checklist = checklist_of(ledger);
	struct checklist_sum sum;
	struct buffer text = BUFFER_INIT;

	land(ledger, OFFICE_MAIN, '1');
	office->landing.opened = LANDED - 60;
	office->landing.reported = LANDED - 90;
	checklist.landing = &office->landing;
	checklist.tip = office->landing.what.tip;
	checklist_write(&text, &sum, &office->policy, &checklist);
	assert_non_null(strstr(buffer_text(&text), "hotfix: hotfix/INC-7-login at aaaaaaaaaa\n"));
	assert_non_null(strstr(buffer_text(&text), "  3 develop   1 commit, at aaaaaaaaaa\n"));
	assert_null(strstr(buffer_text(&text), "clock"));
	assert_int_equal(sum.opened, LANDED - 60);
	assert_int_equal(sum.reported, LANDED - 90);
	buffer_release(&text);
}

static void steps_and_states_have_names(void **state)
{
	(void)state;
	assert_string_equal(checklist_step_name(STEP_REPORT), "report");
	assert_string_equal(checklist_step_name(STEP_MONITOR), "monitor");
	assert_string_equal(checklist_state_name(STEP_DONE), "done");
	assert_string_equal(checklist_state_name(STEP_NOT_ASKED), "not asked for");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_landed_is_told_by_the_ledger),
		TEST(a_deploy_says_how_it_went_and_the_last_one_counts),
		TEST(who_watched_it_is_named_until_it_is_closed),
		TEST(where_nothing_is_asked_for_that_is_said),
		TEST(what_nobody_gave_is_said),
		TEST(what_was_taken_back_counts_no_more),
		TEST(a_deploy_that_was_taken_back_is_missing_again),
		TEST(what_is_replaced_asks_for_nothing),
		TEST(what_was_closed_stays_closed_when_nobody_watches_any_more),
		TEST(without_landings_nothing_landed),
		TEST(several_productions_are_told_apart),
		TEST(what_landed_before_it_does_not_hide_another_tip),
		TEST(what_an_override_owes_is_missing_until_it_is_given),
		TEST(of_many_signoffs_the_first_are_named),
		TEST(before_the_next_landing_the_last_one_is_told),
		TEST(a_branch_that_landed_and_is_still_there_is_told_by_the_ledger_too),
		cmocka_unit_test(steps_and_states_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
