/* The repository of a payload. */
#ifndef HOTFIX_FLOW_PAYLOAD_REPOSITORY_H
#define HOTFIX_FLOW_PAYLOAD_REPOSITORY_H

#include <stddef.h>

#include "adapters/json.h"
#include "rules/policy.h"

/* Returns the repository at PATH (rules/location.h) as GitHub's push payload describes it. WEB is its address, or NULL;
 * a text is cut to MAXIMUM bytes as written. Owned by the caller. */
struct json *payload_repository(const struct policy *policy, const char *path, const char *web, size_t maximum);

#endif
