/* The clocks of open hotfixes, in the state (hotfix-hooks(7), THE PROCEDURE). A clock runs from the announcement of a branch
 * that has work, or was just made, until its landing or its end is announced. */
#ifndef HOTFIX_ADAPTERS_STATE_CLOCK_H
#define HOTFIX_ADAPTERS_STATE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "adapters/state.h"

struct hotfix_clock {
	char *ref;        /* the branch, full name */
	int64_t opened;   /* seconds since the epoch: its first push, or the first of its work after a landing */
	int64_t reported; /* 0: not said */
	char *severity;   /* or NULL */
};

struct hotfix_clocks {
	struct hotfix_clock *items;
	size_t count;
	size_t capacity;
};

void hotfix_clock_release(struct hotfix_clock *clock);
void hotfix_clocks_release(struct hotfix_clocks *clocks);

/* Starts the clock of a branch; of one that runs, its opening stays when it is earlier, and the rest is replaced. */
int state_start_clock(struct state *state, const struct hotfix_clock *clock, struct error *error);

/* Sets the severity of a clock that runs. */
int state_set_clock_severity(struct state *state, const char *ref, const char *severity, struct error *error);

int state_stop_clock(struct state *state, const char *ref, struct error *error);

/* ERROR_NOT_FOUND when none runs. OUT is owned by the caller. */
int state_clock(struct state *state, struct hotfix_clock *out, const char *ref, struct error *error);

/* Adds the clocks that were started before BEFORE, seconds since the epoch, and of which nobody was told yet; at most
 * 1000. */
int state_untold_clocks(struct state *state, struct hotfix_clocks *out, int64_t before, struct error *error);

struct clock_counts {
	int64_t running;
	int64_t overdue; /* of these */
};

/* Counts the clocks of this repository; overdue are those that were started before BEFORE, seconds since the epoch. */
int state_count_clocks(struct state *state, struct clock_counts *out, int64_t before, struct error *error);

/* Everybody was told; or, FOR_NOW, nobody need be until the branch moves. */
int state_tell_clock(struct state *state, const char *ref, bool for_now, struct error *error);

#endif
