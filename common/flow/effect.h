/* Which landings of a production branch are in effect, by the ledger, and what a rollback takes back. */
#ifndef HOTFIX_FLOW_EFFECT_H
#define HOTFIX_FLOW_EFFECT_H

#include "adapters/repository.h"
#include "adapters/state_landings.h"

/* All landings of one production branch. */
struct effect {
	struct past_landings landings;
	size_t *hidden_by; /* one for each: 0 when it is in effect, else 1 and the index of the rollback that took it back */
};

/* Gathers the landings on PRODUCTION (full name), and behind them MORE, which the ledger does not count as announced yet;
 * of these only kind, branch, incident, to and tip are filled in. */
int effect_gather(struct effect *out, struct repository *repository, struct state *state, const char *production,
		  const struct record_landing *more, size_t more_count, struct error *error);
void effect_release(struct effect *effect);

/* Returns the last landing with which production came to COMMIT, or NULL. */
const struct past_landing *effect_find(const struct effect *effect, const struct object_id *commit);

/* Returns the rollback that took LANDING, one of EFFECT's, back; NULL when it is in effect. */
const struct past_landing *effect_taken_back_by(const struct effect *effect, const struct past_landing *landing);

/* Returns the rollback that took back what last landed with COMMIT; NULL when it is in effect, or nothing landed with it. */
const struct past_landing *effect_rollback_of(const struct effect *effect, const struct object_id *commit);

/* What one rollback did to hotfixes. */
struct rollback {
	struct past_landings taken_back;
	struct past_landings brought_back; /* that an earlier rollback had taken back */
};

/* Of these landings number, kind, branch, incident, to and production are filled in. OUT is all zero when ROLLBACK is no
 * rollback on PRODUCTION. MORE as for effect_gather. */
int rollback_gather(struct rollback *out, struct repository *repository, struct state *state, const char *production,
		    const struct record_landing *more, size_t more_count, const struct object_id *rollback,
		    struct error *error);
void rollback_release(struct rollback *rollback);

/* True when LANDINGS hold one of BRANCH, full name. */
bool past_landings_hold(const struct past_landings *landings, const char *branch);

#endif
