/* Where one hotfix branch stands, as people and programs read it. */
#ifndef HOTFIX_TOOLS_HOTFIX_STATUS_H
#define HOTFIX_TOOLS_HOTFIX_STATUS_H

#include "adapters/json.h"
#include "flow/standing.h"
#include "signoff_status.h"
#include "table.h"

/* The step that a hotfix is in (hotfix-hooks(7), THE PROCEDURE). */
enum hotfix_step { STEP_TRIAGE, STEP_DEVELOP, STEP_REVIEW, STEP_READY, STEP_LANDED };

struct hotfix_status {
	char *branch; /* full name */
	struct object_id tip;
	enum hotfix_step step;
	const char *severity; /* that triage says, or NULL */
	int64_t now;
	bool known; /* there is a production branch to compare with; else only branch and tip are filled in */
	struct standing standing;
	struct signoff_states signoffs;
	const struct policy *policy;
	bool detailed; /* the facts were gathered */
	struct signoff_facts facts;
	struct buffer checklist;
};

struct hotfix_statuses {
	struct hotfix_status *items;
	size_t count;
	size_t capacity;
};

/* Adds the status of BRANCH; DETAILED: with who signed what. SESSION must outlive it. */
int hotfix_status_gather(struct hotfix_statuses *out, struct session *session, const char *branch,
			 const struct object_id *tip, bool detailed, struct error *error);
void hotfix_statuses_release(struct hotfix_statuses *statuses);

/* Adds the checklist and, of a detailed status, who signed what. */
void hotfix_status_text(struct buffer *out, const struct hotfix_status *status);

/* Adds a row: branch, tip, step, how long it is open, what is next. */
void hotfix_status_row(struct table *table, const struct hotfix_status *status);

/* Owned by the caller. */
struct json *hotfix_status_json(const struct hotfix_status *status);

#endif
