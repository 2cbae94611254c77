/* What pre-receive has judged a moment ago need not be judged again. */
#ifndef HOTFIX_FLOW_GATE_RECORDED_H
#define HOTFIX_FLOW_GATE_RECORDED_H

#include <stdbool.h>

#include "adapters/state.h"
#include "flow/session.h"
#include "rules/ref_update.h"

/* The production branches as they are now, in the form that the state takes. */
struct production_tips {
	struct branch_tips branches;
	struct production_tip *items; /* point into the branches */
};

int production_tips_read(struct production_tips *out, struct session *session, struct error *error);
void production_tips_release(struct production_tips *tips);

/* *OUT: pre-receive accepted this update of a hotfix branch, and no production branch has moved since. Nothing else that
 * the update hook would look at can have made it worse: refs that a part of the push moved meanwhile are judged by
 * their own rules. */
int gate_is_recorded(bool *out, struct session *session, const struct ref_update *update, struct error *error);

#endif
