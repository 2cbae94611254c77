#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "adapters/state.h"
#include "base/memory.h"
#include "support/state_fixture.h"

#define MAIN "refs/heads/main"
#define BRANCH "refs/heads/hotfix/A-1-x"
#define OTHER_BRANCH "refs/heads/hotfix/A-2-y"

static void assert_id(const struct object_id *id, unsigned char byte)
{
	struct object_id expected = id_of(byte);

	assert_string_equal(object_id_full(id).digits, object_id_full(&expected).digits);
}

static void settle_oldest(struct state_fixture *fixture, bool announced)
{
	struct waiting_records waiting = {0};

	assert_done(fixture, state_waiting_records(fixture->state, &waiting, &fixture->error));
	assert_true(waiting.count > 0);
	assert_done(fixture, state_settle_record(fixture->state, waiting.items[0].id, announced, &fixture->error));
	waiting_records_release(&waiting);
}

static void announce_tip(struct state_fixture *fixture, const char *ref, unsigned char tip)
{
	struct object_id id = id_of(tip);

	assert_done(fixture, state_announce(fixture->state, ref, &id, 1000, &fixture->error));
}

/* Records a landing of BRANCH. */
static void land(struct state_fixture *fixture, unsigned char old_byte, unsigned char new_byte, const char *branch)
{
	struct records records = {0};
	struct record *record = records_add(&records, MAIN);
	struct record_landing *landing = record_add_landing(record);

	record->old_id = landing->from = id_of(old_byte);
	record->new_id = landing->to = id_of(new_byte);
	record->production = true;
	landing->branch = memory_copy(branch);
	assert_done(fixture, state_record_push(fixture->state, "olga", 1000, NULL, 0, &records, &fixture->error));
	records_release(&records);
}

static int64_t last_landing(struct state_fixture *fixture, const char *branch)
{
	int64_t push;

	assert_done(fixture, state_last_landing(fixture->state, &push, MAIN, branch, &fixture->error));
	return push;
}

static void counts_a_landing_when_it_was_announced(void **data)
{
	struct state_fixture *fixture = *data;
	int64_t first;

	land(fixture, 1, 2, BRANCH);
	assert_int_equal(last_landing(fixture, BRANCH), 0);
	settle_oldest(fixture, true);
	first = last_landing(fixture, BRANCH);
	assert_true(first > 0);
	assert_int_equal(last_landing(fixture, OTHER_BRANCH), 0);
	land(fixture, 2, 3, BRANCH);
	settle_oldest(fixture, false);
	assert_int_equal(last_landing(fixture, BRANCH), first);
	land(fixture, 2, 3, BRANCH);
	settle_oldest(fixture, true);
	assert_true(last_landing(fixture, BRANCH) > first);
}

static void numbers_the_announced_tips_of_a_ref(void **data)
{
	struct state_fixture *fixture = *data;
	struct object_id tip;
	int64_t number;

	assert_int_equal(state_announced(fixture->state, &tip, &number, MAIN, &fixture->error), ERROR_NOT_FOUND);
	error_release(&fixture->error);
	announce_tip(fixture, MAIN, 1);
	announce_tip(fixture, BRANCH, 9);
	announce_tip(fixture, MAIN, 2);
	assert_done(fixture, state_announced(fixture->state, &tip, &number, MAIN, &fixture->error));
	assert_id(&tip, 2);
	assert_int_equal(number, 2);
	assert_done(fixture, state_announced(fixture->state, &tip, &number, BRANCH, &fixture->error));
	assert_int_equal(number, 1);
}

static void lists_the_tips_of_a_ref_newest_first(void **data)
{
	struct state_fixture *fixture = *data;
	struct object_ids tips = {0};
	size_t left;

	for (unsigned char tip = 1; tip < 5; tip++)
		announce_tip(fixture, MAIN, tip == 3 ? 0 : tip);
	announce_tip(fixture, BRANCH, 9);
	assert_done(fixture, state_tips(fixture->state, &tips, &left, MAIN, 2, &fixture->error));
	assert_int_equal(left, 0);
	assert_int_equal(tips.count, 2);
	assert_id(&tips.items[0], 4);
	assert_id(&tips.items[1], 2);
	assert_done(fixture, state_tips(fixture->state, &tips, &left, MAIN, 5, &fixture->error));
	assert_int_equal(left, 2);
	assert_int_equal(tips.count, 5);
	assert_id(&tips.items[4], 1);
	object_ids_release(&tips);
}

/* Records a push of COUNT landings that ends at tip TO, and that it is announced. */
static void push_landings(struct state_fixture *fixture, enum landing_kind kind, unsigned char to, size_t count)
{
	struct records records = {0};
	struct record *record = records_add(&records, MAIN);

	record->production = true;
	record->new_id = id_of(to);
	for (size_t i = 0; i < count; i++) {
		struct record_landing *landing = record_add_landing(record);

		landing->kind = kind;
		landing->to = i + 1 == count ? id_of(to) : id_of((unsigned char)(100 + i));
	}
	assert_done(fixture, state_record_push(fixture->state, "olga", 1000, NULL, 0, &records, &fixture->error));
	settle_oldest(fixture, true);
	announce_tip(fixture, MAIN, to);
	records_release(&records);
}

static void counts_each_landing_of_a_push_on_the_way_back(void **data)
{
	struct state_fixture *fixture = *data;
	struct object_ids tips = {0};
	size_t left;

	announce_tip(fixture, MAIN, 1);
	push_landings(fixture, LANDING_MERGE, 2, 3);
	push_landings(fixture, LANDING_SQUASH, 3, 1);
	assert_done(fixture, state_tips(fixture->state, &tips, &left, MAIN, 4, &fixture->error));
	assert_int_equal(left, 0);
	assert_int_equal(tips.count, 2);
	assert_done(fixture, state_tips(fixture->state, &tips, &left, MAIN, 5, &fixture->error));
	assert_int_equal(tips.count, 5);
	assert_id(&tips.items[4], 1);
	assert_int_equal(left, 0);
	object_ids_release(&tips);
}

static void leaves_nothing_before_production_that_a_push_made(void **data)
{
	struct state_fixture *fixture = *data;
	struct object_ids tips = {0};
	size_t left;

	push_landings(fixture, LANDING_CREATION, 1, 1);
	push_landings(fixture, LANDING_MERGE, 2, 1);
	assert_done(fixture, state_tips(fixture->state, &tips, &left, MAIN, 9, &fixture->error));
	assert_int_equal(tips.count, 2);
	assert_int_equal(left, 0);
	object_ids_release(&tips);
}

static void knows_governed_refs_until_a_hotfix_branch_is_gone(void **data)
{
	struct state_fixture *fixture = *data;
	struct strings refs = STRINGS_INIT;

	push_of(fixture, fixture->state, "ann", BRANCH, 0, 2);
	land(fixture, 1, 2, BRANCH);
	announce_tip(fixture, OTHER_BRANCH, 3);
	announce_tip(fixture, OTHER_BRANCH, 0);
	announce_tip(fixture, MAIN, 0);
	assert_done(fixture, state_governed_refs(fixture->state, &refs, &fixture->error));
	assert_int_equal(refs.count, 2);
	assert_true(strings_contain(&refs, BRANCH));
	assert_true(strings_contain(&refs, MAIN));
	push_of(fixture, fixture->state, "ann", OTHER_BRANCH, 0, 2);
	strings_release(&refs);
	assert_done(fixture, state_governed_refs(fixture->state, &refs, &fixture->error));
	assert_true(strings_contain(&refs, OTHER_BRANCH));
	strings_release(&refs);
}

#define WITH_STATE(test) cmocka_unit_test_setup_teardown(test, state_fixture_set_up, state_fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_STATE(counts_a_landing_when_it_was_announced),
		WITH_STATE(numbers_the_announced_tips_of_a_ref),
		WITH_STATE(lists_the_tips_of_a_ref_newest_first),
		WITH_STATE(counts_each_landing_of_a_push_on_the_way_back),
		WITH_STATE(leaves_nothing_before_production_that_a_push_made),
		WITH_STATE(knows_governed_refs_until_a_hotfix_branch_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
