/* A history for tests of the graph: commits by number, each with the number of its tree and of its parents. A header
 * alone: the tests of the rules link nothing else. */
#ifndef HOTFIX_TESTS_SUPPORT_HISTORY_H
#define HOTFIX_TESTS_SUPPORT_HISTORY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "rules/graph.h"

struct history {
	struct graph graph;
	struct policy policy;
};

static inline int history_open(void **state)
{
	struct history *history = memory_alloc(sizeof(*history));
	struct signoff *review;

	policy_init(&history->policy);
	review = policy_add_signoff(&history->policy, "review");
	review->trailer = memory_copy("Reviewed-by");
	review->role = memory_copy("reviewer");
	*state = history;
	return 0;
}

static inline int history_close(void **state)
{
	struct history *history = *state;

	graph_release(&history->graph);
	assert_null(history->graph.nodes);
	policy_release(&history->policy);
	free(history);
	return 0;
}

static inline struct object_id id_of(unsigned int number)
{
	struct object_id id;
	char digits[OBJECT_ID_DIGITS + 1];

	snprintf(digits, sizeof(digits), "%08x%032x", number * 2654435761u, number);
	assert_true(object_id_parse(&id, digits));
	return id;
}

static inline struct commit commit_of(unsigned int number, unsigned int tree, unsigned int parent)
{
	struct commit commit = {.id = id_of(number), .tree = id_of(tree)};
	struct object_id parent_id = id_of(parent);

	if (parent)
		object_ids_add(&commit.parents, &parent_id);
	return commit;
}

static inline void add_trailer(struct commit *commit, const char *key)
{
	commit->trailers = memory_resize(commit->trailers, commit->trailer_count + 1, sizeof(*commit->trailers));
	commit->trailers[commit->trailer_count++] = (struct trailer){memory_copy(key), memory_copy("somebody")};
}

static inline void add_work(struct history *history, unsigned int number, unsigned int tree, unsigned int parent)
{
	struct commit commit = commit_of(number, tree, parent);

	graph_add(&history->graph, &commit, false);
}

static inline void add_signoff(struct history *history, unsigned int number, unsigned int tree, unsigned int parent)
{
	struct commit commit = commit_of(number, tree, parent);

	add_trailer(&commit, "Reviewed-by");
	graph_add(&history->graph, &commit, false);
}

static inline void add_merge(struct history *history, unsigned int number, unsigned int tree, unsigned int first,
			     unsigned int second)
{
	struct commit commit = commit_of(number, tree, first);
	struct object_id second_id = id_of(second);

	object_ids_add(&commit.parents, &second_id);
	graph_add(&history->graph, &commit, false);
}

static inline void add_outside(struct history *history, unsigned int number, unsigned int tree)
{
	struct commit commit = commit_of(number, tree, 0);

	graph_add(&history->graph, &commit, true);
}

/* Asserts that NUMBER signs TARGET; itself when it is work. */
static inline void assert_signs(struct history *history, unsigned int number, unsigned int target)
{
	struct object_id id = id_of(number);
	struct object_id wanted = id_of(target);
	struct object_id found;

	graph_mark_signoffs(&history->graph, &history->policy);
	found = graph_target(&history->graph, &id);
	assert_string_equal(object_id_full(&found).digits, object_id_full(&wanted).digits);
	assert_int_equal(graph_find(&history->graph, &id)->is_signoff, number != target);
}

static inline bool only_signoffs(struct history *history, unsigned int number, unsigned int down_to)
{
	struct object_id id = id_of(number);
	struct object_id end = id_of(down_to);

	graph_mark_signoffs(&history->graph, &history->policy);
	return graph_only_signoffs(&history->graph, &id, &end);
}

#endif
