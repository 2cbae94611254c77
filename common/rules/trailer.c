#include "rules/trailer.h"

#include <string.h>

/* Git cuts a message here (git-commit(1), --cleanup=scissors) */
#define SCISSORS "# ------------------------ >8 ------------------------\n"

struct span {
	const char *at;
	const char *end;
};

/* What the lines of a block were, counted from its end upwards. */
struct tally {
	size_t trailers;
	size_t others;
	size_t indented;  /* since the last line of either kind: they belong to the one above them */
	bool generated;   /* a line that Git itself writes is among them */
	bool has_content; /* a line that is not blank was met */
};

/* Git's own character classes: ASCII in every locale, no form feed, no vertical tab */
static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_token_char(char c)
{
	return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

static bool starts_with(struct span text, const char *prefix)
{
	size_t length = strlen(prefix);

	return (size_t)(text.end - text.at) >= length && memcmp(text.at, prefix, length) == 0;
}

static struct span trim(struct span text)
{
	while (text.at < text.end && is_space(text.at[0]))
		text.at++;
	while (text.at < text.end && is_space(text.end[-1]))
		text.end--;
	return text;
}

static const char *next_line(struct span text)
{
	const char *newline = memchr(text.at, '\n', (size_t)(text.end - text.at));

	return newline ? newline + 1 : text.end;
}

/* Returns the start of the last line of a text that is not empty. */
static const char *last_line(struct span text)
{
	const char *line = text.end - 1;

	while (line > text.at && line[-1] != '\n')
		line--;
	return line;
}

static bool is_blank(struct span line)
{
	struct span rest = trim((struct span){line.at, next_line(line)});

	return rest.at == rest.end;
}

/* Returns the ':' behind a token of at least one character, blanks between them allowed; or NULL. */
static const char *find_separator(struct span line)
{
	const char *at = line.at;

	while (at < line.end && is_token_char(*at))
		at++;
	if (at == line.at)
		return NULL;
	while (at < line.end && (*at == ' ' || *at == '\t'))
		at++;
	return at < line.end && *at == ':' ? at : NULL;
}

static const char *skip_blank_lines(struct span text)
{
	while (text.at < text.end && is_blank(text))
		text.at = next_line(text);
	return text.at;
}

static const char *find_scissors(struct span text)
{
	const char *found;

	if (starts_with(text, SCISSORS))
		return text.at;
	found = memmem(text.at, (size_t)(text.end - text.at), "\n" SCISSORS, strlen("\n" SCISSORS));
	return found ? found + 1 : text.end;
}

/* Returns where the comments, empty lines and the list of conflicts begin that end the message. */
static const char *find_block_end(struct span message)
{
	struct span rest = {message.at, find_scissors(message)};
	const char *tail = NULL;
	bool in_conflicts = false;

	for (; rest.at < rest.end; rest.at = next_line(rest)) {
		bool joins = rest.at[0] == '#' || rest.at[0] == '\n';

		if (!joins && starts_with(rest, "Conflicts:\n"))
			joins = in_conflicts = true;
		if (joins) {
			tail = tail ? tail : rest.at;
		} else if (!in_conflicts || rest.at[0] != '\t') {
			in_conflicts = false;
			tail = NULL;
		}
	}
	return tail ? tail : rest.end;
}

static void tally_line(struct tally *tally, struct span line)
{
	bool generated = starts_with(line, "Signed-off-by: ") || starts_with(line, "(cherry picked from commit ");

	if (line.at[0] == '#') {
		tally->others += tally->indented;
		tally->indented = 0;
		return;
	}
	tally->has_content = true;
	if (generated || find_separator(line)) {
		tally->generated = tally->generated || generated;
		tally->trailers++;
		tally->indented = 0;
	} else if (is_space(line.at[0])) {
		tally->indented++;
	} else {
		tally->others += 1 + tally->indented;
		tally->indented = 0;
	}
}

/* True when the lines are a block: trailers alone, or a fourth of them and one that Git writes. */
static bool is_block(const struct tally *tally)
{
	size_t others = tally->others + tally->indented;

	return tally->generated ? tally->trailers * 3 >= others : tally->trailers && !others;
}

/* Returns where the trailers begin; the end of the message when there are none. A message without blank lines at its
 * beginning: so the first paragraph, which is the title and never a block, is the one without a blank line above. */
static const char *find_block(struct span message)
{
	struct span above = message;
	struct tally tally = {0};

	while (above.end > above.at) {
		struct span line = {last_line(above), above.end};

		if (!is_blank(line))
			tally_line(&tally, line);
		else if (tally.has_content)
			return is_block(&tally) ? line.end : message.end;
		above.end = line.at;
	}
	return message.end;
}

void trailer_iterator_init(struct trailer_iterator *trailers, const char *message, size_t length)
{
	struct span text = {message, message + strnlen(message, length)};

	*trailers = (struct trailer_iterator){0};
	text.at = skip_blank_lines(text);
	text.end = find_block_end(text);
	trailers->internal.at = find_block(text);
	trailers->internal.end = text.end;
}

/* Adds the value, which neither begins nor ends with blanks, with each line break, and the blanks behind it, made one
 * space. */
static void unfold(struct buffer *out, struct span value)
{
	while (value.at < value.end) {
		char c = *value.at++;

		if (c == '\n')
			while (is_space(*value.at))
				value.at++;
		buffer_add_char(out, c == '\n' ? ' ' : c);
	}
}

static void set_current(struct trailer_iterator *trailers, struct span key, struct span value)
{
	struct buffer *key_buffer = &trailers->internal.key;
	struct buffer *value_buffer = &trailers->internal.value;

	key = trim(key);
	buffer_clear(key_buffer);
	buffer_add(key_buffer, key.at, (size_t)(key.end - key.at));
	buffer_clear(value_buffer);
	unfold(value_buffer, trim(value));
	trailers->key = buffer_text(key_buffer);
	trailers->value = buffer_text(value_buffer);
}

bool trailer_iterator_next(struct trailer_iterator *trailers)
{
	struct span rest = {trailers->internal.at, trailers->internal.end};

	while (rest.at < rest.end) {
		const char *line = rest.at;
		const char *separator = find_separator(rest);

		rest.at = next_line(rest);
		if (!separator)
			continue;
		while (rest.at < rest.end && is_space(rest.at[0]))
			rest.at = next_line(rest);
		set_current(trailers, (struct span){line, separator}, (struct span){separator + 1, rest.at});
		trailers->internal.at = rest.at;
		return true;
	}
	trailers->internal.at = rest.end;
	trailers->key = trailers->value = NULL;
	return false;
}

void trailer_iterator_release(struct trailer_iterator *trailers)
{
	buffer_release(&trailers->internal.key);
	buffer_release(&trailers->internal.value);
	*trailers = (struct trailer_iterator){0};
}

bool trailer_key_equal(const char *a, const char *b)
{
	while (*a && lower(*a) == lower(*b))
		a++, b++;
	return *a == '\0' && *b == '\0';
}
