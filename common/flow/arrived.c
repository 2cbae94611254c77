#include "flow/arrived.h"

#include "adapters/repository_patch.h"

/* Commits of one hotfix that are looked for one by one. */
#define COMMITS_MAXIMUM 100
#define CHANGES_MAXIMUM 100000

/* What is looked for. */
struct search {
	struct repository *repository;
	const struct record_landing *landing;
	struct patches whole; /* one, unless nothing is changed */
	struct patches parts;
	bool by_parts;        /* every commit's patch is among the parts */
	struct strings paths; /* one that each of these patches touches: what has the patch touches it too */
};

static void search_release(struct search *search)
{
	patches_release(&search->whole);
	patches_release(&search->parts);
	strings_release(&search->paths);
}

static int find_reached(bool *out, const struct search *search, const struct object_id *tip, struct error *error)
{
	int result = repository_descends(search->repository, out, tip, &search->landing->to, error);

	if (!result && !*out)
		result = repository_descends(search->repository, out, tip, &search->landing->tip, error);
	return result;
}

static int add_path(struct search *search, const struct object_id *old_tree, const struct object_id *new_tree,
		    struct error *error)
{
	struct changes changes = {0};
	int result = repository_changes(search->repository, &changes, old_tree, new_tree, CHANGES_MAXIMUM, error);

	if (!result && changes.count)
		strings_add_once(&search->paths, changes.items[0].path);
	changes_release(&changes);
	return result;
}

/* A path in which a commit differs from OLD_ID; NULL: from its parent. */
static int add_path_of(struct search *search, const struct object_id *commit, const struct object_id *old_id,
		       struct error *error)
{
	struct object_ids parents = {0};
	struct object_ids ignored = {0};
	struct object_id tree;
	struct object_id old_tree;
	int result = repository_commit_links(search->repository, &tree, &parents, commit, error);

	if (!old_id && parents.count)
		old_id = &parents.items[0];
	if (!result && old_id)
		result = repository_commit_links(search->repository, &old_tree, &ignored, old_id, error);
	if (!result)
		result = add_path(search, old_id ? &old_tree : NULL, &tree, error);
	object_ids_release(&parents);
	object_ids_release(&ignored);
	return result;
}

static int find_parts(struct search *search, struct error *error)
{
	const struct record_landing *landing = search->landing;
	const struct strings everywhere = STRINGS_INIT;
	struct object_ids commits = {0};
	int result =
		repository_touching(search->repository, &commits, &landing->tip, &landing->from, &everywhere, error);

	search->by_parts = !result && commits.count <= COMMITS_MAXIMUM;
	if (search->by_parts)
		result = repository_patches(search->repository, &search->parts, &commits, error);
	for (size_t i = 0; !result && search->by_parts && i < search->parts.count; i++)
		result = add_path_of(search, &search->parts.items[i].commit, NULL, error);
	object_ids_release(&commits);
	return result;
}

static int find_patches(struct search *search, struct error *error)
{
	const struct record_landing *landing = search->landing;
	int result = repository_patch_between(search->repository, &search->whole, &landing->from, &landing->to, error);

	if (!result)
		result = add_path_of(search, &landing->to, &landing->from, error);
	return result ? result : find_parts(search, error);
}

static bool holds(const struct search *search, const struct patches *present)
{
	if (search->whole.count && patches_contain(present, &search->whole.items[0].id))
		return true;
	for (size_t i = 0; i < search->parts.count; i++)
		if (!patches_contain(present, &search->parts.items[i].id))
			return false;
	return search->by_parts && search->parts.count;
}

/* Whatever has one of the patches touches its path; and what production had before is not the hotfix. */
static int find_same(bool *out, struct search *search, const struct object_id *tip, struct error *error)
{
	struct object_ids commits = {0};
	struct patches present = {0};
	int result = find_patches(search, error);

	if (!result && search->paths.count)
		result = repository_touching(search->repository, &commits, tip, &search->landing->from, &search->paths,
					     error);
	if (!result)
		result = repository_patches(search->repository, &present, &commits, error);
	*out = !result && holds(search, &present);
	patches_release(&present);
	object_ids_release(&commits);
	return result;
}

int arrived_find(bool *out, struct repository *repository, const struct record_landing *landing,
		 const struct object_id *tip, struct error *error)
{
	struct search search = {.repository = repository, .landing = landing};
	int result = find_reached(out, &search, tip, error);

	if (!result && !*out)
		result = find_same(out, &search, tip, error);
	if (result == ERROR_LIMIT) {
		error_release(error);
		result = 0;
		*out = false;
	}
	search_release(&search);
	return result;
}
