/* Tells, once, that an open hotfix is over its deadline (hotfix-hooks(7), EVENTS). */
#ifndef HOTFIX_FLOW_ANNOUNCE_OVERDUE_H
#define HOTFIX_FLOW_ANNOUNCE_OVERDUE_H

#include <stddef.h>

#include "flow/announce.h"

/* Writes hotfix.overdue for every hotfix whose deadline has passed and that was not told yet, in a transaction of its own;
 * opens none when there is nothing to tell. Announce what moved before: a landing, and the end of a branch, stop the
 * clock. *EVENTS (may be NULL) is how many were new. */
int announce_overdue(size_t *events, const struct announcer *announcer, struct error *error);

#endif
