/* How many lines of which files differ, by git. */
#include <stdlib.h>
#include <string.h>

#include "adapters/repository_internal.h"
#include "base/memory.h"

#define OUTPUT_MAXIMUM ((size_t)4 * 1024 * 1024)

void diffstat_release(struct diffstat *stat)
{
	for (size_t i = 0; i < stat->count; i++)
		free(stat->items[i].path);
	free(stat->items);
	*stat = (struct diffstat){0};
}

/* "-" stands for the lines of what is binary. */
static int64_t read_count(const char **at, char end)
{
	int64_t count = **at == '-' ? -1 : strtoll(*at, NULL, 10);
	const char *stop = strchr(*at, end);

	*at = stop ? stop + 1 : *at + strlen(*at);
	return count;
}

/* git-diff(1), --numstat -z: added, TAB, removed, TAB, path, NUL. */
static void read_stat(struct diffstat *out, const struct buffer *text)
{
	const char *at = buffer_text(text);
	const char *end = at + text->length;

	while (at < end) {
		struct diffstat_file *file;

		out->items = memory_grow(out->items, out->count, &out->capacity, sizeof(*out->items));
		file = &out->items[out->count++];
		file->added = read_count(&at, '\t');
		file->removed = read_count(&at, '\t');
		file->path = memory_copy(at);
		at += strlen(at) + 1;
	}
}

int repository_diffstat(struct repository *repository, struct diffstat *out, const struct object_id *from,
			const struct object_id *to, struct error *error)
{
	static const char *const options[] = {"diff",          "--numstat",     "-z",         "--no-renames",
					      "--no-ext-diff", "--no-textconv", "--no-color", NULL};
	struct strings arguments = STRINGS_INIT;
	struct buffer text = BUFFER_INIT;
	int status;

	for (size_t i = 0; options[i]; i++)
		strings_add(&arguments, options[i]);
	strings_add(&arguments, object_id_full(from).digits);
	strings_add(&arguments, object_id_full(to).digits);
	strings_add(&arguments, "--");
	status = repository_ask_git(repository, &text, OUTPUT_MAXIMUM, &arguments, error);
	if (!status)
		read_stat(out, &text);
	else if (status > 0)
		status = error_set(error, "git diff cannot compare %s with %s", object_id_short(from).digits,
				   object_id_short(to).digits);
	strings_release(&arguments);
	buffer_release(&text);
	return status;
}
