#include "rules/branch_tip.h"

#include <stdlib.h>

#include "base/memory.h"

void branch_tips_add(struct branch_tips *tips, const char *ref, const struct object_id *tip)
{
	tips->items = memory_grow(tips->items, tips->count, &tips->capacity, sizeof(*tips->items));
	tips->items[tips->count++] = (struct branch_tip){memory_copy(ref), *tip};
}

void branch_tips_copy(struct branch_tips *out, const struct branch_tips *tips)
{
	for (size_t i = 0; i < tips->count; i++)
		branch_tips_add(out, tips->items[i].ref, &tips->items[i].tip);
}

void branch_tips_release(struct branch_tips *tips)
{
	for (size_t i = 0; i < tips->count; i++)
		free(tips->items[i].ref);
	free(tips->items);
	*tips = (struct branch_tips){0};
}
