/* Deliveries and attempts as they happen: hotfixctl(8), deliveries --follow. */
#ifndef HOTFIX_TOOLS_FOLLOW_H
#define HOTFIX_TOOLS_FOLLOW_H

#include "command.h"

/* Writes a line for each delivery to ENDPOINT (NULL: to any) that is made from now on, and for each attempt, to standard
 * output, until a signal comes or nobody reads any more. Goes on when the state is replaced. */
int follow_deliveries(struct call *call, const char *endpoint, struct error *error);

#endif
