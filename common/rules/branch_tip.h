/* Refs and the ids that they have, or had at some time. */
#ifndef HOTFIX_RULES_BRANCH_TIP_H
#define HOTFIX_RULES_BRANCH_TIP_H

#include <stddef.h>

#include "rules/object_id.h"

struct branch_tip {
	char *ref;
	struct object_id tip;
};

struct branch_tips {
	struct branch_tip *items;
	size_t count;
	size_t capacity;
};

void branch_tips_add(struct branch_tips *tips, const char *ref, const struct object_id *tip);
void branch_tips_copy(struct branch_tips *out, const struct branch_tips *tips);
void branch_tips_release(struct branch_tips *tips);

#endif
