#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "rules/life.h"

#define MAIN "refs/heads/main"
#define EU "refs/heads/eu"

struct fixture {
	struct policy policy;
	struct life_landings landings;
};

static int setup(void **state)
{
	struct fixture *fixture = memory_alloc(sizeof(*fixture));
	struct signoff *deploy;

	policy_init(&fixture->policy);
	deploy = policy_add_signoff(&fixture->policy, SIGNOFF_DEPLOY);
	strings_add(&deploy->environments, "production");
	policy_add_signoff(&fixture->policy, SIGNOFF_MONITOR);
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	life_landings_release(&fixture->landings);
	policy_release(&fixture->policy);
	free(fixture);
	return 0;
}

static struct life_landing *add_landing(struct fixture *fixture, const char *production)
{
	struct life_landing *landing = life_landings_add(&fixture->landings);

	landing->production = memory_copy(production);
	return landing;
}

static void add_answer(struct life_landing *landing, const char *name, bool failed)
{
	struct answer *answer = answers_add(&landing->answers);

	answer->said.name = memory_copy(name);
	answer->said.person = memory_copy("olga");
	answer->said.failed = failed;
	answer->said.environment = failed || *name == 'd' ? memory_copy("production") : NULL;
}

static void take_back(struct life_landing *landing)
{
	landing->taken_back.commit.bytes[0] = 1;
}

static void the_stages_follow_the_answers(void **state)
{
	struct fixture *fixture = *state;
	struct life_landing *landing = add_landing(fixture, MAIN);

	assert_int_equal(life_stage_of_all(&fixture->policy, &fixture->landings), LIFE_DEPLOY);
	add_answer(landing, SIGNOFF_DEPLOY, true);
	assert_int_equal(life_stage_of(&fixture->policy, landing), LIFE_DEPLOY);
	add_answer(landing, SIGNOFF_DEPLOY, false);
	assert_int_equal(life_stage_of(&fixture->policy, landing), LIFE_MONITOR);
	add_answer(landing, SIGNOFF_MONITOR, false);
	assert_int_equal(life_stage_of(&fixture->policy, landing), LIFE_LANDED);
	landing->closed = 1;
	assert_int_equal(life_stage_of(&fixture->policy, landing), LIFE_CLOSED);
	assert_null(life_next(&fixture->policy, &fixture->landings));
}

static void what_landed_later_on_the_same_branch_counts(void **state)
{
	struct fixture *fixture = *state;

	add_landing(fixture, MAIN);
	add_landing(fixture, EU)->closed = 1;
	add_landing(fixture, MAIN)->closed = 1;
	assert_false(life_landing_is_current(&fixture->landings, 0));
	assert_true(life_landing_is_current(&fixture->landings, 1));
	assert_true(life_landing_is_current(&fixture->landings, 2));
	assert_int_equal(life_stage_of_all(&fixture->policy, &fixture->landings), LIFE_CLOSED);
}

static void what_was_taken_back_leaves_the_one_before(void **state)
{
	struct fixture *fixture = *state;

	add_landing(fixture, MAIN)->closed = 1;
	take_back(add_landing(fixture, MAIN));
	assert_true(life_landing_is_current(&fixture->landings, 0));
	assert_false(life_landing_is_current(&fixture->landings, 1));
	take_back(&fixture->landings.items[0]);
	assert_int_equal(life_stage_of_all(&fixture->policy, &fixture->landings), LIFE_LANDED);
	assert_null(life_next(&fixture->policy, &fixture->landings));
}

static void the_branch_that_is_behind_is_next(void **state)
{
	struct fixture *fixture = *state;

	add_landing(fixture, MAIN)->closed = 1;
	add_landing(fixture, EU);
	assert_int_equal(life_stage_of_all(&fixture->policy, &fixture->landings), LIFE_DEPLOY);
	assert_ptr_equal(life_next(&fixture->policy, &fixture->landings), &fixture->landings.items[1]);
}

static void where_nobody_is_to_watch_it_nothing_more_is_asked_for(void **state)
{
	struct fixture *fixture = *state;
	struct life_landing *landing = add_landing(fixture, MAIN);

	policy_release(&fixture->policy);
	policy_init(&fixture->policy);
	assert_int_equal(life_stage_of(&fixture->policy, landing), LIFE_LANDED);
	assert_null(life_next(&fixture->policy, &fixture->landings));
	strings_add(&policy_add_signoff(&fixture->policy, SIGNOFF_DEPLOY)->environments, "production");
	assert_int_equal(life_stage_of(&fixture->policy, landing), LIFE_DEPLOY);
	add_answer(landing, SIGNOFF_DEPLOY, false);
	assert_int_equal(life_stage_of(&fixture->policy, landing), LIFE_LANDED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_stages_follow_the_answers, setup, teardown),
		cmocka_unit_test_setup_teardown(what_landed_later_on_the_same_branch_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(what_was_taken_back_leaves_the_one_before, setup, teardown),
		cmocka_unit_test_setup_teardown(the_branch_that_is_behind_is_next, setup, teardown),
		cmocka_unit_test_setup_teardown(where_nobody_is_to_watch_it_nothing_more_is_asked_for, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
