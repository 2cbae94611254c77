/* What the files that gather a story share. */
#ifndef HOTFIX_FLOW_STORY_PARTS_H
#define HOTFIX_FLOW_STORY_PARTS_H

#include "flow/standing.h"
#include "flow/story.h"

/* One hotfix branch of the incident. */
struct story_branch {
	const char *name; /* full */
	bool there;
	struct object_id tip;
	bool judged;              /* there, and its standing could be gathered */
	struct standing standing; /* of one that is gone: its landings alone */
	struct checklist checklist;
};

/* Add what they say: pushes to the branch; sign-offs for it; its landings, what was said of them, and what they changed; the
 * change of a branch that is open; events that no ledger has, and the deliveries of all. */
int story_add_pushes(struct story *story, struct story_source *source, const struct story_branch *branch,
		     struct error *error);
int story_add_signoffs(struct story *story, struct story_source *source, struct story_branch *branch,
		       struct error *error);
int story_add_landings(struct story *story, struct story_source *source, const struct story_branch *branch,
		       struct error *error);
int story_add_open_change(struct story *story, struct story_source *source, const struct story_branch *branch,
			  struct error *error);
int story_add_events(struct story *story, struct story_source *source, struct error *error);

/* Gives what only the outbox knows its place among what the ledger knows. */
void story_place_events(struct story *story, const struct life_landings *landings);

/* Fills in how the steps and the whole stand, from the branch that speaks for the incident. */
void story_conclude(struct story *story, const struct policy *policy, const struct story_branch *branch);

#endif
