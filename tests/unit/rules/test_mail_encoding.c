#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/mail_encoding.h"

#define SIXTY "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghij"
#define FOX "the quick brown fox jumps over the lazy dog "

static char *field_of(const char *text)
{
	struct buffer out = BUFFER_INIT;

	mail_field_text(&out, "Subject", text);
	return buffer_detach(&out);
}

static void assert_field(const char *text, const char *wanted)
{
	char *field = field_of(text);

	assert_string_equal(field, wanted);
	free(field);
}

/* Every line but the last is folded: the next begins with a blank. */
static void assert_folded(const char *text, size_t columns)
{
	char *field = field_of(text);
	char *line = field;

	while (*line) {
		char *end = strstr(line, "\r\n");

		assert_non_null(end);
		assert_true((size_t)(end - line) <= columns);
		assert_true(line == field || *line == ' ');
		for (char *at = line; at < end; at++)
			assert_true(*at >= ' ' && *at < 0x7f);
		line = end + 2;
	}
	free(field);
}

static void good_addresses_are_told_from_others(void **state)
{
	static const char *const good[] = {"a@b", "ops+hotfix@mail.example.com", "o'hara@x-y.org"};
	static const char *const bad[] = {"",        "a",       "@b",      "a@",          "a@b@c",
					  "a b@c",   "a@b c",   "a@b\r\n", "<a@b>",       ".a@b",
					  "a.@b",    "a..b@c",  "a@.b",    "a@b.",        "a@b..c",
					  "\"a\"@b", "a@[::1]", "a,b@c.d", "j\xc3\xb6@x", "a@x\xc3\xb6"};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(mail_address_is_good(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(mail_address_is_good(bad[i]));
	assert_true(mail_address_is_good(SIXTY "1234@b"));
	assert_false(mail_address_is_good(SIXTY "12345@b"));
	assert_true(mail_address_is_good("a@" SIXTY SIXTY SIXTY SIXTY "1234567890123"));
	assert_false(mail_address_is_good("a@" SIXTY SIXTY SIXTY SIXTY "12345678901234"));
}

static void plain_text_stays_as_it_is(void **state)
{
	(void)state;
	assert_field("INC-7: released", "Subject: INC-7: released\r\n");
	assert_field("  two  blanks ", "Subject: two blanks\r\n");
	assert_field("", "Subject: \r\n");
}

static void a_long_text_is_folded_between_words(void **state)
{
	(void)state;
	assert_field(FOX FOX, "Subject: the quick brown fox jumps over the lazy dog the quick brown fox jumps\r\n"
			      " over the lazy dog\r\n");
	assert_folded(FOX FOX FOX FOX FOX, 78);
}

/* RFC 2047, section 5: no character is split between two encoded words. */
static void what_is_not_ascii_becomes_encoded_words(void **state)
{
	(void)state;
	assert_field("f\xc3\xbcr M\xc3\xbcller", "Subject: =?utf-8?Q?f=C3=BCr_M=C3=BCller?=\r\n");
	assert_field("\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac",
		     "Subject: =?utf-8?Q?=E2=82=AC=E2=82=AC=E2=82=AC=E2=82=AC=E2=82=AC=E2=82=AC?=\r\n"
		     " =?utf-8?Q?=E2=82=AC=E2=82=AC?=\r\n");
	assert_folded("\xc3\xbc" FOX FOX FOX FOX "\xf0\x9f\x90\x9b", 76);
}

static void what_looks_encoded_already_is_encoded_once_more(void **state)
{
	(void)state;
	assert_field("=?utf-8?Q?=0D=0ABcc:_x?=", "Subject: =?utf-8?Q?=3D=3Futf-8=3FQ=3F=3D0D=3D0ABcc:=5Fx=3F=3D?=\r\n");
}

static void a_word_that_is_too_long_is_encoded(void **state)
{
	char word[400];

	(void)state;
	memset(word, 'x', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	assert_folded(word, 76);
}

static void nothing_ends_a_header(void **state)
{
	(void)state;
	assert_field("a\r\nBcc: b@c", "Subject: a\\x0d\\x0aBcc: b@c\r\n");
	assert_field("a\nb\rc\x01\x7f\xff", "Subject: a\\x0ab\\x0dc\\x01\\x7f\\xff\r\n");
	assert_field("a\xe2\x80\xa8"
		     "b\xc2\x85",
		     "Subject: a\\u2028b\\x85\r\n");
}

static void addresses_are_folded_between_each_other(void **state)
{
	struct strings to = STRINGS_INIT;
	struct buffer out = BUFFER_INIT;

	(void)state;
	strings_add(&to, "alice.in.a.rather.long.mailbox@example.com");
	strings_add(&to, "bob.in.a.rather.long.mailbox@example.com");
	mail_field_list(&out, "To", &to, ",");
	assert_string_equal(buffer_text(&out), "To: alice.in.a.rather.long.mailbox@example.com,\r\n"
					       " bob.in.a.rather.long.mailbox@example.com\r\n");
	buffer_release(&out);
	strings_release(&to);
}

static void plain_is_ascii_in_short_lines(void **state)
{
	char line[80];

	(void)state;
	memset(line, 'x', sizeof(line));
	line[78] = '\0';
	assert_true(mail_is_plain("a\nb\n"));
	assert_true(mail_is_plain(line));
	line[78] = 'x';
	line[79] = '\0';
	assert_false(mail_is_plain(line));
	assert_false(mail_is_plain("\xc3\xbc"));
	assert_false(mail_is_plain("a\tb"));
	assert_false(mail_is_plain("a\r\n"));
}

static void assert_quoted(const char *text, const char *wanted)
{
	struct buffer out = BUFFER_INIT;

	mail_quoted_printable(&out, text);
	assert_string_equal(buffer_text(&out), wanted);
	buffer_release(&out);
}

static void quoted_printable_keeps_what_may_stay(void **state)
{
	(void)state;
	assert_quoted("a = b\n", "a =3D b\r\n");
	assert_quoted("\xc3\xbc \n\t\nx ", "=C3=BC=20\r\n=09\r\nx=20");
	assert_quoted("\r\x7f~", "=0D=7F~");
}

static void quoted_printable_breaks_long_lines_softly(void **state)
{
	char text[78];

	(void)state;
	memset(text, 'x', 77);
	text[77] = '\0';
	assert_quoted(text, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx=\r\nxx");
	text[73] = '=';
	text[74] = '\0';
	assert_quoted(text, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx=\r\n=3D");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_addresses_are_told_from_others),
		cmocka_unit_test(plain_text_stays_as_it_is),
		cmocka_unit_test(a_long_text_is_folded_between_words),
		cmocka_unit_test(what_is_not_ascii_becomes_encoded_words),
		cmocka_unit_test(what_looks_encoded_already_is_encoded_once_more),
		cmocka_unit_test(a_word_that_is_too_long_is_encoded),
		cmocka_unit_test(nothing_ends_a_header),
		cmocka_unit_test(addresses_are_folded_between_each_other),
		cmocka_unit_test(plain_is_ascii_in_short_lines),
		cmocka_unit_test(quoted_printable_keeps_what_may_stay),
		cmocka_unit_test(quoted_printable_breaks_long_lines_softly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
