#include "rules/template.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "rules/url.h"

#define NAME_SHOWN 40 /* bytes of an unknown name in a message */

/* What the body does not say in one word; then its members that are a text, a number, or true or false, by path. */
static const char *const placeholders[] = {
	TEMPLATE_BODY,
	"summary",
	"branch",
	"source",
	"subject",
	"id",
	"type",
	"timestamp",
	"reason",
	"ref",
	"before",
	"after",
	"created",
	"deleted",
	"forced",
	"compare",
	"repository.name",
	"repository.full_name",
	"repository.html_url",
	"repository.url",
	"repository.clone_url",
	"repository.ssh_url",
	"repository.default_branch",
	"pusher.name",
	"pusher.email",
	"sender.login",
	"head_commit.id",
	"head_commit.tree_id",
	"head_commit.message",
	"head_commit.timestamp",
	"head_commit.url",
	"head_commit.author.name",
	"head_commit.author.email",
	"head_commit.author.username",
	"head_commit.committer.name",
	"head_commit.committer.email",
	"head_commit.committer.username",
	"hotfix.incident",
	"hotfix.branch",
	"hotfix.kind",
	"hotfix.tip",
	"hotfix.severity",
	"hotfix.pusher",
	"hotfix.landing",
	"hotfix.production",
	"hotfix.environment",
	"hotfix.status",
	"hotfix.reason",
	"hotfix.into",
	"hotfix.override.person",
	"hotfix.override.reason",
	"hotfix.opened",
	"hotfix.reported",
	"hotfix.deadline",
	"delivery.id",
	"delivery.endpoint",
	"delivery.event",
	"delivery.type",
	"delivery.ref",
	"delivery.attempts",
	"delivery.status",
	"delivery.error",
	"hook.name",
};

const char *template_placeholder(size_t index)
{
	return index < sizeof(placeholders) / sizeof(placeholders[0]) ? placeholders[index] : NULL;
}

static const char *placeholder_of(const char *name, size_t length)
{
	const char *known;

	for (size_t i = 0; (known = template_placeholder(i)); i++)
		if (strlen(known) == length && memcmp(known, name, length) == 0)
			return known;
	return NULL;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t name_length(const char *text, size_t left)
{
	size_t length = 0;

	if (!left || !is_letter(*text))
		return 0;
	while (length < left && (is_letter(text[length]) || (text[length] >= '0' && text[length] <= '9') ||
				 text[length] == '_' || text[length] == '.' || text[length] == '-'))
		length++;
	return length;
}

enum part_kind { PART_LITERAL, PART_PLACEHOLDER, PART_UNKNOWN };

struct part {
	enum part_kind kind;
	const char *text; /* the literal bytes, or the name */
	size_t length;
	const char *name; /* PART_PLACEHOLDER: as it stands in the table */
};

static size_t take_literal(struct part *out, const char *text, size_t left)
{
	const char *brace = left > 1 ? memchr(text + 1, '{', left - 1) : NULL;

	*out = (struct part){PART_LITERAL, text, brace ? (size_t)(brace - text) : left, NULL};
	return out->length;
}

/* Takes the next part off TEXT; returns how many bytes it has there. */
static size_t take_part(struct part *out, const char *text, size_t left)
{
	size_t inner = left > 2 && text[0] == '{' && text[1] == '{' ? name_length(text + 2, left - 2) : 0;
	size_t length = text[0] == '{' ? name_length(text + 1, left - 1) : 0;

	if (inner && left >= inner + 4 && memcmp(text + 2 + inner, "}}", 2) == 0) {
		*out = (struct part){PART_LITERAL, text + 1, inner + 2, NULL};
		return inner + 4;
	}
	if (!length)
		return take_literal(out, text, left);
	*out = (struct part){PART_UNKNOWN, text + 1, length, NULL};
	if (left >= length + 2 && text[length + 1] == '}')
		out->name = placeholder_of(text + 1, length);
	if (out->name)
		out->kind = PART_PLACEHOLDER;
	return length + 1 + (out->name != NULL);
}

static bool is_type(const char *content_type, size_t length, const char *type)
{
	return strlen(type) == length && strncasecmp(content_type, type, length) == 0;
}

static bool ends_with_json(const char *content_type, size_t length)
{
	return length > 5 && strncasecmp(content_type + length - 5, "+json", 5) == 0;
}

int template_form_of(enum template_form *out, const char *content_type, struct error *error)
{
	size_t length = strcspn(content_type, "; \t");
	bool markup = is_type(content_type, length, "text/html") || is_type(content_type, length, "text/xml");

	if (is_type(content_type, length, "application/json") || ends_with_json(content_type, length))
		*out = TEMPLATE_JSON;
	else if (is_type(content_type, length, "application/x-www-form-urlencoded"))
		*out = TEMPLATE_URL;
	else if (length > 5 && strncasecmp(content_type, "text/", 5) == 0 && !markup)
		*out = TEMPLATE_TEXT;
	else
		return error_set(error, "JSON, application/x-www-form-urlencoded or plain text: "
					"in another type a value could be taken for more than a value");
	return 0;
}

static int line_of(const char *text, const char *at)
{
	int line = 1;

	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

static int check_bytes(int *line, const char *text, size_t length, enum template_form form, struct error *error)
{
	const char *end = text + length;
	const char *bad = memchr(text, '\0', length);

	for (const char *at = text; !bad && form == TEMPLATE_JSON && at < end;) {
		size_t size = utf8_character(at, (size_t)(end - at));

		bad = size ? NULL : at;
		at += size;
	}
	if (!bad)
		return 0;
	*line = line_of(text, bad);
	return error_set(error, *bad ? "no UTF-8" : "a NUL");
}

int template_check(int *line, const char *text, size_t length, enum template_form form, struct error *error)
{
	const char *end = text + length;
	struct part part;

	for (const char *at = text; at < end;) {
		const char *next = at + take_part(&part, at, (size_t)(end - at));

		if (part.kind == PART_UNKNOWN) {
			*line = line_of(text, at);
			return error_set(error, "{%.*s%s is no placeholder (hotfix-hooks(7), TEMPLATES)",
					 part.length < NAME_SHOWN ? (int)part.length : NAME_SHOWN, part.text,
					 next < end && *next == '}' ? "}" : "");
		}
		at = next;
	}
	return length ? check_bytes(line, text, length, form, error) : 0;
}

static void add_json(struct buffer *out, const char *value)
{
	static const char plain[] = "\"\\\b\f\n\r\t";
	static const char letters[] = "\"\\bfnrt";

	for (size_t left = strlen(value), length; left; value += length, left -= length) {
		const char *special = strchr(plain, *value);

		length = utf8_character(value, left);
		if (!length)
			buffer_add_string(out, "\\ufffd");
		else if (special)
			buffer_addf(out, "\\%c", letters[special - plain]);
		else if ((unsigned char)*value < ' ' || *value == 0x7f || *value == '<')
			buffer_addf(out, "\\u%04x", (unsigned char)*value);
		else
			buffer_add(out, value, length);
		length = length ? length : 1;
	}
}

static void add_value(struct buffer *out, const char *name, const char *value, enum template_form form)
{
	if (form == TEMPLATE_URL)
		url_escape(out, value);
	else if (form == TEMPLATE_JSON && strcmp(name, TEMPLATE_BODY) != 0)
		add_json(out, value);
	else
		buffer_add_string(out, value);
}

int template_expand(struct buffer *out, const char *text, size_t length, enum template_form form, template_value *find,
		    void *context, struct error *error)
{
	const char *end = text + length;
	size_t before = out->length;
	struct part part;

	while (text < end) {
		text += take_part(&part, text, (size_t)(end - text));
		if (part.name) {
			const char *value = find(context, part.name);

			add_value(out, part.name, value ? value : "", form);
		} else {
			buffer_add(out, part.text, part.length);
		}
		if (out->length - before > TEMPLATE_RESULT_MAXIMUM)
			return error_set_code(error, ERROR_LIMIT, "with its values it is longer than %d bytes",
					      TEMPLATE_RESULT_MAXIMUM);
	}
	return 0;
}
