/* What one push may ask of the hooks: [limits] of hotfix.ini(5), as far as it can be told before anything is judged. */
#ifndef HOTFIX_FLOW_GATE_LIMITS_H
#define HOTFIX_FLOW_GATE_LIMITS_H

#include "adapters/guard.h"
#include "base/buffer.h"
#include "flow/gate_judge.h"

/* Adds findings about the number of ref updates and the lengths of their names. */
void gate_limit_updates(struct gate_push *push);

/* The same about those that are judged, once they are known. */
void gate_limit_governed(struct gate_push *push);

/* Holds the process to [limits] time and memory while PUSH is judged. WORDS keeps what is said when time is up. In warn
 * mode, which refuses nothing, memory is not limited, and the push is accepted when time is up. */
int gate_guard(struct guard *guard, struct buffer *words, const struct gate_push *push, struct error *error);

#endif
