/* A push to a branch that hotfixes are merged back to costs one look into the state where nothing is owed to it. */
#ifndef HOTFIX_FLOW_GATE_OWED_H
#define HOTFIX_FLOW_GATE_OWED_H

#include "flow/gate_judge.h"

/* Takes such branches to which nothing is owed out of the governed updates. Where that cannot be looked up they stay. */
void gate_leave_unowed(struct gate_push *push);

#endif
