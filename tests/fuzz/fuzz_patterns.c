/* Patterns, held against fnmatch(3), and whether two of them overlap. */
#include "fuzz.h"

#include <fnmatch.h>
#include <string.h>

#include "rules/expression.h"
#include "rules/pattern.h"

/* Of fnmatch only `*` and `?` are ours, and in other locales than "C" its characters are more than a byte. */
static void check_against_fnmatch(const char *pattern, const char *text)
{
	if (!strpbrk(pattern, "[]\\"))
		MUST(pattern_matches(pattern, text) == !fnmatch(pattern, text, FNM_NOESCAPE));
}

static void check_overlap(const char *a, const char *b, const char *text)
{
	bool overlaps = pattern_overlaps(a, b);

	MUST(overlaps == pattern_overlaps(b, a));
	MUST(pattern_overlaps(a, a));
	MUST(overlaps || !pattern_matches(a, text) || !pattern_matches(b, text));
	if (!pattern_is_glob(b))
		MUST(overlaps == pattern_matches(a, b));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	char *a = fuzz_field(&bytes, &length);
	char *b = fuzz_field(&bytes, &length);
	char *text = fuzz_field(&bytes, &length);

	check_against_fnmatch(a, text);
	check_against_fnmatch(a, b);
	check_overlap(a, b, text);
	free(a);
	free(b);
	free(text);
	return 0;
}
