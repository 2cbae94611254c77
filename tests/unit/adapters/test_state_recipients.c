#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "adapters/state.h"
#include "base/buffer.h"
#include "support/state_fixture.h"

/* Adds an event with one delivery by mail. */
static void add_delivery(struct state_fixture *fixture, const char *id)
{
	struct event event = {.id = (char *)id, .type = (char *)"ping", .time = 1, .body = (char *)"{}"};
	struct strings endpoints = STRINGS_INIT;
	bool added = false;

	strings_add(&endpoints, "stakeholders");
	assert_done(fixture, state_add_event(fixture->state, &event, &endpoints, 1, &added, &fixture->error));
	assert_true(added);
	strings_release(&endpoints);
}

static void settle(struct state_fixture *fixture, int64_t delivery, const char *address, bool reached)
{
	assert_done(fixture, state_settle_recipient(fixture->state, delivery, address, reached, &fixture->error));
}

static void attempt(struct state_fixture *fixture, enum delivery_state to)
{
	struct attempt attempt = {.delivery = 1, .number = 1, .time = 1, .status = 250};

	assert_done(fixture, state_add_attempt(fixture->state, &attempt, to, 2, &fixture->error));
}

static void assert_recipients(struct state_fixture *fixture, bool reached, const char *wanted)
{
	struct strings found = STRINGS_INIT;
	struct buffer all = BUFFER_INIT;

	assert_done(fixture, state_recipients(fixture->state, &found, 1, reached, &fixture->error));
	for (size_t i = 0; i < found.count; i++)
		buffer_addf(&all, "%s%s", i ? " " : "", found.items[i]);
	assert_string_equal(buffer_text(&all), wanted);
	buffer_release(&all);
	strings_release(&found);
}

static void tells_who_was_reached_and_who_was_refused(void **data)
{
	struct state_fixture *fixture = *data;

	add_delivery(fixture, "e1");
	add_delivery(fixture, "e2");
	assert_recipients(fixture, true, "");
	settle(fixture, 1, "b@x", true);
	settle(fixture, 1, "a@x", true);
	settle(fixture, 1, "c@x", false);
	settle(fixture, 2, "d@x", true);
	assert_recipients(fixture, true, "a@x b@x");
	assert_recipients(fixture, false, "c@x");
	settle(fixture, 1, "c@x", true);
	assert_recipients(fixture, true, "a@x b@x c@x");
	assert_recipients(fixture, false, "");
}

static void a_dead_delivery_goes_to_whom_it_has_not_reached(void **data)
{
	struct state_fixture *fixture = *data;

	add_delivery(fixture, "e1");
	settle(fixture, 1, "a@x", true);
	settle(fixture, 1, "b@x", false);
	attempt(fixture, DELIVERY_DEAD);
	assert_done(fixture, state_redeliver(fixture->state, 1, 3, &fixture->error));
	assert_recipients(fixture, true, "a@x");
	assert_recipients(fixture, false, "");
}

static void a_delivered_one_goes_to_everybody_again(void **data)
{
	struct state_fixture *fixture = *data;

	add_delivery(fixture, "e1");
	settle(fixture, 1, "a@x", true);
	settle(fixture, 1, "b@x", false);
	attempt(fixture, DELIVERY_DELIVERED);
	assert_done(fixture, state_redeliver(fixture->state, 1, 3, &fixture->error));
	assert_recipients(fixture, true, "");
	assert_recipients(fixture, false, "");
}

static void another_repository_knows_nothing_of_it(void **data)
{
	struct state_fixture *fixture = *data;
	struct state *first = fixture->state;

	add_delivery(fixture, "e1");
	settle(fixture, 1, "a@x", true);
	fixture->state = state_fixture_open(fixture, "/srv/two.git");
	assert_recipients(fixture, true, "");
	settle(fixture, 1, "b@x", true);
	state_free(fixture->state);
	fixture->state = first;
	assert_recipients(fixture, true, "a@x");
}

#define WITH_STATE(test) cmocka_unit_test_setup_teardown(test, state_fixture_set_up, state_fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_STATE(tells_who_was_reached_and_who_was_refused),
		WITH_STATE(a_dead_delivery_goes_to_whom_it_has_not_reached),
		WITH_STATE(a_delivered_one_goes_to_everybody_again),
		WITH_STATE(another_repository_knows_nothing_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
