/* The commit of a payload, with the paths that it stands for. */
#ifndef HOTFIX_FLOW_PAYLOAD_COMMIT_H
#define HOTFIX_FLOW_PAYLOAD_COMMIT_H

#include <stdbool.h>

#include "adapters/json.h"
#include "adapters/repository.h"
#include "rules/policy.h"

/* How much of it is told; a body that is too long is written again with less. */
struct payload_limits {
	size_t paths;         /* number */
	size_t path_bytes;    /* as written */
	size_t message_bytes; /* as written */
	size_t text_bytes;    /* of any other text, as written */
};

/* Returns the commit NEW_ID as GitHub's push payload describes it, or NULL when it cannot be read. The paths are all that
 * differ between OLD_ID and NEW_ID; with OLD_ID zero, between the commit's first parent (WHOLE: nothing) and it. Owned
 * by the caller. */
struct json *payload_commit(struct repository *repository, const struct policy *policy, const char *web,
			    const struct object_id *old_id, const struct object_id *new_id, bool whole,
			    const struct payload_limits *limits);

/* Sets KEY to TEXT, or to what of it fits into MAXIMUM bytes as written; nothing when TEXT is NULL. */
void payload_set_text(struct json *object, const char *key, const char *text, size_t maximum);

/* Sets KEY to SECONDS since the epoch as a date (RFC 3339). */
void payload_set_time(struct json *object, const char *key, int64_t seconds);

#endif
