#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/lookalike.h"
#include "rules/lookalike_table.h"

#define MAIN "refs/heads/main"

static void expect_fold(const char *name, const char *expected)
{
	char *actual = lookalike_fold(name);

	assert_string_equal(actual, expected);
	free(actual);
}

static void ascii_is_folded_by_case_alone(void **state)
{
	char ascii[128];
	char lower[128];

	(void)state;
	for (int i = 1; i < 128; i++) {
		ascii[i - 1] = (char)i;
		lower[i - 1] = (char)(i >= 'A' && i <= 'Z' ? i + 32 : i);
	}
	ascii[127] = lower[127] = '\0';
	expect_fold(ascii, lower);
	expect_fold("", "");
}

static void forms_of_a_letter_are_the_letter(void **state)
{
	(void)state;
	expect_fold("\uff2d\uff41\uff49\uff4e", "main"); /* fullwidth */
	expect_fold("\U0001d426\U0001d4ea\U0001d556\U0001d7d7", "mae9");
	expect_fold("\U0001d7cb\U0001d7ca", "\U0001d7cbf");
	expect_fold("\u24dc\u24d0\u24be\u24dd\u2460", "main1");
	expect_fold("\u1d50\u1d43\u2071\u207f", "main");
	expect_fold("\U0001f12f\U0001f130\U0001f150\U0001f170\U0001f1e6", "\U0001f12f"
									  "aaaa");
	expect_fold("\ufb01x \u0132 \u00e6", "fix ij ae");
	expect_fold("\u1d0d\u1d00\u026a\u0274", "main"); /* small capitals */
}

static void accents_do_not_count(void **state)
{
	(void)state;
	expect_fold("m\u00e1\u012b\u00f1", "main");
	expect_fold("\u1e43\u1ea1\u1ec9\u1e47", "main");
	expect_fold("ma\u0131n", "main");
	expect_fold("\u0142\u0111\u0127\u0167\u00f8", "ldhto");
	expect_fold("\u0253\u0257\u0266\u0273", "bdhn");
	expect_fold("m\u0301a\u0308i\u0323n\u20dd", "main");
}

static void letters_of_other_scripts_are_what_they_look_like(void **state)
{
	(void)state;
	expect_fold("m\u0430in", "main"); /* Cyrillic a */
	expect_fold("\u043c\u0430\u0456\u043f", "main");
	expect_fold("\u039c\u0391i\u039d", "main"); /* Greek */
	expect_fold("rel\u03b5\u0430\u0455\u0435", "release");
	expect_fold("\u13c0\u13a2\u13d2", "gtr"); /* Cherokee */
	expect_fold("\ua4d0\ua4dd\ua4ee", "bfa"); /* Lisu */
	expect_fold("\u057d\u0585", "uo");        /* Armenian */
	expect_fold("\u2c9f\u2ca3", "op");        /* Coptic */
	expect_fold("\U0001d6a8\U0001d6e2\U0001d71c\U0001d756\U0001d790", "aaaaa");
	expect_fold("dev\u04cfop", "devlop");
}

static void what_cannot_be_seen_is_dropped(void **state)
{
	(void)state;
	expect_fold("m\u200ba\u200ci\u200dn\ufeff", "main");
	expect_fold("\u202em\u202c\u2066a\u2069\u061ci\u200en", "main");
	expect_fold("m\u00ada\ufe0fi\U000e0100n\U000e0061", "main");
	expect_fold("main\u00a0\u2003\u3000\u3164\u2800", "main");
	expect_fold("m\u034fa\u2060in\xc2\x85", "main");
}

static void dashes_slashes_and_dots_are_those_of_ascii(void **state)
{
	(void)state;
	expect_fold("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d", "---------");
	expect_fold("\u2044\u2215\u29f8\uff0f", "////");
	expect_fold("\u2024\uff0e\u00b7", "...");
	expect_fold("\uff3f", "_");
}

static void what_looks_like_nothing_else_stays(void **state)
{
	(void)state;
	expect_fold("\u65e5\u672c", "\u65e5\u672c");
	expect_fold("\u0436\u0444", "\u0436\u0444");
	expect_fold("a\xff\xc3(\xed\xa0\x80\xc0\xaf\xf4\x90\x80\x80Z\xe2\x80",
		    "a\xff\xc3(\xed\xa0\x80\xc0\xaf\xf4\x90\x80\x80z\xe2\x80");
}

static void no_fold_makes_a_wildcard(void **state)
{
	(void)state;
	expect_fold("\uff0a\u204e\uff1f", "\uff0a\u204e\uff1f");
}

static void lookalikes_of_production_are_found(void **state)
{
	static const char *const names[] = {
		"refs/heads/Main",       "refs/heads/MAIN",           "refs/heads/m\u0430in", "refs/heads/ma\u200bin",
		"refs/heads/main\u00a0", "refs/heads/ma\u04c0n",      "refs/heads\u2215main", "refs/heads/m\u00e1in",
		"refs/heads/\uff4dain",  "refs/heads/ma\u0406n",      "refs/heads/ma\u01c0n", "refs/heads/ma\u0456n",
		"refs/heads/mai\u0578",  "refs/heads/\u217f\u0251in",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_true(lookalike_of(names[i], MAIN));
	assert_true(lookalike_of("refs/heads/Release/1", "refs/heads/release/*"));
	assert_true(lookalike_of("refs/heads/re\u04c0ease/1", "refs/heads/release/*"));
	assert_true(lookalike_of("refs/heads/onl\u0399\u0399ne", "refs/heads/onlline"));
	assert_true(lookalike_of("refs/heads/ma\u0399n\u0399\u0399ne", "refs/heads/mainline"));
	assert_true(lookalike_of("refs/heads/iive", "refs/heads/\u0399ive"));
	assert_false(lookalike_of("refs/heads/five", "refs/heads/\u0399ive"));
	assert_true(lookalike_of("refs/heads/manana", "refs/heads/ma\u00f1ana"));
}

static void honest_names_are_no_lookalikes(void **state)
{
	static const char *const names[] = {
		MAIN,
		"refs/heads/\u0442\u0435\u0441\u0442",
		"refs/heads/\u0433\u043b\u0430\u0432\u043d\u0430\u044f",
		"refs/heads/ma\u00f1ana",
		"refs/heads/\u65e5\u672c",
		"refs/heads/\u4e3b\u8981",
		"refs/heads/\u03ba\u03cd\u03c1\u03b9\u03bf",
		"refs/heads/\u05e8\u05d0\u05e9\u05d9",
		"refs/heads/ma1n",
		"refs/heads/rnain",
		"refs/heads/maln",
		"refs/heads/main2",
		"refs/heads/mains",
		"refs/heads/hotfix/OPS-1-main",
		"refs/heads/main\xff",
		"refs/tags/Main",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_false(lookalike_of(names[i], MAIN));
	assert_false(lookalike_of("refs/heads/release/\u00dc", "refs/heads/release/*"));
	assert_false(lookalike_of("refs/heads/Anything", "refs/heads/*"));
	assert_false(lookalike_of("refs/heads/re1ease/1", "refs/heads/release/*"));
}

static void the_tables_are_in_order(void **state)
{
	(void)state;
	for (size_t i = 1; i < lookalike_runs_count; i++)
		assert_true(lookalike_runs[i - 1].first + lookalike_runs[i - 1].count <= lookalike_runs[i].first);
	for (size_t i = 1; i < lookalike_words_count; i++)
		assert_true(lookalike_words[i - 1].code < lookalike_words[i].code);
	for (size_t i = 1; i < lookalike_hidden_count; i++)
		assert_true(lookalike_hidden[i - 1].last < lookalike_hidden[i].first);
}

static void the_tables_hold_nothing_but_plain_letters(void **state)
{
	(void)state;
	for (size_t i = 0; i < lookalike_runs_count; i++) {
		const struct lookalike_run *run = &lookalike_runs[i];
		char last = (char)(run->letter + run->step * (run->count - 1));

		assert_non_null(strchr("abcdefghijklmnopqrstuvwxyz0123456789-_./+#@|", run->letter));
		assert_non_null(strchr("abcdefghijklmnopqrstuvwxyz0123456789-_./+#@|", last));
		assert_true(run->first >= 0x80 && run->count > 0 && run->step <= 1);
	}
	for (size_t i = 0; i < lookalike_words_count; i++)
		assert_true(strspn(lookalike_words[i].text, "abcdefghijklmnopqrstuvwxyz") > 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ascii_is_folded_by_case_alone),
		cmocka_unit_test(forms_of_a_letter_are_the_letter),
		cmocka_unit_test(accents_do_not_count),
		cmocka_unit_test(letters_of_other_scripts_are_what_they_look_like),
		cmocka_unit_test(what_cannot_be_seen_is_dropped),
		cmocka_unit_test(dashes_slashes_and_dots_are_those_of_ascii),
		cmocka_unit_test(what_looks_like_nothing_else_stays),
		cmocka_unit_test(no_fold_makes_a_wildcard),
		cmocka_unit_test(lookalikes_of_production_are_found),
		cmocka_unit_test(honest_names_are_no_lookalikes),
		cmocka_unit_test(the_tables_are_in_order),
		cmocka_unit_test(the_tables_hold_nothing_but_plain_letters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
