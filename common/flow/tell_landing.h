/* What the pusher reads of a landing that passed. */
#ifndef HOTFIX_FLOW_TELL_LANDING_H
#define HOTFIX_FLOW_TELL_LANDING_H

#include "flow/judge.h"

/* Adds to the judgement's checklist what the last landing of RECORD, a production branch's, is; of a rollback, which
 * hotfixes it takes back; and how its deploy is reported, where that is asked for. */
int tell_landing(struct judgement *judgement, const struct record *record, struct error *error);

/* Adds which landings on PRODUCTION were overridden, by whom and why, and how what is owed for them is given. */
void tell_overrides(struct judgement *judgement, const char *production);

#endif
