#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "rules/event.h"
#include "rules/mail.h"
#include "rules/mail_encoding.h"
#include "rules/mail_text.h"

struct fixture {
	struct mail mail;
	struct strings checks;
	struct letter letter;
};

static int set_up(void **state)
{
	struct fixture *fixture = memory_alloc(sizeof(*fixture));

	mail_init(&fixture->mail, "stakeholders");
	strings_add(&fixture->mail.to, "client@example.net");
	strings_add(&fixture->mail.to, "partner@example.org");
	fixture->mail.from = memory_copy("hotfix@example.com");
	strings_add(&fixture->checks, "review by rita");
	strings_add(&fixture->checks, "qa by quentin");
	fixture->letter = (struct letter){
		.mail = &fixture->mail,
		.delivery = "0123456789abcdef0123456789abcdef01234567-stakeholders",
		.repository = "/srv/git/shop.git",
		.date = 1770091560,
		.guide = "https://wiki.example.com/hotfix",
		.contact = "ops@example.com",
		.news = {.type = "hotfix.merged",
			 .time = 1770091506,
			 .repository = "shop",
			 .incident = "INC-7",
			 .severity = "critical",
			 .person = "olga",
			 .change = "Round prices up\n\nNot down.\n",
			 .branch = "hotfix/INC-7-prices",
			 .ref = "main",
			 .commit = "3f2a1c9d4e3f2a1c9d4e3f2a1c9d4e3f2a1c9d4e",
			 .checks = &fixture->checks,
			 .link = "https://git.example.com/shop/compare/1...2"},
	};
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	mail_release(&fixture->mail);
	strings_release(&fixture->checks);
	free(fixture);
	return 0;
}

static char *written(const struct fixture *fixture)
{
	struct buffer out = BUFFER_INIT;

	mail_write(&out, &fixture->letter);
	return buffer_detach(&out);
}

/* What stands there is one word. */
static bool cannot_be_folded(const char *line)
{
	return !strncmp(line, "Message-ID: ", 12) || !strncmp(line, "In-Reply-To: ", 13) ||
	       !strncmp(line, "References: ", 12);
}

/* Printable ASCII in lines of at most 78 columns; no bare CR or LF (RFC 5322, sections 2.1.1 and 2.3). */
static void assert_well_formed(const char *text)
{
	while (*text) {
		const char *end = strstr(text, "\r\n");

		assert_non_null(end);
		assert_true(end - text <= (cannot_be_folded(text) ? 998 : 78));
		for (; text < end; text++)
			assert_true(*text >= ' ' && *text < 0x7f);
		text = end + 2;
	}
}

/* The letters are kept in tests/unit/rules/letters, as files with plain LF. */
static char *kept(const char *name)
{
	const char *source = getenv("HOTFIX_SOURCE");
	struct error error = ERROR_INIT;
	struct buffer path = BUFFER_INIT;
	struct buffer text = BUFFER_INIT;
	struct buffer lines = BUFFER_INIT;

	buffer_addf(&path, "%s/tests/unit/rules/letters/%s", source ? source : ".", name);
	if (file_read(&text, buffer_text(&path), 65536, &error))
		fail_msg("%s", error_text(&error));
	mail_plain(&lines, buffer_text(&text));
	buffer_release(&path);
	buffer_release(&text);
	return buffer_detach(&lines);
}

static void assert_letter(const struct fixture *fixture, const char *name)
{
	char *text = written(fixture);
	char *wanted = kept(name);

	assert_string_equal(text, wanted);
	free(text);
	free(wanted);
}

static void a_landing_is_told_to_somebody_who_does_not_know_git(void **state)
{
	assert_letter(*state, "landing.eml");
}

static void what_is_not_known_is_left_out(void **state)
{
	struct fixture *fixture = *state;

	fixture->letter.guide = NULL;
	fixture->letter.contact = "the operations desk";
	fixture->letter.news = (struct news){.type = "ping", .time = 1770091506, .endpoint = "stakeholders"};
	assert_letter(fixture, "ping.eml");
}

static void what_is_not_ascii_is_encoded_in_header_and_body(void **state)
{
	struct fixture *fixture = *state;

	fixture->mail.subject_prefix = memory_copy("[Stör]");
	fixture->letter.guide = NULL;
	fixture->letter.contact = NULL;
	fixture->letter.news = (struct news){.type = "hotfix.opened",
					     .time = 1770091506,
					     .repository = "shop",
					     .incident = "INC-7",
					     .person = "Jürgen = Jörg"};
	assert_letter(fixture, "opened.eml");
}

static void a_message_that_did_not_arrive_is_told(void **state)
{
	struct fixture *fixture = *state;

	fixture->letter.news = (struct news){.type = "delivery.exhausted",
					     .time = 1770091506,
					     .repository = "shop",
					     .endpoint = "deploy",
					     .failure = "500",
					     .delivery = "0123456789abcdef0123456789abcdef01234567-deploy"};
	assert_letter(fixture, "exhausted.eml");
}

static void a_rollback_names_what_it_takes_back(void **state)
{
	struct fixture *fixture = *state;
	struct strings incidents = STRINGS_INIT;

	strings_add(&incidents, "INC-7");
	strings_add(&incidents, "INC-8");
	fixture->letter.news = (struct news){.type = "production.rolled_back",
					     .time = 1770091506,
					     .repository = "shop",
					     .person = "olga",
					     .taken_back = &incidents,
					     .ref = "main"};
	assert_letter(fixture, "rollback.eml");
	strings_release(&incidents);
}

static bool is_in(const struct fixture *fixture, const char *part)
{
	char *text = written(fixture);
	bool found = strstr(text, part) != NULL;

	free(text);
	return found;
}

static void only_what_the_list_will_get_is_promised(void **state)
{
	struct fixture *fixture = *state;

	assert_true(is_in(fixture, "You will get a message if the\r\nrelease has to be taken back."));
	strings_remove(&fixture->mail.endpoint.events, "production.rolled_back");
	assert_false(is_in(fixture, "You will get"));
}

/* The value of a field, with what stands around it. */
static char *field_of(const struct fixture *fixture, const char *name)
{
	char *text = written(fixture);
	char *start = strstr(text, name);
	char *field;

	assert_non_null(start);
	field = memory_copy_bytes(start, (size_t)(strstr(start, "\r\n") - start));
	free(text);
	return field;
}

static void letters_of_one_incident_refer_to_the_same(void **state)
{
	struct fixture *fixture = *state;
	char *landing = field_of(fixture, "References: ");
	char *other;

	fixture->letter.delivery = "1-stakeholders";
	fixture->letter.news.type = "hotfix.opened";
	other = field_of(fixture, "References: ");
	assert_string_equal(landing, other);
	free(other);
	fixture->letter.repository = "/srv/git/other.git";
	other = field_of(fixture, "References: ");
	assert_string_not_equal(landing, other);
	free(other);
	fixture->letter.repository = "/srv/git/shop.git";
	fixture->letter.news.incident = "INC-8";
	other = field_of(fixture, "References: ");
	assert_string_not_equal(landing, other);
	free(other);
	free(landing);
}

static void an_incident_with_odd_bytes_keeps_the_thread_well_formed(void **state)
{
	struct fixture *fixture = *state;
	char *field;

	fixture->letter.news.incident = "INC_7-b";
	field = field_of(fixture, "References: ");
	assert_string_equal(field, "References: <hotfix.INC_7-b.a467e3488ff694c7@example.com>");
	free(field);
	fixture->letter.news.incident = "a b@c>\r\nBcc: x";
	field = field_of(fixture, "References: ");
	assert_string_equal(field, "References: <hotfix.a%20b%40c%3e%0d%0aBcc%3a%20x.a467e3488ff694c7@example.com>");
	free(field);
}

static void nothing_from_a_push_gets_out_of_its_place(void **state)
{
	static const char hostile[] = "x\r\nBcc: victim@example.net\r\n\r\n<b>\r\n.\r\nQUIT\r\n\x1b[31m\xff";
	struct fixture *fixture = *state;
	struct news *news = &fixture->letter.news;
	char *text;

	news->repository = news->incident = news->severity = news->person = news->change = news->branch = hostile;
	news->ref = news->commit = news->reason = news->link = news->endpoint = news->failure = hostile;
	strings_add(&fixture->checks, hostile);
	fixture->letter.contact = hostile;
	fixture->letter.guide = hostile;
	text = written(fixture);
	assert_null(strstr(text, "\nBcc:"));
	assert_null(strstr(text, "\r\n.\r\n"));
	assert_null(strpbrk(text, "\x1b\xff"));
	assert_null(strstr(text, "\r\n\r\n<b>"));
	assert_well_formed(text);
	free(text);
}

static void a_long_value_is_cut_between_characters(void **state)
{
	struct fixture *fixture = *state;
	struct buffer change = BUFFER_INIT;
	char *text;

	for (int i = 0; i < 100000; i++)
		buffer_add_string(&change, "\xe2\x82\xac");
	fixture->letter.news.change = buffer_text(&change);
	fixture->letter.news.incident = buffer_text(&change);
	fixture->letter.news.repository = buffer_text(&change);
	for (int i = 0; i < 1000; i++)
		strings_add(&fixture->checks, "qa by quentin");
	text = written(fixture);
	assert_true(strlen(text) < 10000);
	assert_null(strstr(text, "\\x")); /* half a character would be escaped */
	assert_non_null(strstr(text, "and 982 more"));
	free(text);
	buffer_release(&change);
}

static void there_are_words_for_every_event(void **state)
{
	(void)state;
	for (int type = 0; type < EVENT_TYPES; type++)
		if (!mail_knows(event_name((enum event_type)type)))
			fail_msg("%s: say in rules/mail_text.c what it means", event_name((enum event_type)type));
	assert_false(mail_knows("hotfix.unheard_of"));
}

static void an_unknown_event_still_makes_a_letter(void **state)
{
	struct fixture *fixture = *state;
	char *text;

	fixture->letter.news.type = "hotfix.unheard_of";
	text = written(fixture);
	assert_well_formed(text);
	assert_non_null(strstr(text, "There is news of the urgent fix for INC-7."));
	free(text);
}

static void assert_tells(struct fixture *fixture, const char *part)
{
	struct buffer text = BUFFER_INIT;

	mail_text(&text, &fixture->letter);
	if (!strstr(buffer_text(&text), part))
		fail_msg("'%s' is not in:\n%s", part, buffer_text(&text));
	buffer_release(&text);
}

static void what_is_not_known_has_no_line(void **state)
{
	struct fixture *fixture = *state;

	fixture->letter.news.severity = "";
	fixture->letter.news.incident = NULL;
	assert_false(is_in(fixture, "Severity:"));
	assert_false(is_in(fixture, "Incident:"));
	assert_tells(fixture, "The checks of the urgent fix have been passed, and it was released.\n");
	fixture->letter.contact = NULL;
	assert_false(is_in(fixture, "Questions:"));
	assert_tells(fixture, "\nProcedure:    https://wiki.example.com/hotfix\n");
}

static void a_sentence_may_begin_with_the_fix(void **state)
{
	struct fixture *fixture = *state;

	fixture->letter.news.type = "hotfix.backmerge_due";
	assert_tells(fixture, "The urgent fix for INC-7 is in production, but not in all the versions");
}

static void a_promise_may_be_all_that_comes_next(void **state)
{
	struct fixture *fixture = *state;

	fixture->letter.news.type = "production.released";
	assert_tells(fixture, "\nWhat comes next\nYou will get a message if the release has to be taken back.\n");
	strings_remove(&fixture->mail.endpoint.events, "production.rolled_back");
	assert_false(is_in(fixture, "What comes next"));
}

static void bytes_that_are_no_text_are_shown(void **state)
{
	struct fixture *fixture = *state;

	fixture->letter.news.change = "Round \xff\xc3 up";
	assert_tells(fixture, "\nChange:       Round \\xff\\xc3 up\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_landing_is_told_to_somebody_who_does_not_know_git),
		TEST(what_is_not_known_is_left_out),
		TEST(what_is_not_ascii_is_encoded_in_header_and_body),
		TEST(a_message_that_did_not_arrive_is_told),
		TEST(a_rollback_names_what_it_takes_back),
		TEST(only_what_the_list_will_get_is_promised),
		TEST(letters_of_one_incident_refer_to_the_same),
		TEST(an_incident_with_odd_bytes_keeps_the_thread_well_formed),
		TEST(nothing_from_a_push_gets_out_of_its_place),
		TEST(a_long_value_is_cut_between_characters),
		TEST(there_are_words_for_every_event),
		TEST(an_unknown_event_still_makes_a_letter),
		TEST(what_is_not_known_has_no_line),
		TEST(a_sentence_may_begin_with_the_fix),
		TEST(a_promise_may_be_all_that_comes_next),
		TEST(bytes_that_are_no_text_are_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
