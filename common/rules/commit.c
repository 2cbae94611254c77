#include "rules/commit.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "rules/encoding.h"
#include "rules/trailer.h"

#define PARENTS_MAXIMUM 64
#define TRAILERS_MAXIMUM 100000
#define TIME_MAXIMUM ((int64_t)1 << 40)
#define ZONE_BYTES 5 /* "+0100" */

struct line {
	const char *at;
	size_t length;
};

/* What is left to read. */
struct reader {
	const char *at;
	const char *end;
	enum encoding_kind encoding;
	bool has_encoding;
};

struct identity {
	char *name;
	char *address;
	int64_t time;
};

/* Returns the value when the line is "<key> SP <value>". */
static bool line_has_key(struct line *value, struct line line, const char *key)
{
	size_t length = strlen(key);

	if (line.length <= length || memcmp(line.at, key, length) != 0 || line.at[length] != ' ')
		return false;
	*value = (struct line){line.at + length + 1, line.length - length - 1};
	return true;
}

/* Returns false at the empty line that ends the headers, and at a line that is not whole. */
static bool peek_line(struct line *out, const struct reader *reader)
{
	const char *newline = memchr(reader->at, '\n', (size_t)(reader->end - reader->at));

	if (!newline || newline == reader->at)
		return false;
	*out = (struct line){reader->at, (size_t)(newline - reader->at)};
	return true;
}

static bool take_line(struct line *value, struct reader *reader, const char *key)
{
	struct line line;

	if (!peek_line(&line, reader) || !line_has_key(value, line, key))
		return false;
	reader->at = line.at + line.length + 1;
	return true;
}

static bool parse_id(struct object_id *out, struct line value)
{
	return value.length == OBJECT_ID_DIGITS && object_id_parse(out, value.at);
}

static bool has_only_address_bytes(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] <= ' ' || text[i] == 0x7f)
			return false;
	return length > 0;
}

static bool is_ascii(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] >= 0x80)
			return false;
	return true;
}

static void copy_lower(char **out, const char *text, size_t length)
{
	*out = memory_copy_bytes(text, length);
	for (char *c = *out; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
}

/* " <seconds> SP <zone>", the form that git-fsck(1) demands */
static int parse_time(int64_t *out, struct line text, const char *who, struct error *error)
{
	size_t i = 1;
	int64_t seconds = 0;

	if (text.length < 2 || text.at[0] != ' ')
		return error_set(error, "the %s has no time", who);
	for (; i < text.length && text.at[i] >= '0' && text.at[i] <= '9'; i++) {
		seconds = seconds * 10 + (text.at[i] - '0');
		if (seconds > TIME_MAXIMUM)
			return error_set(error, "the time of the %s is out of range", who);
	}
	if (i == 1 || (text.at[1] == '0' && i > 2))
		return error_set(error, "the time of the %s is malformed", who);
	if (text.length != i + 1 + ZONE_BYTES || text.at[i] != ' ' || !strchr("+-", text.at[i + 1]))
		return error_set(error, "the time zone of the %s is malformed", who);
	for (i += 2; i < text.length; i++)
		if (text.at[i] < '0' || text.at[i] > '9')
			return error_set(error, "the time zone of the %s is malformed", who);
	*out = seconds;
	return 0;
}

/* "<name> SP < <address> > SP <time>"; with a second bracket, Git and libgit2 would read different addresses */
static int parse_identity(struct identity *out, struct line text, const char *who, struct error *error)
{
	const char *end = text.at + text.length;
	const char *open = memchr(text.at, '<', text.length);
	const char *close = memchr(text.at, '>', text.length);
	size_t name_length;

	if (!open || !close || close < open)
		return error_set(error, "the %s has no address", who);
	if (memchr(open + 1, '<', (size_t)(end - open - 1)) || memchr(close + 1, '>', (size_t)(end - close - 1)))
		return error_set(error, "the %s has more than one address", who);
	if (close == open + 1)
		return error_set(error, "the %s has an empty address", who);
	if (!has_only_address_bytes(open + 1, (size_t)(close - open - 1)))
		return error_set(error, "the address of the %s holds a blank or a control character", who);
	for (name_length = (size_t)(open - text.at); name_length && text.at[name_length - 1] == ' ';)
		name_length--;
	out->name = memory_copy_bytes(text.at, name_length);
	copy_lower(&out->address, open + 1, (size_t)(close - open - 1));
	return parse_time(&out->time, (struct line){close + 1, (size_t)(end - close - 1)}, who, error);
}

static int parse_author_or_committer(char **name, char **address, int64_t *time, struct reader *reader, const char *who,
				     struct error *error)
{
	struct identity identity = {0};
	struct line value;
	int result;

	if (!take_line(&value, reader, who))
		return error_set(error, "there is no %s where it belongs", who);
	result = parse_identity(&identity, value, who, error);
	*name = identity.name;
	*address = identity.address;
	*time = identity.time;
	return result;
}

static int parse_parents(struct commit *out, struct reader *reader, struct error *error)
{
	struct object_id parent;
	struct line value;

	while (take_line(&value, reader, "parent")) {
		if (!parse_id(&parent, value))
			return error_set(error, "a parent is not the id of an object");
		if (object_ids_contain(&out->parents, &parent))
			return error_set(error, "the parent %s is named twice", object_id_full(&parent).digits);
		if (out->parents.count == PARENTS_MAXIMUM)
			return error_set_code(error, ERROR_LIMIT, "more than %d parents", PARENTS_MAXIMUM);
		object_ids_add(&out->parents, &parent);
	}
	return 0;
}

static int parse_encoding(struct reader *reader, struct line name, struct error *error)
{
	if (reader->has_encoding)
		return error_set(error, "two encodings");
	reader->has_encoding = true;
	reader->encoding = encoding_kind_of(name.at, name.length);
	if (reader->encoding == ENCODING_UNKNOWN)
		return error_set(error, "the encoding '%.*s' is not one that can be read safely; use UTF-8",
				 name.length < 40 ? (int)name.length : 40, name.at);
	return 0;
}

/* Headers behind the committer: gpgsig, mergetag and others, with lines that continue them. */
static int parse_other_headers(struct reader *reader, struct error *error)
{
	static const char *const once[] = {"tree", "parent", "author", "committer"};
	struct line line;
	struct line value;
	bool first = true;

	for (; peek_line(&line, reader); reader->at = line.at + line.length + 1, first = false) {
		if (line.at[0] == ' ' && first)
			return error_set(error, "the committer goes on on a second line");
		for (size_t i = 0; i < sizeof(once) / sizeof(*once); i++)
			if (line_has_key(&value, line, once[i]))
				return error_set(error, "a second line '%s', or one out of order", once[i]);
		if (line_has_key(&value, line, "encoding") && parse_encoding(reader, value, error))
			return ERROR_FAILED;
	}
	if (reader->at < reader->end && *reader->at != '\n')
		return error_set(error, "the last header is not whole");
	return 0;
}

static int check_header_bytes(const char *raw, const char *end, struct error *error)
{
	size_t length = (size_t)(end - raw);

	if (memchr(raw, '\0', length))
		return error_set(error, "a NUL in the headers");
	if (memchr(raw, '\r', length))
		return error_set(error, "a carriage return in the headers");
	return 0;
}

static int parse_headers(struct commit *out, struct reader *reader, struct error *error)
{
	const char *raw = reader->at;
	const char *blank = memmem(raw, (size_t)(reader->end - raw), "\n\n", 2);
	struct line value;
	int result;

	if (check_header_bytes(raw, blank ? blank : reader->end, error))
		return ERROR_FAILED;
	if (!take_line(&value, reader, "tree") || !parse_id(&out->tree, value))
		return error_set(error, "the first line is not a tree");
	result = parse_parents(out, reader, error);
	if (!result)
		result = parse_author_or_committer(&out->author_name, &out->author_address, &out->author_time, reader,
						   "author", error);
	if (!result)
		result = parse_author_or_committer(&out->committer_name, &out->committer_address, &out->committer_time,
						   reader, "committer", error);
	return result ? result : parse_other_headers(reader, error);
}

static void set_subject(struct commit *out)
{
	const char *line = out->message + strspn(out->message, " \t\r\n");
	size_t length = strcspn(line, "\n");

	while (length && strchr(" \t\r", line[length - 1]))
		length--;
	out->subject = memory_copy_bytes(line, length);
}

static int parse_message(struct commit *out, const struct reader *reader, struct error *error)
{
	const char *message = reader->at < reader->end ? reader->at + 1 : reader->end;
	size_t length = (size_t)(reader->end - message);

	if (memchr(message, '\0', length))
		return error_set(error, "a NUL in the message");
	out->message = memory_copy_bytes(message, length);
	set_subject(out);
	return 0;
}

static int parse_trailers(struct commit *out, struct error *error)
{
	struct trailer_iterator trailers;
	size_t capacity = 0;
	int result = 0;

	trailer_iterator_init(&trailers, out->message, strlen(out->message));
	while (trailer_iterator_next(&trailers)) {
		if (out->trailer_count == TRAILERS_MAXIMUM) {
			result = error_set_code(error, ERROR_LIMIT, "more than %d trailers", TRAILERS_MAXIMUM);
			break;
		}
		out->trailers = memory_grow(out->trailers, out->trailer_count, &capacity, sizeof(*out->trailers));
		out->trailers[out->trailer_count++] =
			(struct trailer){memory_copy(trailers.key), memory_copy(trailers.value)};
	}
	trailer_iterator_release(&trailers);
	return result;
}

/* In another encoding than UTF-8 the same address has other bytes, and would be another person. */
static int check_addresses(const struct commit *commit, struct error *error)
{
	bool plain = is_ascii(commit->author_address, strlen(commit->author_address)) &&
		     is_ascii(commit->committer_address, strlen(commit->committer_address));

	for (size_t i = 0; i < commit->trailer_count && plain; i++) {
		const char *open = strchr(commit->trailers[i].value, '<');

		plain = !open || is_ascii(open, strlen(open));
	}
	return plain ? 0 : error_set(error, "an address that is not ASCII, in another encoding than UTF-8");
}

static int parse_whole(struct commit *out, struct reader *reader, struct error *error)
{
	int result = parse_headers(out, reader, error);

	if (!result)
		result = parse_message(out, reader, error);
	if (!result)
		result = parse_trailers(out, error);
	if (!result && reader->encoding == ENCODING_OTHER)
		result = check_addresses(out, error);
	return result;
}

int commit_parse(struct commit *out, const struct object_id *id, const char *raw, size_t length, struct error *error)
{
	struct reader reader = {.at = raw, .end = raw + length, .encoding = ENCODING_UTF8};
	struct error cause = ERROR_INIT;
	int result;

	*out = (struct commit){.id = *id};
	result = parse_whole(out, &reader, &cause);
	if (result)
		error_set_code(error, result, "commit %s: %s", object_id_short(id).digits, error_text(&cause));
	error_release(&cause);
	return result;
}

void commit_release(struct commit *commit)
{
	for (size_t i = 0; i < commit->trailer_count; i++) {
		free(commit->trailers[i].key);
		free(commit->trailers[i].value);
	}
	free(commit->trailers);
	object_ids_release(&commit->parents);
	free(commit->author_name);
	free(commit->author_address);
	free(commit->committer_name);
	free(commit->committer_address);
	free(commit->subject);
	free(commit->message);
	*commit = (struct commit){0};
}

const char *commit_trailer(const struct commit *commit, const char *key)
{
	for (size_t i = 0; i < commit->trailer_count; i++)
		if (trailer_key_equal(commit->trailers[i].key, key))
			return commit->trailers[i].value;
	return NULL;
}
