/* What is new in the outbox since the last look (hotfixctl(8), deliveries --follow). */
#ifndef HOTFIX_ADAPTERS_STATE_FOLLOW_H
#define HOTFIX_ADAPTERS_STATE_FOLLOW_H

#include <stdint.h>

#include "adapters/state.h"
#include "base/error.h"

/* Up to where somebody has looked. */
struct follow_mark {
	int64_t delivery;
	int64_t attempt;
};

/* What happened: a delivery that was made, or an attempt at one. */
struct happenings {
	struct deliveries deliveries; /* as they are now, without the bodies of their events */
	struct attempts attempts;     /* one for each, without the replies; number 0: the delivery was made */
};

void happenings_release(struct happenings *happenings);

/* Sets the mark behind everything that happened before TIME, milliseconds since the epoch. */
int state_follow_from(struct state *state, struct follow_mark *out, int64_t time, struct error *error);

/* Fills OUT, which is empty, with what happened in this repository since MARK, at most LIMIT, in its order: deliveries
 * before the attempts; and moves the mark behind it. ENDPOINT alone, unless it is NULL. */
int state_follow(struct state *state, struct happenings *out, struct follow_mark *mark, const char *endpoint,
		 size_t limit, struct error *error);

#endif
