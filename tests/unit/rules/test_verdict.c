#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/verdict.h"

#define REF "refs/heads/main"

static void a_verdict_without_findings_accepts(void **state)
{
	struct verdict verdict = {0};

	(void)state;
	assert_true(verdict_accepts(&verdict));
	verdict_release(&verdict);
}

static void a_finding_refuses_until_it_is_weighed(void **state)
{
	struct verdict verdict = {0};
	struct finding *finding = verdict_add(&verdict, "size", NULL, REF);

	(void)state;
	assert_string_equal(finding->rule, "size");
	assert_null(finding->detail);
	assert_string_equal(finding->ref, REF);
	assert_false(finding->fault);
	assert_int_equal(finding->found.count, 0);
	assert_int_equal(finding->remedy.count, 0);
	assert_false(verdict_accepts(&verdict));
	verdict_release(&verdict);
	assert_int_equal(verdict.count, 0);
	assert_null(verdict.findings);
}

static void the_name_of_a_finding_holds_its_detail(void **state)
{
	struct verdict verdict = {0};
	char *name = finding_name(verdict_add(&verdict, "signoff", "qa", REF));

	(void)state;
	assert_string_equal(name, "signoff-qa");
	free(name);
	name = finding_name(verdict_add(&verdict, "size", NULL, REF));
	assert_string_equal(name, "size");
	free(name);
	verdict_release(&verdict);
}

/* Weighs one finding "signoff-qa" under this mode, with WARN (may be NULL) as what only warns. */
static enum severity weighed(enum policy_mode mode, const char *warn)
{
	struct verdict verdict = {0};
	struct policy policy;
	enum severity severity;

	policy_init(&policy);
	policy.mode = mode;
	if (warn)
		strings_add(&policy.warn, warn);
	verdict_add(&verdict, "signoff", "qa", REF);
	verdict_weigh(&verdict, &policy);
	severity = verdict.findings[0].severity;
	assert_int_equal(verdict_accepts(&verdict), severity == SEVERITY_WARN);
	verdict_release(&verdict);
	policy_release(&policy);
	return severity;
}

static void only_mode_enforce_refuses(void **state)
{
	(void)state;
	assert_int_equal(weighed(MODE_ENFORCE, NULL), SEVERITY_REFUSE);
	assert_int_equal(weighed(MODE_WARN, NULL), SEVERITY_WARN);
	assert_int_equal(weighed(MODE_OFF, NULL), SEVERITY_WARN);
}

static void a_rule_that_is_named_by_warn_only_warns(void **state)
{
	(void)state;
	assert_int_equal(weighed(MODE_ENFORCE, "signoff-qa"), SEVERITY_WARN);
	assert_int_equal(weighed(MODE_ENFORCE, "signoff"), SEVERITY_WARN);
	assert_int_equal(weighed(MODE_ENFORCE, "signoff-*"), SEVERITY_WARN);
	assert_int_equal(weighed(MODE_ENFORCE, "signoff-review"), SEVERITY_REFUSE);
	assert_int_equal(weighed(MODE_ENFORCE, "qa"), SEVERITY_REFUSE);
	assert_int_equal(weighed(MODE_ENFORCE, "sign"), SEVERITY_REFUSE);
}

static void one_finding_that_refuses_is_enough(void **state)
{
	struct verdict verdict = {0};
	struct policy policy;

	(void)state;
	policy_init(&policy);
	strings_add(&policy.warn, "size");
	verdict_add(&verdict, "size", NULL, REF);
	verdict_weigh(&verdict, &policy);
	assert_true(verdict_accepts(&verdict));
	verdict_add(&verdict, "base", NULL, REF);
	verdict_weigh(&verdict, &policy);
	assert_false(verdict_accepts(&verdict));
	verdict_release(&verdict);
	policy_release(&policy);
}

static void findings_are_moved_behind_others(void **state)
{
	struct verdict verdict = {0};
	struct verdict other = {0};

	(void)state;
	verdict_add(&verdict, "size", NULL, REF);
	for (int i = 0; i < 40; i++)
		strings_add(&verdict_add(&other, "signoff", "qa", REF)->found, "missing");
	verdict_append(&verdict, &other);
	assert_int_equal(verdict.count, 41);
	assert_string_equal(verdict.findings[0].rule, "size");
	assert_string_equal(verdict.findings[40].detail, "qa");
	assert_string_equal(verdict.findings[40].found.items[0], "missing");
	assert_int_equal(other.count, 0);
	assert_null(other.findings);
	verdict_append(&verdict, &other);
	assert_int_equal(verdict.count, 41);
	verdict_release(&verdict);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_verdict_without_findings_accepts),
		cmocka_unit_test(a_finding_refuses_until_it_is_weighed),
		cmocka_unit_test(the_name_of_a_finding_holds_its_detail),
		cmocka_unit_test(only_mode_enforce_refuses),
		cmocka_unit_test(a_rule_that_is_named_by_warn_only_warns),
		cmocka_unit_test(one_finding_that_refuses_is_enough),
		cmocka_unit_test(findings_are_moved_behind_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
