/* Patterns of ref names and addresses: `*` stands for any bytes, `/` too (as in a refspec, git-fetch(1)), `?` for one. */
#ifndef HOTFIX_RULES_PATTERN_H
#define HOTFIX_RULES_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strings.h"

bool pattern_matches(const char *pattern, const char *text);

/* True when any pattern of the list matches TEXT. */
bool patterns_match(const struct strings *patterns, const char *text);

/* True when some text matches both. */
bool pattern_overlaps(const char *a, const char *b);

/* True when PATTERN holds `*` or `?`. */
bool pattern_is_glob(const char *pattern);

#endif
