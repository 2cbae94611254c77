/* The checklist: where a hotfix stands, after each accepted push to its branch and in hotfixctl(8) status. */
#ifndef HOTFIX_RULES_CHECKLIST_H
#define HOTFIX_RULES_CHECKLIST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "rules/landing.h"
#include "rules/policy.h"

struct checklist {
	const struct landing *landing; /* as if the branch's tip landed now */
	const struct landing *before;  /* as if the tip that a push replaces, and does not hold, landed now; or NULL */
	bool behind;                   /* production has commits that the branch lacks */
	int64_t now;                   /* seconds since the epoch */
};

/* Adds the checklist and what to do next. *READY (may be NULL) says that it can be landed as it is. */
void checklist_write(struct buffer *out, bool *ready, const struct policy *policy, const struct checklist *checklist);

#endif
