#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "flow/unreached.h"

#define SINCE INT64_C(1770091506789) /* 2026-02-03T04:05:06Z, in milliseconds */
#define START "\"deploy\" has taken nothing since 2026-02-03T04:05:06Z, last: "

static void assert_described(int status, int64_t waiting, const char *wanted)
{
	char endpoint[] = "deploy";
	const struct unreached unreached = {.endpoint = endpoint, .since = SINCE, .status = status, .waiting = waiting};
	struct buffer text = BUFFER_INIT;

	unreached_describe(&text, &unreached);
	assert_string_equal(buffer_text(&text), wanted);
	buffer_release(&text);
}

static void the_last_answer_is_told(void **state)
{
	(void)state;
	assert_described(0, 1, START "no answer; one delivery waits");
	assert_described(199, 1, START "199; one delivery waits");
	assert_described(200, 1, START "200, but not delivered; one delivery waits");
	assert_described(299, 1, START "299, but not delivered; one delivery waits");
	assert_described(300, 1, START "300; one delivery waits");
	assert_described(503, 1, START "503; one delivery waits");
}

static void what_waits_is_counted_up_to_a_bound(void **state)
{
	(void)state;
	assert_described(404, 0, START "404; what it did not take was given up");
	assert_described(404, 2, START "404; 2 deliveries wait");
	assert_described(404, UNREACHED_WAITING - 1, START "404; 9999 deliveries wait");
	assert_described(404, UNREACHED_WAITING, START "404; 10000 or more deliveries wait");
}

static void the_command_shows_its_deliveries(void **state)
{
	char endpoint[] = "deploy";
	const struct unreached unreached = {.endpoint = endpoint};
	struct buffer text = BUFFER_INIT;

	(void)state;
	unreached_command(&text, &unreached);
	assert_string_equal(buffer_text(&text), "hotfixctl deliveries --endpoint deploy");
	buffer_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_answer_is_told),
		cmocka_unit_test(what_waits_is_counted_up_to_a_bound),
		cmocka_unit_test(the_command_shows_its_deliveries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
