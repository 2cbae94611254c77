#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "adapters/repository_internal.h"
#include "adapters/repository_packed_refs.h"
#include "base/memory.h"
#include "rules/pattern.h"

#define FOLDER_DEPTH 128

/* Returns 0 to go on, anything else ends the walk. */
typedef int (*visitor)(void *payload, const char *name);

static bool is_folder(const char *path, const struct dirent *entry)
{
	struct stat about;

	if (entry->d_type != DT_UNKNOWN && entry->d_type != DT_LNK)
		return entry->d_type == DT_DIR;
	return !stat(path, &about) && S_ISDIR(about.st_mode);
}

static int visit_loose(struct repository *repository, const char *folder, int depth, visitor visit, void *payload,
		       struct error *error);

static int visit_entry(struct repository *repository, const char *folder, const struct dirent *entry, int depth,
		       visitor visit, void *payload, struct error *error)
{
	struct buffer name = BUFFER_INIT;
	struct buffer path = BUFFER_INIT;
	int result;

	if (!ref_part_valid(entry->d_name, strlen(entry->d_name)))
		return 0;
	buffer_addf(&name, "%s/%s", folder, entry->d_name);
	buffer_addf(&path, "%s/%s", repository->common_dir, buffer_text(&name));
	if (is_folder(buffer_text(&path), entry))
		result = visit_loose(repository, buffer_text(&name), depth + 1, visit, payload, error);
	else
		result = visit(payload, buffer_text(&name));
	buffer_release(&name);
	buffer_release(&path);
	return result;
}

/* That there is none is not believed at once, as of a ref. */
static DIR *open_folder(const char *path)
{
	DIR *stream = opendir(path);

	return !stream && errno == ENOENT ? opendir(path) : stream;
}

static int visit_loose(struct repository *repository, const char *folder, int depth, visitor visit, void *payload,
		       struct error *error)
{
	struct buffer path = BUFFER_INIT;
	struct dirent *entry;
	DIR *stream;
	int result = 0;

	buffer_addf(&path, "%s/%s", repository->common_dir, folder);
	stream = depth > FOLDER_DEPTH ? NULL : open_folder(buffer_text(&path));
	if (depth > FOLDER_DEPTH)
		result = error_set(error, "%s: more than %d folders deep", buffer_text(&path), FOLDER_DEPTH);
	else if (!stream && errno != ENOENT && errno != ENOTDIR)
		result = error_set_errno(error, errno, "%s", buffer_text(&path));
	while (stream && !result) {
		errno = 0;
		entry = readdir(stream);
		if (!entry && errno)
			result = error_set_errno(error, errno, "%s", buffer_text(&path));
		if (!entry)
			break;
		result = visit_entry(repository, folder, entry, depth, visit, payload, error);
	}
	if (stream)
		closedir(stream);
	buffer_release(&path);
	return result;
}

#define FOUND_ONE 1

static int visit_any(void *payload, const char *name)
{
	(void)payload;
	(void)name;
	return FOUND_ONE;
}

static int has_packed(struct repository *repository, bool *out, const char *prefix, struct error *error)
{
	struct packed_ref first = {.next = NULL};
	struct packed_refs packed;
	int result = packed_refs_open(&packed, repository->common_dir, error);

	if (!result)
		result = packed_refs_next(&packed, &first, prefix, error);
	*out = !result;
	packed_refs_release(&packed);
	return result == ERROR_NOT_FOUND ? 0 : result;
}

/* The packed ones are asked first, since that is cheap, and again, since a loose one may have been packed meanwhile. */
int repository_has_refs(struct repository *repository, bool *out, struct error *error)
{
	char *folder = repository_full_name(repository, "refs");
	char *prefix = repository_full_name(repository, "refs/");
	int result = has_packed(repository, out, prefix, error);

	if (result || *out)
		goto done;
	result = visit_loose(repository, folder, 0, visit_any, NULL, error);
	*out = result == FOUND_ONE;
	if (*out)
		result = 0;
	else if (!result)
		result = has_packed(repository, out, prefix, error);
done:
	free(folder);
	free(prefix);
	return result;
}

struct listing {
	struct repository *repository;
	struct branch_tips *out;
	const char *pattern;
	size_t first; /* of OUT: what was there before is not ours */
	size_t limit;
	size_t prefix; /* length of the namespace's */
	struct strings loose;
	struct error *error;
};

static int list_add(struct listing *listing, const char *name, const struct object_id *id)
{
	struct branch_tips *out = listing->out;

	if (out->count - listing->first >= listing->limit)
		return error_set_code(listing->error, ERROR_LIMIT, "more than %zu refs match %s", listing->limit,
				      listing->pattern);
	out->items = memory_grow(out->items, out->count, &out->capacity, sizeof(*out->items));
	out->items[out->count].ref = memory_copy(name);
	out->items[out->count].tip = *id;
	out->count++;
	return 0;
}

static int list_loose(void *payload, const char *name)
{
	struct listing *listing = payload;
	const char *ref = name + listing->prefix;
	struct object_id id;
	char *followed;
	int result;

	if (!pattern_matches(listing->pattern, ref))
		return 0;
	strings_add(&listing->loose, ref);
	followed = memory_copy(name);
	result = repository_follow(listing->repository, &id, &followed, listing->error);
	free(followed);
	if (result)
		return result == ERROR_NOT_FOUND ? 0 : result;
	return list_add(listing, ref, &id);
}

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_loose(const struct listing *listing, const char *ref)
{
	return listing->loose.count &&
	       bsearch(&ref, listing->loose.items, listing->loose.count, sizeof(char *), compare_strings) != NULL;
}

static int list_packed(struct listing *listing, const char *literal)
{
	struct packed_ref at = {.next = NULL};
	struct packed_refs packed;
	int result = packed_refs_open(&packed, listing->repository->common_dir, listing->error);

	while (!result) {
		char *ref;

		result = packed_refs_next(&packed, &at, literal, listing->error);
		if (result)
			break;
		ref = memory_copy_bytes(at.name + listing->prefix, at.length - listing->prefix);
		if (pattern_matches(listing->pattern, ref) && !is_loose(listing, ref))
			result = list_add(listing, ref, &at.id);
		free(ref);
	}
	packed_refs_release(&packed);
	return result == ERROR_NOT_FOUND ? 0 : result;
}

static int compare_tips(const void *a, const void *b)
{
	return strcmp(((const struct branch_tip *)a)->ref, ((const struct branch_tip *)b)->ref);
}

/* The folder that holds every ref that begins with LITERAL, or NULL when no ref can. */
static char *folder_of(const char *literal)
{
	const char *slash = strrchr(literal, '/');
	char *folder;

	if (!slash)
		return memory_copy("refs");
	folder = memory_copy_bytes(literal, (size_t)(slash - literal));
	if ((strcmp(folder, "refs") && strncmp(folder, "refs/", strlen("refs/"))) || !ref_name_valid(folder)) {
		free(folder);
		return NULL;
	}
	return folder;
}

static int list_all(struct listing *listing, const char *literal)
{
	char *folder = folder_of(literal);
	int result;

	if (!folder)
		return 0;
	result = visit_loose(listing->repository, folder, 0, list_loose, listing, listing->error);
	if (!result && listing->loose.count)
		qsort(listing->loose.items, listing->loose.count, sizeof(char *), compare_strings);
	if (!result)
		result = list_packed(listing, literal);
	free(folder);
	return result;
}

int repository_refs(struct repository *repository, struct branch_tips *out, const char *pattern, size_t limit,
		    struct error *error)
{
	struct listing listing = {.repository = repository,
				  .out = out,
				  .pattern = pattern,
				  .limit = limit,
				  .first = out->count,
				  .prefix = strlen(repository->ref_prefix),
				  .error = error};
	struct buffer literal = BUFFER_INIT;
	int result;

	buffer_addf(&literal, "%s%.*s", repository->ref_prefix, (int)strcspn(pattern, "*?"), pattern);
	if (pattern_is_glob(pattern)) {
		result = list_all(&listing, buffer_text(&literal));
	} else {
		result = list_loose(&listing, buffer_text(&literal));
	}
	if (!result && out->count - listing.first > 1)
		qsort(out->items + listing.first, out->count - listing.first, sizeof(*out->items), compare_tips);
	strings_release(&listing.loose);
	buffer_release(&literal);
	return result;
}
