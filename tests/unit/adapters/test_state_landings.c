#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "adapters/state_landings.h"
#include "base/memory.h"
#include "support/state_fixture.h"

#define MAIN "refs/heads/main"
#define BRANCH "refs/heads/hotfix/A-1-x"
#define MONITOR_REF "refs/signoffs/A-1-x/monitor/paul-0202020"

/* Records, as a push by olga at TIME, that MAIN goes from OLD to NEW by a landing of this kind. */
static void land(struct state_fixture *fixture, enum landing_kind kind, unsigned char old_id, unsigned char new_id,
		 int64_t time)
{
	struct records records = {0};
	struct record *record = records_add(&records, MAIN);
	struct record_landing *landing = record_add_landing(record);

	record->old_id = landing->from = id_of(old_id);
	record->new_id = landing->to = id_of(new_id);
	record->production = true;
	landing->kind = kind;
	landing->tip = id_of(77);
	if (landing_kind_is_hotfix(kind)) {
		struct record_signoff *signoff = record_landing_add_signoff(landing);

		landing->branch = memory_copy(BRANCH);
		landing->incident = memory_copy("A-1");
		signoff->name = memory_copy("review");
		signoff->person = memory_copy("rita");
	}
	assert_done(fixture, state_record_push(fixture->state, "olga", time, NULL, 0, &records, &fixture->error));
	records_release(&records);
}

static void fill_answer(struct record_landing *answer, enum landing_kind kind, const struct landing_number *about,
			const char *name, const char *person)
{
	struct record_signoff *signoff = record_landing_add_signoff(answer);

	answer->kind = kind;
	answer->branch = memory_copy(BRANCH);
	answer->incident = memory_copy("A-1");
	answer->tip = id_of(2);
	answer->about = *about;
	signoff->name = memory_copy(name);
	signoff->person = memory_copy(person);
	signoff->commit = id_of(2);
}

/* Records, as a push by PERSON, a sign-off ref on a landing, or (REVOKES) one that revokes that ref. */
static void push_answer(struct state_fixture *fixture, const struct landing_number *about, const char *ref,
			const char *person, const char *revokes)
{
	struct records records = {0};
	struct record *record = records_add(&records, ref);
	struct record_landing *answer = record_add_landing(record);

	record->new_id = answer->to = id_of(2);
	fill_answer(answer, revokes ? LANDING_REVOCATION : LANDING_SIGNOFF, about, "monitor", person);
	answer->signoffs[0].reason = revokes ? memory_copy(revokes) : NULL;
	assert_done(fixture, state_record_push(fixture->state, person, 3000, NULL, 0, &records, &fixture->error));
	records_release(&records);
}

/* The number of the only landing with which MAIN came to COMMIT. */
static struct landing_number number_at(struct state_fixture *fixture, unsigned char commit)
{
	struct past_landings landings = {0};
	struct object_id id = id_of(commit);
	struct landing_number number;

	assert_done(fixture, state_landings_at(fixture->state, &landings, &id, &fixture->error));
	assert_int_equal(landings.count, 1);
	number = landings.items[0].number;
	past_landings_release(&landings);
	return number;
}

static void finds_a_landing_by_its_commit_and_by_its_incident(void **data)
{
	struct state_fixture *fixture = *data;
	struct past_landings landings = {0};
	struct object_id id = id_of(2);

	land(fixture, LANDING_MERGE, 1, 2, 2000);
	assert_done(fixture, state_landings_at(fixture->state, &landings, &id, &fixture->error));
	assert_int_equal(landings.count, 0);
	settle_all(fixture, true);
	assert_done(fixture, state_landings_at(fixture->state, &landings, &id, &fixture->error));
	assert_done(fixture, state_landings_for(fixture->state, &landings, "A-1", &fixture->error));
	assert_done(fixture, state_landings_for(fixture->state, &landings, "A-2", &fixture->error));
	assert_int_equal(landings.count, 2);
	for (size_t i = 0; i < landings.count; i++) {
		const struct past_landing *landing = &landings.items[i];

		assert_int_equal(landing->time, 2000);
		assert_int_equal(landing->closed, 0);
		assert_string_equal(landing->pusher, "olga");
		assert_string_equal(landing->production, MAIN);
		assert_int_equal(landing->what.kind, LANDING_MERGE);
		assert_string_equal(landing->what.branch, BRANCH);
		assert_true(object_id_equal(&landing->what.to, &id));
	}
	assert_done(fixture, state_landing_signoffs(fixture->state, &landings.items[0], &fixture->error));
	assert_string_equal(landings.items[0].what.signoffs[0].person, "rita");
	past_landings_release(&landings);
}

static void a_landing_that_never_came_true_is_none(void **data)
{
	struct state_fixture *fixture = *data;
	struct past_landings landings = {0};
	struct object_id id = id_of(2);

	land(fixture, LANDING_MERGE, 1, 2, 2000);
	settle_all(fixture, false);
	assert_done(fixture, state_landings_at(fixture->state, &landings, &id, &fixture->error));
	assert_done(fixture, state_landings_on(fixture->state, &landings, MAIN, &fixture->error));
	assert_int_equal(landings.count, 0);
}

static void lists_what_landed_on_a_branch_in_its_order(void **data)
{
	struct state_fixture *fixture = *data;
	struct state *other = state_fixture_open(fixture, "/srv/two.git");
	struct past_landings landings = {0};

	land(fixture, LANDING_CREATION, 0, 1, 1000);
	land(fixture, LANDING_SQUASH, 1, 2, 2000);
	land(fixture, LANDING_ROLLBACK, 2, 3, 3000);
	settle_all(fixture, true);
	assert_done(fixture, state_landings_on(other, &landings, MAIN, &fixture->error));
	assert_int_equal(landings.count, 0);
	assert_done(fixture, state_landings_on(fixture->state, &landings, MAIN, &fixture->error));
	assert_int_equal(landings.count, 3);
	assert_int_equal(landings.items[0].what.kind, LANDING_CREATION);
	assert_int_equal(landings.items[1].what.kind, LANDING_SQUASH);
	assert_int_equal(landings.items[2].what.kind, LANDING_ROLLBACK);
	past_landings_release(&landings);
	state_free(other);
}

static void keeps_the_signoffs_on_a_landing_and_what_was_revoked(void **data)
{
	struct state_fixture *fixture = *data;
	struct past_landings landings = {0};
	struct answers answers = {0};
	struct landing_number number;

	land(fixture, LANDING_MERGE, 1, 2, 2000);
	settle_all(fixture, true);
	number = number_at(fixture, 2);
	push_answer(fixture, &number, MONITOR_REF, "paul", NULL);
	assert_done(fixture, state_answers(fixture->state, &answers, &number, &fixture->error));
	assert_int_equal(answers.count, 0);
	settle_all(fixture, true);
	assert_done(fixture, state_answers(fixture->state, &answers, &number, &fixture->error));
	assert_int_equal(answers.count, 1);
	assert_string_equal(answers.items[0].said.person, "paul");
	assert_string_equal(answers.items[0].ref, MONITOR_REF);
	assert_int_equal(answers.items[0].time, 3000);
	assert_false(answers.items[0].revoked);
	answers_release(&answers);
	push_answer(fixture, &number, MONITOR_REF "-2", "paul", MONITOR_REF);
	settle_all(fixture, true);
	assert_done(fixture, state_answers(fixture->state, &answers, &number, &fixture->error));
	assert_int_equal(answers.count, 1);
	assert_true(answers.items[0].revoked);
	answers_release(&answers);
	assert_done(fixture, state_landings_for(fixture->state, &landings, "A-1", &fixture->error));
	assert_int_equal(landings.count, 1);
	past_landings_release(&landings);
}

/* What hotfixctl record writes. */
static void report_deploy(struct state_fixture *fixture, const struct landing_number *about, bool failed)
{
	struct record_landing answer = {0};
	int64_t record;

	fill_answer(&answer, LANDING_SIGNOFF, about, "deploy", "paul");
	answer.signoffs[0].environment = memory_copy("production");
	answer.signoffs[0].failed = failed;
	answer.signoffs[0].reason = memory_copy("because");
	assert_done(fixture,
		    state_record_answer(fixture->state, &record, "login:root", 4000, &answer, &fixture->error));
	assert_done(fixture, state_set_deployed(fixture->state, MAIN, "production", failed, record, &fixture->error));
	record_landing_release(&answer);
}

static void keeps_a_signoff_without_a_ref(void **data)
{
	struct state_fixture *fixture = *data;
	struct answers answers = {0};
	struct landing_number number;
	int64_t landed;

	land(fixture, LANDING_MERGE, 1, 2, 2000);
	settle_all(fixture, true);
	number = number_at(fixture, 2);
	report_deploy(fixture, &number, true);
	assert_done(fixture, state_answers(fixture->state, &answers, &number, &fixture->error));
	assert_int_equal(answers.count, 1);
	assert_null(answers.items[0].ref);
	assert_string_equal(answers.items[0].pusher, "login:root");
	assert_string_equal(answers.items[0].said.environment, "production");
	assert_true(answers.items[0].said.failed);
	assert_string_equal(answers.items[0].said.reason, "because");
	answers_release(&answers);
	assert_done(fixture, state_last_landing(fixture->state, &landed, MAIN, BRANCH, &fixture->error));
	assert_int_equal(landed, 1);
}

static void the_last_deploy_to_an_environment_says_whether_it_failed(void **data)
{
	struct state_fixture *fixture = *data;
	struct failed_deploys failed = {0};
	struct landing_number number;

	land(fixture, LANDING_MERGE, 1, 2, 2000);
	settle_all(fixture, true);
	number = number_at(fixture, 2);
	report_deploy(fixture, &number, false);
	assert_done(fixture, state_failed_deploys(fixture->state, &failed, MAIN, &fixture->error));
	assert_int_equal(failed.count, 0);
	report_deploy(fixture, &number, true);
	assert_done(fixture, state_failed_deploys(fixture->state, &failed, "refs/heads/other", &fixture->error));
	assert_int_equal(failed.count, 0);
	assert_done(fixture, state_failed_deploys(fixture->state, &failed, MAIN, &fixture->error));
	assert_int_equal(failed.count, 1);
	assert_string_equal(failed.items[0].environment, "production");
	assert_string_equal(failed.items[0].person, "paul");
	assert_string_equal(failed.items[0].incident, "A-1");
	assert_string_equal(failed.items[0].branch, BRANCH);
	assert_int_equal(failed.items[0].time, 4000);
	failed_deploys_release(&failed);
	report_deploy(fixture, &number, false);
	assert_done(fixture, state_failed_deploys(fixture->state, &failed, MAIN, &fixture->error));
	assert_int_equal(failed.count, 0);
}

static void a_landing_is_closed_once(void **data)
{
	struct state_fixture *fixture = *data;
	struct past_landings landings = {0};
	struct landing_number number;
	bool closed;

	land(fixture, LANDING_MERGE, 1, 2, 2000);
	settle_all(fixture, true);
	number = number_at(fixture, 2);
	assert_done(fixture, state_close_landing(fixture->state, &closed, &number, 5000, &fixture->error));
	assert_true(closed);
	assert_done(fixture, state_close_landing(fixture->state, &closed, &number, 6000, &fixture->error));
	assert_false(closed);
	assert_done(fixture, state_landings_for(fixture->state, &landings, "A-1", &fixture->error));
	assert_int_equal(landings.items[0].closed, 5000);
	past_landings_release(&landings);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, state_fixture_set_up, state_fixture_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(finds_a_landing_by_its_commit_and_by_its_incident),
		TEST(a_landing_that_never_came_true_is_none),
		TEST(lists_what_landed_on_a_branch_in_its_order),
		TEST(keeps_the_signoffs_on_a_landing_and_what_was_revoked),
		TEST(keeps_a_signoff_without_a_ref),
		TEST(the_last_deploy_to_an_environment_says_whether_it_failed),
		TEST(a_landing_is_closed_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
