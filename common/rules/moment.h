/* Points in time, as people write them: RFC 3339, section 5.6. Pure; nothing here knows what time it is. */
#ifndef HOTFIX_RULES_MOMENT_H
#define HOTFIX_RULES_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

#define MOMENT_DAY 86400 /* seconds */

struct moment {
	int64_t seconds; /* since the epoch */
	int64_t offset;  /* of the clock that it is read from, seconds east of UTC */
};

/* Reads a date-time with its offset, "2026-02-03T04:05:06Z" or "2026-02-03T04:05:06.7+01:00"; a fraction is dropped, and a
 * leap second is the second after it. From 1970 on. */
bool moment_parse(struct moment *out, const char *text);

/* Reads a date with its offset, "2026-02-03Z" or "2026-02-03+01:00", as its first second. */
bool moment_parse_date(struct moment *out, const char *text);

/* Reads an offset, "Z", "+01:00" or "-03:30", into seconds east of UTC. */
bool moment_parse_offset(int64_t *out, const char *text);

/* Adds MOMENT as a date-time. */
void moment_format(struct buffer *out, const struct moment *moment);

#endif
