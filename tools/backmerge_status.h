/* What hotfixes that landed owe to other branches, for hotfixctl(8) status. */
#ifndef HOTFIX_TOOLS_BACKMERGE_STATUS_H
#define HOTFIX_TOOLS_BACKMERGE_STATUS_H

#include "adapters/json.h"
#include "base/buffer.h"
#include "flow/session.h"
#include "rules/backmerge.h"

/* Adds what is owed at present; nothing where [backmerge] is not configured. */
int backmerge_status_gather(struct owed_list *out, struct session *session, struct error *error);

/* Adds a line for each; returns them as an array. */
void backmerge_status_text(struct buffer *out, const struct owed_list *owed, const struct session *session);
struct json *backmerge_status_json(const struct owed_list *owed, const struct session *session);

#endif
