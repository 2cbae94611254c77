/* What hotfixes that landed owe to other branches, in the state (hotfix-hooks(7), BACK-MERGES). Fixed when they land. */
#ifndef HOTFIX_ADAPTERS_STATE_OWED_H
#define HOTFIX_ADAPTERS_STATE_OWED_H

#include "adapters/state.h"
#include "rules/backmerge.h"

/* In the table owed; the partial index on what is open needs "state = 0" in a query, word by word. */
enum owed_state {
	OWED_OPEN,
	OWED_ARRIVED, /* for good, whatever becomes of the branch */
	OWED_WAIVED,
	OWED_TAKEN_BACK, /* a rollback took the hotfix back */
	OWED_GONE,       /* the branch is gone, for good */
};

/* True when anything at all is owed to INTO, full name: one look-up in an index. A landing that is not announced yet may be
 * among it. */
int state_owes(struct state *state, bool *out, const char *into, struct error *error);

/* True when LANDING owes, or owed, to INTO. */
int state_owes_to(struct state *state, bool *out, const struct landing_number *landing, const char *into,
		  struct error *error);

/* Adds what announced landings owe to INTO (NULL: to any branch), oldest landing first; at most 1000. */
int state_owed(struct state *state, struct owed_list *out, const char *into, struct error *error);

/* OWED, if it is still open, is ARRIVED or GONE; *SETTLED says that it was open. */
int state_settle_owed(struct state *state, bool *settled, const struct owed *owed, enum owed_state to, int64_t now,
		      struct error *error);

/* Keeps that TIP of the branch did not have it. */
int state_check_owed(struct state *state, const struct owed *owed, const struct object_id *tip, struct error *error);

/* Keeps that everybody was told that it is overdue; *TOLD says that it is open and was not told before. */
int state_tell_owed(struct state *state, bool *told, const struct owed *owed, struct error *error);

/* What LANDING owes is waived, or open again, as the waivers that were announced for it say now. */
int state_weigh_waivers(struct state *state, const struct landing_number *landing, int64_t now, struct error *error);

/* A rollback took LANDING back; or one brought it back: then it owes as if it had landed NOW, seconds since the epoch. */
int state_take_back_owed(struct state *state, const struct landing_number *landing, int64_t now, struct error *error);
int state_bring_back_owed(struct state *state, const struct landing_number *landing, int64_t now, struct error *error);

#endif
