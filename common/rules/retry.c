#include "rules/retry.h"

#include <string.h>

#define BLANKS " \t\r\n"

struct delay {
	int64_t seconds;
	int64_t times;
};

/* The value is bounded far below overflow, and so is what callers multiply it with. */
static const char *read_number(int64_t *out, const char *at)
{
	const char *start = at;

	for (*out = 0; *at >= '0' && *at <= '9'; at++)
		if ((*out = *out * 10 + (*at - '0')) > RETRY_DELAY_MAXIMUM)
			return NULL;
	return at == start ? NULL : at;
}

static int64_t unit_seconds(char unit)
{
	switch (unit) {
	case 's':
		return 1;
	case 'm':
		return 60;
	case 'h':
		return 3600;
	case 'd':
		return 86400;
	default:
		return 0;
	}
}

static bool read_delay(struct delay *out, const char *word, size_t length)
{
	const char *end = word + length;
	const char *at = read_number(&out->seconds, word);

	if (!at || at >= end || !unit_seconds(*at))
		return false;
	out->seconds *= unit_seconds(*at++);
	out->times = 1;
	if (at < end && *at == '*')
		at = read_number(&out->times, at + 1);
	return at == end && out->seconds >= 1 && out->seconds <= RETRY_DELAY_MAXIMUM && out->times >= 1 &&
	       out->times <= RETRY_ATTEMPTS_MAXIMUM;
}

static const char *next_word(const char **at, size_t *length)
{
	const char *word = *at + strspn(*at, BLANKS);

	*length = strcspn(word, BLANKS);
	*at = word + *length;
	return *length ? word : NULL;
}

int retry_check(const char *schedule, struct error *error)
{
	struct delay delay;
	const char *word;
	int64_t total = 0;
	size_t length;

	while ((word = next_word(&schedule, &length))) {
		if (!read_delay(&delay, word, length))
			return error_set(error, "'%.*s' is no delay of 1s to 7d, such as 30s, 5m or 1h*12",
					 length < 40 ? (int)length : 40, word);
		total += delay.times;
		if (total > RETRY_ATTEMPTS_MAXIMUM)
			return error_set(error, "more than %d attempts", RETRY_ATTEMPTS_MAXIMUM);
	}
	return total ? 0 : error_set(error, "no delay at all; the default is '%s'", RETRY_DEFAULT);
}

bool retry_delay(int64_t *out, const char *schedule, int attempt)
{
	struct delay delay;
	const char *word;
	size_t length;

	while ((word = next_word(&schedule, &length)) && read_delay(&delay, word, length)) {
		if (attempt <= delay.times) {
			*out = delay.seconds;
			return true;
		}
		attempt -= (int)delay.times;
	}
	return false;
}

int64_t retry_wait(int64_t seconds, int64_t retry_after, uint32_t random)
{
	int64_t milliseconds = seconds * 1000;

	milliseconds += milliseconds / 5 * (int64_t)(random % 1001) / 1000;
	if (retry_after > RETRY_AFTER_MAXIMUM)
		retry_after = RETRY_AFTER_MAXIMUM;
	return retry_after > 0 && milliseconds < retry_after * 1000 ? retry_after * 1000 : milliseconds;
}

enum retry_meaning retry_judge(int status)
{
	if (status >= 200 && status < 300)
		return RETRY_DELIVERED;
	if (status == 408 || status == 425 || status == 429 || status < 300 || status >= 500)
		return RETRY_AGAIN;
	return RETRY_DEAD;
}
