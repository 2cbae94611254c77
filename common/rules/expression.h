/* Regular expressions of the configuration (regex(7), extended). */
#ifndef HOTFIX_RULES_EXPRESSION_H
#define HOTFIX_RULES_EXPRESSION_H

#include <stdbool.h>

/* True when EXPRESSION is found in TEXT; false for one that cannot be compiled. */
bool expression_matches(const char *expression, const char *text);

#endif
