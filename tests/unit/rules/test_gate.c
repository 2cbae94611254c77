#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/gate.h"

static const struct gate_facts facts = {
	.incident = "INC-7", .branch = "hotfix/INC-7-a b", .commit = "0123abcd", .production = "main"};

static void in_brackets(struct buffer *out, const char *text)
{
	buffer_addf(out, "[%s]", text);
}

static void assert_filled(const char *template, const char *wanted)
{
	struct buffer text = BUFFER_INIT;

	gate_fill(&text, template, &facts, in_brackets);
	assert_string_equal(buffer_text(&text), wanted);
	buffer_release(&text);
}

static void placeholders_are_filled_in_through_the_escape(void **state)
{
	(void)state;
	assert_filled("", "");
	assert_filled("{incident}", "[INC-7]");
	assert_filled("/{production}/{branch}?{commit}", "/[main]/[hotfix/INC-7-a b]?[0123abcd]");
	assert_filled("{{incident}}{Incident}{incident", "{[INC-7]}{Incident}{incident");
	assert_filled("{severity}|", "|");
}

static void an_address_is_shown_without_its_query(void **state)
{
	struct buffer text = BUFFER_INIT;

	(void)state;
	gate_show_url(&text, "https://x.org/a/b?token=1#c");
	gate_show_url(&text, "#c");
	assert_string_equal(buffer_text(&text), "https://x.org/a/b");
	buffer_release(&text);
}

/* EXPRESSION NULL: it is none. */
static void assert_expectation(const char *item, const char *pointer, const char *expression)
{
	struct buffer read = BUFFER_INIT;
	const char *rest = NULL;
	bool good = gate_take_expectation(&read, &rest, item);

	assert_int_equal(good, expression != NULL);
	if (good) {
		assert_string_equal(buffer_text(&read), pointer);
		assert_string_equal(rest, expression);
	}
	buffer_release(&read);
}

static void an_expectation_is_a_pointer_and_an_expression(void **state)
{
	(void)state;
	assert_expectation("/state ^opened$", "/state", "^opened$");
	assert_expectation("/a/0\t  In Progress|Open, really", "/a/0", "In Progress|Open, really");
	assert_expectation("/ x", "/", "x");
	assert_expectation("/state", NULL, NULL);
	assert_expectation("/state  ", NULL, NULL);
	assert_expectation("state ^opened$", NULL, NULL);
	assert_expectation("", NULL, NULL);
}

static void a_gate_is_asked_when_and_for_what_it_says(void **state)
{
	struct gate gate;

	(void)state;
	gate_init(&gate, "x");
	assert_true(gate_is_asked(&gate, GATE_WHEN_LANDING, GATE_FOR_HOTFIX));
	assert_false(gate_is_asked(&gate, GATE_WHEN_LANDING, GATE_FOR_ORDINARY));
	assert_false(gate_is_asked(&gate, GATE_WHEN_OPENED, GATE_FOR_HOTFIX));
	strings_add(&gate.when, GATE_WHEN_OPENED);
	strings_add(&gate.lands, GATE_FOR_ORDINARY);
	assert_true(gate_is_asked(&gate, GATE_WHEN_LANDING, GATE_FOR_ORDINARY));
	assert_true(gate_is_asked(&gate, GATE_WHEN_OPENED, GATE_FOR_HOTFIX));
	assert_false(gate_has_body(&gate));
	gate_release(&gate);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(placeholders_are_filled_in_through_the_escape),
		cmocka_unit_test(an_address_is_shown_without_its_query),
		cmocka_unit_test(an_expectation_is_a_pointer_and_an_expression),
		cmocka_unit_test(a_gate_is_asked_when_and_for_what_it_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
