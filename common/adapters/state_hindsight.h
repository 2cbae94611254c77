/* The ledger as it was before a push of the past, for judging that push again. */
#ifndef HOTFIX_ADAPTERS_STATE_HINDSIGHT_H
#define HOTFIX_ADAPTERS_STATE_HINDSIGHT_H

#include "adapters/state.h"

/* From here on state_arrival, state_ref_arrival, state_movers, state_last_landing and state_tips answer as before push PUSH
 * (its number), when the tip number TIP of production was the last: 0 and 0 as if nothing had ever been recorded. */
void state_look_back(struct state *state, int64_t push, int64_t tip);

/* A tip of a production branch that was announced, under this number. */
struct numbered_tip {
	int64_t number;
	struct object_id id;
};

struct numbered_tips {
	struct numbered_tip *items; /* by id, then number */
	size_t count;
	size_t capacity;
};

void numbered_tips_release(struct numbered_tips *tips);

/* Adds all of REF's. */
int state_numbered_tips(struct state *state, struct numbered_tips *out, const char *ref, struct error *error);

/* Returns the last one with this id, or NULL. */
const struct numbered_tip *numbered_tips_find(const struct numbered_tips *tips, const struct object_id *id);

#endif
