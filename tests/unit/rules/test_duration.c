#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/duration.h"

static void a_number_and_a_unit_are_seconds(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} cases[] = {{"90s", 90}, {"5m", 300}, {"24h", 86400}, {"7d", 604800}, {"0s", 0}, {"3650d", 315360000}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t seconds = -1;

		assert_true(duration_parse(&seconds, cases[i].text));
		assert_int_equal(seconds, cases[i].seconds);
	}
}

static void anything_else_is_refused(void **state)
{
	static const char *const wrong[] = {"",    "5",    "h",  "5 h", "5hh", "1h30m", "-5m",
					    "+5m", "1.5h", "5w", " 5m", "5m ", "3651d", "99999999999999999999d",
					    "5H",  "0x5s"};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		int64_t seconds;

		assert_false(duration_parse(&seconds, wrong[i]));
	}
}

static void a_span_is_told_by_its_two_largest_units(void **state)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} cases[] = {{0, "0s"},         {59, "59s"},           {60, "1m"},   {61, "1m 1s"},
		     {12000, "3h 20m"}, {12059, "3h 20m"},     {7200, "2h"}, {7205, "2h"},
		     {187200, "2d 4h"}, {86400 * 400, "400d"}, {-60, "-1m"}, {INT64_MIN, "-106751991167300d 15h"}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buffer text = BUFFER_INIT;

		duration_format(&text, cases[i].seconds);
		assert_string_equal(buffer_text(&text), cases[i].text);
		buffer_release(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_and_a_unit_are_seconds),
		cmocka_unit_test(anything_else_is_refused),
		cmocka_unit_test(a_span_is_told_by_its_two_largest_units),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
