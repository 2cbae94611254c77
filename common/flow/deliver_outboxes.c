#include "flow/deliver_outboxes.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/folders.h"
#include "adapters/process.h"
#include "base/clock.h"
#include "base/memory.h"

#define FILES_RESERVED 512 /* that may be open beside the locks: states, repositories, connections, children */
#define OPEN_MAXIMUM 8     /* whose files are open at the same time */

static void outbox_free(struct outbox *outbox, const struct outbox_tools *tools)
{
	outbox_release(outbox, tools);
	free(outbox);
}

void outboxes_release(struct outboxes *outboxes, const struct outbox_tools *tools)
{
	for (size_t i = 0; i < outboxes->count; i++)
		outbox_free(outboxes->items[i], tools);
	free(outboxes->items);
	*outboxes = (struct outboxes){0};
}

int outboxes_add(struct outboxes *outboxes, const char *git_dir, struct error *error)
{
	struct outbox *outbox = memory_alloc(sizeof(*outbox));

	if (outbox_init(outbox, git_dir, error)) {
		free(outbox->git_dir);
		free(outbox);
		return ERROR_FAILED;
	}
	outboxes->items = memory_grow(outboxes->items, outboxes->count, &outboxes->capacity, sizeof(struct outbox *));
	outboxes->items[outboxes->count++] = outbox;
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(((struct outbox *const *)a)[0]->git_dir, ((struct outbox *const *)b)[0]->git_dir);
}

/* Only the first COUNT, which are in order. */
static struct outbox *find(const struct outboxes *outboxes, size_t count, const char *git_dir)
{
	struct outbox wanted = {.git_dir = (char *)git_dir};
	const struct outbox *key = &wanted;
	struct outbox **found = NULL;

	if (count)
		found = bsearch(&key, outboxes->items, count, sizeof(struct outbox *), compare_names);
	return found ? *found : NULL;
}

static void tell(const struct outbox_tools *tools, const struct error *error)
{
	if (tools->complain)
		tools->complain(error_text(error));
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* One folder may be below another. */
static void take(struct outboxes *outboxes, const struct strings *repositories, const struct outbox_tools *tools)
{
	size_t known = outboxes->count;

	if (repositories->count)
		qsort(repositories->items, repositories->count, sizeof(char *), compare_texts);
	for (size_t i = 0; i < repositories->count; i++) {
		const char *git_dir = repositories->items[i];
		struct outbox *outbox = find(outboxes, known, git_dir);
		struct error error = ERROR_INIT;

		if (i && strcmp(git_dir, repositories->items[i - 1]) == 0)
			continue;
		if (outbox)
			outbox->wanted = true;
		else if (outboxes_add(outboxes, git_dir, &error))
			tell(tools, &error);
		else
			outboxes->items[outboxes->count - 1]->wanted = true;
		error_release(&error);
	}
}

static void drop_unwanted(struct outboxes *outboxes, const struct outbox_tools *tools)
{
	size_t kept = 0;

	for (size_t i = 0; i < outboxes->count; i++) {
		struct outbox *outbox = outboxes->items[i];

		if (outbox->wanted || outbox_under_way(outbox))
			outboxes->items[kept++] = outbox;
		else
			outbox_free(outbox, tools);
	}
	outboxes->count = kept;
}

static void tell_foreign(struct outboxes *outboxes, const struct folders_found *found, const struct outbox_tools *tools)
{
	struct error words = ERROR_INIT;

	if (found->foreign && found->foreign != outboxes->foreign) {
		error_set(&words, "%s belongs to another user%s: run a service as that user", found->foreigner,
			  found->foreign > 1 ? ", and others do too" : "");
		tell(tools, &words);
	}
	outboxes->foreign = found->foreign;
	error_release(&words);
}

void outboxes_search(struct outboxes *outboxes, const struct strings *folders, const struct outbox_tools *tools)
{
	struct folders_found found = {0};
	struct error error = ERROR_INIT;
	bool all = true;

	for (size_t i = 0; i < folders->count; i++)
		all = !folders_find(&found, folders->items[i], false, OUTBOXES_MAXIMUM, &error) && all;
	if (!all)
		tell(tools, &error);
	for (size_t i = 0; i < outboxes->count; i++)
		outboxes->items[i]->wanted = !all;
	take(outboxes, &found.repositories, tools);
	drop_unwanted(outboxes, tools);
	qsort(outboxes->items, outboxes->count, sizeof(struct outbox *), compare_names);
	tell_foreign(outboxes, &found, tools);
	error_release(&error);
	folders_found_release(&found);
}

/* Whoever holds a lock must be able to deliver: the hooks rely on it. */
static size_t locks_maximum(void)
{
	size_t files = process_file_limit();

	return files > 2 * FILES_RESERVED ? files - FILES_RESERVED : files / 2;
}

static void tell_left(struct outboxes *outboxes, size_t left, const struct outbox_tools *tools)
{
	struct error words = ERROR_INIT;

	if (left && left != outboxes->left) {
		error_set(&words,
			  "%zu repositories are left to what their hooks start: this process may open only %zu files;"
			  " raise the limit (ulimit -n, LimitNOFILE)",
			  left, process_file_limit());
		tell(tools, &words);
	}
	outboxes->left = left;
	error_release(&words);
}

void outboxes_lock(struct outboxes *outboxes, const struct outbox_tools *tools)
{
	const size_t most = locks_maximum();
	size_t held = 0;
	size_t left = 0;

	for (size_t i = 0; i < outboxes->count; i++)
		held += outboxes->items[i]->lock.held;
	for (size_t i = 0; i < outboxes->count; i++) {
		struct outbox *outbox = outboxes->items[i];
		struct error error = ERROR_INIT;

		if (outbox->lock.held)
			continue;
		if (held >= most)
			left++;
		else if (outbox_lock(outbox, tools, &error))
			outbox_complain(outbox, tools, &error);
		held += outbox->lock.held;
		error_release(&error);
	}
	tell_left(outboxes, left, tools);
}

void outboxes_look(struct outboxes *outboxes, const struct outbox_tools *tools)
{
	for (size_t i = 0; i < outboxes->count; i++)
		outbox_look(outboxes->items[i], tools);
}

bool outboxes_are_blind(const struct outboxes *outboxes)
{
	for (size_t i = 0; i < outboxes->count; i++)
		if (outboxes->items[i]->lock.held && outboxes->items[i]->watch == WAKE_NONE)
			return true;
	return false;
}

void outboxes_wake(struct outboxes *outboxes, const struct outbox_tools *tools)
{
	int watch;

	while (wake_next(tools->wake, &watch))
		for (size_t i = 0; i < outboxes->count; i++)
			if (watch == WAKE_NONE || outboxes->items[i]->watch == watch)
				outboxes->items[i]->woken = true;
}

int64_t outboxes_wait(const struct outboxes *outboxes, const struct outbox_tools *tools, int64_t limit)
{
	int64_t now = clock_monotonic();

	for (size_t i = 0; i < outboxes->count && limit > 0; i++) {
		int64_t wait = outbox_wait(outboxes->items[i], tools, now);

		if (wait < limit)
			limit = wait;
	}
	return limit;
}

void outboxes_close_files(struct outboxes *outboxes)
{
	size_t open = 0;
	struct outbox *oldest;

	do {
		oldest = NULL;
		open = 0;
		for (size_t i = 0; i < outboxes->count; i++) {
			struct outbox *outbox = outboxes->items[i];

			if (!outbox->shift || shift_used(outbox->shift) == INT64_MAX)
				continue;
			open++;
			if (!oldest || shift_used(outbox->shift) < shift_used(oldest->shift))
				oldest = outbox;
		}
		if (open > OPEN_MAXIMUM)
			shift_close(oldest->shift);
	} while (open > OPEN_MAXIMUM);
}
