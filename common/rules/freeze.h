/* Freezes: times in which nothing but hotfixes and rollbacks lands (hotfix.ini(5), [freeze]). Pure. */
#ifndef HOTFIX_RULES_FREEZE_H
#define HOTFIX_RULES_FREEZE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strings.h"
#include "rules/moment.h"

#define WEEK (7 * MOMENT_DAY)

/* A part of every week, from BEGIN up to but not with END, by the clocks of its zone. */
struct week_window {
	int64_t begin; /* seconds since Monday, 00:00; smaller than WEEK */
	int64_t end;   /* the same; before BEGIN when the window holds the end of the week */
	char *zone;    /* name of a zone of the system, or NULL: OFFSET says it */
	int64_t offset;
};

/* [freeze "name"] */
struct freeze {
	char *origin; /* "file:line" of the section; NULL when it came from no file */
	char *name;
	bool is_weekly;
	struct week_window week; /* IS_WEEKLY */
	struct moment from;      /* else from FROM up to but not with TO */
	struct moment to;
	struct strings branches; /* patterns of production branches; none: all of them */
	char *reason;            /* or NULL */
};

void freeze_init(struct freeze *freeze, const char *name);
void freeze_release(struct freeze *freeze);

/* Reads "Fri 16:00 - Mon 08:00 +01:00"; the zone is Z, an offset, or the name of one, which is not looked up here. Names
 * of days are their first three letters in English, in any case. Fails with the reason. OUT is owned by the caller
 * either way (week_window_release). */
int week_window_parse(struct week_window *out, const char *text, struct error *error);
void week_window_release(struct week_window *window);

/* Returns the offset of a named zone at MOMENT, seconds since the epoch. */
typedef int64_t zone_offset_at(const char *zone, int64_t moment);

/* True when FREEZE holds at NOW, seconds since the epoch; *UNTIL is its end then. OFFSET_AT is asked for named zones
 * alone. */
bool freeze_holds(struct moment *until, const struct freeze *freeze, int64_t now, zone_offset_at *offset_at);

/* True when FREEZE is about this production branch. */
bool freeze_covers(const struct freeze *freeze, const char *production);

#endif
