#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "adapters/zone.h"

#define WINTER 1770091506 /* 2026-02-03T04:05:06Z */
#define SUMMER 1783000000 /* in July */

static void a_zone_knows_its_clocks(void **state)
{
	(void)state;
	assert_int_equal(zone_offset("Europe/Berlin", WINTER), 3600);
	assert_int_equal(zone_offset("Europe/Berlin", SUMMER), 7200);
	assert_int_equal(zone_offset("America/New_York", WINTER), -5 * 3600);
	assert_int_equal(zone_offset("Asia/Kolkata", SUMMER), 5 * 3600 + 1800);
	assert_int_equal(zone_offset("Etc/UTC", SUMMER), 0);
	/* one second before and at the change of the clocks */
	assert_int_equal(zone_offset("Europe/Berlin", 1774745999), 3600);
	assert_int_equal(zone_offset("Europe/Berlin", 1774746000), 7200);
}

static void the_environment_has_no_say_and_stays_as_it_was(void **state)
{
	time_t winter = WINTER;
	struct tm parts;

	(void)state;
	setenv("TZDIR", "/nowhere", 1);
	setenv("TZ", "JST-9", 1);
	assert_int_equal(zone_offset("Europe/Berlin", WINTER), 3600);
	assert_string_equal(getenv("TZ"), "JST-9");
	localtime_r(&winter, &parts);
	assert_int_equal(parts.tm_gmtoff, 9 * 3600);
	unsetenv("TZ");
	unsetenv("TZDIR");
	assert_int_equal(zone_offset("Europe/Berlin", WINTER), 3600);
	assert_null(getenv("TZ"));
}

static void only_zones_of_the_system_are_known(void **state)
{
	static const char *const names[] = {"",         "Europe/Bonn", "Europe",  "../../../etc/passwd",
					    "zone.tab", "/etc/passwd", "UTC0BST", "Europe/Berlin\n"};
	struct error error = ERROR_INIT;

	(void)state;
	assert_int_equal(zone_check("Europe/Berlin", &error), 0);
	assert_int_equal(zone_check("UTC", &error), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!zone_check(names[i], &error))
			fail_msg("%s is taken for a zone", names[i]);
		assert_non_null(strstr(error_text(&error), "is no zone in /usr/share/zoneinfo"));
		error_release(&error);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_zone_knows_its_clocks),
		cmocka_unit_test(the_environment_has_no_say_and_stays_as_it_was),
		cmocka_unit_test(only_zones_of_the_system_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
