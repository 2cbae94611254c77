#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/effect.h"

#define MOST 10

/* STEPS has a letter for each landing: '.' is one, a digit a rollback that goes back to so many landings. WANTED has, for
 * each, '-' for one in effect, or the place (from 1) of the rollback that hides it. */
static void assert_effect(const char *steps, const char *wanted)
{
	struct effect_step items[MOST] = {{0}};
	size_t hidden_by[MOST];
	size_t count = 0;

	for (; steps[count]; count++)
		items[count] = (struct effect_step){.is_rollback = steps[count] != '.',
						    .base = steps[count] == '.' ? 0 : (size_t)(steps[count] - '0')};
	effect_of(hidden_by, items, count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(hidden_by[i], wanted[i] == '-' ? 0 : wanted[i] - '0');
}

static void what_nobody_took_back_is_in_effect(void **state)
{
	(void)state;
	assert_effect("", "");
	assert_effect("...", "---");
}

static void a_rollback_takes_back_what_came_after_its_tip(void **state)
{
	(void)state;
	assert_effect("...1", "-44-");
	assert_effect("...0", "444-");
	assert_effect("..1.", "-3--");
	assert_effect(".1", "--");
}

static void a_rollback_of_a_rollback_brings_back(void **state)
{
	(void)state;
	assert_effect("..12", "--4-");
	assert_effect("..121", "-555-");
	assert_effect("..12.4", "--4-6-");
}

static void two_rollbacks_in_a_row_go_further_back(void **state)
{
	(void)state;
	assert_effect("...21", "-555-");
	assert_effect("...210", "66666-");
}

static void a_base_that_cannot_be_changes_nothing(void **state)
{
	(void)state;
	assert_effect("..9", "---");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_nobody_took_back_is_in_effect),
		cmocka_unit_test(a_rollback_takes_back_what_came_after_its_tip),
		cmocka_unit_test(a_rollback_of_a_rollback_brings_back),
		cmocka_unit_test(two_rollbacks_in_a_row_go_further_back),
		cmocka_unit_test(a_base_that_cannot_be_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
