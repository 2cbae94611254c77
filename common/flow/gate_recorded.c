#include "flow/gate_recorded.h"

#include <stdlib.h>

#include "base/memory.h"

int production_tips_read(struct production_tips *out, struct session *session, struct error *error)
{
	int result;

	*out = (struct production_tips){0};
	result = session_productions(session, &out->branches, error);
	if (result)
		return result;
	out->items = memory_resize(NULL, out->branches.count + 1, sizeof(*out->items));
	for (size_t i = 0; i < out->branches.count; i++)
		out->items[i] =
			(struct production_tip){.ref = out->branches.items[i].ref, .tip = out->branches.items[i].tip};
	return 0;
}

void production_tips_release(struct production_tips *tips)
{
	free(tips->items);
	branch_tips_release(&tips->branches);
}

int gate_is_recorded(bool *out, struct session *session, const struct ref_update *update, struct error *error)
{
	struct production_tips tips;
	int result = production_tips_read(&tips, session, error);

	*out = false;
	if (!result)
		result = state_has_record(session->state, out, update->ref, &update->old_id, &update->new_id,
					  tips.items, tips.branches.count, error);
	production_tips_release(&tips);
	return result;
}
