/* What the packaged inih (libinih 55: lines of 200 bytes, values over several lines, ` ;` comments) does with a text
 * is not always what a person who reads it expects. Each such line is reported here, and hidden from inih. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/config_parts.h"
#include "base/memory.h"

/* What an indented line would continue. */
enum above { NOTHING_ABOVE, KEY_ABOVE, HIDDEN_ABOVE };

struct scan {
	struct config *config;
	struct config_file *file;
	int number;       /* of the line, from 1 */
	size_t section;   /* that the line stands in */
	bool has_section; /* one was begun, perhaps with a mistake in it */
	enum above above;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static const char *skip_blanks(const char *at, const char *end)
{
	while (at < end && is_blank(*at))
		at++;
	return at;
}

/* Finds a `;` with a blank before it: where inih ends a line. */
static const char *find_comment(const char *at, const char *end)
{
	for (const char *c = at + 1; c < end; c++)
		if (*c == ';' && is_blank(c[-1]))
			return c;
	return end;
}

static bool report(struct scan *scan, struct config_line *line, const char *words)
{
	config_problem(scan->config, scan->file, scan->number, "%s", words);
	line->hidden = true;
	return false;
}

static bool bytes_are_good(struct scan *scan, struct config_line *line)
{
	line->hidden = true;
	if (line->length > CONFIG_LONGEST_LINE) {
		config_problem(scan->config, scan->file, scan->number,
			       "line of %zu bytes, at most %d: continue a list on an indented line, or repeat its key",
			       line->length, CONFIG_LONGEST_LINE);
		return false;
	}
	for (size_t i = 0; i < line->length; i++) {
		unsigned char c = (unsigned char)line->text[i];

		if ((c >= ' ' && c != 0x7f) || c == '\t' || (c == '\r' && i + 1 == line->length))
			continue;
		config_problem(scan->config, scan->file, scan->number, "control byte 0x%02x in column %zu", c, i + 1);
		return false;
	}
	line->hidden = false;
	return true;
}

/* Names stand in ref names and file names: letters, digits, `.`, `_` and `-`. */
static bool name_is_good(const char *name)
{
	size_t length = strlen(name);

	if (!isalnum((unsigned char)name[0]) || name[length - 1] == '.' || strstr(name, ".."))
		return false;
	if (length > 5 && !strcmp(name + length - 5, ".lock"))
		return false;
	return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == length;
}

/* Takes `[kind "name"]` apart; returns what is behind it, or NULL when it has not this form. */
static const char *split_header(char **kind, char **name, const char *at, const char *end)
{
	const char *start = ++at;

	while (at < end && !is_blank(*at) && !strchr("\"]", *at))
		at++;
	*kind = memory_copy_bytes(start, (size_t)(at - start));
	at = skip_blanks(at, end);
	if (at < end && *at == '"') {
		start = ++at;
		while (at < end && *at != '"')
			at++;
		if (at == end)
			return NULL;
		*name = memory_copy_bytes(start, (size_t)(at - start));
		at++;
	}
	return at < end && *at == ']' ? at + 1 : NULL;
}

static bool rest_is_comment(const char *at, const char *end)
{
	const char *rest = skip_blanks(at, end);

	if (rest < end && *rest == '\r')
		rest++;
	return rest == end || (*rest == ';' && rest > at);
}

static void report_kind(struct scan *scan, const char *kind)
{
	struct buffer words = BUFFER_INIT;

	buffer_addf(&words, "unknown section [%s]", kind);
	section_kind_suggest(&words, kind);
	config_problem(scan->config, scan->file, scan->number, "%s", buffer_text(&words));
	buffer_release(&words);
}

static bool header_is_good(struct scan *scan, const char *kind_name, const char *name)
{
	enum section_kind kind = section_kind_of(kind_name);

	if (kind == SECTION_KINDS)
		report_kind(scan, kind_name);
	else if (section_kind_has_names(kind) && !name)
		config_problem(scan->config, scan->file, scan->number, "[%s] needs a name, as in [%s \"x\"]", kind_name,
			       kind_name);
	else if (!section_kind_has_names(kind) && name)
		config_problem(scan->config, scan->file, scan->number, "[%s] takes no name", kind_name);
	else if (name && !name_is_good(name))
		config_problem(scan->config, scan->file, scan->number,
			       "[%s \"%s\"]: a name holds letters, digits, \".\", \"_\" and \"-\", and begins with a "
			       "letter or digit",
			       kind_name, name);
	else
		return true;
	return false;
}

static void add_section(struct scan *scan, enum section_kind kind, const char *name)
{
	struct config_file *file = scan->file;

	for (size_t i = 0; i < file->section_count; i++) {
		const struct config_section *first = &file->sections[i];

		if (first->kind != kind || (name && strcmp(first->name, name) != 0))
			continue;
		config_problem(scan->config, file, scan->number, "[%s%s%s%s] is there twice, first on line %d",
			       section_kind_name(kind), name ? " \"" : "", name ? name : "", name ? "\"" : "",
			       first->line);
		scan->section = i;
		return;
	}
	file->sections =
		memory_grow(file->sections, file->section_count, &file->section_capacity, sizeof(*file->sections));
	scan->section = file->section_count++;
	file->sections[scan->section] =
		(struct config_section){.kind = kind, .name = name ? memory_copy(name) : NULL, .line = scan->number};
}

static void begin_no_section(struct scan *scan)
{
	scan->section = CONFIG_NO_SECTION;
	scan->has_section = true;
	scan->above = HIDDEN_ABOVE;
}

static void scan_header(struct scan *scan, struct config_line *line)
{
	const char *end = line->text + line->length;
	char *kind = NULL;
	char *name = NULL;
	const char *rest = split_header(&kind, &name, line->text, end);

	begin_no_section(scan);
	line->hidden = true;
	if (!rest) {
		report(scan, line, "a section is [kind] or [kind \"name\"]");
	} else if (rest - line->text - 2 > CONFIG_LONGEST_SECTION) {
		config_problem(scan->config, scan->file, scan->number, "section name of %zu bytes, at most %d",
			       (size_t)(rest - line->text - 2), CONFIG_LONGEST_SECTION);
	} else if (!rest_is_comment(rest, end)) {
		report(scan, line, "text behind the \"]\" of a section");
	} else if (header_is_good(scan, kind, name)) {
		add_section(scan, section_kind_of(kind), name);
		scan->above = NOTHING_ABOVE;
		line->hidden = false;
	}
	free(kind);
	free(name);
}

/* Whether an indented line looks as if it set a key of its own: `word = ...`. */
static bool looks_like_key(const char *at, const char *end)
{
	const char *c = at;

	while (c < end && (islower((unsigned char)*c) || *c == '-'))
		c++;
	return c > at && skip_blanks(c, end) < end && *skip_blanks(c, end) == '=';
}

static bool continuation_is_good(struct scan *scan, struct config_line *line, const char *at)
{
	const char *end = line->text + line->length;

	if (*at == '[')
		return report(scan, line, "a section begins in the first column; this line continues the one above");
	if (looks_like_key(at, end))
		return report(scan, line, "a key begins in the first column; this line continues the one above");
	if (scan->above == NOTHING_ABOVE)
		return report(scan, line, "an indented line continues a list, and there is none above it");
	if (find_comment(at, end) < end)
		return report(scan, line, "a continued line takes no comment; put it on a line of its own");
	return true;
}

static void scan_continuation(struct scan *scan, struct config_line *line, const char *at)
{
	line->continues = true;
	line->section = scan->section;
	if (continuation_is_good(scan, line, at) && scan->above == HIDDEN_ABOVE)
		line->hidden = true;
}

static void scan_key(struct scan *scan, struct config_line *line)
{
	const char *end = find_comment(line->text, line->text + line->length);
	const char *c = line->text;

	while (c < end && *c != '=' && *c != ':')
		c++;
	line->section = scan->section;
	scan->above = HIDDEN_ABOVE;
	if (c == end)
		report(scan, line, "neither a section, a comment nor KEY = VALUE");
	else if (c == line->text)
		report(scan, line, "no key before the \"=\"");
	else if (!scan->has_section)
		report(scan, line, "a key before the first section");
	else if (scan->section == CONFIG_NO_SECTION)
		line->hidden = true;
	else
		scan->above = KEY_ABOVE;
}

static void scan_line(struct scan *scan, struct config_line *line)
{
	const char *end = line->text + line->length;
	const char *at = skip_blanks(line->text, end);

	if (!bytes_are_good(scan, line)) {
		scan->above = HIDDEN_ABOVE;
		if (at < end && *at == '[')
			begin_no_section(scan);
		return;
	}
	if (at == end || *at == '\r' || *at == ';' || *at == '#')
		return;
	if (at > line->text)
		scan_continuation(scan, line, at);
	else if (*at == '[')
		scan_header(scan, line);
	else
		scan_key(scan, line);
}

void config_scan(struct config_lines *lines, struct config *config, struct config_file *file, const char *text,
		 size_t length)
{
	struct scan scan = {.config = config, .file = file, .section = CONFIG_NO_SECTION};
	const char *end = text + length;

	if (length >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
		text += 3; /* a byte order mark, which editors of other systems write */
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		struct config_line *line;

		lines->items = memory_grow(lines->items, lines->count, &lines->capacity, sizeof(*lines->items));
		line = &lines->items[lines->count++];
		*line = (struct config_line){.text = text, .section = CONFIG_NO_SECTION};
		line->length = (size_t)((newline ? newline : end) - text);
		scan.number++;
		scan_line(&scan, line);
		text = newline ? newline + 1 : end;
	}
}
