#include "adapters/repository_packed_refs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"

#define NAME_AT (OBJECT_ID_DIGITS + 1)

static const char *next_line(const struct packed_refs *refs, const char *at)
{
	const char *newline = memchr(at, '\n', (size_t)(refs->end - at));

	return newline ? newline + 1 : refs->end;
}

static const char *next_entry(const struct packed_refs *refs, const char *at)
{
	at = next_line(refs, at);
	while (at < refs->end && *at == '^')
		at = next_line(refs, at);
	return at;
}

static void read_header(struct packed_refs *refs)
{
	static const char begins[] = "# pack-refs with:";
	static const char trait[] = " sorted ";

	refs->entries = refs->bytes;
	refs->end = refs->bytes + refs->length;
	while (refs->entries < refs->end && *refs->entries == '#') {
		const char *line = refs->entries;
		size_t length;

		refs->entries = next_line(refs, line);
		length = (size_t)(refs->entries - line);
		if (length > strlen(begins) && !memcmp(line, begins, strlen(begins)) &&
		    memmem(line, length, trait, strlen(trait)))
			refs->sorted = true;
	}
}

int packed_refs_open(struct packed_refs *out, const char *folder, struct error *error)
{
	struct buffer path = BUFFER_INIT;
	struct stat about;
	void *bytes;
	int result = 0;
	int fd;

	memset(out, 0, sizeof(*out));
	buffer_addf(&path, "%s/packed-refs", folder);
	out->path = buffer_detach(&path);
	fd = open(out->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : error_set_errno(error, errno, "%s", out->path);
	if (fstat(fd, &about)) {
		result = error_set_errno(error, errno, "%s", out->path);
		goto done;
	}
	if (about.st_size == 0)
		goto done;
	bytes = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED) {
		result = error_set_errno(error, errno, "%s", out->path);
		goto done;
	}
	out->bytes = bytes;
	out->length = (size_t)about.st_size;
	read_header(out);
done:
	close(fd);
	return result;
}

void packed_refs_release(struct packed_refs *refs)
{
	if (refs->bytes)
		munmap((void *)refs->bytes, refs->length);
	free(refs->path);
	memset(refs, 0, sizeof(*refs));
}

static int read_entry(const struct packed_refs *refs, struct packed_ref *out, const char *line, struct error *error)
{
	size_t rest = (size_t)(refs->end - line);
	const char *newline = memchr(line, '\n', rest);

	if (!newline || newline - line <= NAME_AT || line[OBJECT_ID_DIGITS] != ' ' || !object_id_parse(&out->id, line))
		return error_set(error, "%s: damaged at byte %zu", refs->path, (size_t)(line - refs->bytes));
	out->name = line + NAME_AT;
	out->length = (size_t)(newline - out->name);
	out->next = next_entry(refs, line);
	return 0;
}

static int compare_names(const char *a, size_t a_length, const char *b, size_t b_length)
{
	size_t common = a_length < b_length ? a_length : b_length;
	int order = memcmp(a, b, common);

	if (order)
		return order;
	return a_length < b_length ? -1 : a_length > b_length;
}

static const char *entry_around(const char *low, const char *at)
{
	while (at > low && (at[-1] != '\n' || *at == '^'))
		at--;
	return at;
}

/* The first entry whose name is not before NAME; the file is sorted. */
static int lower_bound(const struct packed_refs *refs, const char **out, const char *name, struct error *error)
{
	const char *low = refs->entries;
	const char *high = refs->end;
	size_t length = strlen(name);

	while (low < high) {
		const char *middle = entry_around(low, low + (high - low) / 2);
		struct packed_ref entry;
		int result = read_entry(refs, &entry, middle, error);

		if (result)
			return result;
		if (compare_names(entry.name, entry.length, name, length) < 0)
			low = entry.next;
		else
			high = middle;
	}
	*out = low;
	return 0;
}

int packed_refs_next(const struct packed_refs *refs, struct packed_ref *at, const char *prefix, struct error *error)
{
	size_t length = strlen(prefix);
	const char *line = at->next ? at->next : refs->entries;
	int result = 0;

	if (!refs->bytes)
		return ERROR_NOT_FOUND;
	if (!at->next && refs->sorted)
		result = lower_bound(refs, &line, prefix, error);
	while (!result && line < refs->end) {
		result = read_entry(refs, at, line, error);
		if (!result && at->length >= length && !memcmp(at->name, prefix, length))
			return 0;
		if (!result && refs->sorted)
			return ERROR_NOT_FOUND;
		line = at->next;
	}
	return result ? result : ERROR_NOT_FOUND;
}

int packed_refs_find(const struct packed_refs *refs, struct object_id *out, const char *ref, struct error *error)
{
	struct packed_ref at = {.next = NULL};
	int result;

	do {
		result = packed_refs_next(refs, &at, ref, error);
		if (!result && at.length == strlen(ref)) {
			*out = at.id;
			return 0;
		}
	} while (!result && !refs->sorted);
	return result ? result : ERROR_NOT_FOUND;
}
