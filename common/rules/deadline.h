/* The clock of a hotfix: from its report, or else the first push of its branch, to the deadline (hotfix-hooks(7), THE
 * PROCEDURE). Pure. */
#ifndef HOTFIX_RULES_DEADLINE_H
#define HOTFIX_RULES_DEADLINE_H

#include <stdint.h>

#include "rules/landing.h"

/* Seconds before now from which on a report is believed. */
#define DEADLINE_OLDEST_REPORT (INT64_C(366) * 86400)

/* Takes what a trailer Reported: of COMMIT says: the landing keeps the earliest moment that can be believed, and a
 * sentence about the first that cannot. NOW: seconds since the epoch. */
void deadline_add_report(struct landing *landing, const struct object_id *commit, const char *value, int64_t now);

/* Returns when the clock of a hotfix started that was OPENED then, and REPORTED (0: nobody said) earlier perhaps. */
int64_t deadline_since(int64_t opened, int64_t reported);

#endif
