#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"

static void assert_formatted(int64_t seconds, const char *expected)
{
	struct buffer text = BUFFER_INIT;

	clock_format(&text, seconds);
	assert_string_equal(buffer_text(&text), expected);
	buffer_release(&text);
}

static void a_time_is_written_in_utc_to_the_second(void **state)
{
	(void)state;
	assert_formatted(0, "1970-01-01T00:00:00Z");
	assert_formatted(1770091506, "2026-02-03T04:05:06Z");
	assert_formatted(1709164800, "2024-02-29T00:00:00Z");
	assert_formatted(4294967296, "2106-02-07T06:28:16Z");
	assert_formatted(-1, "1969-12-31T23:59:59Z");
}

static void a_time_is_added_behind_what_is_there(void **state)
{
	struct buffer text = BUFFER_INIT;

	(void)state;
	buffer_add_string(&text, "at ");
	clock_format(&text, 86400);
	assert_string_equal(buffer_text(&text), "at 1970-01-02T00:00:00Z");
	buffer_release(&text);
}

static void now_is_the_time_of_day_of_the_system(void **state)
{
	int64_t before = time(NULL);
	int64_t now = clock_now();
	int64_t milliseconds = clock_now_milliseconds();
	int64_t after = time(NULL);

	(void)state;
	assert_in_range(now, before - 1, after + 1);
	assert_in_range(milliseconds / 1000, now, after + 1);
}

static void the_monotonic_clock_counts_milliseconds(void **state)
{
	const struct timespec pause = {.tv_nsec = 20000000};
	int64_t before = clock_monotonic();

	(void)state;
	nanosleep(&pause, NULL);
	assert_in_range(clock_monotonic() - before, 19, 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_time_is_written_in_utc_to_the_second),
		cmocka_unit_test(a_time_is_added_behind_what_is_there),
		cmocka_unit_test(now_is_the_time_of_day_of_the_system),
		cmocka_unit_test(the_monotonic_clock_counts_milliseconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
