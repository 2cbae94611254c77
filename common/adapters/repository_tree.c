/* Trees as they are: entries "<octal mode> SP <name> NUL <20 bytes>", sorted as if a folder's name ended in "/"
 * (gitformat-pack(5) gives the object; git-mktree(1), git-ls-tree(1) the fields). */
#include <stdlib.h>
#include <string.h>

#include "adapters/repository_internal.h"
#include "base/memory.h"

#define TREE_MAXIMUM (4 * 1024 * 1024) /* bytes of one tree: some 100,000 entries */
#define TREES_MAXIMUM 50000            /* pairs of trees in one comparison */
#define DEPTH_MAXIMUM 200
#define PATH_MAXIMUM 4096
#define MODE_KIND 0170000
#define MODE_FOLDER 0040000
#define MODE_PADDED 0100000000 /* beside what git knows of modes: written with a zero before it */

struct entry {
	const char *name;
	size_t length;
	unsigned int mode;
	struct object_id id;
};

/* Where the reading of one tree is. */
struct tree {
	struct object_id id;
	struct raw_object raw;
	const char *at;
	const char *end;
	struct entry entry; /* the one that AT stands behind */
	bool ended;
	struct entry *files; /* a stack: each name begins with the one below it */
	size_t file_count;
	size_t file_capacity;
};

static bool is_folder(const struct entry *entry)
{
	return (entry->mode & MODE_KIND) == MODE_FOLDER;
}

static int compare_entries(const struct entry *a, const struct entry *b)
{
	size_t common = a->length < b->length ? a->length : b->length;
	int order = memcmp(a->name, b->name, common);
	unsigned char a_next;
	unsigned char b_next;

	if (order)
		return order;
	a_next = a->length > common ? (unsigned char)a->name[common] : is_folder(a) ? '/' : '\0';
	b_next = b->length > common ? (unsigned char)b->name[common] : is_folder(b) ? '/' : '\0';
	return a_next < b_next ? -1 : a_next > b_next;
}

static bool name_valid(const char *name, size_t length)
{
	return length > 0 && !memchr(name, '/', length) && !(length == 1 && name[0] == '.') &&
	       !(length == 2 && !memcmp(name, "..", 2));
}

static bool parse_entry(struct entry *out, const char **at, const char *end)
{
	const char *here = *at;
	const char *nul;
	bool padded;

	memset(out, 0, sizeof(*out));
	padded = here < end && *here == '0';
	for (int digit = 0; here < end && digit < 7 && *here >= '0' && *here <= '7'; digit++)
		out->mode = out->mode * 8 + (unsigned int)(*here++ - '0');
	if (!out->mode || here == end || *here++ != ' ')
		return false;
	nul = memchr(here, '\0', (size_t)(end - here));
	if (!nul || end - nul <= OBJECT_ID_BYTES)
		return false;
	if (padded)
		out->mode |= MODE_PADDED;
	out->name = here;
	out->length = (size_t)(nul - here);
	memcpy(out->id.bytes, nul + 1, OBJECT_ID_BYTES);
	*at = nul + 1 + OBJECT_ID_BYTES;
	return name_valid(out->name, out->length);
}

/* A file and a folder of one name are no neighbours: "a", "a.c", "a" as a folder. */
static bool is_twice(struct tree *tree)
{
	const struct entry *entry = &tree->entry;

	while (tree->file_count) {
		const struct entry *file = &tree->files[tree->file_count - 1];

		if (file->length <= entry->length && !memcmp(file->name, entry->name, file->length))
			break;
		tree->file_count--;
	}
	if (is_folder(entry))
		return tree->file_count && tree->files[tree->file_count - 1].length == entry->length;
	tree->files = memory_grow(tree->files, tree->file_count, &tree->file_capacity, sizeof(*tree->files));
	tree->files[tree->file_count++] = *entry;
	return false;
}

static int tree_next(struct tree *tree, struct error *error)
{
	struct entry before = tree->entry;

	if (tree->at == tree->end) {
		tree->ended = true;
		return 0;
	}
	if (!parse_entry(&tree->entry, &tree->at, tree->end))
		return error_set_code(error, ERROR_MALFORMED, "tree %s is damaged", object_id_full(&tree->id).digits);
	if ((before.name && compare_entries(&before, &tree->entry) >= 0) || is_twice(tree))
		return error_set_code(error, ERROR_MALFORMED, "tree %s is not sorted, or has an entry twice",
				      object_id_full(&tree->id).digits);
	return 0;
}

/* ID may be NULL: an empty tree. */
static int tree_open(struct tree *out, struct repository *repository, const struct object_id *id, struct error *error)
{
	int result;

	memset(out, 0, sizeof(*out));
	if (!id) {
		out->ended = true;
		return 0;
	}
	out->id = *id;
	result = repository_read(repository, &out->raw, id, "tree", TREE_MAXIMUM, error);
	if (result)
		return result;
	out->at = out->raw.bytes;
	out->end = out->raw.bytes + out->raw.length;
	return tree_next(out, error);
}

static void tree_close(struct tree *tree)
{
	raw_object_release(&tree->raw);
	free(tree->files);
}

/* Two folders of one path that are still to be compared. */
struct pair {
	char *path; /* "" or ending in "/" */
	int depth;
	bool has_old;
	bool has_new;
	struct object_id old_id;
	struct object_id new_id;
};

struct comparison {
	struct repository *repository;
	struct changes *out;
	size_t first; /* of OUT */
	size_t limit;
	struct pair *pairs; /* a stack */
	size_t pair_count;
	size_t pair_capacity;
	size_t trees; /* pairs that were compared */
	struct error *error;
};

static int check_limit(const struct comparison *comparison)
{
	if (comparison->out->count - comparison->first + comparison->pair_count < comparison->limit)
		return 0;
	return error_set_code(comparison->error, ERROR_LIMIT, "more than %zu paths differ", comparison->limit);
}

static char *join(const char *folder, const struct entry *entry, const char *end)
{
	struct buffer path = BUFFER_INIT;

	buffer_add_string(&path, folder);
	buffer_add(&path, entry->name, entry->length);
	buffer_add_string(&path, end);
	return buffer_detach(&path);
}

static int add_pair(struct comparison *comparison, const struct pair *above, const struct entry *old_entry,
		    const struct entry *new_entry)
{
	const struct entry *entry = old_entry ? old_entry : new_entry;
	struct pair *pair;

	if (above->depth >= DEPTH_MAXIMUM || strlen(above->path) + entry->length > PATH_MAXIMUM)
		return error_set_code(comparison->error, ERROR_LIMIT, "a path is more than %d folders or %d bytes long",
				      DEPTH_MAXIMUM, PATH_MAXIMUM);
	comparison->pairs = memory_grow(comparison->pairs, comparison->pair_count, &comparison->pair_capacity,
					sizeof(*comparison->pairs));
	pair = &comparison->pairs[comparison->pair_count++];
	memset(pair, 0, sizeof(*pair));
	pair->path = join(above->path, entry, "/");
	pair->depth = above->depth + 1;
	if (old_entry) {
		pair->has_old = true;
		pair->old_id = old_entry->id;
	}
	if (new_entry) {
		pair->has_new = true;
		pair->new_id = new_entry->id;
	}
	return 0;
}

static void add_change(struct comparison *comparison, const char *folder, const struct entry *old_entry,
		       const struct entry *new_entry)
{
	struct changes *out = comparison->out;
	struct change *change;

	out->items = memory_grow(out->items, out->count, &out->capacity, sizeof(*out->items));
	change = &out->items[out->count++];
	memset(change, 0, sizeof(*change));
	change->path = join(folder, old_entry ? old_entry : new_entry, "");
	if (old_entry) {
		change->old_mode = old_entry->mode;
		change->old_id = old_entry->id;
	}
	if (new_entry) {
		change->new_mode = new_entry->mode;
		change->new_id = new_entry->id;
	}
}

static unsigned int folder_mode(const struct entry *entry)
{
	return entry ? entry->mode : MODE_FOLDER;
}

static int add_difference(struct comparison *comparison, const struct pair *pair, const struct entry *old_entry,
			  const struct entry *new_entry)
{
	const bool folder = is_folder(old_entry ? old_entry : new_entry);
	int result = check_limit(comparison);

	if (result)
		return result;
	if (!folder || folder_mode(old_entry) != folder_mode(new_entry))
		add_change(comparison, pair->path, old_entry, new_entry);
	return folder ? add_pair(comparison, pair, old_entry, new_entry) : 0;
}

/* No file says that a folder without any came or went. */
static void add_empty_folder(struct comparison *comparison, const struct pair *pair)
{
	const struct entry entry = {.name = pair->path,
				    .length = strlen(pair->path) - 1,
				    .mode = MODE_FOLDER,
				    .id = pair->has_old ? pair->old_id : pair->new_id};

	add_change(comparison, "", pair->has_old ? &entry : NULL, pair->has_old ? NULL : &entry);
}

static bool entries_equal(const struct entry *a, const struct entry *b)
{
	return a->mode == b->mode && object_id_equal(&a->id, &b->id);
}

/* A file and a folder of the same name never meet here: their places in the order differ. */
static int compare_trees(struct comparison *comparison, const struct pair *pair, struct tree *old_tree,
			 struct tree *new_tree)
{
	int result = 0;

	while (!result && !(old_tree->ended && new_tree->ended)) {
		int order = old_tree->ended   ? 1
			    : new_tree->ended ? -1
					      : compare_entries(&old_tree->entry, &new_tree->entry);
		const struct entry *old_entry = order <= 0 ? &old_tree->entry : NULL;
		const struct entry *new_entry = order >= 0 ? &new_tree->entry : NULL;

		if (!old_entry || !new_entry || !entries_equal(old_entry, new_entry))
			result = add_difference(comparison, pair, old_entry, new_entry);
		if (!result && old_entry)
			result = tree_next(old_tree, comparison->error);
		if (!result && new_entry)
			result = tree_next(new_tree, comparison->error);
	}
	return result;
}

static int compare_pair(struct comparison *comparison, const struct pair *pair)
{
	struct tree old_tree;
	struct tree new_tree;
	int result;

	memset(&new_tree, 0, sizeof(new_tree));
	if (++comparison->trees > TREES_MAXIMUM)
		return error_set_code(comparison->error, ERROR_LIMIT, "more than %d folders differ", TREES_MAXIMUM);
	result = tree_open(&old_tree, comparison->repository, pair->has_old ? &pair->old_id : NULL, comparison->error);
	if (!result)
		result = tree_open(&new_tree, comparison->repository, pair->has_new ? &pair->new_id : NULL,
				   comparison->error);
	if (!result && pair->depth && pair->has_old != pair->has_new && old_tree.ended && new_tree.ended)
		add_empty_folder(comparison, pair);
	if (!result)
		result = compare_trees(comparison, pair, &old_tree, &new_tree);
	tree_close(&old_tree);
	tree_close(&new_tree);
	return result;
}

static int compare_all(struct comparison *comparison, const struct object_id *old_tree,
		       const struct object_id *new_tree)
{
	struct pair pair = {.path = memory_copy(""), .has_old = old_tree != NULL, .has_new = new_tree != NULL};
	int result;

	if (old_tree)
		pair.old_id = *old_tree;
	if (new_tree)
		pair.new_id = *new_tree;
	result = compare_pair(comparison, &pair);
	free(pair.path);
	while (!result && comparison->pair_count) {
		pair = comparison->pairs[--comparison->pair_count];
		result = compare_pair(comparison, &pair);
		free(pair.path);
	}
	while (comparison->pair_count)
		free(comparison->pairs[--comparison->pair_count].path);
	free(comparison->pairs);
	return result;
}

static int compare_changes(const void *a, const void *b)
{
	return strcmp(((const struct change *)a)->path, ((const struct change *)b)->path);
}

int repository_changes(struct repository *repository, struct changes *out, const struct object_id *old_tree,
		       const struct object_id *new_tree, size_t limit, struct error *error)
{
	struct comparison comparison = {
		.repository = repository, .out = out, .first = out->count, .limit = limit, .error = error};
	int result;

	if (old_tree && new_tree && object_id_equal(old_tree, new_tree))
		return 0;
	result = compare_all(&comparison, old_tree, new_tree);
	if (!result && out->count - comparison.first > 1)
		qsort(out->items + comparison.first, out->count - comparison.first, sizeof(*out->items),
		      compare_changes);
	return result;
}

void changes_release(struct changes *changes)
{
	for (size_t i = 0; i < changes->count; i++)
		free(changes->items[i].path);
	free(changes->items);
	memset(changes, 0, sizeof(*changes));
}

bool changes_equal(const struct changes *a, const struct changes *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		const struct change *x = &a->items[i];
		const struct change *y = &b->items[i];

		if (strcmp(x->path, y->path) || x->old_mode != y->old_mode || x->new_mode != y->new_mode ||
		    !object_id_equal(&x->old_id, &y->old_id) || !object_id_equal(&x->new_id, &y->new_id))
			return false;
	}
	return true;
}
