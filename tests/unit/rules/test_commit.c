#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "rules/commit.h"

#define ONE "1111111111111111111111111111111111111111"
#define TWO "2222222222222222222222222222222222222222"
#define TREE "tree 3333333333333333333333333333333333333333\n"
#define AUTHOR "author Ann Author <Ann@Example.COM> 1700000000 +0100\n"
#define COMMITTER "committer Carl <carl@example.com> 1700000001 -0930\n"
#define HEAD TREE "parent " ONE "\n" AUTHOR COMMITTER

static int parse(struct commit *out, const char *raw, size_t length, struct error *error)
{
	struct object_id id;

	assert_true(object_id_parse(&id, "4444444444444444444444444444444444444444"));
	return commit_parse(out, &id, raw, length, error);
}

static void expect_good_bytes(const char *raw, size_t length)
{
	struct commit commit;
	struct error error = ERROR_INIT;

	if (parse(&commit, raw, length, &error))
		fail_msg("%s", error_text(&error));
	commit_release(&commit);
}

static void expect_good(const char *raw)
{
	expect_good_bytes(raw, strlen(raw));
}

static int expect_bad_bytes(const char *raw, size_t length, const char *words)
{
	struct commit commit;
	struct error error = ERROR_INIT;
	int result = parse(&commit, raw, length, &error);

	assert_true(result < 0);
	if (!strstr(error_text(&error), words) || strncmp(error_text(&error), "commit 4444444444: ", 19) != 0)
		fail_msg("'%s' is not in '%s'", words, error_text(&error));
	commit_release(&commit);
	error_release(&error);
	return result;
}

static int expect_bad(const char *raw, const char *words)
{
	return expect_bad_bytes(raw, strlen(raw), words);
}

static void everything_is_read(void **state)
{
	static const char raw[] =
		TREE "parent " ONE "\nparent " TWO "\n" AUTHOR COMMITTER
		     "gpgsig -----BEGIN SSH SIGNATURE-----\n author no author\n \n -----END\n"
		     "encoding UTF-8\n\nsubject  \n\nbody\n\nIncident: OPS-1\nReviewed-by: R\n <r@x>\n";
	struct commit commit;
	struct error error = ERROR_INIT;

	(void)state;
	assert_int_equal(parse(&commit, raw, strlen(raw), &error), 0);
	assert_string_equal(object_id_short(&commit.id).digits, "4444444444");
	assert_string_equal(object_id_short(&commit.tree).digits, "3333333333");
	assert_int_equal(commit.parents.count, 2);
	assert_string_equal(object_id_full(&commit.parents.items[1]).digits, TWO);
	assert_string_equal(commit.author_name, "Ann Author");
	assert_string_equal(commit.author_address, "ann@example.com");
	assert_int_equal(commit.author_time, 1700000000);
	assert_string_equal(commit.committer_name, "Carl");
	assert_string_equal(commit.committer_address, "carl@example.com");
	assert_int_equal(commit.committer_time, 1700000001);
	assert_string_equal(commit.subject, "subject");
	assert_string_equal(commit.message, "subject  \n\nbody\n\nIncident: OPS-1\nReviewed-by: R\n <r@x>\n");
	assert_int_equal(commit.trailer_count, 2);
	assert_string_equal(commit_trailer(&commit, "incident"), "OPS-1");
	assert_string_equal(commit_trailer(&commit, "Reviewed-by"), "R <r@x>");
	assert_null(commit_trailer(&commit, "Reviewed"));
	assert_false(commit.is_signoff);
	commit_release(&commit);
}

static void a_message_may_be_missing(void **state)
{
	struct commit commit;
	struct error error = ERROR_INIT;

	(void)state;
	assert_int_equal(parse(&commit, TREE AUTHOR COMMITTER, strlen(TREE AUTHOR COMMITTER), &error), 0);
	assert_string_equal(commit.subject, "");
	assert_string_equal(commit.message, "");
	assert_int_equal(commit.parents.count, 0);
	commit_release(&commit);
	expect_good(HEAD "\n");
	expect_good(HEAD "\n\n\n");
}

static void the_subject_is_the_first_line_that_is_not_blank(void **state)
{
	struct commit commit;
	struct error error = ERROR_INIT;

	(void)state;
	assert_int_equal(parse(&commit, HEAD "\n\n \n  a \r\nb", strlen(HEAD "\n\n \n  a \r\nb"), &error), 0);
	assert_string_equal(commit.subject, "a");
	commit_release(&commit);
}

static void headers_out_of_order_or_twice_are_refused(void **state)
{
	(void)state;
	expect_bad("", "not a tree");
	expect_bad(AUTHOR COMMITTER "\nm", "not a tree");
	expect_bad("tree 3333\n" AUTHOR COMMITTER "\nm", "not a tree");
	expect_bad("tree 333333333333333333333333333333333333333g\n" AUTHOR COMMITTER "\nm", "not a tree");
	expect_bad(TREE COMMITTER "\nm", "no author");
	expect_bad(TREE AUTHOR "\nm", "no committer");
	expect_bad(TREE AUTHOR AUTHOR COMMITTER "\nm", "no committer");
	expect_bad(TREE COMMITTER AUTHOR "\nm", "no author");
	expect_bad(HEAD COMMITTER "\nm", "a second line 'committer'");
	expect_bad(HEAD AUTHOR "\nm", "a second line 'author'");
	expect_bad(HEAD TREE "\nm", "a second line 'tree'");
	expect_bad(HEAD "x y\nparent " TWO "\n\nm", "a second line 'parent'");
	expect_bad(HEAD " more\n\nm", "goes on");
	expect_bad(HEAD "last", "not whole");
	expect_good(HEAD "authority x\n z\n\nm");
}

static void parents_are_bounded_and_different(void **state)
{
	struct buffer raw = BUFFER_INIT;

	(void)state;
	expect_bad(TREE "parent " ONE "\nparent " ONE "\n" AUTHOR COMMITTER "\nm", "parent " ONE " is named twice");
	expect_bad(TREE "parent " ONE "1\n" AUTHOR COMMITTER "\nm", "a parent is not the id");
	buffer_add_string(&raw, TREE);
	for (int i = 0; i < 64; i++)
		buffer_addf(&raw, "parent %040d\n", i);
	buffer_add_string(&raw, AUTHOR COMMITTER "\nm");
	expect_good(buffer_text(&raw));
	buffer_clear(&raw);
	buffer_add_string(&raw, TREE);
	for (int i = 0; i < 65; i++)
		buffer_addf(&raw, "parent %040d\n", i);
	buffer_add_string(&raw, AUTHOR COMMITTER "\nm");
	assert_int_equal(expect_bad(buffer_text(&raw), "more than 64 parents"), ERROR_LIMIT);
	buffer_release(&raw);
}

static void expect_identity(const char *identity, const char *words)
{
	struct buffer raw = BUFFER_INIT;

	buffer_addf(&raw, TREE "author %s\n" COMMITTER "\nm", identity);
	if (words)
		expect_bad(buffer_text(&raw), words);
	else
		expect_good(buffer_text(&raw));
	buffer_clear(&raw);
	buffer_addf(&raw, TREE AUTHOR "committer %s\n\nm", identity);
	if (words)
		expect_bad(buffer_text(&raw), words);
	else
		expect_good(buffer_text(&raw));
	buffer_release(&raw);
}

static void an_address_is_exactly_one(void **state)
{
	(void)state;
	expect_identity("A <a@x> <b@x> 1 +0000", "more than one address");
	expect_identity("A <a@x>> 1 +0000", "more than one address");
	expect_identity("A <<a@x> 1 +0000", "more than one address");
	expect_identity("A <a@x> 1 +0000 <b@x>", "more than one address");
	expect_identity("A > <a@x> 1 +0000", "no address");
	expect_identity("A a@x 1 +0000", "no address");
	expect_identity("A <a@x 1 +0000", "no address");
	expect_identity("A a@x> 1 +0000", "no address");
	expect_identity("A <> 1 +0000", "empty address");
	expect_identity("A < > 1 +0000", "holds a blank");
	expect_identity("A <a@x > 1 +0000", "holds a blank");
	expect_identity("A <a\t@x> 1 +0000", "holds a blank");
	expect_identity("A <a\x01@x> 1 +0000", "holds a blank");
	expect_identity("A <a\x7f@x> 1 +0000", "holds a blank");
	expect_identity("<a@x> 1 +0000", NULL);
	expect_identity("A B <a> 1 +0000", NULL);
	expect_identity("\xc3\x84 <\xc3\xa4@x> 1 +0000", NULL);
}

static void a_time_is_seconds_and_a_zone(void **state)
{
	(void)state;
	expect_identity("A <a@x> 0 +0000", NULL);
	expect_identity("A <a@x> 1099511627776 +1400", NULL);
	expect_identity("A <a@x> 1099511627777 +0000", "out of range");
	expect_identity("A <a@x> 18446744073709551616000000000000 +0000", "out of range");
	expect_identity("A <a@x> -1 +0000", "malformed");
	expect_identity("A <a@x> 01 +0000", "malformed");
	expect_identity("A <a@x> +0000", "malformed");
	expect_identity("A <a@x>", "no time");
	expect_identity("A <a@x> ", "no time");
	expect_identity("A <a@x>1 +0000", "no time");
	expect_identity("A <a@x> 1", "zone");
	expect_identity("A <a@x> 1 0000", "zone");
	expect_identity("A <a@x> 1 +000", "zone");
	expect_identity("A <a@x> 1 +00000", "zone");
	expect_identity("A <a@x> 1 +00a0", "zone");
	expect_identity("A <a@x> 1 +0000 ", "zone");
	expect_identity("A <a@x> 1 +0000 2 +0000", "zone");
}

static void a_nul_or_a_carriage_return_in_a_header_is_refused(void **state)
{
	static const char nul_in_header[] = TREE "author A\0B <a@x> 1 +0000\n" COMMITTER "\nm";
	static const char nul_in_message[] = HEAD "\nm\0Reviewed-by: X";

	(void)state;
	expect_bad(TREE "author A <a@x> 1 +0000\r\n" COMMITTER "\nm", "carriage return");
	expect_bad(HEAD "x y\r\n\nm", "carriage return");
	expect_bad_bytes(nul_in_header, sizeof(nul_in_header) - 1, "NUL in the headers");
	expect_bad_bytes(nul_in_message, sizeof(nul_in_message) - 1, "NUL in the message");
	expect_good(HEAD "\nm\r\n\r\nA: 1\r\n");
}

static void trailers_are_bounded(void **state)
{
	struct buffer raw = BUFFER_INIT;

	(void)state;
	buffer_add_string(&raw, HEAD "\ntitle\n\n");
	for (int i = 0; i < 100000; i++)
		buffer_add_string(&raw, "A: 1\n");
	expect_good(buffer_text(&raw));
	buffer_add_string(&raw, "A: 1\n");
	assert_int_equal(expect_bad(buffer_text(&raw), "more than 100000 trailers"), ERROR_LIMIT);
	buffer_release(&raw);
}

static void an_encoding_must_keep_what_trailers_are_made_of(void **state)
{
	static const char *const good[] = {"UTF-8",  "utf8",         "US-ASCII", "ISO-8859-1", "iso8859-15", "latin1",
					   "KOI8-R", "windows-1252", "CP1251",   "EUC-JP",     "GBK",        "big5"};
	static const char *const bad[] = {"UTF-16",       "UTF-7",     "UTF-32LE", "ISO-2022-JP",
					  "SHIFT_JIS",    "EBCDIC-US", "utf",      "iso-8859-",
					  "iso-8859-1x",  "latin100",  "'utf8'",   "UTF-8 ",
					  "windows-1255", "x",         "latin.1",  "latin1:"};
	struct buffer raw = BUFFER_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		buffer_clear(&raw);
		buffer_addf(&raw, HEAD "encoding %s\n\nt\n\nA: 1\n", good[i]);
		expect_good(buffer_text(&raw));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		buffer_clear(&raw);
		buffer_addf(&raw, HEAD "encoding %s\n\nt\n\nA: 1\n", bad[i]);
		expect_bad(buffer_text(&raw), "can be read safely");
	}
	expect_bad(HEAD "encoding 0123456789012345678901234567890123456789x\n\nm",
		   "the encoding '0123456789012345678901234567890123456789' is not one");
	expect_bad(HEAD "encoding UTF-8\nencoding UTF-8\n\nm", "two encodings");
	expect_good(HEAD "mergetag object x\n encoding UTF-16\n\nm");
	buffer_release(&raw);
}

static void an_address_in_another_encoding_must_be_ascii(void **state)
{
	static const char author[] = TREE "author A <\xe4@x> 1 +0000\n" COMMITTER;
	struct buffer raw = BUFFER_INIT;

	(void)state;
	buffer_addf(&raw, "%s\nm", author);
	expect_good(buffer_text(&raw));
	buffer_clear(&raw);
	buffer_addf(&raw, "%sencoding latin1\n\nm", author);
	expect_bad(buffer_text(&raw), "not ASCII");
	expect_bad(TREE AUTHOR "committer C <\xe4@x> 1 +0000\nencoding latin1\n\nm", "not ASCII");
	expect_bad(HEAD "encoding latin1\n\nm\n\nReviewed-by: J <\xfc@x>\n", "not ASCII");
	expect_bad(HEAD "encoding latin1\n\nm\n\nA: <\xfc@x>\nB: <b@x>\n", "not ASCII");
	expect_good(HEAD "encoding latin1\n\nm\n\nIncident: OPS-1\n");
	expect_good(HEAD "encoding latin1\n\nm\n\nReviewed-by: J\xfc <u@x>\n");
	expect_good(HEAD "encoding UTF-8\n\nm\n\nReviewed-by: J <\xc3\xbc@x>\n");
	buffer_release(&raw);
}

static void no_prefix_and_no_changed_byte_breaks_the_parser(void **state)
{
	static const char raw[] = HEAD "gpgsig x\n y\nencoding UTF-8\n\nt\n\nA: 1\n b\n";
	static const char bytes[] = {'\0', '\n', '\r', ' ', '<', '>', '0', 'a', '\xff'};
	char changed[sizeof(raw)];
	size_t good = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(raw) - 1; i++) {
		for (size_t j = 0; j < sizeof(bytes); j++) {
			struct commit commit;
			struct error error = ERROR_INIT;

			memcpy(changed, raw, sizeof(raw));
			changed[i] = bytes[j];
			good += parse(&commit, changed, sizeof(raw) - 1, &error) == 0;
			commit_release(&commit);
			error_release(&error);
		}
	}
	assert_in_range(good, 400, 1400);
	for (size_t length = 0; length < strlen(HEAD); length++)
		expect_bad_bytes(raw, length, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_is_read),
		cmocka_unit_test(a_message_may_be_missing),
		cmocka_unit_test(the_subject_is_the_first_line_that_is_not_blank),
		cmocka_unit_test(headers_out_of_order_or_twice_are_refused),
		cmocka_unit_test(parents_are_bounded_and_different),
		cmocka_unit_test(an_address_is_exactly_one),
		cmocka_unit_test(a_time_is_seconds_and_a_zone),
		cmocka_unit_test(a_nul_or_a_carriage_return_in_a_header_is_refused),
		cmocka_unit_test(trailers_are_bounded),
		cmocka_unit_test(an_encoding_must_keep_what_trailers_are_made_of),
		cmocka_unit_test(an_address_in_another_encoding_must_be_ascii),
		cmocka_unit_test(no_prefix_and_no_changed_byte_breaks_the_parser),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
