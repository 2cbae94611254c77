/* The commits that a verdict looks at, found by id, and which of them are sign-off commits. */
#ifndef HOTFIX_RULES_GRAPH_H
#define HOTFIX_RULES_GRAPH_H

#include <stdbool.h>
#include <stddef.h>

#include "rules/commit.h"
#include "rules/policy.h"

struct graph_node {
	struct commit commit;
	bool known;   /* filled in by whoever asks the ledger: it knows who first pushed the commit */
	bool outside; /* only a parent of what is looked at: it gives its tree, and is never a sign-off commit */
};

/* All zero is an empty graph. */
struct graph {
	struct graph_node *nodes;
	size_t count;
	size_t capacity;
	size_t *slots; /* hash table: index + 1 of a node, 0 for an empty slot */
	size_t slot_count;
};

/* Takes what COMMIT holds. A commit that is there already is released and stays as it was, but for OUTSIDE, which the
 * inside wins. Nodes may move: keep ids, not pointers, while adding. */
void graph_add(struct graph *graph, struct commit *commit, bool outside);

/* Returns the commit of this id, or NULL. */
struct commit *graph_find(const struct graph *graph, const struct object_id *id);

/* Returns the node of this id, or NULL. */
struct graph_node *graph_node(const struct graph *graph, const struct object_id *id);

/* True when the commit is in the graph and not outside. */
bool graph_holds(const struct graph *graph, const struct object_id *id);

/* Fills in is_signoff and target of every commit: a sign-off commit has one parent, that parent's tree, and a trailer
 * of a configured sign-off; a merge whose parents differ only by sign-off commits is one itself. */
void graph_mark_signoffs(struct graph *graph, const struct policy *policy);

/* The first commit at or below ID that is no sign-off commit; ID itself when the graph does not hold it. */
struct object_id graph_target(const struct graph *graph, const struct object_id *id);

/* True when DOWN_TO is ID, or is reached from it through sign-off commits alone. */
bool graph_only_signoffs(const struct graph *graph, const struct object_id *id, const struct object_id *down_to);
void graph_release(struct graph *graph);

#endif
