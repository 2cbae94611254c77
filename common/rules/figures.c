#include "rules/figures.h"

#include <stdlib.h>

#include "base/memory.h"
#include "rules/freeze.h"

void figures_init(struct figures *out, int64_t now)
{
	*out = (struct figures){.from = now - FIGURES_WEEKS * (int64_t)WEEK, .to = now, .lead = -1, .restore = -1};
	for (int i = 0; i < FIGURES_WEEKS; i++)
		out->weeks[i].from = out->from + i * (int64_t)WEEK;
}

void figures_release(struct figures *figures)
{
	for (size_t i = 0; i < figures->point_count; i++)
		free(figures->points[i].incident);
	free(figures->points);
	*figures = (struct figures){0};
}

static bool is_inside(const struct figures *figures, int64_t time)
{
	return time > figures->from && time <= figures->to;
}

void figures_add_landing(struct figures *figures, enum landing_kind kind, int64_t time, bool failed)
{
	struct figures_week *week;

	if (!is_inside(figures, time))
		return;
	week = &figures->weeks[(time - figures->from - 1) / WEEK];
	if (kind == LANDING_ROLLBACK) {
		week->rollbacks++;
		figures->rollbacks++;
		return;
	}
	if (kind != LANDING_ORDINARY && !landing_kind_is_hotfix(kind))
		return;
	week->hotfixes += kind != LANDING_ORDINARY;
	week->ordinary += kind == LANDING_ORDINARY;
	figures->deployments++;
	figures->failures += failed;
}

/* Where a deploy is asked for and not reported yet, it is not restored. */
static int64_t restored_at(const struct story *story)
{
	if (!story->in_production || story->steps[STEP_DEPLOY] != STEP_DONE)
		return 0;
	return story->times.deployed ? story->times.deployed : story->times.landed;
}

void figures_add_story(struct figures *figures, const struct story *story)
{
	int64_t time = restored_at(story);
	struct figures_point point = {NULL, time, time - story->times.opened, time - story_start(story)};
	size_t place;

	if (!time || !story->times.opened || !is_inside(figures, time))
		return;
	figures->points =
		memory_grow(figures->points, figures->point_count, &figures->point_capacity, sizeof(*figures->points));
	for (place = figures->point_count; place > 0 && figures->points[place - 1].time > time; place--)
		figures->points[place] = figures->points[place - 1];
	point.incident = memory_copy(story->incident);
	figures->points[place] = point;
	figures->point_count++;
}

static int compare(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a;
	int64_t right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

static int64_t median(int64_t *values, size_t count)
{
	if (!count)
		return -1;
	qsort(values, count, sizeof(*values), compare);
	return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

void figures_finish(struct figures *figures)
{
	int64_t *values = memory_alloc((figures->point_count + 1) * sizeof(*values));

	for (size_t i = 0; i < figures->point_count; i++)
		values[i] = figures->points[i].lead;
	figures->lead = median(values, figures->point_count);
	for (size_t i = 0; i < figures->point_count; i++)
		values[i] = figures->points[i].restore;
	figures->restore = median(values, figures->point_count);
	free(values);
}
