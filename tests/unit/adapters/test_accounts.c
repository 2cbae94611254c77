#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapters/accounts.h"

#define NOBODY_HAS_IT 3999999999u

static void an_account_that_cannot_log_in_or_is_not_there_has_no_shell(void **state)
{
	(void)state;
	assert_true(account_has_shell("root"));
	assert_false(account_has_shell("daemon"));
	assert_false(account_has_shell("no-such-account"));
	assert_false(account_has_shell(""));
}

static void whoever_has_the_group_as_their_own_is_in_it_but_for_the_owner(void **state)
{
	struct strings others = STRINGS_INIT;

	(void)state;
	account_group_others(&others, 1, 0);
	assert_true(strings_contain(&others, "daemon"));
	strings_release(&others);
	account_group_others(&others, 1, 1);
	assert_false(strings_contain(&others, "daemon"));
	strings_release(&others);
	account_group_others(&others, NOBODY_HAS_IT, 0);
	assert_int_equal(others.count, 0);
	strings_release(&others);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_account_that_cannot_log_in_or_is_not_there_has_no_shell),
		cmocka_unit_test(whoever_has_the_group_as_their_own_is_in_it_but_for_the_owner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
