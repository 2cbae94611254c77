#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapters/state.h"
#include "adapters/state_internal.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "support/state_fixture.h"

#define HOTFIX_BRANCH "refs/heads/hotfix/A-1-x"

static int64_t size_of(const char *file, const char *suffix)
{
	struct buffer name = BUFFER_INIT;
	struct stat status;
	int64_t size;

	buffer_addf(&name, "%s%s", file, suffix);
	size = stat(buffer_text(&name), &status) ? -1 : status.st_size;
	buffer_release(&name);
	return size;
}

static void makes_a_file_only_when_asked_to(void **data)
{
	struct state_fixture *fixture = *data;
	bool fresh = false;

	assert_int_equal(state_open(&fixture->state, fixture->file, "/srv/one.git", false, NULL, &fixture->error),
			 ERROR_NOT_FOUND);
	assert_null(fixture->state);
	assert_says(fixture, "hotfix.sqlite: not there");
	assert_int_equal(size_of(fixture->file, ""), -1);
	assert_done(fixture, state_open(&fixture->state, fixture->file, "/srv/one.git", true, &fresh, &fixture->error));
	assert_true(fresh);
}

static void takes_an_empty_file_for_none(void **data)
{
	struct state_fixture *fixture = *data;
	FILE *file = fopen(fixture->file, "we");
	bool fresh = false;

	assert_non_null(file);
	fclose(file);
	assert_int_equal(state_open(&fixture->state, fixture->file, "/srv/one.git", false, NULL, &fixture->error),
			 ERROR_NOT_FOUND);
	assert_null(fixture->state);
	assert_says(fixture, "hotfix.sqlite: empty");
	assert_int_equal(size_of(fixture->file, ""), 0);
	assert_done(fixture, state_open(&fixture->state, fixture->file, "/srv/one.git", true, &fresh, &fixture->error));
	assert_true(fresh);
}

static void makes_the_file_for_owner_and_group(void **data)
{
	struct state_fixture *fixture = *data;
	mode_t before = umask(0007);
	struct stat status;

	fixture->state = state_fixture_open(fixture, "/srv/one.git");
	umask(before);
	assert_int_equal(stat(fixture->file, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0660);
}

static void gives_a_file_made_by_root_to_the_owner_of_the_folder(void **data)
{
	struct state_fixture *fixture = *data;
	struct stat status;

	if (geteuid())
		skip();
	assert_int_equal(chown(fixture->folder, 65534, 65534), 0);
	fixture->state = state_fixture_open(fixture, "/srv/one.git");
	assert_int_equal(stat(fixture->file, &status), 0);
	assert_int_equal(status.st_uid, 65534);
	assert_int_equal(status.st_gid, 65534);
}

static void makes_no_folder(void **data)
{
	struct state_fixture *fixture = *data;
	struct buffer file = BUFFER_INIT;

	buffer_addf(&file, "%s/missing/hotfix.sqlite", fixture->folder);
	assert_int_equal(state_open(&fixture->state, file.bytes, "/srv/one.git", true, NULL, &fixture->error),
			 ERROR_FAILED);
	assert_int_equal(strncmp(error_text(&fixture->error), file.bytes, file.length), 0);
	assert_says(fixture, "No such file or directory");
	buffer_release(&file);
}

static void changes_nothing_at_a_second_open(void **data)
{
	struct state_fixture *fixture = *data;
	int64_t size;
	bool fresh = true;
	bool first = false;
	struct state *again;

	assert_done(fixture, state_set_begun(fixture->state, &first, &fixture->error));
	assert_true(first);
	size = size_of(fixture->file, "-wal");
	assert_done(fixture, state_open(&again, fixture->file, "/srv/one.git", true, &fresh, &fixture->error));
	assert_false(fresh);
	assert_int_equal(sqlite3_total_changes(again->database), 0);
	assert_int_equal(sqlite3_txn_state(again->database, NULL), SQLITE_TXN_NONE);
	state_free(again);
	assert_int_equal(size_of(fixture->file, "-wal"), size);
}

static void needs_no_writer_s_turn_to_open(void **data)
{
	struct state_fixture *fixture = *data;
	int64_t start = clock_monotonic();
	struct state *again;

	assert_done(fixture, state_begin(fixture->state, false, &fixture->error));
	again = state_fixture_open(fixture, "/srv/one.git");
	assert_true(clock_monotonic() - start < STATE_WAIT_MILLISECONDS);
	state_free(again);
	state_rollback(fixture->state);
}

static void leaves_the_log_at_close(void **data)
{
	struct state_fixture *fixture = *data;

	state_free(fixture->state);
	fixture->state = NULL;
	assert_true(size_of(fixture->file, "-wal") > 0);
}

static void moves_a_long_log_into_the_file_when_asked(void **data)
{
	struct state_fixture *fixture = *data;

	assert_done(fixture, state_checkpoint(fixture->state, &fixture->error));
	assert_true(size_of(fixture->file, "-wal") > 0);
	for (int i = 0; i < 100; i++)
		push_of(fixture, fixture->state, "ann", HOTFIX_BRANCH, (unsigned char)i, (unsigned char)(i + 1));
	assert_true(size_of(fixture->file, "-wal") > 256 * 1024);
	assert_done(fixture, state_checkpoint(fixture->state, &fixture->error));
	assert_int_equal(size_of(fixture->file, "-wal"), 0);
}

static void is_fresh_until_its_beginning_is_noted(void **data)
{
	struct state_fixture *fixture = *data;
	struct state *other = NULL;
	bool fresh = false;
	bool first = false;

	assert_int_equal(state_open(&other, fixture->file, "/srv/two.git", false, NULL, &fixture->error),
			 ERROR_NOT_FOUND);
	assert_says(fixture, "/srv/two.git");
	assert_done(fixture, state_open(&other, fixture->file, "/srv/two.git", true, &fresh, &fixture->error));
	assert_true(fresh);
	state_free(other);
	assert_done(fixture, state_open(&other, fixture->file, "/srv/two.git", true, &fresh, &fixture->error));
	assert_true(fresh);
	assert_done(fixture, state_set_begun(other, &first, &fixture->error));
	assert_true(first);
	assert_done(fixture, state_set_begun(other, &first, &fixture->error));
	assert_false(first);
	state_free(other);
	assert_done(fixture, state_open(&other, fixture->file, "/srv/two.git", true, &fresh, &fixture->error));
	assert_false(fresh);
	state_free(other);
}

static void undoes_what_was_begun(void **data)
{
	struct state_fixture *fixture = *data;
	struct object_id commit = id_of(2);
	struct arrival arrival;

	state_rollback(fixture->state);
	assert_done(fixture, state_begin(fixture->state, true, &fixture->error));
	push_of(fixture, fixture->state, "ann", HOTFIX_BRANCH, 1, 2);
	state_rollback(fixture->state);
	assert_int_equal(state_arrival(fixture->state, &arrival, &commit, &fixture->error), ERROR_NOT_FOUND);
	error_release(&fixture->error);
}

static void keeps_nothing_of_a_part_that_failed_and_all_of_the_rest(void **data)
{
	struct state_fixture *fixture = *data;
	struct records records = {0};
	struct object_id first = id_of(2);
	struct object_id second = id_of(3);
	struct arrival arrival;

	object_ids_add(&records_add(&records, HOTFIX_BRANCH)->first_seen, &second);
	assert_done(fixture, state_begin(fixture->state, false, &fixture->error));
	push_of(fixture, fixture->state, "ann", HOTFIX_BRANCH, 1, 2);
	record_add_landing(&records.items[0]);
	record_landing_add_signoff(&records.items[0].landings[0]); /* without a name: refused */
	assert_int_equal(state_record_push(fixture->state, "bob", 5, NULL, 0, &records, &fixture->error), ERROR_FAILED);
	assert_says(fixture, "NOT NULL");
	assert_done(fixture, state_commit(fixture->state, &fixture->error));
	assert_done(fixture, state_arrival(fixture->state, &arrival, &first, &fixture->error));
	arrival_release(&arrival);
	assert_int_equal(state_arrival(fixture->state, &arrival, &second, &fixture->error), ERROR_NOT_FOUND);
	error_release(&fixture->error);
	records_release(&records);
}

static void syncs_only_what_must_be_durable(void **data)
{
	struct state_fixture *fixture = *data;
	struct statement statement;
	int64_t levels[2] = {0};

	for (int durable = 0; durable < 2; durable++) {
		assert_done(fixture, state_begin(fixture->state, durable, &fixture->error));
		statement_begin(&statement, fixture->state, "PRAGMA synchronous");
		assert_true(statement_next(&statement, &fixture->error));
		levels[durable] = statement_integer(&statement, 0);
		assert_done(fixture, statement_end(&statement));
		assert_done(fixture, state_commit(fixture->state, &fixture->error));
	}
	assert_int_equal(levels[0], 1);
	assert_int_equal(levels[1], 2);
}

/* The child holds the write lock until the parent has had time to meet it. */
static void waits_for_another_writer(void **data)
{
	struct state_fixture *fixture = *data;
	struct object_id commit = id_of(2);
	struct arrival arrival;
	int ready[2];
	int status = 1;
	char byte;
	pid_t child;

	assert_int_equal(pipe(ready), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		struct state *other = state_fixture_open(fixture, "/srv/one.git");

		if (state_begin(other, false, &fixture->error) || write(ready[1], "x", 1) != 1)
			_exit(1);
		usleep(200 * 1000);
		push_of(fixture, other, "ann", HOTFIX_BRANCH, 1, 2);
		_exit(state_commit(other, &fixture->error) ? 1 : 0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_done(fixture, state_begin(fixture->state, false, &fixture->error));
	push_of(fixture, fixture->state, "bob", HOTFIX_BRANCH, 1, 2);
	assert_done(fixture, state_commit(fixture->state, &fixture->error));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	close(ready[0]);
	close(ready[1]);
	assert_done(fixture, state_arrival(fixture->state, &arrival, &commit, &fixture->error));
	assert_string_equal(arrival.pusher, "ann");
	arrival_release(&arrival);
}

static void can_be_made_by_several_at_once(void **data)
{
	struct state_fixture *fixture = *data;
	int firsts = 0;

	for (int i = 0; i < 8; i++) {
		bool first = false;

		if (fork())
			continue;
		if (state_open(&fixture->state, fixture->file, "/srv/one.git", true, NULL, &fixture->error) ||
		    state_set_begun(fixture->state, &first, &fixture->error))
			_exit(100);
		push_of(fixture, fixture->state, "ann", HOTFIX_BRANCH, 1, (unsigned char)(i + 2));
		_exit(first);
	}
	for (int i = 0; i < 8; i++) {
		int status;

		assert_true(wait(&status) > 0);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
		firsts += WEXITSTATUS(status);
	}
	assert_int_equal(firsts, 1);
	fixture->state = state_fixture_open(fixture, "/srv/one.git");
	assert_int_equal(size_of(fixture->file, "-journal"), -1);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, state_fixture_set_up_folder, state_fixture_tear_down)
#define WITH_STATE(test) cmocka_unit_test_setup_teardown(test, state_fixture_set_up, state_fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(makes_a_file_only_when_asked_to),
		IN_FOLDER(takes_an_empty_file_for_none),
		IN_FOLDER(makes_the_file_for_owner_and_group),
		IN_FOLDER(gives_a_file_made_by_root_to_the_owner_of_the_folder),
		IN_FOLDER(makes_no_folder),
		WITH_STATE(changes_nothing_at_a_second_open),
		WITH_STATE(needs_no_writer_s_turn_to_open),
		WITH_STATE(leaves_the_log_at_close),
		WITH_STATE(moves_a_long_log_into_the_file_when_asked),
		WITH_STATE(is_fresh_until_its_beginning_is_noted),
		WITH_STATE(undoes_what_was_begun),
		WITH_STATE(keeps_nothing_of_a_part_that_failed_and_all_of_the_rest),
		WITH_STATE(syncs_only_what_must_be_durable),
		WITH_STATE(waits_for_another_writer),
		IN_FOLDER(can_be_made_by_several_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
