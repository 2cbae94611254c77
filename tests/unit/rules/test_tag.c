#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "rules/tag.h"
#include "rules/trailer.h"

#define TARGET "0123456789abcdef0123456789abcdef01234567"
#define HEADERS "object " TARGET "\ntype commit\ntag signoff/x\ntagger R <r@x> 1 +0000\n"
#define MESSAGE "\nReviewed-by: Rita <rita@x>\n"
#define BEGIN_SSH "-----BEGIN SSH SIGNATURE-----\n"
#define END_SSH "-----END SSH SIGNATURE-----\n"
#define SSH BEGIN_SSH "AAAA\n" END_SSH
#define BEGIN_PGP "-----BEGIN PGP SIGNATURE-----\n"
#define END_PGP "-----END PGP SIGNATURE-----\n"
#define PGP BEGIN_PGP "\nBBBB\n" END_PGP

static void parse(struct tag *out, const char *raw)
{
	struct error error = ERROR_INIT;
	struct object_id id = {{1}};

	if (tag_parse(out, &id, raw, strlen(raw), &error))
		fail_msg("%s", error_text(&error));
}

static void assert_refused(const char *raw, size_t length, const char *why)
{
	struct error error = ERROR_INIT;
	struct object_id id = {{1}};
	struct tag tag;

	assert_int_not_equal(tag_parse(&tag, &id, raw, length, &error), 0);
	assert_string_equal(error_text(&error), why);
	tag_release(&tag);
	error_release(&error);
}

static void refuse(const char *raw, const char *why)
{
	assert_refused(raw, strlen(raw), why);
}

static void takes_a_tag_apart(void **state)
{
	struct tag tag;

	(void)state;
	parse(&tag, HEADERS MESSAGE SSH);
	assert_string_equal(object_id_full(&tag.target).digits, TARGET);
	assert_int_equal(tag.id.bytes[0], 1);
	assert_string_equal(tag.type, "commit");
	assert_string_equal(tag.name, "signoff/x");
	assert_int_equal(tag.format, SIGNATURE_SSH);
	assert_string_equal(tag.payload, HEADERS MESSAGE);
	assert_int_equal(tag.payload_length, strlen(HEADERS MESSAGE));
	assert_string_equal(tag.signature, SSH);
	assert_string_equal(tag_trailer(&tag, "reviewed-by"), "Rita <rita@x>");
	tag_release(&tag);
}

static void takes_an_openpgp_signature(void **state)
{
	struct tag tag;

	(void)state;
	parse(&tag, HEADERS MESSAGE PGP);
	assert_int_equal(tag.format, SIGNATURE_OPENPGP);
	assert_string_equal(tag.signature, PGP);
	tag_release(&tag);
}

static void takes_a_tag_without_signature(void **state)
{
	struct tag tag;

	(void)state;
	parse(&tag, HEADERS MESSAGE);
	assert_int_equal(tag.format, SIGNATURE_NONE);
	assert_null(tag.signature);
	assert_int_equal(tag.payload_length, strlen(HEADERS MESSAGE));
	tag_release(&tag);
	parse(&tag, HEADERS);
	assert_int_equal(tag.trailer_count, 0);
	tag_release(&tag);
}

static void the_last_line_may_lack_its_end(void **state)
{
	struct tag tag;

	(void)state;
	parse(&tag, HEADERS MESSAGE BEGIN_SSH "AAAA\n-----END SSH SIGNATURE-----");
	assert_int_equal(tag.format, SIGNATURE_SSH);
	tag_release(&tag);
}

static void a_signature_begins_at_the_start_of_a_line(void **state)
{
	struct tag tag;

	(void)state;
	parse(&tag, HEADERS "\ntitle -----BEGIN SSH SIGNATURE-----\n -----BEGIN PGP SIGNATURE-----\n");
	assert_int_equal(tag.format, SIGNATURE_NONE);
	tag_release(&tag);
}

static void refuses_two_signatures_and_what_is_behind_one(void **state)
{
	(void)state;
	refuse(HEADERS MESSAGE BEGIN_SSH "AAAA\n" SSH, "it has two signatures");
	refuse(HEADERS MESSAGE BEGIN_SSH PGP, "it has two signatures");
	refuse(HEADERS MESSAGE BEGIN_SSH "-----BEGIN SIGNED MESSAGE-----\n" END_SSH, "it has two signatures");
	refuse(HEADERS MESSAGE SSH SSH, "there are bytes behind its signature");
	refuse(HEADERS MESSAGE SSH PGP, "there are bytes behind its signature");
	refuse(HEADERS MESSAGE SSH "\n", "there are bytes behind its signature");
	refuse(HEADERS MESSAGE BEGIN_SSH "AAAA\n-----END SSH SIGNATURE-----\r\n",
	       "there are bytes behind its signature");
	refuse(HEADERS MESSAGE PGP "x", "there are bytes behind its signature");
}

static void refuses_a_signature_without_its_end(void **state)
{
	(void)state;
	refuse(HEADERS MESSAGE BEGIN_SSH "AAAA\n", "its signature has no end");
	refuse(HEADERS MESSAGE BEGIN_SSH "AAAA\n" END_PGP, "its signature has no end");
	refuse(HEADERS MESSAGE "-----BEGIN SSH SIGNATURE-----", "its signature has no end");
}

static void refuses_signatures_of_other_kinds(void **state)
{
	(void)state;
	refuse(HEADERS MESSAGE "-----BEGIN PGP MESSAGE-----\nx\n-----END PGP MESSAGE-----\n",
	       "its signature is of a kind that is not verified here");
	refuse(HEADERS MESSAGE "-----BEGIN SIGNED MESSAGE-----\nx\n-----END SIGNED MESSAGE-----\n",
	       "its signature is of a kind that is not verified here");
}

static void refuses_headers_that_can_be_read_in_two_ways(void **state)
{
	static const char *const why = "its headers are not object, type, tag and tagger";

	(void)state;
	refuse("object " TARGET "\ntype commit\ntag x\n" MESSAGE, why);
	refuse("object " TARGET "\ntype commit\ntagger R <r@x> 1 +0000\n" MESSAGE, why);
	refuse("object " TARGET "\ntag x\ntype commit\ntagger R <r@x> 1 +0000\n" MESSAGE, why);
	refuse("object " TARGET "\ntype commit\ntag x\ntag y\ntagger R <r@x> 1 +0000\n" MESSAGE, why);
	refuse(HEADERS "tagger R <r@x> 1 +0000\n" MESSAGE, why);
	refuse(HEADERS "encoding latin1\n" MESSAGE, why);
	refuse("object " TARGET "\ntype commit\ntag x\ntagger R <r@x> 1 +0000", why);
}

static void refuses_what_does_not_begin_with_an_id(void **state)
{
	static const char *const why = "it does not begin with the id of an object";

	(void)state;
	refuse("", why);
	refuse("tree " TARGET "\n", why);
	refuse("abject " TARGET "\ntype commit\ntag x\ntagger R <r@x> 1 +0000\n", why);
	refuse("object " TARGET "0\ntype commit\ntag x\ntagger R <r@x> 1 +0000\n", why);
	refuse("object 0123456789abcdef0123456789abcdef0123456g\ntype commit\ntag x\ntagger R <r@x> 1 +0000\n", why);
	refuse("object 0123\ntype commit\ntag x\ntagger R <r@x> 1 +0000\n", why);
	refuse("object  " TARGET "\ntype commit\ntag x\ntagger R <r@x> 1 +0000\n", why);
	refuse(SSH, why);
}

static void a_signature_among_the_headers_leaves_no_tag(void **state)
{
	(void)state;
	refuse("object " TARGET "\ntype commit\n" SSH "tag x\ntagger R <r@x> 1 +0000\n" MESSAGE,
	       "there are bytes behind its signature");
	refuse("object " TARGET "\ntype commit\n" SSH, "its headers are not object, type, tag and tagger");
}

static void refuses_a_nul(void **state)
{
	static const char raw[] = HEADERS MESSAGE "\0" SSH;

	(void)state;
	assert_refused(raw, sizeof(raw) - 1, "it holds a NUL");
}

static void trailers_are_those_of_git_and_a_lonely_paragraph(void **state)
{
	struct tag tag;

	(void)state;
	parse(&tag, HEADERS "\nTitle\n\nReviewed-by: A <a@x>\nProduction: main\n" SSH);
	assert_int_equal(tag.trailer_count, 2);
	assert_string_equal(tag_trailer(&tag, "Production"), "main");
	tag_release(&tag);
	parse(&tag, HEADERS "\nReviewed-by: A <a@x>\nProduction: main\n");
	assert_int_equal(tag.trailer_count, 2);
	tag_release(&tag);
	parse(&tag, HEADERS "\nReviewed-by: A <a@x>\n\nThat was all.\n");
	assert_int_equal(tag.trailer_count, 0);
	tag_release(&tag);
	parse(&tag, HEADERS "\nTitle\n\nReviewed-by: A\n <a@x>\n");
	assert_string_equal(tag_trailer(&tag, "Reviewed-by"), "A <a@x>");
	tag_release(&tag);
}

static void a_trailer_that_is_there_twice_is_none(void **state)
{
	struct tag tag;

	(void)state;
	parse(&tag, HEADERS "\nReviewed-by: A <a@x>\nreviewed-by: B <b@x>\nOther: one\n");
	assert_null(tag_trailer(&tag, "Reviewed-by"));
	assert_string_equal(tag_trailer(&tag, "Other"), "one");
	assert_null(tag_trailer(&tag, "Nothing"));
	tag_release(&tag);
}

static void refuses_more_trailers_than_anybody_needs(void **state)
{
	struct buffer raw = BUFFER_INIT;

	(void)state;
	buffer_add_string(&raw, HEADERS "\nTitle\n\n");
	for (int i = 0; i < 100001; i++)
		buffer_addf(&raw, "Reviewed-by: A <a%d@x>\n", i);
	assert_refused(buffer_text(&raw), raw.length, "it has more than 100000 trailers");
	buffer_release(&raw);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_a_tag_apart),
		cmocka_unit_test(takes_an_openpgp_signature),
		cmocka_unit_test(takes_a_tag_without_signature),
		cmocka_unit_test(the_last_line_may_lack_its_end),
		cmocka_unit_test(a_signature_begins_at_the_start_of_a_line),
		cmocka_unit_test(refuses_two_signatures_and_what_is_behind_one),
		cmocka_unit_test(refuses_a_signature_without_its_end),
		cmocka_unit_test(refuses_signatures_of_other_kinds),
		cmocka_unit_test(refuses_headers_that_can_be_read_in_two_ways),
		cmocka_unit_test(refuses_what_does_not_begin_with_an_id),
		cmocka_unit_test(a_signature_among_the_headers_leaves_no_tag),
		cmocka_unit_test(refuses_a_nul),
		cmocka_unit_test(trailers_are_those_of_git_and_a_lonely_paragraph),
		cmocka_unit_test(a_trailer_that_is_there_twice_is_none),
		cmocka_unit_test(refuses_more_trailers_than_anybody_needs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
