/* Parts of a recorded landing as JSON, the same to gates, receivers and programs. */
#ifndef HOTFIX_FLOW_RECORD_JSON_H
#define HOTFIX_FLOW_RECORD_JSON_H

#include <stddef.h>

#include "adapters/json.h"
#include "rules/answer.h"
#include "rules/policy.h"
#include "rules/record.h"

/* Returns who signed what: [{"name", "person", "commit"}], owned by the caller. */
struct json *record_signoffs_json(const struct record_landing *landing);

/* Returns what is still owed for the override of WHAT once ANSWERS were given: [{"signoff", "people"}], of the first MAXIMUM
 * things that were missing. Owned by the caller. */
struct json *record_owed_json(const struct policy *policy, const struct record_landing *what,
			      const struct answers *answers, size_t maximum);

#endif
