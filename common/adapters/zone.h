/* The time zones of the system (tzdata, /usr/share/zoneinfo), by name, through the C library. */
#ifndef HOTFIX_ADAPTERS_ZONE_H
#define HOTFIX_ADAPTERS_ZONE_H

#include <stdint.h>

#include "base/error.h"

/* Fails unless the system has a zone of this name, as in "Europe/Berlin". */
int zone_check(const char *name, struct error *error);

/* Returns the offset of a zone that was checked at MOMENT, seconds since the epoch: seconds east of UTC. Sets TZ for as
 * long as it takes: not for programs with threads. */
int64_t zone_offset(const char *name, int64_t moment);

#endif
