#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "adapters/state.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "support/state_fixture.h"

#define MAIN "refs/heads/main"
#define BRANCH "refs/heads/hotfix/A-1-x"
#define NOW 2000 /* seconds */
#define NOW_MILLISECONDS (NOW * 1000)

/* Adds an event for the endpoints, a list ended by NULL; says whether it was new. */
static bool add_event(struct state_fixture *fixture, const char *id, const char *ref, const char *const *endpoints)
{
	struct event event = {.id = (char *)id, .type = (char *)"hotfix.merged", .ref = (char *)ref, .time = 1999};
	struct strings names = STRINGS_INIT;
	bool added = false;

	event.body = (char *)"{\"body\":1}";
	for (; *endpoints; endpoints++)
		strings_add(&names, *endpoints);
	assert_done(fixture, state_add_event(fixture->state, &event, &names, NOW, &added, &fixture->error));
	strings_release(&names);
	return added;
}

static void add_for(struct state_fixture *fixture, const char *id, const char *ref, const char *endpoint)
{
	const char *const endpoints[] = {endpoint, NULL};

	assert_true(add_event(fixture, id, ref, endpoints));
}

/* Asserts the ids of what is due, separated by spaces. */
static void assert_due(struct state_fixture *fixture, int64_t now, const char *expected)
{
	struct deliveries due = {0};
	struct buffer ids = BUFFER_INIT;

	assert_done(fixture, state_due_deliveries(fixture->state, &due, now, 100, &fixture->error));
	for (size_t i = 0; i < due.count; i++)
		buffer_addf(&ids, "%s%s", i ? " " : "", due.items[i].id);
	assert_string_equal(buffer_text(&ids), expected);
	buffer_release(&ids);
	deliveries_release(&due);
}

static void attempt(struct state_fixture *fixture, int64_t delivery, int number, enum delivery_state to, int64_t due)
{
	struct attempt try = {.delivery = delivery, .number = number, .time = NOW_MILLISECONDS, .status = 503};

	try.milliseconds = 7;
	try.error = (char *)"busy";
	try.reply = (struct buffer){.bytes = (char *)"later", .length = 5};
	assert_done(fixture, state_add_attempt(fixture->state, &try, to, due, &fixture->error));
}

static void writes_one_delivery_for_each_endpoint(void **data)
{
	const char *const endpoints[] = {"deploy", "chat", NULL};
	struct state_fixture *fixture = *data;
	struct deliveries due = {0};

	assert_true(add_event(fixture, "abcd", MAIN, endpoints));
	assert_done(fixture, state_due_deliveries(fixture->state, &due, NOW_MILLISECONDS, 10, &fixture->error));
	assert_int_equal(due.count, 2);
	assert_string_equal(due.items[0].id, "abcd-deploy");
	assert_string_equal(due.items[0].endpoint, "deploy");
	assert_string_equal(due.items[0].repository, "/srv/one.git");
	assert_string_equal(due.items[0].event.id, "abcd");
	assert_string_equal(due.items[0].event.type, "hotfix.merged");
	assert_string_equal(due.items[0].event.ref, MAIN);
	assert_string_equal(due.items[0].event.body, "{\"body\":1}");
	assert_int_equal(due.items[0].event.time, 1999);
	assert_int_equal(due.items[0].created, NOW);
	assert_int_equal(due.items[0].due, NOW_MILLISECONDS);
	assert_int_equal(due.items[0].attempts, 0);
	assert_int_equal(due.items[0].state, DELIVERY_WAITING);
	assert_null(due.items[0].last_error);
	assert_string_equal(due.items[1].id, "abcd-chat");
	deliveries_release(&due);
}

static void writes_an_event_once(void **data)
{
	const char *const endpoints[] = {"deploy", NULL};
	const char *const more[] = {"deploy", "chat", NULL};
	struct state_fixture *fixture = *data;
	struct events events = {0};

	assert_true(add_event(fixture, "abcd", MAIN, endpoints));
	assert_false(add_event(fixture, "abcd", MAIN, more));
	assert_due(fixture, NOW_MILLISECONDS, "abcd-deploy");
	assert_done(fixture, state_list_events(fixture->state, &events, 10, &fixture->error));
	assert_int_equal(events.count, 1);
	events_release(&events);
}

static void escapes_what_an_id_must_not_hold(void **data)
{
	struct state_fixture *fixture = *data;

	add_for(fixture, "ab.cd", NULL, "deploy eu.1%");
	assert_due(fixture, NOW_MILLISECONDS, "ab%2Ecd-deploy%20eu%2E1%25");
}

static void gives_each_endpoint_and_ref_its_oldest_delivery_alone(void **data)
{
	struct state_fixture *fixture = *data;

	add_for(fixture, "e1", MAIN, "deploy");
	add_for(fixture, "e2", MAIN, "deploy");
	add_for(fixture, "e3", BRANCH, "deploy");
	add_for(fixture, "e4", MAIN, "chat");
	add_for(fixture, "e5", NULL, "deploy");
	assert_due(fixture, NOW_MILLISECONDS, "e1-deploy e3-deploy e4-chat e5-deploy");
	attempt(fixture, 1, 1, DELIVERY_DELIVERED, 0);
	assert_due(fixture, NOW_MILLISECONDS, "e2-deploy e3-deploy e4-chat e5-deploy");
}

static void holds_newer_ones_back_while_the_oldest_waits_for_its_time(void **data)
{
	struct state_fixture *fixture = *data;

	add_for(fixture, "e1", MAIN, "deploy");
	add_for(fixture, "e2", MAIN, "deploy");
	attempt(fixture, 1, 1, DELIVERY_WAITING, NOW_MILLISECONDS + 5000);
	assert_due(fixture, NOW_MILLISECONDS + 4999, "");
	assert_due(fixture, NOW_MILLISECONDS + 5000, "e1-deploy");
}

static void lets_newer_ones_pass_a_dead_one(void **data)
{
	struct state_fixture *fixture = *data;

	add_for(fixture, "e1", MAIN, "deploy");
	add_for(fixture, "e2", MAIN, "deploy");
	attempt(fixture, 1, 1, DELIVERY_DEAD, 0);
	assert_due(fixture, NOW_MILLISECONDS, "e2-deploy");
}

static void makes_the_oldest_of_an_endpoint_due_at_a_new_event(void **data)
{
	struct state_fixture *fixture = *data;

	add_for(fixture, "e1", MAIN, "deploy");
	add_for(fixture, "e2", BRANCH, "deploy");
	add_for(fixture, "e3", MAIN, "chat");
	for (int64_t delivery = 1; delivery < 4; delivery++)
		attempt(fixture, delivery, 1, DELIVERY_WAITING, NOW_MILLISECONDS + 60000);
	assert_due(fixture, NOW_MILLISECONDS, "");
	add_for(fixture, "e4", BRANCH, "deploy");
	assert_due(fixture, NOW_MILLISECONDS, "e1-deploy");
}

static void stops_at_the_limit(void **data)
{
	const char *const endpoints[] = {"a", "b", "c", NULL};
	struct state_fixture *fixture = *data;
	struct deliveries due = {0};

	add_event(fixture, "e1", MAIN, endpoints);
	assert_done(fixture, state_due_deliveries(fixture->state, &due, NOW_MILLISECONDS, 2, &fixture->error));
	assert_int_equal(due.count, 2);
	assert_string_equal(due.items[1].id, "e1-b");
	deliveries_release(&due);
}

static void knows_when_the_next_one_is_due(void **data)
{
	struct state_fixture *fixture = *data;
	int64_t due = 0;

	assert_int_equal(state_next_due(fixture->state, &due, NULL, &fixture->error), ERROR_NOT_FOUND);
	error_release(&fixture->error);
	add_for(fixture, "e1", MAIN, "deploy");
	add_for(fixture, "e2", MAIN, "deploy");
	attempt(fixture, 1, 1, DELIVERY_WAITING, NOW_MILLISECONDS + 5000);
	assert_done(fixture, state_next_due(fixture->state, &due, NULL, &fixture->error));
	assert_int_equal(due, NOW_MILLISECONDS + 5000);
	attempt(fixture, 1, 2, DELIVERY_DELIVERED, 0);
	assert_done(fixture, state_next_due(fixture->state, &due, NULL, &fixture->error));
	assert_int_equal(due, NOW_MILLISECONDS);
}

static void logs_attempts_and_what_came_of_them(void **data)
{
	struct delivery_filter any = {.state = -1};
	struct state_fixture *fixture = *data;
	struct deliveries deliveries = {0};
	struct attempts attempts = {0};

	add_for(fixture, "e1", MAIN, "deploy");
	attempt(fixture, 1, 1, DELIVERY_WAITING, NOW_MILLISECONDS + 1);
	attempt(fixture, 1, 2, DELIVERY_DEAD, 0);
	assert_done(fixture, state_list_attempts(fixture->state, &attempts, 1, &fixture->error));
	assert_int_equal(attempts.count, 2);
	assert_int_equal(attempts.items[0].number, 1);
	assert_int_equal(attempts.items[1].number, 2);
	assert_int_equal(attempts.items[1].delivery, 1);
	assert_int_equal(attempts.items[1].status, 503);
	assert_int_equal(attempts.items[1].time, NOW_MILLISECONDS);
	assert_int_equal(attempts.items[1].milliseconds, 7);
	assert_string_equal(attempts.items[1].error, "busy");
	assert_string_equal(buffer_text(&attempts.items[1].reply), "later");
	assert_done(fixture, state_list_deliveries(fixture->state, &deliveries, &any, 10, &fixture->error));
	assert_int_equal(deliveries.count, 1);
	assert_int_equal(deliveries.items[0].state, DELIVERY_DEAD);
	assert_int_equal(deliveries.items[0].attempts, 2);
	assert_int_equal(deliveries.items[0].last_status, 503);
	assert_string_equal(deliveries.items[0].last_error, "busy");
	deliveries_release(&deliveries);
	attempts_release(&attempts);
}

static void keeps_16_kilobytes_of_a_reply(void **data)
{
	struct state_fixture *fixture = *data;
	struct attempt try = {.delivery = 1, .number = 1};
	struct attempts attempts = {0};

	add_for(fixture, "e1", MAIN, "deploy");
	buffer_addf(&try.reply, "%20000s", "");
	memcpy(try.reply.bytes, "a\0\xff", 3);
	assert_done(fixture, state_add_attempt(fixture->state, &try, DELIVERY_DELIVERED, 0, &fixture->error));
	assert_done(fixture, state_list_attempts(fixture->state, &attempts, 1, &fixture->error));
	assert_int_equal(attempts.items[0].reply.length, 16 * 1024);
	assert_memory_equal(attempts.items[0].reply.bytes, try.reply.bytes, 16 * 1024);
	attempts_release(&attempts);
	buffer_release(&try.reply);
}

static void refuses_an_attempt_of_no_delivery(void **data)
{
	struct state_fixture *fixture = *data;
	struct attempt try = {.delivery = 9, .number = 1};

	assert_int_equal(state_add_attempt(fixture->state, &try, DELIVERY_DEAD, 0, &fixture->error), ERROR_NOT_FOUND);
	assert_says(fixture, "no delivery 9");
}

static void sends_a_dead_one_again_under_its_id(void **data)
{
	struct state_fixture *fixture = *data;
	struct deliveries due = {0};

	add_for(fixture, "e1", MAIN, "deploy");
	attempt(fixture, 1, 12, DELIVERY_DEAD, 0);
	assert_done(fixture, state_redeliver(fixture->state, 1, NOW_MILLISECONDS + 9, &fixture->error));
	assert_done(fixture, state_due_deliveries(fixture->state, &due, NOW_MILLISECONDS + 9, 10, &fixture->error));
	assert_int_equal(due.count, 1);
	assert_string_equal(due.items[0].id, "e1-deploy");
	assert_int_equal(due.items[0].attempts, 0);
	deliveries_release(&due);
	attempt(fixture, 1, 1, DELIVERY_DELIVERED, 0);
	assert_int_equal(state_redeliver(fixture->state, 5, 1, &fixture->error), ERROR_NOT_FOUND);
}

/* Asserts the ids of what a filter lists. */
static void assert_list(struct state_fixture *fixture, struct delivery_filter filter, const char *expected)
{
	struct deliveries found = {0};
	struct buffer ids = BUFFER_INIT;

	assert_done(fixture, state_list_deliveries(fixture->state, &found, &filter, 3, &fixture->error));
	for (size_t i = 0; i < found.count; i++)
		buffer_addf(&ids, "%s%s", i ? " " : "", found.items[i].id);
	assert_string_equal(buffer_text(&ids), expected);
	buffer_release(&ids);
	deliveries_release(&found);
}

static void lists_deliveries_newest_first_by_endpoint_id_and_state(void **data)
{
	const char *const both[] = {"deploy", "chat", NULL};
	struct delivery_filter too_short = {.id = "aaa", .state = -1};
	struct state_fixture *fixture = *data;
	struct deliveries found = {0};

	add_event(fixture, "aaaa1", MAIN, both);
	add_event(fixture, "aaaa2", MAIN, both);
	add_event(fixture, "bb.bb", MAIN, both);
	attempt(fixture, 2, 1, DELIVERY_DEAD, 0);
	assert_list(fixture, (struct delivery_filter){.state = -1}, "bb%2Ebb-chat bb%2Ebb-deploy aaaa2-chat");
	assert_list(fixture, (struct delivery_filter){.endpoint = "deploy", .state = -1},
		    "bb%2Ebb-deploy aaaa2-deploy aaaa1-deploy");
	assert_list(fixture, (struct delivery_filter){.state = DELIVERY_DEAD}, "aaaa1-chat");
	assert_list(fixture, (struct delivery_filter){.id = "aaaa1", .state = -1}, "aaaa1-chat aaaa1-deploy");
	assert_list(fixture, (struct delivery_filter){.id = "aaaa", .endpoint = "chat", .state = DELIVERY_WAITING},
		    "aaaa2-chat");
	assert_list(fixture, (struct delivery_filter){.id = "bb.b", .state = -1}, "bb%2Ebb-chat bb%2Ebb-deploy");
	assert_list(fixture, (struct delivery_filter){.id = "aaaa1-chat", .state = -1}, "aaaa1-chat");
	assert_list(fixture, (struct delivery_filter){.id = "*aaaa", .state = -1}, "");
	assert_int_equal(state_list_deliveries(fixture->state, &found, &too_short, 3, &fixture->error), ERROR_FAILED);
	assert_says(fixture, "give at least 4 characters");
}

static void lists_events_newest_first(void **data)
{
	struct state_fixture *fixture = *data;
	struct events events = {0};

	add_for(fixture, "e1", MAIN, "deploy");
	add_for(fixture, "e2", NULL, "deploy");
	add_for(fixture, "e3", MAIN, "deploy");
	assert_done(fixture, state_list_events(fixture->state, &events, 2, &fixture->error));
	assert_int_equal(events.count, 2);
	assert_string_equal(events.items[0].id, "e3");
	assert_string_equal(events.items[1].id, "e2");
	assert_null(events.items[1].ref);
	events_release(&events);
}

static void counts_deliveries_by_state(void **data)
{
	struct state_fixture *fixture = *data;
	int64_t count[3];

	add_for(fixture, "e1", MAIN, "deploy");
	add_for(fixture, "e2", MAIN, "deploy");
	add_for(fixture, "e3", MAIN, "deploy");
	attempt(fixture, 2, 1, DELIVERY_DEAD, 0);
	for (int in = 0; in < 3; in++)
		assert_done(fixture, state_count_deliveries(fixture->state, &count[in], (enum delivery_state)in,
							    &fixture->error));
	assert_int_equal(count[DELIVERY_WAITING], 2);
	assert_int_equal(count[DELIVERY_DELIVERED], 0);
	assert_int_equal(count[DELIVERY_DEAD], 1);
	assert_string_equal(delivery_state_name(DELIVERY_WAITING), "waiting");
	assert_string_equal(delivery_state_name(DELIVERY_DELIVERED), "delivered");
	assert_string_equal(delivery_state_name(DELIVERY_DEAD), "dead");
}

static void keeps_repositories_in_one_file_apart(void **data)
{
	struct state_fixture *fixture = *data;
	struct state *first = fixture->state;
	struct attempts attempts = {0};
	struct events events = {0};
	int64_t count;

	add_for(fixture, "e1", MAIN, "deploy");
	attempt(fixture, 1, 1, DELIVERY_WAITING, NOW_MILLISECONDS + 60000);
	fixture->state = state_fixture_open(fixture, "/srv/two.git");
	assert_due(fixture, NOW_MILLISECONDS + 60000, "");
	assert_list(fixture, (struct delivery_filter){.state = -1}, "");
	assert_done(fixture, state_list_attempts(fixture->state, &attempts, 1, &fixture->error));
	assert_int_equal(attempts.count, 0);
	assert_done(fixture, state_list_events(fixture->state, &events, 9, &fixture->error));
	assert_int_equal(events.count, 0);
	assert_done(fixture, state_count_deliveries(fixture->state, &count, DELIVERY_WAITING, &fixture->error));
	assert_int_equal(count, 0);
	assert_int_equal(state_redeliver(fixture->state, 1, 1, &fixture->error), ERROR_NOT_FOUND);
	error_release(&fixture->error);
	add_for(fixture, "e1", MAIN, "deploy");
	assert_due(fixture, NOW_MILLISECONDS, "e1-deploy");
	state_free(fixture->state);
	fixture->state = first;
	assert_due(fixture, NOW_MILLISECONDS, "");
}

#define WITH_STATE(test) cmocka_unit_test_setup_teardown(test, state_fixture_set_up, state_fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_STATE(writes_one_delivery_for_each_endpoint),
		WITH_STATE(writes_an_event_once),
		WITH_STATE(escapes_what_an_id_must_not_hold),
		WITH_STATE(gives_each_endpoint_and_ref_its_oldest_delivery_alone),
		WITH_STATE(holds_newer_ones_back_while_the_oldest_waits_for_its_time),
		WITH_STATE(lets_newer_ones_pass_a_dead_one),
		WITH_STATE(makes_the_oldest_of_an_endpoint_due_at_a_new_event),
		WITH_STATE(stops_at_the_limit),
		WITH_STATE(knows_when_the_next_one_is_due),
		WITH_STATE(logs_attempts_and_what_came_of_them),
		WITH_STATE(keeps_16_kilobytes_of_a_reply),
		WITH_STATE(refuses_an_attempt_of_no_delivery),
		WITH_STATE(sends_a_dead_one_again_under_its_id),
		WITH_STATE(lists_deliveries_newest_first_by_endpoint_id_and_state),
		WITH_STATE(lists_events_newest_first),
		WITH_STATE(counts_deliveries_by_state),
		WITH_STATE(keeps_repositories_in_one_file_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
