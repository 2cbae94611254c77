/* Judges one ref update by what its ref stands for. */
#ifndef HOTFIX_FLOW_JUDGE_UPDATE_H
#define HOTFIX_FLOW_JUDGE_UPDATE_H

#include "flow/judge.h"
#include "rules/ref_class.h"

/* CLASS is that of its ref. An error means that it could not be judged. */
int judge_update(struct judgement *judgement, const struct ref_update *update, const struct ref_class *class,
		 struct error *error);

#endif
