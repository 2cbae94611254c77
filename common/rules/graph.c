#include "rules/graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static size_t slot_of(const struct graph *graph, const struct object_id *id)
{
	size_t slot;

	memcpy(&slot, id->bytes, sizeof(slot));
	slot %= graph->slot_count;
	while (graph->slots[slot] && !object_id_equal(&graph->nodes[graph->slots[slot] - 1].commit.id, id))
		slot = (slot + 1) % graph->slot_count;
	return slot;
}

static void rehash(struct graph *graph)
{
	if (graph->count * 2 < graph->slot_count)
		return;
	free(graph->slots);
	graph->slot_count = graph->slot_count ? graph->slot_count * 2 : 64;
	graph->slots = memory_alloc(graph->slot_count * sizeof(*graph->slots));
	for (size_t i = 0; i < graph->count; i++)
		graph->slots[slot_of(graph, &graph->nodes[i].commit.id)] = i + 1;
}

struct graph_node *graph_node(const struct graph *graph, const struct object_id *id)
{
	size_t index = graph->slot_count ? graph->slots[slot_of(graph, id)] : 0;

	return index ? &graph->nodes[index - 1] : NULL;
}

void graph_add(struct graph *graph, struct commit *commit, bool outside)
{
	struct graph_node *node = graph_node(graph, &commit->id);

	if (node) {
		node->outside = node->outside && outside;
		commit_release(commit);
		return;
	}
	graph->nodes = memory_grow(graph->nodes, graph->count, &graph->capacity, sizeof(*graph->nodes));
	graph->nodes[graph->count] = (struct graph_node){.commit = *commit, .outside = outside};
	graph->nodes[graph->count].commit.target = commit->id;
	*commit = (struct commit){0};
	graph->count++;
	rehash(graph);
	graph->slots[slot_of(graph, &graph->nodes[graph->count - 1].commit.id)] = graph->count;
}

struct commit *graph_find(const struct graph *graph, const struct object_id *id)
{
	struct graph_node *node = graph_node(graph, id);

	return node ? &node->commit : NULL;
}

bool graph_holds(const struct graph *graph, const struct object_id *id)
{
	struct graph_node *node = graph_node(graph, id);

	return node && !node->outside;
}

static bool has_signoff_trailer(const struct policy *policy, const struct commit *commit)
{
	for (size_t i = 0; i < commit->trailer_count; i++)
		if (policy_signoff_by_trailer(policy, commit->trailers[i].key))
			return true;
	return false;
}

/* The target of a sign-off commit or of a merge that joins only such commits, or NULL when COMMIT is work. */
static const struct object_id *target_below(const struct graph *graph, const struct policy *policy,
					    const struct commit *commit)
{
	const struct object_id *target = NULL;

	for (size_t i = 0; i < commit->parents.count; i++) {
		const struct commit *parent = graph_find(graph, &commit->parents.items[i]);

		if (!parent || !object_id_equal(&parent->tree, &commit->tree))
			return NULL;
		if (target && !object_id_equal(target, &parent->target))
			return NULL;
		target = &parent->target;
	}
	if (commit->parents.count == 1 && !has_signoff_trailer(policy, commit))
		return NULL;
	return target;
}

static bool mark(struct graph *graph, const struct policy *policy, struct graph_node *node)
{
	const struct object_id *target = node->outside ? NULL : target_below(graph, policy, &node->commit);
	bool changed = target && !object_id_equal(target, &node->commit.target);

	if (target) {
		node->commit.is_signoff = true;
		node->commit.target = *target;
	}
	return changed;
}

void graph_mark_signoffs(struct graph *graph, const struct policy *policy)
{
	bool changed = true;

	/* Parents mostly come after their children, so one round from the end settles nearly everything, and one from
	 * the beginning the other order. A merge that joins sign-off commits is seen as one only when both sides are
	 * settled, hence the rounds. */
	while (changed) {
		changed = false;
		for (size_t i = graph->count; i-- > 0;)
			changed = mark(graph, policy, &graph->nodes[i]) || changed;
		for (size_t i = 0; changed && i < graph->count; i++)
			mark(graph, policy, &graph->nodes[i]);
	}
}

struct object_id graph_target(const struct graph *graph, const struct object_id *id)
{
	const struct commit *commit = graph_find(graph, id);

	return commit ? commit->target : *id;
}

bool graph_only_signoffs(const struct graph *graph, const struct object_id *id, const struct object_id *down_to)
{
	bool *visited = memory_alloc((graph->count + 1) * sizeof(*visited));
	struct object_ids waiting = {0};
	bool found = false;

	object_ids_add(&waiting, id);
	while (!found && waiting.count) {
		struct object_id at = waiting.items[--waiting.count];
		const struct graph_node *node = graph_node(graph, &at);

		found = object_id_equal(&at, down_to);
		if (!node || !node->commit.is_signoff || visited[node - graph->nodes])
			continue;
		visited[node - graph->nodes] = true;
		for (size_t i = 0; i < node->commit.parents.count; i++)
			object_ids_add(&waiting, &node->commit.parents.items[i]);
	}
	object_ids_release(&waiting);
	free(visited);
	return found;
}

void graph_release(struct graph *graph)
{
	for (size_t i = 0; i < graph->count; i++)
		commit_release(&graph->nodes[i].commit);
	free(graph->nodes);
	free(graph->slots);
	*graph = (struct graph){0};
}
