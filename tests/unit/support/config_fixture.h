/* A folder of configuration files that only this user may write, and what config_load makes of them. */
#ifndef HOTFIX_TESTS_CONFIG_FIXTURE_H
#define HOTFIX_TESTS_CONFIG_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "adapters/config.h"

struct config_fixture {
	char *folder;
	struct policy policy; /* of the last load */
	struct strings problems;
	bool loaded;
};

/* For cmocka: make the fixture, and take it away with the files a.ini, b.ini, members, url and link in it. */
int config_fixture_set_up(void **state);
int config_fixture_tear_down(void **state);

/* Returns the path of a file in the folder, owned by the caller. */
char *config_fixture_path_in(const struct config_fixture *fixture, const char *name);
void config_fixture_write_bytes(const struct config_fixture *fixture, const char *name, const char *bytes,
				size_t length);
void config_fixture_write_text(const struct config_fixture *fixture, const char *name, const char *text);

/* Loads a.ini as the system's file and b.ini as the repository's. */
int config_fixture_load(struct config_fixture *fixture);

/* Compares the problems with WANTED, which has an LF behind each and no folder's name; tells both when they differ. */
bool config_fixture_problems_are(const struct config_fixture *fixture, const char *wanted);
void config_fixture_assert_problems(const struct config_fixture *fixture, const char *wanted);

/* Writes TEXT as the repository's file, and loads it without a problem. */
void config_fixture_assert_loads(struct config_fixture *fixture, const char *text);

#endif
