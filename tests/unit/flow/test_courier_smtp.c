/* What a reply to a mail means: what servers really say is shown by tests/push/mail.bats. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "flow/courier.h"
#include "support/flow_fixture.h"

/* Adds a delivery, number 1, which has reached somebody before when REACHED. */
static void add_delivery(struct flow_fixture *fixture, bool reached)
{
	struct event event = {.id = (char *)"e1", .type = (char *)"ping", .time = 1, .body = (char *)"{}"};
	struct state *state = fixture->announcer.state;
	struct strings endpoints = STRINGS_INIT;
	struct error error = ERROR_INIT;
	bool added;

	strings_add(&endpoints, "m");
	assert_int_equal(state_add_event(state, &event, &endpoints, 1, &added, &error), 0);
	if (reached)
		assert_int_equal(state_settle_recipient(state, 1, "before@x", true, &error), 0);
	strings_release(&endpoints);
}

/* The statuses are those of the recipients; the list ends with -1. */
static enum retry_meaning meaning_of(struct flow_fixture *fixture, int status, ...)
{
	struct mail mail = {0};
	struct delivery delivery = {.number = 1};
	struct parcel parcel = {.endpoint = &mail.endpoint, .delivery = &delivery, .announcer = &fixture->announcer};
	struct recipient recipients[3] = {{0}};
	struct reply reply = {.status = status, .recipients = recipients};
	enum retry_meaning meaning;
	char *words = NULL;
	va_list statuses;
	int one;

	mail.endpoint.kind = ENDPOINT_MAIL;
	va_start(statuses, status);
	while ((one = va_arg(statuses, int)) >= 0)
		recipients[reply.recipient_count++] = (struct recipient){.address = (char *)"a@x", .status = one};
	va_end(statuses);
	meaning = courier_smtp.judge(&words, &parcel, &reply);
	free(words);
	return meaning;
}

static void it_is_delivered_when_nobody_is_left(void **state)
{
	add_delivery(*state, false);
	assert_int_equal(meaning_of(*state, 250, 250, 250, -1), RETRY_DELIVERED);
	assert_int_equal(meaning_of(*state, 250, 250, 550, -1), RETRY_DELIVERED);
}

static void who_was_put_off_or_not_asked_is_tried_again(void **state)
{
	add_delivery(*state, true);
	assert_int_equal(meaning_of(*state, 250, 250, 451, -1), RETRY_AGAIN);
	assert_int_equal(meaning_of(*state, 550, 550, 451, -1), RETRY_AGAIN);
	assert_int_equal(meaning_of(*state, 0, 550, 0, -1), RETRY_AGAIN);
	assert_int_equal(meaning_of(*state, 0, 0, 0, -1), RETRY_AGAIN);
	assert_int_equal(meaning_of(*state, 421, 0, 0, -1), RETRY_AGAIN);
	assert_int_equal(meaning_of(*state, 0, -1), RETRY_AGAIN);
}

static void what_is_refused_for_good_is_dead(void **state)
{
	add_delivery(*state, false);
	assert_int_equal(meaning_of(*state, 550, 550, 553, -1), RETRY_DEAD);
	assert_int_equal(meaning_of(*state, 535, 0, 0, -1), RETRY_DEAD);
	assert_int_equal(meaning_of(*state, 554, 554, -1), RETRY_DEAD);
}

static void what_reached_somebody_before_is_not_dead(void **state)
{
	add_delivery(*state, true);
	assert_int_equal(meaning_of(*state, 550, 550, -1), RETRY_DELIVERED);
	/* but who was not even asked has not got it */
	assert_int_equal(meaning_of(*state, 535, 0, -1), RETRY_DEAD);
}

static void at_most_ten_are_named(void **state)
{
	struct flow_fixture *fixture = *state;
	struct mail mail = {0};
	struct delivery delivery = {.number = 1};
	struct parcel parcel = {.endpoint = &mail.endpoint, .delivery = &delivery, .announcer = &fixture->announcer};
	struct recipient recipients[12];
	struct reply reply = {.status = 550, .recipients = recipients, .recipient_count = 12};
	char *words = NULL;

	for (size_t i = 0; i < 12; i++)
		recipients[i] = (struct recipient){(char *)"a@x", i ? 550 : 250, (char *)"no such user"};
	courier_smtp.judge(&words, &parcel, &reply);
	assert_non_null(strstr(words, "a@x: no such user; a@x: no such user; "));
	assert_non_null(strstr(words, "; and 1 more"));
	free(words);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, flow_fixture_set_up, flow_fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_is_delivered_when_nobody_is_left),
		TEST(who_was_put_off_or_not_asked_is_tried_again),
		TEST(what_is_refused_for_good_is_dead),
		TEST(what_reached_somebody_before_is_not_dead),
		TEST(at_most_ten_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
