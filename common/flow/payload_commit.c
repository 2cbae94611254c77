#include "flow/payload_commit.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "rules/people.h"

void payload_set_text(struct json *object, const char *key, const char *text, size_t maximum)
{
	char *part;

	if (!text)
		return;
	part = memory_copy_bytes(text, json_text_fit(text, maximum, NULL));
	json_set_string(object, key, part);
	free(part);
}

void payload_set_time(struct json *object, const char *key, int64_t seconds)
{
	struct buffer text = BUFFER_INIT;

	clock_format(&text, seconds);
	json_set_string(object, key, buffer_text(&text));
	buffer_release(&text);
}

static struct json *identity(const struct policy *policy, const char *name, const char *address, size_t maximum)
{
	const struct person *person = people_by_address(policy, address);
	struct json *object = json_new_object();

	payload_set_text(object, "name", name, maximum);
	payload_set_text(object, "email", address, maximum);
	if (person && person->login)
		payload_set_text(object, "username", person->login, maximum);
	return object;
}

/* The tree to compare with; false when it cannot be read. */
static bool base_tree(struct repository *repository, struct object_id *out, bool *empty, const struct object_id *old_id,
		      const struct commit *commit, bool whole)
{
	const struct object_id *base = object_id_is_zero(old_id) ? NULL : old_id;
	struct object_ids parents = {0};
	struct error error = ERROR_INIT;
	int result = 0;

	if (!base && !whole && commit->parents.count)
		base = &commit->parents.items[0];
	*empty = !base;
	if (base)
		result = repository_commit_links(repository, out, &parents, base, &error);
	object_ids_release(&parents);
	error_release(&error);
	return result == 0;
}

static bool paths_fit(const struct changes *changes, size_t maximum)
{
	size_t total = 0;
	size_t written;

	for (size_t i = 0; i < changes->count; i++) {
		const char *path = changes->items[i].path;

		if (path[json_text_fit(path, maximum, &written)])
			return false;
		total += written + 3; /* the quotes and the comma */
	}
	return total <= maximum;
}

/* Lists that would have to be cut stay empty: a receiver must not take a part for the whole. */
static void read_changes(struct repository *repository, struct changes *out, const struct object_id *old_id,
			 const struct commit *commit, bool whole, const struct payload_limits *limits)
{
	struct error error = ERROR_INIT;
	struct object_id base;
	bool empty;

	if (!limits->paths || !base_tree(repository, &base, &empty, old_id, commit, whole))
		return;
	if (repository_changes(repository, out, empty ? NULL : &base, &commit->tree, limits->paths, &error) ||
	    !paths_fit(out, limits->path_bytes))
		changes_release(out);
	error_release(&error);
}

static void add_paths(struct json *object, const struct changes *changes)
{
	struct json *added = json_new_array();
	struct json *removed = json_new_array();
	struct json *modified = json_new_array();

	for (size_t i = 0; i < changes->count; i++) {
		const struct change *change = &changes->items[i];

		json_add_string(!change->old_mode ? added : !change->new_mode ? removed : modified, change->path);
	}
	json_set(object, "added", added);
	json_set(object, "removed", removed);
	json_set(object, "modified", modified);
}

static struct json *describe(const struct policy *policy, const char *web, const struct commit *commit,
			     const struct changes *changes, const struct payload_limits *limits)
{
	struct object_id_text id = object_id_full(&commit->id);
	struct json *object = json_new_object();
	struct buffer url = BUFFER_INIT;

	json_set_string(object, "id", id.digits);
	json_set_string(object, "tree_id", object_id_full(&commit->tree).digits);
	json_set_bool(object, "distinct", true);
	payload_set_text(object, "message", commit->message, limits->message_bytes);
	payload_set_time(object, "timestamp", commit->committer_time);
	if (web) {
		buffer_addf(&url, "%s/commit/%s", web, id.digits);
		payload_set_text(object, "url", buffer_text(&url), limits->text_bytes);
	}
	json_set(object, "author", identity(policy, commit->author_name, commit->author_address, limits->text_bytes));
	json_set(object, "committer",
		 identity(policy, commit->committer_name, commit->committer_address, limits->text_bytes));
	add_paths(object, changes);
	buffer_release(&url);
	return object;
}

struct json *payload_commit(struct repository *repository, const struct policy *policy, const char *web,
			    const struct object_id *old_id, const struct object_id *new_id, bool whole,
			    const struct payload_limits *limits)
{
	struct error error = ERROR_INIT;
	struct changes changes = {0};
	struct commit commit = {0};
	struct json *object = NULL;

	if (repository_commit(repository, &commit, new_id, &error))
		goto done;
	read_changes(repository, &changes, old_id, &commit, whole, limits);
	object = describe(policy, web, &commit, &changes, limits);
done:
	changes_release(&changes);
	commit_release(&commit);
	error_release(&error);
	return object;
}
