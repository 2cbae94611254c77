#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "adapters/state_follow.h"
#include "support/state_fixture.h"

#define TIME 1000 /* seconds */

static void add(struct state_fixture *fixture, struct state *state, const char *id, const char *endpoint)
{
	struct event event = {.id = (char *)id,
			      .type = (char *)"hotfix.merged",
			      .ref = (char *)"refs/heads/main",
			      .time = TIME,
			      .body = (char *)"{}"};
	struct strings names = STRINGS_INIT;
	bool added;

	strings_add(&names, endpoint);
	assert_done(fixture, state_add_event(state, &event, &names, TIME, &added, &fixture->error));
	strings_release(&names);
}

static void attempt(struct state_fixture *fixture, int64_t delivery, int number, int status)
{
	struct attempt try = {.delivery = delivery,
			      .number = number,
			      .time = (TIME + number) * 1000,
			      .status = status,
			      .milliseconds = 7,
			      .error = status == 200 ? NULL : (char *)"no"};

	assert_done(fixture,
		    state_add_attempt(fixture->state, &try, status == 200 ? DELIVERY_DELIVERED : DELIVERY_WAITING, 0,
				      &fixture->error));
}

/* "ID+" for a delivery that was made, "ID#ATTEMPT=STATUS" for an attempt. */
static void assert_followed(struct state_fixture *fixture, struct follow_mark *mark, const char *endpoint, size_t limit,
			    const char *wanted)
{
	struct happenings happenings = {0};
	struct buffer found = BUFFER_INIT;

	assert_done(fixture, state_follow(fixture->state, &happenings, mark, endpoint, limit, &fixture->error));
	assert_int_equal(happenings.deliveries.count, happenings.attempts.count);
	for (size_t i = 0; i < happenings.deliveries.count; i++) {
		const struct attempt *one = &happenings.attempts.items[i];

		buffer_add_string(&found, happenings.deliveries.items[i].event.id);
		if (one->number)
			buffer_addf(&found, "#%d=%d ", one->number, one->status);
		else
			buffer_add_string(&found, "+ ");
	}
	assert_string_equal(buffer_text(&found), wanted);
	buffer_release(&found);
	happenings_release(&happenings);
}

static void what_happened_is_seen_once_and_in_its_order(void **data)
{
	struct state_fixture *fixture = *data;
	struct follow_mark mark = {0};

	add(fixture, fixture->state, "e1", "deploy");
	add(fixture, fixture->state, "e2", "chat");
	attempt(fixture, 1, 1, 503);
	assert_followed(fixture, &mark, NULL, 100, "e1+ e2+ e1#1=503 ");
	assert_followed(fixture, &mark, NULL, 100, "");
	attempt(fixture, 1, 2, 200);
	assert_followed(fixture, &mark, NULL, 100, "e1#2=200 ");
	add(fixture, fixture->state, "e3", "deploy");
	assert_followed(fixture, &mark, NULL, 100, "e3+ ");
}

static void many_are_seen_in_portions(void **data)
{
	struct state_fixture *fixture = *data;
	struct follow_mark mark = {0};

	add(fixture, fixture->state, "e1", "deploy");
	add(fixture, fixture->state, "e2", "deploy");
	add(fixture, fixture->state, "e3", "deploy");
	attempt(fixture, 1, 1, 503);
	attempt(fixture, 1, 2, 503);
	assert_followed(fixture, &mark, NULL, 2, "e1+ e2+ ");
	assert_followed(fixture, &mark, NULL, 2, "e3+ e1#1=503 ");
	assert_followed(fixture, &mark, NULL, 2, "e1#2=503 ");
	assert_followed(fixture, &mark, NULL, 2, "");
}

static void one_endpoint_is_followed_alone(void **data)
{
	struct state_fixture *fixture = *data;
	struct follow_mark mark = {0};

	add(fixture, fixture->state, "e1", "deploy");
	add(fixture, fixture->state, "e2", "chat");
	attempt(fixture, 1, 1, 200);
	attempt(fixture, 2, 1, 200);
	assert_followed(fixture, &mark, "chat", 100, "e2+ e2#1=200 ");
	assert_int_equal(mark.delivery, 2);
	add(fixture, fixture->state, "e3", "deploy");
	assert_followed(fixture, &mark, "chat", 100, "");
	assert_int_equal(mark.delivery, 3);
}

static void what_happened_before_a_time_is_passed_over(void **data)
{
	struct state_fixture *fixture = *data;
	struct follow_mark mark;

	add(fixture, fixture->state, "e1", "deploy");
	attempt(fixture, 1, 1, 503);
	attempt(fixture, 1, 2, 503);
	assert_done(fixture, state_follow_from(fixture->state, &mark, (TIME + 2) * 1000, &fixture->error));
	assert_followed(fixture, &mark, NULL, 100, "e1#2=503 ");
	assert_done(fixture, state_follow_from(fixture->state, &mark, INT64_MAX, &fixture->error));
	assert_followed(fixture, &mark, NULL, 100, "");
}

static void another_repository_in_the_same_file_is_not_seen(void **data)
{
	struct state_fixture *fixture = *data;
	struct state *other = state_fixture_open(fixture, "/srv/two.git");
	struct follow_mark mark = {0};

	add(fixture, other, "e1", "deploy");
	assert_followed(fixture, &mark, NULL, 100, "");
	assert_int_equal(mark.delivery, 1);
	state_free(other);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, state_fixture_set_up, state_fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_happened_is_seen_once_and_in_its_order),
		TEST(many_are_seen_in_portions),
		TEST(one_endpoint_is_followed_alone),
		TEST(what_happened_before_a_time_is_passed_over),
		TEST(another_repository_in_the_same_file_is_not_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
