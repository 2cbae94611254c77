#include "rules/fixed_headers.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"

static const char *const ours[] = {"Content-Type", "User-Agent", "Idempotency-Key", NULL};
static const char *const our_families[] = {"webhook-", "X-GitHub-", "X-Hub-", "ce-", NULL};

/* RFC 9110, sections 7.6, 8.6, 10.1; RFC 9112, sections 3.2, 6.1, 7. A compressed reply could not be matched. */
static const char *const of_transport[] = {"Accept-Encoding", "Connection", "Content-Encoding",  "Content-Length",
					   "Expect",          "Host",       "Keep-Alive",        "TE",
					   "Trailer",         "Upgrade",    "Transfer-Encoding", NULL};
static const char *const transport_families[] = {"Proxy-", NULL};

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (strcasecmp(name, *names) == 0)
			return true;
	return false;
}

static bool is_in_family(const char *name, const char *const *families)
{
	for (; *families; families++)
		if (strncasecmp(name, *families, strlen(*families)) == 0)
			return true;
	return false;
}

static bool is_token(const char *name, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (name[i] <= ' ' || name[i] >= 0x7f || strchr("\"(),/:;<=>?@[\\]{}", name[i]))
			return false;
	return length > 0;
}

static int check_name(const struct strings *headers, const char *name, struct error *error)
{
	size_t length = strlen(name);

	if (is_one_of(name, ours) || is_in_family(name, our_families))
		return error_set(error, "%s is set by the hotfix suite%s", name,
				 strcasecmp(name, "Content-Type") == 0 ? "; see content-type" : "");
	if (is_one_of(name, of_transport) || is_in_family(name, transport_families))
		return error_set(error, "%s belongs to the transport", name);
	for (size_t i = 0; i < headers->count; i++)
		if (strncasecmp(headers->items[i], name, length) == 0 && headers->items[i][length] == ':')
			return error_set(error, "%s is there already", name);
	return 0;
}

static int check_value(const char *name, const char *value, size_t length, struct error *error)
{
	if (!length)
		return error_set(error, "%s has no value", name);
	for (size_t i = 0; i < length; i++)
		if (value[i] != '\t' && (value[i] < ' ' || value[i] >= 0x7f))
			return error_set(error, "%s: a value is printable ASCII", name);
	return 0;
}

static size_t trimmed(const char *text, size_t length)
{
	while (length && (text[length - 1] == ' ' || text[length - 1] == '\t'))
		length--;
	return length;
}

static int add_line(struct strings *out, const char *line, size_t length, struct error *error)
{
	const char *colon = memchr(line, ':', length);
	size_t name_length = colon ? (size_t)(colon - line) : 0;
	const char *end = line + length;
	const char *value;
	char *name;
	int result;

	if (length > FIXED_HEADERS_LINE)
		return error_set(error, "longer than %d bytes", FIXED_HEADERS_LINE);
	if (out->count == FIXED_HEADERS_MAXIMUM)
		return error_set(error, "more than %d headers", FIXED_HEADERS_MAXIMUM);
	if (!colon || !is_token(line, name_length))
		return error_set(error, "not a header, Name: value");
	for (value = colon + 1; value < end && (*value == ' ' || *value == '\t');)
		value++;
	name = memory_copy_bytes(line, name_length);
	result = check_name(out, name, error);
	if (!result)
		result = check_value(name, value, (size_t)(end - value), error);
	if (!result)
		strings_addf(out, "%s: %.*s", name, (int)(end - value), value);
	free(name);
	return result;
}

int fixed_headers_parse(struct strings *out, int *line, const char *text, size_t length, struct error *error)
{
	const char *end = text + length;
	int result = 0;

	*line = 0;
	while (!result && text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline ? newline : end;
		size_t size = (size_t)(stop - text);

		(*line)++;
		if (newline && size && stop[-1] == '\r')
			size--;
		size = trimmed(text, size);
		if (size && *text != '#')
			result = add_line(out, text, size, error);
		text = stop + 1;
	}
	return result;
}
