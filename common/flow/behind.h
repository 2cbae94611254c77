/* What a push leaves to do that nobody waits for.
 *
 * A hotfix branch that moved is announced by a process that post-receive leaves behind. It shares a lock, so that whoever
 * reads the state next can wait for it. */
#ifndef HOTFIX_FLOW_BEHIND_H
#define HOTFIX_FLOW_BEHIND_H

#include <stdbool.h>

#include "adapters/environment.h"

/* Goes on in a process of its own; true in the one that git waits for, which is to end. Where there can be no other
 * process, the only one goes on. */
bool behind_leave(const struct environment *environment);

/* Waits for those that pushes left behind, a few seconds at most: then the state tells of all pushes that are over. */
void behind_await(const struct environment *environment);

#endif
