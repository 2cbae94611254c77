#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "rules/ref_update.h"

#define ZERO "0000000000000000000000000000000000000000"
#define ONE "1111111111111111111111111111111111111111"
#define TWO "2222222222222222222222222222222222222222"
#define LONG_ZERO ZERO "000000000000000000000000"
#define LONG_ONE ONE "333333333333333333333333"

static int parse_bytes(const char *text, size_t length, const char *words)
{
	struct ref_updates updates;
	struct error error = ERROR_INIT;
	int result = ref_updates_parse(&updates, text, length, &error);

	if (words) {
		assert_true(result < 0);
		assert_non_null(strstr(error_text(&error), words));
	} else {
		assert_int_equal(result, 0);
		assert_null(error.message);
	}
	ref_updates_release(&updates);
	error_release(&error);
	return result;
}

static int parse(const char *text, const char *words)
{
	return parse_bytes(text, strlen(text), words);
}

static void lines_become_updates_in_their_order(void **state)
{
	static const char text[] =
		ZERO " " ONE " refs/heads/a\n" ONE " " TWO " refs/heads/-b \xff c\n" TWO " " ZERO " refs/tags/d";
	struct ref_updates updates;
	struct error error = ERROR_INIT;

	(void)state;
	assert_int_equal(ref_updates_parse(&updates, text, strlen(text), &error), 0);
	assert_int_equal(updates.count, 3);
	assert_string_equal(updates.items[0].ref, "refs/heads/a");
	assert_true(object_id_is_zero(&updates.items[0].old_id));
	assert_string_equal(object_id_full(&updates.items[0].new_id).digits, ONE);
	assert_string_equal(updates.items[1].ref, "refs/heads/-b \xff c");
	assert_string_equal(object_id_full(&updates.items[1].old_id).digits, ONE);
	assert_string_equal(object_id_full(&updates.items[1].new_id).digits, TWO);
	assert_string_equal(updates.items[2].ref, "refs/tags/d");
	assert_true(object_id_is_zero(&updates.items[2].new_id));
	assert_ptr_equal(ref_updates_find(&updates, "refs/tags/d"), &updates.items[2]);
	assert_null(ref_updates_find(&updates, "refs/tags/"));
	ref_updates_release(&updates);
}

static void ids_of_sha256_are_cut_and_told(void **state)
{
	static const char text[] = LONG_ZERO " " LONG_ONE " refs/heads/a\n";
	struct ref_updates updates;
	struct error error = ERROR_INIT;

	(void)state;
	assert_int_equal(ref_updates_parse(&updates, text, strlen(text), &error), 0);
	assert_true(updates.sha256);
	assert_string_equal(updates.items[0].ref, "refs/heads/a");
	assert_true(object_id_is_zero(&updates.items[0].old_id));
	assert_string_equal(object_id_full(&updates.items[0].new_id).digits, ONE);
	assert_int_equal(ref_updates_add(&updates, "refs/heads/b", LONG_ONE, LONG_ZERO, &error), 0);
	ref_updates_release(&updates);
	assert_int_equal(ref_updates_add(&updates, "refs/heads/b", ONE, ZERO, &error), 0);
	assert_false(updates.sha256);
	ref_updates_release(&updates);
	parse(LONG_ONE " " ONE " refs/heads/a", "ref update 1 is not");
	parse(ZERO "000000000000000000000001 " LONG_ONE " refs/heads/a", "ref update 1 is not");
}

static void no_line_is_no_update(void **state)
{
	(void)state;
	parse("", NULL);
}

static void a_line_that_is_not_whole_is_refused(void **state)
{
	(void)state;
	parse("\n", "ref update 1 is not");
	parse(ZERO " " ONE " refs/heads/a\n\n", "ref update 2 is not");
	parse(ZERO " " ONE " ", "without the name");
	parse(ZERO " " ONE, "is not");
	parse(ZERO " " ONE "\trefs/heads/a\n", "is not");
	parse(ZERO "  " ONE " refs/heads/a\n", "is not");
	parse("0" ZERO " " ONE " refs/heads/a\n", "is not");
	parse("000000000000000000000000000000000000000A " ONE " refs/heads/a\n", "is not");
	parse(ZERO " " ONE ONE " refs/heads/a\n", "is not");
	parse(ZERO " 111111111111111111111111111111111111111g refs/heads/a\n", "is not");
	parse(ZERO " 11111111111111111111111 1111111111111111 refs/heads/a\n", "is not");
	parse(LONG_ZERO " 1111111111111111111111111111111111111111g11111111111111111111111 refs/heads/a\n", "is not");
}

static void every_prefix_of_a_line_is_refused(void **state)
{
	static const char line[] = ZERO " " ONE " r";

	(void)state;
	for (size_t length = 1; length < strlen(line); length++)
		parse_bytes(line, length, "");
	parse(line, NULL);
}

static void a_nul_is_refused(void **state)
{
	static const char text[] = ZERO " " ONE " refs/heads/a\0b\n";

	(void)state;
	parse_bytes(text, sizeof(text) - 1, "ref update 1 holds a NUL");
}

static void a_ref_has_at_most_4096_bytes(void **state)
{
	struct buffer text = BUFFER_INIT;

	(void)state;
	buffer_add_string(&text, ZERO " " ONE " ");
	for (int i = 0; i < 4096; i++)
		buffer_add_char(&text, 'a');
	parse(buffer_text(&text), NULL);
	buffer_add_char(&text, 'a');
	assert_int_equal(parse(buffer_text(&text), "4097 bytes"), ERROR_LIMIT);
	buffer_release(&text);
}

static void the_same_ref_twice_is_refused(void **state)
{
	(void)state;
	parse(ZERO " " ONE " refs/heads/a\n" ZERO " " ONE " refs/heads/b\n" ONE " " TWO " refs/heads/a\n",
	      "refs/heads/a is updated twice");
}

static void a_hundred_thousand_refs_are_read_at_once(void **state)
{
	struct buffer text = BUFFER_INIT;
	struct ref_updates updates;
	struct error error = ERROR_INIT;

	(void)state;
	for (int i = 0; i < 100000; i++)
		buffer_addf(&text, ZERO " " ONE " refs/heads/%d\n", i);
	assert_int_equal(ref_updates_parse(&updates, text.bytes, text.length, &error), 0);
	assert_int_equal(updates.count, 100000);
	ref_updates_release(&updates);
	buffer_release(&text);
}

static void an_update_is_added_from_arguments(void **state)
{
	struct ref_updates updates = {0};
	struct error error = ERROR_INIT;

	(void)state;
	assert_int_equal(ref_updates_add(&updates, "refs/heads/a", ZERO, ONE, &error), 0);
	assert_int_equal(updates.count, 1);
	assert_string_equal(object_id_full(&updates.items[0].new_id).digits, ONE);
	assert_true(ref_updates_add(&updates, "refs/heads/a", ZERO, ONE, &error) < 0);
	assert_true(ref_updates_add(&updates, "refs/heads/b", ZERO "0", ONE, &error) < 0);
	assert_true(ref_updates_add(&updates, "refs/heads/b", ZERO, "", &error) < 0);
	assert_true(ref_updates_add(&updates, "refs/heads/b", "000000000000000000000000000000000000000g", ONE, &error) <
		    0);
	assert_true(ref_updates_add(&updates, "", ZERO, ONE, &error) < 0);
	assert_true(ref_updates_add(&updates, "refs/heads/b\nc", ZERO, ONE, &error) < 0);
	assert_int_equal(updates.count, 1);
	assert_string_equal(error_text(&error), "the ref refs/heads/a is updated twice in one push");
	ref_updates_release(&updates);
	error_release(&error);
}

static void an_update_is_copied_from_another_list(void **state)
{
	struct ref_updates updates = {0};
	struct ref_updates copies = {0};
	struct error error = ERROR_INIT;

	(void)state;
	assert_int_equal(ref_updates_add(&updates, "refs/heads/a", ZERO, ONE, &error), 0);
	ref_updates_copy(&copies, &updates.items[0]);
	ref_updates_release(&updates);
	assert_int_equal(copies.count, 1);
	assert_string_equal(copies.items[0].ref, "refs/heads/a");
	assert_true(object_id_is_zero(&copies.items[0].old_id));
	assert_string_equal(object_id_full(&copies.items[0].new_id).digits, ONE);
	ref_updates_release(&copies);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_become_updates_in_their_order),
		cmocka_unit_test(ids_of_sha256_are_cut_and_told),
		cmocka_unit_test(no_line_is_no_update),
		cmocka_unit_test(a_line_that_is_not_whole_is_refused),
		cmocka_unit_test(every_prefix_of_a_line_is_refused),
		cmocka_unit_test(a_nul_is_refused),
		cmocka_unit_test(a_ref_has_at_most_4096_bytes),
		cmocka_unit_test(the_same_ref_twice_is_refused),
		cmocka_unit_test(a_hundred_thousand_refs_are_read_at_once),
		cmocka_unit_test(an_update_is_added_from_arguments),
		cmocka_unit_test(an_update_is_copied_from_another_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
