/* The time of day and the time that passes. */
#ifndef HOTFIX_BASE_CLOCK_H
#define HOTFIX_BASE_CLOCK_H

#include <stdint.h>

#include "base/buffer.h"

/* Returns the seconds since the epoch. */
int64_t clock_now(void);

/* Returns the milliseconds since the epoch. */
int64_t clock_now_milliseconds(void);

/* Returns milliseconds of a clock that never goes back; only differences mean something. */
int64_t clock_monotonic(void);

/* Adds SECONDS since the epoch in UTC: "2026-02-03T04:05:06Z" (RFC 3339, section 5.6). */
void clock_format(struct buffer *out, int64_t seconds);

#endif
