#include "base/clock.h"

#include <time.h>

static int64_t milliseconds(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_now(void)
{
	return milliseconds(CLOCK_REALTIME) / 1000;
}

int64_t clock_now_milliseconds(void)
{
	return milliseconds(CLOCK_REALTIME);
}

int64_t clock_monotonic(void)
{
	return milliseconds(CLOCK_MONOTONIC);
}

void clock_format(struct buffer *out, int64_t seconds)
{
	time_t time = (time_t)seconds;
	char text[64];
	struct tm parts;

	if (gmtime_r(&time, &parts) && strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts))
		buffer_add_string(out, text);
}
