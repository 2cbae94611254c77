#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "flow/headers_file.h"
#include "flow/webhook_files.h"
#include "support/git_fixture.h"

static void headers_come_from_a_file_of_the_owner(void **state)
{
	struct webhook webhook = {.headers_file = "headers"};
	struct strings headers = STRINGS_INIT;
	struct error error = ERROR_INIT;

	(void)state;
	git_fixture_write("headers", "Authorization: Bearer hunter2\n", 0600);
	assert_int_equal(headers_file_load(&headers, webhook.headers_file, getuid(), &error), 0);
	assert_string_equal(headers.items[0], "Authorization: Bearer hunter2");
	strings_release(&headers);
}

static void assert_headers_refused(const char *text, mode_t mode, const char *words)
{
	struct webhook webhook = {.headers_file = "headers"};
	struct strings headers = STRINGS_INIT;
	struct error error = ERROR_INIT;

	git_fixture_write("headers", text, mode);
	assert_int_equal(headers_file_load(&headers, webhook.headers_file, getuid(), &error), ERROR_FAILED);
	assert_non_null(strstr(error_text(&error), words));
	assert_null(strstr(error_text(&error), "hunter"));
	strings_release(&headers);
	error_release(&error);
}

static void headers_that_others_can_read_or_that_are_none_are_refused(void **state)
{
	(void)state;
	assert_headers_refused("X-A: hunter2\n", 0640, "headers: others than its owner may read or write it");
	assert_headers_refused("X-A: 1\nHost: hunter2\n", 0600, "headers:2: Host belongs to the transport");
	assert_headers_refused("hunter2\n", 0600, "headers:1: not a header");
}

static void too_many_bytes_are_refused(void **state)
{
	struct webhook webhook = {.headers_file = "headers", .template_file = "template"};
	struct strings headers = STRINGS_INIT;
	struct error error = ERROR_INIT;
	struct buffer text = BUFFER_INIT;
	enum template_form form;

	(void)state;
	git_fixture_write("headers", "", 0600);
	git_fixture_write("template", "", 0600);
	assert_int_equal(truncate("headers", 4096 * 32 + 1), 0);
	assert_int_equal(truncate("template", TEMPLATE_MAXIMUM + 1), 0);
	assert_int_equal(headers_file_load(&headers, webhook.headers_file, getuid(), &error), ERROR_LIMIT);
	error_release(&error);
	assert_int_equal(webhook_load_template(&text, &form, &webhook, getuid(), &error), ERROR_LIMIT);
	error_release(&error);
	strings_release(&headers);
	buffer_release(&text);
}

static void assert_template(const char *text, const char *type, const char *words)
{
	char *path = realpath(".", NULL);
	struct buffer file = BUFFER_INIT;
	struct webhook webhook = {.content_type = (char *)type};
	struct error error = ERROR_INIT;
	int result;

	buffer_addf(&file, "%s/template", path);
	webhook.template_file = (char *)buffer_text(&file);
	git_fixture_write("template", text, 0644);
	result = webhook_try_template(&webhook, getuid(), &error);
	if (words) {
		assert_int_equal(result, ERROR_FAILED);
		assert_int_equal(strncmp(error_text(&error), buffer_text(&file), file.length), 0);
		assert_non_null(strstr(error_text(&error), words));
	} else {
		assert_int_equal(result, 0);
	}
	error_release(&error);
	buffer_release(&file);
	free(path);
}

static void a_template_is_tried_with_hostile_values(void **state)
{
	(void)state;
	assert_template("{\"a\":\"{reason}\",\"b\":{body}}", NULL, NULL);
	assert_template("{reason}", "text/plain", NULL);
	assert_template("a={reason}", "application/x-www-form-urlencoded", NULL);
	assert_template("{\"a\":{reason}}", NULL, "a placeholder stands outside of a text");
	assert_template("{\"a\":\"{body}\",\"b\":}", NULL, "no JSON");
	assert_template("{\"a\":\"b\"", NULL, "no JSON");
	assert_template("{\"n\":{delivery.attempts}}", "application/x+json", "no JSON");
	assert_template("\n\n{\"a\":\"{raeson}\"}", NULL, ":3: {raeson} is no placeholder");
	assert_template("", "text/plain", ": is empty");
}

static void a_template_that_others_can_write_is_not_used(void **state)
{
	struct webhook webhook = {.template_file = "template"};
	struct error error = ERROR_INIT;
	struct buffer text = BUFFER_INIT;
	enum template_form form;

	(void)state;
	git_fixture_write("template", "{}", 0666);
	assert_int_equal(webhook_load_template(&text, &form, &webhook, getuid(), &error), ERROR_FAILED);
	assert_non_null(strstr(error_text(&error), "others than its owner may write it"));
	assert_int_equal(text.length, 0);
	error_release(&error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers_come_from_a_file_of_the_owner),
		cmocka_unit_test(headers_that_others_can_read_or_that_are_none_are_refused),
		cmocka_unit_test(too_many_bytes_are_refused),
		cmocka_unit_test(a_template_is_tried_with_hostile_values),
		cmocka_unit_test(a_template_that_others_can_write_is_not_used),
	};

	return cmocka_run_group_tests(tests, git_fixture_set_up, git_fixture_tear_down);
}
