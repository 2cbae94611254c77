/* Whether a hotfix that landed has come to a branch (hotfix-hooks(7), BACK-MERGES). */
#ifndef HOTFIX_FLOW_ARRIVED_H
#define HOTFIX_FLOW_ARRIVED_H

#include "adapters/repository.h"
#include "rules/record.h"

/* *OUT: TIP reaches the landing or the tip that landed; or it holds the same change, as one commit or, merges aside, commit
 * by commit. Where there is too much to compare it counts as not arrived. */
int arrived_find(bool *out, struct repository *repository, const struct record_landing *landing,
		 const struct object_id *tip, struct error *error);

#endif
