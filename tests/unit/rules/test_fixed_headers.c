#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "rules/fixed_headers.h"

static void headers_are_taken_line_by_line(void **state)
{
	static const char text[] =
		"# the gateway's\nAuthorization: Bearer abc==\n\n  \nX-Team:\tops\t x \t\r\nX-T:z\nX-Last:y";
	struct strings headers = STRINGS_INIT;
	struct error error = ERROR_INIT;
	int line;

	(void)state;
	assert_int_equal(fixed_headers_parse(&headers, &line, text, strlen(text), &error), 0);
	assert_int_equal(headers.count, 4);
	assert_string_equal(headers.items[0], "Authorization: Bearer abc==");
	assert_string_equal(headers.items[1], "X-Team: ops\t x");
	assert_string_equal(headers.items[2], "X-T: z");
	assert_string_equal(headers.items[3], "X-Last: y");
	strings_release(&headers);
}

static void a_file_without_headers_is_one(void **state)
{
	struct strings headers = STRINGS_INIT;
	struct error error = ERROR_INIT;
	int line;

	(void)state;
	assert_int_equal(fixed_headers_parse(&headers, &line, "", 0, &error), 0);
	assert_int_equal(fixed_headers_parse(&headers, &line, "#\n", 2, &error), 0);
	assert_int_equal(headers.count, 0);
}

static void assert_refused(const char *text, size_t length, int expected_line, const char *words)
{
	struct strings headers = STRINGS_INIT;
	struct error error = ERROR_INIT;
	int line = 0;

	assert_int_equal(fixed_headers_parse(&headers, &line, text, length, &error), ERROR_FAILED);
	assert_string_equal(error_text(&error), words);
	assert_int_equal(line, expected_line);
	error_release(&error);
	strings_release(&headers);
}

#define REFUSED(text, line, words) assert_refused(text, sizeof(text) - 1, line, words)

static void what_is_ours_is_refused_in_any_case(void **state)
{
	static const char *const names[] = {
		"webhook-id",          "WEBHOOK-Signature", "X-GitHub-Event", "x-github-delivery",
		"X-Hub-Signature-256", "x-hub-signature",   "ce-id",          "CE-Anything",
		"Idempotency-Key",     "user-agent"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct buffer text = BUFFER_INIT;
		struct buffer words = BUFFER_INIT;

		buffer_addf(&text, "X-A: 1\n%s: secret", names[i]);
		buffer_addf(&words, "%s is set by the hotfix suite", names[i]);
		assert_refused(text.bytes, text.length, 2, buffer_text(&words));
		buffer_release(&text);
		buffer_release(&words);
	}
	REFUSED("content-type: text/plain", 1, "content-type is set by the hotfix suite; see content-type");
}

static void what_is_the_transport_s_is_refused(void **state)
{
	static const char *const names[] = {"Host",
					    "content-length",
					    "Transfer-Encoding",
					    "Connection",
					    "Keep-Alive",
					    "TE",
					    "Trailer",
					    "Upgrade",
					    "Expect",
					    "Proxy-Authorization",
					    "proxy-connection",
					    "Accept-Encoding",
					    "Content-Encoding"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct buffer text = BUFFER_INIT;
		struct buffer words = BUFFER_INIT;

		buffer_addf(&text, "%s: secret", names[i]);
		buffer_addf(&words, "%s belongs to the transport", names[i]);
		assert_refused(text.bytes, text.length, 1, buffer_text(&words));
		buffer_release(&text);
		buffer_release(&words);
	}
}

static void what_is_no_header_is_refused_without_its_value(void **state)
{
	(void)state;
	REFUSED("secret", 1, "not a header, Name: value");
	REFUSED(": secret", 1, "not a header, Name: value");
	REFUSED("X-A : secret", 1, "not a header, Name: value");
	REFUSED(" X-A: secret", 1, "not a header, Name: value");
	REFUSED("X-A: 1\n folded", 2, "not a header, Name: value");
	REFUSED("X\xc3\xa9: secret", 1, "not a header, Name: value");
	REFUSED("X-A: sec\rret", 1, "X-A: a value is printable ASCII");
	REFUSED("X-A: sec\0ret", 1, "X-A: a value is printable ASCII");
	REFUSED("X-A: secret\r", 1, "X-A: a value is printable ASCII");
	REFUSED("X-A: \xc3\xa9", 1, "X-A: a value is printable ASCII");
	REFUSED("X-A: secret\x7f", 1, "X-A: a value is printable ASCII");
	REFUSED("X\0-A: secret", 1, "not a header, Name: value");
	REFUSED("X\x7f: secret", 1, "not a header, Name: value");
	REFUSED("X(A): secret", 1, "not a header, Name: value");
	REFUSED("X-A:", 1, "X-A has no value");
	REFUSED("X-A: 1\nx-a: secret", 2, "x-a is there already");
}

static void there_are_bounds(void **state)
{
	struct buffer text = BUFFER_INIT;

	(void)state;
	for (int i = 0; i <= FIXED_HEADERS_MAXIMUM; i++)
		buffer_addf(&text, "X-%d: 1\n", i);
	assert_refused(text.bytes, text.length, FIXED_HEADERS_MAXIMUM + 1, "more than 32 headers");
	buffer_clear(&text);
	buffer_add_string(&text, "X-A: ");
	while (text.length <= FIXED_HEADERS_LINE)
		buffer_add_char(&text, 'x');
	assert_refused(text.bytes, text.length, 1, "longer than 4096 bytes");
	buffer_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers_are_taken_line_by_line),
		cmocka_unit_test(a_file_without_headers_is_one),
		cmocka_unit_test(what_is_ours_is_refused_in_any_case),
		cmocka_unit_test(what_is_the_transport_s_is_refused),
		cmocka_unit_test(what_is_no_header_is_refused_without_its_value),
		cmocka_unit_test(there_are_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
