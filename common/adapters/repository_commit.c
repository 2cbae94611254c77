#include <stdlib.h>
#include <string.h>

#include "adapters/repository_internal.h"
#include "base/memory.h"

#define LEAST_READ ((size_t)1024 * 1024)

int repository_commit(struct repository *repository, struct commit *out, const struct object_id *id,
		      struct error *error)
{
	struct raw_object object;
	int result;

	memset(out, 0, sizeof(*out));
	result = repository_read(repository, &object, id, "commit", repository->message_maximum, error);
	if (result == ERROR_LIMIT)
		result = ERROR_TOO_LONG;
	if (!result)
		result = commit_parse(out, id, object.bytes, object.length, error);
	if (!result && out->trailer_count > repository->trailer_maximum)
		result = error_set_code(error, ERROR_LIMIT,
					"commit %s: %zu trailers; at most %zu are read ([limits] trailers)",
					object_id_short(id).digits, out->trailer_count, repository->trailer_maximum);
	raw_object_release(&object);
	return result;
}

int repository_tag(struct repository *repository, struct tag *out, char **problem, const struct object_id *id,
		   struct error *error)
{
	struct error why = ERROR_INIT;
	struct raw_object object = {0};
	const char *kind = NULL;
	int result = repository_kind(repository, &kind, id, error);

	memset(out, 0, sizeof(*out));
	*problem = NULL;
	if (result)
		return result;
	if (strcmp(kind, "tag") != 0) {
		error_set(&why, "it is a %s, not an annotated tag: git tag -s", kind);
	} else {
		result = repository_read(repository, &object, id, "tag", repository->message_maximum, &why);
		if (!result)
			tag_parse(out, id, object.bytes, object.length, &why);
		if (!result && out->trailer_count > repository->trailer_maximum)
			error_set(&why, "it has %zu trailers; at most %zu are read ([limits] trailers)",
				  out->trailer_count, repository->trailer_maximum);
		raw_object_release(&object);
	}
	if (result && result != ERROR_LIMIT)
		error_set(error, "%s", error_text(&why));
	else if (why.message)
		*problem = memory_copy(error_text(&why));
	error_release(&why);
	return *problem ? 0 : result;
}

/* Reads "<key> <id> LF" at *AT and goes behind it. */
static bool take_id(struct object_id *out, const char **at, const char *end, const char *key)
{
	size_t length = strlen(key);
	const char *digits = *at + length;

	if ((size_t)(end - *at) <= length + OBJECT_ID_DIGITS || memcmp(*at, key, length) ||
	    !object_id_parse(out, digits) || digits[OBJECT_ID_DIGITS] != '\n')
		return false;
	*at = digits + OBJECT_ID_DIGITS + 1;
	return true;
}

/* Git takes an id in capital letters too: what we cannot read as a parent it may well. */
static bool begins_parent(const char *at, const char *end)
{
	static const char key[] = "parent";

	return (size_t)(end - at) >= strlen(key) && !memcmp(at, key, strlen(key));
}

/* The seconds behind the last `>` of the committer's line; it only says in which order a walk goes. */
static int64_t committer_time(const char *headers, const char *end)
{
	static const char key[] = "committer ";

	while (headers < end && *headers != '\n') {
		const char *newline = memchr(headers, '\n', (size_t)(end - headers));
		const char *line_end = newline ? newline : end;
		size_t length = (size_t)(line_end - headers);

		if (length > strlen(key) && !memcmp(headers, key, strlen(key))) {
			const char *bracket = memrchr(headers, '>', length);
			int64_t time = 0;

			while (bracket && ++bracket < line_end && *bracket == ' ')
				;
			for (int digit = 0; bracket && digit < 15 && bracket < line_end; digit++, bracket++) {
				if (*bracket < '0' || *bracket > '9')
					break;
				time = time * 10 + (*bracket - '0');
			}
			return time;
		}
		headers = line_end + (newline != NULL);
	}
	return 0;
}

/* What was there before a limit was lowered can still be walked over. */
static size_t longest_link(const struct repository *repository)
{
	return repository->message_maximum > LEAST_READ ? repository->message_maximum : LEAST_READ;
}

int repository_links(struct repository *repository, struct links *out, const struct object_id *id, struct error *error)
{
	struct raw_object object;
	struct object_id parent;
	const char *at;
	const char *end;
	int result;

	memset(out, 0, sizeof(*out));
	result = repository_read(repository, &object, id, "commit", longest_link(repository), error);
	if (result == ERROR_LIMIT)
		result = ERROR_TOO_LONG;
	if (result)
		goto done;
	at = object.bytes;
	end = object.bytes + object.length;
	if (!take_id(&out->tree, &at, end, "tree ")) {
		result = error_set_code(error, ERROR_MALFORMED, "commit %s does not begin with its tree",
					object_id_full(id).digits);
		goto done;
	}
	while (take_id(&parent, &at, end, "parent "))
		object_ids_add(&out->parents, &parent);
	if (begins_parent(at, end))
		result = error_set_code(error, ERROR_MALFORMED, "commit %s: a parent is not the id of an object",
					object_id_full(id).digits);
	out->time = committer_time(at, end);
done:
	raw_object_release(&object);
	return result;
}

int repository_commit_links(struct repository *repository, struct object_id *tree, struct object_ids *parents,
			    const struct object_id *id, struct error *error)
{
	struct links links;
	int result = repository_links(repository, &links, id, error);

	if (!result) {
		*tree = links.tree;
		for (size_t i = 0; i < links.parents.count; i++)
			object_ids_add(parents, &links.parents.items[i]);
	}
	object_ids_release(&links.parents);
	return result;
}
