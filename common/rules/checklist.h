/* The checklist: the six steps of a hotfix (hotfix-hooks(7), THE PROCEDURE), done and missing, after each accepted push to
 * its branch and in hotfixctl(8) status, before and after it has landed. */
#ifndef HOTFIX_RULES_CHECKLIST_H
#define HOTFIX_RULES_CHECKLIST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "rules/landing.h"
#include "rules/life.h"
#include "rules/policy.h"

struct checklist {
	const char *branch;            /* full name */
	const char *incident;          /* or NULL */
	struct object_id tip;          /* zero: the branch is gone */
	bool landed;                   /* all of it has landed and is in effect, or it is gone: the ledger speaks */
	const struct landing *landing; /* as if the branch's tip landed now; NULL: it is gone */
	const struct landing *before;  /* as if the tip that a push replaces, and does not hold, landed now; or NULL */
	bool behind;                   /* production has commits that the branch lacks */
	const struct life_landings *landings; /* of this branch; NULL: none */
	int64_t now;                          /* seconds since the epoch */
};

/* What a checklist comes to. */
struct checklist_sum {
	bool ready;           /* it can be landed as it is */
	const char *severity; /* that triage says, or NULL; owned by the policy or the landings */
	int64_t opened;       /* seconds since the epoch; 0: not known, since the branch is gone */
	int64_t reported;     /* by a Reported: that can be believed; 0: none */
};

/* Adds the checklist and what to do next; SUM (may be NULL) is filled in. */
void checklist_write(struct buffer *out, struct checklist_sum *sum, const struct policy *policy,
		     const struct checklist *checklist);

enum checklist_step { STEP_REPORT, STEP_TRIAGE, STEP_DEVELOP, STEP_REVIEW, STEP_DEPLOY, STEP_MONITOR, STEP_COUNT };
enum step_state { STEP_DONE, STEP_MISSING, STEP_FAILED, STEP_NOT_ASKED };

/* Return "triage", and "not asked for". */
const char *checklist_step_name(enum checklist_step step);
const char *checklist_state_name(enum step_state state);

/* Says how each step stands. */
void checklist_states(enum step_state out[STEP_COUNT], const struct policy *policy, const struct checklist *checklist);

#endif
