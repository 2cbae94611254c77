#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapters/state.h"
#include "adapters/state_internal.h"
#include "base/buffer.h"
#include "base/file.h"
#include "support/state_fixture.h"

#define HOTFIX_BRANCH "refs/heads/hotfix/A-1-x"

/* Runs WORK in a child as nobody (as the present user when that is not root); returns what it returns. */
static int in_child(int (*work)(struct state_fixture *), struct state_fixture *fixture)
{
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (!child) {
		if (!geteuid() && (setgid(65534) || setuid(65534)))
			_exit(99);
		_exit(work(fixture));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void refuses_a_file_of_a_later_version(void **data)
{
	struct state_fixture *fixture = *data;
	struct state *again = NULL;

	assert_done(fixture, state_execute(fixture->state, "PRAGMA user_version = 99", &fixture->error));
	assert_int_equal(state_open(&again, fixture->file, "/srv/one.git", true, NULL, &fixture->error), ERROR_FAILED);
	assert_says(fixture, "hotfix.sqlite: made by a later hotfix (format 99, this one reads 1)");
	assert_null(again);
}

static void refuses_another_program_s_database(void **data)
{
	struct state_fixture *fixture = *data;
	struct state *again = NULL;

	assert_done(fixture, state_execute(fixture->state, "PRAGMA application_id = 1", &fixture->error));
	assert_int_equal(state_open(&again, fixture->file, "/srv/one.git", true, NULL, &fixture->error), ERROR_FAILED);
	assert_says(fixture, "the database of another program");
}

static void leaves_a_damaged_file_as_it_is(void **data)
{
	static const char text[] =
		"This was a database once, of which nothing but some prose is left; it is long enough.";
	struct state_fixture *fixture = *data;
	struct buffer after = BUFFER_INIT;

	write_file(fixture->file, text);
	assert_int_equal(state_open(&fixture->state, fixture->file, "/srv/one.git", true, NULL, &fixture->error),
			 ERROR_FAILED);
	assert_says(fixture, "hotfix.sqlite: file is not a database; put a backup in its place");
	assert_done(fixture, file_read(&after, fixture->file, 4096, &fixture->error));
	assert_string_equal(buffer_text(&after), text);
	buffer_release(&after);
}

static void refuses_what_is_no_regular_file(void **data)
{
	struct state_fixture *fixture = *data;

	assert_int_equal(mkfifo(fixture->file, 0600), 0);
	assert_int_equal(state_open(&fixture->state, fixture->file, "/srv/one.git", true, NULL, &fixture->error),
			 ERROR_FAILED);
	assert_says(fixture, "hotfix.sqlite: not a regular file");
}

static int open_and_begin(struct state_fixture *fixture)
{
	struct state *state = NULL;
	int result = state_open(&state, fixture->file, "/srv/one.git", true, NULL, &fixture->error);

	if (!result)
		result = state_begin(state, true, &fixture->error);
	state_free(state);
	return !result                                                                      ? 1
	       : strncmp(error_text(&fixture->error), fixture->file, strlen(fixture->file)) ? 2
	       : strstr(error_text(&fixture->error), "Permission denied") ||
			       strstr(error_text(&fixture->error), "readonly database")
		       ? 0
		       : 3;
}

static void says_that_a_folder_cannot_be_written(void **data)
{
	struct state_fixture *fixture = *data;

	assert_int_equal(chmod(fixture->folder, 0555), 0);
	assert_int_equal(in_child(open_and_begin, fixture), 0);
	assert_int_equal(chmod(fixture->folder, 0755), 0);
}

static void says_that_a_file_cannot_be_written(void **data)
{
	struct state_fixture *fixture = *data;

	assert_int_equal(chmod(fixture->folder, 0777), 0);
	assert_int_equal(chmod(fixture->file, 0444), 0);
	assert_int_equal(in_child(open_and_begin, fixture), 0);
}

static int fill_the_disk(struct state_fixture *fixture)
{
	struct rlimit limit = {.rlim_cur = 64 * 1024, .rlim_max = 64 * 1024};
	struct records records = {0};
	struct record *record = records_add(&records, HOTFIX_BRANCH);
	int result;

	for (int i = 0; i < 20000; i++) {
		struct object_id id = {.bytes = {(unsigned char)(i >> 8), (unsigned char)i}};

		object_ids_add(&record->first_seen, &id);
	}
	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit))
		return 4;
	result = state_begin(fixture->state, true, &fixture->error);
	if (!result)
		result = state_record_push(fixture->state, "ann", 1, NULL, 0, &records, &fixture->error);
	if (!result)
		result = state_commit(fixture->state, &fixture->error);
	records_release(&records);
	if (!result)
		return 1;
	return strncmp(error_text(&fixture->error), fixture->file, strlen(fixture->file)) ? 2 : 0;
}

static int open_and_fill(struct state_fixture *fixture)
{
	if (state_open(&fixture->state, fixture->file, "/srv/one.git", true, NULL, &fixture->error))
		return 5;
	return fill_the_disk(fixture);
}

static void keeps_nothing_of_a_change_that_the_disk_refused(void **data)
{
	struct state_fixture *fixture = *data;
	struct waiting_records waiting = {0};

	assert_int_equal(chmod(fixture->folder, 0777), 0);
	assert_int_equal(in_child(open_and_fill, fixture), 0);
	if (!geteuid())
		assert_int_equal(chown(fixture->file, 0, 0), 0);
	fixture->state = state_fixture_open(fixture, "/srv/one.git");
	assert_done(fixture, state_waiting_records(fixture->state, &waiting, &fixture->error));
	assert_int_equal(waiting.count, 0);
	waiting_records_release(&waiting);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, state_fixture_set_up_folder, state_fixture_tear_down)
#define WITH_STATE(test) cmocka_unit_test_setup_teardown(test, state_fixture_set_up, state_fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_STATE(refuses_a_file_of_a_later_version),
		WITH_STATE(refuses_another_program_s_database),
		IN_FOLDER(leaves_a_damaged_file_as_it_is),
		IN_FOLDER(refuses_what_is_no_regular_file),
		IN_FOLDER(says_that_a_folder_cannot_be_written),
		WITH_STATE(says_that_a_file_cannot_be_written),
		IN_FOLDER(keeps_nothing_of_a_change_that_the_disk_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
