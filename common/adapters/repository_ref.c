/* Refs are read as the files that they are (gitrepository-layout(5)): a loose one before a packed one. The library
 * would read all of them to list a few, and knows no namespaces. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapters/repository_internal.h"
#include "adapters/repository_packed_refs.h"
#include "base/memory.h"

#define SYMBOLIC_DEPTH 5
#define LOOSE_MAXIMUM 8192 /* bytes of the file of a loose ref */

static bool ends_with(const char *text, size_t length, const char *end)
{
	size_t end_length = strlen(end);

	return length >= end_length && !memcmp(text + length - end_length, end, end_length);
}

bool ref_part_valid(const char *part, size_t length)
{
	return length > 0 && part[0] != '.' && !ends_with(part, length, ".lock");
}

bool ref_name_valid(const char *name)
{
	for (;;) {
		size_t length = strcspn(name, "/");

		if (!ref_part_valid(name, length))
			return false;
		if (!name[length])
			return true;
		name += length + 1;
	}
}

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

static int look_up(struct repository *repository, struct loose_ref *out, const char *name, struct error *error)
{
	int result = read_loose(repository, out, name, error);

	if (!result && out->kind == LOOSE_MISSING) {
		result = read_packed(repository, &out->id, name, error);
		if (!result)
			out->kind = LOOSE_ID;
	}
	return result;
}

/* A file system may say once that a file is not there while it is being replaced, as one on a network does. To believe it
 * at once would announce that production is gone, and let a landing go by a revocation. */
static int look_up_twice(struct repository *repository, struct loose_ref *out, const char *name, struct error *error)
{
	int result = look_up(repository, out, name, error);

	return result == ERROR_NOT_FOUND ? look_up(repository, out, name, error) : result;
}

int repository_follow(struct repository *repository, struct object_id *out, char **name, struct error *error)
{
	for (int depth = 0; depth <= SYMBOLIC_DEPTH; depth++) {
		struct loose_ref loose;
		int result;

		if (!ref_name_valid(*name))
			return ERROR_NOT_FOUND;
		result = look_up_twice(repository, &loose, *name, error);
		if (result)
			return result;
		if (loose.kind == LOOSE_ID) {
			*out = loose.id;
			return 0;
		}
		free(*name);
		*name = loose.target;
	}
	return error_set(error, "%s: a symbolic ref that goes over more than %d others", *name, SYMBOLIC_DEPTH);
}

char *repository_full_name(const struct repository *repository, const char *ref)
{
	struct buffer name = BUFFER_INIT;

	buffer_addf(&name, "%s%s", repository->ref_prefix, ref);
	return buffer_detach(&name);
}

int repository_ref(struct repository *repository, struct object_id *out, const char *ref, struct error *error)
{
	char *name = repository_full_name(repository, ref);
	int result = repository_follow(repository, out, &name, error);

	free(name);
	return result == ERROR_NOT_FOUND ? error_set_code(error, result, "%s does not exist", ref) : result;
}
