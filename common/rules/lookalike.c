#include "rules/lookalike.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/utf8.h"
#include "rules/lookalike_table.h"
#include "rules/pattern.h"

/* Five alphabets of mathematical Greek, 58 letters each, all like the first */
#define GREEK_FIRST 0x1d6a8
#define GREEK_LAST 0x1d7c9
#define GREEK_LETTERS 58

/* Reads one code and returns how many bytes it takes; 0 when they are none. */
static size_t decode(uint32_t *code, const char *text)
{
	size_t length = utf8_character(text, strnlen(text, 4));

	*code = (unsigned char)text[0];
	if (length > 1)
		*code &= 0x7fu >> length;
	for (size_t i = 1; i < length; i++)
		*code = *code << 6 | ((unsigned char)text[i] & 0x3f);
	return length;
}

static int compare_run(const void *key, const void *item)
{
	const struct lookalike_run *run = item;
	uint32_t code = *(const uint32_t *)key;

	return code < run->first ? -1 : code >= run->first + run->count;
}

static int compare_word(const void *key, const void *item)
{
	const struct lookalike_word *word = item;
	uint32_t code = *(const uint32_t *)key;

	return code < word->code ? -1 : code > word->code;
}

static int compare_range(const void *key, const void *item)
{
	const struct lookalike_range *range = item;
	uint32_t code = *(const uint32_t *)key;

	return code < range->first ? -1 : code > range->last;
}

#define FIND(code, table, compare) bsearch(&(code), table, table##_count, sizeof(*(table)), compare)

/* Adds what CODE looks like; false when it is nothing else. */
static bool add_look(struct buffer *out, uint32_t code, char bar)
{
	const struct lookalike_run *run;
	const struct lookalike_word *word;

	if (code >= GREEK_FIRST && code <= GREEK_LAST)
		code = GREEK_FIRST + (code - GREEK_FIRST) % GREEK_LETTERS;
	run = FIND(code, lookalike_runs, compare_run);
	if (run) {
		buffer_add_char(out, run->letter == '|' ? bar : (char)(run->letter + run->step * (code - run->first)));
		return true;
	}
	word = FIND(code, lookalike_words, compare_word);
	if (word)
		buffer_add_string(out, word->text);
	return word || FIND(code, lookalike_hidden, compare_range);
}

static char lower(char letter)
{
	return (char)(letter >= 'A' && letter <= 'Z' ? letter - 'A' + 'a' : letter);
}

static char *fold(const char *name, char bar)
{
	struct buffer out = BUFFER_INIT;
	uint32_t code;

	while (*name) {
		size_t length = decode(&code, name);

		if (length == 1 && code >= 'A' && code <= 'Z')
			buffer_add_char(&out, lower(*name));
		else if (length < 2 || !add_look(&out, code, bar))
			buffer_add(&out, name, length ? length : 1);
		name += length ? length : 1;
	}
	return buffer_detach(&out);
}

char *lookalike_fold(const char *name)
{
	return fold(name, 'l');
}

static bool has_bar(const char *name)
{
	char *with_l = fold(name, 'l');
	char *with_i = fold(name, 'i');
	bool differ = strcmp(with_l, with_i) != 0;

	free(with_l);
	free(with_i);
	return differ;
}

static void join_bars(char *text)
{
	for (; *text; text++)
		if (*text == 'i')
			*text = 'l';
}

static bool is_ascii(const char *text)
{
	while (*text && !((unsigned char)*text & 0x80))
		text++;
	return !*text;
}

static bool differ_by_case_alone(const char *a, const char *b)
{
	while (*a && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	return !*a && !*b;
}

bool lookalike_of(const char *name, const char *pattern)
{
	char *look;
	char *wanted;
	bool matches;

	if (pattern_matches(pattern, name))
		return false;
	/* nearly every name: a push of many refs asks for each of them */
	if (!pattern_is_glob(pattern) && is_ascii(pattern) && is_ascii(name))
		return differ_by_case_alone(name, pattern);
	look = fold(name, 'l');
	wanted = fold(pattern, 'l');
	matches = pattern_matches(wanted, look);
	if (!matches && (has_bar(name) || has_bar(pattern))) {
		join_bars(look);
		join_bars(wanted);
		matches = pattern_matches(wanted, look);
	}
	free(look);
	free(wanted);
	return matches;
}
