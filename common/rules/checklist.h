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

/* What a checklist comes to. */
struct checklist_sum {
	bool ready;           /* it can be landed as it is */
	const char *severity; /* that triage says, or NULL; owned by the policy */
	int64_t opened;       /* seconds since the epoch */
	int64_t reported;     /* by a Reported: that can be believed; 0: none */
};

/* Adds the checklist and what to do next; SUM (may be NULL) is filled in. */
void checklist_write(struct buffer *out, struct checklist_sum *sum, const struct policy *policy,
		     const struct checklist *checklist);

#endif
