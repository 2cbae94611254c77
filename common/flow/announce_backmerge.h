/* Finds out which hotfixes have come to the branches that they were to be merged back to, and tells, once for each landing and
 * branch, which are overdue (hotfix-hooks(7), BACK-MERGES). */
#ifndef HOTFIX_FLOW_ANNOUNCE_BACKMERGE_H
#define HOTFIX_FLOW_ANNOUNCE_BACKMERGE_H

#include "flow/announce.h"
#include "flow/effect.h"

/* Looks at the branches, keeps what has arrived, and writes hotfix.backmerge_due; in a transaction of its own, none when
 * there is nothing to do, and nothing at all where [backmerge] is not configured. Announce what moved before. *EVENTS (may be
 * NULL) is how many were new. */
int announce_backmerges(size_t *events, const struct announcer *announcer, struct error *error);

/* What a rollback takes back owes nothing, and what it brings back owes again. The caller has a transaction open. */
int announce_backmerges_after(const struct announcer *announcer, const struct rollback *rollback, int64_t now,
			      struct error *error);

#endif
