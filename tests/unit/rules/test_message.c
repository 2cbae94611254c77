#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "rules/message.h"

#define MAIN "refs/heads/main"
#define BRANCH "refs/heads/hotfix/INC-7-login"

struct answer {
	struct policy policy;
	struct verdict verdict;
};

static int set_up(void **state)
{
	struct answer *answer = memory_alloc(sizeof(*answer));

	policy_init(&answer->policy);
	answer->policy.guide = memory_copy("https://wiki.example.com/hotfix");
	answer->policy.contact = memory_copy("ops@example.com");
	*state = answer;
	return 0;
}

static int tear_down(void **state)
{
	struct answer *answer = *state;

	verdict_release(&answer->verdict);
	policy_release(&answer->policy);
	free(answer);
	return 0;
}

static void assert_escaped(const char *text, const char *wanted)
{
	struct buffer out = BUFFER_INIT;

	message_escape(&out, text);
	assert_string_equal(buffer_text(&out), wanted);
	buffer_release(&out);
}

static void assert_wrapped(const char *text, size_t column, const char *wanted)
{
	struct buffer out = BUFFER_INIT;

	message_wrap(&out, text, column);
	assert_string_equal(buffer_text(&out), wanted);
	buffer_release(&out);
}

static void assert_answer(struct answer *answer, const char *wanted)
{
	struct buffer out = BUFFER_INIT;

	verdict_weigh(&answer->verdict, &answer->policy);
	message_verdict(&out, &answer->policy, &answer->verdict);
	assert_string_equal(buffer_text(&out), wanted);
	buffer_release(&out);
}

/* --- escaping --- */

static void text_stays_as_it_is(void **state)
{
	(void)state;
	assert_escaped("", "");
	assert_escaped("plain ~ text \\ \"quoted\"", "plain ~ text \\ \"quoted\"");
	assert_escaped("J\xc3\xb6rg \xe2\x82\xac \xf0\x9f\x90\x9e", "J\xc3\xb6rg \xe2\x82\xac \xf0\x9f\x90\x9e");
	assert_escaped("\xc2\xa0\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf",
		       "\xc2\xa0\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf");
}

static void control_bytes_are_escaped(void **state)
{
	(void)state;
	assert_escaped("\x01\x1b[31m\t\r\n\x1f", "\\x01\\x1b[31m\\x09\\x0d\\x0a\\x1f");
	assert_escaped("\x7f", "\\x7f");
	assert_escaped("\xc2\x80\xc2\x9b\xc2\x9f", "\\x80\\x9b\\x9f");
}

static void bytes_that_are_no_utf8_are_escaped(void **state)
{
	(void)state;
	assert_escaped("a\x80z", "a\\x80z");
	assert_escaped("\xff\xfe", "\\xff\\xfe");
	assert_escaped("\xc0\xaf\xc1\xbf", "\\xc0\\xaf\\xc1\\xbf"); /* overlong, two bytes */
	assert_escaped("\xe0\x9f\xbf", "\\xe0\\x9f\\xbf");          /* overlong, three */
	assert_escaped("\xf0\x8f\xbf\xbf", "\\xf0\\x8f\\xbf\\xbf"); /* overlong, four */
	assert_escaped("\xed\xa0\x80", "\\xed\\xa0\\x80");          /* a surrogate */
	assert_escaped("\xed\xbf\xbf", "\\xed\\xbf\\xbf");
	assert_escaped("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"); /* beyond the last character */
	assert_escaped("\xf5\x80\x80\x80", "\\xf5\\x80\\x80\\x80");
}

static void a_sequence_that_is_cut_is_escaped(void **state)
{
	(void)state;
	assert_escaped("\xc3", "\\xc3");
	assert_escaped("\xe2\x82", "\\xe2\\x82");
	assert_escaped("\xf0\x9f\x90", "\\xf0\\x9f\\x90");
	assert_escaped("\xe2\x82z", "\\xe2\\x82z");
	assert_escaped("\xc3\xc3\xb6", "\\xc3\xc3\xb6");
}

/* A character of three bytes in UTF-8, between two letters */
static void assert_point_escaped(unsigned int point, const char *wanted)
{
	struct buffer text = BUFFER_INIT;
	struct buffer around = BUFFER_INIT;

	buffer_addf(&text, "a%c%c%cz", (int)(0xe0 | point >> 12), (int)(0x80 | (point >> 6 & 0x3f)),
		    (int)(0x80 | (point & 0x3f)));
	buffer_addf(&around, "a%sz", wanted);
	assert_escaped(buffer_text(&text), buffer_text(&around));
	buffer_release(&text);
	buffer_release(&around);
}

static void what_deceives_the_eye_is_escaped(void **state)
{
	(void)state;
	assert_point_escaped(0x202e, "\\u202e"); /* right-to-left override */
	assert_point_escaped(0x202a, "\\u202a");
	assert_point_escaped(0x2066, "\\u2066");
	assert_point_escaped(0x2069, "\\u2069");
	assert_point_escaped(0x200b, "\\u200b"); /* zero width */
	assert_point_escaped(0x200f, "\\u200f");
	assert_point_escaped(0xfeff, "\\ufeff");
	assert_point_escaped(0x2028, "\\u2028"); /* a line break to some */
	assert_escaped("\xc2\xad", "\\u00ad");
	assert_escaped("\xe2\x80\x90\xe2\x80\xaf\xe2\x81\xaa", "\xe2\x80\x90\xe2\x80\xaf\xe2\x81\xaa");
}

/* --- wrapping --- */

static void a_short_text_is_one_line(void **state)
{
	(void)state;
	assert_wrapped("two words", 4, "two words\n");
	assert_wrapped("", 4, "\n");
	assert_wrapped("two   words ", 4, "two words\n");
}

static void a_line_holds_72_columns(void **state)
{
	static const char nine[] = "123456789 123456789 123456789 123456789 123456789 123456789 ";
	struct buffer text = BUFFER_INIT;

	(void)state;
	buffer_addf(&text, "%s%s", nine, "123456789 12");
	assert_wrapped(buffer_text(&text), 0,
		       "123456789 123456789 123456789 123456789 123456789 123456789 123456789 12\n");
	buffer_add_char(&text, '3');
	assert_wrapped(buffer_text(&text), 0,
		       "123456789 123456789 123456789 123456789 123456789 123456789 123456789\n123\n");
	buffer_release(&text);
}

static void other_lines_hang_at_the_column(void **state)
{
	(void)state;
	assert_wrapped("aaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbb cccccccccccccccccccc", 40,
		       "aaaaaaaaaaaaaaaaaaaa\n"
		       "                                        bbbbbbbbbbbbbbbbbbbb\n"
		       "                                        cccccccccccccccccccc\n");
}

static void a_long_word_is_not_broken(void **state)
{
	(void)state;
	assert_wrapped("see 0123456789012345678901234567890123456789012345678901234567890123456789012345 there", 2,
		       "see\n"
		       "  0123456789012345678901234567890123456789012345678901234567890123456789012345\n"
		       "  there\n");
}

static void columns_are_counted_in_characters(void **state)
{
	struct buffer text = BUFFER_INIT;
	struct buffer wanted = BUFFER_INIT;

	(void)state;
	for (int i = 0; i < 69; i++)
		buffer_add_string(&text, "\xc3\xb6");
	buffer_add_string(&text, " ab");
	buffer_addf(&wanted, "%s\n", buffer_text(&text));
	assert_wrapped(buffer_text(&text), 0, buffer_text(&wanted));
	buffer_add_char(&text, 'c');
	wanted.length = strlen(buffer_text(&wanted)) - strlen(" ab\n");
	wanted.bytes[wanted.length] = '\0';
	buffer_add_string(&wanted, "\nabc\n");
	assert_wrapped(buffer_text(&text), 0, buffer_text(&wanted));
	buffer_release(&text);
	buffer_release(&wanted);
}

static void what_is_wrapped_is_escaped(void **state)
{
	(void)state;
	assert_wrapped("a\nb \x1b[0m", 2, "a\\x0ab \\x1b[0m\n");
}

/* --- whole answers --- */

static void without_findings_nothing_is_said(void **state)
{
	assert_answer(*state, "");
}

static void one_finding_is_told_with_its_remedy(void **state)
{
	struct answer *answer = *state;
	struct finding *finding = verdict_add(&answer->verdict, "signoff", "qa", MAIN);

	strings_add(&finding->found, "missing 1 of 1: Tested-by from the role qa");
	strings_add(&finding->found, "quentin <quentin@example.com> is for bbbbbbbbbb, the tip is aaaaaaaaaa: stale");
	strings_add(&finding->remedy, "# somebody in the role qa, who did none of the work:");
	strings_add(&finding->remedy, "git commit --allow-empty -m 'qa INC-7' \\");
	strings_add(&finding->remedy,
		    "  --trailer \"Tested-by: $(git config user.name) <$(git config user.email)>\" # is not broken");
	assert_answer(answer, "hotfix: refused, nothing has changed on the server\n"
			      "\n"
			      "  refs/heads/main\n"
			      "    signoff-qa  missing 1 of 1: Tested-by from the role qa\n"
			      "                quentin <quentin@example.com> is for bbbbbbbbbb, the tip\n"
			      "                is aaaaaaaaaa: stale\n"
			      "\n"
			      "  to put it right:\n"
			      "    # somebody in the role qa, who did none of the work:\n"
			      "    git commit --allow-empty -m 'qa INC-7' \\\n"
			      "      --trailer \"Tested-by: $(git config user.name) <$(git config user.email)>\" # is "
			      "not broken\n"
			      "\n"
			      "  guide    https://wiki.example.com/hotfix\n"
			      "  contact  ops@example.com\n");
}

static void findings_are_aligned_below_their_refs(void **state)
{
	struct answer *answer = *state;

	strings_add(&verdict_add(&answer->verdict, "branch-name", NULL, BRANCH)->found, "did you mean it?");
	strings_add(&verdict_add(&answer->verdict, "size", NULL, BRANCH)->found, "21 commits");
	strings_add(&verdict_add(&answer->verdict, "stale", NULL, MAIN)->found, "the ref does not exist");
	assert_answer(answer, "hotfix: refused, nothing has changed on the server\n"
			      "\n"
			      "  refs/heads/hotfix/INC-7-login\n"
			      "    branch-name  did you mean it?\n"
			      "    size         21 commits\n"
			      "\n"
			      "  refs/heads/main\n"
			      "    stale        the ref does not exist\n"
			      "\n"
			      "  guide    https://wiki.example.com/hotfix\n"
			      "  contact  ops@example.com\n");
}

static void a_long_rule_has_a_line_of_its_own(void **state)
{
	struct answer *answer = *state;

	free(answer->policy.guide);
	answer->policy.guide = NULL;
	strings_add(&verdict_add(&answer->verdict, "signoff", "security-assessment", MAIN)->found, "missing 1 of 1");
	verdict_add(&answer->verdict, "size", NULL, MAIN);
	assert_answer(answer, "hotfix: refused, nothing has changed on the server\n"
			      "\n"
			      "  refs/heads/main\n"
			      "    signoff-security-assessment\n"
			      "                          missing 1 of 1\n"
			      "    size\n"
			      "\n"
			      "  contact  ops@example.com\n");
}

static void prose_in_a_remedy_is_wrapped_and_commands_are_not(void **state)
{
	struct answer *answer = *state;
	struct finding *first = verdict_add(&answer->verdict, "size", NULL, MAIN);
	struct finding *second;

	strings_add(&first->found, "too much");
	strings_add(&first->remedy, "# this is prose that goes on and on until it no longer fits into one line of it");
	second = verdict_add(&answer->verdict, "base", NULL, MAIN);
	strings_add(&second->found, "no base");
	strings_add(&second->remedy,
		    "git push \x1b origin 0123456789012345678901234567890123456789:refs/heads/abc def");
	assert_answer(answer, "hotfix: refused, nothing has changed on the server\n"
			      "\n"
			      "  refs/heads/main\n"
			      "    size  too much\n"
			      "    base  no base\n"
			      "\n"
			      "  to put it right:\n"
			      "    # this is prose that goes on and on until it no longer fits into one\n"
			      "    # line of it\n"
			      "    git push \\x1b origin 0123456789012345678901234567890123456789:refs/heads/abc def\n"
			      "\n"
			      "  guide    https://wiki.example.com/hotfix\n"
			      "  contact  ops@example.com\n");
}

static void a_name_from_the_push_is_escaped(void **state)
{
	struct answer *answer = *state;

	strings_add(&verdict_add(&answer->verdict, "ref-name", NULL, "refs/heads/\x1b[2J\xff")->found, "not \x07 good");
	assert_answer(answer, "hotfix: refused, nothing has changed on the server\n"
			      "\n"
			      "  refs/heads/\\x1b[2J\\xff\n"
			      "    ref-name  not \\x07 good\n"
			      "\n"
			      "  guide    https://wiki.example.com/hotfix\n"
			      "  contact  ops@example.com\n");
}

static void in_warn_mode_it_says_what_would_be_refused(void **state)
{
	struct answer *answer = *state;

	answer->policy.mode = MODE_WARN;
	strings_add(&verdict_add(&answer->verdict, "size", NULL, MAIN)->found, "21 commits");
	assert_answer(answer, "hotfix: accepted, but it would be refused (mode = warn)\n"
			      "\n"
			      "  refs/heads/main\n"
			      "    size  21 commits\n"
			      "\n"
			      "  guide    https://wiki.example.com/hotfix\n"
			      "  contact  ops@example.com\n");
}

static void a_rule_that_only_warns_is_a_warning(void **state)
{
	struct answer *answer = *state;

	free(answer->policy.guide);
	free(answer->policy.contact);
	answer->policy.guide = answer->policy.contact = NULL;
	strings_add(&answer->policy.warn, "size");
	strings_add(&verdict_add(&answer->verdict, "size", NULL, MAIN)->found, "21 commits");
	assert_answer(answer, "hotfix: accepted, with warnings\n"
			      "\n"
			      "  refs/heads/main\n"
			      "    size  21 commits\n");
}

static void a_fault_is_the_servers_side(void **state)
{
	struct answer *answer = *state;
	struct finding *finding = verdict_add(&answer->verdict, "server", NULL, MAIN);

	finding->fault = true;
	strings_add(&finding->found, "hotfix.sqlite: disk full");
	free(answer->policy.guide);
	answer->policy.guide = NULL;
	assert_answer(answer, "hotfix: refused, because the server could not judge this push;\n"
			      "        this is the server's side, not yours. nothing has changed\n"
			      "\n"
			      "  refs/heads/main\n"
			      "    server  hotfix.sqlite: disk full\n"
			      "\n"
			      "  contact  ops@example.com\n");
}

static void a_fault_that_only_warns_is_no_refusal(void **state)
{
	struct answer *answer = *state;
	struct finding *finding = verdict_add(&answer->verdict, "server", NULL, MAIN);

	finding->fault = true;
	strings_add(&finding->found, "disk full");
	strings_add(&answer->policy.warn, "server");
	strings_add(&verdict_add(&answer->verdict, "size", NULL, MAIN)->found, "21 commits");
	assert_answer(answer, "hotfix: refused, nothing has changed on the server\n"
			      "\n"
			      "  refs/heads/main\n"
			      "    server  disk full\n"
			      "    size    21 commits\n"
			      "\n"
			      "  guide    https://wiki.example.com/hotfix\n"
			      "  contact  ops@example.com\n");
}

static void an_override_says_so(void **state)
{
	struct answer *answer = *state;
	struct finding *finding = verdict_add(&answer->verdict, "signoff", "qa", MAIN);

	finding->overridden = true;
	strings_add(&finding->found, "missing 1 of 1");
	assert_answer(answer, "hotfix: accepted by an override, which is announced with its reason\n"
			      "\n"
			      "  refs/heads/main\n"
			      "    signoff-qa  missing 1 of 1\n"
			      "\n"
			      "  guide    https://wiki.example.com/hotfix\n"
			      "  contact  ops@example.com\n");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(text_stays_as_it_is),
		TEST(control_bytes_are_escaped),
		TEST(bytes_that_are_no_utf8_are_escaped),
		TEST(a_sequence_that_is_cut_is_escaped),
		TEST(what_deceives_the_eye_is_escaped),
		TEST(a_short_text_is_one_line),
		TEST(a_line_holds_72_columns),
		TEST(other_lines_hang_at_the_column),
		TEST(a_long_word_is_not_broken),
		TEST(columns_are_counted_in_characters),
		TEST(what_is_wrapped_is_escaped),
		TEST(without_findings_nothing_is_said),
		TEST(one_finding_is_told_with_its_remedy),
		TEST(findings_are_aligned_below_their_refs),
		TEST(a_long_rule_has_a_line_of_its_own),
		TEST(prose_in_a_remedy_is_wrapped_and_commands_are_not),
		TEST(a_name_from_the_push_is_escaped),
		TEST(in_warn_mode_it_says_what_would_be_refused),
		TEST(a_rule_that_only_warns_is_a_warning),
		TEST(a_fault_is_the_servers_side),
		TEST(a_fault_that_only_warns_is_no_refusal),
		TEST(an_override_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
