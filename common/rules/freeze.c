#include "rules/freeze.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "rules/pattern.h"

#define MONDAY_OF_EPOCH (3 * MOMENT_DAY) /* 1970-01-01 was a Thursday */

static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

void freeze_init(struct freeze *freeze, const char *name)
{
	*freeze = (struct freeze){.name = memory_copy(name)};
}

void freeze_release(struct freeze *freeze)
{
	free(freeze->origin);
	free(freeze->name);
	week_window_release(&freeze->week);
	strings_release(&freeze->branches);
	free(freeze->reason);
	*freeze = (struct freeze){0};
}

void week_window_release(struct week_window *window)
{
	free(window->zone);
	*window = (struct week_window){0};
}

static void skip_blanks(const char **at)
{
	*at += strspn(*at, " \t");
}

static bool read_two_digits(int64_t *out, const char **at)
{
	const char *c = *at;

	if (c[0] < '0' || c[0] > '9' || c[1] < '0' || c[1] > '9')
		return false;
	*out = (c[0] - '0') * 10 + (c[1] - '0');
	*at += 2;
	return true;
}

/* Reads "Fri 16:00". */
static bool read_time_of_week(int64_t *out, const char **at)
{
	int64_t hour, minute;
	int64_t day = 0;

	skip_blanks(at);
	while (day < 7 && strncasecmp(*at, days[day], 3) != 0)
		day++;
	if (day == 7)
		return false;
	*at += 3;
	skip_blanks(at);
	if (!read_two_digits(&hour, at) || **at != ':')
		return false;
	(*at)++;
	if (!read_two_digits(&minute, at) || hour > 23 || minute > 59)
		return false;
	*out = day * MOMENT_DAY + hour * 3600 + minute * 60;
	skip_blanks(at);
	return true;
}

int week_window_parse(struct week_window *out, const char *text, struct error *error)
{
	static const char form[] = "written as Fri 16:00 - Mon 08:00 +01:00, with an offset, Z or the name of a zone";

	*out = (struct week_window){0};
	if (!read_time_of_week(&out->begin, &text) || *text++ != '-' || !read_time_of_week(&out->end, &text) || !*text)
		return error_set(error, "%s", form);
	if (out->begin == out->end)
		return error_set(error, "begins and ends at the same time");
	if (!moment_parse_offset(&out->offset, text))
		out->zone = memory_copy(text);
	return 0;
}

static int64_t offset_of(const struct week_window *window, int64_t moment, zone_offset_at *offset_at)
{
	return window->zone ? offset_at(window->zone, moment) : window->offset;
}

/* Seconds since Monday, 00:00. */
static int64_t time_of_week(int64_t local)
{
	int64_t rest = (local + MONDAY_OF_EPOCH) % WEEK;

	return rest < 0 ? rest + WEEK : rest;
}

/* The clocks may have been changed until then: the end is asked for once more as of the end. */
static void find_end(struct moment *until, const struct week_window *window, int64_t local, zone_offset_at *offset_at)
{
	int64_t left = (window->end - time_of_week(local) + WEEK) % WEEK;
	int64_t end = local + left;

	until->offset = offset_of(window, end, offset_at);
	until->offset = offset_of(window, end - until->offset, offset_at);
	until->seconds = end - until->offset;
}

static bool week_holds(struct moment *until, const struct week_window *window, int64_t now, zone_offset_at *offset_at)
{
	int64_t local = now + offset_of(window, now, offset_at);
	int64_t time = time_of_week(local);
	bool holds = window->begin < window->end ? time >= window->begin && time < window->end
						 : time >= window->begin || time < window->end;

	if (holds)
		find_end(until, window, local, offset_at);
	return holds;
}

bool freeze_holds(struct moment *until, const struct freeze *freeze, int64_t now, zone_offset_at *offset_at)
{
	if (freeze->is_weekly)
		return week_holds(until, &freeze->week, now, offset_at);
	*until = freeze->to;
	return now >= freeze->from.seconds && now < freeze->to.seconds;
}

bool freeze_covers(const struct freeze *freeze, const char *production)
{
	return !freeze->branches.count || patterns_match(&freeze->branches, production);
}
