#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "rules/retry.h"

static int64_t delay_after(const char *schedule, int attempt)
{
	int64_t seconds = 0;

	return retry_delay(&seconds, schedule, attempt) ? seconds : -1;
}

static void the_default_schedule_runs_for_a_day(void **state)
{
	struct error error = ERROR_INIT;
	int64_t total = 0;
	int attempt = 1;

	(void)state;
	assert_int_equal(retry_check(RETRY_DEFAULT, &error), 0);
	for (; delay_after(RETRY_DEFAULT, attempt) > 0; attempt++)
		total += delay_after(RETRY_DEFAULT, attempt);
	assert_int_equal(attempt - 1, 5 + 140 + 12);
	assert_int_equal(total, 5 + 15 + 30 + 60 + 120 + 140 * 300 + 12 * 3600);
}

static void delays_come_in_their_order(void **state)
{
	(void)state;
	assert_int_equal(delay_after(RETRY_DEFAULT, 1), 5);
	assert_int_equal(delay_after(RETRY_DEFAULT, 2), 15);
	assert_int_equal(delay_after(RETRY_DEFAULT, 5), 120);
	assert_int_equal(delay_after(RETRY_DEFAULT, 6), 300);
	assert_int_equal(delay_after(RETRY_DEFAULT, 145), 300);
	assert_int_equal(delay_after(RETRY_DEFAULT, 146), 3600);
	assert_int_equal(delay_after(RETRY_DEFAULT, 157), 3600);
	assert_int_equal(delay_after(RETRY_DEFAULT, 158), -1);
	assert_int_equal(delay_after(" 1d\t2s ", 1), 86400);
	assert_int_equal(delay_after(" 1d\t2s ", 2), 2);
}

static void a_schedule_of_another_form_is_refused(void **state)
{
	static const char *const wrong[] = {
		"",      " ",   "5",       "s",  "5x",     "5s*",          "5s*0",          "0s",   "-5s",
		"5s,6s", "5 s", "5s*1001", "8d", "5s*2*2", "99999999999h", "5s*600 6s*600", "1.5h", "5S",
	};
	struct error error = ERROR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(retry_check(wrong[i], &error), ERROR_FAILED);
		assert_non_null(error.message);
		error_release(&error);
	}
}

static void the_error_names_the_word_that_is_wrong(void **state)
{
	struct error error = ERROR_INIT;

	(void)state;
	assert_int_equal(retry_check("5s fast 1m", &error), ERROR_FAILED);
	assert_string_equal(error_text(&error), "'fast' is no delay of 1s to 7d, such as 30s, 5m or 1h*12");
	error_release(&error);
	assert_int_equal(retry_check("5s aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", &error),
			 ERROR_FAILED);
	assert_string_equal(error_text(&error), "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' is no delay of 1s to 7d, "
						"such as 30s, 5m or 1h*12");
	error_release(&error);
}

static void jitter_only_makes_a_wait_longer(void **state)
{
	(void)state;
	for (uint32_t random = 0; random < 5000; random += 7) {
		int64_t wait = retry_wait(30, -1, random);

		assert_true(wait >= 30000);
		assert_true(wait <= 36000);
	}
	assert_int_equal(retry_wait(30, -1, 0), 30000);
	assert_int_equal(retry_wait(30, -1, 1000), 36000);
}

static void what_the_receiver_asks_for_is_a_floor_with_a_cap(void **state)
{
	(void)state;
	assert_int_equal(retry_wait(5, 120, 0), 120000);
	assert_int_equal(retry_wait(300, 120, 0), 300000);
	assert_int_equal(retry_wait(5, 999999, 0), RETRY_AFTER_MAXIMUM * 1000);
	assert_int_equal(retry_wait(5, INT64_MAX, 0), RETRY_AFTER_MAXIMUM * 1000);
}

static void an_answer_means_what_the_contract_says(void **state)
{
	static const int again[] = {0, 100, 408, 425, 429, 500, 502, 503, 599, 600, 999};
	static const int dead[] = {300, 301, 302, 304, 307, 308, 400, 401, 403, 404, 410, 422, 499};

	(void)state;
	assert_int_equal(retry_judge(200), RETRY_DELIVERED);
	assert_int_equal(retry_judge(204), RETRY_DELIVERED);
	assert_int_equal(retry_judge(299), RETRY_DELIVERED);
	for (size_t i = 0; i < sizeof(again) / sizeof(again[0]); i++)
		assert_int_equal(retry_judge(again[i]), RETRY_AGAIN);
	for (size_t i = 0; i < sizeof(dead) / sizeof(dead[0]); i++)
		assert_int_equal(retry_judge(dead[i]), RETRY_DEAD);
}

static void a_schedule_that_was_not_checked_ends_where_it_is_wrong(void **state)
{
	(void)state;
	assert_int_equal(delay_after("5s fast 1m", 1), 5);
	assert_int_equal(delay_after("5s fast 1m", 2), -1);
}

static void a_schedule_goes_up_to_its_bounds(void **state)
{
	struct error error = ERROR_INIT;

	(void)state;
	assert_int_equal(retry_check("1s", &error), 0);
	assert_int_equal(retry_check("7d", &error), 0);
	assert_int_equal(retry_check("604800s", &error), 0);
	assert_int_equal(retry_check("19s*1000", &error), 0);
	assert_int_equal(retry_check("1m*500 1h*500", &error), 0);
	assert_int_equal(delay_after("1m*500 1h*500", 1000), 3600);
	assert_int_equal(delay_after("1m*500 1h*500", 1001), -1);
	assert_int_equal(retry_check("604801s", &error), ERROR_FAILED);
	error_release(&error);
	assert_int_equal(retry_check("1m*500 1h*501", &error), ERROR_FAILED);
	assert_string_equal(error_text(&error), "more than 1000 attempts");
	error_release(&error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_default_schedule_runs_for_a_day),
		cmocka_unit_test(delays_come_in_their_order),
		cmocka_unit_test(a_schedule_of_another_form_is_refused),
		cmocka_unit_test(the_error_names_the_word_that_is_wrong),
		cmocka_unit_test(jitter_only_makes_a_wait_longer),
		cmocka_unit_test(what_the_receiver_asks_for_is_a_floor_with_a_cap),
		cmocka_unit_test(an_answer_means_what_the_contract_says),
		cmocka_unit_test(a_schedule_that_was_not_checked_ends_where_it_is_wrong),
		cmocka_unit_test(a_schedule_goes_up_to_its_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
