#include "adapters/repository_walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define SLOTS 1024 /* at first; a power of two */

void walk_init(struct walk *walk, struct repository *repository, bool (*waits)(unsigned int paint))
{
	memset(walk, 0, sizeof(*walk));
	walk->repository = repository;
	walk->waits = waits;
	walk->slot_count = SLOTS;
	walk->slots = memory_resize(NULL, SLOTS, sizeof(*walk->slots));
	memset(walk->slots, 0, SLOTS * sizeof(*walk->slots));
}

void walk_release(struct walk *walk)
{
	free(walk->nodes);
	free(walk->slots);
	free(walk->queue);
	object_ids_release(&walk->parents);
	memset(walk, 0, sizeof(*walk));
}

static size_t *find_slot(const struct walk *walk, const struct object_id *id)
{
	size_t place;

	memcpy(&place, id->bytes, sizeof(place));
	for (;; place++) {
		size_t *slot = &walk->slots[place & (walk->slot_count - 1)];

		if (!*slot || object_id_equal(&walk->nodes[*slot - 1].id, id))
			return slot;
	}
}

struct walk_node *walk_find(const struct walk *walk, const struct object_id *id)
{
	size_t found = *find_slot(walk, id);

	return found ? &walk->nodes[found - 1] : NULL;
}

struct walk_node *walk_parent(const struct walk *walk, const struct walk_node *node, size_t number)
{
	return walk_find(walk, &walk->parents.items[node->first_parent + number]);
}

static void grow_slots(struct walk *walk)
{
	free(walk->slots);
	walk->slot_count *= 2;
	walk->slots = memory_resize(NULL, walk->slot_count, sizeof(*walk->slots));
	memset(walk->slots, 0, walk->slot_count * sizeof(*walk->slots));
	for (size_t i = 0; i < walk->count; i++)
		*find_slot(walk, &walk->nodes[i].id) = i + 1;
}

/* --- the queue --- */

static bool goes_before(const struct walk *walk, size_t a, size_t b)
{
	if (walk->nodes[a].time != walk->nodes[b].time)
		return walk->nodes[a].time > walk->nodes[b].time;
	return a < b;
}

static void swap(size_t *a, size_t *b)
{
	size_t other = *a;

	*a = *b;
	*b = other;
}

void walk_push(struct walk *walk, size_t node)
{
	size_t at = walk->queue_count;

	walk->queue = memory_grow(walk->queue, at, &walk->queue_capacity, sizeof(*walk->queue));
	walk->queue[at] = node;
	walk->queue_count++;
	walk->nodes[node].queued = true;
	while (at > 0 && goes_before(walk, walk->queue[at], walk->queue[(at - 1) / 2])) {
		swap(&walk->queue[at], &walk->queue[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
}

size_t walk_pop(struct walk *walk)
{
	size_t out = walk->queue[0];
	size_t at = 0;

	walk->queue[0] = walk->queue[--walk->queue_count];
	walk->nodes[out].queued = false;
	for (;;) {
		size_t first = at;

		for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < walk->queue_count; child++)
			if (goes_before(walk, walk->queue[child], walk->queue[first]))
				first = child;
		if (first == at)
			return out;
		swap(&walk->queue[at], &walk->queue[first]);
		at = first;
	}
}

/* --- painting --- */

static int load(struct walk *walk, size_t *out, const struct object_id *id, struct error *error)
{
	struct walk_node *node;
	struct links links;
	int result;

	if (walk->count >= WALK_MAXIMUM)
		return WALK_FULL;
	result = repository_links(walk->repository, &links, id, error);
	if (result)
		goto done;
	walk->nodes = memory_grow(walk->nodes, walk->count, &walk->capacity, sizeof(*walk->nodes));
	node = &walk->nodes[walk->count];
	memset(node, 0, sizeof(*node));
	node->id = *id;
	node->time = links.time;
	node->first_parent = walk->parents.count;
	node->parent_count = links.parents.count;
	for (size_t i = 0; i < links.parents.count; i++)
		object_ids_add(&walk->parents, &links.parents.items[i]);
	*out = walk->count;
	*find_slot(walk, id) = ++walk->count;
	if (walk->count * 2 > walk->slot_count)
		grow_slots(walk);
done:
	object_ids_release(&links.parents);
	return result;
}

static void add_paint(struct walk *walk, size_t at, unsigned int paint)
{
	struct walk_node *node = &walk->nodes[at];
	bool waited = node->queued && walk->waits(node->paint);

	if ((node->paint & paint) == paint)
		return;
	node->paint |= paint;
	if (!node->queued)
		walk_push(walk, at);
	walk->waiting += walk->waits(node->paint);
	walk->waiting -= waited;
}

int walk_paint(struct walk *walk, const struct object_id *id, unsigned int paint, struct error *error)
{
	size_t found = *find_slot(walk, id);
	size_t at = found - 1;
	int result = found ? 0 : load(walk, &at, id, error);

	if (!result)
		add_paint(walk, at, paint);
	return result;
}

int walk_step(struct walk *walk, struct error *error)
{
	size_t at = walk_pop(walk);
	struct walk_node node = walk->nodes[at];
	unsigned int paint = node.paint;

	walk->waiting -= walk->waits(paint);
	if ((paint & PAINT_BOTH) == PAINT_BOTH) {
		walk->nodes[at].common = !(paint & PAINT_BELOW);
		paint |= PAINT_BELOW;
	}
	for (size_t i = 0; i < node.parent_count; i++) {
		struct object_id parent = walk->parents.items[node.first_parent + i];
		int result = walk_paint(walk, &parent, paint, error);
		const struct walk_node *found;

		if (result == ERROR_NOT_FOUND)
			return ERROR_FAILED;
		if (result)
			return result;
		found = walk_find(walk, &parent); /* always: it was painted */
		if (found && found->time > node.time)
			walk->skewed = true;
	}
	return 0;
}
