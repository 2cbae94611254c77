#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapters/lock.h"
#include "adapters/process.h"
#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"
#include "flow/deliver.h"
#include "support/flow_fixture.h"

/* Puts a program in the place of hotfixctl, beside this one, that leaves word of how it was started. */
static char *make_program(void)
{
	char *folder = process_folder();
	struct buffer path = BUFFER_INIT;
	FILE *file;

	buffer_addf(&path, "%s/hotfixctl", folder);
	file = fopen(buffer_text(&path), "w");
	assert_non_null(file);
	fputs("#!/bin/sh\n{ echo \"$@\"; echo \"$GIT_NAMESPACE\"; } >\"$3/tmp\"; mv \"$3/tmp\" \"$3/started\"\n", file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(buffer_text(&path), 0755), 0);
	free(folder);
	return buffer_detach(&path);
}

/* Returns what the program said, NULL when it was not started within a moment; owned by the caller. */
static char *word_of(int moments)
{
	struct buffer out = BUFFER_INIT;
	struct error error = ERROR_INIT;

	while (moments-- && access("r.git/started", R_OK) < 0)
		nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
	if (file_read(&out, "r.git/started", 10000, &error)) {
		error_release(&error);
		return NULL;
	}
	unlink("r.git/started");
	return buffer_detach(&out);
}

static void start(struct flow_fixture *fixture)
{
	struct error error = ERROR_INIT;

	if (deliver_start(fixture->announcer.state, &fixture->environment, &error))
		fail_msg("%s", error_text(&error));
}

static void ping(struct flow_fixture *fixture)
{
	struct error error = ERROR_INIT;

	assert_int_equal(deliver_ping(NULL, &fixture->announcer, "deploy", &error), 0);
}

static void a_deliverer_is_started_when_something_waits(void **state)
{
	struct flow_fixture *fixture = *state;
	struct buffer wanted = BUFFER_INIT;
	char *program = make_program();
	char *word;

	start(fixture);
	assert_null(word_of(10));
	ping(fixture);
	start(fixture);
	word = word_of(200);
	unlink(program);
	buffer_addf(&wanted, "deliver --detached %s\n\n", fixture->environment.git_dir);
	assert_non_null(word);
	assert_string_equal(word, buffer_text(&wanted));
	buffer_release(&wanted);
	free(word);
	free(program);
}

static void the_namespace_goes_with_it(void **state)
{
	struct flow_fixture *fixture = *state;
	char *program = make_program();
	char *word;

	fixture->environment.git_namespace = memory_copy("ns");
	ping(fixture);
	start(fixture);
	word = word_of(200);
	unlink(program);
	assert_non_null(word);
	assert_non_null(strstr(word, "\nns\n"));
	free(word);
	free(program);
}

static void nobody_is_started_while_somebody_delivers(void **state)
{
	struct flow_fixture *fixture = *state;
	char *lock_file = deliver_lock_file(&fixture->environment);
	char *program = make_program();
	struct error error = ERROR_INIT;
	struct lock lock = LOCK_INIT;

	ping(fixture);
	assert_int_equal(lock_try(&lock, lock_file, &error), 0);
	start(fixture);
	assert_null(word_of(10));
	lock_release(&lock);
	unlink(program);
	free(lock_file);
	free(program);
}

static void namespaces_do_not_share_a_lock(void **state)
{
	struct environment environments[3] = {{.git_dir = "/r.git"},
					      {.git_dir = "/r.git", .git_namespace = "a/../b"},
					      {.git_dir = "/r.git", .git_namespace = "c"}};
	char *files[3];

	(void)state;
	for (int i = 0; i < 3; i++)
		files[i] = deliver_lock_file(&environments[i]);
	assert_string_equal(files[0], "/r.git/hotfix.deliver.lock");
	assert_string_not_equal(files[1], files[2]);
	assert_null(strchr(files[1] + strlen("/r.git/"), '/'));
	for (int i = 0; i < 3; i++)
		free(files[i]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, flow_fixture_set_up, flow_fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_deliverer_is_started_when_something_waits),
		TEST(the_namespace_goes_with_it),
		TEST(nobody_is_started_while_somebody_delivers),
		cmocka_unit_test(namespaces_do_not_share_a_lock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
