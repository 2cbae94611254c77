/* Real repositories for tests, made by the real git in a folder that goes away again. */
#ifndef HOTFIX_TESTS_GIT_FIXTURE_H
#define HOTFIX_TESTS_GIT_FIXTURE_H

#include <sys/types.h>

#include "rules/object_id.h"

/* Makes a new temporary folder, makes it the current one, and keeps the environment and everybody's configuration
 * away from git. */
void git_fixture_enter(void);

/* Removes the folder. */
void git_fixture_leave(void);

/* The same for cmocka, before and after each test. */
int git_fixture_set_up(void **state);
int git_fixture_tear_down(void **state);

/* Before each test that wants the repository r.git, which is empty and bare. */
int git_fixture_set_up_repository(void **state);

/* Makes a file of this MODE, whatever the umask, that holds TEXT. */
void git_fixture_write(const char *name, const char *text, mode_t mode);

/* The path of the folder. */
const char *git_fixture_folder(void);

/* Runs a script by sh in the folder; the test fails when it fails. `commit NAME [parent...]` in it makes a commit with
 * an empty tree, remembered as the ref refs/heads/NAME; dates go up by a minute, or are $date. The repository is
 * r.git. */
void git_fixture_run(const char *script, ...) __attribute__((format(printf, 1, 2)));

/* The id that a revision has in r.git. */
struct object_id git_fixture_id(const char *revision);

#endif
