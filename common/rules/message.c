#include "rules/message.h"

#include <stdlib.h>
#include <string.h>

#define RULE_COLUMN 4
#define RULE_WIDTH_MAX 20

/* Length of the well-formed UTF-8 sequence at TEXT (RFC 3629, section 4), or 0; its code point in *POINT. */
static size_t sequence_length(const unsigned char *text, unsigned int *point)
{
	static const unsigned int least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t length = text[0] < 0x80 ? 1 : text[0] >= 0xf0 ? 4 : text[0] >= 0xe0 ? 3 : text[0] >= 0xc2 ? 2 : 0;

	if (!length || text[0] > 0xf4)
		return 0;
	*point = length == 1 ? text[0] : text[0] & (0xffu >> (length + 1));
	for (size_t i = 1; i < length; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		*point = *point << 6 | (text[i] & 0x3fu);
	}
	if (*point < least[length] || *point > 0x10ffff || (*point >= 0xd800 && *point < 0xe000))
		return 0;
	return length;
}

static bool is_control(unsigned int point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0);
}

/* Invisible ones that reorder or hide what stands around them. */
static bool is_deceptive(unsigned int point)
{
	return point == 0xad || (point >= 0x200b && point <= 0x200f) || (point >= 0x2028 && point <= 0x202e) ||
	       (point >= 0x2060 && point <= 0x2069) || point == 0xfeff;
}

void message_escape(struct buffer *out, const char *text)
{
	message_escape_bytes(out, text, strlen(text));
}

void message_escape_bytes(struct buffer *out, const char *text, size_t size)
{
	const unsigned char *at = (const unsigned char *)text;
	const unsigned char *end = at + size;

	while (at < end) {
		unsigned int point = 0;
		size_t length = sequence_length(at, &point);

		if (!length)
			buffer_addf(out, "\\x%02x", *at);
		else if (is_control(point))
			buffer_addf(out, "\\x%02x", point);
		else if (is_deceptive(point))
			buffer_addf(out, "\\u%04x", point);
		else
			buffer_add(out, at, length);
		at += length ? length : 1;
	}
}

static size_t columns_of(const char *text, size_t length)
{
	size_t columns = 0;

	for (size_t i = 0; i < length; i++)
		columns += ((unsigned char)text[i] & 0xc0) != 0x80;
	return columns;
}

/* As message_wrap; INDENT is what every other line begins with, as wide as COLUMN. */
static void wrap(struct buffer *out, const char *text, size_t column, const char *indent)
{
	struct buffer escaped = BUFFER_INIT;
	const char *word;
	size_t at = column;

	message_escape(&escaped, text);
	word = buffer_text(&escaped);
	while (*word) {
		size_t length = strcspn(word, " ");
		size_t width = columns_of(word, length);

		if (at > column && at + 1 + width > MESSAGE_COLUMNS) {
			buffer_addf(out, "\n%*s", (int)column, indent);
			at = column;
		} else if (at > column) {
			buffer_add_char(out, ' ');
			at++;
		}
		buffer_add(out, word, length);
		at += width;
		word += length + strspn(word + length, " ");
	}
	buffer_add_char(out, '\n');
	buffer_release(&escaped);
}

void message_wrap(struct buffer *out, const char *text, size_t column)
{
	wrap(out, text, column, "");
}

void message_commands(struct buffer *out, const char *title, const struct strings *commands)
{
	if (commands->count)
		buffer_addf(out, "\n  %s:\n", title);
	for (size_t i = 0; i < commands->count; i++) {
		buffer_add_string(out, "    ");
		message_escape(out, commands->items[i]);
		buffer_add_char(out, '\n');
	}
}

static bool has_fault(const struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->count; i++)
		if (verdict->findings[i].fault && verdict->findings[i].severity == SEVERITY_REFUSE)
			return true;
	return false;
}

static void add_headline(struct buffer *out, const struct policy *policy, const struct verdict *verdict)
{
	if (!verdict_accepts(verdict))
		buffer_add_string(out, has_fault(verdict)
					       ? "hotfix: refused, because the server could not judge this push;\n"
						 "        this is the server's side, not yours. nothing has changed\n"
					       : "hotfix: refused, nothing has changed on the server\n");
	else if (verdict_is_overridden(verdict))
		buffer_add_string(out, "hotfix: accepted by an override, which is announced with its reason\n");
	else if (policy->mode == MODE_WARN)
		buffer_add_string(out, "hotfix: accepted, but it would be refused (mode = warn)\n");
	else
		buffer_add_string(out, "hotfix: accepted, with warnings\n");
}

static size_t rule_width(const struct verdict *verdict)
{
	size_t width = 0;

	for (size_t i = 0; i < verdict->count; i++) {
		char *name = finding_name(&verdict->findings[i]);
		size_t length = strlen(name);

		free(name);
		if (length > width)
			width = length;
	}
	return width < RULE_WIDTH_MAX ? width : RULE_WIDTH_MAX;
}

static void add_finding(struct buffer *out, const struct finding *finding, size_t width)
{
	size_t column = RULE_COLUMN + width + 2;
	char *name = finding_name(finding);

	buffer_addf(out, "%*s%s", RULE_COLUMN, "", name);
	if (!finding->found.count || strlen(name) > width)
		buffer_add_char(out, '\n');
	for (size_t i = 0; i < finding->found.count; i++) {
		bool beside = !i && strlen(name) <= width;

		buffer_addf(out, "%*s", (int)(beside ? column - RULE_COLUMN - strlen(name) : column), "");
		message_wrap(out, finding->found.items[i], column);
	}
	free(name);
}

static void add_findings(struct buffer *out, const struct verdict *verdict)
{
	size_t width = rule_width(verdict);
	const char *ref = NULL;

	for (size_t i = 0; i < verdict->count; i++) {
		const struct finding *finding = &verdict->findings[i];

		if (!ref || strcmp(ref, finding->ref) != 0) {
			ref = finding->ref;
			buffer_add_string(out, "\n  ");
			message_escape(out, ref);
			buffer_add_char(out, '\n');
		}
		add_finding(out, finding, width);
	}
}

static void add_remedies(struct buffer *out, const struct verdict *verdict)
{
	bool first = true;

	for (size_t i = 0; i < verdict->count; i++) {
		const struct strings *remedy = &verdict->findings[i].remedy;

		for (size_t k = 0; k < remedy->count; k++) {
			if (first)
				buffer_add_string(out, "\n  to put it right:\n");
			first = false;
			buffer_add_string(out, "    ");
			if (!strncmp(remedy->items[k], "# ", 2)) {
				buffer_add_string(out, "# ");
				wrap(out, remedy->items[k] + 2, RULE_COLUMN + 2, "# ");
				continue;
			}
			message_escape(out, remedy->items[k]);
			buffer_add_char(out, '\n');
		}
	}
}

static void add_where_to_ask(struct buffer *out, const struct policy *policy)
{
	if (policy->guide || policy->contact)
		buffer_add_char(out, '\n');
	if (policy->guide)
		buffer_addf(out, "  guide    %s\n", policy->guide);
	if (policy->contact)
		buffer_addf(out, "  contact  %s\n", policy->contact);
}

void message_verdict(struct buffer *out, const struct policy *policy, const struct verdict *verdict)
{
	if (!verdict->count)
		return;
	add_headline(out, policy, verdict);
	add_findings(out, verdict);
	add_remedies(out, verdict);
	add_where_to_ask(out, policy);
}
