/* Figures over all hotfixes of a repository, as DORA defines them (dora.dev, "four keys"), with what is known here. Pure.
 *
 * The period is the FIGURES_DAYS days before NOW. A deployment is a landing on a production branch in it that is no rollback:
 * a hotfix or an ordinary one. It failed when a rollback took it back, or when a deploy of it was ever reported as failed. A
 * hotfix is restored when every environment that is asked for has it, or, where no deploys are reported, when it landed;
 * what is in effect counts, and its time lies in the period. */
#ifndef HOTFIX_RULES_FIGURES_H
#define HOTFIX_RULES_FIGURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/record.h"
#include "rules/story.h"

#define FIGURES_WEEKS 13
#define FIGURES_DAYS (FIGURES_WEEKS * 7)

/* One week of the period, the first one being the oldest. */
struct figures_week {
	int64_t from; /* seconds since the epoch */
	int hotfixes;
	int ordinary;
	int rollbacks;
};

/* One hotfix that was restored. */
struct figures_point {
	char *incident;
	int64_t time;    /* when it was restored, seconds since the epoch */
	int64_t lead;    /* seconds from its first push to that */
	int64_t restore; /* seconds from its report, or else its first push, to that */
};

struct figures {
	int64_t from; /* the period, seconds since the epoch */
	int64_t to;
	struct figures_week weeks[FIGURES_WEEKS];
	int deployments;
	int failures;
	int rollbacks;
	struct figures_point *points; /* in the order of their times */
	size_t point_count;
	size_t point_capacity;
	int64_t lead;    /* the median, seconds; -1: there is none */
	int64_t restore; /* the same */
};

void figures_init(struct figures *out, int64_t now);
void figures_release(struct figures *figures);

/* Counts a landing of this KIND at TIME; FAILED as above. What lies outside of the period, and a creation, is not counted. */
void figures_add_landing(struct figures *figures, enum landing_kind kind, int64_t time, bool failed);

/* Counts STORY, where it is in production. */
void figures_add_story(struct figures *figures, const struct story *story);

/* Fills in the medians, once everything was added; of an even number the mean of the two in the middle. */
void figures_finish(struct figures *figures);

#endif
