#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/strings.h"

static void a_list_owns_copies_of_what_is_added(void **state)
{
	struct strings list = STRINGS_INIT;
	char text[] = "first";

	(void)state;
	strings_add(&list, text);
	text[0] = 'F';
	strings_add_bytes(&list, "second and more", 6);
	strings_addf(&list, "%s %d", "third", 3);
	strings_take(&list, memory_copy("fourth"));
	assert_int_equal(list.count, 4);
	assert_string_equal(list.items[0], "first");
	assert_string_equal(list.items[1], "second");
	assert_string_equal(list.items[2], "third 3");
	assert_string_equal(list.items[3], "fourth");
	strings_release(&list);
}

static void a_released_list_is_empty_and_can_be_used_again(void **state)
{
	struct strings list = STRINGS_INIT;

	(void)state;
	strings_add(&list, "before");
	strings_release(&list);
	assert_int_equal(list.count, 0);
	strings_add(&list, "after");
	assert_string_equal(list.items[0], "after");
	strings_release(&list);
}

static void a_list_contains_whole_strings_only(void **state)
{
	struct strings list = STRINGS_INIT;

	(void)state;
	assert_false(strings_contain(&list, ""));
	strings_add(&list, "alice");
	assert_true(strings_contain(&list, "alice"));
	assert_false(strings_contain(&list, "ali"));
	assert_false(strings_contain(&list, "alice2"));
	assert_false(strings_contain(&list, "Alice"));
	strings_release(&list);
}

static void adding_once_adds_what_is_not_there(void **state)
{
	struct strings list = STRINGS_INIT;

	(void)state;
	strings_add_once(&list, "alice");
	strings_add_once(&list, "bob");
	strings_add_once(&list, "alice");
	assert_int_equal(list.count, 2);
	assert_string_equal(list.items[1], "bob");
	strings_release(&list);
}

static void one_item_is_taken_out_and_the_others_stay(void **state)
{
	struct strings list = STRINGS_INIT;

	(void)state;
	strings_remove(&list, "alice");
	strings_add(&list, "alice");
	strings_add(&list, "bob");
	strings_add(&list, "alice");
	strings_remove(&list, "alice");
	strings_remove(&list, "nobody");
	assert_int_equal(list.count, 2);
	assert_true(strings_contain(&list, "alice"));
	assert_true(strings_contain(&list, "bob"));
	strings_release(&list);
}

static void each_text_is_left_once_where_it_came_first(void **state)
{
	static const char *const texts[] = {"rita", "alice", "rita", "bob", "alice", "", "rita", ""};
	struct strings list = STRINGS_INIT;

	(void)state;
	strings_leave_once(&list);
	assert_int_equal(list.count, 0);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		strings_add(&list, texts[i]);
	strings_leave_once(&list);
	assert_int_equal(list.count, 4);
	assert_string_equal(list.items[0], "rita");
	assert_string_equal(list.items[1], "alice");
	assert_string_equal(list.items[2], "bob");
	assert_string_equal(list.items[3], "");
	strings_release(&list);
}

static void a_long_list_keeps_every_item(void **state)
{
	struct strings list = STRINGS_INIT;

	(void)state;
	for (int i = 0; i < 5000; i++)
		strings_addf(&list, "item %d", i);
	assert_int_equal(list.count, 5000);
	assert_string_equal(list.items[0], "item 0");
	assert_string_equal(list.items[4999], "item 4999");
	strings_release(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_owns_copies_of_what_is_added),
		cmocka_unit_test(a_released_list_is_empty_and_can_be_used_again),
		cmocka_unit_test(a_list_contains_whole_strings_only),
		cmocka_unit_test(adding_once_adds_what_is_not_there),
		cmocka_unit_test(one_item_is_taken_out_and_the_others_stay),
		cmocka_unit_test(each_text_is_left_once_where_it_came_first),
		cmocka_unit_test(a_long_list_keeps_every_item),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
