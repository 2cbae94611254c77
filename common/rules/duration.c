#include "rules/duration.h"

#include <inttypes.h>
#include <stddef.h>

#define LONGEST (INT64_C(3650) * 86400)

static const struct unit {
	char letter;
	int64_t seconds;
} units[] = {{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};

#define UNITS (sizeof(units) / sizeof(units[0]))

bool duration_parse(int64_t *out, const char *text)
{
	int64_t number = 0;
	const char *c = text;

	for (; *c >= '0' && *c <= '9'; c++) {
		number = number * 10 + (*c - '0');
		if (number > LONGEST)
			return false;
	}
	if (c == text || !*c || c[1])
		return false;
	for (size_t i = 0; i < UNITS; i++) {
		if (units[i].letter != *c)
			continue;
		*out = number * units[i].seconds;
		return *out <= LONGEST;
	}
	return false;
}

void duration_format(struct buffer *out, int64_t seconds)
{
	uint64_t rest = seconds < 0 ? -(uint64_t)seconds : (uint64_t)seconds;
	size_t i = 0;

	if (seconds < 0)
		buffer_add_char(out, '-');
	while (i < UNITS - 1 && rest < (uint64_t)units[i].seconds)
		i++;
	buffer_addf(out, "%" PRIu64 "%c", rest / (uint64_t)units[i].seconds, units[i].letter);
	rest %= (uint64_t)units[i].seconds;
	if (i + 1 < UNITS && rest / (uint64_t)units[i + 1].seconds)
		buffer_addf(out, " %" PRIu64 "%c", rest / (uint64_t)units[i + 1].seconds, units[i + 1].letter);
}
