#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/branch_tip.h"

static void a_copy_is_added_and_stands_on_its_own(void **state)
{
	const struct object_id first = {{1}};
	const struct object_id second = {{2}};
	struct branch_tips tips = {0};
	struct branch_tips copy = {0};

	(void)state;
	branch_tips_copy(&copy, &tips);
	assert_int_equal(copy.count, 0);
	branch_tips_add(&copy, "refs/heads/live", &first);
	for (int i = 0; i < 20; i++)
		branch_tips_add(&tips, "refs/heads/main", &second);
	branch_tips_copy(&copy, &tips);
	branch_tips_release(&tips);
	assert_int_equal(tips.count, 0);
	assert_null(tips.items);
	assert_int_equal(copy.count, 21);
	assert_string_equal(copy.items[0].ref, "refs/heads/live");
	assert_true(object_id_equal(&copy.items[0].tip, &first));
	assert_string_equal(copy.items[20].ref, "refs/heads/main");
	assert_true(object_id_equal(&copy.items[20].tip, &second));
	branch_tips_release(&copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_copy_is_added_and_stands_on_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
