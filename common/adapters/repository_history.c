/* Questions about a history. Each is answered by a walk of our own while that is short, else by git. */
#include <stdlib.h>
#include <string.h>

#include "adapters/repository_walk.h"
#include "base/memory.h"

#define BASES_MAXIMUM 1000

/* How many more commits are looked at when nothing is left to find but what wrong clocks have hidden. */
#define MORE_AT_LEAST 5
#define MORE_AT_MOST 256

static bool waits_for_common(unsigned int paint)
{
	return !(paint & PAINT_BELOW);
}

static bool waits_for_tips(unsigned int paint)
{
	return paint == PAINT_A;
}

/* --- is one an ancestor of the other? --- */

static int git_descends(struct repository *repository, bool *out, const struct object_id *descendant,
			const struct object_id *ancestor, struct error *error)
{
	struct strings arguments = STRINGS_INIT;
	struct buffer answer = BUFFER_INIT;
	int status;

	strings_add(&arguments, "merge-base");
	strings_add(&arguments, "--is-ancestor");
	strings_add(&arguments, object_id_full(ancestor).digits);
	strings_add(&arguments, object_id_full(descendant).digits);
	status = repository_ask_git(repository, &answer, 0, &arguments, error);
	*out = status == 0;
	strings_release(&arguments);
	buffer_release(&answer);
	return status == 0 || status == 1 ? 0 : repository_git_failed("merge-base", status, error);
}

/* A way down from DESCENDANT leaves what ANCESTOR does not reach at a commit that ANCESTOR reaches: when that one reaches
 * ANCESTOR too, it is ANCESTOR. So the edge of a range that git has told says what git would say now. */
static int range_descends(struct repository *repository, bool *out, struct error *error)
{
	const struct known_range *range = &repository->range;

	*out = false;
	for (size_t i = 0; !*out && i < range->inside.count; i++) {
		struct links links;
		int result = repository_links(repository, &links, &range->inside.items[i], error);

		for (size_t k = 0; !result && k < links.parents.count; k++)
			*out |= object_id_equal(&links.parents.items[k], &range->hidden);
		object_ids_release(&links.parents);
		if (result)
			return result;
	}
	return 0;
}

static int ask_descends(struct repository *repository, bool *out, const struct object_id *descendant,
			const struct object_id *ancestor, struct error *error)
{
	const struct known_range *range = &repository->range;

	if (range->known && object_id_equal(&range->tip, descendant) && object_id_equal(&range->hidden, ancestor))
		return range_descends(repository, out, error);
	return git_descends(repository, out, descendant, ancestor, error);
}

int repository_descends(struct repository *repository, bool *out, const struct object_id *descendant,
			const struct object_id *ancestor, struct error *error)
{
	struct walk walk;
	int result;

	*out = object_id_equal(descendant, ancestor);
	if (*out)
		return 0;
	walk_init(&walk, repository, waits_for_common);
	result = walk_paint(&walk, ancestor, PAINT_A, error);
	if (!result)
		result = walk_paint(&walk, descendant, PAINT_B, error);
	while (!result && walk.waiting && !*out) {
		result = walk_step(&walk, error);
		*out = walk_find(&walk, ancestor)->paint & PAINT_B;
	}
	walk_release(&walk);
	return result == WALK_FULL ? ask_descends(repository, out, descendant, ancestor, error) : result;
}

/* --- the best common ancestors --- */

static int git_merge_bases(struct repository *repository, struct object_ids *out, const struct object_id *a,
			   const struct object_id *b, struct error *error)
{
	struct strings arguments = STRINGS_INIT;
	int status;

	strings_add(&arguments, "merge-base");
	strings_add(&arguments, "--all");
	strings_add(&arguments, object_id_full(a).digits);
	strings_add(&arguments, object_id_full(b).digits);
	status = repository_ask_git_for_ids(repository, out, BASES_MAXIMUM, "merge-base", &arguments, error);
	strings_release(&arguments);
	return status == 0 || status == 1 ? 0 : repository_git_failed("merge-base", status, error);
}

/* Wrong clocks can leave a base that another base reaches: it is not among the best. */
static int add_best(struct repository *repository, struct object_ids *out, const struct object_ids *found,
		    struct error *error)
{
	for (size_t i = 0; i < found->count; i++) {
		bool reached = false;
		int result = 0;

		for (size_t j = 0; !result && !reached && j < found->count; j++)
			if (i != j)
				result = repository_descends(repository, &reached, &found->items[j], &found->items[i],
							     error);
		if (result)
			return result;
		if (!reached)
			object_ids_add(out, &found->items[i]);
	}
	return 0;
}

int repository_merge_bases(struct repository *repository, struct object_ids *out, const struct object_id *a,
			   const struct object_id *b, struct error *error)
{
	struct object_ids found = {0};
	struct walk walk;
	int result;

	walk_init(&walk, repository, waits_for_common);
	result = walk_paint(&walk, a, PAINT_A, error);
	if (!result)
		result = walk_paint(&walk, b, PAINT_B, error);
	while (!result && walk.waiting)
		result = walk_step(&walk, error);
	for (size_t i = 0; !result && i < walk.count; i++)
		if (walk.nodes[i].common && !(walk.nodes[i].paint & PAINT_BELOW))
			object_ids_add(&found, &walk.nodes[i].id);
	walk_release(&walk);
	if (result == WALK_FULL)
		result = git_merge_bases(repository, out, a, b, error);
	else if (!result)
		result = add_best(repository, out, &found, error);
	object_ids_release(&found);
	return result;
}

/* --- what tips reach and hidden do not --- */

static void keep_range(struct repository *repository, const struct object_ids *tips, const struct object_ids *hidden,
		       const struct object_ids *inside)
{
	struct known_range *range = &repository->range;

	for (size_t i = 1; i < tips->count; i++)
		if (!object_id_equal(&tips->items[0], &tips->items[i]))
			return;
	if (!tips->count || hidden->count != 1)
		return;
	object_ids_release(&range->inside);
	*range = (struct known_range){.known = true, .tip = tips->items[0], .hidden = hidden->items[0]};
	for (size_t i = 0; i < inside->count; i++)
		object_ids_add(&range->inside, &inside->items[i]);
}

static int git_walk(struct repository *repository, struct object_ids *out, const struct object_ids *tips,
		    const struct object_ids *hidden, size_t limit, struct error *error)
{
	struct strings arguments = STRINGS_INIT;
	struct object_ids found = {0};
	int status;

	strings_add(&arguments, "rev-list");
	strings_add(&arguments, "--topo-order");
	strings_addf(&arguments, "--max-count=%zu", limit + 1);
	for (size_t i = 0; i < tips->count; i++)
		strings_add_once(&arguments, object_id_full(&tips->items[i]).digits);
	strings_add(&arguments, "--not");
	for (size_t i = 0; i < hidden->count; i++)
		strings_add(&arguments, object_id_full(&hidden->items[i]).digits);
	status = repository_ask_git_for_ids(repository, &found, limit, "rev-list", &arguments, error);
	if (!status)
		keep_range(repository, tips, hidden, &found);
	for (size_t i = 0; !status && i < found.count; i++)
		object_ids_add(out, &found.items[i]);
	strings_release(&arguments);
	object_ids_release(&found);
	return status ? repository_git_failed("rev-list", status, error) : 0;
}

static int paint_all(struct walk *walk, const struct object_ids *ids, unsigned int paint, struct error *error)
{
	int result = 0;

	for (size_t i = 0; !result && i < ids->count; i++)
		result = walk_paint(walk, &ids->items[i], paint, error);
	return result;
}

static int64_t oldest_found(const struct walk *walk)
{
	int64_t oldest = INT64_MAX;

	for (size_t i = 0; i < walk->count; i++)
		if (walk->nodes[i].paint == PAINT_A && walk->nodes[i].time < oldest)
			oldest = walk->nodes[i].time;
	return oldest;
}

/* Hidden commits may still reach what was found, where a parent is newer than its child. Looking a little further
 * is worth it, looking for ever is not: a commit too many is judged too, and that is safe. */
static int look_further(struct walk *walk, struct error *error)
{
	int64_t oldest = oldest_found(walk);
	int result = 0;

	for (int more = 0; !result && walk->queue_count && oldest != INT64_MAX && more < MORE_AT_MOST; more++) {
		if (more >= MORE_AT_LEAST && !walk->skewed && walk->nodes[walk->queue[0]].time < oldest)
			break;
		result = walk_step(walk, error);
	}
	return result == WALK_FULL ? 0 : result;
}

/* Children before parents, and the newest first among those that may come next. */
static int add_sorted(struct walk *walk, struct object_ids *out, size_t limit, struct error *error)
{
	size_t found = 0;

	walk->queue_count = 0;
	for (size_t i = 0; i < walk->count; i++) {
		struct walk_node *node = &walk->nodes[i];

		for (size_t j = 0; node->paint == PAINT_A && j < node->parent_count; j++) {
			struct walk_node *parent = walk_parent(walk, node, j);

			if (parent)
				parent->children++;
		}
		found += node->paint == PAINT_A;
	}
	if (found > limit)
		return error_set_code(error, ERROR_LIMIT, "more than %zu commits", limit);
	for (size_t i = 0; i < walk->count; i++)
		if (walk->nodes[i].paint == PAINT_A && !walk->nodes[i].children)
			walk_push(walk, i);
	while (walk->queue_count) {
		struct walk_node *node = &walk->nodes[walk_pop(walk)];

		object_ids_add(out, &node->id);
		for (size_t j = 0; j < node->parent_count; j++) {
			struct walk_node *parent = walk_parent(walk, node, j);

			if (parent && parent->paint == PAINT_A && !--parent->children)
				walk_push(walk, (size_t)(parent - walk->nodes));
		}
	}
	return 0;
}

int repository_walk(struct repository *repository, struct object_ids *out, const struct object_ids *tips,
		    const struct object_ids *hidden, size_t limit, struct error *error)
{
	struct walk walk;
	int result;

	walk_init(&walk, repository, waits_for_tips);
	result = paint_all(&walk, hidden, PAINT_B, error);
	if (!result)
		result = paint_all(&walk, tips, PAINT_A, error);
	while (!result && walk.waiting)
		result = walk_step(&walk, error);
	if (!result)
		result = look_further(&walk, error);
	if (!result)
		result = add_sorted(&walk, out, limit, error);
	walk_release(&walk);
	return result == WALK_FULL ? git_walk(repository, out, tips, hidden, limit, error) : result;
}
