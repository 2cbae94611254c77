#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapters/lock.h"
#include "adapters/process.h"
#include "base/buffer.h"
#include "base/file.h"
#include "support/git_fixture.h"

/* Runs SCRIPT detached, with $1 the folder, and returns what it left in the file "out", owned by the caller. */
static char *run_detached(const char *script)
{
	char *const arguments[] = {"/bin/sh", "-c", (char *)script, "sh", (char *)git_fixture_folder(), NULL};
	char *const environment[] = {"PATH=/usr/bin:/bin", NULL};
	struct buffer out = BUFFER_INIT;
	struct error error = ERROR_INIT;

	assert_int_equal(process_detach(arguments, environment, &error), 0);
	for (int i = 0; i < 200 && access("out", R_OK) < 0; i++)
		nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
	assert_int_equal(file_read(&out, "out", 100000, &error), 0);
	unlink("out");
	return buffer_detach(&out);
}

static void it_has_nothing_of_ours(void **state)
{
	char *out;

	(void)state;
	setenv("HTTP_AUTHORIZATION", "secret", 1);
	out = run_detached("{ env | grep -v '^_=\\|^PWD=\\|^SHLVL=\\|^OLDPWD='; pwd; } >$1/tmp; mv $1/tmp $1/out");
	assert_string_equal(out, "PATH=/usr/bin:/bin\n/\n");
	free(out);
}

static void it_holds_no_file_of_ours(void **state)
{
	int pipes[2];
	char *out;

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	out = run_detached(
		"for f in /proc/$$/fd/[012] /proc/$$/fd/[3-9]; do readlink $f; done >$1/tmp; mv $1/tmp $1/out");
	assert_non_null(strstr(out, "/dev/null"));
	assert_null(strstr(out, "pipe:"));
	assert_null(strstr(out, "socket:"));
	free(out);
	close(pipes[0]);
	close(pipes[1]);
}

static void it_is_in_a_session_of_its_own_and_no_child_of_ours(void **state)
{
	long parent = 0;
	long session = 0;
	char *out;

	(void)state;
	out = run_detached("cut -d' ' -f4,6 /proc/$$/stat >$1/tmp; mv $1/tmp $1/out");
	assert_int_equal(sscanf(out, "%ld %ld", &parent, &session), 2);
	assert_int_not_equal(parent, getpid());
	assert_int_not_equal(session, getsid(0));
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	free(out);
}

static void a_program_that_is_not_there_is_an_error(void **state)
{
	char *const arguments[] = {"/nonexistent/hotfixctl", NULL};
	char *const environment[] = {NULL};
	struct error error = ERROR_INIT;

	(void)state;
	assert_int_equal(process_detach(arguments, environment, &error), ERROR_FAILED);
	assert_string_equal(error_text(&error), "/nonexistent/hotfixctl: No such file or directory");
	error_release(&error);
}

static void the_folder_of_the_program_is_known(void **state)
{
	char *folder = process_folder();
	struct buffer program = BUFFER_INIT;

	(void)state;
	buffer_addf(&program, "%s/test_process", folder);
	assert_int_equal(access(buffer_text(&program), X_OK), 0);
	buffer_release(&program);
	free(folder);
}

static void a_lock_has_one_holder(void **state)
{
	struct lock first = LOCK_INIT;
	struct lock second = LOCK_INIT;
	struct error error = ERROR_INIT;

	(void)state;
	assert_int_equal(lock_try(&first, "lock", &error), 0);
	assert_true(first.held);
	assert_int_equal(lock_try(&second, "lock", &error), 0);
	assert_false(second.held);
	lock_release(&first);
	assert_int_equal(lock_try(&second, "lock", &error), 0);
	assert_true(second.held);
	lock_release(&second);
	lock_release(&second);
}

static void a_lock_ends_with_its_process(void **state)
{
	struct lock lock = LOCK_INIT;
	struct error error = ERROR_INIT;
	pid_t child = fork();

	(void)state;
	if (child == 0)
		_exit(lock_try(&lock, "lock", &error) || !lock.held);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(lock_try(&lock, "lock", &error), 0);
	assert_true(lock.held);
	lock_release(&lock);
}

static void a_lock_is_not_made_through_a_link(void **state)
{
	struct lock lock = LOCK_INIT;
	struct error error = ERROR_INIT;

	(void)state;
	assert_int_equal(symlink("elsewhere", "lock-link"), 0);
	assert_int_equal(lock_try(&lock, "lock-link", &error), ERROR_FAILED);
	assert_int_equal(access("elsewhere", F_OK), -1);
	error_release(&error);
	assert_int_equal(lock_try(&lock, "no/such/folder", &error), ERROR_FAILED);
	assert_string_equal(error_text(&error), "no/such/folder: No such file or directory");
	error_release(&error);
}

/* Takes the lock on "lock" in another process and lets go; false when it is taken. */
static bool can_take(int (*take)(struct lock *, const char *, struct error *))
{
	struct lock lock = LOCK_INIT;
	struct error error = ERROR_INIT;
	int status = -1;
	pid_t child = fork();

	if (child == 0)
		_exit(take(&lock, "lock", &error) || !lock.held);
	assert_int_equal(waitpid(child, &status, 0), child);
	return status == 0;
}

static void a_lock_can_be_shared(void **state)
{
	struct lock lock = LOCK_INIT;
	struct error error = ERROR_INIT;

	(void)state;
	assert_int_equal(lock_share(&lock, "lock", &error), 0);
	assert_true(lock.held);
	assert_true(can_take(lock_share));
	assert_false(can_take(lock_try));
	lock_release(&lock);
	assert_true(can_take(lock_try));
}

/* What is behind: waits for the file "go", and says in "seen" how it finds itself. */
static _Noreturn void stay_behind(int keep)
{
	struct buffer seen = BUFFER_INIT;
	struct error error = ERROR_INIT;

	for (int i = 0; i < 1000 && access("go", F_OK) < 0; i++)
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	for (int fd = 3; fd < 256; fd++)
		if (fcntl(fd, F_GETFD) != -1)
			buffer_addf(&seen, "%s file, ", fd == keep ? "kept" : "inherited");
	buffer_addf(&seen, "%s session", getsid(0) == getpid() ? "own" : "inherited");
	file_overwrite("seen", buffer_text(&seen), seen.length, 0600, &error);
	_exit(0);
}

static void who_is_left_behind_has_what_it_needs_and_can_be_waited_for(void **state)
{
	struct buffer seen = BUFFER_INIT;
	struct lock lock = LOCK_INIT;
	struct error error = ERROR_INIT;
	bool behind;
	int others = open(".", O_RDONLY);

	(void)state;
	assert_true(others > 2);
	assert_int_equal(lock_share(&lock, "lock", &error), 0);
	assert_int_equal(process_split(&behind, lock.fd, &error), 0);
	if (behind)
		stay_behind(lock.fd);
	lock_release(&lock);
	close(others);
	lock_await("lock", 20);
	assert_false(can_take(lock_try));
	close(open("go", O_WRONLY | O_CREAT, 0600));
	lock_await("lock", 60000);
	assert_true(can_take(lock_try));
	assert_int_equal(file_read(&seen, "seen", 1000, &error), 0);
	assert_string_equal(buffer_text(&seen), "kept file, own session");
	buffer_release(&seen);
	assert_true(waitpid(-1, NULL, 0) > 0);
}

static void the_holder_of_a_lock_is_seen(void **state)
{
	struct error error = ERROR_INIT;
	struct lock lock = LOCK_INIT;

	(void)state;
	assert_int_equal(lock_holder("seen.lock"), 0);
	assert_int_not_equal(access("seen.lock", F_OK), 0);
	assert_int_equal(lock_try(&lock, "seen.lock", &error), 0);
	assert_true(lock.held);
	assert_int_equal(lock_holder("seen.lock"), getpid());
	lock_release(&lock);
	assert_int_equal(lock_holder("seen.lock"), 0);
}

static void what_a_process_was_given_is_seen(void **state)
{
	pid_t child = fork();

	(void)state;
	assert_true(child >= 0);
	if (!child) {
		execl("/bin/sleep", "sleep", "60", "0", (char *)NULL);
		_exit(127);
	}
	for (int i = 0; i < 500 && !process_was_given(child, "60"); i++)
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	assert_true(process_was_given(child, "60"));
	assert_true(process_was_given(child, "0"));
	assert_false(process_was_given(child, "6"));
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	assert_false(process_was_given(child, "60"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_has_nothing_of_ours),
		cmocka_unit_test(it_holds_no_file_of_ours),
		cmocka_unit_test(it_is_in_a_session_of_its_own_and_no_child_of_ours),
		cmocka_unit_test(a_program_that_is_not_there_is_an_error),
		cmocka_unit_test(the_folder_of_the_program_is_known),
		cmocka_unit_test(a_lock_has_one_holder),
		cmocka_unit_test(a_lock_ends_with_its_process),
		cmocka_unit_test(a_lock_is_not_made_through_a_link),
		cmocka_unit_test(a_lock_can_be_shared),
		cmocka_unit_test(who_is_left_behind_has_what_it_needs_and_can_be_waited_for),
		cmocka_unit_test(the_holder_of_a_lock_is_seen),
		cmocka_unit_test(what_a_process_was_given_is_seen),
	};

	return cmocka_run_group_tests(tests, git_fixture_set_up, git_fixture_tear_down);
}
