#include "rules/pattern.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* After a mismatch only the last `*` can take more: an earlier one could not reach a better place. */
bool pattern_matches(const char *pattern, const char *text)
{
	const char *star = NULL;
	const char *taken = NULL;

	while (*text) {
		if (*pattern == '*') {
			star = ++pattern;
			taken = text;
		} else if (*pattern && (*pattern == '?' || *pattern == *text)) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star;
			text = ++taken;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

bool patterns_match(const struct strings *patterns, const char *text)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (pattern_matches(patterns->items[i], text))
			return true;
	return false;
}

static bool bytes_meet(char a, char b)
{
	return a && b && (a == b || a == '?' || b == '?');
}

/* ROW[j]: the rest of A from here and the rest of B from j have a text in common. BELOW is the row of the next A. */
static void fill_row(bool *row, const bool *below, char a, const char *b, size_t length)
{
	for (size_t j = length + 1; j-- > 0;) {
		bool meet = false;

		if (!a && !b[j])
			meet = true;
		else if (a == '*')
			meet = below[j] || (b[j] && row[j + 1]);
		else if (b[j] == '*')
			meet = row[j + 1] || (a && below[j]);
		else if (bytes_meet(a, b[j]))
			meet = below[j + 1];
		row[j] = meet;
	}
}

bool pattern_overlaps(const char *a, const char *b)
{
	size_t rows = strlen(a);
	size_t length = strlen(b);
	bool *row = memory_alloc(length + 1);
	bool *below = memory_alloc(length + 1);
	bool overlaps;

	for (size_t i = rows + 1; i-- > 0;) {
		bool *filled = row;

		fill_row(row, below, a[i], b, length);
		row = below;
		below = filled;
	}
	overlaps = below[0];
	free(row);
	free(below);
	return overlaps;
}

bool pattern_is_glob(const char *pattern)
{
	return pattern[strcspn(pattern, "*?")] != '\0';
}
