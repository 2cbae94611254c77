#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/deadline.h"
#include "support/office.h"

#define NOW INT64_C(1770091506) /* 2026-02-03T04:05:06Z */

static void report(struct office *office, const char *value)
{
	struct object_id commit = id_of('c');

	deadline_add_report(&office->landing, &commit, value, NOW);
}

static void the_earliest_report_is_kept(void **state)
{
	struct office *office = *state;

	report(office, "2026-02-03T04:05:06Z");
	assert_int_equal(office->landing.reported, NOW);
	report(office, "2026-02-03T05:00:00+01:00");
	report(office, "2026-02-03T04:04:00Z");
	assert_int_equal(office->landing.reported, NOW - 306);
	assert_null(office->landing.report_ignored);
}

static void assert_ignored(struct office *office, const char *value, const char *wanted)
{
	report(office, value);
	assert_int_equal(office->landing.reported, 0);
	assert_string_equal(office->landing.report_ignored, wanted);
	free(office->landing.report_ignored);
	office->landing.report_ignored = NULL;
}

static void a_report_that_cannot_be_believed_is_ignored_with_a_word(void **state)
{
	struct office *office = *state;

	assert_ignored(office, "2026-02-03T04:05:07Z",
		       "\"Reported: 2026-02-03T04:05:07Z\" of cccccccccc is still to come: ignored");
	assert_ignored(office, "2025-02-02T04:05:05Z",
		       "\"Reported: 2025-02-02T04:05:05Z\" of cccccccccc is more than a year ago: ignored");
	assert_ignored(office, "yesterday",
		       "\"Reported: yesterday\" of cccccccccc is no time as in 2026-02-03T04:05:06Z: ignored");
	report(office, "2025-02-02T04:05:06Z");
	assert_int_equal(office->landing.reported, NOW - 366 * 86400);
}

static void of_several_that_are_ignored_the_first_is_told(void **state)
{
	struct office *office = *state;

	report(office, "x");
	report(office, "y");
	assert_string_equal(office->landing.report_ignored,
			    "\"Reported: x\" of cccccccccc is no time as in 2026-02-03T04:05:06Z: ignored");
}

static void the_clock_starts_at_what_came_first(void **state)
{
	(void)state;
	assert_int_equal(deadline_since(NOW, 0), NOW);
	assert_int_equal(deadline_since(NOW, NOW - 5), NOW - 5);
	assert_int_equal(deadline_since(NOW, NOW + 5), NOW);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, office_open, office_close)
	const struct CMUnitTest tests[] = {
		TEST(the_earliest_report_is_kept),
		TEST(a_report_that_cannot_be_believed_is_ignored_with_a_word),
		TEST(of_several_that_are_ignored_the_first_is_told),
		cmocka_unit_test(the_clock_starts_at_what_came_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
