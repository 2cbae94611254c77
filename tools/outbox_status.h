/* What waits to be told, and who is not reached, as people and programs read it. */
#ifndef HOTFIX_TOOLS_OUTBOX_STATUS_H
#define HOTFIX_TOOLS_OUTBOX_STATUS_H

#include "adapters/json.h"
#include "flow/unreached.h"

struct outbox_status {
	int64_t waiting;
	int64_t dead;
	struct unreached_endpoints unreached;
};

int outbox_status_gather(struct outbox_status *out, struct session *session, struct error *error);
void outbox_status_release(struct outbox_status *status);

/* Adds a line for the deliveries, and one for each endpoint that is not reached. */
void outbox_status_text(struct buffer *out, const struct outbox_status *status);

/* Owned by the caller. */
struct json *outbox_status_json(const struct outbox_status *status);

#endif
