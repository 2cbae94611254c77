#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "adapters/state_clock.h"
#include "base/buffer.h"
#include "support/state_fixture.h"

#define FIRST "refs/heads/hotfix/A-1-x"
#define SECOND "refs/heads/hotfix/A-2-y"

static void start(struct state_fixture *fixture, const char *ref, int64_t opened, int64_t reported,
		  const char *severity)
{
	struct hotfix_clock clock = {
		.ref = (char *)ref, .opened = opened, .reported = reported, .severity = (char *)severity};

	assert_done(fixture, state_start_clock(fixture->state, &clock, &fixture->error));
}

/* OPENED 0: none runs. */
static void assert_clock(struct state_fixture *fixture, const char *ref, int64_t opened, int64_t reported,
			 const char *severity)
{
	struct hotfix_clock clock;
	int result = state_clock(fixture->state, &clock, ref, &fixture->error);

	if (!opened) {
		assert_int_equal(result, ERROR_NOT_FOUND);
		error_release(&fixture->error);
		return;
	}
	assert_done(fixture, result);
	assert_string_equal(clock.ref, ref);
	assert_int_equal(clock.opened, opened);
	assert_int_equal(clock.reported, reported);
	if (severity)
		assert_string_equal(clock.severity, severity);
	else
		assert_null(clock.severity);
	hotfix_clock_release(&clock);
}

static void assert_untold(struct state_fixture *fixture, struct state *state, int64_t before, const char *wanted)
{
	struct hotfix_clocks clocks = {0};
	struct buffer names = BUFFER_INIT;

	assert_done(fixture, state_untold_clocks(state, &clocks, before, &fixture->error));
	for (size_t i = 0; i < clocks.count; i++)
		buffer_addf(&names, "%s ", clocks.items[i].ref + strlen("refs/heads/hotfix/"));
	assert_string_equal(buffer_text(&names), wanted);
	buffer_release(&names);
	hotfix_clocks_release(&clocks);
}

static void a_clock_keeps_its_earliest_opening(void **data)
{
	struct state_fixture *fixture = *data;

	assert_clock(fixture, FIRST, 0, 0, NULL);
	start(fixture, FIRST, 1000, 900, NULL);
	assert_clock(fixture, FIRST, 1000, 900, NULL);
	start(fixture, FIRST, 2000, 0, "major");
	assert_clock(fixture, FIRST, 1000, 0, "major");
	start(fixture, FIRST, 500, 0, NULL);
	assert_clock(fixture, FIRST, 500, 0, NULL);
	assert_clock(fixture, SECOND, 0, 0, NULL);
}

static void a_severity_is_kept_while_the_clock_runs(void **data)
{
	struct state_fixture *fixture = *data;

	start(fixture, FIRST, 1000, 0, NULL);
	assert_done(fixture, state_set_clock_severity(fixture->state, FIRST, "critical", &fixture->error));
	assert_done(fixture, state_set_clock_severity(fixture->state, SECOND, "critical", &fixture->error));
	assert_clock(fixture, FIRST, 1000, 0, "critical");
	assert_clock(fixture, SECOND, 0, 0, NULL);
}

static void a_clock_that_was_stopped_starts_anew(void **data)
{
	struct state_fixture *fixture = *data;

	start(fixture, FIRST, 1000, 0, NULL);
	assert_done(fixture, state_tell_clock(fixture->state, FIRST, false, &fixture->error));
	assert_done(fixture, state_stop_clock(fixture->state, FIRST, &fixture->error));
	assert_done(fixture, state_stop_clock(fixture->state, SECOND, &fixture->error));
	assert_clock(fixture, FIRST, 0, 0, NULL);
	start(fixture, FIRST, 3000, 0, NULL);
	assert_clock(fixture, FIRST, 3000, 0, NULL);
	assert_untold(fixture, fixture->state, 3001, "A-1-x ");
}

static void clocks_that_run_are_counted_and_those_that_are_overdue(void **data)
{
	struct state_fixture *fixture = *data;
	struct clock_counts counts;

	start(fixture, FIRST, 1000, 0, NULL);
	start(fixture, SECOND, 2000, 1500, NULL);
	start(fixture, "refs/heads/hotfix/A-3-z", 500, 0, NULL);
	assert_done(fixture, state_tell_clock(fixture->state, SECOND, false, &fixture->error));
	assert_done(fixture, state_tell_clock(fixture->state, "refs/heads/hotfix/A-3-z", true, &fixture->error));
	assert_done(fixture, state_count_clocks(fixture->state, &counts, 0, &fixture->error));
	assert_int_equal(counts.running, 2);
	assert_int_equal(counts.overdue, 0);
	assert_done(fixture, state_count_clocks(fixture->state, &counts, 1001, &fixture->error));
	assert_int_equal(counts.overdue, 1);
	assert_done(fixture, state_count_clocks(fixture->state, &counts, 1501, &fixture->error));
	assert_int_equal(counts.overdue, 2);
}

static void clocks_are_untold_from_their_report_or_opening_on(void **data)
{
	struct state_fixture *fixture = *data;
	struct state *other = state_fixture_open(fixture, "/srv/two.git");

	start(fixture, FIRST, 1000, 0, NULL);
	start(fixture, SECOND, 2000, 1500, NULL);
	assert_untold(fixture, fixture->state, 1000, "");
	assert_untold(fixture, fixture->state, 1001, "A-1-x ");
	assert_untold(fixture, fixture->state, 1501, "A-1-x A-2-y ");
	assert_untold(fixture, other, 9999, "");
	state_free(other);
}

static void a_clock_is_told_once(void **data)
{
	struct state_fixture *fixture = *data;

	start(fixture, FIRST, 1000, 0, NULL);
	assert_done(fixture, state_tell_clock(fixture->state, FIRST, false, &fixture->error));
	start(fixture, FIRST, 1000, 500, NULL);
	assert_untold(fixture, fixture->state, 9999, "");
}

static void a_clock_that_is_told_for_now_is_told_again_when_the_branch_moves(void **data)
{
	struct state_fixture *fixture = *data;

	start(fixture, FIRST, 1000, 0, NULL);
	assert_done(fixture, state_tell_clock(fixture->state, FIRST, true, &fixture->error));
	assert_untold(fixture, fixture->state, 9999, "");
	start(fixture, FIRST, 1000, 0, NULL);
	assert_untold(fixture, fixture->state, 9999, "A-1-x ");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, state_fixture_set_up, state_fixture_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_clock_keeps_its_earliest_opening),
		TEST(a_severity_is_kept_while_the_clock_runs),
		TEST(a_clock_that_was_stopped_starts_anew),
		TEST(clocks_that_run_are_counted_and_those_that_are_overdue),
		TEST(clocks_are_untold_from_their_report_or_opening_on),
		TEST(a_clock_is_told_once),
		TEST(a_clock_that_is_told_for_now_is_told_again_when_the_branch_moves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
