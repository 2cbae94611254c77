/* What landings that were overridden owe, for hotfixctl(8) status. */
#ifndef HOTFIX_TOOLS_DEBT_STATUS_H
#define HOTFIX_TOOLS_DEBT_STATUS_H

#include "adapters/json.h"
#include "base/buffer.h"
#include "flow/debts.h"
#include "flow/session.h"

struct debt_status {
	struct debts *items; /* one for each production branch */
	size_t count;
};

/* Adds what is owed at present on each of PRODUCTIONS; nothing where [override] has no role. OUT is all zero before, and
 * owned by the caller either way. */
int debt_status_gather(struct debt_status *out, struct session *session, const struct branch_tips *productions,
		       struct error *error);
void debt_status_release(struct debt_status *status);

/* Adds a line for each. */
void debt_status_text(struct buffer *out, const struct debt_status *status, const struct session *session);

/* Returns them as an array; owned by the caller. */
struct json *debt_status_json(const struct debt_status *status, const struct session *session);

#endif
