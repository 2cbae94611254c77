#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"

static void an_empty_buffer_reads_as_an_empty_string(void **state)
{
	struct buffer buffer = BUFFER_INIT;

	(void)state;
	assert_string_equal(buffer_text(&buffer), "");
	assert_int_equal(buffer.length, 0);
	buffer_release(&buffer);
}

static void what_is_added_stands_in_order_and_ends_with_a_nul(void **state)
{
	struct buffer buffer = BUFFER_INIT;

	(void)state;
	buffer_add_string(&buffer, "one");
	buffer_add_char(&buffer, ' ');
	buffer_addf(&buffer, "%s-%d", "two", 3);
	buffer_add(&buffer, "ab", 1);
	assert_string_equal(buffer_text(&buffer), "one two-3a");
	assert_int_equal(buffer.length, strlen("one two-3a"));
	buffer_release(&buffer);
}

static void a_nul_inside_counts_as_a_byte(void **state)
{
	struct buffer buffer = BUFFER_INIT;

	(void)state;
	buffer_add(&buffer, "a\0b", 3);
	buffer_add_char(&buffer, '\0');
	assert_int_equal(buffer.length, 4);
	assert_memory_equal(buffer.bytes, "a\0b\0", 5);
	buffer_release(&buffer);
}

static void it_grows_beyond_any_first_size_byte_by_byte_and_at_once(void **state)
{
	struct buffer single = BUFFER_INIT;
	struct buffer whole = BUFFER_INIT;

	(void)state;
	for (int i = 0; i < 100000; i++)
		buffer_add_char(&single, (char)('a' + i % 26));
	buffer_add(&whole, single.bytes, single.length);
	assert_int_equal(single.length, 100000);
	assert_int_equal(whole.length, 100000);
	assert_memory_equal(whole.bytes, single.bytes, 100001);
	assert_int_equal(single.bytes[99999], 'a' + 99999 % 26);
	buffer_release(&single);
	buffer_release(&whole);
}

static void formatted_text_may_be_longer_than_the_room_left(void **state)
{
	struct buffer buffer = BUFFER_INIT;
	char expected[1001];

	(void)state;
	memset(expected, '0', 1000);
	expected[999] = '7';
	expected[1000] = '\0';
	buffer_addf(&buffer, "%01000d", 7);
	assert_string_equal(buffer_text(&buffer), expected);
	buffer_release(&buffer);
}

static void a_cleared_buffer_forgets_but_keeps_its_memory(void **state)
{
	struct buffer buffer = BUFFER_INIT;
	char *bytes;

	(void)state;
	buffer_clear(&buffer);
	buffer_add_string(&buffer, "before");
	bytes = buffer.bytes;
	buffer_clear(&buffer);
	assert_string_equal(buffer_text(&buffer), "");
	assert_int_equal(buffer.length, 0);
	buffer_add_string(&buffer, "after");
	assert_ptr_equal(buffer.bytes, bytes);
	assert_string_equal(buffer_text(&buffer), "after");
	buffer_release(&buffer);
}

static void detaching_gives_the_string_away_and_empties_the_buffer(void **state)
{
	struct buffer buffer = BUFFER_INIT;
	char *text;

	(void)state;
	buffer_add_string(&buffer, "mine");
	text = buffer_detach(&buffer);
	assert_string_equal(text, "mine");
	assert_null(buffer.bytes);
	assert_int_equal(buffer.length, 0);
	free(text);
}

static void detaching_an_empty_buffer_gives_an_empty_string(void **state)
{
	struct buffer buffer = BUFFER_INIT;
	char *text = buffer_detach(&buffer);

	(void)state;
	assert_string_equal(text, "");
	free(text);
}

static void text_by_a_format_is_owned_by_the_caller(void **state)
{
	char *text = buffer_format("%s-%d", "INC", 7);

	(void)state;
	assert_string_equal(text, "INC-7");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_buffer_reads_as_an_empty_string),
		cmocka_unit_test(what_is_added_stands_in_order_and_ends_with_a_nul),
		cmocka_unit_test(a_nul_inside_counts_as_a_byte),
		cmocka_unit_test(it_grows_beyond_any_first_size_byte_by_byte_and_at_once),
		cmocka_unit_test(formatted_text_may_be_longer_than_the_room_left),
		cmocka_unit_test(a_cleared_buffer_forgets_but_keeps_its_memory),
		cmocka_unit_test(detaching_gives_the_string_away_and_empties_the_buffer),
		cmocka_unit_test(detaching_an_empty_buffer_gives_an_empty_string),
		cmocka_unit_test(text_by_a_format_is_owned_by_the_caller),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
