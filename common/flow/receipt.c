#include "flow/receipt.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/memory.h"

#define HEADLINE "hotfix receipt 2 "
#define UPDATE "update "
#define SUM_DIGITS 16
#define NAME_AT (strlen(UPDATE) + SUM_DIGITS + 1 + 2 * (OBJECT_ID_DIGITS + 1)) /* in the line of an update */
#define LINE_MAXIMUM ((size_t)4352)                                            /* bytes; a ref has at most 4096 */
#define PAGE (2 * LINE_MAXIMUM)
#define TIME_MAXIMUM 24 /* bytes of the seconds and the end of their line */

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

static void add_update(struct buffer *out, uint64_t head, const char *ref, const struct object_id *old_id,
		       const struct object_id *new_id)
{
	const struct object_id_text old_text = object_id_full(old_id);
	const struct object_id_text new_text = object_id_full(new_id);
	char *summed = buffer_format("%016" PRIx64 " %s %s %s", head, old_text.digits, new_text.digits, ref);

	buffer_addf(out, UPDATE "%016" PRIx64 "%s\n", hash_text(summed), summed + SUM_DIGITS);
	free(summed);
}

static int compare_refs(const void *a, const void *b)
{
	return strcmp((*(const struct record *const *)a)->ref, (*(const struct record *const *)b)->ref);
}

static size_t add_updates(struct buffer *out, const struct records *records)
{
	const struct record **sorted = memory_alloc((records->count + 1) * sizeof(*sorted));
	const uint64_t head = hash_text(buffer_text(out));
	size_t count = 0;

	for (size_t i = 0; i < records->count; i++)
		if (!records->items[i].production)
			sorted[count++] = &records->items[i];
	qsort(sorted, count, sizeof(struct record *), compare_refs);
	for (size_t i = 0; i < count; i++)
		add_update(out, head, sorted[i]->ref, &sorted[i]->old_id, &sorted[i]->new_id);
	free(sorted);
	return count;
}

void receipt_leave(const struct session *session, const struct branch_tips *productions, const struct records *records)
{
	char *file = receipt_file(&session->environment);
	struct buffer text = BUFFER_INIT;
	struct error unwritten = ERROR_INIT;

	buffer_addf(&text, HEADLINE "%" PRId64 "\n", session->now);
	add_productions(&text, productions);
	if (add_updates(&text, records))
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

/* Puts what there is of LENGTH bytes at AT into OUT. */
static bool read_at(struct buffer *out, int fd, off_t at, size_t length)
{
	char *bytes = memory_alloc(length);
	ssize_t count = pread(fd, bytes, length, at);

	buffer_clear(out);
	if (count > 0)
		buffer_add(out, bytes, (size_t)count);
	free(bytes);
	return count > 0;
}

/* *OUT is where the updates begin, when the lines before them are what they would be now, and young enough; and TEXT begins
 * with what was read. */
static bool read_head(off_t *out, struct buffer *text, int fd, int64_t now, const char *productions)
{
	const char *at;
	char *end;
	int64_t age;

	if (!read_at(text, fd, 0, strlen(HEADLINE) + TIME_MAXIMUM + strlen(productions) + LINE_MAXIMUM))
		return false;
	at = skip(buffer_text(text), HEADLINE);
	if (!at)
		return false;
	age = now - strtoll(at, &end, 10);
	at = *end == '\n' && age >= 0 && age <= RECEIPT_SECONDS ? skip(end + 1, productions) : NULL;
	if (at)
		*out = at - buffer_text(text);
	return at != NULL;
}

/* *OUT is where the first line begins in TEXT behind its first byte; NULL when that is the end of the file. */
static bool next_name(const char **out, struct buffer *text)
{
	char *newline = strchr(text->bytes, '\n');
	char *end = newline ? strchr(newline + 1, '\n') : NULL;

	*out = NULL;
	if (newline && !newline[1])
		return text->length < PAGE;
	if (!end || (size_t)(end - newline) <= NAME_AT + 1)
		return false;
	*end = '\0';
	*out = newline + 1 + NAME_AT;
	return true;
}

/* Brings the places where the line of REF can begin, *LOW and more but less than *HIGH, down to what one read shows. */
static bool narrow(off_t *low, off_t *high, struct buffer *text, int fd, const char *ref)
{
	while (*high - *low > (off_t)PAGE) {
		off_t middle = *low + (*high - *low) / 2;
		const char *name;

		if (!read_at(text, fd, middle, PAGE) || !next_name(&name, text))
			return false;
		if (!name || strcmp(name, ref) > 0)
			*high = middle + 1;
		else
			*low = middle + (off_t)((size_t)(name - text->bytes) - NAME_AT);
	}
	return true;
}

static bool holds_line(const char *text, const char *line)
{
	while (text && !skip(text, line)) {
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
	}
	return text != NULL;
}

static char *line_of(const struct buffer *text, off_t begin, const struct ref_update *update)
{
	char *head = memory_copy_bytes(text->bytes, (size_t)begin);
	struct buffer line = BUFFER_INIT;

	add_update(&line, hash_text(head), update->ref, &update->old_id, &update->new_id);
	free(head);
	return buffer_detach(&line);
}

static bool says(int fd, int64_t now, const char *productions, const struct ref_update *update)
{
	struct buffer text = BUFFER_INIT;
	struct stat about;
	off_t low = 0;
	off_t high;
	char *line = NULL;
	bool said = !fstat(fd, &about) && read_head(&low, &text, fd, now, productions);

	if (said) {
		high = about.st_size;
		line = line_of(&text, low, update);
		said = narrow(&low, &high, &text, fd, update->ref) &&
		       read_at(&text, fd, low, (size_t)(high - low) + LINE_MAXIMUM) &&
		       holds_line(buffer_text(&text), line);
	}
	free(line);
	buffer_release(&text);
	return said;
}

/* Only regular files can be read at a place. */
static bool receipt_says(const struct session *session, const struct branch_tips *branches,
			 const struct ref_update *update)
{
	char *file = receipt_file(&session->environment);
	struct buffer productions = BUFFER_INIT;
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	bool said;

	add_productions(&productions, branches);
	said = fd >= 0 && says(fd, session->now, buffer_text(&productions), update);
	if (fd >= 0)
		close(fd);
	buffer_release(&productions);
	free(file);
	return said;
}

static bool is_at_old_value(struct repository *refs, const struct ref_update *update, struct error *error)
{
	struct object_id now = {{0}};
	int result = repository_ref(refs, &now, update->ref, error);

	return (!result || result == ERROR_NOT_FOUND) && object_id_equal(&now, &update->old_id);
}

bool receipt_covers(const struct session *session, const struct ref_update *update)
{
	const struct environment *environment = &session->environment;
	struct repository *refs = repository_of_refs(environment->git_dir, environment->git_namespace);
	struct branch_tips branches = {0};
	struct error unread = ERROR_INIT;
	bool covers = !session_productions_of(&session->policy, refs, &branches, &unread) &&
		      receipt_says(session, &branches, update) && is_at_old_value(refs, update, &unread);

	error_release(&unread);
	branch_tips_release(&branches);
	repository_free(refs);
	return covers;
}
