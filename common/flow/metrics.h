/* What a monitoring system asks of the outboxes: hotfixctl(8), METRICS. */
#ifndef HOTFIX_FLOW_METRICS_H
#define HOTFIX_FLOW_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "adapters/state_clock.h"
#include "adapters/state_tally.h"
#include "base/buffer.h"
#include "base/error.h"

/* One repository. */
struct repository_metrics {
	char *repository;       /* its path, and "#" and the namespace where there is one */
	bool read;              /* else only the path is known */
	int64_t now;            /* seconds since the epoch */
	struct tallies tallies; /* every endpoint that is configured, or was and has been counted */
	struct unreached_endpoints unreached;
	struct clock_counts clocks;
};

struct metrics {
	struct repository_metrics *items;
	size_t count;
	size_t capacity;
};

void metrics_release(struct metrics *metrics);

/* Adds the repository at GIT_DIR (NULL: of the environment). A failure leaves it among them, as one that could not be
 * read. Nothing is written, and no endpoint is asked. */
int metrics_gather(struct metrics *out, const char *git_dir, struct error *error);

/* Adds all of them in the text format of Prometheus (rules/exposition.h). */
void metrics_write(struct buffer *out, const struct metrics *metrics);

#endif
