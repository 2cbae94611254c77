/* Judges a sign-off ref that is pushed onto a recorded landing: deploy, monitor, backmerge (hotfix-hooks(7), AFTER THE
 * LANDING). */
#ifndef HOTFIX_FLOW_JUDGE_ANSWER_H
#define HOTFIX_FLOW_JUDGE_ANSWER_H

#include "flow/judge.h"
#include "rules/signoff_ref.h"

/* UPDATE makes the ref that NAME is, taken apart, and SIGNOFF is what it gives. */
int judge_answer(struct judgement *judgement, const struct ref_update *update, const struct signoff_ref *name,
		 const struct signoff *signoff, struct error *error);

#endif
