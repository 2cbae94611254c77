#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "adapters/json.h"

static void assert_text(struct json *text_of, const char *expected)
{
	struct buffer out = BUFFER_INIT;

	json_write(&out, text_of, 0);
	assert_string_equal(buffer_text(&out), expected);
	buffer_release(&out);
	json_free(text_of);
}

static struct json *object_of(const char *text)
{
	struct json *object = json_new_object();

	json_set_string(object, "t", text);
	return object;
}

static void keys_stay_in_the_order_in_which_they_were_set(void **state)
{
	struct json *object = json_new_object();
	struct json *array = json_new_array();

	(void)state;
	json_add_string(array, "x");
	json_add(array, json_new_object());
	json_set_integer(object, "z", INT64_MIN);
	json_set_bool(object, "a", true);
	json_set(object, "m", array);
	json_set_string(object, "b", NULL);
	assert_text(object, "{\"z\":-9223372036854775808,\"a\":true,\"m\":[\"x\",{}],\"b\":null}");
}

static void what_is_written_is_ascii(void **state)
{
	(void)state;
	assert_text(object_of("gr\xc3\xbc\xc3\x9f"), "{\"t\":\"gr\\u00FC\\u00DF\"}");
	assert_text(object_of("\xf0\x9f\x94\xa5"), "{\"t\":\"\\uD83D\\uDD25\"}");
	assert_text(object_of("\"\\/\b\n\x01"), "{\"t\":\"\\\"\\\\/\\b\\n\\u0001\"}");
}

static void bytes_that_are_no_text_become_replacement_characters(void **state)
{
	(void)state;
	assert_text(object_of("a\xff"), "{\"t\":\"a\\uFFFD\"}");
	assert_text(object_of("\xc3"), "{\"t\":\"\\uFFFD\"}");
	assert_text(object_of("\xc0\xaf"), "{\"t\":\"\\uFFFD\\uFFFD\"}");
	assert_text(object_of("\xed\xa0\x80"), "{\"t\":\"\\uFFFD\\uFFFD\\uFFFD\"}");
	assert_text(object_of("\xf4\x90\x80\x80!"), "{\"t\":\"\\uFFFD\\uFFFD\\uFFFD\\uFFFD!\"}");
	assert_text(object_of("\xe2\x82z"), "{\"t\":\"\\uFFFD\\uFFFDz\"}");
}

static void every_byte_can_be_written_and_read_again(void **state)
{
	char text[256];
	struct buffer out = BUFFER_INIT;
	struct error error = ERROR_INIT;
	struct json *written;
	struct json *read = NULL;

	(void)state;
	for (int i = 1; i < 256; i++)
		text[i - 1] = (char)i;
	text[255] = '\0';
	written = object_of(text);
	json_write(&out, written, 0);
	for (size_t i = 0; i < out.length; i++)
		assert_in_range((unsigned char)out.bytes[i], 0x20, 0x7f);
	assert_int_equal(json_read(&read, buffer_text(&out), out.length, &error), 0);
	assert_memory_equal(json_get_string(read, "t"), text, 127);
	json_free(read);
	json_free(written);
	buffer_release(&out);
}

static void an_indent_is_for_people(void **state)
{
	struct json *object = object_of("x");
	struct buffer out = BUFFER_INIT;

	(void)state;
	json_write(&out, object, 2);
	assert_string_equal(buffer_text(&out), "{\n  \"t\": \"x\"\n}");
	buffer_release(&out);
	json_free(object);
}

static void what_is_no_json_is_an_error_with_words(void **state)
{
	static const char *const wrong[] = {"", "{", "{\"a\":1,\"a\":2}", "[1] 2", "{\"a\":\"\xff\"}"};
	struct error error = ERROR_INIT;
	struct json *value = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(json_read(&value, wrong[i], strlen(wrong[i]), &error), ERROR_FAILED);
		assert_null(value);
		assert_non_null(strstr(error_text(&error), "no JSON: line 1: "));
		error_release(&error);
	}
}

static void a_member_of_another_kind_is_not_there(void **state)
{
	static const char text[] = "{\"n\":1,\"o\":{\"s\":\"x\"}}";
	struct error error = ERROR_INIT;
	struct json *value = NULL;

	(void)state;
	assert_int_equal(json_read(&value, text, strlen(text), &error), 0);
	assert_null(json_get_string(value, "n"));
	assert_null(json_get_string(value, "missing"));
	assert_null(json_get(value, "missing"));
	assert_string_equal(json_get_string(json_get(value, "o"), "s"), "x");
	json_free(value);
}

static void a_value_is_found_by_its_path(void **state)
{
	static const char text[] =
		"{\"a\":{\"b\":\"x\",\"n\":-7,\"t\":true,\"f\":false,\"z\":null,\"l\":[1],\"r\":1.5},\"a.b\":\"y\"}";
	static const char *const none[] = {"a", "a.z", "a.l", "a.r", "a.x", "x.b", "a.b.c", "", "a..b", "."};
	struct error error = ERROR_INIT;
	struct buffer out = BUFFER_INIT;
	struct json *value = NULL;

	(void)state;
	assert_int_equal(json_read(&value, text, strlen(text), &error), 0);
	assert_true(json_add_text(&out, value, "a.b") && json_add_text(&out, value, "a.n") &&
		    json_add_text(&out, value, "a.t") && json_add_text(&out, value, "a.f"));
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_false(json_add_text(&out, value, none[i]));
	assert_string_equal(buffer_text(&out), "x-7truefalse");
	buffer_release(&out);
	json_free(value);
}

static void an_array_is_read_one_by_one(void **state)
{
	const char *text = "[\"a\",1,{\"k\":\"v\"}]";
	struct error error = ERROR_INIT;
	struct json *value = NULL;

	(void)state;
	assert_int_equal(json_read(&value, text, strlen(text), &error), 0);
	assert_int_equal(json_count(value), 3);
	assert_string_equal(json_item_string(value, 0), "a");
	assert_null(json_item_string(value, 1));
	assert_string_equal(json_get_string(json_item(value, 2), "k"), "v");
	assert_null(json_item(value, 3));
	assert_int_equal(json_count(json_item(value, 2)), 0);
	json_free(value);
}

/* WANTED NULL: nothing is there. */
static void assert_points(const struct json *value, const char *pointer, const char *wanted)
{
	const struct json *found = json_pointer(value, pointer);
	struct buffer text = BUFFER_INIT;

	if (found)
		json_text(&text, found);
	if (!found != !wanted || (wanted && strcmp(buffer_text(&text), wanted) != 0))
		fail_msg("%s is %s", pointer, found ? buffer_text(&text) : "not there");
	buffer_release(&text);
}

/* The examples of RFC 6901, section 5. */
static void pointers_of_rfc_6901_find_what_they_name(void **state)
{
	static const char text[] = "{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/b\":1,\"c%d\":2,\"e^f\":3,\"g|h\":4,"
				   "\"i\\\\j\":5,\"k\\\"l\":6,\" \":7,\"m~n\":8}";
	struct error error = ERROR_INIT;
	struct json *value = NULL;

	(void)state;
	assert_int_equal(json_read(&value, text, strlen(text), &error), 0);
	assert_ptr_equal(json_pointer(value, ""), value);
	assert_points(value, "/foo", "[\"bar\",\"baz\"]");
	assert_points(value, "/foo/0", "bar");
	assert_points(value, "/", "0");
	assert_points(value, "/a~1b", "1");
	assert_points(value, "/c%d", "2");
	assert_points(value, "/e^f", "3");
	assert_points(value, "/g|h", "4");
	assert_points(value, "/i\\j", "5");
	assert_points(value, "/k\"l", "6");
	assert_points(value, "/ ", "7");
	assert_points(value, "/m~0n", "8");
	assert_points(value, "/foo/1", "baz");
	assert_points(value, "/foo/2", NULL);
	assert_points(value, "/foo/-", NULL);
	assert_points(value, "/foo/01", NULL);
	assert_points(value, "/foo/+1", NULL);
	assert_points(value, "/foo/", NULL);
	assert_points(value, "/foo/99999999999999999999", NULL);
	assert_points(value, "/foo/0/x", NULL);
	assert_points(value, "/m~n", NULL);
	assert_points(value, "/m~2n", NULL);
	assert_points(value, "/m~", NULL);
	assert_points(value, "foo", NULL);
	assert_points(value, "/bar", NULL);
	json_free(value);
}

static void other_values_are_written_as_json(void **state)
{
	static const char text[] = "{\"t\":true,\"n\":null,\"r\":1.5,\"i\":-3,\"e\":{},\"a/b\":{\"c~d\":[[7]]}}";
	struct error error = ERROR_INIT;
	struct json *value = NULL;

	(void)state;
	assert_int_equal(json_read(&value, text, strlen(text), &error), 0);
	assert_points(value, "/t", "true");
	assert_points(value, "/n", "null");
	assert_points(value, "/r", "1.5");
	assert_points(value, "/i", "-3");
	assert_points(value, "/e", "{}");
	assert_points(value, "/a~1b/c~0d/0/0", "7");
	json_free(value);
}

static void numbers_and_truth_are_read_where_they_are(void **state)
{
	const char *text = "{\"n\":-7,\"t\":true,\"f\":false,\"s\":\"1\",\"r\":1.5}";
	struct error error = ERROR_INIT;
	struct json *value = NULL;

	(void)state;
	assert_int_equal(json_read(&value, text, strlen(text), &error), 0);
	assert_int_equal(json_get_integer(value, "n"), -7);
	assert_int_equal(json_get_integer(value, "s"), 0);
	assert_int_equal(json_get_integer(value, "r"), 0);
	assert_int_equal(json_get_integer(value, "none"), 0);
	assert_true(json_get_bool(value, "t"));
	assert_false(json_get_bool(value, "f"));
	assert_false(json_get_bool(value, "n"));
	assert_false(json_get_bool(NULL, "t"));
	json_free(value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_stay_in_the_order_in_which_they_were_set),
		cmocka_unit_test(what_is_written_is_ascii),
		cmocka_unit_test(bytes_that_are_no_text_become_replacement_characters),
		cmocka_unit_test(every_byte_can_be_written_and_read_again),
		cmocka_unit_test(an_indent_is_for_people),
		cmocka_unit_test(what_is_no_json_is_an_error_with_words),
		cmocka_unit_test(a_member_of_another_kind_is_not_there),
		cmocka_unit_test(a_value_is_found_by_its_path),
		cmocka_unit_test(an_array_is_read_one_by_one),
		cmocka_unit_test(pointers_of_rfc_6901_find_what_they_name),
		cmocka_unit_test(other_values_are_written_as_json),
		cmocka_unit_test(numbers_and_truth_are_read_where_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
