/* Names that a person takes for another name: by case, by letters of other scripts, by what cannot be seen.
 *
 * After the skeletons of Unicode's UTS #39 (section 4), folded further: case, accents and the many forms of a letter
 * do not count. ASCII stands for itself: `0` and `o`, `1` and `l`, `rn` and `m` stay different names. */
#ifndef HOTFIX_RULES_LOOKALIKE_H
#define HOTFIX_RULES_LOOKALIKE_H

#include <stdbool.h>

/* Returns what NAME looks like, owned by the caller: lower-case ASCII where a character looks like it, nothing where
 * it cannot be seen (zero width, marks, blanks other than a space), all else as it is, bytes that are no UTF-8 too. A
 * plain bar (a Cyrillic palochka, a capital iota) is an `l`. */
char *lookalike_fold(const char *name);

/* True when NAME does not match PATTERN (rules/pattern.h), but what it looks like matches what PATTERN looks like. */
bool lookalike_of(const char *name, const char *pattern);

#endif
