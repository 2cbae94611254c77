/* Which of the recorded moves led a ref from one id to another. */
#ifndef HOTFIX_RULES_ROUTE_H
#define HOTFIX_RULES_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "rules/object_id.h"

#define ROUTE_MOVES_MAXIMUM 1000

struct move {
	struct object_id from;
	struct object_id to;
};

/* Indices into the moves, in order. All zero is an empty one. */
struct route {
	size_t *items;
	size_t count;
};

/* Finds the shortest way from FROM to TO over MOVES, of equal ones the one that goes over earlier moves; at least one
 * move. Of more than ROUTE_MOVES_MAXIMUM moves only the last are looked at. OUT is owned by the caller. */
bool route_find(struct route *out, const struct move *moves, size_t count, const struct object_id *from,
		const struct object_id *to);
void route_release(struct route *route);

#endif
