#include "rules/route.h"

#include <stdlib.h>

#include "base/memory.h"

#define NOWHERE ((size_t)-1)

/* Breadth first: QUEUE holds the moves that were reached, in order, BEFORE the move that led to each. */
struct search {
	const struct move *moves;
	size_t count;
	size_t *queue;
	size_t queued;
	size_t *before;
	bool *reached;
};

static void reach(struct search *search, const struct object_id *at, size_t before)
{
	for (size_t i = 0; i < search->count; i++) {
		if (search->reached[i] || !object_id_equal(&search->moves[i].from, at))
			continue;
		search->reached[i] = true;
		search->before[i] = before;
		search->queue[search->queued++] = i;
	}
}

static size_t find_last(struct search *search, const struct object_id *from, const struct object_id *to)
{
	reach(search, from, NOWHERE);
	for (size_t next = 0; next < search->queued; next++) {
		const struct object_id *at = &search->moves[search->queue[next]].to;

		if (object_id_equal(at, to))
			return search->queue[next];
		reach(search, at, search->queue[next]);
	}
	return NOWHERE;
}

static void trace(struct route *out, const struct search *search, size_t last, size_t skipped)
{
	size_t length = 0;

	for (size_t at = last; at != NOWHERE; at = search->before[at])
		length++;
	out->items = memory_resize(NULL, length, sizeof(*out->items));
	out->count = length;
	for (size_t at = last; at != NOWHERE; at = search->before[at])
		out->items[--length] = at + skipped;
}

bool route_find(struct route *out, const struct move *moves, size_t count, const struct object_id *from,
		const struct object_id *to)
{
	size_t skipped = count > ROUTE_MOVES_MAXIMUM ? count - ROUTE_MOVES_MAXIMUM : 0;
	struct search search = {.moves = moves + skipped, .count = count - skipped};
	size_t last;

	*out = (struct route){0};
	if (!search.count)
		return false;
	search.queue = memory_alloc(search.count * sizeof(*search.queue));
	search.before = memory_alloc(search.count * sizeof(*search.before));
	search.reached = memory_alloc(search.count * sizeof(*search.reached));
	last = find_last(&search, from, to);
	if (last != NOWHERE)
		trace(out, &search, last, skipped);
	free(search.queue);
	free(search.before);
	free(search.reached);
	return last != NOWHERE;
}

void route_release(struct route *route)
{
	free(route->items);
	*route = (struct route){0};
}
