#include "flow/receipt.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"

#define HEADLINE "hotfix receipt 1 "
#define END "end "

static char *receipt_file(const struct environment *environment)
{
	return environment_own_file(environment, "hotfix.receipt", "");
}

static void add_productions(struct buffer *out, const struct branch_tips *branches)
{
	for (size_t i = 0; i < branches->count; i++)
		buffer_addf(out, "production %s %s\n", object_id_full(&branches->items[i].tip).digits,
			    branches->items[i].ref);
}

static void add_update(struct buffer *out, const char *ref, const struct object_id *old_id,
		       const struct object_id *new_id)
{
	buffer_addf(out, "update %s %s %s\n", object_id_full(old_id).digits, object_id_full(new_id).digits, ref);
}

/* What two pushes at once, or a crash, make of the file has another sum. */
static void add_end(struct buffer *text)
{
	unsigned long long sum = hash_text(buffer_text(text));

	buffer_addf(text, END "%016llx\n", sum);
}

void receipt_leave(const struct session *session, const struct branch_tips *productions, const struct records *records)
{
	char *file = receipt_file(&session->environment);
	struct buffer text = BUFFER_INIT;
	struct error unwritten = ERROR_INIT;
	size_t updates = 0;

	buffer_addf(&text, HEADLINE "%" PRId64 "\n", session->now);
	add_productions(&text, productions);
	for (size_t i = 0; i < records->count; i++)
		if (!records->items[i].production && text.length < RECEIPT_MAXIMUM) {
			add_update(&text, records->items[i].ref, &records->items[i].old_id, &records->items[i].new_id);
			updates++;
		}
	add_end(&text);
	if (updates && text.length <= RECEIPT_MAXIMUM)
		file_overwrite(file, text.bytes, text.length, 0600, &unwritten);
	error_release(&unwritten);
	buffer_release(&text);
	free(file);
}

/* Returns what stands behind PREFIX, or NULL. */
static const char *skip(const char *text, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(text, prefix, length) ? NULL : text + length;
}

static bool is_whole(const struct buffer *text)
{
	const char *end = strstr(buffer_text(text), "\n" END);
	struct buffer again = BUFFER_INIT;
	bool whole;

	if (end)
		buffer_add(&again, text->bytes, (size_t)(end - text->bytes) + 1);
	add_end(&again);
	whole = end && again.length == text->length && !memcmp(again.bytes, text->bytes, text->length);
	buffer_release(&again);
	return whole;
}

/* Returns the first line behind the headline of a whole receipt that is young enough; else NULL. */
static const char *open_receipt(const struct buffer *text, int64_t now)
{
	const char *at = skip(buffer_text(text), HEADLINE);
	char *end;
	int64_t age;

	if (!at || !is_whole(text))
		return NULL;
	age = now - strtoll(at, &end, 10);
	return *end == '\n' && age >= 0 && age <= RECEIPT_SECONDS ? end + 1 : NULL;
}

static bool says(const struct buffer *text, const struct session *session, const struct branch_tips *branches,
		 const struct ref_update *update)
{
	struct buffer productions = BUFFER_INIT;
	struct buffer line = BUFFER_INIT;
	const char *at = open_receipt(text, session->now);

	add_productions(&productions, branches);
	add_update(&line, update->ref, &update->old_id, &update->new_id);
	at = at ? skip(at, buffer_text(&productions)) : NULL;
	while (at && !skip(at, buffer_text(&line)))
		at = !strncmp(at, "update ", strlen("update ")) ? strchr(at, '\n') + 1 : NULL;
	buffer_release(&productions);
	buffer_release(&line);
	return at != NULL;
}

static bool is_at_old_value(struct session *session, const struct ref_update *update, struct error *error)
{
	struct object_id now = {{0}};
	int result = repository_ref(session->repository, &now, update->ref, error);

	return (!result || result == ERROR_NOT_FOUND) && object_id_equal(&now, &update->old_id);
}

bool receipt_covers(struct session *session, const struct ref_update *update)
{
	char *file = receipt_file(&session->environment);
	struct branch_tips branches = {0};
	struct buffer text = BUFFER_INIT;
	struct error unread = ERROR_INIT;
	bool covers = !file_read(&text, file, RECEIPT_MAXIMUM, &unread) && !session_open_repository(session, &unread) &&
		      !session_productions(session, &branches, &unread) && says(&text, session, &branches, update) &&
		      is_at_old_value(session, update, &unread);

	error_release(&unread);
	buffer_release(&text);
	branch_tips_release(&branches);
	free(file);
	return covers;
}
