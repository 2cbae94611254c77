#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/error.h"

static void an_error_that_nobody_set_is_unknown(void **state)
{
	struct error error = ERROR_INIT;

	(void)state;
	assert_null(error.message);
	assert_string_equal(error_text(&error), "unknown error");
	error_release(&error);
}

static void setting_an_error_returns_failed_and_keeps_the_words(void **state)
{
	struct error error = ERROR_INIT;

	(void)state;
	assert_int_equal(error_set(&error, "%s:%d: no such key", "hotfix.ini", 7), ERROR_FAILED);
	assert_string_equal(error_text(&error), "hotfix.ini:7: no such key");
	error_release(&error);
}

static void the_first_message_stays_because_it_is_nearest_to_the_cause(void **state)
{
	struct error error = ERROR_INIT;

	(void)state;
	error_set(&error, "the disk is full");
	assert_int_equal(error_set_code(&error, ERROR_LIMIT, "cannot save"), ERROR_LIMIT);
	assert_string_equal(error_text(&error), "the disk is full");
	error_release(&error);
}

static void an_errno_is_spelled_out_behind_the_message(void **state)
{
	struct error error = ERROR_INIT;

	(void)state;
	assert_int_equal(error_set_errno(&error, ENOENT, "%s", "/srv/x"), ERROR_FAILED);
	assert_string_equal(error_text(&error), "/srv/x: No such file or directory");
	error_release(&error);
}

static void setting_with_a_code_returns_that_code(void **state)
{
	struct error error = ERROR_INIT;

	(void)state;
	assert_int_equal(error_set_code(&error, ERROR_NOT_FOUND, "no %s", "ref"), ERROR_NOT_FOUND);
	assert_string_equal(error_text(&error), "no ref");
	error_release(&error);
}

static void a_released_error_can_be_set_again(void **state)
{
	struct error error = ERROR_INIT;

	(void)state;
	error_set(&error, "first");
	error_release(&error);
	error_set(&error, "second");
	assert_string_equal(error_text(&error), "second");
	error_release(&error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_error_that_nobody_set_is_unknown),
		cmocka_unit_test(setting_an_error_returns_failed_and_keeps_the_words),
		cmocka_unit_test(the_first_message_stays_because_it_is_nearest_to_the_cause),
		cmocka_unit_test(an_errno_is_spelled_out_behind_the_message),
		cmocka_unit_test(setting_with_a_code_returns_that_code),
		cmocka_unit_test(a_released_error_can_be_set_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
