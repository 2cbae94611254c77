#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/template.h"

struct value {
	const char *name;
	const char *text;
};

static const char *find(void *context, const char *name)
{
	for (const struct value *value = context; value->name; value++)
		if (strcmp(value->name, name) == 0)
			return value->text;
	return NULL;
}

static void assert_expands(const char *text, enum template_form form, const struct value *values, const char *expected)
{
	struct buffer out = BUFFER_INIT;
	struct error error = ERROR_INIT;
	int line = 0;

	assert_int_equal(template_check(&line, text, strlen(text), form, &error), 0);
	assert_int_equal(template_expand(&out, text, strlen(text), form, find, (void *)values, &error), 0);
	assert_string_equal(buffer_text(&out), expected);
	buffer_release(&out);
}

static const struct value incident[] = {{"hotfix.incident", "INC-7"}, {"type", "hotfix.merged"}, {0}};

static void a_placeholder_stands_for_its_value(void **state)
{
	(void)state;
	assert_expands("{type} of {hotfix.incident}\n", TEMPLATE_TEXT, incident, "hotfix.merged of INC-7\n");
	assert_expands("{type}{type}", TEMPLATE_TEXT, incident, "hotfix.mergedhotfix.merged");
	assert_expands("", TEMPLATE_TEXT, incident, "");
	assert_expands("as it is", TEMPLATE_JSON, incident, "as it is");
}

static void what_is_not_known_stands_for_nothing(void **state)
{
	(void)state;
	assert_expands("[{hotfix.severity}]", TEMPLATE_TEXT, incident, "[]");
}

static void a_brace_before_anything_but_a_letter_stands_for_itself(void **state)
{
	(void)state;
	assert_expands("{\"a\": {}, \"b\": {\"c\": [{ }]}}", TEMPLATE_JSON, incident,
		       "{\"a\": {}, \"b\": {\"c\": [{ }]}}");
	assert_expands("{{{ }}} { {1} {", TEMPLATE_TEXT, incident, "{{{ }}} { {1} {");
	assert_expands("{", TEMPLATE_TEXT, incident, "{");
	assert_expands("{\"a\":\"{type}\"}", TEMPLATE_JSON, incident, "{\"a\":\"hotfix.merged\"}");
	assert_expands("{{type}", TEMPLATE_TEXT, incident, "{hotfix.merged");
}

static void doubled_braces_are_a_name_in_braces(void **state)
{
	(void)state;
	assert_expands("{{type}} {{no-name}} {{T}}", TEMPLATE_TEXT, incident, "{type} {no-name} {T}");
	assert_expands("{{{type}}}", TEMPLATE_TEXT, incident, "{{type}}");
	assert_expands("{{azAZ09._-}} {{Z}} {{A}} {{z}}", TEMPLATE_TEXT, incident, "{azAZ09._-} {Z} {A} {z}");
	assert_expands("{{type}x}", TEMPLATE_TEXT, incident, "{hotfix.mergedx}");
}

static void a_value_is_escaped_inside_a_string_of_json(void **state)
{
	static const struct value values[] = {
		{"reason", "\"quoted\" back\\slash\nline\ttab\x01\x7f</script>\xc3\xa9\xff{type}"}, {0}};

	(void)state;
	assert_expands(
		"\"{reason}\"", TEMPLATE_JSON, values,
		"\"\\\"quoted\\\" back\\\\slash\\nline\\ttab\\u0001\\u007f\\u003c/script>\xc3\xa9\\ufffd{type}\"");
}

static void the_body_is_a_value_of_json_as_it_is(void **state)
{
	static const struct value values[] = {{"body", "{\"a\":\"\\\"\"}"}, {0}};

	(void)state;
	assert_expands("{\"data\":{body}}", TEMPLATE_JSON, values, "{\"data\":{\"a\":\"\\\"\"}}");
	assert_expands("payload={body}", TEMPLATE_URL, values, "payload=%7B%22a%22%3A%22%5C%22%22%7D");
}

static void a_value_is_percent_encoded_in_a_form(void **state)
{
	static const struct value values[] = {{"reason", "a&b=c d/\xc3\xa9~"}, {0}};

	(void)state;
	assert_expands("reason={reason}&more=1", TEMPLATE_URL, values, "reason=a%26b%3Dc%20d%2F%C3%A9~&more=1");
}

static void assert_wrong(const char *text, size_t length, enum template_form form, int expected_line, const char *words)
{
	struct error error = ERROR_INIT;
	int line = 0;

	assert_int_equal(template_check(&line, text, length, form, &error), ERROR_FAILED);
	assert_int_equal(line, expected_line);
	assert_non_null(strstr(error_text(&error), words));
	error_release(&error);
}

static void what_is_no_placeholder_is_an_error_with_its_line(void **state)
{
	(void)state;
	assert_wrong("{type}\n\n{hotfix.incedent}\n", 27, TEMPLATE_TEXT, 3, "{hotfix.incedent} is no placeholder");
	assert_wrong("{Type}", 6, TEMPLATE_TEXT, 1, "{Type} is no placeholder");
	assert_wrong("{type", 5, TEMPLATE_TEXT, 1, "{type is no placeholder");
	assert_wrong("{type }", 7, TEMPLATE_TEXT, 1, "{type is no placeholder");
	assert_wrong("{hotfix.signoffs}", 17, TEMPLATE_JSON, 1, "{hotfix.signoffs} is no placeholder");
	assert_wrong("{hotfix}", 8, TEMPLATE_JSON, 1, "{hotfix} is no placeholder");
	assert_wrong("\n{aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 54, TEMPLATE_JSON, 2,
		     "{aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa is no placeholder");
}

static void bytes_that_a_text_cannot_hold_are_an_error_with_their_line(void **state)
{
	(void)state;
	assert_wrong("a\nb\0c", 5, TEMPLATE_TEXT, 2, "a NUL");
	assert_wrong("\"\n\xe9\"", 4, TEMPLATE_JSON, 2, "no UTF-8");
	assert_expands("latin \xe9", TEMPLATE_TEXT, incident, "latin \xe9");
}

static void what_would_be_endless_ends(void **state)
{
	struct buffer template = BUFFER_INIT;
	struct buffer value = BUFFER_INIT;
	struct buffer out = BUFFER_INIT;
	struct value values[] = {{"body", NULL}, {0}};
	struct error error = ERROR_INIT;

	(void)state;
	for (int i = 0; i < 1024; i++) {
		buffer_addf(&value, "%1024s", "");
		buffer_add_string(&template, "{body}");
	}
	values[0].text = buffer_text(&value);
	assert_int_equal(
		template_expand(&out, buffer_text(&template), template.length, TEMPLATE_JSON, find, values, &error),
		ERROR_LIMIT);
	assert_true(out.length <= TEMPLATE_RESULT_MAXIMUM + value.length);
	assert_non_null(strstr(error_text(&error), "longer than 4194304 bytes"));
	error_release(&error);
	buffer_release(&template);
	buffer_release(&value);
	buffer_release(&out);
}

static void the_type_of_the_content_says_how_values_are_written(void **state)
{
	static const struct {
		const char *type;
		enum template_form form;
	} cases[] = {
		{"application/json", TEMPLATE_JSON},
		{"Application/JSON; charset=utf-8", TEMPLATE_JSON},
		{"application/cloudevents+json", TEMPLATE_JSON},
		{"application/x-www-form-urlencoded", TEMPLATE_URL},
		{"text/plain;charset=utf-8", TEMPLATE_TEXT},
		{"text/markdown", TEMPLATE_TEXT},
	};
	static const char *const wrong[] = {"image/gif",       "text/html", "text/xml; charset=utf-8",
					    "application/xml", "json",      "+json",
					    "text/",           "",          "application/jsonx"};
	struct error error = ERROR_INIT;
	enum template_form form;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(template_form_of(&form, cases[i].type, &error), 0);
		assert_int_equal(form, cases[i].form);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (!template_form_of(&form, wrong[i], &error))
			fail_msg("%s", wrong[i]);
		error_release(&error);
	}
}

static void assert_url(const char *url, const struct value *values, const char *expected)
{
	struct buffer out = BUFFER_INIT;
	struct error error = ERROR_INIT;

	assert_int_equal(template_check_url(url, &error), 0);
	assert_int_equal(template_expand_url(&out, url, find, (void *)values, &error), 0);
	assert_string_equal(buffer_text(&out), expected);
	buffer_release(&out);
}

static void an_address_takes_values_in_its_path_and_its_query(void **state)
{
	static const struct value values[] = {{"repository.full_name", "team/shop"}, {"hotfix.incident", "A&B?#"}, {0}};

	(void)state;
	assert_url("https://x/{repository.full_name}/hook?i={hotfix.incident}#top", values,
		   "https://x/team%2Fshop/hook?i=A%26B%3F%23#top");
	assert_url("https://x?i={hotfix.incident}", values, "https://x?i=A%26B%3F%23");
	assert_url("https://x/{{a}}/%7B{}", values, "https://x/{a}/%7B{}");
	assert_url("https://x/a/../b", values, "https://x/a/../b");
	assert_url("https://user@x/a", values, "https://user@x/a");
	assert_url("https://x/{_}{~}{[}{1}/..", values, "https://x/{_}{~}{[}{1}/..");
}

static void assert_bad_url(const char *url, const char *words)
{
	struct error error = ERROR_INIT;

	assert_int_equal(template_check_url(url, &error), ERROR_FAILED);
	assert_non_null(strstr(error_text(&error), words));
	error_release(&error);
}

static void an_address_takes_no_value_elsewhere(void **state)
{
	(void)state;
	assert_bad_url("https://{repository.name}.example.com/", "not for the host");
	assert_bad_url("https://x:{id}/", "not for the host");
	assert_bad_url("https://{id}@x/", "not for the host");
	assert_bad_url("{type}://x/{id}", "not for the host");
	assert_bad_url("https://x/#{id}", "behind # is never sent");
	assert_bad_url("https://x/?{body}", "too long for an address");
	assert_bad_url("https://x/{nothing}", "{nothing} is no placeholder");
	assert_bad_url("https://x/../{id}", "no . or ..");
	assert_bad_url("https://x/%2E./{id}", "no . or ..");
	assert_bad_url("https://x/%2e/{id}", "no . or ..");
	for (int i = 0; i < 4; i++) {
		char url[] = "https://x/{?}";

		url[11] = "azAZ"[i];
		assert_bad_url(url, "} is no placeholder");
	}
	assert_bad_url("{id}/x", "not for the host");
}

static void a_value_does_not_lead_out_of_its_folder(void **state)
{
	static const char *const values[] = {"..", ".", "%2e", "../x"};
	static const char *const urls[] = {"https://x/a/{reason}/b", "https://x/a/{reason}?c", "https://x/.{reason}",
					   "https://x/{reason}"};
	static const bool fails[4][4] = {{true, true, false, true},
					 {true, true, true, true},
					 {false, false, false, false},
					 {false, false, false, false}};

	(void)state;
	for (int v = 0; v < 4; v++) {
		for (int u = 0; u < 4; u++) {
			struct value value[] = {{"reason", values[v]}, {0}};
			struct error error = ERROR_INIT;
			struct buffer out = BUFFER_INIT;
			int result = template_expand_url(&out, urls[u], find, value, &error);

			if ((result != 0) != fails[v][u])
				fail_msg("%s in %s: %s", values[v], urls[u], buffer_text(&out));
			error_release(&error);
			buffer_release(&out);
		}
	}
}

static void assert_endless_value_ends(void)
{
	struct buffer text = BUFFER_INIT;
	struct buffer out = BUFFER_INIT;
	struct error error = ERROR_INIT;
	struct value values[] = {{"reason", NULL}, {0}};

	buffer_addf(&text, "%*s", TEMPLATE_RESULT_MAXIMUM / 3 + 1, ""); /* a blank becomes three bytes */
	values[0].text = buffer_text(&text);
	assert_int_equal(template_expand_url(&out, "https://x/{reason}", find, values, &error), ERROR_LIMIT);
	assert_string_equal(error_text(&error), "with its values it is longer than 4194304 bytes");
	assert_int_equal(out.length, 0);
	buffer_release(&text);
	error_release(&error);
}

static void an_address_has_an_end(void **state)
{
	char text[TEMPLATE_URL_MAXIMUM + 1];
	struct value values[] = {{"reason", text}, {0}};
	struct error error = ERROR_INIT;
	struct buffer out = BUFFER_INIT;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(template_expand_url(&out, "https://x/{reason}", find, values, &error), ERROR_LIMIT);
	assert_int_equal(out.length, 0);
	error_release(&error);
	assert_endless_value_ends();
}

static void every_placeholder_can_be_used(void **state)
{
	struct error error = ERROR_INIT;
	const char *name;
	int line;

	(void)state;
	for (size_t i = 0; (name = template_placeholder(i)); i++) {
		struct value values[] = {{name, "value"}, {0}};
		struct buffer text = BUFFER_INIT;

		buffer_addf(&text, "{%s}", name);
		assert_int_equal(template_check(&line, text.bytes, text.length, TEMPLATE_TEXT, &error), 0);
		assert_expands(buffer_text(&text), TEMPLATE_TEXT, values, "value");
		buffer_release(&text);
	}
	assert_string_equal(template_placeholder(0), TEMPLATE_BODY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_placeholder_stands_for_its_value),
		cmocka_unit_test(what_is_not_known_stands_for_nothing),
		cmocka_unit_test(a_brace_before_anything_but_a_letter_stands_for_itself),
		cmocka_unit_test(doubled_braces_are_a_name_in_braces),
		cmocka_unit_test(a_value_is_escaped_inside_a_string_of_json),
		cmocka_unit_test(the_body_is_a_value_of_json_as_it_is),
		cmocka_unit_test(a_value_is_percent_encoded_in_a_form),
		cmocka_unit_test(what_is_no_placeholder_is_an_error_with_its_line),
		cmocka_unit_test(bytes_that_a_text_cannot_hold_are_an_error_with_their_line),
		cmocka_unit_test(what_would_be_endless_ends),
		cmocka_unit_test(the_type_of_the_content_says_how_values_are_written),
		cmocka_unit_test(an_address_takes_values_in_its_path_and_its_query),
		cmocka_unit_test(an_address_takes_no_value_elsewhere),
		cmocka_unit_test(a_value_does_not_lead_out_of_its_folder),
		cmocka_unit_test(an_address_has_an_end),
		cmocka_unit_test(every_placeholder_can_be_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
