#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "rules/trailer.h"

/* Returns "key=value;" for each trailer, owned by the caller. */
static char *trailers_of(const char *message, size_t length)
{
	struct trailer_iterator trailers;
	struct buffer out = BUFFER_INIT;

	trailer_iterator_init(&trailers, message, length);
	while (trailer_iterator_next(&trailers))
		buffer_addf(&out, "%s=%s;", trailers.key, trailers.value);
	assert_false(trailer_iterator_next(&trailers));
	trailer_iterator_release(&trailers);
	return buffer_detach(&out);
}

static void expect(const char *message, const char *expected)
{
	char *actual = trailers_of(message, strlen(message));

	assert_string_equal(actual, expected);
	free(actual);
}

static void the_last_paragraph_holds_the_trailers(void **state)
{
	(void)state;
	expect("title\n\nA: 1\nB: 2\n", "A=1;B=2;");
	expect("title\n\nbody\n\nA: 1", "A=1;");
	expect("title\n\nA: 1\n\nB: 2\n", "B=2;");
	expect("title\n\nA: 1\n\nbody\n", "");
	expect("", "");
	expect("title", "");
}

static void the_title_is_no_trailer(void **state)
{
	(void)state;
	expect("A: 1\n", "");
	expect("A: 1\nB: 2\n", "");
	expect("\n\n \nA: 1\n", "");
	expect("# comment\nA: 1\n", "");
}

static void a_line_that_is_no_trailer_takes_the_block_away(void **state)
{
	(void)state;
	expect("title\n\nA: 1\nwords\nB: 2\n", "");
	expect("title\n\nA: 1\n two words: x\n", "A=1 two words: x;");
	expect("title\n\n folded: first\nA: 1\n", "");
}

static void a_line_that_git_writes_allows_three_others_for_each_trailer(void **state)
{
	(void)state;
	expect("title\n\nSigned-off-by: A\none\ntwo\nthree\n", "Signed-off-by=A;");
	expect("title\n\nSigned-off-by: A\none\ntwo\nthree\nfour\n", "");
	expect("title\n\n(cherry picked from commit 01)\none\ntwo\nA: 1\n", "A=1;");
	expect("title\n\nSigned-off-by: A\nSigned-off-by: B\none\n", "Signed-off-by=A;Signed-off-by=B;");
	expect("title\n\nsigned-off-by: A\none\n", "");
	expect("title\n\nSigned-off-by:A\none\n", "");
}

static void keys_are_letters_digits_and_dashes(void **state)
{
	(void)state;
	expect("title\n\nKey : value\n", "Key=value;");
	expect("title\n\nKey \t :value\n", "Key=value;");
	expect("title\n\n-1a: value\n", "-1a=value;");
	expect("title\n\nTwo words: value\n", "");
	expect("title\n\nKey_x: value\n", "");
	expect("title\n\nKey~x: value\n", "");
	expect("title\n\nK\xc3\xa9y: value\n", "");
	expect("title\n\n: value\n", "");
	expect("title\n\nhttps://example.com\n", "https=//example.com;");
}

static void values_are_unfolded_and_trimmed(void **state)
{
	(void)state;
	expect("title\n\nA:   1  2  \n", "A=1  2;");
	expect("title\n\nA: 1\n 2\n\t  3\n", "A=1 2 3;");
	expect("title\n\nA:\n 1\n", "A=1;");
	expect("title\n\nA:\nB: \n", "A=;B=;");
	expect("title\n\nA: 1\r\nB: 2\r\n", "A=1;B=2;");
	expect("title\n\nA: 1\r\n 2\r\n", "A=1\r 2;");
}

static void a_divider_hides_nothing_and_shows_nothing(void **state)
{
	(void)state;
	expect("title\n\nA: 1\n---\n\nB: 2\n", "B=2;");
	expect("title\n\nA: 1\n---\n", "");
	expect("title\n\nA: 1\n\n---\n", "");
	expect("title\n\nA: 1\n---: 2\n", "A=1;---=2;");
}

static void what_git_strips_from_the_end_is_stripped(void **state)
{
	(void)state;
	expect("title\n\nA: 1\n\n\n# comment\n\n", "A=1;");
	expect("title\n\nA: 1\n\nConflicts:\n\tfile\n\tother\n", "A=1;");
	expect("title\n\nA: 1\n\nConflicts:\n\tfile\nother\n", "");
	expect("title\n\nA: 1\n# ------------------------ >8 ------------------------\nB: 2\n", "A=1;");
	expect("# ------------------------ >8 ------------------------\n\nB: 2\n", "");
	expect("title\n\nA: 1\n \t\n  \n", "A=1;");
}

static void comments_in_the_block_are_passed_over(void **state)
{
	(void)state;
	expect("title\n\nA: 1\n# words\nB: 2\n", "A=1;B=2;");
	expect("title\n\nA: 1\n#\n folded\nB: 2\n", "");
	expect("title\n\nSigned-off-by: A\n#\n folded\nB: 2\n", "Signed-off-by=A;B=2;");
	expect("title\n\nA: 1\n folded\n#\nB: 2\n", "A=1 folded;B=2;");
}

static void a_nul_ends_the_message(void **state)
{
	char *actual = trailers_of("title\n\nA: 1\n\0\nB: 2\n", 19);

	(void)state;
	assert_string_equal(actual, "A=1;");
	free(actual);
}

static void nothing_behind_the_length_is_read(void **state)
{
	static const char message[] = "title\n\nA: 1\n 2\nB: 3\n";

	(void)state;
	for (size_t length = 0; length < sizeof(message); length++) {
		char *exact = malloc(length + 1);
		char *expected;
		char *actual;

		memcpy(exact, message, length);
		exact[length] = '\0';
		expected = trailers_of(exact, length);
		actual = trailers_of(message, length);
		assert_string_equal(actual, expected);
		free(exact);
		free(expected);
		free(actual);
	}
}

static void a_million_lines_take_no_longer_than_they_must(void **state)
{
	struct buffer message = BUFFER_INIT;
	struct trailer_iterator trailers;
	size_t count = 0;

	(void)state;
	buffer_add_string(&message, "title\n\n");
	for (int i = 0; i < 1000000; i++)
		buffer_add_string(&message, i % 2 ? " folded\n" : "Key: value\n");
	trailer_iterator_init(&trailers, message.bytes, message.length);
	while (trailer_iterator_next(&trailers))
		count++;
	assert_int_equal(count, 500000);
	trailer_iterator_release(&trailers);

	buffer_clear(&message);
	buffer_add_string(&message, "title\n\nKey: value\n");
	for (int i = 0; i < 1000000; i++)
		buffer_add_string(&message, " \n");
	trailer_iterator_init(&trailers, message.bytes, message.length);
	assert_true(trailer_iterator_next(&trailers));
	assert_string_equal(trailers.value, "value");
	trailer_iterator_release(&trailers);
	buffer_release(&message);
}

static void keys_are_equal_in_any_case(void **state)
{
	(void)state;
	assert_true(trailer_key_equal("Reviewed-by", "reviewed-BY"));
	assert_false(trailer_key_equal("Reviewed-by", "Reviewed-b"));
	assert_false(trailer_key_equal("Reviewed-b", "Reviewed-by"));
	assert_false(trailer_key_equal("[", "{"));
	assert_true(trailer_key_equal("", ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_paragraph_holds_the_trailers),
		cmocka_unit_test(the_title_is_no_trailer),
		cmocka_unit_test(a_line_that_is_no_trailer_takes_the_block_away),
		cmocka_unit_test(a_line_that_git_writes_allows_three_others_for_each_trailer),
		cmocka_unit_test(keys_are_letters_digits_and_dashes),
		cmocka_unit_test(values_are_unfolded_and_trimmed),
		cmocka_unit_test(a_divider_hides_nothing_and_shows_nothing),
		cmocka_unit_test(what_git_strips_from_the_end_is_stripped),
		cmocka_unit_test(comments_in_the_block_are_passed_over),
		cmocka_unit_test(a_nul_ends_the_message),
		cmocka_unit_test(nothing_behind_the_length_is_read),
		cmocka_unit_test(a_million_lines_take_no_longer_than_they_must),
		cmocka_unit_test(keys_are_equal_in_any_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
