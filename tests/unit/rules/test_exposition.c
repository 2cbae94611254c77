#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/exposition.h"

static void assert_written(struct buffer *buffer, const char *wanted)
{
	assert_string_equal(buffer_text(buffer), wanted);
	buffer_release(buffer);
}

static void a_family_begins_with_its_help_and_its_type(void **state)
{
	struct buffer out = BUFFER_INIT;

	(void)state;
	exposition_family(&out, "hotfix_x_total", "counter", "How many.");
	assert_written(&out, "# HELP hotfix_x_total How many.\n# TYPE hotfix_x_total counter\n");
}

static void a_sample_has_the_labels_that_have_a_value(void **state)
{
	struct exposition_labels labels = {{{"repository", "/srv/a.git"}, {"endpoint", NULL}, {"result", ""}}};
	struct exposition_labels none = {{{"repository", NULL}}};
	struct buffer out = BUFFER_INIT;

	(void)state;
	exposition_integer(&out, "x", &labels, 9007199254740993);
	exposition_integer(&out, "y", &none, -1);
	assert_written(&out, "x{repository=\"/srv/a.git\",result=\"\"} 9007199254740993\ny -1\n");
}

static void what_would_end_a_value_is_escaped(void **state)
{
	struct exposition_labels labels = {{{"a", "back\\slash \"quoted\"\nline, {b}=\t\xc3\xa9"}}};
	struct buffer out = BUFFER_INIT;

	(void)state;
	exposition_integer(&out, "x", &labels, 0);
	assert_written(&out, "x{a=\"back\\\\slash \\\"quoted\\\"\\nline, {b}=\t\xc3\xa9\"} 0\n");
}

static void bytes_that_are_no_utf8_are_replaced_one_by_one(void **state)
{
	struct exposition_labels labels = {{{"a", "\xe9t\xc3\xa9\xed\xa0\x80\xf0\x9f"}}};
	struct buffer out = BUFFER_INIT;

	(void)state;
	exposition_integer(&out, "x", &labels, 0);
	assert_written(
		&out, "x{a=\"\xef\xbf\xbdt\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"} 0\n");
}

static void seconds_have_three_decimals(void **state)
{
	struct exposition_labels none = {{{NULL, NULL}}};
	struct buffer out = BUFFER_INIT;

	(void)state;
	exposition_seconds(&out, "x", &none, 0);
	exposition_seconds(&out, "x", &none, 61007);
	assert_written(&out, "x 0.000\nx 61.007\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_family_begins_with_its_help_and_its_type),
		cmocka_unit_test(a_sample_has_the_labels_that_have_a_value),
		cmocka_unit_test(what_would_end_a_value_is_escaped),
		cmocka_unit_test(bytes_that_are_no_utf8_are_replaced_one_by_one),
		cmocka_unit_test(seconds_have_three_decimals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
