/* What is still owed on production for landings that were overridden (hotfix-hooks(7), OVERRIDES). */
#ifndef HOTFIX_FLOW_DEBTS_H
#define HOTFIX_FLOW_DEBTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "adapters/repository.h"
#include "adapters/state_landings.h"
#include "base/buffer.h"
#include "base/error.h"
#include "rules/policy.h"
#include "rules/signoff_ref.h"

struct debt {
	struct past_landing *landing; /* with its sign-offs and its override */
	struct answers answers;       /* on it */
	bool overdue;
};

struct debts {
	struct past_landings landings;
	struct debt *items;
	size_t count;
};

/* Adds what is owed on PRODUCTION (full name) at NOW, seconds since the epoch, oldest first. What a rollback took back owes
 * nothing while that holds. *OUT is all zero before, and owned by the caller either way. */
int debts_gather(struct debts *out, struct repository *repository, struct state *state, const struct policy *policy,
		 const char *production, int64_t now, struct error *error);
void debts_release(struct debts *debts);

/* True when one of them is overdue. */
bool debts_overdue(const struct debts *debts);

/* Adds a sentence: which landing, what it owes, and until when. */
void debt_tell(struct buffer *out, const struct debt *debt, const struct policy *policy, int64_t now);

/* True when the sign-off that REF gives, taken apart as NAME, is owed, or was, for the landing that ID, a commit or a tag,
 * is on. */
int debts_take(bool *out, struct repository *repository, struct state *state, const struct signoff_ref *name,
	       const struct object_id *id, struct error *error);

#endif
