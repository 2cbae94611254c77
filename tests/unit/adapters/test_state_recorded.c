#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapters/state.h"
#include "support/state_fixture.h"

#define MAIN "refs/heads/main"
#define BRANCH "refs/heads/hotfix/A-1-x"

static void record(struct state_fixture *fixture, struct production_tip *tips, size_t tip_count)
{
	struct records records = {0};
	struct record *update = records_add(&records, BRANCH);

	update->old_id = id_of(1);
	update->new_id = id_of(2);
	assert_done(fixture, state_begin(fixture->state, false, &fixture->error));
	assert_done(fixture,
		    state_record_push(fixture->state, "alice", 1000, tips, tip_count, &records, &fixture->error));
	assert_done(fixture, state_commit(fixture->state, &fixture->error));
	records_release(&records);
}

static bool has(struct state_fixture *fixture, unsigned char old_byte, unsigned char new_byte,
		const struct production_tip *tips, size_t tip_count)
{
	struct object_id old_id = id_of(old_byte);
	struct object_id new_id = id_of(new_byte);
	bool out;

	assert_done(fixture,
		    state_has_record(fixture->state, &out, BRANCH, &old_id, &new_id, tips, tip_count, &fixture->error));
	return out;
}

static void the_update_that_was_recorded_is_known(void **data)
{
	struct production_tip tips[] = {{.ref = MAIN, .tip = id_of(9)}};

	assert_false(has(*data, 1, 2, tips, 1));
	record(*data, tips, 1);
	assert_true(has(*data, 1, 2, tips, 1));
	assert_false(has(*data, 1, 3, tips, 1));
	assert_false(has(*data, 3, 2, tips, 1));
}

static void production_that_moved_since_makes_it_unknown(void **data)
{
	struct production_tip then[] = {{.ref = MAIN, .tip = id_of(9)}, {.ref = "refs/heads/eu", .tip = id_of(8)}};
	struct production_tip now[] = {{.ref = MAIN, .tip = id_of(7)}, {.ref = "refs/heads/eu", .tip = id_of(8)}};
	struct production_tip other[] = {{.ref = MAIN, .tip = id_of(9)}, {.ref = "refs/heads/us", .tip = id_of(8)}};

	record(*data, then, 2);
	assert_true(has(*data, 1, 2, then, 2));
	assert_false(has(*data, 1, 2, now, 2));
	assert_false(has(*data, 1, 2, other, 2));
	assert_false(has(*data, 1, 2, then, 1));
	assert_false(has(*data, 1, 2, NULL, 0));
}

static void a_record_that_was_voided_is_none(void **data)
{
	struct state_fixture *fixture = *data;
	struct object_id old_id = id_of(1);
	struct object_id new_id = id_of(2);

	record(fixture, NULL, 0);
	assert_true(has(fixture, 1, 2, NULL, 0));
	assert_done(fixture, state_void_record(fixture->state, BRANCH, &old_id, &new_id, &fixture->error));
	assert_false(has(fixture, 1, 2, NULL, 0));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, state_fixture_set_up, state_fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_update_that_was_recorded_is_known),
		TEST(production_that_moved_since_makes_it_unknown),
		TEST(a_record_that_was_voided_is_none),
	};

	return cmocka_run_group_tests_name("state_recorded", tests, NULL, NULL);
}
