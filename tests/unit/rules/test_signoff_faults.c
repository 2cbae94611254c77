#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/office.h"

static void a_trailer_without_an_address_does_not_count(void **state)
{
	struct office *office = *state;
	struct evidence *evidence;

	office_ask_for_review_and_qa(office);
	evidence = office_give(office, "review", "rita");
	free(evidence->person);
	evidence->person = NULL;
	office_give(office, "review", "paul")->target = id_of('a');
	assert_missing(office, 0, 1);
	assert_fault(office, 0, EVIDENCE_NO_ADDRESS, "\"Reviewed-by: rita <rita@example.com>\" names no address");
}

static void a_signoff_for_another_production_does_not_count(void **state)
{
	struct office *office = *state;

	office_ask_for_review_and_qa(office);
	office_give(office, "review", "rita")->for_production = false;
	assert_fault(office, 0, EVIDENCE_OTHER_PRODUCTION,
		     "rita <rita@example.com> does not say \"Production: refs/heads/main\"");
	assert_missing(office, 1, 1);
}

static void who_is_not_in_the_role_does_not_count(void **state)
{
	struct office *office = *state;

	office_ask_for_review_and_qa(office);
	office_give(office, "review", "quentin");
	office_give(office, "review", "mallory@example.net");
	assert_fault(office, 0, EVIDENCE_NOT_IN_ROLE, "quentin <quentin@example.com> is not in the role reviewer");
	assert_fault(office, 1, EVIDENCE_NOT_IN_ROLE, "mallory@example.net is not in the role reviewer");
	assert_missing(office, 1, 1);
}

static void nobody_is_in_a_role_that_is_not_there(void **state)
{
	struct office *office = *state;

	office_ask(office, "review", "Reviewed-by", "nobody", BINDS_CHANGE);
	office_give(office, "review", "rita");
	assert_fault(office, 0, EVIDENCE_NOT_IN_ROLE, "rita <rita@example.com> is not in the role nobody");
}

static void who_did_some_of_the_work_does_not_count(void **state)
{
	struct office *office = *state;
	struct object_id commit = id_of('c');

	office_ask_for_review_and_qa(office);
	landing_add_worker(&office->landing, memory_copy("dave"), "wrote", &commit);
	landing_add_worker(&office->landing, memory_copy("rita"), "pushed", &commit);
	landing_add_worker(&office->landing, memory_copy("paul"), "moved the branch", NULL);
	office_give(office, "review", "rita");
	office_give(office, "review", "paul");
	assert_fault(office, 0, EVIDENCE_OWN_WORK, "rita <rita@example.com> did some of the work: pushed cccccccccc");
	assert_fault(office, 1, EVIDENCE_OWN_WORK, "paul <paul@example.com> did some of the work: moved the branch");
	assert_missing(office, 1, 1);
}

static void own_work_is_out_of_triage_too(void **state)
{
	struct office *office = *state;
	struct object_id commit = id_of('c');

	office_ask(office, "triage", "Triaged-by", "product", BINDS_INCIDENT);
	landing_add_worker(&office->landing, memory_copy("paul"), "wrote", &commit);
	office_give(office, "triage", "paul");
	assert_fault(office, 0, EVIDENCE_OWN_WORK, "paul <paul@example.com> did some of the work: wrote cccccccccc");
}

static void the_incident_is_signed_whatever_its_commits(void **state)
{
	struct office *office = *state;
	struct evidence *evidence;

	office_ask(office, "triage", "Triaged-by", "product", BINDS_INCIDENT);
	office->landing.last_landing = 9;
	evidence = office_give(office, "triage", "paul");
	evidence->target = id_of('b');
	evidence->arrival_known = evidence->one_base = evidence->same_change = false;
	assert_missing(office, 0, -1);
	evidence->branch = memory_copy("refs/heads/hotfix/INC-7-other");
	assert_missing(office, 0, -1);
}

static void a_triage_of_another_incident_does_not_count(void **state)
{
	struct office *office = *state;
	struct evidence *evidence;

	office_ask(office, "triage", "Triaged-by", "product", BINDS_INCIDENT);
	evidence = office_give(office, "triage", "paul");
	evidence->branch = memory_copy("refs/heads/hotfix/INC-6-old");
	evidence->other_incident = true;
	assert_fault(office, 0, EVIDENCE_OTHER_INCIDENT,
		     "paul <paul@example.com> signed on hotfix/INC-6-old, for another incident");
	assert_missing(office, 1, -1);
}

static struct evidence *triage_by(struct office *office, const char *person, const char *severity)
{
	struct evidence *evidence = office_give(office, "triage", person);

	evidence->severity = severity ? memory_copy(severity) : NULL;
	return evidence;
}

static void ask_for_severity(struct office *office)
{
	struct signoff *signoff = office_ask(office, "triage", "Triaged-by", "product", BINDS_INCIDENT);

	strings_add(&signoff->severities, "critical");
	strings_add(&signoff->severities, "Major");
}

static void a_triage_says_how_severe_it_is(void **state)
{
	struct office *office = *state;

	ask_for_severity(office);
	triage_by(office, "paul", NULL);
	triage_by(office, "paul", "minor");
	assert_missing(office, 1, -1);
	assert_fault(office, 0, EVIDENCE_NO_SEVERITY,
		     "paul <paul@example.com> does not say \"Severity:\", once, and one of critical, Major");
	assert_fault(office, 1, EVIDENCE_NO_SEVERITY,
		     "paul <paul@example.com> says \"Severity: minor\", which must be one of critical, Major");
	triage_by(office, "paul", "MAJOR");
	assert_missing(office, 0, -1);
	assert_fault(office, 2, EVIDENCE_COUNTS, "paul <paul@example.com> signed aaaaaaaaaa, Major");
}

static void assert_severity(struct office *office, const char *wanted)
{
	struct signoff_states states;
	const char *severity;

	signoff_states_of(&states, &office->policy, &office->landing);
	severity = signoff_states_severity(&states, &office->landing);
	if (wanted)
		assert_string_equal(severity, wanted);
	else
		assert_null(severity);
	signoff_states_release(&states);
}

static void the_latest_good_triage_says_the_severity(void **state)
{
	struct office *office = *state;

	ask_for_severity(office);
	assert_severity(office, NULL);
	triage_by(office, "olga", "critical")->arrival = 9;
	triage_by(office, "paul", "minor")->arrival = 8;
	assert_severity(office, NULL);
	triage_by(office, "paul", "major")->arrival = 3;
	assert_severity(office, "Major");
	triage_by(office, "paul", "critical")->arrival = 5;
	assert_severity(office, "critical");
	triage_by(office, "rita", "major")->arrival = 6;
	assert_severity(office, "Major");
	triage_by(office, "paul", "critical")->arrival = 4;
	assert_severity(office, "Major");
}

static void who_asks_for_no_severity_is_told_none(void **state)
{
	struct office *office = *state;

	office_ask(office, "triage", "Triaged-by", "product", BINDS_INCIDENT);
	triage_by(office, "paul", "critical");
	assert_missing(office, 0, -1);
	assert_severity(office, NULL);
}

static void a_landing_uses_up_what_was_signed_before(void **state)
{
	struct office *office = *state;
	static const char used[] =
		"quentin <quentin@example.com> signed before the last landing of this branch: used up";

	office_ask_for_review_and_qa(office);
	office_give(office, "review", "rita");
	office_give(office, "qa", "quentin");
	office->landing.last_landing = 4;
	assert_missing(office, 0, 0);
	office->landing.last_landing = 5;
	assert_missing(office, 1, 1);
	assert_fault(office, 1, EVIDENCE_USED_UP, used);
	office->landing.last_landing = 6;
	assert_fault(office, 1, EVIDENCE_USED_UP, used);
}

static void a_landing_of_the_branch_that_was_signed_uses_up_too(void **state)
{
	struct office *office = *state;
	struct evidence *evidence;

	office_ask_for_review_and_qa(office);
	evidence = office_give(office, "review", "rita");
	evidence->branch = memory_copy("refs/heads/hotfix/INC-6-old");
	evidence->other_incident = true;
	assert_missing(office, 0, 1);
	evidence->last_landing = 7;
	assert_fault(office, 0, EVIDENCE_USED_UP,
		     "rita <rita@example.com> signed before the last landing of hotfix/INC-6-old: used up");
}

static void what_comes_with_the_push_is_never_used_up(void **state)
{
	struct office *office = *state;

	office_ask_for_review_and_qa(office);
	office->landing.last_landing = INT64_MAX - 1;
	office_give(office, "review", "rita")->arrival = INT64_MAX;
	office_give(office, "qa", "quentin")->arrival = INT64_MAX;
	assert_missing(office, 0, 0);
}

static void of_an_unknown_arrival_nobody_can_say_that_it_is_not_used_up(void **state)
{
	struct office *office = *state;
	struct evidence *evidence;

	office_ask_for_review_and_qa(office);
	evidence = office_give(office, "qa", "quentin");
	evidence->arrival_known = false;
	evidence->arrival = INT64_MAX;
	assert_missing(office, 1, 0);
	office->landing.last_landing = 3;
	assert_missing(office, 1, 1);
	assert_fault(office, 0, EVIDENCE_ARRIVAL_UNKNOWN,
		     "quentin <quentin@example.com> signed, but the server does not know where production was then");
}

static void a_ref_with_a_problem_does_not_count(void **state)
{
	struct office *office = *state;
	struct evidence *evidence;

	office_ask_for_review_and_qa(office);
	evidence = office_give(office, "review", "rita");
	evidence->ref = memory_copy("refs/signoffs/INC-7-login/review/rita-aaaaaaaaaa");
	assert_missing(office, 0, 1);
	evidence->problem = memory_copy("it is not signed: git tag -s");
	assert_fault(office, 0, EVIDENCE_UNVERIFIED,
		     "refs/signoffs/INC-7-login/review/rita-aaaaaaaaaa: it is not signed: git tag -s");
	assert_missing(office, 1, 1);
}

static void a_ref_that_names_nobody_says_so(void **state)
{
	struct office *office = *state;
	struct evidence *evidence;

	office_ask_for_review_and_qa(office);
	evidence = office_give(office, "review", "rita");
	free(evidence->person);
	evidence->person = NULL;
	evidence->ref = memory_copy("refs/signoffs/x");
	assert_fault(office, 0, EVIDENCE_NO_ADDRESS, "refs/signoffs/x: names nobody");
}

static void what_is_revoked_does_not_count(void **state)
{
	struct office *office = *state;
	struct evidence *evidence;

	office_ask_for_review_and_qa(office);
	evidence = office_give(office, "review", "rita");
	evidence->ref = memory_copy("refs/signoffs/INC-7-login/review/rita-aaaaaaaaaa");
	evidence->revoked = true;
	assert_fault(office, 0, EVIDENCE_REVOKED, "rita <rita@example.com> signed aaaaaaaaaa: revoked");
	assert_missing(office, 1, 1);
}

static void a_commit_is_signed_and_no_other(void **state)
{
	struct office *office = *state;

	office_ask_for_review_and_qa(office);
	office_give(office, "qa", "quentin")->target = id_of('b');
	assert_fault(office, 0, EVIDENCE_OTHER_COMMIT,
		     "quentin <quentin@example.com> is for bbbbbbbbbb, the tip is aaaaaaaaaa: stale");
	assert_missing(office, 1, 1);
}

static void a_change_is_signed_at_any_commit(void **state)
{
	struct office *office = *state;

	office_ask_for_review_and_qa(office);
	office_give(office, "review", "rita")->target = id_of('b');
	assert_missing(office, 0, 1);
	assert_fault(office, 0, EVIDENCE_COUNTS, "rita <rita@example.com> signed bbbbbbbbbb");
}

static void a_change_of_unknown_arrival_does_not_count(void **state)
{
	struct office *office = *state;

	office_ask_for_review_and_qa(office);
	office_give(office, "review", "rita")->arrival_known = false;
	assert_fault(office, 0, EVIDENCE_ARRIVAL_UNKNOWN,
		     "rita <rita@example.com> signed, but the server does not know where production was then");
}

static void a_change_without_a_single_base_does_not_count(void **state)
{
	struct office *office = *state;

	office_ask_for_review_and_qa(office);
	office_give(office, "review", "rita")->one_base = false;
	assert_fault(office, 0, EVIDENCE_SEVERAL_BASES,
		     "rita <rita@example.com> is for aaaaaaaaaa, which has no single merge base with production as it "
		     "was then");
}

static void a_change_that_is_another_is_stale(void **state)
{
	struct office *office = *state;
	struct evidence *evidence;

	office_ask_for_review_and_qa(office);
	evidence = office_give(office, "review", "rita");
	evidence->same_change = false;
	evidence->target = id_of('b');
	assert_fault(office, 0, EVIDENCE_OTHER_CHANGE,
		     "rita <rita@example.com> is for bbbbbbbbbb; the change is another: stale");
	strings_add(&evidence->differing, "src/login.c");
	assert_fault(office, 0, EVIDENCE_OTHER_CHANGE,
		     "rita <rita@example.com> is for bbbbbbbbbb; src/login.c changed since: stale");
	strings_add(&evidence->differing, "a");
	strings_add(&evidence->differing, "b");
	assert_fault(office, 0, EVIDENCE_OTHER_CHANGE,
		     "rita <rita@example.com> is for bbbbbbbbbb; src/login.c, a, b changed since: stale");
	strings_add(&evidence->differing, "c");
	assert_fault(office, 0, EVIDENCE_OTHER_CHANGE,
		     "rita <rita@example.com> is for bbbbbbbbbb; src/login.c, a, b and 1 more changed since: stale");
}

static void the_latest_severity_may_be_of_another_sign_off(void **state)
{
	struct office *office = *state;
	struct signoff *qa;
	struct evidence *evidence;

	ask_for_severity(office);
	qa = office_ask(office, "qa", "Tested-by", "qa", BINDS_COMMIT);
	strings_add(&qa->severities, "critical");
	triage_by(office, "paul", "major")->arrival = 3;
	evidence = office_give(office, "qa", "quentin");
	evidence->severity = memory_copy("critical");
	evidence->arrival = 4;
	assert_severity(office, "critical");
	evidence->arrival = 2;
	assert_severity(office, "Major");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, office_open, office_close)
	const struct CMUnitTest tests[] = {
		TEST(a_trailer_without_an_address_does_not_count),
		TEST(a_signoff_for_another_production_does_not_count),
		TEST(who_is_not_in_the_role_does_not_count),
		TEST(nobody_is_in_a_role_that_is_not_there),
		TEST(who_did_some_of_the_work_does_not_count),
		TEST(own_work_is_out_of_triage_too),
		TEST(the_incident_is_signed_whatever_its_commits),
		TEST(a_triage_of_another_incident_does_not_count),
		TEST(a_triage_says_how_severe_it_is),
		TEST(the_latest_good_triage_says_the_severity),
		TEST(who_asks_for_no_severity_is_told_none),
		TEST(a_landing_uses_up_what_was_signed_before),
		TEST(a_landing_of_the_branch_that_was_signed_uses_up_too),
		TEST(what_comes_with_the_push_is_never_used_up),
		TEST(of_an_unknown_arrival_nobody_can_say_that_it_is_not_used_up),
		TEST(a_ref_with_a_problem_does_not_count),
		TEST(a_ref_that_names_nobody_says_so),
		TEST(what_is_revoked_does_not_count),
		TEST(a_commit_is_signed_and_no_other),
		TEST(a_change_is_signed_at_any_commit),
		TEST(a_change_of_unknown_arrival_does_not_count),
		TEST(a_change_without_a_single_base_does_not_count),
		TEST(a_change_that_is_another_is_stale),
		TEST(the_latest_severity_may_be_of_another_sign_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
