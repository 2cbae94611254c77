#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "adapters/state_internal.h"
#include "adapters/state_tally.h"
#include "support/state_fixture.h"

#define MAIN "refs/heads/main"
#define EVENT_TIME 1000 /* seconds */

static int64_t add_of(struct state_fixture *fixture, struct state *state, const char *id, const char *type,
		      const char *endpoint)
{
	struct event event = {
		.id = (char *)id, .type = (char *)type, .ref = (char *)MAIN, .time = EVENT_TIME, .body = (char *)"{}"};
	struct delivery_filter filter = {.endpoint = endpoint, .state = -1};
	struct deliveries newest = {0};
	struct strings names = STRINGS_INIT;
	bool added = false;
	int64_t number;

	strings_add(&names, endpoint);
	assert_done(fixture, state_add_event(state, &event, &names, EVENT_TIME + 1, &added, &fixture->error));
	assert_true(added);
	assert_done(fixture, state_list_deliveries(state, &newest, &filter, 1, &fixture->error));
	number = newest.items[0].number;
	deliveries_release(&newest);
	strings_release(&names);
	return number;
}

static int64_t add(struct state_fixture *fixture, const char *id, const char *endpoint)
{
	return add_of(fixture, fixture->state, id, "hotfix.merged", endpoint);
}

/* An attempt that ends so many seconds after the event. */
static void attempt(struct state_fixture *fixture, int64_t delivery, int64_t seconds, int status,
		    enum delivery_state to)
{
	struct attempt try = {.delivery = delivery,
			      .number = 1,
			      .time = (EVENT_TIME + seconds) * 1000 - 40,
			      .status = status,
			      .milliseconds = 40,
			      .error = status == 200 ? NULL : (char *)"no"};

	assert_done(fixture, state_add_attempt(fixture->state, &try, to, 0, &fixture->error));
}

static struct tallies tallies_of(struct state_fixture *fixture)
{
	struct tallies tallies = {0};

	assert_done(fixture, state_tallies(fixture->state, &tallies, &fixture->error));
	return tallies;
}

static struct unreached_endpoints unreached_of(struct state_fixture *fixture)
{
	struct unreached_endpoints unreached = {0};

	assert_done(fixture, state_unreached(fixture->state, &unreached, &fixture->error));
	return unreached;
}

static void attempts_are_counted_by_what_became_of_them(void **data)
{
	struct state_fixture *fixture = *data;
	int64_t first = add(fixture, "e1", "deploy");
	int64_t second = add(fixture, "e2", "deploy");
	struct tallies tallies;

	add(fixture, "e3", "chat");
	attempt(fixture, first, 1, 503, DELIVERY_WAITING);
	attempt(fixture, first, 2, 503, DELIVERY_WAITING);
	attempt(fixture, first, 3, 200, DELIVERY_DELIVERED);
	attempt(fixture, second, 4, 410, DELIVERY_DEAD);
	tallies = tallies_of(fixture);
	assert_int_equal(tallies.count, 2);
	assert_string_equal(tallies.items[0].endpoint, "chat");
	assert_int_equal(tallies.items[0].waiting, 1);
	assert_int_equal(tallies.items[0].oldest, EVENT_TIME + 1);
	assert_int_equal(tallies.items[0].attempts[DELIVERY_WAITING], 0);
	assert_string_equal(tallies.items[1].endpoint, "deploy");
	assert_int_equal(tallies.items[1].waiting, 0);
	assert_int_equal(tallies.items[0].success, 0);
	assert_int_equal(tallies.items[1].success, (EVENT_TIME + 3) * 1000);
	assert_int_equal(tallies.items[1].dead, 1);
	assert_int_equal(tallies.items[1].attempts[DELIVERY_WAITING], 2);
	assert_int_equal(tallies.items[1].attempts[DELIVERY_DELIVERED], 1);
	assert_int_equal(tallies.items[1].attempts[DELIVERY_DEAD], 1);
	assert_int_equal(tallies.items[1].oldest, 0);
	tallies_release(&tallies);
}

static void what_was_counted_outlives_what_is_cut_from_the_outbox(void **data)
{
	struct state_fixture *fixture = *data;
	int64_t number = add(fixture, "e1", "deploy");
	struct tallies tallies;

	attempt(fixture, number, 1, 503, DELIVERY_WAITING);
	attempt(fixture, number, 2, 200, DELIVERY_DELIVERED);
	assert_done(fixture, state_execute(fixture->state, "DELETE FROM attempt", &fixture->error));
	assert_done(fixture, state_execute(fixture->state, "DELETE FROM delivery", &fixture->error));
	assert_done(fixture, state_execute(fixture->state, "DELETE FROM event", &fixture->error));
	tallies = tallies_of(fixture);
	assert_int_equal(tallies.count, 1);
	assert_int_equal(tallies.items[0].attempts[DELIVERY_WAITING], 1);
	assert_int_equal(tallies.items[0].attempts[DELIVERY_DELIVERED], 1);
	assert_int_equal(tallies.items[0].landings[1], 1);
	assert_int_equal(tallies.items[0].success, (EVENT_TIME + 2) * 1000);
	tallies_release(&tallies);
}

static void an_endpoint_is_found_or_added(void **data)
{
	struct tallies tallies = {0};

	(void)data;
	tallies_find(&tallies, "one")->dead = 1;
	tallies_find(&tallies, "two")->dead = 2;
	assert_int_equal(tallies_find(&tallies, "one")->dead, 1);
	assert_int_equal(tallies.count, 2);
	tallies_release(&tallies);
}

static void a_landing_is_counted_once_by_its_time_and_other_events_are_not(void **data)
{
	static const struct {
		int64_t seconds;
		size_t bucket;
	} landings[] = {{-5, 0}, {1, 0}, {2, 1}, {3, 2}, {86400, 9}, {86401, 10}};
	struct state_fixture *fixture = *data;
	char id[] = "e0";
	struct tallies tallies;
	int64_t wanted[TALLY_BOUNDS + 1] = {0};
	int64_t number = 0;

	for (size_t i = 0; i < sizeof(landings) / sizeof(landings[0]); i++, id[1]++) {
		number = add(fixture, id, "deploy");
		attempt(fixture, number, landings[i].seconds, 200, DELIVERY_DELIVERED);
		wanted[landings[i].bucket]++;
	}
	assert_done(fixture, state_redeliver(fixture->state, number, 0, &fixture->error));
	attempt(fixture, number, 100000, 200, DELIVERY_DELIVERED);
	number = add_of(fixture, fixture->state, "other", "hotfix.opened", "deploy");
	attempt(fixture, number, 1, 200, DELIVERY_DELIVERED);
	tallies = tallies_of(fixture);
	assert_memory_equal(tallies.items[0].landings, wanted, sizeof(wanted));
	assert_int_equal(tallies.items[0].landing_milliseconds, (1 + 2 + 3 + 86400 + 86401) * INT64_C(1000));
	tallies_release(&tallies);
}

static void an_endpoint_is_unreached_from_its_first_failure_to_its_next_success(void **data)
{
	struct state_fixture *fixture = *data;
	int64_t first = add(fixture, "e1", "deploy");
	int64_t second = add(fixture, "e2", "deploy");
	struct unreached_endpoints unreached = unreached_of(fixture);

	assert_int_equal(unreached.count, 0);
	attempt(fixture, first, 1, 503, DELIVERY_WAITING);
	attempt(fixture, first, 9, 0, DELIVERY_DEAD);
	unreached = unreached_of(fixture);
	assert_int_equal(unreached.count, 1);
	assert_string_equal(unreached.items[0].endpoint, "deploy");
	assert_int_equal(unreached.items[0].since, (EVENT_TIME + 1) * 1000 - 40);
	assert_int_equal(unreached.items[0].failures, 2);
	assert_int_equal(unreached.items[0].status, 0);
	assert_string_equal(unreached.items[0].error, "no");
	assert_int_equal(unreached.items[0].waiting, 1);
	unreached_endpoints_release(&unreached);
	attempt(fixture, second, 10, 200, DELIVERY_DELIVERED);
	unreached = unreached_of(fixture);
	assert_int_equal(unreached.count, 0);
	unreached_endpoints_release(&unreached);
}

static void repositories_in_one_file_are_counted_apart(void **data)
{
	struct state_fixture *fixture = *data;
	struct state *other = state_fixture_open(fixture, "/srv/two.git");
	int64_t number = add(fixture, "e1", "deploy");
	struct tallies tallies = {0};
	struct unreached_endpoints unreached = {0};

	add_of(fixture, other, "e1", "hotfix.merged", "other");
	attempt(fixture, number, 1, 503, DELIVERY_WAITING);
	assert_done(fixture, state_tallies(other, &tallies, &fixture->error));
	assert_int_equal(tallies.count, 1);
	assert_string_equal(tallies.items[0].endpoint, "other");
	assert_done(fixture, state_unreached(other, &unreached, &fixture->error));
	assert_int_equal(unreached.count, 0);
	tallies_release(&tallies);
	state_free(other);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, state_fixture_set_up, state_fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(attempts_are_counted_by_what_became_of_them),
		TEST(what_was_counted_outlives_what_is_cut_from_the_outbox),
		TEST(an_endpoint_is_found_or_added),
		TEST(a_landing_is_counted_once_by_its_time_and_other_events_are_not),
		TEST(an_endpoint_is_unreached_from_its_first_failure_to_its_next_success),
		TEST(repositories_in_one_file_are_counted_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
