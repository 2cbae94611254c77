#include "adapters/repository_line.h"

#include <stdlib.h>

#include "adapters/repository_internal.h"
#include "base/memory.h"

void line_commits_release(struct line_commits *commits)
{
	free(commits->items);
	*commits = (struct line_commits){0};
}

/* Adds ID and replaces it by its first parent; *MORE: it has one. */
static int add_commit(struct line_commits *out, struct repository *repository, struct object_id *id, bool *more,
		      struct error *error)
{
	struct links links;
	int result = repository_links(repository, &links, id, error);

	*more = !result && links.parents.count > 0;
	if (!result) {
		out->items = memory_grow(out->items, out->count, &out->capacity, sizeof(*out->items));
		out->items[out->count++] = (struct line_commit){*id, links.tree, links.time, links.parents.count};
	}
	if (*more)
		*id = links.parents.items[0];
	object_ids_release(&links.parents);
	return result;
}

int repository_line(struct repository *repository, struct line_commits *out, const struct object_id *tip, int64_t since,
		    struct error *error)
{
	struct object_id id = *tip;
	bool more = true;
	int older = 0;
	int result = 0;

	while (!result && more && older < LINE_OLDER) {
		result = add_commit(out, repository, &id, &more, error);
		if (!result)
			older = out->items[out->count - 1].time < since ? older + 1 : 0;
	}
	return result;
}
