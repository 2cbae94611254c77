#include "rules/deadline.h"

#include <stddef.h>

#include "rules/moment.h"

static const char *why_not_believed(struct moment *moment, const char *value, int64_t now)
{
	if (!moment_parse(moment, value))
		return "is no time as in 2026-02-03T04:05:06Z";
	if (moment->seconds > now)
		return "is still to come";
	if (moment->seconds < now - DEADLINE_OLDEST_REPORT)
		return "is more than a year ago";
	return NULL;
}

void deadline_add_report(struct landing *landing, const struct object_id *commit, const char *value, int64_t now)
{
	struct buffer words = BUFFER_INIT;
	struct moment moment;
	const char *why_not = why_not_believed(&moment, value, now);

	if (!why_not) {
		if (!landing->reported || moment.seconds < landing->reported)
			landing->reported = moment.seconds;
		return;
	}
	if (landing->report_ignored)
		return;
	buffer_addf(&words, "\"Reported: %s\" of %s %s: ignored", value, object_id_short(commit).digits, why_not);
	landing->report_ignored = buffer_detach(&words);
}

int64_t deadline_since(int64_t opened, int64_t reported)
{
	return reported && reported < opened ? reported : opened;
}
