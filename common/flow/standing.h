/* Where a hotfix branch stands: its checklist, as if its tip landed now. */
#ifndef HOTFIX_FLOW_STANDING_H
#define HOTFIX_FLOW_STANDING_H

#include "base/buffer.h"
#include "flow/life_landings.h"
#include "flow/session.h"
#include "rules/checklist.h"
#include "rules/landing.h"
#include "rules/ref_update.h"

struct standing {
	struct landing landing;
	bool behind; /* production has commits that the branch lacks */
	struct life_landings
		landings; /* of this branch, on any production branch; filled in by standing_gather_landings */
	bool landed;      /* all of it, and that is in effect; the same */
};

/* Gathers it for BRANCH (full name) at TIP; BROUGHT (may be NULL) are commits that the session's pusher pushes just now.
 * ERROR_NOT_FOUND when there is no production branch or the name is no hotfix branch's. */
int standing_gather(struct standing *out, struct session *session, const char *branch, const struct object_id *tip,
		    const struct object_ids *brought, struct error *error);

/* Adds what landed of the branch. Of several production branches the one counts that the branch is up to date with, where
 * there is one. EFFECTS may serve several branches. */
int standing_gather_landings(struct standing *standing, struct effects *effects, struct session *session,
			     struct error *error);

/* The same for a hook: a branch that never landed costs no look at the ledger. */
int standing_gather_past(struct standing *out, struct session *session, struct error *error);

/* Returns the checklist of STANDING, which must outlive it. */
struct checklist standing_checklist(const struct standing *standing, int64_t now);

/* The same for one of several production branches. */
int standing_gather_for(struct standing *out, struct session *session, const struct branch_tip *production,
			const char *branch, const struct object_id *tip, struct error *error);
void standing_release(struct standing *standing);

/* Gathers it for a branch that is being pushed, and adds the checklist; SUM is filled in. */
int standing_write(struct buffer *out, struct checklist_sum *sum, struct session *session,
		   const struct ref_update *update, const struct object_ids *brought, struct error *error);

#endif
