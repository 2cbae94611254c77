#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "adapters/environment.h"

static void set_options(const char *count, const char *first, const char *second)
{
	setenv("GIT_PUSH_OPTION_COUNT", count, 1);
	setenv("GIT_PUSH_OPTION_0", first, 1);
	setenv("GIT_PUSH_OPTION_1", second, 1);
}

static int read_options(struct strings *out)
{
	struct error error = ERROR_INIT;
	int result = environment_push_options(out, &error);

	unsetenv("GIT_PUSH_OPTION_COUNT");
	unsetenv("GIT_PUSH_OPTION_0");
	unsetenv("GIT_PUSH_OPTION_1");
	error_release(&error);
	return result;
}

static void push_options_may_be_anything(void **state)
{
	struct strings options = STRINGS_INIT;

	(void)state;
	assert_int_equal(read_options(&options), 0);
	assert_int_equal(options.count, 0);
	set_options("2", "", "a b\n$(c)");
	assert_int_equal(read_options(&options), 0);
	assert_int_equal(options.count, 2);
	assert_string_equal(options.items[0], "");
	assert_string_equal(options.items[1], "a b\n$(c)");
	strings_release(&options);
}

static void of_push_options_only_so_many_are_looked_at(void **state)
{
	struct strings options = STRINGS_INIT;

	(void)state;
	set_options("1001", "a", "b");
	assert_int_equal(read_options(&options), ERROR_LIMIT);
	set_options("1000", "a", "b");
	assert_int_equal(read_options(&options), 0);
	assert_int_equal(options.count, 1000);
	assert_string_equal(options.items[999], "");
	strings_release(&options);
	set_options("-3", "a", "b");
	assert_int_equal(read_options(&options), 0);
	assert_int_equal(options.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(push_options_may_be_anything),
		cmocka_unit_test(of_push_options_only_so_many_are_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
