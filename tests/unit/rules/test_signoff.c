#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/office.h"

static void without_signoffs_nothing_is_missing(void **state)
{
	struct office *office = *state;
	struct signoff_states states;

	signoff_states_of(&states, &office->policy, &office->landing);
	assert_int_equal(states.count, 0);
	assert_true(signoff_states_complete(&states));
	signoff_states_release(&states);
}

static void without_evidence_everything_is_missing(void **state)
{
	struct office *office = *state;

	office_ask_for_review_and_qa(office);
	assert_missing(office, 1, 1);
}

static void a_reviewer_and_a_tester_are_enough(void **state)
{
	struct office *office = *state;

	office_ask_for_review_and_qa(office);
	office_give(office, "review", "rita");
	assert_missing(office, 0, 1);
	office_give(office, "qa", "quentin");
	assert_missing(office, 0, 0);
	assert_fault(office, 0, EVIDENCE_COUNTS, "rita <rita@example.com> signed aaaaaaaaaa");
	assert_fault(office, 1, EVIDENCE_COUNTS, "quentin <quentin@example.com> signed aaaaaaaaaa");
}

static void reviewer_and_tester_are_two_people(void **state)
{
	struct office *office = *state;

	office_ask_for_review_and_qa(office);
	office_give(office, "review", "rita");
	office_give(office, "qa", "rita");
	assert_missing(office, 0, 1);
	assert_fault(office, 0, EVIDENCE_COUNTS, "rita <rita@example.com> signed aaaaaaaaaa");
	assert_fault(office, 1, EVIDENCE_TAKEN,
		     "rita <rita@example.com> counts once already, here or for another sign-off");
}

static void who_may_do_both_does_what_nobody_else_did(void **state)
{
	struct office *office = *state;

	office_ask_for_review_and_qa(office);
	office_give(office, "review", "rita");
	office_give(office, "qa", "rita");
	office_give(office, "review", "paul");
	assert_missing(office, 0, 0);
	assert_fault(office, 0, EVIDENCE_TAKEN,
		     "rita <rita@example.com> counts once already, here or for another sign-off");
	assert_fault(office, 1, EVIDENCE_COUNTS, "rita <rita@example.com> signed aaaaaaaaaa");
	assert_fault(office, 2, EVIDENCE_COUNTS, "paul <paul@example.com> signed aaaaaaaaaa");
}

static void an_arrangement_is_found_over_several_people(void **state)
{
	struct office *office = *state;

	office_ask(office, "review", "Reviewed-by", "any", BINDS_CHANGE)->count = 2;
	office_ask(office, "qa", "Tested-by", "any", BINDS_COMMIT);
	office_ask(office, "safety", "Assessed-by", "any", BINDS_COMMIT);
	office_role(&office->policy, "any", "*", NULL);
	office_give(office, "review", "rita");
	office_give(office, "review", "paul");
	office_give(office, "qa", "rita");
	office_give(office, "safety", "paul");
	assert_missing(office, 0, 1);
	office_give(office, "review", "quentin");
	office_give(office, "review", "olga");
	assert_missing(office, 0, 0);
	assert_fault(office, 2, EVIDENCE_COUNTS, "rita <rita@example.com> signed aaaaaaaaaa");
	assert_fault(office, 3, EVIDENCE_COUNTS, "paul <paul@example.com> signed aaaaaaaaaa");
}

static void a_count_of_two_needs_two_people(void **state)
{
	struct office *office = *state;

	office_ask(office, "review", "Reviewed-by", "reviewer", BINDS_CHANGE)->count = 2;
	office_give(office, "review", "rita");
	office_give(office, "review", "rita");
	assert_missing(office, 1, -1);
	assert_fault(office, 1, EVIDENCE_TAKEN,
		     "rita <rita@example.com> counts once already, here or for another sign-off");
	office_give(office, "review", "paul");
	assert_missing(office, 0, -1);
}

static void who_is_not_needed_any_more_does_not_count(void **state)
{
	struct office *office = *state;

	office_ask(office, "review", "Reviewed-by", "reviewer", BINDS_CHANGE);
	office_give(office, "review", "rita");
	office_give(office, "review", "paul");
	assert_missing(office, 0, -1);
	assert_fault(office, 1, EVIDENCE_NOT_NEEDED, "paul <paul@example.com> signed aaaaaaaaaa too");
}

static void a_stale_piece_does_not_hide_a_good_one_of_the_same_person(void **state)
{
	struct office *office = *state;

	office_ask_for_review_and_qa(office);
	office_give(office, "qa", "quentin")->target = id_of('b');
	office_give(office, "qa", "quentin");
	office_give(office, "review", "rita");
	assert_missing(office, 0, 0);
	assert_fault(office, 1, EVIDENCE_COUNTS, "quentin <quentin@example.com> signed aaaaaaaaaa");
}

static void who_triaged_may_review_too(void **state)
{
	struct office *office = *state;

	office_ask(office, "triage", "Triaged-by", "product", BINDS_INCIDENT);
	office_ask(office, "review", "Reviewed-by", "reviewer", BINDS_CHANGE);
	office_give(office, "triage", "paul");
	office_give(office, "review", "paul");
	assert_missing(office, 0, 0);
}

static void who_reviewed_may_triage_too(void **state)
{
	struct office *office = *state;

	office_ask(office, "review", "Reviewed-by", "reviewer", BINDS_CHANGE);
	office_ask(office, "triage", "Triaged-by", "product", BINDS_INCIDENT);
	office_give(office, "review", "paul");
	office_give(office, "triage", "paul");
	assert_missing(office, 0, 0);
}

static void each_signoff_of_the_incident_counts_by_itself(void **state)
{
	struct office *office = *state;

	office_ask(office, "triage", "Triaged-by", "product", BINDS_INCIDENT)->count = 2;
	office_ask(office, "risk", "Accepted-by", "product", BINDS_INCIDENT);
	office_give(office, "triage", "paul");
	office_give(office, "triage", "paul");
	office_give(office, "risk", "paul");
	assert_missing(office, 1, 0);
}

static void evidence_of_another_signoff_does_not_count(void **state)
{
	struct office *office = *state;

	office_ask_for_review_and_qa(office);
	office_give(office, "review", "rita");
	office_give(office, "review", "paul");
	assert_missing(office, 0, 1);
}

static void no_landing_asks_for_what_is_given_on_it(void **state)
{
	struct office *office = *state;
	struct signoff_states states;

	office_ask(office, SIGNOFF_DEPLOY, "Deployed-by", "release", BINDS_CHANGE);
	office_ask_for_review_and_qa(office);
	office_ask(office, SIGNOFF_MONITOR, "Watched-by", "release", BINDS_CHANGE);
	signoff_states_of(&states, &office->policy, &office->landing);
	assert_int_equal(states.count, 2);
	assert_string_equal(states.items[0].signoff->name, "review");
	assert_string_equal(states.items[1].signoff->name, "qa");
	signoff_states_release(&states);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, office_open, office_close)
	const struct CMUnitTest tests[] = {
		TEST(without_signoffs_nothing_is_missing),
		TEST(without_evidence_everything_is_missing),
		TEST(a_reviewer_and_a_tester_are_enough),
		TEST(reviewer_and_tester_are_two_people),
		TEST(who_may_do_both_does_what_nobody_else_did),
		TEST(an_arrangement_is_found_over_several_people),
		TEST(a_count_of_two_needs_two_people),
		TEST(who_is_not_needed_any_more_does_not_count),
		TEST(a_stale_piece_does_not_hide_a_good_one_of_the_same_person),
		TEST(who_triaged_may_review_too),
		TEST(who_reviewed_may_triage_too),
		TEST(each_signoff_of_the_incident_counts_by_itself),
		TEST(evidence_of_another_signoff_does_not_count),
		TEST(no_landing_asks_for_what_is_given_on_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
