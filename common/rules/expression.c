#include "rules/expression.h"

#include <regex.h>
#include <stddef.h>

bool expression_matches(const char *expression, const char *text)
{
	regex_t compiled;
	bool found;

	if (regcomp(&compiled, expression, REG_EXTENDED | REG_NOSUB) != 0)
		return false;
	found = regexec(&compiled, text, 0, NULL, 0) == 0;
	regfree(&compiled);
	return found;
}
