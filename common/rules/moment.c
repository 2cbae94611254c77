#include "rules/moment.h"

#include <inttypes.h>
#include <stddef.h>

#define YEARS_OF_AN_ERA 400
#define DAYS_OF_AN_ERA 146097
#define EPOCH_DAY 719468 /* days from 0000-03-01 to 1970-01-01 */

/* Reads COUNT digits; false when there are fewer. */
static bool read_digits(int64_t *out, const char **at, int count)
{
	int64_t number = 0;

	for (int i = 0; i < count; i++, (*at)++) {
		if (**at < '0' || **at > '9')
			return false;
		number = number * 10 + (**at - '0');
	}
	*out = number;
	return true;
}

static bool read_char(const char **at, const char *allowed)
{
	for (; *allowed; allowed++)
		if (**at == *allowed) {
			(*at)++;
			return true;
		}
	return false;
}

/* Days since the epoch of a day in the proleptic Gregorian calendar; a year begins in March here, so that the day that
 * comes every four years is its last. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t from_march = (month + 9) % 12;
	int64_t years = month > 2 ? year : year - 1;
	int64_t era = years / YEARS_OF_AN_ERA;
	int64_t of_era = years % YEARS_OF_AN_ERA;

	return era * DAYS_OF_AN_ERA + of_era * 365 + of_era / 4 - of_era / 100 + (153 * from_march + 2) / 5 + day - 1 -
	       EPOCH_DAY;
}

static int64_t days_in(int64_t year, int64_t month)
{
	return month == 12 ? 31 : days_of(year, month + 1, 1) - days_of(year, month, 1);
}

static bool read_date(int64_t *seconds, const char **at)
{
	int64_t year, month, day;

	if (!read_digits(&year, at, 4) || !read_char(at, "-") || !read_digits(&month, at, 2) || !read_char(at, "-") ||
	    !read_digits(&day, at, 2))
		return false;
	if (year < 1970 || month < 1 || month > 12 || day < 1 || day > days_in(year, month))
		return false;
	*seconds = days_of(year, month, day) * MOMENT_DAY;
	return true;
}

static bool read_time(int64_t *seconds, const char **at)
{
	int64_t hour, minute, second, ignored;

	if (!read_digits(&hour, at, 2) || !read_char(at, ":") || !read_digits(&minute, at, 2) || !read_char(at, ":") ||
	    !read_digits(&second, at, 2))
		return false;
	if (hour > 23 || minute > 59 || second > 60)
		return false;
	if (read_char(at, ".")) {
		if (!read_digits(&ignored, at, 1))
			return false;
		while (read_digits(&ignored, at, 1))
			;
	}
	*seconds += hour * 3600 + minute * 60 + second;
	return true;
}

/* Reads the offset to the end of the text. */
static bool read_offset(int64_t *seconds, const char **at)
{
	bool west = **at == '-';
	int64_t hour, minute;

	*seconds = 0;
	if (read_char(at, "Zz"))
		return !**at;
	if (!read_char(at, "+-") || !read_digits(&hour, at, 2) || !read_char(at, ":") || !read_digits(&minute, at, 2))
		return false;
	if (hour > 23 || minute > 59 || **at)
		return false;
	*seconds = (hour * 3600 + minute * 60) * (west ? -1 : 1);
	return true;
}

static bool read_zone(struct moment *out, int64_t local, const char *text)
{
	if (!read_offset(&out->offset, &text))
		return false;
	out->seconds = local - out->offset;
	return true;
}

bool moment_parse(struct moment *out, const char *text)
{
	int64_t local;

	return read_date(&local, &text) && read_char(&text, "Tt ") && read_time(&local, &text) &&
	       read_zone(out, local, text);
}

bool moment_parse_date(struct moment *out, const char *text)
{
	int64_t local;

	return read_date(&local, &text) && read_zone(out, local, text);
}

bool moment_parse_offset(int64_t *out, const char *text)
{
	return read_offset(out, &text);
}

/* The reverse of days_of. */
static void date_of(int64_t days, int64_t *year, int64_t *month, int64_t *day)
{
	int64_t shifted = days + EPOCH_DAY;
	int64_t era = shifted / DAYS_OF_AN_ERA;
	int64_t of_era = shifted % DAYS_OF_AN_ERA;
	int64_t years = (of_era - of_era / 1460 + of_era / 36524 - of_era / (DAYS_OF_AN_ERA - 1)) / 365;
	int64_t of_year = of_era - (365 * years + years / 4 - years / 100);
	int64_t from_march = (5 * of_year + 2) / 153;

	*day = of_year - (153 * from_march + 2) / 5 + 1;
	*month = from_march < 10 ? from_march + 3 : from_march - 9;
	*year = years + era * YEARS_OF_AN_ERA + (*month <= 2);
}

void moment_format(struct buffer *out, const struct moment *moment)
{
	int64_t offset = moment->offset;
	int64_t local = moment->seconds + offset;
	int64_t days = local / MOMENT_DAY - (local % MOMENT_DAY < 0);
	int64_t rest = local - days * MOMENT_DAY;
	int64_t minutes = (offset < 0 ? -offset : offset) / 60;
	int64_t year, month, day;

	date_of(days, &year, &month, &day);
	buffer_addf(out, "%04" PRId64 "-%02" PRId64 "-%02" PRId64 "T%02" PRId64 ":%02" PRId64 ":%02" PRId64, year,
		    month, day, rest / 3600, rest / 60 % 60, rest % 60);
	if (offset)
		buffer_addf(out, "%c%02" PRId64 ":%02" PRId64, offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
	else
		buffer_add_char(out, 'Z');
}
