/* The override of a landing, as a payload tells it (hotfix-hooks(7), OVERRIDES). */
#ifndef HOTFIX_FLOW_PAYLOAD_OVERRIDE_H
#define HOTFIX_FLOW_PAYLOAD_OVERRIDE_H

#include "adapters/json.h"
#include "rules/debt.h"

/* Returns who overrode WHAT, why, what was missing, and what is still owed once ANSWERS (NULL: none) were given; texts are
 * cut to MAXIMUM bytes as written. NULL when it was not overridden. Owned by the caller. */
struct json *payload_override(const struct policy *policy, const struct record_landing *what,
			      const struct answers *answers, size_t maximum);

#endif
