/* Where one hotfix branch stands, there or gone, as people and programs read it. */
#ifndef HOTFIX_TOOLS_HOTFIX_STATUS_H
#define HOTFIX_TOOLS_HOTFIX_STATUS_H

#include "adapters/json.h"
#include "flow/standing.h"
#include "signoff_status.h"
#include "table.h"

/* What is next for a hotfix (hotfix-hooks(7), THE PROCEDURE). */
enum hotfix_stage {
	STAGE_TRIAGE,
	STAGE_DEVELOP,
	STAGE_REVIEW,
	STAGE_READY,   /* to land */
	STAGE_DEPLOY,  /* it has landed, and a deploy is missing or failed */
	STAGE_MONITOR, /* it is deployed, and nobody has watched it yet */
	STAGE_LANDED,  /* nothing more is asked for */
	STAGE_CLOSED,
	STAGE_GONE, /* the branch is gone, and nothing of it is in production */
};

struct hotfix_status {
	char *branch;         /* full name */
	char *incident;       /* or NULL */
	struct object_id tip; /* zero: it is gone */
	enum hotfix_stage stage;
	const char *severity; /* that triage says, or NULL */
	int64_t now;
	bool known; /* there is a production branch to compare with; else only branch and tip are filled in */
	struct standing standing; /* of a branch that is gone: its landings alone */
	struct signoff_states signoffs;
	const struct policy *policy;
	bool detailed; /* the facts were gathered */
	struct signoff_facts facts;
	struct checklist checklist;
	struct buffer text;
};

struct hotfix_statuses {
	struct hotfix_status **items;
	size_t count;
	size_t capacity;
	struct effects effects;
};

/* Adds the status of BRANCH; TIP NULL: it is gone. DETAILED: with who signed what. SESSION must outlive it. */
int hotfix_status_gather(struct hotfix_statuses *out, struct session *session, const char *branch,
			 const struct object_id *tip, bool detailed, struct error *error);
void hotfix_statuses_release(struct hotfix_statuses *statuses);

/* True while somebody is still to do something about it. */
bool hotfix_status_is_open(const struct hotfix_status *status);

/* When it is to be landed; 0 when nobody can say. */
int64_t hotfix_status_deadline(const struct hotfix_status *status);
bool hotfix_status_is_overdue(const struct hotfix_status *status);

/* Adds the checklist and, of a detailed status, who signed what. */
void hotfix_status_text(struct buffer *out, const struct hotfix_status *status);

/* Adds a row: branch, tip, step, how long it is open, what is next. */
void hotfix_status_row(struct table *table, const struct hotfix_status *status);

/* Owned by the caller. */
struct json *hotfix_status_json(const struct hotfix_status *status);

#endif
