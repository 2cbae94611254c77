/* A sign-off on a landing that no ref carries: an administrator vouches for it, on the server (hotfix-hooks(7), AFTER THE
 * LANDING). */
#ifndef HOTFIX_FLOW_RECORDING_H
#define HOTFIX_FLOW_RECORDING_H

#include <stdbool.h>

#include "adapters/state_landings.h"
#include "flow/session.h"

/* What is to be recorded; the texts are borrowed. */
struct recording {
	const struct signoff *signoff;
	const char *person;      /* key of who gives it */
	const char *environment; /* of a deploy: where it went, or NULL: the only one there is */
	bool failed;             /* of a deploy */
	const char *severity;    /* as it was typed, or NULL */
	const char *note;        /* why, or NULL */
	const char *by;          /* key of who records it */
	struct past_landings landings;
	struct past_landing *landing; /* one of them, once it was found */
	char *branch;                 /* full name; of a rollback that of a hotfix that it takes back */
	bool known;                   /* the ledger had it: nothing was written */
};

/* Finds the landing: NAME is a commit (40 digits), an incident, or a hotfix branch, whose last landing is meant. Of several
 * production branches PRODUCTION (full name, or NULL) says which. ERROR_NOT_FOUND when there is none. */
int recording_find(struct recording *recording, struct session *session, const char *name, const char *production,
		   struct error *error);

/* Checks what a push would have to meet, the evidence aside, and writes it down, with its events. What is known already,
 * the same deploy as the last one to its environment, or a sign-off that the same person has given, is not written again. */
int recording_make(struct recording *recording, struct session *session, struct error *error);
void recording_release(struct recording *recording);

#endif
