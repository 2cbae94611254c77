#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "rules/figures.h"

#define DAY INT64_C(86400)
#define NOW (INT64_C(1000) * DAY)

static void a_landing_is_counted_in_its_week(void **state)
{
	struct figures figures;

	(void)state;
	figures_init(&figures, NOW);
	figures_add_landing(&figures, LANDING_MERGE, NOW, false);
	figures_add_landing(&figures, LANDING_SQUASH, NOW - 7 * DAY, true);
	figures_add_landing(&figures, LANDING_ORDINARY, NOW - 91 * DAY + 1, false);
	figures_add_landing(&figures, LANDING_ROLLBACK, NOW - DAY, false);
	assert_int_equal(figures.weeks[FIGURES_WEEKS - 1].hotfixes, 1);
	assert_int_equal(figures.weeks[FIGURES_WEEKS - 2].hotfixes, 1);
	assert_int_equal(figures.weeks[0].ordinary, 1);
	assert_int_equal(figures.weeks[FIGURES_WEEKS - 1].rollbacks, 1);
	assert_int_equal(figures.deployments, 3);
	assert_int_equal(figures.failures, 1);
	assert_int_equal(figures.rollbacks, 1);
	figures_release(&figures);
}

static void what_is_outside_or_no_deployment_is_not_counted(void **state)
{
	struct figures figures;

	(void)state;
	figures_init(&figures, NOW);
	figures_add_landing(&figures, LANDING_MERGE, NOW - 91 * DAY, false);
	figures_add_landing(&figures, LANDING_MERGE, NOW + 1, false);
	figures_add_landing(&figures, LANDING_CREATION, NOW, false);
	figures_add_landing(&figures, LANDING_SIGNOFF, NOW, false);
	assert_int_equal(figures.deployments, 0);
	figures_finish(&figures);
	assert_int_equal(figures.lead, -1);
	assert_int_equal(figures.restore, -1);
	figures_release(&figures);
}

static void add_story(struct figures *figures, int64_t reported, int64_t opened, int64_t deployed)
{
	struct story story = {.incident = memory_copy("INC-7"), .in_production = true};

	story.steps[STEP_DEPLOY] = STEP_DONE;
	story.times.reported = reported;
	story.times.opened = opened;
	story.times.landed = deployed - 1;
	story.times.deployed = deployed;
	figures_add_story(figures, &story);
	story_release(&story);
}

static void the_median_is_in_the_middle(void **state)
{
	struct figures figures;

	(void)state;
	figures_init(&figures, NOW);
	add_story(&figures, 0, NOW - 1000, NOW - 900);
	add_story(&figures, NOW - 2000, NOW - 1000, NOW - 800);
	add_story(&figures, 0, NOW - 5000, NOW - 100);
	figures_finish(&figures);
	assert_int_equal(figures.lead, 200);
	assert_int_equal(figures.restore, 1200);
	add_story(&figures, 0, NOW - 400, NOW - 100);
	figures_finish(&figures);
	assert_int_equal(figures.lead, 250);
	assert_int_equal(figures.restore, 750);
	figures_release(&figures);
}

static void points_are_in_the_order_of_their_times(void **state)
{
	struct figures figures;

	(void)state;
	figures_init(&figures, NOW);
	add_story(&figures, 0, NOW - 1000, NOW - 100);
	add_story(&figures, 0, NOW - 1000, NOW - 300);
	add_story(&figures, 0, NOW - 1000, NOW - 200);
	assert_int_equal(figures.points[0].time, NOW - 300);
	assert_int_equal(figures.points[1].time, NOW - 200);
	assert_int_equal(figures.points[2].time, NOW - 100);
	figures_release(&figures);
}

static void what_is_not_restored_has_no_time(void **state)
{
	struct figures figures;
	struct story story = {.incident = memory_copy("INC-7")};

	(void)state;
	figures_init(&figures, NOW);
	story.times.opened = NOW - 10;
	story.times.landed = NOW - 5;
	figures_add_story(&figures, &story);
	story.in_production = true;
	story.steps[STEP_DEPLOY] = STEP_MISSING;
	figures_add_story(&figures, &story);
	assert_int_equal(figures.point_count, 0);
	story.steps[STEP_DEPLOY] = STEP_DONE;
	figures_add_story(&figures, &story);
	assert_int_equal(figures.point_count, 1);
	assert_int_equal(figures.points[0].time, NOW - 5);
	story.times.landed = NOW + 1;
	figures_add_story(&figures, &story);
	story.times.landed = NOW - 91 * DAY;
	figures_add_story(&figures, &story);
	story.times.landed = NOW - 4;
	story.times.opened = 0;
	figures_add_story(&figures, &story);
	assert_int_equal(figures.point_count, 1);
	figures_release(&figures);
	story_release(&story);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_landing_is_counted_in_its_week),
		cmocka_unit_test(what_is_outside_or_no_deployment_is_not_counted),
		cmocka_unit_test(the_median_is_in_the_middle),
		cmocka_unit_test(points_are_in_the_order_of_their_times),
		cmocka_unit_test(what_is_not_restored_has_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
