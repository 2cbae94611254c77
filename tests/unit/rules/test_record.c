#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "rules/record.h"

static void names_every_kind_of_landing(void **state)
{
	static const char *const names[] = {"merge",    "fast-forward", "squash",     "ordinary",   "rollback",
					    "creation", "sign-off",     "revocation", "abandonment"};

	(void)state;
	assert_int_equal(sizeof(names) / sizeof(*names), LANDING_KINDS);
	for (int kind = 0; kind < LANDING_KINDS; kind++) {
		assert_string_equal(landing_kind_name((enum landing_kind)kind), names[kind]);
		assert_int_equal(landing_kind_of(names[kind]), kind);
	}
}

static void knows_no_kind_of_another_name(void **state)
{
	(void)state;
	assert_int_equal(landing_kind_of("rebase"), LANDING_KINDS);
	assert_int_equal(landing_kind_of(""), LANDING_KINDS);
	assert_string_equal(landing_kind_name(LANDING_KINDS), "unknown");
}

static void adds_empty_records_landings_and_signoffs(void **state)
{
	struct records records = {0};

	(void)state;
	for (int i = 0; i < 20; i++) {
		struct record *record = records_add(&records, "refs/heads/main");

		assert_int_equal(record->landing_count, 0);
		assert_true(object_id_is_zero(&record->old_id));
		for (int j = 0; j < 20; j++) {
			struct record_landing *landing = record_add_landing(record);
			struct record_signoff *signoff;

			assert_null(landing->branch);
			assert_int_equal(landing->signoff_count, 0);
			landing->branch = memory_copy("refs/heads/hotfix/A-1-x");
			signoff = record_landing_add_signoff(landing);
			assert_null(signoff->name);
			signoff->name = memory_copy("review");
		}
		object_ids_add(&record->first_seen, &record->new_id);
	}
	assert_int_equal(records.count, 20);
	assert_int_equal(records.items[0].landing_count, 20);
	assert_string_equal(records.items[19].landings[19].signoffs[0].name, "review");
	records_release(&records);
	assert_int_equal(records.count, 0);
	assert_null(records.items);
}

static void releases_a_record_to_all_zero(void **state)
{
	struct records records = {0};
	struct record *record = records_add(&records, "refs/heads/main");

	(void)state;
	record_add_landing(record)->incident = memory_copy("A-1");
	record_release(record);
	assert_null(record->ref);
	assert_null(record->landings);
	assert_int_equal(record->landing_count, 0);
	records_release(&records);
}

static void a_hotfix_lands_in_three_ways(void **state)
{
	(void)state;
	assert_true(landing_kind_is_hotfix(LANDING_MERGE));
	assert_true(landing_kind_is_hotfix(LANDING_FAST_FORWARD));
	assert_true(landing_kind_is_hotfix(LANDING_SQUASH));
	for (int kind = LANDING_SQUASH + 1; kind <= LANDING_KINDS; kind++)
		assert_false(landing_kind_is_hotfix((enum landing_kind)kind));
}

static void what_a_gate_said_goes_with_its_landing(void **state)
{
	struct record_landing landing = {0};

	(void)state;
	for (int i = 0; i < 20; i++) {
		struct record_gate *gate = record_landing_add_gate(&landing);

		assert_null(gate->name);
		assert_false(gate->open);
		gate->name = memory_copy("tracker");
		gate->answer = memory_copy("INC-7 is open");
	}
	assert_int_equal(landing.gate_count, 20);
	assert_string_equal(landing.gates[0].name, "tracker");
	assert_string_equal(landing.gates[19].answer, "INC-7 is open");
	record_landing_release(&landing);
	assert_null(landing.gates);
	assert_int_equal(landing.gate_count, 0);
}

static void two_landings_are_the_same_by_kind_commits_and_branch(void **state)
{
	const struct record_landing landing = {.kind = LANDING_MERGE,
					       .from = {{1}},
					       .to = {{2}},
					       .tip = {{3}},
					       .branch = (char[]){"refs/heads/hotfix/A-1-x"}};
	struct record_landing other = landing;

	(void)state;
	other.incident = (char[]){"A-1"};
	assert_true(record_landing_is_same(&landing, &other));
	other.branch = (char[]){"refs/heads/hotfix/A-1-x"};
	assert_true(record_landing_is_same(&landing, &other));
	other.branch = (char[]){"refs/heads/hotfix/A-1-y"};
	assert_false(record_landing_is_same(&landing, &other));
	other.branch = NULL;
	assert_false(record_landing_is_same(&landing, &other));
	assert_false(record_landing_is_same(&other, &landing));
	assert_true(record_landing_is_same(&other, &other));
	other = landing;
	other.kind = LANDING_SQUASH;
	assert_false(record_landing_is_same(&landing, &other));
	other = landing;
	other.from = landing.to;
	assert_false(record_landing_is_same(&landing, &other));
	other = landing;
	other.to = landing.from;
	assert_false(record_landing_is_same(&landing, &other));
	other = landing;
	other.tip = landing.to;
	assert_false(record_landing_is_same(&landing, &other));
}

static void sign_offs_are_owed_where_people_were_missing(void **state)
{
	struct record_override override = {0};

	(void)state;
	assert_false(record_override_owes(&override));
	record_override_add_missing(&override);
	assert_false(record_override_owes(&override));
	record_override_add_missing(&override)->people = 2;
	assert_true(record_override_owes(&override));
	free(override.missing);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_every_kind_of_landing),
		cmocka_unit_test(knows_no_kind_of_another_name),
		cmocka_unit_test(adds_empty_records_landings_and_signoffs),
		cmocka_unit_test(releases_a_record_to_all_zero),
		cmocka_unit_test(a_hotfix_lands_in_three_ways),
		cmocka_unit_test(what_a_gate_said_goes_with_its_landing),
		cmocka_unit_test(two_landings_are_the_same_by_kind_commits_and_branch),
		cmocka_unit_test(sign_offs_are_owed_where_people_were_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
