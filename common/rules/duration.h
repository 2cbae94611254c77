/* Spans of time, as people write and read them. Pure. */
#ifndef HOTFIX_RULES_DURATION_H
#define HOTFIX_RULES_DURATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

/* Reads a whole number and its unit, "90s", "5m", "24h" or "7d", into seconds. False for anything else, and for more
 * than ten years (3650d). */
bool duration_parse(int64_t *out, const char *text);

/* Adds SECONDS by its two largest units: "3h 20m", "2d 4h", "45s"; a negative one with "-" before it. */
void duration_format(struct buffer *out, int64_t seconds);

#endif
