#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/object_id.h"

#define DIGITS "0123456789abcdef0123456789abcdef01234567"

static void forty_lower_case_digits_are_an_id(void **state)
{
	struct object_id id;

	(void)state;
	assert_true(object_id_parse(&id, DIGITS));
	assert_string_equal(object_id_full(&id).digits, DIGITS);
	assert_string_equal(object_id_short(&id).digits, "0123456789");
	assert_true(object_id_parse(&id, DIGITS " behind"));
}

static void anything_else_is_no_id(void **state)
{
	char text[OBJECT_ID_DIGITS + 1] = DIGITS;
	struct object_id id;

	(void)state;
	for (size_t i = 0; i < OBJECT_ID_DIGITS; i++) {
		static const char wrong[] = {'\0', ' ', 'g', 'A', '/', ':', '`', '\xff'};
		char right = text[i];

		for (size_t j = 0; j < sizeof(wrong); j++) {
			text[i] = wrong[j];
			assert_false(object_id_parse(&id, text));
		}
		text[i] = right;
	}
}

static void zero_is_no_object(void **state)
{
	struct object_id id;

	(void)state;
	assert_true(object_id_parse(&id, "0000000000000000000000000000000000000000"));
	assert_true(object_id_is_zero(&id));
	for (size_t i = 0; i < OBJECT_ID_BYTES; i++) {
		id.bytes[i] = 1;
		assert_false(object_id_is_zero(&id));
		id.bytes[i] = 0;
	}
}

static void ids_are_ordered_by_their_digits(void **state)
{
	struct object_id low;
	struct object_id high;

	(void)state;
	object_id_parse(&low, "7f00000000000000000000000000000000000000");
	object_id_parse(&high, "8000000000000000000000000000000000000000");
	assert_true(object_id_compare(&low, &high) < 0);
	assert_true(object_id_compare(&high, &low) > 0);
	assert_false(object_id_equal(&low, &high));
	assert_true(object_id_equal(&low, &low));
}

static void a_list_keeps_ids_in_their_order(void **state)
{
	struct object_ids list = {0};
	struct object_id id = {{0}};

	(void)state;
	assert_false(object_ids_contain(&list, &id));
	for (unsigned char i = 0; i < 100; i++) {
		id.bytes[19] = i;
		object_ids_add(&list, &id);
	}
	assert_int_equal(list.count, 100);
	assert_int_equal(list.items[42].bytes[19], 42);
	assert_true(object_ids_contain(&list, &id));
	id.bytes[19] = 100;
	assert_false(object_ids_contain(&list, &id));
	object_ids_release(&list);
	assert_int_equal(list.count, 0);
	assert_null(list.items);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forty_lower_case_digits_are_an_id),
		cmocka_unit_test(anything_else_is_no_id),
		cmocka_unit_test(zero_is_no_object),
		cmocka_unit_test(ids_are_ordered_by_their_digits),
		cmocka_unit_test(a_list_keeps_ids_in_their_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
