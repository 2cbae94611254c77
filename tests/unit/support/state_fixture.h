/* A state in a folder of its own, for tests. */
#ifndef HOTFIX_TESTS_SUPPORT_STATE_FIXTURE_H
#define HOTFIX_TESTS_SUPPORT_STATE_FIXTURE_H

#include <stdbool.h>

#include "adapters/state.h"
#include "base/error.h"

struct state_fixture {
	char *folder;
	char *file;          /* FOLDER/hotfix.sqlite */
	struct state *state; /* of repository "/srv/one.git" */
	struct error error;
};

/* For cmocka: *DATA becomes a struct state_fixture; the second leaves the file unmade. */
int state_fixture_set_up(void **data);
int state_fixture_set_up_folder(void **data);
int state_fixture_tear_down(void **data);

/* Opens the fixture's file for REPOSITORY; fails the test when it cannot. */
struct state *state_fixture_open(struct state_fixture *fixture, const char *repository);

/* An id of 20 times this byte. */
struct object_id id_of(unsigned char byte);

/* Asserts that RESULT is 0, and says why it is not. */
void assert_done(struct state_fixture *fixture, int result);

/* Asserts that the error holds TEXT, and forgets it. */
void assert_says(struct state_fixture *fixture, const char *text);

/* Records a push of PERSON: REF from OLD to NEW, with the commit NEW as work. */
void push_of(struct state_fixture *fixture, struct state *state, const char *person, const char *ref,
	     unsigned char old_id, unsigned char new_id);

/* Settles every record that waits. */
void settle_all(struct state_fixture *fixture, bool announced);

#endif
