#include "adapters/zone.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"

#define FOLDER "/usr/share/zoneinfo"
#define MAGIC "TZif" /* RFC 8536, section 3.1 */
#define LONGEST_FILE (64 * 1024)

static char *path_of(const char *name)
{
	struct buffer path = BUFFER_INIT;

	buffer_addf(&path, FOLDER "/%s", name);
	return buffer_detach(&path);
}

static bool is_name(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/";

	return *name && *name != '/' && strspn(name, allowed) == strlen(name);
}

int zone_check(const char *name, struct error *error)
{
	struct error unknown = ERROR_INIT;
	struct buffer text = BUFFER_INIT;
	char *path = path_of(name);
	bool known = is_name(name) && !file_read(&text, path, LONGEST_FILE, &unknown) &&
		     !strncmp(buffer_text(&text), MAGIC, strlen(MAGIC));

	free(path);
	buffer_release(&text);
	error_release(&unknown);
	if (known)
		return 0;
	return error_set(error, "%s is no zone in " FOLDER "; an offset such as +01:00 needs none", name);
}

static void set_zone(const char *value)
{
	if (value)
		setenv("TZ", value, 1);
	else
		unsetenv("TZ");
	tzset();
}

/* The whole path: TZDIR of the pusher's environment has no say then (tzset(3)). */
int64_t zone_offset(const char *name, int64_t moment)
{
	const char *value = getenv("TZ");
	char *before = value ? memory_copy(value) : NULL;
	struct buffer zone = BUFFER_INIT;
	time_t time = (time_t)moment;
	struct tm parts = {0};

	buffer_addf(&zone, ":" FOLDER "/%s", name);
	set_zone(buffer_text(&zone));
	localtime_r(&time, &parts);
	set_zone(before);
	free(before);
	buffer_release(&zone);
	return parts.tm_gmtoff;
}
