#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/event.h"
#include "rules/template.h"

static void every_type_has_a_name_that_leads_back_to_it(void **state)
{
	(void)state;
	for (int type = 0; type < EVENT_TYPES; type++)
		assert_int_equal(event_type_of(event_name((enum event_type)type)), type);
}

static void an_unknown_name_is_no_type(void **state)
{
	(void)state;
	assert_int_equal(event_type_of("hotfix.celebrated"), EVENT_TYPES);
	assert_int_equal(event_type_of(""), EVENT_TYPES);
	assert_int_equal(event_type_of("hotfix.merge"), EVENT_TYPES);
	assert_string_equal(event_summary("hotfix.celebrated"), "{type} {hotfix.incident}");
}

static void every_type_says_something_in_one_line(void **state)
{
	struct error error = ERROR_INIT;
	int line;

	(void)state;
	for (int type = 0; type < EVENT_TYPES; type++) {
		const char *summary = event_summary(event_name((enum event_type)type));

		assert_non_null(summary);
		assert_null(strchr(summary, '\n'));
		assert_int_equal(template_check(&line, summary, strlen(summary), TEMPLATE_TEXT, &error), 0);
	}
}

static void only_the_three_landings_deploy(void **state)
{
	(void)state;
	assert_true(event_is_landing(EVENT_HOTFIX_MERGED));
	assert_true(event_is_landing(EVENT_PRODUCTION_RELEASED));
	assert_true(event_is_landing(EVENT_PRODUCTION_ROLLED_BACK));
	assert_false(event_is_landing(EVENT_PRODUCTION_UNEXPECTED));
	assert_false(event_is_landing(EVENT_HOTFIX_READY));
	assert_false(event_is_landing(EVENT_PING));
}

static void an_endpoint_gets_what_its_patterns_name(void **state)
{
	struct strings patterns = STRINGS_INIT;

	(void)state;
	assert_false(event_wanted(&patterns, "hotfix.merged"));
	strings_add(&patterns, "hotfix.*");
	strings_add(&patterns, "production.rolled_back");
	assert_true(event_wanted(&patterns, "hotfix.merged"));
	assert_true(event_wanted(&patterns, "hotfix.ready"));
	assert_true(event_wanted(&patterns, "production.rolled_back"));
	assert_false(event_wanted(&patterns, "production.released"));
	strings_release(&patterns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_has_a_name_that_leads_back_to_it),
		cmocka_unit_test(an_unknown_name_is_no_type),
		cmocka_unit_test(every_type_says_something_in_one_line),
		cmocka_unit_test(only_the_three_landings_deploy),
		cmocka_unit_test(an_endpoint_gets_what_its_patterns_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
