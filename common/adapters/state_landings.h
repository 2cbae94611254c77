/* Past landings in the state, and what was said of them afterwards (hotfix-hooks(7), AFTER THE LANDING). */
#ifndef HOTFIX_ADAPTERS_STATE_LANDINGS_H
#define HOTFIX_ADAPTERS_STATE_LANDINGS_H

#include "adapters/state.h"
#include "rules/answer.h"

/* A landing that was announced. */
struct past_landing {
	struct landing_number number;
	int64_t push; /* number of the push that landed it */
	int64_t time; /* of that push, seconds since the epoch */
	char *pusher;
	char *production; /* full name */
	int64_t closed;   /* when the hotfix was closed, seconds since the epoch; 0: it was not */
	struct record_landing what;
};

struct past_landings {
	struct past_landing *items;
	size_t count;
	size_t capacity;
};

void past_landings_release(struct past_landings *landings);

/* Adds the landings, of any kind, with which a production branch came to COMMIT. */
int state_landings_at(struct state *state, struct past_landings *out, const struct object_id *commit,
		      struct error *error);

/* Adds the landings of hotfixes for INCIDENT, oldest first; the last 1000. */
int state_landings_for(struct state *state, struct past_landings *out, const char *incident, struct error *error);

/* Adds every landing on production branch REF, oldest first; the last 100,000. */
int state_landings_on(struct state *state, struct past_landings *out, const char *ref, struct error *error);

/* Adds the sign-offs that LANDING landed with. */
int state_landing_signoffs(struct state *state, struct past_landing *landing, struct error *error);

/* Adds the landings on REF that were overridden, for which something is owed, and whose debt is not noted as settled;
 * oldest first, the last 1000. */
int state_open_debts(struct state *state, struct past_landings *out, const char *ref, struct error *error);

/* Fills in the override of LANDING, which stays NULL where it was not overridden. */
int state_landing_override(struct state *state, struct past_landing *landing, struct error *error);

/* Notes that what is owed for LANDING was given then, seconds since the epoch; 0: it is owed again. */
int state_settle_debt(struct state *state, const struct landing_number *landing, int64_t settled, struct error *error);

/* Adds the sign-offs on one landing that were announced, oldest first; the first 10,000. */
int state_answers(struct state *state, struct answers *out, const struct landing_number *landing, struct error *error);

/* Writes down, in the transaction that is open, a sign-off on a landing that no ref carries; it counts as announced.
 * ANSWER is a LANDING_SIGNOFF with a branch. *OUT is the number of its record. */
int state_record_answer(struct state *state, int64_t *out, const char *pusher, int64_t now,
			const struct record_landing *answer, struct error *error);

/* The hotfix is closed with this landing; *CLOSED: it was not before. */
int state_close_landing(struct state *state, bool *closed, const struct landing_number *landing, int64_t now,
			struct error *error);

/* The last deploy to ENVIRONMENT of what production branch REF holds is the one that RECORD (its number) tells of. */
int state_set_deployed(struct state *state, const char *ref, const char *environment, bool failed, int64_t record,
		       struct error *error);

/* The last deploy to an environment, which failed. */
struct failed_deploy {
	char *environment;
	char *person; /* key of who said so */
	char *branch; /* full name */
	char *incident;
	struct object_id commit; /* that was deployed */
	int64_t time;
};

struct failed_deploys {
	struct failed_deploy *items;
	size_t count;
	size_t capacity;
};

void failed_deploys_release(struct failed_deploys *deploys);

/* Adds them for production branch REF, at most 20. */
int state_failed_deploys(struct state *state, struct failed_deploys *out, const char *ref, struct error *error);

#endif
