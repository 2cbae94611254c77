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

static void add_missing(struct record_override *override, const char *rule, const char *name, int people)
{
	struct record_missing *missing = record_override_add_missing(override);

	missing->rule = memory_copy(rule);
	missing->name = memory_copy(name);
	missing->people = people;
}

static struct record_override *new_override(const char *reason, int64_t due)
{
	struct record_override *override = memory_alloc(sizeof(*override));
	struct record_worker *worker = record_override_add_worker(override);

	override->person = memory_copy("olga");
	override->reason = memory_copy(reason);
	override->due = due;
	add_missing(override, "signoff", "review", 2);
	add_missing(override, "gate", "tracker", 0);
	worker->person = memory_copy("dave");
	worker->how = memory_copy("wrote 0202020202");
	return override;
}

/* Records that REF went from OLD to NEW by a hotfix that was overridden (DUE 0: nothing is owed). */
static void land(struct state_fixture *fixture, const char *ref, unsigned char old_id, unsigned char new_id,
		 int64_t due)
{
	struct records records = {0};
	struct record *record = records_add(&records, ref);
	struct record_landing *landing = record_add_landing(record);

	record->old_id = landing->from = id_of(old_id);
	record->new_id = landing->to = id_of(new_id);
	record->production = true;
	landing->kind = LANDING_MERGE;
	landing->branch = memory_copy(BRANCH);
	landing->incident = memory_copy("A-1");
	landing->override = new_override("'; DROP TABLE override; --", due);
	assert_done(fixture, state_record_push(fixture->state, "olga", 2000, NULL, 0, &records, &fixture->error));
	records_release(&records);
}

static void assert_open(struct state_fixture *fixture, const char *ref, size_t wanted)
{
	struct past_landings debts = {0};

	assert_done(fixture, state_open_debts(fixture->state, &debts, ref, &fixture->error));
	assert_int_equal(debts.count, wanted);
	past_landings_release(&debts);
}

static void assert_is_whole(const struct record_override *override)
{
	assert_non_null(override);
	assert_string_equal(override->person, "olga");
	assert_string_equal(override->reason, "'; DROP TABLE override; --");
	assert_int_equal(override->due, 5000);
	assert_int_equal(override->settled, 0);
	assert_int_equal(override->missing_count, 2);
	assert_string_equal(override->missing[0].rule, "signoff");
	assert_string_equal(override->missing[0].name, "review");
	assert_int_equal(override->missing[0].people, 2);
	assert_string_equal(override->missing[1].name, "tracker");
	assert_int_equal(override->missing[1].people, 0);
	assert_int_equal(override->worker_count, 1);
	assert_string_equal(override->workers[0].person, "dave");
	assert_string_equal(override->workers[0].how, "wrote 0202020202");
}

static void the_waiting_record_holds_it_for_the_update_hook(void **data)
{
	struct state_fixture *fixture = *data;
	struct object_id old_id = id_of(1), new_id = id_of(2);
	struct record record = {0};

	land(fixture, MAIN, 1, 2, 5000);
	assert_done(fixture, state_find_record(fixture->state, &record, MAIN, &old_id, &new_id, &fixture->error));
	assert_true(record.extended);
	assert_is_whole(record.landings[0].override);
	record_release(&record);
}

static void a_debt_stands_once_the_landing_has_come_true(void **data)
{
	struct state_fixture *fixture = *data;
	struct past_landings debts = {0};

	land(fixture, MAIN, 1, 2, 5000);
	assert_open(fixture, MAIN, 0);
	settle_all(fixture, true);
	assert_done(fixture, state_open_debts(fixture->state, &debts, MAIN, &fixture->error));
	assert_int_equal(debts.count, 1);
	assert_is_whole(debts.items[0].what.override);
	assert_string_equal(debts.items[0].production, MAIN);
	past_landings_release(&debts);
	assert_open(fixture, "refs/heads/live", 0);
}

static void what_never_came_true_owes_nothing(void **data)
{
	struct state_fixture *fixture = *data;
	struct object_id old_id = id_of(1), new_id = id_of(2);

	land(fixture, MAIN, 1, 2, 5000);
	assert_done(fixture, state_void_record(fixture->state, MAIN, &old_id, &new_id, &fixture->error));
	land(fixture, MAIN, 1, 3, 5000);
	settle_all(fixture, false);
	assert_open(fixture, MAIN, 0);
}

static void what_owes_nothing_is_no_debt(void **data)
{
	struct state_fixture *fixture = *data;

	land(fixture, MAIN, 1, 2, 0);
	settle_all(fixture, true);
	assert_open(fixture, MAIN, 0);
}

static void debts_come_oldest_first_and_are_settled_one_by_one(void **data)
{
	struct state_fixture *fixture = *data;
	struct past_landings debts = {0};

	land(fixture, MAIN, 1, 2, 5000);
	settle_all(fixture, true);
	land(fixture, MAIN, 2, 3, 6000);
	settle_all(fixture, true);
	land(fixture, "refs/heads/live", 1, 2, 7000);
	settle_all(fixture, true);
	assert_done(fixture, state_open_debts(fixture->state, &debts, MAIN, &fixture->error));
	assert_int_equal(debts.count, 2);
	assert_int_equal(debts.items[0].what.override->due, 5000);
	assert_int_equal(debts.items[1].what.override->due, 6000);
	assert_done(fixture, state_settle_debt(fixture->state, &debts.items[0].number, 4000, &fixture->error));
	assert_open(fixture, MAIN, 1);
	assert_open(fixture, "refs/heads/live", 1);
	assert_done(fixture, state_landing_override(fixture->state, &debts.items[0], &fixture->error));
	assert_int_equal(debts.items[0].what.override->settled, 4000);
	assert_done(fixture, state_settle_debt(fixture->state, &debts.items[0].number, 0, &fixture->error));
	assert_open(fixture, MAIN, 2);
	past_landings_release(&debts);
}

static void another_repository_of_the_file_owes_by_itself(void **data)
{
	struct state_fixture *fixture = *data;
	struct past_landings debts = {0};
	struct state *other = state_fixture_open(fixture, "/srv/two.git");

	land(fixture, MAIN, 1, 2, 5000);
	settle_all(fixture, true);
	assert_done(fixture, state_open_debts(other, &debts, MAIN, &fixture->error));
	assert_int_equal(debts.count, 0);
	state_free(other);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, state_fixture_set_up, state_fixture_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_waiting_record_holds_it_for_the_update_hook),
		TEST(a_debt_stands_once_the_landing_has_come_true),
		TEST(what_never_came_true_owes_nothing),
		TEST(what_owes_nothing_is_no_debt),
		TEST(debts_come_oldest_first_and_are_settled_one_by_one),
		TEST(another_repository_of_the_file_owes_by_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
