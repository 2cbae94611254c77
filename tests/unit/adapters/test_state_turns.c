/* Whose turn it is among the deliveries that wait: the oldest of each endpoint and ref, whatever becomes of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "adapters/state.h"
#include "adapters/state_internal.h"
#include "support/state_fixture.h"

#define NOW 2000 /* seconds */
#define NOW_MILLISECONDS (NOW * 1000)
#define MANY 3000
#define STEPS_BOUND 2000 /* of SQLite's machine, to find one among few or many */

static const struct strings nobody = STRINGS_INIT;

static void add(struct state_fixture *fixture, const char *id, const char *ref, const char *endpoint)
{
	struct event event = {.id = (char *)id, .type = (char *)"hotfix.updated", .ref = (char *)ref, .time = NOW};
	struct strings endpoints = STRINGS_INIT;
	bool added = false;

	event.body = (char *)"{}";
	strings_add(&endpoints, endpoint);
	assert_done(fixture, state_add_event(fixture->state, &event, &endpoints, NOW, &added, &fixture->error));
	strings_release(&endpoints);
}

static void run(struct state_fixture *fixture, const char *sql)
{
	assert_int_equal(sqlite3_exec(fixture->state->database, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* Asserts the id of what is delivered next while these endpoints are busy; NULL: nothing is. */
static void assert_next(struct state_fixture *fixture, const struct strings *busy, const char *id)
{
	struct deliveries due = {0};

	assert_done(fixture, state_due_delivery(fixture->state, &due, NOW_MILLISECONDS, busy, &fixture->error));
	assert_int_equal(due.count, id ? 1 : 0);
	if (id)
		assert_string_equal(due.items[0].id, id);
	deliveries_release(&due);
}

static void settle(struct state_fixture *fixture, int64_t delivery, enum delivery_state to)
{
	struct attempt attempt = {.delivery = delivery, .number = 1, .time = NOW_MILLISECONDS, .status = 200};

	assert_done(fixture, state_add_attempt(fixture->state, &attempt, to, NOW_MILLISECONDS, &fixture->error));
}

static void what_has_been_due_longest_comes_first(void **data)
{
	struct state_fixture *fixture = *data;

	add(fixture, "e1", "refs/heads/a", "deploy");
	add(fixture, "e2", "refs/heads/b", "deploy");
	add(fixture, "e3", "refs/heads/a", "chat");
	assert_next(fixture, &nobody, "e1-deploy");
	run(fixture, "UPDATE delivery SET due = due - 1 WHERE id = 'e2-deploy'");
	assert_next(fixture, &nobody, "e2-deploy");
	run(fixture, "UPDATE delivery SET due = due - 2 WHERE id = 'e3-chat'");
	assert_next(fixture, &nobody, "e3-chat");
	run(fixture, "UPDATE delivery SET due = due + 10000");
	assert_next(fixture, &nobody, NULL);
}

static void a_busy_endpoint_is_passed_over(void **data)
{
	struct state_fixture *fixture = *data;
	struct strings busy = STRINGS_INIT;

	add(fixture, "e1", "refs/heads/a", "deploy");
	add(fixture, "e2", "refs/heads/a", "chat");
	strings_add(&busy, "deploy");
	assert_next(fixture, &busy, "e2-chat");
	strings_add(&busy, "chat");
	assert_next(fixture, &busy, NULL);
	strings_release(&busy);
}

static void one_that_is_sent_again_goes_before_those_behind_it(void **data)
{
	struct state_fixture *fixture = *data;

	add(fixture, "e1", "refs/heads/a", "deploy");
	add(fixture, "e2", "refs/heads/a", "deploy");
	add(fixture, "e3", "refs/heads/a", "deploy");
	settle(fixture, 1, DELIVERY_DEAD);
	assert_next(fixture, &nobody, "e2-deploy");
	assert_done(fixture, state_redeliver(fixture->state, 1, NOW_MILLISECONDS, &fixture->error));
	assert_next(fixture, &nobody, "e1-deploy");
	settle(fixture, 2, DELIVERY_DELIVERED);
	assert_next(fixture, &nobody, "e1-deploy");
	settle(fixture, 1, DELIVERY_DELIVERED);
	assert_next(fixture, &nobody, "e3-deploy");
	assert_done(fixture, state_redeliver(fixture->state, 3, NOW_MILLISECONDS, &fixture->error));
	settle(fixture, 3, DELIVERY_DELIVERED);
	assert_next(fixture, &nobody, NULL);
}

static int count_steps(void *steps)
{
	*(int *)steps += 10;
	return 0;
}

static int steps_to_the_next(struct state_fixture *fixture, const char *id)
{
	int steps = 0;

	sqlite3_progress_handler(fixture->state->database, 10, count_steps, &steps);
	assert_next(fixture, &nobody, id);
	settle(fixture, 1, DELIVERY_DELIVERED);
	sqlite3_progress_handler(fixture->state->database, 0, NULL, NULL);
	return steps;
}

static void among_many_the_next_is_found_as_quickly_as_among_few(void **data)
{
	struct state_fixture *fixture = *data;
	char id[32];
	char ref[32];

	run(fixture, "BEGIN");
	for (int i = 0; i < MANY; i++) {
		snprintf(id, sizeof(id), "e%d", i);
		snprintf(ref, sizeof(ref), "refs/heads/%d", i % 2 ? i : 0);
		add(fixture, id, ref, "deploy");
	}
	run(fixture, "COMMIT");
	assert_in_range(steps_to_the_next(fixture, "e0-deploy"), 1, STEPS_BOUND);
}

#define WITH_STATE(test) cmocka_unit_test_setup_teardown(test, state_fixture_set_up, state_fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_STATE(what_has_been_due_longest_comes_first),
		WITH_STATE(a_busy_endpoint_is_passed_over),
		WITH_STATE(one_that_is_sent_again_goes_before_those_behind_it),
		WITH_STATE(among_many_the_next_is_found_as_quickly_as_among_few),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
