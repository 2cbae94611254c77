#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "adapters/state_hindsight.h"
#include "support/state_fixture.h"

#define MAIN "refs/heads/main"
#define BRANCH "refs/heads/hotfix/A-1-x"

static int64_t first_push_of(struct state_fixture *fixture, unsigned char commit)
{
	const struct object_id id = id_of(commit);
	struct arrival arrival = {0};
	int64_t push;

	assert_done(fixture, state_arrival(fixture->state, &arrival, &id, &fixture->error));
	push = arrival.push;
	arrival_release(&arrival);
	return push;
}

static void later_pushes_are_not_seen(void **data)
{
	struct state_fixture *fixture = *data;
	const struct object_id second = id_of(3);
	struct arrival arrival = {0};
	struct strings movers = STRINGS_INIT;
	int64_t push;

	push_of(fixture, fixture->state, "dave", BRANCH, 0, 2);
	push_of(fixture, fixture->state, "rita", BRANCH, 2, 3);
	push = first_push_of(fixture, 3);
	state_look_back(fixture->state, push, 0);
	assert_int_equal(state_arrival(fixture->state, &arrival, &second, &fixture->error), ERROR_NOT_FOUND);
	error_release(&fixture->error);
	assert_true(first_push_of(fixture, 2) < push);
	assert_done(fixture, state_movers(fixture->state, &movers, BRANCH, &fixture->error));
	state_look_back(fixture->state, INT64_MAX, INT64_MAX);
	assert_int_equal(first_push_of(fixture, 3), push);
	assert_done(fixture, state_ref_arrival(fixture->state, &arrival, BRANCH, &fixture->error));
	arrival_release(&arrival);
	state_look_back(fixture->state, 0, 0);
	assert_int_equal(state_ref_arrival(fixture->state, &arrival, BRANCH, &fixture->error), ERROR_NOT_FOUND);
	error_release(&fixture->error);
	assert_int_equal(movers.count, 1);
	assert_string_equal(movers.items[0], "dave");
	strings_release(&movers);
}

static void later_tips_are_not_seen_and_each_is_found_by_its_id(void **data)
{
	struct state_fixture *fixture = *data;
	static const unsigned char order[] = {9, 4, 9, 7};
	const struct object_id twice = id_of(9);
	const struct object_id once = id_of(4);
	const struct object_id never = id_of(5);
	struct numbered_tips tips = {0};
	struct object_ids seen = {0};
	size_t left;

	for (size_t i = 0; i < sizeof(order); i++) {
		const struct object_id id = id_of(order[i]);

		assert_done(fixture, state_announce(fixture->state, MAIN, &id, 1000, &fixture->error));
	}
	assert_done(fixture, state_numbered_tips(fixture->state, &tips, MAIN, &fixture->error));
	assert_done(fixture, state_numbered_tips(fixture->state, &tips, BRANCH, &fixture->error));
	assert_int_equal(tips.count, 4);
	assert_int_equal(numbered_tips_find(&tips, &twice)->number, 3);
	assert_int_equal(numbered_tips_find(&tips, &once)->number, 2);
	assert_null(numbered_tips_find(&tips, &never));
	numbered_tips_release(&tips);
	state_look_back(fixture->state, 0, 2);
	assert_done(fixture, state_tips(fixture->state, &seen, &left, MAIN, 10, &fixture->error));
	assert_int_equal(seen.count, 2);
	object_ids_release(&seen);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, state_fixture_set_up, state_fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(later_pushes_are_not_seen),
		TEST(later_tips_are_not_seen_and_each_is_found_by_its_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
