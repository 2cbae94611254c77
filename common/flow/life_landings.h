/* The landings of a hotfix, gathered from the ledger and from Git. */
#ifndef HOTFIX_FLOW_LIFE_LANDINGS_H
#define HOTFIX_FLOW_LIFE_LANDINGS_H

#include "flow/effect.h"
#include "flow/session.h"
#include "rules/life.h"

/* Which landings are in effect, asked for once for each production branch. All zero is empty. */
struct effects {
	struct effect *items;
	char **productions;
	size_t count;
	size_t capacity;
};

void effects_release(struct effects *effects);

/* Adds the landings of hotfixes for INCIDENT: of BRANCH (full name) alone, unless it is NULL. */
int life_landings_gather(struct life_landings *out, struct effects *effects, struct session *session,
			 const char *incident, const char *branch, struct error *error);

#endif
