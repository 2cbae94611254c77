#include "rules/ref_update.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define REF_BYTES 4096
#define SHA256_DIGITS 64

static void add(struct ref_updates *list, const struct object_id *old_id, const struct object_id *new_id, char *ref)
{
	struct ref_update *update;

	list->items = memory_grow(list->items, list->count, &list->capacity, sizeof(*list->items));
	update = &list->items[list->count++];
	*update = (struct ref_update){.old_id = *old_id, .new_id = *new_id, .ref = ref};
}

static int check_ref_length(size_t length, struct error *error)
{
	if (!length)
		return error_set(error, "a ref update without the name of a ref");
	if (length > REF_BYTES)
		return error_set_code(error, ERROR_LIMIT, "the name of a ref has %zu bytes, at most %d are allowed",
				      length, REF_BYTES);
	return 0;
}

/* Reads an id of DIGITS digits: all of them, or the first 40. Only the zero id may begin with 40 zeros. */
static bool parse_digits(struct object_id *out, const char *text, size_t digits)
{
	return object_id_parse(out, text) && strspn(text, "0123456789abcdef") >= digits &&
	       (!object_id_is_zero(out) || strspn(text, "0") >= digits);
}

/* "<old id> SP <new id> SP <ref>" */
static int parse_line(struct ref_updates *out, const char *line, size_t length, struct error *error)
{
	const bool sha256 = length > SHA256_DIGITS && line[SHA256_DIGITS] == ' ';
	const size_t digits = sha256 ? SHA256_DIGITS : OBJECT_ID_DIGITS;
	const size_t prefix = 2 * (digits + 1);
	struct object_id old_id;
	struct object_id new_id;
	int result;

	if (memchr(line, '\0', length))
		return error_set(error, "ref update %zu holds a NUL", out->count + 1);
	if (length < prefix || line[digits] != ' ' || line[prefix - 1] != ' ' || !parse_digits(&old_id, line, digits) ||
	    !parse_digits(&new_id, line + digits + 1, digits))
		return error_set(error, "ref update %zu is not '<old id> <new id> <ref>'", out->count + 1);
	result = check_ref_length(length - prefix, error);
	if (result)
		return result;
	out->sha256 |= sha256;
	add(out, &old_id, &new_id, memory_copy_bytes(line + prefix, length - prefix));
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int check_unique(const struct ref_updates *list, struct error *error)
{
	const char **names = memory_resize(NULL, list->count + 1, sizeof(*names));
	int result = 0;

	for (size_t i = 0; i < list->count; i++)
		names[i] = list->items[i].ref;
	qsort(names, list->count, sizeof(*names), compare_names);
	for (size_t i = 1; i < list->count && !result; i++)
		if (strcmp(names[i - 1], names[i]) == 0)
			result = error_set(error, "the ref %s is updated twice in one push", names[i]);
	free(names);
	return result;
}

int ref_updates_parse(struct ref_updates *out, const char *text, size_t length, struct error *error)
{
	const char *end = text + length;

	*out = (struct ref_updates){0};
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *line_end = newline ? newline : end;
		int result = parse_line(out, text, (size_t)(line_end - text), error);

		if (result)
			return result;
		text = newline ? newline + 1 : end;
	}
	return check_unique(out, error);
}

static int parse_id(struct object_id *out, bool *sha256, const char *text, const char *ref, struct error *error)
{
	const size_t digits = strlen(text);

	*sha256 |= digits == SHA256_DIGITS;
	if ((digits != OBJECT_ID_DIGITS && digits != SHA256_DIGITS) || !parse_digits(out, text, digits))
		return error_set(error, "%s: '%.64s' is not the id of an object", ref, text);
	return 0;
}

int ref_updates_add(struct ref_updates *list, const char *ref, const char *old_id, const char *new_id,
		    struct error *error)
{
	struct object_id old_value;
	struct object_id new_value;
	int result = check_ref_length(strlen(ref), error);

	if (result)
		return result;
	if (strchr(ref, '\n'))
		return error_set(error, "the name of a ref holds a newline");
	if (ref_updates_find(list, ref))
		return error_set(error, "the ref %s is updated twice in one push", ref);
	if (parse_id(&old_value, &list->sha256, old_id, ref, error) ||
	    parse_id(&new_value, &list->sha256, new_id, ref, error))
		return ERROR_FAILED;
	add(list, &old_value, &new_value, memory_copy(ref));
	return 0;
}

void ref_updates_copy(struct ref_updates *list, const struct ref_update *update)
{
	add(list, &update->old_id, &update->new_id, memory_copy(update->ref));
}

const struct ref_update *ref_updates_find(const struct ref_updates *list, const char *ref)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].ref, ref) == 0)
			return &list->items[i];
	return NULL;
}

void ref_updates_release(struct ref_updates *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i].ref);
	free(list->items);
	*list = (struct ref_updates){0};
}
