/* The part of a history that a question needs: commits that are loaded once, and painted from the newest down. */
#ifndef HOTFIX_ADAPTERS_REPOSITORY_WALK_H
#define HOTFIX_ADAPTERS_REPOSITORY_WALK_H

#include "adapters/repository_internal.h"

#define PAINT_A 1u
#define PAINT_B 2u
#define PAINT_BOTH (PAINT_A | PAINT_B)
#define PAINT_BELOW 4u /* reached from a commit that had both */

/* Commits that one walk loads before git is asked instead: about as many as take the time that git takes to start. */
#define WALK_MAXIMUM 256

struct walk_node {
	struct object_id id;
	int64_t time;
	size_t first_parent; /* in the walk's parents */
	size_t parent_count;
	unsigned int paint;
	bool queued;
	bool common;     /* had both paints when its turn came, and was no parent of such a one yet */
	size_t children; /* for sorting: those that are not yet out */
};

struct walk {
	struct repository *repository;
	struct walk_node *nodes;
	size_t count;
	size_t capacity;
	size_t *slots; /* hash table: index + 1 of a node, 0 for an empty slot */
	size_t slot_count;
	struct object_ids parents;
	size_t *queue; /* a heap of nodes, the newest first */
	size_t queue_count;
	size_t queue_capacity;
	bool (*waits)(unsigned int paint); /* a queued commit of this paint keeps the walk going */
	size_t waiting;                    /* how many of these are queued */
	bool skewed;                       /* a commit is older than its parent */
};

void walk_init(struct walk *walk, struct repository *repository, bool (*waits)(unsigned int paint));
void walk_release(struct walk *walk);

/* Adds PAINT to a commit, and queues it when that is new to it. WALK_FULL (and no error) when the walk has grown to
 * WALK_MAXIMUM. */
#define WALK_FULL 1
int walk_paint(struct walk *walk, const struct object_id *id, unsigned int paint, struct error *error);

/* Takes the newest commit from the queue and gives its paint to its parents. */
int walk_step(struct walk *walk, struct error *error);

/* Returns the node of this commit, or NULL. The pointer holds until more is painted. */
struct walk_node *walk_find(const struct walk *walk, const struct object_id *id);

/* Returns the next parent of a node: its node, or NULL when it was not loaded. */
struct walk_node *walk_parent(const struct walk *walk, const struct walk_node *node, size_t number);

/* The queue by itself. */
void walk_push(struct walk *walk, size_t node);
size_t walk_pop(struct walk *walk);

#endif
