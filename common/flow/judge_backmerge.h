/* Judges what is pushed to the branches that hotfixes are merged back to, and to production, by what is overdue
 * (hotfix-hooks(7), BACK-MERGES). */
#ifndef HOTFIX_FLOW_JUDGE_BACKMERGE_H
#define HOTFIX_FLOW_JUDGE_BACKMERGE_H

#include "flow/judge.h"

/* Fills in which branches, of those that are there, LANDING owes to; none unless it lands a hotfix and [backmerge] is
 * configured. */
int backmerge_find_branches(struct record_landing *landing, struct session *session, struct error *error);

/* UPDATE moves a branch that hotfixes are merged back to. */
int judge_backmerge(struct judgement *judgement, const struct ref_update *update, struct error *error);

/* UPDATE moves PRODUCTION (full name), and has been judged. */
int judge_backmerges_of(struct judgement *judgement, const struct ref_update *update, const char *production,
			struct error *error);

#endif
