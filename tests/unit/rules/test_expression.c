#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/expression.h"

static void an_expression_is_found_anywhere_unless_it_is_anchored(void **state)
{
	(void)state;
	assert_true(expression_matches("deployed", "v1 deployed to eu"));
	assert_false(expression_matches("^deployed", "v1 deployed to eu"));
	assert_true(expression_matches("^(Open|In Progress)$", "In Progress"));
	assert_false(expression_matches("^(Open|In Progress)$", "Reopened"));
	assert_true(expression_matches("^$", ""));
}

static void what_is_no_expression_matches_nothing(void **state)
{
	(void)state;
	assert_false(expression_matches("(", "("));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_expression_is_found_anywhere_unless_it_is_anchored),
		cmocka_unit_test(what_is_no_expression_matches_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
