/* Whether a hotfix branch has landed, by the ledger. */
#ifndef HOTFIX_FLOW_LANDED_H
#define HOTFIX_FLOW_LANDED_H

#include "flow/effect.h"

enum landed {
	LANDED_NOT,
	LANDED,            /* all of it, and that is in effect */
	LANDED_TAKEN_BACK, /* all of it, and a rollback took that back */
	LANDED_UNRECORDED, /* production has it, without a landing in the ledger: from before the installation, or no work */
};

/* Looks BRANCH (full name) of INCIDENT up, as it is at TIP; PRODUCTIONS are the production branches that count,
 * as they are. A squash counts by the tip that it took in. */
int landed_find(enum landed *out, struct repository *repository, struct state *state, const char *branch,
		const char *incident, const struct object_id *tip, const struct branch_tips *productions,
		struct error *error);

#endif
