#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/url.h"

static void a_scheme_is_told_in_any_case(void **state)
{
	(void)state;
	assert_true(url_has_scheme("smtp://x", "smtp"));
	assert_true(url_has_scheme("SMTP://x", "smtp"));
	assert_false(url_has_scheme("smtps://x", "smtp"));
	assert_false(url_has_scheme("smtp:x", "smtp"));
	assert_false(url_has_scheme("", "smtp"));
}

static bool is_good(const char *url)
{
	struct error error = ERROR_INIT;
	bool good = !url_check(url, &error);

	error_release(&error);
	return good;
}

static void a_good_address_has_a_host_and_no_odd_byte(void **state)
{
	(void)state;
	assert_true(is_good("http://x"));
	assert_true(is_good("http://u:p@x:80/a?b#c"));
	assert_false(is_good("http://"));
	assert_false(is_good("http:///x"));
	assert_false(is_good("http://u@"));
	assert_false(is_good("http://:80"));
	assert_false(is_good("http://u@:80"));
	assert_false(is_good("http://x/ y"));
	assert_false(is_good("http://x/\n"));
	assert_false(is_good("http://x/\xc3\xbc"));
	assert_false(is_good("http://x/{y}"));
}

static void assert_host(const char *url, const char *wanted)
{
	size_t length;
	const char *host = url_host(url, &length);

	assert_int_equal(length, strlen(wanted));
	assert_memory_equal(host, wanted, length);
}

static void the_host_stands_behind_the_user(void **state)
{
	(void)state;
	assert_host("http://x.org", "x.org");
	assert_host("http://x.org:80/a@b", "x.org:80");
	assert_host("http://u@x.org?a", "x.org");
	assert_host("http://u:p@q@x.org#a", "x.org");
	assert_false(url_has_user("http://x.org/a@b"));
	assert_true(url_has_user("http://u@x.org"));
}

static void this_machine_is_told_from_what_only_looks_like_it(void **state)
{
	static const char *const local[] = {"http://localhost",  "http://LOCALHOST:80/x", "http://127.0.0.1:8",
					    "http://127.9.9.9/", "http://[::1]",          "http://u@[::1]:80/"};
	static const char *const other[] = {"http://localhost.x.org", "http://xlocalhost",      "http://local",
					    "http://otherhost",       "http://127.0.0.1.x.org", "http://[::1]x",
					    "http://[::2]",           "http://localhost@x.org", "http://1.2.3.4"};

	(void)state;
	for (size_t i = 0; i < sizeof(local) / sizeof(local[0]); i++)
		assert_true(url_is_local(local[i]));
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		assert_false(url_is_local(other[i]));
}

static void assert_redacted(const char *text, const char *wanted)
{
	struct buffer out = BUFFER_INIT;

	url_redact(&out, text);
	assert_string_equal(buffer_text(&out), wanted);
	buffer_release(&out);
}

static void a_password_is_not_shown_wherever_it_ends(void **state)
{
	(void)state;
	assert_redacted("", "");
	assert_redacted("ops@example.com", "ops@example.com");
	assert_redacted("https://x.org/a", "https://x.org/a");
	assert_redacted("amqp://user:word@x.org/v", "amqp://...@x.org/v");
	assert_redacted("amqp://user:wo/r@d@x.org/v", "amqp://...@x.org/v");
}

static void an_address_keeps_unreserved_characters_alone(void **state)
{
	struct buffer text = BUFFER_INIT;

	(void)state;
	url_escape(&text, "azAZ09-._~ /?&=%+#\xc3\xbc\n");
	assert_string_equal(buffer_text(&text), "azAZ09-._~%20%2F%3F%26%3D%25%2B%23%C3%BC%0A");
	buffer_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scheme_is_told_in_any_case),
		cmocka_unit_test(a_good_address_has_a_host_and_no_odd_byte),
		cmocka_unit_test(the_host_stands_behind_the_user),
		cmocka_unit_test(this_machine_is_told_from_what_only_looks_like_it),
		cmocka_unit_test(an_address_keeps_unreserved_characters_alone),
		cmocka_unit_test(a_password_is_not_shown_wherever_it_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
