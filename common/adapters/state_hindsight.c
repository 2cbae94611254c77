#include "adapters/state_hindsight.h"

#include <stdlib.h>

#include "adapters/state_internal.h"
#include "base/memory.h"

void state_look_back(struct state *state, int64_t push, int64_t tip)
{
	state->before = push;
	state->tip = tip;
}

void numbered_tips_release(struct numbered_tips *tips)
{
	free(tips->items);
	*tips = (struct numbered_tips){0};
}

static int compare(const void *a, const void *b)
{
	const struct numbered_tip *first = a;
	const struct numbered_tip *second = b;
	int order = object_id_compare(&first->id, &second->id);

	return order ? order : (first->number > second->number) - (first->number < second->number);
}

int state_numbered_tips(struct state *state, struct numbered_tips *out, const char *ref, struct error *error)
{
	struct statement row;
	int result;

	statement_begin(
		&row, state,
		"SELECT t.number, t.id FROM ref n JOIN tip t ON t.ref = n.id WHERE n.repository = ? AND n.name = ?");
	statement_bind_integer(&row, state->repository);
	statement_bind_text(&row, ref);
	while (statement_next(&row, error)) {
		struct numbered_tip *tip;

		out->items = memory_grow(out->items, out->count, &out->capacity, sizeof(*out->items));
		tip = &out->items[out->count++];
		tip->number = statement_integer(&row, 0);
		statement_id(&row, &tip->id, 1, error);
	}
	result = statement_end(&row);
	if (out->count)
		qsort(out->items, out->count, sizeof(*out->items), compare);
	return result;
}

const struct numbered_tip *numbered_tips_find(const struct numbered_tips *tips, const struct object_id *id)
{
	size_t low = 0;
	size_t high = tips->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (object_id_compare(&tips->items[middle].id, id) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low && object_id_equal(&tips->items[low - 1].id, id) ? &tips->items[low - 1] : NULL;
}
