#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "rules/pattern.h"

static void a_star_stands_for_any_bytes_and_slashes(void **state)
{
	(void)state;
	assert_true(pattern_matches("refs/heads/release/*", "refs/heads/release/1/2"));
	assert_true(pattern_matches("refs/heads/release/*", "refs/heads/release/"));
	assert_false(pattern_matches("refs/heads/release/*", "refs/heads/release"));
	assert_true(pattern_matches("*", ""));
	assert_true(pattern_matches("**", "abc"));
	assert_true(pattern_matches("a*b*c", "a-b-b-c"));
	assert_false(pattern_matches("a*b*c", "a-c-b"));
	assert_true(pattern_matches("*@example.com", "a@example.com"));
	assert_false(pattern_matches("*@example.com", "a@example.com.evil"));
}

static void a_question_mark_stands_for_one_byte(void **state)
{
	(void)state;
	assert_true(pattern_matches("v?", "v1"));
	assert_true(pattern_matches("v?", "v/"));
	assert_false(pattern_matches("v?", "v"));
	assert_false(pattern_matches("v?", "v12"));
	assert_true(pattern_matches("*?", "a"));
	assert_false(pattern_matches("*?", ""));
}

static void all_else_stands_for_itself(void **state)
{
	(void)state;
	assert_true(pattern_matches("refs/heads/main", "refs/heads/main"));
	assert_false(pattern_matches("refs/heads/main", "refs/heads/Main"));
	assert_false(pattern_matches("refs/heads/main", "refs/heads/main2"));
	assert_true(pattern_matches("a[b]\\c", "a[b]\\c"));
	assert_true(pattern_matches("", ""));
	assert_false(pattern_matches("", "a"));
}

static void a_hostile_pattern_takes_no_exponential_time(void **state)
{
	struct buffer pattern = BUFFER_INIT;
	struct buffer text = BUFFER_INIT;

	(void)state;
	for (int i = 0; i < 60; i++)
		buffer_add_string(&pattern, "*a");
	buffer_add_string(&pattern, "*b");
	for (int i = 0; i < 4000; i++)
		buffer_add_char(&text, 'a');
	assert_false(pattern_matches(buffer_text(&pattern), buffer_text(&text)));
	assert_true(pattern_overlaps(buffer_text(&pattern), "*b"));
	assert_false(pattern_overlaps(buffer_text(&pattern), buffer_text(&text)));
	buffer_release(&pattern);
	buffer_release(&text);
}

static void a_list_matches_when_one_pattern_does(void **state)
{
	struct strings patterns = STRINGS_INIT;

	(void)state;
	assert_false(patterns_match(&patterns, "a"));
	strings_add(&patterns, "b*");
	strings_add(&patterns, "a");
	assert_true(patterns_match(&patterns, "a"));
	assert_true(patterns_match(&patterns, "bc"));
	assert_false(patterns_match(&patterns, "c"));
	strings_release(&patterns);
}

static void two_patterns_overlap_when_a_text_matches_both(void **state)
{
	static const struct {
		const char *a;
		const char *b;
		bool overlap;
	} cases[] = {
		{"refs/heads/main", "refs/heads/main", true},
		{"refs/heads/main", "refs/heads/*", true},
		{"refs/heads/release/*", "refs/heads/hotfix/*", false},
		{"refs/heads/*/x", "refs/heads/y/*", true},
		{"a*c", "*b", false},
		{"a*", "*a", true},
		{"*a*", "*b*", true},
		{"a?", "a", false},
		{"a?", "?b", true},
		{"?", "*", true},
		{"", "*", true},
		{"", "", true},
		{"", "?", false},
		{"*", "*", true},
		{"a*b*c", "a?c", true},
		{"a*b*c", "a?", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(pattern_overlaps(cases[i].a, cases[i].b), cases[i].overlap);
		assert_int_equal(pattern_overlaps(cases[i].b, cases[i].a), cases[i].overlap);
	}
}

/* Writes the text of LENGTH letters whose number is NUMBER. */
static void spell(char *out, const char *letters, size_t length, size_t number)
{
	size_t base = strlen(letters);

	out[length] = '\0';
	for (size_t i = 0; i < length; i++, number /= base)
		out[i] = letters[number % base];
}

static size_t power(size_t base, size_t exponent)
{
	return exponent ? base * power(base, exponent - 1) : 1;
}

/* By definition, without a loop of its own. */
static bool matches_slowly(const char *pattern, const char *text)
{
	if (!*pattern)
		return !*text;
	if (*pattern == '*')
		return matches_slowly(pattern + 1, text) || (*text && matches_slowly(pattern, text + 1));
	return *text && (*pattern == '?' || *pattern == *text) && matches_slowly(pattern + 1, text + 1);
}

static void every_short_pattern_matches_as_defined(void **state)
{
	char pattern[6];
	char text[6];

	(void)state;
	for (size_t length = 0; length <= 4; length++)
		for (size_t i = 0; i < power(4, length); i++) {
			spell(pattern, "ab*?", length, i);
			for (size_t size = 0; size <= 5; size++)
				for (size_t j = 0; j < power(2, size); j++) {
					spell(text, "ab", size, j);
					assert_int_equal(pattern_matches(pattern, text), matches_slowly(pattern, text));
				}
		}
}

static bool overlap_slowly(const char *a, const char *b)
{
	char text[8];

	for (size_t size = 0; size <= 6; size++)
		for (size_t j = 0; j < power(2, size); j++) {
			spell(text, "ab", size, j);
			if (pattern_matches(a, text) && pattern_matches(b, text))
				return true;
		}
	return false;
}

static void every_pair_of_short_patterns_overlaps_as_defined(void **state)
{
	char a[4];
	char b[4];

	(void)state;
	for (size_t i = 0; i < power(4, 3); i++)
		for (size_t j = 0; j < power(4, 3); j++) {
			spell(a, "ab*?", 3, i);
			spell(b, "ab*?", 3, j);
			assert_int_equal(pattern_overlaps(a, b), overlap_slowly(a, b));
		}
}

static void a_glob_holds_a_star_or_a_question_mark(void **state)
{
	(void)state;
	assert_true(pattern_is_glob("a*"));
	assert_true(pattern_is_glob("?"));
	assert_false(pattern_is_glob("refs/heads/main"));
	assert_false(pattern_is_glob(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_star_stands_for_any_bytes_and_slashes),
		cmocka_unit_test(a_question_mark_stands_for_one_byte),
		cmocka_unit_test(all_else_stands_for_itself),
		cmocka_unit_test(a_hostile_pattern_takes_no_exponential_time),
		cmocka_unit_test(a_list_matches_when_one_pattern_does),
		cmocka_unit_test(two_patterns_overlap_when_a_text_matches_both),
		cmocka_unit_test(every_short_pattern_matches_as_defined),
		cmocka_unit_test(every_pair_of_short_patterns_overlaps_as_defined),
		cmocka_unit_test(a_glob_holds_a_star_or_a_question_mark),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
