/* Refs are read as the files that they are (gitrepository-layout(5)): a loose one before a packed one. The library
 * would read all of them to list a few, and knows no namespaces. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapters/repository_internal.h"
#include "adapters/repository_packed_refs.h"
#include "base/file.h"
#include "base/memory.h"
#include "rules/pattern.h"

#define SYMBOLIC_DEPTH 5
#define FOLDER_DEPTH 128
#define LOOSE_MAXIMUM 8192 /* bytes of the file of a loose ref */

static bool ends_with(const char *text, size_t length, const char *end)
{
	size_t end_length = strlen(end);

	return length >= end_length && !memcmp(text + length - end_length, end, end_length);
}

static bool part_valid(const char *part, size_t length)
{
	return length > 0 && part[0] != '.' && !ends_with(part, length, ".lock");
}

/* As much of git-check-ref-format(1) as keeps a name inside the folder of the refs, and apart from Git's own files. */
static bool name_valid(const char *name)
{
	for (;;) {
		size_t length = strcspn(name, "/");

		if (!part_valid(name, length))
			return false;
		if (!name[length])
			return true;
		name += length + 1;
	}
}

/* --- one ref --- */

enum loose_kind { LOOSE_MISSING, LOOSE_ID, LOOSE_SYMBOLIC };

struct loose_ref {
	enum loose_kind kind;
	struct object_id id;
	char *target; /* of a symbolic ref */
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static int parse_loose(struct loose_ref *out, const char *text, size_t length, const char *path, struct error *error)
{
	static const char symbolic[] = "ref:";

	while (length > 0 && is_space(text[length - 1]))
		length--;
	if (length > strlen(symbolic) && !memcmp(text, symbolic, strlen(symbolic))) {
		text += strlen(symbolic);
		length -= strlen(symbolic);
		while (length > 0 && is_space(*text)) {
			text++;
			length--;
		}
		out->kind = LOOSE_SYMBOLIC;
		out->target = memory_copy_bytes(text, length);
		return 0;
	}
	if (length < OBJECT_ID_DIGITS || !object_id_parse(&out->id, text) ||
	    (length > OBJECT_ID_DIGITS && !is_space(text[OBJECT_ID_DIGITS])))
		return error_set(error, "%s: damaged; it holds no object id", path);
	out->kind = LOOSE_ID;
	return 0;
}

static bool is_absent(int errno_value)
{
	return errno_value == ENOENT || errno_value == ENOTDIR || errno_value == EISDIR || errno_value == ENAMETOOLONG;
}

static int read_loose(struct repository *repository, struct loose_ref *out, const char *name, struct error *error)
{
	bool shared = !strncmp(name, "refs/", strlen("refs/"));
	struct buffer path = BUFFER_INIT;
	char text[LOOSE_MAXIMUM];
	ssize_t length = -1;
	int result = 0;
	int fd;

	memset(out, 0, sizeof(*out));
	buffer_addf(&path, "%s/%s", shared ? repository->common_dir : repository->git_dir, name);
	fd = open(buffer_text(&path), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0)
		length = read(fd, text, sizeof(text));
	if (length >= 0)
		result = parse_loose(out, text, (size_t)length, buffer_text(&path), error);
	else if (!is_absent(errno))
		result = error_set_errno(error, errno, "%s", buffer_text(&path));
	if (fd >= 0)
		close(fd);
	buffer_release(&path);
	return result;
}

static int read_packed(struct repository *repository, struct object_id *out, const char *name, struct error *error)
{
	struct packed_refs packed;
	int result = packed_refs_open(&packed, repository->common_dir, error);

	if (!result)
		result = packed_refs_find(&packed, out, name, error);
	packed_refs_release(&packed);
	return result;
}

/* Follows *NAME, which is replaced on the way, to the ref that holds an id. */
static int follow(struct repository *repository, struct object_id *out, char **name, struct error *error)
{
	for (int depth = 0; depth <= SYMBOLIC_DEPTH; depth++) {
		struct loose_ref loose;
		int result;

		if (!name_valid(*name))
			return ERROR_NOT_FOUND;
		result = read_loose(repository, &loose, *name, error);
		if (result)
			return result;
		if (loose.kind == LOOSE_MISSING)
			return read_packed(repository, out, *name, error);
		if (loose.kind == LOOSE_ID) {
			*out = loose.id;
			return 0;
		}
		free(*name);
		*name = loose.target;
	}
	return error_set(error, "%s: a symbolic ref that goes over more than %d others", *name, SYMBOLIC_DEPTH);
}

static char *full_name(const struct repository *repository, const char *ref)
{
	struct buffer name = BUFFER_INIT;

	buffer_addf(&name, "%s%s", repository->ref_prefix, ref);
	return buffer_detach(&name);
}

int repository_ref(struct repository *repository, struct object_id *out, const char *ref, struct error *error)
{
	char *name = full_name(repository, ref);
	int result = follow(repository, out, &name, error);

	free(name);
	return result == ERROR_NOT_FOUND ? error_set_code(error, result, "%s does not exist", ref) : result;
}

/* --- many refs --- */

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

	if (!part_valid(entry->d_name, strlen(entry->d_name)))
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

static int visit_loose(struct repository *repository, const char *folder, int depth, visitor visit, void *payload,
		       struct error *error)
{
	struct buffer path = BUFFER_INIT;
	struct dirent *entry;
	DIR *stream;
	int result = 0;

	buffer_addf(&path, "%s/%s", repository->common_dir, folder);
	stream = depth > FOLDER_DEPTH ? NULL : opendir(buffer_text(&path));
	if (depth > FOLDER_DEPTH)
		result = error_set(error, "%s: more than %d folders deep", buffer_text(&path), FOLDER_DEPTH);
	else if (!stream && !is_absent(errno))
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

int repository_has_refs(struct repository *repository, bool *out, struct error *error)
{
	struct packed_ref first = {.next = NULL};
	struct packed_refs packed = {.bytes = NULL};
	char *folder = full_name(repository, "refs");
	char *prefix = full_name(repository, "refs/");
	int result = visit_loose(repository, folder, 0, visit_any, NULL, error);

	*out = result == FOUND_ONE;
	if (result)
		goto done;
	result = packed_refs_open(&packed, repository->common_dir, error);
	if (!result)
		result = packed_refs_next(&packed, &first, prefix, error);
	*out = !result;
done:
	packed_refs_release(&packed);
	free(folder);
	free(prefix);
	return result == ERROR_NOT_FOUND || result == FOUND_ONE ? 0 : result;
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
	result = follow(listing->repository, &id, &followed, listing->error);
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
	return listing->loose.count && bsearch(&ref, listing->loose.items, listing->loose.count, sizeof(char *),
					       compare_strings) != NULL;
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
	if ((strcmp(folder, "refs") && strncmp(folder, "refs/", strlen("refs/"))) || !name_valid(folder)) {
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
	struct listing listing = {.repository = repository, .out = out, .pattern = pattern, .limit = limit,
				  .first = out->count, .prefix = strlen(repository->ref_prefix), .error = error};
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

void branch_tips_release(struct branch_tips *tips)
{
	for (size_t i = 0; i < tips->count; i++)
		free(tips->items[i].ref);
	free(tips->items);
	memset(tips, 0, sizeof(*tips));
}
