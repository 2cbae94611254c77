#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "adapters/state.h"
#include "support/state_fixture.h"

#define BRANCH "refs/heads/hotfix/A-1-x"
#define SIGNOFF "refs/signoffs/A-1-x/review/rita-0202020"

static void keep(struct state_fixture *fixture, unsigned char tag, const char *keys, const char *first,
		 const char *second)
{
	struct strings addresses = STRINGS_INIT;
	struct object_id id = id_of(tag);

	strings_add(&addresses, first);
	if (second)
		strings_add(&addresses, second);
	assert_done(fixture, state_add_verified(fixture->state, &id, keys, &addresses, "SHA256:abc", &fixture->error));
	strings_release(&addresses);
}

/* COUNT of the addresses that are kept; 0: not verified. FIRST is one of them. */
static void assert_kept(struct state_fixture *fixture, struct state *state, unsigned char tag, const char *keys,
			size_t count, const char *first)
{
	struct strings addresses = STRINGS_INIT;
	struct object_id id = id_of(tag);
	char *key = NULL;
	int result = state_verified(state, &addresses, &key, &id, keys, &fixture->error);

	assert_int_equal(addresses.count, count);
	if (count) {
		assert_done(fixture, result);
		assert_string_equal(key, "SHA256:abc");
		assert_true(strings_contain(&addresses, first));
	} else {
		assert_int_equal(result, ERROR_NOT_FOUND);
		assert_null(key);
	}
	free(key);
	strings_release(&addresses);
}

static void keeps_whose_key_it_was(void **data)
{
	struct state_fixture *fixture = *data;

	assert_kept(fixture, fixture->state, 1, "keys", 0, NULL);
	keep(fixture, 1, "keys", "r@x", "rita@x");
	assert_kept(fixture, fixture->state, 1, "keys", 2, "rita@x");
	assert_kept(fixture, fixture->state, 1, "keys", 2, "r@x");
}

static void keeps_it_for_that_tag_and_those_keys_alone(void **data)
{
	struct state_fixture *fixture = *data;
	struct state *other = state_fixture_open(fixture, "/srv/two.git");

	keep(fixture, 1, "keys", "r@x", NULL);
	assert_kept(fixture, fixture->state, 2, "keys", 0, NULL);
	assert_kept(fixture, fixture->state, 1, "other keys", 0, NULL);
	assert_kept(fixture, other, 1, "keys", 0, NULL);
	assert_kept(fixture, fixture->state, 1, "keys", 1, "r@x");
	state_free(other);
}

static void keeping_it_twice_is_keeping_it_once(void **data)
{
	struct state_fixture *fixture = *data;

	keep(fixture, 1, "keys", "r@x", NULL);
	keep(fixture, 1, "keys", "r@x", NULL);
	assert_kept(fixture, fixture->state, 1, "keys", 1, "r@x");
}

static void assert_arrival(struct state_fixture *fixture, const char *ref, const char *person)
{
	struct arrival arrival;
	int result = state_ref_arrival(fixture->state, &arrival, ref, &fixture->error);

	if (person) {
		assert_done(fixture, result);
		assert_string_equal(arrival.pusher, person);
		assert_int_equal(arrival.time, 1000);
		assert_true(arrival.push > 0);
	} else {
		assert_int_equal(result, ERROR_NOT_FOUND);
		assert_says(fixture, "no push is known");
	}
	arrival_release(&arrival);
}

static void void_update(struct state_fixture *fixture, const char *ref, unsigned char old_byte, unsigned char new_byte)
{
	struct object_id old_id = id_of(old_byte);
	struct object_id new_id = id_of(new_byte);

	assert_done(fixture, state_void_record(fixture->state, ref, &old_id, &new_id, &fixture->error));
}

static void settle_oldest(struct state_fixture *fixture, bool announced)
{
	struct waiting_records waiting = {0};

	assert_done(fixture, state_waiting_records(fixture->state, &waiting, &fixture->error));
	assert_true(waiting.count > 0);
	assert_done(fixture, state_settle_record(fixture->state, waiting.items[0].id, announced, &fixture->error));
	waiting_records_release(&waiting);
}

static void knows_who_pushed_a_ref(void **data)
{
	struct state_fixture *fixture = *data;

	assert_arrival(fixture, SIGNOFF, NULL);
	push_of(fixture, fixture->state, "rita", SIGNOFF, 0, 2);
	assert_arrival(fixture, SIGNOFF, "rita");
	assert_arrival(fixture, SIGNOFF "-2", NULL);
	settle_oldest(fixture, true);
	assert_arrival(fixture, SIGNOFF, "rita");
}

static void forgets_a_push_that_was_refused_or_never_came_true(void **data)
{
	struct state_fixture *fixture = *data;

	push_of(fixture, fixture->state, "paul", SIGNOFF, 0, 2);
	void_update(fixture, SIGNOFF, 0, 2);
	assert_arrival(fixture, SIGNOFF, NULL);
	push_of(fixture, fixture->state, "olga", SIGNOFF, 0, 2);
	settle_oldest(fixture, false);
	assert_arrival(fixture, SIGNOFF, NULL);
	push_of(fixture, fixture->state, "rita", SIGNOFF, 0, 2);
	assert_arrival(fixture, SIGNOFF, "rita");
}

static void the_same_push_again_is_the_later_persons(void **data)
{
	struct state_fixture *fixture = *data;

	push_of(fixture, fixture->state, "paul", SIGNOFF, 0, 2);
	push_of(fixture, fixture->state, "rita", SIGNOFF, 0, 2);
	assert_arrival(fixture, SIGNOFF, "rita");
}

static void a_ref_of_another_repository_is_another_ref(void **data)
{
	struct state_fixture *fixture = *data;
	struct state *other = state_fixture_open(fixture, "/srv/two.git");

	push_of(fixture, other, "rita", SIGNOFF, 0, 2);
	assert_arrival(fixture, SIGNOFF, NULL);
	state_free(other);
}

static void assert_was_on(struct state_fixture *fixture, const char *branch, unsigned char commit, bool expected)
{
	struct object_id id = id_of(commit);
	bool was_on = !expected;

	assert_done(fixture, state_was_on(fixture->state, &was_on, branch, &id, &fixture->error));
	assert_int_equal(was_on, expected);
}

static void knows_which_commits_a_branch_had(void **data)
{
	struct state_fixture *fixture = *data;

	push_of(fixture, fixture->state, "ann", BRANCH, 1, 2);
	push_of(fixture, fixture->state, "ann", BRANCH, 2, 3);
	assert_was_on(fixture, BRANCH, 2, true);
	assert_was_on(fixture, BRANCH, 3, true);
	assert_was_on(fixture, BRANCH, 4, false);
	assert_was_on(fixture, "refs/heads/hotfix/A-2-y", 2, false);
}

static void a_branch_never_had_what_was_refused_or_never_came_true(void **data)
{
	struct state_fixture *fixture = *data;

	push_of(fixture, fixture->state, "ann", BRANCH, 1, 2);
	void_update(fixture, BRANCH, 1, 2);
	assert_was_on(fixture, BRANCH, 2, false);
	push_of(fixture, fixture->state, "ann", BRANCH, 1, 3);
	settle_oldest(fixture, false);
	assert_was_on(fixture, BRANCH, 3, false);
}

static void knows_the_tips_that_a_branch_had_newest_first(void **data)
{
	struct state_fixture *fixture = *data;
	struct object_ids tips = {0};

	for (unsigned char tip = 2; tip <= 4; tip++) {
		struct object_id id = id_of(tip);

		assert_done(fixture, state_announce(fixture->state, BRANCH, &id, 1000, &fixture->error));
	}
	assert_done(fixture, state_former_tips(fixture->state, &tips, BRANCH, 2, &fixture->error));
	assert_int_equal(tips.count, 2);
	assert_int_equal(tips.items[0].bytes[0], 4);
	assert_int_equal(tips.items[1].bytes[0], 3);
	tips.count = 0;
	assert_done(fixture, state_former_tips(fixture->state, &tips, "refs/heads/hotfix/A-2-y", 2, &fixture->error));
	assert_int_equal(tips.count, 0);
	object_ids_release(&tips);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(keeps_whose_key_it_was, state_fixture_set_up, state_fixture_tear_down),
		cmocka_unit_test_setup_teardown(keeps_it_for_that_tag_and_those_keys_alone, state_fixture_set_up,
						state_fixture_tear_down),
		cmocka_unit_test_setup_teardown(keeping_it_twice_is_keeping_it_once, state_fixture_set_up,
						state_fixture_tear_down),
		cmocka_unit_test_setup_teardown(knows_who_pushed_a_ref, state_fixture_set_up, state_fixture_tear_down),
		cmocka_unit_test_setup_teardown(forgets_a_push_that_was_refused_or_never_came_true,
						state_fixture_set_up, state_fixture_tear_down),
		cmocka_unit_test_setup_teardown(the_same_push_again_is_the_later_persons, state_fixture_set_up,
						state_fixture_tear_down),
		cmocka_unit_test_setup_teardown(a_ref_of_another_repository_is_another_ref, state_fixture_set_up,
						state_fixture_tear_down),
		cmocka_unit_test_setup_teardown(knows_which_commits_a_branch_had, state_fixture_set_up,
						state_fixture_tear_down),
		cmocka_unit_test_setup_teardown(knows_the_tips_that_a_branch_had_newest_first, state_fixture_set_up,
						state_fixture_tear_down),
		cmocka_unit_test_setup_teardown(a_branch_never_had_what_was_refused_or_never_came_true,
						state_fixture_set_up, state_fixture_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
