#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "rules/moment.h"

static void assert_moment(const char *text, int64_t wanted)
{
	struct moment moment;

	if (!moment_parse(&moment, text))
		fail_msg("%s is no moment", text);
	assert_int_equal(moment.seconds, wanted);
}

static void moments_of_rfc_3339_are_read(void **state)
{
	(void)state;
	assert_moment("1970-01-01T00:00:00Z", 0);
	assert_moment("1985-04-12T23:20:50.52Z", 482196050);
	assert_moment("1996-12-19T16:39:57-08:00", 851042397);
	assert_moment("1990-12-31T23:59:60Z", 662688000);
	assert_moment("1990-12-31T15:59:60-08:00", 662688000);
	assert_moment("1970-01-01t00:20:00.123456789+00:20", 0);
	assert_moment("2000-02-29 12:00:00z", 951825600);
	assert_moment("9999-12-31T23:59:59Z", INT64_C(253402300799));
	assert_moment("2026-02-03T04:05:06-00:00", 1770091506);
}

static void other_texts_are_no_moments(void **state)
{
	static const char *const texts[] = {
		"",
		"now",
		"2026-02-03",
		"2026-02-03T04:05:06",
		"2026-02-03T04:05Z",
		"2026-02-03T04:05:06 Z",
		" 2026-02-03T04:05:06Z",
		"2026-02-03T04:05:06Z ",
		"2026-02-03T04:05:06Zulu",
		"2026-02-03T04:05:06.Z",
		"2026-02-03T04:05:06,5Z",
		"2026-02-03T24:00:00Z",
		"2026-02-03T04:60:00Z",
		"2026-02-03T04:05:61Z",
		"2026-02-03T04:05:06+1:00",
		"2026-02-03T04:05:06+0100",
		"2026-02-03T04:05:06+24:00",
		"2026-02-03T04:05:06+01:60",
		"2026-02-29T00:00:00Z",
		"1900-02-29T00:00:00Z",
		"2100-02-29T00:00:00Z",
		"2026-13-01T00:00:00Z",
		"2026-00-01T00:00:00Z",
		"2026-04-31T00:00:00Z",
		"2026-04-00T00:00:00Z",
		"1969-12-31T23:59:59Z",
		"26-02-03T04:05:06Z",
		"2026-2-3T04:05:06Z",
		"+026-02-03T04:05:06Z",
		"2026/02-03T04:05:06Z",
		"2026-x2-03T04:05:06Z",
		"2026-02/03T04:05:06Z",
		"2026-02-x3T04:05:06Z",
		"2026-02-03Tx4:05:06Z",
		"2026-02-03T04.05:06Z",
		"2026-02-03T04:x5:06Z",
		"2026-02-03T04:05.06Z",
		"2026-02-03T04:05:x6Z",
		"2026-02-03T04:05:06+01:x0",
		"2026-02-03T04:05:06+01:00 ",
		"2026-02-03T04:05:06\xc2\xb1:00",
	};
	struct moment moment;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (moment_parse(&moment, texts[i]))
			fail_msg("%s is taken for a moment", texts[i]);
}

static void dates_have_an_offset(void **state)
{
	struct moment moment;

	(void)state;
	assert_true(moment_parse_date(&moment, "2026-02-03Z"));
	assert_int_equal(moment.seconds, 1770076800);
	assert_true(moment_parse_date(&moment, "2026-02-03+01:00"));
	assert_int_equal(moment.seconds, 1770076800 - 3600);
	assert_int_equal(moment.offset, 3600);
	assert_false(moment_parse_date(&moment, "2026-02-03"));
	assert_false(moment_parse_date(&moment, "2026-02-03T00:00:00Z"));
	assert_false(moment_parse_date(&moment, "2026-02-30Z"));
}

static void offsets_are_east_of_utc(void **state)
{
	int64_t seconds;

	(void)state;
	assert_true(moment_parse_offset(&seconds, "Z"));
	assert_int_equal(seconds, 0);
	assert_true(moment_parse_offset(&seconds, "-03:30"));
	assert_int_equal(seconds, -12600);
	assert_false(moment_parse_offset(&seconds, "UTC"));
	assert_false(moment_parse_offset(&seconds, "+01"));
	assert_false(moment_parse_offset(&seconds, ""));
}

static void assert_written(int64_t seconds, int64_t offset, const char *wanted)
{
	struct buffer text = BUFFER_INIT;

	moment_format(&text, &(struct moment){seconds, offset});
	assert_string_equal(buffer_text(&text), wanted);
	buffer_release(&text);
}

static void moments_are_written_in_their_offset(void **state)
{
	(void)state;
	assert_written(0, 0, "1970-01-01T00:00:00Z");
	assert_written(0, -3600, "1969-12-31T23:00:00-01:00");
	assert_written(951825600, 5 * 3600 + 1800, "2000-02-29T17:30:00+05:30");
	assert_written(1770091506, 3600, "2026-02-03T05:05:06+01:00");
}

/* Each day for 130 years, against the C library. */
static void days_are_those_of_the_c_library(void **state)
{
	(void)state;
	for (int64_t day = 0; day < 130 * 366; day++) {
		struct buffer ours = BUFFER_INIT;
		struct buffer theirs = BUFFER_INIT;
		struct moment moment = {.seconds = day * MOMENT_DAY + day * 7 % MOMENT_DAY};
		struct moment read;

		moment_format(&ours, &moment);
		clock_format(&theirs, moment.seconds);
		assert_string_equal(buffer_text(&ours), buffer_text(&theirs));
		assert_true(moment_parse(&read, buffer_text(&theirs)));
		assert_int_equal(read.seconds, moment.seconds);
		buffer_release(&ours);
		buffer_release(&theirs);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moments_of_rfc_3339_are_read),
		cmocka_unit_test(other_texts_are_no_moments),
		cmocka_unit_test(dates_have_an_offset),
		cmocka_unit_test(offsets_are_east_of_utc),
		cmocka_unit_test(moments_are_written_in_their_offset),
		cmocka_unit_test(days_are_those_of_the_c_library),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
