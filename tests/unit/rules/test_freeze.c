#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "rules/freeze.h"

#define HOUR 3600
#define MINUTE 60

static int64_t at(const char *text)
{
	struct moment moment;

	if (!moment_parse(&moment, text))
		fail_msg("%s is no moment", text);
	return moment.seconds;
}

/* Central Europe in the year 2026: clocks go forward on March 29, back on October 25. */
static int64_t berlin(const char *zone, int64_t moment)
{
	assert_string_equal(zone, "Europe/Berlin");
	return moment >= 1774746000 && moment < 1792890000 ? 2 * HOUR : HOUR;
}

static int64_t no_zone(const char *zone, int64_t moment)
{
	(void)moment;
	fail_msg("%s is asked for", zone);
	return 0;
}

static struct freeze weekly(const char *text)
{
	struct freeze freeze;
	struct error error = ERROR_INIT;

	freeze_init(&freeze, "weekend");
	freeze.is_weekly = true;
	if (week_window_parse(&freeze.week, text, &error))
		fail_msg("%s: %s", text, error_text(&error));
	return freeze;
}

/* UNTIL NULL: it does not hold. */
static void assert_holds(const struct freeze *freeze, const char *now, const char *until)
{
	struct buffer text = BUFFER_INIT;
	struct moment end;
	bool holds = freeze_holds(&end, freeze, at(now), freeze->week.zone ? berlin : no_zone);

	if (holds != (until != NULL))
		fail_msg("at %s it holds: %d", now, holds);
	if (holds) {
		moment_format(&text, &end);
		assert_string_equal(buffer_text(&text), until);
	}
	buffer_release(&text);
}

static void dates_hold_from_the_first_second_up_to_the_last(void **state)
{
	struct freeze freeze;

	(void)state;
	freeze_init(&freeze, "year-end");
	assert_true(moment_parse(&freeze.from, "2026-12-20T18:00:00+01:00"));
	assert_true(moment_parse(&freeze.to, "2027-01-03T00:00:00+01:00"));
	assert_holds(&freeze, "2026-12-20T16:59:59Z", NULL);
	assert_holds(&freeze, "2026-12-20T17:00:00Z", "2027-01-03T00:00:00+01:00");
	assert_holds(&freeze, "2027-01-02T22:59:59Z", "2027-01-03T00:00:00+01:00");
	assert_holds(&freeze, "2027-01-02T23:00:00Z", NULL);
	freeze_release(&freeze);
}

static void a_window_inside_a_week_holds_between_its_ends(void **state)
{
	struct freeze freeze = weekly("Tue 09:30 - Thu 17:00 Z");

	(void)state;
	/* 2026-02-03 is a Tuesday */
	assert_holds(&freeze, "2026-02-03T09:29:59Z", NULL);
	assert_holds(&freeze, "2026-02-03T09:30:00Z", "2026-02-05T17:00:00Z");
	assert_holds(&freeze, "2026-02-04T00:00:00Z", "2026-02-05T17:00:00Z");
	assert_holds(&freeze, "2026-02-05T16:59:59Z", "2026-02-05T17:00:00Z");
	assert_holds(&freeze, "2026-02-05T17:00:00Z", NULL);
	assert_holds(&freeze, "2026-02-08T23:59:59Z", NULL);
	assert_holds(&freeze, "2026-02-09T00:00:00Z", NULL);
	freeze_release(&freeze);
}

static void a_window_over_the_weekend_wraps_around(void **state)
{
	struct freeze freeze = weekly("Fri 16:00 - Mon 08:00 Z");

	(void)state;
	assert_holds(&freeze, "2026-02-06T15:59:59Z", NULL);
	assert_holds(&freeze, "2026-02-06T16:00:00Z", "2026-02-09T08:00:00Z");
	assert_holds(&freeze, "2026-02-08T23:59:59Z", "2026-02-09T08:00:00Z");
	assert_holds(&freeze, "2026-02-09T00:00:00Z", "2026-02-09T08:00:00Z");
	assert_holds(&freeze, "2026-02-09T07:59:59Z", "2026-02-09T08:00:00Z");
	assert_holds(&freeze, "2026-02-09T08:00:00Z", NULL);
	assert_holds(&freeze, "2026-02-11T12:00:00Z", NULL);
	freeze_release(&freeze);
}

static void the_week_is_the_same_before_the_epoch(void **state)
{
	struct freeze freeze = weekly("Fri 16:00 - Mon 08:00 Z");
	struct moment until;

	(void)state;
	/* 1969-12-27, a Saturday, to 1969-12-29 */
	assert_true(freeze_holds(&until, &freeze, -5 * MOMENT_DAY, no_zone));
	assert_int_equal(until.seconds, -3 * MOMENT_DAY + 8 * HOUR);
	assert_false(freeze_holds(&until, &freeze, -7 * MOMENT_DAY, no_zone));
	freeze_release(&freeze);
}

static void a_window_may_leave_an_hour_of_the_week(void **state)
{
	struct freeze freeze = weekly("Mon 00:00 - Sun 23:00 Z");

	(void)state;
	assert_holds(&freeze, "2026-02-02T00:00:00Z", "2026-02-08T23:00:00Z");
	assert_holds(&freeze, "2026-02-08T22:59:59Z", "2026-02-08T23:00:00Z");
	assert_holds(&freeze, "2026-02-08T23:00:00Z", NULL);
	freeze_release(&freeze);
	freeze = weekly("Wed 12:00 - Wed 11:00 Z");
	assert_holds(&freeze, "2026-02-04T12:00:00Z", "2026-02-11T11:00:00Z");
	assert_holds(&freeze, "2026-02-04T10:59:59Z", "2026-02-04T11:00:00Z");
	assert_holds(&freeze, "2026-02-04T11:30:00Z", NULL);
	freeze_release(&freeze);
}

static void an_offset_moves_the_window(void **state)
{
	struct freeze freeze = weekly("Sun 23:00 - Mon 01:00 +05:30");

	(void)state;
	assert_holds(&freeze, "2026-02-08T17:29:59Z", NULL);
	assert_holds(&freeze, "2026-02-08T17:30:00Z", "2026-02-09T01:00:00+05:30");
	assert_holds(&freeze, "2026-02-08T19:29:59Z", "2026-02-09T01:00:00+05:30");
	assert_holds(&freeze, "2026-02-08T19:30:00Z", NULL);
	freeze_release(&freeze);
	freeze = weekly("Sun 23:00 - Mon 01:00 -08:00");
	assert_holds(&freeze, "2026-02-09T08:59:59Z", "2026-02-09T01:00:00-08:00");
	assert_holds(&freeze, "2026-02-09T09:00:00Z", NULL);
	freeze_release(&freeze);
}

static void the_clocks_of_a_zone_may_change_in_the_window(void **state)
{
	struct freeze freeze = weekly("Fri 16:00 - Mon 08:00 Europe/Berlin");

	(void)state;
	assert_holds(&freeze, "2026-02-06T14:59:59Z", NULL);
	assert_holds(&freeze, "2026-02-06T15:00:00Z", "2026-02-09T08:00:00+01:00");
	assert_holds(&freeze, "2026-07-03T14:00:00Z", "2026-07-06T08:00:00+02:00");
	/* forward on Sunday: it begins by winter time and ends by summer time */
	assert_holds(&freeze, "2026-03-27T15:00:00Z", "2026-03-30T08:00:00+02:00");
	assert_holds(&freeze, "2026-03-30T05:59:59Z", "2026-03-30T08:00:00+02:00");
	assert_holds(&freeze, "2026-03-30T06:00:00Z", NULL);
	/* and back */
	assert_holds(&freeze, "2026-10-23T13:59:59Z", NULL);
	assert_holds(&freeze, "2026-10-23T14:00:00Z", "2026-10-26T08:00:00+01:00");
	assert_holds(&freeze, "2026-10-26T06:59:59Z", "2026-10-26T08:00:00+01:00");
	assert_holds(&freeze, "2026-10-26T07:00:00Z", NULL);
	freeze_release(&freeze);
}

static void assert_window(const char *text, int64_t begin, int64_t end, const char *zone, int64_t offset)
{
	struct week_window window;
	struct error error = ERROR_INIT;

	if (week_window_parse(&window, text, &error))
		fail_msg("%s: %s", text, error_text(&error));
	assert_int_equal(window.begin, begin);
	assert_int_equal(window.end, end);
	assert_int_equal(window.offset, offset);
	if (zone)
		assert_string_equal(window.zone, zone);
	else
		assert_null(window.zone);
	week_window_release(&window);
}

static void windows_are_read(void **state)
{
	(void)state;
	assert_window("Mon 00:00 - Sun 23:59 Z", 0, WEEK - MINUTE, NULL, 0);
	assert_window("  fri 16:00  -  MON 08:00   -03:30", 4 * MOMENT_DAY + 16 * HOUR, 8 * HOUR, NULL,
		      -3 * HOUR - 30 * MINUTE);
	assert_window("Sat 00:00-Mon 00:00 America/Argentina/Buenos_Aires", 5 * MOMENT_DAY, 0,
		      "America/Argentina/Buenos_Aires", 0);
}

static void other_texts_are_no_windows(void **state)
{
	static const char *const texts[] = {
		"",
		"Fri 16:00 - Mon 08:00",
		"Fri 16:00 - Mon 08:00 ",
		"Fri 16:00 Mon 08:00 Z",
		"Fri - Mon Z",
		"Friday 16:00 - Mon 08:00 Z",
		"Fre 16:00 - Mon 08:00 Z",
		"Fri 24:00 - Mon 08:00 Z",
		"Fri 16:60 - Mon 08:00 Z",
		"Fri 6:00 - Mon 08:00 Z",
		"Fri 16.00 - Mon 08:00 Z",
		"Fri 16:00:00 - Mon 08:00 Z",
		"16:00 - 08:00 Z",
		"Fri 1",
		"Fri 1.00 - Mon 08:00 Z",
		"Fri 16:x0 - Mon 08:00 Z",
		"Fri 16:00 - Mod 08:00 Z",
		"Fri 16:00 - Mon 8:00 Z",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct week_window window;
		struct error error = ERROR_INIT;

		if (!week_window_parse(&window, texts[i], &error))
			fail_msg("%s is taken for a window", texts[i]);
		error_release(&error);
		week_window_release(&window);
	}
}

static void a_window_that_ends_where_it_begins_is_none(void **state)
{
	struct week_window window;
	struct error error = ERROR_INIT;

	(void)state;
	assert_int_equal(week_window_parse(&window, "Fri 16:00 - Fri 16:00 Z", &error), ERROR_FAILED);
	assert_string_equal(error_text(&error), "begins and ends at the same time");
	error_release(&error);
	week_window_release(&window);
}

static void a_freeze_is_about_its_branches(void **state)
{
	struct freeze freeze;

	(void)state;
	freeze_init(&freeze, "x");
	assert_true(freeze_covers(&freeze, "refs/heads/main"));
	strings_add(&freeze.branches, "refs/heads/live-*");
	assert_true(freeze_covers(&freeze, "refs/heads/live-eu"));
	assert_false(freeze_covers(&freeze, "refs/heads/main"));
	freeze_release(&freeze);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_hold_from_the_first_second_up_to_the_last),
		cmocka_unit_test(a_window_inside_a_week_holds_between_its_ends),
		cmocka_unit_test(a_window_over_the_weekend_wraps_around),
		cmocka_unit_test(the_week_is_the_same_before_the_epoch),
		cmocka_unit_test(a_window_may_leave_an_hour_of_the_week),
		cmocka_unit_test(an_offset_moves_the_window),
		cmocka_unit_test(the_clocks_of_a_zone_may_change_in_the_window),
		cmocka_unit_test(windows_are_read),
		cmocka_unit_test(other_texts_are_no_windows),
		cmocka_unit_test(a_window_that_ends_where_it_begins_is_none),
		cmocka_unit_test(a_freeze_is_about_its_branches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
