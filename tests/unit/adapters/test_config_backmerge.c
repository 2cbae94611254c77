#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/config_fixture.h"

static void nothing_is_merged_back_by_default(void **state)
{
	struct config_fixture *fixture = *state;

	config_fixture_assert_loads(fixture, "[backmerge]\n");
	assert_int_equal(fixture->policy.backmerge.into.count, 0);
	assert_int_equal(fixture->policy.backmerge.within, 172800);
	assert_false(fixture->policy.backmerge.refuses);
}

static void its_keys_are_read(void **state)
{
	struct config_fixture *fixture = *state;

	config_fixture_assert_loads(fixture, "[production]\nallow-from = refs/heads/release/*\nallow-by = r\n"
					     "[role \"r\"]\nmember = *\n[hotfix]\nnot-from = refs/heads/develop\n"
					     "[backmerge]\ninto = refs/heads/develop, refs/heads/release/*\n"
					     "within = 3d\nmode = refuse\n");
	assert_int_equal(fixture->policy.backmerge.into.count, 2);
	assert_string_equal(fixture->policy.backmerge.into.items[1], "refs/heads/release/*");
	assert_int_equal(fixture->policy.backmerge.within, 259200);
	assert_true(fixture->policy.backmerge.refuses);
}

static void what_makes_no_sense_is_told(void **state)
{
	struct config_fixture *fixture = *state;

	config_fixture_write_text(fixture, "b.ini", "[backmerge]\nwithin = soon\nmode = no\n");
	config_fixture_load(fixture);
	config_fixture_assert_problems(
		fixture, "b.ini:2: [backmerge] needs into: the branches that hotfixes are merged back to\n"
			 "b.ini:2: within = soon: a number with s, m, h or d behind it, as in 48h\n"
			 "b.ini:3: mode = no: one of warn, refuse\n");
	config_fixture_write_text(fixture, "b.ini", "[backmerge]\ninto = refs/heads/main, refs/heads/hotfix/*\n");
	config_fixture_load(fixture);
	config_fixture_assert_problems(
		fixture,
		"b.ini:2: refs/heads/hotfix/* of [backmerge] into overlaps refs/heads/hotfix/* of [hotfix] branch\n"
		"b.ini:2: refs/heads/main of [backmerge] into overlaps refs/heads/main of [production] branch\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, config_fixture_set_up, config_fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_merged_back_by_default),
		TEST(its_keys_are_read),
		TEST(what_makes_no_sense_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
