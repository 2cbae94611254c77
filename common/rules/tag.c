#include "rules/tag.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "rules/trailer.h"

#define TRAILERS_MAXIMUM 100000

/* Lines that begin a signature for Git, which looks for them at the start of any line. */
static const struct {
	enum signature_format format;
	const char *begin;
	const char *end;
} formats[] = {
	{SIGNATURE_SSH, "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"},
	{SIGNATURE_OPENPGP, "-----BEGIN PGP SIGNATURE-----", "-----END PGP SIGNATURE-----"},
	{SIGNATURE_NONE, "-----BEGIN PGP MESSAGE-----", NULL},
	{SIGNATURE_NONE, "-----BEGIN SIGNED MESSAGE-----", NULL},
};

static bool starts_with(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

static const char *next_line(const char *line)
{
	const char *newline = strchr(line, '\n');

	return newline ? newline + 1 : NULL;
}

/* Index into formats of the signature that this line begins, or -1. */
static int begins_signature(const char *line)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (starts_with(line, formats[i].begin))
			return (int)i;
	return -1;
}

static int check_signature(const struct tag *tag, const char *end_line, struct error *error)
{
	const char *line = next_line(tag->signature);
	const char *after;

	for (; line; line = next_line(line)) {
		if (begins_signature(line) >= 0)
			return error_set(error, "it has two signatures");
		if (starts_with(line, end_line))
			break;
	}
	if (!line)
		return error_set(error, "its signature has no end");
	after = line + strlen(end_line);
	if (strcmp(after, "\n") != 0 && *after)
		return error_set(error, "there are bytes behind its signature");
	return 0;
}

static int split_signature(struct tag *out, const char *raw, size_t length, struct error *error)
{
	const char *line = raw;
	int format = -1;

	while (line && format < 0) {
		format = begins_signature(line);
		if (format < 0)
			line = next_line(line);
	}
	out->payload_length = line ? (size_t)(line - raw) : length;
	out->payload = memory_copy_bytes(raw, out->payload_length);
	if (!line)
		return 0;
	out->format = formats[format].format;
	out->signature = memory_copy(line);
	if (out->format == SIGNATURE_NONE)
		return error_set(error, "its signature is of a kind that is not verified here");
	return check_signature(out, formats[format].end, error);
}

/* Takes the line "<key> SP <value>"; returns the value, owned by the caller, or NULL. */
static char *take_header(const char **at, const char *key)
{
	size_t length = strlen(key);
	const char *newline = strchr(*at, '\n');
	char *value;

	if (!newline || strncmp(*at, key, length) != 0 || (*at)[length] != ' ')
		return NULL;
	value = memory_copy_bytes(*at + length + 1, (size_t)(newline - *at) - length - 1);
	*at = newline + 1;
	return value;
}

static int parse_headers(struct tag *out, const char **at, struct error *error)
{
	char *object = take_header(at, "object");
	bool good = object && strlen(object) == OBJECT_ID_DIGITS && object_id_parse(&out->target, object);
	char *tagger;

	free(object);
	if (!good)
		return error_set(error, "it does not begin with the id of an object");
	out->type = take_header(at, "type");
	out->name = out->type ? take_header(at, "tag") : NULL;
	tagger = out->name ? take_header(at, "tagger") : NULL;
	good = tagger != NULL;
	free(tagger);
	if (!good || (**at && **at != '\n'))
		return error_set(error, "its headers are not object, type, tag and tagger");
	*at += **at == '\n';
	return 0;
}

/* For Git the first paragraph is a title and holds no trailers, but `git tag -m "Reviewed-by: ..."` has no other: such a
 * message is read as if a title stood above it. */
static void add_title(struct buffer *out, const char *message)
{
	if (!strstr(message, "\n\n"))
		buffer_add_string(out, "sign-off\n\n");
	buffer_add_string(out, message);
}

static int parse_trailers(struct tag *out, const char *message, struct error *error)
{
	struct trailer_iterator trailers;
	struct buffer text = BUFFER_INIT;
	int result = 0;

	add_title(&text, message);
	trailer_iterator_init(&trailers, buffer_text(&text), text.length);
	while (trailer_iterator_next(&trailers)) {
		if (out->trailer_count == TRAILERS_MAXIMUM) {
			result = error_set_code(error, ERROR_LIMIT, "it has more than %d trailers", TRAILERS_MAXIMUM);
			break;
		}
		out->trailers =
			memory_grow(out->trailers, out->trailer_count, &out->trailer_capacity, sizeof(*out->trailers));
		out->trailers[out->trailer_count++] =
			(struct trailer){memory_copy(trailers.key), memory_copy(trailers.value)};
	}
	trailer_iterator_release(&trailers);
	buffer_release(&text);
	return result;
}

int tag_parse(struct tag *out, const struct object_id *id, const char *raw, size_t length, struct error *error)
{
	const char *at;
	char *text;
	int result;

	*out = (struct tag){.id = *id};
	if (memchr(raw, '\0', length))
		return error_set(error, "it holds a NUL");
	text = memory_copy_bytes(raw, length);
	result = split_signature(out, text, length, error);
	at = out->payload;
	if (!result)
		result = parse_headers(out, &at, error);
	if (!result)
		result = parse_trailers(out, at, error);
	free(text);
	return result;
}

void tag_release(struct tag *tag)
{
	for (size_t i = 0; i < tag->trailer_count; i++) {
		free(tag->trailers[i].key);
		free(tag->trailers[i].value);
	}
	free(tag->trailers);
	free(tag->type);
	free(tag->name);
	free(tag->payload);
	free(tag->signature);
	*tag = (struct tag){0};
}

const char *tag_trailer(const struct tag *tag, const char *key)
{
	const char *value = NULL;

	for (size_t i = 0; i < tag->trailer_count; i++) {
		if (!trailer_key_equal(tag->trailers[i].key, key))
			continue;
		if (value)
			return NULL;
		value = tag->trailers[i].value;
	}
	return value;
}
