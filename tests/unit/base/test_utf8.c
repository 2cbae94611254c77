#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"

/* Counts by the definition: RFC 3629, section 3. */
static size_t expected(unsigned int code)
{
	if (code < 0x80)
		return 1;
	if (code < 0x800)
		return 2;
	if (code >= 0xd800 && code <= 0xdfff)
		return 0;
	if (code < 0x10000)
		return 3;
	return code <= 0x10ffff ? 4 : 0;
}

static size_t encode(char out[4], unsigned int code)
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xe0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3f));
		out[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3f));
	out[2] = (char)(0x80 | (code >> 6 & 0x3f));
	out[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

static void every_number_is_a_character_or_not(void **state)
{
	(void)state;
	for (unsigned int code = 0; code < 0x1fffff; code++) {
		char text[4];
		size_t length = encode(text, code);

		if (utf8_character(text, length) != expected(code))
			fail_msg("U+%04X", code);
	}
}

static void a_character_that_is_cut_off_is_none(void **state)
{
	(void)state;
	assert_int_equal(utf8_character("", 0), 0);
	assert_int_equal(utf8_character("\xc3\xa4", 1), 0);
	assert_int_equal(utf8_character("\xe2\x82\xac", 2), 0);
	assert_int_equal(utf8_character("\xf0\x9f\x94\xa5", 3), 0);
	assert_int_equal(utf8_character("\xf0\x9f\x94\xa5", 4), 4);
}

static void bytes_that_begin_or_follow_nothing_are_none(void **state)
{
	static const char *const wrong[] = {
		"\x80", "\xbf", "\xc0\x80", "\xc1\xbf",  "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf", "\xf5\x80\x80\x80",
		"\xfe", "\xff", "\xc3(",    "\xe2(\xa1", "\xe2\x82(",    "\xf0\x9f(\x80",    "\xf0\x9f\x94("};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(utf8_character(wrong[i], strlen(wrong[i])), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_number_is_a_character_or_not),
		cmocka_unit_test(a_character_that_is_cut_off_is_none),
		cmocka_unit_test(bytes_that_begin_or_follow_nothing_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
