#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "flow/event_values.h"
#include "rules/template.h"

#define BODY \
	"{\"ref\":\"refs/heads/main\",\"created\":false,\"repository\":{\"name\":\"shop\",\"full_name\":\"team/shop\"}," \
	"\"hotfix\":{\"incident\":\"INC-7\",\"signoffs\":[]},\"delivery\":{\"attempts\":17}}"

static const struct event merged = {
	.id = "e1", .type = "hotfix.merged", .ref = "refs/heads/main", .body = (char *)BODY};

static void assert_values(const struct event *event, const char *text, const char *expected)
{
	struct error error = ERROR_INIT;
	struct buffer out = BUFFER_INIT;
	struct event_values values;

	assert_int_equal(event_values_init(&values, event, "https://git.example.com/team/shop", &error), 0);
	assert_int_equal(template_expand(&out, text, strlen(text), TEMPLATE_TEXT, event_values_find, &values, &error),
			 0);
	assert_string_equal(buffer_text(&out), expected);
	buffer_release(&out);
	event_values_release(&values);
}

static void members_of_the_body_are_found_by_their_path(void **state)
{
	(void)state;
	assert_values(&merged, "{repository.full_name} {hotfix.incident} {created} {delivery.attempts}",
		      "team/shop INC-7 false 17");
	assert_values(&merged, "[{hotfix.severity}{pusher.name}{head_commit.author.name}]", "[]");
	assert_values(&merged, "{body}", BODY);
}

static void some_values_are_made_of_others(void **state)
{
	const struct event ping = {.id = "e2",
				   .type = "ping",
				   .body = (char *)"{\"type\":\"ping\",\"repository\":{\"full_name\":\"team/shop\"}}"};

	(void)state;
	assert_values(&merged, "{summary}|{branch}|{source}|{subject}",
		      "hotfix INC-7 landed on main|main|https://git.example.com/team/shop|refs/heads/main");
	assert_values(&ping, "{summary}|{branch}|{source}|{subject}",
		      "a ping||https://git.example.com/team/shop|team/shop");
}

/* Events stay in the outbox while the suite is replaced by an older version. */
static void an_event_of_an_unknown_type_has_a_summary_too(void **state)
{
	const struct event later = {
		.id = "e3",
		.type = "hotfix.archived",
		.body = (char *)"{\"type\":\"hotfix.archived\",\"hotfix\":{\"incident\":\"INC-7\"}}"};

	(void)state;
	assert_values(&later, "{summary}", "hotfix.archived INC-7");
}

static void a_summary_is_cut_between_two_characters(void **state)
{
	struct buffer body = BUFFER_INIT;
	struct event event = {.id = "e5", .type = "hotfix.archived"};
	struct buffer expected = BUFFER_INIT;

	(void)state;
	buffer_add_string(&body, "{\"type\":\"xy\",\"hotfix\":{\"incident\":\"");
	for (int i = 0; i < EVENT_SUMMARY_MAXIMUM; i++)
		buffer_add_string(&body, "\xc3\xa9");
	buffer_add_string(&body, "\"}}");
	event.body = (char *)buffer_text(&body);
	buffer_add_string(&expected, "xy ");
	while (expected.length + 2 <= EVENT_SUMMARY_MAXIMUM)
		buffer_add_string(&expected, "\xc3\xa9");
	buffer_add_string(&expected, "...");
	assert_values(&event, "{summary}", buffer_text(&expected));
	buffer_release(&body);
	buffer_release(&expected);
}

static void a_body_that_is_no_json_is_an_error(void **state)
{
	const struct event broken = {.id = "e4", .type = "ping", .body = (char *)"{"};
	struct error error = ERROR_INIT;
	struct event_values values;

	(void)state;
	assert_int_equal(event_values_init(&values, &broken, "", &error), ERROR_FAILED);
	event_values_release(&values);
	error_release(&error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_of_the_body_are_found_by_their_path),
		cmocka_unit_test(some_values_are_made_of_others),
		cmocka_unit_test(an_event_of_an_unknown_type_has_a_summary_too),
		cmocka_unit_test(a_summary_is_cut_between_two_characters),
		cmocka_unit_test(a_body_that_is_no_json_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
